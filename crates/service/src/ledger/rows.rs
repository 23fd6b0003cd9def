//! Rows that are no projects: totals, repeated headings, notes below the table.

use office::{Table, TableRow};

use super::columns::Column;
use super::headings::{Field, key};

const TOTALS: [&str; 7] = ["合计", "总计", "小计", "共计", "累计", "总合计", "本页小计"];
const NOTES: [&str; 10] = [
    "注",
    "备注",
    "说明",
    "填表",
    "填报",
    "制表",
    "审核",
    "单位负责人",
    "负责人",
    "联系电话",
];

/// Why the row is left out, or `None` when it is a project.
pub(super) fn why_skipped(row: &TableRow, table: &Table, columns: &[Column]) -> Option<String> {
    let name = columns.iter().find(|column| column.field == Field::Name)?;
    let text = |index: usize| {
        row.cells
            .get(index)
            .map(|cell| cell.text().trim().to_owned())
            .unwrap_or_default()
    };
    let name = text(name.index);
    let filled: Vec<String> = (0..row.cells.len())
        .map(text)
        .filter(|text| !text.is_empty())
        .collect();
    let first = filled.first().map(String::as_str).unwrap_or_default();
    if is_total(&name) || (name.is_empty() && filled.iter().take(3).any(|text| is_total(text))) {
        return Some(format!(
            "第 {} 行是合计行（“{}”），没有作为项目导入。",
            row.line,
            shown(first)
        ));
    }
    if repeats_headings(row, table) {
        return Some(format!("第 {} 行重复了表头，没有作为项目导入。", row.line));
    }
    let alone = filled.len() == 1 || name.is_empty();
    if alone && NOTES.iter().any(|word| is_note(first, word)) {
        return Some(format!(
            "第 {} 行是表后说明（“{}”），没有作为项目导入。",
            row.line,
            shown(first)
        ));
    }
    None
}

/// 合计, 合计：133个项目.
fn is_total(text: &str) -> bool {
    let words: String = text.chars().filter(|c| c.is_alphabetic()).collect();
    let words = words
        .trim_end_matches("个项目")
        .trim_end_matches('个')
        .trim_end_matches('项');
    TOTALS.contains(&words)
}

/// 注：… and 填报人：…, but not 注塑机项目.
fn is_note(text: &str, word: &str) -> bool {
    let Some(rest) = text.strip_prefix(word) else {
        return false;
    };
    let rest: String = rest.chars().take(6).collect();
    rest.is_empty() || rest.contains([':', '：'])
}

fn repeats_headings(row: &TableRow, table: &Table) -> bool {
    let pairs = table.headings.iter().zip(&row.cells);
    let filled: Vec<bool> = pairs
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(heading, cell)| key(heading) == key(&cell.text()))
        .collect();
    filled.len() >= 2 && filled.iter().all(|same| *same)
}

fn shown(text: &str) -> String {
    text.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_told_from_projects() {
        for text in ["合计", "总 计", "合计：133个项目", "小计(3)", "共计12个"] {
            assert!(is_total(text), "{text}");
        }
        for text in ["合计科技产业园项目", "", "项目"] {
            assert!(!is_total(text), "{text}");
        }
    }

    #[test]
    fn notes_are_told_from_projects() {
        assert!(is_note("注：以上为样例", "注"));
        assert!(is_note("填报人: 样例", "填报"));
        assert!(!is_note("注塑机生产项目", "注"));
    }
}
