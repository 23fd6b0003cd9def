//! Official documents: draft with its figures, issuing, the Word file.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use service::ServiceError;
use service::forms::DocumentDraft;

use super::index_page;
use crate::App;
use crate::download;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, back_with, render};
use crate::session::Signed;

#[derive(Template)]
#[template(path = "reports/document.html")]
struct DraftPage {
    page: Page,
    document: String,
    subject: String,
    draft: DocumentDraft,
    body: Vec<(bool, String)>,
    figures: Vec<FigureView>,
}

/// A figure with its words.
struct FigureView {
    title: String,
    words: String,
    projects: Vec<(String, String)>,
}

pub(super) async fn draft(State(app): State<App>, signed: Signed, raw: RawQuery) -> Answer {
    let fields = Fields::parse(raw.0.unwrap_or_default().as_bytes());
    let (document, subject) = (fields.get("document"), fields.get("subject"));
    let drafted = app.service.draft_document(&signed.actor, document, subject);
    let draft = match drafted.await {
        Ok(draft) => draft,
        Err(error @ ServiceError::Invalid(_)) => {
            return index_page(&app, &signed, error.to_string()).await;
        }
        Err(error) => return Err(error.into()),
    };
    let page = Page::new(&app, &signed, &draft.title, "/reports").await?;
    let kind = |paragraph: &office::Paragraph| {
        let is_heading = paragraph.kind != office::ParagraphKind::Text;
        (is_heading, paragraph.text.clone())
    };
    let figure = |figure: &service::forms::Figure| FigureView {
        title: figure.title.clone(),
        words: format!("{} 个，总投资 {}", figure.count, figure.investment),
        projects: figure.projects.clone(),
    };
    render(&DraftPage {
        page,
        document: document.to_owned(),
        subject: subject.to_owned(),
        body: draft.body.iter().map(kind).collect(),
        figures: draft.figures.iter().map(figure).collect(),
        draft,
    })
}

pub(super) async fn issue(State(app): State<App>, signed: Signed, fields: Fields) -> Answer {
    let (document, subject) = (fields.get("document"), fields.get("subject"));
    let issued = app.service.issue_document(&signed.actor, document, subject);
    match issued.await {
        Ok(_) => Ok(back_with(
            "/reports#documents",
            "已印发，文号见“公文”列表，可下载 Word 文件",
        )),
        Err(error @ ServiceError::Invalid(_)) => index_page(&app, &signed, error.to_string()).await,
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn document(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer {
    let (name, content) = app.service.issued_document(&signed.actor, &id).await?;
    Ok(download::whole(&name, download::WORD, content))
}
