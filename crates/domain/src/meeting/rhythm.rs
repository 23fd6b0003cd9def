//! How often a kind of meeting is to be held: periods of the calendar year, and when to remind of them.

use calendar::{Day, Limit, WorkCalendar};
use jiff::ToSpan;
use policy::model::calendar_months;

/// A period in which a meeting is to be held once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
    months: i8,
}

impl Period {
    /// 本季度, 本月.
    pub fn now(self) -> &'static str {
        match self.months {
            0 => "本周",
            1 => "本月",
            3 => "本季度",
            6 => "本半年",
            12 => "本年",
            _ => "本期",
        }
    }

    /// `2025年第三季度`, `2025年9月`.
    pub fn title(self) -> String {
        let (year, month) = (self.first.year(), self.first.month());
        match self.months {
            1 => format!("{year}年{month}月"),
            3 => {
                let quarter = ["一", "二", "三", "四"];
                let at = usize::try_from((month - 1) / 3).unwrap_or_default();
                format!("{year}年第{}季度", quarter.get(at).unwrap_or(&""))
            }
            6 if month == 1 => format!("{year}年上半年"),
            6 => format!("{year}年下半年"),
            12 => format!("{year}年"),
            _ => format!("{} 至 {}", self.first, self.last),
        }
    }

    /// Whether a day lies in it.
    pub fn has(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }

    /// The one before.
    pub fn previous(self) -> Option<Period> {
        self.containing(self.first.yesterday().ok()?)
    }

    /// The one after.
    pub fn next(self) -> Option<Period> {
        self.containing(self.last.tomorrow().ok()?)
    }

    fn containing(self, day: Day) -> Option<Period> {
        of_months(self.months, day)
    }
}

/// The period of a rhythm in which a day lies. A rhythm follows the calendar: weeks, months that divide the year, a year;
/// for any other there is no period, and a pack that asks for one is refused when it is read.
///
/// ```
/// use calendar::{Limit, LimitUnit};
/// use domain::meeting::period_of;
/// use jiff::civil::date;
///
/// let quarterly = Limit { n: 3, unit: LimitUnit::Months };
/// let period = period_of(quarterly, date(2025, 8, 20)).unwrap();
/// assert_eq!((period.first, period.last), (date(2025, 7, 1), date(2025, 9, 30)));
/// assert_eq!(period.title(), "2025年第三季度");
/// ```
pub fn period_of(every: Limit, day: Day) -> Option<Period> {
    of_months(calendar_months(every)?, day)
}

/// Of so many months; none is a week.
fn of_months(months: i8, day: Day) -> Option<Period> {
    let (first, last) = if months == 0 {
        let offset = i64::from(day.weekday().to_monday_zero_offset());
        let first = day.checked_sub(offset.days()).ok()?;
        (first, first.checked_add(6.days()).ok()?)
    } else {
        let month = (day.month() - 1) / months * months + 1;
        let first = Day::new(day.year(), month, 1).ok()?;
        let next = first.checked_add(i64::from(months).months()).ok()?;
        (first, next.yesterday().ok()?)
    };
    Some(Period {
        first,
        last,
        months,
    })
}

/// The day from which a meeting that was not called is reminded of.
pub fn remind_on(period: Period, ahead: Limit, calendar: &WorkCalendar) -> Day {
    let on = calendar::back(period.last, ahead, calendar);
    on.map_or(period.last, |on| on.max(period.first))
}
