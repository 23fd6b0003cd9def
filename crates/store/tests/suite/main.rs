//! The same suite for SQLite (always) and PostgreSQL (when `LUODI_TEST_PG` holds an address).

#[macro_use]
mod support;

mod chain;
mod deadlines;
mod events;
mod ledger;
mod migrations;
mod projects;
mod seam;
