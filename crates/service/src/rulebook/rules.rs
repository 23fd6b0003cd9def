//! Every rule of a pack in the same form: title, clause, the document's words, and what the program makes of them.

use calendar::{Limit, Roll};
use policy::Policy;
use policy::model::{
    Action, AnotherProject, ConclusionDef, EscalationAt, EvidenceDef, LeadWordDef, LimitDef,
    MilestoneDef, ReadingDef, RoleDef, Sight, SpanDef, SponsorshipDef, StageDef, StepDef,
};

/// Another wording of the same rule in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// 条款.
    pub clause: String,
    /// The document's words.
    pub text: String,
    /// The limit that follows from them.
    pub limit: String,
    /// Whether it is the one that is used.
    pub used: bool,
}

/// A rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// What tells it from the others of its section; part of the address on the page.
    pub id: String,
    /// Title.
    pub title: String,
    /// 条款; empty where the pack gives none.
    pub clause: String,
    /// The document's words; empty where the pack quotes none.
    pub text: String,
    /// What the program makes of it, by label.
    pub lines: Vec<(&'static str, String)>,
    /// How it is read where the document is silent, and why.
    pub because: String,
    /// Wordings that contradict each other, with the one that is used.
    pub readings: Vec<Reading>,
    /// Part of the rule before it: a step of a stage.
    pub nested: bool,
}

/// Rules of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Part of the address on the page.
    pub id: &'static str,
    /// 节点, 阶段和环节 …
    pub title: &'static str,
    /// Rules in the order of the file.
    pub rules: Vec<Rule>,
}

/// Who sees and does what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matrix {
    /// Titles of the actions that anybody may do.
    pub actions: Vec<&'static str>,
    /// Roles in the order of the pack.
    pub rows: Vec<MatrixRow>,
}

/// What a role sees and does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    /// Id of the role.
    pub role: String,
    /// Who holds it.
    pub holder: String,
    /// 全部项目 or 有关项目.
    pub sees: &'static str,
    /// Reads telephones in full.
    pub contacts: bool,
    /// By action, in the order of [`Matrix::actions`].
    pub may: Vec<bool>,
    /// 条款.
    pub clause: String,
    /// Why.
    pub because: String,
}

/// The head of a pack.
pub(super) fn head(policy: &Policy) -> Vec<(String, String)> {
    let pack = &policy.file.pack;
    let roll = match pack.roll {
        Roll::None => "期限最后一日逢休息日不顺延",
        Roll::NextWorkingDay => "期限最后一日逢休息日，顺延至次一工作日",
    };
    let line = |title: &str, text: String| (title.to_string(), text);
    let mut head = vec![
        line("政策包", format!("{} @ {}", pack.id, pack.version)),
        line("文号", pack.document.clone()),
        line("印发", pack.issued.to_string()),
        line("施行", pack.effective.to_string()),
        line("逢休息日", roll.to_string()),
    ];
    let optional = [
        ("依附", &pack.accompanies),
        ("解释单位", &pack.interpreted_by),
        ("说明", &pack.note),
    ];
    head.extend(
        optional
            .into_iter()
            .filter_map(|(title, text)| Some(line(title, text.clone()?))),
    );
    head
}

/// All rules, by kind; kinds without rules are left out.
pub(super) fn sections(policy: &Policy) -> Vec<Section> {
    let words = Words { policy };
    let mut sections = vec![
        Section {
            id: "scope",
            title: "适用范围",
            rules: words.scope(),
        },
        Section {
            id: "milestone",
            title: "节点和认定",
            rules: words.milestones(),
        },
        Section {
            id: "stage",
            title: "阶段和环节",
            rules: words.stages(),
        },
        Section {
            id: "checklist",
            title: "企业方准备事项",
            rules: words.checklist(),
        },
        Section {
            id: "procedure",
            title: "延期和调出",
            rules: words.procedures(),
        },
        Section {
            id: "escalation",
            title: "三级递进提醒",
            rules: words.escalations(),
        },
        Section {
            id: "visit",
            title: "走访和调度",
            rules: words.visits(),
        },
        Section {
            id: "lead",
            title: "招商线索",
            rules: words.leads(),
        },
        Section {
            id: "sponsorship",
            title: "市领导牵头和包保",
            rules: words.sponsorship(),
        },
        Section {
            id: "duty",
            title: "双方责任",
            rules: words.duties(),
        },
        Section {
            id: "merit",
            title: "正面清单",
            rules: words.merits(),
        },
        Section {
            id: "breach",
            title: "负面清单",
            rules: words.breaches(),
        },
        Section {
            id: "award",
            title: "奖励支持",
            rules: words.awards(),
        },
        Section {
            id: "exemption",
            title: "缓冲、免责和争议",
            rules: words.relief(),
        },
        Section {
            id: "role",
            title: "角色",
            rules: words.roles(),
        },
        Section {
            id: "access",
            title: "权限",
            rules: words.access(),
        },
    ];
    sections.retain(|section| !section.rules.is_empty());
    sections
}

/// Who sees and does what.
pub(super) fn matrix(policy: &Policy) -> Matrix {
    let access = &policy.file.access;
    let mut actions: Vec<Action> = access
        .values()
        .flat_map(|access| access.may.iter().copied())
        .collect();
    actions.sort_unstable();
    actions.dedup();
    let words = Words { policy };
    let row = |(role, access): (&String, &policy::model::AccessDef)| MatrixRow {
        role: role.clone(),
        holder: words.who(role),
        sees: sees(access.sees),
        contacts: access.contacts,
        may: actions
            .iter()
            .map(|action| access.may.contains(action))
            .collect(),
        clause: access.clause.clone().unwrap_or_default(),
        because: access.because.clone().unwrap_or_default(),
    };
    Matrix {
        rows: access.iter().map(row).collect(),
        actions: actions.iter().map(|action| action.title()).collect(),
    }
}

fn sees(sight: Sight) -> &'static str {
    match sight {
        Sight::All => "全部项目",
        Sight::Related => "有关项目",
    }
}

struct Words<'a> {
    policy: &'a Policy,
}

impl Words<'_> {
    fn scope(&self) -> Vec<Rule> {
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

    fn milestones(&self) -> Vec<Rule> {
        self.policy
            .file
            .milestone
            .iter()
            .map(|milestone| self.milestone(milestone))
            .collect()
    }

    fn milestone(&self, milestone: &MilestoneDef) -> Rule {
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

    fn stages(&self) -> Vec<Rule> {
        let rules = |stage: &StageDef| {
            let steps = stage.step.iter().map(|step| self.step(step));
            std::iter::once(self.stage(stage))
                .chain(steps)
                .collect::<Vec<_>>()
        };
        self.policy.file.stage.iter().flat_map(rules).collect()
    }

    fn stage(&self, stage: &StageDef) -> Rule {
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

    fn step(&self, step: &StepDef) -> Rule {
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
    fn gate(&self, step: &StepDef, lines: &mut Vec<(&'static str, String)>) {
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
    fn readings(
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

    fn checklist(&self) -> Vec<Rule> {
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

    fn procedures(&self) -> Vec<Rule> {
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

    fn escalations(&self) -> Vec<Rule> {
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

    fn visits(&self) -> Vec<Rule> {
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

    fn leads(&self) -> Vec<Rule> {
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

    fn sponsorship(&self) -> Vec<Rule> {
        let file = &self.policy.file;
        let leader = file.leader.iter().map(|rule| Rule {
            id: "leader".to_string(),
            title: "市领导牵头项目".to_string(),
            clause: rule.clause.clone(),
            text: rule.text.clone(),
            lines: vec![
                (
                    "每个项目",
                    match rule.one_leader {
                        true => "由一名市领导牵头",
                        false => "可以由几名市领导牵头",
                    }
                    .to_string(),
                ),
                (
                    "已牵头其他项目",
                    match rule.another_project {
                        AnotherProject::Shown => "可以再牵头，逐个列出",
                        AnotherProject::Refused => "不得再牵头",
                    }
                    .to_string(),
                ),
            ],
            because: rule.because.clone().unwrap_or_default(),
            ..Rule::default()
        });
        let sponsorship = |rule: &SponsorshipDef| {
            let names: Vec<&str> = rule.names.iter().map(|part| part.title()).collect();
            let partly = if rule.partly {
                "，可以先缺一部分"
            } else {
                ""
            };
            let mut lines = vec![
                ("指定", format!("{}{partly}", names.join("、"))),
                ("由谁指定", self.all(&rule.named_by)),
                ("职责", rule.duty.clone()),
            ];
            lines.extend(rule.projects.map(|n| ("项目", format!("{n} 个"))));
            Rule {
                id: rule.id.clone(),
                title: rule.title.clone(),
                clause: rule.clause.clone(),
                text: rule.text.clone(),
                lines,
                because: rule.because.clone().unwrap_or_default(),
                ..Rule::default()
            }
        };
        leader
            .chain(file.sponsorship.iter().map(sponsorship))
            .collect()
    }

    fn duties(&self) -> Vec<Rule> {
        let rule = |duty: &policy::model::DutyDef| {
            let mut lines = vec![
                ("哪一方", duty.side.title().to_string()),
                ("责任单位", self.all(&duty.units)),
            ];
            lines.extend(
                duty.due_with
                    .as_deref()
                    .map(|node| ("到期", format!("与 {node} 同时"))),
            );
            lines.extend(duty.measure.clone().map(|measure| ("目标值", measure)));
            if !duty.item.is_empty() {
                lines.push(("逐项", duty.item.join("、")));
            }
            Rule {
                id: duty.id.clone(),
                title: duty.title.clone(),
                clause: duty.clause.clone(),
                text: duty.text.clone(),
                lines,
                because: duty.because.clone().unwrap_or_default(),
                ..Rule::default()
            }
        };
        self.policy.file.duty.iter().map(rule).collect()
    }

    fn merits(&self) -> Vec<Rule> {
        let rule = |merit: &policy::model::MeritDef| Rule {
            id: merit.id.clone(),
            title: merit.title.clone(),
            clause: merit.clause.clone(),
            text: merit.text.clone(),
            lines: vec![("哪一方", merit.side.title().to_string())],
            ..Rule::default()
        };
        self.policy.file.merit.iter().map(rule).collect()
    }

    fn breaches(&self) -> Vec<Rule> {
        let rule = |breach: &policy::model::BreachDef| {
            let consequence = |c: &policy::model::ConsequenceDef| {
                let bars = if c.bars_awards {
                    "，取消奖励推荐资格"
                } else {
                    ""
                };
                format!("{}（{}{bars}）", c.title, c.clause)
            };
            let consequences: Vec<String> = breach.consequence.iter().map(consequence).collect();
            let mut lines = vec![
                ("哪一方", breach.side.title().to_string()),
                ("认定", self.all(&breach.certified_by)),
                (
                    "整改",
                    if breach.rectify {
                        "先整改，不到位才有后果"
                    } else {
                        "不经整改"
                    }
                    .to_string(),
                ),
                ("后果", consequences.join("；")),
            ];
            if !breach.suggested_by.is_empty() {
                lines.push(("提示", format!("{} 逾期时", breach.suggested_by.join("、"))));
            }
            Rule {
                id: breach.id.clone(),
                title: breach.title.clone(),
                clause: breach.clause.clone(),
                text: breach.text.clone(),
                lines,
                because: breach.because.clone().unwrap_or_default(),
                ..Rule::default()
            }
        };
        self.policy.file.breach.iter().map(rule).collect()
    }

    fn awards(&self) -> Vec<Rule> {
        let rule = |award: &policy::model::AwardDef| Rule {
            id: award.id.clone(),
            title: award.title.clone(),
            clause: award.clause.clone(),
            text: award.text.clone(),
            lines: vec![("须按时完成", award.on_time.join("、"))],
            ..Rule::default()
        };
        self.policy.file.award.iter().map(rule).collect()
    }

    fn relief(&self) -> Vec<Rule> {
        let file = &self.policy.file;
        let grace = file.grace.as_ref().map(|grace| Rule {
            id: "grace".into(),
            title: "合理缓冲期".into(),
            clause: grace.clause.clone(),
            text: grace.text.clone(),
            lines: vec![
                ("设置", self.who(&grace.set_by)),
                ("最长", format!("{} 个自然日", grace.max_days)),
            ],
            because: grace.because.clone().unwrap_or_default(),
            ..Rule::default()
        });
        let exemption = |exemption: &policy::model::ExemptionDef| Rule {
            id: exemption.id.clone(),
            title: format!("免责：{}", exemption.title),
            clause: exemption.clause.clone(),
            text: exemption.text.clone(),
            lines: vec![
                ("核实", self.all(&exemption.verified_by)),
                ("材料", evidence(&exemption.evidence)),
            ],
            because: exemption.because.clone().unwrap_or_default(),
            ..Rule::default()
        };
        let dispute = |dispute: &policy::model::DisputeDef| {
            let after = dispute.after.as_deref().map(|after| {
                let step = file.dispute.iter().find(|step| step.id == after);
                (
                    "前一步",
                    format!("{}无效之后", step.map_or(after, |step| &step.title)),
                )
            });
            Rule {
                id: dispute.id.clone(),
                title: format!("争议：{}", dispute.title),
                clause: dispute.clause.clone(),
                text: dispute.text.clone(),
                lines: after.into_iter().collect(),
                ..Rule::default()
            }
        };
        let exemptions = file.exemption.iter().map(exemption);
        grace
            .into_iter()
            .chain(exemptions)
            .chain(file.dispute.iter().map(dispute))
            .collect()
    }

    fn roles(&self) -> Vec<Rule> {
        let rule = |(role, def): (&String, &RoleDef)| Rule {
            id: role.clone(),
            title: role.clone(),
            lines: vec![("由谁担任", holder(def))],
            ..Rule::default()
        };
        self.policy.file.roles.iter().map(rule).collect()
    }

    /// Rights as rules too, so that two versions can be compared.
    fn access(&self) -> Vec<Rule> {
        let rule = |(role, access): (&String, &policy::model::AccessDef)| {
            let may: Vec<&str> = access.may.iter().map(|action| action.title()).collect();
            Rule {
                id: role.clone(),
                title: self.who(role),
                clause: access.clause.clone().unwrap_or_default(),
                lines: vec![
                    ("可见", sees(access.sees).to_string()),
                    (
                        "可以",
                        if may.is_empty() {
                            "只看不办".to_string()
                        } else {
                            may.join("、")
                        },
                    ),
                    (
                        "联系电话",
                        if access.contacts {
                            "可看全文"
                        } else {
                            "掩码"
                        }
                        .to_string(),
                    ),
                ],
                because: access.because.clone().unwrap_or_default(),
                ..Rule::default()
            }
        };
        self.policy.file.access.iter().map(rule).collect()
    }

    fn limit(&self, limit: &LimitDef) -> String {
        let roll = match limit.roll {
            Some(Roll::NextWorkingDay) => "（逢休息日顺延）",
            Some(Roll::None) => "（逢休息日不顺延）",
            None => "",
        };
        format!("{}{roll}", self.length(limit.n, limit.unit, &limit.from))
    }

    fn length(&self, n: u16, unit: calendar::LimitUnit, from: &str) -> String {
        format!("自{}之日起{}内", self.title(from), Limit { n, unit })
    }

    fn titles(&self, ids: &[String]) -> String {
        ids.iter()
            .map(|id| self.title(id))
            .collect::<Vec<_>>()
            .join("、")
    }

    /// The title of a milestone, stage or step.
    fn title<'b>(&'b self, id: &'b str) -> &'b str {
        let milestone = self
            .policy
            .milestones
            .iter()
            .find(|m| &*m.id == id)
            .map(|m| &*m.title);
        let node = self
            .policy
            .nodes
            .iter()
            .find(|node| &*node.id == id)
            .map(|node| &*node.title);
        milestone.or(node).unwrap_or(id)
    }

    fn all(&self, words: &[String]) -> String {
        words
            .iter()
            .map(|word| self.who(word))
            .collect::<Vec<_>>()
            .join("、")
    }

    fn who(&self, word: &str) -> String {
        self.policy
            .file
            .roles
            .get(word)
            .map_or(word.to_string(), holder)
    }
}

fn holder(def: &RoleDef) -> String {
    match def {
        RoleDef::Unit(unit) => unit.clone(),
        RoleDef::Units(units) => units.join("、"),
        RoleDef::Of(of) => of.of.title().to_string(),
        RoleDef::By(by) => format!(
            "按产业类别（工业{}，服务业{}，商贸业{}）",
            by.industry, by.service, by.commerce
        ),
    }
}

fn evidence(evidence: &[EvidenceDef]) -> String {
    if evidence.is_empty() {
        return "文件未要求".to_string();
    }
    let title = |e: &EvidenceDef| {
        if e.optional {
            format!("{}（可缺）", e.title)
        } else {
            e.title.clone()
        }
    };
    evidence.iter().map(title).collect::<Vec<_>>().join("、")
}

fn span(def: &SpanDef) -> String {
    Limit {
        n: def.n,
        unit: def.unit,
    }
    .to_string()
}
