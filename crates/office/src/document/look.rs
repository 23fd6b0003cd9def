//! What a template asks for, so that one with a slip is refused before anything is issued with it.

use std::collections::BTreeSet;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::fill::{is_paragraph_end, is_paragraph_start, text_of};
use super::{broken, package};
use crate::WriteError;

/// The names of all placeholders of a template: `title`, `body.text` …
///
/// # Errors
/// [`WriteError::Template`] when it is no Word document, is too large, or carries macros.
pub fn placeholders(template: &[u8]) -> Result<BTreeSet<String>, WriteError> {
    let parts = package::parts(template)?;
    if parts
        .iter()
        .any(|(name, _)| name.ends_with("vbaProject.bin"))
    {
        return Err(broken("带有宏。请另存为不带宏的 .docx"));
    }
    let mut names = BTreeSet::new();
    for (name, bytes) in &parts {
        if package::has_words(name) {
            for text in paragraphs(bytes)? {
                names.extend(names_in(&text));
            }
        }
    }
    Ok(names)
}

/// The words of each paragraph; of nested ones the inner first.
fn paragraphs(xml: &[u8]) -> Result<Vec<String>, WriteError> {
    let mut reader = Reader::from_reader(xml);
    let mut open: Vec<Vec<Event<'static>>> = Vec::new();
    let mut texts = Vec::new();
    loop {
        let event = reader.read_event().map_err(broken)?.into_owned();
        if matches!(event, Event::Eof) {
            return Ok(texts);
        }
        if is_paragraph_start(&event) {
            open.push(Vec::new());
        }
        let ends = is_paragraph_end(&event);
        if let Some(paragraph) = open.last_mut() {
            paragraph.push(event);
        }
        if ends && let Some(paragraph) = open.pop() {
            texts.push(text_of(&paragraph));
        }
    }
}

fn names_in(text: &str) -> impl Iterator<Item = String> + '_ {
    let after = text.split("{{").skip(1);
    after.filter_map(|rest| Some(rest.split_once("}}")?.0.trim().to_owned()))
}
