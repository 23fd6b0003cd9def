//! One file per command.

mod backup;
mod bench;
mod demo;
mod due;
mod export;
mod holidays;
mod import;
mod policy;
mod rebuild;
mod region;
mod report;
mod restore;
mod serve;
mod sweep;
mod track;
mod user;
mod verify;

use clap::Subcommand;

use crate::cli::Cli;
use crate::failure::{Answer, Failure};

/// A command with its options.
#[derive(Debug, Subcommand)]
pub enum Task {
    Demo(demo::Demo),
    Serve(serve::Serve),
    #[command(subcommand)]
    Import(import::ImportTask),
    #[command(subcommand)]
    Export(export::ExportTask),
    Due(due::Due),
    Track(track::Track),
    #[command(subcommand)]
    Policy(policy::PolicyTask),
    #[command(subcommand)]
    Region(region::RegionTask),
    Report(report::Report),
    #[command(subcommand)]
    User(user::UserTask),
    #[command(subcommand)]
    Holidays(holidays::HolidaysTask),
    Sweep(sweep::Sweep),
    Verify(verify::Verify),
    Rebuild(rebuild::Rebuild),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Bench(bench::Bench),
}

/// Runs the command.
pub fn run(cli: Cli) -> Answer {
    match cli.task {
        Task::Demo(task) => task.run(),
        Task::Serve(task) => task.run(),
        Task::Import(task) => task.run(),
        Task::Export(task) => task.run(),
        Task::Due(task) => task.run(),
        Task::Track(task) => task.run(),
        Task::Policy(task) => task.run(),
        Task::Region(task) => task.run(),
        Task::Report(task) => task.run(),
        Task::User(task) => task.run(),
        Task::Holidays(task) => task.run(),
        Task::Sweep(task) => task.run(),
        Task::Verify(task) => task.run(),
        Task::Rebuild(task) => task.run(),
        Task::Backup(task) => task.run(),
        Task::Restore(task) => task.run(),
        Task::Bench(task) => task.run(),
    }
}

/// Reads a text file that the user named.
pub fn read_text(path: &std::path::Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| {
        Failure::because(format!("文件“{}”{}", path.display(), file_trouble(&error)))
    })
}

/// What the system says about a file, in Chinese.
pub fn file_trouble(error: &std::io::Error) -> String {
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
