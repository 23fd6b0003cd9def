//! Official documents: draft with its figures, issuing, what was issued, the Word file.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use policy::model::DocumentKind;
use service::ServiceError;
use service::forms::{DocumentDraft, Figure, IssuedLine, IssuedPage, Over};

use super::index_page;
use crate::App;
use crate::access::encode_query;
use crate::download;
use crate::error::{Answer, WebError};
use crate::form::Fields;
use crate::page::{Page, back_with, render};
use crate::session::Signed;

/// Where a document is drafted.
pub(super) fn draft_address(document: &str, subject: &str) -> String {
    let subject = encode_query(subject);
    format!("/reports/documents?document={document}&subject={subject}")
}

/// The document about a matter or a meeting, as its page offers it.
pub struct DocumentButton {
    pub href: String,
    pub label: String,
}

/// Where the document about a matter or a meeting is, or is drafted; nothing for whoever may do neither.
pub async fn button(
    app: &App,
    signed: &Signed,
    kind: DocumentKind,
    subject: &str,
) -> Result<Option<DocumentButton>, WebError> {
    let about = app.service.document_about(&signed.actor, kind, subject);
    let Some(about) = about.await? else {
        return Ok(None);
    };
    let what = kind.title();
    Ok(match about.issued {
        Some(issued) => Some(DocumentButton {
            href: format!("/reports/documents/{}", issued.id),
            label: format!("{what}（Word）"),
        }),
        None if about.may_issue => Some(DocumentButton {
            href: draft_address(&about.document, subject),
            label: format!("印发{what}（Word）"),
        }),
        None => None,
    })
}

/// A row of a figure.
struct RowView {
    href: String,
    name: String,
    unit: String,
}

/// A figure with its words.
struct FigureView {
    title: String,
    words: String,
    /// What it would be today, where that differs.
    today: String,
    rows: Vec<RowView>,
}

fn figure_view(figure: &Figure, today: Option<&String>, rows_shown: bool) -> FigureView {
    let place = match figure.over {
        Over::Projects => "/projects",
        Over::Matters => "/matters",
        Over::Meetings => "/meetings",
    };
    let row = |row: &service::forms::FigureRow| RowView {
        href: format!("{place}/{}", row.id),
        name: row.name.clone(),
        unit: row.unit.clone(),
    };
    FigureView {
        title: figure.title.clone(),
        words: figure.words(),
        today: today.cloned().unwrap_or_default(),
        rows: match rows_shown {
            true => figure.rows.iter().map(row).collect(),
            false => Vec::new(),
        },
    }
}

#[derive(Template)]
#[template(path = "reports/document.html")]
struct DraftPage {
    page: Page,
    document: String,
    subject: String,
    draft: DocumentDraft,
    body: Vec<(bool, String)>,
    figures: Vec<FigureView>,
    issued: Vec<IssuedLine>,
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
    let figures = draft.figures.iter();
    let issued = app.service.issued_about(&signed.actor, document, subject);
    render(&DraftPage {
        page,
        document: document.to_owned(),
        subject: subject.to_owned(),
        body: draft.body.iter().map(kind).collect(),
        figures: figures
            .map(|figure| figure_view(figure, None, true))
            .collect(),
        issued: issued.await?,
        draft,
    })
}

pub(super) async fn issue(State(app): State<App>, signed: Signed, fields: Fields) -> Answer {
    let (document, subject) = (fields.get("document"), fields.get("subject"));
    let issued = app.service.issue_document(&signed.actor, document, subject);
    match issued.await {
        Ok(id) => Ok(back_with(
            &format!("/reports/documents/{id}"),
            "已印发，可下载 Word 文件",
        )),
        Err(error @ ServiceError::Invalid(_)) => index_page(&app, &signed, error.to_string()).await,
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "reports/issued.html")]
struct IssuedView {
    page: Page,
    view: IssuedPage,
    /// 第 2 版; empty for the first.
    edition: String,
    figures: Vec<FigureView>,
    /// The matter or the meeting that it is about.
    about: Option<(String, &'static str)>,
}

pub(super) async fn issued(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer {
    let view = app.service.issued_page(&signed.actor, &id).await?;
    let page = Page::new(&app, &signed, &view.line.number, "/reports").await?;
    let about = match view.kind {
        Some(DocumentKind::Order) => Some((format!("/matters/{}", view.subject), "事项")),
        Some(DocumentKind::Minutes) => Some((format!("/meetings/{}", view.subject), "会议")),
        Some(DocumentKind::AssignmentLetter) => {
            Some((format!("/projects/{}", view.subject), "项目"))
        }
        Some(DocumentKind::Bulletin) | None => None,
    };
    let figures = view.figures.iter();
    render(&IssuedView {
        page,
        figures: figures
            .map(|line| figure_view(&line.figure, line.today.as_ref(), view.rows_shown))
            .collect(),
        about,
        edition: match view.line.edition {
            1 => String::new(),
            edition => format!("第 {edition} 版"),
        },
        view,
    })
}

pub(super) async fn reissue(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer {
    let again = app.service.reissue_document(&signed.actor, &id).await?;
    Ok(back_with(
        &format!("/reports/documents/{again}"),
        "已重新印发，文号不变，原来的一版保留",
    ))
}

pub(super) async fn file(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer {
    let (name, content) = app.service.issued_document(&signed.actor, &id).await?;
    Ok(download::whole(&name, download::WORD, content))
}
