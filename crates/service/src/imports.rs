//! 台账导入: a file is read and shown as a dry run, then taken whole or its good rows only, in one transaction; and it
//! can be taken back. Nothing of a file is in the ledger before somebody says so.

mod apply;
mod facts;
mod kept;
mod look;
mod preview;
mod read;
mod rejects;
mod template;
mod undo;

use std::collections::BTreeMap;

use policy::model::Action;
use serde::{Deserialize, Serialize};

pub use facts::Difference;
pub(crate) use facts::ledger_facts;
pub(crate) use kept::aside;
pub use look::{ImportLine, ImportView, RowFilter, RowView};
pub use preview::{ColumnLine, ImportPreview, Match, PreviewHead, PreviewRow, ReachedLine, Twin};
pub(crate) use read::{context as ledger_context, read as read_ledger};
pub use rejects::Workbook;
pub use undo::{UndoPreview, UndoReport, WorkedOn};

use crate::{AccountKind, Actor, AdminRole, Outcome, Service, ServiceError};

/// Rows that one import may have: everything is written in one transaction, which is built in memory.
pub const MOST_ROWS: usize = 20_000;

/// What happens when some rows cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportMode {
    /// 整批导入: nothing is taken.
    #[default]
    AllOrNothing,
    /// 只导入无误的行: the others are given back as a workbook.
    GoodOnly,
}

impl ImportMode {
    /// Chinese title.
    pub fn title(self) -> &'static str {
        match self {
            ImportMode::AllOrNothing => "整批导入",
            ImportMode::GoodOnly => "只导入无误的行",
        }
    }
    /// As forms and the command line name it.
    pub fn id(self) -> &'static str {
        match self {
            ImportMode::AllOrNothing => "all_or_nothing",
            ImportMode::GoodOnly => "good_only",
        }
    }
    /// From its id.
    pub fn parse(text: &str) -> Option<ImportMode> {
        [ImportMode::AllOrNothing, ImportMode::GoodOnly]
            .into_iter()
            .find(|mode| mode.id() == text)
    }
}

/// What is done with a row that seems to be in the ledger already, or twice in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowChoice {
    /// 跳过.
    Skip,
    /// 作为另一个项目导入.
    Distinct,
    /// 更新已有项目: what the file says and the ledger does not.
    Update,
}

impl RowChoice {
    /// All, in the order of the form.
    pub const ALL: [RowChoice; 3] = [RowChoice::Skip, RowChoice::Distinct, RowChoice::Update];
    /// Chinese title.
    pub fn title(self) -> &'static str {
        match self {
            RowChoice::Skip => "跳过",
            RowChoice::Distinct => "作为另一个项目导入",
            RowChoice::Update => "更新已有项目",
        }
    }
    /// As forms name it.
    pub fn id(self) -> &'static str {
        match self {
            RowChoice::Skip => "skip",
            RowChoice::Distinct => "distinct",
            RowChoice::Update => "update",
        }
    }
    /// From its id.
    pub fn parse(text: &str) -> Option<RowChoice> {
        RowChoice::ALL
            .into_iter()
            .find(|choice| choice.id() == text)
    }
}

/// What the user decided beside the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportChoices {
    /// By row: what is done with what seems to be there already.
    #[serde(default)]
    pub rows: BTreeMap<u32, RowChoice>,
    /// The same for rows without a choice of their own; without either the row is not taken.
    #[serde(default)]
    pub others: Option<RowChoice>,
    /// Milestones without a day of certification wait for certification. Otherwise what the ledger holds counts as
    /// certified on the day it names.
    #[serde(default)]
    pub claimed_only: bool,
}

impl ImportChoices {
    /// What is done with a row that seems to be there already.
    pub fn of(&self, line: u32) -> Option<RowChoice> {
        self.rows.get(&line).copied().or(self.others)
    }
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Row, as Excel shows it.
    pub line: u32,
    /// Index of the column from 0; absent for the row as a whole.
    pub column: Option<usize>,
    /// Why.
    pub reason: String,
    /// The whole sentence: row, column, value, reason.
    pub message: String,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportReport {
    /// Import.
    pub id: String,
    /// Name of the file.
    pub file_name: String,
    /// How.
    pub mode: ImportMode,
    /// Projects that are new in the ledger.
    pub created: usize,
    /// Projects that were there and are brought up to date.
    pub updated: usize,
    /// Rows that were left out by choice, or that say nothing new.
    pub skipped: usize,
    /// Rows that were not taken.
    pub rejected_rows: usize,
    /// Why, by row and column.
    pub rejected: Vec<Rejected>,
    /// Ids of the projects that are brought up to date.
    #[serde(default)]
    pub updated_projects: Vec<String>,
}

impl ImportReport {
    /// One sentence on the whole.
    pub fn summary(&self) -> String {
        let mut parts = vec![format!("新增 {} 个项目", self.created)];
        if self.updated > 0 {
            parts.push(format!("更新 {} 个已有项目", self.updated));
        }
        if self.skipped > 0 {
            parts.push(format!("跳过 {} 行", self.skipped));
        }
        if self.rejected_rows > 0 {
            parts.push(format!("{} 行有误没有导入", self.rejected_rows));
        }
        parts.join("，")
    }
}

impl Service {
    /// Whether the actor may import: those who may register projects under the pack in force.
    pub async fn may_import(&self, actor: &Actor) -> Outcome<bool> {
        if actor.kind == AccountKind::System {
            return Ok(true);
        }
        if actor.kind == AccountKind::Enterprise || actor.admin.is_some() {
            return Ok(false);
        }
        let region = self.region(&actor.region).await?;
        let Ok(lifecycle) = region.lifecycle() else {
            return Ok(false);
        };
        let roles = lifecycle.possible_roles_of(&actor.unit, region.is_host(&actor.unit), false);
        Ok(lifecycle.allows(&roles, Action::Register))
    }

    /// Whether the actor may look at imports without making one.
    pub(crate) async fn may_look_at_imports(&self, actor: &Actor) -> Outcome<bool> {
        let auditor = actor.is(AdminRole::Auditor);
        Ok(auditor || self.may_import(actor).await?)
    }

    async fn must_import(&self, actor: &Actor) -> Outcome<()> {
        if self.may_import(actor).await? {
            return Ok(());
        }
        let region = self.region(&actor.region).await?;
        let who = importers(&region);
        Err(ServiceError::Forbidden(format!(
            "台账由{who}导入，您的单位是{}",
            actor.unit
        )))
    }
}

/// Who may import in a region, in words.
pub(crate) fn importers(region: &crate::region::Region) -> String {
    let Ok(lifecycle) = region.lifecycle() else {
        return "有权登记项目的单位".to_string();
    };
    let may = lifecycle
        .file
        .access
        .iter()
        .filter(|(_, access)| access.may.contains(&Action::Register));
    let parties = policy::Parties {
        host: Some("属地政府"),
        enterprise: None,
        sector: None,
        assigned: Default::default(),
    };
    let units: Vec<&str> = may
        .flat_map(|(role, _)| lifecycle.units_of(role, parties))
        .collect();
    if units.is_empty() {
        "有权登记项目的单位".to_string()
    } else {
        units.join("、")
    }
}
