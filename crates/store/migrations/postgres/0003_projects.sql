-- Why: the ledger must show its first page, filtered and sorted, in the time of a page turn at a million projects,
-- and find projects by any part of a Chinese name.

-- Money is in 分. doc is the key of the search index. search_text holds the words of the search, made by the program.
CREATE TABLE project (
    doc BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
    region TEXT COLLATE "C" NOT NULL,
    project TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    normal_name TEXT COLLATE "C" NOT NULL,
    credit_code TEXT COLLATE "C",
    investor TEXT,
    enterprise TEXT,
    sector TEXT COLLATE "C",
    industry TEXT,
    host TEXT COLLATE "C",
    authority TEXT COLLATE "C",
    receiving_unit TEXT COLLATE "C",
    total_investment BIGINT,
    introduced_funds BIGINT,
    funds_in_place BIGINT,
    location TEXT,
    pack TEXT COLLATE "C" NOT NULL,
    pack_version TEXT COLLATE "C" NOT NULL,
    stage TEXT COLLATE "C",
    stage_title TEXT,
    approved_on DATE,
    signed_on DATE,
    started_on DATE,
    listed_on DATE,
    completed_on DATE,
    in_production_on DATE,
    above_scale_on DATE,
    next_due_on DATE,
    next_node TEXT,
    next_title TEXT,
    yellow_on DATE,
    red_on DATE,
    finished BOOLEAN NOT NULL,
    removed BOOLEAN NOT NULL,
    in_scope BOOLEAN,
    sample BOOLEAN NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    import_batch TEXT COLLATE "C",
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    search_text TEXT NOT NULL,
    PRIMARY KEY (region, project)
);

-- One index for each way to sort. number breaks ties: it is short, unique in its region, and means something.
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

-- A table of its own: most commands change a project without changing its words, and the search index is dear.
CREATE TABLE project_search (
    region TEXT COLLATE "C" NOT NULL,
    project TEXT COLLATE "C" NOT NULL,
    words TSVECTOR NOT NULL,
    PRIMARY KEY (region, project)
);
CREATE INDEX project_search_words ON project_search USING gin (words);

CREATE FUNCTION project_search_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO project_search (region, project, words)
    VALUES (new.region, new.project, array_to_tsvector(array_remove(string_to_array(new.search_text, ' '), '')))
    ON CONFLICT (region, project) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END
$$;
CREATE TRIGGER project_search_insert AFTER INSERT ON project FOR EACH ROW EXECUTE FUNCTION project_search_keep();
CREATE TRIGGER project_search_update AFTER UPDATE OF search_text ON project FOR EACH ROW
    WHEN (old.search_text <> new.search_text) EXECUTE FUNCTION project_search_keep();

CREATE FUNCTION project_search_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM project_search WHERE region = old.region AND project = old.project;
    RETURN NULL;
END
$$;
CREATE TRIGGER project_search_delete AFTER DELETE ON project FOR EACH ROW EXECUTE FUNCTION project_search_forget();
