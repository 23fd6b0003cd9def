//! 97 invented signings of 湘潭, whose count and sums are those that the city published (新签约重大招商项目97个，签约金额565亿元，
//! 其中投资总额1亿元以上的项目有55个): read and dated as an imported ledger is.

use std::cmp::Reverse;
use std::sync::Arc;

use calendar::Day;
use domain::event::{By, Event, EventId, EventKind};
use jiff::{SignedDuration, Timestamp};
use store::projects;

use super::regions::XIANGTAN;
use super::save::save;
use crate::clock::start_of;
use crate::imports::{ledger_context, ledger_facts, read_ledger};
use crate::ledger::Candidate;
use crate::region::Region;
use crate::{Outcome, Service, ServiceError};

const FILE: &str = "xiangtan-samples.csv";
const LEDGER: &str = include_str!("../../../../samples/ledgers/xiangtan-samples.csv");
/// Who kept the ledger.
const KEEPER: &str = "市开放办";
/// Who names leaders and offices for the key projects.
const NAMER: &str = "市商务(招商合作)局";

/// Leader and office of the largest signings, which with those of the closed loop make the 13 key projects; of two of
/// them something is still to be named.
const SPONSORS: [(&str, &str); 9] = [
    ("样例张五", "市商务局样例业务一科"),
    ("样例周七", "市商务局样例业务二科"),
    ("样例郑九", "市商务局样例业务一科"),
    ("样例周七", "市商务局样例业务三科"),
    ("样例张五", "市商务局样例业务二科"),
    ("样例郑九", "市商务局样例业务三科"),
    ("样例周七", "市商务局样例业务一科"),
    ("样例郑九", ""),
    ("", "市商务局样例业务二科"),
];

/// Adds the signings that are not there yet.
pub(super) async fn install(service: &Service, today: Day) -> Outcome<()> {
    let region = service.region(XIANGTAN).await?;
    let context = ledger_context(&region, region.lifecycle()?, today);
    let read = read_ledger(LEDGER.as_bytes(), FILE, &context)?;
    let largest = largest(&read.mapping.candidates);
    for candidate in &read.mapping.candidates {
        if let Some(fault) = candidate.faults.first() {
            return Err(ServiceError::Failed(format!("{FILE}：{fault:?}")));
        }
        let project = format!("01900000-0000-7000-8200-{:012}", candidate.line);
        if projects::get(service.db(), XIANGTAN, &project)
            .await?
            .is_none()
        {
            let rank = largest.iter().position(|line| *line == candidate.line);
            let sponsor = rank.and_then(|rank| SPONSORS.get(rank)).copied();
            let events = facts(service, &region, &project, candidate, sponsor, today)?;
            save(service, &region, &project, &events).await?;
        }
    }
    Ok(())
}

fn facts(
    service: &Service,
    region: &Arc<Region>,
    project: &str,
    candidate: &Candidate,
    sponsor: Option<(&str, &str)>,
    today: Day,
) -> Outcome<Vec<Event>> {
    let mut details = candidate.details.clone();
    let contact = candidate.contact_clear.as_ref();
    let contact = contact.map(|contact| format!("{} {}", contact.name, contact.phone));
    details.contact_sealed = service.seal_contact(project, contact.as_deref())?;
    let mut dated = ledger_facts(region.lifecycle()?, candidate, details, today);
    let last = dated.iter().map(|(day, _)| *day).max();
    if let Some((named, day)) = sponsor.zip(last) {
        dated.push((day, sponsored(named)));
    }
    let mut recorded_at = Timestamp::MIN;
    let fact = |(at, (day, kind)): (usize, (Day, EventKind))| {
        // In the evening of its day, one after another.
        let evening = start_of(day) + SignedDuration::from_hours(18);
        recorded_at = evening.max(recorded_at + SignedDuration::from_mins(1));
        Event {
            id: EventId(at as u32 + 1),
            happened_on: day,
            recorded_at: Some(recorded_at),
            by: by(&kind),
            kind: as_sample(kind),
        }
    };
    Ok(dated.into_iter().enumerate().map(fact).collect())
}

/// Lines of the signings with the greatest investment, the greatest first.
fn largest(candidates: &[Candidate]) -> Vec<u32> {
    let mut sorted: Vec<&Candidate> = candidates.iter().collect();
    sorted.sort_by_key(|candidate| (Reverse(candidate.details.total_investment), candidate.line));
    let lines = sorted.into_iter().map(|candidate| candidate.line);
    lines.take(SPONSORS.len()).collect()
}

fn sponsored((leader, office): (&str, &str)) -> EventKind {
    EventKind::SponsorNamed {
        sponsorship: "nanny".into(),
        leader: leader.into(),
        office: office.into(),
        contact: None,
        note: String::new(),
    }
}

fn by(kind: &EventKind) -> By {
    let (person, unit) = match kind {
        EventKind::SponsorNamed { .. } => ("样例何二", NAMER),
        _ => ("样例吕三", KEEPER),
    };
    By {
        person: person.into(),
        unit: unit.into(),
        ..By::default()
    }
}

fn as_sample(kind: EventKind) -> EventKind {
    match kind {
        EventKind::Registered {
            pack,
            version,
            details,
            ..
        } => EventKind::Registered {
            pack,
            version,
            details,
            sample: true,
        },
        kind => kind,
    }
}
