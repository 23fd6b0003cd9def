//! Finding the heading row: the row, or two or three merged rows, of which the caller knows most headings.

use super::grid::{Grid, GridRow, Merge};
use crate::value::without_blanks;

/// Rows that are searched in each sheet; title, unit and date lines stand above the headings.
pub(super) const SEARCHED_ROWS: usize = 20;

/// Rows that a merged heading may take.
const MAX_DEPTH: usize = 3;

/// Known headings in a row, as counted by the caller.
pub(super) type Score<'a> = &'a dyn Fn(&[String]) -> usize;

/// The best heading of a sheet.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Number of known headings.
    pub(super) score: usize,
    /// Index of the first row below the heading.
    pub(super) first_row: usize,
    /// Last row of the heading, as Excel shows it.
    pub(super) line: u32,
    /// One heading per column, without blanks.
    pub(super) headings: Vec<String>,
}

/// Finds the heading with most known names. A single row wins over two rows that are no better, and the higher row
/// over the lower, so that a title above the headings is not taken for a part of them. Rows that are the lower part of
/// a merged heading are no heading of their own, unless nothing else is found.
pub(super) fn find(grid: &Grid, score: Score<'_>) -> Option<Found> {
    let searched = 0..grid.rows.len().min(SEARCHED_ROWS);
    let (lower, own): (Vec<_>, Vec<_>) = searched.partition(|start| is_lower_part(grid, *start));
    best(grid, &own, score).or_else(|| best(grid, &lower, score))
}

fn is_lower_part(grid: &Grid, start: usize) -> bool {
    let line = grid.rows[start].line;
    grid.merges
        .iter()
        .any(|merge| merge.rows.0 < line && line <= merge.rows.1)
}

fn best(grid: &Grid, starts: &[usize], score: Score<'_>) -> Option<Found> {
    let mut best: Option<Found> = None;
    for depth in 1..=MAX_DEPTH {
        for start in starts {
            let Some(found) = candidate(grid, *start, depth, score) else {
                continue;
            };
            if found.score > best.as_ref().map_or(0, |b| b.score) {
                best = Some(found);
            }
        }
    }
    best
}

fn candidate(grid: &Grid, start: usize, depth: usize, score: Score<'_>) -> Option<Found> {
    let depth = depth.max(merged_depth(grid, start)).min(MAX_DEPTH);
    let block = grid.rows.get(start..start + depth)?;
    let adjoining = block
        .windows(2)
        .all(|pair| pair[0].line + 1 == pair[1].line);
    if !adjoining {
        return None;
    }
    let headings = join(block, &grid.merges, score);
    let line = block.last()?.line;
    Some(Found {
        score: score(&headings),
        first_row: start + depth,
        line,
        headings,
    })
}

/// Rows that vertical merges starting in this row cover.
fn merged_depth(grid: &Grid, start: usize) -> usize {
    let line = grid.rows[start].line;
    let vertical = |merge: &&Merge| merge.rows.0 == line && merge.rows.1 > line;
    let last = grid
        .merges
        .iter()
        .filter(vertical)
        .map(|m| m.rows.1)
        .max()
        .unwrap_or(line);
    // A merged title above everything has no rows of its own below it.
    grid.rows[start..]
        .iter()
        .take_while(|row| row.line <= last)
        .count()
        .max(1)
}

/// One heading per column out of a block of rows.
fn join(block: &[GridRow], merges: &[Merge], score: Score<'_>) -> Vec<String> {
    let width = block.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let levels: Vec<Vec<String>> = (0..block.len())
        .map(|level| level_texts(block, level, width, merges))
        .collect();
    let Some((last, above)) = levels.split_last() else {
        return Vec::new();
    };
    if above.is_empty() {
        return last.clone();
    }
    let parts: Vec<Vec<&str>> = (0..width)
        .map(|column| {
            levels
                .iter()
                .map(|l| l[column].as_str())
                .filter(|t| !t.is_empty())
                .collect()
        })
        .collect();
    let lowest: Vec<&str> = parts
        .iter()
        .map(|p| p.last().copied().unwrap_or(""))
        .collect();
    parts
        .iter()
        .enumerate()
        .map(|(column, parts)| choose(parts, &lowest, column, score))
        .collect()
}

/// 「投资额（亿元）」 above 「总投资」: the joined name when it is known, else the lower name alone when that is known
/// and stands only once, else the joined name.
fn choose(parts: &[&str], lowest: &[&str], column: usize, score: Score<'_>) -> String {
    let joined = parts.concat();
    let alone = lowest[column];
    let known = |name: &str| score(&[name.to_owned()]) > 0;
    let is_unique = lowest.iter().filter(|other| **other == alone).count() == 1;
    if parts.len() > 1 && !known(&joined) && is_unique && known(alone) {
        return alone.to_owned();
    }
    joined
}

/// The texts of one level; a text that spans columns is repeated over those that have a name of their own below it.
fn level_texts(block: &[GridRow], level: usize, width: usize, merges: &[Merge]) -> Vec<String> {
    let row = &block[level];
    let own = |row: &GridRow, column: usize| {
        row.cells
            .get(column)
            .map_or(String::new(), |cell| without_blanks(&cell.text()))
    };
    let mut texts: Vec<String> = (0..width).map(|column| own(row, column)).collect();
    for column in 1..width {
        let named_below = block[level + 1..]
            .iter()
            .any(|below| !own(below, column).is_empty());
        if !texts[column].is_empty() || !named_below {
            continue;
        }
        // Without any merges (CSV, "centre across selection") a group reaches to the next text in its row.
        let spans = merges.is_empty()
            || merges.iter().any(|m| {
                (m.rows.0..=m.rows.1).contains(&row.line)
                    && m.columns.0 < column
                    && column <= m.columns.1
            });
        if spans {
            texts[column] = texts[column - 1].clone();
        }
    }
    texts
}
