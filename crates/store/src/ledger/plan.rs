//! How SQLite should find a page.
//!
//! With `n` projects of which a filter finds `c`, a page of 50 can be had by sorting the `c`, or by walking the sorted
//! index past `50 n / c` rows. SQLite does not weigh the page's limit and would sort 100,000 rows for 50. So the
//! matches are counted in their index up to the point where both ways cost the same, √(50 n), and the cheaper way is
//! named in the statement. Where the rows stand near the beginning of the sorted order a short walk finds them before
//! anything is counted. PostgreSQL weighs the limit by itself.

use crate::{Db, Dialect, StoreError, Value, search};

use super::SortBy;
use super::filter::{Conditions, Found, Indexed, PROJECTS_ONLY};

const PAGE: f64 = 50.0;

/// The way to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// As the database thinks best.
    Free,
    /// By this index of SQLite.
    Index(&'static str),
    /// The conditions name the few rows; sort them.
    Sort,
}

impl Way {
    /// What follows the table's name.
    pub(super) fn hint(&self) -> String {
        match self {
            Self::Index(name) => format!(" INDEXED BY {name}"),
            Self::Free | Self::Sort => String::new(),
        }
    }

    /// What stands before a column that must not be read in the order of its index; SQLite's own means.
    pub(super) fn plus(&self) -> &'static str {
        if *self == Self::Sort { "+" } else { "" }
    }
}

/// Whether there is more than one way and counting tells which is the shorter.
pub(super) fn must_choose(db: &Db, conditions: &Conditions, by: SortBy) -> bool {
    db.dialect() == Dialect::Sqlite
        && worth_counting(conditions, by).next().is_some()
        && sorted_index(conditions, by).is_none()
        && !conditions.indexed.iter().any(|indexed| indexed.is_search)
}

/// The conditions, perhaps in another form, and the cheaper way.
pub(super) async fn choose(
    db: &Db,
    conditions: Conditions,
    by: SortBy,
) -> Result<(Conditions, Way), StoreError> {
    if db.dialect() == Dialect::Postgres {
        return Ok((conditions, Way::Free));
    }
    let sorted = sorted_index(&conditions, by);
    let searched = conditions.indexed.iter().any(|indexed| indexed.is_search);
    if let Some(index) = sorted.filter(|_| !searched) {
        return Ok((conditions, Way::Index(index)));
    }
    let limit = worth_sorting(db, &conditions.params[0]).await?;
    for indexed in worth_counting(&conditions, by) {
        if sorted.is_some() && !indexed.is_search {
            continue;
        }
        if count_up_to(db, &conditions.params, indexed, limit).await? < limit {
            return Ok(by_index(&conditions, indexed));
        }
    }
    let way = Way::Index(sorted.unwrap_or(walked(&conditions, by)));
    Ok((conditions, way))
}

/// The index in the wanted order.
pub(super) fn walked(conditions: &Conditions, by: SortBy) -> &'static str {
    match by {
        SortBy::Updated if conditions.projects_only => PROJECTS_ONLY,
        _ => by.index(),
    }
}

/// The condition of what an index holds, where it does not hold everything; SQLite wants to see it.
pub(super) fn held_by(way: &Way) -> &'static str {
    match way {
        Way::Index(PROJECTS_ONLY) => " AND lead = FALSE",
        _ => "",
    }
}

/// What the index in the wanted order answers by itself need not be counted.
fn worth_counting(conditions: &Conditions, by: SortBy) -> impl Iterator<Item = &Indexed> {
    let walked = walked(conditions, by);
    let answered = move |indexed: &&Indexed| match indexed.found {
        Found::By(index) => index == walked,
        Found::Among(_) => false,
    };
    let indexed = conditions.indexed.iter();
    indexed.filter(move |indexed| !answered(indexed))
}

/// The conditions for reading all matches: a search is asked its index, not every row.
pub(super) fn for_all(conditions: Conditions) -> Conditions {
    let search = conditions
        .indexed
        .iter()
        .find(|indexed| indexed.is_search)
        .cloned();
    search.map_or(conditions.clone(), |search| {
        by_index(&conditions, &search).0
    })
}

/// A filter whose index gives the wanted order needs no choice.
fn sorted_index(conditions: &Conditions, by: SortBy) -> Option<&'static str> {
    let sorted = |indexed: &&Indexed| by == SortBy::Updated && indexed.sorted_by_change;
    conditions
        .indexed
        .iter()
        .find(sorted)
        .and_then(|indexed| match indexed.found {
            Found::By(index) => Some(index),
            Found::Among(_) => None,
        })
}

/// Up to so many rows, sorting is cheaper than walking.
async fn worth_sorting(db: &Db, region: &Value) -> Result<i64, StoreError> {
    let sql = "SELECT COALESCE(max(number), 0) FROM project WHERE region = $1";
    let row = db.row(sql, std::slice::from_ref(region)).await?;
    let projects = row.map_or(Ok(0), |row| row.int(0))?;
    Ok((PAGE * projects as f64).sqrt() as i64 + 1)
}

async fn count_up_to(
    db: &Db,
    params: &[Value],
    indexed: &Indexed,
    limit: i64,
) -> Result<i64, StoreError> {
    let sql = count_statement(indexed, limit);
    let row = db.row(&sql, &params[..indexed.params]).await?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// Counts matches, but no further than needed.
pub(super) fn count_statement(indexed: &Indexed, limit: i64) -> String {
    let rows = match &indexed.found {
        Found::By(index) => {
            format!(
                "SELECT 1 FROM project INDEXED BY {index} WHERE region = $1 AND {}",
                indexed.sql
            )
        }
        Found::Among(docs) => docs.clone(),
    };
    format!("SELECT count(*) FROM ({rows} LIMIT {limit})")
}

fn by_index(conditions: &Conditions, indexed: &Indexed) -> (Conditions, Way) {
    match &indexed.found {
        Found::By(index) => (conditions.clone(), Way::Index(index)),
        Found::Among(docs) => {
            let sql = conditions.sql.replace(
                &indexed.sql,
                &format!("{} IN ({docs})", search::key(conditions.dialect)),
            );
            (
                Conditions {
                    sql,
                    ..conditions.clone()
                },
                Way::Sort,
            )
        }
    }
}
