//! 市领导: my projects, what waits for me, what I set going.

use askama::Template;
use axum::extract::{RawQuery, State};

use super::matters::{ItemRow, item_row};
use crate::App;
use crate::access::{Route, Who};
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, render};
use crate::session::Signed;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/leaders", Who::Viewer, show)]
}

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
    projects: Vec<ProjectRow>,
    waiting: Vec<ItemRow>,
    issued: Vec<ItemRow>,
    new_href: String,
}

async fn show(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let chosen = fields.get("leader");
    let found = app.service.leader_page(&signed.actor, chosen).await?;
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
    render(&LeaderView {
        page: Page::new(&app, &signed, "市领导", "/leaders").await?,
        new_href: match (found.may_issue, own) {
            (false, _) => String::new(),
            (true, true) => "/matters/new".to_owned(),
            (true, false) => format!(
                "/matters/new?leader={}&leader_unit={}",
                crate::access::encode_query(&leader.name),
                crate::access::encode_query(&leader.unit)
            ),
        },
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
    })
}
