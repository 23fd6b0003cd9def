//! From a file to a table: the best sheet, its headings, its rows.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::grid::{Grid, GridRow, Mark, place};
use super::heading::{Found, SEARCHED_ROWS, Score, find};
use super::sniff::{Format, sniff};
use super::{ReadLimits, ods, package, shown_name, shown_size, text, xls, xlsx};
use crate::write::FAULT_HEADING;
use crate::{Cell, CellValue, ReadError, column_letters};

/// One row below the headings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableRow {
    /// Row number as Excel shows it, or line of the CSV file, from 1.
    pub line: u32,
    /// Cells, one per heading; index 0 is column A.
    pub cells: Vec<Cell>,
}

/// The table of a file, with positions as a person sees them in Excel.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Name of the sheet; none in a CSV file.
    pub sheet: Option<String>,
    /// Row of the headings as Excel shows it; the last one where a heading is merged over several rows.
    pub heading_line: u32,
    /// Headings by column from A on, without blanks and line breaks; empty where a column has none.
    pub headings: Vec<String>,
    /// Rows below the headings in which something can be read.
    pub rows: Vec<TableRow>,
    /// What the user should know although the file was read, in Chinese.
    pub warnings: Vec<String>,
    /// Rows that must not be used because their cells do not fit the headings: line and reason, in Chinese.
    pub row_faults: Vec<(u32, String)>,
}

/// A file of which any sheet can be read.
pub(super) trait Sheets {
    /// Names of the sheets in order; one nameless sheet for CSV.
    fn names(&self) -> Vec<Option<String>>;
    /// Reads a sheet, or its first `stop_after` rows.
    fn read(&mut self, index: usize, stop_after: Option<usize>) -> Result<Grid, ReadError>;
}

/// Reads the table of a file.
///
/// `is_heading` counts how many of the given headings (blanks removed) are known; the row with most of them among the
/// first 20 of each sheet is the heading row. A column 「问题说明」, as [`crate::write_faults`] adds it, is left out.
///
/// # Errors
/// Everything that makes the file unreadable or unsafe; see [`ReadError`].
pub fn read_table(
    bytes: &[u8],
    file_name: &str,
    limits: &ReadLimits,
    is_heading: Score<'_>,
) -> Result<Table, ReadError> {
    if bytes.len() > limits.max_bytes {
        return Err(ReadError::TooLarge {
            file: shown_name(file_name),
            size: shown_size(bytes.len() as u64),
            limit: shown_size(limits.max_bytes as u64),
        });
    }
    match sniff(bytes, file_name)? {
        Format::Csv => {
            let mut sheets = text::TextSheet::open(bytes, file_name, limits, is_heading)?;
            best_table(&mut sheets, file_name, limits, is_heading)
        }
        Format::Xlsx => {
            package::guard(bytes, file_name, limits)?;
            guarded(file_name, || {
                let mut sheets = xlsx::XlsxSheets::open(bytes, file_name, limits)?;
                best_table(&mut sheets, file_name, limits, is_heading)
            })
        }
        Format::Ods => {
            package::guard(bytes, file_name, limits)?;
            let mut sheets = ods::OdsSheets::open(bytes, file_name, limits)?;
            best_table(&mut sheets, file_name, limits, is_heading)
        }
        Format::Xls => {
            xls::guard(bytes, file_name)?;
            guarded(file_name, || {
                let mut sheets = xls::XlsSheets::open(bytes, file_name, limits)?;
                best_table(&mut sheets, file_name, limits, is_heading)
            })
        }
    }
}

/// A made-up file can break an assumption deep in the workbook reader; that is damage of the file, not of the program.
pub(super) fn guarded<T>(
    file_name: &str,
    read: impl FnOnce() -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(ReadError::Damaged {
            file: shown_name(file_name),
            place: String::new(),
            detail: "内部结构自相矛盾".into(),
        })
    })
}

/// Sheets that are searched; each takes a look into the file.
const MAX_SHEETS: usize = 100;

fn best_table(
    sheets: &mut dyn Sheets,
    file_name: &str,
    limits: &ReadLimits,
    is_heading: Score<'_>,
) -> Result<Table, ReadError> {
    let names = sheets.names();
    let mut best: Option<(usize, Found)> = None;
    let mut others = Vec::new();
    for (index, name) in names.iter().enumerate().take(MAX_SHEETS) {
        // Two rows more, so that a heading that begins in the last searched row is seen whole.
        let top = sheets.read(index, Some(SEARCHED_ROWS + 2))?;
        let Some(found) = find(&top, is_heading) else {
            continue;
        };
        others.push((index, name.clone().unwrap_or_default(), found.score));
        if best.as_ref().is_none_or(|(_, b)| found.score > b.score) {
            best = Some((index, found));
        }
    }
    let Some((index, found)) = best else {
        return Err(no_heading(file_name, &names));
    };
    let grid = sheets.read(index, None)?;
    others.retain(|(other, _, score)| *other != index && *score * 2 >= found.score);
    let mut table = build(grid, found, file_name, limits)?;
    if !others.is_empty() {
        let list: Vec<_> = others
            .iter()
            .map(|(_, name, _)| format!("「{name}」"))
            .collect();
        let read = table.sheet.as_deref().unwrap_or_default();
        table.warnings.push(format!(
            "工作簿里还有工作表{}也像台账，本次只读取了「{read}」；需要时请另存为单独的文件上传。",
            list.join("、")
        ));
    }
    Ok(table)
}

fn no_heading(file_name: &str, names: &[Option<String>]) -> ReadError {
    let sheets: Vec<_> = names
        .iter()
        .flatten()
        .take(10)
        .map(|n| format!("「{n}」"))
        .collect();
    let looked = if sheets.is_empty() {
        format!("已查看前 {SEARCHED_ROWS} 行")
    } else {
        format!("已查看工作表{}的前 {SEARCHED_ROWS} 行", sheets.join("、"))
    };
    ReadError::NoHeading {
        file: shown_name(file_name),
        looked,
    }
}

fn build(
    grid: Grid,
    found: Found,
    file_name: &str,
    limits: &ReadLimits,
) -> Result<Table, ReadError> {
    let Grid {
        sheet,
        mut rows,
        ragged,
        ..
    } = grid;
    let data = rows.split_off(found.first_row.min(rows.len()));
    if data.len() > limits.max_rows {
        return Err(ReadError::TooManyRows {
            file: shown_name(file_name),
            place: place(sheet.as_deref()),
            limit: limits.max_rows,
        });
    }
    let mut headings = found.headings;
    while headings.last().is_some_and(String::is_empty) {
        headings.pop();
    }
    let skipped = fault_column(&mut headings);
    let mut table = Table {
        sheet,
        heading_line: found.line,
        headings,
        ..Table::default()
    };
    let mut notes = Notes::default();
    for row in data {
        let row = note_row(row, skipped, ragged, &mut table, &mut notes);
        if row.cells.iter().any(|cell| !cell.is_empty()) {
            table.rows.push(row);
        }
    }
    let width = table
        .rows
        .iter()
        .map(|row| row.cells.len())
        .max()
        .unwrap_or(0);
    if !ragged {
        note_columns_without_heading(&mut table, width);
    }
    let width = table.headings.len();
    for row in &mut table.rows {
        row.cells.resize(width, Cell::default());
    }
    note_double_headings(&mut table);
    notes.report(&mut table);
    Ok(table)
}

/// Takes the column that [`crate::write_faults`] added out of the headings; its index, if there is one.
fn fault_column(headings: &mut Vec<String>) -> Option<usize> {
    let index = headings
        .iter()
        .rposition(|heading| heading == FAULT_HEADING)?;
    headings[index].clear();
    while headings.last().is_some_and(String::is_empty) {
        headings.pop();
    }
    Some(index)
}

/// Counts marks and faults of a row and returns it in its final form.
fn note_row(
    row: GridRow,
    skipped: Option<usize>,
    ragged: bool,
    table: &mut Table,
    notes: &mut Notes,
) -> TableRow {
    let width = table.headings.len();
    let line = row.line;
    let fields = row.cells.len();
    let mut cells = Vec::with_capacity(width);
    for (column, cell) in row.cells.into_iter().enumerate() {
        if Some(column) == skipped {
            cells.push(Cell::default());
            continue;
        }
        notes.count(&cell.mark, column, line);
        cells.push(Cell { value: cell.value });
    }
    while cells.len() > width && cells.last().is_some_and(Cell::is_empty) {
        cells.pop();
    }
    if ragged && cells.len() > width {
        let reason = format!(
            "第 {line} 行有 {fields} 列，比表头多 {} 列，可能是内容里的分隔符没有加英文双引号",
            cells.len() - width
        );
        table.row_faults.push((line, reason));
    } else if ragged && fields < width && skipped != Some(width) {
        table.warnings.push(format!(
            "第 {line} 行只有 {fields} 列，比表头少 {} 列，缺少的按空白处理。",
            width - fields
        ));
    }
    TableRow { line, cells }
}

/// In a workbook, remarks beside the table are common: they are kept as columns without heading.
fn note_columns_without_heading(table: &mut Table, width: usize) {
    let beyond = table.headings.len()..width;
    let filled = |column: &usize| {
        table
            .rows
            .iter()
            .any(|row| row.cells.get(*column).is_some_and(|cell| !cell.is_empty()))
    };
    let columns: Vec<_> = (0..width)
        .filter(|column| table.headings.get(*column).is_none_or(String::is_empty))
        .filter(filled)
        .map(|column| format!("{} 列", column_letters(column)))
        .collect();
    if !columns.is_empty() {
        table
            .warnings
            .push(format!("{}有内容但没有列名，未读取。", columns.join("、")));
    }
    table.headings.extend(beyond.map(|_| String::new()));
}

fn note_double_headings(table: &mut Table) {
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (column, heading) in table.headings.iter().enumerate() {
        if !heading.is_empty() {
            places
                .entry(heading)
                .or_default()
                .push(format!("{} 列", column_letters(column)));
        }
    }
    let doubles: Vec<String> = places
        .iter()
        .filter(|(_, columns)| columns.len() > 1)
        .map(|(heading, columns)| {
            format!(
                "列名「{heading}」出现了 {} 次（{}）。",
                columns.len(),
                columns.join("、")
            )
        })
        .collect();
    table.warnings.extend(doubles);
}

/// Marks counted by column: how many, and the first line.
#[derive(Default)]
struct Notes {
    formulas: BTreeMap<usize, (usize, u32)>,
    times: BTreeMap<usize, (usize, u32)>,
}

impl Notes {
    fn count(&mut self, mark: &Mark, column: usize, line: u32) {
        let counts = match mark {
            Mark::Plain => return,
            Mark::Formula => &mut self.formulas,
            Mark::TimeDropped => &mut self.times,
        };
        counts.entry(column).or_insert((0, line)).0 += 1;
    }

    fn report(&self, table: &mut Table) {
        let name = |column: usize| {
            let heading = table.headings.get(column).map_or("", String::as_str);
            format!("{} 列「{heading}」", column_letters(column))
        };
        let mut said = Vec::new();
        for (column, (count, line)) in &self.formulas {
            said.push(format!(
                "{}有 {count} 个单元格是公式（从第 {line} 行起），采用的是文件保存时的计算结果，请核对。",
                name(*column)
            ));
        }
        for (column, (count, line)) in &self.times {
            said.push(format!(
                "{}有 {count} 个单元格除日期外还带时刻（从第 {line} 行起），只采用日期。",
                name(*column)
            ));
        }
        table.warnings.extend(said);
    }
}

/// An Excel error value (`#N/A`) as an error cell.
pub(super) fn excel_error(shown: &str) -> CellValue {
    CellValue::Error(format!(
        "单元格是 Excel 错误值 {shown}，请改正公式或直接填写"
    ))
}
