//! 企业门户: an enterprise's own projects, in plain words.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use service::portal::{Notice, OwnProject};
use service::projects::Act;

use super::project::layout::Metrics;
use super::project::show::{
    ActLink, Group, Head, Items, NodeRow, act_links, exemptions, head, items, questions,
    track_section, with_weekday,
};
use crate::App;
use crate::access::{Route, Who};
use crate::error::Answer;
use crate::page::{Page, render};
use crate::session::Signed;

/// Addresses of the portal.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/portal", Who::Enterprise, list),
        Route::get("/portal/{project}", Who::Enterprise, look),
    ]
}

/// A project in the list.
struct ListRow {
    project: String,
    name: String,
    light: &'static str,
    next: String,
    sample: bool,
}

#[derive(Template)]
#[template(path = "portal/list.html")]
struct ListPage {
    page: Page,
    projects: Vec<ListRow>,
}

/// The list; somebody with one project is led to it.
async fn list(State(app): State<App>, signed: Signed) -> Answer {
    let own = app.service.own_projects(&signed.actor).await?;
    if let [only] = own.as_slice() {
        return Ok(Redirect::to(&format!("/portal/{}", only.project)).into_response());
    }
    let mut page = Page::new(&app, &signed, "我的项目", "/portal").await?;
    page.sample = own.iter().any(|project| project.sample);
    render(&ListPage {
        page,
        projects: own.into_iter().map(list_row).collect(),
    })
}

fn list_row(own: OwnProject) -> ListRow {
    let stage = own.stage.unwrap_or_else(|| "未开始".into());
    let next = match (own.next_title, own.next_due_on) {
        (Some(title), Some(due)) => format!("{stage} · {title} {} 到期", with_weekday(due)),
        _ => stage,
    };
    ListRow {
        project: own.project,
        name: own.name,
        light: own.light,
        next,
        sample: own.sample,
    }
}

/// A reminder as it is shown.
struct NoticeView {
    title: String,
    kind: &'static str,
    text: String,
    on: String,
    done: bool,
}

#[derive(Template)]
#[template(path = "portal/show.html")]
struct PortalPage {
    page: Page,
    head: Head,
    several: bool,
    stages: Vec<NodeRow>,
    items: Items,
    own_steps: Vec<NodeRow>,
    questions: Group,
    exemptions: Group,
    notices: Vec<NoticeView>,
    ask: Vec<ActLink>,
    exemption: Vec<ActLink>,
}

async fn look(State(app): State<App>, signed: Signed, Path(project): Path<String>) -> Answer {
    let view = app.service.own_project(&signed.actor, &project).await?;
    let notices = app.service.notices(&signed.actor, &project).await?;
    let several = app.service.own_projects(&signed.actor).await?.len() > 1;
    let mut page = Page::new(&app, &signed, &view.track.name, "/portal").await?;
    page.sample = view.track.sample;
    let stages = track_section(&view, &Metrics::SCREEN).stages;
    let steps = stages.iter().flat_map(|stage| &stage.steps);
    let own_steps: Vec<NodeRow> = steps
        .filter(|step| !step.links.is_empty())
        .cloned()
        .collect();
    render(&PortalPage {
        page,
        head: head(&view, &signed.actor),
        several,
        items: items(&view),
        own_steps,
        questions: questions(&view),
        exemptions: exemptions(&view),
        notices: notices.into_iter().map(notice_view).collect(),
        ask: act_links(&view, &[Act::Ask], None),
        exemption: act_links(&view, &[Act::RequestExemption], None),
        stages,
    })
}

fn notice_view(notice: Notice) -> NoticeView {
    let kind = match notice.level {
        1 => "info",
        2 => "warning",
        _ => "danger",
    };
    NoticeView {
        title: notice.kind,
        kind,
        text: notice.text,
        on: notice.raised_on.to_string(),
        done: notice.done,
    }
}
