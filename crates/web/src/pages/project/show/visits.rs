//! 走访与问答.

use service::projects::{Act, ProjectView};

use super::acts::act_links;
use super::entries::{Entry, Group};
use crate::pages::project::files::links;

/// Visits, questions and answers, reminders.
pub struct VisitsSection {
    /// 走访.
    pub visits: Group,
    /// 问答.
    pub questions: Group,
    /// 三级提醒.
    pub reminders: Group,
}

pub fn visits(view: &ProjectView) -> VisitsSection {
    let visit = |v: &domain::view::VisitView| {
        let mut entry = Entry::new(&v.title, &v.on.to_string(), "neutral")
            .line(format!("{} {}", v.by.unit, v.by.person))
            .line(v.text.clone());
        entry.files = links(&view.project, &v.files, &[]);
        entry
    };
    let reminder = |e: &domain::view::EscalationView| {
        let kind = match e.level {
            1 => "blue",
            2 => "yellow",
            _ => "red",
        };
        Entry::new(
            format!("{}：{}", e.title, e.node.title),
            &format!("第 {} 级", e.level),
            kind,
        )
        .line(format!("{} 发出，应于 {} 完成", e.on, e.due))
    };
    VisitsSection {
        visits: Group {
            title: "走访、调度",
            empty: "还没有走访记录。",
            entries: view.track.visits.iter().rev().map(visit).collect(),
            links: act_links(view, &[Act::RecordVisit], None),
        },
        questions: questions(view),
        reminders: Group {
            title: "三级提醒",
            empty: "没有发出过提醒。",
            entries: view.track.escalations.iter().rev().map(reminder).collect(),
            links: Vec::new(),
        },
    }
}

/// Questions with their answers.
pub fn questions(view: &ProjectView) -> Group {
    let question = |q: &domain::view::QuestionView| {
        let (state, kind) = if q.answers.is_empty() {
            ("待答复", "yellow")
        } else {
            ("已答复", "green")
        };
        let answers = q
            .answers
            .iter()
            .map(|a| format!("{} {} {}答复：{}", a.on, a.by.unit, a.by.person, a.text));
        let mut entry = Entry::new(&q.text, state, kind)
            .line(format!("{} {} {}", q.on, q.by.unit, q.by.person));
        entry.lines.extend(answers);
        entry.links = act_links(view, &[Act::Answer], Some(&q.id.0.to_string()));
        entry
    };
    Group {
        title: "问答",
        empty: "没有提问。",
        entries: view.track.questions.iter().rev().map(question).collect(),
        links: act_links(view, &[Act::Ask], None),
    }
}
