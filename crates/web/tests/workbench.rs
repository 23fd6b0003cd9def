//! 工作台: what waits, what is late, what changed, for each kind of person.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use calendar::Day;
use common::{AUTHORITY, CENTRE, County, HOST, LEADER, OTHER_HOST, REGION, claim, claim_start};
use domain::event::{By, Details, EventKind};
use jiff::civil::date;
use policy::model::Sector;
use service::AccountKind;
use store::Batch;

const APPROVED: Day = date(2024, 12, 20);
const SIGNED: Day = date(2025, 1, 10);

/// A project that had to be started by 10 July, looked at on 30 July.
async fn late_project(county: &County, name: &str) -> String {
    county.signed_project(name, APPROVED, SIGNED).await
}

#[tokio::test]
async fn a_claim_waits_for_the_authority_one_click_from_its_form() {
    let county = County::on(date(2025, 6, 2)).await;
    let project = late_project(&county, "样例待认定项目").await;
    county
        .change(HOST, &project, claim_start(date(2025, 6, 1)))
        .await;
    let mut authority = county.staff("gaoxin", AUTHORITY).await;
    let page = authority.get("/").await;
    assert_eq!(page.status, 200, "{}", page.text());
    let href = format!("/projects/{project}/actions/certify?subject=started");
    let todo = page.texts(&format!("#todo a[href='{href}']"));
    assert!(
        todo.len() == 1 && todo[0].contains("开工") && todo[0].contains("样例待认定项目"),
        "{todo:?}"
    );
    let form = authority.get(&href).await;
    assert_eq!(form.status, 200, "{}", form.text());
    let mut other = county.staff("shangwu", "市商务局").await;
    assert_eq!(other.get("/").await.count(&format!("a[href='{href}']")), 0);
}

#[tokio::test]
async fn things_to_do_are_grouped_by_kind_with_counts_and_the_navigation_counts_them() {
    let county = County::on(date(2025, 6, 2)).await;
    for number in 0..10 {
        late_project(&county, &format!("样例项目{number}")).await;
    }
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get("/").await;
    let heading = page.texts("#todo .todo-group h3").join(" ");
    assert!(
        heading.contains("甄别、确认纳入管理") && heading.contains("10"),
        "{heading}"
    );
    assert!(page.count("#todo .tasks li") < 10, "the first of them only");
    let all = page.attribute("#todo h3 a[href*=kind]", "href").unwrap();
    assert_eq!(centre.get(&all).await.count("#todo .tasks li"), 10);
    let badge = page.texts(".sidenav a[href='/'] .nav-count");
    assert_eq!(badge, ["10"]);
    let strange = centre.get("/?kind=nonsense").await;
    assert_eq!(strange.status, 200);
    assert!(strange.text().contains("没有等待本单位办理的事项"));
}

#[tokio::test]
async fn the_navigation_counts_to_99_and_no_further() {
    let county = County::on(date(2025, 6, 2)).await;
    let row = |number: usize| store::todos::TodoRow {
        region: common::REGION.into(),
        project: "p".into(),
        kind: "certify".into(),
        subject: format!("s{number}"),
        unit: CENTRE.into(),
        title: "开工".into(),
        since: date(2025, 6, 1),
        due_on: None,
    };
    let mut batch = store::Batch::new();
    let rows: Vec<_> = (0..130).map(row).collect();
    store::todos::replace(&mut batch, common::REGION, "p", &rows);
    county.service.db().write(batch).await.unwrap();
    let counts = county
        .service
        .navigation_counts(&county.official(CENTRE))
        .await
        .unwrap();
    assert_eq!((counts.todo, counts.alerts), (100, 0));
    let mut centre = county.staff("centre", CENTRE).await;
    assert_eq!(
        centre
            .get("/")
            .await
            .texts(".sidenav a[href='/'] .nav-count"),
        ["99+"]
    );
}

#[tokio::test]
async fn what_is_late_comes_before_what_is_soon_due() {
    let county = County::on(date(2025, 7, 30)).await;
    late_project(&county, "样例逾期项目").await;
    county
        .signed_project("样例将到期项目", APPROVED, date(2025, 2, 15))
        .await;
    county
        .signed_project("样例宽裕项目", APPROVED, date(2025, 7, 20))
        .await;
    for unit in [HOST, AUTHORITY] {
        let mut browser = county.staff(&format!("u{}", unit.len()), unit).await;
        let page = browser.get("/").await;
        let lines = page.texts("#due .tasks li");
        let late = lines
            .iter()
            .position(|line| line.contains("样例逾期项目") && line.contains("逾期 20 天"));
        let soon = lines
            .iter()
            .position(|line| line.contains("样例将到期项目") && line.contains("剩余 16 天"));
        assert!(late.is_some() && late < soon, "{unit}: {lines:?}");
        let due = lines
            .iter()
            .find(|line| line.contains("项目筹备开工：样例将到期项目"))
            .unwrap();
        assert!(due.contains("2025-08-15 星期五"), "{due}");
        assert!(
            !lines
                .iter()
                .any(|line| line.contains("样例宽裕项目") && line.contains("项目筹备开工")),
            "{lines:?}"
        );
    }
    let mut other = county.staff("other", OTHER_HOST).await;
    assert_eq!(other.get("/").await.count("#due .tasks li"), 0);
}

#[tokio::test]
async fn what_changed_is_told_in_sentences_to_those_who_may_know() {
    let county = County::on(date(2025, 6, 2)).await;
    let project = late_project(&county, "样例变化项目").await;
    county
        .change(HOST, &project, claim_start(date(2025, 6, 1)))
        .await;
    let mut host = county.staff("host", HOST).await;
    let changes = host.get("/").await.texts("#changes li").join(" ");
    assert!(
        changes.contains("样例变化项目") && changes.contains("开工") && changes.contains(HOST),
        "{changes}"
    );
    let mut other = county.staff("other", OTHER_HOST).await;
    assert_eq!(other.get("/").await.count("#changes li"), 0);
}

#[tokio::test]
async fn leaders_get_figures_that_lead_to_their_rows() {
    let county = County::on(date(2025, 7, 30)).await;
    late_project(&county, "样例逾期项目").await;
    county
        .signed_project("样例新签项目", APPROVED, date(2025, 7, 28))
        .await;
    let mut leader = county
        .person("leader", LEADER, AccountKind::Leader, "")
        .await;
    let page = leader.get("/").await;
    assert_eq!(
        page.attribute(".stats", "hx-get").as_deref(),
        Some("/overview")
    );
    let overview = leader.get("/overview").await;
    let stats = overview.texts(".stat");
    assert!(
        stats.iter().any(|stat| stat.contains("在库项目2个")),
        "{stats:?}"
    );
    assert!(
        stats.iter().any(|stat| stat.contains("已逾期1个")),
        "{stats:?}"
    );
    for (href, count) in [("/projects", 2), ("/projects?light=red", 1)] {
        assert!(
            overview.count(&format!(".stat[href='{href}']")) >= 1,
            "{href}"
        );
        assert_eq!(
            leader.get(href).await.count(".grid tbody tr"),
            count,
            "{href}"
        );
    }
    let mut host = county.staff("host", HOST).await;
    assert_eq!(host.get("/").await.count(".stats"), 0);
}

#[tokio::test]
async fn figures_for_a_script_are_a_fragment() {
    let county = County::on(date(2025, 7, 30)).await;
    late_project(&county, "样例逾期项目").await;
    let mut leader = county
        .person("leader", LEADER, AccountKind::Leader, "")
        .await;
    let request = axum::http::Request::get("/overview")
        .header("hx-request", "true")
        .header("cookie", leader.cookies_text())
        .body(axum::body::Body::empty())
        .unwrap();
    let part = leader.send(request).await.text();
    assert!(
        part.trim_start().starts_with("<section class=\"stats\"") && part.contains("在库项目"),
        "{part}"
    );
}

#[tokio::test]
async fn enterprises_and_administrators_begin_elsewhere() {
    let county = County::on(date(2025, 7, 30)).await;
    let mut enterprise = county
        .person("ent", common::ENTERPRISE, AccountKind::Enterprise, "")
        .await;
    let answer = enterprise.get("/").await;
    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (303, "/portal")
    );
    for role in ["system", "security", "audit"] {
        let mut admin = county
            .person(role, "市政务和大数据局", AccountKind::Staff, role)
            .await;
        let answer = admin.get("/").await;
        assert_eq!(
            (answer.status.as_u16(), answer.location()),
            (303, "/admin"),
            "{role}"
        );
        assert_eq!(admin.get("/overview").await.status, 403, "{role}");
    }
    let mut auditor = county
        .person("auditor", "市审计局", AccountKind::Staff, "auditor")
        .await;
    assert_eq!(auditor.get("/").await.status, 200);
}

#[tokio::test]
async fn a_unit_that_no_project_concerns_sees_none() {
    let county = County::on(date(2025, 7, 30)).await;
    late_project(&county, "样例逾期项目").await;
    let mut nobody = county.staff("nobody", "市审计局").await;
    let page = nobody.get("/").await;
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("样例逾期项目"));
    assert!(page.text().contains("没有等待本单位办理的事项"));
}

#[tokio::test]
async fn sample_data_is_said_on_every_list_while_there_is_some_and_not_afterwards() {
    let county = County::on(date(2025, 7, 30)).await;
    let service = &county.service;
    let region = service.region(REGION).await.unwrap();
    let head = region.lifecycle().unwrap().file.pack.clone();
    let registered = EventKind::Registered {
        pack: head.id,
        version: head.version,
        details: Box::new(Details {
            name: "样例演示项目".into(),
            host: Some(HOST.into()),
            sector: Some(Sector::Industry),
            ..Details::default()
        }),
        sample: true,
    };
    let by = By {
        person: "样例经办人".into(),
        unit: CENTRE.into(),
        ..By::default()
    };
    let batch = service.whole_project(
        &region,
        &by,
        "sample-1",
        vec![(date(2025, 7, 1), registered)],
    );
    service.db().write(batch.unwrap()).await.unwrap();
    for (milestone, day) in [
        ("approved", date(2025, 1, 2)),
        ("signed", date(2025, 1, 20)),
    ] {
        county
            .change(CENTRE, "sample-1", claim(milestone, day))
            .await;
    }
    service.sweep(date(2025, 7, 30)).await.unwrap();
    let mut centre = county.staff("centre", CENTRE).await;
    let pages = [
        "/",
        "/projects",
        "/alerts",
        "/alerts/messages",
        "/projects/sample-1",
    ];
    for path in pages {
        let said = centre.get(path).await.texts(".ribbon");
        assert!(
            said.len() == 1 && said[0].contains("样例数据"),
            "{path}: {said:?}"
        );
    }
    let mut batch = Batch::new();
    store::projects::forget(&mut batch, REGION, "sample-1");
    service.db().write(batch).await.unwrap();
    for path in &pages[..4] {
        assert_eq!(centre.get(path).await.count(".ribbon"), 0, "{path}");
    }
}
