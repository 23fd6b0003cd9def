//! Lists of matters: by unit, state, kind, project and day.
//!
//! What is open and what is done stand in an index each, in the order of the day; what a unit has to do with in one of its
//! own. A list walks those that it needs as far as its page goes, and counts stop at a number.

use jiff::civil::Date;

use super::rows::{COLUMN_COUNT, COLUMNS, MatterRow, read};
use crate::{Db, Dialect, Row, StoreError, Value};

/// Which matters of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// The unit leads, supports or answers a part.
    #[default]
    Mine,
    /// The unit issued it.
    Issued,
    /// Past its day and not reported.
    Overdue,
    /// Waits for the unit's review or closing.
    Review,
    /// Everything that the unit may see.
    All,
}

/// How a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// What is open first, by its day.
    #[default]
    Due,
    /// The last issued first.
    Issued,
    /// By kind and number.
    Number,
}

/// What of the matters is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatterQuery {
    /// Region.
    pub region: String,
    /// The unit that asks.
    pub unit: String,
    /// Whether it sees all matters of the region.
    pub sees_all: bool,
    /// Which.
    pub tab: Tab,
    /// Today, for what is overdue.
    pub today: Date,
    /// Only of this kind; empty for all.
    pub kind: String,
    /// Only in this phase; empty for all; `open` for all that are not closed or withdrawn.
    pub phase: String,
    /// Only led by this unit; empty for all.
    pub lead: String,
    /// Only about this project; empty for all.
    pub project: String,
    /// Only issued on or after.
    pub issued_from: Option<Date>,
    /// Only issued on or before.
    pub issued_to: Option<Date>,
    /// Only those that were handled so.
    pub handled: Option<Handled>,
    /// Words that number, title or content hold; empty for all.
    pub text: String,
    /// Order.
    pub sort: Sort,
}

/// How a matter was handled, as statistics count it. The four that follow the first have no matter in common, and together
/// they are all that were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// Issued and not withdrawn.
    Counted,
    /// Closed, reported done by its day.
    InTime,
    /// Closed, reported done after its day.
    Late,
    /// Not closed, and not late so far.
    Open,
    /// Not closed, and late.
    Overdue,
}

impl Handled {
    /// The condition, where `today` names the parameter of the day.
    pub(super) fn condition(self, today: &str) -> String {
        let late = format!(
            "({RUNNING} AND m.due_on < {today} OR m.phase IN ('reported', 'approved') AND m.reported_on > m.due_on)"
        );
        match self {
            Handled::Counted => "m.phase <> 'withdrawn'".to_owned(),
            Handled::InTime => "m.phase = 'closed' AND m.reported_on <= m.due_on".to_owned(),
            Handled::Late => "m.phase = 'closed' AND m.reported_on > m.due_on".to_owned(),
            Handled::Open => format!("{OPEN} AND NOT {late}"),
            Handled::Overdue => format!("{OPEN} AND {late}"),
        }
    }
}

/// Conditions with their parameters.
struct Conditions {
    sql: String,
    params: Vec<Value>,
}

impl Conditions {
    fn param(&mut self, value: impl Into<Value>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len())
    }
}

pub(super) const RUNNING: &str = "m.phase IN ('issued', 'refused', 'accepted')";
const OPEN: &str = "m.phase NOT IN ('closed', 'withdrawn')";
const DONE: &str = "m.phase IN ('closed', 'withdrawn')";

/// How a unit must have to do with a matter; nothing when every matter of the region is meant.
struct Part {
    condition: &'static str,
    index: &'static str,
}

impl MatterQuery {
    fn part(&self) -> Option<Part> {
        let part = |condition| Part {
            condition,
            index: "matter_unit_due",
        };
        match self.tab {
            Tab::Mine => Some(part(" AND u.role IN ('lead', 'supporting', 'part')")),
            Tab::Issued => Some(part(" AND u.role = 'issuer'")),
            Tab::Review => Some(Part {
                condition: " AND u.waits IS NOT NULL AND u.role IN ('reviewer', 'issuer')",
                index: "matter_unit_waits",
            }),
            Tab::Overdue | Tab::All => (!self.sees_all).then(|| part("")),
        }
    }

    /// What is asked of the matter itself; empty for nothing.
    fn filters(&self, params: &mut Conditions) -> String {
        let mut sql = String::new();
        if self.tab == Tab::Overdue {
            let today = params.param(self.today);
            sql += &format!(" AND {RUNNING} AND m.due_on < {today}");
        }
        for (column, value) in [
            ("m.kind", &self.kind),
            ("m.lead", &self.lead),
            ("m.project", &self.project),
        ] {
            if !value.is_empty() {
                let value = params.param(value.as_str());
                sql += &format!(" AND {column} = {value}");
            }
        }
        if !matches!(self.phase.as_str(), "" | "open") {
            let phase = params.param(self.phase.as_str());
            sql += &format!(" AND m.phase = {phase}");
        }
        for (relation, day) in [(">=", self.issued_from), ("<=", self.issued_to)] {
            if let Some(day) = day {
                let day = params.param(day);
                sql += &format!(" AND m.issued_on {relation} {day}");
            }
        }
        match self.handled {
            None => {}
            // The day is a parameter only where the condition asks for it: each must have a known type.
            Some(handled @ (Handled::Open | Handled::Overdue)) => {
                let today = params.param(self.today);
                sql += &format!(" AND {}", handled.condition(&today));
            }
            Some(handled) => sql += &format!(" AND {}", handled.condition("")),
        }
        for word in self.text.split_whitespace() {
            let word = word
                .to_lowercase()
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            let word = params.param(format!("%{word}%"));
            sql += &format!(
                " AND (m.search LIKE {word} ESCAPE '\\' OR EXISTS (SELECT 1 FROM project n WHERE n.region = m.region
                       AND n.project = m.project AND lower(n.name) LIKE {word} ESCAPE '\\'))"
            );
        }
        sql
    }

    /// Whether open ones can be among those that are wanted, and whether done ones can.
    fn halves(&self) -> Vec<Half> {
        let only_open = matches!(self.tab, Tab::Overdue | Tab::Review);
        match self.phase.as_str() {
            "closed" | "withdrawn" if only_open => Vec::new(),
            "closed" | "withdrawn" => vec![Half::Done],
            "" if !only_open => vec![Half::Open, Half::Done],
            _ => vec![Half::Open],
        }
    }

    /// The walks that together find the matters, each by day: `due_on` and `matter`.
    fn walks(&self, db: &Db, params: &mut Conditions) -> Vec<(Half, String)> {
        let filters = self.filters(params);
        let part = self.part();
        let walk = |half: Half| {
            let sql = match &part {
                Some(part) => unit_walk(db, part, half, &filters),
                None => format!(
                    "SELECT m.due_on, m.matter FROM matter m{} WHERE m.region = $1 AND {}{filters}",
                    hint(db, half.index()),
                    half.condition()
                ),
            };
            (half, sql)
        };
        self.halves().into_iter().map(walk).collect()
    }

    /// All of them in another order than that of the day.
    fn conditions(&self) -> Conditions {
        let mut all = self.parties();
        all.sql = "m.region = $1".into();
        if let Some(part) = self.part() {
            all.sql += &format!(
                " AND EXISTS (SELECT 1 FROM matter_unit u WHERE u.region = m.region AND u.matter = m.matter
                               AND u.unit = $2{})",
                part.condition
            );
        }
        let filters = self.filters(&mut all);
        all.sql += &filters;
        match self.halves().as_slice() {
            [half] => all.sql += &format!(" AND {}", half.condition()),
            [] => all.sql += " AND 1 = 0",
            _ => {}
        }
        all
    }

    /// The condition of what statistics count of this list, its parameters, and the name of the day's parameter.
    pub(super) fn counted(&self) -> (String, Vec<Value>, String) {
        let mut all = self.conditions();
        // The unit is always named, for PostgreSQL wants to know the type of each parameter.
        all.sql += &format!(
            " AND CAST($2 AS TEXT) IS NOT NULL AND {}",
            Handled::Counted.condition("")
        );
        let today = all.param(self.today);
        (all.sql, all.params, today)
    }

    /// `$1` is the region, `$2` the unit.
    fn parties(&self) -> Conditions {
        Conditions {
            sql: String::new(),
            params: vec![self.region.as_str().into(), self.unit.as_str().into()],
        }
    }
}

/// What is open stands before what is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Open,
    Done,
}

impl Half {
    const BOTH: [Half; 2] = [Half::Open, Half::Done];

    fn condition(self) -> &'static str {
        match self {
            Half::Open => OPEN,
            Half::Done => DONE,
        }
    }

    fn index(self) -> &'static str {
        match self {
            Half::Open => "matter_open",
            Half::Done => "matter_done",
        }
    }

    /// Its place in the order.
    fn rank(self) -> u8 {
        match self {
            Half::Open => 0,
            Half::Done => 1,
        }
    }

    /// As `matter_unit.open` says it.
    fn word(self) -> &'static str {
        match self {
            Half::Open => "TRUE",
            Half::Done => "FALSE",
        }
    }
}

/// SQLite does not weigh the limit and would rather sort everything; PostgreSQL chooses by itself.
fn hint(db: &Db, index: &str) -> String {
    match db.dialect() {
        Dialect::Sqlite => format!(" INDEXED BY {index}"),
        Dialect::Postgres => String::new(),
    }
}

/// What a unit has to do with; it may have several parts in a matter.
fn unit_walk(db: &Db, part: &Part, half: Half, filters: &str) -> String {
    let matter = match (filters.is_empty(), db.dialect()) {
        (true, _) => "",
        (false, Dialect::Sqlite) => {
            " CROSS JOIN matter m ON m.region = u.region AND m.matter = u.matter"
        }
        (false, Dialect::Postgres) => {
            " JOIN matter m ON m.region = u.region AND m.matter = u.matter"
        }
    };
    format!(
        "SELECT DISTINCT u.matter_due_on AS due_on, u.matter FROM matter_unit u{}{matter}
          WHERE u.region = $1 AND u.unit = $2 AND u.open = {}{}{filters}",
        hint(db, part.index),
        half.word(),
        part.condition
    )
}

/// A matter in a list, with what the asking unit has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterLine {
    /// The matter.
    pub row: MatterRow,
    /// What the unit has to do now.
    pub waits: Option<String>,
    /// Name of the project.
    pub project_name: Option<String>,
}

const WITH_PROJECT: &str = "LEFT JOIN project p ON p.region = m.region AND p.project = m.project";

/// What a line is read from; `$2` is the asking unit.
fn columns() -> String {
    let columns: Vec<String> = COLUMNS
        .split(", ")
        .map(|column| format!("m.{column}"))
        .collect();
    format!(
        "{}, (SELECT min(w.waits) FROM matter_unit w WHERE w.region = m.region AND w.matter = m.matter
                 AND w.unit = $2 AND w.waits IS NOT NULL), p.name",
        columns.join(", ")
    )
}

fn select(order: &str, condition: &str) -> String {
    select_by("", order, condition)
}

fn select_by(hint: &str, order: &str, condition: &str) -> String {
    let columns = columns();
    format!(
        "SELECT {columns} FROM matter m{hint} {WITH_PROJECT} WHERE {condition} ORDER BY {order}"
    )
}

/// The lines of the keys that walks give, the open ones first: so many of them from `offset` on. Each walk goes no further
/// than that. `joined` is UNION where a matter may come in two walks.
fn by_day(walks: &[(Half, String)], joined: &str, offset: u32, limit: u32) -> String {
    let most = u64::from(offset) + u64::from(limit);
    let walk = |(at, (half, sql)): (usize, &(Half, String))| {
        format!(
            "SELECT {} AS done, walk{at}.* FROM ({sql} ORDER BY 1, 2 LIMIT {most}) walk{at}",
            half.rank()
        )
    };
    let keys: Vec<String> = walks.iter().enumerate().map(walk).collect();
    format!(
        "SELECT {} FROM (SELECT * FROM ({}) found ORDER BY done, due_on, matter LIMIT {limit} OFFSET {offset}) k
           JOIN matter m ON m.region = $1 AND m.matter = k.matter
           {WITH_PROJECT} ORDER BY k.done, k.due_on, k.matter",
        columns(),
        keys.join(joined)
    )
}

fn read_line(row: &Row) -> Result<MatterLine, StoreError> {
    Ok(MatterLine {
        row: read(row)?,
        waits: row.opt_string(COLUMN_COUNT)?,
        project_name: row.opt_string(COLUMN_COUNT + 1)?,
    })
}

/// A page of a list.
///
/// # Errors
/// As [`Db::rows`].
pub async fn list(
    db: &Db,
    query: &MatterQuery,
    offset: u32,
    limit: u32,
) -> Result<Vec<MatterLine>, StoreError> {
    let Some((sql, params)) = list_statement(db, query, offset, limit) else {
        return Ok(Vec::new());
    };
    db.all(&sql, &params, read_line).await
}

/// Nothing when nothing can be found.
fn list_statement(
    db: &Db,
    query: &MatterQuery,
    offset: u32,
    limit: u32,
) -> Option<(String, Vec<Value>)> {
    let (index, order) = match query.sort {
        Sort::Due => {
            let mut params = query.parties();
            let walks = query.walks(db, &mut params);
            let sql = by_day(&walks, " UNION ALL ", offset, limit);
            return (!walks.is_empty()).then_some((sql, params.params));
        }
        Sort::Issued => ("matter_issued", "m.issued_on DESC, m.matter DESC"),
        Sort::Number => ("matter_numbered", "m.kind, m.year DESC, m.n DESC"),
    };
    let conditions = query.conditions();
    let sql = select_by(&hint(db, index), order, &conditions.sql);
    Some((
        format!("{sql} LIMIT {limit} OFFSET {offset}"),
        conditions.params,
    ))
}

/// How many a list has, counted to `most`.
///
/// # Errors
/// As [`Db::rows`].
pub async fn count(db: &Db, query: &MatterQuery, most: u32) -> Result<u64, StoreError> {
    let Some((sql, params)) = count_statement(db, query, most) else {
        return Ok(0);
    };
    let row = db.row(&sql, &params).await?;
    row.map_or(Ok(0), |row| row.count(0))
}

fn count_statement(db: &Db, query: &MatterQuery, most: u32) -> Option<(String, Vec<Value>)> {
    let mut params = query.parties();
    let walks = query.walks(db, &mut params);
    let walk = |(at, (_, sql)): (usize, &(Half, String))| {
        format!("SELECT * FROM ({sql} LIMIT {most}) walk{at}")
    };
    let keys: Vec<String> = walks.iter().enumerate().map(walk).collect();
    // The unit is always named, for PostgreSQL wants to know the type of each parameter.
    let sql = format!(
        "SELECT count(*) FROM (SELECT * FROM ({}) keys LIMIT {most}) found WHERE CAST($2 AS TEXT) IS NOT NULL",
        keys.join(" UNION ALL ")
    );
    (!walks.is_empty()).then_some((sql, params.params))
}

const WAITING: Part = Part {
    condition: " AND u.waits IS NOT NULL",
    index: "matter_unit_waits",
};

/// What waits for a unit, the earliest due first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn waiting(
    db: &Db,
    region: &str,
    unit: &str,
    limit: u32,
) -> Result<Vec<MatterLine>, StoreError> {
    let sql = waiting_statement(db, limit);
    db.all(&sql, &[region.into(), unit.into()], read_line).await
}

fn waiting_statement(db: &Db, limit: u32) -> String {
    let walk = unit_walk(db, &WAITING, Half::Open, "");
    by_day(&[(Half::Open, walk)], "", 0, limit)
}

/// How much waits for a unit, counted to `most`.
///
/// # Errors
/// As [`Db::rows`].
pub async fn waiting_count(
    db: &Db,
    region: &str,
    unit: &str,
    most: u32,
) -> Result<u64, StoreError> {
    let walk = unit_walk(db, &WAITING, Half::Open, "");
    let sql = format!("SELECT count(*) FROM ({walk} LIMIT {most}) found");
    let row = db.row(&sql, &[region.into(), unit.into()]).await?;
    row.map_or(Ok(0), |row| row.count(0))
}

/// The matters about a project, the last issued first; for a unit that does not see all, those it has to do with.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_project(
    db: &Db,
    region: &str,
    unit: &str,
    sees_all: bool,
    project: &str,
) -> Result<Vec<MatterLine>, StoreError> {
    let mut condition = "m.region = $1 AND m.project = $3".to_owned();
    if !sees_all {
        condition += " AND EXISTS (SELECT 1 FROM matter_unit u WHERE u.region = m.region
                        AND u.matter = m.matter AND u.unit = $2)";
    }
    let sql = select("m.issued_on DESC, m.matter DESC", &condition);
    let params = [region.into(), unit.into(), project.into()];
    db.all(&sql, &params, read_line).await
}

/// The matters issued in the name of a leader, or by whoever has that name, the open ones first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_leader(
    db: &Db,
    region: &str,
    unit: &str,
    leader: &str,
    limit: u32,
) -> Result<Vec<MatterLine>, StoreError> {
    let sql = leader_statement(db, limit);
    let params = [region.into(), unit.into(), leader.into()];
    db.all(&sql, &params, read_line).await
}

fn leader_statement(db: &Db, limit: u32) -> String {
    let columns = [
        ("m.leader IS NOT NULL AND m.leader", "matter_leader"),
        ("m.issued_by", "matter_issued_by"),
    ];
    let walk = |half: Half| {
        columns.map(|(column, index)| {
            let sql = format!(
                "SELECT m.due_on, m.matter FROM matter m{} WHERE m.region = $1 AND {column} = $3 AND {}",
                hint(db, index),
                half.condition()
            );
            (half, sql)
        })
    };
    let walks: Vec<(Half, String)> = Half::BOTH.into_iter().flat_map(walk).collect();
    by_day(&walks, " UNION ", 0, limit)
}

/// Open matters of these kinds, for an agenda, the most urgent first: what is overdue, then what is in its warning window,
/// each by its day.
///
/// # Errors
/// As [`Db::rows`].
pub async fn open_of_kinds(
    db: &Db,
    region: &str,
    unit: &str,
    kinds: Vec<String>,
    today: Date,
    limit: u32,
) -> Result<Vec<MatterLine>, StoreError> {
    let among = db.dialect().one_of("m.kind", 3);
    let condition = format!("m.region = $1 AND {among} AND {OPEN}");
    let order = format!(
        "CASE WHEN {RUNNING} AND m.due_on < $4 THEN 0 WHEN {RUNNING} AND m.warn_on <= $4 THEN 1 ELSE 2 END,
         m.due_on, m.urges DESC, m.matter"
    );
    let sql = format!("{} LIMIT $5", select(&order, &condition));
    let params = [
        region.into(),
        unit.into(),
        Value::List(kinds),
        today.into(),
        limit.into(),
    ];
    db.all(&sql, &params, read_line).await
}

/// The decisions of meetings of a kind before a day: all of the meeting `last`, and those of earlier ones that are still
/// open; by number.
///
/// # Errors
/// As [`Db::rows`].
pub async fn decisions_before(
    db: &Db,
    region: &str,
    unit: &str,
    kind: &str,
    day: Date,
    last: &str,
) -> Result<Vec<MatterLine>, StoreError> {
    let condition = format!(
        "m.region = $1 AND m.source_kind = 'meeting' AND (m.source_id = $5 OR {OPEN})
           AND m.source_id IN (SELECT g.meeting FROM meeting g WHERE g.region = $1 AND g.kind = $3 AND g.held_on < $4)"
    );
    let sql = select("m.issued_on DESC, m.year, m.n", &condition);
    let params = [
        region.into(),
        unit.into(),
        kind.into(),
        day.into(),
        last.into(),
    ];
    db.all(&sql, &params, read_line).await
}

#[cfg(test)]
mod tests;
