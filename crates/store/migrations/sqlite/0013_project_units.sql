-- Why: units to which a project was assigned (承接责任单位, 配合单位, 牵头责任领导) find it in their lists.
CREATE TABLE project_unit (
    region TEXT NOT NULL,
    unit TEXT NOT NULL,
    project TEXT NOT NULL,
    PRIMARY KEY (region, unit, project)
) STRICT, WITHOUT ROWID;
CREATE INDEX project_unit_project ON project_unit (region, project);
