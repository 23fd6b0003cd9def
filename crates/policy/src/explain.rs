//! The pack as a person would read it.

mod forms;
mod sponsorship;

use std::fmt::Write;

use calendar::{Limit, Roll};

use crate::compiled::Policy;
use crate::model::{
    AccessDef, Action, ChecklistDef, ConclusionDef, EscalationAt, EvidenceDef, LimitDef,
    MilestoneDef, PackKind, RoleDef, Sight, SpanDef, StageDef, StepDef,
};

/// The whole pack in Chinese: who is who, what is to be done when and by whom, each with its clause.
pub fn explain(policy: &Policy) -> String {
    let mut page = Page {
        policy,
        text: String::new(),
        sections: 0,
    };
    page.head();
    page.roles();
    page.milestones();
    page.stages();
    page.checklist();
    page.procedures();
    page.escalations();
    page.visits();
    page.leads();
    page.sponsorship();
    page.performance();
    page.matters();
    page.forms();
    page.access();
    page.text
}

struct Page<'a> {
    policy: &'a Policy,
    text: String,
    sections: usize,
}

impl<'a> Page<'a> {
    fn line(&mut self, text: impl AsRef<str>) {
        self.text.push_str(text.as_ref());
        self.text.push('\n');
    }

    fn heading(&mut self, title: &str) {
        const NUMBERS: [&str; 12] = [
            "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二",
        ];
        let number = NUMBERS.get(self.sections).copied().unwrap_or_default();
        self.sections += 1;
        let _ = write!(self.text, "\n{number}、{title}\n\n");
    }

    fn head(&mut self) {
        let pack = &self.policy.file.pack;
        let kind = pack.kind.title();
        self.line(format!("{}（{}）", pack.title, pack.document));
        self.line(format!(
            "政策包 {}，版本 {}，{kind}；印发 {}，施行 {}",
            pack.id, pack.version, pack.issued, pack.effective
        ));
        let optional = [
            ("依附", &pack.accompanies),
            ("解释单位", &pack.interpreted_by),
            ("说明", &pack.note),
        ];
        for (title, text) in optional {
            if let Some(text) = text {
                self.line(format!("{title}：{text}"));
            }
        }
        let roll = match pack.roll {
            Roll::None => "期限最后一日逢休息日不顺延。",
            Roll::NextWorkingDay => "期限最后一日逢休息日，顺延至次一工作日。",
        };
        self.line(roll);
        if let Some(scope) = &self.policy.file.scope {
            let by = self.who(&scope.confirmed_by);
            self.line(format!(
                "适用范围：{}由{by}甄别、确认。【{}】",
                scope.text, scope.clause
            ));
        }
    }

    fn roles(&mut self) {
        self.heading("角色");
        for (role, def) in &self.policy.file.roles {
            self.line(format!("- {role}：{}", holder(def)));
        }
    }

    fn milestones(&mut self) {
        if self.policy.file.milestone.is_empty() {
            return;
        }
        self.heading("节点");
        for milestone in &self.policy.file.milestone {
            self.milestone(milestone);
        }
    }

    fn milestone(&mut self, milestone: &MilestoneDef) {
        if milestone.claimed_by.is_empty() {
            return self.reached_milestone(milestone);
        }
        let claimed = self.all(&milestone.claimed_by);
        let certified = match &milestone.certified_by {
            Some(role) => format!("，由{}认定", self.who(role)),
            None => "，登记即成立".to_owned(),
        };
        self.line(format!(
            "- {}：由{claimed}申报{certified}。【{}】",
            milestone.title, milestone.clause
        ));
        if let Some(standard) = &milestone.standard {
            self.line(format!("    标准：{standard}"));
        }
        for require in &milestone.requires {
            self.line(format!(
                "    须达到：{}不少于 {} 元",
                require.title, require.at_least_yuan
            ));
        }
        if !milestone.evidence.is_empty() {
            self.line(format!("    材料：{}", evidence(&milestone.evidence)));
        }
        if !milestone.after.is_empty() {
            self.line(format!("    不得早于：{}", self.titles(&milestone.after)));
        }
        if !milestone.needs.is_empty() {
            self.line(format!("    须先办结：{}", self.titles(&milestone.needs)));
        }
        self.because(milestone.because.as_deref(), 4);
    }

    /// A milestone that nobody claims: a step reaches it.
    fn reached_milestone(&mut self, milestone: &MilestoneDef) {
        let ix = self.policy.milestone(&milestone.id);
        let step = ix.and_then(|ix| self.policy.reached_by_step(ix));
        let step = step.and_then(|step| self.policy.step_def(step));
        let title = step.map_or("", |step| &step.title);
        self.line(format!(
            "- {}：环节“{title}”通过即达到，不单独申报。【{}】",
            milestone.title, milestone.clause
        ));
        self.because(milestone.because.as_deref(), 4);
    }

    fn stages(&mut self) {
        if self.policy.file.stage.is_empty() {
            return;
        }
        self.heading("阶段和环节");
        for stage in &self.policy.file.stage {
            self.stage(stage);
        }
    }

    fn stage(&mut self, stage: &StageDef) {
        let ends = self.title(&stage.ends_with);
        let limit = match &stage.limit {
            Some(limit) => self.limit(limit),
            None => "文件未定期限，至".to_owned(),
        };
        self.line(format!(
            "■ {}：{limit}{ends}。【{}】",
            stage.title, stage.clause
        ));
        self.line(format!("    原文：{}", stage.text));
        if let Some(opens) = &stage.opens_with {
            self.line(format!("    自{}之日开启", self.title(opens)));
        }
        if let Some(branch) = &stage.branch {
            let then = self.title(&branch.then);
            self.line(format!(
                "    分支：由环节结论转入，走完后转“{then}”，其间的阶段不再办理"
            ));
        }
        if let Some(owner) = &stage.owner {
            let who = self.who(owner);
            self.line(format!("    主管：{who}，可以推进项目，答复推进的请求"));
        }
        self.line(format!("    责任单位：{}", self.all(&stage.units)));
        if let Some(warn) = &stage.warn {
            let by = stage
                .warned_by
                .as_deref()
                .map(|role| format!("，由{}倒计时提醒", self.who(role)));
            let clause = stage.warn_clause.as_deref().map(|c| format!("【{c}】"));
            let (by, clause) = (by.unwrap_or_default(), clause.unwrap_or_default());
            self.line(format!("    预警：到期前{}起{by}。{clause}", span(warn)));
        }
        self.because(stage.because.as_deref(), 4);
        for step in &stage.step {
            self.step(step);
        }
    }

    fn step(&mut self, step: &StepDef) {
        let limit = match &step.limit {
            Some(limit) => self.limit(limit),
            None => "文件未定期限".to_owned(),
        };
        let optional = if step.optional {
            "（视情况可以不办）"
        } else {
            ""
        };
        self.line(format!(
            "  · {}{optional}：{limit}。【{}】",
            step.title, step.clause
        ));
        if !step.after.is_empty() {
            self.line(format!("      前置：{}", self.titles(&step.after)));
        }
        self.line(format!("      责任单位：{}", self.all(&step.units)));
        if !step.produces.is_empty() {
            self.line(format!("      成果：{}", step.produces.join("、")));
        }
        if let Some(milestone) = &step.ends_with {
            self.line(format!("      以{}为办结", self.title(milestone)));
        }
        self.gate(step);
        self.because(step.because.as_deref(), 6);
    }

    /// Condition, conclusions, documents and approvals of a step.
    fn gate(&mut self, step: &StepDef) {
        if let Some(when) = &step.when {
            let earlier = self.policy.node(&when.step);
            let rule = earlier.and_then(|ix| self.policy.conclusion(ix, &when.conclusion));
            let conclusion = rule.map_or(when.conclusion.as_str(), |rule| &rule.title);
            let step = self.title(&when.step);
            self.line(format!("      只在“{step}”的结论为“{conclusion}”时办理"));
        }
        if step.done_by.is_some() && step.ends_with.is_none() {
            self.line("      以项目交办为办结");
        }
        if let Some(gate) = &step.gate {
            let all: Vec<String> = gate.conclusion.iter().map(|c| self.conclusion(c)).collect();
            self.line(format!("      结论：{}", all.join("；")));
            if !gate.evidence.is_empty() {
                self.line(format!("      通过须附：{}", evidence(&gate.evidence)));
            }
            if gate.repeats {
                self.line("      通过之后可以再作结论");
            }
        }
        for level in &step.approval {
            let who = self.who(&level.role);
            self.line(format!(
                "      第 {} 级审核：{}，{who}。【{}】",
                level.level, level.title, level.clause
            ));
            self.because(level.because.as_deref(), 8);
        }
    }

    fn conclusion(&self, rule: &ConclusionDef) -> String {
        let effect = match (rule.passes, &rule.leads_to, &rule.back_to) {
            (true, ..) => "通过".to_owned(),
            (_, Some(branch), _) => format!("转入{}", self.title(branch)),
            (.., Some(step)) => format!("回到{}", self.title(step)),
            _ => "不通过，重新办理".to_owned(),
        };
        format!("{}（{effect}）", rule.title)
    }

    fn checklist(&mut self) {
        let checklist = &self.policy.file.checklist;
        let Some(first) = checklist.first() else {
            return;
        };
        self.heading(&format!("企业方准备事项【{}】", first.clause));
        for (i, ChecklistDef { title, file, .. }) in checklist.iter().enumerate() {
            let file = if *file { "（附文件）" } else { "" };
            self.line(format!("{}. {title}{file}", i + 1));
        }
    }

    fn procedures(&mut self) {
        let file = &self.policy.file;
        if file.extension.is_none() && file.removal.is_none() {
            return;
        }
        self.heading("延期和调出");
        if let Some(e) = &file.extension {
            let (asks, reviews, approves) = (
                self.who(&e.requested_by),
                self.who(&e.reviewed_by),
                self.who(&e.approved_by),
            );
            self.line(format!(
                "- 延期：由{asks}申请，{reviews}审核，{approves}审批；每个项目可调整 {} 次。【{}】",
                e.times, e.clause
            ));
        }
        if let Some(r) = &file.removal {
            let (asks, approves) = (self.who(&r.requested_by), self.who(&r.approved_by));
            self.line(format!(
                "- 动态调出：由{asks}申请，{approves}办理；每月 {} 次。【{}】",
                r.times_per_month, r.clause
            ));
            self.because(r.because.as_deref(), 4);
        }
    }

    fn escalations(&mut self) {
        if self.policy.file.escalation.is_empty() {
            return;
        }
        self.heading("三级递进提醒");
        for e in &self.policy.file.escalation {
            let when = match (e.at, e.days_after) {
                (EscalationAt::Warn, _) => "进入预警期".to_owned(),
                (EscalationAt::Due, 0) => "到期次日".to_owned(),
                (EscalationAt::Due, days) => format!("到期次日起再过 {days} 个自然日"),
            };
            let to = self.all(&e.to);
            self.line(format!(
                "{}. {}：{when}，通知{to}。【{}】",
                e.level, e.title, e.clause
            ));
            self.because(e.because.as_deref(), 4);
        }
    }

    fn visits(&mut self) {
        if self.policy.file.visit.is_empty() {
            return;
        }
        self.heading("走访和调度");
        for visit in &self.policy.file.visit {
            let every = visit
                .every
                .as_ref()
                .map(|every| format!("每{}一次，", span(every)));
            let (by, to) = (self.all(&visit.by), self.all(&visit.report_to));
            self.line(format!(
                "- {}：{}由{by}走访，报送{to}。【{}】",
                visit.title,
                every.unwrap_or_default(),
                visit.clause
            ));
        }
    }

    fn performance(&mut self) {
        let file = &self.policy.file;
        if file.pack.kind != PackKind::Performance {
            return;
        }
        self.duties();
        self.lists();
        self.heading("缓冲、免责和争议");
        if let Some(grace) = &file.grace {
            let by = self.who(&grace.set_by);
            self.line(format!(
                "- 合理缓冲期：由{by}设置，最长 {} 个自然日。【{}】",
                grace.max_days, grace.clause
            ));
            self.because(grace.because.as_deref(), 4);
        }
        for exemption in &file.exemption {
            let by = self.all(&exemption.verified_by);
            let proof = evidence(&exemption.evidence);
            self.line(format!(
                "- 免责：{}，由{by}核实，材料：{proof}。【{}】",
                exemption.title, exemption.clause
            ));
        }
        for dispute in &file.dispute {
            let after = dispute.after.as_deref().map(|after| {
                let title = file
                    .dispute
                    .iter()
                    .find(|d| d.id == after)
                    .map_or(after, |d| &d.title);
                format!("{title}无效后，")
            });
            self.line(format!(
                "- 争议：{}{}。【{}】",
                after.unwrap_or_default(),
                dispute.title,
                dispute.clause
            ));
        }
    }

    fn matters(&mut self) {
        let file = &self.policy.file;
        if !file.matter.is_empty() {
            self.heading("事项");
        }
        for matter in &file.matter {
            let (by, reviews) = (self.all(&matter.issued_by), self.all(&matter.reviewed_by));
            self.line(format!(
                "■ {}：编号 {}；由{by}签发，{reviews}审核；办理时限{}。【{}】",
                matter.title,
                matter.number,
                span(&matter.limit),
                matter.clause
            ));
            self.line(format!("    原文：{}", matter.text));
            if !matter.secretary.is_empty() {
                let by = self.all(&matter.secretary);
                self.line(format!("    可由{by}代市领导签发，两人均记录在案"));
            }
            if let Some(accept) = &matter.accept {
                self.line(format!("    签收时限：{}", span(accept)));
            }
            if let Some(warn) = &matter.warn {
                self.line(format!("    预警：到期前{}起", span(warn)));
            }
            if matter.evidence {
                self.line("    报结须附材料");
            }
            if matter.delegation {
                self.line("    外出期间可以委托代办");
            }
            if let Some(kind) = &matter.escalates_to {
                let title = file.matter.iter().find(|def| def.id == *kind);
                let title = title.map_or(kind.as_str(), |def| &def.title);
                self.line(format!("    办理不力的，转为{title}"));
            }
            self.because(matter.because.as_deref(), 4);
        }
        if !file.meeting.is_empty() {
            self.heading("会议");
        }
        for meeting in &file.meeting {
            let every = meeting.every.as_ref();
            let every = every.map_or("不定期".to_owned(), |every| {
                format!("每{}一次", span(every))
            });
            let remind = meeting.remind.as_ref();
            let remind = remind.map_or(String::new(), |remind| {
                format!("，周期结束前 {} 仍未召集的提醒筹备单位", span(remind))
            });
            let (chair, by) = (self.who(&meeting.chair), self.all(&meeting.held_by));
            self.line(format!(
                "- {}：{every}{remind}，由{chair}主持，{by}筹备、记录；参加：{}。【{}】",
                meeting.title,
                self.all(&meeting.members),
                meeting.clause
            ));
            self.because(meeting.because.as_deref(), 4);
        }
    }

    fn duties(&mut self) {
        self.heading("双方责任");
        for duty in &self.policy.file.duty {
            let units = self.all(&duty.units);
            self.line(format!(
                "- {}：{}，责任单位：{units}。【{}】",
                duty.side.title(),
                duty.title,
                duty.clause
            ));
            if let Some(node) = &duty.due_with {
                self.line(format!("    与 {node} 同时到期"));
            }
            if let Some(measure) = &duty.measure {
                self.line(format!("    以目标值衡量：{measure}"));
            }
            if !duty.item.is_empty() {
                self.line(format!("    逐项检查：{}", duty.item.join("、")));
            }
            self.because(duty.because.as_deref(), 4);
        }
    }

    fn lists(&mut self) {
        self.heading("正面、负面清单和奖励");
        for merit in &self.policy.file.merit {
            self.line(format!(
                "- {}正面清单：{}。【{}】",
                merit.side.title(),
                merit.title,
                merit.clause
            ));
        }
        for breach in &self.policy.file.breach {
            let by = self.all(&breach.certified_by);
            let rectify = if breach.rectify {
                "，整改不到位的"
            } else {
                ""
            };
            let then: Vec<&str> = breach
                .consequence
                .iter()
                .map(|c| c.title.as_str())
                .collect();
            self.line(format!(
                "- {}负面清单：{}，由{by}认定{rectify}，{}。【{}】",
                breach.side.title(),
                breach.title,
                then.join("；"),
                breach.clause
            ));
        }
        for award in &self.policy.file.award {
            let on_time = award.on_time.join("、");
            self.line(format!(
                "- 奖励：{}，按时完成 {on_time} 的优先推荐。【{}】",
                award.title, award.clause
            ));
        }
    }

    fn leads(&mut self) {
        let Some(lead) = &self.policy.file.lead else {
            return;
        };
        self.heading("招商线索");
        for source in &lead.source {
            self.lead_rule(&format!("来源：{}", source.title), source.basis());
        }
        for loss in &lead.loss {
            self.lead_rule(&format!("流失原因：{}", loss.title), loss.basis());
        }
        let priority = format!("首谈优先期：认领后 {} 个自然日", lead.priority.days);
        self.lead_rule(&priority, lead.priority.basis());
        let dormant = format!(
            "休眠：{} 个自然日没有接触即退回线索池，提前 {} 个自然日提醒",
            lead.dormant.days, lead.dormant.warn
        );
        self.lead_rule(&dormant, lead.dormant.basis());
        if let Some(until) = &lead.until {
            let title = self.title(until).to_owned();
            self.line(format!("- 转为交办项目：{title}之后不再休眠退回。"));
        }
        for (what, right) in [
            ("登记线索", &lead.register),
            ("认领线索", &lead.claim),
            ("移交线索、划分成果", &lead.transfer),
            ("合并线索", &lead.merge),
        ] {
            let who = self.all(&right.roles);
            self.lead_rule(&format!("{what}：{who}"), right.basis());
        }
    }

    fn lead_rule(&mut self, rule: &str, basis: crate::model::LeadBasis<'_>) {
        let clause = match basis.article {
            "" => String::new(),
            article => format!("【{article}】"),
        };
        self.line(format!("- {rule}。{clause}"));
        self.because(Some(basis.because).filter(|b| !b.is_empty()), 4);
    }

    fn access(&mut self) {
        self.heading("权限");
        for (role, access) in &self.policy.file.access {
            self.right(role, access);
        }
    }

    fn right(&mut self, role: &str, access: &AccessDef) {
        let sees = match access.sees {
            Sight::All => "看全部项目",
            Sight::Related => "看与本单位有关的项目",
        };
        let contacts = if access.contacts {
            "，可看联系电话全文"
        } else {
            ""
        };
        let may: Vec<&str> = access.may.iter().map(|action| action.title()).collect();
        let may = if may.is_empty() {
            "只看不办".to_owned()
        } else {
            may.join("、")
        };
        let clause = access
            .clause
            .as_deref()
            .map(|c| format!("【{c}】"))
            .unwrap_or_default();
        self.line(format!(
            "- {}：{sees}{contacts}；可以：{may}。{clause}",
            self.who(role)
        ));
        self.because(access.because.as_deref(), 4);
    }

    fn because(&mut self, because: Option<&str>, indent: usize) {
        if let Some(because) = because {
            self.line(format!("{}说明：{because}", " ".repeat(indent)));
        }
    }

    fn limit(&self, limit: &LimitDef) -> String {
        let length = Limit {
            n: limit.n,
            unit: limit.unit,
        };
        let roll = match limit.roll {
            Some(Roll::NextWorkingDay) => "（逢休息日顺延）",
            Some(Roll::None) => "（逢休息日不顺延）",
            None => "",
        };
        // A milestone is reached, a step is done.
        let done = if self.policy.node(&limit.from).is_some() {
            "办结"
        } else {
            ""
        };
        format!("{}{done}之日起{length}内{roll}", self.title(&limit.from))
    }

    fn titles(&self, ids: &[String]) -> String {
        let titles: Vec<&str> = ids.iter().map(|id| self.title(id)).collect();
        titles.join("、")
    }

    /// The title of a milestone, stage or step.
    fn title<'b>(&'b self, id: &'b str) -> &'b str {
        let node = self
            .policy
            .nodes
            .iter()
            .find(|n| &*n.id == id)
            .map(|n| &*n.title);
        let milestone = self
            .policy
            .milestones
            .iter()
            .find(|m| &*m.id == id)
            .map(|m| &*m.title);
        milestone.or(node).unwrap_or(id)
    }

    fn all(&self, words: &[String]) -> String {
        let words: Vec<String> = words.iter().map(|word| self.who(word)).collect();
        words.join("、")
    }

    fn who(&self, word: &str) -> String {
        match self.policy.file.roles.get(word) {
            None => crate::model::party_title(word).unwrap_or(word).to_owned(),
            Some(RoleDef::Units(units)) => match units.as_slice() {
                [first, _, _, _, ..] => format!("{first}等 {} 个单位", units.len()),
                few => few.join("／"),
            },
            Some(RoleDef::By(by)) => format!(
                "{}／{}／{}（按产业类别）",
                by.industry, by.service, by.commerce
            ),
            Some(def) => holder(def),
        }
    }
}

/// Who holds a role.
fn holder(def: &RoleDef) -> String {
    match def {
        RoleDef::Unit(unit) => unit.clone(),
        RoleDef::Units(units) => units.join("、"),
        RoleDef::Of(of) => of.of.title().to_owned(),
        RoleDef::By(by) => format!(
            "工业：{}；服务业：{}；商贸业：{}",
            by.industry, by.service, by.commerce
        ),
    }
}

fn evidence(evidence: &[EvidenceDef]) -> String {
    let of = |e: &EvidenceDef| {
        if e.optional {
            format!("{}（可缺）", e.title)
        } else {
            e.title.clone()
        }
    };
    evidence.iter().map(of).collect::<Vec<_>>().join("、")
}

fn span(def: &SpanDef) -> String {
    Limit {
        n: def.n,
        unit: def.unit,
    }
    .to_string()
}

impl Action {
    /// 中文名称。
    pub fn title(self) -> &'static str {
        match self {
            Action::Register => "登记项目",
            Action::EditDetails => "修改基本情况",
            Action::ConfirmScope => "甄别确认",
            Action::Claim => "申报节点",
            Action::Certify => "认定节点",
            Action::CompleteStep => "登记环节办结",
            Action::TickItem => "勾选准备事项",
            Action::RequestExtension => "申请延期",
            Action::ReviewExtension => "审核延期",
            Action::ApproveExtension => "审批延期",
            Action::SetGrace => "设置缓冲期",
            Action::RequestExemption => "申请免责",
            Action::VerifyExemption => "核实免责",
            Action::RequestRemoval => "申请调出",
            Action::ApproveRemoval => "办理调出",
            Action::RecordVisit => "登记走访",
            Action::RecordDuty => "登记责任",
            Action::RecordMerit => "登记正面清单",
            Action::CertifyBreach => "认定负面清单",
            Action::RecordDispute => "登记争议",
            Action::RecommendAward => "推荐奖励",
            Action::Attach => "上传附件",
            Action::Void => "更正",
            Action::Export => "导出",
            Action::MovePolicy => "更换政策版本",
            Action::Ask => "问答",
            Action::RegisterLead => "登记线索",
            Action::ClaimLead => "认领线索",
            Action::TransferLead => "移交线索",
            Action::MergeLead => "合并线索",
            Action::Assign => "项目交办",
            Action::Conclude => "作出环节结论",
            Action::Approve => "逐级审核",
            Action::ReportProgress => "报送进展",
            Action::AskMove => "请求推进",
            Action::Dispatch => "调度督办",
            Action::Sponsor => "指定包保",
        }
    }
}
