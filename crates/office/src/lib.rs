#![doc = include_str!("../README.md")]

mod error;
mod read;
mod value;
mod write;

pub use error::{ReadError, WriteError};
pub use read::{Format, ReadLimits, Table, TableRow, read_table, sniff};
pub use value::{Cell, CellValue, column_letters};
pub use write::{
    Align, Column, ColumnKind, FAULT_HEADING, Out, OutCell, Paper, Sheet, SheetWriter, write_csv,
    write_faults,
};
