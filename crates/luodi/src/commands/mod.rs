//! One file per command.

mod due;
mod policy;
mod track;

use clap::Subcommand;

use crate::cli::Cli;
use crate::failure::{Answer, Failure};

/// A command with its options.
#[derive(Debug, Subcommand)]
pub enum Task {
    Due(due::Due),
    #[command(subcommand)]
    Policy(policy::PolicyTask),
    Track(track::Track),
}

/// Runs the command.
pub fn run(cli: Cli) -> Answer {
    match cli.task {
        Task::Due(task) => task.run(),
        Task::Policy(task) => task.run(),
        Task::Track(task) => task.run(),
    }
}

/// Reads a text file that the user named.
fn read_text(path: &std::path::Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| {
        Failure::because(format!("文件“{}”{}", path.display(), file_trouble(&error)))
    })
}

/// What the system says about a file, in Chinese.
fn file_trouble(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "不存在。请核对路径。".to_owned(),
        ErrorKind::PermissionDenied => "没有读写权限。请检查文件权限。".to_owned(),
        ErrorKind::InvalidData => "不是 UTF-8 文本。请另存为 UTF-8 后再用。".to_owned(),
        ErrorKind::IsADirectory => "是文件夹。请给出文件。".to_owned(),
        ErrorKind::AlreadyExists => "已经存在。请换一个文件名。".to_owned(),
        ErrorKind::StorageFull => "写入失败：磁盘已满。".to_owned(),
        _ => format!("无法读写：{error}。"),
    }
}
