//! 招商线索: where leads come from, who may take them up, and when they go back to the pool.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 招商线索的规则。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadDef {
    /// 线索来源：外出考察、来访考察、客商、商会、推荐、活动……
    pub source: Vec<LeadWordDef>,
    /// 流失原因。
    pub loss: Vec<LeadWordDef>,
    /// 首谈优先期：认领后多少个自然日内由认领单位优先对接，其他单位不能认领。
    pub priority: LeadPriorityDef,
    /// 休眠：多少个自然日没有接触即退回线索池。
    pub dormant: LeadDormantDef,
    /// 达到哪个节点或办结哪个环节即转为交办项目，不再休眠退回；缺省为始终按线索管理，直到项目办结。
    #[serde(default)]
    pub until: Option<String>,
    /// 谁可以登记线索。
    pub register: LeadRightDef,
    /// 谁可以认领线索。
    pub claim: LeadRightDef,
    /// 除持有单位以外，谁可以移交线索、划分成果、登记流失和恢复。
    pub transfer: LeadRightDef,
    /// 谁可以合并重复线索、撤销合并。
    pub merge: LeadRightDef,
}

/// 一种来源或一种流失原因。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadWordDef {
    /// 标识，如 `visit-out`。
    pub id: String,
    /// 名称，如 外出考察。
    pub title: String,
    /// 依据条款。
    #[serde(default)]
    pub clause: Option<String>,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 首谈优先期。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadPriorityDef {
    /// 自然日，认领当日不计。
    pub days: u16,
    /// 依据条款。
    #[serde(default)]
    pub clause: Option<String>,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 休眠退回。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadDormantDef {
    /// 自然日，自认领或最近一次接触之日起，当日不计。
    pub days: u16,
    /// 提前多少个自然日提醒持有单位。
    pub warn: u16,
    /// 依据条款。
    #[serde(default)]
    pub clause: Option<String>,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 谁可以做一件事。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadRightDef {
    /// 角色或单位名称。
    pub roles: Vec<String>,
    /// 依据条款。
    #[serde(default)]
    pub clause: Option<String>,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// Where a rule on leads comes from: the document's article, or the reason that the pack gives in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeadBasis<'p> {
    /// Article; empty when the document says nothing.
    pub article: &'p str,
    /// The reason.
    pub because: &'p str,
}

impl LeadDef {
    /// The name of a source; the id when the pack does not know it.
    pub fn source_title<'a>(&'a self, id: &'a str) -> &'a str {
        title_of(&self.source, id)
    }

    /// The name of a reason for loss; the id when the pack does not know it.
    pub fn loss_title<'a>(&'a self, id: &'a str) -> &'a str {
        title_of(&self.loss, id)
    }
}

fn title_of<'a>(words: &'a [LeadWordDef], id: &'a str) -> &'a str {
    words
        .iter()
        .find(|word| word.id == id)
        .map_or(id, |word| &word.title)
}

fn basis<'p>(clause: &'p Option<String>, because: &'p Option<String>) -> LeadBasis<'p> {
    LeadBasis {
        article: clause.as_deref().unwrap_or_default(),
        because: because.as_deref().unwrap_or_default(),
    }
}

impl LeadWordDef {
    /// Where the word comes from.
    pub fn basis(&self) -> LeadBasis<'_> {
        basis(&self.clause, &self.because)
    }
}

impl LeadPriorityDef {
    /// Where the rule comes from.
    pub fn basis(&self) -> LeadBasis<'_> {
        basis(&self.clause, &self.because)
    }
}

impl LeadDormantDef {
    /// Where the rule comes from.
    pub fn basis(&self) -> LeadBasis<'_> {
        basis(&self.clause, &self.because)
    }
}

impl LeadRightDef {
    /// Where the rule comes from.
    pub fn basis(&self) -> LeadBasis<'_> {
        basis(&self.clause, &self.because)
    }
}

impl LeadBasis<'_> {
    /// Neither article nor reason.
    pub fn is_missing(&self) -> bool {
        self.article.is_empty() && self.because.is_empty()
    }
}
