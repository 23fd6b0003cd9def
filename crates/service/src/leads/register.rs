//! 登记线索: what is there already is shown before anything is saved.

use calendar::Day;
use domain::event::{Details, Event, EventKind};
use domain::state::State;
use domain::values::normalise_name;
use domain::{ActorUnit, Command, authorise, decide};
use store::leads;
use store::projects::{self, Candidate};
use uuid::Uuid;

use crate::projects::{Loaded, by, facts, refuse_administrators};
use crate::{AccountKind, Actor, FieldError, Outcome, Service, ServiceError};

/// Leads of the same investor that are shown at most.
const MOST_SIMILAR: u32 = 20;

/// A lead to be registered.
#[derive(Debug, Clone, Default)]
pub struct NewLead {
    /// Basic facts, as far as they are known.
    pub details: Details,
    /// Name and telephone in clear text; sealed before they are kept.
    pub contact: Option<String>,
    /// Source id of the pack.
    pub source: String,
    /// The unit that found it; the actor's own when empty.
    pub unit: String,
    /// The person who found it; the actor when empty.
    pub person: String,
    /// What is known.
    pub text: String,
    /// When it was found; today when absent.
    pub found_on: Option<Day>,
    /// Why it is another one, after the similar ones were shown.
    pub distinct: Option<String>,
    /// 样例数据.
    pub sample: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeadRegistered {
    /// It is on the board.
    Lead(String),
    /// There are similar ones; nothing was saved.
    Similar(Vec<SimilarLead>),
}

/// A lead or project that may be the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimilarLead {
    /// Id.
    pub project: String,
    /// Name.
    pub name: String,
    /// Why it is shown.
    pub why: &'static str,
    /// Where it stands, in words.
    pub standing: String,
    /// Who found it.
    pub finder: String,
    /// Who holds it.
    pub holder: Option<String>,
    /// Whether it is a lead that the actor's unit could take up now.
    pub claimable: bool,
}

impl Service {
    /// Registers a lead: a project with its finder. Similar ones come back first, unless a reason says that this is
    /// another one.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with the fields that are wrong, [`ServiceError::Refused`] for whoever may not.
    pub async fn register_lead(&self, actor: &Actor, new: NewLead) -> Outcome<LeadRegistered> {
        refuse_administrators(actor)?;
        let region = self.region(&actor.region).await?;
        let lifecycle = region.lifecycle()?.clone();
        let project = Uuid::now_v7().to_string();
        let loaded = Loaded {
            project: project.clone(),
            version: 0,
            last_hash: String::new(),
            events: Vec::new(),
            performance: region.performance_for(&lifecycle.file.pack.id).cloned(),
            region,
            lifecycle,
        };
        let new = self.checked_lead(actor, &loaded, new)?;
        let kinds = self.decide_lead(actor, &loaded, &new)?;
        // Only now: who may not register learns nothing of other leads.
        if new.distinct.is_none() {
            let similar = self.similar_leads(actor, &new.details).await?;
            if !similar.is_empty() {
                return Ok(LeadRegistered::Similar(similar));
            }
        }
        self.record(actor, &loaded, new.found_on, kinds).await?;
        Ok(LeadRegistered::Lead(project))
    }

    /// Checks what the domain cannot know, and fills in what goes without saying.
    fn checked_lead(&self, actor: &Actor, loaded: &Loaded, mut new: NewLead) -> Outcome<NewLead> {
        let mut faults = match self.check_details(&loaded.region, &mut new.details) {
            Err(ServiceError::Invalid(faults)) => faults,
            checked => checked.map(|()| Vec::new())?,
        };
        let mut wrong = |field: &'static str, message: String| {
            faults.push(FieldError { field, message });
        };
        if new.source.is_empty() {
            wrong("source", "请选择线索来源".into());
        }
        if new.unit.is_empty() {
            new.unit = actor.unit.clone();
        }
        match loaded.region.main_name(&new.unit) {
            Some(main) => new.unit = main.to_string(),
            None => wrong("unit", format!("单位“{}”不在本地区单位名单中", new.unit)),
        }
        if new.person.is_empty() {
            new.person = actor.name.clone();
        }
        if new.found_on.is_some_and(|day| day > self.today()) {
            wrong("found_on", "发现日期还没有到，请核对".into());
        }
        if let Some(reason) = &new.distinct {
            if reason.trim().is_empty() {
                wrong("distinct", "请写明为什么不是同一条线索".into());
            } else {
                let joint = if new.text.is_empty() { "" } else { "；" };
                new.text = format!(
                    "{}{joint}与已有线索相似，仍登记：{}",
                    new.text,
                    reason.trim()
                );
            }
        }
        if !faults.is_empty() {
            return Err(ServiceError::Invalid(faults));
        }
        new.details.contact_sealed = self.seal_contact(&loaded.project, new.contact.as_deref())?;
        Ok(new)
    }

    /// The two facts with which a lead begins: the project, and who found it.
    fn decide_lead(
        &self,
        actor: &Actor,
        loaded: &Loaded,
        new: &NewLead,
    ) -> Outcome<Vec<EventKind>> {
        let today = self.today();
        let on = new.found_on.unwrap_or(today);
        let head = &loaded.lifecycle.file.pack;
        let registration = Command::Register {
            pack: head.id.clone(),
            version: head.version.clone(),
            details: Box::new(new.details.clone()),
            sample: new.sample,
        };
        let calendar = self.calendar();
        let packs = loaded.packs();
        let mut kinds = decide(packs, &State::default(), &calendar, today, on, registration)?;
        let begun: Vec<Event> = facts(kinds.clone(), on, &by(actor), 0, self.now());
        let state = State::fold(packs.lifecycle, &begun);
        let find = Command::FindLead {
            source: new.source.clone(),
            unit: new.unit.clone(),
            person: new.person.clone(),
            text: new.text.clone(),
        };
        if actor.kind != AccountKind::System {
            authorise(packs, &state, ActorUnit { unit: &actor.unit }, &find)?;
        }
        kinds.extend(decide(packs, &state, &calendar, today, on, find)?);
        Ok(kinds)
    }

    /// Projects and leads with the same credit code, then the same name, then the same investor or enterprise.
    async fn similar_leads(&self, actor: &Actor, details: &Details) -> Outcome<Vec<SimilarLead>> {
        let code = details
            .credit_code
            .as_ref()
            .map(|code| code.as_str().to_string());
        let candidate = Candidate {
            credit_code: code.clone(),
            normal_name: normalise_name(&details.name),
        };
        let mut found: Vec<(String, String, &'static str)> = Vec::new();
        for same in projects::duplicates(self.db(), &actor.region, &[candidate]).await? {
            let by_code = same.credit_code.is_some() && same.credit_code == code;
            let why = if by_code {
                "统一社会信用代码相同"
            } else {
                "项目名称相同"
            };
            found.push((same.project, same.name, why));
        }
        found.sort_by_key(|(_, _, why)| *why != "统一社会信用代码相同");
        let parties = [&details.investor, &details.enterprise];
        let parties = parties
            .into_iter()
            .flatten()
            .map(|name| normalise_name(name));
        let parties = parties.filter(|name| !name.is_empty()).collect();
        for same in leads::of_parties(self.db(), &actor.region, parties, MOST_SIMILAR).await? {
            if found.iter().all(|(project, ..)| *project != same.project) {
                found.push((same.project, same.name, "投资方或企业名称相同"));
            }
        }
        let mut similar = Vec::with_capacity(found.len());
        for (project, name, why) in found {
            similar.push(self.similar_lead(actor, project, name, why).await?);
        }
        Ok(similar)
    }

    async fn similar_lead(
        &self,
        actor: &Actor,
        project: String,
        name: String,
        why: &'static str,
    ) -> Outcome<SimilarLead> {
        let region = self.region(&actor.region).await?;
        let looker = self.looker(actor, region.lifecycle()?).await?;
        let row = leads::get(self.db(), &actor.region, &project).await?;
        let card = row.map(|row| looker.card(row));
        Ok(SimilarLead {
            project,
            name,
            why,
            standing: match &card {
                Some(card) => card.phase.title().to_string(),
                None => "项目台账中的项目".to_string(),
            },
            finder: card
                .as_ref()
                .map(|card| card.finder.clone())
                .unwrap_or_default(),
            claimable: card.as_ref().is_some_and(|card| card.claimable),
            holder: card.and_then(|card| card.holder),
        })
    }

    /// Joins a lead that is there: takes it up when that is possible now.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] with who holds it and until when.
    pub async fn join_lead(&self, actor: &Actor, project: &str) -> Outcome<crate::projects::Done> {
        let command = Command::ClaimLead {
            unit: actor.unit.clone(),
        };
        let change = crate::projects::Change {
            project: project.to_string(),
            seen_version: None,
            happened_on: None,
            command,
        };
        self.change(actor, change).await
    }
}
