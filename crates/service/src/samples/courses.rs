//! Invented courses for sample projects, each reckoned back from today. A course is a list of acts; which project gets
//! which course follows from its row number alone.

use std::collections::BTreeMap;

use calendar::Day;
use domain::command::Command;
use domain::event::{Details, DisputeOutcome, EventId};
use domain::values::Yuan;
use policy::model::Side;

use super::pictures::Evidence;
use super::story::{Act, What, file};

/// A course writes down what happens.
type Write = fn(&mut Course);

/// Course by course, in the order in which projects get them. Where something goes wrong between the parties (breach,
/// dispute, removal) the position is that of a project whose name tells of no company.
const COURSES: [Write; 67] = [
    just_approved,
    signing_overdue,
    just_signed,
    preparing,
    land_overdue,
    removal_requested,
    removed,
    start_within_warning,
    government_breach,
    start_overdue,
    breach_rectified,
    started_late,
    start_claimed,
    start_returned,
    started_on_time,
    listing_within_warning,
    listing_claimed,
    listed,
    extension_requested,
    extension_reviewed,
    extension_granted,
    extension_refused,
    exempted,
    exemption_waits,
    in_grace,
    joint_acceptance,
    completion_within_warning,
    completed,
    growth_within_warning,
    above_scale,
    award_recommended,
    in_dispute,
    asked,
    start_long_overdue,
    preparing,
    listed,
    completed,
    start_claimed,
    started_on_time,
    joint_acceptance,
    above_scale,
    just_signed,
    listing_within_warning,
    completion_within_warning,
    start_within_warning,
    preparing,
    listed,
    extension_requested,
    listing_claimed,
    asked,
    just_approved,
    growth_within_warning,
    completed,
    started_on_time,
    exempted,
    in_grace,
    award_recommended,
    land_overdue,
    listed,
    preparing,
    extension_granted,
    start_overdue,
    joint_acceptance,
    started_on_time,
    signing_overdue,
    just_signed,
    completed,
];

/// 2024年以来 (办法一).
const SCOPE_SINCE: Day = jiff::civil::date(2024, 1, 1);

/// Courses whose project belongs to the enterprise with the account, so that its portal has something of everything.
const OF_THE_ENTERPRISE: [Write; 4] = [asked, start_returned, joint_acceptance, exemption_waits];

/// A course by its number.
#[derive(Clone, Copy)]
pub(super) struct Which {
    number: usize,
    write: Write,
}

impl Which {
    /// The course of a number, as far as there are courses.
    pub(super) fn new(number: usize) -> Option<Which> {
        COURSES.get(number).map(|write| Which {
            number,
            write: *write,
        })
    }

    /// Whether the project belongs to the enterprise with the account.
    pub(super) fn is_of_the_enterprise(self) -> bool {
        OF_THE_ENTERPRISE
            .iter()
            .any(|own| std::ptr::fn_addr_eq(*own, self.write))
    }

    /// The acts of the course, reckoned back from today.
    pub(super) fn acts(self, today: Day, registration: Registration) -> Vec<Act> {
        // Days of projects on the same course differ a little.
        let shift = (self.number / 10) as i64;
        let mut course = Course {
            today,
            shift,
            registration: Some(registration),
            acts: Vec::new(),
        };
        (self.write)(&mut course);
        course.acts
    }
}

/// A project without a course: registered, and where it lies before the scope, screened out.
pub(super) fn without_course(
    today: Day,
    number: usize,
    old: bool,
    registration: Registration,
) -> Vec<Act> {
    let shift = (number % 40) as i64;
    let mut course = Course {
        today,
        shift,
        registration: Some(registration),
        acts: Vec::new(),
    };
    course.registered(course.ago(60 - shift));
    if old {
        let reason = "公开报道的签约时间早于2024年，不属于本办法适用的重大项目。".to_owned();
        course.at(
            course.ago(50 - shift),
            "centre",
            Command::ConfirmScope {
                in_scope: false,
                reason,
            },
        );
    }
    course.acts
}

/// How a project is to be registered.
pub(super) struct Registration {
    /// Pack id.
    pub(super) pack: String,
    /// Pack version.
    pub(super) version: String,
    /// Basic facts.
    pub(super) details: Details,
}

/// A course as it is written down.
struct Course {
    today: Day,
    /// Makes the days of two projects on the same course differ.
    shift: i64,
    registration: Option<Registration>,
    acts: Vec<Act>,
}

impl Course {
    /// The day so many days ago.
    fn ago(&self, days: i64) -> Day {
        plus(self.today, -days)
    }

    fn at(&mut self, day: Day, role: &'static str, command: Command) {
        self.acts.push(Act {
            day,
            role,
            what: What::Do(command),
        });
    }

    fn named(&mut self, name: &'static str, day: Day, role: &'static str, command: Command) {
        self.acts.push(Act {
            day,
            role,
            what: What::Named(name, command),
        });
    }

    fn about(
        &mut self,
        name: &'static str,
        day: Day,
        role: &'static str,
        command: impl FnOnce(EventId) -> Command + 'static,
    ) {
        self.acts.push(Act {
            day,
            role,
            what: What::About(name, Box::new(command)),
        });
    }

    // ---- the common way

    /// Registered; not yet screened.
    fn registered(&mut self, on: Day) {
        if let Some(Registration {
            pack,
            version,
            details,
        }) = self.registration.take()
        {
            let register = Command::Register {
                pack,
                version,
                details: Box::new(details),
                sample: true,
            };
            self.at(on, "centre", register);
        }
    }

    fn approved(&mut self, on: Day) {
        self.registered(on);
        self.claim(on, "centre", "approved", on, None, &[]);
    }

    /// Approved three weeks before, signed, taken into the scope the day after.
    fn signed(&mut self, on: Day) {
        self.approved(plus(on, -21));
        self.claim(
            on,
            "centre",
            "signed",
            on,
            None,
            &[("contract", Evidence::Document)],
        );
        // A course that begins before the scope does, seen from an early day, is not screened.
        if plus(on, -21) >= SCOPE_SINCE {
            self.at(
                plus(on, 1),
                "centre",
                Command::ConfirmScope {
                    in_scope: true,
                    reason: String::new(),
                },
            );
        }
    }

    /// The steps of the first stage that are done by `until`, with the enterprise's own list beside them.
    fn prepared(&mut self, signed: Day, until: Day) {
        const STEPS: [(&str, i64, &str); 7] = [
            ("preparation", 6, "市城发设计集团"),
            ("report-submission", 21, "enterprise"),
            ("drawing-design", 33, "enterprise"),
            ("land", 38, "市自然资源和城乡建设局"),
            ("design-review", 48, "市发改委"),
            ("drawing-review", 50, "市政务和大数据局"),
            ("permits", 64, "市自然资源和城乡建设局"),
        ];
        for (step, days, unit) in STEPS {
            let on = plus(signed, days);
            if on <= until {
                self.done(on, unit, step);
            }
        }
        self.ticked(signed, until);
    }

    fn ticked(&mut self, signed: Day, until: Day) {
        const ITEMS: [(&str, i64, bool); 12] = [
            ("filing", 9, true),
            ("business-licence", 11, true),
            ("energy-report", 19, true),
            ("safety-report", 20, true),
            ("environment-report", 20, true),
            ("site-plan", 21, true),
            ("construction-drawings", 33, true),
            ("land-deal", 40, true),
            ("drawing-review-opinion", 51, true),
            ("five-parties", 53, false),
            ("quality-supervision", 58, false),
            ("safety-supervision", 58, false),
        ];
        for (item, days, wants_file) in ITEMS {
            let on = plus(signed, days);
            if on <= until {
                let files = wants_file
                    .then(|| file(None, Evidence::Document))
                    .into_iter()
                    .collect();
                self.at(
                    on,
                    "enterprise",
                    Command::Tick {
                        item: item.into(),
                        files,
                        note: String::new(),
                    },
                );
            }
        }
    }

    fn done(&mut self, on: Day, unit: &'static str, step: &str) {
        let files = vec![file(None, Evidence::Document)];
        let command = Command::CompleteStep {
            step: step.into(),
            done_on: on,
            files,
            note: String::new(),
        };
        self.at(on, unit, command);
    }

    /// Claimed on the day `reached` or a few days later.
    fn claim(
        &mut self,
        on: Day,
        role: &'static str,
        milestone: &str,
        reached: Day,
        variant: Option<&str>,
        evidence: &[(&str, Evidence)],
    ) {
        let values = match milestone {
            "listed" => {
                BTreeMap::from([("fixed_investment".to_owned(), Yuan::from_yuan(12_600_000))])
            }
            _ => BTreeMap::new(),
        };
        let command = Command::Claim {
            milestone: milestone.into(),
            reached_on: reached,
            variant: variant.map(str::to_owned),
            files: evidence
                .iter()
                .map(|(id, what)| file(Some(id), *what))
                .collect(),
            values,
            note: String::new(),
        };
        self.at(on, role, command);
    }

    fn certified(&mut self, on: Day, role: &'static str, milestone: &str) {
        let note = "现场核实，符合标准".to_owned();
        self.at(
            on,
            role,
            Command::Certify {
                milestone: milestone.into(),
                reached_on: None,
                note,
            },
        );
    }

    fn start_claimed_on(&mut self, on: Day, reached: Day) {
        let evidence = [("site-photo", Evidence::Foundation)];
        self.claim(
            on,
            "host",
            "started",
            reached,
            Some("foundation"),
            &evidence,
        );
    }

    /// Signed, prepared in time, started after so many days and certified three days later.
    fn started(&mut self, started: Day, after: i64) {
        let signed = plus(started, -after);
        self.signed(signed);
        self.prepared(signed, started);
        self.start_claimed_on(plus(started, 1), started);
        self.certified(plus(started, 3), "authority", "started");
        self.done(plus(started, 5), "host", "listing-notice");
        self.done(plus(started, 20), "statistics", "listing-class");
    }

    fn listed_on(&mut self, on: Day) {
        self.claim(
            plus(on, 2),
            "host",
            "listed",
            on,
            None,
            &[("provincial-review", Evidence::Document)],
        );
        self.certified(plus(on, 5), "authority", "listed");
    }

    /// Started and listed; investment reported month by month, visits with pictures.
    fn building(&mut self, started: Day) {
        self.started(started, 150 + self.shift);
        self.listed_on(plus(started, 88));
        self.invests(started);
        self.visited(
            plus(started, 45),
            "host",
            "regular",
            "现场施工正常，主体工程按计划推进，无停工。",
        );
        self.visited(
            plus(started, 130),
            "centre",
            "quarterly",
            "季度专项走访：企业反映用电负荷增容需加快，已请责任单位对接。",
        );
    }

    fn invests(&mut self, from: Day) {
        for month in 1..=8 {
            let reported_on = plus(from, 32 * month);
            // A month is reported when it is over.
            let covered = plus(reported_on, -32);
            let command = Command::ReportInvestment {
                month: format!("{:04}-{:02}", covered.year(), covered.month()),
                fixed_investment: Some(Yuan::from_yuan(2_800_000 + 150_000 * month)),
                funds_in_place: Some(Yuan::from_yuan(3_000_000)),
            };
            self.at(reported_on, "host", command);
        }
    }

    fn visited(&mut self, on: Day, role: &'static str, visit: &str, text: &str) {
        let files = vec![file(None, Evidence::Visit)];
        self.at(
            on,
            role,
            Command::RecordVisit {
                visit: visit.into(),
                text: text.into(),
                files,
            },
        );
    }

    /// The special acceptances of joint acceptance, as many as are asked for.
    fn accepted(&mut self, from: Day, how_many: usize) {
        self.done(from, "市住房和城乡建设局", "acceptance-guidance");
        self.done(plus(from, 6), "市住房和城乡建设局", "acceptance-ready");
        let reason = |text: &str| text.to_owned();
        for (step, role, why) in [
            (
                "acceptance-fire-special",
                "市住房和城乡建设局",
                "不属于特殊建设工程",
            ),
            ("acceptance-civil-defence", "市人防办", "没有人民防空工程"),
        ] {
            self.at(
                plus(from, 7),
                role,
                Command::WaiveStep {
                    step: step.into(),
                    reason: reason(why),
                },
            );
        }
        let inspections = [
            ("市自然资源和城乡建设局", "acceptance-planning"),
            ("市住房和城乡建设局", "acceptance-fire"),
            ("市住房和城乡建设局", "acceptance-archives"),
            ("市住房和城乡建设局", "joint-opinion"),
        ];
        for ((unit, step), days) in inspections.into_iter().take(how_many).zip([10, 12, 15, 17]) {
            self.done(plus(from, days), unit, step);
        }
    }

    /// Built, accepted, completed and in production.
    fn completed_on(&mut self, completed: Day) {
        let started = plus(completed, -330);
        self.building(started);
        self.accepted(plus(completed, -17), 4);
        self.claim(
            plus(completed, 1),
            "host",
            "completed",
            completed,
            None,
            &[("joint-opinion", Evidence::Document)],
        );
        self.certified(plus(completed, 4), "authority", "completed");
        self.done(
            plus(completed, 12),
            "市自然资源和城乡建设局",
            "property-certificate",
        );
        let products = [
            ("line-photo", Evidence::Line),
            ("product-photo", Evidence::Product),
        ];
        self.claim(
            plus(completed, 20),
            "host",
            "in_production",
            plus(completed, 18),
            None,
            &products,
        );
        self.certified(plus(completed, 23), "authority", "in_production");
        self.done(plus(completed, 60), "host", "growth-analysis");
    }

    fn extension(&mut self, on: Day) {
        let command = Command::RequestExtension {
            stage: "start".into(),
            days: 60,
            reason: "地质详勘发现软弱层，桩基方案调整并重新组织施工招标，申请推迟开工时间节点。"
                .into(),
            files: vec![file(None, Evidence::Document)],
        };
        self.at(on, "host", command);
    }

    fn extension_agreed(&mut self, on: Day) {
        let opinion = "情况属实，同意报请审批。".to_owned();
        self.at(
            on,
            "centre",
            Command::ReviewExtension {
                agreed: true,
                opinion,
            },
        );
    }

    fn duties(&mut self, on: Day) {
        let duty = |duty: &str, detail: &str, target| Command::RecordDuty {
            duty: duty.into(),
            detail: detail.into(),
            due: None,
            target,
        };
        self.named("utilities", on, "host", duty("utilities", "道路", None));
        self.at(on, "host", duty("utilities", "电力", None));
        self.at(
            on,
            "host",
            duty("tax-per-mu", "", Some(Yuan::from_yuan(150_000))),
        );
        self.about("utilities", plus(on, 60), "host", |record| {
            Command::FulfilDuty {
                record,
                value: None,
                files: vec![file(None, Evidence::Visit)],
                note: "道路已通至用地红线".into(),
            }
        });
    }
}

fn plus(day: Day, days: i64) -> Day {
    day.saturating_add(jiff::Span::new().days(days))
}

// ---- before the start

fn just_approved(course: &mut Course) {
    course.approved(course.ago(12 + course.shift));
}

fn signing_overdue(course: &mut Course) {
    course.approved(course.ago(38 + course.shift));
}

fn just_signed(course: &mut Course) {
    course.signed(course.ago(5));
}

fn preparing(course: &mut Course) {
    let signed = course.ago(30 + course.shift);
    course.signed(signed);
    course.prepared(signed, course.today);
    course.duties(plus(signed, 3));
}

fn land_overdue(course: &mut Course) {
    let signed = course.ago(70 + course.shift);
    course.signed(signed);
    course.prepared(signed, plus(signed, 35));
}

fn start_within_warning(course: &mut Course) {
    let signed = course.ago(165 + course.shift);
    course.signed(signed);
    course.prepared(signed, course.today);
    course.visited(
        course.ago(9),
        "authority",
        "regular",
        "已办齐许可，企业正在进场，预计月内开工。",
    );
}

fn start_overdue(course: &mut Course) {
    let signed = course.ago(191 + course.shift);
    course.signed(signed);
    course.prepared(signed, course.today);
}

fn start_long_overdue(course: &mut Course) {
    let signed = course.ago(230 + course.shift);
    course.signed(signed);
    course.prepared(signed, plus(signed, 48));
    course.visited(
        course.ago(20),
        "centre",
        "quarterly",
        "企业资金安排有调整，属地政府正在协调，要求限期明确开工时间。",
    );
}

fn start_claimed(course: &mut Course) {
    let signed = course.ago(140 + course.shift);
    course.signed(signed);
    course.prepared(signed, course.ago(10));
    course.start_claimed_on(course.ago(3), course.ago(5));
}

fn start_returned(course: &mut Course) {
    let signed = course.ago(150 + course.shift);
    course.signed(signed);
    course.prepared(signed, course.ago(20));
    course.start_claimed_on(course.ago(11), course.ago(13));
    let reason = "照片只有场地平整，未见地基施工，请补充地基施工现场照片后重新申报。".to_owned();
    course.at(
        course.ago(6),
        "authority",
        Command::ReturnClaim {
            milestone: "started".into(),
            reason,
        },
    );
}

fn extension_requested(course: &mut Course) {
    let signed = course.ago(160 + course.shift);
    course.signed(signed);
    course.prepared(signed, course.today);
    course.extension(course.ago(4));
}

fn extension_reviewed(course: &mut Course) {
    let signed = course.ago(168 + course.shift);
    course.signed(signed);
    course.prepared(signed, course.today);
    course.extension(course.ago(10));
    course.extension_agreed(course.ago(6));
}

fn extension_granted(course: &mut Course) {
    let signed = course.ago(190 + course.shift);
    course.signed(signed);
    course.prepared(signed, course.today);
    course.extension(course.ago(30));
    course.extension_agreed(course.ago(27));
    let opinion = "同意，时间节点只调整这一次。".to_owned();
    course.at(
        course.ago(24),
        "leader_in_charge",
        Command::DecideExtension {
            approved: true,
            opinion,
        },
    );
}

fn extension_refused(course: &mut Course) {
    let signed = course.ago(172 + course.shift);
    course.signed(signed);
    course.prepared(signed, course.today);
    course.extension(course.ago(20));
    course.extension_agreed(course.ago(17));
    let opinion = "许可已基本办齐，请按原时间节点抓紧开工。".to_owned();
    course.at(
        course.ago(14),
        "leader_in_charge",
        Command::DecideExtension {
            approved: false,
            opinion,
        },
    );
}

fn exempted(course: &mut Course) {
    let signed = course.ago(175 + course.shift);
    course.signed(signed);
    course.prepared(signed, course.today);
    let (from, to) = (course.ago(80), course.ago(61));
    let request = exemption(
        from,
        Some(to),
        "连续强降雨致场地内涝，施工便道中断，无法进场。",
    );
    course.named("flood", course.ago(58), "enterprise", request);
    course.about("flood", course.ago(50), "authority", move |request| {
        Command::VerifyExemption {
            request,
            granted: true,
            from,
            to: Some(to),
            opinion: "已核对气象和应急部门证明，情况属实。".into(),
            files: vec![file(Some("event-proof"), Evidence::Document)],
        }
    });
}

fn exemption_waits(course: &mut Course) {
    let signed = course.ago(120 + course.shift);
    course.signed(signed);
    course.prepared(signed, course.today);
    let request = exemption(
        course.ago(15),
        None,
        "上游堤防抢险，进场道路封闭，至今未恢复。",
    );
    course.at(course.ago(5), "enterprise", request);
}

fn exemption(from: Day, to: Option<Day>, reason: &str) -> Command {
    Command::RequestExemption {
        ground: "force-majeure".into(),
        from,
        to,
        reason: reason.into(),
        files: vec![file(Some("event-proof"), Evidence::Document)],
    }
}

fn in_grace(course: &mut Course) {
    let signed = course.ago(188 + course.shift);
    course.signed(signed);
    course.prepared(signed, course.today);
    let reason = "桩基设备已进场调试，轻微延误，设置合理缓冲期。".to_owned();
    course.at(
        course.ago(8),
        "authority",
        Command::SetGrace {
            node: "start".into(),
            days: 20,
            reason,
        },
    );
}

fn asked(course: &mut Course) {
    let signed = course.ago(55 + course.shift);
    course.signed(signed);
    course.prepared(signed, course.today);
    let ask = |text: &str| Command::Ask { text: text.into() };
    course.named(
        "first",
        course.ago(21),
        "enterprise",
        ask("环评报告书报批需要哪些材料？"),
    );
    course.about("first", course.ago(19), "市生态环境局", |question| {
        Command::Answer {
            question,
            text: "请提交报批稿、专家评审意见和修改说明，材料清单已一并发给贵公司。".into(),
        }
    });
    course.at(course.ago(3), "enterprise", ask("临时用电何时可以接入？"));
}

// ---- from the start on

fn started_on_time(course: &mut Course) {
    course.started(course.ago(40 + course.shift), 140);
}

fn started_late(course: &mut Course) {
    course.started(course.ago(50 + course.shift), 205);
    let breach = Command::CertifyBreach {
        breach: "late-6411".into(),
        text: "签约后超过6个月开工，未按“6411”时限推进。".into(),
        rectify_by: None,
        files: vec![file(None, Evidence::Document)],
    };
    course.at(course.ago(35), "authority", breach);
}

fn listing_within_warning(course: &mut Course) {
    course.started(course.ago(103 + course.shift), 160);
}

fn listing_claimed(course: &mut Course) {
    course.started(course.ago(95 + course.shift), 155);
    let review = [("provincial-review", Evidence::Document)];
    course.claim(
        course.ago(2),
        "host",
        "listed",
        course.ago(4),
        None,
        &review,
    );
}

fn listed(course: &mut Course) {
    course.building(course.ago(170 + course.shift));
    course.duties(course.ago(160));
}

fn joint_acceptance(course: &mut Course) {
    course.building(course.ago(325 + course.shift));
    course.accepted(course.ago(16), 2);
}

fn completion_within_warning(course: &mut Course) {
    course.building(course.ago(300 + course.shift));
}

fn completed(course: &mut Course) {
    course.completed_on(course.ago(100 + course.shift));
}

fn growth_within_warning(course: &mut Course) {
    let completed = course.ago(292 + course.shift);
    course.completed_on(completed);
    course.done(plus(completed, 200), "host", "growth-reminder");
    course.done(course.ago(12), "enterprise", "growth-application");
}

fn above_scale(course: &mut Course) {
    grown(course, course.ago(320 + course.shift));
}

fn award_recommended(course: &mut Course) {
    grown(course, course.ago(340 + course.shift));
    let merit = Command::RecordMerit {
        merit: "on-time-6411".into(),
        text: "开工、入库、竣工、进规均在时限内完成。".into(),
        files: vec![file(None, Evidence::Document)],
    };
    course.at(course.ago(20), "centre", merit);
    let text = "推荐申报省级制造业高质量发展专项资金（样例）".to_owned();
    course.at(
        course.ago(9),
        "centre",
        Command::RecommendAward {
            award: "support-funds".into(),
            text,
        },
    );
}

fn grown(course: &mut Course, completed: Day) {
    course.completed_on(completed);
    course.done(plus(completed, 150), "host", "growth-reminder");
    course.done(plus(completed, 200), "enterprise", "growth-application");
    course.done(plus(completed, 220), "statistics", "growth-material-review");
    let review = [("provincial-review", Evidence::Document)];
    course.claim(
        plus(completed, 250),
        "host",
        "above_scale",
        plus(completed, 247),
        None,
        &review,
    );
    course.certified(plus(completed, 256), "reviewer", "above_scale");
}

// ---- leaving, breaches, disputes

fn removal_requested(course: &mut Course) {
    let signed = course.ago(210 + course.shift);
    course.signed(signed);
    course.prepared(signed, plus(signed, 25));
    course.at(course.ago(7), "host", removal());
}

fn removed(course: &mut Course) {
    let signed = course.ago(260 + course.shift);
    course.signed(signed);
    course.prepared(signed, plus(signed, 20));
    course.at(course.ago(60), "host", removal());
    let on = course.ago(45);
    let batch = format!("{:04}-{:02}", on.year(), on.month());
    let opinion = "情况属实，同意动态调出。".to_owned();
    course.at(
        on,
        "centre",
        Command::DecideRemoval {
            approved: true,
            batch,
            opinion,
        },
    );
}

fn removal() -> Command {
    Command::RequestRemoval {
        reason: "投资方调整全国布局，书面说明不再建设，项目无法继续推进。".into(),
        files: vec![file(None, Evidence::Document)],
    }
}

fn government_breach(course: &mut Course) {
    let signed = course.ago(90 + course.shift);
    course.signed(signed);
    course.prepared(signed, plus(signed, 34));
    let rectify_by = plus(course.today, 10);
    course.at(course.ago(12), "authority", land_late(rectify_by));
}

fn breach_rectified(course: &mut Course) {
    let signed = course.ago(120 + course.shift);
    course.signed(signed);
    course.prepared(signed, plus(signed, 34));
    course.named(
        "land-late",
        course.ago(60),
        "authority",
        land_late(course.ago(30)),
    );
    course.done(course.ago(36), "市自然资源和城乡建设局", "land");
    course.about("land-late", course.ago(34), "authority", |breach| {
        Command::RectifyBreach {
            breach,
            text: "土地出让合同已签订，成交结果已公示。".into(),
        }
    });
}

fn land_late(rectify_by: Day) -> Command {
    Command::CertifyBreach {
        breach: "land-late".into(),
        text: "勘测定界图已出具，土地出让超过34个自然日仍未完成。".into(),
        rectify_by: Some(rectify_by),
        files: vec![file(None, Evidence::Document)],
    }
}

fn in_dispute(course: &mut Course) {
    course.started(course.ago(60 + course.shift), 150);
    let dispute = Command::RecordDispute {
        path: "negotiation".into(),
        outcome: DisputeOutcome::Opened,
        text: "双方对场地平整的交付标准有不同理解，开始协商。".into(),
        side: Side::Enterprise,
        files: vec![file(None, Evidence::Document)],
    };
    course.at(course.ago(18), "host", dispute);
}

#[cfg(test)]
mod tests {
    use calendar::WorkCalendar;
    use domain::packs::Packs;
    use domain::state::State;
    use jiff::civil::date;
    use policy::model::Sector;

    use super::*;
    use crate::samples::story::Story;

    const LIFECYCLE: &str = include_str!("../../../../policies/qianjiang/6411.toml");
    const PERFORMANCE: &str = include_str!("../../../../policies/qianjiang/performance.toml");

    fn registration(sector: Sector) -> Registration {
        let details = Details {
            name: "样例项目".into(),
            sector: Some(sector),
            host: Some("样例镇甲".into()),
            enterprise: Some("样例企业".into()),
            ..Details::default()
        };
        Registration {
            pack: "qianjiang-6411".into(),
            version: "2025-05-16".into(),
            details,
        }
    }

    #[test]
    fn every_course_is_accepted_by_the_domain_on_any_day_and_in_every_category() {
        let lifecycle = policy::read("6411.toml", LIFECYCLE).unwrap();
        let performance = policy::read("performance.toml", PERFORMANCE).unwrap();
        let packs = Packs {
            lifecycle: &lifecycle,
            performance: Some(&performance),
        };
        let days = [date(2025, 2, 28), date(2026, 11, 23), date(2028, 2, 29)];
        for today in days {
            for number in 0..COURSES.len() {
                for sector in Sector::ALL {
                    let acts = Which::new(number)
                        .unwrap()
                        .acts(today, registration(sector));
                    let events = Story::new(packs, WorkCalendar::state_council())
                        .tell(acts, today)
                        .unwrap();
                    let state = State::fold(&lifecycle, &events);
                    assert!(
                        state.unknown.is_empty(),
                        "{number} {today} {sector:?}: {:?}",
                        state.unknown
                    );
                    assert!(events.iter().all(|event| event.happened_on <= today));
                }
            }
        }
    }

    #[test]
    fn facts_are_recorded_one_after_another() {
        let lifecycle = policy::read("6411.toml", LIFECYCLE).unwrap();
        let today = date(2026, 11, 23);
        for number in 0..COURSES.len() {
            let acts = Which::new(number)
                .unwrap()
                .acts(today, registration(Sector::Industry));
            let performance = policy::read("performance.toml", PERFORMANCE).unwrap();
            let packs = Packs {
                lifecycle: &lifecycle,
                performance: Some(&performance),
            };
            let events = Story::new(packs, WorkCalendar::state_council())
                .tell(acts, today)
                .unwrap();
            assert!(
                events.is_sorted_by_key(|event| event.recorded_at),
                "{number}"
            );
        }
    }
}
