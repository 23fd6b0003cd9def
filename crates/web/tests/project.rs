//! The project page: every state a project can have, who may do what, forms that come back with what was typed,
//! past days, files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

mod common;

use axum::http::StatusCode;
use calendar::{Day, parse_day};
use common::{AUTHORITY, Browser, CENTRE, County, HOST, LEADER, OTHER_HOST, claim, claim_start};
use domain::command::Command;

/// The smallest picture that is one.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x62, 0, 1, 0, 0, 5, 0, 1, 0x0d, 0x0a, 0x2d, 0xb4, 0, 0, 0, 0, b'I', b'E', b'N',
    b'D', 0xae, 0x42, 0x60, 0x82,
];

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

/// A county in which one project was approved on 3 June and signed on 20 June 2025; it is 1 July.
async fn signed() -> (County, String) {
    let county = County::on(day("2025-07-01")).await;
    let project = county
        .signed_project("样例光电产业园", day("2025-06-03"), day("2025-06-20"))
        .await;
    (county, project)
}

async fn certify_start(county: &County, project: &str, on: Day) {
    county.change(HOST, project, claim_start(on)).await;
    let certify = Command::Certify {
        milestone: "started".into(),
        reached_on: None,
        note: String::new(),
    };
    county.change(AUTHORITY, project, certify).await;
}

fn page_of(project: &str) -> String {
    format!("/projects/{project}")
}

fn action(project: &str, act: &str) -> String {
    format!("/projects/{project}/actions/{act}")
}

/// The version that a form carries.
async fn version(browser: &mut Browser, address: &str) -> String {
    browser
        .get(address)
        .await
        .attribute("input[name=version_seen]", "value")
        .unwrap()
}

#[tokio::test]
async fn the_page_shows_the_chart_the_next_due_day_and_who_must_act() {
    let (county, project) = signed().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get(&page_of(&project)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert_eq!(page.texts("h1"), ["样例光电产业园"]);
    assert!(page.text().contains("项目准备"));
    let boxes = page.texts("svg.flow .flow-name");
    assert!(
        boxes.iter().any(|name| name == "土地出让")
            && boxes.iter().any(|name| name == "联合验收合格意见"),
        "{boxes:?}"
    );
    assert_eq!(page.texts("svg.flow .flow-stage").len(), 4);
    let next = page.texts(".next-card").join("");
    assert!(
        next.contains("项目准备")
            && next.contains("2025-06-27 星期五")
            && next.contains("三（一）2"),
        "{next}"
    );
    assert!(
        page.texts(".tasks").join("").contains("甄别、确认纳入管理"),
        "{:?}",
        page.texts(".tasks")
    );
}

#[tokio::test]
async fn every_box_of_the_chart_leads_to_its_particulars() {
    let (county, project) = signed().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get(&page_of(&project)).await;
    let html = page.html();
    let boxes = scraper::Selector::parse("svg.flow a.flow-box").unwrap();
    let mut seen = 0;
    for link in html.select(&boxes) {
        let target = link.attr("href").unwrap().trim_start_matches('#');
        assert_eq!(page.count(&format!("[id='{target}']")), 1, "{target}");
        seen += 1;
    }
    assert_eq!(seen, page.count(".stage") + page.count(".step"));
}

#[tokio::test]
async fn no_page_of_a_project_carries_inline_style_or_script() {
    let (county, project) = signed().await;
    let mut centre = county.staff("centre", CENTRE).await;
    for tab in [
        "track",
        "items",
        "files",
        "adjustments",
        "performance",
        "visits",
        "investment",
        "history",
    ] {
        let page = centre
            .get(&format!("{}?tab={tab}", page_of(&project)))
            .await;
        assert_eq!(page.status, StatusCode::OK, "{tab}: {}", page.text());
        assert_eq!(
            page.count("[style]") + page.count("style") + page.count("script:not([src])"),
            0,
            "{tab}"
        );
        assert_eq!(page.texts(".tabs a.active").len(), 1, "{tab}");
    }
}

#[tokio::test]
async fn the_host_of_another_town_does_not_find_the_project() {
    let (county, project) = signed().await;
    let mut other = county.staff("other", OTHER_HOST).await;
    for address in [
        page_of(&project),
        format!("{}/print", page_of(&project)),
        action(&project, "claim"),
        format!("{}/details", page_of(&project)),
    ] {
        assert_eq!(
            other.get(&address).await.status,
            StatusCode::NOT_FOUND,
            "{address}"
        );
    }
    let answer = other
        .post(
            &action(&project, "visit"),
            &[("visit", "regular"), ("text", "看过"), ("on", "2025-07-01")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_project_that_does_not_exist_is_not_found() {
    let county = County::on(day("2025-07-01")).await;
    let mut centre = county.staff("centre", CENTRE).await;
    assert_eq!(
        centre.get("/projects/0197-none").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn only_what_a_unit_may_do_is_offered() {
    let (county, project) = signed().await;
    let offered = async |login: &str, unit: &str, tab: &str| {
        let mut browser = county.staff(login, unit).await;
        let page = browser
            .get(&format!("{}?tab={tab}", page_of(&project)))
            .await;
        let html = page.html();
        let links = scraper::Selector::parse("main a[href*='/actions/']").unwrap();
        let mut acts: Vec<String> = html
            .select(&links)
            .filter_map(|link| {
                link.attr("href")?
                    .split("/actions/")
                    .nth(1)
                    .map(str::to_string)
            })
            .collect();
        acts.sort();
        acts.dedup();
        acts
    };
    let host = offered("host", HOST, "adjustments").await;
    assert!(
        host.iter().any(|act| act == "extension") && host.iter().any(|act| act == "removal"),
        "{host:?}"
    );
    assert!(
        host.iter().any(|act| act == "claim?subject=started"),
        "{host:?}"
    );
    let centre = offered("centre", CENTRE, "adjustments").await;
    assert!(!centre.iter().any(|act| act == "extension"), "{centre:?}");
    let authority = offered("authority", AUTHORITY, "adjustments").await;
    assert!(
        authority.iter().any(|act| act == "grace")
            && !authority.iter().any(|act| act.starts_with("claim")),
        "{authority:?}"
    );
    let planning = offered("planning", "市自然资源和城乡建设局", "track").await;
    assert!(
        planning.iter().any(|act| act == "step?subject=preparation"),
        "{planning:?}"
    );
    let statistics = offered("statistics", "市统计局", "track").await;
    assert!(statistics.is_empty(), "{statistics:?}");
}

#[tokio::test]
async fn a_claim_without_its_picture_is_refused_with_the_clause_and_keeps_what_was_typed() {
    let (county, project) = signed().await;
    let mut host = county.staff("host", HOST).await;
    let fields = [
        ("subject", "started"),
        ("reached_on", "2025-06-30"),
        ("variant", "foundation"),
        ("note", "地基已开始施工"),
    ];
    let page = host.upload(&action(&project, "claim"), &fields, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refusal = page.texts(".flash-danger").join("");
    assert!(
        refusal.contains("缺少材料") && refusal.contains("三（一）4") && refusal.contains("请上传"),
        "{refusal}"
    );
    assert_eq!(
        page.attribute("input[name=reached_on]", "value").as_deref(),
        Some("2025-06-30")
    );
    assert_eq!(
        page.attribute("input[value=foundation]", "checked")
            .as_deref(),
        Some("")
    );
    assert!(
        page.texts("textarea[name=note]")
            .join("")
            .contains("地基已开始施工")
    );
}

#[tokio::test]
async fn a_day_that_does_not_exist_is_named_at_its_field() {
    let (county, project) = signed().await;
    let mut host = county.staff("host", HOST).await;
    let fields = [
        ("subject", "started"),
        ("reached_on", "2025-02-31"),
        ("variant", "foundation"),
    ];
    let page = host.upload(&action(&project, "claim"), &fields, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.texts("#f-reached_on-error")
            .join("")
            .contains("2025-02-31"),
        "{}",
        page.text()
    );
    assert_eq!(
        page.attribute("input[name=reached_on]", "value").as_deref(),
        Some("2025-02-31")
    );
}

#[tokio::test]
async fn a_start_is_claimed_with_a_picture_and_certified() {
    let (county, project) = signed().await;
    let mut host = county.staff("host", HOST).await;
    let form = host
        .get(&format!("{}?subject=started", action(&project, "claim")))
        .await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.text());
    assert!(form.text().contains("以地基开始施工为准") && form.text().contains("潜江高新区"));
    let fields = [
        ("subject", "started"),
        ("reached_on", "2025-06-30"),
        ("variant", "foundation"),
    ];
    let answer = host
        .upload(
            &action(&project, "claim"),
            &fields,
            &[("file-site-photo", "现场.png", PNG)],
        )
        .await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{:?}",
        answer.texts(".flash-danger")
    );
    let page = host.get(&page_of(&project)).await;
    assert!(
        page.texts(".claim").join("").contains("待认定"),
        "{:?}",
        page.texts(".claim")
    );

    let mut authority = county.staff("authority", AUTHORITY).await;
    let page = authority.get(&page_of(&project)).await;
    assert!(
        page.texts(".page-actions a")
            .iter()
            .any(|link| link == "认定“开工”"),
        "{:?}",
        page.texts(".page-actions a")
    );
    let form = authority
        .get(&format!("{}?subject=started", action(&project, "certify")))
        .await;
    assert_eq!(form.count(".file-list img"), 1);
    let answer = authority
        .post(
            &action(&project, "certify"),
            &[
                ("subject", "started"),
                ("agreed", "yes"),
                ("reached_on", "2025-06-30"),
            ],
        )
        .await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{:?}",
        answer.texts(".flash-danger")
    );
    let page = authority.get(&page_of(&project)).await;
    assert!(
        page.text().contains("2025-10-30 星期四 到期"),
        "listing counts four months from the start"
    );
}

#[tokio::test]
async fn a_returned_claim_shows_its_reason_and_can_be_made_again() {
    let (county, project) = signed().await;
    county
        .change(HOST, &project, claim_start(day("2025-06-30")))
        .await;
    let mut authority = county.staff("authority", AUTHORITY).await;
    let without = authority
        .post(
            &action(&project, "certify"),
            &[("subject", "started"), ("agreed", "no")],
        )
        .await;
    assert_eq!(
        without.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a return wants a reason"
    );
    let fields = [
        ("subject", "started"),
        ("agreed", "no"),
        ("note", "照片看不清地基"),
    ];
    assert_eq!(
        authority
            .post(&action(&project, "certify"), &fields)
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let mut host = county.staff("host", HOST).await;
    let page = host.get(&page_of(&project)).await;
    assert!(page.texts(".claim").join("").contains("照片看不清地基"));
    let form = host
        .get(&format!("{}?subject=started", action(&project, "claim")))
        .await;
    assert!(form.texts(".facts").join("").contains("照片看不清地基"));
}

#[tokio::test]
async fn files_of_a_refused_form_need_not_be_chosen_again() {
    let (county, project) = signed().await;
    let mut host = county.staff("host", HOST).await;
    let fields = [("subject", "started"), ("reached_on", "2025-06-30")];
    let page = host
        .upload(
            &action(&project, "claim"),
            &fields,
            &[("file-site-photo", "现场.png", PNG)],
        )
        .await;
    assert_eq!(
        page.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the variant is missing"
    );
    let kept = page.attribute("input[name=kept]", "value").unwrap();
    let fields = [
        ("subject", "started"),
        ("reached_on", "2025-06-30"),
        ("variant", "deep-pit"),
        ("kept", kept.as_str()),
    ];
    let answer = host.upload(&action(&project, "claim"), &fields, &[]).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{:?}",
        answer.texts(".flash-danger")
    );
}

#[tokio::test]
async fn a_second_extension_is_refused_citing_the_clause() {
    let (county, project) = signed().await;
    let request = |days| Command::RequestExtension {
        stage: "start".into(),
        days,
        reason: "雨季停工".into(),
        files: Vec::new(),
    };
    county.change(HOST, &project, request(30)).await;
    county
        .change(
            CENTRE,
            &project,
            Command::ReviewExtension {
                agreed: true,
                opinion: "同意".into(),
            },
        )
        .await;
    county
        .change(
            LEADER,
            &project,
            Command::DecideExtension {
                approved: true,
                opinion: "同意".into(),
            },
        )
        .await;
    let mut host = county.staff("host", HOST).await;
    let page = host.get(&page_of(&project)).await;
    assert!(
        page.text().contains("2026-01-19")
            && page.text().contains("延期 30 个自然日，原为 2025-12-20"),
        "the due day moved"
    );
    let fields = [
        ("stage", "start"),
        ("days", "20"),
        ("reason", "再次停工"),
        ("on", "2025-07-01"),
    ];
    let page = host
        .upload(&action(&project, "extension"), &fields, &[])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refusal = page.texts(".flash-danger").join("");
    assert!(refusal.contains("可作一次调整"), "{refusal}");
    assert_eq!(
        page.attribute("input[name=days]", "value").as_deref(),
        Some("20")
    );
}

#[tokio::test]
async fn somebody_elses_change_is_shown_before_the_form_is_sent_again() {
    let (county, project) = signed().await;
    let mut host = county.staff("host", HOST).await;
    let address = format!("{}?subject=", action(&project, "visit"));
    let seen = version(&mut host, &address).await;
    county
        .change(
            CENTRE,
            &project,
            Command::ConfirmScope {
                in_scope: true,
                reason: String::new(),
            },
        )
        .await;
    let fields = [
        ("visit", "regular"),
        ("text", "企业正在平整场地"),
        ("on", "2025-07-01"),
        ("version_seen", seen.as_str()),
    ];
    let page = host.upload(&action(&project, "visit"), &fields, &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    let told = page.texts(".flash-danger").join("");
    assert!(told.contains(CENTRE), "{told}");
    assert!(
        page.texts("textarea[name=text]")
            .join("")
            .contains("企业正在平整场地")
    );
    let seen = page.attribute("input[name=version_seen]", "value").unwrap();
    let fields = [
        ("visit", "regular"),
        ("text", "企业正在平整场地"),
        ("on", "2025-07-01"),
        ("version_seen", seen.as_str()),
    ];
    assert_eq!(
        host.upload(&action(&project, "visit"), &fields, &[])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_past_day_is_shown_as_it_was_and_offers_nothing() {
    let (county, project) = signed().await;
    certify_start(&county, &project, day("2025-06-30")).await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre
        .get(&format!(
            "{}?as_of=2025-07-01&known_at=2025-06-30",
            page_of(&project)
        ))
        .await;
    assert_eq!(
        page.status,
        StatusCode::NOT_FOUND,
        "nothing had been recorded by then"
    );
    county.set_day(day("2025-08-15"));
    let mut centre = county.staff("centre-later", CENTRE).await;
    let page = centre
        .get(&format!("{}?as_of=2025-07-10", page_of(&project)))
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.texts(".ribbon-past")
            .join("")
            .contains("正在查看 2025-07-10 的状态")
    );
    assert_eq!(page.count("main a[href*='/actions/']"), 0);
    assert!(
        page.text().contains("剩余 112 天"),
        "listing is due on 30 October"
    );
    for tab in page
        .html()
        .select(&scraper::Selector::parse(".tabs a").unwrap())
    {
        assert!(
            tab.attr("href").unwrap().contains("as_of=2025-07-10"),
            "the day goes along"
        );
    }
}

#[tokio::test]
async fn a_day_to_come_cannot_be_looked_at() {
    let (county, project) = signed().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre
        .get(&format!("{}?as_of=2025-07-02", page_of(&project)))
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("还没有到"));
}

#[tokio::test]
async fn late_records_are_marked_and_voided_ones_are_struck_with_the_reason() {
    let (county, project) = signed().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let visit = [
        ("visit", "quarterly"),
        ("text", "季度走访"),
        ("on", "2025-06-25"),
    ];
    assert_eq!(
        centre
            .upload(&action(&project, "visit"), &visit, &[])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let history = format!("{}?tab=history", page_of(&project));
    let page = centre.get(&history).await;
    assert!(
        page.texts(".history .tag")
            .iter()
            .any(|tag| tag == "补录，晚 6 天"),
        "{:?}",
        page.texts(".history .tag")
    );
    let void = page.attribute("#fact-4 .void-link", "href").unwrap();
    assert_eq!(centre.get(&void).await.status, StatusCode::OK);
    let empty = centre
        .post(
            &action(&project, "void"),
            &[("subject", "4"), ("reason", "")],
        )
        .await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = centre
        .post(
            &action(&project, "void"),
            &[("subject", "4"), ("reason", "走访日期登记错误")],
        )
        .await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{:?}",
        answer.texts(".flash-danger")
    );
    let page = centre.get(&history).await;
    assert!(
        page.texts("#fact-4 del").join("").contains("走访"),
        "{:?}",
        page.texts("#fact-4")
    );
    assert!(
        page.texts("#fact-4 .void-reason")
            .join("")
            .contains("走访日期登记错误")
    );
    assert_eq!(page.count("#fact-4 .void-link"), 0);
}

#[tokio::test]
async fn files_are_served_so_that_they_can_do_no_harm() {
    let (county, project) = signed().await;
    let mut host = county.staff("host", HOST).await;
    let visit = [
        ("visit", "regular"),
        ("text", "现场查看"),
        ("on", "2025-07-01"),
    ];
    let answer = host
        .upload(
            &action(&project, "visit"),
            &visit,
            &[("files", "现场.png", PNG)],
        )
        .await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{:?}",
        answer.texts(".field-error")
    );
    let page = host.get(&format!("{}?tab=files", page_of(&project))).await;
    let address = page.attribute(".thumbs a", "href").unwrap();
    let file = host.get(&address).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.body, PNG);
    assert_eq!(file.header("content-type"), "image/png");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(
        file.header("content-disposition")
            .starts_with("inline; filename*=UTF-8''")
    );
    assert!(file.header("content-security-policy").contains("sandbox"));
    let mut other = county.staff("other", OTHER_HOST).await;
    assert_eq!(other.get(&address).await.status, StatusCode::NOT_FOUND);
    let fake = host
        .upload(
            &action(&project, "visit"),
            &visit,
            &[("files", "现场.png", b"MZ not a picture")],
        )
        .await;
    assert_eq!(fake.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_page_of_each_state_can_be_read() {
    let (county, project) = signed().await;
    let mut logins = 0;
    let mut head = async |expected: &str| {
        // A session does not outlive the months between two states.
        logins += 1;
        let mut centre = county.staff(&format!("centre{logins}"), CENTRE).await;
        let page = centre.get(&page_of(&project)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let sub = page.texts(".page-sub").join("");
        assert!(sub.contains(expected), "{expected}: {sub}");
    };
    head("待甄别确认").await;
    county
        .change(
            CENTRE,
            &project,
            Command::ConfirmScope {
                in_scope: true,
                reason: String::new(),
            },
        )
        .await;
    county.set_day(day("2025-12-01"));
    head("有逾期").await;
    certify_start(&county, &project, day("2025-11-20")).await;
    head("项目统计入库").await;
    let exemption = Command::RequestExemption {
        ground: "force-majeure".into(),
        from: day("2025-11-25"),
        to: None,
        reason: "洪水".into(),
        files: Vec::new(),
    };
    county.change(common::ENTERPRISE, &project, exemption).await;
    head("项目统计入库").await;
    county
        .change(
            HOST,
            &project,
            Command::RequestRemoval {
                reason: "企业资金链断裂".into(),
                files: Vec::new(),
            },
        )
        .await;
    let removal = Command::DecideRemoval {
        approved: true,
        batch: "2025-12".into(),
        opinion: "同意".into(),
    };
    county.change(CENTRE, &project, removal).await;
    head("已调出 2025-12-01").await;
}

#[tokio::test]
async fn performance_goes_from_duty_to_breach_and_shows_who_qualifies() {
    let (county, project) = signed().await;
    let mut host = county.staff("host", HOST).await;
    let duty = [
        ("duty", "investment"),
        ("target", "2亿元"),
        ("due", "2025-12-31"),
        ("on", "2025-07-01"),
    ];
    let answer = host.post(&action(&project, "duty"), &duty).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{:?}",
        answer.texts(".flash-danger")
    );
    let tab = format!("{}?tab=performance", page_of(&project));
    let page = host.get(&tab).await;
    assert!(
        page.texts(".entries").join("").contains("约定 2亿元"),
        "{:?}",
        page.texts(".entries")
    );
    assert!(
        page.texts(".obstacle")
            .join("")
            .contains("尚无按时完成的阶段")
    );
    certify_start(&county, &project, day("2025-06-30")).await;
    let page = host.get(&tab).await;
    assert!(
        page.texts(".proof").join("").contains("项目筹备开工"),
        "{:?}",
        page.texts(".proof")
    );
    let mut authority = county.staff("authority", AUTHORITY).await;
    let breach = [
        ("breach", "late-6411"),
        ("text", "未按时入库"),
        ("on", "2025-07-01"),
    ];
    let answer = authority
        .upload(&action(&project, "breach"), &breach, &[])
        .await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{:?}",
        answer.texts(".flash-danger")
    );
    let page = authority.get(&tab).await;
    assert!(
        page.texts(".obstacle")
            .join("")
            .contains("未按照“6411”时限要求推进")
    );
}

#[tokio::test]
async fn monthly_investment_is_added_up_exactly() {
    let (county, project) = signed().await;
    let mut host = county.staff("host", HOST).await;
    for (month, sum) in [("2025-06", "1234.56"), ("2025-07", "0.3亿元")] {
        let answer = host
            .post(
                &action(&project, "investment"),
                &[("month", month), ("fixed_investment", sum)],
            )
            .await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{:?}",
            answer.texts(".flash-danger")
        );
    }
    let page = host
        .get(&format!("{}?tab=investment", page_of(&project)))
        .await;
    assert!(
        page.texts(".stat-value")
            .iter()
            .any(|value| value == "4234.56万元"),
        "{:?}",
        page.texts(".stat-value")
    );
}

#[tokio::test]
async fn a_new_project_is_saved_only_after_similar_ones_were_seen() {
    let (county, project) = signed().await;
    let mut centre = county.staff("centre", CENTRE).await;
    assert_eq!(centre.get("/projects/new").await.status, StatusCode::OK);
    let fields = [
        ("name", "样例光电产业园"),
        ("sector", "industry"),
        ("host", HOST),
        ("total_investment", "5亿元"),
    ];
    let page = centre.post("/projects/new", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.attribute(".flash-warning a", "href")
            .unwrap()
            .ends_with(&project)
    );
    assert_eq!(
        page.attribute("input[name=total_investment]", "value")
            .as_deref(),
        Some("5亿元")
    );
    let mut all = fields.to_vec();
    all.push(("distinct", "1"));
    let answer = centre.post("/projects/new", &all).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = centre.get(answer.location()).await;
    assert!(page.texts(".facts").join("").contains("5亿元"));
}

#[tokio::test]
async fn who_may_not_register_is_told_so() {
    let county = County::on(day("2025-07-01")).await;
    let mut host = county.staff("host", HOST).await;
    assert_eq!(
        host.get("/projects/new").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_wrong_credit_code_is_named_at_its_field_and_nothing_is_saved() {
    let (county, project) = signed().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let address = format!("{}/details", page_of(&project));
    let fields = [
        ("name", "样例光电产业园（二期）"),
        ("credit_code", "91429005MA00000001"),
        ("host", HOST),
        ("sector", "industry"),
    ];
    let page = centre.post(&address, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.count("#f-credit_code-error"), 1);
    assert_eq!(
        page.attribute("input[name=name]", "value").as_deref(),
        Some("样例光电产业园（二期）")
    );
    assert_eq!(
        centre.get(&page_of(&project)).await.texts("h1"),
        ["样例光电产业园"]
    );
}

#[tokio::test]
async fn contacts_are_masked_for_whom_the_pack_does_not_let_read_them() {
    let (county, project) = signed().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let fields = [
        ("name", "样例光电产业园"),
        ("sector", "industry"),
        ("host", HOST),
        ("enterprise", common::ENTERPRISE),
        ("contact", "样例李华 13800001234"),
    ];
    let answer = centre
        .post(&format!("{}/details", page_of(&project)), &fields)
        .await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{:?}",
        answer.texts(".flash-danger")
    );
    let seen = centre
        .get(&page_of(&project))
        .await
        .texts(".facts")
        .join("");
    assert!(seen.contains("13800001234"), "{seen}");
    let mut statistics = county.staff("statistics", "市统计局").await;
    let seen = statistics
        .get(&page_of(&project))
        .await
        .texts(".facts")
        .join("");
    assert!(
        !seen.contains("13800001234") && seen.contains("138****1234"),
        "{seen}"
    );
}

#[tokio::test]
async fn the_sheet_for_paper_holds_chart_checklist_and_history() {
    let (county, project) = signed().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get(&format!("{}/print", page_of(&project))).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert_eq!(page.count("svg.flow"), 1);
    assert_eq!(page.count(".sheet-items li"), 17);
    assert_eq!(page.count(".history > li"), 3);
}

#[tokio::test]
async fn every_form_that_is_offered_opens() {
    let (county, project) = signed().await;
    county
        .change(
            CENTRE,
            &project,
            Command::ConfirmScope {
                in_scope: true,
                reason: String::new(),
            },
        )
        .await;
    county
        .change(
            CENTRE,
            &project,
            Command::Ask {
                text: "何时供地".into(),
            },
        )
        .await;
    county
        .change(
            HOST,
            &project,
            Command::RequestExtension {
                stage: "start".into(),
                days: 30,
                reason: "雨季".into(),
                files: Vec::new(),
            },
        )
        .await;
    county
        .change(
            HOST,
            &project,
            Command::RequestRemoval {
                reason: "停滞".into(),
                files: Vec::new(),
            },
        )
        .await;
    county
        .change(HOST, &project, claim_start(day("2025-06-30")))
        .await;
    let breach = Command::CertifyBreach {
        breach: "land-late".into(),
        text: "未供地".into(),
        rectify_by: Some(day("2025-07-20")),
        files: Vec::new(),
    };
    county.change(AUTHORITY, &project, breach).await;
    let duty = Command::RecordDuty {
        duty: "investment".into(),
        detail: String::new(),
        due: None,
        target: Some(domain::values::Yuan(100)),
    };
    county.change(HOST, &project, duty).await;
    let mut opened = 0;
    for (at, unit) in [
        CENTRE,
        HOST,
        AUTHORITY,
        LEADER,
        "市自然资源和城乡建设局",
        "市政府办公室",
    ]
    .into_iter()
    .enumerate()
    {
        let mut browser = county.staff(&format!("person{at}"), unit).await;
        for tab in [
            "track",
            "items",
            "adjustments",
            "performance",
            "visits",
            "investment",
            "history",
        ] {
            let page = browser
                .get(&format!("{}?tab={tab}", page_of(&project)))
                .await;
            let links = scraper::Selector::parse("main a[href*='/actions/']").unwrap();
            let addresses: Vec<String> = page
                .html()
                .select(&links)
                .filter_map(|link| link.attr("href").map(str::to_string))
                .collect();
            for address in addresses {
                let form = browser.get(&address).await;
                let fine = form.status == StatusCode::OK || form.location().ends_with("/details");
                assert!(fine, "{unit} {address}: {}", form.text());
                opened += 1;
            }
        }
    }
    assert!(opened > 40, "{opened}");
}

#[tokio::test]
async fn signing_before_the_meeting_is_refused_at_the_form() {
    let county = County::on(day("2025-07-01")).await;
    let project = county.project("样例光电产业园").await;
    county
        .change(CENTRE, &project, claim("approved", day("2025-06-20")))
        .await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre
        .upload(
            &action(&project, "claim"),
            &[("subject", "signed"), ("reached_on", "2025-06-10")],
            &[],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.texts(".flash-danger").join("").contains("早于"),
        "{:?}",
        page.texts(".flash-danger")
    );
}

#[tokio::test]
async fn a_move_to_another_version_shows_its_effect_before_it_is_applied() {
    let county = County::on(day("2025-07-01")).await;
    let source = include_str!("../../../policies/qianjiang/6411.toml");
    let source = source
        .replace("version = \"2025-05-16\"", "version = \"2026-01-01\"")
        .replace(
            "limit = { n = 6, unit = \"months\", from = \"signed\" }",
            "limit = { n = 8, unit = \"months\", from = \"signed\" }",
        );
    let mut batch = store::Batch::new();
    let pack = store::packs::PackRow {
        region: common::REGION.into(),
        id: "qianjiang-6411".into(),
        version: "2026-01-01".into(),
        kind: "lifecycle".into(),
        sm3: store::sm3_hex(source.as_bytes()),
        source,
        loaded_at: county.service.now(),
        loaded_by: "样例朱八".into(),
        active: false,
    };
    store::packs::insert(&mut batch, &pack);
    county.service.db().write(batch).await.unwrap();
    let project = county
        .signed_project("样例光电产业园", day("2025-06-03"), day("2025-06-20"))
        .await;
    let mut centre = county.staff("centre", CENTRE).await;
    let form = centre.get(&action(&project, "policy")).await;
    assert_eq!(form.count("#moved"), 0);
    let preview = centre
        .get(&format!(
            "{}?version=2026-01-01",
            action(&project, "policy")
        ))
        .await;
    let moved = preview.texts("#moved tbody tr");
    assert!(
        moved
            .iter()
            .any(|row| row == "项目筹备开工2025-12-20 星期六2026-02-20 星期五"),
        "{moved:?}"
    );
    assert!(
        centre
            .get(&page_of(&project))
            .await
            .text()
            .contains("2025-12-20"),
        "nothing is applied yet"
    );
    let fields = [("version", "2026-01-01"), ("reason", "按新版办理")];
    let answer = centre.post(&action(&project, "policy"), &fields).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{:?}",
        answer.texts(".flash-danger")
    );
    assert!(
        centre
            .get(&page_of(&project))
            .await
            .text()
            .contains("2026-02-20 星期五 到期")
    );
}
