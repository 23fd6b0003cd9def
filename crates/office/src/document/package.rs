//! The parts of a Word file, within limits: what is no Word file, or is made to fill the memory, is refused.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::broken;
use crate::WriteError;

/// Largest template, unpacked.
const MOST_BYTES: u64 = 20 * 1024 * 1024;
/// Most parts of a template.
const MOST_PARTS: usize = 500;
/// The part that makes a file a Word document.
const DOCUMENT: &str = "word/document.xml";

/// A part with its name.
pub(super) type Part = (String, Vec<u8>);

/// All parts of a Word document, in order.
pub(super) fn parts(bytes: &[u8]) -> Result<Vec<Part>, WriteError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MOST_PARTS {
        return Err(broken("部件过多"));
    }
    let mut left = MOST_BYTES;
    let mut parts = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(broken)?;
        let name = part.name().map_err(broken)?.into_owned();
        let mut bytes = Vec::new();
        part.take(left + 1)
            .read_to_end(&mut bytes)
            .map_err(broken)?;
        left = left
            .checked_sub(bytes.len() as u64)
            .ok_or_else(|| broken("解压后过大"))?;
        parts.push((name, bytes));
    }
    if parts.iter().all(|(name, _)| name != DOCUMENT) {
        return Err(broken("不是 Word 文档（.docx）"));
    }
    Ok(parts)
}

/// Whether a part holds words of the document, its headers or footers.
pub(super) fn has_words(name: &str) -> bool {
    name.starts_with("word/") && name.ends_with(".xml")
}

/// Puts parts together.
pub(super) fn package(parts: Vec<Part>) -> Result<Vec<u8>, WriteError> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for (name, bytes) in parts {
        out.start_file(name, options).map_err(broken)?;
        out.write_all(&bytes).map_err(broken)?;
    }
    Ok(out.finish().map_err(broken)?.into_inner())
}
