//! Deciding: state and command give new facts, or a refusal with the clause. Nothing is applied here.

mod adjustments;
mod checks;
mod corrections;
mod dispatch;
mod gates;
mod leads;
mod milestones;
mod performance;
mod registration;
mod sponsor;
mod steps;

pub use milestones::impossible_orders;
pub use sponsor::may_lead_another;

use calendar::{Day, WorkCalendar};
use policy::Policy;

use crate::command::Command;
use crate::event::EventKind;
use crate::packs::Packs;
use crate::refusal::Refusal;
use crate::state::State;
use crate::track::{Plan, plan};

/// What follows from a command: the facts to record, all with the day `happened_on`.
///
/// `today` is the day of the office; nothing can have happened later. Who may do it is decided by
/// [`authorise`](crate::authorise()).
///
/// # Errors
///
/// [`Refusal`] with code, reason, clause and advice.
pub fn decide(
    packs: Packs<'_>,
    state: &State<'_>,
    calendar: &WorkCalendar,
    today: Day,
    happened_on: Day,
    command: Command,
) -> Result<Vec<EventKind>, Refusal> {
    let desk = Desk {
        packs,
        state,
        calendar,
        today,
        on: happened_on,
    };
    desk.not_in_future("发生日期", happened_on)?;
    desk.registration_first(&command)?;
    desk.still_tracked(&command)?;
    Ok(vec![desk.decide(command)?])
}

/// What is at hand when something is decided.
pub(crate) struct Desk<'a> {
    packs: Packs<'a>,
    state: &'a State<'a>,
    calendar: &'a WorkCalendar,
    today: Day,
    on: Day,
}

impl<'a> Desk<'a> {
    fn policy(&self) -> &'a Policy {
        self.packs.lifecycle
    }

    fn plan(&self) -> Plan {
        plan(self.policy(), self.state, self.calendar, self.on)
    }

    fn registration_first(&self, command: &Command) -> Result<(), Refusal> {
        let registers = matches!(command, Command::Register { .. });
        match (registers, self.state.registered_on) {
            (true, Some(_)) => Err(Refusal::new(
                "already_registered",
                format!("项目“{}”已经登记。", self.state.name()),
                "如需更改，请修改基本情况。",
            )),
            (false, None) => Err(Refusal::new(
                "not_registered",
                format!("项目尚未登记（或登记已撤销），不能{}。", command.title()),
                "请先登记项目。",
            )),
            _ => Ok(()),
        }
    }

    /// A project that was removed or is out of scope has no lifecycle any more; its contract is still performed.
    fn still_tracked(&self, command: &Command) -> Result<(), Refusal> {
        let lifecycle = matches!(
            command,
            Command::Claim { .. }
                | Command::Certify { .. }
                | Command::ReturnClaim { .. }
                | Command::CompleteStep { .. }
                | Command::WaiveStep { .. }
                | Command::Tick { .. }
                | Command::Untick { .. }
                | Command::RequestExtension { .. }
                | Command::ReviewExtension { .. }
                | Command::DecideExtension { .. }
                | Command::SetGrace { .. }
                | Command::RequestRemoval { .. }
                | Command::DecideRemoval { .. }
                | Command::Assign { .. }
                | Command::Conclude { .. }
                | Command::Approve { .. }
                | Command::AskMove { .. }
                | Command::NameSponsor { .. }
        );
        if !lifecycle {
            return Ok(());
        }
        if let Some(on) = self.state.removed_on() {
            return Err(Refusal::new(
                "removed",
                format!(
                    "项目已于{}动态调出，不能{}。",
                    crate::text::zh(on),
                    command.title()
                ),
                "如调出有误，请作废调出的办理记录。",
            ));
        }
        // Before signing nothing is confirmed; a project that was put out of scope can be confirmed again.
        if self.state.out_of_scope() {
            return Err(Refusal::new(
                "out_of_scope",
                format!(
                    "项目已确认不纳入全生命周期服务管理，不能{}。",
                    command.title()
                ),
                "如需纳入，请先重新甄别、确认。",
            ));
        }
        Ok(())
    }

    fn decide(&self, command: Command) -> Result<EventKind, Refusal> {
        match command {
            Command::Register {
                pack,
                version,
                details,
                sample,
            } => self.register(pack, version, details, sample),
            Command::ChangeDetails { details } => self.change_details(details),
            Command::ConfirmScope { in_scope, reason } => self.confirm_scope(in_scope, reason),
            Command::MovePolicy {
                pack,
                version,
                reason,
            } => self.move_policy(pack, version, reason),
            Command::Claim {
                milestone,
                reached_on,
                variant,
                files,
                values,
                note,
            } => {
                let claim = EventKind::MilestoneClaimed {
                    milestone: milestone.clone(),
                    reached_on,
                    variant: variant.clone(),
                    files: files.clone(),
                    values: values.clone(),
                    note,
                };
                let variant = variant.as_deref();
                self.claim(&milestone, reached_on, variant, &files, &values)
                    .map(|()| claim)
            }
            Command::Certify {
                milestone,
                reached_on,
                note,
            } => self.certify(milestone, reached_on, note),
            Command::ReturnClaim { milestone, reason } => self.return_claim(milestone, reason),
            Command::CompleteStep {
                step,
                done_on,
                files,
                note,
            } => {
                self.complete_step(&step, done_on)?;
                Ok(EventKind::StepCompleted {
                    step,
                    done_on,
                    files,
                    note,
                })
            }
            Command::WaiveStep { step, reason } => self.waive_step(step, reason),
            Command::Tick { item, files, note } => self.tick(item, files, note),
            Command::Untick { item, reason } => self.untick(item, reason),
            Command::RequestExtension {
                stage,
                days,
                reason,
                files,
            } => {
                self.request_extension(&stage, days, &reason)?;
                Ok(EventKind::ExtensionRequested {
                    stage,
                    days,
                    reason,
                    files,
                })
            }
            Command::ReviewExtension { agreed, opinion } => self.review_extension(agreed, opinion),
            Command::DecideExtension { approved, opinion } => {
                self.decide_extension(approved, opinion)
            }
            Command::SetGrace { node, days, reason } => self.set_grace(node, days, reason),
            Command::RequestExemption {
                ground,
                from,
                to,
                reason,
                files,
            } => {
                self.request_exemption(&ground, from, to, &reason)?;
                Ok(EventKind::ExemptionRequested {
                    ground,
                    from,
                    to,
                    reason,
                    files,
                })
            }
            Command::VerifyExemption {
                request,
                granted,
                from,
                to,
                opinion,
                files,
            } => {
                self.verify_exemption(request, granted, (from, to), &opinion, &files)?;
                Ok(EventKind::ExemptionVerified {
                    request,
                    granted,
                    from,
                    to,
                    opinion,
                    files,
                })
            }
            Command::EndExemption { request, to } => self.end_exemption(request, to),
            Command::RequestRemoval { reason, files } => self.request_removal(reason, files),
            Command::DecideRemoval {
                approved,
                batch,
                opinion,
            } => self.decide_removal(approved, batch, opinion),
            Command::RecordVisit { visit, text, files } => self.record_visit(visit, text, files),
            Command::Ask { text } => self.ask(text),
            Command::Answer { question, text } => self.answer(question, text),
            Command::ReportInvestment {
                month,
                fixed_investment,
                funds_in_place,
            } => self.report_investment(month, fixed_investment, funds_in_place),
            Command::RecordDuty {
                duty,
                detail,
                due,
                target,
            } => self.record_duty(duty, detail, due, target),
            Command::FulfilDuty {
                record,
                value,
                files,
                note,
            } => {
                self.fulfil_duty(record, value)?;
                Ok(EventKind::DutyFulfilled {
                    record,
                    value,
                    files,
                    note,
                })
            }
            Command::RecordMerit { merit, text, files } => self.record_merit(merit, text, files),
            Command::CertifyBreach {
                breach,
                text,
                rectify_by,
                files,
            } => {
                self.certify_breach(&breach, &text, rectify_by)?;
                Ok(EventKind::BreachCertified {
                    breach,
                    text,
                    rectify_by,
                    files,
                })
            }
            Command::RectifyBreach { breach, text } => self.rectify_breach(breach, text),
            Command::SanctionBreach {
                breach,
                consequence,
                text,
            } => self.sanction_breach(breach, consequence, text),
            Command::ExemptBreach { breach, exemption } => self.exempt_breach(breach, exemption),
            Command::RecordDispute {
                path,
                outcome,
                text,
                side,
                files,
            } => {
                self.record_dispute(&path, outcome, &text)?;
                Ok(EventKind::DisputeRecorded {
                    path,
                    outcome,
                    text,
                    side,
                    files,
                })
            }
            Command::RecommendAward { award, text } => self.recommend_award(award, text),
            Command::FindLead {
                source,
                unit,
                person,
                text,
            } => self.find_lead(source, unit, person, text),
            Command::ClaimLead { unit } => self.claim_lead(unit),
            Command::TransferLead { to, shares } => self.transfer_lead(to, shares),
            Command::ShareCredit { shares } => self.share_credit(shares),
            Command::ReturnLead { reason } => self.return_lead(reason),
            Command::LetLeadRest {} => self.let_lead_rest(),
            Command::LoseLead { reason, text } => self.lose_lead(reason, text),
            Command::ReviveLead { reason } => self.revive_lead(reason),
            Command::MergeLead { into } => self.merge_lead(into),
            Command::AbsorbLead { from } => self.absorb_lead(from),
            Command::Assign {
                leader,
                receiving_unit,
                supporting,
                tasks,
            } => self.assign(leader, receiving_unit, supporting, tasks),
            Command::ReportProgress { progress, problems } => {
                self.report_progress(progress, problems)
            }
            Command::Conclude {
                step,
                conclusion,
                done_on,
                files,
                note,
            } => self.conclude(gates::Concluding {
                step,
                conclusion,
                done_on,
                files,
                note,
            }),
            Command::Approve {
                step,
                level,
                agreed,
                opinion,
            } => self.approve(step, level, agreed, opinion),
            Command::AskMove { step, reason } => self.ask_move(step, reason),
            Command::AnswerMove { request, text } => self.answer_move(request, text),
            Command::Direct { node, text, units } => self.direct(node, text, units),
            Command::NameSponsor {
                sponsorship,
                leader,
                office,
                contact,
                note,
            } => self.name_sponsor(sponsor::Naming {
                sponsorship,
                leader,
                office,
                contact,
                note,
            }),
            Command::EndSponsor {
                sponsorship,
                reason,
            } => self.end_sponsor(sponsorship, reason),
            Command::Void { event, reason } => self.void(event, reason),
            Command::Withdraw { reason } => self.withdraw(reason),
        }
    }
}
