//! Which facts count, and in which order.

use std::cmp::Ordering;

use calendar::Day;

use super::unknown::{Unknown, UnknownReason};
use crate::event::{DisputeOutcome, Event, EventId, EventKind};

/// A fact that counts, with the id by which others name it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fact<'e> {
    /// Its id; in hand-written lists its position, from 1.
    pub id: EventId,
    /// The fact.
    pub event: &'e Event,
}

/// The facts that count, in the order in which they count, and those that correct nothing.
pub(super) struct Counted<'e> {
    pub facts: Vec<Fact<'e>>,
    pub unknown: Vec<Unknown<'e>>,
    /// Ids of the corrections.
    pub corrections: Vec<EventId>,
    /// The day of the last import that was undone.
    pub withdrawn_on: Option<Day>,
}

/// Picks the facts that happened up to `until`, were not voided or withdrawn, and puts them in order.
pub(super) fn counted(events: &[Event], until: Option<Day>) -> Counted<'_> {
    let mut facts = Vec::with_capacity(events.len());
    let mut corrected = false;
    for (at, event) in events.iter().enumerate() {
        if until.is_some_and(|until| event.happened_on > until) {
            continue;
        }
        corrected |= is_correction(&event.kind);
        facts.push(Fact {
            id: id_at(at, event),
            event,
        });
    }
    let (mut unknown, mut corrections, mut withdrawn_on) = (Vec::new(), Vec::new(), None);
    if corrected {
        let ids = facts
            .iter()
            .filter(|fact| is_correction(&fact.event.kind))
            .map(|fact| fact.id);
        corrections = ids.collect();
        withdrawn_on = correct(&mut facts, &mut unknown);
    }
    if !facts.is_sorted_by(|a, b| in_order(a, b) != Ordering::Greater) {
        facts.sort_by(in_order);
    }
    Counted {
        facts,
        unknown,
        corrections,
        withdrawn_on,
    }
}

fn id_at(at: usize, event: &Event) -> EventId {
    match event.id {
        EventId(0) => EventId(u32::try_from(at + 1).unwrap_or(u32::MAX)),
        id => id,
    }
}

fn is_correction(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Voided { .. } | EventKind::Withdrawn { .. })
}

/// Takes out what was voided or withdrawn, and the corrections themselves.
fn correct<'e>(facts: &mut Vec<Fact<'e>>, unknown: &mut Vec<Unknown<'e>>) -> Option<Day> {
    let mut voided = Vec::new();
    for fact in facts.iter() {
        let EventKind::Voided { event: target, .. } = &fact.event.kind else {
            continue;
        };
        let named = facts.iter().find(|other| other.id == *target);
        let reason = match named.map(|other| &other.event.kind) {
            None => UnknownReason::Reference(*target),
            Some(EventKind::Voided { .. }) => UnknownReason::VoidOfVoid(*target),
            Some(_) => {
                voided.push(*target);
                continue;
            }
        };
        unknown.push(Unknown {
            id: fact.id,
            event: fact.event,
            reason,
        });
    }
    let last = facts
        .iter()
        .filter(|fact| matches!(fact.event.kind, EventKind::Withdrawn { .. }))
        .filter(|fact| !voided.contains(&fact.id))
        .max_by_key(|fact| fact.id);
    let (upto, withdrawn_on) = last.map_or((EventId(0), None), |fact| {
        (fact.id, Some(fact.event.happened_on))
    });
    unknown.retain(|unknown| unknown.id > upto);
    facts.retain(|fact| {
        fact.id > upto && !voided.contains(&fact.id) && !is_correction(&fact.event.kind)
    });
    withdrawn_on
}

/// By day, id, rank of the kind, content. Recorded facts differ in their ids; hand-written ones have none, and for them
/// the rank puts a claim before what is said about it.
fn in_order(a: &Fact<'_>, b: &Fact<'_>) -> Ordering {
    let (one, other) = (a.event, b.event);
    one.happened_on
        .cmp(&other.happened_on)
        .then(one.id.cmp(&other.id))
        .then_with(|| rank(&one.kind).cmp(&rank(&other.kind)))
        .then_with(|| content(one).cmp(&content(other)))
}

/// The content in a form that can be compared; facts equal in it mean the same.
fn content(event: &Event) -> String {
    serde_json::to_string(event).unwrap_or_default()
}

/// Which of two facts of one day comes first.
fn rank(kind: &EventKind) -> u8 {
    match kind {
        EventKind::Registered { .. } => 0,
        EventKind::PolicyMoved { .. } => 1,
        EventKind::DetailsChanged { .. } => 2,
        EventKind::ScopeConfirmed { .. } => 3,
        EventKind::LeadFound { .. } => 4,
        EventKind::LeadClaimed { .. } => 5,
        EventKind::LeadTransferred { .. } => 6,
        EventKind::CreditShared { .. } => 7,
        EventKind::MilestoneClaimed { .. } => 10,
        EventKind::MilestoneReturned { .. } => 11,
        EventKind::MilestoneCertified { .. } => 12,
        EventKind::StepWaived { .. } => 20,
        EventKind::StepCompleted { .. } => 21,
        EventKind::ItemTicked { .. } => 22,
        EventKind::ItemUnticked { .. } => 23,
        EventKind::ExtensionRequested { .. } => 30,
        EventKind::ExtensionReviewed { .. } => 31,
        EventKind::ExtensionDecided { .. } => 32,
        EventKind::GraceSet { .. } => 33,
        EventKind::ExemptionRequested { .. } => 34,
        EventKind::ExemptionVerified { .. } => 35,
        EventKind::ExemptionEnded { .. } => 36,
        EventKind::RemovalRequested { .. } => 37,
        EventKind::RemovalDecided { .. } => 38,
        EventKind::VisitRecorded { .. } => 40,
        EventKind::QuestionAsked { .. } => 41,
        EventKind::QuestionAnswered { .. } => 42,
        EventKind::Escalated { .. } => 43,
        EventKind::InvestmentReported { .. } => 44,
        EventKind::DutyRecorded { .. } => 50,
        EventKind::DutyFulfilled { .. } => 51,
        EventKind::MeritRecorded { .. } => 52,
        EventKind::BreachCertified { .. } => 53,
        EventKind::BreachRectified { .. } => 54,
        EventKind::BreachSanctioned { .. } => 55,
        EventKind::BreachExempted { .. } => 56,
        EventKind::DisputeRecorded {
            outcome: DisputeOutcome::Opened,
            ..
        } => 57,
        EventKind::DisputeRecorded {
            outcome: DisputeOutcome::Failed,
            ..
        } => 58,
        EventKind::DisputeRecorded {
            outcome: DisputeOutcome::Settled,
            ..
        } => 59,
        EventKind::AwardRecommended { .. } => 60,
        EventKind::LeadDormant {} => 70,
        EventKind::LeadReturned { .. } => 71,
        EventKind::LeadLost { .. } => 72,
        EventKind::LeadRevived { .. } => 73,
        EventKind::LeadMerged { .. } => 74,
        EventKind::LeadAbsorbed { .. } => 75,
        EventKind::ProjectAssigned { .. } => 70,
        EventKind::ProgressReported { .. } => 71,
        EventKind::MoveAsked { .. } => 72,
        EventKind::MoveAnswered { .. } => 73,
        EventKind::StepConcluded { .. } => 74,
        EventKind::ApprovalGiven { .. } => 75,
        EventKind::LeaderDirected { .. } => 76,
        EventKind::SponsorNamed { .. } => 77,
        EventKind::SponsorEnded { .. } => 78,
        EventKind::Voided { .. } => 90,
        EventKind::Withdrawn { .. } => 91,
    }
}
