//! The one writer. Batches that wait are written in one transaction, each in its own savepoint, and are answered
//! after the one commit: what is acknowledged is on the disk, and the cost of the disk is shared.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::connection::{Names, beside, execute, sql_error};
use crate::batch::Done;
use crate::{Batch, StoreError};

/// Batches in one group at most: a bound on how long the first one waits.
const GROUP: usize = 512;
/// A batch of more statements is written alone. In a savepoint SQLite keeps the pages of the whole batch for undoing it
/// and looks through them after each statement, so that the time would grow with the square of the batch.
const LARGE: usize = 2_000;
/// A batch of more statements touches more pages than the usual cache holds: while it is written the cache is larger,
/// or pages would go out to the file and come back again and again.
const HUGE: usize = 20_000;
/// Page cache for such a batch, in KiB.
const HUGE_CACHE_KIB: u32 = 64 * 1024;
/// Jobs that may wait before senders wait too.
const WAITING: usize = 1024;

pub(super) type Task = Box<dyn FnOnce(&mut Connection, &Names) + Send>;
type Answer = Result<Vec<Done>, StoreError>;

/// Something for the writer to do.
pub(super) enum Job {
    /// Write this, all or nothing.
    Write {
        batch: Batch,
        reply: oneshot::Sender<Answer>,
    },
    /// Do this alone, outside a transaction.
    Alone(Task),
    /// No more.
    End,
}

/// Starts the writer's thread. The receiver resolves when it has ended.
pub(super) fn start(
    connection: Connection,
    names: Arc<Names>,
    path: PathBuf,
    temporary: bool,
    cache_kib: u32,
) -> Result<(mpsc::Sender<Job>, oneshot::Receiver<()>), StoreError> {
    let (jobs, waiting) = mpsc::channel(WAITING);
    let (ended, when_ended) = oneshot::channel();
    std::thread::Builder::new()
        .name("store-writer".into())
        .spawn(move || {
            run(connection, &names, waiting, cache_kib);
            if temporary {
                for suffix in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(beside(&path, suffix));
                }
            }
            let _ = ended.send(());
        })
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok((jobs, when_ended))
}

fn run(mut connection: Connection, names: &Names, mut jobs: mpsc::Receiver<Job>, cache_kib: u32) {
    while let Some(first) = jobs.blocking_recv() {
        let mut next = Some(first);
        while let Some(job) = next.take() {
            match job {
                Job::Write { batch, reply } => {
                    let large = batch.len() > LARGE;
                    let widened = batch.len() > HUGE && cache_kib < HUGE_CACHE_KIB;
                    if widened {
                        set_cache(&connection, HUGE_CACHE_KIB);
                    }
                    let mut group = vec![(batch, reply)];
                    if !large {
                        next = collect(&mut jobs, &mut group);
                    }
                    write_group(&connection, names, group);
                    if widened {
                        set_cache(&connection, cache_kib);
                    }
                }
                Job::Alone(task) => task(&mut connection, names),
                Job::End => return,
            }
        }
    }
}

/// Sets the page cache and gives back what it no longer needs. It only matters for speed: when it fails, the batch is
/// written all the same.
fn set_cache(connection: &Connection, kib: u32) {
    let set = format!("PRAGMA cache_size = -{kib}; PRAGMA shrink_memory");
    if let Err(error) = connection.execute_batch(&set) {
        tracing::debug!(%error, "page cache was not changed");
    }
}

/// Takes what waits into the group; a large batch, or a job that is no batch, ends the group and comes next.
fn collect(
    jobs: &mut mpsc::Receiver<Job>,
    group: &mut Vec<(Batch, oneshot::Sender<Answer>)>,
) -> Option<Job> {
    while group.len() < GROUP {
        match jobs.try_recv() {
            Ok(Job::Write { batch, reply }) if batch.len() <= LARGE => group.push((batch, reply)),
            Ok(other) => return Some(other),
            Err(_) => break,
        }
    }
    None
}

fn write_group(
    connection: &Connection,
    names: &Names,
    group: Vec<(Batch, oneshot::Sender<Answer>)>,
) {
    let (batches, replies): (Vec<_>, Vec<_>) = group.into_iter().unzip();
    let answers = match transaction(connection, names, &batches) {
        Ok(answers) => answers,
        Err(error) => {
            rollback(connection, names);
            batches.iter().map(|_| Err(error.clone())).collect()
        }
    };
    for (reply, answer) in replies.into_iter().zip(answers) {
        // A caller that went away loses only its answer.
        let _ = reply.send(answer);
    }
}

/// Writes the whole group; an error here is everybody's.
fn transaction(
    connection: &Connection,
    names: &Names,
    batches: &[Batch],
) -> Result<Vec<Answer>, StoreError> {
    control(connection, names, "BEGIN IMMEDIATE")?;
    if let [batch] = batches {
        return Ok(vec![write_only(connection, names, batch)]);
    }
    let mut answers = Vec::with_capacity(batches.len());
    for batch in batches {
        answers.push(write_one(connection, names, batch)?);
    }
    control(connection, names, "COMMIT")?;
    Ok(answers)
}

/// Writes the only batch of a transaction, which needs no savepoint.
fn write_only(connection: &Connection, names: &Names, batch: &Batch) -> Answer {
    let answer: Answer = batch
        .statements
        .iter()
        .map(|statement| execute(connection, names, statement))
        .collect();
    match answer {
        Ok(done) => control(connection, names, "COMMIT")
            .map(|()| done)
            .inspect_err(|_| rollback(connection, names)),
        Err(error) => {
            rollback(connection, names);
            Err(error)
        }
    }
}

/// Writes one batch in its savepoint. The outer error is one that ended the whole transaction.
fn write_one(connection: &Connection, names: &Names, batch: &Batch) -> Result<Answer, StoreError> {
    control(connection, names, "SAVEPOINT batch")?;
    let answer: Answer = batch
        .statements
        .iter()
        .map(|statement| execute(connection, names, statement))
        .collect();
    if let Err(error) = &answer {
        // A full disk and the like make SQLite roll everything back by itself.
        if connection.is_autocommit() {
            return Err(error.clone());
        }
        control(connection, names, "ROLLBACK TO batch")?;
    }
    control(connection, names, "RELEASE batch")?;
    Ok(answer)
}

fn control(connection: &Connection, names: &Names, sql: &str) -> Result<(), StoreError> {
    let run = || connection.prepare_cached(sql)?.execute([]);
    run()
        .map(drop)
        .map_err(|error| sql_error(error, sql, names))
}

fn rollback(connection: &Connection, names: &Names) {
    if connection.is_autocommit() {
        return;
    }
    if let Err(error) = control(connection, names, "ROLLBACK") {
        tracing::error!(%error, "rolling back a group of writes failed");
    }
}
