//! Policy packs as they were loaded. A version, once loaded, does not change.

use jiff::Timestamp;

use crate::{Batch, Db, Row, StoreError};

/// A loaded pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackRow {
    /// Region.
    pub region: String,
    /// Pack id.
    pub id: String,
    /// Version.
    pub version: String,
    /// lifecycle or performance.
    pub kind: String,
    /// The file.
    pub source: String,
    /// SM3 of the file.
    pub sm3: String,
    /// When.
    pub loaded_at: Timestamp,
    /// By whom.
    pub loaded_by: String,
    /// In force for new projects.
    pub active: bool,
}

/// Packs of a region, by id and version.
///
/// # Errors
/// As [`Db::rows`].
pub async fn list(db: &Db, region: &str) -> Result<Vec<PackRow>, StoreError> {
    const SQL: &str = "SELECT region, id, version, kind, source, sm3, loaded_at, loaded_by, active
                         FROM policy_pack WHERE region = $1 ORDER BY id, version";
    let read = |row: &Row| {
        Ok(PackRow {
            region: row.string(0)?,
            id: row.string(1)?,
            version: row.string(2)?,
            kind: row.string(3)?,
            source: row.string(4)?,
            sm3: row.string(5)?,
            loaded_at: row.time(6)?,
            loaded_by: row.string(7)?,
            active: row.bool(8)?,
        })
    };
    db.rows(SQL, &[region.into()])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// When the first version of a pack was loaded here.
///
/// # Errors
/// As [`Db::rows`].
pub async fn first_loaded(
    db: &Db,
    region: &str,
    id: &str,
) -> Result<Option<Timestamp>, StoreError> {
    const SQL: &str = "SELECT loaded_at FROM policy_pack WHERE region = $1 AND id = $2 ORDER BY loaded_at LIMIT 1";
    let row = db.row(SQL, &[region.into(), id.into()]).await?;
    row.map(|row| row.time(0)).transpose()
}

/// Adds a pack; a version that is there breaks the constraint `policy_pack_pkey`.
pub fn insert(batch: &mut Batch, row: &PackRow) {
    batch.push(
        "INSERT INTO policy_pack (region, id, version, kind, source, sm3, loaded_at, loaded_by, active)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        vec![
            row.region.as_str().into(),
            row.id.as_str().into(),
            row.version.as_str().into(),
            row.kind.as_str().into(),
            row.source.as_str().into(),
            row.sm3.as_str().into(),
            row.loaded_at.into(),
            row.loaded_by.as_str().into(),
            row.active.into(),
        ],
    );
}

/// Puts one version in force in place of the others of its id.
pub fn activate(batch: &mut Batch, region: &str, id: &str, version: &str) {
    batch.push(
        "UPDATE policy_pack SET active = (version = $3) WHERE region = $1 AND id = $2",
        vec![region.into(), id.into(), version.into()],
    );
}
