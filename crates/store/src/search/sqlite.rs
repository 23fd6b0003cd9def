//! FTS5: the index holds the words under `project.doc`.

use std::collections::BTreeSet;

use super::{Piece, Search};

/// Pieces hold letters and digits only, so quoting them is enough.
pub(super) fn search(pieces: &BTreeSet<Piece>, n: usize) -> Search {
    let term = |piece: &Piece| format!("\"{}\"{}", piece.text, if piece.prefix { "*" } else { "" });
    let word = |piece: &Piece| format!(" {}{}", piece.text, if piece.prefix { "" } else { " " });
    let value = serde_json::json!({
        "match": pieces.iter().map(term).collect::<Vec<_>>().join(" AND "),
        "words": pieces.iter().map(word).collect::<Vec<_>>(),
    });
    Search {
        keys: format!(
            "SELECT rowid FROM project_search WHERE project_search MATCH json_extract(${n}, '$.match')"
        ),
        test: format!(
            "NOT EXISTS (SELECT 1 FROM json_each(${n}, '$.words')
                          WHERE instr(' ' || search_text || ' ', value) = 0)"
        ),
        value: value.to_string().into(),
    }
}
