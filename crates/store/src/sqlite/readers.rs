//! A few connections that only read, lent to blocking threads.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::connection::open_reader;
use crate::{OpenOptions, StoreError};

/// The pool. One permit stands for one idle connection.
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn open(path: &Path, options: &OpenOptions) -> Result<Self, StoreError> {
        let count = options.readers.max(1);
        let idle = (0..count)
            .map(|_| open_reader(path, options))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            idle: Arc::new(Mutex::new(idle)),
            permits: Arc::new(Semaphore::new(count)),
        })
    }

    /// Runs `work` with a reader on a blocking thread.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = self
            .permits
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| super::closed())?;
        let idle = self.idle.clone();
        super::blocking(move || {
            let reader = take(&idle).ok_or_else(super::closed)?;
            let result = work(&reader);
            // Given back here and not by the caller: a caller that went away must not take a reader with it.
            give_back(&idle, reader);
            drop(permit);
            result
        })
        .await
    }
}

fn take(idle: &Mutex<Vec<Connection>>) -> Option<Connection> {
    idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

fn give_back(idle: &Mutex<Vec<Connection>>, reader: Connection) {
    idle.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(reader);
}
