//! The cells of one sheet as read, before it is known which row holds the headings.

use super::{ReadLimits, shown_name};
use crate::{CellValue, ReadError, column_letters};

/// What is to be said about a cell besides its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Mark {
    /// Nothing.
    #[default]
    Plain,
    /// The value is the saved result of a formula.
    Formula,
    /// The value is a day whose time of day was dropped.
    TimeDropped,
}

/// A cell with its mark.
#[derive(Debug, Clone, Default)]
pub(super) struct GridCell {
    pub(super) value: CellValue,
    pub(super) mark: Mark,
}

impl GridCell {
    pub(super) fn plain(value: CellValue) -> Self {
        Self {
            value,
            mark: Mark::Plain,
        }
    }

    /// A value with the flag that a time of day was dropped from it.
    pub(super) fn day((value, time_dropped): (CellValue, bool)) -> Self {
        let mark = if time_dropped {
            Mark::TimeDropped
        } else {
            Mark::Plain
        };
        Self { value, mark }
    }

    /// The cell as the result of a formula: refused, missing, or marked.
    pub(super) fn computed(self, formula: &str, has_result: bool) -> Self {
        if let Some(reason) = super::formula::hostile(formula) {
            return Self::plain(CellValue::Error(reason));
        }
        if !has_result {
            let formula = formula.chars().take(200).collect();
            return Self::plain(CellValue::Formula { formula });
        }
        Self {
            value: self.value,
            mark: Mark::Formula,
        }
    }

    pub(super) fn text(&self) -> String {
        crate::Cell {
            value: self.value.clone(),
        }
        .text()
        .into_owned()
    }
}

/// A row that has at least one cell that is not empty.
#[derive(Debug, Clone)]
pub(super) struct GridRow {
    /// Row number as Excel shows it, or line of the CSV file, from 1.
    pub(super) line: u32,
    /// Cells from column A on.
    pub(super) cells: Vec<GridCell>,
}

/// A merged rectangle; rows as Excel shows them (from 1), columns from 0, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Merge {
    pub(super) rows: (u32, u32),
    pub(super) columns: (usize, usize),
}

/// A sheet, or the beginning of one.
#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    pub(super) sheet: Option<String>,
    pub(super) rows: Vec<GridRow>,
    pub(super) merges: Vec<Merge>,
    /// Rows whose number of fields does not fit, by line.
    pub(super) ragged: bool,
}

/// Sheet in words, for messages.
pub(super) fn place(sheet: Option<&str>) -> String {
    sheet.map_or(String::new(), |name| format!("工作表「{name}」"))
}

/// Takes cells in the order of the file and keeps the limits.
pub(super) struct GridBuilder<'a> {
    file_name: &'a str,
    limits: &'a ReadLimits,
    stop_after: Option<usize>,
    grid: Grid,
    cells: usize,
}

/// Cells held in memory, empty ones to the left of a filled one included. A full ledger has some hundred thousand.
const MAX_CELLS: usize = 6_000_000;

/// Title lines above the heading row are not counted against the limit of rows.
const TITLE_ROWS: usize = 25;

impl<'a> GridBuilder<'a> {
    /// `stop_after`: how many rows are enough, for a look at the beginning.
    pub(super) fn new(
        file_name: &'a str,
        sheet: Option<String>,
        limits: &'a ReadLimits,
        stop_after: Option<usize>,
    ) -> Self {
        let grid = Grid {
            sheet,
            ..Grid::default()
        };
        Self {
            file_name,
            limits,
            stop_after,
            grid,
            cells: 0,
        }
    }

    /// Adds a cell; returns false when the rows asked for are complete. `row` and `column` count from 0.
    pub(super) fn put(
        &mut self,
        row: u32,
        column: usize,
        mut cell: GridCell,
    ) -> Result<bool, ReadError> {
        if cell.value == CellValue::Empty {
            return Ok(true);
        }
        self.check_column(row, column)?;
        if let CellValue::Text(text) = &cell.value {
            if text.is_empty() {
                return Ok(true);
            }
            let limit = self.limits.max_cell_chars;
            // Bytes first: counting characters is slow, and a text within the limit in bytes is within it in characters.
            if text.len() > limit && text.chars().count() > limit {
                let reason = format!("单元格内容超过 {limit} 字，请精简后重新填写");
                cell = GridCell::plain(CellValue::Error(reason));
            }
        }
        let line = row.saturating_add(1);
        if !self.reach(line)? {
            return Ok(false);
        }
        if let Some(last) = self.grid.rows.last_mut() {
            if last.cells.len() <= column {
                self.cells += column + 1 - last.cells.len();
                last.cells.resize(column + 1, GridCell::default());
            }
            last.cells[column] = cell;
        }
        if self.cells > MAX_CELLS {
            let detail = format!("单元格超过 {} 万个", MAX_CELLS / 10_000);
            return Err(ReadError::Bomb {
                file: shown_name(self.file_name),
                detail,
            });
        }
        Ok(true)
    }

    fn check_column(&self, row: u32, column: usize) -> Result<(), ReadError> {
        if column < self.limits.max_columns {
            return Ok(());
        }
        Err(ReadError::TooManyColumns {
            file: shown_name(self.file_name),
            place: place(self.grid.sheet.as_deref()),
            line: row.saturating_add(1),
            column: column_letters(column),
            limit: self.limits.max_columns,
        })
    }

    /// Makes `line` the last row.
    fn reach(&mut self, line: u32) -> Result<bool, ReadError> {
        match self.grid.rows.last() {
            Some(last) if last.line == line => return Ok(true),
            Some(last) if last.line > line => {
                return Err(ReadError::Damaged {
                    file: shown_name(self.file_name),
                    place: place(self.grid.sheet.as_deref()),
                    detail: format!("第 {line} 行排在第 {} 行之后", last.line),
                });
            }
            _ => {}
        }
        let count = self.grid.rows.len();
        if self.stop_after.is_some_and(|enough| count >= enough) {
            return Ok(false);
        }
        if count >= self.limits.max_rows.saturating_add(TITLE_ROWS) {
            return Err(self.too_many_rows());
        }
        self.grid.rows.push(GridRow {
            line,
            cells: Vec::new(),
        });
        Ok(true)
    }

    fn too_many_rows(&self) -> ReadError {
        ReadError::TooManyRows {
            file: shown_name(self.file_name),
            place: place(self.grid.sheet.as_deref()),
            limit: self.limits.max_rows,
        }
    }

    /// The last row reached so far, from 1.
    pub(super) fn last_line(&self) -> u32 {
        self.grid.rows.last().map_or(0, |row| row.line)
    }

    /// The grid; rows in which nothing can be read are left out.
    pub(super) fn finish(mut self, merges: Vec<Merge>) -> Grid {
        self.grid.merges = merges;
        let filled = |cell: &GridCell| {
            !crate::Cell {
                value: cell.value.clone(),
            }
            .is_empty()
        };
        self.grid.rows.retain(|row| row.cells.iter().any(filled));
        self.grid
    }
}
