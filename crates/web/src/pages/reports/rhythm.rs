//! Who handed in what in the last twelve periods: units by periods.

use askama::Template;
use axum::extract::{RawQuery, State};
use service::ServiceError;
use service::forms::{Part, Period, RhythmBoard, RhythmQuery, Standing};

use super::{PartRow, kind, part_row, percent, place};
use crate::App;
use crate::access::encode_query;
use crate::download;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, render};
use crate::session::Signed;

/// A period over its column.
struct Head {
    id: String,
    title: String,
    /// Parts that are late.
    late: usize,
}

/// A cell with its colour; no address where the unit owed nothing.
struct Cell {
    word: &'static str,
    kind: &'static str,
    href: String,
    title: String,
}

struct Row {
    unit: String,
    cells: Vec<Option<Cell>>,
    in_time: usize,
    handed_in_late: usize,
    late: usize,
    share: String,
}

#[derive(Template)]
#[template(path = "reports/rhythm.html")]
struct BoardPage {
    page: Page,
    choices: Vec<(String, String)>,
    form: String,
    until: String,
    clause: (String, String, String),
    began: String,
    periods: Vec<Head>,
    rows: Vec<Row>,
    may_chase: bool,
    /// Words of the legend: in time, late, missing, open.
    words: [&'static str; 4],
    late: usize,
    late_kind: &'static str,
    share: String,
    earlier: String,
    later: String,
    workbook: String,
}

fn query(raw: RawQuery) -> Result<RhythmQuery, ServiceError> {
    let fields = Fields::parse(raw.0.unwrap_or_default().as_bytes());
    Ok(RhythmQuery {
        form: fields.some("form").map(str::to_owned),
        until: fields.some("period").map(Period::parse).transpose()?,
    })
}

fn address(form: &str, tail: &str, until: &Period) -> String {
    let (form, until) = (encode_query(form), until.id());
    format!("/reports/rhythm{tail}?form={form}&period={until}")
}

pub(super) async fn board(State(app): State<App>, signed: Signed, raw: RawQuery) -> Answer {
    let query = query(raw)?;
    let board = app.service.rhythm_board(&signed.actor, &query).await?;
    let page = Page::new(&app, &signed, "报送情况", "/reports").await?;
    let region = app.service.region(&signed.actor.region).await?;
    let document = region
        .forms()
        .map(|policy| policy.file.pack.document.clone())
        .unwrap_or_default();
    let (first, last) = (
        board.periods.first().copied(),
        board.periods.last().copied(),
    );
    let (earlier, later, workbook) = match (first, last) {
        (Some(first), Some(last)) => (
            address(&board.form, "", &first.previous()),
            address(&board.form, "", &later(last, board.periods.len())),
            address(&board.form, "/workbook", &last),
        ),
        _ => Default::default(),
    };
    let late = (0..board.periods.len()).map(|at| board.late_in(at)).sum();
    render(&BoardPage {
        page,
        choices: board
            .choices
            .iter()
            .map(|choice| {
                let title = format!("{}（{}）", choice.title, choice.frequency);
                (choice.id.clone(), title)
            })
            .collect(),
        until: last.map(|period| period.id()).unwrap_or_default(),
        clause: (document, board.clause.0.clone(), board.clause.1.clone()),
        began: board.began.to_string(),
        words: match board.document {
            true => ["已发", "迟发", "未发", "待发"],
            false => ["已报", "迟报", "未报", "待报"],
        },
        late_kind: if late > 0 { "red" } else { "green" },
        late,
        share: share(&board),
        periods: heads(&board),
        may_chase: board.may_chase && !board.document,
        form: board.form.clone(),
        rows: rows(board),
        earlier,
        later,
        workbook,
    })
}

/// As many periods later.
fn later(period: Period, count: usize) -> Period {
    (0..count).fold(period, |period, _| period.next())
}

fn heads(board: &RhythmBoard) -> Vec<Head> {
    let head = |(at, period): (usize, &Period)| Head {
        id: period.id(),
        title: period.title(),
        late: board.late_in(at),
    };
    board.periods.iter().enumerate().map(head).collect()
}

/// In time, of all that was due.
fn share(board: &RhythmBoard) -> String {
    let count = |standing: Standing| {
        board
            .rows
            .iter()
            .map(|row| row.count(standing))
            .sum::<usize>()
    };
    let in_time = count(Standing::InTime);
    percent(
        in_time,
        in_time + count(Standing::HandedInLate) + count(Standing::Late),
    )
}

fn rows(board: RhythmBoard) -> Vec<Row> {
    let row = |row: service::forms::RhythmRow| {
        let (in_time, late) = (row.count(Standing::InTime), row.count(Standing::Late));
        let handed_in_late = row.count(Standing::HandedInLate);
        Row {
            in_time,
            handed_in_late,
            late,
            share: percent(in_time, in_time + handed_in_late + late),
            unit: row.unit,
            cells: row.cells.into_iter().map(|part| part.map(cell)).collect(),
        }
    };
    board.rows.into_iter().map(row).collect()
}

fn cell(part: Part) -> Cell {
    let mut title = format!("应于 {}", part.due);
    for (word, said) in [
        (
            if part.document { "印发" } else { "报送" },
            part.handed_in.clone(),
        ),
        (
            "催报",
            part.chased_on
                .map(|day| day.to_string())
                .unwrap_or_default(),
        ),
    ] {
        if !said.is_empty() {
            title.push_str(&format!("，{word} {said}"));
        }
    }
    Cell {
        word: match (part.standing, part.document) {
            (Standing::Open, false) => "待报",
            (Standing::Late, false) => "未报",
            (Standing::InTime, false) => "已报",
            (Standing::HandedInLate, false) => "迟报",
            (Standing::Open, true) => "待发",
            (Standing::Late, true) => "未发",
            (Standing::InTime, true) => "已发",
            (Standing::HandedInLate, true) => "迟发",
        },
        kind: kind(part.standing),
        href: place(&part),
        title: format!("{}：{title}", part.standing_title()),
    }
}

pub(super) async fn workbook(State(app): State<App>, signed: Signed, raw: RawQuery) -> Answer {
    let query = query(raw)?;
    let (name, content) = app.service.rhythm_workbook(&signed.actor, &query).await?;
    Ok(download::whole(&name, download::EXCEL, content))
}

#[derive(Template)]
#[template(path = "reports/owed.html")]
struct OwedPage {
    page: Page,
    owed: Vec<PartRow>,
}

#[derive(Template)]
#[template(path = "reports/owed_part.html")]
struct OwedPart {
    owed: Vec<PartRow>,
}

/// What the actor's unit has yet to hand in or to issue, the first due first; a part of the workbench.
pub(super) async fn owed(
    State(app): State<App>,
    signed: Signed,
    headers: axum::http::HeaderMap,
) -> Answer {
    let owed = match app.service.owed_parts(&signed.actor).await {
        Err(ServiceError::Forbidden(_)) => Vec::new(),
        owed => owed?,
    };
    let owed: Vec<PartRow> = owed.into_iter().map(part_row).collect();
    if headers.contains_key("hx-request") {
        return render(&OwedPart { owed });
    }
    let page = Page::new(&app, &signed, "应报的报表", "/reports").await?;
    render(&OwedPage { page, owed })
}
