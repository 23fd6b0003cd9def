//! Running the program as a user does.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

pub mod browser;
pub mod server;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run of the program said.
pub struct Said {
    /// Standard output.
    pub out: String,
    /// Error output.
    pub err: String,
    /// Exit code.
    pub code: i32,
}

impl Said {
    /// Fails the test when the program did not succeed.
    pub fn done(self) -> Said {
        assert_eq!(self.code, 0, "out:\n{}\nerr:\n{}", self.out, self.err);
        self
    }

    /// Fails the test when the program did not end with this code.
    pub fn ended(self, code: i32) -> Said {
        assert_eq!(self.code, code, "out:\n{}\nerr:\n{}", self.out, self.err);
        self
    }

    /// The standard output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}:\n{}", self.out))
    }
}

/// The program with an environment of its own.
pub fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_luodi"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("LUODI_") {
            program.env_remove(name);
        }
    }
    program
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .stdin(Stdio::null());
    program
}

/// Runs the program.
pub fn luodi(args: &[&str]) -> Said {
    said(program().args(args))
}

/// Runs a command to its end.
pub fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    Said {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap_or(-1),
    }
}

/// A file of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}
