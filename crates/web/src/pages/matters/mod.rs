//! 事项: lists, new orders, one matter with everything that can be done with it, the printed sheet.

mod act;
mod issue;
mod list;
mod show;
mod statistics;

use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use calendar::{Day, weekday_zh};
use service::ServiceError;
use service::attachments::NewFile;

use crate::App;
use crate::access::{Route, Who, encode_query};
use crate::error::{Answer, WebError};
use crate::form::{Fields, Upload};
use crate::session::Signed;

pub use list::{ItemRow, item_row};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/matters", Who::Viewer, list::show),
        Route::get("/matters/export.xlsx", Who::Viewer, list::export),
        Route::get("/matters/statistics", Who::Viewer, statistics::show),
        Route::get("/matters/statistics.xlsx", Who::Viewer, statistics::export),
        Route::get("/matters/new", Who::Viewer, issue::blank),
        Route::post("/matters/new", Who::Viewer, issue::save),
        Route::get("/matters/{matter}", Who::Viewer, show::look),
        Route::get("/matters/{matter}/print", Who::Viewer, show::print),
        Route::get("/matters/{matter}/files/{sm3}", Who::Viewer, show::file),
        Route::get("/matters/{matter}/acts/{what}", Who::Viewer, act::open),
        Route::post("/matters/{matter}/acts/{what}", Who::Viewer, act::save),
    ]
}

/// The matters about a project, as its page shows them.
pub struct ProjectMatters {
    pub rows: Vec<ItemRow>,
    /// Where a new one is issued; empty when the person may not.
    pub new_href: String,
    /// Questions of the enterprise that wait: what was asked, and where it becomes a matter.
    pub asked: Vec<(String, String)>,
}

/// Nothing where the region has no rules of matters, or the person no part in them.
pub async fn of_project(
    app: &App,
    signed: &Signed,
    project: &str,
) -> Result<Option<ProjectMatters>, WebError> {
    let found = app.service.matters_of_project(&signed.actor, project);
    let Some(found) = found.await? else {
        return Ok(None);
    };
    let asked = found.asked.into_iter().map(|(question, text)| {
        let text_in_address = encode_query(&text);
        let href = format!(
            "/matters/new?project={project}&source_kind=question&source_id={question}\
             &source_text={text_in_address}&content={text_in_address}"
        );
        (text, href)
    });
    Ok(Some(ProjectMatters {
        rows: found.items.into_iter().map(item_row).collect(),
        new_href: match found.may_issue {
            true => format!("/matters/new?project={project}"),
            false => String::new(),
        },
        asked: asked.collect(),
    }))
}

/// What a form says when it was not carried out.
#[derive(Debug, Clone, Default)]
pub struct Trouble {
    pub message: String,
    pub clause: String,
    pub advice: String,
    /// Messages at fields.
    pub fields: Vec<(&'static str, String)>,
}

impl Trouble {
    /// The message at a field.
    pub fn at(&self, field: &str) -> &str {
        let found = self.fields.iter().find(|(name, _)| *name == field);
        found.map_or("", |(_, message)| message)
    }

    /// One message at one field, found before anything was asked.
    pub fn field(field: &'static str, message: &str) -> ServiceError {
        ServiceError::field(field, message)
    }
}

/// What is said in the form itself; everything else is a page of its own.
pub(super) fn trouble(error: ServiceError) -> Result<(Trouble, StatusCode), WebError> {
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    match error {
        ServiceError::Refused(refusal) => {
            let clause = refusal.clause.as_ref();
            let clause = clause.map_or(String::new(), |clause| {
                format!("{} {}：{}", clause.document, clause.article, clause.text)
            });
            let trouble = Trouble {
                message: refusal.message,
                clause,
                advice: refusal.advice,
                fields: Vec::new(),
            };
            Ok((trouble, unprocessable))
        }
        ServiceError::Invalid(fields) => {
            let trouble = Trouble {
                message: "有内容需要修改，尚未保存。".into(),
                fields: fields
                    .into_iter()
                    .map(|field| (field.field, field.message))
                    .collect(),
                ..Trouble::default()
            };
            Ok((trouble, unprocessable))
        }
        ServiceError::Conflict(message) => {
            let trouble = Trouble {
                message,
                advice: "请核对页面上的新记录后再提交。".into(),
                ..Trouble::default()
            };
            Ok((trouble, StatusCode::CONFLICT))
        }
        other => Err(other.into()),
    }
}

pub(super) fn with_status(answer: Answer, status: StatusCode) -> Answer {
    answer.map(|mut response: Response| {
        *response.status_mut() = status;
        response
    })
}

/// `2025-10-11 星期六`.
pub(super) fn day_words(day: Day) -> String {
    format!("{day} {}", weekday_zh(day))
}

/// A day of a form; nothing when the field is empty.
pub(super) fn day_of(fields: &Fields, name: &'static str) -> Result<Option<Day>, ServiceError> {
    let Some(text) = fields.some(name) else {
        return Ok(None);
    };
    match calendar::parse_day(text) {
        Ok(day) => Ok(Some(day)),
        Err(error) => Err(Trouble::field(name, &error.to_string())),
    }
}

/// A day that must be there.
pub(super) fn day_needed(fields: &Fields, name: &'static str) -> Result<Day, ServiceError> {
    day_of(fields, name)?.ok_or_else(|| Trouble::field(name, "请填写日期"))
}

pub(super) fn files_of(upload: &Upload) -> Vec<NewFile> {
    let file = |file: &crate::form::UploadedFile| NewFile {
        evidence: None,
        name: file.name.clone(),
        content: Bytes::clone(&file.bytes),
    };
    upload.files.iter().map(file).collect()
}

/// Lead unit first, then the supporting ones, as the two fields have them.
pub(super) fn units_of(fields: &Fields) -> Vec<String> {
    let mut units = vec![fields.get("lead").to_owned()];
    units.extend(fields.all("supporting").iter().cloned());
    units
}

/// Pairs for a select.
pub(super) fn choices(units: &[String]) -> Vec<(String, String)> {
    units
        .iter()
        .map(|unit| (unit.clone(), unit.clone()))
        .collect()
}

/// A unit that can be ticked.
pub struct Tick {
    pub name: String,
    pub on: bool,
}

pub(super) fn ticks(units: &[String], on: &[String]) -> Vec<Tick> {
    let tick = |unit: &String| Tick {
        name: unit.clone(),
        on: on.contains(unit),
    };
    units.iter().map(tick).collect()
}
