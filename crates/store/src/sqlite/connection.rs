//! Connections of SQLite: settings, reading rows, and the names of broken constraints.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, OpenFlags, params_from_iter};

use crate::batch::{Done, Statement, judge};
use crate::row::Shape;
use crate::{Dialect, OpenOptions, Row, StoreError, Value};

/// Prepared statements kept per connection; more than there are statements in the program's daily work.
const STATEMENTS_KEPT: usize = 200;

/// Opens the connection that writes.
pub(crate) fn open_writer(path: &Path, options: &OpenOptions) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(path, flags).map_err(|error| StoreError::file(path, error))?;
    // WAL lets readers go on while the writer writes; FULL makes each commit durable before it is acknowledged.
    // 4,000 pages (16 MiB) between checkpoints: fewer pauses of the writer.
    let settings = format!(
        "PRAGMA busy_timeout = {busy};
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA wal_autocheckpoint = 4000;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA cache_size = -{cache};",
        busy = options.busy_timeout.as_millis(),
        cache = options.cache_kib,
    );
    connection
        .execute_batch(&settings)
        .map_err(|error| StoreError::file(path, error))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

/// Opens a connection that can only read.
pub(super) fn open_reader(path: &Path, options: &OpenOptions) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(path, flags).map_err(|error| StoreError::file(path, error))?;
    let settings = format!(
        "PRAGMA busy_timeout = {busy}; PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -{cache};",
        busy = options.busy_timeout.as_millis(),
        cache = options.cache_kib,
    );
    connection
        .execute_batch(&settings)
        .map_err(|error| StoreError::file(path, error))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

/// Copies a consistent snapshot of the whole database into a new file, which appears under its name only when whole.
pub(super) fn copy(source: &Connection, to: &Path, names: &Names) -> Result<(), StoreError> {
    let partial = beside(to, ".part");
    let _ = std::fs::remove_file(&partial);
    let failed = |error| sql_error(error, "backup", names);
    let mut target =
        Connection::open(&partial).map_err(|error| StoreError::file(&partial, error))?;
    let backup = rusqlite::backup::Backup::new(source, &mut target).map_err(failed)?;
    // All pages in one step: one snapshot, and in WAL mode no writer waits for it.
    backup.step(-1).map_err(failed)?;
    drop(backup);
    target
        .execute_batch("PRAGMA journal_mode = DELETE")
        .map_err(failed)?;
    drop(target);
    std::fs::rename(&partial, to).map_err(|error| StoreError::file(to, error))
}

/// The file beside `path` whose name is longer by `suffix`.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

// ---- statements

/// Our statements say `$1`; SQLite numbers `?1` (its `$1` would be a name, numbered by first appearance). A `$` before
/// anything but a digit stays: it stands in a JSON path.
fn placeholders(sql: &str) -> Cow<'_, str> {
    let mut parts = sql.split('$');
    let Some(first) = parts.next().filter(|first| first.len() < sql.len()) else {
        return Cow::Borrowed(sql);
    };
    let mut rewritten = String::with_capacity(sql.len());
    rewritten.push_str(first);
    for part in parts {
        rewritten.push(if part.starts_with(|c: char| c.is_ascii_digit()) {
            '?'
        } else {
            '$'
        });
        rewritten.push_str(part);
    }
    Cow::Owned(rewritten)
}

fn prepare<'c>(
    connection: &'c Connection,
    names: &Names,
    sql: &str,
) -> Result<CachedStatement<'c>, StoreError> {
    connection
        .prepare_cached(&placeholders(sql))
        .map_err(|error| sql_error(error, sql, names))
}

/// Reads all rows.
pub(super) fn query(
    connection: &Connection,
    names: &Names,
    sql: &str,
    params: &[Value],
) -> Result<Vec<Row>, StoreError> {
    let mut all = Vec::new();
    query_chunks(connection, names, sql, params, usize::MAX, |rows| {
        all = rows;
        true
    })?;
    Ok(all)
}

/// Reads rows and hands them on, `chunk` at a time, until `hand_on` says no.
pub(super) fn query_chunks(
    connection: &Connection,
    names: &Names,
    sql: &str,
    params: &[Value],
    chunk: usize,
    mut hand_on: impl FnMut(Vec<Row>) -> bool,
) -> Result<(), StoreError> {
    let failed = |error| sql_error(error, sql, names);
    let mut statement = prepare(connection, names, sql)?;
    let shape = Arc::new(shape(&statement, sql));
    let mut cursor = statement.query(params_from_iter(params)).map_err(failed)?;
    let (mut rows, mut number) = (Vec::new(), 0);
    while let Some(row) = cursor.next().map_err(failed)? {
        number += 1;
        rows.push(Row::new(shape.clone(), number, cells(row, &shape)?));
        if rows.len() == chunk && !hand_on(std::mem::take(&mut rows)) {
            return Ok(());
        }
    }
    if !rows.is_empty() {
        hand_on(rows);
    }
    Ok(())
}

/// Runs one statement of a batch.
pub(super) fn execute(
    connection: &Connection,
    names: &Names,
    statement: &Statement,
) -> Result<Done, StoreError> {
    let sql = statement.sql.text(Dialect::Sqlite);
    let result = if statement.returning {
        query(connection, names, sql, &statement.params).map(|rows| Done {
            affected: rows.len() as u64,
            rows,
        })
    } else {
        prepare(connection, names, sql).and_then(|mut prepared| {
            let affected = prepared
                .execute(params_from_iter(&statement.params))
                .map_err(|error| sql_error(error, sql, names))?;
            Ok(Done {
                affected: affected as u64,
                rows: Vec::new(),
            })
        })
    };
    judge(statement.expected.as_ref(), result)
}

fn shape(statement: &CachedStatement<'_>, sql: &str) -> Shape {
    Shape {
        statement: sql.to_owned(),
        columns: statement.column_names().map(str::to_owned).collect(),
    }
}

fn cells(row: &rusqlite::Row<'_>, shape: &Shape) -> Result<Vec<Value>, StoreError> {
    (0..shape.columns.len())
        .map(|i| cell(row, i, shape))
        .collect()
}

fn cell(row: &rusqlite::Row<'_>, i: usize, shape: &Shape) -> Result<Value, StoreError> {
    let not_understood = |found: String| StoreError::NotUnderstood {
        statement: shape.statement.clone(),
        column: shape.columns[i].clone(),
        row: 0,
        wanted: "文本、整数或数据",
        found,
    };
    Ok(
        match row
            .get_ref(i)
            .map_err(|error| not_understood(error.to_string()))?
        {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(n) => Value::Int(n),
            ValueRef::Real(number) => return Err(not_understood(format!("小数 {number}"))),
            ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Value::Text(Cow::Owned(text.to_owned())),
                Err(_) => return Err(not_understood("非 UTF-8 文本".into())),
            },
            ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        },
    )
}

// ---- errors

/// Names of unique indexes and primary keys by the columns that SQLite's message names.
///
/// SQLite says `UNIQUE constraint failed: account.login`, PostgreSQL says `account_login`; callers get the latter.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    /// Reads them from the schema.
    pub(super) fn read(connection: &Connection) -> Result<Self, StoreError> {
        let nameless = Self::default();
        let sql = "SELECT t.name, l.name, l.origin,
                          (SELECT group_concat(t.name || '.' || i.name, ', ')
                             FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno) AS i)
                     FROM sqlite_schema AS t JOIN pragma_index_list(t.name) AS l
                    WHERE t.type = 'table' AND l.\"unique\" = 1
                    UNION ALL
                   SELECT t.name, '', 'pk', t.name || '.' || c.name
                     FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
                    WHERE t.type = 'table' AND c.pk = 1 AND c.type = 'INTEGER'";
        let mut names = HashMap::new();
        for row in query(connection, &nameless, sql, &[])? {
            let Some(columns) = row.opt_string(3)? else {
                continue;
            };
            let name = if row.text(2)? == "pk" {
                format!("{}_pkey", row.text(0)?)
            } else {
                row.string(1)?
            };
            names.entry(columns).or_insert(name);
        }
        Ok(Self(names))
    }

    fn of_message(&self, message: &str) -> String {
        let columns = message.rsplit("failed: ").next().unwrap_or(message);
        self.0
            .get(columns)
            .cloned()
            .unwrap_or_else(|| columns.to_owned())
    }
}

/// What SQLite's error means.
pub(super) fn sql_error(error: rusqlite::Error, sql: &str, names: &Names) -> StoreError {
    use rusqlite::ffi::{
        SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID, SQLITE_CONSTRAINT_UNIQUE,
    };
    if let rusqlite::Error::SqliteFailure(failure, message) = &error {
        let message = message.clone().unwrap_or_else(|| failure.to_string());
        match failure.extended_code {
            SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_ROWID | SQLITE_CONSTRAINT_UNIQUE => {
                return StoreError::Unique {
                    constraint: names.of_message(&message),
                };
            }
            _ => {}
        }
        match failure.code {
            rusqlite::ErrorCode::DatabaseBusy
            | rusqlite::ErrorCode::DatabaseLocked
            | rusqlite::ErrorCode::DiskFull
            | rusqlite::ErrorCode::SystemIoFailure => return StoreError::Unavailable(message),
            _ => {}
        }
    }
    StoreError::Sql {
        statement: sql.to_owned(),
        message: error.to_string(),
    }
}
