-- Why: matters (orders to be answered by a day) are read by unit, by state and by day far more often than they change;
-- their facts stand in the event log under streams matter:<id>.

CREATE TABLE matter (
    region TEXT NOT NULL,
    matter TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    kind_title TEXT NOT NULL,
    year INTEGER NOT NULL,
    n INTEGER NOT NULL,
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    phase TEXT NOT NULL,
    issuer TEXT NOT NULL,
    issued_by TEXT NOT NULL,
    leader TEXT,
    lead TEXT NOT NULL,
    project TEXT,
    source_kind TEXT,
    source_id TEXT,
    supervises TEXT,
    escalated_to TEXT,
    issued_on TEXT NOT NULL,
    accept_by TEXT,
    warn_on TEXT,
    due_on TEXT NOT NULL,
    reported_on TEXT,
    closed_on TEXT,
    urges INTEGER NOT NULL,
    returns INTEGER NOT NULL,
    sample INTEGER NOT NULL,
    pack TEXT NOT NULL,
    pack_version TEXT NOT NULL,
    search TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (region, matter)
) STRICT, WITHOUT ROWID;
-- A number is given once.
CREATE UNIQUE INDEX matter_number_once ON matter (region, kind, year, n);
CREATE INDEX matter_due ON matter (region, due_on, matter);
CREATE INDEX matter_project ON matter (region, project) WHERE project IS NOT NULL;
CREATE INDEX matter_issuer ON matter (region, issuer, due_on);

-- Who has to do with a matter; waits names what the unit has to do now.
CREATE TABLE matter_unit (
    region TEXT NOT NULL,
    matter TEXT NOT NULL,
    unit TEXT NOT NULL,
    role TEXT NOT NULL,
    waits TEXT,
    due_on TEXT,
    PRIMARY KEY (region, matter, unit, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX matter_unit_unit ON matter_unit (region, unit, role);
CREATE INDEX matter_unit_waits ON matter_unit (region, unit, due_on) WHERE waits IS NOT NULL;

-- The last number given, by kind and year; taken in the transaction that issues the matter.
CREATE TABLE matter_counter (
    region TEXT NOT NULL,
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (region, kind, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE matter_alert (
    region TEXT NOT NULL,
    id TEXT NOT NULL,
    matter TEXT NOT NULL,
    level INTEGER NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    due_on TEXT NOT NULL,
    raised_on TEXT NOT NULL,
    text TEXT NOT NULL,
    clause TEXT NOT NULL,
    handled_at INTEGER,
    PRIMARY KEY (region, id)
) STRICT;
-- Once each: the sweep may run any number of times a day.
CREATE UNIQUE INDEX matter_alert_once ON matter_alert (region, matter, level, unit, due_on);
CREATE INDEX matter_alert_unit ON matter_alert (region, unit, raised_on, id);
