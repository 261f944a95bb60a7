-- Imports by file: how far each is, for whoever looks, at any process of the node. Nothing of what was imported stands here.
CREATE TABLE import_run (
    id       TEXT    PRIMARY KEY,
    started  INTEGER NOT NULL,
    told     INTEGER NOT NULL,
    progress TEXT    NOT NULL
) STRICT;
