//! The daily sweep: who is reminded of what, when, and how often.

use service::sweep::Swept;

use crate::adjustments::exempt;
use crate::city::*;

on_both! {
    three_levels_go_out_on_their_days_to_their_units_once_each,
    a_reminder_says_what_is_due_when_and_how_far_it_is,
    after_an_extension_the_levels_begin_anew,
    a_grace_period_defers_the_second_level,
    what_is_claimed_done_held_or_removed_is_not_reminded_of,
    a_first_sweep_long_after_sends_only_the_highest_level,
    a_region_that_another_instance_sweeps_is_left_to_it,
    a_claim_that_was_returned_is_reminded_of_again,
}

async fn sweep(city: &City, today: &str) -> Swept {
    city.on(today);
    city.service.sweep(day(today)).await.unwrap()
}

/// Levels and units of the alerts about one due day.
async fn sent(city: &City, project: &str, due: &str) -> Vec<(i64, String)> {
    let alerts = city.alerts(project).await.into_iter();
    let about = alerts.filter(|(on, ..)| on == due);
    about.map(|(_, level, unit)| (level, unit)).collect()
}

fn to(level: i64, units: &[&str]) -> Vec<(i64, String)> {
    let mut units: Vec<_> = units.iter().map(|unit| (level, unit.to_string())).collect();
    units.sort();
    units
}

async fn three_levels_go_out_on_their_days_to_their_units_once_each(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let first = to(1, &[PARK, TOWN, ENTERPRISE]);
    let second = to(2, &[PARK, TOWN, ENTERPRISE, CENTRE]);
    let third = to(3, &[LEADER, CENTRE, TOWN, PARK]);
    let upto = |levels: &[&Vec<(i64, String)>]| -> Vec<(i64, String)> {
        levels
            .iter()
            .flat_map(|level| level.iter().cloned())
            .collect()
    };
    let days = [
        ("2025-06-19", upto(&[])),
        ("2025-06-20", upto(&[&first])),
        ("2025-07-20", upto(&[&first])),
        ("2025-07-21", upto(&[&first, &second])),
        ("2025-08-04", upto(&[&first, &second])),
        ("2025-08-05", upto(&[&first, &second, &third])),
        ("2025-12-31", upto(&[&first, &second, &third])),
    ];
    let mut before = 0;
    for (today, expected) in days {
        let swept = sweep(city, today).await;
        assert_eq!(
            sent(city, &project, "2025-07-20").await,
            expected,
            "{today}"
        );
        assert_eq!(swept.alerts as usize, expected.len() - before, "{today}");
        before = expected.len();
        for _ in 0..3 {
            let again = sweep(city, today).await;
            assert_eq!(again, Swept::default(), "{today}");
        }
        assert_eq!(city.alerts(&project).await.len(), expected.len());
    }
    city.is_sound().await;
}

async fn a_reminder_says_what_is_due_when_and_how_far_it_is(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    sweep(city, "2025-06-20").await;
    let said = city.alert_lines(&project).await.remove(0).alert;
    let expected = "“样例光电产业园项目”的项目筹备开工应于 2025-07-20 星期日前完成，剩余 30 天";
    assert_eq!(said.text, expected);
    assert_eq!(
        (said.kind.as_str(), said.title.as_str()),
        ("限时完成", "项目筹备开工")
    );
    assert_eq!(said.clause, "潜政办发〔2025〕9号 三（五）、四");

    sweep(city, "2025-08-05").await;
    let said = city.alert_lines(&project).await.remove(0).alert;
    assert_eq!(said.kind, "逾期批评");
    assert!(said.text.ends_with("，已逾期 16 天"), "{}", said.text);
}

async fn after_an_extension_the_levels_begin_anew(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    sweep(city, "2025-06-20").await;
    sweep(city, "2025-07-21").await;
    city.done(&staff(TOWN), &project, extension(60)).await;
    city.done(&staff(CENTRE), &project, review(true)).await;
    city.done(&staff(LEADER), &project, decide(true)).await;
    assert_eq!(city.deadline(&project, "start").await.unwrap().level, 0);
    for today in ["2025-07-21", "2025-08-05", "2025-08-17"] {
        assert_eq!(sweep(city, today).await.alerts, 0, "{today}");
    }
    assert_eq!(sweep(city, "2025-08-18").await.by_level, [3, 0, 0]);
    assert_eq!(sweep(city, "2025-09-18").await.by_level, [0, 0, 0]);
    assert_eq!(sweep(city, "2025-09-19").await.by_level, [0, 4, 0]);
    let first = to(1, &[PARK, TOWN, ENTERPRISE]);
    let second = to(2, &[PARK, TOWN, ENTERPRISE, CENTRE]);
    let both = [first, second].concat();
    assert_eq!(sent(city, &project, "2025-09-18").await, both);
    assert_eq!(sent(city, &project, "2025-07-20").await, both);
}

async fn a_grace_period_defers_the_second_level(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    sweep(city, "2025-06-20").await;
    let grace = domain::Command::SetGrace {
        node: "start".into(),
        days: 10,
        reason: "样例理由：等待材料进场".into(),
    };
    city.done(&staff(PARK), &project, grace).await;
    for today in ["2025-06-20", "2025-07-21", "2025-07-30"] {
        assert_eq!(sweep(city, today).await.alerts, 0, "{today}");
    }
    assert_eq!(sweep(city, "2025-07-31").await.by_level, [0, 4, 0]);
    assert_eq!(sweep(city, "2025-08-14").await.by_level, [0, 0, 0]);
    assert_eq!(sweep(city, "2025-08-15").await.by_level, [0, 0, 4]);
}

async fn what_is_claimed_done_held_or_removed_is_not_reminded_of(city: &City) {
    let claimed = city.signed("样例光电产业园项目").await;
    let done = city.signed("样例仓储项目").await;
    let held = city.signed("样例冷链项目").await;
    let removed = city.signed("样例物流园项目").await;
    city.on("2025-06-01");
    for project in [&claimed, &done] {
        let claim = city
            .claim_with_photo(project, "started", "2025-05-30")
            .await;
        city.done(&staff(TOWN), project, claim).await;
    }
    city.done(&staff(PARK), &done, certify("started")).await;
    exempt(city, &held, "2025-05-20", None).await;
    city.done(&staff(TOWN), &removed, request_removal()).await;
    city.done(&staff(CENTRE), &removed, remove("2025-06")).await;

    for today in ["2025-06-20", "2025-07-21", "2025-08-05"] {
        assert_eq!(sweep(city, today).await, Swept::default(), "{today}");
    }
    // The listing of the one that has started: due on 2025-09-30.
    assert_eq!(sweep(city, "2025-08-30").await.by_level, [3, 0, 0]);
    assert_eq!(sent(city, &done, "2025-09-30").await.len(), 3);
}

async fn a_first_sweep_long_after_sends_only_the_highest_level(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    assert_eq!(sweep(city, "2026-01-05").await.by_level, [0, 0, 4]);
    let third = to(3, &[LEADER, CENTRE, TOWN, PARK]);
    assert_eq!(sent(city, &project, "2025-07-20").await, third);
    assert_eq!(sweep(city, "2026-01-06").await.alerts, 0);
}

async fn a_region_that_another_instance_sweeps_is_left_to_it(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    city.on("2025-06-20");
    let now = city.service.now();
    let until = now
        .checked_add(jiff::SignedDuration::from_mins(10))
        .unwrap();
    let (db, lease) = (city.service.db(), "sweep:qianjiang");
    assert!(
        store::views::take_lease(db, lease, "另一实例", now, until)
            .await
            .unwrap()
    );

    let swept = city.service.sweep(day("2025-06-20")).await.unwrap();
    assert_eq!((swept.busy, swept.alerts), (vec![REGION.to_string()], 0));
    assert_eq!(city.alerts(&project).await, []);

    // The other one is gone and its time is over.
    city.service.clock().set(
        until
            .checked_add(jiff::SignedDuration::from_secs(1))
            .unwrap(),
    );
    let swept = city.service.sweep(day("2025-06-20")).await.unwrap();
    assert_eq!((swept.busy.len(), swept.alerts), (0, 3));
}

async fn a_claim_that_was_returned_is_reminded_of_again(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    sweep(city, "2025-06-20").await;
    let claim = city
        .claim_with_photo(&project, "started", "2025-06-18")
        .await;
    city.done(&staff(TOWN), &project, claim).await;
    assert_eq!(sweep(city, "2025-07-21").await.alerts, 0);
    let returned = return_claim("started", "地基尚未施工");
    city.done(&staff(PARK), &project, returned).await;
    assert_eq!(sweep(city, "2025-07-21").await.by_level, [0, 4, 0]);
    assert_eq!(sweep(city, "2025-07-22").await.alerts, 0);
}
