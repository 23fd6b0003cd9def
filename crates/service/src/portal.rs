//! The enterprise portal: an enterprise's own projects, and nothing of anybody else.

use calendar::Day;
use store::projects::{self, ProjectRow, StoredProject};
use store::{Batch, alerts};

use crate::projects::ProjectView;
use crate::{AccountKind, Actor, Outcome, Service, ServiceError};

/// A project in the list of an enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnProject {
    /// Id.
    pub project: String,
    /// Human number.
    pub number: i64,
    /// 项目名称.
    pub name: String,
    /// 属地政府.
    pub host: Option<String>,
    /// 当前阶段.
    pub stage: Option<String>,
    /// What is due next.
    pub next_title: Option<String>,
    /// When.
    pub next_due_on: Option<Day>,
    /// Light of today: grey, green, blue, yellow or red.
    pub light: &'static str,
    /// 样例数据.
    pub sample: bool,
}

/// A reminder that went to the enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// 限时完成, 超时提醒, 逾期批评.
    pub kind: String,
    /// 1–3.
    pub level: i64,
    /// Sentence.
    pub text: String,
    /// When it was sent.
    pub raised_on: Day,
    /// The due day it is about.
    pub due_on: Day,
    /// Clause.
    pub clause: String,
    /// Whether what it was about is done.
    pub done: bool,
}

impl Service {
    /// The projects of the actor's enterprise.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for everybody who is not of an enterprise.
    pub async fn own_projects(&self, actor: &Actor) -> Outcome<Vec<OwnProject>> {
        if actor.kind != AccountKind::Enterprise {
            return Err(ServiceError::Forbidden(
                "企业门户只供企业用户使用，请从工作台进入".into(),
            ));
        }
        let today = self.today();
        let found = projects::of_enterprise(self.db(), &actor.region, &actor.unit).await?;
        Ok(found.into_iter().map(|stored| own(stored, today)).collect())
    }

    /// One of them with everything about it.
    ///
    /// # Errors
    /// As [`Service::project`]; officials are refused.
    pub async fn own_project(&self, actor: &Actor, project: &str) -> Outcome<ProjectView> {
        if actor.kind != AccountKind::Enterprise {
            return Err(ServiceError::Forbidden(
                "企业门户只供企业用户使用，请从项目台账打开项目".into(),
            ));
        }
        let moment = self.moment(None, None)?;
        self.project(actor, project, moment).await
    }

    /// Reminders about a project that went to the actor's unit, the latest first; looking at them marks these, and
    /// only these, as read.
    ///
    /// # Errors
    /// As the store.
    pub async fn notices(&self, actor: &Actor, project: &str) -> Outcome<Vec<Notice>> {
        let lines = alerts::of_project(self.db(), &actor.region, &actor.account, project).await?;
        let own = lines
            .into_iter()
            .filter(|line| line.alert.unit == actor.unit);
        let notices: Vec<(bool, Notice)> = own.map(|line| (line.read, notice(line))).collect();
        if notices.iter().any(|(read, _)| !read) {
            let mut batch = Batch::new();
            alerts::mark_read_of(
                &mut batch,
                &actor.region,
                &actor.account,
                &actor.unit,
                project,
                self.now(),
            );
            self.db().write(batch).await?;
        }
        Ok(notices.into_iter().map(|(_, notice)| notice).collect())
    }
}

fn notice(line: alerts::AlertLine) -> Notice {
    let text = line.words();
    Notice {
        kind: line.alert.kind,
        level: line.alert.level,
        text,
        raised_on: line.alert.raised_on,
        due_on: line.alert.due_on,
        clause: line.alert.clause,
        done: line.done,
    }
}

fn own(stored: StoredProject, today: Day) -> OwnProject {
    let row = stored.row;
    OwnProject {
        light: light(&row, today),
        project: row.project,
        number: row.number,
        name: row.name,
        host: row.host,
        stage: row.stage_title,
        next_title: row.next_title,
        next_due_on: row.next_due_on,
        sample: row.sample,
    }
}

/// The light of a row is a comparison of its days with today.
fn light(row: &ProjectRow, today: Day) -> &'static str {
    let reached = |day: Option<Day>| day.is_some_and(|day| day <= today);
    if row.removed {
        "grey"
    } else if row.finished {
        "green"
    } else if reached(row.red_on) {
        "red"
    } else if reached(row.yellow_on) {
        "yellow"
    } else if row.stage.is_some() {
        "blue"
    } else {
        "grey"
    }
}
