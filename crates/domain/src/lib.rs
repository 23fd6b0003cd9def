#![doc = include_str!("../README.md")]

pub mod event;
pub mod packs;
pub mod state;
mod text;
pub mod track;
pub mod values;
pub mod view;

pub use event::{By, Details, Event, EventId, EventKind, FileRef};
pub use packs::{Packs, unit_names};
pub use state::State;
pub use track::{
    Deadline, Light, Plan, Stand, Summary, Track, deadlines, derivation, evaluate, plan, summary,
};
pub use values::{CreditCode, MoneyUnit, Yuan};
pub use view::{TrackView, view};
