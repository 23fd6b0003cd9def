//! What happened to a matter.

use calendar::{Day, Limit};
use serde::{Deserialize, Serialize};

use crate::event::{EventId, FileRef};

/// A fact about one matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MatterEvent {
    /// Version of the stream at which it stands, from 1.
    #[serde(default)]
    pub id: EventId,
    /// The day it happened on.
    pub happened_on: Day,
    /// When it was recorded, RFC 3339 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<jiff::Timestamp>,
    /// Who said so.
    #[serde(default)]
    pub by: MatterBy,
    /// What happened.
    #[serde(flatten)]
    pub kind: MatterEventKind,
}

/// Who acted, and for whom when not in his own name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MatterBy {
    /// The person's name.
    #[serde(default)]
    pub person: String,
    /// The person's unit.
    #[serde(default)]
    pub unit: String,
    /// The account, for the audit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account: String,
    /// 代谁办理: the person who delegated, or the leader for whom a secretary acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting_for: Option<String>,
}

/// Where a matter comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// 企业提问 on a project's page.
    Question,
    /// 会议决定.
    Meeting,
    /// 线索.
    Lead,
    /// 市领导批示.
    Instruction,
    /// Another matter, which was handled badly.
    Matter,
}

impl SourceKind {
    /// Chinese name.
    pub fn title(self) -> &'static str {
        match self {
            SourceKind::Question => "企业提问",
            SourceKind::Meeting => "会议",
            SourceKind::Lead => "线索",
            SourceKind::Instruction => "批示",
            SourceKind::Matter => "事项",
        }
    }

    /// As stored.
    pub fn id(self) -> &'static str {
        match self {
            SourceKind::Question => "question",
            SourceKind::Meeting => "meeting",
            SourceKind::Lead => "lead",
            SourceKind::Instruction => "instruction",
            SourceKind::Matter => "matter",
        }
    }

    /// From the stored form.
    pub fn parse(id: &str) -> Option<SourceKind> {
        [
            SourceKind::Question,
            SourceKind::Meeting,
            SourceKind::Lead,
            SourceKind::Instruction,
            SourceKind::Matter,
        ]
        .into_iter()
        .find(|kind| kind.id() == id)
    }
}

/// What gave rise to a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Kind.
    pub kind: SourceKind,
    /// Its id: a fact of the project, a meeting, a matter.
    pub id: String,
    /// What it was, for readers.
    #[serde(default)]
    pub text: String,
}

/// An order as it was issued.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MatterHead {
    /// Pack id.
    pub pack: String,
    /// Pack version.
    pub version: String,
    /// Kind of matter, an id of the pack.
    pub matter: String,
    /// Year of the number.
    pub year: i16,
    /// Running number of the kind in the year.
    pub n: i64,
    /// The number in words: `潭招督〔2025〕第 3 号`.
    pub number: String,
    /// 事项名称.
    pub title: String,
    /// 内容: 督办内容 of a supervision order.
    pub content: String,
    /// 工作要求.
    #[serde(default)]
    pub requirement: String,
    /// 签发单位.
    pub issuer: String,
    /// The leader who signed, or for whom it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader: Option<String>,
    /// 牵头承办单位, the first named.
    pub lead: String,
    /// 配合单位; they report to the lead unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supporting: Vec<String>,
    /// The limit from which the due day was worked out; absent when a day was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// 完成时限: the last day, as the order states it.
    pub due: Day,
    /// 签收时限.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_by: Option<Day>,
    /// The project it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// What gave rise to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The matter whose bad handling it supervises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervises: Option<String>,
    /// Files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileRef>,
    /// 样例数据.
    #[serde(default)]
    pub sample: bool,
}

/// 委托代办: a person is away, another acts; both names stay on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// Who is away.
    pub person: String,
    /// In whose capacity the deputy acts: the unit of the person.
    pub unit: String,
    /// Who acts.
    pub deputy: String,
    /// The deputy's unit.
    pub deputy_unit: String,
    /// The deputy's account.
    pub deputy_account: String,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// A part of a split matter, as it was handed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartHead {
    /// The unit that answers it.
    pub unit: String,
    /// What it has to do.
    pub task: String,
}

/// What can happen to a matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MatterEventKind {
    /// 签发.
    MatterIssued {
        /// The order.
        head: Box<MatterHead>,
    },
    /// 签收.
    MatterAccepted {},
    /// 退回交办单位, with the reason.
    MatterRefused {
        /// Why.
        reason: String,
    },
    /// 重新交办 of one that was refused: to the same or to others.
    MatterReissued {
        /// 牵头承办单位.
        lead: String,
        /// 配合单位.
        #[serde(default)]
        supporting: Vec<String>,
        /// Remark.
        #[serde(default)]
        note: String,
    },
    /// 分解: each part has its own answer.
    MatterSplit {
        /// The parts.
        parts: Vec<PartHead>,
    },
    /// 分办答复.
    MatterPartAnswered {
        /// Number of the part, from 0.
        part: u32,
        /// The answer.
        text: String,
        /// Files.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// The lead unit is not content with the answer of a part.
    MatterPartReturned {
        /// Number of the part.
        part: u32,
        /// Why.
        reason: String,
    },
    /// A part is taken back: it is no longer wanted.
    MatterPartCancelled {
        /// Number of the part.
        part: u32,
        /// Why.
        reason: String,
    },
    /// 进展.
    MatterProgress {
        /// How it stands.
        text: String,
        /// Files.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// 报结: done, with the result.
    MatterReported {
        /// The result.
        text: String,
        /// Files.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// 审核通过.
    MatterApproved {
        /// Opinion.
        #[serde(default)]
        opinion: String,
    },
    /// 审核退回: the limit runs on.
    MatterReturned {
        /// Why.
        reason: String,
    },
    /// 销号.
    MatterClosed {
        /// Remark.
        #[serde(default)]
        note: String,
    },
    /// 重新办理 of one that was closed.
    MatterReopened {
        /// Why.
        reason: String,
        /// New last day.
        due: Day,
    },
    /// 催办.
    MatterUrged {
        /// What was said.
        text: String,
    },
    /// 调整时限.
    MatterLimitChanged {
        /// New last day.
        due: Day,
        /// Why.
        reason: String,
    },
    /// 委托代办.
    MatterDelegated {
        /// Who for whom, from when to when.
        delegation: Delegation,
    },
    /// 转督办: a supervision order about this matter was issued.
    MatterEscalated {
        /// The order's id.
        to: String,
        /// Its number.
        number: String,
        /// Why.
        reason: String,
    },
    /// 撤回 before acceptance.
    MatterWithdrawn {
        /// Why.
        reason: String,
    },
}
