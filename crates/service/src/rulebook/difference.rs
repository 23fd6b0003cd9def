//! What two versions of a pack have differently: rules that came, went, or say something else.

use policy::Policy;

use super::rules::{Rule, Section, head, sections};

/// A line of a rule that says something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// 期限, 责任单位, 原文 …
    pub label: String,
    /// In the older version; empty when it said nothing.
    pub before: String,
    /// In the newer one; empty when it says nothing.
    pub after: String,
}

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleChange {
    /// 节点和认定, 阶段和环节 …
    pub section: &'static str,
    /// Title of the rule.
    pub title: String,
    /// 条款, of the newer version where it has the rule.
    pub clause: String,
    /// 新增, 删去, 修改.
    pub what: &'static str,
    /// What says something else; empty for rules that came or went.
    pub lines: Vec<Changed>,
}

/// What two versions have differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackDifference {
    /// Older version.
    pub from: String,
    /// Newer version.
    pub to: String,
    /// Head and rules that differ.
    pub changes: Vec<RuleChange>,
}

pub(super) fn difference(old: &Policy, new: &Policy) -> PackDifference {
    let mut changes: Vec<RuleChange> = head_change(old, new).into_iter().collect();
    let (before, after) = (sections(old), sections(new));
    for section in in_order(&before, &after) {
        let rules = |sections: &[Section]| {
            let found = sections.iter().find(|one| one.id == section.0);
            found.map(|one| one.rules.clone()).unwrap_or_default()
        };
        changes.extend(rule_changes(section.1, &rules(&before), &rules(&after)));
    }
    PackDifference {
        from: old.file.pack.version.clone(),
        to: new.file.pack.version.clone(),
        changes,
    }
}

/// Sections of both, in the order of the newer one.
fn in_order(before: &[Section], after: &[Section]) -> Vec<(&'static str, &'static str)> {
    let mut order: Vec<(&'static str, &'static str)> = after
        .iter()
        .map(|section| (section.id, section.title))
        .collect();
    for section in before {
        if !order.iter().any(|(id, _)| *id == section.id) {
            order.push((section.id, section.title));
        }
    }
    order
}

fn head_change(old: &Policy, new: &Policy) -> Option<RuleChange> {
    let (before, after) = (head(old), head(new));
    let of = |lines: &[(String, String)], label: &str| {
        lines
            .iter()
            .find(|(title, _)| title == label)
            .map(|(_, text)| text.clone())
            .unwrap_or_default()
    };
    let mut labels: Vec<String> = after
        .iter()
        .chain(&before)
        .map(|(label, _)| label.clone())
        .collect();
    labels.dedup();
    let mut lines: Vec<Changed> = Vec::new();
    for label in labels {
        let changed = Changed {
            before: of(&before, &label),
            after: of(&after, &label),
            label,
        };
        if changed.before != changed.after && !lines.contains(&changed) {
            lines.push(changed);
        }
    }
    let what = "修改";
    (!lines.is_empty()).then(|| RuleChange {
        section: "文件",
        title: "文件头".into(),
        clause: String::new(),
        what,
        lines,
    })
}

fn rule_changes(section: &'static str, before: &[Rule], after: &[Rule]) -> Vec<RuleChange> {
    let change = |rule: &Rule, what, lines| RuleChange {
        section,
        title: rule.title.clone(),
        clause: rule.clause.clone(),
        what,
        lines,
    };
    let mut changes = Vec::new();
    for rule in after {
        match before.iter().find(|old| old.id == rule.id) {
            None => changes.push(change(rule, "新增", all_lines(rule))),
            Some(old) if old != rule => changes.push(change(rule, "修改", line_changes(old, rule))),
            Some(_) => {}
        }
    }
    let gone = before
        .iter()
        .filter(|old| !after.iter().any(|rule| rule.id == old.id));
    changes.extend(gone.map(|old| change(old, "删去", Vec::new())));
    changes.retain(|change| change.what != "修改" || !change.lines.is_empty());
    changes
}

fn all_lines(rule: &Rule) -> Vec<Changed> {
    let line = |(label, text): (String, String)| Changed {
        label,
        before: String::new(),
        after: text,
    };
    said(rule).into_iter().map(line).collect()
}

fn line_changes(old: &Rule, new: &Rule) -> Vec<Changed> {
    let (before, after) = (said(old), said(new));
    let find = |lines: &[(String, String)], label: &str| {
        lines
            .iter()
            .find(|(title, _)| title == label)
            .map(|(_, text)| text.clone())
            .unwrap_or_default()
    };
    let mut changes: Vec<Changed> = Vec::new();
    for (label, _) in after.iter().chain(&before) {
        let changed = Changed {
            label: label.clone(),
            before: find(&before, label),
            after: find(&after, label),
        };
        if changed.before != changed.after && !changes.contains(&changed) {
            changes.push(changed);
        }
    }
    changes
}

/// Everything that a rule says, by label.
fn said(rule: &Rule) -> Vec<(String, String)> {
    let mut said = vec![
        ("名称".to_string(), rule.title.clone()),
        ("条款".to_string(), rule.clause.clone()),
        ("原文".to_string(), rule.text.clone()),
    ];
    said.extend(
        rule.lines
            .iter()
            .map(|(label, text)| (label.to_string(), text.clone())),
    );
    said.push(("取法和理由".to_string(), rule.because.clone()));
    let readings = rule.readings.iter().map(|reading| {
        let used = if reading.used { "（采用）" } else { "" };
        format!("{}：{}{used}", reading.clause, reading.limit)
    });
    said.push((
        "不同写法".to_string(),
        readings.collect::<Vec<_>>().join("；"),
    ));
    said.retain(|(_, text)| !text.is_empty());
    said
}
