//! The ledger: any filter, six ways to sort, one page at a time by keyset, and what a filter adds up to.
//!
//! A page must not get slower as the ledger grows. Sorting walks an index; a filter with an index of its own in the
//! same order walks that; for the rest, `plan` chooses.

mod cursor;
mod filter;
mod plan;

use jiff::civil::Date;

use crate::projects::{ProjectStream, StoredProject, read, select_list};
use crate::{Db, Row, StoreError, Value};

pub use filter::{LedgerFilter, Light};

use cursor::Cursor;
use filter::Conditions;
use plan::Way;

/// What rows are sorted by; equal ones by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortBy {
    /// Last change.
    #[default]
    Updated,
    /// Number, which is the order of registration.
    Number,
    /// Name.
    Name,
    /// Day of signing.
    Signed,
    /// Next due day.
    Due,
    /// 总投资.
    Investment,
}

impl SortBy {
    pub(crate) fn column(self) -> &'static str {
        match self {
            Self::Updated => "updated_at",
            Self::Number => "number",
            Self::Name => "name",
            Self::Signed => "signed_on",
            Self::Due => "next_due_on",
            Self::Investment => "total_investment",
        }
    }

    /// SQLite's index in this order.
    fn index(self) -> &'static str {
        match self {
            Self::Updated => "project_updated",
            Self::Number => "project_number",
            Self::Name => "project_name",
            Self::Signed => "project_signed",
            Self::Due => "project_due",
            Self::Investment => "project_investment",
        }
    }

    /// Whether rows may have nothing there. They come last, whichever way the rest is sorted.
    fn may_be_absent(self) -> bool {
        matches!(self, Self::Signed | Self::Due | Self::Investment)
    }
}

/// How to sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// The greatest first.
    pub descending: bool,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Rows.
    pub rows: Vec<StoredProject>,
    /// Where the next page begins; nothing when this is the last one. A text without meaning for others.
    pub next: Option<String>,
}

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Place {
    /// The first.
    #[default]
    First,
    /// The one that begins after this row.
    After(String),
    /// The one that ends before this row.
    Before(String),
}

/// A page between its neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedPage {
    /// Rows.
    pub rows: Vec<StoredProject>,
    /// Where the page before is; nothing when this is the first one.
    pub previous: Option<Place>,
    /// Where the page after is; nothing when this is the last one.
    pub next: Option<Place>,
}

/// The page at a place, with the way to the pages beside it.
///
/// # Errors
/// As [`page`].
pub async fn page_at(
    db: &Db,
    region: &str,
    filter: &LedgerFilter,
    sort: Sort,
    place: &Place,
    size: u32,
) -> Result<PlacedPage, StoreError> {
    let (rows, earlier, later) = match place {
        Place::Before(text) => {
            let (rows, more) = rows_before(db, region, filter, sort, text, size).await?;
            (rows, more, true)
        }
        Place::First | Place::After(_) => {
            let after = match place {
                Place::After(text) => Some(text.as_str()),
                _ => None,
            };
            let page = page(db, region, filter, sort, after, size).await?;
            (page.rows, after.is_some(), page.next.is_some())
        }
    };
    let at = |row: Option<&StoredProject>| row.map(|row| Cursor::of(row, sort.by).to_string());
    let previous = at(rows.first().filter(|_| earlier)).map(Place::Before);
    let next = at(rows.last().filter(|_| later)).map(Place::After);
    Ok(PlacedPage {
        rows,
        previous,
        next,
    })
}

/// The rows that end before a row, in their order, and whether there are more before them: the same walk backwards,
/// through the rows without a value first.
async fn rows_before(
    db: &Db,
    region: &str,
    filter: &LedgerFilter,
    sort: Sort,
    before: &str,
    size: u32,
) -> Result<(Vec<StoredProject>, bool), StoreError> {
    let Some(conditions) = Conditions::of(db, region, filter) else {
        return Ok((Vec::new(), false));
    };
    let (conditions, way) = plan::choose(db, conditions, sort.by).await?;
    let sort = Sort {
        descending: !sort.descending,
        ..sort
    };
    let found = Found {
        conditions,
        way,
        sort,
    };
    let mut at = Some(Cursor::parse(before, sort.by)?);
    let wanted = size as usize + 1;
    let mut rows = Vec::new();
    if at.as_ref().is_some_and(Cursor::is_absent) {
        rows = part(db, &found, Part::Absent(at.take()), wanted).await?;
    }
    if rows.len() < wanted {
        let missing = wanted - rows.len();
        let stretch = Stretch::after(at);
        rows.extend(part(db, &found, Part::Present(stretch), missing).await?);
    }
    let more = rows.len() == wanted;
    rows.truncate(size as usize);
    rows.reverse();
    Ok((rows, more))
}

/// One page of the projects that a filter finds, beginning after the page that gave `after`.
///
/// # Errors
/// As [`Db::rows`]; [`StoreError::NotUnderstood`] when `after` is no such text.
pub async fn page(
    db: &Db,
    region: &str,
    filter: &LedgerFilter,
    sort: Sort,
    after: Option<&str>,
    size: u32,
) -> Result<Page, StoreError> {
    let Some(conditions) = Conditions::of(db, region, filter) else {
        return Ok(Page {
            rows: Vec::new(),
            next: None,
        });
    };
    let mut at = after.map(|text| Cursor::parse(text, sort.by)).transpose()?;
    let wanted = size as usize + 1;
    let near = near(db, &conditions, sort, at.as_ref(), wanted).await?;
    if let Some(rows) = near {
        return Ok(page_of(rows, sort.by, size));
    }
    let (conditions, way) = plan::choose(db, conditions, sort.by).await?;
    let found = Found {
        conditions,
        way,
        sort,
    };
    let mut rows = Vec::new();
    if !at.as_ref().is_some_and(Cursor::is_absent) {
        rows = part(db, &found, Part::Present(Stretch::after(at.take())), wanted).await?;
    }
    if sort.by.may_be_absent() && rows.len() < wanted {
        let missing = wanted - rows.len();
        rows.extend(part(db, &found, Part::Absent(at), missing).await?);
    }
    Ok(page_of(rows, sort.by, size))
}

/// A page of rows of which one more was wanted than it shows.
fn page_of(mut rows: Vec<StoredProject>, by: SortBy, size: u32) -> Page {
    let more = rows.len() > size as usize;
    rows.truncate(size as usize);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|last| Cursor::of(last, by).to_string());
    Page { rows, next }
}

/// So many rows are walked before it is counted which way is the shorter: as many as counting would cost.
const NEAR: i64 = 500;

/// The rows of a page where they all stand near its beginning in the sorted order: then nothing need be counted to find
/// the shorter way. Nothing where they do not, or where there is nothing to choose.
async fn near(
    db: &Db,
    conditions: &Conditions,
    sort: Sort,
    after: Option<&Cursor>,
    wanted: usize,
) -> Result<Option<Vec<StoredProject>>, StoreError> {
    if !plan::must_choose(db, conditions, sort.by) || after.is_some_and(Cursor::is_absent) {
        return Ok(None);
    }
    let found = Found {
        conditions: conditions.clone(),
        way: Way::Index(plan::walked(conditions, sort.by)),
        sort,
    };
    let mut stretch = Stretch::after(after.cloned());
    let (sql, params) = end_statement(&found, &stretch);
    let Some(end) = db.row(&sql, &params).await? else {
        return Ok(None);
    };
    stretch.until = Some(Cursor::read(&end, sort.by)?);
    let rows = part(db, &found, Part::Present(stretch), wanted).await?;
    Ok((rows.len() == wanted).then_some(rows))
}

/// Where a short walk ends, read from the sorted index alone.
fn end_statement(found: &Found, stretch: &Stretch) -> (String, Vec<Value>) {
    let by = found.sort.by;
    let mut params = vec![found.conditions.params[0].clone()];
    let sql = format!(
        "SELECT {}, number FROM project{} WHERE region = $1{}{} LIMIT 1 OFFSET {NEAR}",
        by.column(),
        found.way.hint(),
        plan::held_by(&found.way),
        stretch.walk(found, &mut params)
    );
    (sql, params)
}

/// A stretch of the sorted rows.
#[derive(Debug, Clone, Default)]
struct Stretch {
    after: Option<Cursor>,
    until: Option<Cursor>,
}

impl Stretch {
    fn after(after: Option<Cursor>) -> Stretch {
        Stretch { after, until: None }
    }

    /// What follows the conditions: the ends of the stretch and the order.
    fn walk(&self, found: &Found, params: &mut Vec<Value>) -> String {
        let (by, plus) = (found.sort.by, found.way.plus());
        let column = format!("{plus}{}", by.column());
        let (direction, beyond, not_beyond) = match found.sort.descending {
            true => ("DESC", "<", ">="),
            false => ("ASC", ">", "<="),
        };
        let mut place = |value: Value| {
            params.push(value);
            format!("${}", params.len())
        };
        let mut sql = String::new();
        if by.may_be_absent() {
            sql += &format!(" AND {column} IS NOT NULL");
        }
        let ends = [(&self.after, beyond), (&self.until, not_beyond)];
        for (cursor, compared) in ends {
            let Some(cursor) = cursor else { continue };
            let number = place(cursor.number.into());
            sql += &match (&cursor.value, by) {
                (_, SortBy::Number) | (Value::Null, _) => {
                    format!(" AND {plus}number {compared} {number}")
                }
                (value, _) => format!(
                    " AND ({column}, number) {compared} ({}, {number})",
                    place(value.clone())
                ),
            };
        }
        let tie = match by {
            SortBy::Number => String::new(),
            _ => format!(", number {direction}"),
        };
        sql + &format!(" ORDER BY {column} {direction}{tie}")
    }
}

/// Rows with a value to sort by come first, then those without: two plain walks of the same index.
enum Part {
    Present(Stretch),
    Absent(Option<Cursor>),
}

/// What a page is read with.
struct Found {
    conditions: Conditions,
    way: Way,
    sort: Sort,
}

async fn part(
    db: &Db,
    found: &Found,
    part: Part,
    limit: usize,
) -> Result<Vec<StoredProject>, StoreError> {
    let (sql, params) = statement(found, &part, limit);
    db.rows(&sql, &params).await?.iter().map(read).collect()
}

/// The text of a page: kept apart so that its plan can be tested.
fn statement(found: &Found, part: &Part, limit: usize) -> (String, Vec<Value>) {
    let Found {
        conditions,
        way,
        sort,
    } = found;
    let plus = way.plus();
    let column = format!("{plus}{}", sort.by.column());
    let (direction, beyond) = if sort.descending {
        ("DESC", "<")
    } else {
        ("ASC", ">")
    };
    let mut sql = format!(
        "SELECT {} FROM project{} WHERE {}",
        select_list(),
        way.hint(),
        conditions.sql
    );
    let mut params = conditions.params.clone();
    match part {
        Part::Present(stretch) => sql += &stretch.walk(found, &mut params),
        Part::Absent(after) => {
            sql += &format!(" AND {column} IS NULL");
            if let Some(cursor) = after {
                params.push(cursor.number.into());
                sql += &format!(" AND number {beyond} ${}", params.len());
            }
            sql += &format!(" ORDER BY number {direction}");
        }
    }
    params.push((limit as i64).into());
    sql += &format!(" LIMIT ${}", params.len());
    (sql, params)
}

/// All rows that a filter finds, by number, with bounded memory: for exports.
///
/// # Errors
/// As [`Db::stream`].
pub async fn stream(
    db: &Db,
    region: &str,
    filter: &LedgerFilter,
    chunk: usize,
) -> Result<Option<ProjectStream>, StoreError> {
    let Some(conditions) = Conditions::of(db, region, filter) else {
        return Ok(None);
    };
    let (conditions, way) = plan::choose(db, conditions, SortBy::Number).await?;
    let sql = format!(
        "SELECT {} FROM project{} WHERE {} ORDER BY {}number",
        select_list(),
        way.hint(),
        conditions.sql,
        way.plus()
    );
    Ok(Some(ProjectStream(
        db.stream(&sql, &conditions.params, chunk).await?,
    )))
}

/// All rows that a filter finds in the order of a list, with bounded memory: for exports of what is shown.
///
/// # Errors
/// As [`Db::stream`].
pub async fn stream_sorted(
    db: &Db,
    region: &str,
    filter: &LedgerFilter,
    sort: Sort,
    chunk: usize,
) -> Result<Option<ProjectStream>, StoreError> {
    let Some(conditions) = Conditions::of(db, region, filter) else {
        return Ok(None);
    };
    let column = sort.by.column();
    let direction = if sort.descending { "DESC" } else { "ASC" };
    let absent_last = match sort.by.may_be_absent() {
        true => format!("{column} IS NULL, "),
        false => String::new(),
    };
    let sql = format!(
        "SELECT {} FROM project WHERE {} ORDER BY {absent_last}{column} {direction}, number {direction}",
        select_list(),
        conditions.sql
    );
    Ok(Some(ProjectStream(
        db.stream(&sql, &conditions.params, chunk).await?,
    )))
}

/// What a filter adds up to. Money in 分.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Projects.
    pub count: u64,
    /// 总投资.
    pub total_investment: i64,
    /// 引进资金.
    pub introduced_funds: i64,
    /// 到位资金.
    pub funds_in_place: i64,
    /// With a red light.
    pub red: u64,
    /// With a yellow light.
    pub yellow: u64,
    /// Running, neither red nor yellow.
    pub normal: u64,
    /// All stages done.
    pub finished: u64,
    /// Removed or withdrawn.
    pub gone: u64,
}

/// Counts and sums of all projects that a filter finds, read from one index alone.
///
/// # Errors
/// As [`Db::rows`].
pub async fn totals(db: &Db, region: &str, filter: &LedgerFilter) -> Result<Totals, StoreError> {
    let Some(conditions) = Conditions::of(db, region, filter) else {
        return Ok(Totals::default());
    };
    let (sql, params) = totals_statement(&plan::for_all(conditions), filter.today);
    let row = db.row(&sql, &params).await?;
    row.map_or(Ok(Totals::default()), |row| read_totals(&row))
}

fn totals_statement(conditions: &Conditions, today: Date) -> (String, Vec<Value>) {
    let mut params = conditions.params.clone();
    params.push(today.into());
    let lights = [
        Light::Red,
        Light::Yellow,
        Light::Normal,
        Light::Finished,
        Light::Gone,
    ];
    let counts = lights.map(|light| {
        format!(
            "count(CASE WHEN {} THEN 1 END)",
            light.condition(params.len())
        )
    });
    let sum = |column: &str| format!("CAST(COALESCE(sum({column}), 0) AS BIGINT)");
    let sql = format!(
        "SELECT count(*), {}, {}, {}, {} FROM project WHERE {}",
        sum("total_investment"),
        sum("introduced_funds"),
        sum("funds_in_place"),
        counts.join(", "),
        conditions.sql
    );
    (sql, params)
}

fn read_totals(row: &Row) -> Result<Totals, StoreError> {
    Ok(Totals {
        count: row.count(0)?,
        total_investment: row.int(1)?,
        introduced_funds: row.int(2)?,
        funds_in_place: row.int(3)?,
        red: row.count(4)?,
        yellow: row.count(5)?,
        normal: row.count(6)?,
        finished: row.count(7)?,
        gone: row.count(8)?,
    })
}

/// What projects can be counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// 属地.
    Host,
    /// 行业主管.
    Authority,
    /// 产业类别.
    Sector,
    /// Current stage.
    Stage,
}

/// Counts and sums for each value of a column, by value; rows without a value come as an empty text.
///
/// # Errors
/// As [`Db::rows`].
pub async fn totals_by(
    db: &Db,
    region: &str,
    filter: &LedgerFilter,
    by: GroupBy,
) -> Result<Vec<(String, Totals)>, StoreError> {
    let Some(conditions) = Conditions::of(db, region, filter) else {
        return Ok(Vec::new());
    };
    let column = match by {
        GroupBy::Host => "host",
        GroupBy::Authority => "authority",
        GroupBy::Sector => "sector",
        GroupBy::Stage => "stage",
    };
    let (sql, params) = totals_statement(&plan::for_all(conditions), filter.today);
    // The group comes last, so that the totals are read as everywhere.
    let sql = sql.replacen(
        " FROM project",
        &format!(", COALESCE({column}, '') FROM project"),
        1,
    );
    let sql = format!("{sql} GROUP BY COALESCE({column}, '') ORDER BY COALESCE({column}, '')");
    let rows = db.rows(&sql, &params).await?;
    rows.iter()
        .map(|row| Ok((row.string(9)?, read_totals(row)?)))
        .collect()
}

#[cfg(test)]
mod tests;
