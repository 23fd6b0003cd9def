//! 潜江 as a small city: its two packs, some units, invented people, and a clock that is set.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use calendar::{Day, parse_day};
use domain::event::Details;
use domain::values::Yuan;
use domain::{Command, FileRef, Refusal};
use policy::model::Sector;
use service::attachments::NewFile;
use service::projects::{Change, Done, NewProject, Registered};
use service::trust::Rebuilt;
use service::{AccountKind, Actor, AdminRole, Clock, Config, Outcome, Service, ServiceError};
use store::alerts::AlertLine;
use store::deadlines::DeadlineRow;
use store::projects::StoredProject;
use store::todos::TodoRow;
use store::units::{self, RegionRow, UnitRow};
use store::{Batch, Value};

pub const REGION: &str = "qianjiang";
pub const LIFECYCLE: &str = include_str!("../../../../policies/qianjiang/6411.toml");
pub const PERFORMANCE: &str = include_str!("../../../../policies/qianjiang/performance.toml");
pub const VERSION: &str = "2025-05-16";
pub const PACK: &str = "qianjiang-6411";

pub const CENTRE: &str = "市招商服务中心";
pub const PARK: &str = "潜江高新区";
pub const COMMERCE: &str = "市商务局";
pub const REFORM: &str = "市发改委";
pub const ECONOMY: &str = "市经信局";
pub const STATISTICS: &str = "市统计局";
pub const LEADER: &str = "市政府分管领导";
pub const LAND: &str = "市自然资源和城乡建设局";
pub const HOUSING: &str = "市住房和城乡建设局";
pub const CIVIL_DEFENCE: &str = "市人防办";
pub const DESIGN: &str = "市城发设计集团";
pub const DIGITAL: &str = "市政务和大数据局";
pub const SAFETY: &str = "市应急管理局";
pub const TOWN: &str = "样例镇甲";
pub const OTHER_TOWN: &str = "样例镇乙";
pub const ENTERPRISE: &str = "样例光电有限公司";

const UNITS: [(&str, &str); 17] = [
    (CENTRE, "agency"),
    (PARK, "park"),
    (REFORM, "department"),
    (COMMERCE, "department"),
    (ECONOMY, "department"),
    (STATISTICS, "department"),
    (LEADER, "leadership"),
    (LAND, "department"),
    (HOUSING, "department"),
    (CIVIL_DEFENCE, "department"),
    (DESIGN, "company"),
    (DIGITAL, "department"),
    (SAFETY, "department"),
    ("市生态环境局", "department"),
    ("市政府办公室", "leadership"),
    (TOWN, "township"),
    (OTHER_TOWN, "township"),
];

pub fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

/// Where a city's records lie.
#[derive(Clone)]
pub struct Place {
    pub url: String,
    pub folder: PathBuf,
}

impl Place {
    pub fn new(url: String, folder: &Path) -> Place {
        let folder = folder.to_path_buf();
        Place { url, folder }
    }
}

/// The installation with its people.
#[derive(Clone)]
pub struct City {
    pub place: Place,
    pub service: Service,
}

impl City {
    /// Units and packs in force, on the second day of 2025.
    pub async fn found(place: Place) -> City {
        let city = City::open(place, "2025-01-02", |_| ()).await;
        let db = city.service.db();
        db.write(units_of_the_city()).await.unwrap();
        for (name, source) in [("6411.toml", LIFECYCLE), ("performance.toml", PERFORMANCE)] {
            city.put_in_force(name, source).await;
        }
        city
    }

    async fn open(place: Place, today: &str, set: impl FnOnce(&mut Config)) -> City {
        let mut config = Config::in_folder(&place.folder);
        config.public_url = Some("http://127.0.0.1:8080".into());
        set(&mut config);
        let db = crate::support::open(&place.url).await;
        let clock = Clock::at_day(day(today));
        let service = Service::open(db, config, clock).await.unwrap();
        City { place, service }
    }

    /// The same records under another instance of the program, with other settings.
    pub async fn another_instance(&self, set: impl FnOnce(&mut Config)) -> City {
        let today = self.service.today().to_string();
        City::open(self.place.clone(), &today, set).await
    }

    pub async fn put_in_force(&self, name: &str, source: &str) {
        let operator = operator();
        let loaded = self.service.load_pack(&operator, name, source).await;
        let loaded = loaded.unwrap_or_else(|error| panic!("{error}"));
        let (id, version) = (&loaded.id, &loaded.version);
        let service = &self.service;
        service.activate_pack(&operator, id, version).await.unwrap();
    }

    /// Nine in the morning of a day.
    pub fn on(&self, today: &str) -> &City {
        self.service.clock().set_day(day(today));
        self
    }

    // ---- projects

    /// An industry project of 样例镇甲, registered by the centre.
    pub async fn register(&self, name: &str) -> String {
        let new = NewProject {
            details: details(name),
            contact: Some("样例联系人 13800000000".into()),
            ..NewProject::default()
        };
        match self.service.register(&staff(CENTRE), new).await.unwrap() {
            Registered::Project(project) => project,
            Registered::Similar(similar) => panic!("{similar:?}"),
        }
    }

    /// Registered, approved on 2025-01-02 and signed on 2025-01-20; the steps with a limit are done, so that the one
    /// deadline that runs is that of the start: 2025-07-20.
    pub async fn signed(&self, name: &str) -> String {
        self.on("2025-01-20");
        let project = self.register(name).await;
        let centre = staff(CENTRE);
        self.done(&centre, &project, claim("approved", "2025-01-02"))
            .await;
        self.done(&centre, &project, claim("signed", "2025-01-20"))
            .await;
        self.done(&centre, &project, confirm()).await;
        self.on("2025-02-20");
        self.done(&staff(DESIGN), &project, step("preparation", "2025-01-26"))
            .await;
        self.done(&staff(LAND), &project, step("land", "2025-02-20"))
            .await;
        project
    }

    /// As [`City::signed`], then started on 2025-05-20 and certified.
    pub async fn started(&self, name: &str) -> String {
        let project = self.signed(name).await;
        self.on("2025-05-22");
        let claim = self
            .claim_with_photo(&project, "started", "2025-05-20")
            .await;
        self.done(&staff(TOWN), &project, claim).await;
        self.done(&staff(PARK), &project, certify("started")).await;
        project
    }

    pub async fn claim_with_photo(&self, project: &str, milestone: &str, on: &str) -> Command {
        let evidence = match milestone {
            "started" => vec!["site-photo"],
            "listed" | "above_scale" => vec!["provincial-review"],
            "completed" => vec!["joint-opinion"],
            "in_production" => vec!["line-photo", "product-photo"],
            other => panic!("{other}"),
        };
        let mut files = Vec::new();
        for evidence in evidence {
            files.extend(self.evidence(&staff(TOWN), project, evidence).await);
        }
        Command::Claim {
            milestone: milestone.into(),
            reached_on: day(on),
            variant: (milestone == "started").then(|| "foundation".to_string()),
            files,
            values: BTreeMap::new(),
            note: String::new(),
        }
    }

    /// A small picture that is one for each kind of evidence, kept.
    pub async fn evidence(&self, actor: &Actor, project: &str, evidence: &str) -> Vec<FileRef> {
        let file = NewFile {
            evidence: Some(evidence.into()),
            name: format!("{evidence}.png"),
            content: picture(evidence).into(),
        };
        let kept = self.service.keep_files(actor, project, vec![file]).await;
        kept.unwrap()
    }

    pub async fn act(&self, actor: &Actor, project: &str, command: Command) -> Outcome<Done> {
        let change = Change {
            project: project.into(),
            seen_version: None,
            happened_on: None,
            command,
        };
        self.service.change(actor, change).await
    }

    pub async fn done(&self, actor: &Actor, project: &str, command: Command) -> u32 {
        let what = format!("{command:?}");
        match self.act(actor, project, command).await {
            Ok(done) => done.version,
            Err(error) => panic!("{what}: {error}"),
        }
    }

    /// What the rules refuse leaves nothing: no fact and no changed row.
    pub async fn refused(&self, actor: &Actor, project: &str, command: Command) -> Refusal {
        match self.fails(actor, project, command).await {
            ServiceError::Refused(refusal) => *refusal,
            other => panic!("{other:?}"),
        }
    }

    /// A stranger does not even learn that the project exists.
    pub async fn not_found(&self, actor: &Actor, project: &str, command: Command) {
        let error = self.fails(actor, project, command).await;
        assert!(matches!(error, ServiceError::NotFound(_)), "{error:?}");
    }

    async fn fails(&self, actor: &Actor, project: &str, command: Command) -> ServiceError {
        let before = self.rows(project).await;
        let error = self.act(actor, project, command).await.unwrap_err();
        assert_eq!(self.rows(project).await, before);
        error
    }

    // ---- looking

    async fn rows(&self, project: &str) -> (usize, StoredProject, Vec<DeadlineRow>, Vec<TodoRow>) {
        let db = self.service.db();
        let facts = store::events::load_stream(db, REGION, project).await;
        let deadlines = store::deadlines::of_project(db, REGION, project).await;
        let todos = store::todos::of_project(db, REGION, project).await;
        let row = self.row(project).await;
        (
            facts.unwrap().len(),
            row,
            deadlines.unwrap(),
            todos.unwrap(),
        )
    }

    /// How many facts there are.
    pub async fn facts(&self, project: &str) -> usize {
        let facts = store::events::load_stream(self.service.db(), REGION, project).await;
        facts.unwrap().len()
    }

    pub async fn row(&self, project: &str) -> StoredProject {
        let row = store::projects::get(self.service.db(), REGION, project).await;
        row.unwrap().unwrap()
    }

    pub async fn deadline(&self, project: &str, node: &str) -> Option<DeadlineRow> {
        let db = self.service.db();
        let rows = store::deadlines::of_project(db, REGION, project).await;
        rows.unwrap().into_iter().find(|row| row.node == node)
    }

    pub async fn due(&self, project: &str, node: &str) -> Day {
        let deadline = self.deadline(project, node).await;
        deadline.and_then(|row| row.due_on).unwrap()
    }

    /// What waits for a unit: kind and subject.
    pub async fn waits_for(&self, unit: &str) -> Vec<(String, String)> {
        let db = self.service.db();
        let rows = store::todos::of_units(db, REGION, &[unit.to_string()], 100).await;
        let rows = rows.unwrap().into_iter();
        rows.map(|row| (row.todo.kind, row.todo.subject)).collect()
    }

    /// Alerts about a project: due day, level, unit; in this order.
    pub async fn alerts(&self, project: &str) -> Vec<(String, i64, String)> {
        let lines = self.alert_lines(project).await.into_iter();
        let mut alerts: Vec<_> = lines
            .map(|line| {
                (
                    line.alert.due_on.to_string(),
                    line.alert.level,
                    line.alert.unit,
                )
            })
            .collect();
        alerts.sort();
        alerts
    }

    pub async fn alert_lines(&self, project: &str) -> Vec<AlertLine> {
        let db = self.service.db();
        let lines = store::alerts::of_project(db, REGION, "", project).await;
        lines.unwrap()
    }

    // ---- trust

    pub async fn rebuild(&self, check: bool) -> Rebuilt {
        let rebuilt = self.service.rebuild(&operator(), check, &mut |_| ()).await;
        rebuilt.unwrap()
    }

    /// The chain holds, and every row is what the facts say, on this day and half a year later.
    pub async fn is_sound(&self) {
        let verified = self.service.verify(&operator(), &mut |_| ()).await.unwrap();
        assert!(verified.is_sound(), "{verified:?}");
        let today = self.service.today();
        let later = today.saturating_add(jiff::Span::new().months(6));
        for day in [today, later] {
            self.service.clock().set_day(day);
            let found = self.rebuild(true).await;
            assert_eq!(found.findings, Vec::<String>::new(), "{day}");
            assert!(found.projects > 0);
        }
        self.service.clock().set_day(today);
    }

    /// A statement behind the program's back.
    pub async fn tamper(&self, sql: &str, params: &[&str]) -> u64 {
        let mut batch = Batch::new();
        let params = params.iter().map(|text| Value::from((*text).to_string()));
        batch.push(sql.to_string(), params.collect());
        self.service.db().write(batch).await.unwrap()[0]
    }
}

fn units_of_the_city() -> Batch {
    let mut batch = Batch::new();
    let now = "2025-01-01T00:00:00Z".parse().unwrap();
    for (region, title, province) in [(REGION, "潜江市", "湖北省"), ("daye", "大冶市", "湖北省")]
    {
        let row = RegionRow {
            region: region.into(),
            title: title.into(),
            province: province.into(),
        };
        units::put_region(&mut batch, &row, now);
    }
    for (at, (name, kind)) in UNITS.into_iter().enumerate() {
        let row = UnitRow {
            name: name.into(),
            code: format!("QU-{:03}", at + 1),
            kind: kind.into(),
            collective: false,
            note: String::new(),
        };
        units::put(&mut batch, REGION, &row);
    }
    units::put_alias(&mut batch, REGION, "样例甲镇", TOWN);
    batch
}

pub fn details(name: &str) -> Details {
    Details {
        name: name.into(),
        enterprise: Some(ENTERPRISE.into()),
        sector: Some(Sector::Industry),
        host: Some(TOWN.into()),
        total_investment: Some(Yuan::from_yuan(250_000_000)),
        ..Details::default()
    }
}

/// The start of a PNG, of which the size is read; the words behind it make each one different.
pub fn picture(words: &str) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    file.extend(640u32.to_be_bytes());
    file.extend(480u32.to_be_bytes());
    file.extend([8, 2, 0, 0, 0]);
    file.extend(words.as_bytes());
    file
}

// ---- people

pub fn operator() -> Actor {
    Actor::program(REGION)
}

pub fn staff(unit: &str) -> Actor {
    Actor {
        account: format!("account-{unit}"),
        login: "sample".into(),
        name: "样例经办人".into(),
        unit: unit.into(),
        kind: AccountKind::Staff,
        ..operator()
    }
}

pub fn enterprise(name: &str) -> Actor {
    Actor {
        kind: AccountKind::Enterprise,
        ..staff(name)
    }
}

pub fn administrator(role: AdminRole) -> Actor {
    Actor {
        admin: Some(role),
        ..staff(DIGITAL)
    }
}

// ---- commands

pub fn claim(milestone: &str, on: &str) -> Command {
    Command::Claim {
        milestone: milestone.into(),
        reached_on: day(on),
        variant: None,
        files: Vec::new(),
        values: BTreeMap::new(),
        note: String::new(),
    }
}

pub fn certify(milestone: &str) -> Command {
    Command::Certify {
        milestone: milestone.into(),
        reached_on: None,
        note: String::new(),
    }
}

pub fn return_claim(milestone: &str, reason: &str) -> Command {
    Command::ReturnClaim {
        milestone: milestone.into(),
        reason: reason.into(),
    }
}

pub fn confirm() -> Command {
    Command::ConfirmScope {
        in_scope: true,
        reason: String::new(),
    }
}

pub fn step(step: &str, done_on: &str) -> Command {
    Command::CompleteStep {
        step: step.into(),
        done_on: day(done_on),
        files: Vec::new(),
        note: String::new(),
    }
}

pub fn waive(step: &str, reason: &str) -> Command {
    Command::WaiveStep {
        step: step.into(),
        reason: reason.into(),
    }
}

pub fn visit(text: &str) -> Command {
    Command::RecordVisit {
        visit: "regular".into(),
        text: text.into(),
        files: Vec::new(),
    }
}

pub fn extension(days: u16) -> Command {
    Command::RequestExtension {
        stage: "start".into(),
        days,
        reason: "样例理由：雨季长".into(),
        files: Vec::new(),
    }
}

pub fn review(agreed: bool) -> Command {
    Command::ReviewExtension {
        agreed,
        opinion: "样例意见".into(),
    }
}

pub fn decide(approved: bool) -> Command {
    Command::DecideExtension {
        approved,
        opinion: "样例意见".into(),
    }
}

pub fn request_removal() -> Command {
    Command::RequestRemoval {
        reason: "样例理由：企业放弃投资".into(),
        files: Vec::new(),
    }
}

pub fn remove(batch: &str) -> Command {
    Command::DecideRemoval {
        approved: true,
        batch: batch.into(),
        opinion: "样例意见".into(),
    }
}
