-- Why: the ledger must show its first page, filtered and sorted, in the time of a page turn at a million projects,
-- and find projects by any part of a Chinese name.

-- Money is in 分. doc is the key of the search index. search_text holds the words of the search, made by the program.
CREATE TABLE project (
    doc INTEGER PRIMARY KEY,
    region TEXT NOT NULL,
    project TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    normal_name TEXT NOT NULL,
    credit_code TEXT,
    investor TEXT,
    enterprise TEXT,
    sector TEXT,
    industry TEXT,
    host TEXT,
    authority TEXT,
    receiving_unit TEXT,
    total_investment INTEGER,
    introduced_funds INTEGER,
    funds_in_place INTEGER,
    location TEXT,
    pack TEXT NOT NULL,
    pack_version TEXT NOT NULL,
    stage TEXT,
    stage_title TEXT,
    approved_on TEXT,
    signed_on TEXT,
    started_on TEXT,
    listed_on TEXT,
    completed_on TEXT,
    in_production_on TEXT,
    above_scale_on TEXT,
    next_due_on TEXT,
    next_node TEXT,
    next_title TEXT,
    yellow_on TEXT,
    red_on TEXT,
    finished INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    in_scope INTEGER,
    sample INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    import_batch TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    search_text TEXT NOT NULL
) STRICT;

-- One index for each way to sort. number breaks ties: it is short, unique in its region, and means something.
CREATE UNIQUE INDEX project_pkey ON project (region, project);
CREATE UNIQUE INDEX project_number ON project (region, number);
CREATE INDEX project_updated ON project (region, updated_at, number);
CREATE INDEX project_name ON project (region, name, number);
CREATE INDEX project_signed ON project (region, signed_on, number);
CREATE INDEX project_due ON project (region, next_due_on, number);
CREATE INDEX project_investment ON project (region, total_investment, number);

-- One index for each filter, in the order of the first page (last changed first).
CREATE INDEX project_host ON project (region, host, updated_at, number);
CREATE INDEX project_authority ON project (region, authority, updated_at, number);
CREATE INDEX project_receiving ON project (region, receiving_unit, updated_at, number);
CREATE INDEX project_sector ON project (region, sector, updated_at, number);
CREATE INDEX project_stage ON project (region, stage, updated_at, number);

-- Lights are a comparison of days with today; projects that are finished or gone have none.
CREATE INDEX project_red ON project (region, red_on, number)
    WHERE red_on IS NOT NULL AND finished = FALSE AND removed = FALSE AND withdrawn = FALSE;
CREATE INDEX project_yellow ON project (region, yellow_on, number)
    WHERE yellow_on IS NOT NULL AND finished = FALSE AND removed = FALSE AND withdrawn = FALSE;

CREATE INDEX project_credit_code ON project (region, credit_code) WHERE credit_code IS NOT NULL;
CREATE INDEX project_normal_name ON project (region, normal_name);
CREATE INDEX project_import ON project (region, import_batch) WHERE import_batch IS NOT NULL;

-- Counts and sums are read from this index alone.
CREATE INDEX project_totals ON project (region, finished, removed, withdrawn, sample, in_scope, stage, sector, host,
    authority, receiving_unit, signed_on, yellow_on, red_on, total_investment, introduced_funds, funds_in_place);

-- Without content: the words stand in project.search_text. Triggers keep it, so that no writer can forget it.
CREATE VIRTUAL TABLE project_search USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
CREATE TRIGGER project_search_insert AFTER INSERT ON project BEGIN
    INSERT INTO project_search (rowid, words) VALUES (new.doc, new.search_text);
END;
CREATE TRIGGER project_search_update AFTER UPDATE OF search_text ON project
    WHEN old.search_text <> new.search_text
BEGIN
    DELETE FROM project_search WHERE rowid = old.doc;
    INSERT INTO project_search (rowid, words) VALUES (new.doc, new.search_text);
END;
CREATE TRIGGER project_search_delete AFTER DELETE ON project BEGIN
    DELETE FROM project_search WHERE rowid = old.doc;
END;
