//! How a meeting stands, as its facts say.

use super::event::{AgendaItem, Attendance, Calling, MeetingEvent, MeetingEventKind};

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
    /// Its number, from 0 in the order in which items were put on the agenda.
    pub id: u32,
    /// The item.
    pub item: AgendaItem,
    /// Minutes.
    pub minutes: String,
    /// Decisions.
    pub decisions: Vec<Decision>,
}

impl ItemState {
    fn untouched(id: u32, item: &AgendaItem) -> ItemState {
        ItemState {
            id,
            item: item.clone(),
            minutes: String::new(),
            decisions: Vec::new(),
        }
    }

    /// Whether it was discussed: something was written down or decided.
    pub fn discussed(&self) -> bool {
        !self.minutes.is_empty() || !self.decisions.is_empty()
    }
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
    /// Items in the order of the agenda, without those that were taken off.
    pub items: Vec<ItemState>,
    /// 签到, in the order of the called units as far as it is known.
    pub attendance: Vec<Attendance>,
    /// 纪要已定稿.
    pub closed: bool,
    /// 已取消, with the reason.
    pub cancelled: Option<String>,
    /// 样例数据.
    pub sample: bool,
    /// Number of the next item.
    next_item: u32,
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
            items: Vec::new(),
            attendance: Vec::new(),
            closed: false,
            cancelled: None,
            sample: *sample,
            next_item: 0,
        };
        state.add_items(agenda);
        rest.iter().for_each(|event| state.apply(event));
        Some(state)
    }

    fn add_items(&mut self, items: &[AgendaItem]) {
        for item in items {
            self.items.push(ItemState::untouched(self.next_item, item));
            self.next_item += 1;
        }
    }

    fn item_mut(&mut self, id: u32) -> Option<&mut ItemState> {
        self.items.iter_mut().find(|item| item.id == id)
    }

    fn apply(&mut self, event: &MeetingEvent) {
        match &event.kind {
            MeetingEventKind::MeetingCalled { .. } => {}
            MeetingEventKind::MeetingChanged { calling, .. } => {
                self.calling = (**calling).clone();
                let members = &self.calling.members;
                self.attendance
                    .retain(|there| members.contains(&there.unit));
            }
            MeetingEventKind::MeetingPostponed { held_on, time, .. } => {
                self.calling.held_on = *held_on;
                self.calling.time = *time;
            }
            MeetingEventKind::MeetingCancelled { reason } => {
                self.cancelled = Some(reason.clone());
            }
            MeetingEventKind::MeetingAttendanceRecorded { attendance } => {
                self.attendance.clone_from(attendance);
            }
            MeetingEventKind::MeetingItemsAdded { items } => self.add_items(items),
            MeetingEventKind::MeetingItemsReordered { order } => {
                let place = |item: &ItemState| order.iter().position(|id| *id == item.id);
                self.items.sort_by_key(place);
            }
            MeetingEventKind::MeetingItemRemoved { item, .. } => {
                self.items.retain(|known| known.id != *item);
            }
            MeetingEventKind::MeetingMinutesRecorded { item, text } => {
                if let Some(item) = self.item_mut(*item) {
                    item.minutes.clone_from(text);
                }
            }
            MeetingEventKind::MeetingDecisionMade {
                item,
                matter,
                number,
                text,
            } => {
                if let Some(item) = self.item_mut(*item) {
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

    /// An item by its number.
    pub fn item(&self, id: u32) -> Option<&ItemState> {
        self.items.iter().find(|item| item.id == id)
    }

    /// How many decisions became matters.
    pub fn decisions(&self) -> usize {
        self.items.iter().map(|item| item.decisions.len()).sum()
    }

    /// Whether it was held, as far as anything was recorded of it.
    pub fn discussed(&self) -> bool {
        !self.attendance.is_empty() || self.items.iter().any(ItemState::discussed)
    }

    /// Whether nothing more can be recorded.
    pub fn ended(&self) -> bool {
        self.closed || self.cancelled.is_some()
    }

    /// As lists name it: planned, closed or cancelled.
    pub fn phase(&self) -> &'static str {
        match (&self.cancelled, self.closed) {
            (Some(_), _) => "cancelled",
            (None, true) => "closed",
            (None, false) => "planned",
        }
    }

    /// 签到 of a unit.
    pub fn attendance_of(&self, unit: &str) -> Option<&Attendance> {
        self.attendance.iter().find(|there| there.unit == unit)
    }
}
