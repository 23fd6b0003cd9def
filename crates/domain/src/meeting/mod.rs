//! Meetings: called, changed, postponed or cancelled; an agenda from open problems, attendance, minutes for each item,
//! decisions that become matters; how often a kind of meeting is to be held.

mod decide;
mod describe;
mod event;
mod rhythm;
mod state;

pub use decide::{called_well, check, may_hold};
pub use describe::{moment, sentences};
pub use event::{
    AgendaItem, Attendance, Calling, ItemSource, MeetingEvent, MeetingEventKind, Presence,
};
pub use rhythm::{Period, period_of, remind_on};
pub use state::{Decision, ItemState, MeetingState};
