//! Finding projects by any part of a Chinese text.
//!
//! Chinese has no spaces, and a dictionary does not know the names of enterprises. So a run of Chinese characters is
//! kept as its pairs of neighbours (潜江市 → 潜江 江市) and its last character; letters and digits are kept as lower-case
//! words. A query is cut the same way and every piece must be there; a single character finds the pairs that begin
//! with it. The databases only store and compare the pieces ([`sqlite`] with FTS5, [`postgres`] with `tsvector`).

mod postgres;
mod sqlite;

use std::collections::BTreeSet;

use crate::{Dialect, Value};

/// Characters of a query that are looked at; more narrows nothing.
const QUERY_CHARACTERS: usize = 64;

/// One piece of a query.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    text: String,
    /// Whether longer words that begin with it are meant too.
    prefix: bool,
}

/// The words of the texts, each once, separated by blanks: what the search index keeps of a project.
pub fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut words = BTreeSet::new();
    for text in texts {
        for run in runs(text) {
            words.extend(run.words());
        }
    }
    let words: Vec<String> = words.into_iter().collect();
    words.join(" ")
}

/// What a query means for a database; one parameter serves both ways.
pub(crate) struct Search {
    /// The query that gives the keys of the projects found (see [`key`]).
    pub(crate) keys: String,
    /// The condition by which a project is tested on the way.
    pub(crate) test: String,
    /// The parameter.
    pub(crate) value: Value,
}

/// What a query means for a database, with its parameter in place `$n` and the region in `$1`. Nothing when the query
/// holds no letter, digit or Chinese character.
pub(crate) fn search(dialect: Dialect, query: &str, n: usize) -> Option<Search> {
    let pieces = pieces(query);
    if pieces.is_empty() {
        return None;
    }
    Some(match dialect {
        Dialect::Sqlite => sqlite::search(&pieces, n),
        Dialect::Postgres => postgres::search(&pieces, n),
    })
}

/// The column of `project` that the search index names.
pub(crate) fn key(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "doc",
        Dialect::Postgres => "project",
    }
}

fn pieces(query: &str) -> BTreeSet<Piece> {
    let query: String = query.chars().take(QUERY_CHARACTERS).collect();
    runs(&query).iter().flat_map(Run::pieces).collect()
}

/// Neighbouring characters of one kind.
enum Run {
    Chinese(Vec<char>),
    Word(String),
}

impl Run {
    fn words(&self) -> Vec<String> {
        match self {
            Self::Word(word) => vec![word.clone()],
            Self::Chinese(characters) => {
                let mut words = pairs(characters);
                words.extend(characters.last().map(char::to_string));
                words
            }
        }
    }

    fn pieces(&self) -> Vec<Piece> {
        match self {
            Self::Word(word) => vec![Piece {
                text: word.clone(),
                prefix: true,
            }],
            Self::Chinese(characters) if characters.len() == 1 => {
                vec![Piece {
                    text: characters.iter().collect(),
                    prefix: true,
                }]
            }
            Self::Chinese(characters) => pairs(characters)
                .into_iter()
                .map(|text| Piece {
                    text,
                    prefix: false,
                })
                .collect(),
        }
    }
}

fn pairs(characters: &[char]) -> Vec<String> {
    characters
        .windows(2)
        .map(|pair| pair.iter().collect())
        .collect()
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut broken = true;
    for character in text
        .chars()
        .flat_map(|character| narrow(character).to_lowercase())
    {
        if !character.is_alphanumeric() {
            broken = true;
            continue;
        }
        match (is_chinese(character), runs.last_mut().filter(|_| !broken)) {
            (true, Some(Run::Chinese(run))) => run.push(character),
            (false, Some(Run::Word(run))) => run.push(character),
            (true, _) => runs.push(Run::Chinese(vec![character])),
            (false, _) => runs.push(Run::Word(character.to_string())),
        }
        broken = false;
    }
    runs
}

/// Full-width letters and digits (Ａ１) mean the same as narrow ones.
fn narrow(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(character as u32 - 0xfee0).unwrap_or(character),
        _ => character,
    }
}

/// Characters that are written without blanks between words.
fn is_chinese(character: char) -> bool {
    matches!(character,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_pairs_of_neighbours_and_the_last_character() {
        assert_eq!(words(["潜江市"]), "市 江市 潜江");
        assert_eq!(words(["（潜江）ABC-１２３项目"]), "123 abc 江 潜江 目 项目");
        assert_eq!(words(["", "——"]), "");
    }

    #[test]
    fn a_query_is_cut_like_the_text() {
        let piece = |text: &str, prefix| Piece {
            text: text.into(),
            prefix,
        };
        let cut = |query: &str| pieces(query).into_iter().collect::<Vec<_>>();
        assert_eq!(cut("江市"), [piece("江市", false)]);
        assert_eq!(cut("江"), [piece("江", true)]);
        assert_eq!(cut("abc 12"), [piece("12", true), piece("abc", true)]);
        assert!(cut("!?'\"*").is_empty());
    }
}
