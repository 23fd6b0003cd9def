//! The whole life of a project, from the committee's meeting to the list of enterprises above scale.

use std::collections::BTreeMap;

use domain::Command;
use domain::values::Yuan;
use service::ServiceError;
use service::projects::{NewProject, Registered};

use crate::city::*;

on_both! {
    a_project_lives_from_approval_to_above_scale_by_the_hands_of_the_right_units,
    a_similar_project_is_shown_before_a_second_one_is_registered,
    a_registration_with_an_unknown_host_is_refused_at_its_field_and_a_known_spelling_becomes_the_main_name,
    changed_details_are_held_to_the_same_list_of_units_and_keep_the_sealed_contact,
}

async fn a_project_lives_from_approval_to_above_scale_by_the_hands_of_the_right_units(city: &City) {
    let project = city.register("样例光电产业园项目").await;
    let (centre, town, park) = (staff(CENTRE), staff(TOWN), staff(PARK));

    // Signing, which begins the six months.
    let early = city
        .refused(&centre, &project, claim("signed", "2025-01-02"))
        .await;
    assert_eq!(early.code, "out_of_order");
    assert_eq!(early.clause.unwrap().article.to_string(), "三（一）2");
    city.done(&centre, &project, claim("approved", "2025-01-02"))
        .await;
    assert_eq!(city.due(&project, "signing").await, day("2025-02-01"));
    city.on("2025-01-20");
    city.done(&town, &project, claim("signed", "2025-01-20"))
        .await;
    assert_eq!(
        city.waits_for(CENTRE).await,
        [todo("confirm_scope", "scope")]
    );
    city.done(&centre, &project, confirm()).await;
    assert_eq!(city.waits_for(CENTRE).await, []);
    assert_eq!(city.due(&project, "start").await, day("2025-07-20"));

    prepare(city, &project).await;
    start(city, &project).await;
    list(city, &project).await;
    accept(city, &project).await;

    city.on("2026-01-20");
    let claim = city
        .claim_with_photo(&project, "in_production", "2026-01-15")
        .await;
    city.done(&town, &project, claim).await;
    city.done(&park, &project, certify("in_production")).await;
    assert!(!city.row(&project).await.row.finished);

    city.on("2026-06-20");
    let claim = city
        .claim_with_photo(&project, "above_scale", "2026-06-15")
        .await;
    city.done(&town, &project, claim).await;
    let wrong = city.refused(&park, &project, certify("above_scale")).await;
    assert_eq!(wrong.code, "not_this_unit");
    assert!(wrong.advice.contains(ECONOMY), "{wrong}");
    city.done(&staff(ECONOMY), &project, certify("above_scale"))
        .await;

    let row = city.row(&project).await.row;
    assert!(row.finished && row.next_due_on.is_none());
    assert_eq!(row.above_scale_on, Some(day("2026-06-15")));
    assert_eq!(row.number, 1);
    city.is_sound().await;
}

/// 项目准备 to 行政许可, by the units that the pack names.
async fn prepare(city: &City, project: &str) {
    city.on("2025-04-01");
    let too_early = city
        .refused(&staff(LAND), project, step("land", "2025-03-01"))
        .await;
    assert_eq!(too_early.code, "predecessors_open");
    assert_eq!(too_early.clause.unwrap().article.to_string(), "三（一）2");
    city.done(&staff(DESIGN), project, step("preparation", "2025-01-26"))
        .await;
    assert_eq!(city.due(project, "land").await, day("2025-03-01"));
    let firm = enterprise(ENTERPRISE);
    city.done(&firm, project, step("report-submission", "2025-02-20"))
        .await;
    for (unit, id, on) in [
        (LAND, "land", "2025-03-01"),
        (TOWN, "drawing-design", "2025-03-05"),
        (REFORM, "design-review", "2025-03-15"),
        (DIGITAL, "drawing-review", "2025-03-16"),
        (HOUSING, "permits", "2025-03-28"),
    ] {
        city.done(&staff(unit), project, step(id, on)).await;
    }
    let must = city
        .refused(&staff(HOUSING), project, waive("permits", "样例理由"))
        .await;
    assert_eq!(must.code, "already_done");
    let safety = staff(SAFETY);
    let waived = waive("provincial-safety-review", "不涉及省应急管理厅安全审查");
    city.done(&safety, project, waived).await;
}

/// 开工: claimed without evidence, claimed, returned, claimed again, certified.
async fn start(city: &City, project: &str) {
    let (town, park) = (staff(TOWN), staff(PARK));
    city.on("2025-05-20");
    let bare = Command::Claim {
        milestone: "started".into(),
        reached_on: day("2025-05-18"),
        variant: Some("foundation".into()),
        files: Vec::new(),
        values: BTreeMap::new(),
        note: String::new(),
    };
    let refusal = city.refused(&town, project, bare).await;
    assert_eq!(refusal.code, "evidence_missing");
    assert_eq!(&*refusal.clause.as_ref().unwrap().article, "三（一）4");
    assert!(refusal.advice.contains("现场照片"), "{refusal}");

    let claim = city
        .claim_with_photo(project, "started", "2025-05-18")
        .await;
    city.done(&town, project, claim.clone()).await;
    assert_eq!(city.waits_for(PARK).await, [todo("certify", "started")]);
    let stands = city.row(project).await.row;
    assert_eq!(
        (stands.started_on, stands.stage.as_deref()),
        (None, Some("start"))
    );

    city.on("2025-05-21");
    let silent = city
        .refused(&park, project, return_claim("started", " "))
        .await;
    assert_eq!(silent.code, "text_missing");
    city.done(&park, project, return_claim("started", "地基尚未施工"))
        .await;
    assert_eq!(city.waits_for(PARK).await, []);
    assert_eq!(city.waits_for(TOWN).await, [todo("resubmit", "started")]);

    city.on("2025-06-03");
    let again = city
        .claim_with_photo(project, "started", "2025-06-02")
        .await;
    city.done(&town, project, again).await;
    city.done(&park, project, certify("started")).await;
    assert_eq!(
        city.row(project).await.row.started_on,
        Some(day("2025-06-02"))
    );
    assert_eq!(city.due(project, "listing").await, day("2025-10-02"));
    assert_eq!(city.due(project, "completion").await, day("2026-06-02"));
    assert_eq!(city.due(project, "production").await, day("2026-06-02"));
}

/// 统计入库: 400 万 is too little.
async fn list(city: &City, project: &str) {
    city.on("2025-09-10");
    city.done(&staff(TOWN), project, step("listing-notice", "2025-06-10"))
        .await;
    city.done(
        &staff(STATISTICS),
        project,
        step("listing-class", "2025-07-01"),
    )
    .await;
    let of = async |wan: i64| {
        let mut claim = city.claim_with_photo(project, "listed", "2025-09-01").await;
        if let Command::Claim { values, .. } = &mut claim {
            values.insert("fixed_investment".into(), Yuan::from_yuan(wan * 10_000));
        }
        claim
    };
    let little = city.refused(&staff(TOWN), project, of(400).await).await;
    assert!(
        little.message.contains("400万元") && little.message.contains("500万元"),
        "{little}"
    );
    let clause = little.clause.unwrap();
    assert_eq!(&*clause.article, "三（二）2");
    assert!(clause.text.contains("500万元及以上"));
    city.done(&staff(TOWN), project, of(600).await).await;
    city.done(&staff(PARK), project, certify("listed")).await;
    assert_eq!(
        city.row(project).await.row.listed_on,
        Some(day("2025-09-01"))
    );
}

/// 竣工 with the joint acceptance, beside the listing.
async fn accept(city: &City, project: &str) {
    city.on("2025-11-28");
    for (unit, id, on) in [
        (HOUSING, "acceptance-guidance", "2025-11-01"),
        (HOUSING, "acceptance-ready", "2025-11-20"),
        (LAND, "acceptance-planning", "2025-11-25"),
        (HOUSING, "acceptance-fire", "2025-11-26"),
        (HOUSING, "acceptance-archives", "2025-11-28"),
    ] {
        city.done(&staff(unit), project, step(id, on)).await;
    }
    let special = waive("acceptance-fire-special", "不是特殊建设工程");
    city.done(&staff(HOUSING), project, special).await;
    city.on("2025-12-20");
    let opinion = step("joint-opinion", "2025-12-10");
    let lacking = city
        .refused(&staff(HOUSING), project, opinion.clone())
        .await;
    assert_eq!(lacking.code, "predecessors_open");
    assert!(lacking.message.contains("人防验收备案"), "{lacking}");
    let shelter = step("acceptance-civil-defence", "2025-12-05");
    city.done(&staff(CIVIL_DEFENCE), project, shelter).await;
    city.done(&staff(HOUSING), project, opinion).await;
    let certificate = step("property-certificate", "2025-12-15");
    city.done(&staff(LAND), project, certificate).await;
    let claim = city
        .claim_with_photo(project, "completed", "2025-12-18")
        .await;
    city.done(&staff(TOWN), project, claim).await;
    city.done(&staff(PARK), project, certify("completed")).await;
    assert_eq!(city.due(project, "growth").await, day("2026-12-18"));
}

fn todo(kind: &str, subject: &str) -> (String, String) {
    (kind.to_string(), subject.to_string())
}

async fn a_similar_project_is_shown_before_a_second_one_is_registered(city: &City) {
    let first = city.register("样例光电产业园项目").await;
    let mut again = NewProject {
        details: details("样例光电 产业园项目"),
        ..NewProject::default()
    };
    let centre = staff(CENTRE);
    let shown = city.service.register(&centre, again.clone()).await.unwrap();
    let Registered::Similar(similar) = shown else {
        panic!("{shown:?}");
    };
    assert_eq!(similar.len(), 1);
    assert_eq!(
        (similar[0].project.as_str(), similar[0].number),
        (first.as_str(), 1)
    );
    assert_eq!(similar[0].why, "项目名称相同");

    again.distinct = true;
    let second = city.service.register(&centre, again).await.unwrap();
    assert!(matches!(second, Registered::Project(project) if project != first));
}

async fn a_registration_with_an_unknown_host_is_refused_at_its_field_and_a_known_spelling_becomes_the_main_name(
    city: &City,
) {
    let centre = staff(CENTRE);
    let mut new = NewProject {
        details: details("样例仓储项目"),
        ..NewProject::default()
    };
    new.details.host = Some("没有这个镇".into());
    let refused = city
        .service
        .register(&centre, new.clone())
        .await
        .unwrap_err();
    let ServiceError::Invalid(faults) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(faults[0].field, "host");
    assert!(faults[0].message.contains("没有这个镇"), "{faults:?}");

    new.details.host = Some("样例甲镇".into());
    let Registered::Project(project) = city.service.register(&centre, new).await.unwrap() else {
        panic!();
    };
    assert_eq!(city.row(&project).await.row.host.as_deref(), Some(TOWN));
}

async fn changed_details_are_held_to_the_same_list_of_units_and_keep_the_sealed_contact(
    city: &City,
) {
    let project = city.register("样例冷链项目").await;
    let centre = staff(CENTRE);
    let change = async |host: &str| {
        let mut details = details("样例冷链物流项目");
        details.host = Some(host.into());
        let (service, seen) = (&city.service, Some(1));
        service
            .edit_details(&centre, &project, seen, details, None)
            .await
    };
    let unknown = change("没有这个镇").await;
    assert!(
        matches!(unknown, Err(ServiceError::Invalid(_))),
        "{unknown:?}"
    );

    change("样例甲镇").await.unwrap();
    let row = city.row(&project).await.row;
    assert_eq!(
        (row.name.as_str(), row.host.as_deref()),
        ("样例冷链物流项目", Some(TOWN))
    );
    let loaded = city.service.load(REGION, &project).await.unwrap();
    assert!(loaded.state().details.unwrap().contact_sealed.is_some());
}
