//! Every sheet of a workbook as it stands, hidden ones too: for forms, whose layout is known.

use super::sniff::{Format, sniff};
use super::table::{Sheets, guarded};
use super::{ReadLimits, TableRow, ods, package, shown_name, shown_size, xlsx};
use crate::{Cell, ReadError};

/// Sheets that are read.
const MOST_SHEETS: usize = 20;

/// A sheet with the rows in which something can be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamedSheet {
    /// Name on the tab.
    pub name: String,
    /// Rows by the number that Excel shows; cells from column A on.
    pub rows: Vec<TableRow>,
}

/// Reads the sheets of an .xlsx or .ods workbook.
///
/// # Errors
/// Everything that makes the file unreadable or unsafe; other tables are [`ReadError::Unsupported`].
pub fn read_sheets(
    bytes: &[u8],
    file_name: &str,
    limits: &ReadLimits,
) -> Result<Vec<NamedSheet>, ReadError> {
    if bytes.len() > limits.max_bytes {
        return Err(ReadError::TooLarge {
            file: shown_name(file_name),
            size: shown_size(bytes.len() as u64),
            limit: shown_size(limits.max_bytes as u64),
        });
    }
    match sniff(bytes, file_name)? {
        Format::Xlsx => {
            package::guard(bytes, file_name, limits)?;
            guarded(file_name, || {
                all(&mut xlsx::XlsxSheets::open(bytes, file_name, limits)?)
            })
        }
        Format::Ods => {
            package::guard(bytes, file_name, limits)?;
            all(&mut ods::OdsSheets::open(bytes, file_name, limits)?)
        }
        other => Err(ReadError::Unsupported {
            file: shown_name(file_name),
            found: match other {
                Format::Csv => "文本表格（.csv），没有报表的格式",
                _ => "旧版工作簿（.xls）",
            }
            .into(),
        }),
    }
}

fn all(sheets: &mut dyn Sheets) -> Result<Vec<NamedSheet>, ReadError> {
    let names = sheets.names();
    let mut all = Vec::new();
    for (index, name) in names.into_iter().enumerate().take(MOST_SHEETS) {
        let grid = sheets.read(index, None)?;
        let rows = grid.rows.into_iter().map(|row| TableRow {
            line: row.line,
            cells: row
                .cells
                .into_iter()
                .map(|cell| Cell { value: cell.value })
                .collect(),
        });
        all.push(NamedSheet {
            name: name.unwrap_or_default(),
            rows: rows.collect(),
        });
    }
    Ok(all)
}
