//! From a table to candidates.

use std::collections::BTreeMap;

use calendar::Day;
use domain::event::Details;
use office::{Table, column_letters};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::columns::{Column, RecognisedColumn, is_export, read_columns};
use super::contact::Contact;
use super::draft::Draft;
use super::duplicates::{Duplicate, mark_duplicates};
use super::headings::{Field, Vocabulary};
use super::rows::why_skipped;

/// A milestone of the pack, as far as a ledger needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MilestoneName {
    /// Id, `started`.
    pub id: String,
    /// Title, 开工.
    pub title: String,
    /// Milestones that cannot be later than it.
    pub after: Vec<String>,
}

/// What a ledger is read for.
#[derive(Debug, Clone)]
pub struct LedgerContext {
    /// Name of the region, 潜江.
    pub region: String,
    /// Units of the region: every name or other name, and the name under which the unit is known.
    pub units: BTreeMap<String, String>,
    /// Milestones of the pack in its order.
    pub milestones: Vec<MilestoneName>,
    /// Titles of the stages of the pack.
    pub stages: Vec<String>,
    /// Pack id.
    pub pack: String,
    /// Pack version.
    pub version: String,
    /// Today: nothing in a ledger happened later.
    pub today: Day,
}

/// What is known of one milestone of one project.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reached {
    /// Milestone id.
    pub milestone: String,
    /// The day it was reached; `None` where the ledger says that it was, but not when.
    pub on: Option<Day>,
    /// The day it was claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_on: Option<Day>,
    /// The day it was certified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certified_on: Option<Day>,
    /// Why there is no day, in words for the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Something wrong or doubtful in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Row, as Excel shows it.
    pub line: u32,
    /// Index of the column from 0; `None` for the row as a whole.
    pub column: Option<usize>,
    /// Heading of the column; empty for the row as a whole.
    pub heading: String,
    /// What stands in the cell; empty for the row as a whole.
    pub value: String,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Fault {
    /// The whole sentence: row, column, value, reason. A reason that quotes the value itself is not made to say it twice.
    pub fn message(&self) -> String {
        let Fault {
            line,
            heading,
            value,
            reason,
            ..
        } = self;
        match self.column {
            None => format!("第 {line} 行：{reason}"),
            Some(column) => {
                let place = format!("第 {line} 行 {} 列“{heading}”", column_letters(column));
                if !value.is_empty() && reason.contains(&format!("“{value}”")) {
                    return format!("{place}：{reason}");
                }
                format!("{place}，内容“{value}”：{reason}")
            }
        }
    }
}

/// A row as a project that could be registered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Candidate {
    /// Row, as Excel shows it.
    pub line: u32,
    /// 项目编号, where the ledger has one: the project may be known already.
    pub number: Option<String>,
    /// The number is the program's own: the table is one that it exported.
    pub own_number: bool,
    /// 企业（投资方） in one cell; what of it is which follows from the project that is there.
    pub company: Option<String>,
    /// Basic facts. The contact is not in it.
    pub details: Details,
    /// Contact in clear text, to be sealed.
    pub contact_clear: Option<Contact>,
    /// Milestones in the order of the pack.
    pub reached: Vec<Reached>,
    /// Original day of registration.
    pub recorded_on: Option<Day>,
    /// Who registered it originally.
    pub recorded_by: Option<String>,
    /// What is absent, for the page.
    pub missing: Vec<String>,
    /// What is wrong: the row cannot be taken.
    pub faults: Vec<Fault>,
    /// What is doubtful: the row can be taken.
    pub warnings: Vec<Fault>,
}

/// A row that is no project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Row, as Excel shows it.
    pub line: u32,
    /// Why it was left out.
    pub note: String,
}

/// A column that is not known; its content is kept under its heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownColumn {
    /// Index from 0.
    pub column: usize,
    /// Letters, as Excel shows them.
    pub letters: String,
    /// Heading as written.
    pub heading: String,
    /// The known heading most like it.
    pub nearest: Option<String>,
    /// What became of it, in words for the user.
    pub note: String,
}

/// A table as candidates.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mapping {
    /// Columns that are understood.
    pub recognised: Vec<RecognisedColumn>,
    /// Columns that are kept as they are.
    pub unknown: Vec<UnknownColumn>,
    /// Rows as projects.
    pub candidates: Vec<Candidate>,
    /// Rows that are no projects.
    pub skipped: Vec<Skipped>,
    /// Rows that seem to be the same project.
    pub duplicates: Vec<Duplicate>,
    /// What the reader of the file had to say.
    pub notes: Vec<String>,
    /// The table is one that the program exported.
    pub exported: bool,
}

/// Why a whole file is no ledger.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LedgerError {
    /// The one column without which there is no project.
    #[error(
        "没有找到“项目名称”列。表头（第 {line} 行）里有：{found}。请把项目名称所在列的列名改为“项目名称”后重新导入。"
    )]
    NoName {
        /// Row of the headings.
        line: u32,
        /// Headings that were found.
        found: String,
    },
    /// Headings and nothing below.
    #[error("第 {line} 行表头下面没有项目行。请检查是否选错了工作表，或文件没有填写内容。")]
    NoRows {
        /// Row of the headings.
        line: u32,
    },
}

/// Reads every row of a table as a project.
///
/// # Errors
///
/// [`LedgerError`] when the table has no column for the name of the project, or no rows.
pub fn map(table: &Table, context: &LedgerContext) -> Result<Mapping, LedgerError> {
    let words = Vocabulary::new(&context.milestones);
    let (columns, unknown) = read_columns(table, &words, context);
    if !columns.iter().any(|column| column.field == Field::Name) {
        return Err(LedgerError::NoName {
            line: table.heading_line,
            found: found(table),
        });
    }
    let recognised = columns
        .iter()
        .map(|column| column.recognised(&context.milestones))
        .collect();
    let mut mapping = Mapping {
        recognised,
        unknown,
        notes: table.warnings.clone(),
        exported: is_export(&columns),
        ..Mapping::default()
    };
    map_rows(table, context, &columns, &mut mapping);
    if mapping.candidates.is_empty() {
        return Err(LedgerError::NoRows {
            line: table.heading_line,
        });
    }
    mapping.duplicates = mark_duplicates(&mut mapping.candidates, &columns, &context.region);
    Ok(mapping)
}

fn map_rows(table: &Table, context: &LedgerContext, columns: &[Column], mapping: &mut Mapping) {
    let mut misfits: BTreeMap<u32, &str> = table
        .row_faults
        .iter()
        .map(|(line, why)| (*line, why.as_str()))
        .collect();
    for row in &table.rows {
        if let Some(note) = why_skipped(row, table, columns) {
            mapping.skipped.push(Skipped {
                line: row.line,
                note,
            });
            continue;
        }
        let mut draft = Draft::new(context, columns, row.line);
        match misfits.remove(&row.line) {
            Some(why) => draft.fault_row(why),
            None => draft.read(row),
        }
        let mut candidate = draft.finish();
        candidate.own_number = mapping.exported;
        mapping.candidates.push(candidate);
    }
    for (line, why) in misfits {
        let mut draft = Draft::new(context, columns, line);
        draft.fault_row(why);
        mapping.candidates.push(draft.finish());
    }
    mapping.candidates.sort_by_key(|candidate| candidate.line);
}

fn found(table: &Table) -> String {
    let headings = table
        .headings
        .iter()
        .filter(|heading| !heading.is_empty())
        .take(30);
    let headings: Vec<_> = headings.map(|heading| format!("“{heading}”")).collect();
    if headings.is_empty() {
        "（没有列名）".to_owned()
    } else {
        headings.join("、")
    }
}

#[cfg(test)]
pub(super) mod tests;
