//! The page of one leader: his projects, what waits for him, what he set going. A secretary looks for him.

use calendar::Day;
use domain::track::Light;
use store::project_leaders::{self, LEADS, Led, LedProject};
use store::todos::{self, TodoRow};
use store::{accounts, matters};

use crate::matters::{IssueForm, MatterItem, Person};
use crate::projects::{days_between, light_of};
use crate::workbench::kind_title;
use crate::{AccountKind, Actor, Outcome, Service, ServiceError};

/// Matters of a leader that are read.
const MOST: u32 = 200;
/// Projects of a leader, or of a sponsorship, that are read.
const MOST_PROJECTS: u32 = 500;

/// A leader's page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeaderPage {
    /// The leader; nothing when a secretary has to choose.
    pub leader: Option<Person>,
    /// Leaders for whom the actor keeps the papers.
    pub leaders: Vec<Person>,
    /// Projects that the assignment gives him to lead, the late ones first.
    pub led: Vec<LedView>,
    /// Projects for which he answers under a sponsorship.
    pub sponsored: Vec<LedView>,
    /// Other projects that his matters are about: id, name, and how many of them are open.
    pub projects: Vec<(String, String, usize)>,
    /// What waits for his unit.
    pub waiting: Vec<MatterItem>,
    /// Matters issued by him or in his name, the open ones first.
    pub issued: Vec<MatterItem>,
    /// Whether the actor may issue something for him.
    pub may_issue: bool,
}

/// A project with a leader's role in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedView {
    /// Project id.
    pub project: String,
    /// Its name.
    pub name: String,
    /// 牵头, or the sponsorship's title.
    pub role: String,
    /// The leader; empty while nobody is named.
    pub leader: String,
    /// 业务科室.
    pub office: String,
    /// 联络员.
    pub contact: String,
    /// Since when.
    pub since: Day,
    /// 当前阶段.
    pub stage: String,
    /// For how many days it is in this stage.
    pub stage_days: Option<i32>,
    /// Light.
    pub light: Light,
    /// Its words.
    pub light_text: String,
    /// What is due next, and when.
    pub due: Option<(String, Day)>,
    /// The last progress.
    pub progress: String,
    /// Its day.
    pub progress_on: Option<Day>,
    /// Problems that it named.
    pub problems: String,
    /// Matters about the project that are open.
    pub open_matters: u64,
    /// What comes next, and whose turn it is.
    pub next: Vec<NextStep>,
    /// 样例数据.
    pub sample: bool,
}

/// What comes next in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStep {
    /// 作出环节结论：深度洽谈.
    pub what: String,
    /// Whose turn it is.
    pub units: Vec<String>,
}

impl Service {
    /// The page of a leader: his own, or for a secretary that of the chosen one.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for whoever is neither a leader nor keeps a leader's papers.
    pub async fn leader_page(&self, actor: &Actor, chosen: &str) -> Outcome<LeaderPage> {
        let form = self.papers(actor).await?;
        if !is_leader(actor) && form.leader_units.is_empty() {
            return Err(ServiceError::Forbidden(
                "这个页面供市领导和代市领导办文的单位使用".into(),
            ));
        }
        let mut page = LeaderPage {
            may_issue: !form.kinds.is_empty(),
            ..LeaderPage::default()
        };
        if is_leader(actor) {
            page.leader = Some(Person {
                account: actor.account.clone(),
                name: actor.name.clone(),
                unit: actor.unit.clone(),
            });
        } else {
            page.leaders = self.leaders_of(actor, &form).await?;
            let found = page.leaders.iter();
            page.leader = found
                .clone()
                .find(|person| person.account == chosen)
                .or(page.leaders.first())
                .cloned();
        }
        let Some(leader) = page.leader.clone() else {
            return Ok(page);
        };
        self.projects_of(actor, &leader, &mut page).await?;
        self.matters_of(actor, &leader, &mut page).await?;
        Ok(page)
    }

    /// Whether somebody has a leader's page: as a leader, or for one.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn has_leader_page(&self, actor: &Actor) -> Outcome<bool> {
        Ok(is_leader(actor) || !self.papers(actor).await?.leader_units.is_empty())
    }

    /// What the actor may issue, and for whom; nothing where the region has no rules of matters.
    async fn papers(&self, actor: &Actor) -> Outcome<IssueForm> {
        match self.issue_form(actor).await {
            Err(ServiceError::NotFound(_)) => Ok(IssueForm::default()),
            form => form,
        }
    }

    /// Leaders for whom the actor's unit keeps the papers.
    async fn leaders_of(&self, actor: &Actor, form: &IssueForm) -> Outcome<Vec<Person>> {
        let all = accounts::list(self.db(), &actor.region).await?;
        let his = all.into_iter().filter(|row| {
            row.kind == AccountKind::Leader.id()
                && row.disabled_at.is_none()
                && form.leader_units.contains(&row.unit)
        });
        let person = |row: accounts::AccountRow| Person {
            account: row.account,
            name: row.name,
            unit: row.unit,
        };
        Ok(his.map(person).collect())
    }

    async fn projects_of(
        &self,
        actor: &Actor,
        leader: &Person,
        page: &mut LeaderPage,
    ) -> Outcome<()> {
        for (role, view) in self.led(&actor.region, Led::By(&leader.name)).await? {
            match role == LEADS {
                true => page.led.push(view),
                false => page.sponsored.push(view),
            }
        }
        Ok(())
    }

    /// Projects with somebody's role in them, each with what comes next: two statements, however many there are.
    pub(super) async fn led(&self, region: &str, led: Led<'_>) -> Outcome<Vec<(String, LedView)>> {
        let found = project_leaders::projects(self.db(), region, led, MOST_PROJECTS).await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<String> = found.iter().map(|led| led.leader.project.clone()).collect();
        let waits = todos::of_projects(self.db(), region, &ids).await?;
        let today = self.today();
        let view = |led: LedProject| {
            let next = next_steps(&waits, &led.leader.project);
            (led.leader.role.clone(), led_view(led, next, today))
        };
        Ok(found.into_iter().map(view).collect())
    }

    async fn matters_of(
        &self,
        actor: &Actor,
        leader: &Person,
        page: &mut LeaderPage,
    ) -> Outcome<()> {
        let (db, region) = (self.db(), &actor.region);
        let waiting = matters::waiting(db, region, &leader.unit, MOST).await?;
        let waiting = waiting.into_iter();
        page.waiting = waiting.map(|line| self.matter_item(line)).collect();
        let lines = matters::of_leader(db, region, &leader.unit, &leader.name, MOST).await?;
        let lines = lines.into_iter();
        page.issued = lines.map(|line| self.matter_item(line)).collect();
        page.projects = other_projects(page);
        Ok(())
    }
}

fn is_leader(actor: &Actor) -> bool {
    actor.kind == AccountKind::Leader && actor.admin.is_none()
}

/// Projects that his matters are about and that he neither leads nor sponsors.
fn other_projects(page: &LeaderPage) -> Vec<(String, String, usize)> {
    let own: Vec<&str> = page
        .led
        .iter()
        .chain(&page.sponsored)
        .map(|led| led.project.as_str())
        .collect();
    let mut projects: Vec<(String, String, usize)> = Vec::new();
    for item in &page.issued {
        let Some((project, name)) = &item.project else {
            continue;
        };
        if own.contains(&project.as_str()) {
            continue;
        }
        let open = usize::from(!matches!(item.light, Light::Green | Light::Grey));
        match projects.iter_mut().find(|(id, ..)| id == project) {
            Some((.., count)) => *count += open,
            None => projects.push((project.clone(), name.clone(), open)),
        }
    }
    projects
}

fn led_view(led: LedProject, next: Vec<NextStep>, today: Day) -> LedView {
    let (light, light_text) = light_of(&led.project, today);
    let (leader, row) = (led.leader, led.project.row);
    LedView {
        project: leader.project,
        name: row.name,
        role: leader.title,
        leader: leader.person,
        office: leader.office,
        contact: leader.contact.unwrap_or_default(),
        since: leader.since,
        stage: row.stage_title.unwrap_or_default(),
        stage_days: leader
            .stage_since
            .filter(|_| !row.finished)
            .map(|since| days_between(since, today).max(0)),
        light,
        light_text,
        due: row.next_title.zip(row.next_due_on),
        progress: leader.progress,
        progress_on: leader.progress_on,
        problems: leader.problems,
        open_matters: led.open_matters,
        next,
        sample: row.sample,
    }
}

/// What waits in a project, each once with everybody who can do it.
fn next_steps(waits: &[TodoRow], project: &str) -> Vec<NextStep> {
    let mut steps: Vec<(&str, &str, NextStep)> = Vec::new();
    for row in waits.iter().filter(|row| row.project == project) {
        let same = steps
            .iter_mut()
            .find(|(kind, subject, _)| *kind == row.kind && *subject == row.subject);
        match same {
            Some((.., step)) => step.units.push(row.unit.clone()),
            None => {
                let what = match kind_title(&row.kind) {
                    kind if row.title.is_empty() || kind == row.title => kind.to_string(),
                    kind => format!("{kind}：{}", row.title),
                };
                let units = vec![row.unit.clone()];
                steps.push((&row.kind, &row.subject, NextStep { what, units }));
            }
        }
    }
    steps.into_iter().map(|(.., step)| step).collect()
}
