//! Rows of one file that seem to be the same project.

use std::collections::HashMap;

use domain::values::normalise_name;
use serde::{Deserialize, Serialize};

use super::columns::Column;
use super::headings::Field;
use super::map::{Candidate, Fault};

/// A name that is shorter without its place is not compared without it.
const SHORTEST_WITHOUT_PLACE: usize = 4;

/// By what two rows are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateBy {
    /// Same 统一社会信用代码.
    CreditCode,
    /// Same name of the project, written the same or nearly so.
    Name,
    /// Same name but for the place in front (襄阳优途国际车城, 优途国际车城): perhaps the same.
    NameWithoutPlace,
}

/// Two rows that seem to be the same project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicate {
    /// Earlier row.
    pub first_line: u32,
    /// Later row, which carries the fault or the warning.
    pub line: u32,
    /// By what.
    pub by: DuplicateBy,
    /// Whether the later row is refused; else it is only pointed out.
    pub refused: bool,
}

/// Finds duplicates and marks the later row of each pair.
pub(super) fn mark_duplicates(
    candidates: &mut [Candidate],
    columns: &[Column],
    region: &str,
) -> Vec<Duplicate> {
    let mut seen = Seen::default();
    let mut duplicates = Vec::new();
    for at in 0..candidates.len() {
        let Some(pair) = seen.find(candidates, at, region) else {
            continue;
        };
        let fault = fault(&candidates[pair.first], &candidates[at], &pair, columns);
        duplicates.push(Duplicate {
            first_line: candidates[pair.first].line,
            line: candidates[at].line,
            by: pair.by,
            refused: pair.refused,
        });
        let later = &mut candidates[at];
        if pair.refused {
            later.faults.push(fault);
        } else {
            later.warnings.push(fault);
        }
    }
    duplicates
}

/// Rows so far, by each key.
#[derive(Default)]
struct Seen {
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
    by_bare_name: HashMap<String, usize>,
}

struct Pair {
    first: usize,
    by: DuplicateBy,
    refused: bool,
}

impl Seen {
    fn find(&mut self, candidates: &[Candidate], at: usize, region: &str) -> Option<Pair> {
        let details = &candidates[at].details;
        let name = normalise_name(&details.name);
        let code = details
            .credit_code
            .as_ref()
            .map(|code| code.as_str().to_owned());
        let bare = without_place(&name, &candidates[at], region);
        let same_code = code.and_then(|code| earlier(&mut self.by_code, code, at));
        let same_name = (!name.is_empty())
            .then(|| earlier(&mut self.by_name, name, at))
            .flatten();
        let same_bare = bare.and_then(|bare| earlier(&mut self.by_bare_name, bare, at));
        // Under two numbers of its own the ledger has two projects.
        let stands = |first: &usize| !other_number(&candidates[*first], &candidates[at]);
        let same_code = same_code.filter(stands);
        let same_name = same_name.filter(stands);
        let same_bare = same_bare.filter(stands);
        let pair = |first, by, refused| Some(Pair { first, by, refused });
        match (same_code, same_name, same_bare) {
            (Some(first), _, _) => pair(
                first,
                DuplicateBy::CreditCode,
                !other_phase(&candidates[first].details.name, &details.name),
            ),
            (None, Some(first), _) => pair(
                first,
                DuplicateBy::Name,
                !other_code(&candidates[first], &candidates[at]),
            ),
            (None, None, Some(first)) => pair(first, DuplicateBy::NameWithoutPlace, false),
            (None, None, None) => None,
        }
    }
}

fn earlier(seen: &mut HashMap<String, usize>, key: String, at: usize) -> Option<usize> {
    let first = *seen.entry(key).or_insert(at);
    (first != at).then_some(first)
}

/// The same enterprise may build a second phase: 一期 and 二期 are two projects.
fn other_phase(one: &str, other: &str) -> bool {
    let phase = |name: &str| {
        ["一期", "二期", "三期", "四期", "五期"]
            .into_iter()
            .find(|phase| name.contains(phase))
    };
    phase(one) != phase(other)
}

fn other_number(one: &Candidate, other: &Candidate) -> bool {
    one.own_number
        && other.own_number
        && matches!((&one.number, &other.number), (Some(one), Some(other)) if one != other)
}

/// Two enterprises with different codes may name their projects alike.
fn other_code(one: &Candidate, other: &Candidate) -> bool {
    match (&one.details.credit_code, &other.details.credit_code) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    }
}

/// The name without the places that the row itself names in front of it.
fn without_place(name: &str, candidate: &Candidate, region: &str) -> Option<String> {
    let extra = &candidate.details.extra;
    let named = [
        extra.get("省份"),
        extra.get("市县"),
        candidate.details.location.as_ref(),
    ];
    let mut places: Vec<String> = named
        .into_iter()
        .flatten()
        .flat_map(|place| places_in(place))
        .collect();
    places.extend(places_in(region));
    places.push(region.to_owned());
    places.sort_by_key(|place| std::cmp::Reverse(place.len()));
    let mut rest = name;
    while let Some(shorter) = places
        .iter()
        .filter(|p| !p.is_empty())
        .find_map(|place| rest.strip_prefix(place.as_str()))
    {
        rest = shorter;
    }
    (rest.chars().count() >= SHORTEST_WITHOUT_PLACE).then(|| rest.to_owned())
}

/// 襄阳市襄城区 → 襄阳市, 襄阳, 襄城区, 襄城.
fn places_in(text: &str) -> Vec<String> {
    let text: String = text.chars().take_while(|c| c.is_alphanumeric()).collect();
    let mut places = Vec::new();
    for piece in text.split_inclusive(['省', '市', '县', '区', '州']) {
        let bare = piece.trim_end_matches(['省', '市', '县', '区', '州']);
        places.extend(
            [piece, bare]
                .into_iter()
                .filter(|place| place.chars().count() >= 2)
                .map(str::to_owned),
        );
    }
    places
}

fn fault(first: &Candidate, later: &Candidate, pair: &Pair, columns: &[Column]) -> Fault {
    let field = if pair.by == DuplicateBy::CreditCode {
        Field::CreditCode
    } else {
        Field::Name
    };
    let column = columns.iter().find(|column| column.field == field);
    let value = match (pair.by, &later.details.credit_code) {
        (DuplicateBy::CreditCode, Some(code)) => code.as_str().to_owned(),
        _ => later.details.name.clone(),
    };
    Fault {
        line: later.line,
        column: column.map(|column| column.index),
        heading: column
            .map(|column| column.heading.clone())
            .unwrap_or_default(),
        value,
        reason: reason(first, later, pair),
    }
}

fn reason(first: &Candidate, later: &Candidate, pair: &Pair) -> String {
    let (earlier, name, line) = (first.line, &first.details.name, later.line);
    let what = match pair.by {
        DuplicateBy::CreditCode => "统一社会信用代码",
        DuplicateBy::Name => "项目名称",
        DuplicateBy::NameWithoutPlace => "项目名称（不计地名）",
    };
    let todo = if pair.refused {
        "同一个项目只能有一行，请删去其中一行；如果确是两个项目，请在名称中写明区别（如一期、二期）。"
    } else {
        "可能是同一个项目，请核对；如果是，请删去其中一行。"
    };
    format!("第 {line} 行与第 {earlier} 行“{name}”的{what}相同。{todo}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_taken_from_what_the_row_says() {
        assert_eq!(
            places_in("襄阳市襄城区"),
            ["襄阳市", "襄阳", "襄城区", "襄城"]
        );
        assert_eq!(places_in("湖北"), ["湖北", "湖北"]);
        assert_eq!(places_in("大冶市(城西北工业园)"), ["大冶市", "大冶"]);
    }

    #[test]
    fn a_second_phase_is_another_project() {
        assert!(other_phase("样例产业园一期", "样例产业园二期"));
        assert!(other_phase("样例产业园", "样例产业园二期"));
        assert!(!other_phase("样例产业园", "样例产业基地"));
    }
}
