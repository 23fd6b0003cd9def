//! The daily digest: one text per person instead of a flood of messages.

use std::fmt::Write as _;

use calendar::{Day, weekday_zh};
use serde::{Deserialize, Serialize};

/// Lines of one group that a digest lists; the rest is counted.
const MOST_LINES: usize = 50;

/// Which group a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertGroup {
    /// 逾期: the due day has passed.
    Overdue,
    /// 预警: the due day is near.
    Warning,
    /// 待办: something waits for this person.
    Todo,
    /// 会议: to which the unit is called, or which was changed.
    Meeting,
}

impl AlertGroup {
    const ALL: [AlertGroup; 4] = [
        AlertGroup::Overdue,
        AlertGroup::Warning,
        AlertGroup::Todo,
        AlertGroup::Meeting,
    ];

    /// 中文名称：逾期、预警、待办、会议。
    pub fn title(self) -> &'static str {
        match self {
            AlertGroup::Overdue => "逾期",
            AlertGroup::Warning => "预警",
            AlertGroup::Todo => "待办",
            AlertGroup::Meeting => "会议",
        }
    }
}

/// One thing that a person should know of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AlertLine {
    /// Group.
    pub group: AlertGroup,
    /// Due day, where there is one.
    pub due: Option<Day>,
    /// 项目名称.
    pub project: String,
    /// What is due or waits: 开工, 土地出让, 认定开工.
    pub what: String,
    /// Clause on which it rests.
    pub clause: Option<String>,
    /// Address of the page.
    pub link: Option<String>,
}

/// One person's digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// Subject of the e-mail.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// The digest of a day, or `None` when there is nothing to say. Lines are sorted by due day; repeated ones count once.
pub fn digest(person: &str, today: Day, lines: &[AlertLine]) -> Option<Digest> {
    let mut lines: Vec<&AlertLine> = lines.iter().collect();
    lines.sort_by_key(|line| (line.group, line.due.is_none(), *line));
    lines.dedup();
    let groups: Vec<(AlertGroup, Vec<&AlertLine>)> = AlertGroup::ALL
        .into_iter()
        .map(|group| {
            (
                group,
                lines
                    .iter()
                    .copied()
                    .filter(|line| line.group == group)
                    .collect::<Vec<_>>(),
            )
        })
        .filter(|(_, lines)| !lines.is_empty())
        .collect();
    if groups.is_empty() {
        return None;
    }
    let counts: Vec<String> = groups
        .iter()
        .map(|(group, lines)| format!("{} {} 项", group.title(), lines.len()))
        .collect();
    let counts = counts.join("，");
    Some(Digest {
        subject: format!("落地提醒：{counts}（{today}）"),
        text: text(person, today, &counts, &groups),
    })
}

fn text(
    person: &str,
    today: Day,
    counts: &str,
    groups: &[(AlertGroup, Vec<&AlertLine>)],
) -> String {
    let (year, month, day) = (today.year(), today.month(), today.day());
    let mut text = format!(
        "{person}，您好！\n\n今天是{year}年{month}月{day}日（{}），您有{counts}。\n",
        weekday_zh(today)
    );
    for (group, lines) in groups {
        // Writing to a string cannot fail.
        _ = write!(text, "\n【{}】{} 项\n", group.title(), lines.len());
        for (at, line) in lines.iter().take(MOST_LINES).enumerate() {
            _ = writeln!(text, "{}. {}", at + 1, sentence(line, today));
            if let Some(link) = &line.link {
                _ = writeln!(text, "   {link}");
            }
        }
        if lines.len() > MOST_LINES {
            _ = writeln!(text, "其余 {} 项请登录系统查看。", lines.len() - MOST_LINES);
        }
    }
    text.push_str("\n本邮件由系统每天汇总一次，请勿直接回复。\n");
    text
}

fn sentence(line: &AlertLine, today: Day) -> String {
    let clause = line
        .clause
        .as_ref()
        .map(|clause| format!("（依据：{clause}）"))
        .unwrap_or_default();
    let due = line
        .due
        .map(|due| format!("，{}", when(due, today)))
        .unwrap_or_default();
    format!("{}：{}{due}{clause}", line.project, line.what)
}

fn when(due: Day, today: Day) -> String {
    let days = due.duration_since(today).as_hours() / 24;
    match days {
        0 => format!("今天（{due}）到期"),
        1.. => format!("{due} 到期，还有 {days} 天"),
        _ => format!("应于 {due} 完成，已逾期 {} 天", -days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn line(group: AlertGroup, project: &str, due: Option<Day>) -> AlertLine {
        AlertLine {
            group,
            due,
            project: project.to_owned(),
            what: "开工".to_owned(),
            clause: Some("三（一）4".to_owned()),
            link: None,
        }
    }

    #[test]
    fn a_digest_groups_counts_and_sorts() {
        let todo = AlertLine {
            what: "认定开工".to_owned(),
            clause: None,
            link: Some("http://127.0.0.1:8080/projects/1".to_owned()),
            ..line(AlertGroup::Todo, "样例物流园项目", None)
        };
        let lines = [
            todo,
            line(AlertGroup::Warning, "样例仓储项目", Some(date(2025, 8, 20))),
            line(AlertGroup::Overdue, "样例面板项目", Some(date(2025, 7, 29))),
            line(AlertGroup::Overdue, "样例光电项目", Some(date(2025, 7, 20))),
            line(AlertGroup::Overdue, "样例光电项目", Some(date(2025, 7, 20))),
            line(AlertGroup::Warning, "样例冷链项目", Some(date(2025, 7, 30))),
        ];
        let digest = digest("样例经理", date(2025, 7, 30), &lines).unwrap();
        assert_eq!(
            digest.subject,
            "落地提醒：逾期 2 项，预警 2 项，待办 1 项（2025-07-30）"
        );
        let expected = "\
样例经理，您好！

今天是2025年7月30日（星期三），您有逾期 2 项，预警 2 项，待办 1 项。

【逾期】2 项
1. 样例光电项目：开工，应于 2025-07-20 完成，已逾期 10 天（依据：三（一）4）
2. 样例面板项目：开工，应于 2025-07-29 完成，已逾期 1 天（依据：三（一）4）

【预警】2 项
1. 样例冷链项目：开工，今天（2025-07-30）到期（依据：三（一）4）
2. 样例仓储项目：开工，2025-08-20 到期，还有 21 天（依据：三（一）4）

【待办】1 项
1. 样例物流园项目：认定开工
   http://127.0.0.1:8080/projects/1

本邮件由系统每天汇总一次，请勿直接回复。
";
        assert_eq!(digest.text, expected);
    }

    #[test]
    fn nothing_to_say_is_no_digest() {
        assert_eq!(digest("样例经理", date(2025, 7, 30), &[]), None);
    }

    #[test]
    fn a_long_group_is_cut_and_the_rest_counted() {
        let lines: Vec<AlertLine> = (0..120)
            .map(|n| line(AlertGroup::Todo, &format!("样例项目{n:03}"), None))
            .collect();
        let text = digest("样例经理", date(2025, 7, 30), &lines).unwrap().text;
        assert!(
            text.contains("【待办】120 项") && text.contains("其余 70 项请登录系统查看"),
            "{text}"
        );
        assert!(text.contains("样例项目049") && !text.contains("样例项目050"));
    }
}
