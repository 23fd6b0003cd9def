//! PostgreSQL behind the seam: a pool, prepared statements kept, batches pipelined inside one transaction.

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use futures_util::future::{join, join_all};
use futures_util::{StreamExt, pin_mut};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use postgres_types::{FromSql, Type, accepts};
use tokio::sync::mpsc;
use tokio_postgres::error::SqlState;
use tokio_postgres::{NoTls, Statement};

use crate::batch::{Done, judge};
use crate::row::Shape;
use crate::value::{POSTGRES_EPOCH, POSTGRES_EPOCH_MICROSECONDS};
use crate::{Batch, Dialect, OpenOptions, Row, StoreError, Value};

/// A batch that met a deadlock is tried this often in all: it is pure data, so trying again is safe.
const ATTEMPTS: usize = 3;

/// An open PostgreSQL database.
#[derive(Clone)]
pub(crate) struct Postgres {
    pool: Pool,
}

impl Postgres {
    pub(crate) fn open(url: &str, options: &OpenOptions) -> Result<Self, StoreError> {
        let mut config: tokio_postgres::Config = url
            .parse()
            .map_err(|_| StoreError::Address(without_password(url)))?;
        config.application_name("luodi");
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(10));
        }
        let manager = Manager::from_config(
            config,
            NoTls,
            ManagerConfig {
                recycling_method: RecyclingMethod::Fast,
            },
        );
        let pool = Pool::builder(manager)
            .max_size(options.connections.max(1))
            .wait_timeout(Some(Duration::from_secs(30)))
            .create_timeout(Some(Duration::from_secs(15)))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { pool })
    }

    pub(crate) async fn client(&self) -> Result<Object, StoreError> {
        self.pool
            .get()
            .await
            .map_err(|error| StoreError::Unavailable(with_causes(&error)))
    }

    pub(crate) async fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let client = self.client().await?;
        let statement = prepare(&client, sql).await?;
        query(&client, &statement, sql, params).await
    }

    pub(crate) async fn write(&self, batch: Batch) -> Result<Vec<Done>, StoreError> {
        let this = self.clone();
        // A task of its own: a caller that goes away must not leave a transaction open on a pooled connection.
        tokio::spawn(async move {
            for _ in 1..ATTEMPTS {
                match this.write_once(&batch).await {
                    Err(Failed::TryAgain) => {}
                    Err(Failed::For(error)) => return Err(error),
                    Ok(done) => return Ok(done),
                }
            }
            this.write_once(&batch)
                .await
                .map_err(|failed| match failed {
                    Failed::For(error) => error,
                    Failed::TryAgain => {
                        StoreError::Unavailable("数据库并发冲突过多，请稍后重试".into())
                    }
                })
        })
        .await
        .map_err(|error| StoreError::Unavailable(error.to_string()))?
    }

    async fn write_once(&self, batch: &Batch) -> Result<Vec<Done>, Failed> {
        let client = self.client().await?;
        let mut statements = Vec::with_capacity(batch.len());
        for statement in &batch.statements {
            statements.push(prepare(&client, statement.sql.text(Dialect::Postgres)).await?);
        }
        let result = pipeline(&client, batch, &statements).await;
        let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
        if let Err(error) = client.batch_execute(end).await {
            // In doubt: this connection is not used again.
            drop(Object::take(client));
            return Err(result
                .err()
                .unwrap_or_else(|| Failed::For(sql_error(&error, end))));
        }
        result
    }

    pub(crate) async fn stream(
        &self,
        sql: &str,
        params: &[Value],
        chunk: usize,
        out: mpsc::Sender<Result<Vec<Row>, StoreError>>,
    ) -> Result<(), StoreError> {
        let client = self.client().await?;
        let statement = prepare(&client, sql).await?;
        let (sql, params) = (sql.to_owned(), params.to_vec());
        tokio::spawn(async move {
            if let Err(error) = send_chunks(&client, &statement, &sql, &params, chunk, &out).await {
                let _ = out.send(Err(error)).await;
            }
        });
        Ok(())
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }
}

/// Why one attempt failed.
enum Failed {
    /// A deadlock or a serialization failure: the same batch may pass now.
    TryAgain,
    /// For good.
    For(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::For(error)
    }
}

/// Sends BEGIN and all statements without waiting in between, then reads the answers in order.
async fn pipeline(
    client: &Object,
    batch: &Batch,
    prepared: &[Statement],
) -> Result<Vec<Done>, Failed> {
    let statements = batch.statements.iter().zip(prepared);
    // INVARIANT: join_all polls in order, and a request is sent when its future is polled first.
    let (begun, results) = join(
        client.batch_execute("BEGIN"),
        join_all(statements.map(|(statement, prepared)| execute(client, prepared, statement))),
    )
    .await;
    begun.map_err(|error| sql_error(&error, "BEGIN"))?;
    let mut done = Vec::with_capacity(results.len());
    for (statement, result) in batch.statements.iter().zip(results) {
        let sql = statement.sql.text(Dialect::Postgres);
        let result = match result {
            Err(error) if may_pass_again(&error) => return Err(Failed::TryAgain),
            other => other.map_err(|error| sql_error(&error, sql)),
        };
        done.push(judge(statement.expected.as_ref(), result)?);
    }
    Ok(done)
}

async fn execute(
    client: &Object,
    prepared: &Statement,
    statement: &crate::batch::Statement,
) -> Result<Done, tokio_postgres::Error> {
    if !statement.returning {
        let affected = client
            .execute_raw(prepared, statement.params.iter())
            .await?;
        return Ok(Done {
            affected,
            rows: Vec::new(),
        });
    }
    let found = client.query_raw(prepared, statement.params.iter()).await?;
    let shape = Arc::new(shape(prepared, statement.sql.text(Dialect::Postgres)));
    pin_mut!(found);
    let mut rows = Vec::new();
    while let Some(row) = found.next().await {
        rows.push(Row::new(shape.clone(), rows.len() + 1, cells(&row?)?));
    }
    Ok(Done {
        affected: rows.len() as u64,
        rows,
    })
}

async fn prepare(client: &Object, sql: &str) -> Result<Statement, StoreError> {
    client
        .prepare_cached(sql)
        .await
        .map_err(|error| sql_error(&error, sql))
}

async fn query(
    client: &Object,
    statement: &Statement,
    sql: &str,
    params: &[Value],
) -> Result<Vec<Row>, StoreError> {
    let failed = |error| sql_error(&error, sql);
    let shape = Arc::new(shape(statement, sql));
    let found = client
        .query_raw(statement, params.iter())
        .await
        .map_err(failed)?;
    pin_mut!(found);
    let mut rows = Vec::new();
    while let Some(row) = found.next().await {
        let row = row.map_err(failed)?;
        rows.push(Row::new(
            shape.clone(),
            rows.len() + 1,
            cells(&row).map_err(failed)?,
        ));
    }
    Ok(rows)
}

async fn send_chunks(
    client: &Object,
    statement: &Statement,
    sql: &str,
    params: &[Value],
    chunk: usize,
    out: &mpsc::Sender<Result<Vec<Row>, StoreError>>,
) -> Result<(), StoreError> {
    let failed = |error| sql_error(&error, sql);
    let shape = Arc::new(shape(statement, sql));
    let found = client
        .query_raw(statement, params.iter())
        .await
        .map_err(failed)?;
    pin_mut!(found);
    let (mut rows, mut number) = (Vec::new(), 0);
    while let Some(row) = found.next().await {
        number += 1;
        let cells = row.and_then(|row| cells(&row)).map_err(failed)?;
        rows.push(Row::new(shape.clone(), number, cells));
        if rows.len() >= chunk && out.send(Ok(std::mem::take(&mut rows))).await.is_err() {
            return Ok(());
        }
    }
    if !rows.is_empty() {
        let _ = out.send(Ok(rows)).await;
    }
    Ok(())
}

// ---- rows

fn shape(statement: &Statement, sql: &str) -> Shape {
    Shape {
        statement: sql.to_owned(),
        columns: statement
            .columns()
            .iter()
            .map(|column| column.name().to_owned())
            .collect(),
    }
}

fn cells(row: &tokio_postgres::Row) -> Result<Vec<Value>, tokio_postgres::Error> {
    (0..row.len())
        .map(|i| {
            Ok(row
                .try_get::<_, Option<Cell>>(i)?
                .map_or(Value::Null, |cell| cell.0))
        })
        .collect()
}

/// One cell, read by the type of its column.
struct Cell(Value);

impl<'a> FromSql<'a> for Cell {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Value::Int(i16::from_sql(ty, raw)?.into()),
            Type::OID => Value::Int(u32::from_sql(ty, raw)?.into()),
            Type::BOOL => Value::Bool(bool::from_sql(ty, raw)?),
            Type::DATE => Value::Day(date(raw)?),
            Type::TIMESTAMPTZ => Value::Time(timestamp(raw)?),
            Type::BYTEA => Value::Blob(raw.to_vec()),
            _ => Value::Text(Cow::Owned(String::from_sql(ty, raw)?)),
        }))
    }

    accepts!(
        INT8,
        INT4,
        INT2,
        OID,
        BOOL,
        DATE,
        TIMESTAMPTZ,
        BYTEA,
        TEXT,
        VARCHAR,
        BPCHAR,
        NAME,
        JSON,
        UNKNOWN
    );
}

fn date(raw: &[u8]) -> Result<Date, Box<dyn Error + Sync + Send>> {
    let days = i32::from_be_bytes(raw.try_into()?);
    Ok(POSTGRES_EPOCH.checked_add(Span::new().try_days(days)?)?)
}

fn timestamp(raw: &[u8]) -> Result<Timestamp, Box<dyn Error + Sync + Send>> {
    let micros = i64::from_be_bytes(raw.try_into()?);
    let since_1970 = micros
        .checked_add(POSTGRES_EPOCH_MICROSECONDS)
        .ok_or("the moment is out of range")?;
    Ok(Timestamp::from_microsecond(since_1970)?)
}

// ---- errors

fn may_pass_again(error: &tokio_postgres::Error) -> bool {
    matches!(
        error.code(),
        Some(&SqlState::T_R_DEADLOCK_DETECTED | &SqlState::T_R_SERIALIZATION_FAILURE)
    )
}

/// What PostgreSQL's error means.
pub(crate) fn sql_error(error: &tokio_postgres::Error, sql: &str) -> StoreError {
    let Some(db) = error.as_db_error() else {
        if error.is_closed()
            || error
                .source()
                .is_some_and(|source| source.is::<std::io::Error>())
        {
            return StoreError::Unavailable(with_causes(error));
        }
        return StoreError::Sql {
            statement: sql.to_owned(),
            message: with_causes(error),
        };
    };
    if *db.code() == SqlState::UNIQUE_VIOLATION {
        return StoreError::Unique {
            constraint: db.constraint().unwrap_or_default().to_owned(),
        };
    }
    // Classes: 08 connection, 53 resources, 57 operator intervention.
    if ["08", "53", "57"]
        .iter()
        .any(|class| db.code().code().starts_with(class))
    {
        return StoreError::Unavailable(db.message().to_owned());
    }
    StoreError::Sql {
        statement: sql.to_owned(),
        message: db.message().to_owned(),
    }
}

/// The error with what caused it; the driver keeps the useful half in the cause.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

/// The address as it may be shown.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(start), Some(end)) if start + 3 < end => {
            format!("{}***{}", &url[..start + 3], &url[end..])
        }
        _ => url.to_owned(),
    }
}
