//! Who may do what, and what happens when several people act at once.

use std::collections::BTreeSet;

use domain::event::EventKind;
use service::attachments::NewFile;
use service::projects::{Change, NewProject};
use service::{Actor, AdminRole, ServiceError};

use crate::city::*;

on_both! {
    strangers_do_not_learn_that_a_project_exists,
    whoever_sees_a_project_may_still_do_only_what_the_pack_gives_the_unit,
    only_the_centre_registers,
    of_two_people_who_saw_the_same_version_the_second_is_told,
    sixteen_people_at_once_lose_nothing,
    administrators_do_no_offices_work_and_the_auditor_only_reads,
    nobody_leaves_files_with_a_project_that_is_not_theirs_to_see,
    who_may_not_register_learns_nothing_of_similar_projects,
}

async fn strangers_do_not_learn_that_a_project_exists(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let mut elsewhere = staff(CENTRE);
    elsewhere.region = "daye".into();
    let strangers = [
        staff(OTHER_TOWN),
        // The authority for commerce; this is an industry project.
        staff(COMMERCE),
        enterprise("样例食品有限公司"),
        elsewhere,
    ];
    for stranger in &strangers {
        city.not_found(stranger, &project, visit("样例走访")).await;
        city.not_found(stranger, &project, claim("started", "2025-02-01"))
            .await;
    }
    let nowhere = city.act(&staff(CENTRE), "no-such-project", confirm()).await;
    assert!(
        matches!(nowhere, Err(ServiceError::NotFound(_))),
        "{nowhere:?}"
    );
}

async fn whoever_sees_a_project_may_still_do_only_what_the_pack_gives_the_unit(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let claim_start = claim("started", "2025-02-01");
    let cases = [
        (
            enterprise(ENTERPRISE),
            claim_start.clone(),
            "not_authorised",
            "市招商服务中心",
        ),
        (staff(HOUSING), claim_start.clone(), "not_authorised", TOWN),
        (staff(PARK), claim_start, "not_authorised", TOWN),
        (staff(CENTRE), certify("started"), "not_authorised", PARK),
        (staff(TOWN), certify("started"), "not_authorised", PARK),
        // Certifies, but not this milestone.
        (staff(ECONOMY), certify("started"), "not_this_unit", PARK),
        (
            staff(CIVIL_DEFENCE),
            step("permits", "2025-02-01"),
            "not_this_unit",
            HOUSING,
        ),
        (staff(CENTRE), extension(30), "not_authorised", TOWN),
        (staff(CENTRE), decide(true), "not_authorised", LEADER),
        (staff(LEADER), review(true), "not_authorised", CENTRE),
        (staff(TOWN), remove("2025-02"), "not_authorised", CENTRE),
    ];
    for (actor, command, code, who) in cases {
        let what = format!("{} {command:?}", actor.unit);
        let refusal = city.refused(&actor, &project, command).await;
        assert_eq!(refusal.code, code, "{what}: {refusal}");
        assert!(refusal.advice.contains(who), "{what}: {refusal}");
        // A rule that names somebody else is cited.
        assert_eq!(refusal.clause.is_some(), code == "not_this_unit", "{what}");
    }
}

async fn only_the_centre_registers(city: &City) {
    for actor in [staff(TOWN), staff(PARK), enterprise(ENTERPRISE)] {
        let new = NewProject {
            details: details("样例光电产业园项目"),
            ..NewProject::default()
        };
        let refused = city.service.register(&actor, new).await.unwrap_err();
        let ServiceError::Refused(refusal) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(refusal.code, "not_authorised");
        assert!(refusal.advice.contains(CENTRE), "{refusal}");
    }
    assert_eq!(city.rebuild(true).await.projects, 0);
}

async fn of_two_people_who_saw_the_same_version_the_second_is_told(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let seen = city.row(&project).await.version as u32;
    let change = |text: &str| Change {
        project: project.clone(),
        seen_version: Some(seen),
        happened_on: None,
        command: visit(text),
    };
    let (town, park) = (staff(TOWN), staff(PARK));
    let first = city
        .service
        .change(&town, change("样例走访一"))
        .await
        .unwrap();
    assert_eq!(first.version, seen + 1);
    let second = city.service.change(&park, change("样例走访二")).await;
    let Err(ServiceError::Conflict(message)) = second else {
        panic!("{second:?}");
    };
    assert!(
        message.contains("1 条新记录") && message.contains("没有保存"),
        "{message}"
    );
    assert_eq!(city.row(&project).await.version as u32, seen + 1);
}

async fn sixteen_people_at_once_lose_nothing(city: &City) {
    let one = city.signed("样例光电产业园项目").await;
    let other = city.signed("样例仓储项目").await;
    let tasks: Vec<_> = (0..16)
        .map(|person: u32| {
            let city = city.clone();
            let project = if person.is_multiple_of(4) {
                &other
            } else {
                &one
            }
            .clone();
            tokio::spawn(async move { many_visits(&city, &project, person).await })
        })
        .collect();
    let mut said = BTreeSet::new();
    for task in tasks {
        said.extend(task.await.unwrap());
    }
    let mut kept = BTreeSet::new();
    for project in [&one, &other] {
        let loaded = city.service.load(REGION, project).await.unwrap();
        kept.extend(
            loaded
                .events
                .into_iter()
                .filter_map(|event| match event.kind {
                    EventKind::VisitRecorded { text, .. } => Some(text),
                    _ => None,
                }),
        );
    }
    assert_eq!(said.len(), 16 * 3);
    assert_eq!(kept, said);
    city.is_sound().await;
}

/// Three visits; whoever is told that somebody was faster tries again, as a person would.
async fn many_visits(city: &City, project: &str, person: u32) -> Vec<String> {
    let unit = if person.is_multiple_of(2) { TOWN } else { PARK };
    let mut said = Vec::new();
    while said.len() < 3 {
        let text = format!("样例走访 {person}-{}", said.len());
        match city.act(&staff(unit), project, visit(&text)).await {
            Ok(_) => said.push(text),
            Err(error) => assert!(matches!(error, ServiceError::Conflict(_)), "{error:?}"),
        }
    }
    said
}

async fn administrators_do_no_offices_work_and_the_auditor_only_reads(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    for role in AdminRole::ALL {
        // Even in a unit that may do a great deal.
        let in_unit = |unit| Actor {
            admin: Some(role),
            ..staff(unit)
        };
        let (town, centre) = (in_unit(TOWN), in_unit(CENTRE));
        let changed = city.act(&town, &project, visit("样例走访")).await;
        let kept = city
            .service
            .keep_files(&town, &project, vec![site_photo()])
            .await;
        let registered = city.service.register(&centre, new("样例仓储项目")).await;
        if role == AdminRole::Auditor {
            assert!(matches!(changed, Err(ServiceError::Forbidden(_))));
            assert!(matches!(kept, Err(ServiceError::Forbidden(_))));
        } else {
            assert!(matches!(changed, Err(ServiceError::NotFound(_))));
            assert!(matches!(kept, Err(ServiceError::NotFound(_))));
        }
        assert!(matches!(registered, Err(ServiceError::Forbidden(_))));
    }
}

async fn nobody_leaves_files_with_a_project_that_is_not_theirs_to_see(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let kept = async |actor: &Actor, project: &str| {
        let files = vec![site_photo()];
        city.service.keep_files(actor, project, files).await
    };
    for stranger in [staff(OTHER_TOWN), enterprise("样例食品有限公司")] {
        let error = kept(&stranger, &project).await;
        assert!(matches!(error, Err(ServiceError::NotFound(_))), "{error:?}");
    }
    let nowhere = kept(&staff(TOWN), "no-such-project").await;
    assert!(matches!(nowhere, Err(ServiceError::NotFound(_))));
    let db = city.service.db();
    let rows = store::attachments::of_project(db, REGION, &project).await;
    assert_eq!(rows.unwrap(), []);
    assert_eq!(kept(&staff(TOWN), &project).await.unwrap().len(), 1);
}

async fn who_may_not_register_learns_nothing_of_similar_projects(city: &City) {
    city.register("样例光电产业园项目").await;
    let asked = city
        .service
        .register(&enterprise("样例食品有限公司"), new("样例光电产业园项目"))
        .await;
    assert!(matches!(asked, Err(ServiceError::Refused(_))), "{asked:?}");
}

fn site_photo() -> NewFile {
    NewFile {
        evidence: None,
        name: "现场.png".into(),
        content: picture("样例").into(),
    }
}

fn new(name: &str) -> NewProject {
    NewProject {
        details: details(name),
        ..NewProject::default()
    }
}
