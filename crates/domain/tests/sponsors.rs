//! 市领导牵头和包保: who is named, until when, in any order of recording.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use std::sync::LazyLock;

use calendar::Day;
use common::{calendar, day};
use domain::event::{By, Details, Event, EventId, EventKind};
use domain::state::State;
use domain::track::{Track, plan};
use domain::{Command, Packs, decide, describe, may_lead_another, view};
use policy::Policy;

const PACK: &str = include_str!("../../../policies/xiangtan/closed-loop.toml");

static LOOP: LazyLock<Policy> = LazyLock::new(|| read(PACK));

fn read(text: &str) -> Policy {
    policy::read("closed-loop.toml", text).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn fact(id: u32, on: &str, kind: EventKind) -> Event {
    Event {
        id: EventId(id),
        happened_on: day(on),
        recorded_at: None,
        by: By::default(),
        kind,
    }
}

fn registered() -> Event {
    let pack = &LOOP.file.pack;
    let kind = EventKind::Registered {
        pack: pack.id.clone(),
        version: pack.version.clone(),
        details: Box::new(Details {
            name: "样例智能装备项目".into(),
            ..Details::default()
        }),
        sample: true,
    };
    fact(1, "2025-03-01", kind)
}

fn named(leader: &str, office: &str) -> EventKind {
    EventKind::SponsorNamed {
        sponsorship: "nanny".into(),
        leader: leader.into(),
        office: office.into(),
        contact: None,
        note: String::new(),
    }
}

fn ended(reason: &str) -> EventKind {
    EventKind::SponsorEnded {
        sponsorship: "nanny".into(),
        reason: reason.into(),
    }
}

fn name(leader: &str, office: &str) -> Command {
    Command::NameSponsor {
        sponsorship: "nanny".into(),
        leader: leader.into(),
        office: office.into(),
        contact: None,
        note: String::new(),
    }
}

/// The code of the refusal, or nothing when it is accepted.
fn refused(policy: &Policy, events: &[Event], on: Day, command: Command) -> Option<String> {
    let state = State::fold(policy, events);
    let decided = decide(Packs::from(policy), &state, calendar(), on, on, command);
    decided.err().map(|refusal| refusal.code)
}

fn leader_on(events: &[Event], on: &str) -> Option<String> {
    let state = State::fold_until(&LOOP, events, day(on));
    state.sponsor("nanny").map(|now| now.leader.to_owned())
}

#[test]
fn a_later_naming_takes_the_place_of_an_earlier_one_from_its_day_on() {
    let events = [
        registered(),
        fact(2, "2025-04-10", named("样例张五", "样例业务一科")),
        fact(3, "2025-06-01", named("样例周七", "样例业务一科")),
        fact(4, "2025-09-30", ended("项目已经投产")),
    ];
    assert_eq!(leader_on(&events, "2025-04-09"), None);
    assert_eq!(
        leader_on(&events, "2025-05-31").as_deref(),
        Some("样例张五")
    );
    assert_eq!(
        leader_on(&events, "2025-06-01").as_deref(),
        Some("样例周七")
    );
    assert_eq!(leader_on(&events, "2025-09-30"), None);
    let state = State::fold(&LOOP, &events);
    let ends: Vec<_> = state.sponsors.iter().map(|s| s.ended.unwrap()).collect();
    assert_eq!((ends[0].on, ends[0].reason), (day("2025-06-01"), None));
    assert_eq!(ends[1].reason, Some("项目已经投产"));
}

#[test]
fn late_recording_and_any_order_give_the_same_sponsors() {
    let events = [
        registered(),
        fact(0, "2025-04-10", named("样例张五", "样例业务一科")),
        fact(0, "2025-06-01", named("样例周七", "样例业务二科")),
        fact(0, "2025-06-01", ended("项目调整")),
        fact(0, "2025-07-01", named("样例郑九", "")),
    ];
    let of = |events: &[Event]| -> Vec<(String, Option<Day>)> {
        let state = State::fold(&LOOP, events);
        assert!(state.unknown.is_empty(), "{:?}", state.unknown);
        let sponsors = state.sponsors.iter();
        sponsors
            .map(|s| (s.leader.to_owned(), s.ended.map(|end| end.on)))
            .collect()
    };
    let straight = of(&events);
    let mut turned = events.to_vec();
    turned.reverse();
    assert_eq!(of(&turned), straight);
    turned.swap(0, 3);
    assert_eq!(of(&turned), straight);
    assert_eq!(straight[2], ("样例郑九".to_owned(), None));
}

#[test]
fn an_end_without_a_naming_and_an_unknown_sponsorship_are_shown_not_dropped() {
    let other = EventKind::SponsorEnded {
        sponsorship: "other".into(),
        reason: "样例".into(),
    };
    let events = [
        registered(),
        fact(2, "2025-04-10", ended("样例")),
        fact(3, "2025-04-11", other),
    ];
    let state = State::fold(&LOOP, &events);
    let texts: Vec<String> = state.unknown.iter().map(|u| u.reason.text()).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].contains("没有列入包保"), "{texts:?}");
}

#[test]
fn a_naming_must_change_something_and_come_after_the_last() {
    let events = [
        registered(),
        fact(2, "2025-04-10", named("样例张五", "样例业务一科")),
    ];
    let on = day("2025-05-01");
    let code = |command| refused(&LOOP, &events, on, command);
    assert_eq!(
        code(name("样例张五", "样例业务一科")).as_deref(),
        Some("nothing_changed")
    );
    assert_eq!(code(name("样例周七", "样例业务一科")), None);
    assert_eq!(
        code(name("样例周七、样例郑九", "样例业务一科")).as_deref(),
        Some("several_leaders")
    );
    let early = refused(
        &LOOP,
        &events,
        day("2025-04-09"),
        name("样例周七", "样例业务一科"),
    );
    assert_eq!(early.as_deref(), Some("before_request"));
    let silent = Command::EndSponsor {
        sponsorship: "nanny".into(),
        reason: " ".into(),
    };
    assert_eq!(code(silent).as_deref(), Some("text_missing"));
}

#[test]
fn an_assignment_from_before_the_rule_of_one_leader_can_be_changed_in_its_other_parts() {
    let both = "样例张五、样例周七";
    let assigned = EventKind::ProjectAssigned {
        leader: Some(both.into()),
        receiving_unit: "岳塘经开区".into(),
        supporting: Vec::new(),
        tasks: vec!["落实选址".into()],
    };
    let events = [registered(), fact(2, "2025-04-10", assigned)];
    let again = |leader: &str| Command::Assign {
        leader: Some(leader.into()),
        receiving_unit: "岳塘经开区".into(),
        supporting: vec!["规划局".into()],
        tasks: vec!["落实选址".into()],
    };
    let code = |leader: &str| refused(&LOOP, &events, day("2025-05-01"), again(leader));
    assert_eq!(code(both), None);
    assert_eq!(
        code("样例张五、样例郑九").as_deref(),
        Some("several_leaders")
    );
}

#[test]
fn where_the_pack_wants_all_named_at_once_a_part_is_not_enough() {
    let strict = read(&PACK.replace("partly = true\n", ""));
    let events = [registered()];
    let on = day("2025-05-01");
    assert_eq!(
        refused(&strict, &events, on, name("样例张五", "")).as_deref(),
        Some("text_missing")
    );
    assert_eq!(refused(&LOOP, &events, on, name("样例张五", "")), None);
}

#[test]
fn a_leader_may_lead_another_project_where_the_pack_only_shows_it() {
    let others = ["样例负极材料项目".to_owned()];
    assert!(may_lead_another(&LOOP, "样例张五", &others).is_ok());
    let strict = read(&PACK.replace(
        "another_project = \"shown\"",
        "another_project = \"refused\"",
    ));
    assert!(may_lead_another(&strict, "样例张五", &[]).is_ok());
    let refusal = may_lead_another(&strict, "样例张五", &others).unwrap_err();
    assert_eq!(refusal.code, "leads_another");
    assert!(refusal.message.contains("样例负极材料项目"));
    assert_eq!(
        &*refusal.clause.unwrap().article,
        "市领导联系重大招商项目制度"
    );
}

#[test]
fn the_view_says_who_answers_what_is_missing_and_who_did_before() {
    let events = [
        registered(),
        fact(2, "2025-04-10", named("样例张五", "样例业务一科")),
        fact(3, "2025-06-01", named("样例周七", "")),
    ];
    let on = day("2025-06-02");
    let state = State::fold(&LOOP, &events);
    let track = Track::new(&LOOP, plan(&LOOP, &state, calendar(), on), on);
    let shown = view(&*LOOP, &state, &track, calendar());
    let nanny = &shown.sponsorships[0];
    assert_eq!(nanny.now.as_ref().unwrap().leader, "样例周七");
    assert_eq!(nanny.missing, ["业务科室"]);
    assert_eq!(nanny.earlier.len(), 1);
    assert_eq!(nanny.earlier[0].ended, Some((day("2025-06-01"), None)));
    let sentence = describe(Packs::from(&*LOOP), &events[2]);
    assert_eq!(sentence, "列入“保姆式服务”，领导样例周七，业务科室待定。");
}
