//! The rhythm of reporting: who owes which form for which period, what came in, what is late, who was chased.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::{Day, Limit, weekday_zh};
use policy::Policy;
use policy::model::{DocumentDef, FormDef, Frequency, RoleDef, SpanDef};
use store::documents::IssuedRow;
use store::projects::ProjectRow;
use store::reports::{self, PartRow};

use super::hand_in::digest;
use super::produce::{Making, SOME};
use super::{FormQuery, Found, Period, Produced, nobody, usual_period};
use crate::clock::day_of;
use crate::kept::Kept;
use crate::region::Region;
use crate::{Actor, Outcome, Service, ServiceError};

/// How a unit stands with its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not yet due.
    Open,
    /// Due and not there.
    Late,
    /// Handed in by the due day.
    InTime,
    /// Handed in after it.
    HandedInLate,
}

impl Standing {
    /// How it stands on a day.
    fn on(today: Day, due_on: Day, handed_in_on: Option<Day>) -> Standing {
        match handed_in_on {
            Some(on) if on <= due_on => Standing::InTime,
            Some(_) => Standing::HandedInLate,
            None if today > due_on => Standing::Late,
            None => Standing::Open,
        }
    }

    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Standing::Open => "待报送",
            Standing::Late => "逾期未报",
            Standing::InTime => "已报送",
            Standing::HandedInLate => "逾期报送",
        }
    }
}

/// A unit's part of a form, or a document that its issuer owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Form or document id.
    pub form: String,
    /// It is a document: owed by its issuer, handed in by being issued.
    pub document: bool,
    /// Its title.
    pub title: String,
    /// Period.
    pub period: Period,
    /// Unit.
    pub unit: String,
    /// Due day.
    pub due_on: Day,
    /// 2025-07-05 星期六.
    pub due: String,
    /// How it stands.
    pub standing: Standing,
    /// Projects that the unit reports.
    pub rows: usize,
    /// Handed in by and on.
    pub handed_in: String,
    /// Its rows say something else now than on the day on which it was handed in.
    pub changed_since: bool,
    /// When the unit was chased.
    pub chased_on: Option<Day>,
    /// 条款.
    pub clause: String,
}

impl Part {
    /// How it stands, in the words of what it is.
    pub fn standing_title(&self) -> &'static str {
        match (self.document, self.standing) {
            (false, standing) => standing.title(),
            (true, Standing::Open) => "待印发",
            (true, Standing::Late) => "逾期未印发",
            (true, Standing::InTime) => "已印发",
            (true, Standing::HandedInLate) => "逾期印发",
        }
    }

    /// What is not there from before the region began to use the program is not owed.
    pub(super) fn counts_since(&self, began: Day) -> bool {
        self.due_on >= began || !self.handed_in.is_empty()
    }
}

/// The parts of a region on a day, for all who ask within a short while.
pub(crate) type OwedParts = Kept<(String, Day), Arc<Vec<Part>>>;

/// How much a unit is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Burden {
    /// Unit.
    pub unit: String,
    /// Forms a month, in hundredths: a weekly one counts 433, a half-yearly one 17.
    pub monthly_hundredths: u32,
    /// Names of the forms with their rhythm.
    pub forms: Vec<String>,
    /// Cells that the system fills, and all cells, in the last periods.
    pub filled: usize,
    /// All cells.
    pub cells: usize,
}

/// Forms a month in hundredths.
fn monthly(frequency: Frequency) -> u32 {
    match frequency {
        Frequency::Week => 433,
        Frequency::Month => 100,
        Frequency::Quarter => 33,
        Frequency::HalfYear => 17,
        Frequency::OnAssignment | Frequency::AsNeeded => 0,
    }
}

/// What is asked for with each period: a form of those who report it, a document of those who issue it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) clause: &'a str,
    pub(super) text: &'a str,
    pub(super) frequency: Frequency,
    pub(super) due: Option<&'a SpanDef>,
    pub(super) document: bool,
}

impl<'a> Asked<'a> {
    pub(super) fn form(form: &'a FormDef) -> Asked<'a> {
        Asked {
            id: &form.id,
            title: &form.title,
            clause: &form.clause,
            text: &form.text,
            frequency: form.frequency,
            due: form.due.as_ref(),
            document: false,
        }
    }

    pub(super) fn document(def: &'a DocumentDef) -> Asked<'a> {
        Asked {
            id: &def.id,
            title: &def.title,
            clause: &def.clause,
            text: &def.text,
            frequency: def.frequency,
            due: def.due.as_ref(),
            document: true,
        }
    }

    /// The period that is usually wanted.
    pub(super) fn usual(&self, today: Day) -> Period {
        usual_period(self.frequency, today)
    }
}

/// What is recorded of a part.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known<'a> {
    pub(super) rows: usize,
    pub(super) part: Option<&'a PartRow>,
    /// The first issue, of a document.
    pub(super) issued: Option<&'a IssuedRow>,
}

impl Service {
    /// The parts of the last complete periods: everybody's for whoever sees all rows, else the unit's own.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for whoever has nothing to do with forms, [`ServiceError::Failed`].
    pub async fn report_parts(&self, actor: &Actor) -> Outcome<Vec<Part>> {
        let (parts, _) = self.parts_and_burden(actor).await?;
        Ok(parts.into_iter().filter(|part| !part.document).collect())
    }

    /// What the actor's unit has yet to hand in or to issue, the first due first. In a large ledger it may be some
    /// seconds old, for every workbench asks for it.
    ///
    /// # Errors
    /// As [`Service::report_parts`].
    pub async fn owed_parts(&self, actor: &Actor) -> Outcome<Vec<Part>> {
        let region = self.region(&actor.region).await?;
        let Some(policy) = region.forms() else {
            return Ok(Vec::new());
        };
        super::reach(policy, actor)?;
        let everybody = Actor::program(&region.id);
        let parts = async { Ok(Arc::new(self.parts_and_burden(&everybody).await?.0)) };
        let key = (region.id.clone(), self.today());
        let parts = self.inner.owed_parts.get(key, parts).await?;
        let open = |part: &&Part| matches!(part.standing, Standing::Open | Standing::Late);
        let own = parts.iter().filter(|part| part.unit == actor.unit);
        let mut own: Vec<Part> = own.filter(open).cloned().collect();
        own.sort_by_key(|part| part.due_on);
        Ok(own)
    }

    /// How much each unit is asked for.
    ///
    /// # Errors
    /// As [`Service::report_parts`].
    pub async fn report_burden(&self, actor: &Actor) -> Outcome<Vec<Burden>> {
        Ok(self.parts_and_burden(actor).await?.1)
    }

    /// Parts of forms, documents owed by their issuers, and the burden, all from the same rows.
    ///
    /// # Errors
    /// As [`Service::report_parts`].
    pub async fn parts_and_burden(&self, actor: &Actor) -> Outcome<(Vec<Part>, Vec<Burden>)> {
        let today = self.today();
        let region = self.region(&actor.region).await?;
        let Some(policy) = region.forms().cloned() else {
            return Ok((Vec::new(), Vec::new()));
        };
        let all = super::reach(&policy, actor)? == super::Reach::All;
        let regular =
            Found::all(&region, &policy).filter(|found| found.form().frequency.is_regular());
        let regular: Vec<Found> = regular.collect();
        let asked = regular.iter().map(|found| Asked::form(found.form()));
        let periods = asked
            .chain(documents(&policy))
            .map(|asked| asked.usual(today).id());
        let known = reports::parts(self.db(), &region.id, periods.collect()).await?;
        let began = self.rhythm_began(&region, &policy).await?;
        let candidates = self.form_candidates(&region, None).await?;
        let mut parts = Vec::new();
        let mut burdens: BTreeMap<String, Burden> = BTreeMap::new();
        for found in &regular {
            let query = FormQuery {
                form: found.form().id.clone(),
                period: Asked::form(found.form()).usual(today),
                unit: None,
            };
            let produced = self.produced_from(actor, found, &query, &candidates)?;
            for part in self.parts_of(&policy, &produced, &known)? {
                if all || part.unit == actor.unit {
                    add_burden(&mut burdens, &part.unit, found.form(), &produced);
                    parts.push(part);
                }
            }
        }
        let documents = self.document_parts(&region, &policy, &known).await?;
        parts.extend(
            documents
                .into_iter()
                .filter(|part| all || part.unit == actor.unit),
        );
        parts.retain(|part| part.counts_since(began));
        Ok((parts, burdens.into_values().collect()))
    }

    /// The parts of the last complete periods that are late. Worked out some projects at a time: a night's sweep must
    /// not hold the facts of a whole ledger.
    pub(super) async fn late_parts(&self, program: &Actor) -> Outcome<Vec<Part>> {
        let today = self.today();
        let region = self.region(&program.region).await?;
        let Some(policy) = region.forms().cloned() else {
            return Ok(Vec::new());
        };
        let began = self.rhythm_began(&region, &policy).await?;
        let mut due = Vec::new();
        for found in Found::all(&region, &policy).filter(|f| f.form().frequency.is_regular()) {
            let period = Asked::form(found.form()).usual(today);
            let due_on = self.due_day(found.form().due.as_ref(), period)?;
            if (began..today).contains(&due_on) {
                due.push((found, period, BTreeMap::new()));
            }
        }
        self.count_owing(program, &region, &policy, &mut due)
            .await?;
        let periods = due.iter().map(|(_, period, _)| period.id());
        let periods = periods.chain(documents(&policy).map(|asked| asked.usual(today).id()));
        let known = reports::parts(self.db(), &region.id, periods.collect()).await?;
        let mut parts = self.document_parts(&region, &policy, &known).await?;
        for (found, period, owing) in due {
            for (unit, rows) in owing {
                let known = Known {
                    rows,
                    part: row_of(&known, &found.form().id, period, &unit),
                    issued: None,
                };
                parts.push(self.part(Asked::form(found.form()), period, unit, known)?);
            }
        }
        parts.retain(|part| part.standing == Standing::Late && part.counts_since(began));
        Ok(parts)
    }

    /// Adds up who owes each of these forms, with how many rows.
    async fn count_owing(
        &self,
        actor: &Actor,
        region: &Arc<Region>,
        policy: &Policy,
        forms: &mut [(Found, Period, BTreeMap<String, usize>)],
    ) -> Outcome<()> {
        let ids = match forms.is_empty() {
            true => Vec::new(),
            false => self.candidate_ids(region).await?,
        };
        for (found, _, owing) in forms.iter_mut() {
            // Whoever owes a form of itself owes it without projects too.
            *owing = owing_rows(policy, found.form(), [].into_iter());
        }
        for some in ids.chunks(SOME) {
            let row = |project: &String| ProjectRow {
                project: project.clone(),
                ..ProjectRow::default()
            };
            let rows = some.iter().map(row).collect();
            let candidates = self.with_facts(region, rows).await?;
            for (found, period, owing) in forms.iter_mut() {
                let query = FormQuery {
                    form: found.form().id.clone(),
                    period: *period,
                    unit: None,
                };
                let making = Making {
                    service: self,
                    actor,
                    found,
                    query: &query,
                    reach: super::reach(policy, actor)?,
                };
                let reporters = making.reporters_of_rows(&candidates);
                let reporters = reporters.iter().map(Vec::as_slice);
                for (unit, count) in owing_rows(policy, found.form(), reporters) {
                    *owing.entry(unit).or_insert(0) += count;
                }
            }
        }
        Ok(())
    }

    /// The parts that make up a form that was produced without unit: who handed in, who is late, and whose rows say
    /// something else since.
    ///
    /// # Errors
    /// As [`Service::report_parts`].
    pub async fn summary_parts(&self, actor: &Actor, produced: &Produced) -> Outcome<Vec<Part>> {
        let region = self.region(&actor.region).await?;
        let Some(policy) = region.forms() else {
            return Ok(Vec::new());
        };
        if produced.unit.is_some() || !produced.form.frequency.is_regular() {
            return Ok(Vec::new());
        }
        let all = super::reach(policy, actor)? == super::Reach::All;
        let known = reports::parts(self.db(), &region.id, vec![produced.period.id()]).await?;
        let parts = self.parts_of(policy, produced, &known)?.into_iter();
        Ok(parts
            .filter(|part| all || part.unit == actor.unit)
            .collect())
    }

    fn parts_of(
        &self,
        policy: &Policy,
        produced: &Produced,
        known: &[PartRow],
    ) -> Outcome<Vec<Part>> {
        let form = &produced.form;
        let part = |(unit, rows): (String, usize)| {
            let row = row_of(known, &form.id, produced.period, &unit);
            let told = row.and_then(|row| row.digest.as_deref());
            let changed = told.is_some_and(|told| told != digest(produced, &unit));
            let known = Known {
                rows,
                part: row,
                issued: None,
            };
            let part = self.part(Asked::form(form), produced.period, unit, known)?;
            Ok(Part {
                changed_since: changed,
                ..part
            })
        };
        owing(policy, form, produced)
            .into_iter()
            .map(part)
            .collect()
    }

    /// Documents of the last complete periods, as their issuers owe them.
    async fn document_parts(
        &self,
        region: &Arc<Region>,
        policy: &Policy,
        known: &[PartRow],
    ) -> Outcome<Vec<Part>> {
        let issues = self.issues(region, policy).await?;
        let mut parts = Vec::new();
        for def in policy
            .file
            .document
            .iter()
            .filter(|def| def.frequency.is_regular())
        {
            let asked = Asked::document(def);
            let period = asked.usual(self.today());
            for unit in policy.units_of(&def.issued_by, nobody()) {
                let known = Known {
                    rows: 0,
                    part: row_of(known, asked.id, period, unit),
                    issued: issue_of(&issues, asked.id, period),
                };
                parts.push(self.part(asked, period, unit.to_owned(), known)?);
            }
        }
        Ok(parts)
    }

    /// Everything that was issued of documents with a rhythm.
    pub(super) async fn issues(&self, region: &Region, policy: &Policy) -> Outcome<Vec<IssuedRow>> {
        let ids: Vec<String> = documents(policy).map(|asked| asked.id.to_owned()).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        Ok(store::documents::issues_of(self.db(), &region.id, ids).await?)
    }

    /// The last day on which something is in time.
    pub(super) fn due_day(&self, span: Option<&SpanDef>, period: Period) -> Outcome<Day> {
        let Some(span) = span else {
            return Ok(period.end);
        };
        let limit = Limit {
            n: span.n,
            unit: span.unit,
        };
        let due = calendar::due(period.end, limit, calendar::Roll::None, &self.calendar());
        due.map(|due| due.day)
            .map_err(|error| ServiceError::Failed(error.to_string()))
    }

    /// The first day on which the region could hand something in here: nobody was late before.
    pub(super) async fn rhythm_began(&self, region: &Region, policy: &Policy) -> Outcome<Day> {
        let head = &policy.file.pack;
        let loaded = store::packs::first_loaded(self.db(), &region.id, &head.id).await?;
        Ok(loaded.map_or(head.effective, |at| day_of(at).max(head.effective)))
    }

    pub(super) fn part(
        &self,
        asked: Asked<'_>,
        period: Period,
        unit: String,
        known: Known<'_>,
    ) -> Outcome<Part> {
        let due_on = self.due_day(asked.due, period)?;
        let by_part = known.part.and_then(|row| {
            let by = row.handed_in_by.clone().unwrap_or_default();
            Some((row.handed_in_on?, by))
        });
        let by_issue = known.issued.map(|row| (row.issued_on, row.number.clone()));
        let handed_in = by_part.or(by_issue);
        let handed_in_on = handed_in.as_ref().map(|(on, _)| *on);
        Ok(Part {
            form: asked.id.to_owned(),
            document: asked.document,
            title: asked.title.to_owned(),
            period,
            unit,
            due_on,
            due: format!("{due_on} {}", weekday_zh(due_on)),
            standing: Standing::on(self.today(), due_on, handed_in_on),
            rows: known.rows,
            handed_in: handed_in.map_or(String::new(), |(on, by)| format!("{on} {by}")),
            changed_since: false,
            chased_on: known.part.and_then(|row| row.chased_on),
            clause: asked.clause.to_owned(),
        })
    }
}

/// Documents with a rhythm.
pub(super) fn documents(policy: &Policy) -> impl Iterator<Item = Asked<'_>> {
    let regular = policy
        .file
        .document
        .iter()
        .filter(|def| def.frequency.is_regular());
    regular.map(Asked::document)
}

pub(super) fn row_of<'a>(
    known: &'a [PartRow],
    form: &str,
    period: Period,
    unit: &str,
) -> Option<&'a PartRow> {
    let period = period.id();
    known
        .iter()
        .find(|row| row.form == form && row.period == period && row.unit == unit)
}

/// The first issue of a document for a period.
pub(super) fn issue_of<'a>(
    issues: &'a [IssuedRow],
    document: &str,
    period: Period,
) -> Option<&'a IssuedRow> {
    let period = period.id();
    issues
        .iter()
        .find(|row| row.document == document && row.subject == period)
}

/// Units that owe a form for a period, with the number of their rows. A unit that holds the role of itself owes it
/// with or without projects; units that hold it by a project owe it for their projects.
pub(super) fn owing(
    policy: &Policy,
    form: &FormDef,
    produced: &Produced,
) -> BTreeMap<String, usize> {
    let reporters = produced.rows.iter().map(|row| row.reporters.as_slice());
    owing_rows(policy, form, reporters)
}

/// As [`owing`], from the units that report each row.
pub(super) fn owing_rows<'a>(
    policy: &Policy,
    form: &FormDef,
    rows: impl ExactSizeIterator<Item = &'a [String]>,
) -> BTreeMap<String, usize> {
    let mut units = BTreeMap::new();
    let count = rows.len();
    match policy.file.roles.get(&form.reported_by) {
        Some(RoleDef::Of(_) | RoleDef::By(_)) => {
            for unit in rows.flatten() {
                *units.entry(unit.clone()).or_insert(0) += 1;
            }
        }
        _ => {
            for unit in policy.units_of(&form.reported_by, nobody()) {
                units.insert(unit.to_owned(), count);
            }
        }
    }
    units
}

fn add_burden(
    burdens: &mut BTreeMap<String, Burden>,
    unit: &str,
    form: &FormDef,
    produced: &Produced,
) {
    let burden = burdens.entry(unit.to_owned()).or_insert_with(|| Burden {
        unit: unit.to_owned(),
        monthly_hundredths: 0,
        forms: Vec::new(),
        filled: 0,
        cells: 0,
    });
    burden.monthly_hundredths += monthly(form.frequency);
    burden
        .forms
        .push(format!("{}（{}）", form.title, form.frequency.title()));
    let rows = produced.rows_of(unit);
    for cell in rows.flat_map(|row| &row.cells) {
        burden.cells += 1;
        burden.filled += usize::from(!cell.text.is_empty());
    }
}
