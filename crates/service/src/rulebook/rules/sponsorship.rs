//! Rules of leaders who lead and of those who sponsor projects.

use policy::model::{AnotherProject, SponsorshipDef};

use super::Rule;
use super::words::Words;

impl Words<'_> {
    pub(super) fn sponsorship(&self) -> Vec<Rule> {
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
}
