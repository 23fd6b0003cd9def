//! A policy pack as it is written: one struct per TOML table, every rule with its clause.
//!
//! These types are the language of the packs. The JSON Schema for editors is generated from them, so the
//! doc comments here are what an author sees while typing. Unknown keys are refused.

mod lead;

pub use lead::{LeadBasis, LeadDef, LeadDormantDef, LeadPriorityDef, LeadRightDef, LeadWordDef};
mod matters;

pub use matters::{MatterDef, MatterParty, MeetingDef, SheetDef, calendar_months};

use calendar::{Day, LimitUnit, Roll};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod documents;
mod forms;

pub use documents::*;
pub use forms::*;

mod sponsorship;
pub use sponsorship::{AnotherProject, LeaderDef, SponsorPart, SponsorshipDef};

/// 一个政策包文件的全部内容。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackFile {
    /// 政策包的身份：编号、版本、文件号、施行日期。
    pub pack: PackHead,
    /// 谁是谁：角色到单位的对应。键为英文小写标识，供规则引用。
    #[serde(default)]
    pub roles: IndexMap<String, RoleDef>,
    /// 哪些角色看得到什么、可以做什么。键为角色标识。
    #[serde(default)]
    pub access: IndexMap<String, AccessDef>,
    /// 适用范围。
    #[serde(default)]
    pub scope: Option<ScopeDef>,
    /// 节点（过会、签约、开工……）：由谁申报、谁认定、按什么标准、凭什么材料。
    #[serde(default)]
    pub milestone: Vec<MilestoneDef>,
    /// 阶段，按先后列出；阶段内的环节写在 `[[stage.step]]`。
    #[serde(default)]
    pub stage: Vec<StageDef>,
    /// 企业方准备事项。
    #[serde(default)]
    pub checklist: Vec<ChecklistDef>,
    /// 延期规则。
    #[serde(default)]
    pub extension: Option<ExtensionDef>,
    /// 动态调出规则。
    #[serde(default)]
    pub removal: Option<RemovalDef>,
    /// 预警与三级递进提醒：限时完成、超时提醒、逾期批评。
    #[serde(default)]
    pub escalation: Vec<EscalationDef>,
    /// 走访、调度要求。
    #[serde(default)]
    pub visit: Vec<VisitDef>,
    /// 履约：双方责任（第四、五条）。
    #[serde(default)]
    pub duty: Vec<DutyDef>,
    /// 履约：正面清单。
    #[serde(default)]
    pub merit: Vec<MeritDef>,
    /// 履约：负面清单及其后果。
    #[serde(default)]
    pub breach: Vec<BreachDef>,
    /// 履约：奖励支持资金的推荐条件。
    #[serde(default)]
    pub award: Vec<AwardDef>,
    /// 履约：合理缓冲期。
    #[serde(default)]
    pub grace: Option<GraceDef>,
    /// 履约：免责情形。
    #[serde(default)]
    pub exemption: Vec<ExemptionDef>,
    /// 履约：争议解决途径，按先后列出。
    #[serde(default)]
    pub dispute: Vec<DisputeDef>,
    /// 招商线索：来源、首谈优先、休眠、流失、分工。
    #[serde(default)]
    pub lead: Option<LeadDef>,
    /// 市领导牵头项目：一个项目由几名领导牵头，一名领导可否再牵头另一个项目。
    #[serde(default)]
    pub leader: Option<LeaderDef>,
    /// 包保：为选定的项目指定领导和业务科室。
    #[serde(default)]
    pub sponsorship: Vec<SponsorshipDef>,
    /// 事项：各类事项由谁签发、谁审核、多长时限、如何编号。
    #[serde(default)]
    pub matter: Vec<MatterDef>,
    /// 事项：会议及其周期、主持、参加单位。
    #[serde(default)]
    pub meeting: Vec<MeetingDef>,
    /// 报表：表式、每格取自哪里、由谁何时报送。
    #[serde(default)]
    pub form: Vec<FormDef>,
    /// 报表包：定期报送或印发的公文。
    #[serde(default)]
    pub document: Vec<DocumentDef>,
}

/// 政策包的种类。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PackKind {
    /// 全生命周期：节点、阶段、环节。
    Lifecycle,
    /// 履约：双方责任、正负面清单、缓冲、免责、争议。
    Performance,
    /// 事项：交办、督办、企业诉求等的办理规则。
    Matters,
    /// 报表：表式、报送周期、填报单位。
    Forms,
}

impl PackKind {
    /// 标识，与政策包、数据库、接口一致。
    pub fn id(self) -> &'static str {
        match self {
            PackKind::Lifecycle => "lifecycle",
            PackKind::Performance => "performance",
            PackKind::Matters => "matters",
            PackKind::Forms => "forms",
        }
    }
    /// 中文名称。
    pub fn title(self) -> &'static str {
        match self {
            PackKind::Lifecycle => "全生命周期",
            PackKind::Performance => "履约",
            PackKind::Matters => "事项",
            PackKind::Forms => "报表",
        }
    }
}

/// 政策包的身份。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackHead {
    /// 编号，如 `qianjiang-6411`。同一编号可以有多个版本。
    pub id: String,
    /// 版本，如 `2025-05-16`；正在运行的项目保留各自的版本。
    pub version: String,
    /// 种类。
    pub kind: PackKind,
    /// 地区标识，如 `qianjiang`。
    pub region: String,
    /// 文件标题。
    pub title: String,
    /// 文号。
    pub document: String,
    /// 印发日期。
    #[schemars(with = "String", extend("format" = "date"))]
    pub issued: Day,
    /// 施行日期。
    #[schemars(with = "String", extend("format" = "date"))]
    pub effective: Day,
    /// 履约包所依附的全生命周期包编号。
    #[serde(default)]
    pub accompanies: Option<String>,
    /// 负责解释的单位。
    #[serde(default)]
    pub interpreted_by: Option<String>,
    /// 期限最后一日逢休息日是否顺延（民法典第二百零三条）；规则可以另行指定。
    #[serde(default)]
    #[schemars(with = "RollSchema")]
    pub roll: Roll,
    /// 说明。
    #[serde(default)]
    pub note: Option<String>,
}

/// 角色由谁担任。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RoleDef {
    /// 固定的一个单位。
    Unit(String),
    /// 固定的几个单位，均视为该角色。
    Units(Vec<String>),
    /// 取自项目：`project.host`（属地政府）、`project.enterprise`（企业方），以及项目交办所定的
    /// `project.receiving_unit`（承接责任单位）、`project.supporting`（配合单位）、`project.leader`（牵头责任领导）。
    Of(RoleOf),
    /// 按项目的产业类别决定：`by = "project.sector"`。
    By(RoleBy),
}

/// 取自项目某一栏的角色。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleOf {
    /// `project.host`、`project.enterprise`、`project.receiving_unit`、`project.supporting` 或 `project.leader`。
    pub of: ProjectField,
}

/// 角色可取自的项目栏目。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProjectField {
    /// 属地政府。
    #[serde(rename = "project.host")]
    Host,
    /// 企业方。
    #[serde(rename = "project.enterprise")]
    Enterprise,
    /// 承接责任单位，由项目交办所定。
    #[serde(rename = "project.receiving_unit")]
    ReceivingUnit,
    /// 配合单位，由项目交办所定，可以有几个。
    #[serde(rename = "project.supporting")]
    Supporting,
    /// 牵头责任领导，由项目交办所定。
    #[serde(rename = "project.leader")]
    Leader,
}

impl ProjectField {
    /// 中文名称：属地政府、企业方、承接责任单位、配合单位、牵头责任领导。
    pub fn title(self) -> &'static str {
        match self {
            ProjectField::Host => "属地政府",
            ProjectField::Enterprise => "企业方",
            ProjectField::ReceivingUnit => "承接责任单位",
            ProjectField::Supporting => "配合单位",
            ProjectField::Leader => "牵头责任领导",
        }
    }
}

/// 按产业类别决定的角色。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleBy {
    /// 固定写 `project.sector`。
    pub by: SectorField,
    /// 工业。
    pub industry: String,
    /// 服务业。
    pub service: String,
    /// 商贸业。
    pub commerce: String,
}

/// 决定角色的栏目。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SectorField {
    /// 产业类别。
    #[serde(rename = "project.sector")]
    Sector,
}

/// 产业类别。
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Sector {
    /// 工业。
    Industry,
    /// 服务业。
    Service,
    /// 商贸业。
    Commerce,
}

impl Sector {
    /// 三个类别，按文件次序。
    pub const ALL: [Sector; 3] = [Sector::Industry, Sector::Service, Sector::Commerce];
    /// 中文名称：工业、服务业、商贸业。
    pub fn title(self) -> &'static str {
        match self {
            Sector::Industry => "工业",
            Sector::Service => "服务业",
            Sector::Commerce => "商贸业",
        }
    }
    /// 标识，与政策包、数据库、接口一致：industry、service、commerce。
    pub fn id(self) -> &'static str {
        match self {
            Sector::Industry => "industry",
            Sector::Service => "service",
            Sector::Commerce => "commerce",
        }
    }
    /// 由标识或中文名称识别。
    pub fn parse(text: &str) -> Option<Sector> {
        Sector::ALL
            .into_iter()
            .find(|s| s.id() == text || s.title() == text)
    }
}

/// 一个角色的权限。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessDef {
    /// 看得到哪些项目。
    pub sees: Sight,
    /// 可以做的事。
    #[serde(default)]
    pub may: Vec<Action>,
    /// 是否可看联系人电话全文；否则掩码显示。
    #[serde(default)]
    pub contacts: bool,
    /// 依据条款。
    #[serde(default)]
    pub clause: Option<String>,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 可见范围。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// 本地区全部项目。
    All,
    /// 与本单位有关的项目（属地、行业主管、企业方）。
    Related,
}

/// 可授权的动作。动作针对的节点、环节另由规则中的 `claimed_by`、`certified_by`、`units` 限定。
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 登记项目、导入台账、撤销导入。
    Register,
    /// 修改项目基本情况。
    EditDetails,
    /// 甄别、确认纳入全生命周期管理。
    ConfirmScope,
    /// 申报节点。
    Claim,
    /// 认定或退回节点。
    Certify,
    /// 登记环节办结。
    CompleteStep,
    /// 勾选企业方准备事项。
    TickItem,
    /// 申请延期。
    RequestExtension,
    /// 审核延期。
    ReviewExtension,
    /// 审批延期。
    ApproveExtension,
    /// 设置缓冲期。
    SetGrace,
    /// 申请免责。
    RequestExemption,
    /// 核实免责。
    VerifyExemption,
    /// 申请动态调出。
    RequestRemoval,
    /// 办理动态调出（每月一次）。
    ApproveRemoval,
    /// 登记走访、调度。
    RecordVisit,
    /// 登记双方责任及其完成。
    RecordDuty,
    /// 登记正面清单事项。
    RecordMerit,
    /// 认定负面清单事项、督促整改、上报。
    CertifyBreach,
    /// 登记争议解决过程。
    RecordDispute,
    /// 推荐奖励支持。
    RecommendAward,
    /// 上传附件。
    Attach,
    /// 更正：注明理由后作废一条登记有误的记录。
    Void,
    /// 导出台账。
    Export,
    /// 为项目更换政策版本。
    MovePolicy,
    /// 企业方提问与答复。
    Ask,
    /// 登记招商线索。
    RegisterLead,
    /// 认领招商线索。
    ClaimLead,
    /// 移交、退回线索，划分成果，登记流失和恢复。
    TransferLead,
    /// 合并重复线索、撤销合并。
    MergeLead,
    /// 项目交办：下达任务清单，确定牵头责任领导、承接责任单位、配合单位。
    Assign,
    /// 作出环节结论，推进项目。
    Conclude,
    /// 逐级审核：同意或退回。
    Approve,
    /// 报送进展情况、存在的困难和问题。
    ReportProgress,
    /// 请求推进：无权推进的单位请主管单位推进项目。
    AskMove,
    /// 市领导调度、督办。
    Dispatch,
    /// 包保：确定项目，指定、更换领导和业务科室，终止包保。
    Sponsor,
}

/// 适用范围。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeDef {
    /// 自哪一日起过会并签约的项目适用。
    #[schemars(with = "String", extend("format" = "date"))]
    pub since: Day,
    /// 须达到的节点，如 `["approved", "signed"]`。
    pub requires: Vec<String>,
    /// 由谁甄别、确认。
    pub confirmed_by: String,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
}

/// 期限：数量、单位、起算点。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitDef {
    /// 数量。
    pub n: u16,
    /// 单位：natural_days 自然日、working_days 工作日、months 月、years 年。
    #[schemars(with = "LimitUnitSchema")]
    pub unit: LimitUnit,
    /// 起算点：节点、环节或阶段的标识（取其完成之日）。
    pub from: String,
    /// 逢休息日是否顺延，缺省按政策包。
    #[serde(default)]
    #[schemars(with = "Option<RollSchema>")]
    pub roll: Option<Roll>,
}

/// 一段时间（没有起算点）。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpanDef {
    /// 数量。
    pub n: u16,
    /// 单位。
    #[schemars(with = "LimitUnitSchema")]
    pub unit: LimitUnit,
}

/// 同一规则在文件另一处的写法；与所用写法不同即为条款矛盾，检查时提示。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingDef {
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 数量。
    pub n: u16,
    /// 单位。
    #[schemars(with = "LimitUnitSchema")]
    pub unit: LimitUnit,
    /// 起算点。
    pub from: String,
}

/// 节点。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneDef {
    /// 标识，如 `started`。
    pub id: String,
    /// 名称，如 开工。
    pub title: String,
    /// 由哪些角色申报；以环节的结论或项目交办达到的节点不写。
    #[serde(default)]
    pub claimed_by: Vec<String>,
    /// 由哪个角色认定；缺省表示登记即成立（如过会）。
    #[serde(default)]
    pub certified_by: Option<String>,
    /// 不得早于哪些节点。
    #[serde(default)]
    pub after: Vec<String>,
    /// 申报之前须先办结（通过）的环节。
    #[serde(default)]
    pub needs: Vec<String>,
    /// 认定标准，文件原文。
    #[serde(default)]
    pub standard: Option<String>,
    /// 标准的几种情形，申报时选其一（如 需挖深基坑 / 其他）。
    #[serde(default)]
    pub variant: Vec<VariantDef>,
    /// 申报须附的材料。
    #[serde(default)]
    pub evidence: Vec<EvidenceDef>,
    /// 申报须达到的数值。
    #[serde(default)]
    pub requires: Vec<RequireDef>,
    /// 条款。
    pub clause: String,
    /// 原文。
    #[serde(default)]
    pub text: Option<String>,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 标准的一种情形。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantDef {
    /// 标识。
    pub id: String,
    /// 说明。
    pub title: String,
}

/// 一种材料。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceDef {
    /// 标识，如 `site-photo`。
    pub id: String,
    /// 名称，如 现场照片。
    pub title: String,
    /// 可否缺省。
    #[serde(default)]
    pub optional: bool,
}

/// 须达到的数值。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequireDef {
    /// 栏目标识，如 `fixed_investment`。
    pub fact: String,
    /// 名称，如 固定资产投资。
    pub title: String,
    /// 下限，单位元，整数。
    pub at_least_yuan: i64,
}

/// 阶段。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageDef {
    /// 标识。
    pub id: String,
    /// 名称。
    pub title: String,
    /// 期限；文件未定期限的阶段不写，只看状态和进入的天数。
    #[serde(default)]
    pub limit: Option<LimitDef>,
    /// 阶段开启的节点，缺省为期限的起算点；都不写的第一个阶段自项目登记开启。
    #[serde(default)]
    pub opens_with: Option<String>,
    /// 主管本阶段的角色：可以推进项目，请求推进的由它答复。
    #[serde(default)]
    pub owner: Option<String>,
    /// 分支阶段：只由环节的结论（leads_to）转入，不在主线上。
    #[serde(default)]
    pub branch: Option<BranchDef>,
    /// 阶段结束的节点。
    pub ends_with: String,
    /// 预警提前量。
    #[serde(default)]
    pub warn: Option<SpanDef>,
    /// 预警的条款。
    #[serde(default)]
    pub warn_clause: Option<String>,
    /// 由哪个角色倒计时提醒。
    #[serde(default)]
    pub warned_by: Option<String>,
    /// 责任单位（角色标识或单位名称），首位牵头。
    pub units: Vec<String>,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 文件别处的写法。
    #[serde(default)]
    pub reading: Vec<ReadingDef>,
    /// 写法有矛盾时，采用哪一条款。
    #[serde(default)]
    pub uses: Option<String>,
    /// 采用的理由。
    #[serde(default)]
    pub because: Option<String>,
    /// 环节。
    #[serde(default)]
    pub step: Vec<StepDef>,
}

/// 环节。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepDef {
    /// 标识。
    pub id: String,
    /// 名称。
    pub title: String,
    /// 前置环节，全部办结后开启；并行环节写相同的前置。
    #[serde(default)]
    pub after: Vec<String>,
    /// 期限；文件未定期限的环节不写。
    #[serde(default)]
    pub limit: Option<LimitDef>,
    /// 以达到某节点为办结；缺省由责任单位登记办结。
    #[serde(default)]
    pub ends_with: Option<String>,
    /// 责任单位（角色标识或单位名称），首位牵头。
    pub units: Vec<String>,
    /// 应当形成的成果、证照。
    #[serde(default)]
    pub produces: Vec<String>,
    /// 视项目情况可以不办。
    #[serde(default)]
    pub optional: bool,
    /// 只在前面某一环节作出这一结论时才办；另作结论的，本环节不涉及。
    #[serde(default)]
    pub when: Option<WhenDef>,
    /// 关口：须作出结论、附上材料才能通过。
    #[serde(default)]
    pub gate: Option<GateDef>,
    /// 逐级审核，按级次先后；前一级全部同意，后一级才开启。
    #[serde(default)]
    pub approval: Vec<ApprovalDef>,
    /// 以哪一种行为为办结：`assignment` 项目交办。
    #[serde(default)]
    pub done_by: Option<DoneBy>,
    /// 预警提前量。
    #[serde(default)]
    pub warn: Option<SpanDef>,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 文件别处的写法。
    #[serde(default)]
    pub reading: Vec<ReadingDef>,
    /// 写法有矛盾时，采用哪一条款。
    #[serde(default)]
    pub uses: Option<String>,
    /// 采用的理由；自行确定的提前量等也在此说明。
    #[serde(default)]
    pub because: Option<String>,
}

/// 分支阶段走完之后。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchDef {
    /// 分支走完后转到主线的哪个阶段，如销号；其间的阶段和环节不再办理。
    pub then: String,
}

/// 以哪一种行为为办结。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DoneBy {
    /// 项目交办。
    Assignment,
}

/// 环节的适用条件：前面某一环节的结论。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WhenDef {
    /// 前面的环节。
    pub step: String,
    /// 它的结论。
    pub conclusion: String,
}

/// 关口。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GateDef {
    /// 可以作出的结论；至少一个是通过。
    pub conclusion: Vec<ConclusionDef>,
    /// 通过须附的材料。
    #[serde(default)]
    pub evidence: Vec<EvidenceDef>,
    /// 通过之后还可以再作结论（如每周研究推进思路）。
    #[serde(default)]
    pub repeats: bool,
}

/// 一种结论：通过、退回（都不写）、转入分支，或者回到前面的环节。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConclusionDef {
    /// 标识，如 `viable`。
    pub id: String,
    /// 名称，如 具备深入对接推进的可行性。
    pub title: String,
    /// 是否通过本环节。
    #[serde(default)]
    pub passes: bool,
    /// 转入哪个分支阶段。
    #[serde(default)]
    pub leads_to: Option<String>,
    /// 回到哪个环节；该环节及其后的结论不再有效，须重新作出。
    #[serde(default)]
    pub back_to: Option<String>,
}

/// 审核的一级中的一家。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalDef {
    /// 标识，如 `collect`。
    pub id: String,
    /// 级次，从 1 起；同一级的几家不分先后，全部同意才到下一级。
    pub level: u8,
    /// 名称，如 征集项目。
    pub title: String,
    /// 由哪个角色审核。
    pub role: String,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 企业方准备事项。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistDef {
    /// 标识。
    pub id: String,
    /// 事项。
    pub title: String,
    /// 属于哪个阶段。
    pub stage: String,
    /// 勾选时是否须附文件。
    #[serde(default)]
    pub file: bool,
    /// 条款。
    pub clause: String,
}

/// 延期规则。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionDef {
    /// 每个项目可以调整几次。
    pub times: u8,
    /// 申请角色。
    pub requested_by: String,
    /// 审核角色。
    pub reviewed_by: String,
    /// 审批角色。
    pub approved_by: String,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
}

/// 动态调出规则。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemovalDef {
    /// 申请角色。
    pub requested_by: String,
    /// 办理角色。
    pub approved_by: String,
    /// 办理周期：每月几次。
    pub times_per_month: u8,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 提醒的一级。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalationDef {
    /// 级别 1–3。
    pub level: u8,
    /// 名称：限时完成、超时提醒、逾期批评。
    pub title: String,
    /// 自何时起：`warn` 进入预警期，`due` 到期次日起再过若干时间。
    pub at: EscalationAt,
    /// 到期后再过多久（仅 `due`）；0 表示到期次日。
    #[serde(default)]
    pub days_after: u16,
    /// 通知哪些角色。
    pub to: Vec<String>,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 提醒起点。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EscalationAt {
    /// 进入预警期。
    Warn,
    /// 到期（含缓冲期）之后。
    Due,
}

/// 走访要求。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitDef {
    /// 标识。
    pub id: String,
    /// 名称：定期走访、季度专项走访。
    pub title: String,
    /// 周期；文件未定的不写。
    #[serde(default)]
    pub every: Option<SpanDef>,
    /// 由谁走访。
    pub by: Vec<String>,
    /// 报送谁。
    pub report_to: Vec<String>,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
}

/// 履约的一方。
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// 政府方。
    Government,
    /// 企业方。
    Enterprise,
}

impl Side {
    /// 标识，与数据库、接口一致：government、enterprise。
    pub fn id(self) -> &'static str {
        match self {
            Side::Government => "government",
            Side::Enterprise => "enterprise",
        }
    }
    /// 中文名称。
    pub fn title(self) -> &'static str {
        match self {
            Side::Government => "政府方",
            Side::Enterprise => "企业方",
        }
    }
}

/// 一方的责任。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyDef {
    /// 标识。
    pub id: String,
    /// 名称。
    pub title: String,
    /// 哪一方。
    pub side: Side,
    /// 责任单位（角色或单位名称）。
    pub units: Vec<String>,
    /// 随哪个阶段或环节的期限到期。
    #[serde(default)]
    pub due_with: Option<String>,
    /// 以目标值衡量：指标名称和单位，如 亩均税收（万元/亩）。
    #[serde(default)]
    pub measure: Option<String>,
    /// 逐项检查的内容（如 九通一平 的十项）。
    #[serde(default)]
    pub item: Vec<String>,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 正面清单的一项。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeritDef {
    /// 标识。
    pub id: String,
    /// 名称。
    pub title: String,
    /// 哪一方。
    pub side: Side,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
}

/// 负面清单的一项。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreachDef {
    /// 标识。
    pub id: String,
    /// 名称。
    pub title: String,
    /// 哪一方。
    pub side: Side,
    /// 由哪些角色或单位认定。
    pub certified_by: Vec<String>,
    /// 须经整改，整改不到位才有后果。
    pub rectify: bool,
    /// 后果，逐项列出。
    pub consequence: Vec<ConsequenceDef>,
    /// 因哪些阶段逾期而可能发生；系统据此提示，不自动认定。
    #[serde(default)]
    pub suggested_by: Vec<String>,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 一种后果。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsequenceDef {
    /// 标识，如 `awards-cancelled`。
    pub id: String,
    /// 名称，如 取消各类奖励。
    pub title: String,
    /// 是否取消奖励推荐资格。
    #[serde(default)]
    pub bars_awards: bool,
    /// 条款。
    pub clause: String,
}

/// 奖励支持。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AwardDef {
    /// 标识。
    pub id: String,
    /// 名称，如 中央、省、市各类奖励支持资金。
    pub title: String,
    /// 须按时完成的阶段；只看已到期或已完成的。
    pub on_time: Vec<String>,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
}

/// 合理缓冲期。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GraceDef {
    /// 由哪个角色设置。
    pub set_by: String,
    /// 最长多少个自然日；文件未定，由政策包取值并说明。
    pub max_days: u16,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 取值理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 免责情形。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExemptionDef {
    /// 标识，如 `force-majeure`。
    pub id: String,
    /// 名称。
    pub title: String,
    /// 由哪些角色核实。
    pub verified_by: Vec<String>,
    /// 核实须附的材料。
    #[serde(default)]
    pub evidence: Vec<EvidenceDef>,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 争议解决的一步。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisputeDef {
    /// 标识：negotiation、arbitration、court。
    pub id: String,
    /// 名称：协商、仲裁、诉讼。
    pub title: String,
    /// 须在哪一步无效之后。
    #[serde(default)]
    pub after: Option<String>,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
}

/// 期限的单位。
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "LimitUnit")]
#[allow(dead_code)]
enum LimitUnitSchema {
    /// 自然日
    NaturalDays,
    /// 工作日
    WorkingDays,
    /// 月
    Months,
    /// 年
    Years,
}

/// 期限最后一日逢休息日如何处理。
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Roll")]
#[allow(dead_code)]
enum RollSchema {
    /// 不顺延
    None,
    /// 顺延至次一工作日
    NextWorkingDay,
}
