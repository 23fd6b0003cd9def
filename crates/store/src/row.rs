//! Rows that come out of statements. A getter that does not find what it wants names statement, column and row.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::{StoreError, Value};

/// What all rows of one result share.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) statement: String,
    pub(crate) columns: Vec<String>,
}

/// One row of a result; columns are read by position, from 0.
#[derive(Debug, Clone)]
pub struct Row {
    shape: Arc<Shape>,
    number: usize,
    cells: Vec<Value>,
}

impl Row {
    pub(crate) fn new(shape: Arc<Shape>, number: usize, cells: Vec<Value>) -> Self {
        Self {
            shape,
            number,
            cells,
        }
    }

    /// Number of columns.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether the row has no columns.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The cell as it is; [`Value::Null`] when there is no such column.
    pub fn value(&self, i: usize) -> &Value {
        self.cells.get(i).unwrap_or(&Value::Null)
    }

    /// Text.
    ///
    /// # Errors
    /// [`StoreError::NotUnderstood`], as for every getter here.
    pub fn text(&self, i: usize) -> Result<&str, StoreError> {
        self.opt_text(i)?
            .ok_or_else(|| self.not_understood(i, "文本"))
    }

    /// Text, or nothing.
    ///
    /// # Errors
    /// The cell is something else.
    pub fn opt_text(&self, i: usize) -> Result<Option<&str>, StoreError> {
        match self.value(i) {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            Value::Json(text) => Ok(Some(text)),
            _ => Err(self.not_understood(i, "文本")),
        }
    }

    /// Text of its own.
    ///
    /// # Errors
    /// The cell is something else.
    pub fn string(&self, i: usize) -> Result<String, StoreError> {
        self.text(i).map(str::to_owned)
    }

    /// Text of its own, or nothing.
    ///
    /// # Errors
    /// The cell is something else.
    pub fn opt_string(&self, i: usize) -> Result<Option<String>, StoreError> {
        Ok(self.opt_text(i)?.map(str::to_owned))
    }

    /// A whole number.
    ///
    /// # Errors
    /// The cell is something else.
    pub fn int(&self, i: usize) -> Result<i64, StoreError> {
        self.opt_int(i)?
            .ok_or_else(|| self.not_understood(i, "整数"))
    }

    /// A whole number, or nothing.
    ///
    /// # Errors
    /// The cell is something else.
    pub fn opt_int(&self, i: usize) -> Result<Option<i64>, StoreError> {
        match self.value(i) {
            Value::Null => Ok(None),
            Value::Int(n) => Ok(Some(*n)),
            _ => Err(self.not_understood(i, "整数")),
        }
    }

    /// A count, never negative.
    ///
    /// # Errors
    /// The cell is something else.
    pub fn count(&self, i: usize) -> Result<u64, StoreError> {
        u64::try_from(self.int(i)?).map_err(|_| self.not_understood(i, "非负整数"))
    }

    /// Yes or no.
    ///
    /// # Errors
    /// The cell is something else.
    pub fn bool(&self, i: usize) -> Result<bool, StoreError> {
        self.opt_bool(i)?
            .ok_or_else(|| self.not_understood(i, "布尔值"))
    }

    /// Yes, no, or nothing.
    ///
    /// # Errors
    /// The cell is something else.
    pub fn opt_bool(&self, i: usize) -> Result<Option<bool>, StoreError> {
        match self.value(i) {
            Value::Null => Ok(None),
            Value::Bool(b) => Ok(Some(*b)),
            Value::Int(0) => Ok(Some(false)),
            Value::Int(1) => Ok(Some(true)),
            _ => Err(self.not_understood(i, "布尔值")),
        }
    }

    /// A day.
    ///
    /// # Errors
    /// The cell is something else.
    pub fn day(&self, i: usize) -> Result<Date, StoreError> {
        self.opt_day(i)?
            .ok_or_else(|| self.not_understood(i, "日期"))
    }

    /// A day, or nothing.
    ///
    /// # Errors
    /// The cell is something else.
    pub fn opt_day(&self, i: usize) -> Result<Option<Date>, StoreError> {
        match self.value(i) {
            Value::Null => Ok(None),
            Value::Day(day) => Ok(Some(*day)),
            Value::Text(text) => match text.parse() {
                Ok(day) => Ok(Some(day)),
                Err(_) => Err(self.not_understood(i, "日期")),
            },
            _ => Err(self.not_understood(i, "日期")),
        }
    }

    /// A moment.
    ///
    /// # Errors
    /// The cell is something else.
    pub fn time(&self, i: usize) -> Result<Timestamp, StoreError> {
        self.opt_time(i)?
            .ok_or_else(|| self.not_understood(i, "时间"))
    }

    /// A moment, or nothing.
    ///
    /// # Errors
    /// The cell is something else.
    pub fn opt_time(&self, i: usize) -> Result<Option<Timestamp>, StoreError> {
        match self.value(i) {
            Value::Null => Ok(None),
            Value::Time(time) => Ok(Some(*time)),
            Value::Int(n) => match Timestamp::from_microsecond(*n) {
                Ok(time) => Ok(Some(time)),
                Err(_) => Err(self.not_understood(i, "时间")),
            },
            _ => Err(self.not_understood(i, "时间")),
        }
    }

    /// Bytes.
    ///
    /// # Errors
    /// The cell is something else.
    pub fn blob(&self, i: usize) -> Result<&[u8], StoreError> {
        match self.value(i) {
            Value::Blob(bytes) => Ok(bytes),
            _ => Err(self.not_understood(i, "数据")),
        }
    }

    fn not_understood(&self, i: usize, wanted: &'static str) -> StoreError {
        StoreError::NotUnderstood {
            statement: self.shape.statement.clone(),
            column: self
                .shape
                .columns
                .get(i)
                .cloned()
                .unwrap_or_else(|| format!("#{i}")),
            row: self.number,
            wanted,
            found: self.value(i).describe(),
        }
    }
}
