-- People: who they are, how they sign in, what two of them decide. Times are Unix milliseconds, UTC.

CREATE TABLE desk (
    name      TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 60),
    declared  BIGINT NOT NULL
);

-- generation: counts changes of the account; sessions of an older one are over.
CREATE TABLE officer (
    id          TEXT PRIMARY KEY,
    name        TEXT    NOT NULL UNIQUE,
    desk        TEXT    NOT NULL REFERENCES desk (name),
    roles       TEXT    NOT NULL,
    purposes    TEXT    NOT NULL,
    language    TEXT    NOT NULL CHECK (language IN ('en', 'fr')),
    state       TEXT    NOT NULL CHECK (state IN ('active', 'closed')),
    generation  BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    changed     BIGINT NOT NULL
);

-- password: salted and stretched. totp: sealed with the storage key. enrolment: SHA-256 of the one-time code.
CREATE TABLE credential (
    officer            TEXT PRIMARY KEY REFERENCES officer (id),
    password           TEXT,
    totp               BYTEA,
    totp_secret        BYTEA,
    totp_step          BIGINT NOT NULL DEFAULT 0,
    enrolment          BYTEA UNIQUE,
    enrolment_expires  BIGINT,
    CHECK ((totp IS NULL) = (totp_secret IS NULL)),
    CHECK ((enrolment IS NULL) = (enrolment_expires IS NULL))
);

CREATE TABLE passkey (
    id       BYTEA PRIMARY KEY,
    officer  TEXT    NOT NULL REFERENCES officer (id),
    label    TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    created  BIGINT NOT NULL
);
CREATE INDEX passkey_by_officer ON passkey (officer);

-- hash: SHA-256 of what the cookie holds. id: its public name.
CREATE TABLE session (
    hash        BYTEA PRIMARY KEY CHECK (octet_length(hash) = 32),
    id          TEXT    NOT NULL UNIQUE,
    officer     TEXT    NOT NULL REFERENCES officer (id),
    generation  BIGINT NOT NULL,
    method      TEXT    NOT NULL,
    opened      BIGINT NOT NULL,
    seen        BIGINT NOT NULL
);
CREATE INDEX session_by_officer ON session (officer);

-- Failed attempts to sign in, by account and by address; subject is blinded, for people type passwords into the wrong field.
CREATE TABLE failure (
    subject  BYTEA PRIMARY KEY,
    count    BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    until    BIGINT NOT NULL
);

-- What was accepted once and must not be again while it would still hold.
CREATE TABLE spent (
    hash   BYTEA PRIMARY KEY,
    until  BIGINT NOT NULL
);

-- Acts that need two persons. The payload and the reason are the detail of ledger entry (log, idx). proposer: the actor; person: the one
-- behind it (for a system's token, whoever made the token), who may not be the second.
CREATE TABLE approval (
    id        TEXT PRIMARY KEY,
    kind      TEXT    NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('waiting', 'approved', 'refused', 'withdrawn', 'lapsed', 'alone', 'countersigned', 'objected')),
    proposer  TEXT    NOT NULL,
    desk      TEXT    NOT NULL,
    person    TEXT,
    log       BIGINT NOT NULL,
    idx       BIGINT NOT NULL,
    proposed  BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    decider   TEXT,
    decided   BIGINT,
    closer    TEXT,
    closed    BIGINT
);
CREATE INDEX approval_by_time ON approval (proposed);

-- Keys of the web framework's data protection; their secret part is sealed with the storage key.
CREATE TABLE data_key (
    id   TEXT PRIMARY KEY,
    xml  TEXT    NOT NULL,
    at   BIGINT NOT NULL
);

-- officer: whose personal token it is. maker: the person who made it.
ALTER TABLE token ADD COLUMN officer TEXT REFERENCES officer (id);
ALTER TABLE token ADD COLUMN maker TEXT;
