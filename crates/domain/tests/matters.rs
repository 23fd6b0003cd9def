//! Matters: the whole state space of the machine, who may do what, days, and names on record.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests fail by panicking

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use calendar::{Day, Limit, LimitUnit, WorkCalendar};
use domain::event::{EventId, FileRef};
use domain::matter::{
    Act, MatterActor, MatterBy, MatterCommand, MatterEvent, MatterEventKind, MatterState,
    NewMatter, NewPart, Phase, decide, derivation, describe, issue, permitted, reviewers,
    signature, waits, warn_on,
};
use jiff::civil::date;
use policy::Policy;

const PACK: &str = include_str!("../../../policies/xiangtan/matters.toml");
const ISSUER: &str = "市商务(招商合作)局";
const OFFICE: &str = "市招商安商工作领导小组办公室";
const LAND: &str = "国土局";
const PLAN: &str = "规划局";
const PARK: &str = "岳塘经开区";
const DEPUTY: &str = "deputy";

fn pack() -> Policy {
    policy::read("matters.toml", PACK).unwrap_or_else(|problems| panic!("{problems}"))
}

fn today() -> Day {
    date(2025, 9, 22)
}

fn of(unit: &str) -> MatterActor<'_> {
    MatterActor {
        person: "样例经办人",
        unit,
        account: unit,
    }
}

fn file() -> FileRef {
    FileRef {
        evidence: None,
        name: "样例材料.pdf".into(),
        sm3: "0".repeat(64),
    }
}

fn new(kind: &str) -> NewMatter {
    NewMatter {
        matter: kind.into(),
        title: "样例项目用地问题".into(),
        content: "样例项目用地指标未落实".into(),
        units: vec![LAND.into(), PARK.into()],
        ..NewMatter::default()
    }
}

fn event(kind: MatterEventKind, on: Day, by: MatterBy) -> MatterEvent {
    MatterEvent {
        id: EventId(0),
        happened_on: on,
        recorded_at: None,
        by,
        kind,
    }
}

fn issued(policy: &Policy, new: NewMatter) -> Vec<MatterEvent> {
    let calendar = WorkCalendar::state_council();
    let (permit, head) = issue(policy, calendar, of(ISSUER), today(), 1, new).unwrap();
    let head = Box::new(head);
    let by = MatterBy {
        unit: permit.unit,
        ..MatterBy::default()
    };
    vec![event(MatterEventKind::MatterIssued { head }, today(), by)]
}

/// What `actor` gets recorded, appended.
fn done(
    policy: &Policy,
    events: &mut Vec<MatterEvent>,
    actor: MatterActor<'_>,
    on: Day,
    command: MatterCommand,
) -> Result<(), String> {
    let state = MatterState::fold(events).unwrap();
    let (permit, kind) =
        decide(policy, &state, actor, on, command).map_err(|refusal| refusal.code)?;
    let by = MatterBy {
        person: actor.person.into(),
        unit: actor.unit.into(),
        account: actor.account.into(),
        acting_for: permit.acting_for,
    };
    events.push(event(kind, on, by));
    Ok(())
}

fn report(files: bool) -> MatterCommand {
    MatterCommand::Report {
        text: "已落实".into(),
        files: if files { vec![file()] } else { Vec::new() },
    }
}

// ---- the state space

/// Everything on which deciding depends, counts cut at one.
fn key(state: &MatterState) -> String {
    let parts: Vec<_> = state
        .parts
        .iter()
        .map(|part| (&part.unit, part.answer.is_some(), part.cancelled))
        .collect();
    format!(
        "{:?} {} {:?} {parts:?} {} {} {} {} {}",
        state.phase,
        state.lead,
        state.supporting,
        state.urges > 0,
        state.returns > 0,
        state.reopenings > 0,
        state.escalated.is_some(),
        !state.delegations.is_empty(),
    )
}

/// Every command that anybody could try, with small units.
fn commands(state: &MatterState) -> Vec<MatterCommand> {
    let reason = || "样例理由".to_owned();
    let mut all = vec![
        MatterCommand::Accept,
        MatterCommand::Refuse { reason: reason() },
        MatterCommand::Progress {
            text: reason(),
            files: Vec::new(),
        },
        report(false),
        report(true),
        MatterCommand::Approve {
            opinion: String::new(),
        },
        MatterCommand::Return { reason: reason() },
        MatterCommand::Close {
            note: String::new(),
        },
        MatterCommand::Reopen {
            reason: reason(),
            due: date(2025, 12, 1),
        },
        MatterCommand::Urge { text: reason() },
        MatterCommand::ChangeLimit {
            due: date(2025, 11, 3),
            reason: reason(),
        },
        MatterCommand::Escalate {
            to: "order".into(),
            number: "样例第 1 号".into(),
            reason: reason(),
        },
        MatterCommand::Withdraw { reason: reason() },
    ];
    for units in [vec![LAND, PARK], vec![PLAN]] {
        all.push(MatterCommand::Reissue {
            units: units.into_iter().map(str::to_owned).collect(),
            note: String::new(),
        });
    }
    if state.delegations.is_empty() {
        all.push(MatterCommand::Delegate {
            deputy: "样例甲".into(),
            deputy_unit: PARK.into(),
            deputy_account: DEPUTY.into(),
            from: today(),
            to: date(2025, 12, 31),
            reason: String::new(),
        });
    }
    if state.parts.len() < 2 {
        for unit in [PLAN, PARK] {
            all.push(MatterCommand::Split {
                parts: vec![NewPart {
                    unit: unit.into(),
                    task: "样例任务".into(),
                }],
            });
        }
    }
    for part in 0..state.parts.len() as u32 {
        all.push(MatterCommand::AnswerPart {
            part,
            text: reason(),
            files: Vec::new(),
        });
        all.push(MatterCommand::ReturnPart {
            part,
            reason: reason(),
        });
        all.push(MatterCommand::CancelPart {
            part,
            reason: reason(),
        });
    }
    all
}

struct Space {
    /// A history that leads to each state.
    states: BTreeMap<String, Vec<MatterEvent>>,
    /// Which states follow on each.
    next: BTreeMap<String, BTreeSet<String>>,
}

fn explore(policy: &Policy, kind: &str) -> Space {
    let deputy = MatterActor {
        account: DEPUTY,
        ..of("样例单位")
    };
    let actors = [of(ISSUER), of(OFFICE), of(LAND), of(PLAN), of(PARK), deputy];
    let first = issued(policy, new(kind));
    let mut space = Space {
        states: BTreeMap::new(),
        next: BTreeMap::new(),
    };
    let mut queue = VecDeque::new();
    let start = key(&MatterState::fold(&first).unwrap());
    space.states.insert(start.clone(), first);
    queue.push_back(start);
    while let Some(at) = queue.pop_front() {
        let events = space.states[&at].clone();
        let state = MatterState::fold(&events).unwrap();
        let mut next = BTreeSet::new();
        for command in commands(&state) {
            for actor in actors {
                let decided = decide(policy, &state, actor, today(), command.clone());
                let Ok((permit, kind)) = decided else {
                    continue;
                };
                let by = MatterBy {
                    person: actor.person.into(),
                    unit: actor.unit.into(),
                    account: actor.account.into(),
                    acting_for: permit.acting_for,
                };
                let mut events = events.clone();
                events.push(event(kind, today(), by));
                let after = MatterState::fold(&events).unwrap();
                let there = key(&after);
                next.insert(there.clone());
                if !space.states.contains_key(&there) {
                    space.states.insert(there.clone(), events);
                    queue.push_back(there);
                }
            }
        }
        space.next.insert(at, next);
    }
    space
}

/// The states from which one of `goals` can be reached.
fn reach(space: &Space, goals: impl Fn(&MatterState) -> bool) -> BTreeSet<String> {
    let mut reached: BTreeSet<String> = space
        .states
        .iter()
        .filter(|(_, events)| goals(&MatterState::fold(events).unwrap()))
        .map(|(key, _)| key.clone())
        .collect();
    loop {
        let more: Vec<String> = space
            .next
            .iter()
            .filter(|(at, next)| {
                !reached.contains(*at) && next.iter().any(|there| reached.contains(there))
            })
            .map(|(at, _)| at.clone())
            .collect();
        if more.is_empty() {
            return reached;
        }
        reached.extend(more);
    }
}

fn the_whole_state_space_is_sound(kind: &str, at_least: usize) {
    let policy = pack();
    let space = explore(&policy, kind);
    assert!(
        space.states.len() > at_least,
        "{} states",
        space.states.len()
    );

    let ends = reach(&space, |state| state.phase.is_final());
    for (at, events) in &space.states {
        let state = MatterState::fold(events).unwrap();
        assert!(ends.contains(at), "a dead end: {at}\n{}", told(events));
        // No order is lost: somebody has to do something, and can.
        let waiting = waits(&policy, &state);
        assert_eq!(waiting.is_empty(), state.phase.is_final(), "{at}");
        for waiting in waiting {
            let offered = permitted(&policy, &state, of(&waiting.unit), today());
            let blocked = waiting.act == Act::Report && state.parts.iter().any(|part| part.open());
            assert!(
                blocked || offered.contains(&waiting.act),
                "{} waits for {}, who cannot: {at}",
                waiting.act.title(),
                waiting.unit
            );
        }
        // Whoever closes one finds reply and acceptance before, and every part answered or taken back.
        if state.phase == Phase::Closed {
            let kinds: Vec<&MatterEventKind> = events.iter().map(|event| &event.kind).collect();
            let last = |is: fn(&MatterEventKind) -> bool| kinds.iter().rposition(|kind| is(kind));
            let reported = last(|kind| matches!(kind, MatterEventKind::MatterReported { .. }));
            let approved = last(|kind| matches!(kind, MatterEventKind::MatterApproved { .. }));
            let closed = last(|kind| matches!(kind, MatterEventKind::MatterClosed { .. }));
            assert!(
                reported.is_some() && reported < approved && approved < closed,
                "{at}"
            );
            assert!(state.parts.iter().all(|part| !part.open()), "{at}");
        }
        if state.phase == Phase::Withdrawn {
            assert!(
                state.accepted_on.is_none(),
                "withdrawn after acceptance: {at}"
            );
        }
    }
    // Every phase is reached, and a closed one can be reopened and closed again.
    for phase in Phase::ALL {
        let found = space
            .states
            .values()
            .any(|events| MatterState::fold(events).unwrap().phase == phase);
        assert!(found, "{phase:?} is never reached");
    }
    let again = space.states.values().any(|events| {
        let state = MatterState::fold(events).unwrap();
        state.phase == Phase::Closed && state.reopenings > 0
    });
    assert!(again);
}

fn told(events: &[MatterEvent]) -> String {
    let lines: Vec<String> = events.iter().map(describe).collect();
    lines.join("\n")
}

#[test]
fn an_assignment_has_no_dead_end_and_is_never_closed_without_reply_and_acceptance() {
    the_whole_state_space_is_sound("assignment", 1_000);
}

#[test]
fn a_supervision_order_has_no_dead_end_and_is_never_closed_without_reply_and_acceptance() {
    the_whole_state_space_is_sound("supervision", 300);
}

// ---- rules one by one

#[test]
fn the_due_day_counts_working_days_over_the_national_holiday_and_says_so() {
    let policy = pack();
    let events = issued(&policy, new("assignment"));
    let state = MatterState::fold(&events).unwrap();
    // From Tuesday 23 September seven working days lie before 1–8 October, for Sunday 28 September is worked; then
    // 9, 10 and Saturday 11 October, which is worked too.
    assert_eq!(state.due, date(2025, 10, 11));
    assert_eq!(state.head.accept_by, Some(date(2025, 9, 24)));
    assert_eq!(state.head.number, "潭招交〔2025〕第 1 号");
    let calendar = WorkCalendar::state_council();
    let steps = derivation(&policy, &state, calendar);
    assert!(
        steps.last().unwrap().contains("2025年10月11日（星期六）"),
        "{steps:?}"
    );
    assert_eq!(warn_on(&policy, &state, calendar), Some(date(2025, 9, 30)));
}

#[test]
fn a_limit_may_be_set_in_natural_days_and_a_day_may_be_set_outright() {
    let policy = pack();
    let natural = NewMatter {
        limit: Some(Limit::new(20, LimitUnit::NaturalDays).unwrap()),
        ..new("assignment")
    };
    // 12 October 2025 is a Sunday: it moves to Monday.
    let state = MatterState::fold(&issued(&policy, natural)).unwrap();
    assert_eq!(state.due, date(2025, 10, 13));
    let outright = NewMatter {
        due: Some(date(2025, 9, 30)),
        ..new("assignment")
    };
    let state = MatterState::fold(&issued(&policy, outright)).unwrap();
    assert_eq!((state.due, state.head.limit), (date(2025, 9, 30), None));
}

#[test]
fn the_first_named_unit_leads_and_nobody_hands_a_matter_to_himself() {
    let policy = pack();
    let calendar = WorkCalendar::state_council();
    let twice = NewMatter {
        units: vec![PLAN.into(), LAND.into(), PLAN.into(), " ".into()],
        ..new("assignment")
    };
    let (_, head) = issue(&policy, calendar, of(ISSUER), today(), 1, twice).unwrap();
    assert_eq!(
        (head.lead.as_str(), head.supporting),
        (PLAN, vec![LAND.to_owned()])
    );
    for (units, code) in [(vec![ISSUER], "own_unit"), (vec![], "no_unit")] {
        let new = NewMatter {
            units: units.into_iter().map(str::to_owned).collect(),
            ..new("assignment")
        };
        let refused = issue(&policy, calendar, of(ISSUER), today(), 1, new).unwrap_err();
        assert_eq!(refused.code, code);
    }
}

#[test]
fn only_those_whom_the_pack_names_issue_and_the_refusal_cites_its_clause() {
    let policy = pack();
    let calendar = WorkCalendar::state_council();
    let refused = issue(&policy, calendar, of(LAND), today(), 1, new("assignment")).unwrap_err();
    assert_eq!(refused.code, "not_authorised");
    assert!(refused.advice.contains(ISSUER));
    assert_eq!(&*refused.clause.unwrap().article, "正文第二段（二）");
}

#[test]
fn a_secretary_issues_in_the_name_of_a_leader_and_both_names_are_kept() {
    let policy = pack();
    let calendar = WorkCalendar::state_council();
    let behalf = |unit: &str| NewMatter {
        on_behalf: Some(("样例市长".into(), unit.into())),
        ..new("instruction")
    };
    let secretary = of("市政府办");
    let (permit, head) =
        issue(&policy, calendar, secretary, today(), 1, behalf("市级领导")).unwrap();
    assert_eq!(permit.acting_for.as_deref(), Some("样例市长"));
    assert_eq!(
        (head.issuer.as_str(), head.leader.as_deref()),
        ("市级领导", Some("样例市长"))
    );
    let refused = issue(&policy, calendar, secretary, today(), 1, behalf("国土局")).unwrap_err();
    assert_eq!(refused.code, "not_authorised");
    let refused = issue(&policy, calendar, of(LAND), today(), 1, behalf("市级领导")).unwrap_err();
    assert_eq!(refused.code, "not_authorised");

    // Later acts of the secretary are done for the leader too.
    let head = Box::new(head);
    let mut events = vec![event(
        MatterEventKind::MatterIssued { head },
        today(),
        MatterBy::default(),
    )];
    let urge = MatterCommand::Urge {
        text: "请抓紧".into(),
    };
    done(&policy, &mut events, secretary, today(), urge).unwrap();
    assert_eq!(signature(&events[1].by), "样例经办人（代 样例市长）");
}

#[test]
fn the_whole_is_not_reported_done_before_every_part_is_answered_or_taken_back() {
    let policy = pack();
    let mut events = issued(&policy, new("assignment"));
    let part = |unit: &str| NewPart {
        unit: unit.into(),
        task: "样例任务".into(),
    };
    let parts = vec![part(PLAN), part(PARK)];
    done(
        &policy,
        &mut events,
        of(LAND),
        today(),
        MatterCommand::Accept,
    )
    .unwrap();
    done(
        &policy,
        &mut events,
        of(LAND),
        today(),
        MatterCommand::Split { parts },
    )
    .unwrap();
    let refused = done(&policy, &mut events, of(LAND), today(), report(false));
    assert_eq!(refused.unwrap_err(), "parts_open");
    let answer = |part| MatterCommand::AnswerPart {
        part,
        text: "已办".into(),
        files: Vec::new(),
    };
    let refused = done(&policy, &mut events, of(PLAN), today(), answer(1));
    assert_eq!(refused.unwrap_err(), "not_authorised");
    done(&policy, &mut events, of(PLAN), today(), answer(0)).unwrap();
    let cancel = MatterCommand::CancelPart {
        part: 1,
        reason: "不再需要".into(),
    };
    done(&policy, &mut events, of(LAND), today(), cancel).unwrap();
    done(&policy, &mut events, of(LAND), today(), report(false)).unwrap();
}

#[test]
fn an_order_whose_result_counts_in_the_assessment_is_reported_with_files_only() {
    let policy = pack();
    let mut events = issued(&policy, new("supervision"));
    done(
        &policy,
        &mut events,
        of(LAND),
        today(),
        MatterCommand::Accept,
    )
    .unwrap();
    let refused = done(&policy, &mut events, of(LAND), today(), report(false));
    assert_eq!(refused.unwrap_err(), "evidence_missing");
    done(&policy, &mut events, of(LAND), today(), report(true)).unwrap();
}

#[test]
fn returned_by_the_review_the_limit_runs_on() {
    let policy = pack();
    let mut events = issued(&policy, new("assignment"));
    done(
        &policy,
        &mut events,
        of(LAND),
        today(),
        MatterCommand::Accept,
    )
    .unwrap();
    done(&policy, &mut events, of(LAND), today(), report(false)).unwrap();
    let late = date(2025, 10, 20);
    assert!(
        !MatterState::fold(&events).unwrap().overdue(late),
        "it is with the review"
    );
    let back = MatterCommand::Return {
        reason: "没有落实".into(),
    };
    done(&policy, &mut events, of(ISSUER), today(), back).unwrap();
    let state = MatterState::fold(&events).unwrap();
    assert_eq!(state.phase, Phase::Accepted);
    assert!(state.overdue(late));
}

#[test]
fn a_deputy_acts_between_the_two_days_and_both_names_are_on_record() {
    let policy = pack();
    let mut events = issued(&policy, new("assignment"));
    let principal = MatterActor {
        person: "样例乙",
        ..of(LAND)
    };
    let deputy = MatterActor {
        person: "样例甲",
        unit: PLAN,
        account: DEPUTY,
    };
    let away = MatterCommand::Delegate {
        deputy: "样例甲".into(),
        deputy_unit: PLAN.into(),
        deputy_account: DEPUTY.into(),
        from: date(2025, 9, 23),
        to: date(2025, 9, 26),
        reason: "出差".into(),
    };
    done(&policy, &mut events, principal, today(), away).unwrap();
    let refused = done(&policy, &mut events, deputy, today(), MatterCommand::Accept);
    assert_eq!(refused.unwrap_err(), "not_authorised", "the day before");
    let on = date(2025, 9, 24);
    done(&policy, &mut events, deputy, on, MatterCommand::Accept).unwrap();
    assert_eq!(signature(&events[2].by), "样例甲（代 样例乙）");
    let refused = done(
        &policy,
        &mut events,
        deputy,
        date(2025, 9, 27),
        report(false),
    );
    assert_eq!(refused.unwrap_err(), "not_authorised", "the day after");
}

#[test]
fn only_weak_handling_is_supervised_and_only_once() {
    let policy = pack();
    let mut events = issued(&policy, new("assignment"));
    let escalate = || MatterCommand::Escalate {
        to: "order".into(),
        number: "潭招督〔2025〕第 1 号".into(),
        reason: "逾期未办".into(),
    };
    let refused = done(&policy, &mut events, of(ISSUER), today(), escalate());
    assert_eq!(refused.unwrap_err(), "not_weak");
    let late = date(2025, 10, 11);
    done(&policy, &mut events, of(OFFICE), late, escalate()).unwrap();
    let refused = done(&policy, &mut events, of(ISSUER), late, escalate());
    assert_eq!(refused.unwrap_err(), "escalated");
}

#[test]
fn the_unit_that_answers_never_reviews_itself() {
    let policy = pack();
    let to_the_office = NewMatter {
        units: vec![OFFICE.into()],
        ..new("rectification")
    };
    let state = MatterState::fold(&issued(&policy, to_the_office)).unwrap();
    assert_eq!(reviewers(&policy, &state), [ISSUER]);
}

#[test]
fn every_fact_is_read_back_as_it_was_written_and_has_a_sentence() {
    let policy = pack();
    let space = explore(&policy, "assignment");
    let mut kinds = BTreeSet::new();
    for event in space.states.values().flatten() {
        let text = serde_json::to_string(event).unwrap();
        let back: MatterEvent = serde_json::from_str(&text).unwrap();
        assert_eq!(&back, event, "{text}");
        assert!(describe(event).chars().count() > 2);
        let value = serde_json::to_value(event).unwrap();
        kinds.insert(value["kind"].as_str().unwrap().to_owned());
    }
    assert!(
        kinds.iter().all(|kind| kind.starts_with("matter_")),
        "{kinds:?}"
    );
    assert!(kinds.len() >= 14, "{kinds:?}");
}
