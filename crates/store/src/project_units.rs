//! Units to which projects were assigned.

use crate::rows::{insert_values, params_of};
use crate::{Batch, Db, StoreError};

/// Writes the units to which a project is assigned in place of earlier ones.
pub fn replace(batch: &mut Batch, region: &str, project: &str, units: &[String]) {
    batch.push(
        "DELETE FROM project_unit WHERE region = $1 AND project = $2",
        vec![region.into(), project.into()],
    );
    insert(batch, region, project, units);
}

/// Writes the units to which a project is assigned that was assigned to nobody yet.
pub fn insert(batch: &mut Batch, region: &str, project: &str, units: &[String]) {
    if !units.is_empty() {
        let places = insert_values(units.len(), 3);
        let sql = format!(
            "INSERT INTO project_unit (region, unit, project) VALUES {places} ON CONFLICT DO NOTHING"
        );
        let values = |unit: &String| [region.into(), unit.as_str().into(), project.into()];
        batch.push(sql, params_of(units, values));
    }
}

/// The units to which a project is assigned, by name.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_project(db: &Db, region: &str, project: &str) -> Result<Vec<String>, StoreError> {
    const SQL: &str =
        "SELECT unit FROM project_unit WHERE region = $1 AND project = $2 ORDER BY unit";
    let rows = db.rows(SQL, &[region.into(), project.into()]).await?;
    rows.iter().map(|row| row.string(0)).collect()
}
