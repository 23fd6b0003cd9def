//! What holds for all anchors, limits and excluded intervals.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests stop at what cannot be"
)]

use calendar::{
    Day, Limit, LimitUnit, Roll, WorkCalendar, back, due, due_excluding, explain, merge_intervals,
    moved, parse_day,
};
use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

fn calendar() -> &'static WorkCalendar {
    WorkCalendar::state_council()
}

fn plus(day: Day, days: i32) -> Day {
    day.checked_add(days.days()).unwrap()
}

/// Days before, in and after the years with an arrangement.
fn days() -> impl Strategy<Value = Day> {
    (0..2_600).prop_map(|offset| plus(date(2022, 6, 1), offset))
}

fn units() -> impl Strategy<Value = LimitUnit> {
    prop_oneof![
        Just(LimitUnit::NaturalDays),
        Just(LimitUnit::WorkingDays),
        Just(LimitUnit::Months),
        Just(LimitUnit::Years),
    ]
}

fn limits() -> impl Strategy<Value = Limit> {
    units().prop_flat_map(|unit| {
        let most: u16 = match unit {
            LimitUnit::NaturalDays | LimitUnit::WorkingDays => 400,
            LimitUnit::Months => 40,
            LimitUnit::Years => 4,
        };
        (1..=most).prop_map(move |n| Limit { n, unit })
    })
}

fn rolls() -> impl Strategy<Value = Roll> {
    prop_oneof![Just(Roll::None), Just(Roll::NextWorkingDay)]
}

/// Intervals in any order that may overlap.
fn intervals() -> impl Strategy<Value = Vec<(Day, Day)>> {
    prop::collection::vec((days(), 0..120), 0..6).prop_map(|list| {
        list.into_iter()
            .map(|(first, n)| (first, plus(first, n)))
            .collect()
    })
}

fn holds(intervals: &[(Day, Day)], day: Day) -> bool {
    intervals
        .iter()
        .any(|&(first, last)| first <= day && day <= last)
}

/// The days after one up to and including another.
fn between(after: Day, upto: Day) -> impl Iterator<Item = Day> {
    after
        .series(1.day())
        .skip(1)
        .take_while(move |&day| day <= upto)
}

fn due_day(anchor: Day, limit: Limit, roll: Roll) -> Day {
    due(anchor, limit, roll, calendar()).unwrap().day
}

proptest! {
    #[test]
    fn a_due_day_lies_after_its_anchor(anchor in days(), limit in limits(), roll in rolls()) {
        prop_assert!(due_day(anchor, limit, roll) > anchor);
    }

    #[test]
    fn a_later_anchor_never_has_an_earlier_due_day(
        a in days(), b in days(), limit in limits(), roll in rolls(),
    ) {
        let (early, late) = (a.min(b), a.max(b));
        prop_assert!(due_day(early, limit, roll) <= due_day(late, limit, roll));
    }

    #[test]
    fn a_later_anchor_has_a_later_due_day_in_natural_days(a in days(), n in 1..400u16) {
        let limit = Limit { n, unit: LimitUnit::NaturalDays };
        prop_assert!(due_day(a, limit, Roll::None) < due_day(plus(a, 1), limit, Roll::None));
    }

    #[test]
    fn a_longer_limit_never_ends_earlier(
        anchor in days(), limit in limits(), roll in rolls(), excluded in intervals(),
    ) {
        let excluded = merge_intervals(excluded);
        let longer = Limit { n: limit.n + 1, ..limit };
        let found = |limit| due_excluding(anchor, limit, roll, calendar(), &excluded).unwrap().day;
        prop_assert!(found(limit) <= found(longer));
    }

    #[test]
    fn rolling_over_never_moves_a_due_day_back_and_ends_on_a_working_day(
        anchor in days(), limit in limits(), excluded in intervals(),
    ) {
        let excluded = merge_intervals(excluded);
        let found = |roll| due_excluding(anchor, limit, roll, calendar(), &excluded).unwrap().day;
        let (still, rolled) = (found(Roll::None), found(Roll::NextWorkingDay));
        prop_assert!(calendar().day(rolled).working);
        let passed = between(still, rolled).filter(|&day| day != rolled);
        for day in passed.chain((still != rolled).then_some(still)) {
            prop_assert!(!calendar().day(day).working || holds(&excluded, day), "{day} was passed");
        }
        prop_assert!(still <= rolled);
    }

    #[test]
    fn without_excluded_days_both_reckonings_agree(
        anchor in days(), limit in limits(), roll in rolls(),
    ) {
        prop_assert_eq!(
            due_excluding(anchor, limit, roll, calendar(), &[]),
            due(anchor, limit, roll, calendar()),
        );
    }

    #[test]
    fn a_due_day_is_never_an_excluded_day(
        anchor in days(), limit in limits(), roll in rolls(), excluded in intervals(),
    ) {
        let found = due_excluding(anchor, limit, roll, calendar(), &excluded).unwrap();
        prop_assert!(!holds(&excluded, found.day));
    }

    #[test]
    fn exactly_so_many_days_are_counted_that_are_not_excluded(
        anchor in days(), n in 1..400u16, working in any::<bool>(), excluded in intervals(),
    ) {
        let unit = if working { LimitUnit::WorkingDays } else { LimitUnit::NaturalDays };
        let excluded = merge_intervals(excluded);
        let limit = Limit { n, unit };
        let found = due_excluding(anchor, limit, Roll::None, calendar(), &excluded).unwrap();
        let counts = |day: Day| !holds(&excluded, day) && (!working || calendar().day(day).working);
        prop_assert_eq!(between(anchor, found.day).filter(|&day| counts(day)).count(), usize::from(n));
        prop_assert!(counts(found.day));
    }

    #[test]
    fn a_month_limit_makes_up_each_excluded_day_once(
        anchor in days(), n in 1..30u16, excluded in intervals(),
    ) {
        let limit = Limit { n, unit: LimitUnit::Months };
        let excluded = merge_intervals(excluded);
        let nominal = due_day(anchor, limit, Roll::None);
        let end = due_excluding(anchor, limit, Roll::None, calendar(), &excluded).unwrap().day;
        let missed = between(anchor, nominal).filter(|&day| holds(&excluded, day)).count();
        let made_up = between(nominal, end).filter(|&day| !holds(&excluded, day)).count();
        prop_assert_eq!(missed, made_up);
    }

    #[test]
    fn one_more_excluded_interval_never_ends_a_limit_earlier(
        anchor in days(), limit in limits(), excluded in intervals(), first in days(), n in 0..90,
    ) {
        let mut more = excluded.clone();
        more.push((first, plus(first, n)));
        let found = |intervals: Vec<_>| {
            let intervals = merge_intervals(intervals);
            due_excluding(anchor, limit, Roll::None, calendar(), &intervals).unwrap().day
        };
        prop_assert!(found(excluded) <= found(more));
    }

    #[test]
    fn an_interval_split_in_two_adjacent_ones_changes_nothing(
        anchor in days(), limit in limits(), roll in rolls(), first in days(), a in 0..60, b in 0..60,
    ) {
        let (cut, last) = (plus(first, a), plus(first, a + b + 1));
        let found = |excluded: &[(Day, Day)]| due_excluding(anchor, limit, roll, calendar(), excluded);
        prop_assert_eq!(found(&[(first, last)]), found(&[(first, cut), (plus(cut, 1), last)]));
    }

    #[test]
    fn the_order_of_the_intervals_does_not_matter(
        anchor in days(), limit in limits(), roll in rolls(),
        (sorted, shuffled) in intervals().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle())),
    ) {
        let merged = merge_intervals(sorted);
        prop_assert_eq!(&merged, &merge_intervals(shuffled.clone()));
        prop_assert_eq!(
            due_excluding(anchor, limit, roll, calendar(), &merged),
            due_excluding(anchor, limit, roll, calendar(), &shuffled),
        );
    }

    #[test]
    fn merged_intervals_hold_the_same_days_with_gaps_between(list in intervals(), day in days()) {
        let merged = merge_intervals(list.clone());
        prop_assert_eq!(holds(&list, day), holds(&merged, day));
        for pair in merged.windows(2) {
            prop_assert!(plus(pair[0].1, 1) < pair[1].0);
        }
        prop_assert_eq!(&merge_intervals(merged.clone()), &merged);
    }

    #[test]
    fn counting_back_and_on_again_ends_at_the_due_day_or_its_months_end(
        day in days(), limit in limits(),
    ) {
        let start = back(day, limit, calendar()).unwrap();
        prop_assert!(start < day);
        let again = due_day(start, limit, Roll::None);
        match limit.unit {
            LimitUnit::NaturalDays => prop_assert_eq!(again, day),
            LimitUnit::WorkingDays if calendar().day(day).working => prop_assert_eq!(again, day),
            LimitUnit::WorkingDays => prop_assert!(again > day),
            // 31 March, one month back, is 28 February, and that leads to 28 March.
            LimitUnit::Months | LimitUnit::Years => {
                prop_assert!(again <= day && day <= plus(again, 3));
                prop_assert!(again == day || start == start.last_of_month());
            }
        }
    }

    #[test]
    fn an_explanation_ends_with_the_due_day(
        anchor in days(), limit in limits(), roll in rolls(), excluded in intervals(),
    ) {
        let found = due_excluding(anchor, limit, roll, calendar(), &excluded).unwrap();
        let steps = explain(anchor, limit, roll, calendar(), &excluded).unwrap();
        let day = found.day;
        let end = format!("为{}年{}月{}日（", day.year(), day.month(), day.day());
        let last = &steps.last().unwrap().text;
        prop_assert!(last.contains(&end), "{last}");
        prop_assert_eq!(last.contains("暂定"), found.provisional);
        let named = steps.iter().any(|step| step.text.contains("年的放假安排尚未载入"));
        prop_assert_eq!(named, found.provisional);
    }

    #[test]
    fn only_what_was_provisional_moves_when_a_year_is_loaded(
        anchor in days(), limit in limits(), roll in rolls(),
    ) {
        let text = "date,kind,name,weekday,notice\n\
                    2027-02-08,holiday,春节,周一,样例号\n\
                    2027-02-13,workday,春节,周六,样例号\n\
                    2027-10-01,holiday,国庆节,周五,样例号";
        let after = calendar().merged(&WorkCalendar::from_csv(text).unwrap());
        for span in moved(&[(anchor, limit, roll)], calendar(), &after) {
            prop_assert!(span.before.provisional);
            prop_assert_ne!(span.before.day, span.after.day);
        }
    }

    #[test]
    fn counts_of_working_days_add_up(a in days(), b in days(), c in days()) {
        let count = |after, upto| calendar().working_days_between(after, upto).0;
        prop_assert_eq!(count(a, b) + count(b, c), count(a, c));
    }

    #[test]
    fn a_day_reads_back_from_each_way_of_writing_it(day in days()) {
        let (y, m, d) = (day.year(), day.month(), day.day());
        for text in [day.to_string(), format!("{y}/{m}/{d}"), format!("{y}.{m:02}.{d:02}"), format!("{y}年{m}月{d}日")] {
            prop_assert_eq!(parse_day(&text), Ok(day));
        }
    }

    #[test]
    fn reading_any_text_never_panics(text in any::<String>()) {
        let _ = parse_day(&text);
        let _ = text.parse::<Limit>();
        let _ = WorkCalendar::from_csv(&text);
        let _ = WorkCalendar::from_csv(&format!("date,kind,name,weekday,notice\n{text}"));
    }
}
