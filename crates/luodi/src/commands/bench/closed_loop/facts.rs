//! Facts of leads and projects of 湘潭, the same ones at every run.

use std::collections::BTreeMap;

use calendar::Day;
use domain::event::{Details, EventKind, Share};
use domain::values::{CreditCode, Yuan};
use policy::model::Sector;

use super::{LEADER_NAME, OPENING_OFFICE, PARK_UNIT};

type Dated = Vec<(Day, EventKind)>;

const FINDERS: [&str; 6] = [
    OPENING_OFFICE,
    "市商务(招商合作)局",
    PARK_UNIT,
    "市发改委",
    "国土局",
    "市落地办",
];
const SOURCES: [&str; 7] = [
    "visit-out",
    "visit-in",
    "investor",
    "arranged",
    "chamber",
    "referral",
    "event",
];
const PRODUCTS: [&str; 8] = [
    "智能终端",
    "汽车零部件",
    "负极材料",
    "精密铸造",
    "冷链物流",
    "医疗器械",
    "储能电池",
    "包装材料",
];

/// A day so many days later.
pub fn days_after(day: Day, days: i64) -> Day {
    day.checked_add(jiff::Span::new().days(days)).unwrap_or(day)
}

/// A lead that is not assigned: in the pool, resting, held or lost.
pub fn lead(i: usize, today: Day) -> Dated {
    let found = days_after(today, -(10 + (i as i64 * 37) % 300));
    let mut course = Course::found(i, found, details(i));
    match i % 10 {
        0..=2 => {}
        3 => {
            course.claimed(1);
            course.add(1, EventKind::LeadDormant {});
        }
        4 => {
            course.claimed(1);
            let reason = "elsewhere".into();
            let text = "样例：对方选址外地".into();
            course.add(6, EventKind::LeadLost { reason, text });
        }
        _ => {
            course.claimed(1);
            course.contacts(1 + i % 4);
            if i.is_multiple_of(2) {
                course.add(0, EventKind::CreditShared { shares: shares(i) });
            }
        }
    }
    course.before(today)
}

/// A project that was assigned and is not signed: somewhere between pre-vetting and decision.
pub fn assigned(i: usize, today: Day) -> Dated {
    let found = days_after(today, -(150 + (i as i64 * 13) % 200));
    let mut course = Course::found(i, found, details(i));
    course.assign();
    course.steps(i % STEPS.len());
    course.before(today)
}

/// A project that is signed, some of them started or in production.
pub fn signed(i: usize, today: Day, contact: Option<String>) -> Dated {
    let found = days_after(today, -(250 + (i as i64 * 29) % 500));
    let enterprise = format!("样例湘企{i}有限公司");
    let details = Details {
        receiving_unit: Some(PARK_UNIT.into()),
        enterprise: Some(enterprise),
        credit_code: CreditCode::complete(&format!("91430300MA{i:07}")).ok(),
        introduced_funds: Some(Yuan((i as i64 % 900 + 50) * 8_000_000)),
        contact_sealed: contact,
        extra: extra(),
        ..details(i)
    };
    let mut course = Course::found(i, found, details);
    course.assign();
    course.steps(STEPS.len());
    course.claim(4, "signed");
    course.progress();
    if i.is_multiple_of(2) {
        course.conclude("landing-follow-up", "ready");
        course.claim(20, "started");
        course.progress();
    }
    if i.is_multiple_of(6) {
        course.claim(120, "in_production");
    }
    course.before(today)
}

/// Gates between assignment and signing, each with the conclusion that passes.
const STEPS: [(&str, &str); 8] = [
    ("pre-vetting", "pass"),
    ("deep-talks", "agreed"),
    ("negotiation", "agreed"),
    ("feasibility", "feasible"),
    ("due-diligence", "sound"),
    ("argument", "pass"),
    ("review", "pass"),
    ("collective-decision", "approved"),
];

struct Course {
    i: usize,
    day: Day,
    facts: Dated,
}

impl Course {
    fn found(i: usize, day: Day, details: Details) -> Course {
        let mut course = Course {
            i,
            day,
            facts: Vec::with_capacity(20),
        };
        let registered = EventKind::Registered {
            pack: "xiangtan-closed-loop".into(),
            version: "2024-09-28".into(),
            details: Box::new(details),
            sample: true,
        };
        course.add(0, registered);
        let found = EventKind::LeadFound {
            source: SOURCES[i % SOURCES.len()].into(),
            unit: FINDERS[i % FINDERS.len()].into(),
            person: "样例发现人".into(),
            text: "样例：对方有意布局，先行了解用地和政策。".into(),
        };
        course.add(0, found);
        course
    }

    fn add(&mut self, after: i64, kind: EventKind) {
        self.day = days_after(self.day, after);
        self.facts.push((self.day, kind));
    }

    fn claimed(&mut self, after: i64) {
        let until = days_after(self.day, after + 30);
        let unit = FINDERS[self.i / 3 % FINDERS.len()].into();
        self.add(after, EventKind::LeadClaimed { unit, until });
    }

    fn contacts(&mut self, contacts: usize) {
        for _ in 0..contacts {
            let visit = EventKind::VisitRecorded {
                visit: "contact".into(),
                text: "样例：会面，了解用地、用能和时间安排。".into(),
                files: Vec::new(),
            };
            self.add(9, visit);
        }
    }

    fn assign(&mut self) {
        self.claimed(2);
        self.contacts(1);
        self.conclude("talk-arranged", "assign");
        let assigned = EventKind::ProjectAssigned {
            leader: Some(LEADER_NAME.into()),
            receiving_unit: PARK_UNIT.into(),
            supporting: vec!["国土局".into(), "规划局".into()],
            tasks: vec![
                "对接企业总部，落实选址方案".into(),
                "每周报送协调跟进情况".into(),
            ],
        };
        self.add(3, assigned);
        self.progress();
    }

    fn steps(&mut self, steps: usize) {
        for (step, conclusion) in &STEPS[..steps] {
            self.conclude(step, conclusion);
        }
    }

    fn conclude(&mut self, step: &str, conclusion: &str) {
        let concluded = EventKind::StepConcluded {
            step: step.into(),
            conclusion: conclusion.into(),
            done_on: days_after(self.day, 8),
            files: Vec::new(),
            note: String::new(),
        };
        self.add(8, concluded);
    }

    fn progress(&mut self) {
        let progress = EventKind::ProgressReported {
            progress: "样例：已办理选址和立项，正在办理用地手续".into(),
            problems: "用电容量需要增加".into(),
        };
        self.add(4, progress);
    }

    fn claim(&mut self, after: i64, milestone: &str) {
        let claimed = EventKind::MilestoneClaimed {
            milestone: milestone.into(),
            reached_on: days_after(self.day, after),
            variant: None,
            files: Vec::new(),
            values: Default::default(),
            note: String::new(),
        };
        self.add(after, claimed);
    }

    /// What has not happened yet is left out.
    fn before(mut self, today: Day) -> Dated {
        self.facts.retain(|(day, _)| *day <= today);
        self.facts
    }
}

fn shares(i: usize) -> Vec<Share> {
    let share = |at: usize, basis_points| Share {
        unit: FINDERS[at % FINDERS.len()].into(),
        basis_points,
    };
    vec![share(i, 4_000), share(i + 1, 6_000)]
}

fn details(i: usize) -> Details {
    let product = PRODUCTS[i % PRODUCTS.len()];
    Details {
        name: format!("样例{product}项目（{i}号）"),
        investor: Some(format!("样例{product}投资{i}有限公司")),
        sector: Some(Sector::ALL[i % 7 % 3]),
        industry: Some(product.into()),
        total_investment: Some(Yuan((i as i64 % 900 + 50) * 10_000_000)),
        summary: Some("样例数据：建设生产线和配套设施，内容为虚构。".into()),
        location: Some(format!("{PARK_UNIT}样例地块")),
        ..Details::default()
    }
}

/// What form 4 reads from the ledger's own columns.
fn extra() -> BTreeMap<String, String> {
    let pairs = [
        ("所属500强名称及排名", "中国企业500强第100位"),
        ("总部所在地", "广东省"),
        ("签约类型", "合同"),
        ("合作方式", "C—独资"),
        ("投资方类别", "B类—民营企业投资"),
    ];
    let pairs = pairs.into_iter();
    pairs
        .map(|(key, value)| (key.into(), value.into()))
        .collect()
}
