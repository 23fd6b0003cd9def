//! Reporting: edited forms on their way in, parts handed in or owed.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Batch, Db, Row, StoreError};

// ---- edited forms

/// An edited form as it was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// Region.
    pub region: String,
    /// Id.
    pub id: String,
    /// Name of the file.
    pub file_name: String,
    /// Hash of the sealed file.
    pub sealed: String,
    /// Account.
    pub by_account: String,
    /// Person.
    pub by_person: String,
    /// When.
    pub at: Timestamp,
    /// `read` or `applied`.
    pub state: String,
    /// What it did, in words.
    pub outcome: String,
}

const UPLOAD: &str = "region, id, file_name, sealed, by_account, by_person, at, state, outcome";

/// Adds an edited form.
pub fn insert_upload(batch: &mut Batch, row: &UploadRow) {
    batch.push(
        "INSERT INTO form_upload (region, id, file_name, sealed, by_account, by_person, at, state, outcome)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        vec![
            row.region.as_str().into(),
            row.id.as_str().into(),
            row.file_name.as_str().into(),
            row.sealed.as_str().into(),
            row.by_account.as_str().into(),
            row.by_person.as_str().into(),
            row.at.into(),
            row.state.as_str().into(),
            row.outcome.as_str().into(),
        ],
    );
}

/// Notes that an edited form was taken. When it was taken already, nothing of the batch is written.
pub fn upload_applied(batch: &mut Batch, region: &str, id: &str, outcome: &str) {
    batch.push(
        "UPDATE form_upload SET state = 'applied', outcome = $3 WHERE region = $1 AND id = $2 AND state = 'read'",
        vec![region.into(), id.into(), outcome.into()],
    );
    batch.expect_rows_of(1, format!("报表文件 {id} "));
}

/// An edited form.
///
/// # Errors
/// As [`Db::rows`].
pub async fn upload(db: &Db, region: &str, id: &str) -> Result<Option<UploadRow>, StoreError> {
    let sql = format!("SELECT {UPLOAD} FROM form_upload WHERE region = $1 AND id = $2");
    let row = db.row(&sql, &[region.into(), id.into()]).await?;
    row.map(|row| read_upload(&row)).transpose()
}

/// The last edited forms, newest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn uploads(db: &Db, region: &str, limit: u32) -> Result<Vec<UploadRow>, StoreError> {
    let sql = format!(
        "SELECT {UPLOAD} FROM form_upload WHERE region = $1 ORDER BY at DESC, id DESC LIMIT $2"
    );
    db.all(&sql, &[region.into(), i64::from(limit).into()], read_upload)
        .await
}

fn read_upload(row: &Row) -> Result<UploadRow, StoreError> {
    Ok(UploadRow {
        region: row.string(0)?,
        id: row.string(1)?,
        file_name: row.string(2)?,
        sealed: row.string(3)?,
        by_account: row.string(4)?,
        by_person: row.string(5)?,
        at: row.time(6)?,
        state: row.string(7)?,
        outcome: row.string(8)?,
    })
}

// ---- parts

/// A unit's part of a form for a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRow {
    /// Region.
    pub region: String,
    /// Form id.
    pub form: String,
    /// Period, `2025-06`.
    pub period: String,
    /// Unit.
    pub unit: String,
    /// Due day.
    pub due_on: Date,
    /// When it was handed in.
    pub handed_in_on: Option<Date>,
    /// By whom.
    pub handed_in_by: Option<String>,
    /// Rows when it was handed in.
    pub rows: i64,
    /// When the unit was chased last.
    pub chased_on: Option<Date>,
    /// What the part's rows said when it was handed in; absent for parts of earlier versions of the program.
    pub digest: Option<String>,
}

/// Notes that a part was handed in; handing in again takes the place of the earlier one.
pub fn hand_in(batch: &mut Batch, row: &PartRow) {
    batch.push(
        "INSERT INTO report_part (region, form, period, unit, due_on, handed_in_on, handed_in_by, rows, digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (region, form, period, unit) DO UPDATE
            SET handed_in_on = excluded.handed_in_on, handed_in_by = excluded.handed_in_by, rows = excluded.rows,
                digest = excluded.digest",
        vec![
            row.region.as_str().into(),
            row.form.as_str().into(),
            row.period.as_str().into(),
            row.unit.as_str().into(),
            row.due_on.into(),
            row.handed_in_on.into(),
            (&row.handed_in_by).into(),
            row.rows.into(),
            (&row.digest).into(),
        ],
    );
}

/// Notes that a unit was chased for its part.
pub fn chase(batch: &mut Batch, row: &PartRow, on: Date) {
    batch.push(
        "INSERT INTO report_part (region, form, period, unit, due_on, rows, chased_on)
         VALUES ($1, $2, $3, $4, $5, 0, $6)
         ON CONFLICT (region, form, period, unit) DO UPDATE SET chased_on = excluded.chased_on",
        vec![
            row.region.as_str().into(),
            row.form.as_str().into(),
            row.period.as_str().into(),
            row.unit.as_str().into(),
            row.due_on.into(),
            on.into(),
        ],
    );
}

/// What is known of the parts of these periods.
///
/// # Errors
/// As [`Db::rows`].
pub async fn parts(
    db: &Db,
    region: &str,
    periods: Vec<String>,
) -> Result<Vec<PartRow>, StoreError> {
    let among = db.dialect().one_of("period", 2);
    let sql = format!(
        "SELECT region, form, period, unit, due_on, handed_in_on, handed_in_by, rows, chased_on, digest
           FROM report_part WHERE region = $1 AND {among} ORDER BY form, period, unit"
    );
    let read = |row: &Row| {
        Ok(PartRow {
            region: row.string(0)?,
            form: row.string(1)?,
            period: row.string(2)?,
            unit: row.string(3)?,
            due_on: row.day(4)?,
            handed_in_on: row.opt_day(5)?,
            handed_in_by: row.opt_string(6)?,
            rows: row.int(7)?,
            chased_on: row.opt_day(8)?,
            digest: row.opt_string(9)?,
        })
    };
    db.all(&sql, &[region.into(), crate::Value::List(periods)], read)
        .await
}
