//! Facts of a sample project with the rows that follow from them, in one transaction.

use std::sync::Arc;

use domain::event::Event;
use store::Batch;

use crate::projection::{self, Projected};
use crate::projects::{Loaded, stored_form};
use crate::region::Region;
use crate::{Outcome, Service};

/// Writes a project that is not there yet.
pub(super) async fn save(
    service: &Service,
    region: &Arc<Region>,
    project: &str,
    events: &[Event],
) -> Outcome<()> {
    let stored = events
        .iter()
        .map(stored_form)
        .collect::<Outcome<Vec<_>>>()?;
    let lifecycle = region.lifecycle()?.clone();
    let loaded = Loaded {
        project: project.to_owned(),
        version: 0,
        last_hash: String::new(),
        events: Vec::new(),
        performance: region.performance_for(&lifecycle.file.pack.id).cloned(),
        region: region.clone(),
        lifecycle,
    };
    let mut batch = Batch::new();
    store::events::append(&mut batch, &region.id, project, 0, "", &stored);
    let projected = Projected::of(&loaded, events, &service.calendar())?;
    let at = projection::recorded_last(events);
    projection::write(&mut batch, &projected, events.len() as u32, at);
    service.db().write(batch).await?;
    Ok(())
}
