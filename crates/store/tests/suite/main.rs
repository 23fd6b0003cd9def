//! The same suite for SQLite (always) and PostgreSQL (when `LUODI_TEST_PG` holds an address).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

#[macro_use]
mod support;

mod chain;
mod deadlines;
mod events;
mod imports;
mod ledger;
mod lists;
mod matters;
mod migrations;
mod office;
mod projects;
mod seam;
mod worklists;
