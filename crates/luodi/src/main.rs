//! luodi (落地): the one program. Reads the command line, runs the command, and answers with an exit code:
//! 0 done, 1 refused or a check failed, 2 the command line cannot be understood.

mod archive;
mod cli;
mod commands;
mod daily;
mod failure;
mod installation;
mod log;
mod output;
mod progress;
mod usage;

use std::process::ExitCode;

/// Pays where many small things are made: the figures are in docs/performance.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match cli::parse(std::env::args_os()) {
        Ok(cli) => commands::run(cli).map_or_else(|failure| failure.tell(), |()| ExitCode::SUCCESS),
        Err(error) => usage::tell(&error),
    }
}
