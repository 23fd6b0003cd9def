-- Why: an issued document keeps what it said (figures with their rows), for whom it is, and its edition when it is issued
-- anew under the same number; numbers follow one another by series, which is code and year; who took it out, and when.

ALTER TABLE issued_document ADD COLUMN edition BIGINT NOT NULL DEFAULT 1;
ALTER TABLE issued_document ADD COLUMN series TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE issued_document ADD COLUMN n BIGINT NOT NULL DEFAULT 0;
ALTER TABLE issued_document ADD COLUMN by_unit TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE issued_document ADD COLUMN recipients TEXT NOT NULL DEFAULT '';
ALTER TABLE issued_document ADD COLUMN figures TEXT NOT NULL DEFAULT '[]';
ALTER TABLE issued_document ADD COLUMN said TEXT NOT NULL DEFAULT '';
UPDATE issued_document
   SET series = substr(number, 1, strpos(number, '〕')),
       n = CAST(replace(substr(number, strpos(number, '〕') + 1), '号', '') AS BIGINT)
 WHERE number LIKE '%〕%号';
-- One number may now have several editions.
DROP INDEX issued_document_number;
CREATE UNIQUE INDEX issued_document_number ON issued_document (region, number, edition);
CREATE UNIQUE INDEX issued_document_series ON issued_document (region, series, n, edition) WHERE series <> '';
CREATE INDEX issued_document_subject ON issued_document (region, document, subject);

-- Units for which a document is: whoever issued it and whoever receives it.
CREATE TABLE document_unit (
    region TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (region, unit, document)
);

-- Each time that a document was taken out.
CREATE TABLE document_taking (
    region TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    by_account TEXT COLLATE "C" NOT NULL,
    by_person TEXT NOT NULL,
    by_unit TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (region, document, id)
);
