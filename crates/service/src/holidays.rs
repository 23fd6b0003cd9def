//! Working-day arrangements that are published after the program was built: loading one works every provisional
//! deadline out again and says what moved.

use calendar::{Day, WorkCalendar};
use store::{Batch, holidays};

use crate::{Actor, AdminRole, Outcome, Service, ServiceError};

/// A deadline that moved when an arrangement was loaded.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MovedDeadline {
    /// Project id.
    pub project: String,
    /// Its name.
    pub name: String,
    /// Stage or step.
    pub title: String,
    /// Due day before.
    pub before: String,
    /// Due day now.
    pub after: String,
}

/// What loading an arrangement did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LoadedArrangement {
    /// The years that the file arranges.
    pub years: Vec<i16>,
    /// Deadlines looked at again.
    pub examined: u64,
    /// Those that moved.
    pub moved: Vec<MovedDeadline>,
}

impl Service {
    /// Reads all arrangements: those the program was built with, and those loaded since.
    pub(crate) async fn reload_calendar(&self) -> Outcome<()> {
        let mut calendar = WorkCalendar::state_council().clone();
        for row in holidays::list(self.db()).await? {
            let later = WorkCalendar::from_csv(&row.csv).map_err(|error| {
                ServiceError::Failed(format!("{} 年放假安排无法读取：{error}", row.year))
            })?;
            calendar = calendar.merged(&later);
        }
        self.inner.regions.set_calendar(calendar);
        Ok(())
    }

    /// Loads the arrangement of a newly published year (system administrator).
    pub async fn load_holidays(&self, actor: &Actor, csv: &str) -> Outcome<LoadedArrangement> {
        self.needs(actor, AdminRole::System, "装入放假安排")?;
        let arrangement = WorkCalendar::from_csv(csv)
            .map_err(|error| ServiceError::field("file", error.to_string()))?;
        let years: Vec<i16> = arrangement.years().collect();
        let known: Vec<i16> = self.calendar().years().collect();
        let now = self.now();
        let mut batch = Batch::new();
        for year in &years {
            let notice = arrangement.notice(*year).unwrap_or_default();
            holidays::put(&mut batch, i64::from(*year), csv, notice, now);
        }
        let list = years
            .iter()
            .map(i16::to_string)
            .collect::<Vec<_>>()
            .join("、");
        self.audit(&mut batch, actor, "load-holidays", &list, "done", "");
        self.db().write(batch).await?;
        self.reload_calendar().await?;
        let corrected = years.iter().filter(|year| known.contains(year)).min();
        let (examined, moved) = self.rework(corrected.copied()).await?;
        Ok(LoadedArrangement {
            years,
            examined,
            moved,
        })
    }

    /// Works the projects with provisional deadlines out again; when a year was arranged before, also those that it
    /// can touch.
    async fn rework(&self, corrected: Option<i16>) -> Outcome<(u64, Vec<MovedDeadline>)> {
        let mut projects = store::deadlines::provisional(self.db()).await?;
        // New Year's holiday may begin in December.
        if let Some(from) = corrected.and_then(|year| Day::new(year - 1, 12, 1).ok()) {
            projects.extend(store::deadlines::due_since(self.db(), from).await?);
            projects.sort_unstable();
            projects.dedup();
        }
        let mut moved = Vec::new();
        let mut examined = 0;
        for (region, project) in projects {
            let before = store::deadlines::of_project(self.db(), &region, &project).await?;
            let name = self.project_again(&region, &project).await?;
            let after = store::deadlines::of_project(self.db(), &region, &project).await?;
            examined += before.len() as u64;
            for old in &before {
                let new = after
                    .iter()
                    .find(|new| new.node == old.node)
                    .and_then(|new| new.due_on);
                if let (Some(before), Some(after)) = (old.due_on, new)
                    && before != after
                {
                    moved.push(MovedDeadline {
                        project: project.clone(),
                        name: name.clone(),
                        title: old.title.clone(),
                        before: before.to_string(),
                        after: after.to_string(),
                    });
                }
            }
        }
        Ok((examined, moved))
    }
}
