//! Corrections: a wrong fact is voided with a reason, and both stay.

use policy::{Anchor, MilestoneIx, NodeIx};

use super::Desk;
use super::checks::wanted;
use crate::event::{Event, EventId, EventKind};
use crate::refusal::Refusal;
use crate::state::{AttemptOutcome, State};

impl Desk<'_> {
    pub(super) fn void(&self, id: EventId, reason: String) -> Result<EventKind, Refusal> {
        let target = self.target(id)?;
        wanted("作废的理由", &reason)?;
        if let EventKind::Registered { .. } = target.kind {
            return Err(Refusal::new(
                "void_registration",
                "项目登记不能作废。",
                "导入有误的，请撤销导入；基本情况有误的，请修改基本情况。",
            ));
        }
        self.finder_stays(&target.kind)?;
        self.not_before("作废", "原记录", target.happened_on)?;
        self.claim_not_judged(id)?;
        let without = self.state.without(self.policy(), id);
        self.nothing_hangs_on(id, &without)?;
        Ok(EventKind::Voided { event: id, reason })
    }

    fn target(&self, id: EventId) -> Result<&Event, Refusal> {
        if let Some(event) = self.state.fact(id) {
            return Ok(event);
        }
        if self.state.is_correction(id) {
            return Err(Refusal::new(
                "void_of_void",
                format!("第 {} 条记录本身是更正，不能再作废。", id.0),
                "如更正有误，请重新登记正确的事实。",
            ));
        }
        Err(Refusal::new(
            "unknown_event",
            format!("第 {} 条记录不存在，或已经作废。", id.0),
            "请从项目的记录中选择。",
        ))
    }

    /// A claim stays as long as what was said about it stays.
    fn claim_not_judged(&self, id: EventId) -> Result<(), Refusal> {
        let attempt = self
            .state
            .attempts
            .iter()
            .find(|a| a.id == id && a.claimed_on.is_some());
        let word = match attempt.map(|attempt| attempt.outcome) {
            Some(AttemptOutcome::Certified { .. }) => "认定",
            Some(AttemptOutcome::Returned { .. }) => "退回",
            _ => return Ok(()),
        };
        Err(Refusal::new(
            "still_used",
            format!("这项申报已经{word}，不能单独作废。"),
            format!("如{word}有误，请先作废{word}的记录。"),
        ))
    }

    /// No later fact loses what it stands on.
    fn nothing_hangs_on(&self, id: EventId, without: &State<'_>) -> Result<(), Refusal> {
        let policy = self.policy();
        if without.unknown.len() > self.state.unknown.len() {
            return Err(still_used(id, "后来的记录引用了它"));
        }
        let lost = |ix: MilestoneIx| {
            self.state.reached_on(ix).is_some() && without.reached_on(ix).is_none()
        };
        for (at, later) in policy.milestones.iter().enumerate() {
            let reached = without.reached_on(MilestoneIx(at as u8)).is_some()
                || without.pending(MilestoneIx(at as u8)).is_some();
            let ended = |ix: &NodeIx| self.state.pass(*ix).is_some() && without.pass(*ix).is_none();
            if reached && (later.after.iter().any(|ix| lost(*ix)) || later.needs.iter().any(ended))
            {
                return Err(still_used(id, &format!("“{}”须在它之后", later.title)));
            }
        }
        let done = |state: &State<'_>, ix: NodeIx| {
            state.completion(ix).is_some() || state.pass(ix).is_some()
        };
        for (at, later) in policy.nodes.iter().enumerate() {
            let lost = |ix: &NodeIx| done(self.state, *ix) && !done(without, *ix);
            if done(without, NodeIx(at as u8)) && later.after.iter().any(lost) {
                return Err(still_used(id, &format!("环节“{}”以它为前置", later.title)));
            }
            // A stage without limit opens by what was passed before, and its steps hang on that.
            let stage = policy.nodes.get(usize::from(later.stage.0));
            let opens = stage.filter(|stage| stage.limit.is_none() && stage.branch.is_none());
            let lost_opening = opens.is_some_and(|stage| match stage.opens {
                Some(Anchor::Milestone(ix)) => {
                    self.state.reached_on(ix).is_some() && without.reached_on(ix).is_none()
                }
                _ => false,
            });
            if lost_opening && done(without, NodeIx(at as u8)) {
                return Err(still_used(
                    id,
                    &format!("环节“{}”在它之后办理", later.title),
                ));
            }
        }
        Ok(())
    }

    pub(super) fn withdraw(&self, reason: String) -> Result<EventKind, Refusal> {
        wanted("撤销的理由", &reason)?;
        Ok(EventKind::Withdrawn { reason })
    }
}

fn still_used(id: EventId, why: &str) -> Refusal {
    Refusal::new(
        "still_used",
        format!("第 {} 条记录不能作废：{why}。", id.0),
        "请先作废后来的记录。",
    )
}
