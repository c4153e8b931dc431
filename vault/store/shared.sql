-- The shared database: five tables and nothing else. Runs as it is on SQLite and PostgreSQL.
-- Nothing here is believed: every client verifies the log itself and folds it into its own projection.

CREATE TABLE entries (              -- the log: the exact bytes that are hashed and signed
    seq  BIGINT NOT NULL PRIMARY KEY CHECK (seq >= 0),
    body BYTEA  NOT NULL CHECK (length(body) BETWEEN 2 AND 65535)
);

CREATE TABLE commits (              -- one signed head per transaction (C2SP tlog-checkpoint)
    size    BIGINT NOT NULL PRIMARY KEY CHECK (size > 0),
    keyset  TEXT   NOT NULL,        -- who signed: an id that the log itself admitted
    note    BYTEA  NOT NULL CHECK (length(note) BETWEEN 2 AND 4096),
    request TEXT   NOT NULL UNIQUE  -- random; an append whose answer was lost is looked up by it
);

CREATE TABLE tiles (                -- full Merkle tiles of 256 hashes (C2SP tlog-tiles)
    level BIGINT NOT NULL CHECK (level >= 0),
    n     BIGINT NOT NULL CHECK (n >= 0),
    data  BYTEA  NOT NULL CHECK (length(data) = 8192),
    PRIMARY KEY (level, n)
);

CREATE TABLE blobs (                -- sealed bytes; the log names each by its SHA-256
    hash TEXT  NOT NULL PRIMARY KEY CHECK (length(hash) = 44),
    data BYTEA NOT NULL CHECK (length(data) BETWEEN 1 AND 1048576)
);

CREATE TABLE inbox (                -- join requests from people who are not members yet
    id   TEXT  NOT NULL PRIMARY KEY,
    kind TEXT  NOT NULL,
    data BYTEA NOT NULL CHECK (length(data) BETWEEN 1 AND 65536)
);
