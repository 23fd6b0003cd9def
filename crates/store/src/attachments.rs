//! Files kept with projects: names and hashes; the contents lie in the object store.

use jiff::Timestamp;

use crate::{Batch, Db, Row, StoreError};

/// A file of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentRow {
    /// Region.
    pub region: String,
    /// Id.
    pub id: String,
    /// Project.
    pub project: String,
    /// SM3 of the content.
    pub sm3: String,
    /// Name as uploaded.
    pub name: String,
    /// Type by content.
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// Account.
    pub uploaded_by: String,
    /// When.
    pub uploaded_at: Timestamp,
    /// Which evidence of a rule it is.
    pub evidence: Option<String>,
    /// Whether a virus scanner looked at it.
    pub scanned: bool,
}

/// Adds a file.
pub fn insert(batch: &mut Batch, row: &AttachmentRow) {
    batch.push(
        "INSERT INTO attachment (region, id, project, sm3, name, mime, size, uploaded_by, uploaded_at, evidence, scanned)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        vec![
            row.region.as_str().into(),
            row.id.as_str().into(),
            row.project.as_str().into(),
            row.sm3.as_str().into(),
            row.name.as_str().into(),
            row.mime.as_str().into(),
            row.size.into(),
            row.uploaded_by.as_str().into(),
            row.uploaded_at.into(),
            row.evidence.as_deref().into(),
            row.scanned.into(),
        ],
    );
}

/// Files of a project, oldest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_project(
    db: &Db,
    region: &str,
    project: &str,
) -> Result<Vec<AttachmentRow>, StoreError> {
    const SQL: &str = "SELECT region, id, project, sm3, name, mime, size, uploaded_by, uploaded_at, evidence, scanned
                         FROM attachment WHERE region = $1 AND project = $2 ORDER BY uploaded_at, id";
    db.rows(SQL, &[region.into(), project.into()])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// The first file of a project with this content.
///
/// # Errors
/// As [`Db::rows`].
pub async fn by_hash(
    db: &Db,
    region: &str,
    project: &str,
    sm3: &str,
) -> Result<Option<AttachmentRow>, StoreError> {
    const SQL: &str = "SELECT region, id, project, sm3, name, mime, size, uploaded_by, uploaded_at, evidence, scanned
                         FROM attachment WHERE region = $1 AND project = $2 AND sm3 = $3 ORDER BY uploaded_at, id LIMIT 1";
    db.row(SQL, &[region.into(), project.into(), sm3.into()])
        .await?
        .map(|row| read(&row))
        .transpose()
}

fn read(row: &Row) -> Result<AttachmentRow, StoreError> {
    Ok(AttachmentRow {
        region: row.string(0)?,
        id: row.string(1)?,
        project: row.string(2)?,
        sm3: row.string(3)?,
        name: row.string(4)?,
        mime: row.string(5)?,
        size: row.int(6)?,
        uploaded_by: row.string(7)?,
        uploaded_at: row.time(8)?,
        evidence: row.opt_string(9)?,
        scanned: row.bool(10)?,
    })
}
