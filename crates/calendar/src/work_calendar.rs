//! Which days are worked.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::arrangement::{self, CalendarError, Row};
use crate::day::{Day, number_of, year_of};

/// The State Council's arrangements that come with the program.
const STATE_COUNCIL: &str = include_str!("../data/holidays.csv");

/// The working days: Monday to Friday, changed by the arrangements that are loaded.
///
/// ```
/// use calendar::WorkCalendar;
/// use jiff::civil::date;
///
/// let calendar = WorkCalendar::state_council();
/// let makeup = calendar.day(date(2024, 9, 29));
/// assert!(makeup.working && makeup.makeup);
/// assert_eq!(makeup.name, Some("国庆节"));
/// assert_eq!(calendar.working_days_between(date(2024, 9, 30), date(2024, 10, 12)), (5, false));
/// assert!(calendar.day(date(2027, 10, 1)).provisional);
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WorkCalendar {
    /// In order of days.
    rows: Vec<Row>,
    /// For each row the same place here: what counting needs, close together.
    marks: Vec<Mark>,
    /// The days that are not what their weekday says, looked up for every limit that rolls over.
    flipped: DaySet,
    /// The years whose arrangement is loaded, in order.
    years: Vec<i16>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Mark {
    number: i32,
    working: bool,
    /// By how much the working days up to this one, inclusive, differ from the Mondays to
    /// Fridays.
    shift: i32,
}

impl Mark {
    fn working_days(&self) -> i32 {
        weekdays_up_to(self.number) + self.shift
    }
}

/// A set of days as one bit per day from the first to the last of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct DaySet {
    first: i32,
    words: Vec<u64>,
}

impl DaySet {
    /// INVARIANT: `days` is in order, so that no offset is negative and each word exists.
    fn new(days: impl Iterator<Item = i32> + Clone) -> DaySet {
        let first = days.clone().next().unwrap_or_default();
        let mut words = Vec::new();
        for (word, bit) in days.map(|day| DaySet::place(day - first)) {
            if words.len() <= word {
                words.resize(word + 1, 0);
            }
            words[word] |= bit;
        }
        DaySet { first, words }
    }

    #[inline]
    fn contains(&self, day: i32) -> bool {
        let (word, bit) = DaySet::place(day - self.first);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Word and bit of an offset; a negative one has a word that no set reaches.
    #[inline]
    fn place(offset: i32) -> (usize, u64) {
        let word = usize::try_from(offset.div_euclid(64)).unwrap_or(usize::MAX);
        (word, 1 << offset.rem_euclid(64))
    }
}

/// What is known about a day.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct DayKind<'a> {
    /// The day is worked.
    pub working: bool,
    /// The arrangement of its year is not loaded; worked out by weekends.
    pub provisional: bool,
    /// The holiday to which an arrangement assigns the day, as a day off or a make-up day.
    pub name: Option<&'a str>,
    /// A Saturday or Sunday worked in exchange for a holiday (调休上班).
    pub makeup: bool,
}

impl WorkCalendar {
    /// The State Council's arrangements for 2024 to 2026, read once.
    pub fn state_council() -> &'static WorkCalendar {
        #[expect(
            clippy::expect_used,
            reason = "compiled into the program; a test reads it"
        )]
        static CALENDAR: LazyLock<WorkCalendar> = LazyLock::new(|| {
            WorkCalendar::from_csv(STATE_COUNCIL)
                .expect("the embedded arrangements are well-formed")
        });
        &CALENDAR
    }

    /// Reads arrangements from a table with the columns `date,kind,name,weekday,notice` in any
    /// order. `kind` is `holiday` or `workday`; `weekday` guards against slips and must fit the
    /// date; a `workday` is a Saturday or Sunday. A year with a row counts as loaded; New Year's
    /// days in December belong to the year that begins.
    ///
    /// # Errors
    ///
    /// [`CalendarError`] for the first line that cannot be right.
    pub fn from_csv(text: &str) -> Result<WorkCalendar, CalendarError> {
        Ok(WorkCalendar::from_rows(arrangement::read(text)?))
    }

    /// This calendar with the arrangements of `other` laid over it. A year that both hold is taken
    /// from `other` as a whole, so that a changed arrangement leaves nothing of the old one.
    pub fn merged(&self, other: &WorkCalendar) -> WorkCalendar {
        let kept = self
            .rows
            .iter()
            .filter(|row| !other.years.contains(&row.year()));
        let by_day: BTreeMap<Day, &Row> =
            kept.chain(&other.rows).map(|row| (row.day, row)).collect();
        WorkCalendar::from_rows(by_day.into_values().cloned().collect())
    }

    /// From rows in order of days, each day once.
    fn from_rows(rows: Vec<Row>) -> WorkCalendar {
        let mut years: Vec<i16> = rows.iter().map(Row::year).collect();
        years.sort_unstable();
        years.dedup();
        let mut shift = 0;
        let marks: Vec<Mark> = rows.iter().map(|row| mark(row, &mut shift)).collect();
        let flipped = marks
            .iter()
            .filter(|mark| mark.working != is_weekday(mark.number));
        let flipped = DaySet::new(flipped.map(|mark| mark.number));
        WorkCalendar {
            rows,
            marks,
            flipped,
            years,
        }
    }

    /// The years whose arrangement is loaded, in order.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.years.iter().copied()
    }

    /// The notice that published the arrangement of a year: number or title, and day.
    pub fn notice(&self, year: i16) -> Option<&str> {
        self.rows
            .iter()
            .find(|row| row.year() == year)
            .map(|row| row.notice.as_str())
    }

    /// What is known about a day.
    pub fn day(&self, d: Day) -> DayKind<'_> {
        let row = self.row(d);
        DayKind {
            working: self.is_working(number_of(d)),
            provisional: !self.is_loaded(d.year()),
            name: row.map(|row| row.name.as_str()),
            makeup: row.is_some_and(|row| row.makeup),
        }
    }

    /// How many working days lie after one day up to and including another, and whether a year
    /// without arrangement was touched. Negative when `upto` lies before `after`: so many working
    /// days ago.
    pub fn working_days_between(&self, after: Day, upto: Day) -> (i64, bool) {
        if upto < after {
            let (days, provisional) = self.working_days_between(upto, after);
            return (-days, provisional);
        }
        let (after, upto) = (number_of(after), number_of(upto));
        (
            i64::from(self.working_days_in(after, upto)),
            self.touches_unloaded(after, upto),
        )
    }

    fn row(&self, day: Day) -> Option<&Row> {
        let at = self.rows.binary_search_by_key(&day, |row| row.day).ok()?;
        self.rows.get(at)
    }

    /// The rows of the days from `first` to `last`, in order.
    pub(crate) fn rows_between(&self, first: Day, last: Day) -> &[Row] {
        let from = self.rows.partition_point(|row| row.day < first);
        let to = self.rows.partition_point(|row| row.day <= last);
        self.rows.get(from..to).unwrap_or_default()
    }

    pub(crate) fn is_loaded(&self, year: i16) -> bool {
        self.years.binary_search(&year).is_ok()
    }

    #[inline]
    pub(crate) fn is_working(&self, number: i32) -> bool {
        is_weekday(number) != self.flipped.contains(number)
    }

    /// Working days after `after` up to and including `upto`.
    pub(crate) fn working_days_in(&self, after: i32, upto: i32) -> i32 {
        self.working_days_up_to(upto) - self.working_days_up_to(after)
    }

    /// Working days up to and including a day, from a fixed origin; only differences mean anything.
    fn working_days_up_to(&self, number: i32) -> i32 {
        let passed = self.marks.partition_point(|mark| mark.number <= number);
        weekdays_up_to(number) + self.shift_after(passed)
    }

    fn shift_after(&self, passed: usize) -> i32 {
        let last = passed.checked_sub(1).and_then(|at| self.marks.get(at));
        last.map_or(0, |mark| mark.shift)
    }

    /// The `n`th working day after a day; for `n` = 0 or less, backwards from the day itself:
    /// 0 is the last working day up to and including it.
    pub(crate) fn nth_working_day(&self, after: i32, n: i32) -> i32 {
        let target = self.working_days_up_to(after) + n;
        // The day lies after the marks that do not reach the target and not after the first that
        // does. Between two marks the week is ordinary, so it is found without walking.
        let passed = self
            .marks
            .partition_point(|mark| mark.working_days() < target);
        let ordinary = weekday_number(target - self.shift_after(passed));
        self.marks
            .get(passed)
            .map_or(ordinary, |mark| ordinary.min(mark.number))
    }

    /// Whether one of the days after `after` up to and including `upto` lies in a year whose
    /// arrangement is not loaded.
    pub(crate) fn touches_unloaded(&self, after: i32, upto: i32) -> bool {
        if upto <= after {
            return false;
        }
        let (first, last) = (year_of(after + 1), year_of(upto));
        let from = self.years.partition_point(|&year| year < first);
        let to = self.years.partition_point(|&year| year <= last);
        to - from != usize::try_from(last - first + 1).unwrap_or_default()
    }
}

fn mark(row: &Row, shift: &mut i32) -> Mark {
    let number = number_of(row.day);
    *shift += i32::from(row.makeup) - i32::from(is_weekday(number));
    Mark {
        number,
        working: row.makeup,
        shift: *shift,
    }
}

fn is_weekday(number: i32) -> bool {
    number.rem_euclid(7) < 5
}

/// Mondays to Fridays up to and including a day; day 0 is a Monday and counts as the first.
fn weekdays_up_to(number: i32) -> i32 {
    number.div_euclid(7) * 5 + (number.rem_euclid(7) + 1).min(5)
}

/// The day on which [`weekdays_up_to`] first reaches a count.
fn weekday_number(count: i32) -> i32 {
    let before = count - 1;
    before.div_euclid(5) * 7 + before.rem_euclid(5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::day_of;
    use jiff::civil::date;

    fn with_2027() -> WorkCalendar {
        let text = "date,kind,name,weekday,notice\n\
                    2027-01-01,holiday,元旦,周五,样例号\n\
                    2027-10-01,holiday,国庆节,周五,样例号\n\
                    2027-10-09,workday,国庆节,周六,样例号\n\
                    2027-12-31,holiday,元旦,周五,样例次年号";
        WorkCalendar::from_csv(text).unwrap()
    }

    #[test]
    fn the_embedded_arrangements_hold_three_years_with_their_notices() {
        let calendar = WorkCalendar::state_council();
        assert_eq!(calendar.years().collect::<Vec<_>>(), [2024, 2025, 2026]);
        assert_eq!(
            calendar.notice(2024),
            Some("国办发明电〔2023〕7号（2023-10-25）")
        );
        assert_eq!(
            calendar.notice(2025),
            Some("国办发明电〔2024〕12号（2024-11-12）")
        );
        assert_eq!(
            calendar.notice(2026),
            Some("国务院办公厅关于2026年部分节假日安排的通知（2025-11-04）")
        );
        assert_eq!(calendar.notice(2027), None);
    }

    #[test]
    fn a_merged_calendar_knows_both_and_the_newer_replaces_a_year_whole() {
        let merged = WorkCalendar::state_council().merged(&with_2027());
        assert_eq!(
            merged.years().collect::<Vec<_>>(),
            [2024, 2025, 2026, 2027, 2028]
        );
        assert!(!merged.day(date(2027, 10, 1)).working);
        assert!(merged.day(date(2027, 10, 9)).working);
        assert!(merged.day(date(2025, 9, 28)).makeup);

        let amended = "date,kind,name,weekday,notice\n2027-10-04,holiday,国庆节,周一,样例新号";
        let merged = merged.merged(&WorkCalendar::from_csv(amended).unwrap());
        assert!(
            merged.day(date(2027, 10, 1)).working,
            "the old arrangement of 2027 is gone"
        );
        assert!(!merged.day(date(2027, 10, 4)).working);
        assert!(
            !merged.day(date(2027, 12, 31)).working,
            "this day belongs to 2028"
        );
        assert_eq!(merged.notice(2027), Some("样例新号"));
    }

    #[test]
    fn a_december_day_of_the_next_new_year_does_not_make_its_own_year_loaded() {
        let text = "date,kind,name,weekday,notice\n2027-12-31,holiday,元旦,周五,样例次年号";
        let calendar = WorkCalendar::from_csv(text).unwrap();
        assert_eq!(calendar.years().collect::<Vec<_>>(), [2028]);
        assert!(calendar.day(date(2027, 12, 31)).provisional);
    }

    #[test]
    fn a_calendar_without_arrangements_goes_by_weekends() {
        let calendar = WorkCalendar::default();
        let saturday = calendar.day(date(2024, 10, 5));
        assert!(!saturday.working && saturday.provisional && saturday.name.is_none());
        assert!(calendar.day(date(2024, 10, 1)).working);
        assert_eq!(
            calendar.working_days_between(date(2024, 9, 30), date(2024, 10, 7)),
            (5, true)
        );
    }

    #[test]
    fn counting_backwards_is_negative() {
        let calendar = WorkCalendar::state_council();
        let (from, to) = (date(2025, 1, 20), date(2025, 2, 20));
        let (days, _) = calendar.working_days_between(from, to);
        assert_eq!(calendar.working_days_between(to, from), (-days, false));
        assert_eq!(calendar.working_days_between(from, from), (0, false));
    }

    #[test]
    fn the_last_day_before_an_unknown_year_is_not_provisional() {
        let calendar = WorkCalendar::state_council();
        let last = date(2026, 12, 31);
        assert!(!calendar.working_days_between(date(2026, 12, 1), last).1);
        assert!(calendar.working_days_between(last, date(2027, 1, 1)).1);
    }

    #[test]
    fn the_nth_working_day_is_found_as_by_walking() {
        let calendar = WorkCalendar::state_council().merged(&with_2027());
        let first = number_of(date(2023, 12, 1));
        let last = number_of(date(2028, 2, 1));
        let worked: Vec<i32> = (first..last)
            .filter(|&day| calendar.is_working(day))
            .collect();
        for after in first..last {
            let passed = worked.partition_point(|&day| day <= after);
            for n in [-30, -5, -1, 0, 1, 2, 5, 30, 250] {
                let at = i32::try_from(passed).unwrap() + n - 1;
                let Some(&expected) = usize::try_from(at).ok().and_then(|at| worked.get(at)) else {
                    continue;
                };
                let found = calendar.nth_working_day(after, n);
                assert_eq!(found, expected, "{n} after {:?}", day_of(after));
            }
        }
    }
}
