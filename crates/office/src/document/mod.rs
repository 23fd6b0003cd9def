//! Official documents in Word: templates in the layout of GB/T 9704, filling them, checking those of an office.
//!
//! A template is an ordinary .docx that an office can change. `{{name}}` stands for a value; a paragraph
//! `{{body.heading}}`, `{{body.subheading}}` or `{{body.text}}` shows how such a paragraph of the text looks, and the
//! first of them is where the text goes. A paragraph outside of tables whose placeholders all stand for nothing is left
//! out. Everything else of the template stays as it is.

mod fill;
mod house;
mod look;
mod package;

pub use fill::fill_document;
pub use house::{minutes_template, official_template, order_template};
pub use look::placeholders;

use std::collections::BTreeMap;

use crate::WriteError;

/// How a paragraph of the text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParagraphKind {
    /// 一、 in 黑体.
    Heading,
    /// （一） in 楷体.
    Subheading,
    /// Running text.
    Text,
}

impl ParagraphKind {
    fn of(placeholder: &str) -> Option<ParagraphKind> {
        match placeholder {
            "{{body.heading}}" => Some(ParagraphKind::Heading),
            "{{body.subheading}}" => Some(ParagraphKind::Subheading),
            "{{body.text}}" => Some(ParagraphKind::Text),
            _ => None,
        }
    }
}

/// A paragraph of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// How it looks.
    pub kind: ParagraphKind,
    /// Its words.
    pub text: String,
}

/// What a template is filled with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentContent {
    /// Values by name: issuer, number, title, recipients, signed_as, date, attachment. A value may have
    /// several lines.
    pub values: BTreeMap<&'static str, String>,
    /// The text.
    pub body: Vec<Paragraph>,
}

fn broken(error: impl std::fmt::Display) -> WriteError {
    WriteError::Template(error.to_string())
}
