//! Every day of 2024 to 2026, reckoned a second time by walking from day to day over the table
//! as it stands in the file.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests stop at what cannot be"
)]

use std::collections::HashMap;

use calendar::{Day, Limit, LimitUnit, Roll, WorkCalendar, back, due, due_excluding};
use jiff::civil::{Weekday, date};

/// The second reckoning: what it knows, it has from the text alone.
struct Walker {
    rows: HashMap<String, bool>,
}

impl Walker {
    fn new() -> Walker {
        let table = include_str!("../data/holidays.csv");
        let rows = table.lines().skip(1).map(|line| {
            let (date, rest) = line.split_once(',').unwrap();
            (date.to_owned(), rest.starts_with("workday,"))
        });
        Walker {
            rows: rows.collect(),
        }
    }

    fn works(&self, day: Day) -> bool {
        let ordinary = !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.rows.get(&day.to_string()).copied().unwrap_or(ordinary)
    }

    /// The day on which the `n`th day that counts is reached.
    fn walk(&self, from: Day, n: u16, counts: impl Fn(Day) -> bool) -> Day {
        let (mut day, mut left) = (from, n);
        while left > 0 {
            day = day.tomorrow().unwrap();
            left -= u16::from(counts(day));
        }
        day
    }

    /// Months by turning the pages of a calendar, one month at a time.
    fn turn_pages(&self, from: Day, months: u16) -> Day {
        let mut page = from.first_of_month();
        for _ in 0..months {
            page = page.last_of_month().tomorrow().unwrap();
        }
        let mut day = page;
        while day.day() < from.day() && day != page.last_of_month() {
            day = day.tomorrow().unwrap();
        }
        day
    }

    fn roll(&self, day: Day) -> Day {
        if self.works(day) {
            day
        } else {
            self.walk(day, 1, |day| self.works(day))
        }
    }
}

fn every_day() -> impl Iterator<Item = Day> {
    let mut day = date(2023, 12, 31);
    std::iter::from_fn(move || {
        day = day.tomorrow().unwrap();
        (day.year() <= 2026).then_some(day)
    })
}

fn limit(n: u16, unit: LimitUnit) -> Limit {
    Limit::new(n, unit).unwrap()
}

#[test]
fn every_day_is_worked_or_not_as_the_table_says() {
    let (walker, calendar) = (Walker::new(), WorkCalendar::state_council());
    let mut seen = 0;
    for day in every_day() {
        let kind = calendar.day(day);
        assert_eq!(kind.working, walker.works(day), "{day}");
        assert_eq!(
            kind.name.is_some(),
            walker.rows.contains_key(&day.to_string()),
            "{day}"
        );
        assert_eq!(
            kind.makeup,
            walker.rows.get(&day.to_string()) == Some(&true),
            "{day}"
        );
        assert!(!kind.provisional, "{day}");
        seen += 1;
    }
    assert_eq!(seen, 366 + 365 + 365);
}

#[test]
fn the_working_days_of_each_year_are_as_many_as_published() {
    let calendar = WorkCalendar::state_council();
    for (year, expected) in [(2024, 251), (2025, 248), (2026, 248)] {
        let (days, provisional) =
            calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31));
        assert_eq!((days, provisional), (expected, false), "{year}");
    }
}

#[test]
fn working_day_limits_from_every_day_are_as_walked() {
    let (walker, calendar) = (Walker::new(), WorkCalendar::state_council());
    for day in every_day() {
        for n in [1, 2, 3, 5, 10, 15, 20, 60, 250] {
            let limit = limit(n, LimitUnit::WorkingDays);
            let found = due(day, limit, Roll::None, calendar).unwrap();
            assert_eq!(
                found.day,
                walker.walk(day, n, |day| walker.works(day)),
                "{day} + {limit}"
            );
            assert_eq!(
                found.provisional,
                found.day.year() > 2026,
                "{day} + {limit}"
            );
            let (days, _) = calendar.working_days_between(day, found.day);
            assert_eq!(days, i64::from(n), "{day} + {limit}");
        }
    }
}

#[test]
fn natural_day_limits_from_every_day_are_as_walked() {
    let (walker, calendar) = (Walker::new(), WorkCalendar::state_council());
    for day in every_day() {
        for n in [1, 2, 7, 30, 60, 366] {
            let limit = limit(n, LimitUnit::NaturalDays);
            let expected = walker.walk(day, n, |_| true);
            let found = due(day, limit, Roll::None, calendar).unwrap();
            assert_eq!(
                (found.day, found.provisional),
                (expected, false),
                "{day} + {limit}"
            );
            let found = due(day, limit, Roll::NextWorkingDay, calendar).unwrap();
            assert_eq!(found.day, walker.roll(expected), "{day} + {limit}, rolled");
        }
    }
}

#[test]
fn month_and_year_limits_from_every_day_are_as_on_paper() {
    let (walker, calendar) = (Walker::new(), WorkCalendar::state_council());
    for day in every_day() {
        for n in [1, 2, 3, 6, 12, 18, 24] {
            let limit = limit(n, LimitUnit::Months);
            let expected = walker.turn_pages(day, n);
            let found = due(day, limit, Roll::None, calendar).unwrap();
            assert_eq!(
                (found.day, found.provisional),
                (expected, false),
                "{day} + {limit}"
            );
            let found = due(day, limit, Roll::NextWorkingDay, calendar).unwrap();
            assert_eq!(found.day, walker.roll(expected), "{day} + {limit}, rolled");
        }
        for n in [1, 2, 3] {
            let found = due(day, limit(n, LimitUnit::Years), Roll::None, calendar).unwrap();
            assert_eq!(
                found.day,
                walker.turn_pages(day, n * 12),
                "{day} + {n} years"
            );
        }
    }
}

#[test]
fn limits_without_excluded_days_from_every_day_are_as_walked() {
    let (walker, calendar) = (Walker::new(), WorkCalendar::state_council());
    let excluded = [
        (date(2024, 1, 20), date(2024, 2, 20)),
        (date(2024, 9, 25), date(2024, 10, 12)),
        (date(2025, 6, 1), date(2025, 6, 1)),
        (date(2025, 12, 20), date(2026, 1, 10)),
    ];
    let free = |day: Day| {
        !excluded
            .iter()
            .any(|&(first, last)| first <= day && day <= last)
    };
    for day in every_day() {
        let found = |n, unit| {
            due_excluding(day, limit(n, unit), Roll::None, calendar, &excluded)
                .unwrap()
                .day
        };
        assert_eq!(
            found(30, LimitUnit::NaturalDays),
            walker.walk(day, 30, free),
            "{day}"
        );
        let expected = walker.walk(day, 20, |day| walker.works(day) && free(day));
        assert_eq!(found(20, LimitUnit::WorkingDays), expected, "{day}");

        let nominal = walker.turn_pages(day, 6);
        let mut missed = 0;
        let mut at = day;
        while at < nominal {
            at = at.tomorrow().unwrap();
            missed += u16::from(!free(at));
        }
        let expected = walker.walk(nominal, missed, free);
        assert_eq!(found(6, LimitUnit::Months), expected, "{day}");
    }
}

#[test]
fn warning_windows_before_every_working_day_lead_back_to_it() {
    let (walker, calendar) = (Walker::new(), WorkCalendar::state_council());
    for day in every_day().filter(|&day| walker.works(day)) {
        for n in [1, 3, 5, 10] {
            let start = back(day, limit(n, LimitUnit::WorkingDays), calendar).unwrap();
            assert!(walker.works(start) || start.year() < 2024, "{day} - {n}");
            assert_eq!(
                walker.walk(start, n, |day| walker.works(day)),
                day,
                "{day} - {n}"
            );
        }
    }
}
