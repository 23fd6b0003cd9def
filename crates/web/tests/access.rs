//! Who may open what: every address × every kind of person × own and others' project, as one table that is compared
//! whole. A new route appears in it by itself; the change must be looked at and `access-table.txt` written anew with
//! `LUODI_WRITE_TABLE=1`.

mod common;

use std::fmt::Write as _;

use axum::http::{Method, StatusCode};
use common::{Answer, Browser, CENTRE, County, ENTERPRISE, HOST, LEADER, OTHER_HOST};
use domain::event::Details;
use jiff::civil::date;
use policy::model::Sector;
use service::AccountKind;
use service::projects::{Act, NewProject, Registered};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/access-table.txt");

#[tokio::test]
async fn every_address_is_open_to_those_in_the_table_and_to_nobody_else() {
    let county = County::on(date(2026, 3, 2)).await;
    let own = county
        .signed_project("样例电子化学品项目", date(2026, 1, 5), date(2026, 1, 20))
        .await;
    let other = others_project(&county).await;
    let mut people = people(&county).await;

    let mut routes = web::routes();
    // What ends a session comes last.
    routes.sort_by_key(|route| {
        (
            ends_sessions(route.path),
            route.path,
            route.method == Method::POST,
        )
    });
    let mut table = String::new();
    for route in &routes {
        for (project, whose) in [(&own, "甲镇工业项目"), (&other, "乙镇服务业项目")] {
            if whose.starts_with('乙') && !route.path.contains("{project}") {
                continue;
            }
            let subject = if route.path.contains("{project}") {
                whose
            } else {
                ""
            };
            for shown in acts(route.path) {
                let path = fill_in(&shown, project);
                writeln!(table, "{} {shown} {subject}", route.method).expect("a line");
                for (name, browser) in &mut people {
                    let answer = ask(browser, &route.method, &path).await;
                    assert!(
                        answer.status != StatusCode::INTERNAL_SERVER_ERROR,
                        "{name} {path}: {}",
                        answer.text()
                    );
                    writeln!(table, "    {name}：{}", outcome(&answer)).expect("a line");
                }
            }
        }
    }
    if std::env::var_os("LUODI_WRITE_TABLE").is_some() {
        std::fs::write(TABLE, &table).expect("the table is written");
    }
    let wanted = std::fs::read_to_string(TABLE).unwrap_or_default();
    for (line, (is, should)) in table.lines().zip(wanted.lines()).enumerate() {
        assert_eq!(is, should, "line {} of access-table.txt", line + 1);
    }
    assert_eq!(
        table.lines().count(),
        wanted.lines().count(),
        "the table has other lines than access-table.txt"
    );
}

/// The address with each act and something that it can be done to.
fn acts(path: &str) -> Vec<String> {
    if !path.contains("{act}") {
        return vec![path.to_string()];
    }
    let with_subject = |act: Act| {
        let subject = match act {
            Act::Claim | Act::Certify => "?subject=started",
            Act::CompleteStep => "?subject=preparation",
            Act::WaiveStep => "?subject=provincial-safety-review",
            Act::TickItem | Act::UntickItem => "?subject=filing",
            Act::RequestExtension | Act::SetGrace => "?subject=start",
            Act::Void => "?subject=2",
            _ => "",
        };
        format!("{}{subject}", path.replace("{act}", act.slug()))
    };
    Act::all().map(with_subject).collect()
}

async fn people(county: &County) -> Vec<(&'static str, Browser)> {
    let staff = AccountKind::Staff;
    let mut people = vec![("未登录", county.stranger())];
    for (name, login, unit, kind, admin) in [
        ("招商中心", "centre", CENTRE, staff, ""),
        ("分管领导", "leader", LEADER, AccountKind::Leader, ""),
        ("行业主管（工业）", "authority", "潜江高新区", staff, ""),
        ("属地甲镇", "host", HOST, staff, ""),
        ("属地乙镇", "other-host", OTHER_HOST, staff, ""),
        ("责任部门", "department", "市住房和城乡建设局", staff, ""),
        ("无角色单位", "nobody", "市审计局", staff, ""),
        (
            "企业",
            "enterprise",
            ENTERPRISE,
            AccountKind::Enterprise,
            "",
        ),
        (
            "别家企业",
            "stranger-enterprise",
            "样例乙物流有限公司",
            AccountKind::Enterprise,
            "",
        ),
        ("审计员", "auditor", "市审计局", staff, "auditor"),
        ("系统管理员", "system", "市政务和大数据局", staff, "system"),
        (
            "安全管理员",
            "security",
            "市政务和大数据局",
            staff,
            "security",
        ),
        ("审计管理员", "audit", "市审计局", staff, "audit"),
    ] {
        people.push((name, county.person(login, unit, kind, admin).await));
    }
    people
}

/// A project of the other town, of services, of no enterprise.
async fn others_project(county: &County) -> String {
    let details = Details {
        name: "样例冷链物流项目".into(),
        sector: Some(Sector::Service),
        host: Some(OTHER_HOST.into()),
        ..Details::default()
    };
    let new = NewProject {
        details,
        ..NewProject::default()
    };
    match county
        .service
        .register(&county.official(CENTRE), new)
        .await
        .expect("a project")
    {
        Registered::Project(project) => project,
        Registered::Similar(similar) => panic!("similar: {similar:?}"),
    }
}

fn ends_sessions(path: &str) -> bool {
    matches!(
        path,
        "/sign-out" | "/account/password" | "/account/sessions/revoke" | "/sign-in"
    )
}

fn fill_in(path: &str, project: &str) -> String {
    let path = match path {
        _ if path.starts_with("/policies/{id}") => path.replace("{id}", "qianjiang-6411"),
        _ => path.replace("{id}", "00000000-0000-7000-8000-000000000000"),
    };
    path.replace("{project}", project)
        .replace("{version}", "2025-05-16")
        .replace("{sm3}", &"0".repeat(64))
        .replace("{account}", "00000000-0000-7000-8000-000000000000")
        .replace("{matter}", "00000000-0000-7000-8000-000000000000")
        .replace("{meeting}", "00000000-0000-7000-8000-000000000000")
        .replace("{document}", "half-year-bulletin")
        .replace("{what}", "accept")
        .replace("{*path}", "app.css")
}

async fn ask(browser: &mut Browser, method: &Method, path: &str) -> Answer {
    if *method == Method::POST {
        browser.post(path, &[]).await
    } else {
        browser.get(path).await
    }
}

fn outcome(answer: &Answer) -> String {
    match answer.status {
        StatusCode::OK => "可以".to_string(),
        StatusCode::SEE_OTHER | StatusCode::TEMPORARY_REDIRECT
            if answer.location().starts_with("/sign-in") =>
        {
            "去登录".to_string()
        }
        StatusCode::SEE_OTHER | StatusCode::TEMPORARY_REDIRECT => "可以（转到别页）".to_string(),
        StatusCode::FORBIDDEN => "无权".to_string(),
        StatusCode::NOT_FOUND => "没有".to_string(),
        StatusCode::UNPROCESSABLE_ENTITY | StatusCode::BAD_REQUEST | StatusCode::CONFLICT => {
            "可以（内容有误）".to_string()
        }
        other => other.as_u16().to_string(),
    }
}
