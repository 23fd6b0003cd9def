//! A length of time as the documents write it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::day::shown;

/// What a limit is counted in.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitUnit {
    /// Every day of the civil calendar: 自然日.
    NaturalDays,
    /// Days worked according to the State Council's arrangement: 工作日.
    WorkingDays,
    /// Months by Civil Code art. 202: 月.
    Months,
    /// Years by Civil Code art. 202: 年.
    Years,
}

impl LimitUnit {
    /// The longest limit that is believed: about a century. More is a slip of the keyboard.
    fn most(self) -> u16 {
        match self {
            LimitUnit::NaturalDays => 36_600,
            LimitUnit::WorkingDays => 26_000,
            LimitUnit::Months => 1_200,
            LimitUnit::Years => 100,
        }
    }

    fn parse(text: &str) -> Option<LimitUnit> {
        match text {
            "natural_days" | "natural_day" | "个自然日" | "自然日" => {
                Some(LimitUnit::NaturalDays)
            }
            "working_days" | "working_day" | "个工作日" | "工作日" => {
                Some(LimitUnit::WorkingDays)
            }
            "months" | "month" | "个月" => Some(LimitUnit::Months),
            "years" | "year" | "年" => Some(LimitUnit::Years),
            _ => None,
        }
    }
}

impl fmt::Display for LimitUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LimitUnit::NaturalDays => "个自然日",
            LimitUnit::WorkingDays => "个工作日",
            LimitUnit::Months => "个月",
            LimitUnit::Years => "年",
        })
    }
}

/// A limit (时限): so many of a unit. Together with its anchor it makes a due day.
///
/// ```
/// use calendar::{Limit, LimitUnit};
///
/// let limit: Limit = "6 months".parse()?;
/// assert_eq!(limit, Limit { n: 6, unit: LimitUnit::Months });
/// assert_eq!(limit.to_string(), "6个月");
/// assert_eq!("6个月".parse::<Limit>()?, limit);
/// assert!("0 months".parse::<Limit>().is_err());
/// # Ok::<(), calendar::LimitError>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "LimitFields")]
pub struct Limit {
    /// How many, at least 1.
    pub n: u16,
    /// Of what.
    pub unit: LimitUnit,
}

/// The stored form, read before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitFields {
    n: u16,
    unit: LimitUnit,
}

impl TryFrom<LimitFields> for Limit {
    type Error = LimitError;

    fn try_from(fields: LimitFields) -> Result<Limit, LimitError> {
        Limit::new(fields.n, fields.unit)
    }
}

/// Why a text or a number is no limit. The message is for users.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum LimitError {
    /// The text is not a number followed by a unit.
    #[error(
        "“{text}”不是时限。请写成“6 months”“30 natural_days”“5 working_days”“1 years”，或“6个月”“30个自然日”“5个工作日”“1年”。"
    )]
    Form {
        /// The text as written, cut when long.
        text: String,
    },
    /// Days, but it is not said which.
    #[error(
        "时限“{text}”没有写明是自然日还是工作日。请写 natural_days（自然日）或 working_days（工作日）。"
    )]
    WhichDays {
        /// The text as written.
        text: String,
    },
    /// A limit of nothing.
    #[error("时限“{text}”无效：数量至少为 1。")]
    Zero {
        /// The text as written.
        text: String,
    },
    /// A limit of more than about a century.
    #[error("时限“{text}”过长：最长 {most}{unit}。请核对数量。")]
    TooLong {
        /// The text as written, cut when long.
        text: String,
        /// The longest that is accepted.
        most: u16,
        /// The unit of both.
        unit: LimitUnit,
    },
}

impl Limit {
    /// A checked limit.
    ///
    /// # Errors
    ///
    /// [`LimitError`] when `n` is 0 or more than about a century.
    pub fn new(n: u16, unit: LimitUnit) -> Result<Limit, LimitError> {
        let limit = Limit { n, unit };
        if limit.is_sound() {
            return Ok(limit);
        }
        Err(unsound(limit.to_string(), n == 0, unit))
    }

    /// Whether the number is one that [`Limit::new`] accepts; the fields can be set directly.
    #[inline]
    pub(crate) fn is_sound(self) -> bool {
        (1..=self.unit.most()).contains(&self.n)
    }
}

fn unsound(text: String, zero: bool, unit: LimitUnit) -> LimitError {
    if zero {
        return LimitError::Zero { text };
    }
    LimitError::TooLong {
        text,
        most: unit.most(),
        unit,
    }
}

impl FromStr for Limit {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Limit, LimitError> {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let unit = unit.trim_start().to_ascii_lowercase();
        if number.is_empty() {
            return Err(LimitError::Form { text: shown(text) });
        }
        if matches!(unit.as_str(), "days" | "day" | "日" | "天") {
            return Err(LimitError::WhichDays { text: shown(text) });
        }
        let unit = LimitUnit::parse(&unit).ok_or_else(|| LimitError::Form { text: shown(text) })?;
        // Digits that do not fit are a number too large, never another form.
        let n = number.parse().unwrap_or(u16::MAX);
        Limit::new(n, unit).map_err(|_| unsound(shown(text), n == 0, unit))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.n, self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNITS: [LimitUnit; 4] = [
        LimitUnit::NaturalDays,
        LimitUnit::WorkingDays,
        LimitUnit::Months,
        LimitUnit::Years,
    ];

    #[test]
    fn english_and_chinese_limits_are_read() {
        let cases = [
            ("6 months", 6, LimitUnit::Months),
            ("1 month", 1, LimitUnit::Months),
            ("6个月", 6, LimitUnit::Months),
            ("30 natural_days", 30, LimitUnit::NaturalDays),
            ("1 natural_day", 1, LimitUnit::NaturalDays),
            ("30个自然日", 30, LimitUnit::NaturalDays),
            ("5 working_days", 5, LimitUnit::WorkingDays),
            ("1 Working_Day", 1, LimitUnit::WorkingDays),
            (" 5 个工作日 ", 5, LimitUnit::WorkingDays),
            ("1 years", 1, LimitUnit::Years),
            ("1 year", 1, LimitUnit::Years),
            ("1年", 1, LimitUnit::Years),
        ];
        for (text, n, unit) in cases {
            assert_eq!(text.parse(), Ok(Limit { n, unit }), "{text}");
        }
    }

    #[test]
    fn texts_that_are_no_limit_are_refused_with_the_reason() {
        let cases = [
            ("", "不是时限"),
            ("months", "不是时限"),
            ("-1 months", "不是时限"),
            ("6", "不是时限"),
            ("6 weeks", "不是时限"),
            ("1.5 years", "不是时限"),
            ("30 days", "没有写明是自然日还是工作日"),
            ("30天", "没有写明是自然日还是工作日"),
            ("0个月", "数量至少为 1"),
            ("1201 months", "最长 1200个月"),
            ("99999999999999999999 years", "最长 100年"),
        ];
        for (text, reason) in cases {
            let message = text.parse::<Limit>().unwrap_err().to_string();
            assert!(
                message.contains(reason) && message.contains(text),
                "{text}: {message}"
            );
        }
    }

    #[test]
    fn every_limit_reads_back_what_it_shows() {
        for unit in UNITS {
            for n in [1, 2, 60, unit.most()] {
                let limit = Limit::new(n, unit).unwrap();
                assert_eq!(limit.to_string().parse(), Ok(limit));
            }
        }
    }

    #[test]
    fn zero_and_more_than_a_century_are_no_limit_for_any_unit() {
        for unit in UNITS {
            assert!(matches!(Limit::new(0, unit), Err(LimitError::Zero { .. })));
            assert!(matches!(
                Limit::new(unit.most() + 1, unit),
                Err(LimitError::TooLong { .. })
            ));
        }
    }
}
