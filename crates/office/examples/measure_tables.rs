//! Measures writing and reading of tables: `cargo run --release -p office --example measure_tables -- [ROWS]`.

use std::error::Error;
use std::time::Instant;

use jiff::civil::date;
use office::{Column, ColumnKind, Out, OutCell, ReadLimits, Sheet, SheetWriter, read_table};

const COLUMNS: usize = 13;

fn columns() -> Vec<Column> {
    let kinds = [
        ColumnKind::Text,
        ColumnKind::Text,
        ColumnKind::Decimal(2),
        ColumnKind::Day,
    ];
    let kind = |index: usize| kinds[index % kinds.len()];
    (0..COLUMNS)
        .map(|i| Column::new(format!("列{i}"), kind(i)))
        .collect()
}

fn row(number: usize) -> Vec<OutCell> {
    (0..COLUMNS)
        .map(|index| {
            OutCell::from(match index % 4 {
                0 => Out::Text(format!("样例项目{number}")),
                1 => Out::Text("样例新材料产业园二期标准厂房建设".into()),
                2 => Out::Decimal(format!("{number}.25")),
                _ => Out::Day(date(2024, 8, 31)),
            })
        })
        .collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let rows = std::env::args()
        .nth(1)
        .map_or(Ok(10_000), |text| text.parse())?;
    let start = Instant::now();
    let mut writer = SheetWriter::new(Sheet::new("台账", columns()))?;
    for number in 0..rows {
        writer.push_row(&row(number))?;
    }
    let bytes = writer.finish()?;
    println!(
        "wrote {rows} × {COLUMNS} in {:?}, {} bytes",
        start.elapsed(),
        bytes.len()
    );
    let start = Instant::now();
    let limits = ReadLimits {
        max_bytes: usize::MAX,
        max_rows: rows,
        ..ReadLimits::default()
    };
    let known = |headings: &[String]| headings.iter().filter(|h| h.starts_with('列')).count();
    match read_table(&bytes, "台账.xlsx", &limits, &known) {
        Ok(table) => println!("read {} rows in {:?}", table.rows.len(), start.elapsed()),
        Err(error) => println!("refused: {error} ({:?})", start.elapsed()),
    }
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        status
            .lines()
            .filter(|line| line.starts_with("VmHWM"))
            .for_each(|line| println!("{line}"));
    }
    Ok(())
}
