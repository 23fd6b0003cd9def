//! What an office program makes of our files, and we of its files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that panics has failed

mod common;

use std::path::Path;
use std::process::Command;

use common::{read, texts, value};
use jiff::civil::date;
use office::{CellValue, Column, ColumnKind, Out, OutCell, Sheet, SheetWriter, write_faults};

/// Converts a file with LibreOffice; `false` with a notice when it is not installed.
fn convert(folder: &Path, file: &str, target: &str) -> bool {
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let run = Command::new("soffice")
        .args([
            profile.as_str(),
            "--headless",
            "--convert-to",
            target,
            "--outdir",
        ])
        .arg(folder)
        .arg(folder.join(file))
        .output();
    match run {
        Ok(output) => {
            assert!(output.status.success(), "{output:?}");
            true
        }
        Err(_) => {
            println!("skipped: soffice is not installed");
            false
        }
    }
}

fn sample() -> Vec<u8> {
    let columns = vec![
        Column::new("序号", ColumnKind::Integer),
        Column::new("项目名称", ColumnKind::Text).wide(24.0),
        Column::new("统一社会信用代码", ColumnKind::Text),
        Column::new("计划总投资（万元）", ColumnKind::Decimal(2)),
        Column::new("签约时间", ColumnKind::Day),
    ];
    let mut sheet = Sheet::new("台账", columns);
    sheet.title = Some("样例市招商引资项目台账".into());
    sheet.note_lines = vec!["填报单位（盖章）：样例局".into()];
    sheet.footer = Some(vec![
        Out::Text("合计".into()),
        Out::Empty,
        Out::Empty,
        Out::Decimal("1234.5".into()),
    ]);
    let mut writer = SheetWriter::new(sheet).unwrap();
    let row: Vec<OutCell> = [
        Out::Integer(1),
        Out::Text("样例新材料项目".into()),
        Out::Text("914290055550001234".into()),
        Out::Decimal("1234.5".into()),
        Out::Day(date(2024, 8, 31)),
    ]
    .map(OutCell::from)
    .into();
    writer.push_row(&row).unwrap();
    writer.finish().unwrap()
}

#[test]
fn a_workbook_prints_with_title_values_and_total() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.xlsx"), sample()).unwrap();
    if !convert(folder.path(), "a.xlsx", "pdf") {
        return;
    }
    let pdf = folder.path().join("a.pdf");
    let Ok(output) = Command::new("pdftotext")
        .arg("-layout")
        .arg(&pdf)
        .arg("-")
        .output()
    else {
        println!("skipped: pdftotext is not installed");
        return;
    };
    let text: String = String::from_utf8_lossy(&output.stdout)
        .split_whitespace()
        .collect();
    for expected in [
        "样例市招商引资项目台账",
        "填报单位（盖章）：样例局",
        "样例新材料项目",
        "914290055550001234",
        "1234.50",
        "2024-08-31",
        "合计",
        "第1页，共1页",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

#[test]
fn a_workbook_saved_by_an_office_program_in_three_formats_reads_the_same() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.xlsx"), sample()).unwrap();
    let original = read(&sample(), "a.xlsx").unwrap();
    for (target, name) in [("ods", "a.ods"), ("xls:MS Excel 97", "a.xls")] {
        if !convert(folder.path(), "a.xlsx", target) {
            return;
        }
        let bytes = std::fs::read(folder.path().join(name)).unwrap();
        let table = read(&bytes, name).unwrap();
        assert_eq!(texts(&table), texts(&original), "{name}");
        assert_eq!(table.heading_line, original.heading_line, "{name}");
        assert_eq!(
            value(&table, 0, "签约时间"),
            &CellValue::Day(date(2024, 8, 31)),
            "{name}"
        );
        assert_eq!(
            value(&table, 0, "计划总投资（万元）"),
            &CellValue::Number("1234.5".into())
        );
    }
    // And back from a file that the office program wrote as .xlsx.
    std::fs::rename(folder.path().join("a.ods"), folder.path().join("b.ods")).unwrap();
    if convert(folder.path(), "b.ods", "xlsx") {
        let bytes = std::fs::read(folder.path().join("b.xlsx")).unwrap();
        assert_eq!(texts(&read(&bytes, "b.xlsx").unwrap()), texts(&original));
    }
}

#[test]
fn a_workbook_of_faults_opens_in_an_office_program() {
    let text = "序号,项目名称,计划总投资（万元）\n1,样例项目一,100\n2,样例项目二,负五\n";
    let table = read(text.as_bytes(), "样例.csv").unwrap();
    let faults = [(3, 2, "不是数字：负五".to_owned())];
    let folder = tempfile::tempdir().unwrap();
    let bytes = write_faults(&table, &faults, false).unwrap();
    std::fs::write(folder.path().join("f.xlsx"), bytes).unwrap();
    if convert(folder.path(), "f.xlsx", "ods") {
        let bytes = std::fs::read(folder.path().join("f.ods")).unwrap();
        assert_eq!(texts(&read(&bytes, "f.ods").unwrap()), texts(&table));
    }
}
