//! Dispatch: visits, questions, reminders, reported investment.

use calendar::Day;
use policy::{NodeIx, Policy};

use super::State;
use super::order::Fact;
use super::unknown::UnknownReason;
use crate::event::{By, Event, EventId, FileRef};
use crate::values::Yuan;

/// 走访、调度 (QJ-8).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visit<'e> {
    /// The fact.
    pub id: EventId,
    /// Visit rule of the pack.
    pub rule: &'e str,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
    /// What was found.
    pub text: &'e str,
    /// Pictures.
    pub files: &'e [FileRef],
}

/// 企业方提问, and the answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Question<'e> {
    /// The fact.
    pub id: EventId,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: &'e By,
    /// The question.
    pub text: &'e str,
    /// The facts that answer it, in order.
    pub answers: Vec<&'e Event>,
}

/// A reminder that went out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Escalation<'e> {
    /// The fact.
    pub id: EventId,
    /// Stage or step.
    pub node: NodeIx,
    /// 1–3.
    pub level: u8,
    /// The due day it was about.
    pub due: Day,
    /// When it went out.
    pub on: Day,
    /// In whose name.
    pub by: &'e By,
}

/// What was reported for a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Investment<'e> {
    /// The last report.
    pub id: EventId,
    /// `2025-06`.
    pub month: &'e str,
    /// Fixed investment done in the month.
    pub fixed_investment: Option<Yuan>,
    /// Funds in place in the month.
    pub funds_in_place: Option<Yuan>,
    /// When it was reported.
    pub on: Day,
}

impl<'e> State<'e> {
    pub(super) fn visited(&mut self, policy: &Policy, fact: Fact<'e>, visit: Visit<'e>) {
        if policy.file.visit.iter().all(|rule| rule.id != visit.rule) {
            return self.unknown(fact, UnknownReason::Visit(visit.rule));
        }
        self.visits.push(visit);
    }

    pub(super) fn answered(&mut self, fact: Fact<'e>, question: EventId) {
        match self.questions.iter_mut().find(|q| q.id == question) {
            Some(question) => question.answers.push(fact.event),
            None => self.unknown(fact, UnknownReason::Reference(question)),
        }
    }

    pub(super) fn escalated(
        &mut self,
        policy: &Policy,
        fact: Fact<'e>,
        node: &'e str,
        level: u8,
        due: Day,
    ) {
        let Some(node) = policy.node(node) else {
            return self.unknown(fact, UnknownReason::Node(node));
        };
        let (id, on, by) = (fact.id, fact.event.happened_on, &fact.event.by);
        self.escalations.push(Escalation {
            id,
            node,
            level,
            due,
            on,
            by,
        });
    }

    /// The last report of a month takes the place of earlier ones.
    pub(super) fn invested(&mut self, report: Investment<'e>) {
        match self
            .investment
            .binary_search_by_key(&report.month, |earlier| earlier.month)
        {
            Ok(at) => {
                if let Some(slot) = self.investment.get_mut(at) {
                    *slot = report;
                }
            }
            Err(at) => self.investment.insert(at, report),
        }
    }

    /// The sum of the reported fixed investment.
    pub fn fixed_investment(&self) -> Yuan {
        let months = self
            .investment
            .iter()
            .filter_map(|month| month.fixed_investment);
        Yuan(months.fold(0, |sum, month| sum.saturating_add(month.0)))
    }

    /// The sum of the reported funds in place.
    pub fn funds_in_place(&self) -> Yuan {
        let months = self
            .investment
            .iter()
            .filter_map(|month| month.funds_in_place);
        Yuan(months.fold(0, |sum, month| sum.saturating_add(month.0)))
    }
}
