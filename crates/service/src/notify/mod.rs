//! Notices that leave the installation: e-mail by SMTP, signed webhooks, and the daily digest.
//!
//! Sending takes plain values and says whether it worked; which notice goes out when, and to whom, is decided by the
//! outbox.

pub mod digest;
pub mod mail;
pub(crate) mod phones;
pub mod retry;
mod secret;
pub mod webhook;

pub use secret::Secret;
