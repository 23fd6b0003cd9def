//! The track (办理轨迹): what follows from a project's facts.
//!
//! [`plan`] works out every date: when a node opened, what its limit counts from, when it is due, warned and finally
//! overdue. [`Track`] compares the plan with a day: state, light, days left. Where no exemption is open the plan does not
//! depend on the day, so that lights of many projects are a comparison of dates.

mod deadlines;
mod derivation;
mod light_text;
mod lights;
mod plan;
mod summary;
mod waiting_gates;

pub use deadlines::{Deadline, DeadlineKind, deadlines};
pub use derivation::derivation;
pub use light_text::light_text;
pub use lights::{Light, NodeTrack, Stand, Track};
pub use plan::{NodePlan, Plan, Shift, plan};
pub use summary::{Awaiting, AwaitingKind, Summary, summary};

pub(crate) use deadlines::{kind as deadline_kind, warned_by};
pub(crate) use derivation::anchor_title;
pub(crate) use waiting_gates::open_level;

use calendar::{Day, WorkCalendar};
use policy::Policy;

use crate::event::Event;
use crate::state::State;

/// Folds the facts up to a day, plans, and compares with the day.
pub fn evaluate(policy: &Policy, events: &[Event], calendar: &WorkCalendar, on: Day) -> Track {
    let state = State::fold_until(policy, events, on);
    Track::new(policy, plan(policy, &state, calendar, on), on)
}

/// How many days one day lies after another; negative when before.
pub(crate) fn days_between(from: Day, to: Day) -> i32 {
    const SECONDS_PER_DAY: i64 = 86_400;
    // Days of the civil calendar number a few million, so this fits.
    (to.duration_since(from).as_secs() / SECONDS_PER_DAY) as i32
}
