//! `luodi policy check`.

use std::path::{Path, PathBuf};

use clap::Args;
use policy::model::PackKind;
use policy::{LocatedProblem, Policy, Report, Severity, Style};
use serde::Serialize;

use super::files;
use crate::commands::read_text;
use crate::failure::{Answer, Failure};
use crate::output;

/// `luodi policy check`.
#[derive(Debug, Args)]
#[command(about = "检查政策包：错误标出文件、行、列，警告一并列出")]
pub struct Check {
    #[arg(
        value_name = "路径",
        required = true,
        help = "政策包文件或文件夹，可多个"
    )]
    paths: Vec<PathBuf>,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

/// The answer for machines.
#[derive(Debug, Serialize)]
struct Shown {
    files: usize,
    errors: usize,
    warnings: usize,
    problems: Vec<LocatedProblem>,
}

impl Check {
    /// Checks every file and shows what was found; an error makes the command fail.
    pub fn run(self) -> Answer {
        let reports = reports(&self.paths)?;
        let problems = || reports.iter().flat_map(|report| &report.problems);
        let count = |severity| {
            problems()
                .filter(|problem| problem.severity == severity)
                .count()
        };
        let shown = Shown {
            files: reports.len(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            problems: reports
                .iter()
                .flat_map(|report| report.source.located(&report.problems))
                .collect(),
        };
        if self.json {
            output::say_json(&shown)?;
        } else {
            show(&reports, &shown);
        }
        if shown.errors > 0 {
            Err(Failure::Told)
        } else {
            Ok(())
        }
    }
}

/// All packs of the paths, checked; a performance pack beside the lifecycle pack that it accompanies.
fn reports(paths: &[PathBuf]) -> Result<Vec<Report>, Failure> {
    let found = files::collect(paths, files::is_pack)?;
    if found.is_empty() {
        return Err(Failure::because(
            "这些路径下没有政策包（*.toml）。请核对路径。",
        ));
    }
    found.iter().map(|path| report(path)).collect()
}

fn report(path: &Path) -> Result<Report, Failure> {
    let (name, text) = (path.display().to_string(), read_text(path)?);
    let report = policy::check(&name, &text);
    let accompanies = report
        .policy
        .as_ref()
        .filter(|policy| policy.file.pack.kind == PackKind::Performance)
        .and_then(|policy| policy.file.pack.accompanies.clone());
    match accompanies.and_then(|id| neighbour(path, &id)) {
        Some(lifecycle) => Ok(policy::check_beside(&name, &text, &lifecycle)),
        None => Ok(report),
    }
}

/// The pack with this id in the folder of `path`, when there is one that can be read.
pub fn neighbour(path: &Path, id: &str) -> Option<Policy> {
    neighbours(path).find(|policy| policy.file.pack.id == id)
}

/// The performance pack that accompanies the pack with this id, in the folder of `path`.
pub fn companion_of(path: &Path, id: &str) -> Option<Policy> {
    neighbours(path).find(|policy| policy.file.pack.accompanies.as_deref() == Some(id))
}

/// The packs in the folder of a file that can be read.
fn neighbours(path: &Path) -> impl Iterator<Item = Policy> {
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let beside = files::collect(&[folder.to_path_buf()], files::is_pack).unwrap_or_default();
    beside.into_iter().filter_map(|path| {
        let text = std::fs::read_to_string(&path).ok()?;
        policy::read(&path.display().to_string(), &text).ok()
    })
}

fn show(reports: &[Report], shown: &Shown) {
    let style = if output::coloured() {
        Style::Ansi
    } else {
        Style::Plain
    };
    for report in reports.iter().filter(|report| !report.problems.is_empty()) {
        output::complain(&report.render(style));
        output::complain("");
    }
    let Shown {
        files,
        errors,
        warnings,
        ..
    } = shown;
    let verdict = if *errors > 0 {
        "不能使用"
    } else {
        "可以使用"
    };
    output::say(&format!(
        "检查政策包 {files} 个：错误 {errors} 处，警告 {warnings} 处，{verdict}。"
    ));
}
