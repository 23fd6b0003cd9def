//! Recording what happens to a meeting: load, check, append facts and rows in one transaction.

use calendar::Day;
use domain::event::EventId;
use domain::matter::{NewMatter, Source, SourceKind};
use domain::meeting::{Attendance, MeetingEvent, MeetingEventKind, check};
use jiff::civil::Time;
use store::events::{self, Aggregate};
use store::{Batch, meetings};
use uuid::Uuid;

use super::call::NewMeeting;
use super::load::{LoadedMeeting, stored_form};
use super::problems::chosen;
use crate::matters::{IssuedMatter, MatterOrder};
use crate::projects::refuse_administrators;
use crate::{Actor, Outcome, Service, ServiceError};

/// How often a change is tried again when somebody else was faster.
const TRIES: u32 = 200;

/// What somebody wants to record.
#[derive(Debug, Clone)]
pub enum MeetingChange {
    /// 调整安排: all of it as it is from now on; kind, problems and topics are not looked at.
    Arrange {
        /// When, where and who.
        calling: Box<NewMeeting>,
        /// Why.
        reason: String,
    },
    /// 延期.
    Postpone {
        /// New day.
        held_on: Day,
        /// New time of day.
        time: Option<Time>,
        /// Why.
        reason: String,
    },
    /// 取消.
    Cancel {
        /// Why.
        reason: String,
    },
    /// 签到.
    Attend {
        /// The units of which it is known.
        attendance: Vec<Attendance>,
    },
    /// 增加议题: keys of problems, and topics.
    Items {
        /// Keys of problems.
        problems: Vec<String>,
        /// Topics.
        topics: Vec<String>,
    },
    /// 议题上移、下移.
    Move {
        /// Number of the item.
        item: u32,
        /// Towards the beginning.
        up: bool,
    },
    /// 撤下议题.
    Remove {
        /// Number of the item.
        item: u32,
        /// Why.
        reason: String,
    },
    /// 会议记录 of an item.
    Minutes {
        /// Number of the item.
        item: u32,
        /// What was said.
        text: String,
    },
    /// 纪要定稿.
    Close,
}

impl Service {
    pub(super) fn meeting_event(
        &self,
        actor: &Actor,
        id: u32,
        on: Day,
        kind: MeetingEventKind,
    ) -> MeetingEvent {
        MeetingEvent {
            id: EventId(id),
            happened_on: on,
            recorded_at: Some(self.now()),
            by: crate::matters::matter_by(actor, None),
            kind,
        }
    }

    /// Adds a fact to a meeting, with the rows that follow and what others are told.
    async fn add_meeting_fact(
        &self,
        batch: &mut Batch,
        actor: &Actor,
        loaded: LoadedMeeting,
        on: Day,
        kind: MeetingEventKind,
    ) -> Outcome<()> {
        check(&loaded.state, &actor.unit, on, &kind)?;
        let event = self.meeting_event(actor, loaded.version + 1, on, kind);
        let stored = [stored_form(&event)?];
        let stream = Aggregate::Meeting.stream(&loaded.id);
        let (_, units_before) = loaded.row();
        let (region, version) = (loaded.region, i64::from(loaded.version));
        let last = events::append(
            batch,
            &region.id,
            &stream,
            version,
            &loaded.last_hash,
            &stored,
        );
        let mut events = loaded.events;
        events.push(event);
        let after = LoadedMeeting::from_events(&loaded.id, region, events, last)?;
        let (row, units) = after.row();
        meetings::put(batch, &row, &units);
        self.tell_of_meeting(batch, actor, &after, &units_before)
            .await
    }

    /// Records something about a meeting.
    ///
    /// # Errors
    /// [`ServiceError::Refused`], [`ServiceError::NotFound`], [`ServiceError::Conflict`].
    pub async fn change_meeting(
        &self,
        actor: &Actor,
        id: &str,
        change: MeetingChange,
    ) -> Outcome<()> {
        self.change_meeting_on(actor, id, change, self.today())
            .await
    }

    /// Records something on a past day, for samples.
    pub(crate) async fn change_meeting_on(
        &self,
        actor: &Actor,
        id: &str,
        change: MeetingChange,
        on: Day,
    ) -> Outcome<()> {
        refuse_administrators(actor)?;
        let loaded = self.load_seen_meeting(actor, id).await?;
        let kind = match change {
            MeetingChange::Items { problems, topics } => {
                let form = self.meeting_form(actor).await?;
                MeetingEventKind::MeetingItemsAdded {
                    items: chosen(&form.problems, &problems, &topics),
                }
            }
            change => fact(&loaded, change)?,
        };
        let mut batch = Batch::new();
        self.add_meeting_fact(&mut batch, actor, loaded, on, kind)
            .await?;
        self.db().write(batch).await?;
        Ok(())
    }

    /// Makes a decision of a meeting a matter: both are recorded in one transaction.
    ///
    /// # Errors
    /// As [`Service::issue_matter`] and [`Service::change_meeting`].
    pub async fn decide_meeting(
        &self,
        actor: &Actor,
        id: &str,
        item: u32,
        order: MatterOrder,
    ) -> Outcome<IssuedMatter> {
        self.decide_meeting_on(actor, id, item, order, self.today())
            .await
    }

    /// A decision on a past day, for samples.
    pub(crate) async fn decide_meeting_on(
        &self,
        actor: &Actor,
        id: &str,
        item: u32,
        order: MatterOrder,
        on: Day,
    ) -> Outcome<IssuedMatter> {
        refuse_administrators(actor)?;
        let mut tries = 0;
        loop {
            match self.try_decide(actor, id, item, order.clone(), on).await {
                Err(ServiceError::Conflict(_)) if tries < TRIES => tries += 1,
                outcome => return outcome,
            }
        }
    }

    async fn try_decide(
        &self,
        actor: &Actor,
        id: &str,
        item: u32,
        order: MatterOrder,
        on: Day,
    ) -> Outcome<IssuedMatter> {
        let loaded = self.load_seen_meeting(actor, id).await?;
        let made = |matter: &str, number: &str| MeetingEventKind::MeetingDecisionMade {
            item,
            matter: matter.to_owned(),
            number: number.to_owned(),
            text: order.content.trim().to_owned(),
        };
        // Whether the meeting can decide at all is said before anything about the order.
        check(&loaded.state, &actor.unit, on, &made("", ""))?;
        let about = loaded.state.item(item).map(|state| &state.item);
        let order = MatterOrder {
            kind: loaded
                .def()
                .map(|def| def.decision.clone())
                .unwrap_or_default(),
            project: about.and_then(|item| item.project.clone()),
            source: Some(Source {
                kind: SourceKind::Meeting,
                id: loaded.id.clone(),
                text: format!(
                    "{}（{}）",
                    loaded.state.calling.title, loaded.state.calling.held_on
                ),
            }),
            sample: loaded.state.sample,
            ..order.clone()
        };
        let new: NewMatter = self.checked_order(actor, order).await?;
        let matter = Uuid::now_v7().to_string();
        let (mut batch, number) = self.order_batch(actor, &matter, on, new).await?;
        self.add_meeting_fact(&mut batch, actor, loaded, on, made(&matter, &number))
            .await?;
        self.db().write(batch).await?;
        Ok(IssuedMatter { matter, number })
    }
}

/// The fact that a change is; items come from the list of problems and are put together elsewhere.
fn fact(loaded: &LoadedMeeting, change: MeetingChange) -> Outcome<MeetingEventKind> {
    Ok(match change {
        MeetingChange::Arrange { calling, reason } => MeetingEventKind::MeetingChanged {
            calling: Box::new(calling.calling(&loaded.region)?),
            reason: reason.trim().to_owned(),
        },
        MeetingChange::Postpone {
            held_on,
            time,
            reason,
        } => MeetingEventKind::MeetingPostponed {
            held_on,
            time,
            reason: reason.trim().to_owned(),
        },
        MeetingChange::Cancel { reason } => MeetingEventKind::MeetingCancelled {
            reason: reason.trim().to_owned(),
        },
        MeetingChange::Attend { attendance } => {
            MeetingEventKind::MeetingAttendanceRecorded { attendance }
        }
        MeetingChange::Items { .. } => MeetingEventKind::MeetingItemsAdded { items: Vec::new() },
        MeetingChange::Move { item, up } => MeetingEventKind::MeetingItemsReordered {
            order: moved(loaded, item, up),
        },
        MeetingChange::Remove { item, reason } => MeetingEventKind::MeetingItemRemoved {
            item,
            reason: reason.trim().to_owned(),
        },
        MeetingChange::Minutes { item, text } => {
            MeetingEventKind::MeetingMinutesRecorded { item, text }
        }
        MeetingChange::Close => MeetingEventKind::MeetingMinutesClosed {},
    })
}

/// The order of the agenda with one item changing places with its neighbour; as it is, when it has none.
fn moved(loaded: &LoadedMeeting, item: u32, up: bool) -> Vec<u32> {
    let mut order: Vec<u32> = loaded.state.items.iter().map(|item| item.id).collect();
    let at = order.iter().position(|id| *id == item);
    let other = at.and_then(|at| match up {
        true => at.checked_sub(1),
        false => at.checked_add(1).filter(|other| *other < order.len()),
    });
    if let (Some(at), Some(other)) = (at, other) {
        order.swap(at, other);
    }
    order
}
