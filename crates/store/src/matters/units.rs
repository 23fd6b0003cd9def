//! The units that have to do with a matter.

use jiff::civil::Date;

use super::MatterRow;
use crate::rows::{insert_values, params_of};
use crate::{Batch, Db, Row, StoreError, Value};

/// A unit that has to do with a matter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MatterUnitRow {
    /// Unit.
    pub unit: String,
    /// issuer, lead, supporting, part, reviewer.
    pub role: String,
    /// What it has to do now.
    pub waits: Option<String>,
    /// By when.
    pub due_on: Option<Date>,
}

/// Adds the units of a matter whose earlier ones are gone.
pub(super) fn insert(batch: &mut Batch, row: &MatterRow, units: &[MatterUnitRow]) {
    if units.is_empty() {
        return;
    }
    // Lists of a unit walk its matters by day, what is open before what is done, without looking at the matters.
    let open = !matches!(row.phase.as_str(), "closed" | "withdrawn");
    let unit = |unit: &MatterUnitRow| -> [Value; 8] {
        [
            row.region.as_str().into(),
            row.matter.as_str().into(),
            unit.unit.as_str().into(),
            unit.role.as_str().into(),
            (&unit.waits).into(),
            unit.due_on.into(),
            open.into(),
            row.due_on.into(),
        ]
    };
    batch.push(
        format!(
            "INSERT INTO matter_unit (region, matter, unit, role, waits, due_on, open, matter_due_on) VALUES {}",
            insert_values(units.len(), 8)
        ),
        params_of(units, unit),
    );
}

/// The units of a matter, by unit and role.
///
/// # Errors
/// As [`Db::rows`].
pub async fn units_of(
    db: &Db,
    region: &str,
    matter: &str,
) -> Result<Vec<MatterUnitRow>, StoreError> {
    const SQL: &str = "SELECT unit, role, waits, due_on FROM matter_unit
                        WHERE region = $1 AND matter = $2 ORDER BY unit, role";
    let read = |row: &Row| {
        Ok(MatterUnitRow {
            unit: row.string(0)?,
            role: row.string(1)?,
            waits: row.opt_string(2)?,
            due_on: row.opt_day(3)?,
        })
    };
    db.all(SQL, &[region.into(), matter.into()], read).await
}
