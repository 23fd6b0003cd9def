//! What the program does, for operators: lines on the error output, or JSON with `LUODI_LOG_FORMAT=json`.
//! `LUODI_LOG` says how much, `info` when it says nothing. Secrets and personal data are never logged.

use tracing_subscriber::EnvFilter;

/// Starts logging for a program that keeps running.
pub fn start() {
    let filter = EnvFilter::try_from_env("LUODI_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start in one process changes nothing.
    let _ = match std::env::var("LUODI_LOG_FORMAT").as_deref() {
        Ok("json") => lines.json().try_init(),
        _ => lines.with_target(false).try_init(),
    };
}
