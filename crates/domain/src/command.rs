//! What an office does: the verbs that are decided into facts.

use std::collections::BTreeMap;

use calendar::Day;
use policy::model::{Action, Side};
use serde::{Deserialize, Serialize};

use crate::event::{Details, DisputeOutcome, EventId, FileRef, Share};
use crate::values::Yuan;

/// What somebody wants to do to a project. The JSON form has the verb under `command`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// 登记.
    Register {
        /// Pack id.
        pack: String,
        /// Pack version.
        version: String,
        /// Basic facts.
        details: Box<Details>,
        /// 样例数据.
        #[serde(default)]
        sample: bool,
    },
    /// 修改基本情况.
    ChangeDetails {
        /// The whole new details.
        details: Box<Details>,
    },
    /// 甄别、确认.
    ConfirmScope {
        /// Whether the project is in scope.
        in_scope: bool,
        /// Why, when not.
        #[serde(default)]
        reason: String,
    },
    /// 更换政策版本.
    MovePolicy {
        /// Pack id.
        pack: String,
        /// New version.
        version: String,
        /// Why.
        reason: String,
    },
    /// 申报节点.
    Claim {
        /// Milestone id.
        milestone: String,
        /// The day it was reached.
        reached_on: Day,
        /// Which variant of the standard.
        #[serde(default)]
        variant: Option<String>,
        /// Evidence.
        #[serde(default)]
        files: Vec<FileRef>,
        /// Values that the standard asks for, by fact id.
        #[serde(default)]
        values: BTreeMap<String, Yuan>,
        /// Remark.
        #[serde(default)]
        note: String,
    },
    /// 认定节点.
    Certify {
        /// Milestone id.
        milestone: String,
        /// The day that counts; absent: as claimed.
        #[serde(default)]
        reached_on: Option<Day>,
        /// Remark.
        #[serde(default)]
        note: String,
    },
    /// 退回申报.
    ReturnClaim {
        /// Milestone id.
        milestone: String,
        /// Why.
        reason: String,
    },
    /// 登记环节办结.
    CompleteStep {
        /// Step id.
        step: String,
        /// The day it was done.
        done_on: Day,
        /// Documents produced.
        #[serde(default)]
        files: Vec<FileRef>,
        /// Remark.
        #[serde(default)]
        note: String,
    },
    /// 环节不涉及.
    WaiveStep {
        /// Step id.
        step: String,
        /// Why.
        reason: String,
    },
    /// 勾选企业方准备事项.
    Tick {
        /// Checklist item id.
        item: String,
        /// Files.
        #[serde(default)]
        files: Vec<FileRef>,
        /// Remark.
        #[serde(default)]
        note: String,
    },
    /// 取消勾选.
    Untick {
        /// Checklist item id.
        item: String,
        /// Why.
        reason: String,
    },
    /// 申请延期.
    RequestExtension {
        /// Stage id.
        stage: String,
        /// Natural days.
        days: u16,
        /// Why.
        reason: String,
        /// Documents.
        #[serde(default)]
        files: Vec<FileRef>,
    },
    /// 审核延期.
    ReviewExtension {
        /// Whether it is supported.
        agreed: bool,
        /// Opinion.
        #[serde(default)]
        opinion: String,
    },
    /// 审批延期.
    DecideExtension {
        /// Whether it is granted.
        approved: bool,
        /// Opinion.
        #[serde(default)]
        opinion: String,
    },
    /// 设置缓冲期.
    SetGrace {
        /// Stage or step id.
        node: String,
        /// Natural days after the due day.
        days: u16,
        /// Why.
        reason: String,
    },
    /// 申请免责.
    RequestExemption {
        /// Ground id.
        ground: String,
        /// First day not counted.
        from: Day,
        /// Last day not counted; absent while it lasts.
        #[serde(default)]
        to: Option<Day>,
        /// Facts and reason.
        reason: String,
        /// Documents.
        #[serde(default)]
        files: Vec<FileRef>,
    },
    /// 核实免责.
    VerifyExemption {
        /// The request.
        request: EventId,
        /// Whether it is granted.
        granted: bool,
        /// First day not counted.
        from: Day,
        /// Last day not counted; absent while it lasts.
        #[serde(default)]
        to: Option<Day>,
        /// Opinion.
        #[serde(default)]
        opinion: String,
        /// Documents.
        #[serde(default)]
        files: Vec<FileRef>,
    },
    /// 登记免责结束.
    EndExemption {
        /// The request.
        request: EventId,
        /// Last day not counted.
        to: Day,
    },
    /// 申请动态调出.
    RequestRemoval {
        /// Why.
        reason: String,
        /// Documents.
        #[serde(default)]
        files: Vec<FileRef>,
    },
    /// 办理动态调出.
    DecideRemoval {
        /// Whether it is removed.
        approved: bool,
        /// The month's batch, `2025-08`.
        batch: String,
        /// Opinion.
        #[serde(default)]
        opinion: String,
    },
    /// 登记走访、调度.
    RecordVisit {
        /// Visit rule id.
        visit: String,
        /// What was found.
        text: String,
        /// Pictures.
        #[serde(default)]
        files: Vec<FileRef>,
    },
    /// 提问.
    Ask {
        /// The question.
        text: String,
    },
    /// 答复.
    Answer {
        /// The question.
        question: EventId,
        /// The answer.
        text: String,
    },
    /// 填报月度投资.
    ReportInvestment {
        /// `2025-06`.
        month: String,
        /// Fixed investment done in the month.
        #[serde(default)]
        fixed_investment: Option<Yuan>,
        /// Funds in place in the month.
        #[serde(default)]
        funds_in_place: Option<Yuan>,
    },
    /// 登记责任.
    RecordDuty {
        /// Duty id.
        duty: String,
        /// Detail.
        #[serde(default)]
        detail: String,
        /// Due day by contract.
        #[serde(default)]
        due: Option<Day>,
        /// Target value by contract.
        #[serde(default)]
        target: Option<Yuan>,
    },
    /// 登记责任履行.
    FulfilDuty {
        /// The record.
        record: EventId,
        /// Value reached.
        #[serde(default)]
        value: Option<Yuan>,
        /// Proof.
        #[serde(default)]
        files: Vec<FileRef>,
        /// Remark.
        #[serde(default)]
        note: String,
    },
    /// 登记正面清单事项.
    RecordMerit {
        /// Merit id.
        merit: String,
        /// Facts.
        text: String,
        /// Proof.
        #[serde(default)]
        files: Vec<FileRef>,
    },
    /// 认定负面清单事项.
    CertifyBreach {
        /// Breach id.
        breach: String,
        /// Facts.
        text: String,
        /// Rectify by.
        #[serde(default)]
        rectify_by: Option<Day>,
        /// Proof.
        #[serde(default)]
        files: Vec<FileRef>,
    },
    /// 登记整改到位.
    RectifyBreach {
        /// The entry.
        breach: EventId,
        /// Facts.
        text: String,
    },
    /// 登记处理结果.
    SanctionBreach {
        /// The entry.
        breach: EventId,
        /// Consequence id.
        consequence: String,
        /// Facts.
        text: String,
    },
    /// 负面清单事项免责.
    ExemptBreach {
        /// The entry.
        breach: EventId,
        /// The exemption request on which it rests.
        exemption: EventId,
    },
    /// 登记争议解决过程.
    RecordDispute {
        /// Step of the path.
        path: String,
        /// How it came out.
        outcome: DisputeOutcome,
        /// What it is about, what came out.
        text: String,
        /// Which side raised it.
        side: Side,
        /// Documents.
        #[serde(default)]
        files: Vec<FileRef>,
    },
    /// 推荐奖励支持.
    RecommendAward {
        /// Award id.
        award: String,
        /// Which programme.
        #[serde(default)]
        text: String,
    },
    /// 登记线索.
    FindLead {
        /// Source id.
        source: String,
        /// The unit that found it.
        unit: String,
        /// The person who found it.
        person: String,
        /// What is known.
        #[serde(default)]
        text: String,
    },
    /// 认领线索.
    ClaimLead {
        /// The unit that takes it up: the one that acts.
        unit: String,
    },
    /// 移交线索.
    TransferLead {
        /// The unit that shall hold it.
        to: String,
        /// The credit from now on; none: as it was.
        #[serde(default)]
        shares: Vec<Share>,
    },
    /// 划分成果.
    ShareCredit {
        /// All shares.
        shares: Vec<Share>,
    },
    /// 退回线索池.
    ReturnLead {
        /// Why.
        reason: String,
    },
    /// 休眠退回, by the program.
    LetLeadRest {},
    /// 登记流失.
    LoseLead {
        /// Reason id.
        reason: String,
        /// What happened.
        #[serde(default)]
        text: String,
    },
    /// 恢复线索.
    ReviveLead {
        /// Why.
        reason: String,
    },
    /// 合并到另一条线索.
    MergeLead {
        /// The project that goes on.
        into: String,
    },
    /// 并入另一条线索: the other side of a merge.
    AbsorbLead {
        /// The project that is merged into this.
        from: String,
    },
    /// 项目交办.
    Assign {
        /// 牵头责任领导.
        #[serde(default)]
        leader: Option<String>,
        /// 承接责任单位.
        receiving_unit: String,
        /// 配合单位.
        #[serde(default)]
        supporting: Vec<String>,
        /// 任务清单.
        tasks: Vec<String>,
    },
    /// 报送进展.
    ReportProgress {
        /// 进展情况.
        progress: String,
        /// 存在的困难和问题.
        #[serde(default)]
        problems: String,
    },
    /// 作出环节结论.
    Conclude {
        /// Step id.
        step: String,
        /// Conclusion id.
        conclusion: String,
        /// The day the conclusion was reached.
        done_on: Day,
        /// Documents.
        #[serde(default)]
        files: Vec<FileRef>,
        /// Remark, or why it did not pass.
        #[serde(default)]
        note: String,
    },
    /// 逐级审核.
    Approve {
        /// Step id.
        step: String,
        /// Approval id.
        level: String,
        /// Whether the level agrees.
        agreed: bool,
        /// Opinion.
        #[serde(default)]
        opinion: String,
    },
    /// 请求推进.
    AskMove {
        /// Step id.
        step: String,
        /// Why.
        reason: String,
    },
    /// 答复推进的请求.
    AnswerMove {
        /// The request.
        request: EventId,
        /// The answer.
        text: String,
    },
    /// 调度督办.
    Direct {
        /// Stage or step it is about.
        #[serde(default)]
        node: Option<String>,
        /// What shall be done.
        text: String,
        /// The units it is addressed to.
        units: Vec<String>,
    },
    /// 指定包保的领导和业务科室.
    NameSponsor {
        /// Sponsorship id.
        sponsorship: String,
        /// 领导.
        #[serde(default)]
        leader: String,
        /// 业务科室.
        #[serde(default)]
        office: String,
        /// 联络员.
        #[serde(default)]
        contact: Option<String>,
        /// Remark.
        #[serde(default)]
        note: String,
    },
    /// 终止包保.
    EndSponsor {
        /// Sponsorship id.
        sponsorship: String,
        /// Why.
        reason: String,
    },
    /// 作废一条登记有误的记录.
    Void {
        /// The fact.
        event: EventId,
        /// Why.
        reason: String,
    },
    /// 撤销导入.
    Withdraw {
        /// Why.
        reason: String,
    },
}

impl Command {
    /// What the pack calls it when it says who may do it.
    pub fn action(&self) -> Action {
        match self {
            Command::Register { .. } | Command::Withdraw { .. } => Action::Register,
            Command::ChangeDetails { .. } | Command::ReportInvestment { .. } => Action::EditDetails,
            Command::ConfirmScope { .. } => Action::ConfirmScope,
            Command::MovePolicy { .. } => Action::MovePolicy,
            Command::Claim { .. } => Action::Claim,
            Command::Certify { .. } | Command::ReturnClaim { .. } => Action::Certify,
            Command::CompleteStep { .. } | Command::WaiveStep { .. } => Action::CompleteStep,
            Command::Tick { .. } | Command::Untick { .. } => Action::TickItem,
            Command::RequestExtension { .. } => Action::RequestExtension,
            Command::ReviewExtension { .. } => Action::ReviewExtension,
            Command::DecideExtension { .. } => Action::ApproveExtension,
            Command::SetGrace { .. } => Action::SetGrace,
            Command::RequestExemption { .. } => Action::RequestExemption,
            Command::VerifyExemption { .. } | Command::EndExemption { .. } => {
                Action::VerifyExemption
            }
            Command::RequestRemoval { .. } => Action::RequestRemoval,
            Command::DecideRemoval { .. } => Action::ApproveRemoval,
            Command::RecordVisit { .. } => Action::RecordVisit,
            Command::Ask { .. } | Command::Answer { .. } => Action::Ask,
            Command::RecordDuty { .. } | Command::FulfilDuty { .. } => Action::RecordDuty,
            Command::RecordMerit { .. } => Action::RecordMerit,
            Command::CertifyBreach { .. }
            | Command::RectifyBreach { .. }
            | Command::SanctionBreach { .. }
            | Command::ExemptBreach { .. } => Action::CertifyBreach,
            Command::RecordDispute { .. } => Action::RecordDispute,
            Command::RecommendAward { .. } => Action::RecommendAward,
            Command::FindLead { .. } => Action::RegisterLead,
            Command::ClaimLead { .. } => Action::ClaimLead,
            Command::TransferLead { .. }
            | Command::ShareCredit { .. }
            | Command::ReturnLead { .. }
            | Command::LetLeadRest {}
            | Command::LoseLead { .. }
            | Command::ReviveLead { .. } => Action::TransferLead,
            Command::MergeLead { .. } | Command::AbsorbLead { .. } => Action::MergeLead,
            Command::Assign { .. } => Action::Assign,
            Command::ReportProgress { .. } => Action::ReportProgress,
            Command::Conclude { .. } | Command::AnswerMove { .. } => Action::Conclude,
            Command::Approve { .. } => Action::Approve,
            Command::AskMove { .. } => Action::AskMove,
            Command::Direct { .. } => Action::Dispatch,
            Command::NameSponsor { .. } | Command::EndSponsor { .. } => Action::Sponsor,
            Command::Void { .. } => Action::Void,
        }
    }

    /// 中文名称，用于提示和记录。
    pub fn title(&self) -> &'static str {
        match self {
            Command::Register { .. } => "登记项目",
            Command::ChangeDetails { .. } => "修改基本情况",
            Command::ConfirmScope { .. } => "甄别、确认纳入管理",
            Command::MovePolicy { .. } => "更换政策版本",
            Command::Claim { .. } => "申报节点",
            Command::Certify { .. } => "认定节点",
            Command::ReturnClaim { .. } => "退回申报",
            Command::CompleteStep { .. } => "登记环节办结",
            Command::WaiveStep { .. } => "登记环节不涉及",
            Command::Tick { .. } => "勾选企业方准备事项",
            Command::Untick { .. } => "取消勾选企业方准备事项",
            Command::RequestExtension { .. } => "申请延期",
            Command::ReviewExtension { .. } => "审核延期",
            Command::DecideExtension { .. } => "审批延期",
            Command::SetGrace { .. } => "设置缓冲期",
            Command::RequestExemption { .. } => "申请免责",
            Command::VerifyExemption { .. } => "核实免责",
            Command::EndExemption { .. } => "登记免责结束",
            Command::RequestRemoval { .. } => "申请动态调出",
            Command::DecideRemoval { .. } => "办理动态调出",
            Command::RecordVisit { .. } => "登记走访、调度",
            Command::Ask { .. } => "提问",
            Command::Answer { .. } => "答复",
            Command::ReportInvestment { .. } => "填报月度投资",
            Command::RecordDuty { .. } => "登记责任",
            Command::FulfilDuty { .. } => "登记责任履行",
            Command::RecordMerit { .. } => "登记正面清单事项",
            Command::CertifyBreach { .. } => "认定负面清单事项",
            Command::RectifyBreach { .. } => "登记整改到位",
            Command::SanctionBreach { .. } => "登记处理结果",
            Command::ExemptBreach { .. } => "负面清单事项免责",
            Command::RecordDispute { .. } => "登记争议解决过程",
            Command::RecommendAward { .. } => "推荐奖励支持",
            Command::FindLead { .. } => "登记线索",
            Command::ClaimLead { .. } => "认领线索",
            Command::TransferLead { .. } => "移交线索",
            Command::ShareCredit { .. } => "划分成果",
            Command::ReturnLead { .. } => "退回线索池",
            Command::LetLeadRest {} => "休眠退回线索池",
            Command::LoseLead { .. } => "登记流失",
            Command::ReviveLead { .. } => "恢复线索",
            Command::MergeLead { .. } | Command::AbsorbLead { .. } => "合并线索",
            Command::Assign { .. } => "下达项目交办",
            Command::ReportProgress { .. } => "报送进展",
            Command::Conclude { .. } => "作出环节结论",
            Command::Approve { .. } => "作出审核意见",
            Command::AskMove { .. } => "请求推进",
            Command::AnswerMove { .. } => "答复推进的请求",
            Command::Direct { .. } => "调度督办",
            Command::NameSponsor { .. } => "指定包保的领导和科室",
            Command::EndSponsor { .. } => "终止包保",
            Command::Void { .. } => "作废记录",
            Command::Withdraw { .. } => "撤销导入",
        }
    }
}
