//! Days in cells: read exactly, or kept in words; a day is never invented.

use calendar::{Day, DayError, parse_day};
use office::{Cell, CellValue};

use super::headings::half_width;

/// What a cell with a day says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DayCell {
    /// Nothing happened yet: 否, 未开工, /.
    No,
    /// A day.
    On(Day),
    /// It happened, but the cell names no certain day (2023年, 2020年第三季度, 已签约).
    Vague(String),
    /// It is planned (拟3月底签约), so it did not happen.
    Planned(String),
    /// Wrong.
    Wrong(String),
}

/// Words with which a cell says that something has not happened.
const NOT_YET: [&str; 8] = ["未", "否", "无", "暂", "尚", "不", "待", "没"];
/// Words with which a cell says that something will happen.
const PLANNED: [&str; 6] = ["拟", "计划", "预计", "将", "力争", "即将"];

/// Reads a cell of a column of days.
pub(super) fn read_day(cell: &Cell) -> DayCell {
    match &cell.value {
        CellValue::Day(day) => checked_year(*day),
        CellValue::Bool(true) => DayCell::Vague("是".to_owned()),
        CellValue::Bool(false) => DayCell::No,
        _ => read_day_text(cell.text().trim()),
    }
}

/// Reads the text of a cell of a column of days.
pub(super) fn read_day_text(text: &str) -> DayCell {
    let plain: String = text.chars().map(half_width).collect();
    let plain = plain.trim();
    if plain.is_empty()
        || plain
            .chars()
            .all(|c| matches!(c, '/' | '-' | '—' | '\\' | '.' | '×'))
    {
        return DayCell::No;
    }
    match parse_day(without_time(plain)) {
        Ok(day) => DayCell::On(day),
        Err(DayError::Form { .. }) => other_forms(text, plain),
        Err(error) => DayCell::Wrong(error.to_string()),
    }
}

fn checked_year(day: Day) -> DayCell {
    match parse_day(&day.to_string()) {
        Ok(day) => DayCell::On(day),
        Err(error) => DayCell::Wrong(error.to_string()),
    }
}

/// `2024-08-31 00:00:00`, as programs export days.
fn without_time(text: &str) -> &str {
    match text.split_once([' ', 'T']) {
        Some((day, time))
            if time
                .bytes()
                .all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'Z')) =>
        {
            day
        }
        _ => text,
    }
}

fn other_forms(text: &str, plain: &str) -> DayCell {
    if let Some(day) = eight_digits(plain) {
        return match parse_day(&day) {
            Ok(day) => DayCell::On(day),
            Err(error) => DayCell::Wrong(error.to_string()),
        };
    }
    if NOT_YET.iter().any(|word| plain.starts_with(word)) {
        return DayCell::No;
    }
    if PLANNED.iter().any(|word| plain.starts_with(word)) {
        return DayCell::Planned(text.to_owned());
    }
    if is_year_or_month(plain) || !plain.is_ascii() {
        return DayCell::Vague(text.to_owned());
    }
    DayCell::Wrong(
        DayError::Form {
            text: text.chars().take(40).collect(),
        }
        .to_string(),
    )
}

/// `20240831`, which can be read in one way only.
fn eight_digits(plain: &str) -> Option<String> {
    let all_digits = plain.len() == 8 && plain.bytes().all(|b| b.is_ascii_digit());
    all_digits.then(|| format!("{}-{}-{}", &plain[..4], &plain[4..6], &plain[6..]))
}

/// `2023`, `2018-01`, `2018.1`, `2018/01`.
fn is_year_or_month(plain: &str) -> bool {
    let (year, month) = plain.split_once(['-', '.', '/']).unwrap_or((plain, "1"));
    let year_is = year.len() == 4
        && year
            .parse::<u16>()
            .is_ok_and(|year| (1900..2200).contains(&year));
    year_is
        && month.len() <= 2
        && month
            .parse::<u8>()
            .is_ok_and(|month| (1..=12).contains(&month))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_read_in_every_way_they_are_written() {
        let expected = DayCell::On(date(2024, 8, 31));
        for text in [
            "2024-08-31",
            "2024/8/31",
            "2024.8.31",
            "2024年8月31日",
            "20240831",
            "２０２４-08-31",
            "2024-08-31 00:00:00",
            "2024-08-31T10:00:00",
        ] {
            assert_eq!(read_day_text(text), expected, "{text}");
        }
        assert_eq!(
            read_day(&Cell {
                value: CellValue::Day(date(2024, 8, 31))
            }),
            expected
        );
    }

    #[test]
    fn vague_days_of_real_lists_stay_words() {
        for text in [
            "2020年第三季度",
            "2023年",
            "截至2022-02-14",
            "10月17日(第38届菊花文化节;年份原文未写)",
            "2015-03",
            "2018",
            "2018.1",
            "约2009-2010年(原文未写)",
            "第三届鱼台孝贤文化节(日期原文未见)",
            "已签约",
            "是",
            "2024年8月",
            "8月份奠基",
        ] {
            assert_eq!(
                read_day_text(text),
                DayCell::Vague(text.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_has_not_happened_has_no_day() {
        for text in ["", "/", "—", "否", "未开工", "尚未签约", "无", "待定"] {
            assert_eq!(read_day_text(text), DayCell::No, "{text}");
        }
        for text in ["拟3月底签约", "计划2025年10月", "预计年底"] {
            assert_eq!(
                read_day_text(text),
                DayCell::Planned(text.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn days_that_do_not_exist_are_wrong() {
        for (text, words) in [
            ("2024-02-31", "没有 31 日"),
            ("20240231", "没有 31 日"),
            ("2024-13-01", "没有 13 月"),
            ("2023年2月29日", "没有 29 日"),
            ("0204-08-31", "年份 204"),
            ("45535", "不是日期"),
            ("abc", "不是日期"),
        ] {
            match read_day_text(text) {
                DayCell::Wrong(reason) => assert!(reason.contains(words), "{reason}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}
