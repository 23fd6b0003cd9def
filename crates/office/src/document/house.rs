//! The templates of the house, by GB/T 9704: the official letter, the supervision order, the minutes.

use super::package;
use crate::WriteError;

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/><Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/word/footer2.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
const DOCUMENT_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/><Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer2.xml"/><Relationship Id="rId5" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable" Target="fontTable.xml"/></Relationships>"#;
const NAMESPACES: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
/// Page numbers outside: right on odd pages, left on even ones.
const NUMBERED: &str = r#"<w:footerReference w:type="default" r:id="rId3"/><w:footerReference w:type="even" r:id="rId4"/>"#;

/// Sizes in half points: 二号 22, 三号 16, 四号 14; the issuer's name stands in 小初 or smaller.
const ISSUER: u32 = 64;
const TITLE: u32 = 44;
const TEXT: u32 = 32;
const FOOT: u32 = 28;
/// A line of the text in twentieths of a point: 225 mm by 22 lines.
const LINE: u32 = 579;
/// A line of the title.
const TITLE_LINE: u32 = 700;
/// A line of 版记.
const FOOT_LINE: u32 = 520;
/// Between the margins, in twentieths of a point: 156 mm.
const WIDTH: u32 = 8844;
/// Left column of the supervision order: five characters of 三号.
const LABEL: u32 = 1860;
const RED: &str = "FF0000";

const SONG: &str = "方正小标宋简体";
const FANG: &str = "仿宋_GB2312";
const KAI: &str = "楷体_GB2312";
const HEI: &str = "黑体";

const CENTRED: &str = r#"<w:jc w:val="center"/>"#;
const BOTH: &str = r#"<w:jc w:val="both"/>"#;
/// Two characters in.
const INDENT: &str = r#"<w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/>"#;

/// The layout of GB/T 9704 as a template: 22 lines of 28 characters, page numbers outside, room for the seal.
///
/// # Errors
/// When the package cannot be put together.
pub fn official_template() -> Result<Vec<u8>, WriteError> {
    let body = [
        name_of_issuer("{{issuer}}"),
        paragraph(
            &format!(
                "{}{}{CENTRED}",
                rule("bottom", RED, 18),
                spacing(0, 240, LINE)
            ),
            &run(FANG, TEXT, ""),
            "{{number}}",
        ),
        title(),
        plain("{{recipients}}：", BOTH, FANG),
        text_of_the_body(),
        kept("{{attachment}}", INDENT),
        kept("", ""),
        kept("", ""),
        kept(
            "{{signed_as}}",
            r#"<w:ind w:rightChars="200" w:right="640"/><w:jc w:val="right"/>"#,
        ),
        plain(
            "{{date}}",
            r#"<w:ind w:rightChars="400" w:right="1280"/><w:jc w:val="right"/>"#,
            FANG,
        ),
    ];
    house(&body.concat(), NUMBERED)
}

/// 督办单 as a template: one sheet with a table, the place of the seal left free.
///
/// # Errors
/// When the package cannot be put together.
pub fn order_template() -> Result<Vec<u8>, WriteError> {
    let line = format!(
        r#"<w:tabs><w:tab w:val="right" w:pos="{WIDTH}"/></w:tabs>{}"#,
        spacing(0, 120, LINE)
    );
    let body = [
        paragraph(
            &format!("{}{CENTRED}", spacing(240, 360, TITLE_LINE)),
            &run(SONG, TITLE, ""),
            "{{title}}",
        ),
        tabbed(&line, "{{number}}", "{{date}}", TEXT),
        table(&[
            (900, "{{unit_label}}：", cell_text("{{unit}}")),
            (2900, "{{content_label}}：", cell_text("{{content}}")),
            (2500, "工作要求：", cell_text("{{requirement}}")),
            (900, "完成时限：", limit()),
            (2200, "{{issuer_label}}", seal()),
        ]),
        // Word wants a paragraph after a table.
        paragraph(&spacing(0, 0, 20), &run(FANG, 2, ""), ""),
    ];
    house(&body.concat(), "")
}

/// 会议纪要 as a template: red head with number and line, what was said and decided, to whom it goes.
///
/// # Errors
/// When the package cannot be put together.
pub fn minutes_template() -> Result<Vec<u8>, WriteError> {
    let tab = |before: u32, after: u32, line: u32| {
        format!(
            r#"<w:tabs><w:tab w:val="right" w:pos="{WIDTH}"/></w:tabs>{}"#,
            spacing(before, after, line)
        )
    };
    let held = format!("{}{}", rule("bottom", RED, 18), tab(120, 240, LINE));
    let sent = format!("{}{}", rule("top", "000000", 8), spacing(600, 0, FOOT_LINE));
    let printed = format!(
        r#"<w:pBdr><w:top w:val="single" w:sz="4" w:space="2" w:color="000000"/><w:bottom w:val="single" w:sz="8" w:space="2" w:color="000000"/></w:pBdr>{}"#,
        tab(0, 0, FOOT_LINE)
    );
    let body = [
        name_of_issuer("{{heading}}"),
        paragraph(
            &format!("{}{CENTRED}", spacing(0, 0, LINE)),
            &run(FANG, TEXT, ""),
            "{{number}}",
        ),
        tabbed(&held, "{{issuer}}", "{{date}}", TEXT),
        title(),
        labelled("会议时间：", "{{held_on}}"),
        labelled("会议地点：", "{{place}}"),
        labelled("主　　持：", "{{chair}}"),
        labelled("参加单位：", "{{members}}"),
        text_of_the_body(),
        paragraph(&sent, &run(FANG, FOOT, ""), "发送：{{recipients}}。"),
        tabbed(&printed, "{{signed_as}}", "{{date}}印发", FOOT),
    ];
    house(&body.concat(), NUMBERED)
}

fn house(body: &str, footers: &str) -> Result<Vec<u8>, WriteError> {
    let parts = [
        ("[Content_Types].xml", CONTENT_TYPES.to_owned()),
        ("_rels/.rels", RELATIONS.to_owned()),
        ("word/document.xml", document(body, footers)),
        (
            "word/_rels/document.xml.rels",
            DOCUMENT_RELATIONS.to_owned(),
        ),
        ("word/styles.xml", styles()),
        ("word/settings.xml", settings()),
        ("word/fontTable.xml", fonts()),
        ("word/footer1.xml", footer("right")),
        ("word/footer2.xml", footer("left")),
    ];
    let part = |(name, text): (&str, String)| (name.to_owned(), text.into_bytes());
    package::package(parts.map(part).into())
}

/// 上 37 mm, 下 35 mm, 左 28 mm, 右 26 mm.
fn document(body: &str, footers: &str) -> String {
    format!(
        r#"{HEAD}<w:document {NAMESPACES}><w:body>{body}<w:sectPr>{footers}<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="1361" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="{LINE}"/></w:sectPr></w:body></w:document>"#
    )
}

// ---- what the documents have in common

/// 发文机关标志.
fn name_of_issuer(placeholder: &str) -> String {
    paragraph(
        &format!("{}{CENTRED}", spacing(600, 360, 900)),
        &run(SONG, ISSUER, RED),
        placeholder,
    )
}

fn title() -> String {
    paragraph(
        &format!("{}{CENTRED}", spacing(480, 480, TITLE_LINE)),
        &run(SONG, TITLE, ""),
        "{{title}}",
    )
}

fn text_of_the_body() -> String {
    [
        plain("{{body.heading}}", INDENT, HEI),
        plain("{{body.subheading}}", INDENT, KAI),
        plain("{{body.text}}", INDENT, FANG),
    ]
    .concat()
}

/// 黑体 label and what belongs to it.
fn labelled(label: &str, placeholder: &str) -> String {
    let label = words(&run(HEI, TEXT, ""), label);
    let value = words(&run(FANG, TEXT, ""), placeholder);
    format!(
        r#"<w:p><w:pPr>{}{INDENT}</w:pPr>{label}{value}</w:p>"#,
        spacing(0, 0, LINE)
    )
}

/// Something at the left and something at the right margin.
fn tabbed(properties: &str, left: &str, right: &str, size: u32) -> String {
    let run = run(FANG, size, "");
    format!(
        r#"<w:p><w:pPr>{properties}</w:pPr>{}<w:r>{run}<w:tab/></w:r>{}</w:p>"#,
        words(&run, left),
        words(&run, right)
    )
}

fn rule(side: &str, color: &str, size: u32) -> String {
    format!(
        r#"<w:pBdr><w:{side} w:val="single" w:sz="{size}" w:space="4" w:color="{color}"/></w:pBdr>"#
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

/// A line that stays on the page of the next.
fn kept(text: &str, properties: &str) -> String {
    let properties = format!("<w:keepNext/>{}{properties}", spacing(0, 0, LINE));
    paragraph(&properties, &run(FANG, TEXT, ""), text)
}

fn paragraph(properties: &str, run: &str, text: &str) -> String {
    format!(
        r#"<w:p><w:pPr>{properties}</w:pPr>{}</w:p>"#,
        words(run, text)
    )
}

fn words(run: &str, text: &str) -> String {
    format!(r#"<w:r>{run}<w:t xml:space="preserve">{text}</w:t></w:r>"#)
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

// ---- the table of the order

/// Rows by least height, label, and content of the right cell.
fn table(rows: &[(u32, &str, String)]) -> String {
    let side =
        |side: &str| format!(r#"<w:{side} w:val="single" w:sz="8" w:space="0" w:color="000000"/>"#);
    let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"]
        .into_iter()
        .map(side)
        .collect();
    let rows: String = rows.iter().map(row).collect();
    let right = WIDTH - LABEL;
    format!(
        r#"<w:tbl><w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol w:w="{LABEL}"/><w:gridCol w:w="{right}"/></w:tblGrid>{rows}</w:tbl>"#
    )
}

fn row((height, label, content): &(u32, &str, String)) -> String {
    let cell = |width: u32, content: &str| {
        format!(
            r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>"#
        )
    };
    let label = paragraph(
        &format!("{}{CENTRED}", spacing(0, 0, LINE)),
        &run(HEI, TEXT, ""),
        label,
    );
    format!(
        r#"<w:tr><w:trPr><w:trHeight w:val="{height}" w:hRule="atLeast"/></w:trPr>{}{}</w:tr>"#,
        cell(LABEL, &label),
        cell(WIDTH - LABEL, content)
    )
}

fn cell_text(placeholder: &str) -> String {
    plain(placeholder, BOTH, FANG)
}

/// From and to on one line: 四号, no room between figures and characters.
fn limit() -> String {
    let properties = format!(
        r#"<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>{}"#,
        spacing(0, 0, LINE)
    );
    paragraph(&properties, &run(FANG, FOOT, ""), "{{limit}}")
}

/// 单位（盖章） above, the day below, the room between them for the seal.
fn seal() -> String {
    [
        plain("单位（盖章）：{{issuer}}", "", FANG),
        plain("", "", FANG),
        plain("{{signed_on}}", r#"<w:jc w:val="right"/>"#, FANG),
    ]
    .concat()
}

// ---- parts beside the document

fn styles() -> String {
    let run = run(FANG, TEXT, "");
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

/// What stands in for the fonts of government offices where they are not installed.
fn fonts() -> String {
    let font = |(name, otherwise): (&str, &str)| {
        format!(
            r#"<w:font w:name="{name}"><w:altName w:val="{otherwise}"/><w:charset w:val="86"/></w:font>"#
        )
    };
    let fonts: String = [
        (SONG, "华文中宋,宋体,SimSun"),
        (FANG, "仿宋,FangSong"),
        (KAI, "楷体,KaiTi"),
        (HEI, "SimHei"),
    ]
    .into_iter()
    .map(font)
    .collect();
    format!(r#"{HEAD}<w:fonts {NAMESPACES}>{fonts}</w:fonts>"#)
}

/// — 1 — in 四号宋体, one character from the outer edge.
fn footer(side: &str) -> String {
    let run = run("宋体", FOOT, "").replace("Times New Roman", "宋体");
    format!(
        r#"{HEAD}<w:ftr {NAMESPACES}><w:p><w:pPr><w:ind w:{side}Chars="100" w:{side}="280"/><w:jc w:val="{side}"/></w:pPr>{}<w:r>{run}<w:fldChar w:fldCharType="begin"/></w:r><w:r>{run}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r>{run}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{run}<w:t>1</w:t></w:r><w:r>{run}<w:fldChar w:fldCharType="end"/></w:r>{}</w:p></w:ftr>"#,
        words(&run, "— "),
        words(&run, " —")
    )
}
