//! Values that go into statements, and how each database takes them.

use std::borrow::Cow;
use std::error::Error;

use bytes::BufMut;
use jiff::Timestamp;
use jiff::civil::Date;
use postgres_types::private::BytesMut;
use postgres_types::{IsNull, ToSql, Type, to_sql_checked};
use rusqlite::types::{ToSqlOutput, ValueRef};

/// A parameter of a statement, or one cell of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number: counts, versions, money in 分.
    Int(i64),
    /// Text.
    Text(Cow<'static, str>),
    /// Yes or no; 1 or 0 in SQLite.
    Bool(bool),
    /// A day; `2025-05-16` in SQLite, `date` in PostgreSQL.
    Day(Date),
    /// A moment, to the microsecond; microseconds since 1970 in SQLite, `timestamptz` in PostgreSQL.
    Time(Timestamp),
    /// Bytes.
    Blob(Vec<u8>),
    /// JSON text, kept byte for byte in `text` columns.
    Json(String),
    /// A list of texts for [`crate::Dialect::one_of`]; `text[]` in PostgreSQL, a JSON array in SQLite.
    List(Vec<String>),
}

impl Value {
    /// What kind of value it is, for messages.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Null => "空值".into(),
            Self::Int(n) => format!("整数 {n}"),
            Self::Text(text) => format!("文本“{}”", shorten(text)),
            Self::Json(text) => format!("JSON“{}”", shorten(text)),
            Self::Bool(b) => format!("布尔值 {b}"),
            Self::Day(day) => format!("日期 {day}"),
            Self::Time(time) => format!("时间 {time}"),
            Self::Blob(bytes) => format!("{} 字节数据", bytes.len()),
            Self::List(list) => format!("{} 项列表", list.len()),
        }
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The JSON array that SQLite's `json_each` reads.
fn json_array(list: &[String]) -> String {
    serde_json::Value::from(list.to_vec()).to_string()
}

// ---- making values

macro_rules! from {
    ($($source:ty => $value:ident => $result:expr),* $(,)?) => {$(
        impl From<$source> for Value {
            fn from($value: $source) -> Self {
                $result
            }
        }
    )*};
}

from! {
    i64 => n => Self::Int(n),
    i32 => n => Self::Int(n.into()),
    u32 => n => Self::Int(n.into()),
    u16 => n => Self::Int(n.into()),
    i16 => n => Self::Int(n.into()),
    u8 => n => Self::Int(n.into()),
    bool => b => Self::Bool(b),
    &str => text => Self::Text(Cow::Owned(text.to_owned())),
    String => text => Self::Text(Cow::Owned(text)),
    &String => text => Self::Text(Cow::Owned(text.clone())),
    Date => day => Self::Day(day),
    Timestamp => time => Self::Time(time),
    Vec<u8> => bytes => Self::Blob(bytes),
    Vec<String> => list => Self::List(list),
    uuid::Uuid => id => Self::Text(Cow::Owned(id.to_string())),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<'a> From<&'a Option<String>> for Value {
    fn from(value: &'a Option<String>) -> Self {
        value.as_deref().into()
    }
}

// ---- SQLite

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Int(n) => (*n).into(),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Json(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bool(b) => i64::from(*b).into(),
            Self::Day(day) => day.to_string().into(),
            Self::Time(time) => time.as_microsecond().into(),
            Self::Blob(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::List(list) => json_array(list).into(),
        })
    }
}

// ---- PostgreSQL

/// PostgreSQL counts moments in microseconds from the start of 2000.
pub(crate) const POSTGRES_EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;
/// PostgreSQL counts days from the start of 2000.
pub(crate) const POSTGRES_EPOCH: Date = Date::constant(2000, 1, 1);

/// The value does not fit the type that the statement declares; a mistake in our SQL, never in the user's data.
#[derive(Debug, thiserror::Error)]
#[error("a value of {value} does not fit the declared type {declared}")]
struct DoesNotFit {
    value: String,
    declared: String,
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => return Ok(IsNull::Yes),
            Self::Int(n) => return int_to_sql(*n, ty, out),
            Self::Text(text) => return text_to_sql(text, ty, out),
            Self::Json(text) => return text_to_sql(text, ty, out),
            Self::Bool(b) if *ty == Type::BOOL => out.put_u8(u8::from(*b)),
            Self::Day(day) if *ty == Type::DATE => out.put_i32(days_since_2000(*day)?),
            Self::Time(time) if *ty == Type::TIMESTAMPTZ => {
                out.put_i64(time.as_microsecond() - POSTGRES_EPOCH_MICROSECONDS);
            }
            Self::Blob(bytes) if *ty == Type::BYTEA => out.put_slice(bytes),
            Self::List(list) if *ty == Type::TEXT_ARRAY => return list.to_sql(ty, out),
            other => {
                return Err(Box::new(DoesNotFit {
                    value: other.describe(),
                    declared: ty.to_string(),
                }));
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        // The type is known only when the value is: to_sql decides.
        true
    }

    to_sql_checked!();
}

fn days_since_2000(day: Date) -> Result<i32, jiff::Error> {
    Ok(POSTGRES_EPOCH.until((jiff::Unit::Day, day))?.get_days())
}

fn int_to_sql(
    n: i64,
    ty: &Type,
    out: &mut BytesMut,
) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
    match *ty {
        Type::INT8 => out.put_i64(n),
        Type::INT4 => out.put_i32(i32::try_from(n)?),
        Type::INT2 => out.put_i16(i16::try_from(n)?),
        _ => {
            return Err(Box::new(DoesNotFit {
                value: n.to_string(),
                declared: ty.to_string(),
            }));
        }
    }
    Ok(IsNull::No)
}

fn text_to_sql(
    text: &str,
    ty: &Type,
    out: &mut BytesMut,
) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
    match *ty {
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::JSON | Type::UNKNOWN => {}
        // jsonb's binary form is a version number and the text.
        Type::JSONB => out.put_u8(1),
        _ => {
            return Err(Box::new(DoesNotFit {
                value: text.to_owned(),
                declared: ty.to_string(),
            }));
        }
    }
    out.put_slice(text.as_bytes());
    Ok(IsNull::No)
}
