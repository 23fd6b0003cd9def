-- Why: units to which a project was assigned (承接责任单位, 配合单位, 牵头责任领导) find it in their lists.
CREATE TABLE project_unit (
    region TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    project TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (region, unit, project)
);
CREATE INDEX project_unit_project ON project_unit (region, project);
