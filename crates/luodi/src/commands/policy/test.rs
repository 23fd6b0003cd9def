//! `luodi policy test`: the cases beside a pack.

use std::path::{Path, PathBuf};

use calendar::WorkCalendar;
use clap::Args;
use domain::Packs;
use domain::cases::run_cases;
use policy::cases::{self, Cases};
use policy::model::PackKind;
use policy::{LocatedProblem, Policy, Problem, Style};
use serde::Serialize;

use super::explain::read;
use super::{check, files};
use crate::commands::read_text;
use crate::failure::{Answer, Failure};
use crate::output;

/// `luodi policy test`.
#[derive(Debug, Args)]
#[command(
    about = "试算政策包：运行旁边的案例文件（*.cases.toml），结果与预期不符的指出位置",
    after_help = "案例文件与政策包放在一起：6411.toml 的案例是 6411.cases.toml。"
)]
pub struct Test {
    #[arg(
        value_name = "路径",
        required = true,
        help = "政策包、案例文件或文件夹，可多个"
    )]
    paths: Vec<PathBuf>,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

/// What came of a file of cases.
#[derive(Debug, Serialize)]
struct Tested {
    file: String,
    cases: usize,
    failed: usize,
    problems: Vec<LocatedProblem>,
    #[serde(skip)]
    drawn: String,
}

impl Test {
    /// Runs every file of cases; a case that does not come out as expected makes the command fail.
    pub fn run(self) -> Answer {
        let found = self.case_files()?;
        let tested = found
            .iter()
            .map(|path| test(path))
            .collect::<Result<Vec<_>, _>>()?;
        if self.json {
            output::say_json(&tested)?;
        } else {
            show(&tested);
        }
        if tested.iter().any(|tested| tested.failed > 0) {
            Err(Failure::Told)
        } else {
            Ok(())
        }
    }

    /// The files of cases in the folders, and those beside the packs that are named.
    fn case_files(&self) -> Result<Vec<PathBuf>, Failure> {
        let named = files::collect(&self.paths, files::is_cases)?;
        let found = named.into_iter().map(|path| match files::is_cases(&path) {
            true => Ok(path),
            false => beside(&path),
        });
        let mut found = found.collect::<Result<Vec<_>, _>>()?;
        found.dedup();
        if found.is_empty() {
            return Err(Failure::because(
                "这些路径下没有案例文件（*.cases.toml）。请核对路径。",
            ));
        }
        Ok(found)
    }
}

/// `6411.toml` has its cases in `6411.cases.toml`.
fn beside(pack: &Path) -> Result<PathBuf, Failure> {
    let cases = pack.with_extension("cases.toml");
    if cases.exists() {
        return Ok(cases);
    }
    Err(Failure::because(format!(
        "政策包“{}”旁边没有案例文件“{}”。",
        pack.display(),
        cases.display()
    )))
}

fn test(path: &Path) -> Result<Tested, Failure> {
    let style = if output::coloured() {
        Style::Ansi
    } else {
        Style::Plain
    };
    let name = path.display().to_string();
    let cases = cases::read(&name, &read_text(path)?).map_err(|problems| {
        Failure::because(format!("案例文件有错误。\n{}", problems.render(style)))
    })?;
    let pack = pack_of(path, &cases)?;
    let other = companion(path, &pack);
    let packs = match (pack.file.pack.kind, &other) {
        (PackKind::Performance, Some(lifecycle)) => Packs {
            lifecycle,
            performance: Some(&pack),
        },
        (PackKind::Performance, None) => return Err(no_lifecycle(path, &pack)),
        (PackKind::Lifecycle | PackKind::Matters | PackKind::Forms, other) => Packs {
            lifecycle: &pack,
            performance: other.as_ref(),
        },
    };
    let problems = run_cases(packs, &cases, WorkCalendar::state_council());
    Ok(Tested {
        file: name,
        cases: cases.cases.len(),
        failed: failed(&cases, &problems),
        problems: cases.source.located(&problems),
        drawn: cases.source.render(&problems, style),
    })
}

/// The pack that the cases name: the one of the same name, else one in the same folder.
fn pack_of(path: &Path, cases: &Cases) -> Result<Policy, Failure> {
    let own = path.with_extension("").with_extension("toml");
    if own.exists() {
        let pack = read(&own)?;
        if pack.file.pack.id == cases.pack {
            return Ok(pack);
        }
    }
    check::neighbour(path, &cases.pack).ok_or_else(|| {
        Failure::because(format!(
            "案例文件“{}”所检验的政策包 {} 不在同一文件夹中。",
            path.display(),
            cases.pack
        ))
    })
}

/// The pack beside which this one stands: the lifecycle of a performance pack, the performance pack of a lifecycle.
fn companion(path: &Path, pack: &Policy) -> Option<Policy> {
    let head = &pack.file.pack;
    match head.kind {
        PackKind::Performance => check::neighbour(path, head.accompanies.as_deref()?),
        PackKind::Lifecycle => check::companion_of(path, &head.id),
        PackKind::Matters | PackKind::Forms => None,
    }
}

fn no_lifecycle(path: &Path, pack: &Policy) -> Failure {
    let accompanies = pack
        .file
        .pack
        .accompanies
        .as_deref()
        .unwrap_or("全生命周期");
    Failure::because(format!(
        "案例文件“{}”所在文件夹中没有可用的政策包 {accompanies}，履约管理的案例要和它一起试算。",
        path.display()
    ))
}

/// How many cases have problems; a case begins at its line.
fn failed(cases: &Cases, problems: &[Problem]) -> usize {
    let starts: Vec<usize> = (0..cases.cases.len()).map(|at| cases.line(at).0).collect();
    let case_of = |problem: &Problem| {
        let line = problem
            .labels
            .first()
            .map_or(0, |label| cases.source.place(label.span.start).0);
        starts.partition_point(|start| *start <= line)
    };
    let mut hit: Vec<usize> = problems.iter().map(case_of).collect();
    hit.sort_unstable();
    hit.dedup();
    hit.len()
}

fn show(tested: &[Tested]) {
    for Tested {
        file,
        cases,
        failed,
        drawn,
        ..
    } in tested
    {
        if *failed == 0 {
            output::say(&format!("{file}：{cases} 个案例全部符合。"));
        } else {
            output::complain(&format!("{drawn}\n"));
            output::say(&format!("{file}：{cases} 个案例，{failed} 个不符合。"));
        }
    }
}
