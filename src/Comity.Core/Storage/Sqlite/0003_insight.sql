-- Who asked about what: a keyed tag of what an entry of the ledger is about; gone with the entry's detail.
CREATE TABLE asked (
    log  INTEGER NOT NULL,
    idx  INTEGER NOT NULL,
    tag  BLOB    NOT NULL CHECK (length(tag) = 16),
    PRIMARY KEY (log, idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX asked_by_tag ON asked (tag);

-- Hits on this State's own records, by whomever. log and entry: the line of this node's ledger that told of it first, and
-- the n-th record in it. standing: 0 in force, 1 ended before, 2 unknown here, when the hit became known.
CREATE TABLE hit_notice (
    log          INTEGER NOT NULL,
    entry        INTEGER NOT NULL,
    n            INTEGER NOT NULL,
    member       TEXT    NOT NULL,
    desk         TEXT    NOT NULL,
    register     TEXT    NOT NULL,
    realm        TEXT    NOT NULL,
    purpose      TEXT    NOT NULL,
    feed         TEXT    NOT NULL,
    idx          INTEGER NOT NULL,
    strength     TEXT    NOT NULL,
    hit_at       INTEGER NOT NULL,
    received     INTEGER NOT NULL,
    their_entry  INTEGER,
    commitment   BLOB    NOT NULL CHECK (length(commitment) = 32),
    standing     INTEGER NOT NULL CHECK (standing BETWEEN 0 AND 2),
    natural_key  BLOB,
    PRIMARY KEY (log, entry, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX hit_notice_by_time ON hit_notice (received);
CREATE INDEX hit_notice_unknown ON hit_notice (member) WHERE standing = 2;

-- Which desk has seen a hit.
CREATE TABLE hit_read (
    log    INTEGER NOT NULL,
    entry  INTEGER NOT NULL,
    n      INTEGER NOT NULL,
    desk   TEXT    NOT NULL,
    actor  TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (log, entry, n, desk),
    FOREIGN KEY (log, entry, n) REFERENCES hit_notice (log, entry, n) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Walks of all logs: one is under way where finished is null and beat is young.
CREATE TABLE verification (
    id        INTEGER PRIMARY KEY,
    actor     TEXT    NOT NULL,
    desk      TEXT    NOT NULL,
    started   INTEGER NOT NULL,
    beat      INTEGER NOT NULL,
    total     INTEGER NOT NULL,
    walked    INTEGER NOT NULL,
    finished  INTEGER,
    fault     TEXT
) STRICT;
