//! What else a leader leads: shown beside a project, or in the way of an assignment, as the pack has it.

use domain::event::EventKind;
use store::project_leaders;

use crate::projects::Loaded;
use crate::{Outcome, Service};

/// Other projects of a leader that are named.
const NAMED: u32 = 20;

/// A leader to whom a project is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assigned {
    /// The project.
    pub project: String,
    /// The leader.
    pub leader: String,
}

impl Assigned {
    /// Of facts that are about to be recorded, the leader whom they name anew.
    pub(crate) fn of(loaded: &Loaded, kinds: &[EventKind]) -> Option<Assigned> {
        let mut named = kinds.iter().rev().filter_map(|kind| match kind {
            EventKind::ProjectAssigned { leader, .. } => leader.clone(),
            _ => None,
        });
        let leader = named.next()?;
        let state = loaded.state();
        let now = state.assignment().and_then(|assigned| assigned.leader);
        (now != Some(leader.as_str())).then(|| Assigned {
            project: loaded.project.clone(),
            leader,
        })
    }
}

impl Service {
    /// Refuses an assignment to a leader who leads another running project, where the pack says so.
    pub(crate) async fn check_leader(&self, loaded: &Loaded, assigned: &Assigned) -> Outcome<()> {
        if loaded.lifecycle.file.leader.is_none() {
            return Ok(());
        }
        let region = &loaded.region.id;
        let others = self
            .others_led(region, &assigned.leader, &assigned.project)
            .await?;
        let names: Vec<String> = others.into_iter().map(|(_, name)| name).collect();
        domain::may_lead_another(&loaded.lifecycle, &assigned.leader, &names)?;
        Ok(())
    }

    /// Running projects that a leader leads besides this one: id and name.
    pub(crate) async fn others_led(
        &self,
        region: &str,
        leader: &str,
        project: &str,
    ) -> Outcome<Vec<(String, String)>> {
        let found = project_leaders::others_led(self.db(), region, leader, project, NAMED).await?;
        Ok(found)
    }
}
