//! What follows from the facts, as rows for looking: project, deadlines, what waits for whom, performance.
//! Written in the same transaction as the facts; can be dropped and rebuilt from them.

use calendar::{Day, WorkCalendar};
use domain::event::{Details, Event, EventId, EventKind};
use domain::state::{BreachStatus, State};
use domain::track::{Awaiting, Deadline, Plan, Summary, deadlines, plan, summary};
use domain::values::{MoneyUnit, normalise_name};
use jiff::Timestamp;
use policy::Policy;
use policy::model::Side;
use store::Batch;
use store::deadlines::DeadlineRow;
use store::performance::EntryRow;
use store::project_leaders::LeaderRow;
use store::projects::ProjectRow;
use store::todos::TodoRow;

use crate::Outcome;
use crate::clock::day_of;
use crate::projects::{Loaded, gives_projects_away};
use crate::suspended::RUNNING;

/// Rows that follow from a project's facts.
#[derive(Debug, Clone, PartialEq)]
pub struct Projected {
    /// The ledger row, without what only the store knows (number, moment).
    pub project: ProjectRow,
    /// Deadlines.
    pub deadlines: Vec<DeadlineRow>,
    /// What waits for whom.
    pub todos: Vec<TodoRow>,
    /// Duties, merits, breaches, disputes, awards, exemptions.
    pub entries: Vec<EntryRow>,
    /// The lead, when the project began as one.
    pub lead: Option<store::leads::LeadRow>,
    /// Units to which the project is assigned, by name; absent where the pack knows no assignment.
    pub units: Option<Vec<String>>,
    /// Who leads the project and who answers for it; absent where the pack knows neither.
    pub leaders: Option<Vec<LeaderRow>>,
}

impl Projected {
    /// Works the rows out from all facts of a project. The day on which that is done plays no part, so that they can
    /// be worked out again and compared: what is still open is taken as it was when the last fact was recorded.
    pub fn of(loaded: &Loaded, events: &[Event], calendar: &WorkCalendar) -> Outcome<Projected> {
        Projected::as_of(loaded, events, calendar, None)
    }

    /// As [`Projected::of`], with what is still open taken as it is on `counted` where that lies later. It matters only
    /// while an exemption goes on.
    pub(crate) fn as_of(
        loaded: &Loaded,
        events: &[Event],
        calendar: &WorkCalendar,
        counted: Option<Day>,
    ) -> Outcome<Projected> {
        let recorded = day_of(recorded_last(events));
        let on = counted.map_or(recorded, |counted| counted.max(recorded));
        let moved = events.iter().rev().find_map(|event| match &event.kind {
            EventKind::PolicyMoved { pack, version, .. } => Some((pack, version)),
            _ => None,
        });
        let lifecycle = match moved {
            Some((pack, version)) => loaded.region.pack(pack, version)?,
            None => &loaded.lifecycle,
        };
        let state = State::fold(lifecycle, events);
        let plan = plan(lifecycle, &state, calendar, on);
        let packs = domain::Packs {
            lifecycle,
            performance: loaded.performance.as_deref(),
        };
        let mut projected = rows(&loaded.region.id, &loaded.project, &packs, &state, &plan);
        if state.details.is_none() {
            keep_name(&mut projected.project, events);
        }
        Ok(projected)
    }
}

/// A project of which nothing counts any more (its import was undone, its registration struck out) keeps the name under
/// which it was known, so that lists of what is gone can be read.
fn keep_name(row: &mut ProjectRow, events: &[Event]) {
    let name = events.iter().rev().find_map(|event| match &event.kind {
        EventKind::Registered { details, .. } | EventKind::DetailsChanged { details } => {
            Some(details.name.as_str())
        }
        _ => None,
    });
    row.name = name.unwrap_or_default().to_string();
    row.normal_name = normalise_name(&row.name);
}

fn rows(
    region: &str,
    project: &str,
    packs: &domain::Packs<'_>,
    state: &State<'_>,
    plan: &Plan,
) -> Projected {
    if state.lead.as_ref().is_some_and(|lead| lead.is_over()) {
        return without_clocks(region, project, packs, state, plan);
    }
    let summary = summary(*packs, state, plan);
    let stage = summary.current_stage.as_deref();
    Projected {
        leaders: crate::leaders::rows(region, project, packs.lifecycle, state, plan, stage),
        project: project_row(region, project, packs, state, &summary),
        deadlines: deadline_rows(region, project, packs, state, plan),
        todos: todo_rows(region, project, summary.awaiting),
        entries: entry_rows(region, project, packs, state),
        lead: crate::leads::row(region, project, packs, state, plan),
        units: gives_projects_away(packs.lifecycle).then(|| assigned_units(state)),
    }
}

/// Everybody to whom the project was given last, each once, in order.
fn assigned_units(state: &State<'_>) -> Vec<String> {
    let assigned = state.parties().assigned;
    let one = assigned.leader.into_iter().chain(assigned.receiving_unit);
    let mut units: Vec<String> = one.map(str::to_string).collect();
    units.extend(assigned.supporting.iter().cloned());
    units.sort();
    units.dedup();
    units
}

/// A lead that is lost, or goes on in another project: nothing of it falls due and nothing waits.
fn without_clocks(
    region: &str,
    project: &str,
    packs: &domain::Packs<'_>,
    state: &State<'_>,
    plan: &Plan,
) -> Projected {
    let row = project_row(region, project, packs, state, &summary(*packs, state, plan));
    Projected {
        project: ProjectRow {
            next_due_on: None,
            next_node: None,
            next_title: None,
            yellow_on: None,
            red_on: None,
            ..row
        },
        deadlines: Vec::new(),
        todos: Vec::new(),
        entries: Vec::new(),
        leaders: crate::leaders::rows(region, project, packs.lifecycle, state, plan, None),
        lead: crate::leads::row(region, project, packs, state, plan),
        units: gives_projects_away(packs.lifecycle).then(|| assigned_units(state)),
    }
}

/// When the last of the facts was recorded.
pub(crate) fn recorded_last(events: &[Event]) -> Timestamp {
    let recorded = events.iter().filter_map(|event| event.recorded_at);
    recorded.max().unwrap_or_default()
}

/// Adds the rows to the transaction that appends the facts.
pub fn write(batch: &mut Batch, projected: &Projected, version: u32, at: Timestamp) {
    store::projects::upsert(batch, &projected.project, version, at);
    let (region, project) = (&projected.project.region, &projected.project.project);
    store::deadlines::replace(batch, region, project, &projected.deadlines);
    store::todos::replace(batch, region, project, &projected.todos);
    store::performance::replace(batch, region, project, &projected.entries);
    store::leads::replace(batch, region, project, projected.lead.as_ref());
    if let Some(units) = &projected.units {
        store::project_units::replace(batch, region, project, units);
    }
    if let Some(leaders) = &projected.leaders {
        store::project_leaders::replace(batch, region, project, leaders);
    }
}

/// As [`write`], for a project whose first facts are in the same transaction: there is nothing to take away.
pub(crate) fn write_first(batch: &mut Batch, projected: &Projected, version: u32, at: Timestamp) {
    store::projects::upsert(batch, &projected.project, version, at);
    let (region, project) = (&projected.project.region, &projected.project.project);
    store::deadlines::insert(batch, &projected.deadlines);
    store::todos::insert(batch, &projected.todos);
    store::performance::insert(batch, region, project, &projected.entries);
    if let Some(lead) = &projected.lead {
        store::leads::insert(batch, lead);
    }
    if let Some(units) = &projected.units {
        store::project_units::insert(batch, region, project, units);
    }
}

fn project_row(
    region: &str,
    project: &str,
    packs: &domain::Packs<'_>,
    state: &State<'_>,
    summary: &Summary,
) -> ProjectRow {
    let none = Details::default();
    let details = state.details.unwrap_or(&none);
    let head = &packs.lifecycle.file.pack;
    let reached = |milestone: &str| summary.milestones.get(milestone).copied();
    let authority = packs
        .lifecycle
        .units_of("authority", state.parties())
        .first()
        // Packs need not have this role; its word is then no unit's name.
        .filter(|unit| **unit != "authority")
        .map(|unit| unit.to_string());
    ProjectRow {
        region: region.to_string(),
        project: project.to_string(),
        number: 0,
        name: details.name.clone(),
        normal_name: normalise_name(&details.name),
        credit_code: details
            .credit_code
            .as_ref()
            .map(|code| code.as_str().to_string()),
        investor: details.investor.clone(),
        enterprise: details.enterprise.clone(),
        sector: details.sector.map(|sector| sector.id().to_string()),
        industry: details.industry.clone(),
        host: details.host.clone(),
        authority,
        // Who received the project by its assignment counts before what the ledger said.
        receiving_unit: match state.assignment() {
            Some(assigned) => Some(assigned.receiving_unit.to_string()),
            None => details.receiving_unit.clone(),
        },
        total_investment: details.total_investment.map(|yuan| yuan.0),
        introduced_funds: details.introduced_funds.map(|yuan| yuan.0),
        funds_in_place: details.funds_in_place.map(|yuan| yuan.0),
        location: details.location.clone(),
        pack: head.id.clone(),
        pack_version: head.version.clone(),
        stage: summary.current_stage.clone(),
        stage_title: summary.current_stage_title.clone(),
        approved_on: reached("approved"),
        signed_on: reached("signed"),
        started_on: reached("started"),
        listed_on: reached("listed"),
        completed_on: reached("completed"),
        in_production_on: reached("in_production"),
        above_scale_on: reached("above_scale"),
        next_due_on: summary.next_due_on,
        next_node: summary.next_due_node.clone(),
        next_title: summary.next_due_title.clone(),
        yellow_on: summary.yellow_on,
        red_on: summary.red_on,
        finished: summary.finished,
        removed: summary.removed,
        // Where the document confirms nothing, everything is in scope.
        in_scope: match &packs.lifecycle.file.scope {
            Some(_) => state.scope.map(|scope| scope.in_scope),
            None => Some(true),
        },
        lead: crate::leads::is_lead(packs.lifecycle, state),
        sample: state.sample,
        // What was merged into another project counts there.
        withdrawn: state.withdrawn_on.is_some()
            || state
                .lead
                .as_ref()
                .is_some_and(|lead| lead.merged.is_some()),
        import_batch: None,
    }
}

/// Deadlines whose anchor is reached. A forecast is shown on the project's page but is nobody's deadline yet.
fn deadline_rows(
    region: &str,
    project: &str,
    packs: &domain::Packs<'_>,
    state: &State<'_>,
    plan: &Plan,
) -> Vec<DeadlineRow> {
    let all = deadlines(packs.lifecycle, state, plan);
    let anchored = all.into_iter().filter(|deadline| !deadline.projected);
    let row = |deadline: Deadline| DeadlineRow {
        region: region.to_string(),
        project: project.to_string(),
        notify_on: first_notice(&deadline),
        kind: deadline.kind.id().to_string(),
        node: deadline.node,
        title: deadline.title,
        opens_on: deadline.opens_on,
        warn_on: deadline.warn_on,
        due_on: Some(deadline.due_on),
        grace_until: deadline.grace_until,
        done_on: deadline.done_on,
        suspended: !deadline.running && deadline.done_on.is_none(),
        provisional: deadline.provisional,
        unit: Some(deadline.responsible).filter(|unit| !unit.is_empty()),
        warned_by: deadline.warned_by,
        clause: deadline.clause,
        level: 0,
        host: state.details.and_then(|details| details.host.clone()),
    };
    anchored.map(row).collect()
}

/// The first day on which something has to be sent: the warning, or the day after the last one.
fn first_notice(deadline: &Deadline) -> Option<Day> {
    if !deadline.running {
        return None;
    }
    let last = deadline.grace_until.unwrap_or(deadline.due_on);
    deadline.warn_on.or_else(|| last.tomorrow().ok())
}

fn todo_rows(region: &str, project: &str, awaiting: Vec<Awaiting>) -> Vec<TodoRow> {
    let rows = |waits: Awaiting| {
        let row = move |unit: &String| TodoRow {
            region: region.to_string(),
            project: project.to_string(),
            kind: waits.kind.id().to_string(),
            subject: waits.subject.clone(),
            unit: unit.clone(),
            title: waits.title.clone(),
            since: waits.since,
            due_on: waits.due,
        };
        waits.units.clone().iter().map(row).collect::<Vec<_>>()
    };
    awaiting.into_iter().flat_map(rows).collect()
}

/// Duties, merits, breaches, exemptions and awards, for the lists over all projects.
fn entry_rows(
    region: &str,
    project: &str,
    packs: &domain::Packs<'_>,
    state: &State<'_>,
) -> Vec<EntryRow> {
    let Some(performance) = packs.performance else {
        return Vec::new();
    };
    let entries = Entries {
        region,
        project,
        performance,
        state,
    };
    let mut rows: Vec<EntryRow> = entries
        .duties()
        .chain(entries.merits())
        .chain(entries.breaches())
        .collect();
    rows.extend(entries.exemptions());
    rows.extend(entries.awards());
    rows
}

struct Entries<'a> {
    region: &'a str,
    project: &'a str,
    performance: &'a Policy,
    state: &'a State<'a>,
}

impl<'a> Entries<'a> {
    fn row(&self, kind: &str, id: EventId, side: Side, title: String, clause: &str) -> EntryRow {
        EntryRow {
            region: self.region.to_string(),
            project: self.project.to_string(),
            entry: format!("{kind}-{:05}", id.0),
            side: side.id().to_string(),
            kind: kind.to_string(),
            title,
            unit: None,
            due_on: None,
            target: None,
            value: None,
            state: "recorded".to_string(),
            clause: clause.to_string(),
            happened_on: None,
        }
    }

    fn duties(&self) -> impl Iterator<Item = EntryRow> {
        self.state.duties.iter().filter_map(|duty| {
            let rule = self
                .performance
                .file
                .duty
                .iter()
                .find(|rule| rule.id == duty.duty)?;
            let title = match duty.detail {
                "" => rule.title.clone(),
                detail => format!("{}（{detail}）", rule.title),
            };
            let money = |yuan: domain::Yuan| format!("{}万元", yuan.format_in(MoneyUnit::Wan));
            let row = self.row("duty", duty.id, rule.side, title, &rule.clause);
            Some(EntryRow {
                unit: rule.units.first().and_then(|role| self.unit(role)),
                due_on: duty.due,
                target: duty.target.map(money),
                value: duty
                    .fulfilled
                    .and_then(|fulfilled| fulfilled.value)
                    .map(money),
                state: if duty.is_met() { "met" } else { "open" }.to_string(),
                happened_on: Some(duty.on),
                ..row
            })
        })
    }

    fn merits(&self) -> impl Iterator<Item = EntryRow> {
        self.state.merits.iter().filter_map(|merit| {
            let rule = self
                .performance
                .file
                .merit
                .iter()
                .find(|rule| rule.id == merit.merit)?;
            let row = self.row(
                "merit",
                merit.id,
                rule.side,
                rule.title.clone(),
                &rule.clause,
            );
            Some(EntryRow {
                happened_on: Some(merit.on),
                ..row
            })
        })
    }

    fn breaches(&self) -> impl Iterator<Item = EntryRow> {
        self.state.breaches.iter().filter_map(|breach| {
            let rule = self
                .performance
                .file
                .breach
                .iter()
                .find(|rule| rule.id == breach.breach)?;
            let state = match breach.status() {
                BreachStatus::Open => "open",
                BreachStatus::Rectified => "rectified",
                BreachStatus::Sanctioned => "sanctioned",
                BreachStatus::Exempted => "exempted",
            };
            let row = self.row(
                "breach",
                breach.id,
                rule.side,
                rule.title.clone(),
                &rule.clause,
            );
            Some(EntryRow {
                unit: Some(breach.by.unit.clone()),
                due_on: breach.rectify_by,
                state: state.to_string(),
                happened_on: Some(breach.on),
                ..row
            })
        })
    }

    fn exemptions(&self) -> impl Iterator<Item = EntryRow> {
        self.state.exemptions.iter().filter_map(|exemption| {
            let rule = self
                .performance
                .file
                .exemption
                .iter()
                .find(|rule| rule.id == exemption.ground)?;
            let state = match exemption.interval() {
                Some((_, None)) => RUNNING,
                Some(_) => "granted",
                None => "open",
            };
            let row = self.row(
                "exemption",
                exemption.id,
                Side::Enterprise,
                rule.title.clone(),
                &rule.clause,
            );
            Some(EntryRow {
                state: state.to_string(),
                happened_on: Some(exemption.from),
                ..row
            })
        })
    }

    fn awards(&self) -> impl Iterator<Item = EntryRow> {
        self.state.awards.iter().filter_map(|award| {
            let rule = self
                .performance
                .file
                .award
                .iter()
                .find(|rule| rule.id == award.award)?;
            let title = format!("{}：{}", rule.title, award.text);
            let row = self.row("award", award.id, Side::Enterprise, title, &rule.clause);
            Some(EntryRow {
                happened_on: Some(award.on),
                ..row
            })
        })
    }

    fn unit(&self, role: &str) -> Option<String> {
        self.performance
            .units_of(role, self.state.parties())
            .first()
            .map(|unit| unit.to_string())
    }
}
