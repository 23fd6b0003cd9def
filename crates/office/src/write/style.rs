//! Fonts, borders and fills, made once for a workbook.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

use super::{Align, Column, ColumnKind};

const FONT: &str = "宋体";
const NOTE_FONT: &str = "仿宋";
const LINE_COLOR: u32 = 0x00A6_A6A6;
const HEADING_FILL: u32 = 0x00E2_E8F0;
const FAULT_FILL: u32 = 0x00FF_C7CE;
const FAULT_TEXT: u32 = 0x009C_0006;

/// Formats of one column for each kind of value that may stand in it.
pub(super) struct ColumnFormats {
    pub(super) text: Format,
    pub(super) number: Format,
    pub(super) day: Format,
}

/// All formats of a workbook.
pub(super) struct Styles {
    pub(super) title: Format,
    pub(super) note: Format,
    pub(super) heading: Format,
    pub(super) plain: Vec<ColumnFormats>,
    pub(super) faulty: Vec<ColumnFormats>,
    pub(super) footer: Vec<ColumnFormats>,
}

impl Styles {
    pub(super) fn new(columns: &[Column]) -> Self {
        let body = framed().set_text_wrap();
        let faulty = body
            .clone()
            .set_background_color(FAULT_FILL)
            .set_font_color(FAULT_TEXT);
        let footer = body.clone().set_bold().set_background_color(HEADING_FILL);
        let each = |base: &Format| {
            columns
                .iter()
                .map(|c| column_formats(base, c.kind))
                .collect()
        };
        Self {
            title: font(FONT, 16.0).set_bold().set_align(FormatAlign::Center),
            note: font(NOTE_FONT, 11.0)
                .set_align(FormatAlign::Left)
                .set_text_wrap(),
            heading: framed()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_background_color(HEADING_FILL),
            plain: each(&body),
            faulty: each(&faulty),
            footer: each(&footer),
        }
    }
}

/// A Chinese font of a size, in the middle of its cell.
pub(super) fn charset(name: &str, size: f64) -> Format {
    font(name, size)
}

fn font(name: &str, size: f64) -> Format {
    // Family 3 and character set 134 (GB2312) let an office program without the font choose a Chinese one.
    Format::new()
        .set_font_name(name)
        .set_font_size(size)
        .set_font_family(3)
        .set_font_charset(134)
        .set_align(FormatAlign::VerticalCenter)
}

fn framed() -> Format {
    font(FONT, 10.5)
        .set_border(FormatBorder::Thin)
        .set_border_color(LINE_COLOR)
}

fn column_formats(base: &Format, kind: ColumnKind) -> ColumnFormats {
    let aligned = |align: Align| {
        base.clone().set_align(match align {
            Align::Left => FormatAlign::Left,
            Align::Center => FormatAlign::Center,
            Align::Right => FormatAlign::Right,
        })
    };
    let own = aligned(kind.align());
    ColumnFormats {
        // "@" keeps codes that are typed into the cell later from becoming numbers.
        text: match kind {
            ColumnKind::Text => own.clone().set_num_format("@"),
            _ => own.clone(),
        },
        number: match kind {
            ColumnKind::Integer => own.clone().set_num_format("0"),
            ColumnKind::Decimal(0) => own.clone().set_num_format("0"),
            ColumnKind::Decimal(places) => own
                .clone()
                .set_num_format(format!("0.{}", "0".repeat(usize::from(places.min(15))))),
            ColumnKind::Text | ColumnKind::Day => own.clone(),
        },
        day: aligned(Align::Center).set_num_format("yyyy-mm-dd"),
    }
}
