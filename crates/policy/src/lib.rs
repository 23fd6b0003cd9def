#![doc = include_str!("../README.md")]

pub mod cases;
mod check;
mod compile;
pub mod compiled;
mod explain;
pub mod model;
mod problem;
mod read;
mod schema;
mod shape;
mod syntax;
mod tree;
mod words;

pub use compiled::*;
pub use explain::explain;
pub use problem::{
    Label, LocatedLabel, LocatedProblem, Problem, Problems, Severity, Source, Style,
};
pub use read::{Report, check, check_beside, read};
pub use schema::schema;
