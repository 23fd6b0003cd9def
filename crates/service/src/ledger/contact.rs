//! 联系人 and telephone: in one cell or in two, in clear text until the import seals them.

use serde::{Deserialize, Serialize};

/// A person to call. Clear text: seal it before it is stored, mask it before it is shown.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// Telephone, as written.
    pub phone: String,
}

/// Names and numbers of people do not go into logs.
impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact(…)")
    }
}

impl Contact {
    /// Splits 样例联系人 13800000000 at the first digit of the number.
    pub fn split(text: &str) -> Self {
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '+' | '(' | '（');
        let at = text.find(is_number).unwrap_or(text.len());
        let (name, phone) = text.split_at(at);
        let sign = |c: char| {
            c.is_whitespace()
                || matches!(c, ':' | '：' | ',' | '，' | '/' | '、' | ';' | '；' | '-')
        };
        Self {
            name: name.trim_matches(sign).to_owned(),
            phone: phone.trim_matches(sign).to_owned(),
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.name.is_empty() && self.phone.is_empty()
    }
}

/// What is doubtful about a telephone number, in words for the user.
pub(super) fn doubt(phone: &str) -> Option<String> {
    if phone.is_empty() {
        return None;
    }
    if phone.contains('*') {
        return Some(
            "联系电话带有星号，是脱敏后的号码，没有导入。请补填完整号码，或留空。".to_owned(),
        );
    }
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    (digits < 7).then(|| "联系电话位数不足，请核对。".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_with_name_and_number_is_split() {
        let cases = [
            ("样例联系人 13800000000", "样例联系人", "13800000000"),
            ("样例经理：0728-6200000", "样例经理", "0728-6200000"),
            ("样例经理（0728）6200000", "样例经理", "（0728）6200000"),
            ("13800000000", "", "13800000000"),
            ("样例联系人", "样例联系人", ""),
            ("", "", ""),
        ];
        for (text, name, phone) in cases {
            let contact = Contact::split(text);
            assert_eq!(
                (contact.name.as_str(), contact.phone.as_str()),
                (name, phone),
                "{text}"
            );
        }
    }

    #[test]
    fn masked_and_short_numbers_are_doubted() {
        assert!(doubt("138****0000").unwrap().contains("星号"));
        assert!(doubt("12345").unwrap().contains("位数不足"));
        assert_eq!(doubt("13800000000"), None);
        assert_eq!(doubt(""), None);
    }

    #[test]
    fn a_contact_does_not_show_itself_in_logs() {
        let shown = format!("{:?}", Contact::split("样例联系人 13800000000"));
        assert!(!shown.contains("样例") && !shown.contains("138"));
    }
}
