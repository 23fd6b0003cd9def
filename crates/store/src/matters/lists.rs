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
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Words that number, title or content hold; empty for all.
    pub text: String,
    /// Order.
    pub sort: Sort,
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
        for (column, value) in [("m.kind", &self.kind), ("m.lead", &self.lead)] {
            if !value.is_empty() {
                let value = all.param(value.as_str());
                all.sql += &format!(" AND {column} = {value}");
            }
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
            all.sql += &format!(" AND m.search LIKE {word} ESCAPE '\\'");
        }
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
    let rows = db.rows(&sql, &conditions.params).await?;
    rows.iter().map(read_line).collect()
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
    db.rows(&sql, &params)
        .await?
        .iter()
        .map(read_line)
        .collect()
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
    db.rows(&sql, &params)
        .await?
        .iter()
        .map(read_line)
        .collect()
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
    db.rows(&sql, &params)
        .await?
        .iter()
        .map(read_line)
        .collect()
}

/// Open matters of these kinds, for an agenda: the earliest due first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn open_of_kind(
    db: &Db,
    region: &str,
    unit: &str,
    kind: &str,
    limit: u32,
) -> Result<Vec<MatterLine>, StoreError> {
    let condition = format!("m.region = $1 AND m.kind = $3 AND {OPEN}");
    let sql = format!("{} LIMIT $4", select("m.due_on, m.matter", &condition));
    let params = [region.into(), unit.into(), kind.into(), limit.into()];
    db.rows(&sql, &params)
        .await?
        .iter()
        .map(read_line)
        .collect()
}
