-- Whether this node knows all that it ever signed. No row: nothing was ever in doubt.
CREATE TABLE own_past (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    state   TEXT    NOT NULL CHECK (state IN ('sound', 'unconfirmed', 'behind')),
    reason  TEXT    NOT NULL,
    since   INTEGER NOT NULL,
    ledger  INTEGER NOT NULL          -- the ledger's epoch written to while an earlier one cannot be gone on with; 0: what the network knows
) STRICT;

-- Partners that have said what they know of this node's logs since the doubt began, or that an operator goes on without.
CREATE TABLE own_past_heard (
    member  TEXT PRIMARY KEY,
    at      INTEGER NOT NULL,
    excused TEXT
) STRICT, WITHOUT ROWID;

-- Heads of this node's own logs, signed by it, that a partner has and this store has not.
CREATE TABLE own_head (
    origin  TEXT    NOT NULL,
    member  TEXT    NOT NULL,
    size    INTEGER NOT NULL,
    root    BLOB    NOT NULL CHECK (length(root) = 32),
    note    BLOB    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (origin, member)
) STRICT, WITHOUT ROWID;

-- Entries that the ledger is owed, because what they tell of happened while it could not be written to.
CREATE TABLE owed_note (
    ordinal  INTEGER PRIMARY KEY,
    leaf     BLOB    NOT NULL
) STRICT;
