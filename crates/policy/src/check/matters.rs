//! Matters and meetings: numbers can be told apart, limits can be worked out, whoever is named exists.

use super::Check;
use super::time::days;
use crate::model::{MatterParty, MeetingDef, PackKind};
use crate::problem::Problem;
use crate::words::{listed, nearest, unknown};

impl Check<'_> {
    pub(super) fn matters(&mut self) {
        let file = self.file;
        for (i, matter) in file.matter.iter().enumerate() {
            let at = format!("/matter/{i}");
            self.number(&at, &matter.number);
            self.role_list(&format!("{at}/issued_by"), &matter.issued_by);
            self.role_list(&format!("{at}/reviewed_by"), &matter.reviewed_by);
            for (s, role) in matter.secretary.iter().enumerate() {
                self.role(&format!("{at}/secretary/{s}"), role);
            }
            let limit = matter.limit.limit();
            self.sound(&format!("{at}/limit/n"), limit.n, limit.unit);
            for (name, title, span) in [
                ("accept", "签收时限", &matter.accept),
                ("warn", "预警提前量", &matter.warn),
            ] {
                let Some(span) = span.as_ref().map(|span| span.limit()) else {
                    continue;
                };
                self.sound(&format!("{at}/{name}/n"), span.n, span.unit);
                if days(span) > days(limit) {
                    let length = self.value(&format!("{at}/limit"));
                    let here = self.value(&format!("{at}/{name}"));
                    let message = format!("{title} {span} 比办理时限还长");
                    self.report(
                        Problem::error("warn-longer-than-limit", here, message)
                            .also(length, "办理时限"),
                    );
                }
            }
            if let Some(kind) = &matter.escalates_to {
                self.matter_kind(&format!("{at}/escalates_to"), kind);
            }
        }
        for (i, meeting) in file.meeting.iter().enumerate() {
            let at = format!("/meeting/{i}");
            self.role(&format!("{at}/chair"), &meeting.chair);
            self.role_list(&format!("{at}/held_by"), &meeting.held_by);
            if !meeting.members.is_empty() {
                self.unit_list(&format!("{at}/members"), &meeting.members);
            }
            self.rhythm(&at, meeting);
            self.matter_kind(&format!("{at}/decision"), &meeting.decision);
            for (k, kind) in meeting.agenda.iter().enumerate() {
                self.matter_kind(&format!("{at}/agenda/{k}"), kind);
            }
        }
    }

    /// Whether a meeting is due can be said only of periods that the calendar year holds whole times.
    fn rhythm(&mut self, at: &str, meeting: &MeetingDef) {
        let every = meeting.every.as_ref();
        if let Some(every) = every {
            self.sound(&format!("{at}/every/n"), every.n, every.unit);
            if meeting.calendar_months().is_none() {
                let here = self.value(&format!("{at}/every"));
                let message = format!("会议周期 {} 与自然年对不齐", every.limit());
                self.report(Problem::error("meeting-period", here, message).help(
                    "写 7 个自然日、1、2、3、4、6、12 个月或 1 年；不定期的会议不写 `every`。",
                ));
            }
        }
        let Some(remind) = &meeting.remind else {
            return;
        };
        self.sound(&format!("{at}/remind/n"), remind.n, remind.unit);
        let here = self.value(&format!("{at}/remind"));
        let Some(every) = every else {
            let message = "不定期的会议没有周期，无从提醒".to_owned();
            self.report(
                Problem::error("meeting-period", here, message)
                    .help("写上 `every`，或去掉 `remind`。"),
            );
            return;
        };
        if days(remind.limit()) > days(every.limit()) {
            let length = self.value(&format!("{at}/every"));
            let message = format!("提醒提前量 {} 比会议周期还长", remind.limit());
            self.report(
                Problem::error("warn-longer-than-limit", here, message).also(length, "会议周期"),
            );
        }
    }

    /// Parties of a matter stand where other packs name roles.
    pub(super) fn is_party(&self, word: &str) -> bool {
        self.file.pack.kind == PackKind::Matters && MatterParty::parse(word).is_some()
    }

    /// Two kinds with the same form of number could not be told apart.
    fn number(&mut self, at: &str, number: &str) {
        let here = self.value(&format!("{at}/number"));
        for part in ["{year}", "{n}"] {
            if number.matches(part).count() != 1 {
                let message = format!("编号的写法 `{number}` 中应当恰有一个 `{part}`");
                self.report(
                    Problem::error("bad-number", here.clone(), message)
                        .help("如 number = \"潭招督〔{year}〕第 {n} 号\"。"),
                );
            }
        }
        let same = |i: &usize| self.file.matter[*i].number == number;
        let first = (0..self.file.matter.len()).find(same);
        if let Some(first) = first.filter(|first| format!("/matter/{first}") != at) {
            let earlier = self.value(&format!("/matter/{first}/number"));
            self.report(
                Problem::error("same-number", here, "两类事项的编号写法相同，编号无法区分")
                    .also(earlier, "已用在这里")
                    .help("换一个号头，如 潭招交、潭招督。"),
            );
        }
    }

    fn matter_kind(&mut self, pointer: &str, kind: &str) {
        let known: Vec<&str> = self.file.matter.iter().map(|def| def.id.as_str()).collect();
        if known.contains(&kind) {
            return;
        }
        let message = unknown("没有这类事项：", kind, nearest(kind, known.iter().copied()));
        let at = self.value(pointer);
        self.report(
            Problem::error("unknown-matter", at, message)
                .help(format!("可以写：{}。", listed(known))),
        );
    }
}
