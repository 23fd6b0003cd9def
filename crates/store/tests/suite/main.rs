//! The same suite for SQLite (always) and PostgreSQL (when `LUODI_TEST_PG` holds an address).

#[macro_use]
mod support;

mod chain;
mod events;
mod migrations;
mod seam;
