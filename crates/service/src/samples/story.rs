//! The story of one sample project: who did what on which day, told in order and decided by the domain, so that every
//! fact is one that the program itself would have accepted.

use calendar::{Day, WorkCalendar};
use domain::authorise::{ActorUnit, authorise};
use domain::command::Command;
use domain::decide::decide;
use domain::event::{By, Event, EventId, FileRef};
use domain::packs::Packs;
use domain::state::State;
use jiff::{SignedDuration, Timestamp};

use super::people;
use super::pictures::Evidence;
use crate::clock::start_of;
use crate::{Outcome, ServiceError};

/// Something that somebody does on a day.
pub(super) struct Act {
    /// When.
    pub(super) day: Day,
    /// A role of the pack, or a unit's own name.
    pub(super) role: &'static str,
    /// What.
    pub(super) what: What,
}

/// What is done.
pub(super) enum What {
    /// Of itself.
    Do(Command),
    /// Something that a later act speaks of by this name.
    Named(&'static str, Command),
    /// Speaks of the act with this name.
    About(&'static str, Box<dyn FnOnce(EventId) -> Command>),
}

/// A story as far as it has been told.
pub(super) struct Story<'a> {
    packs: Packs<'a>,
    calendar: &'a WorkCalendar,
    events: Vec<Event>,
    named: Vec<(&'static str, EventId)>,
    recorded_at: Timestamp,
}

impl<'a> Story<'a> {
    pub(super) fn new(packs: Packs<'a>, calendar: &'a WorkCalendar) -> Story<'a> {
        Story {
            packs,
            calendar,
            events: Vec::new(),
            named: Vec::new(),
            recorded_at: Timestamp::MIN,
        }
    }

    /// Tells the acts by their days; what would happen today or later is not told, so that nothing is recorded in the
    /// future.
    pub(super) fn tell(mut self, mut acts: Vec<Act>, today: Day) -> Outcome<Vec<Event>> {
        acts.retain(|act| act.day < today);
        acts.sort_by_key(|act| act.day);
        for act in acts {
            self.act(act)?;
        }
        Ok(self.events)
    }

    fn act(&mut self, act: Act) -> Outcome<()> {
        let (name, command) = match act.what {
            What::Do(command) => (None, command),
            What::Named(name, command) => (Some(name), command),
            What::About(name, command) => match self.find(name) {
                Some(id) => (None, command(id)),
                None => return Err(untellable(name)),
            },
        };
        let id = self.decide(act.day, act.role, command)?;
        self.named.extend(name.map(|name| (name, id)));
        Ok(())
    }

    fn find(&self, name: &str) -> Option<EventId> {
        self.named
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, id)| *id)
    }

    fn decide(&mut self, day: Day, role: &str, command: Command) -> Outcome<EventId> {
        let state = State::fold(self.packs.lifecycle, &self.events);
        let unit = self.unit(&state, role, &command).to_owned();
        let acting = ActorUnit { unit: &unit };
        // Where a pack has leads, a project enters with the lead; finding it is what takes a right.
        let enters_as_lead =
            matches!(command, Command::Register { .. }) && self.packs.lifecycle.file.lead.is_some();
        if !enters_as_lead {
            authorise(self.packs, &state, acting, &command)?;
        }
        let kinds = decide(self.packs, &state, self.calendar, day, day, command)?;
        let mut last = EventId::default();
        for kind in kinds {
            last = EventId(self.events.len() as u32 + 1);
            let recorded_at = self.next_moment(day);
            let by = By {
                person: people::name_in(&unit).to_owned(),
                unit: unit.clone(),
                ..By::default()
            };
            self.events.push(Event {
                id: last,
                happened_on: day,
                recorded_at: Some(recorded_at),
                by,
                kind,
            });
        }
        Ok(last)
    }

    /// The unit that holds the role for this project; before registration by what is registered.
    fn unit<'r>(&self, state: &State<'r>, role: &'r str, command: &'r Command) -> &'r str
    where
        'a: 'r,
    {
        let parties = match command {
            Command::Register { details, .. } => policy::Parties {
                host: details.host.as_deref(),
                enterprise: details.enterprise.as_deref(),
                sector: details.sector,
                assigned: Default::default(),
            },
            _ => state.parties(),
        };
        self.packs
            .lifecycle
            .units_of(role, parties)
            .first()
            .copied()
            .unwrap_or(role)
    }

    /// Facts are recorded from nine in the morning on, one after another.
    fn next_moment(&mut self, day: Day) -> Timestamp {
        let opening = later(start_of(day), SignedDuration::from_hours(9));
        self.recorded_at = opening.max(later(self.recorded_at, SignedDuration::from_mins(7)));
        self.recorded_at
    }
}

fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_add(by).unwrap_or(moment)
}

fn untellable(name: &str) -> ServiceError {
    ServiceError::Failed(format!("样例中没有名为 {name} 的前一件事"))
}

/// A sample file as a fact names it.
pub(super) fn file(evidence: Option<&str>, what: Evidence) -> FileRef {
    FileRef {
        evidence: evidence.map(str::to_owned),
        name: what.name().to_owned(),
        sm3: store::chain::sm3_hex(&what.content()),
    }
}
