//! The file as a tree in which every key and value knows its place.
//!
//! Places are asked for by pointers as in JSON: `/stage/0/limit/from`.

use std::borrow::Cow;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A parsed file.
pub(crate) struct Tree<'t> {
    pub(crate) root: Spanned<DeTable<'t>>,
}

enum Found<'a, 't> {
    Root(&'a DeTable<'t>),
    Value {
        key: Option<Range<usize>>,
        value: &'a Spanned<DeValue<'t>>,
    },
}

impl<'t> Tree<'t> {
    /// Parses as far as possible; syntax errors come beside the tree.
    pub(crate) fn parse(text: &'t str) -> (Tree<'t>, Vec<toml::de::Error>) {
        let (mut root, errors) = DeTable::parse_recoverable(text);
        quote_days(root.get_mut());
        (Tree { root }, errors)
    }

    /// Reads the tree into a type.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, toml::de::Error> {
        T::deserialize(toml::Deserializer::from(self.root.clone()))
    }

    /// The place of the value; of the nearest thing above it when there is none.
    pub(crate) fn value(&self, pointer: &str) -> Range<usize> {
        match self.find(pointer) {
            Found::Root(_) => 0..0,
            Found::Value { value, .. } => value.span(),
        }
    }

    /// The place of the key; of the nearest thing above it when there is none.
    pub(crate) fn key(&self, pointer: &str) -> Range<usize> {
        match self.find(pointer) {
            Found::Root(_) => 0..0,
            Found::Value { key, value } => key.unwrap_or_else(|| value.span()),
        }
    }

    fn find(&self, pointer: &str) -> Found<'_, 't> {
        let mut found = Found::Root(self.root.get_ref());
        for part in pointer.split('/').skip(1) {
            let next = match &found {
                Found::Root(table) => entry(table, part),
                Found::Value { value, .. } => child(value.get_ref(), part),
            };
            match next {
                Some(next) => found = next,
                None => break,
            }
        }
        found
    }
}

fn entry<'a, 't>(table: &'a DeTable<'t>, part: &str) -> Option<Found<'a, 't>> {
    let (key, value) = table.get_key_value(part)?;
    Some(Found::Value {
        key: Some(key.span()),
        value,
    })
}

fn child<'a, 't>(value: &'a DeValue<'t>, part: &str) -> Option<Found<'a, 't>> {
    match value {
        DeValue::Table(table) => entry(table, part),
        DeValue::Array(array) => {
            let value = array.get(part.parse::<usize>().ok()?)?;
            Some(Found::Value { key: None, value })
        }
        _ => None,
    }
}

/// A bare `2025-05-16` means the same as a quoted one: both are days.
fn quote_days(table: &mut DeTable<'_>) {
    for (_, value) in table.iter_mut() {
        quote_day(value);
    }
}

fn quote_day(value: &mut Spanned<DeValue<'_>>) {
    match value.get_mut() {
        DeValue::Table(table) => quote_days(table),
        DeValue::Array(array) => array.iter_mut().for_each(quote_day),
        DeValue::Datetime(moment) if moment.time.is_none() && moment.offset.is_none() => {
            let day = Cow::Owned(moment.to_string());
            *value.get_mut() = DeValue::String(day);
        }
        _ => {}
    }
}
