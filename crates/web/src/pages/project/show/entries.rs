//! Lists of requests, duties and the like, as several sections show them.

use domain::view::ClauseView;

use super::acts::ActLink;
use crate::pages::project::files::FileLink;

/// An entry in a list of requests and lists.
pub struct Entry {
    /// Title.
    pub title: String,
    /// State in a word.
    pub state: String,
    /// Kind of its label.
    pub kind: &'static str,
    /// Lines of words.
    pub lines: Vec<String>,
    /// Files.
    pub files: Vec<FileLink>,
    /// The rule.
    pub clause: Option<ClauseView>,
    /// What can be done.
    pub links: Vec<ActLink>,
    /// Words before what else to look at.
    pub see_label: &'static str,
    /// What else to look at.
    pub see: Vec<ActLink>,
}

impl Entry {
    pub(in crate::pages::project) fn new(
        title: impl Into<String>,
        state: &str,
        kind: &'static str,
    ) -> Entry {
        Entry {
            title: title.into(),
            state: state.to_string(),
            kind,
            lines: Vec::new(),
            files: Vec::new(),
            clause: None,
            links: Vec::new(),
            see_label: "",
            see: Vec::new(),
        }
    }

    pub(in crate::pages::project) fn line(mut self, words: impl Into<String>) -> Entry {
        let words = words.into();
        if !words.is_empty() {
            self.lines.push(words);
        }
        self
    }
}

/// A list with what can be added to it.
pub struct Group {
    /// Heading.
    pub title: &'static str,
    /// What stands under an empty list.
    pub empty: &'static str,
    /// Entries.
    pub entries: Vec<Entry>,
    /// What can be done.
    pub links: Vec<ActLink>,
}
