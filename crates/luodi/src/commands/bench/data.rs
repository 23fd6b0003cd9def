//! Projects to measure with: twenty facts each, at every stage of the 6411 pack, the same ones at every run.

use calendar::Day;
use domain::event::{Details, EventKind};
use domain::values::{CreditCode, Yuan};
use policy::model::Sector;

/// Facts of each project.
pub const FACTS: usize = 20;
/// Hosts among which the projects are spread.
const HOSTS: [&str; 8] = [
    "样例镇甲",
    "样例镇乙",
    "样例街道丙",
    "王场工业园区",
    "华美恒业产业园",
    "数字经济产业园",
    "粤海中央供应链孵化产业园",
    "潜江高新区",
];
const PRODUCTS: [&str; 10] = [
    "电子化学品",
    "光电材料",
    "精密铸件",
    "虾稻预制菜",
    "新能源电池壳体",
    "医药中间体",
    "智能装备",
    "服装面料",
    "冷链物流",
    "数控机床",
];
const KINDS: [&str; 5] = [
    "生产项目",
    "产业园项目",
    "技改扩建项目",
    "二期项目",
    "总部及研发项目",
];

/// The facts of project `i`, with the days they happened on.
pub fn project(i: usize, today: Day) -> Vec<(Day, EventKind)> {
    let course = Course {
        i,
        today,
        facts: Vec::with_capacity(FACTS),
    };
    course.run()
}

/// A project of the first host and of industry that has been signed and waits for its start.
pub fn signed_project(i: usize, today: Day) -> Vec<(Day, EventKind)> {
    let course = Course {
        i,
        today,
        facts: Vec::with_capacity(FACTS),
    };
    course.until_signed()
}

struct Course {
    i: usize,
    today: Day,
    facts: Vec<(Day, EventKind)>,
}

impl Course {
    fn run(mut self) -> Vec<(Day, EventKind)> {
        let approved = self.back(20 + (self.i as i64 * 37) % 900);
        let signed = after(approved, 5 + self.spread(40, 1));
        self.add(
            approved,
            EventKind::Registered {
                pack: "qianjiang-6411".into(),
                version: "2025-05-16".into(),
                details: Box::new(details(self.i)),
                sample: true,
            },
        );
        self.claim(approved, "approved");
        self.claim(signed, "signed");
        self.add(
            signed,
            EventKind::ScopeConfirmed {
                in_scope: true,
                reason: String::new(),
            },
        );
        let prepared = after(signed, 4 + self.spread(8, 2));
        let submitted = after(signed, 20 + self.spread(30, 3));
        self.step(prepared, "preparation");
        self.step(submitted, "report-submission");
        self.step(after(prepared, 25 + self.spread(20, 4)), "land");
        self.step(after(prepared, 30 + self.spread(20, 5)), "drawing-design");
        self.step(after(submitted, 20 + self.spread(20, 6)), "design-review");
        let started = after(signed, 120 + self.spread(110, 7));
        self.reach(started, "started");
        let listed = after(started, 70 + self.spread(90, 8));
        self.reach(listed, "listed");
        let completed = after(started, 280 + self.spread(140, 9));
        self.reach(completed, "completed");
        self.reach(after(completed, 200 + self.spread(260, 10)), "above_scale");
        self.fill(signed);
        self.facts.sort_by_key(|(day, _)| *day);
        self.facts
    }

    fn until_signed(mut self) -> Vec<(Day, EventKind)> {
        let approved = self.back(60);
        let details = Box::new(Details {
            host: Some(HOSTS[0].into()),
            sector: Some(Sector::Industry),
            ..details(self.i)
        });
        let (pack, version) = ("qianjiang-6411".into(), "2025-05-16".into());
        self.add(
            approved,
            EventKind::Registered {
                pack,
                version,
                details,
                sample: true,
            },
        );
        self.claim(approved, "approved");
        let signed = after(approved, 10);
        self.claim(signed, "signed");
        self.add(
            signed,
            EventKind::ScopeConfirmed {
                in_scope: true,
                reason: String::new(),
            },
        );
        self.fill(signed);
        self.facts
    }

    /// What has not happened yet is left out.
    fn add(&mut self, day: Day, kind: EventKind) {
        if day <= self.today && self.facts.len() < FACTS {
            self.facts.push((day, kind));
        }
    }

    fn claim(&mut self, day: Day, milestone: &str) {
        let claim = EventKind::MilestoneClaimed {
            milestone: milestone.into(),
            reached_on: day,
            variant: None,
            files: Vec::new(),
            values: Default::default(),
            note: String::new(),
        };
        self.add(day, claim);
    }

    /// Claimed, and certified some days later.
    fn reach(&mut self, day: Day, milestone: &str) {
        self.claim(day, milestone);
        let certified = EventKind::MilestoneCertified {
            milestone: milestone.into(),
            reached_on: day,
            note: String::new(),
        };
        self.add(after(day, 3 + self.spread(9, 11)), certified);
    }

    fn step(&mut self, day: Day, step: &str) {
        let done = EventKind::StepCompleted {
            step: step.into(),
            done_on: day,
            files: Vec::new(),
            note: String::new(),
        };
        self.add(day, done);
    }

    /// Visits and monthly investment up to the number of facts.
    fn fill(&mut self, from: Day) {
        let missing = FACTS.saturating_sub(self.facts.len());
        for n in 0..missing {
            let day = after(from, n as i64).min(self.today);
            let kind = match n % 2 {
                0 => EventKind::VisitRecorded {
                    visit: "regular".into(),
                    text: "走访企业，了解推进情况，协调用电接入。".into(),
                    files: Vec::new(),
                },
                _ => EventKind::InvestmentReported {
                    month: format!("{:04}-{:02}", day.year(), day.month()),
                    fixed_investment: Some(Yuan(100_000_000 * (n as i64 + 1))),
                    funds_in_place: None,
                },
            };
            self.add(day, kind);
        }
    }

    fn back(&self, days: i64) -> Day {
        after(self.today, -days)
    }

    /// A number below `range`, spread evenly over the projects.
    fn spread(&self, range: i64, salt: i64) -> i64 {
        (self.i as i64)
            .wrapping_mul(2_654_435_761)
            .wrapping_add(salt * 40_503)
            .rem_euclid(1_000_003)
            % range
    }
}

fn after(day: Day, days: i64) -> Day {
    day.checked_add(jiff::Span::new().days(days)).unwrap_or(day)
}

fn details(i: usize) -> Details {
    let pick = |list: &'static [&'static str], step: usize| list[(i / step) % list.len()];
    let product = pick(&PRODUCTS, 1);
    Details {
        name: format!("样例{product}{}（{i}号）", pick(&KINDS, 10)),
        investor: Some(format!("样例投资{:04}有限公司", i % 10_000)),
        enterprise: Some(format!("样例{product}{i}有限公司")),
        credit_code: CreditCode::complete(&format!("91429005MA{i:07}")).ok(),
        sector: Some(Sector::ALL[i % 7 % 3]),
        industry: Some(product.to_string()),
        host: Some(pick(&HOSTS, 3).to_string()),
        total_investment: Some(Yuan((i as i64 % 4_000 + 100) * 10_000_000)),
        location: Some("样例地块".to_string()),
        ..Details::default()
    }
}
