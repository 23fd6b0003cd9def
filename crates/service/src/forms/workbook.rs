//! A form as a workbook, and the hidden sheet by which it is read back.

use calendar::Day;
use office::{
    Align, ColumnKind, FormColumn, FormNote, FormRow, FormSheet, NamedSheet, Out, Paper, write_form,
};
use policy::model::{ColumnDef, ColumnSource, FORM_MARGIN_MM, FormLayout, FormPaper};

use super::{FormQuery, Period, Produced};
use crate::imports::aside;
use crate::{Actor, Outcome, Service, ServiceError};

/// First cell of the hidden sheet.
const MARK: &str = "luodi-form-1";

/// A form as a file.
#[derive(Debug, Clone)]
pub struct FormFile {
    /// Name for the receiver.
    pub name: String,
    /// Content.
    pub content: Vec<u8>,
    /// The form as produced.
    pub produced: Produced,
}

impl Service {
    /// The form as an Excel workbook; that it was taken out is noted in the audit trail.
    ///
    /// # Errors
    /// As [`Service::produce_form`].
    pub async fn form_workbook(&self, actor: &Actor, query: &FormQuery) -> Outcome<FormFile> {
        let produced = self.produce_form(actor, query).await?;
        let (produced, content) = aside(move || {
            let content = content(&produced);
            (produced, content)
        })
        .await?;
        let name = format!("{}.xlsx", file_name(&produced.full_title()));
        let rows = produced.rows.len() as u64;
        self.audit_export(actor, "export-form", &name, rows).await?;
        Ok(FormFile {
            name,
            content: content?,
            produced,
        })
    }
}

/// A name that every file system takes.
pub(crate) fn file_name(title: &str) -> String {
    let safe = |c: char| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
        c if c.is_control() => '-',
        c => c,
    };
    title.chars().map(safe).take(100).collect()
}

/// The workbook of a form.
pub(super) fn content(produced: &Produced) -> Outcome<Vec<u8>> {
    write_form(&sheet(produced)).map_err(|error| {
        ServiceError::Failed(format!("报表“{}”无法写出：{error}", produced.form.title))
    })
}

fn sheet(produced: &Produced) -> FormSheet {
    let form = &produced.form;
    let order = form.layout == FormLayout::Order;
    FormSheet {
        number: form.number.clone().unwrap_or_default(),
        title: form.title.clone(),
        left_line: format!("{}{}", form.unit_line, produced.stamped),
        right_line: format!("{}{}", form.date_line, chinese_day(produced.filled_on)),
        columns: form.column.iter().map(column).collect(),
        rows: if order { Vec::new() } else { rows(produced) },
        blank_rows: usize::from(form.blank_rows),
        notes: notes(&form.column),
        paper: match form.paper {
            FormPaper::A3 => Paper::A3,
            FormPaper::A4 => Paper::A4,
        },
        landscape: form.landscape,
        margin_mm: f64::from(FORM_MARGIN_MM),
        data: data(produced),
    }
}

/// 2025年7月2日.
pub(crate) fn chinese_day(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// What a column holds, and where its values stand.
fn look(def: &ColumnDef) -> (ColumnKind, Align) {
    match def.source {
        ColumnSource::Serial | ColumnSource::Number => (ColumnKind::Integer, Align::Center),
        source if source.is_money() => (ColumnKind::Decimal(4), Align::Center),
        ColumnSource::Summary
        | ColumnSource::Tasks
        | ColumnSource::Progress
        | ColumnSource::ProgressAndRegistration
        | ColumnSource::Problems => (ColumnKind::Text, Align::Left),
        _ => (ColumnKind::Text, Align::Center),
    }
}

fn column(def: &ColumnDef) -> FormColumn {
    let (kind, align) = look(def);
    FormColumn {
        heading: def.heading.clone(),
        group: def.group.clone(),
        width_mm: f64::from(def.width),
        kind,
        align,
        choices: def
            .value
            .iter()
            .map(|option| option.cell().to_owned())
            .collect(),
    }
}

fn rows(produced: &Produced) -> Vec<FormRow> {
    let out = |(cell, def): (&super::Cell, &ColumnDef)| match look(def).0 {
        _ if cell.text.is_empty() => Out::Empty,
        ColumnKind::Integer | ColumnKind::Decimal(_) => Out::Decimal(cell.text.clone()),
        _ => Out::Text(cell.text.clone()),
    };
    let row = |row: &super::ProducedRow| FormRow {
        key: row.project.clone(),
        cells: row
            .cells
            .iter()
            .zip(&produced.form.column)
            .map(out)
            .collect(),
    };
    produced.rows.iter().map(row).collect()
}

fn notes(columns: &[ColumnDef]) -> Vec<FormNote> {
    let note = |column: &ColumnDef| {
        Some(FormNote {
            title: column.footnote.clone()?,
            lines: column.value.iter().map(|option| option.printed()).collect(),
        })
    };
    columns.iter().filter_map(note).collect()
}

/// What the hidden sheet says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hidden {
    /// Region id.
    pub(super) region: String,
    /// Form, unit and period.
    pub(super) query: FormQuery,
    /// Pack id and version.
    pub(super) pack: (String, String),
    /// Ids of the columns.
    pub(super) columns: Vec<String>,
    /// Project ids with their cells as produced.
    pub(super) rows: Vec<(String, Vec<String>)>,
}

fn data(produced: &Produced) -> Vec<Vec<String>> {
    let line = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let mut data: Vec<Vec<String>> = vec![
        line(&[MARK, "本表供系统读回报表使用，请勿改动"]),
        line(&["region", &produced.region]),
        line(&["form", &produced.form.id]),
        line(&["period", &produced.period.id()]),
        line(&["unit", produced.unit.as_deref().unwrap_or_default()]),
        line(&["pack", &produced.pack.0, &produced.pack.1]),
        line(&["produced", &produced.filled_on.to_string()]),
    ];
    let columns = produced.form.column.iter().map(|column| column.id.clone());
    data.push(
        std::iter::once("columns".to_owned())
            .chain(columns)
            .collect(),
    );
    for row in &produced.rows {
        let cells = row.cells.iter().map(|cell| cell.text.clone());
        data.push(
            ["row".to_owned(), row.project.clone()]
                .into_iter()
                .chain(cells)
                .collect(),
        );
    }
    data
}

/// Reads the hidden sheet; nothing when it is not one of ours.
pub(super) fn hidden(sheet: &NamedSheet) -> Option<Hidden> {
    let mut lines = sheet.rows.iter().map(|row| {
        let cells = row.cells.iter().map(|cell| cell.text().into_owned());
        cells.collect::<Vec<String>>()
    });
    let first = lines.next()?;
    (first.first()? == MARK).then_some(())?;
    let mut words = std::collections::HashMap::new();
    let mut columns = Vec::new();
    let mut rows = Vec::new();
    for mut line in lines {
        let word = if line.is_empty() {
            String::new()
        } else {
            line.remove(0)
        };
        match word.as_str() {
            "columns" => columns = line,
            "row" if !line.is_empty() => {
                let project = line.remove(0);
                rows.push((project, line));
            }
            _ => _ = words.insert(word, line),
        }
    }
    let width = columns.len();
    for (_, cells) in &mut rows {
        cells.resize(width, String::new());
    }
    let get = |word: &str, at: usize| {
        let line = words.get(word)?;
        Some(line.get(at).cloned().unwrap_or_default())
    };
    Some(Hidden {
        region: get("region", 0)?,
        query: FormQuery {
            form: get("form", 0)?,
            period: Period::parse(&get("period", 0)?).ok()?,
            unit: get("unit", 0).filter(|unit| !unit.is_empty()),
        },
        pack: (get("pack", 0)?, get("pack", 1)?),
        columns,
        rows,
    })
}
