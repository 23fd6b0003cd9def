-- Why: meetings are listed by day; their facts (agenda, minutes, decisions) stand in the event log under streams
-- meeting:<id>.

CREATE TABLE meeting (
    region TEXT COLLATE "C" NOT NULL,
    meeting TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    kind_title TEXT NOT NULL,
    title TEXT NOT NULL,
    held_on DATE NOT NULL,
    place TEXT NOT NULL,
    chair TEXT COLLATE "C" NOT NULL,
    holder TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    items BIGINT NOT NULL,
    decisions BIGINT NOT NULL,
    sample BOOLEAN NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (region, meeting)
);
CREATE INDEX meeting_held ON meeting (region, held_on, meeting);

-- Units that are called to a meeting or hold it.
CREATE TABLE meeting_unit (
    region TEXT COLLATE "C" NOT NULL,
    meeting TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (region, meeting, unit)
);
CREATE INDEX meeting_unit_unit ON meeting_unit (region, unit);
