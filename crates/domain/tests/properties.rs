//! What holds for every history: adjustments count once, order does not matter.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use calendar::Day;
use common::*;
use domain::event::{Event, EventId, EventKind};
use domain::track::{Track, evaluate};
use domain::{State, plan};
use jiff::ToSpan;
use proptest::prelude::*;
use proptest::sample::subsequence;

fn after(day: Day, days: i64) -> Day {
    day.checked_add(days.days()).unwrap()
}

fn on(events: &[Event], on: Day) -> Track {
    evaluate(&LIFECYCLE, events, calendar(), on)
}

fn due(track: &Track, node: &str) -> Option<Day> {
    track.plan.node(LIFECYCLE.node(node).unwrap()).unwrap().due
}

/// A life from approval on, with steps, a returned claim, an extension, an exemption and grace; some facts left out.
fn any_life() -> impl Strategy<Value = Vec<Event>> {
    let gaps = proptest::collection::vec(0_i64..40, 20);
    (gaps, subsequence((0..20).collect::<Vec<usize>>(), 4..=20)).prop_map(|(gaps, kept)| {
        let mut at = day("2024-01-10");
        let mut days = Vec::new();
        for gap in gaps {
            at = after(at, gap);
            days.push(at);
        }
        let d = |i: usize| days[i].to_string();
        let exempt = EventId(13);
        let all = vec![
            claimed("approved", &d(0)),
            claimed("signed", &d(1)),
            step("preparation", &d(2)),
            step("land", &d(3)),
            claimed("started", &d(4)),
            returned("started"),
            extension("start", 30),
            reviewed(true),
            decided(true),
            claimed("started", &d(9)),
            certified("started", &d(9)),
            grace("listing", 10),
            exemption(&d(12), Some(&d(13))),
            verified(exempt, &d(12), Some(&d(13))),
            extension("listing", 20),
            reviewed(true),
            decided(true),
            claimed("listed", &d(17)),
            certified("listed", &d(17)),
            certified("completed", &d(19)),
        ];
        let all = all.into_iter().enumerate().map(|(i, kind)| Event {
            id: EventId(i as u32 + 1),
            happened_on: days[i],
            recorded_at: None,
            by: Default::default(),
            kind,
        });
        all.enumerate()
            .filter(|(i, _)| kept.contains(i))
            .map(|(_, event)| event)
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_permutation_of_the_same_facts_gives_the_same_track(
        (events, shuffled) in any_life().prop_flat_map(|events| {
            (Just(events.clone()), Just(events).prop_shuffle())
        }),
        days in 0_i64..900,
    ) {
        let day = after(day("2024-01-01"), days);
        prop_assert_eq!(on(&events, day), on(&shuffled, day));
    }

    #[test]
    fn hand_written_facts_without_numbers_may_stand_in_any_order(
        (events, shuffled) in any_life().prop_flat_map(|events| {
            let plain: Vec<Event> = events
                .into_iter()
                .filter(|event| !matches!(
                    event.kind,
                    EventKind::ExemptionRequested { .. } | EventKind::ExemptionVerified { .. }
                ))
                .map(|event| Event { id: EventId(0), ..event })
                .collect();
            (Just(plain.clone()), Just(plain).prop_shuffle())
        }),
        days in 0_i64..900,
    ) {
        let day = after(day("2024-01-01"), days);
        prop_assert_eq!(on(&events, day), on(&shuffled, day));
    }

    #[test]
    fn at_most_one_extension_counts(events in any_life(), days in 0_i64..900) {
        let track = on(&events, after(day("2024-01-01"), days));
        let extended = track.plan.nodes.iter().filter(|node| node.extended_by > 0).count();
        prop_assert!(track.plan.shifts.len() <= 1);
        prop_assert!(extended <= 1);
    }

    #[test]
    fn an_extension_moves_everything_projected_by_its_days_once(
        signed in 0_i64..300,
        days in 1_u16..200,
    ) {
        let signed = after(day("2024-01-20"), signed);
        let base = Story::industry()
            .then(&signed.to_string(), claimed("approved", &signed.to_string()))
            .then(&signed.to_string(), claimed("signed", &signed.to_string()));
        let asked = after(signed, 20).to_string();
        let extended = base.clone()
            .then(&asked, extension("start", days))
            .then(&asked, reviewed(true))
            .then(&asked, decided(true));
        let at = after(signed, 30);
        let (before, moved) = (on(&base.events, at), on(&extended.events, at));
        let start = due(&moved, "start").unwrap();
        prop_assert_eq!(start, after(due(&before, "start").unwrap(), i64::from(days)));
        // Downstream counts from the moved day, and from nothing else.
        for (node, months) in [("listing", 4), ("completion", 12), ("growth", 24)] {
            prop_assert_eq!(due(&moved, node), Some(start.checked_add(months.months()).unwrap()));
        }
        // What is anchored in the signing itself does not move.
        for node in ["signing", "preparation"] {
            prop_assert_eq!(due(&moved, node), due(&before, node));
        }
    }

    #[test]
    fn splitting_an_exemption_changes_nothing(
        first in 0_i64..200,
        length in 1_i64..60,
        cut in 0_i64..60,
        days in 0_i64..600,
    ) {
        let cut = cut.min(length - 1);
        let from = after(day("2024-02-10"), first);
        let to = after(from, length);
        let middle = after(from, cut);
        let whole = exempted(&[(from, to)]);
        let parts = exempted(&[(from, middle), (after(middle, 1), to)]);
        let overlapping = exempted(&[(from, to), (middle, to), (from, middle)]);
        let day = after(day("2024-02-10"), days);
        let expected = on(&whole, day);
        prop_assert_eq!(&on(&parts, day).plan.nodes, &expected.plan.nodes);
        prop_assert_eq!(&on(&overlapping, day).plan.nodes, &expected.plan.nodes);
    }

    #[test]
    fn no_excluded_day_is_counted_twice(
        intervals in proptest::collection::vec((0_i64..180, 0_i64..40), 0..6),
    ) {
        let begin = day("2024-02-08");
        let intervals: Vec<(Day, Day)> = intervals
            .into_iter()
            .map(|(first, length)| (after(begin, first), after(begin, first + length)))
            .collect();
        let track = on(&exempted(&intervals), day("2026-06-01"));
        // Counting day by day: 7 natural days after signing that lie in no interval.
        let mut day = begin;
        let mut left = 7;
        while left > 0 {
            day = after(day, 1);
            if !intervals.iter().any(|(from, to)| *from <= day && day <= *to) {
                left -= 1;
            }
        }
        prop_assert_eq!(due(&track, "preparation"), Some(day));
    }

    #[test]
    fn a_later_day_sees_at_least_the_facts_of_an_earlier_one(
        events in any_life(),
        first in 0_i64..900,
        later in 0_i64..900,
    ) {
        let first_day = after(day("2024-01-01"), first);
        let later_day = after(first_day, later);
        let early = State::fold_until(&LIFECYCLE, &events, first_day);
        let late = State::fold_until(&LIFECYCLE, &events, later_day);
        prop_assert!(early.attempts.len() <= late.attempts.len());
        for (one, other) in early.milestones.iter().zip(&late.milestones) {
            prop_assert!(one.reached_on.is_none() || other.reached_on.is_some());
        }
        // And a fact of the day after changes nothing.
        let known: Vec<Event> =
            events.iter().filter(|event| event.happened_on <= first_day).cloned().collect();
        prop_assert_eq!(on(&events, first_day), on(&known, first_day));
    }

    #[test]
    fn without_an_open_exemption_the_plan_does_not_depend_on_the_day(
        events in any_life(),
        one in 0_i64..900,
        other in 0_i64..900,
    ) {
        let state = State::fold(&LIFECYCLE, &events);
        let plan_on = |days| plan(&LIFECYCLE, &state, calendar(), after(day("2024-01-01"), days));
        prop_assert_eq!(plan_on(one), plan_on(other));
    }

    #[test]
    fn an_open_exemption_moves_the_due_day_by_one_each_day(days in 1_i64..400) {
        let mut story = Story::signed();
        let request = story.add("2024-03-01", exemption("2024-03-01", None));
        story.add("2024-03-01", verified(request, "2024-03-01", None));
        let at = after(day("2024-03-01"), days);
        let (one, next) = (on(&story.events, at), on(&story.events, after(at, 1)));
        let one = due(&one, "start").unwrap();
        prop_assert_eq!(due(&next, "start"), Some(after(one, 1)));
    }
}

/// Approved and signed on 2024-02-08, with granted exemptions.
fn exempted(intervals: &[(Day, Day)]) -> Vec<Event> {
    let mut story = Story::signed();
    for (from, to) in intervals {
        let (from, to) = (from.to_string(), to.to_string());
        let request = story.add("2024-02-09", exemption(&from, Some(&to)));
        story.add("2024-02-09", verified(request, &from, Some(&to)));
    }
    story.events
}
