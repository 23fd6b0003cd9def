//! 报表通报, as people do it in the browser: look, print, take out, hand in, send back, issue a document.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use axum::http::StatusCode;
use common::{CENTRE, County, HOST};
use jiff::civil::date;
use service::forms::{FormQuery, Period};
use service::{AccountKind, Actor};

const FORMS: &str = include_str!("../../../policies/xiangtan/forms.toml");

/// The forms of 湘潭 in the small county with one project, recorded before the end of June.
async fn county() -> County {
    let county = County::on(date(2025, 6, 20)).await;
    let source = FORMS
        .replace("region = \"xiangtan\"", "region = \"qianjiang\"")
        .replace("市开放办", CENTRE)
        .replace("市落地办", CENTRE);
    let operator = Actor::program("qianjiang");
    let loaded = county
        .service
        .load_pack(&operator, "forms.toml", &source)
        .await;
    let loaded = loaded.expect("the forms are in order");
    let done = county
        .service
        .activate_pack(&operator, &loaded.id, &loaded.version);
    done.await.expect("in force");
    county
        .signed_project("样例电子项目", date(2025, 1, 5), date(2025, 1, 20))
        .await;
    county.set_day(date(2025, 7, 2));
    county
}

#[tokio::test]
async fn the_overview_lists_forms_parts_and_documents() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get("/reports").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("市级重点招商项目签约情况表"));
    assert!(page.text().contains("2025-07-05 星期六"));
    assert!(page.text().contains("每月份数"));
    assert!(
        page.texts("nav .nav-label")
            .iter()
            .any(|label| label == "报表通报")
    );
    let mut host = county.staff("host", HOST).await;
    let page = host.get("/reports").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text().contains("催报逾期单位"));
}

#[tokio::test]
async fn a_form_is_shown_printed_and_taken_out() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get("/reports/forms/xiangtan-4?period=2025-06").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert_eq!(page.count(".form-table thead th"), 23);
    assert!(
        page.texts(".form-table td")
            .iter()
            .any(|text| text == "样例电子项目")
    );
    assert!(
        page.texts(".form-notes dd")
            .iter()
            .any(|text| text == "D—产、股权转让")
    );
    // One project and ten empty rows make the eleven of the printed form.
    assert_eq!(page.count(".form-table tbody tr"), 11);
    let print = centre
        .get("/reports/forms/xiangtan-4/print?period=2025-06")
        .await;
    let sheets = print.attribute("link[href*='print-a3']", "href");
    assert_eq!(sheets.as_deref(), Some("/assets/print-a3-landscape.css"));
    let file = centre
        .get("/reports/forms/xiangtan-4/workbook?period=2025-06")
        .await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.header("content-disposition").contains(".xlsx"));
    for wrong in ["2025-13", "x"] {
        let page = centre
            .get(&format!("/reports/forms/xiangtan-4?period={wrong}"))
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let page = centre.get("/reports/forms/xiangtan-9?period=2025-06").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_workbook_sent_back_unchanged_changes_nothing_and_junk_is_said() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let query = FormQuery {
        form: "xiangtan-4".into(),
        period: Period::parse("2025-06").expect("a month"),
        unit: None,
    };
    let file = county
        .service
        .form_workbook(&county.official(CENTRE), &query)
        .await
        .expect("a workbook");
    let sent = centre
        .upload(
            "/reports/uploads",
            &[],
            &[("file", "附件4.xlsx", &file.content)],
        )
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let place = sent.location().to_string();
    let page = centre.get(&place).await;
    assert!(
        page.text().contains("没有需要导入的改动"),
        "{}",
        page.text()
    );
    // Another person does not see it.
    let mut other = county.person("other", CENTRE, AccountKind::Staff, "").await;
    assert_eq!(other.get(&place).await.status, StatusCode::NOT_FOUND);
    let junk = centre
        .upload("/reports/uploads", &[], &[("file", "附件4.xlsx", b"junk")])
        .await;
    assert_eq!(junk.status, StatusCode::OK);
    assert!(junk.count(".flash-danger") == 1, "{}", junk.text());
}

#[tokio::test]
async fn a_bulletin_is_drafted_from_its_projects_and_issued_with_a_number() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let address = "/reports/documents?document=half-year-bulletin&subject=2025-H1";
    let page = centre.get(address).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("累计签约项目1个"));
    assert!(
        page.texts(".note-list a")
            .iter()
            .any(|name| name == "样例电子项目")
    );
    let fields = [("document", "half-year-bulletin"), ("subject", "2025-H1")];
    let done = centre.post("/reports/documents", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let page = centre.get("/reports").await;
    assert!(page.text().contains("潭开放办〔2025〕1号"));
    let href = page.attribute("#documents td a[href^='/reports/documents/']", "href");
    let file = centre.get(&href.expect("a link")).await;
    assert!(file.header("content-disposition").contains(".docx"));
    // A host issues nothing.
    let mut host = county.staff("host", HOST).await;
    assert_eq!(host.get(address).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_summary_says_who_is_missing_and_the_board_who_was() {
    let county = county().await;
    let project = county
        .signed_project("样例纺织项目", date(2025, 1, 5), date(2025, 1, 20))
        .await;
    county.set_day(date(2025, 7, 8));
    let details = domain::event::Details {
        name: "样例纺织项目".into(),
        host: Some(HOST.into()),
        receiving_unit: Some(HOST.into()),
        ..Default::default()
    };
    let official = county.official(CENTRE);
    let changed = county
        .service
        .edit_details(&official, &project, None, details, None);
    changed.await.expect("the centre keeps the facts");
    let address = "/reports/forms/xiangtan-4?period=2025-07";
    county.set_day(date(2025, 8, 6));
    let mut host = county.staff("host", HOST).await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get(address).await;
    assert!(page.text().contains("逾期未报 1 份"), "{}", page.text());
    assert_eq!(page.count("form[action='/reports/chase']"), 1);
    // Nothing can be handed in while required cells are open, and each of them is said on the form's page.
    let fields = [("period", "2025-07")];
    let refused = host
        .post("/reports/forms/xiangtan-4/hand-in", &fields)
        .await;
    assert_eq!(refused.status, StatusCode::OK);
    let said = refused.texts(".flash-danger");
    assert!(said[0].contains("“是否履约（必填）”"), "{said:?}");
    let fields = [
        ("form", "xiangtan-4"),
        ("period", "2025-07"),
        ("from", "form"),
    ];
    let chased = centre.post("/reports/chase", &fields).await;
    assert_eq!(chased.location(), address);
    let board = centre.get("/reports/rhythm?form=xiangtan-4").await;
    assert_eq!(board.status, StatusCode::OK, "{}", board.text());
    assert_eq!(board.count(".rhythm tbody .tag-red"), 1);
    let href = board.attribute(".rhythm tbody .tag-red", "href");
    assert!(href.expect("a link").contains("period=2025-07&unit="));
    let file = centre.get("/reports/rhythm/workbook?form=xiangtan-4").await;
    assert!(file.header("content-disposition").contains(".xlsx"));
    let wrong = centre.get("/reports/rhythm?form=xiangtan-6").await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
}
