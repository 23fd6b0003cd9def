//! From a table to projects and back: which column is what, what each row says, what is wrong or absent in it.
//!
//! Nothing here reads files or stores projects. [`map`] takes a table as `office` reads it and gives candidates with
//! their faults; the import use case decides what to do with them. [`template_columns`] are the columns of the empty
//! workbook.

mod amounts;
mod choices;
mod columns;
mod contact;
mod days;
mod draft;
mod duplicates;
mod export;
mod headings;
mod map;
mod nodes;
mod report;
mod rows;
mod stage;

pub use columns::RecognisedColumn;
pub use contact::Contact;
pub use duplicates::{Duplicate, DuplicateBy};
pub use export::template_columns;
pub use headings::{Field, HeadingUnit, Known, Vocabulary};
pub use map::{
    Candidate, Fault, LedgerContext, LedgerError, Mapping, MilestoneName, Reached, Skipped,
    UnknownColumn, map,
};
pub use report::{ImportReport, fault_marks};
