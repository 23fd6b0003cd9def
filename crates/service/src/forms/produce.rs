//! The rows of a form, worked out from the facts as they stood on the last day of the period.

use std::collections::HashMap;
use std::sync::Arc;

use calendar::Day;
use domain::state::State;
use policy::model::{FormDef, FormLayout, SelectionDef, Within};
use policy::{Parties, Policy};
use store::ledger::{self, LedgerFilter, Sort, SortBy};
use store::projects::{ProjectRow, ProjectStream};

use super::cells::{self, Context};
use super::{Found, Period, Reach, reach, who};
use crate::imports::aside;
use crate::projects::{Loaded, loaded};
use crate::region::Region;
use crate::{AccountKind, Actor, Outcome, Service, ServiceError};

/// Rows and facts read at a time.
const CHUNK: usize = 4_000;
/// Projects whose facts are read in one statement: what is read lies in memory beside what was made of it.
pub(super) const SOME: usize = 250;

/// Which form for which unit and period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormQuery {
    /// Form id.
    pub form: String,
    /// Period.
    pub period: Period,
    /// The unit that reports; everybody's part together when absent.
    pub unit: Option<String>,
}

/// Where the content of a cell comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A fact says so.
    Fact,
    /// It follows from facts by the rule that the pack names for cells without one.
    Inferred,
    /// Nothing is known: to be typed.
    Missing,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its text; amounts and numbers as plain decimals.
    pub text: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProducedRow {
    /// The project's id.
    pub project: String,
    /// Human number.
    pub number: i64,
    /// Name.
    pub name: String,
    /// Cells in the order of the columns.
    pub cells: Vec<Cell>,
    /// The units that report this row.
    pub reporters: Vec<String>,
}

/// A form as it is produced.
#[derive(Debug, Clone)]
pub struct Produced {
    /// The form's rules.
    pub form: FormDef,
    /// Pack id and version.
    pub pack: (String, String),
    /// Region id.
    pub region: String,
    /// Period.
    pub period: Period,
    /// The unit that reports; absent for all together.
    pub unit: Option<String>,
    /// The unit that stands in the stamp line.
    pub stamped: String,
    /// The day it is filled in.
    pub filled_on: Day,
    /// Rows in the order of the projects' numbers.
    pub rows: Vec<ProducedRow>,
}

/// Which share of a column was filled without typing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ColumnCoverage {
    /// Heading on one line.
    pub heading: String,
    /// Filled by facts.
    pub facts: usize,
    /// Filled by inference.
    pub inferred: usize,
    /// To be typed.
    pub missing: usize,
    /// Whether it must be filled.
    pub required: bool,
    /// Where it comes from, in words.
    pub source: &'static str,
}

/// Which share of a form was filled without typing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Coverage {
    /// Form id.
    pub form: String,
    /// Period.
    pub period: String,
    /// Unit.
    pub unit: Option<String>,
    /// Rows.
    pub rows: usize,
    /// Cells.
    pub cells: usize,
    /// Cells that were filled.
    pub filled: usize,
    /// Filled cells in a thousand cells; 1000 when there are none.
    pub permille: usize,
    /// By column.
    pub columns: Vec<ColumnCoverage>,
}

impl Produced {
    /// Which share was filled without typing.
    pub fn coverage(&self) -> Coverage {
        let column = |(index, column): (usize, &policy::model::ColumnDef)| {
            let count = |origin: Origin| {
                let cells = self.rows.iter().filter_map(|row| row.cells.get(index));
                cells.filter(|cell| cell.origin == origin).count()
            };
            ColumnCoverage {
                heading: cells::one_line(&column.heading),
                facts: count(Origin::Fact),
                inferred: count(Origin::Inferred),
                missing: count(Origin::Missing),
                required: column.required,
                source: column.source.title(),
            }
        };
        let columns: Vec<_> = self.form.column.iter().enumerate().map(column).collect();
        let cells = self.rows.len() * self.form.column.len();
        let missing: usize = columns.iter().map(|column| column.missing).sum();
        let filled = cells - missing;
        Coverage {
            form: self.form.id.clone(),
            period: self.period.id(),
            unit: self.unit.clone(),
            rows: self.rows.len(),
            cells,
            filled,
            permille: (filled * 1000).checked_div(cells).unwrap_or(1000),
            columns,
        }
    }

    /// The rows that a unit reports.
    pub(super) fn rows_of(&self, unit: &str) -> impl Iterator<Item = &ProducedRow> {
        let reports =
            move |row: &&ProducedRow| row.reporters.iter().any(|reporter| reporter == unit);
        self.rows.iter().filter(reports)
    }

    /// Rows that no unit reports: their project has none yet.
    pub fn unreported(&self) -> usize {
        let rows = self.rows.iter();
        rows.filter(|row| row.reporters.is_empty()).count()
    }

    /// Title with the period, for pages and file names.
    pub fn full_title(&self) -> String {
        let unit = self.unit.as_deref().unwrap_or("汇总");
        format!("{}（{}，{unit}）", self.form.title, self.period.title())
    }
}

impl Service {
    /// Works a form out for a unit and period.
    ///
    /// # Errors
    /// [`crate::ServiceError::NotFound`] when there is no such form, [`crate::ServiceError::Forbidden`] for whoever
    /// has nothing to do with forms, [`crate::ServiceError::Failed`].
    pub async fn produce_form(&self, actor: &Actor, query: &FormQuery) -> Outcome<Produced> {
        let found = self.find_form(&actor.region, &query.form).await?;
        reach(&found.policy, actor)?;
        let form = found.form();
        let signed = form.projects.reached.iter().any(|id| id == "signed");
        let signed_until = signed.then_some(query.period.end);
        let candidates = match form.layout {
            FormLayout::Table => self.form_candidates(&found.region, signed_until).await?,
            FormLayout::Order => Vec::new(),
        };
        self.produced_from(actor, &found, query, &candidates)
    }

    /// Works a form out from projects that were read before.
    pub(super) fn produced_from(
        &self,
        actor: &Actor,
        found: &Found,
        query: &FormQuery,
        candidates: &[(ProjectRow, Loaded)],
    ) -> Outcome<Produced> {
        let making = Making {
            service: self,
            actor,
            found,
            query,
            reach: reach(&found.policy, actor)?,
        };
        let form = found.form();
        let rows = match form.layout {
            FormLayout::Table => making.rows(candidates)?,
            FormLayout::Order => Vec::new(),
        };
        let head = &found.policy.file.pack;
        let stamped = match &query.unit {
            Some(unit) => unit.clone(),
            None => summed_up_by(&found.policy, form),
        };
        Ok(Produced {
            pack: (head.id.clone(), head.version.clone()),
            region: found.region.id.clone(),
            period: query.period,
            unit: query.unit.clone(),
            stamped,
            filled_on: self.today(),
            form: form.clone(),
            rows,
        })
    }

    /// Projects that may stand in the form, with their facts.
    pub(super) async fn form_candidates(
        &self,
        region: &Arc<Region>,
        signed_until: Option<Day>,
    ) -> Outcome<Vec<(ProjectRow, Loaded)>> {
        let mut rows = Vec::new();
        let mut stream = self.candidate_rows(region, signed_until).await?;
        while let Some(chunk) = next(&mut stream).await? {
            rows.extend(chunk);
        }
        // While some are understood on another thread, the next are read.
        let mut understanding = Vec::new();
        let mut rows = rows.into_iter();
        loop {
            let some: Vec<ProjectRow> = rows.by_ref().take(SOME).collect();
            if some.is_empty() {
                break;
            }
            let stored = self.stored_facts(region, &some).await?;
            let region = region.clone();
            understanding.push(tokio::task::spawn_blocking(move || {
                understood(&region, stored).map(|streams| in_order(some, streams))
            }));
        }
        let mut candidates = Vec::new();
        for some in understanding {
            candidates.extend(some.await.map_err(failed)??);
        }
        Ok(candidates)
    }

    /// Ids of the projects that may stand in some form.
    pub(super) async fn candidate_ids(&self, region: &Arc<Region>) -> Outcome<Vec<String>> {
        let mut ids = Vec::new();
        let mut stream = self.candidate_rows(region, None).await?;
        while let Some(chunk) = next(&mut stream).await? {
            ids.extend(chunk.into_iter().map(|row| row.project));
        }
        Ok(ids)
    }

    async fn candidate_rows(
        &self,
        region: &Region,
        signed_until: Option<Day>,
    ) -> Outcome<Option<ProjectStream>> {
        let filter = LedgerFilter {
            today: self.today(),
            signed_until,
            ..LedgerFilter::default()
        };
        let sort = Sort {
            by: SortBy::Number,
            descending: false,
        };
        Ok(ledger::stream_sorted(self.db(), &region.id, &filter, sort, CHUNK).await?)
    }

    /// Projects with their facts, in their order.
    pub(super) async fn with_facts(
        &self,
        region: &Arc<Region>,
        rows: Vec<ProjectRow>,
    ) -> Outcome<Vec<(ProjectRow, Loaded)>> {
        let streams = self.form_streams(region, &rows).await?;
        Ok(in_order(rows, streams))
    }

    /// The facts of projects, in one statement.
    pub(super) async fn form_streams(
        &self,
        region: &Arc<Region>,
        rows: &[ProjectRow],
    ) -> Outcome<HashMap<String, Loaded>> {
        let stored = self.stored_facts(region, rows).await?;
        let region = region.clone();
        aside(move || understood(&region, stored)).await?
    }

    async fn stored_facts(&self, region: &Region, rows: &[ProjectRow]) -> Outcome<Stored> {
        let ids: Vec<String> = rows.iter().map(|row| row.project.clone()).collect();
        let mut events = store::events::of_streams(self.db(), &region.id, ids, CHUNK).await?;
        let mut stored = Stored::new();
        while let Some(chunk) = events.next().await? {
            for event in chunk {
                stored.entry(event.stream).or_default().push(event.event);
            }
        }
        Ok(stored)
    }
}

/// Facts by project, as they are stored.
type Stored = HashMap<String, Vec<store::events::StoredEvent>>;

fn understood(region: &Arc<Region>, stored: Stored) -> Outcome<HashMap<String, Loaded>> {
    let load = |(project, events): (String, Vec<store::events::StoredEvent>)| {
        let loaded = loaded(&project, region.clone(), events)?;
        Ok((project, loaded))
    };
    stored.into_iter().map(load).collect()
}

/// Projects with their facts, in the order of the rows; one that is gone meanwhile is left out.
fn in_order(
    rows: Vec<ProjectRow>,
    mut streams: HashMap<String, Loaded>,
) -> Vec<(ProjectRow, Loaded)> {
    let with_facts = |row: ProjectRow| {
        let loaded = streams.remove(&row.project)?;
        Some((row, loaded))
    };
    rows.into_iter().filter_map(with_facts).collect()
}

fn failed(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Failed(error.to_string())
}

/// The next rows of a stream; nothing at its end, and where there is none.
async fn next(stream: &mut Option<ProjectStream>) -> Outcome<Option<Vec<ProjectRow>>> {
    let Some(stream) = stream else {
        return Ok(None);
    };
    let chunk = stream.next().await?;
    Ok(chunk.map(|chunk| chunk.into_iter().map(|stored| stored.row).collect()))
}

/// Who puts the parts of all units together: whoever reports when it is one unit, else whoever is reported to.
fn summed_up_by(policy: &Policy, form: &FormDef) -> String {
    match policy
        .units_of(&form.reported_by, super::nobody())
        .as_slice()
    {
        [one] => (*one).to_owned(),
        _ => who(policy, &form.reported_to),
    }
}

/// A form while it is made.
pub(super) struct Making<'a> {
    pub(super) service: &'a Service,
    pub(super) actor: &'a Actor,
    pub(super) found: &'a Found,
    pub(super) query: &'a FormQuery,
    pub(super) reach: Reach,
}

impl Making<'_> {
    fn rows(&self, candidates: &[(ProjectRow, Loaded)]) -> Outcome<Vec<ProducedRow>> {
        let end = self.query.period.end;
        let states: Vec<State<'_>> = candidates
            .iter()
            .map(|(_, loaded)| State::fold_until(&loaded.lifecycle, &loaded.events, end))
            .collect();
        let first = cells::first_signings(candidates, &states);
        let mut rows = Vec::new();
        for ((row, loaded), state) in candidates.iter().zip(&states) {
            if !self.stands(loaded, state) {
                continue;
            }
            let context = self.context(row, loaded, state, &first, rows.len() + 1);
            let mut row = context.row()?;
            row.reporters = self.reporters(state);
            rows.push(row);
        }
        Ok(rows)
    }

    /// The units that report each row, without its cells.
    pub(super) fn reporters_of_rows(
        &self,
        candidates: &[(ProjectRow, Loaded)],
    ) -> Vec<Vec<String>> {
        let end = self.query.period.end;
        let reporters = |(_, loaded): &(ProjectRow, Loaded)| {
            let state = State::fold_until(&loaded.lifecycle, &loaded.events, end);
            let stands = self.stands(loaded, &state);
            stands.then(|| self.reporters(&state))
        };
        candidates.iter().filter_map(reporters).collect()
    }

    pub(super) fn context<'b>(
        &'b self,
        row: &'b ProjectRow,
        loaded: &'b Loaded,
        state: &'b State<'b>,
        first: &'b HashMap<String, (Day, i64)>,
        serial: usize,
    ) -> Context<'b> {
        Context {
            service: self.service,
            form: self.found.form(),
            region: &self.found.region.title,
            row,
            loaded,
            state,
            first_signings: first,
            end: self.query.period.end,
            serial,
            contact_in_full: self.contact_in_full(cells::parties(state)),
        }
    }

    fn contact_in_full(&self, parties: Parties<'_>) -> bool {
        let policy = &self.found.policy;
        let roles = policy.roles_of(&self.actor.unit, parties);
        self.actor.kind == AccountKind::System || policy.reads_contacts(&roles)
    }

    /// Whether the form is about the project, and this unit reports it to somebody who may see it.
    fn stands(&self, loaded: &Loaded, state: &State<'_>) -> bool {
        let rule = &self.found.form().projects;
        selects(rule, self.query.period, loaded, state) && self.reaches(state)
    }

    /// Whether the actor may see the row, and the wanted unit reports it.
    fn reaches(&self, state: &State<'_>) -> bool {
        let policy = &self.found.policy;
        let parties = cells::parties(state);
        let related = || !policy.roles_of(&self.actor.unit, parties).is_empty();
        let seen = self.reach == Reach::All || related();
        let reported = self
            .query
            .unit
            .as_deref()
            .is_none_or(|unit| policy.holds(unit, &self.found.form().reported_by, parties));
        seen && reported
    }

    fn reporters(&self, state: &State<'_>) -> Vec<String> {
        let role = &self.found.form().reported_by;
        let units = self.found.policy.units_of(role, cells::parties(state));
        units.into_iter().map(str::to_owned).collect()
    }
}

/// Whether a rule of selection takes a project in this state at the end of a period.
pub(super) fn selects(
    rule: &SelectionDef,
    period: Period,
    loaded: &Loaded,
    state: &State<'_>,
) -> bool {
    if state.registered_on.is_none() || state.removed_on().is_some_and(|on| on <= period.end) {
        return false;
    }
    let reached = |id: &String| {
        let ix = loaded.lifecycle.milestone(id)?;
        state.reached_on(ix).filter(|on| *on <= period.end)
    };
    let assigned = state.assignment().map(|assigned| assigned.on);
    let mut days = Vec::new();
    if rule.assigned {
        days.push(assigned);
    }
    days.extend(rule.reached.iter().map(reached));
    let met = days.iter().all(Option::is_some);
    let in_time = rule.within == Within::Ever
        || days
            .first()
            .is_none_or(|day| day.is_some_and(|day| period.has(day)));
    met && in_time && !rule.not_reached.iter().any(|id| reached(id).is_some())
}
