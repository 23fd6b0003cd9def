//! The enterprise portal: own projects only, own checklist, questions, exemption.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

mod common;

use axum::http::StatusCode;
use calendar::{Day, parse_day};
use common::{Browser, CENTRE, County, ENTERPRISE, HOST};
use domain::command::Command;
use domain::event::EventId;
use service::AccountKind;

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

async fn county() -> (County, String, Browser) {
    let county = County::on(day("2025-07-01")).await;
    let project = county
        .signed_project("样例光电产业园", day("2025-06-03"), day("2025-06-20"))
        .await;
    let browser = county
        .person("enterprise", ENTERPRISE, AccountKind::Enterprise, "")
        .await;
    (county, project, browser)
}

fn tick(project: &str) -> String {
    format!("/projects/{project}/actions/tick")
}

#[tokio::test]
async fn somebody_with_one_project_is_led_to_it() {
    let (_county, project, mut enterprise) = county().await;
    let answer = enterprise.get("/portal").await;
    assert_eq!(answer.location(), format!("/portal/{project}"));
    let page = enterprise.get(answer.location()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert_eq!(page.texts("h1"), ["样例光电产业园"]);
    assert_eq!(page.texts(".track-stage h3").len(), 4);
    assert_eq!(page.texts(".checklist > li").len(), 17);
    assert!(page.texts(".next-due").join("").contains("项目准备"));
}

#[tokio::test]
async fn an_enterprise_does_not_find_the_project_of_another() {
    let (county, project, _) = county().await;
    let mut other = county
        .person("other", "样例乙新材料有限公司", AccountKind::Enterprise, "")
        .await;
    assert_eq!(
        other.get(&format!("/portal/{project}")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        other
            .get(&format!("/projects/{project}/actions/question"))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    let answer = other
        .upload(
            &tick(&project),
            &[("subject", "filing")],
            &[("files", "备案.pdf", PDF)],
        )
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let list = other.get("/portal").await;
    assert!(list.text().contains("还没有项目") && !list.text().contains("样例光电产业园"));
}

#[tokio::test]
async fn the_pages_of_officials_are_not_for_an_enterprise_nor_the_other_way_round() {
    let (county, project, mut enterprise) = county().await;
    assert_eq!(
        enterprise.get(&format!("/projects/{project}")).await.status,
        StatusCode::FORBIDDEN
    );
    let mut centre = county.staff("centre", CENTRE).await;
    assert_eq!(centre.get("/portal").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_item_is_ticked_with_its_file_and_seen_by_the_responsible_units() {
    let (county, project, mut enterprise) = county().await;
    let without = enterprise
        .upload(&tick(&project), &[("subject", "filing")], &[])
        .await;
    assert_eq!(
        without.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the file is missing"
    );
    let answer = enterprise
        .upload(
            &tick(&project),
            &[("subject", "filing")],
            &[("files", "备案证.pdf", PDF)],
        )
        .await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{:?}",
        answer.texts(".flash-danger")
    );
    assert_eq!(answer.location(), format!("/portal/{project}"));
    let page = enterprise.get(answer.location()).await;
    assert!(
        page.texts("#item-filing.done")
            .join("")
            .contains("备案证.pdf"),
        "{:?}",
        page.texts(".checklist")
    );
    assert_eq!(
        page.attribute("svg.meter", "aria-label").as_deref(),
        Some("已完成 5%")
    );
    let mut planning = county.staff("planning", "市自然资源和城乡建设局").await;
    let page = planning
        .get(&format!("/projects/{project}?tab=items"))
        .await;
    assert!(
        page.texts("#item-filing.done")
            .join("")
            .contains("备案证.pdf")
    );
}

#[tokio::test]
async fn a_question_goes_to_the_units_and_the_answer_comes_back() {
    let (county, project, mut enterprise) = county().await;
    let address = format!("/projects/{project}/actions/question");
    assert_eq!(enterprise.get(&address).await.status, StatusCode::OK);
    assert_eq!(
        enterprise
            .post(&address, &[("text", "土地何时挂牌？")])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let page = enterprise.get(&format!("/portal/{project}")).await;
    assert!(
        page.texts(".tasks").join("").contains("土地何时挂牌"),
        "who handles it is shown"
    );
    county
        .change(
            HOST,
            &project,
            Command::Answer {
                question: EventId(4),
                text: "七月下旬".into(),
            },
        )
        .await;
    let page = enterprise.get(&format!("/portal/{project}")).await;
    assert!(page.texts(".entries").join("").contains("七月下旬"));
}

#[tokio::test]
async fn an_exemption_is_requested_and_its_state_shown() {
    let (_county, project, mut enterprise) = county().await;
    let address = format!("/projects/{project}/actions/exemption");
    assert_eq!(enterprise.get(&address).await.status, StatusCode::OK);
    let fields = [
        ("ground", "force-majeure"),
        ("from", "2025-06-25"),
        ("reason", "厂区被淹"),
    ];
    let answer = enterprise.upload(&address, &fields, &[]).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{:?}",
        answer.texts(".flash-danger")
    );
    let page = enterprise.get(&format!("/portal/{project}")).await;
    assert!(page.texts(".entries").join("").contains("厂区被淹"));
}

#[tokio::test]
async fn an_enterprise_can_do_nothing_that_is_the_offices() {
    let (_county, project, mut enterprise) = county().await;
    for act in [
        "claim",
        "certify",
        "extension",
        "void",
        "scope",
        "policy",
        "breach",
    ] {
        let answer = enterprise
            .get(&format!(
                "/projects/{project}/actions/{act}?subject=started"
            ))
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{act}");
    }
    let answer = enterprise
        .post(
            &format!("/projects/{project}/actions/scope"),
            &[("agreed", "yes")],
        )
        .await;
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the pack refuses it"
    );
}
