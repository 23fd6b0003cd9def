//! The pure core: how many tracks a core works out in a second.

use std::hint::black_box;
use std::time::{Duration, Instant};

use calendar::{Day, WorkCalendar};
use domain::event::{By, Event, EventId, EventKind};
use domain::state::State;
use domain::track::{Track, evaluate, plan};

use super::data;
use super::report::Report;
use crate::failure::{Answer, Failure};

/// Different projects measured in turn.
const PROJECTS: usize = 2_000;
const LONG: Duration = Duration::from_secs(3);

/// The pack that is measured with.
pub const PACK: &str = include_str!("../../../../../policies/qianjiang/6411.toml");

/// Measures on one core.
pub fn measure(report: &mut Report) -> Answer {
    let policy = policy::read("6411.toml", PACK)
        .map_err(|problems| Failure::because(problems.to_string()))?;
    let calendar = WorkCalendar::state_council();
    let today = jiff::civil::date(2026, 6, 30);
    let streams: Vec<Vec<Event>> = (0..PROJECTS)
        .map(|i| events(data::project(i, today)))
        .collect();
    let facts: usize = streams.iter().map(Vec::len).sum();
    report.add("每个项目的记录", 0, facts as f64 / PROJECTS as f64, "条");

    let whole = rate(&streams, |events| {
        black_box(evaluate(&policy, events, calendar, today));
    });
    report.add_with_target(
        "轨迹计算：从记录到轨迹，每核",
        0,
        whole,
        "个/秒",
        "≥ 300000",
    );

    let states: Vec<State<'_>> = streams
        .iter()
        .map(|events| State::fold(&policy, events))
        .collect();
    let planned = rate(&states, |state| {
        let plan = plan(&policy, state, calendar, today);
        black_box(Track::new(&policy, plan, today));
    });
    report.add("轨迹计算：从状态到轨迹，每核", 0, planned, "个/秒");
    Ok(())
}

/// Facts as they would be loaded.
pub fn events(dated: Vec<(Day, EventKind)>) -> Vec<Event> {
    let event = |(id, (happened_on, kind)): (u32, (Day, EventKind))| Event {
        id: EventId(id),
        happened_on,
        recorded_at: None,
        by: By::default(),
        kind,
    };
    (1..).zip(dated).map(event).collect()
}

fn rate<T>(all: &[T], mut work: impl FnMut(&T)) -> f64 {
    let begun = Instant::now();
    let mut done = 0usize;
    while begun.elapsed() < LONG {
        all.iter().for_each(&mut work);
        done += all.len();
    }
    done as f64 / begun.elapsed().as_secs_f64()
}
