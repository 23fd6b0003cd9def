//! CSV: encoding, separator and quotes found out, and the line of every record kept.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::grid::{Grid, GridBuilder, GridCell};
use super::heading::{SEARCHED_ROWS, Score, find};
use super::table::Sheets;
use super::{ReadLimits, shown_name};
use crate::value::is_plain_decimal;
use crate::{CellValue, ReadError};

/// Separators in the order in which they are preferred.
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];

/// The one sheet of a CSV file.
pub(super) struct TextSheet<'a> {
    text: String,
    separator: u8,
    file_name: &'a str,
    limits: &'a ReadLimits,
}

impl<'a> TextSheet<'a> {
    pub(super) fn open(
        bytes: &[u8],
        file_name: &'a str,
        limits: &'a ReadLimits,
        is_heading: Score<'_>,
    ) -> Result<Self, ReadError> {
        let text = decode(bytes, file_name)?;
        let mut sheet = Self {
            text,
            separator: b',',
            file_name,
            limits,
        };
        sheet.separator = sheet.best_separator(is_heading)?;
        Ok(sheet)
    }

    /// The separator with which most headings are known, else the one that gives most fields.
    fn best_separator(&self, is_heading: Score<'_>) -> Result<u8, ReadError> {
        let mut best = (b',', (0, 0));
        for separator in SEPARATORS {
            let top = self.parse(separator, Some(SEARCHED_ROWS + 2))?;
            let known = find(&top, is_heading).map_or(0, |found| found.score);
            let fields = top
                .rows
                .iter()
                .map(|row| row.cells.len())
                .max()
                .unwrap_or(0);
            if (known, fields) > best.1 {
                best = (separator, (known, fields));
            }
        }
        Ok(best.0)
    }

    fn parse(&self, separator: u8, stop_after: Option<usize>) -> Result<Grid, ReadError> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(self.text.as_bytes());
        let mut builder = GridBuilder::new(self.file_name, None, self.limits, stop_after);
        let mut lines = LineCounter::new(&self.text);
        let mut record = csv::StringRecord::new();
        let mut start = 0;
        let mut widths = Vec::new();
        while reader
            .read_record(&mut record)
            .map_err(|e| self.failure(e.to_string()))?
        {
            let line = lines.line_of_record(start);
            start = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
            if record
                .iter()
                .all(|field| field.chars().all(crate::value::is_blank))
            {
                continue;
            }
            self.check_quotes(&record, line, start)?;
            widths.push((line, record.len()));
            for (column, field) in record.iter().enumerate() {
                let cell = GridCell::plain(value(field));
                if !builder.put(line - 1, column, cell)? {
                    return Ok(finish(builder, &widths));
                }
            }
        }
        Ok(finish(builder, &widths))
    }

    /// A record over many lines that ends with the file, while the quotation marks do not add up, has swallowed the
    /// rest of the file.
    fn check_quotes(
        &self,
        record: &csv::StringRecord,
        line: u32,
        end: usize,
    ) -> Result<(), ReadError> {
        let at_end = end >= self.text.len();
        let is_odd = || self.text.bytes().filter(|b| *b == b'"').count() % 2 == 1;
        let spans_lines = record.iter().any(|field| field.contains('\n'));
        if at_end && spans_lines && is_odd() {
            return Err(ReadError::Quote {
                file: shown_name(self.file_name),
                line,
            });
        }
        Ok(())
    }

    fn failure(&self, detail: String) -> ReadError {
        ReadError::Damaged {
            file: shown_name(self.file_name),
            place: String::new(),
            detail,
        }
    }
}

/// Pads the rows to the number of fields that their records had, so that ragged rows are seen.
fn finish(builder: GridBuilder<'_>, widths: &[(u32, usize)]) -> Grid {
    let mut grid = builder.finish(Vec::new());
    let mut widths = widths.iter();
    for row in &mut grid.rows {
        if let Some((_, width)) = widths.find(|(line, _)| *line == row.line) {
            row.cells
                .resize(row.cells.len().max(*width), GridCell::default());
        }
    }
    grid.ragged = true;
    grid
}

impl Sheets for TextSheet<'_> {
    fn names(&self) -> Vec<Option<String>> {
        vec![None]
    }

    fn read(&mut self, _index: usize, stop_after: Option<usize>) -> Result<Grid, ReadError> {
        self.parse(self.separator, stop_after)
    }
}

/// Counts lines up to the begin of each record; the parser's own count lags behind blank lines and `\r\n`.
struct LineCounter<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
}

impl<'a> LineCounter<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// Line of the record that was read from byte `start` on; line ends before it belong to the lines above.
    fn line_of_record(&mut self, start: usize) -> u32 {
        let skipped = |b: &&u8| matches!(b, b'\r' | b'\n');
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let begin = (start + rest.iter().take_while(skipped).count()).min(self.bytes.len());
        let passed = self.bytes.get(self.at..begin).unwrap_or(&[]);
        let breaks = passed.iter().enumerate().filter(|(i, b)| match b {
            b'\n' => true,
            // A lone carriage return ends a line of old files.
            b'\r' => self.bytes.get(self.at + i + 1) != Some(&b'\n'),
            _ => false,
        });
        self.line = self.line.saturating_add(breaks.count() as u32);
        self.at = self.at.max(begin);
        self.line
    }
}

/// A field as a value: always text, since digits of a CSV file are a number only to those who expect one.
fn value(field: &str) -> CellValue {
    let field = without_guard(field);
    // ="0123" is how programs keep Excel from taking a code for a number.
    let unwrapped = field
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'));
    if let Some(code) = unwrapped.filter(|code| !code.contains('"')) {
        return CellValue::Text(code.to_owned());
    }
    if field.is_empty() {
        CellValue::Empty
    } else {
        CellValue::Text(field.to_owned())
    }
}

/// Whether a spreadsheet would take the text for a formula.
pub(crate) fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_plain_decimal(text)
}

/// Takes off the apostrophe that [`crate::write_csv`] puts before text that looks like a formula.
fn without_guard(field: &str) -> &str {
    match field.strip_prefix('\'') {
        Some(rest) if looks_like_formula(field.trim_start_matches('\'')) => rest,
        _ => field,
    }
}

fn decode(bytes: &[u8], file_name: &str) -> Result<String, ReadError> {
    let file = || shown_name(file_name);
    let utf16 = [(UTF_16LE, b"\xff\xfe"), (UTF_16BE, b"\xfe\xff")];
    if let Some((encoding, mark)) = utf16.iter().find(|(_, mark)| bytes.starts_with(*mark)) {
        let (text, failed) = encoding.decode_without_bom_handling(&bytes[mark.len()..]);
        if failed {
            let before = text.split('\u{fffd}').next().unwrap_or("");
            let line = before.matches('\n').count() as u32 + 1;
            return Err(ReadError::Encoding { file: file(), line });
        }
        return Ok(text.into_owned());
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    if let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(text.into_owned());
    }
    Err(ReadError::Encoding {
        file: file(),
        line: first_bad_line(bytes),
    })
}

/// First line that is neither; where each line is one or the other, the first that is not UTF-8.
fn first_bad_line(bytes: &[u8]) -> u32 {
    let is_utf8 = |line: &[u8]| std::str::from_utf8(line).is_ok();
    let is_gb = |line: &[u8]| {
        GB18030
            .decode_without_bom_handling_and_without_replacement(line)
            .is_some()
    };
    let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
    let neither = lines.iter().position(|line| !is_utf8(line) && !is_gb(line));
    let index = neither.or_else(|| lines.iter().position(|line| !is_utf8(line)));
    index.map_or(1, |index| index as u32 + 1)
}
