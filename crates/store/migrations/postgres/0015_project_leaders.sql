-- Why: a leader finds the projects that he leads or sponsors in one look, however many projects there are; the ledger
-- filters by leader and by sponsorship.

-- role is 'leader' (牵头) or the id of a sponsorship of the pack (包保); person is empty while nobody is named.
CREATE TABLE project_leader (
    region TEXT COLLATE "C" NOT NULL,
    project TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    office TEXT COLLATE "C" NOT NULL,
    contact TEXT COLLATE "C",
    since DATE NOT NULL,
    stage_since DATE,
    progress_on DATE,
    progress TEXT COLLATE "C" NOT NULL,
    problems TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (region, project, role)
);
CREATE INDEX project_leader_person ON project_leader (region, person, role, project);
CREATE INDEX project_leader_role ON project_leader (region, role, project);
