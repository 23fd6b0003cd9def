//! 会议: an agenda from open problems, minutes, decisions that become matters in the same transaction.

mod call;
mod list;
mod load;
mod problems;
mod rebuild;
mod record;
mod rhythm;
mod show;
mod tell;

pub use call::{MeetingForm, MeetingKind, NewMeeting};
pub use list::{MeetingItem, MeetingPage};
pub use problems::Problem;
pub use record::MeetingChange;
pub use rhythm::{MeetingOn, Rhythm};
pub use show::{FollowedDecision, LastMeeting, MeetingView};
