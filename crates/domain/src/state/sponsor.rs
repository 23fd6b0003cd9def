//! 包保: leaders and offices that answer for a project, and until when.

use calendar::Day;
use policy::Policy;
use policy::model::{SponsorPart, SponsorshipDef};

use super::State;
use super::order::Fact;
use super::unknown::UnknownReason;
use crate::event::{By, EventId, EventKind};

/// A leader and an office named for a project. Every one stays; a later one takes the place of an earlier one from its
/// day on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sponsor<'e> {
    /// The fact.
    pub id: EventId,
    /// Sponsorship id of the pack.
    pub sponsorship: &'e str,
    /// 领导; empty while nobody is named.
    pub leader: &'e str,
    /// 业务科室; empty while none is named.
    pub office: &'e str,
    /// 联络员.
    pub contact: Option<&'e str>,
    /// Remark.
    pub note: &'e str,
    /// Since when.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
    /// How it ended; a later naming ends it too.
    pub ended: Option<SponsorEnd<'e>>,
}

/// How a naming ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SponsorEnd<'e> {
    /// When.
    pub on: Day,
    /// Why; nothing when another naming took its place.
    pub reason: Option<&'e str>,
    /// By whom.
    pub by: &'e By,
}

impl Sponsor<'_> {
    /// What the rule wants named and this naming leaves open.
    pub fn missing(&self, rule: &SponsorshipDef) -> Vec<SponsorPart> {
        let is_open = |part: &SponsorPart| match part {
            SponsorPart::Leader => self.leader.is_empty(),
            SponsorPart::Office => self.office.is_empty(),
            SponsorPart::Contact => self.contact.is_none(),
        };
        rule.names.iter().copied().filter(is_open).collect()
    }
}

impl<'e> State<'e> {
    /// Who answers for the project under this sponsorship now.
    pub fn sponsor(&self, sponsorship: &str) -> Option<&Sponsor<'e>> {
        self.sponsors_now()
            .find(|sponsor| sponsor.sponsorship == sponsorship)
    }

    /// Everybody who answers for the project now.
    pub fn sponsors_now(&self) -> impl Iterator<Item = &Sponsor<'e>> {
        self.sponsors
            .iter()
            .filter(|sponsor| sponsor.ended.is_none())
    }

    pub(super) fn apply_sponsor(&mut self, policy: &Policy, fact: Fact<'e>) {
        let (id, on, by) = (fact.id, fact.event.happened_on, &fact.event.by);
        match &fact.event.kind {
            EventKind::SponsorNamed {
                sponsorship,
                leader,
                office,
                contact,
                note,
            } => {
                let mut rules = policy.file.sponsorship.iter();
                if rules.all(|rule| rule.id != *sponsorship) {
                    return self.unknown(fact, UnknownReason::Sponsorship(sponsorship));
                }
                self.end_sponsor(
                    sponsorship,
                    SponsorEnd {
                        on,
                        reason: None,
                        by,
                    },
                );
                self.sponsors.push(Sponsor {
                    id,
                    sponsorship,
                    leader,
                    office,
                    contact: contact.as_deref().filter(|contact| !contact.is_empty()),
                    note,
                    on,
                    by,
                    ended: None,
                });
            }
            EventKind::SponsorEnded {
                sponsorship,
                reason,
            } => {
                let end = SponsorEnd {
                    on,
                    reason: Some(reason),
                    by,
                };
                if !self.end_sponsor(sponsorship, end) {
                    self.unknown(fact, UnknownReason::Sponsor(sponsorship));
                }
            }
            _ => {}
        }
    }

    /// Whether there was one to end.
    fn end_sponsor(&mut self, sponsorship: &str, end: SponsorEnd<'e>) -> bool {
        let mut running = self.sponsors.iter_mut().rev();
        let running =
            running.find(|sponsor| sponsor.sponsorship == sponsorship && sponsor.ended.is_none());
        match running {
            Some(sponsor) => {
                sponsor.ended = Some(end);
                true
            }
            None => false,
        }
    }
}
