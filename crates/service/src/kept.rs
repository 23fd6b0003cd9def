//! What took long to work out, kept for a short while for all who ask.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

use crate::Outcome;

/// What took long is kept for so many times as long, so that working it out takes a small part of a core, however many
/// people look.
const KEPT_TIMES: u32 = 20;
/// And no longer than this, so that nobody looks at the figures of an hour ago.
const KEPT_MOST: Duration = Duration::from_secs(300);
/// What is worked out faster is worked out each time.
const WORTH_KEEPING: Duration = Duration::from_millis(100);

/// Answers by what was asked for, each with the moment until which it is kept.
pub(crate) struct Kept<K, T>(tokio::sync::Mutex<HashMap<K, (T, Instant)>>);

impl<K, T> Default for Kept<K, T> {
    fn default() -> Self {
        Kept(tokio::sync::Mutex::default())
    }
}

impl<K: Eq + Hash, T: Clone> Kept<K, T> {
    /// The kept answer, or what `work` gives.
    pub(crate) async fn get(&self, key: K, work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
        // Held while working: who asks meanwhile gets the same answer and does not work it out again.
        let mut kept = self.0.lock().await;
        kept.retain(|_, (_, until)| Instant::now() < *until);
        if let Some((known, _)) = kept.get(&key) {
            return Ok(known.clone());
        }
        let begun = Instant::now();
        let worked = work.await?;
        let took = begun.elapsed();
        if took > WORTH_KEEPING {
            let until = Instant::now() + (took * KEPT_TIMES).min(KEPT_MOST);
            kept.insert(key, (worked.clone(), until));
        }
        Ok(worked)
    }
}
