//! Rules of forms and documents.

use policy::model::{ColumnDef, DocumentDef, FormDef};

use super::Rule;
use super::words::{Words, span};
use crate::forms::one_line;

impl Words<'_> {
    pub(super) fn forms(&self) -> Vec<Rule> {
        let forms = self.policy.file.form.iter();
        forms.flat_map(|form| self.form(form)).collect()
    }

    /// The form, and each column for which the pack gives a reason.
    fn form(&self, form: &FormDef) -> Vec<Rule> {
        let due = form
            .due
            .as_ref()
            .map(|due| ("报送时限", format!("期末之后{}内", span(due))));
        let mut lines = vec![
            ("填报", self.who(&form.reported_by)),
            ("报送", self.who(&form.reported_to)),
            ("周期", form.frequency.title().to_string()),
        ];
        lines.extend(due);
        lines.push(("纸张", paper(form)));
        lines.push((
            "各列",
            form.column
                .iter()
                .map(column)
                .collect::<Vec<_>>()
                .join("；"),
        ));
        let number = form.number.as_deref().unwrap_or_default();
        let whole = Rule {
            id: form.id.clone(),
            title: format!("{number} {}", form.title).trim().to_string(),
            clause: form.clause.clone(),
            text: form.text.clone(),
            lines,
            because: form.because.clone().unwrap_or_default(),
            ..Rule::default()
        };
        let explained = form.column.iter().filter_map(|column| {
            Some(Rule {
                id: format!("{}-{}", form.id, column.id),
                title: format!("列“{}”", one_line(&column.heading)),
                clause: column.clause.clone().unwrap_or_else(|| form.clause.clone()),
                because: column.because.clone()?,
                nested: true,
                ..Rule::default()
            })
        });
        std::iter::once(whole).chain(explained).collect()
    }

    pub(super) fn documents(&self) -> Vec<Rule> {
        let documents = self.policy.file.document.iter();
        documents.map(|document| self.document(document)).collect()
    }

    fn document(&self, document: &DocumentDef) -> Rule {
        let due = document.due.as_ref();
        let mut lines = vec![
            ("拟制", self.who(&document.issued_by)),
            ("主送", self.all(&document.sent_to)),
            ("周期", document.frequency.title().to_string()),
        ];
        lines.extend(due.map(|due| ("完成时限", format!("期末之后{}内", span(due)))));
        lines.extend(document.code.iter().map(|code| ("机关代字", code.clone())));
        let figures: Vec<&str> = document
            .figure
            .iter()
            .map(|figure| &*figure.title)
            .collect();
        if !figures.is_empty() {
            lines.push(("数字", figures.join("；")));
        }
        lines.extend(document.section.iter().map(|section| {
            let heading = section.heading.as_deref().unwrap_or_default();
            (
                "正文",
                format!("{heading} {}", section.text).trim().to_string(),
            )
        }));
        lines.extend(document.like.iter().map(|like| {
            let mut others = self.policy.file.document.iter();
            let other = others.find(|other| other.id == *like);
            (
                "数字和正文",
                format!("与{}相同", other.map_or(like, |other| &other.title)),
            )
        }));
        Rule {
            id: document.id.clone(),
            title: document.title.clone(),
            clause: document.clause.clone(),
            text: document.text.clone(),
            lines,
            because: document.because.clone().unwrap_or_default(),
            ..Rule::default()
        }
    }
}

fn paper(form: &FormDef) -> String {
    let lies = if form.landscape { "横向" } else { "纵向" };
    format!("{} {lies}", form.paper.title())
}

/// A column in a word or two: `总投资（亿元）取自总投资`.
fn column(column: &ColumnDef) -> String {
    let must = if column.required { "，必填" } else { "" };
    format!(
        "{}（{}{must}）",
        one_line(&column.heading),
        column.source.title()
    )
}
