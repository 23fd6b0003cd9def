//! Taking the rows: once, in one transaction, by whoever came first. Work that takes longer goes on in the background.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use domain::event::By;
use jiff::SignedDuration;
use store::imports::{self, Step};
use store::{Batch, StoreError, views};
use uuid::Uuid;

use super::facts::Making;
use super::kept::{Found, aside};
use super::preview::{Match, PreviewRow, Twin, read_aside, twins};
use super::read::{self, ReadLedger};
use super::{ImportChoices, ImportMode, ImportReport, Rejected, RowChoice};
use crate::ledger::Candidate;
use crate::region::Region;
use crate::{Actor, Outcome, Service, ServiceError};

/// Projects worked out between two notes of progress.
const CHUNK: usize = 500;
/// How long work may go on without a sign of life before another may take it over.
const LEASE: SignedDuration = SignedDuration::from_mins(3);
/// From so many projects on the database looks at its tables again.
const LARGE: usize = 1_000;
/// Reasons that are kept word for word; all are counted.
const LISTED: usize = 20_000;

/// An import or its undoing that has begun: nobody else does it.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) region: String,
    pub(super) id: String,
    holder: String,
}

impl Held {
    fn lease(&self) -> String {
        format!("import:{}:{}", self.region, self.id)
    }
}

/// What becomes of a row.
enum Intent {
    Create,
    Update(String),
    Skip,
    Reject(Vec<Rejected>),
}

/// All rows of a file with what becomes of them.
#[derive(Default)]
struct Plan {
    create: Vec<usize>,
    update: Vec<(usize, String)>,
    skipped: usize,
    rejected_rows: usize,
    rejected: Vec<Rejected>,
}

impl Service {
    /// Takes the rows of a dry run. Whoever comes second with the same dry run is told so.
    pub async fn import_apply(
        &self,
        actor: &Actor,
        id: &str,
        mode: ImportMode,
        choices: ImportChoices,
    ) -> Outcome<ImportReport> {
        let (held, found) = self.begin_import(actor, id, mode, choices).await?;
        self.carry_out(actor, &held, found).await
    }

    /// As [`Service::import_apply`], going on in the background when it takes longer than `patience`; the page of the
    /// import tells how far it is.
    pub async fn import_in_background(
        &self,
        actor: &Actor,
        id: &str,
        mode: ImportMode,
        choices: ImportChoices,
        patience: Duration,
    ) -> Outcome<()> {
        let (held, found) = self.begin_import(actor, id, mode, choices).await?;
        let (service, actor) = (self.clone(), actor.clone());
        let work = tokio::spawn(async move {
            if let Err(error) = service.carry_out(&actor, &held, found).await {
                tracing::warn!(import = held.id, %error, "import did not happen");
            }
        });
        // Running out of patience leaves the work going.
        let _ = tokio::time::timeout(patience, work).await;
        Ok(())
    }

    /// What the user chose so far, kept for the next page of rows.
    pub async fn keep_import_choices(
        &self,
        actor: &Actor,
        id: &str,
        choices: ImportChoices,
    ) -> Outcome<()> {
        self.must_import(actor).await?;
        let mut found = self.found_import(&actor.region, id).await?;
        found.kept.choices.rows.extend(choices.rows);
        found.kept.choices.others = choices.others;
        found.kept.choices.claimed_only = choices.claimed_only;
        let mut batch = Batch::new();
        let report = serde_json::to_string(&found.kept)?;
        let from = &["checked", "failed"];
        imports::step(
            &mut batch,
            Step {
                region: &actor.region,
                id,
                from,
                to: "checked",
                report: &report,
            },
        );
        self.db()
            .write(batch)
            .await
            .map_err(|error| gone(error, &found))?;
        Ok(())
    }

    /// Gives a dry run up.
    pub async fn discard_import(&self, actor: &Actor, id: &str) -> Outcome<()> {
        self.must_import(actor).await?;
        let found = self.found_import(&actor.region, id).await?;
        let mut batch = Batch::new();
        let from = &["checked", "failed"];
        imports::step(
            &mut batch,
            Step {
                region: &actor.region,
                id,
                from,
                to: "discarded",
                report: "{}",
            },
        );
        self.db()
            .write(batch)
            .await
            .map_err(|error| gone(error, &found))?;
        Ok(())
    }

    async fn begin_import(
        &self,
        actor: &Actor,
        id: &str,
        mode: ImportMode,
        choices: ImportChoices,
    ) -> Outcome<(Held, Found)> {
        self.must_import(actor).await?;
        let mut found = self.found_import(&actor.region, id).await?;
        if !matches!(found.row.state.as_str(), "checked" | "failed" | "applying") {
            return Err(already(&found));
        }
        self.must_be_whole(&found, mode, &choices).await?;
        found.kept.choices = choices;
        found.kept.mode = mode;
        found.kept.failure = None;
        let held = self
            .hold(&found, &["checked", "failed", "applying"], "applying")
            .await?;
        Ok((held, found))
    }

    /// 整批导入 with rows that cannot be taken is refused before anything begins.
    async fn must_be_whole(
        &self,
        found: &Found,
        mode: ImportMode,
        choices: &ImportChoices,
    ) -> Outcome<()> {
        if mode == ImportMode::GoodOnly {
            return Ok(());
        }
        let rows = self.preview_rows(&found.kept).await?;
        let bad: Vec<u32> = rows
            .iter()
            .filter(|row| row.is_bad())
            .map(|row| row.line)
            .collect();
        let open = |row: &&PreviewRow| {
            !row.is_bad() && row.is_duplicate() && choices.of(row.line).is_none()
        };
        let open: Vec<u32> = rows.iter().filter(open).map(|row| row.line).collect();
        if bad.is_empty() && open.is_empty() {
            return Ok(());
        }
        Err(ServiceError::field("mode", not_whole(&bad, &open)))
    }

    /// Takes the lease and the step; the second to come is told who has it.
    pub(super) async fn hold(&self, found: &Found, from: &[&str], to: &str) -> Outcome<Held> {
        let row = &found.row;
        let held = Held {
            region: row.region.clone(),
            id: row.id.clone(),
            holder: Uuid::now_v7().to_string(),
        };
        let now = self.now();
        let until = now.checked_add(LEASE).unwrap_or(now);
        if !views::take_lease(self.db(), &held.lease(), &held.holder, now, until).await? {
            return Err(ServiceError::Conflict(
                "这次导入正在办理，没有重复执行。请稍候刷新本页查看结果".into(),
            ));
        }
        let report = serde_json::to_string(&found.kept)?;
        let mut batch = Batch::new();
        imports::step(
            &mut batch,
            Step {
                region: &row.region,
                id: &row.id,
                from,
                to,
                report: &report,
            },
        );
        self.db()
            .write(batch)
            .await
            .map_err(|error| gone(error, found))?;
        Ok(held)
    }

    async fn carry_out(
        &self,
        actor: &Actor,
        held: &Held,
        mut found: Found,
    ) -> Outcome<ImportReport> {
        let done = self.take_rows(actor, held, &mut found).await;
        if let Err(error) = &done {
            self.note_failure(held, &mut found, "applying", "failed", error)
                .await?;
        }
        done
    }

    /// Says on the import's page why nothing happened.
    pub(super) async fn note_failure(
        &self,
        held: &Held,
        found: &mut Found,
        from: &str,
        to: &str,
        error: &ServiceError,
    ) -> Outcome<()> {
        if let ServiceError::Failed(cause) = error {
            tracing::error!(import = held.id, cause, "import failed");
        }
        found.kept.failure = Some(match error {
            ServiceError::Failed(_) => {
                "系统故障，什么也没有写入。请稍后重试；如反复出现，请联系系统管理员".into()
            }
            other => other.to_string(),
        });
        let report = serde_json::to_string(&found.kept)?;
        let mut batch = Batch::new();
        imports::while_held(&mut batch, &held.lease(), &held.holder, self.now());
        imports::step(
            &mut batch,
            Step {
                region: &held.region,
                id: &held.id,
                from: &[from],
                to,
                report: &report,
            },
        );
        self.db().write(batch).await?;
        Ok(())
    }

    async fn take_rows(
        &self,
        actor: &Actor,
        held: &Held,
        found: &mut Found,
    ) -> Outcome<ImportReport> {
        let region = self.region(&held.region).await?;
        let bytes = self.open_import_file(found).await?;
        let context = read::context(&region, region.lifecycle()?.as_ref(), self.today());
        let (ledger, _) = read_aside(&context, &found.row.file_name, &bytes).await?;
        drop(bytes);
        let matches = self
            .matches(&held.region, &ledger.mapping.candidates)
            .await?;
        let plan = plan(&ledger, &matches, &found.kept.choices);
        if found.kept.mode == ImportMode::AllOrNothing && plan.rejected_rows > 0 {
            let lines: Vec<u32> = plan.rejected.iter().map(|rejected| rejected.line).collect();
            return Err(ServiceError::field("mode", not_whole(&lines, &[])));
        }
        let work = Work {
            service: self,
            actor,
            held,
            found,
            region,
            ledger: Arc::new(ledger),
        };
        work.carry_out(plan).await
    }

    /// Notes how far the work is and keeps the lease.
    pub(super) async fn note_progress(&self, held: &Held, done: usize) -> Outcome<()> {
        let now = self.now();
        let mut batch = Batch::new();
        imports::while_held(
            &mut batch,
            &held.lease(),
            &held.holder,
            now.checked_add(LEASE).unwrap_or(now),
        );
        imports::progress(&mut batch, &held.region, &held.id, done as i64);
        self.db().write(batch).await?;
        Ok(())
    }

    /// The rest of the batch is written only by whoever holds the lease, which ends with it.
    pub(super) fn release(&self, batch: &mut Batch, held: &Held) {
        imports::while_held(batch, &held.lease(), &held.holder, self.now());
    }
}

/// One import while it is made.
struct Work<'a> {
    service: &'a Service,
    actor: &'a Actor,
    held: &'a Held,
    found: &'a mut Found,
    region: Arc<Region>,
    ledger: Arc<ReadLedger>,
}

impl Work<'_> {
    async fn carry_out(self, plan: Plan) -> Outcome<ImportReport> {
        let mut batch = Batch::new();
        self.service.release(&mut batch, self.held);
        let created = self.create(&plan, &mut batch).await?;
        let (updated, unchanged) = self.update(&plan, created.len(), &mut batch).await?;
        imports::mark(&mut batch, &self.held.region, &self.held.id, &created);
        let report = ImportReport {
            id: self.held.id.clone(),
            file_name: self.found.row.file_name.clone(),
            mode: self.found.kept.mode,
            created: created.len(),
            updated: updated.len(),
            skipped: plan.skipped + unchanged,
            rejected_rows: plan.rejected_rows,
            rejected: plan.rejected.into_iter().take(LISTED).collect(),
            updated_projects: updated,
        };
        self.finish(batch, report).await
    }

    /// New projects, worked out aside in parts.
    async fn create(&self, plan: &Plan, batch: &mut Batch) -> Outcome<Vec<String>> {
        let mut projects = Vec::with_capacity(plan.create.len());
        for some in plan.create.chunks(CHUNK) {
            let (service, region, ledger) = (
                self.service.clone(),
                self.region.clone(),
                self.ledger.clone(),
            );
            let (rows, by) = (some.to_vec(), self.by());
            let claimed_only = self.found.kept.choices.claimed_only;
            let (ids, part) =
                aside(move || create_some(&service, &region, &ledger, &rows, &by, claimed_only))
                    .await??;
            projects.extend(ids);
            batch.append(part);
            self.service
                .note_progress(self.held, projects.len())
                .await?;
        }
        Ok(projects)
    }

    /// Projects that are there: what the file says and the ledger does not. Also how many have nothing new.
    async fn update(
        &self,
        plan: &Plan,
        done: usize,
        batch: &mut Batch,
    ) -> Outcome<(Vec<String>, usize)> {
        let mut updated = Vec::new();
        let mut unchanged = 0;
        for (at, (row, project)) in plan.update.iter().enumerate() {
            let Some(candidate) = self.ledger.mapping.candidates.get(*row) else {
                continue;
            };
            let loaded = self.service.load(&self.held.region, project).await?;
            let details = self.details_for(candidate, &loaded)?;
            let making = Making {
                lifecycle: &loaded.lifecycle,
                claimed_only: self.found.kept.choices.claimed_only,
                today: self.service.today(),
            };
            let facts = making.update(candidate, details, &loaded.state());
            if facts.is_empty() {
                unchanged += 1;
            } else {
                let by = original(&self.by(), candidate);
                batch.append(self.service.append_facts(&loaded, &by, facts)?);
                updated.push(project.clone());
            }
            if at % CHUNK == CHUNK - 1 {
                self.service.note_progress(self.held, done + at).await?;
            }
        }
        Ok((updated, unchanged))
    }

    /// A contact that is on record as it is stays sealed as it is, so that nothing seems to change.
    fn details_for(
        &self,
        candidate: &Candidate,
        loaded: &crate::projects::Loaded,
    ) -> Outcome<domain::event::Details> {
        let mut details = details_of(self.service, candidate, &loaded.project)?;
        let state = loaded.state();
        let known = state
            .details
            .and_then(|details| details.contact_sealed.as_deref());
        if let (Some(known), Some(new)) = (known, details.contact_sealed.as_deref()) {
            let open = |sealed| {
                self.service
                    .open_contact(&loaded.project, Some(sealed), true)
            };
            if open(known)? == open(new)? {
                details.contact_sealed = Some(known.to_string());
            }
        }
        Ok(details)
    }

    fn by(&self) -> By {
        By {
            import: Some(self.held.id.clone()),
            ..self.service.by_actor(self.actor)
        }
    }

    async fn finish(self, mut batch: Batch, report: ImportReport) -> Outcome<ImportReport> {
        let service = self.service;
        self.found.kept.result = Some(report.clone());
        let kept = serde_json::to_string(&self.found.kept)?;
        let (region, id) = (self.held.region.as_str(), self.held.id.as_str());
        let step = Step {
            region,
            id,
            from: &["applying"],
            to: "applied",
            report: &kept,
        };
        let accepted = report.created + report.updated;
        imports::applied(
            &mut batch,
            step,
            accepted as i64,
            report.rejected_rows as i64,
        );
        service.audit(
            &mut batch,
            self.actor,
            "import",
            &report.file_name,
            "done",
            &report.summary(),
        );
        service.db().write(batch).await?;
        if accepted >= LARGE
            && let Err(error) = service.db().optimize().await
        {
            tracing::warn!(%error, "statistics of the database were not refreshed");
        }
        Ok(report)
    }
}

fn create_some(
    service: &Service,
    region: &Arc<Region>,
    ledger: &ReadLedger,
    rows: &[usize],
    by: &By,
    claimed_only: bool,
) -> Outcome<(Vec<String>, Batch)> {
    let making = Making {
        lifecycle: region.lifecycle()?,
        claimed_only,
        today: service.today(),
    };
    let mut batch = Batch::new();
    let mut projects = Vec::with_capacity(rows.len());
    for candidate in rows
        .iter()
        .filter_map(|row| ledger.mapping.candidates.get(*row))
    {
        let project = Uuid::now_v7().to_string();
        let details = details_of(service, candidate, &project)?;
        let facts = making.registration(candidate, details);
        batch.append(service.whole_project(region, &original(by, candidate), &project, facts)?);
        projects.push(project);
    }
    Ok((projects, batch))
}

/// The details with the contact sealed for its project.
fn details_of(
    service: &Service,
    candidate: &Candidate,
    project: &str,
) -> Outcome<domain::event::Details> {
    let mut details = candidate.details.clone();
    let clear = candidate
        .contact_clear
        .as_ref()
        .map(|contact| format!("{} {}", contact.name, contact.phone));
    details.contact_sealed = service.seal_contact(project, clear.as_deref())?;
    Ok(details)
}

/// Whoever registered it originally says so; who imported it stands in the import.
fn original(by: &By, candidate: &Candidate) -> By {
    match &candidate.recorded_by {
        Some(person) => By {
            person: person.clone(),
            ..by.clone()
        },
        None => by.clone(),
    }
}

fn plan(ledger: &ReadLedger, matches: &[Vec<Match>], choices: &ImportChoices) -> Plan {
    let twins = twins(ledger);
    let mut plan = Plan::default();
    let mut updated: HashMap<String, u32> = HashMap::new();
    let mut rejected_lines = HashSet::new();
    for (at, candidate) in ledger.mapping.candidates.iter().enumerate() {
        let found = matches.get(at).map(Vec::as_slice).unwrap_or_default();
        match intent(
            candidate,
            twins.get(&candidate.line),
            found,
            choices,
            &updated,
        ) {
            Intent::Create => plan.create.push(at),
            Intent::Skip => plan.skipped += 1,
            Intent::Update(project) => {
                updated.insert(project.clone(), candidate.line);
                plan.update.push((at, project));
            }
            Intent::Reject(reasons) => {
                rejected_lines.insert(candidate.line);
                plan.rejected.extend(reasons);
            }
        }
    }
    plan.rejected_rows = rejected_lines.len();
    plan
}

fn intent(
    candidate: &Candidate,
    twin: Option<&Twin>,
    matches: &[Match],
    choices: &ImportChoices,
    updated: &HashMap<String, u32>,
) -> Intent {
    let own_faults = candidate.faults.len() - usize::from(twin.is_some());
    if own_faults > 0 {
        return Intent::Reject(candidate.faults.iter().map(rejected).collect());
    }
    if twin.is_none() && matches.is_empty() {
        return Intent::Create;
    }
    match (choices.of(candidate.line), matches.first()) {
        (Some(RowChoice::Skip), _) => Intent::Skip,
        (Some(RowChoice::Distinct), _) => Intent::Create,
        (Some(RowChoice::Update), Some(found)) => match updated.get(&found.project) {
            Some(line) => Intent::Reject(vec![whole_row(
                candidate.line,
                format!(
                    "第 {line} 行已经更新同一个项目“{}”，同一个项目只能由一行更新。请删去其中一行。",
                    found.name
                ),
            )]),
            None => Intent::Update(found.project.clone()),
        },
        (Some(RowChoice::Update), None) | (None, _) => {
            Intent::Reject(open_duplicate(candidate.line, twin, matches))
        }
    }
}

fn rejected(fault: &crate::ledger::Fault) -> Rejected {
    Rejected {
        line: fault.line,
        column: fault.column,
        reason: fault.reason.clone(),
        message: fault.message(),
    }
}

fn whole_row(line: u32, reason: String) -> Rejected {
    Rejected {
        line,
        column: None,
        message: format!("第 {line} 行：{reason}"),
        reason,
    }
}

/// A row of which nobody has said what is done with it.
pub(super) fn open_duplicate(line: u32, twin: Option<&Twin>, matches: &[Match]) -> Vec<Rejected> {
    let mut reasons = Vec::new();
    if let Some(twin) = twin {
        let message = format!("第 {line} 行：{}", twin.message);
        reasons.push(Rejected {
            line,
            column: twin.column,
            reason: twin.message.clone(),
            message,
        });
    }
    for found in matches {
        let reason = format!(
            "台账中已有项目“{}”（编号 {}），{}。请在导入页选择跳过、更新或作为另一个项目导入；不需要导入的，删去本行。",
            found.name, found.number, found.why
        );
        reasons.push(whole_row(line, reason));
    }
    reasons
}

/// Why the whole file is not taken, and the first rows.
fn not_whole(bad: &[u32], open: &[u32]) -> String {
    let rows = |lines: &[u32]| {
        let mut first: Vec<u32> = lines.to_vec();
        first.dedup();
        let shown: Vec<String> = first.iter().take(10).map(u32::to_string).collect();
        let more = if first.len() > 10 { " 等" } else { "" };
        format!("{} 行（第 {} 行{more}）", first.len(), shown.join("、"))
    };
    let mut parts = Vec::new();
    if !bad.is_empty() {
        parts.push(format!("{}有错误", rows(bad)));
    }
    if !open.is_empty() {
        parts.push(format!("{}疑似重复，还没有选择如何处理", rows(open)));
    }
    format!(
        "整批导入要求每一行都能导入：{}。什么也没有写入。请改正文件后重新上传，或选择“只导入无误的行”",
        parts.join("；")
    )
}

/// The import is not in the state any more in which the step begins.
pub(super) fn gone(error: StoreError, found: &Found) -> ServiceError {
    match error {
        StoreError::Conflict { .. } => already(found),
        other => other.into(),
    }
}

fn already(found: &Found) -> ServiceError {
    ServiceError::Conflict(format!(
        "“{}”的这次导入已经办理过，没有重复执行。请刷新本页查看结果",
        found.row.file_name
    ))
}
