//! The columns of one table: what each holds, and which are not known.

use office::{Table, column_letters};
use serde::Serialize;

use super::choices::{SectorCell, read_sector};
use super::headings::{Field, HeadingUnit, Known, Vocabulary, key};
use super::map::{LedgerContext, MilestoneName, UnknownColumn};
use crate::projects::is_light_words;

/// A column that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Index from 0.
    pub(super) index: usize,
    /// Heading as written.
    pub(super) heading: String,
    /// What it holds.
    pub(super) field: Field,
    /// Unit of its heading.
    pub(super) unit: Option<HeadingUnit>,
}

/// A column that is understood, as a report shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecognisedColumn {
    /// Index from 0.
    pub column: usize,
    /// Letters, as Excel shows them.
    pub letters: String,
    /// Heading as written.
    pub heading: String,
    /// What it holds.
    pub field: Field,
    /// Title of what it holds.
    pub title: String,
    /// Unit of the heading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<HeadingUnit>,
}

impl Column {
    pub(super) fn recognised(&self, milestones: &[MilestoneName]) -> RecognisedColumn {
        RecognisedColumn {
            column: self.index,
            letters: column_letters(self.index),
            heading: self.heading.clone(),
            field: self.field.clone(),
            title: self.field.title(milestones),
            unit: self.unit.clone(),
        }
    }
}

/// The columns of the table. A column that is not known, or that says again what another one says, is kept as it is.
pub(super) fn read_columns(
    table: &Table,
    words: &Vocabulary,
    context: &LedgerContext,
) -> (Vec<Column>, Vec<UnknownColumn>) {
    let mut columns: Vec<Column> = Vec::new();
    let mut unknown = Vec::new();
    for (index, heading) in table.headings.iter().enumerate() {
        let known = words
            .recognise(heading)
            .map(|known| by_content(known, table, index, context));
        let twin = known
            .as_ref()
            .and_then(|known| twin_of(&columns, &known.field));
        match known {
            Some(known) if twin.is_none() => {
                columns.push(Column {
                    index,
                    heading: heading.clone(),
                    field: known.field,
                    unit: known.unit,
                });
            }
            _ if heading.is_empty() && is_empty_column(table, index) => {}
            _ => {
                let twin = twin.map(|twin| twin.heading.clone());
                let column = unknown_column(index, heading, words, twin);
                columns.push(kept(index, &column.heading, &columns));
                unknown.push(column);
            }
        }
    }
    (columns, unknown)
}

/// Some headings of the program's own ledger mean other things in other ledgers: there the content decides.
fn by_content(known: Known, table: &Table, index: usize, context: &LedgerContext) -> Known {
    let all = |is: &dyn Fn(&str) -> bool| {
        let cells = table.rows.iter().filter_map(|row| row.cells.get(index));
        cells
            .filter(|cell| !cell.is_empty())
            .all(|cell| is(cell.text().trim()))
    };
    let title = table.headings.get(index).map(|heading| key(heading));
    let field = match title.as_deref() {
        Some("状态") if all(&is_light_words) => Field::WorkedOut("状态".to_owned()),
        Some("当前阶段") if all(&|text| context.stages.iter().any(|stage| stage == text)) => {
            Field::WorkedOut("当前阶段".to_owned())
        }
        Some("产业") if all(&|text| matches!(read_sector(text), SectorCell::Sector(_))) => {
            Field::Sector
        }
        _ => return known,
    };
    Known {
        field,
        unit: known.unit,
    }
}

/// Whether the columns are those of a ledger that the program wrote, so that its numbers are the program's own.
pub(super) fn is_export(columns: &[Column]) -> bool {
    let own = |column: &Column| matches!(column.field, Field::WorkedOut(_) | Field::Company);
    columns.iter().any(own)
        && columns
            .iter()
            .any(|column| column.field == Field::Number && key(&column.heading) == "编号")
}

/// An earlier column of the same field. Sums may stand in several columns (as a text and in 亿元): they are compared.
fn twin_of<'a>(columns: &'a [Column], field: &Field) -> Option<&'a Column> {
    let compared = matches!(
        field,
        Field::TotalInvestment | Field::IntroducedFunds | Field::FundsInPlace | Field::Serial
    );
    if compared {
        None
    } else {
        columns.iter().find(|column| column.field == *field)
    }
}

fn is_empty_column(table: &Table, index: usize) -> bool {
    table
        .rows
        .iter()
        .all(|row| row.cells.get(index).is_none_or(office::Cell::is_empty))
}

fn unknown_column(
    index: usize,
    heading: &str,
    words: &Vocabulary,
    twin: Option<String>,
) -> UnknownColumn {
    let letters = column_letters(index);
    let heading = if heading.is_empty() {
        format!("{letters}列")
    } else {
        heading.to_owned()
    };
    let nearest = words.nearest(&heading).map(str::to_owned);
    let note = match (&twin, &nearest) {
        (Some(twin), _) => {
            format!(
                "{letters} 列“{heading}”与前面的“{twin}”列含义相同，只按前一列读取，本列内容原样保留在“其他栏目”。"
            )
        }
        (None, Some(nearest)) => {
            format!(
                "{letters} 列“{heading}”不认识，内容原样保留在“其他栏目”。如果是“{nearest}”，请改列名后重新导入。"
            )
        }
        (None, None) => format!("{letters} 列“{heading}”不认识，内容原样保留在“其他栏目”。"),
    };
    let nearest = if twin.is_some() { None } else { nearest };
    UnknownColumn {
        column: index,
        letters,
        heading,
        nearest,
        note,
    }
}

/// Kept under its heading; with the letters of the column where another one has the same heading.
fn kept(index: usize, heading: &str, columns: &[Column]) -> Column {
    let taken = columns
        .iter()
        .any(|column| key(&column.heading) == key(heading));
    let title = if taken {
        format!("{heading}（{}列）", column_letters(index))
    } else {
        heading.to_owned()
    };
    Column {
        index,
        heading: heading.to_owned(),
        field: Field::Kept(title),
        unit: None,
    }
}
