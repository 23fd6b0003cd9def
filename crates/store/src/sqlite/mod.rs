//! SQLite behind the seam: one writer on its own thread, a few readers on blocking threads.

mod connection;
mod readers;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::batch::Done;
use crate::{Batch, OpenOptions, Row, StoreError, Value};
use connection::Names;
use readers::Readers;
use writer::{Job, Task};

pub(crate) use connection::open_writer;

/// An open SQLite database.
pub(crate) struct Sqlite {
    path: PathBuf,
    options: OpenOptions,
    readers: Readers,
    jobs: mpsc::Sender<Job>,
    names: Arc<Names>,
    /// Resolves when the writer thread has ended and the file is closed.
    ended: tokio::sync::Mutex<Option<oneshot::Receiver<()>>>,
}

impl Sqlite {
    /// Opens a database that has been migrated. `temporary` files are removed when the writer ends.
    pub(crate) async fn open(
        path: PathBuf,
        options: OpenOptions,
        temporary: bool,
    ) -> Result<Self, StoreError> {
        let (file, settings) = (path.clone(), options.clone());
        let cache_kib = options.cache_kib;
        let (connection, names, readers) = blocking(move || {
            let connection = open_writer(&file, &settings)?;
            let names = Arc::new(Names::read(&connection)?);
            let readers = Readers::open(&file, &settings)?;
            Ok((connection, names, readers))
        })
        .await?;
        let (jobs, ended) = writer::start(
            connection,
            names.clone(),
            path.clone(),
            temporary,
            cache_kib,
        )?;
        Ok(Self {
            path,
            options,
            readers,
            jobs,
            names,
            ended: tokio::sync::Mutex::new(Some(ended)),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) async fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let (sql, params, names) = (sql.to_owned(), params.to_vec(), self.names.clone());
        self.readers
            .run(move |connection| connection::query(connection, &names, &sql, &params))
            .await
    }

    pub(crate) async fn write(&self, batch: Batch) -> Result<Vec<Done>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.jobs
            .send(Job::Write { batch, reply })
            .await
            .map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Runs a task alone on the writer's connection, outside any transaction.
    async fn alone<T: Send + 'static>(
        &self,
        task: impl FnOnce(&mut rusqlite::Connection, &Names) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let task: Task = Box::new(move |connection, names| {
            // Nobody waits any more when the receiver is gone; the task is done all the same.
            let _ = reply.send(task(connection, names));
        });
        self.jobs
            .send(Job::Alone(task))
            .await
            .map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    pub(crate) async fn stream(
        &self,
        sql: &str,
        params: &[Value],
        chunk: usize,
        out: mpsc::Sender<Result<Vec<Row>, StoreError>>,
    ) -> Result<(), StoreError> {
        let (path, options, names) = (self.path.clone(), self.options.clone(), self.names.clone());
        let (sql, params) = (sql.to_owned(), params.to_vec());
        // A reader of its own: a long export must not take one away from the pages.
        let connection = blocking(move || connection::open_reader(&path, &options)).await?;
        tokio::task::spawn_blocking(move || {
            let sent =
                connection::query_chunks(&connection, &names, &sql, &params, chunk, |rows| {
                    out.blocking_send(Ok(rows)).is_ok()
                });
            if let Err(error) = sent {
                let _ = out.blocking_send(Err(error));
            }
        });
        Ok(())
    }

    pub(crate) async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let (path, to, options, names) = (
            self.path.clone(),
            to.to_owned(),
            self.options.clone(),
            self.names.clone(),
        );
        blocking(move || {
            let source = connection::open_reader(&path, &options)?;
            connection::copy(&source, &to, &names)
        })
        .await
    }

    pub(crate) async fn integrity_check(&self) -> Result<Vec<String>, StoreError> {
        let rows = self.rows("PRAGMA integrity_check(100)", &[]).await?;
        let mut findings = Vec::new();
        for row in &rows {
            if row.text(0)? != "ok" {
                findings.push(row.string(0)?);
            }
        }
        for row in &self.rows("PRAGMA foreign_key_check", &[]).await? {
            findings.push(format!(
                "{} 的一行引用了不存在的 {}",
                row.text(0)?,
                row.text(2)?
            ));
        }
        Ok(findings)
    }

    pub(crate) async fn size(&self) -> Result<u64, StoreError> {
        let mut bytes = 0;
        for suffix in ["", "-wal"] {
            let file = connection::beside(&self.path, suffix);
            bytes += tokio::fs::metadata(&file)
                .await
                .map(|data| data.len())
                .unwrap_or(0);
        }
        Ok(bytes)
    }

    pub(crate) async fn optimize(&self) -> Result<(), StoreError> {
        self.alone(|connection, names| {
            connection
                .execute_batch("PRAGMA analysis_limit = 1000; PRAGMA optimize = 0x10002; PRAGMA wal_checkpoint(TRUNCATE)")
                .map_err(|error| connection::sql_error(error, "PRAGMA optimize", names))
        })
        .await
    }

    /// Ends the writer after the batches that wait, and closes its file.
    pub(crate) async fn close(&self) {
        let _ = self.jobs.send(Job::End).await;
        if let Some(ended) = self.ended.lock().await.take() {
            let _ = ended.await;
        }
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("数据库已关闭".into())
}

/// Runs blocking work on a blocking thread.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StoreError::Unavailable(error.to_string()))?
}
