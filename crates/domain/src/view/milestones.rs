//! Milestones with their claims, and the enterprise's checklist.

use std::collections::BTreeMap;

use calendar::Day;
use policy::model::MilestoneDef;
use policy::{ItemIx, MilestoneIx};
use serde::{Deserialize, Serialize};

use super::{ByView, ClauseView, Shown};
use crate::event::{EventId, FileRef};
use crate::state::{Attempt, AttemptOutcome};
use crate::values::Yuan;

/// A milestone with its claims.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MilestoneView {
    /// Its id.
    pub id: String,
    /// 名称.
    pub title: String,
    /// The day it counts as reached.
    pub reached_on: Option<Day>,
    /// `open`, `claimed`, `returned` or `reached`.
    pub state: String,
    /// The same in a word.
    pub state_text: String,
    /// Whether a claim counts only when certified.
    pub certification: bool,
    /// Who claims.
    pub claimed_by: Vec<String>,
    /// Who certifies.
    pub certified_by: Vec<String>,
    /// Milestones that it may not precede.
    pub after: Vec<String>,
    /// 认定标准.
    pub standard: Option<String>,
    /// The standard's variants.
    pub variants: Vec<VariantView>,
    /// Evidence that a claim must carry.
    pub evidence: Vec<EvidenceView>,
    /// Values that a claim must reach.
    pub requires: Vec<RequireView>,
    /// Where the rule stands.
    pub clause: ClauseView,
    /// Every claim, in order.
    pub claims: Vec<AttemptView>,
}

/// A variant of a standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantView {
    /// Its id.
    pub id: String,
    /// Its words.
    pub title: String,
}

/// A kind of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceView {
    /// Its id.
    pub id: String,
    /// 名称.
    pub title: String,
    /// Whether it may be missing.
    pub optional: bool,
}

/// A value that a claim must reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequireView {
    /// Fact id.
    pub fact: String,
    /// 名称.
    pub title: String,
    /// At least.
    pub at_least: Yuan,
    /// At least, as people say it.
    pub at_least_text: String,
}

/// A claim and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptView {
    /// The fact.
    pub id: EventId,
    /// When it was claimed; absent when only the certification is known.
    pub claimed_on: Option<Day>,
    /// The day claimed.
    pub reached_on: Day,
    /// Which variant of the standard.
    pub variant: Option<String>,
    /// Evidence.
    pub files: Vec<FileRef>,
    /// Values.
    pub values: BTreeMap<String, Yuan>,
    /// Remark.
    pub note: String,
    /// Who claimed.
    pub by: ByView,
    /// `pending`, `recorded`, `certified`, `returned` or `superseded`.
    pub outcome: String,
    /// The same in a word.
    pub outcome_text: String,
    /// When it was certified or returned.
    pub decided_on: Option<Day>,
    /// By whom.
    pub decided_by: Option<ByView>,
    /// The day that counts, when certified.
    pub certified_on: Option<Day>,
    /// Remark of the certifier, or why it was returned.
    pub reason: String,
}

/// A checklist item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChecklistView {
    /// Its id.
    pub id: String,
    /// 事项.
    pub title: String,
    /// The stage it belongs to.
    pub stage: String,
    /// Whether a file is wanted.
    pub file_wanted: bool,
    /// 条款.
    pub clause: String,
    /// Whether it is ticked.
    pub done: bool,
    /// When.
    pub on: Option<Day>,
    /// By whom.
    pub by: Option<ByView>,
    /// Files.
    pub files: Vec<FileRef>,
    /// Remark.
    pub note: String,
}

pub(super) fn milestones(shown: Shown<'_>) -> Vec<MilestoneView> {
    let rules = shown.policy().file.milestone.iter().enumerate();
    rules
        .map(|(at, rule)| milestone(shown, MilestoneIx(at as u8), rule))
        .collect()
}

fn milestone(shown: Shown<'_>, ix: MilestoneIx, rule: &MilestoneDef) -> MilestoneView {
    let policy = shown.policy();
    let (state, state_text) = standing(shown, ix);
    MilestoneView {
        id: rule.id.clone(),
        title: rule.title.clone(),
        reached_on: shown.state.reached_on(ix),
        state: state.to_owned(),
        state_text: state_text.to_owned(),
        certification: rule.certified_by.is_some(),
        claimed_by: shown.units(policy, &rule.claimed_by),
        certified_by: shown.units(policy, rule.certified_by.as_ref()),
        after: rule.after.clone(),
        standard: rule.standard.clone(),
        variants: rule
            .variant
            .iter()
            .map(|v| VariantView {
                id: v.id.clone(),
                title: v.title.clone(),
            })
            .collect(),
        evidence: rule
            .evidence
            .iter()
            .map(|e| EvidenceView {
                id: e.id.clone(),
                title: e.title.clone(),
                optional: e.optional,
            })
            .collect(),
        requires: rule
            .requires
            .iter()
            .map(|r| RequireView {
                fact: r.fact.clone(),
                title: r.title.clone(),
                at_least: Yuan::from_yuan(r.at_least_yuan),
                at_least_text: Yuan::from_yuan(r.at_least_yuan).to_string(),
            })
            .collect(),
        clause: ClauseView::of(
            policy,
            &rule.clause,
            rule.text.as_deref().unwrap_or_default(),
        ),
        claims: shown.state.attempts_of(ix).map(attempt).collect(),
    }
}

fn standing(shown: Shown<'_>, ix: MilestoneIx) -> (&'static str, &'static str) {
    if shown.state.reached_on(ix).is_some() {
        return ("reached", "已达成");
    }
    if shown.state.pending(ix).is_some() {
        return ("claimed", "待认定");
    }
    match shown.state.attempts_of(ix).last() {
        Some(Attempt {
            outcome: AttemptOutcome::Returned { .. },
            ..
        }) => ("returned", "已退回"),
        _ => ("open", "未达成"),
    }
}

fn attempt(attempt: &Attempt<'_>) -> AttemptView {
    let mut view = AttemptView {
        id: attempt.id,
        claimed_on: attempt.claimed_on,
        reached_on: attempt.reached_on,
        variant: attempt.variant.map(str::to_owned),
        files: attempt.files.to_vec(),
        values: attempt.values.cloned().unwrap_or_default(),
        note: attempt.note.to_owned(),
        by: attempt.by.into(),
        outcome: "pending".to_owned(),
        outcome_text: "待认定".to_owned(),
        decided_on: None,
        decided_by: None,
        certified_on: None,
        reason: String::new(),
    };
    let (outcome, text) = match attempt.outcome {
        AttemptOutcome::Pending => ("pending", "待认定"),
        AttemptOutcome::Recorded => ("recorded", "已登记"),
        AttemptOutcome::Superseded => ("superseded", "已由新的申报代替"),
        AttemptOutcome::Certified {
            on,
            reached_on,
            by,
            note,
        } => {
            view.decided_on = Some(on);
            view.decided_by = Some(by.into());
            view.certified_on = Some(reached_on);
            view.reason = note.to_owned();
            ("certified", "已认定")
        }
        AttemptOutcome::Returned { on, by, reason } => {
            view.decided_on = Some(on);
            view.decided_by = Some(by.into());
            view.reason = reason.to_owned();
            ("returned", "已退回")
        }
    };
    view.outcome = outcome.to_owned();
    view.outcome_text = text.to_owned();
    view
}

pub(super) fn checklist(shown: Shown<'_>) -> Vec<ChecklistView> {
    let rules = shown.policy().file.checklist.iter().enumerate();
    let items = rules.map(|(at, rule)| {
        let tick = shown.state.tick(ItemIx(at as u8));
        ChecklistView {
            id: rule.id.clone(),
            title: rule.title.clone(),
            stage: rule.stage.clone(),
            file_wanted: rule.file,
            clause: rule.clause.clone(),
            done: tick.is_some(),
            on: tick.map(|tick| tick.on),
            by: tick.map(|tick| tick.by.into()),
            files: tick.map(|tick| tick.files.to_vec()).unwrap_or_default(),
            note: tick.map(|tick| tick.note.to_owned()).unwrap_or_default(),
        }
    });
    items.collect()
}
