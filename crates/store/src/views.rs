//! Saved views of the ledger, settings, and the leases by which one instance at a time does what must be done once.

use jiff::Timestamp;

use crate::{Batch, Db, Row, StoreError};

/// A saved view: a name for a query of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewRow {
    /// Name.
    pub name: String,
    /// Query, as in the address.
    pub query: String,
}

/// Views of an account, by name.
///
/// # Errors
/// As [`Db::rows`].
pub async fn views(db: &Db, region: &str, account: &str) -> Result<Vec<ViewRow>, StoreError> {
    const SQL: &str =
        "SELECT name, query FROM saved_view WHERE region = $1 AND account = $2 ORDER BY name";
    let read = |row: &Row| {
        Ok(ViewRow {
            name: row.string(0)?,
            query: row.string(1)?,
        })
    };
    db.rows(SQL, &[region.into(), account.into()])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Saves a view, in place of one of the same name.
pub fn save_view(batch: &mut Batch, region: &str, account: &str, view: &ViewRow) {
    batch.push(
        "INSERT INTO saved_view (region, account, name, query) VALUES ($1, $2, $3, $4)
         ON CONFLICT (region, account, name) DO UPDATE SET query = excluded.query",
        vec![
            region.into(),
            account.into(),
            view.name.as_str().into(),
            view.query.as_str().into(),
        ],
    );
}

/// Takes a view away.
pub fn remove_view(batch: &mut Batch, region: &str, account: &str, name: &str) {
    batch.push(
        "DELETE FROM saved_view WHERE region = $1 AND account = $2 AND name = $3",
        vec![region.into(), account.into(), name.into()],
    );
}

/// A setting of a region.
///
/// # Errors
/// As [`Db::rows`].
pub async fn setting(db: &Db, region: &str, key: &str) -> Result<Option<String>, StoreError> {
    const SQL: &str = "SELECT value FROM setting WHERE region = $1 AND key = $2";
    db.row(SQL, &[region.into(), key.into()])
        .await?
        .map(|row| row.string(0))
        .transpose()
}

/// Sets a setting.
pub fn set_setting(batch: &mut Batch, region: &str, key: &str, value: &str) {
    batch.push(
        "INSERT INTO setting (region, key, value) VALUES ($1, $2, $3)
         ON CONFLICT (region, key) DO UPDATE SET value = excluded.value",
        vec![region.into(), key.into(), value.into()],
    );
}

/// Takes or keeps a lease; `false` when another holder has it.
///
/// # Errors
/// As [`Db::write`].
pub async fn take_lease(
    db: &Db,
    name: &str,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let mut batch = Batch::new();
    batch.push(
        "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
          WHERE lease.holder = $2 OR lease.until < $4",
        vec![name.into(), holder.into(), until.into(), now.into()],
    );
    Ok(db.write(batch).await?.first().copied().unwrap_or_default() == 1)
}

/// Gives a lease back before its time.
///
/// # Errors
/// As [`Db::write`].
pub async fn give_lease_back(db: &Db, name: &str, holder: &str) -> Result<(), StoreError> {
    let mut batch = Batch::new();
    batch.push(
        "DELETE FROM lease WHERE name = $1 AND holder = $2",
        vec![name.into(), holder.into()],
    );
    db.write(batch).await.map(|_| ())
}
