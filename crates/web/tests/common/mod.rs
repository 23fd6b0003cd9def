//! One small county for all tests of the pages: 样例县 under the id of 潜江, with the real packs, a few units and
//! people, a clock that stands still, and a browser's worth of HTTP.

#![allow(dead_code)]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use calendar::Day;
use domain::command::Command;
use domain::event::{Details, FileRef};
use policy::model::Sector;
use scraper::{Html, Selector};
use service::accounts::NewAccount;
use service::projects::{Change, NewProject, Registered};
use service::{AccountKind, Actor, Clock, Config, Service};
use store::{Batch, Db, OpenOptions, packs, units};
use tower::ServiceExt;
use web::{App, WebConfig, app};

pub const REGION: &str = "qianjiang";
pub const PASSWORD: &str = "Luodi-Test-2026";
pub const CENTRE: &str = "市招商服务中心";
pub const AUTHORITY: &str = "潜江高新区";
pub const LEADER: &str = "市政府分管领导";
pub const HOST: &str = "样例镇甲";
pub const OTHER_HOST: &str = "样例镇乙";
pub const ENTERPRISE: &str = "样例甲智造有限公司";

/// Units with their kinds.
const UNITS: [(&str, &str); 16] = [
    (CENTRE, "centre"),
    (AUTHORITY, "park"),
    (LEADER, "leadership"),
    ("市政府办公室", "department"),
    ("市发改委", "department"),
    ("市商务局", "department"),
    ("市经信局", "department"),
    ("市统计局", "department"),
    ("市审计局", "department"),
    ("市自然资源和城乡建设局", "department"),
    ("市住房和城乡建设局", "department"),
    ("市政务和大数据局", "department"),
    ("市人防办", "department"),
    ("市城发设计集团", "soe"),
    (HOST, "township"),
    (OTHER_HOST, "township"),
];

/// The county and its program.
pub struct County {
    pub service: Service,
    pub router: Router,
    folder: tempfile::TempDir,
}

impl County {
    /// Opens the county on a morning.
    pub async fn on(day: Day) -> County {
        let folder = tempfile::tempdir().expect("a folder");
        let address = format!("sqlite:{}", folder.path().join("luodi.db").display());
        let db = Db::open(&address, OpenOptions::default())
            .await
            .expect("a database");
        let config = Config::in_folder(folder.path());
        let service = Service::open(db, config, Clock::at_day(day))
            .await
            .expect("a service");
        let county = County {
            router: app(App {
                service: service.clone(),
                config: WebConfig::default(),
            }),
            service,
            folder,
        };
        county.found().await;
        county
    }

    async fn found(&self) {
        let mut batch = Batch::new();
        let region = units::RegionRow {
            region: REGION.into(),
            title: "潜江市".into(),
            province: "湖北省".into(),
        };
        units::put_region(&mut batch, &region, self.service.now());
        for (name, kind) in UNITS {
            let unit = units::UnitRow {
                name: name.into(),
                code: String::new(),
                kind: kind.into(),
                collective: false,
                note: String::new(),
            };
            units::put(&mut batch, REGION, &unit);
        }
        for (id, kind, source) in [
            (
                "qianjiang-6411",
                "lifecycle",
                include_str!("../../../../policies/qianjiang/6411.toml"),
            ),
            (
                "qianjiang-performance",
                "performance",
                include_str!("../../../../policies/qianjiang/performance.toml"),
            ),
        ] {
            let pack = packs::PackRow {
                region: REGION.into(),
                id: id.into(),
                version: "2025-05-16".into(),
                kind: kind.into(),
                source: source.into(),
                sm3: store::sm3_hex(source.as_bytes()),
                loaded_at: self.service.now(),
                loaded_by: "样例朱八".into(),
                active: true,
            };
            packs::insert(&mut batch, &pack);
        }
        self.service.db().write(batch).await.expect("the county");
    }

    /// Sets the clock to the morning of a day.
    pub fn set_day(&self, day: Day) {
        self.service.clock().set_day(day);
    }

    /// An official of a unit, without an account: for use cases called directly.
    pub fn official(&self, unit: &str) -> Actor {
        Actor {
            kind: AccountKind::Staff,
            name: "样例经办人".into(),
            unit: unit.into(),
            ..Actor::program(REGION)
        }
    }

    /// Somebody of the enterprise.
    pub fn enterprise(&self) -> Actor {
        Actor {
            kind: AccountKind::Enterprise,
            ..self.official(ENTERPRISE)
        }
    }

    /// Adds an account and signs in; the answer is its browser.
    pub async fn person(&self, login: &str, unit: &str, kind: AccountKind, admin: &str) -> Browser {
        let account = NewAccount {
            login: login.into(),
            name: "样例经办人".into(),
            unit: unit.into(),
            kind: kind.id().into(),
            admin: admin.into(),
            password: PASSWORD.into(),
            keep_password: true,
            ..NewAccount::default()
        };
        self.service
            .add_account(&Actor::program(REGION), &account)
            .await
            .expect("an account");
        let mut browser = self.stranger();
        let answer = browser
            .post(
                "/sign-in",
                &[("login", login), ("password", PASSWORD), ("next", "")],
            )
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        browser
    }

    /// An official of a unit with an account, signed in.
    pub async fn staff(&self, login: &str, unit: &str) -> Browser {
        self.person(login, unit, AccountKind::Staff, "").await
    }

    /// A browser that nobody has signed in with.
    pub fn stranger(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: Vec::new(),
        }
    }

    /// Registers a project of the first host and of industry.
    pub async fn project(&self, name: &str) -> String {
        let details = Details {
            name: name.into(),
            enterprise: Some(ENTERPRISE.into()),
            investor: Some("样例投资有限公司".into()),
            sector: Some(Sector::Industry),
            host: Some(HOST.into()),
            total_investment: Some(domain::values::Yuan(50_000_000_000)),
            ..Details::default()
        };
        let new = NewProject {
            details,
            distinct: true,
            ..NewProject::default()
        };
        match self
            .service
            .register(&self.official(CENTRE), new)
            .await
            .expect("a project")
        {
            Registered::Project(project) => project,
            Registered::Similar(similar) => panic!("similar: {similar:?}"),
        }
    }

    /// A project that has been approved and signed on these days.
    pub async fn signed_project(&self, name: &str, approved: Day, signed: Day) -> String {
        let project = self.project(name).await;
        for (milestone, day) in [("approved", approved), ("signed", signed)] {
            self.change(CENTRE, &project, claim(milestone, day)).await;
        }
        project
    }

    /// A change by an official of a unit that must succeed.
    pub async fn change(&self, unit: &str, project: &str, command: Command) {
        let change = Change {
            project: project.into(),
            seen_version: None,
            happened_on: None,
            command,
        };
        self.service
            .change(&self.official(unit), change)
            .await
            .expect("a change");
    }
}

/// A claim without evidence, as for milestones that are recorded only.
pub fn claim(milestone: &str, day: Day) -> Command {
    Command::Claim {
        milestone: milestone.into(),
        reached_on: day,
        variant: None,
        files: Vec::new(),
        values: Default::default(),
        note: String::new(),
    }
}

/// A claim of the start with its picture.
pub fn claim_start(day: Day) -> Command {
    Command::Claim {
        milestone: "started".into(),
        reached_on: day,
        variant: Some("foundation".into()),
        files: vec![FileRef {
            evidence: Some("site-photo".into()),
            name: "现场.png".into(),
            sm3: "0".repeat(64),
        }],
        values: Default::default(),
        note: String::new(),
    }
}

/// A browser: cookies, and the token of the last page for forms.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    cookies: Vec<(String, String)>,
}

impl Browser {
    /// Opens an address.
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = Request::get(path)
            .header(header::COOKIE, self.cookie())
            .body(Body::empty());
        self.send(request.expect("a request")).await
    }

    /// Sends a form; the token is added.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        if !fields.iter().any(|(name, _)| *name == "csrf") && !self.cookies.is_empty() {
            form.append_pair("csrf", &self.token().await);
        }
        let request = Request::post(path)
            .header(header::COOKIE, self.cookie())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.finish()));
        self.send(request.expect("a request")).await
    }

    /// Sends a form with files: (field, file name, content).
    pub async fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        const BOUNDARY: &str = "luodi-test-boundary";
        let mut body = Vec::new();
        let token = self.token().await;
        let all = std::iter::once(&("csrf", token.as_str()))
            .chain(fields)
            .map(|(name, value)| (*name, *value))
            .collect::<Vec<_>>();
        for (name, value) in all {
            let part = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend(part.into_bytes());
        }
        for (name, file, content) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend(head.into_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        let request = Request::post(path)
            .header(header::COOKIE, self.cookie())
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(Body::from(body));
        self.send(request.expect("a request")).await
    }

    /// A token for a form of this session.
    pub async fn token(&mut self) -> String {
        let page = self.get("/account").await;
        page.attribute("meta[name=csrf-token]", "content")
            .unwrap_or_default()
    }

    /// The cookies, for a request made by hand.
    pub fn cookies_text(&self) -> String {
        self.cookie()
    }

    fn cookie(&self) -> String {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// Sends a request and keeps the cookies of its answer.
    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().expect("a cookie");
            let pair = text.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            self.cookies.retain(|(kept, _)| kept != name);
            if !text.contains("Max-Age=0") {
                self.cookies.push((name.to_string(), value.to_string()));
            }
        }
        let body = to_bytes(body, usize::MAX).await.expect("a body").to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Where a redirect goes.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The parsed page.
    pub fn html(&self) -> Html {
        Html::parse_document(&self.text())
    }

    /// The texts of all elements that a selector finds, white space folded.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).expect("a selector");
        let fold = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.html()
            .select(&selector)
            .map(|element| fold(element.text().collect::<String>()))
            .collect()
    }

    /// How many elements a selector finds.
    pub fn count(&self, selector: &str) -> usize {
        self.texts(selector).len()
    }

    /// An attribute of the first element that a selector finds.
    pub fn attribute(&self, selector: &str, attribute: &str) -> Option<String> {
        let selector = Selector::parse(selector).expect("a selector");
        self.html()
            .select(&selector)
            .next()
            .and_then(|element| element.attr(attribute))
            .map(str::to_string)
    }
}
