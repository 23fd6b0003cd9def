//! 湘潭: a project in the closed loop, from the talk to the close-out, by the hands of the right units.

use domain::Command;
use domain::event::{Details, EventId, FileRef};
use policy::Policy;
use service::attachments::NewFile;
use service::projects::{Act, Change, LedgerQuery, NewProject, Registered};
use service::{AccountKind, Actor, Outcome, ServiceError};
use store::units::{self, RegionRow, UnitRow};
use store::{Batch, projects};

use crate::city::{City, day, picture};

pub const REGION: &str = "xiangtan";
pub const PACK: &str = include_str!("../../../../policies/xiangtan/closed-loop.toml");

pub const OPENING: &str = "市开放办";
const LANDING: &str = "市落地办";
pub const COMMERCE: &str = "市商务(招商合作)局";
const ECONOMY: &str = "市发改委";
const MAYORS: &str = "分管招商、发改工作的副市长";
const GOVERNMENT: &str = "市人民政府";
pub const LEADERS: &str = "市级领导";
pub const YUETANG: &str = "岳塘经开区";
const CITY_GROUP: &str = "湘潭城发集团";
const LAND_GROUP: &str = "地产集团";
pub const LAND: &str = "国土局";
pub const SECRETARY: &str = "市政府办";

on_both! {
    a_project_goes_from_the_talk_to_the_close_out_by_the_hands_of_the_right_units,
    a_project_that_is_not_viable_is_argued_closed_out_and_counts_as_finished,
    a_project_is_seen_by_those_to_whom_it_was_given_and_lost_by_those_who_had_it,
    a_request_to_move_becomes_a_task_of_the_owner_and_ends_with_the_move,
}

/// 湘潭 beside the city of the other tests, with its pack in force.
pub struct Loop<'c> {
    pub city: &'c City,
    policy: Policy,
}

impl<'c> Loop<'c> {
    pub async fn found(city: &'c City) -> Loop<'c> {
        Loop::with_pack(city, PACK).await
    }

    pub async fn with_pack(city: &'c City, pack: &str) -> Loop<'c> {
        let mut batch = Batch::new();
        let row = RegionRow {
            region: REGION.into(),
            title: "湘潭市".into(),
            province: "湖南省".into(),
        };
        units::put_region(&mut batch, &row, city.service.now());
        let names = [
            OPENING, LANDING, COMMERCE, ECONOMY, MAYORS, GOVERNMENT, LEADERS, YUETANG, CITY_GROUP,
            LAND, SECRETARY,
        ];
        for (at, name) in names.into_iter().enumerate() {
            let row = UnitRow {
                name: name.into(),
                code: format!("XU-{at:03}"),
                kind: match name {
                    YUETANG => "park",
                    LEADERS => "leadership",
                    _ => "department",
                }
                .into(),
                collective: false,
                note: String::new(),
            };
            units::put(&mut batch, REGION, &row);
        }
        city.service.db().write(batch).await.unwrap();
        let operator = Actor::program(REGION);
        let service = &city.service;
        let loaded = service
            .load_pack(&operator, "closed-loop.toml", pack)
            .await
            .unwrap();
        service
            .activate_pack(&operator, &loaded.id, &loaded.version)
            .await
            .unwrap();
        let policy = policy::read("closed-loop.toml", pack).unwrap();
        Loop { city, policy }
    }

    pub async fn register(&self) -> String {
        self.register_named("样例智能装备项目").await
    }

    pub async fn register_named(&self, name: &str) -> String {
        let new = NewProject {
            details: Details {
                name: name.into(),
                ..Details::default()
            },
            ..NewProject::default()
        };
        let registered = self.city.service.register(&staff(OPENING), new).await;
        match registered.unwrap() {
            Registered::Project(project) => project,
            Registered::Similar(similar) => panic!("{similar:?}"),
        }
    }

    async fn act(&self, unit: &str, project: &str, command: Command) -> Outcome<u32> {
        let change = Change {
            project: project.into(),
            seen_version: None,
            happened_on: None,
            command,
        };
        let done = self.city.service.change(&staff(unit), change).await?;
        Ok(done.version)
    }

    pub async fn done(&self, unit: &str, project: &str, command: Command) -> u32 {
        let what = format!("{command:?}");
        let done = self.act(unit, project, command).await;
        done.unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    pub async fn refused(&self, unit: &str, project: &str, command: Command) -> String {
        match self.act(unit, project, command).await {
            Err(ServiceError::Refused(refusal)) => refusal.code,
            other => panic!("{other:?}"),
        }
    }

    async fn files(&self, unit: &str, project: &str, wanted: Vec<String>) -> Vec<FileRef> {
        let mut files = Vec::new();
        for evidence in wanted {
            let file = NewFile {
                evidence: Some(evidence.clone()),
                name: format!("{evidence}.png"),
                content: picture(&evidence).into(),
            };
            let kept = self
                .city
                .service
                .keep_files(&staff(unit), project, vec![file])
                .await;
            files.extend(kept.unwrap());
        }
        files
    }

    /// With every document that the gate asks for, today.
    pub async fn conclude(&self, unit: &str, project: &str, step: &str, conclusion: &str) {
        let gate = self.policy.gate(self.policy.node(step).unwrap()).unwrap();
        let wanted = gate.evidence.iter().map(|e| e.id.clone()).collect();
        let files = self.files(unit, project, wanted).await;
        let command = conclusion_of(self.city, step, conclusion, files);
        self.done(unit, project, command).await;
    }

    async fn claim(&self, unit: &str, project: &str, milestone: &str) {
        let rules = &self.policy.file.milestone;
        let rule = rules.iter().find(|rule| rule.id == milestone).unwrap();
        let wanted = rule.evidence.iter().map(|e| e.id.clone()).collect();
        let files = self.files(unit, project, wanted).await;
        let command = Command::Claim {
            milestone: milestone.into(),
            reached_on: self.city.service.today(),
            variant: None,
            files,
            values: Default::default(),
            note: String::new(),
        };
        self.done(unit, project, command).await;
    }

    /// What waits for a unit: kind and subject.
    async fn waits_for(&self, unit: &str) -> Vec<(String, String)> {
        let db = self.city.service.db();
        let rows = store::todos::of_units(db, REGION, &[unit.to_string()], 100).await;
        let rows = rows.unwrap().into_iter();
        rows.map(|row| (row.todo.kind, row.todo.subject)).collect()
    }

    async fn finished(&self, project: &str) -> bool {
        let row = projects::get(self.city.service.db(), REGION, project).await;
        row.unwrap().unwrap().row.finished
    }

    /// The names of the projects in a unit's list.
    async fn listed(&self, unit: &str) -> usize {
        let query = LedgerQuery::default();
        let page = self.city.service.ledger(&staff(unit), &query).await;
        page.unwrap().rows.len()
    }

    /// Given to 岳塘经开区, and vetted.
    async fn assigned(&self, project: &str) {
        self.city.on("2025-03-03");
        self.conclude(OPENING, project, "talk-arranged", "assign")
            .await;
        self.done(OPENING, project, assign(YUETANG)).await;
        self.city.on("2025-03-10");
        self.conclude(OPENING, project, "pre-vetting", "pass").await;
    }

    /// As far as the review, which says that the city has to decide.
    async fn reviewed(&self, project: &str) {
        self.assigned(project).await;
        for (step, conclusion) in [
            ("deep-talks", "agreed"),
            ("negotiation", "agreed"),
            ("feasibility", "feasible"),
            ("due-diligence", "sound"),
        ] {
            self.conclude(YUETANG, project, step, conclusion).await;
        }
        self.city.on("2025-04-10");
        self.conclude(OPENING, project, "argument", "pass").await;
        self.conclude(OPENING, project, "review", "pass-city").await;
    }
}

pub fn staff(unit: &str) -> Actor {
    Actor {
        account: format!("account-{unit}"),
        login: "sample".into(),
        name: "样例经办人".into(),
        unit: unit.into(),
        kind: AccountKind::Staff,
        ..Actor::program(REGION)
    }
}

fn conclusion_of(city: &City, step: &str, conclusion: &str, files: Vec<FileRef>) -> Command {
    Command::Conclude {
        step: step.into(),
        conclusion: conclusion.into(),
        done_on: city.service.today(),
        files,
        note: "样例说明".into(),
    }
}

fn assign(unit: &str) -> Command {
    Command::Assign {
        leader: None,
        receiving_unit: unit.into(),
        supporting: vec![LAND.into()],
        tasks: vec!["落实选址".into()],
    }
}

fn approve(level: &str, agreed: bool) -> Command {
    Command::Approve {
        step: "three-level-review".into(),
        level: level.into(),
        agreed,
        opinion: "样例意见".into(),
    }
}

fn todo(kind: &str, subject: &str) -> (String, String) {
    (kind.into(), subject.into())
}

async fn a_project_goes_from_the_talk_to_the_close_out_by_the_hands_of_the_right_units(
    city: &City,
) {
    let town = Loop::found(city).await;
    city.on("2025-03-01");
    let project = town.register().await;
    assert_eq!(
        town.waits_for(OPENING).await,
        [todo("conclude", "talk-arranged")]
    );
    assert_eq!(
        town.refused(OPENING, &project, assign(YUETANG)).await,
        "predecessors_open"
    );
    town.reviewed(&project).await;

    // Three levels, in order; returned once, and from the beginning again.
    let level = "three-level-review.collect-economy";
    assert_eq!(town.waits_for(ECONOMY).await, [todo("approve", level)]);
    let early = approve("deputy-mayors", true);
    assert_eq!(
        town.refused(MAYORS, &project, early).await,
        "approval_order"
    );
    town.done(ECONOMY, &project, approve("collect-economy", true))
        .await;
    town.done(COMMERCE, &project, approve("collect-commerce", true))
        .await;
    town.done(MAYORS, &project, approve("deputy-mayors", false))
        .await;
    assert_eq!(town.waits_for(ECONOMY).await, [todo("approve", level)]);
    town.done(COMMERCE, &project, approve("collect-commerce", true))
        .await;
    town.done(ECONOMY, &project, approve("collect-economy", true))
        .await;
    town.done(MAYORS, &project, approve("deputy-mayors", true))
        .await;
    let none = conclusion_of(city, "collective-decision", "approved", Vec::new());
    assert_eq!(
        town.refused(GOVERNMENT, &project, none.clone()).await,
        "predecessors_open"
    );
    town.done(GOVERNMENT, &project, approve("government-meeting", true))
        .await;
    assert_eq!(
        town.refused(GOVERNMENT, &project, none).await,
        "evidence_missing"
    );
    town.conclude(GOVERNMENT, &project, "collective-decision", "approved")
        .await;

    city.on("2025-05-06");
    town.claim(YUETANG, &project, "signed").await;
    assert_eq!(
        town.waits_for(LANDING).await,
        [todo("conclude", "landing-follow-up")]
    );
    let late = conclusion_of(city, "landing-follow-up", "ready", Vec::new());
    assert_eq!(town.refused(OPENING, &project, late).await, "not_this_unit");
    town.conclude(LANDING, &project, "landing-follow-up", "ready")
        .await;
    city.on("2025-06-20");
    town.claim(YUETANG, &project, "started").await;
    town.claim(LANDING, &project, "in_production").await;
    assert!(!town.finished(&project).await);
    town.conclude(OPENING, &project, "closing", "closed").await;
    assert!(town.finished(&project).await);
    assert_eq!(town.waits_for(OPENING).await, []);
    city.is_sound().await;
}

async fn a_project_that_is_not_viable_is_argued_closed_out_and_counts_as_finished(city: &City) {
    let town = Loop::found(city).await;
    city.on("2025-03-01");
    let project = town.register().await;
    town.assigned(&project).await;
    town.conclude(YUETANG, &project, "deep-talks", "not-viable")
        .await;
    let mainline = conclusion_of(city, "deep-talks", "agreed", Vec::new());
    assert_eq!(town.refused(YUETANG, &project, mainline).await, "in_branch");
    // Once back and once more into the branch.
    town.conclude(YUETANG, &project, "close-out-argument", "resume")
        .await;
    town.conclude(YUETANG, &project, "deep-talks", "not-viable")
        .await;
    assert_eq!(
        town.waits_for(YUETANG).await,
        [todo("conclude", "close-out-argument")]
    );
    town.conclude(OPENING, &project, "close-out-argument", "close")
        .await;
    town.conclude(OPENING, &project, "closing", "closed").await;
    assert!(town.finished(&project).await);
    city.is_sound().await;
}

async fn a_project_is_seen_by_those_to_whom_it_was_given_and_lost_by_those_who_had_it(city: &City) {
    let town = Loop::found(city).await;
    city.on("2025-03-01");
    let project = town.register().await;
    town.assigned(&project).await;
    assert_eq!(town.listed(OPENING).await, 1);
    assert_eq!(town.listed(CITY_GROUP).await, 0);
    let moment = city.service.moment(None, None).unwrap();
    let first = staff(CITY_GROUP);
    let stranger = city.service.project(&first, &project, moment).await;
    assert!(matches!(stranger, Err(ServiceError::NotFound(_))));
    town.done(OPENING, &project, assign(CITY_GROUP)).await;
    assert_eq!(town.listed(CITY_GROUP).await, 1);
    // Given to another unit: the first one has nothing more to do with it.
    town.done(OPENING, &project, assign(LAND_GROUP)).await;
    assert_eq!(town.listed(CITY_GROUP).await, 0);
    assert_eq!(town.listed(LAND_GROUP).await, 1);
    let group = staff(LAND_GROUP);
    let moment = city.service.moment(None, None).unwrap();
    let view = city.service.project(&group, &project, moment).await;
    let view = view.unwrap();
    let offered = |act: Act, subject: &str| {
        let mut offers = view.offers.iter();
        offers.any(|offer| offer.act == act && offer.subject == subject)
    };
    assert!(offered(Act::Conclude, "deep-talks"));
    assert!(offered(Act::ReportProgress, ""));
    assert!(!offered(Act::AskMove, "deep-talks"));
    city.is_sound().await;
}

async fn a_request_to_move_becomes_a_task_of_the_owner_and_ends_with_the_move(city: &City) {
    let town = Loop::found(city).await;
    city.on("2025-03-01");
    let project = town.register().await;
    town.reviewed(&project).await;
    let ask = Command::AskMove {
        step: "three-level-review".into(),
        reason: "企业要求月底前答复".into(),
    };
    let request = town.done(YUETANG, &project, ask.clone()).await;
    assert_eq!(
        town.refused(YUETANG, &project, ask.clone()).await,
        "already_asked"
    );
    assert_eq!(
        town.waits_for(OPENING).await,
        [todo("answer_move", &request.to_string())]
    );
    let answer = Command::AnswerMove {
        request: EventId(request),
        text: "已商两家征集".into(),
    };
    assert_eq!(
        town.refused(YUETANG, &project, answer.clone()).await,
        "not_this_unit"
    );
    town.done(OPENING, &project, answer).await;
    assert_eq!(town.waits_for(OPENING).await, []);
    // Asked again, and moved.
    town.done(YUETANG, &project, ask).await;
    for (unit, level) in [
        (ECONOMY, "collect-economy"),
        (COMMERCE, "collect-commerce"),
        (MAYORS, "deputy-mayors"),
        (GOVERNMENT, "government-meeting"),
    ] {
        town.done(unit, &project, approve(level, true)).await;
    }
    let waits = town.waits_for(OPENING).await;
    assert_eq!(waits, [todo("conclude", "collective-decision")]);
    let direct = Command::Direct {
        node: Some("collective-decision".into()),
        text: "本周研究".into(),
        units: vec![OPENING.into()],
    };
    town.done(LEADERS, &project, direct.clone()).await;
    assert_eq!(
        town.refused(YUETANG, &project, direct).await,
        "not_authorised"
    );
    assert_eq!(day("2025-04-10"), city.service.today());
    city.is_sound().await;
}
