//! What somebody wants to do with a matter.

use calendar::{Day, Limit};

use super::event::Source;
use crate::event::FileRef;

/// A matter to be issued.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewMatter {
    /// Kind, an id of the pack.
    pub matter: String,
    /// 事项名称.
    pub title: String,
    /// 内容.
    pub content: String,
    /// 工作要求.
    pub requirement: String,
    /// Units, the first leads.
    pub units: Vec<String>,
    /// Another limit than the pack's.
    pub limit: Option<Limit>,
    /// A day set as the last one; goes before the limit.
    pub due: Option<Day>,
    /// The leader in whose name it is issued, and his unit, when a secretary issues it.
    pub on_behalf: Option<(String, String)>,
    /// The leader who signs, when he issues it himself.
    pub leader: Option<String>,
    /// The project it is about.
    pub project: Option<String>,
    /// What gave rise to it.
    pub source: Option<Source>,
    /// The matter that it supervises.
    pub supervises: Option<String>,
    /// Files.
    pub files: Vec<FileRef>,
    /// 样例数据.
    pub sample: bool,
}

/// A part to be handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPart {
    /// Unit.
    pub unit: String,
    /// What it has to do.
    pub task: String,
}

/// What can be done, without its content: the buttons of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// 签收.
    Accept,
    /// 退回交办单位.
    Refuse,
    /// 重新交办.
    Reissue,
    /// 分解.
    Split,
    /// 分办答复.
    AnswerPart,
    /// 退回分办答复.
    ReturnPart,
    /// 取消分办.
    CancelPart,
    /// 填报进展.
    Progress,
    /// 报结.
    Report,
    /// 审核通过.
    Approve,
    /// 审核退回.
    Return,
    /// 销号.
    Close,
    /// 重新办理.
    Reopen,
    /// 催办.
    Urge,
    /// 调整时限.
    ChangeLimit,
    /// 委托代办.
    Delegate,
    /// 转督办.
    Escalate,
    /// 撤回.
    Withdraw,
}

impl Act {
    /// All, the most wanted first.
    pub const ALL: [Act; 18] = [
        Act::Accept,
        Act::AnswerPart,
        Act::Report,
        Act::Approve,
        Act::Return,
        Act::Close,
        Act::Reissue,
        Act::Progress,
        Act::Split,
        Act::ReturnPart,
        Act::CancelPart,
        Act::Urge,
        Act::Escalate,
        Act::ChangeLimit,
        Act::Delegate,
        Act::Refuse,
        Act::Reopen,
        Act::Withdraw,
    ];

    /// Chinese name.
    pub fn title(self) -> &'static str {
        match self {
            Act::Accept => "签收",
            Act::Refuse => "退回交办单位",
            Act::Reissue => "重新交办",
            Act::Split => "分解到单位",
            Act::AnswerPart => "答复分办事项",
            Act::ReturnPart => "退回分办答复",
            Act::CancelPart => "取消分办",
            Act::Progress => "填报进展",
            Act::Report => "报结",
            Act::Approve => "审核通过",
            Act::Return => "审核退回",
            Act::Close => "销号",
            Act::Reopen => "重新办理",
            Act::Urge => "催办",
            Act::ChangeLimit => "调整时限",
            Act::Delegate => "委托代办",
            Act::Escalate => "转督办",
            Act::Withdraw => "撤回",
        }
    }

    /// The word in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Act::Accept => "accept",
            Act::Refuse => "refuse",
            Act::Reissue => "reissue",
            Act::Split => "split",
            Act::AnswerPart => "answer",
            Act::ReturnPart => "return-part",
            Act::CancelPart => "cancel-part",
            Act::Progress => "progress",
            Act::Report => "report",
            Act::Approve => "approve",
            Act::Return => "return",
            Act::Close => "close",
            Act::Reopen => "reopen",
            Act::Urge => "urge",
            Act::ChangeLimit => "limit",
            Act::Delegate => "delegate",
            Act::Escalate => "escalate",
            Act::Withdraw => "withdraw",
        }
    }

    /// From the word in an address.
    pub fn parse(id: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|act| act.id() == id)
    }
}

/// What somebody wants to do with a matter that was issued.
#[derive(Debug, Clone, PartialEq)]
pub enum MatterCommand {
    /// 签收.
    Accept,
    /// 退回交办单位.
    Refuse {
        /// Why.
        reason: String,
    },
    /// 重新交办.
    Reissue {
        /// Units, the first leads.
        units: Vec<String>,
        /// Remark.
        note: String,
    },
    /// 分解.
    Split {
        /// Parts.
        parts: Vec<NewPart>,
    },
    /// 分办答复.
    AnswerPart {
        /// Number of the part, from 0.
        part: u32,
        /// The answer.
        text: String,
        /// Files.
        files: Vec<FileRef>,
    },
    /// 退回分办答复.
    ReturnPart {
        /// Number of the part.
        part: u32,
        /// Why.
        reason: String,
    },
    /// 取消分办.
    CancelPart {
        /// Number of the part.
        part: u32,
        /// Why.
        reason: String,
    },
    /// 填报进展.
    Progress {
        /// How it stands.
        text: String,
        /// Files.
        files: Vec<FileRef>,
    },
    /// 报结.
    Report {
        /// The result.
        text: String,
        /// Files.
        files: Vec<FileRef>,
    },
    /// 审核通过.
    Approve {
        /// Opinion.
        opinion: String,
    },
    /// 审核退回.
    Return {
        /// Why.
        reason: String,
    },
    /// 销号.
    Close {
        /// Remark.
        note: String,
    },
    /// 重新办理.
    Reopen {
        /// Why.
        reason: String,
        /// New last day.
        due: Day,
    },
    /// 催办.
    Urge {
        /// What is said.
        text: String,
    },
    /// 调整时限.
    ChangeLimit {
        /// New last day.
        due: Day,
        /// Why.
        reason: String,
    },
    /// 委托代办.
    Delegate {
        /// Who acts: name.
        deputy: String,
        /// His unit.
        deputy_unit: String,
        /// His account.
        deputy_account: String,
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
        /// Why.
        reason: String,
    },
    /// 转督办; the order is issued in the same transaction.
    Escalate {
        /// Id of the order.
        to: String,
        /// Its number.
        number: String,
        /// Why.
        reason: String,
    },
    /// 撤回.
    Withdraw {
        /// Why.
        reason: String,
    },
}

impl MatterCommand {
    /// What it is, without its content.
    pub fn act(&self) -> Act {
        match self {
            MatterCommand::Accept => Act::Accept,
            MatterCommand::Refuse { .. } => Act::Refuse,
            MatterCommand::Reissue { .. } => Act::Reissue,
            MatterCommand::Split { .. } => Act::Split,
            MatterCommand::AnswerPart { .. } => Act::AnswerPart,
            MatterCommand::ReturnPart { .. } => Act::ReturnPart,
            MatterCommand::CancelPart { .. } => Act::CancelPart,
            MatterCommand::Progress { .. } => Act::Progress,
            MatterCommand::Report { .. } => Act::Report,
            MatterCommand::Approve { .. } => Act::Approve,
            MatterCommand::Return { .. } => Act::Return,
            MatterCommand::Close { .. } => Act::Close,
            MatterCommand::Reopen { .. } => Act::Reopen,
            MatterCommand::Urge { .. } => Act::Urge,
            MatterCommand::ChangeLimit { .. } => Act::ChangeLimit,
            MatterCommand::Delegate { .. } => Act::Delegate,
            MatterCommand::Escalate { .. } => Act::Escalate,
            MatterCommand::Withdraw { .. } => Act::Withdraw,
        }
    }
}
