//! Imports of ledgers: what was uploaded, what became of it, and what has to be known to take it back.

use jiff::Timestamp;

use crate::{Batch, Db, Row, StoreError, Value};

/// An import, from its dry run to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Region.
    pub region: String,
    /// Id; facts name it.
    pub id: String,
    /// Name of the file as uploaded.
    pub file_name: String,
    /// SM3 of the file as uploaded.
    pub sm3: String,
    /// Account; empty for the program.
    pub by_account: String,
    /// Name of the person.
    pub by_person: String,
    /// When it was uploaded.
    pub at: Timestamp,
    /// Rows that are projects.
    pub rows: i64,
    /// Rows that were taken; while work goes on, rows that are done.
    pub accepted: i64,
    /// Rows that were not taken.
    pub rejected: i64,
    /// checked, applying, applied, failed, undoing, undone or discarded.
    pub state: String,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
    /// By whom.
    pub undone_by: Option<String>,
    /// What the service keeps of it, as JSON.
    pub report: String,
}

const COLUMNS: &str = "region, id, file_name, sm3, by_account, by_person, at, rows, accepted, rejected, state, undone_at,
                       undone_by, report_json";

fn read(row: &Row) -> Result<ImportRow, StoreError> {
    Ok(ImportRow {
        region: row.string(0)?,
        id: row.string(1)?,
        file_name: row.string(2)?,
        sm3: row.string(3)?,
        by_account: row.string(4)?,
        by_person: row.string(5)?,
        at: row.time(6)?,
        rows: row.int(7)?,
        accepted: row.int(8)?,
        rejected: row.int(9)?,
        state: row.string(10)?,
        undone_at: row.opt_time(11)?,
        undone_by: row.opt_string(12)?,
        report: row.string(13)?,
    })
}

// ---- writing

/// Adds an import.
pub fn insert(batch: &mut Batch, row: &ImportRow) {
    batch.push(
        "INSERT INTO import_batch (region, id, file_name, sm3, by_account, by_person, at, rows, accepted, rejected,
                                   state, report_json)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        vec![
            row.region.as_str().into(),
            row.id.as_str().into(),
            row.file_name.as_str().into(),
            row.sm3.as_str().into(),
            row.by_account.as_str().into(),
            row.by_person.as_str().into(),
            row.at.into(),
            row.rows.into(),
            row.accepted.into(),
            row.rejected.into(),
            row.state.as_str().into(),
            row.report.as_str().into(),
        ],
    );
}

/// A step from one of some states to another. When the import is in none of them, somebody else was quicker and
/// nothing of the batch is written.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Region.
    pub region: &'a str,
    /// Import.
    pub id: &'a str,
    /// States from which the step goes.
    pub from: &'a [&'a str],
    /// State to which it goes.
    pub to: &'a str,
    /// What the service keeps of it from now on.
    pub report: &'a str,
}

/// Takes a step; `accepted` begins anew.
pub fn step(batch: &mut Batch, step: Step<'_>) {
    take(batch, step, "accepted = 0", Vec::new());
}

/// Takes the step after which rows were taken and others not.
pub fn applied(batch: &mut Batch, step: Step<'_>, accepted: i64, rejected: i64) {
    take(
        batch,
        step,
        "accepted = $5, rejected = $6",
        vec![accepted.into(), rejected.into()],
    );
}

/// Takes the step after which the import is taken back.
pub fn undone(batch: &mut Batch, step: Step<'_>, at: Timestamp, by: &str) {
    take(
        batch,
        step,
        "undone_at = $5, undone_by = $6",
        vec![at.into(), by.into()],
    );
}

fn take(batch: &mut Batch, step: Step<'_>, set: &str, values: Vec<Value>) {
    let from: Vec<String> = step.from.iter().map(|state| format!("'{state}'")).collect();
    let mut params: Vec<Value> = vec![
        step.region.into(),
        step.id.into(),
        step.to.into(),
        step.report.into(),
    ];
    params.extend(values);
    let sql = format!(
        "UPDATE import_batch SET state = $3, report_json = $4, {set}
          WHERE region = $1 AND id = $2 AND state IN ({})",
        from.join(", ")
    );
    batch.push(sql, params);
    batch.expect_rows_of(1, "这次导入");
}

/// Notes how many rows are done while work goes on.
pub fn progress(batch: &mut Batch, region: &str, id: &str, done: i64) {
    batch.push(
        "UPDATE import_batch SET accepted = $3 WHERE region = $1 AND id = $2 AND state IN ('applying', 'undoing')",
        vec![region.into(), id.into(), done.into()],
    );
}

/// The rest of the batch is written only while `holder` has the lease: whoever lost it to another must not finish.
pub fn while_held(batch: &mut Batch, lease: &str, holder: &str, until: Timestamp) {
    batch.push(
        "UPDATE lease SET until = $3 WHERE name = $1 AND holder = $2",
        vec![lease.into(), holder.into(), until.into()],
    );
    batch.expect_rows_of(1, "这次导入");
}

/// Names the import on the rows of the projects that it brought.
pub fn mark(batch: &mut Batch, region: &str, id: &str, projects: &[String]) {
    for some in projects.chunks(500) {
        let places: Vec<String> = (3..some.len() + 3).map(|n| format!("${n}")).collect();
        let mut params: Vec<Value> = vec![region.into(), id.into()];
        params.extend(some.iter().map(Value::from));
        let sql = format!(
            "UPDATE project SET import_batch = $2 WHERE region = $1 AND project IN ({})",
            places.join(", ")
        );
        batch.push(sql, params);
    }
}

/// Replaces what the service keeps of an import, while it is in the state in which it was read.
pub fn keep(batch: &mut Batch, row: &ImportRow, report: &str) {
    batch.push(
        "UPDATE import_batch SET report_json = $4 WHERE region = $1 AND id = $2 AND state = $3",
        vec![
            row.region.as_str().into(),
            row.id.as_str().into(),
            row.state.as_str().into(),
            report.into(),
        ],
    );
    batch.expect_rows_of(1, "这次导入");
}

/// Deletes an import of which nothing is in the ledger, while it is in the state in which it was read.
pub fn delete(batch: &mut Batch, row: &ImportRow) {
    batch.push(
        "DELETE FROM import_batch WHERE region = $1 AND id = $2 AND state = $3",
        vec![
            row.region.as_str().into(),
            row.id.as_str().into(),
            row.state.as_str().into(),
        ],
    );
    batch.expect_rows_of(1, "这次导入");
}

// ---- reading

/// An import by its id.
///
/// # Errors
/// As [`Db::rows`].
pub async fn get(db: &Db, region: &str, id: &str) -> Result<Option<ImportRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM import_batch WHERE region = $1 AND id = $2");
    db.row(&sql, &[region.into(), id.into()])
        .await?
        .map(|row| read(&row))
        .transpose()
}

/// The last imports of a region, newest first; those that were given up are left out.
///
/// # Errors
/// As [`Db::rows`].
pub async fn recent(db: &Db, region: &str, limit: u32) -> Result<Vec<ImportRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM import_batch WHERE region = $1 AND state <> 'discarded' ORDER BY at DESC, id DESC LIMIT $2"
    );
    db.rows(&sql, &[region.into(), limit.into()])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Imports whose time is over: those uploaded before a moment of which something is still kept and on which nobody is
/// at work, and those that were given up.
///
/// # Errors
/// As [`Db::rows`].
pub async fn to_forget(
    db: &Db,
    region: &str,
    before: Timestamp,
) -> Result<Vec<ImportRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM import_batch
          WHERE region = $1
            AND (state = 'discarded'
                 OR (at < $2 AND state IN ('checked', 'failed', 'applied', 'undone')
                     AND report_json NOT LIKE '%\"forgotten\":true%'))
          ORDER BY at, id"
    );
    db.rows(&sql, &[region.into(), before.into()])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// When the same file was imported before, and by whom; nothing when it was not or was taken back since.
///
/// # Errors
/// As [`Db::rows`].
pub async fn same_file(
    db: &Db,
    region: &str,
    sm3: &str,
) -> Result<Option<(Timestamp, String)>, StoreError> {
    const SQL: &str = "SELECT at, by_person FROM import_batch
                        WHERE region = $1 AND sm3 = $2 AND state = 'applied' ORDER BY at DESC LIMIT 1";
    match db.row(SQL, &[region.into(), sm3.into()]).await? {
        Some(row) => Ok(Some((row.time(0)?, row.string(1)?))),
        None => Ok(None),
    }
}

/// What somebody did with a project after an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkSince {
    /// Project.
    pub project: String,
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// How many facts.
    pub facts: u64,
    /// When the last of them was recorded.
    pub last_at: Timestamp,
}

/// Facts of other origin that were recorded, after an import, on the projects that it brought or on these others. What
/// the program itself records (reminders) is no work.
///
/// # Errors
/// As [`Db::rows`].
pub async fn work_since(
    db: &Db,
    region: &str,
    id: &str,
    others: Vec<String>,
) -> Result<Vec<WorkSince>, StoreError> {
    let among = db.dialect().one_of("p.project", 3);
    let sql = format!(
        "SELECT p.project, p.number, p.name, count(*), max(e.recorded_at)
           FROM project p JOIN event e ON e.region = p.region AND e.stream = p.project
          WHERE p.region = $1 AND (p.import_batch = $2 OR {among}) AND p.withdrawn = FALSE
            AND e.kind NOT IN ('escalated', 'withdrawn')
            AND e.by_json NOT LIKE $4
            AND e.version > (SELECT max(own.version) FROM event own
                              WHERE own.region = p.region AND own.stream = p.project AND own.by_json LIKE $4)
          GROUP BY p.project, p.number, p.name ORDER BY p.number"
    );
    let marked = format!("%\"import\":\"{id}\"%");
    let params = [region.into(), id.into(), Value::List(others), marked.into()];
    let read = |row: &Row| {
        Ok(WorkSince {
            project: row.string(0)?,
            number: row.int(1)?,
            name: row.string(2)?,
            facts: row.count(3)?,
            last_at: row.time(4)?,
        })
    };
    db.rows(&sql, &params).await?.iter().map(read).collect()
}
