//! The program as a running server.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Stdio};

use super::program;

/// A running program; it is ended when the test lets go of it.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:…`
    pub address: String,
}

impl Server {
    /// Starts the sample installation in a folder, on a day.
    pub fn start(data: &Path, today: &str) -> Server {
        let mut command = program();
        command
            .args([
                "demo",
                "--json",
                "--listen",
                "127.0.0.1:0",
                "--today",
                today,
                "--data",
            ])
            .arg(data);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let shown: serde_json::Value =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        Server {
            address: shown["address"].as_str().unwrap().to_owned(),
            child,
        }
    }

    /// Ends the program as a power cut does: on unix, `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks the program to stop, as a service manager does, and waits for its end.
    #[cfg(unix)]
    pub fn stop(mut self) -> i32 {
        let asked = std::process::Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(asked.success());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = self
            .child
            .stdout
            .take()
            .map(|mut out| out.read_to_end(&mut Vec::new()));
    }
}
