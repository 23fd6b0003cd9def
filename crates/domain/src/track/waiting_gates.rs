//! What waits at gates, and for whom.

use calendar::Day;
use policy::model::DoneBy;
use policy::{End, Node, NodeIx, NodeKind, Policy};

use super::plan::{NodePlan, Plan};
use super::summary::{Awaiting, AwaitingKind};
use crate::packs::unit_names;
use crate::state::State;

/// The level of a chain whose turn it is, while the step is open and put forward.
pub(crate) fn open_level(
    policy: &Policy,
    state: &State<'_>,
    plan: &Plan,
    ix: NodeIx,
) -> Option<u8> {
    plan.node(ix).filter(|dates| dates.is_open())?;
    if policy.gate(ix).is_some() {
        state.in_approval(ix)?;
    }
    let chain = policy.approvals(ix).iter();
    chain
        .filter(|rule| !state.has_agreed(ix, &rule.id))
        .map(|rule| rule.level)
        .min()
}

/// Everything that waits at the gates of a project.
pub(super) fn gates(policy: &Policy, state: &State<'_>, plan: &Plan) -> Vec<Awaiting> {
    let gates = Gates {
        policy,
        state,
        plan,
    };
    let mut all = Vec::new();
    for (at, (node, dates)) in policy.nodes.iter().zip(&plan.nodes).enumerate() {
        gates.node(NodeIx(at as u8), node, dates, &mut all);
    }
    gates.asks(&mut all);
    all
}

struct Gates<'a> {
    policy: &'a Policy,
    state: &'a State<'a>,
    plan: &'a Plan,
}

impl Gates<'_> {
    fn node(&self, ix: NodeIx, node: &Node, dates: &NodePlan, all: &mut Vec<Awaiting>) {
        let (NodeKind::Step(..), Some(since)) = (node.kind, dates.opened_on) else {
            return;
        };
        if !dates.is_open() || node.optional {
            return;
        }
        if !node.gated {
            return all.extend(self.claim(node, since));
        }
        if let Some(level) = open_level(self.policy, self.state, self.plan, ix) {
            return self.approvals(ix, node, level, since, all);
        }
        let by_assignment = self
            .policy
            .step_def(ix)
            .is_some_and(|step| step.done_by == Some(DoneBy::Assignment));
        let kind = match by_assignment {
            true => AwaitingKind::Assign,
            false => AwaitingKind::Conclude,
        };
        let said = self.state.conclusions_of(ix).map(|c| c.said_on);
        let said = said.chain(self.state.approvals_of(ix).map(|a| a.on)).max();
        let since = said.map_or(since, |said| said.max(since));
        let roles = node.units.iter().map(|unit| &**unit);
        all.push(self.waiting(kind, &node.id, &node.title, roles, since));
    }

    /// A milestone that a step without limit ends with: nobody is reminded of it by a due day.
    fn claim(&self, node: &Node, since: Day) -> Option<Awaiting> {
        let End::Milestone(milestone) = node.end else {
            return None;
        };
        let stage = self.policy.nodes.get(usize::from(node.stage.0))?;
        if node.limit.is_some() || stage.limit.is_some() {
            return None;
        }
        let rule = self.policy.file.milestone.get(usize::from(milestone.0))?;
        let pending = self.state.pending(milestone).is_some();
        let roles = rule.claimed_by.iter().map(String::as_str);
        (!pending).then(|| self.waiting(AwaitingKind::Claim, &rule.id, &rule.title, roles, since))
    }

    fn approvals(&self, ix: NodeIx, node: &Node, level: u8, since: Day, all: &mut Vec<Awaiting>) {
        let put_forward = self.state.in_approval(ix).map(|c| c.said_on);
        let agreed = self.state.approvals_of(ix);
        let last = agreed.map(|approval| approval.on).chain(put_forward).max();
        let since = last.map_or(since, |last| last.max(since));
        let chain = self.policy.approvals(ix).iter();
        let open = chain.filter(|rule| rule.level == level && !self.state.has_agreed(ix, &rule.id));
        for rule in open {
            let subject = format!("{}.{}", node.id, rule.id);
            let title = format!("{}：{}", node.title, rule.title);
            let roles = [rule.role.as_str()];
            all.push(self.waiting(AwaitingKind::Approve, &subject, &title, roles, since));
        }
    }

    /// Requests to move wait for the owner of the stage.
    fn asks(&self, all: &mut Vec<Awaiting>) {
        for ask in self.state.move_asks.iter().filter(|ask| ask.is_open()) {
            let over = self.plan.node(ask.step).is_none_or(NodePlan::is_over);
            let node = self.policy.nodes.get(usize::from(ask.step.0));
            let (Some(node), Some(owner), false) = (node, self.policy.owner(ask.step), over) else {
                continue;
            };
            let subject = ask.id.0.to_string();
            let title = format!("{}请求推进：{}", ask.by.unit, node.title);
            all.push(self.waiting(AwaitingKind::AnswerMove, &subject, &title, [owner], ask.on));
        }
    }

    fn waiting<'s>(
        &self,
        kind: AwaitingKind,
        subject: &str,
        title: &str,
        roles: impl IntoIterator<Item = &'s str>,
        since: Day,
    ) -> Awaiting {
        Awaiting {
            kind,
            subject: subject.to_owned(),
            title: title.to_owned(),
            units: unit_names(self.policy, roles, self.state.parties()),
            since,
            due: None,
        }
    }
}
