//! All leaders and all sponsored projects at a glance.

use askama::Template;
use axum::extract::{RawQuery, State};
use domain::view::ClauseView;
use policy::model::Action;
use service::leaders::{LeaderLine, LeaderList, SponsorLine, SponsorshipList};

use super::led::{LedRow, row};
use crate::App;
use crate::access::encode_query;
use crate::download;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, render};
use crate::session::Signed;

/// A leader in numbers, each a way to its rows.
struct LeaderRow {
    name: String,
    unit: String,
    led: u64,
    led_href: String,
    late: u64,
    late_href: String,
    sponsored: u64,
    sponsored_href: String,
    open_matters: u64,
    matters_href: String,
    /// Worth a mark: he leads more projects than the one that the document has in mind.
    several: bool,
}

/// A sponsorship with its projects.
struct ListView {
    id: String,
    title: String,
    duty: String,
    clause: ClauseView,
    /// 已确定 13 个，文件为 13 个.
    summary: String,
    kind: &'static str,
    /// 其中 2 个尚未指定齐全.
    lacking: String,
    rows: Vec<LedRow>,
    export_href: String,
}

#[derive(Template)]
#[template(path = "leaders/all.html")]
struct OverviewView {
    page: Page,
    leaders: Vec<LeaderRow>,
    lists: Vec<ListView>,
    may_export: bool,
    own_page: bool,
}

pub async fn show(State(app): State<App>, signed: Signed) -> Answer {
    let actor = &signed.actor;
    let found = app.service.leader_overview(actor).await?;
    let one_project = found.one_project;
    let first = found.sponsorships.first();
    let sponsored_href = first.map(|list| format!("#list-{}", list.id));
    let sponsored_href = sponsored_href.unwrap_or_default();
    render(&OverviewView {
        page: Page::new(&app, &signed, "市领导牵头和包保", "/leaders").await?,
        leaders: found
            .leaders
            .into_iter()
            .map(|line| leader_row(line, one_project, &sponsored_href))
            .collect(),
        lists: found.sponsorships.into_iter().map(list_view).collect(),
        may_export: app.service.unit_may(actor, Action::Export).await?,
        own_page: app.service.has_leader_page(actor).await?,
    })
}

fn leader_row(line: LeaderLine, one_project: bool, sponsored_href: &str) -> LeaderRow {
    let name = encode_query(&line.name);
    LeaderRow {
        led_href: format!("/projects?leader={name}"),
        late_href: format!("/projects?light=red&leader={name}"),
        matters_href: format!("/matters?tab=all&phase=open&q={name}"),
        several: one_project && line.running > 1,
        sponsored_href: sponsored_href.to_string(),
        name: line.name,
        unit: line.unit,
        led: line.led,
        late: line.late,
        sponsored: line.sponsored,
        open_matters: line.open_matters,
    }
}

fn list_view(list: SponsorshipList) -> ListView {
    let (count, complete) = (list.lines.len(), list.complete());
    let (summary, kind) = match list.wanted {
        None => (format!("已确定 {count} 个"), "blue"),
        Some(wanted) => (
            format!("已确定 {count} 个，文件为 {wanted} 个"),
            match count == usize::from(wanted) {
                true => "green",
                false => "yellow",
            },
        ),
    };
    let line = |line: SponsorLine| LedRow {
        missing: match line.missing.is_empty() {
            true => String::new(),
            false => format!("尚未指定{}", line.missing.join("、")),
        },
        ..row(line.led, None)
    };
    ListView {
        export_href: format!("/leaders/export.xlsx?list={}", encode_query(&list.id)),
        lacking: match count - complete {
            0 => String::new(),
            open => format!("其中 {open} 个尚未指定齐全"),
        },
        clause: ClauseView::from(&list.clause),
        id: list.id,
        title: list.title,
        duty: list.duty,
        summary,
        kind,
        rows: list.lines.into_iter().map(line).collect(),
    }
}

pub async fn export(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let list = match fields.some("list") {
        Some(id) => LeaderList::Sponsorship(id),
        None => LeaderList::Leaders,
    };
    let file = app.service.export_leaders(&signed.actor, list).await?;
    Ok(download::send(file))
}
