-- Who asked about what: a keyed tag of what an entry of the ledger is about; gone with the entry's detail.
CREATE TABLE asked (
    log  BIGINT NOT NULL,
    idx  BIGINT NOT NULL,
    tag  BYTEA    NOT NULL CHECK (octet_length(tag) = 16),
    PRIMARY KEY (log, idx)
);
CREATE INDEX asked_by_tag ON asked (tag);

-- Hits on this State's own records, by whomever. log and entry: the line of this node's ledger that told of it first, and
-- the n-th record in it. standing: 0 in force, 1 ended before, 2 unknown here, when the hit became known.
CREATE TABLE hit_notice (
    log          BIGINT NOT NULL,
    entry        BIGINT NOT NULL,
    n            BIGINT NOT NULL,
    member       TEXT    NOT NULL,
    desk         TEXT    NOT NULL,
    register     TEXT    NOT NULL,
    realm        TEXT    NOT NULL,
    purpose      TEXT    NOT NULL,
    feed         TEXT    NOT NULL,
    idx          BIGINT NOT NULL,
    strength     TEXT    NOT NULL,
    hit_at       BIGINT NOT NULL,
    received     BIGINT NOT NULL,
    their_entry  BIGINT,
    commitment   BYTEA    NOT NULL CHECK (octet_length(commitment) = 32),
    standing     BIGINT NOT NULL CHECK (standing BETWEEN 0 AND 2),
    natural_key  BYTEA,
    PRIMARY KEY (log, entry, n)
);
CREATE INDEX hit_notice_by_time ON hit_notice (received);
CREATE INDEX hit_notice_unknown ON hit_notice (member) WHERE standing = 2;

-- Which desk has seen a hit.
CREATE TABLE hit_read (
    log    BIGINT NOT NULL,
    entry  BIGINT NOT NULL,
    n      BIGINT NOT NULL,
    desk   TEXT    NOT NULL,
    actor  TEXT    NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (log, entry, n, desk),
    FOREIGN KEY (log, entry, n) REFERENCES hit_notice (log, entry, n) ON DELETE CASCADE
);

-- Walks of all logs: one is under way where finished is null and beat is young.
CREATE TABLE verification (
    id        BIGINT PRIMARY KEY,
    actor     TEXT    NOT NULL,
    desk      TEXT    NOT NULL,
    started   BIGINT NOT NULL,
    beat      BIGINT NOT NULL,
    total     BIGINT NOT NULL,
    walked    BIGINT NOT NULL,
    finished  BIGINT,
    fault     TEXT
);
