//! Where a page ended: the value it was sorted by, and the number.

use std::fmt;

use crate::projects::StoredProject;
use crate::{Row, StoreError, Value};

use super::SortBy;

/// The last row of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cursor {
    pub(super) value: Value,
    pub(super) number: i64,
}

impl Cursor {
    pub(super) fn of(project: &StoredProject, by: SortBy) -> Self {
        let row = &project.row;
        let value = match by {
            SortBy::Updated => project.updated_at.into(),
            SortBy::Number => row.number.into(),
            SortBy::Name => row.name.as_str().into(),
            SortBy::Signed => row.signed_on.into(),
            SortBy::Due => row.next_due_on.into(),
            SortBy::Investment => row.total_investment.into(),
        };
        Self {
            value,
            number: row.number,
        }
    }

    /// From a row that has the value and the number.
    pub(super) fn read(row: &Row, by: SortBy) -> Result<Self, StoreError> {
        let value = match by {
            SortBy::Updated => row.time(0)?.into(),
            SortBy::Number | SortBy::Investment => row.int(0)?.into(),
            SortBy::Name => row.string(0)?.into(),
            SortBy::Signed | SortBy::Due => row.day(0)?.into(),
        };
        let number = row.int(1)?;
        Ok(Self { value, number })
    }

    /// Whether the page ended among the rows without a value.
    pub(super) fn is_absent(&self) -> bool {
        self.value == Value::Null
    }

    /// Reads what [`fmt::Display`] wrote; it comes from an address that anybody can change.
    pub(super) fn parse(text: &str, by: SortBy) -> Result<Self, StoreError> {
        parse(text, by).ok_or_else(|| StoreError::NotUnderstood {
            statement: "ledger".into(),
            column: "after".into(),
            row: 1,
            wanted: "上一页给出的翻页位置",
            found: text.chars().take(80).collect(),
        })
    }
}

fn parse(text: &str, by: SortBy) -> Option<Cursor> {
    let (number, value) = text.split_once('.')?;
    let number = number.parse().ok()?;
    let value = match value.split_at_checked(1)? {
        ("n", "") if by.may_be_absent() => Value::Null,
        ("v", value) => parse_value(value, by)?,
        _ => return None,
    };
    Some(Cursor { value, number })
}

fn parse_value(value: &str, by: SortBy) -> Option<Value> {
    Some(match by {
        SortBy::Updated => jiff::Timestamp::from_microsecond(value.parse().ok()?)
            .ok()?
            .into(),
        SortBy::Number | SortBy::Investment => value.parse::<i64>().ok()?.into(),
        SortBy::Name => value.into(),
        SortBy::Signed | SortBy::Due => value.parse::<jiff::civil::Date>().ok()?.into(),
    })
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.", self.number)?;
        match &self.value {
            Value::Time(time) => write!(f, "v{}", time.as_microsecond()),
            Value::Int(n) => write!(f, "v{n}"),
            Value::Day(day) => write!(f, "v{day}"),
            Value::Text(text) => write!(f, "v{text}"),
            _ => f.write_str("n"),
        }
    }
}
