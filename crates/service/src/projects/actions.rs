//! What somebody may do with a project now: asked of the packs and the state, so that pages offer nothing that
//! would be refused for lack of standing. Whether a fact is accepted is decided when it is sent.

use domain::event::EventId;
use domain::state::{BreachStatus, ExtensionStatus, LeadPhase, State};
use domain::view::{MilestoneView, NodeView, TrackView};
use domain::{ActorUnit, Command, Packs, authorise};
use policy::model::Action;
use policy::{Parties, Policy};

use crate::{AccountKind, Actor};

/// Everything that can be done with a project on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// 甄别、确认.
    ConfirmScope,
    /// 申报节点.
    Claim,
    /// 认定或退回.
    Certify,
    /// 登记环节办结.
    CompleteStep,
    /// 环节不涉及.
    WaiveStep,
    /// 勾选准备事项.
    TickItem,
    /// 取消勾选.
    UntickItem,
    /// 申请延期.
    RequestExtension,
    /// 审核延期.
    ReviewExtension,
    /// 审批延期.
    DecideExtension,
    /// 设置缓冲期.
    SetGrace,
    /// 申请免责.
    RequestExemption,
    /// 核实免责.
    VerifyExemption,
    /// 结束免责期间.
    EndExemption,
    /// 申请动态调出.
    RequestRemoval,
    /// 办理动态调出.
    DecideRemoval,
    /// 登记走访.
    RecordVisit,
    /// 提问.
    Ask,
    /// 答复.
    Answer,
    /// 填报月度投资.
    ReportInvestment,
    /// 登记责任.
    RecordDuty,
    /// 登记责任履行.
    FulfilDuty,
    /// 登记正面清单.
    RecordMerit,
    /// 认定负面清单.
    CertifyBreach,
    /// 登记整改完成.
    RectifyBreach,
    /// 登记后果.
    SanctionBreach,
    /// 以免责清除.
    ExemptBreach,
    /// 登记争议解决.
    RecordDispute,
    /// 推荐奖励支持.
    RecommendAward,
    /// 修改基本情况.
    EditDetails,
    /// 作废一条记录.
    Void,
    /// 更换政策版本.
    MovePolicy,
    /// 认领线索.
    ClaimLead,
    /// 移交线索.
    TransferLead,
    /// 划分成果.
    ShareCredit,
    /// 退回线索池.
    ReturnLead,
    /// 登记流失.
    LoseLead,
    /// 恢复线索.
    ReviveLead,
    /// 项目交办.
    Assign,
    /// 作出环节结论.
    Conclude,
    /// 逐级审核.
    Approve,
    /// 报送进展.
    ReportProgress,
    /// 请求推进.
    AskMove,
    /// 答复推进的请求.
    AnswerMove,
    /// 调度督办.
    Direct,
    /// 指定包保.
    NameSponsor,
    /// 终止包保.
    EndSponsor,
}

/// What is behind an act: its word in addresses and its title.
const ACTS: [(Act, &str, &str); 47] = [
    (Act::ConfirmScope, "scope", "甄别确认"),
    (Act::Claim, "claim", "申报"),
    (Act::Certify, "certify", "认定"),
    (Act::CompleteStep, "step", "登记办结"),
    (Act::WaiveStep, "waive", "登记不涉及"),
    (Act::TickItem, "tick", "登记完成"),
    (Act::UntickItem, "untick", "取消完成"),
    (Act::RequestExtension, "extension", "申请延期"),
    (Act::ReviewExtension, "extension-review", "审核延期"),
    (Act::DecideExtension, "extension-decision", "审批延期"),
    (Act::SetGrace, "grace", "设置缓冲期"),
    (Act::RequestExemption, "exemption", "申请免责"),
    (Act::VerifyExemption, "exemption-verification", "核实免责"),
    (Act::EndExemption, "exemption-end", "结束免责期间"),
    (Act::RequestRemoval, "removal", "申请动态调出"),
    (Act::DecideRemoval, "removal-decision", "办理动态调出"),
    (Act::RecordVisit, "visit", "登记走访"),
    (Act::Ask, "question", "提问"),
    (Act::Answer, "answer", "答复"),
    (Act::ReportInvestment, "investment", "填报月度投资"),
    (Act::RecordDuty, "duty", "登记责任"),
    (Act::FulfilDuty, "duty-fulfilment", "登记履行"),
    (Act::RecordMerit, "merit", "登记正面清单"),
    (Act::CertifyBreach, "breach", "认定负面清单"),
    (Act::RectifyBreach, "rectification", "登记整改完成"),
    (Act::SanctionBreach, "sanction", "登记处理结果"),
    (Act::ExemptBreach, "breach-exemption", "以免责清除"),
    (Act::RecordDispute, "dispute", "登记争议解决"),
    (Act::RecommendAward, "award", "推荐奖励支持"),
    (Act::EditDetails, "details", "修改基本情况"),
    (Act::Void, "void", "作废"),
    (Act::MovePolicy, "policy", "更换政策版本"),
    (Act::ClaimLead, "claim-lead", "认领线索"),
    (Act::TransferLead, "transfer-lead", "移交线索"),
    (Act::ShareCredit, "share-credit", "划分成果"),
    (Act::ReturnLead, "return-lead", "退回线索池"),
    (Act::LoseLead, "lose-lead", "登记流失"),
    (Act::ReviveLead, "revive-lead", "恢复线索"),
    (Act::Assign, "assignment", "项目交办"),
    (Act::Conclude, "conclusion", "作出结论"),
    (Act::Approve, "approval", "审核"),
    (Act::ReportProgress, "progress", "报送进展"),
    (Act::AskMove, "move-request", "请求推进"),
    (Act::AnswerMove, "move-answer", "答复推进的请求"),
    (Act::Direct, "direction", "调度督办"),
    (Act::NameSponsor, "sponsor", "指定包保"),
    (Act::EndSponsor, "sponsor-end", "终止包保"),
];

impl Act {
    /// The word in addresses.
    pub fn slug(self) -> &'static str {
        ACTS.iter()
            .find(|(act, ..)| *act == self)
            .map_or("", |(_, slug, _)| slug)
    }

    /// 中文名称.
    pub fn title(self) -> &'static str {
        ACTS.iter()
            .find(|(act, ..)| *act == self)
            .map_or("", |(_, _, title)| title)
    }

    /// From the word in an address.
    pub fn parse(slug: &str) -> Option<Act> {
        ACTS.iter()
            .find(|(_, word, _)| *word == slug)
            .map(|(act, ..)| *act)
    }

    /// Every act, in the order of a project's life.
    pub fn all() -> impl Iterator<Item = Act> {
        ACTS.iter().map(|(act, ..)| *act)
    }
}

/// Something that the actor may do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What.
    pub act: Act,
    /// Which milestone, step, item or fact; empty where the form asks for it.
    pub subject: String,
    /// 认定“开工”.
    pub title: String,
}

/// Everything that the actor may do now, in the order of a project's life.
pub(crate) fn offers(
    actor: &Actor,
    packs: Packs<'_>,
    state: &State<'_>,
    track: &TrackView,
) -> Vec<Offer> {
    if actor.admin.is_some() || actor.kind == AccountKind::System {
        return Vec::new();
    }
    let desk = Desk {
        actor,
        packs,
        state,
        track,
    };
    let mut offers = Offers::default();
    let tracked = track.removed_on.is_none() && track.in_scope != Some(false);
    if tracked {
        desk.scope(&mut offers);
        desk.milestones(&mut offers);
        desk.steps(&mut offers);
        desk.gates(&mut offers);
        desk.checklist(&mut offers);
        desk.adjustments(&mut offers);
    }
    desk.sponsors(tracked, &mut offers);
    desk.dispatch(&mut offers);
    desk.performance(&mut offers);
    desk.record(&mut offers);
    desk.lead(&mut offers);
    offers.0
}

#[derive(Default)]
struct Offers(Vec<Offer>);

impl Offers {
    fn add(&mut self, act: Act, subject: impl ToString, about: &str) {
        let title = if about.is_empty() {
            act.title().to_string()
        } else {
            format!("{}“{about}”", act.title())
        };
        self.0.push(Offer {
            act,
            subject: subject.to_string(),
            title,
        });
    }

    fn add_if(&mut self, may: bool, act: Act) {
        if may {
            self.add(act, "", "");
        }
    }
}

/// The actor before the project.
struct Desk<'a> {
    actor: &'a Actor,
    packs: Packs<'a>,
    state: &'a State<'a>,
    track: &'a TrackView,
}

impl Desk<'_> {
    fn parties(&self) -> Parties<'_> {
        self.state.parties()
    }

    fn may(&self, action: Action) -> bool {
        let roles = |policy: &Policy| {
            let roles = policy.roles_of(&self.actor.unit, self.parties());
            policy.allows(&roles, action)
        };
        self.packs.iter().any(roles)
    }

    /// Whether the actor's unit is one of these roles or units.
    fn is_one_of<S: AsRef<str>>(
        &self,
        policy: &Policy,
        roles: impl IntoIterator<Item = S>,
    ) -> bool {
        roles
            .into_iter()
            .any(|role| policy.holds(&self.actor.unit, role.as_ref(), self.parties()))
    }

    fn named(&self, units: &[String]) -> bool {
        units.contains(&self.actor.unit)
    }

    fn scope(&self, offers: &mut Offers) {
        let waits = self
            .track
            .awaiting
            .iter()
            .any(|a| a.kind == domain::track::AwaitingKind::ConfirmScope);
        offers.add_if(waits && self.may(Action::ConfirmScope), Act::ConfirmScope);
    }

    fn milestones(&self, offers: &mut Offers) {
        for milestone in &self.track.milestones {
            let claimable =
                matches!(milestone.state.as_str(), "open" | "returned") && self.is_ripe(milestone);
            if claimable && self.may(Action::Claim) && self.named(&milestone.claimed_by) {
                offers.add(Act::Claim, &milestone.id, &milestone.title);
            }
            let waits = milestone.state == "claimed";
            if waits && self.may(Action::Certify) && self.named(&milestone.certified_by) {
                offers.add(Act::Certify, &milestone.id, &milestone.title);
            }
        }
    }

    /// Whether everything that it may not precede is reached.
    fn is_ripe(&self, milestone: &MilestoneView) -> bool {
        let reached = |id: &String| {
            self.track
                .milestones
                .iter()
                .any(|other| other.id == *id && other.reached_on.is_some())
        };
        milestone.after.iter().all(reached) && self.gates_passed(milestone)
    }

    /// Whether nobody but a step reaches it, and the steps before it are passed.
    fn gates_passed(&self, milestone: &MilestoneView) -> bool {
        let policy = self.packs.lifecycle;
        let Some(ix) = policy.milestone(&milestone.id) else {
            return false;
        };
        let rule = policy.milestones.get(usize::from(ix.0));
        let over = |id: &str| {
            self.step(id)
                .is_some_and(|step| step.done_on.is_some() || step.waived_on.is_some())
        };
        let needs = rule.map_or(&[][..], |rule| rule.needs.as_slice());
        let mut needed = needs
            .iter()
            .filter_map(|ix| policy.nodes.get(usize::from(ix.0)));
        let held = self.nodes().any(|node| {
            let ends = node
                .ends_with
                .as_ref()
                .is_some_and(|end| end.id == milestone.id);
            ends && (node.held_since.is_some() || node.waived_on.is_some())
        });
        policy.reached_by_step(ix).is_none() && !held && needed.all(|node| over(&node.id))
    }

    fn nodes(&self) -> impl Iterator<Item = &NodeView> {
        let stages = self.track.stages.iter();
        stages.flat_map(|stage| std::iter::once(stage).chain(&stage.steps))
    }

    fn step(&self, id: &str) -> Option<&NodeView> {
        self.nodes().find(|step| step.id == id)
    }

    fn steps(&self, offers: &mut Offers) {
        if !self.may(Action::CompleteStep) {
            return;
        }
        let steps = self.track.stages.iter().flat_map(|stage| &stage.steps);
        for step in steps.filter(|step| self.is_open(step) && self.named(&step.units)) {
            offers.add(Act::CompleteStep, &step.id, &step.title);
            if step.optional {
                offers.add(Act::WaiveStep, &step.id, &step.title);
            }
        }
    }

    fn is_open(&self, step: &NodeView) -> bool {
        let over = step.done_on.is_some() || step.waived_on.is_some();
        let gated = step.gate.is_some() || !step.approvals.is_empty() || step.by_assignment;
        let ready = step.opened_on.is_some() && step.held_since.is_none();
        step.ends_with.is_none() && ready && !over && !gated
    }

    /// Conclusions, approvals, assignment, requests, progress, directions: what the closed loop asks for.
    fn gates(&self, offers: &mut Offers) {
        for stage in &self.track.stages {
            let owns = self.named(&stage.owner);
            for step in &stage.steps {
                let mine = owns || self.named(&step.units);
                self.gate(step, mine, offers);
                self.asking(stage, step, mine, offers);
            }
        }
        for ask in self.track.move_asks.iter().filter(|ask| ask.open) {
            if self.may(Action::Conclude) && self.named(&ask.owner) {
                offers.add(Act::AnswerMove, ask.id.0, &ask.step.title);
            }
        }
        offers.add_if(self.may(Action::ReportProgress), Act::ReportProgress);
        offers.add_if(self.may(Action::Dispatch), Act::Direct);
    }

    fn gate(&self, step: &NodeView, mine: bool, offers: &mut Offers) {
        let open = step.gate.as_ref().is_some_and(|gate| gate.open);
        if open && mine && self.may(Action::Conclude) {
            offers.add(Act::Conclude, &step.id, &step.title);
        }
        let ready = step.opened_on.is_some() && step.held_since.is_none();
        if step.by_assignment && ready && mine && self.may(Action::Assign) {
            offers.add(Act::Assign, &step.id, "");
            if let (true, Some(offer)) = (step.done_on.is_some(), offers.0.last_mut()) {
                offer.title = "重新交办".to_string();
            }
        }
        let turn = |level: &&domain::view::ApprovalView| level.next && self.named(&level.units);
        for level in step.approvals.iter().filter(turn) {
            if self.may(Action::Approve) {
                let subject = format!("{}.{}", step.id, level.id);
                offers.add(Act::Approve, subject, &level.title);
            }
        }
    }

    /// Whoever may not move an open step can ask its owner.
    fn asking(&self, stage: &NodeView, step: &NodeView, mine: bool, offers: &mut Offers) {
        let over = step.done_on.is_some() || step.waived_on.is_some() || step.held_since.is_some();
        let asked = |ask: &domain::view::MoveAskView| ask.open && ask.step.id == step.id;
        let waits = self.track.move_asks.iter().any(asked);
        let open = step.opened_on.is_some() && !over && !step.optional;
        if open && !mine && !waits && !stage.owner.is_empty() && self.may(Action::AskMove) {
            offers.add(Act::AskMove, &step.id, &step.title);
        }
    }

    fn checklist(&self, offers: &mut Offers) {
        if !self.may(Action::TickItem) {
            return;
        }
        for item in &self.track.checklist {
            let act = if item.done {
                Act::UntickItem
            } else {
                Act::TickItem
            };
            offers.add(act, &item.id, &item.title);
        }
    }

    fn adjustments(&self, offers: &mut Offers) {
        let waits = |status| {
            self.state
                .extensions
                .iter()
                .any(|extension| extension.status() == status)
        };
        let nothing_open = !self
            .state
            .extensions
            .iter()
            .any(|extension| extension.is_open());
        offers.add_if(
            nothing_open && self.may(Action::RequestExtension),
            Act::RequestExtension,
        );
        offers.add_if(
            waits(ExtensionStatus::Requested) && self.may(Action::ReviewExtension),
            Act::ReviewExtension,
        );
        offers.add_if(
            waits(ExtensionStatus::Reviewed) && self.may(Action::ApproveExtension),
            Act::DecideExtension,
        );
        offers.add_if(self.may(Action::SetGrace), Act::SetGrace);
        offers.add_if(self.may(Action::RequestExemption), Act::RequestExemption);
        self.exemptions(offers);
        let asked = self
            .state
            .removals
            .iter()
            .any(|removal| removal.decided.is_none());
        offers.add_if(
            !asked && self.may(Action::RequestRemoval),
            Act::RequestRemoval,
        );
        offers.add_if(
            asked && self.may(Action::ApproveRemoval),
            Act::DecideRemoval,
        );
    }

    fn exemptions(&self, offers: &mut Offers) {
        if !self.may(Action::VerifyExemption) {
            return;
        }
        for exemption in &self.state.exemptions {
            let verifies = self.packs.iter().any(|policy| {
                let mut grounds = policy
                    .file
                    .exemption
                    .iter()
                    .filter(|rule| rule.id == exemption.ground);
                grounds.any(|rule| self.is_one_of(policy, &rule.verified_by))
            });
            if !verifies {
                continue;
            }
            match exemption.interval() {
                None if exemption.verification.is_none() => {
                    offers.add(Act::VerifyExemption, exemption.id.0, "")
                }
                Some((_, None)) => offers.add(Act::EndExemption, exemption.id.0, ""),
                _ => {}
            }
        }
    }

    /// Who answers for the project: named while it is tracked, ended at any time.
    fn sponsors(&self, tracked: bool, offers: &mut Offers) {
        if !self.may(Action::Sponsor) {
            return;
        }
        let rules = self.track.sponsorships.iter();
        for rule in rules.filter(|rule| self.named(&rule.named_by)) {
            if tracked {
                offers.add(Act::NameSponsor, &rule.id, &rule.title);
            }
            if rule.now.is_some() {
                offers.add(Act::EndSponsor, &rule.id, &rule.title);
            }
        }
    }

    fn dispatch(&self, offers: &mut Offers) {
        let enterprise = self.actor.kind == AccountKind::Enterprise;
        let visits = self
            .packs
            .lifecycle
            .file
            .visit
            .iter()
            .any(|rule| self.is_one_of(self.packs.lifecycle, &rule.by));
        offers.add_if(visits && self.may(Action::RecordVisit), Act::RecordVisit);
        offers.add_if(self.may(Action::Ask), Act::Ask);
        if self.may(Action::Ask) && !enterprise {
            for question in self
                .state
                .questions
                .iter()
                .filter(|question| question.answers.is_empty())
            {
                offers.add(Act::Answer, question.id.0, "");
            }
        }
        offers.add_if(self.may(Action::EditDetails), Act::ReportInvestment);
    }

    fn performance(&self, offers: &mut Offers) {
        if self.packs.performance.is_none() {
            return;
        }
        if self.may(Action::RecordDuty) {
            offers.add(Act::RecordDuty, "", "");
            for duty in self.state.duties.iter().filter(|duty| !duty.is_met()) {
                offers.add(Act::FulfilDuty, duty.id.0, "");
            }
        }
        offers.add_if(self.may(Action::RecordMerit), Act::RecordMerit);
        self.breaches(offers);
        offers.add_if(self.may(Action::RecordDispute), Act::RecordDispute);
        offers.add_if(self.may(Action::RecommendAward), Act::RecommendAward);
    }

    fn breaches(&self, offers: &mut Offers) {
        let certifies = |breach: Option<&str>| {
            self.packs.iter().any(|policy| {
                let mut rules = policy
                    .file
                    .breach
                    .iter()
                    .filter(|rule| breach.is_none_or(|id| rule.id == id));
                rules.any(|rule| self.is_one_of(policy, &rule.certified_by))
            })
        };
        if !self.may(Action::CertifyBreach) || !certifies(None) {
            return;
        }
        offers.add(Act::CertifyBreach, "", "");
        for breach in self
            .state
            .breaches
            .iter()
            .filter(|breach| certifies(Some(breach.breach)))
        {
            if breach.status() == BreachStatus::Open {
                let rectified = self
                    .packs
                    .iter()
                    .flat_map(|p| &p.file.breach)
                    .any(|r| r.id == breach.breach && r.rectify);
                if rectified {
                    offers.add(Act::RectifyBreach, breach.id.0, "");
                }
                if self
                    .state
                    .exemptions
                    .iter()
                    .any(|exemption| exemption.is_granted())
                {
                    offers.add(Act::ExemptBreach, breach.id.0, "");
                }
            }
            if matches!(
                breach.status(),
                BreachStatus::Open | BreachStatus::Sanctioned
            ) {
                offers.add(Act::SanctionBreach, breach.id.0, "");
            }
        }
    }

    /// What can be done with a lead, by the same gate that a command goes through.
    fn lead(&self, offers: &mut Offers) {
        let Some(lead) = &self.state.lead else { return };
        let phase = self.state.lead_phase(self.packs.lifecycle);
        let open = phase.is_some_and(LeadPhase::is_open);
        let may = |command: Command| {
            let unit = ActorUnit {
                unit: &self.actor.unit,
            };
            authorise(self.packs, self.state, unit, &command).is_ok()
        };
        let own = self.actor.unit.clone();
        let free = lead.holder.is_none_or(|holder| {
            holder.unit != own && self.track.on > holder.until && !holder.in_contact
        });
        offers.add_if(
            open && free && may(Command::ClaimLead { unit: own }),
            Act::ClaimLead,
        );
        let gives = may(Command::ShareCredit { shares: Vec::new() });
        let held = open && lead.holder.is_some();
        let merged = phase == Some(LeadPhase::Merged);
        offers.add_if(gives && held, Act::TransferLead);
        offers.add_if(gives && !merged, Act::ShareCredit);
        offers.add_if(gives && held, Act::ReturnLead);
        offers.add_if(gives && open, Act::LoseLead);
        offers.add_if(gives && phase == Some(LeadPhase::Lost), Act::ReviveLead);
    }

    fn record(&self, offers: &mut Offers) {
        offers.add_if(self.may(Action::EditDetails), Act::EditDetails);
        offers.add_if(self.may(Action::MovePolicy), Act::MovePolicy);
        offers.add_if(self.may(Action::Void), Act::Void);
    }
}

/// Whether an offer of this act on this subject stands.
pub fn is_offered(offers: &[Offer], act: Act, subject: &str) -> bool {
    let general = matches!(act, Act::Void);
    offers
        .iter()
        .any(|offer| offer.act == act && (general || offer.subject == subject))
}

/// A fact's number in an address.
pub fn fact_id(subject: &str) -> Option<EventId> {
    subject.parse().ok().map(EventId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_its_own_word() {
        for act in Act::all() {
            assert_eq!(Act::parse(act.slug()), Some(act));
            assert!(!act.title().is_empty());
        }
        let mut slugs: Vec<&str> = Act::all().map(Act::slug).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), ACTS.len());
    }
}
