//! 预警: deadlines by window and unit, alerts to one's unit, performance lists.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use calendar::Day;
use policy::model::Action;
use service::alerts::{
    AlertItem, DueCursor, DueItem, DuePage, DueQuery, DueWindow, EntryItem, EntryPlace,
    PerformanceList,
};

use super::ledger::light_kind;
use super::workbench::{counted, level_kind};
use crate::App;
use crate::access::{Route, Who, encode_query};
use crate::download;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Flash, Page, back_with, render};
use crate::session::Signed;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/alerts", Who::Viewer, show),
        Route::get("/alerts/export.xlsx", Who::Viewer, export),
        Route::get("/alerts/messages", Who::Viewer, messages),
        Route::post("/alerts/messages/read", Who::Viewer, read_all),
        Route::post("/alerts/messages/{id}/handled", Who::Viewer, handle),
        Route::get("/alerts/breaches", Who::Viewer, breaches),
        Route::get("/alerts/rectifying", Who::Viewer, rectifying),
        Route::get("/alerts/awards", Who::Viewer, awards),
        Route::get("/alerts/breaches/export.xlsx", Who::Viewer, export_breaches),
        Route::get(
            "/alerts/rectifying/export.xlsx",
            Who::Viewer,
            export_rectifying,
        ),
        Route::get("/alerts/awards/export.xlsx", Who::Viewer, export_awards),
    ]
}

/// A tab of the page.
pub struct Tab {
    href: &'static str,
    label: &'static str,
    active: bool,
}

fn tabs(active: &str) -> Vec<Tab> {
    let tabs = [
        ("/alerts", "时限预警"),
        ("/alerts/messages", "给本单位的提醒"),
        ("/alerts/breaches", "负面清单"),
        ("/alerts/rectifying", "整改中"),
        ("/alerts/awards", "可推荐奖励"),
    ];
    tabs.into_iter()
        .map(|(href, label)| Tab {
            href,
            label,
            active: href == active,
        })
        .collect()
}

/// A clause with its source.
pub struct ClauseLine {
    pub document: String,
    pub article: String,
    pub text: String,
}

fn clause_line(clause: policy::Clause) -> ClauseLine {
    ClauseLine {
        document: clause.document.to_string(),
        article: clause.article.to_string(),
        text: clause.text.to_string(),
    }
}

/// A deadline.
pub struct DueRow {
    pub href: String,
    pub name: String,
    pub number: i64,
    pub host: String,
    pub sample: bool,
    pub kind: &'static str,
    pub title: String,
    pub due: String,
    pub light: &'static str,
    pub light_text: String,
    pub provisional: bool,
    pub unit: String,
    pub warned_by: String,
    pub level: String,
    pub clause: Option<ClauseLine>,
}

/// A deadline in words.
pub fn due_row(item: DueItem) -> DueRow {
    DueRow {
        href: format!("/projects/{}", item.project),
        name: item.name,
        number: item.number,
        host: item.host,
        sample: item.sample,
        kind: item.kind,
        title: item.title,
        due: format!("{} {}", item.due_on, calendar::weekday_zh(item.due_on)),
        light: light_kind(item.light),
        light_text: item.light_text,
        provisional: item.provisional,
        unit: item.unit,
        warned_by: item.warned_by,
        level: item.level,
        clause: item.clause.map(clause_line),
    }
}

/// A window or a unit with how much is there.
pub struct Count {
    label: String,
    count: String,
    href: String,
    active: bool,
    kind: &'static str,
}

#[derive(Template)]
#[template(path = "alerts/show.html")]
struct AlertsView {
    page: Page,
    tabs: Vec<Tab>,
    windows: Vec<Count>,
    units: Vec<Count>,
    window: &'static str,
    window_title: &'static str,
    unit: String,
    own: bool,
    unit_title: String,
    stages: Vec<(String, String)>,
    stage: String,
    levels: Vec<(String, String)>,
    level: String,
    rows: Vec<DueRow>,
    summary: String,
    first: String,
    next: String,
    export_href: String,
    may_export: bool,
}

async fn show(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let (query, faults) = read(&fields);
    let found = app.service.due_page(&signed.actor, &query).await?;
    let mut page = Page::new(&app, &signed, "预警", "/alerts").await?;
    page.sample = found.items.iter().any(|item| item.sample);
    page.flash.extend(faults.into_iter().map(|text| Flash {
        kind: "warning",
        text,
    }));
    let may_export = app.service.unit_may(&signed.actor, Action::Export).await?;
    render(&view(page, query, found, may_export))
}

fn view(page: Page, query: DueQuery, found: DuePage, may_export: bool) -> AlertsView {
    let unit_title = match (query.own, query.unit.as_str()) {
        (true, _) => "本单位负责、督办或属地在本单位".to_string(),
        (false, "") => "全部单位".to_string(),
        (false, unit) => unit.to_string(),
    };
    AlertsView {
        page,
        tabs: tabs("/alerts"),
        windows: found
            .windows
            .iter()
            .map(|(window, count)| window_count(&query, *window, *count))
            .collect(),
        units: unit_counts(&query, &found),
        window: query.window.id(),
        window_title: query.window.title(),
        unit: query.unit.clone(),
        own: query.own,
        unit_title,
        stages: found.stages,
        stage: query.stage.clone(),
        levels: found.levels,
        level: query
            .level
            .map(|level| level.to_string())
            .unwrap_or_default(),
        summary: format!("本页 {} 条", found.items.len()),
        rows: found.items.into_iter().map(due_row).collect(),
        first: if query.after.is_some() {
            address("/alerts", &query, None)
        } else {
            String::new()
        },
        next: found
            .next
            .map(|after| address("/alerts", &query, Some(&after)))
            .unwrap_or_default(),
        export_href: address("/alerts/export.xlsx", &query, None),
        may_export,
    }
}

fn window_count(query: &DueQuery, window: DueWindow, count: u64) -> Count {
    let there = DueQuery {
        window,
        ..query.clone()
    };
    Count {
        label: window.title().to_string(),
        count: counted(count),
        href: address("/alerts", &there, None),
        active: window == query.window,
        kind: match window {
            DueWindow::Overdue => "red",
            DueWindow::Days30 => "yellow",
            DueWindow::Days90 => "blue",
            DueWindow::Stopped | DueWindow::Provisional => "",
        },
    }
}

/// All units, one's own, and each with how much it has.
fn unit_counts(query: &DueQuery, found: &DuePage) -> Vec<Count> {
    let count = |label: &str, count: String, unit: &str, own: bool| Count {
        label: label.to_string(),
        count,
        href: address(
            "/alerts",
            &DueQuery {
                unit: unit.to_string(),
                own,
                ..query.clone()
            },
            None,
        ),
        active: query.unit == unit && query.own == own,
        kind: "",
    };
    let mut counts = vec![
        count("全部单位", counted(found.all), "", false),
        count("与本单位有关", counted(found.own), "", true),
    ];
    let units = found.units.iter();
    counts.extend(units.map(|(unit, n)| count(unit, counted(*n), unit, false)));
    counts
}

/// Reads an address. What makes no sense is left out, and said.
fn read(fields: &Fields) -> (DueQuery, Vec<String>) {
    let mut faults = Vec::new();
    let mut ignored = |label: &str, value: &str| {
        let value: String = value.chars().take(30).collect();
        faults.push(format!("“{label}”的值“{value}”无法识别，已忽略这个条件。"));
    };
    let mut query = DueQuery::default();
    if let Some(word) = fields.some("window") {
        match DueWindow::parse(word) {
            Some(window) => query.window = window,
            None => ignored("时限", word),
        }
    }
    if let Some(level) = fields.some("level") {
        match level.parse().ok().filter(|level| (1..=9).contains(level)) {
            Some(level) => query.level = Some(level),
            None => ignored("提醒级别", level),
        }
    }
    query.unit = name(fields.get("unit"));
    query.own = fields.get("own") == "1";
    query.stage = name(fields.get("stage"));
    if let Some(after) = fields.some("after") {
        match cursor(after) {
            Some(after) => query.after = Some(after),
            None => ignored("翻页位置", after),
        }
    }
    (query, faults)
}

/// A name of reasonable length; others find nothing anyway.
fn name(text: &str) -> String {
    text.chars()
        .filter(|character| *character != '\0')
        .take(60)
        .collect()
}

/// `2025-07-30~project~node`.
fn cursor(text: &str) -> Option<DueCursor> {
    let mut parts = text.splitn(3, '~');
    let due_on: Day = parts.next()?.parse().ok()?;
    let (project, node) = (parts.next()?, parts.next()?);
    let plain = |text: &str| text.len() <= 100 && !text.contains('\0');
    (plain(project) && plain(node)).then(|| DueCursor {
        due_on,
        project: project.into(),
        node: node.into(),
    })
}

fn address(path: &str, query: &DueQuery, after: Option<&DueCursor>) -> String {
    let after = after.map(|after| format!("{}~{}~{}", after.due_on, after.project, after.node));
    let level = query
        .level
        .map(|level| level.to_string())
        .unwrap_or_default();
    let pairs = [
        ("window", query.window.id().to_string()),
        ("unit", query.unit.clone()),
        (
            "own",
            if query.own {
                "1".to_string()
            } else {
                String::new()
            },
        ),
        ("stage", query.stage.clone()),
        ("level", level),
        ("after", after.unwrap_or_default()),
    ];
    let pairs: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("{key}={}", encode_query(value)))
        .collect();
    format!("{path}?{}", pairs.join("&"))
}

async fn export(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let (query, _) = read(&Fields::parse(raw.unwrap_or_default().as_bytes()));
    Ok(download::send(
        app.service.export_due(&signed.actor, &query).await?,
    ))
}

// ---- alerts to one's unit

/// An alert.
pub struct MessageRow {
    href: String,
    name: String,
    sample: bool,
    kind: String,
    tag: &'static str,
    text: String,
    due: String,
    raised_on: String,
    done: bool,
    unread: bool,
    handle_href: String,
}

#[derive(Template)]
#[template(path = "alerts/messages.html")]
struct MessagesView {
    page: Page,
    tabs: Vec<Tab>,
    rows: Vec<MessageRow>,
    unread: usize,
    unit: String,
}

async fn messages(State(app): State<App>, signed: Signed) -> Answer {
    let items = app.service.open_alerts(&signed.actor, None).await?;
    let mut page = Page::new(&app, &signed, "预警", "/alerts").await?;
    page.sample = items.iter().any(|item| item.sample);
    render(&MessagesView {
        page,
        tabs: tabs("/alerts/messages"),
        unread: items.iter().filter(|item| !item.read).count(),
        rows: items.into_iter().map(message_row).collect(),
        unit: signed.actor.unit.clone(),
    })
}

fn message_row(item: AlertItem) -> MessageRow {
    MessageRow {
        href: format!("/projects/{}", item.project),
        name: item.name,
        sample: item.sample,
        tag: level_kind(item.level),
        kind: item.kind,
        text: item.text,
        due: format!("{} {}", item.due_on, calendar::weekday_zh(item.due_on)),
        raised_on: item.raised_on.to_string(),
        done: item.done,
        unread: !item.read,
        handle_href: format!("/alerts/messages/{}/handled", encode_query(&item.id)),
    }
}

async fn read_all(State(app): State<App>, signed: Signed) -> Answer {
    app.service.read_alerts(&signed.actor).await?;
    Ok(back_with(
        "/alerts/messages",
        "已将本单位的提醒全部标为已读",
    ))
}

async fn handle(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer {
    app.service.handle_alert(&signed.actor, &id).await?;
    Ok(back_with("/alerts/messages", "已标记为处理完毕"))
}

// ---- performance lists

/// An entry of a list.
pub struct EntryRow {
    href: String,
    number: i64,
    name: String,
    enterprise: String,
    host: String,
    sample: bool,
    side: &'static str,
    title: String,
    on: String,
    unit: String,
    due: String,
    tag: &'static str,
    state: String,
    clause: Option<ClauseLine>,
}

#[derive(Template)]
#[template(path = "alerts/entries.html")]
struct EntriesView {
    page: Page,
    tabs: Vec<Tab>,
    title: &'static str,
    note: &'static str,
    empty_title: &'static str,
    empty_hint: &'static str,
    awards: bool,
    rows: Vec<EntryRow>,
    summary: String,
    first: String,
    next: String,
    export_href: String,
    may_export: bool,
}

async fn breaches(state: State<App>, signed: Signed, raw: RawQuery) -> Answer {
    entries(state, signed, raw, PerformanceList::Breaches).await
}

async fn rectifying(state: State<App>, signed: Signed, raw: RawQuery) -> Answer {
    entries(state, signed, raw, PerformanceList::Rectifying).await
}

async fn awards(state: State<App>, signed: Signed, raw: RawQuery) -> Answer {
    entries(state, signed, raw, PerformanceList::Awards).await
}

async fn export_breaches(state: State<App>, signed: Signed) -> Answer {
    export_entries(state, signed, PerformanceList::Breaches).await
}

async fn export_rectifying(state: State<App>, signed: Signed) -> Answer {
    export_entries(state, signed, PerformanceList::Rectifying).await
}

async fn export_awards(state: State<App>, signed: Signed) -> Answer {
    export_entries(state, signed, PerformanceList::Awards).await
}

async fn export_entries(State(app): State<App>, signed: Signed, list: PerformanceList) -> Answer {
    Ok(download::send(
        app.service.export_performance(&signed.actor, list).await?,
    ))
}

/// What stands around a list: its address, note, and what is said when it is empty.
struct Around {
    path: &'static str,
    note: &'static str,
    empty_title: &'static str,
    empty_hint: &'static str,
}

fn around(list: PerformanceList) -> Around {
    match list {
        PerformanceList::Breaches => Around {
            path: "/alerts/breaches",
            note: "已认定的双方违约事项，按认定日期排列；以免责清除的不列入。",
            empty_title: "没有负面清单事项",
            empty_hint: "有权单位在项目页面认定后，会列在这里。",
        },
        PerformanceList::Rectifying => Around {
            path: "/alerts/rectifying",
            note: "限期整改、尚未整改完成的事项。",
            empty_title: "没有正在整改的事项",
            empty_hint: "认定负面清单事项并要求限期整改后，会列在这里。",
        },
        PerformanceList::Awards => Around {
            path: "/alerts/awards",
            note: "已完成的阶段全部按时、没有影响奖励的负面清单事项的项目；条件与办理推荐时相同。",
            empty_title: "暂无可推荐奖励的项目",
            empty_hint: "项目按时完成阶段后，会列在这里。",
        },
    }
}

async fn entries(
    State(app): State<App>,
    signed: Signed,
    RawQuery(raw): RawQuery,
    list: PerformanceList,
) -> Answer {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let asked = fields.some("after");
    let after = asked.and_then(|text| EntryPlace::parse(list, text));
    let mut page = Page::new(&app, &signed, "预警", "/alerts").await?;
    if let (Some(text), None) = (asked, &after) {
        let text: String = text.chars().take(30).collect();
        page.flash.push(Flash {
            kind: "warning",
            text: format!("“翻页位置”的值“{text}”无法识别，已从第一页显示。"),
        });
    }
    let Around {
        path,
        note,
        empty_title,
        empty_hint,
    } = around(list);
    let first = if after.is_some() { path } else { "" };
    let found = app
        .service
        .performance_list(&signed.actor, list, after)
        .await?;
    page.sample = found.items.iter().any(|item| item.sample);
    let next = found
        .next
        .map(|place| format!("{path}?after={}", encode_query(&place.text())));
    render(&EntriesView {
        page,
        tabs: tabs(path),
        title: list.title(),
        note,
        empty_title,
        empty_hint,
        awards: list == PerformanceList::Awards,
        summary: format!("本页 {} 条", found.items.len()),
        rows: found.items.into_iter().map(entry_row).collect(),
        first: first.to_string(),
        next: next.unwrap_or_default(),
        export_href: format!("{path}/export.xlsx"),
        may_export: app.service.unit_may(&signed.actor, Action::Export).await?,
    })
}

fn entry_row(item: EntryItem) -> EntryRow {
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let due = |day: Day| format!("{day} {}", calendar::weekday_zh(day));
    EntryRow {
        href: format!("/projects/{}?tab=performance", item.project),
        number: item.number,
        name: item.name,
        enterprise: item.enterprise,
        host: item.host,
        sample: item.sample,
        side: item.side,
        title: item.title,
        on: day(item.on),
        unit: item.unit,
        due: item.due_on.map(due).unwrap_or_default(),
        tag: light_kind(item.light),
        state: item.light_text,
        clause: item.clause.map(clause_line),
    }
}
