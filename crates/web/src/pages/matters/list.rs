//! The lists.

use askama::Template;
use axum::extract::{RawQuery, State};
use service::matters::{Handled, MatterItem, MatterListQuery, MatterPage, MatterSort, MatterTab};

use super::day_words;
use crate::App;
use crate::access::encode_query;
use crate::download;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, render};
use crate::pages::ledger::light_kind;
use crate::pages::workbench::{counted, level_kind};
use crate::session::Signed;

/// Phases that a list can be filtered by.
const PHASES: [(&str, &str); 8] = [
    ("open", "未办结"),
    ("issued", "待签收"),
    ("refused", "已退回"),
    ("accepted", "办理中"),
    ("reported", "待审核"),
    ("approved", "待销号"),
    ("closed", "已销号"),
    ("withdrawn", "已撤回"),
];

/// A matter in words.
pub struct ItemRow {
    pub href: String,
    pub number: String,
    pub kind: String,
    pub title: String,
    pub phase: &'static str,
    pub light: &'static str,
    pub light_text: String,
    pub issuer: String,
    pub lead: String,
    pub issued: String,
    pub due: String,
    pub project_href: String,
    pub project: String,
    pub waits: &'static str,
    pub marks: String,
    pub sample: bool,
}

/// A matter in words.
pub fn item_row(item: MatterItem) -> ItemRow {
    let mut marks = Vec::new();
    if item.urges > 0 {
        marks.push(format!("催办 {} 次", item.urges));
    }
    if item.returns > 0 {
        marks.push(format!("退回 {} 次", item.returns));
    }
    let (project, name) = item.project.unwrap_or_default();
    ItemRow {
        href: format!("/matters/{}", item.matter),
        number: item.number,
        kind: item.kind,
        title: item.title,
        phase: item.phase,
        light: light_kind(item.light),
        light_text: item.light_text,
        issuer: match item.leader.is_empty() {
            true => item.issuer,
            false => format!("{} {}", item.issuer, item.leader),
        },
        lead: item.lead,
        issued: item.issued_on.to_string(),
        due: day_words(item.due_on),
        project_href: match name.is_empty() {
            true => String::new(),
            false => format!("/projects/{project}"),
        },
        project: name,
        waits: item.waits,
        marks: marks.join("，"),
        sample: item.sample,
    }
}

/// A list with how much it has.
struct TabLink {
    href: String,
    label: &'static str,
    count: String,
    active: bool,
}

/// An alert.
struct AlertLine {
    href: String,
    kind: String,
    tag: &'static str,
    text: String,
    raised: String,
}

#[derive(Template)]
#[template(path = "matters/list.html")]
struct ListView {
    page: Page,
    has_pack: bool,
    tabs: Vec<TabLink>,
    tab: &'static str,
    rows: Vec<ItemRow>,
    alerts: Vec<AlertLine>,
    kinds: Vec<(String, String)>,
    kind: String,
    phases: Vec<(String, String)>,
    phase: String,
    units: Vec<(String, String)>,
    lead: String,
    handled: Vec<(String, String)>,
    handled_now: &'static str,
    from: String,
    to: String,
    project: String,
    project_name: String,
    without_project: String,
    text: String,
    sorts: Vec<(String, String)>,
    sort: &'static str,
    summary: String,
    first: String,
    previous: String,
    next: String,
    export_href: String,
    may_issue: bool,
    may_export: bool,
    filtered: bool,
}

/// How matters were handled, by the word in an address, with its title.
pub const HANDLED: [(Handled, &str, &str); 5] = [
    (Handled::Counted, "counted", "交办（不含撤回）"),
    (Handled::InTime, "in_time", "按期办结"),
    (Handled::Late, "late", "逾期办结"),
    (Handled::Open, "open", "在办"),
    (Handled::Overdue, "overdue", "逾期未结"),
];

fn handled_of(word: &str) -> Option<Handled> {
    let found = HANDLED.iter().find(|(_, known, _)| *known == word);
    found.map(|(handled, ..)| *handled)
}

fn handled_word(handled: Option<Handled>) -> &'static str {
    let found = HANDLED.iter().find(|(known, ..)| Some(*known) == handled);
    found.map_or("", |(_, word, _)| word)
}

fn read(fields: &Fields) -> MatterListQuery {
    let short = |key: &str| -> String { fields.get(key).chars().take(60).collect() };
    MatterListQuery {
        tab: MatterTab::parse(fields.get("tab")).unwrap_or_default(),
        kind: short("kind"),
        phase: match PHASES
            .iter()
            .find(|(phase, _)| *phase == fields.get("phase"))
        {
            Some((phase, _)) => (*phase).to_owned(),
            // What is done is looked for, not met with; an explicit empty choice shows it too.
            None if fields.all("phase").is_empty() => "open".to_owned(),
            None => String::new(),
        },
        lead: short("lead"),
        project: short("project"),
        issued_from: calendar::parse_day(fields.get("from")).ok(),
        issued_to: calendar::parse_day(fields.get("to")).ok(),
        handled: handled_of(fields.get("handled")),
        text: short("q").replace('\0', ""),
        sort: MatterSort::parse(fields.get("sort")).unwrap_or_default(),
        page: fields.get("page").parse().unwrap_or(0),
    }
}

pub fn address(path: &str, query: &MatterListQuery) -> String {
    let day = |day: Option<calendar::Day>| day.map_or(String::new(), |day| day.to_string());
    let (from, to) = (day(query.issued_from), day(query.issued_to));
    let page = match query.page {
        0 => String::new(),
        page => page.to_string(),
    };
    let pairs = [
        ("tab", query.tab.id()),
        ("kind", &query.kind),
        ("lead", &query.lead),
        ("project", &query.project),
        ("from", &from),
        ("to", &to),
        ("handled", handled_word(query.handled)),
        ("q", &query.text),
        ("sort", query.sort.id()),
        ("page", &page),
    ];
    let mut pairs: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("{key}={}", encode_query(value)))
        .collect();
    pairs.push(format!("phase={}", query.phase));
    format!("{path}?{}", pairs.join("&"))
}

pub async fn show(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let query = read(&Fields::parse(raw.unwrap_or_default().as_bytes()));
    let found = app.service.matter_page(&signed.actor, &query).await?;
    let page = Page::new(&app, &signed, "事项", "/matters").await?;
    let mut view = view(page, &query, found);
    if !query.project.is_empty() {
        view.project_name = app
            .service
            .project_name(&signed.actor, &query.project)
            .await?;
    }
    render(&view)
}

fn view(page: Page, query: &MatterListQuery, found: MatterPage) -> ListView {
    let turned = |page: u32| {
        let query = MatterListQuery {
            page,
            ..query.clone()
        };
        address("/matters", &query)
    };
    let tabs = found.counts.iter().map(|(tab, count)| TabLink {
        href: format!("/matters?tab={}", tab.id()),
        label: tab.title(),
        count: counted(*count),
        active: *tab == query.tab,
    });
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let owned = |(id, title): &(&str, &str)| ((*id).to_owned(), (*title).to_owned());
        pairs.iter().map(owned).collect()
    };
    let alerts = found.alerts.into_iter().map(|alert| AlertLine {
        href: format!("/matters/{}", alert.matter),
        tag: level_kind(alert.level),
        kind: alert.kind,
        text: alert.text,
        raised: alert.raised_on.to_string(),
    });
    ListView {
        page,
        has_pack: found.has_pack,
        tabs: tabs.collect(),
        tab: query.tab.id(),
        alerts: alerts.collect(),
        kinds: found.kinds,
        kind: query.kind.clone(),
        phases: pairs(&PHASES),
        phase: query.phase.clone(),
        units: super::choices(&found.units),
        lead: query.lead.clone(),
        handled: HANDLED
            .iter()
            .map(|(_, word, title)| ((*word).to_owned(), (*title).to_owned()))
            .collect(),
        handled_now: handled_word(query.handled),
        from: query
            .issued_from
            .map_or(String::new(), |day| day.to_string()),
        to: query.issued_to.map_or(String::new(), |day| day.to_string()),
        project: query.project.clone(),
        project_name: String::new(),
        without_project: address(
            "/matters",
            &MatterListQuery {
                project: String::new(),
                page: 0,
                ..query.clone()
            },
        ),
        text: query.text.clone(),
        sorts: MatterSort::ALL
            .iter()
            .map(|(_, id, title)| ((*id).to_owned(), (*title).to_owned()))
            .collect(),
        sort: query.sort.id(),
        summary: format!(
            "本页 {} 件，共 {} 件",
            found.items.len(),
            counted(found.total)
        ),
        rows: found.items.into_iter().map(item_row).collect(),
        first: if query.page > 0 {
            turned(0)
        } else {
            String::new()
        },
        previous: if query.page > 0 {
            turned(query.page - 1)
        } else {
            String::new()
        },
        next: if found.more {
            turned(query.page + 1)
        } else {
            String::new()
        },
        export_href: address(
            "/matters/export.xlsx",
            &MatterListQuery {
                page: 0,
                ..query.clone()
            },
        ),
        may_issue: found.may_issue,
        may_export: found.may_export,
        filtered: !query.kind.is_empty()
            || !query.lead.is_empty()
            || !query.text.is_empty()
            || !query.project.is_empty()
            || query.issued_from.is_some()
            || query.issued_to.is_some()
            || query.handled.is_some()
            || query.phase != "open",
    }
}

pub async fn export(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let query = read(&Fields::parse(raw.unwrap_or_default().as_bytes()));
    Ok(download::send(
        app.service.export_matters(&signed.actor, &query).await?,
    ))
}
