//! Sums of money in cells: exact, with a unit that is written somewhere, or not taken.

use domain::values::{MoneyUnit, ValueError, Yuan, parse_amount};

use super::headings::{HeadingUnit, half_width};

/// Sums above this are asked about: 1000 亿元.
const UNUSUALLY_LARGE: Yuan = Yuan(10_000_000_000_000);
/// Sums of investment below this are asked about: 1 万元.
const UNUSUALLY_SMALL: Yuan = Yuan(1_000_000);

/// What a cell with a sum says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AmountCell {
    /// Understood; with the words, where the cell holds more than a number, and a remark to the user.
    Sum {
        yuan: Yuan,
        raw: Option<String>,
        remark: Option<String>,
    },
    /// A sum, but not one of yuan that could be kept exactly (foreign, about, from–to): the words are kept.
    Unclear { raw: String, reason: String },
    /// Wrong.
    Wrong(String),
}

/// Reads a cell of a column with this unit in its heading.
pub(super) fn read_amount(text: &str, unit: Option<&HeadingUnit>) -> AmountCell {
    let text = text.trim();
    match (is_bare_number(text), unit) {
        (true, None) => AmountCell::Wrong(no_unit(text)),
        (true, Some(HeadingUnit::Foreign(currency))) => foreign(text, currency),
        (true, Some(HeadingUnit::Money(unit))) => bare(text, *unit),
        (false, unit) => worded(text, unit),
    }
}

fn is_bare_number(text: &str) -> bool {
    let mut digits = false;
    let plain = text.chars().map(half_width).all(|c| {
        digits |= c.is_ascii_digit();
        c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | ' ')
    });
    // 3-5 is a range, not a number.
    plain && digits && !text.chars().skip(1).any(|c| half_width(c) == '-')
}

fn no_unit(text: &str) -> String {
    format!(
        "“{text}”没有写单位，不能确定是元、万元还是亿元。请在列名后注明单位（如“总投资（万元）”），或在单元格里写明（如“{text}万元”）。"
    )
}

fn foreign(text: &str, currency: &str) -> AmountCell {
    let raw = format!("{text}{currency}");
    let reason =
        format!("“{raw}”是外币，没有折算成人民币，原文已保留。请按合同约定的汇率折算后补填。");
    AmountCell::Unclear { raw, reason }
}

fn bare(text: &str, unit: MoneyUnit) -> AmountCell {
    let read = Yuan::parse_in(text, unit).and_then(Yuan::checked_investment);
    match read {
        Ok(yuan) => AmountCell::Sum {
            yuan,
            raw: None,
            remark: unusual(yuan),
        },
        Err(ValueError::Absurd { .. }) => AmountCell::Wrong(format!(
            "“{text}”按本列单位是 {text} {}，超过 10 万亿元，不合常理。请核对数值和单位。",
            unit.title()
        )),
        Err(error) => AmountCell::Wrong(error.to_string()),
    }
}

fn worded(text: &str, unit: Option<&HeadingUnit>) -> AmountCell {
    // The default unit never counts: a bare number does not come here.
    match parse_amount(text, MoneyUnit::Yuan) {
        Ok(amount) => {
            let remark = other_unit(text, unit, amount.yuan).or_else(|| unusual(amount.yuan));
            AmountCell::Sum {
                yuan: amount.yuan,
                raw: Some(amount.raw),
                remark,
            }
        }
        Err(
            error @ (ValueError::ForeignCurrency { .. }
            | ValueError::Vague { .. }
            | ValueError::Range { .. }),
        ) if text.chars().any(char::is_numeric) => AmountCell::Unclear {
            raw: text.to_owned(),
            reason: format!("{error}原文已保留，金额暂缺。"),
        },
        Err(error) => AmountCell::Wrong(error.to_string()),
    }
}

/// A cell that names another unit than its column: counted by the cell, and said.
fn other_unit(text: &str, unit: Option<&HeadingUnit>, yuan: Yuan) -> Option<String> {
    let named = match unit? {
        HeadingUnit::Money(unit) => unit.title(),
        HeadingUnit::Foreign(currency) => currency,
    };
    let same = match named {
        "元" => !text.contains(['万', '亿']),
        named => {
            text.contains(named.trim_end_matches('元')) && !(named == "万元" && text.contains('亿'))
        }
    };
    (!same).then(|| {
        format!("列名的单位是{named}，单元格里写的是“{text}”，已按单元格读成 {yuan}。请核对。")
    })
}

fn unusual(yuan: Yuan) -> Option<String> {
    let unusual = yuan > UNUSUALLY_LARGE || (yuan > Yuan(0) && yuan < UNUSUALLY_SMALL);
    unusual.then(|| format!("金额读成 {yuan}，与一般项目相差很大。请核对单位是否写错。"))
}

/// Reads 用地 in 1/100 亩.
///
/// # Errors
///
/// The reason, in words for the user.
pub(super) fn read_land(text: &str) -> Result<i64, String> {
    let plain: String = text
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && *c != ',')
        .collect();
    if ["平方米", "公顷", "㎡", "平米"]
        .iter()
        .any(|unit| plain.contains(unit))
    {
        return Err(format!(
            "“{text}”不是以亩计的面积。请折算成亩后填写（1 公顷 = 15 亩，1 亩 ≈ 666.67 平方米）。"
        ));
    }
    let digits = plain.strip_suffix('亩').unwrap_or(&plain);
    if digits.starts_with('-') {
        return Err(format!("面积“{text}”为负数。请核对。"));
    }
    // Half-up to 1/100 亩 is finer than any survey; more digits come from conversions.
    hundredths(digits)
        .ok_or_else(|| format!("“{text}”不是面积。请填写以亩计的数字，如 58.4。"))?
        .check(text)
}

struct Hundredths(i64);

impl Hundredths {
    fn check(self, text: &str) -> Result<i64, String> {
        // A million 亩 is larger than most counties.
        if self.0 > 100_000_000 {
            return Err(format!(
                "面积“{text}”超过 100 万亩，不合常理。请核对数值和单位（亩）。"
            ));
        }
        Ok(self.0)
    }
}

fn hundredths(digits: &str) -> Option<Hundredths> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let digit = |at: usize| {
        fraction
            .as_bytes()
            .get(at)
            .map_or(0, |b| i64::from(b - b'0'))
    };
    let rounded = i64::from(digit(2) >= 5);
    Some(Hundredths(
        whole.parse::<i64>().ok()? * 100 + digit(0) * 10 + digit(1) + rounded,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAN: Option<HeadingUnit> = Some(HeadingUnit::Money(MoneyUnit::Wan));
    const YI: Option<HeadingUnit> = Some(HeadingUnit::Money(MoneyUnit::Yi));

    fn sum(cell: AmountCell) -> (i64, Option<String>, bool) {
        match cell {
            AmountCell::Sum { yuan, raw, remark } => (yuan.0 / 100, raw, remark.is_some()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn sums_are_read_with_the_unit_of_cell_or_heading() {
        let cases = [
            ("8500", WAN, 85_000_000, false),
            ("8,500.5", WAN, 85_005_000, false),
            ("１.２", YI, 120_000_000, false),
            ("1亿8千万元", None, 180_000_000, false),
            ("16000万元", None, 160_000_000, false),
            ("26亿", None, 2_600_000_000, false),
            ("8500万元", WAN, 85_000_000, false),
            ("3亿元", WAN, 300_000_000, true),
            ("3000万元", YI, 30_000_000, true),
            ("0", WAN, 0, false),
            ("20000000", WAN, 200_000_000_000, true),
            ("0.5", WAN, 5_000, true),
        ];
        for (text, unit, yuan, remark) in cases {
            let (read, _, remarked) = sum(read_amount(text, unit.as_ref()));
            assert_eq!((read, remarked), (yuan, remark), "{text}");
        }
    }

    #[test]
    fn the_words_are_kept_where_the_cell_holds_more_than_a_number() {
        assert_eq!(
            sum(read_amount("1亿8千万元", None)).1.as_deref(),
            Some("1亿8千万元")
        );
        assert_eq!(sum(read_amount("8500", WAN.as_ref())).1, None);
    }

    #[test]
    fn wrong_sums_say_why() {
        let cases = [
            ("5000", None, "没有写单位"),
            ("-5", WAN, "负数"),
            ("5000000", YI, "不合常理"),
            ("5000000亿元", None, "10 万亿元"),
            ("很多钱", WAN, "确定的数额"),
            ("面议", WAN, "不是金额"),
            ("1.2.3", WAN, "不是金额"),
        ];
        for (text, unit, words) in cases {
            match read_amount(text, unit.as_ref()) {
                AmountCell::Wrong(reason) => {
                    assert!(reason.contains(words) && reason.contains(text), "{reason}")
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn foreign_and_uncertain_sums_are_kept_in_words_only() {
        let dollars = Some(HeadingUnit::Foreign("万美元".into()));
        let cases = [
            ("3亿美元", None, "3亿美元", "美元"),
            ("1500", dollars, "1500万美元", "外币"),
            ("约3亿元", None, "约3亿元", "约"),
            ("3-5亿元", None, "3-5亿元", "范围"),
        ];
        for (text, unit, kept, words) in cases {
            match read_amount(text, unit.as_ref()) {
                AmountCell::Unclear { raw, reason } => {
                    assert_eq!(raw, kept);
                    assert!(reason.contains(words), "{reason}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn land_is_read_in_mu_to_the_hundredth() {
        let cases = [
            ("58.4", 5840),
            ("55亩", 5500),
            ("1,059", 105_900),
            ("100.005", 10_001),
            ("0", 0),
        ];
        for (text, expected) in cases {
            assert_eq!(read_land(text), Ok(expected), "{text}");
        }
        for (text, words) in [
            ("3公顷", "折算成亩"),
            ("-3", "负数"),
            ("很大", "不是面积"),
            ("2000000", "不合常理"),
        ] {
            assert!(read_land(text).unwrap_err().contains(words), "{text}");
        }
    }
}
