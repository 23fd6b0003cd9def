//! Packs: checked when they are loaded, in force when they are said to be, kept by running projects.

use domain::Command;
use service::{AdminRole, ServiceError};

use crate::city::*;
use crate::holidays::in_working_days;

on_both! {
    a_broken_pack_is_refused_with_the_line_that_is_wrong,
    a_version_once_loaded_does_not_change,
    a_pack_is_not_in_force_before_it_is_put_in_force,
    running_projects_keep_their_version_until_they_are_moved,
    a_new_version_of_the_performance_pack_leaves_no_row_behind_the_facts,
    a_pack_of_another_region_and_somebody_else_are_refused,
}

const LATER: &str = "2026-12-01";

async fn refusal(city: &City, source: &str) -> String {
    let system = administrator(AdminRole::System);
    match city.service.load_pack(&system, "6411.toml", source).await {
        Err(ServiceError::Invalid(faults)) => faults[0].message.clone(),
        other => panic!("{other:?}"),
    }
}

async fn a_broken_pack_is_refused_with_the_line_that_is_wrong(city: &City) {
    let listed = city.service.pack_list(&operator()).await.unwrap();
    let line = |source: &str, words: &str| {
        let at = source
            .lines()
            .position(|line| line.contains(words))
            .unwrap();
        format!("6411.toml:{}", at + 1)
    };
    let unknown = LIFECYCLE.replace(r#"after = ["preparation"]"#, r#"after = ["prepaartion"]"#);
    let message = refusal(city, &unknown).await;
    assert!(
        message.contains(&line(&unknown, "prepaartion")),
        "{message}"
    );
    assert!(
        message.contains("prepaartion") && message.contains("preparation"),
        "{message}"
    );

    let unread = LIFECYCLE.replace(r#"id = "land""#, "id = “land”");
    let message = refusal(city, &unread).await;
    assert!(message.contains(&line(&unread, "“land”")), "{message}");
    assert_eq!(city.service.pack_list(&operator()).await.unwrap(), listed);
}

async fn a_version_once_loaded_does_not_change(city: &City) {
    let other_words = LIFECYCLE.replace("项目筹备开工", "筹备开工");
    let message = refusal(city, &other_words).await;
    assert!(
        message.contains(VERSION) && message.contains("新的版本号"),
        "{message}"
    );
    let pack = city.service.pack(&operator(), PACK, VERSION).await.unwrap();
    assert_eq!(&*pack.nodes[0].title, "项目筹备开工");
}

async fn a_pack_is_not_in_force_before_it_is_put_in_force(city: &City) {
    let system = administrator(AdminRole::System);
    let (s, later) = (&city.service, in_working_days());
    s.load_pack(&system, "6411.toml", &later).await.unwrap();
    let first = city.signed("样例光电产业园项目").await;
    assert_eq!(city.row(&first).await.row.pack_version, VERSION);
    s.activate_pack(&system, PACK, LATER).await.unwrap();
    let in_force = |list: Vec<service::policies::PackView>| -> Vec<_> {
        let in_force = list.into_iter().filter(|pack| pack.in_force);
        in_force.map(|pack| (pack.kind, pack.version)).collect()
    };
    let list = in_force(s.pack_list(&operator()).await.unwrap());
    assert!(
        list.contains(&("全生命周期", LATER.to_string())),
        "{list:?}"
    );
    assert!(list.contains(&("履约", VERSION.to_string())), "{list:?}");
    assert_eq!(list.len(), 2);
    let second = city.signed("样例仓储项目").await;
    assert_eq!(city.row(&second).await.row.pack_version, LATER);
    let missing = s.activate_pack(&system, PACK, "1999-01-01").await;
    assert!(
        matches!(missing, Err(ServiceError::NotFound(_))),
        "{missing:?}"
    );
}

async fn running_projects_keep_their_version_until_they_are_moved(city: &City) {
    city.on("2025-01-20");
    let project = city.register("样例光电产业园项目").await;
    for milestone in ["approved", "signed"] {
        city.done(&staff(CENTRE), &project, claim(milestone, "2025-01-20"))
            .await;
    }
    city.put_in_force("6411.toml", &in_working_days()).await;
    city.done(&staff(CENTRE), &project, confirm()).await;
    assert_eq!(city.due(&project, "preparation").await, day("2025-01-27"));
    city.is_sound().await;

    let to = |version: &str| Command::MovePolicy {
        pack: PACK.into(),
        version: version.into(),
        reason: "样例理由：改按新版本".into(),
    };
    city.not_found(&staff(CENTRE), &project, to("1999-01-01"))
        .await;
    let refused = city.refused(&staff(TOWN), &project, to(LATER)).await;
    assert_eq!(refused.code, "not_authorised");
    city.done(&staff(CENTRE), &project, to(LATER)).await;
    assert_eq!(city.row(&project).await.row.pack_version, LATER);
    // Seven working days over Spring Festival and its make-up days.
    assert_eq!(city.due(&project, "preparation").await, day("2025-02-05"));
    city.is_sound().await;
}

async fn a_new_version_of_the_performance_pack_leaves_no_row_behind_the_facts(city: &City) {
    let project = city.started("样例光电产业园项目").await;
    let duty = Command::RecordDuty {
        duty: "start-on-time".into(),
        detail: String::new(),
        due: Some(day("2025-07-20")),
        target: None,
    };
    city.done(&staff(TOWN), &project, duty).await;
    let later = PERFORMANCE
        .replace(r#"version = "2025-05-16""#, r#"version = "2025-12-01""#)
        .replace(r#"title = "按时开工""#, r#"title = "如期开工""#);
    city.put_in_force("performance.toml", &later).await;
    city.is_sound().await;
}

async fn a_pack_of_another_region_and_somebody_else_are_refused(city: &City) {
    let elsewhere = LIFECYCLE.replace(r#"region = "qianjiang""#, r#"region = "daye""#);
    let message = refusal(city, &elsewhere).await;
    assert!(message.contains("daye"), "{message}");
    for actor in [
        staff(CENTRE),
        administrator(AdminRole::Security),
        administrator(AdminRole::Audit),
    ] {
        let loaded = city
            .service
            .load_pack(&actor, "6411.toml", &in_working_days())
            .await;
        assert!(matches!(loaded, Err(ServiceError::Forbidden(_))));
        let activated = city.service.activate_pack(&actor, PACK, VERSION).await;
        assert!(matches!(activated, Err(ServiceError::Forbidden(_))));
    }
}
