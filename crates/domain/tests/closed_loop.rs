//! The closed loop of 湘潭: gates, branch, approvals, requests, in any order of recording and along any way.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use std::sync::LazyLock;

use calendar::Day;
use common::{calendar, day};
use domain::command::Command;
use domain::event::{By, Details, Event, EventId, EventKind, FileRef};
use domain::state::State;
use domain::track::{AwaitingKind, Track, evaluate, plan, summary};
use domain::{ActorUnit, Packs, authorise, decide, view};
use jiff::ToSpan;
use policy::{NodeIx, NodeKind, Policy};
use proptest::prelude::*;

static LOOP: LazyLock<Policy> = LazyLock::new(|| {
    let text = include_str!("../../../policies/xiangtan/closed-loop.toml");
    policy::read("closed-loop.toml", text).unwrap_or_else(|problems| panic!("{problems:?}"))
});

const OPENING: &str = "市开放办";
const LANDING: &str = "市落地办";
const YUETANG: &str = "岳塘经开区";

/// A project that lives by commands, each decided as in the office.
#[derive(Debug, Clone)]
struct Life {
    events: Vec<Event>,
    today: Day,
}

impl Life {
    fn new() -> Life {
        let details = Details {
            name: "样例智能装备项目".to_owned(),
            ..Details::default()
        };
        let pack = &LOOP.file.pack;
        let registered = EventKind::Registered {
            pack: pack.id.clone(),
            version: pack.version.clone(),
            details: Box::new(details),
            sample: true,
        };
        let mut life = Life {
            events: Vec::new(),
            today: day("2025-03-01"),
        };
        life.record(registered);
        life
    }

    fn record(&mut self, kind: EventKind) {
        self.events.push(Event {
            id: EventId(self.events.len() as u32 + 1),
            happened_on: self.today,
            recorded_at: None,
            by: By::default(),
            kind,
        });
    }

    fn state(&self) -> State<'_> {
        State::fold(&LOOP, &self.events)
    }

    fn track(&self) -> Track {
        evaluate(&LOOP, &self.events, calendar(), self.today)
    }

    fn try_as(&mut self, unit: &str, command: Command) -> Result<(), String> {
        let kinds = {
            let packs = Packs::from(&*LOOP);
            let state = self.state();
            authorise(packs, &state, ActorUnit { unit }, &command).map_err(|r| r.code)?;
            decide(packs, &state, calendar(), self.today, self.today, command)
                .map_err(|refusal| refusal.code)?
        };
        kinds.into_iter().for_each(|kind| self.record(kind));
        Ok(())
    }

    /// Something is done the next day, and accepted.
    fn then(mut self, unit: &str, command: Command) -> Life {
        self.today = self.today.checked_add(1.day()).unwrap();
        self.try_as(unit, command.clone())
            .unwrap_or_else(|code| panic!("{code}: {command:?}"));
        self
    }

    fn waits(&self) -> Vec<(AwaitingKind, String, Vec<String>)> {
        let state = self.state();
        let plan = plan(&LOOP, &state, calendar(), self.today);
        let waits = summary(&*LOOP, &state, &plan).awaiting;
        waits
            .into_iter()
            .map(|w| (w.kind, w.subject, w.units))
            .collect()
    }
}

fn ix(id: &str) -> NodeIx {
    LOOP.node(id).unwrap()
}

/// Every document that the step's gate or the milestone wants.
fn files(step: &str) -> Vec<FileRef> {
    let gate = LOOP.node(step).and_then(|ix| LOOP.gate(ix));
    let milestone = LOOP.file.milestone.iter().find(|m| m.id == step);
    let evidence = gate.map(|gate| &gate.evidence);
    let evidence = evidence.or(milestone.map(|m| &m.evidence)).unwrap();
    evidence
        .iter()
        .map(|rule| FileRef {
            evidence: Some(rule.id.clone()),
            name: format!("{}.pdf", rule.title),
            sm3: "0".repeat(64),
        })
        .collect()
}

fn conclude(step: &str, conclusion: &str, on: Day) -> Command {
    Command::Conclude {
        step: step.to_owned(),
        conclusion: conclusion.to_owned(),
        done_on: on,
        files: files(step),
        note: "样例说明".to_owned(),
    }
}

fn approve(level: &str, agreed: bool) -> Command {
    Command::Approve {
        step: "three-level-review".to_owned(),
        level: level.to_owned(),
        agreed,
        opinion: "样例意见".to_owned(),
    }
}

fn assign() -> Command {
    Command::Assign {
        leader: Some("样例市领导".to_owned()),
        receiving_unit: YUETANG.to_owned(),
        supporting: vec!["国土局".to_owned()],
        tasks: vec!["落实选址".to_owned()],
    }
}

fn claim(milestone: &str, on: Day) -> Command {
    Command::Claim {
        milestone: milestone.to_owned(),
        reached_on: on,
        variant: None,
        files: files(milestone),
        values: Default::default(),
        note: String::new(),
    }
}

/// Everything that anybody could try on a day.
fn everything(on: Day) -> Vec<(String, Command)> {
    let mut all = vec![(OPENING.to_owned(), assign())];
    for stage in &LOOP.file.stage {
        for step in &stage.step {
            for rule in step.gate.iter().flat_map(|gate| &gate.conclusion) {
                for unit in [OPENING, LANDING, YUETANG, "市人民政府"] {
                    all.push((unit.to_owned(), conclude(&step.id, &rule.id, on)));
                }
            }
            for level in &step.approval {
                let unit = LOOP.units_of(&level.role, State::default().parties())[0];
                for agreed in [true, false] {
                    all.push((unit.to_owned(), approve(&level.id, agreed)));
                }
            }
        }
    }
    for milestone in &LOOP.file.milestone {
        for unit in [OPENING, LANDING, YUETANG] {
            all.push((unit.to_owned(), claim_of(&milestone.id, on)));
        }
    }
    all
}

fn claim_of(milestone: &str, on: Day) -> Command {
    claim(milestone, on)
}

/// From the visit to the collective decision, with the three levels.
fn decided() -> Life {
    let at = |n: i64| day("2025-03-01").checked_add(n.days()).unwrap();
    Life::new()
        .then(OPENING, conclude("talk-arranged", "assign", at(1)))
        .then(OPENING, assign())
        .then(OPENING, conclude("pre-vetting", "pass", at(3)))
        .then(YUETANG, conclude("deep-talks", "agreed", at(4)))
        .then(YUETANG, conclude("negotiation", "agreed", at(5)))
        .then(YUETANG, conclude("feasibility", "feasible", at(6)))
        .then(YUETANG, conclude("due-diligence", "sound", at(7)))
        .then(OPENING, conclude("argument", "pass", at(8)))
        .then(OPENING, conclude("review", "pass-city", at(9)))
        .then("市发改委", approve("collect-economy", true))
        .then("市商务(招商合作)局", approve("collect-commerce", true))
        .then("分管招商、发改工作的副市长", approve("deputy-mayors", true))
        .then("市人民政府", approve("government-meeting", true))
        .then(
            "市人民政府",
            conclude("collective-decision", "approved", at(14)),
        )
}

#[test]
fn a_project_goes_from_the_visit_to_the_close_out_by_its_own_units() {
    let at = |n: i64| day("2025-03-01").checked_add(n.days()).unwrap();
    let life = decided()
        .then(YUETANG, claim("signed", at(15)))
        .then(LANDING, conclude("landing-follow-up", "ready", at(16)))
        .then(YUETANG, claim("started", at(17)))
        .then(LANDING, claim("in_production", at(18)))
        .then(OPENING, conclude("closing", "closed", at(19)));
    let track = life.track();
    assert!(track.finished);
    assert_eq!(life.state().unknown, []);
    assert_eq!(life.waits(), []);
    let state = life.state();
    assert_eq!(state.assignment().unwrap().receiving_unit, YUETANG);
}

#[test]
fn what_waits_goes_to_those_who_can_do_it() {
    let mut life = Life::new();
    let who = |life: &Life| {
        life.waits()
            .first()
            .map(|(kind, _, units)| (*kind, units.join("、")))
    };
    let expected = |kind, units: &str| Some((kind, units.to_owned()));
    assert_eq!(who(&life), expected(AwaitingKind::Conclude, OPENING));
    let on = life.today;
    life.try_as(OPENING, conclude("talk-arranged", "assign", on))
        .unwrap();
    assert_eq!(who(&life), expected(AwaitingKind::Assign, OPENING));
    let before = decided();
    let signing = expected(AwaitingKind::Claim, "岳塘经开区、市开放办");
    assert_eq!(who(&before), signing);
    // The levels of a chain wait one after the other, two bureaus side by side.
    let mut chain = Life {
        events: decided().events[..10].to_vec(),
        ..decided()
    };
    let levels = |life: &Life| -> Vec<String> {
        life.waits()
            .into_iter()
            .map(|(_, subject, _)| subject)
            .collect()
    };
    let first = [
        "three-level-review.collect-economy",
        "three-level-review.collect-commerce",
    ];
    assert_eq!(levels(&chain), first);
    chain
        .try_as("市商务(招商合作)局", approve("collect-commerce", true))
        .unwrap();
    chain
        .try_as("市发改委", approve("collect-economy", true))
        .unwrap();
    assert_eq!(levels(&chain), ["three-level-review.deputy-mayors"]);
}

#[test]
fn a_ledger_that_begins_with_the_signing_leaves_nothing_of_the_talks_to_do() {
    let mut life = Life::new();
    life.record(EventKind::MilestoneClaimed {
        milestone: "signed".into(),
        reached_on: life.today,
        variant: None,
        files: Vec::new(),
        values: Default::default(),
        note: "台账记载".into(),
    });
    let waits: Vec<String> = life.waits().into_iter().map(|(_, what, _)| what).collect();
    assert_eq!(waits, ["landing-follow-up"]);
}

#[test]
fn a_request_to_move_waits_for_the_owner_and_goes_when_the_step_is_moved() {
    let mut life = Life {
        events: decided().events[..14].to_vec(),
        ..decided()
    };
    let ask = Command::AskMove {
        step: "collective-decision".to_owned(),
        reason: "企业要求月底前答复".to_owned(),
    };
    life.try_as(YUETANG, ask).unwrap();
    let asked = |life: &Life| {
        let waits = life.waits();
        let ask = waits
            .iter()
            .find(|(kind, ..)| *kind == AwaitingKind::AnswerMove);
        ask.map(|(_, _, units)| units.join("、"))
    };
    assert_eq!(asked(&life), Some(OPENING.to_owned()));
    let mut answered = life.clone();
    let answer = Command::AnswerMove {
        request: EventId(15),
        text: "列入本月议题".to_owned(),
    };
    answered.try_as(OPENING, answer).unwrap();
    assert_eq!(asked(&answered), None);
    let on = life.today;
    life.try_as(
        "市人民政府",
        conclude("collective-decision", "approved", on),
    )
    .unwrap();
    assert_eq!(asked(&life), None);
}

#[test]
fn voiding_a_conclusion_takes_back_what_it_reached_unless_something_hangs_on_it() {
    let mut life = decided();
    let void = |event| Command::Void {
        event: EventId(event),
        reason: "登记有误".to_owned(),
    };
    assert_eq!(life.try_as(OPENING, void(8)), Err("still_used".to_owned()));
    assert_eq!(life.try_as(OPENING, void(15)), Ok(()));
    assert_eq!(life.state().pass(ix("collective-decision")), None);
    assert_eq!(life.state().unknown, []);
}

#[test]
fn the_view_shows_gates_levels_branch_and_owner() {
    let life = Life {
        events: decided().events[..12].to_vec(),
        ..decided()
    };
    let state = life.state();
    let shown = view(&*LOOP, &state, &life.track(), calendar());
    let signing = shown
        .stages
        .iter()
        .find(|s| s.id == "signing-stage")
        .unwrap();
    assert_eq!(signing.owner, [OPENING]);
    assert_eq!(signing.due, None);
    assert!(signing.days_in.is_some());
    let review = signing
        .steps
        .iter()
        .find(|s| s.id == "three-level-review")
        .unwrap();
    let turns: Vec<(u8, bool, bool)> = review
        .approvals
        .iter()
        .map(|a| (a.level, a.agreed_on.is_some(), a.next))
        .collect();
    let expected = [
        (1, true, false),
        (1, true, false),
        (2, false, true),
        (3, false, false),
    ];
    assert_eq!(turns, expected);
    let written = serde_json::to_string(&shown).unwrap();
    let read: domain::view::TrackView = serde_json::from_str(&written).unwrap();
    assert_eq!(read, shown);
}

/// A walk: each number picks one of the commands that are accepted on that day.
fn walk(picks: &[usize]) -> Life {
    let mut life = Life::new();
    for pick in picks {
        life.today = life.today.checked_add(1.day()).unwrap();
        let all = everything(life.today);
        // Not all are tried each time: the walk starts somewhere in the list and takes the first that is accepted.
        let n = all.len();
        let mut taken = false;
        for i in 0..n {
            let (unit, command) = all[(pick + i) % n].clone();
            if life.try_as(&unit, command).is_ok() {
                taken = true;
                break;
            }
        }
        assert!(
            taken || life.track().finished,
            "a dead end: {:#?}",
            life.events
        );
        if life.track().finished {
            break;
        }
    }
    life
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_way_goes_on_until_the_close_out_and_never_past_an_open_gate(
        picks in proptest::collection::vec(0_usize..400, 1..40),
    ) {
        let life = walk(&picks);
        let state = life.state();
        prop_assert!(state.unknown.is_empty());
        let plan = plan(&LOOP, &state, calendar(), life.today);
        for (at, node) in LOOP.nodes.iter().enumerate() {
            let dates = plan.nodes[at];
            let NodeKind::Step(..) = node.kind else { continue };
            if dates.done_on.is_none() {
                continue;
            }
            // Whatever is done has its predecessors done, and its documents.
            for before in &node.after {
                let before = plan.node(*before).unwrap();
                prop_assert!(before.done_on.is_some() || before.waived_on.is_some());
            }
            if let Some(pass) = state.pass(NodeIx(at as u8)) {
                prop_assert!(pass.on <= life.today);
            }
        }
        // The last word of the chain never comes without the words below it.
        let review = ix("three-level-review");
        if state.pass(review).is_some() {
            for level in LOOP.approvals(review) {
                prop_assert!(state.has_agreed(review, &level.id));
            }
        }
        if plan.node(ix("closing")).unwrap().done_on.is_some() {
            let produced = state.reached_on(LOOP.milestone("in_production").unwrap());
            let argued = state.reached_on(LOOP.milestone("argued").unwrap());
            prop_assert!(produced.is_some() || argued.is_some());
        }
    }

    #[test]
    fn facts_recorded_in_any_order_give_the_same_track_and_view(
        (life, shuffled) in proptest::collection::vec(0_usize..400, 1..30)
            .prop_map(|picks| walk(&picks))
            .prop_flat_map(|life| {
                let events = life.events.clone();
                (Just(life), Just(events).prop_shuffle())
            }),
        days in 0_i64..40,
    ) {
        let on = day("2025-03-01").checked_add(days.days()).unwrap();
        let one = evaluate(&LOOP, &life.events, calendar(), on);
        let other = evaluate(&LOOP, &shuffled, calendar(), on);
        prop_assert_eq!(&one, &other);
        let state = State::fold_until(&LOOP, &life.events, on);
        let late = State::fold_until(&LOOP, &shuffled, on);
        prop_assert_eq!(
            view(&*LOOP, &state, &one, calendar()),
            view(&*LOOP, &late, &other, calendar())
        );
    }
}
