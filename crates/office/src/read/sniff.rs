//! Which format a file has, told from its content. The name only helps to say what is wrong.

use super::{compound::Compound, extension, package, shown_name};
use crate::ReadError;

/// A table format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Office Open XML workbook (Excel since 2007, WPS).
    Xlsx,
    /// Binary workbook (Excel 97–2003).
    Xls,
    /// OpenDocument spreadsheet.
    Ods,
    /// Text with separators, in UTF-8, GB18030 or UTF-16.
    Csv,
}

/// Beginnings of files that people upload by mistake or on purpose, with what to call them.
const OTHER_KINDS: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"BM", "BMP 图片"),
    (b"RIFF", "图片或音视频"),
    (b"II*\0", "TIFF 图片"),
    (b"MM\0*", "TIFF 图片"),
    (b"%PDF-", "PDF 文档"),
    (b"Rar!\x1a\x07", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"{\\rtf", "RTF 文档"),
    (b"MZ", "可执行程序"),
    (b"\x7fELF", "可执行程序"),
];

/// Finds the format by content.
///
/// # Errors
/// Anything that is not a table that can be read: empty, a picture, a web page, a document, a macro or encrypted
/// workbook, or text behind the name of a workbook.
pub fn sniff(bytes: &[u8], file_name: &str) -> Result<Format, ReadError> {
    let file = shown_name(file_name);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty { file });
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return package::kind(bytes, file_name);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return sniff_compound(bytes, file_name);
    }
    // A BOF record without the compound file around it: Excel 2 to 4.
    if matches!(bytes, [0x09, 0x00 | 0x02 | 0x04, 0x04 | 0x06, 0x00, ..]) {
        return Err(ReadError::Unsupported {
            file,
            found: "Excel 95 以前的旧版工作簿".into(),
        });
    }
    if let Some((_, kind)) = OTHER_KINDS
        .iter()
        .find(|(start, _)| bytes.starts_with(start))
    {
        // "BM" and "MZ" are also how a CSV heading may begin; a real picture or program has zero bytes early on.
        if kind_is_certain(bytes, kind) {
            return Err(not_a_table(file_name, kind));
        }
    }
    sniff_text(bytes, file_name)
}

fn kind_is_certain(bytes: &[u8], kind: &str) -> bool {
    let short_mark = matches!(kind, "BMP 图片" | "可执行程序" | "图片或音视频");
    !short_mark || bytes.iter().take(512).any(|b| *b == 0)
}

/// The content is `found`, while the name says something else.
pub(super) fn not_a_table(file_name: &str, found: &str) -> ReadError {
    let extension = extension(file_name);
    let named = match extension.as_str() {
        "xlsx" | "xls" | "ods" | "csv" | "et" => format!("（只是扩展名写成了 .{extension}）"),
        _ => String::new(),
    };
    ReadError::NotATable {
        file: shown_name(file_name),
        found: found.into(),
        named,
    }
}

fn sniff_compound(bytes: &[u8], file_name: &str) -> Result<Format, ReadError> {
    let file = shown_name(file_name);
    let Some(compound) = Compound::open(bytes) else {
        let detail = "文件头不完整".into();
        return Err(ReadError::Damaged {
            file,
            place: String::new(),
            detail,
        });
    };
    if compound.has("EncryptedPackage") {
        return Err(ReadError::Encrypted { file });
    }
    if compound.has("_VBA_PROJECT_CUR") || compound.has("_VBA_PROJECT") {
        return Err(ReadError::Macros {
            file,
            part: "VBA 工程".into(),
        });
    }
    if compound.has("WordDocument") {
        return Err(not_a_table(file_name, "Word 文档"));
    }
    if compound.has("PowerPoint Document") {
        return Err(not_a_table(file_name, "PowerPoint 演示文稿"));
    }
    if compound.has("Workbook") || compound.has("Book") {
        return Ok(Format::Xls);
    }
    Err(not_a_table(file_name, "不认识的复合文档"))
}

fn sniff_text(bytes: &[u8], file_name: &str) -> Result<Format, ReadError> {
    let is_utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let head = &bytes[..bytes.len().min(4096)];
    // Text never holds these control characters; UTF-16 without a mark is full of zeros.
    let is_binary = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31);
    if !is_utf16 && head.iter().any(is_binary) {
        return Err(not_a_table(file_name, "二进制数据或不认识的文字编码"));
    }
    let lower: String = head
        .iter()
        .filter(|b| b.is_ascii_graphic() || b.is_ascii_whitespace())
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect();
    let lower = lower.trim_start();
    if lower.starts_with("<?xml") && lower.contains("schemas-microsoft-com:office:spreadsheet") {
        let found = "“XML 电子表格 2003”".into();
        return Err(ReadError::Unsupported {
            file: shown_name(file_name),
            found,
        });
    }
    if lower.starts_with("mime-version:") {
        return Err(not_a_table(file_name, "网页归档（MHTML）"));
    }
    let html = [
        "<!doctype html",
        "<html",
        "<head",
        "<meta",
        "<table",
        "<body",
        "<style",
        "<script",
    ];
    if html.iter().any(|tag| lower.starts_with(tag)) || lower.contains("<html") {
        return Err(not_a_table(file_name, "网页（HTML）"));
    }
    if lower.starts_with("<?xml") {
        return Err(not_a_table(file_name, "XML 文件"));
    }
    if lower.starts_with('{') && lower.contains(':') && extension(file_name) != "csv" {
        return Err(not_a_table(file_name, "JSON 数据"));
    }
    match extension(file_name).as_str() {
        "xlsx" | "xlsm" | "xls" | "ods" | "et" => Err(not_a_table(
            file_name,
            "纯文本（如果确实是 CSV，请把扩展名改成 .csv）",
        )),
        _ => Ok(Format::Csv),
    }
}
