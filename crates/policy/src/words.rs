//! Words for messages: the nearest known word, lists, kinds of values.

use toml::de::DeValue;

/// The known word that was probably meant.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (word.chars().count() / 3).max(1);
    let known = known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(word, k), k));
    known
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, k)| k)
}

/// `未知的键 `limt`，是否为 `limit`？`
pub(crate) fn unknown(what: &str, word: &str, meant: Option<&str>) -> String {
    match meant {
        Some(meant) => format!("{what}`{word}`，是否为 `{meant}`？"),
        None => format!("{what}`{word}`"),
    }
}

/// `` `a`、`b`、`c` ``.
pub(crate) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    words.join("、")
}

/// What a value is, for people.
pub(crate) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "文字",
        DeValue::Integer(_) => "整数",
        DeValue::Float(_) => "小数",
        DeValue::Boolean(_) => "是否（true、false）",
        DeValue::Datetime(_) => "时刻",
        DeValue::Array(_) => "列表",
        DeValue::Table(_) => "表",
    }
}

/// What the schema wants, for people.
pub(crate) fn kind_named(schema_type: &str) -> &'static str {
    match schema_type {
        "string" => "文字",
        "integer" => "整数",
        "number" => "数",
        "boolean" => "是否（true、false）",
        "array" => "列表（[…]）",
        _ => "表（{…} 或 [表名]）",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_one_slip_away_for_short_words_and_a_third_for_long_ones() {
        let known = ["limit", "title", "units", "clause"];
        assert_eq!(nearest("limt", known), Some("limit"));
        assert_eq!(nearest("untis", known), Some("units"));
        assert_eq!(nearest("id", known), None);
        assert_eq!(nearest("responsible", known), None);
    }
}
