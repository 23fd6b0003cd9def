//! Edited workbooks read back: preview, conflicts, applying.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use service::ServiceError;
use service::forms::{Choice, EditedForm, Side, UploadLine};

use super::index_page;
use crate::App;
use crate::error::Answer;
use crate::form::{Fields, Upload};
use crate::page::{Flash, Page, back_with, render};
use crate::session::Signed;

pub(super) async fn upload(State(app): State<App>, signed: Signed, upload: Upload) -> Answer {
    let Some(file) = upload.files.into_iter().find(|file| file.field == "file") else {
        return index_page(&app, &signed, "请选择改好的报表文件".into()).await;
    };
    let kept = app
        .service
        .keep_edited_form(&signed.actor, &file.name, file.bytes);
    match kept.await {
        Ok(id) => Ok(Redirect::to(&format!("/reports/uploads/{id}")).into_response()),
        Err(error @ ServiceError::Invalid(_)) => index_page(&app, &signed, error.to_string()).await,
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "reports/edited.html")]
struct EditedPage {
    page: Page,
    id: String,
    line: UploadLine,
    edited: EditedForm,
    conflicts: usize,
    changes: usize,
    fault_kind: &'static str,
    conflict_kind: &'static str,
    may_apply: bool,
    chosen: Vec<(String, String)>,
}

impl EditedPage {
    /// Whether this side was chosen before the form came back.
    fn is_chosen(&self, project: &str, column: &str, side: &str) -> bool {
        let name = format!("{project}/{column}");
        self.chosen
            .iter()
            .any(|(key, value)| *key == name && value == side)
    }
}

pub(super) async fn edited(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer {
    edited_page(&app, &signed, id, String::new(), Vec::new()).await
}

async fn edited_page(
    app: &App,
    signed: &Signed,
    id: String,
    error: String,
    chosen: Vec<(String, String)>,
) -> Answer {
    let (line, edited) = app.service.edited_form(&signed.actor, &id).await?;
    let mut page = Page::new(app, signed, &line.file_name, "/reports").await?;
    if !error.is_empty() {
        page.flash.push(Flash {
            kind: "danger",
            text: error,
        });
    }
    let conflicts = edited.conflicts();
    let changes = edited.changes();
    render(&EditedPage {
        page,
        id,
        may_apply: !line.applied && edited.faults.is_empty() && changes > 0,
        fault_kind: if edited.faults.is_empty() { "" } else { "red" },
        conflict_kind: if conflicts > 0 { "yellow" } else { "" },
        conflicts,
        changes,
        line,
        edited,
        chosen,
    })
}

pub(super) async fn apply(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer {
    let chosen: Vec<(String, String)> = fields
        .prefixed("choice/")
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    let choice = |(key, value): &(String, String)| {
        let (project, column) = key.split_once('/')?;
        Some(Choice {
            project: project.to_owned(),
            column: column.to_owned(),
            side: Side::parse(value)?,
        })
    };
    let choices: Vec<Choice> = chosen.iter().filter_map(choice).collect();
    match app
        .service
        .apply_edited_form(&signed.actor, &id, &choices)
        .await
    {
        Ok(applied) => Ok(back_with(
            "/reports",
            &format!("已导入：{}", applied.summary()),
        )),
        Err(error @ (ServiceError::Invalid(_) | ServiceError::Refused(_))) => {
            edited_page(&app, &signed, id, error.to_string(), chosen).await
        }
        Err(error) => Err(error.into()),
    }
}
