//! What waits for a unit, over all projects: things to do, deadlines, entries of the performance lists, last changes.
//!
//! Every list comes page by page along an index; nothing here reads all projects to show the first of them.

mod performance;

use jiff::Timestamp;
use jiff::civil::Date;

pub use performance::{
    EntryCursor, EntryFilter, EntryLine, OnTimeCursor, OnTimeLine, entries, kept_on_time,
};

use crate::{Db, Dialect, Row, StoreError, Value};

/// Whose projects a list may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All projects of the region.
    All,
    /// Projects that this unit is the host of, and those of these sectors.
    Related {
        /// 属地政府.
        host: Option<String>,
        /// Sectors, by id.
        sectors: Vec<String>,
    },
    /// Projects that were assigned to this unit, besides those that it is the host of and those of these sectors.
    Assigned {
        /// The unit.
        unit: String,
        /// 属地政府.
        host: Option<String>,
        /// Sectors, by id.
        sectors: Vec<String>,
    },
}

impl Scope {
    /// The condition on a project `p`. It is written so that the database does not look the parts up one by one and
    /// sort afterwards: lists walk along their own order and pick.
    fn condition(&self, sql: &mut Clause) {
        let (unit, host, sectors) = match self {
            Scope::All => return,
            Scope::Related { host, sectors } => (None, host, sectors),
            Scope::Assigned {
                unit,
                host,
                sectors,
            } => (Some(unit), host, sectors),
        };
        let mut cases = String::new();
        if let Some(unit) = unit {
            let place = sql.param(unit.as_str());
            cases.push_str(&format!(
                " WHEN EXISTS (SELECT 1 FROM project_unit u WHERE u.region = p.region AND u.unit = {place}
                                  AND u.project = p.project) THEN 1"
            ));
        }
        if let Some(host) = host {
            let place = sql.param(host.as_str());
            cases.push_str(&format!(" WHEN p.host = {place} THEN 1"));
        }
        for sector in sectors {
            let place = sql.param(sector.as_str());
            cases.push_str(&format!(" WHEN p.sector = {place} THEN 1"));
        }
        match cases.is_empty() {
            true => sql.and("1 = 0"),
            false => sql.and(&format!("CASE{cases} ELSE 0 END = 1")),
        }
    }

    /// The walks that together find all projects `p`, each in the order of the last change.
    fn walks(&self, sql: &mut Clause) -> Vec<Walk> {
        let Scope::Related { host, sectors } = self else {
            return vec![Walk {
                sql: String::new(),
                index: "project_updated",
            }];
        };
        let mut walk = |column: &str, value: &str, index| Walk {
            sql: format!(" AND p.{column} = {}", sql.param(value)),
            index,
        };
        let hosts = host.iter().map(|host| ("host", host, "project_host"));
        let sectors = sectors
            .iter()
            .map(|sector| ("sector", sector, "project_sector"));
        hosts
            .chain(sectors)
            .map(|(column, value, index)| walk(column, value, index))
            .collect()
    }
}

/// A condition with its parameters, made piece by piece.
struct Clause {
    text: String,
    params: Vec<Value>,
}

impl Clause {
    fn of_region(alias: &str, region: &str) -> Clause {
        Clause {
            text: format!("{alias}.region = $1"),
            params: vec![region.into()],
        }
    }

    fn param(&mut self, value: impl Into<Value>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len())
    }

    fn and(&mut self, condition: &str) {
        self.text.push_str(" AND ");
        self.text.push_str(condition);
    }

    fn and_param(&mut self, condition: &str, value: impl Into<Value>) {
        let place = self.param(value);
        self.and(&condition.replace('?', &place));
    }
}

// ---- counts of the navigation

/// How many things a unit has to do, and how many alerts to it the account has not read; each counted to `most`.
///
/// # Errors
/// As [`Db::rows`].
pub async fn waiting_counts(
    db: &Db,
    region: &str,
    account: &str,
    unit: &str,
    most: u32,
) -> Result<(u64, u64), StoreError> {
    const SQL: &str = "SELECT
        (SELECT count(*) FROM (SELECT 1 FROM todo WHERE region = $1 AND unit = $3 LIMIT $4) found_todos),
        (SELECT count(*) FROM (
            SELECT 1 FROM alert a
             WHERE a.region = $1 AND a.unit = $3 AND a.handled_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM alert_read r
                                WHERE r.region = a.region AND r.alert = a.id AND r.account = $2)
             LIMIT $4) found_alerts)";
    let params = [
        region.into(),
        account.into(),
        unit.into(),
        Value::Int(most.into()),
    ];
    match db.row(SQL, &params).await? {
        Some(row) => Ok((row.count(0)?, row.count(1)?)),
        None => Ok((0, 0)),
    }
}

// ---- things to do

/// Something that a unit has to do, with its project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodoLine {
    /// Kind.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// Title.
    pub title: String,
    /// Since when it waits.
    pub since: Date,
    /// By when, where something says so.
    pub due_on: Option<Date>,
    /// Project.
    pub project: String,
    /// Human number.
    pub number: i64,
    /// Name of the project.
    pub name: String,
    /// 属地政府.
    pub host: Option<String>,
    /// 样例数据.
    pub sample: bool,
}

const TODO: &str = "SELECT t.kind, t.subject, t.title, t.since, t.due_on, t.project, p.number, p.name, p.host, p.sample";

/// Things to do in the order of their index: by due day and project.
fn todos_from(db: &Db) -> String {
    let walk = Walk {
        sql: String::new(),
        index: "todo_unit",
    };
    format!(
        "{TODO} FROM todo t{} JOIN project p ON p.region = t.region AND p.project = t.project
          WHERE t.region = $1 AND t.unit = $2",
        walk.hint(db)
    )
}

/// What a unit has to do: what has a due day by it, then the rest in the order in which the projects came. `kind`
/// keeps one kind only.
///
/// # Errors
/// As [`Db::rows`].
pub async fn todos_of_unit(
    db: &Db,
    region: &str,
    unit: &str,
    kind: Option<&str>,
    limit: u32,
) -> Result<Vec<TodoLine>, StoreError> {
    let mut params = vec![region.into(), unit.into(), Value::Int(limit.into())];
    let (from, mut of_kind) = (todos_from(db), "");
    if let Some(kind) = kind {
        params.push(kind.into());
        of_kind = " AND t.kind = $4";
    }
    let dated =
        format!("{from}{of_kind} AND t.due_on IS NOT NULL ORDER BY t.due_on, t.project LIMIT $3");
    let mut lines = db
        .rows(&dated, &params)
        .await?
        .iter()
        .map(read_todo)
        .collect::<Result<Vec<_>, _>>()?;
    let room = i64::from(limit) - lines.len() as i64;
    if room > 0 {
        params[2] = Value::Int(room);
        let rest = format!("{from}{of_kind} AND t.due_on IS NULL ORDER BY t.project LIMIT $3");
        for row in db.rows(&rest, &params).await? {
            lines.push(read_todo(&row)?);
        }
    }
    Ok(lines)
}

fn read_todo(row: &Row) -> Result<TodoLine, StoreError> {
    Ok(TodoLine {
        kind: row.string(0)?,
        subject: row.string(1)?,
        title: row.string(2)?,
        since: row.day(3)?,
        due_on: row.opt_day(4)?,
        project: row.string(5)?,
        number: row.int(6)?,
        name: row.string(7)?,
        host: row.opt_string(8)?,
        sample: row.bool(9)?,
    })
}

/// How many things of each kind a unit has to do; counted over the first `most` of them.
///
/// # Errors
/// As [`Db::rows`].
pub async fn todo_counts(
    db: &Db,
    region: &str,
    unit: &str,
    most: u32,
) -> Result<Vec<(String, u64)>, StoreError> {
    const SQL: &str = "SELECT kind, count(*) FROM (SELECT kind FROM todo WHERE region = $1 AND unit = $2 LIMIT $3) found
                        GROUP BY kind ORDER BY kind";
    let params = [region.into(), unit.into(), Value::Int(most.into())];
    db.rows(SQL, &params)
        .await?
        .iter()
        .map(|row| Ok((row.string(0)?, row.count(1)?)))
        .collect()
}

// ---- deadlines

/// Which deadlines: by how they stand on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// Overdue, the grace period too.
    Overdue {
        /// The day.
        today: Date,
    },
    /// Due from `from` to `until` and not overdue.
    Due {
        /// The day.
        today: Date,
        /// The last due day.
        until: Date,
        /// The first due day. Where it lies before `today`, those in their grace period are found too.
        from: Date,
    },
    /// The clock does not run: an exemption, or a claim that waits.
    Stopped,
    /// Worked out without the arrangement of a year.
    Provisional,
}

/// Which deadlines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueFilter {
    /// Of whose projects.
    pub scope: Scope,
    /// How they stand.
    pub window: Window,
    /// Only those that this unit answers for.
    pub unit: Option<String>,
    /// Only those that this unit answers for or counts down, and those of projects that it hosts.
    pub concerns: Option<String>,
    /// Only these stages and steps.
    pub nodes: Vec<String>,
    /// Only those at this level of escalation.
    pub level: Option<i64>,
}

/// A deadline in a list, with its project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueLine {
    /// Project.
    pub project: String,
    /// Human number.
    pub number: i64,
    /// Name of the project.
    pub name: String,
    /// 属地政府.
    pub host: Option<String>,
    /// 样例数据.
    pub sample: bool,
    /// Stage or step.
    pub node: String,
    /// stage or step.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// First day of the warning window.
    pub warn_on: Option<Date>,
    /// The due day.
    pub due_on: Date,
    /// Last day of the grace period.
    pub grace_until: Option<Date>,
    /// The clock does not run.
    pub stopped: bool,
    /// Worked out without the arrangement of a year.
    pub provisional: bool,
    /// Who answers for it.
    pub unit: Option<String>,
    /// Who counts it down.
    pub warned_by: Option<String>,
    /// Clause.
    pub clause: String,
    /// The highest level that was sent; 0 for none.
    pub level: i64,
    /// Pack of the project.
    pub pack: String,
    /// Its version.
    pub pack_version: String,
    /// A claim waits for certification.
    pub claimed: bool,
}

/// Where a page of deadlines begins: after this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueCursor {
    /// Due day.
    pub due_on: Date,
    /// Project.
    pub project: String,
    /// Stage or step.
    pub node: String,
}

impl DueFilter {
    fn clause(&self, region: &str) -> Clause {
        let mut sql = Clause::of_region("d", region);
        sql.and("d.done_on IS NULL");
        match self.window {
            Window::Overdue { today } => {
                sql.and_param("d.due_on < ?", today);
                sql.and_param("COALESCE(d.grace_until, d.due_on) < ?", today);
            }
            Window::Due { until, .. } => sql.and_param("d.due_on <= ?", until),
            Window::Stopped => {
                sql.and("d.suspended = TRUE AND p.removed = FALSE AND p.withdrawn = FALSE")
            }
            Window::Provisional => sql.and("d.provisional = TRUE"),
        }
        if !matches!(self.window, Window::Stopped) {
            // Deadlines of projects that were removed are stopped too.
            sql.and("d.suspended = FALSE");
        }
        if !self.nodes.is_empty() {
            let places: Vec<String> = self
                .nodes
                .iter()
                .map(|node| sql.param(node.as_str()))
                .collect();
            sql.and(&format!("d.node IN ({})", places.join(", ")));
        }
        if let Some(level) = self.level {
            sql.and_param("d.level = ?", level);
        }
        self.scope.condition(&mut sql);
        sql
    }

    /// The walks that together find every deadline of the filter, each along an index in the order of the list: what
    /// concerns a unit stands in three of them. A deadline may come in more than one.
    fn walks(&self, sql: &mut Clause) -> Vec<Walk> {
        let whole = match self.window {
            Window::Stopped => "deadline_stopped",
            Window::Provisional => "deadline_provisional",
            Window::Overdue { .. } | Window::Due { .. } => "deadline_due",
        };
        let by_day = whole == "deadline_due";
        let unit = self.unit.as_ref().map(|unit| sql.param(unit.as_str()));
        let concerns = self.concerns.as_ref().map(|unit| sql.param(unit.as_str()));
        let unit = unit.map(|place| format!(" AND d.unit = {place}"));
        let parts = concerns
            .map(|place| CONCERNS.map(|(column, by)| (format!("d.{column} = {place}"), by)));
        let anyhow = parts.clone().map(|parts| {
            let parts = parts.map(|(sql, _)| sql);
            format!(" AND ({})", parts.join(" OR "))
        });
        let wanted = format!(
            "{}{}",
            unit.clone().unwrap_or_default(),
            anyhow.unwrap_or_default()
        );
        let mut walks = match (parts, unit) {
            (Some(parts), None) if by_day => parts
                .map(|(sql, index)| Walk {
                    sql: format!(" AND {sql}"),
                    index,
                })
                .into(),
            (_, unit) => vec![Walk {
                index: if by_day && unit.is_some() {
                    "deadline_unit"
                } else {
                    whole
                },
                sql: wanted.clone(),
            }],
        };
        if let Window::Due { today, from, .. } = self.window {
            let first = sql.param(from.max(today));
            for walk in &mut walks {
                walk.sql.push_str(&format!(" AND d.due_on >= {first}"));
            }
            if from < today {
                // Few have a grace period; among those that were due lately nearly all have none.
                let (from, today) = (sql.param(from), sql.param(today));
                walks.push(Walk {
                    sql: format!(
                        "{wanted} AND d.due_on >= {from} AND d.due_on < {today} AND d.grace_until >= {today}"
                    ),
                    index: "deadline_grace",
                });
            }
        }
        walks
    }

    /// Whether a walk must look at the project too.
    fn asks_project(&self) -> bool {
        self.scope != Scope::All || self.window == Window::Stopped
    }

    /// Up to `limit` keys of each walk, each deadline once.
    fn keys(&self, db: &Db, sql: &mut Clause, order: &str, limit: &str) -> String {
        let project = match (self.asks_project(), db.dialect()) {
            (false, _) => "",
            (true, Dialect::Sqlite) => {
                " CROSS JOIN project p ON p.region = d.region AND p.project = d.project"
            }
            (true, Dialect::Postgres) => {
                " JOIN project p ON p.region = d.region AND p.project = d.project"
            }
        };
        let walks = self.walks(sql);
        let text = &sql.text;
        let walk = |(at, walk): (usize, Walk)| {
            let by = walk.hint(db);
            let wanted = &walk.sql;
            format!(
                "SELECT * FROM (SELECT d.region, d.project, d.node FROM deadline d{by}{project}
                                 WHERE {text}{wanted}{order} LIMIT {limit}) walk{at}"
            )
        };
        let walks: Vec<String> = walks.into_iter().enumerate().map(walk).collect();
        walks.join(" UNION ")
    }
}

/// In which columns of a deadline a unit stands that it concerns, and the index of each.
const CONCERNS: [(&str, &str); 3] = [
    ("unit", "deadline_unit"),
    ("warned_by", "deadline_warned"),
    ("host", "deadline_host"),
];

/// A way through the deadlines along an index.
struct Walk {
    /// A further condition, beginning with AND; empty for none.
    sql: String,
    /// The index in SQLite, which does not weigh the limit and would rather sort everything. PostgreSQL chooses by
    /// itself.
    index: &'static str,
}

impl Walk {
    fn hint(&self, db: &Db) -> String {
        match db.dialect() {
            Dialect::Sqlite => format!(" INDEXED BY {}", self.index),
            Dialect::Postgres => String::new(),
        }
    }
}

const DUE_COLUMNS: &str = "d.project, p.number, p.name, p.host, p.sample, d.node, d.kind, d.title, d.warn_on, d.due_on,
    d.grace_until, d.suspended, d.provisional, d.unit, d.warned_by, d.clause, d.level, p.pack, p.pack_version,
    EXISTS (SELECT 1 FROM todo t WHERE t.region = d.region AND t.project = d.project AND t.kind = 'certify')";
const DUE_FROM: &str =
    "FROM deadline d JOIN project p ON p.region = d.region AND p.project = d.project";
const DUE_ORDER: &str = " ORDER BY d.due_on, d.project, d.node";

/// Deadlines by due day, the earliest first: up to `limit` after the cursor.
///
/// # Errors
/// As [`Db::rows`].
pub async fn due_lines(
    db: &Db,
    region: &str,
    filter: &DueFilter,
    after: Option<&DueCursor>,
    limit: u32,
) -> Result<Vec<DueLine>, StoreError> {
    let mut sql = filter.clause(region);
    if let Some(after) = after {
        let due = sql.param(after.due_on);
        let project = sql.param(after.project.as_str());
        let node = sql.param(after.node.as_str());
        sql.and(&format!(
            "(d.due_on, d.project, d.node) > ({due}, {project}, {node})"
        ));
    }
    let limit = sql.param(i64::from(limit));
    let keys = filter.keys(db, &mut sql, DUE_ORDER, &limit);
    let text = format!(
        "SELECT {DUE_COLUMNS}
           FROM ({keys}) k
           JOIN deadline d ON d.region = k.region AND d.project = k.project AND d.node = k.node
           JOIN project p ON p.region = d.region AND p.project = d.project
         {DUE_ORDER} LIMIT {limit}"
    );
    db.rows(&text, &sql.params)
        .await?
        .iter()
        .map(read_due)
        .collect()
}

/// How many deadlines each unit of the region answers for, each counted to `most`; most first, those with none left
/// out. Enterprises are no units of the region.
///
/// # Errors
/// As [`Db::rows`].
pub async fn due_units(
    db: &Db,
    region: &str,
    filter: &DueFilter,
    most: u32,
) -> Result<Vec<(String, u64)>, StoreError> {
    const UNITS: &str = "SELECT name FROM unit WHERE region = $1";
    let mut counts = Vec::new();
    for row in db.rows(UNITS, &[region.into()]).await? {
        let name = row.string(0)?;
        if filter.unit.as_ref().is_some_and(|wanted| *wanted != name) {
            continue;
        }
        // Looked up unit by unit along their index, not grouped: the cost does not grow with the ledger.
        let of_unit = DueFilter {
            unit: Some(name.clone()),
            ..filter.clone()
        };
        let count = due_count(db, region, &of_unit, most).await?;
        if count > 0 {
            counts.push((name, count));
        }
    }
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(counts)
}

/// How many deadlines there are, counted to `most`.
///
/// # Errors
/// As [`Db::rows`].
pub async fn due_count(
    db: &Db,
    region: &str,
    filter: &DueFilter,
    most: u32,
) -> Result<u64, StoreError> {
    let mut sql = filter.clause(region);
    let most = sql.param(i64::from(most));
    let keys = filter.keys(db, &mut sql, "", &most);
    let text = format!("SELECT count(*) FROM (SELECT * FROM ({keys}) keys LIMIT {most}) found");
    db.row(&text, &sql.params)
        .await?
        .map_or(Ok(0), |row| row.count(0))
}

fn read_due(row: &Row) -> Result<DueLine, StoreError> {
    Ok(DueLine {
        project: row.string(0)?,
        number: row.int(1)?,
        name: row.string(2)?,
        host: row.opt_string(3)?,
        sample: row.bool(4)?,
        node: row.string(5)?,
        kind: row.string(6)?,
        title: row.string(7)?,
        warn_on: row.opt_day(8)?,
        due_on: row.day(9)?,
        grace_until: row.opt_day(10)?,
        stopped: row.bool(11)?,
        provisional: row.bool(12)?,
        unit: row.opt_string(13)?,
        warned_by: row.opt_string(14)?,
        clause: row.string(15)?,
        level: row.int(16)?,
        pack: row.string(17)?,
        pack_version: row.string(18)?,
        claimed: row.bool(19)?,
    })
}

/// How many stages of the projects were done, and how many of these by their due day.
///
/// # Errors
/// As [`Db::rows`].
pub async fn stages_on_time(
    db: &Db,
    region: &str,
    scope: &Scope,
) -> Result<(u64, u64), StoreError> {
    let mut sql = Clause::of_region("d", region);
    sql.and("d.kind = 'stage' AND d.done_on IS NOT NULL");
    scope.condition(&mut sql);
    let from = if *scope == Scope::All {
        "FROM deadline d"
    } else {
        DUE_FROM
    };
    let text = format!(
        "SELECT count(*), COALESCE(sum(CASE WHEN d.done_on <= d.due_on THEN 1 ELSE 0 END), 0) {from}
          WHERE {}",
        sql.text
    );
    match db.row(&text, &sql.params).await? {
        Some(row) => Ok((row.count(0)?, row.count(1)?)),
        None => Ok((0, 0)),
    }
}

// ---- what changed

/// The last fact of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeLine {
    /// Project.
    pub project: String,
    /// Human number.
    pub number: i64,
    /// Name.
    pub name: String,
    /// 样例数据.
    pub sample: bool,
    /// Pack.
    pub pack: String,
    /// Its version.
    pub pack_version: String,
    /// When the fact was recorded.
    pub recorded_at: Timestamp,
    /// The day it happened on.
    pub happened_on: Date,
    /// Who said so, as JSON.
    pub by: String,
    /// The fact, as JSON.
    pub data: String,
}

/// The projects changed last, each with its last fact, newest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn last_changes(
    db: &Db,
    region: &str,
    scope: &Scope,
    limit: u32,
) -> Result<Vec<ChangeLine>, StoreError> {
    let mut sql = Clause::of_region("p", region);
    sql.and("p.withdrawn = FALSE");
    let limit = sql.param(i64::from(limit));
    let walks = scope.walks(&mut sql);
    let walk = |(at, walk): (usize, Walk)| {
        let (by, text, wanted) = (walk.hint(db), &sql.text, &walk.sql);
        format!(
            "SELECT * FROM (SELECT p.region, p.project FROM project p{by} WHERE {text}{wanted}
                             ORDER BY p.updated_at DESC, p.number DESC LIMIT {limit}) walk{at}"
        )
    };
    let walks: Vec<String> = walks.into_iter().enumerate().map(walk).collect();
    if walks.is_empty() {
        return Ok(Vec::new());
    }
    // The projects are picked first, so that the join reads one fact for each of them and no more.
    let text = format!(
        "SELECT p.project, p.number, p.name, p.sample, p.pack, p.pack_version, e.recorded_at, e.happened_on, e.by_json, e.data
           FROM ({}) k
           JOIN project p ON p.region = k.region AND p.project = k.project
           JOIN event e ON e.region = p.region AND e.stream = p.project AND e.version = p.version
          ORDER BY p.updated_at DESC, p.number DESC LIMIT {limit}",
        walks.join(" UNION ")
    );
    let read = |row: &Row| {
        Ok(ChangeLine {
            project: row.string(0)?,
            number: row.int(1)?,
            name: row.string(2)?,
            sample: row.bool(3)?,
            pack: row.string(4)?,
            pack_version: row.string(5)?,
            recorded_at: row.time(6)?,
            happened_on: row.day(7)?,
            by: row.string(8)?,
            data: row.string(9)?,
        })
    };
    db.rows(&text, &sql.params)
        .await?
        .iter()
        .map(read)
        .collect()
}
