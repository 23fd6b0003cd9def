//! What is due: one row for each stage and step of a project whose clock runs or ran. The daily sweep reads those of
//! which something must be sent, the workbench those of a unit, the alert pages those of a window.

use jiff::civil::Date;

use crate::rows::{insert_values, params_of};
use crate::{Batch, Db, Row, RowStream, StoreError, Value};

/// A deadline.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeadlineRow {
    /// Region.
    pub region: String,
    /// Project.
    pub project: String,
    /// Stage or step.
    pub node: String,
    /// stage or step.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// When the clock began.
    pub opens_on: Option<Date>,
    /// First day of the warning.
    pub warn_on: Option<Date>,
    /// The last day.
    pub due_on: Option<Date>,
    /// The last day on which a slight delay is no breach.
    pub grace_until: Option<Date>,
    /// When it was done.
    pub done_on: Option<Date>,
    /// The clock is held.
    pub suspended: bool,
    /// A year without published arrangement was reached.
    pub provisional: bool,
    /// Responsible unit.
    pub unit: Option<String>,
    /// Who warns, by role or name.
    pub warned_by: Option<String>,
    /// Clause.
    pub clause: String,
    /// Highest escalation already sent; kept while the due day stays.
    pub level: i64,
    /// Next day on which something must be sent; the sweep's own choice is kept while the days stay.
    pub notify_on: Option<Date>,
    /// 属地政府 of the project, so that what concerns it is found along an index.
    pub host: Option<String>,
}

const COLUMNS: &str = "region, project, node, kind, title, opens_on, warn_on, due_on, grace_until, done_on, suspended,
                       provisional, unit, warned_by, clause, level, notify_on, host";
const COLUMN_COUNT: usize = 18;

fn values(row: &DeadlineRow) -> [Value; COLUMN_COUNT] {
    [
        row.region.as_str().into(),
        row.project.as_str().into(),
        row.node.as_str().into(),
        row.kind.as_str().into(),
        row.title.as_str().into(),
        row.opens_on.into(),
        row.warn_on.into(),
        row.due_on.into(),
        row.grace_until.into(),
        row.done_on.into(),
        row.suspended.into(),
        row.provisional.into(),
        (&row.unit).into(),
        (&row.warned_by).into(),
        row.clause.as_str().into(),
        row.level.into(),
        row.notify_on.into(),
        (&row.host).into(),
    ]
}

fn read(row: &Row) -> Result<DeadlineRow, StoreError> {
    Ok(DeadlineRow {
        region: row.string(0)?,
        project: row.string(1)?,
        node: row.string(2)?,
        kind: row.string(3)?,
        title: row.string(4)?,
        opens_on: row.opt_day(5)?,
        warn_on: row.opt_day(6)?,
        due_on: row.opt_day(7)?,
        grace_until: row.opt_day(8)?,
        done_on: row.opt_day(9)?,
        suspended: row.bool(10)?,
        provisional: row.bool(11)?,
        unit: row.opt_string(12)?,
        warned_by: row.opt_string(13)?,
        clause: row.string(14)?,
        level: row.int(15)?,
        notify_on: row.opt_day(16)?,
        host: row.opt_string(17)?,
    })
}

// ---- writing

/// What was sent stays sent while the due day stays; a new due day starts the escalation anew.
const SAME_DUE: &str = "deadline.due_on IS NOT DISTINCT FROM excluded.due_on";
/// The sweep's next day stays while neither the days nor the state of the clock change.
const SAME_CLOCK: &str = "deadline.due_on IS NOT DISTINCT FROM excluded.due_on
        AND deadline.warn_on IS NOT DISTINCT FROM excluded.warn_on
        AND deadline.grace_until IS NOT DISTINCT FROM excluded.grace_until
        AND deadline.done_on IS NOT DISTINCT FROM excluded.done_on
        AND deadline.suspended = excluded.suspended";

/// Writes a project's deadlines in place of those it had; rows that stay as they are are not touched.
pub fn replace(batch: &mut Batch, region: &str, project: &str, rows: &[DeadlineRow]) {
    let mut params: Vec<Value> = vec![region.into(), project.into()];
    let gone = if rows.is_empty() {
        String::new()
    } else {
        params.extend(rows.iter().map(|row| Value::from(row.node.as_str())));
        let nodes: Vec<String> = (3..rows.len() + 3).map(|n| format!("${n}")).collect();
        format!(" AND node NOT IN ({})", nodes.join(", "))
    };
    batch.push(
        format!("DELETE FROM deadline WHERE region = $1 AND project = $2{gone}"),
        params,
    );
    insert(batch, rows);
}

/// Writes the deadlines of a project; of those that it has, those that stay as they are are not touched.
pub fn insert(batch: &mut Batch, rows: &[DeadlineRow]) {
    if rows.is_empty() {
        return;
    }
    let sql = format!(
        "INSERT INTO deadline ({COLUMNS}) VALUES {}
         ON CONFLICT (region, project, node) DO UPDATE SET
            kind = excluded.kind, title = excluded.title, opens_on = excluded.opens_on, warn_on = excluded.warn_on,
            due_on = excluded.due_on, grace_until = excluded.grace_until, done_on = excluded.done_on,
            suspended = excluded.suspended, provisional = excluded.provisional, unit = excluded.unit,
            warned_by = excluded.warned_by, clause = excluded.clause, host = excluded.host,
            level = CASE WHEN {SAME_DUE} THEN deadline.level ELSE excluded.level END,
            notify_on = CASE WHEN {SAME_CLOCK} THEN deadline.notify_on ELSE excluded.notify_on END
         WHERE NOT ({SAME_CLOCK}
            AND deadline.kind = excluded.kind AND deadline.title = excluded.title
            AND deadline.opens_on IS NOT DISTINCT FROM excluded.opens_on
            AND deadline.provisional = excluded.provisional AND deadline.unit IS NOT DISTINCT FROM excluded.unit
            AND deadline.warned_by IS NOT DISTINCT FROM excluded.warned_by AND deadline.clause = excluded.clause
            AND deadline.host IS NOT DISTINCT FROM excluded.host)",
        insert_values(rows.len(), COLUMN_COUNT)
    );
    batch.push(sql, params_of(rows, values));
}

/// Notes what the sweep sent: the level reached and the next day, if there is one. Only while the due day is the one
/// that was swept.
pub fn set_notified(batch: &mut Batch, row: &DeadlineRow, level: i64, notify_on: Option<Date>) {
    batch.push(
        "UPDATE deadline SET level = $4, notify_on = $5
          WHERE region = $1 AND project = $2 AND node = $3 AND due_on = $6",
        vec![
            row.region.as_str().into(),
            row.project.as_str().into(),
            row.node.as_str().into(),
            level.into(),
            notify_on.into(),
            row.due_on.into(),
        ],
    );
}

// ---- reading

/// Deadlines of a project, by due day.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_project(
    db: &Db,
    region: &str,
    project: &str,
) -> Result<Vec<DeadlineRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deadline WHERE region = $1 AND project = $2 ORDER BY due_on, node"
    );
    db.rows(&sql, &[region.into(), project.into()])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Projects with deadlines that were worked out without a published arrangement: `(region, project)`.
///
/// # Errors
/// As [`Db::rows`].
pub async fn provisional(db: &Db) -> Result<Vec<(String, String)>, StoreError> {
    const SQL: &str = "SELECT DISTINCT region, project FROM deadline WHERE provisional = TRUE ORDER BY region, project";
    db.rows(SQL, &[])
        .await?
        .iter()
        .map(|row| Ok((row.string(0)?, row.string(1)?)))
        .collect()
}

/// Projects with a deadline, done or not, that is due on a day or later: `(region, project)`.
///
/// # Errors
/// As [`Db::rows`].
pub async fn due_since(db: &Db, from: Date) -> Result<Vec<(String, String)>, StoreError> {
    const SQL: &str =
        "SELECT DISTINCT region, project FROM deadline WHERE due_on >= $1 OR warn_on >= $1";
    db.rows(SQL, &[from.into()])
        .await?
        .iter()
        .map(|row| Ok((row.string(0)?, row.string(1)?)))
        .collect()
}

/// A deadline with what lists show of its project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRow {
    /// The deadline.
    pub deadline: DeadlineRow,
    /// Number of the project.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Its host.
    pub host: Option<String>,
    /// Whether it is sample data.
    pub sample: bool,
}

/// Which open deadlines to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DueFilter {
    /// Due on this day or later.
    pub from: Option<Date>,
    /// Due on this day or earlier.
    pub until: Option<Date>,
    /// Only of these responsible units; nothing means all.
    pub units: Option<Vec<String>>,
    /// Only of projects with these hosts; nothing means all.
    pub hosts: Option<Vec<String>>,
}

/// Open deadlines, the earliest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn due(
    db: &Db,
    region: &str,
    filter: &DueFilter,
    limit: u32,
) -> Result<Vec<DueRow>, StoreError> {
    let (conditions, mut params) = conditions(db, region, filter);
    params.push(limit.into());
    let columns: Vec<String> = COLUMNS
        .split(',')
        .map(|column| format!("d.{}", column.trim()))
        .collect();
    let sql = format!(
        "SELECT {}, p.number, p.name, p.host, p.sample
           FROM deadline d JOIN project p ON p.region = d.region AND p.project = d.project
          WHERE {conditions} ORDER BY d.due_on, d.project, d.node LIMIT ${}",
        columns.join(", "),
        params.len()
    );
    let read = |row: &Row| {
        Ok(DueRow {
            deadline: read(row)?,
            number: row.int(COLUMN_COUNT)?,
            name: row.string(COLUMN_COUNT + 1)?,
            host: row.opt_string(COLUMN_COUNT + 2)?,
            sample: row.bool(COLUMN_COUNT + 3)?,
        })
    };
    db.rows(&sql, &params).await?.iter().map(read).collect()
}

/// How many open deadlines a filter finds.
///
/// # Errors
/// As [`Db::rows`].
pub async fn count(db: &Db, region: &str, filter: &DueFilter) -> Result<u64, StoreError> {
    let (conditions, params) = conditions(db, region, filter);
    let join = if filter.hosts.is_some() {
        " JOIN project p ON p.region = d.region AND p.project = d.project"
    } else {
        ""
    };
    let sql = format!("SELECT count(*) FROM deadline d{join} WHERE {conditions}");
    db.row(&sql, &params)
        .await?
        .map_or(Ok(0), |row| row.count(0))
}

fn conditions(db: &Db, region: &str, filter: &DueFilter) -> (String, Vec<Value>) {
    let mut params: Vec<Value> = vec![region.into()];
    let mut sql = "d.region = $1 AND d.done_on IS NULL AND d.due_on IS NOT NULL".to_owned();
    let days = [("d.due_on >=", filter.from), ("d.due_on <=", filter.until)];
    for (compare, day) in days
        .into_iter()
        .filter_map(|(compare, day)| Some((compare, day?)))
    {
        params.push(day.into());
        sql += &format!(" AND {compare} ${}", params.len());
    }
    for (column, list) in [("d.unit", &filter.units), ("p.host", &filter.hosts)] {
        let Some(list) = list else { continue };
        sql += " AND ";
        if let [one] = list.as_slice() {
            params.push(one.into());
            sql += &format!("{column} = ${}", params.len());
        } else {
            params.push(Value::List(list.clone()));
            sql += &db.dialect().one_of(column, params.len());
        }
    }
    (sql, params)
}

/// Deadlines of which something must be sent on `today`, in chunks, the longest waiting first.
///
/// # Errors
/// As [`Db::stream`].
pub async fn to_notify(
    db: &Db,
    region: &str,
    today: Date,
    chunk: usize,
) -> Result<DeadlineStream, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deadline
          WHERE region = $1 AND done_on IS NULL AND notify_on <= $2 ORDER BY notify_on, project, node"
    );
    Ok(DeadlineStream(
        db.stream(&sql, &[region.into(), today.into()], chunk)
            .await?,
    ))
}

/// All deadlines of a region in the order of project and node, in chunks: for rebuilding and checking.
///
/// # Errors
/// As [`Db::stream`].
pub async fn stream(db: &Db, region: &str, chunk: usize) -> Result<DeadlineStream, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM deadline WHERE region = $1 ORDER BY project, node");
    Ok(DeadlineStream(
        db.stream(&sql, &[region.into()], chunk).await?,
    ))
}

/// Deadlines that come in chunks.
#[derive(Debug)]
pub struct DeadlineStream(RowStream);

impl DeadlineStream {
    /// The next chunk; nothing at the end.
    ///
    /// # Errors
    /// As [`Db::rows`].
    pub async fn next(&mut self) -> Result<Option<Vec<DeadlineRow>>, StoreError> {
        let Some(chunk) = self.0.next().await else {
            return Ok(None);
        };
        chunk?
            .iter()
            .map(read)
            .collect::<Result<Vec<_>, _>>()
            .map(Some)
    }
}
