//! The tables of a pack of matters: what is handed out, by whom, to be answered by when, and who meets about it.

use calendar::{Limit, LimitUnit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpanDef;

/// 一类事项：交办、督办、批示、企业诉求、会议决定、清单事项、整改。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatterDef {
    /// 标识，如 `supervision`。
    pub id: String,
    /// 名称，如 督办单。
    pub title: String,
    /// 编号的写法，`{year}` 为年份，`{n}` 为该类事项当年的顺序号，如 `潭招督〔{year}〕第 {n} 号`。
    pub number: String,
    /// 哪些角色可以签发。
    pub issued_by: Vec<String>,
    /// 哪些角色可以代市领导签发（秘书、办公室）；两人姓名均记录在案。
    #[serde(default)]
    pub secretary: Vec<String>,
    /// 由谁审核办理结果：角色，或 `matter.issuer`（交办单位）。
    pub reviewed_by: Vec<String>,
    /// 办理时限，自签发之日起；签发时可以另定。
    pub limit: SpanDef,
    /// 签收时限，自签发之日起。
    #[serde(default)]
    pub accept: Option<SpanDef>,
    /// 到期前多久开始提醒。
    #[serde(default)]
    pub warn: Option<SpanDef>,
    /// 报结时是否须附材料。
    #[serde(default)]
    pub evidence: bool,
    /// 外出期间是否可以委托他人代办。
    #[serde(default)]
    pub delegation: bool,
    /// 办理不力时升级为哪一类事项。
    #[serde(default)]
    pub escalates_to: Option<String>,
    /// 打印件的标题和栏目名，按该地区的表样。
    #[serde(default)]
    pub sheet: Option<SheetDef>,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 文件未写明之处（如时限天数）的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 打印件的标题和栏目名。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetDef {
    /// 标题，如 市级重点招商项目督办单。
    pub title: String,
    /// 承办单位一栏的名称，如 督办单位。
    pub unit: String,
    /// 内容一栏的名称，如 督办内容。
    pub content: String,
    /// 签发单位一栏的名称，如 督办单签发单位。
    pub issuer: String,
}

/// 一类会议：联席会议、会商、调度会、专题会。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingDef {
    /// 标识，如 `joint`。
    pub id: String,
    /// 名称，如 部门联席会议。
    pub title: String,
    /// 周期，与自然年对齐：每周写 7 个自然日，每月、每季度写 1、3 个月，也可写 2、4、6、12 个月或 1 年；不定期的不写。
    #[serde(default)]
    pub every: Option<SpanDef>,
    /// 周期结束前多久还没有召集的，提醒筹备单位。
    #[serde(default)]
    pub remind: Option<SpanDef>,
    /// 由谁召集、主持：角色。
    pub chair: String,
    /// 由哪些角色筹备、记录。
    pub held_by: Vec<String>,
    /// 参加单位：角色或单位名称。
    #[serde(default)]
    pub members: Vec<String>,
    /// 议题取自哪几类未办结的事项；不写则为全部。
    #[serde(default)]
    pub agenda: Vec<String>,
    /// 会议决定成为哪一类事项。
    pub decision: String,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// A party of a matter, as the packs of matters name it where others name a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatterParty {
    /// `matter.issuer`: 交办单位.
    Issuer,
    /// `matter.lead`: 牵头承办单位.
    Lead,
    /// `matter.supporting`: 配合单位, and the units of the parts.
    Supporting,
}

impl MatterParty {
    /// All, with their words.
    pub const ALL: [(&'static str, MatterParty); 3] = [
        ("matter.issuer", MatterParty::Issuer),
        ("matter.lead", MatterParty::Lead),
        ("matter.supporting", MatterParty::Supporting),
    ];

    /// From the word of a pack.
    pub fn parse(word: &str) -> Option<MatterParty> {
        let mut all = MatterParty::ALL.iter();
        all.find(|(known, _)| *known == word)
            .map(|(_, party)| *party)
    }

    /// Chinese name.
    pub fn title(self) -> &'static str {
        match self {
            MatterParty::Issuer => "交办单位",
            MatterParty::Lead => "承办单位",
            MatterParty::Supporting => "配合单位",
        }
    }
}

impl SpanDef {
    /// The length as the calendar counts it.
    pub fn limit(&self) -> Limit {
        Limit {
            n: self.n,
            unit: self.unit,
        }
    }
}

impl MatterDef {
    /// The number in words: `潭招督〔2025〕第 3 号`.
    pub fn label(&self, year: i16, n: i64) -> String {
        self.number
            .replace("{year}", &year.to_string())
            .replace("{n}", &n.to_string())
    }
}

impl MeetingDef {
    /// How many months of the calendar year one period of the rhythm has; none are a week. Nothing for an irregular kind
    /// of meeting, and for a rhythm that the calendar year does not hold whole times.
    pub fn calendar_months(&self) -> Option<i8> {
        calendar_months(self.every.as_ref()?.limit())
    }
}

/// As [`MeetingDef::calendar_months`], of a length.
pub fn calendar_months(every: Limit) -> Option<i8> {
    match (every.n, every.unit) {
        (7, LimitUnit::NaturalDays) => Some(0),
        (n @ (1 | 2 | 3 | 4 | 6 | 12), LimitUnit::Months) => i8::try_from(n).ok(),
        (1, LimitUnit::Years) => Some(12),
        _ => None,
    }
}
