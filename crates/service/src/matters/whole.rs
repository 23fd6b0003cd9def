//! A matter with all its facts at once, for whoever fills an installation.

use std::sync::Arc;

use domain::event::EventId;
use domain::matter::{MatterBy, MatterEventKind};
use store::{Batch, events};

use super::load::{LoadedMatter, stored_form};
use super::projection::MatterProjected;
use crate::region::Region;
use crate::{Outcome, Service};

impl Service {
    /// A matter that is not there yet, with its facts and the rows that follow. Nobody is asked whether he may, and its
    /// number is not taken from the counter: [`store::matters::recount`] does that afterwards.
    ///
    /// # Errors
    /// [`crate::ServiceError::Failed`] when the first fact is not that it was issued, [`crate::ServiceError::NotFound`]
    /// when its pack is not there.
    pub fn whole_matter(
        &self,
        region: &Arc<Region>,
        matter: &str,
        dated: Vec<(calendar::Day, MatterBy, MatterEventKind)>,
    ) -> Outcome<Batch> {
        let at = self.now();
        let fact = |(id, (happened_on, by, kind))| domain::matter::MatterEvent {
            id: EventId(id),
            happened_on,
            recorded_at: Some(at),
            by,
            kind,
        };
        let facts: Vec<_> = (1..).zip(dated).map(fact).collect();
        let stored = facts.iter().map(stored_form).collect::<Outcome<Vec<_>>>()?;
        let loaded = LoadedMatter::from_events(matter, region.clone(), facts, None)?;
        let mut batch = Batch::new();
        events::append(&mut batch, &region.id, &loaded.stream(), 0, "", &stored);
        MatterProjected::of(&loaded, &self.calendar()).write(&mut batch);
        Ok(batch)
    }
}
