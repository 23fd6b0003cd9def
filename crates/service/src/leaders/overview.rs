//! All leaders and all sponsored projects at a glance, for the centre.

use policy::Policy;
use policy::model::{SponsorPart, SponsorshipDef};
use store::accounts;
use store::project_leaders::{self, LeaderCounts, Led};
use store::worklists::Scope;

use super::desk::LedView;
use crate::{AccountKind, Actor, Outcome, Service, ServiceError};

/// All leaders and all sponsored projects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeaderOverview {
    /// Leaders by name: those with an account, and whoever else leads or sponsors a project.
    pub leaders: Vec<LeaderLine>,
    /// Whether the pack wants one project for each leader, so that more than one is worth a mark.
    pub one_project: bool,
    /// Sponsorships of the pack with their projects.
    pub sponsorships: Vec<SponsorshipList>,
}

/// A leader in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaderLine {
    /// Name.
    pub name: String,
    /// Account, when he has one.
    pub account: Option<String>,
    /// Unit of the account; empty without one.
    pub unit: String,
    /// Projects that he leads, finished ones too.
    pub led: u64,
    /// Of these, those that are not finished.
    pub running: u64,
    /// Of these, those that are late.
    pub late: u64,
    /// Projects that he answers for under a sponsorship.
    pub sponsored: u64,
    /// Orders in his name that are open.
    pub open_matters: u64,
}

/// A sponsorship with its projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SponsorshipList {
    /// Its id.
    pub id: String,
    /// 保姆式服务.
    pub title: String,
    /// What the named have to do.
    pub duty: String,
    /// Where it stands.
    pub clause: policy::Clause,
    /// How many projects the document names.
    pub wanted: Option<u16>,
    /// The projects.
    pub lines: Vec<SponsorLine>,
}

impl SponsorshipList {
    /// Projects for which everything that the pack wants is named.
    pub fn complete(&self) -> usize {
        let lines = self.lines.iter();
        lines.filter(|line| line.missing.is_empty()).count()
    }
}

/// A project of a sponsorship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SponsorLine {
    /// The project with who answers for it.
    pub led: LedView,
    /// What the pack wants named and is not: 领导, 业务科室.
    pub missing: Vec<&'static str>,
}

/// How many projects have somebody named under a sponsorship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SponsorshipCount {
    /// Its id.
    pub id: String,
    /// 保姆式服务.
    pub title: String,
    /// How many projects the document names.
    pub wanted: Option<u16>,
    /// How many are named.
    pub named: u64,
}

impl Service {
    /// All leaders and all sponsored projects.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for leaders, who have a page of their own, and for whoever does not see all projects.
    pub async fn leader_overview(&self, actor: &Actor) -> Outcome<LeaderOverview> {
        if !self.sees_leader_overview(actor).await? {
            return Err(ServiceError::Forbidden(
                "牵头和包保的总览供看得到全部项目的单位使用".into(),
            ));
        }
        let region = self.region(&actor.region).await?;
        let policy = region.lifecycle()?;
        let mut sponsorships = Vec::new();
        for rule in &policy.file.sponsorship {
            sponsorships.push(self.sponsorship_list(actor, policy, rule).await?);
        }
        Ok(LeaderOverview {
            leaders: self.leader_lines(actor).await?,
            one_project: policy.file.leader.is_some(),
            sponsorships,
        })
    }

    /// Whether somebody sees all leaders at a glance.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn sees_leader_overview(&self, actor: &Actor) -> Outcome<bool> {
        let all = self.sight(actor).await? == Some(Scope::All);
        Ok(all && actor.kind != AccountKind::Leader && self.names_leaders(actor).await?)
    }

    /// Whether the pack in force lets leaders be named for projects.
    async fn names_leaders(&self, actor: &Actor) -> Outcome<bool> {
        let region = self.region(&actor.region).await?;
        let Ok(policy) = region.lifecycle() else {
            return Ok(false);
        };
        Ok(policy.file.leader.is_some() || !policy.file.sponsorship.is_empty())
    }

    async fn leader_lines(&self, actor: &Actor) -> Outcome<Vec<LeaderLine>> {
        let counts = project_leaders::counts(self.db(), &actor.region, self.today()).await?;
        let mut lines: Vec<LeaderLine> = counts.into_iter().map(line).collect();
        let accounts = accounts::list(self.db(), &actor.region).await?;
        let leaders = accounts
            .into_iter()
            .filter(|row| row.kind == AccountKind::Leader.id() && row.disabled_at.is_none());
        for row in leaders {
            let at = match lines.iter().position(|line| line.name == row.name) {
                Some(at) => at,
                None => {
                    lines.push(line(LeaderCounts {
                        person: row.name.clone(),
                        ..LeaderCounts::default()
                    }));
                    lines.len() - 1
                }
            };
            if let Some(line) = lines.get_mut(at) {
                (line.account, line.unit) = (Some(row.account), row.unit);
            }
        }
        lines.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(lines)
    }

    async fn sponsorship_list(
        &self,
        actor: &Actor,
        policy: &Policy,
        rule: &SponsorshipDef,
    ) -> Outcome<SponsorshipList> {
        let found = self.led(&actor.region, Led::Under(&rule.id)).await?;
        let line = |(_, led): (String, LedView)| SponsorLine {
            missing: missing(rule, &led),
            led,
        };
        Ok(SponsorshipList {
            id: rule.id.clone(),
            title: rule.title.clone(),
            duty: rule.duty.clone(),
            clause: policy.clause(&rule.clause, &rule.text),
            wanted: rule.projects,
            lines: found.into_iter().map(line).collect(),
        })
    }

    /// How many projects have somebody named, for each sponsorship of the pack in force: for bulletins.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such region, [`ServiceError::Failed`].
    pub async fn sponsorship_counts(&self, region: &str) -> Outcome<Vec<SponsorshipCount>> {
        let loaded = self.region(region).await?;
        let Ok(policy) = loaded.lifecycle() else {
            return Ok(Vec::new());
        };
        let mut counts = Vec::new();
        for rule in &policy.file.sponsorship {
            counts.push(SponsorshipCount {
                id: rule.id.clone(),
                title: rule.title.clone(),
                wanted: rule.projects,
                named: project_leaders::named(self.db(), region, &rule.id).await?,
            });
        }
        Ok(counts)
    }
}

fn line(counts: LeaderCounts) -> LeaderLine {
    LeaderLine {
        name: counts.person,
        account: None,
        unit: String::new(),
        led: counts.led,
        running: counts.running,
        late: counts.late,
        sponsored: counts.sponsored,
        open_matters: counts.open_matters,
    }
}

fn missing(rule: &SponsorshipDef, led: &LedView) -> Vec<&'static str> {
    let is_open = |part: &SponsorPart| match part {
        SponsorPart::Leader => led.leader.is_empty(),
        SponsorPart::Office => led.office.is_empty(),
        SponsorPart::Contact => led.contact.is_empty(),
    };
    let open = rule.names.iter().filter(|part| is_open(part));
    open.map(|part| part.title()).collect()
}
