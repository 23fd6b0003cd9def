//! The seam: one set of calls, two databases.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::{Batch, Row, Sql, StoreError, Value, migrations};

/// Which of the two databases it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Embedded, the default.
    Sqlite,
    /// A server.
    Postgres,
}

impl Dialect {
    /// The condition that a column of whole numbers is one of those that stand as texts in the list parameter `$n`.
    pub fn one_of_numbers(self, column: &str, n: usize) -> String {
        match self {
            Self::Sqlite => {
                format!("{column} IN (SELECT CAST(value AS INTEGER) FROM json_each(${n}))")
            }
            Self::Postgres => format!("{column} = ANY(${n}::text[]::bigint[])"),
        }
    }

    /// The condition that `column` is one of the texts of the list parameter `$n` ([`Value::List`]).
    pub fn one_of(self, column: &str, n: usize) -> String {
        match self {
            Self::Sqlite => format!("{column} IN (SELECT value FROM json_each(${n}))"),
            Self::Postgres => format!("{column} = ANY(${n})"),
        }
    }
}

/// How to open a database.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// SQLite: connections that read, each with its own cache.
    pub readers: usize,
    /// SQLite: page cache of each connection, in KiB.
    pub cache_kib: u32,
    /// SQLite: how long to wait for another process that writes the same file.
    pub busy_timeout: Duration,
    /// PostgreSQL: connections in the pool.
    pub connections: usize,
}

impl Default for OpenOptions {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            readers: cores.clamp(2, 8),
            cache_kib: 8 * 1024,
            busy_timeout: Duration::from_secs(10),
            connections: (cores * 4).clamp(8, 32),
        }
    }
}

/// An open database. Clones share it.
#[derive(Clone)]
pub struct Db(Inner);

#[derive(Clone)]
enum Inner {
    Sqlite(Arc<Sqlite>),
    Postgres(Postgres),
}

impl Db {
    /// Opens the database at `url` and brings its schema up to date.
    ///
    /// `sqlite:path` or a plain path is a file, made when it is not there; `sqlite::memory:` is a file of its own in
    /// the temporary folder that goes when the database is closed; `postgres://…` is a server.
    ///
    /// # Errors
    /// [`StoreError::TooNew`] when a newer program wrote it, [`StoreError::MigrationEdited`] when its history does
    /// not fit, [`StoreError::Address`], [`StoreError::Unavailable`], [`StoreError::File`].
    pub async fn open(url: &str, options: OpenOptions) -> Result<Db, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let postgres = Postgres::open(url, &options)?;
            migrations::postgres(&postgres).await?;
            return Ok(Db(Inner::Postgres(postgres)));
        }
        let (path, temporary) = sqlite_path(url)?;
        let (file, settings) = (path.clone(), options.clone());
        crate::sqlite::blocking(move || migrations::sqlite(&file, &settings)).await?;
        let sqlite = Sqlite::open(path, options, temporary).await?;
        Ok(Db(Inner::Sqlite(Arc::new(sqlite))))
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        match &self.0 {
            Inner::Sqlite(_) => Dialect::Sqlite,
            Inner::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Reads rows. Placeholders are `$1`, `$2` … in both databases.
    ///
    /// # Errors
    /// [`StoreError::Sql`], [`StoreError::Unavailable`], [`StoreError::NotUnderstood`].
    pub async fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        match &self.0 {
            Inner::Sqlite(sqlite) => sqlite.rows(sql, params).await,
            Inner::Postgres(postgres) => postgres.rows(sql, params).await,
        }
    }

    /// Reads the first row, or nothing.
    ///
    /// # Errors
    /// As [`Self::rows`].
    pub async fn row(&self, sql: &str, params: &[Value]) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, params).await?.into_iter().next())
    }

    /// Reads rows, each as what `read` makes of it.
    ///
    /// # Errors
    /// As [`Self::rows`], and what `read` answers.
    pub async fn all<T>(
        &self,
        sql: &str,
        params: &[Value],
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.rows(sql, params).await?.iter().map(read).collect()
    }

    /// Writes the batch in one transaction, all or nothing; when this returns, it is on the disk. The answer is the
    /// number of rows that each statement touched.
    ///
    /// # Errors
    /// [`StoreError::Conflict`], [`StoreError::Unique`], [`StoreError::Sql`], [`StoreError::Unavailable`].
    pub async fn write(&self, batch: Batch) -> Result<Vec<u64>, StoreError> {
        Ok(self
            .done(batch)
            .await?
            .into_iter()
            .map(|done| done.affected)
            .collect())
    }

    /// Writes one statement with a `RETURNING` clause, in a transaction of its own.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn write_returning(
        &self,
        sql: impl Into<Sql>,
        params: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let mut batch = Batch::new();
        batch.push(sql, params);
        for statement in &mut batch.statements {
            statement.returning = true;
        }
        Ok(self.done(batch).await?.pop().unwrap_or_default().rows)
    }

    async fn done(&self, batch: Batch) -> Result<Vec<crate::batch::Done>, StoreError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        match &self.0 {
            Inner::Sqlite(sqlite) => sqlite.write(batch).await,
            Inner::Postgres(postgres) => postgres.write(batch).await,
        }
    }

    /// Reads any number of rows with bounded memory, `chunk` rows at a time, from one consistent snapshot.
    ///
    /// # Errors
    /// As [`Self::rows`]; later errors come out of the stream.
    pub async fn stream(
        &self,
        sql: &str,
        params: &[Value],
        chunk: usize,
    ) -> Result<RowStream, StoreError> {
        let (out, chunks) = mpsc::channel(2);
        match &self.0 {
            Inner::Sqlite(sqlite) => sqlite.stream(sql, params, chunk.max(1), out).await?,
            Inner::Postgres(postgres) => postgres.stream(sql, params, chunk.max(1), out).await?,
        }
        Ok(RowStream { chunks })
    }

    /// Writes a consistent copy of the whole database to a new file, while work goes on.
    ///
    /// # Errors
    /// [`StoreError::File`]; [`StoreError::NotOffered`] for PostgreSQL, which has its own tools.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        match &self.0 {
            Inner::Sqlite(sqlite) => sqlite.backup(to).await,
            Inner::Postgres(_) => Err(StoreError::NotOffered(
                "PostgreSQL 数据库请使用 pg_dump 备份、pg_restore 恢复",
            )),
        }
    }

    /// Asks the database to check itself; the answer is what it found, empty when all is well.
    ///
    /// # Errors
    /// As [`Self::rows`].
    pub async fn integrity_check(&self) -> Result<Vec<String>, StoreError> {
        match &self.0 {
            Inner::Sqlite(sqlite) => sqlite.integrity_check().await,
            // PostgreSQL has no such check from SQL; its pages carry checksums that fail a read.
            Inner::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// Size of the database in bytes.
    ///
    /// # Errors
    /// As [`Self::rows`].
    pub async fn size(&self) -> Result<u64, StoreError> {
        match &self.0 {
            Inner::Sqlite(sqlite) => sqlite.size().await,
            Inner::Postgres(postgres) => {
                let rows = postgres
                    .rows("SELECT pg_database_size(current_database())", &[])
                    .await?;
                rows.first().map_or(Ok(0), |row| row.count(0))
            }
        }
    }

    /// Lets the database refresh what it knows about its tables for planning; once a day and after large imports.
    ///
    /// # Errors
    /// As [`Self::rows`].
    pub async fn optimize(&self) -> Result<(), StoreError> {
        match &self.0 {
            Inner::Sqlite(sqlite) => sqlite.optimize().await,
            Inner::Postgres(postgres) => {
                let client = postgres.client().await?;
                client
                    .batch_execute("ANALYZE")
                    .await
                    .map_err(|error| crate::postgres::sql_error(&error, "ANALYZE"))
            }
        }
    }

    /// The file of an SQLite database.
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Inner::Sqlite(sqlite) => Some(sqlite.path()),
            Inner::Postgres(_) => None,
        }
    }

    /// Writes what waits, and closes. Later calls answer [`StoreError::Unavailable`].
    pub async fn close(&self) {
        match &self.0 {
            Inner::Sqlite(sqlite) => sqlite.close().await,
            Inner::Postgres(postgres) => postgres.close(),
        }
    }
}

/// Rows that come in chunks.
#[derive(Debug)]
pub struct RowStream {
    chunks: mpsc::Receiver<Result<Vec<Row>, StoreError>>,
}

impl RowStream {
    /// The next chunk; nothing at the end.
    pub async fn next(&mut self) -> Option<Result<Vec<Row>, StoreError>> {
        self.chunks.recv().await
    }
}

/// The file that an address means, and whether it is temporary.
fn sqlite_path(url: &str) -> Result<(PathBuf, bool), StoreError> {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    if path == ":memory:" {
        let name = format!("luodi-{}.db", uuid::Uuid::now_v7());
        return Ok((std::env::temp_dir().join(name), true));
    }
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() || path.contains("://") {
        return Err(StoreError::Address(url.to_owned()));
    }
    Ok((PathBuf::from(path), false))
}
