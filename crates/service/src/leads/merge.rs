//! 合并重复线索: one stream goes on, the other points to it. Both keep what they hold, and nothing counts twice.

use domain::event::{Event, EventId, EventKind};
use domain::state::State;
use domain::{ActorUnit, Command, authorise, decide};
use store::Batch;

use super::view::lead_facts;
use crate::projects::{Change, Done, Loaded, by, facts, history, refuse_administrators};
use crate::{AccountKind, Actor, Outcome, Service, ServiceError};

/// What a merge would do. Nothing is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergePreview {
    /// The project that goes on.
    pub into: MergeSide,
    /// The one that is merged into it.
    pub from: MergeSide,
    /// What follows, sentence by sentence.
    pub consequences: Vec<String>,
    /// Why it cannot be done.
    pub refusal: Option<String>,
}

/// One side of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeSide {
    /// Id.
    pub project: String,
    /// Version of the stream.
    pub version: u32,
    /// Name.
    pub name: String,
    /// Label and words: investor, source, finder, holder, credit, last contact.
    pub facts: Vec<(&'static str, String)>,
    /// Number of facts in its history.
    pub records: usize,
}

/// The two sides as they are now.
struct Pair {
    into: Loaded,
    from: Loaded,
}

impl Service {
    /// What merging `from` into `into` would do.
    ///
    /// # Errors
    /// Not found when either is not there for the actor.
    pub async fn preview_merge(
        &self,
        actor: &Actor,
        into: &str,
        from: &str,
    ) -> Outcome<MergePreview> {
        let pair = self.pair(actor, into, from).await?;
        let refusal = match self.decide_merge(actor, &pair) {
            Ok(_) => None,
            Err(ServiceError::Refused(refusal)) => Some(refusal.to_string()),
            Err(error) => return Err(error),
        };
        let (into, from) = (self.side(&pair.into), self.side(&pair.from));
        let consequences = vec![
            format!("“{}”继续办理，发现人、成果划分不变。", into.name),
            format!(
                "“{}”不再列入看板、台账和合计；它的 {} 条记录在“{}”的线索页上继续可查。",
                from.name, from.records, into.name
            ),
            "合并后可以撤销：作废合并的记录，两条线索恢复原状。".to_string(),
        ];
        Ok(MergePreview {
            into,
            from,
            consequences,
            refusal,
        })
    }

    /// Merges `from` into `into`, both in one transaction.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] when the rules do not allow it, [`ServiceError::Conflict`] when either changed
    /// meanwhile.
    pub async fn merge_leads(&self, actor: &Actor, into: &str, from: &str) -> Outcome<Done> {
        refuse_administrators(actor)?;
        let pair = self.pair(actor, into, from).await?;
        let (absorbs, merges) = self.decide_merge(actor, &pair)?;
        let sentences = sentences(&pair.from, &merges, self, actor);
        let mut batch = Batch::new();
        let version = self.add_facts(&mut batch, actor, &pair.into, None, absorbs)?;
        self.add_facts(&mut batch, actor, &pair.from, None, merges)?;
        self.db().write(batch).await?;
        Ok(Done { version, sentences })
    }

    async fn pair(&self, actor: &Actor, into: &str, from: &str) -> Outcome<Pair> {
        self.needs_leads(actor).await?;
        if into == from {
            return Err(ServiceError::field(
                "with",
                "一条线索不能与自己合并，请选择另一条",
            ));
        }
        Ok(Pair {
            into: self.load_seen(actor, into).await?,
            from: self.load_seen(actor, from).await?,
        })
    }

    fn decide_merge(
        &self,
        actor: &Actor,
        pair: &Pair,
    ) -> Outcome<(Vec<EventKind>, Vec<EventKind>)> {
        let absorb = Command::AbsorbLead {
            from: pair.from.project.clone(),
        };
        let merge = Command::MergeLead {
            into: pair.into.project.clone(),
        };
        Ok((
            self.decide_side(actor, &pair.into, absorb)?,
            self.decide_side(actor, &pair.from, merge)?,
        ))
    }

    fn decide_side(
        &self,
        actor: &Actor,
        loaded: &Loaded,
        command: Command,
    ) -> Outcome<Vec<EventKind>> {
        let state = loaded.state();
        if actor.kind != AccountKind::System {
            let unit = ActorUnit { unit: &actor.unit };
            authorise(loaded.packs(), &state, unit, &command)?;
        }
        let today = self.today();
        Ok(decide(
            loaded.packs(),
            &state,
            &self.calendar(),
            today,
            today,
            command,
        )?)
    }

    fn side(&self, loaded: &Loaded) -> MergeSide {
        let state = loaded.state();
        MergeSide {
            project: loaded.project.clone(),
            version: loaded.version,
            name: state.name().to_string(),
            facts: lead_facts(&loaded.lifecycle, &state),
            records: history(loaded.packs(), &loaded.events).len(),
        }
    }

    /// Voiding either fact of a merge voids both, in one transaction; nothing when the change is another one. The side
    /// that is asked for has been decided already.
    pub(crate) async fn unmerge(
        &self,
        actor: &Actor,
        loaded: &Loaded,
        change: &Change,
    ) -> Outcome<Option<Done>> {
        let Command::Void { event, reason } = &change.command else {
            return Ok(None);
        };
        let state = loaded.state();
        let Some(other) = state.fact(*event).and_then(other_side) else {
            return Ok(None);
        };
        let other = self.load(&actor.region, other).await?;
        let other_state = other.state();
        let void_here = self.decide(actor, loaded, change)?;
        let mut batch = Batch::new();
        let sentences = sentences(loaded, &void_here, self, actor);
        let version = self.add_facts(&mut batch, actor, loaded, change.happened_on, void_here)?;
        if let Some(event) = answering(&other_state, &loaded.project) {
            let there = Change {
                project: other.project.clone(),
                seen_version: None,
                happened_on: change.happened_on,
                command: Command::Void {
                    event,
                    reason: reason.clone(),
                },
            };
            let void_there = self.decide(actor, &other, &there)?;
            self.add_facts(&mut batch, actor, &other, change.happened_on, void_there)?;
        }
        self.db().write(batch).await?;
        Ok(Some(Done { version, sentences }))
    }
}

/// The project on the other side of a merge.
fn other_side(event: &Event) -> Option<&str> {
    match &event.kind {
        EventKind::LeadMerged { into } => Some(into),
        EventKind::LeadAbsorbed { from } => Some(from),
        _ => None,
    }
}

/// The fact of a stream that answers the merge with `project`.
fn answering(state: &State<'_>, project: &str) -> Option<EventId> {
    let lead = state.lead.as_ref()?;
    let merged = lead.merged.filter(|(_, into)| *into == project);
    let absorbed = lead.absorbed.iter().find(|other| other.from == project);
    merged
        .map(|(id, _)| id)
        .or_else(|| absorbed.map(|other| other.id))
}

fn sentences(
    loaded: &Loaded,
    kinds: &[EventKind],
    service: &Service,
    actor: &Actor,
) -> Vec<String> {
    let on = service.today();
    let new = facts(
        kinds.to_vec(),
        on,
        &by(actor),
        loaded.version,
        service.now(),
    );
    new.iter()
        .map(|fact| domain::describe(loaded.packs(), fact))
        .collect()
}
