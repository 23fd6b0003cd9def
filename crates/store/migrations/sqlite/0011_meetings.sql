-- Why: meetings are listed by day; their facts (agenda, minutes, decisions) stand in the event log under streams
-- meeting:<id>.

CREATE TABLE meeting (
    region TEXT NOT NULL,
    meeting TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    kind_title TEXT NOT NULL,
    title TEXT NOT NULL,
    held_on TEXT NOT NULL,
    place TEXT NOT NULL,
    chair TEXT NOT NULL,
    holder TEXT NOT NULL,
    state TEXT NOT NULL,
    items INTEGER NOT NULL,
    decisions INTEGER NOT NULL,
    sample INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (region, meeting)
) STRICT, WITHOUT ROWID;
CREATE INDEX meeting_held ON meeting (region, held_on, meeting);

-- Units that are called to a meeting or hold it.
CREATE TABLE meeting_unit (
    region TEXT NOT NULL,
    meeting TEXT NOT NULL,
    unit TEXT NOT NULL,
    PRIMARY KEY (region, meeting, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX meeting_unit_unit ON meeting_unit (region, unit);
