-- Why: matters (orders to be answered by a day) are read by unit, by state and by day far more often than they change;
-- their facts stand in the event log under streams matter:<id>.

CREATE TABLE matter (
    region TEXT COLLATE "C" NOT NULL,
    matter TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    kind_title TEXT NOT NULL,
    year BIGINT NOT NULL,
    n BIGINT NOT NULL,
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    phase TEXT COLLATE "C" NOT NULL,
    issuer TEXT COLLATE "C" NOT NULL,
    issued_by TEXT NOT NULL,
    leader TEXT,
    lead TEXT COLLATE "C" NOT NULL,
    project TEXT COLLATE "C",
    source_kind TEXT COLLATE "C",
    source_id TEXT COLLATE "C",
    supervises TEXT COLLATE "C",
    escalated_to TEXT COLLATE "C",
    issued_on DATE NOT NULL,
    accept_by DATE,
    warn_on DATE,
    due_on DATE NOT NULL,
    reported_on DATE,
    closed_on DATE,
    urges BIGINT NOT NULL,
    returns BIGINT NOT NULL,
    sample BOOLEAN NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    pack_version TEXT COLLATE "C" NOT NULL,
    search TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (region, matter)
);
-- A number is given once.
CREATE UNIQUE INDEX matter_number_once ON matter (region, kind, year, n);
CREATE INDEX matter_due ON matter (region, due_on, matter);
CREATE INDEX matter_project ON matter (region, project) WHERE project IS NOT NULL;
CREATE INDEX matter_issuer ON matter (region, issuer, due_on);

-- Who has to do with a matter; waits names what the unit has to do now.
CREATE TABLE matter_unit (
    region TEXT COLLATE "C" NOT NULL,
    matter TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    waits TEXT COLLATE "C",
    due_on DATE,
    PRIMARY KEY (region, matter, unit, role)
);
CREATE INDEX matter_unit_unit ON matter_unit (region, unit, role);
CREATE INDEX matter_unit_waits ON matter_unit (region, unit, due_on) WHERE waits IS NOT NULL;

-- The last number given, by kind and year; taken in the transaction that issues the matter.
CREATE TABLE matter_counter (
    region TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    year BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (region, kind, year)
);

CREATE TABLE matter_alert (
    region TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    matter TEXT COLLATE "C" NOT NULL,
    level BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    due_on DATE NOT NULL,
    raised_on DATE NOT NULL,
    text TEXT NOT NULL,
    clause TEXT NOT NULL,
    handled_at TIMESTAMPTZ,
    PRIMARY KEY (region, id)
);
-- Once each: the sweep may run any number of times a day.
CREATE UNIQUE INDEX matter_alert_once ON matter_alert (region, matter, level, unit, due_on);
CREATE INDEX matter_alert_unit ON matter_alert (region, unit, raised_on, id);
