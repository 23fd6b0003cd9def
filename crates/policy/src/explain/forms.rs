//! Forms as a person would read them: who hands in what, and where each cell comes from.

use super::{Page, span};
use crate::model::{ColumnDef, DocumentDef, FigureDef, FormDef, FormUnit, SelectionDef, Within};

impl Page<'_> {
    pub(super) fn forms(&mut self) {
        if self.policy.file.form.is_empty() && self.policy.file.document.is_empty() {
            return;
        }
        self.heading("报表");
        for form in &self.policy.file.form {
            self.form(form);
        }
        for document in &self.policy.file.document {
            self.document(document);
        }
    }

    fn document(&mut self, document: &DocumentDef) {
        let by = self.who(&document.issued_by);
        let to = self.all(&document.sent_to);
        let due = document.due.as_ref().map(span);
        let due = due.map_or(String::new(), |due| format!("，期末后{due}内"));
        self.line(format!(
            "- {}（公文）：{}，由{by}拟制，送{to}{due}。【{}】",
            document.title,
            document.frequency.title(),
            document.clause
        ));
        if let Some(like) = &document.like {
            let other = self.policy.file.document.iter().find(|def| def.id == *like);
            let other = other.map_or(like.as_str(), |def| &def.title);
            self.line(format!("    数字和正文与《{other}》相同"));
        }
        for figure in &document.figure {
            self.line(format!("    {}：{}", figure.title, counted(figure)));
            self.because(figure.because.as_deref(), 6);
        }
        self.because(document.because.as_deref(), 4);
    }

    fn form(&mut self, form: &FormDef) {
        let by = self.who(&form.reported_by);
        let to = self.who(&form.reported_to);
        let number = form.number.as_deref().unwrap_or_default();
        let lies = if form.landscape { "横向" } else { "纵向" };
        let due = form.due.as_ref().map(span);
        let due = due.map_or(String::new(), |due| format!("，期末后{due}内"));
        self.line(format!(
            "- {number}《{}》：{}{lies}，{}由{by}报{to}{due}。【{}】",
            form.title,
            form.paper.title(),
            form.frequency.title(),
            form.clause
        ));
        self.line(format!("    列入：{}", selection(&form.projects)));
        for column in &form.column {
            self.line(format!("    {}", column_line(column)));
        }
        self.because(form.because.as_deref(), 4);
    }
}

fn selection(projects: &SelectionDef) -> String {
    let mut parts = Vec::new();
    if projects.assigned {
        parts.push("已交办".to_owned());
    }
    if !projects.reached.is_empty() {
        parts.push(format!("已达到 {}", projects.reached.join("、")));
    }
    if !projects.not_reached.is_empty() {
        parts.push(format!("尚未达到 {}", projects.not_reached.join("、")));
    }
    if parts.is_empty() {
        parts.push("全部".to_owned());
    }
    let within = match projects.within {
        Within::Ever => "截至期末",
        Within::Period => "报告期内",
    };
    format!("{within}{}的项目", parts.join("且"))
}

fn counted(figure: &FigureDef) -> String {
    let among = |kinds: &[String], all: &str| match kinds {
        [] => all.to_owned(),
        kinds => kinds.join("、"),
    };
    if let Some(matters) = &figure.matters {
        let from = if matters.from_meetings {
            "会议决定的"
        } else {
            ""
        };
        let kinds = among(&matters.kinds, "各类事项");
        return format!("{}的{from}{kinds}", matters.count.title());
    }
    if let Some(meetings) = &figure.meetings {
        return format!("报告期内召开的{}", among(&meetings.kinds, "各类会议"));
    }
    let projects = figure.projects.as_ref().map(selection).unwrap_or_default();
    match figure.at_least_yi {
        Some(yi) => format!("{projects}，总投资 {yi} 亿元以上"),
        None => projects,
    }
}

fn column_line(column: &ColumnDef) -> String {
    let heading: String = column.heading.split_whitespace().collect();
    let mut from = column.source.title().to_owned();
    if let Some(of) = column.key.as_ref().or(column.milestone.as_ref()) {
        from.push_str(&format!("“{of}”"));
    }
    match column.unit {
        Some(FormUnit::Yi) => from.push_str("，亿元"),
        Some(FormUnit::Wan) => from.push_str("，万元"),
        None => {}
    }
    if let Some(otherwise) = column.otherwise {
        from.push_str(&format!("；没有的取{}", otherwise.title()));
    }
    let required = if column.required { "，必填" } else { "" };
    let options: Vec<String> = column.value.iter().map(|value| value.printed()).collect();
    let options = if options.is_empty() {
        String::new()
    } else {
        format!("，选项：{}", options.join("；"))
    };
    let why = column.because.as_deref();
    let why = why.map_or(String::new(), |why| format!("（{why}）"));
    format!("{heading}：{from}{required}{options}{why}")
}
