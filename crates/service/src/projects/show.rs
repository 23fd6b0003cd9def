//! A project to look at: on any day, as known on any day.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::Day;
use domain::Packs;
use domain::award::{Eligibility, Suggestion};
use domain::event::{Details, Event, EventId, EventKind, FileRef};
use domain::state::State;
use domain::track::{Track, plan};
use domain::view::{TrackView, view};
use policy::Policy;
use policy::model::{Action, Sector};

use super::actions::{Offer, offers};
use super::load::Loaded;
use crate::clock::{day_of, display_minute};
use crate::region::Region;
use crate::{AccountKind, Actor, Outcome, Service, ServiceError};

/// The day that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The day.
    pub on: Day,
    /// Only what was recorded by the end of this day; everything when absent.
    pub known: Option<Day>,
    /// An earlier day: nothing can be done here.
    pub past: bool,
}

/// A project on a day.
pub struct ProjectView {
    /// Id.
    pub project: String,
    /// Human number in its region.
    pub number: Option<i64>,
    /// Version of the stream; forms send it back.
    pub version: u32,
    /// The day.
    pub moment: Moment,
    /// Everything that follows from the facts.
    pub track: TrackView,
    /// Basic facts.
    pub details: Details,
    /// 行业主管, once the sector is known.
    pub authority: Option<String>,
    /// Contact: in full or masked, as the actor's role has it.
    pub contact: Option<String>,
    /// Whether the contact is shown in full.
    pub contact_in_full: bool,
    /// Every fact in a sentence, the latest first.
    pub history: Vec<HistoryLine>,
    /// What the actor may do now; empty on a past day.
    pub offers: Vec<Offer>,
    /// Awards of the packs with the proof for and against.
    pub awards: Vec<Eligibility>,
    /// Breaches that the track suggests and nobody has certified.
    pub suggestions: Vec<Suggestion>,
    /// Versions of the pack to which the project could move.
    pub versions: Vec<PackVersion>,
    /// The region, for lists of units.
    pub region: Arc<Region>,
    /// The pack by which the project runs on the day.
    pub lifecycle: Arc<Policy>,
    /// The performance pack beside it.
    pub performance: Option<Arc<Policy>>,
    /// Other running projects of the leader whom the assignment names: id and name.
    pub others_led: Vec<(String, String)>,
    /// The lead as which the project began, when it did.
    pub lead: Option<crate::leads::LeadView>,
}

/// Another version of the project's pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackVersion {
    /// Version.
    pub version: String,
    /// Title with document number.
    pub title: String,
    /// Whether new projects run by it.
    pub in_force: bool,
}

/// A fact as the history shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// The fact.
    pub id: EventId,
    /// The day it happened on.
    pub on: Day,
    /// When it was recorded, `2025-07-30 09:15`.
    pub recorded: String,
    /// By how many days the record came after the fact.
    pub late_days: i32,
    /// Person.
    pub person: String,
    /// Unit.
    pub unit: String,
    /// From an imported ledger.
    pub imported: bool,
    /// What happened.
    pub sentence: String,
    /// Files kept with it.
    pub files: Vec<FileRef>,
    /// Why it no longer counts.
    pub voided: Option<String>,
    /// Whether it is a correction itself.
    pub correction: bool,
}

/// What a move to another version would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedDate {
    /// Stage or step.
    pub title: String,
    /// Due day now.
    pub before: Option<Day>,
    /// Due day then.
    pub after: Option<Day>,
}

impl Service {
    /// The day that is asked for; today when nothing is.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for what is no day and for days to come.
    pub fn moment(&self, as_of: Option<&str>, known_at: Option<&str>) -> Outcome<Moment> {
        let today = self.today();
        let day = |field: &'static str, text: Option<&str>| match text.map(calendar::parse_day) {
            None => Ok(None),
            Some(Ok(day)) if day <= today => Ok(Some(day)),
            Some(Ok(day)) => Err(ServiceError::field(
                field,
                format!("{day} 还没有到，只能查看今天（{today}）及以前的状态"),
            )),
            Some(Err(error)) => Err(ServiceError::field(field, error.to_string())),
        };
        let (on, known) = (day("as_of", as_of)?, day("known_at", known_at)?);
        let past = on.is_some_and(|on| on < today) || known.is_some_and(|known| known < today);
        Ok(Moment {
            on: on.unwrap_or(today),
            known,
            past,
        })
    }

    /// A project that the actor may see.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not there, or not for this actor.
    pub async fn project(
        &self,
        actor: &Actor,
        project: &str,
        moment: Moment,
    ) -> Outcome<ProjectView> {
        let loaded = self.load_seen(actor, project).await?;
        let number = store::projects::get(self.db(), &loaded.region.id, project)
            .await?
            .map(|stored| stored.row.number);
        let events = if moment.past {
            loaded.until(moment.on, moment.known)
        } else {
            loaded.events.clone()
        };
        let lifecycle = lifecycle_on(&loaded, &events)?;
        let state = State::fold(&lifecycle, &events);
        let Some(details) = state.details.cloned() else {
            return Err(not_yet(moment));
        };
        let calendar = self.calendar();
        let packs = Packs {
            lifecycle: &lifecycle,
            performance: loaded.performance.as_deref(),
        };
        let track = Track::new(
            &lifecycle,
            plan(&lifecycle, &state, &calendar, moment.on),
            moment.on,
        );
        let (awards, suggestions) = (
            domain::awards(packs, &state, &track),
            domain::suggested_breaches(packs, &state, &track),
        );
        let track = view(packs, &state, &track, &calendar);
        let offers = if moment.past {
            Vec::new()
        } else {
            offers(actor, packs, &state, &track)
        };
        let contact_in_full = reads_contacts(actor, &lifecycle, &state);
        let contact =
            self.open_contact(project, details.contact_sealed.as_deref(), contact_in_full)?;
        let authority = lifecycle
            .units_of("authority", state.parties())
            .first()
            .filter(|unit| **unit != "authority")
            .map(|unit| unit.to_string());
        let lead = self.lead_view(actor, packs, &state, moment).await?;
        let leader = track.assignment.as_ref().and_then(|a| a.leader.as_deref());
        let others_led = match leader.filter(|_| !moment.past) {
            Some(leader) => self.others_led(&loaded.region.id, leader, project).await?,
            None => Vec::new(),
        };
        Ok(ProjectView {
            project: project.to_string(),
            lead,
            others_led,
            number,
            version: loaded.version,
            moment,
            authority,
            contact,
            contact_in_full,
            history: history(packs, &events),
            offers,
            awards,
            suggestions,
            versions: versions(&loaded),
            details,
            track,
            performance: loaded.performance.clone(),
            region: loaded.region.clone(),
            lifecycle,
        })
    }

    /// Loads a project, or says that there is none when the actor may not know of it.
    pub(crate) async fn load_seen(&self, actor: &Actor, project: &str) -> Outcome<Loaded> {
        let loaded = self.load(&actor.region, project).await?;
        if !self.may_see(actor, &loaded, &loaded.state()) {
            return Err(ServiceError::no_project());
        }
        Ok(loaded)
    }

    /// What would change if the project ran by another version of its pack. Nothing is written.
    ///
    /// # Errors
    /// As [`Service::project`]; not found when there is no such version.
    pub async fn preview_move(
        &self,
        actor: &Actor,
        project: &str,
        version: &str,
    ) -> Outcome<Vec<MovedDate>> {
        let loaded = self.load_seen(actor, project).await?;
        let other = loaded
            .region
            .pack(&loaded.lifecycle.file.pack.id, version)?
            .clone();
        let before = self.due_days(&loaded.lifecycle, &loaded.events);
        let after = self.due_days(&other, &loaded.events);
        let mut titles: Vec<&String> = before.keys().chain(after.keys()).collect();
        titles.sort_unstable();
        titles.dedup();
        let moved = titles.into_iter().map(|id| {
            let (one, two) = (before.get(id), after.get(id));
            MovedDate {
                title: one
                    .or(two)
                    .map(|(title, _)| title.clone())
                    .unwrap_or_default(),
                before: one.and_then(|(_, due)| *due),
                after: two.and_then(|(_, due)| *due),
            }
        });
        Ok(moved.filter(|moved| moved.before != moved.after).collect())
    }

    fn due_days(
        &self,
        policy: &Policy,
        events: &[Event],
    ) -> BTreeMap<String, (String, Option<Day>)> {
        let state = State::fold(policy, events);
        let plan = plan(policy, &state, &self.calendar(), self.today());
        let nodes = policy.nodes.iter().zip(&plan.nodes);
        nodes
            .map(|(node, dates)| (node.id.to_string(), (node.title.to_string(), dates.due)))
            .collect()
    }
}

fn not_yet(moment: Moment) -> ServiceError {
    ServiceError::NotFound(format!(
        "{} 时这个项目还没有登记，请选择更晚的日期",
        moment.on
    ))
}

/// The pack that the facts name last.
fn lifecycle_on(loaded: &Loaded, events: &[Event]) -> Outcome<Arc<Policy>> {
    let named = events.iter().rev().find_map(|event| match &event.kind {
        EventKind::Registered { pack, version, .. }
        | EventKind::PolicyMoved { pack, version, .. } => Some((pack, version)),
        _ => None,
    });
    match named {
        Some((pack, version)) => Ok(loaded.region.pack(pack, version)?.clone()),
        None => Ok(loaded.lifecycle.clone()),
    }
}

/// Contacts are for roles that the pack lets read them; administrators are none of these.
fn reads_contacts(actor: &Actor, lifecycle: &Policy, state: &State<'_>) -> bool {
    let own = actor.kind == AccountKind::Enterprise
        && state.parties().enterprise == Some(actor.unit.as_str());
    own || lifecycle.reads_contacts(&lifecycle.roles_of(&actor.unit, state.parties()))
}

fn versions(loaded: &Loaded) -> Vec<PackVersion> {
    let head = &loaded.lifecycle.file.pack;
    let packs = loaded.region.all_packs().into_iter();
    let others = packs
        .filter(|(pack, _)| pack.file.pack.id == head.id && pack.file.pack.version != head.version);
    let version = |(pack, in_force): (&Arc<Policy>, bool)| PackVersion {
        version: pack.file.pack.version.clone(),
        title: format!("{}（{}）", pack.file.pack.title, pack.file.pack.document),
        in_force,
    };
    others.map(version).collect()
}

/// Every fact in a sentence, the latest first.
pub(crate) fn history(packs: domain::Packs<'_>, events: &[Event]) -> Vec<HistoryLine> {
    let voided = voided(events);
    let mut lines: Vec<HistoryLine> = events
        .iter()
        .map(|event| history_line(packs, event, voided.get(&event.id)))
        .collect();
    lines.sort_by(|one, other| other.on.cmp(&one.on).then(other.id.cmp(&one.id)));
    lines
}

/// Why facts no longer count: each was voided by itself, or withdrawn with everything before.
fn voided(events: &[Event]) -> BTreeMap<EventId, String> {
    let mut why = BTreeMap::new();
    for event in events {
        match &event.kind {
            EventKind::Voided {
                event: target,
                reason,
            } => {
                why.insert(
                    *target,
                    format!("{} {}作废：{reason}", event.happened_on, event.by.unit),
                );
            }
            EventKind::Withdrawn { reason } => {
                for earlier in events.iter().filter(|earlier| earlier.id < event.id) {
                    why.entry(earlier.id)
                        .or_insert_with(|| format!("{} 撤销导入：{reason}", event.happened_on));
                }
            }
            _ => {}
        }
    }
    why
}

fn history_line(packs: domain::Packs<'_>, event: &Event, voided: Option<&String>) -> HistoryLine {
    let recorded_on = event.recorded_at.map_or(event.happened_on, day_of);
    let late = recorded_on
        .since(event.happened_on)
        .map_or(0, |span| span.get_days());
    HistoryLine {
        id: event.id,
        on: event.happened_on,
        recorded: event.recorded_at.map(display_minute).unwrap_or_default(),
        late_days: late.max(0),
        person: event.by.person.clone(),
        unit: event.by.unit.clone(),
        imported: event.by.import.is_some(),
        sentence: domain::describe(packs, event),
        files: files_of(&event.kind).to_vec(),
        voided: voided.cloned(),
        correction: matches!(
            event.kind,
            EventKind::Voided { .. } | EventKind::Withdrawn { .. }
        ),
    }
}

/// Files kept with a fact.
fn files_of(kind: &EventKind) -> &[FileRef] {
    match kind {
        EventKind::MilestoneClaimed { files, .. }
        | EventKind::StepCompleted { files, .. }
        | EventKind::StepConcluded { files, .. }
        | EventKind::ItemTicked { files, .. }
        | EventKind::ExtensionRequested { files, .. }
        | EventKind::ExemptionRequested { files, .. }
        | EventKind::ExemptionVerified { files, .. }
        | EventKind::RemovalRequested { files, .. }
        | EventKind::VisitRecorded { files, .. }
        | EventKind::DutyFulfilled { files, .. }
        | EventKind::MeritRecorded { files, .. }
        | EventKind::BreachCertified { files, .. }
        | EventKind::DisputeRecorded { files, .. } => files,
        _ => &[],
    }
}

/// Choices of a form that registers or edits a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailChoices {
    /// Units that can be the host.
    pub hosts: Vec<String>,
    /// Units that can receive a project.
    pub receiving_units: Vec<String>,
    /// 产业类别: id and name.
    pub sectors: Vec<(&'static str, &'static str)>,
}

impl DetailChoices {
    /// Of a region.
    pub fn of(region: &Region) -> DetailChoices {
        let single = region.units.iter().filter(|(_, facts)| !facts.collective);
        DetailChoices {
            hosts: region.hosts().into_iter().map(str::to_string).collect(),
            receiving_units: single.map(|(name, _)| name.clone()).collect(),
            sectors: Sector::ALL
                .iter()
                .map(|sector| (sector.id(), sector.title()))
                .collect(),
        }
    }
}

impl Service {
    /// Choices of the form that registers a project; refused to whom the pack does not let register.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when the actor's unit may register nothing.
    pub async fn registration(&self, actor: &Actor) -> Outcome<DetailChoices> {
        let region = self.region(&actor.region).await?;
        if !may_register(actor, &region)? {
            return Err(ServiceError::Forbidden(format!(
                "{}不能登记项目，项目由招商服务中心登记",
                actor.unit
            )));
        }
        Ok(DetailChoices::of(&region))
    }
}

/// Whether the pack in force lets the actor's unit register projects.
fn may_register(actor: &Actor, region: &Region) -> Outcome<bool> {
    let lifecycle = region.lifecycle()?;
    let roles = lifecycle.possible_roles_of(&actor.unit, region.is_host(&actor.unit), false);
    Ok(actor.kind != AccountKind::Enterprise && lifecycle.allows(&roles, Action::Register))
}
