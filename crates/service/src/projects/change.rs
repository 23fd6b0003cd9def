//! A change: load the stream, ask the pack whether this actor may do this now, let the domain decide, append
//! events and projections in one transaction.

use calendar::Day;
use domain::command::Command;
use domain::event::{By, Event, EventId, EventKind};
use domain::{ActorUnit, authorise, decide};
use store::Batch;
use store::events::NewEvent;

use super::load::Loaded;
use crate::projection::{self, Projected};
use crate::{AccountKind, Actor, AdminRole, Outcome, Service, ServiceError};

/// How often a change is tried again when somebody else was faster and the user did not ask for a version.
const TRIES: u32 = 4;

/// What somebody wants to change.
#[derive(Debug, Clone)]
pub struct Change {
    /// The project.
    pub project: String,
    /// The version that the user saw; a newer one is a conflict. `None`: any.
    pub seen_version: Option<u32>,
    /// The day it happened on; today when absent.
    pub happened_on: Option<Day>,
    /// What.
    pub command: Command,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Version of the stream now.
    pub version: u32,
    /// Sentences that say what was recorded.
    pub sentences: Vec<String>,
}

impl Service {
    /// Carries out a change, or refuses it with reason and clause.
    pub async fn change(&self, actor: &Actor, change: Change) -> Outcome<Done> {
        let mut tries = 0;
        loop {
            match self.try_change(actor, &change).await {
                Err(ServiceError::Conflict(_))
                    if change.seen_version.is_none() && tries < TRIES =>
                {
                    tries += 1
                }
                outcome => return outcome,
            }
        }
    }

    async fn try_change(&self, actor: &Actor, change: &Change) -> Outcome<Done> {
        let loaded = self.load(&actor.region, &change.project).await?;
        if let Some(seen) = change.seen_version.filter(|seen| *seen != loaded.version) {
            return Err(ServiceError::Conflict(format!(
                "您打开页面后，这个项目已有 {} 条新记录，您的操作没有保存。请刷新核对后再提交",
                loaded.version.saturating_sub(seen)
            )));
        }
        let decided = self.decide(actor, &loaded, change)?;
        if let Some(done) = self.unmerge(actor, &loaded, change).await? {
            return Ok(done);
        }
        let happened_on = change.happened_on.unwrap_or_else(|| self.today());
        self.check_removal_rhythm(&loaded, &change.command, happened_on)
            .await?;
        if let Some(assigned) = crate::leaders::Assigned::of(&loaded, &decided) {
            self.check_leader(&loaded, &assigned).await?;
        }
        let new = facts(
            decided.clone(),
            happened_on,
            &by(actor),
            loaded.version,
            self.now(),
        );
        let sentences = new
            .iter()
            .map(|fact| domain::describe::describe(loaded.packs(), fact))
            .collect();
        let version = self
            .record(actor, &loaded, change.happened_on, decided)
            .await?;
        Ok(Done { version, sentences })
    }

    /// Asks the pack and the domain; nothing is written here.
    pub(crate) fn decide(
        &self,
        actor: &Actor,
        loaded: &Loaded,
        change: &Change,
    ) -> Outcome<Vec<EventKind>> {
        let today = self.today();
        let state = loaded.state();
        if !self.may_see(actor, loaded, &state) {
            return Err(ServiceError::no_project());
        }
        refuse_administrators(actor)?;
        if actor.kind != AccountKind::System {
            let unit = ActorUnit { unit: &actor.unit };
            authorise(loaded.packs(), &state, unit, &change.command)?;
        }
        crate::leads::check_shares(&loaded.region, &change.command)?;
        let happened_on = change.happened_on.unwrap_or(today);
        Ok(decide(
            loaded.packs(),
            &state,
            &self.calendar(),
            today,
            happened_on,
            change.command.clone(),
        )?)
    }

    /// Appends facts and everything that follows from them in one transaction.
    pub(crate) async fn record(
        &self,
        actor: &Actor,
        loaded: &Loaded,
        happened_on: Option<Day>,
        kinds: Vec<EventKind>,
    ) -> Outcome<u32> {
        let mut batch = Batch::new();
        let version = self.add_facts(&mut batch, actor, loaded, happened_on, kinds)?;
        self.db().write(batch).await?;
        Ok(version)
    }

    /// Adds facts and everything that follows from them to a transaction; the answer is the new version.
    pub(crate) fn add_facts(
        &self,
        batch: &mut Batch,
        actor: &Actor,
        loaded: &Loaded,
        happened_on: Option<Day>,
        kinds: Vec<EventKind>,
    ) -> Outcome<u32> {
        let recorded_at = self.now();
        let happened_on = happened_on.unwrap_or_else(|| self.today());
        let new = facts(kinds, happened_on, &by(actor), loaded.version, recorded_at);
        let stored = new.iter().map(stored_form).collect::<Outcome<Vec<_>>>()?;
        let mut events = loaded.events.clone();
        events.extend(new);
        let version = events.len() as u32;

        let region = &loaded.region.id;
        store::events::append(
            batch,
            region,
            &loaded.project,
            i64::from(loaded.version),
            &loaded.last_hash,
            &stored,
        );
        let projected = Projected::of(loaded, &events, &self.calendar())?;
        projection::write(batch, &projected, version, recorded_at);
        Ok(version)
    }

    /// Whether the actor may know that the project exists.
    pub(crate) fn may_see(
        &self,
        actor: &Actor,
        loaded: &Loaded,
        state: &domain::state::State<'_>,
    ) -> bool {
        if let Some(role) = actor.admin {
            return role == AdminRole::Auditor;
        }
        if actor.kind == AccountKind::System {
            return true;
        }
        let parties = state.parties();
        // An enterprise is party to its own projects and nothing else, however it is called.
        if actor.kind == AccountKind::Enterprise && parties.enterprise != Some(&actor.unit) {
            return false;
        }
        let roles = loaded.lifecycle.roles_of(&actor.unit, parties);
        let performance = loaded
            .performance
            .iter()
            .flat_map(|p| p.roles_of(&actor.unit, parties).into_iter());
        match loaded.lifecycle.sight(&roles) {
            Some(_) => true,
            None => performance.count() > 0,
        }
    }
}

/// Administrators and auditors do no office's work, whatever unit they belong to.
pub(crate) fn refuse_administrators(actor: &Actor) -> Outcome<()> {
    if actor.admin.is_none() {
        return Ok(());
    }
    Err(ServiceError::Forbidden(format!(
        "{}不办理项目业务，请由有权单位的工作人员办理",
        actor.standing()
    )))
}

/// Who said so, as the facts keep it.
pub(crate) fn by(actor: &Actor) -> By {
    By {
        person: actor.name.clone(),
        unit: actor.unit.clone(),
        account: actor.account.clone(),
        import: None,
    }
}

/// Facts with their ids, following `version`.
pub(crate) fn facts(
    kinds: Vec<EventKind>,
    happened_on: Day,
    by: &By,
    version: u32,
    recorded_at: jiff::Timestamp,
) -> Vec<Event> {
    let ids = version + 1..;
    let fact = |(id, kind): (u32, EventKind)| Event {
        id: EventId(id),
        happened_on,
        recorded_at: Some(recorded_at),
        by: by.clone(),
        kind,
    };
    ids.zip(kinds).map(fact).collect()
}

/// A fact as the store keeps it: id and moment of recording are columns of their own.
pub(crate) fn stored_form(event: &Event) -> Outcome<NewEvent> {
    let bare = Event {
        id: EventId(0),
        recorded_at: None,
        ..event.clone()
    };
    let mut data = serde_json::to_value(&bare)?;
    let kind = data
        .get("kind")
        .and_then(|k| k.as_str())
        .unwrap_or_default()
        .to_string();
    if let Some(object) = data.as_object_mut() {
        object.remove("id");
    }
    Ok(NewEvent {
        kind,
        happened_on: event.happened_on,
        recorded_at: event.recorded_at.unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        by: serde_json::to_string(&event.by)?,
        data: data.to_string(),
    })
}

impl Service {
    /// 每月调整一次: the removals of a month are handled together on one day.
    async fn check_removal_rhythm(
        &self,
        loaded: &Loaded,
        command: &Command,
        on: Day,
    ) -> Outcome<()> {
        let (Command::DecideRemoval { approved: true, .. }, Some(rule)) =
            (command, &loaded.lifecycle.file.removal)
        else {
            return Ok(());
        };
        let month = format!("{:04}-{:02}", on.year(), on.month());
        let handled = store::projects::removal_days(self.db(), &loaded.region.id, &month).await?;
        let other_days = handled.iter().filter(|day| **day != on).count();
        if other_days < usize::from(rule.times_per_month) {
            return Ok(());
        }
        let day = handled.first().copied().unwrap_or(on);
        let refusal = domain::Refusal::new(
            "removal-once-a-month",
            format!("{month} 的动态调出已于 {day} 办理，当月不能再次办理"),
            "申请已保留，请在下个月统一办理",
        );
        Err(refusal
            .citing(&loaded.lifecycle.clause(&rule.clause, &rule.text))
            .into())
    }
}
