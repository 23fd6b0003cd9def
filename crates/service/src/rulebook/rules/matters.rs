//! Rules of matters and meetings.

use policy::model::{MatterDef, MeetingDef};

use super::Rule;
use super::words::{Words, span};

impl Words<'_> {
    pub(super) fn matters(&self) -> Vec<Rule> {
        let matters = self.policy.file.matter.iter();
        matters.map(|matter| self.matter(matter)).collect()
    }

    fn matter(&self, matter: &MatterDef) -> Rule {
        let mut lines = vec![
            ("编号", matter.number.clone()),
            ("签发", self.all(&matter.issued_by)),
        ];
        if !matter.secretary.is_empty() {
            lines.push(("代市领导签发", self.all(&matter.secretary)));
        }
        lines.push(("办理时限", format!("自签发之日起{}", span(&matter.limit))));
        lines.extend(
            matter
                .accept
                .iter()
                .map(|accept| ("签收", format!("{}内", span(accept)))),
        );
        lines.extend(
            matter
                .warn
                .iter()
                .map(|warn| ("提醒", format!("到期前{}起", span(warn)))),
        );
        lines.push(("审核", self.all(&matter.reviewed_by)));
        if matter.evidence {
            lines.push(("报结", "须附材料".into()));
        }
        if matter.delegation {
            lines.push(("外出期间", "可以委托他人代办，两人姓名均记录".into()));
        }
        if let Some(kind) = &matter.escalates_to {
            lines.push(("办理不力", format!("升级为{}", self.matter_title(kind))));
        }
        Rule {
            id: matter.id.clone(),
            title: matter.title.clone(),
            clause: matter.clause.clone(),
            text: matter.text.clone(),
            lines,
            because: matter.because.clone().unwrap_or_default(),
            ..Rule::default()
        }
    }

    pub(super) fn meetings(&self) -> Vec<Rule> {
        let meetings = self.policy.file.meeting.iter();
        meetings.map(|meeting| self.meeting(meeting)).collect()
    }

    fn meeting(&self, meeting: &MeetingDef) -> Rule {
        let period = match &meeting.every {
            Some(every) => format!("每{}一次", span(every)),
            None => "不定期".to_string(),
        };
        let agenda: Vec<&str> = meeting
            .agenda
            .iter()
            .map(|kind| self.matter_title(kind))
            .collect();
        let members = match meeting.members.is_empty() {
            true => "按议题确定".to_string(),
            false => self.all(&meeting.members),
        };
        Rule {
            id: meeting.id.clone(),
            title: meeting.title.clone(),
            clause: meeting.clause.clone(),
            text: meeting.text.clone(),
            lines: vec![
                ("周期", period),
                ("主持", self.who(&meeting.chair)),
                ("筹备、记录", self.all(&meeting.held_by)),
                ("参加", members),
                (
                    "议题",
                    match agenda.is_empty() {
                        true => "未办结的各类事项".to_string(),
                        false => format!("未办结的{}", agenda.join("、")),
                    },
                ),
                (
                    "会议决定",
                    format!("成为{}", self.matter_title(&meeting.decision)),
                ),
            ],
            because: meeting.because.clone().unwrap_or_default(),
            ..Rule::default()
        }
    }

    fn matter_title<'b>(&'b self, id: &'b str) -> &'b str {
        let mut matters = self.policy.file.matter.iter();
        matters
            .find(|matter| matter.id == id)
            .map_or(id, |matter| &matter.title)
    }
}
