//! Leads: whatever happens in whatever order, the finder stays, the credit is whole, and every refusal says why.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::sync::LazyLock;

use calendar::{Day, WorkCalendar, parse_day};
use domain::event::{By, Details, Event, EventId, EventKind, Share};
use domain::state::{CREDIT_WHOLE, LeadPhase, sums_up};
use domain::{ActorUnit, Command, Refusal, State, authorise, decide, describe};
use jiff::ToSpan;
use policy::Policy;
use proptest::prelude::*;

const PACK: &str = include_str!("../../service/tests/packs/leads.toml");
static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    policy::read("leads.toml", PACK).unwrap_or_else(|problems| panic!("{problems}"))
});

const UNITS: [&str; 4] = ["潜江高新区", "市商务局", "市发改委", "市招商服务中心"];

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

/// A lead's stream, told command by command.
#[derive(Clone)]
struct Stream {
    events: Vec<Event>,
    today: Day,
}

impl Stream {
    /// Registered and found by 潜江高新区.
    fn found() -> Stream {
        let mut stream = Stream {
            events: Vec::new(),
            today: day("2025-03-03"),
        };
        let details = Details {
            name: "样例储能项目".into(),
            ..Details::default()
        };
        stream.done(Command::Register {
            pack: "sample-leads".into(),
            version: "2025-01-01".into(),
            details: Box::new(details),
            sample: false,
        });
        stream.done(Command::FindLead {
            source: "visit-out".into(),
            unit: UNITS[0].into(),
            person: "样例张一".into(),
            text: String::new(),
        });
        stream
    }

    fn state(&self) -> State<'_> {
        State::fold(&POLICY, &self.events)
    }

    fn tell(&mut self, command: Command) -> Result<(), Refusal> {
        let kinds = decide(
            (&*POLICY).into(),
            &self.state(),
            WorkCalendar::state_council(),
            self.today,
            self.today,
            command,
        )?;
        for kind in kinds {
            self.events.push(Event {
                id: EventId(self.events.len() as u32 + 1),
                happened_on: self.today,
                recorded_at: None,
                by: By::default(),
                kind,
            });
        }
        Ok(())
    }

    fn done(&mut self, command: Command) -> &mut Stream {
        let what = format!("{command:?}");
        self.tell(command)
            .unwrap_or_else(|refusal| panic!("{what}: {refusal}"));
        self
    }

    fn refused(&mut self, command: Command) -> String {
        let before = self.events.len();
        let refusal = self.tell(command).unwrap_err();
        assert_eq!(self.events.len(), before);
        assert!(!refusal.advice.is_empty());
        refusal.code
    }

    fn after(&mut self, days: i64) -> &mut Stream {
        self.today = self.today.checked_add(days.days()).unwrap();
        self
    }

    fn phase(&self) -> LeadPhase {
        self.state().lead_phase(&POLICY).unwrap()
    }
}

fn claim(unit: &str) -> Command {
    Command::ClaimLead { unit: unit.into() }
}

fn share(unit: &str, basis_points: u32) -> Share {
    Share {
        unit: unit.into(),
        basis_points,
    }
}

fn visit() -> Command {
    Command::RecordVisit {
        visit: "talk".into(),
        text: "洽谈".into(),
        files: Vec::new(),
    }
}

// ---- what holds for every history

/// What may be tried, well-formed or not.
fn any_command() -> impl Strategy<Value = (i64, Command)> {
    let unit = || prop::sample::select(UNITS.to_vec()).prop_map(str::to_owned);
    let points = prop_oneof![Just(0_u32), Just(10_000), Just(5_000), 0_u32..10_001];
    let shares = prop::collection::vec((unit(), points), 0..4).prop_map(|mut shares| {
        // Half of them are made whole by the last share.
        if let Some(at) = shares.len().checked_sub(1)
            && shares[at].1.is_multiple_of(2)
        {
            let others: u32 = shares[..at].iter().map(|(_, points)| points).sum();
            shares[at].1 = 10_000_u32.saturating_sub(others);
        }
        let share = |(unit, basis_points)| Share { unit, basis_points };
        shares.into_iter().map(share).collect::<Vec<Share>>()
    });
    let shares = shares.boxed();
    let command = prop_oneof![
        4 => unit().prop_map(|unit| Command::ClaimLead { unit }),
        3 => (unit(), shares.clone()).prop_map(|(to, shares)| Command::TransferLead { to, shares }),
        3 => shares.prop_map(|shares| Command::ShareCredit { shares }),
        1 => Just(Command::ReturnLead { reason: "样例".into() }),
        1 => Just(Command::LetLeadRest {}),
        1 => Just(Command::LoseLead { reason: "no-land".into(), text: String::new() }),
        2 => Just(Command::ReviveLead { reason: "样例".into() }),
        1 => Just(Command::MergeLead { into: "b".into() }),
        1 => Just(Command::AbsorbLead { from: "c".into() }),
        2 => Just(visit()),
        3 => (1_u32..20).prop_map(|event| Command::Void { event: EventId(event), reason: "样例".into() }),
        1 => Just(Command::FindLead {
            source: "referral".into(), unit: UNITS[1].into(), person: "样例李二".into(), text: String::new()
        }),
    ];
    (0_i64..50, command)
}

proptest! {
    #[test]
    fn the_credit_is_always_whole_and_the_finder_always_the_same(
        tried in prop::collection::vec(any_command(), 1..40)
    ) {
        let mut stream = Stream::found();
        for (days, command) in tried {
            stream.after(days);
            let _ = stream.tell(command);
            let state = stream.state();
            prop_assert!(state.unknown.is_empty(), "{:?}", state.unknown);
            let lead = state.lead.as_ref().unwrap();
            let sum: u32 = lead.credit.iter().map(|(_, points)| points).sum();
            prop_assert_eq!(sum, CREDIT_WHOLE);
            prop_assert!(lead.credit.iter().all(|(_, points)| *points > 0));
            prop_assert_eq!(lead.found.unit, UNITS[0]);
            prop_assert_eq!(lead.found.person, "样例张一");
            let held = lead.holder.is_some();
            let phase = state.lead_phase(&POLICY).unwrap();
            prop_assert!(phase != LeadPhase::Held || held);
            prop_assert!(!matches!(phase, LeadPhase::Pool | LeadPhase::Dormant) || !held);
            prop_assert_eq!(lead.rests_on(&POLICY).is_some(), held);
        }
        for event in &stream.events {
            prop_assert!(!describe((&*POLICY).into(), event).is_empty());
        }
    }

    #[test]
    fn shares_sum_up_exactly_when_they_are_whole_positive_and_of_different_units(
        points in prop::collection::vec(0_u32..10_001, 0..5)
    ) {
        let shares: Vec<Share> = points
            .iter()
            .enumerate()
            .map(|(at, points)| share(&format!("单位{at}"), *points))
            .collect();
        let whole = points.iter().sum::<u32>() == CREDIT_WHOLE && !points.contains(&0);
        prop_assert_eq!(sums_up(&shares), whole);
        let twice = [shares.clone(), shares].concat();
        prop_assert!(!sums_up(&twice));
    }

    #[test]
    fn hand_written_facts_with_shares_that_do_not_sum_count_for_nothing(points in 0_u32..20_000) {
        let mut stream = Stream::found();
        stream.events.push(Event {
            id: EventId(3),
            happened_on: stream.today,
            recorded_at: None,
            by: By::default(),
            kind: EventKind::CreditShared { shares: vec![share(UNITS[1], points)] },
        });
        let state = stream.state();
        let whole = points == CREDIT_WHOLE;
        prop_assert_eq!(state.unknown.is_empty(), whole);
        let expected = if whole { UNITS[1] } else { UNITS[0] };
        prop_assert_eq!(&state.lead.unwrap().credit, &vec![(expected, CREDIT_WHOLE)]);
    }
}

// ---- named cases

#[test]
fn priority_lasts_to_the_end_of_its_last_day_and_contact_keeps_what_it_won() {
    let mut quiet = Stream::found();
    quiet.done(claim(UNITS[1])).after(30);
    assert_eq!(quiet.refused(claim(UNITS[2])), "in_priority");
    assert_eq!(quiet.refused(claim(UNITS[1])), "no_change");
    let mut busy = quiet.clone();
    busy.done(visit()).after(1);
    assert_eq!(busy.refused(claim(UNITS[2])), "in_contact");
    quiet.after(1).done(claim(UNITS[2]));
    assert_eq!(quiet.state().lead.unwrap().holder.unwrap().unit, UNITS[2]);
}

#[test]
fn a_transfer_begins_a_priority_of_its_own() {
    let mut stream = Stream::found();
    stream.done(claim(UNITS[1])).done(visit()).after(100);
    stream.done(Command::TransferLead {
        to: UNITS[2].into(),
        shares: vec![share(UNITS[0], 3_000), share(UNITS[2], 7_000)],
    });
    let state = stream.state();
    let lead = state.lead.as_ref().unwrap();
    assert_eq!(lead.holder.unwrap().until, day("2025-07-11"));
    assert_eq!(lead.credit, [(UNITS[0], 3_000), (UNITS[2], 7_000)]);
    let mut stream = stream.clone();
    assert_eq!(stream.refused(claim(UNITS[1])), "in_priority");
}

#[test]
fn a_lead_rests_on_the_day_after_sixty_days_without_contact_and_not_before() {
    let mut stream = Stream::found();
    assert_eq!(stream.refused(Command::LetLeadRest {}), "not_held");
    stream.done(claim(UNITS[1])).after(10).done(visit());
    {
        let state = stream.state();
        let lead = state.lead.as_ref().unwrap();
        assert_eq!(lead.rests_on(&POLICY), Some(day("2025-05-13")));
        assert_eq!(lead.warns_on(&POLICY), Some(day("2025-05-06")));
    }
    stream.after(60);
    assert_eq!(stream.refused(Command::LetLeadRest {}), "not_dormant");
    stream.after(1).done(Command::LetLeadRest {});
    assert_eq!(stream.phase(), LeadPhase::Dormant);
    stream.done(claim(UNITS[3]));
    assert_eq!(stream.phase(), LeadPhase::Held);
}

#[test]
fn what_only_keeps_records_is_no_contact() {
    let mut stream = Stream::found();
    stream.done(claim(UNITS[1])).after(20);
    let details = Details {
        name: "样例储能产业园项目".into(),
        ..Details::default()
    };
    stream.done(Command::ChangeDetails {
        details: Box::new(details),
    });
    stream.done(Command::Ask {
        text: "样例".into(),
    });
    let state = stream.state();
    assert_eq!(state.lead.as_ref().unwrap().last_contact, day("2025-03-03"));
}

#[test]
fn a_merged_lead_points_to_the_other_and_comes_back_when_the_fact_is_voided() {
    let mut stream = Stream::found();
    stream
        .done(claim(UNITS[1]))
        .done(Command::MergeLead { into: "b".into() });
    assert_eq!(stream.phase(), LeadPhase::Merged);
    for command in [
        claim(UNITS[2]),
        Command::LoseLead {
            reason: "no-land".into(),
            text: String::new(),
        },
        Command::MergeLead { into: "c".into() },
        Command::AbsorbLead { from: "c".into() },
    ] {
        assert_eq!(stream.refused(command), "lead_not_open");
    }
    stream.done(Command::Void {
        event: EventId(4),
        reason: "不是同一项目".into(),
    });
    assert_eq!(stream.phase(), LeadPhase::Held);
}

#[test]
fn nothing_is_voided_on_which_later_facts_stand() {
    let mut stream = Stream::found();
    stream.done(claim(UNITS[1]));
    stream.done(Command::TransferLead {
        to: UNITS[2].into(),
        shares: Vec::new(),
    });
    let void = |event| Command::Void {
        event: EventId(event),
        reason: "样例".into(),
    };
    assert_eq!(stream.refused(void(2)), "finder_stays");
    assert_eq!(stream.refused(void(3)), "still_used");
    stream.done(void(4)).done(void(3));
    assert_eq!(stream.phase(), LeadPhase::Pool);
}

#[test]
fn facts_of_a_lead_are_not_dated_before_the_last_one() {
    let mut stream = Stream::found();
    stream.after(5).done(claim(UNITS[1]));
    let late = decide(
        (&*POLICY).into(),
        &stream.state(),
        WorkCalendar::state_council(),
        stream.today,
        day("2025-03-04"),
        Command::ReturnLead {
            reason: "样例".into(),
        },
    );
    assert_eq!(late.unwrap_err().code, "before_request");
}

#[test]
fn the_pack_says_who_registers_claims_gives_on_and_merges() {
    let mut stream = Stream::found();
    stream.done(claim(UNITS[1]));
    let state = stream.state();
    let may = |unit: &str, command: &Command| {
        authorise((&*POLICY).into(), &state, ActorUnit { unit }, command).is_ok()
    };
    let find = Command::FindLead {
        source: "visit-in".into(),
        unit: UNITS[1].into(),
        person: "样例".into(),
        text: String::new(),
    };
    let give = Command::TransferLead {
        to: UNITS[2].into(),
        shares: Vec::new(),
    };
    let merge = Command::AbsorbLead { from: "b".into() };
    let (centre, holder, other, leader) = (UNITS[3], UNITS[1], UNITS[2], "市政府分管领导");
    let table = [
        (&find, [true, true, true, false]),
        (&give, [true, true, false, false]),
        (&merge, [true, false, false, false]),
    ];
    for (command, expected) in table {
        let found = [centre, holder, other, leader].map(|unit| may(unit, command));
        assert_eq!(found, expected, "{command:?}");
    }
    assert!(may(other, &claim(other)));
    assert!(
        !may(other, &claim(holder)),
        "nobody claims for somebody else"
    );
}

#[test]
fn every_fact_of_a_lead_is_a_sentence() {
    let on = |kind| Event {
        id: EventId(1),
        happened_on: day("2025-03-03"),
        recorded_at: None,
        by: By::default(),
        kind,
    };
    let said = |kind| describe((&*POLICY).into(), &on(kind));
    let table = [
        (
            said(EventKind::LeadFound {
                source: "visit-out".into(),
                unit: "市商务局".into(),
                person: "样例张一".into(),
                text: "展会接触".into(),
            }),
            "登记线索，来源为外出考察，由市商务局样例张一发现（展会接触）。",
        ),
        (
            said(EventKind::LeadTransferred {
                from: "市商务局".into(),
                to: "市发改委".into(),
                shares: vec![share("市商务局", 2_550), share("市发改委", 7_450)],
            }),
            "线索由市商务局移交市发改委，成果划分为市商务局 25.5%、市发改委 74.5%。",
        ),
        (
            said(EventKind::LeadLost {
                reason: "elsewhere".into(),
                text: String::new(),
            }),
            "线索流失，原因为落户外地。",
        ),
        (
            said(EventKind::LeadDormant {}),
            "长期没有接触，退回线索池。",
        ),
    ];
    for (said, expected) in table {
        assert_eq!(said, expected);
    }
}
