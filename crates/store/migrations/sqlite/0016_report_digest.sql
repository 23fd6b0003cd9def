-- Why: the centre wants to know whether the rows of a part that was handed in say something else now. The digest is
-- taken over what they said on that day.
ALTER TABLE report_part ADD COLUMN digest TEXT;
