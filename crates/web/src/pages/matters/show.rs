//! One matter, and its printed sheet.

use askama::Template;
use axum::extract::{Path, State};
use calendar::Day;
use domain::matter::Act;
use policy::model::DocumentKind;
use service::matters::{FileView, HistoryLine, MatterView};

use super::day_words;
use crate::App;
use crate::error::Answer;
use crate::page::{Page, render};
use crate::pages::ledger::light_kind;
use crate::pages::project::files::answer;
use crate::pages::reports::{DocumentButton, button};
use crate::pages::workbench::level_kind;
use crate::session::Signed;

/// A file to open.
struct FileLink {
    href: String,
    name: String,
}

fn links(matter: &str, files: &[FileView]) -> Vec<FileLink> {
    let link = |file: &FileView| FileLink {
        href: format!("/matters/{matter}/files/{}", file.sm3),
        name: file.name.clone(),
    };
    files.iter().map(link).collect()
}

/// Something to do.
struct ActLink {
    href: String,
    label: &'static str,
}

/// A part.
struct PartRow {
    number: u32,
    unit: String,
    task: String,
    state: &'static str,
    tag: &'static str,
    answer: String,
    answered: String,
    returned: String,
    files: Vec<FileLink>,
    href: String,
}

/// A line of the history.
struct Line {
    on: String,
    sentence: String,
    by: String,
    files: Vec<FileLink>,
}

/// An alert that was sent.
struct Sent {
    kind: String,
    tag: &'static str,
    unit: String,
    raised: String,
}

#[derive(Template)]
#[template(path = "matters/show.html")]
struct ShowView {
    page: Page,
    view: MatterView,
    light: &'static str,
    phase: &'static str,
    due: String,
    issued: String,
    accept_by: String,
    accepted: String,
    signed_by: String,
    supporting: String,
    reviewers: String,
    waits: Vec<String>,
    primary: Vec<ActLink>,
    further: Vec<ActLink>,
    parts: Vec<PartRow>,
    files: Vec<FileLink>,
    history: Vec<Line>,
    alerts: Vec<Sent>,
    delegations: Vec<(String, String, bool)>,
    document: Option<DocumentButton>,
}

fn is_primary(act: Act) -> bool {
    matches!(
        act,
        Act::Accept
            | Act::AnswerPart
            | Act::Report
            | Act::Approve
            | Act::Return
            | Act::Close
            | Act::Reissue
    )
}

pub async fn look(State(app): State<App>, signed: Signed, Path(matter): Path<String>) -> Answer {
    let view = app.service.matter(&signed.actor, &matter).await?;
    let mut page = Page::new(&app, &signed, &view.number, "/matters").await?;
    page.sample = view.sample;
    let document = match view.sheet {
        Some(_) => button(&app, &signed, DocumentKind::Order, &matter).await?,
        None => None,
    };
    render(&shown(page, view, document))
}

fn shown(page: Page, view: MatterView, document: Option<DocumentButton>) -> ShowView {
    let id = &view.matter;
    let acts = |primary: bool| -> Vec<ActLink> {
        let some = view
            .acts
            .iter()
            .filter(|act| is_primary(**act) == primary && **act != Act::AnswerPart);
        some.map(|act| ActLink {
            href: format!("/matters/{id}/acts/{}", act.id()),
            label: act.title(),
        })
        .collect()
    };
    let parts = view.parts.iter().map(|part| {
        let (state, tag) = match (part.cancelled, part.answered_on, part.returned.is_empty()) {
            (true, ..) => ("已取消", "neutral"),
            (_, Some(_), _) => ("已答复", "green"),
            (_, None, false) => ("答复被退回", "red"),
            _ => ("待答复", "yellow"),
        };
        PartRow {
            number: part.index + 1,
            unit: part.unit.clone(),
            task: part.task.clone(),
            state,
            tag,
            answer: part.answer.clone(),
            answered: part
                .answered_on
                .map(|on| on.to_string())
                .unwrap_or_default(),
            returned: part.returned.clone(),
            files: links(id, &part.files),
            href: match part.mine {
                true => format!("/matters/{id}/acts/answer?part={}", part.index),
                false => String::new(),
            },
        }
    });
    let line = |line: &HistoryLine| Line {
        on: line.on.to_string(),
        sentence: line.sentence.clone(),
        by: format!("{} {}　{}", line.unit, line.person, line.at),
        files: links(id, &line.files),
    };
    let waits = view
        .waits
        .iter()
        .map(|(unit, act)| format!("{unit}{act}"))
        .collect();
    let alerts = view.alerts.iter().map(|alert| Sent {
        kind: alert.kind.clone(),
        tag: level_kind(alert.level),
        unit: alert.unit.clone(),
        raised: alert.raised_on.to_string(),
    });
    let delegations = view.delegations.iter().map(|given| {
        let days = format!("{} 至 {}", given.from, given.to);
        (given.text.clone(), days, given.now)
    });
    ShowView {
        light: light_kind(view.light),
        phase: view.phase.title(),
        due: day_words(view.due_on),
        issued: day_words(view.issued_on),
        accept_by: view.accept_by.map(day_words).unwrap_or_default(),
        accepted: view.accepted_on.map(day_words).unwrap_or_default(),
        signed_by: match (view.leader.is_empty(), view.leader == view.issued_by) {
            (true, _) | (_, true) => view.issued_by.clone(),
            _ => format!("{}（代 {}）", view.issued_by, view.leader),
        },
        supporting: view.supporting.join("、"),
        reviewers: view.reviewers.join("、"),
        waits,
        primary: acts(true),
        further: acts(false),
        parts: parts.collect(),
        files: links(id, &view.files),
        history: view.history.iter().map(line).collect(),
        alerts: alerts.collect(),
        delegations: delegations.collect(),
        document,
        page,
        view,
    }
}

#[derive(Template)]
#[template(path = "matters/print.html")]
struct PrintView {
    page: Page,
    title: String,
    number: String,
    unit_label: String,
    unit: String,
    content_label: String,
    content: Vec<String>,
    requirement: Vec<String>,
    period: String,
    issuer_label: String,
    issuer: String,
    signed_on: String,
    home: String,
}

fn zh(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

pub async fn print(State(app): State<App>, signed: Signed, Path(matter): Path<String>) -> Answer {
    let view = app.service.matter(&signed.actor, &matter).await?;
    let page = Page::new(
        &app,
        &signed,
        &format!("{} 打印件", view.number),
        "/matters",
    )
    .await?;
    let sheet = view.order_sheet();
    let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    let one_line = |label: &str| -> String { label.split_whitespace().collect() };
    render(&PrintView {
        page,
        title: sheet.title,
        number: view.number.clone(),
        unit_label: one_line(&sheet.unit_label),
        unit: sheet.unit,
        content_label: one_line(&sheet.content_label),
        content: lines(&sheet.content),
        requirement: lines(&sheet.requirement),
        period: sheet.limit,
        issuer_label: one_line(&sheet.issuer_label),
        issuer: sheet.issuer,
        signed_on: zh(view.issued_on),
        home: format!("/matters/{matter}"),
    })
}

pub async fn file(
    State(app): State<App>,
    signed: Signed,
    Path((matter, sm3)): Path<(String, String)>,
) -> Answer {
    let found = app.service.matter_file(&signed.actor, &matter, &sm3);
    Ok(answer(found.await?))
}
