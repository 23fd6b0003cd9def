//! Adjustments: extension, grace period, exemption, removal. They are facts beside the dates, never in their place.

use calendar::Day;
use policy::{NodeIx, NodeKind, Policy};

use super::State;
use super::order::Fact;
use super::unknown::UnknownReason;
use crate::event::{By, EventId, FileRef};

/// What somebody in charge said to a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opinion<'e> {
    /// Whether it was agreed to.
    pub agreed: bool,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
    /// Opinion.
    pub text: &'e str,
}

/// 延期: requested by the host, reviewed by the centre, decided by the deputy mayor in charge (QJ-10).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extension<'e> {
    /// The request.
    pub id: EventId,
    /// The stage whose limit is adjusted.
    pub stage: NodeIx,
    /// By how many natural days.
    pub days: u16,
    /// Why.
    pub reason: &'e str,
    /// Documents.
    pub files: &'e [FileRef],
    /// When it was requested.
    pub requested_on: Day,
    /// By whom.
    pub by: &'e By,
    /// What the centre said.
    pub review: Option<Opinion<'e>>,
    /// What the deputy mayor in charge said.
    pub decision: Option<Opinion<'e>>,
}

/// How far a request for an extension has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtensionStatus {
    /// 待审核.
    Requested,
    /// 审核同意，待审批.
    Reviewed,
    /// 审核不同意, which ends the request.
    NotSupported,
    /// 已批准.
    Granted,
    /// 未批准.
    Refused,
}

impl Extension<'_> {
    /// How far the request has come.
    pub fn status(&self) -> ExtensionStatus {
        match (
            self.decision.map(|d| d.agreed),
            self.review.map(|r| r.agreed),
        ) {
            (Some(true), _) => ExtensionStatus::Granted,
            (Some(false), _) => ExtensionStatus::Refused,
            (None, Some(true)) => ExtensionStatus::Reviewed,
            (None, Some(false)) => ExtensionStatus::NotSupported,
            (None, None) => ExtensionStatus::Requested,
        }
    }

    /// Whether somebody still has to say something.
    pub fn is_open(&self) -> bool {
        matches!(
            self.status(),
            ExtensionStatus::Requested | ExtensionStatus::Reviewed
        )
    }
}

/// 缓冲期: so many natural days after the due day a slight delay is no breach (LY-4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grace<'e> {
    /// The fact.
    pub id: EventId,
    /// Natural days after the due day.
    pub days: u16,
    /// When it was set.
    pub on: Day,
    /// Why.
    pub reason: &'e str,
    /// By whom.
    pub by: &'e By,
}

/// 免责: days that do not count, once verified (LY-5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exemption<'e> {
    /// The request.
    pub id: EventId,
    /// Ground id of the pack.
    pub ground: &'e str,
    /// First day not counted, as requested.
    pub from: Day,
    /// Last day not counted, as requested; absent while it lasts.
    pub to: Option<Day>,
    /// Facts and reason.
    pub reason: &'e str,
    /// Documents.
    pub files: &'e [FileRef],
    /// When it was requested.
    pub requested_on: Day,
    /// By whom.
    pub by: &'e By,
    /// What the verification found.
    pub verification: Option<Verification<'e>>,
    /// When an open exemption ended.
    pub ended: Option<ExemptionEnd<'e>>,
}

/// 免责核实.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verification<'e> {
    /// Whether, when, by whom and with which words.
    pub opinion: Opinion<'e>,
    /// First day not counted.
    pub from: Day,
    /// Last day not counted; absent while it lasts.
    pub to: Option<Day>,
    /// Documents.
    pub files: &'e [FileRef],
}

/// The end of an open exemption.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExemptionEnd<'e> {
    /// Last day not counted.
    pub to: Day,
    /// When it was said.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
}

impl Exemption<'_> {
    /// Whether it was verified and granted.
    pub fn is_granted(&self) -> bool {
        self.verification.is_some_and(|v| v.opinion.agreed)
    }

    /// The days that do not count, once granted; without a last day while it lasts.
    pub fn interval(&self) -> Option<(Day, Option<Day>)> {
        let verification = self.verification.filter(|v| v.opinion.agreed)?;
        Some((
            verification.from,
            self.ended.map(|end| end.to).or(verification.to),
        ))
    }
}

/// 动态调出 (QJ-11).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Removal<'e> {
    /// The request.
    pub id: EventId,
    /// Why the project cannot go on; empty when only the decision is known.
    pub reason: &'e str,
    /// Documents.
    pub files: &'e [FileRef],
    /// When it was requested.
    pub requested_on: Day,
    /// By whom.
    pub by: &'e By,
    /// What was decided.
    pub decided: Option<Opinion<'e>>,
    /// The month's batch, when decided.
    pub batch: Option<&'e str>,
}

impl<'e> State<'e> {
    pub(super) fn extension_requested(
        &mut self,
        policy: &Policy,
        fact: Fact<'e>,
        stage: &'e str,
        mut extension: Extension<'e>,
    ) {
        let known = policy.node(stage).filter(|ix| {
            let node = policy.nodes.get(usize::from(ix.0));
            node.is_some_and(|node| matches!(node.kind, NodeKind::Stage(_)))
        });
        let Some(ix) = known else {
            return self.unknown(fact, UnknownReason::Stage(stage));
        };
        extension.stage = ix;
        self.extensions.push(extension);
    }

    pub(super) fn extension_reviewed(&mut self, fact: Fact<'e>, opinion: Opinion<'e>) {
        let waiting = self.extensions.iter_mut().rev();
        let mut waiting = waiting.filter(|e| e.review.is_none() && e.decision.is_none());
        match waiting.next() {
            Some(extension) => extension.review = Some(opinion),
            None => self.unknown(fact, UnknownReason::Request),
        }
    }

    pub(super) fn extension_decided(&mut self, fact: Fact<'e>, opinion: Opinion<'e>) {
        match self
            .extensions
            .iter_mut()
            .rev()
            .find(|e| e.decision.is_none())
        {
            Some(extension) => extension.decision = Some(opinion),
            None => self.unknown(fact, UnknownReason::Request),
        }
    }

    pub(super) fn grace_set(
        &mut self,
        policy: &Policy,
        fact: Fact<'e>,
        node: &'e str,
        grace: Grace<'e>,
    ) {
        match policy.node(node) {
            Some(ix) => self.graces.set(ix, grace),
            None => self.unknown(fact, UnknownReason::Node(node)),
        }
    }

    pub(super) fn exemption_verified(
        &mut self,
        fact: Fact<'e>,
        request: EventId,
        verification: Verification<'e>,
    ) {
        match self.exemptions.iter_mut().find(|e| e.id == request) {
            Some(exemption) => exemption.verification = Some(verification),
            None => self.unknown(fact, UnknownReason::Reference(request)),
        }
    }

    pub(super) fn exemption_ended(&mut self, fact: Fact<'e>, request: EventId, to: Day) {
        let end = ExemptionEnd {
            to,
            on: fact.event.happened_on,
            by: &fact.event.by,
        };
        match self.exemptions.iter_mut().find(|e| e.id == request) {
            Some(exemption) => exemption.ended = Some(end),
            None => self.unknown(fact, UnknownReason::Reference(request)),
        }
    }

    pub(super) fn removal_decided(&mut self, fact: Fact<'e>, opinion: Opinion<'e>, batch: &'e str) {
        match self
            .removals
            .iter_mut()
            .rev()
            .find(|removal| removal.decided.is_none())
        {
            Some(removal) => {
                removal.decided = Some(opinion);
                removal.batch = Some(batch);
            }
            None => self.unknown(fact, UnknownReason::Request),
        }
    }
}
