//! Whether records and rows can be trusted, and what mends them.

use domain::Command;
use service::projection::{self, Projected};
use service::trust::Rebuilt;
use service::{AdminRole, ServiceError};
use store::Batch;
use store::chain::Fault;

use crate::adjustments::exempt;
use crate::city::*;

on_both! {
    a_changed_fact_is_found_where_it_was_changed,
    a_removed_fact_is_found_even_if_it_was_the_last,
    a_row_that_was_changed_by_hand_is_found_and_mended,
    what_was_sent_and_numbered_stays_when_rows_are_worked_out_again,
    rows_that_are_gone_come_back,
    rows_of_an_older_version_do_not_take_the_place_of_newer_ones,
    rows_are_right_when_people_work_while_they_are_worked_out_again,
    a_row_without_facts_is_found_and_taken_away,
    only_the_audit_administrator_verifies_and_only_the_system_administrator_rebuilds,
}

async fn faults(city: &City) -> Vec<(String, i64, Fault)> {
    let found = city.service.verify(&operator(), &mut |_| ()).await.unwrap();
    let found = found.findings.into_iter();
    found
        .map(|finding| (finding.stream, finding.version, finding.fault))
        .collect()
}

async fn a_changed_fact_is_found_where_it_was_changed(city: &City) {
    let project = city.started("样例光电产业园项目").await;
    city.signed("样例仓储项目").await;
    assert_eq!(faults(city).await, []);
    let sql = "UPDATE event SET data = replace(data, '2025-01-20', '2025-01-21')
                WHERE stream = $1 AND version = 3";
    assert_eq!(city.tamper(sql, &[&project]).await, 1);
    assert_eq!(faults(city).await, [(project, 3, Fault::Hash)]);
}

async fn a_removed_fact_is_found_even_if_it_was_the_last(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let last = city.row(&project).await.version;
    // The sweep of a later day closes the days before.
    city.on("2025-03-01");
    city.service.sweep(day("2025-03-01")).await.unwrap();
    let sql = format!("DELETE FROM event WHERE stream = $1 AND version = {last}");
    assert_eq!(city.tamper(&sql, &[&project]).await, 1);
    assert_eq!(
        faults(city).await,
        [("2025-02-20".to_string(), 0, Fault::Root)]
    );
}

async fn a_row_that_was_changed_by_hand_is_found_and_mended(city: &City) {
    let project = city.started("样例光电产业园项目").await;
    let other = city.signed("样例仓储项目").await;
    let changes = [
        (
            "UPDATE project SET name = '别的项目' WHERE project = $1",
            "台账行",
        ),
        (
            "UPDATE deadline SET title = '别的' WHERE project = $1 AND node = 'listing'",
            "期限",
        ),
        (
            "DELETE FROM deadline WHERE project = $1 AND node = 'completion'",
            "期限",
        ),
        (
            "UPDATE project SET version = 99, name = '' WHERE project = $1",
            "台账行",
        ),
        (
            "UPDATE project SET finished = TRUE WHERE project = $1",
            "台账行",
        ),
    ];
    for (sql, what) in changes {
        assert_eq!(city.rebuild(true).await.different, 0);
        assert_eq!(city.tamper(sql, &[&project]).await, 1);
        let found = city.rebuild(true).await;
        assert_eq!((found.projects, found.different), (2, 1), "{sql}");
        let finding = &found.findings[0];
        assert!(
            finding.contains(&project) && finding.contains(what),
            "{finding}"
        );
        // Looking changes nothing.
        assert_eq!(city.rebuild(true).await, found);
        city.rebuild(false).await;
    }
    city.on("2025-05-22");
    let claim = city.claim_with_photo(&other, "started", "2025-05-20").await;
    city.done(&staff(TOWN), &other, claim).await;
    let waiting = city.waits_for(PARK).await;
    let sql = "UPDATE todo SET unit = '市商务局' WHERE project = $1";
    assert_eq!(city.tamper(sql, &[&other]).await, 1);
    assert!(city.rebuild(true).await.findings[0].contains("待办"));
    city.rebuild(false).await;
    assert_eq!(city.waits_for(PARK).await, waiting);
    city.is_sound().await;
}

async fn what_was_sent_and_numbered_stays_when_rows_are_worked_out_again(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let held = city.signed("样例仓储项目").await;
    city.on("2025-06-30");
    exempt(city, &held, "2025-06-21", None).await;
    city.service.sweep(day("2025-06-30")).await.unwrap();
    let deadline = city.deadline(&project, "start").await;
    assert_eq!(deadline.as_ref().unwrap().level, 1);
    let rows = (city.row(&project).await, city.row(&held).await);

    city.on("2025-07-05");
    let rebuilt = city.rebuild(false).await;
    assert_eq!((rebuilt.projects, rebuilt.different), (2, 0));
    assert_eq!(city.deadline(&project, "start").await, deadline);
    // Numbers, and the moments of registration and of the last change too.
    assert_eq!((city.row(&project).await, city.row(&held).await), rows);
    assert_eq!(
        city.service.sweep(day("2025-07-05")).await.unwrap().alerts,
        0
    );
    city.is_sound().await;
}

async fn rows_that_are_gone_come_back(city: &City) {
    let project = city.started("样例光电产业园项目").await;
    let other = city.started("样例仓储项目").await;
    let before = (city.row(&project).await, city.row(&other).await);
    for table in ["todo", "deadline", "performance_entry", "project"] {
        city.tamper(
            &format!("DELETE FROM {table} WHERE project = $1"),
            &[&project],
        )
        .await;
    }
    assert_eq!(city.rebuild(true).await.different, 1);
    city.rebuild(false).await;
    let again = city.row(&project).await;
    // The number was kept nowhere else: the project gets a new one.
    assert_eq!((again.row.name, again.row.number), (before.0.row.name, 3));
    assert_eq!(again.updated_at, before.0.updated_at);
    assert_eq!(city.row(&other).await, before.1);
    city.is_sound().await;
}

async fn rows_of_an_older_version_do_not_take_the_place_of_newer_ones(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let read = city.service.load(REGION, &project).await.unwrap();
    // Somebody works while another one works the rows out again.
    let question = Command::Ask {
        text: "样例问题".into(),
    };
    city.done(&enterprise(ENTERPRISE), &project, question).await;
    let old = Projected::of(&read, &read.events, &city.service.calendar()).unwrap();
    let mut batch = Batch::new();
    projection::write(&mut batch, &old, read.version, city.service.now());
    let written = city.service.db().write(batch).await;
    assert!(written.is_err_and(|error| error.is_conflict()));
    assert_eq!(city.waits_for(TOWN).await.len(), 1);
    city.is_sound().await;
}

async fn rows_are_right_when_people_work_while_they_are_worked_out_again(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let people: Vec<_> = (0..4)
        .map(|person| {
            let (city, project) = (city.clone(), project.clone());
            tokio::spawn(async move { ask(&city, &project, person).await })
        })
        .collect();
    while people.iter().any(|person| !person.is_finished()) {
        city.rebuild(false).await;
    }
    for person in people {
        person.await.unwrap();
    }
    let row = city.row(&project).await;
    let loaded = city.service.load(REGION, &project).await.unwrap();
    assert_eq!(row.version, i64::from(loaded.version));
    let asked = city.waits_for(TOWN).await;
    assert_eq!(asked.len(), 40, "{asked:?}");
    city.is_sound().await;
}

/// Ten questions of the enterprise, each of which waits for an answer.
async fn ask(city: &City, project: &str, person: u32) {
    let mut asked = 0;
    while asked < 10 {
        let text = format!("样例问题 {person}-{asked}");
        match city
            .act(&enterprise(ENTERPRISE), project, Command::Ask { text })
            .await
        {
            Ok(_) => asked += 1,
            Err(error) => assert!(matches!(error, ServiceError::Conflict(_)), "{error:?}"),
        }
    }
}

async fn a_row_without_facts_is_found_and_taken_away(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let sql = "INSERT INTO deadline (region, project, node, kind, title, suspended, provisional, clause, level)
               VALUES ('qianjiang', 'nobody', 'start', 'stage', '项目筹备开工', FALSE, FALSE, '二', 0)";
    assert_eq!(city.tamper(sql, &[]).await, 1);
    let sql = "UPDATE project SET project = 'nobody' WHERE project = $1";
    assert_eq!(city.tamper(sql, &[&project]).await, 1);
    let found = city.rebuild(true).await;
    assert_eq!(found.different, 2);
    assert!(
        found
            .findings
            .iter()
            .any(|finding| finding.contains("nobody")),
        "{found:?}"
    );
    city.rebuild(false).await;
    assert_eq!(city.deadline("nobody", "start").await, None);
    city.is_sound().await;
}

async fn only_the_audit_administrator_verifies_and_only_the_system_administrator_rebuilds(
    city: &City,
) {
    city.signed("样例光电产业园项目").await;
    for role in AdminRole::ALL {
        let actor = administrator(role);
        let verified = city.service.verify(&actor, &mut |_| ()).await;
        let rebuilt = city.service.rebuild(&actor, true, &mut |_| ()).await;
        assert_eq!(verified.is_ok(), role == AdminRole::Audit, "{role:?}");
        assert_eq!(rebuilt.is_ok(), role == AdminRole::System, "{role:?}");
    }
    let clerk: Result<Rebuilt, _> = city
        .service
        .rebuild(&staff(CENTRE), false, &mut |_| ())
        .await;
    assert!(matches!(clerk, Err(ServiceError::Forbidden(_))));
}
