//! Lists of matters: by unit, state, kind, project and day.

use jiff::civil::Date;

use super::rows::{COLUMN_COUNT, COLUMNS, MatterRow, read};
use crate::{Db, Row, StoreError, Value};

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

impl MatterQuery {
    fn conditions(&self) -> Conditions {
        let mut all = Conditions {
            sql: String::new(),
            params: vec![self.region.as_str().into()],
        };
        let unit = all.param(self.unit.as_str());
        // The unit is always named, for PostgreSQL wants to know the type of each parameter.
        all.sql = format!("m.region = $1 AND CAST({unit} AS TEXT) IS NOT NULL");
        let has = |roles: &str| {
            format!(
                " AND EXISTS (SELECT 1 FROM matter_unit u WHERE u.region = m.region AND u.matter = m.matter
                               AND u.unit = {unit}{roles})"
            )
        };
        if !self.sees_all {
            all.sql += &has("");
        }
        let tab = match self.tab {
            Tab::Mine => has(" AND u.role IN ('lead', 'supporting', 'part')"),
            Tab::Issued => has(" AND u.role = 'issuer'"),
            Tab::Review => has(" AND u.role IN ('reviewer', 'issuer') AND u.waits IS NOT NULL"),
            Tab::Overdue => {
                let today = all.param(self.today);
                format!(" AND {RUNNING} AND m.due_on < {today}")
            }
            Tab::All => String::new(),
        };
        all.sql += &tab;
        self.filters(&mut all);
        all
    }

    fn filters(&self, all: &mut Conditions) {
        for (column, value) in [
            ("m.kind", &self.kind),
            ("m.lead", &self.lead),
            ("m.project", &self.project),
        ] {
            if !value.is_empty() {
                let value = all.param(value.as_str());
                all.sql += &format!(" AND {column} = {value}");
            }
        }
        for (relation, day) in [(">=", self.issued_from), ("<=", self.issued_to)] {
            if let Some(day) = day {
                let day = all.param(day);
                all.sql += &format!(" AND m.issued_on {relation} {day}");
            }
        }
        match self.handled {
            None => {}
            // The day is a parameter only where the condition asks for it: each must have a known type.
            Some(handled @ (Handled::Open | Handled::Overdue)) => {
                let today = all.param(self.today);
                all.sql += &format!(" AND {}", handled.condition(&today));
            }
            Some(handled) => all.sql += &format!(" AND {}", handled.condition("")),
        }
        match self.phase.as_str() {
            "" => {}
            "open" => all.sql += &format!(" AND {OPEN}"),
            phase => {
                let phase = all.param(phase);
                all.sql += &format!(" AND m.phase = {phase}");
            }
        }
        for word in self.text.split_whitespace() {
            let word = word
                .to_lowercase()
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            let word = all.param(format!("%{word}%"));
            all.sql += &format!(
                " AND (m.search LIKE {word} ESCAPE '\\' OR EXISTS (SELECT 1 FROM project n WHERE n.region = m.region
                       AND n.project = m.project AND lower(n.name) LIKE {word} ESCAPE '\\'))"
            );
        }
    }

    /// The condition of what statistics count of this list, its parameters, and the name of the day's parameter.
    pub(super) fn counted(&self) -> (String, Vec<Value>, String) {
        let mut all = self.conditions();
        all.sql += &format!(" AND {}", Handled::Counted.condition(""));
        let today = all.param(self.today);
        (all.sql, all.params, today)
    }

    fn order(&self) -> &'static str {
        match self.sort {
            Sort::Due => {
                "CASE WHEN m.phase IN ('closed', 'withdrawn') THEN 1 ELSE 0 END, m.due_on, m.matter"
            }
            Sort::Issued => "m.issued_on DESC, m.matter DESC",
            Sort::Number => "m.kind, m.year DESC, m.n DESC",
        }
    }
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

fn select(order: &str, condition: &str) -> String {
    let columns: Vec<String> = COLUMNS
        .split(", ")
        .map(|column| format!("m.{column}"))
        .collect();
    format!(
        "SELECT {}, (SELECT min(w.waits) FROM matter_unit w WHERE w.region = m.region AND w.matter = m.matter
                        AND w.unit = $2 AND w.waits IS NOT NULL), p.name
           FROM matter m LEFT JOIN project p ON p.region = m.region AND p.project = m.project
          WHERE {condition} ORDER BY {order}",
        columns.join(", ")
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
    let mut conditions = query.conditions();
    let (limit, offset) = (conditions.param(limit), conditions.param(offset));
    let sql = format!(
        "{} LIMIT {limit} OFFSET {offset}",
        select(query.order(), &conditions.sql)
    );
    db.all(&sql, &conditions.params, read_line).await
}

/// How many a list has.
///
/// # Errors
/// As [`Db::rows`].
pub async fn count(db: &Db, query: &MatterQuery) -> Result<u64, StoreError> {
    let conditions = query.conditions();
    let sql = format!("SELECT count(*) FROM matter m WHERE {}", conditions.sql);
    let row = db.row(&sql, &conditions.params).await?;
    row.map_or(Ok(0), |row| row.count(0))
}

/// What waits for a unit: the earliest due first, then without a day.
///
/// # Errors
/// As [`Db::rows`].
pub async fn waiting(
    db: &Db,
    region: &str,
    unit: &str,
    limit: u32,
) -> Result<Vec<MatterLine>, StoreError> {
    let condition =
        "m.region = $1 AND EXISTS (SELECT 1 FROM matter_unit u WHERE u.region = m.region
        AND u.matter = m.matter AND u.unit = $2 AND u.waits IS NOT NULL)";
    let sql = format!("{} LIMIT $3", select("m.due_on, m.matter", condition));
    let params = [region.into(), unit.into(), limit.into()];
    db.all(&sql, &params, read_line).await
}

/// How much waits for a unit.
///
/// # Errors
/// As [`Db::rows`].
pub async fn waiting_count(db: &Db, region: &str, unit: &str) -> Result<u64, StoreError> {
    const SQL: &str = "SELECT count(DISTINCT matter) FROM matter_unit
                        WHERE region = $1 AND unit = $2 AND waits IS NOT NULL";
    let row = db.row(SQL, &[region.into(), unit.into()]).await?;
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
    let order =
        "CASE WHEN m.phase IN ('closed', 'withdrawn') THEN 1 ELSE 0 END, m.due_on, m.matter";
    let condition = "m.region = $1 AND (m.leader = $3 OR m.issued_by = $3)";
    let sql = format!("{} LIMIT $4", select(order, condition));
    let params = [region.into(), unit.into(), leader.into(), limit.into()];
    db.all(&sql, &params, read_line).await
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
