//! Periodic meetings: whether one was held in the period that runs, and reminding whoever prepares them.

use std::sync::Arc;

use calendar::{Day, weekday_zh};
use domain::meeting::{Period, period_of, remind_on};
use policy::Policy;
use policy::model::MeetingDef;
use store::meetings::{self, MeetingAlertRow, MeetingDay};
use store::{Batch, StoreError};
use uuid::Uuid;

use crate::sweep::Swept;
use crate::{Outcome, Service};

/// A meeting with its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingOn {
    /// Id.
    pub meeting: String,
    /// Day.
    pub on: Day,
}

/// How it stands with a periodic kind of meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rhythm {
    /// Kind, an id of the pack.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// 本季度.
    pub now: &'static str,
    /// 2025年第三季度.
    pub period: String,
    /// The last that was held in this period.
    pub held: Option<MeetingOn>,
    /// The next that is called for a day to come.
    pub called: Option<MeetingOn>,
    /// The last day by which the next is to be held.
    pub next_by: Day,
    /// Whether it is time to call it.
    pub urgent: bool,
    /// Clause.
    pub clause: policy::Clause,
}

/// A kind with its period, and the meetings of it that are known.
struct Standing<'a> {
    def: &'a MeetingDef,
    period: Period,
    days: Vec<&'a MeetingDay>,
    today: Day,
}

impl<'a> Standing<'a> {
    fn of(def: &'a MeetingDef, days: &'a [MeetingDay], today: Day) -> Option<Standing<'a>> {
        Some(Standing {
            period: period_of(def.every.as_ref()?.limit(), today)?,
            days: days.iter().filter(|day| day.kind == def.id).collect(),
            def,
            today,
        })
    }

    fn within(&self, period: Period) -> impl DoubleEndedIterator<Item = &&'a MeetingDay> {
        self.days.iter().filter(move |day| period.has(day.held_on))
    }

    fn held(&self) -> Option<&MeetingDay> {
        let mut within = self.within(self.period).rev();
        within.find(|day| day.held_on <= self.today).copied()
    }

    fn called(&self) -> Option<&MeetingDay> {
        let mut all = self.days.iter();
        all.find(|day| day.held_on > self.today).copied()
    }

    /// The level that speaks today, with its period: 1 when it is time to call the meeting, 2 when the last period went by
    /// without one.
    fn speaks(&self, policy: &Policy, calendar: &calendar::WorkCalendar) -> Vec<(i64, Period)> {
        let mut all = Vec::new();
        if let Some(ahead) = &self.def.remind
            && self.within(self.period).next().is_none()
            && remind_on(self.period, ahead.limit(), calendar) <= self.today
        {
            all.push((1, self.period));
        }
        let before = self.period.previous();
        let before = before.filter(|before| before.first >= policy.file.pack.effective);
        if let Some(before) = before
            && self.def.remind.is_some()
            && self.within(before).next().is_none()
        {
            all.push((2, before));
        }
        all
    }
}

fn sentence(def: &MeetingDef, level: i64, period: Period) -> String {
    let title = format!("{}{}", period.title(), def.title);
    let last = format!("{} {}", period.last, weekday_zh(period.last));
    match level {
        1 => format!("{title}还没有召集，应于 {last} 前召开"),
        _ => format!("{title}没有召开记录（应于 {last} 前召开），请补充记录或尽快召开"),
    }
}

impl Service {
    /// How it stands today with the periodic meetings of a region.
    pub(super) async fn rhythms(&self, region: &str, policy: &Policy) -> Outcome<Vec<Rhythm>> {
        let today = self.today();
        let days = self.meeting_days(region, policy, today).await?;
        let calendar = self.calendar();
        let on = |day: &MeetingDay| MeetingOn {
            meeting: day.meeting.clone(),
            on: day.held_on,
        };
        let rhythm = |standing: Standing<'_>| {
            let (def, period) = (standing.def, standing.period);
            let held = standing.held().map(on);
            let next = match &held {
                Some(_) => period.next().unwrap_or(period),
                None => period,
            };
            let ahead = def.remind.as_ref().map(|ahead| ahead.limit());
            Rhythm {
                kind: def.id.clone(),
                title: def.title.clone(),
                now: period.now(),
                period: period.title(),
                called: standing.called().map(on),
                next_by: next.last,
                urgent: standing.within(period).next().is_none()
                    && ahead.is_some_and(|ahead| remind_on(period, ahead, &calendar) <= today),
                clause: policy.clause(&def.clause, &def.text),
                held,
            }
        };
        let kinds = policy.file.meeting.iter();
        let standing = kinds.filter_map(|def| Standing::of(def, &days, today));
        Ok(standing.map(rhythm).collect())
    }

    /// The meetings of this and the last period of every kind.
    async fn meeting_days(
        &self,
        region: &str,
        policy: &Policy,
        today: Day,
    ) -> Outcome<Vec<MeetingDay>> {
        let kinds = policy.file.meeting.iter();
        let periods = kinds.filter_map(|def| period_of(def.every.as_ref()?.limit(), today));
        let firsts = periods.filter_map(|period| Some(period.previous()?.first));
        match firsts.min() {
            Some(since) => Ok(meetings::days_since(self.db(), region, since).await?),
            None => Ok(Vec::new()),
        }
    }

    /// Reminds whoever prepares a periodic meeting. Running it again the same day raises nothing twice.
    pub(crate) async fn remind_of_meetings(
        &self,
        region: &str,
        day: Day,
        swept: &mut Swept,
    ) -> Outcome<()> {
        let facts = self.region(region).await?;
        let Some(policy) = facts.matters().map(Arc::clone) else {
            return Ok(());
        };
        let days = self.meeting_days(region, &policy, day).await?;
        let calendar = self.calendar();
        let mut batch = Batch::new();
        for def in &policy.file.meeting {
            let Some(standing) = Standing::of(def, &days, day) else {
                continue;
            };
            for (level, period) in standing.speaks(&policy, &calendar) {
                let units = domain::unit_names(&policy, &def.held_by, crate::matters::NOBODY);
                for unit in units {
                    let alert = MeetingAlertRow {
                        region: region.to_owned(),
                        id: Uuid::now_v7().to_string(),
                        kind: def.id.clone(),
                        period_last: period.last,
                        level,
                        unit,
                        raised_on: day,
                        text: sentence(def, level, period),
                        clause: format!("{} {}", policy.file.pack.document, def.clause),
                    };
                    meetings::raise(&mut batch, &alert);
                }
            }
        }
        let raised = self.db().write(batch).await;
        let raised: u64 = raised
            .map_err(|error: StoreError| crate::ServiceError::from(error))?
            .into_iter()
            .sum();
        swept.meetings += raised;
        Ok(())
    }
}
