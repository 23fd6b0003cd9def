//! The page of one leader: his projects, what waits for him, what he set going.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect};

use super::led::{Instructs, LedRow, row};
use crate::App;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, render};
use crate::pages::matters::{ItemRow, item_row};
use crate::session::Signed;

/// A project with how many of its matters are open.
struct ProjectRow {
    href: String,
    name: String,
    open: usize,
}

#[derive(Template)]
#[template(path = "leaders/show.html")]
struct LeaderView {
    page: Page,
    name: String,
    leaders: Vec<(String, String)>,
    leader: String,
    /// Looking for a leader: who acts, as the facts will say.
    acts_for: String,
    led: Vec<LedRow>,
    sponsored: Vec<LedRow>,
    projects: Vec<ProjectRow>,
    waiting: Vec<ItemRow>,
    issued: Vec<ItemRow>,
    new_href: String,
    overview: bool,
}

pub async fn show(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let actor = &signed.actor;
    let overview = app.service.sees_leader_overview(actor).await?;
    if overview && !app.service.has_leader_page(actor).await? {
        return Ok(Redirect::to("/leaders/all").into_response());
    }
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let chosen = fields.get("leader");
    let found = app.service.leader_page(actor, chosen).await?;
    let project = |(id, name, open): (String, String, usize)| ProjectRow {
        href: format!("/projects/{id}"),
        name,
        open,
    };
    let leader = found.leader.unwrap_or(service::matters::Person {
        account: String::new(),
        name: String::new(),
        unit: String::new(),
    });
    let own = found.leaders.is_empty();
    let instructs = found.may_issue.then(|| Instructs {
        behalf: (!own).then(|| (leader.name.clone(), leader.unit.clone())),
    });
    let led = |led| row(led, instructs.as_ref());
    render(&LeaderView {
        page: Page::new(&app, &signed, "市领导", "/leaders").await?,
        new_href: instructs
            .as_ref()
            .map(|instructs| instructs.href(None))
            .unwrap_or_default(),
        acts_for: match own {
            true => String::new(),
            false => format!("{}（代 {}）", actor.name, leader.name),
        },
        led: found.led.into_iter().map(led).collect(),
        sponsored: found.sponsored.into_iter().map(led).collect(),
        leaders: found
            .leaders
            .into_iter()
            .map(|person| (person.account, format!("{} {}", person.unit, person.name)))
            .collect(),
        name: leader.name,
        leader: leader.account,
        projects: found.projects.into_iter().map(project).collect(),
        waiting: found.waiting.into_iter().map(item_row).collect(),
        issued: found.issued.into_iter().map(item_row).collect(),
        overview,
    })
}
