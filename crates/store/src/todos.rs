//! What waits for whom: one row for each unit that can act.

use jiff::civil::Date;

use crate::rows::{insert_values, params_of};
use crate::{Batch, Db, Row, StoreError, Value};

/// Something that waits for a unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TodoRow {
    /// Region.
    pub region: String,
    /// Project.
    pub project: String,
    /// certify, review_extension …
    pub kind: String,
    /// What it is about: a milestone, a stage, the number of a fact.
    pub subject: String,
    /// The unit that can do it.
    pub unit: String,
    /// Title.
    pub title: String,
    /// Since when it waits.
    pub since: Date,
    /// By when, if a rule says so.
    pub due_on: Option<Date>,
}

const COLUMNS: &str = "region, project, kind, subject, unit, title, since, due_on";
const COLUMN_COUNT: usize = 8;

fn values(row: &TodoRow) -> [Value; COLUMN_COUNT] {
    [
        row.region.as_str().into(),
        row.project.as_str().into(),
        row.kind.as_str().into(),
        row.subject.as_str().into(),
        row.unit.as_str().into(),
        row.title.as_str().into(),
        row.since.into(),
        row.due_on.into(),
    ]
}

fn read(row: &Row) -> Result<TodoRow, StoreError> {
    Ok(TodoRow {
        region: row.string(0)?,
        project: row.string(1)?,
        kind: row.string(2)?,
        subject: row.string(3)?,
        unit: row.string(4)?,
        title: row.string(5)?,
        since: row.day(6)?,
        due_on: row.opt_day(7)?,
    })
}

/// Writes what waits in a project in place of what waited.
pub fn replace(batch: &mut Batch, region: &str, project: &str, rows: &[TodoRow]) {
    batch.push(
        "DELETE FROM todo WHERE region = $1 AND project = $2",
        vec![region.into(), project.into()],
    );
    insert(batch, rows);
}

/// Writes what waits in a project in which nothing waited.
pub fn insert(batch: &mut Batch, rows: &[TodoRow]) {
    if !rows.is_empty() {
        // The same waits for the same unit once, even when two roles make it so.
        let places = insert_values(rows.len(), COLUMN_COUNT);
        let sql = format!("INSERT INTO todo ({COLUMNS}) VALUES {places} ON CONFLICT DO NOTHING");
        batch.push(sql, params_of(rows, values));
    }
}

/// What waits in a project.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_project(db: &Db, region: &str, project: &str) -> Result<Vec<TodoRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM todo WHERE region = $1 AND project = $2 ORDER BY since, kind, subject, unit"
    );
    db.rows(&sql, &[region.into(), project.into()])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// What waits in several projects.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_projects(
    db: &Db,
    region: &str,
    projects: &[String],
) -> Result<Vec<TodoRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM todo WHERE region = $1 AND {} ORDER BY project, since, kind, subject, unit",
        db.dialect().one_of("project", 2)
    );
    let params = [region.into(), Value::List(projects.to_vec())];
    db.rows(&sql, &params).await?.iter().map(read).collect()
}

/// Something that waits, with what lists show of its project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRow {
    /// What waits.
    pub todo: TodoRow,
    /// Number of the project.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Whether it is sample data.
    pub sample: bool,
}

/// What waits for any of these units: what has a day first, the earliest first; then the longest waiting.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_units(
    db: &Db,
    region: &str,
    units: &[String],
    limit: u32,
) -> Result<Vec<WaitingRow>, StoreError> {
    let columns: Vec<String> = COLUMNS
        .split(", ")
        .map(|column| format!("t.{column}"))
        .collect();
    let sql = format!(
        "SELECT {}, p.number, p.name, p.sample
           FROM todo t JOIN project p ON p.region = t.region AND p.project = t.project
          WHERE t.region = $1 AND {}
          ORDER BY CASE WHEN t.due_on IS NULL THEN 1 ELSE 0 END, t.due_on, t.since, t.project, t.subject LIMIT $3",
        columns.join(", "),
        db.dialect().one_of("t.unit", 2)
    );
    let read = |row: &Row| {
        Ok(WaitingRow {
            todo: read(row)?,
            number: row.int(COLUMN_COUNT)?,
            name: row.string(COLUMN_COUNT + 1)?,
            sample: row.bool(COLUMN_COUNT + 2)?,
        })
    };
    let params = [region.into(), Value::List(units.to_vec()), limit.into()];
    db.rows(&sql, &params).await?.iter().map(read).collect()
}

/// How much waits for any of these units.
///
/// # Errors
/// As [`Db::rows`].
pub async fn count(db: &Db, region: &str, units: &[String]) -> Result<u64, StoreError> {
    let sql = format!(
        "SELECT count(*) FROM todo WHERE region = $1 AND {}",
        db.dialect().one_of("unit", 2)
    );
    let row = db
        .row(&sql, &[region.into(), Value::List(units.to_vec())])
        .await?;
    row.map_or(Ok(0), |row| row.count(0))
}
