//! Filling a template.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use super::{DocumentContent, ParagraphKind, broken, package};
use crate::WriteError;

/// Fills a template.
///
/// # Errors
/// [`WriteError::Template`] when it is no Word document.
pub fn fill_document(template: &[u8], content: &DocumentContent) -> Result<Vec<u8>, WriteError> {
    let mut parts = package::parts(template)?;
    for (name, bytes) in &mut parts {
        if package::has_words(name) {
            *bytes = filled(bytes, content)?;
        }
    }
    package::package(parts)
}

/// The events of a paragraph.
type Paragraphed = Vec<Event<'static>>;

/// A part of the document with its placeholders replaced.
fn filled(xml: &[u8], content: &DocumentContent) -> Result<Vec<u8>, WriteError> {
    let samples = samples(xml)?;
    let mut reader = Reader::from_reader(xml);
    let mut out = Writer::new(Vec::new());
    let mut paragraph: Paragraphed = Vec::new();
    let mut depth = 0u32;
    let mut tables = 0u32;
    let mut body_written = false;
    loop {
        let event = reader.read_event().map_err(broken)?.into_owned();
        let (opens, closes) = (is_paragraph_start(&event), is_paragraph_end(&event));
        if matches!(event, Event::Eof) {
            break;
        }
        if opens {
            depth += 1;
        }
        if depth == 0 {
            match &event {
                Event::Start(tag) if tag.name().as_ref() == "w:tbl" => tables += 1,
                Event::End(tag) if tag.name().as_ref() == "w:tbl" => {
                    tables = tables.saturating_sub(1);
                }
                _ => {}
            }
            out.write_event(event).map_err(broken)?;
            continue;
        }
        paragraph.push(event);
        if closes {
            depth -= 1;
        }
        if depth > 0 {
            continue;
        }
        let whole = std::mem::take(&mut paragraph);
        let text = text_of(&whole);
        if ParagraphKind::of(text.trim()).is_some() {
            if !std::mem::replace(&mut body_written, true) {
                write_body(&mut out, &samples, &whole, content)?;
            }
        } else if tables > 0 || !says_nothing(&whole, &text, &content.values) {
            write_filled(&mut out, &whole, &text, &content.values)?;
        }
    }
    Ok(out.into_inner())
}

pub(super) fn is_paragraph_start(event: &Event<'_>) -> bool {
    matches!(event, Event::Start(tag) if tag.name().as_ref() == "w:p")
}

pub(super) fn is_paragraph_end(event: &Event<'_>) -> bool {
    matches!(event, Event::End(tag) if tag.name().as_ref() == "w:p")
}

/// The paragraphs that show how the text looks.
fn samples(xml: &[u8]) -> Result<BTreeMap<ParagraphKind, Paragraphed>, WriteError> {
    let mut samples = BTreeMap::new();
    let mut reader = Reader::from_reader(xml);
    let mut paragraph: Paragraphed = Vec::new();
    let mut inside = false;
    loop {
        let event = reader.read_event().map_err(broken)?.into_owned();
        if matches!(event, Event::Eof) {
            return Ok(samples);
        }
        inside |= is_paragraph_start(&event);
        let ends = is_paragraph_end(&event);
        if inside {
            paragraph.push(event);
        }
        if ends {
            inside = false;
            let whole = std::mem::take(&mut paragraph);
            if let Some(kind) = ParagraphKind::of(text_of(&whole).trim()) {
                samples.entry(kind).or_insert(whole);
            }
        }
    }
}

fn write_body(
    out: &mut Writer<Vec<u8>>,
    samples: &BTreeMap<ParagraphKind, Paragraphed>,
    first: &Paragraphed,
    content: &DocumentContent,
) -> Result<(), WriteError> {
    let lines = content.body.iter().flat_map(|paragraph| {
        let lines = paragraph.text.lines();
        lines.map(move |line| (paragraph.kind, line))
    });
    let mut lines = lines.peekable();
    while let Some((kind, line)) = lines.next() {
        let sample = samples.get(&kind).unwrap_or(first);
        match lines.peek() {
            Some(_) => write_texts(out, sample, &[line])?,
            None => write_texts(out, &kept_with_next(sample), &[line])?,
        }
    }
    Ok(())
}

/// A paragraph that stays on one page with what follows: no signature stands on a page without text.
fn kept_with_next(events: &[Event<'static>]) -> Paragraphed {
    let named = |event: &Event<'_>, name: &str| match event {
        Event::Start(tag) | Event::Empty(tag) => tag.name().as_ref() == name,
        _ => false,
    };
    let mut kept = events.to_vec();
    if events.iter().any(|event| named(event, "w:keepNext")) {
        return kept;
    }
    let Some(properties) = events
        .iter()
        .position(|event| matches!(event, Event::Start(_)) && named(event, "w:pPr"))
    else {
        return kept;
    };
    // The style comes first by the schema.
    let style = events
        .get(properties + 1)
        .is_some_and(|event| matches!(event, Event::Empty(_)) && named(event, "w:pStyle"));
    let at = properties + 1 + usize::from(style);
    kept.insert(at, Event::Empty(BytesStart::new("w:keepNext")));
    kept
}

/// The words of each run of a paragraph; editors split them as they like.
fn texts_of(events: &[Event<'_>]) -> Vec<String> {
    let mut texts = Vec::new();
    let mut inside = false;
    for event in events {
        match event {
            Event::Start(tag) => {
                inside = tag.name().as_ref() == "w:t";
                if inside {
                    texts.push(String::new());
                }
            }
            Event::End(_) => inside = false,
            Event::Text(words) if inside => {
                if let Some(text) = texts.last_mut() {
                    text.push_str(words);
                }
            }
            Event::GeneralRef(entity) if inside => {
                if let Some(text) = texts.last_mut() {
                    text.push_str(match entity.as_ref() {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        "apos" => "'",
                        _ => "",
                    });
                }
            }
            _ => {}
        }
    }
    texts
}

/// All the words of a paragraph.
pub(super) fn text_of(events: &[Event<'_>]) -> String {
    texts_of(events).concat()
}

fn replaced(text: &str, values: &BTreeMap<&'static str, String>) -> String {
    let mut out = text.to_owned();
    for (name, value) in values {
        out = out.replace(&format!("{{{{{name}}}}}"), value);
    }
    out
}

/// Whether a paragraph has placeholders, every one of them without a value, and carries nothing else of weight.
fn says_nothing(events: &[Event<'_>], text: &str, values: &BTreeMap<&'static str, String>) -> bool {
    let mut named = values
        .iter()
        .filter(|(name, _)| text.contains(&format!("{{{{{name}}}}}")))
        .peekable();
    let carries = |event: &Event<'_>| match event {
        Event::Start(tag) | Event::Empty(tag) => {
            matches!(tag.name().as_ref(), "w:sectPr" | "w:drawing" | "w:pict")
        }
        _ => false,
    };
    named.peek().is_some()
        && named.all(|(_, value)| value.is_empty())
        && !events.iter().any(carries)
}

/// A paragraph with its values. Each run keeps its looks while no placeholder spans several of them; else the words stand
/// in the looks of the first run.
fn write_filled(
    out: &mut Writer<Vec<u8>>,
    events: &[Event<'_>],
    text: &str,
    values: &BTreeMap<&'static str, String>,
) -> Result<(), WriteError> {
    let whole = replaced(text, values);
    if whole == text {
        for event in events {
            out.write_event(event.clone()).map_err(broken)?;
        }
        return Ok(());
    }
    let runs: Vec<String> = texts_of(events)
        .iter()
        .map(|run| replaced(run, values))
        .collect();
    if runs.concat() == whole {
        let runs: Vec<&str> = runs.iter().map(String::as_str).collect();
        return write_texts(out, events, &runs);
    }
    write_texts(out, events, &[&whole])
}

/// A paragraph with other words in its runs; runs beyond the words are empty.
fn write_texts(
    out: &mut Writer<Vec<u8>>,
    events: &[Event<'_>],
    texts: &[&str],
) -> Result<(), WriteError> {
    let mut inside = false;
    let mut texts = texts.iter();
    for event in events {
        match event {
            Event::Start(tag) if tag.name().as_ref() == "w:t" => {
                inside = true;
                out.write_event(event.clone()).map_err(broken)?;
                let lines = texts.next().map_or("", |text| text).split('\n');
                for (at, line) in lines.enumerate() {
                    if at > 0 {
                        // The next line of the same run.
                        out.write_event(Event::End(tag.to_end())).map_err(broken)?;
                        out.write_event(Event::Empty(BytesStart::new("w:br")))
                            .map_err(broken)?;
                        out.write_event(event.clone()).map_err(broken)?;
                    }
                    out.write_event(Event::Text(BytesText::new(line)))
                        .map_err(broken)?;
                }
            }
            Event::End(tag) if tag.name().as_ref() == "w:t" => {
                inside = false;
                out.write_event(event.clone()).map_err(broken)?;
            }
            Event::Text(_) | Event::GeneralRef(_) if inside => {}
            other => out.write_event(other.clone()).map_err(broken)?,
        }
    }
    Ok(())
}
