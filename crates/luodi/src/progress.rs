//! How far long work has come, on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A growing number on the error output, when that is a terminal.
pub struct Counter(ProgressBar);

impl Counter {
    /// Begins at nothing.
    pub fn new(what: &'static str) -> Counter {
        let bar = ProgressBar::new_spinner().with_message(what);
        if let Ok(style) = ProgressStyle::with_template(
            "{spinner} {msg} {human_pos} 条，{per_sec:.0}，用时 {elapsed}",
        ) {
            bar.set_style(style);
        }
        Counter(bar)
    }

    /// So far.
    pub fn at(&self, number: u64) {
        self.0.set_position(number);
    }

    /// At its end.
    pub fn done(self) {
        self.0.finish_and_clear();
    }
}

/// Work whose end is not known, on a terminal.
pub struct Spinner(ProgressBar);

impl Spinner {
    /// Begins.
    pub fn new(what: &'static str) -> Spinner {
        let bar = ProgressBar::new_spinner().with_message(what);
        bar.enable_steady_tick(std::time::Duration::from_millis(120));
        Spinner(bar)
    }

    /// At its end.
    pub fn done(self) {
        self.0.finish_and_clear();
    }
}
