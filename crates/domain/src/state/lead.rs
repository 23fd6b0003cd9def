//! Leads: who found the project, who holds it, how the credit is shared, and how it went (BH-1, JZ-1).

use calendar::Day;
use jiff::ToSpan;
use policy::Policy;
use policy::compiled::End;

use super::State;
use super::order::Fact;
use super::unknown::UnknownReason;
use crate::event::{By, EventId, EventKind, Share};

/// All of the credit, in 1/10000.
pub const CREDIT_WHOLE: u32 = 10_000;

/// A project that began as a lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Lead<'e> {
    /// Who found it; stays through the whole life.
    pub found: Found<'e>,
    /// Who holds it; nobody while it is in the pool.
    pub holder: Option<Holder<'e>>,
    /// How the credit is shared, the first share first; always adds up to [`CREDIT_WHOLE`].
    pub credit: Vec<(&'e str, u32)>,
    /// The last day of contact; finding is the first.
    pub last_contact: Day,
    /// Since when it rests in the pool because nobody was in contact.
    pub dormant_since: Option<Day>,
    /// Why its last holder gave it back.
    pub returned: Option<(Day, &'e str)>,
    /// How it was lost.
    pub lost: Option<Lost<'e>>,
    /// Where it went on as the same as another.
    pub merged: Option<(EventId, &'e str)>,
    /// Leads that were the same as this.
    pub absorbed: Vec<Absorbed<'e>>,
}

/// Who found a lead, and where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found<'e> {
    /// The fact.
    pub id: EventId,
    /// When.
    pub on: Day,
    /// Who recorded it.
    pub by: &'e By,
    /// Source id of the pack.
    pub source: &'e str,
    /// The unit that found it.
    pub unit: &'e str,
    /// The person who found it.
    pub person: &'e str,
    /// What was known.
    pub text: &'e str,
}

/// Who holds a lead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Holder<'e> {
    /// The fact that says so.
    pub id: EventId,
    /// The unit.
    pub unit: &'e str,
    /// Since when.
    pub since: Day,
    /// Last day of its priority.
    pub until: Day,
    /// Whether it was in contact since.
    pub in_contact: bool,
}

/// How a lead was lost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lost<'e> {
    /// The fact.
    pub id: EventId,
    /// When.
    pub on: Day,
    /// Reason id of the pack.
    pub reason: &'e str,
    /// What happened.
    pub text: &'e str,
}

/// A lead that was the same as this.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Absorbed<'e> {
    /// The fact.
    pub id: EventId,
    /// When.
    pub on: Day,
    /// The other project.
    pub from: &'e str,
}

/// Where a lead stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LeadPhase {
    /// 待认领: in the pool.
    Pool,
    /// 休眠: in the pool because nobody was in contact.
    Dormant,
    /// 跟进中: a unit holds it.
    Held,
    /// 已转项目: the node with which the pack lets a lead become a project is behind it.
    Assigned,
    /// 已流失.
    Lost,
    /// 已合并 into another.
    Merged,
    /// 已结束: removed or withdrawn.
    Closed,
}

impl LeadPhase {
    /// All, in the order of a lead's life.
    pub const ALL: [LeadPhase; 7] = [
        LeadPhase::Pool,
        LeadPhase::Dormant,
        LeadPhase::Held,
        LeadPhase::Assigned,
        LeadPhase::Lost,
        LeadPhase::Merged,
        LeadPhase::Closed,
    ];
    /// As stored and as in addresses.
    pub fn id(self) -> &'static str {
        match self {
            LeadPhase::Pool => "pool",
            LeadPhase::Dormant => "dormant",
            LeadPhase::Held => "held",
            LeadPhase::Assigned => "assigned",
            LeadPhase::Lost => "lost",
            LeadPhase::Merged => "merged",
            LeadPhase::Closed => "closed",
        }
    }
    /// 中文名称.
    pub fn title(self) -> &'static str {
        match self {
            LeadPhase::Pool => "待认领",
            LeadPhase::Dormant => "休眠待认领",
            LeadPhase::Held => "跟进中",
            LeadPhase::Assigned => "已转项目",
            LeadPhase::Lost => "已流失",
            LeadPhase::Merged => "已合并",
            LeadPhase::Closed => "已结束",
        }
    }
    /// From the stored form.
    pub fn parse(text: &str) -> Option<LeadPhase> {
        LeadPhase::ALL.into_iter().find(|phase| phase.id() == text)
    }
    /// Whether somebody may still take it up, or works on it as a lead.
    pub fn is_open(self) -> bool {
        matches!(self, LeadPhase::Pool | LeadPhase::Dormant | LeadPhase::Held)
    }
}

/// Whether a fact is about the lead itself: such facts come one after another.
pub fn is_lead_fact(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::LeadFound { .. }
            | EventKind::LeadClaimed { .. }
            | EventKind::LeadTransferred { .. }
            | EventKind::CreditShared { .. }
            | EventKind::LeadDormant {}
            | EventKind::LeadReturned { .. }
            | EventKind::LeadLost { .. }
            | EventKind::LeadRevived { .. }
            | EventKind::LeadMerged { .. }
            | EventKind::LeadAbsorbed { .. }
    )
}

/// Whether a fact tells that somebody was in contact: everything that is done, nothing that is only kept.
fn is_contact(kind: &EventKind) -> bool {
    let kept = matches!(
        kind,
        EventKind::Registered { .. }
            | EventKind::DetailsChanged { .. }
            | EventKind::ScopeConfirmed { .. }
            | EventKind::PolicyMoved { .. }
            | EventKind::QuestionAsked { .. }
            | EventKind::SponsorNamed { .. }
            | EventKind::SponsorEnded { .. }
            | EventKind::Escalated { .. }
            | EventKind::Voided { .. }
            | EventKind::Withdrawn { .. }
    );
    !kept && !is_lead_fact(kind)
}

/// Whether shares are some, each something, of different units, and add up to the whole.
pub fn sums_up(shares: &[Share]) -> bool {
    let each = |(at, share): (usize, &Share)| {
        share.basis_points > 0
            && !share.unit.trim().is_empty()
            && shares.iter().take(at).all(|other| other.unit != share.unit)
    };
    let sum: u64 = shares
        .iter()
        .map(|share| u64::from(share.basis_points))
        .sum();
    shares.iter().enumerate().all(each) && sum == u64::from(CREDIT_WHOLE)
}

fn credit(shares: &[Share]) -> Vec<(&str, u32)> {
    shares
        .iter()
        .map(|share| (share.unit.as_str(), share.basis_points))
        .collect()
}

/// The day so many days after another; the last day there is when there is none.
pub(crate) fn days_after(day: Day, days: u16) -> Day {
    day.checked_add(i64::from(days).days()).unwrap_or(Day::MAX)
}

impl<'e> Lead<'e> {
    /// Whether nothing more is done with it: lost, or gone on in another.
    pub fn is_over(&self) -> bool {
        self.lost.is_some() || self.merged.is_some()
    }

    /// The day on which it goes back to the pool when nobody is in contact before; nothing while nobody holds it.
    pub fn rests_on(&self, policy: &Policy) -> Option<Day> {
        let rule = &policy.file.lead.as_ref()?.dormant;
        let since = self.holder?.since.max(self.last_contact);
        let last = days_after(since, rule.days);
        last.tomorrow().ok()
    }

    /// The day from which its holder is warned.
    pub fn warns_on(&self, policy: &Policy) -> Option<Day> {
        let rule = &policy.file.lead.as_ref()?.dormant;
        let rests_on = self.rests_on(policy)?;
        rests_on.checked_sub(i64::from(rule.warn).days()).ok()
    }
}

impl<'e> State<'e> {
    /// Takes in what a fact says of the lead; facts of other things may tell of contact.
    pub(super) fn apply_lead(&mut self, policy: &Policy, fact: Fact<'e>) {
        let kind = &fact.event.kind;
        if let EventKind::LeadFound {
            source,
            unit,
            person,
            text,
        } = kind
        {
            let found = Found {
                id: fact.id,
                on: fact.event.happened_on,
                by: &fact.event.by,
                source,
                unit,
                person,
                text,
            };
            return self.found(fact, found);
        }
        if is_contact(kind) {
            if let Some(lead) = &mut self.lead {
                lead.contacted(fact.event.happened_on);
            }
            return;
        }
        if !is_lead_fact(kind) {
            return;
        }
        let taken = match &mut self.lead {
            Some(lead) => lead.apply(policy, fact),
            None => Err(UnknownReason::Lead),
        };
        if let Err(reason) = taken {
            self.unknown(fact, reason);
        }
    }

    fn found(&mut self, fact: Fact<'e>, found: Found<'e>) {
        if self.lead.is_some() {
            return self.unknown(fact, UnknownReason::Lead);
        }
        self.lead = Some(Lead {
            found,
            holder: None,
            credit: vec![(found.unit, CREDIT_WHOLE)],
            last_contact: found.on,
            dormant_since: None,
            returned: None,
            lost: None,
            merged: None,
            absorbed: Vec::new(),
        });
    }

    /// Where the lead stands; nothing when the project did not begin as one.
    pub fn lead_phase(&self, policy: &Policy) -> Option<LeadPhase> {
        let lead = self.lead.as_ref()?;
        Some(if lead.merged.is_some() {
            LeadPhase::Merged
        } else if lead.lost.is_some() {
            LeadPhase::Lost
        } else if self.removed_on().is_some() || self.registered_on.is_none() {
            LeadPhase::Closed
        } else if self.is_past_leads(policy) {
            LeadPhase::Assigned
        } else if lead.holder.is_some() {
            LeadPhase::Held
        } else if lead.dormant_since.is_some() {
            LeadPhase::Dormant
        } else {
            LeadPhase::Pool
        })
    }

    /// Whether the node with which the pack lets a lead become a project is behind it.
    fn is_past_leads(&self, policy: &Policy) -> bool {
        let rule = policy.file.lead.as_ref();
        let Some(until) = rule.and_then(|rule| rule.until.as_deref()) else {
            return false;
        };
        if let Some(milestone) = policy.milestone(until) {
            return self.reached_on(milestone).is_some();
        }
        let Some(ix) = policy.node(until) else {
            return false;
        };
        let end = policy.nodes.get(usize::from(ix.0)).map(|node| node.end);
        match end {
            Some(End::Milestone(milestone)) => self.reached_on(milestone).is_some(),
            _ => self.completion(ix).is_some(),
        }
    }
}

impl<'e> Lead<'e> {
    fn contacted(&mut self, on: Day) {
        self.last_contact = self.last_contact.max(on);
        if let Some(holder) = &mut self.holder {
            holder.in_contact = true;
        }
    }

    fn apply(&mut self, policy: &Policy, fact: Fact<'e>) -> Result<(), UnknownReason<'e>> {
        let (id, on) = (fact.id, fact.event.happened_on);
        match &fact.event.kind {
            EventKind::LeadClaimed { unit, until } => self.claimed(Holder {
                id,
                unit,
                since: on,
                until: *until,
                in_contact: false,
            }),
            EventKind::LeadTransferred { from, to, shares } => {
                let rule = policy.file.lead.as_ref();
                let days = rule.map_or(0, |rule| rule.priority.days);
                let holder = Holder {
                    id,
                    unit: to,
                    since: on,
                    until: days_after(on, days),
                    in_contact: false,
                };
                self.transferred(from, holder, shares)
            }
            EventKind::CreditShared { shares } => self.shared(shares),
            EventKind::LeadDormant {} => {
                self.held()?;
                self.holder = None;
                self.dormant_since = Some(on);
                Ok(())
            }
            EventKind::LeadReturned { reason } => {
                self.held()?;
                self.holder = None;
                self.returned = Some((on, reason));
                Ok(())
            }
            EventKind::LeadLost { reason, text } => {
                self.open()?;
                self.lost = Some(Lost {
                    id,
                    on,
                    reason,
                    text,
                });
                Ok(())
            }
            EventKind::LeadRevived { .. } => match self.lost.take() {
                Some(_) => {
                    self.last_contact = self.last_contact.max(on);
                    Ok(())
                }
                None => Err(UnknownReason::Lead),
            },
            EventKind::LeadMerged { into } => {
                self.open()?;
                self.merged = Some((id, into));
                Ok(())
            }
            EventKind::LeadAbsorbed { from } => {
                self.absorbed.push(Absorbed { id, on, from });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn open(&self) -> Result<(), UnknownReason<'e>> {
        match self.lost.is_none() && self.merged.is_none() {
            true => Ok(()),
            false => Err(UnknownReason::Lead),
        }
    }

    fn held(&self) -> Result<(), UnknownReason<'e>> {
        self.open()?;
        self.holder.map(|_| ()).ok_or(UnknownReason::Lead)
    }

    fn claimed(&mut self, holder: Holder<'e>) -> Result<(), UnknownReason<'e>> {
        self.open()?;
        if self.holder.is_some_and(|held| held.unit == holder.unit) {
            return Err(UnknownReason::Lead);
        }
        self.hold(holder);
        Ok(())
    }

    fn hold(&mut self, holder: Holder<'e>) {
        self.holder = Some(holder);
        (self.dormant_since, self.returned) = (None, None);
    }

    fn transferred(
        &mut self,
        from: &str,
        holder: Holder<'e>,
        shares: &'e [Share],
    ) -> Result<(), UnknownReason<'e>> {
        self.held()?;
        if self.holder.is_none_or(|held| held.unit != from) {
            return Err(UnknownReason::Lead);
        }
        if !shares.is_empty() {
            self.shared(shares)?;
        }
        self.hold(holder);
        Ok(())
    }

    fn shared(&mut self, shares: &'e [Share]) -> Result<(), UnknownReason<'e>> {
        if !sums_up(shares) {
            return Err(UnknownReason::Shares);
        }
        self.credit = credit(shares);
        Ok(())
    }
}
