//! Projects: events, decisions, track.

pub mod event;
pub mod values;
