//! What every page has around its content.

use askama::Template;
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect, Response};
use service::{AccountKind, Actor, AdminRole};

use crate::App;
use crate::error::{Answer, WebError};
use crate::session::{self, Signed};

/// A region in the top bar.
#[derive(Debug, Clone)]
pub struct RegionView {
    /// Id.
    pub id: String,
    /// 潜江市.
    pub title: String,
}

/// The person in the top bar.
#[derive(Debug, Clone)]
pub struct PersonView {
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Standing.
    pub role: String,
}

/// An entry of the navigation.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// Address.
    pub href: String,
    /// Icon of the sprite.
    pub icon: &'static str,
    /// Chinese label.
    pub label: &'static str,
    /// Whether this page is it.
    pub active: bool,
    /// What waits there.
    pub count: Option<u64>,
}

/// A message above the content.
#[derive(Debug, Clone)]
pub struct Flash {
    /// success, danger, warning or info.
    pub kind: &'static str,
    /// Text.
    pub text: String,
}

/// Everything around the content.
#[derive(Debug, Clone)]
pub struct Page {
    /// Title.
    pub title: String,
    /// Region of the person.
    pub region: Option<RegionView>,
    /// Regions that the person may switch to.
    pub regions: Vec<RegionView>,
    /// The person; `None` on pages before signing in.
    pub person: Option<PersonView>,
    /// Navigation.
    pub nav: Vec<NavItem>,
    /// Messages.
    pub flash: Vec<Flash>,
    /// Token for forms.
    pub csrf: String,
    /// 样例数据 ribbon.
    pub sample: bool,
    /// Past day that is looked at.
    pub as_of: Option<String>,
    /// Today with weekday.
    pub today: String,
    /// Whether the person may search the ledger.
    pub search: bool,
}

impl Page {
    /// A page before signing in, or an error.
    pub fn plain(title: &str, flash: Vec<Flash>) -> Page {
        Page {
            title: title.to_string(),
            region: None,
            regions: Vec::new(),
            person: None,
            nav: Vec::new(),
            flash,
            csrf: String::new(),
            sample: false,
            as_of: None,
            today: String::new(),
            search: false,
        }
    }

    /// A page for a signed-in person; `active` is the address of its entry in the navigation.
    pub async fn new(
        app: &App,
        signed: &Signed,
        title: &str,
        active: &str,
    ) -> Result<Page, WebError> {
        let actor = &signed.actor;
        let counts = app.service.navigation_counts(actor).await?;
        let today = app.service.today();
        let region = app.service.region_title(&actor.region).await?;
        Ok(Page {
            title: title.to_string(),
            region: Some(RegionView {
                id: actor.region.clone(),
                title: region,
            }),
            regions: Vec::new(),
            person: Some(PersonView {
                name: actor.name.clone(),
                unit: actor.unit.clone(),
                role: actor.standing().to_string(),
            }),
            nav: navigation(actor, active, counts),
            flash: signed.flash.iter().cloned().collect(),
            csrf: signed.csrf.clone(),
            sample: false,
            as_of: None,
            today: format!("{today} {}", calendar::weekday_zh(today)),
            search: crate::access::Who::Viewer.admits(actor),
        })
    }
}

/// What waits for the person, for the badges of the navigation.
fn navigation(actor: &Actor, active: &str, counts: service::NavigationCounts) -> Vec<NavItem> {
    let mut items = Vec::new();
    let mut add = |href: &str, icon: &'static str, label: &'static str, count: Option<u64>| {
        items.push(NavItem {
            href: href.to_string(),
            icon,
            label,
            active: href == active,
            count,
        });
    };
    if actor.kind == AccountKind::Enterprise {
        add("/portal", "building-factory-2", "我的项目", None);
        return items;
    }
    let administers = actor.admin.is_some_and(|role| role != AdminRole::Auditor);
    if !administers {
        add("/", "home", "工作台", Some(counts.todo));
        add("/projects", "table", "项目台账", None);
        if counts.leads {
            add("/leads", "speakerphone", "招商线索", None);
        }
        add("/alerts", "bell", "预警", Some(counts.alerts));
        if let Some(waiting) = counts.matters {
            add("/matters", "gavel", "事项", Some(waiting));
            add("/meetings", "users", "会议", None);
        }
        if counts.leaders {
            add("/leaders", "star", "市领导", None);
        }
        if counts.imports {
            add("/imports", "upload", "台账导入", None);
        }
        if counts.reports {
            add("/reports", "file-spreadsheet", "报表通报", None);
        }
    }
    add("/policies", "book", "政策", None);
    if administers {
        add("/admin", "settings", "系统", None);
    }
    items
}

/// Renders a page.
pub fn render(template: &impl Template) -> Answer {
    let body = template
        .render()
        .map_err(|error| WebError::from(service::ServiceError::Failed(error.to_string())))?;
    Ok(Html(body).into_response())
}

/// Back to a page, which then shows what was done.
pub fn back_with(address: &str, message: &str) -> Response {
    let cookie = session::set_flash(message);
    ([(header::SET_COOKIE, cookie)], Redirect::to(address)).into_response()
}
