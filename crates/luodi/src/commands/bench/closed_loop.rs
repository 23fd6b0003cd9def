//! 湘潭 beside the ledger that is measured: leads, assigned and signed projects, matters and meetings, in the same database.

mod facts;
mod matters;

use domain::event::By;
use service::accounts::NewAccount;
use service::meetings::NewMeeting;
use service::{AccountKind, Actor, Service};
use store::Batch;

use super::installation::{PASSWORD, Pack, Region, put_region};
use crate::failure::{Answer, Failure};

/// The region of leads, matters and forms.
pub const REGION: &str = "xiangtan";
/// The account of 市开放办.
pub const OPENING: &str = "bench-opening";
/// The account of a unit that answers matters.
pub const PARK: &str = "bench-park";
/// The account of a leader.
pub const LEADER: &str = "bench-leader";

const OPENING_OFFICE: &str = "市开放办";
/// A unit that answers matters.
pub const PARK_UNIT: &str = "岳塘经开区";
const LEADERS: &str = "市级领导";
/// The leader's name, which stands in assignments and instructions.
const LEADER_NAME: &str = "样例领导甲";

/// Form 4 is measured with no more signed projects than this.
const MOST_SIGNED: usize = 1_000;
/// Streams written in one transaction.
const AT_ONCE: usize = 2_000;

const LIFECYCLE: &str = include_str!("../../../../../policies/xiangtan/closed-loop.toml");
const MATTERS: &str = include_str!("../../../../../policies/xiangtan/matters.toml");
const FORMS: &str = include_str!("../../../../../policies/xiangtan/forms.toml");

/// How much of everything stands beside a ledger of so many projects.
#[derive(Debug, Clone, Copy)]
pub struct Amounts {
    /// Leads that are not assigned.
    pub leads: usize,
    /// Assigned and not signed.
    pub assigned: usize,
    /// Signed.
    pub signed: usize,
    /// Matters.
    pub matters: usize,
    /// Meetings.
    pub meetings: usize,
}

impl Amounts {
    /// A tenth of the projects as leads and as matters; no more projects of its own than a city has.
    pub fn beside(projects: usize) -> Amounts {
        let tenth = (projects / 10).max(1);
        Amounts {
            leads: tenth,
            assigned: tenth.min(MOST_SIGNED / 2),
            signed: projects.min(MOST_SIGNED),
            matters: tenth,
            meetings: (projects / 1_000).clamp(1, 50),
        }
    }
}

/// Region, units, packs and accounts.
pub async fn found(service: &Service) -> Answer {
    let pack = |id, version, kind, source| Pack {
        id,
        version,
        kind,
        source,
    };
    let region = Region {
        region: REGION,
        title: "湘潭市",
        province: "湖南省",
        units: &[
            ("市委", "leadership"),
            ("市人民政府", "leadership"),
            (LEADERS, "leadership"),
            ("分管招商、发改工作的副市长", "leadership"),
            ("市招商安商工作领导小组办公室", "leading-group"),
            ("市商务(招商合作)局", "centre"),
            (OPENING_OFFICE, "centre"),
            ("市落地办", "centre"),
            ("市政府办", "department"),
            ("市发改委", "department"),
            ("国土局", "department"),
            ("规划局", "department"),
            (PARK_UNIT, "park"),
        ],
        packs: &[
            pack("xiangtan-closed-loop", "2024-09-28", "lifecycle", LIFECYCLE),
            pack("xiangtan-matters", "2025-01-01", "matters", MATTERS),
            pack("xiangtan-forms", "2024-09-28", "forms", FORMS),
        ],
    };
    put_region(service, &region).await?;
    for (login, name, unit, kind) in [
        (OPENING, "样例测量乙", OPENING_OFFICE, AccountKind::Staff),
        (PARK, "样例测量丙", PARK_UNIT, AccountKind::Staff),
        (LEADER, LEADER_NAME, LEADERS, AccountKind::Leader),
    ] {
        let account = NewAccount {
            login: login.into(),
            name: name.into(),
            unit: unit.into(),
            kind: kind.id().into(),
            password: PASSWORD.into(),
            keep_password: true,
            ..NewAccount::default()
        };
        service
            .add_account(&Actor::program(REGION), &account)
            .await?;
    }
    Ok(())
}

/// Fills the region.
pub async fn plant(service: &Service, amounts: Amounts) -> Answer {
    plant_projects(service, amounts).await?;
    plant_matters(service, amounts).await?;
    hold_meetings(service, amounts.meetings).await
}

async fn plant_projects(service: &Service, amounts: Amounts) -> Answer {
    let region = service.region(REGION).await?;
    let today = service.today();
    let by = By {
        person: "样例测量乙".into(),
        unit: OPENING_OFFICE.into(),
        ..By::default()
    };
    let (assigned, signed) = (
        amounts.leads + amounts.assigned,
        amounts.leads + amounts.assigned + amounts.signed,
    );
    let mut batch = Batch::new();
    for i in 0..signed {
        let id = id(PROJECTS, i);
        let facts = match i {
            i if i < amounts.leads => facts::lead(i, today),
            i if i < assigned => facts::assigned(i, today),
            i => {
                let contact = format!("样例联系人{i} 138{:08}", i % 100_000_000);
                facts::signed(i, today, service.seal_contact(&id, Some(&contact))?)
            }
        };
        batch.append(service.whole_project(&region, &by, &id, facts)?);
        if i % AT_ONCE == AT_ONCE - 1 {
            service.db().write(std::mem::take(&mut batch)).await?;
        }
    }
    service.db().write(batch).await?;
    Ok(())
}

async fn plant_matters(service: &Service, amounts: Amounts) -> Answer {
    let region = service.region(REGION).await?;
    let mut orders = matters::Orders::new(&region, service.calendar(), service.today())?;
    let mut batch = Batch::new();
    for i in 0..amounts.matters {
        // Some of them are about a project.
        let project = (i % 3 == 0).then(|| id(PROJECTS, amounts.leads + i % amounts.signed.max(1)));
        let facts = orders.course(i, project)?;
        batch.append(service.whole_matter(&region, &id(MATTER_IDS, i), facts)?);
        if i % AT_ONCE == AT_ONCE - 1 {
            service.db().write(std::mem::take(&mut batch)).await?;
        }
    }
    store::matters::recount(&mut batch, REGION);
    service.db().write(batch).await?;
    Ok(())
}

async fn hold_meetings(service: &Service, meetings: usize) -> Answer {
    for i in 0..meetings {
        let meeting = NewMeeting {
            kind: "dispatch".into(),
            title: format!("样例调度会（第 {} 次）", i + 1),
            held_on: Some(facts::days_after(service.today(), -(i as i64) * 7)),
            place: "样例会议室".into(),
            chair: LEADER_NAME.into(),
            members: vec![PARK_UNIT.into(), "国土局".into()],
            topics: vec!["样例议题：研究用地和用电问题".into()],
            ..NewMeeting::default()
        };
        service
            .call_meeting(&staff(OPENING_OFFICE), meeting)
            .await?;
    }
    Ok(())
}

/// Somebody of a unit, as a session would say.
pub fn staff(unit: &str) -> Actor {
    Actor {
        kind: AccountKind::Staff,
        name: "样例测量乙".into(),
        unit: unit.into(),
        ..Actor::program(REGION)
    }
}

/// Of what an id is, so that no two are the same.
const PROJECTS: u64 = 0x8100;
const MATTER_IDS: u64 = 0x8200;

/// Ids in the order in which a running installation gives them: by time.
fn id(kind: u64, i: usize) -> String {
    let time = 0x0197_0000_0000_u64 + i as u64 * 60;
    let (high, low) = (time >> 16, time & 0xffff);
    format!("{high:08x}-{low:04x}-7000-{kind:04x}-{i:012x}")
}

/// The matter whose page is measured: one that is being worked on.
pub fn a_matter() -> String {
    id(MATTER_IDS, 0)
}

/// Matters that are issued, accepted, reported, reviewed and closed one after another, each act durable before the next.
pub async fn handle_matters(service: &Service, matters: usize) -> Result<usize, Failure> {
    let (issuer, answers) = (staff(OPENING_OFFICE), staff(PARK_UNIT));
    let mut done = 0;
    for i in 0..matters {
        done += matters::handle(service, &issuer, &answers, i).await?;
    }
    Ok(done)
}
