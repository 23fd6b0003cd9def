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

/// Widest title of one line, in half characters: 二号 between the margins.
const TITLE_WIDTH: usize = 40;
/// Where a title is broken rather than inside of a word.
const BREAKS: [&str; 5] = ["的", "项目", "情况", "工作", "度"];

/// A title of two lines broken near its middle, so that no single character stands below.
pub(super) fn balanced(title: &str) -> String {
    let width = |text: &str| -> usize { text.chars().map(|c| 2 - usize::from(c.is_ascii())).sum() };
    let all = width(title);
    if all <= TITLE_WIDTH || all > 2 * TITLE_WIDTH {
        return title.to_owned();
    }
    let places = title.char_indices().map(|(at, _)| title.split_at(at));
    let fitting = places
        .filter(|(first, second)| width(first) <= TITLE_WIDTH && width(second) <= TITLE_WIDTH)
        .filter(|(first, _)| BREAKS.iter().any(|word| first.ends_with(word)));
    match fitting.min_by_key(|(first, _)| (width(first) * 2).abs_diff(all)) {
        Some((first, second)) if width(second) > 4 => format!("{first}\n{second}"),
        _ => title.to_owned(),
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
    /// 97个、总投资565亿元; 12件; 3次; 0个.
    pub fn words(&self) -> String {
        let (count, measure) = (self.count(), self.over.measure());
        match self.over {
            Over::Projects if count > 0 => {
                format!("{count}{measure}、总投资{}", amount(self.investment()))
            }
            _ => format!("{count}{measure}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::balanced;

    #[test]
    fn a_long_title_is_broken_between_words_near_its_middle() {
        assert_eq!(
            balanced("关于做好样例汽车零部件项目对接跟进工作的函"),
            "关于做好样例汽车零部件项目\n对接跟进工作的函"
        );
        assert_eq!(
            balanced("关于2025年上半年重点招商项目推进情况的通报"),
            "关于2025年上半年重点招商项目\n推进情况的通报"
        );
        assert_eq!(
            balanced("2025年6月招商引资信息月报"),
            "2025年6月招商引资信息月报"
        );
    }
}
