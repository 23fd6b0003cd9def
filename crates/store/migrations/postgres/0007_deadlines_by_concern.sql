-- Why: the workbench of a unit shows what it answers for, counts down or hosts, without looking at the deadlines of the
-- others; lists come along an index in their own order, and counts are read from it alone.

ALTER TABLE deadline ADD COLUMN host TEXT COLLATE "C";
UPDATE deadline SET host = (SELECT p.host FROM project p
                             WHERE p.region = deadline.region AND p.project = deadline.project);

DROP INDEX deadline_due;
DROP INDEX deadline_unit;
DROP INDEX deadline_provisional;
CREATE INDEX deadline_due ON deadline (region, due_on, project, node, grace_until)
    WHERE done_on IS NULL AND suspended = FALSE;
CREATE INDEX deadline_unit ON deadline (region, unit, due_on, project, node, grace_until)
    WHERE done_on IS NULL AND suspended = FALSE;
CREATE INDEX deadline_warned ON deadline (region, warned_by, due_on, project, node, grace_until)
    WHERE done_on IS NULL AND suspended = FALSE;
CREATE INDEX deadline_host ON deadline (region, host, due_on, project, node, grace_until)
    WHERE done_on IS NULL AND suspended = FALSE;
CREATE INDEX deadline_stopped ON deadline (region, due_on, project, node)
    WHERE done_on IS NULL AND suspended = TRUE;
CREATE INDEX deadline_provisional ON deadline (region, due_on, project, node) WHERE provisional = TRUE;

-- Alerts that nobody has dealt with, unit by unit: those of the badge and of the workbench.
DROP INDEX alert_open;
CREATE INDEX alert_open ON alert (region, unit, raised_on, id) WHERE handled_at IS NULL;
