//! A table given back with its faults: the same headings in the same order, bad cells red, reasons beside them.

use std::collections::BTreeMap;

use super::{Column, ColumnKind, Out, OutCell, Sheet, SheetWriter, display_width};
use crate::value::{is_plain_decimal, significant_digits};
use crate::{Cell, CellValue, Table, TableRow, WriteError};

/// Heading of the column that lists the reasons; left out when the workbook is read again.
pub const FAULT_HEADING: &str = "问题说明";

/// Writes `table` as a workbook with its faults marked.
///
/// A fault is the line of a row (as in [`TableRow::line`]), the index of a column, and the reason. A column beyond the
/// headings means the row as a whole: its reason stands at its first cell. Faults that the table itself
/// knows (error cells, rows that do not fit) are marked too. With `only_faulty`, rows without faults are left out.
///
/// # Errors
/// As [`SheetWriter`].
pub fn write_faults(
    table: &Table,
    faults: &[(u32, usize, String)],
    only_faulty: bool,
) -> Result<Vec<u8>, WriteError> {
    let reasons = Reasons::collect(table, faults);
    let mut sheet = Sheet::new(table.sheet.as_deref().unwrap_or("问题行"), columns(table));
    sheet.note_lines = vec![format!(
        "共 {} 行有问题。红色单元格的内容有误，原因见单元格批注和最后一列「{FAULT_HEADING}」；改正后可直接重新导入本文件。",
        reasons.by_line.len()
    )];
    let mut writer = SheetWriter::new(sheet)?;
    for row in &table.rows {
        let reasons = reasons.by_line.get(&row.line);
        if reasons.is_some() || !only_faulty {
            writer.push_row(&out_row(table, row, reasons))?;
        }
    }
    writer.finish()
}

/// Reasons of a row by column; `usize::MAX` for the row as a whole.
type RowReasons<'a> = BTreeMap<usize, Vec<&'a str>>;

struct Reasons<'a> {
    by_line: BTreeMap<u32, RowReasons<'a>>,
}

impl<'a> Reasons<'a> {
    fn collect(table: &'a Table, faults: &'a [(u32, usize, String)]) -> Self {
        let mut by_line: BTreeMap<u32, RowReasons<'a>> = BTreeMap::new();
        let width = table.headings.len();
        let mut add = |line: u32, column: usize, reason: &'a str| {
            let column = if column < width { column } else { usize::MAX };
            let list = by_line.entry(line).or_default().entry(column).or_default();
            if !list.contains(&reason) {
                list.push(reason);
            }
        };
        for (line, column, reason) in faults {
            add(*line, *column, reason);
        }
        for (line, reason) in &table.row_faults {
            add(*line, usize::MAX, reason);
        }
        for row in &table.rows {
            for (column, cell) in row.cells.iter().enumerate() {
                if let CellValue::Error(reason) = &cell.value {
                    add(row.line, column, reason);
                }
            }
        }
        Self { by_line }
    }
}

fn columns(table: &Table) -> Vec<Column> {
    let own = table.headings.iter().enumerate().map(|(index, heading)| {
        let values = table
            .rows
            .iter()
            .take(300)
            .filter_map(|row| row.cells.get(index));
        let widest = values
            .map(|cell| display_width(&cell.text()))
            .fold(0.0, f64::max);
        let width = (display_width(heading) + 4.0)
            .max(widest + 2.0)
            .clamp(8.0, 40.0);
        Column {
            heading: heading.clone(),
            width,
            kind: kind(table, index),
        }
    });
    let reasons = Column {
        heading: FAULT_HEADING.into(),
        width: 60.0,
        kind: ColumnKind::Text,
    };
    own.chain([reasons]).collect()
}

/// The kind of most use when the user types into a column: numbers and days only where nothing else stands in it.
fn kind(table: &Table, column: usize) -> ColumnKind {
    let (mut numbers, mut days, mut others, mut places) = (0, 0, 0, 0);
    for cell in table.rows.iter().filter_map(|row| row.cells.get(column)) {
        match &cell.value {
            CellValue::Empty => {}
            CellValue::Number(number) => {
                numbers += 1;
                places = places.max(number.split_once('.').map_or(0, |(_, p)| p.len()));
            }
            CellValue::Day(_) => days += 1,
            _ => others += 1,
        }
    }
    match (numbers, days, others) {
        (1.., 0, 0) if places == 0 => ColumnKind::Integer,
        (1.., 0, 0) => ColumnKind::Decimal(places.min(6) as u8),
        (0, 1.., 0) => ColumnKind::Day,
        _ => ColumnKind::Text,
    }
}

fn out_row(table: &Table, row: &TableRow, reasons: Option<&RowReasons<'_>>) -> Vec<OutCell> {
    let width = table.headings.len();
    let mut cells: Vec<OutCell> = (0..width)
        .map(|column| OutCell {
            value: row.cells.get(column).map_or(Out::Empty, out),
            fault: reasons.and_then(|reasons| mark(reasons, column)),
        })
        .collect();
    cells.push(match reasons {
        Some(reasons) => Out::Text(summary(table, row.line, reasons)).into(),
        None => OutCell::default(),
    });
    cells
}

/// The comment of a cell; what is wrong with the row as a whole stands in its first cell.
fn mark(reasons: &RowReasons<'_>, column: usize) -> Option<String> {
    let whole = reasons.get(&usize::MAX).filter(|_| column == 0);
    let list: Vec<&str> = whole
        .into_iter()
        .chain(reasons.get(&column))
        .flatten()
        .copied()
        .collect();
    (!list.is_empty()).then(|| list.join("\n"))
}

/// All reasons of a row in one text, each with its column.
fn summary(table: &Table, line: u32, reasons: &RowReasons<'_>) -> String {
    let mut said = Vec::new();
    for (column, list) in reasons {
        let heading = table.headings.get(*column).map_or("", String::as_str);
        for reason in list {
            // Reasons that name their column already are not named twice.
            if heading.is_empty() || reason.contains(heading) {
                said.push((*reason).to_owned());
            } else {
                said.push(format!("「{heading}」{reason}"));
            }
        }
    }
    format!("原第 {line} 行：{}", said.join("；"))
}

/// A cell as it is given back. An error cell is left empty for the right value: its reason is no content.
fn out(cell: &Cell) -> Out {
    match &cell.value {
        CellValue::Empty | CellValue::Error(_) => Out::Empty,
        CellValue::Number(number) if is_exact(number) => Out::Decimal(number.clone()),
        CellValue::Day(day) => Out::Day(*day),
        CellValue::Text(text) => Out::Text(text.chars().take(32_000).collect()),
        _ => Out::Text(cell.text().into_owned()),
    }
}

fn is_exact(number: &str) -> bool {
    is_plain_decimal(number) && significant_digits(number) <= 15
}
