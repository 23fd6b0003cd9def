//! The way from an anchor to a due day, told in sentences.

use serde::{Deserialize, Serialize};

use crate::arrangement::Row;
use crate::day::{Day, day_of, number_of, weekday_zh};
use crate::due::{
    DueError, Reckoning, Roll, excluded_after, excluded_between, reckon, unloaded_years,
};
use crate::intervals::in_order;
use crate::limit::{Limit, LimitUnit};
use crate::work_calendar::WorkCalendar;

/// One step of the derivation of a due day.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct ExplainStep {
    /// A Chinese sentence for users.
    pub text: String,
}

/// The steps from the anchor to the due day that
/// [`due_excluding`](crate::due_excluding) finds for the same arguments: the articles of the
/// Civil Code, holidays passed over and make-up days counted with their notice, excluded days,
/// roll-over, years without arrangement.
///
/// # Errors
///
/// [`DueError`] when there is no due day.
///
/// ```
/// use calendar::{Roll, WorkCalendar, explain};
/// use jiff::civil::date;
///
/// let calendar = WorkCalendar::state_council();
/// let steps = explain(date(2024, 8, 31), "6 months".parse()?, Roll::None, calendar, &[])?;
/// assert_eq!(steps.last().unwrap().text, "到期日为2025年2月28日（星期五）。");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain(
    anchor: Day,
    limit: Limit,
    roll: Roll,
    calendar: &WorkCalendar,
    excluded: &[(Day, Day)],
) -> Result<Vec<ExplainStep>, DueError> {
    let excluded = in_order(excluded);
    let reckoning = reckon(anchor, limit, roll, calendar, &excluded)?;
    let mut story = Story {
        anchor,
        limit,
        calendar,
        excluded: &excluded,
        reckoning,
        steps: Vec::new(),
    };
    story.start();
    match limit.unit {
        LimitUnit::NaturalDays => story.natural_days(),
        LimitUnit::WorkingDays => story.working_days(),
        LimitUnit::Months | LimitUnit::Years => story.months(),
    }
    story.roll(roll);
    story.provisional();
    story.end();
    Ok(story.steps)
}

struct Story<'a> {
    anchor: Day,
    limit: Limit,
    calendar: &'a WorkCalendar,
    excluded: &'a [(Day, Day)],
    reckoning: Reckoning,
    steps: Vec<ExplainStep>,
}

impl Story<'_> {
    fn say(&mut self, text: String) {
        self.steps.push(ExplainStep { text });
    }

    fn start(&mut self) {
        let Story { anchor, limit, .. } = *self;
        let next = written(next_day(anchor));
        self.say(format!("起算日为{}，时限为{limit}。", written(anchor)));
        self.say(format!(
            "开始的当日不计入，自次日{next}开始计算（《民法典》第二百零一条第一款）。"
        ));
    }

    fn natural_days(&mut self) {
        let (limit, last) = (self.limit, self.reckoning.last);
        self.say("按自然日计算，休息日和节假日都计入。".to_owned());
        self.excluded(self.anchor, last);
        self.say(format!("计满{limit}，期间的最后一日为{}。", written(last)));
    }

    fn working_days(&mut self) {
        let (limit, last) = (self.limit, self.reckoning.last);
        self.say(
            "按工作日计算，星期六、星期日和放假日不计入，调休上班日计入（以国务院办公厅的安排为准）。"
                .to_owned(),
        );
        self.holidays();
        self.excluded(self.anchor, last);
        self.say(format!("计满{limit}，期间的最后一日为{}。", written(last)));
    }

    fn months(&mut self) {
        let Reckoning { nominal, last, .. } = self.reckoning;
        self.corresponding_day();
        let missed = excluded_between(self.anchor, nominal, self.excluded);
        if missed == 0 {
            return;
        }
        self.excluded(self.anchor, last);
        self.say(format!(
            "截至{}不计入的共{missed}天，自其次日起补足{missed}天，期间的最后一日为{}。",
            written(nominal),
            written(last),
        ));
    }

    fn corresponding_day(&mut self) {
        let (nominal, limit) = (self.reckoning.nominal, self.limit);
        let unit = if limit.unit == LimitUnit::Years {
            "年"
        } else {
            "月"
        };
        let month = format!("{}年{}月", nominal.year(), nominal.month());
        let number = self.anchor.day();
        let rule = if nominal.day() == number {
            format!("对应日为{number}日")
        } else {
            format!("该月没有{number}日，以月末日为最后一日")
        };
        self.say(format!(
            "按{unit}计算，{limit}后的到期月为{month}，{rule}，即{}（《民法典》第二百零二条）。",
            written(nominal),
        ));
    }

    /// The holidays passed over and the make-up days counted.
    fn holidays(&mut self) {
        let calendar = self.calendar;
        let rows = calendar.rows_between(next_day(self.anchor), self.reckoning.last);
        for run in rows.chunk_by(one_holiday) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else {
                continue;
            };
            if !first.makeup {
                self.holiday(first, last);
            } else if !self.is_excluded(first.day) {
                let (day, name, notice) = (written(first.day), &first.name, &first.notice);
                self.say(format!("{day}是{name}调休上班日，计入（{notice}）。"));
            }
        }
    }

    fn holiday(&mut self, first: &Row, last: &Row) {
        let (name, notice) = (&first.name, &first.notice);
        let days = stretch(first.day, last.day);
        self.say(format!("{days}{name}放假，不计入（{notice}）。"));
    }

    fn is_excluded(&self, day: Day) -> bool {
        self.excluded
            .iter()
            .any(|&(first, last)| first <= day && day <= last)
    }

    /// The excluded days after one day up to another.
    fn excluded(&mut self, after: Day, upto: Day) {
        let excluded = self.excluded;
        for (first, last) in excluded_after(number_of(after), excluded) {
            let (Some(first), Some(last)) = (day_of(first), day_of(last)) else {
                continue;
            };
            if first > upto {
                break;
            }
            let worked = self.worked(first, last);
            self.say(format!(
                "{}属于不计入的期间{worked}，不计入。",
                stretch(first, last)
            ));
        }
    }

    /// For a limit in working days: how many of the days would have been counted.
    fn worked(&self, first: Day, last: Day) -> String {
        if self.limit.unit != LimitUnit::WorkingDays {
            return String::new();
        }
        let days = self
            .calendar
            .working_days_in(number_of(first) - 1, number_of(last));
        format!("（其中工作日{days}天）")
    }

    fn roll(&mut self, roll: Roll) {
        if self.limit.unit == LimitUnit::WorkingDays {
            return;
        }
        let Reckoning { last, due, .. } = self.reckoning;
        let working = self.calendar.day(last).working;
        match (roll, working) {
            (Roll::None, true) => {}
            (Roll::None, false) => {
                let rest = self.rest(last);
                self.say(format!("{}{rest}，本时限不顺延。", written(last)));
            }
            (Roll::NextWorkingDay, true) => {
                self.say(format!("{}是工作日，不需顺延。", written(last)));
            }
            (Roll::NextWorkingDay, false) => {
                let rest = self.rest(last);
                self.excluded(last, due);
                self.say(format!(
                    "{}{rest}，顺延至休假结束后的第一个工作日{}（《民法典》第二百零三条第一款）。",
                    written(last),
                    written(due),
                ));
            }
        }
    }

    /// Why a day is a day of rest.
    fn rest(&self, day: Day) -> String {
        match self.calendar.rows_between(day, day) {
            [row, ..] => format!("是{}放假日（{}）", row.name, row.notice),
            [] => "是休息日".to_owned(),
        }
    }

    fn provisional(&mut self) {
        if !self.reckoning.provisional {
            return;
        }
        let Reckoning { last, due, .. } = self.reckoning;
        // A limit in months or natural days only looks at working days from its last day on.
        let after = match self.limit.unit {
            LimitUnit::WorkingDays => self.anchor,
            _ => last.yesterday().unwrap_or(last),
        };
        let years = unloaded_years(self.calendar, after, due);
        let years: Vec<String> = years.iter().map(|year| format!("{year}年")).collect();
        self.say(format!(
            "{}的放假安排尚未载入，其间的日子按星期六、星期日休息推算，结果为暂定；安排载入后重新计算。",
            years.join("、"),
        ));
    }

    fn end(&mut self) {
        let word = if self.reckoning.provisional {
            "暂定"
        } else {
            ""
        };
        self.say(format!("到期日{word}为{}。", written(self.reckoning.due)));
    }
}

/// Days off of one holiday that follow each other; a make-up day always stands alone.
fn one_holiday(a: &Row, b: &Row) -> bool {
    let follows = number_of(b.day) - number_of(a.day) == 1;
    follows && !a.makeup && !b.makeup && a.name == b.name && a.notice == b.notice
}

fn next_day(day: Day) -> Day {
    day.tomorrow().unwrap_or(day)
}

/// A day as users read it: `2025年2月28日（星期五）`.
fn written(day: Day) -> String {
    format!(
        "{}年{}月{}日（{}）",
        day.year(),
        day.month(),
        day.day(),
        weekday_zh(day)
    )
}

fn stretch(first: Day, last: Day) -> String {
    if first == last {
        return written(first);
    }
    let days = number_of(last) - number_of(first) + 1;
    format!("{}至{}共{days}天", written(first), written(last))
}
