//! A workbook written row by row; rows go to a temporary file, so that a million of them need little memory.

use std::io::{Seek, Write};

use jiff::civil::Date;
use rust_xlsxwriter::{ExcelDateTime, Note, Workbook, Worksheet};

use super::style::{ColumnFormats, Styles};
use super::{Column, Out, OutCell, Paper, Sheet, display_width};
use crate::WriteError;
use crate::value::{is_plain_decimal, significant_digits};

/// Rows of a sheet in Excel.
const SHEET_ROWS: u32 = 1_048_576;

/// Characters that Excel takes in a cell, counted in UTF-16.
const CELL_CHARS: usize = 32_767;

/// Height of a line of text in points, and what Excel allows for a row.
const LINE_HEIGHT: f64 = 14.0;
const MAX_ROW_HEIGHT: f64 = 409.0;

/// Rows that get a height of their own. Each is kept in memory until the end, so a table too long for printing has to
/// do with the heights that the office program works out itself.
const MAX_TALL_ROWS: u32 = 20_000;

/// Digits that Excel keeps of a number.
const KEPT_DIGITS: usize = 15;

/// Writes one table into a workbook; rows beyond what a sheet can hold go on to a second sheet.
pub struct SheetWriter {
    book: Workbook,
    sheet: Sheet,
    styles: Styles,
    rows_per_sheet: u32,
    /// Sheets of the workbook so far.
    sheets: usize,
    /// Parts of the table so far, each a sheet.
    part: usize,
    heading_row: u32,
    next_row: u32,
    tall_rows: u32,
    written: u64,
}

impl SheetWriter {
    /// Begins the workbook: title, notes and headings.
    ///
    /// # Errors
    /// When the temporary file cannot be made, or a name or text is not accepted by Excel.
    pub fn new(sheet: Sheet) -> Result<Self, WriteError> {
        Self::with_rows_per_sheet(sheet, SHEET_ROWS)
    }

    fn with_rows_per_sheet(sheet: Sheet, rows_per_sheet: u32) -> Result<Self, WriteError> {
        let mut writer = Self {
            book: Workbook::new(),
            styles: Styles::new(&sheet.columns),
            sheet,
            rows_per_sheet,
            sheets: 0,
            part: 0,
            heading_row: 0,
            next_row: 0,
            tall_rows: 0,
            written: 0,
        };
        writer.begin_part()?;
        Ok(writer)
    }

    /// Adds a row. It may have fewer cells than there are columns, not more.
    ///
    /// # Errors
    /// Too many cells, a text longer than Excel takes, or a failure of the temporary file.
    pub fn push_row(&mut self, cells: &[OutCell]) -> Result<(), WriteError> {
        self.written += 1;
        if cells.len() > self.sheet.columns.len() {
            return Err(WriteError::RowShape {
                sheet: self.sheet.name.clone(),
                line: self.written,
                cells: cells.len(),
                columns: self.sheet.columns.len(),
            });
        }
        let footer = u32::from(self.sheet.footer.is_some());
        if self.next_row + footer >= self.rows_per_sheet {
            self.end_part()?;
            self.begin_part()?;
        }
        let row = self.next_row;
        let lines = self.lines_needed(cells);
        if lines > 1.0 && self.tall_rows < MAX_TALL_ROWS {
            self.tall_rows += 1;
            let height = (lines * LINE_HEIGHT + 4.0).min(MAX_ROW_HEIGHT);
            self.worksheet()?.set_row_height(row, height)?;
        }
        for column in 0..self.sheet.columns.len() {
            let empty = OutCell::default();
            self.write_cell(row, column, cells.get(column).unwrap_or(&empty))?;
        }
        self.next_row += 1;
        Ok(())
    }

    /// Ends this table and begins another one on a sheet of its own, such as explanations beside a form.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn next_sheet(mut self, sheet: Sheet) -> Result<Self, WriteError> {
        self.write_footer()?;
        self.end_part()?;
        self.styles = Styles::new(&sheet.columns);
        self.sheet = sheet;
        self.part = 0;
        self.begin_part()?;
        Ok(self)
    }

    /// Ends the workbook and returns its bytes.
    ///
    /// # Errors
    /// When the workbook cannot be put together.
    pub fn finish(mut self) -> Result<Vec<u8>, WriteError> {
        self.write_footer()?;
        self.end_part()?;
        Ok(self.book.save_to_buffer()?)
    }

    /// Ends the workbook and writes it to `target`, for workbooks that should not stand in memory.
    ///
    /// # Errors
    /// When the workbook cannot be put together or written.
    pub fn finish_to(mut self, target: impl Write + Seek + Send) -> Result<(), WriteError> {
        self.write_footer()?;
        self.end_part()?;
        Ok(self.book.save_to_writer(target)?)
    }

    fn begin_part(&mut self) -> Result<(), WriteError> {
        self.part += 1;
        self.sheets += 1;
        let name = tab_name(&self.sheet.name, self.part);
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        set_page(sheet, &self.sheet)?;
        self.heading_row = write_head(sheet, &self.sheet, &self.styles)?;
        self.next_row = self.heading_row + 1;
        Ok(())
    }

    fn end_part(&mut self) -> Result<(), WriteError> {
        let last = self.sheet.columns.len().saturating_sub(1) as u16;
        let (heading, end) = (self.heading_row, self.next_row.saturating_sub(1));
        if self.sheet.autofilter && end > heading {
            let footer = u32::from(self.sheet.footer.is_some() && self.next_row > heading + 2);
            self.worksheet()?
                .autofilter(heading, 0, end - footer, last)?;
        }
        Ok(())
    }

    /// Lines of the highest cell of a row. Not every office program measures wrapped text when it opens a file.
    fn lines_needed(&self, cells: &[OutCell]) -> f64 {
        let lines = |(cell, column): (&OutCell, &Column)| match &cell.value {
            Out::Text(text) if text.len() as f64 > column.width => {
                wrapped_lines(text, column.width)
            }
            _ => 1.0,
        };
        cells
            .iter()
            .zip(&self.sheet.columns)
            .map(lines)
            .fold(1.0, f64::max)
    }

    fn worksheet(&mut self) -> Result<&mut Worksheet, WriteError> {
        Ok(self.book.worksheet_from_index(self.sheets - 1)?)
    }

    fn write_cell(&mut self, row: u32, column: usize, cell: &OutCell) -> Result<(), WriteError> {
        let formats = if cell.fault.is_some() {
            &self.styles.faulty
        } else {
            &self.styles.plain
        };
        let sheet = self.book.worksheet_from_index(self.sheets - 1)?;
        let written = write_value(sheet, row, column as u16, &cell.value, &formats[column]);
        if written? == Written::TooLong {
            return Err(self.too_long(column));
        }
        if let Some(reason) = &cell.fault {
            sheet.insert_note(row, column as u16, &comment(reason))?;
        }
        Ok(())
    }

    fn write_footer(&mut self) -> Result<(), WriteError> {
        let Some(values) = self.sheet.footer.clone() else {
            return Ok(());
        };
        let row = self.next_row;
        for column in 0..self.sheet.columns.len() {
            let value = values.get(column).cloned().unwrap_or_default();
            let formats = &self.styles.footer[column];
            let sheet = self.book.worksheet_from_index(self.sheets - 1)?;
            if write_value(sheet, row, column as u16, &value, formats)? == Written::TooLong {
                return Err(self.too_long(column));
            }
        }
        self.next_row += 1;
        Ok(())
    }

    fn too_long(&self, column: usize) -> WriteError {
        WriteError::TextTooLong {
            sheet: self.sheet.name.clone(),
            line: self.written,
            column: self.sheet.columns[column].heading.clone(),
        }
    }
}

/// Lines that text takes in a column; a wrapped line is hardly ever filled to its end.
fn wrapped_lines(text: &str, width: f64) -> f64 {
    let room = (width - 2.0).max(2.0);
    let lines = text
        .lines()
        .map(|line| (display_width(line) / room).ceil().max(1.0));
    lines.sum::<f64>().max(1.0)
}

/// A name that Excel accepts on a tab: at most 31 characters, none of `[]:*?/\`, no apostrophe at the ends.
pub(super) fn tab_name(name: &str, part: usize) -> String {
    let suffix = if part > 1 {
        format!("（{part}）")
    } else {
        String::new()
    };
    let room = 31 - suffix.encode_utf16().count();
    let mut clean = String::new();
    let mut used = 0;
    for character in name.trim_matches('\'').chars() {
        let safe = match character {
            '[' | ']' | ':' | '*' | '?' | '/' | '\\' => '_',
            c if c.is_control() => '_',
            c => c,
        };
        used += safe.len_utf16();
        if used > room {
            break;
        }
        clean.push(safe);
    }
    let clean = clean.trim_end_matches('\'').trim();
    format!("{}{suffix}", if clean.is_empty() { "表" } else { clean })
}

fn set_page(page: &mut Worksheet, sheet: &Sheet) -> Result<(), WriteError> {
    for (index, column) in sheet.columns.iter().enumerate() {
        page.set_column_width(index as u16, column.width)?;
    }
    // Excel's numbers of paper sizes.
    page.set_paper_size(match sheet.paper {
        Paper::A4 => 9,
        Paper::A3 => 8,
    });
    if sheet.landscape {
        page.set_landscape();
    }
    if sheet.fit_width {
        // One page wide, as many high as it takes.
        page.set_print_fit_to_pages(1, 0);
    }
    page.set_default_row_height(18.0);
    page.set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
    page.set_print_center_horizontally(true);
    page.set_footer("&C第 &P 页，共 &N 页");
    Ok(())
}

/// Title, notes and headings; returns the row of the headings.
fn write_head(page: &mut Worksheet, sheet: &Sheet, styles: &Styles) -> Result<u32, WriteError> {
    let last = sheet.columns.len().saturating_sub(1) as u16;
    let width: f64 = sheet.columns.iter().map(|c| c.width).sum::<f64>().max(10.0);
    let mut row = 0;
    let title = sheet.title.iter().map(|t| (t, &styles.title, 30.0));
    let notes = sheet.note_lines.iter().map(|n| (n, &styles.note, 18.0));
    for (text, format, height) in title.chain(notes) {
        // Merged cells do not grow by themselves, so the height is set for the lines that the text will take.
        let lines = wrapped_lines(text, width);
        page.set_row_height(row, height * lines)?;
        if last > 0 {
            page.merge_range(row, 0, row, last, text, format)?;
        } else {
            page.write_string_with_format(row, 0, text, format)?;
        }
        row += 1;
    }
    let lines = sheet
        .columns
        .iter()
        .map(|c| wrapped_lines(&c.heading, c.width));
    page.set_row_height(row, 16.0 * lines.fold(1.0, f64::max) + 8.0)?;
    for (index, column) in sheet.columns.iter().enumerate() {
        page.write_string_with_format(row, index as u16, &column.heading, &styles.heading)?;
    }
    if sheet.freeze_heading {
        page.set_freeze_panes(row + 1, 0)?;
    }
    if sheet.repeat_heading {
        page.set_repeat_rows(row, row)?;
    }
    Ok(row)
}

/// What became of a value.
#[derive(PartialEq, Eq)]
pub(super) enum Written {
    Whole,
    TooLong,
}

impl Written {
    pub(super) fn is_too_long(&self) -> bool {
        *self == Written::TooLong
    }
}

pub(super) fn write_value(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    value: &Out,
    formats: &ColumnFormats,
) -> Result<Written, WriteError> {
    match value {
        Out::Empty => {
            page.write_blank(row, column, &formats.text)?;
        }
        Out::Text(text) if text.is_empty() => {
            page.write_blank(row, column, &formats.text)?;
        }
        Out::Text(text) => {
            if text.len() > CELL_CHARS && text.encode_utf16().count() > CELL_CHARS {
                return Ok(Written::TooLong);
            }
            page.write_string_with_format(row, column, text, &formats.text)?;
        }
        Out::Integer(number) => write_number(page, row, column, &number.to_string(), formats)?,
        Out::Decimal(number) => write_number(page, row, column, number, formats)?,
        Out::Day(day) => write_day(page, row, column, *day, formats)?,
    }
    Ok(Written::Whole)
}

/// A number that Excel can hold exactly is a number; anything else stays text, so that no digit changes.
fn write_number(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    decimal: &str,
    formats: &ColumnFormats,
) -> Result<(), WriteError> {
    let exact = is_plain_decimal(decimal) && significant_digits(decimal) <= KEPT_DIGITS;
    match decimal.parse::<f64>() {
        Ok(number) if exact => {
            page.write_number_with_format(row, column, number, &formats.number)?;
        }
        _ => {
            page.write_string_with_format(row, column, decimal, &formats.text)?;
        }
    }
    Ok(())
}

/// Excel's days begin with the year 1900, and its January and February 1900 are counted wrongly.
fn write_day(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    day: Date,
    formats: &ColumnFormats,
) -> Result<(), WriteError> {
    let known = u16::try_from(day.year())
        .ok()
        .filter(|_| day >= jiff::civil::date(1900, 3, 1));
    match known {
        Some(year) => {
            let value = ExcelDateTime::from_ymd(year, day.month() as u8, day.day() as u8)?;
            page.write_datetime_with_format(row, column, &value, &formats.day)?;
        }
        None => {
            page.write_string_with_format(row, column, day.to_string(), &formats.text)?;
        }
    }
    Ok(())
}

/// A comment as wide and high as its text needs.
fn comment(reason: &str) -> Note {
    const LETTERS_PER_LINE: f64 = 32.0;
    let shown: String = reason.chars().take(1000).collect();
    let lines: f64 = shown
        .lines()
        .map(|line| (display_width(line) / LETTERS_PER_LINE).ceil().max(1.0))
        .sum();
    Note::new(shown)
        .add_author_prefix(false)
        .set_font_name("宋体")
        .set_font_size(9)
        .set_width(240)
        .set_height((lines * 17.0 + 14.0).min(400.0) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, ColumnKind, ReadLimits, read_table};

    #[test]
    fn rows_beyond_a_sheet_go_on_to_the_next_with_the_same_head() {
        let mut sheet = Sheet::new("台账", vec![Column::new("序号", ColumnKind::Integer)]);
        sheet.title = Some("样例台账".into());
        sheet.footer = Some(vec![Out::Integer(99)]);
        // Title, headings and a reserved footer leave five rows.
        let mut writer = SheetWriter::with_rows_per_sheet(sheet, 8).unwrap();
        for number in 1..=12 {
            writer.push_row(&[Out::Integer(number).into()]).unwrap();
        }
        let bytes = writer.finish().unwrap();
        let known = |h: &[String]| h.iter().filter(|h| *h == "序号").count();
        let table = read_table(&bytes, "a.xlsx", &ReadLimits::default(), &known).unwrap();
        let read: Vec<_> = table
            .rows
            .iter()
            .map(|r| (r.line, r.cells[0].text()))
            .collect();
        assert_eq!(read.len(), 5);
        assert_eq!(read[4], (7, "5".into()));
        assert!(
            table.warnings[0].contains("「台账（2）」、「台账（3）」"),
            "{:?}",
            table.warnings
        );
    }

    #[test]
    fn tab_names_are_those_that_excel_accepts() {
        assert_eq!(tab_name("2024/8 [甲]", 1), "2024_8 _甲_");
        assert_eq!(tab_name("", 1), "表");
        assert_eq!(tab_name("'引号'", 2), "引号（2）");
        assert_eq!(tab_name(&"长".repeat(40), 2).chars().count(), 31);
    }
}
