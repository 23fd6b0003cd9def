//! Official documents that were issued: their numbers, what they said, for whom they are, who took them out.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::rows::{insert_values, params_of};
use crate::{Batch, Db, Row, StoreError, Value};

/// A document that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedRow {
    /// Region.
    pub region: String,
    /// Id.
    pub id: String,
    /// Id of the document in the pack.
    pub document: String,
    /// What it is about: the id of a project, a matter or a meeting, or a period.
    pub subject: String,
    /// Title.
    pub title: String,
    /// 潭开放办〔2025〕3号.
    pub number: String,
    /// Day of issue.
    pub issued_on: Date,
    /// Hash of the sealed file.
    pub sealed: String,
    /// Account.
    pub by_account: String,
    /// Person.
    pub by_person: String,
    /// When it was made.
    pub at: Timestamp,
    /// How often it was taken out or printed.
    pub prints: i64,
    /// 1 for the first; further ones have the same number.
    pub edition: i64,
    /// Code and year, `潭开放办〔2025〕`; empty where the number is that of the subject itself.
    pub series: String,
    /// Running number in the series.
    pub n: i64,
    /// Unit of the person.
    pub by_unit: String,
    /// Recipients as they are printed.
    pub recipients: String,
    /// The figures with their rows, as JSON.
    pub figures: String,
    /// Hash of what it says, but for number and day: a later one that differs says something else.
    pub said: String,
}

const COLUMNS: &str = "region, id, document, subject, title, number, issued_on, sealed, by_account, by_person, at, prints, \
    edition, series, n, by_unit, recipients, figures, said";
const COLUMN_COUNT: usize = 19;

fn values(row: &IssuedRow) -> [Value; COLUMN_COUNT] {
    [
        row.region.as_str().into(),
        row.id.as_str().into(),
        row.document.as_str().into(),
        row.subject.as_str().into(),
        row.title.as_str().into(),
        row.number.as_str().into(),
        row.issued_on.into(),
        row.sealed.as_str().into(),
        row.by_account.as_str().into(),
        row.by_person.as_str().into(),
        row.at.into(),
        row.prints.into(),
        row.edition.into(),
        row.series.as_str().into(),
        row.n.into(),
        row.by_unit.as_str().into(),
        row.recipients.as_str().into(),
        row.figures.as_str().into(),
        row.said.as_str().into(),
    ]
}

fn read(row: &Row) -> Result<IssuedRow, StoreError> {
    Ok(IssuedRow {
        region: row.string(0)?,
        id: row.string(1)?,
        document: row.string(2)?,
        subject: row.string(3)?,
        title: row.string(4)?,
        number: row.string(5)?,
        issued_on: row.day(6)?,
        sealed: row.string(7)?,
        by_account: row.string(8)?,
        by_person: row.string(9)?,
        at: row.time(10)?,
        prints: row.int(11)?,
        edition: row.int(12)?,
        series: row.string(13)?,
        n: row.int(14)?,
        by_unit: row.string(15)?,
        recipients: row.string(16)?,
        figures: row.string(17)?,
        said: row.string(18)?,
    })
}

/// Adds an issued document with the units that it is for. When somebody else took the number meanwhile, writing the
/// batch answers [`StoreError::Conflict`] and nothing of it is written: no number is given twice and none is left out.
pub fn insert(batch: &mut Batch, row: &IssuedRow, units: &[String]) {
    let places = insert_values(1, COLUMN_COUNT);
    batch.push(
        format!("INSERT INTO issued_document ({COLUMNS}) VALUES {places}"),
        values(row).to_vec(),
    );
    batch.first_wins(1, "文号");
    if units.is_empty() {
        return;
    }
    let unit = |unit: &String| -> [Value; 3] {
        [
            row.region.as_str().into(),
            unit.into(),
            row.id.as_str().into(),
        ]
    };
    let places = insert_values(units.len(), 3);
    batch.push(
        format!(
            "INSERT INTO document_unit (region, unit, document) VALUES {places} ON CONFLICT DO NOTHING"
        ),
        params_of(units, unit),
    );
}

/// Somebody who took a document out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakingRow {
    /// Id, in the order of time.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Account.
    pub by_account: String,
    /// Person.
    pub by_person: String,
    /// Unit.
    pub by_unit: String,
}

/// Notes that a document was taken out once more.
pub fn taken(batch: &mut Batch, region: &str, document: &str, taking: &TakingRow) {
    batch.push(
        "UPDATE issued_document SET prints = prints + 1 WHERE region = $1 AND id = $2",
        vec![region.into(), document.into()],
    );
    batch.expect_rows_of(1, "公文");
    batch.push(
        "INSERT INTO document_taking (region, document, id, at, by_account, by_person, by_unit)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            region.into(),
            document.into(),
            taking.id.as_str().into(),
            taking.at.into(),
            taking.by_account.as_str().into(),
            taking.by_person.as_str().into(),
            taking.by_unit.as_str().into(),
        ],
    );
}

/// The last takings of a document, newest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn takings(
    db: &Db,
    region: &str,
    document: &str,
    limit: u32,
) -> Result<Vec<TakingRow>, StoreError> {
    const SQL: &str = "SELECT id, at, by_account, by_person, by_unit FROM document_taking
                        WHERE region = $1 AND document = $2 ORDER BY id DESC LIMIT $3";
    let read = |row: &Row| {
        Ok(TakingRow {
            id: row.string(0)?,
            at: row.time(1)?,
            by_account: row.string(2)?,
            by_person: row.string(3)?,
            by_unit: row.string(4)?,
        })
    };
    let params = [region.into(), document.into(), limit.into()];
    db.rows(SQL, &params).await?.iter().map(read).collect()
}

/// The last number given in a series; 0 when there is none.
///
/// # Errors
/// As [`Db::rows`].
pub async fn last_number(db: &Db, region: &str, series: &str) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COALESCE(MAX(n), 0) FROM issued_document
                        WHERE region = $1 AND series = $2 AND series <> ''";
    let row = db.row(SQL, &[region.into(), series.into()]).await?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// A document.
///
/// # Errors
/// As [`Db::rows`].
pub async fn get(db: &Db, region: &str, id: &str) -> Result<Option<IssuedRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM issued_document WHERE region = $1 AND id = $2");
    let row = db.row(&sql, &[region.into(), id.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// Whether a document is for a unit.
///
/// # Errors
/// As [`Db::rows`].
pub async fn is_for(db: &Db, region: &str, id: &str, unit: &str) -> Result<bool, StoreError> {
    const SQL: &str =
        "SELECT 1 FROM document_unit WHERE region = $1 AND unit = $2 AND document = $3";
    let row = db
        .row(SQL, &[region.into(), unit.into(), id.into()])
        .await?;
    Ok(row.is_some())
}

/// The last documents, newest first; of a unit, those that are for it.
///
/// # Errors
/// As [`Db::rows`].
pub async fn last(
    db: &Db,
    region: &str,
    unit: Option<&str>,
    limit: u32,
) -> Result<Vec<IssuedRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM issued_document d
          WHERE d.region = $1 AND ($2 = '' OR EXISTS (SELECT 1 FROM document_unit u
                 WHERE u.region = d.region AND u.unit = $2 AND u.document = d.id))
          ORDER BY at DESC, id DESC LIMIT $3"
    );
    let params = [region.into(), unit.unwrap_or_default().into(), limit.into()];
    db.rows(&sql, &params).await?.iter().map(read).collect()
}

/// What was issued about a subject, newest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn about(
    db: &Db,
    region: &str,
    document: &str,
    subject: &str,
) -> Result<Vec<IssuedRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM issued_document
          WHERE region = $1 AND document = $2 AND subject = $3 ORDER BY at DESC, id DESC"
    );
    let params = [region.into(), document.into(), subject.into()];
    db.rows(&sql, &params).await?.iter().map(read).collect()
}

/// Every issue of these documents, first ones first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn issues_of(
    db: &Db,
    region: &str,
    documents: Vec<String>,
) -> Result<Vec<IssuedRow>, StoreError> {
    let among = db.dialect().one_of("document", 2);
    let sql = format!(
        "SELECT {COLUMNS} FROM issued_document WHERE region = $1 AND {among} ORDER BY issued_on, at, id"
    );
    db.all(&sql, &[region.into(), Value::List(documents)], read)
        .await
}
