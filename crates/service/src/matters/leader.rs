//! 市领导: what a leader set going, what waits for him, and the projects that it is about. A secretary looks for him.

use domain::track::Light;
use store::{accounts, matters};

use super::list::MatterItem;
use super::show::Person;
use crate::{AccountKind, Actor, Outcome, Service, ServiceError};

/// Matters of a leader that are read.
const MOST: u32 = 200;

/// A leader's page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeaderPage {
    /// The leader; nothing when a secretary has to choose.
    pub leader: Option<Person>,
    /// Leaders for whom the actor keeps the papers.
    pub leaders: Vec<Person>,
    /// Projects that his matters are about: id, name, and how many of them are open.
    pub projects: Vec<(String, String, usize)>,
    /// What waits for his unit.
    pub waiting: Vec<MatterItem>,
    /// Matters issued by him or in his name, the open ones first.
    pub issued: Vec<MatterItem>,
    /// Whether the actor may issue something for him.
    pub may_issue: bool,
}

impl Service {
    /// The page of a leader: his own, or for a secretary that of the chosen one.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for whoever is neither a leader nor keeps a leader's papers.
    pub async fn leader_page(&self, actor: &Actor, chosen: &str) -> Outcome<LeaderPage> {
        let own = actor.kind == AccountKind::Leader && actor.admin.is_none();
        let form = self.issue_form(actor).await?;
        if !own && form.leader_units.is_empty() {
            return Err(ServiceError::Forbidden(
                "这个页面供市领导和代市领导办文的单位使用".into(),
            ));
        }
        let mut page = LeaderPage {
            may_issue: !form.kinds.is_empty(),
            ..LeaderPage::default()
        };
        if own {
            page.leader = Some(Person {
                account: actor.account.clone(),
                name: actor.name.clone(),
                unit: actor.unit.clone(),
            });
        } else {
            let all = accounts::list(self.db(), &actor.region).await?;
            let his = all.into_iter().filter(|row| {
                row.kind == AccountKind::Leader.id()
                    && row.disabled_at.is_none()
                    && form.leader_units.contains(&row.unit)
            });
            page.leaders = his
                .map(|row| Person {
                    account: row.account,
                    name: row.name,
                    unit: row.unit,
                })
                .collect();
            let found = page.leaders.iter();
            page.leader = found
                .clone()
                .find(|person| person.account == chosen)
                .or(page.leaders.first())
                .cloned();
        }
        let Some(leader) = &page.leader else {
            return Ok(page);
        };
        let (db, region) = (self.db(), &actor.region);
        let waiting = matters::waiting(db, region, &leader.unit, MOST).await?;
        let waiting = waiting.into_iter();
        page.waiting = waiting.map(|line| self.matter_item(line)).collect();
        let lines = matters::of_leader(db, region, &leader.unit, &leader.name, MOST).await?;
        let lines = lines.into_iter();
        page.issued = lines.map(|line| self.matter_item(line)).collect();
        for item in &page.issued {
            let Some((project, name)) = &item.project else {
                continue;
            };
            let open = usize::from(!matches!(item.light, Light::Green | Light::Grey));
            match page.projects.iter_mut().find(|(id, ..)| id == project) {
                Some((.., count)) => *count += open,
                None => page.projects.push((project.clone(), name.clone(), open)),
            }
        }
        Ok(page)
    }
}
