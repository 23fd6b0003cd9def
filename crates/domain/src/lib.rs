#![doc = include_str!("../README.md")]

pub mod authorise;
pub mod award;
pub mod cases;
pub mod command;
pub mod decide;
pub mod describe;
pub mod event;
pub mod matter;
pub mod meeting;
pub mod packs;
pub mod refusal;
pub mod state;
mod text;
pub mod track;
pub mod values;
pub mod view;

pub use authorise::{ActorUnit, authorise};
pub use award::{Eligibility, Suggestion, award_eligibility, awards, suggested_breaches};
pub use cases::run_cases;
pub use command::Command;
pub use decide::{decide, impossible_orders, may_lead_another};
pub use describe::describe;
pub use event::{By, Details, Event, EventId, EventKind, FileRef};
pub use packs::{Packs, unit_names};
pub use refusal::Refusal;
pub use state::State;
pub use track::{
    Deadline, Light, Plan, Stand, Summary, Track, deadlines, derivation, evaluate, plan, summary,
};
pub use values::{CreditCode, MoneyUnit, Yuan};
pub use view::{TrackView, view};
