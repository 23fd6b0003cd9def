//! One small believable city for all tests: Qianjiang's own packs, and projects that live by them.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use calendar::{Day, WorkCalendar, parse_day};
use domain::event::{By, Details, Event, EventId, EventKind, FileRef};
use domain::values::Yuan;
use policy::Policy;
use policy::model::Sector;

/// 样例镇, the host of every sample project.
pub const HOST: &str = "样例镇人民政府";
/// The enterprise of every sample project.
pub const ENTERPRISE: &str = "样例光电有限公司";

pub fn pack(name: &str) -> Policy {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../policies/qianjiang")
        .join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    policy::read(name, &text).unwrap_or_else(|problems| panic!("{problems:?}"))
}

pub static LIFECYCLE: LazyLock<Policy> = LazyLock::new(|| pack("6411.toml"));
pub static PERFORMANCE: LazyLock<Policy> = LazyLock::new(|| pack("performance.toml"));

pub fn calendar() -> &'static WorkCalendar {
    WorkCalendar::state_council()
}

pub fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

/// A list of facts that numbers itself.
#[derive(Default, Clone)]
pub struct Story {
    pub events: Vec<Event>,
}

impl Story {
    pub fn industry() -> Story {
        Story::default().then("2024-01-02", registered(Sector::Industry))
    }

    /// Registered, approved and signed on 2024-02-08.
    pub fn signed() -> Story {
        Story::industry()
            .then("2024-01-20", claimed("approved", "2024-01-20"))
            .then("2024-02-08", claimed("signed", "2024-02-08"))
    }

    /// As [`Story::signed`], then started on 2024-06-03 and certified.
    pub fn started() -> Story {
        Story::signed()
            .then("2024-06-04", claimed("started", "2024-06-03"))
            .then("2024-06-06", certified("started", "2024-06-03"))
    }

    pub fn then(mut self, on: &str, kind: EventKind) -> Story {
        self.add(on, kind);
        self
    }

    /// Adds a fact; its id is returned.
    pub fn add(&mut self, on: &str, kind: EventKind) -> EventId {
        let id = EventId(self.events.len() as u32 + 1);
        self.events.push(Event {
            id,
            happened_on: day(on),
            recorded_at: None,
            by: By::default(),
            kind,
        });
        id
    }
}

pub fn details(sector: Sector) -> Details {
    Details {
        name: "样例光电产业园项目".to_owned(),
        enterprise: Some(ENTERPRISE.to_owned()),
        sector: Some(sector),
        host: Some(HOST.to_owned()),
        total_investment: Some(Yuan::from_yuan(250_000_000)),
        ..Details::default()
    }
}

pub fn registered(sector: Sector) -> EventKind {
    EventKind::Registered {
        pack: "qianjiang-6411".to_owned(),
        version: "2025-05-16".to_owned(),
        details: Box::new(details(sector)),
        sample: false,
    }
}

pub fn claimed(milestone: &str, reached_on: &str) -> EventKind {
    EventKind::MilestoneClaimed {
        milestone: milestone.to_owned(),
        reached_on: day(reached_on),
        variant: None,
        files: Vec::new(),
        values: BTreeMap::new(),
        note: String::new(),
    }
}

pub fn certified(milestone: &str, reached_on: &str) -> EventKind {
    let (milestone, reached_on) = (milestone.to_owned(), day(reached_on));
    EventKind::MilestoneCertified {
        milestone,
        reached_on,
        note: String::new(),
    }
}

pub fn returned(milestone: &str) -> EventKind {
    EventKind::MilestoneReturned {
        milestone: milestone.to_owned(),
        reason: "照片看不清".to_owned(),
    }
}

pub fn step(step: &str, done_on: &str) -> EventKind {
    let (step, done_on) = (step.to_owned(), day(done_on));
    EventKind::StepCompleted {
        step,
        done_on,
        files: Vec::new(),
        note: String::new(),
    }
}

pub fn waived(step: &str) -> EventKind {
    EventKind::StepWaived {
        step: step.to_owned(),
        reason: "没有人防工程".to_owned(),
    }
}

pub fn extension(stage: &str, days: u16) -> EventKind {
    let (stage, reason) = (stage.to_owned(), "地质条件复杂".to_owned());
    EventKind::ExtensionRequested {
        stage,
        days,
        reason,
        files: Vec::new(),
    }
}

pub fn reviewed(agreed: bool) -> EventKind {
    EventKind::ExtensionReviewed {
        agreed,
        opinion: "情况属实".to_owned(),
    }
}

pub fn decided(approved: bool) -> EventKind {
    EventKind::ExtensionDecided {
        approved,
        opinion: "同意".to_owned(),
    }
}

pub fn grace(node: &str, days: u16) -> EventKind {
    EventKind::GraceSet {
        node: node.to_owned(),
        days,
        reason: "轻微延误".to_owned(),
    }
}

pub fn exemption(from: &str, to: Option<&str>) -> EventKind {
    EventKind::ExemptionRequested {
        ground: "force-majeure".to_owned(),
        from: day(from),
        to: to.map(day),
        reason: "洪水".to_owned(),
        files: Vec::new(),
    }
}

pub fn verified(request: EventId, from: &str, to: Option<&str>) -> EventKind {
    EventKind::ExemptionVerified {
        request,
        granted: true,
        from: day(from),
        to: to.map(day),
        opinion: "属实".to_owned(),
        files: Vec::new(),
    }
}

pub fn file(evidence: &str) -> FileRef {
    let (name, sm3) = (format!("{evidence}.jpg"), "ab".repeat(32));
    FileRef {
        evidence: Some(evidence.to_owned()),
        name,
        sm3,
    }
}
