//! Stretches of days, both ends included.

use std::borrow::Cow;

use crate::day::{Day, number_of};

/// Sorts intervals and joins those that overlap or touch. Both ends belong to an interval; one
/// that ends before it starts holds no day and is left out.
///
/// ```
/// use calendar::merge_intervals;
/// use jiff::civil::date;
///
/// let merged = merge_intervals(vec![
///     (date(2025, 3, 1), date(2025, 3, 10)),
///     (date(2025, 2, 1), date(2025, 2, 28)),
/// ]);
/// assert_eq!(merged, [(date(2025, 2, 1), date(2025, 3, 10))]);
/// ```
pub fn merge_intervals(v: Vec<(Day, Day)>) -> Vec<(Day, Day)> {
    let mut intervals = v;
    intervals.retain(|(first, last)| first <= last);
    intervals.sort_unstable();
    let mut merged: Vec<(Day, Day)> = Vec::with_capacity(intervals.len());
    for (first, last) in intervals {
        match merged.last_mut() {
            Some((_, end)) if !is_gap(*end, first) => *end = (*end).max(last),
            _ => merged.push((first, last)),
        }
    }
    merged
}

/// Whether a day lies between the end of one interval and the start of the next.
fn is_gap(end: Day, start: Day) -> bool {
    i64::from(number_of(start)) - i64::from(number_of(end)) > 1
}

/// The intervals as given if they are sorted and merged, and put in order if they are not, so
/// that no caller can have a day excluded twice.
pub(crate) fn in_order(intervals: &[(Day, Day)]) -> Cow<'_, [(Day, Day)]> {
    let well_formed = intervals.iter().all(|(first, last)| first <= last);
    let apart = intervals.windows(2).all(|pair| match pair {
        [(_, end), (start, _)] => end < start,
        _ => true,
    });
    if well_formed && apart {
        return Cow::Borrowed(intervals);
    }
    Cow::Owned(merge_intervals(intervals.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn overlapping_touching_and_nested_intervals_become_one() {
        let day = |d| date(2025, 5, d);
        let merged = merge_intervals(vec![
            (day(20), day(25)),
            (day(1), day(10)),
            (day(2), day(3)),
            (day(11), day(12)),
            (day(14), day(14)),
            (day(25), day(26)),
        ]);
        assert_eq!(
            merged,
            [(day(1), day(12)), (day(14), day(14)), (day(20), day(26))]
        );
    }

    #[test]
    fn an_interval_that_ends_before_it_starts_holds_no_day() {
        assert_eq!(
            merge_intervals(vec![(date(2025, 5, 2), date(2025, 5, 1))]),
            []
        );
    }

    #[test]
    fn ordered_intervals_are_used_without_a_copy() {
        let day = |d| date(2025, 5, d);
        let ordered = [(day(1), day(2)), (day(3), day(4))];
        assert!(matches!(in_order(&ordered), Cow::Borrowed(_)));
        let doubled = [(day(1), day(4)), (day(3), day(4))];
        assert_eq!(in_order(&doubled).as_ref(), [(day(1), day(4))]);
    }
}
