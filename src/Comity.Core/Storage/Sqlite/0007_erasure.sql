-- Receipts of erasure that partners owe: the entry of an own feed has ended, and the member has signed for the entry that ends it.
-- heard: when it had signed for that.
CREATE TABLE erasure_owed (
    log     INTEGER NOT NULL REFERENCES log (log),
    idx     INTEGER NOT NULL,
    member  TEXT    NOT NULL,
    heard   INTEGER NOT NULL,
    PRIMARY KEY (log, idx, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_owed_by_member ON erasure_owed (log, member, heard);

-- How far what a partner has signed for was walked for what it owes.
ALTER TABLE cosignature ADD COLUMN walked INTEGER NOT NULL DEFAULT 0;

-- Bodies that were still here though nothing in force had them, and were erased when they were found.
ALTER TABLE feed ADD COLUMN late INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN late_at INTEGER;

-- Up to when every notice that the partner has is here.
ALTER TABLE peer ADD COLUMN notices_as_of INTEGER;
