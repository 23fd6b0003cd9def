//! Official documents: figures that are their rows, numbers, editions, who may open them, templates.

use std::collections::BTreeSet;
use std::process::Command;

use domain::matter::MatterCommand;
use office::{official_template, order_template, placeholders};
use policy::model::DocumentKind;
use service::forms::{Figure, Over};
use service::matters::{MatterChange, MatterOrder};
use service::meetings::{MeetingChange, NewMeeting};
use service::samples::{SampleOptions, install};
use service::{AccountKind, Actor, AdminRole, ServiceError};

use crate::city::*;
use crate::forms::with_forms;
use crate::matters::{found, order};

on_both! {
    documents_are_numbered_without_gaps_and_every_opening_is_counted,
    twelve_issued_at_once_take_twelve_numbers_and_a_new_year_begins_with_one,
    an_order_is_issued_once_and_anew_when_its_limit_was_changed,
    minutes_are_issued_when_they_are_closed_and_name_who_does_what_by_when,
    a_bulletin_counts_meetings_and_matters_as_they_stood_on_the_last_day,
    a_changed_template_counts_when_it_was_looked_at,
}

const HALF_YEAR: (&str, &str) = ("half-year-bulletin", "2025-H2");

async fn issue(city: &City, actor: &Actor, document: &str, subject: &str) -> String {
    let issued = city.service.issue_document(actor, document, subject).await;
    issued.unwrap_or_else(|error| panic!("{document} {subject}: {error}"))
}

async fn number(city: &City, actor: &Actor, id: &str) -> String {
    city.service
        .issued_page(actor, id)
        .await
        .unwrap()
        .line
        .number
}

fn figure<'a>(figures: &'a [Figure], id: &str) -> &'a Figure {
    figures.iter().find(|figure| figure.id == id).unwrap()
}

/// The words of a Word document.
fn words(bytes: &[u8]) -> String {
    use std::io::Read;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    archive
        .by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut xml)
        .unwrap();
    let texts = xml.split("<w:t").skip(1);
    let texts = texts.filter_map(|rest| rest.split_once('>')?.1.split_once("</w:t>"));
    texts.map(|(text, _)| text).collect()
}

async fn documents_are_numbered_without_gaps_and_every_opening_is_counted(city: &City) {
    with_forms(city).await;
    city.started("样例光电项目").await;
    city.signed("样例纺织项目").await;
    city.on("2025-07-10");
    let centre = staff(CENTRE);
    let draft = city
        .service
        .draft_document(&centre, "half-year-bulletin", "2025-H1")
        .await
        .unwrap();
    // Every figure is the sum of the projects that it opens to.
    let signed = figure(&draft.figures, "signed");
    let mut sum = 0;
    for row in &signed.rows {
        sum += city.row(&row.id).await.row.total_investment.unwrap();
    }
    assert_eq!((signed.count(), signed.investment().0), (2, sum));
    assert_eq!(figure(&draft.figures, "started").count(), 1);
    let all: Vec<&str> = draft.body.iter().map(|p| p.text.as_str()).collect();
    let all = all.concat();
    assert!(all.contains("累计签约项目2个"), "{all}");
    assert!(
        all.contains("没有召开会议的记录") && !all.contains('{'),
        "{all}"
    );
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(issue(city, &centre, "half-year-bulletin", "2025-H1").await);
    }
    let (name, content) = city
        .service
        .issued_document(&centre, &ids[0])
        .await
        .unwrap();
    assert!(name.starts_with("潭开放办〔2025〕1号"), "{name}");
    assert!(words(&content).contains("累计签约项目2个"));
    let lines = city.service.issued_documents(&centre).await.unwrap();
    let numbers: Vec<(&str, i64)> = lines
        .iter()
        .map(|line| (line.number.as_str(), line.prints))
        .collect();
    assert_eq!(
        numbers,
        [("潭开放办〔2025〕2号", 0), ("潭开放办〔2025〕1号", 1)]
    );
    let page = city.service.issued_page(&centre, &ids[0]).await.unwrap();
    assert_eq!(page.takings.len(), 1);
    assert_eq!(page.takings[0].unit, CENTRE);
    assert_eq!(page.changed, Some(false));
    // A town drafts none and opens none; a project that was never assigned has no letter.
    let town = staff(TOWN);
    let drafted = city
        .service
        .draft_document(&town, "half-year-bulletin", "2025-H1")
        .await;
    assert!(matches!(drafted, Err(ServiceError::Forbidden(_))));
    let opened = city.service.issued_document(&town, &ids[0]).await;
    assert!(matches!(opened, Err(ServiceError::NotFound(_))));
    assert_eq!(city.service.issued_documents(&town).await.unwrap(), []);
    let letter = city
        .service
        .draft_document(&centre, "assignment-letter", &signed.rows[0].id)
        .await;
    assert!(letter.unwrap_err().to_string().contains("还没有交办"));

    // A third project, signed within the half-year but recorded later: the document keeps what it said.
    city.signed("样例化工项目").await;
    city.on("2025-07-20");
    let page = city.service.issued_page(&centre, &ids[0]).await.unwrap();
    let signed = page.figures.iter().find(|line| line.figure.id == "signed");
    let signed = signed.unwrap();
    assert_eq!(signed.figure.count(), 2);
    assert!(
        signed.today.as_ref().unwrap().starts_with("3个"),
        "{signed:?}"
    );
    assert_eq!((page.changed, page.may_reissue), (Some(true), true));
    let again = city
        .service
        .reissue_document(&centre, &ids[0])
        .await
        .unwrap();
    let page = city.service.issued_page(&centre, &again).await.unwrap();
    assert_eq!(page.line.number, "潭开放办〔2025〕1号");
    assert_eq!((page.line.edition, page.editions.len()), (2, 2));
    assert_eq!(page.changed, Some(false));
    // The older edition stays, and is not issued anew beside the newer one.
    let old = city.service.issued_page(&centre, &ids[0]).await.unwrap();
    assert!(!old.may_reissue && old.changed == Some(true));
    let error = city.service.reissue_document(&centre, &ids[0]).await;
    assert!(matches!(error, Err(ServiceError::Conflict(_))), "{error:?}");
    let error = city.service.reissue_document(&centre, &again).await;
    assert!(error.unwrap_err().to_string().contains("没有变动"));
    // The quarter says what the month says, and takes the next number.
    let quarter = issue(city, &centre, "quarterly-report", "2025-Q2").await;
    assert_eq!(number(city, &centre, &quarter).await, "潭开放办〔2025〕3号");
}

async fn twelve_issued_at_once_take_twelve_numbers_and_a_new_year_begins_with_one(city: &City) {
    with_forms(city).await;
    city.on("2025-12-31");
    let centre = staff(CENTRE);
    let issued = (0..12).map(|_| {
        let (service, centre) = (city.service.clone(), centre.clone());
        tokio::spawn(async move {
            service
                .issue_document(&centre, "monthly-report", "2025-11")
                .await
        })
    });
    let issued: Vec<_> = issued.collect();
    let mut numbers = BTreeSet::new();
    for task in issued {
        numbers.insert(number(city, &centre, &task.await.unwrap().unwrap()).await);
    }
    let wanted: BTreeSet<String> = (1..=12).map(|n| format!("潭开放办〔2025〕{n}号")).collect();
    assert_eq!(numbers, wanted);
    city.on("2026-01-01");
    let next = issue(city, &centre, "monthly-report", "2025-12").await;
    assert_eq!(number(city, &centre, &next).await, "潭开放办〔2026〕1号");
}

async fn act(city: &City, unit: &str, matter: &str, command: MatterCommand) {
    let change = MatterChange {
        matter: matter.into(),
        seen_version: None,
        command,
    };
    let unit = staff(unit);
    let acted = city.service.change_matter(&unit, change, Vec::new());
    acted.await.unwrap_or_else(|error| panic!("{error}"));
}

async fn close(city: &City, lead: &str, matter: &str) {
    act(city, lead, matter, MatterCommand::Accept).await;
    let report = MatterCommand::Report {
        text: "已落实".into(),
        files: Vec::new(),
    };
    act(city, lead, matter, report).await;
    let opinion = String::new();
    act(city, CENTRE, matter, MatterCommand::Approve { opinion }).await;
    let note = String::new();
    act(city, CENTRE, matter, MatterCommand::Close { note }).await;
}

async fn an_order_is_issued_once_and_anew_when_its_limit_was_changed(city: &City) {
    found(city).await;
    with_forms(city).await;
    let centre = staff(CENTRE);
    let matter = city
        .service
        .issue_matter(&centre, order("supervision"), Vec::new())
        .await
        .unwrap()
        .matter;
    city.on("2025-09-23");
    let about = |actor: Actor| {
        let (service, matter) = (city.service.clone(), matter.clone());
        async move {
            let about = service
                .document_about(&actor, DocumentKind::Order, &matter)
                .await;
            about.unwrap().unwrap()
        }
    };
    assert!(about(centre.clone()).await.may_issue);
    let land = staff(LAND);
    assert!(!about(land.clone()).await.may_issue);
    let error = city
        .service
        .issue_document(&land, "supervision-order", &matter)
        .await;
    assert!(
        matches!(error, Err(ServiceError::Forbidden(_))),
        "{error:?}"
    );

    let id = issue(city, &centre, "supervision-order", &matter).await;
    assert_eq!(issue(city, &centre, "supervision-order", &matter).await, id);
    let page = city.service.issued_page(&centre, &id).await.unwrap();
    assert_eq!(page.line.number, "潭招督〔2025〕第 1 号");
    let (_, first) = city.service.issued_document(&land, &id).await.unwrap();
    let first = words(&first);
    for part in [
        "市级重点招商项目督办单",
        "潭招督〔2025〕第 1 号2025年9月22日",
        "督办单位：市自然资源和城乡建设局、潜江高新区（配合）",
        "用地指标未落实",
        "2025年9月22日（星期一）至9月29日（星期一）",
        "督办单签发单位单位（盖章）：市招商服务中心2025年9月22日",
    ] {
        assert!(first.contains(part), "{part} in {first}");
    }
    // The supporting unit got it too and finds it in its list; a unit without a part does not learn of it.
    let park = city.service.issued_documents(&staff(PARK)).await.unwrap();
    assert_eq!(park.len(), 1);
    for stranger in [staff(TOWN), enterprise(ENTERPRISE)] {
        let opened = city.service.issued_document(&stranger, &id).await;
        assert!(matches!(opened, Err(ServiceError::NotFound(_))));
    }
    let changed = MatterCommand::ChangeLimit {
        due: day("2025-10-31"),
        reason: "样例理由".into(),
    };
    act(city, CENTRE, &matter, changed).await;
    let page = city.service.issued_page(&centre, &id).await.unwrap();
    assert_eq!((page.changed, page.may_reissue), (Some(true), true));
    let page = city.service.issued_page(&land, &id).await.unwrap();
    assert!(!page.may_reissue);
    let again = city.service.reissue_document(&centre, &id).await.unwrap();
    let (_, second) = city.service.issued_document(&centre, &again).await.unwrap();
    let second = words(&second);
    assert!(second.contains("至10月31日（星期五）"), "{second}");
    assert!(
        second.contains("潭招督〔2025〕第 1 号2025年9月23日"),
        "{second}"
    );
    let (_, old) = city.service.issued_document(&land, &id).await.unwrap();
    assert_eq!(words(&old), first);
    assert_eq!(about(land).await.issued.unwrap().edition, 2);
    // Only kinds with a sheet have one.
    let other = city
        .service
        .issue_matter(&centre, order("assignment"), Vec::new())
        .await
        .unwrap();
    let error = city
        .service
        .issue_document(&centre, "supervision-order", &other.matter)
        .await;
    assert!(error.unwrap_err().to_string().contains("表样"));
}

/// A joint meeting with one decision for the land office.
async fn meeting(city: &City) -> (String, String) {
    let centre = staff(CENTRE);
    let new = NewMeeting {
        kind: "joint".into(),
        title: "第三季度部门联席会议".into(),
        held_on: Some(city.service.today()),
        place: "样例会议室".into(),
        chair: "样例市领导".into(),
        members: vec![LAND.into(), PARK.into()],
        problems: Vec::new(),
        topics: vec!["样例项目用地".into()],
        ..NewMeeting::default()
    };
    let meeting = city.service.call_meeting(&centre, new).await.unwrap();
    let minutes = MeetingChange::Minutes {
        item: 0,
        text: "听取用地情况汇报。\n研究了解决办法。".into(),
    };
    city.service
        .change_meeting(&centre, &meeting, minutes)
        .await
        .unwrap();
    let order = MatterOrder {
        title: "落实用地".into(),
        content: "月底前落实用地指标。".into(),
        units: vec![LAND.into()],
        ..MatterOrder::default()
    };
    let decided = city
        .service
        .decide_meeting(&centre, &meeting, 0, order)
        .await
        .unwrap();
    (meeting, decided.matter)
}

async fn minutes_are_issued_when_they_are_closed_and_name_who_does_what_by_when(city: &City) {
    found(city).await;
    with_forms(city).await;
    let centre = staff(CENTRE);
    let (meeting, _) = meeting(city).await;
    let early = city
        .service
        .issue_document(&centre, "meeting-minutes", &meeting)
        .await;
    assert!(early.unwrap_err().to_string().contains("还没有定稿"));
    city.service
        .change_meeting(&centre, &meeting, MeetingChange::Close)
        .await
        .unwrap();
    city.on("2025-09-24");
    let id = issue(city, &centre, "meeting-minutes", &meeting).await;
    let park = staff(PARK);
    let (name, content) = city.service.issued_document(&park, &id).await.unwrap();
    assert!(name.starts_with("潭招纪〔2025〕1号"), "{name}");
    let said = words(&content);
    for part in [
        "部门联席会议纪要潭招纪〔2025〕1号市招商服务中心2025年9月24日",
        "会议时间：2025年9月22日（星期一）会议地点：样例会议室主　　持：样例市领导",
        "一、样例项目用地听取用地情况汇报。研究了解决办法。",
        "会议决定：月底前落实用地指标（潭招会〔2025〕第 1 号，由市自然资源和城乡建设局牵头，2025年10月24日前完成）。",
        "发送：市自然资源和城乡建设局、潜江高新区。",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    let opened = city.service.issued_document(&staff(TOWN), &id).await;
    assert!(matches!(opened, Err(ServiceError::NotFound(_))));
}

async fn a_bulletin_counts_meetings_and_matters_as_they_stood_on_the_last_day(city: &City) {
    found(city).await;
    with_forms(city).await;
    let (_, decision) = meeting(city).await;
    let mut orders = Vec::new();
    for _ in 0..3 {
        let issued = city
            .service
            .issue_matter(&staff(CENTRE), order("assignment"), Vec::new())
            .await;
        orders.push(issued.unwrap().matter);
    }
    // One closed in time, one late, one never; the decision after the period.
    city.on("2025-09-25");
    close(city, LAND, &orders[0]).await;
    city.on("2025-11-20");
    close(city, LAND, &orders[1]).await;
    city.on("2026-01-04");
    close(city, LAND, &decision).await;
    let (document, period) = HALF_YEAR;
    let draft = city
        .service
        .draft_document(&staff(CENTRE), document, period)
        .await
        .unwrap();
    let count = |id: &str| figure(&draft.figures, id).count();
    assert_eq!(count("meetings"), 1);
    assert_eq!(
        [
            count("orders"),
            count("orders-closed"),
            count("orders-in-time"),
            count("orders-overdue"),
        ],
        [3, 2, 1, 1]
    );
    assert_eq!(
        [
            count("decisions"),
            count("decisions-closed"),
            count("decisions-overdue")
        ],
        [1, 0, 1]
    );
    let overdue = figure(&draft.figures, "orders-overdue");
    assert_eq!(overdue.over, Over::Matters);
    assert_eq!(overdue.rows[0].id, orders[2]);
    let all: Vec<&str> = draft.body.iter().map(|p| p.text.as_str()).collect();
    let all = all.concat();
    for part in [
        "2025年下半年召开会议1次：部门联席会议1次。",
        "会议决定的事项1件；销号0件，其中按时办结0件；期末逾期未办结1件。",
        "签发交办、督办单3件：交办3件；销号2件，其中按时办结1件。",
        "期末逾期未办结1件，按承办单位：市自然资源和城乡建设局1件。",
    ] {
        assert!(all.contains(part), "{part} in {all}");
    }
    // A kind that the pack of matters does not have is said, not counted as nothing.
    let wrong = include_str!("../../../../policies/xiangtan/forms.toml")
        .replace("region = \"xiangtan\"", "region = \"qianjiang\"")
        .replace("version = \"2024-09-28\"", "version = \"2024-09-29\"")
        .replace("市开放办", CENTRE)
        .replace("[\"assignment\", \"supervision\"]", "[\"asignment\"]");
    city.put_in_force("forms.toml", &wrong).await;
    let error = city
        .service
        .draft_document(&staff(CENTRE), document, period)
        .await;
    assert!(error.unwrap_err().to_string().contains("asignment"));
}

async fn a_changed_template_counts_when_it_was_looked_at(city: &City) {
    with_forms(city).await;
    city.on("2025-07-10");
    let centre = staff(CENTRE);
    let service = &city.service;
    let document = "half-year-bulletin";
    let lines = service.document_templates(&centre).await.unwrap();
    assert!(lines.iter().all(|line| line.own_since.is_empty()));
    // Others keep no templates; the system administrator does.
    for actor in [staff(TOWN), administrator(AdminRole::Security)] {
        let refused = service.document_templates(&actor).await;
        assert!(matches!(refused, Err(ServiceError::Forbidden(_))));
        let refused = service.drop_template(&actor, document).await;
        assert!(matches!(refused, Err(ServiceError::Forbidden(_))));
    }
    let system = administrator(AdminRole::System);
    assert!(
        !service
            .document_templates(&system)
            .await
            .unwrap()
            .is_empty()
    );

    let error = service
        .try_template(&centre, document, order_template().unwrap())
        .await;
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("{{content}}") && error.contains("可以写"),
        "{error}"
    );
    let error = service.use_template(&centre, document).await;
    assert!(error.unwrap_err().to_string().contains("没有待启用"));

    let mut changed = official_template().unwrap();
    changed = with_words(&changed, "{{number}}", "（样例版式）{{number}}");
    service
        .try_template(&centre, document, changed)
        .await
        .unwrap();
    // On trial it is seen in the preview and counts for nothing.
    let (_, sample) = service.template_preview(&centre, document).await.unwrap();
    assert!(words(&sample).contains("（样例版式）样例〔2025〕1号"));
    let id = issue(city, &centre, document, "2025-H1").await;
    let (_, file) = service.issued_document(&centre, &id).await.unwrap();
    assert!(!words(&file).contains("样例版式"));
    service.use_template(&centre, document).await.unwrap();
    let id = issue(city, &centre, document, "2025-H1").await;
    let (_, file) = service.issued_document(&centre, &id).await.unwrap();
    assert!(words(&file).contains("（样例版式）潭开放办〔2025〕2号"));
    assert!(placeholders(&file).unwrap().is_empty());
    service.drop_template(&system, document).await.unwrap();
    let (_, house) = service.template_in_use(&centre, document).await.unwrap();
    assert_eq!(house, official_template().unwrap());
    let audit = administrator(AdminRole::Audit);
    let trail = service.audit_trail(&audit, 50).await.unwrap();
    for action in ["try-template", "use-template", "drop-template"] {
        assert!(
            trail.iter().any(|line| line.action == action),
            "{action}: {trail:?}"
        );
    }
}

/// A Word document with other words in it.
fn with_words(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    use std::io::{Read, Write};
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        out.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        out.write_all(text.replace(from, to).as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

// ---- as they are printed

const OPENING: &str = "市开放办";
const OFFICE: &str = "市招商安商工作领导小组办公室";

fn of_xiangtan(unit: &str) -> Actor {
    Actor {
        account: format!("account-{unit}"),
        login: "sample".into(),
        name: "样例经办人".into(),
        unit: unit.into(),
        kind: AccountKind::Staff,
        ..Actor::program("xiangtan")
    }
}

/// The documents of 湘潭, made from its samples, printed by an office program: all words there, no page too many.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_document_of_xiangtan_prints_whole() {
    crate::support::on_sqlite(|city| async move { printed(&city).await }).await;
}

async fn printed(city: &City) {
    city.on("2026-07-20");
    let today = city.service.today();
    install(&city.service, SampleOptions { today })
        .await
        .unwrap();
    let (opening, office) = (of_xiangtan(OPENING), of_xiangtan(OFFICE));
    let service = &city.service;
    // 截止9月底，全市新签约重大招商项目97个，签约金额565亿元，其中，投资总额1亿元以上的项目有55个.
    let published = service
        .draft_document(&opening, "quarterly-report", "2024-Q3")
        .await
        .unwrap();
    let large = figure(&published.figures, "signed-large");
    let all: Vec<&str> = published.body.iter().map(|p| p.text.as_str()).collect();
    assert!(
        all.concat().contains("累计签约项目97个、总投资565亿元"),
        "{all:?}"
    );
    assert_eq!(large.count(), 55);
    let order = MatterOrder {
        kind: "supervision".into(),
        title: "样例项目用地".into(),
        content: "样例项目用地指标至今未落实，企业多次反映。".into(),
        requirement: "七月底前落实用地指标，并书面报告办理结果。".into(),
        units: vec!["国土局".into(), "岳塘经开区".into()],
        ..MatterOrder::default()
    };
    let matter = service.issue_matter(&office, order, Vec::new()).await;
    let matter = matter.unwrap().matter;
    let new = NewMeeting {
        kind: "joint".into(),
        title: "2026年第三季度部门联席会议".into(),
        held_on: Some(today),
        place: "样例会议室".into(),
        chair: "样例市领导".into(),
        members: vec!["市发改委".into(), "国土局".into(), "规划局".into()],
        topics: vec!["样例项目用地问题".into()],
        ..NewMeeting::default()
    };
    let meeting = service.call_meeting(&office, new).await.unwrap();
    let minutes = MeetingChange::Minutes {
        item: 0,
        text: "会议听取了国土局关于样例项目用地情况的汇报，研究了解决办法。".into(),
    };
    for change in [minutes, MeetingChange::Close] {
        let changed = service.change_meeting(&office, &meeting, change);
        changed.await.unwrap();
    }
    let assigned = "01900000-0000-7000-8100-000000000002";
    let documents = [
        (&opening, "assignment-letter", assigned, 2),
        (&opening, "monthly-report", "2026-06", 2),
        (&opening, "quarterly-report", "2026-Q2", 2),
        (&opening, "half-year-bulletin", "2026-H1", 3),
        (&office, "supervision-order", &matter, 1),
        (&office, "meeting-minutes", &meeting, 1),
    ];
    let folder = tempfile::tempdir().unwrap();
    let mut made = Vec::new();
    for (actor, document, subject, most) in documents {
        let id = issue(city, actor, document, subject).await;
        let (_, bytes) = service.issued_document(actor, &id).await.unwrap();
        let path = folder.path().join(format!("{document}.docx"));
        std::fs::write(&path, &bytes).unwrap();
        if let Ok(kept) = std::env::var("LUODI_KEEP") {
            std::fs::write(format!("{kept}/{document}.docx"), &bytes).unwrap();
        }
        made.push((document, path, words(&bytes), most));
    }
    // The unit to which the project was given opens its letter; another does not.
    let yuetang = of_xiangtan("岳塘经开区");
    let letters = service.issued_documents(&yuetang).await;
    assert!(
        letters
            .unwrap()
            .iter()
            .any(|line| line.title.contains("对接跟进"))
    );

    let profile = format!("-env:UserInstallation=file://{}/p", folder.path().display());
    let run = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder.path())
        .args(made.iter().map(|(_, path, ..)| path))
        .output();
    if run.is_err() || !folder.path().join("monthly-report.pdf").exists() {
        println!("skipped: soffice cannot open Word documents here");
        return;
    }
    for (document, path, words, most) in made {
        let text = Command::new("pdftotext")
            .arg(path.with_extension("pdf"))
            .arg("-")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&text.stdout).into_owned();
        let pages = text.matches('\u{c}').count();
        assert!(pages <= most, "{document}: {pages} pages\n{text}");
        // Nothing is cut: every character of the document is on paper.
        let on_paper: String = text.split_whitespace().collect();
        let mut left = on_paper
            .chars()
            .fold(std::collections::BTreeMap::new(), |mut all, c| {
                *all.entry(c).or_insert(0i64) += 1;
                all
            });
        for c in words.chars().filter(|c| !c.is_whitespace()) {
            let n = left.entry(c).or_insert(0);
            *n -= 1;
            assert!(*n >= 0, "{document}: {c} is missing\n{text}");
        }
    }
}
