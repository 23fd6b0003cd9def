//! 项目台账: filters, columns, saved views, totals, exports.

mod query;
mod table;

pub(super) use table::light_kind;

use askama::Template;
use axum::extract::{RawQuery, State};
use policy::model::{Action, Sector};
use service::projects::{ExportFormat, LedgerChoices, LedgerColumn, LedgerPlace, LedgerTotals};

use self::query::{Asked, DUES, LIGHTS, SAMPLES, SCOPES, address, label_of};
use self::table::{Heading, RowView, headings, rows};
use crate::App;
use crate::access::{Route, Who};
use crate::download;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Flash, Page, back_with, render};
use crate::session::Signed;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/projects", Who::Viewer, show),
        Route::get("/projects/totals", Who::Viewer, totals),
        Route::get("/projects/export.xlsx", Who::Viewer, export_xlsx),
        Route::get("/projects/export.csv", Who::Viewer, export_csv),
        Route::post("/projects/views", Who::Viewer, save_view),
        Route::post("/projects/views/remove", Who::Viewer, remove_view),
    ]
}

/// A choice of a filter with its options.
pub struct Filter {
    name: &'static str,
    label: &'static str,
    choices: Vec<(String, String)>,
    value: String,
}

/// A filter that is set, with the way to take it away.
pub struct Chip {
    text: String,
    href: String,
}

/// A saved view.
pub struct ViewLink {
    name: String,
    href: String,
    active: bool,
}

/// A column that can be chosen.
pub struct ColumnChoice {
    id: &'static str,
    title: &'static str,
    shown: bool,
}

#[derive(Template)]
#[template(path = "ledger/show.html")]
struct LedgerView {
    page: Page,
    text: String,
    main: Vec<Filter>,
    more: Vec<Filter>,
    signed_from: String,
    signed_to: String,
    amount_from: String,
    amount_to: String,
    gone: bool,
    leads: bool,
    has_leads: bool,
    more_open: bool,
    /// What a filter form must carry along: sort, columns, import.
    kept: Vec<(&'static str, String)>,
    /// What the form of columns must carry along.
    kept_by_columns: Vec<(&'static str, String)>,
    chips: Vec<Chip>,
    views: Vec<ViewLink>,
    query: String,
    columns: Vec<ColumnChoice>,
    headings: Vec<Heading>,
    rows: Vec<RowView>,
    totals_href: String,
    xlsx_href: String,
    csv_href: String,
    may_export: bool,
    may_register: bool,
    nothing_yet: bool,
    sees_nothing: bool,
    summary: String,
    first: String,
    previous: String,
    next: String,
}

async fn show(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let service = &app.service;
    let actor = &signed.actor;
    let choices = service.ledger_choices(actor).await?;
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let mut asked = query::read(&fields, &choices);
    let found = match service.ledger(actor, &asked.query).await {
        Err(service::ServiceError::Invalid(faults)) => {
            asked
                .faults
                .extend(faults.into_iter().map(|fault| fault.message));
            asked.query.place = LedgerPlace::First;
            service.ledger(actor, &asked.query).await?
        }
        found => found?,
    };
    let views = service.saved_views(actor).await?;
    let query = asked.to_query();
    let mut page = Page::new(&app, &signed, "项目台账", "/projects").await?;
    page.sample = found.rows.iter().any(|row| row.sample);
    page.flash.extend(asked.faults.iter().map(|text| Flash {
        kind: "warning",
        text: text.clone(),
    }));
    let place = |place: &Option<LedgerPlace>| {
        place
            .as_ref()
            .map(|place| asked.at(place))
            .unwrap_or_default()
    };
    let view = LedgerView {
        main: main_filters(&asked, &choices),
        more: more_filters(&asked, &choices),
        more_open: has_more(&asked),
        chips: chips(&asked, &choices),
        views: views
            .into_iter()
            .map(|view| view_link(view, &query))
            .collect(),
        columns: LedgerColumn::all()
            .map(|column| column_choice(column, &asked))
            .collect(),
        headings: headings(&asked),
        rows: rows(&found.rows, &asked.columns),
        totals_href: address("/projects/totals", &query),
        xlsx_href: address("/projects/export.xlsx", &query),
        csv_href: address("/projects/export.csv", &query),
        may_export: service.unit_may(actor, Action::Export).await?,
        may_register: service.unit_may(actor, Action::Register).await?,
        nothing_yet: found.nothing_yet,
        sees_nothing: service.sight(actor).await?.is_none(),
        summary: format!("本页 {} 个项目", found.rows.len()),
        first: if found.previous.is_some() {
            asked.at(&LedgerPlace::First)
        } else {
            String::new()
        },
        previous: place(&found.previous),
        next: place(&found.next),
        kept: kept(&asked),
        kept_by_columns: kept_by_columns(&asked),
        text: asked.query.text.clone(),
        signed_from: value(&asked, "signed_from"),
        signed_to: value(&asked, "signed_to"),
        amount_from: value(&asked, "amount_from"),
        amount_to: value(&asked, "amount_to"),
        gone: asked.query.gone,
        leads: asked.query.leads,
        has_leads: choices.leads,
        query,
        page,
    };
    render(&view)
}

/// What stands in a filter now.
fn value(asked: &Asked, name: &str) -> String {
    asked
        .filters()
        .into_iter()
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
        .unwrap_or_default()
}

fn words<T>(words: &[(&str, T, &str)]) -> Vec<(String, String)> {
    words
        .iter()
        .map(|(word, _, label)| (word.to_string(), label.to_string()))
        .collect()
}

fn main_filters(asked: &Asked, choices: &LedgerChoices) -> Vec<Filter> {
    let filter = |name, label, choices| Filter {
        name,
        label,
        choices,
        value: value(asked, name),
    };
    vec![
        filter("light", "状态", words(&LIGHTS)),
        filter("stage", "当前阶段", choices.stages.clone()),
        filter(
            "host",
            "属地",
            with_value(&choices.hosts, &asked.query.host),
        ),
        filter("sector", "产业", sectors()),
        filter("due", "到期", words(&DUES)),
    ]
}

fn more_filters(asked: &Asked, choices: &LedgerChoices) -> Vec<Filter> {
    let filter = |name, label, choices| Filter {
        name,
        label,
        choices,
        value: value(asked, name),
    };
    let mut filters = vec![
        filter(
            "authority",
            "行业主管",
            with_value(&choices.authorities, &asked.query.authority),
        ),
        filter(
            "receiving",
            "承接方",
            with_value(&choices.receiving_units, &asked.query.receiving_unit),
        ),
        filter("scope", "甄别", words(&SCOPES)),
        filter("sample", "数据", words(&SAMPLES)),
    ];
    // Where the pack names nobody, there is nothing to choose.
    let leaders = with_value(&choices.leaders, &asked.query.leader);
    let named = [
        filter("leader", "牵头领导", leaders),
        filter("sponsorship", "包保", choices.sponsorships.clone()),
    ];
    filters.extend(
        named
            .into_iter()
            .filter(|filter| !filter.choices.is_empty()),
    );
    filters
}

fn sectors() -> Vec<(String, String)> {
    Sector::ALL
        .into_iter()
        .map(|sector| (sector.id().to_string(), sector.title().to_string()))
        .collect()
}

/// A unit that is asked for and not in the list stays visible in the filter.
fn with_value(choices: &[(String, String)], value: &str) -> Vec<(String, String)> {
    let mut choices = choices.to_vec();
    if !value.is_empty() && choices.iter().all(|(known, _)| known != value) {
        choices.push((value.to_string(), value.to_string()));
    }
    choices
}

/// Whether something is set below 更多条件.
fn has_more(asked: &Asked) -> bool {
    const MORE: [&str; 12] = [
        "authority",
        "receiving",
        "leader",
        "sponsorship",
        "scope",
        "sample",
        "signed_from",
        "signed_to",
        "amount_from",
        "amount_to",
        "gone",
        "leads",
    ];
    asked.filters().iter().any(|(name, _)| MORE.contains(name))
}

fn kept(asked: &Asked) -> Vec<(&'static str, String)> {
    let import = asked
        .filters()
        .into_iter()
        .filter(|(name, _)| *name == "import");
    asked.shape().into_iter().chain(import).collect()
}

fn kept_by_columns(asked: &Asked) -> Vec<(&'static str, String)> {
    let shape = asked
        .shape()
        .into_iter()
        .filter(|(name, _)| *name != "cols");
    asked.filters().into_iter().chain(shape).collect()
}

fn column_choice(column: LedgerColumn, asked: &Asked) -> ColumnChoice {
    ColumnChoice {
        id: column.id(),
        title: column.title(),
        shown: asked.columns.contains(&column),
    }
}

fn view_link(view: service::projects::SavedView, query: &str) -> ViewLink {
    ViewLink {
        active: view.query == query,
        href: address("/projects", &view.query),
        name: view.name,
    }
}

/// The filters that are set, in words, each with the way to take it away.
fn chips(asked: &Asked, choices: &LedgerChoices) -> Vec<Chip> {
    let chip = |(name, value): (&'static str, String)| Chip {
        text: condition(asked, choices, name, &value),
        href: asked.without(name),
    };
    asked.filters().into_iter().map(chip).collect()
}

fn condition(asked: &Asked, choices: &LedgerChoices, name: &str, value: &str) -> String {
    let query = &asked.query;
    let stage = choices
        .stages
        .iter()
        .find(|(id, _)| id == value)
        .map_or(value, |(_, title)| title.as_str());
    let mut sponsorships = choices.sponsorships.iter();
    let sponsorship = sponsorships.find(|(id, _)| id == value);
    let sponsorship = sponsorship.map_or(value, |(_, title)| title.as_str());
    match name {
        "q" => format!("关键词：{value}"),
        "stage" => format!("阶段：{stage}"),
        "light" => format!("状态：{}", label_of(&LIGHTS, query.light)),
        "sector" => format!("产业：{}", query.sector.map_or("", Sector::title)),
        "host" => format!("属地：{value}"),
        "authority" => format!("行业主管：{value}"),
        "receiving" => format!("承接方：{value}"),
        "leader" => format!("牵头领导：{value}"),
        "sponsorship" => format!("包保：{sponsorship}"),
        "signed_from" => format!("签约不早于 {value}"),
        "signed_to" => format!("签约不晚于 {value}"),
        "amount_from" => format!("总投资不低于 {value} 亿元"),
        "amount_to" => format!("总投资不高于 {value} 亿元"),
        "due" => label_of(&DUES, query.due).to_string(),
        "sample" => label_of(&SAMPLES, query.sample).to_string(),
        "scope" => label_of(&SCOPES, query.scope).to_string(),
        "gone" => "含已调出、已撤销".to_string(),
        "leads" => "含未交办的线索".to_string(),
        "import" => "本次导入的项目".to_string(),
        _ => value.to_string(),
    }
}

// ---- totals

/// A figure of the totals, a link to its rows.
struct Figure {
    label: &'static str,
    value: String,
    unit: &'static str,
    href: String,
    kind: &'static str,
}

#[derive(Template)]
#[template(path = "ledger/totals.html")]
struct TotalsPage {
    page: Page,
    figures: Vec<Figure>,
    back: String,
}

#[derive(Template)]
#[template(path = "ledger/totals_part.html")]
struct TotalsPart {
    figures: Vec<Figure>,
}

async fn totals(
    State(app): State<App>,
    signed: Signed,
    headers: axum::http::HeaderMap,
    RawQuery(raw): RawQuery,
) -> Answer {
    let choices = app.service.ledger_choices(&signed.actor).await?;
    let asked = query::read(&Fields::parse(raw.unwrap_or_default().as_bytes()), &choices);
    let totals = app
        .service
        .ledger_totals(&signed.actor, &asked.query)
        .await?;
    let figures = figures(&asked, &totals);
    if headers.contains_key("hx-request") {
        return render(&TotalsPart { figures });
    }
    let page = Page::new(&app, &signed, "台账合计", "/projects").await?;
    render(&TotalsPage {
        page,
        figures,
        back: address("/projects", &asked.to_query()),
    })
}

fn figures(asked: &Asked, totals: &LedgerTotals) -> Vec<Figure> {
    let all = asked.with(|_| {});
    let yi = |yuan: domain::Yuan| yuan.format_in(domain::MoneyUnit::Yi);
    let figure = |label, value, unit, href: &str, kind| Figure {
        label,
        value,
        unit,
        href: href.to_string(),
        kind,
    };
    // What is counted is said: leads are no projects.
    let counted = match asked.query.leads {
        true => "项目和线索",
        false => "项目",
    };
    let mut figures = vec![
        figure(counted, totals.count.to_string(), "个", &all, ""),
        figure("总投资", yi(totals.total_investment), "亿元", &all, ""),
        figure("引进资金", yi(totals.introduced_funds), "亿元", &all, ""),
        figure("到位资金", yi(totals.funds_in_place), "亿元", &all, ""),
    ];
    let kinds = ["red", "yellow", "blue", "green", ""];
    let counts = [
        totals.red,
        totals.yellow,
        totals.normal,
        totals.finished,
        totals.gone,
    ];
    for (((_, light, label), count), kind) in LIGHTS.into_iter().zip(counts).zip(kinds) {
        if count > 0 {
            let href = asked.with(|query| query.light = Some(light));
            figures.push(Figure {
                label,
                value: count.to_string(),
                unit: "个",
                href,
                kind,
            });
        }
    }
    figures
}

// ---- export

async fn export_xlsx(state: State<App>, signed: Signed, raw: RawQuery) -> Answer {
    export(state, signed, raw, ExportFormat::Xlsx).await
}

async fn export_csv(state: State<App>, signed: Signed, raw: RawQuery) -> Answer {
    export(state, signed, raw, ExportFormat::Csv).await
}

async fn export(
    State(app): State<App>,
    signed: Signed,
    RawQuery(raw): RawQuery,
    format: ExportFormat,
) -> Answer {
    let choices = app.service.ledger_choices(&signed.actor).await?;
    let asked = query::read(&Fields::parse(raw.unwrap_or_default().as_bytes()), &choices);
    let conditions: Vec<String> = chips(&asked, &choices)
        .into_iter()
        .map(|chip| chip.text)
        .collect();
    let conditions = if conditions.is_empty() {
        "无".to_string()
    } else {
        conditions.join("；")
    };
    let file = app
        .service
        .export_ledger(
            &signed.actor,
            &asked.query,
            &asked.columns,
            format,
            &conditions,
        )
        .await?;
    Ok(download::send(file))
}

// ---- saved views

async fn save_view(State(app): State<App>, signed: Signed, fields: Fields) -> Answer {
    let choices = app.service.ledger_choices(&signed.actor).await?;
    // Only what an address of the ledger can hold is kept.
    let asked = query::read(&Fields::parse(fields.get("query").as_bytes()), &choices);
    let query = asked.to_query();
    app.service
        .save_view(&signed.actor, fields.get("name"), &query)
        .await?;
    Ok(back_with(
        &address("/projects", &query),
        &format!("已保存视图“{}”", fields.get("name")),
    ))
}

async fn remove_view(State(app): State<App>, signed: Signed, fields: Fields) -> Answer {
    app.service
        .remove_view(&signed.actor, fields.get("name"))
        .await?;
    Ok(back_with(
        "/projects",
        &format!("已删除视图“{}”", fields.get("name")),
    ))
}
