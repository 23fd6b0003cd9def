//! Every broken pack is refused, or warned of, at the place and in the words that its first line expects.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests fail by panicking

use std::path::{Path, PathBuf};

use policy::{LocatedProblem, Severity, Style};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/broken")
}

fn packs() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    paths.sort();
    let named = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    paths.iter().map(named).collect()
}

/// `# expect: <code> <line>:<column> <part of the message>`.
fn expected(text: &str) -> (&str, usize, usize, &str) {
    let rest = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("# expect: "));
    let mut parts = rest
        .unwrap_or_else(|| panic!("no `# expect:` line"))
        .splitn(3, ' ');
    let mut part = || parts.next().unwrap();
    let (code, place, message) = (part(), part(), part());
    let (line, column) = place.split_once(':').unwrap();
    (
        code,
        line.parse().unwrap(),
        column.parse().unwrap(),
        message,
    )
}

fn is_expected(problem: &LocatedProblem, text: &str) -> bool {
    let (code, line, column, message) = expected(text);
    let place = &problem.labels[0];
    problem.code == code
        && (place.line, place.column) == (line, column)
        && problem.message.contains(message)
}

#[test]
fn every_broken_pack_is_reported_as_its_first_line_expects() {
    let packs = packs();
    assert!(packs.len() >= 50, "the broken packs are missing");
    for (name, text) in packs {
        let report = policy::check(&name, &text);
        let found = report.located();
        assert!(
            found.iter().any(|p| is_expected(p, &text)),
            "{name}:\n{}",
            report.render(Style::Plain)
        );
        assert!(
            found.len() <= 3,
            "{name} reports one mistake too often:\n{}",
            report.render(Style::Plain)
        );
        assert_eq!(report.policy.is_none(), report.has_errors(), "{name}");
    }
}

#[test]
fn every_code_of_the_checks_has_a_broken_pack() {
    let packs = packs();
    let tested: Vec<&str> = packs.iter().map(|(_, text)| expected(text).0).collect();
    for (name, source) in [
        ("mod.rs", include_str!("../src/check/mod.rs")),
        ("documents.rs", include_str!("../src/check/documents.rs")),
        ("names.rs", include_str!("../src/check/names.rs")),
        ("rights.rs", include_str!("../src/check/rights.rs")),
        ("time.rs", include_str!("../src/check/time.rs")),
        (
            "sponsorship.rs",
            include_str!("../src/check/sponsorship.rs"),
        ),
        ("shape.rs", include_str!("../src/shape.rs")),
    ] {
        for code in codes(source) {
            // Too many rules would make a very long file; the next test makes one.
            assert!(
                tested.contains(&code) || code == "too-many",
                "{name}: no broken pack for `{code}`"
            );
        }
    }
}

/// The codes named in a source file: the first string after each `Problem::error(` or `Problem::warning(`.
fn codes(source: &str) -> Vec<&str> {
    let starts = ["Problem::error(", "Problem::warning("];
    let after = starts.iter().flat_map(|start| source.split(start).skip(1));
    let first = after
        .map(|rest| rest.trim_start())
        .filter_map(|rest| rest.strip_prefix('"'));
    first.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn more_than_64_stages_and_steps_are_too_many() {
    let text = std::fs::read_to_string(folder().join("anchor-optional.toml")).unwrap();
    let (before, after) = text.split_once("[[checklist]]").unwrap();
    let step = |i: usize| {
        format!(
            "  [[stage.step]]\n  id = \"step-{i}\"\n  title = \"环节\"\n  units = [\"host\"]\n  clause = \"二\"\n  text = \"办理\"\n\n"
        )
    };
    let steps: String = (0..64).map(step).collect();
    let report = policy::check("long.toml", &format!("{before}{steps}[[checklist]]{after}"));
    let codes: Vec<&str> = report.problems.iter().map(|p| p.code).collect();
    assert!(codes.contains(&"too-many"), "{codes:?}");
}

#[test]
fn the_messages_of_typical_mistakes_read_well() {
    for name in [
        "syntax-chinese-quotes",
        "syntax-unclosed-list",
        "unknown-key",
        "missing-key",
        "wrong-type",
        "unknown-unit",
        "bad-day",
        "empty-clause",
        "duplicate-id",
        "unknown-step",
        "unknown-role",
        "cycle",
        "anchor-is-own-end",
        "contradiction-unsettled",
        "certifier-may-not",
        "document-unknown-placeholder",
    ] {
        let text = std::fs::read_to_string(folder().join(format!("{name}.toml"))).unwrap();
        let report = policy::check(&format!("{name}.toml"), &text);
        insta::assert_snapshot!(name, report.render(Style::Plain));
    }
}

#[test]
fn several_mistakes_of_one_file_are_reported_in_one_run_in_the_order_of_the_file() {
    let text = std::fs::read_to_string(folder().join("unknown-key.toml")).unwrap();
    let text = text
        .replace("after = [\"survey\"]", "after = [\"survy\"]")
        .replace("\"certify\"", "\"certyfy\"");
    let one_of_shape = text.replace("\"certyfy\"", "\"certify\"");
    let codes = |text: &str| -> Vec<&str> {
        policy::check("", text)
            .problems
            .iter()
            .map(|p| p.code)
            .collect()
    };
    assert_eq!(codes(&one_of_shape), ["unknown-key", "unknown-step"]);
    assert_eq!(codes(&text), ["unknown-value", "unknown-key"]);
}

#[test]
fn colours_are_drawn_only_when_asked_for() {
    let text = std::fs::read_to_string(folder().join("unknown-key.toml")).unwrap();
    let report = policy::check("unknown-key.toml", &text);
    assert!(report.render(Style::Ansi).contains("\u{1b}["));
    assert!(!report.render(Style::Plain).contains("\u{1b}["));
}

#[test]
fn a_warning_alone_does_not_refuse_the_pack() {
    let text = std::fs::read_to_string(folder().join("clause-contradiction.toml")).unwrap();
    let report = policy::check("clause-contradiction.toml", &text);
    assert!(report.policy.is_some());
    assert!(
        report
            .problems
            .iter()
            .all(|p| p.severity == Severity::Warning)
    );
    assert!(report.problems[0].message.contains("签约后7个自然日内踏勘"));
    assert!(
        report.problems[0]
            .message
            .contains("签约后10个工作日内踏勘")
    );
}

#[test]
fn the_problems_as_json_have_line_and_column() {
    let text = std::fs::read_to_string(folder().join("unknown-key.toml")).unwrap();
    let found = policy::check("unknown-key.toml", &text).located();
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json[0]["code"], "unknown-key");
    assert_eq!(json[0]["severity"], "error");
    assert_eq!(
        (
            &json[0]["labels"][0]["line"],
            &json[0]["labels"][0]["column"]
        ),
        (&43.into(), &1.into())
    );
}

#[test]
fn no_text_makes_the_reader_panic() {
    for (name, text) in packs() {
        for cut in (0..text.len())
            .step_by(97)
            .filter(|cut| text.is_char_boundary(*cut))
        {
            let report = policy::check(&name, &text[..cut]);
            report.render(Style::Plain);
        }
    }
}
