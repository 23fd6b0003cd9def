//! Text in, checked pack out.

use std::sync::LazyLock;

use serde_json::Value;

use crate::check::check as check_rules;
use crate::compile::compile;
use crate::compiled::Policy;
use crate::model::PackFile;
use crate::problem::{LocatedProblem, Problem, Problems, Severity, Source, Style};
use crate::schema::schema;
use crate::shape;
use crate::syntax;
use crate::tree::Tree;

static SCHEMA: LazyLock<Value> = LazyLock::new(schema);

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
        has_errors(&self.problems)
    }

    /// The messages, drawn for people.
    pub fn render(&self, style: Style) -> String {
        self.source.render(&self.problems, style)
    }

    /// The problems by line and column.
    pub fn located(&self) -> Vec<LocatedProblem> {
        self.source.located(&self.problems)
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
///
/// What a performance pack says about stages and steps of the pack that it accompanies is checked by
/// [`check_beside`].
pub fn check(source_name: &str, text: &str) -> Report {
    report(source_name, text, None)
}

/// As [`check`], for a performance pack together with the lifecycle pack that it accompanies.
pub fn check_beside(source_name: &str, text: &str, lifecycle: &Policy) -> Report {
    report(source_name, text, Some(lifecycle))
}

fn report(source_name: &str, text: &str, beside: Option<&Policy>) -> Report {
    let (policy, mut problems) = check_text(text, beside);
    problems.sort_by_key(|problem| problem.labels.first().map_or(0, |label| label.span.start));
    Report {
        source: Source::new(source_name, text),
        problems,
        policy,
    }
}

fn check_text(text: &str, beside: Option<&Policy>) -> (Option<Policy>, Vec<Problem>) {
    let (mut tree, errors) = Tree::parse(text);
    if !errors.is_empty() {
        return (
            None,
            errors
                .iter()
                .map(|error| syntax::problem(error, text))
                .collect(),
        );
    }
    let mut problems = shape::check(&mut tree.root, &SCHEMA);
    let file: PackFile = match tree.read() {
        Ok(file) => file,
        Err(error) => {
            // The schema describes the types, so it has said already what does not fit them.
            if !has_errors(&problems) {
                problems.push(Problem::error(
                    "shape",
                    error.span().unwrap_or(0..0),
                    error.message(),
                ));
            }
            return (None, problems);
        }
    };
    problems.extend(check_rules(text, &tree, &file, beside));
    if has_errors(&problems) {
        return (None, problems);
    }
    match compile(file) {
        Ok(policy) => (Some(policy), problems),
        Err(error) => {
            problems.push(Problem::error("unresolved", 0..0, error.to_string()));
            (None, problems)
        }
    }
}

fn has_errors(problems: &[Problem]) -> bool {
    problems
        .iter()
        .any(|problem| problem.severity == Severity::Error)
}
