//! Extension, grace, exemption, removal.

use calendar::Day;
use policy::model::{ExemptionDef, ExtensionDef, RemovalDef};
use policy::{Node, NodeIx, NodeKind, Policy};

use super::Desk;
use super::checks::{missing, month, wanted};
use crate::event::{EventId, EventKind, FileRef};
use crate::refusal::Refusal;
use crate::state::{Exemption, Extension, ExtensionStatus};
use crate::text::{zh, zh_interval};

/// The longest extension that is believed, in natural days. The documents set none; more is a slip of the keyboard.
const LONGEST_EXTENSION: u16 = 1_095;

impl Desk<'_> {
    // ---- extension

    pub(super) fn request_extension(
        &self,
        stage: &str,
        days: u16,
        reason: &str,
    ) -> Result<(), Refusal> {
        let rule = self.extension_rule()?;
        self.adjustable_once(rule)?;
        let (ix, node) = self.stage(stage)?;
        self.stage_runs(ix, node, rule)?;
        if !(1..=LONGEST_EXTENSION).contains(&days) {
            return Err(Refusal::new(
                "days_impossible",
                format!("延期 {days} 天不在 1 至 {LONGEST_EXTENSION} 个自然日之内。"),
                "请核对延期天数。",
            ));
        }
        wanted("延期的理由", reason)
    }

    /// 对项目推进时间节点可作一次调整.
    fn adjustable_once(&self, rule: &ExtensionDef) -> Result<(), Refusal> {
        let cited = |refusal: Refusal| refusal.by_rule(self.policy(), &rule.clause, &rule.text);
        let granted = self
            .state
            .extensions
            .iter()
            .filter(|e| e.status() == ExtensionStatus::Granted);
        let granted: Vec<&Extension<'_>> = granted.collect();
        if granted.len() >= usize::from(rule.times)
            && let Some(decision) = granted.last().and_then(|extension| extension.decision)
        {
            return Err(cited(Refusal::new(
                "second_extension",
                format!(
                    "项目已于{}批准延期，时间节点只能调整 {} 次，不能再次申请。",
                    zh(decision.on),
                    rule.times
                ),
                "确实无法推进的，可以申请动态调出；符合免责情形的，可以申请免责。",
            )));
        }
        if let Some(open) = self
            .state
            .extensions
            .iter()
            .find(|extension| extension.is_open())
        {
            return Err(cited(Refusal::new(
                "extension_pending",
                format!(
                    "{}提出的延期申请正在办理，不能再提出申请。",
                    zh(open.requested_on)
                ),
                "请等待审核、审批结果。",
            )));
        }
        Ok(())
    }

    fn stage(&self, id: &str) -> Result<(NodeIx, &Node), Refusal> {
        let policy = self.policy();
        let found = policy
            .node(id)
            .and_then(|ix| Some((ix, policy.nodes.get(usize::from(ix.0))?)));
        found
            .filter(|(_, node)| matches!(node.kind, NodeKind::Stage(_)))
            .ok_or_else(|| {
                Refusal::new(
                    "unknown_stage",
                    format!("政策包中没有阶段“{id}”。"),
                    "请从项目的阶段中选择。",
                )
            })
    }

    fn stage_runs(&self, ix: NodeIx, node: &Node, rule: &ExtensionDef) -> Result<(), Refusal> {
        let plan = self.plan();
        let dates = plan.node(ix);
        if let Some(done) = dates.and_then(|dates| dates.done_on) {
            return Err(Refusal::new(
                "already_done",
                format!("阶段“{}”已于{}完成，不需要延期。", node.title, zh(done)),
                "请选择正在进行的阶段。",
            ));
        }
        if dates.is_none_or(|dates| dates.projected || dates.due.is_none()) {
            return Err(Refusal::new(
                "stage_not_open",
                format!("阶段“{}”的期限尚未起算，不能延期。", node.title),
                "请在期限起算后再申请。",
            )
            .by_rule(self.policy(), &rule.clause, &rule.text));
        }
        Ok(())
    }

    pub(super) fn review_extension(
        &self,
        agreed: bool,
        opinion: String,
    ) -> Result<EventKind, Refusal> {
        let rule = self.extension_rule()?;
        let open = self.open_extension(rule)?;
        if open.status() == ExtensionStatus::Reviewed {
            return Err(Refusal::new(
                "already_reviewed",
                "这项延期申请已经审核，正在等待审批。",
                "请等待审批结果。",
            ));
        }
        self.not_before("审核", "申请", open.requested_on)?;
        opinion_when_refused(agreed, &opinion)?;
        Ok(EventKind::ExtensionReviewed { agreed, opinion })
    }

    pub(super) fn decide_extension(
        &self,
        approved: bool,
        opinion: String,
    ) -> Result<EventKind, Refusal> {
        let rule = self.extension_rule()?;
        let open = self.open_extension(rule)?;
        let Some(review) = open.review else {
            return Err(Refusal::new(
                "not_reviewed",
                "这项延期申请尚未审核，不能审批。",
                "延期须先经审核，再报审批。",
            )
            .by_rule(self.policy(), &rule.clause, &rule.text));
        };
        self.not_before("审批", "审核", review.on)?;
        opinion_when_refused(approved, &opinion)?;
        Ok(EventKind::ExtensionDecided { approved, opinion })
    }

    fn extension_rule(&self) -> Result<&ExtensionDef, Refusal> {
        let rule = self.policy().file.extension.as_ref();
        rule.ok_or_else(|| no_rule("延期"))
    }

    fn open_extension(&self, rule: &ExtensionDef) -> Result<&Extension<'_>, Refusal> {
        self.state
            .extensions
            .iter()
            .rev()
            .find(|extension| extension.is_open())
            .ok_or_else(|| {
                Refusal::new(
                    "no_request",
                    "没有正在办理的延期申请。",
                    "须先由申请单位提出延期申请。",
                )
                .by_rule(self.policy(), &rule.clause, &rule.text)
            })
    }

    // ---- grace

    pub(super) fn set_grace(
        &self,
        id: String,
        days: u16,
        reason: String,
    ) -> Result<EventKind, Refusal> {
        let rule = self
            .packs
            .find(|policy| Some((policy, policy.file.grace.as_ref()?)));
        let (pack, rule) = rule.ok_or_else(|| no_rule("缓冲期"))?;
        let policy = self.policy();
        let found = policy
            .node(&id)
            .and_then(|ix| Some((ix, policy.nodes.get(usize::from(ix.0))?)));
        let Some((ix, node)) = found else {
            return Err(Refusal::new(
                "unknown_node",
                format!("政策包中没有阶段或环节“{id}”。"),
                "请从项目的阶段、环节中选择。",
            ));
        };
        if !(1..=rule.max_days).contains(&days) {
            return Err(Refusal::new(
                "grace_too_long",
                format!("缓冲期 {days} 天不在 1 至 {} 个自然日之内。", rule.max_days),
                "更长的延误请申请延期。",
            )
            .by_rule(pack, &rule.clause, &rule.text));
        }
        let plan = self.plan();
        if !plan
            .node(ix)
            .is_some_and(|dates| dates.is_open() && dates.due.is_some() && !dates.projected)
        {
            return Err(Refusal::new(
                "clock_not_running",
                format!("“{}”没有正在计算的期限，不能设置缓冲期。", node.title),
                "请选择正在进行并有期限的阶段或环节。",
            ));
        }
        if let Some(earlier) = self.state.grace(ix) {
            self.not_before("设置缓冲期", "上一次设置", earlier.on)?;
        }
        wanted("设置缓冲期的理由", &reason)?;
        Ok(EventKind::GraceSet {
            node: id,
            days,
            reason,
        })
    }

    // ---- exemption

    pub(super) fn request_exemption(
        &self,
        ground: &str,
        from: Day,
        to: Option<Day>,
        reason: &str,
    ) -> Result<(), Refusal> {
        self.ground(ground)?;
        self.interval(from, to)?;
        self.not_after_saying("免责期间的起始日", from)?;
        wanted("免责的事实和理由", reason)
    }

    pub(super) fn verify_exemption(
        &self,
        request: EventId,
        granted: bool,
        (from, to): (Day, Option<Day>),
        opinion: &str,
        files: &[FileRef],
    ) -> Result<(), Refusal> {
        let exemption = self.exemption(request)?;
        if let Some(verified) = exemption.verification {
            return Err(Refusal::new(
                "already_verified",
                format!("这项免责申请已于{}核实。", zh(verified.opinion.on)),
                "如核实有误，请先作废核实记录。",
            ));
        }
        self.not_before("核实", "申请", exemption.requested_on)?;
        self.interval(from, to)?;
        self.not_after_saying("免责期间的起始日", from)?;
        opinion_when_refused(granted, opinion)?;
        if !granted {
            return Ok(());
        }
        let (pack, ground) = self.ground(exemption.ground)?;
        let held: Vec<FileRef> = exemption.files.iter().chain(files).cloned().collect();
        let missing: Vec<&str> = missing(&ground.evidence, &held)
            .map(|evidence| evidence.title.as_str())
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let names = missing.join("、");
        Err(Refusal::new(
            "evidence_missing",
            format!("核实“{}”缺少材料：{names}。", ground.title),
            format!("请上传{names}后再核实。"),
        )
        .by_rule(pack, &ground.clause, &ground.text))
    }

    pub(super) fn end_exemption(&self, request: EventId, to: Day) -> Result<EventKind, Refusal> {
        let exemption = self.exemption(request)?;
        let Some((from, until)) = exemption.interval() else {
            return Err(Refusal::new(
                "not_verified",
                "这项免责申请没有经核实同意，没有需要结束的期间。",
                "请先核实。",
            ));
        };
        if until.is_some() {
            return Err(Refusal::new(
                "already_ended",
                format!("免责期间为{}，已经有结束日。", zh_interval(from, until)),
                "如结束日有误，请先作废原记录。",
            ));
        }
        self.interval(from, Some(to))?;
        self.not_after_saying("免责期间的结束日", to)?;
        Ok(EventKind::ExemptionEnded { request, to })
    }

    fn exemption(&self, request: EventId) -> Result<&Exemption<'_>, Refusal> {
        self.state.exemption(request).ok_or_else(|| {
            Refusal::new(
                "unknown_request",
                format!("第 {} 条记录不是免责申请。", request.0),
                "请从待核实的免责申请中选择。",
            )
        })
    }

    fn ground(&self, id: &str) -> Result<(&Policy, &ExemptionDef), Refusal> {
        let found = self.packs.find(|policy| {
            let mut rules = policy.file.exemption.iter();
            rules.find(|rule| rule.id == id).map(|rule| (policy, rule))
        });
        found.ok_or_else(|| {
            Refusal::new(
                "unknown_ground",
                format!("政策包中没有免责情形“{id}”。"),
                "免责仅限文件列明的情形，请从中选择。",
            )
        })
    }

    fn interval(&self, from: Day, to: Option<Day>) -> Result<(), Refusal> {
        match to {
            Some(to) if to < from => Err(Refusal::new(
                "interval_impossible",
                format!("免责期间的结束日{}早于起始日{}。", zh(to), zh(from)),
                "请核对两个日期。",
            )),
            _ => Ok(()),
        }
    }

    // ---- removal

    pub(super) fn request_removal(
        &self,
        reason: String,
        files: Vec<FileRef>,
    ) -> Result<EventKind, Refusal> {
        let rule = self.removal_rule()?;
        if let Some(open) = self
            .state
            .removals
            .iter()
            .find(|removal| removal.decided.is_none())
        {
            return Err(Refusal::new(
                "removal_pending",
                format!("{}提出的动态调出申请正在等待办理。", zh(open.requested_on)),
                "动态调出每月办理一次，请等待结果。",
            )
            .by_rule(self.policy(), &rule.clause, &rule.text));
        }
        wanted("无法正常推进的理由", &reason)?;
        Ok(EventKind::RemovalRequested { reason, files })
    }

    pub(super) fn decide_removal(
        &self,
        approved: bool,
        batch: String,
        opinion: String,
    ) -> Result<EventKind, Refusal> {
        let rule = self.removal_rule()?;
        let Some(open) = self
            .state
            .removals
            .iter()
            .rev()
            .find(|r| r.decided.is_none())
        else {
            return Err(Refusal::new(
                "no_request",
                "没有等待办理的动态调出申请。",
                "须先由属地政府申请。",
            )
            .by_rule(self.policy(), &rule.clause, &rule.text));
        };
        self.not_before("办理", "申请", open.requested_on)?;
        self.batch(&batch, rule)?;
        opinion_when_refused(approved, &opinion)?;
        Ok(EventKind::RemovalDecided {
            approved,
            batch,
            opinion,
        })
    }

    /// The batch is that of the month in which it is decided.
    fn batch(&self, batch: &str, rule: &RemovalDef) -> Result<(), Refusal> {
        let decided_in = (self.on.year(), self.on.month());
        match month(batch) {
            Some(month) if month == decided_in => Ok(()),
            Some(_) => Err(Refusal::new(
                "batch_month",
                format!("办理批次 {batch} 与办理日期{}不在同一个月。", zh(self.on)),
                format!("请填写 {}-{:02}。", decided_in.0, decided_in.1),
            )
            .by_rule(self.policy(), &rule.clause, &rule.text)),
            None => Err(Refusal::new(
                "batch_form",
                format!("“{batch}”不是办理批次。"),
                "批次是办理的月份，请写成 2025-08。",
            )
            .by_rule(self.policy(), &rule.clause, &rule.text)),
        }
    }

    fn removal_rule(&self) -> Result<&RemovalDef, Refusal> {
        self.policy()
            .file
            .removal
            .as_ref()
            .ok_or_else(|| no_rule("动态调出"))
    }
}

fn no_rule(what: &str) -> Refusal {
    Refusal::new(
        "no_rule",
        format!("项目适用的政策包没有规定{what}。"),
        "请核对政策包。",
    )
}

/// Whoever says no says why.
fn opinion_when_refused(agreed: bool, opinion: &str) -> Result<(), Refusal> {
    if agreed {
        Ok(())
    } else {
        wanted("不同意的理由", opinion)
    }
}
