//! Policy packs: what a document orders, as data.

pub mod compiled;
pub mod model;

pub use compiled::*;
