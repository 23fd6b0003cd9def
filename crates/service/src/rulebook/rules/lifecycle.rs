//! Rules of a lifecycle: scope, milestones, stages, checklist, extension, reminders, visits, leads.

use policy::model::{
    ConclusionDef, EscalationAt, LeadWordDef, LimitDef, MilestoneDef, ReadingDef, StageDef, StepDef,
};

use super::words::{Words, evidence, span};
use super::{Reading, Rule};

impl Words<'_> {
    pub(super) fn scope(&self) -> Vec<Rule> {
        let rule = self.policy.file.scope.as_ref().map(|scope| Rule {
            id: "scope".into(),
            title: format!(
                "{} 以来达到{}的项目",
                scope.since,
                self.titles(&scope.requires)
            ),
            clause: scope.clause.clone(),
            text: scope.text.clone(),
            lines: vec![("确认", self.who(&scope.confirmed_by))],
            ..Rule::default()
        });
        rule.into_iter().collect()
    }

    pub(super) fn milestones(&self) -> Vec<Rule> {
        self.policy
            .file
            .milestone
            .iter()
            .map(|milestone| self.milestone(milestone))
            .collect()
    }

    pub(super) fn milestone(&self, milestone: &MilestoneDef) -> Rule {
        let certified = milestone
            .certified_by
            .as_deref()
            .map_or("登记即成立".to_string(), |role| self.who(role));
        let mut lines = vec![
            ("申报", self.all(&milestone.claimed_by)),
            ("认定", certified),
        ];
        lines.extend(
            milestone
                .standard
                .clone()
                .map(|standard| ("标准", standard)),
        );
        if !milestone.variant.is_empty() {
            let titles: Vec<&str> = milestone
                .variant
                .iter()
                .map(|variant| variant.title.as_str())
                .collect();
            lines.push(("情形", titles.join("、")));
        }
        for require in &milestone.requires {
            let yuan = domain::Yuan::from_yuan(require.at_least_yuan);
            let wan = yuan.format_in(domain::MoneyUnit::Wan);
            lines.push(("须达到", format!("{}不少于 {wan} 万元", require.title)));
        }
        if !milestone.evidence.is_empty() {
            lines.push(("材料", evidence(&milestone.evidence)));
        }
        if !milestone.after.is_empty() {
            lines.push(("不得早于", self.titles(&milestone.after)));
        }
        Rule {
            id: milestone.id.clone(),
            title: milestone.title.clone(),
            clause: milestone.clause.clone(),
            text: milestone.text.clone().unwrap_or_default(),
            lines,
            because: milestone.because.clone().unwrap_or_default(),
            ..Rule::default()
        }
    }

    pub(super) fn stages(&self) -> Vec<Rule> {
        let rules = |stage: &StageDef| {
            let steps = stage.step.iter().map(|step| self.step(step));
            std::iter::once(self.stage(stage))
                .chain(steps)
                .collect::<Vec<_>>()
        };
        self.policy.file.stage.iter().flat_map(rules).collect()
    }

    pub(super) fn stage(&self, stage: &StageDef) -> Rule {
        let limit = stage
            .limit
            .as_ref()
            .map_or("文件未定期限".to_string(), |limit| self.limit(limit));
        let mut lines = vec![
            ("期限", limit),
            ("结束于", self.title(&stage.ends_with).to_string()),
        ];
        if let Some(opens) = &stage.opens_with {
            lines.push(("开启于", self.title(opens).to_string()));
        }
        if let Some(branch) = &stage.branch {
            let then = self.title(&branch.then);
            lines.push(("分支", format!("由环节结论转入，走完后转“{then}”")));
        }
        if let Some(owner) = &stage.owner {
            lines.push(("主管", self.who(owner)));
        }
        lines.push(("责任单位", self.all(&stage.units)));
        if let Some(warn) = &stage.warn {
            let by = stage
                .warned_by
                .as_deref()
                .map(|role| format!("，由{}倒计时提醒", self.who(role)));
            let clause = stage
                .warn_clause
                .as_deref()
                .map(|clause| format!("（{clause}）"));
            let (by, clause) = (by.unwrap_or_default(), clause.unwrap_or_default());
            lines.push(("预警", format!("到期前{}起{by}{clause}", span(warn))));
        }
        Rule {
            id: stage.id.clone(),
            title: stage.title.clone(),
            clause: stage.clause.clone(),
            text: stage.text.clone(),
            lines,
            because: stage.because.clone().unwrap_or_default(),
            readings: self.readings(
                &stage.reading,
                (&stage.clause, &stage.text),
                stage.limit.as_ref(),
                stage.uses.as_deref(),
            ),
            nested: false,
        }
    }

    pub(super) fn step(&self, step: &StepDef) -> Rule {
        let limit = step
            .limit
            .as_ref()
            .map_or("文件未定期限".to_string(), |limit| self.limit(limit));
        let mut lines = vec![("期限", limit)];
        if !step.after.is_empty() {
            lines.push(("前置", self.titles(&step.after)));
        }
        lines.push(("责任单位", self.all(&step.units)));
        if !step.produces.is_empty() {
            lines.push(("成果", step.produces.join("、")));
        }
        if let Some(milestone) = &step.ends_with {
            lines.push(("办结于", self.title(milestone).to_string()));
        }
        if let Some(warn) = &step.warn {
            lines.push(("预警", format!("到期前{}起", span(warn))));
        }
        if step.optional {
            lines.push(("可以不办", "视项目情况".to_string()));
        }
        self.gate(step, &mut lines);
        Rule {
            id: step.id.clone(),
            title: step.title.clone(),
            clause: step.clause.clone(),
            text: step.text.clone(),
            lines,
            because: step.because.clone().unwrap_or_default(),
            readings: self.readings(
                &step.reading,
                (&step.clause, &step.text),
                step.limit.as_ref(),
                step.uses.as_deref(),
            ),
            nested: true,
        }
    }

    /// Condition, conclusions, documents and approvals of a step.
    pub(super) fn gate(&self, step: &StepDef, lines: &mut Vec<(&'static str, String)>) {
        if let Some(when) = &step.when {
            let ix = self.policy.node(&when.step);
            let rule = ix.and_then(|ix| self.policy.conclusion(ix, &when.conclusion));
            let conclusion = rule.map_or(when.conclusion.as_str(), |rule| &rule.title);
            let step = self.title(&when.step);
            lines.push(("条件", format!("“{step}”的结论为“{conclusion}”")));
        }
        if let Some(gate) = &step.gate {
            let effect = |rule: &ConclusionDef| match (rule.passes, &rule.leads_to, &rule.back_to) {
                (true, ..) => "通过".to_string(),
                (_, Some(branch), _) => format!("转入{}", self.title(branch)),
                (.., Some(step)) => format!("回到{}", self.title(step)),
                _ => "不通过".to_string(),
            };
            let conclusions = gate.conclusion.iter();
            let all: Vec<String> = conclusions
                .map(|rule| format!("{}（{}）", rule.title, effect(rule)))
                .collect();
            lines.push(("结论", all.join("；")));
            if !gate.evidence.is_empty() {
                lines.push(("材料", evidence(&gate.evidence)));
            }
        }
        for level in &step.approval {
            let (number, who) = (level.level, self.who(&level.role));
            let line = format!("第 {number} 级：{}，{who}（{}）", level.title, level.clause);
            lines.push(("审核", line));
        }
    }

    /// The rule's own wording first, then those of other places.
    pub(super) fn readings(
        &self,
        others: &[ReadingDef],
        own: (&str, &str),
        limit: Option<&LimitDef>,
        uses: Option<&str>,
    ) -> Vec<Reading> {
        if others.is_empty() {
            return Vec::new();
        }
        let other = |reading: &ReadingDef| Reading {
            clause: reading.clause.clone(),
            text: reading.text.clone(),
            limit: self.length(reading.n, reading.unit, &reading.from),
            used: uses == Some(reading.clause.as_str()),
        };
        let mut readings: Vec<Reading> = others.iter().map(other).collect();
        // The limit of the rule is the one that is used; its own wording stands first unless another clause is named.
        let used_elsewhere = readings.iter().any(|reading| reading.used);
        let first = Reading {
            clause: own.0.to_string(),
            text: own.1.to_string(),
            limit: limit.map(|limit| self.limit(limit)).unwrap_or_default(),
            used: !used_elsewhere,
        };
        readings.insert(0, first);
        readings
    }

    pub(super) fn checklist(&self) -> Vec<Rule> {
        let rule = |item: &policy::model::ChecklistDef| Rule {
            id: item.id.clone(),
            title: item.title.clone(),
            clause: item.clause.clone(),
            lines: vec![
                ("阶段", self.title(&item.stage).to_string()),
                (
                    "附件",
                    if item.file {
                        "须附文件"
                    } else {
                        "可不附文件"
                    }
                    .to_string(),
                ),
            ],
            ..Rule::default()
        };
        self.policy.file.checklist.iter().map(rule).collect()
    }

    pub(super) fn procedures(&self) -> Vec<Rule> {
        let file = &self.policy.file;
        let extension = file.extension.as_ref().map(|extension| Rule {
            id: "extension".into(),
            title: "延期".into(),
            clause: extension.clause.clone(),
            text: extension.text.clone(),
            lines: vec![
                ("次数", format!("每个项目 {} 次", extension.times)),
                ("申请", self.who(&extension.requested_by)),
                ("审核", self.who(&extension.reviewed_by)),
                ("审批", self.who(&extension.approved_by)),
            ],
            ..Rule::default()
        });
        let removal = file.removal.as_ref().map(|removal| Rule {
            id: "removal".into(),
            title: "动态调出".into(),
            clause: removal.clause.clone(),
            text: removal.text.clone(),
            lines: vec![
                ("申请", self.who(&removal.requested_by)),
                ("办理", self.who(&removal.approved_by)),
                ("周期", format!("每月 {} 次", removal.times_per_month)),
            ],
            because: removal.because.clone().unwrap_or_default(),
            ..Rule::default()
        });
        extension.into_iter().chain(removal).collect()
    }

    pub(super) fn escalations(&self) -> Vec<Rule> {
        let rule = |escalation: &policy::model::EscalationDef| {
            let when = match (escalation.at, escalation.days_after) {
                (EscalationAt::Warn, _) => "进入预警期".to_string(),
                (EscalationAt::Due, 0) => "到期次日".to_string(),
                (EscalationAt::Due, days) => format!("到期次日起再过 {days} 个自然日"),
            };
            Rule {
                id: format!("level-{}", escalation.level),
                title: format!("{} 级 {}", escalation.level, escalation.title),
                clause: escalation.clause.clone(),
                text: escalation.text.clone(),
                lines: vec![("何时", when), ("通知", self.all(&escalation.to))],
                because: escalation.because.clone().unwrap_or_default(),
                ..Rule::default()
            }
        };
        self.policy.file.escalation.iter().map(rule).collect()
    }

    pub(super) fn visits(&self) -> Vec<Rule> {
        let rule = |visit: &policy::model::VisitDef| Rule {
            id: visit.id.clone(),
            title: visit.title.clone(),
            clause: visit.clause.clone(),
            text: visit.text.clone(),
            lines: vec![
                (
                    "周期",
                    visit
                        .every
                        .as_ref()
                        .map_or("文件未定".to_string(), |every| {
                            format!("每{}一次", span(every))
                        }),
                ),
                ("走访", self.all(&visit.by)),
                ("报送", self.all(&visit.report_to)),
            ],
            ..Rule::default()
        };
        self.policy.file.visit.iter().map(rule).collect()
    }

    pub(super) fn leads(&self) -> Vec<Rule> {
        let Some(lead) = &self.policy.file.lead else {
            return Vec::new();
        };
        let rule = |id: String, title: String, basis: policy::model::LeadBasis<'_>| Rule {
            id,
            title,
            clause: basis.article.to_string(),
            because: basis.because.to_string(),
            ..Rule::default()
        };
        let words = |kind: &'static str, label: &'static str, words: &[LeadWordDef]| {
            let word = |word: &LeadWordDef| {
                let title = format!("{label}：{}", word.title);
                rule(format!("{kind}-{}", word.id), title, word.basis())
            };
            words.iter().map(word).collect::<Vec<_>>()
        };
        let mut rules = words("source", "来源", &lead.source);
        rules.extend(words("loss", "流失原因", &lead.loss));
        let days = |days: u16| format!("{days} 个自然日");
        let mut priority = rule(
            "priority".into(),
            "首谈优先期".into(),
            lead.priority.basis(),
        );
        priority.lines = vec![("认领后", days(lead.priority.days))];
        let mut dormant = rule("dormant".into(), "休眠退回".into(), lead.dormant.basis());
        dormant.lines = vec![
            ("没有接触", days(lead.dormant.days)),
            ("提前提醒", days(lead.dormant.warn)),
        ];
        rules.extend([priority, dormant]);
        let rights = [
            ("register", "登记线索", &lead.register),
            ("claim", "认领线索", &lead.claim),
            ("transfer", "移交线索、划分成果", &lead.transfer),
            ("merge", "合并线索", &lead.merge),
        ];
        rules.extend(rights.into_iter().map(|(id, title, right)| Rule {
            lines: vec![("由谁办理", self.all(&right.roles))],
            ..rule(id.into(), title.into(), right.basis())
        }));
        rules
    }
}
