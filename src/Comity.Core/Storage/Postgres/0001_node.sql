-- One node's store. Times are Unix milliseconds, UTC.

-- Every log this node writes or mirrors: its ledger, its own feeds, its partners' feeds.
CREATE TABLE log (
    log         BIGINT PRIMARY KEY,
    origin      TEXT    NOT NULL UNIQUE,
    kind        TEXT    NOT NULL CHECK (kind IN ('ledger', 'own', 'mirror')),
    size        BIGINT NOT NULL CHECK (size >= 0),
    frontier    BYTEA    NOT NULL,
    checkpoint  BYTEA
);

-- A leaf stays for ever; its body goes when the record is withdrawn or expires.
CREATE TABLE entry (
    log   BIGINT NOT NULL REFERENCES log (log),
    idx   BIGINT NOT NULL CHECK (idx >= 0),
    leaf  BYTEA    NOT NULL,
    body  BYTEA,
    PRIMARY KEY (log, idx)
);

-- Apart from the bodies, so that keys are backed up for a shorter time than what they open.
CREATE TABLE entry_key (
    log     BIGINT NOT NULL,
    idx     BIGINT NOT NULL,
    secret  BYTEA    NOT NULL CHECK (octet_length(secret) = 32),
    PRIMARY KEY (log, idx)
);

-- Full tiles only (256 hashes); a partial one is computed from what lies under it.
CREATE TABLE tile (
    log     BIGINT NOT NULL,
    level   BIGINT NOT NULL CHECK (level >= 0),
    idx     BIGINT NOT NULL,
    hashes  BYTEA    NOT NULL CHECK (octet_length(hashes) = 8192),
    PRIMARY KEY (log, level, idx)
);

-- The records in force. state: 0 live, 1 held (feed in quarantine), 2 refused, 3 body awaited, 4 ended here before its owner said so.
CREATE TABLE record (
    log          BIGINT NOT NULL,
    idx          BIGINT NOT NULL,
    natural_key  BYTEA    UNIQUE,
    state        BIGINT NOT NULL CHECK (state BETWEEN 0 AND 4),
    expires      BIGINT NOT NULL,
    PRIMARY KEY (log, idx)
);
CREATE INDEX record_by_expiry ON record (expires);
CREATE INDEX record_by_state ON record (log, idx) WHERE state <> 0;

-- What a node knows of a feed besides its entries.
CREATE TABLE feed (
    log         BIGINT PRIMARY KEY REFERENCES log (log),
    owner       TEXT    NOT NULL,
    register    TEXT    NOT NULL,
    realm       TEXT    NOT NULL,
    audience    TEXT    NOT NULL,
    epoch       BIGINT NOT NULL,
    told_size   BIGINT NOT NULL DEFAULT 0,
    as_of       BIGINT,
    fault       TEXT,
    fault_index BIGINT,
    fault_text  TEXT,
    fault_at    BIGINT
);

CREATE TABLE charter (
    number   BIGINT PRIMARY KEY,
    hash     TEXT    NOT NULL UNIQUE,
    content  BYTEA    NOT NULL
);

CREATE TABLE notice (
    ordinal   BIGINT PRIMARY KEY,
    hash      TEXT    NOT NULL UNIQUE,
    content   BYTEA    NOT NULL
);

CREATE TABLE peer (
    member        TEXT PRIMARY KEY,
    charter       BIGINT NOT NULL DEFAULT 0,
    version       BIGINT NOT NULL DEFAULT 0,
    last_contact  BIGINT,
    as_of         BIGINT,
    failing_since BIGINT,
    failure       TEXT
);

-- The newest checkpoint of each log of others that this node has seen.
CREATE TABLE witnessed (
    origin    TEXT PRIMARY KEY,
    owner     TEXT    NOT NULL,
    size      BIGINT NOT NULL,
    root      BYTEA    NOT NULL CHECK (octet_length(root) = 32),
    note      BYTEA    NOT NULL,
    at        BIGINT NOT NULL
);

-- Partners' cosignatures of this node's logs: the newest of each partner.
CREATE TABLE cosignature (
    log     BIGINT NOT NULL REFERENCES log (log),
    member  TEXT    NOT NULL,
    size    BIGINT NOT NULL,
    note    BYTEA    NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (log, member)
);

-- Two checkpoints that cannot both be true, kept as the log's key holder signed them.
CREATE TABLE fork (
    origin  TEXT    NOT NULL,
    ours    BYTEA    NOT NULL,
    theirs  BYTEA    NOT NULL,
    source  TEXT    NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (origin, source)
);

CREATE TABLE outbox (
    id          TEXT PRIMARY KEY,
    recipient   TEXT    NOT NULL,
    service     TEXT    NOT NULL,
    purpose     TEXT    NOT NULL,
    basis       TEXT    NOT NULL,
    realm       TEXT    NOT NULL,
    body        BYTEA    NOT NULL,
    queued      BIGINT NOT NULL,
    attempts    BIGINT NOT NULL DEFAULT 0,
    next_try    BIGINT NOT NULL,
    receipt     TEXT,
    failure     TEXT
);
CREATE INDEX outbox_due ON outbox (next_try) WHERE receipt IS NULL AND failure IS NULL;

-- Envelopes taken in: one effect however often sent.
CREATE TABLE inbox (
    sender    TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    digest    BYTEA    NOT NULL,
    envelope  BYTEA    NOT NULL,
    receipt   TEXT    NOT NULL,
    answer    BYTEA    NOT NULL,
    received  BIGINT NOT NULL,
    PRIMARY KEY (sender, id)
);
CREATE INDEX inbox_by_time ON inbox (received);

-- Holders' signed statements that they have erased: the envelope as they signed it, and its body.
CREATE TABLE erasure_receipt (
    id        TEXT PRIMARY KEY,
    member    TEXT    NOT NULL,
    envelope  TEXT    NOT NULL,
    body      BYTEA    NOT NULL,
    at        BIGINT NOT NULL
);

CREATE TABLE erasure (
    log      BIGINT NOT NULL REFERENCES log (log),
    idx      BIGINT NOT NULL,
    member   TEXT    NOT NULL,
    receipt  TEXT    NOT NULL REFERENCES erasure_receipt (id),
    PRIMARY KEY (log, idx, member)
);

CREATE TABLE token (
    id        TEXT PRIMARY KEY,
    hash      BYTEA    NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    desk      TEXT    NOT NULL,
    purposes  TEXT    NOT NULL,
    rights    TEXT    NOT NULL,
    created   BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    revoked   BIGINT
);

CREATE TABLE idempotency (
    actor     TEXT    NOT NULL,
    key       TEXT    NOT NULL,
    digest    BYTEA    NOT NULL,
    answer    BYTEA    NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_by_time ON idempotency (at);

-- How often a member asked a queried register, by day: the probe contract's quotas.
CREATE TABLE quota (
    register  TEXT    NOT NULL,
    member    TEXT    NOT NULL,
    purpose   TEXT    NOT NULL,
    day       BIGINT NOT NULL,
    used      BIGINT NOT NULL,
    PRIMARY KEY (register, member, purpose, day)
);
