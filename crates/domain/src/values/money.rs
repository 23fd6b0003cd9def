//! Money, exact: in 分, never in floating point; units never mixed silently.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text::{half_width, shown};

/// An exact sum in yuan with two decimals, kept in 分.
///
/// ```
/// use domain::values::{MoneyUnit, Yuan};
///
/// let sum = Yuan::parse_in("2.5", MoneyUnit::Yi)?;
/// assert_eq!(sum, Yuan(25_000_000_000));
/// assert_eq!(sum.format_in(MoneyUnit::Wan), "25000");
/// assert_eq!(sum.to_string(), "2.5亿元");
/// # Ok::<(), domain::values::ValueError>(())
/// ```
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Yuan(pub i64);

/// The unit in which a sum is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyUnit {
    /// 元.
    Yuan,
    /// 万元.
    Wan,
    /// 亿元.
    Yi,
}

impl MoneyUnit {
    /// 中文名称：元、万元、亿元。
    pub fn title(self) -> &'static str {
        match self {
            MoneyUnit::Yuan => "元",
            MoneyUnit::Wan => "万元",
            MoneyUnit::Yi => "亿元",
        }
    }

    /// One of it in 分.
    const fn fen(self) -> i64 {
        match self {
            MoneyUnit::Yuan => 100,
            MoneyUnit::Wan => 1_000_000,
            MoneyUnit::Yi => 10_000_000_000,
        }
    }
}

/// A sum as it was understood, beside the words it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// The exact sum.
    pub yuan: Yuan,
    /// The words, trimmed.
    pub raw: String,
}

/// Why a text is no sum, or a sum no investment. The message is for users and quotes the text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ValueError {
    /// Nothing was written.
    #[error("金额为空。请填写数字和单位，如 2.5亿元、8500万元。")]
    Empty,
    /// Not a number with a unit.
    #[error("“{raw}”不是金额。请写成数字加单位，如 2.5亿元、1亿8千万元、8500万元。")]
    Form {
        /// The text as written, cut when long.
        raw: String,
    },
    /// Commas that do not part thousands.
    #[error("“{raw}”中的逗号不是千位分隔，无法确定数值。请去掉逗号或按三位一组书写。")]
    Separators {
        /// The text as written, cut when long.
        raw: String,
    },
    /// A range.
    #[error("“{raw}”是一个范围，不是确定的金额。请填写确定的数额。")]
    Range {
        /// The text as written, cut when long.
        raw: String,
    },
    /// More, less, about.
    #[error("“{raw}”不是确定的金额（含“{word}”）。请填写确定的数额。")]
    Vague {
        /// The text as written, cut when long.
        raw: String,
        /// The word that makes it so.
        word: &'static str,
    },
    /// Another currency.
    #[error("“{raw}”以{currency}计。请按合同约定的汇率折算成人民币后填写，原文可留在备注中。")]
    ForeignCurrency {
        /// The text as written, cut when long.
        raw: String,
        /// The currency.
        currency: &'static str,
    },
    /// Finer than a 分.
    #[error("“{raw}”精确到了分以下。请核对小数位数和单位。")]
    TooFine {
        /// The text as written, cut when long.
        raw: String,
    },
    /// Negative where that cannot be.
    #[error("金额“{raw}”为负数。请核对。")]
    Negative {
        /// The sum.
        raw: String,
    },
    /// More than 10 万亿元.
    #[error("金额“{raw}”超过 10 万亿元。请核对数值和单位（元、万元、亿元）。")]
    Absurd {
        /// The text or the sum.
        raw: String,
    },
}

impl Yuan {
    /// The largest sum that is believed of a project: 10 万亿元, a twelfth of what the country makes in a year.
    pub const MOST: Yuan = Yuan(1_000_000_000_000_000);

    /// So many whole yuan; the largest sum when it does not fit.
    pub const fn from_yuan(yuan: i64) -> Yuan {
        Yuan(yuan.saturating_mul(100))
    }

    /// Reads a bare number that is written in `unit`, as in a column headed 万元. Thousands separators and full-width
    /// digits are understood; a sign is.
    ///
    /// # Errors
    ///
    /// [`ValueError`] when it is no plain number, finer than 分, or out of reach.
    pub fn parse_in(text: &str, unit: MoneyUnit) -> Result<Yuan, ValueError> {
        let raw = shown(text.trim());
        let plain = plain(text, &raw)?;
        let (negative, digits) = sign(&plain);
        let number = Number::read(digits, &raw)?;
        let fen = number.times(i128::from(unit.fen()), &raw)?;
        within(if negative { -fen } else { fen }, &raw)
    }

    /// The number in `unit`, exact, without zeros at the end.
    pub fn format_in(self, unit: MoneyUnit) -> String {
        let one = unit.fen().unsigned_abs();
        let fen = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let places = one.ilog10() as usize;
        let fraction = format!("{:0places$}", fen % one);
        match fraction.trim_end_matches('0') {
            "" => format!("{sign}{}", fen / one),
            fraction => format!("{sign}{}.{fraction}", fen / one),
        }
    }

    /// This sum, if it can be an investment.
    ///
    /// # Errors
    ///
    /// [`ValueError::Negative`] below zero, [`ValueError::Absurd`] above [`Yuan::MOST`].
    pub fn checked_investment(self) -> Result<Yuan, ValueError> {
        if self.0 < 0 {
            return Err(ValueError::Negative {
                raw: self.to_string(),
            });
        }
        if self > Yuan::MOST {
            return Err(ValueError::Absurd {
                raw: self.to_string(),
            });
        }
        Ok(self)
    }
}

/// As people say it: in 亿元 from one 亿 on, in 万元 from one 万 on, else in 元.
impl fmt::Display for Yuan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.0.unsigned_abs() {
            10_000_000_000.. => MoneyUnit::Yi,
            1_000_000.. => MoneyUnit::Wan,
            _ => MoneyUnit::Yuan,
        };
        write!(f, "{}{}", self.format_in(unit), unit.title())
    }
}

/// Words of other currencies, and what they are called in a message.
const CURRENCIES: [(&str, &str); 14] = [
    ("美元", "美元"),
    ("美金", "美元"),
    ("usd", "美元"),
    ("us$", "美元"),
    ("$", "美元"),
    ("欧元", "欧元"),
    ("eur", "欧元"),
    ("€", "欧元"),
    ("港元", "港元"),
    ("港币", "港元"),
    ("hkd", "港元"),
    ("日元", "日元"),
    ("英镑", "英镑"),
    ("台币", "新台币"),
];

/// Words that make a sum uncertain.
const VAGUE: [&str; 13] = [
    "不低于",
    "不少于",
    "不超过",
    "以上",
    "以下",
    "左右",
    "大约",
    "约",
    "超",
    "近",
    "余",
    "多",
    "逾",
];

/// What can stand behind a number, in yuan; longer words first.
const MULTIPLES: [(&str, i128); 11] = [
    ("万亿", 1_000_000_000_000),
    ("千亿", 100_000_000_000),
    ("百亿", 10_000_000_000),
    ("十亿", 1_000_000_000),
    ("千万", 10_000_000),
    ("百万", 1_000_000),
    ("十万", 100_000),
    ("亿", 100_000_000),
    ("万", 10_000),
    ("千", 1_000),
    ("百", 100),
];

/// Reads a sum as pages and ledgers word it: `2.5亿元`, `1亿8千万元`, `16000万元`, `8500万`; a bare number counts in
/// `default_unit`.
///
/// ```
/// use domain::values::{MoneyUnit, Yuan, parse_amount};
///
/// let amount = parse_amount("1亿8千万元", MoneyUnit::Wan)?;
/// assert_eq!(amount.yuan, Yuan::from_yuan(180_000_000));
/// assert_eq!(amount.raw, "1亿8千万元");
/// assert!(parse_amount("3亿美元", MoneyUnit::Wan).unwrap_err().to_string().contains("美元"));
/// # Ok::<(), domain::values::ValueError>(())
/// ```
///
/// # Errors
///
/// [`ValueError`] for other currencies, ranges, uncertain words, negative and absurd sums, and everything that is no sum.
pub fn parse_amount(text: &str, default_unit: MoneyUnit) -> Result<Amount, ValueError> {
    let raw = shown(text.trim());
    let plain = plain(text, &raw)?;
    refuse_other_currencies(&plain, &raw)?;
    refuse_uncertain(&plain, &raw)?;
    let (negative, words) = sign(without_currency(&plain));
    let fen = read_words(words, default_unit, &raw)?;
    if negative && fen > 0 {
        return Err(ValueError::Negative { raw });
    }
    let yuan = within(fen, &raw)?;
    if yuan > Yuan::MOST {
        return Err(ValueError::Absurd { raw });
    }
    Ok(Amount {
        yuan,
        raw: text.trim().to_owned(),
    })
}

/// Half-width, small letters, no blanks, thousands separators taken out.
fn plain(text: &str, raw: &str) -> Result<String, ValueError> {
    let half = text.chars().map(half_width).filter(|c| !c.is_whitespace());
    let half: String = half.map(|c| c.to_ascii_lowercase()).collect();
    if half.is_empty() {
        return Err(ValueError::Empty);
    }
    without_separators(&half).ok_or_else(|| ValueError::Separators {
        raw: raw.to_owned(),
    })
}

/// `None` when a comma does not part thousands.
fn without_separators(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let mut joined = groups.next()?.to_owned();
    let mut first = true;
    for group in groups {
        let before = joined.bytes().rev().take_while(u8::is_ascii_digit).count();
        let digits = group.bytes().take_while(u8::is_ascii_digit).count();
        let starts_well = !first || (1..=3).contains(&before);
        if digits != 3 || !starts_well {
            return None;
        }
        first = false;
        joined.push_str(group);
    }
    Some(joined)
}

fn refuse_other_currencies(plain: &str, raw: &str) -> Result<(), ValueError> {
    match CURRENCIES.iter().find(|(word, _)| plain.contains(word)) {
        Some((_, currency)) => Err(ValueError::ForeignCurrency {
            raw: raw.to_owned(),
            currency,
        }),
        None => Ok(()),
    }
}

fn refuse_uncertain(plain: &str, raw: &str) -> Result<(), ValueError> {
    if let Some(word) = VAGUE.iter().find(|word| plain.contains(**word)) {
        return Err(ValueError::Vague {
            raw: raw.to_owned(),
            word,
        });
    }
    let inner = plain
        .char_indices()
        .skip(1)
        .any(|(_, c)| matches!(c, '-' | '~' | '—' | '–' | '至' | '到'));
    if inner {
        return Err(ValueError::Range {
            raw: raw.to_owned(),
        });
    }
    Ok(())
}

fn without_currency(plain: &str) -> &str {
    let plain = plain.strip_prefix("人民币").unwrap_or(plain);
    let plain = plain.trim_start_matches(['¥', '￥']);
    plain.strip_suffix("人民币").unwrap_or(plain)
}

fn sign(plain: &str) -> (bool, &str) {
    match plain.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, plain.strip_prefix('+').unwrap_or(plain)),
    }
}

/// The sum of `1亿8千万元` in 分: numbers with ever smaller words behind them.
fn read_words(words: &str, default_unit: MoneyUnit, raw: &str) -> Result<i128, ValueError> {
    let form = || ValueError::Form {
        raw: raw.to_owned(),
    };
    let (mut rest, in_yuan) = match words.strip_suffix('元') {
        Some(rest) => (rest, true),
        None => (words, false),
    };
    let mut sum: i128 = 0;
    let mut last = i128::MAX;
    while !rest.is_empty() {
        let length = rest
            .bytes()
            .take_while(|b| b.is_ascii_digit() || *b == b'.')
            .count();
        let number = Number::read(&rest[..length], raw)?;
        rest = &rest[length..];
        rest = rest.strip_prefix('个').unwrap_or(rest);
        let multiple = match MULTIPLES.iter().find(|(word, _)| rest.starts_with(word)) {
            Some((word, multiple)) => {
                rest = &rest[word.len()..];
                multiple * 100
            }
            None if !rest.is_empty() => return Err(form()),
            None if in_yuan => 100,
            None if last == i128::MAX => i128::from(default_unit.fen()),
            // 1亿5000 may mean 5000 万 or 5000 元.
            None => return Err(form()),
        };
        if multiple >= last {
            return Err(form());
        }
        last = multiple;
        sum = sum.saturating_add(number.times(multiple, raw)?);
    }
    if last == i128::MAX {
        Err(form())
    } else {
        Ok(sum)
    }
}

fn within(fen: i128, raw: &str) -> Result<Yuan, ValueError> {
    i64::try_from(fen)
        .map(Yuan)
        .map_err(|_| ValueError::Absurd {
            raw: raw.to_owned(),
        })
}

/// A plain decimal number, exact.
struct Number {
    digits: i128,
    places: u32,
}

impl Number {
    fn read(text: &str, raw: &str) -> Result<Number, ValueError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let well_formed = !whole.is_empty() && all_digits(whole) && all_digits(fraction);
        if !well_formed || (text.contains('.') && fraction.is_empty()) {
            return Err(ValueError::Form {
                raw: raw.to_owned(),
            });
        }
        let fraction = fraction.trim_end_matches('0');
        let significant = whole.trim_start_matches('0').len() + fraction.len();
        if fraction.len() > 14 {
            return Err(ValueError::TooFine {
                raw: raw.to_owned(),
            });
        }
        // Anything longer is out of reach in every unit, and would not fit below.
        if significant > 34 {
            return Err(ValueError::Absurd {
                raw: raw.to_owned(),
            });
        }
        let digits = format!("{whole}{fraction}").parse().unwrap_or(i128::MAX);
        Ok(Number {
            digits,
            places: fraction.len() as u32,
        })
    }

    /// This number of things of `fen` 分 each.
    fn times(&self, fen: i128, raw: &str) -> Result<i128, ValueError> {
        let absurd = || ValueError::Absurd {
            raw: raw.to_owned(),
        };
        let product = self.digits.checked_mul(fen).ok_or_else(absurd)?;
        let divisor = 10_i128.pow(self.places);
        if product % divisor != 0 {
            return Err(ValueError::TooFine {
                raw: raw.to_owned(),
            });
        }
        Ok(product / divisor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Yuan, ValueError> {
        parse_amount(text, MoneyUnit::Wan).map(|amount| amount.yuan)
    }

    #[test]
    fn sums_as_pages_word_them_are_read_exactly() {
        let cases = [
            ("2.5亿元", 250_000_000),
            ("1.59亿元", 159_000_000),
            ("1亿8千万元", 180_000_000),
            ("1亿2千万", 120_000_000),
            ("16000万元", 160_000_000),
            ("8500万", 85_000_000),
            ("8,500万元", 85_000_000),
            ("1,234,567元", 1_234_567),
            ("２．５亿元", 250_000_000),
            ("８５００", 85_000_000),
            (" 2.5 亿元 ", 250_000_000),
            ("26亿", 2_600_000_000),
            ("1.2万亿元", 1_200_000_000_000),
            ("3个亿", 300_000_000),
            ("5百万元", 5_000_000),
            ("人民币500万元", 5_000_000),
            ("1亿5000元", 100_005_000),
            ("+3万", 30_000),
            ("0", 0),
            ("10万亿元", 10_000_000_000_000),
        ];
        for (text, yuan) in cases {
            assert_eq!(read(text), Ok(Yuan::from_yuan(yuan)), "{text}");
        }
        assert_eq!(read("12.34元"), Ok(Yuan(1234)));
        assert_eq!(read("0.000001亿元"), Ok(Yuan::from_yuan(100)));
    }

    #[test]
    fn what_is_no_certain_sum_is_refused_with_the_reason() {
        let cases = [
            ("", "为空"),
            ("　", "为空"),
            ("待定", "不是金额"),
            ("亿元", "不是金额"),
            ("元", "不是金额"),
            ("1.2.3亿元", "不是金额"),
            ("1.亿元", "不是金额"),
            (".5亿元", "不是金额"),
            ("1e8元", "不是金额"),
            ("8千1亿", "不是金额"),
            ("1亿5000", "不是金额"),
            ("5亿元整体", "不是金额"),
            ("1,2亿元", "千位分隔"),
            ("12345,678万元", "千位分隔"),
            ("3-5亿元", "范围"),
            ("3亿元～5亿元", "范围"),
            ("3亿至5亿元", "范围"),
            ("10亿元以上", "以上"),
            ("约10亿元", "约"),
            ("3亿美元", "美元"),
            ("USD 300万", "美元"),
            ("5000万港币", "港元"),
            ("-5亿元", "负数"),
            ("11万亿元", "10 万亿元"),
            ("99999999999999999999999999亿元", "10 万亿元"),
            ("999999999999999999999999999999999999999亿元", "10 万亿元"),
            ("0.001元", "分以下"),
            ("0.0000000000000000001亿元", "分以下"),
        ];
        for (text, reason) in cases {
            let message = read(text).unwrap_err().to_string();
            assert!(message.contains(reason), "{text}: {message}");
        }
    }

    #[test]
    fn a_column_with_a_unit_reads_bare_numbers_and_keeps_the_sign() {
        assert_eq!(
            Yuan::parse_in("1,234.5", MoneyUnit::Wan),
            Ok(Yuan::from_yuan(12_345_000))
        );
        assert_eq!(
            Yuan::parse_in("-3", MoneyUnit::Yi),
            Ok(Yuan::from_yuan(-300_000_000))
        );
        assert!(Yuan::parse_in("3万", MoneyUnit::Wan).is_err());
        assert!(Yuan::parse_in("", MoneyUnit::Wan).is_err());
        assert!(Yuan::from_yuan(-1).checked_investment().is_err());
        assert!(Yuan(Yuan::MOST.0 + 1).checked_investment().is_err());
        assert_eq!(Yuan::MOST.checked_investment(), Ok(Yuan::MOST));
    }

    #[test]
    fn sums_are_shown_in_the_unit_that_people_use() {
        let cases = [
            (Yuan::from_yuan(250_000_000), "2.5亿元"),
            (Yuan::from_yuan(100_000_000), "1亿元"),
            (Yuan::from_yuan(99_999_999), "9999.9999万元"),
            (Yuan::from_yuan(4_000_000), "400万元"),
            (Yuan::from_yuan(9_999), "9999元"),
            (Yuan(5), "0.05元"),
            (Yuan(-150), "-1.5元"),
            (Yuan(0), "0元"),
        ];
        for (sum, text) in cases {
            assert_eq!(sum.to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn every_sum_reads_back_what_it_shows(fen in any::<i64>()) {
            let sum = Yuan(fen);
            for unit in [MoneyUnit::Yuan, MoneyUnit::Wan, MoneyUnit::Yi] {
                prop_assert_eq!(Yuan::parse_in(&sum.format_in(unit), unit), Ok(sum));
            }
            if (0..=Yuan::MOST.0).contains(&fen) {
                prop_assert_eq!(parse_amount(&sum.to_string(), MoneyUnit::Wan).unwrap().yuan, sum);
            }
        }

        #[test]
        fn no_text_makes_reading_fail_in_another_way(text in "[0-9.,，亿万千元~ -]{0,40}") {
            let _ = parse_amount(&text, MoneyUnit::Yi);
            let _ = Yuan::parse_in(&text, MoneyUnit::Yi);
        }
    }
}
