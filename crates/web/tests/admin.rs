//! 系统: three administrators, each with what is theirs and nothing else.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use axum::http::StatusCode;
use common::{Browser, CENTRE, County, HOST};
use jiff::civil::date;
use service::AccountKind;

async fn county() -> County {
    County::on(date(2026, 3, 2)).await
}

async fn admin(county: &County, role: &str) -> Browser {
    county
        .person(
            &format!("admin-{role}"),
            "市审计局",
            AccountKind::Staff,
            role,
        )
        .await
}

/// Id of an account, from the list.
async fn account(county: &County, login: &str) -> String {
    let row = store::accounts::by_login(county.service.db(), login)
        .await
        .expect("accounts")
        .expect("an account");
    row.account
}

#[tokio::test]
async fn each_administrator_sees_own_pages_and_no_others() {
    let county = county().await;
    let pages = [
        ("/admin", [true, true, true]),
        ("/admin/accounts", [true, true, false]),
        ("/admin/units", [true, false, false]),
        ("/admin/holidays", [true, false, false]),
        ("/admin/outbox", [true, false, false]),
        ("/admin/backup", [true, false, false]),
        ("/admin/sessions", [false, true, false]),
        ("/admin/sign-ins", [false, true, true]),
        ("/admin/audit", [false, false, true]),
        ("/admin/chain", [false, false, true]),
    ];
    for (at, role) in ["system", "security", "audit"].into_iter().enumerate() {
        let mut person = admin(&county, role).await;
        for (path, allowed) in pages {
            let wanted = if allowed[at] {
                StatusCode::OK
            } else {
                StatusCode::FORBIDDEN
            };
            assert_eq!(person.get(path).await.status, wanted, "{role} {path}");
        }
        let linked = person.get("/admin").await;
        for (path, allowed) in &pages[1..] {
            assert_eq!(
                linked.count(&format!("a.admin-place[href='{path}']")),
                usize::from(allowed[at]),
                "{role} {path}"
            );
        }
    }
    let mut centre = county.staff("centre", CENTRE).await;
    let mut auditor = county
        .person("auditor", "市审计局", AccountKind::Staff, "auditor")
        .await;
    let mut enterprise = county
        .person("qiye", common::ENTERPRISE, AccountKind::Enterprise, "")
        .await;
    for (path, _) in pages {
        assert_eq!(
            centre.get(path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        assert_eq!(
            auditor.get(path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        assert_eq!(
            enterprise.get(path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_account_is_added_and_signs_in_with_a_password_to_be_changed() {
    let county = county().await;
    let mut system = admin(&county, "system").await;
    let fields = [
        ("login", "zhen-jia"),
        ("name", "样例卫三"),
        ("kind", "staff"),
        ("unit", HOST),
        ("password", "Erst-2026-Pass"),
    ];
    assert_eq!(
        system.post("/admin/accounts", &fields).await.location(),
        "/admin/accounts"
    );
    let mut person = county.stranger();
    let entered = person
        .post(
            "/sign-in",
            &[
                ("login", "zhen-jia"),
                ("password", "Erst-2026-Pass"),
                ("next", ""),
            ],
        )
        .await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    assert_eq!(person.get("/projects").await.location(), "/account");
}

#[tokio::test]
async fn a_wrong_form_comes_back_with_what_was_typed_and_a_message_at_each_field() {
    let county = county().await;
    let mut system = admin(&county, "system").await;
    let fields = [
        ("login", "x y"),
        ("name", "样例卫三"),
        ("kind", "staff"),
        ("unit", "没有的单位"),
        ("password", "kurz"),
    ];
    let page = system.post("/admin/accounts", &fields).await;
    assert_eq!(
        page.attribute("#new input[name=name]", "value").as_deref(),
        Some("样例卫三")
    );
    assert_eq!(
        page.attribute("#new input[name=login]", "value").as_deref(),
        Some("x y")
    );
    assert_eq!(
        page.texts("#new .field-error").len(),
        3,
        "{:?}",
        page.texts("#new .field-error")
    );
    let fields = [
        ("login", "qiye"),
        ("name", "样例韩六"),
        ("kind", "enterprise"),
        ("enterprise", ""),
        ("password", "Erst-2026-Pass"),
    ];
    let page = system.post("/admin/accounts", &fields).await;
    assert!(page.texts("#new .field-bad").join("").contains("企业名称"));
}

#[tokio::test]
async fn nobody_makes_an_administrator_in_the_browser() {
    let county = county().await;
    let mut system = admin(&county, "system").await;
    let fields = [
        ("login", "boss"),
        ("name", "样例卫三"),
        ("kind", "staff"),
        ("unit", HOST),
        ("password", "Erst-2026-Pass"),
        ("admin", "audit"),
    ];
    system.post("/admin/accounts", &fields).await;
    let row = store::accounts::by_login(county.service.db(), "boss")
        .await
        .expect("accounts")
        .expect("an account");
    assert_eq!(row.admin_role, None);
    let audit = admin(&county, "audit").await;
    drop(audit);
    let place = format!(
        "/admin/accounts/{}/password",
        account(&county, "admin-audit").await
    );
    assert_eq!(
        system
            .post(&place, &[("password", "Neu-2026-Passwort")])
            .await
            .status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_reset_password_ends_all_sessions() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let mut system = admin(&county, "system").await;
    let place = format!(
        "/admin/accounts/{}/password",
        account(&county, "centre").await
    );
    let weak = system.post(&place, &[("password", "kurz")]).await;
    assert_eq!(weak.texts(".field-error").len(), 1);
    assert_eq!(centre.get("/account").await.status, StatusCode::OK);
    assert_eq!(
        system
            .post(&place, &[("password", "Neu-2026-Passwort")])
            .await
            .location(),
        "/admin/accounts"
    );
    assert_eq!(centre.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn security_disables_enables_and_unlocks_and_system_does_not() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let mut system = admin(&county, "system").await;
    let mut security = admin(&county, "security").await;
    let place = format!("/admin/accounts/{}", account(&county, "centre").await);
    for act in ["disable", "enable", "unlock"] {
        assert_eq!(
            system.post(&format!("{place}/{act}"), &[]).await.status,
            StatusCode::FORBIDDEN,
            "{act}"
        );
    }
    security.post(&format!("{place}/disable"), &[]).await;
    assert_eq!(centre.get("/account").await.status, StatusCode::SEE_OTHER);
    assert!(
        security
            .get("/admin/accounts?q=centre")
            .await
            .text()
            .contains("已停用")
    );
    security.post(&format!("{place}/enable"), &[]).await;
    let mut guesser = county.stranger();
    for _ in 0..10 {
        guesser
            .post(
                "/sign-in",
                &[
                    ("login", "centre"),
                    ("password", "Falsch-2026-xx"),
                    ("next", ""),
                ],
            )
            .await;
    }
    let page = security.get("/admin/accounts?q=centre").await;
    assert_eq!(page.count("form[action$='/unlock']"), 1, "{}", page.text());
    assert_eq!(
        security
            .post(&format!("{place}/unlock"), &[])
            .await
            .location(),
        "/admin/accounts"
    );
    let bad = security.get("/admin/sign-ins?bad=on&q=centre").await;
    assert!(bad.texts("tbody tr").len() >= 5 && !bad.texts("tbody").join("").contains("成功"));
}

#[tokio::test]
async fn sessions_are_seen_and_ended() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let mut security = admin(&county, "security").await;
    let page = security.get("/admin/sessions").await;
    assert_eq!(page.texts("tbody tr").len(), 2);
    let place = format!("/admin/sessions/{}/end", account(&county, "centre").await);
    assert_eq!(
        security.post(&place, &[]).await.location(),
        "/admin/sessions"
    );
    assert_eq!(centre.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        security
            .get("/admin/sessions")
            .await
            .texts("tbody tr")
            .len(),
        1
    );
}

#[tokio::test]
async fn a_unit_is_added_with_its_spellings_and_known_at_once() {
    let county = county().await;
    let mut system = admin(&county, "system").await;
    let fields = [
        ("name", "样例街道丙"),
        ("kind", "township"),
        ("code", "QU-S03"),
        ("aliases", "丙街道、样例丙街"),
        ("note", ""),
    ];
    let sent = system.post("/admin/units", &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let region = county
        .service
        .region(common::REGION)
        .await
        .expect("a region");
    assert_eq!(region.main_name("丙街道"), Some("样例街道丙"));
    assert!(region.is_host("样例街道丙"));
    let page = system.get("/admin/units?q=样例丙街").await;
    assert_eq!(page.texts("td.cell-main"), ["样例街道丙"]);

    let again = system.post("/admin/units", &fields).await;
    assert!(
        again.texts("#new .field-error").join("").contains("已经是"),
        "{}",
        again.text()
    );
    assert_eq!(
        again.attribute("#new input[name=code]", "value").as_deref(),
        Some("QU-S03")
    );
    let taken = system
        .post(
            "/admin/units/aliases",
            &[("unit", HOST), ("alias", "丙街道")],
        )
        .await;
    assert!(
        taken
            .texts("#alias .field-error")
            .join("")
            .contains("样例街道丙")
    );
    let given = system
        .post("/admin/units/aliases", &[("unit", HOST), ("alias", "甲镇")])
        .await;
    assert_eq!(given.status, StatusCode::SEE_OTHER);
    assert_eq!(
        county
            .service
            .region(common::REGION)
            .await
            .expect("a region")
            .main_name("甲镇"),
        Some(HOST)
    );
}

#[tokio::test]
async fn the_chain_is_checked_and_a_change_behind_the_program_is_found() {
    let county = county().await;
    let project = county
        .signed_project("样例智能装备产业园", date(2025, 12, 1), date(2026, 1, 5))
        .await;
    let mut audit = admin(&county, "audit").await;
    assert!(
        audit
            .get("/admin/chain")
            .await
            .text()
            .contains("还没有核验过")
    );
    audit.post("/admin/chain/verify", &[]).await;
    let page = finished(&mut audit).await;
    assert!(
        page.texts("#result").join("").contains("没有发现改动"),
        "{}",
        page.text()
    );

    let mut batch = store::Batch::new();
    batch.push(
        "UPDATE event SET data = replace(data, '样例', '假冒') WHERE stream = $1 AND version = 1",
        vec![project.as_str().into()],
    );
    county.service.db().write(batch).await.expect("a forgery");
    audit.post("/admin/chain/verify", &[]).await;
    let page = finished(&mut audit).await;
    let found = page.texts("#result").join("");
    assert!(
        found.contains("发现 1 处不符") && found.contains(&project),
        "{found}"
    );
    let trail = audit.get("/admin/audit?q=核验").await;
    assert_eq!(trail.texts("tbody tr").len(), 2);
}

async fn finished(browser: &mut Browser) -> common::Answer {
    loop {
        let page = browser.get("/admin/chain").await;
        if page.count("meta[http-equiv=refresh]") == 0 {
            return page;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_backup_is_made_and_listed_and_opens() {
    let county = county().await;
    county.project("样例智能装备产业园").await;
    let mut system = admin(&county, "system").await;
    assert_eq!(
        system.post("/admin/backup", &[]).await.location(),
        "/admin/backup"
    );
    let page = system.get("/admin/backup").await;
    let names = page.texts("tbody td.mono");
    assert_eq!(names.len(), 1);
    let folder = county
        .service
        .db()
        .path()
        .expect("a file")
        .parent()
        .expect("a folder")
        .join("backups");
    let address = format!("sqlite:{}", folder.join(&names[0]).display());
    let copy = store::Db::open(&address, store::OpenOptions::default())
        .await
        .expect("a database");
    let rows = copy
        .rows("SELECT name FROM project", &[])
        .await
        .expect("rows");
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn a_year_of_holidays_is_loaded_and_a_wrong_file_is_refused() {
    let county = county().await;
    let mut system = admin(&county, "system").await;
    let page = system.get("/admin/holidays").await;
    let years = page.texts("tbody tr");
    assert!(
        years
            .iter()
            .any(|row| row.starts_with("2027") && row.contains("未公布")),
        "{years:?}"
    );
    let wrong = system
        .upload(
            "/admin/holidays",
            &[],
            &[("file", "x.csv", "天气,晴\n".as_bytes())],
        )
        .await;
    assert_eq!(
        wrong.texts(".field-error:not([hidden])").len(),
        1,
        "{}",
        wrong.text()
    );
    let csv = "date,kind,name,weekday,notice\n2027-01-01,holiday,元旦,周五,样例通知〔2026〕1号\n";
    let loaded = system
        .upload(
            "/admin/holidays",
            &[],
            &[("file", "2027.csv", csv.as_bytes())],
        )
        .await;
    assert!(
        loaded.text().contains("已装入 2027 年放假安排"),
        "{}",
        loaded.text()
    );
}

#[tokio::test]
async fn what_administrators_did_stands_in_the_audit_trail() {
    let county = county().await;
    let mut system = admin(&county, "system").await;
    system
        .post(
            "/admin/units",
            &[
                ("name", "样例街道丙"),
                ("kind", "township"),
                ("aliases", ""),
            ],
        )
        .await;
    let mut audit = admin(&county, "audit").await;
    let page = audit.get("/admin/audit?q=样例街道丙").await;
    assert!(
        page.texts("tbody tr").join("").contains("新增单位"),
        "{}",
        page.text()
    );
}
