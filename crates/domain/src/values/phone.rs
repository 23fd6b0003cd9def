//! Telephone numbers, as those see them who need not call.

/// Masks every telephone number in a text: the first three and last four digits of a long one stay, the last three of
/// a local one; separators and words stay.
///
/// ```
/// use domain::values::mask_phone;
///
/// assert_eq!(mask_phone("13812345678"), "138****5678");
/// assert_eq!(mask_phone("样例经理 138-1234-5678"), "样例经理 138-****-5678");
/// assert_eq!(mask_phone("6291559"), "****559");
/// ```
pub fn mask_phone(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut number = String::new();
    for c in text.chars() {
        if c.is_numeric() || (is_separator(c) && !number.is_empty()) {
            number.push(c);
        } else {
            push_masked(&mut masked, &number);
            number.clear();
            masked.push(c);
        }
    }
    push_masked(&mut masked, &number);
    masked
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '-' | '－' | '—' | '(' | ')' | '（' | '）' | '\u{3000}'
    )
}

fn push_masked(masked: &mut String, number: &str) {
    let digits = number.chars().filter(|c| c.is_numeric()).count();
    // Shorter ones are room numbers, extensions, house numbers.
    if digits < 5 {
        masked.push_str(number);
        return;
    }
    let (front, back) = if digits >= 10 { (3, 4) } else { (0, 3) };
    let mut seen = 0;
    for c in number.chars() {
        if !c.is_numeric() {
            masked.push(c);
            continue;
        }
        let kept = seen < front || seen >= digits - back;
        masked.push(if kept { c } else { '*' });
        seen += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_that_could_be_called_is_left_readable() {
        let cases = [
            ("13812345678", "138****5678"),
            ("138 1234 5678", "138 **** 5678"),
            ("１３８１２３４５６７８", "１３８****５６７８"),
            ("0728-6291559", "072*-***1559"),
            ("(0728)6291559", "(072*)***1559"),
            ("13812345678、13987654321", "138****5678、139****4321"),
            ("13812345678 13987654321", "138******** *******4321"),
            ("样例经理", "样例经理"),
            ("3号楼 302", "3号楼 302"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(mask_phone(text), expected, "{text}");
        }
    }
}
