//! What both sides of the contract owe, did and failed to do.

use jiff::civil::Date;

use crate::{Batch, Db, Row, StoreError};

/// A duty, merit, breach, dispute, award or exemption of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// Region.
    pub region: String,
    /// Project.
    pub project: String,
    /// Id within the project.
    pub entry: String,
    /// government or enterprise.
    pub side: String,
    /// duty, merit, breach, dispute, award or exemption.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Unit that must act.
    pub unit: Option<String>,
    /// By when.
    pub due_on: Option<Date>,
    /// Target value, in words with its unit.
    pub target: Option<String>,
    /// Value reached, in words with its unit.
    pub value: Option<String>,
    /// State.
    pub state: String,
    /// Clause.
    pub clause: String,
    /// The day it happened on.
    pub happened_on: Option<Date>,
}

/// Writes a project's entries in place of those it had.
pub fn replace(batch: &mut Batch, region: &str, project: &str, entries: &[EntryRow]) {
    batch.push(
        "DELETE FROM performance_entry WHERE region = $1 AND project = $2",
        vec![region.into(), project.into()],
    );
    insert(batch, region, project, entries);
}

/// Writes the entries of a project that has none.
pub fn insert(batch: &mut Batch, region: &str, project: &str, entries: &[EntryRow]) {
    for entry in entries {
        batch.push(
            "INSERT INTO performance_entry (region, project, entry, side, kind, title, unit, due_on, target, value,
                                            state, clause, happened_on)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            vec![
                region.into(),
                project.into(),
                entry.entry.as_str().into(),
                entry.side.as_str().into(),
                entry.kind.as_str().into(),
                entry.title.as_str().into(),
                entry.unit.as_deref().into(),
                entry.due_on.into(),
                entry.target.as_deref().into(),
                entry.value.as_deref().into(),
                entry.state.as_str().into(),
                entry.clause.as_str().into(),
                entry.happened_on.into(),
            ],
        );
    }
}

/// Projects of a region that have entries.
///
/// # Errors
/// As [`Db::rows`].
pub async fn projects(db: &Db, region: &str) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "SELECT DISTINCT project FROM performance_entry WHERE region = $1";
    db.rows(SQL, &[region.into()])
        .await?
        .iter()
        .map(|row| row.string(0))
        .collect()
}

/// Projects of a region that have an entry of a kind in a state.
///
/// # Errors
/// As [`Db::rows`].
pub async fn in_state(
    db: &Db,
    region: &str,
    kind: &str,
    state: &str,
) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "SELECT DISTINCT project FROM performance_entry
                        WHERE region = $1 AND kind = $2 AND state = $3 ORDER BY project";
    db.rows(SQL, &[region.into(), kind.into(), state.into()])
        .await?
        .iter()
        .map(|row| row.string(0))
        .collect()
}

/// Entries of a project, by id.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_project(db: &Db, region: &str, project: &str) -> Result<Vec<EntryRow>, StoreError> {
    const SQL: &str = "SELECT region, project, entry, side, kind, title, unit, due_on, target, value, state, clause,
                              happened_on
                         FROM performance_entry WHERE region = $1 AND project = $2 ORDER BY entry";
    db.rows(SQL, &[region.into(), project.into()])
        .await?
        .iter()
        .map(read)
        .collect()
}

fn read(row: &Row) -> Result<EntryRow, StoreError> {
    Ok(EntryRow {
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
    })
}
