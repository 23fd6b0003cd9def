//! A matter with everything a page says about it.

use calendar::Day;
use domain::event::FileRef;
use domain::matter::{
    Act, MatterEventKind, Phase, derivation, describe, permitted, reviewers, signature, waits,
};
use domain::track::Light;
use policy::model::SheetDef;
use store::{accounts, matters, projects};

use super::issue::answering_units;
use super::list::{MatterAlert, alert, light_of};
use super::load::matter_actor;
use super::projection::MatterProjected;
use crate::clock::display_minute;
use crate::{Actor, Outcome, Service};

/// A file to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// Name.
    pub name: String,
    /// SM3 of its content.
    pub sm3: String,
}

/// A line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// The day it happened on.
    pub on: Day,
    /// When it was recorded.
    pub at: String,
    /// Who said so: `样例甲（代 样例乙）`.
    pub person: String,
    /// His unit.
    pub unit: String,
    /// What happened.
    pub sentence: String,
    /// Files.
    pub files: Vec<FileView>,
}

/// A part of a split matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartView {
    /// Number, from 0.
    pub index: u32,
    /// Unit.
    pub unit: String,
    /// Task.
    pub task: String,
    /// The answer.
    pub answer: String,
    /// The day of the answer.
    pub answered_on: Option<Day>,
    /// Why the last answer went back.
    pub returned: String,
    /// No longer wanted.
    pub cancelled: bool,
    /// Whether the actor can answer it now.
    pub mine: bool,
    /// Files of the answer.
    pub files: Vec<FileView>,
}

/// A delegation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelegationView {
    /// `样例甲（代 样例乙）`.
    pub text: String,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Whether it holds today.
    pub now: bool,
}

/// Another matter that has to do with this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedMatter {
    /// Id.
    pub matter: String,
    /// Number in words.
    pub number: String,
}

/// Somebody who can act for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Account.
    pub account: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: String,
}

/// A matter to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterView {
    /// Id.
    pub matter: String,
    /// Version that is shown; acts name it.
    pub version: u32,
    /// Number in words.
    pub number: String,
    /// Kind, an id of the pack.
    pub kind: String,
    /// Its title.
    pub kind_title: String,
    /// 事项名称.
    pub title: String,
    /// 内容.
    pub content: String,
    /// 工作要求.
    pub requirement: String,
    /// 签发单位.
    pub issuer: String,
    /// Who issued it.
    pub issued_by: String,
    /// The leader in whose name it was issued.
    pub leader: String,
    /// 牵头承办单位.
    pub lead: String,
    /// 配合单位.
    pub supporting: Vec<String>,
    /// 审核单位.
    pub reviewers: Vec<String>,
    /// 经办人.
    pub handler: String,
    /// 签发 on.
    pub issued_on: Day,
    /// 签收时限.
    pub accept_by: Option<Day>,
    /// 签收 on.
    pub accepted_on: Option<Day>,
    /// 完成时限.
    pub due_on: Day,
    /// Where it stands.
    pub phase: Phase,
    /// Light.
    pub light: Light,
    /// Its words.
    pub light_text: String,
    /// How the due day came about.
    pub derivation: Vec<String>,
    /// Clause of the kind.
    pub clause: policy::Clause,
    /// Why the pack's days are what they are.
    pub because: String,
    /// Project: id and name.
    pub project: Option<(String, String)>,
    /// What gave rise to it, in words.
    pub source: String,
    /// The matter that it supervises.
    pub supervises: Option<RelatedMatter>,
    /// The order that supervises it.
    pub escalated: Option<RelatedMatter>,
    /// What was reported last.
    pub result: String,
    /// Parts.
    pub parts: Vec<PartView>,
    /// Delegations.
    pub delegations: Vec<DelegationView>,
    /// Files of the order.
    pub files: Vec<FileView>,
    /// What waits for whom: unit and act.
    pub waits: Vec<(String, &'static str)>,
    /// History, newest first.
    pub history: Vec<HistoryLine>,
    /// Alerts that were sent.
    pub alerts: Vec<MatterAlert>,
    /// How often it was urged.
    pub urges: u32,
    /// How often the review returned it.
    pub returns: u32,
    /// Whether files must be there when it is reported done.
    pub evidence: bool,
    /// How the printed sheet is called and worded, where the pack says so.
    pub sheet: Option<SheetDef>,
    /// What the actor may do now.
    pub acts: Vec<Act>,
    /// 样例数据.
    pub sample: bool,
}

impl Service {
    /// A matter that the actor may see.
    ///
    /// # Errors
    /// [`crate::ServiceError::NotFound`].
    pub async fn matter(&self, actor: &Actor, id: &str) -> Outcome<MatterView> {
        let loaded = self.load_seen_matter(actor, id).await?;
        let (state, head, policy) = (&loaded.state, &loaded.state.head, &*loaded.policy);
        let today = self.today();
        let row = MatterProjected::of(&loaded, &self.calendar()).row;
        let (light, light_text) = light_of(&row, today);
        let kind = policy.file.matter.iter().find(|def| def.id == head.matter);
        let project = match &head.project {
            Some(project) => projects::get(self.db(), &actor.region, project)
                .await?
                .map(|found| (project.clone(), found.row.name)),
            None => None,
        };
        let supervises = match &head.supervises {
            Some(other) => matters::get(self.db(), &actor.region, other)
                .await?
                .map(|row| RelatedMatter {
                    matter: row.matter,
                    number: row.number,
                }),
            None => None,
        };
        let acts = match actor.admin {
            Some(_) => Vec::new(),
            None => permitted(policy, state, matter_actor(actor), today),
        };
        let alerts = matters::alerts_of_matter(self.db(), &actor.region, id).await?;
        let answers = acts.contains(&Act::AnswerPart);
        let deputised: Vec<&str> = state
            .delegations
            .iter()
            .filter(|given| given.deputy_account == actor.account)
            .map(|given| given.unit.as_str())
            .collect();
        Ok(MatterView {
            matter: loaded.id.clone(),
            version: loaded.version,
            number: head.number.clone(),
            kind: head.matter.clone(),
            kind_title: row.kind_title.clone(),
            title: head.title.clone(),
            content: head.content.clone(),
            requirement: head.requirement.clone(),
            issuer: head.issuer.clone(),
            issued_by: state.issued_by.clone(),
            leader: head.leader.clone().unwrap_or_default(),
            lead: state.lead.clone(),
            supporting: state.supporting.clone(),
            reviewers: reviewers(policy, state),
            handler: state.handler.clone().unwrap_or_default(),
            issued_on: state.issued_on,
            accept_by: head.accept_by,
            accepted_on: state.accepted_on,
            due_on: state.due,
            phase: state.phase,
            light,
            light_text,
            derivation: derivation(policy, state, &self.calendar()),
            clause: kind.map_or_else(
                || policy.clause("", ""),
                |def| policy.clause(&def.clause, &def.text),
            ),
            because: kind.and_then(|def| def.because.clone()).unwrap_or_default(),
            project,
            source: head.source.as_ref().map_or(String::new(), |source| {
                format!("{}：{}", source.kind.title(), source.text)
            }),
            supervises,
            escalated: state
                .escalated
                .as_ref()
                .map(|(matter, number)| RelatedMatter {
                    matter: matter.clone(),
                    number: number.clone(),
                }),
            result: state
                .result
                .as_ref()
                .map(|result| result.text.clone())
                .unwrap_or_default(),
            parts: (0..)
                .zip(&state.parts)
                .map(|(index, part)| PartView {
                    index,
                    unit: part.unit.clone(),
                    task: part.task.clone(),
                    answer: part
                        .answer
                        .as_ref()
                        .map(|answer| answer.text.clone())
                        .unwrap_or_default(),
                    answered_on: part.answer.as_ref().map(|answer| answer.on),
                    returned: part.returned.clone().unwrap_or_default(),
                    cancelled: part.cancelled,
                    mine: answers
                        && part.open()
                        && (part.unit == actor.unit || deputised.contains(&part.unit.as_str())),
                    files: part
                        .answer
                        .as_ref()
                        .map_or_else(Vec::new, |answer| files(&answer.files)),
                })
                .collect(),
            delegations: state
                .delegations
                .iter()
                .map(|given| DelegationView {
                    text: format!(
                        "{} {}（代 {}）",
                        given.deputy_unit, given.deputy, given.person
                    ),
                    from: given.from,
                    to: given.to,
                    now: given.from <= today && today <= given.to,
                })
                .collect(),
            files: files(&head.files),
            waits: waits(policy, state)
                .into_iter()
                .map(|waits| (waits.unit, super::list::waits_title(Some(waits.act.id()))))
                .collect(),
            history: loaded
                .events
                .iter()
                .rev()
                .map(|event| HistoryLine {
                    on: event.happened_on,
                    at: event.recorded_at.map(display_minute).unwrap_or_default(),
                    person: signature(&event.by),
                    unit: event.by.unit.clone(),
                    sentence: describe(event),
                    files: files(files_of(&event.kind)),
                })
                .collect(),
            alerts: alerts.into_iter().map(alert).collect(),
            urges: state.urges,
            returns: state.returns,
            evidence: kind.is_some_and(|def| def.evidence),
            sheet: kind.and_then(|def| def.sheet.clone()),
            acts,
            sample: head.sample,
        })
    }

    /// Name of a project that the actor may see, for a form about it.
    ///
    /// # Errors
    /// [`crate::ServiceError::NotFound`].
    pub async fn project_name(&self, actor: &Actor, project: &str) -> Outcome<String> {
        let loaded = self.load_seen(actor, project).await?;
        Ok(loaded.state().name().to_owned())
    }

    /// Units to which a matter can be handed on.
    ///
    /// # Errors
    /// [`crate::ServiceError::Failed`].
    pub async fn answering_units(&self, actor: &Actor) -> Outcome<Vec<String>> {
        Ok(answering_units(&*self.region(&actor.region).await?))
    }

    /// People who can act for somebody who is away: officials of the region with an account.
    ///
    /// # Errors
    /// [`crate::ServiceError::Failed`].
    pub async fn deputies(&self, actor: &Actor) -> Outcome<Vec<Person>> {
        let all = accounts::list(self.db(), &actor.region).await?;
        let mut people: Vec<Person> = all
            .into_iter()
            .filter(|row| {
                row.kind != "enterprise"
                    && row.admin_role.is_none()
                    && row.disabled_at.is_none()
                    && row.account != actor.account
            })
            .map(|row| Person {
                account: row.account,
                name: row.name,
                unit: row.unit,
            })
            .collect();
        // Colleagues of the own unit first.
        people.sort_by_key(|person| (person.unit != actor.unit, person.unit.clone()));
        Ok(people)
    }
}

fn files(files: &[FileRef]) -> Vec<FileView> {
    let view = |file: &FileRef| FileView {
        name: file.name.clone(),
        sm3: file.sm3.clone(),
    };
    files.iter().map(view).collect()
}

fn files_of(kind: &MatterEventKind) -> &[FileRef] {
    match kind {
        MatterEventKind::MatterIssued { head } => &head.files,
        MatterEventKind::MatterPartAnswered { files, .. }
        | MatterEventKind::MatterProgress { files, .. }
        | MatterEventKind::MatterReported { files, .. } => files,
        _ => &[],
    }
}
