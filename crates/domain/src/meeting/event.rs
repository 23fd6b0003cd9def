//! What happened to a meeting.

use calendar::Day;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::event::EventId;
use crate::matter::MatterBy;

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
    /// Time of day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// Place.
    pub place: String,
    /// Who presides.
    pub chair: String,
    /// Units that are called.
    pub members: Vec<String>,
}

/// How a called unit was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// 到会.
    Came,
    /// 派人代会.
    Deputy,
    /// 缺席.
    Absent,
}

impl Presence {
    /// All, in the order of a form.
    pub const ALL: [Presence; 3] = [Presence::Came, Presence::Deputy, Presence::Absent];

    /// Chinese name.
    pub fn title(self) -> &'static str {
        match self {
            Presence::Came => "到会",
            Presence::Deputy => "代会",
            Presence::Absent => "缺席",
        }
    }

    /// As stored, and in forms.
    pub fn id(self) -> &'static str {
        match self {
            Presence::Came => "came",
            Presence::Deputy => "deputy",
            Presence::Absent => "absent",
        }
    }

    /// From the stored form.
    pub fn parse(id: &str) -> Option<Presence> {
        Presence::ALL
            .into_iter()
            .find(|presence| presence.id() == id)
    }
}

/// 签到 of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    /// The unit that was called.
    pub unit: String,
    /// How it was there.
    pub presence: Presence,
    /// Who came; the reason of an absence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub person: String,
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
    /// 调整名称、时间、地点、主持、参加单位.
    MeetingChanged {
        /// From now on.
        calling: Box<Calling>,
        /// Why.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// 延期召开.
    MeetingPostponed {
        /// New day.
        held_on: Day,
        /// New time of day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time: Option<Time>,
        /// Why.
        reason: String,
    },
    /// 取消.
    MeetingCancelled {
        /// Why.
        reason: String,
    },
    /// 签到; a later one replaces the earlier.
    MeetingAttendanceRecorded {
        /// The units of which it is known.
        attendance: Vec<Attendance>,
    },
    /// 增加议题.
    MeetingItemsAdded {
        /// Items.
        items: Vec<AgendaItem>,
    },
    /// 调整议题顺序.
    MeetingItemsReordered {
        /// Numbers of all items, as they follow one another from now on.
        order: Vec<u32>,
    },
    /// 撤下议题 before it was discussed.
    MeetingItemRemoved {
        /// Number of the item.
        item: u32,
        /// Why.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// 会议记录 of an item; a later one replaces the earlier.
    MeetingMinutesRecorded {
        /// Number of the item, from 0 in the order in which items were put on the agenda; it never changes.
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
