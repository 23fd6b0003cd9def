//! 项目: one project with everything that can be done with it.

pub mod chart;
mod closed_loop;
mod commands;
pub mod controls;
pub mod details;
pub(crate) mod files;
mod forms;
pub mod layout;
mod lead;
mod loop_forms;
mod performance_forms;
mod register;
pub mod show;
mod sponsors;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::event::FileRef;
use domain::view::ClauseView;
use service::attachments::NewFile;
use service::projects::{Act, Change, Done, MovedDate, ProjectView, is_offered};
use service::{AccountKind, Actor, ServiceError};

use self::commands::Typed;
use self::controls::{Control, homeless, refill};
use self::files::{FileLink, links};
use self::forms::ActForm;
use self::show::{Section, ShowPage, act_links, head, print_page, section, tabs};
use crate::App;
use crate::access::{Route, Who};
use crate::error::{Answer, WebError};
use crate::form::{Fields, Upload};
use crate::page::{Page, back_with, render};
use crate::session::Signed;

/// Addresses of projects. Forms and files are for people of an enterprise too; the service says which.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/projects/new", Who::Viewer, register::blank),
        Route::post("/projects/new", Who::Viewer, register::save),
        Route::get("/projects/{project}", Who::Viewer, look),
        Route::get("/projects/{project}/print", Who::Viewer, print),
        Route::get("/projects/{project}/details", Who::Viewer, register::edit),
        Route::post(
            "/projects/{project}/details",
            Who::Viewer,
            register::save_edit,
        ),
        Route::get("/projects/{project}/actions/{act}", Who::Signed, open_form),
        Route::post(
            "/projects/{project}/actions/{act}",
            Who::Signed,
            submit_form,
        ),
        Route::get("/projects/{project}/files/{sm3}", Who::Signed, files::serve),
    ]
}

/// The page of a project, as it is shown for a query.
async fn look(
    State(app): State<App>,
    signed: Signed,
    Path(project): Path<String>,
    query: RawQuery,
) -> Answer {
    let query = Fields::parse(query.0.unwrap_or_default().as_bytes());
    let moment = app
        .service
        .moment(query.some("as_of"), query.some("known_at"))?;
    let view = app.service.project(&signed.actor, &project, moment).await?;
    let (tab, mut section) = section(&view, query.get("tab"));
    if let Section::History(history) = &mut section {
        history.today = app.service.today().to_string();
    }
    let page = frame(&app, &signed, &view, &view.track.name).await?;
    let mut primary = show::gate_links(&view);
    primary.extend(act_links(&view, &[Act::Claim, Act::Certify], None));
    let past = view.moment.past;
    let matters = super::matters::of_project(&app, &signed, &project).await?;
    render(&ShowPage {
        page,
        matters,
        head: head(&view, &signed.actor),
        tabs: tabs(&view, tab),
        section,
        primary,
        past,
    })
}

/// The frame with the marks of the project: sample, past day.
async fn frame(
    app: &App,
    signed: &Signed,
    view: &ProjectView,
    title: &str,
) -> Result<Page, WebError> {
    let active = if signed.actor.kind == AccountKind::Enterprise {
        "/portal"
    } else {
        "/projects"
    };
    let mut page = Page::new(app, signed, title, active).await?;
    page.sample = view.track.sample;
    page.as_of = view.moment.past.then(|| match view.moment.known {
        Some(known) => format!("{}（按 {known} 已记录的情况）", view.moment.on),
        None => view.moment.on.to_string(),
    });
    Ok(page)
}

async fn print(
    State(app): State<App>,
    signed: Signed,
    Path(project): Path<String>,
    query: RawQuery,
) -> Answer {
    let query = Fields::parse(query.0.unwrap_or_default().as_bytes());
    let moment = app
        .service
        .moment(query.some("as_of"), query.some("known_at"))?;
    let view = app.service.project(&signed.actor, &project, moment).await?;
    let page = frame(&app, &signed, &view, &view.track.name).await?;
    render(&print_page(page, &view, &signed.actor))
}

/// Where somebody goes back to.
pub fn home(actor: &Actor, project: &str, act: Option<Act>) -> String {
    if actor.kind == AccountKind::Enterprise {
        return format!("/portal/{project}");
    }
    let tab = match act {
        Some(Act::TickItem | Act::UntickItem) => "?tab=items",
        Some(
            Act::RequestExtension
            | Act::ReviewExtension
            | Act::DecideExtension
            | Act::SetGrace
            | Act::RequestExemption
            | Act::VerifyExemption
            | Act::EndExemption
            | Act::RequestRemoval
            | Act::DecideRemoval
            | Act::MovePolicy,
        ) => "?tab=adjustments",
        Some(
            Act::RecordDuty
            | Act::FulfilDuty
            | Act::RecordMerit
            | Act::CertifyBreach
            | Act::RectifyBreach
            | Act::SanctionBreach
            | Act::ExemptBreach
            | Act::RecordDispute
            | Act::RecommendAward,
        ) => "?tab=performance",
        Some(Act::RecordVisit | Act::Ask | Act::Answer) => "?tab=visits",
        Some(Act::Assign | Act::ReportProgress | Act::AnswerMove | Act::Direct) => "?tab=loop",
        Some(Act::ReportInvestment) => "?tab=investment",
        Some(Act::Void) => "?tab=history",
        Some(act) if lead::ACTS.contains(&act) => "?tab=lead",
        Some(act) if sponsors::ACTS.contains(&act) => "?tab=loop",
        _ => "",
    };
    format!("/projects/{project}{tab}")
}

/// Why a form came back.
#[derive(Debug, Clone, Default)]
pub struct RefusalView {
    /// What happened and why.
    pub message: String,
    /// The clause that says so.
    pub clause: Option<ClauseView>,
    /// What to do.
    pub advice: String,
    /// What others recorded in between.
    pub news: Vec<String>,
}

/// A form of an act.
#[derive(Template)]
#[template(path = "project/act.html")]
struct ActPage {
    page: Page,
    project: String,
    name: String,
    number: String,
    home: String,
    version: u32,
    form: ActForm,
    multipart: bool,
    kept: Vec<FileLink>,
    kept_values: Vec<String>,
    refusal: Option<RefusalView>,
    moved: Option<Vec<MovedRow>>,
    previews: Vec<show::ActLink>,
}

/// A due day before and after a move to another version.
struct MovedRow {
    title: String,
    before: String,
    after: String,
}

async fn open_form(
    State(app): State<App>,
    signed: Signed,
    Path((project, act)): Path<(String, String)>,
    query: RawQuery,
) -> Answer {
    let query = Fields::parse(query.0.unwrap_or_default().as_bytes());
    let act = Act::parse(&act).ok_or_else(WebError::no_page)?;
    let view = view_now(&app, &signed, &project).await?;
    if act == Act::EditDetails {
        return Ok(
            axum::response::Redirect::to(&format!("/projects/{project}/details")).into_response(),
        );
    }
    let subject = query.get("subject");
    if !is_offered(&view.offers, act, subject) {
        return Err(not_now(&signed.actor, act).into());
    }
    let mut form = forms::form(&view, act, subject).ok_or_else(WebError::no_page)?;
    refill(&mut form.fields, &query, &[]);
    let moved = preview(&app, &signed, &view, act, query.some("version")).await?;
    act_page(
        &app,
        &signed,
        &view,
        form,
        Attempt {
            moved,
            ..Attempt::default()
        },
        StatusCode::OK,
    )
    .await
}

fn not_now(actor: &Actor, act: Act) -> ServiceError {
    ServiceError::Forbidden(format!(
        "“{}”现在不能由{}办理：可能已经办结、条件还没有具备，或由其他单位办理",
        act.title(),
        actor.unit
    ))
}

async fn view_now(app: &App, signed: &Signed, project: &str) -> Result<ProjectView, WebError> {
    let moment = app.service.moment(None, None)?;
    Ok(app.service.project(&signed.actor, project, moment).await?)
}

/// What a move to another version would change.
async fn preview(
    app: &App,
    signed: &Signed,
    view: &ProjectView,
    act: Act,
    version: Option<&str>,
) -> Result<Option<Vec<MovedRow>>, WebError> {
    let (Act::MovePolicy, Some(version)) = (act, version) else {
        return Ok(None);
    };
    let moved = app
        .service
        .preview_move(&signed.actor, &view.project, version)
        .await?;
    let day = |day: Option<calendar::Day>| day.map_or("无".to_string(), show::with_weekday);
    let row = |moved: MovedDate| MovedRow {
        title: moved.title,
        before: day(moved.before),
        after: day(moved.after),
    };
    Ok(Some(moved.into_iter().map(row).collect()))
}

/// Links that show what each other version would change.
fn previews(view: &ProjectView, act: Act) -> Vec<show::ActLink> {
    if act != Act::MovePolicy {
        return Vec::new();
    }
    let link = |version: &service::projects::PackVersion| show::ActLink {
        href: format!(
            "/projects/{}/actions/policy?version={}#moved",
            view.project,
            crate::access::encode_query(&version.version)
        ),
        label: format!("先看换用 {} 版后到期日怎样变化", version.version),
    };
    view.versions.iter().map(link).collect()
}

/// What an earlier attempt left behind.
#[derive(Default)]
struct Attempt {
    kept: Vec<FileRef>,
    refusal: Option<RefusalView>,
    moved: Option<Vec<MovedRow>>,
}

async fn act_page(
    app: &App,
    signed: &Signed,
    view: &ProjectView,
    mut form: ActForm,
    attempt: Attempt,
    status: StatusCode,
) -> Answer {
    if !attempt.kept.is_empty() {
        form.files_are_here();
    }
    let page = frame(app, signed, view, &form.title).await?;
    let kept_values = attempt
        .kept
        .iter()
        .map(|file| format!("{}:{}", file.sm3, file.evidence.clone().unwrap_or_default()));
    let answer = render(&ActPage {
        page,
        project: view.project.clone(),
        name: view.track.name.clone(),
        number: view
            .number
            .map(|number| format!("第 {number} 号"))
            .unwrap_or_default(),
        home: home(&signed.actor, &view.project, Some(form.act)),
        version: view.version,
        multipart: form.has_files(),
        kept: links(&view.project, &attempt.kept, &[]),
        kept_values: kept_values.collect(),
        refusal: attempt.refusal,
        moved: attempt.moved,
        previews: previews(view, form.act),
        form,
    })?;
    Ok((status, answer).into_response())
}

async fn submit_form(
    State(app): State<App>,
    signed: Signed,
    Path((project, act)): Path<(String, String)>,
    upload: Upload,
) -> Answer {
    let act = Act::parse(&act).ok_or_else(WebError::no_page)?;
    let view = view_now(&app, &signed, &project).await?;
    if signed.actor.admin.is_some() {
        // Whoever only reads leaves no files behind either.
        return Err(not_now(&signed.actor, act).into());
    }
    let files = match received(&app, &signed, &project, &upload).await {
        Ok(files) => files,
        Err(error) => {
            return refused(&app, &signed, &view, act, &upload.fields, Vec::new(), error).await;
        }
    };
    let subject = upload.fields.get("subject");
    let typed = match commands::command(
        &view,
        act,
        subject,
        &upload.fields,
        files.clone(),
        &signed.actor.unit,
    ) {
        Ok(typed) => typed,
        Err(errors) => {
            return misread(&app, &signed, &view, act, &upload.fields, files, errors).await;
        }
    };
    match carry_out(&app, &signed, &view, &upload.fields, typed).await {
        Ok(done) => {
            let said = done
                .sentences
                .first()
                .map(|sentence| format!("已登记：{sentence}"))
                .unwrap_or_else(|| "已登记".into());
            Ok(back_with(&home(&signed.actor, &project, Some(act)), &said))
        }
        Err(error) => refused(&app, &signed, &view, act, &upload.fields, files, error).await,
    }
}

/// The version that the form was drawn with.
fn seen_version(fields: &Fields) -> Option<u32> {
    fields.get("version_seen").parse().ok()
}

async fn carry_out(
    app: &App,
    signed: &Signed,
    view: &ProjectView,
    fields: &Fields,
    typed: Typed,
) -> Result<Done, ServiceError> {
    let change = Change {
        project: view.project.clone(),
        seen_version: seen_version(fields),
        happened_on: typed.on,
        command: typed.command,
    };
    app.service.change(&signed.actor, change).await
}

/// Files of this form, and those that an earlier attempt brought in.
async fn received(
    app: &App,
    signed: &Signed,
    project: &str,
    upload: &Upload,
) -> Result<Vec<FileRef>, ServiceError> {
    let kept = upload
        .fields
        .all("kept")
        .iter()
        .filter_map(|value| value.split_once(':'));
    let kept = kept.map(|(sm3, evidence)| {
        (
            sm3.to_string(),
            Some(evidence.to_string()).filter(|e| !e.is_empty()),
        )
    });
    let mut files = app
        .service
        .kept_files(&signed.actor, project, kept.collect())
        .await?;
    let new = upload.files.iter().map(|file| NewFile {
        evidence: file.field.strip_prefix("file-").map(str::to_string),
        name: file.name.clone(),
        content: file.bytes.clone(),
    });
    files.extend(
        app.service
            .keep_files(&signed.actor, project, new.collect())
            .await?,
    );
    Ok(files)
}

/// The form again, with messages at its fields.
async fn misread(
    app: &App,
    signed: &Signed,
    view: &ProjectView,
    act: Act,
    fields: &Fields,
    kept: Vec<FileRef>,
    errors: Vec<(String, String)>,
) -> Answer {
    let mut form = forms::form(view, act, fields.get("subject"))
        .ok_or_else(|| WebError::from(not_now(&signed.actor, act)))?;
    refill(&mut form.fields, fields, &errors);
    let others = homeless(&form.fields, &errors);
    let message = if others.is_empty() {
        "没有提交：请修改标红的内容。".to_string()
    } else {
        format!("没有提交：{}", others.join("；"))
    };
    let refusal = Some(RefusalView {
        message,
        advice: "已填写的内容都在下面。".into(),
        ..RefusalView::default()
    });
    act_page(
        app,
        signed,
        view,
        form,
        Attempt {
            kept,
            refusal,
            moved: None,
        },
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await
}

/// The form again, with the reason.
async fn refused(
    app: &App,
    signed: &Signed,
    view: &ProjectView,
    act: Act,
    fields: &Fields,
    kept: Vec<FileRef>,
    error: ServiceError,
) -> Answer {
    let status = match &error {
        ServiceError::Conflict(_) => StatusCode::CONFLICT,
        ServiceError::Forbidden(_) => StatusCode::FORBIDDEN,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let errors = field_errors(&error);
    let Some(refusal) = refusal_of(error, view, fields)? else {
        return misread(app, signed, view, act, fields, kept, errors).await;
    };
    let Some(mut form) = forms::form(view, act, fields.get("subject")) else {
        // What the form is about is gone, as after somebody else has decided it.
        let what = if refusal.news.is_empty() {
            refusal.message
        } else {
            format!("{}：{}", refusal.message, refusal.news.join("；"))
        };
        return Err(ServiceError::Conflict(what).into());
    };
    refill(&mut form.fields, fields, &[]);
    act_page(
        app,
        signed,
        view,
        form,
        Attempt {
            kept,
            refusal: Some(refusal),
            moved: None,
        },
        status,
    )
    .await
}

/// Messages at fields, where the error has some.
pub fn field_errors(error: &ServiceError) -> Vec<(String, String)> {
    match error {
        ServiceError::Invalid(fields) => fields
            .iter()
            .map(|f| (f.field.to_string(), f.message.clone()))
            .collect(),
        _ => Vec::new(),
    }
}

/// What the form says at its top; `None` where the messages stand at fields.
///
/// # Errors
/// What no form can mend: not found, failed.
fn refusal_of(
    error: ServiceError,
    view: &ProjectView,
    fields: &Fields,
) -> Result<Option<RefusalView>, ServiceError> {
    Ok(Some(match error {
        ServiceError::Invalid(_) => return Ok(None),
        ServiceError::Refused(refusal) => RefusalView {
            clause: refusal.clause.as_ref().map(ClauseView::from),
            message: refusal.message,
            advice: refusal.advice,
            news: Vec::new(),
        },
        ServiceError::Conflict(message) => RefusalView {
            message,
            clause: None,
            advice: "已填写的内容都在下面。核对新记录后，如仍要提交，请再次提交。".into(),
            news: news(view, seen_version(fields).unwrap_or(view.version)),
        },
        ServiceError::Forbidden(message) => RefusalView {
            message,
            ..RefusalView::default()
        },
        other => return Err(other),
    }))
}

/// What was recorded since a version.
fn news(view: &ProjectView, seen: u32) -> Vec<String> {
    let mut new: Vec<_> = view
        .history
        .iter()
        .filter(|line| line.id.0 > seen)
        .collect();
    new.sort_by_key(|line| line.id);
    new.iter()
        .map(|line| {
            format!(
                "{} {} {}：{}",
                line.recorded, line.unit, line.person, line.sentence
            )
        })
        .collect()
}

/// An answer with a status.
pub(super) fn with_status(status: StatusCode, answer: Response) -> Response {
    (status, answer).into_response()
}
