//! 工作台: what waits for me, what is late, what changed; and the counts beside the navigation.

use domain::event::{By, Event};
use domain::state::LeadPhase;
use domain::track::AwaitingKind;
use domain::values::Yuan;
use policy::Policy;
use policy::model::StageDef;
use store::leads::LeadFilter;
use store::worklists::{self, ChangeLine, DueFilter, Scope, TodoLine};

use crate::alerts::{AlertItem, DueItem, DueWindow, own};
use crate::clock::display_minute;
use crate::kept::Kept;
use crate::matters::MatterItem;
use crate::projects::{Act, LedgerQuery, LedgerTotals};
use crate::region::Region;
use crate::{AccountKind, Actor, AdminRole, Outcome, Service};

/// Up to this the badges of the navigation count; what is more shows as 99+.
pub const MOST_COUNTED: u32 = 100;
/// Todos that are read for the page.
const TODOS: u32 = 300;
/// Todos of a kind that are counted.
const TODOS_COUNTED: u32 = 1000;
/// Rows of the other lists.
const ROWS: u32 = 6;
/// Deadlines of a window.
const DUE_ROWS: u32 = 5;

/// What waits, for the badges of the navigation; each counted to [`MOST_COUNTED`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NavigationCounts {
    /// Things to do.
    pub todo: u64,
    /// Unread alerts.
    pub alerts: u64,
    /// Matters that wait for the unit; nothing where the region has no rules of matters.
    pub matters: Option<u64>,
    /// Whether there are leads to look at.
    pub leads: bool,
    /// Whether the person takes part in imports.
    pub imports: bool,
    /// Whether the region has forms.
    pub reports: bool,
    /// Whether there is a page of leaders for the person: his own, one that he keeps, or all at a glance.
    pub leaders: bool,
}

/// Everything of one kind that waits for the unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodoGroup {
    /// Kind.
    pub kind: String,
    /// Its title.
    pub title: &'static str,
    /// How many, counted to 1000.
    pub count: u64,
    /// The most urgent of them.
    pub items: Vec<TodoItem>,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodoItem {
    /// Project.
    pub project: String,
    /// What does it on the project's page; nothing when the page itself is the place.
    pub act: Option<Act>,
    /// Which milestone or fact, as the form wants it.
    pub subject: String,
    /// What: 认定“开工”.
    pub title: String,
    /// Name of the project.
    pub name: String,
    /// Host of the project.
    pub host: String,
    /// 样例数据.
    pub sample: bool,
    /// Since when it waits.
    pub since: calendar::Day,
    /// Days that it has waited.
    pub waited: i32,
    /// By when.
    pub due_on: Option<calendar::Day>,
    /// Days until then, negative when late.
    pub days_left: Option<i32>,
}

/// The deadlines of a window that concern the unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueGroup {
    /// Window.
    pub window: DueWindow,
    /// How many, counted to 1000.
    pub count: u64,
    /// The first of them.
    pub items: Vec<DueItem>,
}

/// The last thing that happened to a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeItem {
    /// Project.
    pub project: String,
    /// Name.
    pub name: String,
    /// 样例数据.
    pub sample: bool,
    /// What happened, in a sentence.
    pub sentence: String,
    /// When it was recorded.
    pub at: String,
    /// Who said so: unit and person.
    pub by: String,
}

/// The page of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workbench {
    /// What the unit has to do, by kind, the most urgent kind first.
    pub todos: Vec<TodoGroup>,
    /// Late and soon due; nothing where the pack sets no limits.
    pub due: Vec<DueGroup>,
    /// Alerts to the unit that are not dealt with.
    pub alerts: Vec<AlertItem>,
    /// What changed last.
    pub changes: Vec<ChangeItem>,
    /// Matters that wait for the unit.
    pub matters: Vec<MatterItem>,
    /// The person looks at the whole region: totals are offered.
    pub overview: bool,
    /// The person sees projects at all.
    pub sees_projects: bool,
    /// The region has forms, so that the unit may owe some.
    pub reports: bool,
}

/// The projects that stand in a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageFigure {
    /// Stage id.
    pub stage: String,
    /// Its title.
    pub title: String,
    /// How many.
    pub count: u64,
    /// Their 总投资 together.
    pub total_investment: Yuan,
}

/// How far leads and projects are, where a pack sets no limit at all and nothing is late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funnel {
    /// Leads that nobody holds, counted to 1000.
    pub waiting_leads: u64,
    /// Leads that a unit holds, counted to 1000.
    pub held_leads: u64,
    /// Projects by stage, in the order of the pack.
    pub stages: Vec<StageFigure>,
}

/// A few figures for leaders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overview {
    /// All tracked projects.
    pub tracked: LedgerTotals,
    /// Projects whose next stage or step is due within 30 days.
    pub due_soon: u64,
    /// Stages done.
    pub stages_done: u64,
    /// Of these on time.
    pub stages_on_time: u64,
    /// Where the pack in force sets no limits.
    pub funnel: Option<Funnel>,
}

/// Figures of large ledgers, by region, whose projects, and the day.
pub(crate) type Overviews = Kept<(String, String, calendar::Day), Overview>;

impl Service {
    /// What waits for the actor, in one statement.
    ///
    /// # Errors
    /// [`crate::ServiceError::Failed`].
    pub async fn navigation_counts(&self, actor: &Actor) -> Outcome<NavigationCounts> {
        let nothing_waits = actor.admin.is_some_and(|role| role != AdminRole::Auditor)
            || matches!(actor.kind, AccountKind::Enterprise | AccountKind::System);
        if nothing_waits {
            return Ok(NavigationCounts::default());
        }
        let (region, account, unit) = (&actor.region, &actor.account, &actor.unit);
        let (todo, alerts) =
            worklists::waiting_counts(self.db(), region, account, unit, MOST_COUNTED).await?;
        let matters = self.waiting_matters_count(actor).await?;
        Ok(NavigationCounts {
            todo,
            alerts,
            matters,
            leads: self.sees_leads(actor).await?,
            imports: self.may_look_at_imports(actor).await?,
            reports: self.region(region).await?.forms().is_some(),
            leaders: self.has_leader_page(actor).await? || self.sees_leader_overview(actor).await?,
        })
    }

    /// The page of a person.
    ///
    /// # Errors
    /// [`crate::ServiceError::Failed`].
    pub async fn workbench(&self, actor: &Actor) -> Outcome<Workbench> {
        let matters = self.waiting_matters(actor).await?;
        let Some(scope) = self.sight(actor).await? else {
            return Ok(Workbench {
                matters,
                ..Workbench::default()
            });
        };
        let region = self.region(&actor.region).await?;
        Ok(Workbench {
            todos: self.todo_groups(actor, None).await?,
            due: self.due_groups(actor, &region, &scope).await?,
            alerts: self.alerts_up_to(actor, None, ROWS).await?,
            changes: self.changes(actor, &region, &scope).await?,
            matters,
            overview: scope == Scope::All,
            sees_projects: true,
            reports: region.forms().is_some(),
        })
    }

    /// What the unit has to do, by kind; `kind` keeps one kind, with all that was read of it.
    ///
    /// # Errors
    /// [`crate::ServiceError::Failed`].
    pub async fn todo_groups(&self, actor: &Actor, kind: Option<&str>) -> Outcome<Vec<TodoGroup>> {
        let counts =
            worklists::todo_counts(self.db(), &actor.region, &actor.unit, TODOS_COUNTED).await?;
        let lines =
            worklists::todos_of_unit(self.db(), &actor.region, &actor.unit, kind, TODOS).await?;
        let today = self.today();
        let mut groups: Vec<TodoGroup> = Vec::new();
        for line in lines {
            let at = match groups.iter().position(|group| group.kind == line.kind) {
                Some(at) => at,
                None => {
                    let count = counts
                        .iter()
                        .find(|(known, _)| *known == line.kind)
                        .map_or(1, |(_, count)| *count);
                    groups.push(TodoGroup {
                        title: kind_title(&line.kind),
                        kind: line.kind.clone(),
                        count,
                        items: Vec::new(),
                    });
                    groups.len() - 1
                }
            };
            let most = if kind.is_some() {
                TODOS as usize
            } else {
                ROWS as usize
            };
            if groups[at].items.len() < most {
                groups[at].items.push(todo_item(line, today));
            }
        }
        Ok(groups)
    }

    /// Deadlines that the unit answers for or counts down, and those of the projects it hosts, each in one window.
    async fn due_groups(
        &self,
        actor: &Actor,
        region: &Region,
        scope: &Scope,
    ) -> Outcome<Vec<DueGroup>> {
        let mut groups = Vec::new();
        if region.lifecycle().is_ok_and(|policy| !sets_limits(policy)) {
            return Ok(groups);
        }
        for window in [DueWindow::Overdue, DueWindow::Days30, DueWindow::Days90] {
            let all = DueFilter {
                scope: scope.clone(),
                window: self.window(region, window),
                unit: None,
                concerns: None,
                nodes: Vec::new(),
                level: None,
            };
            let all = own(region, &actor.unit, all);
            let count = worklists::due_count(self.db(), &actor.region, &all, TODOS_COUNTED).await?;
            let lines =
                worklists::due_lines(self.db(), &actor.region, &all, None, DUE_ROWS).await?;
            let items = lines
                .into_iter()
                .map(|line| self.due_item(region, line))
                .collect();
            groups.push(DueGroup {
                window,
                count,
                items,
            });
        }
        Ok(groups)
    }

    async fn changes(
        &self,
        actor: &Actor,
        region: &Region,
        scope: &Scope,
    ) -> Outcome<Vec<ChangeItem>> {
        let lines = worklists::last_changes(self.db(), &actor.region, scope, ROWS).await?;
        Ok(lines
            .into_iter()
            .map(|line| change_item(region, line))
            .collect())
    }

    /// A few figures over all projects that the actor sees. In a large ledger, where counting them takes its time, they
    /// are kept for a while.
    ///
    /// # Errors
    /// [`crate::ServiceError::Failed`].
    pub async fn overview(&self, actor: &Actor) -> Outcome<Overview> {
        let Some(scope) = self.sight(actor).await? else {
            return Ok(Overview::default());
        };
        let seen = (actor.region.clone(), format!("{scope:?}"), self.today());
        let counted = self.count_overview(actor, &scope);
        self.inner.overviews.get(seen, counted).await
    }

    async fn count_overview(&self, actor: &Actor, scope: &Scope) -> Outcome<Overview> {
        let soon = LedgerQuery {
            due: Some(crate::projects::DueWithin::Days(30)),
            ..LedgerQuery::default()
        };
        let (done, on_time) = worklists::stages_on_time(self.db(), &actor.region, scope).await?;
        Ok(Overview {
            tracked: self.ledger_totals(actor, &LedgerQuery::default()).await?,
            due_soon: self.ledger_totals(actor, &soon).await?.count,
            stages_done: done,
            stages_on_time: on_time,
            funnel: self.funnel(actor).await?,
        })
    }

    async fn funnel(&self, actor: &Actor) -> Outcome<Option<Funnel>> {
        let region = self.region(&actor.region).await?;
        let policy = region.lifecycle()?;
        if sets_limits(policy) {
            return Ok(None);
        }
        let totals = self.ledger_totals_by_stage(actor).await?;
        let leads = self.phase_counts(actor, &LeadFilter::default()).await?;
        let of = |wanted: &[LeadPhase]| {
            let counts = leads.iter().filter(|(phase, _)| wanted.contains(phase));
            counts.map(|(_, count)| count).sum()
        };
        let figure = |stage: &StageDef| {
            let (count, total_investment) = totals.get(&stage.id).copied().unwrap_or_default();
            StageFigure {
                stage: stage.id.clone(),
                title: stage.title.clone(),
                count,
                total_investment,
            }
        };
        Ok(Some(Funnel {
            waiting_leads: of(&[LeadPhase::Pool, LeadPhase::Dormant]),
            held_leads: of(&[LeadPhase::Held]),
            stages: policy.file.stage.iter().map(figure).collect(),
        }))
    }
}

/// Whether anything in the pack can be late.
fn sets_limits(policy: &Policy) -> bool {
    policy.nodes.iter().any(|node| node.limit.is_some())
}

pub(crate) fn kind_title(kind: &str) -> &'static str {
    ALL_KINDS
        .into_iter()
        .find(|known| known.id() == kind)
        .map_or("其他事项", AwaitingKind::title)
}

const ALL_KINDS: [AwaitingKind; 14] = [
    AwaitingKind::ConfirmScope,
    AwaitingKind::Certify,
    AwaitingKind::Resubmit,
    AwaitingKind::ReviewExtension,
    AwaitingKind::ApproveExtension,
    AwaitingKind::DecideRemoval,
    AwaitingKind::VerifyExemption,
    AwaitingKind::AnswerQuestion,
    AwaitingKind::Rectify,
    AwaitingKind::Assign,
    AwaitingKind::Conclude,
    AwaitingKind::Approve,
    AwaitingKind::Claim,
    AwaitingKind::AnswerMove,
];

/// The act that does what a todo asks for.
fn act_of(kind: &str) -> Option<Act> {
    let kind = ALL_KINDS.into_iter().find(|known| known.id() == kind)?;
    Some(match kind {
        AwaitingKind::ConfirmScope => Act::ConfirmScope,
        AwaitingKind::Certify => Act::Certify,
        AwaitingKind::Resubmit => Act::Claim,
        AwaitingKind::ReviewExtension => Act::ReviewExtension,
        AwaitingKind::ApproveExtension => Act::DecideExtension,
        AwaitingKind::DecideRemoval => Act::DecideRemoval,
        AwaitingKind::VerifyExemption => Act::VerifyExemption,
        AwaitingKind::AnswerQuestion => Act::Answer,
        AwaitingKind::Rectify => Act::RectifyBreach,
        AwaitingKind::Assign => Act::Assign,
        AwaitingKind::Conclude => Act::Conclude,
        AwaitingKind::Approve => Act::Approve,
        AwaitingKind::Claim => Act::Claim,
        AwaitingKind::AnswerMove => Act::AnswerMove,
    })
}

/// What there is but one of in a project needs no subject.
fn subject_of(line: &TodoLine) -> String {
    match act_of(&line.kind) {
        Some(
            Act::ConfirmScope | Act::ReviewExtension | Act::DecideExtension | Act::DecideRemoval,
        ) => String::new(),
        _ => line.subject.clone(),
    }
}

fn todo_item(line: TodoLine, today: calendar::Day) -> TodoItem {
    let days_left = line
        .due_on
        .map(|due| crate::projects::days_between(today, due));
    TodoItem {
        act: act_of(&line.kind),
        subject: subject_of(&line),
        project: line.project,
        title: line.title,
        name: line.name,
        host: line.host.unwrap_or_default(),
        sample: line.sample,
        since: line.since,
        waited: crate::projects::days_between(line.since, today).max(0),
        due_on: line.due_on,
        days_left,
    }
}

fn change_item(region: &Region, line: ChangeLine) -> ChangeItem {
    let by: By = serde_json::from_str(&line.by).unwrap_or_default();
    let fact: Result<Event, _> = serde_json::from_str(&line.data);
    let sentence = match (fact, region.pack(&line.pack, &line.pack_version)) {
        (Ok(fact), Ok(policy)) => domain::describe(
            domain::Packs {
                lifecycle: policy,
                performance: region.performance_for(&line.pack).map(|p| &**p),
            },
            &fact,
        ),
        // The project's own page says loudly what is wrong with it; here the other lines matter.
        _ => "有新记录".to_string(),
    };
    let by = match (by.unit.as_str(), by.person.as_str()) {
        ("", person) => person.to_string(),
        (unit, "") => unit.to_string(),
        (unit, person) if unit == person => unit.to_string(),
        (unit, person) => format!("{unit} {person}"),
    };
    ChangeItem {
        project: line.project,
        name: line.name,
        sample: line.sample,
        sentence,
        at: display_minute(line.recorded_at),
        by,
    }
}
