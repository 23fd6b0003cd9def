//! A form that went through another office program comes back as it was.

use std::path::Path;
use std::process::Command;

use office::{ReadLimits, read_sheets};
use service::forms::FormQuery;

use super::property::{Facts, Region, actor};
use super::{cell, query};

const FORMS: [(&str, &str); 4] = [
    ("xiangtan-2", "2025-05"),
    ("xiangtan-3", "2025-W26"),
    ("xiangtan-4", "2025-06"),
    ("xiangtan-5", "2025-06"),
];

/// Two projects, one still in talks, with what a spreadsheet might spoil.
async fn region() -> Region {
    let region = Region::found().await;
    let mut facts = Facts {
        contact: Some("样例联系人 13800000000".into()),
        ..Facts::default()
    };
    let details = &mut facts.details;
    details.name = "=1+1".into();
    details.investor = Some("样例“集团”＆<甲>".into());
    details.enterprise = Some("'样例新材料有限公司".into());
    details.location = Some("007".into());
    details.summary = Some("第一行\n\n  第三行，\t有空格  和_x0041_😀".into());
    details.total_investment = Some(domain::Yuan(123_456_789_012_345));
    details.introduced_funds = Some(domain::Yuan(1));
    details.funds_in_place = Some(domain::Yuan(0));
    details
        .extra
        .insert("总部所在地".into(), "2025-06-30".into());
    details.extra.insert("备注".into(), "1e5".into());
    facts.assigned = Some((
        Some("样例领导".into()),
        0,
        vec![0, 2],
        vec!["3.5亿元到位".into(), "0012 号地块".into()],
    ));
    facts.reports[1] = Some(("=进展\n第二行".into(), "长".repeat(3000)));
    region.add(&facts).await;
    facts.signed = true;
    region.add(&facts).await;
    region.ready("2025-07-02").await;
    region
}

fn convert(folder: &Path, target: &str) -> bool {
    let files = std::fs::read_dir(folder).unwrap();
    let files = files
        .map(|file| file.unwrap().path())
        .filter(|file| file.is_file());
    let run = Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}/profile",
            folder.display()
        ))
        .args(["--headless", "--convert-to", target, "--outdir"])
        .arg(folder.join(target))
        .args(files)
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn saved_by_libreoffice_as_xlsx_or_ods_nothing_changes() {
    let region = region().await;
    let folder = tempfile::tempdir().unwrap();
    for (form, period) in FORMS {
        let file = region.exported(&query(form, period, None)).await;
        std::fs::write(folder.path().join(format!("{form}.xlsx")), file).unwrap();
    }
    for target in ["xlsx", "ods"] {
        if !convert(folder.path(), target) {
            return;
        }
        for (form, period) in FORMS {
            let name = format!("{form}.{target}");
            let bytes = std::fs::read(folder.path().join(target).join(&name)).unwrap();
            let read = region.city.service.read_form(&actor(), &name, &bytes).await;
            let edited = read.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(edited.faults, [], "{name}");
            assert_eq!(edited.rows, [], "{name}");
            assert_eq!(edited.notes, Vec::<String>::new(), "{name}");
            let rows = region.produced(&query(form, period, None)).await.rows.len();
            assert!(rows > 0 && edited.unchanged == rows, "{name}");
        }
    }
}

/// A cell as an office program writes it after somebody typed into it.
enum Typed {
    Text(&'static str),
    /// Two looks in one cell.
    Rich(&'static str, &'static str),
    Number(f64),
    Day(u16, u8, u8),
    /// A formula with its last result.
    Formula(&'static str, &'static str),
}

async fn typed_into(region: &Region, query: &FormQuery, cells: &[(&str, Typed)]) -> Vec<u8> {
    let file = region.exported(query).await;
    let sheets = read_sheets(&file, "表.xlsx", &ReadLimits::default()).unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let bold = rust_xlsxwriter::Format::new().set_bold();
    let plain = rust_xlsxwriter::Format::new();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d");
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(&sheet.name).unwrap();
        for row in &sheet.rows {
            for (at, cell) in (0..).zip(&row.cells) {
                let text = cell.text();
                if !text.is_empty() {
                    page.write_string(row.line - 1, at, text.as_ref()).unwrap();
                }
            }
        }
        let is_heading = |row: &&office::TableRow| row.cells.iter().any(|c| c.text() == "序号");
        let headings = sheet.rows.iter().find(is_heading);
        let Some(headings) = headings.filter(|_| page.name() != "luodi") else {
            continue;
        };
        let row = headings.line;
        for (heading, typed) in cells {
            let heading_of =
                |cell: &office::Cell| cell.text().split_whitespace().collect::<String>();
            let at = headings
                .cells
                .iter()
                .position(|cell| heading_of(cell) == *heading);
            let at = at.unwrap_or_else(|| panic!("no {heading}")) as u16;
            match typed {
                Typed::Text(text) => page.write_string(row, at, *text),
                Typed::Rich(one, two) => {
                    page.write_rich_string(row, at, &[(&bold, one), (&plain, two)])
                }
                Typed::Number(number) => page.write_number(row, at, *number),
                Typed::Day(year, month, day) => {
                    let day =
                        rust_xlsxwriter::ExcelDateTime::from_ymd(*year, *month, *day).unwrap();
                    page.write_datetime_with_format(row, at, &day, &date)
                }
                Typed::Formula(formula, result) => {
                    let formula = rust_xlsxwriter::Formula::new(*formula).set_result(*result);
                    page.write_formula(row, at, formula)
                }
            }
            .unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_dates_and_text_typed_in_an_office_program_are_read_as_meant() {
    let region = region().await;
    let query = query("xiangtan-4", "2025-06", None);
    let cells = [
        ("总投资（亿元）", Typed::Text("3.50")),
        ("引进资金（亿元）", Typed::Number(0.3)),
        ("到位资金（万元）", Typed::Formula("=600*2", "1200")),
        ("总部所在地（国别/省市）", Typed::Rich("湖南", "长沙")),
        ("项目所在地", Typed::Number(8.0)),
        ("项目基本情况", Typed::Day(2025, 6, 30)),
        ("合作方式", Typed::Text("c")),
    ];
    let file = typed_into(&region, &query, &cells).await;
    let service = &region.city.service;
    let read = service.read_form(&actor(), "表.xlsx", &file).await.unwrap();
    assert_eq!(read.faults, []);
    service
        .apply_form(&actor(), "表.xlsx", &file, &[])
        .await
        .unwrap();
    let produced = region.produced(&query).await;
    let shown: Vec<&str> = [
        "total",
        "introduced",
        "in-place",
        "headquarters",
        "location",
        "summary",
        "cooperation",
    ]
    .into_iter()
    .map(|column| cell(&produced, 0, column))
    .collect();
    assert_eq!(
        shown,
        ["3.5", "0.3", "1200", "湖南长沙", "8", "2025-06-30", "C"]
    );
}

/// `#REF!`, and a code of 18 digits that the office program has cut to 15, are no values.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cell_that_the_office_program_spoiled_is_a_fault() {
    let region = region().await;
    let query = query("xiangtan-4", "2025-06", None);
    let cells = [
        ("项目基本情况", Typed::Formula("=#REF!A1", "#REF!")),
        ("项目所在地", Typed::Number(914_303_000_000_000_000.0)),
    ];
    let file = typed_into(&region, &query, &cells).await;
    let read = region
        .city
        .service
        .read_form(&actor(), "表.xlsx", &file)
        .await
        .unwrap();
    let places: Vec<&str> = read
        .faults
        .iter()
        .map(|fault| fault.place.as_str())
        .collect();
    assert_eq!(places.len(), 2, "{:#?}", read.faults);
    assert!(places[0].contains("“项目基本情况”") && places[1].contains("“项目所在地”"));
    assert!(
        read.faults[1].reason.contains("15 位"),
        "{:#?}",
        read.faults
    );
    assert_eq!(read.rows, []);
}
