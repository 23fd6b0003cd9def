//! Forms as they are printed, and read back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that panics has failed

use std::path::Path;
use std::process::Command;

use office::{
    Align, ColumnKind, FORM_DATA_SHEET, FORM_KEY_HEADING, FormColumn, FormNote, FormRow, FormSheet,
    Out, Paper, ReadLimits, read_sheets, write_form,
};

fn column(heading: &str, width_mm: f64, kind: ColumnKind) -> FormColumn {
    FormColumn {
        heading: heading.into(),
        group: None,
        width_mm,
        kind,
        align: Align::Center,
        choices: Vec::new(),
    }
}

/// A form of 11 columns on A3 across, with merged headings and long text.
fn sample(rows: usize) -> FormSheet {
    let mut columns = vec![
        column("序号", 10.0, ColumnKind::Integer),
        column("项目\n投资方", 30.0, ColumnKind::Text),
        column("项目名称", 50.0, ColumnKind::Text),
        column("总投资\n（亿元）", 24.0, ColumnKind::Decimal(2)),
        column("签约\n类型", 20.0, ColumnKind::Text),
        column("项目基本情况", 90.0, ColumnKind::Text),
        column("是否\n开工", 20.0, ColumnKind::Text),
        column("是否\n投产", 20.0, ColumnKind::Text),
        column("联系人及电话", 40.0, ColumnKind::Text),
    ];
    columns[4].choices = vec!["合同".into(), "协议".into()];
    columns[5].align = Align::Left;
    for column in &mut columns[6..8] {
        column.group = Some("进度".into());
    }
    let row = |number: usize| FormRow {
        key: format!("project-{number}"),
        cells: vec![
            Out::Integer(number as i64),
            Out::Text("样例投资集团有限公司".into()),
            Out::Text(format!("样例新材料产业园{number}期项目")),
            Out::Decimal("2.5".into()),
            Out::Text("合同".into()),
            Out::Text(
                "项目用地一百二十亩，建设四条生产线和配套研发中心，达产后年产值十亿元。".repeat(3),
            ),
            Out::Text("是".into()),
            Out::Text("否".into()),
            Out::Text("样例张三 13800000000".into()),
        ],
    };
    FormSheet {
        number: "附件4".into(),
        title: "市级重点招商项目签约情况表".into(),
        left_line: "单位（盖章）：样例经开区".into(),
        right_line: "填报日期：2025年7月2日".into(),
        columns,
        rows: (1..=rows).map(row).collect(),
        blank_rows: 11,
        notes: vec![
            FormNote {
                title: "签约类型".into(),
                lines: vec!["合同".into(), "协议".into()],
            },
            FormNote {
                title: "合作方式".into(),
                lines: ["A—合资", "B—合作", "C—独资", "D—产、股权转让", "E—其他"]
                    .map(String::from)
                    .into(),
            },
        ],
        paper: Paper::A3,
        landscape: true,
        margin_mm: 13.0,
        data: vec![vec!["form".into(), "xiangtan-4".into()]],
    }
}

#[test]
fn a_form_is_read_back_with_its_keys_and_its_hidden_sheet() {
    let bytes = write_form(&sample(2)).unwrap();
    let sheets = read_sheets(&bytes, "表.xlsx", &ReadLimits::default()).unwrap();
    assert_eq!(sheets.len(), 2);
    assert_eq!(sheets[1].name, FORM_DATA_SHEET);
    assert_eq!(sheets[1].rows[0].cells[1].text(), "xiangtan-4");
    let rows = &sheets[0].rows;
    let heading = rows
        .iter()
        .find(|row| row.cells.last().unwrap().text() == FORM_KEY_HEADING)
        .unwrap();
    let first = rows
        .iter()
        .find(|row| row.line == heading.line + 1)
        .unwrap();
    assert_eq!(first.cells[3].text(), "2.5");
    assert_eq!(first.cells.last().unwrap().text(), "project-1");
}

#[test]
fn the_same_form_written_twice_is_the_same_file() {
    assert_eq!(
        write_form(&sample(3)).unwrap(),
        write_form(&sample(3)).unwrap()
    );
}

/// The text of the PDF that an office program makes, page by page, and the size of its paper; `None` when the tools
/// are not installed.
fn printed(bytes: &[u8], folder: &Path) -> Option<(Vec<String>, String)> {
    std::fs::write(folder.join("form.xlsx"), bytes).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let run = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder)
        .arg(folder.join("form.xlsx"))
        .output();
    let Ok(output) = run else {
        println!("skipped: soffice is not installed");
        return None;
    };
    assert!(output.status.success(), "{output:?}");
    let pdf = folder.join("form.pdf");
    let text = Command::new("pdftotext")
        .arg("-layout")
        .arg(&pdf)
        .arg("-")
        .output();
    let info = Command::new("pdfinfo").arg(&pdf).output();
    let (Ok(text), Ok(info)) = (text, info) else {
        println!("skipped: poppler-utils is not installed");
        return None;
    };
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    let close = |page: &str| page.split_whitespace().collect::<String>();
    let mut pages: Vec<String> = text.split('\u{c}').map(close).collect();
    pages.pop();
    Some((pages, String::from_utf8_lossy(&info.stdout).into_owned()))
}

#[test]
fn a_long_form_prints_on_its_paper_with_headings_on_every_page_and_nothing_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = write_form(&sample(40)).unwrap();
    let Some((pages, info)) = printed(&bytes, folder.path()) else {
        return;
    };
    assert!(
        info.contains("1190.55 x 841.89") || info.contains("A3"),
        "{info}"
    );
    assert!(pages.len() > 1, "{}", pages.len());
    for (index, page) in pages.iter().enumerate() {
        assert!(page.contains("项目基本情况"), "page {}: {page}", index + 1);
        assert!(page.contains("联系人及电话"), "page {}", index + 1);
        assert!(
            page.contains(&format!("—{}—", index + 1)),
            "page {}: {page}",
            index + 1
        );
        assert!(!page.contains("project-"), "the keys are not printed");
    }
    let all: String = pages.concat();
    assert!(pages[0].contains("市级重点招商项目签约情况表"));
    assert_eq!(all.matches("市级重点招商项目签约情况表").count(), 1);
    for number in 1..=40 {
        assert!(
            all.contains(&format!("样例新材料产业园{number}期")),
            "{number}"
        );
    }
    // Text that wraps stands there to its last line; a word may be parted, a character not.
    assert_eq!(all.matches('值').count(), 120);
    assert!(all.contains("D—产、股权转让") && all.contains("E—其他"));
}

#[test]
fn a_form_without_projects_is_the_empty_form_on_one_page() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = write_form(&sample(0)).unwrap();
    let Some((pages, _)) = printed(&bytes, folder.path()) else {
        return;
    };
    assert_eq!(pages.len(), 1);
    assert!(pages[0].contains("单位（盖章）：样例经开区"));
    assert!(pages[0].contains("E—其他"));
}
