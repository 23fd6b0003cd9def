//! The text of a bulletin: the pack's sentences with the figures in their places.

use domain::values::{MoneyUnit, Yuan};
use office::Paragraph;
use policy::model::{Aspect, DocumentWord, Meaning, SectionDef, TextPart, meaning, text_parts};

use super::draft::{heading, text};
use super::figures::{Figure, Over};
use crate::forms::Period;
use crate::forms::workbook::chinese_day;

/// What the words of a text stand for.
pub(super) struct Wording<'a> {
    pub(super) region: &'a str,
    pub(super) period: Period,
    pub(super) figures: &'a [Figure],
    pub(super) late_reports: &'a str,
}

impl Wording<'_> {
    /// The paragraphs of the sections that are written.
    pub(super) fn body(&self, sections: &[SectionDef]) -> Vec<Paragraph> {
        let mut body = Vec::new();
        for section in sections {
            let holds = section.when.as_deref().is_none_or(|when| self.holds(when));
            let words = match holds {
                true => Some(&section.text),
                false => section.otherwise.as_ref(),
            };
            let Some(words) = words else { continue };
            if let Some(words) = &section.heading {
                body.push(heading(self.filled(words)));
            }
            body.extend(self.filled(words).lines().map(text));
        }
        body
    }

    /// Whether a figure counts something, or some report is late.
    fn holds(&self, when: &str) -> bool {
        let figure = self.figures.iter().find(|figure| figure.id == when);
        figure.map_or(!self.late_reports.is_empty(), |figure| figure.count() > 0)
    }

    /// A text with its placeholders replaced. The pack was checked: what is left over stays to be seen.
    fn filled(&self, words: &str) -> String {
        let part = |part: TextPart<'_>| match part {
            TextPart::Words(words) => words.to_owned(),
            TextPart::Placeholder(word, _) => {
                self.word(word).unwrap_or_else(|| format!("{{{word}}}"))
            }
            TextPart::Stray(range) => words.get(range).unwrap_or_default().to_owned(),
        };
        text_parts(words).into_iter().map(part).collect()
    }

    fn word(&self, word: &str) -> Option<String> {
        match meaning(word)? {
            Meaning::Word(word) => Some(match word {
                DocumentWord::Region => self.region.to_owned(),
                DocumentWord::Period => self.period.title(),
                DocumentWord::Start => chinese_day(self.period.start),
                DocumentWord::End => chinese_day(self.period.end),
                DocumentWord::LateReports => self.late_reports.to_owned(),
            }),
            Meaning::Figure(id, aspect) => {
                let figure = self.figures.iter().find(|figure| figure.id == id)?;
                Some(said(figure, aspect))
            }
        }
    }
}

/// The title of a figure in its period.
pub(super) fn title_in(title: &str, period: Period) -> String {
    title.replace("{period}", &period.title())
}

fn amount(yuan: Yuan) -> String {
    format!("{}亿元", yuan.format_in(MoneyUnit::Yi))
}

fn said(figure: &Figure, aspect: Aspect) -> String {
    let measure = figure.over.measure();
    match aspect {
        Aspect::Whole => figure.words(),
        Aspect::Count => figure.count().to_string(),
        Aspect::Sum => amount(figure.investment()),
        Aspect::ByUnit => {
            let group = |(unit, count, sum): (String, usize, Yuan)| match figure.over {
                Over::Projects => format!("{unit}{count}{measure}、{}", amount(sum)),
                _ => format!("{unit}{count}{measure}"),
            };
            let groups: Vec<String> = figure.by_unit().into_iter().map(group).collect();
            groups.join("；")
        }
        Aspect::ByKind => {
            let kinds = figure.by_kind().into_iter();
            let kinds: Vec<String> = kinds
                .map(|(kind, count)| format!("{kind}{count}{measure}"))
                .collect();
            kinds.join("、")
        }
        Aspect::List => {
            let names: Vec<&str> = figure.rows.iter().map(|row| row.name.as_str()).collect();
            names.join("、")
        }
    }
}

impl Figure {
    /// 97个、总投资565亿元; 12件; 3次.
    pub fn words(&self) -> String {
        let (count, measure) = (self.count(), self.over.measure());
        match self.over {
            Over::Projects => format!("{count}{measure}、总投资{}", amount(self.investment())),
            _ => format!("{count}{measure}"),
        }
    }
}
