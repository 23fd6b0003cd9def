//! Writing, and reading back what was written.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that panics has failed

mod common;

use common::{read, texts, value};
use jiff::civil::date;
use office::{
    CellValue, Column, ColumnKind, FAULT_HEADING, Out, OutCell, Paper, Sheet, SheetWriter, Table,
    write_csv, write_faults,
};
use proptest::prelude::*;

fn columns() -> Vec<Column> {
    vec![
        Column::new("序号", ColumnKind::Integer),
        Column::new("项目名称", ColumnKind::Text).wide(30.0),
        Column::new("统一社会信用代码", ColumnKind::Text),
        Column::new("计划总投资（万元）", ColumnKind::Decimal(2)),
        Column::new("签约时间", ColumnKind::Day),
        Column::new("备注", ColumnKind::Text),
    ]
}

fn sample() -> Vec<Out> {
    vec![
        Out::Integer(1),
        Out::Text("=cmd|'/c calc'!A0".into()),
        Out::Text("914290055550001234".into()),
        Out::Decimal("12345.678".into()),
        Out::Day(date(2024, 8, 31)),
        Out::Empty,
    ]
}

fn book(rows: &[Vec<Out>]) -> Vec<u8> {
    let mut sheet = Sheet::new("台账", columns());
    sheet.title = Some("样例市招商引资项目台账".into());
    sheet.note_lines = vec!["填报单位（盖章）：样例局".into(), "单位：万元".into()];
    sheet.paper = Paper::A3;
    let mut writer = SheetWriter::new(sheet).unwrap();
    for row in rows {
        let cells: Vec<OutCell> = row.iter().cloned().map(OutCell::from).collect();
        writer.push_row(&cells).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn every_kind_of_value_comes_back_from_a_workbook() {
    let long = Out::Decimal("123456789012345678.99".into());
    let second = vec![
        Out::Integer(-5),
        Out::Text("第二行\n二期 ".into()),
        Out::Empty,
        long,
    ];
    let old = vec![
        Out::Integer(i64::MAX),
        Out::Empty,
        Out::Empty,
        Out::Decimal("-0.05".into()),
        Out::Day(date(1899, 12, 31)),
    ];
    let table = read(&book(&[sample(), second, old]), "a.xlsx").unwrap();
    assert_eq!(table.heading_line, 4);
    assert_eq!(table.rows[0].line, 5);
    let text = |text: &str| CellValue::Text(text.into());
    let number = |number: &str| CellValue::Number(number.into());
    assert_eq!(value(&table, 0, "序号"), &number("1"));
    assert_eq!(value(&table, 0, "项目名称"), &text("=cmd|'/c calc'!A0"));
    assert_eq!(
        value(&table, 0, "统一社会信用代码"),
        &text("914290055550001234")
    );
    assert_eq!(value(&table, 0, "计划总投资（万元）"), &number("12345.678"));
    assert_eq!(
        value(&table, 0, "签约时间"),
        &CellValue::Day(date(2024, 8, 31))
    );
    assert_eq!(value(&table, 0, "备注"), &CellValue::Empty);
    assert_eq!(value(&table, 1, "项目名称"), &text("第二行\n二期 "));
    assert_eq!(
        value(&table, 1, "计划总投资（万元）"),
        &text("123456789012345678.99")
    );
    assert_eq!(value(&table, 2, "序号"), &text("9223372036854775807"));
    assert_eq!(value(&table, 2, "签约时间"), &text("1899-12-31"));
    assert!(table.warnings.is_empty(), "{:?}", table.warnings);
}

#[test]
fn a_workbook_holds_no_formula_whatever_the_text() {
    let bytes = book(&[sample()]);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    std::io::Read::read_to_string(
        &mut zip.by_name("xl/worksheets/sheet1.xml").unwrap(),
        &mut xml,
    )
    .unwrap();
    assert!(xml.contains("=cmd|"), "{xml}");
    assert!(!xml.contains("<f>"), "{xml}");
    for part in [
        "<autoFilter ref=\"A4:F5\"/>",
        "orientation=\"landscape\"",
        "paperSize=\"8\"",
        "fitToWidth",
    ] {
        let found = xml.contains(part) || part == "fitToWidth" && xml.contains("fitToHeight=\"0\"");
        assert!(found, "{part} in {xml}");
    }
}

#[test]
fn a_row_with_too_many_cells_or_a_text_too_long_is_refused() {
    let mut writer = SheetWriter::new(Sheet::new("台账", columns())).unwrap();
    let error = writer.push_row(&vec![OutCell::default(); 7]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "导出「台账」第 1 行有 7 个单元格，但只定义了 6 列。"
    );
    let long = Out::Text("长".repeat(32_768)).into();
    let error = writer.push_row(&[OutCell::default(), long]).unwrap_err();
    assert!(
        error.to_string().contains("第 2 行「项目名称」的文字超过"),
        "{error}"
    );
}

#[test]
fn csv_is_utf8_with_mark_and_neutral_to_excel() {
    let mut file = Vec::new();
    let attack = ["=1+1", "+86 139", "-cmd", "@SUM(A1)", "\tx", "'=1", "'普通"];
    let rows = attack.iter().map(|t| {
        vec![
            Out::Integer(-3),
            Out::Text((*t).into()),
            Out::Empty,
            Out::Decimal("-0.50".into()),
        ]
    });
    let count = write_csv(&columns(), rows, &mut file).unwrap();
    assert_eq!(count, 7);
    let text = String::from_utf8(file.clone()).unwrap();
    assert!(text.starts_with("\u{feff}序号,项目名称,"), "{text}");
    assert!(text.contains("\r\n-3,'=1+1,,-0.50\r\n"), "{text}");
    for line in text.lines().skip(1) {
        let field = line.split(',').nth(1).unwrap().trim_matches('"');
        assert!(!field.starts_with(['=', '+', '-', '@', '\t']), "{line}");
    }
    let table = read(&file, "a.csv").unwrap();
    let read: Vec<_> = texts(&table).into_iter().map(|r| r[1].clone()).collect();
    assert_eq!(read, attack);
}

fn rejected() -> (Table, Vec<(u32, usize, String)>) {
    let text = "序号,项目名称,统一社会信用代码,计划总投资（万元）,签约时间\n\
                1,样例项目一,914290055550001234,100,2024-08-31\n\
                2,样例项目二,91429005555000123,-5,2024-02-31\n\
                3,样例项目三,,300,2024-09-01\n\
                4,样例,项目,四,2024-09-01,多\n";
    let table = read(text.as_bytes(), "样例.csv").unwrap();
    let faults = vec![
        (
            3,
            2,
            "统一社会信用代码应为 18 位，现为 17 位：91429005555000123".into(),
        ),
        (3, 3, "金额不能为负数：-5".into()),
        (3, 4, "日期不存在：2024 年 2 月没有 31 日".into()),
        (4, 99, "与第 2 行重复".into()),
    ];
    (table, faults)
}

#[test]
fn faults_come_back_as_the_same_table_with_a_column_that_is_ignored() {
    let (table, faults) = rejected();
    let bytes = write_faults(&table, &faults, false).unwrap();
    let again = read(&bytes, "问题.xlsx").unwrap();
    assert_eq!(again.headings, table.headings);
    assert_eq!(texts(&again), texts(&table));
    let only = read(&write_faults(&table, &faults, true).unwrap(), "问题.xlsx").unwrap();
    assert_eq!(texts(&only), texts(&table)[1..]);
    assert!(only.warnings.is_empty(), "{:?}", only.warnings);

    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut part = |name: &str| {
        let mut xml = String::new();
        std::io::Read::read_to_string(&mut zip.by_name(name).unwrap(), &mut xml).unwrap();
        xml
    };
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(sheet.contains(FAULT_HEADING));
    assert!(sheet.contains("原第 3 行：统一社会信用代码应为 18 位，现为 17 位：91429005555000123；「计划总投资（万元）」金额不能为负数：-5；「签约时间」日期不存在"), "{sheet}");
    assert!(sheet.contains("原第 4 行：与第 2 行重复"), "{sheet}");
    assert!(
        sheet.contains("原第 5 行：第 5 行有 6 列，比表头多 1 列"),
        "{sheet}"
    );
    let comments = part("xl/comments1.xml");
    assert_eq!(comments.matches("<comment ").count(), 5, "{comments}");
    assert!(part("xl/styles.xml").contains("FFFFC7CE"));
}

#[test]
fn an_error_cell_is_given_back_empty_and_red() {
    let rows: [(u32, &[&str]); 2] = [
        (1, &["序号", "项目名称", "统一社会信用代码"]),
        (
            2,
            &["1", "样例", &common::raw("", "<v>914290055550001234</v>")],
        ),
    ];
    let table = read(
        &common::workbook("", &common::sheet_data(&rows), &[]),
        "a.xlsx",
    )
    .unwrap();
    let again = read(&write_faults(&table, &[], true).unwrap(), "b.xlsx").unwrap();
    assert_eq!(value(&again, 0, "统一社会信用代码"), &CellValue::Empty);
    assert_eq!(again.rows.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn printable_text_comes_back_as_it_was(cells in prop::collection::vec("[ -~\u{a1}-\u{2fff}\u{3001}-\u{d7ff}\u{f900}-\u{fffd}\u{20000}-\u{2a6df}\n\t]{0,40}", 1..4)) {
        let mut row = vec![Out::Integer(1)];
        row.extend(cells.iter().cloned().map(Out::Text));
        let mut csv = Vec::new();
        write_csv(&columns(), std::iter::once(row.clone()), &mut csv).unwrap();
        for (name, bytes) in [("a.xlsx", book(&[row])), ("a.csv", csv)] {
            let table = read(&bytes, name).unwrap();
            for (index, text) in cells.iter().enumerate() {
                let found = table.rows[0].cells[index + 1].text();
                prop_assert_eq!(found.as_ref(), text.as_str(), "{}", name);
            }
        }
    }

    #[test]
    fn decimals_come_back_digit_for_digit(whole in 0_u64..1_000_000_000, cents in 0_u32..10_000, negative: bool) {
        let sign = if negative && whole + u64::from(cents) > 0 { "-" } else { "" };
        let mut text = format!("{sign}{whole}.{cents:04}");
        let row = vec![Out::Integer(1), Out::Text("样例".into()), Out::Empty, Out::Decimal(text.clone())];
        let table = read(&book(&[row]), "a.xlsx").unwrap();
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
        prop_assert_eq!(value(&table, 0, "计划总投资（万元）"), &CellValue::Number(text));
    }

    #[test]
    fn days_come_back(days in 0_i64..700_000) {
        use jiff::ToSpan;
        let day = date(1900, 3, 1).checked_add(days.days()).unwrap();
        let row = vec![Out::Integer(1), Out::Text("样例".into()), Out::Empty, Out::Empty, Out::Day(day)];
        let table = read(&book(&[row]), "a.xlsx").unwrap();
        prop_assert_eq!(value(&table, 0, "签约时间"), &CellValue::Day(day));
    }

    #[test]
    fn no_bytes_make_the_reader_fail_other_than_with_a_message(bytes in prop::collection::vec(any::<u8>(), 0..400), start in 0_usize..5) {
        let starts: [&[u8]; 5] = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\x09\x08"];
        let bytes = [starts[start], &bytes].concat();
        if let Err(error) = read(&bytes, "a.xlsx") {
            prop_assert!(error.to_string().contains("「a.xlsx」"));
        }
    }

    #[test]
    fn a_sheet_with_damaged_places_is_read_or_refused_with_a_message(changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(&b"09AZ<>/\"=: \xff"[..])), 1..6)) {
        let rows: [(u32, &[&str]); 2] = [
            (1, &["序号", "项目名称"]),
            (2, &["1", &common::raw("", r#"<f t="shared" ref="B2:B3" si="0">A1</f><v>45535</v>"#)]),
        ];
        let mut sheet = format!(r#"<dimension ref="A1:B2"/>{}"#, common::sheet_data(&rows)).into_bytes();
        for (place, byte) in changes {
            let at = place.index(sheet.len());
            sheet[at] = byte;
        }
        let bytes = common::workbook("", &String::from_utf8_lossy(&sheet), &[]);
        if let Err(error) = read(&bytes, "a.xlsx") {
            prop_assert!(error.to_string().contains("「a.xlsx」"));
        }
    }
}
