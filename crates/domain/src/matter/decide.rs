//! Deciding about matters: state and command give new facts, or a refusal with the clause.

use calendar::{Day, WorkCalendar};
use policy::model::{MatterDef, MatterParty};
use policy::{Clause, Parties, Policy};

use super::command::{Act, MatterCommand, NewMatter, NewPart};
use super::describe::day as zh;
use super::event::{Delegation, MatterEventKind, MatterHead, PartHead};
use super::state::{MatterState, Part, Phase};
use crate::refusal::Refusal;

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatterActor<'a> {
    /// Name.
    pub person: &'a str,
    /// Unit, by its main name.
    pub unit: &'a str,
    /// Account; decides whose deputy it is.
    pub account: &'a str,
}

/// That somebody may do something, and in whose name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    /// The unit in whose capacity it is done.
    pub unit: String,
    /// The person for whom it is done, when not in one's own name.
    pub acting_for: Option<String>,
}

/// Something that waits for a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The unit.
    pub unit: String,
    /// What it has to do.
    pub act: Act,
    /// By when.
    pub due: Option<Day>,
}

fn def<'p>(policy: &'p Policy, kind: &str) -> Option<&'p MatterDef> {
    policy.file.matter.iter().find(|def| def.id == kind)
}

fn clause(policy: &Policy, kind: &str) -> Option<Clause> {
    let def = def(policy, kind)?;
    Some(policy.clause(&def.clause, &def.text))
}

fn cited(refusal: Refusal, clause: Option<Clause>) -> Refusal {
    match clause {
        Some(clause) => refusal.citing(&clause),
        None => refusal,
    }
}

/// The units behind the roles of a rule.
fn units<'p>(policy: &'p Policy, roles: &'p [String]) -> Vec<&'p str> {
    roles
        .iter()
        .flat_map(|role| policy.units_of(role, Parties::NOBODY))
        .collect()
}

/// Who reviews: the roles of the kind, never the unit that answers itself; the issuer when nobody else is left.
pub fn reviewers(policy: &Policy, state: &MatterState) -> Vec<String> {
    let roles = def(policy, &state.head.matter).map_or(&[] as &[String], |def| &def.reviewed_by);
    let mut found: Vec<String> = Vec::new();
    for role in roles {
        let units = match MatterParty::parse(role) {
            Some(MatterParty::Issuer) => vec![state.head.issuer.as_str()],
            Some(MatterParty::Lead) => vec![state.lead.as_str()],
            Some(MatterParty::Supporting) => state.supporting.iter().map(String::as_str).collect(),
            None => policy.units_of(role, Parties::NOBODY),
        };
        for unit in units {
            if unit != state.lead && found.iter().all(|known| known != unit) {
                found.push(unit.to_owned());
            }
        }
    }
    if found.is_empty() {
        found.push(state.head.issuer.clone());
    }
    found
}

/// What waits for whom. Nothing waits only when the matter is closed or withdrawn.
pub fn waits(policy: &Policy, state: &MatterState) -> Vec<Waiting> {
    let one = |unit: &str, act, due| Waiting {
        unit: unit.to_owned(),
        act,
        due,
    };
    match state.phase {
        Phase::Issued => {
            let by = state.head.accept_by.unwrap_or(state.due);
            vec![one(&state.lead, Act::Accept, Some(by))]
        }
        Phase::Refused => vec![one(&state.head.issuer, Act::Reissue, None)],
        Phase::Accepted => {
            let parts = state.parts.iter().filter(|part| part.open());
            let mut all: Vec<Waiting> = parts
                .map(|part| one(&part.unit, Act::AnswerPart, Some(state.due)))
                .collect();
            all.push(one(&state.lead, Act::Report, Some(state.due)));
            all
        }
        Phase::Reported => reviewers(policy, state)
            .iter()
            .map(|unit| one(unit, Act::Approve, None))
            .collect(),
        Phase::Approved => vec![one(&state.head.issuer, Act::Close, None)],
        Phase::Closed | Phase::Withdrawn => Vec::new(),
    }
}

/// The capacities that may do it, and the phases in which it can be done.
fn rule(act: Act) -> (&'static [Who], &'static [Phase]) {
    use Phase::{Accepted, Approved, Closed, Issued, Refused, Reported};
    match act {
        Act::Accept | Act::Refuse => (&[Who::Lead], &[Issued]),
        Act::Reissue => (&[Who::Issuer], &[Refused]),
        Act::Split | Act::ReturnPart | Act::CancelPart | Act::Report => (&[Who::Lead], &[Accepted]),
        Act::AnswerPart => (&[Who::Part], &[Accepted]),
        Act::Progress => (&[Who::Lead, Who::Supporting, Who::Part], &[Accepted]),
        Act::Approve | Act::Return => (&[Who::Reviewer], &[Reported]),
        Act::Close => (&[Who::Issuer, Who::Reviewer], &[Approved]),
        Act::Reopen => (&[Who::Issuer, Who::Reviewer], &[Closed]),
        Act::Urge => (&[Who::Issuer, Who::Reviewer], &[Issued, Accepted]),
        Act::ChangeLimit => (&[Who::Issuer], &[Issued, Accepted]),
        Act::Delegate => (
            &[Who::Lead, Who::Part, Who::Issuer],
            &[Issued, Refused, Accepted, Reported, Approved],
        ),
        Act::Escalate => (&[Who::Supervisor], &[Issued, Accepted]),
        Act::Withdraw => (&[Who::Issuer], &[Issued, Refused]),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Issuer,
    Lead,
    Supporting,
    Part,
    Reviewer,
    /// Whoever may issue the kind to which a matter of this kind escalates.
    Supervisor,
}

impl Who {
    fn units(self, policy: &Policy, state: &MatterState) -> Vec<String> {
        match self {
            Who::Issuer => vec![state.head.issuer.clone()],
            Who::Lead => vec![state.lead.clone()],
            Who::Supporting => state.supporting.clone(),
            Who::Part => {
                let parts = state.parts.iter().filter(|part| !part.cancelled);
                parts.map(|part| part.unit.clone()).collect()
            }
            Who::Reviewer => reviewers(policy, state),
            Who::Supervisor => {
                let kind =
                    def(policy, &state.head.matter).and_then(|def| def.escalates_to.as_ref());
                let kind = kind.and_then(|kind| def(policy, kind));
                kind.map_or_else(Vec::new, |kind| {
                    let units = units(policy, &kind.issued_by);
                    units.into_iter().map(str::to_owned).collect()
                })
            }
        }
    }
}

/// The units in whose capacity somebody can act on a day: his own; that of whoever delegated to him; the leader's, when
/// his unit keeps the leader's papers.
fn standing(policy: &Policy, state: &MatterState, actor: MatterActor<'_>, on: Day) -> Vec<Permit> {
    let mut all = vec![Permit {
        unit: actor.unit.to_owned(),
        acting_for: None,
    }];
    for given in &state.delegations {
        let his = !actor.account.is_empty() && given.deputy_account == actor.account;
        if his && given.from <= on && on <= given.to {
            all.push(Permit {
                unit: given.unit.clone(),
                acting_for: Some(given.person.clone()),
            });
        }
    }
    if let (Some(leader), Some(def)) = (&state.head.leader, def(policy, &state.head.matter))
        && units(policy, &def.secretary).contains(&actor.unit)
    {
        all.push(Permit {
            unit: state.head.issuer.clone(),
            acting_for: Some(leader.clone()),
        });
    }
    all
}

/// Whether somebody may do this now, and in whose name.
///
/// # Errors
///
/// [`Refusal`] `not_authorised` with who may, `wrong_phase` with how the matter stands.
pub fn permit(
    policy: &Policy,
    state: &MatterState,
    actor: MatterActor<'_>,
    on: Day,
    act: Act,
) -> Result<Permit, Refusal> {
    let (who, phases) = rule(act);
    let may: Vec<String> = who
        .iter()
        .flat_map(|who| who.units(policy, state))
        .collect();
    let standing = standing(policy, state, actor, on);
    let Some(found) = standing
        .into_iter()
        .find(|permit| may.contains(&permit.unit))
    else {
        let mut names = may;
        names.dedup();
        let refusal = Refusal::new(
            "not_authorised",
            format!("{}不能{}这个事项。", actor.unit, act.title()),
            match names.is_empty() {
                true => "目前没有单位可以办理此项。".to_owned(),
                false => format!("此项由{}办理。", names.join("、")),
            },
        );
        return Err(cited(refusal, clause(policy, &state.head.matter)));
    };
    if !phases.contains(&state.phase) {
        return Err(wrong_phase(state, act, phases));
    }
    // A person in his own unit who stands in for a colleague signs for both.
    let deputised = state.delegations.iter().rev().find(|given| {
        !actor.account.is_empty()
            && given.deputy_account == actor.account
            && given.unit == found.unit
            && given.from <= on
            && on <= given.to
    });
    Ok(Permit {
        acting_for: found
            .acting_for
            .or_else(|| deputised.map(|given| given.person.clone())),
        unit: found.unit,
    })
}

fn wrong_phase(state: &MatterState, act: Act, phases: &[Phase]) -> Refusal {
    let when: Vec<&str> = phases.iter().map(|phase| phase.title()).collect();
    let advice = match (act, state.phase) {
        (Act::Close, Phase::Issued | Phase::Accepted) => {
            "事项须先由承办单位报结，经审核通过后才能销号。"
        }
        (Act::Close, Phase::Reported) => "请先审核办理结果，通过后再销号。",
        (Act::Withdraw, _) => "签收后不能撤回；如不再需要，请承办单位报结说明，经审核后销号。",
        _ => "请刷新页面，按目前状态办理。",
    };
    Refusal::new(
        "wrong_phase",
        format!(
            "{} 目前{}，不能{}；只有{}的事项可以。",
            state.head.number,
            state.phase.title(),
            act.title(),
            when.join("、")
        ),
        advice,
    )
}

/// Everything that somebody may do now.
pub fn permitted(
    policy: &Policy,
    state: &MatterState,
    actor: MatterActor<'_>,
    today: Day,
) -> Vec<Act> {
    let offered = |act: &Act| {
        permit(policy, state, actor, today, *act).is_ok()
            && match act {
                Act::AnswerPart => part_of(policy, state, actor, today).is_some(),
                Act::ReturnPart => state
                    .parts
                    .iter()
                    .any(|part| part.answer.is_some() && !part.cancelled),
                Act::CancelPart => state.parts.iter().any(Part::open),
                Act::Escalate => escalation(policy, state, today).is_ok(),
                Act::Delegate => def(policy, &state.head.matter).is_some_and(|def| def.delegation),
                Act::Report => state.parts.iter().all(|part| !part.open()),
                _ => true,
            }
    };
    Act::ALL.into_iter().filter(offered).collect()
}

/// The first open part that somebody can answer.
fn part_of(policy: &Policy, state: &MatterState, actor: MatterActor<'_>, on: Day) -> Option<usize> {
    let units = standing(policy, state, actor, on);
    let his = |part: &Part| part.open() && units.iter().any(|permit| permit.unit == part.unit);
    state.parts.iter().position(his)
}

/// What follows from a command, and in whose name it is done.
///
/// # Errors
///
/// [`Refusal`] with code, reason, clause and advice.
pub fn decide(
    policy: &Policy,
    state: &MatterState,
    actor: MatterActor<'_>,
    today: Day,
    command: MatterCommand,
) -> Result<(Permit, MatterEventKind), Refusal> {
    if today < state.last_on {
        return Err(Refusal::new(
            "before_last",
            format!(
                "日期{}早于上一条记录的日期{}。",
                zh(today),
                zh(state.last_on)
            ),
            "请核对日期。",
        ));
    }
    let permit = permit(policy, state, actor, today, command.act())?;
    let desk = Desk {
        policy,
        state,
        actor,
        today,
        permit: &permit,
    };
    let kind = desk.decide(command)?;
    Ok((permit, kind))
}

struct Desk<'a> {
    policy: &'a Policy,
    state: &'a MatterState,
    actor: MatterActor<'a>,
    today: Day,
    permit: &'a Permit,
}

impl Desk<'_> {
    fn decide(&self, command: MatterCommand) -> Result<MatterEventKind, Refusal> {
        Ok(match command {
            MatterCommand::Accept => MatterEventKind::MatterAccepted {},
            MatterCommand::Refuse { reason } => {
                wanted("退回理由", &reason)?;
                MatterEventKind::MatterRefused { reason }
            }
            MatterCommand::Reissue { units, note } => {
                let (lead, supporting) = parties(&self.state.head.issuer, units)?;
                MatterEventKind::MatterReissued {
                    lead,
                    supporting,
                    note,
                }
            }
            MatterCommand::Split { parts } => self.split(parts)?,
            MatterCommand::AnswerPart { part, text, files } => {
                wanted("答复", &text)?;
                self.open_part(part)?;
                MatterEventKind::MatterPartAnswered { part, text, files }
            }
            MatterCommand::ReturnPart { part, reason } => {
                wanted("退回理由", &reason)?;
                let answered = self.part(part)?.answer.is_some() && !self.part(part)?.cancelled;
                answered.then_some(()).ok_or_else(|| {
                    Refusal::new(
                        "no_answer",
                        "这项分办事项还没有答复。",
                        "请等待分办单位答复。",
                    )
                })?;
                MatterEventKind::MatterPartReturned { part, reason }
            }
            MatterCommand::CancelPart { part, reason } => {
                wanted("取消理由", &reason)?;
                if !self.part(part)?.open() {
                    return Err(Refusal::new(
                        "part_answered",
                        "这项分办事项已经答复或取消。",
                        "已答复的不能取消；如不满意，请退回答复。",
                    ));
                }
                MatterEventKind::MatterPartCancelled { part, reason }
            }
            MatterCommand::Progress { text, files } => {
                wanted("进展情况", &text)?;
                MatterEventKind::MatterProgress { text, files }
            }
            MatterCommand::Report { text, files } => {
                wanted("办理结果", &text)?;
                self.may_report(files.is_empty())?;
                MatterEventKind::MatterReported { text, files }
            }
            MatterCommand::Approve { opinion } => MatterEventKind::MatterApproved { opinion },
            MatterCommand::Return { reason } => {
                wanted("退回理由", &reason)?;
                MatterEventKind::MatterReturned { reason }
            }
            MatterCommand::Close { note } => MatterEventKind::MatterClosed { note },
            MatterCommand::Reopen { reason, due } => {
                wanted("理由", &reason)?;
                self.not_past(due)?;
                MatterEventKind::MatterReopened { reason, due }
            }
            MatterCommand::Urge { text } => {
                wanted("催办内容", &text)?;
                MatterEventKind::MatterUrged { text }
            }
            MatterCommand::ChangeLimit { due, reason } => {
                wanted("调整理由", &reason)?;
                self.not_past(due)?;
                if due == self.state.due {
                    return Err(Refusal::new(
                        "same_day",
                        format!("完成时限已经是{}。", zh(due)),
                        "请填写另一个日期。",
                    ));
                }
                MatterEventKind::MatterLimitChanged { due, reason }
            }
            MatterCommand::Delegate {
                deputy,
                deputy_unit,
                deputy_account,
                from,
                to,
                reason,
            } => self.delegate(Delegation {
                person: self
                    .permit
                    .acting_for
                    .clone()
                    .unwrap_or_else(|| self.actor.person.to_owned()),
                unit: self.permit.unit.clone(),
                deputy,
                deputy_unit,
                deputy_account,
                from,
                to,
                reason,
            })?,
            MatterCommand::Escalate { to, number, reason } => {
                wanted("督办理由", &reason)?;
                escalation(self.policy, self.state, self.today)?;
                MatterEventKind::MatterEscalated { to, number, reason }
            }
            MatterCommand::Withdraw { reason } => {
                wanted("撤回理由", &reason)?;
                MatterEventKind::MatterWithdrawn { reason }
            }
        })
    }

    fn split(&self, parts: Vec<NewPart>) -> Result<MatterEventKind, Refusal> {
        if parts.is_empty() {
            return Err(Refusal::new(
                "no_parts",
                "没有填写分办单位。",
                "请至少填写一个单位和它的任务。",
            ));
        }
        let mut heads: Vec<PartHead> = Vec::new();
        for part in parts {
            wanted("分办单位", &part.unit)?;
            wanted("分办任务", &part.task)?;
            if part.unit == self.state.lead {
                return Err(Refusal::new(
                    "part_to_lead",
                    format!("{}是牵头单位，不能把事项分办给自己。", part.unit),
                    "牵头单位自办的部分写在报结中。",
                ));
            }
            heads.push(PartHead {
                unit: part.unit,
                task: part.task,
            });
        }
        Ok(MatterEventKind::MatterSplit { parts: heads })
    }

    fn part(&self, part: u32) -> Result<&Part, Refusal> {
        self.state
            .parts
            .get(part as usize)
            .ok_or_else(|| Refusal::new("no_part", "没有这项分办事项。", "请刷新页面后重新选择。"))
    }

    fn open_part(&self, part: u32) -> Result<(), Refusal> {
        let found = self.part(part)?;
        let standing = standing(self.policy, self.state, self.actor, self.today);
        if standing.iter().all(|permit| permit.unit != found.unit) {
            return Err(Refusal::new(
                "not_authorised",
                format!("这项分办事项由{}答复。", found.unit),
                "请答复分给本单位的事项。",
            ));
        }
        if !found.open() {
            return Err(Refusal::new(
                "part_answered",
                "这项分办事项已经答复或取消。",
                "如需修改，请牵头单位退回答复。",
            ));
        }
        Ok(())
    }

    fn may_report(&self, no_files: bool) -> Result<(), Refusal> {
        let open: Vec<&str> = self
            .state
            .parts
            .iter()
            .filter(|part| part.open())
            .map(|part| part.unit.as_str())
            .collect();
        if !open.is_empty() {
            return Err(Refusal::new(
                "parts_open",
                format!(
                    "还有 {} 项分办事项没有答复：{}。",
                    open.len(),
                    open.join("、")
                ),
                "请在各分办单位答复后报结，或取消不再需要的分办。",
            ));
        }
        let kind = def(self.policy, &self.state.head.matter);
        if let Some(def) = kind.filter(|def| def.evidence && no_files) {
            let refusal = Refusal::new(
                "evidence_missing",
                format!("{}报结须附材料。", def.title),
                "请上传办理结果的文件或照片。",
            );
            return Err(cited(refusal, clause(self.policy, &def.id)));
        }
        Ok(())
    }

    fn not_past(&self, due: Day) -> Result<(), Refusal> {
        if due >= self.today {
            return Ok(());
        }
        Err(Refusal::new(
            "due_past",
            format!("完成时限{}早于今天。", zh(due)),
            "请填写今天或以后的日期。",
        ))
    }

    fn delegate(&self, delegation: Delegation) -> Result<MatterEventKind, Refusal> {
        let kind = def(self.policy, &self.state.head.matter);
        if let Some(def) = kind.filter(|def| !def.delegation) {
            let refusal = Refusal::new(
                "no_delegation",
                format!("{}不能委托代办。", def.title),
                "请由本单位人员办理。",
            );
            return Err(cited(refusal, clause(self.policy, &def.id)));
        }
        wanted("代办人", &delegation.deputy)?;
        if delegation.deputy_account == self.actor.account {
            return Err(Refusal::new(
                "delegate_self",
                "不能委托给自己。",
                "请选择另一个人。",
            ));
        }
        if delegation.to < delegation.from || delegation.to < self.today {
            return Err(Refusal::new(
                "interval",
                "代办的结束日期早于开始日期或今天。",
                "请核对两个日期。",
            ));
        }
        Ok(MatterEventKind::MatterDelegated { delegation })
    }
}

/// Whether a matter was handled so badly that it is supervised.
fn escalation(policy: &Policy, state: &MatterState, today: Day) -> Result<(), Refusal> {
    let kind = def(policy, &state.head.matter);
    let Some(to) = kind.and_then(|def| def.escalates_to.as_deref()) else {
        return Err(Refusal::new(
            "no_escalation",
            "这类事项不能再转督办。",
            "请催办，或报市领导。",
        ));
    };
    if let Some((_, number)) = &state.escalated {
        return Err(Refusal::new(
            "escalated",
            format!("已就此事项签发 {number}。"),
            "请在督办单上继续办理。",
        ));
    }
    let late_accept = state.phase == Phase::Issued
        && state
            .head
            .accept_by
            .is_some_and(|accept_by| today > accept_by);
    if state.overdue(today) || late_accept || state.urges > 0 || state.returns > 0 {
        return Ok(());
    }
    let refusal = Refusal::new(
        "not_weak",
        "事项尚未逾期，也没有催办或退回，不能转督办。",
        "请先催办；催办后仍办理不力的，再转督办。",
    );
    Err(cited(refusal, clause(policy, to)))
}

/// The order for a new matter, with the number `n` of its kind and year.
///
/// # Errors
///
/// [`Refusal`] with code, reason, clause and advice.
pub fn issue(
    policy: &Policy,
    calendar: &WorkCalendar,
    actor: MatterActor<'_>,
    today: Day,
    n: i64,
    new: NewMatter,
) -> Result<(Permit, MatterHead), Refusal> {
    let Some(def) = def(policy, &new.matter) else {
        return Err(Refusal::new(
            "no_kind",
            "政策包没有这类事项。",
            "请选择列出的类别。",
        ));
    };
    let permit = may_issue(policy, def, actor, new.on_behalf.as_ref())?;
    wanted("事项名称", &new.title)?;
    wanted("事项内容", &new.content)?;
    let (lead, supporting) = parties(&permit.unit, new.units)?;
    let roll = policy.file.pack.roll;
    let reckoned = |limit| {
        calendar::due(today, limit, roll, calendar)
            .map(|due| due.day)
            .map_err(|error| Refusal::new("limit", error.to_string(), "请核对时限。"))
    };
    let (limit, due) = match new.due {
        Some(due) if due < today => {
            return Err(Refusal::new(
                "due_past",
                format!("完成时限{}早于今天。", zh(due)),
                "请填写今天或以后的日期。",
            ));
        }
        Some(due) => (None, due),
        None => {
            let limit = new.limit.unwrap_or_else(|| def.limit.limit());
            (Some(limit), reckoned(limit)?)
        }
    };
    let accept_by = def
        .accept
        .as_ref()
        .map(|accept| reckoned(accept.limit()))
        .transpose()?;
    Ok((
        permit.clone(),
        MatterHead {
            pack: policy.file.pack.id.clone(),
            version: policy.file.pack.version.clone(),
            matter: def.id.clone(),
            year: today.year(),
            n,
            number: def.label(today.year(), n),
            title: new.title,
            content: new.content,
            requirement: new.requirement,
            issuer: permit.unit,
            leader: permit.acting_for.or(new.leader),
            lead,
            supporting,
            limit,
            due,
            // An order due earlier than the pack's days of acceptance is accepted by its own day.
            accept_by: accept_by.map(|accept_by| accept_by.min(due)),
            project: new.project,
            source: new.source,
            supervises: new.supervises,
            files: new.files,
            sample: new.sample,
        },
    ))
}

fn may_issue(
    policy: &Policy,
    def: &MatterDef,
    actor: MatterActor<'_>,
    on_behalf: Option<&(String, String)>,
) -> Result<Permit, Refusal> {
    let issuers = units(policy, &def.issued_by);
    let Some((leader, unit)) = on_behalf else {
        if issuers.contains(&actor.unit) {
            return Ok(Permit {
                unit: actor.unit.to_owned(),
                acting_for: None,
            });
        }
        let refusal = Refusal::new(
            "not_authorised",
            format!("{}不能签发{}。", actor.unit, def.title),
            format!("{}由{}签发。", def.title, issuers.join("、")),
        );
        return Err(refusal.citing(&policy.clause(&def.clause, &def.text)));
    };
    wanted("市领导姓名", leader)?;
    let secretary = units(policy, &def.secretary).contains(&actor.unit);
    if secretary && issuers.contains(&unit.as_str()) {
        return Ok(Permit {
            unit: unit.clone(),
            acting_for: Some(leader.clone()),
        });
    }
    let refusal = Refusal::new(
        "not_authorised",
        format!("{}不能以{unit}名义签发{}。", actor.unit, def.title),
        match def.secretary.is_empty() {
            true => "这类事项不能代签。".to_owned(),
            false => format!("可以代签的是{}。", units(policy, &def.secretary).join("、")),
        },
    );
    Err(refusal.citing(&policy.clause(&def.clause, &def.text)))
}

/// Lead and supporting units: the first named leads; each once.
fn parties(issuer: &str, named: Vec<String>) -> Result<(String, Vec<String>), Refusal> {
    let mut units: Vec<String> = Vec::new();
    for unit in named {
        let unit = unit.trim().to_owned();
        if !unit.is_empty() && !units.contains(&unit) {
            units.push(unit);
        }
    }
    let mut units = units.into_iter();
    let Some(lead) = units.next() else {
        return Err(Refusal::new(
            "no_unit",
            "没有填写承办单位。",
            "请至少选择一个单位，首位牵头。",
        ));
    };
    if lead == issuer {
        return Err(Refusal::new(
            "own_unit",
            format!("{issuer}不能把事项交办给本单位。"),
            "请选择另一个牵头单位；本单位可以作为配合单位。",
        ));
    }
    Ok((lead, units.collect()))
}

fn wanted(what: &str, text: &str) -> Result<(), Refusal> {
    if !text.trim().is_empty() {
        return Ok(());
    }
    Err(Refusal::new(
        "text_missing",
        format!("没有填写{what}。"),
        format!("请填写{what}。"),
    ))
}
