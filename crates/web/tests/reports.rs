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
    let place = done.location().to_string();
    let page = centre.get("/reports").await;
    assert!(page.text().contains("潭开放办〔2025〕1号"));
    let href = page.attribute("#documents td a[href^='/reports/documents/']", "href");
    assert_eq!(href.as_deref(), Some(place.as_str()));
    let file = centre.get(&format!("{place}/file")).await;
    assert!(file.header("content-disposition").contains(".docx"));
    // Its page says what it said, for whom, and who took it out.
    let page = centre.get(&place).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("累计签约：1个"), "{}", page.text());
    assert!(
        page.texts(".note-list a")
            .iter()
            .any(|name| name == "样例电子项目")
    );
    assert!(page.text().contains("共 1 次") && page.text().contains("各县市区、园区"));
    assert!(!page.text().contains("重新印发"));
    // Drafted again, it is said that it was issued already.
    let page = centre.get(address).await;
    assert_eq!(page.texts(".flash-info a"), ["潭开放办〔2025〕1号"]);
    let again = centre.post(&format!("{place}/reissue"), &[]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text().contains("没有变动"), "{}", again.text());
    // A host issues nothing.
    let mut host = county.staff("host", HOST).await;
    assert_eq!(host.get(address).await.status, StatusCode::FORBIDDEN);
    assert_eq!(host.get(&place).await.status, StatusCode::NOT_FOUND);
    let file = host.get(&format!("{place}/file")).await;
    assert_eq!(file.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_supervision_order_is_issued_from_its_page_and_opened_by_the_unit_that_gets_it() {
    let county = county().await;
    let operator = Actor::program("qianjiang");
    let source = include_str!("../../../policies/xiangtan/matters.toml")
        .replace("region = \"xiangtan\"", "region = \"qianjiang\"")
        .replace("市商务(招商合作)局", CENTRE)
        .replace("\"岳塘经开区\"", &format!("\"{HOST}\""));
    let loaded = county
        .service
        .load_pack(&operator, "matters.toml", &source)
        .await
        .expect("the matters are in order");
    let done = county
        .service
        .activate_pack(&operator, &loaded.id, &loaded.version);
    done.await.expect("in force");
    let mut centre = county.staff("centre", CENTRE).await;
    let fields = [
        ("kind", "supervision"),
        ("title", "样例项目用地"),
        ("content", "用地指标未落实"),
        ("requirement", "限期落实"),
        ("lead", HOST),
        ("limit", ""),
    ];
    let answer = centre.upload("/matters/new", &fields, &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let matter = answer.location().to_string();
    let mut host = county.staff("host", HOST).await;
    let button = ".page-actions a[href^='/reports/documents']";
    assert_eq!(host.get(&matter).await.count(button), 0);
    let page = centre.get(&matter).await;
    assert_eq!(page.texts(button), ["印发督办单（Word）"]);
    let draft = centre
        .get(&page.attribute(button, "href").expect("a link"))
        .await;
    assert_eq!(draft.status, StatusCode::OK, "{}", draft.text());
    assert!(
        draft
            .texts(".paper-sheet td")
            .contains(&"用地指标未落实".to_owned())
    );
    let id = matter.trim_start_matches("/matters/");
    let fields = [("document", "supervision-order"), ("subject", id)];
    let done = centre.post("/reports/documents", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let page = host.get(&matter).await;
    assert_eq!(page.texts(button), ["督办单（Word）"]);
    let place = page.attribute(button, "href").expect("a link");
    assert_eq!(place, done.location());
    let page = host.get(&place).await;
    assert!(
        page.text().contains("潭招督〔2025〕第 1 号"),
        "{}",
        page.text()
    );
    let file = host.get(&format!("{place}/file")).await;
    assert!(file.header("content-disposition").contains(".docx"));
    let mut other = county.staff("other", common::OTHER_HOST).await;
    assert_eq!(other.get(&place).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn templates_are_kept_by_those_who_issue_and_a_wrong_one_is_said_at_its_field() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get("/reports/templates").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert_eq!(page.count("section.card"), 6);
    let home = "/reports/templates/half-year-bulletin";
    let file = centre.get(&format!("{home}/file")).await;
    assert!(file.header("content-disposition").contains(".docx"));
    let junk = [("file", "模板.docx", b"junk".as_slice())];
    let sent = centre.upload(home, &[], &junk).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        sent.count("#half-year-bulletin .field-error"),
        2,
        "{}",
        sent.text()
    );
    let template = office::official_template().expect("a template");
    let sound = [("file", "模板.docx", template.as_slice())];
    let sent = centre.upload(home, &[], &sound).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let page = centre.get("/reports/templates").await;
    assert!(page.text().contains("尚未启用"));
    let preview = centre.get(&format!("{home}/preview")).await;
    assert!(preview.header("content-disposition").contains(".docx"));
    let used = centre.post(&format!("{home}/use"), &[]).await;
    assert_eq!(used.status, StatusCode::SEE_OTHER, "{}", used.text());
    let page = centre.get("/reports/templates").await;
    assert_eq!(page.texts("#half-year-bulletin .tag"), ["本单位模板"]);
    let dropped = centre.post(&format!("{home}/drop"), &[]).await;
    assert_eq!(dropped.status, StatusCode::SEE_OTHER, "{}", dropped.text());
    let mut host = county.staff("host", HOST).await;
    for address in ["/reports/templates", home, &format!("{home}/file")] {
        let answer = match address == home {
            true => host.upload(address, &[], &sound).await,
            false => host.get(address).await,
        };
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address}");
    }
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
