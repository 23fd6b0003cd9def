//! Forms and documents that are handed in: their layout, where each cell comes from, who owes them when.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Sector, SpanDef};

/// 一张报表。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormDef {
    /// 标识，如 `xiangtan-4`。
    pub id: String,
    /// 编号，如 附件4。
    #[serde(default)]
    pub number: Option<String>,
    /// 标题，印在表的上方正中。
    pub title: String,
    /// 版式：table 逐行填列，order 单页单据。
    #[serde(default)]
    pub layout: FormLayout,
    /// 纸张。
    pub paper: FormPaper,
    /// 是否横向。
    #[serde(default)]
    pub landscape: bool,
    /// 报送周期。
    pub frequency: Frequency,
    /// 由哪个角色填报。
    pub reported_by: String,
    /// 报送哪个角色。
    pub reported_to: String,
    /// 期末之后多久之内报送；不定期的报表不写。
    #[serde(default)]
    pub due: Option<SpanDef>,
    /// 列入哪些项目。
    #[serde(default)]
    pub projects: SelectionDef,
    /// 填报单位一栏的文字，印在左上。
    #[serde(default = "unit_line")]
    pub unit_line: String,
    /// 填报日期一栏的文字，印在右上。
    #[serde(default = "date_line")]
    pub date_line: String,
    /// 没有项目时印几个空行；文件所附空表的行数。
    #[serde(default)]
    pub blank_rows: u8,
    /// 列，按次序。
    pub column: Vec<ColumnDef>,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

fn unit_line() -> String {
    "单位（盖章）：".to_owned()
}

fn date_line() -> String {
    "填报日期：".to_owned()
}

/// 版式。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormLayout {
    /// 逐行填列，一行一个项目。
    #[default]
    Table,
    /// 单页单据，一栏一格。
    Order,
}

/// 纸张。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FormPaper {
    /// 297 × 420 毫米。
    A3,
    /// 210 × 297 毫米。
    A4,
}

impl FormPaper {
    /// Width and height in mm, as the sheet lies.
    pub fn size_mm(self, landscape: bool) -> (u16, u16) {
        let (short, long) = match self {
            FormPaper::A3 => (297, 420),
            FormPaper::A4 => (210, 297),
        };
        if landscape {
            (long, short)
        } else {
            (short, long)
        }
    }

    /// As printed: A3, A4.
    pub fn title(self) -> &'static str {
        match self {
            FormPaper::A3 => "A3",
            FormPaper::A4 => "A4",
        }
    }
}

/// Margin at the left and the right of a form, in mm.
pub const FORM_MARGIN_MM: u16 = 13;

/// 报送周期。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// 每周。
    Week,
    /// 每月。
    Month,
    /// 每季度。
    Quarter,
    /// 每半年。
    HalfYear,
    /// 交办时。
    OnAssignment,
    /// 适时。
    AsNeeded,
}

impl Frequency {
    /// 中文名称。
    pub fn title(self) -> &'static str {
        match self {
            Frequency::Week => "每周",
            Frequency::Month => "每月",
            Frequency::Quarter => "每季度",
            Frequency::HalfYear => "每半年",
            Frequency::OnAssignment => "交办时",
            Frequency::AsNeeded => "适时",
        }
    }

    /// Whether it comes round by the calendar.
    pub fn is_regular(self) -> bool {
        !matches!(self, Frequency::OnAssignment | Frequency::AsNeeded)
    }
}

/// 列入哪些项目；各项条件须同时满足。
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SelectionDef {
    /// 已经交办。
    #[serde(default)]
    pub assigned: bool,
    /// 已经达到的节点，如 `["signed"]`。
    #[serde(default)]
    pub reached: Vec<String>,
    /// 尚未达到的节点。
    #[serde(default)]
    pub not_reached: Vec<String>,
    /// 何时满足：ever 截至期末，period 在报告期之内（按第一个条件的日期）。
    #[serde(default)]
    pub within: Within,
}

/// 条件何时满足。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// 截至期末。
    #[default]
    Ever,
    /// 报告期之内。
    Period,
}

/// 报表的一列（单据的一栏）。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnDef {
    /// 标识，在本表内唯一。
    pub id: String,
    /// 列名，按文件所印；换行写 `\n`。
    pub heading: String,
    /// 合并表头的上层文字；相邻而文字相同的列合并。
    #[serde(default)]
    pub group: Option<String>,
    /// 宽度，毫米。
    pub width: u16,
    /// 内容取自哪里。
    pub source: ColumnSource,
    /// 取自台账其他栏目（extra）时的栏目名称。
    #[serde(default)]
    pub key: Option<String>,
    /// 取自节点时的节点标识。
    #[serde(default)]
    pub milestone: Option<String>,
    /// 金额的单位。
    #[serde(default)]
    pub unit: Option<FormUnit>,
    /// 上述来源没有内容时取自哪里。
    #[serde(default)]
    pub otherwise: Option<ColumnSource>,
    /// 是否必填。
    #[serde(default)]
    pub required: bool,
    /// 可填的选项。
    #[serde(default)]
    pub value: Vec<OptionDef>,
    /// 选项在表下说明中的标题；不写则不在表下列出。
    #[serde(default)]
    pub footnote: Option<String>,
    /// 条款；缺省为报表的条款。
    #[serde(default)]
    pub clause: Option<String>,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 一个选项。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionDef {
    /// 代号，按文件所印，如 `A` 或 `A类`；没有代号的不写。
    #[serde(default)]
    pub code: Option<String>,
    /// 含义。
    pub label: String,
    /// 来源或 otherwise 为 sector 时，哪些产业类别属于本项。
    #[serde(default)]
    pub sectors: Vec<Sector>,
}

impl OptionDef {
    /// What stands in the cell: the code where there is one.
    pub fn cell(&self) -> &str {
        self.code.as_deref().unwrap_or(&self.label)
    }

    /// As printed under the table: `A类—工业制造业`.
    pub fn printed(&self) -> String {
        match &self.code {
            Some(code) => format!("{code}—{}", self.label),
            None => self.label.clone(),
        }
    }

    /// Whether a text means this option: code (with or without 类), label, or both.
    pub fn is_meant_by(&self, text: &str) -> bool {
        let text = text.trim();
        let code = self.code.as_deref().unwrap_or_default();
        let short = code.trim_end_matches('类');
        let by_code = !short.is_empty() && text.trim_end_matches('类').eq_ignore_ascii_case(short);
        by_code || text == self.label || text == self.printed()
    }
}

/// 金额的单位。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormUnit {
    /// 亿元。
    Yi,
    /// 万元。
    Wan,
}

/// 内容的来源。封闭的词表：系统不知道的写 typed。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnSource {
    /// 序号。
    Serial,
    /// 项目编号。
    Number,
    /// 项目名称。
    Name,
    /// 企业名称；没有的取投资方，再没有的取项目名称。
    EnterpriseOrProject,
    /// 投资方。
    Investor,
    /// 工商注册名称。
    Enterprise,
    /// 统一社会信用代码。
    CreditCode,
    /// 承接方（承接单位）。
    ReceivingUnit,
    /// 属地。
    Host,
    /// 总投资。
    TotalInvestment,
    /// 引进资金。
    IntroducedFunds,
    /// 到位资金。
    FundsInPlace,
    /// 产业类别；有选项的列取含有该类别的选项。
    Sector,
    /// 项目所在地。
    Location,
    /// 项目基本情况。
    Summary,
    /// 台账的其他栏目，名称写在 key。
    Extra,
    /// 地区名称，如 湘潭市。
    Region,
    /// 是否达到节点：是、否；节点写在 milestone。
    Milestone,
    /// 达到节点的日期；节点写在 milestone。
    MilestoneDay,
    /// 最近一次报送的进展。
    Progress,
    /// 已达到的节点和已办结的环节，连同日期，按先后。
    Reached,
    /// 进展，连同工商注册名称和统一社会信用代码。
    ProgressAndRegistration,
    /// 最近一次报送的困难和问题。
    Problems,
    /// 牵头责任领导。
    Leader,
    /// 承接责任单位。
    AssignedUnit,
    /// 配合单位。
    Supporting,
    /// 任务清单。
    Tasks,
    /// 联系人及电话；无权看全文的单位掩码。
    Contact,
    /// 是否首次投资：台账中同一投资方另有更早的签约项目为 否，其余不定。
    FirstTime,
    /// 是否已开始履约：已注册项目公司（有统一社会信用代码）、有资金到位或已开工之一为 是，其余不定。
    Performing,
    /// 系统不掌握，须人工填写；填写后按列名存入项目。
    Typed,
}

impl ColumnSource {
    /// Whether it needs `milestone`.
    pub fn is_milestone(self) -> bool {
        matches!(self, ColumnSource::Milestone | ColumnSource::MilestoneDay)
    }

    /// Whether it is an amount of money.
    pub fn is_money(self) -> bool {
        matches!(
            self,
            ColumnSource::TotalInvestment
                | ColumnSource::IntroducedFunds
                | ColumnSource::FundsInPlace
        )
    }

    /// 中文名称。
    pub fn title(self) -> &'static str {
        match self {
            ColumnSource::Serial => "序号",
            ColumnSource::Number => "项目编号",
            ColumnSource::Name => "项目名称",
            ColumnSource::EnterpriseOrProject => "企业名称，没有的为项目名称",
            ColumnSource::Investor => "投资方",
            ColumnSource::Enterprise => "工商注册名称",
            ColumnSource::CreditCode => "统一社会信用代码",
            ColumnSource::ReceivingUnit => "承接方",
            ColumnSource::Host => "属地",
            ColumnSource::TotalInvestment => "总投资",
            ColumnSource::IntroducedFunds => "引进资金",
            ColumnSource::FundsInPlace => "到位资金",
            ColumnSource::Sector => "产业类别",
            ColumnSource::Location => "项目所在地",
            ColumnSource::Summary => "项目基本情况",
            ColumnSource::Extra => "台账栏目",
            ColumnSource::Region => "地区名称",
            ColumnSource::Milestone => "是否达到节点",
            ColumnSource::MilestoneDay => "达到节点的日期",
            ColumnSource::Progress => "最近报送的进展",
            ColumnSource::Reached => "已达到的节点和已办结的环节",
            ColumnSource::ProgressAndRegistration => "最近报送的进展、工商注册名称和代码",
            ColumnSource::Problems => "最近报送的困难和问题",
            ColumnSource::Leader => "牵头责任领导",
            ColumnSource::AssignedUnit => "承接责任单位",
            ColumnSource::Supporting => "配合单位",
            ColumnSource::Tasks => "任务清单",
            ColumnSource::Contact => "联系人及电话",
            ColumnSource::FirstTime => "是否首次投资（由台账推断）",
            ColumnSource::Performing => "是否已开始履约（由注册、到资、开工推断）",
            ColumnSource::Typed => "人工填写",
        }
    }
}
