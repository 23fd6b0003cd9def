//! Invented projects of 湘潭 at different places of the closed loop, told in order and decided by the domain.

use bytes::Bytes;
use calendar::Day;
use domain::command::Command;
use domain::event::Details;
use domain::packs::Packs;
use domain::values::Yuan;
use jiff::ToSpan;
use policy::model::Sector;
use store::events;

use super::people;
use super::pictures::Evidence;
use super::regions::XIANGTAN;
use super::save::save;
use super::story::{Act, Story, What, file};
use crate::attachments::NewFile;
use crate::{Actor, Outcome, Service};

const OPENING: &str = "opening_office";
const LANDING: &str = "landing_office";
const RECEIVING: &str = "receiving";
const GOVERNMENT: &str = "government";
const LEADERS: &str = "city_leaders";
const COMMERCE: &str = "commerce";

/// Who lead the projects, by turns.
const LEADERS_BY_NAME: [&str; 3] = ["样例张五", "样例周七", "样例郑九"];

/// The park that finds and receives them.
const PARK: &str = "岳塘经开区";

/// How far a project has come.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    /// Concluded: to be assigned.
    Talks,
    /// Assigned, before the pre-vetting.
    Assigned,
    /// In negotiation, once without result.
    Negotiating,
    /// In the approval of three levels, once returned, and the receiving unit asks to move.
    InApproval,
    /// Signed, in landing service.
    Signed,
    /// Started.
    Started,
    /// Led into the argument for close-out.
    NotViable,
    /// Closed out after production.
    ClosedOut,
    /// Closed out as not viable.
    ClosedAsNotViable,
}

use Fate::{
    Assigned, ClosedAsNotViable, ClosedOut, InApproval, Negotiating, NotViable, Signed, Started,
    Talks,
};

/// Name, investor, 总投资 in 万元, days since the talk, fate.
const PROJECTS: [(&str, &str, i64, i64, Fate); 9] = [
    (
        "样例智能终端制造项目",
        "样例甲电子有限公司",
        52_000,
        9,
        Talks,
    ),
    (
        "样例汽车零部件项目",
        "样例乙汽车零部件有限公司",
        86_000,
        21,
        Assigned,
    ),
    (
        "样例负极材料项目",
        "样例丙新材料股份有限公司",
        158_000,
        64,
        Negotiating,
    ),
    (
        "样例精密铸造项目",
        "样例丁铸造集团有限公司",
        320_000,
        118,
        InApproval,
    ),
    (
        "样例冷链物流园项目",
        "样例戊供应链有限公司",
        74_000,
        150,
        Signed,
    ),
    (
        "样例医疗器械项目",
        "样例己医疗科技有限公司",
        46_000,
        205,
        Started,
    ),
    (
        "样例文旅小镇项目",
        "样例庚文化旅游有限公司",
        210_000,
        76,
        NotViable,
    ),
    (
        "样例储能电池项目",
        "样例辛能源有限公司",
        128_000,
        420,
        ClosedOut,
    ),
    (
        "样例包装材料项目",
        "样例壬包装有限公司",
        18_000,
        160,
        ClosedAsNotViable,
    ),
];

/// Adds the projects that are not there yet.
pub(super) async fn install(service: &Service, today: Day) -> Outcome<()> {
    let region = service.region(XIANGTAN).await?;
    let Ok(lifecycle) = region.lifecycle() else {
        return Ok(());
    };
    let packs = Packs {
        lifecycle,
        performance: None,
    };
    for (at, sample) in PROJECTS.iter().enumerate() {
        let project = format!("01900000-0000-7000-8100-{:012}", at + 1);
        let known = events::load_stream(service.db(), XIANGTAN, &project).await?;
        if known.is_empty() {
            let acts = Course::of(packs, today, sample).acts;
            let events = Story::new(packs, &service.calendar()).tell(acts, today)?;
            keep_file(service, &project).await?;
            save(service, &region, &project, &events).await?;
        }
    }
    Ok(())
}

/// All facts name the same sample document.
async fn keep_file(service: &Service, project: &str) -> Outcome<()> {
    let document = NewFile {
        evidence: None,
        name: Evidence::Document.name().to_owned(),
        content: Bytes::from(Evidence::Document.content()),
    };
    let operator = Actor::program(XIANGTAN);
    service
        .keep_files(&operator, project, vec![document])
        .await?;
    Ok(())
}

/// A course as it is written down: each act so many days after the one before.
struct Course<'a> {
    packs: Packs<'a>,
    day: Day,
    acts: Vec<Act>,
    /// Who leads the project.
    leader: &'static str,
}

impl<'a> Course<'a> {
    fn of(packs: Packs<'a>, today: Day, sample: &(&str, &str, i64, i64, Fate)) -> Course<'a> {
        let (name, investor, wan, days, fate) = *sample;
        let mut course = Course {
            packs,
            day: today.checked_sub(days.days()).unwrap_or(today),
            acts: Vec::new(),
            leader: LEADERS_BY_NAME
                .get(days.unsigned_abs() as usize % LEADERS_BY_NAME.len())
                .copied()
                .unwrap_or_default(),
        };
        course.register(name, investor, wan);
        course.find();
        course.tell(fate);
        course
    }

    fn tell(&mut self, fate: Fate) {
        self.conclude(2, OPENING, "talk-arranged", "assign", "来潭考察后安排会谈");
        if fate == Talks {
            return;
        }
        self.assign();
        self.progress(5, "企业来潭考察选址，提出用地和配套条件", "");
        if fate == Assigned {
            return;
        }
        if matches!(fate, Negotiating | InApproval | Signed | Started) {
            self.sponsor();
        }
        self.conclude(6, OPENING, "pre-vetting", "pass", "");
        self.conclude(8, RECEIVING, "deep-talks", "agreed", "达成合作意向");
        self.conclude(10, RECEIVING, "negotiation", "continue", "用电价格尚未谈定");
        self.progress(4, "双方就用电价格再次商谈", "用电价格高于企业预期");
        self.direct("negotiation", "商请电力部门研究用电方案，月底前答复企业");
        self.conclude(
            7,
            OPENING,
            "problem-study",
            "go-on",
            "由市发改委协调用电方案",
        );
        if fate == Negotiating {
            return;
        }
        self.conclude(6, RECEIVING, "negotiation", "agreed", "");
        if matches!(fate, NotViable | ClosedAsNotViable) {
            let why = "企业资金不落实，市场前景不明";
            self.conclude(9, RECEIVING, "feasibility", "not-viable", why);
            if fate == ClosedAsNotViable {
                self.conclude(20, RECEIVING, "close-out-argument", "close", "");
                self.conclude(6, OPENING, "closing", "closed", "");
            }
            return;
        }
        self.conclude(9, RECEIVING, "feasibility", "feasible", "");
        self.conclude(8, RECEIVING, "due-diligence", "sound", "");
        self.conclude(6, OPENING, "argument", "pass", "");
        if fate == InApproval {
            return self.three_levels();
        }
        self.conclude(5, OPENING, "review", "pass", "");
        self.conclude(6, GOVERNMENT, "collective-decision", "approved", "");
        self.claim(8, RECEIVING, "signed");
        self.progress(9, "已注册项目公司，正在办理用地手续", "");
        if fate == Signed {
            return;
        }
        self.conclude(15, LANDING, "landing-follow-up", "ready", "");
        self.claim(9, RECEIVING, "started");
        if fate == Started {
            return;
        }
        self.claim(160, LANDING, "in_production");
        self.conclude(10, OPENING, "closing", "closed", "");
    }

    /// Returned by the deputy mayors and put forward again.
    fn three_levels(&mut self) {
        self.conclude(5, OPENING, "review", "pass-city", "");
        self.approve(2, "economy", "collect-economy", true, "");
        self.approve(1, "commerce", "collect-commerce", true, "");
        let why = "用地指标尚未落实，补充后再报";
        self.approve(5, "deputy_mayors", "deputy-mayors", false, why);
        self.approve(5, "economy", "collect-economy", true, "用地指标已落实");
        self.approve(1, "commerce", "collect-commerce", true, "");
        let ask = Command::AskMove {
            step: "three-level-review".to_owned(),
            reason: "企业要求本月底前明确是否签约".to_owned(),
        };
        self.act(3, RECEIVING, ask);
    }

    fn act(&mut self, after: i64, role: &'static str, command: Command) {
        self.day = self.day.checked_add(after.days()).unwrap_or(self.day);
        self.acts.push(Act {
            day: self.day,
            role,
            what: What::Do(command),
        });
    }

    fn register(&mut self, name: &str, investor: &str, wan: i64) {
        let details = Details {
            name: name.to_owned(),
            investor: Some(investor.to_owned()),
            sector: Some(Sector::Industry),
            total_investment: Some(Yuan::from_yuan(wan * 10_000)),
            summary: Some("样例数据：企业、项目和办理过程均为虚构。".to_owned()),
            ..Details::default()
        };
        let head = &self.packs.lifecycle.file.pack;
        let command = Command::Register {
            pack: head.id.clone(),
            version: head.version.clone(),
            details: Box::new(details),
            sample: true,
        };
        self.act(0, OPENING, command);
    }

    /// Every project was a lead once: found by the park and taken up by it, which stays with it for good.
    fn find(&mut self) {
        let Some(source) = self
            .packs
            .lifecycle
            .file
            .lead
            .as_ref()
            .and_then(|lead| lead.source.first())
        else {
            return;
        };
        let found = Command::FindLead {
            source: source.id.clone(),
            unit: PARK.to_owned(),
            person: people::name_in(PARK).to_owned(),
            text: "样例：外出考察时得知企业有意扩大产能。".to_owned(),
        };
        self.act(0, PARK, found);
        let claim = Command::ClaimLead {
            unit: PARK.to_owned(),
        };
        self.act(0, PARK, claim);
    }

    fn assign(&mut self) {
        let command = Command::Assign {
            leader: Some(self.leader.to_owned()),
            receiving_unit: PARK.to_owned(),
            supporting: vec!["国土局".to_owned(), "规划局".to_owned()],
            tasks: vec![
                "对接企业总部，落实选址方案".to_owned(),
                "提出用地、用电和配套条件".to_owned(),
                "每周报送协调跟进情况".to_owned(),
            ],
        };
        self.act(3, OPENING, command);
    }

    /// One of the key projects with nanny service, on the day of the last act.
    fn sponsor(&mut self) {
        let command = Command::NameSponsor {
            sponsorship: "nanny".to_owned(),
            leader: self.leader.to_owned(),
            office: "市商务局样例业务一科".to_owned(),
            contact: Some("样例小周".to_owned()),
            note: String::new(),
        };
        self.act(0, COMMERCE, command);
    }

    /// With every document that the gate asks for.
    fn conclude(
        &mut self,
        after: i64,
        role: &'static str,
        step: &str,
        conclusion: &str,
        note: &str,
    ) {
        let policy = self.packs.lifecycle;
        let gate = policy.node(step).and_then(|ix| policy.gate(ix));
        let evidence = gate
            .map(|gate| gate.evidence.as_slice())
            .unwrap_or_default();
        let passes = gate.is_some_and(|gate| {
            let mut rules = gate.conclusion.iter();
            rules.any(|rule| rule.id == conclusion && rule.passes)
        });
        let files = evidence
            .iter()
            .filter(|_| passes)
            .map(|rule| file(Some(&rule.id), Evidence::Document))
            .collect();
        let done_on = self.day.checked_add(after.days()).unwrap_or(self.day);
        let command = Command::Conclude {
            step: step.to_owned(),
            conclusion: conclusion.to_owned(),
            done_on,
            files,
            note: note.to_owned(),
        };
        self.act(after, role, command);
    }

    fn approve(
        &mut self,
        after: i64,
        role: &'static str,
        level: &str,
        agreed: bool,
        opinion: &str,
    ) {
        let command = Command::Approve {
            step: "three-level-review".to_owned(),
            level: level.to_owned(),
            agreed,
            opinion: opinion.to_owned(),
        };
        self.act(after, role, command);
    }

    fn claim(&mut self, after: i64, role: &'static str, milestone: &str) {
        let rules = &self.packs.lifecycle.file.milestone;
        let rule = rules.iter().find(|rule| rule.id == milestone);
        let evidence = rule
            .map(|rule| rule.evidence.as_slice())
            .unwrap_or_default();
        let files = evidence
            .iter()
            .map(|rule| file(Some(&rule.id), Evidence::Document))
            .collect();
        let reached_on = self.day.checked_add(after.days()).unwrap_or(self.day);
        let command = Command::Claim {
            milestone: milestone.to_owned(),
            reached_on,
            variant: None,
            files,
            values: Default::default(),
            note: String::new(),
        };
        self.act(after, role, command);
    }

    fn progress(&mut self, after: i64, progress: &str, problems: &str) {
        let command = Command::ReportProgress {
            progress: progress.to_owned(),
            problems: problems.to_owned(),
        };
        self.act(after, RECEIVING, command);
    }

    fn direct(&mut self, node: &str, text: &str) {
        let command = Command::Direct {
            node: Some(node.to_owned()),
            text: text.to_owned(),
            units: vec!["市发改委".to_owned(), PARK.to_owned()],
        };
        self.act(2, LEADERS, command);
    }
}
