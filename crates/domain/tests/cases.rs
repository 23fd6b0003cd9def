//! Every case beside every pack comes out as its clause says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use std::path::{Path, PathBuf};

use common::*;
use domain::{Packs, run_cases};
use policy::Policy;
use policy::cases::Cases;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            found.push(path);
        }
    }
}

fn read<T>(path: &Path, parse: impl Fn(&str, &str) -> T) -> T {
    let text = std::fs::read_to_string(path).unwrap();
    parse(&path.file_name().unwrap().to_string_lossy(), &text)
}

/// The packs that a case file speaks of: its own, and the one that its own accompanies or that accompanies it.
fn packs_of<'p>(id: &str, all: &'p [Policy]) -> Packs<'p> {
    let own = all.iter().find(|policy| policy.file.pack.id == id).unwrap();
    match &own.file.pack.accompanies {
        Some(lifecycle) => {
            let lifecycle = all
                .iter()
                .find(|policy| policy.file.pack.id == *lifecycle)
                .unwrap();
            Packs {
                lifecycle,
                performance: Some(own),
            }
        }
        None => {
            let mut others = all.iter();
            let performance =
                others.find(|policy| policy.file.pack.accompanies.as_deref() == Some(id));
            Packs {
                lifecycle: own,
                performance,
            }
        }
    }
}

#[test]
fn all_cases_of_all_packs_come_out_as_expected() {
    let mut found = Vec::new();
    files(
        &PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../policies"),
        &mut found,
    );
    let (cases, packs): (Vec<_>, Vec<_>) = found
        .into_iter()
        .filter(|path| !path.components().any(|part| part.as_os_str() == "broken"))
        .partition(|path| path.to_string_lossy().ends_with(".cases.toml"));
    let packs: Vec<Policy> = packs
        .iter()
        .map(|path| read(path, |name, text| policy::read(name, text).unwrap()))
        .collect();
    let mut run = 0;
    let mut wrong = Vec::new();
    for path in &cases {
        let cases: Cases = read(path, |name, text| policy::cases::read(name, text).unwrap());
        run += cases.cases.len();
        let problems = run_cases(packs_of(&cases.pack, &packs), &cases, calendar());
        wrong.extend(problems.into_iter().map(|problem| {
            format!(
                "{}：{}\n    {}",
                cases.source.name,
                problem.message,
                problem.help.unwrap_or_default()
            )
        }));
    }
    assert!(run > 0, "no cases were found");
    assert!(
        wrong.is_empty(),
        "{} of {run}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_case_that_does_not_come_out_says_what_differs() {
    let text = r#"
        pack = "qianjiang-6411"
        [[case]]
        name = "错例"
        clause = "二"
        reason = "签约后6个月内开工"
        facts = [
            { kind = "milestone_claimed", happened_on = "2024-08-31", milestone = "signed", reached_on = "2024-08-31" },
        ]
        on = "2025-03-01"
        expect.start = { due = "2025-03-01", light = "yellow" }
        expect.nothing = { light = "red" }
        [[case]]
        name = "应当拒绝的获准了"
        clause = "二"
        reason = "第一次申请延期应当获准"
        facts = [
            { kind = "milestone_claimed", happened_on = "2024-08-31", milestone = "signed", reached_on = "2024-08-31" },
        ]
        on = "2024-12-01"
        command = { command = "request_extension", stage = "start", days = 30, reason = "x", by = { unit = "样例镇" } }
        refused = { code = "second_extension" }
    "#;
    let cases = policy::cases::read("错例.cases.toml", text).unwrap();
    let packs = Packs {
        lifecycle: &LIFECYCLE,
        performance: Some(&PERFORMANCE),
    };
    let said: Vec<String> = run_cases(packs, &cases, calendar())
        .into_iter()
        .map(|problem| problem.message)
        .collect();
    for part in [
        "案例“错例”：“start”的到期日应为 2025-03-01，实际为 2025-02-28。",
        "案例“错例”：政策包中没有阶段或环节“nothing”。",
        "案例“应当拒绝的获准了”：操作应当被拒绝，却获准了。",
    ] {
        assert!(
            said.iter().any(|message| message == part),
            "{part}\n{said:#?}"
        );
    }
}
