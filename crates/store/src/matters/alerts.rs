//! Alerts about the due days of matters: once each.

use jiff::civil::Date;

use super::lists::RUNNING;
use super::rows::{COLUMNS, MatterRow, read};
use crate::{Batch, Db, Row, StoreError};

/// An alert about a matter to one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterAlertRow {
    /// Region.
    pub region: String,
    /// Id.
    pub id: String,
    /// Matter.
    pub matter: String,
    /// 1–3.
    pub level: i64,
    /// Title of the level.
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
}

/// Matters whose limit runs and of which something may have to be said on a day.
///
/// # Errors
/// As [`Db::rows`].
pub async fn to_remind(
    db: &Db,
    region: &str,
    day: Date,
    after: &str,
    limit: u32,
) -> Result<Vec<MatterRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM matter m WHERE region = $1 AND {RUNNING} AND (warn_on <= $2 OR due_on < $2)
            AND matter > $3 ORDER BY matter LIMIT $4"
    );
    let params = [region.into(), day.into(), after.into(), limit.into()];
    db.all(&sql, &params, read).await
}

/// Adds an alert; one that was raised before is left as it is. The statement touches a row only when it is new.
pub fn raise(batch: &mut Batch, alert: &MatterAlertRow) {
    batch.push(
        "INSERT INTO matter_alert (region, id, matter, level, kind, unit, due_on, raised_on, text, clause)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (region, matter, level, unit, due_on) DO NOTHING",
        vec![
            alert.region.as_str().into(),
            alert.id.as_str().into(),
            alert.matter.as_str().into(),
            alert.level.into(),
            alert.kind.as_str().into(),
            alert.unit.as_str().into(),
            alert.due_on.into(),
            alert.raised_on.into(),
            alert.text.as_str().into(),
            alert.clause.as_str().into(),
        ],
    );
}

/// An alert in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterAlertLine {
    /// The alert.
    pub alert: MatterAlertRow,
    /// Number of the matter.
    pub number: String,
    /// Its title.
    pub title: String,
}

const ALERT: &str = "SELECT a.region, a.id, a.matter, a.level, a.kind, a.unit, a.due_on, a.raised_on, a.text, a.clause,
                            m.number, m.title
                       FROM matter_alert a JOIN matter m ON m.region = a.region AND m.matter = a.matter";

fn read_alert(row: &Row) -> Result<MatterAlertLine, StoreError> {
    Ok(MatterAlertLine {
        alert: MatterAlertRow {
            region: row.string(0)?,
            id: row.string(1)?,
            matter: row.string(2)?,
            level: row.int(3)?,
            kind: row.string(4)?,
            unit: row.string(5)?,
            due_on: row.day(6)?,
            raised_on: row.day(7)?,
            text: row.string(8)?,
            clause: row.string(9)?,
        },
        number: row.string(10)?,
        title: row.string(11)?,
    })
}

/// The alerts to a unit about matters whose limit still runs, newest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn alerts_of_unit(
    db: &Db,
    region: &str,
    unit: &str,
    limit: u32,
) -> Result<Vec<MatterAlertLine>, StoreError> {
    let sql = format!(
        "{ALERT} WHERE a.region = $1 AND a.unit = $2 AND a.handled_at IS NULL AND {RUNNING} AND a.due_on = m.due_on
         ORDER BY a.raised_on DESC, a.level DESC, a.id LIMIT $3"
    );
    db.all(
        &sql,
        &[region.into(), unit.into(), limit.into()],
        read_alert,
    )
    .await
}

/// The alerts about a matter, newest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn alerts_of_matter(
    db: &Db,
    region: &str,
    matter: &str,
) -> Result<Vec<MatterAlertLine>, StoreError> {
    let sql = format!(
        "{ALERT} WHERE a.region = $1 AND a.matter = $2 ORDER BY a.raised_on DESC, a.level DESC, a.unit"
    );
    db.all(&sql, &[region.into(), matter.into()], read_alert)
        .await
}

/// The alerts raised for a unit on a day: for the digest.
///
/// # Errors
/// As [`Db::rows`].
pub async fn alerts_raised_on(
    db: &Db,
    region: &str,
    unit: &str,
    day: Date,
) -> Result<Vec<MatterAlertLine>, StoreError> {
    let sql = format!(
        "{ALERT} WHERE a.region = $1 AND a.unit = $2 AND a.raised_on = $3 ORDER BY a.level DESC, a.due_on, a.id"
    );
    db.all(&sql, &[region.into(), unit.into(), day.into()], read_alert)
        .await
}

/// The alerts raised on a day, by matter, level and unit: what goes out to other systems.
///
/// # Errors
/// As [`Db::rows`].
pub async fn alerts_of_day(
    db: &Db,
    region: &str,
    day: Date,
) -> Result<Vec<MatterAlertLine>, StoreError> {
    let sql = format!(
        "{ALERT} WHERE a.region = $1 AND a.raised_on = $2 ORDER BY a.matter, a.level, a.due_on, a.unit"
    );
    db.all(&sql, &[region.into(), day.into()], read_alert).await
}
