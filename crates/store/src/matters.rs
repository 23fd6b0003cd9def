//! Matters as rows for looking: lists by unit, state and day; numbers without gaps; alerts about due days.

mod alerts;
mod lists;
mod numbers;
mod rows;
mod statistics;
mod units;

pub use alerts::{
    MatterAlertLine, MatterAlertRow, alerts_of_day, alerts_of_matter, alerts_of_unit,
    alerts_raised_on, raise, to_remind,
};
pub use lists::{
    Handled, MatterLine, MatterQuery, Sort, Tab, count, decisions_before, list, of_leader,
    of_project, open_of_kinds, waiting, waiting_count,
};
pub use numbers::{broken_numbers, next_number, recount, take_number};
pub use rows::{MatterRow, forget, get, issued_until, put, several, without_facts};
pub use statistics::{ClosedSpan, HandledCount, closed_spans, handled};
pub use units::{MatterUnitRow, units_of};
