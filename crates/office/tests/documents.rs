//! Official documents: the layout of GB/T 9704, filled.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that panics has failed

use std::collections::BTreeMap;
use std::process::Command;

use office::{
    DocumentContent, Paragraph, ParagraphKind, fill_document, minutes_template, official_template,
    order_template, placeholders,
};

fn sample() -> DocumentContent {
    let text = |kind, text: &str| Paragraph {
        kind,
        text: text.into(),
    };
    let mut body = vec![text(ParagraphKind::Heading, "一、总体情况")];
    // Twenty-eight characters: with the indent and the stop a paragraph of two lines.
    let line = "累计签约项目二十个总投资五十六亿元其中亿元以上项目十二个";
    for _ in 0..21 {
        body.push(text(ParagraphKind::Text, &format!("{line}。")));
    }
    body.push(text(ParagraphKind::Text, "末段 <A&B> 完。"));
    DocumentContent {
        values: BTreeMap::from([
            ("issuer", "样例市开放办".to_owned()),
            ("number", "样例办〔2025〕3号".to_owned()),
            (
                "title",
                "关于2025年上半年重点招商项目推进情况的通报".to_owned(),
            ),
            ("recipients", "各县市区、园区".to_owned()),
            ("attachment", String::new()),
            ("signed_as", "样例市开放办".to_owned()),
            ("date", "2025年7月15日".to_owned()),
        ]),
        body,
    }
}

/// The pages of a Word document as LibreOffice prints them, without blanks; nothing when it is not installed.
fn printed(name: &str, bytes: &[u8]) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let (file, pdf) = (
        folder.path().join(format!("{name}.docx")),
        folder.path().join(format!("{name}.pdf")),
    );
    std::fs::write(&file, bytes).unwrap();
    if let Ok(kept) = std::env::var("LUODI_KEEP") {
        std::fs::write(format!("{kept}/{name}.docx"), bytes).unwrap();
    }
    let profile = format!(
        "-env:UserInstallation=file://{}/profile",
        folder.path().display()
    );
    let run = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder.path())
        .arg(&file)
        .output();
    if run.is_err() || !pdf.exists() {
        println!("skipped: soffice cannot open Word documents here");
        return None;
    }
    let info = Command::new("pdfinfo").arg(&pdf).output().unwrap();
    assert!(String::from_utf8_lossy(&info.stdout).contains("A4"));
    let text = Command::new("pdftotext")
        .arg("-layout")
        .arg(&pdf)
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    assert!(!text.contains("{{"), "{text}");
    let pages = text.split('\u{c}');
    let pages = pages.map(|page| page.split_whitespace().collect());
    Some(pages.filter(|page: &String| !page.is_empty()).collect())
}

/// The fonts of government offices that a document asks for, each with something to stand in for it.
fn fonts_are_asked_for(bytes: &[u8], fonts: &[&str]) {
    let document = document_text(bytes);
    let table = part_text(bytes, "word/fontTable.xml");
    for font in fonts {
        assert!(
            document.contains(&format!("w:eastAsia=\"{font}\"")),
            "{font}"
        );
        let named = format!("<w:font w:name=\"{font}\"><w:altName");
        assert!(table.contains(&named), "{font}: {table}");
    }
}

#[test]
fn a_filled_document_prints_by_the_standard_with_page_numbers_and_no_placeholder() {
    let bytes = fill_document(&official_template().unwrap(), &sample()).unwrap();
    fonts_are_asked_for(&bytes, &["方正小标宋简体", "仿宋_GB2312", "黑体"]);
    // Without an attachment there is no line for it.
    assert_eq!(
        paragraphs_of(&bytes),
        paragraphs_of(&official_template().unwrap()) - 4 + sample().body.len()
    );
    let Some(pages) = printed("official", &bytes) else {
        return;
    };
    assert_eq!(pages.len(), 3, "{pages:?}");
    assert!(
        pages[0].contains("—1—") && pages[1].contains("—2—"),
        "{pages:?}"
    );
    assert!(pages[0].contains("样例办〔2025〕3号") && pages[0].contains("各县市区、园区："));
    assert!(pages.concat().contains("末段<A&B>完。"));
}

fn order(content: &str) -> DocumentContent {
    let values = [
        ("title", "市级重点招商项目督办单"),
        ("number", "潭招督〔2025〕第 3 号"),
        ("date", "2025年9月22日"),
        ("unit_label", "督办单位"),
        ("unit", "国土局、岳塘经开区（配合）"),
        ("content_label", "督办内容"),
        ("content", content),
        ("requirement", "十月底前落实用地指标。"),
        ("limit", "2025年9月22日（星期一）至9月29日（星期一）"),
        ("issuer_label", "督办单\n签发单位"),
        ("issuer", "市级领导　样例甲"),
        ("signed_on", "2025年9月22日"),
    ];
    DocumentContent {
        values: values
            .into_iter()
            .map(|(name, words)| (name, words.to_owned()))
            .collect(),
        body: Vec::new(),
    }
}

#[test]
fn a_supervision_order_is_one_sheet_as_annex_6_prints_it() {
    let content = "样例项目用地指标未落实。\n企业要求本月底前明确。";
    let bytes = fill_document(&order_template().unwrap(), &order(content)).unwrap();
    fonts_are_asked_for(&bytes, &["方正小标宋简体", "仿宋_GB2312", "黑体"]);
    let Some(pages) = printed("order", &bytes) else {
        return;
    };
    assert_eq!(pages.len(), 1, "{pages:?}");
    // What stands beside a label of two lines is read between them.
    for words in [
        "市级重点招商项目督办单潭招督〔2025〕第3号2025年9月22日督办单位：国土局、岳塘经开区（配合）",
        "样例项目用地指标未落实。",
        "督办内容：",
        "企业要求本月底前明确。",
        "工作要求：十月底前落实用地指标。",
        "完成时限：2025年9月22日（星期一）至9月29日（星期一）",
        "单位（盖章）：市级领导样例甲",
    ] {
        assert!(pages[0].contains(words), "{words} in {pages:?}");
    }
    assert!(pages[0].ends_with("2025年9月22日"), "{pages:?}");
}

#[test]
fn a_long_order_goes_on_on_the_next_sheet_and_loses_nothing() {
    let lines: Vec<String> = (1..=60).map(|n| format!("第{n}项问题尚未解决。")).collect();
    let bytes = fill_document(&order_template().unwrap(), &order(&lines.join("\n"))).unwrap();
    let Some(pages) = printed("order-long", &bytes) else {
        return;
    };
    assert!(pages.len() > 1);
    let all = pages.concat();
    assert!(
        lines.iter().all(|line| all.contains(line.as_str())),
        "{all}"
    );
    assert!(all.contains("单位（盖章）："));
}

#[test]
fn minutes_have_a_red_head_what_was_said_and_to_whom_they_go() {
    let values = [
        ("heading", "部门联席会议纪要"),
        ("number", "潭招纪〔2025〕2号"),
        ("issuer", "市招商安商工作领导小组办公室"),
        ("signed_as", "市招商安商工作领导小组办公室"),
        ("date", "2025年9月24日"),
        ("title", "2025年第三季度部门联席会议"),
        ("held_on", "2025年9月22日（星期一）"),
        ("place", ""),
        ("chair", "样例市领导"),
        ("members", "市发改委、国土局、规划局、岳塘经开区"),
        ("recipients", "市发改委、国土局、规划局、岳塘经开区"),
    ];
    let content = DocumentContent {
        values: values
            .into_iter()
            .map(|(name, words)| (name, words.to_owned()))
            .collect(),
        body: vec![
            Paragraph {
                kind: ParagraphKind::Heading,
                text: "一、样例项目用地".into(),
            },
            Paragraph {
                kind: ParagraphKind::Text,
                text: "会议听取了用地情况汇报。\n会议决定：十月底前落实（潭招会〔2025〕第 1 号，由国土局牵头，2025年10月31日前完成）。".into(),
            },
        ],
    };
    let bytes = fill_document(&minutes_template().unwrap(), &content).unwrap();
    fonts_are_asked_for(&bytes, &["方正小标宋简体", "仿宋_GB2312", "黑体"]);
    assert!(document_text(&bytes).contains("FF0000"));
    let Some(pages) = printed("minutes", &bytes) else {
        return;
    };
    assert_eq!(pages.len(), 1, "{pages:?}");
    for words in [
        "部门联席会议纪要潭招纪〔2025〕2号市招商安商工作领导小组办公室2025年9月24日",
        "2025年第三季度部门联席会议会议时间：2025年9月22日（星期一）",
        "主持：样例市领导",
        "参加单位：市发改委、国土局、规划局、岳塘经开区",
        "会议听取了用地情况汇报。",
        "2025年10月31日前完成）。",
        "发送：市发改委、国土局、规划局、岳塘经开区。",
        "市招商安商工作领导小组办公室2025年9月24日印发",
    ] {
        assert!(pages[0].contains(words), "{words} in {pages:?}");
    }
    // No place was written down: no line for it.
    assert!(!pages[0].contains("会议地点"), "{pages:?}");
}

#[test]
fn the_placeholders_of_a_template_are_named_also_where_an_editor_split_them() {
    let template = split_runs(
        &official_template().unwrap(),
        "{{title}}",
        "{{ti</w:t></w:r><w:r><w:t>tel}}",
    );
    let names: Vec<String> = placeholders(&template).unwrap().into_iter().collect();
    assert_eq!(
        names,
        [
            "attachment",
            "body.heading",
            "body.subheading",
            "body.text",
            "date",
            "issuer",
            "number",
            "recipients",
            "signed_as",
            "titel",
        ]
    );
    assert!(placeholders(b"junk").is_err());
}

#[test]
fn a_placeholder_that_an_editor_split_into_runs_is_still_filled() {
    let template = official_template().unwrap();
    // What Word does when somebody edits inside a placeholder.
    let split = split_runs(&template, "{{title}}", "{{ti</w:t></w:r><w:r><w:t>tle}}");
    let bytes = fill_document(&split, &sample()).unwrap();
    let text = document_text(&bytes);
    assert!(
        text.contains("关于2025年上半年重点招商项目推进情况的通报"),
        "{text}"
    );
    assert!(!text.contains("tle}}"));
}

#[test]
fn what_is_no_word_document_is_refused_in_words() {
    let error = fill_document(b"junk", &sample()).unwrap_err();
    assert!(error.to_string().contains("模板"), "{error}");
}

fn document_text(bytes: &[u8]) -> String {
    part_text(bytes, "word/document.xml")
}

fn paragraphs_of(bytes: &[u8]) -> usize {
    document_text(bytes).matches("<w:p>").count()
}

fn part_text(bytes: &[u8], name: &str) -> String {
    use std::io::Read;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

fn split_runs(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    use std::io::{Read, Write};
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        out.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        out.write_all(text.replace(from, to).as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}
