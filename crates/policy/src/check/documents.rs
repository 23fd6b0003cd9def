//! Documents: somebody issues them, every figure counts one thing, every word of the text stands for something.

use std::ops::Range;

use super::Check;
use crate::model::{
    Aspect, DocumentDef, DocumentKind, DocumentWord, FigureDef, Meaning, TextPart, meaning,
    text_parts,
};
use crate::problem::Problem;
use crate::words::{listed, nearest, unknown};

impl Check<'_> {
    pub(super) fn documents(&mut self) {
        let file = self.file;
        for (d, document) in file.document.iter().enumerate() {
            let at = format!("/document/{d}");
            self.document_roles(&at, document);
            self.document_content(&at, document);
            for (f, figure) in document.figure.iter().enumerate() {
                self.figure(&format!("{at}/figure/{f}"), figure);
            }
            self.sections_of(&at, document);
        }
    }

    fn document_roles(&mut self, at: &str, document: &DocumentDef) {
        let parties = document.kind.parties();
        if !parties.contains(&document.issued_by.as_str()) {
            self.role(&format!("{at}/issued_by"), &document.issued_by);
        }
        self.not_empty(&format!("{at}/sent_to"), &document.sent_to);
        for (i, role) in document.sent_to.iter().enumerate() {
            if !parties.contains(&role.as_str()) {
                self.role(&format!("{at}/sent_to/{i}"), role);
            }
        }
    }

    /// A bulletin has a text, its own or that of another; the others get theirs from what they are about.
    fn document_content(&mut self, at: &str, document: &DocumentDef) {
        let own = !document.figure.is_empty() || !document.section.is_empty();
        let place = self.value(&format!("{at}/kind"));
        let bulletin = document.kind == DocumentKind::Bulletin;
        if !bulletin && (own || document.like.is_some()) {
            let message = format!(
                "{}的内容取自所办的事，figure、section、like 不起作用",
                document.kind.title()
            );
            self.report(
                Problem::error("document-text", place, message)
                    .help("删去 figure、section、like，或把 kind 改为 bulletin。"),
            );
            return;
        }
        if !bulletin {
            return;
        }
        let Some(like) = &document.like else {
            if document.section.is_empty() {
                self.report(
                    Problem::error("document-text", place, "通报没有正文")
                        .help("用 [[document.section]] 逐段写出，或用 like 指明与哪一个公文相同。"),
                );
            }
            return;
        };
        let here = self.value(&format!("{at}/like"));
        if own {
            self.report(
                Problem::error("document-text", here, "写了 like，又写了 figure 或 section")
                    .help("两者写一样。"),
            );
            return;
        }
        let others = self.file.document.iter();
        let known: Vec<&str> = others
            .filter(|other| other.id != document.id && !other.section.is_empty())
            .map(|other| other.id.as_str())
            .collect();
        if !known.contains(&like.as_str()) {
            let meant = nearest(like, known.iter().copied());
            let message = unknown("没有这个写有正文的公文：", like, meant);
            self.report(
                Problem::error("unknown-document", here, message)
                    .help(format!("可以写：{}。", listed(known))),
            );
        }
    }

    fn figure(&mut self, at: &str, figure: &FigureDef) {
        let counts = [
            figure.projects.is_some(),
            figure.matters.is_some(),
            figure.meetings.is_some(),
        ];
        let place = self.value(&format!("{at}/id"));
        if counts.iter().filter(|counts| **counts).count() != 1 {
            self.report(
                Problem::error(
                    "document-figure",
                    place,
                    "一个数字应当计项目、事项、会议之一",
                )
                .help("projects、matters、meetings 写且只写一个，如 projects = { reached = [\"signed\"] }。"),
            );
        } else if figure.at_least_yi.is_some() && figure.projects.is_none() {
            let place = self.key(&format!("{at}/at_least_yi"));
            self.report(
                Problem::error("document-figure", place, "事项、会议没有总投资")
                    .help("删去 at_least_yi。"),
            );
        }
        let word = DocumentWord::ALL.iter().any(|(word, _)| *word == figure.id);
        if word {
            let place = self.value(&format!("{at}/id"));
            let message = format!("`{}` 是正文的固定用词，不能作数字的标识", figure.id);
            self.report(Problem::error("document-figure", place, message).help("换一个标识。"));
        }
        // The title knows the period alone.
        self.words(&format!("{at}/title"), &figure.title, &[]);
    }

    fn sections_of(&mut self, at: &str, document: &DocumentDef) {
        for (s, section) in document.section.iter().enumerate() {
            let at = format!("{at}/section/{s}");
            let figures = &document.figure;
            if let Some(heading) = &section.heading {
                self.words(&format!("{at}/heading"), heading, figures);
            }
            self.words(&format!("{at}/text"), &section.text, figures);
            if let Some(otherwise) = &section.otherwise {
                self.words(&format!("{at}/otherwise"), otherwise, figures);
            }
            match (&section.when, &section.otherwise) {
                (Some(when), _) => self.figure_named(&format!("{at}/when"), when, figures),
                (None, Some(_)) => {
                    let place = self.key(&format!("{at}/otherwise"));
                    self.report(
                        Problem::error("document-text", place, "没有 when，otherwise 不起作用")
                            .help("加上 when，如 when = \"new\"，或删去 otherwise。"),
                    );
                }
                (None, None) => {}
            }
        }
    }

    fn figure_named(&mut self, pointer: &str, when: &str, figures: &[FigureDef]) {
        let late = "late_reports";
        if when == late || figures.iter().any(|figure| figure.id == when) {
            return;
        }
        let known = || figures.iter().map(|f| f.id.as_str()).chain([late]);
        let message = unknown("没有这个数字：", when, nearest(when, known()));
        let place = self.value(pointer);
        self.report(
            Problem::error("unknown-figure", place, message)
                .help(format!("可以写：{}。", listed(known()))),
        );
    }

    /// Every placeholder of a text.
    fn words(&mut self, pointer: &str, text: &str, figures: &[FigureDef]) {
        for part in text_parts(text) {
            match part {
                TextPart::Words(_) => {}
                TextPart::Stray(range) => {
                    let place = self.inside(pointer, text, &range);
                    self.report(
                        Problem::error("unknown-placeholder", place, "大括号没有成对")
                            .help("可用的词写在一对大括号中，如 {period}。"),
                    );
                }
                TextPart::Placeholder(word, range) => {
                    if let Some((message, help)) = wrong(word, figures) {
                        let place = self.inside(pointer, text, &range);
                        self.report(
                            Problem::error("unknown-placeholder", place, message).help(help),
                        );
                    }
                }
            }
        }
    }

    /// Where a piece of a text stands in the file: its n-th occurrence inside of the value.
    fn inside(&self, pointer: &str, text: &str, range: &Range<usize>) -> Range<usize> {
        let value = self.value(pointer);
        let (Some(piece), Some(before), Some(written)) = (
            text.get(range.clone()),
            text.get(..range.start),
            self.source.get(value.clone()),
        ) else {
            return value;
        };
        let nth = before.matches(piece).count();
        match written.match_indices(piece).nth(nth) {
            Some((at, piece)) => value.start + at..value.start + at + piece.len(),
            None => value,
        }
    }
}

/// What is wrong with a placeholder, and what to write instead.
fn wrong(word: &str, figures: &[FigureDef]) -> Option<(String, String)> {
    let known = || {
        let words = DocumentWord::ALL.iter().map(|(word, _)| *word);
        words.chain(figures.iter().map(|figure| figure.id.as_str()))
    };
    let help = || {
        format!(
            "可以写：{}；数字之后可以写 .count、.sum、.by_unit、.by_kind、.list。",
            listed(known())
        )
    };
    let Some(Meaning::Figure(id, aspect)) = meaning(word) else {
        if meaning(word).is_some() {
            return None;
        }
        let (_, aspect) = word.split_once('.').unwrap_or_default();
        let aspects = Aspect::ALL.iter().map(|(word, _)| *word);
        let meant = nearest(aspect, aspects);
        return Some((unknown("数字没有这一项：", aspect, meant), help()));
    };
    let Some(figure) = figures.iter().find(|figure| figure.id == id) else {
        return Some((unknown("没有这个词：", id, nearest(id, known())), help()));
    };
    let projects = figure.projects.is_some();
    match aspect {
        Aspect::Sum if !projects => Some((
            format!("`{id}` 计的不是项目，没有总投资"),
            "改用 .count，或改计项目。".into(),
        )),
        Aspect::ByKind if projects => Some((
            format!("`{id}` 计的是项目，不分类别"),
            "改用 .by_unit。".into(),
        )),
        _ => None,
    }
}
