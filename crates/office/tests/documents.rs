//! Official documents: the layout of GB/T 9704, filled.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that panics has failed

use std::collections::BTreeMap;
use std::process::Command;

use office::{DocumentContent, Paragraph, ParagraphKind, fill_document, official_template};

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

#[test]
fn a_filled_document_prints_by_the_standard_with_page_numbers_and_no_placeholder() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = fill_document(&official_template().unwrap(), &sample()).unwrap();
    std::fs::write(folder.path().join("a.docx"), &bytes).unwrap();
    if let Ok(kept) = std::env::var("LUODI_KEEP") {
        std::fs::write(format!("{kept}/a.docx"), &bytes).unwrap();
    }
    let profile = format!(
        "-env:UserInstallation=file://{}/profile",
        folder.path().display()
    );
    let run = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder.path())
        .arg(folder.path().join("a.docx"))
        .output();
    let pdf = folder.path().join("a.pdf");
    if run.is_err() || !pdf.exists() {
        println!("skipped: soffice cannot open Word documents here");
        return;
    }
    let text = Command::new("pdftotext")
        .arg("-layout")
        .arg(&pdf)
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    let pages: Vec<String> = text
        .split('\u{c}')
        .map(|page| page.split_whitespace().collect())
        .filter(|page: &String| !page.is_empty())
        .collect();
    assert_eq!(pages.len(), 3, "{text}");
    assert!(
        pages[0].contains("—1—") && pages[1].contains("—2—"),
        "{text}"
    );
    assert!(pages[0].contains("样例办〔2025〕3号") && pages[0].contains("各县市区、园区："));
    assert!(pages.concat().contains("末段<A&B>完。"));
    assert!(!text.contains("{{"), "{text}");
    let info = Command::new("pdfinfo").arg(&pdf).output().unwrap();
    assert!(String::from_utf8_lossy(&info.stdout).contains("A4"));
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
    use std::io::Read;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive
        .by_name("word/document.xml")
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
