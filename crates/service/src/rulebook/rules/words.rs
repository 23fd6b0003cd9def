//! Names in place of ids.

use calendar::{Limit, Roll};
use policy::Policy;
use policy::model::{EvidenceDef, LimitDef, RoleDef, SpanDef, party_title};

/// A pack whose rules are put into words.
pub(super) struct Words<'a> {
    pub(super) policy: &'a Policy,
}

impl Words<'_> {
    pub(super) fn limit(&self, limit: &LimitDef) -> String {
        let roll = match limit.roll {
            Some(Roll::NextWorkingDay) => "（逢休息日顺延）",
            Some(Roll::None) => "（逢休息日不顺延）",
            None => "",
        };
        format!("{}{roll}", self.length(limit.n, limit.unit, &limit.from))
    }

    pub(super) fn length(&self, n: u16, unit: calendar::LimitUnit, from: &str) -> String {
        format!("自{}之日起{}内", self.title(from), Limit { n, unit })
    }

    pub(super) fn titles(&self, ids: &[String]) -> String {
        ids.iter()
            .map(|id| self.title(id))
            .collect::<Vec<_>>()
            .join("、")
    }

    /// The title of a milestone, stage or step.
    pub(super) fn title<'b>(&'b self, id: &'b str) -> &'b str {
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

    pub(super) fn all(&self, words: &[String]) -> String {
        words
            .iter()
            .map(|word| self.who(word))
            .collect::<Vec<_>>()
            .join("、")
    }

    /// Who holds a role; also a party of a matter or a meeting.
    pub(super) fn who(&self, word: &str) -> String {
        match (self.policy.file.roles.get(word), party_title(word)) {
            (Some(def), _) => holder(def),
            (None, Some(party)) => party.to_string(),
            (None, None) => word.to_string(),
        }
    }
}

pub(super) fn holder(def: &RoleDef) -> String {
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

pub(super) fn evidence(evidence: &[EvidenceDef]) -> String {
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

pub(super) fn span(def: &SpanDef) -> String {
    Limit {
        n: def.n,
        unit: def.unit,
    }
    .to_string()
}
