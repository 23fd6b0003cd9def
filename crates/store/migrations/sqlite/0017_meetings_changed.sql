-- Why: meetings have a time of day and can be changed, so that the units that are called are told what is new; periodic
-- meetings are reminded of once each; the decisions of a meeting are looked up by the meeting.

ALTER TABLE meeting ADD COLUMN held_at TEXT NOT NULL DEFAULT '';
-- When it was called, changed, postponed or cancelled last.
ALTER TABLE meeting ADD COLUMN announced_at INTEGER NOT NULL DEFAULT 0;
UPDATE meeting SET announced_at = coalesce((SELECT min(e.recorded_at) FROM event e
    WHERE e.region = meeting.region AND e.stream = 'meeting:' || meeting.meeting), 0);
CREATE INDEX meeting_kind ON meeting (region, kind, held_on);

CREATE TABLE meeting_alert (
    region TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    period_last TEXT NOT NULL,
    level INTEGER NOT NULL,
    unit TEXT NOT NULL,
    raised_on TEXT NOT NULL,
    text TEXT NOT NULL,
    clause TEXT NOT NULL,
    PRIMARY KEY (region, id)
) STRICT;
-- Once each: the sweep may run any number of times a day.
CREATE UNIQUE INDEX meeting_alert_once ON meeting_alert (region, kind, period_last, level, unit);
CREATE INDEX meeting_alert_unit ON meeting_alert (region, unit, raised_on);

CREATE INDEX matter_source ON matter (region, source_id) WHERE source_id IS NOT NULL;
