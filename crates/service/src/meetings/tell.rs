//! What the called units and other systems are told of a meeting: written in the transaction that records the fact.

use calendar::Day;
use domain::meeting::{MeetingEvent, MeetingEventKind, moment, sentences};
use jiff::ToSpan;
use store::{Batch, meetings};

use super::load::{LoadedMeeting, time_words};
use crate::notify::digest::{self, AlertGroup};
use crate::notify::phones::without_phones;
use crate::outbox::Letter;
use crate::{Actor, Outcome, Service};

/// What a fact announces: kind of message, kind of change, and its word in a subject. Nothing for what only the record
/// keeps.
pub(super) fn announcement(
    kind: &MeetingEventKind,
) -> Option<(&'static str, &'static str, &'static str)> {
    match kind {
        MeetingEventKind::MeetingCalled { .. } => Some(("meeting.called", "called", "会议通知")),
        MeetingEventKind::MeetingChanged { .. } => {
            Some(("meeting.changed", "changed", "会议安排调整"))
        }
        MeetingEventKind::MeetingPostponed { .. } => {
            Some(("meeting.changed", "postponed", "会议延期"))
        }
        MeetingEventKind::MeetingCancelled { .. } => {
            Some(("meeting.changed", "cancelled", "会议取消"))
        }
        _ => None,
    }
}

impl Service {
    /// Tells of the last fact of a meeting, the units that it is called from now on and those that it was called before.
    /// Sample data tell nobody.
    pub(super) async fn tell_of_meeting(
        &self,
        batch: &mut Batch,
        actor: &Actor,
        meeting: &LoadedMeeting,
        units_before: &[String],
    ) -> Outcome<()> {
        let Some(event) = meeting.events.last().filter(|_| !meeting.state.sample) else {
            return Ok(());
        };
        let Some((kind, change, word)) = announcement(&event.kind) else {
            return Ok(());
        };
        let key = format!("{}:{}", meeting.id, event.id.0);
        let data = data(meeting, event, change);
        self.push(batch, &meeting.region.id, kind, data, &key);
        let mut units = meeting.row().1;
        units.extend(units_before.iter().cloned());
        units.sort_unstable();
        units.dedup();
        self.mail_units(batch, actor, units, letter(meeting, event, word))
            .await
    }

    /// The meetings of a unit, for the digest of its people: today's and tomorrow's, and what was announced since
    /// yesterday; and reminders of periodic ones to whoever prepares them.
    pub(crate) async fn meeting_digest(
        &self,
        region: &str,
        unit: &str,
        day: Day,
    ) -> Outcome<Vec<digest::AlertLine>> {
        let link = |path: &str| {
            let url = self.config().public_url.as_deref()?;
            Some(format!("{}{path}", url.trim_end_matches('/')))
        };
        let tomorrow = day.tomorrow().unwrap_or(day);
        let since = self.now().checked_sub(24.hours()).unwrap_or(self.now());
        let told = meetings::to_tell(self.db(), region, unit, day, tomorrow, since).await?;
        let line = |row: meetings::MeetingRow| {
            let at = match row.held_at.is_empty() {
                true => String::new(),
                false => format!(" {}", row.held_at),
            };
            let when = format!("{}{at}", moment(row.held_on, None));
            digest::AlertLine {
                group: AlertGroup::Meeting,
                due: None,
                what: match row.state.as_str() {
                    "cancelled" => format!("原定 {when} 召开，已取消"),
                    _ if row.place.is_empty() => format!("{when} 召开"),
                    _ => format!("{when} 在{}召开", row.place),
                },
                project: without_phones(&row.title),
                clause: None,
                link: link(&format!("/meetings/{}", row.meeting)),
            }
        };
        let mut lines: Vec<digest::AlertLine> = told.into_iter().map(line).collect();
        let raised = meetings::alerts_raised_on(self.db(), region, unit, day).await?;
        lines.extend(raised.into_iter().map(|alert| digest::AlertLine {
            group: match alert.level {
                1 => AlertGroup::Warning,
                _ => AlertGroup::Overdue,
            },
            due: None,
            project: "会议".into(),
            what: alert.text,
            clause: Some(alert.clause),
            link: link("/meetings"),
        }));
        Ok(lines)
    }
}

fn data(meeting: &LoadedMeeting, event: &MeetingEvent, change: &str) -> serde_json::Value {
    let (state, calling) = (&meeting.state, &meeting.state.calling);
    serde_json::json!({
        "region": meeting.region.id,
        "meeting": meeting.id,
        "version": event.id.0,
        "happened_on": event.happened_on.to_string(),
        "change": change,
        "kind": state.kind,
        "kind_title": meeting.def().map_or(state.kind.as_str(), |def| def.title.as_str()),
        "title": without_phones(&calling.title),
        "held_on": calling.held_on.to_string(),
        "time": calling.time.map(time_words),
        "place": without_phones(&calling.place),
        "chair": calling.chair,
        "holder": state.holder,
        "members": calling.members,
        "items": state.items.len(),
        "state": state.phase(),
    })
}

fn letter(meeting: &LoadedMeeting, event: &MeetingEvent, word: &str) -> Letter {
    let calling = &meeting.state.calling;
    let sentence = sentences(&meeting.events).pop().unwrap_or_default();
    let mut text = format!(
        "“{}”：{}\n时间：{}\n",
        calling.title,
        sentence,
        moment(calling.held_on, calling.time)
    );
    if !calling.place.is_empty() {
        text.push_str(&format!("地点：{}\n", calling.place));
    }
    text.push_str(&format!(
        "主持：{}\n参加单位：{}\n筹备：{}",
        calling.chair,
        calling.members.join("、"),
        meeting.state.holder
    ));
    Letter {
        subject: format!("{word}：{}", without_phones(&calling.title)),
        text: without_phones(&text),
        path: format!("/meetings/{}", meeting.id),
        key: format!("meeting:{}:{}", meeting.id, event.id.0),
    }
}
