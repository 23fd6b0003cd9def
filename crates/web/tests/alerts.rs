//! 预警: deadlines by window and unit, alerts to one's unit, the performance lists.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use calendar::Day;
use common::{AUTHORITY, CENTRE, County, HOST, LEADER, OTHER_HOST, REGION, claim_start};
use domain::command::Command;
use jiff::civil::date;
use office::{ReadLimits, read_table};
use store::Batch;
use store::alerts::AlertRow;
use store::performance::EntryRow;

const TODAY: Day = date(2025, 7, 30);
const APPROVED: Day = date(2024, 12, 20);
const NAMES: &str = ".grid tbody .cell-main a";

/// One that is late (due 10 July), one due on 15 August, one due on 20 October.
async fn county() -> (County, [String; 3]) {
    let county = County::on(TODAY).await;
    let late = county
        .signed_project("样例逾期项目", APPROVED, date(2025, 1, 10))
        .await;
    let soon = county
        .signed_project("样例将到期项目", APPROVED, date(2025, 2, 15))
        .await;
    let later = county
        .signed_project("样例稍后项目", APPROVED, date(2025, 4, 20))
        .await;
    (county, [late, soon, later])
}

#[tokio::test]
async fn each_window_holds_what_is_due_in_it_with_weekday_and_clause() {
    let (county, _) = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    for (window, name, light, due) in [
        ("overdue", "样例逾期项目", "逾期 20 天", "2025-07-10 星期四"),
        ("30", "样例将到期项目", "剩余 16 天", "2025-08-15 星期五"),
        ("90", "样例稍后项目", "剩余 82 天", "2025-10-20 星期一"),
    ] {
        let page = centre
            .get(&format!("/alerts?window={window}&stage=start"))
            .await;
        assert_eq!(page.status, 200, "{}", page.text());
        let rows = page.texts(".grid tbody tr");
        let row = rows
            .iter()
            .find(|row| row.contains(name) && row.contains(light));
        assert!(
            row.is_some_and(|row| row.contains(due)),
            "{window}: {rows:?}"
        );
        assert!(
            row.is_some_and(|row| row.contains("潜政办发〔2025〕9号")),
            "{window}: {rows:?}"
        );
    }
    let overdue = centre
        .get("/alerts?window=overdue")
        .await
        .texts(".grid tbody tr");
    let stages: Vec<_> = overdue
        .iter()
        .filter(|row| row.contains("项目筹备开工阶段"))
        .collect();
    assert!(
        stages.len() == 1 && stages[0].contains("样例逾期项目"),
        "{overdue:?}"
    );
}

#[tokio::test]
async fn units_are_counted_and_each_count_leads_to_as_many_rows() {
    let (county, _) = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get("/alerts?window=overdue").await;
    let counts = page.texts(".side-list a");
    assert!(counts.len() >= 2, "{counts:?}");
    let selector = scraper::Selector::parse(".side-list a").unwrap();
    let links: Vec<(String, String)> = page
        .html()
        .select(&selector)
        .map(|link| {
            let count: String = link
                .text()
                .filter(|text| text.trim().parse::<u32>().is_ok())
                .collect();
            (
                link.attr("href").unwrap_or_default().to_string(),
                count.trim().to_string(),
            )
        })
        .collect();
    for (href, count) in links {
        let rows = centre.get(&href).await.count(".grid tbody tr");
        assert_eq!(rows.to_string(), count, "{href}");
    }
}

#[tokio::test]
async fn a_claimed_stage_stands_still_and_is_listed_as_waiting() {
    let (county, [late, ..]) = county().await;
    county
        .change(HOST, &late, claim_start(date(2025, 7, 29)))
        .await;
    let mut centre = county.staff("centre", CENTRE).await;
    let rows = centre
        .get("/alerts?window=stopped&stage=start")
        .await
        .texts(".grid tbody tr");
    assert!(
        rows.iter()
            .any(|row| row.contains("样例逾期项目") && row.contains("已申报，待认定")),
        "{rows:?}"
    );
}

#[tokio::test]
async fn days_of_a_year_without_arrangement_are_marked_provisional() {
    let (county, [late, ..]) = county().await;
    let mut batch = Batch::new();
    batch.push(
        "UPDATE deadline SET provisional = TRUE WHERE region = $1 AND project = $2",
        vec![REGION.into(), late.as_str().into()],
    );
    county.service.db().write(batch).await.unwrap();
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get("/alerts?window=provisional").await;
    assert!(page.count(".grid tbody tr") > 0);
    for row in page.texts(".grid tbody tr") {
        assert!(
            row.contains("样例逾期项目") && row.contains("暂定"),
            "{row}"
        );
    }
}

#[tokio::test]
async fn a_unit_sees_the_deadlines_of_its_projects_only() {
    let (county, _) = county().await;
    for (login, unit, sees) in [
        ("host", HOST, true),
        ("gaoxin", AUTHORITY, true),
        ("leader", LEADER, true),
        ("other", OTHER_HOST, false),
        ("shangwu", "市商务局", false),
    ] {
        let mut browser = county.staff(login, unit).await;
        let page = browser.get("/alerts").await;
        assert_eq!(
            page.texts(NAMES).contains(&"样例逾期项目".to_string()),
            sees,
            "{unit}"
        );
        assert_eq!(page.count(".side-list li") > 2, sees, "{unit}");
    }
}

#[tokio::test]
async fn more_than_a_page_of_deadlines_is_shown_page_by_page_each_once() {
    let county = County::on(TODAY).await;
    for number in 0..30 {
        county
            .signed_project(&format!("样例项目{number:02}"), APPROVED, date(2025, 1, 10))
            .await;
    }
    let mut centre = county.staff("centre", CENTRE).await;
    let mut path = "/alerts?window=overdue".to_string();
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let page = centre.get(&path).await;
        seen.extend(
            page.texts(".grid tbody tr td.cell-main")
                .into_iter()
                .zip(page.texts("td[data-label='阶段或环节']")),
        );
        pages += 1;
        match page.attribute(".pager a[rel=next]", "href") {
            Some(next) => path = next,
            None => break,
        }
    }
    let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len());
    assert!(pages >= 1 && seen.len() >= 30, "{pages} {}", seen.len());
}

#[tokio::test]
async fn an_export_has_the_rows_that_are_shown_and_is_on_record() {
    let (county, _) = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let page = centre.get("/alerts?window=overdue").await;
    let href = page.attribute("a[href*='export.xlsx']", "href").unwrap();
    let file = centre.get(&href).await;
    assert_eq!(file.status, 200);
    let known = |row: &[String]| {
        row.iter()
            .filter(|cell| ["项目名称", "到期日", "责任单位"].contains(&cell.as_str()))
            .count()
    };
    let table = read_table(&file.body, "a.xlsx", &ReadLimits::default(), &known).unwrap();
    assert_eq!(table.rows.len(), page.count(".grid tbody tr"));
    let at = |heading: &str| {
        table
            .headings
            .iter()
            .position(|known| known == heading)
            .unwrap()
    };
    let row = &table.rows[0];
    assert_eq!(row.cells[at("项目名称")].text(), page.texts(NAMES)[0]);
    assert!(row.cells[at("状态")].text().contains("逾期"));
    let trail = store::accounts::audit_rows(county.service.db(), REGION, 5)
        .await
        .unwrap();
    assert!(trail.iter().any(|line| line.action == "export-alerts"));
    let mut statistics = county.staff("tongji", "市统计局").await;
    assert_eq!(statistics.get(&href).await.status, 403);
}

fn alert(id: &str, project: &str, unit: &str, level: i64) -> AlertRow {
    AlertRow {
        region: REGION.into(),
        id: id.into(),
        project: project.into(),
        node: "start".into(),
        title: "项目筹备开工".into(),
        level,
        kind: ["限时完成", "超时提醒", "逾期批评"][level as usize - 1].into(),
        unit: unit.into(),
        due_on: date(2025, 7, 10),
        raised_on: TODAY,
        text: format!("样例提醒{id}"),
        clause: "四".into(),
        handled_at: None,
    }
}

#[tokio::test]
async fn an_alert_is_read_by_one_person_and_dealt_with_for_the_unit() {
    let (county, [late, ..]) = county().await;
    let mut batch = Batch::new();
    store::alerts::raise(
        &mut batch,
        &[
            alert("a1", &late, HOST, 1),
            alert("a2", &late, HOST, 2),
            alert("a3", &late, CENTRE, 3),
        ],
    );
    county.service.db().write(batch).await.unwrap();
    let mut first = county.staff("first", HOST).await;
    let mut second = county.staff("second", HOST).await;
    assert_eq!(
        first
            .get("/")
            .await
            .texts(".sidenav a[href='/alerts'] .nav-count"),
        ["2"]
    );
    let page = first.get("/alerts/messages").await;
    let rows = page.texts(".grid tbody tr");
    assert!(
        rows.len() == 2
            && rows
                .iter()
                .any(|row| row.contains("超时提醒") && row.contains("未读")),
        "{rows:?}"
    );

    assert_eq!(first.post("/alerts/messages/read", &[]).await.status, 303);
    assert_eq!(
        first
            .get("/")
            .await
            .count(".sidenav a[href='/alerts'] .nav-count"),
        0
    );
    assert_eq!(
        second
            .get("/")
            .await
            .texts(".sidenav a[href='/alerts'] .nav-count"),
        ["2"]
    );

    assert_eq!(
        first.post("/alerts/messages/a1/handled", &[]).await.status,
        303
    );
    assert_eq!(
        second.get("/alerts/messages").await.count(".grid tbody tr"),
        1
    );
    let again = second.post("/alerts/messages/a1/handled", &[]).await;
    assert_eq!(again.status, 409, "{}", again.text());
    let foreign = first.post("/alerts/messages/a3/handled", &[]).await;
    assert_eq!(foreign.status, 409);
}

fn breach(project: &str, number: u32, state: &str, due_on: Option<Day>) -> EntryRow {
    EntryRow {
        region: REGION.into(),
        project: project.into(),
        entry: format!("breach-{number:05}"),
        side: "enterprise".into(),
        kind: "breach".into(),
        title: format!("样例违约{number}"),
        unit: Some(AUTHORITY.into()),
        due_on,
        target: None,
        value: None,
        state: state.into(),
        clause: "第五条".into(),
        happened_on: Some(date(2025, 7, number as i8)),
    }
}

#[tokio::test]
async fn breaches_are_listed_and_those_being_put_right_apart() {
    let (county, [late, soon, _]) = county().await;
    let mut batch = Batch::new();
    let of_late = [
        breach(&late, 1, "open", Some(date(2025, 7, 20))),
        breach(&late, 2, "exempted", None),
    ];
    store::performance::replace(&mut batch, REGION, &late, &of_late);
    store::performance::replace(
        &mut batch,
        REGION,
        &soon,
        &[breach(&soon, 3, "sanctioned", None)],
    );
    county.service.db().write(batch).await.unwrap();
    let mut centre = county.staff("centre", CENTRE).await;
    let all = centre.get("/alerts/breaches").await.texts(".grid tbody tr");
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(
        all[0].contains("样例违约3") && all[0].contains("已处理"),
        "{all:?}"
    );
    let rectifying = centre
        .get("/alerts/rectifying")
        .await
        .texts(".grid tbody tr");
    assert!(
        rectifying.len() == 1 && rectifying[0].contains("整改逾期 10 天"),
        "{rectifying:?}"
    );
    let mut other = county.staff("other", OTHER_HOST).await;
    assert_eq!(
        other.get("/alerts/breaches").await.count(".grid tbody tr"),
        0
    );
}

#[tokio::test]
async fn only_who_kept_every_day_can_be_recommended() {
    let (county, [late, soon, later]) = county().await;
    for (project, day) in [
        (&late, date(2025, 7, 29)),
        (&soon, date(2025, 7, 28)),
        (&later, date(2025, 7, 28)),
    ] {
        county.change(HOST, project, claim_start(day)).await;
        let certify = Command::Certify {
            milestone: "started".into(),
            reached_on: Some(day),
            note: String::new(),
        };
        county.change(AUTHORITY, project, certify).await;
    }
    let certified = |breach: &str| Command::CertifyBreach {
        breach: breach.into(),
        text: "样例事实".into(),
        rectify_by: Some(date(2025, 8, 20)).filter(|_| breach == "poor-service"),
        files: Vec::new(),
    };
    // One that bars awards, and one that does not: the same condition as when an award is recommended.
    county
        .change(AUTHORITY, &later, certified("tax-per-mu-unmet"))
        .await;
    county
        .change(AUTHORITY, &soon, certified("poor-service"))
        .await;
    let mut centre = county.staff("centre", CENTRE).await;
    assert_eq!(
        centre.get("/alerts/awards").await.texts(NAMES),
        ["样例将到期项目"]
    );
    // Whoever was recommended once can be recommended again.
    let recommend = Command::RecommendAward {
        award: "support-funds".into(),
        text: "样例推荐".into(),
    };
    county.change(CENTRE, &soon, recommend).await;
    let rows = centre.get("/alerts/awards").await.texts(".grid tbody tr");
    assert!(
        rows.len() == 1 && rows[0].contains("按时完成 1 个阶段，已推荐过"),
        "{rows:?}"
    );
}

#[tokio::test]
async fn long_lists_of_performance_are_paged_and_exported_whole() {
    let (county, [late, ..]) = county().await;
    let many: Vec<EntryRow> = (0..120)
        .map(|n| EntryRow {
            entry: format!("breach-{n:05}"),
            title: format!("样例违约{n}"),
            ..breach(&late, 1 + n % 7, "open", Some(date(2025, 8, 20)))
        })
        .collect();
    let mut batch = Batch::new();
    store::performance::replace(&mut batch, REGION, &late, &many);
    county.service.db().write(batch).await.unwrap();
    let mut centre = county.staff("centre", CENTRE).await;
    for list in ["/alerts/breaches", "/alerts/rectifying"] {
        let mut seen = std::collections::BTreeSet::new();
        let mut at = list.to_string();
        let mut pages = Vec::new();
        loop {
            let page = centre.get(&at).await;
            let titles = page.texts(".grid tbody td:nth-child(4)");
            pages.push(titles.len());
            seen.extend(titles);
            match page.attribute(".pager a[rel=next]", "href") {
                Some(next) => at = next,
                None => break,
            }
        }
        assert_eq!(pages, [50, 50, 20], "{list}");
        assert_eq!(seen.len(), 120, "{list}");
        let export = centre.get(&format!("{list}/export.xlsx")).await;
        assert_eq!(export.status, 200);
        let table = office::read_table(
            &export.body,
            "清单.xlsx",
            &office::ReadLimits::default(),
            &|headings| headings.iter().filter(|heading| *heading == "事项").count(),
        )
        .unwrap();
        assert_eq!(table.rows.len(), 120, "{list}");
        let odd = centre.get(&format!("{list}?after=x")).await;
        assert!(odd.texts(".flash-warning").join("").contains("无法识别"));
    }
    // Whoever has no role that may export is not offered it, and refused.
    let mut land = county.staff("land", "市自然资源和城乡建设局").await;
    let page = land.get("/alerts/breaches").await;
    assert_eq!(page.count(".page-actions a[download]"), 0);
    let refused = land.get("/alerts/breaches/export.xlsx").await.status;
    assert_eq!(refused, 403);
}

#[tokio::test]
async fn nonsense_in_the_address_is_said_and_left_out() {
    let (county, _) = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    for query in [
        "window=tomorrow",
        "level=high",
        "level=99",
        "after=x",
        "after=2025-02-30~a~b",
        "after=~~",
    ] {
        let page = centre.get(&format!("/alerts?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        assert!(
            page.texts(".flash-warning").join("").contains("无法识别"),
            "{query}"
        );
    }
    for query in [
        "unit=%00%ff",
        "stage=%27%3B",
        "unit=x&stage=y&level=3&window=30",
        "after=2025-01-01~p~n",
    ] {
        for path in ["/alerts", "/alerts/export.xlsx"] {
            assert_eq!(
                centre.get(&format!("{path}?{query}")).await.status,
                200,
                "{path} {query}"
            );
        }
    }
}
