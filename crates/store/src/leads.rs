//! Leads: the board by its columns, the list page by page, duplicates, and those that nobody is in contact with.
//!
//! At 100,000 leads every page walks one index: a column of the board its own part of `lead_lane` (as many entries as
//! cards are shown), the list the index of its order or of its first filter. Counts stop at a number; the board's are read
//! from `lead_lane` alone with any filter.

use jiff::civil::Date;

use crate::{Batch, Db, Row, RowStream, StoreError, Value, search};

/// What the board and the list know of a lead. Money in 分.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeadRow {
    /// Region.
    pub region: String,
    /// Id, which is its stream.
    pub project: String,
    /// 项目名称.
    pub name: String,
    /// 投资方.
    pub investor: Option<String>,
    /// The investor's name without what does not distinguish; empty matches nothing.
    pub normal_investor: String,
    /// The enterprise's name without what does not distinguish; empty matches nothing.
    pub normal_enterprise: String,
    /// Source id of the pack.
    pub source: String,
    /// The unit that found it.
    pub finder_unit: String,
    /// The person who found it.
    pub finder_person: String,
    /// When it was found.
    pub found_on: Date,
    /// The unit that holds it.
    pub holder: Option<String>,
    /// Since when.
    pub held_since: Option<Date>,
    /// Last day of the holder's priority.
    pub priority_until: Option<Date>,
    /// pool, dormant, held, assigned, lost, merged, closed.
    pub phase: String,
    /// Column of the board: `pool`, a stage's id, or nothing of a stage yet (empty); `None` when not on the board.
    pub lane: Option<String>,
    /// Title of the current stage.
    pub stage_title: Option<String>,
    /// Title of the step that is next.
    pub step_title: Option<String>,
    /// The last day of contact.
    pub last_contact_on: Date,
    /// From when the holder is warned.
    pub warns_on: Option<Date>,
    /// When it goes back to the pool.
    pub rests_on: Option<Date>,
    /// Reason id of a loss.
    pub loss_reason: Option<String>,
    /// The project that goes on after a merge.
    pub merged_into: Option<String>,
    /// The shares, as JSON.
    pub credit: String,
    /// 总投资.
    pub total_investment: Option<i64>,
    /// Pack.
    pub pack: String,
    /// Its version.
    pub pack_version: String,
    /// 样例数据.
    pub sample: bool,
}

const COLUMNS: [&str; 27] = [
    "region",
    "project",
    "name",
    "investor",
    "normal_investor",
    "normal_enterprise",
    "source",
    "finder_unit",
    "finder_person",
    "found_on",
    "holder",
    "held_since",
    "priority_until",
    "phase",
    "lane",
    "stage_title",
    "step_title",
    "last_contact_on",
    "warns_on",
    "rests_on",
    "loss_reason",
    "merged_into",
    "credit",
    "total_investment",
    "pack",
    "pack_version",
    "sample",
];

fn values(row: &LeadRow) -> Vec<Value> {
    vec![
        row.region.as_str().into(),
        row.project.as_str().into(),
        row.name.as_str().into(),
        (&row.investor).into(),
        row.normal_investor.as_str().into(),
        row.normal_enterprise.as_str().into(),
        row.source.as_str().into(),
        row.finder_unit.as_str().into(),
        row.finder_person.as_str().into(),
        row.found_on.into(),
        (&row.holder).into(),
        row.held_since.into(),
        row.priority_until.into(),
        row.phase.as_str().into(),
        (&row.lane).into(),
        (&row.stage_title).into(),
        (&row.step_title).into(),
        row.last_contact_on.into(),
        row.warns_on.into(),
        row.rests_on.into(),
        (&row.loss_reason).into(),
        (&row.merged_into).into(),
        row.credit.as_str().into(),
        row.total_investment.into(),
        row.pack.as_str().into(),
        row.pack_version.as_str().into(),
        row.sample.into(),
    ]
}

fn read(row: &Row) -> Result<LeadRow, StoreError> {
    Ok(LeadRow {
        region: row.string(0)?,
        project: row.string(1)?,
        name: row.string(2)?,
        investor: row.opt_string(3)?,
        normal_investor: row.string(4)?,
        normal_enterprise: row.string(5)?,
        source: row.string(6)?,
        finder_unit: row.string(7)?,
        finder_person: row.string(8)?,
        found_on: row.day(9)?,
        holder: row.opt_string(10)?,
        held_since: row.opt_day(11)?,
        priority_until: row.opt_day(12)?,
        phase: row.string(13)?,
        lane: row.opt_string(14)?,
        stage_title: row.opt_string(15)?,
        step_title: row.opt_string(16)?,
        last_contact_on: row.day(17)?,
        warns_on: row.opt_day(18)?,
        rests_on: row.opt_day(19)?,
        loss_reason: row.opt_string(20)?,
        merged_into: row.opt_string(21)?,
        credit: row.string(22)?,
        total_investment: row.opt_int(23)?,
        pack: row.string(24)?,
        pack_version: row.string(25)?,
        sample: row.bool(26)?,
    })
}

fn select_list() -> String {
    COLUMNS.join(", ")
}

// ---- writing

/// Writes the row of a project in place of the one that was there; nothing when it is no lead.
pub fn replace(batch: &mut Batch, region: &str, project: &str, row: Option<&LeadRow>) {
    batch.push(
        "DELETE FROM lead WHERE region = $1 AND project = $2",
        vec![region.into(), project.into()],
    );
    if let Some(row) = row {
        insert(batch, row);
    }
}

/// Writes the row of a project that has none yet.
pub fn insert(batch: &mut Batch, row: &LeadRow) {
    let places = crate::rows::insert_values(1, COLUMNS.len());
    batch.push(
        format!("INSERT INTO lead ({}) VALUES {places}", select_list()),
        values(row),
    );
}

// ---- reading

/// The lead of a project.
///
/// # Errors
/// As [`Db::rows`].
pub async fn get(db: &Db, region: &str, project: &str) -> Result<Option<LeadRow>, StoreError> {
    let sql = format!(
        "SELECT {} FROM lead WHERE region = $1 AND project = $2",
        select_list()
    );
    db.row(&sql, &[region.into(), project.into()])
        .await?
        .map(|row| read(&row))
        .transpose()
}

/// Counts stop here: no list gets slower with what it does not show.
pub const MOST_COUNTED: u32 = 1_000;

/// Which leads. Empty texts do not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeadFilter {
    /// Source id.
    pub source: String,
    /// The unit that holds it.
    pub holder: String,
    /// The unit that found it.
    pub finder: String,
    /// Phases; none: all but merged and closed ones.
    pub phases: Vec<String>,
    /// Column of the board.
    pub lane: Option<String>,
    /// Words in name, investor, enterprise, place.
    pub text: String,
}

/// Conditions with their parameters; the region is `$1`.
struct Conditions {
    sql: String,
    params: Vec<Value>,
}

impl Conditions {
    /// Of the board: only what stands in a column, which merged and closed leads do not.
    fn of_board(db: &Db, region: &str, filter: &LeadFilter) -> Option<Conditions> {
        let mut made = Conditions::without_phase(db, region, filter)?;
        made.sql += " AND lane IS NOT NULL";
        Some(made)
    }

    /// `None`: the text holds nothing that can be looked for.
    fn of(db: &Db, region: &str, filter: &LeadFilter) -> Option<Conditions> {
        let mut made = Conditions::without_phase(db, region, filter)?;
        match filter.phases.as_slice() {
            [] => made.sql += " AND phase NOT IN ('merged', 'closed')",
            [one] => {
                let place = made.place(one.as_str().into());
                made.sql += &format!(" AND phase = {place}");
            }
            several => {
                made.params.push(Value::List(several.to_vec()));
                let among = db.dialect().one_of("phase", made.params.len());
                made.sql += &format!(" AND {among}");
            }
        }
        Some(made)
    }

    fn without_phase(db: &Db, region: &str, filter: &LeadFilter) -> Option<Conditions> {
        let mut made = Conditions {
            sql: "region = $1".into(),
            params: vec![region.into()],
        };
        let equal = [
            ("source", &filter.source),
            ("holder", &filter.holder),
            ("finder_unit", &filter.finder),
        ];
        for (column, value) in equal {
            if !value.is_empty() {
                let place = made.place(value.as_str().into());
                made.sql += &format!(" AND {column} = {place}");
            }
        }
        if let Some(lane) = &filter.lane {
            let place = made.place(lane.as_str().into());
            made.sql += &format!(" AND lane = {place}");
        }
        if !filter.text.trim().is_empty() {
            let found = search::search(db.dialect(), &filter.text, made.params.len() + 1)?;
            let key = search::key(db.dialect());
            made.params.push(found.value);
            made.sql += &format!(
                " AND project IN (SELECT q.project FROM project q WHERE q.region = $1 AND q.{key} IN ({}))",
                found.keys
            );
        }
        Some(made)
    }

    fn place(&mut self, value: Value) -> String {
        self.params.push(value);
        format!("${}", self.params.len())
    }
}

/// One column of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneRows {
    /// `pool`, a stage, or empty.
    pub lane: String,
    /// All leads in it, counted to [`MOST_COUNTED`].
    pub count: u64,
    /// The first of them.
    pub cards: Vec<LeadRow>,
}

/// The columns that hold leads, each with its count and the first `cards` of it: in the pool the latest, elsewhere those
/// without contact for longest. Three statements.
///
/// # Errors
/// As [`Db::rows`].
pub async fn board(
    db: &Db,
    region: &str,
    filter: &LeadFilter,
    cards: u32,
) -> Result<Vec<LaneRows>, StoreError> {
    let Some(conditions) = Conditions::of_board(db, region, filter) else {
        return Ok(Vec::new());
    };
    let mut lanes = Vec::new();
    for (lane, count) in counts_by(db, &conditions, "lane").await? {
        lanes.push(LaneRows {
            lane,
            count,
            cards: Vec::new(),
        });
    }
    if lanes.is_empty() {
        return Ok(lanes);
    }
    let (sql, params) = cards_statement(&conditions, &lanes, cards);
    for row in db.rows(&sql, &params).await? {
        let lead = read(&row)?;
        let lane = lanes
            .iter_mut()
            .find(|lane| Some(&lane.lane) == lead.lane.as_ref());
        if let Some(lane) = lane {
            lane.cards.push(lead);
        }
    }
    Ok(lanes)
}

/// One walk of the index for each column.
fn cards_statement(
    conditions: &Conditions,
    lanes: &[LaneRows],
    cards: u32,
) -> (String, Vec<Value>) {
    let mut params = conditions.params.clone();
    let mut parts = Vec::new();
    for (at, lane) in lanes.iter().enumerate() {
        params.push(lane.lane.as_str().into());
        let direction = if lane.lane == "pool" { "DESC" } else { "ASC" };
        parts.push(format!(
            "SELECT * FROM (SELECT {} FROM lead WHERE {} AND lane = ${}
              ORDER BY last_contact_on {direction}, project {direction} LIMIT {cards}) lane_{at}",
            select_list(),
            conditions.sql,
            params.len()
        ));
    }
    (parts.join(" UNION ALL "), params)
}

/// What the list is sorted by; equal ones by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LeadSort {
    /// The day it was found, the latest first.
    #[default]
    Found,
    /// The last contact, the longest ago first.
    Contact,
    /// The name.
    Name,
}

impl LeadSort {
    fn column(self) -> &'static str {
        match self {
            Self::Found => "found_on",
            Self::Contact => "last_contact_on",
            Self::Name => "name",
        }
    }

    fn direction(self) -> (&'static str, &'static str) {
        match self {
            Self::Found => ("DESC", "<"),
            Self::Contact | Self::Name => ("ASC", ">"),
        }
    }

    fn value(self, row: &LeadRow) -> String {
        match self {
            Self::Found => row.found_on.to_string(),
            Self::Contact => row.last_contact_on.to_string(),
            Self::Name => row.name.clone(),
        }
    }

    fn parse(self, text: &str) -> Result<Value, StoreError> {
        let day = |text: &str| {
            text.parse::<Date>().map_err(|_| StoreError::NotUnderstood {
                statement: "leads".into(),
                column: "after".into(),
                row: 1,
                wanted: "翻页位置",
                found: text.to_owned(),
            })
        };
        match self {
            Self::Found | Self::Contact => Ok(day(text)?.into()),
            Self::Name => Ok(text.into()),
        }
    }
}

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadPage {
    /// Rows.
    pub rows: Vec<LeadRow>,
    /// Where the next page begins; nothing on the last.
    pub next: Option<String>,
}

/// One page of the leads that a filter finds, beginning after the page that gave `after`.
///
/// # Errors
/// As [`Db::rows`]; [`StoreError::NotUnderstood`] when `after` is no such text.
pub async fn page(
    db: &Db,
    region: &str,
    filter: &LeadFilter,
    sort: LeadSort,
    after: Option<&str>,
    size: u32,
) -> Result<LeadPage, StoreError> {
    let Some(mut conditions) = Conditions::of(db, region, filter) else {
        return Ok(LeadPage {
            rows: Vec::new(),
            next: None,
        });
    };
    let (direction, beyond) = sort.direction();
    if let Some(after) = after {
        let (project, value) = after.split_once('|').unwrap_or(("", after));
        let value = sort.parse(value)?;
        let (value, project) = (conditions.place(value), conditions.place(project.into()));
        conditions.sql += &format!(
            " AND ({}, project) {beyond} ({value}, {project})",
            sort.column()
        );
    }
    let limit = conditions.place((i64::from(size) + 1).into());
    let sql = format!(
        "SELECT {} FROM lead WHERE {} ORDER BY {} {direction}, project {direction} LIMIT {limit}",
        select_list(),
        conditions.sql,
        sort.column()
    );
    let found = db.rows(&sql, &conditions.params).await?;
    let mut rows = found.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let more = rows.len() > size as usize;
    rows.truncate(size as usize);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|last| format!("{}|{}", last.project, sort.value(last)));
    Ok(LeadPage { rows, next })
}

/// All leads that a filter finds in the order of the list, with bounded memory: for exports of what is shown.
///
/// # Errors
/// As [`Db::stream`].
pub async fn stream(
    db: &Db,
    region: &str,
    filter: &LeadFilter,
    sort: LeadSort,
    chunk: usize,
) -> Result<Option<LeadStream>, StoreError> {
    let Some(conditions) = Conditions::of(db, region, filter) else {
        return Ok(None);
    };
    let (direction, _) = sort.direction();
    let sql = format!(
        "SELECT {} FROM lead WHERE {} ORDER BY {} {direction}, project {direction}",
        select_list(),
        conditions.sql,
        sort.column()
    );
    Ok(Some(LeadStream(
        db.stream(&sql, &conditions.params, chunk).await?,
    )))
}

/// Leads that come in chunks.
#[derive(Debug)]
pub struct LeadStream(RowStream);

impl LeadStream {
    /// The next chunk; nothing at the end.
    ///
    /// # Errors
    /// As [`Db::rows`].
    pub async fn next(&mut self) -> Result<Option<Vec<LeadRow>>, StoreError> {
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

/// How many leads a filter finds, by phase, each counted to [`MOST_COUNTED`].
///
/// # Errors
/// As [`Db::rows`].
pub async fn counts_by_phase(
    db: &Db,
    region: &str,
    filter: &LeadFilter,
) -> Result<Vec<(String, u64)>, StoreError> {
    let Some(conditions) = Conditions::of(db, region, filter) else {
        return Ok(Vec::new());
    };
    counts_by(db, &conditions, "phase").await
}

/// How many leads there are for each value of a column, by value, each counted to [`MOST_COUNTED`]; values without any are
/// left out. Two statements.
async fn counts_by(
    db: &Db,
    conditions: &Conditions,
    column: &str,
) -> Result<Vec<(String, u64)>, StoreError> {
    let mut values = values_of(db, &conditions.params[0], column).await?;
    if values.is_empty() {
        return Ok(Vec::new());
    }
    values.sort_unstable();
    let (sql, params) = counts_statement(conditions, column, &values);
    let mut counts = Vec::new();
    for row in db.rows(&sql, &params).await? {
        let (at, count) = (row.count(0)? as usize, row.count(1)?);
        if let Some(value) = values.get(at).filter(|_| count > 0) {
            counts.push((value.clone(), count));
        }
    }
    Ok(counts)
}

/// One walk for each value, no further than is counted.
fn counts_statement(
    conditions: &Conditions,
    column: &str,
    values: &[String],
) -> (String, Vec<Value>) {
    let mut params = conditions.params.clone();
    let mut parts = Vec::new();
    for (at, value) in values.iter().enumerate() {
        params.push(value.as_str().into());
        parts.push(format!(
            "SELECT CAST({at} AS BIGINT) AS place, count(*) FROM (SELECT 1 FROM lead WHERE {} AND {column} = ${}
              LIMIT {MOST_COUNTED}) part_{at}",
            conditions.sql,
            params.len()
        ));
    }
    (parts.join(" UNION ALL ") + " ORDER BY place", params)
}

/// The values of a column, each found by one step into its index.
async fn values_of(db: &Db, region: &Value, column: &str) -> Result<Vec<String>, StoreError> {
    let sql = values_statement(column);
    let rows = db.rows(&sql, std::slice::from_ref(region)).await?;
    rows.iter().map(|row| row.string(0)).collect()
}

fn values_statement(column: &str) -> String {
    format!(
        "WITH RECURSIVE found(v) AS (
            SELECT min({column}) FROM lead WHERE region = $1 AND {column} IS NOT NULL
             UNION ALL
            SELECT (SELECT min(l.{column}) FROM lead l
                     WHERE l.region = $1 AND l.{column} IS NOT NULL AND l.{column} > found.v)
              FROM found WHERE found.v IS NOT NULL)
         SELECT v FROM found WHERE v IS NOT NULL"
    )
}

/// Units that hold or found leads, in order of their names: the choices of the filters.
///
/// # Errors
/// As [`Db::rows`].
pub async fn units(db: &Db, region: &str) -> Result<(Vec<String>, Vec<String>), StoreError> {
    let region = Value::from(region);
    let mut both = Vec::new();
    for column in ["holder", "finder_unit"] {
        let mut units = values_of(db, &region, column).await?;
        units.sort_unstable();
        both.push(units);
    }
    let finders = both.pop().unwrap_or_default();
    Ok((both.pop().unwrap_or_default(), finders))
}

/// Leads of the same investor or enterprise, by their normalised names, the latest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_parties(
    db: &Db,
    region: &str,
    normal_names: Vec<String>,
    limit: u32,
) -> Result<Vec<LeadRow>, StoreError> {
    if normal_names.is_empty() {
        return Ok(Vec::new());
    }
    let (investor, enterprise) = (
        db.dialect().one_of("normal_investor", 2),
        db.dialect().one_of("normal_enterprise", 2),
    );
    let list = select_list();
    let sql = format!(
        "SELECT * FROM (SELECT {list} FROM lead
                         WHERE region = $1 AND normal_investor <> '' AND {investor} AND phase <> 'merged'
                         UNION
                        SELECT {list} FROM lead
                         WHERE region = $1 AND normal_enterprise <> '' AND {enterprise} AND phase <> 'merged') found
          ORDER BY found_on DESC, project LIMIT $3"
    );
    let params = [region.into(), Value::List(normal_names), limit.into()];
    db.rows(&sql, &params).await?.iter().map(read).collect()
}

/// Leads whose holder is to be warned on or before `day`, those included that go back to the pool.
///
/// # Errors
/// As [`Db::stream`].
pub async fn resting(
    db: &Db,
    region: &str,
    day: Date,
    chunk: usize,
) -> Result<LeadStream, StoreError> {
    let sql = format!(
        "SELECT {} FROM lead WHERE region = $1 AND warns_on IS NOT NULL AND warns_on <= $2 ORDER BY warns_on, project",
        select_list()
    );
    Ok(LeadStream(
        db.stream(&sql, &[region.into(), day.into()], chunk).await?,
    ))
}

#[cfg(test)]
mod tests;
