//! FTS5: the index holds the words under `project.doc`.

use std::collections::BTreeSet;

use super::Piece;

/// The newest matches first: among very many, those are wanted.
pub(super) fn condition(n: usize, limit: u32) -> String {
    format!(
        "doc IN (SELECT rowid FROM project_search WHERE project_search MATCH ${n} ORDER BY rowid DESC LIMIT {limit})"
    )
}

/// Pieces hold letters and digits only, so quoting them is enough.
pub(super) fn query(pieces: &BTreeSet<Piece>) -> String {
    let term = |piece: &Piece| format!("\"{}\"{}", piece.text, if piece.prefix { "*" } else { "" });
    pieces.iter().map(term).collect::<Vec<_>>().join(" AND ")
}
