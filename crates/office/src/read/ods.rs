//! OpenDocument spreadsheets. Rows and cells may be declared as repeated a million times, so they are read here under
//! the limits and not laid out first.

use std::io::{BufRead, BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;
use zip::read::ZipFile;

use super::grid::{Grid, GridBuilder, GridCell, Merge};
use super::table::{Sheets, excel_error};
use super::{ReadLimits, package, shown_name};
use crate::value::{iso_day, number};
use crate::{CellValue, ReadError};

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;
type Xml<'z, 'a> = Reader<BufReader<ZipFile<'z, Cursor<&'a [u8]>>>>;

/// The sheets of an .ods file.
pub(super) struct OdsSheets<'a> {
    archive: Archive<'a>,
    names: Vec<String>,
    file_name: &'a str,
    limits: &'a ReadLimits,
}

impl<'a> OdsSheets<'a> {
    pub(super) fn open(
        bytes: &'a [u8],
        file_name: &'a str,
        limits: &'a ReadLimits,
    ) -> Result<Self, ReadError> {
        let mut archive = package::open(bytes, file_name)?;
        let names = table_names(&mut archive).map_err(|e| failure(file_name, e))?;
        Ok(Self {
            archive,
            names,
            file_name,
            limits,
        })
    }
}

impl Sheets for OdsSheets<'_> {
    fn names(&self) -> Vec<Option<String>> {
        self.names.iter().cloned().map(Some).collect()
    }

    fn read(&mut self, index: usize, stop_after: Option<usize>) -> Result<Grid, ReadError> {
        let file_name = self.file_name;
        let name = self.names.get(index).cloned();
        let xml = content(&mut self.archive).map_err(|e| failure(file_name, e))?;
        let builder = GridBuilder::new(file_name, name, self.limits, stop_after);
        let mut reader = TableReader {
            xml,
            builder,
            merges: Vec::new(),
            file_name,
            row: 0,
            enough: false,
        };
        reader.find_table(index)?;
        reader.read_rows()?;
        Ok(reader.builder.finish(reader.merges))
    }
}

fn failure(file_name: &str, detail: String) -> ReadError {
    ReadError::Damaged {
        file: shown_name(file_name),
        place: String::new(),
        detail,
    }
}

fn content<'z, 'a>(archive: &'z mut Archive<'a>) -> Result<Xml<'z, 'a>, String> {
    let part = archive.by_name("content.xml").map_err(|e| e.to_string())?;
    let mut xml = Reader::from_reader(BufReader::new(part));
    xml.config_mut().expand_empty_elements = true;
    Ok(xml)
}

fn next<'b, R: BufRead>(xml: &mut Reader<R>, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, String> {
    buffer.clear();
    xml.read_event_into(buffer)
        .map_err(|e| format!("XML 格式错误：{e}"))
}

fn table_names(archive: &mut Archive<'_>) -> Result<Vec<String>, String> {
    let mut xml = content(archive)?;
    let mut buffer = Vec::new();
    let mut names = Vec::new();
    loop {
        match next(&mut xml, &mut buffer)? {
            Event::Start(e) if e.name().as_ref() == "table:table" => {
                names.push(attribute(&e, "table:name").unwrap_or_default());
            }
            Event::Eof => return Ok(names),
            _ => {}
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok()??;
    let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

/// A positive count in an attribute; 1 when it is absent or no number.
fn count(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1)
        .max(1)
}

/// A cell of a row with its place and how often it is repeated.
struct RowCell {
    column: usize,
    repeats: usize,
    cell: GridCell,
}

struct TableReader<'z, 'a> {
    xml: Xml<'z, 'a>,
    builder: GridBuilder<'a>,
    merges: Vec<Merge>,
    file_name: &'a str,
    row: u32,
    enough: bool,
}

impl TableReader<'_, '_> {
    fn find_table(&mut self, index: usize) -> Result<(), ReadError> {
        let mut buffer = Vec::new();
        let mut seen = 0;
        loop {
            match self.next(&mut buffer)? {
                Event::Start(e) if e.name().as_ref() == "table:table" => {
                    if seen == index {
                        return Ok(());
                    }
                    seen += 1;
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, ReadError> {
        next(&mut self.xml, buffer).map_err(|e| failure(self.file_name, e))
    }

    fn read_rows(&mut self) -> Result<(), ReadError> {
        let mut buffer = Vec::new();
        while !self.enough {
            match self.next(&mut buffer)? {
                Event::Start(e) if e.name().as_ref() == "table:table-row" => {
                    let repeats = count(&e, "table:number-rows-repeated");
                    let cells = self.read_row()?;
                    self.put_row(&cells, repeats)?;
                    self.row = self.row.saturating_add(repeats);
                }
                Event::End(e) if e.name().as_ref() == "table:table" => return Ok(()),
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
        Ok(())
    }

    fn put_row(&mut self, cells: &[RowCell], repeats: u32) -> Result<(), ReadError> {
        if cells.is_empty() {
            return Ok(());
        }
        for row in self.row..self.row.saturating_add(repeats) {
            for cell in cells {
                for column in cell.column..cell.column.saturating_add(cell.repeats) {
                    if !self.builder.put(row, column, cell.cell.clone())? {
                        self.enough = true;
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// The cells of a row that hold something.
    fn read_row(&mut self) -> Result<Vec<RowCell>, ReadError> {
        let mut buffer = Vec::new();
        let mut cells = Vec::new();
        let mut column = 0_usize;
        loop {
            match self.next(&mut buffer)? {
                Event::Start(e) if is_cell(&e) => {
                    let repeats = count(&e, "table:number-columns-repeated") as usize;
                    self.note_merge(&e, column);
                    let element = e.into_owned();
                    let text = self.read_text(element.name().as_ref())?;
                    let cell = cell(&element, text);
                    if cell.value != CellValue::Empty {
                        cells.push(RowCell {
                            column,
                            repeats,
                            cell,
                        });
                    }
                    column = column.saturating_add(repeats);
                }
                Event::End(e) if e.name().as_ref() == "table:table-row" => return Ok(cells),
                Event::Eof => return Ok(cells),
                _ => {}
            }
        }
    }

    fn note_merge(&mut self, cell: &BytesStart<'_>, column: usize) {
        let rows = count(cell, "table:number-rows-spanned");
        let columns = count(cell, "table:number-columns-spanned") as usize;
        if rows > 1 || columns > 1 {
            let line = self.row.saturating_add(1);
            self.merges.push(Merge {
                rows: (line, line.saturating_add(rows - 1)),
                columns: (column, column.saturating_add(columns - 1)),
            });
        }
    }

    /// The paragraphs of a cell, joined by line breaks; remarks (annotations) are left out.
    fn read_text(&mut self, cell_name: &str) -> Result<String, ReadError> {
        let mut buffer = Vec::new();
        let mut text = String::new();
        let (mut paragraphs, mut remark_depth, mut in_paragraph) = (0, 0, 0);
        loop {
            match self.next(&mut buffer)? {
                Event::Start(e) => match e.name().as_ref() {
                    "office:annotation" => remark_depth += 1,
                    _ if remark_depth > 0 => {}
                    "text:p" => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                        in_paragraph += 1;
                    }
                    "text:s" => {
                        let blanks = count(&e, "text:c").min(1000);
                        text.extend(std::iter::repeat_n(' ', blanks as usize));
                    }
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    _ => {}
                },
                Event::Text(t) if in_paragraph > 0 && remark_depth == 0 => {
                    text.push_str(&t.xml10_content());
                }
                Event::CData(t) if in_paragraph > 0 && remark_depth == 0 => {
                    text.push_str(&t.xml10_content());
                }
                Event::GeneralRef(entity) if in_paragraph > 0 && remark_depth == 0 => {
                    push_entity(&mut text, &entity);
                }
                Event::End(e) => match e.name().as_ref() {
                    "office:annotation" => remark_depth -= 1,
                    "text:p" if remark_depth == 0 => in_paragraph -= 1,
                    name if name == cell_name => return Ok(text),
                    _ => {}
                },
                Event::Eof => return Ok(text),
                _ => {}
            }
        }
    }
}

fn is_cell(element: &BytesStart<'_>) -> bool {
    matches!(
        element.name().as_ref(),
        "table:table-cell" | "table:covered-table-cell"
    )
}

/// The five entities of XML and characters by number; a file cannot define its own.
fn push_entity(text: &mut String, entity: &BytesRef<'_>) {
    match entity.as_ref() {
        "lt" => text.push('<'),
        "gt" => text.push('>'),
        "amp" => text.push('&'),
        "apos" => text.push('\''),
        "quot" => text.push('"'),
        _ => text.extend(entity.resolve_char_ref().ok().flatten()),
    }
}

fn cell(element: &BytesStart<'_>, text: String) -> GridCell {
    let kind = attribute(element, "office:value-type").unwrap_or_default();
    let is_error = attribute(element, "calcext:value-type").is_some_and(|kind| kind == "error");
    let value = |name| attribute(element, name).unwrap_or_default();
    let result = match kind.as_str() {
        _ if is_error => GridCell::plain(excel_error(&text)),
        "float" | "percentage" | "currency" => GridCell::plain(
            value("office:value")
                .parse()
                .map_or(CellValue::Text(text), number),
        ),
        "date" => GridCell::day(iso_day(&value("office:date-value"))),
        "boolean" => GridCell::plain(CellValue::Bool(value("office:boolean-value") == "true")),
        "string" => {
            let stored = attribute(element, "office:string-value");
            GridCell::plain(CellValue::Text(stored.unwrap_or(text)))
        }
        _ if text.is_empty() => GridCell::default(),
        _ => GridCell::plain(CellValue::Text(text)),
    };
    match attribute(element, "table:formula") {
        Some(formula) => {
            let has_result = !kind.is_empty();
            // "of:=SUM([.A1])": the name of the formula language stands before the equals sign.
            let formula = formula
                .split_once('=')
                .map_or(formula.as_str(), |(_, rest)| rest);
            result.computed(formula, has_result)
        }
        None => result,
    }
}
