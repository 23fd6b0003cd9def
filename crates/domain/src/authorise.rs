//! Who may do what: the pack's access table says which roles may do a kind of thing, the rule itself says which of them
//! may do it here.

use policy::{Parties, Policy};

use crate::command::Command;
use crate::event::EventId;
use crate::packs::{Packs, clause, unit_names};
use crate::refusal::Refusal;
use crate::state::State;

/// Who acts: a unit, by its name in the pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActorUnit<'a> {
    /// The unit's name.
    pub unit: &'a str,
}

/// Whether a unit may do this to a project, by the packs' access tables and the roles that the rule names.
///
/// # Errors
///
/// [`Refusal`] `not_authorised` when no role of the unit may do such a thing, `not_this_unit` when the rule is for
/// others; both name who may.
pub fn authorise(
    packs: Packs<'_>,
    state: &State<'_>,
    actor: ActorUnit<'_>,
    command: &Command,
) -> Result<(), Refusal> {
    let parties = match command {
        Command::Register { details, .. } => Parties {
            host: details.host.as_deref(),
            enterprise: details.enterprise.as_deref(),
            sector: details.sector,
            assigned: Default::default(),
        },
        _ => state.parties(),
    };
    let gate = Gate {
        packs,
        state,
        parties,
        actor,
        command,
    };
    gate.access()?;
    gate.rule()
}

struct Gate<'a> {
    packs: Packs<'a>,
    state: &'a State<'a>,
    parties: Parties<'a>,
    actor: ActorUnit<'a>,
    command: &'a Command,
}

/// The roles that a rule names, with the rule's clause.
struct Named<'a> {
    policy: &'a Policy,
    roles: Vec<&'a str>,
    article: &'a str,
    text: &'a str,
}

impl<'a> Gate<'a> {
    fn access(&self) -> Result<(), Refusal> {
        let action = self.command.action();
        let allowed = self
            .packs
            .iter()
            .any(|policy| policy.allows(&policy.roles_of(self.actor.unit, self.parties), action));
        if allowed {
            return Ok(());
        }
        let policy = self.packs.lifecycle;
        let access = policy.file.access.iter();
        let roles = access
            .filter(|(_, access)| access.may.contains(&action))
            .map(|(role, _)| role);
        let who = unit_names(policy, roles, self.parties).join("、");
        Err(Refusal::new(
            "not_authorised",
            format!("{}不能{}。", self.actor.unit, self.command.title()),
            match who.is_empty() {
                true => "政策包没有把此项交给任何单位，请联系系统管理员核对政策包。".to_owned(),
                false => format!("此项由{who}办理。"),
            },
        ))
    }

    fn rule(&self) -> Result<(), Refusal> {
        if let Command::Answer { .. } = self.command
            && self.parties.enterprise == Some(self.actor.unit)
        {
            return Err(Refusal::new(
                "not_this_unit",
                "企业方提出的问题不能由企业方自行答复。",
                "请等待责任单位答复，或另行提问补充。",
            ));
        }
        if let Command::ClaimLead { unit } = self.command
            && unit != self.actor.unit
        {
            return Err(Refusal::new(
                "not_this_unit",
                format!("{}不能替{unit}认领线索。", self.actor.unit),
                "请由该单位认领；需要指定对接单位的，请移交线索。",
            ));
        }
        let Some(named) = self.named() else {
            return Ok(());
        };
        let holds = |role: &&str| named.policy.holds(self.actor.unit, role, self.parties);
        if named.roles.iter().any(holds) {
            return Ok(());
        }
        let who = unit_names(named.policy, &named.roles, self.parties).join("、");
        let refusal = Refusal::new(
            "not_this_unit",
            format!(
                "{}不是此项的责任单位，不能{}。",
                self.actor.unit,
                self.command.title()
            ),
            format!("此项由{who}办理。"),
        );
        Err(refusal.citing(&clause(named.policy, named.article, named.text)))
    }

    /// The roles that the command's rule names; `None` when the access table alone decides, or when there is no such
    /// rule, which deciding will say.
    fn named(&self) -> Option<Named<'a>> {
        let policy = self.packs.lifecycle;
        let file = &policy.file;
        let named = |roles, article, text| {
            Some(Named {
                policy,
                roles,
                article,
                text,
            })
        };
        match self.command {
            Command::ConfirmScope { .. } => {
                let rule = file.scope.as_ref()?;
                named(vec![rule.confirmed_by.as_str()], &rule.clause, &rule.text)
            }
            Command::Claim { milestone, .. } => {
                let rule = file.milestone.iter().find(|rule| rule.id == *milestone)?;
                let text = rule.text.as_deref().unwrap_or_default();
                named(words(&rule.claimed_by), &rule.clause, text)
            }
            Command::Certify { milestone, .. } | Command::ReturnClaim { milestone, .. } => {
                let rule = file.milestone.iter().find(|rule| rule.id == *milestone)?;
                let role = rule.certified_by.as_deref()?;
                named(
                    vec![role],
                    &rule.clause,
                    rule.text.as_deref().unwrap_or_default(),
                )
            }
            Command::CompleteStep { step, .. } | Command::WaiveStep { step, .. } => {
                let mut steps = file.stage.iter().flat_map(|stage| &stage.step);
                let rule = steps.find(|rule| rule.id == *step)?;
                named(words(&rule.units), &rule.clause, &rule.text)
            }
            Command::Assign { .. } => self.assignment(),
            Command::NameSponsor { sponsorship, .. } | Command::EndSponsor { sponsorship, .. } => {
                let mut rules = file.sponsorship.iter();
                let rule = rules.find(|rule| rule.id == *sponsorship)?;
                named(words(&rule.named_by), &rule.clause, &rule.text)
            }
            Command::Conclude { step, .. } => self.conclusion(step),
            Command::AnswerMove { request, .. } => {
                let ask = self.state.move_ask(*request)?;
                let owner = policy.owner(ask.step)?;
                let node = policy.nodes.get(usize::from(ask.step.0))?;
                let stage = policy.stage_def(node.stage)?;
                named(vec![owner], &stage.clause, &stage.text)
            }
            Command::Approve { step, level, .. } => {
                let chain = policy.approvals(policy.node(step)?);
                let rule = chain.iter().find(|rule| rule.id == *level)?;
                named(vec![rule.role.as_str()], &rule.clause, &rule.text)
            }
            Command::RequestExtension { .. } => {
                let rule = file.extension.as_ref()?;
                named(vec![rule.requested_by.as_str()], &rule.clause, &rule.text)
            }
            Command::ReviewExtension { .. } => {
                let rule = file.extension.as_ref()?;
                named(vec![rule.reviewed_by.as_str()], &rule.clause, &rule.text)
            }
            Command::DecideExtension { .. } => {
                let rule = file.extension.as_ref()?;
                named(vec![rule.approved_by.as_str()], &rule.clause, &rule.text)
            }
            Command::RequestRemoval { .. } => {
                let rule = file.removal.as_ref()?;
                named(vec![rule.requested_by.as_str()], &rule.clause, &rule.text)
            }
            Command::DecideRemoval { .. } => {
                let rule = file.removal.as_ref()?;
                named(vec![rule.approved_by.as_str()], &rule.clause, &rule.text)
            }
            Command::RecordVisit { visit, .. } => {
                let rule = file.visit.iter().find(|rule| rule.id == *visit)?;
                named(words(&rule.by), &rule.clause, &rule.text)
            }
            Command::FindLead { .. }
            | Command::ClaimLead { .. }
            | Command::TransferLead { .. }
            | Command::ShareCredit { .. }
            | Command::ReturnLead { .. }
            | Command::LetLeadRest {}
            | Command::LoseLead { .. }
            | Command::ReviveLead { .. }
            | Command::MergeLead { .. }
            | Command::AbsorbLead { .. } => self.lead(),
            Command::SetGrace { .. } => self.grace(),
            Command::VerifyExemption { request, .. } | Command::EndExemption { request, .. } => {
                self.exemption(*request)
            }
            Command::CertifyBreach { breach, .. } => self.breach(breach),
            Command::RectifyBreach { breach, .. }
            | Command::SanctionBreach { breach, .. }
            | Command::ExemptBreach { breach, .. } => {
                self.breach(self.state.breach(*breach)?.breach)
            }
            _ => None,
        }
    }

    /// Who may do this to a lead; whoever holds it needs no role to give it away or to share its credit.
    fn lead(&self) -> Option<Named<'a>> {
        let rules = self.packs.lifecycle.file.lead.as_ref()?;
        let right = match self.command {
            Command::FindLead { .. } => &rules.register,
            Command::ClaimLead { .. } => &rules.claim,
            Command::MergeLead { .. } | Command::AbsorbLead { .. } => &rules.merge,
            _ => &rules.transfer,
        };
        let mut roles = words(&right.roles);
        let gives = self.command.action() == policy::model::Action::TransferLead;
        let lead = self.state.lead.as_ref().filter(|_| gives);
        roles.extend(lead.and_then(|lead| lead.holder).map(|holder| holder.unit));
        Some(Named {
            policy: self.packs.lifecycle,
            roles,
            article: right.basis().article,
            text: right.basis().because,
        })
    }

    /// Who gives the project to others: those whom the step of the assignment names, and the owner of its stage.
    fn assignment(&self) -> Option<Named<'a>> {
        let policy = self.packs.lifecycle;
        let mut steps = policy.file.stage.iter().flat_map(|stage| &stage.step);
        let step = steps.find(|step| step.done_by.is_some())?;
        self.conclusion(&step.id)
    }

    /// Who moves a step: those who answer for it, and the owner of its stage.
    fn conclusion(&self, step: &str) -> Option<Named<'a>> {
        let policy = self.packs.lifecycle;
        let ix = policy.node(step)?;
        let rule = policy.step_def(ix)?;
        let mut roles = words(&rule.units);
        roles.extend(
            policy
                .owner(ix)
                .filter(|owner| !rule.units.iter().any(|u| u == owner)),
        );
        Some(Named {
            policy,
            roles,
            article: &rule.clause,
            text: &rule.text,
        })
    }

    fn grace(&self) -> Option<Named<'a>> {
        self.packs.find(|policy| {
            let rule = policy.file.grace.as_ref()?;
            let roles = vec![rule.set_by.as_str()];
            Some(Named {
                policy,
                roles,
                article: &rule.clause,
                text: &rule.text,
            })
        })
    }

    fn exemption(&self, request: EventId) -> Option<Named<'a>> {
        let ground = self.state.exemption(request)?.ground;
        self.packs.find(|policy| {
            let rule = policy
                .file
                .exemption
                .iter()
                .find(|rule| rule.id == ground)?;
            let roles = words(&rule.verified_by);
            Some(Named {
                policy,
                roles,
                article: &rule.clause,
                text: &rule.text,
            })
        })
    }

    fn breach(&self, breach: &str) -> Option<Named<'a>> {
        self.packs.find(|policy| {
            let rule = policy.file.breach.iter().find(|rule| rule.id == breach)?;
            let roles = words(&rule.certified_by);
            Some(Named {
                policy,
                roles,
                article: &rule.clause,
                text: &rule.text,
            })
        })
    }
}

fn words(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}
