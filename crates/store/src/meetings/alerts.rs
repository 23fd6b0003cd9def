//! Reminders that a periodic meeting was not called or not held: once each.

use jiff::civil::Date;

use crate::{Batch, Db, Row, StoreError};

/// A reminder of a kind of meeting to one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingAlertRow {
    /// Region.
    pub region: String,
    /// Id.
    pub id: String,
    /// Kind of meeting, an id of the pack.
    pub kind: String,
    /// Last day of the period in which it is to be held.
    pub period_last: Date,
    /// 1: not called yet; 2: the period is over and none was held.
    pub level: i64,
    /// To whom.
    pub unit: String,
    /// The day it was raised on.
    pub raised_on: Date,
    /// Sentence.
    pub text: String,
    /// Clause.
    pub clause: String,
}

/// Adds a reminder; one that was raised before is left as it is. The statement touches a row only when it is new.
pub fn raise(batch: &mut Batch, alert: &MeetingAlertRow) {
    batch.push(
        "INSERT INTO meeting_alert (region, id, kind, period_last, level, unit, raised_on, text, clause)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (region, kind, period_last, level, unit) DO NOTHING",
        vec![
            alert.region.as_str().into(),
            alert.id.as_str().into(),
            alert.kind.as_str().into(),
            alert.period_last.into(),
            alert.level.into(),
            alert.unit.as_str().into(),
            alert.raised_on.into(),
            alert.text.as_str().into(),
            alert.clause.as_str().into(),
        ],
    );
}

/// The reminders raised for a unit on a day: for the digest.
///
/// # Errors
/// As [`Db::rows`].
pub async fn alerts_raised_on(
    db: &Db,
    region: &str,
    unit: &str,
    day: Date,
) -> Result<Vec<MeetingAlertRow>, StoreError> {
    const SQL: &str = "SELECT region, id, kind, period_last, level, unit, raised_on, text, clause FROM meeting_alert
        WHERE region = $1 AND unit = $2 AND raised_on = $3 ORDER BY level DESC, period_last, kind";
    let read = |row: &Row| {
        Ok(MeetingAlertRow {
            region: row.string(0)?,
            id: row.string(1)?,
            kind: row.string(2)?,
            period_last: row.day(3)?,
            level: row.int(4)?,
            unit: row.string(5)?,
            raised_on: row.day(6)?,
            text: row.string(7)?,
            clause: row.string(8)?,
        })
    };
    db.all(SQL, &[region.into(), unit.into(), day.into()], read)
        .await
}
