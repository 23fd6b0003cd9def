//! A project as it stands in the event log, with the packs under which it runs.

use std::sync::Arc;

use calendar::Day;
use domain::event::{Event, EventId, EventKind};
use domain::state::State;
use policy::Policy;
use store::events::{self, StoredEvent};

use crate::clock::start_of;
use crate::region::Region;
use crate::{Outcome, Service, ServiceError};

/// A project's stream with its packs.
pub struct Loaded {
    /// Project id.
    pub project: String,
    /// Version of the stream, the number of its facts.
    pub version: u32,
    /// Hash of the last fact, on which the next one is chained.
    pub last_hash: String,
    /// Facts in the order of recording.
    pub events: Vec<Event>,
    /// The region.
    pub region: Arc<Region>,
    /// The lifecycle pack of this project, in its version.
    pub lifecycle: Arc<Policy>,
    /// The performance pack beside it.
    pub performance: Option<Arc<Policy>>,
}

impl Loaded {
    /// State as known now.
    pub fn state(&self) -> State<'_> {
        State::fold(&self.lifecycle, &self.events)
    }

    /// Both packs, as the domain takes them.
    pub fn packs(&self) -> domain::Packs<'_> {
        domain::Packs {
            lifecycle: &self.lifecycle,
            performance: self.performance.as_deref(),
        }
    }

    /// Facts that had happened on `day`, as known at the end of `known` (all of them when absent).
    pub fn until(&self, day: Day, known: Option<Day>) -> Vec<Event> {
        let known_before = known.and_then(|known| known.tomorrow().ok()).map(start_of);
        let was_known = |event: &Event| match (known_before, event.recorded_at) {
            (Some(before), Some(recorded)) => recorded < before,
            _ => true,
        };
        self.events
            .iter()
            .filter(|event| event.happened_on <= day && was_known(event))
            .cloned()
            .collect()
    }
}

impl Service {
    /// Loads a project's stream; a project of another region is not found.
    pub async fn load(&self, region: &str, project: &str) -> Outcome<Loaded> {
        let stored = events::load_stream(self.db(), region, project).await?;
        if stored.is_empty() {
            return Err(ServiceError::no_project());
        }
        let region = self.region(region).await?;
        loaded(project, region, stored)
    }
}

/// From rows to a project; a row that cannot be understood is loud.
pub(crate) fn loaded(
    project: &str,
    region: Arc<Region>,
    stored: Vec<StoredEvent>,
) -> Outcome<Loaded> {
    let version = stored.len() as u32;
    let last_hash = stored
        .last()
        .map(|event| event.hash.clone())
        .unwrap_or_default();
    let events = stored
        .iter()
        .map(|event| understand(project, event))
        .collect::<Outcome<Vec<_>>>()?;
    let (pack, pack_version) = pack_of(&events).ok_or_else(|| {
        ServiceError::Failed(format!(
            "项目 {project} 的第一条记录不是登记，无法确定政策包"
        ))
    })?;
    let lifecycle = region.pack(pack, pack_version)?.clone();
    let performance = region.performance_for(pack).cloned();
    Ok(Loaded {
        project: project.to_string(),
        version,
        last_hash,
        events,
        region,
        lifecycle,
        performance,
    })
}

/// The stored form becomes today's in this one place.
pub(crate) fn understand(project: &str, stored: &StoredEvent) -> Outcome<Event> {
    let mut event: Event = serde_json::from_str(&stored.data).map_err(|error| {
        ServiceError::Failed(format!(
            "项目 {project} 第 {} 条记录无法解析：{error}",
            stored.version
        ))
    })?;
    event.id = EventId(stored.version as u32);
    event.recorded_at = Some(stored.recorded_at);
    Ok(event)
}

/// The pack and version that the stream names last.
fn pack_of(events: &[Event]) -> Option<(&str, &str)> {
    events.iter().rev().find_map(|event| match &event.kind {
        EventKind::Registered { pack, version, .. }
        | EventKind::PolicyMoved { pack, version, .. } => Some((pack.as_str(), version.as_str())),
        _ => None,
    })
}
