//! Text in, checked pack out.

use std::ops::Range;

use crate::compile::compile;
use crate::compiled::Policy;
use crate::model::PackFile;
use crate::problem::{Problem, Problems, Severity, Source, Style};
use crate::tree::Tree;

/// What checking a file found.
#[derive(Debug, Clone)]
pub struct Report {
    /// The file.
    pub source: Source,
    /// Errors and warnings in the order of the file.
    pub problems: Vec<Problem>,
    /// The pack; `None` when there is an error.
    pub policy: Option<Policy>,
}

impl Report {
    /// Whether there is an error.
    pub fn has_errors(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| problem.severity == Severity::Error)
    }

    /// The messages, drawn for people.
    pub fn render(&self, style: Style) -> String {
        self.source.render(&self.problems, style)
    }
}

/// Reads and checks a pack. Warnings are not shown; [`check`] has them.
///
/// # Errors
///
/// All problems of the file, when one of them is an error.
pub fn read(source_name: &str, text: &str) -> Result<Policy, Problems> {
    let report = check(source_name, text);
    report.policy.ok_or(Problems {
        source: report.source,
        list: report.problems,
    })
}

/// Reads and checks a pack and says everything that is wrong with it.
pub fn check(source_name: &str, text: &str) -> Report {
    let (policy, problems) = check_text(text);
    Report {
        source: Source::new(source_name, text),
        problems,
        policy,
    }
}

fn check_text(text: &str) -> (Option<Policy>, Vec<Problem>) {
    let (tree, errors) = Tree::parse(text);
    if !errors.is_empty() {
        return (None, errors.iter().map(|e| of_toml("syntax", e)).collect());
    }
    let file: PackFile = match tree.read() {
        Ok(file) => file,
        Err(error) => return (None, vec![of_toml("shape", &error)]),
    };
    match compile(file) {
        Ok(policy) => (Some(policy), Vec::new()),
        Err(error) => (
            None,
            vec![Problem::error("unresolved", 0..0, error.to_string())],
        ),
    }
}

fn of_toml(code: &'static str, error: &toml::de::Error) -> Problem {
    let span: Range<usize> = error.span().unwrap_or(0..0);
    Problem::error(code, span, error.message())
}
