//! What moving running projects to another version would do: their facts are worked out under both versions and the due
//! days compared. Nothing is changed.

use std::sync::Arc;

use domain::State;
use domain::track::{deadlines, plan};
use policy::Policy;
use policy::model::PackKind;
use serde::{Deserialize, Serialize};
use store::events::{self, Aggregate, StoredEvent};

use crate::jobs::{Job, JobView, Progress, whole_streams};
use crate::projects::{Loaded, loaded};
use crate::{Actor, AdminRole, Outcome, Service, ServiceError};

/// Facts read at a time.
const CHUNK: usize = 4_000;
/// Due days that are listed; all are counted.
const LISTED: usize = 200;
/// Projects between two notes of progress.
const NOTED: u64 = 200;

/// A due day that would move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedDue {
    /// Project id.
    pub project: String,
    /// Its name.
    pub name: String,
    /// Its version now.
    pub version: String,
    /// Stage or step.
    pub title: String,
    /// Due day now; empty when the version has no such limit.
    pub before: String,
    /// Due day then; empty when the version has no such limit.
    pub after: String,
}

/// What moving would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Effect {
    /// Running projects under other versions of the pack.
    pub projects: u64,
    /// Those of which a due day would move.
    pub affected: u64,
    /// Due days that would be later.
    pub later: u64,
    /// Due days that would be earlier.
    pub earlier: u64,
    /// Limits that would come or go.
    pub come_or_go: u64,
    /// The first of them.
    pub moved: Vec<MovedDue>,
}

impl Service {
    /// Has the effect of a version on running projects worked out in the background.
    pub async fn work_out_effect(
        &self,
        actor: &Actor,
        id: &str,
        version: &str,
        patience: std::time::Duration,
    ) -> Outcome<()> {
        self.may_try_policies(actor).await?;
        let region = self.region(&actor.region).await?;
        let policy = region.pack(id, version)?.clone();
        if policy.file.pack.kind != PackKind::Lifecycle {
            return Err(ServiceError::Forbidden(
                "履约包没有自己的期限，不需要试算".into(),
            ));
        }
        let service = self.clone();
        let region = actor.region.clone();
        let job = Job {
            region: region.clone(),
            name: job_name(id, version),
            by: actor.name.clone(),
        };
        let work = move |progress: Progress| async move {
            service.effect(&region, policy, progress).await
        };
        self.start_job(job, work, patience).await
    }

    /// What was worked out, or how far it is.
    pub(super) async fn pack_effect_job(
        &self,
        region: &str,
        id: &str,
        version: &str,
    ) -> Outcome<Option<JobView<Effect>>> {
        self.job(region, &job_name(id, version)).await
    }

    /// Whoever may load packs, or move projects between versions.
    async fn may_try_policies(&self, actor: &Actor) -> Outcome<()> {
        if actor.is(AdminRole::System) || self.may_import(actor).await? {
            return Ok(());
        }
        Err(ServiceError::Forbidden(
            "试算由系统管理员或有权登记项目的单位办理".into(),
        ))
    }

    async fn effect(
        &self,
        region: &str,
        policy: Arc<Policy>,
        progress: Progress,
    ) -> Outcome<Effect> {
        let facts = self.region(region).await?;
        let mut effect = Effect::default();
        let mut open: Option<(String, Vec<StoredEvent>)> = None;
        let mut stream = events::stream_of(self.db(), region, Aggregate::Project, CHUNK).await?;
        let mut seen = 0;
        loop {
            let chunk = stream.next().await?;
            let last = chunk.is_none();
            for (project, stored) in whole_streams(&mut open, chunk) {
                self.add_effect(
                    &loaded(&project, facts.clone(), stored)?,
                    &policy,
                    &mut effect,
                );
                seen += 1;
                if seen % NOTED == 0 {
                    progress.note(seen).await;
                }
            }
            if last {
                return Ok(effect);
            }
        }
    }

    fn add_effect(&self, project: &Loaded, new: &Policy, effect: &mut Effect) {
        let old = &project.lifecycle;
        if old.file.pack.id != new.file.pack.id || old.file.pack.version == new.file.pack.version {
            return;
        }
        let (calendar, today) = (self.calendar(), self.today());
        let (before, after) = (
            State::fold(old, &project.events),
            State::fold(new, &project.events),
        );
        let old_plan = plan(old, &before, &calendar, today);
        if before.withdrawn_on.is_some() || before.removed_on().is_some() {
            return;
        }
        let open = |deadline: &domain::Deadline| deadline.done_on.is_none() && !deadline.projected;
        let due: Vec<domain::Deadline> = deadlines(old, &before, &old_plan)
            .into_iter()
            .filter(open)
            .collect();
        let new_plan = plan(new, &after, &calendar, today);
        let then: Vec<domain::Deadline> = deadlines(new, &after, &new_plan)
            .into_iter()
            .filter(open)
            .collect();
        effect.projects += 1;
        let moved = moved(project, before.name(), &due, &then, effect);
        if !moved.is_empty() {
            effect.affected += 1;
            let room = LISTED.saturating_sub(effect.moved.len());
            effect.moved.extend(moved.into_iter().take(room));
        }
    }
}

fn moved(
    project: &Loaded,
    name: &str,
    due: &[domain::Deadline],
    then: &[domain::Deadline],
    effect: &mut Effect,
) -> Vec<MovedDue> {
    let line = |title: &str, before: String, after: String| MovedDue {
        project: project.project.clone(),
        name: name.to_string(),
        version: project.lifecycle.file.pack.version.clone(),
        title: title.to_string(),
        before,
        after,
    };
    let mut lines = Vec::new();
    for now in due {
        match then.iter().find(|then| then.node == now.node) {
            Some(then) if then.due_on == now.due_on => {}
            Some(then) => {
                let count = if then.due_on > now.due_on {
                    &mut effect.later
                } else {
                    &mut effect.earlier
                };
                *count += 1;
                lines.push(line(
                    &now.title,
                    now.due_on.to_string(),
                    then.due_on.to_string(),
                ));
            }
            None => {
                effect.come_or_go += 1;
                lines.push(line(&now.title, now.due_on.to_string(), String::new()));
            }
        }
    }
    for new in then
        .iter()
        .filter(|then| !due.iter().any(|now| now.node == then.node))
    {
        effect.come_or_go += 1;
        lines.push(line(&new.title, String::new(), new.due_on.to_string()));
    }
    lines
}

fn job_name(id: &str, version: &str) -> String {
    format!("effect:{id}@{version}")
}
