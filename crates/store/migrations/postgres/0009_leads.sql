-- Why: the board of leads shows the first cards of every column, and the daily sweep finds the leads that nobody is in
-- contact with, without looking at the rest.

-- One row for each project that began as a lead. lane is the column of the board: 'pool', a stage, or '' before the first
-- stage; nothing when the lead is not on the board. credit is the JSON of the shares.
CREATE TABLE lead (
    region TEXT COLLATE "C" NOT NULL,
    project TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    investor TEXT COLLATE "C",
    normal_investor TEXT COLLATE "C" NOT NULL,
    normal_enterprise TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    finder_unit TEXT COLLATE "C" NOT NULL,
    finder_person TEXT COLLATE "C" NOT NULL,
    found_on DATE NOT NULL,
    holder TEXT COLLATE "C",
    held_since DATE,
    priority_until DATE,
    phase TEXT COLLATE "C" NOT NULL,
    lane TEXT COLLATE "C",
    stage_title TEXT COLLATE "C",
    step_title TEXT COLLATE "C",
    last_contact_on DATE NOT NULL,
    warns_on DATE,
    rests_on DATE,
    loss_reason TEXT COLLATE "C",
    merged_into TEXT COLLATE "C",
    credit TEXT COLLATE "C" NOT NULL,
    total_investment BIGINT,
    pack TEXT COLLATE "C" NOT NULL,
    pack_version TEXT COLLATE "C" NOT NULL,
    sample BOOLEAN NOT NULL,
    PRIMARY KEY (region, project)
);

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
