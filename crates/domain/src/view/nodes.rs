//! Stages and steps as they are shown.

use calendar::{Day, weekday_zh};
use policy::{Anchor, Node, NodeIx, NodeKind};
use serde::{Deserialize, Serialize};

use super::{ApprovalView, ByView, ClauseView, GateView, NameView, Shown, gates};
use crate::event::FileRef;
use crate::packs::unit_names;
use crate::track::{
    DeadlineKind, Light, NodePlan, NodeTrack, Stand, anchor_title, days_between, deadline_kind,
    derivation, light_text, warned_by,
};

/// A stage, with its steps, or a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeView {
    /// Its id.
    pub id: String,
    /// Stage or step.
    pub kind: DeadlineKind,
    /// 名称.
    pub title: String,
    /// How it stands.
    pub state: Stand,
    /// How it stands, in a word.
    pub state_text: String,
    /// Its light.
    pub light: Light,
    /// `剩余 12 天`, `逾期 3 天`, `已完成（提前 5 天）`.
    pub light_text: String,
    /// What its limit counts from.
    pub anchor: Option<AnchorView>,
    /// `6个月`.
    pub limit: Option<String>,
    /// When it opened.
    pub opened_on: Option<Day>,
    /// The due day before an extension.
    pub base_due: Option<Day>,
    /// The due day.
    pub due: Option<Day>,
    /// Its weekday.
    pub due_weekday: Option<String>,
    /// Natural days added by an extension.
    pub extended_by: u16,
    /// Days left, negative when overdue; absent when it is over.
    pub days_left: Option<i32>,
    /// First day of the warning window.
    pub warn_on: Option<Day>,
    /// Who counts down.
    pub warned_by: Vec<String>,
    /// Last day of the grace period.
    pub grace_until: Option<Day>,
    /// When it was done.
    pub done_on: Option<Day>,
    /// Days after the due day on which it was done.
    pub days_late: i32,
    /// The day claimed, while the claim waits.
    pub claimed_on: Option<Day>,
    /// When it was said not to apply.
    pub waived_on: Option<Day>,
    /// Since when an exemption holds its clock.
    pub suspended_since: Option<Day>,
    /// Worked out without the arrangement of a year.
    pub provisional: bool,
    /// The anchor is not reached; the due day is a forecast.
    pub projected: bool,
    /// Where the rule stands.
    pub clause: ClauseView,
    /// How the due day came about.
    pub derivation: Vec<String>,
    /// The milestone that ends it, when one does.
    pub ends_with: Option<NameView>,
    /// Units that answer for it, the first leads.
    pub units: Vec<String>,
    /// Steps that must be done before.
    pub after: Vec<String>,
    /// Steps of the stage that run beside it: neither waits for the other.
    pub parallel_with: Vec<String>,
    /// How many steps lie before it on the longest way through its stage, from 0: its column in the chart.
    pub column: u8,
    /// Whether a project may do without it.
    pub optional: bool,
    /// What it must produce.
    pub produces: Vec<String>,
    /// Documents that were produced.
    pub files: Vec<FileRef>,
    /// Remark of the record, or why it does not apply.
    pub note: String,
    /// Who recorded it.
    pub by: Option<ByView>,
    /// What opens a stage without limit: a milestone, a step, or for a branch the stage that leads into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_by: Option<NameView>,
    /// With which stage a project goes on after a branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<NameView>,
    /// Days since it opened, while it is open and nothing says when it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_in: Option<i32>,
    /// Who owns the stage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owner: Vec<String>,
    /// A stage off the main line: it matters only when the project is led into it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub branch: bool,
    /// Since when a branch holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_since: Option<Day>,
    /// Conclusions and documents, where it is a gate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<GateView>,
    /// The chain of approvals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<ApprovalView>,
    /// Done by the assignment.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_assignment: bool,
    /// On which earlier conclusion it depends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The steps of a stage, in the order of the pack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<NodeView>,
}

/// What a limit counts from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnchorView {
    /// Its id: a milestone, a stage or a step.
    pub id: String,
    /// 名称.
    pub title: String,
    /// The day; a forecast when not reached.
    pub on: Option<Day>,
    /// Whether it is reached.
    pub reached: bool,
}

/// The stages with their steps.
pub(super) fn stages(shown: Shown<'_>) -> Vec<NodeView> {
    let policy = shown.policy();
    let stages = policy.stages.iter().filter_map(|ix| {
        let mut stage = node(shown, *ix)?;
        let mut steps: Vec<(NodeKind, NodeIx)> = nodes_of(shown, *ix);
        // Nodes stand in the order of working out, the pack's readers expect the order of the file.
        steps.sort_by_key(|(kind, _)| match kind {
            NodeKind::Step(_, at) => *at,
            NodeKind::Stage(_) => 0,
        });
        stage.steps = steps
            .into_iter()
            .filter_map(|(_, ix)| node(shown, ix))
            .collect();
        Some(stage)
    });
    stages.collect()
}

/// The steps of a stage.
fn nodes_of(shown: Shown<'_>, stage: NodeIx) -> Vec<(NodeKind, NodeIx)> {
    let nodes = shown.policy().nodes.iter().enumerate();
    nodes
        .filter(|(_, node)| node.stage == stage && matches!(node.kind, NodeKind::Step(..)))
        .map(|(at, node)| (node.kind, NodeIx(at as u8)))
        .collect()
}

fn node(shown: Shown<'_>, ix: NodeIx) -> Option<NodeView> {
    let policy = shown.policy();
    let rule = policy.nodes.get(usize::from(ix.0))?;
    let dates: &NodePlan = shown.plan().node(ix)?;
    let track: &NodeTrack = shown.track.node(ix)?;
    let record = shown.state.completion(ix);
    let parties = shown.state.parties();
    Some(NodeView {
        id: rule.id.to_string(),
        kind: deadline_kind(rule.kind),
        title: rule.title.to_string(),
        state: track.stand,
        state_text: track.stand.title().to_owned(),
        light: track.light,
        light_text: light_text(dates, track),
        anchor: rule.limit.map(|limit| anchor(shown, limit.from, dates)),
        limit: rule.limit.map(|limit| limit.limit.to_string()),
        opened_on: dates.opened_on,
        base_due: dates.base_due,
        due: dates.due,
        due_weekday: dates.due.map(|due| weekday_zh(due).to_owned()),
        extended_by: dates.extended_by,
        days_left: track.days_left,
        warn_on: dates.warn_on,
        warned_by: unit_names(policy, warned_by(policy, rule.kind), parties),
        grace_until: dates.grace_until,
        done_on: dates.done_on,
        days_late: dates.days_late(),
        claimed_on: dates.claimed_on,
        waived_on: dates.waived_on,
        suspended_since: dates.suspended_since,
        provisional: dates.provisional,
        projected: dates.projected,
        clause: (&rule.clause).into(),
        derivation: derivation(policy, shown.state, shown.plan(), ix, shown.calendar),
        ends_with: ends_with(shown, rule),
        units: unit_names(policy, rule.units.iter(), parties),
        after: rule
            .after
            .iter()
            .filter_map(|ix| Some(shown.name(*ix)?.id))
            .collect(),
        parallel_with: parallel_with(shown, ix, rule),
        column: column(shown, ix),
        optional: rule.optional,
        produces: produces(shown, rule),
        files: record
            .map(|record| record.files().to_vec())
            .unwrap_or_default(),
        note: record
            .map(|record| record.note().to_owned())
            .unwrap_or_default(),
        by: record.map(|record| record.by().into()),
        opened_by: opened_by(shown, rule),
        then: rule.branch.and_then(|ix| shown.name(ix)),
        days_in: days_in(shown, rule, dates),
        owner: match rule.kind {
            NodeKind::Stage(_) => unit_names(policy, policy.owner(ix), parties),
            NodeKind::Step(..) => Vec::new(),
        },
        branch: rule.branch.is_some(),
        held_since: dates.held_since,
        gate: gates::gate(shown, ix),
        approvals: gates::approvals(shown, ix),
        by_assignment: policy
            .step_def(ix)
            .is_some_and(|step| step.done_by.is_some()),
        condition: gates::condition(shown, ix),
        steps: Vec::new(),
    })
}

fn opened_by(shown: Shown<'_>, rule: &Node) -> Option<NameView> {
    let policy = shown.policy();
    if rule.limit.is_some() {
        return None;
    }
    if rule.branch.is_none() {
        return match rule.opens? {
            Anchor::Node(node) => shown.name(node),
            Anchor::Milestone(ix) => {
                let milestone = policy.milestones.get(usize::from(ix.0))?;
                Some(NameView {
                    id: milestone.id.to_string(),
                    title: milestone.title.to_string(),
                })
            }
        };
    }
    let leads = |other: &NodeIx| {
        let gate = policy.gate(*other).map(|gate| &gate.conclusion);
        let mut rules = gate.into_iter().flatten();
        rules.any(|conclusion| conclusion.leads_to.as_deref() == Some(&*rule.id))
    };
    let mut steps = (0..policy.nodes.len()).map(|at| NodeIx(at as u8));
    let step = steps.find(leads)?;
    shown.name(policy.nodes.get(usize::from(step.0))?.stage)
}

/// Only where the stage has no limit either: elsewhere the due day says how things stand.
fn days_in(shown: Shown<'_>, rule: &Node, dates: &NodePlan) -> Option<i32> {
    let stage = shown.policy().nodes.get(usize::from(rule.stage.0))?;
    let opened = dates.opened_on.filter(|_| dates.is_open())?;
    let timeless = rule.limit.is_none() && stage.limit.is_none();
    timeless.then(|| days_between(opened, shown.track.on))
}

fn anchor(shown: Shown<'_>, anchor: Anchor, dates: &NodePlan) -> AnchorView {
    let policy = shown.policy();
    let id = match anchor {
        Anchor::Milestone(ix) => policy.milestones.get(usize::from(ix.0)).map(|m| &m.id),
        Anchor::Node(ix) => policy.nodes.get(usize::from(ix.0)).map(|node| &node.id),
    };
    AnchorView {
        id: id.map(|id| id.to_string()).unwrap_or_default(),
        title: anchor_title(policy, anchor).to_owned(),
        on: dates.anchor_on,
        reached: !dates.projected,
    }
}

fn ends_with(shown: Shown<'_>, rule: &Node) -> Option<NameView> {
    let policy::End::Milestone(ix) = rule.end else {
        return None;
    };
    let milestone = shown.policy().milestones.get(usize::from(ix.0))?;
    Some(NameView {
        id: milestone.id.to_string(),
        title: milestone.title.to_string(),
    })
}

fn produces(shown: Shown<'_>, rule: &Node) -> Vec<String> {
    let NodeKind::Step(s, i) = rule.kind else {
        return Vec::new();
    };
    let stage = shown.policy().file.stage.get(usize::from(s));
    let step = stage.and_then(|stage| stage.step.get(usize::from(i)));
    step.map(|step| step.produces.clone()).unwrap_or_default()
}

/// Steps of the same stage that open with the same predecessors.
fn parallel_with(shown: Shown<'_>, ix: NodeIx, rule: &Node) -> Vec<String> {
    let NodeKind::Step(..) = rule.kind else {
        return Vec::new();
    };
    let nodes = shown.policy().nodes.iter().enumerate();
    nodes
        .filter(|(at, other)| {
            let other_step = matches!(other.kind, NodeKind::Step(..)) && *at != usize::from(ix.0);
            other_step && other.stage == rule.stage && other.after == rule.after
        })
        .map(|(_, other)| other.id.to_string())
        .collect()
}

fn column(shown: Shown<'_>, ix: NodeIx) -> u8 {
    let Some(rule) = shown.policy().nodes.get(usize::from(ix.0)) else {
        return 0;
    };
    // Predecessors stand before their step, so this ends.
    let before = rule.after.iter().filter(|before| before.0 < ix.0);
    before
        .map(|before| column(shown, *before).saturating_add(1))
        .max()
        .unwrap_or_default()
}
