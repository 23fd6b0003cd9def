//! What several tests share.
#![allow(dead_code)] // each test program uses a part of it

use std::io::{Cursor, Write};

use office::{CellValue, ReadError, ReadLimits, Table, read_table};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Headings that the sample caller knows.
pub const KNOWN: [&str; 8] = [
    "序号",
    "项目名称",
    "统一社会信用代码",
    "计划总投资（万元）",
    "总投资",
    "设备投资",
    "签约时间",
    "备注",
];

/// Counts known headings.
pub fn known(headings: &[String]) -> usize {
    headings
        .iter()
        .filter(|h| KNOWN.contains(&h.as_str()))
        .count()
}

/// Reads with the default limits.
pub fn read(bytes: &[u8], name: &str) -> Result<Table, ReadError> {
    read_table(bytes, name, &ReadLimits::default(), &known)
}

/// The message of a file that must be refused.
pub fn refused(bytes: &[u8], name: &str) -> String {
    match read(bytes, name) {
        Err(error) => error.to_string(),
        Ok(table) => panic!("{name} was read: {table:?}"),
    }
}

/// The text of every cell of every row.
pub fn texts(table: &Table) -> Vec<Vec<String>> {
    let row = |r: &office::TableRow| r.cells.iter().map(|c| c.text().into_owned()).collect();
    table.rows.iter().map(row).collect()
}

/// The value of a cell by row index and heading.
pub fn value<'a>(table: &'a Table, row: usize, heading: &str) -> &'a CellValue {
    let column = table
        .headings
        .iter()
        .position(|h| h == heading)
        .expect("heading");
    &table.rows[row].cells[column].value
}

/// A zip archive of the given parts.
pub fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK_RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

/// A hand-made workbook: properties of the workbook, the inside of its sheet, further parts.
pub fn workbook(properties: &str, sheet: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let book = format!(
        r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{properties}<sheets><sheet name="台账" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{sheet}</worksheet>"#
    );
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", CONTENT_TYPES.as_bytes()),
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", WORKBOOK_RELS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    parts.extend_from_slice(more);
    package(&parts)
}

/// Rows of inline text and raw cells for [`workbook`]: a cell that begins with `<` is taken as it is.
pub fn sheet_data(rows: &[(u32, &[&str])]) -> String {
    let mut xml = String::from("<sheetData>");
    for (line, cells) in rows {
        xml.push_str(&format!(r#"<row r="{line}">"#));
        for (index, cell) in cells.iter().enumerate() {
            let place = format!("{}{line}", office::column_letters(index));
            if let Some(inside) = cell.strip_prefix('<') {
                // "<attributes|content"
                let (attributes, content) = inside.split_once('|').unwrap();
                xml.push_str(&format!(r#"<c r="{place}" {attributes}>{content}</c>"#));
            } else if !cell.is_empty() {
                xml.push_str(&format!(
                    r#"<c r="{place}" t="inlineStr"><is><t>{cell}</t></is></c>"#
                ));
            }
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData>");
    xml
}

/// A number in a cell for [`sheet_data`].
pub fn raw(attributes: &str, content: &str) -> String {
    format!("<{attributes}|{content}")
}
