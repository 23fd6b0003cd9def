//! A policy pack as pages read it: clause by clause with the document's words, what two versions have differently, and
//! what moving to a version would do to running projects.

mod difference;
mod effect;
mod rules;

use std::sync::Arc;

use policy::Policy;
use store::packs;

pub use difference::{Changed, PackDifference, RuleChange};
pub use effect::{Effect, MovedDue};
pub use rules::{Matrix, MatrixRow, Reading, Rule, Section};

use crate::jobs::JobView;
use crate::{Actor, Outcome, Service, ServiceError};

/// A version of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionLine {
    /// Version.
    pub version: String,
    /// In force for new projects.
    pub in_force: bool,
    /// 施行日期.
    pub effective: String,
    /// When it was loaded, and by whom.
    pub loaded: String,
    /// SM3 of the file.
    pub sm3: String,
}

/// One pack to read.
#[derive(Debug, Clone)]
pub struct PackPage {
    /// Id.
    pub id: String,
    /// Version.
    pub version: String,
    /// Title of the document.
    pub title: String,
    /// 文号.
    pub document: String,
    /// Whether it is a lifecycle pack.
    pub lifecycle: bool,
    /// In force for new projects.
    pub in_force: bool,
    /// Head: 印发, 施行, 解释单位 …
    pub head: Vec<(String, String)>,
    /// Its rules.
    pub sections: Vec<Section>,
    /// Who sees and does what.
    pub matrix: Matrix,
    /// Warnings of the check, drawn.
    pub warnings: String,
    /// All versions of the pack, newest first.
    pub versions: Vec<VersionLine>,
    /// What moving running projects to this version would do, when somebody had it worked out.
    pub effect: Option<JobView<Effect>>,
}

/// The file of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    /// Name to save it under.
    pub name: String,
    /// Content.
    pub source: String,
}

impl Service {
    /// A pack, clause by clause.
    pub async fn pack_page(&self, actor: &Actor, id: &str, version: &str) -> Outcome<PackPage> {
        let region = self.region(&actor.region).await?;
        let policy = region.pack(id, version)?.clone();
        let stored = packs::list(self.db(), &actor.region).await?;
        let mut own: Vec<&packs::PackRow> = stored.iter().filter(|row| row.id == id).collect();
        own.sort_by(|one, other| other.version.cmp(&one.version));
        let this = own.iter().find(|row| row.version == version);
        let head = &policy.file.pack;
        Ok(PackPage {
            id: id.to_string(),
            version: version.to_string(),
            title: head.title.clone(),
            document: head.document.clone(),
            lifecycle: head.kind == policy::model::PackKind::Lifecycle,
            in_force: this.is_some_and(|row| row.active),
            head: rules::head(&policy),
            sections: rules::sections(&policy),
            matrix: rules::matrix(&policy),
            warnings: this.map(|row| warnings(row, &stored)).unwrap_or_default(),
            versions: own.iter().map(|row| version_line(row)).collect(),
            effect: self.pack_effect_job(&actor.region, id, version).await?,
        })
    }

    /// The file of a pack, as it was loaded.
    pub async fn pack_file(&self, actor: &Actor, id: &str, version: &str) -> Outcome<PackFile> {
        let stored = packs::list(self.db(), &actor.region).await?;
        let row = stored
            .into_iter()
            .find(|row| row.id == id && row.version == version);
        let row =
            row.ok_or_else(|| ServiceError::NotFound(format!("没有政策包 {id} 的 {version} 版")))?;
        Ok(PackFile {
            name: format!("{id}@{version}.toml"),
            source: row.source,
        })
    }

    /// What two versions of a pack have differently, rule by rule.
    pub async fn pack_difference(
        &self,
        actor: &Actor,
        id: &str,
        from: &str,
        to: &str,
    ) -> Outcome<PackDifference> {
        let region = self.region(&actor.region).await?;
        let (old, new) = (region.pack(id, from)?.clone(), region.pack(id, to)?.clone());
        Ok(difference::difference(&old, &new))
    }
}

fn version_line(row: &packs::PackRow) -> VersionLine {
    let effective =
        policy::read(&row.id, &row.source).map(|policy| policy.file.pack.effective.to_string());
    VersionLine {
        version: row.version.clone(),
        in_force: row.active,
        effective: effective.unwrap_or_default(),
        loaded: format!(
            "{} 由 {} 装入",
            crate::clock::display_minute(row.loaded_at),
            row.loaded_by
        ),
        sm3: row.sm3.clone(),
    }
}

/// What the check has to say of a pack that was loaded; a performance pack is checked beside its lifecycle pack.
fn warnings(row: &packs::PackRow, all: &[packs::PackRow]) -> String {
    let name = format!("{}@{}.toml", row.id, row.version);
    let beside = policy::read(&name, &row.source)
        .ok()
        .and_then(|policy| companion(&policy, all));
    let report = match &beside {
        Some(lifecycle) => policy::check_beside(&name, &row.source, lifecycle),
        None => policy::check(&name, &row.source),
    };
    if report.problems.is_empty() {
        String::new()
    } else {
        report.render(policy::Style::Plain)
    }
}

fn companion(policy: &Policy, all: &[packs::PackRow]) -> Option<Arc<Policy>> {
    let wanted = policy.file.pack.accompanies.as_deref()?;
    let row = all
        .iter()
        .filter(|row| row.id == wanted)
        .max_by_key(|row| row.active)?;
    policy::read(&row.id, &row.source).ok().map(Arc::new)
}
