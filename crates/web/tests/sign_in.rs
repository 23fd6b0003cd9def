//! Signing in and out, as people meet it.

mod common;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{CENTRE, County, PASSWORD};
use jiff::civil::date;

#[tokio::test]
async fn a_stranger_is_led_to_the_sign_in_page_and_back_to_where_he_wanted() {
    let county = County::on(date(2026, 3, 2)).await;
    county.staff("centre", CENTRE).await;
    let mut stranger = county.stranger();
    let answer = stranger.get("/projects?light=red").await;
    assert_eq!(answer.location(), "/sign-in?next=/projects%3Flight%3Dred");
    let page = stranger.get(answer.location()).await;
    let next = page
        .attribute("input[name=next]", "value")
        .expect("a field");
    let fields = [
        ("login", "centre"),
        ("password", PASSWORD),
        ("next", next.as_str()),
    ];
    assert_eq!(
        stranger.post("/sign-in", &fields).await.location(),
        "/projects?light=red"
    );
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let county = County::on(date(2026, 3, 2)).await;
    county.staff("centre", CENTRE).await;
    for next in [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ] {
        let mut stranger = county.stranger();
        let answer = stranger
            .post(
                "/sign-in",
                &[("login", "centre"), ("password", PASSWORD), ("next", next)],
            )
            .await;
        assert_eq!(answer.location(), "/", "{next}");
    }
}

#[tokio::test]
async fn a_wrong_password_keeps_the_login_and_says_what_to_do() {
    let county = County::on(date(2026, 3, 2)).await;
    county.staff("centre", CENTRE).await;
    let mut stranger = county.stranger();
    let page = stranger
        .post(
            "/sign-in",
            &[
                ("login", "centre"),
                ("password", "not-this-one"),
                ("next", ""),
            ],
        )
        .await;
    assert_eq!(
        page.attribute("input[name=login]", "value").as_deref(),
        Some("centre")
    );
    assert!(
        page.texts(".flash-danger")
            .join("")
            .contains("账号或密码不正确"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn a_form_without_the_token_of_its_session_changes_nothing() {
    let county = County::on(date(2026, 3, 2)).await;
    let mut centre = county.staff("centre", CENTRE).await;
    let mut other = county.staff("other", CENTRE).await;
    let stolen = other.token().await;
    for token in ["", "forged", stolen.as_str()] {
        let answer = centre.post("/sign-out", &[("csrf", token)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{token}");
    }
    assert_eq!(centre.get("/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_request_from_another_site_is_refused_even_with_a_token() {
    let county = County::on(date(2026, 3, 2)).await;
    let mut centre = county.staff("centre", CENTRE).await;
    let token = centre.token().await;
    let request = Request::post("/sign-out")
        .header(header::HOST, "luodi.example")
        .header(header::ORIGIN, "https://evil.example")
        .header("x-csrf-token", token)
        .body(Body::empty())
        .expect("a request");
    assert_eq!(centre.send(request).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let county = County::on(date(2026, 3, 2)).await;
    let mut centre = county.staff("centre", CENTRE).await;
    let mut copy = centre.clone();
    assert_eq!(centre.post("/sign-out", &[]).await.location(), "/sign-in");
    assert_eq!(
        copy.get("/account").await.location(),
        "/sign-in?next=/account"
    );
}

#[tokio::test]
async fn every_answer_forbids_what_pages_do_not_need() {
    let county = County::on(date(2026, 3, 2)).await;
    let page = county.stranger().get("/sign-in").await;
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn an_unknown_address_says_so_in_chinese() {
    let county = County::on(date(2026, 3, 2)).await;
    let page = county.stranger().get("/nowhere").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.texts("h1").join("").contains("没有这个页面"));
}
