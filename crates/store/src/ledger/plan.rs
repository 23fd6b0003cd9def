//! How SQLite should find a page.
//!
//! With `n` projects of which a filter finds `c`, a page of 50 can be had by sorting the `c`, or by walking the sorted
//! index past `50 n / c` rows. SQLite does not weigh the page's limit and would sort 100,000 rows for 50. So the
//! matches are counted in their index up to the point where both ways cost the same, √(50 n), and the cheaper way is
//! said with SQLite's own means: a `+` before a column keeps its index from being used. PostgreSQL weighs the limit
//! by itself.

use crate::{Db, Dialect, StoreError, Value};

use super::SortBy;
use super::filter::{Conditions, Indexed};

const PAGE: f64 = 50.0;

/// The conditions in the form that makes SQLite take the cheaper way.
pub(super) async fn choose(
    db: &Db,
    conditions: Conditions,
    by: SortBy,
) -> Result<Conditions, StoreError> {
    if conditions.dialect == Dialect::Postgres || has_sorted_index(&conditions, by) {
        return Ok(conditions);
    }
    let limit = worth_sorting(db, &conditions.params[0]).await?;
    for indexed in &conditions.indexed {
        if count_up_to(db, &conditions.params, indexed, limit).await? < limit {
            return Ok(only(&conditions, indexed));
        }
    }
    Ok(without_indexes(conditions))
}

/// A filter whose index gives the wanted order needs no choice.
fn has_sorted_index(conditions: &Conditions, by: SortBy) -> bool {
    by == SortBy::Updated
        && conditions
            .indexed
            .iter()
            .any(|indexed| indexed.sorted_by_change)
}

/// Up to so many rows, sorting is cheaper than walking.
async fn worth_sorting(db: &Db, region: &Value) -> Result<i64, StoreError> {
    let sql = "SELECT COALESCE(max(number), 0) FROM project WHERE region = $1";
    let projects = db
        .row(sql, std::slice::from_ref(region))
        .await?
        .map_or(Ok(0), |row| row.int(0))?;
    Ok((PAGE * projects as f64).sqrt() as i64 + 1)
}

async fn count_up_to(
    db: &Db,
    params: &[Value],
    indexed: &Indexed,
    limit: i64,
) -> Result<i64, StoreError> {
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM project WHERE region = $1 AND {} LIMIT {limit})",
        indexed.sql
    );
    db.row(&sql, &params[..indexed.params])
        .await?
        .map_or(Ok(0), |row| row.int(0))
}

/// Finds by this one condition and sorts.
fn only(conditions: &Conditions, chosen: &Indexed) -> Conditions {
    let mut sql = conditions.sql.clone();
    for other in conditions
        .indexed
        .iter()
        .filter(|other| other.sql != chosen.sql)
    {
        sql = sql.replace(&other.sql, &plus(other));
    }
    Conditions {
        sql,
        ..conditions.clone()
    }
}

/// Walks the sorted index and tests every condition on the way.
fn without_indexes(conditions: Conditions) -> Conditions {
    let mut sql = conditions.sql.clone();
    for indexed in &conditions.indexed {
        sql = sql.replace(&indexed.sql, &plus(indexed));
    }
    Conditions { sql, ..conditions }
}

fn plus(indexed: &Indexed) -> String {
    let mut sql = indexed.sql.clone();
    for column in indexed.columns {
        for compare in [" = ", " IN ", " <= ", " >= ", " > ", " IS "] {
            sql = sql.replace(
                &format!("{column}{compare}"),
                &format!("+{column}{compare}"),
            );
        }
    }
    sql
}
