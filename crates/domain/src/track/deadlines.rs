//! Deadlines as they are stored for lists and sweeps.

use calendar::Day;
use policy::{Node, NodeKind, Policy};
use serde::{Deserialize, Serialize};

use super::plan::{NodePlan, Plan};
use crate::packs::unit_names;
use crate::state::State;

/// Whether a deadline is that of a stage or of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// 阶段.
    Stage,
    /// 环节.
    Step,
}

impl DeadlineKind {
    /// 标识，与数据库、接口一致：stage、step。
    pub fn id(self) -> &'static str {
        match self {
            DeadlineKind::Stage => "stage",
            DeadlineKind::Step => "step",
        }
    }
}

/// The deadline of a stage or step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Stage or step id.
    pub node: String,
    /// Stage or step.
    pub kind: DeadlineKind,
    /// The stage it belongs to (itself for a stage).
    pub stage: String,
    /// 名称.
    pub title: String,
    /// When it opened.
    pub opens_on: Option<Day>,
    /// First day of the warning window.
    pub warn_on: Option<Day>,
    /// The due day.
    pub due_on: Day,
    /// Last day of the grace period.
    pub grace_until: Option<Day>,
    /// When it was done.
    pub done_on: Option<Day>,
    /// The day it was claimed to be reached, while the claim waits.
    pub claimed_on: Option<Day>,
    /// Its clock runs: open, anchored, held by no exemption, not claimed, the project not removed. Only then is it
    /// reminded of.
    pub running: bool,
    /// The anchor is not reached; the due day is a forecast.
    pub projected: bool,
    /// An exemption without end holds its clock.
    pub suspended: bool,
    /// Worked out without the arrangement of a year.
    pub provisional: bool,
    /// The unit that leads.
    pub responsible: String,
    /// The unit that counts down.
    pub warned_by: Option<String>,
    /// 条款.
    pub clause: String,
}

/// The deadlines of a project: every stage and step with a due day, in the order of the pack.
pub fn deadlines(policy: &Policy, state: &State<'_>, plan: &Plan) -> Vec<Deadline> {
    let nodes = policy.nodes.iter().zip(&plan.nodes);
    nodes
        .filter_map(|(node, dates)| deadline(policy, state, plan, node, dates))
        .collect()
}

fn deadline(
    policy: &Policy,
    state: &State<'_>,
    plan: &Plan,
    node: &Node,
    dates: &NodePlan,
) -> Option<Deadline> {
    let due_on = dates.due?;
    let stage = policy.nodes.get(usize::from(node.stage.0))?;
    Some(Deadline {
        node: node.id.to_string(),
        kind: kind(node.kind),
        stage: stage.id.to_string(),
        title: node.title.to_string(),
        opens_on: dates.opened_on,
        warn_on: dates.warn_on,
        due_on,
        grace_until: dates.grace_until,
        done_on: dates.done_on,
        claimed_on: dates.claimed_on,
        running: dates.runs() && dates.claimed_on.is_none() && !plan.is_removed(),
        projected: dates.projected,
        suspended: dates.suspended_since.is_some(),
        provisional: dates.provisional,
        responsible: first_unit(policy, state, node.units.first().map(|unit| &**unit))
            .unwrap_or_default(),
        warned_by: first_unit(policy, state, warned_by(policy, node.kind)),
        clause: node.clause.article.to_string(),
    })
}

/// Stage or step.
pub(crate) fn kind(kind: NodeKind) -> DeadlineKind {
    match kind {
        NodeKind::Stage(_) => DeadlineKind::Stage,
        NodeKind::Step(..) => DeadlineKind::Step,
    }
}

/// The role that counts down a stage; steps have none.
pub(crate) fn warned_by(policy: &Policy, kind: NodeKind) -> Option<&str> {
    match kind {
        NodeKind::Stage(s) => policy.file.stage.get(usize::from(s))?.warned_by.as_deref(),
        NodeKind::Step(..) => None,
    }
}

fn first_unit(policy: &Policy, state: &State<'_>, role: Option<&str>) -> Option<String> {
    unit_names(policy, role, state.parties()).into_iter().next()
}
