#![doc = include_str!("../README.md")]

mod document;
mod error;
mod read;
mod value;
mod write;

pub use document::{
    DocumentContent, Paragraph, ParagraphKind, fill_document, minutes_template, official_template,
    order_template, placeholders,
};
pub use error::{ReadError, WriteError};
pub use read::{Format, NamedSheet, ReadLimits, Table, TableRow, read_sheets, read_table, sniff};
pub use value::{Cell, CellValue, column_letters};
pub use write::{
    Align, Column, ColumnKind, FAULT_HEADING, FORM_DATA_SHEET, FORM_KEY_HEADING, FormColumn,
    FormNote, FormRow, FormSheet, Out, OutCell, Paper, Sheet, SheetWriter, write_csv, write_faults,
    write_form,
};
