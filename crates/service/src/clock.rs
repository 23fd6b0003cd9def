//! The only place that knows what time it is. Days are Asia/Shanghai.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use calendar::Day;
use jiff::{Timestamp, tz::TimeZone};

/// The system's clock, or one that a test or a rehearsal sets.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    fixed_microseconds: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Clock {
        Clock::default()
    }

    /// A clock that stands still until it is set.
    pub fn fixed(now: Timestamp) -> Clock {
        Clock {
            fixed_microseconds: Some(Arc::new(AtomicI64::new(now.as_microsecond()))),
        }
    }

    /// A clock that stands at nine in the morning of `day` in Shanghai.
    pub fn at_day(day: Day) -> Clock {
        Clock::fixed(morning_of(day))
    }

    /// Sets a fixed clock to nine in the morning of `day`; the system's clock is left alone.
    pub fn set_day(&self, day: Day) {
        self.set(morning_of(day));
    }

    /// Sets a fixed clock; the system's clock is left alone.
    pub fn set(&self, now: Timestamp) {
        if let Some(fixed) = &self.fixed_microseconds {
            fixed.store(now.as_microsecond(), Ordering::SeqCst);
        }
    }

    /// This moment. A fixed clock ticks a microsecond at each look, so that the order of records can be told.
    pub fn now(&self) -> Timestamp {
        match &self.fixed_microseconds {
            None => Timestamp::now(),
            Some(fixed) => {
                let microseconds = fixed.fetch_add(1, Ordering::SeqCst);
                Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::UNIX_EPOCH)
            }
        }
    }

    /// Today in Shanghai.
    pub fn today(&self) -> Day {
        day_of(self.now())
    }
}

/// Shanghai has had no summer time since 1991, so that the offset is fixed at eight hours.
fn shanghai() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(8))
}

/// The day in Shanghai on which `moment` falls.
pub fn day_of(moment: Timestamp) -> Day {
    moment.to_zoned(shanghai()).date()
}

/// `2025-07-30 09:15` in Shanghai.
pub fn display_minute(moment: Timestamp) -> String {
    moment
        .to_zoned(shanghai())
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// The first moment of `day` in Shanghai.
pub fn start_of(day: Day) -> Timestamp {
    shanghai()
        .to_ambiguous_zoned(day.at(0, 0, 0, 0))
        .compatible()
        .map(|z| z.timestamp())
        .unwrap_or(Timestamp::MIN)
}

fn morning_of(day: Day) -> Timestamp {
    shanghai()
        .to_ambiguous_zoned(day.at(9, 0, 0, 0))
        .compatible()
        .map(|z| z.timestamp())
        .unwrap_or(Timestamp::MIN)
}
