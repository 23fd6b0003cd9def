//! Meetings: an agenda from open problems, minutes for each item, decisions that become matters.

use calendar::{Day, weekday_zh};
use policy::model::MeetingDef;
use policy::{Parties, Policy};
use serde::{Deserialize, Serialize};

use crate::event::EventId;
use crate::matter::MatterBy;
use crate::refusal::Refusal;

/// A fact about one meeting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeetingEvent {
    /// Version of the stream at which it stands, from 1.
    #[serde(default)]
    pub id: EventId,
    /// The day it happened on.
    pub happened_on: Day,
    /// When it was recorded, RFC 3339 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<jiff::Timestamp>,
    /// Who said so.
    #[serde(default)]
    pub by: MatterBy,
    /// What happened.
    #[serde(flatten)]
    pub kind: MeetingEventKind,
}

/// Where an item of an agenda comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemSource {
    /// An open matter.
    Matter,
    /// A question that an enterprise asked on its project.
    Question,
    /// Written down for this meeting.
    Topic,
}

/// An item of an agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgendaItem {
    /// Where it comes from.
    pub source: ItemSource,
    /// The matter's id, or the fact of the question.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The project it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
}

/// When, where and who.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calling {
    /// 会议名称.
    pub title: String,
    /// Day.
    pub held_on: Day,
    /// Place.
    pub place: String,
    /// Who presides.
    pub chair: String,
    /// Units that are called.
    pub members: Vec<String>,
}

/// What can happen to a meeting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MeetingEventKind {
    /// 召集.
    MeetingCalled {
        /// Pack id.
        pack: String,
        /// Pack version.
        version: String,
        /// Kind of meeting, an id of the pack.
        meeting: String,
        /// The unit that prepares it and keeps the minutes.
        holder: String,
        /// When, where and who.
        calling: Box<Calling>,
        /// Agenda.
        agenda: Vec<AgendaItem>,
        /// 样例数据.
        #[serde(default)]
        sample: bool,
    },
    /// 调整时间、地点、参加单位.
    MeetingChanged {
        /// From now on.
        calling: Box<Calling>,
    },
    /// 增加议题.
    MeetingItemsAdded {
        /// Items.
        items: Vec<AgendaItem>,
    },
    /// 会议记录 of an item; a later one replaces the earlier.
    MeetingMinutesRecorded {
        /// Number of the item, from 0.
        item: u32,
        /// What was said.
        text: String,
    },
    /// 会议决定 that became a matter.
    MeetingDecisionMade {
        /// Number of the item.
        item: u32,
        /// The matter.
        matter: String,
        /// Its number.
        number: String,
        /// The decision.
        text: String,
    },
    /// 纪要定稿.
    MeetingMinutesClosed {},
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The matter.
    pub matter: String,
    /// Its number.
    pub number: String,
    /// The decision.
    pub text: String,
}

/// An item with what was said and decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemState {
    /// The item.
    pub item: AgendaItem,
    /// Minutes.
    pub minutes: String,
    /// Decisions.
    pub decisions: Vec<Decision>,
}

/// A meeting as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingState {
    /// Pack id.
    pub pack: String,
    /// Pack version.
    pub version: String,
    /// Kind, an id of the pack.
    pub kind: String,
    /// The unit that prepares it.
    pub holder: String,
    /// When, where and who.
    pub calling: Calling,
    /// Items.
    pub items: Vec<ItemState>,
    /// 纪要已定稿.
    pub closed: bool,
    /// 样例数据.
    pub sample: bool,
}

impl MeetingState {
    /// The state after all facts; nothing when the first one does not call the meeting.
    pub fn fold(events: &[MeetingEvent]) -> Option<MeetingState> {
        let (first, rest) = events.split_first()?;
        let MeetingEventKind::MeetingCalled {
            pack,
            version,
            meeting,
            holder,
            calling,
            agenda,
            sample,
        } = &first.kind
        else {
            return None;
        };
        let mut state = MeetingState {
            pack: pack.clone(),
            version: version.clone(),
            kind: meeting.clone(),
            holder: holder.clone(),
            calling: (**calling).clone(),
            items: agenda.iter().map(untouched).collect(),
            closed: false,
            sample: *sample,
        };
        rest.iter().for_each(|event| state.apply(event));
        Some(state)
    }

    fn apply(&mut self, event: &MeetingEvent) {
        match &event.kind {
            MeetingEventKind::MeetingCalled { .. } => {}
            MeetingEventKind::MeetingChanged { calling } => self.calling = (**calling).clone(),
            MeetingEventKind::MeetingItemsAdded { items } => {
                self.items.extend(items.iter().map(untouched));
            }
            MeetingEventKind::MeetingMinutesRecorded { item, text } => {
                if let Some(item) = self.items.get_mut(*item as usize) {
                    item.minutes.clone_from(text);
                }
            }
            MeetingEventKind::MeetingDecisionMade {
                item,
                matter,
                number,
                text,
            } => {
                if let Some(item) = self.items.get_mut(*item as usize) {
                    item.decisions.push(Decision {
                        matter: matter.clone(),
                        number: number.clone(),
                        text: text.clone(),
                    });
                }
            }
            MeetingEventKind::MeetingMinutesClosed {} => self.closed = true,
        }
    }

    /// How many decisions became matters.
    pub fn decisions(&self) -> usize {
        self.items.iter().map(|item| item.decisions.len()).sum()
    }
}

fn untouched(item: &AgendaItem) -> ItemState {
    ItemState {
        item: item.clone(),
        minutes: String::new(),
        decisions: Vec::new(),
    }
}

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
/// [`Refusal`] `not_authorised`, `closed`, `not_yet` (minutes before the day), `no_item`, `no_minutes`, `text_missing`.
pub fn check(
    state: &MeetingState,
    unit: &str,
    today: Day,
    kind: &MeetingEventKind,
) -> Result<(), Refusal> {
    if unit != state.holder {
        return Err(Refusal::new(
            "not_authorised",
            format!("{unit}不能记录这次会议。"),
            format!("会议由{}筹备、记录。", state.holder),
        ));
    }
    if state.closed {
        return Err(Refusal::new(
            "closed",
            "会议纪要已经定稿，不能再改。",
            "如有补充，请另行召集会议或签发事项。",
        ));
    }
    let item = |item: u32| {
        state
            .items
            .get(item as usize)
            .ok_or_else(|| Refusal::new("no_item", "没有这个议题。", "请刷新页面后重新选择。"))
    };
    match kind {
        MeetingEventKind::MeetingCalled { calling, .. }
        | MeetingEventKind::MeetingChanged { calling } => called_well(calling),
        MeetingEventKind::MeetingItemsAdded { items } if items.is_empty() => Err(Refusal::new(
            "no_item",
            "没有选择议题。",
            "请勾选问题，或填写一个议题。",
        )),
        MeetingEventKind::MeetingItemsAdded { .. } => Ok(()),
        MeetingEventKind::MeetingMinutesRecorded { item: at, text } => {
            item(*at)?;
            held(state, today)?;
            wanted("会议记录", text)
        }
        MeetingEventKind::MeetingDecisionMade { item: at, text, .. } => {
            item(*at)?;
            held(state, today)?;
            wanted("会议决定", text)
        }
        MeetingEventKind::MeetingMinutesClosed {} => {
            held(state, today)?;
            let bare = state.items.iter().find(|item| item.minutes.is_empty());
            match bare {
                None => Ok(()),
                Some(bare) => Err(Refusal::new(
                    "no_minutes",
                    format!("议题“{}”还没有会议记录。", bare.item.title),
                    "请先填写每个议题的记录，再定稿。",
                )),
            }
        }
    }
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

/// A Chinese sentence about a fact.
pub fn describe(event: &MeetingEvent) -> String {
    match &event.kind {
        MeetingEventKind::MeetingCalled {
            calling, agenda, ..
        } => format!(
            "召集会议，{} {}召开，议题 {} 个。",
            calling.held_on,
            weekday_zh(calling.held_on),
            agenda.len()
        ),
        MeetingEventKind::MeetingChanged { calling } => format!(
            "调整会议安排，{} {}，{}。",
            calling.held_on,
            weekday_zh(calling.held_on),
            calling.place
        ),
        MeetingEventKind::MeetingItemsAdded { items } => {
            let titles: Vec<&str> = items.iter().map(|item| item.title.as_str()).collect();
            format!("增加议题：{}。", titles.join("；"))
        }
        MeetingEventKind::MeetingMinutesRecorded { item, .. } => {
            format!("记录第 {} 个议题。", item + 1)
        }
        MeetingEventKind::MeetingDecisionMade {
            item, number, text, ..
        } => {
            format!("第 {} 个议题的决定成为 {number}：{text}", item + 1)
        }
        MeetingEventKind::MeetingMinutesClosed {} => "会议纪要定稿。".to_owned(),
    }
}
