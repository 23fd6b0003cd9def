//! A form as it is printed: stamp line, merged headings, cells, choices under the table.

use policy::model::{ColumnSource, FormLayout};
use service::forms::{Origin, Produced};

/// A heading and how many columns and rows it stands over.
pub(super) struct Head {
    pub(super) text: String,
    pub(super) colspan: usize,
    pub(super) rowspan: usize,
}

/// A cell with its class.
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) class: &'static str,
}

/// Choices under the table.
pub(super) struct Note {
    pub(super) title: String,
    pub(super) lines: Vec<String>,
}

/// The sheet as it is printed.
pub(super) struct SheetView {
    pub(super) number: String,
    pub(super) title: String,
    pub(super) left: String,
    pub(super) right: String,
    pub(super) widths: Vec<String>,
    pub(super) upper: Vec<Head>,
    pub(super) lower: Vec<Head>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// Who reports each row, for the summary on the screen; empty where all rows come from one unit.
    pub(super) reporters: Vec<String>,
    pub(super) blank: Vec<usize>,
    pub(super) columns: usize,
    pub(super) more: usize,
    pub(super) notes: Vec<Note>,
    pub(super) class: &'static str,
    pub(super) order: bool,
    pub(super) fields: Vec<String>,
}

pub(super) fn sheet(produced: &Produced, most: usize) -> SheetView {
    let form = &produced.form;
    let all: u32 = form
        .column
        .iter()
        .map(|c| u32::from(c.width))
        .sum::<u32>()
        .max(1);
    let width = |mm: u16| format!("{}%", u32::from(mm) * 100 / all);
    let (upper, lower) = heads(produced);
    let rows = produced.rows.iter().take(most).map(|row| {
        let cells = row.cells.iter().zip(&form.column);
        let cell = |(cell, column): (&service::forms::Cell, &policy::model::ColumnDef)| Cell {
            text: cell.text.clone(),
            class: class(cell.origin, column.source),
        };
        cells.map(cell).collect()
    });
    let notes = form.column.iter().filter_map(|column| {
        Some(Note {
            title: column.footnote.clone()?,
            lines: column.value.iter().map(|option| option.printed()).collect(),
        })
    });
    let order = form.layout == FormLayout::Order;
    let blank = usize::from(form.blank_rows).saturating_sub(produced.rows.len());
    SheetView {
        number: form.number.clone().unwrap_or_default(),
        title: form.title.clone(),
        left: format!("{}{}", form.unit_line, produced.stamped),
        right: format!("{}{}", form.date_line, chinese(produced.filled_on)),
        widths: form
            .column
            .iter()
            .map(|column| width(column.width))
            .collect(),
        upper,
        lower,
        rows: rows.collect(),
        reporters: Vec::new(),
        blank: (0..blank).collect(),
        columns: form.column.len(),
        more: produced.rows.len().saturating_sub(most),
        notes: notes.collect(),
        class: if form.column.len() > 12 {
            "form-wide"
        } else {
            "form-mid"
        },
        order,
        fields: match order {
            true => form
                .column
                .iter()
                .map(|column| column.heading.clone())
                .collect(),
            false => Vec::new(),
        },
    }
}

impl SheetView {
    /// The units that report each row, beside it.
    pub(super) fn with_reporters(mut self, produced: &Produced, wanted: bool) -> SheetView {
        if wanted {
            let rows = produced.rows.iter().take(self.rows.len());
            self.reporters = rows.map(|row| row.reporters.join("、")).collect();
        }
        self
    }

    /// Who reports a row; empty in the form of one unit.
    pub(super) fn reporter(&self, row: &usize) -> &str {
        self.reporters.get(*row).map_or("", String::as_str)
    }
}

fn chinese(day: calendar::Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn class(origin: Origin, source: ColumnSource) -> &'static str {
    let wordy = matches!(
        source,
        ColumnSource::Summary
            | ColumnSource::Tasks
            | ColumnSource::Progress
            | ColumnSource::ProgressAndRegistration
            | ColumnSource::Problems
    );
    match (origin, wordy) {
        (Origin::Missing, _) => "form-missing",
        (Origin::Inferred, _) => "form-inferred",
        (Origin::Fact, true) => "form-words",
        (Origin::Fact, false) => "",
    }
}

/// The rows of the headings; the lower one is empty where no headings are merged.
fn heads(produced: &Produced) -> (Vec<Head>, Vec<Head>) {
    let columns = &produced.form.column;
    let grouped = columns.iter().any(|column| column.group.is_some());
    let (mut upper, mut lower): (Vec<Head>, Vec<Head>) = (Vec::new(), Vec::new());
    for (index, column) in columns.iter().enumerate() {
        let head = |text: &str, rowspan: usize| Head {
            text: text.to_owned(),
            colspan: 1,
            rowspan,
        };
        match &column.group {
            None => upper.push(head(&column.heading, if grouped { 2 } else { 1 })),
            Some(group) => {
                let goes_on = index > 0 && columns[index - 1].group.as_ref() == Some(group);
                match upper.last_mut().filter(|_| goes_on) {
                    Some(last) => last.colspan += 1,
                    None => upper.push(head(group, 1)),
                }
                lower.push(head(&column.heading, 1));
            }
        }
    }
    (upper, lower)
}
