//! 报表通报: forms with preview, workbook and print page; edited workbooks read back; who owes what; documents.

mod documents;
mod form;
mod rhythm;
mod sheet;
mod templates;
mod uploads;

use askama::Template;
use axum::extract::State;
use policy::model::DocumentKind;
use service::ServiceError;
use service::forms::{
    Burden, DocumentLine, FormLine, IssuedLine, Part, Period, Standing, UploadLine,
};

use crate::App;
use crate::access::{Route, Who, encode_query};
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, back_with, render};
use crate::session::Signed;

/// The reader's own limit, for the form.
const MOST_MIB: u64 = 20;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/reports", Who::Viewer, index),
        Route::post("/reports/chase", Who::Viewer, chase),
        Route::get("/reports/owed", Who::Viewer, rhythm::owed),
        Route::get("/reports/rhythm", Who::Viewer, rhythm::board),
        Route::get("/reports/rhythm/workbook", Who::Viewer, rhythm::workbook),
        Route::get("/reports/forms/{form}", Who::Viewer, form::show),
        Route::get(
            "/reports/forms/{form}/workbook",
            Who::Viewer,
            form::workbook,
        ),
        Route::get("/reports/forms/{form}/print", Who::Viewer, form::print),
        Route::post("/reports/forms/{form}/hand-in", Who::Viewer, form::hand_in),
        Route::post("/reports/uploads", Who::Viewer, uploads::upload),
        Route::get("/reports/uploads/{id}", Who::Viewer, uploads::edited),
        Route::post("/reports/uploads/{id}", Who::Viewer, uploads::apply),
        Route::get("/reports/documents", Who::Viewer, documents::draft),
        Route::post("/reports/documents", Who::Viewer, documents::issue),
        Route::get("/reports/documents/{id}", Who::Viewer, documents::issued),
        Route::get("/reports/documents/{id}/file", Who::Viewer, documents::file),
        Route::post(
            "/reports/documents/{id}/reissue",
            Who::Viewer,
            documents::reissue,
        ),
        Route::get("/reports/templates", Who::Office, templates::list),
        Route::post(
            "/reports/templates/{document}",
            Who::Office,
            templates::upload,
        ),
        Route::get(
            "/reports/templates/{document}/file",
            Who::Office,
            templates::file,
        ),
        Route::get(
            "/reports/templates/{document}/preview",
            Who::Office,
            templates::preview,
        ),
        Route::post(
            "/reports/templates/{document}/use",
            Who::Office,
            templates::put_in_use,
        ),
        Route::post(
            "/reports/templates/{document}/drop",
            Who::Office,
            templates::drop,
        ),
    ]
}

pub(super) use documents::{DocumentButton, button};

/// A form in the list with the address of its usual period.
struct FormRow {
    line: FormLine,
    period: String,
    href: String,
}

/// A part with its colours.
struct PartRow {
    part: Part,
    period: String,
    href: String,
    kind: &'static str,
    chased: String,
}

/// A unit with what it is asked for.
struct BurdenRow {
    burden: Burden,
    monthly: String,
    forms: String,
    share: String,
}

#[derive(Template)]
#[template(path = "reports/index.html")]
struct IndexPage {
    page: Page,
    error: String,
    not_yours: String,
    max_mib: u64,
    forms: Vec<FormRow>,
    parts: Vec<PartRow>,
    late: usize,
    burdens: Vec<BurdenRow>,
    uploads: Vec<UploadLine>,
    documents: Vec<DocumentRow>,
    issued: Vec<IssuedLine>,
    keeps_templates: bool,
}

/// A document with where it is drafted.
struct DocumentRow {
    line: DocumentLine,
    /// Where to draft that of the last period; empty where it is drafted elsewhere or by others.
    href: String,
    /// Where else it is drafted.
    elsewhere: &'static str,
}

async fn index(State(app): State<App>, signed: Signed) -> Answer {
    index_page(&app, &signed, String::new()).await
}

async fn index_page(app: &App, signed: &Signed, error: String) -> Answer {
    let page = Page::new(app, signed, "报表通报", "/reports").await?;
    let actor = &signed.actor;
    let (parts, burdens, not_yours) = match app.service.parts_and_burden(actor).await {
        Err(ServiceError::Forbidden(why)) => (Vec::new(), Vec::new(), why),
        both => {
            let (parts, burdens) = both?;
            (parts, burdens, String::new())
        }
    };
    let allowed = not_yours.is_empty();
    let forms = app.service.form_list(actor).await?;
    let late = parts
        .iter()
        .filter(|part| part.standing == Standing::Late)
        .count();
    let (documents, issued) = match allowed {
        true => (
            app.service.document_list(actor).await?,
            app.service.issued_documents(actor).await?,
        ),
        false => (Vec::new(), Vec::new()),
    };
    render(&IndexPage {
        page,
        error,
        not_yours,
        max_mib: MOST_MIB,
        forms: forms.into_iter().map(form_row).collect(),
        parts: parts.into_iter().map(part_row).collect(),
        late,
        burdens: burdens.into_iter().map(burden_row).collect(),
        uploads: app.service.edited_forms(actor).await?,
        keeps_templates: documents.iter().any(|line| line.mine),
        documents: documents.into_iter().map(document_row).collect(),
        issued,
    })
}

fn form_row(line: FormLine) -> FormRow {
    FormRow {
        period: line.period.title(),
        href: format!("/reports/forms/{}?period={}", line.id, line.period.id()),
        line,
    }
}

fn document_row(line: DocumentLine) -> DocumentRow {
    DocumentRow {
        href: match line.mine && line.kind == DocumentKind::Bulletin {
            true => documents::draft_address(&line.id, &line.period.id()),
            false => String::new(),
        },
        elsewhere: match line.kind {
            DocumentKind::Bulletin => "",
            DocumentKind::AssignmentLetter if line.mine => "见交办任务清单（附件2）下方",
            DocumentKind::AssignmentLetter => "",
            DocumentKind::Order => "在事项页印发",
            DocumentKind::Minutes => "在会议页印发",
        },
        line,
    }
}

/// The colour of a standing.
fn kind(standing: Standing) -> &'static str {
    match standing {
        Standing::Open => "blue",
        Standing::Late => "red",
        Standing::InTime => "green",
        Standing::HandedInLate => "yellow",
    }
}

/// Where a part is looked at: the unit's form, or the document before it is issued.
fn place(part: &Part) -> String {
    let period = part.period.id();
    match part.document {
        true => format!("/reports/documents?document={}&subject={period}", part.form),
        false => address(&part.form, &period, &part.unit, ""),
    }
}

fn part_row(part: Part) -> PartRow {
    PartRow {
        period: part.period.title(),
        href: place(&part),
        kind: kind(part.standing),
        chased: part
            .chased_on
            .map_or(String::new(), |day| format!("{day} 已催")),
        part,
    }
}

fn burden_row(burden: Burden) -> BurdenRow {
    let hundredths = burden.monthly_hundredths;
    BurdenRow {
        monthly: format!("{}.{:02}", hundredths / 100, hundredths % 100),
        forms: burden.forms.join("、"),
        share: percent(burden.filled, burden.cells),
        burden,
    }
}

/// `87.5%`; a dash where there is nothing to count.
fn percent(part: usize, all: usize) -> String {
    match (part * 1000).checked_div(all) {
        Some(permille) => format!("{}.{}%", permille / 10, permille % 10),
        None => "—".into(),
    }
}

fn address(form: &str, period: &str, unit: &str, tail: &str) -> String {
    let unit = match unit {
        "" => String::new(),
        unit => format!("&unit={}", encode_query(unit)),
    };
    format!("/reports/forms/{form}{tail}?period={period}{unit}")
}

/// Everybody who is late with the last periods, or with one form for one period.
async fn chase(State(app): State<App>, signed: Signed, fields: Fields) -> Answer {
    let actor = &signed.actor;
    let (chased, back) = match (fields.some("form"), fields.some("period")) {
        (Some(form), Some(period)) => {
            let period = Period::parse(period)?;
            let back = match fields.get("from") {
                "form" => address(form, &period.id(), "", ""),
                _ => format!("/reports/rhythm?form={form}"),
            };
            (app.service.chase_form(actor, form, period).await?, back)
        }
        _ => (
            app.service.chase_reports(actor).await?,
            "/reports".to_owned(),
        ),
    };
    let said = match chased {
        0 => "没有需要催报的单位，或今天已经催过".to_owned(),
        chased => format!("已催报 {chased} 份报表"),
    };
    Ok(back_with(&back, &said))
}
