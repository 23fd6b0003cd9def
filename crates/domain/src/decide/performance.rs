//! Duties, merits, breaches, disputes, awards.

use calendar::Day;
use policy::model::{BreachDef, DutyDef};
use policy::{NodeIx, Policy};

use super::Desk;
use super::checks::wanted;
use crate::award::award_eligibility;
use crate::event::{DisputeOutcome, EventId, EventKind, FileRef};
use crate::refusal::Refusal;
use crate::state::{Breach, BreachStatus};
use crate::text::zh;
use crate::track::{NodePlan, Stand, Track};
use crate::values::Yuan;

impl Desk<'_> {
    pub(super) fn record_duty(
        &self,
        duty: String,
        detail: String,
        due: Option<Day>,
        target: Option<Yuan>,
    ) -> Result<EventKind, Refusal> {
        let (pack, rule) = self.duty(&duty)?;
        if let Some(measure) = rule.measure.as_ref().filter(|_| target.is_none()) {
            return Err(Refusal::new(
                "value_missing",
                format!("责任“{}”以目标值衡量，没有填写{measure}。", rule.title),
                "请填写合同约定的目标值。",
            )
            .by_rule(pack, &rule.clause, &rule.text));
        }
        value_possible("目标值", target)?;
        Ok(EventKind::DutyRecorded {
            duty,
            detail,
            due,
            target,
        })
    }

    pub(super) fn fulfil_duty(&self, record: EventId, value: Option<Yuan>) -> Result<(), Refusal> {
        let Some(duty) = self.state.duty(record) else {
            return Err(Refusal::new(
                "unknown_record",
                format!("第 {} 条记录不是责任的登记。", record.0),
                "请从已登记的责任中选择。",
            ));
        };
        if let Some(done) = duty.fulfilled.filter(|_| duty.is_met()) {
            return Err(Refusal::new(
                "already_done",
                format!("这项责任已于{}履行。", zh(done.on)),
                "如登记有误，请先作废原记录。",
            ));
        }
        self.not_before("履行", "登记责任", duty.on)?;
        if duty.target.is_some() && value.is_none() {
            return Err(Refusal::new(
                "value_missing",
                "这项责任以目标值衡量，没有填写实际达到的数值。",
                "请填写实际数值。",
            ));
        }
        value_possible("实际数值", value)
    }

    fn duty(&self, id: &str) -> Result<(&Policy, &DutyDef), Refusal> {
        let found = self.packs.find(|policy| {
            let mut rules = policy.file.duty.iter();
            rules.find(|rule| rule.id == id).map(|rule| (policy, rule))
        });
        found.ok_or_else(|| unknown("unknown_duty", "责任", id))
    }

    pub(super) fn record_merit(
        &self,
        merit: String,
        text: String,
        files: Vec<FileRef>,
    ) -> Result<EventKind, Refusal> {
        if !self
            .packs
            .iter()
            .any(|policy| policy.file.merit.iter().any(|rule| rule.id == merit))
        {
            return Err(unknown("unknown_merit", "正面清单事项", &merit));
        }
        wanted("事实", &text)?;
        Ok(EventKind::MeritRecorded { merit, text, files })
    }

    // ---- breaches

    pub(super) fn certify_breach(
        &self,
        id: &str,
        text: &str,
        rectify_by: Option<Day>,
    ) -> Result<(), Refusal> {
        let (pack, rule) = self.breach_rule(id)?;
        wanted("事实", text)?;
        let cited = |refusal: Refusal| refusal.by_rule(pack, &rule.clause, &rule.text);
        match rectify_by {
            None if rule.rectify => {
                return Err(cited(Refusal::new(
                    "rectify_by_missing",
                    format!("“{}”认定后须先督促整改，没有填写整改期限。", rule.title),
                    "请填写整改到位的最后一日。",
                )));
            }
            Some(day) if day < self.on => {
                return Err(Refusal::new(
                    "rectify_by_past",
                    format!("整改期限{}早于认定日期{}。", zh(day), zh(self.on)),
                    "请核对整改期限。",
                ));
            }
            _ => {}
        }
        self.not_in_grace(rule)
    }

    /// 避免因轻微延误触发违约责任: nobody is in breach for a delay within the grace period.
    fn not_in_grace(&self, rule: &BreachDef) -> Result<(), Refusal> {
        let policy = self.policy();
        let track = Track::new(policy, self.plan(), self.on);
        let late = |ix: NodeIx| {
            let overdue = track
                .node(ix)
                .is_some_and(|node| node.stand == Stand::Overdue);
            overdue || track.plan.node(ix).is_some_and(done_after_last_day)
        };
        let nodes: Vec<(&str, NodeIx)> = rule
            .suggested_by
            .iter()
            .filter_map(|id| Some((id.as_str(), policy.node(id)?)))
            .collect();
        if nodes.iter().any(|(_, ix)| late(*ix)) {
            return Ok(());
        }
        let in_grace = |ix: NodeIx| {
            let stand = track.node(ix).map(|node| node.stand);
            stand == Some(Stand::InGrace)
        };
        let Some((node, _)) = nodes.iter().find(|(_, ix)| in_grace(*ix)) else {
            return Ok(());
        };
        let title = policy
            .node(node)
            .and_then(|ix| policy.nodes.get(usize::from(ix.0)));
        let title = title.map_or(*node, |node| &node.title);
        let refusal = Refusal::new(
            "in_grace",
            format!("“{title}”还在缓冲期内，不能据此认定“{}”。", rule.title),
            "缓冲期满仍未完成的，再行认定。",
        );
        Err(
            match self
                .packs
                .find(|pack| Some((pack, pack.file.grace.as_ref()?)))
            {
                Some((pack, grace)) => refusal.by_rule(pack, &grace.clause, &grace.text),
                None => refusal,
            },
        )
    }

    pub(super) fn rectify_breach(&self, id: EventId, text: String) -> Result<EventKind, Refusal> {
        let (entry, pack, rule) = self.entry(id)?;
        if !rule.rectify {
            return Err(Refusal::new(
                "no_rectification",
                format!("文件没有为“{}”规定整改。", rule.title),
                "请登记处理结果，或在符合免责情形时免责。",
            )
            .by_rule(pack, &rule.clause, &rule.text));
        }
        if let Some(done) = entry.rectified {
            return Err(Refusal::new(
                "already_done",
                format!("“{}”已于{}整改到位。", rule.title, zh(done.happened_on)),
                "不需要重复登记。",
            ));
        }
        self.not_exempted(entry, rule)?;
        self.not_before("整改到位", "认定", entry.on)?;
        wanted("整改情况", &text)?;
        Ok(EventKind::BreachRectified { breach: id, text })
    }

    pub(super) fn sanction_breach(
        &self,
        id: EventId,
        consequence: String,
        text: String,
    ) -> Result<EventKind, Refusal> {
        let (entry, pack, rule) = self.entry(id)?;
        let cited = |refusal: Refusal| refusal.by_rule(pack, &rule.clause, &rule.text);
        let Some(known) = rule.consequence.iter().find(|c| c.id == consequence) else {
            return Err(cited(Refusal::new(
                "unknown_consequence",
                format!("“{}”的后果中没有“{consequence}”。", rule.title),
                "请从文件列明的后果中选择。",
            )));
        };
        if entry
            .sanctions
            .iter()
            .any(|(earlier, _)| *earlier == consequence)
        {
            return Err(Refusal::new(
                "already_done",
                format!("“{}”已经登记。", known.title),
                "不需要重复登记。",
            ));
        }
        self.not_exempted(entry, rule)?;
        self.not_before("处理", "认定", entry.on)?;
        if rule.rectify {
            self.rectification_failed(entry, rule).map_err(cited)?;
        }
        wanted("处理情况", &text)?;
        Ok(EventKind::BreachSanctioned {
            breach: id,
            consequence,
            text,
        })
    }

    /// 整改不到位的, and only then, has consequences.
    fn rectification_failed(&self, entry: &Breach<'_>, rule: &BreachDef) -> Result<(), Refusal> {
        if entry.status() == BreachStatus::Rectified {
            return Err(Refusal::new(
                "rectified",
                format!("“{}”已经整改到位，没有后果。", rule.title),
                "如整改登记有误，请先作废整改记录。",
            ));
        }
        match entry.rectify_by {
            Some(by) if self.on <= by => Err(Refusal::new(
                "rectification_running",
                format!("“{}”的整改期限到{}，期限未满。", rule.title, zh(by)),
                "期限届满仍未整改到位的，再登记处理结果。",
            )),
            _ => Ok(()),
        }
    }

    pub(super) fn exempt_breach(
        &self,
        id: EventId,
        request: EventId,
    ) -> Result<EventKind, Refusal> {
        let (entry, _, rule) = self.entry(id)?;
        self.not_exempted(entry, rule)?;
        let exemption = self.state.exemption(request);
        let Some(verified) = exemption
            .and_then(|e| e.verification)
            .filter(|v| v.opinion.agreed)
        else {
            return Err(Refusal::new(
                "not_verified",
                format!("第 {} 条记录不是经核实同意的免责申请。", request.0),
                "免责须先申请并经核实。",
            ));
        };
        self.not_before("免责", "认定", entry.on)?;
        self.not_before("免责", "核实", verified.opinion.on)?;
        Ok(EventKind::BreachExempted {
            breach: id,
            exemption: request,
        })
    }

    fn not_exempted(&self, entry: &Breach<'_>, rule: &BreachDef) -> Result<(), Refusal> {
        if entry.status() != BreachStatus::Exempted {
            return Ok(());
        }
        Err(Refusal::new(
            "exempted",
            format!("“{}”已经免责。", rule.title),
            "如免责有误，请先作废免责记录。",
        ))
    }

    fn entry(&self, id: EventId) -> Result<(&Breach<'_>, &Policy, &BreachDef), Refusal> {
        let Some(entry) = self.state.breach(id) else {
            return Err(Refusal::new(
                "unknown_entry",
                format!("第 {} 条记录不是负面清单事项的认定。", id.0),
                "请从已认定的负面清单事项中选择。",
            ));
        };
        let (pack, rule) = self.breach_rule(entry.breach)?;
        Ok((entry, pack, rule))
    }

    fn breach_rule(&self, id: &str) -> Result<(&Policy, &BreachDef), Refusal> {
        let found = self.packs.find(|policy| {
            let mut rules = policy.file.breach.iter();
            rules.find(|rule| rule.id == id).map(|rule| (policy, rule))
        });
        found.ok_or_else(|| unknown("unknown_breach", "负面清单事项", id))
    }

    // ---- disputes and awards

    pub(super) fn record_dispute(
        &self,
        path: &str,
        outcome: DisputeOutcome,
        text: &str,
    ) -> Result<(), Refusal> {
        let rule = self.packs.find(|policy| {
            let mut rules = policy.file.dispute.iter();
            rules
                .find(|rule| rule.id == path)
                .map(|rule| (policy, rule))
        });
        let (pack, rule) = rule.ok_or_else(|| unknown("unknown_path", "争议解决途径", path))?;
        wanted("争议事项和结果", text)?;
        let open = self
            .state
            .dispute(path)
            .is_some_and(|d| d.outcome == DisputeOutcome::Opened);
        match (outcome, open) {
            (DisputeOutcome::Opened, true) => Err(Refusal::new(
                "dispute_open",
                format!("{}正在进行。", rule.title),
                "请登记结果。",
            )),
            (DisputeOutcome::Opened, false) => self.earlier_path_failed(pack, rule),
            (_, true) => Ok(()),
            (_, false) => Err(Refusal::new(
                "dispute_not_open",
                format!("没有正在进行的{}，不能登记结果。", rule.title),
                format!("请先登记{}开始。", rule.title),
            )
            .by_rule(pack, &rule.clause, &rule.text)),
        }
    }

    /// 若协商无效，可通过仲裁或诉讼解决.
    fn earlier_path_failed(
        &self,
        pack: &Policy,
        rule: &policy::model::DisputeDef,
    ) -> Result<(), Refusal> {
        let Some(after) = &rule.after else {
            return Ok(());
        };
        if self
            .state
            .dispute(after)
            .is_some_and(|d| d.outcome == DisputeOutcome::Failed)
        {
            return Ok(());
        }
        let title = pack.file.dispute.iter().find(|rule| rule.id == *after);
        let title = title.map_or(after.as_str(), |rule| &rule.title);
        Err(Refusal::new(
            "dispute_order",
            format!("{}须在{title}无效之后。", rule.title),
            format!("请先登记{title}及其结果。"),
        )
        .by_rule(pack, &rule.clause, &rule.text))
    }

    pub(super) fn recommend_award(
        &self,
        award: String,
        text: String,
    ) -> Result<EventKind, Refusal> {
        let track = Track::new(self.policy(), self.plan(), self.on);
        let Some(eligibility) = award_eligibility(self.packs, self.state, &track, &award) else {
            return Err(unknown("unknown_award", "奖励支持", &award));
        };
        if !eligibility.eligible {
            let refusal = Refusal::new(
                "not_eligible",
                format!(
                    "项目暂不符合推荐“{}”的条件：{}",
                    eligibility.title,
                    eligibility.obstacles.join("")
                ),
                "符合“6411”时限标准且没有取消奖励情形的项目方可推荐。",
            );
            return Err(refusal.citing(&eligibility.clause));
        }
        Ok(EventKind::AwardRecommended { award, text })
    }
}

/// Whether it was done, but later than the due day and any grace.
fn done_after_last_day(dates: &NodePlan) -> bool {
    let pair = dates.done_on.zip(dates.last_day());
    !dates.projected && pair.is_some_and(|(done, last)| done > last)
}

fn unknown(code: &str, what: &str, id: &str) -> Refusal {
    Refusal::new(
        code,
        format!("政策包中没有{what}“{id}”。"),
        "请从政策包列出的项目中选择；如缺履约政策包，请联系系统管理员。",
    )
}

fn value_possible(what: &str, value: Option<Yuan>) -> Result<(), Refusal> {
    let Some(value) = value else { return Ok(()) };
    value.checked_investment().map(|_| ()).map_err(|error| {
        Refusal::new(
            "value_impossible",
            format!("{what}：{error}"),
            "请核对数值和单位。",
        )
    })
}
