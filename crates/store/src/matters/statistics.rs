//! How units handled what was given to them: sums over the rows of a list.

use jiff::civil::Date;

use super::lists::{Handled, MatterQuery};
use crate::{Db, Row, StoreError};

/// How many matters a unit led, by how they were handled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HandledCount {
    /// 牵头承办单位.
    pub lead: String,
    /// Issued and not withdrawn.
    pub counted: u64,
    /// Closed in time.
    pub in_time: u64,
    /// Closed late.
    pub late: u64,
    /// Open and not late.
    pub open: u64,
    /// Open and late.
    pub overdue: u64,
    /// How often they were urged.
    pub urges: i64,
    /// How often the review returned them.
    pub returns: i64,
}

/// Closed matters of a unit with the same days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedSpan {
    /// 牵头承办单位.
    pub lead: String,
    /// 签发 on.
    pub issued_on: Date,
    /// 销号 on.
    pub closed_on: Date,
    /// How many.
    pub count: i64,
}

/// What the units did with the matters of a list, by unit.
///
/// # Errors
/// As [`Db::rows`].
pub async fn handled(db: &Db, query: &MatterQuery) -> Result<Vec<HandledCount>, StoreError> {
    let (conditions, params, today) = query.counted();
    let sum = |handled: Handled| {
        let condition = handled.condition(&today);
        format!("count(CASE WHEN {condition} THEN 1 END)")
    };
    let sql = format!(
        "SELECT m.lead, count(*), {}, {}, {}, {}, CAST(sum(m.urges) AS BIGINT), CAST(sum(m.returns) AS BIGINT)
           FROM matter m WHERE {conditions} GROUP BY m.lead ORDER BY m.lead",
        sum(Handled::InTime),
        sum(Handled::Late),
        sum(Handled::Open),
        sum(Handled::Overdue)
    );
    let read = |row: &Row| {
        Ok(HandledCount {
            lead: row.string(0)?,
            counted: row.count(1)?,
            in_time: row.count(2)?,
            late: row.count(3)?,
            open: row.count(4)?,
            overdue: row.count(5)?,
            urges: row.int(6)?,
            returns: row.int(7)?,
        })
    };
    db.all(&sql, &params, read).await
}

/// From when to when the closed matters of a list took; working days between are counted by whoever knows the calendar.
///
/// # Errors
/// As [`Db::rows`].
pub async fn closed_spans(db: &Db, query: &MatterQuery) -> Result<Vec<ClosedSpan>, StoreError> {
    let (conditions, params, today) = query.counted();
    // The day is always named, for PostgreSQL wants to know the type of each parameter.
    let sql = format!(
        "SELECT m.lead, m.issued_on, m.closed_on, count(*) FROM matter m
          WHERE {conditions} AND m.phase = 'closed' AND m.closed_on IS NOT NULL AND CAST({today} AS DATE) IS NOT NULL
          GROUP BY m.lead, m.issued_on, m.closed_on ORDER BY m.lead, m.issued_on, m.closed_on"
    );
    let read = |row: &Row| {
        Ok(ClosedSpan {
            lead: row.string(0)?,
            issued_on: row.day(1)?,
            closed_on: row.day(2)?,
            count: row.int(3)?,
        })
    };
    db.all(&sql, &params, read).await
}
