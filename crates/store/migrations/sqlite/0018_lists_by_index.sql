-- Why: lists of matters and the ledger read what they show, however many closed matters and leads stand beside it. What is
-- open comes along one index in the order of its day, what is done along another; what a unit has to do with along an index
-- of its own. Leads that are not assigned yet are no projects: the ledger leaves them out.

ALTER TABLE matter_unit ADD COLUMN open INTEGER NOT NULL DEFAULT FALSE;
ALTER TABLE matter_unit ADD COLUMN matter_due_on TEXT;
UPDATE matter_unit SET
    open = (SELECT m.phase NOT IN ('closed', 'withdrawn') FROM matter m
             WHERE m.region = matter_unit.region AND m.matter = matter_unit.matter),
    matter_due_on = (SELECT m.due_on FROM matter m
                      WHERE m.region = matter_unit.region AND m.matter = matter_unit.matter)
 WHERE EXISTS (SELECT 1 FROM matter m WHERE m.region = matter_unit.region AND m.matter = matter_unit.matter);
CREATE INDEX matter_unit_due ON matter_unit (region, unit, open, matter_due_on, matter, role, waits);
DROP INDEX matter_unit_waits;
CREATE INDEX matter_unit_waits ON matter_unit (region, unit, matter_due_on, matter, role, waits)
    WHERE waits IS NOT NULL;

DROP INDEX matter_due;
CREATE INDEX matter_open ON matter (region, due_on, matter, phase) WHERE phase NOT IN ('closed', 'withdrawn');
CREATE INDEX matter_done ON matter (region, due_on, matter, phase) WHERE phase IN ('closed', 'withdrawn');
CREATE INDEX matter_issued ON matter (region, issued_on, matter);
CREATE INDEX matter_numbered ON matter (region, kind, year DESC, n DESC);
CREATE INDEX matter_leader ON matter (region, leader, due_on, matter, phase) WHERE leader IS NOT NULL;
CREATE INDEX matter_issued_by ON matter (region, issued_by, due_on, matter, phase);

ALTER TABLE project ADD COLUMN lead INTEGER NOT NULL DEFAULT FALSE;
UPDATE project SET lead = TRUE
 WHERE EXISTS (SELECT 1 FROM lead l WHERE l.region = project.region AND l.project = project.project
                  AND l.phase IN ('pool', 'dormant', 'held', 'lost'));
CREATE INDEX project_assigned ON project (region, updated_at, number) WHERE lead = FALSE;
DROP INDEX project_totals;
CREATE INDEX project_totals ON project (region, finished, removed, withdrawn, sample, in_scope, lead, stage, sector, host,
    authority, receiving_unit, signed_on, yellow_on, red_on, total_investment, introduced_funds, funds_in_place);
