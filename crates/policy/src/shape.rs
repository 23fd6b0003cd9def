//! Whether a file has the shape that the schema describes: keys, kinds of values, allowed words.
//!
//! All departures are found in one run. An unknown key with a known neighbour is then read as the neighbour, any
//! other unknown key is left out, so that what the rest of the file says can still be checked.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::problem::Problem;
use crate::words::{kind_named, kind_of, listed, nearest, unknown};

/// Checks `root` against `schema`; mends unknown keys on the way.
pub(crate) fn check(root: &mut Spanned<DeTable<'_>>, schema: &Value) -> Vec<Problem> {
    let mut shape = Shape {
        schema,
        problems: Vec::new(),
    };
    shape.table(root.get_mut(), &(0..0), schema);
    shape.problems
}

struct Shape<'s> {
    schema: &'s Value,
    problems: Vec<Problem>,
}

impl<'s> Shape<'s> {
    fn table(&mut self, table: &mut DeTable<'_>, span: &Range<usize>, schema: &'s Value) {
        let properties = schema.get("properties").and_then(Value::as_object);
        if let Some(properties) = properties.filter(|_| is_closed(schema)) {
            let known: Vec<&str> = properties.keys().map(String::as_str).collect();
            self.mend_unknown_keys(table, &known);
        }
        self.report_missing_keys(table, span, schema);
        for (key, value) in table.iter_mut() {
            let name: &str = key.get_ref();
            let of_key = properties
                .and_then(|p| p.get(name))
                .or_else(|| schema.get("additionalProperties"));
            if let Some(of_key) = of_key {
                self.value(name, value, of_key);
            }
        }
    }

    fn mend_unknown_keys(&mut self, table: &mut DeTable<'_>, known: &[&str]) {
        let strange: Vec<(String, Range<usize>)> = table
            .keys()
            .filter(|key| !known.contains(&&**key.get_ref()))
            .map(|key| (key.get_ref().to_string(), key.span()))
            .collect();
        for (key, span) in strange {
            let meant = nearest(&key, known.iter().copied());
            let help = format!("这里可用的键：{}。", listed(known.iter().copied()));
            self.problems.push(
                Problem::error(
                    "unknown-key",
                    span.clone(),
                    unknown("未知的键 ", &key, meant),
                )
                .help(help),
            );
            let Some((_, value)) = table.remove_entry(key.as_str()) else {
                continue;
            };
            if let Some(meant) = meant.filter(|meant| !table.contains_key(*meant)) {
                table.insert(Spanned::new(span, Cow::Owned(meant.to_owned())), value);
            }
        }
    }

    fn report_missing_keys(&mut self, table: &DeTable<'_>, span: &Range<usize>, schema: &Value) {
        let required = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        for key in required
            .filter_map(Value::as_str)
            .filter(|key| !table.contains_key(*key))
        {
            let about = schema
                .pointer(&format!("/properties/{key}/description"))
                .and_then(Value::as_str);
            let about = about.unwrap_or_default();
            self.problems.push(
                Problem::error("missing-key", span.clone(), format!("缺少键 `{key}`"))
                    .here("这里应当有")
                    .help(format!("`{key}`：{}", one_line(about))),
            );
        }
    }

    fn value(&mut self, name: &str, value: &mut Spanned<DeValue<'_>>, schema: &'s Value) {
        let span = value.span();
        let Some(schema) = self.choose(value.get_ref(), schema) else {
            self.wrong_type(name, value, "文字、列表或表");
            return;
        };
        if let Some(words) = allowed_words(schema) {
            self.word(name, value, &words);
            return;
        }
        let wanted = type_of(schema);
        match (wanted, value.get_mut()) {
            ("object", DeValue::Table(table)) => self.table(table, &span, schema),
            ("array", DeValue::Array(array)) => {
                let of_items = schema.get("items").unwrap_or(&Value::Null);
                array
                    .iter_mut()
                    .for_each(|item| self.value(name, item, of_items));
            }
            ("string", DeValue::String(text)) => self.text(name, text, &span, schema),
            ("integer", DeValue::Integer(number)) => {
                let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
                self.integer(name, number, &span, schema);
            }
            ("boolean", DeValue::Boolean(_)) | ("any", _) => {}
            (wanted, _) => self.wrong_type(name, value, kind_named(wanted)),
        }
    }

    /// Follows references and alternatives to the schema that this value must have.
    fn choose(&self, value: &DeValue<'_>, schema: &'s Value) -> Option<&'s Value> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.choose(
                value,
                self.schema.pointer(reference.trim_start_matches('#'))?,
            );
        }
        let Some(alternatives) = schema.get("anyOf").and_then(Value::as_array) else {
            return Some(schema);
        };
        let not_null: Vec<&Value> = alternatives
            .iter()
            .filter(|a| a.get("type") != Some(&"null".into()))
            .collect();
        if let [only] = not_null[..] {
            return self.choose(value, only);
        }
        let fitting = not_null
            .into_iter()
            .filter_map(|a| self.choose(value, a))
            .filter(|a| fits(value, a));
        fitting.min_by_key(|a| strange_keys(value, a))
    }

    fn wrong_type(&mut self, name: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let message = format!(
            "`{name}` 应当是{wanted}，这里是{}",
            kind_of(value.get_ref())
        );
        self.problems
            .push(Problem::error("wrong-type", value.span(), message));
    }

    fn word(&mut self, name: &str, value: &Spanned<DeValue<'_>>, words: &[(&str, &str)]) {
        let Some(word) = value.get_ref().as_str() else {
            self.wrong_type(name, value, "文字");
            return;
        };
        if words.iter().any(|(known, _)| *known == word) {
            return;
        }
        let meant = nearest(word, words.iter().map(|(known, _)| *known));
        let all: Vec<String> = words
            .iter()
            .map(|(known, about)| format!("`{known}` {about}"))
            .collect();
        let message = unknown(&format!("`{name}` 没有这个取值："), word, meant);
        let help = format!("可用的取值：{}。", all.join("；"));
        self.problems
            .push(Problem::error("unknown-value", value.span(), message).help(help));
    }

    fn text(&mut self, name: &str, text: &str, span: &Range<usize>, schema: &Value) {
        if text.trim().is_empty() {
            let code = if matches!(name, "clause" | "text") {
                "empty-clause"
            } else {
                "empty-value"
            };
            let help = match code {
                "empty-clause" => {
                    "每条规则都要写明条款（clause）和原文（text），如 clause = \"三（一）2\"。"
                }
                _ => "写上内容；可以不写的键就删去。",
            };
            self.problems
                .push(Problem::error(code, span.clone(), format!("`{name}` 是空的")).help(help));
        } else if schema.get("format") == Some(&"date".into()) {
            self.day(text, span);
        }
    }

    fn day(&mut self, text: &str, span: &Range<usize>) {
        let message = match calendar::parse_day(text) {
            Ok(day) if day.to_string() == text => return,
            Ok(day) => format!("日期请写成 {day}"),
            Err(error) => error.to_string(),
        };
        self.problems
            .push(Problem::error("bad-day", span.clone(), message));
    }

    fn integer(&mut self, name: &str, number: Option<i64>, span: &Range<usize>, schema: &Value) {
        let bound = |key| schema.get(key).and_then(Value::as_i64);
        let least = bound("minimum").unwrap_or(i64::MIN);
        let most = bound("maximum").unwrap_or(i64::MAX);
        if number.is_some_and(|number| (least..=most).contains(&number)) {
            return;
        }
        let message = format!("`{name}` 超出范围：应当在 {least} 到 {most} 之间");
        self.problems
            .push(Problem::error("out-of-range", span.clone(), message));
    }
}

fn is_closed(schema: &Value) -> bool {
    schema.get("additionalProperties") == Some(&Value::Bool(false))
}

fn type_of(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(one)) => one,
        Some(Value::Array(several)) => several
            .iter()
            .filter_map(Value::as_str)
            .find(|t| *t != "null")
            .unwrap_or("any"),
        _ => "any",
    }
}

/// The words of an enumeration with what they mean.
fn allowed_words(schema: &Value) -> Option<Vec<(&str, &str)>> {
    let several = schema
        .get("oneOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice);
    let variants = several.unwrap_or(std::slice::from_ref(schema));
    variants.iter().map(word_of).collect()
}

fn word_of(variant: &Value) -> Option<(&str, &str)> {
    let word = variant.get("const")?.as_str()?;
    let about = variant
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    Some((word, about.trim_end_matches('。')))
}

fn fits(value: &DeValue<'_>, schema: &Value) -> bool {
    matches!(
        (type_of(schema), value),
        ("string", DeValue::String(_))
            | ("array", DeValue::Array(_))
            | ("object", DeValue::Table(_))
            | ("integer", DeValue::Integer(_))
            | ("boolean", DeValue::Boolean(_))
            | ("any", _)
    )
}

/// How many keys of the value the schema does not know.
fn strange_keys(value: &DeValue<'_>, schema: &Value) -> usize {
    let known = schema.get("properties").and_then(Value::as_object);
    value.as_table().map_or(0, |table| {
        table
            .keys()
            .filter(|key| known.is_none_or(|known| !known.contains_key(&**key.get_ref())))
            .count()
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
