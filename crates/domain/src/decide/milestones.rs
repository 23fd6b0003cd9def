//! Milestones: claim, certify, return.

use std::collections::BTreeMap;

use calendar::Day;
use policy::model::MilestoneDef;
use policy::{Milestone, MilestoneIx, Policy};

use super::Desk;
use super::checks::{missing, wanted};
use crate::event::{EventKind, FileRef};
use crate::refusal::Refusal;
use crate::state::{Attempt, AttemptOutcome};
use crate::text::zh;
use crate::values::Yuan;

impl Desk<'_> {
    pub(super) fn claim(
        &self,
        id: &str,
        reached_on: Day,
        variant: Option<&str>,
        files: &[FileRef],
        values: &BTreeMap<String, Yuan>,
    ) -> Result<(), Refusal> {
        let (ix, milestone, rule) = self.milestone(id)?;
        if let Some(reached) = self.state.reached_on(ix) {
            return Err(Refusal::new(
                "already_reached",
                format!(
                    "“{}”已于{}达成，不能重复申报。",
                    milestone.title,
                    zh(reached)
                ),
                "如登记有误，请先作废原记录。",
            ));
        }
        if let Some(claim) = self.state.pending(ix) {
            let since = claim.claimed_on.unwrap_or(claim.reached_on);
            return Err(Refusal::new(
                "claim_pending",
                format!("“{}”已于{}申报，正在等待认定。", milestone.title, zh(since)),
                "请等待认定结果；被退回后可以补正再报。",
            ));
        }
        if let Some(AttemptOutcome::Returned { on, .. }) = self
            .state
            .attempts_of(ix)
            .last()
            .map(|attempt| attempt.outcome)
        {
            self.not_before("重新申报", "退回", on)?;
        }
        self.claim_gates(ix, milestone)?;
        self.not_after_saying("达成日期", reached_on)?;
        self.in_order(ix, milestone, reached_on)?;
        self.variant(milestone, rule, variant)?;
        self.evidence(milestone, rule, files)?;
        self.values(milestone, rule, values)
    }

    pub(super) fn certify(
        &self,
        id: String,
        reached_on: Option<Day>,
        note: String,
    ) -> Result<EventKind, Refusal> {
        let (ix, milestone, _) = self.milestone(&id)?;
        let claim = self.claimed(ix, milestone)?;
        let reached_on = reached_on.unwrap_or(claim.reached_on);
        self.not_after_saying("达成日期", reached_on)?;
        self.in_order(ix, milestone, reached_on)?;
        Ok(EventKind::MilestoneCertified {
            milestone: id,
            reached_on,
            note,
        })
    }

    pub(super) fn return_claim(&self, id: String, reason: String) -> Result<EventKind, Refusal> {
        let (ix, milestone, _) = self.milestone(&id)?;
        self.claimed(ix, milestone)?;
        wanted("退回的理由", &reason)?;
        Ok(EventKind::MilestoneReturned {
            milestone: id,
            reason,
        })
    }

    fn milestone(&self, id: &str) -> Result<(MilestoneIx, &Milestone, &MilestoneDef), Refusal> {
        let policy = self.policy();
        let found = policy.milestone(id).and_then(|ix| {
            let at = usize::from(ix.0);
            Some((
                ix,
                policy.milestones.get(at)?,
                policy.file.milestone.get(at)?,
            ))
        });
        found.ok_or_else(|| {
            Refusal::new(
                "unknown_milestone",
                format!("政策包中没有节点“{id}”。"),
                "请从项目页面的节点中选择。",
            )
        })
    }

    /// The claim that waits for certification.
    fn claimed(&self, ix: MilestoneIx, milestone: &Milestone) -> Result<&Attempt<'_>, Refusal> {
        if !milestone.certified {
            return Err(Refusal::new(
                "no_certification",
                format!("“{}”登记即成立，不需要认定。", milestone.title),
                "请直接登记达成日期。",
            )
            .citing(&milestone.clause));
        }
        let Some(claim) = self.state.pending(ix) else {
            let reached = self.state.reached_on(ix).is_some();
            let why = if reached {
                "已经认定过"
            } else {
                "没有待认定的申报"
            };
            return Err(Refusal::new(
                if reached {
                    "already_reached"
                } else {
                    "no_claim"
                },
                format!("“{}”{why}。", milestone.title),
                "须先由申报单位申报，再认定或退回。",
            )
            .citing(&milestone.clause));
        };
        self.not_before("认定", "申报", claim.claimed_on.unwrap_or(claim.reached_on))?;
        Ok(claim)
    }

    /// What must come before has come, and not later; what came after did not come earlier.
    fn in_order(&self, ix: MilestoneIx, milestone: &Milestone, on: Day) -> Result<(), Refusal> {
        for before in &milestone.after {
            let title = title(self.policy(), *before);
            match self.state.reached_on(*before) {
                None => {
                    return Err(Refusal::new(
                        "out_of_order",
                        format!(
                            "“{}”须在“{title}”之后，而“{title}”尚未达成。",
                            milestone.title
                        ),
                        format!("请先登记或认定“{title}”。"),
                    )
                    .citing(&milestone.clause));
                }
                Some(day) if day > on => return Err(order(milestone, on, title, day)),
                Some(_) => {}
            }
        }
        for (at, later) in self.policy().milestones.iter().enumerate() {
            let Some(day) = self.state.reached_on(MilestoneIx(at as u8)) else {
                continue;
            };
            if later.after.contains(&ix) && day < on {
                return Err(order(later, day, &milestone.title, on));
            }
        }
        Ok(())
    }

    fn variant(
        &self,
        milestone: &Milestone,
        rule: &MilestoneDef,
        variant: Option<&str>,
    ) -> Result<(), Refusal> {
        let titles: Vec<&str> = rule.variant.iter().map(|v| v.title.as_str()).collect();
        let refusal = |code, message: String| {
            Err(Refusal::new(code, message, "请选择与项目相符的情形。").citing(&milestone.clause))
        };
        match variant {
            Some(id) if rule.variant.iter().all(|v| v.id != id) => refusal(
                "unknown_variant",
                format!("“{}”的标准中没有情形“{id}”。", milestone.title),
            ),
            None if !rule.variant.is_empty() => refusal(
                "variant_missing",
                format!(
                    "申报“{}”须选择适用的情形：{}。",
                    milestone.title,
                    titles.join("；")
                ),
            ),
            _ => Ok(()),
        }
    }

    fn evidence(
        &self,
        milestone: &Milestone,
        rule: &MilestoneDef,
        files: &[FileRef],
    ) -> Result<(), Refusal> {
        let missing: Vec<&str> = missing(&rule.evidence, files)
            .map(|evidence| evidence.title.as_str())
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let names = missing.join("、");
        Err(Refusal::new(
            "evidence_missing",
            format!("申报“{}”缺少材料：{names}。", milestone.title),
            format!("请上传{names}后再申报。"),
        )
        .citing(&milestone.clause))
    }

    fn values(
        &self,
        milestone: &Milestone,
        rule: &MilestoneDef,
        values: &BTreeMap<String, Yuan>,
    ) -> Result<(), Refusal> {
        for require in &rule.requires {
            let least = Yuan::from_yuan(require.at_least_yuan);
            let Some(value) = values.get(&require.fact) else {
                return Err(Refusal::new(
                    "value_missing",
                    format!("申报“{}”须填写{}。", milestone.title, require.title),
                    format!("请填写{}，标准为不低于{least}。", require.title),
                )
                .citing(&milestone.clause));
            };
            value.checked_investment().map_err(|error| {
                let message = format!("{}：{error}", require.title);
                Refusal::new("value_impossible", message, "请核对数值和单位。")
            })?;
            if *value < least {
                return Err(Refusal::new(
                    "below_standard",
                    format!("{} {value} 未达 {least}。", require.title),
                    "请达到标准后再申报；如单位填错，请更正。",
                )
                .citing(&milestone.clause));
            }
        }
        Ok(())
    }
}

/// A later milestone that lies before the one it must follow.
fn order(later: &Milestone, on: Day, earlier: &str, day: Day) -> Refusal {
    Refusal::new(
        "out_of_order",
        format!(
            "“{}”的日期{}早于“{earlier}”的日期{}。",
            later.title,
            zh(on),
            zh(day)
        ),
        "请核对两个日期。",
    )
    .citing(&later.clause)
}

fn title(policy: &Policy, ix: MilestoneIx) -> &str {
    policy
        .milestones
        .get(usize::from(ix.0))
        .map_or("", |milestone| &milestone.title)
}

/// Pairs of milestone days that cannot both be right, as in the row of a ledger: a milestone that lies before one which
/// it must follow. A day that is not known is no obstacle.
pub fn impossible_orders(policy: &Policy, days: &[(MilestoneIx, Day)]) -> Vec<Refusal> {
    let day = |ix| {
        days.iter()
            .find(|(other, _)| *other == ix)
            .map(|(_, day)| *day)
    };
    let mut refusals = Vec::new();
    for (ix, on) in days {
        let Some(milestone) = policy.milestones.get(usize::from(ix.0)) else {
            continue;
        };
        for before in &milestone.after {
            if let Some(earlier) = day(*before).filter(|earlier| earlier > on) {
                refusals.push(order(milestone, *on, title(policy, *before), earlier));
            }
        }
    }
    refusals
}
