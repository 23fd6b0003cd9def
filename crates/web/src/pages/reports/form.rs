//! One form: preview with coverage, workbook, print page, handing in.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use policy::model::{DocumentKind, FormPaper, Frequency};
use service::ServiceError;
use service::forms::{Coverage, DocumentLine, FormQuery, Period, Produced, Standing};

use super::sheet::{SheetView, sheet};
use super::{MOST_MIB, PartRow, address, part_row, percent};
use crate::App;
use crate::download;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, back_with, render};
use crate::session::Signed;

/// Rows shown on the page; workbook and print page have all of them.
const ROWS_SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "reports/show.html")]
struct ShowPage {
    page: Page,
    form: String,
    period: String,
    period_title: String,
    previous: String,
    next: String,
    unit: String,
    units: Vec<(String, String)>,
    workbook: String,
    print: String,
    /// What keeps the part from being handed in: the sentence, then each open cell.
    open: Vec<String>,
    /// The parts that the summary is put together from.
    parts: Vec<PartRow>,
    /// Parts that are there, and late ones.
    handed_in: usize,
    late: usize,
    /// Rows that no unit reports.
    unreported: usize,
    may_chase: bool,
    /// The actor's unit may hand in this part.
    may_hand_in: bool,
    clause: (String, String, String),
    because: String,
    sheet: SheetView,
    coverage: Coverage,
    share: String,
    max_mib: u64,
    /// Assignment letters that the actor's unit can draft: address and project.
    letters: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "reports/print.html")]
struct PrintPage {
    page: Page,
    sheet: SheetView,
    paper: &'static str,
    back: String,
}

/// Form, period and unit of an address.
async fn query(
    app: &App,
    signed: &Signed,
    form: &str,
    query: RawQuery,
) -> Result<FormQuery, ServiceError> {
    let fields = Fields::parse(query.0.unwrap_or_default().as_bytes());
    let period = match fields.some("period") {
        Some(text) => Period::parse(text)?,
        None => {
            let forms = app.service.form_list(&signed.actor).await?;
            let line = forms.into_iter().find(|line| line.id == form);
            line.map(|line| line.period)
                .ok_or_else(|| ServiceError::NotFound("没有这张报表，请从报表通报页打开".into()))?
        }
    };
    Ok(FormQuery {
        form: form.to_owned(),
        period,
        unit: fields.some("unit").map(str::to_owned),
    })
}

pub(super) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(form): Path<String>,
    raw: RawQuery,
) -> Answer {
    let query = query(&app, &signed, &form, raw).await?;
    show_page(&app, &signed, form, query, Vec::new()).await
}

async fn show_page(
    app: &App,
    signed: &Signed,
    form: String,
    query: FormQuery,
    open: Vec<String>,
) -> Answer {
    let produced = app.service.produce_form(&signed.actor, &query).await?;
    let parts = app.service.summary_parts(&signed.actor, &produced).await?;
    let standing = |wanted: Standing| parts.iter().filter(|part| part.standing == wanted).count();
    let late = standing(Standing::Late);
    let handed_in = standing(Standing::InTime) + standing(Standing::HandedInLate);
    let region = app.service.region(&signed.actor.region).await?;
    let mut units: Vec<(String, String)> = region
        .units
        .iter()
        .filter(|(_, facts)| !facts.collective)
        .map(|(name, _)| (name.clone(), name.clone()))
        .collect();
    units.sort();
    let unit = query.unit.clone().unwrap_or_default();
    let period = query.period;
    let page = Page::new(app, signed, &produced.form.title, "/reports").await?;
    let document = region
        .forms()
        .map(|policy| policy.file.pack.document.clone())
        .unwrap_or_default();
    let coverage = produced.coverage();
    let rule = &produced.form;
    let letters = letters(app, signed, &produced).await?;
    let may_chase = late > 0 && app.service.collects_form(&signed.actor, &form).await?;
    render(&ShowPage {
        open,
        may_chase,
        late,
        handed_in,
        unreported: produced.unreported(),
        sheet: sheet(&produced, ROWS_SHOWN).with_reporters(&produced, parts.len() > 1),
        parts: parts.into_iter().map(part_row).collect(),
        letters,
        page,
        period: period.id(),
        period_title: period.title(),
        previous: address(&form, &period.previous().id(), &unit, ""),
        next: address(&form, &period.next().id(), &unit, ""),
        workbook: address(&form, &period.id(), &unit, "/workbook"),
        print: address(&form, &period.id(), &unit, "/print"),
        may_hand_in: rule.frequency.is_regular() && unit == signed.actor.unit,
        clause: (document, rule.clause.clone(), rule.text.clone()),
        because: rule.because.clone().unwrap_or_default(),
        share: percent(coverage.filled, coverage.cells),
        coverage,
        unit,
        units,
        form,
        max_mib: MOST_MIB,
    })
}

/// On the form of the assignment, a letter for each of its projects.
async fn letters(
    app: &App,
    signed: &Signed,
    produced: &Produced,
) -> Result<Vec<(String, String)>, ServiceError> {
    if produced.form.frequency != Frequency::OnAssignment {
        return Ok(Vec::new());
    }
    let documents = app.service.document_list(&signed.actor).await?;
    let is_letter = |line: &&DocumentLine| line.kind == DocumentKind::AssignmentLetter && line.mine;
    let Some(letter) = documents.iter().find(is_letter) else {
        return Ok(Vec::new());
    };
    let row = |row: &service::forms::ProducedRow| {
        let href = super::documents::draft_address(&letter.id, &row.project);
        (href, format!("{}：{}", letter.title, row.name))
    };
    Ok(produced.rows.iter().map(row).collect())
}

pub(super) async fn print(
    State(app): State<App>,
    signed: Signed,
    Path(form): Path<String>,
    raw: RawQuery,
) -> Answer {
    let query = query(&app, &signed, &form, raw).await?;
    let produced = app.service.produce_form(&signed.actor, &query).await?;
    let page = Page::new(&app, &signed, &produced.form.title, "/reports").await?;
    let unit = query.unit.clone().unwrap_or_default();
    render(&PrintPage {
        page,
        paper: match (produced.form.paper, produced.form.landscape) {
            (FormPaper::A3, _) => "print-a3-landscape.css",
            (FormPaper::A4, true) => "print-a4-landscape.css",
            (FormPaper::A4, false) => "print-a4-portrait.css",
        },
        back: address(&form, &query.period.id(), &unit, ""),
        sheet: sheet(&produced, usize::MAX),
    })
}

pub(super) async fn workbook(
    State(app): State<App>,
    signed: Signed,
    Path(form): Path<String>,
    raw: RawQuery,
) -> Answer {
    let query = query(&app, &signed, &form, raw).await?;
    let file = app.service.form_workbook(&signed.actor, &query).await?;
    Ok(download::whole(&file.name, download::EXCEL, file.content))
}

pub(super) async fn hand_in(
    State(app): State<App>,
    signed: Signed,
    Path(form): Path<String>,
    fields: Fields,
) -> Answer {
    let period = Period::parse(fields.get("period"))?;
    let part = match app.service.hand_in(&signed.actor, &form, period).await {
        Ok(part) => part,
        Err(ServiceError::Invalid(fields)) => {
            let open = fields.into_iter().map(|field| field.message).collect();
            let query = FormQuery {
                form: form.clone(),
                period,
                unit: Some(signed.actor.unit.clone()),
            };
            return show_page(&app, &signed, form, query, open).await;
        }
        Err(error) => return Err(error.into()),
    };
    let said = format!(
        "已报送《{}》（{}），{} 个项目",
        part.title,
        part.period.title(),
        part.rows
    );
    Ok(back_with("/reports", &said))
}
