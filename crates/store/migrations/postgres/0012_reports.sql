-- Why: who handed in which form for which period, who was chased, what was sent out as a document. The forms
-- themselves are never kept as cells: they are worked out from facts.

-- An edited form between its preview and its end; `sealed` names the sealed file.
CREATE TABLE form_upload (
    region TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    file_name TEXT NOT NULL,
    sealed TEXT COLLATE "C" NOT NULL,
    by_account TEXT COLLATE "C" NOT NULL,
    by_person TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE INDEX form_upload_at ON form_upload (region, at, id);

-- A unit's part of a form for a period.
CREATE TABLE report_part (
    region TEXT COLLATE "C" NOT NULL,
    form TEXT COLLATE "C" NOT NULL,
    period TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    due_on DATE NOT NULL,
    handed_in_on DATE,
    handed_in_by TEXT,
    rows BIGINT NOT NULL,
    chased_on DATE,
    PRIMARY KEY (region, form, period, unit)
);

-- A document that was issued, with its number; `sealed` names the sealed file.
CREATE TABLE issued_document (
    region TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    title TEXT NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    issued_on DATE NOT NULL,
    sealed TEXT COLLATE "C" NOT NULL,
    by_account TEXT COLLATE "C" NOT NULL,
    by_person TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    prints BIGINT NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE INDEX issued_document_at ON issued_document (region, at, id);
CREATE UNIQUE INDEX issued_document_number ON issued_document (region, number);
