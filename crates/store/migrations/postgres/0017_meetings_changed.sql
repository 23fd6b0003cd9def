-- Why: meetings have a time of day and can be changed, so that the units that are called are told what is new; periodic
-- meetings are reminded of once each; the decisions of a meeting are looked up by the meeting.

ALTER TABLE meeting ADD COLUMN held_at TEXT NOT NULL DEFAULT '';
-- When it was called, changed, postponed or cancelled last.
ALTER TABLE meeting ADD COLUMN announced_at TIMESTAMPTZ NOT NULL DEFAULT to_timestamp(0);
UPDATE meeting SET announced_at = coalesce((SELECT min(e.recorded_at) FROM event e
    WHERE e.region = meeting.region AND e.stream = 'meeting:' || meeting.meeting), to_timestamp(0));
CREATE INDEX meeting_kind ON meeting (region, kind, held_on);

CREATE TABLE meeting_alert (
    region TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    period_last DATE NOT NULL,
    level BIGINT NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    raised_on DATE NOT NULL,
    text TEXT NOT NULL,
    clause TEXT NOT NULL,
    PRIMARY KEY (region, id)
);
-- Once each: the sweep may run any number of times a day.
CREATE UNIQUE INDEX meeting_alert_once ON meeting_alert (region, kind, period_last, level, unit);
CREATE INDEX meeting_alert_unit ON meeting_alert (region, unit, raised_on);

CREATE INDEX matter_source ON matter (region, source_id) WHERE source_id IS NOT NULL;
