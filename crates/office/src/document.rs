//! Official documents in Word: templates in the layout of GB/T 9704, and filling them.
//!
//! A template is an ordinary .docx that an office can change. `{{name}}` stands for a value; a paragraph
//! `{{body.heading}}`, `{{body.subheading}}` or `{{body.text}}` shows how such a paragraph of the text looks, and the
//! first of them is where the text goes. Everything else of the template stays as it is.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use quick_xml::events::{BytesText, Event};
use quick_xml::{Reader, Writer};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::WriteError;

/// Largest template, unpacked.
const MOST_BYTES: u64 = 20 * 1024 * 1024;
/// Most parts of a template.
const MOST_PARTS: usize = 500;

/// How a paragraph of the text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParagraphKind {
    /// 一、 in 黑体.
    Heading,
    /// （一） in 楷体.
    Subheading,
    /// Running text.
    Text,
}

impl ParagraphKind {
    fn of(placeholder: &str) -> Option<ParagraphKind> {
        match placeholder {
            "{{body.heading}}" => Some(ParagraphKind::Heading),
            "{{body.subheading}}" => Some(ParagraphKind::Subheading),
            "{{body.text}}" => Some(ParagraphKind::Text),
            _ => None,
        }
    }
}

/// A paragraph of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// How it looks.
    pub kind: ParagraphKind,
    /// Its words.
    pub text: String,
}

/// What a template is filled with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentContent {
    /// Values by name: issuer, number, title, recipients, signed_as, date, attachment.
    pub values: BTreeMap<&'static str, String>,
    /// The text.
    pub body: Vec<Paragraph>,
}

/// Fills a template.
///
/// # Errors
/// [`WriteError::Template`] when it is no Word document.
pub fn fill_document(template: &[u8], content: &DocumentContent) -> Result<Vec<u8>, WriteError> {
    let mut archive = ZipArchive::new(Cursor::new(template)).map_err(broken)?;
    if archive.len() > MOST_PARTS {
        return Err(broken("部件过多"));
    }
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    let mut left = MOST_BYTES;
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
        if name.starts_with("word/") && name.ends_with(".xml") {
            bytes = filled(&bytes, content)?;
        }
        out.start_file(name, options).map_err(broken)?;
        out.write_all(&bytes).map_err(broken)?;
    }
    Ok(out.finish().map_err(broken)?.into_inner())
}

fn broken(error: impl std::fmt::Display) -> WriteError {
    WriteError::Template(error.to_string())
}

/// The events of a paragraph.
type Paragraphed = Vec<Event<'static>>;

/// A part of the document with its placeholders replaced.
fn filled(xml: &[u8], content: &DocumentContent) -> Result<Vec<u8>, WriteError> {
    let samples = samples(xml)?;
    let mut reader = Reader::from_reader(xml);
    let mut out = Writer::new(Vec::new());
    let mut paragraph: Paragraphed = Vec::new();
    let mut depth = 0u32;
    let mut body_written = false;
    loop {
        let event = reader.read_event().map_err(broken)?.into_owned();
        let (opens, closes) = (is_paragraph_start(&event), is_paragraph_end(&event));
        if matches!(event, Event::Eof) {
            break;
        }
        if opens {
            depth += 1;
        }
        if depth == 0 {
            out.write_event(event).map_err(broken)?;
            continue;
        }
        paragraph.push(event);
        if closes {
            depth -= 1;
        }
        if depth > 0 {
            continue;
        }
        let whole = std::mem::take(&mut paragraph);
        let text = text_of(&whole);
        if ParagraphKind::of(text.trim()).is_none() {
            write_paragraph(&mut out, &whole, &replaced(&text, &content.values), &text)?;
        } else if !std::mem::replace(&mut body_written, true) {
            write_body(&mut out, &samples, &whole, content)?;
        }
    }
    Ok(out.into_inner())
}

fn is_paragraph_start(event: &Event<'_>) -> bool {
    matches!(event, Event::Start(tag) if tag.name().as_ref() == "w:p")
}

fn is_paragraph_end(event: &Event<'_>) -> bool {
    matches!(event, Event::End(tag) if tag.name().as_ref() == "w:p")
}

/// The paragraphs that show how the text looks.
fn samples(xml: &[u8]) -> Result<BTreeMap<ParagraphKind, Paragraphed>, WriteError> {
    let mut samples = BTreeMap::new();
    let mut reader = Reader::from_reader(xml);
    let mut paragraph: Paragraphed = Vec::new();
    let mut inside = false;
    loop {
        let event = reader.read_event().map_err(broken)?.into_owned();
        if matches!(event, Event::Eof) {
            return Ok(samples);
        }
        inside |= is_paragraph_start(&event);
        let ends = is_paragraph_end(&event);
        if inside {
            paragraph.push(event);
        }
        if ends {
            inside = false;
            let whole = std::mem::take(&mut paragraph);
            if let Some(kind) = ParagraphKind::of(text_of(&whole).trim()) {
                samples.entry(kind).or_insert(whole);
            }
        }
    }
}

fn write_body(
    out: &mut Writer<Vec<u8>>,
    samples: &BTreeMap<ParagraphKind, Paragraphed>,
    first: &Paragraphed,
    content: &DocumentContent,
) -> Result<(), WriteError> {
    for paragraph in &content.body {
        let sample = samples.get(&paragraph.kind).unwrap_or(first);
        write_paragraph(out, sample, &paragraph.text, "")?;
    }
    Ok(())
}

/// All the words of a paragraph; editors split them into runs as they like.
fn text_of(events: &[Event<'_>]) -> String {
    let mut text = String::new();
    let mut inside = false;
    for event in events {
        match event {
            Event::Start(tag) => inside = tag.name().as_ref() == "w:t",
            Event::End(_) => inside = false,
            Event::Text(words) if inside => text.push_str(words),
            Event::GeneralRef(entity) if inside => {
                text.push_str(match entity.as_ref() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => "",
                });
            }
            _ => {}
        }
    }
    text
}

fn replaced(text: &str, values: &BTreeMap<&'static str, String>) -> String {
    let mut out = text.to_owned();
    for (name, value) in values {
        out = out.replace(&format!("{{{{{name}}}}}"), value);
    }
    out
}

/// A paragraph with other words: all of them in its first run. One without change is written as it is.
fn write_paragraph(
    out: &mut Writer<Vec<u8>>,
    events: &[Event<'_>],
    text: &str,
    before: &str,
) -> Result<(), WriteError> {
    if text == before {
        for event in events {
            out.write_event(event.clone()).map_err(broken)?;
        }
        return Ok(());
    }
    let mut inside = false;
    let mut written = false;
    for event in events {
        match event {
            Event::Start(tag) if tag.name().as_ref() == "w:t" => {
                inside = true;
                out.write_event(event.clone()).map_err(broken)?;
                if !std::mem::replace(&mut written, true) {
                    out.write_event(Event::Text(BytesText::new(text)))
                        .map_err(broken)?;
                }
            }
            Event::End(tag) if tag.name().as_ref() == "w:t" => {
                inside = false;
                out.write_event(event.clone()).map_err(broken)?;
            }
            Event::Text(_) | Event::GeneralRef(_) if inside => {}
            other => out.write_event(other.clone()).map_err(broken)?,
        }
    }
    Ok(())
}

// ---- the template of the house

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/word/footer2.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
const DOCUMENT_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/><Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer2.xml"/></Relationships>"#;
const NAMESPACES: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;

/// Sizes in half points: 二号 22, 三号 16, 四号 14; the issuer's name stands in 小初 or smaller.
const ISSUER: u32 = 64;
const TITLE: u32 = 44;
const TEXT: u32 = 32;
const FOOT: u32 = 28;
/// A line of the text in twentieths of a point: 225 mm by 22 lines.
const LINE: u32 = 579;
/// A line of the title.
const TITLE_LINE: u32 = 700;
const RED: &str = "FF0000";

/// The layout of GB/T 9704 as a template: 22 lines of 28 characters, page numbers outside, room for the seal.
///
/// # Errors
/// When the package cannot be put together.
pub fn official_template() -> Result<Vec<u8>, WriteError> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    let parts = [
        ("[Content_Types].xml", CONTENT_TYPES.to_owned()),
        ("_rels/.rels", RELATIONS.to_owned()),
        ("word/document.xml", document()),
        (
            "word/_rels/document.xml.rels",
            DOCUMENT_RELATIONS.to_owned(),
        ),
        ("word/styles.xml", styles()),
        ("word/settings.xml", settings()),
        ("word/footer1.xml", footer("right")),
        ("word/footer2.xml", footer("left")),
    ];
    for (name, text) in parts {
        out.start_file(name, options).map_err(broken)?;
        out.write_all(text.as_bytes()).map_err(broken)?;
    }
    Ok(out.finish().map_err(broken)?.into_inner())
}

fn document() -> String {
    let rule = format!(
        r#"<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="4" w:color="{RED}"/></w:pBdr>"#
    );
    let indent = r#"<w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/>"#;
    let body = [
        paragraph(
            &format!(r#"{}<w:jc w:val="center"/>"#, spacing(600, 360, 900)),
            &run("方正小标宋简体", ISSUER, RED),
            "{{issuer}}",
        ),
        paragraph(
            &format!(r#"{rule}{}<w:jc w:val="center"/>"#, spacing(0, 240, LINE)),
            &run("仿宋_GB2312", TEXT, ""),
            "{{number}}",
        ),
        paragraph(
            &format!(r#"{}<w:jc w:val="center"/>"#, spacing(480, 480, TITLE_LINE)),
            &run("方正小标宋简体", TITLE, ""),
            "{{title}}",
        ),
        plain("{{recipients}}：", r#"<w:jc w:val="both"/>"#, "仿宋_GB2312"),
        plain("{{body.heading}}", indent, "黑体"),
        plain("{{body.subheading}}", indent, "楷体_GB2312"),
        plain("{{body.text}}", indent, "仿宋_GB2312"),
        plain("{{attachment}}", indent, "仿宋_GB2312"),
        plain("", "", "仿宋_GB2312"),
        plain("", "", "仿宋_GB2312"),
        plain(
            "{{signed_as}}",
            r#"<w:ind w:rightChars="200" w:right="640"/><w:jc w:val="right"/>"#,
            "仿宋_GB2312",
        ),
        plain(
            "{{date}}",
            r#"<w:ind w:rightChars="400" w:right="1280"/><w:jc w:val="right"/>"#,
            "仿宋_GB2312",
        ),
    ];
    // 上 37 mm, 下 35 mm, 左 28 mm, 右 26 mm.
    format!(
        r#"{HEAD}<w:document {NAMESPACES}><w:body>{}<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:footerReference w:type="even" r:id="rId4"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="1361" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="{LINE}"/></w:sectPr></w:body></w:document>"#,
        body.concat()
    )
}

fn spacing(before: u32, after: u32, line: u32) -> String {
    format!(
        r#"<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="exact"/>"#
    )
}

fn plain(text: &str, properties: &str, font: &str) -> String {
    let properties = format!("{}{properties}", spacing(0, 0, LINE));
    paragraph(&properties, &run(font, TEXT, ""), text)
}

fn paragraph(properties: &str, run: &str, text: &str) -> String {
    format!(
        r#"<w:p><w:pPr>{properties}</w:pPr><w:r>{run}<w:t xml:space="preserve">{text}</w:t></w:r></w:p>"#
    )
}

fn run(font: &str, size: u32, color: &str) -> String {
    let color = match color {
        "" => String::new(),
        color => format!(r#"<w:color w:val="{color}"/>"#),
    };
    // 28 characters of 三号 are a little wider than the 156 mm between the margins.
    let closer = match size {
        TEXT => r#"<w:spacing w:val="-5"/>"#,
        _ => "",
    };
    format!(
        r#"<w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{font}"/>{color}{closer}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>"#
    )
}

fn styles() -> String {
    let run = run("仿宋_GB2312", TEXT, "");
    let run = run.replace(
        "</w:rPr>",
        r#"<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr>"#,
    );
    format!(
        r#"{HEAD}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault>{run}</w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style></w:styles>"#
    )
}

fn settings() -> String {
    format!(
        r#"{HEAD}<w:settings {NAMESPACES}><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/></w:settings>"#
    )
}

/// — 1 — in 四号宋体, one character from the outer edge.
fn footer(side: &str) -> String {
    let run = run("宋体", FOOT, "").replace("Times New Roman", "宋体");
    let text = |words: &str| format!(r#"<w:r>{run}<w:t xml:space="preserve">{words}</w:t></w:r>"#);
    format!(
        r#"{HEAD}<w:ftr {NAMESPACES}><w:p><w:pPr><w:ind w:{side}Chars="100" w:{side}="280"/><w:jc w:val="{side}"/></w:pPr>{}<w:r>{run}<w:fldChar w:fldCharType="begin"/></w:r><w:r>{run}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r>{run}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{run}<w:t>1</w:t></w:r><w:r>{run}<w:fldChar w:fldCharType="end"/></w:r>{}</w:p></w:ftr>"#,
        text("— "),
        text(" —")
    )
}
