//! A meeting as it stands in the event log, with the pack under which it runs, and the rows that follow.

use std::sync::Arc;

use domain::event::EventId;
use domain::meeting::{MeetingEvent, MeetingState};
use jiff::civil::Time;
use policy::Policy;
use policy::model::MeetingDef;
use store::events::{self, Aggregate, NewEvent, StoredEvent};
use store::meetings::MeetingRow;

use super::tell;
use crate::region::Region;
use crate::{Actor, Outcome, Service, ServiceError};

pub(super) struct LoadedMeeting {
    pub(super) id: String,
    pub(super) version: u32,
    pub(super) last_hash: String,
    pub(super) events: Vec<MeetingEvent>,
    pub(super) state: MeetingState,
    pub(super) region: Arc<Region>,
    pub(super) policy: Arc<Policy>,
}

impl LoadedMeeting {
    pub(super) fn of(
        id: &str,
        region: Arc<Region>,
        stored: &[StoredEvent],
    ) -> Outcome<LoadedMeeting> {
        let events = stored
            .iter()
            .map(|stored| {
                let read: Result<MeetingEvent, _> = serde_json::from_str(&stored.data);
                let mut event = read.map_err(|error| {
                    let version = stored.version;
                    ServiceError::Failed(format!("会议 {id} 第 {version} 条记录无法解析：{error}"))
                })?;
                event.id = EventId(stored.version as u32);
                event.recorded_at = Some(stored.recorded_at);
                Ok(event)
            })
            .collect::<Outcome<Vec<_>>>()?;
        let last = stored.last().map(|stored| stored.hash.clone());
        LoadedMeeting::from_events(id, region, events, last.unwrap_or_default())
    }

    pub(super) fn from_events(
        id: &str,
        region: Arc<Region>,
        events: Vec<MeetingEvent>,
        last_hash: String,
    ) -> Outcome<LoadedMeeting> {
        let state = MeetingState::fold(&events)
            .ok_or_else(|| ServiceError::Failed(format!("会议 {id} 的第一条记录不是召集")))?;
        let policy = region.pack(&state.pack, &state.version)?.clone();
        Ok(LoadedMeeting {
            id: id.to_owned(),
            version: events.len() as u32,
            last_hash,
            events,
            state,
            region,
            policy,
        })
    }

    pub(super) fn def(&self) -> Option<&MeetingDef> {
        let mut kinds = self.policy.file.meeting.iter();
        kinds.find(|def| def.id == self.state.kind)
    }

    pub(super) fn row(&self) -> (MeetingRow, Vec<String>) {
        let (state, calling) = (&self.state, &self.state.calling);
        let recorded = self.events.iter().filter_map(|event| event.recorded_at);
        let announced = self.events.iter().rev();
        let announced = announced
            .filter(|event| tell::announcement(&event.kind).is_some())
            .find_map(|event| event.recorded_at);
        let row = MeetingRow {
            region: self.region.id.clone(),
            meeting: self.id.clone(),
            version: i64::from(self.version),
            kind: state.kind.clone(),
            kind_title: self
                .def()
                .map_or(state.kind.clone(), |def| def.title.clone()),
            title: calling.title.clone(),
            held_on: calling.held_on,
            held_at: calling.time.map(time_words).unwrap_or_default(),
            place: calling.place.clone(),
            chair: calling.chair.clone(),
            holder: state.holder.clone(),
            state: state.phase().into(),
            items: state.items.len() as i64,
            decisions: state.decisions() as i64,
            sample: state.sample,
            changed_at: recorded.max().unwrap_or(jiff::Timestamp::UNIX_EPOCH),
            announced_at: announced.unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        };
        let mut units = calling.members.clone();
        units.push(state.holder.clone());
        units.sort();
        units.dedup();
        (row, units)
    }
}

/// `09:30`.
pub(super) fn time_words(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

pub(super) fn stored_form(event: &MeetingEvent) -> Outcome<NewEvent> {
    let mut data = serde_json::to_value(event)?;
    let kind = data["kind"].as_str().unwrap_or_default().to_owned();
    if let Some(object) = data.as_object_mut() {
        object.remove("id");
        object.remove("recorded_at");
    }
    Ok(NewEvent {
        kind,
        happened_on: event.happened_on,
        recorded_at: event.recorded_at.unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        by: serde_json::to_string(&event.by)?,
        data: data.to_string(),
    })
}

fn no_meeting() -> ServiceError {
    ServiceError::NotFound("没有找到这次会议，或您所在单位无权查看。请从会议列表重新打开".into())
}

impl Service {
    pub(super) async fn load_seen_meeting(
        &self,
        actor: &Actor,
        id: &str,
    ) -> Outcome<LoadedMeeting> {
        let Some(sees_all) = self.sees_all_matters(actor).await? else {
            return Err(no_meeting());
        };
        let stream = Aggregate::Meeting.stream(id);
        let stored = events::load_stream(self.db(), &actor.region, &stream).await?;
        if stored.is_empty() {
            return Err(no_meeting());
        }
        let loaded = LoadedMeeting::of(id, self.region(&actor.region).await?, &stored)?;
        if !sees_all && !loaded.row().1.contains(&actor.unit) {
            return Err(no_meeting());
        }
        Ok(loaded)
    }
}
