//! Days as people write them, and days as numbers to reckon with.

use jiff::SignedDuration;
use jiff::civil::{Weekday, date};
use thiserror::Error;

/// A civil day: no time of day, no time zone.
pub type Day = jiff::civil::Date;

/// The first year for which a due day is worked out.
pub(crate) const FIRST_YEAR: i16 = 1900;
/// The last year for which a due day is worked out.
pub(crate) const LAST_YEAR: i16 = 2199;

const SECONDS_PER_DAY: i64 = 86_400;
/// Number 0, a Monday, so that `number mod 7` is the weekday.
const ORIGIN: Day = date(1900, 1, 1);
/// The number of 31 December of [`LAST_YEAR`].
pub(crate) const LAST_NUMBER: i32 = 109_572;

/// Why a text is not a day. The message is for users and quotes the text.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum DayError {
    /// Nothing was written.
    #[error("日期为空。请写成 2025-07-30 或 2025年7月30日。")]
    Empty,
    /// The text is not year, month and day in one of the four forms.
    #[error("“{text}”不是日期。请写成 2025-07-30、2025/7/30、2025.7.30 或 2025年7月30日。")]
    Form {
        /// The text as written, cut when long.
        text: String,
    },
    /// The year lies outside 1900–2199, mostly a slip of the keyboard.
    #[error("“{text}”的年份 {year} 不在 1900 年至 2199 年之内。请核对年份。")]
    Year {
        /// The text as written.
        text: String,
        /// The year as read.
        year: i16,
    },
    /// There is no such month.
    #[error("“{text}”没有这一天：月份只有 1 至 12，没有 {month} 月。")]
    Month {
        /// The text as written.
        text: String,
        /// The month as read.
        month: i8,
    },
    /// The month has no such day.
    #[error("“{text}”没有这一天：{year}年{month}月只有 {days} 天，没有 {day} 日。")]
    DayOfMonth {
        /// The text as written.
        text: String,
        /// The year as read.
        year: i16,
        /// The month as read.
        month: i8,
        /// The day as read.
        day: i8,
        /// How many days the month has.
        days: i8,
    },
}

/// Reads a day written as `2025-07-30`, `2025/7/30`, `2025.7.30` or `2025年7月30日`.
///
/// Blanks around the text do not matter. The year has four digits and lies in 1900–2199.
///
/// # Errors
///
/// [`DayError`] when the text has another form or names a day that does not exist.
///
/// ```
/// use calendar::parse_day;
///
/// assert_eq!(parse_day("2025年7月30日"), parse_day("2025-07-30"));
/// assert_eq!(
///     parse_day("2025-02-31").unwrap_err().to_string(),
///     "“2025-02-31”没有这一天：2025年2月只有 28 天，没有 31 日。",
/// );
/// ```
pub fn parse_day(text: &str) -> Result<Day, DayError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DayError::Empty);
    }
    let (year, month, day) = split_parts(text)
        .and_then(read_parts)
        .ok_or_else(|| DayError::Form { text: shown(text) })?;
    real_day(text, year, month, day)
}

fn real_day(text: &str, year: i16, month: i8, day: i8) -> Result<Day, DayError> {
    let text = || text.to_owned();
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return Err(DayError::Year { text: text(), year });
    }
    let Ok(first) = Day::new(year, month, 1) else {
        return Err(DayError::Month {
            text: text(),
            month,
        });
    };
    Day::new(year, month, day).map_err(|_| DayError::DayOfMonth {
        text: text(),
        year,
        month,
        day,
        days: first.days_in_month(),
    })
}

fn split_parts(text: &str) -> Option<(&str, &str, &str)> {
    if let Some(rest) = text.strip_suffix('日') {
        let (year, rest) = rest.split_once('年')?;
        let (month, day) = rest.split_once('月')?;
        return Some((year, month, day));
    }
    let separator = text.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
    let (year, rest) = text.split_once(separator)?;
    let (month, day) = rest.split_once(separator)?;
    Some((year, month, day))
}

fn read_parts((year, month, day): (&str, &str, &str)) -> Option<(i16, i8, i8)> {
    if year.len() != 4 || !all_digits(year) {
        return None;
    }
    Some((
        year.parse().ok()?,
        one_or_two_digits(month)?,
        one_or_two_digits(day)?,
    ))
}

fn one_or_two_digits(text: &str) -> Option<i8> {
    (text.len() <= 2 && all_digits(text)).then(|| text.parse().ok())?
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a message quotes of a text that may be of any length.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 40;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars()
        .take(MOST)
        .chain(std::iter::once('…'))
        .collect()
}

/// The weekday in Chinese.
///
/// ```
/// use calendar::{parse_day, weekday_zh};
///
/// assert_eq!(weekday_zh(parse_day("2025-07-30")?), "星期三");
/// # Ok::<(), calendar::DayError>(())
/// ```
pub fn weekday_zh(d: Day) -> &'static str {
    match d.weekday() {
        Weekday::Monday => "星期一",
        Weekday::Tuesday => "星期二",
        Weekday::Wednesday => "星期三",
        Weekday::Thursday => "星期四",
        Weekday::Friday => "星期五",
        Weekday::Saturday => "星期六",
        Weekday::Sunday => "星期日",
    }
}

/// The number of a day, counted from 1 January 1900.
///
/// Written out because it stands on the path of every limit of every project; the year begins with
/// March here, so that the leap day is its last.
#[inline]
pub(crate) fn number_of(day: Day) -> i32 {
    /// 1 January 1900, counted from 1 March of the year 0.
    const ORIGIN_FROM_MARCH_0: i32 = 693_901;
    let month = i32::from(day.month());
    let year = i32::from(day.year()) - i32::from(month <= 2);
    let months_since_march = (month + 9) % 12;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days_before_month = (153 * months_since_march + 2) / 5;
    year * 365 + leap_days + days_before_month + i32::from(day.day()) - 1 - ORIGIN_FROM_MARCH_0
}

/// The day of a number, if it lies in the range of the calendar.
#[inline]
pub(crate) fn day_of(number: i32) -> Option<Day> {
    if !(0..=LAST_NUMBER).contains(&number) {
        return None;
    }
    let distance = SignedDuration::from_secs(i64::from(number) * SECONDS_PER_DAY);
    ORIGIN.checked_add(distance).ok()
}

/// The year of a number, also outside the range of the calendar.
#[inline]
pub(crate) fn year_of(number: i32) -> i16 {
    let distance = SignedDuration::from_secs(i64::from(number) * SECONDS_PER_DAY);
    ORIGIN.saturating_add(distance).year()
}

/// Whether due days are worked out from this day.
#[inline]
pub(crate) fn in_range(day: Day) -> bool {
    (FIRST_YEAR..=LAST_YEAR).contains(&day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_ways_of_writing_a_day_mean_the_same() {
        let expected = date(2025, 7, 30);
        for text in [
            "2025-07-30",
            "2025/7/30",
            "2025.7.30",
            "2025年7月30日",
            " 2025年07月30日 ",
        ] {
            assert_eq!(parse_day(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn texts_that_are_no_day_are_refused_with_the_reason() {
        let cases = [
            ("", "日期为空"),
            ("昨天", "不是日期"),
            ("2025-07", "不是日期"),
            ("2025-7/30", "不是日期"),
            ("25-07-30", "不是日期"),
            ("2025-007-30", "不是日期"),
            ("2025-+7-30", "不是日期"),
            ("2025年7月30", "不是日期"),
            ("2025-07-30 08:00", "不是日期"),
            ("2025-13-01", "没有 13 月"),
            ("2025-00-01", "没有 0 月"),
            ("2025-02-31", "2025年2月只有 28 天，没有 31 日"),
            ("2023年2月29日", "2023年2月只有 28 天，没有 29 日"),
            ("2025-04-00", "没有 0 日"),
            ("0205-07-30", "年份 205 不在"),
            ("2205-07-30", "年份 2205 不在"),
        ];
        for (text, reason) in cases {
            let message = parse_day(text).unwrap_err().to_string();
            assert!(message.contains(reason), "{text}: {message}");
            assert!(message.contains(text), "{text}: {message}");
        }
    }

    #[test]
    fn a_message_does_not_repeat_a_text_of_any_length() {
        let message = parse_day(&"招商".repeat(10_000)).unwrap_err().to_string();
        assert!(message.chars().count() < 120, "{message}");
    }

    #[test]
    fn number_and_day_go_both_ways_over_the_whole_range() {
        for number in 0..=LAST_NUMBER {
            let day = day_of(number).unwrap();
            assert_eq!(number_of(day), number);
            assert_eq!(number % 7, i32::from(day.weekday().to_monday_zero_offset()));
        }
        assert_eq!(day_of(0), Some(date(FIRST_YEAR, 1, 1)));
        assert_eq!(day_of(LAST_NUMBER), Some(date(LAST_YEAR, 12, 31)));
        assert_eq!(day_of(-1), None);
        assert_eq!(day_of(LAST_NUMBER + 1), None);
    }
}
