//! A project in one row: what the ledger, the dashboards and the workbench store of it.

use std::collections::BTreeMap;

use calendar::Day;
use policy::{MilestoneIx, NodeIx, Policy};
use serde::{Deserialize, Serialize};

use super::lights::{Light, current_stage, is_finished, next_due};
use super::plan::{NodePlan, Plan};
use crate::packs::{Packs, unit_names};
use crate::state::{AttemptOutcome, BreachStatus, ExtensionStatus, State};

/// A project in one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// When it was registered.
    pub registered_on: Option<Day>,
    /// Id of the first open stage, in the order of the pack.
    pub current_stage: Option<String>,
    /// 当前阶段.
    pub current_stage_title: Option<String>,
    /// The days on which milestones were reached, by milestone id.
    pub milestones: BTreeMap<String, Day>,
    /// The day on which the next open node is due.
    pub next_due_on: Option<Day>,
    /// Its id.
    pub next_due_node: Option<String>,
    /// Its name.
    pub next_due_title: Option<String>,
    /// The light while nothing is yellow or red: grey, blue or green.
    pub base_light: Light,
    /// The first day on which the light is yellow, if nothing happens.
    pub yellow_on: Option<Day>,
    /// The first day on which the light is red, if nothing happens.
    pub red_on: Option<Day>,
    /// All stages are done.
    pub finished: bool,
    /// Removed, or not in scope.
    pub removed: bool,
    /// An exemption without end holds a clock: the row changes from day to day.
    pub suspended: bool,
    /// What somebody must do.
    pub awaiting: Vec<Awaiting>,
}

/// What somebody must do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaiting {
    /// What.
    pub kind: AwaitingKind,
    /// Id of what it is about: a milestone, a stage, or the number of a fact.
    pub subject: String,
    /// Its name.
    pub title: String,
    /// The units that can do it, by name.
    pub units: Vec<String>,
    /// Since when it waits.
    pub since: Day,
    /// By when, where a rule or a fact says so.
    pub due: Option<Day>,
}

/// What somebody must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AwaitingKind {
    /// 甄别、确认.
    ConfirmScope,
    /// 认定.
    Certify,
    /// 重新申报 after a return.
    Resubmit,
    /// 审核延期.
    ReviewExtension,
    /// 审批延期.
    ApproveExtension,
    /// 办理动态调出.
    DecideRemoval,
    /// 核实免责.
    VerifyExemption,
    /// 答复企业.
    AnswerQuestion,
    /// 整改.
    Rectify,
    /// 项目交办.
    Assign,
    /// 作出环节结论.
    Conclude,
    /// 逐级审核.
    Approve,
    /// 申报 a milestone of a stage without limit.
    Claim,
    /// 推进, or answer the request.
    AnswerMove,
}

impl AwaitingKind {
    /// 标识，与数据库、接口一致。
    pub fn id(self) -> &'static str {
        match self {
            AwaitingKind::ConfirmScope => "confirm_scope",
            AwaitingKind::Certify => "certify",
            AwaitingKind::Resubmit => "resubmit",
            AwaitingKind::ReviewExtension => "review_extension",
            AwaitingKind::ApproveExtension => "approve_extension",
            AwaitingKind::DecideRemoval => "decide_removal",
            AwaitingKind::VerifyExemption => "verify_exemption",
            AwaitingKind::AnswerQuestion => "answer_question",
            AwaitingKind::Rectify => "rectify",
            AwaitingKind::Assign => "assign",
            AwaitingKind::Conclude => "conclude",
            AwaitingKind::Approve => "approve",
            AwaitingKind::Claim => "claim",
            AwaitingKind::AnswerMove => "answer_move",
        }
    }

    /// 中文名称。
    pub fn title(self) -> &'static str {
        match self {
            AwaitingKind::ConfirmScope => "甄别、确认纳入管理",
            AwaitingKind::Certify => "认定节点",
            AwaitingKind::Resubmit => "补正后重新申报",
            AwaitingKind::ReviewExtension => "审核延期",
            AwaitingKind::ApproveExtension => "审批延期",
            AwaitingKind::DecideRemoval => "办理动态调出",
            AwaitingKind::VerifyExemption => "核实免责",
            AwaitingKind::AnswerQuestion => "答复企业",
            AwaitingKind::Rectify => "整改",
            AwaitingKind::Assign => "下达项目交办",
            AwaitingKind::Conclude => "作出环节结论",
            AwaitingKind::Approve => "逐级审核",
            AwaitingKind::Claim => "申报节点",
            AwaitingKind::AnswerMove => "推进或答复",
        }
    }
}

/// The row of a project.
pub fn summary<'p>(packs: impl Into<Packs<'p>>, state: &State<'_>, plan: &Plan) -> Summary {
    let packs = packs.into();
    let policy = packs.lifecycle;
    let current = current_stage(policy, plan);
    let next = next_due(plan);
    let removed = plan.is_removed();
    let finished = is_finished(policy, plan);
    let title = |ix: NodeIx| {
        policy
            .nodes
            .get(usize::from(ix.0))
            .map(|n| n.title.to_string())
    };
    let id = |ix: NodeIx| {
        policy
            .nodes
            .get(usize::from(ix.0))
            .map(|n| n.id.to_string())
    };
    Summary {
        registered_on: state.registered_on,
        current_stage: current.and_then(id),
        current_stage_title: current.and_then(title),
        milestones: milestone_days(policy, state),
        next_due_on: next.and_then(|ix| plan.node(ix)?.due),
        next_due_node: next.and_then(id),
        next_due_title: next.and_then(title),
        base_light: base_light(plan, removed, finished),
        yellow_on: turning(plan, removed, yellow_on),
        red_on: turning(plan, removed, red_on),
        finished,
        removed,
        suspended: !removed && plan.nodes.iter().any(|node| node.suspended_since.is_some()),
        awaiting: Waiting { packs, state, plan }.all(),
    }
}

fn milestone_days(policy: &Policy, state: &State<'_>) -> BTreeMap<String, Day> {
    let days = policy.milestones.iter().zip(&state.milestones);
    days.filter_map(|(rule, at)| Some((rule.id.to_string(), at.reached_on?)))
        .collect()
}

fn base_light(plan: &Plan, removed: bool, finished: bool) -> Light {
    let begun = |node: &NodePlan| {
        let running = node.is_open() && node.suspended_since.is_none();
        node.done_on.is_some() || node.claimed_on.is_some() || running
    };
    match (removed, finished) {
        (true, _) => Light::Grey,
        (false, true) => Light::Green,
        (false, false) if plan.nodes.iter().any(begun) => Light::Blue,
        (false, false) => Light::Grey,
    }
}

fn turning(plan: &Plan, removed: bool, day: fn(&NodePlan) -> Option<Day>) -> Option<Day> {
    let runs = plan.nodes.iter().filter(|node| !removed && node.runs());
    runs.filter_map(day).min()
}

/// What was claimed in time is neither warned nor overdue; what was claimed late is red.
fn yellow_on(node: &NodePlan) -> Option<Day> {
    let after_due = node
        .grace_until
        .and(node.due)
        .and_then(|due| due.tomorrow().ok());
    match node.claimed_on {
        Some(_) => None,
        None => node.warn_on.or(after_due),
    }
}

fn red_on(node: &NodePlan) -> Option<Day> {
    let last = node.last_day()?;
    let in_time = node.claimed_on.is_some_and(|claimed| claimed <= last);
    last.tomorrow().ok().filter(|_| !in_time)
}

struct Waiting<'a> {
    packs: Packs<'a>,
    state: &'a State<'a>,
    plan: &'a Plan,
}

impl Waiting<'_> {
    fn all(&self) -> Vec<Awaiting> {
        if self.state.registered_on.is_none() || self.plan.is_removed() {
            return Vec::new();
        }
        let mut all = Vec::new();
        all.extend(self.scope());
        self.milestones(&mut all);
        self.requests(&mut all);
        self.questions(&mut all);
        self.breaches(&mut all);
        all.extend(super::waiting_gates::gates(
            self.packs.lifecycle,
            self.state,
            self.plan,
        ));
        all
    }

    fn units<'s>(&self, policy: &Policy, roles: impl IntoIterator<Item = &'s str>) -> Vec<String> {
        unit_names(policy, roles, self.state.parties())
    }

    /// A project that has what the scope requires waits for the word of the centre.
    fn scope(&self) -> Option<Awaiting> {
        let policy = self.packs.lifecycle;
        let rule = policy
            .file
            .scope
            .as_ref()
            .filter(|_| self.state.scope.is_none())?;
        let reached = |id: &String| self.state.reached_on(policy.milestone(id)?);
        let days: Option<Vec<Day>> = rule.requires.iter().map(reached).collect();
        let since = days?.into_iter().max().or(self.state.registered_on)?;
        Some(Awaiting {
            kind: AwaitingKind::ConfirmScope,
            subject: "scope".to_owned(),
            title: "纳入全生命周期服务管理".to_owned(),
            units: self.units(policy, [rule.confirmed_by.as_str()]),
            since,
            due: None,
        })
    }

    fn milestones(&self, all: &mut Vec<Awaiting>) {
        let policy = self.packs.lifecycle;
        for (at, rule) in policy.file.milestone.iter().enumerate() {
            let ix = MilestoneIx(at as u8);
            let waiting = |kind, roles: Vec<&str>, since| Awaiting {
                kind,
                subject: rule.id.clone(),
                title: rule.title.clone(),
                units: self.units(policy, roles),
                since,
                due: None,
            };
            if let Some(claim) = self.state.pending(ix) {
                let since = claim.claimed_on.unwrap_or(claim.reached_on);
                let roles = rule.certified_by.as_deref().into_iter().collect();
                all.push(waiting(AwaitingKind::Certify, roles, since));
            } else if let Some(since) = self.returned_on(ix) {
                let roles = rule.claimed_by.iter().map(String::as_str).collect();
                all.push(waiting(AwaitingKind::Resubmit, roles, since));
            }
        }
    }

    fn returned_on(&self, ix: MilestoneIx) -> Option<Day> {
        if self.state.reached_on(ix).is_some() {
            return None;
        }
        match self.state.attempts_of(ix).last()?.outcome {
            AttemptOutcome::Returned { on, .. } => Some(on),
            _ => None,
        }
    }

    fn requests(&self, all: &mut Vec<Awaiting>) {
        let policy = self.packs.lifecycle;
        let file = &policy.file;
        for extension in self.state.extensions.iter().filter(|e| e.is_open()) {
            let Some(rule) = &file.extension else {
                continue;
            };
            let reviewed = extension
                .review
                .filter(|_| extension.status() == ExtensionStatus::Reviewed);
            let (kind, role, since) = match reviewed {
                Some(review) => (AwaitingKind::ApproveExtension, &rule.approved_by, review.on),
                None => (
                    AwaitingKind::ReviewExtension,
                    &rule.reviewed_by,
                    extension.requested_on,
                ),
            };
            let Some(stage) = policy.nodes.get(usize::from(extension.stage.0)) else {
                continue;
            };
            let (subject, title) = (stage.id.to_string(), stage.title.to_string());
            let units = self.units(policy, [role.as_str()]);
            all.push(Awaiting {
                kind,
                subject,
                title,
                units,
                since,
                due: None,
            });
        }
        for removal in self.state.removals.iter().filter(|r| r.decided.is_none()) {
            let Some(rule) = &file.removal else { continue };
            all.push(Awaiting {
                kind: AwaitingKind::DecideRemoval,
                subject: removal.id.0.to_string(),
                title: "动态调出".to_owned(),
                units: self.units(policy, [rule.approved_by.as_str()]),
                since: removal.requested_on,
                due: None,
            });
        }
        self.exemptions(all);
    }

    fn exemptions(&self, all: &mut Vec<Awaiting>) {
        for exemption in self
            .state
            .exemptions
            .iter()
            .filter(|e| e.verification.is_none())
        {
            let rule = self.packs.find(|policy| {
                let mut rules = policy.file.exemption.iter();
                rules
                    .find(|rule| rule.id == exemption.ground)
                    .map(|rule| (policy, rule))
            });
            let Some((policy, rule)) = rule else { continue };
            all.push(Awaiting {
                kind: AwaitingKind::VerifyExemption,
                subject: exemption.id.0.to_string(),
                title: rule.title.clone(),
                units: self.units(policy, rule.verified_by.iter().map(String::as_str)),
                since: exemption.requested_on,
                due: None,
            });
        }
    }

    /// Questions go to those who answer for the current stage.
    fn questions(&self, all: &mut Vec<Awaiting>) {
        let policy = self.packs.lifecycle;
        for question in self.state.questions.iter().filter(|q| q.answers.is_empty()) {
            let stage = current_stage(policy, self.plan).or(policy.stages.first().copied());
            let node = stage.and_then(|ix| policy.nodes.get(usize::from(ix.0)));
            let roles = node
                .map(|node| node.units.iter().map(|unit| &**unit))
                .into_iter()
                .flatten();
            all.push(Awaiting {
                kind: AwaitingKind::AnswerQuestion,
                subject: question.id.0.to_string(),
                title: question.text.chars().take(40).collect(),
                units: self.units(policy, roles),
                since: question.on,
                due: None,
            });
        }
    }

    fn breaches(&self, all: &mut Vec<Awaiting>) {
        for entry in self
            .state
            .breaches
            .iter()
            .filter(|b| b.status() == BreachStatus::Open)
        {
            let rule = self.packs.find(|policy| {
                let mut rules = policy.file.breach.iter();
                rules
                    .find(|rule| rule.id == entry.breach)
                    .map(|rule| (policy, rule))
            });
            let Some((policy, rule)) = rule.filter(|(_, rule)| rule.rectify) else {
                continue;
            };
            all.push(Awaiting {
                kind: AwaitingKind::Rectify,
                subject: entry.id.0.to_string(),
                title: rule.title.clone(),
                units: self.units(policy, rule.certified_by.iter().map(String::as_str)),
                since: entry.on,
                due: entry.rectify_by,
            });
        }
    }
}
