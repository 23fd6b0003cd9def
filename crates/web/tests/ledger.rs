//! 项目台账: found, sorted, paged, added up, exported and kept apart.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use std::collections::BTreeSet;

use calendar::Day;
use common::{AUTHORITY, Answer, Browser, CENTRE, County, HOST, LEADER, OTHER_HOST, REGION, claim};
use domain::event::Details;
use domain::values::{MoneyUnit, Yuan};
use jiff::civil::date;
use office::{ReadLimits, read_table};
use policy::model::Sector;
use service::AccountKind;
use service::projects::{NewProject, Registered};

const TODAY: Day = date(2025, 7, 30);
const NAMES: &str = ".grid tbody td.cell-main";

/// Registers a project.
async fn add(county: &County, name: &str, host: &str, sector: Sector, yi: &str) -> String {
    let details = Details {
        name: name.into(),
        enterprise: Some(format!("{name}有限公司")),
        sector: Some(sector),
        host: Some(host.into()),
        total_investment: Some(Yuan::parse_in(yi, MoneyUnit::Yi).unwrap()),
        ..Details::default()
    };
    let new = NewProject {
        details,
        distinct: true,
        ..NewProject::default()
    };
    match county
        .service
        .register(&county.official(CENTRE), new)
        .await
        .unwrap()
    {
        Registered::Project(project) => project,
        Registered::Similar(similar) => panic!("{similar:?}"),
    }
}

/// A small ledger: two hosts, three sectors, different sums, one signed.
async fn small_ledger() -> County {
    let county = County::on(TODAY).await;
    add(
        &county,
        "样例电子级化学品项目",
        HOST,
        Sector::Industry,
        "23.5",
    )
    .await;
    add(&county, "样例虾稻冷链物流园", HOST, Sector::Commerce, "5").await;
    add(
        &county,
        "样例数据服务中心",
        OTHER_HOST,
        Sector::Service,
        "1.28",
    )
    .await;
    let signed = add(
        &county,
        "样例精密铸件二期",
        OTHER_HOST,
        Sector::Industry,
        "3",
    )
    .await;
    county
        .change(CENTRE, &signed, claim("approved", date(2025, 6, 1)))
        .await;
    county
        .change(CENTRE, &signed, claim("signed", date(2025, 7, 28)))
        .await;
    county
}

async fn names(browser: &mut Browser, path: &str) -> BTreeSet<String> {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.texts(NAMES).into_iter().collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| name.to_string()).collect()
}

#[tokio::test]
async fn an_empty_ledger_says_what_to_do_first() {
    let county = County::on(TODAY).await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get("/projects").await;
    assert!(page.text().contains("先从 Excel 导入"), "{}", page.text());
    assert_eq!(
        page.attribute(".empty a.btn", "href").as_deref(),
        Some("/imports")
    );
    let mut host = county.staff("host", HOST).await;
    let page = host.get("/projects").await;
    assert!(page.text().contains("请联系市招商服务中心"));
    assert_eq!(page.count(".empty a.btn"), 0);
}

#[tokio::test]
async fn every_filter_finds_what_it_names() {
    let county = small_ledger().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (chemicals, logistics, data, castings) = (
        "样例电子级化学品项目",
        "样例虾稻冷链物流园",
        "样例数据服务中心",
        "样例精密铸件二期",
    );
    let host = format!("host={HOST}");
    let authority = format!("authority={AUTHORITY}");
    for (query, found) in [
        ("", vec![chemicals, logistics, data, castings]),
        ("q=化学品", vec![chemicals]),
        ("q=冷链", vec![logistics]),
        ("q=铸件二期有限公司", vec![castings]),
        ("q=没有这样的", vec![]),
        (host.as_str(), vec![chemicals, logistics]),
        (authority.as_str(), vec![chemicals, castings]),
        ("sector=industry", vec![chemicals, castings]),
        ("sector=industry&amount_to=10", vec![castings]),
        ("amount_from=3&amount_to=5", vec![logistics, castings]),
        ("amount_from=12800万元&amount_to=1.28", vec![data]),
        (
            "signed_from=2025-07-28&signed_to=2025-07-28",
            vec![castings],
        ),
        ("signed_from=2025-07-29", vec![]),
        (
            "scope=unconfirmed",
            vec![chemicals, logistics, data, castings],
        ),
        ("scope=in", vec![]),
        ("sample=yes", vec![]),
        (
            "sample=no&q=样例",
            vec![chemicals, logistics, data, castings],
        ),
        ("light=red", vec![]),
    ] {
        let path = format!("/projects?{}", query.replace('样', "%E6%A0%B7"));
        let path: String = url::Url::parse(&format!("http://x{path}")).unwrap()
            [url::Position::BeforePath..]
            .into();
        assert_eq!(names(&mut centre, &path).await, set(&found), "{query}");
    }
}

#[tokio::test]
async fn a_row_shows_light_due_day_with_weekday_and_exact_sum() {
    let county = small_ledger().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get("/projects?signed_from=2025-01-01").await;
    let cells = page.texts(".grid tbody td");
    // Signed on 28 July; the first step, 项目准备, has seven natural days.
    assert!(
        cells
            .iter()
            .any(|cell| cell.starts_with("2025-08-04 星期一")),
        "{cells:?}"
    );
    assert!(
        cells.contains(&"3".to_string()) && cells.contains(&"2025-07-28".to_string()),
        "{cells:?}"
    );
    assert!(
        cells.iter().any(|cell| cell.contains("剩余 5 天")),
        "{cells:?}"
    );
    assert!(
        cells.iter().any(|cell| cell.contains("待甄别")),
        "{cells:?}"
    );
}

#[tokio::test]
async fn headings_sort_both_ways_and_what_has_no_value_comes_last() {
    let county = small_ledger().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let order = |page: &Answer| page.texts(NAMES);
    let up = centre.get("/projects?sort=investment&dir=asc").await;
    let down = centre.get("/projects?sort=investment&dir=desc").await;
    assert_eq!(order(&up)[0], "样例数据服务中心");
    assert_eq!(order(&down)[0], "样例电子级化学品项目");
    assert_eq!(
        order(&up),
        order(&down).into_iter().rev().collect::<Vec<_>>()
    );
    for way in ["asc", "desc"] {
        let page = centre
            .get(&format!("/projects?sort=signed&dir={way}"))
            .await;
        assert_eq!(order(&page)[0], "样例精密铸件二期", "{way}");
    }
    let heading = up.attribute("th a.sort-asc", "href").unwrap();
    assert!(heading.contains("dir=desc"), "{heading}");
}

/// Follows links of the pager until there is none.
async fn walk(browser: &mut Browser, path: &str, rel: &str) -> (Vec<String>, String) {
    let (mut all, mut path) = (Vec::new(), path.to_string());
    loop {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.text());
        let names = page.texts(NAMES);
        match rel {
            "prev" => all.splice(0..0, names).for_each(drop),
            _ => all.extend(names),
        }
        match page.attribute(&format!(".pager a[rel={rel}]"), "href") {
            Some(next) => path = next,
            None => return (all, path),
        }
    }
}

#[tokio::test]
async fn pages_over_equal_values_show_every_project_once_and_lead_back_the_same_way() {
    let county = County::on(TODAY).await;
    for number in 0..57 {
        let yi = if number % 3 == 0 { "2" } else { "7" };
        let project = add(
            &county,
            &format!("样例项目{number:02}"),
            HOST,
            Sector::Industry,
            yi,
        )
        .await;
        if number < 3 {
            county
                .change(CENTRE, &project, claim("approved", date(2025, 6, 1)))
                .await;
            county
                .change(CENTRE, &project, claim("signed", date(2025, 6, 20)))
                .await;
        }
    }
    let mut centre = county.staff("centre", CENTRE).await;
    for sort in [
        "investment&dir=desc",
        "investment&dir=asc",
        "signed&dir=asc",
        "due&dir=desc",
        "updated&dir=desc",
        "name&dir=asc",
    ] {
        let (forward, last) = walk(&mut centre, &format!("/projects?sort={sort}"), "next").await;
        assert_eq!(forward.len(), 57, "{sort}");
        assert_eq!(forward.iter().collect::<BTreeSet<_>>().len(), 57, "{sort}");
        let (backward, _) = walk(&mut centre, &last, "prev").await;
        assert_eq!(backward, forward, "{sort}");
    }
}

#[tokio::test]
async fn totals_are_those_of_the_rows_and_each_leads_to_its_rows() {
    let county = small_ledger().await;
    county.set_day(date(2026, 2, 1));
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get("/projects?sector=industry").await;
    let href = page.attribute(".ledger-totals", "hx-get").unwrap();
    assert_eq!(
        page.attribute(".ledger-totals a", "href").as_deref(),
        Some(href.as_str())
    );
    let totals = centre.get(&href).await;
    let figure = |label: &str| {
        totals
            .texts(&format!("a[data-total='{label}'] b"))
            .first()
            .cloned()
            .unwrap_or_default()
    };
    assert_eq!(figure("项目"), "2");
    assert_eq!(figure("总投资"), "26.5");
    assert_eq!(figure("逾期"), "1");
    assert_eq!(figure("正常"), "1");
    for label in ["项目", "逾期", "正常"] {
        let href = totals
            .attribute(&format!("a[data-total='{label}']"), "href")
            .unwrap();
        let rows = names(&mut centre, &href).await;
        assert_eq!(rows.len().to_string(), figure(label), "{label}");
    }
}

#[tokio::test]
async fn the_totals_of_a_script_are_a_fragment() {
    let county = small_ledger().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let whole = centre.get("/projects/totals").await.text();
    assert!(whole.contains("<html"));
    let request = axum::http::Request::get("/projects/totals")
        .header("hx-request", "true")
        .header("cookie", centre.cookies_text())
        .body(axum::body::Body::empty())
        .unwrap();
    let part = centre.send(request).await.text();
    assert!(
        part.trim_start()
            .starts_with("<div class=\"ledger-totals\""),
        "{part}"
    );
}

#[tokio::test]
async fn an_export_holds_exactly_what_is_shown() {
    let county = small_ledger().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let query =
        "sector=industry&sort=investment&dir=asc&cols=light,number,name,investment,due,signed,tags";
    let page = centre.get(&format!("/projects?{query}")).await;
    let headings = page.texts(".grid thead th");
    let shown: Vec<Vec<String>> = page
        .texts(".grid tbody td")
        .chunks(headings.len())
        .map(<[String]>::to_vec)
        .collect();
    assert_eq!(shown.len(), 2);
    for name in ["export.xlsx", "export.csv"] {
        let file = centre.get(&format!("/projects/{name}?{query}")).await;
        assert_eq!(file.status, 200, "{}", file.text());
        assert!(
            file.header("content-disposition")
                .contains(name.rsplit('.').next().unwrap())
        );
        let known = |row: &[String]| row.iter().filter(|cell| headings.contains(cell)).count();
        let table = read_table(&file.body, name, &ReadLimits::default(), &known).unwrap();
        assert_eq!(table.headings, headings, "{name}");
        let rows: Vec<Vec<String>> = table
            .rows
            .iter()
            .map(|row| {
                row.cells
                    .iter()
                    .map(|cell| cell.text().trim().to_string())
                    .collect()
            })
            .collect();
        let shown: Vec<Vec<String>> = shown
            .iter()
            .map(|row| row.iter().map(|cell| cell.trim().to_string()).collect())
            .collect();
        for (file_row, page_row) in rows.iter().zip(&shown) {
            for (heading, (in_file, on_page)) in headings.iter().zip(file_row.iter().zip(page_row))
            {
                let same = |text: &str| text.replace([' ', '、'], "");
                assert_eq!(same(in_file), same(on_page), "{name} {heading}");
            }
        }
        assert_eq!(rows.len(), shown.len(), "{name}");
    }
    let trail = store::accounts::audit_rows(county.service.db(), REGION, 10)
        .await
        .unwrap();
    let exports: Vec<_> = trail
        .iter()
        .filter(|row| row.action == "export-ledger")
        .collect();
    assert_eq!(exports.len(), 2);
    assert_eq!(exports[0].detail.as_deref(), Some("2 行"));
    assert!(
        exports[0].subject.contains("产业：工业"),
        "{}",
        exports[0].subject
    );
}

#[tokio::test]
async fn who_may_not_export_is_not_offered_it_and_is_refused() {
    let county = small_ledger().await;
    let mut statistics = county.staff("statistics", "市统计局").await;
    let page = statistics.get("/projects").await;
    assert!(!page.text().contains("导出 Excel"));
    let file = statistics.get("/projects/export.xlsx").await;
    assert_eq!(file.status, 403);
    assert!(
        file.text().contains("没有导出台账的权限"),
        "{}",
        file.text()
    );
}

#[tokio::test]
async fn each_unit_sees_its_own_projects() {
    let county = small_ledger().await;
    let all = [
        "样例电子级化学品项目",
        "样例虾稻冷链物流园",
        "样例数据服务中心",
        "样例精密铸件二期",
    ];
    for (login, unit, sees) in [
        ("centre", CENTRE, all.to_vec()),
        ("leader", LEADER, all.to_vec()),
        ("department", "市人防办", all.to_vec()),
        ("host", HOST, vec![all[0], all[1]]),
        ("other", OTHER_HOST, vec![all[2], all[3]]),
        ("gaoxin", AUTHORITY, vec![all[0], all[3]]),
        ("jingxin", "市经信局", vec![all[0], all[3]]),
        ("shangwu", "市商务局", vec![all[1]]),
    ] {
        let mut browser = county.staff(login, unit).await;
        assert_eq!(names(&mut browser, "/projects").await, set(&sees), "{unit}");
        let totals = browser.get("/projects/totals").await;
        assert_eq!(
            totals.texts("a[data-total='项目'] b"),
            [sees.len().to_string()],
            "{unit}"
        );
    }
    let mut auditor = county
        .person("auditor", "市审计局", AccountKind::Staff, "auditor")
        .await;
    assert_eq!(names(&mut auditor, "/projects").await, set(&all));
    let mut nobody = county.staff("nobody", "市审计局").await;
    let page = nobody.get("/projects").await;
    assert!(
        page.text().contains("与本单位有关的项目登记或导入后"),
        "{}",
        page.text()
    );
    assert_eq!(page.count(NAMES), 0);
}

#[tokio::test]
async fn a_list_admits_exactly_those_who_may_open_the_page() {
    let county = small_ledger().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get("/projects").await;
    let selector = scraper::Selector::parse(".grid tbody tr").unwrap();
    let all: BTreeSet<String> = page
        .html()
        .select(&selector)
        .filter_map(|row| row.attr("data-href").map(str::to_string))
        .collect();
    for (login, unit) in [
        ("host", HOST),
        ("gaoxin", AUTHORITY),
        ("jingxin", "市经信局"),
        ("shangwu", "市商务局"),
        ("shenji", "市审计局"),
    ] {
        let mut browser = county.staff(login, unit).await;
        let page = browser.get("/projects").await;
        let listed: BTreeSet<String> = page
            .html()
            .select(&selector)
            .filter_map(|row| row.attr("data-href").map(str::to_string))
            .collect();
        for href in &all {
            let opens = browser.get(href).await.status == 200;
            assert_eq!(opens, listed.contains(href), "{unit} {href}");
        }
    }
}

#[tokio::test]
async fn administrators_and_enterprises_have_no_ledger() {
    let county = small_ledger().await;
    for role in ["system", "security", "audit"] {
        let mut admin = county
            .person(role, "市政务和大数据局", AccountKind::Staff, role)
            .await;
        for path in [
            "/projects",
            "/projects/totals",
            "/projects/export.csv",
            "/alerts",
        ] {
            assert_eq!(admin.get(path).await.status, 403, "{role} {path}");
        }
    }
    let mut enterprise = county
        .person("ent", common::ENTERPRISE, AccountKind::Enterprise, "")
        .await;
    assert_eq!(enterprise.get("/projects").await.status, 403);
}

#[tokio::test]
async fn a_saved_view_opens_its_filters_and_columns_and_belongs_to_one_account() {
    let county = small_ledger().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let query = "sector=industry&sort=name&dir=asc&cols=name,host";
    let saved = centre
        .post("/projects/views", &[("name", "工业项目"), ("query", query)])
        .await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let page = centre.get("/projects").await;
    let href = page.attribute(".tabs a[href*=industry]", "href").unwrap();
    let view = centre.get(&href).await;
    assert_eq!(view.texts(".grid thead th"), ["项目名称", "属地"]);
    assert_eq!(view.count(NAMES), 2);
    assert_eq!(view.texts(".tabs a.active"), ["工业项目"]);
    let mut other = county.staff("other", CENTRE).await;
    assert_eq!(other.get("/projects").await.count(".tabs"), 0);
    let too_long = "长".repeat(30);
    let refused = centre
        .post(
            "/projects/views",
            &[("name", too_long.as_str()), ("query", "")],
        )
        .await;
    assert_eq!(refused.status, 422);
    centre
        .post("/projects/views/remove", &[("name", "工业项目")])
        .await;
    assert_eq!(centre.get("/projects").await.count(".tabs"), 0);
}

#[tokio::test]
async fn nonsense_in_the_address_is_said_and_left_out() {
    let county = small_ledger().await;
    let mut centre = county.staff("centre", CENTRE).await;
    for (query, word) in [
        ("signed_from=2025-02-31", "不是日期"),
        ("amount_from=abc", "不是金额"),
        ("amount_to=-5", "不是金额"),
        ("light=purple", "不在可选范围内"),
        ("stage=nowhere", "不在可选范围内"),
        ("sector=%27%3B--", "不在可选范围内"),
        ("sort=sideways", "不在可选范围内"),
        ("after=rubbish", "翻页位置无法识别"),
        ("before=5.vX&sort=signed", "翻页位置无法识别"),
        ("q=%22%27*%21", "不含文字或数字"),
        ("signed_from=2025-07-01&signed_to=2025-06-01", "晚于止日"),
    ] {
        let page = centre.get(&format!("/projects?{query}")).await;
        assert_eq!(page.status, 200, "{query}: {}", page.text());
        let warnings = page.texts(".flash-warning").join(" ");
        assert!(warnings.contains(word), "{query}: {warnings}");
    }
    let long = "长".repeat(500);
    for query in [
        format!("q={long}"),
        format!("host={long}"),
        "cols=,,x,&col=".into(),
        "gone=maybe".into(),
        "due=&due=30".into(),
        "import=%00".into(),
        "%ff%fe=%80".into(),
        "&&&==&".into(),
    ] {
        let query: String = url::Url::parse(&format!("http://x/?{query}"))
            .unwrap()
            .query()
            .unwrap_or_default()
            .into();
        for path in ["/projects", "/projects/totals", "/projects/export.csv"] {
            let page = centre.get(&format!("{path}?{query}")).await;
            assert_eq!(page.status, 200, "{path} {query}: {}", page.text());
        }
    }
}

#[tokio::test]
async fn what_is_out_of_scope_is_hidden_until_asked_for() {
    let county = small_ledger().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let project = add(&county, "样例范围外项目", HOST, Sector::Industry, "1").await;
    let out = domain::command::Command::ConfirmScope {
        in_scope: false,
        reason: "不是重大项目".into(),
    };
    county.change(CENTRE, &project, out).await;
    assert_eq!(names(&mut centre, "/projects").await.len(), 4);
    assert_eq!(names(&mut centre, "/projects?gone=1").await.len(), 5);
    let only = centre.get("/projects?scope=out").await;
    assert_eq!(only.texts(NAMES), ["样例范围外项目"]);
    assert!(
        only.texts(".grid tbody .tag")
            .contains(&"不在范围".to_string())
    );
    assert_eq!(
        names(&mut centre, "/projects?light=gone").await,
        set(&["样例范围外项目"])
    );
}
