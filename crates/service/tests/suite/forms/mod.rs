//! Forms: produced from facts, edited offline, read back; who owes them.

mod back;
mod offline;
mod produce;
mod property;
mod rhythm;

use office::{ReadLimits, read_sheets};
use service::forms::{FormQuery, Period, Produced};
use service::{AccountKind, Actor};

use crate::city::{CENTRE, City, PARK, staff};

const FORMS: &str = include_str!("../../../../../policies/xiangtan/forms.toml");

/// The forms of 湘潭 in the small city: the same tables, its own units.
pub async fn with_forms(city: &City) {
    let source = FORMS
        .replace("region = \"xiangtan\"", "region = \"qianjiang\"")
        .replace("市开放办", CENTRE)
        .replace("市落地办", PARK)
        .replace("市商务(招商合作)局", "市商务局");
    city.put_in_force("forms.toml", &source).await;
}

fn form_4(period: &str) -> FormQuery {
    query("xiangtan-4", period, None)
}

fn query(form: &str, period: &str, unit: Option<&str>) -> FormQuery {
    FormQuery {
        form: form.into(),
        period: Period::parse(period).unwrap(),
        unit: unit.map(str::to_owned),
    }
}

/// The text of a cell by row and column id.
fn cell<'a>(produced: &'a Produced, row: usize, column: &str) -> &'a str {
    let at = produced.form.column.iter().position(|c| c.id == column);
    &produced.rows[row].cells[at.unwrap()].text
}

/// Sheets as grids of text, changed and saved again as another program would: values kept, looks lost.
fn saved_again(bytes: &[u8], change: impl FnOnce(&mut Vec<Vec<String>>)) -> Vec<u8> {
    let sheets = read_sheets(bytes, "表.xlsx", &ReadLimits::default()).unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let mut change = Some(change);
    for sheet in sheets {
        let last = sheet.rows.last().map_or(0, |row| row.line as usize);
        let mut grid = vec![Vec::new(); last];
        for row in &sheet.rows {
            let cells = row.cells.iter().map(|cell| cell.text().into_owned());
            grid[row.line as usize - 1] = cells.collect();
        }
        if let Some(change) = change.take() {
            change(&mut grid);
        }
        let page = book.add_worksheet();
        page.set_name(&sheet.name).unwrap();
        for (r, row) in (0..).zip(&grid) {
            for (c, text) in (0..).zip(row) {
                if !text.is_empty() {
                    page.write_string(r, c, text).unwrap();
                }
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// Row of the headings, and column of one, in a grid.
fn place(grid: &[Vec<String>], heading: &str) -> (usize, usize) {
    for (r, row) in grid.iter().enumerate() {
        let found = row
            .iter()
            .position(|text| text.split_whitespace().collect::<String>() == heading);
        if let Some(c) = found {
            return (r, c);
        }
    }
    panic!("no {heading}");
}

/// The row of a project, by its name.
fn row_of(grid: &[Vec<String>], name: &str) -> usize {
    let found = grid
        .iter()
        .position(|row| row.iter().any(|text| text == name));
    found.unwrap_or_else(|| panic!("no {name}"))
}

fn set(grid: &mut [Vec<String>], name: &str, heading: &str, text: &str) {
    let (_, column) = place(grid, heading);
    let row = row_of(grid, name);
    if grid[row].len() <= column {
        grid[row].resize(column + 1, String::new());
    }
    grid[row][column] = text.into();
}

async fn exported(city: &City, actor: &Actor, query: &FormQuery) -> Vec<u8> {
    city.service
        .form_workbook(actor, query)
        .await
        .unwrap()
        .content
}

fn leader() -> Actor {
    Actor {
        kind: AccountKind::Leader,
        ..staff("市级领导")
    }
}

fn query_5() -> FormQuery {
    query("xiangtan-5", "2025-06", None)
}
