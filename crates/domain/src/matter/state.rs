//! How a matter stands, as its facts say.

use calendar::Day;

use super::event::{Delegation, MatterEvent, MatterEventKind, MatterHead};
use crate::event::FileRef;

/// Where a matter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// 待签收.
    Issued,
    /// 已退回: the unit says that it is not its business; waits for the issuer.
    Refused,
    /// 办理中.
    Accepted,
    /// 待审核.
    Reported,
    /// 待销号: the review accepted it.
    Approved,
    /// 已销号.
    Closed,
    /// 已撤回.
    Withdrawn,
}

impl Phase {
    /// All, in the order of their lives.
    pub const ALL: [Phase; 7] = [
        Phase::Issued,
        Phase::Refused,
        Phase::Accepted,
        Phase::Reported,
        Phase::Approved,
        Phase::Closed,
        Phase::Withdrawn,
    ];

    /// Chinese name.
    pub fn title(self) -> &'static str {
        match self {
            Phase::Issued => "待签收",
            Phase::Refused => "已退回",
            Phase::Accepted => "办理中",
            Phase::Reported => "待审核",
            Phase::Approved => "待销号",
            Phase::Closed => "已销号",
            Phase::Withdrawn => "已撤回",
        }
    }

    /// As stored.
    pub fn id(self) -> &'static str {
        match self {
            Phase::Issued => "issued",
            Phase::Refused => "refused",
            Phase::Accepted => "accepted",
            Phase::Reported => "reported",
            Phase::Approved => "approved",
            Phase::Closed => "closed",
            Phase::Withdrawn => "withdrawn",
        }
    }

    /// From the stored form.
    pub fn parse(id: &str) -> Option<Phase> {
        Phase::ALL.into_iter().find(|phase| phase.id() == id)
    }

    /// Whether nothing more is expected of anybody.
    pub fn is_final(self) -> bool {
        matches!(self, Phase::Closed | Phase::Withdrawn)
    }
}

/// The answer of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The day of the answer.
    pub on: Day,
    /// The answer.
    pub text: String,
    /// Files.
    pub files: Vec<FileRef>,
}

/// A part of a split matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The unit that answers it.
    pub unit: String,
    /// What it has to do.
    pub task: String,
    /// The answer that stands.
    pub answer: Option<Answer>,
    /// Why the last answer went back.
    pub returned: Option<String>,
    /// No longer wanted.
    pub cancelled: bool,
}

impl Part {
    /// Whether it still waits for its unit.
    pub fn open(&self) -> bool {
        self.answer.is_none() && !self.cancelled
    }
}

/// A matter as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct MatterState {
    /// The order as issued.
    pub head: MatterHead,
    /// The day it was issued on.
    pub issued_on: Day,
    /// Who issued it: person.
    pub issued_by: String,
    /// Where it stands.
    pub phase: Phase,
    /// 牵头承办单位 now.
    pub lead: String,
    /// 配合单位 now.
    pub supporting: Vec<String>,
    /// Last day now.
    pub due: Day,
    /// 签收 on.
    pub accepted_on: Option<Day>,
    /// 经办人: who accepted it.
    pub handler: Option<String>,
    /// Parts.
    pub parts: Vec<Part>,
    /// 报结 on; taken away when returned.
    pub reported_on: Option<Day>,
    /// What was reported last.
    pub result: Option<Answer>,
    /// 审核通过 on.
    pub approved_on: Option<Day>,
    /// 销号 on.
    pub closed_on: Option<Day>,
    /// How often it was urged.
    pub urges: u32,
    /// How often the review returned it.
    pub returns: u32,
    /// How often it was reopened.
    pub reopenings: u32,
    /// Delegations, oldest first.
    pub delegations: Vec<Delegation>,
    /// The supervision order about it: id and number.
    pub escalated: Option<(String, String)>,
    /// Changes of the last day, with the reason.
    pub changes: Vec<(Day, String)>,
    /// The day of the last fact; the next cannot be earlier.
    pub last_on: Day,
}

impl MatterState {
    /// The state after all facts; nothing when the first one is not the issue.
    pub fn fold(events: &[MatterEvent]) -> Option<MatterState> {
        let (first, rest) = events.split_first()?;
        let MatterEventKind::MatterIssued { head } = &first.kind else {
            return None;
        };
        let mut state = MatterState {
            head: (**head).clone(),
            issued_on: first.happened_on,
            issued_by: first.by.person.clone(),
            phase: Phase::Issued,
            lead: head.lead.clone(),
            supporting: head.supporting.clone(),
            due: head.due,
            accepted_on: None,
            handler: None,
            parts: Vec::new(),
            reported_on: None,
            result: None,
            approved_on: None,
            closed_on: None,
            urges: 0,
            returns: 0,
            reopenings: 0,
            delegations: Vec::new(),
            escalated: None,
            changes: Vec::new(),
            last_on: first.happened_on,
        };
        for event in rest {
            state.apply(event);
            state.last_on = state.last_on.max(event.happened_on);
        }
        Some(state)
    }

    fn apply(&mut self, event: &MatterEvent) {
        let on = event.happened_on;
        match &event.kind {
            MatterEventKind::MatterIssued { .. } => {}
            MatterEventKind::MatterAccepted {} => {
                self.phase = Phase::Accepted;
                self.accepted_on = Some(on);
                self.handler = Some(event.by.person.clone());
            }
            MatterEventKind::MatterRefused { .. } => self.phase = Phase::Refused,
            MatterEventKind::MatterReissued {
                lead, supporting, ..
            } => {
                self.phase = Phase::Issued;
                self.lead.clone_from(lead);
                self.supporting.clone_from(supporting);
            }
            MatterEventKind::MatterSplit { parts } => {
                self.parts.extend(parts.iter().map(|part| Part {
                    unit: part.unit.clone(),
                    task: part.task.clone(),
                    answer: None,
                    returned: None,
                    cancelled: false,
                }));
            }
            MatterEventKind::MatterPartAnswered { part, text, files } => {
                if let Some(part) = self.parts.get_mut(*part as usize) {
                    part.answer = Some(Answer {
                        on,
                        text: text.clone(),
                        files: files.clone(),
                    });
                    part.returned = None;
                }
            }
            MatterEventKind::MatterPartReturned { part, reason } => {
                if let Some(part) = self.parts.get_mut(*part as usize) {
                    part.answer = None;
                    part.returned = Some(reason.clone());
                }
            }
            MatterEventKind::MatterPartCancelled { part, .. } => {
                if let Some(part) = self.parts.get_mut(*part as usize) {
                    part.cancelled = true;
                }
            }
            MatterEventKind::MatterProgress { .. } => {}
            MatterEventKind::MatterReported { text, files } => {
                self.phase = Phase::Reported;
                self.reported_on = Some(on);
                self.result = Some(Answer {
                    on,
                    text: text.clone(),
                    files: files.clone(),
                });
            }
            MatterEventKind::MatterApproved { .. } => {
                self.phase = Phase::Approved;
                self.approved_on = Some(on);
            }
            MatterEventKind::MatterReturned { .. } => {
                self.phase = Phase::Accepted;
                self.reported_on = None;
                self.returns += 1;
            }
            MatterEventKind::MatterClosed { .. } => {
                self.phase = Phase::Closed;
                self.closed_on = Some(on);
            }
            MatterEventKind::MatterReopened { due, reason } => {
                self.phase = Phase::Accepted;
                self.reported_on = None;
                self.approved_on = None;
                self.closed_on = None;
                self.reopenings += 1;
                self.due = *due;
                self.changes.push((*due, reason.clone()));
            }
            MatterEventKind::MatterUrged { .. } => self.urges += 1,
            MatterEventKind::MatterLimitChanged { due, reason } => {
                self.due = *due;
                self.changes.push((*due, reason.clone()));
            }
            MatterEventKind::MatterDelegated { delegation } => {
                self.delegations.push(delegation.clone());
            }
            MatterEventKind::MatterEscalated { to, number, .. } => {
                self.escalated = Some((to.clone(), number.clone()));
            }
            MatterEventKind::MatterWithdrawn { .. } => self.phase = Phase::Withdrawn,
        }
    }

    /// Whether the last day has gone by without a report.
    pub fn overdue(&self, today: Day) -> bool {
        self.running() && today > self.due
    }

    /// Whether the limit runs: the unit has not reported yet.
    pub fn running(&self) -> bool {
        matches!(self.phase, Phase::Issued | Phase::Refused | Phase::Accepted)
    }
}
