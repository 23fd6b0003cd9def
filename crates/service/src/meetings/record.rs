//! Recording what happens to a meeting: load, check, append facts and rows in one transaction.

use domain::event::EventId;
use domain::matter::{NewMatter, Source, SourceKind};
use domain::meeting::{MeetingEvent, MeetingEventKind, check};
use store::events::{self, Aggregate};
use store::{Batch, meetings};
use uuid::Uuid;

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
    /// 增加议题: keys of problems, and topics.
    Items {
        /// Keys of problems.
        problems: Vec<String>,
        /// Topics.
        topics: Vec<String>,
    },
    /// 会议记录 of an item.
    Minutes {
        /// Number of the item, from 0.
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
        kind: MeetingEventKind,
    ) -> MeetingEvent {
        MeetingEvent {
            id: EventId(id),
            happened_on: self.today(),
            recorded_at: Some(self.now()),
            by: crate::matters::matter_by(actor, None),
            kind,
        }
    }

    /// Adds a fact to a meeting, with the rows that follow.
    fn add_meeting_fact(
        &self,
        batch: &mut Batch,
        actor: &Actor,
        loaded: LoadedMeeting,
        kind: MeetingEventKind,
    ) -> Outcome<()> {
        check(&loaded.state, &actor.unit, self.today(), &kind)?;
        let event = self.meeting_event(actor, loaded.version + 1, kind);
        let stored = [stored_form(&event)?];
        let stream = Aggregate::Meeting.stream(&loaded.id);
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
        let (row, units) = LoadedMeeting::from_events(&loaded.id, region, events, last)?.row();
        meetings::put(batch, &row, &units);
        Ok(())
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
        refuse_administrators(actor)?;
        let loaded = self.load_seen_meeting(actor, id).await?;
        let kind = match change {
            MeetingChange::Items { problems, topics } => {
                let form = self.meeting_form(actor).await?;
                MeetingEventKind::MeetingItemsAdded {
                    items: chosen(&form.problems, &problems, &topics),
                }
            }
            MeetingChange::Minutes { item, text } => {
                MeetingEventKind::MeetingMinutesRecorded { item, text }
            }
            MeetingChange::Close => MeetingEventKind::MeetingMinutesClosed {},
        };
        let mut batch = Batch::new();
        self.add_meeting_fact(&mut batch, actor, loaded, kind)?;
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
        refuse_administrators(actor)?;
        let mut tries = 0;
        loop {
            match self.try_decide(actor, id, item, order.clone()).await {
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
    ) -> Outcome<IssuedMatter> {
        let loaded = self.load_seen_meeting(actor, id).await?;
        let made = |matter: &str, number: &str| MeetingEventKind::MeetingDecisionMade {
            item,
            matter: matter.to_owned(),
            number: number.to_owned(),
            text: order.content.trim().to_owned(),
        };
        // Whether the meeting can decide at all is said before anything about the order.
        check(&loaded.state, &actor.unit, self.today(), &made("", ""))?;
        let about = loaded
            .state
            .items
            .get(item as usize)
            .map(|state| &state.item);
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
            ..order.clone()
        };
        let new: NewMatter = self.checked_order(actor, order).await?;
        let matter = Uuid::now_v7().to_string();
        let (mut batch, number) = self.order_batch(actor, &matter, new).await?;
        self.add_meeting_fact(&mut batch, actor, loaded, made(&matter, &number))?;
        self.db().write(batch).await?;
        Ok(IssuedMatter { matter, number })
    }
}
