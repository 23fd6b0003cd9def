//! A meeting with everything a page says about it.

use domain::matter::signature;
use domain::meeting::{MeetingState, describe};

use super::problems::{Problem, agenda_kinds};
use crate::clock::display_minute;
use crate::matters::HistoryLine;
use crate::{Actor, Outcome, Service};

/// A meeting to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingView {
    /// Id.
    pub meeting: String,
    /// Title of the kind.
    pub kind_title: String,
    /// As it stands.
    pub state: MeetingState,
    /// Clause of the kind.
    pub clause: policy::Clause,
    /// Kind of matter that decisions become.
    pub decision_title: String,
    /// Whether the actor keeps the minutes and may still write.
    pub mine: bool,
    /// Whether it has been held by today.
    pub held: bool,
    /// Problems that can be added; for the holder.
    pub problems: Vec<Problem>,
    /// Units to which decisions can go; for the holder.
    pub units: Vec<String>,
    /// History, newest first.
    pub history: Vec<HistoryLine>,
}

impl Service {
    /// A meeting that the actor may see.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`].
    pub async fn meeting(&self, actor: &Actor, id: &str) -> Outcome<MeetingView> {
        let loaded = self.load_seen_meeting(actor, id).await?;
        let mine =
            actor.admin.is_none() && actor.unit == loaded.state.holder && !loaded.state.closed;
        let def = loaded.def();
        let kinds = &loaded.policy.file.matter;
        let decision = def.and_then(|def| kinds.iter().find(|kind| kind.id == def.decision));
        let problems = match (mine, def) {
            (true, Some(def)) => {
                let all = self
                    .problems(actor, &agenda_kinds(&loaded.policy, def))
                    .await?;
                let there = |problem: &Problem| {
                    loaded.state.items.iter().any(|state| {
                        state.item.id == problem.item.id
                            && state.item.project == problem.item.project
                            && state.item.source == problem.item.source
                    })
                };
                all.into_iter().filter(|problem| !there(problem)).collect()
            }
            _ => Vec::new(),
        };
        let history = loaded.events.iter().rev().map(|event| HistoryLine {
            on: event.happened_on,
            at: event.recorded_at.map(display_minute).unwrap_or_default(),
            person: signature(&event.by),
            unit: event.by.unit.clone(),
            sentence: describe(event),
            files: Vec::new(),
        });
        Ok(MeetingView {
            kind_title: def.map_or(loaded.state.kind.clone(), |def| def.title.clone()),
            clause: def.map_or_else(
                || loaded.policy.clause("", ""),
                |def| loaded.policy.clause(&def.clause, &def.text),
            ),
            decision_title: decision.map(|kind| kind.title.clone()).unwrap_or_default(),
            mine,
            held: self.today() >= loaded.state.calling.held_on,
            problems,
            units: match mine {
                true => self.answering_units(actor).await?,
                false => Vec::new(),
            },
            history: history.collect(),
            meeting: loaded.id.clone(),
            state: loaded.state,
        })
    }
}
