//! Unified social credit codes, GB 32100—2015.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text::{half_width, shown};

/// The characters of the standard, in the order of their values: digits and letters without I, O, S, V, Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const LENGTH: usize = 18;

/// 统一社会信用代码: 18 characters, the last of which checks the others. Every value of this type has been checked.
///
/// ```
/// use domain::values::CreditCode;
///
/// let code = CreditCode::parse(" 91350100m000100y43 ")?;
/// assert_eq!(code.as_str(), "91350100M000100Y43");
/// let wrong = CreditCode::parse("91350100M000100Y44").unwrap_err();
/// assert!(wrong.to_string().contains("应为“3”"));
/// # Ok::<(), domain::values::CreditCodeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode(String);

/// Why a text is no credit code. The message is for users.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CreditCodeError {
    /// Not 18 characters.
    #[error("统一社会信用代码“{text}”有 {length} 位，应为 18 位。请对照营业执照核对。")]
    Length {
        /// The text as written, cut when long.
        text: String,
        /// How many characters it has.
        length: usize,
    },
    /// A character outside the alphabet of the standard.
    #[error(
        "统一社会信用代码“{text}”第 {position} 位“{found}”不是代码字符（数字和大写字母，不用 I、O、S、V、Z）。请对照营业执照核对。"
    )]
    Character {
        /// The text as written.
        text: String,
        /// Which character, from 1.
        position: usize,
        /// The character.
        found: char,
    },
    /// The last character does not check the others.
    #[error(
        "统一社会信用代码“{text}”的校验位（第 18 位）是“{found}”，按前 17 位计算应为“{expected}”。请核对是否录错。"
    )]
    Check {
        /// The text as written.
        text: String,
        /// The last character.
        found: char,
        /// What it should be.
        expected: char,
    },
}

impl CreditCode {
    /// Reads a code; full-width and small letters and blanks are brought to the printed form.
    ///
    /// # Errors
    ///
    /// [`CreditCodeError`] names the length, the character, or the check digit that is wrong.
    pub fn parse(text: &str) -> Result<CreditCode, CreditCodeError> {
        let code: Vec<char> = printed(text);
        if code.len() != LENGTH {
            return Err(CreditCodeError::Length {
                text: shown(text.trim()),
                length: code.len(),
            });
        }
        let values = values(&code)?;
        let expected = check_character(&values[..LENGTH - 1]);
        match code.last() {
            Some(found) if *found != expected => Err(CreditCodeError::Check {
                text: code.iter().collect(),
                found: *found,
                expected,
            }),
            _ => Ok(CreditCode(code.iter().collect())),
        }
    }

    /// The code whose first 17 characters are these, with the check digit that belongs to them: for samples.
    ///
    /// # Errors
    ///
    /// [`CreditCodeError`] when there are not 17 characters or one is outside the alphabet.
    pub fn complete(first: &str) -> Result<CreditCode, CreditCodeError> {
        let mut code = printed(first);
        if code.len() != LENGTH - 1 {
            return Err(CreditCodeError::Length {
                text: shown(first.trim()),
                length: code.len(),
            });
        }
        code.push(check_character(&values(&code)?));
        Ok(CreditCode(code.iter().collect()))
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn printed(text: &str) -> Vec<char> {
    let half = text.chars().map(half_width).filter(|c| !c.is_whitespace());
    half.map(|c| c.to_ascii_uppercase()).collect()
}

/// The value of every character.
fn values(code: &[char]) -> Result<Vec<usize>, CreditCodeError> {
    let value = |(at, found): (usize, &char)| {
        let known = ALPHABET
            .iter()
            .position(|letter| char::from(*letter) == *found);
        known.ok_or_else(|| CreditCodeError::Character {
            text: code.iter().collect(),
            position: at + 1,
            found: *found,
        })
    };
    code.iter().enumerate().map(value).collect()
}

/// C18 = (31 − Σ Ci·3^(i−1) mod 31) mod 31.
fn check_character(values: &[usize]) -> char {
    let (sum, _) = values.iter().fold((0, 1), |(sum, weight), value| {
        ((sum + value * weight) % 31, weight * 3 % 31)
    });
    char::from(ALPHABET[(31 - sum) % 31])
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CreditCode {
    type Error = CreditCodeError;

    fn try_from(text: String) -> Result<CreditCode, CreditCodeError> {
        CreditCode::parse(&text)
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> String {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_codes_are_accepted() {
        for code in [
            "91350100M000100Y43",
            "91110000802100433B",
            "91440300708461136T",
        ] {
            assert_eq!(CreditCode::parse(code).unwrap().as_str(), code);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            ("", "有 0 位"),
            ("91350100M000100Y4", "有 17 位"),
            ("91350100M000100Y433", "有 19 位"),
            ("9135010OM000100Y43", "第 8 位“O”"),
            ("91350100M000100Y4招", "第 18 位“招”"),
            (
                "91350100M000100Y44",
                "校验位（第 18 位）是“4”，按前 17 位计算应为“3”",
            ),
        ];
        for (text, reason) in cases {
            let message = CreditCode::parse(text).unwrap_err().to_string();
            assert!(message.contains(reason), "{text}: {message}");
        }
    }

    #[test]
    fn every_single_slip_is_noticed() {
        let code = "91350100M000100Y43";
        for at in 0..LENGTH {
            for letter in ALPHABET {
                let mut slip: Vec<u8> = code.bytes().collect();
                if slip[at] == *letter {
                    continue;
                }
                slip[at] = *letter;
                assert!(CreditCode::parse(&String::from_utf8(slip).unwrap()).is_err());
            }
        }
    }

    #[test]
    fn a_completed_code_is_one_that_parses() {
        let code = CreditCode::complete("91429005MA05AMPLE").unwrap();
        assert_eq!(CreditCode::parse(code.as_str()).unwrap(), code);
        assert!(CreditCode::complete("9142").is_err());
    }
}
