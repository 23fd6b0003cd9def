//! Rules of the contract: duties, merits, breaches, awards, relief.

use super::Rule;
use super::words::{Words, evidence};

impl Words<'_> {
    pub(super) fn duties(&self) -> Vec<Rule> {
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

    pub(super) fn merits(&self) -> Vec<Rule> {
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

    pub(super) fn breaches(&self) -> Vec<Rule> {
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

    pub(super) fn awards(&self) -> Vec<Rule> {
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

    pub(super) fn relief(&self) -> Vec<Rule> {
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
}
