#![doc = include_str!("../README.md")]

mod arrangement;
mod day;
mod due;
mod explain;
mod intervals;
mod limit;
mod work_calendar;

pub use arrangement::CalendarError;
pub use day::{Day, DayError, parse_day, weekday_zh};
pub use due::{Due, DueError, Moved, Roll, back, due, due_excluding, moved};
pub use explain::{ExplainStep, explain};
pub use intervals::merge_intervals;
pub use limit::{Limit, LimitError, LimitUnit};
pub use work_calendar::{DayKind, WorkCalendar};
