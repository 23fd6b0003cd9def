//! What happened: the facts of which a project's stream consists.
//!
//! A fact has the day it happened on, the moment it was recorded, and who said so. Facts are never changed;
//! a wrong one is [`EventKind::Voided`] with a reason, and both stay. The stored form is the JSON of [`Event`];
//! `docs/events.md` lists every kind with its fields and an example.

use calendar::Day;
use policy::model::{Sector, Side};
use serde::{Deserialize, Serialize};

use crate::values::{CreditCode, Yuan};

/// A fact about one project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Id within the stream, given when recorded; facts that speak of another fact name it.
    #[serde(default)]
    pub id: EventId,
    /// The day it happened on.
    pub happened_on: Day,
    /// When it was recorded, RFC 3339 UTC; absent in hand-written lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<jiff::Timestamp>,
    /// Who said so.
    #[serde(default)]
    pub by: By,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// Version of the stream at which the fact stands, from 1; 0 in hand-written lists, where the position counts.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct EventId(pub u32);

/// Who said so: person and unit, by name as they were on that day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct By {
    /// The person's name.
    #[serde(default)]
    pub person: String,
    /// The person's unit.
    #[serde(default)]
    pub unit: String,
    /// The account, for the audit; empty in hand-written lists.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account: String,
    /// The import batch, when the fact came from a ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<String>,
}

/// A file kept with a fact: its name and the SM3 of its content.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileRef {
    /// Which evidence of the rule it is (`site-photo`), when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Name as uploaded.
    pub name: String,
    /// SM3 of the content, hex.
    pub sm3: String,
}

/// The basic facts of a project. Every field may be absent in a first ledger; what is absent is shown as missing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// 项目名称.
    pub name: String,
    /// 项目投资方.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub investor: Option<String>,
    /// 工商注册名称, the enterprise that carries the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<String>,
    /// 统一社会信用代码.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_code: Option<CreditCode>,
    /// 产业类别 that decides the sector authority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector: Option<Sector>,
    /// 行业, as the ledger words it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    /// 属地政府.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// 项目承接方.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiving_unit: Option<String>,
    /// 总投资, exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_investment: Option<Yuan>,
    /// 引进资金.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introduced_funds: Option<Yuan>,
    /// 到位资金.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub funds_in_place: Option<Yuan>,
    /// 总投资 as the page or ledger worded it, kept beside what was understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_investment_raw: Option<String>,
    /// 项目所在地.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// 用地, in 1/100 亩.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub land_mu_hundredths: Option<i64>,
    /// 项目基本情况.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// 联系人 and telephone, sealed by the service before they come here (never in clear text).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_sealed: Option<String>,
    /// 来源, for sample rows and imports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Further columns of the ledger by heading (500强, 签约类型, 合作方式, 投资方类别 …).
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub extra: std::collections::BTreeMap<String, String>,
}

/// What can happen to a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    // ---- registration
    /// 登记: the project enters the ledger under a pack and version.
    Registered {
        /// Pack id.
        pack: String,
        /// Pack version.
        version: String,
        /// Basic facts.
        details: Box<Details>,
        /// 样例数据, shown so wherever the project is.
        #[serde(default)]
        sample: bool,
    },
    /// 修改基本情况: the whole new details.
    DetailsChanged {
        /// Basic facts from now on.
        details: Box<Details>,
    },
    /// 甄别、确认: the centre says whether the project is in scope.
    ScopeConfirmed {
        /// Whether it is.
        in_scope: bool,
        /// Why, when not.
        #[serde(default)]
        reason: String,
    },
    /// 更换政策版本.
    PolicyMoved {
        /// Pack id.
        pack: String,
        /// New version.
        version: String,
        /// Why.
        reason: String,
    },

    // ---- milestones
    /// 申报: a milestone is claimed (or simply reached, where the pack wants no certification).
    MilestoneClaimed {
        /// Milestone id.
        milestone: String,
        /// The day it was reached.
        reached_on: Day,
        /// Which variant of the standard.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        variant: Option<String>,
        /// Evidence.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
        /// Values that the standard asks for, by fact id.
        #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
        values: std::collections::BTreeMap<String, Yuan>,
        /// Remark.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// 认定.
    MilestoneCertified {
        /// Milestone id.
        milestone: String,
        /// The day it counts as reached: the claimed one or the one that the certifier found.
        reached_on: Day,
        /// Remark.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// 退回: the claim does not meet the standard; the clock runs on.
    MilestoneReturned {
        /// Milestone id.
        milestone: String,
        /// Why.
        reason: String,
    },

    // ---- steps and checklist
    /// 环节办结.
    StepCompleted {
        /// Step id.
        step: String,
        /// The day it was done.
        done_on: Day,
        /// Documents produced.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
        /// Remark.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// 不涉及: an optional step that this project does without.
    StepWaived {
        /// Step id.
        step: String,
        /// Why.
        reason: String,
    },
    /// 企业方准备事项 ticked.
    ItemTicked {
        /// Checklist item id.
        item: String,
        /// Files.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
        /// Remark.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// The tick is taken back.
    ItemUnticked {
        /// Checklist item id.
        item: String,
        /// Why.
        reason: String,
    },

    // ---- adjustments
    /// 延期申请 by the host.
    ExtensionRequested {
        /// Stage whose limit is adjusted.
        stage: String,
        /// By how many natural days.
        days: u16,
        /// Why.
        reason: String,
        /// Documents.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// 审核 by the centre.
    ExtensionReviewed {
        /// Whether the centre supports it.
        agreed: bool,
        /// Opinion.
        opinion: String,
    },
    /// 审批 by the deputy mayor in charge.
    ExtensionDecided {
        /// Whether it is granted. A refused one does not use up the one adjustment.
        approved: bool,
        /// Opinion.
        opinion: String,
    },
    /// 缓冲期: so many natural days after the due day a slight delay is no breach.
    GraceSet {
        /// Stage or step.
        node: String,
        /// Natural days after the due day.
        days: u16,
        /// Why.
        reason: String,
    },
    /// 免责申请: days that shall not count, or a breach that shall be cleared.
    ExemptionRequested {
        /// Ground id of the pack.
        ground: String,
        /// First day not counted.
        from: Day,
        /// Last day not counted; absent while it lasts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Day>,
        /// Facts and reason.
        reason: String,
        /// Documents.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// 免责核实.
    ExemptionVerified {
        /// The request.
        request: EventId,
        /// Whether it is granted.
        granted: bool,
        /// First day not counted, as verified.
        from: Day,
        /// Last day not counted, as verified; absent while it lasts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Day>,
        /// Opinion.
        opinion: String,
        /// Documents.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// The end of an exemption that was open.
    ExemptionEnded {
        /// The request.
        request: EventId,
        /// Last day not counted.
        to: Day,
    },

    // ---- removal
    /// 动态调出申请.
    RemovalRequested {
        /// Why the project cannot go on.
        reason: String,
        /// Documents.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// 动态调出办理, once a month.
    RemovalDecided {
        /// Whether it is removed.
        approved: bool,
        /// The month's batch, `2025-08`.
        batch: String,
        /// Opinion.
        opinion: String,
    },

    // ---- dispatch and visits
    /// 走访、调度.
    VisitRecorded {
        /// Visit rule of the pack.
        visit: String,
        /// What was found.
        text: String,
        /// Pictures.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// 企业方提问.
    QuestionAsked {
        /// The question.
        text: String,
    },
    /// 答复.
    QuestionAnswered {
        /// The question.
        question: EventId,
        /// The answer.
        text: String,
    },
    /// 三级提醒 that went out, recorded on the project.
    Escalated {
        /// Stage or step.
        node: String,
        /// 1–3.
        level: u8,
        /// The due day it was about.
        due: Day,
    },
    /// 到位资金、完成投资 reported for a month.
    InvestmentReported {
        /// `2025-06`.
        month: String,
        /// Fixed investment done in the month.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fixed_investment: Option<Yuan>,
        /// Funds in place in the month.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        funds_in_place: Option<Yuan>,
    },

    // ---- performance of the contract
    /// 责任 recorded: what a side owes by a day or a value.
    DutyRecorded {
        /// Duty id of the pack.
        duty: String,
        /// Detail, when it is more than the pack's title (which utility, which policy).
        #[serde(default, skip_serializing_if = "String::is_empty")]
        detail: String,
        /// Due day by contract, when it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Day>,
        /// Target value by contract, in yuan (or yuan per mu).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<Yuan>,
    },
    /// 责任 done, or its value reached.
    DutyFulfilled {
        /// The record.
        record: EventId,
        /// Value reached, when the duty has a target.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Yuan>,
        /// Proof.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
        /// Remark.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// 正面清单.
    MeritRecorded {
        /// Merit id of the pack.
        merit: String,
        /// Facts.
        text: String,
        /// Proof.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// 负面清单 entry certified by the responsible unit.
    BreachCertified {
        /// Breach id of the pack.
        breach: String,
        /// Facts.
        text: String,
        /// Rectify by, when the pack wants rectification.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rectify_by: Option<Day>,
        /// Proof.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// 整改 done and accepted.
    BreachRectified {
        /// The entry.
        breach: EventId,
        /// Facts.
        text: String,
    },
    /// Consequence of a breach: escalated as 兜底办 problem, awards cancelled, idle-land fee, land taken back.
    BreachSanctioned {
        /// The entry.
        breach: EventId,
        /// Consequence id of the pack.
        consequence: String,
        /// Facts.
        text: String,
    },
    /// Breach cleared by a verified exemption; the reason stays visible.
    BreachExempted {
        /// The entry.
        breach: EventId,
        /// The exemption request on which it rests.
        exemption: EventId,
    },
    /// 争议解决: a step on the path (negotiation, arbitration, court).
    DisputeRecorded {
        /// Dispute step of the pack.
        path: String,
        /// `opened`, `settled` or `failed`.
        outcome: DisputeOutcome,
        /// What it is about, what came out.
        text: String,
        /// Which side raised it.
        side: Side,
        /// Documents.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// 推荐奖励支持.
    AwardRecommended {
        /// Award id of the pack.
        award: String,
        /// Which programme.
        text: String,
    },

    // ---- leads
    /// 线索登记: who found it, and where; kept through the whole life of the project.
    LeadFound {
        /// Source id of the pack.
        source: String,
        /// The unit that found it.
        unit: String,
        /// The person who found it.
        person: String,
        /// What is known.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// 认领.
    LeadClaimed {
        /// The unit that takes it up.
        unit: String,
        /// Last day of its priority.
        until: Day,
    },
    /// 移交 to another unit.
    LeadTransferred {
        /// The unit that held it.
        from: String,
        /// The unit that holds it from now on.
        to: String,
        /// The credit from now on; none: as it was.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        shares: Vec<Share>,
    },
    /// 成果划分.
    CreditShared {
        /// All shares from now on.
        shares: Vec<Share>,
    },
    /// 休眠: back to the pool, because nobody was in contact for the pack's days.
    LeadDormant {},
    /// 退回线索池 by the unit that held it.
    LeadReturned {
        /// Why.
        reason: String,
    },
    /// 流失.
    LeadLost {
        /// Reason id of the pack.
        reason: String,
        /// What happened.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// 恢复 of a lost lead.
    LeadRevived {
        /// Why.
        reason: String,
    },
    /// 合并: this one is the same as another, which goes on.
    LeadMerged {
        /// The project that goes on.
        into: String,
    },
    /// The other side of a merge: another one was the same as this.
    LeadAbsorbed {
        /// The project that was merged into this.
        from: String,
    },

    // ---- closed loop: assignment, gates, approvals
    /// 项目交办 (form 2). A later one takes the place of an earlier one.
    ProjectAssigned {
        /// 牵头责任领导.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leader: Option<String>,
        /// 承接责任单位.
        receiving_unit: String,
        /// 配合单位.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        supporting: Vec<String>,
        /// 任务清单, one entry for each task.
        tasks: Vec<String>,
    },
    /// 进展情况 (forms 3 and 5).
    ProgressReported {
        /// 进展情况.
        progress: String,
        /// 存在的困难和问题.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        problems: String,
    },
    /// 环节结论: the conclusion of a gate. A step that did not pass is concluded again; both stay.
    StepConcluded {
        /// Step id.
        step: String,
        /// Conclusion id of the step's gate.
        conclusion: String,
        /// The day the conclusion was reached.
        done_on: Day,
        /// Documents.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
        /// Remark, or why it did not pass.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// 逐级审核: one level agrees, or returns with its opinion.
    ApprovalGiven {
        /// Step id.
        step: String,
        /// Approval id of the step.
        level: String,
        /// Whether it agrees; otherwise the step is returned and the chain begins anew.
        agreed: bool,
        /// Opinion.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        opinion: String,
    },
    /// 请求推进: who may not move the project asks the owner of the stage to do it.
    MoveAsked {
        /// Step id.
        step: String,
        /// Why.
        reason: String,
    },
    /// The owner answers a request to move without moving.
    MoveAnswered {
        /// The request.
        request: EventId,
        /// The answer.
        text: String,
    },
    /// 调度督办: city leaders dispatch and supervise at any node.
    LeaderDirected {
        /// Stage or step it is about, when it is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node: Option<String>,
        /// What shall be done.
        text: String,
        /// The units it is addressed to, the first leads.
        units: Vec<String>,
    },

    // ---- sponsorship
    /// 包保: a leader and an office are named for the project. From its day on it takes the place of an earlier one.
    SponsorNamed {
        /// Sponsorship id of the pack.
        sponsorship: String,
        /// 领导, by name; empty while nobody is named.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        leader: String,
        /// 业务科室; empty while none is named.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        office: String,
        /// 联络员, by name; telephones are kept elsewhere, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact: Option<String>,
        /// Remark.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// 终止包保.
    SponsorEnded {
        /// Sponsorship id of the pack.
        sponsorship: String,
        /// Why.
        reason: String,
    },

    // ---- correction
    /// A fact was recorded wrongly and no longer counts. It stays in the history.
    Voided {
        /// The fact.
        event: EventId,
        /// Why.
        reason: String,
    },
    /// An import was undone: everything of the stream up to here no longer counts.
    Withdrawn {
        /// Why.
        reason: String,
    },
}

/// A unit's part of the credit for a project.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The unit.
    pub unit: String,
    /// Its part, in 1/10000; the parts of a project add up to 10000.
    pub basis_points: u32,
}

/// How a step on the dispute path came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeOutcome {
    /// 开始.
    Opened,
    /// 解决.
    Settled,
    /// 未能解决.
    Failed,
}
