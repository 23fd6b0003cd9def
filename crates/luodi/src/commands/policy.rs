//! `luodi policy …`: checking, explaining and testing policy packs.

mod check;
mod explain;
mod files;
mod load;
mod schema;
mod test;

use clap::Subcommand;
pub use explain::read as read_pack;

use crate::failure::Answer;

/// What can be done with packs.
#[derive(Debug, Subcommand)]
#[command(about = "政策包：检查、说明、试算、格式")]
pub enum PolicyTask {
    Check(check::Check),
    Explain(explain::Explain),
    Test(test::Test),
    Load(load::Load),
    Schema(schema::Schema),
}

impl PolicyTask {
    /// Runs the command.
    pub fn run(self) -> Answer {
        match self {
            PolicyTask::Check(task) => task.run(),
            PolicyTask::Explain(task) => task.run(),
            PolicyTask::Test(task) => task.run(),
            PolicyTask::Load(task) => task.run(),
            PolicyTask::Schema(task) => task.run(),
        }
    }
}
