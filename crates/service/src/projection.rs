//! What follows from the facts, as rows for looking: project, deadlines, what waits for whom, performance.
//! Written in the same transaction as the facts; can be dropped and rebuilt from them.

use calendar::{Day, WorkCalendar};
use domain::event::{Event, EventKind};
use domain::state::State;
use domain::track::{Plan, plan};
use jiff::Timestamp;
use store::Batch;
use store::deadlines::DeadlineRow;
use store::performance::EntryRow;
use store::projects::ProjectRow;
use store::todos::TodoRow;

use crate::Outcome;
use crate::projects::Loaded;

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
}

impl Projected {
    /// Works the rows out from all facts of a project.
    pub fn of(loaded: &Loaded, events: &[Event], calendar: &WorkCalendar, today: Day) -> Outcome<Projected> {
        let moved = events.iter().rev().find_map(|event| match &event.kind {
            EventKind::PolicyMoved { pack, version, .. } => Some((pack, version)),
            _ => None,
        });
        let lifecycle = match moved {
            Some((pack, version)) => loaded.region.pack(pack, version)?,
            None => &loaded.lifecycle,
        };
        let state = State::fold(lifecycle, events);
        let plan = plan(lifecycle, &state, calendar, today);
        let packs = domain::Packs { lifecycle, performance: loaded.performance.as_deref() };
        Ok(rows(&loaded.region.id, &loaded.project, &packs, &state, &plan))
    }
}

fn rows(region: &str, project: &str, packs: &domain::Packs<'_>, state: &State<'_>, plan: &Plan) -> Projected {
    Projected {
        project: project_row(region, project, packs, state, plan),
        deadlines: deadline_rows(region, project, packs, state, plan),
        todos: todo_rows(region, project, packs, state, plan),
        entries: entry_rows(region, project, packs, state),
    }
}

/// Adds the rows to the transaction that appends the facts.
pub fn write(batch: &mut Batch, projected: &Projected, version: u32, at: Timestamp) {
    store::projects::upsert(batch, &projected.project, version, at);
    let (region, project) = (&projected.project.region, &projected.project.project);
    store::deadlines::replace(batch, region, project, &projected.deadlines);
    store::todos::replace(batch, region, project, &projected.todos);
    store::performance::replace(batch, region, project, &projected.entries);
}
