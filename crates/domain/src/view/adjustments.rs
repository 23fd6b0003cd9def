//! Adjustments as they are shown: facts beside the dates.

use calendar::Day;
use serde::{Deserialize, Serialize};

use super::{ByView, NameView, Shown};
use crate::event::{EventId, FileRef};
use crate::state::{Exemption, Extension, ExtensionStatus, Opinion, Removal};

/// Extension, grace, exemption, removal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentsView {
    /// 延期, every request.
    pub extensions: Vec<ExtensionView>,
    /// 缓冲期, by stage or step.
    pub graces: Vec<GraceView>,
    /// 免责, every request.
    pub exemptions: Vec<ExemptionView>,
    /// 动态调出, every request.
    pub removals: Vec<RemovalView>,
    /// Days that do not count, merged.
    pub excluded: Vec<(Day, Day)>,
}

/// What somebody in charge said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpinionView {
    /// Whether it was agreed to.
    pub agreed: bool,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: ByView,
    /// Opinion.
    pub text: String,
}

impl From<Opinion<'_>> for OpinionView {
    fn from(opinion: Opinion<'_>) -> OpinionView {
        OpinionView {
            agreed: opinion.agreed,
            on: opinion.on,
            by: opinion.by.into(),
            text: opinion.text.to_owned(),
        }
    }
}

/// 延期.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionView {
    /// The request.
    pub id: EventId,
    /// The stage.
    pub stage: NameView,
    /// Natural days.
    pub days: u16,
    /// Why.
    pub reason: String,
    /// Documents.
    pub files: Vec<FileRef>,
    /// When it was requested.
    pub requested_on: Day,
    /// By whom.
    pub by: ByView,
    /// How far it has come, in a word.
    pub status_text: String,
    /// Whether somebody still has to say something.
    pub open: bool,
    /// Whether it moves the due day.
    pub effective: bool,
    /// 审核.
    pub review: Option<OpinionView>,
    /// 审批.
    pub decision: Option<OpinionView>,
}

/// 缓冲期.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraceView {
    /// The fact.
    pub id: EventId,
    /// The stage or step.
    pub node: NameView,
    /// Natural days after the due day.
    pub days: u16,
    /// Last day.
    pub until: Option<Day>,
    /// When it was set.
    pub on: Day,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: ByView,
}

/// 免责.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExemptionView {
    /// The request.
    pub id: EventId,
    /// Ground id.
    pub ground: String,
    /// 情形.
    pub title: String,
    /// First day not counted, as verified, else as requested.
    pub from: Day,
    /// Last day not counted; absent while it lasts.
    pub to: Option<Day>,
    /// Facts and reason.
    pub reason: String,
    /// Documents of the request and of the verification.
    pub files: Vec<FileRef>,
    /// When it was requested.
    pub requested_on: Day,
    /// By whom.
    pub by: ByView,
    /// How far it has come, in a word.
    pub status_text: String,
    /// Whether the days do not count.
    pub granted: bool,
    /// 核实.
    pub verification: Option<OpinionView>,
    /// When the end of an open one was said.
    pub ended_on: Option<Day>,
}

/// 动态调出.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovalView {
    /// The request.
    pub id: EventId,
    /// Why.
    pub reason: String,
    /// Documents.
    pub files: Vec<FileRef>,
    /// When it was requested.
    pub requested_on: Day,
    /// By whom.
    pub by: ByView,
    /// The month's batch.
    pub batch: Option<String>,
    /// 办理.
    pub decision: Option<OpinionView>,
}

pub(super) fn adjustments(shown: Shown<'_>) -> AdjustmentsView {
    let state = shown.state;
    let effective: Vec<EventId> = state
        .effective_extensions(shown.policy())
        .map(|extension| extension.id)
        .collect();
    let extensions = state.extensions.iter();
    AdjustmentsView {
        extensions: extensions
            .filter_map(|e| extension(shown, e, effective.contains(&e.id)))
            .collect(),
        graces: graces(shown),
        exemptions: state
            .exemptions
            .iter()
            .map(|e| exemption(shown, e))
            .collect(),
        removals: state.removals.iter().map(removal).collect(),
        excluded: shown.plan().excluded.clone(),
    }
}

fn extension(
    shown: Shown<'_>,
    extension: &Extension<'_>,
    effective: bool,
) -> Option<ExtensionView> {
    let status = extension.status();
    let status_text = match status {
        ExtensionStatus::Requested => "待审核",
        ExtensionStatus::Reviewed => "审核同意，待审批",
        ExtensionStatus::NotSupported => "审核未同意",
        ExtensionStatus::Granted if effective => "已批准",
        ExtensionStatus::Granted => "已批准，但超过可调整次数，不生效",
        ExtensionStatus::Refused => "未批准",
    };
    Some(ExtensionView {
        id: extension.id,
        stage: shown.name(extension.stage)?,
        days: extension.days,
        reason: extension.reason.to_owned(),
        files: extension.files.to_vec(),
        requested_on: extension.requested_on,
        by: extension.by.into(),
        status_text: status_text.to_owned(),
        open: extension.is_open(),
        effective,
        review: extension.review.map(OpinionView::from),
        decision: extension.decision.map(OpinionView::from),
    })
}

fn graces(shown: Shown<'_>) -> Vec<GraceView> {
    let graces = shown.state.graces.iter().filter_map(|(ix, grace)| {
        Some(GraceView {
            id: grace.id,
            node: shown.name(ix)?,
            days: grace.days,
            until: shown.plan().node(ix)?.grace_until,
            on: grace.on,
            reason: grace.reason.to_owned(),
            by: grace.by.into(),
        })
    });
    graces.collect()
}

fn exemption(shown: Shown<'_>, exemption: &Exemption<'_>) -> ExemptionView {
    let title = shown.packs.find(|policy| {
        let mut rules = policy.file.exemption.iter();
        rules
            .find(|rule| rule.id == exemption.ground)
            .map(|rule| rule.title.clone())
    });
    let (from, to) = exemption
        .interval()
        .unwrap_or((exemption.from, exemption.to));
    let status_text = match exemption.verification {
        None => "待核实",
        Some(v) if !v.opinion.agreed => "核实未通过",
        Some(_) if to.is_none() => "已核实，尚未结束",
        Some(_) => "已核实",
    };
    let verified = exemption.verification.map(|v| v.files).unwrap_or_default();
    ExemptionView {
        id: exemption.id,
        ground: exemption.ground.to_owned(),
        title: title.unwrap_or_else(|| exemption.ground.to_owned()),
        from,
        to,
        reason: exemption.reason.to_owned(),
        files: exemption.files.iter().chain(verified).cloned().collect(),
        requested_on: exemption.requested_on,
        by: exemption.by.into(),
        status_text: status_text.to_owned(),
        granted: exemption.is_granted(),
        verification: exemption.verification.map(|v| v.opinion.into()),
        ended_on: exemption.ended.map(|end| end.on),
    }
}

fn removal(removal: &Removal<'_>) -> RemovalView {
    RemovalView {
        id: removal.id,
        reason: removal.reason.to_owned(),
        files: removal.files.to_vec(),
        requested_on: removal.requested_on,
        by: removal.by.into(),
        batch: removal.batch.map(str::to_owned),
        decision: removal.decided.map(OpinionView::from),
    }
}
