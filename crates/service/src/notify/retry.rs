//! When a notice that did not go out is tried again.

use std::time::Duration;

/// Tries in all; the last waits come to a day and a half after the first.
pub const MOST_TRIES: u32 = 9;
/// Wait after the first failure.
const FIRST_WAIT_SECONDS: u64 = 60;
/// Each wait is so many times the one before.
const FACTOR: u64 = 3;
/// No wait is longer than this: 12 hours.
const LONGEST_WAIT_SECONDS: u64 = 12 * 3600;

/// How long to wait after so many failures, or `None` when it is given up.
///
/// Waits grow from one minute threefold up to 12 hours. `seed` (the number of the notice) spreads them by up to a
/// tenth, so that many notices that failed together do not come back together.
///
/// ```
/// use std::time::Duration;
/// use service::notify::retry::wait_after;
///
/// assert_eq!(wait_after(1, 0), Some(Duration::from_secs(60)));
/// assert_eq!(wait_after(3, 0), Some(Duration::from_secs(540)));
/// assert_eq!(wait_after(9, 0), None);
/// ```
pub fn wait_after(failures: u32, seed: u64) -> Option<Duration> {
    if failures >= MOST_TRIES {
        return None;
    }
    let growth = FACTOR.saturating_pow(failures.saturating_sub(1));
    let wait = FIRST_WAIT_SECONDS
        .saturating_mul(growth)
        .min(LONGEST_WAIT_SECONDS);
    // A multiplication by a large odd number makes neighbouring seeds differ in their upper bits.
    let spread = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48;
    Some(Duration::from_secs(wait + wait / 10 * spread / 0xffff))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_half_a_day_and_end() {
        let waits: Vec<u64> = (1..MOST_TRIES)
            .filter_map(|n| wait_after(n, 0))
            .map(|wait| wait.as_secs())
            .collect();
        assert_eq!(waits, [60, 180, 540, 1620, 4860, 14580, 43200, 43200]);
        assert_eq!(wait_after(MOST_TRIES, 0), None);
        assert_eq!(wait_after(u32::MAX, 0), None);
    }

    #[test]
    fn notices_that_failed_together_come_back_spread_over_a_tenth() {
        let waits: Vec<u64> = (0..1000)
            .filter_map(|seed| wait_after(5, seed))
            .map(|wait| wait.as_secs())
            .collect();
        assert!(waits.iter().all(|wait| (4860..=5346).contains(wait)));
        let different: std::collections::BTreeSet<u64> = waits.into_iter().collect();
        assert!(different.len() > 300, "{}", different.len());
    }
}
