//! 97 invented signings of 湘潭, whose count and sums are those that the city published (新签约重大招商项目97个，签约金额565亿元，
//! 其中投资总额1亿元以上的项目有55个): read and dated as an imported ledger is.

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

/// Adds the signings that are not there yet.
pub(super) async fn install(service: &Service, today: Day) -> Outcome<()> {
    let region = service.region(XIANGTAN).await?;
    let context = ledger_context(&region, region.lifecycle()?, today);
    let read = read_ledger(LEDGER.as_bytes(), FILE, &context)?;
    for candidate in &read.mapping.candidates {
        if let Some(fault) = candidate.faults.first() {
            return Err(ServiceError::Failed(format!("{FILE}：{fault:?}")));
        }
        let project = format!("01900000-0000-7000-8200-{:012}", candidate.line);
        if projects::get(service.db(), XIANGTAN, &project)
            .await?
            .is_none()
        {
            let events = facts(service, &region, &project, candidate, today)?;
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
    today: Day,
) -> Outcome<Vec<Event>> {
    let mut details = candidate.details.clone();
    let contact = candidate.contact_clear.as_ref();
    let contact = contact.map(|contact| format!("{} {}", contact.name, contact.phone));
    details.contact_sealed = service.seal_contact(project, contact.as_deref())?;
    let dated = ledger_facts(region.lifecycle()?, candidate, details, today);
    let mut recorded_at = Timestamp::MIN;
    let fact = |(at, (day, kind)): (usize, (Day, EventKind))| {
        // In the evening of its day, one after another.
        let evening = start_of(day) + SignedDuration::from_hours(18);
        recorded_at = evening.max(recorded_at + SignedDuration::from_mins(1));
        Event {
            id: EventId(at as u32 + 1),
            happened_on: day,
            recorded_at: Some(recorded_at),
            by: By {
                person: "样例吕三".into(),
                unit: KEEPER.into(),
                ..By::default()
            },
            kind: as_sample(kind),
        }
    };
    Ok(dated.into_iter().enumerate().map(fact).collect())
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
