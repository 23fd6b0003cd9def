//! Working days of a year whose arrangement is not published yet.

use service::{AdminRole, ServiceError};

use crate::city::*;

on_both! {
    a_limit_into_an_unarranged_year_is_provisional_and_moves_when_the_year_is_arranged,
    a_table_that_cannot_be_right_is_refused_with_its_line_and_changes_nothing,
    a_corrected_arrangement_takes_the_place_of_the_first_and_moves_what_it_touches,
    another_instance_counts_by_the_new_arrangement_too,
    only_the_system_administrator_loads_arrangements,
}

const HEADING: &str = "date,kind,name,weekday,notice\n";
const NEW_YEAR: &str = "2027-01-01,holiday,元旦,周五,样例通知1号\n2027-01-02,holiday,元旦,周六,样例通知1号\n2027-01-03,holiday,元旦,周日,样例通知1号\n";
const LONGER: &str = "2027-01-04,holiday,元旦,周一,样例通知2号\n";
const AFTER: &str = "2028-01-01,holiday,元旦,周六,样例通知3号\n";

/// The pack with seven working days for the preparation, and a project signed on Monday, 28 December 2026.
async fn signed_at_the_end_of_2026(city: &City) -> String {
    city.on("2026-12-28");
    city.put_in_force("6411.toml", &in_working_days()).await;
    let project = city.register("样例光电产业园项目").await;
    for milestone in ["approved", "signed"] {
        city.done(&staff(CENTRE), &project, claim(milestone, "2026-12-28"))
            .await;
    }
    project
}

/// The pack in a later version, with seven working days in place of seven natural days.
pub fn in_working_days() -> String {
    let natural = r#"limit = { n = 7, unit = "natural_days", from = "signed" }"#;
    assert_eq!(LIFECYCLE.matches(natural).count(), 1);
    LIFECYCLE
        .replace(natural, &natural.replace("natural_days", "working_days"))
        .replace(r#"version = "2025-05-16""#, r#"version = "2026-12-01""#)
}

async fn load(city: &City, lines: &str) -> Vec<(String, String, String)> {
    let csv = format!("{HEADING}{lines}");
    let loaded = city
        .service
        .load_holidays(&administrator(AdminRole::System), &csv)
        .await;
    let moved = loaded.unwrap().moved.into_iter();
    moved
        .map(|moved| (moved.title, moved.before, moved.after))
        .collect()
}

fn moved(before: &str, after: &str) -> (String, String, String) {
    ("项目准备".into(), before.into(), after.into())
}

async fn a_limit_into_an_unarranged_year_is_provisional_and_moves_when_the_year_is_arranged(
    city: &City,
) {
    let project = signed_at_the_end_of_2026(city).await;
    let before = city.deadline(&project, "preparation").await.unwrap();
    assert_eq!(before.due_on, Some(day("2027-01-06")));
    assert!(before.provisional);
    assert!(!city.deadline(&project, "start").await.unwrap().provisional);

    let list = load(city, NEW_YEAR).await;
    assert!(
        list.contains(&moved("2027-01-06", "2027-01-07")),
        "{list:?}"
    );
    let after = city.deadline(&project, "preparation").await.unwrap();
    assert_eq!(after.due_on, Some(day("2027-01-07")));
    assert!(!after.provisional);
    assert_eq!(load(city, NEW_YEAR).await, []);
    city.is_sound().await;
}

async fn a_table_that_cannot_be_right_is_refused_with_its_line_and_changes_nothing(city: &City) {
    let project = signed_at_the_end_of_2026(city).await;
    let wrong = format!("{HEADING}2027-01-01,holiday,元旦,周四,样例通知1号\n");
    let system = administrator(AdminRole::System);
    let refused = city.service.load_holidays(&system, &wrong).await;
    let Err(ServiceError::Invalid(faults)) = refused else {
        panic!("{refused:?}");
    };
    assert!(
        faults[0].message.contains("第 2 行") && faults[0].message.contains("周四"),
        "{faults:?}"
    );
    assert!(
        city.deadline(&project, "preparation")
            .await
            .unwrap()
            .provisional
    );
    assert_eq!(city.service.calendar().years().last(), Some(2026));
}

async fn a_corrected_arrangement_takes_the_place_of_the_first_and_moves_what_it_touches(
    city: &City,
) {
    let project = signed_at_the_end_of_2026(city).await;
    load(city, &format!("{NEW_YEAR}{AFTER}")).await;
    let list = load(city, &format!("{NEW_YEAR}{LONGER}")).await;
    assert!(
        list.contains(&moved("2027-01-07", "2027-01-08")),
        "{list:?}"
    );
    assert_eq!(city.due(&project, "preparation").await, day("2027-01-08"));
    // Also for a program that starts afterwards.
    let started = city.another_instance(|_| ()).await;
    assert!(!started.service.calendar().day(day("2027-01-04")).working);
    assert_eq!(started.service.calendar().years().last(), Some(2028));
    started.is_sound().await;
    city.is_sound().await;
}

async fn another_instance_counts_by_the_new_arrangement_too(city: &City) {
    let project = signed_at_the_end_of_2026(city).await;
    let other = city.another_instance(|_| ()).await;
    load(city, NEW_YEAR).await;
    // Whatever the other one records, it works the due day out by the new arrangement.
    other.done(&staff(CENTRE), &project, confirm()).await;
    assert_eq!(city.due(&project, "preparation").await, day("2027-01-07"));
}

async fn only_the_system_administrator_loads_arrangements(city: &City) {
    let csv = format!("{HEADING}{NEW_YEAR}");
    let others = [
        staff(CENTRE),
        administrator(AdminRole::Security),
        administrator(AdminRole::Audit),
    ];
    for actor in others {
        let refused = city.service.load_holidays(&actor, &csv).await;
        assert!(
            matches!(refused, Err(ServiceError::Forbidden(_))),
            "{refused:?}"
        );
    }
}
