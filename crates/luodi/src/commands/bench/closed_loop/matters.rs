//! Matters in every state with six facts each, and matters that are handled while it is measured.

use std::collections::HashMap;
use std::sync::Arc;

use calendar::{Day, WorkCalendar};
use domain::event::FileRef;
use domain::matter::{
    MatterActor, MatterBy, MatterCommand, MatterEventKind, NewMatter, PartHead, issue,
};
use policy::Policy;
use service::matters::{MatterChange, MatterOrder};
use service::region::Region;
use service::{Actor, Service};

use super::facts::days_after;
use super::{LEADER_NAME, LEADERS, OPENING_OFFICE, PARK_UNIT};
use crate::failure::Failure;

const ANSWERING: [&str; 5] = [PARK_UNIT, "国土局", "规划局", "市发改委", "市政府办"];
const OPEN_KINDS: [&str; 2] = ["assignment", "list_item"];

/// Orders with their running numbers.
pub struct Orders {
    policy: Arc<Policy>,
    calendar: Arc<WorkCalendar>,
    today: Day,
    last: HashMap<(String, i16), i64>,
}

impl Orders {
    /// Of a region with a pack of matters.
    pub fn new(
        region: &Region,
        calendar: Arc<WorkCalendar>,
        today: Day,
    ) -> Result<Orders, Failure> {
        let policy = region.pack("xiangtan-matters", "2025-01-01")?.clone();
        Ok(Orders {
            policy,
            calendar,
            today,
            last: HashMap::new(),
        })
    }

    /// The facts of matter `i`.
    pub fn course(
        &mut self,
        i: usize,
        project: Option<String>,
    ) -> Result<Vec<(Day, MatterBy, MatterEventKind)>, Failure> {
        // Closed ones are of the last two years, open ones of the last weeks.
        let (what, facts) = course(i);
        let ago = match what {
            "closed" => 30 + (i as i64 * 17) % 600,
            _ => 1 + (i as i64 * 7) % 40,
        };
        let day = days_after(self.today, -ago);
        let (head, issuer) = self.issue(i, day, project)?;
        let lead = head.lead.clone();
        let supporting = head.supporting.clone();
        let first = MatterEventKind::MatterIssued {
            head: Box::new(head),
        };
        let by = |unit: &str| MatterBy {
            person: format!("样例经办人（{unit}）"),
            unit: unit.into(),
            ..MatterBy::default()
        };
        let mut dated = vec![(day, by(&issuer), first)];
        for (n, fact) in (1..).zip(facts) {
            let (unit, kind) = match fact {
                Fact::Accepted => (&lead, MatterEventKind::MatterAccepted {}),
                Fact::Refused => (&lead, refused()),
                Fact::Reissued => {
                    let (lead, supporting) = (lead.clone(), supporting.clone());
                    let note = "样例：仍请承办".into();
                    let kind = MatterEventKind::MatterReissued {
                        lead,
                        supporting,
                        note,
                    };
                    (&issuer, kind)
                }
                Fact::Split => (&lead, split(&supporting)),
                Fact::Progress => (&lead, progress()),
                Fact::Reported => (&lead, reported()),
                Fact::Approved => {
                    let opinion = "同意".into();
                    (&issuer, MatterEventKind::MatterApproved { opinion })
                }
                Fact::Returned => {
                    let reason = "样例：请补充接电日期".into();
                    (&issuer, MatterEventKind::MatterReturned { reason })
                }
                Fact::Closed => {
                    let note = String::new();
                    (&issuer, MatterEventKind::MatterClosed { note })
                }
                Fact::Urged => {
                    let text = "样例：请加快办理".into();
                    (&issuer, MatterEventKind::MatterUrged { text })
                }
                Fact::Withdrawn => {
                    let reason = "样例：已另行办理".into();
                    (&issuer, MatterEventKind::MatterWithdrawn { reason })
                }
            };
            let on = days_after(day, n.min(ago));
            dated.push((on, by(unit), kind));
        }
        Ok(dated)
    }

    fn issue(
        &mut self,
        i: usize,
        on: Day,
        project: Option<String>,
    ) -> Result<(domain::matter::MatterHead, String), Failure> {
        // One in ten is a leader's instruction, one in ten a supervision order.
        let (kind, issuer) = match i % 10 {
            7 => ("instruction", LEADERS),
            8 => ("supervision", "市商务(招商合作)局"),
            9 => ("enterprise_issue", "市落地办"),
            other => (OPEN_KINDS[other % 2], OPENING_OFFICE),
        };
        let n = self.last.entry((kind.into(), on.year())).or_insert(0);
        *n += 1;
        let units = [i, i + 1, i + 2].map(|at| ANSWERING[at % ANSWERING.len()].to_string());
        let new = NewMatter {
            matter: kind.into(),
            title: format!("样例项目用地用电协调（{i}号）"),
            content: "样例：项目施工用电容量不足，请协调增容并明确接电日期。".into(),
            requirement: "样例：书面报送办理结果。".into(),
            units: units.into(),
            leader: (kind == "instruction").then(|| LEADER_NAME.to_string()),
            project,
            sample: true,
            ..NewMatter::default()
        };
        let actor = MatterActor {
            person: "样例测量乙",
            unit: issuer,
            account: "",
        };
        let (_, head) = issue(&self.policy, &self.calendar, actor, on, *n, new)
            .map_err(|refusal| Failure::because(format!("{refusal:?}")))?;
        Ok((head, issuer.to_string()))
    }
}

#[derive(Clone, Copy)]
enum Fact {
    Accepted,
    Refused,
    Reissued,
    Split,
    Progress,
    Reported,
    Approved,
    Returned,
    Closed,
    Urged,
    Withdrawn,
}

/// The five facts that follow the order: six in ten are closed, the others stand in every state.
fn course(i: usize) -> (&'static str, [Fact; 5]) {
    use Fact::*;
    match i % 20 {
        0 | 9 => ("accepted", [Accepted, Split, Progress, Urged, Progress]),
        1 => ("issued", [Refused, Reissued, Refused, Reissued, Urged]),
        3 => ("refused", [Urged, Refused, Reissued, Urged, Refused]),
        5 | 18 => ("reported", [Accepted, Progress, Urged, Progress, Reported]),
        7 => ("approved", [Accepted, Progress, Urged, Reported, Approved]),
        11 => ("returned", [Accepted, Progress, Reported, Returned, Urged]),
        13 => (
            "withdrawn",
            [Refused, Reissued, Refused, Reissued, Withdrawn],
        ),
        _ => ("closed", [Accepted, Progress, Reported, Approved, Closed]),
    }
}

fn refused() -> MatterEventKind {
    let reason = "样例：不属本单位职责".into();
    MatterEventKind::MatterRefused { reason }
}

fn split(supporting: &[String]) -> MatterEventKind {
    let part = |unit: &String| PartHead {
        unit: unit.clone(),
        task: "样例：提出本单位意见".into(),
    };
    MatterEventKind::MatterSplit {
        parts: supporting.iter().map(part).collect(),
    }
}

fn progress() -> MatterEventKind {
    MatterEventKind::MatterProgress {
        text: "样例：已现场踏勘，正在办理增容手续。".into(),
        files: Vec::new(),
    }
}

fn reported() -> MatterEventKind {
    MatterEventKind::MatterReported {
        text: "样例：已增容并接电。".into(),
        files: vec![FileRef {
            evidence: None,
            name: "办理结果.pdf".into(),
            sm3: store::sm3_hex("样例".as_bytes()),
        }],
    }
}

/// Issues an order and carries it to its end; the answer is how many acts that were.
pub async fn handle(
    service: &Service,
    issuer: &Actor,
    answers: &Actor,
    i: usize,
) -> Result<usize, Failure> {
    let order = MatterOrder {
        kind: "assignment".into(),
        title: format!("样例测量事项（{i}）"),
        content: "样例：协调增容。".into(),
        requirement: "样例：书面报送。".into(),
        units: vec![answers.unit.clone(), "国土局".into()],
        sample: true,
        ..MatterOrder::default()
    };
    let issued = service.issue_matter(issuer, order, Vec::new()).await?;
    let report = MatterCommand::Report {
        text: "样例：已接电。".into(),
        files: Vec::new(),
    };
    let approve = MatterCommand::Approve {
        opinion: "同意".into(),
    };
    let close = MatterCommand::Close {
        note: String::new(),
    };
    let acts = [
        (answers, MatterCommand::Accept),
        (answers, report),
        (issuer, approve),
        (issuer, close),
    ];
    let count = acts.len() + 1;
    for (actor, command) in acts {
        let change = MatterChange {
            matter: issued.matter.clone(),
            seen_version: None,
            command,
        };
        service.change_matter(actor, change, Vec::new()).await?;
    }
    Ok(count)
}
