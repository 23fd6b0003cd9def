//! Whether the records can be trusted: the chain of facts, and the rows that follow from them.

use calendar::Day;
use store::chain::{self, Verification};
use store::events::{self, Aggregate, StoredEvent, StreamEvent};
use store::{
    Batch, deadlines, performance, project_leaders, project_units, projects, todos, units,
};

use crate::projection::{self, Projected, recorded_last};
use crate::projects::loaded;
use crate::{Actor, AdminRole, Outcome, Service};

/// Facts read at a time.
const CHUNK: usize = 4_000;
/// Projects written in one transaction.
const PROJECTS_AT_ONCE: usize = 500;
/// How often a project is read anew when somebody works on it meanwhile.
const ATTEMPTS: u32 = 200;
/// Differences that are listed by name; the rest are counted.
const LISTED: usize = 200;

/// What a rebuild did or found.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rebuilt {
    /// Projects worked out again.
    pub projects: u64,
    /// Matters worked out again.
    pub matters: u64,
    /// Facts read.
    pub events: u64,
    /// Projects whose rows differ from what their facts say.
    pub different: u64,
    /// The first of them: region, project, what differs.
    pub findings: Vec<String>,
}

impl Rebuilt {
    pub(crate) fn differs(&mut self, finding: String) {
        self.different += 1;
        if self.findings.len() < LISTED {
            self.findings.push(finding);
        }
    }
}

impl Service {
    /// Checks the chain of every stream and the daily roots (audit administrator).
    pub async fn verify(
        &self,
        actor: &Actor,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Outcome<Verification> {
        self.needs(actor, AdminRole::Audit, "核验记录链")?;
        Ok(chain::verify(self.db(), None, |so_far: &Verification| {
            progress(so_far.events)
        })
        .await?)
    }

    /// Closes the days before `today` with their roots.
    pub(crate) async fn close_days(&self, today: Day) -> Outcome<()> {
        for region in units::regions(self.db()).await? {
            chain::close_days(
                self.db(),
                &region.region,
                self.now().max(crate::clock::start_of(today)),
            )
            .await?;
        }
        Ok(())
    }

    /// Works every project out again from its facts: compares (`check`) or writes.
    pub async fn rebuild(
        &self,
        actor: &Actor,
        check: bool,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Outcome<Rebuilt> {
        self.needs(actor, AdminRole::System, "重建投影")?;
        let mut rebuilt = Rebuilt::default();
        for region in units::regions(self.db()).await? {
            self.rebuild_region(&region.region, check, &mut rebuilt, progress)
                .await?;
            self.rebuild_matters(&region.region, check, &mut rebuilt, progress)
                .await?;
            self.rebuild_meetings(&region.region, check, &mut rebuilt)
                .await?;
        }
        Ok(rebuilt)
    }

    async fn rebuild_region(
        &self,
        region: &str,
        check: bool,
        rebuilt: &mut Rebuilt,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Outcome<()> {
        if !check {
            let mut batch = Batch::new();
            projects::open_impossible(&mut batch, region);
            self.db().write(batch).await?;
        }
        let mut facts = events::stream_of(self.db(), region, Aggregate::Project, CHUNK).await?;
        let mut streams = Streams::default();
        let mut batch = Batch::new();
        let mut waiting = Vec::new();
        let counted = self.suspended_counted(region).await?;
        loop {
            let chunk = facts.next().await?;
            let last = chunk.is_none();
            for (project, stored) in streams.whole(chunk) {
                rebuilt.events += stored.len() as u64;
                rebuilt.projects += 1;
                let loaded = loaded(&project, self.region(region).await?, stored)?;
                let projected = self.projected(&loaded, counted)?;
                if check {
                    self.compare(&projected, rebuilt).await?;
                    continue;
                }
                let at = recorded_last(&loaded.events);
                projection::write(&mut batch, &projected, loaded.version, at);
                waiting.push(project);
                if waiting.len() == PROJECTS_AT_ONCE {
                    let full = std::mem::take(&mut batch);
                    self.write_again(region, full, &mut waiting).await?;
                }
            }
            progress(rebuilt.events);
            if last {
                break;
            }
        }
        self.write_again(region, std::mem::take(&mut batch), &mut waiting)
            .await?;
        for project in projects::without_facts(self.db(), region).await? {
            if check {
                rebuilt.differs(format!(
                    "{region} {project}：没有任何记录，却有台账行或期限"
                ));
            } else {
                projects::forget(&mut batch, region, &project);
            }
        }
        self.db().write(batch).await?;
        Ok(())
    }

    /// Writes rows that were worked out again; those on which somebody has worked since are read anew.
    async fn write_again(
        &self,
        region: &str,
        batch: Batch,
        projects: &mut Vec<String>,
    ) -> Outcome<()> {
        match self.db().write(batch).await {
            Err(error) if error.is_conflict() => {
                for project in projects.iter() {
                    self.project_again(region, project).await?;
                }
            }
            written => written.map(drop)?,
        }
        projects.clear();
        Ok(())
    }

    /// Compares the rows as they are with what the facts say.
    async fn compare(&self, projected: &Projected, rebuilt: &mut Rebuilt) -> Outcome<()> {
        let (region, project) = (&projected.project.region, &projected.project.project);
        let mut differs = Vec::new();
        match projects::get(self.db(), region, project).await? {
            None => differs.push("台账行缺失"),
            Some(found) if !same_project(&found.row, projected) => differs.push("台账行"),
            Some(_) => {}
        }
        let mut found = deadlines::of_project(self.db(), region, project).await?;
        if !same_deadlines(&mut found, projected) {
            differs.push("期限");
        }
        let mut found = todos::of_project(self.db(), region, project).await?;
        let mut wanted = projected.todos.clone();
        let key = |row: &todos::TodoRow| (row.kind.clone(), row.subject.clone(), row.unit.clone());
        found.sort_by_key(key);
        wanted.sort_by_key(key);
        wanted.dedup();
        if found != wanted {
            differs.push("待办");
        }
        if let Some(wanted) = &projected.units
            && project_units::of_project(self.db(), region, project).await? != *wanted
        {
            differs.push("交办单位");
        }
        if let Some(wanted) = &projected.leaders
            && project_leaders::of_project(self.db(), region, project).await? != *wanted
        {
            differs.push("牵头和包保");
        }
        let found = performance::of_project(self.db(), region, project).await?;
        let mut wanted = projected.entries.clone();
        wanted.sort_by(|one, other| one.entry.cmp(&other.entry));
        if found != wanted {
            differs.push("履约");
        }
        if store::leads::get(self.db(), region, project).await? != projected.lead {
            differs.push("线索");
        }
        if !differs.is_empty() {
            let name = &projected.project.name;
            let what = differs.join("、");
            rebuilt.differs(format!("{region} {project} {name}：{what}不一致"));
        }
        Ok(())
    }

    /// One project worked out again, and once more when somebody works on it meanwhile; its name for the report.
    pub(crate) async fn project_again(&self, region: &str, project: &str) -> Outcome<String> {
        let mut attempts = 1..=ATTEMPTS;
        let counted = self.suspended_counted(region).await?;
        loop {
            let loaded = self.load(region, project).await?;
            let projected = self.projected(&loaded, counted)?;
            let mut batch = Batch::new();
            let at = recorded_last(&loaded.events);
            projection::write(&mut batch, &projected, loaded.version, at);
            match self.db().write(batch).await {
                Err(error) if error.is_conflict() && attempts.next().is_some() => continue,
                written => written.map(drop)?,
            }
            return Ok(projected.project.name);
        }
    }
}

/// Number and batch of import are given once and follow from no fact.
fn same_project(found: &projects::ProjectRow, projected: &Projected) -> bool {
    let mut wanted = projected.project.clone();
    wanted.number = found.number;
    wanted.import_batch.clone_from(&found.import_batch);
    *found == wanted
}

/// What was sent already (level, next notice) is not derived from facts.
fn same_deadlines(found: &mut Vec<deadlines::DeadlineRow>, projected: &Projected) -> bool {
    let mut wanted = projected.deadlines.clone();
    for row in found.iter_mut().chain(wanted.iter_mut()) {
        row.level = 0;
        row.notify_on = None;
    }
    found.sort_by(|one, other| one.node.cmp(&other.node));
    wanted.sort_by(|one, other| one.node.cmp(&other.node));
    *found == wanted
}

/// Puts chunks of facts together to whole streams.
#[derive(Default)]
struct Streams {
    open: Option<(String, Vec<StoredEvent>)>,
}

impl Streams {
    /// The streams that this chunk completes; the end (`None`) completes the last.
    fn whole(&mut self, chunk: Option<Vec<StreamEvent>>) -> Vec<(String, Vec<StoredEvent>)> {
        let mut whole = Vec::new();
        let Some(chunk) = chunk else {
            whole.extend(self.open.take());
            return whole;
        };
        for fact in chunk {
            match &mut self.open {
                Some((stream, facts)) if *stream == fact.stream => facts.push(fact.event),
                open => whole.extend(open.replace((fact.stream, vec![fact.event]))),
            }
        }
        whole
    }
}
