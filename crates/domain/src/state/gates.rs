//! The closed loop: assignment, conclusions of gates, approvals, branch, requests to move, directions of leaders.

use calendar::Day;
use policy::{Assignees, End, MilestoneIx, NodeIx, NodeKind, Policy};

use super::State;
use super::milestones::{Attempt, AttemptOutcome, MilestoneState};
use super::order::Fact;
use super::unknown::UnknownReason;
use crate::event::{By, Event, EventId, EventKind, FileRef};

/// 项目交办: who leads, who received the project, and with which tasks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assigned<'e> {
    /// The fact.
    pub id: EventId,
    /// 牵头责任领导.
    pub leader: Option<&'e str>,
    /// 承接责任单位.
    pub receiving_unit: &'e str,
    /// 配合单位.
    pub supporting: &'e [String],
    /// 任务清单.
    pub tasks: &'e [String],
    /// When.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
}

/// 进展情况, as reported.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress<'e> {
    /// The fact.
    pub id: EventId,
    /// 进展情况.
    pub progress: &'e str,
    /// 存在的困难和问题.
    pub problems: &'e str,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
}

/// What became of a conclusion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConclusionOutcome {
    /// 通过.
    Passed,
    /// It passes, and the approvals are not complete.
    InApproval,
    /// 未通过: the step is concluded again.
    NotPassed,
    /// An approval returned it: the step is concluded again.
    Returned,
    /// 转入 a branch.
    IntoBranch,
    /// 回到 an earlier step.
    BackTo,
    /// A later way back made it void; it stays in the history.
    Overtaken,
}

/// The conclusion of a gate. Every one stays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concluded<'e> {
    /// The fact.
    pub id: EventId,
    /// The step.
    pub step: NodeIx,
    /// Conclusion id.
    pub conclusion: &'e str,
    /// The day the conclusion was reached.
    pub on: Day,
    /// When it was recorded to have been said.
    pub said_on: Day,
    /// By whom.
    pub by: &'e By,
    /// Documents.
    pub files: &'e [FileRef],
    /// Remark.
    pub note: &'e str,
    /// What became of it.
    pub outcome: ConclusionOutcome,
}

/// The word of one level. Every one stays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Approval<'e> {
    /// The fact.
    pub id: EventId,
    /// The step.
    pub step: NodeIx,
    /// Approval id.
    pub level: &'e str,
    /// Whether it agrees.
    pub agreed: bool,
    /// Opinion.
    pub opinion: &'e str,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
    /// Whether it counts in the present round.
    pub counts: bool,
}

/// A step passed its gate and its approvals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pass<'e> {
    /// The fact that completed it.
    pub id: EventId,
    /// The day it counts from.
    pub on: Day,
    /// The conclusion, when the step has a gate.
    pub conclusion: Option<&'e str>,
}

/// The branch that the project is in, or by which it left the main line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InBranch {
    /// The branch's stage.
    pub stage: NodeIx,
    /// Since when.
    pub since: Day,
    /// The conclusion that led there.
    pub by: EventId,
}

/// 请求推进.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MoveAsk<'e> {
    /// The fact.
    pub id: EventId,
    /// The step.
    pub step: NodeIx,
    /// Why.
    pub reason: &'e str,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
    /// The answer, when the owner answered.
    pub answer: Option<&'e Event>,
    /// When the step was moved after it.
    pub moved_on: Option<Day>,
}

impl MoveAsk<'_> {
    /// Whether it still waits for the owner.
    pub fn is_open(&self) -> bool {
        self.answer.is_none() && self.moved_on.is_none()
    }
}

/// 调度督办 by a city leader.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Direction<'e> {
    /// The fact.
    pub id: EventId,
    /// Stage or step it is about.
    pub node: Option<NodeIx>,
    /// What shall be done.
    pub text: &'e str,
    /// The units it is addressed to.
    pub units: &'e [String],
    /// When.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
}

impl<'e> State<'e> {
    /// The assignment that counts: the last one.
    pub fn assignment(&self) -> Option<Assigned<'e>> {
        self.assignments.last().copied()
    }

    /// The last report of progress.
    pub fn progress(&self) -> Option<Progress<'e>> {
        self.progress_reports.last().copied()
    }

    /// Who received the project, for the roles of packs.
    pub(super) fn assignees(&self) -> Assignees<'e> {
        self.assignment()
            .map(|assigned| Assignees {
                leader: assigned.leader,
                receiving_unit: Some(assigned.receiving_unit),
                supporting: assigned.supporting,
            })
            .unwrap_or_default()
    }

    /// How a gated step was passed.
    pub fn pass(&self, step: NodeIx) -> Option<&Pass<'e>> {
        self.passes.get(step)
    }

    /// Every conclusion of a step, in order.
    pub fn conclusions_of(&self, step: NodeIx) -> impl Iterator<Item = &Concluded<'e>> {
        self.conclusions.iter().filter(move |c| c.step == step)
    }

    /// Every word on a step's approvals, in order.
    pub fn approvals_of(&self, step: NodeIx) -> impl Iterator<Item = &Approval<'e>> {
        self.approvals.iter().filter(move |a| a.step == step)
    }

    /// The conclusion of a step that is in approval.
    pub fn in_approval(&self, step: NodeIx) -> Option<&Concluded<'e>> {
        self.conclusions_of(step)
            .find(|c| c.outcome == ConclusionOutcome::InApproval)
    }

    /// Whether a level of a step has agreed in the present round.
    pub fn has_agreed(&self, step: NodeIx, level: &str) -> bool {
        self.approvals_of(step)
            .any(|a| a.counts && a.agreed && a.level == level)
    }

    /// The request to move with this id.
    pub fn move_ask(&self, id: EventId) -> Option<&MoveAsk<'e>> {
        self.move_asks.iter().find(|ask| ask.id == id)
    }

    pub(super) fn apply_closed_loop(&mut self, policy: &Policy, fact: Fact<'e>) {
        let (id, on, by) = (fact.id, fact.event.happened_on, &fact.event.by);
        match &fact.event.kind {
            EventKind::ProjectAssigned {
                leader,
                receiving_unit,
                supporting,
                tasks,
            } => {
                let leader = leader.as_deref().filter(|leader| !leader.is_empty());
                self.assignments.push(Assigned {
                    id,
                    leader,
                    receiving_unit,
                    supporting,
                    tasks,
                    on,
                    by,
                });
                self.assigned_passes(policy, fact);
            }
            EventKind::ProgressReported { progress, problems } => {
                self.progress_reports.push(Progress {
                    id,
                    progress,
                    problems,
                    on,
                    by,
                });
            }
            EventKind::StepConcluded {
                step,
                conclusion,
                done_on,
                files,
                note,
            } => {
                let concluded = Concluded {
                    id,
                    step: NodeIx(0),
                    conclusion,
                    on: *done_on,
                    said_on: on,
                    by,
                    files,
                    note,
                    outcome: ConclusionOutcome::NotPassed,
                };
                self.concluded(policy, fact, step, concluded);
            }
            EventKind::ApprovalGiven {
                step,
                level,
                agreed,
                opinion,
            } => {
                let approval = Approval {
                    id,
                    step: NodeIx(0),
                    level,
                    agreed: *agreed,
                    opinion,
                    on,
                    by,
                    counts: true,
                };
                self.approved(policy, fact, step, approval);
            }
            EventKind::MoveAsked { step, reason } => {
                let Some(step) = policy.node(step) else {
                    return self.unknown(fact, UnknownReason::Step(step));
                };
                self.move_asks.push(MoveAsk {
                    id,
                    step,
                    reason,
                    on,
                    by,
                    answer: None,
                    moved_on: None,
                });
            }
            EventKind::LeaderDirected { node, text, units } => {
                let ix = node.as_deref().and_then(|node| policy.node(node));
                if let (Some(node), None) = (node.as_deref(), ix) {
                    self.unknown(fact, UnknownReason::Node(node));
                }
                self.directions.push(Direction {
                    id,
                    node: ix,
                    text,
                    units,
                    on,
                    by,
                });
            }
            _ => {}
        }
    }

    pub(super) fn move_answered(&mut self, fact: Fact<'e>, request: EventId) {
        match self.move_asks.iter_mut().find(|ask| ask.id == request) {
            Some(ask) => ask.answer = Some(fact.event),
            None => self.unknown(fact, UnknownReason::Reference(request)),
        }
    }

    /// The first assignment passes the step that is done by it; a later one changes who has the project.
    fn assigned_passes(&mut self, policy: &Policy, fact: Fact<'e>) {
        for at in 0..policy.nodes.len() {
            let ix = NodeIx(at as u8);
            let by_assignment = policy
                .step_def(ix)
                .is_some_and(|step| step.done_by.is_some());
            if by_assignment && self.pass(ix).is_none() {
                self.passed(policy, fact, ix, fact.event.happened_on, None);
            }
        }
    }

    fn concluded(
        &mut self,
        policy: &Policy,
        fact: Fact<'e>,
        step: &'e str,
        mut concluded: Concluded<'e>,
    ) {
        let Some(ix) = policy.node(step).filter(|ix| policy.gate(*ix).is_some()) else {
            return self.unknown(fact, UnknownReason::Gate(step));
        };
        let Some(rule) = policy.conclusion(ix, concluded.conclusion) else {
            return self.unknown(fact, UnknownReason::Conclusion(concluded.conclusion));
        };
        concluded.step = ix;
        let on = concluded.on;
        self.moved(ix, fact.event.happened_on);
        // What was said about an earlier conclusion does not speak of this one.
        self.new_round(ix);
        if let Some(back) = rule.back_to.as_deref().and_then(|id| policy.node(id)) {
            self.reset(policy, |node| {
                policy.follows(node, back) && !policy.in_branch(node)
            });
            self.branch = None;
            concluded.outcome = ConclusionOutcome::BackTo;
        } else if let Some(stage) = rule.leads_to.as_deref().and_then(|id| policy.node(id)) {
            let inside = |node: NodeIx| {
                let rule = policy.nodes.get(usize::from(node.0));
                rule.is_some_and(|rule| rule.stage == stage)
            };
            self.reset(policy, inside);
            let (since, by) = (on, concluded.id);
            self.branch = Some(InBranch { stage, since, by });
            concluded.outcome = ConclusionOutcome::IntoBranch;
        } else if rule.passes && policy.approvals(ix).is_empty() {
            concluded.outcome = ConclusionOutcome::Passed;
            self.passed(policy, fact, ix, on, Some(concluded.conclusion));
        } else if rule.passes {
            concluded.outcome = ConclusionOutcome::InApproval;
        }
        self.conclusions.push(concluded);
    }

    fn approved(
        &mut self,
        policy: &Policy,
        fact: Fact<'e>,
        step: &'e str,
        mut approval: Approval<'e>,
    ) {
        let ix = policy.node(step);
        let Some(ix) = ix.filter(|ix| !policy.approvals(*ix).is_empty()) else {
            return self.unknown(fact, UnknownReason::Approval(step));
        };
        let levels = policy.approvals(ix);
        if levels.iter().all(|level| level.id != approval.level) {
            return self.unknown(fact, UnknownReason::Approval(approval.level));
        }
        approval.step = ix;
        let (agreed, on) = (approval.agreed, approval.on);
        approval.counts = agreed;
        self.approvals.push(approval);
        if !agreed {
            self.moved(ix, on);
            return self.returned_by_approval(ix);
        }
        let complete = levels.iter().all(|level| self.has_agreed(ix, &level.id));
        let submitted = self.in_approval(ix).map(|c| c.conclusion);
        if complete && (submitted.is_some() || policy.gate(ix).is_none()) {
            self.settle(ix, ConclusionOutcome::Passed);
            self.moved(ix, on);
            self.passed(policy, fact, ix, on, submitted);
        }
    }

    /// The chain begins anew with what is concluded or put forward next.
    fn returned_by_approval(&mut self, ix: NodeIx) {
        self.new_round(ix);
        self.settle(ix, ConclusionOutcome::Returned);
    }

    fn new_round(&mut self, ix: NodeIx) {
        let approvals = self.approvals.iter_mut().filter(|a| a.step == ix);
        approvals.for_each(|approval| approval.counts = false);
    }

    fn settle(&mut self, ix: NodeIx, outcome: ConclusionOutcome) {
        let waiting = self
            .conclusions
            .iter_mut()
            .filter(|c| c.step == ix && c.outcome == ConclusionOutcome::InApproval);
        waiting.for_each(|concluded| concluded.outcome = outcome);
    }

    pub(super) fn moved(&mut self, ix: NodeIx, on: Day) {
        let asks = self.move_asks.iter_mut();
        asks.filter(|ask| ask.step == ix && ask.is_open())
            .for_each(|ask| ask.moved_on = Some(on));
    }

    fn passed(
        &mut self,
        policy: &Policy,
        fact: Fact<'e>,
        ix: NodeIx,
        on: Day,
        conclusion: Option<&'e str>,
    ) {
        let id = fact.id;
        self.passes.set(ix, Pass { id, on, conclusion });
        let end = policy.nodes.get(usize::from(ix.0)).map(|node| node.end);
        let Some(End::Milestone(milestone)) = end else {
            return;
        };
        let files: &[FileRef] = match &fact.event.kind {
            EventKind::StepConcluded { files, .. } => files,
            _ => &[],
        };
        self.attempts.push(Attempt {
            milestone,
            id,
            claimed_on: Some(fact.event.happened_on),
            reached_on: on,
            variant: None,
            files,
            values: None,
            note: "",
            by: &fact.event.by,
            outcome: AttemptOutcome::Recorded,
        });
        if let Some(state) = self.milestones.get_mut(usize::from(milestone.0)) {
            state.reached_on = Some(on);
            state.settled_on = Some(fact.event.happened_on);
        }
    }

    /// Takes back what the chosen steps reached; the facts stay.
    fn reset(&mut self, policy: &Policy, chosen: impl Fn(NodeIx) -> bool) {
        for (at, node) in policy.nodes.iter().enumerate() {
            let ix = NodeIx(at as u8);
            if !matches!(node.kind, NodeKind::Step(..)) || !chosen(ix) {
                continue;
            }
            self.completions.clear(ix);
            self.passes.clear(ix);
            self.new_round(ix);
            let standing = |c: &&mut Concluded<'_>| {
                let stands = matches!(
                    c.outcome,
                    ConclusionOutcome::Passed | ConclusionOutcome::InApproval
                );
                c.step == ix && stands
            };
            let conclusions = self.conclusions.iter_mut().filter(standing);
            conclusions.for_each(|concluded| concluded.outcome = ConclusionOutcome::Overtaken);
            if let End::Milestone(milestone) = node.end {
                self.unreach(milestone);
            }
        }
    }

    fn unreach(&mut self, milestone: MilestoneIx) {
        if let Some(state) = self.milestones.get_mut(usize::from(milestone.0)) {
            let returned = state.returned;
            *state = MilestoneState {
                returned,
                ..MilestoneState::default()
            };
        }
        let attempts = self.attempts.iter_mut();
        let standing = |attempt: &&mut Attempt<'_>| {
            attempt.milestone == milestone
                && !matches!(attempt.outcome, AttemptOutcome::Returned { .. })
        };
        attempts
            .filter(standing)
            .for_each(|attempt| attempt.outcome = AttemptOutcome::Superseded);
    }
}
