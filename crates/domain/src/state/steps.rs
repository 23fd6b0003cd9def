//! Steps and the enterprise's checklist.

use calendar::Day;
use policy::{End, NodeKind, Policy};

use super::State;
use super::order::Fact;
use super::unknown::UnknownReason;
use crate::event::{By, Event, EventId, EventKind, FileRef};

/// How a step ended by a record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Completion<'e> {
    /// The fact.
    pub id: EventId,
    /// The day it was done, or said not to apply.
    pub on: Day,
    /// 不涉及.
    pub waived: bool,
    /// The fact itself.
    pub event: &'e Event,
}

impl<'e> Completion<'e> {
    /// Documents produced.
    pub fn files(&self) -> &'e [FileRef] {
        match &self.event.kind {
            EventKind::StepCompleted { files, .. } => files,
            _ => &[],
        }
    }

    /// Remark, or why it does not apply.
    pub fn note(&self) -> &'e str {
        match &self.event.kind {
            EventKind::StepCompleted { note, .. } => note,
            EventKind::StepWaived { reason, .. } => reason,
            _ => "",
        }
    }

    /// Who said so.
    pub fn by(&self) -> &'e By {
        &self.event.by
    }
}

/// A checklist item that is ticked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tick<'e> {
    /// The fact.
    pub id: EventId,
    /// When.
    pub on: Day,
    /// Files.
    pub files: &'e [FileRef],
    /// Remark.
    pub note: &'e str,
    /// By whom.
    pub by: &'e By,
}

impl<'e> State<'e> {
    pub(super) fn completed(
        &mut self,
        policy: &Policy,
        fact: Fact<'e>,
        step: &'e str,
        completion: Completion<'e>,
    ) {
        let Some(ix) = policy.node(step) else {
            return self.unknown(fact, UnknownReason::Step(step));
        };
        let by_record = policy.nodes.get(usize::from(ix.0)).is_some_and(|node| {
            let step = matches!(node.kind, NodeKind::Step(..));
            step && ((node.end == End::Recorded && !node.gated) || completion.waived)
        });
        if !by_record {
            return self.unknown(fact, UnknownReason::Step(step));
        }
        self.completions.set(ix, completion);
        self.moved(ix, fact.event.happened_on);
    }

    pub(super) fn ticked(
        &mut self,
        policy: &Policy,
        fact: Fact<'e>,
        item: &'e str,
        tick: Tick<'e>,
    ) {
        let Some(ix) = policy.item(item) else {
            return self.unknown(fact, UnknownReason::Item(item));
        };
        if let Some(slot) = self.ticks.get_mut(usize::from(ix.0)) {
            *slot = Some(tick);
        }
    }

    pub(super) fn unticked(&mut self, policy: &Policy, fact: Fact<'e>, item: &'e str) {
        let Some(ix) = policy.item(item) else {
            return self.unknown(fact, UnknownReason::Item(item));
        };
        let taken = self.ticks.get_mut(usize::from(ix.0)).and_then(Option::take);
        if taken.is_none() {
            self.unknown(fact, UnknownReason::Tick(item));
        }
    }
}
