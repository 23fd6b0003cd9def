//! Headings and cells of the ledger.

use domain::track::Light;
use service::projects::{LedgerColumn, LedgerRow};

use super::query::{Asked, first_descending};

/// A heading; with an address where it sorts.
pub struct Heading {
    pub title: &'static str,
    pub class: &'static str,
    pub href: String,
    pub sort: &'static str,
    pub hint: String,
}

/// What a cell shows.
pub enum Cell {
    Text(String),
    Light { kind: &'static str, text: String },
    Project { href: String, name: String },
    Due { day: String, sub: String },
    Tags(Vec<Tag>),
}

/// A small label.
pub struct Tag {
    pub text: &'static str,
    pub kind: &'static str,
}

/// A cell with what stands around it.
pub struct CellView {
    pub class: &'static str,
    pub label: &'static str,
    pub title: String,
    pub cell: Cell,
}

/// A row.
pub struct RowView {
    pub href: String,
    pub cells: Vec<CellView>,
}

/// The headings of the columns that are shown.
pub fn headings(asked: &Asked) -> Vec<Heading> {
    asked
        .columns
        .iter()
        .map(|column| heading(asked, *column))
        .collect()
}

fn heading(asked: &Asked, column: LedgerColumn) -> Heading {
    let title = column.title();
    let class = if is_number(column) { "num" } else { "" };
    let Some(by) = column.sorts() else {
        return Heading {
            title,
            class,
            href: String::new(),
            sort: "",
            hint: String::new(),
        };
    };
    let sort = asked.query.sort;
    let is_it = sort.by == by;
    let descending = if is_it {
        !sort.descending
    } else {
        first_descending(by)
    };
    let href = asked.with(|query| {
        query.sort = service::projects::Sort { by, descending };
    });
    let (mark, now) = match (is_it, sort.descending) {
        (false, _) => ("", "，当前未按此排序"),
        (true, true) => (" sort-desc", "，当前降序"),
        (true, false) => (" sort-asc", "，当前升序"),
    };
    Heading {
        title,
        class,
        href,
        sort: mark,
        hint: format!("按{title}排序{now}"),
    }
}

fn is_number(column: LedgerColumn) -> bool {
    matches!(
        column,
        LedgerColumn::Investment | LedgerColumn::Introduced | LedgerColumn::InPlace
    )
}

/// The rows with the columns that are shown.
pub fn rows(rows: &[LedgerRow], columns: &[LedgerColumn]) -> Vec<RowView> {
    rows.iter().map(|row| row_view(row, columns)).collect()
}

fn row_view(row: &LedgerRow, columns: &[LedgerColumn]) -> RowView {
    let href = format!("/projects/{}", row.project);
    let cells = columns
        .iter()
        .map(|column| cell(row, *column, &href))
        .collect();
    RowView { href, cells }
}

fn cell(row: &LedgerRow, column: LedgerColumn, href: &str) -> CellView {
    let text = || Cell::Text(column.text(row));
    let (class, cell) = match column {
        LedgerColumn::Light => (
            "nowrap",
            Cell::Light {
                kind: light_kind(row.light),
                text: row.light_text.clone(),
            },
        ),
        LedgerColumn::Name => (
            "cell-main",
            Cell::Project {
                href: href.to_string(),
                name: row.name.clone(),
            },
        ),
        LedgerColumn::Due => ("nowrap", due(row)),
        LedgerColumn::Tags => (
            "",
            Cell::Tags(
                row.tags
                    .iter()
                    .map(|tag| Tag {
                        text: tag,
                        kind: tag_kind(tag),
                    })
                    .collect(),
            ),
        ),
        LedgerColumn::Number | LedgerColumn::CreditCode => ("mono", text()),
        LedgerColumn::Enterprise | LedgerColumn::Location => ("cell-clip", text()),
        column if is_number(column) => ("num", text()),
        _ => ("", text()),
    };
    let title = if class == "cell-clip" {
        column.text(row)
    } else {
        String::new()
    };
    CellView {
        class,
        label: column.title(),
        title,
        cell,
    }
}

fn due(row: &LedgerRow) -> Cell {
    match row.next_due {
        Some(day) => Cell::Due {
            day: format!("{day} {}", calendar::weekday_zh(day)),
            sub: row.next_title.clone(),
        },
        None => Cell::Text(String::new()),
    }
}

fn tag_kind(tag: &str) -> &'static str {
    match tag {
        "样例数据" => "blue",
        "待甄别" => "yellow",
        _ => "neutral",
    }
}

/// The name of a light in templates.
pub(crate) fn light_kind(light: Light) -> &'static str {
    match light {
        Light::Grey => "grey",
        Light::Green => "green",
        Light::Blue => "blue",
        Light::Yellow => "yellow",
        Light::Red => "red",
    }
}
