//! CSV as Chinese offices open it: UTF-8 with byte-order mark, Windows line ends, nothing that Excel would run.

use std::io::Write;

use super::{Column, Out};
use crate::WriteError;
use crate::read::looks_like_formula;

/// Writes headings and rows; returns the number of rows.
///
/// Text that a spreadsheet would take for a formula gets an apostrophe in front, which [`crate::read_table`] takes off
/// again. Plain numbers stay as they are.
///
/// # Errors
/// When `writer` fails.
pub fn write_csv(
    columns: &[Column],
    rows: impl Iterator<Item = Vec<Out>>,
    mut writer: impl Write,
) -> Result<u64, WriteError> {
    writer.write_all(b"\xef\xbb\xbf")?;
    let mut csv = csv::WriterBuilder::new()
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(writer);
    csv.write_record(columns.iter().map(|column| guarded(&column.heading)))?;
    let mut count = 0;
    for row in rows {
        csv.write_record(row.iter().map(field))?;
        count += 1;
    }
    csv.flush()?;
    Ok(count)
}

fn field(value: &Out) -> String {
    match value {
        Out::Empty => String::new(),
        Out::Text(text) => guarded(text),
        Out::Integer(number) => number.to_string(),
        Out::Decimal(number) => guarded(number),
        Out::Day(day) => day.to_string(),
    }
}

/// Text with an apostrophe in front where a spreadsheet would calculate it, or where it begins with apostrophes that
/// would be taken for ours.
fn guarded(text: &str) -> String {
    if looks_like_formula(text.trim_start_matches('\'')) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
