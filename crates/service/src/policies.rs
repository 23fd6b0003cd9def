//! Packs: which are in force, what they say, loading a new version and what it would change.

use std::sync::Arc;

use policy::Policy;
use policy::model::PackKind;
use store::Batch;
use store::packs::{self, PackRow};

use crate::{Actor, AdminRole, Outcome, Service, ServiceError};

/// A pack in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackView {
    /// Id.
    pub id: String,
    /// Version.
    pub version: String,
    /// Title of the document.
    pub title: String,
    /// 文号.
    pub document: String,
    /// 全生命周期 or 履约.
    pub kind: &'static str,
    /// In force for new projects.
    pub in_force: bool,
    /// 施行日期.
    pub effective: String,
    /// Number of stages, steps or rules, in words.
    pub content: String,
}

/// What loading a pack found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedPack {
    /// Id.
    pub id: String,
    /// Version.
    pub version: String,
    /// Warnings of the check, rendered.
    pub warnings: Vec<String>,
}

impl Service {
    /// Packs of the region, those in force first.
    pub async fn pack_list(&self, actor: &Actor) -> Outcome<Vec<PackView>> {
        let region = self.region(&actor.region).await?;
        let mut list: Vec<_> = region
            .all_packs()
            .into_iter()
            .map(|(policy, in_force)| view(policy, in_force))
            .collect();
        list.sort_by_key(|pack| !pack.in_force);
        Ok(list)
    }

    /// A pack to read.
    pub async fn pack(&self, actor: &Actor, id: &str, version: &str) -> Outcome<Arc<Policy>> {
        Ok(self.region(&actor.region).await?.pack(id, version)?.clone())
    }

    /// Checks a pack and keeps it beside the others (system administrator). It is not in force yet.
    pub async fn load_pack(
        &self,
        actor: &Actor,
        file_name: &str,
        source: &str,
    ) -> Outcome<LoadedPack> {
        self.needs(actor, AdminRole::System, "装入政策包")?;
        let report = policy::check(file_name, source);
        let Some(policy) = report.policy.as_ref().filter(|_| !report.has_errors()) else {
            return Err(ServiceError::field(
                "file",
                report.render(policy::Style::Plain),
            ));
        };
        let head = &policy.file.pack;
        if head.region != actor.region {
            return Err(ServiceError::field(
                "file",
                format!(
                    "这个政策包属于地区 {}，不能装入 {}",
                    head.region, actor.region
                ),
            ));
        }
        let row = PackRow {
            region: actor.region.clone(),
            id: head.id.clone(),
            version: head.version.clone(),
            kind: head.kind.id().to_string(),
            source: source.to_string(),
            sm3: store::chain::sm3_hex(source.as_bytes()),
            loaded_at: self.now(),
            loaded_by: actor.name.clone(),
            active: false,
        };
        let mut batch = Batch::new();
        packs::insert(&mut batch, &row);
        self.audit(
            &mut batch,
            actor,
            "load-pack",
            &format!("{} {}", head.id, head.version),
            "done",
            "",
        );
        match self.db().write(batch).await {
            Err(store::StoreError::Unique { .. }) => {
                let message = format!(
                    "{} 的 {} 版已经装入；版本一经装入不再改动，请用新的版本号",
                    head.id, head.version
                );
                return Err(ServiceError::field("file", message));
            }
            written => written.map_err(ServiceError::from)?,
        };
        self.forget_region(&actor.region);
        Ok(LoadedPack {
            id: head.id.clone(),
            version: head.version.clone(),
            warnings: warnings(&report),
        })
    }

    /// Puts a version in force for projects registered from now on; running ones keep theirs until moved.
    pub async fn activate_pack(&self, actor: &Actor, id: &str, version: &str) -> Outcome<()> {
        self.needs(actor, AdminRole::System, "启用政策包")?;
        let kind = {
            let region = self.region(&actor.region).await?;
            region.pack(id, version)?.file.pack.kind
        };
        let mut batch = Batch::new();
        packs::activate(&mut batch, &actor.region, id, version);
        self.audit(
            &mut batch,
            actor,
            "activate-pack",
            &format!("{id} {version}"),
            "done",
            "",
        );
        self.db().write(batch).await?;
        self.forget_region(&actor.region);
        // Contracts are performed by the pack in force; what its lists say of running projects is worked out again.
        if kind == PackKind::Performance {
            for project in store::performance::projects(self.db(), &actor.region).await? {
                self.project_again(&actor.region, &project).await?;
            }
        }
        Ok(())
    }
}

fn view(policy: &Policy, in_force: bool) -> PackView {
    let head = &policy.file.pack;
    let content = match head.kind {
        PackKind::Lifecycle => {
            let stages = policy.stages.len();
            format!("{stages} 个阶段、{} 个环节", policy.nodes.len() - stages)
        }
        PackKind::Performance => {
            let file = &policy.file;
            format!(
                "{} 项责任、{} 项负面清单、{} 项免责情形",
                file.duty.len(),
                file.breach.len(),
                file.exemption.len()
            )
        }
        PackKind::Matters | PackKind::Forms => String::new(),
    };
    PackView {
        id: head.id.clone(),
        version: head.version.clone(),
        title: head.title.clone(),
        document: head.document.clone(),
        kind: head.kind.title(),
        in_force,
        effective: head.effective.to_string(),
        content,
    }
}

/// What the check wants to be known though it is no error, each with its place.
fn warnings(report: &policy::Report) -> Vec<String> {
    report
        .located()
        .into_iter()
        .map(|problem| problem.message)
        .collect()
}
