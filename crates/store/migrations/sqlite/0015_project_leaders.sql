-- Why: a leader finds the projects that he leads or sponsors in one look, however many projects there are; the ledger
-- filters by leader and by sponsorship.

-- role is 'leader' (牵头) or the id of a sponsorship of the pack (包保); person is empty while nobody is named.
CREATE TABLE project_leader (
    region TEXT NOT NULL,
    project TEXT NOT NULL,
    role TEXT NOT NULL,
    title TEXT NOT NULL,
    person TEXT NOT NULL,
    office TEXT NOT NULL,
    contact TEXT,
    since TEXT NOT NULL,
    stage_since TEXT,
    progress_on TEXT,
    progress TEXT NOT NULL,
    problems TEXT NOT NULL,
    PRIMARY KEY (region, project, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX project_leader_person ON project_leader (region, person, role, project);
CREATE INDEX project_leader_role ON project_leader (region, role, project);
