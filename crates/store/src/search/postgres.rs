//! `tsvector` with a GIN index: lexemes are the words as they are, no dictionary and no locale.

use std::collections::BTreeSet;

use super::{Piece, Search};

/// Pieces hold letters and digits only, so quoting them is enough.
pub(super) fn search(pieces: &BTreeSet<Piece>, n: usize) -> Search {
    let term = |piece: &Piece| format!("'{}'{}", piece.text, if piece.prefix { ":*" } else { "" });
    let query = format!("CAST(CAST(${n} AS TEXT) AS TSQUERY)");
    let keys = format!(
        "SELECT s.project FROM project_search s WHERE s.region = $1 AND s.words @@ {query}"
    );
    Search {
        // The planner knows how many rows a word finds only through its index, so both ways are this one.
        test: format!("project IN ({keys})"),
        keys,
        value: pieces
            .iter()
            .map(term)
            .collect::<Vec<_>>()
            .join(" & ")
            .into(),
    }
}
