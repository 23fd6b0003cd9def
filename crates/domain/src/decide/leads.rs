//! Leads: found, claimed, given on, shared, lost and found again, merged.

use policy::model::{LeadBasis, LeadDef};

use super::Desk;
use super::checks::wanted;
use crate::event::{EventKind, Share};
use crate::refusal::Refusal;
use crate::state::{Lead, LeadPhase, is_lead_fact, sums_up};
use crate::text::zh;

impl<'a> Desk<'a> {
    pub(super) fn find_lead(
        &self,
        source: String,
        unit: String,
        person: String,
        text: String,
    ) -> Result<EventKind, Refusal> {
        let rules = self.lead_rules()?;
        if rules.source.iter().all(|known| known.id != source) {
            return Err(Refusal::new(
                "unknown_source",
                format!("政策包中没有线索来源“{source}”。"),
                "请从来源中选择。",
            ));
        }
        wanted("发现线索的单位", &unit)?;
        wanted("发现人", &person)?;
        if self.state.lead.is_some() {
            return Err(Refusal::new(
                "no_change",
                "线索已经登记，发现人全程保留。",
                "不需要重复登记。",
            ));
        }
        Ok(EventKind::LeadFound {
            source,
            unit,
            person,
            text,
        })
    }

    pub(super) fn claim_lead(&self, unit: String) -> Result<EventKind, Refusal> {
        let rules = self.lead_rules()?;
        let lead = self.open_lead("认领")?;
        self.in_turn("认领")?;
        wanted("认领单位", &unit)?;
        if let Some(holder) = lead.holder {
            if holder.unit == unit {
                return Err(Refusal::new(
                    "no_change",
                    format!("线索已由{unit}认领。"),
                    "不需要重复认领。",
                ));
            }
            if self.on <= holder.until {
                let refusal = Refusal::new(
                    "in_priority",
                    format!(
                        "{}正在优先对接，优先期到{}（当日含），其他单位不能认领。",
                        holder.unit,
                        zh(holder.until)
                    ),
                    format!(
                        "请在{}之后认领，或商请{}移交。",
                        zh(holder.until),
                        holder.unit
                    ),
                );
                return Err(self.by_basis(refusal, rules.priority.basis()));
            }
            if holder.in_contact {
                let refusal = Refusal::new(
                    "in_contact",
                    format!(
                        "{}已与投资方接触（最近一次{}），正在跟进。",
                        holder.unit,
                        zh(lead.last_contact)
                    ),
                    format!("请商请{}移交或共享成果。", holder.unit),
                );
                return Err(self.by_basis(refusal, rules.priority.basis()));
            }
        }
        let until = crate::state::days_after(self.on, rules.priority.days);
        Ok(EventKind::LeadClaimed { unit, until })
    }

    pub(super) fn transfer_lead(
        &self,
        to: String,
        shares: Vec<Share>,
    ) -> Result<EventKind, Refusal> {
        let lead = self.open_lead("移交")?;
        self.in_turn("移交")?;
        wanted("接收单位", &to)?;
        let Some(holder) = lead.holder else {
            return Err(Refusal::new(
                "not_held",
                "线索在线索池中，没有持有单位，不能移交。",
                "请由对接单位认领。",
            ));
        };
        if holder.unit == to {
            return Err(Refusal::new(
                "no_change",
                format!("线索已由{to}持有。"),
                "请选择另一个单位。",
            ));
        }
        let rules = self.lead_rules()?;
        if !self.may_claim(rules, &to) {
            let refusal = Refusal::new(
                "not_a_claimer",
                format!("{to}不参与线索对接，不能接收线索。"),
                "请选择可以认领线索的单位。",
            );
            return Err(self.by_basis(refusal, rules.claim.basis()));
        }
        if !shares.is_empty() {
            whole(&shares)?;
        }
        let from = holder.unit.to_owned();
        Ok(EventKind::LeadTransferred { from, to, shares })
    }

    pub(super) fn share_credit(&self, shares: Vec<Share>) -> Result<EventKind, Refusal> {
        let lead = self.lead()?;
        self.in_turn("划分")?;
        whole(&shares)?;
        let same = shares.len() == lead.credit.len()
            && shares
                .iter()
                .zip(&lead.credit)
                .all(|(share, now)| (share.unit.as_str(), share.basis_points) == *now);
        if same {
            return Err(Refusal::new(
                "no_change",
                "成果划分没有改动。",
                "请先修改再保存。",
            ));
        }
        Ok(EventKind::CreditShared { shares })
    }

    pub(super) fn return_lead(&self, reason: String) -> Result<EventKind, Refusal> {
        self.held_lead("退回")?;
        self.in_turn("退回")?;
        wanted("退回的理由", &reason)?;
        Ok(EventKind::LeadReturned { reason })
    }

    pub(super) fn let_lead_rest(&self) -> Result<EventKind, Refusal> {
        let lead = self.held_lead("退回")?;
        let rests_on = lead.rests_on(self.policy());
        if rests_on.is_none_or(|day| self.on < day) {
            return Err(Refusal::new(
                "not_dormant",
                "线索还没有到休眠退回的日期。",
                "不需要办理。",
            ));
        }
        Ok(EventKind::LeadDormant {})
    }

    pub(super) fn lose_lead(&self, reason: String, text: String) -> Result<EventKind, Refusal> {
        let rules = self.lead_rules()?;
        self.open_lead("登记流失")?;
        self.in_turn("流失")?;
        if rules.loss.iter().all(|known| known.id != reason) {
            return Err(Refusal::new(
                "unknown_reason",
                format!("政策包中没有流失原因“{reason}”。"),
                "请从流失原因中选择。",
            ));
        }
        Ok(EventKind::LeadLost { reason, text })
    }

    pub(super) fn revive_lead(&self, reason: String) -> Result<EventKind, Refusal> {
        let lead = self.lead()?;
        self.in_turn("恢复")?;
        wanted("恢复的理由", &reason)?;
        if lead.lost.is_none() {
            return Err(Refusal::new(
                "not_lost",
                "线索没有登记流失，不需要恢复。",
                "请从已流失的线索中选择。",
            ));
        }
        Ok(EventKind::LeadRevived { reason })
    }

    pub(super) fn merge_lead(&self, into: String) -> Result<EventKind, Refusal> {
        self.lead_rules()?;
        self.open_lead("合并")?;
        self.in_turn("合并")?;
        wanted("并入的线索", &into)?;
        Ok(EventKind::LeadMerged { into })
    }

    pub(super) fn absorb_lead(&self, from: String) -> Result<EventKind, Refusal> {
        self.lead_rules()?;
        let lead = self.lead()?;
        if lead.merged.is_some() || lead.lost.is_some() {
            return Err(self.not_open("接收合并", lead));
        }
        self.in_turn("合并")?;
        wanted("被合并的线索", &from)?;
        if lead.absorbed.iter().any(|other| other.from == from) {
            return Err(Refusal::new(
                "no_change",
                "这条线索已经并入。",
                "不需要重复合并。",
            ));
        }
        Ok(EventKind::LeadAbsorbed { from })
    }

    /// Who found the lead stays.
    pub(super) fn finder_stays(&self, kind: &EventKind) -> Result<(), Refusal> {
        match kind {
            EventKind::LeadFound { .. } => Err(Refusal::new(
                "finder_stays",
                "线索的来源和发现人全程保留，不能作废。",
                "线索登记有误的，请登记流失并注明，再重新登记。",
            )),
            _ => Ok(()),
        }
    }

    fn may_claim(&self, rules: &LeadDef, unit: &str) -> bool {
        let parties = self.state.parties();
        let mut roles = rules.claim.roles.iter();
        roles.any(|role| self.policy().holds(unit, role, parties))
    }

    fn lead_rules(&self) -> Result<&'a LeadDef, Refusal> {
        self.policy().file.lead.as_ref().ok_or_else(|| {
            Refusal::new(
                "no_lead_rules",
                "本项目适用的政策包没有招商线索的规则。",
                "请系统管理员装入写有 [lead] 的政策包。",
            )
        })
    }

    fn lead(&self) -> Result<&'a Lead<'a>, Refusal> {
        self.state.lead.as_ref().ok_or_else(|| {
            Refusal::new(
                "no_lead",
                format!("“{}”不是从线索登记的项目。", self.state.name()),
                "请从招商线索中选择。",
            )
        })
    }

    fn open_lead(&self, what: &str) -> Result<&'a Lead<'a>, Refusal> {
        let lead = self.lead()?;
        let phase = self.state.lead_phase(self.policy());
        match phase.is_some_and(LeadPhase::is_open) {
            true => Ok(lead),
            false => Err(self.not_open(what, lead)),
        }
    }

    fn not_open(&self, what: &str, lead: &Lead<'_>) -> Refusal {
        let phase = self.state.lead_phase(self.policy());
        let title = phase.map_or("已结束", LeadPhase::title);
        let advice = match phase {
            Some(LeadPhase::Lost) => "如需继续跟进，请先恢复线索。",
            Some(LeadPhase::Merged) => "请在并入的线索上办理；合并有误的，请撤销合并。",
            _ => "请按项目办理。",
        };
        let since = lead.lost.map(|lost| format!("（{}）", zh(lost.on)));
        Refusal::new(
            "lead_not_open",
            format!("线索{title}{}，不能{what}。", since.unwrap_or_default()),
            advice,
        )
    }

    fn held_lead(&self, what: &str) -> Result<&'a Lead<'a>, Refusal> {
        let lead = self.open_lead(what)?;
        match lead.holder {
            Some(_) => Ok(lead),
            None => Err(Refusal::new(
                "not_held",
                format!("线索已在线索池中，不需要{what}。"),
                "由对接单位认领即可。",
            )),
        }
    }

    /// Facts of a lead come one after another.
    fn in_turn(&self, what: &str) -> Result<(), Refusal> {
        match self.state.last_day_of(is_lead_fact) {
            Some(day) => self.not_before(what, "线索上一条记录", day),
            None => Ok(()),
        }
    }

    fn by_basis(&self, refusal: Refusal, basis: LeadBasis<'_>) -> Refusal {
        refusal.by_rule(self.policy(), basis.article, basis.because)
    }
}

fn whole(shares: &[Share]) -> Result<(), Refusal> {
    if sums_up(shares) {
        return Ok(());
    }
    let sum: u64 = shares
        .iter()
        .map(|share| u64::from(share.basis_points))
        .sum();
    Err(Refusal::new(
        "shares_do_not_sum",
        format!(
            "各单位的成果比例合计为 {}，应为 100%；每个单位只写一次，比例大于零。",
            crate::values::percent(u32::try_from(sum).unwrap_or(u32::MAX))
        ),
        "请修改比例。",
    ))
}
