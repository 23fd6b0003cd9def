-- Why: evidence, imports that can be undone, the packs in force, and what people and the program itself keep.

CREATE TABLE attachment (
    region TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    project TEXT COLLATE "C" NOT NULL,
    sm3 TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size BIGINT NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded_at TIMESTAMPTZ NOT NULL,
    evidence TEXT,
    scanned BOOLEAN NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE INDEX attachment_project ON attachment (region, project, uploaded_at);
CREATE INDEX attachment_sm3 ON attachment (sm3);

CREATE TABLE import_batch (
    region TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    file_name TEXT NOT NULL,
    sm3 TEXT COLLATE "C" NOT NULL,
    by_account TEXT COLLATE "C" NOT NULL,
    by_person TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    rows BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    state TEXT NOT NULL,
    undone_at TIMESTAMPTZ,
    undone_by TEXT,
    report_json TEXT NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE INDEX import_batch_at ON import_batch (region, at, id);
CREATE INDEX import_batch_sm3 ON import_batch (region, sm3);

CREATE TABLE saved_view (
    region TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    query TEXT NOT NULL,
    PRIMARY KEY (region, account, name)
);

-- One instance at a time does what must be done once.
CREATE TABLE lease (
    name TEXT COLLATE "C" NOT NULL,
    holder TEXT COLLATE "C" NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE setting (
    region TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (region, key)
);

-- The State Council's arrangements that were loaded after the program was built.
CREATE TABLE holiday (
    year BIGINT NOT NULL,
    csv TEXT NOT NULL,
    notice TEXT NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (year)
);

CREATE TABLE policy_pack (
    region TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    source TEXT NOT NULL,
    sm3 TEXT COLLATE "C" NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL,
    loaded_by TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (region, id, version)
);
