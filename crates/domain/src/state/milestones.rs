//! Milestones: claimed, returned, certified.

use std::collections::BTreeMap;

use calendar::Day;
use policy::{MilestoneIx, Policy};

use super::State;
use super::order::Fact;
use super::unknown::UnknownReason;
use crate::event::{By, EventId, FileRef};
use crate::values::Yuan;

/// Where a milestone stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MilestoneState {
    /// The day it counts as reached.
    pub reached_on: Option<Day>,
    /// The day it came to count: of the certification, or of the record where none is wanted.
    pub settled_on: Option<Day>,
    /// The attempt that waits for certification, as index in [`State::attempts`].
    pub(super) pending: Option<u16>,
    /// How often a claim was returned.
    pub returned: u8,
}

/// A claim of a milestone and what came of it; or a certification that no claim came before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attempt<'e> {
    /// The milestone.
    pub milestone: MilestoneIx,
    /// The fact: the claim, or the certification without one.
    pub id: EventId,
    /// When it was claimed, when it was.
    pub claimed_on: Option<Day>,
    /// The day the milestone was reached, as claimed.
    pub reached_on: Day,
    /// Which variant of the standard.
    pub variant: Option<&'e str>,
    /// Evidence.
    pub files: &'e [FileRef],
    /// Values that the standard asks for.
    pub values: Option<&'e BTreeMap<String, Yuan>>,
    /// Remark.
    pub note: &'e str,
    /// Who claimed.
    pub by: &'e By,
    /// What came of it.
    pub outcome: AttemptOutcome<'e>,
}

/// What came of a claim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum AttemptOutcome<'e> {
    /// 待认定.
    Pending,
    /// The pack wants no certification: recording is enough.
    Recorded,
    /// 已认定.
    Certified {
        /// When.
        on: Day,
        /// The day that counts as reached.
        reached_on: Day,
        /// By whom.
        by: &'e By,
        /// Remark.
        note: &'e str,
    },
    /// 已退回.
    Returned {
        /// When.
        on: Day,
        /// By whom.
        by: &'e By,
        /// Why.
        reason: &'e str,
    },
    /// A later claim took its place before it was looked at.
    Superseded,
}

/// The content of a claim.
pub(super) struct Claim<'e> {
    pub milestone: &'e str,
    pub reached_on: Day,
    pub variant: Option<&'e str>,
    pub files: &'e [FileRef],
    pub values: &'e BTreeMap<String, Yuan>,
    pub note: &'e str,
}

impl<'e> State<'e> {
    pub(super) fn claimed(&mut self, policy: &Policy, fact: Fact<'e>, claim: Claim<'e>) {
        let Some(ix) = policy.milestone(claim.milestone) else {
            return self.unknown(fact, UnknownReason::Milestone(claim.milestone));
        };
        let certified = policy
            .milestones
            .get(usize::from(ix.0))
            .is_some_and(|m| m.certified);
        let outcome = if certified {
            AttemptOutcome::Pending
        } else {
            AttemptOutcome::Recorded
        };
        self.supersede(ix);
        let at = self.attempts.len() as u16;
        self.attempts.push(Attempt {
            milestone: ix,
            id: fact.id,
            claimed_on: Some(fact.event.happened_on),
            reached_on: claim.reached_on,
            variant: claim.variant,
            files: claim.files,
            values: Some(claim.values),
            note: claim.note,
            by: &fact.event.by,
            outcome,
        });
        let Some(state) = self.milestones.get_mut(usize::from(ix.0)) else {
            return;
        };
        if certified {
            state.pending = Some(at);
        } else {
            state.reached_on = Some(claim.reached_on);
            state.settled_on = Some(fact.event.happened_on);
        }
    }

    pub(super) fn certified(
        &mut self,
        policy: &Policy,
        fact: Fact<'e>,
        milestone: &'e str,
        reached_on: Day,
        note: &'e str,
    ) {
        let Some(ix) = policy.milestone(milestone) else {
            return self.unknown(fact, UnknownReason::Milestone(milestone));
        };
        let on = fact.event.happened_on;
        let by = &fact.event.by;
        let outcome = AttemptOutcome::Certified {
            on,
            reached_on,
            by,
            note,
        };
        match self.take_pending(ix) {
            Some(attempt) => attempt.outcome = outcome,
            // Ledgers often hold only the result.
            None => self.attempts.push(Attempt {
                milestone: ix,
                id: fact.id,
                claimed_on: None,
                reached_on,
                variant: None,
                files: &[],
                values: None,
                note: "",
                by,
                outcome,
            }),
        }
        if let Some(state) = self.milestones.get_mut(usize::from(ix.0)) {
            state.reached_on = Some(reached_on);
            state.settled_on = Some(on);
        }
    }

    pub(super) fn returned(
        &mut self,
        policy: &Policy,
        fact: Fact<'e>,
        milestone: &'e str,
        reason: &'e str,
    ) {
        let Some(ix) = policy.milestone(milestone) else {
            return self.unknown(fact, UnknownReason::Milestone(milestone));
        };
        let Some(attempt) = self.take_pending(ix) else {
            return self.unknown(fact, UnknownReason::Claim(milestone));
        };
        let on = fact.event.happened_on;
        attempt.outcome = AttemptOutcome::Returned {
            on,
            by: &fact.event.by,
            reason,
        };
        if let Some(state) = self.milestones.get_mut(usize::from(ix.0)) {
            state.returned = state.returned.saturating_add(1);
        }
    }

    fn supersede(&mut self, ix: MilestoneIx) {
        if let Some(attempt) = self.take_pending(ix) {
            attempt.outcome = AttemptOutcome::Superseded;
        }
    }

    fn take_pending(&mut self, ix: MilestoneIx) -> Option<&mut Attempt<'e>> {
        let at = self.milestones.get_mut(usize::from(ix.0))?.pending.take()?;
        self.attempts.get_mut(usize::from(at))
    }
}
