//! A limit and an anchor make a due day.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::day::{Day, day_of, in_range, number_of, year_of};
use crate::intervals::in_order;
use crate::limit::{Limit, LimitUnit};
use crate::work_calendar::WorkCalendar;

/// Whether a due day that is a day of rest moves on (Civil Code art. 203).
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// It stays.
    #[default]
    None,
    /// It moves to the next working day.
    NextWorkingDay,
}

/// The last day of a limit.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Due {
    /// The day, at whose end the limit has run out.
    pub day: Day,
    /// Whether a day counted, or looked at to roll over, lies in a year whose arrangement is not
    /// loaded, and weekends were taken instead.
    pub provisional: bool,
}

/// Why there is no due day. The message is for users.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Error)]
pub enum DueError {
    /// The day to count from lies outside 1900–2199.
    #[error("起算日 {0} 不在 1900 年至 2199 年之内，无法计算。请核对日期。")]
    Anchor(Day),
    /// The limit was put together with a number that [`Limit::new`] refuses.
    #[error("时限“{0}”的数量为 0 或过大，无法计算。请核对数量。")]
    Limit(Limit),
    /// The due day would lie after 2199.
    #[error(
        "自 {anchor} 起{limit}的到期日晚于 2199 年，无法计算。请核对日期、时限和不计入的期间。"
    )]
    Beyond {
        /// The day counted from.
        anchor: Day,
        /// The limit.
        limit: Limit,
    },
    /// The day counted back to would lie before 1900.
    #[error("自 {due} 倒推{limit}早于 1900 年，无法计算。请核对日期和时限。")]
    Before {
        /// The day counted back from.
        due: Day,
        /// The limit.
        limit: Limit,
    },
}

/// The due day of a limit that begins with an anchor.
///
/// The anchor's own day is not counted (Civil Code art. 201). Months and years end on the day of
/// the same number, or on the month's last day where there is none (art. 202).
///
/// # Errors
///
/// [`DueError`] when the anchor or the due day lies outside 1900–2199.
///
/// ```
/// use calendar::{Roll, WorkCalendar, due};
/// use jiff::civil::date;
///
/// let calendar = WorkCalendar::state_council();
/// let half_a_year = due(date(2024, 8, 31), "6 months".parse()?, Roll::None, calendar)?;
/// assert_eq!(half_a_year.day, date(2025, 2, 28));
///
/// // The National Day holiday is passed over, the Saturday worked for it is counted.
/// let reply = due(date(2024, 9, 30), "5 working_days".parse()?, Roll::None, calendar)?;
/// assert_eq!(reply.day, date(2024, 10, 12));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[inline]
pub fn due(
    anchor: Day,
    limit: Limit,
    roll: Roll,
    calendar: &WorkCalendar,
) -> Result<Due, DueError> {
    due_excluding(anchor, limit, roll, calendar, &[])
}

/// The due day of a limit that does not run on excluded days (exemption intervals).
///
/// `excluded` holds intervals with both ends included, sorted and merged as by
/// [`merge_intervals`](crate::merge_intervals); others are put in order first.
///
/// - Natural and working days: an excluded day is not counted.
/// - Months and years: as many further days that are not excluded are added to the nominal day as
///   there were excluded days after the anchor up to and including the nominal day.
///
/// A due day that rolls over does not stop on an excluded day either.
///
/// # Errors
///
/// [`DueError`] when the anchor or the due day lies outside 1900–2199.
///
/// ```
/// use calendar::{Roll, WorkCalendar, due_excluding};
/// use jiff::civil::date;
///
/// let flood = [(date(2024, 7, 1), date(2024, 7, 10))];
/// let calendar = WorkCalendar::state_council();
/// let moved = due_excluding(date(2024, 6, 15), "1 month".parse()?, Roll::None, calendar, &flood)?;
/// assert_eq!(moved.day, date(2024, 7, 25));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn due_excluding(
    anchor: Day,
    limit: Limit,
    roll: Roll,
    calendar: &WorkCalendar,
    excluded: &[(Day, Day)],
) -> Result<Due, DueError> {
    let excluded = in_order(excluded);
    let reckoning = reckon(anchor, limit, roll, calendar, &excluded)?;
    Ok(Due {
        day: reckoning.due,
        provisional: reckoning.provisional,
    })
}

/// The way from an anchor to a due day.
pub(crate) struct Reckoning {
    /// Where a month or year limit would end without excluded days; else as `last`.
    pub(crate) nominal: Day,
    /// The last day of the limit before it rolls over.
    pub(crate) last: Day,
    pub(crate) due: Day,
    pub(crate) provisional: bool,
}

/// A day found by counting, and whether years without arrangement were touched.
struct Counted {
    number: i32,
    provisional: bool,
}

/// INVARIANT: `excluded` is sorted and merged.
#[inline]
pub(crate) fn reckon(
    anchor: Day,
    limit: Limit,
    roll: Roll,
    calendar: &WorkCalendar,
    excluded: &[(Day, Day)],
) -> Result<Reckoning, DueError> {
    check(anchor, limit)?;
    let beyond = DueError::Beyond { anchor, limit };
    let n = i32::from(limit.n);
    let (nominal, last, counted) = match limit.unit {
        LimitUnit::NaturalDays => {
            let last = day_of(nth_day(number_of(anchor), n, excluded)).ok_or(beyond)?;
            (last, last, None)
        }
        LimitUnit::WorkingDays => {
            let counted = nth_working_day(calendar, number_of(anchor), n, excluded);
            let last = day_of(counted.number).ok_or(beyond)?;
            (last, last, Some(counted))
        }
        LimitUnit::Months | LimitUnit::Years => {
            let nominal = shift_months(anchor, months(limit)).ok_or(beyond)?;
            (
                nominal,
                made_up(anchor, nominal, excluded).ok_or(beyond)?,
                None,
            )
        }
    };
    let Some(end) = counted.or_else(|| rolled(last, roll, calendar, excluded)) else {
        return Ok(Reckoning {
            nominal,
            last,
            due: last,
            provisional: false,
        });
    };
    let due = day_of(end.number).ok_or(beyond)?;
    Ok(Reckoning {
        nominal,
        last,
        due,
        provisional: end.provisional,
    })
}

#[inline]
fn check(anchor: Day, limit: Limit) -> Result<(), DueError> {
    if !limit.is_sound() {
        return Err(DueError::Limit(limit));
    }
    if !in_range(anchor) {
        return Err(DueError::Anchor(anchor));
    }
    Ok(())
}

/// The `n`th day after a day that is not excluded.
fn nth_day(after: i32, n: i32, excluded: &[(Day, Day)]) -> i32 {
    let mut day = after + n;
    for (first, last) in excluded_after(after, excluded) {
        if first > day {
            break;
        }
        day += last - first + 1;
    }
    day
}

/// The `n`th working day after a day that is not excluded.
fn nth_working_day(
    calendar: &WorkCalendar,
    after: i32,
    n: i32,
    excluded: &[(Day, Day)],
) -> Counted {
    let (mut passed, mut left, mut provisional) = (after, n, false);
    for (first, last) in excluded_after(after, excluded) {
        let free = calendar.working_days_in(passed, first - 1);
        if free >= left {
            break;
        }
        provisional |= calendar.touches_unloaded(passed, first - 1);
        left -= free;
        passed = last;
    }
    let number = calendar.nth_working_day(passed, left);
    provisional |= calendar.touches_unloaded(passed, number);
    Counted {
        number,
        provisional,
    }
}

/// The intervals as numbers, without the days up to and including `after`.
pub(crate) fn excluded_after(
    after: i32,
    excluded: &[(Day, Day)],
) -> impl Iterator<Item = (i32, i32)> {
    excluded
        .iter()
        .map(move |&(first, last)| (number_of(first).max(after + 1), number_of(last)))
        .filter(|(first, last)| first <= last)
}

/// How many excluded days lie after one day up to and including another.
pub(crate) fn excluded_between(after: Day, upto: Day, excluded: &[(Day, Day)]) -> i32 {
    let upto = number_of(upto);
    excluded_after(number_of(after), excluded)
        .map(|(first, last)| (last.min(upto) - first + 1).max(0))
        .sum()
}

/// Where a month or year limit ends once the excluded days up to its nominal day are made up.
#[inline]
fn made_up(anchor: Day, nominal: Day, excluded: &[(Day, Day)]) -> Option<Day> {
    if excluded.is_empty() {
        return Some(nominal);
    }
    match excluded_between(anchor, nominal, excluded) {
        0 => Some(nominal),
        missed => day_of(nth_day(number_of(nominal), missed, excluded)),
    }
}

/// Where a last day rolls over to, if it has to be looked at at all.
#[inline]
fn rolled(
    last: Day,
    roll: Roll,
    calendar: &WorkCalendar,
    excluded: &[(Day, Day)],
) -> Option<Counted> {
    if roll == Roll::None {
        return None;
    }
    let number = number_of(last);
    let provisional = !calendar.is_loaded(last.year());
    if calendar.is_working(number) {
        return Some(Counted {
            number,
            provisional,
        });
    }
    let next = nth_working_day(calendar, number, 1, excluded);
    Some(Counted {
        number: next.number,
        provisional: provisional || next.provisional,
    })
}

fn months(limit: Limit) -> i32 {
    let n = i32::from(limit.n);
    if limit.unit == LimitUnit::Years {
        n * 12
    } else {
        n
    }
}

/// The day of the same number so many months on, or back, or that month's last day.
#[inline]
fn shift_months(day: Day, months: i32) -> Option<Day> {
    let month = i32::from(day.year()) * 12 + i32::from(day.month()) - 1 + months;
    let year = i16::try_from(month.div_euclid(12)).ok()?;
    let first = Day::new(year, month.rem_euclid(12) as i8 + 1, 1).ok()?;
    if !in_range(first) {
        return None;
    }
    Day::new(year, first.month(), day.day().min(first.days_in_month())).ok()
}

/// The day a limit before a due day, for warning windows such as 1个月前.
///
/// Months and years: the day of the same number, or the month's last day. Working days: the `n`th
/// working day before the due day, which is not counted itself.
///
/// # Errors
///
/// [`DueError`] when either day lies outside 1900–2199.
///
/// ```
/// use calendar::{WorkCalendar, back};
/// use jiff::civil::date;
///
/// let calendar = WorkCalendar::state_council();
/// assert_eq!(back(date(2025, 3, 31), "1 month".parse()?, calendar)?, date(2025, 2, 28));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn back(due: Day, limit: Limit, calendar: &WorkCalendar) -> Result<Day, DueError> {
    check(due, limit)?;
    let n = i32::from(limit.n);
    let day = match limit.unit {
        LimitUnit::NaturalDays => day_of(number_of(due) - n),
        LimitUnit::WorkingDays => day_of(calendar.nth_working_day(number_of(due) - 1, 1 - n)),
        LimitUnit::Months | LimitUnit::Years => shift_months(due, -months(limit)),
    };
    day.ok_or(DueError::Before { due, limit })
}

/// A due day that an arrangement moves.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Moved {
    /// Which of the spans, counted from 0.
    pub index: usize,
    /// The due day by the calendar before.
    pub before: Due,
    /// The due day by the calendar after.
    pub after: Due,
}

/// The spans whose due day is another one by the second calendar than by the first, in their
/// order: what moves when an arrangement is loaded. A span that merely stops being provisional is
/// not listed, nor is one that neither calendar can work out.
///
/// ```
/// use calendar::{Roll, WorkCalendar, moved};
/// use jiff::civil::date;
///
/// let before = WorkCalendar::state_council();
/// let after = before.merged(&WorkCalendar::from_csv(
///     "date,kind,name,weekday,notice\n2027-10-01,holiday,国庆节,周五,样例号",
/// )?);
/// let spans = [(date(2027, 9, 30), "1 working_day".parse()?, Roll::None)];
/// let list = moved(&spans, before, &after);
/// assert_eq!(list[0].before.day, date(2027, 10, 1));
/// assert_eq!(list[0].after.day, date(2027, 10, 4));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn moved(
    spans: &[(Day, Limit, Roll)],
    before: &WorkCalendar,
    after: &WorkCalendar,
) -> Vec<Moved> {
    let both = |&(anchor, limit, roll): &(Day, Limit, Roll)| {
        let before = due(anchor, limit, roll, before).ok()?;
        let after = due(anchor, limit, roll, after).ok()?;
        (before.day != after.day).then_some((before, after))
    };
    let spans = spans.iter().enumerate();
    spans
        .filter_map(|(index, span)| {
            both(span).map(|(before, after)| Moved {
                index,
                before,
                after,
            })
        })
        .collect()
}

/// The years after a day up to and including another whose arrangement is not loaded.
pub(crate) fn unloaded_years(calendar: &WorkCalendar, after: Day, upto: Day) -> Vec<i16> {
    let first = year_of(number_of(after) + 1);
    (first..=upto.year())
        .filter(|&year| !calendar.is_loaded(year))
        .collect()
}
