//! The wide row of the ledger, one for each project: written with the facts it follows from, read by every list.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Batch, Db, Row, StoreError, Value, search};

/// What the ledger knows of a project. Money in 分.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectRow {
    /// Region.
    pub region: String,
    /// Id, which is its stream.
    pub project: String,
    /// Human number in its region; 0 when it is to be given by the store, which keeps it ever after.
    pub number: i64,
    /// 项目名称.
    pub name: String,
    /// The name without what does not distinguish, for finding duplicates.
    pub normal_name: String,
    /// 统一社会信用代码.
    pub credit_code: Option<String>,
    /// 投资方.
    pub investor: Option<String>,
    /// The enterprise that carries the project.
    pub enterprise: Option<String>,
    /// 产业类别 that decides the authority.
    pub sector: Option<String>,
    /// 行业, as the ledger words it.
    pub industry: Option<String>,
    /// 属地.
    pub host: Option<String>,
    /// 行业主管.
    pub authority: Option<String>,
    /// 承接方.
    pub receiving_unit: Option<String>,
    /// 总投资.
    pub total_investment: Option<i64>,
    /// 引进资金.
    pub introduced_funds: Option<i64>,
    /// 到位资金.
    pub funds_in_place: Option<i64>,
    /// 所在地.
    pub location: Option<String>,
    /// Policy pack.
    pub pack: String,
    /// Its version.
    pub pack_version: String,
    /// Current stage.
    pub stage: Option<String>,
    /// Its title.
    pub stage_title: Option<String>,
    /// 过会.
    pub approved_on: Option<Date>,
    /// 签约.
    pub signed_on: Option<Date>,
    /// 开工.
    pub started_on: Option<Date>,
    /// 统计入库.
    pub listed_on: Option<Date>,
    /// 竣工.
    pub completed_on: Option<Date>,
    /// 投产.
    pub in_production_on: Option<Date>,
    /// 进规.
    pub above_scale_on: Option<Date>,
    /// Next due day.
    pub next_due_on: Option<Date>,
    /// Of which stage or step.
    pub next_node: Option<String>,
    /// Its title.
    pub next_title: Option<String>,
    /// First day of the yellow light.
    pub yellow_on: Option<Date>,
    /// First day of the red light.
    pub red_on: Option<Date>,
    /// All stages are done.
    pub finished: bool,
    /// 动态调出.
    pub removed: bool,
    /// 甄别; nothing while undecided.
    pub in_scope: Option<bool>,
    /// 招商线索 that is not assigned yet: no project, so that the ledger leaves it out.
    pub lead: bool,
    /// 样例数据.
    pub sample: bool,
    /// 撤回, for example with an undone import.
    pub withdrawn: bool,
    /// The import that brought it; kept once set.
    pub import_batch: Option<String>,
}

/// A ledger row with what only the store knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredProject {
    /// The row.
    pub row: ProjectRow,
    /// Version of the stream from which it follows.
    pub version: i64,
    /// When the project was registered.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// The columns in the order of [`read`] and of the parameters of the upsert.
pub(crate) const COLUMNS: [&str; 44] = [
    "region",
    "project",
    "number",
    "name",
    "normal_name",
    "credit_code",
    "investor",
    "enterprise",
    "sector",
    "industry",
    "host",
    "authority",
    "receiving_unit",
    "total_investment",
    "introduced_funds",
    "funds_in_place",
    "location",
    "pack",
    "pack_version",
    "stage",
    "stage_title",
    "approved_on",
    "signed_on",
    "started_on",
    "listed_on",
    "completed_on",
    "in_production_on",
    "above_scale_on",
    "next_due_on",
    "next_node",
    "next_title",
    "yellow_on",
    "red_on",
    "finished",
    "removed",
    "in_scope",
    "lead",
    "sample",
    "withdrawn",
    "import_batch",
    "version",
    "created_at",
    "updated_at",
    "search_text",
];
const NUMBER: usize = 2;
const IMPORT_BATCH: usize = 39;
const VERSION: usize = 40;
const CREATED_AT: usize = 41;
const UPDATED_AT: usize = 42;
const SEARCH_TEXT: usize = 43;

/// So many columns are read.
pub(crate) const SELECTED: usize = SEARCH_TEXT;

/// As [`select_list`], each column of the table with this short name.
pub(crate) fn select_list_of(table: &str) -> String {
    let columns = COLUMNS[..SEARCH_TEXT].iter();
    let columns: Vec<String> = columns.map(|column| format!("{table}.{column}")).collect();
    columns.join(", ")
}

/// The columns that are read, which is all but the words of the search.
pub(crate) fn select_list() -> String {
    COLUMNS[..SEARCH_TEXT].join(", ")
}

/// The values in the order of [`COLUMNS`].
pub(crate) fn values(row: &ProjectRow, version: u32, at: Timestamp) -> Vec<Value> {
    vec![
        row.region.as_str().into(),
        row.project.as_str().into(),
        row.number.into(),
        row.name.as_str().into(),
        row.normal_name.as_str().into(),
        (&row.credit_code).into(),
        (&row.investor).into(),
        (&row.enterprise).into(),
        (&row.sector).into(),
        (&row.industry).into(),
        (&row.host).into(),
        (&row.authority).into(),
        (&row.receiving_unit).into(),
        row.total_investment.into(),
        row.introduced_funds.into(),
        row.funds_in_place.into(),
        (&row.location).into(),
        row.pack.as_str().into(),
        row.pack_version.as_str().into(),
        (&row.stage).into(),
        (&row.stage_title).into(),
        row.approved_on.into(),
        row.signed_on.into(),
        row.started_on.into(),
        row.listed_on.into(),
        row.completed_on.into(),
        row.in_production_on.into(),
        row.above_scale_on.into(),
        row.next_due_on.into(),
        (&row.next_node).into(),
        (&row.next_title).into(),
        row.yellow_on.into(),
        row.red_on.into(),
        row.finished.into(),
        row.removed.into(),
        row.in_scope.into(),
        row.lead.into(),
        row.sample.into(),
        row.withdrawn.into(),
        (&row.import_batch).into(),
        version.into(),
        at.into(),
        at.into(),
        search_text(row).into(),
    ]
}

fn search_text(row: &ProjectRow) -> String {
    let optional = [
        &row.investor,
        &row.enterprise,
        &row.location,
        &row.credit_code,
    ];
    let number = if row.number > 0 {
        row.number.to_string()
    } else {
        String::new()
    };
    let texts = [row.name.as_str(), number.as_str()];
    search::words(
        texts
            .into_iter()
            .chain(optional.into_iter().flatten().map(String::as_str)),
    )
}

pub(crate) fn read(row: &Row) -> Result<StoredProject, StoreError> {
    Ok(StoredProject {
        row: ProjectRow {
            region: row.string(0)?,
            project: row.string(1)?,
            number: row.int(NUMBER)?,
            name: row.string(3)?,
            normal_name: row.string(4)?,
            credit_code: row.opt_string(5)?,
            investor: row.opt_string(6)?,
            enterprise: row.opt_string(7)?,
            sector: row.opt_string(8)?,
            industry: row.opt_string(9)?,
            host: row.opt_string(10)?,
            authority: row.opt_string(11)?,
            receiving_unit: row.opt_string(12)?,
            total_investment: row.opt_int(13)?,
            introduced_funds: row.opt_int(14)?,
            funds_in_place: row.opt_int(15)?,
            location: row.opt_string(16)?,
            pack: row.string(17)?,
            pack_version: row.string(18)?,
            stage: row.opt_string(19)?,
            stage_title: row.opt_string(20)?,
            approved_on: row.opt_day(21)?,
            signed_on: row.opt_day(22)?,
            started_on: row.opt_day(23)?,
            listed_on: row.opt_day(24)?,
            completed_on: row.opt_day(25)?,
            in_production_on: row.opt_day(26)?,
            above_scale_on: row.opt_day(27)?,
            next_due_on: row.opt_day(28)?,
            next_node: row.opt_string(29)?,
            next_title: row.opt_string(30)?,
            yellow_on: row.opt_day(31)?,
            red_on: row.opt_day(32)?,
            finished: row.bool(33)?,
            removed: row.bool(34)?,
            in_scope: row.opt_bool(35)?,
            lead: row.bool(36)?,
            sample: row.bool(37)?,
            withdrawn: row.bool(38)?,
            import_batch: row.opt_string(IMPORT_BATCH)?,
        },
        version: row.int(VERSION)?,
        created_at: row.time(CREATED_AT)?,
        updated_at: row.time(UPDATED_AT)?,
    })
}

// ---- writing

/// The next number of the region, when the project is new. The counter's row is held until the transaction ends, so
/// two registrations at once get two numbers.
const COUNT: &str = "INSERT INTO counter (region, kind, value)
                     SELECT CAST($1 AS TEXT), 'project', 1
                      WHERE NOT EXISTS (SELECT 1 FROM project WHERE region = $1 AND project = $2)
                         ON CONFLICT (region, kind) DO UPDATE SET value = counter.value + 1";
const COUNTED: &str = "(SELECT value FROM counter WHERE region = $1 AND kind = 'project')";

/// Writes the row of a project that is new or not; a project keeps its number, the moment of its registration and the
/// import that brought it. A row that follows from more facts is not overwritten: that is a conflict.
pub fn upsert(batch: &mut Batch, row: &ProjectRow, version: u32, at: Timestamp) {
    let counted = row.number == 0;
    if counted {
        batch.push(
            COUNT,
            vec![row.region.as_str().into(), row.project.as_str().into()],
        );
    }
    let mut params = values(row, version, at);
    if counted {
        // The number stands in the text; its parameter would be unused, which PostgreSQL refuses.
        params.remove(NUMBER);
    }
    batch.push(upsert_sql(counted), params);
    batch.expect_rows_of(1, format!("项目 {} ", row.project));
}

fn upsert_sql(counted: bool) -> &'static str {
    use std::sync::OnceLock;
    static COUNTING: OnceLock<String> = OnceLock::new();
    static GIVEN: OnceLock<String> = OnceLock::new();
    if counted {
        COUNTING.get_or_init(|| make_upsert(true))
    } else {
        GIVEN.get_or_init(|| make_upsert(false))
    }
}

fn make_upsert(counted: bool) -> String {
    let mut values = Vec::with_capacity(COLUMNS.len());
    let mut n = 0;
    for i in 0..COLUMNS.len() {
        if i == NUMBER && counted {
            values.push(COUNTED.to_owned());
        } else {
            n += 1;
            values.push(format!("${n}"));
        }
    }
    let kept = [0, 1, NUMBER, CREATED_AT];
    let set: Vec<String> = (0..COLUMNS.len())
        .filter(|i| !kept.contains(i))
        .map(set_column)
        .collect();
    format!(
        "INSERT INTO project ({}) VALUES ({}) ON CONFLICT (region, project) DO UPDATE SET {}
         WHERE project.version <= excluded.version",
        COLUMNS.join(", "),
        values.join(", "),
        set.join(", ")
    )
}

fn set_column(i: usize) -> String {
    let column = COLUMNS[i];
    match i {
        IMPORT_BATCH => format!("{column} = COALESCE(excluded.{column}, project.{column})"),
        _ => format!("{column} = excluded.{column}"),
    }
}

/// Writes only what differs between the stored row `before` and the row `after`: the indexes of what stays the same
/// are not touched. The number, the registration and the import stay.
pub fn update(
    batch: &mut Batch,
    before: &ProjectRow,
    after: &ProjectRow,
    version: u32,
    at: Timestamp,
) {
    let after = ProjectRow {
        number: before.number,
        import_batch: after
            .import_batch
            .clone()
            .or_else(|| before.import_batch.clone()),
        ..after.clone()
    };
    let old = values(before, version, at);
    let new = values(&after, version, at);
    let (mut params, mut set) = (vec![new[0].clone(), new[1].clone()], Vec::new());
    for (i, (was, is)) in old.into_iter().zip(new).enumerate() {
        if was != is || i == VERSION || i == UPDATED_AT {
            params.push(is);
            set.push(format!("{} = ${}", COLUMNS[i], params.len()));
        }
    }
    batch.push(
        format!(
            "UPDATE project SET {} WHERE region = $1 AND project = $2",
            set.join(", ")
        ),
        params,
    );
    batch.expect_rows_of(1, format!("项目 {} ", after.project));
}

/// Takes from rows that claim more facts than there are what protects them from being written again. In a
/// transaction of its own, before the facts are read.
pub fn open_impossible(batch: &mut Batch, region: &str) {
    const SQL: &str = "UPDATE project SET version = 0
                        WHERE region = $1
                          AND version > (SELECT COALESCE(MAX(e.version), 0) FROM event e
                                          WHERE e.region = project.region AND e.stream = project.project)";
    batch.push(SQL, vec![region.into()]);
}

/// Takes `count` numbers of a region at once, for imports: the first of them. Numbers taken and not used are lost.
///
/// # Errors
/// As [`Db::write`].
pub async fn reserve_numbers(db: &Db, region: &str, count: u32) -> Result<i64, StoreError> {
    const SQL: &str = "INSERT INTO counter (region, kind, value) VALUES ($1, 'project', $2)
                       ON CONFLICT (region, kind) DO UPDATE SET value = counter.value + excluded.value
                       RETURNING value";
    let rows = db
        .write_returning(SQL, vec![region.into(), count.into()])
        .await?;
    let last = rows.first().map_or(Ok(0), |row| row.int(0))?;
    Ok(last - i64::from(count) + 1)
}

/// Takes a project's row and all that hangs on it out of the lists; its facts stay.
pub fn forget(batch: &mut Batch, region: &str, project: &str) {
    for sql in [
        "DELETE FROM project WHERE region = $1 AND project = $2",
        "DELETE FROM deadline WHERE region = $1 AND project = $2",
        "DELETE FROM todo WHERE region = $1 AND project = $2",
        "DELETE FROM project_unit WHERE region = $1 AND project = $2",
        "DELETE FROM project_leader WHERE region = $1 AND project = $2",
        "DELETE FROM performance_entry WHERE region = $1 AND project = $2",
        "DELETE FROM lead WHERE region = $1 AND project = $2",
    ] {
        batch.push(sql, vec![region.into(), project.into()]);
    }
}

// ---- reading

/// A project by its id.
///
/// # Errors
/// As [`Db::rows`].
pub async fn get(
    db: &Db,
    region: &str,
    project: &str,
) -> Result<Option<StoredProject>, StoreError> {
    let sql = format!(
        "SELECT {} FROM project WHERE region = $1 AND project = $2",
        select_list()
    );
    db.row(&sql, &[region.into(), project.into()])
        .await?
        .map(|row| read(&row))
        .transpose()
}

/// A project by its number.
///
/// # Errors
/// As [`Db::rows`].
pub async fn by_number(
    db: &Db,
    region: &str,
    number: i64,
) -> Result<Option<StoredProject>, StoreError> {
    let sql = format!(
        "SELECT {} FROM project WHERE region = $1 AND number = $2",
        select_list()
    );
    db.row(&sql, &[region.into(), number.into()])
        .await?
        .map(|row| read(&row))
        .transpose()
}

/// The projects of an enterprise by its registered name, by number; those of an undone import are left out.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_enterprise(
    db: &Db,
    region: &str,
    enterprise: &str,
) -> Result<Vec<StoredProject>, StoreError> {
    let sql = format!(
        "SELECT {} FROM project WHERE region = $1 AND enterprise = $2 AND withdrawn = FALSE ORDER BY number",
        select_list()
    );
    db.rows(&sql, &[region.into(), enterprise.into()])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// The projects with these ids, in no order; ids that are not there are left out.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_ids(
    db: &Db,
    region: &str,
    projects: Vec<String>,
) -> Result<Vec<StoredProject>, StoreError> {
    let among = db.dialect().one_of("project", 2);
    let sql = format!(
        "SELECT {} FROM project WHERE region = $1 AND {among}",
        select_list()
    );
    db.rows(&sql, &[region.into(), Value::List(projects)])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Ids of the projects that have rows and no fact, in no order: nothing that the program wrote.
///
/// # Errors
/// As [`Db::rows`].
pub async fn without_facts(db: &Db, region: &str) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "SELECT project FROM (
                           SELECT project FROM project WHERE region = $1
                            UNION SELECT project FROM deadline WHERE region = $1
                            UNION SELECT project FROM todo WHERE region = $1
                            UNION SELECT project FROM performance_entry WHERE region = $1
                            UNION SELECT project FROM lead WHERE region = $1) known
                        WHERE NOT EXISTS (SELECT 1 FROM event e
                                           WHERE e.region = $1 AND e.stream = known.project AND e.version = 1)";
    db.rows(SQL, &[region.into()])
        .await?
        .iter()
        .map(|row| row.string(0))
        .collect()
}

/// Ids of the projects that an import brought.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_import(db: &Db, region: &str, batch: &str) -> Result<Vec<String>, StoreError> {
    const SQL: &str =
        "SELECT project FROM project WHERE region = $1 AND import_batch = $2 ORDER BY number";
    db.rows(SQL, &[region.into(), batch.into()])
        .await?
        .iter()
        .map(|row| row.string(0))
        .collect()
}

/// All rows of a region in the order of their ids, with bounded memory: for rebuilding and checking.
///
/// # Errors
/// As [`Db::stream`].
pub async fn stream(db: &Db, region: &str, chunk: usize) -> Result<ProjectStream, StoreError> {
    let sql = format!(
        "SELECT {} FROM project WHERE region = $1 ORDER BY project",
        select_list()
    );
    Ok(ProjectStream(
        db.stream(&sql, &[region.into()], chunk).await?,
    ))
}

/// Ledger rows that come in chunks.
#[derive(Debug)]
pub struct ProjectStream(pub(crate) crate::RowStream);

impl ProjectStream {
    /// The next chunk; nothing at the end.
    ///
    /// # Errors
    /// As [`Db::rows`].
    pub async fn next(&mut self) -> Result<Option<Vec<StoredProject>>, StoreError> {
        let Some(chunk) = self.0.next().await else {
            return Ok(None);
        };
        chunk?
            .iter()
            .map(read)
            .collect::<Result<Vec<_>, _>>()
            .map(Some)
    }
}

/// What a new project would be compared by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidate {
    /// 统一社会信用代码.
    pub credit_code: Option<String>,
    /// Normalised name; empty matches nothing.
    pub normal_name: String,
}

/// A project that is there already and may be the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// Id.
    pub project: String,
    /// Human number.
    pub number: i64,
    /// Name.
    pub name: String,
    /// Normalised name.
    pub normal_name: String,
    /// 统一社会信用代码.
    pub credit_code: Option<String>,
}

/// The projects that share credit code or normalised name with any of the candidates, in one statement, by number.
/// Withdrawn ones are left out.
///
/// # Errors
/// As [`Db::rows`].
pub async fn duplicates(
    db: &Db,
    region: &str,
    candidates: &[Candidate],
) -> Result<Vec<Duplicate>, StoreError> {
    let codes: Vec<String> = candidates
        .iter()
        .filter_map(|candidate| candidate.credit_code.clone())
        .collect();
    let names = candidates
        .iter()
        .map(|candidate| candidate.normal_name.clone());
    let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    let (code, name) = (
        db.dialect().one_of("credit_code", 2),
        db.dialect().one_of("normal_name", 3),
    );
    let columns = "project, number, name, normal_name, credit_code";
    let sql = format!(
        "SELECT {columns} FROM project WHERE region = $1 AND credit_code IS NOT NULL AND {code} AND withdrawn = FALSE
          UNION
         SELECT {columns} FROM project WHERE region = $1 AND {name} AND withdrawn = FALSE
          ORDER BY number"
    );
    let read = |row: &Row| {
        Ok(Duplicate {
            project: row.string(0)?,
            number: row.int(1)?,
            name: row.string(2)?,
            normal_name: row.string(3)?,
            credit_code: row.opt_string(4)?,
        })
    };
    let params = [region.into(), Value::List(codes), Value::List(names)];
    db.rows(&sql, &params).await?.iter().map(read).collect()
}

/// The projects with these numbers, and whether each is withdrawn, in one statement.
///
/// # Errors
/// As [`Db::rows`].
pub async fn numbered(
    db: &Db,
    region: &str,
    numbers: &[i64],
) -> Result<Vec<(Duplicate, bool)>, StoreError> {
    let sql = format!(
        "SELECT project, number, name, normal_name, credit_code, withdrawn FROM project
          WHERE region = $1 AND {}",
        db.dialect().one_of_numbers("number", 2)
    );
    let read = |row: &Row| {
        let found = Duplicate {
            project: row.string(0)?,
            number: row.int(1)?,
            name: row.string(2)?,
            normal_name: row.string(3)?,
            credit_code: row.opt_string(4)?,
        };
        Ok((found, row.bool(5)?))
    };
    let numbers = numbers.iter().map(i64::to_string).collect();
    let params = [region.into(), Value::List(numbers)];
    db.rows(&sql, &params).await?.iter().map(read).collect()
}

/// The days of a month (`2025-08`) on which projects were removed in a region, in order; removals that were voided
/// are left out.
///
/// # Errors
/// As [`Db::rows`]; [`StoreError::NotUnderstood`] when the month is none.
pub async fn removal_days(db: &Db, region: &str, month: &str) -> Result<Vec<Date>, StoreError> {
    const SQL: &str = "SELECT happened_on, data, stream, version FROM event
                        WHERE region = $1 AND kind = 'removal_decided' AND happened_on >= $2 AND happened_on <= $3
                        ORDER BY happened_on";
    let first: Date = format!("{month}-01")
        .parse()
        .map_err(|_| StoreError::NotUnderstood {
            statement: "removal_days".into(),
            column: "month".into(),
            row: 1,
            wanted: "年月（如 2025-08）",
            found: month.to_owned(),
        })?;
    let params = [region.into(), first.into(), first.last_of_month().into()];
    let voided = voided_in_removed(db, &params).await?;
    let mut days = Vec::new();
    for row in db.rows(SQL, &params).await? {
        let stands = !voided.contains(&(row.string(2)?, row.int(3)?));
        if stands && approved(row.text(1)?) && days.last() != Some(&row.day(0)?) {
            days.push(row.day(0)?);
        }
    }
    Ok(days)
}

/// Streams and versions of the voided facts of the projects whose removal was decided in a month.
async fn voided_in_removed(db: &Db, month: &[Value]) -> Result<Vec<(String, i64)>, StoreError> {
    const SQL: &str = "SELECT stream, data FROM event
                        WHERE region = $1 AND kind = 'voided'
                          AND stream IN (SELECT stream FROM event
                                          WHERE region = $1 AND kind = 'removal_decided'
                                            AND happened_on >= $2 AND happened_on <= $3)";
    let mut voided = Vec::new();
    for row in db.rows(SQL, month).await? {
        let data: Result<serde_json::Value, _> = serde_json::from_str(row.text(1)?);
        let version = data.ok().and_then(|data| data["event"].as_i64());
        voided.extend(version.map(|version| Ok((row.string(0)?, version))));
    }
    voided.into_iter().collect()
}

fn approved(data: &str) -> bool {
    let data: Result<serde_json::Value, _> = serde_json::from_str(data);
    data.is_ok_and(|data| data["approved"] == serde_json::Value::Bool(true))
}
