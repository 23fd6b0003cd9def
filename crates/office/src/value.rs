//! Cell values, and how numbers and serial days of a workbook become exact text and calendar days.

use std::borrow::Cow;

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CellValue {
    /// Nothing.
    #[default]
    Empty,
    /// Text, exactly as it stands in the cell.
    Text(String),
    /// A number as plain decimal text: the shortest that means the same (`1.2`, `300`, `-0.05`), without exponent.
    Number(String),
    /// A calendar day: the cell was a number formatted as a date.
    Day(Date),
    /// TRUE or FALSE.
    Bool(bool),
    /// An ordinary formula whose result was never saved, so that nothing is known about its value.
    Formula {
        /// The formula without the leading equals sign.
        formula: String,
    },
    /// A cell that must not be used; the text is the reason, in Chinese.
    Error(String),
}

/// One cell of a [`crate::Table`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// What the cell holds.
    pub value: CellValue,
}

impl Cell {
    /// What a person would read in the cell: text, number, `2024-08-31`, `是`/`否`, the formula, or the reason of an error.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.value {
            CellValue::Empty => Cow::Borrowed(""),
            CellValue::Text(text) | CellValue::Number(text) | CellValue::Error(text) => {
                Cow::Borrowed(text)
            }
            CellValue::Day(day) => Cow::Owned(day.to_string()),
            CellValue::Bool(true) => Cow::Borrowed("是"),
            CellValue::Bool(false) => Cow::Borrowed("否"),
            CellValue::Formula { formula } => Cow::Owned(format!("={formula}")),
        }
    }

    /// Whether nothing can be read in the cell (no value, or blanks only).
    pub fn is_empty(&self) -> bool {
        match &self.value {
            CellValue::Empty => true,
            CellValue::Text(text) => text.chars().all(is_blank),
            _ => false,
        }
    }
}

/// The letters above a column in Excel: 0 → `A`, 25 → `Z`, 26 → `AA`.
pub fn column_letters(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// Blanks that people cannot see: white space in all widths, zero-width characters, byte-order marks.
pub(crate) fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Text without any blanks, as headings are compared.
pub(crate) fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !is_blank(*c)).collect()
}

/// Digits that a spreadsheet keeps of a number; whatever was typed beyond them is lost.
const KEPT_DIGITS: usize = 15;

/// A number of a workbook as [`CellValue::Number`], or as an error when Excel has lost digits of it.
pub(crate) fn number(value: f64) -> CellValue {
    if !value.is_finite() {
        return CellValue::Error("数字超出范围，请改成正常数字".into());
    }
    if value.fract() == 0.0 && value.abs() >= 1e15 {
        return CellValue::Error(format!(
            "长数字 {value} 超过 15 位，Excel 按数字保存时后面的位数已经丢失（变成 0）。请把这一列设为“文本”格式后重新填写完整号码"
        ));
    }
    if value == 0.0 {
        return CellValue::Number("0".into());
    }
    CellValue::Number(shortest(value))
}

/// Shortest decimal that reads back as `value`, held to the 15 digits that a spreadsheet shows, so that the sum of
/// 0.1 and 0.2 is 0.3 here as it is on the screen.
fn shortest(value: f64) -> String {
    let text = value.to_string();
    if significant_digits(&text) <= KEPT_DIGITS {
        return text;
    }
    match format!("{value:.*e}", KEPT_DIGITS - 1).parse::<f64>() {
        Ok(rounded) => rounded.to_string(),
        Err(_) => text,
    }
}

/// Digits from the first that is not zero to the last that is not zero.
pub(crate) fn significant_digits(decimal: &str) -> usize {
    let digits: String = decimal.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    if decimal.contains('.') {
        digits.trim_end_matches('0').len()
    } else {
        digits.len()
    }
}

/// Whether text is a plain decimal (`-12.50`), without blanks, exponent or separators.
pub(crate) fn is_plain_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut parts = unsigned.splitn(2, '.');
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    parts.next().is_some_and(all_digits) && parts.next().is_none_or(all_digits)
}

/// A serial day number as a value; the flag says that a time of day was dropped.
pub(crate) fn serial_day(serial: f64, is_1904: bool) -> (CellValue, bool) {
    let (mut day, mut seconds) = (
        serial.floor(),
        ((serial - serial.floor()) * 86_400.0).round(),
    );
    if seconds >= 86_400.0 {
        (day, seconds) = (day + 1.0, 0.0);
    }
    // 2_958_465 is 9999-12-31, the last day that Excel knows.
    if !serial.is_finite() || serial < 0.0 || day > 2_958_465.0 {
        let reason = format!("日期超出范围（序号 {serial}），请按 2024-08-31 的样式重新填写");
        return (CellValue::Error(reason), false);
    }
    if day == 0.0 && seconds > 0.0 {
        return (CellValue::Text(clock(seconds as u32)), false);
    }
    match serial_date(day as i64, is_1904) {
        Some(date) => (CellValue::Day(date), seconds > 0.0),
        None => {
            let shown = if day == 60.0 {
                "1900-02-29"
            } else {
                "1900-01-00"
            };
            let reason = format!("日期 {shown} 不存在，请按 2024-08-31 的样式重新填写");
            (CellValue::Error(reason), false)
        }
    }
}

/// Day of a serial number. In the 1900 system number 60 is a day that never was (29 February 1900), so that
/// everything after it counts from a day earlier.
fn serial_date(serial: i64, is_1904: bool) -> Option<Date> {
    let (epoch, days) = match (is_1904, serial) {
        (true, days) => (date(1904, 1, 1), days),
        (false, 0 | 60) => return None,
        (false, days) if days < 60 => (date(1899, 12, 31), days),
        (false, days) => (date(1899, 12, 30), days),
    };
    epoch.checked_add(days.days()).ok()
}

/// Seconds of a day as `HH:MM` or `HH:MM:SS`.
fn clock(seconds: u32) -> String {
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if second == 0 {
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}")
    }
}

/// A duration of a workbook, in days, as `HH:MM:SS` (hours may pass 24).
pub(crate) fn duration(days: f64) -> CellValue {
    if !days.is_finite() || !(0.0..1e7).contains(&days) {
        return CellValue::Error("时长超出范围，请改成文字".into());
    }
    let seconds = (days * 86_400.0).round() as u64;
    CellValue::Text(format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    ))
}

/// A day in ISO 8601 with or without a time (`2024-08-31T10:00:00`); the flag says that a time was dropped.
pub(crate) fn iso_day(text: &str) -> (CellValue, bool) {
    let (day, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    match day.parse::<Date>() {
        Ok(date) => {
            let has_time = time.chars().any(|c| matches!(c, '1'..='9'));
            (CellValue::Day(date), has_time)
        }
        Err(_) => (CellValue::Text(text.to_owned()), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(value: f64) -> String {
        Cell {
            value: number(value),
        }
        .text()
        .into_owned()
    }

    #[test]
    fn numbers_are_the_shortest_text_with_the_same_meaning() {
        assert_eq!(text_of(1.2), "1.2");
        assert_eq!(text_of(4.1), "4.1");
        assert_eq!(text_of(0.1 + 0.2), "0.3");
        assert_eq!(text_of(1.2000000000000002), "1.2");
        assert_eq!(text_of(300.0), "300");
        assert_eq!(text_of(-0.0), "0");
        assert_eq!(text_of(1e-7), "0.0000001");
        assert_eq!(text_of(999_999_999_999_999.0), "999999999999999");
    }

    #[test]
    fn an_eighteen_digit_code_kept_as_a_number_is_an_error() {
        let CellValue::Error(reason) = number(914_290_055_550_001_234.0) else {
            unreachable!("the digits are lost")
        };
        assert!(reason.contains("文本"), "{reason}");
    }

    #[test]
    fn serial_numbers_become_days_in_both_date_systems() {
        let day = |serial, is_1904| serial_day(serial, is_1904);
        assert_eq!(
            day(45535.0, false),
            (CellValue::Day(date(2024, 8, 31)), false)
        );
        assert_eq!(
            day(44073.0, true),
            (CellValue::Day(date(2024, 8, 31)), false)
        );
        assert_eq!(day(1.0, false), (CellValue::Day(date(1900, 1, 1)), false));
        assert_eq!(day(59.0, false), (CellValue::Day(date(1900, 2, 28)), false));
        assert_eq!(day(61.0, false), (CellValue::Day(date(1900, 3, 1)), false));
        assert_eq!(
            day(45535.5, false),
            (CellValue::Day(date(2024, 8, 31)), true)
        );
        assert_eq!(
            day(45_534.999_999_999, false),
            (CellValue::Day(date(2024, 8, 31)), false)
        );
        assert_eq!(day(0.4375, false), (CellValue::Text("10:30".into()), false));
        for impossible in [60.0, 0.0, -1.0, 3e6, f64::NAN] {
            assert!(
                matches!(day(impossible, false).0, CellValue::Error(_)),
                "{impossible}"
            );
        }
    }

    #[test]
    fn column_letters_are_those_of_excel() {
        let named: Vec<_> = [0, 25, 26, 51, 52, 701, 702].map(column_letters).into();
        assert_eq!(named, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn plain_decimals_are_told_from_other_text() {
        for yes in ["1", "-1.50", "+3", "007"] {
            assert!(is_plain_decimal(yes), "{yes}");
        }
        for no in [
            "", "-", "1.", ".5", "1e5", "1,000", "－1", " 1", "1.2.3", "-cmd",
        ] {
            assert!(!is_plain_decimal(no), "{no}");
        }
    }
}
