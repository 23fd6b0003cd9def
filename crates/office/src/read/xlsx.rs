//! Office Open XML workbooks, cell by cell.

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx, XlsxError, XlsxFormulaMetadata};

use super::grid::{Grid, GridBuilder, GridCell, Merge, place};
use super::table::{Sheets, excel_error};
use super::{ReadLimits, shown_name};
use crate::value::{duration, iso_day, number, serial_day};
use crate::{CellValue, ReadError};

/// The sheets of an .xlsx file.
pub(super) struct XlsxSheets<'a> {
    book: Xlsx<Cursor<&'a [u8]>>,
    names: Vec<String>,
    file_name: &'a str,
    limits: &'a ReadLimits,
}

impl<'a> XlsxSheets<'a> {
    pub(super) fn open(
        bytes: &'a [u8],
        file_name: &'a str,
        limits: &'a ReadLimits,
    ) -> Result<Self, ReadError> {
        let book = Xlsx::new(Cursor::new(bytes)).map_err(|e| failure(file_name, None, 0, &e))?;
        let is_sheet = |sheet: &&calamine::Sheet| sheet.typ == calamine::SheetType::WorkSheet;
        let names = book
            .sheets_metadata()
            .iter()
            .filter(is_sheet)
            .map(|s| s.name.clone())
            .collect();
        Ok(Self {
            book,
            names,
            file_name,
            limits,
        })
    }

    fn fill(&mut self, name: &str, builder: &mut GridBuilder<'a>) -> Result<(), ReadError> {
        let file_name = self.file_name;
        let is_1904 = self.book.has_1904_epoch();
        let mut cells = match self.book.worksheet_cells_reader(name) {
            Ok(cells) => cells,
            Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
            Err(e) => return Err(failure(file_name, Some(name), 0, &e)),
        };
        let mut shared = HashMap::new();
        loop {
            let next = cells.next_cell_with_formula_metadata();
            let next = next.map_err(|e| failure(file_name, Some(name), builder.last_line(), &e))?;
            let Some(record) = next else { return Ok(()) };
            let has_result = record.value != DataRef::Empty;
            let mut cell = cell(record.value, is_1904);
            if let Some(formula) = formula_text(record.formula, &mut shared) {
                cell = cell.computed(&formula, has_result);
            }
            let (row, column) = record.pos;
            if !builder.put(row, column as usize, cell)? {
                return Ok(());
            }
        }
    }

    fn merges(&mut self, name: &str) -> Result<Vec<Merge>, ReadError> {
        let merges = self.book.merge_cells_by_sheet_name(name);
        let merges = merges.map_err(|e| failure(self.file_name, Some(name), 0, &e))?;
        Ok(merges.iter().map(merge).collect())
    }
}

/// A merged rectangle in the numbering of the grid.
pub(super) fn merge(area: &calamine::Dimensions) -> Merge {
    Merge {
        rows: (area.start.0.saturating_add(1), area.end.0.saturating_add(1)),
        columns: (area.start.1 as usize, area.end.1 as usize),
    }
}

impl Sheets for XlsxSheets<'_> {
    fn names(&self) -> Vec<Option<String>> {
        self.names.iter().cloned().map(Some).collect()
    }

    fn read(&mut self, index: usize, stop_after: Option<usize>) -> Result<Grid, ReadError> {
        let Some(name) = self.names.get(index).cloned() else {
            return Ok(Grid::default());
        };
        let mut builder =
            GridBuilder::new(self.file_name, Some(name.clone()), self.limits, stop_after);
        self.fill(&name, &mut builder)?;
        // Merges only matter where headings are looked for, and take another pass over the sheet.
        let merges = match stop_after {
            Some(_) => self.merges(&name)?,
            None => Vec::new(),
        };
        Ok(builder.finish(merges))
    }
}

/// Text of a formula; cells that share one are judged by the text at its first cell.
fn formula_text(
    formula: Option<XlsxFormulaMetadata>,
    shared: &mut HashMap<usize, String>,
) -> Option<String> {
    match formula? {
        XlsxFormulaMetadata::Normal { formula } => Some(formula),
        XlsxFormulaMetadata::Shared {
            shared_index,
            formula,
            ..
        } => {
            shared.insert(shared_index, formula.clone());
            Some(formula)
        }
        XlsxFormulaMetadata::SharedDerived { shared_index } => {
            Some(shared.get(&shared_index).cloned().unwrap_or_default())
        }
        _ => Some(String::new()),
    }
}

fn cell(value: DataRef<'_>, is_1904: bool) -> GridCell {
    let value = match value {
        DataRef::Empty => CellValue::Empty,
        DataRef::Int(value) => number(value as f64),
        DataRef::Float(value) => number(value),
        DataRef::String(text) => CellValue::Text(text),
        DataRef::SharedString(text) => CellValue::Text(text.to_owned()),
        DataRef::Bool(value) => CellValue::Bool(value),
        DataRef::DateTime(time) if time.is_duration() => duration(time.as_f64()),
        DataRef::DateTime(time) => return GridCell::day(serial_day(time.as_f64(), is_1904)),
        DataRef::DateTimeIso(text) => return GridCell::day(iso_day(&text)),
        DataRef::DurationIso(text) => CellValue::Text(text),
        DataRef::Error(error) => excel_error(&error.to_string()),
    };
    GridCell::plain(value)
}

/// What the workbook reader could not read, in our words.
fn failure(file_name: &str, sheet: Option<&str>, last_line: u32, error: &XlsxError) -> ReadError {
    let file = shown_name(file_name);
    let mut place = place(sheet);
    if last_line > 0 {
        place.push_str(&format!("第 {last_line} 行附近"));
    }
    let detail = match error {
        XlsxError::Password => return ReadError::Encrypted { file },
        XlsxError::CellError(value) => format!("有不认识的错误值 {value}，请改正该公式"),
        XlsxError::Xml(e) => format!("XML 格式错误：{e}"),
        XlsxError::XmlEof(part) => format!("内容不完整，缺少 {part} 的结尾"),
        XlsxError::FileNotFound(part) => format!("缺少部件 {part}"),
        other => other.to_string(),
    };
    ReadError::Damaged {
        file,
        place,
        detail,
    }
}
