-- Why: evidence, imports that can be undone, the packs in force, and what people and the program itself keep.

CREATE TABLE attachment (
    region TEXT NOT NULL,
    id TEXT NOT NULL,
    project TEXT NOT NULL,
    sm3 TEXT NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size INTEGER NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded_at INTEGER NOT NULL,
    evidence TEXT,
    scanned INTEGER NOT NULL,
    PRIMARY KEY (region, id)
) STRICT;
CREATE INDEX attachment_project ON attachment (region, project, uploaded_at);
CREATE INDEX attachment_sm3 ON attachment (sm3);

CREATE TABLE import_batch (
    region TEXT NOT NULL,
    id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sm3 TEXT NOT NULL,
    by_account TEXT NOT NULL,
    by_person TEXT NOT NULL,
    at INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    state TEXT NOT NULL,
    undone_at INTEGER,
    undone_by TEXT,
    report_json TEXT NOT NULL,
    PRIMARY KEY (region, id)
) STRICT;
CREATE INDEX import_batch_at ON import_batch (region, at, id);
CREATE INDEX import_batch_sm3 ON import_batch (region, sm3);

CREATE TABLE saved_view (
    region TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    PRIMARY KEY (region, account, name)
) STRICT, WITHOUT ROWID;

-- One instance at a time does what must be done once.
CREATE TABLE lease (
    name TEXT NOT NULL,
    holder TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (name)
) STRICT;

CREATE TABLE setting (
    region TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (region, key)
) STRICT, WITHOUT ROWID;

-- The State Council's arrangements that were loaded after the program was built.
CREATE TABLE holiday (
    year INTEGER NOT NULL,
    csv TEXT NOT NULL,
    notice TEXT NOT NULL,
    loaded_at INTEGER NOT NULL,
    PRIMARY KEY (year)
) STRICT;

CREATE TABLE policy_pack (
    region TEXT NOT NULL,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    sm3 TEXT NOT NULL,
    loaded_at INTEGER NOT NULL,
    loaded_by TEXT NOT NULL,
    active INTEGER NOT NULL,
    PRIMARY KEY (region, id, version)
) STRICT;
