//! Performance of the contract: duties, merits, breaches, disputes, awards. Ids of the performance pack stand as they
//! were recorded; what the pack says about them is looked up where they are shown or decided upon.

use calendar::Day;
use policy::model::Side;

use super::State;
use super::order::Fact;
use super::unknown::UnknownReason;
use crate::event::{By, DisputeOutcome, Event, EventId, FileRef};
use crate::values::Yuan;

/// 责任: what a side owes by a day or a value (LY-1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duty<'e> {
    /// The fact.
    pub id: EventId,
    /// Duty id of the pack.
    pub duty: &'e str,
    /// Detail.
    pub detail: &'e str,
    /// Due day by contract.
    pub due: Option<Day>,
    /// Target value by contract.
    pub target: Option<Yuan>,
    /// When it was recorded.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
    /// The fact that fulfils it, with its day and value.
    pub fulfilled: Option<Fulfilment<'e>>,
}

/// How a duty was fulfilled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fulfilment<'e> {
    /// When.
    pub on: Day,
    /// Value reached.
    pub value: Option<Yuan>,
    /// The fact.
    pub event: &'e Event,
}

impl Duty<'_> {
    /// Whether the duty is done, and its target value, when it has one, reached.
    pub fn is_met(&self) -> bool {
        let Some(fulfilled) = self.fulfilled else {
            return false;
        };
        match (self.target, fulfilled.value) {
            (Some(target), Some(value)) => value >= target,
            (Some(_), None) => false,
            (None, _) => true,
        }
    }
}

/// 正面清单 (LY-2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Merit<'e> {
    /// The fact.
    pub id: EventId,
    /// Merit id of the pack.
    pub merit: &'e str,
    /// Facts.
    pub text: &'e str,
    /// Proof.
    pub files: &'e [FileRef],
    /// When.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
}

/// 负面清单 entry, certified by the responsible unit (LY-2).
#[derive(Debug, Clone, PartialEq)]
pub struct Breach<'e> {
    /// The fact.
    pub id: EventId,
    /// Breach id of the pack.
    pub breach: &'e str,
    /// Facts.
    pub text: &'e str,
    /// Rectify by.
    pub rectify_by: Option<Day>,
    /// Proof.
    pub files: &'e [FileRef],
    /// When.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
    /// The fact of its rectification.
    pub rectified: Option<&'e Event>,
    /// Consequences: id in the pack and fact, in order.
    pub sanctions: Vec<(&'e str, &'e Event)>,
    /// The exemption request that cleared it, and the fact.
    pub exempted: Option<(EventId, &'e Event)>,
}

/// How far an entry of the negative list has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreachStatus {
    /// 已认定.
    Open,
    /// 已整改.
    Rectified,
    /// 已处理: a consequence followed.
    Sanctioned,
    /// 已免责.
    Exempted,
}

impl Breach<'_> {
    /// How far the entry has come.
    pub fn status(&self) -> BreachStatus {
        if self.exempted.is_some() {
            return BreachStatus::Exempted;
        }
        if self.rectified.is_some() {
            return BreachStatus::Rectified;
        }
        if self.sanctions.is_empty() {
            BreachStatus::Open
        } else {
            BreachStatus::Sanctioned
        }
    }
}

/// A step on the path of a dispute (LY-4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dispute<'e> {
    /// The fact.
    pub id: EventId,
    /// Dispute step of the pack.
    pub path: &'e str,
    /// How it came out.
    pub outcome: DisputeOutcome,
    /// What it is about, what came out.
    pub text: &'e str,
    /// Which side raised it.
    pub side: Side,
    /// Documents.
    pub files: &'e [FileRef],
    /// When.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
}

/// 推荐奖励支持 (LY-3).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Award<'e> {
    /// The fact.
    pub id: EventId,
    /// Award id of the pack.
    pub award: &'e str,
    /// Which programme.
    pub text: &'e str,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
}

impl<'e> State<'e> {
    pub(super) fn fulfilled(&mut self, fact: Fact<'e>, record: EventId, value: Option<Yuan>) {
        let fulfilled = Fulfilment {
            on: fact.event.happened_on,
            value,
            event: fact.event,
        };
        match self.duties.iter_mut().find(|duty| duty.id == record) {
            Some(duty) => duty.fulfilled = Some(fulfilled),
            None => self.unknown(fact, UnknownReason::Reference(record)),
        }
    }

    /// Lets a fact act on the entry that it names.
    pub(super) fn on_breach(
        &mut self,
        fact: Fact<'e>,
        id: EventId,
        act: impl FnOnce(&mut Breach<'e>),
    ) {
        match self.breaches.iter_mut().find(|breach| breach.id == id) {
            Some(breach) => act(breach),
            None => self.unknown(fact, UnknownReason::Reference(id)),
        }
    }

    /// The last word on a step of the dispute path.
    pub fn dispute(&self, path: &str) -> Option<&Dispute<'e>> {
        self.disputes
            .iter()
            .rev()
            .find(|dispute| dispute.path == path)
    }
}
