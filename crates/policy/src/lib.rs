//! Policy packs: what a document orders, as data.

mod compile;
pub mod compiled;
pub mod model;
mod problem;
mod read;
mod tree;

pub use compiled::*;
pub use problem::{
    Label, LocatedLabel, LocatedProblem, Problem, Problems, Severity, Source, Style,
};
pub use read::{Report, check, read};
