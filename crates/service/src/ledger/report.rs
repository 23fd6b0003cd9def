//! The result of a dry run, for pages, the command line and storage.

use std::collections::BTreeMap;

use serde::Serialize;

use super::columns::RecognisedColumn;
use super::duplicates::Duplicate;
use super::map::{Fault, Mapping, Skipped, UnknownColumn};

/// What an import would do. No contact stands in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportReport {
    /// Name of the file.
    pub file: String,
    /// Rows that are projects.
    pub rows: usize,
    /// Rows without faults.
    pub good_rows: usize,
    /// Rows with faults.
    pub bad_rows: usize,
    /// One sentence on the whole.
    pub summary: String,
    /// Columns that are understood.
    pub recognised: Vec<RecognisedColumn>,
    /// Columns that are kept as they are.
    pub unknown: Vec<UnknownColumn>,
    /// Rows that are no projects.
    pub skipped: Vec<Skipped>,
    /// Rows that seem to be the same project.
    pub duplicates: Vec<Duplicate>,
    /// What is wrong, by row and column.
    pub faults: Vec<ReportedFault>,
    /// What is doubtful, by row and column.
    pub warnings: Vec<ReportedFault>,
    /// What is absent, and in how many rows.
    pub missing: BTreeMap<String, usize>,
    /// What the reader of the file had to say.
    pub notes: Vec<String>,
}

/// A fault with its whole sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportedFault {
    /// The fault.
    #[serde(flatten)]
    pub fault: Fault,
    /// Row, column, value and reason in one sentence.
    pub message: String,
}

impl ImportReport {
    /// The report on a mapping.
    pub fn new(file: &str, mapping: &Mapping) -> Self {
        let rows = mapping.candidates.len();
        let bad_rows = mapping
            .candidates
            .iter()
            .filter(|candidate| !candidate.faults.is_empty())
            .count();
        Self {
            file: file.to_owned(),
            rows,
            good_rows: rows - bad_rows,
            bad_rows,
            summary: summary(rows, bad_rows, mapping),
            recognised: mapping.recognised.clone(),
            unknown: mapping.unknown.clone(),
            skipped: mapping.skipped.clone(),
            duplicates: mapping.duplicates.clone(),
            faults: reported(
                mapping
                    .candidates
                    .iter()
                    .flat_map(|candidate| &candidate.faults),
            ),
            warnings: reported(
                mapping
                    .candidates
                    .iter()
                    .flat_map(|candidate| &candidate.warnings),
            ),
            missing: missing(mapping),
            notes: mapping.notes.clone(),
        }
    }

    /// Whether every row can be taken.
    pub fn is_clean(&self) -> bool {
        self.bad_rows == 0
    }
}

fn reported<'a>(faults: impl Iterator<Item = &'a Fault>) -> Vec<ReportedFault> {
    faults
        .map(|fault| ReportedFault {
            fault: fault.clone(),
            message: fault.message(),
        })
        .collect()
}

fn summary(rows: usize, bad: usize, mapping: &Mapping) -> String {
    let warned = mapping
        .candidates
        .iter()
        .filter(|candidate| !candidate.warnings.is_empty())
        .count();
    let mut parts = vec![format!("共 {rows} 个项目，{} 个可以导入", rows - bad)];
    if bad > 0 {
        parts.push(format!("{bad} 个有错误需要修改"));
    }
    if warned > 0 {
        parts.push(format!("{warned} 个有提示需要核对"));
    }
    if !mapping.skipped.is_empty() {
        parts.push(format!("另有 {} 行不是项目，已跳过", mapping.skipped.len()));
    }
    if !mapping.unknown.is_empty() {
        parts.push(format!(
            "{} 列不认识，内容已原样保留",
            mapping.unknown.len()
        ));
    }
    parts.join("，") + "。"
}

/// What is absent, by title: the words quoted for one row do not matter here.
fn missing(mapping: &Mapping) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for title in mapping
        .candidates
        .iter()
        .flat_map(|candidate| &candidate.missing)
    {
        let title = title.split("（原文").next().unwrap_or(title);
        *counts.entry(title.to_owned()).or_insert(0) += 1;
    }
    counts
}

/// The faults as `office::write_faults` wants them: row, column, reason. A fault of the whole row stands beyond all
/// columns.
pub fn fault_marks(mapping: &Mapping) -> Vec<(u32, usize, String)> {
    let faults = mapping
        .candidates
        .iter()
        .flat_map(|candidate| &candidate.faults);
    faults
        .map(|fault| {
            (
                fault.line,
                fault.column.unwrap_or(usize::MAX),
                fault.reason.clone(),
            )
        })
        .collect()
}
