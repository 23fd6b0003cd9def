//! Periods of reporting: weeks, months, quarters, half-years, single days.

use calendar::Day;
use jiff::ToSpan;
use policy::model::Frequency;

use crate::{Outcome, ServiceError};

/// A period with its first and last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    kind: Kind,
    /// First day.
    pub start: Day,
    /// Last day.
    pub end: Day,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Day,
    Week,
    Month,
    Quarter,
    HalfYear,
}

impl Period {
    /// The period of a form's rhythm in which a day lies; forms without rhythm are of a month.
    pub fn containing(frequency: Frequency, day: Day) -> Period {
        let kind = match frequency {
            Frequency::Week => Kind::Week,
            Frequency::Month | Frequency::OnAssignment | Frequency::AsNeeded => Kind::Month,
            Frequency::Quarter => Kind::Quarter,
            Frequency::HalfYear => Kind::HalfYear,
        };
        Period::of(kind, day)
    }

    fn of(kind: Kind, day: Day) -> Period {
        let (start, end) = match kind {
            Kind::Day => (day, day),
            Kind::Week => {
                let offset = i64::from(day.weekday().to_monday_zero_offset());
                let start = day.checked_sub(offset.days()).unwrap_or(day);
                (start, start.checked_add(6.days()).unwrap_or(start))
            }
            Kind::Month => months(day, 1),
            Kind::Quarter => months(day, 3),
            Kind::HalfYear => months(day, 6),
        };
        Period { kind, start, end }
    }

    /// Reads `2025-06`, `2025-W26`, `2025-Q2`, `2025-H1` or `2025-06-20`.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] at `period`, with the ways in which it can be written.
    pub fn parse(text: &str) -> Outcome<Period> {
        read(text.trim()).ok_or_else(|| {
            ServiceError::field(
                "period",
                format!(
                    "“{text}”不是报告期。请写成月份 2025-06、周 2025-W26、季度 2025-Q2、半年 2025-H1 或某一天 2025-06-20"
                ),
            )
        })
    }

    /// `2025-06`, as [`Period::parse`] reads it.
    pub fn id(&self) -> String {
        let year = self.start.year();
        match self.kind {
            Kind::Day => self.start.to_string(),
            Kind::Week => {
                let week = self.start.iso_week_date();
                format!("{}-W{:02}", week.year(), week.week())
            }
            Kind::Month => format!("{year:04}-{:02}", self.start.month()),
            Kind::Quarter => format!("{year:04}-Q{}", (self.start.month() - 1) / 3 + 1),
            Kind::HalfYear => format!("{year:04}-H{}", (self.start.month() - 1) / 6 + 1),
        }
    }

    /// 2025年6月, 2025年第26周（6月23日至6月29日）, 2025年上半年.
    pub fn title(&self) -> String {
        let year = self.start.year();
        match self.kind {
            Kind::Day => format!("{year}年{}", month_day(self.start)),
            Kind::Week => {
                let week = self.start.iso_week_date();
                let (from, to) = (month_day(self.start), month_day(self.end));
                format!("{}年第{}周（{from}至{to}）", week.year(), week.week())
            }
            Kind::Month => format!("{year}年{}月", self.start.month()),
            Kind::Quarter => {
                let quarter = ["一", "二", "三", "四"];
                let at = usize::try_from((self.start.month() - 1) / 3).unwrap_or(0);
                format!("{year}年第{}季度", quarter.get(at).unwrap_or(&""))
            }
            Kind::HalfYear if self.start.month() == 1 => format!("{year}年上半年"),
            Kind::HalfYear => format!("{year}年下半年"),
        }
    }

    /// The one before.
    pub fn previous(&self) -> Period {
        Period::of(self.kind, self.start.yesterday().unwrap_or(self.start))
    }

    /// The one after.
    pub fn next(&self) -> Period {
        Period::of(self.kind, self.end.tomorrow().unwrap_or(self.end))
    }

    /// Whether a day lies in it.
    pub fn has(&self, day: Day) -> bool {
        self.start <= day && day <= self.end
    }
}

fn month_day(day: Day) -> String {
    format!("{}月{}日", day.month(), day.day())
}

/// The block of so many months in which a day lies.
fn months(day: Day, count: i8) -> (Day, Day) {
    let first = (day.month() - 1) / count * count + 1;
    let start = Day::new(day.year(), first, 1).unwrap_or(day);
    let last = Day::new(day.year(), first + count - 1, 1).unwrap_or(day);
    (start, last.last_of_month())
}

fn read(text: &str) -> Option<Period> {
    if text.len() == 10 {
        return Some(Period::of(Kind::Day, text.parse().ok()?));
    }
    let (year, part) = text.split_once('-')?;
    let year: i16 = year.parse().ok().filter(|_| year.len() == 4)?;
    let number = |digits: &str| digits.parse::<i8>().ok();
    let (kind, day) = match part.split_at_checked(1)? {
        ("W", week) => {
            let week =
                jiff::civil::ISOWeekDate::new(year, number(week)?, jiff::civil::Weekday::Monday);
            (Kind::Week, week.ok()?.date())
        }
        ("Q", quarter) => {
            let quarter = number(quarter).filter(|quarter| (1..=4).contains(quarter))?;
            (Kind::Quarter, Day::new(year, quarter * 3 - 2, 1).ok()?)
        }
        ("H", half) => {
            let half = number(half).filter(|half| (1..=2).contains(half))?;
            (Kind::HalfYear, Day::new(year, half * 6 - 5, 1).ok()?)
        }
        _ if part.len() == 2 => (Kind::Month, Day::new(year, number(part)?, 1).ok()?),
        _ => return None,
    };
    Some(Period::of(kind, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_as_they_are_written() {
        for (text, start, end) in [
            ("2025-06", "2025-06-01", "2025-06-30"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2025-W01", "2024-12-30", "2025-01-05"),
            ("2025-Q4", "2025-10-01", "2025-12-31"),
            ("2025-H2", "2025-07-01", "2025-12-31"),
            ("2025-06-20", "2025-06-20", "2025-06-20"),
        ] {
            let period = Period::parse(text).unwrap();
            assert_eq!(period.id(), text);
            assert_eq!(period.start.to_string(), start, "{text}");
            assert_eq!(period.end.to_string(), end, "{text}");
            assert_eq!(period.next().previous(), period, "{text}");
        }
        for wrong in [
            "2025", "2025-13", "2025-Q5", "2025-H0", "2025-W54", "六月", "2025-6",
        ] {
            assert!(Period::parse(wrong).is_err(), "{wrong}");
        }
    }
}
