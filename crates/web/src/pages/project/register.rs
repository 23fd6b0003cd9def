//! 登记项目, 修改基本情况.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::event::Details;
use service::ServiceError;
use service::projects::{
    Act, DetailChoices, NewProject, ProjectView, Registered, SimilarProject, is_offered,
};

use super::controls::{Control, FieldView, homeless, refill};
use super::{
    RefusalView, details, field_errors, frame, not_now, refusal_of, seen_version, view_now,
    with_status,
};
use crate::App;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, back_with, render};
use crate::session::Signed;

/// A form of basic facts.
#[derive(Template)]
#[template(path = "project/details.html")]
struct DetailsPage {
    page: Page,
    home: String,
    name: String,
    version: Option<u32>,
    fields: Vec<FieldView>,
    similar: Vec<SimilarProject>,
    refusal: Option<RefusalView>,
    submit: &'static str,
}

const NEW_CONTACT: &str = "加密保存，只有有权的单位可看全文";
const OLD_CONTACT: &str = "留空表示不修改";

/// An empty form.
pub async fn blank(State(app): State<App>, signed: Signed) -> Answer {
    let choices = app.service.registration(&signed.actor).await?;
    let fields = details::fields(&choices, &Details::default(), NEW_CONTACT);
    register_page(&app, &signed, fields, Vec::new(), None).await
}

async fn register_page(
    app: &App,
    signed: &Signed,
    fields: Vec<FieldView>,
    similar: Vec<SimilarProject>,
    refusal: Option<RefusalView>,
) -> Answer {
    let page = Page::new(app, signed, "登记项目", "/projects").await?;
    let (home, name) = ("/projects".to_string(), String::new());
    render(&DetailsPage {
        page,
        home,
        name,
        version: None,
        fields,
        similar,
        refusal,
        submit: "登记",
    })
}

/// Registers; similar projects are shown before anything is saved.
pub async fn save(State(app): State<App>, signed: Signed, typed: Fields) -> Answer {
    let choices = app.service.registration(&signed.actor).await?;
    let mut fields = details::fields(&choices, &Details::default(), NEW_CONTACT);
    let read = match details::read(&typed, &Details::default()) {
        Ok(read) => read,
        Err(errors) => {
            let refusal = bad_fields(&mut fields, &typed, &errors);
            let answer = register_page(&app, &signed, fields, Vec::new(), Some(refusal)).await?;
            return Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, answer));
        }
    };
    let new = NewProject {
        details: read,
        contact: typed.some("contact").map(str::to_string),
        sample: false,
        distinct: typed.some("distinct").is_some(),
    };
    refill(&mut fields, &typed, &[]);
    match app.service.register(&signed.actor, new).await {
        Ok(Registered::Project(project)) => {
            Ok(back_with(&format!("/projects/{project}"), "项目已登记"))
        }
        Ok(Registered::Similar(similar)) => {
            let answer = register_page(&app, &signed, fields, similar, None).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, answer))
        }
        Err(error) => {
            let refusal = told(&mut fields, &typed, error)?;
            let answer = register_page(&app, &signed, fields, Vec::new(), Some(refusal)).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, answer))
        }
    }
}

fn bad_fields(
    fields: &mut [FieldView],
    typed: &Fields,
    errors: &[(String, String)],
) -> RefusalView {
    refill(fields, typed, errors);
    let others = homeless(fields, errors);
    let message = if others.is_empty() {
        "没有保存：请修改标红的内容。".to_string()
    } else {
        format!("没有保存：{}", others.join("；"))
    };
    RefusalView {
        message,
        advice: "已填写的内容都在下面。".into(),
        ..RefusalView::default()
    }
}

/// What the form says about an error that is no conflict.
fn told(
    fields: &mut [FieldView],
    typed: &Fields,
    error: ServiceError,
) -> Result<RefusalView, ServiceError> {
    let errors = field_errors(&error);
    match error {
        ServiceError::Invalid(_) => Ok(bad_fields(fields, typed, &errors)),
        ServiceError::Refused(refusal) => Ok(RefusalView {
            clause: refusal.clause.as_ref().map(Into::into),
            message: refusal.message,
            advice: refusal.advice,
            news: Vec::new(),
        }),
        other => Err(other),
    }
}

/// The form of an existing project.
pub async fn edit(State(app): State<App>, signed: Signed, Path(project): Path<String>) -> Answer {
    let view = view_now(&app, &signed, &project).await?;
    if !is_offered(&view.offers, Act::EditDetails, "") {
        return Err(not_now(&signed.actor, Act::EditDetails).into());
    }
    let fields = details::fields(&DetailChoices::of(&view.region), &view.details, OLD_CONTACT);
    edit_page(&app, &signed, &view, fields, None).await
}

async fn edit_page(
    app: &App,
    signed: &Signed,
    view: &ProjectView,
    fields: Vec<FieldView>,
    refusal: Option<RefusalView>,
) -> Answer {
    let page = frame(app, signed, view, "修改基本情况").await?;
    let (home, name) = (
        format!("/projects/{}", view.project),
        view.track.name.clone(),
    );
    render(&DetailsPage {
        page,
        home,
        name,
        version: Some(view.version),
        fields,
        similar: Vec::new(),
        refusal,
        submit: "保存",
    })
}

/// Saves the edited basic facts.
pub async fn save_edit(
    State(app): State<App>,
    signed: Signed,
    Path(project): Path<String>,
    typed: Fields,
) -> Answer {
    let view = view_now(&app, &signed, &project).await?;
    let mut fields = details::fields(&DetailChoices::of(&view.region), &view.details, OLD_CONTACT);
    let read = match details::read(&typed, &view.details) {
        Ok(read) => read,
        Err(errors) => {
            let refusal = bad_fields(&mut fields, &typed, &errors);
            let answer = edit_page(&app, &signed, &view, fields, Some(refusal)).await?;
            return Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, answer));
        }
    };
    refill(&mut fields, &typed, &[]);
    let saved = app
        .service
        .edit_details(
            &signed.actor,
            &project,
            seen_version(&typed),
            read,
            typed.some("contact"),
        )
        .await;
    let error = match saved {
        Ok(_) => return Ok(back_with(&format!("/projects/{project}"), "基本情况已修改")),
        Err(error) => error,
    };
    let status = if matches!(error, ServiceError::Conflict(_)) {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let errors = field_errors(&error);
    let refusal = match refusal_of(error, &view, &typed)? {
        Some(refusal) => refusal,
        None => bad_fields(&mut fields, &typed, &errors),
    };
    let answer = edit_page(&app, &signed, &view, fields, Some(refusal)).await?;
    Ok(with_status(status, answer))
}
