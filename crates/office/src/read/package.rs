//! Compressed workbooks (.xlsx, .ods): what is inside, and is it safe to inflate.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::sniff::{Format, not_a_table};
use super::{ReadLimits, shown_name, shown_size};
use crate::ReadError;

/// A workbook has some dozens of parts; hundreds with many pictures.
const MAX_PARTS: usize = 5_000;

/// Below this size a part may be compressed as well as it likes: an empty sheet is nothing but repetition.
const RATIO_FREE: u64 = 8 * 1024 * 1024;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

pub(super) fn open<'a>(bytes: &'a [u8], file_name: &str) -> Result<Archive<'a>, ReadError> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(file_name, e.to_string()))
}

fn damaged(file_name: &str, detail: String) -> ReadError {
    ReadError::Damaged {
        file: shown_name(file_name),
        place: String::new(),
        detail,
    }
}

/// Which kind of package it is, by the names of its parts; nothing is inflated but the ODS manifest.
pub(super) fn kind(bytes: &[u8], file_name: &str) -> Result<Format, ReadError> {
    let mut archive = open(bytes, file_name)?;
    let file = shown_name(file_name);
    if archive.len() > MAX_PARTS {
        let detail = format!("内有 {} 个部件，上限 {MAX_PARTS}", archive.len());
        return Err(ReadError::Bomb { file, detail });
    }
    let names: Vec<String> = archive
        .file_names_raw()
        .map(|name| {
            String::from_utf8_lossy(name)
                .to_ascii_lowercase()
                .replace('\\', "/")
        })
        .collect();
    if let Some(part) = names.iter().find(|name| is_macro(name)) {
        return Err(ReadError::Macros {
            file,
            part: part.clone(),
        });
    }
    let has = |part: &str| names.iter().any(|name| name == part);
    let has_under = |folder: &str| names.iter().any(|name| name.starts_with(folder));
    if has("xl/workbook.bin") {
        return Err(ReadError::Unsupported {
            file,
            found: "二进制工作簿（.xlsb）".into(),
        });
    }
    if has("[content_types].xml") && has_under("xl/") {
        return Ok(Format::Xlsx);
    }
    if has("content.xml") && has("meta-inf/manifest.xml") {
        return open_document(&mut archive, file_name);
    }
    let found = if has_under("word/") {
        "Word 文档"
    } else if has_under("ppt/") {
        "PowerPoint 演示文稿"
    } else {
        "ZIP 压缩包（请先解压，上传里面的表格）"
    };
    Err(not_a_table(file_name, found))
}

fn is_macro(name: &str) -> bool {
    name.ends_with("vbaproject.bin")
        || name.starts_with("xl/macrosheets/")
        || name.starts_with("basic/")
        || name.starts_with("scripts/")
}

/// An OpenDocument file: a spreadsheet, not a text, and not encrypted.
fn open_document(archive: &mut Archive<'_>, file_name: &str) -> Result<Format, ReadError> {
    let mut head = String::new();
    for part in ["mimetype", "META-INF/manifest.xml"] {
        if let Ok(entry) = archive.by_name(part) {
            let mut bytes = Vec::new();
            // The manifest of a real file is a few kilobytes.
            entry
                .take(256 * 1024)
                .read_to_end(&mut bytes)
                .map_err(|e| damaged(file_name, e.to_string()))?;
            head.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    if head.contains("encryption-data") {
        return Err(ReadError::Encrypted {
            file: shown_name(file_name),
        });
    }
    if head.contains("opendocument.spreadsheet") {
        return Ok(Format::Ods);
    }
    Err(not_a_table(file_name, "其他 OpenDocument 文档"))
}

/// Inflates every part into nothing, counting, and stops at the first limit that is passed. What the archive declares
/// about its sizes is not believed.
pub(super) fn guard(bytes: &[u8], file_name: &str, limits: &ReadLimits) -> Result<(), ReadError> {
    let mut archive = open(bytes, file_name)?;
    let mut total = 0;
    for index in 0..archive.len() {
        let mut part = archive
            .by_index(index)
            .map_err(|e| damaged(file_name, e.to_string()))?;
        let compressed = part.compressed_size().max(1);
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        let mut checks = PartCheck::new(&name);
        let mut inflated: u64 = 0;
        let mut chunk = [0; 64 * 1024];
        loop {
            let count = part
                .read(&mut chunk)
                .map_err(|e| damaged(file_name, format!("部件 {name}：{e}")))?;
            if count == 0 {
                break;
            }
            checks.see(&chunk[..count]);
            inflated += count as u64;
            total += count as u64;
            let detail = if total > limits.max_unzipped {
                format!("超过 {}", shown_size(limits.max_unzipped))
            } else if inflated > RATIO_FREE && inflated / compressed > limits.max_ratio {
                format!("部件 {name} 膨胀超过 {} 倍", limits.max_ratio)
            } else {
                continue;
            };
            return Err(ReadError::Bomb {
                file: shown_name(file_name),
                detail,
            });
        }
        checks
            .finish(inflated)
            .map_err(|detail| damaged(file_name, detail))?;
    }
    Ok(())
}

/// Watches the beginning of the shared strings, whose declared count the reader reserves memory for.
struct PartCheck {
    head: Option<Vec<u8>>,
}

impl PartCheck {
    fn new(name: &str) -> Self {
        let is_strings = name.to_ascii_lowercase().ends_with("sharedstrings.xml");
        Self {
            head: is_strings.then(Vec::new),
        }
    }

    fn see(&mut self, chunk: &[u8]) {
        if let Some(head) = &mut self.head {
            let room = 4096_usize.saturating_sub(head.len());
            head.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
    }

    /// A string takes at least the five bytes of `<si/>`.
    fn finish(self, inflated: u64) -> Result<(), String> {
        let Some(head) = self.head else { return Ok(()) };
        let head = String::from_utf8_lossy(&head);
        let declared = head.split("uniqueCount").nth(1).map_or("", |rest| rest);
        let digits: String = declared
            .chars()
            .skip_while(|c| !c.is_ascii_digit() && *c != '>')
            .take_while(char::is_ascii_digit)
            .collect();
        match digits.parse::<u64>() {
            Ok(count) if count > inflated / 5 + 1 => Err(format!("共享字符串表声称有 {count} 条")),
            Err(_) if !digits.is_empty() => Err("共享字符串表的条数不是正常数字".into()),
            _ => Ok(()),
        }
    }
}
