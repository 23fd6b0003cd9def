//! Regions, their units and the spellings of these.

use jiff::Timestamp;

use crate::{Batch, Db, Row, StoreError};

/// A region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionRow {
    /// Id.
    pub region: String,
    /// 潜江市.
    pub title: String,
    /// 湖北省.
    pub province: String,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// Main name.
    pub name: String,
    /// Code of the published table.
    pub code: String,
    /// Kind.
    pub kind: String,
    /// A collective or a role.
    pub collective: bool,
    /// Remark.
    pub note: String,
}

/// A region by its id.
///
/// # Errors
/// As [`Db::rows`].
pub async fn region(db: &Db, region: &str) -> Result<Option<RegionRow>, StoreError> {
    const SQL: &str = "SELECT region, title, province FROM region WHERE region = $1";
    db.row(SQL, &[region.into()])
        .await?
        .map(|row| read_region(&row))
        .transpose()
}

/// All regions.
///
/// # Errors
/// As [`Db::rows`].
pub async fn regions(db: &Db) -> Result<Vec<RegionRow>, StoreError> {
    const SQL: &str = "SELECT region, title, province FROM region ORDER BY created_at, region";
    db.rows(SQL, &[]).await?.iter().map(read_region).collect()
}

fn read_region(row: &Row) -> Result<RegionRow, StoreError> {
    Ok(RegionRow {
        region: row.string(0)?,
        title: row.string(1)?,
        province: row.string(2)?,
    })
}

/// Adds a region, or renames it.
pub fn put_region(batch: &mut Batch, row: &RegionRow, at: Timestamp) {
    batch.push(
        "INSERT INTO region (region, title, province, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (region) DO UPDATE SET title = excluded.title, province = excluded.province",
        vec![
            row.region.as_str().into(),
            row.title.as_str().into(),
            row.province.as_str().into(),
            at.into(),
        ],
    );
}

/// Units of a region, by code and name.
///
/// # Errors
/// As [`Db::rows`].
pub async fn list(db: &Db, region: &str) -> Result<Vec<UnitRow>, StoreError> {
    const SQL: &str =
        "SELECT name, code, kind, collective, note FROM unit WHERE region = $1 ORDER BY code, name";
    let read = |row: &Row| {
        Ok(UnitRow {
            name: row.string(0)?,
            code: row.opt_string(1)?.unwrap_or_default(),
            kind: row.string(2)?,
            collective: row.bool(3)?,
            note: row.opt_string(4)?.unwrap_or_default(),
        })
    };
    db.rows(SQL, &[region.into()])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Adds a unit, or corrects what is known of it.
pub fn put(batch: &mut Batch, region: &str, row: &UnitRow) {
    batch.push(
        "INSERT INTO unit (region, name, code, kind, collective, note) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (region, name) DO UPDATE SET code = excluded.code, kind = excluded.kind,
                                                  collective = excluded.collective, note = excluded.note",
        vec![
            region.into(),
            row.name.as_str().into(),
            row.code.as_str().into(),
            row.kind.as_str().into(),
            row.collective.into(),
            row.note.as_str().into(),
        ],
    );
}

/// Every spelling with the unit that it means.
///
/// # Errors
/// As [`Db::rows`].
pub async fn aliases(db: &Db, region: &str) -> Result<Vec<(String, String)>, StoreError> {
    const SQL: &str = "SELECT alias, unit FROM unit_alias WHERE region = $1";
    db.rows(SQL, &[region.into()])
        .await?
        .iter()
        .map(|row| Ok((row.string(0)?, row.string(1)?)))
        .collect()
}

/// Adds a spelling.
pub fn put_alias(batch: &mut Batch, region: &str, alias: &str, unit: &str) {
    batch.push(
        "INSERT INTO unit_alias (region, alias, unit) VALUES ($1, $2, $3)
         ON CONFLICT (region, alias) DO UPDATE SET unit = excluded.unit",
        vec![region.into(), alias.into(), unit.into()],
    );
}
