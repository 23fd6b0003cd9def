//! Sentences about the facts of a meeting.

use calendar::{Day, weekday_zh};
use jiff::civil::Time;

use super::event::{Attendance, Calling, MeetingEvent, MeetingEventKind, Presence};
use super::state::MeetingState;

/// `2025-09-25 星期四 09:30`.
pub fn moment(on: Day, time: Option<Time>) -> String {
    let day = format!("{on} {}", weekday_zh(on));
    match time {
        Some(time) => format!("{day} {:02}:{:02}", time.hour(), time.minute()),
        None => day,
    }
}

/// A Chinese sentence about each fact, in their order: what changed, and which item is meant, follows from those before.
pub fn sentences(events: &[MeetingEvent]) -> Vec<String> {
    let before = |at: usize| MeetingState::fold(events.get(..at).unwrap_or_default());
    let sentence = |(at, event)| sentence(before(at).as_ref(), event);
    events.iter().enumerate().map(sentence).collect()
}

fn sentence(before: Option<&MeetingState>, event: &MeetingEvent) -> String {
    let title = |id: u32| {
        let item = before.and_then(|state| state.item(id));
        item.map_or_else(
            || format!("第 {} 个", id + 1),
            |item| item.item.title.clone(),
        )
    };
    match &event.kind {
        MeetingEventKind::MeetingCalled {
            calling, agenda, ..
        } => format!(
            "召集会议，{} 召开，议题 {} 个。",
            moment(calling.held_on, calling.time),
            agenda.len()
        ),
        MeetingEventKind::MeetingChanged { calling, reason } => {
            let changes = before.map_or_else(Vec::new, |state| changes(&state.calling, calling));
            format!("调整会议安排：{}{}。", changes.join("；"), because(reason))
        }
        MeetingEventKind::MeetingPostponed {
            held_on,
            time,
            reason,
        } => format!(
            "延期到 {} 召开{}。",
            moment(*held_on, *time),
            because(reason)
        ),
        MeetingEventKind::MeetingCancelled { reason } => format!("取消会议{}。", because(reason)),
        MeetingEventKind::MeetingAttendanceRecorded { attendance } => {
            let again = before.is_some_and(|state| !state.attendance.is_empty());
            let verb = if again { "更正签到" } else { "签到" };
            format!("{verb}：{}。", counts(attendance))
        }
        MeetingEventKind::MeetingItemsAdded { items } => {
            let titles: Vec<&str> = items.iter().map(|item| item.title.as_str()).collect();
            format!("增加议题：{}。", titles.join("；"))
        }
        MeetingEventKind::MeetingItemsReordered { .. } => "调整议题顺序。".to_owned(),
        MeetingEventKind::MeetingItemRemoved { item, reason } => {
            format!("撤下议题“{}”{}。", title(*item), because(reason))
        }
        MeetingEventKind::MeetingMinutesRecorded { item, .. } => {
            let again = before
                .and_then(|state| state.item(*item))
                .is_some_and(|item| !item.minutes.is_empty());
            let verb = if again { "更正" } else { "填写" };
            format!("{verb}议题“{}”的会议记录。", title(*item))
        }
        MeetingEventKind::MeetingDecisionMade {
            item, number, text, ..
        } => format!("议题“{}”的决定成为 {number}：{text}", title(*item)),
        MeetingEventKind::MeetingMinutesClosed {} => "会议纪要定稿。".to_owned(),
    }
}

fn because(reason: &str) -> String {
    match reason.trim() {
        "" => String::new(),
        reason => format!("（{reason}）"),
    }
}

/// What is another than before: `时间由 … 改为 …`.
fn changes(old: &Calling, new: &Calling) -> Vec<String> {
    let when = |calling: &Calling| moment(calling.held_on, calling.time);
    let pairs = [
        ("名称", old.title.clone(), new.title.clone()),
        ("时间", when(old), when(new)),
        ("地点", old.place.clone(), new.place.clone()),
        ("主持", old.chair.clone(), new.chair.clone()),
    ];
    let told = |text: &str| match text {
        "" => "（未定）".to_owned(),
        text => text.to_owned(),
    };
    let mut all: Vec<String> = pairs
        .iter()
        .filter(|(_, old, new)| old != new)
        .map(|(what, old, new)| format!("{what}由{}改为{}", told(old), told(new)))
        .collect();
    let without = |some: &[String], others: &[String]| -> Vec<String> {
        let left = some.iter().filter(|unit| !others.contains(unit));
        left.cloned().collect()
    };
    let (came, went) = (
        without(&new.members, &old.members),
        without(&old.members, &new.members),
    );
    if !came.is_empty() {
        all.push(format!("增加参加单位{}", came.join("、")));
    }
    if !went.is_empty() {
        all.push(format!("{}不再参加", went.join("、")));
    }
    all
}

/// `到会 5 个，代会 1 个（市发改委），缺席 1 个（国土局）`.
fn counts(attendance: &[Attendance]) -> String {
    let mut parts = Vec::new();
    for presence in Presence::ALL {
        let units: Vec<&str> = attendance
            .iter()
            .filter(|there| there.presence == presence)
            .map(|there| there.unit.as_str())
            .collect();
        if units.is_empty() {
            continue;
        }
        let named = match presence {
            Presence::Came => String::new(),
            _ => format!("（{}）", units.join("、")),
        };
        parts.push(format!("{} {} 个{named}", presence.title(), units.len()));
    }
    parts.join("，")
}
