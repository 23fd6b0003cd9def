//! 市领导: naming who answers for a project, the leader's page, the centre's overview, the ledger's filter.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

mod common;

use axum::http::StatusCode;
use calendar::{Day, parse_day};
use common::{AUTHORITY, Browser, CENTRE, County, HOST, LEADER, REGION};
use service::{AccountKind, Actor};

const PACK: &str = include_str!("../../../policies/qianjiang/6411.toml");
const SPONSORSHIP: &str = r#"
[[sponsorship]]
id = "nanny"
title = "保姆式服务"
projects = 13
names = ["leader", "office"]
partly = true
named_by = ["centre"]
duty = "提供一站式全程服务"
clause = "样例第三条"
text = "确定13个重点项目，指定相关领导和业务科室"
"#;
/// As every account of the county is called.
const NAME: &str = "样例经办人";

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

/// A county whose pack knows nanny service, with one signed project.
async fn county() -> (County, String) {
    let county = County::on(day("2025-07-01")).await;
    let pack = PACK
        .replace("version = \"2025-05-16\"", "version = \"2025-06-01\"")
        .replacen(
            "\"verify_exemption\",\n]",
            "\"verify_exemption\", \"sponsor\",\n]",
            1,
        );
    let pack = format!("{pack}{SPONSORSHIP}");
    let program = Actor::program(REGION);
    let service = &county.service;
    let loaded = service.load_pack(&program, "6411.toml", &pack).await;
    let loaded = loaded.unwrap_or_else(|error| panic!("{error}"));
    service
        .activate_pack(&program, &loaded.id, &loaded.version)
        .await
        .unwrap();
    let project = county
        .signed_project("样例光电产业园", day("2025-06-03"), day("2025-06-20"))
        .await;
    (county, project)
}

fn form(project: &str, act: &str) -> String {
    format!("/projects/{project}/actions/{act}?subject=nanny")
}

async fn name(browser: &mut Browser, project: &str, fields: &[(&str, &str)]) -> common::Answer {
    let address = form(project, "sponsor");
    let seen = browser.get(&address).await;
    let version = seen.attribute("input[name=version_seen]", "value").unwrap();
    let mut all = vec![("version_seen", version.as_str()), ("subject", "nanny")];
    all.extend(fields);
    browser.post(&address, &all).await
}

#[tokio::test]
async fn the_centre_names_changes_and_ends_who_answers_for_a_project() {
    let (county, project) = county().await;
    let mut centre = county.staff("zhongxin", CENTRE).await;
    let page = centre.get(&format!("/projects/{project}?tab=loop")).await;
    assert!(page.text().contains("市领导牵头和包保"), "{}", page.text());
    assert!(page.texts(".entry-head").join("").contains("未列入"));

    let nobody = name(&mut centre, &project, &[("contact", "样例小周")]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        nobody.text().contains("至少要指定其中之一"),
        "{}",
        nobody.text()
    );
    assert_eq!(
        nobody.attribute("input[name=contact]", "value").as_deref(),
        Some("样例小周"),
        "what was typed comes back"
    );
    let named = name(
        &mut centre,
        &project,
        &[("leader", NAME), ("contact", "样例小周")],
    )
    .await;
    assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.text());
    assert!(
        named.location().ends_with("?tab=loop"),
        "{}",
        named.location()
    );
    let page = centre.get(&format!("/projects/{project}?tab=loop")).await;
    let entry = page.texts(".entry-head").join("");
    assert!(entry.contains("尚未指定业务科室"), "{entry}");
    assert!(entry.contains("更换领导或科室"), "{entry}");
    let changed = name(
        &mut centre,
        &project,
        &[("leader", NAME), ("office", "样例业务一科")],
    )
    .await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text());
    let page = centre.get(&format!("/projects/{project}?tab=loop")).await;
    assert!(
        page.texts(".entry-line")
            .iter()
            .any(|l| l.starts_with("此前"))
    );

    let ended = centre
        .post(
            &form(&project, "sponsor-end"),
            &[("subject", "nanny"), ("reason", "项目调整")],
        )
        .await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.text());
    let page = centre
        .get(&format!("/projects/{project}?tab=history"))
        .await;
    assert!(page.text().contains("终止“保姆式服务”，理由：项目调整"));

    let mut host = county.staff("zhen", HOST).await;
    let foreign = host.get(&form(&project, "sponsor")).await;
    assert_ne!(foreign.status, StatusCode::OK);
}

#[tokio::test]
async fn a_leader_finds_his_projects_and_the_centre_all_of_them() {
    let (county, project) = county().await;
    let mut centre = county.staff("zhongxin", CENTRE).await;
    let mut leader = county
        .person("lingdao", LEADER, AccountKind::Leader, "")
        .await;
    let empty = leader.get("/leaders").await;
    assert_eq!(empty.status, StatusCode::OK, "{}", empty.text());
    assert!(empty.text().contains("还没有牵头的项目"));
    let nav = leader.get("/").await.texts(".sidenav a").join(" ");
    assert!(nav.contains("市领导"), "{nav}");

    let named = name(&mut centre, &project, &[("leader", NAME)]).await;
    assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.text());
    let page = leader.get("/leaders").await;
    let row = page.texts("#sponsored tbody td").join(" ");
    assert!(
        row.contains("样例光电产业园") && row.contains("保姆式服务"),
        "{row}"
    );
    assert_eq!(
        leader.get("/leaders/all").await.status,
        StatusCode::FORBIDDEN
    );

    let sent = centre.get("/leaders").await;
    assert_eq!(
        (sent.status, sent.location()),
        (StatusCode::SEE_OTHER, "/leaders/all")
    );
    let all = centre.get("/leaders/all").await;
    assert_eq!(all.texts("#leaders tbody tr").len(), 1);
    let list = all.texts("#list-nanny").join("");
    assert!(list.contains("已确定 1 个，文件为 13 个"), "{list}");
    assert!(list.contains("尚未指定业务科室"), "{list}");
    for address in ["/leaders/export.xlsx", "/leaders/export.xlsx?list=nanny"] {
        assert_eq!(
            centre.get(address).await.status,
            StatusCode::OK,
            "{address}"
        );
    }
    let unknown = centre.get("/leaders/export.xlsx?list=other").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let mut host = county.staff("zhen", HOST).await;
    assert_eq!(host.get("/leaders/all").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_ledger_filters_by_sponsorship_and_shows_who_answers() {
    let (county, project) = county().await;
    county
        .signed_project("样例物流园", day("2025-06-03"), day("2025-06-20"))
        .await;
    let mut centre = county.staff("zhongxin", CENTRE).await;
    let named = name(&mut centre, &project, &[("office", "样例业务一科")]).await;
    assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.text());
    let page = centre
        .get("/projects?sponsorship=nanny&cols=name,leader,sponsors")
        .await;
    assert_eq!(page.count(".grid tbody tr"), 1);
    let row = page.texts(".grid tbody tr").join(" ");
    assert!(row.contains("保姆式服务（样例业务一科）"), "{row}");
    assert!(page.text().contains("包保：保姆式服务"), "the chip");
    let wrong = centre.get("/projects?sponsorship=other").await;
    assert!(wrong.text().contains("不在可选范围内"));
    let mut authority = county.staff("gaoxin", AUTHORITY).await;
    assert_eq!(authority.get("/projects").await.status, StatusCode::OK);
}
