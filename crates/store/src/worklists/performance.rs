//! Lists over the performance of all projects, page by page.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Clause, Scope};
use crate::performance::EntryRow;
use crate::{Db, Row, StoreError};

/// An entry of a performance list, with its project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryLine {
    /// The entry.
    pub entry: EntryRow,
    /// Human number of the project.
    pub number: i64,
    /// Name of the project.
    pub name: String,
    /// 企业方.
    pub enterprise: Option<String>,
    /// 属地政府.
    pub host: Option<String>,
    /// 样例数据.
    pub sample: bool,
}

/// Which entries.
#[derive(Debug, Clone, Copy)]
pub struct EntryFilter<'a> {
    /// Of whose projects.
    pub scope: &'a Scope,
    /// duty, merit, breach, dispute, award or exemption.
    pub kind: &'a str,
    /// In one of these states.
    pub states: &'a [&'a str],
    /// Only those that have a day by which something must be put right.
    pub with_due: bool,
}

/// The entry after which a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryCursor {
    /// The day it happened on.
    pub happened_on: Date,
    /// Project.
    pub project: String,
    /// Its id within the project.
    pub entry: String,
}

/// A page of entries, the latest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn entries(
    db: &Db,
    region: &str,
    filter: &EntryFilter<'_>,
    after: Option<&EntryCursor>,
    limit: u32,
) -> Result<Vec<EntryLine>, StoreError> {
    let mut sql = Clause::of_region("e", region);
    sql.and_param("e.kind = ?", filter.kind);
    let places: Vec<String> = filter
        .states
        .iter()
        .map(|state| sql.param(*state))
        .collect();
    sql.and(&format!("e.state IN ({})", places.join(", ")));
    if filter.with_due {
        sql.and("e.due_on IS NOT NULL");
    }
    filter.scope.condition(&mut sql);
    if let Some(after) = after {
        let on = sql.param(after.happened_on);
        let project = sql.param(after.project.as_str());
        let entry = sql.param(after.entry.as_str());
        sql.and(&format!(
            "(e.happened_on < {on} OR (e.happened_on = {on} AND (e.project, e.entry) > ({project}, {entry})))"
        ));
    }
    let limit = sql.param(i64::from(limit));
    let text = format!(
        "SELECT e.region, e.project, e.entry, e.side, e.kind, e.title, e.unit, e.due_on, e.target, e.value, e.state,
                e.clause, e.happened_on, p.number, p.name, p.enterprise, p.host, p.sample
           FROM performance_entry e JOIN project p ON p.region = e.region AND p.project = e.project
          WHERE {} ORDER BY e.happened_on DESC, e.project, e.entry LIMIT {limit}",
        sql.text
    );
    db.rows(&text, &sql.params)
        .await?
        .iter()
        .map(read_entry)
        .collect()
}

fn read_entry(row: &Row) -> Result<EntryLine, StoreError> {
    Ok(EntryLine {
        entry: EntryRow {
            region: row.string(0)?,
            project: row.string(1)?,
            entry: row.string(2)?,
            side: row.string(3)?,
            kind: row.string(4)?,
            title: row.string(5)?,
            unit: row.opt_string(6)?,
            due_on: row.opt_day(7)?,
            target: row.opt_string(8)?,
            value: row.opt_string(9)?,
            state: row.string(10)?,
            clause: row.string(11)?,
            happened_on: row.opt_day(12)?,
        },
        number: row.int(13)?,
        name: row.string(14)?,
        enterprise: row.opt_string(15)?,
        host: row.opt_string(16)?,
        sample: row.bool(17)?,
    })
}

/// A project whose stages were kept on time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnTimeLine {
    /// Project.
    pub project: String,
    /// Human number.
    pub number: i64,
    /// Name.
    pub name: String,
    /// 企业方.
    pub enterprise: Option<String>,
    /// 属地政府.
    pub host: Option<String>,
    /// 样例数据.
    pub sample: bool,
    /// When the project was changed last.
    pub updated_at: Timestamp,
}

/// The project after which a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnTimeCursor {
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// Its number.
    pub number: i64,
}

/// A page of the projects of which at least one of `stages` is done and none was or is late; last changed first.
/// Whether a breach stands against an award, the rules say.
///
/// # Errors
/// As [`Db::rows`].
pub async fn kept_on_time(
    db: &Db,
    region: &str,
    scope: &Scope,
    stages: &[String],
    today: Date,
    after: Option<OnTimeCursor>,
    limit: u32,
) -> Result<Vec<OnTimeLine>, StoreError> {
    if stages.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Clause::of_region("p", region);
    sql.and("p.removed = FALSE AND p.withdrawn = FALSE");
    let places: Vec<String> = stages
        .iter()
        .map(|stage| sql.param(stage.as_str()))
        .collect();
    let mine = format!(
        "d.region = p.region AND d.project = p.project AND d.node IN ({})",
        places.join(", ")
    );
    let today = sql.param(today);
    sql.and(&format!(
        "EXISTS (SELECT 1 FROM deadline d WHERE {mine} AND d.done_on IS NOT NULL)"
    ));
    sql.and(&format!(
        "NOT EXISTS (SELECT 1 FROM deadline d WHERE {mine}
                        AND (d.done_on > d.due_on OR (d.done_on IS NULL AND d.suspended = FALSE AND d.due_on < {today})))"
    ));
    scope.condition(&mut sql);
    if let Some(after) = after {
        let at = sql.param(after.updated_at);
        let number = sql.param(after.number);
        sql.and(&format!("(p.updated_at, p.number) < ({at}, {number})"));
    }
    let limit = sql.param(i64::from(limit));
    let text = format!(
        "SELECT p.project, p.number, p.name, p.enterprise, p.host, p.sample, p.updated_at
           FROM project p WHERE {} ORDER BY p.updated_at DESC, p.number DESC LIMIT {limit}",
        sql.text
    );
    let read = |row: &Row| {
        Ok(OnTimeLine {
            project: row.string(0)?,
            number: row.int(1)?,
            name: row.string(2)?,
            enterprise: row.opt_string(3)?,
            host: row.opt_string(4)?,
            sample: row.bool(5)?,
            updated_at: row.time(6)?,
        })
    };
    db.rows(&text, &sql.params)
        .await?
        .iter()
        .map(read)
        .collect()
}
