//! Why a command did not do what it was asked, and the exit code that says so.

use std::fmt::Display;
use std::process::ExitCode;

use service::ServiceError;
use store::StoreError;

use crate::output;

/// What every command answers.
pub type Answer = Result<(), Failure>;

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Failure {
        match error {
            ServiceError::Refused(refusal) => Failure::because(refusal),
            other => Failure::because(other),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::because(error)
    }
}

/// Why a command failed.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// Refused, not possible, or broken: the Chinese message says what, why and what to do.
    Refused(String),
    /// A check found something and has already said what.
    Told,
}

impl Failure {
    /// A failure with its message.
    pub fn because(message: impl Display) -> Failure {
        Failure::Refused(message.to_string())
    }

    /// Says it on the error output.
    pub fn tell(self) -> ExitCode {
        if let Failure::Refused(message) = self {
            output::complain(&format!("错误：{message}"));
        }
        ExitCode::FAILURE
    }
}
