//! Matters as rows for looking: lists by unit, state and day; numbers without gaps; alerts about due days.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::rows::{insert_values, params_of};
use crate::{Batch, Db, Row, StoreError, Value};

/// A matter in lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterRow {
    /// Region.
    pub region: String,
    /// Id, without what the stream has in front.
    pub matter: String,
    /// Version of the stream.
    pub version: i64,
    /// Kind, an id of the pack.
    pub kind: String,
    /// Its title.
    pub kind_title: String,
    /// Year of the number.
    pub year: i64,
    /// Running number of kind and year.
    pub n: i64,
    /// The number in words.
    pub number: String,
    /// 事项名称.
    pub title: String,
    /// Where it stands: issued, refused, accepted, reported, approved, closed, withdrawn.
    pub phase: String,
    /// 签发单位.
    pub issuer: String,
    /// Who issued it.
    pub issued_by: String,
    /// The leader in whose name it was issued.
    pub leader: Option<String>,
    /// 牵头承办单位.
    pub lead: String,
    /// The project it is about.
    pub project: Option<String>,
    /// What gave rise to it: kind.
    pub source_kind: Option<String>,
    /// What gave rise to it: id.
    pub source_id: Option<String>,
    /// The matter that it supervises.
    pub supervises: Option<String>,
    /// The order that supervises it.
    pub escalated_to: Option<String>,
    /// 签发 on.
    pub issued_on: Date,
    /// 签收时限.
    pub accept_by: Option<Date>,
    /// Since when it is reminded of.
    pub warn_on: Option<Date>,
    /// 完成时限.
    pub due_on: Date,
    /// 报结 on, while that stands.
    pub reported_on: Option<Date>,
    /// 销号 on.
    pub closed_on: Option<Date>,
    /// How often it was urged.
    pub urges: i64,
    /// How often the review returned it.
    pub returns: i64,
    /// 样例数据.
    pub sample: bool,
    /// Pack.
    pub pack: String,
    /// Its version.
    pub pack_version: String,
    /// What a search finds it by, in lower case.
    pub search: String,
    /// When the last fact was recorded.
    pub changed_at: Timestamp,
}

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

const COLUMNS: &str = "region, matter, version, kind, kind_title, year, n, number, title, phase, issuer, issued_by, \
    leader, lead, project, source_kind, source_id, supervises, escalated_to, issued_on, accept_by, warn_on, due_on, \
    reported_on, closed_on, urges, returns, sample, pack, pack_version, search, changed_at";
const COLUMN_COUNT: usize = 32;

fn values(row: &MatterRow) -> [Value; COLUMN_COUNT] {
    [
        row.region.as_str().into(),
        row.matter.as_str().into(),
        row.version.into(),
        row.kind.as_str().into(),
        row.kind_title.as_str().into(),
        row.year.into(),
        row.n.into(),
        row.number.as_str().into(),
        row.title.as_str().into(),
        row.phase.as_str().into(),
        row.issuer.as_str().into(),
        row.issued_by.as_str().into(),
        (&row.leader).into(),
        row.lead.as_str().into(),
        (&row.project).into(),
        (&row.source_kind).into(),
        (&row.source_id).into(),
        (&row.supervises).into(),
        (&row.escalated_to).into(),
        row.issued_on.into(),
        row.accept_by.into(),
        row.warn_on.into(),
        row.due_on.into(),
        row.reported_on.into(),
        row.closed_on.into(),
        row.urges.into(),
        row.returns.into(),
        row.sample.into(),
        row.pack.as_str().into(),
        row.pack_version.as_str().into(),
        row.search.as_str().into(),
        row.changed_at.into(),
    ]
}

fn read(row: &Row) -> Result<MatterRow, StoreError> {
    Ok(MatterRow {
        region: row.string(0)?,
        matter: row.string(1)?,
        version: row.int(2)?,
        kind: row.string(3)?,
        kind_title: row.string(4)?,
        year: row.int(5)?,
        n: row.int(6)?,
        number: row.string(7)?,
        title: row.string(8)?,
        phase: row.string(9)?,
        issuer: row.string(10)?,
        issued_by: row.string(11)?,
        leader: row.opt_string(12)?,
        lead: row.string(13)?,
        project: row.opt_string(14)?,
        source_kind: row.opt_string(15)?,
        source_id: row.opt_string(16)?,
        supervises: row.opt_string(17)?,
        escalated_to: row.opt_string(18)?,
        issued_on: row.day(19)?,
        accept_by: row.opt_day(20)?,
        warn_on: row.opt_day(21)?,
        due_on: row.day(22)?,
        reported_on: row.opt_day(23)?,
        closed_on: row.opt_day(24)?,
        urges: row.int(25)?,
        returns: row.int(26)?,
        sample: row.bool(27)?,
        pack: row.string(28)?,
        pack_version: row.string(29)?,
        search: row.string(30)?,
        changed_at: row.time(31)?,
    })
}

/// Writes a matter's rows in place of what was there. When facts newer than `row.version` were recorded meanwhile,
/// writing the batch answers [`StoreError::Conflict`].
pub fn put(batch: &mut Batch, row: &MatterRow, units: &[MatterUnitRow]) {
    let key = || -> Vec<Value> { vec![row.region.as_str().into(), row.matter.as_str().into()] };
    let mut newer = key();
    newer.push(crate::events::Aggregate::Matter.stream(&row.matter).into());
    newer.push(row.version.into());
    // The row to be taken away must not belong to newer facts.
    batch.push(
        "DELETE FROM matter WHERE region = $1 AND matter = $2
            AND EXISTS (SELECT 1 FROM event e WHERE e.region = $1 AND e.stream = $3 AND e.version > $4)",
        newer,
    );
    batch.expect_rows_of(0, "事项");
    batch.push(
        "DELETE FROM matter WHERE region = $1 AND matter = $2",
        key(),
    );
    batch.push(
        format!(
            "INSERT INTO matter ({COLUMNS}) VALUES {}",
            insert_values(1, COLUMN_COUNT)
        ),
        values(row).to_vec(),
    );
    batch.first_wins(1, "事项");
    batch.push(
        "DELETE FROM matter_unit WHERE region = $1 AND matter = $2",
        key(),
    );
    if units.is_empty() {
        return;
    }
    let unit = |unit: &MatterUnitRow| -> [Value; 6] {
        [
            row.region.as_str().into(),
            row.matter.as_str().into(),
            unit.unit.as_str().into(),
            unit.role.as_str().into(),
            (&unit.waits).into(),
            unit.due_on.into(),
        ]
    };
    batch.push(
        format!(
            "INSERT INTO matter_unit (region, matter, unit, role, waits, due_on) VALUES {}",
            insert_values(units.len(), 6)
        ),
        params_of(units, unit),
    );
}

/// A matter's row.
///
/// # Errors
/// As [`Db::rows`].
pub async fn get(db: &Db, region: &str, matter: &str) -> Result<Option<MatterRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM matter WHERE region = $1 AND matter = $2");
    let found = db.row(&sql, &[region.into(), matter.into()]).await?;
    found.map(|row| read(&row)).transpose()
}

/// The rows of these matters.
///
/// # Errors
/// As [`Db::rows`].
pub async fn several(
    db: &Db,
    region: &str,
    matters: Vec<String>,
) -> Result<Vec<MatterRow>, StoreError> {
    let among = db.dialect().one_of("matter", 2);
    let sql = format!("SELECT {COLUMNS} FROM matter WHERE region = $1 AND {among} ORDER BY matter");
    let rows = db
        .rows(&sql, &[region.into(), Value::List(matters)])
        .await?;
    rows.iter().map(read).collect()
}

/// Ids of the matters of a region that were issued until a day.
///
/// # Errors
/// As [`Db::rows`].
pub async fn issued_until(db: &Db, region: &str, day: Date) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "SELECT matter FROM matter WHERE region = $1 AND issued_on <= $2
                        ORDER BY kind, year, n";
    let rows = db.rows(SQL, &[region.into(), day.into()]).await?;
    rows.iter().map(|row| row.string(0)).collect()
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
    db.rows(SQL, &[region.into(), matter.into()])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Matters that have a row and no fact.
///
/// # Errors
/// As [`Db::rows`].
pub async fn without_facts(db: &Db, region: &str) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "SELECT m.matter FROM matter m WHERE m.region = $1
        AND NOT EXISTS (SELECT 1 FROM event e WHERE e.region = m.region AND e.stream = 'matter:' || m.matter)
        ORDER BY m.matter";
    let rows = db.rows(SQL, &[region.into()]).await?;
    rows.iter().map(|row| row.string(0)).collect()
}

/// Removes the rows of a matter that has no facts.
pub fn forget(batch: &mut Batch, region: &str, matter: &str) {
    for sql in [
        "DELETE FROM matter WHERE region = $1 AND matter = $2",
        "DELETE FROM matter_unit WHERE region = $1 AND matter = $2",
    ] {
        batch.push(sql, vec![region.into(), matter.into()]);
    }
}

// ---- numbers

/// The next number of a kind in a year.
///
/// # Errors
/// As [`Db::rows`].
pub async fn next_number(db: &Db, region: &str, kind: &str, year: i16) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT n FROM matter_counter WHERE region = $1 AND kind = $2 AND year = $3";
    let row = db
        .row(SQL, &[region.into(), kind.into(), year.into()])
        .await?;
    row.map_or(Ok(1), |row| Ok(row.int(0)? + 1))
}

/// Takes the number that [`next_number`] gave, in the transaction that issues the matter: when somebody else took it
/// meanwhile, writing the batch answers [`StoreError::Conflict`] and nothing of it is written, so that no number is
/// given twice and none is left out.
pub fn take_number(batch: &mut Batch, region: &str, kind: &str, year: i16, n: i64) {
    let params = vec![region.into(), kind.into(), year.into(), n.into()];
    let sql = match n {
        1 => "INSERT INTO matter_counter (region, kind, year, n) VALUES ($1, $2, $3, $4)",
        _ => {
            "UPDATE matter_counter SET n = $4 WHERE region = $1 AND kind = $2 AND year = $3 AND n = $4 - 1"
        }
    };
    batch.push(sql, params);
    batch.first_wins(1, "编号");
}

/// Puts the counters back to what the rows say: after a rebuild from facts.
pub fn recount(batch: &mut Batch, region: &str) {
    batch.push(
        "DELETE FROM matter_counter WHERE region = $1",
        vec![region.into()],
    );
    batch.push(
        "INSERT INTO matter_counter (region, kind, year, n)
         SELECT region, kind, year, max(n) FROM matter WHERE region = $1 GROUP BY region, kind, year",
        vec![region.into()],
    );
}

/// Kinds and years of a region in which a number is missing or the counter is another than the last number.
///
/// # Errors
/// As [`Db::rows`].
pub async fn broken_numbers(db: &Db, region: &str) -> Result<Vec<(String, i64)>, StoreError> {
    const SQL: &str = "SELECT m.kind, m.year FROM matter m
         LEFT JOIN matter_counter c ON c.region = m.region AND c.kind = m.kind AND c.year = m.year
        WHERE m.region = $1
        GROUP BY m.kind, m.year, c.n
       HAVING count(*) <> max(m.n) OR min(m.n) <> 1 OR c.n IS NULL OR c.n <> max(m.n)
        ORDER BY m.kind, m.year";
    let rows = db.rows(SQL, &[region.into()]).await?;
    rows.iter()
        .map(|row| Ok((row.string(0)?, row.int(1)?)))
        .collect()
}

// ---- lists

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

const RUNNING: &str = "m.phase IN ('issued', 'refused', 'accepted')";
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

// ---- alerts

/// An alert about a matter to one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterAlertRow {
    /// Region.
    pub region: String,
    /// Id.
    pub id: String,
    /// Matter.
    pub matter: String,
    /// 1–3.
    pub level: i64,
    /// Title of the level.
    pub kind: String,
    /// To whom.
    pub unit: String,
    /// The due day it is about.
    pub due_on: Date,
    /// The day it was raised on.
    pub raised_on: Date,
    /// Sentence.
    pub text: String,
    /// Clause.
    pub clause: String,
}

/// Matters whose limit runs and of which something may have to be said on a day.
///
/// # Errors
/// As [`Db::rows`].
pub async fn to_remind(
    db: &Db,
    region: &str,
    day: Date,
    after: &str,
    limit: u32,
) -> Result<Vec<MatterRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM matter m WHERE region = $1 AND {RUNNING} AND (warn_on <= $2 OR due_on < $2)
            AND matter > $3 ORDER BY matter LIMIT $4"
    );
    let params = [region.into(), day.into(), after.into(), limit.into()];
    db.rows(&sql, &params).await?.iter().map(read).collect()
}

/// Adds an alert; one that was raised before is left as it is. The statement touches a row only when it is new.
pub fn raise(batch: &mut Batch, alert: &MatterAlertRow) {
    batch.push(
        "INSERT INTO matter_alert (region, id, matter, level, kind, unit, due_on, raised_on, text, clause)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (region, matter, level, unit, due_on) DO NOTHING",
        vec![
            alert.region.as_str().into(),
            alert.id.as_str().into(),
            alert.matter.as_str().into(),
            alert.level.into(),
            alert.kind.as_str().into(),
            alert.unit.as_str().into(),
            alert.due_on.into(),
            alert.raised_on.into(),
            alert.text.as_str().into(),
            alert.clause.as_str().into(),
        ],
    );
}

/// An alert in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterAlertLine {
    /// The alert.
    pub alert: MatterAlertRow,
    /// Number of the matter.
    pub number: String,
    /// Its title.
    pub title: String,
}

const ALERT: &str = "SELECT a.region, a.id, a.matter, a.level, a.kind, a.unit, a.due_on, a.raised_on, a.text, a.clause,
                            m.number, m.title
                       FROM matter_alert a JOIN matter m ON m.region = a.region AND m.matter = a.matter";

fn read_alert(row: &Row) -> Result<MatterAlertLine, StoreError> {
    Ok(MatterAlertLine {
        alert: MatterAlertRow {
            region: row.string(0)?,
            id: row.string(1)?,
            matter: row.string(2)?,
            level: row.int(3)?,
            kind: row.string(4)?,
            unit: row.string(5)?,
            due_on: row.day(6)?,
            raised_on: row.day(7)?,
            text: row.string(8)?,
            clause: row.string(9)?,
        },
        number: row.string(10)?,
        title: row.string(11)?,
    })
}

/// The alerts to a unit about matters whose limit still runs, newest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn alerts_of_unit(
    db: &Db,
    region: &str,
    unit: &str,
    limit: u32,
) -> Result<Vec<MatterAlertLine>, StoreError> {
    let sql = format!(
        "{ALERT} WHERE a.region = $1 AND a.unit = $2 AND a.handled_at IS NULL AND {RUNNING} AND a.due_on = m.due_on
         ORDER BY a.raised_on DESC, a.level DESC, a.id LIMIT $3"
    );
    db.rows(&sql, &[region.into(), unit.into(), limit.into()])
        .await?
        .iter()
        .map(read_alert)
        .collect()
}

/// The alerts about a matter, newest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn alerts_of_matter(
    db: &Db,
    region: &str,
    matter: &str,
) -> Result<Vec<MatterAlertLine>, StoreError> {
    let sql = format!(
        "{ALERT} WHERE a.region = $1 AND a.matter = $2 ORDER BY a.raised_on DESC, a.level DESC, a.unit"
    );
    db.rows(&sql, &[region.into(), matter.into()])
        .await?
        .iter()
        .map(read_alert)
        .collect()
}

/// The alerts raised for a unit on a day: for the digest.
///
/// # Errors
/// As [`Db::rows`].
pub async fn alerts_raised_on(
    db: &Db,
    region: &str,
    unit: &str,
    day: Date,
) -> Result<Vec<MatterAlertLine>, StoreError> {
    let sql = format!(
        "{ALERT} WHERE a.region = $1 AND a.unit = $2 AND a.raised_on = $3 ORDER BY a.level DESC, a.due_on, a.id"
    );
    db.rows(&sql, &[region.into(), unit.into(), day.into()])
        .await?
        .iter()
        .map(read_alert)
        .collect()
}
