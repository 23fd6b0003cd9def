-- Why: the board of leads shows the first cards of every column, and the daily sweep finds the leads that nobody is in
-- contact with, without looking at the rest.

-- One row for each project that began as a lead. lane is the column of the board: 'pool', a stage, or '' before the first
-- stage; nothing when the lead is not on the board. credit is the JSON of the shares.
CREATE TABLE lead (
    region TEXT NOT NULL,
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    investor TEXT,
    normal_investor TEXT NOT NULL,
    normal_enterprise TEXT NOT NULL,
    source TEXT NOT NULL,
    finder_unit TEXT NOT NULL,
    finder_person TEXT NOT NULL,
    found_on TEXT NOT NULL,
    holder TEXT,
    held_since TEXT,
    priority_until TEXT,
    phase TEXT NOT NULL,
    lane TEXT,
    stage_title TEXT,
    step_title TEXT,
    last_contact_on TEXT NOT NULL,
    warns_on TEXT,
    rests_on TEXT,
    loss_reason TEXT,
    merged_into TEXT,
    credit TEXT NOT NULL,
    total_investment INTEGER,
    pack TEXT NOT NULL,
    pack_version TEXT NOT NULL,
    sample INTEGER NOT NULL,
    PRIMARY KEY (region, project)
) STRICT, WITHOUT ROWID;

-- The board, column by column; counts with any filter are read from this index alone.
CREATE INDEX lead_lane ON lead (region, lane, last_contact_on, project, source, holder, finder_unit)
    WHERE lane IS NOT NULL;
-- The list: one index for each way to sort, one for each filter in the order of the first page.
CREATE INDEX lead_found ON lead (region, found_on, project);
CREATE INDEX lead_contact ON lead (region, last_contact_on, project);
CREATE INDEX lead_name ON lead (region, name, project);
CREATE INDEX lead_phase ON lead (region, phase, found_on, project, source, lane);
CREATE INDEX lead_source ON lead (region, source, found_on, project);
CREATE INDEX lead_holder ON lead (region, holder, found_on, project);
CREATE INDEX lead_finder ON lead (region, finder_unit, found_on, project);
-- Duplicates by who invests.
CREATE INDEX lead_investor ON lead (region, normal_investor) WHERE normal_investor <> '';
CREATE INDEX lead_enterprise ON lead (region, normal_enterprise) WHERE normal_enterprise <> '';
-- The sweep.
CREATE INDEX lead_warns ON lead (region, warns_on, project) WHERE warns_on IS NOT NULL;
