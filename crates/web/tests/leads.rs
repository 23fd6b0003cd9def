//! The pages of leads: board, list, registering with the similar ones first, acts, merging.

mod common;

use axum::http::StatusCode;
use common::{Browser, CENTRE, County, ENTERPRISE, HOST};
use jiff::civil::date;
use service::{AccountKind, Actor};

const PACK: &str = include_str!("../../service/tests/packs/leads.toml");
const PARK: &str = "潜江高新区";
const COMMERCE: &str = "市商务局";
const REFORM: &str = "市发改委";

/// The county with rules on leads in force.
async fn county() -> County {
    let county = County::on(date(2025, 3, 3)).await;
    let operator = Actor::program(common::REGION);
    let loaded = county
        .service
        .load_pack(&operator, "leads.toml", PACK)
        .await
        .expect("a pack");
    county
        .service
        .activate_pack(&operator, &loaded.id, &loaded.version)
        .await
        .expect("in force");
    county
}

const FORM: [(&str, &str); 7] = [
    ("source", "visit-out"),
    ("found_on", "2025-03-03"),
    ("unit", PARK),
    ("person", "样例赵四"),
    ("text", "展会上接触"),
    ("investor", "样例海川投资有限公司"),
    ("total_investment", "3亿元"),
];

/// Registers a lead through the form; the answer is its id.
async fn register(browser: &mut Browser, name: &str, more: &[(&str, &str)]) -> String {
    let fields: Vec<(&str, &str)> = FORM
        .into_iter()
        .chain([("name", name)])
        .chain(more.iter().copied())
        .collect();
    let answer = browser.post("/leads/new", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let project = answer
        .location()
        .strip_prefix("/projects/")
        .expect("a project");
    project
        .strip_suffix("?tab=lead")
        .expect("its lead")
        .to_string()
}

#[tokio::test]
async fn an_empty_board_says_what_to_do_first() {
    let county = county().await;
    let mut park = county.staff("park", PARK).await;
    let page = park.get("/leads").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.texts(".empty-title"), ["还没有招商线索"]);
    assert_eq!(
        page.attribute(".empty a.btn-primary", "href").as_deref(),
        Some("/leads/new")
    );
    let mut leader = county
        .person("leader", common::LEADER, AccountKind::Leader, "")
        .await;
    let page = leader.get("/leads").await;
    assert_eq!(page.count(".empty a.btn-primary"), 0);
    assert!(
        page.texts(".sidenav a")
            .iter()
            .any(|entry| entry == "招商线索")
    );
}

#[tokio::test]
async fn a_lead_goes_from_the_form_to_the_pool_to_its_holder_without_script() {
    let county = county().await;
    let mut park = county.staff("park", PARK).await;
    let form = park.get("/leads/new").await;
    assert_eq!(
        form.attribute("select[name=unit] option[selected]", "value")
            .as_deref(),
        Some(PARK)
    );
    let project = register(&mut park, "样例储能项目", &[]).await;

    let mut commerce = county.staff("commerce", COMMERCE).await;
    let board = commerce.get("/leads").await;
    let lanes = board.texts(".lane > h2");
    assert_eq!(lanes[0], "线索池（待认领）1", "{lanes:?}");
    assert_eq!(board.texts(".lead-card h3"), ["样例储能项目"]);
    assert!(board.texts(".lead-who")[0].contains("样例海川投资有限公司 · 3亿元"));
    let claim = board.attribute(".lead-act", "action").expect("a button");
    let answer = commerce.post(&claim, &[]).await;
    assert_eq!(answer.location(), format!("/projects/{project}?tab=lead"));

    let page = commerce.get(&format!("/projects/{project}?tab=lead")).await;
    assert!(page.texts(".flash")[0].contains("优先对接到2025年4月2日"));
    let facts = page.texts("#lead dd");
    assert_eq!(facts[..3], ["外出考察", PARK, "样例赵四"]);
    assert!(
        facts.contains(&"市商务局（2025-03-03 起）".to_string()),
        "{facts:?}"
    );
    assert_eq!(page.texts("#credit .num"), ["100%"]);
    let acts = page.texts("#lead .head-acts a");
    assert_eq!(acts, ["移交线索", "划分成果", "退回线索池", "登记流失"]);

    // Nobody else can claim it now, and the refusal says until when and by which clause.
    let mut reform = county.staff("reform", REFORM).await;
    assert_eq!(reform.get("/leads").await.count(".lead-act"), 0);
    let refused = reform
        .post(&format!("/projects/{project}/actions/claim-lead"), &[])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = refused.texts(".flash-danger").join("");
    assert!(
        told.contains("优先期到2025年4月2日") && told.contains("移交"),
        "{told}"
    );
    let refused = reform.post(&format!("/leads/{project}/claim"), &[]).await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    assert!(refused.text().contains("2025年4月2日"));
}

#[tokio::test]
async fn similar_leads_are_shown_before_anything_is_saved() {
    let county = county().await;
    let mut park = county.staff("park", PARK).await;
    let first = register(&mut park, "样例储能（湖北）项目", &[]).await;
    let again: Vec<(&str, &str)> = FORM
        .into_iter()
        .chain([("name", "样例储能(湖北) 项目")])
        .collect();
    let shown = park.post("/leads/new", &again).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        shown.texts("#similar .entry-head b a"),
        ["样例储能（湖北）项目"]
    );
    assert!(shown.texts("#similar .tag")[0].contains("项目名称相同"));
    assert_eq!(
        shown.attribute("#similar form", "action").as_deref(),
        Some(&*format!("/leads/{first}/claim"))
    );
    // What was typed is still there.
    assert_eq!(
        shown.attribute("input[name=name]", "value").as_deref(),
        Some("样例储能(湖北) 项目")
    );
    // Without a reason it stays unsaved, and the similar one stays in sight.
    let no_reason: Vec<_> = again
        .iter()
        .copied()
        .chain([("similar_seen", "1")])
        .collect();
    let shown = park.post("/leads/new", &no_reason).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(shown.count("#similar li"), 1);
    assert!(shown.texts(".field-error")[0].contains("为什么不是同一条线索"));
    let second = register(
        &mut park,
        "样例储能(湖北) 项目",
        &[("similar_seen", "1"), ("distinct", "二期，另一地块")],
    )
    .await;
    let page = park.get(&format!("/leads/{second}")).await;
    assert_eq!(page.location(), format!("/projects/{second}?tab=lead"));
    let page = park.get(page.location()).await;
    assert!(
        page.texts("#lead dd")
            .iter()
            .any(|words| words.contains("二期，另一地块"))
    );
}

#[tokio::test]
async fn bad_input_comes_back_with_messages_at_its_fields() {
    let county = county().await;
    let mut park = county.staff("park", PARK).await;
    let answer = park
        .post(
            "/leads/new",
            &[
                ("found_on", "2025-13-40"),
                ("name", ""),
                ("total_investment", "很多"),
            ],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        answer.count(".field-error"),
        3,
        "{:?}",
        answer.texts(".field-error")
    );
    let answer = park
        .post(
            "/leads/new",
            &[
                ("found_on", "2025-03-04"),
                ("name", "样例"),
                ("unit", "天外局"),
            ],
        )
        .await;
    let told = answer.texts(".field-error").join("");
    for words in ["请选择线索来源", "不在本地区单位名单", "还没有到"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let page = park
        .get("/leads?view=list&after=%00&phase=none&sort=x&lane=zz")
        .await;
    assert_eq!(page.status, StatusCode::OK);
    let page = park
        .get("/leads/01900000-0000-7000-8000-000000000000")
        .await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn credit_is_shared_in_percent_and_must_be_whole() {
    let county = county().await;
    let mut park = county.staff("park", PARK).await;
    let project = register(&mut park, "样例储能项目", &[]).await;
    let mut centre = county.staff("centre", CENTRE).await;
    let address = format!("/projects/{project}/actions/share-credit");
    let form = centre.get(&address).await;
    assert_eq!(
        form.attribute("input[name=share-1]", "value").as_deref(),
        Some("100")
    );
    let mut send = async |fields: &[(&str, &str)]| centre.post(&address, fields).await;
    let wrong = send(&[
        ("unit-1", PARK),
        ("share-1", "60"),
        ("unit-2", COMMERCE),
        ("share-2", "39.99"),
    ])
    .await;
    assert!(wrong.texts(".flash-danger")[0].contains("合计为 99.99%，应为 100%"));
    let wrong = send(&[("unit-1", PARK), ("share-1", "三成")]).await;
    assert!(wrong.texts(".field-error")[0].contains("0 到 100"));
    let wrong = send(&[
        ("unit-1", PARK),
        ("share-1", "60"),
        ("unit-2", "天外局"),
        ("share-2", "40"),
    ])
    .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = send(&[
        ("unit-1", PARK),
        ("share-1", "33.33%"),
        ("unit-2", COMMERCE),
        ("share-2", "66.67"),
    ])
    .await;
    assert_eq!(right.location(), format!("/projects/{project}?tab=lead"));
    let page = centre.get(right.location()).await;
    assert_eq!(page.texts("#credit .num"), ["33.33%", "66.67%"]);
}

#[tokio::test]
async fn the_list_keeps_its_filters_in_the_address_and_exports_them() {
    let county = county().await;
    let mut park = county.staff("park", PARK).await;
    let one = register(&mut park, "样例储能项目", &[]).await;
    register(
        &mut park,
        "样例光伏项目",
        &[("similar_seen", "1"), ("distinct", "样例")],
    )
    .await;
    park.post(&format!("/leads/{one}/claim"), &[]).await;
    let page = park
        .get("/leads?view=list&holder=%E6%BD%9C%E6%B1%9F%E9%AB%98%E6%96%B0%E5%8C%BA")
        .await;
    assert_eq!(page.texts("tbody .cell-main a"), ["样例储能项目"]);
    assert_eq!(page.texts(".chip"), ["持有单位：潜江高新区"]);
    assert_eq!(
        page.attribute("select[name=holder] option[selected]", "value")
            .as_deref(),
        Some(PARK)
    );
    let xlsx = page.attribute("a[download]", "href").expect("an export");
    let file = park.get(&xlsx).await;
    assert!(file.header("content-type").contains("spreadsheetml"));
    assert_eq!(&file.body[..2], b"PK");
    let counts = park.get("/leads").await.texts(".lead-counts a");
    assert_eq!(counts, ["待认领 1", "跟进中 1"]);
    let none = park.get("/leads?q=%E6%B2%A1%E6%9C%89%E7%9A%84").await;
    assert_eq!(none.texts(".empty-title"), ["没有符合条件的线索"]);
}

#[tokio::test]
async fn a_merge_is_looked_at_before_it_is_done_and_can_be_undone() {
    let county = county().await;
    let mut park = county.staff("park", PARK).await;
    let one = register(&mut park, "样例储能项目", &[]).await;
    let two = register(
        &mut park,
        "样例储能装备项目",
        &[("similar_seen", "1"), ("distinct", "样例")],
    )
    .await;
    let refused = park.get(&format!("/leads/{one}/merge")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let mut centre = county.staff("centre", CENTRE).await;
    let choose = centre.get(&format!("/leads/{one}/merge")).await;
    assert_eq!(choose.texts(".entries b a"), ["样例储能装备项目"]);
    let address = choose.attribute(".entries b a", "href").expect("a preview");
    let preview = centre.get(address.trim_end_matches("#preview")).await;
    assert_eq!(
        preview.texts("#preview h3"),
        ["保留：样例储能项目", "并入：样例储能装备项目"]
    );
    // Looking has changed nothing.
    assert_eq!(centre.get("/leads").await.count(".lead-card"), 2);
    let done = centre
        .post(&format!("/leads/{one}/merge"), &[("with", &two)])
        .await;
    assert_eq!(done.location(), format!("/projects/{one}?tab=lead"));
    let page = centre.get(done.location()).await;
    assert_eq!(
        page.texts(".lead-absorbed h2"),
        ["并入的线索：样例储能装备项目"]
    );
    assert!(page.count(".lead-absorbed .history li") >= 3);
    assert_eq!(centre.get("/leads").await.count(".lead-card"), 1);
    let merged = centre.get(&format!("/projects/{two}?tab=lead")).await;
    assert_eq!(merged.texts("#lead .flash a")[0], "样例储能项目");

    let undo = page
        .attribute(".lead-absorbed .head-acts a", "href")
        .expect("a way back");
    let form = centre.get(&undo).await;
    let subject = form
        .attribute("input[name=subject]", "value")
        .expect("a fact");
    let address = undo.split('?').next().expect("an address");
    let answer = centre
        .post(
            address,
            &[("subject", &subject), ("reason", "核实为两个项目")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(centre.get("/leads").await.count(".lead-card"), 2);
}

#[tokio::test]
async fn who_sees_leads_and_who_does_what_with_them() {
    let county = county().await;
    let mut park = county.staff("park", PARK).await;
    let project = register(&mut park, "样例储能项目", &[]).await;
    let people = [
        ("市中心", county.staff("centre", CENTRE).await),
        ("园区", park),
        (
            "领导",
            county
                .person("leader", common::LEADER, AccountKind::Leader, "")
                .await,
        ),
        ("乡镇", county.staff("host", HOST).await),
        (
            "企业",
            county
                .person("firm", ENTERPRISE, AccountKind::Enterprise, "")
                .await,
        ),
        (
            "审计员",
            county
                .person("auditor", "市审计局", AccountKind::Staff, "auditor")
                .await,
        ),
        (
            "系统管理员",
            county
                .person("system", "市政务和大数据局", AccountKind::Staff, "system")
                .await,
        ),
    ];
    let looks = [
        ("/leads".to_string(), [200, 200, 200, 403, 403, 200, 403]),
        (
            "/leads/export.xlsx".to_string(),
            [200, 200, 403, 403, 403, 403, 403],
        ),
        (
            "/leads/new".to_string(),
            [200, 200, 403, 403, 403, 403, 403],
        ),
        (
            format!("/leads/{project}"),
            [303, 303, 303, 404, 403, 303, 403],
        ),
        (
            format!("/leads/{project}/merge"),
            [200, 403, 403, 404, 403, 403, 403],
        ),
    ];
    let sends = [
        (
            "/leads/new".to_string(),
            [422, 422, 403, 403, 403, 403, 403],
        ),
        (
            format!("/leads/{project}/merge"),
            [422, 422, 422, 403, 403, 403, 403],
        ),
    ];
    for (at, (name, mut browser)) in people.into_iter().enumerate() {
        for (address, expected) in &looks {
            let answer = browser.get(address).await;
            assert_eq!(answer.status.as_u16(), expected[at], "{name} GET {address}");
        }
        for (address, expected) in &sends {
            let answer = browser.post(address, &[("with", &project)]).await;
            assert_eq!(
                answer.status.as_u16(),
                expected[at],
                "{name} POST {address}"
            );
        }
        let entry = browser.get("/account").await.texts(".sidenav a");
        let sees = [0, 1, 2, 5].contains(&at);
        assert_eq!(
            entry.iter().any(|entry| entry == "招商线索"),
            sees,
            "{name}"
        );
    }
}
