//! Writing: workbooks row by row, CSV, and a rejected table with its faults marked.

mod faults;
mod form;
mod sheet;
mod style;
mod text;

pub use faults::{FAULT_HEADING, write_faults};
pub use form::{
    FORM_DATA_SHEET, FORM_KEY_HEADING, FormColumn, FormNote, FormRow, FormSheet, write_form,
};
pub use sheet::SheetWriter;
pub use text::write_csv;

use jiff::civil::Date;

/// Where text stands in its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Days, headings.
    Center,
    /// Numbers.
    Right,
}

/// What a column holds; decides format and alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text; digits typed into it later stay text.
    Text,
    /// Whole numbers.
    Integer,
    /// Decimals shown with this many places; the value keeps all its digits.
    Decimal(u8),
    /// Calendar days as 2024-08-31.
    Day,
}

impl ColumnKind {
    /// Where the values of such a column stand.
    pub fn align(self) -> Align {
        match self {
            Self::Text => Align::Left,
            Self::Integer | Self::Decimal(_) => Align::Right,
            Self::Day => Align::Center,
        }
    }
}

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Heading.
    pub heading: String,
    /// Width in characters of Excel: a Latin letter is 1, a Chinese character about 2.
    pub width: f64,
    /// What the column holds.
    pub kind: ColumnKind,
}

impl Column {
    /// A column as wide as its heading and the usual values of its kind need.
    pub fn new(heading: impl Into<String>, kind: ColumnKind) -> Self {
        let heading = heading.into();
        let usual = match kind {
            ColumnKind::Text => 14.0,
            ColumnKind::Integer => 8.0,
            ColumnKind::Decimal(_) => 12.0,
            ColumnKind::Day => 12.0,
        };
        // Headings wrap, and room for the filter button is needed.
        let width = (display_width(&heading) + 4.0).clamp(usual, 30.0);
        Self {
            heading,
            width,
            kind,
        }
    }

    /// The same column with another width.
    pub fn wide(mut self, width: f64) -> Self {
        self.width = width;
        self
    }
}

/// Width of text in Latin letters; Chinese characters and full-width signs take two.
pub(crate) fn display_width(text: &str) -> f64 {
    let wide = |c: char| matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}');
    let line_width = |line: &str| line.chars().map(|c| if wide(c) { 2.0 } else { 1.0 }).sum();
    text.lines().map(line_width).fold(0.0, f64::max)
}

/// A value to write.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Out {
    /// Nothing.
    #[default]
    Empty,
    /// Text; never taken for a formula.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A plain decimal as text (`12.50`). With more than 15 digits it is written as text, since Excel would lose some.
    Decimal(String),
    /// A calendar day.
    Day(Date),
}

/// A cell to write.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutCell {
    /// The value.
    pub value: Out,
    /// Why the value is wrong: the cell is filled red and carries the reason as a comment.
    pub fault: Option<String>,
}

impl From<Out> for OutCell {
    fn from(value: Out) -> Self {
        Self { value, fault: None }
    }
}

/// Paper for printing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 297 × 420 mm.
    A3,
}

/// A sheet to write: everything but the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Name on the tab; characters that Excel forbids are replaced.
    pub name: String,
    /// Title over the whole width.
    pub title: Option<String>,
    /// Lines between title and headings, such as 填报单位 and 单位：万元.
    pub note_lines: Vec<String>,
    /// Columns in order.
    pub columns: Vec<Column>,
    /// Last row, such as 合计; one value per column.
    pub footer: Option<Vec<Out>>,
    /// Keep the headings on the screen while scrolling.
    pub freeze_heading: bool,
    /// Filter buttons in the headings.
    pub autofilter: bool,
    /// Print across the longer side.
    pub landscape: bool,
    /// Paper to print on.
    pub paper: Paper,
    /// Print the headings on every page.
    pub repeat_heading: bool,
    /// Print all columns on one page width.
    pub fit_width: bool,
}

impl Sheet {
    /// A sheet for the screen and for A4 across, with headings that stay, filter and repeated headings.
    pub fn new(name: impl Into<String>, columns: Vec<Column>) -> Self {
        Self {
            name: name.into(),
            title: None,
            note_lines: Vec::new(),
            columns,
            footer: None,
            freeze_heading: true,
            autofilter: true,
            landscape: true,
            paper: Paper::A4,
            repeat_heading: true,
            fit_width: true,
        }
    }
}
