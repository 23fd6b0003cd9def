//! 包保, as it is shown.

use calendar::Day;
use policy::model::SponsorshipDef;
use serde::{Deserialize, Serialize};

use super::{ByView, ClauseView, Shown};
use crate::event::EventId;
use crate::state::Sponsor;

/// A sponsorship of the pack with who answers for the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SponsorshipView {
    /// Its id.
    pub id: String,
    /// 保姆式服务.
    pub title: String,
    /// What the named have to do.
    pub duty: String,
    /// Where the rule stands.
    pub clause: ClauseView,
    /// The units that name.
    pub named_by: Vec<String>,
    /// Who answers for the project now.
    pub now: Option<SponsorView>,
    /// What the pack wants named and is not: 领导, 业务科室.
    pub missing: Vec<String>,
    /// Who did before, the latest first.
    pub earlier: Vec<SponsorView>,
}

/// A leader and an office named for a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SponsorView {
    /// The fact.
    pub id: EventId,
    /// 领导.
    pub leader: String,
    /// 业务科室.
    pub office: String,
    /// 联络员.
    pub contact: Option<String>,
    /// Remark.
    pub note: String,
    /// Since when.
    pub on: Day,
    /// By whom.
    pub by: ByView,
    /// Until when, and why it ended; no reason when another naming took its place.
    pub ended: Option<(Day, Option<String>)>,
}

pub(super) fn sponsorships(shown: Shown<'_>) -> Vec<SponsorshipView> {
    let rules = shown.policy().file.sponsorship.iter();
    rules.map(|rule| sponsorship(shown, rule)).collect()
}

fn sponsorship(shown: Shown<'_>, rule: &SponsorshipDef) -> SponsorshipView {
    let policy = shown.policy();
    let all = shown.state.sponsors.iter();
    let mut all: Vec<&Sponsor<'_>> = all
        .filter(|sponsor| sponsor.sponsorship == rule.id)
        .collect();
    let now = all.pop_if(|last| last.ended.is_none());
    SponsorshipView {
        id: rule.id.clone(),
        title: rule.title.clone(),
        duty: rule.duty.clone(),
        clause: ClauseView::of(policy, &rule.clause, &rule.text),
        named_by: shown.units(policy, &rule.named_by),
        missing: now.map_or(Vec::new(), |now| {
            let missing = now.missing(rule).into_iter();
            missing.map(|part| part.title().to_owned()).collect()
        }),
        now: now.map(sponsor),
        earlier: all.into_iter().rev().map(sponsor).collect(),
    }
}

fn sponsor(sponsor: &Sponsor<'_>) -> SponsorView {
    SponsorView {
        id: sponsor.id,
        leader: sponsor.leader.to_owned(),
        office: sponsor.office.to_owned(),
        contact: sponsor.contact.map(str::to_owned),
        note: sponsor.note.to_owned(),
        on: sponsor.on,
        by: sponsor.by.into(),
        ended: sponsor
            .ended
            .map(|end| (end.on, end.reason.map(str::to_owned))),
    }
}
