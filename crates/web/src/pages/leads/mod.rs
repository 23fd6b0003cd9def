//! 招商线索: board and list, registering with the similar ones shown first, merging with a preview.

mod merge;
mod register;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use domain::state::LeadPhase;
use service::ServiceError;
use service::leads::{LeadCard, LeadChoices, LeadLane, LeadQuery, LeadSort};

use crate::App;
use crate::access::{Route, Who, encode_query};
use crate::download;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Flash, Page, back_with, render};
use crate::pages::workbench::counted;
use crate::session::Signed;

/// Addresses of leads. The service says for whom among those who look at projects.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/leads", Who::Viewer, show),
        Route::get("/leads/export.xlsx", Who::Viewer, export),
        Route::get("/leads/new", Who::Viewer, register::blank),
        Route::post("/leads/new", Who::Viewer, register::save),
        Route::get("/leads/{project}", Who::Viewer, open),
        Route::post("/leads/{project}/claim", Who::Viewer, claim),
        Route::get("/leads/{project}/merge", Who::Viewer, merge::preview),
        Route::post("/leads/{project}/merge", Who::Viewer, merge::merge),
    ]
}

/// Ways to sort the list: word, order, label.
const SORTS: [(&str, LeadSort, &str); 3] = [
    ("found", LeadSort::Found, "最近登记的在前"),
    ("contact", LeadSort::Contact, "最久未接触的在前"),
    ("name", LeadSort::Name, "按名称"),
];

/// A choice of a filter with its options.
struct Filter {
    name: &'static str,
    label: &'static str,
    choices: Vec<(String, String)>,
    value: String,
}

/// A filter that is set, with the way to take it away.
struct Chip {
    text: String,
    href: String,
}

/// A lead on a card or in a row.
struct CardView {
    href: String,
    claim: String,
    name: String,
    investor: String,
    investment: String,
    source: String,
    found: String,
    finder: String,
    holder: String,
    priority: String,
    contact: String,
    rests: String,
    warned: bool,
    phase: &'static str,
    phase_kind: &'static str,
    step: String,
    stage: String,
    credit: String,
    loss: String,
    claimable: bool,
    sample: bool,
}

impl CardView {
    fn of(card: LeadCard) -> CardView {
        CardView {
            href: format!("/leads/{}", card.project),
            claim: format!("/leads/{}/claim", card.project),
            contact: match card.days_since_contact {
                ..=0 => "今天有接触".to_string(),
                days => format!("{days} 天未接触"),
            },
            rests: card
                .rests_on
                .map(|day| format!("{day} 退回线索池"))
                .unwrap_or_default(),
            priority: card
                .priority_until
                .map(|day| format!("优先至 {day}"))
                .unwrap_or_default(),
            found: card.found_on.to_string(),
            finder: card.finder,
            holder: card.holder.unwrap_or_default(),
            phase: card.phase.title(),
            phase_kind: phase_kind(card.phase),
            name: card.name,
            investor: card.investor,
            investment: card.investment,
            source: card.source,
            warned: card.warned,
            step: card.step,
            stage: card.stage,
            credit: card.credit,
            loss: card.loss,
            claimable: card.claimable,
            sample: card.sample,
        }
    }
}

/// Colour of the label of a phase.
pub(super) fn phase_kind(phase: LeadPhase) -> &'static str {
    match phase {
        LeadPhase::Pool => "outline",
        LeadPhase::Dormant => "yellow",
        LeadPhase::Held => "blue",
        LeadPhase::Assigned => "green",
        LeadPhase::Lost => "red",
        LeadPhase::Merged | LeadPhase::Closed => "neutral",
    }
}

/// A column of the board.
struct LaneView {
    title: String,
    count: String,
    cards: Vec<CardView>,
    /// The rest of the column, in the list.
    more: String,
}

#[derive(Template)]
#[template(path = "leads/show.html")]
struct LeadsPage {
    page: Page,
    board: bool,
    board_href: String,
    list_href: String,
    xlsx_href: String,
    text: String,
    filters: Vec<Filter>,
    kept: Vec<(&'static str, String)>,
    chips: Vec<Chip>,
    counts: Vec<(String, String)>,
    lanes: Vec<LaneView>,
    rows: Vec<CardView>,
    summary: String,
    first: String,
    next: String,
    nothing_yet: bool,
    nothing_found: bool,
    may_register: bool,
    may_export: bool,
}

/// What an address asks for.
struct Asked {
    board: bool,
    query: LeadQuery,
}

impl Asked {
    /// What is not known is left out.
    fn read(fields: &Fields) -> Asked {
        let sort = SORTS.iter().find(|(word, ..)| *word == fields.get("sort"));
        let lane = fields.some("lane");
        let phase = fields.some("phase").and_then(LeadPhase::parse);
        let wants_list = fields.get("view") == "list" || lane.is_some() || phase.is_some();
        Asked {
            board: !wants_list,
            query: LeadQuery {
                source: fields.get("source").to_string(),
                holder: fields.get("holder").to_string(),
                finder: fields.get("finder").to_string(),
                phase,
                // The column before the first stage has an empty word of its own.
                lane: lane.map(|lane| if lane == "-" { "" } else { lane }.to_string()),
                text: fields.get("q").to_string(),
                sort: sort.map(|(_, sort, _)| *sort).unwrap_or_default(),
                after: fields.some("after").map(str::to_string),
            },
        }
    }

    /// The filters that are set: name and value.
    fn filters(&self) -> Vec<(&'static str, String)> {
        let query = &self.query;
        let lane = query
            .lane
            .as_ref()
            .map(|lane| if lane.is_empty() { "-" } else { lane }.to_string());
        let phase = query.phase.map(|phase| phase.id().to_string());
        let all = [
            ("q", query.text.clone()),
            ("source", query.source.clone()),
            ("holder", query.holder.clone()),
            ("finder", query.finder.clone()),
            ("phase", phase.unwrap_or_default()),
            ("lane", lane.unwrap_or_default()),
        ];
        all.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    fn sort_word(&self) -> &'static str {
        let known = SORTS.iter().find(|(_, sort, _)| *sort == self.query.sort);
        known.map_or("", |(word, ..)| word)
    }

    /// The address of board or list with these filters, further pairs, and without one of the filters.
    fn address(&self, board: bool, without: &str, more: &[(&str, &str)]) -> String {
        let mut pairs: Vec<(String, String)> = Vec::new();
        if !board {
            pairs.push(("view".into(), "list".into()));
            pairs.push(("sort".into(), self.sort_word().into()));
        }
        let only_list = ["phase", "lane"];
        let filters = self.filters().into_iter();
        let filters =
            filters.filter(|(name, _)| *name != without && !(board && only_list.contains(name)));
        pairs.extend(filters.map(|(name, value)| (name.to_string(), value)));
        for (name, value) in more {
            pairs.retain(|(known, _)| known != name);
            pairs.push(((*name).to_string(), (*value).to_string()));
        }
        let query: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", encode_query(value)))
            .collect();
        match query.is_empty() {
            true => "/leads".to_string(),
            false => format!("/leads?{}", query.join("&")),
        }
    }

    /// The conditions in words.
    fn words(&self, choices: &LeadChoices, name: &str, value: &str) -> String {
        let title = |choices: &[(String, String)]| {
            let found = choices.iter().find(|(id, _)| id == value);
            found.map_or(value.to_string(), |(_, title)| title.clone())
        };
        match name {
            "q" => format!("关键词：{value}"),
            "source" => format!("来源：{}", title(&choices.sources)),
            "holder" => format!("持有单位：{value}"),
            "finder" => format!("发现单位：{value}"),
            "phase" => format!("状态：{}", self.query.phase.map_or("", LeadPhase::title)),
            _ => match value {
                "pool" => "线索池".to_string(),
                "-" => "未进入流程".to_string(),
                _ => format!("阶段：{}", title(&choices.stages)),
            },
        }
    }
}

async fn show(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let choices = app.service.lead_choices(&signed.actor).await?;
    let asked = Asked::read(&Fields::parse(raw.unwrap_or_default().as_bytes()));
    let mut page = Page::new(&app, &signed, "招商线索", "/leads").await?;
    let mut view = if asked.board {
        board(&app, &signed, &asked).await?
    } else {
        list(&app, &signed, asked.query.clone(), &mut page).await?
    };
    view.first = match asked.query.after.is_some() && !asked.board {
        true => asked.address(false, "", &[]),
        false => String::new(),
    };
    view.next = match &view.after {
        Some(after) => asked.address(false, "", &[("after", after)]),
        None => String::new(),
    };
    let counts = view.counts.iter().map(|(phase, count)| {
        let href = asked.address(false, "lane", &[("phase", phase.id())]);
        (format!("{} {}", phase.title(), counted(*count)), href)
    });
    let nothing_found = match asked.board {
        true => view.lanes.iter().all(|lane| lane.count == 0),
        false => view.rows.is_empty(),
    };
    render(&LeadsPage {
        board: asked.board,
        board_href: asked.address(true, "", &[]),
        list_href: asked.address(false, "", &[]),
        xlsx_href: asked
            .address(false, "", &[])
            .replacen("/leads", "/leads/export.xlsx", 1),
        text: asked.query.text.clone(),
        filters: filters(&asked, &choices),
        kept: kept(&asked),
        chips: asked
            .filters()
            .into_iter()
            .filter(|(name, _)| !asked.board || !["phase", "lane"].contains(name))
            .map(|(name, value)| Chip {
                text: asked.words(&choices, name, &value),
                href: asked.address(asked.board, name, &[]),
            })
            .collect(),
        counts: counts.collect(),
        summary: format!("本页 {} 条线索", view.rows.len()),
        lanes: view
            .lanes
            .into_iter()
            .map(|lane| lane_view(lane, &asked))
            .collect(),
        rows: view.rows,
        first: view.first,
        next: view.next,
        nothing_yet: view.nothing_yet,
        nothing_found,
        may_register: choices.may_register,
        may_export: choices.may_export,
        page,
    })
}

/// What board and list have in common.
#[derive(Default)]
struct Found {
    lanes: Vec<LeadLane>,
    rows: Vec<CardView>,
    counts: Vec<(LeadPhase, u64)>,
    after: Option<String>,
    first: String,
    next: String,
    nothing_yet: bool,
}

async fn board(app: &App, signed: &Signed, asked: &Asked) -> Result<Found, ServiceError> {
    let board = app.service.lead_board(&signed.actor, &asked.query).await?;
    Ok(Found {
        lanes: board.lanes,
        counts: board.counts,
        nothing_yet: board.nothing_yet,
        ..Found::default()
    })
}

/// A page of the list; a place that no page gave is the first page, with a message.
async fn list(
    app: &App,
    signed: &Signed,
    mut query: LeadQuery,
    page: &mut Page,
) -> Result<Found, ServiceError> {
    let list = match app.service.lead_list(&signed.actor, &query).await {
        Err(ServiceError::Invalid(faults)) => {
            page.flash.extend(faults.into_iter().map(|fault| Flash {
                kind: "warning",
                text: fault.message,
            }));
            query.after = None;
            app.service.lead_list(&signed.actor, &query).await?
        }
        list => list?,
    };
    Ok(Found {
        rows: list.cards.into_iter().map(CardView::of).collect(),
        counts: list.counts,
        after: list.next,
        nothing_yet: list.nothing_yet,
        ..Found::default()
    })
}

fn lane_view(lane: LeadLane, asked: &Asked) -> LaneView {
    let word = if lane.lane.is_empty() {
        "-"
    } else {
        &lane.lane
    };
    let hidden = lane.count > lane.cards.len() as u64;
    LaneView {
        more: match hidden {
            true => asked.address(false, "phase", &[("lane", word)]),
            false => String::new(),
        },
        title: lane.title,
        count: counted(lane.count),
        cards: lane.cards.into_iter().map(CardView::of).collect(),
    }
}

/// Choices of the filters. A value that is set and not in its list stays visible.
fn filters(asked: &Asked, choices: &LeadChoices) -> Vec<Filter> {
    let units = |units: &[String]| {
        units
            .iter()
            .map(|unit| (unit.clone(), unit.clone()))
            .collect::<Vec<_>>()
    };
    let value = |name: &str| {
        let set = asked
            .filters()
            .into_iter()
            .find(|(known, _)| *known == name);
        set.map(|(_, value)| value).unwrap_or_default()
    };
    let filter = |name, label, mut choices: Vec<(String, String)>| {
        let value = value(name);
        if !value.is_empty() && choices.iter().all(|(known, _)| *known != value) {
            choices.push((value.clone(), value.clone()));
        }
        Filter {
            name,
            label,
            choices,
            value,
        }
    };
    let phases = LeadPhase::ALL
        .iter()
        .map(|phase| (phase.id().to_string(), phase.title().to_string()));
    let mut filters = vec![
        filter("source", "来源", choices.sources.clone()),
        filter("holder", "持有单位", units(&choices.holders)),
        filter("finder", "发现单位", units(&choices.finders)),
    ];
    if !asked.board {
        filters.push(filter("phase", "状态", phases.collect()));
        let sorts = SORTS
            .iter()
            .map(|(word, _, label)| ((*word).to_string(), (*label).to_string()));
        filters.push(Filter {
            name: "sort",
            label: "排序",
            choices: sorts.collect(),
            value: asked.sort_word().to_string(),
        });
    }
    filters
}

/// What the filter form must carry along.
fn kept(asked: &Asked) -> Vec<(&'static str, String)> {
    if asked.board {
        return Vec::new();
    }
    let lane = asked
        .filters()
        .into_iter()
        .filter(|(name, _)| *name == "lane");
    std::iter::once(("view", "list".to_string()))
        .chain(lane)
        .collect()
}

async fn export(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let choices = app.service.lead_choices(&signed.actor).await?;
    let asked = Asked::read(&Fields::parse(raw.unwrap_or_default().as_bytes()));
    let words: Vec<String> = asked
        .filters()
        .iter()
        .map(|(name, value)| asked.words(&choices, name, value))
        .collect();
    let conditions = match words.is_empty() {
        true => "无".to_string(),
        false => words.join("；"),
    };
    let file = app
        .service
        .export_leads(&signed.actor, &asked.query, &conditions)
        .await?;
    Ok(download::send(file))
}

/// A lead's page is its project's page.
async fn open(State(app): State<App>, signed: Signed, Path(project): Path<String>) -> Answer {
    app.service
        .project(&signed.actor, &project, app.service.moment(None, None)?)
        .await?;
    Ok(Redirect::to(&format!("/projects/{project}?tab=lead")).into_response())
}

/// Claims a lead for the unit of whoever is signed in; from the board and from the similar ones of a registration.
async fn claim(State(app): State<App>, signed: Signed, Path(project): Path<String>) -> Answer {
    let done = app.service.join_lead(&signed.actor, &project).await?;
    let said = done.sentences.first().cloned().unwrap_or_default();
    Ok(back_with(
        &format!("/projects/{project}?tab=lead"),
        &format!("已登记：{said}"),
    ))
}
