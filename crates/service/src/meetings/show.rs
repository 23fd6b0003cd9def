//! A meeting with everything a page says about it.

use domain::matter::signature;
use domain::meeting::{MeetingState, sentences};
use store::{matters, meetings};

use super::load::LoadedMeeting;
use super::problems::{Problem, agenda_kinds};
use crate::clock::display_minute;
use crate::matters::{HistoryLine, MatterItem};
use crate::{Actor, Outcome, Service};

/// What an earlier meeting of the kind decided, and how far that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowedDecision {
    /// The matter.
    pub item: MatterItem,
    /// Whether the last meeting decided it; otherwise an earlier one, and it is still open.
    pub of_last: bool,
    /// Whether the actor may open it.
    pub may_open: bool,
}

/// The last meeting of the kind, with which a meeting begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastMeeting {
    /// Id.
    pub meeting: String,
    /// 会议名称.
    pub title: String,
    /// Day.
    pub held_on: calendar::Day,
    /// Its decisions, and open ones of meetings before it.
    pub decisions: Vec<FollowedDecision>,
}

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
    /// Whether the day may still be moved or the meeting cancelled; for the holder.
    pub movable: bool,
    /// 上次会议决定落实情况.
    pub last: Option<LastMeeting>,
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
    /// [`crate::ServiceError::NotFound`].
    pub async fn meeting(&self, actor: &Actor, id: &str) -> Outcome<MeetingView> {
        let loaded = self.load_seen_meeting(actor, id).await?;
        let mine =
            actor.admin.is_none() && actor.unit == loaded.state.holder && !loaded.state.ended();
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
        let told = loaded.events.iter().zip(sentences(&loaded.events)).rev();
        let history = told.map(|(event, sentence)| HistoryLine {
            on: event.happened_on,
            at: event.recorded_at.map(display_minute).unwrap_or_default(),
            person: signature(&event.by),
            unit: event.by.unit.clone(),
            sentence,
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
            held: self.today() >= loaded.state.calling.held_on && loaded.state.cancelled.is_none(),
            movable: mine && !loaded.state.discussed(),
            last: self.last_meeting(actor, &loaded).await?,
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

    /// The last meeting of the same kind, with what became of its decisions.
    async fn last_meeting(
        &self,
        actor: &Actor,
        loaded: &LoadedMeeting,
    ) -> Outcome<Option<LastMeeting>> {
        let (kind, day) = (&loaded.state.kind, loaded.state.calling.held_on);
        let (db, region, unit) = (self.db(), &actor.region, &actor.unit);
        let Some(last) = meetings::last_before(db, region, kind, day).await? else {
            return Ok(None);
        };
        let found = matters::decisions_before(db, region, unit, kind, day, &last.meeting).await?;
        let sees_all = self.sees_all_matters(actor).await? == Some(true);
        let decisions = found.into_iter().map(|line| FollowedDecision {
            of_last: line.row.source_id.as_deref() == Some(last.meeting.as_str()),
            may_open: sees_all || line.row.lead == *unit || line.row.issuer == *unit,
            item: self.matter_item(line),
        });
        Ok(Some(LastMeeting {
            decisions: decisions.collect(),
            meeting: last.meeting,
            title: last.title,
            held_on: last.held_on,
        }))
    }
}
