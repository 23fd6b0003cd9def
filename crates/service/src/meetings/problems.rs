//! What an agenda is drawn from: open matters, and questions of enterprises.

use domain::meeting::{AgendaItem, ItemSource};
use domain::track::Light;
use policy::Policy;
use policy::model::MeetingDef;
use store::{matters, meetings};

use crate::matters::MatterItem;
use crate::{Actor, Outcome, Service};

/// Problems of each kind that are offered for an agenda.
const OFFERED: u32 = 60;

/// A problem that is offered for an agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The item that it becomes.
    pub item: AgendaItem,
    /// Where it comes from, in words.
    pub from: String,
    /// Light of a matter; a question has no day.
    pub light: Light,
    /// Its words, and how often it was urged.
    pub light_text: String,
    /// What a form sends back.
    pub key: String,
}

impl Service {
    /// Open problems, the most urgent first: matters of these kinds, and questions that enterprises asked.
    pub(super) async fn problems(&self, actor: &Actor, kinds: &[&str]) -> Outcome<Vec<Problem>> {
        let (region, unit) = (&actor.region, &actor.unit);
        let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        let today = self.today();
        let found = matters::open_of_kinds(self.db(), region, unit, kinds, today, OFFERED).await?;
        let mut problems: Vec<Problem> = found
            .into_iter()
            .map(|line| problem(self.matter_item(line)))
            .collect();
        problems.extend(self.asked(actor, None).await?);
        Ok(problems)
    }

    /// Questions of enterprises that wait for an answer, of one project or of all that the actor sees.
    pub(crate) async fn asked(
        &self,
        actor: &Actor,
        project: Option<&str>,
    ) -> Outcome<Vec<Problem>> {
        if project.is_none() && self.sight(actor).await? != Some(store::worklists::Scope::All) {
            return Ok(Vec::new());
        }
        let found = meetings::open_questions(self.db(), &actor.region, project, OFFERED).await?;
        let problem = |asked: meetings::OpenQuestion| {
            let data: Result<serde_json::Value, _> = serde_json::from_str(&asked.data);
            let text = data
                .ok()
                .and_then(|data| Some(data["text"].as_str()?.to_owned()));
            Problem {
                key: format!("question:{}:{}", asked.project, asked.question),
                from: format!("企业提问，{}", asked.project_name),
                light: Light::Blue,
                light_text: "待答复".into(),
                item: AgendaItem {
                    source: ItemSource::Question,
                    id: asked.question,
                    title: text.unwrap_or_default(),
                    project: Some(asked.project),
                },
            }
        };
        Ok(found.into_iter().map(problem).collect())
    }
}

fn problem(item: MatterItem) -> Problem {
    let urged = match item.urges {
        0 => String::new(),
        times => format!("，催办 {times} 次"),
    };
    Problem {
        key: format!("matter:{}", item.matter),
        from: format!("{} {}，{}", item.kind, item.number, item.lead),
        light: item.light,
        light_text: format!("{}{urged}", item.light_text),
        item: AgendaItem {
            source: ItemSource::Matter,
            id: item.matter,
            title: item.title,
            project: item.project.map(|(project, _)| project),
        },
    }
}

/// Kinds of matters from which the agenda of a kind of meeting is drawn.
pub(super) fn agenda_kinds<'p>(policy: &'p Policy, def: &'p MeetingDef) -> Vec<&'p str> {
    if def.agenda.is_empty() {
        let kinds = policy.file.matter.iter();
        return kinds.map(|kind| kind.id.as_str()).collect();
    }
    def.agenda.iter().map(String::as_str).collect()
}

/// The chosen problems and topics as items.
pub(super) fn chosen(offered: &[Problem], keys: &[String], topics: &[String]) -> Vec<AgendaItem> {
    let picked = offered.iter().filter(|problem| keys.contains(&problem.key));
    let mut items: Vec<AgendaItem> = picked.map(|problem| problem.item.clone()).collect();
    let topics = topics.iter().map(|topic| topic.trim());
    items.extend(
        topics
            .filter(|topic| !topic.is_empty())
            .map(|topic| AgendaItem {
                source: ItemSource::Topic,
                id: String::new(),
                title: topic.to_owned(),
                project: None,
            }),
    );
    items
}
