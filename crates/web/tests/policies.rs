//! 政策: packs clause by clause, versions, loading, what a version would change.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use axum::http::StatusCode;
use common::{Answer, Browser, CENTRE, County, HOST};
use jiff::civil::date;
use service::AccountKind;

const LIFECYCLE: &str = include_str!("../../../policies/qianjiang/6411.toml");
const PACK: &str = "/policies/qianjiang-6411/2025-05-16";
const NEXT: &str = "/policies/qianjiang-6411/2026-01-01";

async fn county() -> County {
    County::on(date(2026, 3, 2)).await
}

async fn system(county: &County) -> Browser {
    county
        .person("system", "市政务和大数据局", AccountKind::Staff, "system")
        .await
}

/// The next version: five months instead of six from signing to the start.
fn next_version() -> String {
    let next = LIFECYCLE.replacen("version = \"2025-05-16\"", "version = \"2026-01-01\"", 1);
    let limit = "n = 6, unit = \"months\", from = \"signed\"";
    assert!(
        next.contains(limit),
        "the pack has another limit from signing to the start"
    );
    next.replacen(limit, "n = 5, unit = \"months\", from = \"signed\"", 1)
}

async fn load(browser: &mut Browser, source: &str) -> Answer {
    browser
        .upload(
            "/policies",
            &[],
            &[("file", "6411.toml", source.as_bytes())],
        )
        .await
}

async fn finished(browser: &mut Browser, place: &str) -> Answer {
    loop {
        let page = browser.get(place).await;
        if page.count("meta[http-equiv=refresh]") == 0 {
            return page;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_pack_is_read_clause_by_clause_in_the_words_of_the_document() {
    let county = county().await;
    let mut host = county.staff("host", HOST).await;
    let list = host.get("/policies").await;
    assert_eq!(list.texts("tbody tr").len(), 2);
    assert_eq!(list.count("input[type=file]"), 0);
    let page = host.get(PACK).await;
    assert_eq!(page.status, StatusCode::OK);
    let start = page.texts("#milestone-started").join("");
    for said in [
        "开工",
        "三（一）4",
        "需挖深基坑的项目，以开挖基坑为准",
        "潜江高新区",
    ] {
        assert!(start.contains(said), "{said}: {start}");
    }
    assert!(
        page.texts("#stage")
            .join("")
            .contains("自正式签约之日起 6 个月 内")
            || page.texts("#stage").join("").contains("6个月")
    );
    assert!(page.texts("#escalation").join("").contains("逾期批评"));
}

#[tokio::test]
async fn a_contradiction_shows_every_wording_which_is_used_and_why() {
    let county = county().await;
    let mut host = county.staff("host", HOST).await;
    let page = host.get(PACK).await;
    let rule = page.texts(".policy-rule:has(.policy-readings)");
    assert!(rule.len() >= 2, "{}", rule.len());
    for said in rule {
        assert!(
            said.contains("未采用") && said.contains("取法和理由"),
            "{said}"
        );
        assert!(said.replace("未采用", "").contains("采用"), "{said}");
    }
    assert!(
        page.texts("#warnings").join("").contains("warning")
            || page.texts("#warnings").join("").contains("警告")
    );
}

#[tokio::test]
async fn the_access_matrix_says_who_does_what() {
    let county = county().await;
    let mut host = county.staff("host", HOST).await;
    let page = host.get(PACK).await;
    let heads = page.texts("#matrix thead th");
    let approve = heads
        .iter()
        .position(|head| head == "审批延期")
        .expect("an action");
    let rows = page.texts("#matrix tbody tr");
    assert_eq!(rows.len(), 9);
    let cells = page.texts("#matrix tbody tr:nth-child(2) > *");
    assert!(
        cells[0].contains("市政府分管领导") && cells[approve].contains("可以"),
        "{cells:?}"
    );
    let cells = page.texts("#matrix tbody tr:nth-child(1) > *");
    assert!(!cells[approve].contains("可以"), "{cells:?}");
}

#[tokio::test]
async fn a_broken_pack_is_refused_with_its_lines_and_nothing_is_loaded() {
    let county = county().await;
    let mut admin = system(&county).await;
    let broken = next_version().replacen("certified_by", "certifyed_by", 1);
    let page = load(&mut admin, &broken).await;
    let report = page.texts("pre.policy-report").join("");
    assert!(
        report.contains("certifyed_by") && report.contains("certified_by"),
        "{report}"
    );
    assert_eq!(page.texts("tbody tr").len(), 2);
    let page = admin
        .upload("/policies", &[], &[("file", "x.toml", b"\xff\xfe")])
        .await;
    assert!(page.texts("pre.policy-report").join("").contains("UTF-8"));
}

#[tokio::test]
async fn a_new_version_is_loaded_compared_tried_and_put_in_force() {
    let county = county().await;
    let project = county
        .signed_project("样例智能装备产业园", date(2025, 12, 1), date(2026, 1, 5))
        .await;
    let mut admin = system(&county).await;
    let loaded = load(&mut admin, &next_version()).await;
    assert_eq!(loaded.location(), NEXT, "{}", loaded.text());

    let page = admin
        .get(&format!("{NEXT}/difference?from=2025-05-16"))
        .await;
    let changes = page.texts("tbody tr");
    assert!(
        changes
            .iter()
            .any(|row| row.contains("期限") && row.contains('6') && row.contains('5')),
        "{changes:?}"
    );
    assert_eq!(
        page.texts("tbody tr")
            .iter()
            .filter(|row| row.contains("阶段和环节"))
            .count(),
        1,
        "{changes:?}"
    );

    let sent = admin.post(&format!("{NEXT}/effect"), &[]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let page = finished(&mut admin, NEXT).await;
    let effect = page.texts("#effect").join("");
    assert!(
        effect.contains("在办项目 1 个，其中 1 个的期限会变")
            && effect.contains("2026-07-05")
            && effect.contains("2026-06-05"),
        "{effect}"
    );
    let before = county
        .service
        .load(common::REGION, &project)
        .await
        .expect("a project")
        .version;

    assert_eq!(
        admin
            .post(&format!("{NEXT}/activate"), &[])
            .await
            .location(),
        NEXT
    );
    let mut centre = county.staff("centre", CENTRE).await;
    assert!(
        centre
            .get(NEXT)
            .await
            .texts("h1 + .page-sub, .page-sub")
            .join("")
            .contains("施行中")
    );
    let after = county
        .service
        .load(common::REGION, &project)
        .await
        .expect("a project");
    assert_eq!(
        (after.version, after.lifecycle.file.pack.version.as_str()),
        (before, "2025-05-16")
    );
    let again = load(&mut admin, &next_version()).await;
    assert!(
        again
            .texts("pre.policy-report")
            .join("")
            .contains("已经装入")
    );
}

#[tokio::test]
async fn only_the_system_administrator_loads_and_activates() {
    let county = county().await;
    let mut admin = system(&county).await;
    load(&mut admin, &next_version()).await;
    for (login, unit, role) in [
        ("centre", CENTRE, ""),
        ("security", "市审计局", "security"),
        ("audit", "市审计局", "audit"),
    ] {
        let mut person = county.person(login, unit, AccountKind::Staff, role).await;
        assert_eq!(person.get(PACK).await.status, StatusCode::OK, "{login}");
        assert_eq!(
            load(&mut person, &next_version()).await.status,
            StatusCode::FORBIDDEN,
            "{login}"
        );
        assert_eq!(
            person.post(&format!("{NEXT}/activate"), &[]).await.status,
            StatusCode::FORBIDDEN,
            "{login}"
        );
    }
    let mut host = county.staff("host", HOST).await;
    assert_eq!(
        host.post(&format!("{NEXT}/effect"), &[]).await.status,
        StatusCode::FORBIDDEN
    );
    let mut enterprise = county
        .person("qiye", common::ENTERPRISE, AccountKind::Enterprise, "")
        .await;
    assert_eq!(
        enterprise.get("/policies").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn schema_and_source_can_be_saved() {
    let county = county().await;
    let mut host = county.staff("host", HOST).await;
    let schema = host.get("/policies/schema.json").await;
    let schema: serde_json::Value = serde_json::from_slice(&schema.body).expect("JSON");
    assert!(schema["properties"]["milestone"].is_object());
    let source = host.get(&format!("{PACK}/source")).await;
    assert_eq!(source.text(), LIFECYCLE);
    assert_eq!(
        host.get("/policies/qianjiang-6411/1999-01-01").await.status,
        StatusCode::NOT_FOUND
    );
}
