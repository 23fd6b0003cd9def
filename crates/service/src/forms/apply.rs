//! An edited form becomes facts: every changed project in one transaction, or nothing.

use std::collections::HashMap;

use calendar::Day;
use domain::command::Command;
use domain::event::{Event, EventKind};
use domain::state::State;
use domain::{ActorUnit, authorise, decide};
use store::Batch;

use super::Found;
use super::back::{EditedForm, RowChanges, Side, column_of};
use super::edits::{Base, Draft};
use crate::leaders::Assigned;
use crate::projects::{Loaded, refuse_administrators};
use crate::{AccountKind, Actor, Outcome, Service, ServiceError};

/// Which side is taken where a cell was changed on both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Project id.
    pub project: String,
    /// Column id.
    pub column: String,
    /// The side.
    pub side: Side,
}

/// What taking an edited form did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// Projects that have new facts.
    pub projects: usize,
    /// Cells that were taken.
    pub cells: usize,
    /// Cells where what is recorded was kept.
    pub kept: usize,
    /// Names of projects whose basic facts had been changed after the period: the change is dated today.
    pub dated_today: Vec<String>,
    /// Leaders to whom projects are given anew.
    pub(super) assigned: Vec<Assigned>,
}

impl Applied {
    /// One sentence on the whole.
    pub fn summary(&self) -> String {
        let mut text = format!("更新 {} 个项目、{} 格", self.projects, self.cells);
        if self.kept > 0 {
            text.push_str(&format!("，{} 格保留系统中的内容", self.kept));
        }
        if !self.dated_today.is_empty() {
            text.push_str(&format!(
                "；{}在报告期后改过基本情况，本次改动记在今天",
                self.dated_today.join("、")
            ));
        }
        text
    }
}

/// Facts to be recorded with the day they happened on.
type Dated = (Day, EventKind);

impl Service {
    /// Takes an edited form. Each cell changed on both sides needs a choice.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when the file has faults or a choice is missing; refusals of the rules; nothing is
    /// written in any of these cases.
    pub async fn apply_form(
        &self,
        actor: &Actor,
        name: &str,
        bytes: &[u8],
        choices: &[Choice],
    ) -> Outcome<Applied> {
        self.take_form(actor, name, bytes, choices, None).await
    }

    pub(super) async fn take_form(
        &self,
        actor: &Actor,
        name: &str,
        bytes: &[u8],
        choices: &[Choice],
        upload: Option<&str>,
    ) -> Outcome<Applied> {
        refuse_administrators(actor)?;
        let (edited, found, loaded) = self.compare_form(actor, name, bytes).await?;
        if let Some(fault) = edited.faults.first() {
            let more = edited.faults.len();
            return Err(ServiceError::field(
                "file",
                format!(
                    "文件有 {more} 处错误，没有导入。第一处：{}{}。请改正后重新上传",
                    fault.place, fault.reason
                ),
            ));
        }
        let taking = Taking {
            service: self,
            actor,
            found: &found,
            edited: &edited,
            choices: choices
                .iter()
                .map(|c| ((c.project.as_str(), c.column.as_str()), c.side))
                .collect(),
        };
        let (mut batch, applied) = taking.all(&loaded)?;
        for assigned in &applied.assigned {
            if let Some(project) = loaded.get(&assigned.project) {
                self.check_leader(project, assigned).await?;
            }
        }
        if let Some(upload) = upload {
            let outcome = applied.summary();
            store::reports::upload_applied(&mut batch, &actor.region, upload, &outcome);
        }
        if applied.projects > 0 || upload.is_some() {
            self.db().write(batch).await?;
        }
        Ok(applied)
    }
}

struct Taking<'a> {
    service: &'a Service,
    actor: &'a Actor,
    found: &'a Found,
    edited: &'a EditedForm,
    choices: HashMap<(&'a str, &'a str), Side>,
}

impl Taking<'_> {
    fn all(&self, loaded: &HashMap<String, Loaded>) -> Outcome<(Batch, Applied)> {
        let mut batch = Batch::new();
        let mut applied = Applied::default();
        for row in &self.edited.rows {
            let Some(loaded) = loaded.get(&row.project) else {
                return Err(ServiceError::no_project());
            };
            let taken = self.taken(row, &mut applied)?;
            if taken.cells.is_empty() {
                continue;
            }
            let facts = self.facts(loaded, &taken);
            let (dated, today) = facts.map_err(|error| of_project(error, &row.name))?;
            if dated.is_empty() {
                continue;
            }
            if today {
                applied.dated_today.push(row.name.clone());
            }
            applied.projects += 1;
            applied.cells += taken.cells.len();
            let kinds: Vec<EventKind> = dated.iter().map(|(_, kind)| kind.clone()).collect();
            applied.assigned.extend(Assigned::of(loaded, &kinds));
            let by = self.service.by_actor(self.actor);
            batch.append(self.service.append_facts(loaded, &by, dated)?);
        }
        let what = format!(
            "{} {}",
            self.edited.query.form,
            self.edited.query.period.id()
        );
        let outcome = format!("{} 个项目、{} 格", applied.projects, applied.cells);
        self.service.audit(
            &mut batch,
            self.actor,
            "import-form",
            &what,
            "done",
            &outcome,
        );
        Ok((batch, applied))
    }

    /// The cells of a row that are taken.
    fn taken(&self, row: &RowChanges, applied: &mut Applied) -> Outcome<RowChanges> {
        let mut taken = row.clone();
        let mut cells = Vec::new();
        for cell in &row.cells {
            let choice = self
                .choices
                .get(&(row.project.as_str(), cell.column.as_str()));
            match (cell.is_conflict(), choice) {
                (false, _) | (true, Some(Side::File)) => cells.push(cell.clone()),
                (true, Some(Side::Present)) => applied.kept += 1,
                (true, None) => {
                    return Err(ServiceError::field(
                        "choice",
                        format!(
                            "项目“{}”的“{}”在文件和系统中都改过，还没有选择用哪一个；没有导入任何内容",
                            row.name, cell.heading
                        ),
                    ));
                }
            }
        }
        taken.cells = cells;
        Ok(taken)
    }

    /// What the row's cells say, as facts; whether some had to be dated today.
    fn facts(&self, loaded: &Loaded, row: &RowChanges) -> Outcome<(Vec<Dated>, bool)> {
        let today = self.service.today();
        let base = Base::of(loaded, self.edited.query.period.end.min(today), today);
        let before = base.draft;
        let after = self.laid_over(before.clone(), row)?;
        let mut desk = Desk {
            taking: self,
            loaded,
            events: loaded.events.clone(),
            dated: Vec::new(),
        };
        self.details(&mut desk, &before, &after, row, base.details_on)?;
        if (&before.progress, &before.problems) != (&after.progress, &after.problems) {
            let command = Command::ReportProgress {
                progress: after.progress,
                problems: after.problems,
            };
            desk.decide(base.on, command)?;
        }
        if before.assignment != after.assignment {
            let assignment = after.assignment;
            let command = Command::Assign {
                leader: assignment.leader,
                receiving_unit: assignment.receiving_unit,
                supporting: assignment.supporting,
                tasks: assignment.tasks,
            };
            desk.decide(base.assigned_on, command)?;
        }
        Ok((desk.dated, base.details_on != base.on))
    }

    fn laid_over(&self, mut draft: Draft, row: &RowChanges) -> Outcome<Draft> {
        for cell in &row.cells {
            let Some(column) = column_of(self.found.form(), &cell.column) else {
                continue;
            };
            let set = draft.set(&self.found.region, column, &cell.file);
            set.map_err(|reason| ServiceError::field("file", format!("{}：{reason}", cell.place)))?;
        }
        Ok(draft)
    }

    fn details(
        &self,
        desk: &mut Desk<'_>,
        before: &Draft,
        after: &Draft,
        row: &RowChanges,
        on: Day,
    ) -> Outcome<()> {
        let mut details = after.details.clone();
        if let Some(contact) = &after.contact {
            details.contact_sealed = self
                .service
                .seal_contact(&row.project, contact.as_deref())?;
        }
        if details == before.details {
            return Ok(());
        }
        let command = Command::ChangeDetails {
            details: Box::new(details),
        };
        desk.decide(on, command)
    }
}

/// Of many projects, a refusal says which.
fn of_project(error: ServiceError, name: &str) -> ServiceError {
    match error {
        ServiceError::Refused(mut refusal) => {
            refusal.message = format!("项目“{name}”：{}没有导入任何内容。", refusal.message);
            ServiceError::Refused(refusal)
        }
        other => other,
    }
}

/// Where the rules are asked, one command after the other.
struct Desk<'a> {
    taking: &'a Taking<'a>,
    loaded: &'a Loaded,
    events: Vec<Event>,
    dated: Vec<Dated>,
}

impl Desk<'_> {
    fn decide(&mut self, on: Day, command: Command) -> Outcome<()> {
        let service = self.taking.service;
        let actor = self.taking.actor;
        let state = State::fold(&self.loaded.lifecycle, &self.events);
        if !service.may_see(actor, self.loaded, &state) {
            return Err(ServiceError::no_project());
        }
        let packs = self.loaded.packs();
        if actor.kind != AccountKind::System {
            let unit = ActorUnit { unit: &actor.unit };
            authorise(packs, &state, unit, &command)?;
        }
        let kinds = decide(
            packs,
            &state,
            &service.calendar(),
            service.today(),
            on,
            command,
        )?;
        let next = self.events.len() as u32 + 1;
        let by = service.by_actor(actor);
        for (id, kind) in (next..).zip(kinds) {
            self.events.push(Event {
                id: domain::event::EventId(id),
                happened_on: on,
                recorded_at: Some(service.now()),
                by: by.clone(),
                kind: kind.clone(),
            });
            self.dated.push((on, kind));
        }
        Ok(())
    }
}
