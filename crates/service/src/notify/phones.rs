//! What leaves the installation names nobody's telephone: typed words are sent with numbers masked.

use domain::values::mask_phone;

/// Numbers of so many digits can be called; shorter ones are amounts, rooms, years.
const CALLED: usize = 7;

/// The text with telephone numbers masked; days such as 2025-10-11 and amounts stay.
pub(crate) fn without_phones(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars() {
        if c.is_numeric() || (!run.is_empty() && matches!(c, ' ' | '-' | '－' | '—' | '\u{3000}'))
        {
            run.push(c);
        } else {
            out.push_str(&masked(&run));
            run.clear();
            out.push(c);
        }
    }
    out.push_str(&masked(&run));
    out
}

fn masked(run: &str) -> String {
    let digits = run.chars().filter(|c| c.is_numeric()).count();
    let is_day = calendar::parse_day(run.trim()).is_ok();
    if digits < CALLED || is_day {
        run.to_owned()
    } else {
        mask_phone(run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_are_masked_and_days_and_amounts_stay() {
        for (text, expected) in [
            ("请联系样例经理13812345678", "请联系样例经理138****5678"),
            ("电话 0731-58881234，急", "电话 073*-****1234，急"),
            ("请于2025-10-11前办结", "请于2025-10-11前办结"),
            ("增容 630000 千伏安", "增容 630000 千伏安"),
            ("潭招交〔2025〕第 3 号", "潭招交〔2025〕第 3 号"),
        ] {
            assert_eq!(without_phones(text), expected);
        }
    }
}
