//! Working-day arrangements that were loaded after the program was built.

use jiff::Timestamp;

use crate::{Batch, Db, Row, StoreError};

/// A year's arrangement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidayRow {
    /// The year.
    pub year: i64,
    /// The file that held it.
    pub csv: String,
    /// Number of the notice.
    pub notice: String,
}

/// All loaded arrangements in the order of loading, so that of two files that arrange a year the later one counts.
///
/// # Errors
/// As [`Db::rows`].
pub async fn list(db: &Db) -> Result<Vec<HolidayRow>, StoreError> {
    const SQL: &str = "SELECT year, csv, notice FROM holiday ORDER BY loaded_at, year";
    let read = |row: &Row| {
        Ok(HolidayRow {
            year: row.int(0)?,
            csv: row.string(1)?,
            notice: row.string(2)?,
        })
    };
    db.rows(SQL, &[]).await?.iter().map(read).collect()
}

/// Keeps a year's arrangement, in place of an older one.
pub fn put(batch: &mut Batch, year: i64, csv: &str, notice: &str, at: Timestamp) {
    batch.push(
        "INSERT INTO holiday (year, csv, notice, loaded_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (year) DO UPDATE SET csv = excluded.csv, notice = excluded.notice, loaded_at = excluded.loaded_at",
        vec![year.into(), csv.into(), notice.into(), at.into()],
    );
}
