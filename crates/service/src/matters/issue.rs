//! Issuing: an order gets its number, its stream and its rows in one transaction.

use std::sync::Arc;

use calendar::{Day, Limit};
use domain::event::{EventId, FileRef};
use domain::matter::{
    MatterBy, MatterCommand, MatterEvent, MatterEventKind, NewMatter, Permit, Source, SourceKind,
    decide, issue,
};
use policy::Policy;
use store::events::{self, Aggregate};
use store::{Batch, matters};
use uuid::Uuid;

use super::load::{LoadedMatter, NOBODY, matter_actor, stored_form, stranger};
use super::projection::MatterProjected;
use crate::attachments::NewFile;
use crate::projects::refuse_administrators;
use crate::region::Region;
use crate::{AccountKind, Actor, FieldError, Outcome, Service, ServiceError};

/// How often issuing is tried again when somebody else took the number.
const TRIES: u32 = 200;

/// An order to be issued, as a form has it.
#[derive(Debug, Clone, Default)]
pub struct MatterOrder {
    /// Kind, an id of the pack.
    pub kind: String,
    /// 事项名称.
    pub title: String,
    /// 内容.
    pub content: String,
    /// 工作要求.
    pub requirement: String,
    /// Units by any spelling, the first leads.
    pub units: Vec<String>,
    /// Another limit than the pack's.
    pub limit: Option<Limit>,
    /// A day set as the last one.
    pub due: Option<Day>,
    /// In whose name, when a secretary issues it.
    pub on_behalf: Option<Behalf>,
    /// The project it is about.
    pub project: Option<String>,
    /// What gave rise to it.
    pub source: Option<Source>,
    /// 样例数据.
    pub sample: bool,
}

/// A leader for whom a secretary acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behalf {
    /// Name.
    pub leader: String,
    /// Unit that signs: 市级领导, 市人民政府 …
    pub unit: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedMatter {
    /// Id.
    pub matter: String,
    /// Number in words.
    pub number: String,
}

/// What a supervision order about a badly handled matter adds.
#[derive(Debug, Clone, Default)]
pub struct Escalation {
    /// Why: 督办理由.
    pub reason: String,
    /// 工作要求.
    pub requirement: String,
    /// A day set as the last one.
    pub due: Option<Day>,
    /// In whose name, when a secretary issues it.
    pub on_behalf: Option<Behalf>,
}

/// A kind that somebody may issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindChoice {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// The pack's limit in words.
    pub limit: String,
    /// Whether the unit issues it in its own name.
    pub own: bool,
    /// Whether it may be issued for a leader.
    pub for_leader: bool,
    /// Clause.
    pub clause: policy::Clause,
}

/// What the form for a new order offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssueForm {
    /// Kinds that the actor may issue.
    pub kinds: Vec<KindChoice>,
    /// Units that can answer.
    pub units: Vec<String>,
    /// Units in whose name a secretary signs.
    pub leader_units: Vec<String>,
}

/// Who said so, as the facts keep it.
pub(crate) fn matter_by(actor: &Actor, acting_for: Option<String>) -> MatterBy {
    MatterBy {
        person: actor.name.clone(),
        unit: actor.unit.clone(),
        account: actor.account.clone(),
        acting_for,
    }
}

/// An order that was decided and waits to be written.
struct Decided {
    id: String,
    number: String,
    batch: Batch,
}

impl Service {
    /// The pack of matters in force.
    pub(crate) fn matters_pack<'r>(&self, region: &'r Region) -> Outcome<&'r Arc<Policy>> {
        region.matters().ok_or_else(|| {
            ServiceError::NotFound(format!(
                "{}还没有启用事项政策包，请系统管理员在“政策”页装入",
                region.title
            ))
        })
    }

    /// What the form for a new order offers to somebody.
    ///
    /// # Errors
    /// Not found when the region has no pack of matters.
    pub async fn issue_form(&self, actor: &Actor) -> Outcome<IssueForm> {
        let region = self.region(&actor.region).await?;
        let policy = self.matters_pack(&region)?;
        if stranger(actor) || actor.admin.is_some() {
            return Ok(IssueForm::default());
        }
        let holds = |roles: &[String]| {
            roles
                .iter()
                .any(|role| policy.holds(&actor.unit, role, NOBODY))
        };
        let mut form = IssueForm::default();
        for def in &policy.file.matter {
            let (own, for_leader) = (holds(&def.issued_by), holds(&def.secretary));
            if !own && !for_leader {
                continue;
            }
            form.kinds.push(KindChoice {
                id: def.id.clone(),
                title: def.title.clone(),
                limit: def.limit.limit().to_string(),
                own,
                for_leader,
                clause: policy.clause(&def.clause, &def.text),
            });
            if for_leader {
                let units = def
                    .issued_by
                    .iter()
                    .flat_map(|role| policy.units_of(role, NOBODY));
                for unit in units {
                    let leads = region
                        .units
                        .get(unit)
                        .is_some_and(|facts| facts.kind == "leadership");
                    if leads && form.leader_units.iter().all(|known| known != unit) {
                        form.leader_units.push(unit.to_owned());
                    }
                }
            }
        }
        form.units = answering_units(&region);
        Ok(form)
    }

    /// Issues an order.
    ///
    /// # Errors
    /// [`ServiceError::Refused`], [`ServiceError::Invalid`] for units that are not known,
    /// [`ServiceError::NotFound`] for a project that the actor may not see.
    pub async fn issue_matter(
        &self,
        actor: &Actor,
        order: MatterOrder,
        files: Vec<NewFile>,
    ) -> Outcome<IssuedMatter> {
        let id = Uuid::now_v7().to_string();
        let new = self.checked_order(actor, order).await?;
        // Nobody leaves files with an order that is refused.
        self.order(actor, &id, self.today(), new.clone()).await?;
        let files = self.keep_files_of(actor, &matter_owner(&id), files).await?;
        let new = NewMatter { files, ..new };
        let decided = self.issue_until_written(actor, &id, None, new).await?;
        Ok(decided)
    }

    /// Issues an order on a past day, for samples.
    pub(crate) async fn issue_matter_on(
        &self,
        actor: &Actor,
        order: MatterOrder,
        on: Day,
    ) -> Outcome<IssuedMatter> {
        let id = Uuid::now_v7().to_string();
        let new = self.checked_order(actor, order).await?;
        self.issue_until_written(actor, &id, Some(on), new).await
    }

    /// Issues a supervision order about a badly handled matter; the matter says so in the same transaction.
    ///
    /// # Errors
    /// As [`Service::issue_matter`].
    pub async fn escalate_matter(
        &self,
        actor: &Actor,
        matter: &str,
        escalation: Escalation,
    ) -> Outcome<IssuedMatter> {
        refuse_administrators(actor)?;
        let mut tries = 0;
        loop {
            match self.try_escalate(actor, matter, &escalation).await {
                Err(ServiceError::Conflict(_)) if tries < TRIES => tries += 1,
                outcome => return outcome,
            }
        }
    }

    async fn try_escalate(
        &self,
        actor: &Actor,
        matter: &str,
        escalation: &Escalation,
    ) -> Outcome<IssuedMatter> {
        let loaded = self.load_seen_matter(actor, matter).await?;
        let head = &loaded.state.head;
        let kinds = &loaded.policy.file.matter;
        let kind = kinds
            .iter()
            .find(|def| def.id == head.matter)
            .and_then(|def| def.escalates_to.clone());
        let mut units = vec![loaded.state.lead.clone()];
        units.extend(loaded.state.supporting.iter().cloned());
        let new = NewMatter {
            matter: kind.unwrap_or_default(),
            title: head.title.clone(),
            content: format!(
                "{}（{}）办理不力：{}\n原事项内容：{}",
                head.title, head.number, escalation.reason, head.content
            ),
            requirement: escalation.requirement.clone(),
            units,
            due: escalation.due,
            on_behalf: behalf(escalation.on_behalf.as_ref()),
            project: head.project.clone(),
            source: Some(Source {
                kind: SourceKind::Matter,
                id: loaded.id.clone(),
                text: head.number.clone(),
            }),
            supervises: Some(loaded.id.clone()),
            sample: head.sample,
            ..NewMatter::default()
        };
        let today = self.today();
        let command = |to: &str, number: &str| MatterCommand::Escalate {
            to: to.to_owned(),
            number: number.to_owned(),
            reason: escalation.reason.clone(),
        };
        let who = matter_actor(actor);
        // Whether the matter may be supervised at all is said before anything about the order.
        decide(&loaded.policy, &loaded.state, who, today, command("", ""))?;
        let id = Uuid::now_v7().to_string();
        let mut decided = self.order(actor, &id, today, new).await?;
        let (permit, fact) = decide(
            &loaded.policy,
            &loaded.state,
            who,
            today,
            command(&id, &decided.number),
        )?;
        self.add_matter_facts(
            &mut decided.batch,
            actor,
            loaded,
            today,
            vec![(permit, fact)],
        )
        .await?;
        self.db().write(decided.batch).await?;
        Ok(IssuedMatter {
            matter: id,
            number: decided.number,
        })
    }

    async fn issue_until_written(
        &self,
        actor: &Actor,
        id: &str,
        on: Option<Day>,
        new: NewMatter,
    ) -> Outcome<IssuedMatter> {
        let mut tries = 0;
        loop {
            let on = on.unwrap_or_else(|| self.today());
            let decided = self.order(actor, id, on, new.clone()).await?;
            match self.db().write(decided.batch).await {
                Err(error) if error.is_conflict() && tries < TRIES => tries += 1,
                written => {
                    written?;
                    return Ok(IssuedMatter {
                        matter: decided.id,
                        number: decided.number,
                    });
                }
            }
        }
    }

    /// The order with the next number of its kind, as a batch.
    async fn order(&self, actor: &Actor, id: &str, on: Day, new: NewMatter) -> Outcome<Decided> {
        refuse_administrators(actor)?;
        let region = self.region(&actor.region).await?;
        let policy = self.matters_pack(&region)?.clone();
        if stranger(actor) {
            return Err(ServiceError::Forbidden("企业账号不能签发事项".into()));
        }
        let n = matters::next_number(self.db(), &region.id, &new.matter, on.year()).await?;
        let leader = (actor.kind == AccountKind::Leader).then(|| actor.name.clone());
        let new = NewMatter { leader, ..new };
        let (permit, head) = issue(&policy, &self.calendar(), matter_actor(actor), on, n, new)?;
        let number = head.number.clone();
        let fact = MatterEvent {
            id: EventId(1),
            happened_on: on,
            recorded_at: Some(self.now()),
            by: matter_by(actor, permit.acting_for),
            kind: MatterEventKind::MatterIssued {
                head: Box::new(head),
            },
        };
        let mut batch = Batch::new();
        let stored = [stored_form(&fact)?];
        let matter = LoadedMatter::from_events(id, region, vec![fact], None)?;
        let head = &matter.state.head;
        matters::take_number(&mut batch, &matter.region.id, &head.matter, head.year, n);
        let stream = matter.stream();
        events::append(&mut batch, &matter.region.id, &stream, 0, "", &stored);
        MatterProjected::of(&matter, &self.calendar()).write(&mut batch);
        self.tell_of_matter(&mut batch, actor, &matter, 0).await?;
        Ok(Decided {
            id: id.to_owned(),
            number,
            batch,
        })
    }

    /// The order with the next number of its kind, for whoever writes it together with something else.
    pub(crate) async fn order_batch(
        &self,
        actor: &Actor,
        id: &str,
        on: Day,
        new: NewMatter,
    ) -> Outcome<(Batch, String)> {
        let decided = self.order(actor, id, on, new).await?;
        Ok((decided.batch, decided.number))
    }

    /// Adds facts to a matter, with the rows that follow.
    pub(super) async fn add_matter_facts(
        &self,
        batch: &mut Batch,
        actor: &Actor,
        matter: LoadedMatter,
        on: Day,
        facts: Vec<(Permit, MatterEventKind)>,
    ) -> Outcome<LoadedMatter> {
        let mut events = matter.events;
        let mut stored = Vec::with_capacity(facts.len());
        for (permit, kind) in facts {
            let event = MatterEvent {
                id: EventId(events.len() as u32 + 1),
                happened_on: on,
                recorded_at: Some(self.now()),
                by: matter_by(actor, permit.acting_for),
                kind,
            };
            stored.push(stored_form(&event)?);
            events.push(event);
        }
        let stream = Aggregate::Matter.stream(&matter.id);
        let (region, seen) = (matter.region, matter.version);
        let last = events::append(
            batch,
            &region.id,
            &stream,
            i64::from(seen),
            &matter.last_hash,
            &stored,
        );
        let after = LoadedMatter::from_events(&matter.id, region, events, Some(last))?;
        MatterProjected::of(&after, &self.calendar()).write(batch);
        self.tell_of_matter(batch, actor, &after, seen).await?;
        Ok(after)
    }

    /// Checks what the domain cannot know: units of the region, and the project. Spellings become main names.
    pub(crate) async fn checked_order(
        &self,
        actor: &Actor,
        order: MatterOrder,
    ) -> Outcome<NewMatter> {
        let region = self.region(&actor.region).await?;
        let units = known_units(&region, &order.units)?;
        if let Some(project) = &order.project
            && actor.kind != AccountKind::System
        {
            self.load_seen(actor, project).await?;
        }
        Ok(NewMatter {
            matter: order.kind,
            title: order.title.trim().to_owned(),
            content: order.content.trim().to_owned(),
            requirement: order.requirement.trim().to_owned(),
            units,
            limit: order.limit,
            due: order.due,
            on_behalf: behalf(order.on_behalf.as_ref()),
            leader: None,
            project: order.project,
            source: order.source,
            supervises: None,
            files: Vec::<FileRef>::new(),
            sample: order.sample,
        })
    }
}

fn behalf(behalf: Option<&Behalf>) -> Option<(String, String)> {
    behalf.map(|behalf| (behalf.leader.trim().to_owned(), behalf.unit.clone()))
}

/// Under which name files of a matter are kept.
pub(super) fn matter_owner(id: &str) -> String {
    Aggregate::Matter.stream(id)
}

/// Units that can be asked to answer: one organisation each, offices and enterprises of the state.
pub(super) fn answering_units(region: &Region) -> Vec<String> {
    let units = region.units.iter().filter(|(_, facts)| {
        !facts.collective && !matches!(facts.kind.as_str(), "enterprise" | "media" | "leadership")
    });
    units.map(|(name, _)| name.clone()).collect()
}

/// Main names of units; those that are not known are said.
pub(crate) fn known_units(region: &Region, units: &[String]) -> Outcome<Vec<String>> {
    let mut known = Vec::new();
    let mut faults = Vec::new();
    for unit in units
        .iter()
        .map(|unit| unit.trim())
        .filter(|unit| !unit.is_empty())
    {
        match region.main_name(unit) {
            Some(main) if region.units.get(main).is_some_and(|facts| facts.collective) => {
                faults.push(FieldError {
                    field: "units",
                    message: format!("“{unit}”是一类单位的统称，请写明具体单位"),
                });
            }
            Some(main) => known.push(main.to_owned()),
            None => faults.push(FieldError {
                field: "units",
                message: format!("单位“{unit}”不在本地区单位名单中"),
            }),
        }
    }
    if faults.is_empty() {
        Ok(known)
    } else {
        Err(ServiceError::Invalid(faults))
    }
}
