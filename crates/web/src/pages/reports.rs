//! 报表通报: forms with preview, workbook and print page; edited workbooks read back; who owes what; documents.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use policy::model::{ColumnSource, FormLayout, FormPaper, Frequency};
use service::ServiceError;
use service::forms::{
    Burden, Choice, Coverage, DocumentDraft, DocumentLine, EditedForm, FormLine, FormQuery,
    IssuedLine, Origin, Part, Period, Produced, Side, Standing, UploadLine,
};

use crate::App;
use crate::access::{Route, Who, encode_query};
use crate::error::Answer;
use crate::form::{Fields, Upload};
use crate::page::{Flash, Page, back_with, render};
use crate::session::Signed;

/// The reader's own limit, for the form.
const MOST_MIB: u64 = 20;
/// Rows shown on the page; workbook and print page have all of them.
const ROWS_SHOWN: usize = 200;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/reports", Who::Viewer, index),
        Route::post("/reports/chase", Who::Viewer, chase),
        Route::get("/reports/forms/{form}", Who::Viewer, show),
        Route::get("/reports/forms/{form}/workbook", Who::Viewer, workbook),
        Route::get("/reports/forms/{form}/print", Who::Viewer, print),
        Route::post("/reports/forms/{form}/hand-in", Who::Viewer, hand_in),
        Route::post("/reports/uploads", Who::Viewer, upload),
        Route::get("/reports/uploads/{id}", Who::Viewer, edited),
        Route::post("/reports/uploads/{id}", Who::Viewer, apply),
        Route::get("/reports/documents", Who::Viewer, draft),
        Route::post("/reports/documents", Who::Viewer, issue),
        Route::get("/reports/documents/{id}", Who::Viewer, document),
    ]
}

// ---- overview

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
    documents: Vec<DocumentLine>,
    issued: Vec<IssuedLine>,
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
        documents,
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

fn part_row(part: Part) -> PartRow {
    PartRow {
        period: part.period.title(),
        href: address(&part.form, &part.period.id(), &part.unit, ""),
        kind: match part.standing {
            Standing::Open => "blue",
            Standing::Late => "red",
            Standing::InTime => "green",
            Standing::HandedInLate => "yellow",
        },
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

async fn chase(State(app): State<App>, signed: Signed) -> Answer {
    let chased = app.service.chase_reports(&signed.actor).await?;
    let said = match chased {
        0 => "没有需要催报的单位，或今天已经催过".to_owned(),
        chased => format!("已催报 {chased} 份报表"),
    };
    Ok(back_with("/reports", &said))
}

// ---- a form

/// A heading and how many columns and rows it stands over.
struct Head {
    text: String,
    colspan: usize,
    rowspan: usize,
}

/// A cell with its class.
struct Cell {
    text: String,
    class: &'static str,
}

/// Choices under the table.
struct Note {
    title: String,
    lines: Vec<String>,
}

/// The sheet as it is printed.
struct SheetView {
    number: String,
    title: String,
    left: String,
    right: String,
    widths: Vec<String>,
    upper: Vec<Head>,
    lower: Vec<Head>,
    rows: Vec<Vec<Cell>>,
    blank: Vec<usize>,
    columns: usize,
    more: usize,
    notes: Vec<Note>,
    class: &'static str,
    order: bool,
    fields: Vec<String>,
}

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

async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(form): Path<String>,
    raw: RawQuery,
) -> Answer {
    let query = query(&app, &signed, &form, raw).await?;
    let produced = app.service.produce_form(&signed.actor, &query).await?;
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
    let page = Page::new(&app, &signed, &produced.form.title, "/reports").await?;
    let document = region
        .forms()
        .map(|policy| policy.file.pack.document.clone())
        .unwrap_or_default();
    let coverage = produced.coverage();
    let rule = &produced.form;
    let letters = letters(&app, &signed, &produced).await?;
    render(&ShowPage {
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
        sheet: sheet(&produced, ROWS_SHOWN),
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
    let Some(letter) = documents.iter().find(|line| line.of_project && line.mine) else {
        return Ok(Vec::new());
    };
    let row = |row: &service::forms::ProducedRow| {
        let href = format!(
            "/reports/documents?document={}&subject={}",
            letter.id, row.project
        );
        (href, format!("{}：{}", letter.title, row.name))
    };
    Ok(produced.rows.iter().map(row).collect())
}

async fn print(
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

fn sheet(produced: &Produced, most: usize) -> SheetView {
    let form = &produced.form;
    let all: u32 = form
        .column
        .iter()
        .map(|c| u32::from(c.width))
        .sum::<u32>()
        .max(1);
    let width = |mm: u16| format!("{}%", u32::from(mm) * 100 / all);
    let (upper, lower) = heads(produced);
    let rows = produced.rows.iter().take(most).map(|row| {
        let cells = row.cells.iter().zip(&form.column);
        let cell = |(cell, column): (&service::forms::Cell, &policy::model::ColumnDef)| Cell {
            text: cell.text.clone(),
            class: class(cell.origin, column.source),
        };
        cells.map(cell).collect()
    });
    let notes = form.column.iter().filter_map(|column| {
        Some(Note {
            title: column.footnote.clone()?,
            lines: column.value.iter().map(|option| option.printed()).collect(),
        })
    });
    let order = form.layout == FormLayout::Order;
    let blank = usize::from(form.blank_rows).saturating_sub(produced.rows.len());
    SheetView {
        number: form.number.clone().unwrap_or_default(),
        title: form.title.clone(),
        left: format!("{}{}", form.unit_line, produced.stamped),
        right: format!("{}{}", form.date_line, chinese(produced.filled_on)),
        widths: form
            .column
            .iter()
            .map(|column| width(column.width))
            .collect(),
        upper,
        lower,
        rows: rows.collect(),
        blank: (0..blank).collect(),
        columns: form.column.len(),
        more: produced.rows.len().saturating_sub(most),
        notes: notes.collect(),
        class: if form.column.len() > 12 {
            "form-wide"
        } else {
            "form-mid"
        },
        order,
        fields: match order {
            true => form
                .column
                .iter()
                .map(|column| column.heading.clone())
                .collect(),
            false => Vec::new(),
        },
    }
}

fn chinese(day: calendar::Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn class(origin: Origin, source: ColumnSource) -> &'static str {
    let wordy = matches!(
        source,
        ColumnSource::Summary
            | ColumnSource::Tasks
            | ColumnSource::Progress
            | ColumnSource::ProgressAndRegistration
            | ColumnSource::Problems
    );
    match (origin, wordy) {
        (Origin::Missing, _) => "form-missing",
        (Origin::Inferred, _) => "form-inferred",
        (Origin::Fact, true) => "form-words",
        (Origin::Fact, false) => "",
    }
}

/// The rows of the headings; the lower one is empty where no headings are merged.
fn heads(produced: &Produced) -> (Vec<Head>, Vec<Head>) {
    let columns = &produced.form.column;
    let grouped = columns.iter().any(|column| column.group.is_some());
    let (mut upper, mut lower): (Vec<Head>, Vec<Head>) = (Vec::new(), Vec::new());
    for (index, column) in columns.iter().enumerate() {
        let head = |text: &str, rowspan: usize| Head {
            text: text.to_owned(),
            colspan: 1,
            rowspan,
        };
        match &column.group {
            None => upper.push(head(&column.heading, if grouped { 2 } else { 1 })),
            Some(group) => {
                let goes_on = index > 0 && columns[index - 1].group.as_ref() == Some(group);
                match upper.last_mut().filter(|_| goes_on) {
                    Some(last) => last.colspan += 1,
                    None => upper.push(head(group, 1)),
                }
                lower.push(head(&column.heading, 1));
            }
        }
    }
    (upper, lower)
}

async fn workbook(
    State(app): State<App>,
    signed: Signed,
    Path(form): Path<String>,
    raw: RawQuery,
) -> Answer {
    let query = query(&app, &signed, &form, raw).await?;
    let file = app.service.form_workbook(&signed.actor, &query).await?;
    Ok(download(
        &file.name,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        file.content,
    ))
}

fn download(name: &str, kind: &'static str, content: Vec<u8>) -> Response {
    let name = encode_query(name).replace('/', "%2F");
    let headers = [
        (header::CONTENT_TYPE, kind.to_string()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ),
    ];
    (headers, content).into_response()
}

async fn hand_in(
    State(app): State<App>,
    signed: Signed,
    Path(form): Path<String>,
    fields: Fields,
) -> Answer {
    let period = Period::parse(fields.get("period"))?;
    let part = app.service.hand_in(&signed.actor, &form, period).await?;
    let said = format!(
        "已报送《{}》（{}），{} 个项目",
        part.title,
        part.period.title(),
        part.rows
    );
    Ok(back_with("/reports", &said))
}

// ---- edited workbooks

async fn upload(State(app): State<App>, signed: Signed, upload: Upload) -> Answer {
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

async fn edited(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer {
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

async fn apply(
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

// ---- documents

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

async fn draft(State(app): State<App>, signed: Signed, raw: RawQuery) -> Answer {
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

async fn issue(State(app): State<App>, signed: Signed, fields: Fields) -> Answer {
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

async fn document(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer {
    let (name, content) = app.service.issued_document(&signed.actor, &id).await?;
    Ok(download(
        &name,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        content,
    ))
}
