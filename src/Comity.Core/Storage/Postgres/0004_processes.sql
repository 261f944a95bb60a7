-- What several processes of one node share. Times are Unix milliseconds, UTC.

-- What each commit changed of what processes keep in memory, in the order of commits and without a gap; the newest hundred thousand.
-- mark: from the mark before and the heads of the logs that grew, so that two histories of one database are told apart.
CREATE TABLE journal (
    at    BIGINT PRIMARY KEY,
    mark  BIGINT NOT NULL,
    what  TEXT    NOT NULL
);

-- The processes in service. beat grows while one lives; run tells a new one from an old one of the same name.
CREATE TABLE process (
    name     TEXT PRIMARY KEY,
    run      TEXT    NOT NULL,
    beat     BIGINT NOT NULL,
    started  BIGINT NOT NULL,
    at       BIGINT NOT NULL
);

-- Who keeps which conversation going, and who maintains.
CREATE TABLE duty (
    task     TEXT PRIMARY KEY,
    process  TEXT    NOT NULL,
    run      TEXT    NOT NULL
);

-- Transmissions received, for as long as they could be received again.
CREATE TABLE transmission (
    hash    BYTEA    PRIMARY KEY CHECK (octet_length(hash) = 32),
    sender  TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    digest  BYTEA    NOT NULL,
    until   BIGINT NOT NULL
);
CREATE INDEX transmission_by_id ON transmission (sender, id);
CREATE INDEX transmission_by_time ON transmission (until);

-- Checkpoints that others were shown and that cannot be compared yet with what is here.
CREATE TABLE ahead (
    origin  TEXT    NOT NULL,
    source  TEXT    NOT NULL,
    size    BIGINT NOT NULL,
    root    BYTEA    NOT NULL CHECK (octet_length(root) = 32),
    note    BYTEA    NOT NULL,
    PRIMARY KEY (origin, source)
);

-- What a partner's clock said at the last contact.
ALTER TABLE peer ADD COLUMN clock BIGINT;

-- One row that a process writes to find out whether what a server acknowledges is kept (see docs/decisions/0022-fencing.md).
CREATE TABLE fence (
    one    BIGINT PRIMARY KEY CHECK (one = 1),
    epoch  BIGINT NOT NULL
);
INSERT INTO fence (one, epoch) VALUES (1, 0);
