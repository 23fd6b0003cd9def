//! The rows that follow from a matter's facts.

use calendar::WorkCalendar;
use domain::matter::{MatterState, reviewers, waits, warn_on};
use policy::Policy;
use store::Batch;
use store::matters::{self, MatterRow, MatterUnitRow};

use super::load::LoadedMatter;

/// A matter's row with the units that have to do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MatterProjected {
    pub(crate) row: MatterRow,
    pub(crate) units: Vec<MatterUnitRow>,
}

impl MatterProjected {
    pub(crate) fn of(matter: &LoadedMatter, calendar: &WorkCalendar) -> MatterProjected {
        MatterProjected {
            row: row(matter, calendar),
            units: units(&matter.policy, &matter.state),
        }
    }

    pub(crate) fn write(&self, batch: &mut Batch) {
        matters::put(batch, &self.row, &self.units);
    }
}

fn row(matter: &LoadedMatter, calendar: &WorkCalendar) -> MatterRow {
    let (state, head) = (&matter.state, &matter.state.head);
    let kinds = &matter.policy.file.matter;
    let kind = kinds.iter().find(|def| def.id == head.matter);
    let recorded = matter
        .events
        .iter()
        .filter_map(|event| event.recorded_at)
        .max();
    MatterRow {
        region: matter.region.id.clone(),
        matter: matter.id.clone(),
        version: i64::from(matter.version),
        kind: head.matter.clone(),
        kind_title: kind.map_or(head.matter.clone(), |def| def.title.clone()),
        year: i64::from(head.year),
        n: head.n,
        number: head.number.clone(),
        title: head.title.clone(),
        phase: state.phase.id().into(),
        issuer: head.issuer.clone(),
        issued_by: state.issued_by.clone(),
        leader: head.leader.clone(),
        lead: state.lead.clone(),
        project: head.project.clone(),
        source_kind: head
            .source
            .as_ref()
            .map(|source| source.kind.id().to_owned()),
        source_id: head.source.as_ref().map(|source| source.id.clone()),
        supervises: head.supervises.clone(),
        escalated_to: state.escalated.as_ref().map(|(id, _)| id.clone()),
        issued_on: state.issued_on,
        accept_by: head.accept_by,
        warn_on: warn_on(&matter.policy, state, calendar),
        due_on: state.due,
        reported_on: state.reported_on,
        closed_on: state.closed_on,
        urges: i64::from(state.urges),
        returns: i64::from(state.returns),
        sample: head.sample,
        pack: head.pack.clone(),
        pack_version: head.version.clone(),
        search: search(state),
        changed_at: recorded.unwrap_or(jiff::Timestamp::UNIX_EPOCH),
    }
}

fn search(state: &MatterState) -> String {
    let head = &state.head;
    let mut words = vec![
        head.number.as_str(),
        &head.title,
        &head.content,
        &head.requirement,
        &head.issuer,
        &state.lead,
    ];
    words.extend(state.supporting.iter().map(String::as_str));
    words.extend(head.leader.as_deref());
    words.join("\n").to_lowercase()
}

/// The units that have to do with a matter, by unit and role, each with what it has to do now.
pub(super) fn units(policy: &Policy, state: &MatterState) -> Vec<MatterUnitRow> {
    let mut named: Vec<(String, &str)> = vec![
        (state.head.issuer.clone(), "issuer"),
        (state.lead.clone(), "lead"),
    ];
    let supporting = state.supporting.iter();
    named.extend(supporting.map(|unit| (unit.clone(), "supporting")));
    let parts = state.parts.iter().filter(|part| !part.cancelled);
    named.extend(parts.map(|part| (part.unit.clone(), "part")));
    named.extend(
        reviewers(policy, state)
            .into_iter()
            .map(|unit| (unit, "reviewer")),
    );
    // A deputy of another unit must find what he acts on.
    let deputies = state.delegations.iter();
    named.extend(deputies.map(|given| (given.deputy_unit.clone(), "deputy")));
    named.sort();
    named.dedup();
    let waiting = waits(policy, state);
    named
        .into_iter()
        .map(|(unit, role)| {
            let found = waiting
                .iter()
                .find(|waits| waits.unit == unit && acts_as(waits.act) == role);
            MatterUnitRow {
                waits: found.map(|waits| waits.act.id().to_owned()),
                due_on: found.and_then(|waits| waits.due),
                unit,
                role: role.to_owned(),
            }
        })
        .collect()
}

/// The role in which a unit does what waits for it.
fn acts_as(act: domain::matter::Act) -> &'static str {
    use domain::matter::Act;
    match act {
        Act::AnswerPart => "part",
        Act::Approve => "reviewer",
        Act::Reissue | Act::Close => "issuer",
        _ => "lead",
    }
}
