//! Whether something may be recorded about a meeting.

use std::collections::BTreeSet;

use calendar::{Day, weekday_zh};
use policy::model::MeetingDef;
use policy::{Parties, Policy};

use super::event::{Attendance, Calling, MeetingEventKind};
use super::state::{ItemState, MeetingState};
use crate::refusal::Refusal;

/// Whether a unit may hold meetings of a kind.
pub fn may_hold(policy: &Policy, def: &MeetingDef, unit: &str) -> bool {
    def.held_by
        .iter()
        .any(|role| policy.holds(unit, role, Parties::NOBODY))
}

/// Whether something may be recorded about a meeting, by a unit, on a day.
///
/// # Errors
///
/// [`Refusal`] `not_authorised`, `cancelled`, `closed`, `not_yet` (before the day), `already_held`, `no_change`, `day_past`,
/// `no_item`, `item_discussed`, `not_called`, `no_attendance`, `no_minutes`, `text_missing`.
pub fn check(
    state: &MeetingState,
    unit: &str,
    today: Day,
    kind: &MeetingEventKind,
) -> Result<(), Refusal> {
    open_to(state, unit)?;
    match kind {
        MeetingEventKind::MeetingCalled { calling, .. } => called_well(calling),
        MeetingEventKind::MeetingChanged { calling, .. } => changed(state, calling),
        MeetingEventKind::MeetingPostponed {
            held_on,
            time,
            reason,
        } => {
            wanted("延期的原因", reason)?;
            not_held_yet(state, "延期")?;
            if (*held_on, *time) == (state.calling.held_on, state.calling.time) {
                return Err(no_change("会议本来就在这个时间召开。"));
            }
            if *held_on < today {
                return Err(Refusal::new(
                    "day_past",
                    format!("新的会议日期 {held_on} 早于今天。"),
                    "请填写今天或以后的日期。",
                ));
            }
            Ok(())
        }
        MeetingEventKind::MeetingCancelled { reason } => {
            wanted("取消的原因", reason)?;
            not_held_yet(state, "取消")
        }
        MeetingEventKind::MeetingAttendanceRecorded { attendance } => {
            held(state, today)?;
            attended(state, attendance)
        }
        MeetingEventKind::MeetingItemsAdded { items } if items.is_empty() => Err(Refusal::new(
            "no_item",
            "没有选择议题。",
            "请勾选问题，或填写一个议题。",
        )),
        MeetingEventKind::MeetingItemsAdded { .. } => Ok(()),
        MeetingEventKind::MeetingItemsReordered { order } => reordered(state, order),
        MeetingEventKind::MeetingItemRemoved { item: id, .. } => {
            let item = item(state, *id)?;
            match item.discussed() {
                false => Ok(()),
                true => Err(Refusal::new(
                    "item_discussed",
                    format!("议题“{}”已有会议记录或决定，不能撤下。", item.item.title),
                    "讨论过的议题留在纪要中；记录有误的，请更正记录。",
                )),
            }
        }
        MeetingEventKind::MeetingMinutesRecorded { item: id, text } => {
            item(state, *id)?;
            held(state, today)?;
            wanted("会议记录", text)
        }
        MeetingEventKind::MeetingDecisionMade { item: id, text, .. } => {
            item(state, *id)?;
            held(state, today)?;
            wanted("会议决定", text)
        }
        MeetingEventKind::MeetingMinutesClosed {} => {
            held(state, today)?;
            match state.items.iter().find(|item| item.minutes.is_empty()) {
                None => Ok(()),
                Some(bare) => Err(Refusal::new(
                    "no_minutes",
                    format!("议题“{}”还没有会议记录。", bare.item.title),
                    "请先填写每个议题的记录，再定稿；没有讨论的议题请撤下。",
                )),
            }
        }
    }
}

/// Only the unit that prepares it, and only while it has not ended.
fn open_to(state: &MeetingState, unit: &str) -> Result<(), Refusal> {
    if unit != state.holder {
        return Err(Refusal::new(
            "not_authorised",
            format!("{unit}不能记录这次会议。"),
            format!("会议由{}筹备、记录。", state.holder),
        ));
    }
    if let Some(reason) = &state.cancelled {
        return Err(Refusal::new(
            "cancelled",
            format!("会议已经取消（{reason}），不能再改。"),
            "如仍需召开，请另行召集。",
        ));
    }
    if state.closed {
        return Err(Refusal::new(
            "closed",
            "会议纪要已经定稿，不能再改。",
            "如有补充，请另行召集会议或签发事项。",
        ));
    }
    Ok(())
}

/// Whether a calling has all that it needs.
///
/// # Errors
///
/// [`Refusal`] `text_missing`.
pub fn called_well(calling: &Calling) -> Result<(), Refusal> {
    wanted("会议名称", &calling.title)?;
    wanted("主持人", &calling.chair)
}

fn changed(state: &MeetingState, calling: &Calling) -> Result<(), Refusal> {
    called_well(calling)?;
    let now = &state.calling;
    if calling == now {
        return Err(no_change("会议安排没有变化。"));
    }
    if (calling.held_on, calling.time) != (now.held_on, now.time) {
        not_held_yet(state, "改期")?;
    }
    Ok(())
}

fn no_change(message: &str) -> Refusal {
    Refusal::new("no_change", message, "请修改后再提交，或返回会议页面。")
}

/// What was held stays where it was.
fn not_held_yet(state: &MeetingState, act: &str) -> Result<(), Refusal> {
    if !state.discussed() {
        return Ok(());
    }
    Err(Refusal::new(
        "already_held",
        format!("会议已有签到或会议记录，不能{act}。"),
        "请继续记录，全部记录后定稿。",
    ))
}

fn attended(state: &MeetingState, attendance: &[Attendance]) -> Result<(), Refusal> {
    if attendance.is_empty() {
        return Err(Refusal::new(
            "no_attendance",
            "没有填写任何单位的到会情况。",
            "请为参加单位选择到会、代会或缺席。",
        ));
    }
    let mut seen = BTreeSet::new();
    for there in attendance {
        if !state.calling.members.contains(&there.unit) {
            return Err(Refusal::new(
                "not_called",
                format!("{}不在参加单位中，不能签到。", there.unit),
                "请先在“调整安排”中把它列为参加单位。",
            ));
        }
        if !seen.insert(&there.unit) {
            return Err(Refusal::new(
                "not_called",
                format!("{}的到会情况填了两次。", there.unit),
                "每个单位填一次。",
            ));
        }
    }
    if attendance == state.attendance {
        return Err(no_change("签到没有变化。"));
    }
    Ok(())
}

fn item(state: &MeetingState, id: u32) -> Result<&ItemState, Refusal> {
    state
        .item(id)
        .ok_or_else(|| Refusal::new("no_item", "没有这个议题。", "请刷新页面后重新选择。"))
}

fn reordered(state: &MeetingState, order: &[u32]) -> Result<(), Refusal> {
    let now: Vec<u32> = state.items.iter().map(|item| item.id).collect();
    if order == now {
        return Err(no_change("议题顺序没有变化。"));
    }
    let all: BTreeSet<u32> = now.iter().copied().collect();
    let named: BTreeSet<u32> = order.iter().copied().collect();
    if order.len() != now.len() || all != named {
        return Err(Refusal::new(
            "no_item",
            "议题在您打开页面后有增减，顺序没有保存。",
            "请刷新页面后重新调整。",
        ));
    }
    Ok(())
}

fn held(state: &MeetingState, today: Day) -> Result<(), Refusal> {
    if today >= state.calling.held_on {
        return Ok(());
    }
    let on = state.calling.held_on;
    Err(Refusal::new(
        "not_yet",
        format!("会议定于 {on} {}召开，还没有记录可填。", weekday_zh(on)),
        "请在会议当天或之后记录；如会议提前，请先调整会议日期。",
    ))
}

fn wanted(what: &str, text: &str) -> Result<(), Refusal> {
    if !text.trim().is_empty() {
        return Ok(());
    }
    Err(Refusal::new(
        "text_missing",
        format!("没有填写{what}。"),
        format!("请填写{what}。"),
    ))
}
