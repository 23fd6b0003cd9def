//! What was sent to whom about which deadline: once each, however often the sweep runs.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Batch, Db, Row, StoreError, Value};

/// An alert to one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRow {
    /// Region.
    pub region: String,
    /// Id.
    pub id: String,
    /// Project.
    pub project: String,
    /// Stage or step.
    pub node: String,
    /// Its title.
    pub title: String,
    /// 1–3.
    pub level: i64,
    /// Title of the level: 限时完成, 超时提醒, 逾期批评.
    pub kind: String,
    /// To whom.
    pub unit: String,
    /// The due day it is about.
    pub due_on: Date,
    /// The day it was raised on.
    pub raised_on: Date,
    /// Sentence.
    pub text: String,
    /// Clause.
    pub clause: String,
    /// When the unit said that it is dealt with.
    pub handled_at: Option<Timestamp>,
}

/// Columns written by one alert.
const COLUMNS: usize = 12;
/// Rows of one statement; both databases allow more parameters than this makes.
const ROWS_AT_ONCE: usize = 100;

/// Adds alerts; one that was raised before is left as it is.
pub fn raise(batch: &mut Batch, alerts: &[AlertRow]) {
    for some in alerts.chunks(ROWS_AT_ONCE) {
        let mut params: Vec<Value> = Vec::with_capacity(some.len() * COLUMNS);
        for alert in some {
            params.extend([
                alert.region.as_str().into(),
                alert.id.as_str().into(),
                alert.project.as_str().into(),
                alert.node.as_str().into(),
                alert.title.as_str().into(),
                alert.level.into(),
                alert.kind.as_str().into(),
                alert.unit.as_str().into(),
                alert.due_on.into(),
                alert.raised_on.into(),
                alert.text.as_str().into(),
                alert.clause.as_str().into(),
            ]);
        }
        batch.push(insert_sql(some.len()), params);
    }
}

/// Whether the unit was told before: same project, node, level and due day.
///
/// # Errors
/// As [`Db::rows`].
pub async fn was_raised(db: &Db, alert: &AlertRow) -> Result<bool, StoreError> {
    const SQL: &str =
        "SELECT 1 FROM alert WHERE region = $1 AND project = $2 AND node = $3 AND level = $4
                          AND unit = $5 AND due_on = $6";
    let params = [
        alert.region.as_str().into(),
        alert.project.as_str().into(),
        alert.node.as_str().into(),
        alert.level.into(),
        alert.unit.as_str().into(),
        alert.due_on.into(),
    ];
    Ok(db.row(SQL, &params).await?.is_some())
}

fn insert_sql(rows: usize) -> String {
    let row = |at: usize| {
        let places: Vec<String> = (1..=COLUMNS)
            .map(|column| format!("${}", at * COLUMNS + column))
            .collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!(
        "INSERT INTO alert (region, id, project, node, title, level, kind, unit, due_on, raised_on, text, clause)
         VALUES {} ON CONFLICT (region, project, node, level, unit, due_on) DO NOTHING",
        rows.join(", ")
    )
}

/// An alert in a list, with the project it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertLine {
    /// The alert.
    pub alert: AlertRow,
    /// Name of the project.
    pub project_name: String,
    /// Human number of the project.
    pub project_number: i64,
    /// Whether it is sample data.
    pub sample: bool,
    /// Whether the deadline has been met since.
    pub done: bool,
    /// Whether this account has read it.
    pub read: bool,
    /// The due day of the deadline as it is now; nothing when it has none any more.
    pub due_now: Option<Date>,
}

impl AlertLine {
    /// The sentence that was sent, and the day to which the deadline has been moved since.
    pub fn words(&self) -> String {
        match self.due_now.filter(|due| *due != self.alert.due_on) {
            Some(due) => format!("{}（期限已调整到 {due}）", self.alert.text),
            None => self.alert.text.clone(),
        }
    }
}

const LINE: &str = "SELECT a.region, a.id, a.project, a.node, a.title, a.level, a.kind, a.unit, a.due_on, a.raised_on,
                           a.text, a.clause, a.handled_at, p.name, p.number, d.done_on IS NOT NULL, r.at IS NOT NULL,
                           p.sample, d.due_on
                      FROM alert a
                      JOIN project p ON p.region = a.region AND p.project = a.project
                      LEFT JOIN deadline d ON d.region = a.region AND d.project = a.project AND d.node = a.node
                      LEFT JOIN alert_read r ON r.region = a.region AND r.alert = a.id AND r.account = $2";

/// The last alerts to a unit that are not handled, newest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn open_of_unit(
    db: &Db,
    region: &str,
    account: &str,
    unit: &str,
    limit: u32,
) -> Result<Vec<AlertLine>, StoreError> {
    let sql = format!(
        "{LINE} WHERE a.region = $1 AND a.unit = $3 AND a.handled_at IS NULL ORDER BY a.raised_on DESC, a.id DESC LIMIT $4"
    );
    let params = [
        region.into(),
        account.into(),
        unit.into(),
        i64::from(limit).into(),
    ];
    db.all(&sql, &params, read_line).await
}

/// All alerts about a project, newest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_project(
    db: &Db,
    region: &str,
    account: &str,
    project: &str,
) -> Result<Vec<AlertLine>, StoreError> {
    let sql = format!(
        "{LINE} WHERE a.region = $1 AND a.project = $3 ORDER BY a.raised_on DESC, a.level DESC, a.unit"
    );
    db.all(
        &sql,
        &[region.into(), account.into(), project.into()],
        read_line,
    )
    .await
}

/// Alerts raised on a day, by unit: what the daily digest is made of.
///
/// # Errors
/// As [`Db::rows`].
pub async fn raised_on(
    db: &Db,
    region: &str,
    unit: &str,
    day: Date,
) -> Result<Vec<AlertLine>, StoreError> {
    let sql = format!(
        "{LINE} WHERE a.region = $1 AND a.unit = $3 AND a.raised_on = $4 ORDER BY a.level DESC, a.due_on, a.id"
    );
    let params = [region.into(), "".into(), unit.into(), day.into()];
    db.all(&sql, &params, read_line).await
}

fn read_line(row: &Row) -> Result<AlertLine, StoreError> {
    Ok(AlertLine {
        alert: AlertRow {
            region: row.string(0)?,
            id: row.string(1)?,
            project: row.string(2)?,
            node: row.string(3)?,
            title: row.string(4)?,
            level: row.int(5)?,
            kind: row.string(6)?,
            unit: row.string(7)?,
            due_on: row.day(8)?,
            raised_on: row.day(9)?,
            text: row.string(10)?,
            clause: row.string(11)?,
            handled_at: row.opt_time(12)?,
        },
        project_name: row.string(13)?,
        project_number: row.int(14)?,
        done: row.bool(15)?,
        read: row.bool(16)?,
        sample: row.bool(17)?,
        due_now: row.opt_day(18)?,
    })
}

/// How many alerts to a unit are neither handled nor read by the account; counts to `most` at the most.
///
/// # Errors
/// As [`Db::rows`].
pub async fn unread(
    db: &Db,
    region: &str,
    account: &str,
    unit: &str,
    most: u32,
) -> Result<u64, StoreError> {
    const SQL: &str = "SELECT count(*) FROM (
        SELECT 1 FROM alert a
         WHERE a.region = $1 AND a.unit = $3 AND a.handled_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM alert_read r
                            WHERE r.region = a.region AND r.alert = a.id AND r.account = $2)
         LIMIT $4) found";
    let row = db
        .row(
            SQL,
            &[
                region.into(),
                account.into(),
                unit.into(),
                i64::from(most).into(),
            ],
        )
        .await?;
    row.map_or(Ok(0), |row| row.count(0))
}

/// Notes that an account has read alerts to its unit up to now.
pub fn mark_read(batch: &mut Batch, region: &str, account: &str, unit: &str, at: Timestamp) {
    batch.push(
        "INSERT INTO alert_read (region, alert, account, at)
         SELECT a.region, a.id, CAST($2 AS TEXT), $4 FROM alert a
          WHERE a.region = $1 AND a.unit = $3 AND a.handled_at IS NULL
             ON CONFLICT (region, alert, account) DO NOTHING",
        vec![region.into(), account.into(), unit.into(), at.into()],
    );
}

/// Notes that an account has read the alerts to its unit about one project.
pub fn mark_read_of(
    batch: &mut Batch,
    region: &str,
    account: &str,
    unit: &str,
    project: &str,
    at: Timestamp,
) {
    batch.push(
        "INSERT INTO alert_read (region, alert, account, at)
         SELECT a.region, a.id, CAST($2 AS TEXT), $5 FROM alert a
          WHERE a.region = $1 AND a.unit = $3 AND a.project = $4 AND a.handled_at IS NULL
             ON CONFLICT (region, alert, account) DO NOTHING",
        vec![
            region.into(),
            account.into(),
            unit.into(),
            project.into(),
            at.into(),
        ],
    );
}

/// Notes that a unit has dealt with an alert.
pub fn handle(batch: &mut Batch, region: &str, id: &str, unit: &str, at: Timestamp) {
    batch.push(
        "UPDATE alert SET handled_at = $4 WHERE region = $1 AND id = $2 AND unit = $3 AND handled_at IS NULL",
        vec![region.into(), id.into(), unit.into(), at.into()],
    );
    batch.expect_rows_of(1, "提醒");
}

/// The alerts of a day about one deadline, with the units that they went to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertGroup {
    /// Project.
    pub project: String,
    /// Its name.
    pub name: String,
    /// Stage or step.
    pub node: String,
    /// Its title.
    pub title: String,
    /// 1–3.
    pub level: i64,
    /// The due day.
    pub due_on: Date,
    /// Sentence.
    pub text: String,
    /// Units, by name.
    pub units: Vec<String>,
}

/// The alerts raised on a day, by deadline: what goes out to other systems.
///
/// # Errors
/// As [`Db::rows`].
pub async fn by_deadline(db: &Db, region: &str, day: Date) -> Result<Vec<AlertGroup>, StoreError> {
    const SQL: &str = "SELECT a.project, p.name, a.node, a.title, a.level, a.due_on, a.text, a.unit
                         FROM alert a JOIN project p ON p.region = a.region AND p.project = a.project
                        WHERE a.region = $1 AND a.raised_on = $2
                        ORDER BY a.project, a.node, a.level, a.due_on, a.unit";
    let mut groups: Vec<AlertGroup> = Vec::new();
    for row in db.rows(SQL, &[region.into(), day.into()]).await? {
        let group = AlertGroup {
            project: row.string(0)?,
            name: row.string(1)?,
            node: row.string(2)?,
            title: row.string(3)?,
            level: row.int(4)?,
            due_on: row.day(5)?,
            text: row.string(6)?,
            units: vec![row.string(7)?],
        };
        match groups.last_mut() {
            Some(last)
                if last.project == group.project
                    && last.node == group.node
                    && last.level == group.level =>
            {
                last.units.extend(group.units);
            }
            _ => groups.push(group),
        }
    }
    Ok(groups)
}
