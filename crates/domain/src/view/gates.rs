//! Gates, approvals, the assignment and what leaders ordered, as they are shown.

use calendar::Day;
use policy::NodeIx;
use policy::model::{ConclusionDef, StepDef};
use serde::{Deserialize, Serialize};

use super::{ByView, ClauseView, EvidenceView, NameView, Shown};
use crate::event::{EventId, FileRef};
use crate::state::{Approval, ConclusionOutcome};

/// A gate: what can be concluded, what must be there, and what was concluded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateView {
    /// Conclusions to choose from.
    pub conclusions: Vec<ConclusionView>,
    /// Documents that a passing conclusion needs.
    pub evidence: Vec<EvidenceView>,
    /// Whether something can be concluded now.
    pub open: bool,
    /// Every conclusion, in order.
    pub history: Vec<ConcludedView>,
}

/// A conclusion to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConclusionView {
    /// Its id.
    pub id: String,
    /// 名称.
    pub title: String,
    /// Whether it passes.
    pub passes: bool,
    /// What follows: 通过, 转入“…”, 回到“…”, 重新办理.
    pub effect: String,
}

/// A conclusion that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConcludedView {
    /// The fact.
    pub id: EventId,
    /// 名称.
    pub title: String,
    /// The day it was reached.
    pub on: Day,
    /// By whom.
    pub by: ByView,
    /// Remark.
    pub note: String,
    /// Documents.
    pub files: Vec<FileRef>,
    /// Whether it still counts.
    pub counts: bool,
    /// What became of it, in a word.
    pub outcome: String,
}

/// One level of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalView {
    /// Its id.
    pub id: String,
    /// From 1.
    pub level: u8,
    /// 名称.
    pub title: String,
    /// Who speaks.
    pub units: Vec<String>,
    /// Where the rule stands.
    pub clause: ClauseView,
    /// The day it agreed in the present round.
    pub agreed_on: Option<Day>,
    /// Whether it is its turn.
    pub next: bool,
    /// Every word of this level, in order.
    pub words: Vec<ApprovalWordView>,
}

/// What a level said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalWordView {
    /// The fact.
    pub id: EventId,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: ByView,
    /// Whether it agreed.
    pub agreed: bool,
    /// Opinion.
    pub opinion: String,
    /// Whether it counts in the present round.
    pub counts: bool,
}

/// 项目交办.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentView {
    /// The fact.
    pub id: EventId,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: ByView,
    /// 牵头责任领导.
    pub leader: Option<String>,
    /// 承接责任单位.
    pub receiving_unit: String,
    /// 配合单位.
    pub supporting: Vec<String>,
    /// 任务清单.
    pub tasks: Vec<String>,
}

/// 进展情况.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressView {
    /// The fact.
    pub id: EventId,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: ByView,
    /// 进展情况.
    pub progress: String,
    /// 存在的困难和问题.
    pub problems: String,
}

/// 请求推进.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveAskView {
    /// The fact.
    pub id: EventId,
    /// The step.
    pub step: NameView,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: ByView,
    /// Why.
    pub reason: String,
    /// Whether it still waits.
    pub open: bool,
    /// The units that it waits for.
    pub owner: Vec<String>,
    /// What came of it.
    pub outcome: String,
}

/// 调度督办.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectionView {
    /// The fact.
    pub id: EventId,
    /// Stage or step it is about.
    pub node: Option<NameView>,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: ByView,
    /// What shall be done.
    pub text: String,
    /// The units it is addressed to.
    pub units: Vec<String>,
}

/// The branch that a project is in, or by which it left the main line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchView {
    /// The branch's stage.
    pub stage: NameView,
    /// Since when.
    pub since: Day,
    /// When it was gone through; the main line is left for good then.
    pub ended_on: Option<Day>,
}

pub(super) fn gate(shown: Shown<'_>, ix: NodeIx) -> Option<GateView> {
    let gate = shown.policy().gate(ix)?;
    let dates = shown.plan().node(ix)?;
    let in_approval = shown.state.in_approval(ix).is_some();
    let passed = dates.done_on.is_some() && !gate.repeats;
    let ready = dates.opened_on.is_some() && dates.held_since.is_none();
    let stage = shown.policy().nodes.get(usize::from(ix.0))?.stage;
    let stage_over = shown
        .plan()
        .node(stage)
        .is_some_and(|stage| stage.is_over() || stage.held_since.is_some());
    let history = shown.state.conclusions_of(ix).map(|concluded| {
        let rule = shown.policy().conclusion(ix, concluded.conclusion);
        ConcludedView {
            id: concluded.id,
            title: rule
                .map_or(concluded.conclusion, |rule| &rule.title)
                .to_owned(),
            on: concluded.on,
            by: concluded.by.into(),
            note: concluded.note.to_owned(),
            files: concluded.files.to_vec(),
            counts: concluded.outcome != ConclusionOutcome::Overtaken,
            outcome: outcome(concluded.outcome).to_owned(),
        }
    });
    Some(GateView {
        conclusions: gate
            .conclusion
            .iter()
            .map(|rule| conclusion(shown, rule))
            .collect(),
        evidence: gate
            .evidence
            .iter()
            .map(|rule| EvidenceView {
                id: rule.id.clone(),
                title: rule.title.clone(),
                optional: rule.optional,
            })
            .collect(),
        open: ready
            && !passed
            && !in_approval
            && dates.waived_on.is_none()
            && !stage_over
            && !shown.plan().is_removed(),
        history: history.collect(),
    })
}

fn conclusion(shown: Shown<'_>, rule: &ConclusionDef) -> ConclusionView {
    let title = |id: &str| {
        let ix = shown.policy().node(id);
        ix.and_then(|ix| shown.name(ix))
            .map_or(id.to_owned(), |name| name.title)
    };
    let effect = match (rule.passes, &rule.leads_to, &rule.back_to) {
        (true, ..) => "通过".to_owned(),
        (_, Some(branch), _) => format!("转入“{}”", title(branch)),
        (.., Some(step)) => format!("回到“{}”", title(step)),
        _ => "重新办理".to_owned(),
    };
    ConclusionView {
        id: rule.id.clone(),
        title: rule.title.clone(),
        passes: rule.passes,
        effect,
    }
}

fn outcome(outcome: ConclusionOutcome) -> &'static str {
    match outcome {
        ConclusionOutcome::Passed => "通过",
        ConclusionOutcome::InApproval => "逐级审核中",
        ConclusionOutcome::NotPassed => "未通过",
        ConclusionOutcome::Returned => "审核退回",
        ConclusionOutcome::IntoBranch => "转出",
        ConclusionOutcome::BackTo => "退回前面环节",
        ConclusionOutcome::Overtaken => "已不再有效",
    }
}

pub(super) fn approvals(shown: Shown<'_>, ix: NodeIx) -> Vec<ApprovalView> {
    let (policy, state) = (shown.policy(), shown.state);
    let chain = policy.approvals(ix);
    let next = next_level(shown, ix);
    let levels = chain.iter().map(|rule| {
        let words = state.approvals_of(ix).filter(|word| word.level == rule.id);
        let words: Vec<&Approval<'_>> = words.collect();
        let agreed = words.iter().filter(|word| word.counts && word.agreed);
        ApprovalView {
            id: rule.id.clone(),
            level: rule.level,
            title: rule.title.clone(),
            units: shown.units(policy, [rule.role.as_str()]),
            clause: ClauseView::of(policy, &rule.clause, &rule.text),
            agreed_on: agreed.map(|word| word.on).next_back(),
            next: next == Some(rule.level) && !state.has_agreed(ix, &rule.id),
            words: words
                .iter()
                .map(|word| ApprovalWordView {
                    id: word.id,
                    on: word.on,
                    by: word.by.into(),
                    agreed: word.agreed,
                    opinion: word.opinion.to_owned(),
                    counts: word.counts,
                })
                .collect(),
        }
    });
    levels.collect()
}

/// The level whose turn it is, while the step is open and put forward.
fn next_level(shown: Shown<'_>, ix: NodeIx) -> Option<u8> {
    crate::track::open_level(shown.policy(), shown.state, shown.plan(), ix)
}

/// On which conclusion of an earlier step it depends whether this step is done.
pub(super) fn condition(shown: Shown<'_>, ix: NodeIx) -> Option<String> {
    let policy = shown.policy();
    let StepDef { when, .. } = policy.step_def(ix)?;
    let when = when.as_ref()?;
    let earlier = policy.node(&when.step)?;
    let rule = policy.conclusion(earlier, &when.conclusion)?;
    let step = shown.name(earlier)?.title;
    Some(format!("“{step}”的结论为“{}”时办理", rule.title))
}

pub(super) fn assignment(shown: Shown<'_>) -> Option<AssignmentView> {
    let assigned = shown.state.assignment()?;
    Some(AssignmentView {
        id: assigned.id,
        on: assigned.on,
        by: assigned.by.into(),
        leader: assigned.leader.map(str::to_owned),
        receiving_unit: assigned.receiving_unit.to_owned(),
        supporting: assigned.supporting.to_vec(),
        tasks: assigned.tasks.to_vec(),
    })
}

pub(super) fn progress(shown: Shown<'_>) -> Vec<ProgressView> {
    let reports = shown.state.progress_reports.iter();
    let views = reports.map(|report| ProgressView {
        id: report.id,
        on: report.on,
        by: report.by.into(),
        progress: report.progress.to_owned(),
        problems: report.problems.to_owned(),
    });
    views.collect()
}

pub(super) fn move_asks(shown: Shown<'_>) -> Vec<MoveAskView> {
    let asks = shown.state.move_asks.iter().filter_map(|ask| {
        let answer = ask.answer.map(|event| match &event.kind {
            crate::event::EventKind::MoveAnswered { text, .. } => {
                format!(
                    "{}于{}答复：{text}",
                    event.by.unit,
                    crate::text::zh(event.happened_on)
                )
            }
            _ => String::new(),
        });
        let done = shown.plan().node(ask.step).and_then(|dates| dates.done_on);
        let moved = ask.moved_on.or(done);
        let moved = moved.map(|on| format!("已于{}推进", crate::text::zh(on)));
        Some(MoveAskView {
            id: ask.id,
            step: shown.name(ask.step)?,
            on: ask.on,
            by: ask.by.into(),
            reason: ask.reason.to_owned(),
            open: ask.is_open() && done.is_none(),
            owner: shown.units(shown.policy(), shown.policy().owner(ask.step)),
            outcome: answer.or(moved).unwrap_or_default(),
        })
    });
    asks.collect()
}

pub(super) fn directions(shown: Shown<'_>) -> Vec<DirectionView> {
    let directions = shown.state.directions.iter();
    let views = directions.map(|direction| DirectionView {
        id: direction.id,
        node: direction.node.and_then(|ix| shown.name(ix)),
        on: direction.on,
        by: direction.by.into(),
        text: direction.text.to_owned(),
        units: direction.units.to_vec(),
    });
    views.collect()
}

pub(super) fn branch(shown: Shown<'_>) -> Option<BranchView> {
    let branch = shown.state.branch?;
    Some(BranchView {
        stage: shown.name(branch.stage)?,
        since: branch.since,
        ended_on: shown.plan().node(branch.stage)?.done_on,
    })
}
