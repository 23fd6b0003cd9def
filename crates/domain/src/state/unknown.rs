//! Facts that find nothing to act on. They are shown, never silently dropped.

use crate::event::{Event, EventId};

/// A fact that the state could not take in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unknown<'e> {
    /// The fact's id.
    pub id: EventId,
    /// The fact.
    pub event: &'e Event,
    /// What it does not find.
    pub reason: UnknownReason<'e>,
}

/// What a fact does not find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownReason<'e> {
    /// The pack has no such milestone.
    Milestone(&'e str),
    /// The pack has no such stage or step.
    Node(&'e str),
    /// The pack has no such stage.
    Stage(&'e str),
    /// The pack has no such step, or it is done by its milestone and not by a record.
    Step(&'e str),
    /// The pack has no such checklist item.
    Item(&'e str),
    /// The pack has no such visit rule.
    Visit(&'e str),
    /// The stream has no such fact, or one of another kind.
    Reference(EventId),
    /// A correction of a correction.
    VoidOfVoid(EventId),
    /// A claim to return.
    Claim(&'e str),
    /// A request to review, decide or end.
    Request,
    /// A tick to take back.
    Tick(&'e str),
    /// A lead in the standing that the fact speaks of.
    Lead,
    /// Shares that add up.
    Shares,
    /// The pack has no such step with conclusions.
    Gate(&'e str),
    /// The step's gate has no such conclusion.
    Conclusion(&'e str),
    /// The pack has no such step with approvals, or the step has no such level.
    Approval(&'e str),
    /// The pack has no such sponsorship.
    Sponsorship(&'e str),
    /// A naming under this sponsorship to end.
    Sponsor(&'e str),
}

impl UnknownReason<'_> {
    /// A Chinese sentence for users.
    pub fn text(&self) -> String {
        match self {
            Self::Milestone(id) => format!("政策包中没有节点“{id}”。"),
            Self::Node(id) => format!("政策包中没有阶段或环节“{id}”。"),
            Self::Stage(id) => format!("政策包中没有阶段“{id}”。"),
            Self::Step(id) => format!("政策包中没有可登记办结的环节“{id}”。"),
            Self::Item(id) => format!("政策包中没有企业方准备事项“{id}”。"),
            Self::Visit(id) => format!("政策包中没有走访要求“{id}”。"),
            Self::Reference(id) => {
                format!("所引用的第 {} 条记录不存在、已作废，或不是同类记录。", id.0)
            }
            Self::VoidOfVoid(id) => format!("第 {} 条记录本身是更正，不能再作废。", id.0),
            Self::Claim(id) => format!("节点“{id}”没有待认定的申报，退回不起作用。"),
            Self::Request => "没有与之对应的申请。".to_owned(),
            Self::Lead => "线索当时不处于这条记录所说的状态，不起作用。".to_owned(),
            Self::Shares => "各单位的成果比例合计不是 100%，不起作用。".to_owned(),
            Self::Gate(id) => format!("政策包中没有须作结论的环节“{id}”。"),
            Self::Conclusion(id) => format!("环节没有结论“{id}”。"),
            Self::Approval(id) => format!("政策包中没有逐级审核“{id}”。"),
            Self::Sponsorship(id) => format!("政策包中没有包保“{id}”。"),
            Self::Sponsor(id) => format!("项目当时没有列入包保“{id}”，终止不起作用。"),
            Self::Tick(id) => format!("事项“{id}”并未勾选，取消不起作用。"),
        }
    }
}
