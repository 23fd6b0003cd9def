//! Reading workbooks and CSV files, good ones and hostile ones.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that panics has failed

mod common;

use common::{package, raw, read, refused, sheet_data, texts, value, workbook};
use encoding_rs::GB18030;
use jiff::civil::date;
use office::{CellValue, Format, ReadLimits, read_table, sniff};

const HEADINGS: [&str; 4] = ["序号", "项目名称", "总投资", "签约时间"];

fn simple(rows: &[(u32, &[&str])]) -> Vec<u8> {
    let mut all = vec![(1, &HEADINGS[..])];
    all.extend_from_slice(rows);
    workbook("", &sheet_data(&all), &[])
}

#[test]
fn the_heading_row_is_found_under_title_lines_in_any_order_of_columns() {
    let rows: [(u32, &[&str]); 5] = [
        (1, &["样例市2024年项目台账"]),
        (
            2,
            &["填报单位（盖章）：样例局", "", "填报日期：2024年8月31日"],
        ),
        (4, &["签约\n时间", " 总 投资 ", "项目名称", "内部编号"]),
        (6, &["2024年8月", "12.5", "样例项目一", "甲-1"]),
        (9, &["2024.9.1", "3", "样例项目二"]),
    ];
    let table = read(&workbook("", &sheet_data(&rows), &[]), "a.xlsx").unwrap();
    assert_eq!(table.sheet.as_deref(), Some("台账"));
    assert_eq!(table.heading_line, 4);
    assert_eq!(
        table.headings,
        ["签约时间", "总投资", "项目名称", "内部编号"]
    );
    assert_eq!(
        table.rows.iter().map(|r| r.line).collect::<Vec<_>>(),
        [6, 9]
    );
    assert_eq!(texts(&table)[1], ["2024.9.1", "3", "样例项目二", ""]);
    assert!(table.warnings.is_empty(), "{:?}", table.warnings);
}

#[test]
fn a_heading_merged_over_two_rows_becomes_one_heading() {
    let rows: [(u32, &[&str]); 4] = [
        (1, &["样例市2024年项目台账"]),
        (2, &["序号", "项目名称", "投资额", "", "备注"]),
        (3, &["", "", "总投资", "设备投资"]),
        (4, &["1", "样例项目一", "12.5", "8", "无"]),
    ];
    let merges = r#"<mergeCells count="5"><mergeCell ref="A1:E1"/><mergeCell ref="A2:A3"/><mergeCell ref="B2:B3"/><mergeCell ref="C2:D2"/><mergeCell ref="E2:E3"/></mergeCells>"#;
    let bytes = workbook("", &(sheet_data(&rows) + merges), &[]);
    let table = read(&bytes, "a.xlsx").unwrap();
    assert_eq!(
        table.headings,
        ["序号", "项目名称", "总投资", "设备投资", "备注"]
    );
    assert_eq!(table.heading_line, 3);
    assert_eq!(texts(&table), [["1", "样例项目一", "12.5", "8", "无"]]);
}

#[test]
fn group_and_lower_heading_are_joined_where_the_lower_name_is_not_enough() {
    let rows: [(u32, &[&str]); 3] = [
        (1, &["项目名称", "计划", "", "实际", ""]),
        (2, &["", "开工", "总投资", "开工", "总投资"]),
        (3, &["样例项目一", "2024-01", "1", "2024-02", "2"]),
    ];
    let merges = r#"<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="D1:E1"/></mergeCells>"#;
    let table = read(&workbook("", &(sheet_data(&rows) + merges), &[]), "a.xlsx").unwrap();
    assert_eq!(
        table.headings,
        [
            "项目名称",
            "计划开工",
            "计划总投资",
            "实际开工",
            "实际总投资"
        ]
    );
    assert_eq!(table.rows.len(), 1);
}

#[test]
fn a_two_row_heading_of_a_csv_file_is_joined_without_merges() {
    let text = "序号,项目名称,投资额,,备注\n,,总投资,设备投资,\n1,样例项目一,12.5,8,无\n";
    let table = read(text.as_bytes(), "a.csv").unwrap();
    assert_eq!(
        table.headings,
        ["序号", "项目名称", "总投资", "设备投资", "备注"]
    );
    assert_eq!(table.rows[0].line, 3);
}

#[test]
fn the_sheet_with_the_most_known_headings_is_read_and_others_are_mentioned() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, headings) in [
        ("说明", &["怎样填写"][..]),
        ("草稿", &HEADINGS[..3]),
        ("正表", &HEADINGS[..]),
    ] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.write_row(0, 1, headings.iter().copied()).unwrap();
        sheet.write_row(1, 1, headings.iter().map(|_| "1")).unwrap();
    }
    let table = read(&book.save_to_buffer().unwrap(), "a.xlsx").unwrap();
    assert_eq!(table.sheet.as_deref(), Some("正表"));
    // The table begins in column B: positions stay those of Excel.
    assert_eq!(
        table.headings,
        ["", "序号", "项目名称", "总投资", "签约时间"]
    );
    assert!(
        table.warnings[0].contains("「草稿」"),
        "{:?}",
        table.warnings
    );
    assert!(!table.warnings[0].contains("说明"), "{:?}", table.warnings);
}

#[test]
fn a_file_without_known_headings_says_where_it_looked() {
    let rows: [(u32, &[&str]); 2] = [(1, &["甲", "乙"]), (2, &["1", "2"])];
    let message = refused(&workbook("", &sheet_data(&rows), &[]), "某表.xlsx");
    assert!(
        message.contains("「某表.xlsx」没有找到表头") && message.contains("「台账」"),
        "{message}"
    );
}

#[test]
fn numbers_and_days_are_exact() {
    let numbers = [
        "1.2000000000000002",
        "4.0999999999999996",
        "300",
        "1E-3",
        "-0",
    ];
    let cells: Vec<_> = numbers
        .iter()
        .map(|n| raw("", &format!("<v>{n}</v>")))
        .collect();
    let rows: Vec<[&str; 3]> = cells.iter().map(|c| ["1", "样例", c.as_str()]).collect();
    let rows: Vec<(u32, &[&str])> = rows
        .iter()
        .enumerate()
        .map(|(i, r)| (i as u32 + 2, &r[..]))
        .collect();
    let table = read(&simple(&rows), "a.xlsx").unwrap();
    let read: Vec<_> = texts(&table).into_iter().map(|r| r[2].clone()).collect();
    assert_eq!(read, ["1.2", "4.1", "300", "0.001", "0"]);

    let day = raw(r#"s="1""#, "<v>44073</v>");
    let rows: [(u32, &[&str]); 2] = [(1, &HEADINGS), (2, &["1", "样例", "1", &day])];
    for (properties, expected) in [
        (r#"<workbookPr date1904="1"/>"#, date(2024, 8, 31)),
        ("", date(2020, 8, 30)),
    ] {
        let table = common::read(&workbook(properties, &sheet_data(&rows), &[]), "a.xlsx").unwrap();
        assert_eq!(value(&table, 0, "签约时间"), &CellValue::Day(expected));
    }
}

#[test]
fn a_credit_code_kept_as_a_number_is_an_error_that_says_what_to_do() {
    let code = raw("", "<v>9.14290055550001E+17</v>");
    let table = read(&simple(&[(2, &["1", &code])]), "a.xlsx").unwrap();
    let CellValue::Error(reason) = value(&table, 0, "项目名称") else {
        panic!("{table:?}")
    };
    assert!(
        reason.contains("15 位") && reason.contains("“文本”格式"),
        "{reason}"
    );
}

#[test]
fn results_of_formulas_are_used_with_a_warning_and_hostile_ones_are_not() {
    let sum = raw("", "<f>SUM(C3:C9)</f><v>12.5</v>");
    let web = raw(
        r#"t="str""#,
        "<f>WEBSERVICE(&quot;http://192.0.2.1/&quot;)</f><v>样例</v>",
    );
    let link = raw("", "<f>[1]Sheet1!$A$1</f><v>5</v>");
    let dde = raw("", "<f>cmd|'/c calc'!A0</f><v>5</v>");
    let unsaved = raw("", "<f>A1+1</f>");
    let derived = raw("", r#"<f t="shared" si="0"/><v>6</v>"#);
    let shared = raw(
        "",
        r#"<f t="shared" ref="C5:C6" si="0">'[2]甲'!A1</f><v>6</v>"#,
    );
    let broken = raw(r#"t="e""#, "<f>1/0</f><v>#DIV/0!</v>");
    let table = read(
        &simple(&[
            (2, &["1", "样例一", &sum]),
            (3, &["2", &web, &link]),
            (4, &["3", "样例三", &dde]),
            (5, &["4", "样例四", &shared]),
            (6, &["5", "样例五", &derived]),
            (7, &["6", "样例六", &unsaved]),
            (8, &["7", "样例七", &broken]),
        ]),
        "a.xlsx",
    )
    .unwrap();
    assert_eq!(
        value(&table, 0, "总投资"),
        &CellValue::Number("12.5".into())
    );
    for (row, heading) in [
        (1, "项目名称"),
        (1, "总投资"),
        (2, "总投资"),
        (3, "总投资"),
        (4, "总投资"),
        (6, "总投资"),
    ] {
        let found = value(&table, row, heading);
        assert!(
            matches!(found, CellValue::Error(_)),
            "row {row} {heading}: {found:?}"
        );
    }
    assert_eq!(
        value(&table, 5, "总投资"),
        &CellValue::Formula {
            formula: "A1+1".into()
        }
    );
    assert!(
        table.warnings[0].contains("C 列「总投资」有 2 个单元格是公式"),
        "{:?}",
        table.warnings
    );
}

#[test]
fn hidden_rows_and_columns_are_read() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, HEADINGS).unwrap();
    sheet.write_row(1, 0, ["1", "样例一", "2"]).unwrap();
    sheet.write_row(2, 0, ["2", "样例二", "3"]).unwrap();
    sheet.set_row_hidden(1).unwrap();
    sheet.set_column_hidden(1).unwrap();
    let table = read(&book.save_to_buffer().unwrap(), "a.xlsx").unwrap();
    assert_eq!(texts(&table)[0][..2], ["1", "样例一"]);
}

#[test]
fn fake_files_are_refused_by_their_content() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    let html = "<html><head><meta charset=utf-8></head><table><tr><td>序号".as_bytes();
    let zip = package(&[("readme.txt", b"hello")]);
    let word = package(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", b"<w/>"),
    ]);
    let cases: [(&[u8], &str, &str); 11] = [
        (b"", "a.xlsx", "是空的"),
        (b" \r\n ", "a.csv", "是空的"),
        (
            png,
            "a.xlsx",
            "PNG 图片，不是表格（只是扩展名写成了 .xlsx）",
        ),
        (html, "a.xls", "网页（HTML）"),
        (b"%PDF-1.7 ...", "a.xls", "PDF 文档"),
        (b"MZ\x90\0\x03\0", "a.xlsx", "可执行程序"),
        (&zip, "a.xlsx", "ZIP 压缩包"),
        (&word, "a.xlsx", "Word 文档"),
        ("序号,项目名称\n1,样例".as_bytes(), "a.xlsx", "纯文本"),
        (b"a\0b\0c\x01", "a.csv", "二进制数据"),
        (b"PK\x03\x04 broken", "a.xlsx", "已损坏"),
    ];
    for (bytes, name, expected) in cases {
        let message = refused(bytes, name);
        assert!(message.contains(expected), "{name}: {message}");
        assert!(message.contains(&format!("「{name}」")), "{message}");
    }
    let xml =
        br#"<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">"#;
    assert!(refused(xml, "a.xls").contains("另存为 .xlsx"));
}

#[test]
fn the_content_decides_even_when_the_name_is_of_another_table_format() {
    let bytes = simple(&[(2, &["1", "样例"])]);
    assert_eq!(sniff(&bytes, "台账.xls"), Ok(Format::Xlsx));
    assert_eq!(
        sniff("序号,项目名称".as_bytes(), "台账.txt"),
        Ok(Format::Csv)
    );
    assert_eq!(read(&bytes, "台账.xls").unwrap().rows.len(), 1);
}

#[test]
fn macros_and_passwords_have_messages_of_their_own() {
    let bytes = workbook("", &sheet_data(&[]), &[("xl/vbaProject.bin", b"code")]);
    assert!(refused(&bytes, "a.xlsm").contains("含有宏（xl/vbaproject.bin）"));
    let manifest = b"<manifest:manifest><manifest:file-entry><manifest:encryption-data/>";
    let bytes = package(&[("content.xml", b"x"), ("META-INF/manifest.xml", manifest)]);
    assert!(refused(&bytes, "a.ods").contains("打开密码"));
    assert!(refused(&compound(&["Root Entry", "EncryptedPackage"]), "a.xlsx").contains("打开密码"));
    assert!(refused(&compound(&["Root Entry", "WordDocument"]), "a.xls").contains("Word 文档"));
    let names = ["Root Entry", "Workbook", "_VBA_PROJECT_CUR"];
    assert!(refused(&compound(&names), "a.xls").contains("含有宏"));
}

/// A compound file with nothing but a directory.
fn compound(names: &[&str]) -> Vec<u8> {
    let mut file = vec![0_u8; 512];
    file[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    file[30..32].copy_from_slice(&9_u16.to_le_bytes());
    file[44..48].copy_from_slice(&1_u32.to_le_bytes());
    file[48..52].copy_from_slice(&1_u32.to_le_bytes());
    file[56..60].copy_from_slice(&4096_u32.to_le_bytes());
    file[60..64].copy_from_slice(&u32::MAX.to_le_bytes());
    file[68..72].copy_from_slice(&0xffff_fffe_u32.to_le_bytes());
    file[76..512].fill(0xff);
    file[76..80].copy_from_slice(&0_u32.to_le_bytes());
    let mut fat = vec![0xff_u8; 512];
    fat[0..4].copy_from_slice(&0xffff_fffd_u32.to_le_bytes());
    fat[4..8].copy_from_slice(&0xffff_fffe_u32.to_le_bytes());
    file.extend(fat);
    let mut directory = vec![0_u8; 512];
    for (index, name) in names.iter().enumerate() {
        let entry = &mut directory[index * 128..(index + 1) * 128];
        for (at, unit) in name.encode_utf16().enumerate() {
            entry[at * 2..at * 2 + 2].copy_from_slice(&unit.to_le_bytes());
        }
        entry[64..66].copy_from_slice(&(name.len() as u16 * 2 + 2).to_le_bytes());
        entry[66] = if index == 0 { 5 } else { 2 };
        entry[116..120].copy_from_slice(&0xffff_fffe_u32.to_le_bytes());
    }
    file.extend(directory);
    file
}

#[test]
fn a_zip_bomb_is_refused_while_inflating() {
    let zeros = vec![b' '; 40 * 1024 * 1024];
    let bytes = workbook("", &sheet_data(&[]), &[("xl/media/image1.xml", &zeros)]);
    assert!(bytes.len() < 200_000, "{}", bytes.len());
    let message = refused(&bytes, "a.xlsx");
    assert!(message.contains("膨胀超过 200 倍"), "{message}");
    let limits = ReadLimits {
        max_unzipped: 1024 * 1024,
        max_ratio: 10_000,
        ..Default::default()
    };
    let error = read_table(&bytes, "a.xlsx", &limits, &common::known).unwrap_err();
    assert!(error.to_string().contains("超过 1.0 MB"), "{error}");
    let many: Vec<_> = (0..6000).map(|i| format!("xl/part{i}")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|n| (n.as_str(), &b""[..])).collect();
    assert!(refused(&package(&many), "a.xlsx").contains("6000 个部件"));
}

#[test]
fn declared_counts_that_cannot_be_true_are_refused() {
    let strings = br#"<sst count="1" uniqueCount="99999999999"><si><t>a</t></si></sst>"#;
    let bytes = workbook("", &sheet_data(&[]), &[("xl/sharedStrings.xml", strings)]);
    assert!(refused(&bytes, "a.xlsx").contains("共享字符串表"));
    // A dimension that runs backwards and a shared formula with an absurd number.
    let rows: [(u32, &[&str]); 2] = [
        (1, &HEADINGS),
        (
            2,
            &[
                "1",
                &raw(
                    "",
                    r#"<f t="shared" ref="B2" si="99999999999">A1</f><v>1</v>"#,
                ),
            ],
        ),
    ];
    let sheet = format!(r#"<dimension ref="Z9:A1"/>{}"#, sheet_data(&rows));
    match read(&workbook("", &sheet, &[]), "a.xlsx") {
        Ok(table) => assert_eq!(table.rows.len(), 1),
        Err(error) => assert!(error.to_string().contains("损坏"), "{error}"),
    }
}

#[test]
fn limits_name_sheet_row_and_column() {
    let bytes = simple(&[
        (2, &["1", "样例"]),
        (3, &["2", "样例"]),
        (4, &["3", "样例"]),
    ]);
    let with = |limits: ReadLimits| {
        read_table(&bytes, "a.xlsx", &limits, &common::known)
            .unwrap_err()
            .to_string()
    };
    let message = with(ReadLimits {
        max_rows: 2,
        ..Default::default()
    });
    assert!(message.contains("工作表「台账」超过 2 行"), "{message}");
    let message = with(ReadLimits {
        max_columns: 3,
        ..Default::default()
    });
    assert!(
        message.contains("第 1 行 D 列还有内容，超过 3 列"),
        "{message}"
    );
    let message = with(ReadLimits {
        max_bytes: 100,
        ..Default::default()
    });
    assert!(message.contains("超过上限 1 KB"), "{message}");
    let limits = ReadLimits {
        max_cell_chars: 5,
        ..Default::default()
    };
    let long = simple(&[(2, &["1", "样例项目名称"]), (3, &["2", "样例项目名"])]);
    let table = read_table(&long, "a.xlsx", &limits, &common::known).unwrap();
    assert!(matches!(value(&table, 0, "项目名称"), CellValue::Error(r) if r.contains("5 字")));
    assert_eq!(texts(&table)[1][1], "样例项目名");
}

#[test]
fn csv_is_read_in_every_encoding_offices_produce() {
    let text = "序号,项目名称,总投资\r\n1,样例项目，一期,12.50\r\n";
    let gb = GB18030.encode(text).0.into_owned();
    let utf16le: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let utf16be: Vec<u8> = [0xfe, 0xff]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
        .collect();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for bytes in [text.as_bytes().to_vec(), marked, gb, utf16le, utf16be] {
        let table = read(&bytes, "a.csv").unwrap();
        assert_eq!(texts(&table), [["1", "样例项目，一期", "12.50"]]);
        assert_eq!((table.heading_line, table.rows[0].line), (1, 2));
    }
}

#[test]
fn csv_in_no_encoding_names_the_line() {
    let mut bytes = GB18030
        .encode("序号,项目名称\n1,样例\n2,样例")
        .0
        .into_owned();
    bytes.extend(b"\xff\xff\n");
    let message = refused(&bytes, "a.csv");
    assert!(
        message.contains("第 3 行") && message.contains("GB18030"),
        "{message}"
    );
}

#[test]
fn csv_separators_quotes_and_line_numbers() {
    for separator in [",", ";", "\t"] {
        let text = "样例台账\r\n\r\n序号|项目名称|备注\r\n1|\"样例\r\n项目\"|\"引\"\"号\"\r\n\r\n2|甲,乙;丙|\r\n"
            .replace('|', separator);
        let text = text.replace("甲,乙;丙", "甲、乙");
        let table = read(text.as_bytes(), "a.csv").unwrap();
        assert_eq!(
            texts(&table)[0],
            ["1", "样例\r\n项目", "引\"号"],
            "{separator:?}"
        );
        assert_eq!(table.heading_line, 3);
        assert_eq!(
            table.rows.iter().map(|r| r.line).collect::<Vec<_>>(),
            [4, 7]
        );
    }
    let message = refused(
        "序号,项目名称\n1,\"样例\n2,样例\n3,样例\n".as_bytes(),
        "a.csv",
    );
    assert!(
        message.contains("从第 2 行开始") && message.contains("双引号"),
        "{message}"
    );
}

#[test]
fn ragged_rows_are_reported_with_their_line() {
    let text = "序号,项目名称,备注\n1,样例,甲,乙\n2,样例\n3,样例,甲\n4,样例,甲,,\n";
    let table = read(text.as_bytes(), "a.csv").unwrap();
    assert_eq!(table.rows.len(), 4);
    assert!(table.rows.iter().all(|r| r.cells.len() == 3));
    assert_eq!(table.row_faults.len(), 1, "{:?}", table.row_faults);
    assert_eq!(table.row_faults[0].0, 2);
    assert!(
        table.row_faults[0].1.contains("有 4 列，比表头多 1 列"),
        "{:?}",
        table.row_faults
    );
    assert!(
        table.warnings[0].contains("第 3 行只有 2 列"),
        "{:?}",
        table.warnings
    );
}

#[test]
fn codes_guarded_for_excel_are_unwrapped() {
    let text = "序号,统一社会信用代码,备注\n1,\"=\"\"0123\"\"\",'=1+1\n";
    let table = read(text.as_bytes(), "a.csv").unwrap();
    assert_eq!(texts(&table), [["1", "0123", "=1+1"]]);
}

#[test]
fn an_ods_file_is_read_with_repeats_remarks_and_merges() {
    let content = r#"<office:document-content><office:body><office:spreadsheet><table:table table:name="台账">
<table:table-row><table:table-cell office:value-type="string" table:number-columns-spanned="4"><text:p>样例台账</text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated="3"/></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>序号</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>项目<text:s/>名称</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>总投资</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>签约时间</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell><table:table-cell office:value-type="string"><office:annotation><text:p>批注</text:p></office:annotation><text:p>甲&amp;乙<text:s text:c="2"/></text:p><text:p>二期</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="12.5" table:formula="of:=SUM([.A1:.A2])"><text:p>12.5</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2024-08-31"><text:p>2024年8月</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell/><table:table-cell office:value-type="string" office:string-value="x" table:formula="of:=WEBSERVICE(&quot;http://192.0.2.1&quot;)"><text:p>x</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"#;
    let ods = |content: &str| {
        package(&[
            (
                "mimetype",
                b"application/vnd.oasis.opendocument.spreadsheet",
            ),
            ("META-INF/manifest.xml", b"<manifest/>"),
            ("content.xml", content.as_bytes()),
        ])
    };
    let table = read(&ods(content), "a.ods").unwrap();
    assert_eq!((table.heading_line, table.rows.len()), (4, 3));
    assert_eq!(table.headings[1], "项目名称");
    assert_eq!(
        texts(&table)[1],
        ["1", "甲&乙  \n二期", "12.5", "2024-08-31"]
    );
    assert_eq!(
        value(&table, 0, "签约时间"),
        &CellValue::Day(date(2024, 8, 31))
    );
    assert!(matches!(value(&table, 2, "项目名称"), CellValue::Error(_)));
    assert!(table.warnings[0].contains("公式"), "{:?}", table.warnings);

    let bomb = content.replace(
        r#"repeated="2"><table:table-cell office"#,
        r#"repeated="1000000"><table:table-cell office"#,
    );
    assert!(refused(&ods(&bomb), "a.ods").contains("超过 200000 行"));
}
