//! Taking an import back: every project it brought is withdrawn, every project it brought up to date gets its facts
//! struck out. Where somebody has worked on a project since, the user decides.

use std::collections::HashSet;
use std::time::Duration;

use domain::event::{By, EventKind};
use serde::{Deserialize, Serialize};
use store::events::{self, StoredEvent};
use store::imports::{self, Step};
use store::{Batch, projects};

use super::apply::{Held, gone};
use super::facts::Dated;
use super::kept::Found;
use crate::clock::display_minute;
use crate::jobs::whole_streams;
use crate::projects::{Loaded, loaded};
use crate::{Actor, Outcome, Service, ServiceError};

/// Facts read at a time.
const CHUNK: usize = 4_000;
/// Projects between two notes of progress.
const NOTED: u64 = 500;

/// A project on which somebody has worked since the import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkedOn {
    /// Id.
    pub project: String,
    /// Human number.
    pub number: i64,
    /// Name.
    pub name: String,
    /// What was done, in words.
    pub work: String,
}

/// What taking an import back would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UndoPreview {
    /// Projects that would be withdrawn or put back as they were.
    pub untouched: usize,
    /// Projects on which somebody has worked since: kept unless the user says otherwise.
    pub worked_on: Vec<WorkedOn>,
}

/// What taking an import back did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UndoReport {
    /// Projects that are withdrawn.
    pub withdrawn: usize,
    /// Projects that are as they were before the import.
    pub restored: usize,
    /// Projects that were kept because somebody has worked on them.
    pub kept: Vec<WorkedOn>,
}

impl UndoReport {
    /// One sentence on the whole.
    pub fn summary(&self) -> String {
        let mut parts = vec![format!("撤回 {} 个项目", self.withdrawn)];
        if self.restored > 0 {
            parts.push(format!("{} 个项目恢复到导入前", self.restored));
        }
        if !self.kept.is_empty() {
            parts.push(format!("保留导入后办理过的 {} 个项目", self.kept.len()));
        }
        parts.join("，")
    }
}

impl Service {
    /// What taking an import back would do.
    pub async fn undo_preview(&self, actor: &Actor, id: &str) -> Outcome<UndoPreview> {
        self.must_import(actor).await?;
        let found = self.found_import(&actor.region, id).await?;
        must_be_applied(&found)?;
        let all = self.touched(&found).await?;
        let worked_on = self.worked_on(&found).await?;
        Ok(UndoPreview {
            untouched: all.len().saturating_sub(worked_on.len()),
            worked_on,
        })
    }

    /// Takes an import back. Projects on which somebody has worked since stay, unless their ids are in `also`.
    pub async fn undo_import(
        &self,
        actor: &Actor,
        id: &str,
        also: &[String],
    ) -> Outcome<UndoReport> {
        let (held, found) = self.begin_undo(actor, id).await?;
        self.carry_undo_out(actor, &held, found, also).await
    }

    /// As [`Service::undo_import`], going on in the background when it takes longer than `patience`.
    pub async fn undo_in_background(
        &self,
        actor: &Actor,
        id: &str,
        also: Vec<String>,
        patience: Duration,
    ) -> Outcome<()> {
        let (held, found) = self.begin_undo(actor, id).await?;
        let (service, actor) = (self.clone(), actor.clone());
        let work = tokio::spawn(async move {
            if let Err(error) = service.carry_undo_out(&actor, &held, found, &also).await {
                tracing::warn!(import = held.id, %error, "import was not taken back");
            }
        });
        // Running out of patience leaves the work going.
        let _ = tokio::time::timeout(patience, work).await;
        Ok(())
    }

    async fn begin_undo(&self, actor: &Actor, id: &str) -> Outcome<(Held, Found)> {
        self.must_import(actor).await?;
        let mut found = self.found_import(&actor.region, id).await?;
        must_be_applied(&found)?;
        found.kept.failure = None;
        let held = self
            .hold(&found, &["applied", "undoing"], "undoing")
            .await?;
        Ok((held, found))
    }

    async fn carry_undo_out(
        &self,
        actor: &Actor,
        held: &Held,
        mut found: Found,
        also: &[String],
    ) -> Outcome<UndoReport> {
        let done = self.take_back(actor, held, &mut found, also).await;
        if let Err(error) = &done {
            self.note_failure(held, &mut found, "undoing", "applied", error)
                .await?;
        }
        done
    }

    async fn take_back(
        &self,
        actor: &Actor,
        held: &Held,
        found: &mut Found,
        also: &[String],
    ) -> Outcome<UndoReport> {
        let mut kept = self.worked_on(found).await?;
        kept.retain(|worked| !also.contains(&worked.project));
        let stays: HashSet<&str> = kept.iter().map(|worked| worked.project.as_str()).collect();
        let streams = self
            .touched(found)
            .await?
            .into_iter()
            .filter(|project| !stays.contains(project.as_str()))
            .collect();
        let mut batch = Batch::new();
        self.release(&mut batch, held);
        let (withdrawn, restored) = self
            .take_streams_back(actor, held, found, streams, &mut batch)
            .await?;
        let report = UndoReport {
            withdrawn,
            restored,
            kept,
        };
        found.kept.undone = Some(report.clone());
        let text = serde_json::to_string(&found.kept)?;
        let step = Step {
            region: &held.region,
            id: &held.id,
            from: &["undoing"],
            to: "undone",
            report: &text,
        };
        imports::undone(&mut batch, step, self.now(), &actor.name);
        self.audit(
            &mut batch,
            actor,
            "undo-import",
            &found.row.file_name,
            "done",
            &report.summary(),
        );
        self.db()
            .write(batch)
            .await
            .map_err(|error| gone(error, found))?;
        Ok(report)
    }

    async fn take_streams_back(
        &self,
        actor: &Actor,
        held: &Held,
        found: &Found,
        streams: Vec<String>,
        batch: &mut Batch,
    ) -> Outcome<(usize, usize)> {
        let region = self.region(&held.region).await?;
        let by = self.by_actor(actor);
        let (mut withdrawn, mut restored, mut done) = (0, 0, 0_u64);
        let mut facts = events::of_streams(self.db(), &held.region, streams, CHUNK).await?;
        let mut open: Option<(String, Vec<StoredEvent>)> = None;
        loop {
            let chunk = facts.next().await?;
            let last = chunk.is_none();
            for (project, stored) in whole_streams(&mut open, chunk) {
                let loaded = loaded(&project, region.clone(), stored)?;
                match self.take_one_back(&loaded, &by, &found.row.id, batch)? {
                    Some(Back::Withdrawn) => withdrawn += 1,
                    Some(Back::Restored) => restored += 1,
                    None => {}
                }
                done += 1;
                if done % NOTED == 0 {
                    self.note_progress(held, done as usize).await?;
                }
            }
            if last {
                return Ok((withdrawn, restored));
            }
        }
    }

    /// A project that the import brought is withdrawn; of one that was there, the import's facts are struck out.
    fn take_one_back(
        &self,
        loaded: &Loaded,
        by: &By,
        import: &str,
        batch: &mut Batch,
    ) -> Outcome<Option<Back>> {
        let own = |event: &&domain::Event| event.by.import.as_deref() == Some(import);
        let brought = loaded.events.first().is_some_and(|first| own(&first));
        let reason = "撤销导入".to_string();
        let today = self.today();
        let (back, kinds): (Back, Vec<EventKind>) = if brought {
            (Back::Withdrawn, vec![EventKind::Withdrawn { reason }])
        } else {
            let void = |event: &domain::Event| EventKind::Voided {
                event: event.id,
                reason: reason.clone(),
            };
            (
                Back::Restored,
                loaded.events.iter().filter(own).map(void).collect(),
            )
        };
        if kinds.is_empty() || loaded.state().withdrawn_on.is_some() {
            return Ok(None);
        }
        let dated: Vec<Dated> = kinds.into_iter().map(|kind| (today, kind)).collect();
        batch.append(self.append_facts(loaded, by, dated)?);
        Ok(Some(back))
    }

    /// Projects that the import brought or brought up to date.
    async fn touched(&self, found: &Found) -> Outcome<Vec<String>> {
        let mut all = projects::of_import(self.db(), &found.row.region, &found.row.id).await?;
        all.extend(
            found
                .kept
                .result
                .iter()
                .flat_map(|result| result.updated_projects.iter().cloned()),
        );
        Ok(all)
    }

    async fn worked_on(&self, found: &Found) -> Outcome<Vec<WorkedOn>> {
        let updated = found
            .kept
            .result
            .iter()
            .flat_map(|result| result.updated_projects.iter().cloned())
            .collect();
        let since =
            imports::work_since(self.db(), &found.row.region, &found.row.id, updated).await?;
        let worked = |work: imports::WorkSince| WorkedOn {
            project: work.project,
            number: work.number,
            name: work.name,
            work: format!(
                "导入后又有 {} 条记录，最近一条在 {}",
                work.facts,
                display_minute(work.last_at)
            ),
        };
        Ok(since.into_iter().map(worked).collect())
    }
}

enum Back {
    Withdrawn,
    Restored,
}

fn must_be_applied(found: &Found) -> Outcome<()> {
    if found.kept.forgotten {
        return Err(ServiceError::Conflict(
            "这次导入已过撤销期，不能再整批撤销。请到项目页面逐个更正".into(),
        ));
    }
    if matches!(found.row.state.as_str(), "applied" | "undoing") {
        return Ok(());
    }
    let why = match found.row.state.as_str() {
        "undone" => "这次导入已经撤销",
        "applying" => "这次导入还在进行，完成后才能撤销",
        _ => "这次导入还没有写入台账，不需要撤销",
    };
    Err(ServiceError::Conflict(why.to_string()))
}
