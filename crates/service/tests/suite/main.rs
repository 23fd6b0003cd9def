//! The use cases of a small city, each on SQLite (always) and on PostgreSQL (when `LUODI_TEST_PG` holds an address).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    reason = "a test that cannot go on fails"
)]

#[macro_use]
mod support;
mod city;
mod outside;

mod accounts;
mod adjustments;
mod attachments;
mod closed_loop;
mod documents;
mod forms;
mod holidays;
mod imports;
mod leaders;
mod leads;
mod life;
mod matters;
mod meetings;
mod messages;
mod policies;
mod portal;
mod rights;
mod round_trip;
mod sweep;
mod trust;
