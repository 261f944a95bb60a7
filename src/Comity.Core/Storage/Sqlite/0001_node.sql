-- One node's store. Times are Unix milliseconds, UTC.

-- Every log this node writes or mirrors: its ledger, its own feeds, its partners' feeds.
CREATE TABLE log (
    log         INTEGER PRIMARY KEY,
    origin      TEXT    NOT NULL UNIQUE,
    kind        TEXT    NOT NULL CHECK (kind IN ('ledger', 'own', 'mirror')),
    size        INTEGER NOT NULL CHECK (size >= 0),
    frontier    BLOB    NOT NULL,
    checkpoint  BLOB
) STRICT;

-- A leaf stays for ever; its body goes when the record is withdrawn or expires.
CREATE TABLE entry (
    log   INTEGER NOT NULL REFERENCES log (log),
    idx   INTEGER NOT NULL CHECK (idx >= 0),
    leaf  BLOB    NOT NULL,
    body  BLOB,
    PRIMARY KEY (log, idx)
) STRICT, WITHOUT ROWID;

-- Apart from the bodies, so that keys are backed up for a shorter time than what they open.
CREATE TABLE entry_key (
    log     INTEGER NOT NULL,
    idx     INTEGER NOT NULL,
    secret  BLOB    NOT NULL CHECK (length(secret) = 32),
    PRIMARY KEY (log, idx)
) STRICT, WITHOUT ROWID;

-- Full tiles only (256 hashes); a partial one is computed from what lies under it.
CREATE TABLE tile (
    log     INTEGER NOT NULL,
    level   INTEGER NOT NULL CHECK (level >= 0),
    idx     INTEGER NOT NULL,
    hashes  BLOB    NOT NULL CHECK (length(hashes) = 8192),
    PRIMARY KEY (log, level, idx)
) STRICT, WITHOUT ROWID;

-- The records in force. state: 0 live, 1 held (feed in quarantine), 2 refused, 3 body awaited, 4 ended here before its owner said so.
CREATE TABLE record (
    log          INTEGER NOT NULL,
    idx          INTEGER NOT NULL,
    natural_key  BLOB    UNIQUE,
    state        INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
    expires      INTEGER NOT NULL,
    PRIMARY KEY (log, idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_by_expiry ON record (expires);
CREATE INDEX record_by_state ON record (log, idx) WHERE state <> 0;

-- What a node knows of a feed besides its entries.
CREATE TABLE feed (
    log         INTEGER PRIMARY KEY REFERENCES log (log),
    owner       TEXT    NOT NULL,
    register    TEXT    NOT NULL,
    realm       TEXT    NOT NULL,
    audience    TEXT    NOT NULL,
    epoch       INTEGER NOT NULL,
    told_size   INTEGER NOT NULL DEFAULT 0,
    as_of       INTEGER,
    fault       TEXT,
    fault_index INTEGER,
    fault_text  TEXT,
    fault_at    INTEGER
) STRICT;

CREATE TABLE charter (
    number   INTEGER PRIMARY KEY,
    hash     TEXT    NOT NULL UNIQUE,
    content  BLOB    NOT NULL
) STRICT;

CREATE TABLE notice (
    ordinal   INTEGER PRIMARY KEY,
    hash      TEXT    NOT NULL UNIQUE,
    content   BLOB    NOT NULL
) STRICT;

CREATE TABLE peer (
    member        TEXT PRIMARY KEY,
    charter       INTEGER NOT NULL DEFAULT 0,
    version       INTEGER NOT NULL DEFAULT 0,
    last_contact  INTEGER,
    as_of         INTEGER,
    failing_since INTEGER,
    failure       TEXT
) STRICT, WITHOUT ROWID;

-- The newest checkpoint of each log of others that this node has seen.
CREATE TABLE witnessed (
    origin    TEXT PRIMARY KEY,
    owner     TEXT    NOT NULL,
    size      INTEGER NOT NULL,
    root      BLOB    NOT NULL CHECK (length(root) = 32),
    note      BLOB    NOT NULL,
    at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Partners' cosignatures of this node's logs: the newest of each partner.
CREATE TABLE cosignature (
    log     INTEGER NOT NULL REFERENCES log (log),
    member  TEXT    NOT NULL,
    size    INTEGER NOT NULL,
    note    BLOB    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (log, member)
) STRICT, WITHOUT ROWID;

-- Two checkpoints that cannot both be true, kept as the log's key holder signed them.
CREATE TABLE fork (
    origin  TEXT    NOT NULL,
    ours    BLOB    NOT NULL,
    theirs  BLOB    NOT NULL,
    source  TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (origin, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    id          TEXT PRIMARY KEY,
    recipient   TEXT    NOT NULL,
    service     TEXT    NOT NULL,
    purpose     TEXT    NOT NULL,
    basis       TEXT    NOT NULL,
    realm       TEXT    NOT NULL,
    body        BLOB    NOT NULL,
    queued      INTEGER NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    next_try    INTEGER NOT NULL,
    receipt     TEXT,
    failure     TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (next_try) WHERE receipt IS NULL AND failure IS NULL;

-- Envelopes taken in: one effect however often sent.
CREATE TABLE inbox (
    sender    TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    digest    BLOB    NOT NULL,
    envelope  BLOB    NOT NULL,
    receipt   TEXT    NOT NULL,
    answer    BLOB    NOT NULL,
    received  INTEGER NOT NULL,
    PRIMARY KEY (sender, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_by_time ON inbox (received);

-- Holders' signed statements that they have erased: the envelope as they signed it, and its body.
CREATE TABLE erasure_receipt (
    id        TEXT PRIMARY KEY,
    member    TEXT    NOT NULL,
    envelope  TEXT    NOT NULL,
    body      BLOB    NOT NULL,
    at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE erasure (
    log      INTEGER NOT NULL REFERENCES log (log),
    idx      INTEGER NOT NULL,
    member   TEXT    NOT NULL,
    receipt  TEXT    NOT NULL REFERENCES erasure_receipt (id),
    PRIMARY KEY (log, idx, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
    id        TEXT PRIMARY KEY,
    hash      BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    desk      TEXT    NOT NULL,
    purposes  TEXT    NOT NULL,
    rights    TEXT    NOT NULL,
    created   INTEGER NOT NULL,
    expires   INTEGER NOT NULL,
    revoked   INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
    actor     TEXT    NOT NULL,
    key       TEXT    NOT NULL,
    digest    BLOB    NOT NULL,
    answer    BLOB    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_time ON idempotency (at);

-- How often a member asked a queried register, by day: the probe contract's quotas.
CREATE TABLE quota (
    register  TEXT    NOT NULL,
    member    TEXT    NOT NULL,
    purpose   TEXT    NOT NULL,
    day       INTEGER NOT NULL,
    used      INTEGER NOT NULL,
    PRIMARY KEY (register, member, purpose, day)
) STRICT, WITHOUT ROWID;
