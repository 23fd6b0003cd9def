//! 事项 and 会议 through the pages: from the order to the close-out, what is refused, what is printed.

mod common;

use axum::http::StatusCode;
use common::{Browser, CENTRE, County, HOST, LEADER};
use jiff::civil::date;
use scraper::Selector;
use service::{AccountKind, Actor};

const LAND: &str = "市自然资源和城乡建设局";
const HOUSING: &str = "市住房和城乡建设局";
const PACK: &str = include_str!("../../../policies/xiangtan/matters.toml");

/// The county with the pack of 湘潭, told of its units.
async fn county() -> County {
    let county = County::on(date(2025, 9, 22)).await;
    let pack = PACK
        .replace("region = \"xiangtan\"", "region = \"qianjiang\"")
        .replace("市商务(招商合作)局", CENTRE)
        .replace("国土局", LAND)
        .replace("规划局", HOUSING)
        .replace("\"岳塘经开区\"", &format!("\"{HOST}\""))
        .replace("市政府办\"", "市政府办公室\"")
        .replace("\"市级领导\"", &format!("\"{LEADER}\""));
    let operator = Actor::program(common::REGION);
    let service = &county.service;
    let loaded = service.load_pack(&operator, "matters.toml", &pack).await;
    let loaded = loaded.expect("the pack is sound");
    service
        .activate_pack(&operator, &loaded.id, &loaded.version)
        .await
        .expect("the pack is in force");
    county
}

const ORDER: [(&str, &str); 7] = [
    ("kind", "assignment"),
    ("title", "样例项目用地"),
    ("content", "用地指标未落实"),
    ("requirement", "限期落实"),
    ("lead", LAND),
    ("supporting", HOST),
    ("limit", ""),
];

async fn issued(browser: &mut Browser, fields: &[(&str, &str)]) -> String {
    let answer = browser.upload("/matters/new", fields, &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.location().to_string()
}

async fn act(browser: &mut Browser, matter: &str, what: &str, fields: &[(&str, &str)]) {
    let answer = browser.post(&format!("{matter}/acts/{what}"), fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(answer.location(), matter);
}

#[tokio::test]
async fn an_order_goes_through_the_pages_from_issue_to_close_out() {
    let county = county().await;
    let mut issuer = county.staff("zhongxin", CENTRE).await;
    let mut land = county.staff("ziran", LAND).await;

    let blank = issuer.get("/matters/new").await;
    assert!(blank.texts("dl.facts dt").contains(&"督办单".to_owned()));
    let matter = issued(&mut issuer, &ORDER).await;

    let bench = land.get("/").await;
    let waits = bench.texts("#matters li a");
    assert_eq!(waits, ["签收：样例项目用地"]);
    let list = land.get("/matters").await;
    assert_eq!(list.texts("table.grid tbody tr").len(), 1);
    assert!(list.texts("table.grid tbody td")[2].contains("2025-10-11 星期六"));
    assert!(list.texts(".sidenav a.active")[0].starts_with("事项"));
    assert_eq!(list.texts(".tabs a.active"), ["我承办的1"]);

    act(&mut land, &matter, "accept", &[]).await;
    let parts = [("unit1", HOUSING), ("task1", "出具规划意见")];
    act(&mut land, &matter, "split", &parts).await;
    let page = land.get(&matter).await;
    let offered = page.texts(".page-actions a.btn-primary");
    assert!(
        !offered.contains(&"报结".to_owned()),
        "a part is open: {offered:?}"
    );
    let early = land
        .post(&format!("{matter}/acts/report"), &[("text", "已落实")])
        .await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.texts(".flash-danger b")[0].contains("还有 1 项分办事项没有答复"));
    assert_eq!(
        early.texts("textarea[name=text]"),
        ["已落实"],
        "what was typed stays"
    );

    let mut housing = county.staff("zhujian", HOUSING).await;
    let answer = [("part", "0"), ("text", "同意")];
    act(&mut housing, &matter, "answer", &answer).await;
    act(&mut land, &matter, "report", &[("text", "已落实")]).await;
    act(&mut issuer, &matter, "return", &[("text", "请补充材料")]).await;
    act(&mut land, &matter, "report", &[("text", "已补充")]).await;
    act(&mut issuer, &matter, "approve", &[("text", "")]).await;
    act(&mut issuer, &matter, "close", &[("text", "")]).await;

    let page = issuer.get(&matter).await;
    let history = page.texts("#history li b");
    assert_eq!(history.len(), 9);
    assert!(history[0].starts_with("销号"));
    assert!(page.texts(".page-sub")[0].contains("退回 1 次"));
    let open = land.get("/matters").await;
    assert_eq!(
        open.texts("table.grid tbody tr").len(),
        0,
        "what is done is not met with"
    );
    let all = land.get("/matters?tab=mine&phase=").await;
    assert_eq!(all.texts("table.grid tbody tr").len(), 1);
}

#[tokio::test]
async fn what_is_wrong_with_an_order_is_said_in_the_form_and_what_was_typed_stays() {
    let county = county().await;
    let mut issuer = county.staff("zhongxin", CENTRE).await;
    let bad = [
        ("kind", "assignment"),
        ("title", "样例项目用地"),
        ("content", ""),
        ("lead", LAND),
    ];
    let answer = issuer.upload("/matters/new", &bad, &[]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.texts(".flash-danger b")[0].contains("没有填写事项内容"));
    assert!(answer.text().contains("value=\"样例项目用地\""));
    let own = [
        ("kind", "assignment"),
        ("title", "样例"),
        ("content", "样例"),
        ("lead", CENTRE),
    ];
    let answer = issuer.upload("/matters/new", &own, &[]).await;
    assert!(answer.texts(".flash-danger b")[0].contains("不能把事项交办给本单位"));
    let number = [("limit", "几天"), ("kind", "assignment"), ("lead", LAND)];
    let answer = issuer.upload("/matters/new", &number, &[]).await;
    assert!(
        answer
            .texts(".field-error")
            .iter()
            .any(|text| text.contains("请填写天数"))
    );
    // Nobody else may issue, and the page says so before anything is typed.
    let mut land = county.staff("ziran", LAND).await;
    assert_eq!(land.get("/matters/new").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_supervision_order_is_printed_as_form_6() {
    let county = county().await;
    let mut issuer = county.staff("zhongxin", CENTRE).await;
    let order = ORDER.map(|(name, value)| match name {
        "kind" => (name, "supervision"),
        _ => (name, value),
    });
    let matter = issued(&mut issuer, &order).await;
    let sheet = issuer.get(&format!("{matter}/print")).await;
    assert_eq!(sheet.texts(".order-sheet h1"), ["市级重点招商项目督办单"]);
    assert_eq!(
        sheet.texts(".order-sheet th"),
        [
            "督办单位",
            "督办内容",
            "工作要求",
            "完成时限",
            "督办单签发单位"
        ]
    );
    let cells = sheet.texts(".order-sheet td");
    assert_eq!(cells[3], "2025年9月22日（星期一）至9月29日（星期一）");
    assert!(cells[4].contains("单位（盖章）："), "{}", cells[4]);
    assert!(sheet.texts(".order-head")[0].contains("潭招督〔2025〕第 1 号"));
    // Without a material the order is not reported done.
    let mut land = county.staff("ziran", LAND).await;
    act(&mut land, &matter, "accept", &[]).await;
    let bare = land
        .upload(&format!("{matter}/acts/report"), &[("text", "已办")], &[])
        .await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0";
    let done = land
        .upload(
            &format!("{matter}/acts/report"),
            &[("text", "已办")],
            &[("files", "样例.png", picture)],
        )
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let page = issuer.get(&matter).await;
    let parsed = scraper::Html::parse_document(&page.text());
    let link = Selector::parse("#history a.file-line").expect("a selector");
    let link = parsed
        .select(&link)
        .next()
        .and_then(|link| link.value().attr("href"));
    let link = link.expect("a file").to_owned();
    assert_eq!(issuer.get(&link).await.status, StatusCode::OK);
    let mut host = county.staff("zhen", HOST).await;
    assert_eq!(
        host.get(&link).await.status,
        StatusCode::OK,
        "a supporting unit sees it"
    );
    let mut other = county.staff("tongji", "市统计局").await;
    assert_eq!(other.get(&link).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_late_matter_is_urged_and_supervised_from_its_page() {
    let county = county().await;
    let mut issuer = county.staff("zhongxin", CENTRE).await;
    let matter = issued(&mut issuer, &ORDER).await;
    county.set_day(date(2025, 10, 20));
    // Sessions end long before.
    let mut issuer = county.staff("zhongxin2", CENTRE).await;
    county
        .service
        .sweep(date(2025, 10, 20))
        .await
        .expect("a sweep");
    let list = issuer.get("/matters?tab=overdue").await;
    assert_eq!(list.texts("table.grid tbody tr").len(), 1);
    assert!(list.texts("#alerts li")[0].contains("已逾期 9 天"));
    act(&mut issuer, &matter, "urge", &[("text", "请抓紧")]).await;
    let answer = issuer
        .post(
            &format!("{matter}/acts/escalate"),
            &[("text", "催办后仍未办理")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let page = issuer.get(&matter).await;
    assert!(
        page.texts("dl.facts dd a")
            .contains(&"潭招督〔2025〕第 1 号".to_owned())
    );
    let export = issuer.get("/matters/export.xlsx?tab=all&phase=").await;
    assert_eq!(export.status, StatusCode::OK);
    let mut land = county.staff("ziran", LAND).await;
    let refused = land.get("/matters/export.xlsx").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_project_shows_its_matters_and_offers_a_new_one() {
    let county = county().await;
    let project = county.project("样例电子项目").await;
    let mut issuer = county.staff("zhongxin", CENTRE).await;
    let form = issuer.get(&format!("/matters/new?project={project}")).await;
    assert!(form.texts(".form-note")[0].contains("样例电子项目"));
    let mut order = ORDER.to_vec();
    order.push(("project", &project));
    let matter = issued(&mut issuer, &order).await;
    let page = issuer.get(&format!("/projects/{project}")).await;
    assert_eq!(page.texts("#matters li a"), ["样例项目用地"]);
    let page = issuer.get(&matter).await;
    assert!(
        page.texts(".page-sub a")
            .contains(&"样例电子项目".to_owned())
    );
}

#[tokio::test]
async fn a_meeting_takes_open_problems_and_its_decisions_become_matters() {
    let county = county().await;
    let mut issuer = county.staff("zhongxin", CENTRE).await;
    let order = ORDER.map(|(name, value)| match name {
        "kind" => (name, "enterprise_issue"),
        _ => (name, value),
    });
    let matter = issued(&mut issuer, &order).await;
    let form = issuer.get("/meetings/new").await;
    assert!(form.texts(".problem-list label")[0].contains("样例项目用地"));
    let key = format!("matter:{}", matter.rsplit('/').next().unwrap_or_default());
    let call = [
        ("kind", "joint"),
        ("title", "三季度部门联席会议"),
        ("held_on", "2025-09-25"),
        ("place", "样例会议室"),
        ("chair", "样例市长"),
        ("members", LAND),
        ("members", HOUSING),
        ("problem", key.as_str()),
        ("topics", "四季度安排\n"),
    ];
    let called = issuer.post("/meetings/new", &call).await;
    assert_eq!(called.status, StatusCode::SEE_OTHER, "{}", called.text());
    let meeting = called.location().to_string();
    let page = issuer.get(&meeting).await;
    let items = page.texts("section[id^=item] h2");
    assert_eq!(items, ["1. 样例项目用地", "2. 四季度安排"]);

    let minutes = [("item", "0"), ("text", "各单位汇报了情况。")];
    let early = issuer.post(&format!("{meeting}/minutes"), &minutes).await;
    assert_eq!(
        early.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "before the day"
    );
    county.set_day(date(2025, 9, 25));
    // Sessions end long before.
    let mut issuer = county.staff("zhongxin2", CENTRE).await;
    let kept = issuer.post(&format!("{meeting}/minutes"), &minutes).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
    let decision = [
        ("item", "0"),
        ("title", "落实用地指标"),
        ("content", "国土部门十月底前落实用地指标。"),
        ("lead", LAND),
    ];
    let decided = issuer
        .post(&format!("{meeting}/decisions"), &decision)
        .await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.text());
    let page = issuer.get(&meeting).await;
    assert_eq!(page.texts(".decision a"), ["潭招会〔2025〕第 1 号"]);
    let early = issuer.post(&format!("{meeting}/close"), &[]).await;
    assert!(early.texts(".flash-danger b")[0].contains("四季度安排"));
    let rest = [("item", "1"), ("text", "已布置。")];
    issuer.post(&format!("{meeting}/minutes"), &rest).await;
    let closed = issuer.post(&format!("{meeting}/close"), &[]).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.text());

    let sheet = issuer.get(&format!("{meeting}/print")).await;
    assert_eq!(sheet.texts(".order-sheet h1"), ["三季度部门联席会议纪要"]);
    assert!(
        sheet
            .texts(".minutes-text")
            .iter()
            .any(|text| text.contains("潭招会〔2025〕第 1 号"))
    );
    // Who was called sees it and writes nothing; who was not called learns nothing of it.
    let mut land = county.staff("ziran", LAND).await;
    assert_eq!(land.get("/meetings").await.texts("tbody tr").len(), 1);
    assert_eq!(land.get(&meeting).await.texts("textarea").len(), 0);
    let foreign = land.post(&format!("{meeting}/minutes"), &rest).await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut other = county.staff("tongji", "市统计局").await;
    assert_eq!(other.get(&meeting).await.status, StatusCode::NOT_FOUND);
    // The rows follow from the facts.
    let operator = Actor::program("");
    let checked = county.service.rebuild(&operator, true, &mut |_| ()).await;
    assert_eq!(checked.expect("a check").findings, Vec::<String>::new());
}

#[tokio::test]
async fn a_meeting_is_rearranged_attended_and_cancelled_through_its_pages() {
    let county = county().await;
    let mut issuer = county.staff("zhongxin", CENTRE).await;
    let list = issuer.get("/meetings").await;
    assert!(list.texts("#rhythm li")[0].contains("本季度尚未召开"));
    let call = [
        ("kind", "joint"),
        ("title", "样例联席会议"),
        ("held_on", "2025-09-25"),
        ("time", "25:00"),
        ("chair", "样例市长"),
        ("members", LAND),
        ("members", HOUSING),
        ("topics", "甲\n乙"),
    ];
    let wrong = issuer.post("/meetings/new", &call).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.texts(".field-error")[0].contains("请写成 09:30"));
    assert!(wrong.text().contains("value=\"样例联席会议\""));
    let call = call.map(|(name, value)| match name {
        "time" => (name, "9：30"),
        _ => (name, value),
    });
    let called = issuer.post("/meetings/new", &call).await;
    assert_eq!(called.status, StatusCode::SEE_OTHER, "{}", called.text());
    let meeting = called.location().to_string();
    assert!(issuer.get(&meeting).await.texts(".page-sub")[0].contains("2025-09-25 星期四 09:30"));

    let form = issuer.get(&format!("{meeting}/arrangement")).await;
    assert!(form.text().contains("value=\"样例联席会议\""));
    let change = [
        ("title", "样例联席会议"),
        ("held_on", "2025-09-25"),
        ("time", "09:30"),
        ("place", "样例报告厅"),
        ("chair", ""),
        ("members", LAND),
        ("reason", "会场维修"),
    ];
    let bare = issuer
        .post(&format!("{meeting}/arrangement"), &change)
        .await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.texts(".flash-danger b")[0].contains("没有填写主持人"));
    assert!(
        bare.text().contains("value=\"样例报告厅\""),
        "what was typed stays"
    );
    let change = change.map(|(name, value)| match name {
        "chair" => (name, "样例市长"),
        _ => (name, value),
    });
    let kept = issuer
        .post(&format!("{meeting}/arrangement"), &change)
        .await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
    let postponed = [
        ("held_on", "2025-09-22"),
        ("time", "14:30"),
        ("reason", "提前"),
    ];
    issuer
        .post(&format!("{meeting}/postpone"), &postponed)
        .await;
    let order = [("item", "1"), ("to", "up")];
    issuer.post(&format!("{meeting}/items/order"), &order).await;
    let page = issuer.get(&meeting).await;
    assert_eq!(page.texts("section[id^=item] h2"), ["1. 乙", "2. 甲"]);
    issuer
        .post(&format!("{meeting}/items/remove"), &[("item", "0")])
        .await;

    let sheet = issuer.get(&format!("{meeting}/attendance")).await;
    assert_eq!(sheet.texts(".sign-row legend"), [LAND]);
    let there = [("how0", "deputy"), ("who0", "样例甲")];
    issuer.post(&format!("{meeting}/attendance"), &there).await;
    let page = issuer.get(&meeting).await;
    assert!(page.texts("#attendance .card-note")[0].contains("代会 1"));
    // Whoever was called only reads; what was held is not cancelled.
    let mut land = county.staff("ziran", LAND).await;
    let foreign = land.get(&format!("{meeting}/attendance")).await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY);
    let held = [("reason", "不开了")];
    let cancel = issuer.post(&format!("{meeting}/cancel"), &held).await;
    assert!(cancel.texts(".flash-danger b")[0].contains("不能取消"));
    let agenda = issuer.get(&format!("{meeting}/print")).await;
    assert_eq!(agenda.texts(".order-sheet h1"), ["样例联席会议纪要"]);
}

#[tokio::test]
async fn every_figure_of_the_statistics_opens_its_list() {
    let county = county().await;
    let mut issuer = county.staff("zhongxin", CENTRE).await;
    let empty = issuer.get("/matters/statistics").await;
    assert!(empty.text().contains("这段时间没有签发事项"));
    issued(&mut issuer, &ORDER).await;
    issued(&mut issuer, &ORDER).await;
    let page = issuer.get("/matters/statistics").await;
    assert_eq!(page.texts("tfoot td")[..5], ["合计", "2", "0", "0", "2"]);
    let parsed = scraper::Html::parse_document(&page.text());
    let link = Selector::parse("tbody td a").expect("a selector");
    let links: Vec<(String, usize)> = parsed
        .select(&link)
        .map(|link| {
            let href = link.value().attr("href").expect("an address").to_owned();
            let count: String = link.text().collect();
            (href, count.parse().expect("a number"))
        })
        .collect();
    assert_eq!(links.len(), 5);
    for (href, count) in links {
        let list = issuer.get(&href).await;
        assert_eq!(list.texts("table.grid tbody tr").len(), count, "{href}");
    }
    let export = issuer.get("/matters/statistics.xlsx").await;
    assert_eq!(export.status, StatusCode::OK);
    let project = county.project("样例电子项目").await;
    let of_project = issuer
        .get(&format!("/matters?tab=all&project={project}"))
        .await;
    assert_eq!(of_project.texts("table.grid tbody tr").len(), 0);
}

#[tokio::test]
async fn a_region_without_rules_says_what_to_do_first() {
    let county = County::on(date(2025, 9, 22)).await;
    let mut centre = county.staff("zhongxin", CENTRE).await;
    let page = centre.get("/matters").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("本地区还没有启用事项政策包"));
    let nav = page.texts(".sidenav a").join(" ");
    assert!(!nav.contains("事项"), "{nav}");
    let mut leader = county
        .person("lingdao", LEADER, AccountKind::Leader, "")
        .await;
    assert_eq!(leader.get("/meetings").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_leader_sees_what_he_set_going_and_a_secretary_acts_for_him() {
    let county = county().await;
    let mut leader = county
        .person("lingdao", LEADER, AccountKind::Leader, "")
        .await;
    let mut secretary = county.staff("mishu", "市政府办公室").await;
    let page = secretary.get("/leaders").await;
    assert_eq!(page.texts("h1"), ["样例经办人"]);
    let instruction = [
        ("kind", "instruction"),
        ("title", "关于样例项目的批示"),
        ("content", "请抓紧"),
        ("lead", LAND),
        ("leader", "样例经办人"),
        ("leader_unit", LEADER),
    ];
    let matter = issued(&mut secretary, &instruction).await;
    let page = leader.get("/leaders").await;
    assert!(page.texts("#issued td")[1].contains("关于样例项目的批示"));
    let page = leader.get(&matter).await;
    assert!(page.texts("#history li span")[0].contains("样例经办人（代 样例经办人）"));
    let mut land = county.staff("ziran", LAND).await;
    act(&mut land, &matter, "accept", &[]).await;
    act(&mut land, &matter, "report", &[("text", "已办")]).await;
    assert!(leader.get("/leaders").await.texts("#waiting li a")[0].starts_with("审核"));
    assert_eq!(land.get("/leaders").await.status, StatusCode::FORBIDDEN);
}
