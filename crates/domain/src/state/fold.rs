//! Taking the facts in, one by one. Nothing is decided here.

use calendar::Day;
use policy::{NodeIx, Policy};

use super::adjustments::{Exemption, Extension, Grace, Opinion, Removal, Verification};
use super::dispatch::{Investment, Question, Visit};
use super::milestones::{Claim, MilestoneState};
use super::order::{Counted, Fact, counted};
use super::performance::{Award, Breach, Dispute, Duty, Merit};
use super::steps::{Completion, Tick};
use super::unknown::{Unknown, UnknownReason};
use super::{PackName, Scope, State};
use crate::event::{Event, EventKind};

pub(super) fn fold<'e>(policy: &Policy, events: &'e [Event], until: Option<Day>) -> State<'e> {
    let Counted {
        facts,
        mut unknown,
        corrections,
        withdrawn_on,
    } = counted(events, until);
    let mut state = fold_facts(policy, facts);
    state.corrections = corrections;
    if state.registered_on.is_none() {
        state.withdrawn_on = withdrawn_on;
    }
    state.unknown.append(&mut unknown);
    state
}

/// Takes in facts that count and stand in order.
pub(super) fn fold_facts<'e>(policy: &Policy, facts: Vec<Fact<'e>>) -> State<'e> {
    let mut state = State {
        milestones: vec![MilestoneState::default(); policy.milestones.len()],
        attempts: Vec::with_capacity(policy.milestones.len()),
        ..State::default()
    };
    for fact in &facts {
        state.apply(policy, *fact);
    }
    // Facts that name another fact come second, so that it does not matter on which day they were dated.
    for fact in &facts {
        state.apply_to_other(*fact);
    }
    state.facts = facts;
    state
}

impl<'e> State<'e> {
    pub(super) fn unknown(&mut self, fact: Fact<'e>, reason: UnknownReason<'e>) {
        self.unknown.push(Unknown {
            id: fact.id,
            event: fact.event,
            reason,
        });
    }

    fn apply(&mut self, policy: &Policy, fact: Fact<'e>) {
        self.apply_lead(policy, fact);
        let on = fact.event.happened_on;
        let by = &fact.event.by;
        let id = fact.id;
        match &fact.event.kind {
            EventKind::Registered {
                pack,
                version,
                details,
                sample,
            } => {
                self.registered_on = Some(on);
                self.pack = Some(PackName { id: pack, version });
                self.details = Some(&**details);
                self.sample = *sample;
            }
            EventKind::DetailsChanged { details } => self.details = Some(&**details),
            EventKind::ScopeConfirmed { in_scope, reason } => {
                self.scope = Some(Scope {
                    in_scope: *in_scope,
                    reason,
                    on,
                });
            }
            EventKind::PolicyMoved { pack, version, .. } => {
                self.pack = Some(PackName { id: pack, version });
            }
            EventKind::MilestoneClaimed {
                milestone,
                reached_on,
                variant,
                files,
                values,
                note,
            } => {
                let (reached_on, variant) = (*reached_on, variant.as_deref());
                let claim = Claim {
                    milestone,
                    reached_on,
                    variant,
                    files,
                    values,
                    note,
                };
                self.claimed(policy, fact, claim);
            }
            EventKind::MilestoneCertified {
                milestone,
                reached_on,
                note,
            } => {
                self.certified(policy, fact, milestone, *reached_on, note);
            }
            EventKind::MilestoneReturned { milestone, reason } => {
                self.returned(policy, fact, milestone, reason);
            }
            EventKind::StepCompleted { step, done_on, .. } => {
                let completion = Completion {
                    id,
                    on: *done_on,
                    waived: false,
                    event: fact.event,
                };
                self.completed(policy, fact, step, completion);
            }
            EventKind::StepWaived { step, .. } => {
                let completion = Completion {
                    id,
                    on,
                    waived: true,
                    event: fact.event,
                };
                self.completed(policy, fact, step, completion);
            }
            EventKind::ItemTicked { item, files, note } => {
                if self.ticks.is_empty() {
                    self.ticks.resize(policy.file.checklist.len(), None);
                }
                self.ticked(
                    policy,
                    fact,
                    item,
                    Tick {
                        id,
                        on,
                        files,
                        note,
                        by,
                    },
                );
            }
            EventKind::ItemUnticked { item, .. } => self.unticked(policy, fact, item),
            EventKind::ExtensionRequested { .. }
            | EventKind::ExtensionReviewed { .. }
            | EventKind::ExtensionDecided { .. }
            | EventKind::GraceSet { .. }
            | EventKind::ExemptionRequested { .. }
            | EventKind::RemovalRequested { .. }
            | EventKind::RemovalDecided { .. } => self.apply_adjustment(policy, fact),
            EventKind::VisitRecorded { visit, text, files } => {
                self.visited(
                    policy,
                    fact,
                    Visit {
                        id,
                        rule: visit,
                        on,
                        by,
                        text,
                        files,
                    },
                );
            }
            EventKind::QuestionAsked { text } => {
                self.questions.push(Question {
                    id,
                    on,
                    by,
                    text,
                    answers: Vec::new(),
                });
            }
            EventKind::Escalated { node, level, due } => {
                self.escalated(policy, fact, node, *level, *due);
            }
            EventKind::InvestmentReported {
                month,
                fixed_investment,
                funds_in_place,
            } => {
                let (fixed_investment, funds_in_place) = (*fixed_investment, *funds_in_place);
                self.invested(Investment {
                    id,
                    month,
                    fixed_investment,
                    funds_in_place,
                    on,
                });
            }
            EventKind::DutyRecorded { .. }
            | EventKind::MeritRecorded { .. }
            | EventKind::BreachCertified { .. }
            | EventKind::DisputeRecorded { .. }
            | EventKind::AwardRecommended { .. } => self.apply_performance(fact),
            EventKind::ProjectAssigned { .. }
            | EventKind::ProgressReported { .. }
            | EventKind::StepConcluded { .. }
            | EventKind::ApprovalGiven { .. }
            | EventKind::MoveAsked { .. }
            | EventKind::LeaderDirected { .. } => self.apply_closed_loop(policy, fact),
            EventKind::SponsorNamed { .. } | EventKind::SponsorEnded { .. } => {
                self.apply_sponsor(policy, fact);
            }
            EventKind::QuestionAnswered { .. }
            | EventKind::MoveAnswered { .. }
            | EventKind::ExemptionVerified { .. }
            | EventKind::ExemptionEnded { .. }
            | EventKind::DutyFulfilled { .. }
            | EventKind::BreachRectified { .. }
            | EventKind::BreachSanctioned { .. }
            | EventKind::BreachExempted { .. } => {}
            // Taken in by `apply_lead`.
            EventKind::LeadFound { .. }
            | EventKind::LeadClaimed { .. }
            | EventKind::LeadTransferred { .. }
            | EventKind::CreditShared { .. }
            | EventKind::LeadDormant {}
            | EventKind::LeadReturned { .. }
            | EventKind::LeadLost { .. }
            | EventKind::LeadRevived { .. }
            | EventKind::LeadMerged { .. }
            | EventKind::LeadAbsorbed { .. } => {}
            // Taken out before.
            EventKind::Voided { .. } | EventKind::Withdrawn { .. } => {}
        }
    }

    fn apply_adjustment(&mut self, policy: &Policy, fact: Fact<'e>) {
        let (id, on, by) = (fact.id, fact.event.happened_on, &fact.event.by);
        match &fact.event.kind {
            EventKind::ExtensionRequested {
                stage,
                days,
                reason,
                files,
            } => {
                let extension = Extension {
                    id,
                    stage: NodeIx(0),
                    days: *days,
                    reason,
                    files,
                    requested_on: on,
                    by,
                    review: None,
                    decision: None,
                };
                self.extension_requested(policy, fact, stage, extension);
            }
            EventKind::ExtensionReviewed { agreed, opinion } => {
                self.extension_reviewed(
                    fact,
                    Opinion {
                        agreed: *agreed,
                        on,
                        by,
                        text: opinion,
                    },
                );
            }
            EventKind::ExtensionDecided { approved, opinion } => {
                self.extension_decided(
                    fact,
                    Opinion {
                        agreed: *approved,
                        on,
                        by,
                        text: opinion,
                    },
                );
            }
            EventKind::GraceSet { node, days, reason } => {
                self.grace_set(
                    policy,
                    fact,
                    node,
                    Grace {
                        id,
                        days: *days,
                        on,
                        reason,
                        by,
                    },
                );
            }
            EventKind::ExemptionRequested {
                ground,
                from,
                to,
                reason,
                files,
            } => {
                self.exemptions.push(Exemption {
                    id,
                    ground,
                    from: *from,
                    to: *to,
                    reason,
                    files,
                    requested_on: on,
                    by,
                    verification: None,
                    ended: None,
                });
            }
            EventKind::RemovalRequested { reason, files } => {
                let (decided, batch) = (None, None);
                let removal = Removal {
                    id,
                    reason,
                    files,
                    requested_on: on,
                    by,
                    decided,
                    batch,
                };
                self.removals.push(removal);
            }
            EventKind::RemovalDecided {
                approved,
                batch,
                opinion,
            } => {
                let opinion = Opinion {
                    agreed: *approved,
                    on,
                    by,
                    text: opinion,
                };
                self.removal_decided(fact, opinion, batch);
            }
            _ => {}
        }
    }

    fn apply_performance(&mut self, fact: Fact<'e>) {
        let (id, on, by) = (fact.id, fact.event.happened_on, &fact.event.by);
        match &fact.event.kind {
            EventKind::DutyRecorded {
                duty,
                detail,
                due,
                target,
            } => {
                let (due, target, fulfilled) = (*due, *target, None);
                self.duties.push(Duty {
                    id,
                    duty,
                    detail,
                    due,
                    target,
                    on,
                    by,
                    fulfilled,
                });
            }
            EventKind::MeritRecorded { merit, text, files } => {
                self.merits.push(Merit {
                    id,
                    merit,
                    text,
                    files,
                    on,
                    by,
                });
            }
            EventKind::BreachCertified {
                breach,
                text,
                rectify_by,
                files,
            } => {
                self.breaches.push(Breach {
                    id,
                    breach,
                    text,
                    rectify_by: *rectify_by,
                    files,
                    on,
                    by,
                    rectified: None,
                    sanctions: Vec::new(),
                    exempted: None,
                });
            }
            EventKind::DisputeRecorded {
                path,
                outcome,
                text,
                side,
                files,
            } => {
                let (outcome, side) = (*outcome, *side);
                self.disputes.push(Dispute {
                    id,
                    path,
                    outcome,
                    text,
                    side,
                    files,
                    on,
                    by,
                });
            }
            EventKind::AwardRecommended { award, text } => {
                self.awards.push(Award {
                    id,
                    award,
                    text,
                    on,
                    by,
                });
            }
            _ => {}
        }
    }

    fn apply_to_other(&mut self, fact: Fact<'e>) {
        let (on, by) = (fact.event.happened_on, &fact.event.by);
        match &fact.event.kind {
            EventKind::QuestionAnswered { question, .. } => self.answered(fact, *question),
            EventKind::MoveAnswered { request, .. } => self.move_answered(fact, *request),
            EventKind::ExemptionVerified {
                request,
                granted,
                from,
                to,
                opinion,
                files,
            } => {
                let opinion = Opinion {
                    agreed: *granted,
                    on,
                    by,
                    text: opinion,
                };
                let verification = Verification {
                    opinion,
                    from: *from,
                    to: *to,
                    files,
                };
                self.exemption_verified(fact, *request, verification);
            }
            EventKind::ExemptionEnded { request, to } => {
                self.exemption_ended(fact, *request, *to);
            }
            EventKind::DutyFulfilled { record, value, .. } => {
                self.fulfilled(fact, *record, *value);
            }
            EventKind::BreachRectified { breach, .. } => {
                self.on_breach(fact, *breach, |entry| entry.rectified = Some(fact.event));
            }
            EventKind::BreachSanctioned {
                breach,
                consequence,
                ..
            } => {
                self.on_breach(fact, *breach, |entry| {
                    entry.sanctions.push((consequence, fact.event));
                });
            }
            EventKind::BreachExempted { breach, exemption } => {
                self.on_breach(fact, *breach, |entry| {
                    entry.exempted = Some((*exemption, fact.event));
                });
            }
            _ => {}
        }
    }
}
