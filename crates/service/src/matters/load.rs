//! A matter as it stands in the event log, with the pack under which it runs.

use std::sync::Arc;

use domain::event::EventId;
use domain::matter::{MatterActor, MatterEvent, MatterState};
use policy::model::Sight;
use policy::{Parties, Policy};
use store::events::{self, Aggregate, NewEvent, StoredEvent};

use crate::region::Region;
use crate::{AccountKind, Actor, AdminRole, Outcome, Service, ServiceError};

/// Parties of nothing: the roles of a pack of matters are fixed units.
pub(crate) const NOBODY: Parties<'static> = Parties::NOBODY;

/// A matter's stream with its pack.
pub(crate) struct LoadedMatter {
    pub(crate) id: String,
    pub(crate) version: u32,
    pub(crate) last_hash: String,
    pub(crate) events: Vec<MatterEvent>,
    pub(crate) state: MatterState,
    pub(crate) region: Arc<Region>,
    pub(crate) policy: Arc<Policy>,
}

impl LoadedMatter {
    /// From rows; a row that cannot be understood is loud.
    pub(crate) fn of(
        id: &str,
        region: Arc<Region>,
        stored: &[StoredEvent],
    ) -> Outcome<LoadedMatter> {
        let events = stored
            .iter()
            .map(|event| understand(id, event))
            .collect::<Outcome<Vec<_>>>()?;
        LoadedMatter::from_events(id, region, events, stored.last().map(|e| e.hash.clone()))
    }

    /// From facts that are about to be recorded, or were read.
    pub(crate) fn from_events(
        id: &str,
        region: Arc<Region>,
        events: Vec<MatterEvent>,
        last_hash: Option<String>,
    ) -> Outcome<LoadedMatter> {
        let state = MatterState::fold(&events).ok_or_else(|| {
            ServiceError::Failed(format!("事项 {id} 的第一条记录不是签发，无法办理"))
        })?;
        let policy = region.pack(&state.head.pack, &state.head.version)?.clone();
        Ok(LoadedMatter {
            id: id.to_owned(),
            version: events.len() as u32,
            last_hash: last_hash.unwrap_or_default(),
            events,
            state,
            region,
            policy,
        })
    }

    pub(crate) fn stream(&self) -> String {
        Aggregate::Matter.stream(&self.id)
    }
}

fn understand(id: &str, stored: &StoredEvent) -> Outcome<MatterEvent> {
    let mut event: MatterEvent = serde_json::from_str(&stored.data).map_err(|error| {
        ServiceError::Failed(format!(
            "事项 {id} 第 {} 条记录无法解析：{error}",
            stored.version
        ))
    })?;
    event.id = EventId(stored.version as u32);
    event.recorded_at = Some(stored.recorded_at);
    Ok(event)
}

/// A fact as the store keeps it: id and moment of recording are columns of their own.
pub(super) fn stored_form(event: &MatterEvent) -> Outcome<NewEvent> {
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

/// Who acts, as the domain takes it.
pub(super) fn matter_actor(actor: &Actor) -> MatterActor<'_> {
    MatterActor {
        person: &actor.name,
        unit: &actor.unit,
        account: &actor.account,
    }
}

/// Whether somebody sees every matter under a pack.
pub(super) fn sees_all(policy: &Policy, actor: &Actor) -> bool {
    if actor.kind == AccountKind::System || actor.admin == Some(AdminRole::Auditor) {
        return true;
    }
    let roles = policy.roles_of(&actor.unit, NOBODY);
    policy.sight(&roles) == Some(Sight::All)
}

/// Whether somebody has nothing to do with matters at all.
pub(super) fn stranger(actor: &Actor) -> bool {
    actor.kind == AccountKind::Enterprise
        || actor.admin.is_some_and(|role| role != AdminRole::Auditor)
}

fn may_see(matter: &LoadedMatter, actor: &Actor) -> bool {
    if stranger(actor) {
        return false;
    }
    if sees_all(&matter.policy, actor) {
        return true;
    }
    let projected = super::projection::units(&matter.policy, &matter.state);
    projected.iter().any(|row| row.unit == actor.unit)
}

impl Service {
    /// A matter of a region.
    pub(crate) async fn load_matter(&self, region: &str, id: &str) -> Outcome<LoadedMatter> {
        let stream = Aggregate::Matter.stream(id);
        let stored = events::load_stream(self.db(), region, &stream).await?;
        if stored.is_empty() {
            return Err(no_matter());
        }
        LoadedMatter::of(id, self.region(region).await?, &stored)
    }

    /// A matter that the actor may see.
    pub(crate) async fn load_seen_matter(&self, actor: &Actor, id: &str) -> Outcome<LoadedMatter> {
        let matter = self.load_matter(&actor.region, id).await?;
        if !may_see(&matter, actor) {
            return Err(no_matter());
        }
        Ok(matter)
    }
}

/// A matter that is not there, or not for this actor.
pub(super) fn no_matter() -> ServiceError {
    ServiceError::NotFound("没有找到这个事项，或您所在单位无权查看。请从事项列表重新打开".into())
}
