-- Requests between States, on both sides: what was asked, all that happened since, and what is due.

-- One line each; computed from the events, so that lists need not be. Before it is sent there are no events, only a draft.
CREATE TABLE request (
    id        TEXT PRIMARY KEY,
    kind      TEXT    NOT NULL,
    digest    TEXT    NOT NULL,
    asker     TEXT    NOT NULL,
    asked     TEXT    NOT NULL,
    realm     TEXT    NOT NULL,
    purpose   TEXT    NOT NULL,
    urgency   TEXT    NOT NULL,
    phase     TEXT    NOT NULL,
    opened    BIGINT NOT NULL,
    changed   BIGINT NOT NULL,
    ended     BIGINT,
    erased    BIGINT
);
CREATE INDEX request_by_change ON request (changed, id);
CREATE INDEX request_by_end ON request (ended) WHERE ended IS NOT NULL AND erased IS NULL;

-- Events are only ever added. They say in codes what happened, and commit to what was said. sent: the message in the outbox by which an own one goes.
CREATE TABLE request_event (
    request   TEXT    NOT NULL REFERENCES request (id),
    id        BYTEA NOT NULL CHECK (octet_length(id) = 32),
    signed    TEXT    NOT NULL,
    received  BIGINT NOT NULL,
    entry     BIGINT NOT NULL,
    sent      TEXT,
    PRIMARY KEY (request, id)
);

-- What was said, sealed: a draft, the bodies of events, attachments piece by piece.
CREATE TABLE request_body (
    request   TEXT    NOT NULL REFERENCES request (id),
    name      TEXT    NOT NULL,
    body      BYTEA NOT NULL,
    PRIMARY KEY (request, name)
);

-- Apart from the bodies, so that keys are backed up for a shorter time than what they open.
CREATE TABLE request_key (
    request   TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    secret    BYTEA NOT NULL CHECK (octet_length(secret) = 32),
    PRIMARY KEY (request, name)
);

-- Files: whole here, or still coming from the other side. shared: an event that was sent names it.
CREATE TABLE request_file (
    request   TEXT    NOT NULL REFERENCES request (id),
    digest    TEXT    NOT NULL,
    owner     TEXT    NOT NULL,
    size      BIGINT NOT NULL CHECK (size >= 0),
    have      BIGINT NOT NULL CHECK (have >= 0),
    state     TEXT    NOT NULL CHECK (state IN ('whole', 'coming', 'damaged')),
    shared    BIGINT NOT NULL,
    since     BIGINT NOT NULL,
    PRIMARY KEY (request, digest)
);
CREATE INDEX request_file_coming ON request_file (owner) WHERE state = 'coming';

-- Clocks that run or stand, as far as this node knows: what is due, in order.
CREATE TABLE request_clock (
    request   TEXT    NOT NULL REFERENCES request (id),
    clock     TEXT    NOT NULL,
    owed      TEXT    NOT NULL,
    started   BIGINT NOT NULL,
    earliest  BIGINT,
    due       BIGINT,
    alarm     BIGINT,
    paused    BIGINT,
    stated    BIGINT NOT NULL,
    PRIMARY KEY (request, clock)
);
CREATE INDEX request_clock_due ON request_clock (due, request, clock) WHERE due IS NOT NULL;

-- The wording of every kind that a request here was made under, for as long as there is such a request.
CREATE TABLE request_kind (
    digest    TEXT PRIMARY KEY,
    content   BYTEA NOT NULL
);
