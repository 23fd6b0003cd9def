//! Both sides of the contract as they are shown.

use calendar::Day;
use policy::Policy;
use policy::model::{BreachDef, Side};
use serde::{Deserialize, Serialize};

use super::{ByView, ClauseView, Shown, UnknownView};
use crate::award::{self, Eligibility, Suggestion};
use crate::event::{DisputeOutcome, EventId, EventKind, FileRef};
use crate::state::{Breach, BreachStatus, Duty};
use crate::values::Yuan;

/// 履约.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerformanceView {
    /// 双方责任.
    pub duties: Vec<DutyView>,
    /// 正面清单.
    pub merits: Vec<MeritView>,
    /// 负面清单.
    pub breaches: Vec<BreachView>,
    /// 争议解决.
    pub disputes: Vec<DisputeView>,
    /// 推荐奖励支持.
    pub awards: Vec<AwardView>,
    /// Whether the project can be put forward, by award, with proof.
    pub eligibility: Vec<Eligibility>,
    /// Breaches that overdue stages and steps suggest.
    pub suggestions: Vec<Suggestion>,
}

/// 责任.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyView {
    /// The fact.
    pub id: EventId,
    /// Duty id.
    pub duty: String,
    /// 名称.
    pub title: String,
    /// Which side.
    pub side: Option<Side>,
    /// Detail.
    pub detail: String,
    /// Units that answer for it.
    pub units: Vec<String>,
    /// Due day: by contract, else that of the stage or step it goes with.
    pub due: Option<Day>,
    /// Target value.
    pub target: Option<Yuan>,
    /// What the target measures.
    pub measure: Option<String>,
    /// When it was fulfilled.
    pub fulfilled_on: Option<Day>,
    /// Value reached.
    pub value: Option<Yuan>,
    /// Done, and the target reached.
    pub met: bool,
    /// Not done and past its due day.
    pub overdue: bool,
    /// How it stands, in a word.
    pub status_text: String,
    /// Proof.
    pub files: Vec<FileRef>,
    /// Where the rule stands.
    pub clause: Option<ClauseView>,
}

/// 正面清单 entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeritView {
    /// The fact.
    pub id: EventId,
    /// Merit id.
    pub merit: String,
    /// 名称.
    pub title: String,
    /// Which side.
    pub side: Option<Side>,
    /// Facts.
    pub text: String,
    /// Proof.
    pub files: Vec<FileRef>,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: ByView,
    /// Where the rule stands.
    pub clause: Option<ClauseView>,
}

/// 负面清单 entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreachView {
    /// The fact.
    pub id: EventId,
    /// Breach id.
    pub breach: String,
    /// 名称.
    pub title: String,
    /// Which side.
    pub side: Option<Side>,
    /// Facts.
    pub text: String,
    /// Whether rectification comes before any consequence.
    pub rectify: bool,
    /// Rectify by.
    pub rectify_by: Option<Day>,
    /// Proof.
    pub files: Vec<FileRef>,
    /// When it was certified.
    pub on: Day,
    /// By whom.
    pub by: ByView,
    /// How it stands, in a word.
    pub status_text: String,
    /// When it was rectified.
    pub rectified_on: Option<Day>,
    /// Consequences that followed.
    pub sanctions: Vec<SanctionView>,
    /// The exemption that cleared it.
    pub exempted_by: Option<EventId>,
    /// Where the rule stands.
    pub clause: Option<ClauseView>,
}

/// A consequence that followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SanctionView {
    /// Consequence id.
    pub consequence: String,
    /// 名称.
    pub title: String,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: ByView,
    /// Facts.
    pub text: String,
}

/// A step of a dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeView {
    /// The fact.
    pub id: EventId,
    /// Step of the path.
    pub path: String,
    /// 名称.
    pub title: String,
    /// How it came out.
    pub outcome: DisputeOutcome,
    /// The same in a word.
    pub outcome_text: String,
    /// What it is about, what came out.
    pub text: String,
    /// Which side raised it.
    pub side: Side,
    /// Documents.
    pub files: Vec<FileRef>,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: ByView,
}

/// A recommendation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwardView {
    /// The fact.
    pub id: EventId,
    /// Award id.
    pub award: String,
    /// 名称.
    pub title: String,
    /// Which programme.
    pub text: String,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: ByView,
}

pub(super) fn performance(shown: Shown<'_>) -> PerformanceView {
    let state = shown.state;
    PerformanceView {
        duties: state
            .duties
            .iter()
            .map(|entry| duty(shown, entry))
            .collect(),
        merits: merits(shown),
        breaches: state
            .breaches
            .iter()
            .map(|entry| breach(shown, entry))
            .collect(),
        disputes: disputes(shown),
        awards: awards(shown),
        eligibility: award::awards(shown.packs, state, shown.track),
        suggestions: award::suggested_breaches(shown.packs, state, shown.track),
    }
}

/// Facts that name what no pack holds.
pub(super) fn unknown(shown: Shown<'_>) -> Vec<UnknownView> {
    let packs = shown.packs;
    let state = shown.state;
    let mut unknown = Vec::new();
    let mut check = |known: bool, id: EventId, on: Day, what: &str, word: &str| {
        if !known {
            unknown.push(UnknownView {
                id,
                on,
                text: format!("履约政策包中没有{what}“{word}”。"),
            });
        }
    };
    for e in &state.duties {
        let known = packs
            .iter()
            .any(|p| p.file.duty.iter().any(|d| d.id == e.duty));
        check(known, e.id, e.on, "责任", e.duty);
    }
    for e in &state.merits {
        let known = packs
            .iter()
            .any(|p| p.file.merit.iter().any(|d| d.id == e.merit));
        check(known, e.id, e.on, "正面清单事项", e.merit);
    }
    for e in &state.breaches {
        let known = packs
            .iter()
            .any(|p| p.file.breach.iter().any(|d| d.id == e.breach));
        check(known, e.id, e.on, "负面清单事项", e.breach);
    }
    for e in &state.disputes {
        let known = packs
            .iter()
            .any(|p| p.file.dispute.iter().any(|d| d.id == e.path));
        check(known, e.id, e.on, "争议解决途径", e.path);
    }
    for e in &state.awards {
        let known = packs
            .iter()
            .any(|p| p.file.award.iter().any(|d| d.id == e.award));
        check(known, e.id, e.on, "奖励支持", e.award);
    }
    for e in &state.exemptions {
        let known = packs
            .iter()
            .any(|p| p.file.exemption.iter().any(|d| d.id == e.ground));
        check(known, e.id, e.requested_on, "免责情形", e.ground);
    }
    unknown
}

fn duty(shown: Shown<'_>, entry: &Duty<'_>) -> DutyView {
    let rule = shown.packs.find(|policy| {
        let mut rules = policy.file.duty.iter();
        rules
            .find(|rule| rule.id == entry.duty)
            .map(|rule| (policy, rule))
    });
    let with = rule.and_then(|(_, rule)| shown.policy().node(rule.due_with.as_deref()?));
    let due = entry.due.or_else(|| shown.plan().node(with?)?.due);
    let overdue = !entry.is_met() && due.is_some_and(|due| due < shown.track.on);
    let status_text = match (entry.fulfilled.is_some(), entry.is_met(), overdue) {
        (_, true, _) => "已履行",
        (true, false, _) => "未达目标",
        (false, false, true) => "逾期未履行",
        (false, false, false) => "履行中",
    };
    let files = entry
        .fulfilled
        .map(|fulfilled| match &fulfilled.event.kind {
            EventKind::DutyFulfilled { files, .. } => files.clone(),
            _ => Vec::new(),
        });
    DutyView {
        id: entry.id,
        duty: entry.duty.to_owned(),
        title: rule.map_or(entry.duty, |(_, rule)| &rule.title).to_owned(),
        side: rule.map(|(_, rule)| rule.side),
        detail: entry.detail.to_owned(),
        units: rule
            .map(|(policy, rule)| shown.units(policy, &rule.units))
            .unwrap_or_default(),
        due,
        target: entry.target,
        measure: rule.and_then(|(_, rule)| rule.measure.clone()),
        fulfilled_on: entry.fulfilled.map(|fulfilled| fulfilled.on),
        value: entry.fulfilled.and_then(|fulfilled| fulfilled.value),
        met: entry.is_met(),
        overdue,
        status_text: status_text.to_owned(),
        files: files.unwrap_or_default(),
        clause: rule.map(|(policy, rule)| ClauseView::of(policy, &rule.clause, &rule.text)),
    }
}

fn merits(shown: Shown<'_>) -> Vec<MeritView> {
    let merits = shown.state.merits.iter().map(|entry| {
        let rule = shown.packs.find(|policy| {
            let mut rules = policy.file.merit.iter();
            rules
                .find(|rule| rule.id == entry.merit)
                .map(|rule| (policy, rule))
        });
        MeritView {
            id: entry.id,
            merit: entry.merit.to_owned(),
            title: rule.map_or(entry.merit, |(_, rule)| &rule.title).to_owned(),
            side: rule.map(|(_, rule)| rule.side),
            text: entry.text.to_owned(),
            files: entry.files.to_vec(),
            on: entry.on,
            by: entry.by.into(),
            clause: rule.map(|(policy, rule)| ClauseView::of(policy, &rule.clause, &rule.text)),
        }
    });
    merits.collect()
}

fn breach(shown: Shown<'_>, entry: &Breach<'_>) -> BreachView {
    let rule: Option<(&Policy, &BreachDef)> = shown.packs.find(|policy| {
        let mut rules = policy.file.breach.iter();
        rules
            .find(|rule| rule.id == entry.breach)
            .map(|rule| (policy, rule))
    });
    let rectify = rule.is_some_and(|(_, rule)| rule.rectify);
    BreachView {
        id: entry.id,
        breach: entry.breach.to_owned(),
        title: rule
            .map_or(entry.breach, |(_, rule)| &rule.title)
            .to_owned(),
        side: rule.map(|(_, rule)| rule.side),
        text: entry.text.to_owned(),
        rectify,
        rectify_by: entry.rectify_by,
        files: entry.files.to_vec(),
        on: entry.on,
        by: entry.by.into(),
        status_text: breach_text(shown, entry, rectify).to_owned(),
        rectified_on: entry.rectified.map(|event| event.happened_on),
        sanctions: sanctions(rule.map(|(_, rule)| rule), entry),
        exempted_by: entry.exempted.map(|(exemption, _)| exemption),
        clause: rule.map(|(policy, rule)| ClauseView::of(policy, &rule.clause, &rule.text)),
    }
}

fn breach_text(shown: Shown<'_>, entry: &Breach<'_>, rectify: bool) -> &'static str {
    let late = entry.rectify_by.is_some_and(|by| by < shown.track.on);
    match entry.status() {
        BreachStatus::Exempted => "已免责",
        BreachStatus::Rectified => "已整改",
        BreachStatus::Sanctioned => "已处理",
        BreachStatus::Open if !rectify => "已认定",
        BreachStatus::Open if late => "整改逾期",
        BreachStatus::Open => "整改中",
    }
}

fn sanctions(rule: Option<&BreachDef>, entry: &Breach<'_>) -> Vec<SanctionView> {
    let title = |id: &str| {
        let mut all = rule.into_iter().flat_map(|rule| &rule.consequence);
        all.find(|c| c.id == id).map_or(id, |c| &c.title).to_owned()
    };
    let text = |kind: &EventKind| match kind {
        EventKind::BreachSanctioned { text, .. } => text.clone(),
        _ => String::new(),
    };
    let sanctions = entry
        .sanctions
        .iter()
        .map(|(consequence, event)| SanctionView {
            consequence: (*consequence).to_owned(),
            title: title(consequence),
            on: event.happened_on,
            by: (&event.by).into(),
            text: text(&event.kind),
        });
    sanctions.collect()
}

fn disputes(shown: Shown<'_>) -> Vec<DisputeView> {
    let disputes = shown.state.disputes.iter().map(|entry| {
        let title = shown.packs.find(|policy| {
            let mut rules = policy.file.dispute.iter();
            rules
                .find(|rule| rule.id == entry.path)
                .map(|rule| rule.title.clone())
        });
        let outcome_text = match entry.outcome {
            DisputeOutcome::Opened => "进行中",
            DisputeOutcome::Settled => "已解决",
            DisputeOutcome::Failed => "未能解决",
        };
        DisputeView {
            id: entry.id,
            path: entry.path.to_owned(),
            title: title.unwrap_or_else(|| entry.path.to_owned()),
            outcome: entry.outcome,
            outcome_text: outcome_text.to_owned(),
            text: entry.text.to_owned(),
            side: entry.side,
            files: entry.files.to_vec(),
            on: entry.on,
            by: entry.by.into(),
        }
    });
    disputes.collect()
}

fn awards(shown: Shown<'_>) -> Vec<AwardView> {
    let awards = shown.state.awards.iter().map(|entry| {
        let title = shown.packs.find(|policy| {
            let mut rules = policy.file.award.iter();
            rules
                .find(|rule| rule.id == entry.award)
                .map(|rule| rule.title.clone())
        });
        AwardView {
            id: entry.id,
            award: entry.award.to_owned(),
            title: title.unwrap_or_else(|| entry.award.to_owned()),
            text: entry.text.to_owned(),
            on: entry.on,
            by: entry.by.into(),
        }
    });
    awards.collect()
}
