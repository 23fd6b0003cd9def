//! Uploads: what a file is by its content, how large it may be, and how it is called.

use std::io::Cursor;

use serde::{Deserialize, Serialize};
use sm3::{Digest as _, Sm3};
use thiserror::Error;
use zip::ZipArchive;

/// Longest file name that is kept, in characters.
const LONGEST_NAME: usize = 120;
/// Most parts of an Office file.
const MOST_PARTS: usize = 10_000;
/// An Office file may unpack to so many times its own size …
const MOST_UNPACKING: u128 = 200;
/// … or to this size in any case.
const ALWAYS_UNPACKED: u128 = 64 * MIB as u128;
/// One mebibyte.
const MIB: usize = 1024 * 1024;

/// The kinds of files that can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Photograph.
    Jpeg,
    /// Picture.
    Png,
    /// Picture.
    Webp,
    /// Document.
    Pdf,
    /// Word.
    Docx,
    /// Excel.
    Xlsx,
    /// PowerPoint.
    Pptx,
    /// Word before 2007.
    Doc,
    /// Excel before 2007.
    Xls,
}

impl FileKind {
    /// The media type with which the file is served.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => {
                "application/vnd.openxmlformats-officedocument.presentationml.presentation"
            }
            Self::Doc => "application/msword",
            Self::Xls => "application/vnd.ms-excel",
        }
    }

    /// The endings under which such a file may come, the usual one first.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Png => &["png"],
            Self::Webp => &["webp"],
            Self::Pdf => &["pdf"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Pptx => &["pptx"],
            Self::Doc => &["doc"],
            Self::Xls => &["xls"],
        }
    }

    /// Whether a browser can show it in the page.
    pub fn is_image(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }
}

/// How large files may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadLimits {
    /// Bytes of a picture.
    pub image_bytes: usize,
    /// Bytes of a PDF.
    pub pdf_bytes: usize,
    /// Bytes of an Office file.
    pub office_bytes: usize,
    /// Pixels of a picture, width × height.
    pub image_pixels: u64,
}

impl Default for UploadLimits {
    /// 20 MiB for pictures and Office files, 50 MiB for PDF, 100 million pixels.
    fn default() -> Self {
        Self {
            image_bytes: 20 * MIB,
            pdf_bytes: 50 * MIB,
            office_bytes: 20 * MIB,
            image_pixels: 100_000_000,
        }
    }
}

/// A file that may be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedUpload {
    /// Cleaned name with the right ending.
    pub name: String,
    /// What it is by its content.
    pub kind: FileKind,
    /// Size in bytes.
    pub bytes: u64,
    /// SM3 of the content, 64 hexadecimal digits.
    pub sm3: String,
}

/// Why a file is not taken. The message is for users and names the file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UploadError {
    /// Nothing in it.
    #[error("文件“{name}”是空的。请重新选择文件。")]
    Empty {
        /// Cleaned name.
        name: String,
    },
    /// A kind that is never taken.
    #[error(
        "文件“{name}”是{found}，不能上传。可以上传：JPG、PNG、WebP 图片，PDF，Word、Excel、PPT 文件。"
    )]
    Refused {
        /// Cleaned name.
        name: String,
        /// What it is.
        found: &'static str,
    },
    /// Content and ending differ.
    #[error(
        "文件“{name}”的扩展名是 .{ending}，内容却是 {kind} 文件。请用原来的程序另存为正确的格式再上传。"
    )]
    Disguised {
        /// Cleaned name.
        name: String,
        /// Ending of the name.
        ending: String,
        /// Usual ending of the content.
        kind: &'static str,
    },
    /// Too many bytes.
    #[error("文件“{name}”有 {size}，超过这类文件 {limit} 的上限。请压缩图片或拆分文件后再上传。")]
    TooLarge {
        /// Cleaned name.
        name: String,
        /// Its size in words.
        size: String,
        /// The limit in words.
        limit: String,
    },
    /// Too many pixels, mostly a small file that unpacks to something huge.
    #[error("图片“{name}”有 {width}×{height} 像素，超过上限。请缩小后再上传。")]
    TooManyPixels {
        /// Cleaned name.
        name: String,
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// Header cannot be read, or the file is cut.
    #[error("文件“{name}”已损坏或不完整，打不开。请重新导出或重新拍照后再上传。")]
    Damaged {
        /// Cleaned name.
        name: String,
    },
    /// An Office file that unpacks to far more than it should.
    #[error("文件“{name}”解压后过大，可能是恶意文件，不能上传。请用 Office 重新保存后再试。")]
    Bomb {
        /// Cleaned name.
        name: String,
    },
    /// Office file with macros.
    #[error("文件“{name}”含有宏，不能上传。请另存为不含宏的格式（.docx、.xlsx、.pptx）后再上传。")]
    Macros {
        /// Cleaned name.
        name: String,
    },
}

/// Checks a whole file: what it is by content, whether name and size fit, and its hash.
///
/// # Errors
///
/// [`UploadError`] in words for the user.
pub fn check_upload(
    name: &str,
    content: &[u8],
    limits: &UploadLimits,
) -> Result<CheckedUpload, UploadError> {
    let name = clean_file_name(name);
    if content.is_empty() {
        return Err(UploadError::Empty { name });
    }
    let kind = kind_of(&name, content)?;
    check_size(&name, kind, content.len(), limits)?;
    if kind.is_image() {
        check_pixels(&name, kind, content, limits)?;
    }
    let name = with_ending(name, kind)?;
    Ok(CheckedUpload {
        name,
        kind,
        bytes: content.len() as u64,
        sm3: hex::encode(Sm3::digest(content)),
    })
}

fn kind_of(name: &str, content: &[u8]) -> Result<FileKind, UploadError> {
    let name = || name.to_owned();
    match content {
        [0xff, 0xd8, 0xff, ..] => Ok(FileKind::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(FileKind::Png),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Ok(FileKind::Webp),
        [b'%', b'P', b'D', b'F', b'-', ..] => Ok(FileKind::Pdf),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => office_kind(name(), content),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => compound_kind(name(), content),
        _ => Err(UploadError::Refused {
            name: name(),
            found: name_of_refused(content),
        }),
    }
}

/// Office files since 2007 are zip files with a known list of parts. Only the list is read, nothing is unpacked.
fn office_kind(name: String, content: &[u8]) -> Result<FileKind, UploadError> {
    let Ok(archive) = ZipArchive::new(Cursor::new(content)) else {
        return Err(UploadError::Damaged { name });
    };
    let allowed = ALWAYS_UNPACKED.max(content.len() as u128 * MOST_UNPACKING);
    if archive.len() > MOST_PARTS
        || archive
            .decompressed_size()
            .is_none_or(|size| size > allowed)
    {
        return Err(UploadError::Bomb { name });
    }
    let has = |part: &str| archive.index_for_name(part).is_some();
    if !has("[Content_Types].xml") {
        return Err(UploadError::Refused {
            name,
            found: "压缩包",
        });
    }
    let main_parts = [
        ("word/document.xml", "word/vbaProject.bin", FileKind::Docx),
        ("xl/workbook.xml", "xl/vbaProject.bin", FileKind::Xlsx),
        ("ppt/presentation.xml", "ppt/vbaProject.bin", FileKind::Pptx),
    ];
    match main_parts.into_iter().find(|(part, _, _)| has(part)) {
        Some((_, macros, _)) if has(macros) => Err(UploadError::Macros { name }),
        Some((_, _, kind)) => Ok(kind),
        None => Err(UploadError::Refused {
            name,
            found: "压缩包",
        }),
    }
}

/// Office files before 2007: the directory of the compound file names the main stream in UTF-16.
fn compound_kind(name: String, content: &[u8]) -> Result<FileKind, UploadError> {
    if holds_utf16(content, "_VBA_PROJECT") {
        return Err(UploadError::Macros { name });
    }
    if holds_utf16(content, "WordDocument") {
        return Ok(FileKind::Doc);
    }
    if holds_utf16(content, "Workbook") {
        return Ok(FileKind::Xls);
    }
    Err(UploadError::Refused {
        name,
        found: "不认识的旧版 Office 文件",
    })
}

fn holds_utf16(content: &[u8], text: &str) -> bool {
    let sought: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    content.windows(sought.len()).any(|window| window == sought)
}

fn name_of_refused(content: &[u8]) -> &'static str {
    let start = String::from_utf8_lossy(&content[..content.len().min(1024)]).to_ascii_lowercase();
    let start = start.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']);
    if start.contains("<svg") {
        "SVG 图片"
    } else if start.starts_with("<!doctype html")
        || start.contains("<html")
        || start.contains("<script")
    {
        "网页文件"
    } else if content.starts_with(b"MZ")
        || content.starts_with(b"\x7fELF")
        || start.starts_with("#!")
    {
        "程序文件"
    } else if content.starts_with(b"Rar!")
        || content.starts_with(b"7z\xbc\xaf")
        || content.starts_with(&[0x1f, 0x8b])
    {
        "压缩包"
    } else if content.starts_with(b"GIF8") || content.starts_with(b"BM") {
        "不支持的图片格式"
    } else if content.get(4..8) == Some(b"ftyp") {
        "视频或 HEIC 照片"
    } else {
        "不支持的格式"
    }
}

fn check_size(
    name: &str,
    kind: FileKind,
    bytes: usize,
    limits: &UploadLimits,
) -> Result<(), UploadError> {
    let limit = match kind {
        FileKind::Jpeg | FileKind::Png | FileKind::Webp => limits.image_bytes,
        FileKind::Pdf => limits.pdf_bytes,
        _ => limits.office_bytes,
    };
    if bytes <= limit {
        return Ok(());
    }
    Err(UploadError::TooLarge {
        name: name.to_owned(),
        size: in_words(bytes),
        limit: in_words(limit),
    })
}

fn in_words(bytes: usize) -> String {
    if bytes < MIB {
        return format!("{} KB", bytes.div_ceil(1024));
    }
    // One decimal, rounded up, so that a file just above the limit is not shown as the limit itself.
    let tenths = (bytes * 10).div_ceil(MIB);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

fn check_pixels(
    name: &str,
    kind: FileKind,
    content: &[u8],
    limits: &UploadLimits,
) -> Result<(), UploadError> {
    let size = match kind {
        FileKind::Png => png_size(content),
        FileKind::Jpeg => jpeg_size(content),
        _ => webp_size(content),
    };
    match size {
        None | Some((0, _) | (_, 0)) => Err(UploadError::Damaged {
            name: name.to_owned(),
        }),
        Some((width, height)) if u64::from(width) * u64::from(height) > limits.image_pixels => {
            Err(UploadError::TooManyPixels {
                name: name.to_owned(),
                width,
                height,
            })
        }
        Some(_) => Ok(()),
    }
}

fn png_size(content: &[u8]) -> Option<(u32, u32)> {
    if content.get(12..16)? != b"IHDR" {
        return None;
    }
    let number = |at: usize| {
        Some(u32::from_be_bytes(
            content.get(at..at + 4)?.try_into().ok()?,
        ))
    };
    Some((number(16)?, number(20)?))
}

/// Walks over the segments of a JPEG to its frame header.
fn jpeg_size(content: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| {
        Some(u16::from_be_bytes(
            content.get(at..at + 2)?.try_into().ok()?,
        ))
    };
    let mut at = 2;
    loop {
        let [0xff, marker] = *content.get(at..at + 2)? else {
            return None;
        };
        match marker {
            // Padding, or markers that stand alone.
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            // The frame headers: 0xc4, 0xc8 and 0xcc mean something else.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some((number(at + 7)?.into(), number(at + 5)?.into()));
            }
            // The picture's data or its end before any frame header.
            0xd9 | 0xda => return None,
            _ => at += 2 + usize::from(number(at + 2)?),
        }
    }
}

fn webp_size(content: &[u8]) -> Option<(u32, u32)> {
    let byte = |at: usize| content.get(at).copied().map(u32::from);
    match content.get(12..16)? {
        b"VP8X" => {
            let side =
                |at: usize| Some(1 + byte(at)? + (byte(at + 1)? << 8) + (byte(at + 2)? << 16));
            Some((side(24)?, side(27)?))
        }
        b"VP8L" => {
            let bits = u32::from_le_bytes(content.get(21..25)?.try_into().ok()?);
            Some((1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff)))
        }
        b"VP8 " => {
            let side = |at: usize| Some((byte(at)? + (byte(at + 1)? << 8)) & 0x3fff);
            Some((side(26)?, side(28)?))
        }
        _ => None,
    }
}

/// The name as it is kept and offered for download: no folders, no control characters, none of the signs that
/// mislead (right-to-left marks) or that other systems forbid, not too long, never empty.
pub fn clean_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|&c| !is_forbidden(c)).collect();
    let kept = kept.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let (stem, ending) = split_ending(kept);
    let stem: String = if stem.is_empty() {
        "未命名".to_owned()
    } else {
        stem.to_owned()
    };
    match ending {
        Some(ending) => {
            let room = LONGEST_NAME.saturating_sub(ending.chars().count() + 1);
            format!(
                "{}.{ending}",
                stem.chars().take(room).collect::<String>().trim_end()
            )
        }
        None => stem
            .chars()
            .take(LONGEST_NAME)
            .collect::<String>()
            .trim_end()
            .to_owned(),
    }
}

fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The name without its ending, and the ending: up to five letters or digits after the last point.
fn split_ending(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once('.') {
        Some((stem, ending))
            if (1..=5).contains(&ending.len())
                && ending.bytes().all(|b| b.is_ascii_alphanumeric()) =>
        {
            (stem, Some(ending))
        }
        _ => (name, None),
    }
}

fn with_ending(name: String, kind: FileKind) -> Result<String, UploadError> {
    let usual = kind.endings().first().copied().unwrap_or_default();
    let ending = split_ending(&name).1.map(str::to_ascii_lowercase);
    match ending {
        None => Ok(format!("{name}.{usual}")),
        Some(ending) if kind.endings().contains(&ending.as_str()) => Ok(name),
        Some(ending) => Err(UploadError::Disguised {
            name,
            ending,
            kind: usual,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use zip::write::{SimpleFileOptions, ZipWriter};

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        file.extend(width.to_be_bytes());
        file.extend(height.to_be_bytes());
        file.extend([8, 2, 0, 0, 0]);
        file
    }

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut file = vec![
            0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xff, 0xc2, 0, 17, 8,
        ];
        file.extend(height.to_be_bytes());
        file.extend(width.to_be_bytes());
        file.extend([3; 12]);
        file
    }

    fn webp(chunk: &[u8; 4], rest: &[u8]) -> Vec<u8> {
        [b"RIFF\0\0\0\0WEBP".as_slice(), chunk, &[0; 4], rest].concat()
    }

    fn zip_of(parts: &[(&str, usize)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, size) in parts {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(&vec![b' '; *size]).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn compound(stream: &str) -> Vec<u8> {
        let mut file = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
        file.extend([0; 504]);
        file.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
        file
    }

    fn check(name: &str, content: &[u8]) -> Result<CheckedUpload, UploadError> {
        check_upload(name, content, &UploadLimits::default())
    }

    #[test]
    fn every_allowed_kind_is_known_by_its_content() {
        let office = |part| zip_of(&[("[Content_Types].xml", 9), (part, 9)]);
        let cases = [
            ("现场.JPG", jpeg(4000, 3000), FileKind::Jpeg),
            ("现场.png", png(4000, 3000), FileKind::Png),
            (
                "现场.webp",
                webp(b"VP8X", &[0, 0, 0, 0, 0xff, 1, 0, 0xff, 0, 0]),
                FileKind::Webp,
            ),
            ("许可证.pdf", b"%PDF-1.7\n".to_vec(), FileKind::Pdf),
            ("报告.docx", office("word/document.xml"), FileKind::Docx),
            ("台账.xlsx", office("xl/workbook.xml"), FileKind::Xlsx),
            ("汇报.pptx", office("ppt/presentation.xml"), FileKind::Pptx),
            ("报告.doc", compound("WordDocument"), FileKind::Doc),
            ("台账.xls", compound("Workbook"), FileKind::Xls),
        ];
        for (name, content, kind) in cases {
            let checked = check(name, &content).unwrap();
            assert_eq!((checked.kind, checked.name.as_str()), (kind, name));
            assert_eq!(checked.bytes, content.len() as u64);
        }
    }

    #[test]
    fn what_is_not_allowed_is_refused_by_what_it_is() {
        let cases: [(&str, &[u8], &str); 11] = [
            ("图.svg", b"<?xml version='1.0'?><svg onload='x()'/>", "SVG"),
            (
                "图.png",
                b"<svg xmlns='http://www.w3.org/2000/svg'/>",
                "SVG",
            ),
            ("页.html", b"\xef\xbb\xbf<!DOCTYPE html><p>", "网页"),
            ("照片.jpg", b"<script>alert(1)</script>", "网页"),
            ("工具.exe", b"MZ\x90\0", "程序"),
            ("脚本.pdf", b"#!/bin/sh\n", "程序"),
            ("资料.rar", b"Rar!\x1a\x07", "压缩包"),
            ("动图.gif", b"GIF89a", "图片格式"),
            ("视频.mp4", b"\0\0\0\x18ftypmp42", "视频"),
            ("说明.txt", "样例".as_bytes(), "不支持"),
            ("空.pdf", b"", "空的"),
        ];
        for (name, content, words) in cases {
            let message = check(name, content).unwrap_err().to_string();
            assert!(
                message.contains(words) && message.contains(name),
                "{message}"
            );
        }
        let plain_zip = zip_of(&[("照片.jpg", 9)]);
        assert!(
            check("资料.zip", &plain_zip)
                .unwrap_err()
                .to_string()
                .contains("压缩包")
        );
    }

    #[test]
    fn an_ending_that_does_not_fit_the_content_is_refused_and_a_missing_one_is_added() {
        let message = check("现场.pdf", &png(10, 10)).unwrap_err().to_string();
        assert!(
            message.contains(".pdf") && message.contains("png"),
            "{message}"
        );
        assert_eq!(check("现场", &png(10, 10)).unwrap().name, "现场.png");
    }

    #[test]
    fn files_above_the_limit_of_their_kind_are_refused_with_both_sizes() {
        let limits = UploadLimits {
            pdf_bytes: MIB,
            ..UploadLimits::default()
        };
        let mut pdf = b"%PDF-1.7\n".to_vec();
        pdf.resize(MIB + 1, b' ');
        let message = check_upload("许可证.pdf", &pdf, &limits)
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("1.1 MB") && message.contains("1.0 MB"),
            "{message}"
        );
        pdf.truncate(MIB);
        assert!(check_upload("许可证.pdf", &pdf, &limits).is_ok());
    }

    #[test]
    fn a_small_picture_that_unpacks_to_a_huge_one_is_refused_by_its_header() {
        let bomb_webp = webp(b"VP8L", &[0x2f, 0xff, 0xff, 0xff, 0x0f]);
        for (name, content) in [
            ("图.png", png(60_000, 60_000)),
            ("图.jpg", jpeg(65_000, 65_000)),
            ("图.webp", bomb_webp),
        ] {
            let refused = check(name, &content).unwrap_err();
            assert!(
                matches!(refused, UploadError::TooManyPixels { .. }),
                "{refused}"
            );
        }
    }

    #[test]
    fn the_size_of_a_jpeg_is_read_across_its_width_and_down_its_height() {
        assert_eq!(jpeg_size(&jpeg(4000, 3000)), Some((4000, 3000)));
        assert_eq!(png_size(&png(4000, 3000)), Some((4000, 3000)));
        assert_eq!(
            webp_size(&webp(b"VP8 ", &[0, 0, 0, 0x9d, 1, 0x2a, 0x40, 1, 0xf0, 0])),
            Some((320, 240))
        );
    }

    #[test]
    fn cut_pictures_and_cut_office_files_are_said_to_be_damaged() {
        let office = zip_of(&[("[Content_Types].xml", 9), ("xl/workbook.xml", 9)]);
        let cases = [
            ("图.jpg", &[0xff, 0xd8, 0xff, 0xe0, 0, 4][..]),
            ("图.png", &png(9, 9)[..20]),
            ("图.png", &png(0, 9)[..]),
            ("台账.xlsx", &office[..office.len() / 2]),
        ];
        for (name, content) in cases {
            let refused = check(name, content).unwrap_err();
            assert!(matches!(refused, UploadError::Damaged { .. }), "{refused}");
        }
    }

    #[test]
    fn an_office_file_that_unpacks_to_far_too_much_is_refused() {
        let bomb = zip_of(&[("[Content_Types].xml", 9), ("xl/workbook.xml", 80 * MIB)]);
        assert!(bomb.len() < MIB);
        assert!(matches!(
            check("台账.xlsx", &bomb),
            Err(UploadError::Bomb { .. })
        ));
    }

    #[test]
    fn office_files_with_macros_are_refused() {
        let new = zip_of(&[
            ("[Content_Types].xml", 9),
            ("xl/workbook.xml", 9),
            ("xl/vbaProject.bin", 9),
        ]);
        assert!(matches!(
            check("台账.xlsx", &new),
            Err(UploadError::Macros { .. })
        ));
        let old = [compound("Workbook"), compound("_VBA_PROJECT")].concat();
        assert!(matches!(
            check("台账.xls", &old),
            Err(UploadError::Macros { .. })
        ));
    }

    #[test]
    fn file_names_lose_folders_and_misleading_signs_but_keep_their_words() {
        let cases = [
            ("现场照片 (1).jpg", "现场照片 (1).jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\资料\\许可证.pdf", "许可证.pdf"),
            ("\u{202e}fdp.现场.jpg", "fdp.现场.jpg"),
            ("a\r\nb<c>.pdf", "abc.pdf"),
            ("...", "未命名"),
            ("", "未命名"),
            (".pdf", "pdf"),
        ];
        for (name, expected) in cases {
            assert_eq!(clean_file_name(name), expected, "{name}");
        }
        let long = clean_file_name(&format!("{}.pdf", "长".repeat(500)));
        assert_eq!(long.chars().count(), LONGEST_NAME);
        assert!(long.ends_with(".pdf"));
    }

    #[test]
    fn the_hash_is_the_sm3_of_the_content() {
        // "abc" has a published SM3; a PDF needs its own head, so the function is checked beside it.
        assert_eq!(
            hex::encode(Sm3::digest(b"abc")),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
        let content = b"%PDF-1.7\n";
        assert_eq!(
            check("a.pdf", content).unwrap().sm3,
            hex::encode(Sm3::digest(content))
        );
    }
}
