//! The closed loop on the project page: assignment, progress, requests, directions; conclusions and levels of steps.

use domain::view::{ApprovalView, ApprovalWordView, ByView, NodeView};
use service::projects::{Act, ProjectView};

use super::files::{FileLink, links};
use super::show::{ActLink, Entry, Group, act_links};

/// A conclusion that was given.
#[derive(Clone)]
pub struct Said {
    /// 名称.
    pub title: String,
    /// What became of it.
    pub outcome: String,
    /// Kind of its label.
    pub kind: &'static str,
    /// Who, when, why.
    pub text: String,
    /// Documents.
    pub files: Vec<FileLink>,
}

/// A level of a chain.
#[derive(Clone)]
pub struct Level {
    /// 第 1 级.
    pub number: String,
    /// 名称.
    pub title: String,
    /// Who.
    pub units: String,
    /// 同意, 待审核, 未到.
    pub state: &'static str,
    /// Kind of its label.
    pub kind: &'static str,
    /// What was said, the last first.
    pub words: Vec<String>,
    /// The form, when it is the actor's turn.
    pub links: Vec<ActLink>,
}

/// What a gate asks for, each in a line.
pub fn wants(node: &NodeView) -> Vec<String> {
    let Some(gate) = &node.gate else {
        return Vec::new();
    };
    let all = |words: Vec<String>| words.join("；");
    let conclusions = gate.conclusions.iter();
    let conclusions = conclusions.map(|c| format!("{}（{}）", c.title, c.effect));
    let mut wants = vec![format!("可作结论：{}", all(conclusions.collect()))];
    if !gate.evidence.is_empty() {
        let evidence = gate.evidence.iter().map(|e| match e.optional {
            true => format!("{}（可缺）", e.title),
            false => e.title.clone(),
        });
        wants.push(format!("通过须附：{}", all(evidence.collect())));
    }
    wants
}

/// What was concluded, the last first.
pub fn said(view: &ProjectView, node: &NodeView) -> Vec<Said> {
    let Some(gate) = &node.gate else {
        return Vec::new();
    };
    let history = gate.history.iter().rev().map(|said| Said {
        title: said.title.clone(),
        outcome: said.outcome.clone(),
        kind: match said.outcome.as_str() {
            "通过" => "green",
            "逐级审核中" => "blue",
            "已不再有效" => "neutral",
            _ => "yellow",
        },
        text: remark(&format!("{} {}", said.on, who(&said.by)), &said.note),
        files: links(&view.project, &said.files, &gate.evidence),
    });
    history.collect()
}

/// The chain of a step.
pub fn levels(view: &ProjectView, node: &NodeView) -> Vec<Level> {
    let level = |level: &ApprovalView| {
        let (state, kind) = match (level.agreed_on, level.next) {
            (Some(_), _) => ("同意", "green"),
            (None, true) => ("待审核", "blue"),
            (None, false) => ("未到", "neutral"),
        };
        let subject = format!("{}.{}", node.id, level.id);
        Level {
            number: format!("第 {} 级", level.level),
            title: level.title.clone(),
            units: level.units.join("、"),
            state,
            kind,
            words: level.words.iter().rev().map(word).collect(),
            links: act_links(view, &[Act::Approve], Some(&subject)),
        }
    };
    node.approvals.iter().map(level).collect()
}

fn word(word: &ApprovalWordView) -> String {
    let verdict = match (word.agreed, word.counts) {
        (true, true) => "同意",
        (true, false) => "同意（此后退回，重新审核）",
        (false, _) => "退回",
    };
    remark(
        &format!("{} {} {verdict}", word.on, who(&word.by)),
        &word.opinion,
    )
}

fn who(by: &ByView) -> String {
    match by.person.is_empty() || by.person == by.unit {
        true => by.unit.clone(),
        false => format!("{} {}", by.unit, by.person),
    }
}

fn remark(text: &str, note: &str) -> String {
    match note.is_empty() {
        true => text.to_string(),
        false => format!("{text}：{note}"),
    }
}

/// Assignment, progress, requests to move, directions of leaders.
pub fn groups(view: &ProjectView) -> Vec<Group> {
    let named = super::sponsors::has_any(view).then(|| super::sponsors::group(view));
    // A pack may name sponsors without giving projects away.
    let mut steps = view
        .lifecycle
        .file
        .stage
        .iter()
        .flat_map(|stage| &stage.step);
    if !steps.any(|step| step.done_by.is_some()) {
        return named.into_iter().collect();
    }
    let mut groups = vec![assignment(view)];
    groups.extend(named);
    groups.extend([progress(view), asks(view), directions(view)]);
    groups
}

fn assignment(view: &ProjectView) -> Group {
    let entry = view.track.assignment.as_ref().map(|assigned| {
        let mut entry = Entry::new(
            format!("{}承接", assigned.receiving_unit),
            &assigned.on.to_string(),
            "neutral",
        );
        if let Some(leader) = &assigned.leader {
            entry = entry.line(format!("牵头责任领导：{leader}"));
        }
        if !assigned.supporting.is_empty() {
            entry = entry.line(format!("配合单位：{}", assigned.supporting.join("、")));
        }
        for (at, task) in assigned.tasks.iter().enumerate() {
            entry = entry.line(format!("任务 {}：{task}", at + 1));
        }
        entry.line(format!("{}下达", who(&assigned.by)))
    });
    Group {
        title: "项目交办",
        empty: "还没有交办。会谈作出结论后，由主管单位下达任务清单。",
        entries: entry.into_iter().collect(),
        links: act_links(view, &[Act::Assign], None),
    }
}

fn progress(view: &ProjectView) -> Group {
    let entry = |report: &domain::view::ProgressView| {
        let entry = Entry::new(&report.progress, &report.on.to_string(), "neutral");
        let entry = match report.problems.is_empty() {
            true => entry,
            false => entry.line(format!("困难和问题：{}", report.problems)),
        };
        entry.line(who(&report.by))
    };
    Group {
        title: "进展情况",
        empty: "还没有报送进展。",
        entries: view.track.progress.iter().rev().map(entry).collect(),
        links: act_links(view, &[Act::ReportProgress], None),
    }
}

fn asks(view: &ProjectView) -> Group {
    let entry = |ask: &domain::view::MoveAskView| {
        let (state, kind) = match ask.open {
            true => ("待推进或答复", "yellow"),
            false => ("已了结", "green"),
        };
        let mut entry = Entry::new(&ask.step.title, state, kind)
            .line(remark(&format!("{} {}", ask.on, who(&ask.by)), &ask.reason));
        entry = match ask.open {
            true => entry.line(format!("送{}", ask.owner.join("、"))),
            false => entry.line(ask.outcome.clone()),
        };
        entry.links = act_links(view, &[Act::AnswerMove], Some(&ask.id.0.to_string()));
        entry
    };
    Group {
        title: "请求推进",
        empty: "没有推进的请求。",
        entries: view.track.move_asks.iter().rev().map(entry).collect(),
        links: Vec::new(),
    }
}

fn directions(view: &ProjectView) -> Group {
    let entry = |direction: &domain::view::DirectionView| {
        let about = direction
            .node
            .as_ref()
            .map(|node| format!("，就“{}”", node.title));
        Entry::new(&direction.text, &direction.on.to_string(), "neutral")
            .line(format!(
                "{}{}",
                who(&direction.by),
                about.unwrap_or_default()
            ))
            .line(format!("请{}办理", direction.units.join("、")))
    };
    Group {
        title: "市领导调度督办",
        empty: "没有调度督办。",
        entries: view.track.directions.iter().rev().map(entry).collect(),
        links: act_links(view, &[Act::Direct], None),
    }
}
