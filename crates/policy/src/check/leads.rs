//! Rules on leads: words known once, days that make sense, everybody who is named may act, every rule with its basis.

use super::{Check, Kind};
use crate::model::{Action, LeadBasis, LeadDef, LeadWordDef};
use crate::problem::Problem;

/// Longest span that a rule on leads may set, in days.
const MOST_DAYS: u16 = 3_650;

impl Check<'_> {
    pub(super) fn leads(&mut self) {
        let file = self.file;
        let Some(lead) = &file.lead else { return };
        self.lead_words("/lead/source", "来源", &lead.source);
        self.lead_words("/lead/loss", "流失原因", &lead.loss);
        self.lead_basis("/lead/priority", lead.priority.basis());
        self.lead_basis("/lead/dormant", lead.dormant.basis());
        self.lead_days(lead);
        if let Some(until) = &lead.until {
            self.refer("/lead/until", until, &[Kind::Milestone, Kind::Step]);
        }
        let rights = [
            ("register", &lead.register, Action::RegisterLead),
            ("claim", &lead.claim, Action::ClaimLead),
            ("transfer", &lead.transfer, Action::TransferLead),
            ("merge", &lead.merge, Action::MergeLead),
        ];
        for (key, right, action) in rights {
            let roles = format!("/lead/{key}/roles");
            self.unit_list(&roles, &right.roles);
            self.one_of_needs(&roles, &right.roles, action);
            self.lead_basis(&format!("/lead/{key}"), right.basis());
        }
    }

    fn lead_words(&mut self, pointer: &str, what: &str, words: &[LeadWordDef]) {
        if words.is_empty() {
            let at = self.value(pointer);
            let message = format!("没有列出线索的{what}");
            self.report(
                Problem::error("no-lead-word", at, message)
                    .help("至少写一项，每项写 id、title 和 clause 或 because。"),
            );
        }
        let ids = words.iter().enumerate();
        self.unique(
            ids.map(|(i, word)| (format!("{pointer}/{i}/id"), word.id.clone()))
                .collect(),
        );
        for (i, word) in words.iter().enumerate() {
            self.lead_basis(&format!("{pointer}/{i}"), word.basis());
        }
    }

    fn lead_days(&mut self, lead: &LeadDef) {
        let spans = [
            ("/lead/priority/days", lead.priority.days),
            ("/lead/dormant/days", lead.dormant.days),
        ];
        for (pointer, days) in spans {
            if days == 0 || days > MOST_DAYS {
                let at = self.value(pointer);
                self.report(Problem::error(
                    "zero-limit",
                    at,
                    format!("天数应当在 1 到 {MOST_DAYS} 之间"),
                ));
            }
        }
        if lead.dormant.warn >= lead.dormant.days {
            let at = self.value("/lead/dormant/warn");
            let message = format!(
                "提前 {} 天提醒，不短于休眠的 {} 天",
                lead.dormant.warn, lead.dormant.days
            );
            self.report(Problem::error("warn-longer-than-limit", at, message));
        }
    }

    fn lead_basis(&mut self, pointer: &str, basis: LeadBasis<'_>) {
        if basis.is_missing() {
            let at = self.value(pointer);
            self.report(
                Problem::error("no-basis", at, "这条线索规则没有写依据")
                    .help("写 clause（条款），文件没有规定的写 because（取法和理由）。"),
            );
        }
    }
}
