//! Every date of a project.

use calendar::{Day, Limit, LimitUnit, Roll, WorkCalendar, back, due_excluding, merge_intervals};
use policy::{Anchor, End, Node, NodeIx, NodeKind, NodeLimit, Policy};

use super::days_between;
use crate::state::State;

/// The dates of one stage or step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NodePlan {
    /// When it opened: a stage when its anchor was reached, a step when its stage is open and all before it are done.
    pub opened_on: Option<Day>,
    /// The day its limit counts from; planned when `projected`.
    pub anchor_on: Option<Day>,
    /// The due day by the limit and the excluded days, before an extension.
    pub base_due: Option<Day>,
    /// The due day.
    pub due: Option<Day>,
    /// Natural days by which an extension moves the due day.
    pub extended_by: u16,
    /// The anchor is not reached: the limit is counted from the anchor's own due day.
    pub projected: bool,
    /// A day looked at lies in a year whose working days are not yet arranged.
    pub provisional: bool,
    /// First day of the warning window.
    pub warn_on: Option<Day>,
    /// Last day of the grace period, when one is set.
    pub grace_until: Option<Day>,
    /// When it was done.
    pub done_on: Option<Day>,
    /// The day up to which it was claimed to be reached, while the claim waits for certification.
    pub claimed_on: Option<Day>,
    /// When it was said not to apply.
    pub waived_on: Option<Day>,
    /// Since when an open exemption stops its clock.
    pub suspended_since: Option<Day>,
    /// The stage is done and the step was never recorded.
    pub unrecorded: bool,
    /// Since when a branch holds it: the project left the main line and may come back.
    pub held_since: Option<Day>,
}

impl NodePlan {
    /// By how many days it was done after its due day; 0 when in time or not done.
    pub fn days_late(&self) -> i32 {
        match (self.due, self.done_on) {
            (Some(due), Some(done)) if !self.projected => days_between(due, done).max(0),
            _ => 0,
        }
    }

    /// Whether it is over: done, waived, or left behind by its stage.
    pub fn is_over(&self) -> bool {
        self.done_on.is_some() || self.waived_on.is_some() || self.unrecorded
    }

    /// Whether it has begun and is not over.
    pub fn is_open(&self) -> bool {
        self.opened_on.is_some() && !self.is_over() && self.held_since.is_none()
    }

    /// Whether its clock runs: open, with a due day that stands, and no exemption holds it.
    pub fn runs(&self) -> bool {
        self.is_open() && !self.projected && self.due.is_some() && self.suspended_since.is_none()
    }

    /// The last day before it is overdue beyond grace.
    pub fn last_day(&self) -> Option<Day> {
        self.grace_until.or(self.due)
    }
}

/// What an extension does to its stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The stage.
    pub stage: NodeIx,
    /// Natural days added.
    pub days: u16,
}

/// Every date of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// By [`NodeIx`].
    pub nodes: Vec<NodePlan>,
    /// Days that do not count, sorted and merged; the last interval ends with the plan's day while an exemption is open.
    pub excluded: Vec<(Day, Day)>,
    /// Since when an exemption without end runs.
    pub suspended_since: Option<Day>,
    /// The extension that counts.
    pub shifts: Vec<Shift>,
    /// When the project was removed.
    pub removed_on: Option<Day>,
    /// The centre said that it is out of scope.
    pub out_of_scope: bool,
}

impl Plan {
    /// The dates of a node.
    pub fn node(&self, ix: NodeIx) -> Option<&NodePlan> {
        self.nodes.get(usize::from(ix.0))
    }

    /// Whether the project is no longer tracked.
    pub fn is_removed(&self) -> bool {
        self.removed_on.is_some() || self.out_of_scope
    }
}

/// Works out every date of a project. `on` matters only while an exemption is open: its days up to `on` do not count.
pub fn plan(policy: &Policy, state: &State<'_>, calendar: &WorkCalendar, on: Day) -> Plan {
    let (excluded, suspended_since) = excluded_days(state, on);
    let shifts = state
        .effective_extensions(policy)
        .map(|extension| Shift {
            stage: extension.stage,
            days: extension.days,
        })
        .collect();
    let plan = Plan {
        nodes: Vec::with_capacity(policy.nodes.len()),
        excluded,
        suspended_since,
        shifts,
        removed_on: state.removed_on(),
        out_of_scope: state.out_of_scope(),
    };
    let mut planner = Planner {
        policy,
        state,
        calendar,
        on,
        plan,
    };
    planner.record();
    planner.limits();
    planner.plan
}

/// The days of all granted exemptions, and since when one without end runs.
fn excluded_days(state: &State<'_>, on: Day) -> (Vec<(Day, Day)>, Option<Day>) {
    let mut days = Vec::new();
    let mut since: Option<Day> = None;
    for (from, to) in state
        .exemptions
        .iter()
        .filter_map(|exemption| exemption.interval())
    {
        match to {
            Some(to) => days.push((from, to)),
            None if from <= on => {
                days.push((from, on));
                since = Some(since.map_or(from, |since| since.min(from)));
            }
            None => {}
        }
    }
    (merge_intervals(days), since)
}

struct Planner<'a> {
    policy: &'a Policy,
    state: &'a State<'a>,
    calendar: &'a WorkCalendar,
    on: Day,
    plan: Plan,
}

impl Planner<'_> {
    /// What was recorded: ends, then beginnings, which count from ends.
    fn record(&mut self) {
        let policy = self.policy;
        for (at, node) in policy.nodes.iter().enumerate() {
            let dates = self.ends(NodeIx(at as u8), node);
            self.plan.nodes.push(dates);
        }
        self.branch();
        let finished = self.all_stages_over();
        for ix in &policy.stages {
            let opened = policy
                .nodes
                .get(usize::from(ix.0))
                .and_then(|stage| self.opened(*ix, stage));
            let behind = self.passed_by(*ix);
            self.change(*ix, |dates| {
                dates.opened_on = opened;
                dates.unrecorded = behind && !dates.is_over();
            });
        }
        for (at, node) in policy.nodes.iter().enumerate() {
            if let NodeKind::Step(..) = node.kind {
                self.not_wanted(NodeIx(at as u8), node);
                let opened = self.step_opened(node);
                let behind = self.left_behind(node, finished);
                self.change(NodeIx(at as u8), |dates| {
                    dates.opened_on = opened;
                    dates.unrecorded = behind && !dates.is_over();
                });
            }
        }
    }

    fn change(&mut self, ix: NodeIx, change: impl FnOnce(&mut NodePlan)) {
        if let Some(dates) = self.plan.nodes.get_mut(usize::from(ix.0)) {
            change(dates);
        }
    }

    /// The limits. A node that counts from a milestone which a later node ends is taken up again, as long as that gets
    /// further.
    fn limits(&mut self) {
        while self.work_out_limits() {}
    }

    /// Works out what can be; says whether something was worked out and something is left.
    fn work_out_limits(&mut self) -> bool {
        let policy = self.policy;
        let (mut further, mut left) = (false, false);
        for (at, node) in policy.nodes.iter().enumerate() {
            let Some(limit) = &node.limit else { continue };
            let Some(mut dates) = self.plan.nodes.get(at).copied() else {
                continue;
            };
            if dates.due.is_some() {
                continue;
            }
            self.limit(NodeIx(at as u8), node, limit, &mut dates);
            further |= dates.due.is_some();
            left |= dates.due.is_none();
            self.plan.nodes[at] = dates;
        }
        further && left
    }

    fn ends(&self, ix: NodeIx, node: &Node) -> NodePlan {
        let mut dates = NodePlan::default();
        let record = self.state.completion(ix);
        match node.end {
            End::Milestone(milestone) => {
                dates.done_on = self.state.reached_on(milestone);
                if dates.done_on.is_none() {
                    let claim = self.state.pending(milestone);
                    dates.claimed_on = claim.map(|claim| claim.reached_on);
                }
            }
            End::Recorded if node.gated => {
                dates.done_on = self.state.pass(ix).map(|pass| pass.on);
            }
            End::Recorded => {
                dates.done_on = record
                    .filter(|record| !record.waived)
                    .map(|record| record.on);
            }
        }
        if dates.done_on.is_none() && node.gated {
            dates.claimed_on = self.state.in_approval(ix).map(|c| c.on);
        }
        if dates.done_on.is_none() {
            dates.waived_on = record
                .filter(|record| record.waived)
                .map(|record| record.on);
        }
        dates
    }

    /// Whether nothing of the main line is left.
    fn all_stages_over(&self) -> bool {
        let main = self
            .policy
            .stages
            .iter()
            .filter(|ix| !self.policy.in_branch(**ix));
        main.into_iter().all(|ix| self.over(*ix).is_some())
    }

    /// A running branch holds the main line; a branch that is done leaves out what lies between.
    fn branch(&mut self) {
        let Some(branch) = self.state.branch else {
            return;
        };
        let policy = self.policy;
        let stage = policy.nodes.get(usize::from(branch.stage.0));
        let then = stage.and_then(|stage| stage.branch);
        let ended = self.over(branch.stage);
        for (at, node) in policy.nodes.iter().enumerate() {
            let ix = NodeIx(at as u8);
            let over = self.plan.node(ix).is_some_and(NodePlan::is_over);
            if policy.in_branch(ix) || over {
                continue;
            }
            self.change(ix, |dates| match ended {
                None => dates.held_since = Some(branch.since),
                Some(_) if Some(node.stage) == then => {}
                Some(ended) => {
                    dates.waived_on = Some(ended);
                    dates.claimed_on = None;
                }
            });
        }
    }

    /// A step whose condition was decided otherwise.
    fn not_wanted(&mut self, ix: NodeIx, node: &Node) {
        let Some((step, wanted)) = &node.when else {
            return;
        };
        let Some(pass) = self.state.pass(*step) else {
            return;
        };
        if pass.conclusion.is_some_and(|given| *given != **wanted) {
            let on = pass.on;
            self.change(ix, |dates| {
                if dates.done_on.is_none() {
                    dates.waived_on = dates.waived_on.or(Some(on));
                }
            });
        }
    }

    fn opened(&self, ix: NodeIx, stage: &Node) -> Option<Day> {
        let branch = self.state.branch;
        if stage.branch.is_some() {
            return branch.filter(|branch| branch.stage == ix).map(|b| b.since);
        }
        if let Some(branch) = branch {
            let rule = self.policy.nodes.get(usize::from(branch.stage.0));
            let goes_on = rule.is_some_and(|rule| rule.branch == Some(ix));
            if let Some(ended) = self.over(branch.stage).filter(|_| goes_on) {
                return Some(ended);
            }
        }
        if stage.opens.is_none() && stage.limit.is_none() {
            return self.state.registered_on;
        }
        let opens = stage.opens.and_then(|anchor| self.reached(anchor));
        // First ledgers often hold the signing and not the approval before it: the limit runs all the same.
        opens.or_else(|| self.reached(stage.limit?.from))
    }

    fn step_opened(&self, step: &Node) -> Option<Day> {
        let mut opened = self.plan.node(step.stage)?.opened_on?;
        for before in &step.after {
            opened = opened.max(self.over(*before)?);
        }
        Some(opened)
    }

    /// A step that nobody recorded before its stage was done. What ends with a milestone can still be claimed, until the
    /// last stage is done.
    fn left_behind(&self, step: &Node, finished: bool) -> bool {
        finished
            || (step.end == End::Recorded && self.is_done(step.stage))
            || (step.gated && (self.is_done(step.stage) || self.passed_by(step.stage)))
    }

    /// A stage without limit, after which one of the main line is done: first ledgers hold the signing and nothing of
    /// the talks before it.
    fn passed_by(&self, ix: NodeIx) -> bool {
        let stage = self.policy.nodes.get(usize::from(ix.0));
        if stage.is_none_or(|stage| stage.limit.is_some() || stage.branch.is_some()) {
            return false;
        }
        let stages = self.policy.stages.iter();
        let later = stages.skip_while(|other| **other != ix).skip(1);
        let mut main = later.filter(|other| !self.policy.in_branch(**other));
        main.any(|other| self.is_done(*other))
    }

    fn limit(&self, ix: NodeIx, node: &Node, limit: &NodeLimit, dates: &mut NodePlan) {
        let reached = self.reached(limit.from);
        dates.projected = reached.is_none();
        let Some(anchor) = reached.or_else(|| self.planned(limit.from)) else {
            return;
        };
        dates.anchor_on = Some(anchor);
        let Some(base) = self.due(anchor, limit.limit, limit.roll, dates) else {
            return;
        };
        dates.base_due = Some(base);
        let due = self.extended(ix, base, limit.roll, dates);
        dates.due = Some(due);
        let warn = node
            .warn
            .and_then(|warn| back(due, warn, self.calendar).ok());
        // A window longer than the limit opens with the limit.
        dates.warn_on = warn.map(|warn| warn.max(anchor));
        self.grace(ix, due, dates);
        self.suspend(due, dates);
    }

    fn extended(&self, ix: NodeIx, base: Day, roll: Roll, dates: &mut NodePlan) -> Day {
        let mut due = base;
        for shift in self.plan.shifts.iter().filter(|shift| shift.stage == ix) {
            let days = Limit {
                n: shift.days,
                unit: LimitUnit::NaturalDays,
            };
            if let Some(later) = self.due(due, days, roll, dates) {
                due = later;
                dates.extended_by = dates.extended_by.saturating_add(shift.days);
            }
        }
        due
    }

    fn grace(&self, ix: NodeIx, due: Day, dates: &mut NodePlan) {
        let Some(grace) = self.state.grace(ix) else {
            return;
        };
        let days = Limit {
            n: grace.days,
            unit: LimitUnit::NaturalDays,
        };
        dates.grace_until = self.due(due, days, Roll::None, dates);
    }

    /// An open exemption stops every clock that was still running when it began.
    fn suspend(&self, due: Day, dates: &mut NodePlan) {
        let open = dates.is_open() && !dates.projected && due > self.on;
        dates.suspended_since = self.plan.suspended_since.filter(|_| open);
    }

    fn due(&self, from: Day, limit: Limit, roll: Roll, dates: &mut NodePlan) -> Option<Day> {
        let due = due_excluding(from, limit, roll, self.calendar, &self.plan.excluded).ok()?;
        dates.provisional |= due.provisional;
        Some(due.day)
    }

    fn is_done(&self, ix: NodeIx) -> bool {
        self.plan
            .node(ix)
            .is_some_and(|dates| dates.done_on.is_some())
    }

    /// The day a node was done, or said not to apply.
    fn over(&self, ix: NodeIx) -> Option<Day> {
        self.plan
            .node(ix)
            .and_then(|dates| dates.done_on.or(dates.waived_on))
    }

    /// The day an anchor was reached.
    fn reached(&self, anchor: Anchor) -> Option<Day> {
        match anchor {
            Anchor::Milestone(milestone) => self.state.reached_on(milestone),
            Anchor::Node(ix) => self.over(ix),
        }
    }

    /// The day an anchor that is not reached is planned for: the due day of what it ends.
    fn planned(&self, anchor: Anchor) -> Option<Day> {
        match anchor {
            Anchor::Node(ix) => self.plan.node(ix)?.due,
            Anchor::Milestone(milestone) => {
                let ends =
                    |node: &Node| node.end == End::Milestone(milestone) && node.limit.is_some();
                let is_stage = |node: &Node| matches!(node.kind, NodeKind::Stage(_));
                let nodes = &self.policy.nodes;
                // The stage's word counts before that of a step with the same end.
                let stage = nodes.iter().position(|node| is_stage(node) && ends(node));
                let at = stage.or_else(|| nodes.iter().position(ends))?;
                self.plan.nodes.get(at)?.due
            }
        }
    }
}
