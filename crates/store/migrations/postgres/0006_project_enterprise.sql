-- Why: the portal finds the projects of an enterprise by its registered name, among a million others.
CREATE INDEX project_enterprise ON project (region, enterprise, number) WHERE enterprise IS NOT NULL;
