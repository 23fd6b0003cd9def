//! A printed form as government offices have it: title, stamp line, merged headings, ruled cells, choices under the
//! table. A second, hidden sheet carries what is needed to read the edited file back.

use rust_xlsxwriter::{DocProperties, Format, FormatAlign, FormatBorder, Workbook, Worksheet};

use super::sheet::{tab_name, write_value};
use super::style::{ColumnFormats, charset};
use super::{Align, ColumnKind, Out, Paper, display_width};
use crate::WriteError;

/// Name of the hidden sheet.
pub const FORM_DATA_SHEET: &str = "luodi";
/// Heading of the hidden column that names each row's project.
pub const FORM_KEY_HEADING: &str = "项目标识（请勿改动）";

const TITLE_FONT: &str = "方正小标宋简体";
const HEAD_FONT: &str = "黑体";
const TEXT_FONT: &str = "仿宋_GB2312";
const TITLE_SIZE: f64 = 22.0;
const LINE_SIZE: f64 = 12.0;
/// Sizes of the text in the table, the largest at which the row still fits a page is taken.
const TEXT_SIZES: [f64; 5] = [10.5, 9.5, 8.5, 7.5, 6.5];
const HEAD_SIZE: f64 = 10.5;
/// Blanks beside the text of a cell, in mm.
const PADDING_MM: f64 = 1.6;
const MM_PER_POINT: f64 = 25.4 / 72.0;
/// What Excel allows for a row, in points.
const MAX_ROW_POINTS: f64 = 409.0;
/// Height of an empty row to be filled in by hand, in points.
const BLANK_ROW_POINTS: f64 = 30.0;

/// A column of a form.
#[derive(Debug, Clone, PartialEq)]
pub struct FormColumn {
    /// Heading as printed; `\n` breaks the line.
    pub heading: String,
    /// Heading over several columns; neighbours with the same one share it.
    pub group: Option<String>,
    /// Width on paper in mm.
    pub width_mm: f64,
    /// What the column holds.
    pub kind: ColumnKind,
    /// Where its values stand.
    pub align: Align,
    /// Answers that the cell may have; offered as a list in Excel. Empty: anything.
    pub choices: Vec<String>,
}

/// Choices printed under the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormNote {
    /// 合作方式.
    pub title: String,
    /// A—合资 …
    pub lines: Vec<String>,
}

/// A row of a form with the key by which it is found again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FormRow {
    /// Key; empty for a row that nobody knows.
    pub key: String,
    /// Values, one for each column.
    pub cells: Vec<Out>,
}

/// A form with its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct FormSheet {
    /// 附件4, at the upper left; empty for none.
    pub number: String,
    /// Title.
    pub title: String,
    /// 单位（盖章）：…
    pub left_line: String,
    /// 填报日期：…
    pub right_line: String,
    /// Columns in order.
    pub columns: Vec<FormColumn>,
    /// Rows.
    pub rows: Vec<FormRow>,
    /// Empty rows to print when there are fewer rows than these.
    pub blank_rows: usize,
    /// Choices under the table, side by side.
    pub notes: Vec<FormNote>,
    /// Paper.
    pub paper: Paper,
    /// Lies across.
    pub landscape: bool,
    /// Margins at the left and right, in mm.
    pub margin_mm: f64,
    /// Lines of the hidden sheet.
    pub data: Vec<Vec<String>>,
}

/// Writes a form as a workbook of one visible sheet.
///
/// # Errors
/// A text longer than Excel takes, or a workbook that cannot be put together.
pub fn write_form(form: &FormSheet) -> Result<Vec<u8>, WriteError> {
    let mut book = Workbook::new();
    // A fixed day: the same facts give the same file.
    let created = rust_xlsxwriter::ExcelDateTime::from_ymd(2025, 1, 1)?;
    book.set_properties(
        &DocProperties::new()
            .set_title(form.title.as_str())
            .set_creation_datetime(&created),
    );
    let name = tab_name(&form.title, 1);
    let page = book.add_worksheet();
    page.set_name(&name)?;
    Writer::new(form).write(page)?;
    if !form.data.is_empty() {
        // Row by row, without a table of shared strings: nearly every text of it stands once.
        write_data(book.add_worksheet_with_constant_memory()?, &form.data)?;
    }
    Ok(book.save_to_buffer()?)
}

fn write_data(sheet: &mut Worksheet, data: &[Vec<String>]) -> Result<(), WriteError> {
    sheet.set_name(FORM_DATA_SHEET)?;
    sheet.set_very_hidden(true);
    for (row, cells) in (0..).zip(data) {
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(row, column, cell)?;
        }
    }
    Ok(())
}

/// Text of a table cell in all its sizes, by column.
struct Body {
    sizes: Vec<ColumnFormats>,
}

struct Writer<'a> {
    form: &'a FormSheet,
    bodies: Vec<Body>,
    /// Height of the paper between the margins, in points.
    room: f64,
}

impl<'a> Writer<'a> {
    fn new(form: &'a FormSheet) -> Self {
        let (short, long) = match form.paper {
            Paper::A4 => (210.0, 297.0),
            Paper::A3 => (297.0, 420.0),
        };
        let height: f64 = if form.landscape { short } else { long };
        Self {
            form,
            bodies: form.columns.iter().map(body).collect(),
            // Margins, repeated headings and page number take their share.
            room: ((height - 75.0) / MM_PER_POINT).min(MAX_ROW_POINTS),
        }
    }

    fn write(&self, page: &mut Worksheet) -> Result<(), WriteError> {
        self.set_page(page)?;
        let (heading, below) = self.write_head(page)?;
        let mut row = below;
        for line in &self.form.rows {
            self.write_row(page, row, line)?;
            row += 1;
        }
        let missing = self.form.blank_rows.saturating_sub(self.form.rows.len());
        for _ in 0..missing {
            self.write_row(page, row, &FormRow::default())?;
            row += 1;
        }
        self.write_choices(page, below, row)?;
        let end = self.write_notes(page, row)?;
        page.set_repeat_rows(heading, below - 1)?;
        page.set_print_area(0, 0, end.saturating_sub(1), self.last())?;
        page.set_freeze_panes(below, 0)?;
        Ok(())
    }

    /// Index of the last printed column.
    fn last(&self) -> u16 {
        self.form.columns.len().saturating_sub(1) as u16
    }

    fn set_page(&self, page: &mut Worksheet) -> Result<(), WriteError> {
        for (index, column) in (0..).zip(&self.form.columns) {
            page.set_column_width(index, excel_width(column.width_mm))?;
        }
        let key = self.last() + 1;
        page.set_column_width(key, 12.0)?;
        page.set_column_hidden(key)?;
        page.set_paper_size(match self.form.paper {
            Paper::A4 => 9,
            Paper::A3 => 8,
        });
        if self.form.landscape {
            page.set_landscape();
        }
        page.set_print_fit_to_pages(1, 0);
        let side = self.form.margin_mm / 25.4;
        page.set_margins(side, side, 0.6, 0.7, 0.3, 0.4);
        page.set_print_center_horizontally(true);
        page.set_footer("&C&\"宋体\"&14— &P —");
        Ok(())
    }

    /// Number, title, stamp line and headings; the first row of the headings and the row below them.
    fn write_head(&self, page: &mut Worksheet) -> Result<(u32, u32), WriteError> {
        let form = self.form;
        let mut row = 0;
        if !form.number.is_empty() {
            let format = charset(HEAD_FONT, 14.0).set_align(FormatAlign::Left);
            page.write_string_with_format(row, 0, &form.number, &format)?;
            page.set_row_height(row, 22.0)?;
            row += 1;
        }
        let title = charset(TITLE_FONT, TITLE_SIZE).set_align(FormatAlign::Center);
        self.over(page, (row, 0, self.last()), &form.title, &title)?;
        page.set_row_height(row, 40.0)?;
        row += 1;
        self.write_stamp_line(page, row)?;
        row += 1;
        let below = self.write_headings(page, row)?;
        Ok((row, below))
    }

    fn write_stamp_line(&self, page: &mut Worksheet, row: u32) -> Result<(), WriteError> {
        let format = charset(TEXT_FONT, LINE_SIZE);
        page.set_row_height(row, 24.0)?;
        let split = self.column_at(0.6);
        let left = format.clone().set_align(FormatAlign::Left);
        self.over(page, (row, 0, split), &self.form.left_line, &left)?;
        if split < self.last() {
            let right = format.set_align(FormatAlign::Right);
            let place = (row, split + 1, self.last());
            self.over(page, place, &self.form.right_line, &right)?;
        }
        Ok(())
    }

    /// The last column that ends within a share of the width.
    fn column_at(&self, share: f64) -> u16 {
        let all: f64 = self.form.columns.iter().map(|c| c.width_mm).sum();
        let mut taken = 0.0;
        for (index, column) in (0..).zip(&self.form.columns) {
            taken += column.width_mm;
            if taken >= all * share {
                return index;
            }
        }
        self.last()
    }

    fn write_headings(&self, page: &mut Worksheet, row: u32) -> Result<u32, WriteError> {
        let columns = &self.form.columns;
        let format = ruled(HEAD_FONT, HEAD_SIZE)
            .set_align(FormatAlign::Center)
            .set_text_wrap();
        let grouped = columns.iter().any(|column| column.group.is_some());
        let lower = row + u32::from(grouped);
        let mut height = 0.0f64;
        let mut index = 0;
        while let Some(column) = columns.get(index) {
            height = height.max(points(&column.heading, column.width_mm, HEAD_SIZE));
            let at = index as u16;
            match &column.group {
                None if grouped => {
                    page.merge_range(row, at, lower, at, &column.heading, &format)?;
                }
                None => {
                    page.write_string_with_format(row, at, &column.heading, &format)?;
                }
                Some(group) => {
                    page.write_string_with_format(lower, at, &column.heading, &format)?;
                    let begins = index == 0 || columns[index - 1].group.as_ref() != Some(group);
                    if begins {
                        let same = columns[index..]
                            .iter()
                            .take_while(|other| other.group.as_ref() == Some(group));
                        let end = at + same.count() as u16 - 1;
                        self.over(page, (row, at, end), group, &format)?;
                    }
                }
            }
            index += 1;
        }
        if grouped {
            page.set_row_height(row, 24.0)?;
        }
        page.set_row_height(lower, height + 10.0)?;
        let key = charset(TEXT_FONT, 9.0);
        page.write_string_with_format(lower, self.last() + 1, FORM_KEY_HEADING, &key)?;
        Ok(lower + 1)
    }

    /// A row in the largest size at which all of it stands on a page.
    fn write_row(&self, page: &mut Worksheet, row: u32, line: &FormRow) -> Result<(), WriteError> {
        let needed = |size: f64| {
            let cells = line.cells.iter().zip(&self.form.columns);
            let heights = cells.map(|(cell, column)| match cell {
                Out::Text(text) => points(text, column.width_mm, size),
                _ => size,
            });
            heights.fold(size, f64::max) + 8.0
        };
        let size = TEXT_SIZES
            .iter()
            .position(|size| needed(*size) <= self.room);
        let size = size.unwrap_or(TEXT_SIZES.len() - 1);
        let least = if line.cells.is_empty() {
            BLANK_ROW_POINTS
        } else {
            24.0
        };
        page.set_row_height(row, needed(TEXT_SIZES[size]).clamp(least, MAX_ROW_POINTS))?;
        for (index, body) in self.bodies.iter().enumerate() {
            let cell = line.cells.get(index).unwrap_or(&Out::Empty);
            let written = write_value(page, row, index as u16, cell, &body.sizes[size])?;
            if written.is_too_long() {
                return Err(WriteError::TextTooLong {
                    sheet: self.form.title.clone(),
                    line: u64::from(row) + 1,
                    column: self.form.columns[index].heading.clone(),
                });
            }
        }
        if !line.key.is_empty() {
            page.write_string(row, self.last() + 1, &line.key)?;
        }
        Ok(())
    }

    /// Lists to choose from in the cells of the table, and some rows below for rows that are added.
    fn write_choices(
        &self,
        page: &mut Worksheet,
        first: u32,
        below: u32,
    ) -> Result<(), WriteError> {
        for (index, column) in (0..).zip(&self.form.columns) {
            if column.choices.is_empty() || below <= first {
                continue;
            }
            let choices: Vec<&str> = column.choices.iter().map(String::as_str).collect();
            let rule = rust_xlsxwriter::DataValidation::new()
                .allow_list_strings(&choices)?
                .set_error_style(rust_xlsxwriter::DataValidationErrorStyle::Warning)
                .set_error_title("请核对选项")?
                .set_error_message(format!("可填：{}", choices.join("、")))?;
            page.add_data_validation(first, index, below - 1, index, &rule)?;
        }
        Ok(())
    }

    /// The choices side by side under the table; the row below them.
    fn write_notes(&self, page: &mut Worksheet, row: u32) -> Result<u32, WriteError> {
        let notes = &self.form.notes;
        if notes.is_empty() {
            return Ok(row);
        }
        let lines = notes.iter().map(|note| note.lines.len()).max().unwrap_or(0) + 1;
        let height = (lines as f64 * 10.5 * 1.35 + 8.0).min(MAX_ROW_POINTS);
        page.set_row_height(row, height)?;
        let format = ruled(TEXT_FONT, 10.5)
            .set_align(FormatAlign::Left)
            .set_align(FormatAlign::Top)
            .set_text_wrap();
        let mut from = 0;
        for (index, note) in notes.iter().enumerate() {
            let share = (index + 1) as f64 / notes.len() as f64;
            let to = match index + 1 == notes.len() {
                true => self.last(),
                false => self.column_at(share).max(from),
            };
            let text = format!("{}：\n{}", note.title, note.lines.join("\n"));
            self.over(page, (row, from, to), &text, &format)?;
            from = (to + 1).min(self.last());
        }
        Ok(row + 1)
    }

    /// Text over the columns from one to another.
    fn over(
        &self,
        page: &mut Worksheet,
        (row, from, to): (u32, u16, u16),
        text: &str,
        format: &Format,
    ) -> Result<(), WriteError> {
        if to > from {
            page.merge_range(row, from, row, to, text, format)?;
        } else {
            page.write_string_with_format(row, from, text, format)?;
        }
        Ok(())
    }
}

fn body(column: &FormColumn) -> Body {
    let align = match column.align {
        Align::Left => FormatAlign::Left,
        Align::Center => FormatAlign::Center,
        Align::Right => FormatAlign::Right,
    };
    let formats = |size: &f64| {
        let base = ruled(TEXT_FONT, *size).set_align(align).set_text_wrap();
        ColumnFormats {
            // Codes that are typed later stay text.
            text: match column.kind {
                ColumnKind::Text => base.clone().set_num_format("@"),
                _ => base.clone(),
            },
            // Amounts show the digits that they have: 2.5, not 2.50.
            number: base.clone().set_num_format("General"),
            day: base.set_num_format("yyyy-mm-dd"),
        }
    };
    Body {
        sizes: TEXT_SIZES.iter().map(formats).collect(),
    }
}

fn ruled(font: &str, size: f64) -> Format {
    charset(font, size).set_border(FormatBorder::Thin)
}

/// Height in points that wrapped text takes in a column of this width. A Chinese character is as wide as its size;
/// lines are a third higher.
fn points(text: &str, width_mm: f64, size: f64) -> f64 {
    let room = ((width_mm - PADDING_MM * 2.0) / MM_PER_POINT / (size / 2.0)).max(2.0);
    // A line cannot end with half a character, nor begin with a stop.
    let room = ((room / 2.0).floor() * 2.0 - 1.0).max(2.0);
    let lines = text
        .split('\n')
        .map(|line| (display_width(line) / room).ceil().max(1.0));
    lines.sum::<f64>() * size * 1.35
}

/// Excel counts widths in digits of its default font, 7 pixels each at 96 to the inch, and 5 pixels beside.
fn excel_width(mm: f64) -> f64 {
    ((mm / 25.4 * 96.0 - 5.0) / 7.0).max(1.0)
}
