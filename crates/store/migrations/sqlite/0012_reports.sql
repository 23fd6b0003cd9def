-- Why: who handed in which form for which period, who was chased, what was sent out as a document. The forms
-- themselves are never kept as cells: they are worked out from facts.

-- An edited form between its preview and its end; `sealed` names the sealed file.
CREATE TABLE form_upload (
    region TEXT NOT NULL,
    id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sealed TEXT NOT NULL,
    by_account TEXT NOT NULL,
    by_person TEXT NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (region, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX form_upload_at ON form_upload (region, at, id);

-- A unit's part of a form for a period.
CREATE TABLE report_part (
    region TEXT NOT NULL,
    form TEXT NOT NULL,
    period TEXT NOT NULL,
    unit TEXT NOT NULL,
    due_on TEXT NOT NULL,
    handed_in_on TEXT,
    handed_in_by TEXT,
    rows INTEGER NOT NULL,
    chased_on TEXT,
    PRIMARY KEY (region, form, period, unit)
) STRICT, WITHOUT ROWID;

-- A document that was issued, with its number; `sealed` names the sealed file.
CREATE TABLE issued_document (
    region TEXT NOT NULL,
    id TEXT NOT NULL,
    document TEXT NOT NULL,
    subject TEXT NOT NULL,
    title TEXT NOT NULL,
    number TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    sealed TEXT NOT NULL,
    by_account TEXT NOT NULL,
    by_person TEXT NOT NULL,
    at INTEGER NOT NULL,
    prints INTEGER NOT NULL,
    PRIMARY KEY (region, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX issued_document_at ON issued_document (region, at, id);
CREATE UNIQUE INDEX issued_document_number ON issued_document (region, number);
