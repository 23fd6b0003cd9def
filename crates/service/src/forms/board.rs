//! The rhythm of a form or document over its last periods: units by periods, with the share that was in time.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::Day;
use office::{Column, ColumnKind, Out, OutCell, Sheet, SheetWriter};
use policy::Policy;
use policy::model::DocumentDef;
use store::projects::ProjectRow;
use store::reports::{self, PartRow};

use super::produce::Making;
use super::rhythm::{Asked, Known, documents, issue_of, owing_rows, row_of};
use super::workbook::file_name;
use super::{FormQuery, Found, Part, Period, Reach, Standing, nobody, reach};
use crate::imports::aside;
use crate::projects::Loaded;
use crate::region::Region;
use crate::{Actor, Outcome, Service, ServiceError};

/// Periods side by side.
const PERIODS: usize = 12;

/// Which form or document, up to which period.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RhythmQuery {
    /// Form or document id; the first one with a rhythm when absent.
    pub form: Option<String>,
    /// The last period shown; the last complete one when absent.
    pub until: Option<Period>,
}

/// A form or document with a rhythm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RhythmChoice {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// 每月.
    pub frequency: &'static str,
}

/// Units by periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RhythmBoard {
    /// What there is to choose from.
    pub choices: Vec<RhythmChoice>,
    /// Id of what is shown.
    pub form: String,
    /// Its title.
    pub title: String,
    /// Clause and words of the document that asks for it.
    pub clause: (String, String),
    /// It is a document.
    pub document: bool,
    /// Periods, the oldest first.
    pub periods: Vec<Period>,
    /// Since when the region hands in here.
    pub began: Day,
    /// Units in the order of their names.
    pub rows: Vec<RhythmRow>,
    /// Whether the actor's unit may chase those who are late.
    pub may_chase: bool,
}

/// A unit with its periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RhythmRow {
    /// Unit.
    pub unit: String,
    /// One for each period; nothing where the unit owed nothing.
    pub cells: Vec<Option<Part>>,
}

impl RhythmRow {
    /// How many periods stand so.
    pub fn count(&self, standing: Standing) -> usize {
        let parts = self.cells.iter().flatten();
        parts.filter(|part| part.standing == standing).count()
    }

    /// In time, in a thousand of those that are due or in; nothing when none is.
    pub fn in_time_permille(&self) -> Option<usize> {
        let parts = self.cells.iter().flatten();
        let due = parts.filter(|part| part.standing != Standing::Open).count();
        (self.count(Standing::InTime) * 1000).checked_div(due)
    }
}

impl RhythmBoard {
    /// Parts that are late in a period.
    pub fn late_in(&self, period: usize) -> usize {
        let cells = self
            .rows
            .iter()
            .filter_map(|row| row.cells.get(period)?.as_ref());
        cells.filter(|part| part.standing == Standing::Late).count()
    }
}

/// What the board is read from.
struct Board<'a> {
    service: &'a Service,
    actor: &'a Actor,
    region: &'a Arc<Region>,
    policy: &'a Arc<Policy>,
    periods: Vec<Period>,
    known: Vec<PartRow>,
    began: Day,
    /// Everybody's rows, or those of the actor's unit.
    all: bool,
}

impl Service {
    /// Who handed in a form, or issued a document, in its last periods. Projects are read once for all periods.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such form or document, [`ServiceError::Forbidden`] for whoever has
    /// nothing to do with forms.
    pub async fn rhythm_board(&self, actor: &Actor, query: &RhythmQuery) -> Outcome<RhythmBoard> {
        let region = self.region(&actor.region).await?;
        let Some(policy) = region.forms() else {
            return Err(ServiceError::NotFound(format!(
                "{}还没有启用报表政策包，请系统管理员在“政策”页装入",
                region.title
            )));
        };
        let all = reach(policy, actor)? == Reach::All;
        let asked = wanted(&region, policy, query.form.as_deref())?;
        let periods = last_periods(asked, query.until, self.today());
        let ids = periods.iter().map(Period::id).collect();
        let board = Board {
            service: self,
            actor,
            region: &region,
            policy,
            known: reports::parts(self.db(), &region.id, ids).await?,
            began: self.rhythm_began(&region, policy).await?,
            periods,
            all,
        };
        let form = Found::all(&region, policy).find(|found| found.form().id == asked.id);
        let rows = match &form {
            Some(found) => board.of_form(found).await?,
            None => board.of_document(asked).await?,
        };
        Ok(RhythmBoard {
            choices: choices(policy),
            form: asked.id.to_owned(),
            title: asked.title.to_owned(),
            clause: (asked.clause.to_owned(), asked.text.to_owned()),
            document: asked.document,
            may_chase: self.collects_form(actor, asked.id).await?,
            began: board.began,
            periods: board.periods,
            rows,
        })
    }

    /// The board as a workbook; that it was taken out is noted in the audit trail.
    ///
    /// # Errors
    /// As [`Service::rhythm_board`].
    pub async fn rhythm_workbook(
        &self,
        actor: &Actor,
        query: &RhythmQuery,
    ) -> Outcome<(String, Vec<u8>)> {
        let board = self.rhythm_board(actor, query).await?;
        let last = board.periods.last().map(Period::id).unwrap_or_default();
        let name = file_name(&format!("报送情况 {} {last}", board.title));
        let rows = board.rows.len() as u64;
        let content = aside(move || workbook(&board)).await?;
        let content =
            content.map_err(|error| ServiceError::Failed(format!("报送情况无法写出：{error}")))?;
        let name = format!("{name}.xlsx");
        self.audit_export(actor, "export-rhythm", &name, rows)
            .await?;
        Ok((name, content))
    }
}

/// The form or document of a board.
fn wanted<'a>(region: &Region, policy: &'a Policy, id: Option<&str>) -> Outcome<Asked<'a>> {
    let mut all = with_rhythm(policy);
    let found = match id {
        None => all.next(),
        Some(id) => all.find(|asked| asked.id == id),
    };
    found.ok_or_else(|| {
        let id = id.unwrap_or_default();
        ServiceError::NotFound(format!("{}没有定期报送的报表或公文 {id}", region.title))
    })
}

/// Forms and documents with a rhythm, in the order of the pack.
fn with_rhythm(policy: &Policy) -> impl Iterator<Item = Asked<'_>> {
    let forms = policy.file.form.iter().map(Asked::form);
    let regular = forms.filter(|asked| asked.frequency.is_regular());
    regular.chain(documents(policy))
}

fn choices(policy: &Policy) -> Vec<RhythmChoice> {
    let choice = |asked: Asked<'_>| RhythmChoice {
        id: asked.id.to_owned(),
        title: asked.title.to_owned(),
        frequency: asked.frequency.title(),
    };
    with_rhythm(policy).map(choice).collect()
}

/// The last periods up to one, the oldest first. A period of another rhythm means the one in which it ends.
fn last_periods(asked: Asked<'_>, until: Option<Period>, today: Day) -> Vec<Period> {
    let last = match until {
        Some(period) => Period::containing(asked.frequency, period.end),
        None => asked.usual(today),
    };
    let back = std::iter::successors(Some(last), |period| Some(period.previous()));
    let mut periods: Vec<Period> = back.take(PERIODS).collect();
    periods.reverse();
    periods
}

impl Board<'_> {
    async fn of_form(&self, found: &Found) -> Outcome<Vec<RhythmRow>> {
        let candidates = self.service.form_candidates(self.region, None).await?;
        let asked = Asked::form(found.form());
        let mut rows = Rows::default();
        for (at, period) in self.periods.iter().enumerate() {
            for (unit, count) in self.owing(found, *period, &candidates)? {
                let known = Known {
                    rows: count,
                    part: row_of(&self.known, asked.id, *period, &unit),
                    issued: None,
                };
                let part = self.service.part(asked, *period, unit, known)?;
                rows.put(self, at, part);
            }
        }
        Ok(rows.all(self.periods.len()))
    }

    /// Units that owe a form for a period, with the number of their rows.
    fn owing(
        &self,
        found: &Found,
        period: Period,
        candidates: &[(ProjectRow, Loaded)],
    ) -> Outcome<BTreeMap<String, usize>> {
        let query = FormQuery {
            form: found.form().id.clone(),
            period,
            unit: None,
        };
        let making = Making {
            service: self.service,
            actor: self.actor,
            found,
            query: &query,
            reach: reach(self.policy, self.actor)?,
        };
        let rows = making.reporters_of_rows(candidates);
        let rows = rows.iter().map(Vec::as_slice);
        Ok(owing_rows(self.policy, found.form(), rows))
    }

    async fn of_document(&self, asked: Asked<'_>) -> Outcome<Vec<RhythmRow>> {
        let issues = self.service.issues(self.region, self.policy).await?;
        let def = |def: &&DocumentDef| def.id == asked.id;
        let role = self.policy.file.document.iter().find(def);
        let role = role.map_or("", |def| def.issued_by.as_str());
        let mut rows = Rows::default();
        for unit in self.policy.units_of(role, nobody()) {
            for (at, period) in self.periods.iter().enumerate() {
                let known = Known {
                    rows: 0,
                    part: row_of(&self.known, asked.id, *period, unit),
                    issued: issue_of(&issues, asked.id, *period),
                };
                let part = self.service.part(asked, *period, unit.to_owned(), known)?;
                rows.put(self, at, part);
            }
        }
        Ok(rows.all(self.periods.len()))
    }

    /// Whether a part stands on the board.
    fn counts(&self, part: &Part) -> bool {
        part.counts_since(self.began) && (self.all || part.unit == self.actor.unit)
    }
}

/// Units with their periods while they are put together.
#[derive(Default)]
struct Rows(BTreeMap<String, BTreeMap<usize, Part>>);

impl Rows {
    fn put(&mut self, board: &Board<'_>, at: usize, part: Part) {
        if board.counts(&part) {
            let periods = self.0.entry(part.unit.clone()).or_default();
            periods.insert(at, part);
        }
    }

    fn all(self, periods: usize) -> Vec<RhythmRow> {
        let row = |(unit, mut parts): (String, BTreeMap<usize, Part>)| RhythmRow {
            unit,
            cells: (0..periods).map(|at| parts.remove(&at)).collect(),
        };
        self.0.into_iter().map(row).collect()
    }
}

fn workbook(board: &RhythmBoard) -> Result<Vec<u8>, office::WriteError> {
    let mut columns = vec![Column::new("单位", ColumnKind::Text).wide(20.0)];
    let period = |period: &Period| Column::new(period.id(), ColumnKind::Text).wide(10.0);
    columns.extend(board.periods.iter().map(period));
    let counted = [Standing::InTime, Standing::HandedInLate, Standing::Late];
    columns.extend(counted.map(|standing| Column::new(standing.title(), ColumnKind::Integer)));
    columns.push(Column::new("按时率（%）", ColumnKind::Decimal(1)));
    let mut sheet = Sheet::new("报送情况", columns);
    sheet.title = Some(format!("《{}》报送情况", board.title));
    sheet.note_lines = vec![format!("自 {} 起计；空白为当期不需报送", board.began)];
    let mut writer = SheetWriter::new(sheet)?;
    for row in &board.rows {
        let mut cells = vec![Out::Text(row.unit.clone())];
        let title = |part: &Option<Part>| match part {
            Some(part) => Out::Text(part.standing_title().to_owned()),
            None => Out::Empty,
        };
        cells.extend(row.cells.iter().map(title));
        cells.extend(counted.map(|standing| Out::Integer(row.count(standing) as i64)));
        let share = |permille: usize| Out::Decimal(format!("{}.{}", permille / 10, permille % 10));
        cells.push(row.in_time_permille().map_or(Out::Empty, share));
        let cells: Vec<OutCell> = cells.into_iter().map(OutCell::from).collect();
        writer.push_row(&cells)?;
    }
    writer.finish()
}
