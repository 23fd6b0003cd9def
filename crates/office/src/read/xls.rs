//! Binary workbooks of Excel 97–2003.

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xls, XlsError};

use super::compound::{Compound, scan};
use super::grid::{Grid, GridBuilder, GridCell, Merge};
use super::table::{Sheets, excel_error};
use super::xlsx::merge;
use super::{ReadLimits, shown_name};
use crate::value::{duration, iso_day, number, serial_day};
use crate::{CellValue, ReadError};

/// Cells of the rectangles around the used cells of all sheets; the library lays them out in full.
const MAX_AREA: u64 = 8_000_000;

/// Looks through the records before the library does: passwords, macro sheets, areas without measure.
pub(super) fn guard(bytes: &[u8], file_name: &str) -> Result<(), ReadError> {
    let file = shown_name(file_name);
    let stream = Compound::open(bytes).and_then(|compound| {
        compound
            .stream("Workbook")
            .or_else(|| compound.stream("Book"))
    });
    let Some(stream) = stream else {
        let detail = "找不到工作簿数据".into();
        return Err(ReadError::Damaged {
            file,
            place: String::new(),
            detail,
        });
    };
    let found = scan(&stream);
    if found.encrypted {
        return Err(ReadError::Encrypted { file });
    }
    if found.macro_sheet {
        return Err(ReadError::Macros {
            file,
            part: "Excel 4.0 宏表".into(),
        });
    }
    if found.area > MAX_AREA {
        let detail = format!(
            "各工作表的已用区域共 {} 个单元格，上限 {MAX_AREA}",
            found.area
        );
        return Err(ReadError::Bomb { file, detail });
    }
    Ok(())
}

/// The sheets of an .xls file.
pub(super) struct XlsSheets<'a> {
    book: Xls<Cursor<&'a [u8]>>,
    names: Vec<String>,
    file_name: &'a str,
    limits: &'a ReadLimits,
}

impl<'a> XlsSheets<'a> {
    pub(super) fn open(
        bytes: &'a [u8],
        file_name: &'a str,
        limits: &'a ReadLimits,
    ) -> Result<Self, ReadError> {
        let book = Xls::new(Cursor::new(bytes)).map_err(|e| failure(file_name, &e))?;
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

    /// Formulas by position.
    fn formulas(&mut self, name: &str) -> Result<HashMap<(u32, u32), String>, ReadError> {
        let range = self
            .book
            .worksheet_formula(name)
            .map_err(|e| failure(self.file_name, &e))?;
        let (top, left) = range.start().unwrap_or_default();
        let cells = range.used_cells();
        Ok(cells
            .map(|(r, c, f)| ((top + r as u32, left + c as u32), f.clone()))
            .collect())
    }
}

impl Sheets for XlsSheets<'_> {
    fn names(&self) -> Vec<Option<String>> {
        self.names.iter().cloned().map(Some).collect()
    }

    fn read(&mut self, index: usize, stop_after: Option<usize>) -> Result<Grid, ReadError> {
        let Some(name) = self.names.get(index).cloned() else {
            return Ok(Grid::default());
        };
        let is_1904 = self.book.has_1904_epoch();
        let formulas = self.formulas(&name)?;
        let range = self
            .book
            .worksheet_range(&name)
            .map_err(|e| failure(self.file_name, &e))?;
        let (top, left) = range.start().unwrap_or_default();
        let merges: Vec<Merge> = match self.book.merge_cells_by_sheet_name(&name) {
            Ok(areas) => areas.iter().map(merge).collect(),
            Err(e) => return Err(failure(self.file_name, &e)),
        };
        let mut builder = GridBuilder::new(self.file_name, Some(name), self.limits, stop_after);
        for (row, column, value) in range.used_cells() {
            let position = (top + row as u32, left + column as u32);
            let mut cell = cell(value, is_1904);
            if let Some(formula) = formulas.get(&position) {
                cell = cell.computed(formula, true);
            }
            if !builder.put(position.0, position.1 as usize, cell)? {
                break;
            }
        }
        Ok(builder.finish(merges))
    }
}

fn cell(value: &Data, is_1904: bool) -> GridCell {
    let value = match value {
        Data::Empty => CellValue::Empty,
        Data::Int(value) => number(*value as f64),
        Data::Float(value) => number(*value),
        Data::String(text) | Data::DurationIso(text) => CellValue::Text(text.clone()),
        Data::Bool(value) => CellValue::Bool(*value),
        Data::DateTime(time) if time.is_duration() => duration(time.as_f64()),
        Data::DateTime(time) => return GridCell::day(serial_day(time.as_f64(), is_1904)),
        Data::DateTimeIso(text) => return GridCell::day(iso_day(text)),
        Data::Error(error) => excel_error(&error.to_string()),
    };
    GridCell::plain(value)
}

fn failure(file_name: &str, error: &XlsError) -> ReadError {
    let file = shown_name(file_name);
    match error {
        XlsError::Password => ReadError::Encrypted { file },
        other => ReadError::Damaged {
            file,
            place: String::new(),
            detail: other.to_string(),
        },
    }
}
