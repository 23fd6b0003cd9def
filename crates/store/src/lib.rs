#![doc = include_str!("../README.md")]

mod batch;
mod db;
mod error;
mod migrations;
mod postgres;
mod row;
mod rows;
mod search;
mod sqlite;
mod value;

pub mod accounts;
pub mod alerts;
pub mod attachments;
pub mod chain;
pub mod deadlines;
pub mod documents;
pub mod events;
pub mod holidays;
pub mod imports;
pub mod leads;
pub mod ledger;
pub mod matters;
pub mod meetings;
pub mod outbox;
pub mod packs;
pub mod performance;
pub mod project_leaders;
pub mod project_units;
pub mod projects;
pub mod reports;
pub mod sweep;
pub mod todos;
pub mod units;
pub mod views;
pub mod worklists;

pub use batch::{Batch, Sql};
pub use chain::sm3_hex;
pub use db::{Db, Dialect, OpenOptions, RowStream};
pub use error::StoreError;
pub use row::Row;
pub use value::Value;
