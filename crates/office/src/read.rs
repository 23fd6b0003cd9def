//! Reading: which format it is, is it safe, where its heading row stands, what the rows say.

mod compound;
mod formula;
mod grid;
mod heading;
mod ods;
mod package;
mod sheets;
mod sniff;
mod table;
mod text;
mod xls;
mod xlsx;

pub(crate) use text::looks_like_formula;

pub use sheets::{NamedSheet, read_sheets};
pub use sniff::{Format, sniff};
pub use table::{Table, TableRow, read_table};

/// How much of a file is read before it is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadLimits {
    /// Bytes of the file as uploaded.
    pub max_bytes: usize,
    /// Bytes of all parts of a compressed workbook together, counted while inflating.
    pub max_unzipped: u64,
    /// How many times larger than its compressed form a part may grow.
    pub max_ratio: u64,
    /// Rows below the heading row.
    pub max_rows: usize,
    /// Columns, counted from A.
    pub max_columns: usize,
    /// Characters in one cell; a longer cell is an error cell.
    pub max_cell_chars: usize,
}

impl Default for ReadLimits {
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        Self {
            max_bytes: 20 * MIB,
            max_unzipped: 300 * MIB as u64,
            max_ratio: 200,
            max_rows: 200_000,
            max_columns: 200,
            max_cell_chars: 32_767,
        }
    }
}

/// The name of a file as messages show it: no folders, no control characters, not too long.
fn shown_name(file_name: &str) -> String {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let shown: String = base.chars().filter(|c| !c.is_control()).take(100).collect();
    if shown.is_empty() {
        "未命名".into()
    } else {
        shown
    }
}

/// The extension of a name in lower case, without the dot.
fn extension(file_name: &str) -> String {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    base.rsplit_once('.')
        .map_or(String::new(), |(_, end)| end.to_ascii_lowercase())
}

/// Bytes as people read sizes.
fn shown_size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    if bytes >= MIB {
        format!("{}.{} MB", bytes / MIB, bytes % MIB * 10 / MIB)
    } else {
        format!("{} KB", bytes.div_ceil(1024))
    }
}
