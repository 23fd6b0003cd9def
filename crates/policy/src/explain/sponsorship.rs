//! Leaders and sponsorships as a person would read them.

use super::Page;
use crate::model::{AnotherProject, SponsorshipDef};

impl Page<'_> {
    pub(super) fn sponsorship(&mut self) {
        let file = &self.policy.file;
        if file.leader.is_none() && file.sponsorship.is_empty() {
            return;
        }
        self.heading("市领导牵头和包保");
        if let Some(rule) = &file.leader {
            let one = match rule.one_leader {
                true => "一个项目由一名市领导牵头",
                false => "一个项目可以由几名市领导牵头",
            };
            let another = match rule.another_project {
                AnotherProject::Shown => "已牵头其他在办项目的可以再牵头，并予列出",
                AnotherProject::Refused => "已牵头其他在办项目的不得再牵头",
            };
            self.line(format!("- {one}；{another}。【{}】", rule.clause));
            self.line(format!("    原文：{}", rule.text));
            self.because(rule.because.as_deref(), 4);
        }
        for rule in &file.sponsorship {
            self.one_sponsorship(rule);
        }
    }

    fn one_sponsorship(&mut self, rule: &SponsorshipDef) {
        let projects = match rule.projects {
            Some(n) => format!("确定 {n} 个项目，"),
            None => String::new(),
        };
        let names: Vec<&str> = rule.names.iter().map(|part| part.title()).collect();
        let partly = match rule.partly {
            true => "，可以先缺一部分、以后补齐",
            false => "",
        };
        let by = self.all(&rule.named_by);
        self.line(format!(
            "- {}：{projects}由{by}指定{}{partly}。【{}】",
            rule.title,
            names.join("、"),
            rule.clause
        ));
        self.line(format!("    原文：{}", rule.text));
        self.line(format!("    职责：{}", rule.duty));
        self.because(rule.because.as_deref(), 4);
    }
}
