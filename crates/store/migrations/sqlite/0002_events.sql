-- Why: what happened is kept. Events of a stream are chained by SM3, days of a region by a root over their events,
-- so that a change behind the program's back can be found.

CREATE TABLE event (
    region TEXT NOT NULL,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    happened_on TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    by_json TEXT NOT NULL,
    data TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (region, stream, version)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX event_seq ON event (seq);
CREATE INDEX event_recorded ON event (region, recorded_at);
-- Removals are rare and must be counted by month.
CREATE INDEX event_removal ON event (region, happened_on) WHERE kind = 'removal_decided';

CREATE TABLE daily_root (
    region TEXT NOT NULL,
    day TEXT NOT NULL,
    root TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (region, day)
) STRICT, WITHOUT ROWID;

-- Human numbers: the last one given, by region and kind.
CREATE TABLE counter (
    region TEXT NOT NULL,
    kind TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (region, kind)
) STRICT, WITHOUT ROWID;
