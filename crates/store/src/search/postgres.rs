//! `tsvector` with a GIN index: lexemes are the words as they are, no dictionary and no locale.

use std::collections::BTreeSet;

use super::Piece;

/// Bounded like its sibling; the table carries the region, so the planner may use it.
pub(super) fn condition(n: usize, limit: u32) -> String {
    format!(
        "project IN (SELECT s.project FROM project_search s
                      WHERE s.region = $1 AND s.words @@ CAST(CAST(${n} AS TEXT) AS TSQUERY) LIMIT {limit})"
    )
}

/// Pieces hold letters and digits only, so quoting them is enough.
pub(super) fn query(pieces: &BTreeSet<Piece>) -> String {
    let term = |piece: &Piece| format!("'{}'{}", piece.text, if piece.prefix { ":*" } else { "" });
    pieces.iter().map(term).collect::<Vec<_>>().join(" & ")
}
