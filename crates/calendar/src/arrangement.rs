//! Reading a published arrangement of holidays and make-up working days.

use std::collections::BTreeMap;

use csv::StringRecord;
use thiserror::Error;

use crate::day::{Day, parse_day, shown, weekday_zh};

const COLUMNS: [&str; 5] = ["date", "kind", "name", "weekday", "notice"];

/// One day that an arrangement takes out of the ordinary week.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Row {
    pub(crate) day: Day,
    /// Worked although at a weekend (调休上班); otherwise a day off.
    pub(crate) makeup: bool,
    /// The holiday, in Chinese.
    pub(crate) name: String,
    /// Number or title of the notice and its day.
    pub(crate) notice: String,
}

impl Row {
    /// The year whose arrangement the row belongs to. New Year's holiday may begin in December;
    /// those days are published with the year that begins.
    pub(crate) fn year(&self) -> i16 {
        let next = self.day.month() == 12 && self.name.contains("元旦");
        self.day.year() + i16::from(next)
    }
}

/// Why a table is not an arrangement. The message is for users and names line, column and value.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum CalendarError {
    /// The heading lacks a column.
    #[error("放假安排表第 1 行缺少“{column}”列。表头应为 date,kind,name,weekday,notice，各一列。")]
    MissingColumn {
        /// The column that is not there.
        column: &'static str,
    },
    /// The heading has a column that is not known, or one twice.
    #[error(
        "放假安排表第 1 行的“{column}”列无法识别或重复。表头应为 date,kind,name,weekday,notice，各一列。"
    )]
    UnknownColumn {
        /// The heading as written.
        column: String,
    },
    /// A line has more or fewer cells than the heading.
    #[error("放假安排表第 {line} 行有 {found} 格，应为 {expected} 格。请检查逗号和引号。")]
    CellCount {
        /// The line, counted from 1 with the heading.
        line: u64,
        /// How many cells it has.
        found: usize,
        /// How many the heading has.
        expected: usize,
    },
    /// A cell cannot be right.
    #[error("放假安排表第 {line} 行“{column}”列的“{value}”有误：{reason}")]
    Cell {
        /// The line, counted from 1 with the heading.
        line: u64,
        /// The column by its heading.
        column: &'static str,
        /// The cell as written, cut when long.
        value: String,
        /// Why, in Chinese.
        reason: String,
    },
    /// A heading and nothing below, or nothing at all.
    #[error("放假安排表没有内容。请填写表头 date,kind,name,weekday,notice 和至少一行。")]
    Empty,
    /// The text is not a table.
    #[error("放假安排表无法读取：{reason}")]
    Unreadable {
        /// What the reader said.
        reason: String,
    },
}

/// Reads all rows, in order of days.
pub(crate) fn read(text: &str) -> Result<Vec<Row>, CalendarError> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let places = places(reader.headers().map_err(unreadable)?)?;
    let mut rows: BTreeMap<Day, (u64, Row)> = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = Line::new(&record, &places)?;
        let row = line.row()?;
        if let Some((earlier, _)) = rows.get(&row.day) {
            return Err(line.wrong(
                DATE,
                format!("与第 {earlier} 行是同一天，一天只能出现一次。"),
            ));
        }
        rows.insert(row.day, (line.number, row));
    }
    if rows.is_empty() {
        return Err(CalendarError::Empty);
    }
    Ok(rows.into_values().map(|(_, row)| row).collect())
}

fn unreadable(error: csv::Error) -> CalendarError {
    CalendarError::Unreadable {
        reason: error.to_string(),
    }
}

/// Where each of [`COLUMNS`] stands; any order is accepted.
fn places(headers: &StringRecord) -> Result<[usize; 5], CalendarError> {
    if headers.iter().all(str::is_empty) {
        return Err(CalendarError::Empty);
    }
    let mut places = [0; 5];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        *place = headers
            .iter()
            .position(|header| header == column)
            .ok_or(CalendarError::MissingColumn { column })?;
    }
    match headers
        .iter()
        .enumerate()
        .find(|(at, _)| !places.contains(at))
    {
        Some((_, extra)) => Err(CalendarError::UnknownColumn {
            column: shown(extra),
        }),
        None => Ok(places),
    }
}

const DATE: usize = 0;
const KIND: usize = 1;
const NAME: usize = 2;
const WEEKDAY: usize = 3;
const NOTICE: usize = 4;

/// A line of the table with its cells in the order of [`COLUMNS`].
struct Line<'a> {
    number: u64,
    cells: [&'a str; 5],
}

impl<'a> Line<'a> {
    fn new(record: &'a StringRecord, places: &[usize; 5]) -> Result<Line<'a>, CalendarError> {
        let number = record.position().map_or(0, csv::Position::line);
        if record.len() != places.len() {
            return Err(CalendarError::CellCount {
                line: number,
                found: record.len(),
                expected: places.len(),
            });
        }
        let cells = places.map(|place| record.get(place).unwrap_or_default());
        Ok(Line { number, cells })
    }

    fn wrong(&self, column: usize, reason: impl Into<String>) -> CalendarError {
        CalendarError::Cell {
            line: self.number,
            column: COLUMNS[column],
            value: shown(self.cells[column]),
            reason: reason.into(),
        }
    }

    fn row(&self) -> Result<Row, CalendarError> {
        let day =
            parse_day(self.cells[DATE]).map_err(|error| self.wrong(DATE, error.to_string()))?;
        self.check_weekday(day)?;
        Ok(Row {
            day,
            makeup: self.makeup(day)?,
            name: self
                .filled(NAME, "请填写节日名称，如“国庆节”。")?
                .to_owned(),
            notice: tidy_notice(self.filled(NOTICE, "请填写通知的文号或标题。")?),
        })
    }

    fn check_weekday(&self, day: Day) -> Result<(), CalendarError> {
        let right = weekday_zh(day);
        let written = self.cells[WEEKDAY];
        let short = written
            .strip_prefix("星期")
            .or_else(|| written.strip_prefix('周'));
        if short.is_some() && short == right.strip_prefix("星期") {
            return Ok(());
        }
        Err(self.wrong(WEEKDAY, format!("{day} 是{right}，请核对日期和星期。")))
    }

    fn makeup(&self, day: Day) -> Result<bool, CalendarError> {
        match self.cells[KIND] {
            "holiday" => Ok(false),
            "workday" if is_weekend(day) => Ok(true),
            "workday" => Err(self.wrong(
                KIND,
                format!(
                    "{day} 是{}，本来就上班；调休上班日只能是星期六或星期日。",
                    weekday_zh(day)
                ),
            )),
            _ => Err(self.wrong(KIND, "只能是 holiday（放假）或 workday（调休上班）。")),
        }
    }

    fn filled(&self, column: usize, advice: &str) -> Result<&'a str, CalendarError> {
        match self.cells[column] {
            "" => Err(self.wrong(column, advice)),
            text => Ok(text),
        }
    }
}

fn is_weekend(day: Day) -> bool {
    day.weekday().to_monday_zero_offset() >= 5
}

/// The notice as users see it: a remark of the compiler, after `;` in the closing brackets, is
/// left out, and the day of the notice stands in Chinese brackets.
fn tidy_notice(notice: &str) -> String {
    let Some((title, rest)) = notice.split_once(" (") else {
        return notice.to_owned();
    };
    let Some(inner) = rest.strip_suffix(')') else {
        return notice.to_owned();
    };
    let published = inner.split(';').next().unwrap_or(inner).trim();
    format!("{title}（{published}）")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: &str = "date,kind,name,weekday,notice\n";

    fn message(lines: &str) -> String {
        read(&format!("{HEADING}{lines}")).unwrap_err().to_string()
    }

    #[test]
    fn a_bad_cell_is_named_by_line_column_and_value() {
        let cases = [
            (
                "2027-02-30,holiday,春节,周二,样例号",
                "第 2 行“date”列的“2027-02-30”有误",
                "只有 28 天",
            ),
            (
                "2027-10-01,休,国庆节,周五,样例号",
                "第 2 行“kind”列的“休”有误",
                "只能是 holiday",
            ),
            (
                "2027-10-01,holiday,国庆节,周四,样例号",
                "第 2 行“weekday”列的“周四”有误",
                "是星期五",
            ),
            (
                "2027-10-01,holiday,国庆节,5,样例号",
                "第 2 行“weekday”列的“5”有误",
                "是星期五",
            ),
            (
                "2027-10-01,holiday,,周五,样例号",
                "第 2 行“name”列的“”有误",
                "节日名称",
            ),
            (
                "2027-10-01,holiday,国庆节,周五,",
                "第 2 行“notice”列的“”有误",
                "文号",
            ),
            (
                "2027-10-08,workday,国庆节,周五,样例号",
                "第 2 行“kind”列的“workday”有误",
                "本来就上班",
            ),
            (
                "2027-10-01,holiday,国庆节,周五,样例号\n2027/10/1,holiday,国庆节,星期五,样例号",
                "第 3 行“date”列的“2027/10/1”有误",
                "与第 2 行是同一天",
            ),
        ];
        for (lines, place, reason) in cases {
            let message = message(lines);
            assert!(
                message.contains(place) && message.contains(reason),
                "{lines}: {message}"
            );
        }
    }

    #[test]
    fn a_line_with_a_cell_missing_is_named() {
        let message = message("2027-10-01,holiday,国庆节,周五");
        assert!(message.contains("第 2 行有 4 格，应为 5 格"), "{message}");
    }

    #[test]
    fn a_heading_must_hold_the_five_columns_once_each() {
        let cases = [
            ("date,kind,name,notice\n", "缺少“weekday”列"),
            (
                "date,kind,name,weekday,notice,备注\n",
                "“备注”列无法识别或重复",
            ),
            (
                "date,kind,name,weekday,notice,date\n",
                "“date”列无法识别或重复",
            ),
            ("", "没有内容"),
            (HEADING, "没有内容"),
        ];
        for (text, reason) in cases {
            let message = read(text).unwrap_err().to_string();
            assert!(message.contains(reason), "{text:?}: {message}");
        }
    }

    #[test]
    fn columns_may_stand_in_any_order_with_quotes_and_a_byte_order_mark() {
        let text = "\u{feff}notice,weekday,name,kind,date\n\"样例号, 甲\",星期五,国庆节,holiday,2027年10月1日\n";
        let rows = read(text).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].notice, "样例号, 甲");
        assert_eq!(rows[0].day, parse_day("2027-10-01").unwrap());
    }

    #[test]
    fn a_remark_beside_the_day_of_the_notice_is_not_shown() {
        assert_eq!(
            tidy_notice("甲〔2023〕7号 (2023-10-25)"),
            "甲〔2023〕7号（2023-10-25）"
        );
        assert_eq!(
            tidy_notice("甲的通知 (2025-11-04; remark)"),
            "甲的通知（2025-11-04）"
        );
        assert_eq!(tidy_notice("甲的通知"), "甲的通知");
    }

    #[test]
    fn new_years_days_in_december_belong_to_the_year_that_begins() {
        let rows = read(&format!("{HEADING}2028-12-30,holiday,元旦,周六,样例号")).unwrap();
        assert_eq!(rows[0].year(), 2029);
    }
}
