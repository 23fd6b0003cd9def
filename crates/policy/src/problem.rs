//! What is wrong with a file, where, and what to do: values first, text for people only when asked.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// A file as it was read: the name that messages show and the text that positions point into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name or path, as the reader of a message knows it.
    pub name: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
}

/// Whether a problem forbids using the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 错误: the file is not used.
    Error,
    /// 警告: the file can be used; somebody should look.
    Warning,
}

/// A place in the file and what is said there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What to know at this place, Chinese; may be empty.
    pub text: String,
}

/// One problem. The first label is the place; the others are what it has to do with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Error or warning.
    pub severity: Severity,
    /// Stable name, kebab-case: `unknown-key`.
    pub code: &'static str,
    /// What is wrong, Chinese, one sentence.
    pub message: String,
    /// Places.
    pub labels: Vec<Label>,
    /// What to do, Chinese.
    pub help: Option<String>,
}

/// A problem with its places as lines and columns, for `--json`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LocatedProblem {
    /// Name of the file.
    pub file: Arc<str>,
    /// Error or warning.
    pub severity: Severity,
    /// Stable name.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Places, the first is the problem's own.
    pub labels: Vec<LocatedLabel>,
    /// What to do.
    pub help: Option<String>,
}

/// A label by line and column.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LocatedLabel {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column behind the last character.
    pub end_column: usize,
    /// What to know at this place.
    pub text: String,
}

/// How messages are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Plain text, for files, mails and tests.
    Plain,
    /// With ANSI colours, for a terminal.
    Ansi,
}

/// All problems of a file, at least one of them an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    /// The file.
    pub source: Source,
    /// Errors and warnings in the order of the file.
    pub list: Vec<Problem>,
}

impl Problems {
    /// The messages, drawn for people.
    pub fn render(&self, style: Style) -> String {
        self.source.render(&self.list, style)
    }

    /// The problems by line and column.
    pub fn located(&self) -> Vec<LocatedProblem> {
        self.source.located(&self.list)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Style::Plain))
    }
}

impl std::error::Error for Problems {}

impl Problem {
    pub(crate) fn error(
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Problem {
        Problem {
            severity: Severity::Error,
            code,
            message: message.into(),
            labels: vec![Label {
                span,
                text: String::new(),
            }],
            help: None,
        }
    }

    pub(crate) fn warning(
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Problem {
        Problem {
            severity: Severity::Warning,
            ..Problem::error(code, span, message)
        }
    }

    /// Says something at the problem's own place.
    pub(crate) fn here(mut self, text: impl Into<String>) -> Problem {
        if let Some(first) = self.labels.first_mut() {
            first.text = text.into();
        }
        self
    }

    /// Points at a place that the problem has to do with.
    pub(crate) fn also(mut self, span: Range<usize>, text: impl Into<String>) -> Problem {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    pub(crate) fn help(mut self, text: impl Into<String>) -> Problem {
        self.help = Some(text.into());
        self
    }

    pub(crate) fn help_if(mut self, text: Option<String>) -> Problem {
        self.help = text.or(self.help);
        self
    }
}

impl Source {
    pub(crate) fn new(name: &str, text: &str) -> Source {
        Source {
            name: name.into(),
            text: text.into(),
        }
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub fn place(&self, byte: usize) -> (usize, usize) {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let before = &self.text[..byte];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        (line, before[line_start..].chars().count() + 1)
    }

    /// The problems by line and column.
    pub fn located(&self, problems: &[Problem]) -> Vec<LocatedProblem> {
        problems
            .iter()
            .map(|problem| self.locate(problem))
            .collect()
    }

    fn locate(&self, problem: &Problem) -> LocatedProblem {
        let labels = problem.labels.iter().map(|label| {
            let (line, column) = self.place(label.span.start);
            let (end_line, end_column) = self.place(label.span.end);
            LocatedLabel {
                line,
                column,
                end_line,
                end_column,
                text: label.text.clone(),
            }
        });
        LocatedProblem {
            file: self.name.clone(),
            severity: problem.severity,
            code: problem.code,
            message: problem.message.clone(),
            labels: labels.collect(),
            help: problem.help.clone(),
        }
    }

    /// The messages, drawn for people: file, line, column, the source line with the place marked, and help.
    pub fn render(&self, problems: &[Problem], style: Style) -> String {
        let renderer = match style {
            Style::Plain => Renderer::plain(),
            Style::Ansi => Renderer::styled()
                .hyperlink(false)
                .decor_style(DecorStyle::Unicode),
        };
        let drawn = problems.iter().map(|problem| self.draw(problem, &renderer));
        drawn.collect::<Vec<_>>().join("\n\n")
    }

    fn draw(&self, problem: &Problem, renderer: &Renderer) -> String {
        let level = match problem.severity {
            Severity::Error => Level::ERROR.with_name("错误"),
            Severity::Warning => Level::WARNING.with_name("警告"),
        };
        let annotations = problem.labels.iter().enumerate().map(|(i, label)| {
            let kind = if i == 0 {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let annotation = kind.span(self.inside(&label.span));
            if label.text.is_empty() {
                annotation
            } else {
                annotation.label(label.text.as_str())
            }
        });
        let snippet = Snippet::source(&*self.text)
            .path(&*self.name)
            .annotations(annotations);
        let mut group: Group<'_> = level
            .primary_title(problem.message.as_str())
            .id(problem.code)
            .element(snippet);
        if let Some(help) = &problem.help {
            let help = annotate_snippets::normalize_untrusted_str(help);
            group = group.element(Level::HELP.with_name("办法").message(help));
        }
        renderer.render(&[group])
    }

    /// The span, held within the text and moved to character boundaries.
    fn inside(&self, span: &Range<usize>) -> Range<usize> {
        let at = |byte: usize| {
            let mut byte = byte.min(self.text.len());
            while !self.text.is_char_boundary(byte) {
                byte -= 1;
            }
            byte
        };
        let start = at(span.start);
        start..at(span.end).max(start)
    }
}
