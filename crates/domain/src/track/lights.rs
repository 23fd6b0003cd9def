//! The plan on a day: state, light, days left.

use calendar::Day;
use policy::{NodeIx, Policy};
use serde::{Deserialize, Serialize};

use super::days_between;
use super::plan::{NodePlan, Plan};

/// 灯: grey not begun, blue running, yellow in the warning window, red overdue, green done. The order is that of
/// urgency.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// 灰: not begun, or no longer tracked.
    #[default]
    Grey,
    /// 绿: done.
    Green,
    /// 蓝: running.
    Blue,
    /// 黄: in the warning window, or in the grace period.
    Yellow,
    /// 红: overdue.
    Red,
}

impl Light {
    /// 中文：灰、绿、蓝、黄、红。
    pub fn title(self) -> &'static str {
        match self {
            Light::Grey => "灰",
            Light::Green => "绿",
            Light::Blue => "蓝",
            Light::Yellow => "黄",
            Light::Red => "红",
        }
    }
}

/// How a stage or step stands on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stand {
    /// 未开始.
    #[default]
    NotBegun,
    /// 进行中.
    Running,
    /// 预警期内.
    Warning,
    /// 已逾期.
    Overdue,
    /// 已到期，缓冲期内.
    InGrace,
    /// 已申报，待认定.
    Claimed,
    /// 已完成.
    Done,
    /// 逾期完成.
    DoneLate,
    /// 暂停计时: an exemption without end.
    Suspended,
    /// 已调出, or not in scope.
    Removed,
    /// 不涉及.
    Waived,
    /// 已转出: a branch holds it.
    Held,
    /// 未登记: the stage is done and the step was never recorded.
    Unrecorded,
}

impl Stand {
    /// 中文名称。
    pub fn title(self) -> &'static str {
        match self {
            Stand::NotBegun => "未开始",
            Stand::Running => "进行中",
            Stand::Warning => "预警期内",
            Stand::Overdue => "已逾期",
            Stand::InGrace => "缓冲期内",
            Stand::Claimed => "待认定",
            Stand::Done => "已完成",
            Stand::DoneLate => "逾期完成",
            Stand::Suspended => "暂停计时",
            Stand::Removed => "不再跟踪",
            Stand::Waived => "不涉及",
            Stand::Held => "已转出",
            Stand::Unrecorded => "未登记",
        }
    }
}

/// A stage or step on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NodeTrack {
    /// How it stands.
    pub stand: Stand,
    /// Its light.
    pub light: Light,
    /// Days until it is due, negative once it is overdue; `None` without due day and when it is over.
    pub days_left: Option<i32>,
}

/// A project on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// Every date.
    pub plan: Plan,
    /// The day.
    pub on: Day,
    /// By [`NodeIx`].
    pub nodes: Vec<NodeTrack>,
    /// The first stage that is open, in the order of the pack.
    pub current_stage: Option<NodeIx>,
    /// The open node that is due first.
    pub next_due: Option<NodeIx>,
    /// The most urgent light.
    pub light: Light,
    /// All stages are done.
    pub finished: bool,
}

impl Track {
    /// Compares a plan with a day.
    pub fn new(policy: &Policy, plan: Plan, on: Day) -> Track {
        let removed = plan.is_removed();
        let nodes: Vec<NodeTrack> = plan.nodes.iter().map(|n| stand(n, removed, on)).collect();
        let current_stage = current_stage(policy, &plan);
        let finished = is_finished(policy, &plan);
        let light = overall(&nodes, removed, finished);
        Track {
            on,
            current_stage,
            next_due: next_due(&plan),
            light,
            finished,
            nodes,
            plan,
        }
    }

    /// A node on the day.
    pub fn node(&self, ix: NodeIx) -> Option<&NodeTrack> {
        self.nodes.get(usize::from(ix.0))
    }
}

/// The first stage that is open, in the order of the pack.
pub(crate) fn current_stage(policy: &Policy, plan: &Plan) -> Option<NodeIx> {
    if plan.is_removed() {
        return None;
    }
    let mut open = policy
        .stages
        .iter()
        .filter(|ix| plan.node(**ix).is_some_and(NodePlan::is_open));
    open.next().copied()
}

/// Whether all stages are done.
pub(crate) fn is_finished(policy: &Policy, plan: &Plan) -> bool {
    let over = |dates: &NodePlan| dates.done_on.is_some() || dates.waived_on.is_some();
    let done = |ix: &NodeIx| policy.in_branch(*ix) || plan.node(*ix).is_some_and(over);
    !policy.stages.is_empty() && policy.stages.iter().all(done)
}

/// The open node that is due first; what waits for certification is not counted.
pub(crate) fn next_due(plan: &Plan) -> Option<NodeIx> {
    if plan.is_removed() {
        return None;
    }
    let open = plan
        .nodes
        .iter()
        .enumerate()
        .filter(|(_, n)| n.runs() && n.claimed_on.is_none());
    open.min_by_key(|(at, node)| (node.due, *at))
        .map(|(at, _)| NodeIx(at as u8))
}

fn overall(nodes: &[NodeTrack], removed: bool, finished: bool) -> Light {
    if removed {
        return Light::Grey;
    }
    let open = nodes
        .iter()
        .map(|node| node.light)
        .filter(|light| *light != Light::Green);
    match open.max().unwrap_or_default() {
        Light::Grey if finished => Light::Green,
        // Between two stages nothing is open, and something is done.
        Light::Grey if nodes.iter().any(|node| node.light == Light::Green) => Light::Blue,
        worst => worst,
    }
}

fn stand(node: &NodePlan, removed: bool, on: Day) -> NodeTrack {
    let over = |stand, light| NodeTrack {
        stand,
        light,
        days_left: None,
    };
    if node.done_on.is_some() {
        let stand = if node.days_late() > 0 {
            Stand::DoneLate
        } else {
            Stand::Done
        };
        return over(stand, Light::Green);
    }
    if node.waived_on.is_some() {
        return over(Stand::Waived, Light::Grey);
    }
    if removed {
        return over(Stand::Removed, Light::Grey);
    }
    if node.unrecorded {
        return over(Stand::Unrecorded, Light::Grey);
    }
    if node.held_since.is_some() {
        return over(Stand::Held, Light::Grey);
    }
    let days_left = node.due.map(|due| days_between(on, due));
    let (stand, light) = clock(node, on);
    NodeTrack {
        stand,
        light,
        days_left,
    }
}

/// State and light of a node that is not over.
fn clock(node: &NodePlan, on: Day) -> (Stand, Light) {
    let due = node.due.filter(|_| !node.projected);
    if let Some(claimed) = node.claimed_on {
        let late = due.and(node.last_day()).is_some_and(|last| claimed > last);
        return (Stand::Claimed, if late { Light::Red } else { Light::Blue });
    }
    if node.opened_on.is_none() {
        return (Stand::NotBegun, Light::Grey);
    }
    if node.suspended_since.is_some() {
        return (Stand::Suspended, Light::Grey);
    }
    let Some(due) = due else {
        return (Stand::Running, Light::Blue);
    };
    if on > due {
        let in_grace = node.grace_until.is_some_and(|until| on <= until);
        return if in_grace {
            (Stand::InGrace, Light::Yellow)
        } else {
            (Stand::Overdue, Light::Red)
        };
    }
    let warning = node.warn_on.is_some_and(|warn| on >= warn);
    if warning {
        (Stand::Warning, Light::Yellow)
    } else {
        (Stand::Running, Light::Blue)
    }
}
