//! 预警: what is late and what is due, unit by unit; alerts that were sent; the performance lists over all projects.

mod performance;

use std::sync::Arc;

use calendar::Day;
use domain::track::Light;
use office::{Column, ColumnKind, Out};
use policy::{Clause, NodeIx, NodeKind, Policy};
use store::alerts::{self, AlertLine};
pub use store::worklists::DueCursor;
use store::worklists::{self, DueFilter, DueLine, Scope, Window};
use tokio::sync::mpsc;

pub use performance::{EntryItem, EntryPage, EntryPlace, PerformanceList};

use crate::projects::{ExportFormat, ExportedFile, days_between, days_words, exported, write_file};
use crate::region::Region;
use crate::{Actor, Outcome, Service, ServiceError};

/// Rows of a page.
const PAGE: u32 = 50;
/// Alerts of a list at the most.
const MOST: u32 = 300;
/// Up to this the deadlines of a window are counted.
const COUNTED: u32 = 1000;
/// Rows of an export that are read at once.
const CHUNK: u32 = 1000;

/// Which deadlines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DueWindow {
    /// 已逾期.
    #[default]
    Overdue,
    /// 30 天内到期.
    Days30,
    /// 31 至 90 天到期: what is due sooner stands in the window before.
    Days90,
    /// 计时停止.
    Stopped,
    /// 暂定日期.
    Provisional,
}

impl DueWindow {
    /// All, in the order of the page.
    pub const ALL: [DueWindow; 5] = [
        DueWindow::Overdue,
        DueWindow::Days30,
        DueWindow::Days90,
        DueWindow::Stopped,
        DueWindow::Provisional,
    ];

    /// The word in addresses.
    pub fn id(self) -> &'static str {
        match self {
            DueWindow::Overdue => "overdue",
            DueWindow::Days30 => "30",
            DueWindow::Days90 => "90",
            DueWindow::Stopped => "stopped",
            DueWindow::Provisional => "provisional",
        }
    }

    /// Chinese title.
    pub fn title(self) -> &'static str {
        match self {
            DueWindow::Overdue => "已逾期",
            DueWindow::Days30 => "30 天内到期",
            DueWindow::Days90 => "31 至 90 天到期",
            DueWindow::Stopped => "计时停止",
            DueWindow::Provisional => "暂定日期",
        }
    }

    /// From its word.
    pub fn parse(id: &str) -> Option<DueWindow> {
        DueWindow::ALL.into_iter().find(|window| window.id() == id)
    }
}

/// What of the deadlines is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DueQuery {
    /// How they stand.
    pub window: DueWindow,
    /// Only of this unit; empty for all.
    pub unit: String,
    /// Only what concerns one's own unit: it answers, counts down, or hosts the project.
    pub own: bool,
    /// Only of this stage, its steps too; empty for all.
    pub stage: String,
    /// Only at this level of escalation.
    pub level: Option<i64>,
    /// After which row the page begins.
    pub after: Option<DueCursor>,
}

/// A deadline to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueItem {
    /// Project.
    pub project: String,
    /// Human number.
    pub number: i64,
    /// Name of the project.
    pub name: String,
    /// 属地.
    pub host: String,
    /// 样例数据.
    pub sample: bool,
    /// 阶段 or 环节.
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// The due day.
    pub due_on: Day,
    /// Light.
    pub light: Light,
    /// Its words.
    pub light_text: String,
    /// 暂定.
    pub provisional: bool,
    /// Who answers for it.
    pub unit: String,
    /// Who counts it down.
    pub warned_by: String,
    /// The level that was sent: 限时完成 …; empty for none.
    pub level: String,
    /// Why it is due then.
    pub clause: Option<Clause>,
}

/// A page of deadlines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DuePage {
    /// Deadlines, the earliest due first.
    pub items: Vec<DueItem>,
    /// How many each unit of the region answers for, counted to 1000.
    pub units: Vec<(String, u64)>,
    /// How many there are in all, counted to 1000.
    pub all: u64,
    /// How many concern one's own unit, counted to 1000.
    pub own: u64,
    /// How many there are in each window, counted to 1000.
    pub windows: Vec<(DueWindow, u64)>,
    /// After which row the next page begins.
    pub next: Option<DueCursor>,
    /// Stages to choose from.
    pub stages: Vec<(String, String)>,
    /// Levels to choose from.
    pub levels: Vec<(String, String)>,
}

/// An alert to one's unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertItem {
    /// Id.
    pub id: String,
    /// Project.
    pub project: String,
    /// Its name.
    pub name: String,
    /// 样例数据.
    pub sample: bool,
    /// 限时完成, 超时提醒, 逾期批评.
    pub kind: String,
    /// 1–3.
    pub level: i64,
    /// Sentence.
    pub text: String,
    /// The due day.
    pub due_on: Day,
    /// When it was raised.
    pub raised_on: Day,
    /// The deadline has been met since.
    pub done: bool,
    /// Read by this account.
    pub read: bool,
}

// ---- deadlines

impl Service {
    /// A page of deadlines that the actor may see.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn due_page(&self, actor: &Actor, query: &DueQuery) -> Outcome<DuePage> {
        let Some(scope) = self.sight(actor).await? else {
            return Ok(DuePage::default());
        };
        let region = self.region(&actor.region).await?;
        let filter = self.due_filter(actor, &region, query, scope);
        let rows = worklists::due_lines(
            self.db(),
            &actor.region,
            &filter,
            query.after.as_ref(),
            PAGE + 1,
        )
        .await?;
        // One more was read than is shown, to know whether there is a next page.
        let next = rows
            .get(PAGE as usize)
            .and(rows.get(PAGE as usize - 1))
            .map(cursor);
        let all_units = DueFilter {
            unit: None,
            concerns: None,
            ..filter.clone()
        };
        let own = own(&region, &actor.unit, all_units.clone());
        let all = worklists::due_count(self.db(), &actor.region, &all_units, COUNTED).await?;
        let own = worklists::due_count(self.db(), &actor.region, &own, COUNTED).await?;
        let units = worklists::due_units(self.db(), &actor.region, &all_units, COUNTED).await?;
        let mut windows = Vec::new();
        for window in DueWindow::ALL {
            let filter = DueFilter {
                window: self.window(&region, window),
                ..filter.clone()
            };
            windows.push((
                window,
                worklists::due_count(self.db(), &actor.region, &filter, COUNTED).await?,
            ));
        }
        Ok(DuePage {
            items: rows
                .into_iter()
                .take(PAGE as usize)
                .map(|line| self.due_item(&region, line))
                .collect(),
            units,
            all,
            own,
            windows,
            next,
            stages: stages(&region),
            levels: levels(&region),
        })
    }

    fn due_filter(
        &self,
        actor: &Actor,
        region: &Region,
        query: &DueQuery,
        scope: Scope,
    ) -> DueFilter {
        let filter = DueFilter {
            scope,
            window: self.window(region, query.window),
            unit: Some(query.unit.clone()).filter(|unit| !unit.is_empty()),
            concerns: None,
            nodes: nodes_of(region, &query.stage),
            level: query.level,
        };
        if query.own {
            own(region, &actor.unit, filter)
        } else {
            filter
        }
    }

    /// What a window means today.
    pub(crate) fn window(&self, region: &Region, window: DueWindow) -> Window {
        let today = self.today();
        let after = |days: i64| {
            let span = jiff::Span::new().days(days);
            today.checked_add(span).unwrap_or(today)
        };
        let within = |from: i64, days: i64| Window::Due {
            today,
            until: after(days),
            from: after(from),
        };
        match window {
            DueWindow::Overdue => Window::Overdue { today },
            DueWindow::Days30 => within(-grace_days(region), 30),
            DueWindow::Days90 => within(31, 90),
            DueWindow::Stopped => Window::Stopped,
            DueWindow::Provisional => Window::Provisional,
        }
    }

    /// A deadline in words.
    pub(crate) fn due_item(&self, region: &Region, line: DueLine) -> DueItem {
        let (light, light_text) = light_of(&line, self.today());
        let policy = region.pack(&line.pack, &line.pack_version).ok();
        let node =
            policy.and_then(|policy| policy.nodes.iter().find(|node| *node.id == *line.node));
        DueItem {
            project: line.project,
            number: line.number,
            name: line.name,
            host: line.host.unwrap_or_default(),
            sample: line.sample,
            kind: if line.kind == "stage" {
                "阶段"
            } else {
                "环节"
            },
            title: line.title,
            due_on: line.due_on,
            light,
            light_text,
            provisional: line.provisional,
            unit: line.unit.unwrap_or_default(),
            warned_by: line.warned_by.unwrap_or_default(),
            level: policy
                .map(|policy| level_title(policy, line.level))
                .unwrap_or_default(),
            clause: node.map(|node| node.clause.clone()),
        }
    }

    /// Deadlines as a workbook, all pages.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when no role of the unit may export, [`ServiceError::Failed`].
    pub async fn export_due(&self, actor: &Actor, query: &DueQuery) -> Outcome<ExportedFile> {
        self.needs_export(actor).await?;
        let region = self.region(&actor.region).await?;
        let today = self.today();
        let window = query.window.title();
        let title = format!("{}项目时限预警清单（{window}）", region.title);
        let note = format!(
            "导出日期：{today}　导出单位：{}　单位：{}",
            actor.unit,
            or_all(&query.unit)
        );
        let rows = self.due_rows(actor, region, query.clone()).await?;
        let (file, count) =
            write_file(ExportFormat::Xlsx, &title, note, due_columns(), rows).await?;
        self.audit_export(actor, "export-alerts", window, count)
            .await?;
        exported(format!("预警清单-{window}-{today}.xlsx"), file, count)
    }

    async fn due_rows(
        &self,
        actor: &Actor,
        region: Arc<Region>,
        query: DueQuery,
    ) -> Outcome<mpsc::Receiver<Result<Vec<Vec<Out>>, ServiceError>>> {
        let (out, rows) = mpsc::channel(2);
        let Some(scope) = self.sight(actor).await? else {
            return Ok(rows);
        };
        let filter = self.due_filter(actor, &region, &query, scope);
        let service = self.clone();
        tokio::spawn(async move {
            let mut after = None;
            loop {
                let chunk =
                    worklists::due_lines(service.db(), &region.id, &filter, after.as_ref(), CHUNK)
                        .await;
                let (chunk, next) = match chunk {
                    Ok(lines) => {
                        let next = lines.get(CHUNK as usize - 1).map(cursor);
                        let rows = lines
                            .into_iter()
                            .map(|line| due_cells(service.due_item(&region, line)))
                            .collect();
                        (Ok(rows), next)
                    }
                    Err(error) => (Err(ServiceError::from(error)), None),
                };
                // A receiver that is gone wants no more.
                if out.send(chunk).await.is_err() || next.is_none() {
                    break;
                }
                after = next;
            }
        });
        Ok(rows)
    }
}

fn cursor(line: &DueLine) -> DueCursor {
    DueCursor {
        due_on: line.due_on,
        project: line.project.clone(),
        node: line.node.clone(),
    }
}

fn light_of(line: &DueLine, today: Day) -> (Light, String) {
    if line.stopped {
        return (
            Light::Grey,
            if line.claimed {
                "已申报，待认定"
            } else {
                "暂停计时"
            }
            .into(),
        );
    }
    let days = days_between(today, line.due_on);
    if line.grace_until.unwrap_or(line.due_on) < today {
        return (Light::Red, format!("逾期 {} 天", -days));
    }
    let warned = days < 0 || line.warn_on.is_some_and(|warn| warn <= today);
    (
        if warned { Light::Yellow } else { Light::Blue },
        days_words(days),
    )
}

/// Days after its due day for which a deadline can be within its grace period.
fn grace_days(region: &Region) -> i64 {
    let packs = region.all_packs();
    let longest = packs
        .iter()
        .filter_map(|(policy, _)| policy.file.grace.as_ref())
        .map(|grace| grace.max_days)
        .max();
    longest.map_or(0, i64::from)
}

/// The stage and its steps.
fn nodes_of(region: &Region, stage: &str) -> Vec<String> {
    let Ok(policy) = region.lifecycle() else {
        return Vec::new();
    };
    let Some(stage) = policy.node(stage) else {
        return Vec::new();
    };
    policy
        .nodes
        .iter()
        .filter(|node| node.stage == stage)
        .map(|node| node.id.to_string())
        .collect()
}

fn stages(region: &Region) -> Vec<(String, String)> {
    let Ok(policy) = region.lifecycle() else {
        return Vec::new();
    };
    let node = |ix: &NodeIx| policy.nodes.get(usize::from(ix.0));
    policy
        .stages
        .iter()
        .filter_map(node)
        .map(|node| (node.id.to_string(), node.title.to_string()))
        .collect()
}

fn levels(region: &Region) -> Vec<(String, String)> {
    let Ok(policy) = region.lifecycle() else {
        return Vec::new();
    };
    let escalations = policy.file.escalation.iter();
    escalations
        .map(|rule| (rule.level.to_string(), rule.title.clone()))
        .collect()
}

fn level_title(policy: &Policy, level: i64) -> String {
    let rule = policy
        .file
        .escalation
        .iter()
        .find(|rule| i64::from(rule.level) == level);
    rule.map(|rule| rule.title.clone()).unwrap_or_default()
}

fn or_all(unit: &str) -> &str {
    if unit.is_empty() { "全部" } else { unit }
}

fn due_columns() -> Vec<Column> {
    let text = |heading: &str, width: f64| Column::new(heading, ColumnKind::Text).wide(width);
    vec![
        text("状态", 22.0),
        Column::new("编号", ColumnKind::Integer),
        text("项目名称", 40.0),
        text("属地", 16.0),
        text("类别", 8.0),
        text("阶段或环节", 24.0),
        Column::new("到期日", ColumnKind::Day),
        text("星期", 10.0),
        text("暂定", 8.0),
        text("责任单位", 24.0),
        text("督办单位", 20.0),
        text("提醒级别", 12.0),
        text("依据", 40.0),
        text("标记", 10.0),
    ]
}

fn due_cells(item: DueItem) -> Vec<Out> {
    let text = Out::Text;
    let clause = item
        .clause
        .map(|clause| format!("{} {}", clause.document, clause.article))
        .unwrap_or_default();
    vec![
        text(crate::projects::light_words(item.light, &item.light_text)),
        Out::Integer(item.number),
        text(item.name),
        text(item.host),
        text(item.kind.into()),
        text(item.title),
        Out::Day(item.due_on),
        text(calendar::weekday_zh(item.due_on).into()),
        text(if item.provisional { "暂定" } else { "" }.into()),
        text(item.unit),
        text(item.warned_by),
        text(item.level),
        text(clause),
        text(if item.sample { "样例数据" } else { "" }.into()),
    ]
}

// ---- alerts that were sent

impl Service {
    /// Alerts to the actor's unit that are not dealt with, newest first; `level` keeps one level.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn open_alerts(&self, actor: &Actor, level: Option<i64>) -> Outcome<Vec<AlertItem>> {
        self.alerts_up_to(actor, level, MOST).await
    }

    pub(crate) async fn alerts_up_to(
        &self,
        actor: &Actor,
        level: Option<i64>,
        most: u32,
    ) -> Outcome<Vec<AlertItem>> {
        if self.sight(actor).await?.is_none() {
            return Ok(Vec::new());
        }
        let lines =
            alerts::open_of_unit(self.db(), &actor.region, &actor.account, &actor.unit, most)
                .await?;
        let wanted = |line: &AlertLine| level.is_none_or(|level| line.alert.level == level);
        Ok(lines.into_iter().filter(wanted).map(alert_item).collect())
    }

    /// Notes that the unit has dealt with an alert.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] when it is not there, not the unit's, or dealt with already.
    pub async fn handle_alert(&self, actor: &Actor, id: &str) -> Outcome<()> {
        let mut batch = store::Batch::new();
        alerts::handle(&mut batch, &actor.region, id, &actor.unit, self.now());
        self.audit(&mut batch, actor, "handle-alert", id, "done", "");
        self.db()
            .write(batch)
            .await
            .map_err(|error| match error.is_conflict() {
                true => {
                    ServiceError::Conflict("这条提醒已由本单位其他人处理，或不属于本单位".into())
                }
                false => error.into(),
            })?;
        Ok(())
    }

    /// Notes that the account has read all alerts to its unit.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn read_alerts(&self, actor: &Actor) -> Outcome<()> {
        let mut batch = store::Batch::new();
        alerts::mark_read(
            &mut batch,
            &actor.region,
            &actor.account,
            &actor.unit,
            self.now(),
        );
        self.db().write(batch).await?;
        Ok(())
    }
}

fn alert_item(line: AlertLine) -> AlertItem {
    let text = line.words();
    AlertItem {
        id: line.alert.id,
        project: line.alert.project,
        name: line.project_name,
        sample: line.sample,
        kind: line.alert.kind,
        level: line.alert.level,
        text,
        due_on: line.alert.due_on,
        raised_on: line.alert.raised_on,
        done: line.done,
        read: line.read,
    }
}

/// Only what concerns a unit. One that counts nothing down and hosts nothing is found by the index of units.
pub(crate) fn own(region: &Region, unit: &str, filter: DueFilter) -> DueFilter {
    let is_host = region.is_host(unit);
    let lifecycle = region.lifecycle().ok();
    let watches = lifecycle.is_some_and(|policy| counts_down(policy, unit, is_host));
    let unit = Some(unit.to_string());
    match watches || is_host {
        true => DueFilter {
            concerns: unit,
            ..filter
        },
        false => DueFilter { unit, ..filter },
    }
}

/// Whether `unit` counts down some stage of the pack in force.
fn counts_down(policy: &Policy, unit: &str, is_host: bool) -> bool {
    let roles = policy.possible_roles_of(unit, is_host, false);
    policy.nodes.iter().any(|node| match node.kind {
        NodeKind::Stage(at) => {
            let stage = policy.file.stage.get(usize::from(at));
            let role = stage.and_then(|stage| stage.warned_by.as_deref());
            role.is_some_and(|role| role == unit || roles.contains(&role))
        }
        NodeKind::Step(..) => false,
    })
}
