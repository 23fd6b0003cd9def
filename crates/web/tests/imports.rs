//! 台账导入, as people do it in the browser: upload, look, choose, take, take back.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use axum::http::StatusCode;
use bytes::Bytes;
use common::{Answer, Browser, CENTRE, County, HOST, claim_start};
use jiff::civil::date;
use service::imports::{ImportChoices, ImportMode, RowChoice, RowFilter};
use service::projects::LedgerQuery;
use service::{AccountKind, Actor, ServiceError};

const SIGNINGS: &[u8] = include_bytes!("../../../samples/ledgers/public-signings.csv");

const GOOD: &str = "项目名称,投资方,总投资（万元）,产业类别,属地政府,过会日期,签约日期,开工日期,登记人,登记日期,联系人,联系电话\n\
    样例智能装备产业园,样例控股有限公司,50000,工业,样例镇甲,2025-02-10,2025-03-01,,样例登记员,2025-03-02,样例联系人,13800000000\n\
    样例冷链物流园,样例物流有限公司,3.5亿元,服务业,样例镇乙,2025-04-10,2025-05-06,2025-09-01,样例登记员,2025-05-07,,\n";

const BAD: &str = "项目名称,总投资（万元）,属地政府,签约日期,开工日期,开工申报日期,开工认定日期,天气\n\
    样例好项目,1000,样例镇甲,2025-03-01,2025-06-01,,,晴\n\
    样例二月项目,1000,样例镇甲,2025-02-31,,,,晴\n\
    样例颠倒项目,1000,样例镇甲,2025-03-01,2025-01-01,,,晴\n\
    样例认定项目,1000,样例镇甲,2025-03-01,2025-06-01,2025-06-10,2025-06-05,晴\n\
    样例负数项目,-5,样例镇甲,2025-03-01,,,,晴\n\
    样例巨额项目,9999999999999999999,样例镇甲,2025-03-01,,,,晴\n\
    样例无此镇项目,1000,不存在镇,2025-03-01,,,,晴\n\
    样例好项目,2000,样例镇甲,2025-03-01,,,,晴\n";

async fn county() -> County {
    County::on(date(2026, 3, 2)).await
}

async fn upload(browser: &mut Browser, name: &str, content: &[u8]) -> Answer {
    browser
        .upload("/imports", &[], &[("file", name, content)])
        .await
}

/// Uploads and opens the dry run.
async fn dry_run(browser: &mut Browser, name: &str, content: &[u8]) -> (String, Answer) {
    let sent = upload(browser, name, content).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let place = sent.location().to_string();
    let page = browser.get(&place).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    (place, page)
}

/// Takes the rows and opens the result.
async fn take(browser: &mut Browser, place: &str, mode: &str, fields: &[(&str, &str)]) -> Answer {
    let all: Vec<(&str, &str)> = [("mode", mode), ("do", "import")]
        .iter()
        .chain(fields)
        .copied()
        .collect();
    let sent = browser.post(place, &all).await;
    if sent.status == StatusCode::SEE_OTHER {
        finished(browser, sent.location()).await
    } else {
        sent
    }
}

/// The page once the work in the background is done.
async fn finished(browser: &mut Browser, place: &str) -> Answer {
    loop {
        let page = browser.get(place).await;
        if page.count("meta[http-equiv=refresh]") == 0 {
            return page;
        }
        tokio::task::yield_now().await;
    }
}

async fn names(county: &County) -> Vec<String> {
    let page = county
        .service
        .ledger(&county.official(CENTRE), &LedgerQuery::default())
        .await
        .expect("a ledger");
    let mut names: Vec<String> = page.rows.iter().map(|row| row.name.clone()).collect();
    names.sort();
    names
}

fn figure(page: &Answer, label: &str) -> String {
    let labels = page.texts(".stat-label");
    let at = labels
        .iter()
        .position(|found| found == label)
        .expect("a figure");
    page.texts(".stat-value .num")[at].clone()
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_says_what_it_understood() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (_, page) = dry_run(&mut centre, "台账.csv", GOOD.as_bytes()).await;
    assert_eq!(figure(&page, "项目行"), "2");
    assert_eq!(figure(&page, "有错误"), "0");
    let text = page.text();
    for understood in [
        "样例智能装备产业园",
        "5 亿元",
        "3.5 亿元",
        "签约 2025-03-01",
        "138****0000",
        "样例登记员 2025-03-02",
    ] {
        let folded = page.texts("main").join("");
        assert!(
            folded.contains(understood) || text.contains(understood),
            "{understood}: {folded}"
        );
    }
    assert!(
        !text.contains("13800000000"),
        "a telephone stands in clear text"
    );
    assert_eq!(names(&county).await, Vec::<String>::new());
}

#[tokio::test]
async fn projects_keep_their_original_days_and_owners() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (place, _) = dry_run(&mut centre, "台账.csv", GOOD.as_bytes()).await;
    let page = take(&mut centre, &place, "all_or_nothing", &[]).await;
    assert_eq!(figure(&page, "新增项目"), "2", "{}", page.text());
    assert_eq!(
        names(&county).await,
        ["样例冷链物流园", "样例智能装备产业园"]
    );
    let import = place.rsplit('/').next().expect("an id");
    let projects = store::projects::of_import(county.service.db(), common::REGION, import)
        .await
        .expect("projects");
    let loaded = county
        .service
        .load(common::REGION, &projects[0])
        .await
        .expect("a project");
    let first = &loaded.events[0];
    assert_eq!(first.happened_on, date(2025, 3, 2));
    assert_eq!(
        (first.by.person.as_str(), first.by.import.as_deref()),
        ("样例登记员", Some(import))
    );
    let sealed = loaded
        .state()
        .details
        .and_then(|details| details.contact_sealed.clone())
        .expect("a contact");
    assert!(sealed.starts_with("sm4:"));
    let rows = store::projects::of_ids(county.service.db(), common::REGION, projects)
        .await
        .expect("rows");
    let started: Vec<_> = rows
        .iter()
        .filter_map(|project| project.row.started_on)
        .collect();
    assert_eq!(started, [date(2025, 9, 1)]);
}

#[tokio::test]
async fn a_milestone_without_certification_waits_when_the_user_says_so() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (place, _) = dry_run(&mut centre, "台账.csv", GOOD.as_bytes()).await;
    take(
        &mut centre,
        &place,
        "all_or_nothing",
        &[("claimed_only", "on")],
    )
    .await;
    let import = place.rsplit('/').next().expect("an id");
    let projects = store::projects::of_import(county.service.db(), common::REGION, import)
        .await
        .expect("projects");
    let rows = store::projects::of_ids(county.service.db(), common::REGION, projects)
        .await
        .expect("rows");
    assert!(rows.iter().all(|project| project.row.started_on.is_none()));
}

#[tokio::test]
async fn all_or_nothing_writes_nothing_when_a_row_is_bad() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (place, page) = dry_run(&mut centre, "台账.csv", BAD.as_bytes()).await;
    assert_eq!(figure(&page, "有错误"), "5");
    assert_eq!(figure(&page, "疑似重复"), "1");
    let page = take(&mut centre, &place, "all_or_nothing", &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    let said = page.texts("#mode-error").join("");
    assert!(
        said.contains("5 行（第 3、4、5、6、7 行）有错误") && said.contains("什么也没有写入"),
        "{said}"
    );
    assert_eq!(names(&county).await, Vec::<String>::new());
}

#[tokio::test]
async fn every_fault_names_row_column_value_and_reason() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (place, page) = dry_run(&mut centre, "台账.csv", BAD.as_bytes()).await;
    assert!(page.text().contains("天气") && page.text().contains("不认识"));
    let page = centre.get(&format!("{place}?rows=bad")).await;
    let notes = page.texts("#rows .import-note");
    for (row, column, value, reason) in [
        (3, "签约日期", "2025-02-31", "28 天"),
        (4, "开工日期", "2025-01-01", "早于"),
        (5, "开工认定日期", "2025-06-05", "早于"),
        (6, "总投资", "-5", "负"),
        (7, "总投资", "9999999999999999999", ""),
    ] {
        let wanted = format!("第 {row} 行");
        let found = notes.iter().find(|note| note.contains(&wanted));
        let found = found.unwrap_or_else(|| panic!("nothing said of row {row}: {notes:?}"));
        assert!(
            found.contains(column) && found.contains(value) && found.contains(reason),
            "{found}"
        );
    }
}

#[tokio::test]
async fn good_rows_are_taken_and_the_bad_ones_come_back_to_be_mended_and_sent_again() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (place, _) = dry_run(&mut centre, "台账.csv", BAD.as_bytes()).await;
    let page = take(&mut centre, &place, "good_only", &[]).await;
    assert_eq!(
        (figure(&page, "新增项目"), figure(&page, "没有导入")),
        ("2".into(), "6".into()),
        "{}",
        page.text()
    );
    assert_eq!(names(&county).await, ["样例好项目", "样例无此镇项目"]);

    let back = centre.get(&format!("{place}/rejects")).await;
    assert!(back.header("content-disposition").contains("attachment"));
    let count = |headings: &[String]| {
        headings
            .iter()
            .filter(|heading| *heading == "项目名称")
            .count()
    };
    let table = office::read_table(
        &back.body,
        "退回.xlsx",
        &office::ReadLimits::default(),
        &count,
    )
    .expect("a table");
    assert_eq!(table.rows.len(), 6);
    let (_, again) = dry_run(&mut centre, "退回.xlsx", &back.body).await;
    assert_eq!(
        (figure(&again, "项目行"), figure(&again, "有错误")),
        ("6".into(), "5".into())
    );
}

#[tokio::test]
async fn a_project_that_is_there_is_skipped_updated_or_taken_as_another_one() {
    let county = county().await;
    let there = county
        .signed_project("样例智能装备产业园", date(2025, 2, 10), date(2025, 3, 1))
        .await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (place, page) = dry_run(&mut centre, "台账.csv", GOOD.as_bytes()).await;
    assert_eq!(figure(&page, "疑似重复"), "1");
    let compared = page.texts(".import-compare tbody tr");
    assert!(
        compared
            .iter()
            .any(|line| line.contains("投资方") && line.contains("样例控股有限公司")),
        "{compared:?}"
    );

    let refused = take(&mut centre, &place, "all_or_nothing", &[]).await;
    assert!(
        refused
            .texts("#mode-error")
            .join("")
            .contains("还没有选择如何处理")
    );

    let page = take(
        &mut centre,
        &place,
        "all_or_nothing",
        &[("row-2", "update")],
    )
    .await;
    assert_eq!(
        (figure(&page, "新增项目"), figure(&page, "更新已有项目")),
        ("1".into(), "1".into()),
        "{}",
        page.text()
    );
    let loaded = county
        .service
        .load(common::REGION, &there)
        .await
        .expect("the project");
    let investor = loaded
        .state()
        .details
        .and_then(|details| details.investor.clone());
    assert_eq!(investor.as_deref(), Some("样例控股有限公司"));

    let (place, _) = dry_run(&mut centre, "台账二.csv", format!("{GOOD}\n").as_bytes()).await;
    let page = take(
        &mut centre,
        &place,
        "all_or_nothing",
        &[("row-2", "skip"), ("row-3", "distinct")],
    )
    .await;
    assert_eq!(
        (figure(&page, "新增项目"), figure(&page, "跳过")),
        ("1".into(), "1".into())
    );
    assert_eq!(
        names(&county).await,
        ["样例冷链物流园", "样例冷链物流园", "样例智能装备产业园"]
    );
}

#[tokio::test]
async fn choices_are_kept_from_one_page_of_rows_to_the_next() {
    let county = county().await;
    county.project("样例智能装备产业园").await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (place, _) = dry_run(&mut centre, "台账.csv", GOOD.as_bytes()).await;
    let fields = [
        ("mode", "all_or_nothing"),
        ("do", "save"),
        ("row-2", "skip"),
        ("rows", "duplicate"),
        ("page", "1"),
    ];
    let saved = centre.post(&place, &fields).await;
    assert_eq!(saved.location(), format!("{place}?rows=duplicate&page=1"));
    let page = centre.get(saved.location()).await;
    assert_eq!(
        page.attribute("input[name=row-2][checked]", "value")
            .as_deref(),
        Some("skip")
    );
    let done = take(&mut centre, &place, "all_or_nothing", &[]).await;
    assert_eq!(figure(&done, "跳过"), "1", "{}", done.text());
}

#[tokio::test]
async fn an_import_is_taken_back_whole() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (place, _) = dry_run(&mut centre, "台账.csv", GOOD.as_bytes()).await;
    take(&mut centre, &place, "all_or_nothing", &[]).await;
    let sent = centre.post(&format!("{place}/undo"), &[]).await;
    let page = finished(&mut centre, sent.location()).await;
    assert!(page.text().contains("撤回 2 个项目"), "{}", page.text());
    assert_eq!(names(&county).await, Vec::<String>::new());
    let again = centre.post(&format!("{place}/undo"), &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let (place, page) = dry_run(&mut centre, "台账.csv", GOOD.as_bytes()).await;
    assert_eq!(figure(&page, "疑似重复"), "0");
    assert_eq!(
        figure(
            &take(&mut centre, &place, "all_or_nothing", &[]).await,
            "新增项目"
        ),
        "2"
    );
}

/// Imports the ledger, works on its first project, and takes the import back.
async fn undo_after_work(county: &County, also: bool) -> Answer {
    let mut centre = county.staff("centre", CENTRE).await;
    let (place, _) = dry_run(&mut centre, "台账.csv", GOOD.as_bytes()).await;
    take(&mut centre, &place, "all_or_nothing", &[]).await;
    let import = place.rsplit('/').next().expect("an id");
    let projects = store::projects::of_import(county.service.db(), common::REGION, import)
        .await
        .expect("projects");
    county
        .change(CENTRE, &projects[0], claim_start(date(2026, 2, 1)))
        .await;
    let ask = centre.get(&format!("{place}/undo")).await;
    assert_eq!(
        ask.texts("tbody td.cell-main"),
        ["样例智能装备产业园"],
        "{}",
        ask.text()
    );
    let fields: Vec<(&str, &str)> = if also {
        vec![("also", projects[0].as_str())]
    } else {
        Vec::new()
    };
    let sent = centre.post(&format!("{place}/undo"), &fields).await;
    finished(&mut centre, sent.location()).await
}

#[tokio::test]
async fn a_project_on_which_somebody_has_worked_stays_when_the_import_is_taken_back() {
    let county = county().await;
    let page = undo_after_work(&county, false).await;
    assert!(
        page.text().contains("保留导入后办理过的 1 个项目"),
        "{}",
        page.text()
    );
    assert_eq!(names(&county).await, ["样例智能装备产业园"]);
}

#[tokio::test]
async fn a_project_on_which_somebody_has_worked_goes_too_when_the_user_says_so() {
    let county = county().await;
    undo_after_work(&county, true).await;
    assert_eq!(names(&county).await, Vec::<String>::new());
}

#[tokio::test]
async fn taking_an_update_back_restores_what_was_there() {
    let county = county().await;
    let there = county
        .signed_project("样例智能装备产业园", date(2025, 2, 10), date(2025, 3, 1))
        .await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (place, _) = dry_run(&mut centre, "台账.csv", GOOD.as_bytes()).await;
    take(
        &mut centre,
        &place,
        "all_or_nothing",
        &[("row-2", "update")],
    )
    .await;
    let sent = centre.post(&format!("{place}/undo"), &[]).await;
    let page = finished(&mut centre, sent.location()).await;
    assert!(
        page.text().contains("1 个项目恢复到导入前"),
        "{}",
        page.text()
    );
    let loaded = county
        .service
        .load(common::REGION, &there)
        .await
        .expect("the project");
    let investor = loaded
        .state()
        .details
        .and_then(|details| details.investor.clone());
    assert_eq!(investor.as_deref(), Some("样例投资有限公司"));
    assert_eq!(names(&county).await, ["样例智能装备产业园"]);
}

#[tokio::test]
async fn the_same_dry_run_is_taken_once_however_often_it_is_sent() {
    let county = county().await;
    let actor = county.official(CENTRE);
    let preview = county
        .service
        .import_preview(&actor, "台账.csv", Bytes::from_static(GOOD.as_bytes()))
        .await
        .expect("a dry run");
    let id = preview.head.id;
    let apply = || {
        county.service.import_apply(
            &actor,
            &id,
            ImportMode::AllOrNothing,
            ImportChoices::default(),
        )
    };
    let (one, two, three) = tokio::join!(apply(), apply(), apply());
    let outcomes = [one, two, three];
    let taken = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let refused = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(ServiceError::Conflict(_))))
        .count();
    assert_eq!((taken, refused), (1, 2), "{outcomes:?}");
    assert_eq!(names(&county).await.len(), 2);
    assert!(matches!(apply().await, Err(ServiceError::Conflict(_))));
}

#[tokio::test]
async fn a_real_public_ledger_is_taken_through_the_browser() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (place, page) = dry_run(&mut centre, "public-signings.csv", SIGNINGS).await;
    assert_eq!(figure(&page, "项目行"), "133");
    let page = take(&mut centre, &place, "good_only", &[("others", "distinct")]).await;
    let created: usize = figure(&page, "新增项目").parse().expect("a number");
    let rejected: usize = figure(&page, "没有导入").parse().expect("a number");
    assert_eq!(created + rejected, 133, "{}", page.text());
    assert!(created >= 100, "only {created} of 133 rows could be taken");
    let rebuilt = county
        .service
        .rebuild(&Actor::program(common::REGION), true, &mut |_| ())
        .await
        .expect("a check");
    assert_eq!(rebuilt.different, 0, "{:?}", rebuilt.findings);
}

#[tokio::test]
async fn a_file_of_gb18030_is_read_and_a_file_of_no_encoding_is_refused() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (_, page) = dry_run(&mut centre, "台账.csv", &gb18030(GOOD)).await;
    assert!(page.text().contains("样例智能装备产业园"));
    let mut broken = GOOD.as_bytes().to_vec();
    broken.extend_from_slice(b"\xff\xff\x80\x80,1,2\n");
    let refused = upload(&mut centre, "台账.csv", &broken).await;
    assert!(
        refused.texts(".field-error").join("").contains("编码"),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn files_that_are_no_ledgers_are_refused_at_the_field() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let huge = vec![b'a'; 21 * 1024 * 1024];
    let cases: [(&str, &[u8], &str); 6] = [
        (
            "照片.xlsx",
            b"\x89PNG\r\n\x1a\n0000000000000000",
            "不是表格",
        ),
        ("空.csv", b"", "选择"),
        ("天气.csv", "日子,天气\n一,晴\n".as_bytes(), "没有找到表头"),
        (
            "没有名称.csv",
            "投资方,总投资（万元）\n样例公司,5\n".as_bytes(),
            "没有找到“项目名称”列",
        ),
        ("假.xlsx", b"PK\x03\x04 this is no workbook at all", "损坏"),
        ("巨大.csv", &huge, "上限"),
    ];
    for (name, content, reason) in cases {
        let refused = upload(&mut centre, name, content).await;
        let said = refused.texts(".field-error").join("");
        assert!(said.contains(reason), "{name}: {said} {}", refused.status);
    }
    assert!(
        county
            .service
            .import_history(&county.official(CENTRE))
            .await
            .expect("a history")
            .is_empty()
    );
}

#[tokio::test]
async fn the_template_can_be_filled_in_and_explains_itself() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let template = centre.get("/imports/template").await;
    assert!(
        template
            .header("content-disposition")
            .contains("attachment")
    );
    let count = |headings: &[String]| {
        headings
            .iter()
            .filter(|heading| *heading == "项目名称")
            .count()
    };
    let table = office::read_table(
        &template.body,
        "模板.xlsx",
        &office::ReadLimits::default(),
        &count,
    )
    .expect("a table");
    assert_eq!(table.sheet.as_deref(), Some("项目台账"));
    assert!(
        table
            .headings
            .iter()
            .any(|heading| heading == "统计入库日期"),
        "{:?}",
        table.headings
    );
    let explained = |headings: &[String]| {
        headings
            .iter()
            .filter(|heading| *heading == "怎样填写")
            .count()
    };
    let table = office::read_table(
        &template.body,
        "模板.xlsx",
        &office::ReadLimits::default(),
        &explained,
    )
    .expect("a sheet");
    assert!(table.rows.len() > 10);
    let refused = upload(&mut centre, "模板.xlsx", &template.body).await;
    assert!(
        refused
            .texts(".field-error")
            .join("")
            .contains("没有项目行"),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn only_those_who_may_register_projects_import() {
    let county = county().await;
    let mut host = county.staff("host", HOST).await;
    let nav = host.get("/projects").await.texts(".sidenav a").join(" ");
    assert!(!nav.contains("台账导入"), "{nav}");
    let page = host.get("/imports").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text().contains("台账由市招商服务中心导入") && page.count("input[type=file]") == 0
    );
    assert_eq!(
        upload(&mut host, "台账.csv", GOOD.as_bytes()).await.status,
        StatusCode::FORBIDDEN
    );

    let mut centre = county.staff("centre", CENTRE).await;
    let nav = centre.get("/projects").await.texts(".sidenav a").join(" ");
    assert!(nav.contains("台账导入"), "{nav}");
    let (place, _) = dry_run(&mut centre, "台账.csv", GOOD.as_bytes()).await;
    assert_eq!(host.get(&place).await.status, StatusCode::FORBIDDEN);
    for path in [
        place.clone(),
        format!("{place}/undo"),
        format!("{place}/discard"),
    ] {
        assert_eq!(
            host.post(&path, &[("mode", "good_only"), ("do", "import")])
                .await
                .status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    assert_eq!(
        host.get(&format!("{place}/rejects")).await.status,
        StatusCode::FORBIDDEN
    );

    let mut auditor = county
        .person("auditor", "市审计局", AccountKind::Staff, "auditor")
        .await;
    let page = auditor.get(&place).await;
    assert_eq!(
        (page.status, page.count("button[value=import]")),
        (StatusCode::OK, 0)
    );
    assert_eq!(
        auditor.post(&place, &[("do", "import")]).await.status,
        StatusCode::FORBIDDEN
    );
    let mut enterprise = county
        .person("qiye", common::ENTERPRISE, AccountKind::Enterprise, "")
        .await;
    assert_eq!(
        enterprise.get("/imports").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn an_import_of_another_region_does_not_exist() {
    let county = county().await;
    let actor = county.official(CENTRE);
    let preview = county
        .service
        .import_preview(&actor, "台账.csv", Bytes::from_static(GOOD.as_bytes()))
        .await
        .expect("a dry run");
    let stranger = Actor::program("daye");
    let view = county
        .service
        .import_view(&stranger, &preview.head.id, RowFilter::All, 1)
        .await;
    assert!(matches!(view, Err(ServiceError::NotFound(_))), "{view:?}");
}

#[tokio::test]
async fn a_dry_run_that_was_given_up_is_gone() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (place, _) = dry_run(&mut centre, "台账.csv", GOOD.as_bytes()).await;
    assert_eq!(
        centre
            .post(&format!("{place}/discard"), &[])
            .await
            .location(),
        "/imports"
    );
    assert_eq!(centre.get(&place).await.status, StatusCode::NOT_FOUND);
    assert_eq!(centre.get("/imports").await.count("table tbody tr"), 0);
}

#[tokio::test]
async fn a_duplicate_that_came_after_the_dry_run_is_noticed() {
    let county = county().await;
    let actor = county.official(CENTRE);
    let preview = county
        .service
        .import_preview(&actor, "台账.csv", Bytes::from_static(GOOD.as_bytes()))
        .await
        .expect("a dry run");
    county.project("样例智能装备产业园").await;
    let id = &preview.head.id;
    let whole = county
        .service
        .import_apply(
            &actor,
            id,
            ImportMode::AllOrNothing,
            ImportChoices::default(),
        )
        .await;
    assert!(matches!(whole, Err(ServiceError::Invalid(_))), "{whole:?}");
    assert_eq!(names(&county).await.len(), 1);
    let choices = ImportChoices {
        others: Some(RowChoice::Skip),
        ..ImportChoices::default()
    };
    let report = county
        .service
        .import_apply(&actor, id, ImportMode::AllOrNothing, choices)
        .await
        .expect("an import");
    assert_eq!((report.created, report.skipped), (1, 1));
}

/// The text in the encoding of older office programs.
fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

#[tokio::test]
async fn the_page_says_until_when_an_import_can_be_taken_back() {
    let county = county().await;
    let mut centre = county.staff("centre", CENTRE).await;
    let (place, _) = dry_run(&mut centre, "台账.csv", GOOD.as_bytes()).await;
    let page = take(&mut centre, &place, "all_or_nothing", &[]).await;
    assert!(page.text().contains("可撤销至 "), "{}", page.text());
    let undo = format!("a[href='{place}/undo']");
    assert_eq!(page.count(&undo), 1);
    let later = county
        .service
        .today()
        .saturating_add(jiff::Span::new().days(91));
    county.set_day(later);
    county.service.sweep(later).await.unwrap();
    let mut centre = county.staff("later", CENTRE).await;
    let page = centre.get(&place).await;
    assert_eq!(page.count(&undo), 0);
    assert!(page.text().contains("已过撤销期"), "{}", page.text());
    assert_eq!(centre.get(&format!("{place}/undo")).await.status, 409);
}
