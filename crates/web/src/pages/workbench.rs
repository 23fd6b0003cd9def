//! 工作台: ten seconds to see what must be done, what is late, what changed.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use domain::values::{MoneyUnit, Yuan};
use service::alerts::{AlertItem, DueWindow};
use service::workbench::{
    ChangeItem, DueGroup, Funnel, Overview, StageFigure, TodoGroup, TodoItem, Workbench,
};
use service::{AccountKind, Actor, AdminRole};

use super::alerts::{DueRow, due_row};
use super::matters::{ItemRow, item_row};
use crate::App;
use crate::access::{Route, Who, encode_query};
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, render};
use crate::session::Signed;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/", Who::Signed, show),
        Route::get("/overview", Who::Viewer, overview),
    ]
}

/// Todos of one kind.
pub struct Group {
    title: &'static str,
    count: String,
    all_href: String,
    rows: Vec<TodoRow>,
}

/// A todo.
pub struct TodoRow {
    href: String,
    title: String,
    name: String,
    light: &'static str,
    light_text: String,
    meta: String,
    sample: bool,
}

/// Deadlines of one window.
pub struct Window {
    title: &'static str,
    count: String,
    href: String,
    kind: &'static str,
    rows: Vec<DueRow>,
}

/// An alert.
pub struct AlertRow {
    href: String,
    sample: bool,
    kind: String,
    tag: &'static str,
    text: String,
    meta: String,
    unread: bool,
}

#[derive(Template)]
#[template(path = "workbench/show.html")]
struct WorkbenchView {
    page: Page,
    groups: Vec<Group>,
    windows: Vec<Window>,
    alerts: Vec<AlertRow>,
    changes: Vec<ChangeItem>,
    overview: bool,
    sees_projects: bool,
    reports: bool,
    one_kind: bool,
    done: bool,
    matters: Vec<ItemRow>,
}

async fn show(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    if let Some(home) = home_of(&signed.actor) {
        return Ok(Redirect::to(home).into_response());
    }
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let mut page = Page::new(&app, &signed, "工作台", "/").await?;
    let kind = fields.some("kind");
    let bench = match kind {
        None => app.service.workbench(&signed.actor).await?,
        Some(kind) => Workbench {
            todos: app.service.todo_groups(&signed.actor, Some(kind)).await?,
            sees_projects: true,
            ..Workbench::default()
        },
    };
    page.sample = shows_samples(&bench);
    let windows: Vec<Window> = bench.due.into_iter().map(window).collect();
    let view = WorkbenchView {
        done: bench.todos.is_empty(),
        groups: bench
            .todos
            .into_iter()
            .map(|group| todo_group(group, kind.is_some()))
            .collect(),
        windows,
        alerts: bench.alerts.into_iter().map(alert_row).collect(),
        changes: bench.changes,
        overview: bench.overview,
        sees_projects: bench.sees_projects,
        reports: bench.reports,
        one_kind: kind.is_some(),
        matters: bench.matters.into_iter().map(item_row).collect(),
        page,
    };
    render(&view)
}

/// Whether something on the page is of a sample project.
fn shows_samples(bench: &Workbench) -> bool {
    let todo = |group: &TodoGroup| group.items.iter().any(|item| item.sample);
    let due = |group: &DueGroup| group.items.iter().any(|item| item.sample);
    bench.todos.iter().any(todo)
        || bench.due.iter().any(due)
        || bench.alerts.iter().any(|alert| alert.sample)
        || bench.changes.iter().any(|change| change.sample)
}

/// Where those who have no workbench begin.
fn home_of(actor: &Actor) -> Option<&'static str> {
    match (actor.kind, actor.admin) {
        (AccountKind::Enterprise, _) => Some("/portal"),
        (_, Some(AdminRole::System | AdminRole::Security | AdminRole::Audit)) => Some("/admin"),
        _ => None,
    }
}

/// `999+` where the count stopped.
pub(super) fn counted(count: u64) -> String {
    if count >= 1000 {
        "999+".to_string()
    } else {
        count.to_string()
    }
}

fn todo_group(group: TodoGroup, whole: bool) -> Group {
    let more = !whole && group.count > group.items.len() as u64;
    Group {
        title: group.title,
        count: counted(group.count),
        all_href: if more {
            format!("/?kind={}", encode_query(&group.kind))
        } else {
            String::new()
        },
        rows: group.items.into_iter().map(todo_row).collect(),
    }
}

fn todo_row(item: TodoItem) -> TodoRow {
    let (light, light_text) = match item.days_left {
        Some(days) if days < 0 => ("red", format!("逾期 {} 天", -days)),
        Some(0) => ("yellow", "今天到期".to_string()),
        Some(days) if days <= 7 => ("yellow", format!("剩余 {days} 天")),
        Some(days) => ("blue", format!("剩余 {days} 天")),
        None => ("grey", format!("已等待 {} 天", item.waited)),
    };
    let due = item
        .due_on
        .map(|due| format!("应于 {due} {}", calendar::weekday_zh(due)));
    let since = format!("{} 提出", item.since);
    let meta: Vec<String> = [
        Some(item.host).filter(|host| !host.is_empty()),
        Some(since),
        due,
    ]
    .into_iter()
    .flatten()
    .collect();
    TodoRow {
        href: todo_href(&item.project, item.act, &item.subject),
        title: item.title,
        name: item.name,
        light,
        light_text,
        meta: meta.join(" · "),
        sample: item.sample,
    }
}

fn todo_href(project: &str, act: Option<service::projects::Act>, subject: &str) -> String {
    let Some(act) = act else {
        return format!("/projects/{project}");
    };
    let address = format!("/projects/{project}/actions/{}", act.slug());
    match subject.is_empty() {
        true => address,
        false => format!("{address}?subject={}", encode_query(subject)),
    }
}

fn window(group: DueGroup) -> Window {
    Window {
        title: group.window.title(),
        count: counted(group.count),
        href: format!("/alerts?window={}&own=1", group.window.id()),
        kind: match group.window {
            DueWindow::Overdue => "red",
            DueWindow::Days30 => "yellow",
            _ => "blue",
        },
        rows: group.items.into_iter().map(due_row).collect(),
    }
}

/// An alert in words.
pub(super) fn alert_row(item: AlertItem) -> AlertRow {
    AlertRow {
        href: format!("/projects/{}", item.project),
        sample: item.sample,
        tag: level_kind(item.level),
        kind: item.kind,
        text: item.text,
        meta: format!("{} 发出", item.raised_on),
        unread: !item.read,
    }
}

/// The colour of a level of escalation.
pub(super) fn level_kind(level: i64) -> &'static str {
    match level {
        3 => "red",
        2 => "yellow",
        _ => "blue",
    }
}

/// A figure for leaders.
struct Figure {
    label: String,
    value: String,
    unit: &'static str,
    href: String,
    kind: &'static str,
    note: String,
}

#[derive(Template)]
#[template(path = "workbench/overview.html")]
struct OverviewPage {
    page: Page,
    figures: Vec<Figure>,
}

#[derive(Template)]
#[template(path = "workbench/overview_part.html")]
struct OverviewPart {
    figures: Vec<Figure>,
}

async fn overview(
    State(app): State<App>,
    signed: Signed,
    headers: axum::http::HeaderMap,
) -> Answer {
    let figures = figures(&app.service.overview(&signed.actor).await?);
    if headers.contains_key("hx-request") {
        return render(&OverviewPart { figures });
    }
    let page = Page::new(&app, &signed, "总体情况", "/").await?;
    render(&OverviewPage { page, figures })
}

fn figures(overview: &Overview) -> Vec<Figure> {
    match &overview.funnel {
        Some(funnel) => by_stage(funnel, overview),
        None => by_light(overview),
    }
}

fn figure(label: &str, count: u64, href: impl Into<String>, kind: &'static str) -> Figure {
    Figure {
        label: label.to_string(),
        value: count.to_string(),
        unit: "个",
        href: href.into(),
        kind,
        note: String::new(),
    }
}

/// What is late and what is due, where the pack sets limits.
fn by_light(overview: &Overview) -> Vec<Figure> {
    let tracked = &overview.tracked;
    let share = on_time_share(overview);
    vec![
        Figure {
            note: total(tracked.total_investment),
            ..figure("在库项目", tracked.count, "/projects", "")
        },
        figure("已逾期", tracked.red, "/projects?light=red", "red"),
        figure(
            "30 天内到期",
            overview.due_soon,
            "/projects?due=30",
            "yellow",
        ),
        figure(
            "全部完成",
            tracked.finished,
            "/projects?light=finished",
            "green",
        ),
        Figure {
            value: share.0,
            unit: share.1,
            note: format!(
                "{} 个已完成阶段中 {} 个按时",
                overview.stages_done, overview.stages_on_time
            ),
            ..figure("阶段按时率", 0, "/projects", "green")
        },
    ]
}

/// How far leads and projects are, where the pack sets no limits: its stages one after the other.
fn by_stage(funnel: &Funnel, overview: &Overview) -> Vec<Figure> {
    let leads = funnel.waiting_leads + funnel.held_leads;
    let leads = Figure {
        value: counted(leads),
        note: format!(
            "待认领 {}，跟进中 {}",
            counted(funnel.waiting_leads),
            counted(funnel.held_leads)
        ),
        ..figure("招商线索", leads, "/leads", "")
    };
    let stage = |stage: &StageFigure| Figure {
        note: total(stage.total_investment),
        ..figure(
            &stage.title,
            stage.count,
            format!("/projects?stage={}", encode_query(&stage.stage)),
            "blue",
        )
    };
    let finished = overview.tracked.finished;
    // The first stage is where leads are; only what was registered without having been one stands in it as a project.
    let stages = funnel.stages.iter().enumerate();
    let shown = stages.filter(|(at, stage)| *at > 0 || stage.count > 0);
    let mut figures = vec![leads];
    figures.extend(shown.map(|(_, shown)| stage(shown)));
    figures.push(figure(
        "全部完成",
        finished,
        "/projects?light=finished",
        "green",
    ));
    figures
}

fn total(sum: Yuan) -> String {
    format!("总投资 {} 亿元", sum.format_in(MoneyUnit::Yi))
}

/// One place behind the point, rounded half up.
fn on_time_share(overview: &Overview) -> (String, &'static str) {
    match overview.stages_done {
        0 => ("—".to_string(), ""),
        done => {
            let per_mille = (overview.stages_on_time * 2000 + done) / (done * 2);
            (format!("{}.{}", per_mille / 10, per_mille % 10), "%")
        }
    }
}
