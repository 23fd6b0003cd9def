//! 台账导入: upload, dry run, choices, result, undo.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use service::ServiceError;
use service::imports::{
    ImportChoices, ImportLine, ImportMode, ImportReport, ImportView, RowChoice, RowFilter, RowView,
    UndoPreview, UndoReport, Workbook,
};

use crate::App;
use crate::access::{Route, Who, encode_query};
use crate::download;
use crate::error::Answer;
use crate::form::{Fields, Upload};
use crate::page::{Flash, Page, back_with, render};
use crate::session::Signed;

/// Work that is done sooner than this is shown done; other work goes on while the page tells how far it is.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// Reasons shown on the page; the workbook has all of them.
const REASONS: usize = 200;
/// The reader's own limit, for the form.
const MOST_MIB: u64 = 20;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/imports", Who::Viewer, index),
        Route::post("/imports", Who::Viewer, upload),
        Route::get("/imports/template", Who::Viewer, template),
        Route::get("/imports/{id}", Who::Viewer, show),
        Route::post("/imports/{id}", Who::Viewer, decide),
        Route::post("/imports/{id}/discard", Who::Viewer, discard),
        Route::get("/imports/{id}/rejects", Who::Viewer, rejects),
        Route::get("/imports/{id}/undo", Who::Viewer, ask_undo),
        Route::post("/imports/{id}/undo", Who::Viewer, undo),
    ]
}

#[derive(Template)]
#[template(path = "imports/index.html")]
struct IndexPage {
    page: Page,
    may_import: bool,
    /// Why there is nothing to do here for this person.
    not_yours: String,
    error: String,
    max_mib: u64,
    most_rows: usize,
    history: Vec<ImportLine>,
}

async fn index(State(app): State<App>, signed: Signed) -> Answer {
    index_page(&app, &signed, String::new()).await
}

async fn index_page(app: &App, signed: &Signed, error: String) -> Answer {
    let page = Page::new(app, signed, "台账导入", "/imports").await?;
    let may_import = app.service.may_import(&signed.actor).await?;
    let (history, not_yours) = match app.service.import_history(&signed.actor).await {
        Err(ServiceError::Forbidden(why)) => (Vec::new(), why),
        history => (history?, String::new()),
    };
    let most_rows = service::imports::MOST_ROWS;
    render(&IndexPage {
        page,
        may_import,
        not_yours,
        error,
        max_mib: MOST_MIB,
        most_rows,
        history,
    })
}

async fn upload(State(app): State<App>, signed: Signed, upload: Upload) -> Answer {
    let Some(file) = upload.files.into_iter().find(|file| file.field == "file") else {
        return index_page(&app, &signed, "请选择要导入的文件".into()).await;
    };
    match app
        .service
        .import_preview(&signed.actor, &file.name, file.bytes)
        .await
    {
        Ok(preview) => Ok(Redirect::to(&address(&preview.head.id)).into_response()),
        Err(error @ ServiceError::Invalid(_)) => index_page(&app, &signed, error.to_string()).await,
        Err(error) => Err(error.into()),
    }
}

async fn template(State(app): State<App>, signed: Signed) -> Answer {
    Ok(workbook(app.service.ledger_template(&signed.actor).await?))
}

/// A tab over the rows.
struct Tab {
    title: &'static str,
    href: String,
    count: usize,
    active: bool,
}

/// A choice for a row that seems to be there already.
struct Choice {
    id: &'static str,
    title: &'static str,
    checked: bool,
}

/// A row with what can be chosen for it.
struct RowLine {
    view: RowView,
    /// Address of each project that seems to be the same.
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "imports/show.html")]
struct ShowPage {
    page: Page,
    address: String,
    view: ImportView,
    /// The dry run is open: choices can be made.
    open: bool,
    /// Work goes on.
    working: bool,
    percent: u64,
    working_note: String,
    error: String,
    /// Kinds of the figures: loud only when there is something to do.
    bad_kind: &'static str,
    duplicate_kind: &'static str,
    rejected_kind: &'static str,
    /// The ledger with the projects of this import.
    imported: String,
    tabs: Vec<Tab>,
    rows: Vec<RowLine>,
    filter: &'static str,
    page_summary: String,
    previous: String,
    next: String,
    others: Vec<(&'static str, &'static str)>,
    others_chosen: &'static str,
    good_only: bool,
    result_summary: String,
    reasons: Vec<String>,
    more_reasons: usize,
    undone_summary: String,
    /// Until when it can be taken back; empty once that is over.
    until: String,
}

async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    query: RawQuery,
) -> Answer {
    let fields = Fields::parse(query.0.unwrap_or_default().as_bytes());
    show_page(&app, &signed, &id, &fields, String::new(), None).await
}

async fn show_page(
    app: &App,
    signed: &Signed,
    id: &str,
    fields: &Fields,
    error: String,
    mode: Option<ImportMode>,
) -> Answer {
    let filter = RowFilter::parse(fields.get("rows"));
    let number = fields.get("page").parse().unwrap_or(1);
    let view = app
        .service
        .import_view(&signed.actor, id, filter, number)
        .await?;
    let mut page = Page::new(app, signed, &view.line.file_name, "/imports").await?;
    if let Some(failure) = view.failure.as_ref().filter(|_| error.is_empty()) {
        page.flash.push(Flash {
            kind: "danger",
            text: failure.clone(),
        });
    }
    render(&show_struct(page, id, view, filter, error, mode))
}

fn show_struct(
    page: Page,
    id: &str,
    mut view: ImportView,
    filter: RowFilter,
    error: String,
    mode: Option<ImportMode>,
) -> ShowPage {
    let state = view.line.state.as_str();
    let open = matches!(state, "checked" | "failed");
    let working = matches!(state, "applying" | "undoing");
    let rows = std::mem::take(&mut view.rows)
        .into_iter()
        .map(row_line)
        .collect();
    let page_link = |number: usize| format!("{}?rows={}&page={number}", address(id), filter.id());
    let result = view.result.clone().unwrap_or_default();
    ShowPage {
        address: address(id),
        open,
        working,
        percent: percent(view.line.accepted, view.line.rows),
        working_note: format!(
            "{}：{} / {} 行",
            view.line.state_title, view.line.accepted, view.line.rows
        ),
        bad_kind: if view.head.bad_rows > 0 { "red" } else { "" },
        duplicate_kind: if view.head.duplicate_rows > 0 {
            "yellow"
        } else {
            ""
        },
        rejected_kind: if result.rejected_rows > 0 { "red" } else { "" },
        imported: format!("/projects?import={}", encode_query(id)),
        tabs: tabs(id, filter, &view.counts),
        rows,
        filter: filter.id(),
        page_summary: summary_of_page(&view),
        previous: if view.page > 1 {
            page_link(view.page - 1)
        } else {
            String::new()
        },
        next: if view.page < view.pages {
            page_link(view.page + 1)
        } else {
            String::new()
        },
        others: RowChoice::ALL
            .iter()
            .map(|choice| (choice.id(), choice.title()))
            .collect(),
        others_chosen: view.choices.others.map_or("", RowChoice::id),
        good_only: mode.unwrap_or(view.mode) == ImportMode::GoodOnly,
        result_summary: view
            .result
            .as_ref()
            .map(ImportReport::summary)
            .unwrap_or_default(),
        reasons: result
            .rejected
            .iter()
            .take(REASONS)
            .map(|rejected| rejected.message.clone())
            .collect(),
        more_reasons: result.rejected.len().saturating_sub(REASONS),
        undone_summary: view
            .undone
            .as_ref()
            .map(UndoReport::summary)
            .unwrap_or_default(),
        until: view
            .until
            .map(|day| format!("{day} {}", calendar::weekday_zh(day)))
            .unwrap_or_default(),
        page,
        view,
        error,
    }
}

fn row_line(view: RowView) -> RowLine {
    let offered = |choice: &RowChoice| *choice != RowChoice::Update || !view.row.matches.is_empty();
    let choices = RowChoice::ALL
        .into_iter()
        .filter(offered)
        .map(|choice| Choice {
            id: choice.id(),
            title: choice.title(),
            checked: view.choice == Some(choice),
        })
        .collect();
    RowLine { view, choices }
}

fn tabs(id: &str, active: RowFilter, counts: &[usize; 6]) -> Vec<Tab> {
    let tab = |(filter, count): (RowFilter, &usize)| Tab {
        title: filter.title(),
        href: format!("{}?rows={}", address(id), filter.id()),
        count: *count,
        active: filter == active,
    };
    RowFilter::ALL.into_iter().zip(counts).map(tab).collect()
}

fn summary_of_page(view: &ImportView) -> String {
    if view.pages == 1 {
        return format!("共 {} 行", view.shown);
    }
    format!("共 {} 行，第 {} / {} 页", view.shown, view.page, view.pages)
}

fn percent(done: i64, all: i64) -> u64 {
    if all <= 0 {
        0
    } else {
        (done.clamp(0, all) * 100 / all) as u64
    }
}

fn address(id: &str) -> String {
    format!("/imports/{}", encode_query(id))
}

/// Saves the choices of this page of rows, or takes the rows.
async fn decide(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer {
    let mode = ImportMode::parse(fields.get("mode")).unwrap_or_default();
    let choices = choices(&fields);
    app.service
        .keep_import_choices(&signed.actor, &id, choices)
        .await?;
    let place = format!(
        "{}?rows={}&page={}",
        address(&id),
        encode_query(fields.get("rows")),
        encode_query(fields.get("page"))
    );
    if fields.get("do") != "import" {
        return Ok(back_with(&place, "选择已保存"));
    }
    let kept = app
        .service
        .import_view(&signed.actor, &id, RowFilter::All, 1)
        .await?
        .choices;
    match app
        .service
        .import_in_background(&signed.actor, &id, mode, kept, PATIENCE)
        .await
    {
        Ok(()) => Ok(Redirect::to(&address(&id)).into_response()),
        Err(error @ ServiceError::Invalid(_)) => {
            show_page(&app, &signed, &id, &fields, error.to_string(), Some(mode)).await
        }
        Err(error) => Err(error.into()),
    }
}

fn choices(fields: &Fields) -> ImportChoices {
    let rows = fields.prefixed("row-");
    ImportChoices {
        rows: rows
            .filter_map(|(line, choice)| Some((line.parse().ok()?, RowChoice::parse(choice)?)))
            .collect(),
        others: RowChoice::parse(fields.get("others")),
        claimed_only: fields.get("claimed_only") == "on",
    }
}

async fn discard(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer {
    app.service.discard_import(&signed.actor, &id).await?;
    Ok(back_with("/imports", "已放弃这次导入，什么也没有写入"))
}

async fn rejects(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer {
    Ok(workbook(
        app.service.import_rejects(&signed.actor, &id).await?,
    ))
}

#[derive(Template)]
#[template(path = "imports/undo.html")]
struct UndoPage {
    page: Page,
    address: String,
    file_name: String,
    preview: UndoPreview,
}

async fn ask_undo(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer {
    let preview = app.service.undo_preview(&signed.actor, &id).await?;
    let view = app
        .service
        .import_view(&signed.actor, &id, RowFilter::All, 1)
        .await?;
    let page = Page::new(&app, &signed, "撤销导入", "/imports").await?;
    render(&UndoPage {
        page,
        address: address(&id),
        file_name: view.line.file_name,
        preview,
    })
}

async fn undo(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer {
    let also = fields.all("also").to_vec();
    app.service
        .undo_in_background(&signed.actor, &id, also, PATIENCE)
        .await?;
    Ok(Redirect::to(&address(&id)).into_response())
}

fn workbook(workbook: Workbook) -> Response {
    download::whole(&workbook.name, download::EXCEL, workbook.content)
}
