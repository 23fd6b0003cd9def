//! Where a project stands: its facts, folded.
//!
//! The state borrows from the facts and holds milestones and nodes by their index in the policy, so that folding costs
//! about a microsecond. Facts count in the order of the days they happened on, never in the order they were recorded
//! in: late and out-of-order recording gives the same state.

mod adjustments;
mod by_node;
mod dispatch;
mod fold;
mod gates;
mod lead;
mod milestones;
mod order;
mod performance;
mod sponsor;
mod steps;
mod unknown;

pub use adjustments::{
    Exemption, ExemptionEnd, Extension, ExtensionStatus, Grace, Opinion, Removal, Verification,
};
pub use by_node::ByNode;
pub use dispatch::{Escalation, Investment, Question, Visit};
pub use gates::{
    Approval, Assigned, Concluded, ConclusionOutcome, Direction, InBranch, MoveAsk, Pass, Progress,
};
pub(crate) use lead::days_after;
pub use lead::{
    Absorbed, CREDIT_WHOLE, Found, Holder, Lead, LeadPhase, Lost, is_lead_fact, sums_up,
};
pub use milestones::{Attempt, AttemptOutcome, MilestoneState};
pub use performance::{Award, Breach, BreachStatus, Dispute, Duty, Fulfilment, Merit};
pub use sponsor::{Sponsor, SponsorEnd};
pub use steps::{Completion, Tick};
pub use unknown::{Unknown, UnknownReason};

use calendar::Day;
use order::Fact;
use policy::{ItemIx, MilestoneIx, NodeIx, Parties, Policy};

use crate::event::{Details, Event, EventId, EventKind};

/// The pack and version that the facts name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackName<'e> {
    /// Pack id.
    pub id: &'e str,
    /// Pack version.
    pub version: &'e str,
}

/// What the centre said about the scope (QJ-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'e> {
    /// Whether the project is in scope.
    pub in_scope: bool,
    /// Why, when it is not.
    pub reason: &'e str,
    /// When it was said.
    pub on: Day,
}

/// Where a project stands.
#[derive(Debug, Clone, Default)]
pub struct State<'e> {
    /// When it was registered; `None` before that and after an import was undone.
    pub registered_on: Option<Day>,
    /// The day of the last undone import, when nothing was recorded since.
    pub withdrawn_on: Option<Day>,
    /// The pack and version under which it runs.
    pub pack: Option<PackName<'e>>,
    /// The basic facts, as last changed.
    pub details: Option<&'e Details>,
    /// 样例数据.
    pub sample: bool,
    /// The confirmation of the scope, when there is one.
    pub scope: Option<Scope<'e>>,
    /// By [`MilestoneIx`].
    pub milestones: Vec<MilestoneState>,
    /// Every claim and certification of a milestone, in order.
    pub attempts: Vec<Attempt<'e>>,
    /// 办结, or 不涉及, of steps that end by a record: the last word counts.
    pub completions: ByNode<Completion<'e>>,
    /// 缓冲期, as last set.
    pub graces: ByNode<Grace<'e>>,
    /// By [`ItemIx`].
    pub ticks: Vec<Option<Tick<'e>>>,
    /// Every request for an extension, in order.
    pub extensions: Vec<Extension<'e>>,
    /// Every request for an exemption, in order.
    pub exemptions: Vec<Exemption<'e>>,
    /// Every request for removal, in order.
    pub removals: Vec<Removal<'e>>,
    /// Visits, in order.
    pub visits: Vec<Visit<'e>>,
    /// Questions of the enterprise, in order.
    pub questions: Vec<Question<'e>>,
    /// Reminders that went out, in order.
    pub escalations: Vec<Escalation<'e>>,
    /// Reported investment by month, the last report of each, in order of months.
    pub investment: Vec<Investment<'e>>,
    /// 双方责任.
    pub duties: Vec<Duty<'e>>,
    /// 正面清单.
    pub merits: Vec<Merit<'e>>,
    /// 负面清单.
    pub breaches: Vec<Breach<'e>>,
    /// 争议解决.
    pub disputes: Vec<Dispute<'e>>,
    /// 推荐奖励支持.
    pub awards: Vec<Award<'e>>,
    /// 招商线索, when the project began as one.
    pub lead: Option<Lead<'e>>,
    /// 项目交办, in order; the last counts.
    pub assignments: Vec<Assigned<'e>>,
    /// 进展情况, in order.
    pub progress_reports: Vec<Progress<'e>>,
    /// Conclusions of gates, in order.
    pub conclusions: Vec<Concluded<'e>>,
    /// Words of the levels, in order.
    pub approvals: Vec<Approval<'e>>,
    /// Gated steps that passed.
    pub passes: ByNode<Pass<'e>>,
    /// The branch that the project is in or left the main line by.
    pub branch: Option<InBranch>,
    /// 请求推进, in order.
    pub move_asks: Vec<MoveAsk<'e>>,
    /// 调度督办, in order.
    pub directions: Vec<Direction<'e>>,
    /// 包保: everybody named for the project, in order.
    pub sponsors: Vec<Sponsor<'e>>,
    /// Facts that speak of something that the policy or the stream does not hold.
    pub unknown: Vec<Unknown<'e>>,
    /// The facts that count, in the order in which they count.
    facts: Vec<Fact<'e>>,
    /// Ids of voids and withdrawals.
    corrections: Vec<EventId>,
}

impl<'e> State<'e> {
    /// The state after all of these facts.
    pub fn fold(policy: &Policy, events: &'e [Event]) -> State<'e> {
        fold::fold(policy, events, None)
    }

    /// The state at the end of a day: facts that happened later do not count yet.
    pub fn fold_until(policy: &Policy, events: &'e [Event], on: Day) -> State<'e> {
        fold::fold(policy, events, Some(on))
    }

    /// The state as it would be without one of its facts.
    pub(crate) fn without(&self, policy: &Policy, id: EventId) -> State<'e> {
        let others = self
            .facts
            .iter()
            .filter(|fact| fact.id != id)
            .copied()
            .collect();
        let mut state = fold::fold_facts(policy, others);
        let of_corrections = self
            .unknown
            .iter()
            .filter(|unknown| self.is_correction(unknown.id));
        state.unknown.extend(of_corrections.copied());
        state
    }

    /// The day of the last fact of a kind.
    pub(crate) fn last_day_of(&self, is_kind: impl Fn(&EventKind) -> bool) -> Option<Day> {
        let facts = self.facts.iter().rev();
        facts
            .map(|fact| fact.event)
            .find(|event| is_kind(&event.kind))
            .map(|e| e.happened_on)
    }

    /// A fact that counts.
    pub fn fact(&self, id: EventId) -> Option<&'e Event> {
        self.facts
            .iter()
            .find(|fact| fact.id == id)
            .map(|fact| fact.event)
    }

    /// Whether this is the id of a void or a withdrawal.
    pub(crate) fn is_correction(&self, id: EventId) -> bool {
        self.corrections.contains(&id)
    }

    /// Who has which role in this project.
    pub fn parties(&self) -> Parties<'e> {
        let details = self.details;
        Parties {
            host: details.and_then(|d| d.host.as_deref()),
            enterprise: details.and_then(|d| d.enterprise.as_deref()),
            sector: details.and_then(|d| d.sector),
            assigned: self.assignees(),
        }
    }

    /// The project's name; empty before registration.
    pub fn name(&self) -> &'e str {
        self.details.map_or("", |details| &details.name)
    }

    /// The day a milestone counts as reached: certified where the pack wants it.
    pub fn reached_on(&self, milestone: MilestoneIx) -> Option<Day> {
        self.milestones
            .get(usize::from(milestone.0))
            .and_then(|m| m.reached_on)
    }

    /// The claim of a milestone that waits for certification.
    pub fn pending(&self, milestone: MilestoneIx) -> Option<&Attempt<'e>> {
        let at = self.milestones.get(usize::from(milestone.0))?.pending?;
        self.attempts.get(usize::from(at))
    }

    /// Every claim and certification of a milestone, in order.
    pub fn attempts_of(&self, milestone: MilestoneIx) -> impl Iterator<Item = &Attempt<'e>> {
        self.attempts
            .iter()
            .filter(move |attempt| attempt.milestone == milestone)
    }

    /// How a step ended by a record.
    pub fn completion(&self, step: NodeIx) -> Option<&Completion<'e>> {
        self.completions.get(step)
    }

    /// The grace period of a stage or step.
    pub fn grace(&self, node: NodeIx) -> Option<&Grace<'e>> {
        self.graces.get(node)
    }

    /// Whether, when and by whom a checklist item was ticked.
    pub fn tick(&self, item: ItemIx) -> Option<&Tick<'e>> {
        self.ticks.get(usize::from(item.0)).and_then(Option::as_ref)
    }

    /// The day the project was removed, when it was.
    pub fn removed_on(&self) -> Option<Day> {
        let granted = self.removals.iter().filter_map(|removal| removal.decided);
        granted
            .filter(|decision| decision.agreed)
            .map(|decision| decision.on)
            .next()
    }

    /// Whether the centre said that the project is not in scope.
    pub fn out_of_scope(&self) -> bool {
        self.scope.is_some_and(|scope| !scope.in_scope)
    }

    /// The extension that moves a due day: of those granted the first, or as many as the pack allows.
    pub fn effective_extensions(&self, policy: &Policy) -> impl Iterator<Item = &Extension<'e>> {
        let times = policy
            .file
            .extension
            .as_ref()
            .map_or(0, |rule| usize::from(rule.times));
        self.extensions
            .iter()
            .filter(|e| e.status() == ExtensionStatus::Granted)
            .take(times)
    }

    /// The exemption request with this id.
    pub fn exemption(&self, id: EventId) -> Option<&Exemption<'e>> {
        self.exemptions.iter().find(|exemption| exemption.id == id)
    }

    /// The entry of the negative list with this id.
    pub fn breach(&self, id: EventId) -> Option<&Breach<'e>> {
        self.breaches.iter().find(|breach| breach.id == id)
    }

    /// The duty with this id.
    pub fn duty(&self, id: EventId) -> Option<&Duty<'e>> {
        self.duties.iter().find(|duty| duty.id == id)
    }

    /// The question with this id.
    pub fn question(&self, id: EventId) -> Option<&Question<'e>> {
        self.questions.iter().find(|question| question.id == id)
    }
}
