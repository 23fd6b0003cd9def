#![doc = include_str!("../README.md")]

pub mod event;
pub mod state;
pub mod track;
pub mod values;

pub use event::{By, Details, Event, EventId, EventKind, FileRef};
pub use state::State;
pub use track::{Light, Plan, Stand, Track, evaluate, plan};
pub use values::{CreditCode, MoneyUnit, Yuan};
