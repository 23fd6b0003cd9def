//! 市领导牵头和包保: one leader for each project, and leaders and offices that answer for chosen projects.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 市领导牵头项目的规则。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaderDef {
    /// 每个项目是否只由一名市领导牵头：`true` 的，交办时牵头责任领导只能写一人。
    pub one_leader: bool,
    /// 这名领导已经牵头另一个在办项目的，交办时怎样处理。
    pub another_project: AnotherProject,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 一名领导已经牵头另一个在办项目的，怎样处理。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnotherProject {
    /// 可以牵头，同时列出他牵头的其他项目。
    Shown,
    /// 不得牵头，列出他牵头的项目。
    Refused,
}

/// 包保：为选定的项目指定领导和业务科室，由其负责服务。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SponsorshipDef {
    /// 标识，如 `nanny`。
    pub id: String,
    /// 名称，如 保姆式服务。
    pub title: String,
    /// 文件确定的项目个数；文件未定的不写。只用来对照，不限制登记。
    #[serde(default)]
    pub projects: Option<u16>,
    /// 应当指定什么：`leader` 领导、`office` 业务科室、`contact` 联络员。
    pub names: Vec<SponsorPart>,
    /// 确定项目时可否先缺一部分，以后补齐；可以的，缺的在清单中提示。
    #[serde(default)]
    pub partly: bool,
    /// 由哪些角色确定项目、指定领导和科室。
    pub named_by: Vec<String>,
    /// 所指定的领导和科室应当做什么。
    pub duty: String,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 包保所指定的一方。
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SponsorPart {
    /// 领导。
    Leader,
    /// 业务科室。
    Office,
    /// 联络员。
    Contact,
}

impl SponsorPart {
    /// 中文名称：领导、业务科室、联络员。
    pub fn title(self) -> &'static str {
        match self {
            SponsorPart::Leader => "领导",
            SponsorPart::Office => "业务科室",
            SponsorPart::Contact => "联络员",
        }
    }
}
