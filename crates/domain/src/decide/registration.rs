//! Registration, details, scope, policy version.

use super::Desk;
use super::checks::wanted;
use crate::event::{Details, EventKind};
use crate::refusal::Refusal;
use crate::text::zh;

impl Desk<'_> {
    pub(super) fn register(
        &self,
        pack: String,
        version: String,
        details: Box<Details>,
        sample: bool,
    ) -> Result<EventKind, Refusal> {
        wanted("政策包编号", &pack)?;
        wanted("政策包版本", &version)?;
        sound(&details)?;
        Ok(EventKind::Registered {
            pack,
            version,
            details,
            sample,
        })
    }

    pub(super) fn change_details(&self, details: Box<Details>) -> Result<EventKind, Refusal> {
        sound(&details)?;
        if self.state.details == Some(&*details) {
            return Err(Refusal::new(
                "no_change",
                "基本情况没有改动。",
                "请先修改再保存。",
            ));
        }
        let changes = |kind: &EventKind| matches!(kind, EventKind::DetailsChanged { .. });
        self.not_before_last("修改", changes)?;
        Ok(EventKind::DetailsChanged { details })
    }

    pub(super) fn confirm_scope(
        &self,
        in_scope: bool,
        reason: String,
    ) -> Result<EventKind, Refusal> {
        if self
            .state
            .scope
            .is_some_and(|scope| scope.in_scope == in_scope)
        {
            let word = if in_scope { "纳入" } else { "不纳入" };
            return Err(Refusal::new(
                "no_change",
                format!("项目已经确认{word}管理。"),
                "不需要重复确认。",
            ));
        }
        match in_scope {
            true => self.in_scope()?,
            false => wanted("不纳入的理由", &reason)?,
        }
        let confirms = |kind: &EventKind| matches!(kind, EventKind::ScopeConfirmed { .. });
        self.not_before_last("确认", confirms)?;
        Ok(EventKind::ScopeConfirmed { in_scope, reason })
    }

    /// The milestones that the scope asks for are reached, and not before the day it begins with.
    fn in_scope(&self) -> Result<(), Refusal> {
        let policy = self.policy();
        let Some(rule) = &policy.file.scope else {
            return Ok(());
        };
        let cited = |refusal: Refusal| refusal.by_rule(policy, &rule.clause, &rule.text);
        for id in &rule.requires {
            let Some(ix) = policy.milestone(id) else {
                continue;
            };
            let title = policy
                .milestones
                .get(usize::from(ix.0))
                .map_or("", |m| &m.title);
            let Some(reached) = self.state.reached_on(ix) else {
                return Err(cited(Refusal::new(
                    "scope_not_met",
                    format!("项目尚未{title}，不能确认纳入管理。"),
                    format!("请先登记{title}。"),
                )));
            };
            if reached < rule.since {
                return Err(cited(Refusal::new(
                    "scope_not_met",
                    format!(
                        "项目{title}于{}，早于适用范围的起始日{}。",
                        zh(reached),
                        zh(rule.since)
                    ),
                    "请确认不纳入，并注明理由。",
                )));
            }
        }
        Ok(())
    }

    pub(super) fn move_policy(
        &self,
        pack: String,
        version: String,
        reason: String,
    ) -> Result<EventKind, Refusal> {
        wanted("政策包编号", &pack)?;
        wanted("政策包版本", &version)?;
        wanted("更换的理由", &reason)?;
        if self
            .state
            .pack
            .is_some_and(|name| name.id == pack && name.version == version)
        {
            return Err(Refusal::new(
                "no_change",
                format!("项目已经适用政策包 {pack} 的 {version} 版本。"),
                "请选择另一个版本。",
            ));
        }
        let moves = |kind: &EventKind| matches!(kind, EventKind::PolicyMoved { .. });
        self.not_before_last("更换", moves)?;
        Ok(EventKind::PolicyMoved {
            pack,
            version,
            reason,
        })
    }
}

/// A name, and sums that can be.
fn sound(details: &Details) -> Result<(), Refusal> {
    wanted("项目名称", &details.name)?;
    let sums = [
        ("总投资", details.total_investment),
        ("引进资金", details.introduced_funds),
        ("到位资金", details.funds_in_place),
    ];
    for (what, sum) in sums {
        let Some(sum) = sum else { continue };
        sum.checked_investment().map_err(|error| {
            Refusal::new(
                "value_impossible",
                format!("{what}：{error}"),
                "请核对数值和单位。",
            )
        })?;
    }
    if details.land_mu_hundredths.is_some_and(|land| land < 0) {
        return Err(Refusal::new(
            "value_impossible",
            "用地面积为负数。",
            "请核对数值。",
        ));
    }
    Ok(())
}
