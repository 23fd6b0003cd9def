//! Templates of official documents: take out, send a changed one, look at it filled, use it, go back.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use service::ServiceError;
use service::forms::TemplateLine;

use crate::App;
use crate::download;
use crate::error::Answer;
use crate::form::Upload;
use crate::page::{Page, back_with, render};
use crate::pages::matters::with_status;
use crate::session::Signed;

/// The service's own limit, for the form.
const MOST_MIB: u64 = 5;
const HOME: &str = "/reports/templates";

#[derive(Template)]
#[template(path = "reports/templates.html")]
struct TemplatesPage {
    page: Page,
    lines: Vec<TemplateRow>,
    max_mib: u64,
}

/// A document's template with what was wrong with a changed one.
struct TemplateRow {
    line: TemplateLine,
    placeholders: String,
    error: String,
}

pub(super) async fn list(State(app): State<App>, signed: Signed) -> Answer {
    page(&app, &signed, "", String::new()).await
}

async fn page(app: &App, signed: &Signed, document: &str, error: String) -> Answer {
    let lines = app.service.document_templates(&signed.actor).await?;
    let row = |line: TemplateLine| TemplateRow {
        placeholders: line
            .placeholders
            .iter()
            .map(|name| format!("{{{{{name}}}}}"))
            .collect::<Vec<_>>()
            .join("　"),
        error: match line.document == document {
            true => error.clone(),
            false => String::new(),
        },
        line,
    };
    render(&TemplatesPage {
        page: Page::new(app, signed, "公文模板", "/reports").await?,
        lines: lines.into_iter().map(row).collect(),
        max_mib: MOST_MIB,
    })
}

/// The page with what was done, or with what is wrong at the document.
async fn done(
    app: &App,
    signed: &Signed,
    document: &str,
    outcome: Result<(), ServiceError>,
    message: &str,
) -> Answer {
    match outcome {
        Ok(()) => Ok(back_with(&format!("{HOME}#{document}"), message)),
        Err(error @ ServiceError::Invalid(_)) => {
            let answer = page(app, signed, document, error.to_string()).await;
            with_status(answer, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn upload(
    State(app): State<App>,
    signed: Signed,
    Path(document): Path<String>,
    upload: Upload,
) -> Answer {
    let file = upload.files.into_iter().find(|file| file.field == "file");
    let outcome = match file {
        Some(file) => {
            let (service, actor) = (&app.service, &signed.actor);
            let bytes = file.bytes.to_vec();
            service.try_template(actor, &document, bytes).await
        }
        None => Err(ServiceError::field("template", "请选择改好的模板（.docx）")),
    };
    let said = "已收下，还没有启用。请下载样张核对，再启用";
    done(&app, &signed, &document, outcome, said).await
}

pub(super) async fn file(
    State(app): State<App>,
    signed: Signed,
    Path(document): Path<String>,
) -> Answer {
    let found = app.service.template_in_use(&signed.actor, &document);
    let (name, content) = found.await?;
    Ok(download::whole(&name, download::WORD, content))
}

pub(super) async fn preview(
    State(app): State<App>,
    signed: Signed,
    Path(document): Path<String>,
) -> Answer {
    let filled = app.service.template_preview(&signed.actor, &document);
    let (name, content) = filled.await?;
    Ok(download::whole(&name, download::WORD, content))
}

pub(super) async fn put_in_use(
    State(app): State<App>,
    signed: Signed,
    Path(document): Path<String>,
) -> Answer {
    let outcome = app.service.use_template(&signed.actor, &document).await;
    let said = "已启用，以后印发的公文用这个模板";
    done(&app, &signed, &document, outcome, said).await
}

pub(super) async fn drop(
    State(app): State<App>,
    signed: Signed,
    Path(document): Path<String>,
) -> Answer {
    let outcome = app.service.drop_template(&signed.actor, &document).await;
    let said = "已恢复系统自带的模板";
    done(&app, &signed, &document, outcome, said).await
}
