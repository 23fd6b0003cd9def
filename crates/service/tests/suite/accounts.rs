//! Signing in, sessions, passwords, and three administrators who do not do each other's work.

use jiff::SignedDuration;
use service::accounts::NewAccount;
use service::{Actor, AdminRole, Outcome, ServiceError, SignedIn};

use crate::city::*;

on_both! {
    who_signs_in_with_the_right_password_has_a_session_as_that_person,
    a_wrong_login_and_a_wrong_password_sound_the_same,
    five_wrong_passwords_lock_the_account_until_a_quarter_of_an_hour_has_passed,
    of_wrong_passwords_at_once_each_counts,
    the_security_administrator_alone_unlocks,
    too_many_tries_are_told_to_wait,
    a_session_ends_when_it_is_not_used_and_after_a_week_in_any_case,
    sessions_end_by_signing_out_by_disabling_and_by_a_new_password,
    a_first_password_must_be_changed_and_a_weak_one_is_refused,
    the_three_administrators_are_refused_each_others_work,
    what_administrators_do_stands_in_the_audit_trail,
    an_enterprise_account_cannot_take_the_name_of_a_unit,
    an_administrator_of_another_region_finds_nothing,
    a_login_is_given_once,
}

const PASSWORD: &str = "Yang-Li-2025!";
const HOME: &str = "10.0.0.1";

fn new(login: &str) -> NewAccount {
    NewAccount {
        login: login.into(),
        name: "样例经办人".into(),
        unit: TOWN.into(),
        kind: "staff".into(),
        password: PASSWORD.into(),
        ..NewAccount::default()
    }
}

/// An account that the program adds and whose password may stay.
async fn add(city: &City, login: &str) -> String {
    let kept = NewAccount {
        keep_password: true,
        ..new(login)
    };
    let added = city.service.add_account(&operator(), &kept).await;
    added.unwrap()
}

async fn enter(city: &City, login: &str, password: &str) -> Outcome<SignedIn> {
    city.service
        .sign_in(login, password, HOME, "样例浏览器")
        .await
}

async fn refused(city: &City, login: &str, password: &str) -> String {
    match enter(city, login, password).await {
        Err(ServiceError::Forbidden(message)) => message,
        other => panic!("{other:?}"),
    }
}

async fn person(city: &City, token: &str) -> Option<Actor> {
    let session = city.service.session(token).await.unwrap();
    session.map(|session| session.actor)
}

fn pass(city: &City, hours: i64) {
    let later = city.service.now() + SignedDuration::from_hours(hours);
    city.service.clock().set(later);
}

async fn who_signs_in_with_the_right_password_has_a_session_as_that_person(city: &City) {
    let account = add(city, "town").await;
    let token = enter(city, " town ", PASSWORD).await.unwrap().token;
    let session = city.service.session(&token).await.unwrap().unwrap();
    assert_eq!(
        (session.actor.account, session.actor.unit.as_str()),
        (account, TOWN)
    );
    assert_eq!(session.actor.region, REGION);
    assert!(session.key.owns(&session.csrf));
    let other = enter(city, "town", PASSWORD).await.unwrap().token;
    let other = city.service.session(&other).await.unwrap().unwrap();
    assert!(!other.key.owns(&session.csrf));
    for token in ["", "样例", &"0".repeat(64)] {
        assert_eq!(person(city, token).await, None);
    }
}

async fn a_wrong_login_and_a_wrong_password_sound_the_same(city: &City) {
    add(city, "town").await;
    let wrong = refused(city, "town", "Yang-Li-2024!").await;
    assert_eq!(refused(city, "nobody", PASSWORD).await, wrong);
    let security = administrator(AdminRole::Security);
    let log = city.service.sign_in_log(&security, 10).await.unwrap();
    let lines: Vec<_> = log
        .iter()
        .map(|line| (line.login.as_str(), line.bad, line.address.as_str()))
        .collect();
    assert_eq!(lines, [("nobody", true, HOME), ("town", true, HOME)]);
}

async fn five_wrong_passwords_lock_the_account_until_a_quarter_of_an_hour_has_passed(city: &City) {
    add(city, "town").await;
    for _ in 0..4 {
        refused(city, "town", "wrong").await;
    }
    enter(city, "town", PASSWORD).await.unwrap();
    let minutes = |minutes: i64| {
        let later = city.service.now() + SignedDuration::from_mins(minutes);
        city.service.clock().set(later);
    };
    // Another instance, of which the throttle knows nothing yet.
    let city = &city.another_instance(|_| ()).await;
    for _ in 0..5 {
        let message = refused(city, "town", "wrong").await;
        assert!(message.contains("不正确"), "{message}");
    }
    let message = refused(city, "town", PASSWORD).await;
    assert!(
        message.contains("已锁定") && message.contains("15 分钟"),
        "{message}"
    );
    minutes(0);
    let later = city.service.now() + SignedDuration::from_mins(16);
    city.service.clock().set(later);
    enter(city, "town", PASSWORD).await.unwrap();
}

async fn of_wrong_passwords_at_once_each_counts(city: &City) {
    let account = add(city, "town").await;
    let tries: Vec<_> = (0..5)
        .map(|_| {
            let city = city.clone();
            tokio::spawn(async move { refused(&city, "town", "wrong").await })
        })
        .collect();
    for tried in tries {
        tried.await.unwrap();
    }
    let row = store::accounts::by_id(city.service.db(), &account).await;
    let row = row.unwrap().unwrap();
    assert!(
        row.failed_count == 5 && row.locked_until.is_some(),
        "{row:?}"
    );
}

async fn the_security_administrator_alone_unlocks(city: &City) {
    let account = add(city, "town").await;
    for _ in 0..5 {
        refused(city, "town", "wrong").await;
    }
    let security = administrator(AdminRole::Security);
    let list = city.service.account_list(&security).await.unwrap();
    assert!(
        list[0].locked && list[0].state.starts_with("已锁定至 2025-01-02 09:15"),
        "{list:?}"
    );
    for actor in [
        administrator(AdminRole::System),
        administrator(AdminRole::Audit),
        staff(CENTRE),
    ] {
        let tried = city.service.unlock_account(&actor, &account).await;
        assert!(
            matches!(tried, Err(ServiceError::Forbidden(_))),
            "{tried:?}"
        );
    }
    city.service
        .unlock_account(&security, &account)
        .await
        .unwrap();
    enter(city, "town", PASSWORD).await.unwrap();
}

async fn too_many_tries_are_told_to_wait(city: &City) {
    add(city, "town").await;
    let mut last = String::new();
    for _ in 0..11 {
        last = refused(city, "town", "wrong").await;
    }
    assert!(
        last.contains("过于频繁") && last.contains("秒后再试"),
        "{last}"
    );
    // Somebody else from the same office still comes in.
    add(city, "park").await;
    enter(city, "park", PASSWORD).await.unwrap();
}

async fn a_session_ends_when_it_is_not_used_and_after_a_week_in_any_case(city: &City) {
    add(city, "town").await;
    let token = enter(city, "town", PASSWORD).await.unwrap().token;
    // Used every eleven hours, for a week.
    for _ in 0..15 {
        pass(city, 11);
        assert!(person(city, &token).await.is_some());
    }
    pass(city, 4);
    assert_eq!(person(city, &token).await, None);

    let idle = enter(city, "town", PASSWORD).await.unwrap().token;
    pass(city, 12);
    assert_eq!(person(city, &idle).await, None);
}

async fn sessions_end_by_signing_out_by_disabling_and_by_a_new_password(city: &City) {
    let account = add(city, "town").await;
    let begin = async || enter(city, "town", PASSWORD).await.unwrap().token;
    let (one, two) = (begin().await, begin().await);
    let actor = person(city, &one).await.unwrap();
    let listed = city.service.own_sessions(&actor, &one).await.unwrap();
    assert_eq!(listed.iter().filter(|session| session.this_one).count(), 1);
    assert_eq!(listed.len(), 2);

    city.service.sign_out(&one).await.unwrap();
    assert_eq!(person(city, &one).await, None);
    assert!(person(city, &two).await.is_some());

    let three = begin().await;
    city.service
        .revoke_other_sessions(&actor, &three)
        .await
        .unwrap();
    assert_eq!(person(city, &two).await, None);

    let four = begin().await;
    let changed = city
        .service
        .change_password(&actor, PASSWORD, "Xin-Mi-Ma-2025", "Xin-Mi-Ma-2025", &four)
        .await;
    changed.unwrap();
    assert_eq!(person(city, &three).await, None);
    assert!(person(city, &four).await.is_some());
    refused(city, "town", PASSWORD).await;

    let security = administrator(AdminRole::Security);
    city.service
        .set_account_disabled(&security, &account, true)
        .await
        .unwrap();
    assert_eq!(person(city, &four).await, None);
    refused(city, "town", "Xin-Mi-Ma-2025").await;
    city.service
        .set_account_disabled(&security, &account, false)
        .await
        .unwrap();
    assert_eq!(person(city, &four).await, None);
    enter(city, "town", "Xin-Mi-Ma-2025").await.unwrap();
}

async fn a_first_password_must_be_changed_and_a_weak_one_is_refused(city: &City) {
    let system = administrator(AdminRole::System);
    for weak in ["Kurz-1", "abcdefghijkl", "My-town-2025"] {
        let account = NewAccount {
            password: weak.into(),
            ..new("town")
        };
        let refused = city.service.add_account(&system, &account).await;
        let Err(ServiceError::Invalid(faults)) = refused else {
            panic!("{weak}: {refused:?}");
        };
        assert_eq!(faults[0].field, "password");
    }
    let account = city
        .service
        .add_account(&system, &new("town"))
        .await
        .unwrap();
    let token = enter(city, "town", PASSWORD).await.unwrap().token;
    let actor = person(city, &token).await.unwrap();
    assert!(actor.must_change_password);
    // The same with the program: whoever runs it has seen the password.
    city.service
        .add_account(&operator(), &new("village"))
        .await
        .unwrap();
    let village = enter(city, "village", PASSWORD).await.unwrap().token;
    assert!(person(city, &village).await.unwrap().must_change_password);

    let change = async |old: &str, new: &str, again: &str| {
        let changed = city
            .service
            .change_password(&actor, old, new, again, &token)
            .await;
        changed.map_err(|error| match error {
            ServiceError::Invalid(faults) => faults[0].field,
            other => panic!("{other:?}"),
        })
    };
    assert_eq!(
        change(PASSWORD, "Xin-Mi-Ma-2025", "Xin").await,
        Err("again")
    );
    assert_eq!(change(PASSWORD, PASSWORD, PASSWORD).await, Err("new"));
    assert_eq!(change(PASSWORD, "short", "short").await, Err("new"));
    assert_eq!(
        change("wrong", "Xin-Mi-Ma-2025", "Xin-Mi-Ma-2025").await,
        Err("old")
    );
    change(PASSWORD, "Xin-Mi-Ma-2025", "Xin-Mi-Ma-2025")
        .await
        .unwrap();
    assert!(!person(city, &token).await.unwrap().must_change_password);

    city.service
        .reset_password(&system, &account, PASSWORD)
        .await
        .unwrap();
    assert_eq!(person(city, &token).await, None);
    let token = enter(city, "town", PASSWORD).await.unwrap().token;
    assert!(person(city, &token).await.unwrap().must_change_password);
}

async fn the_three_administrators_are_refused_each_others_work(city: &City) {
    let account = add(city, "town").await;
    let boss = NewAccount {
        admin: "security".into(),
        ..new("boss")
    };
    let boss = city.service.add_account(&operator(), &boss).await.unwrap();
    let s = &city.service;
    let mut at = 0;
    for role in AdminRole::ALL {
        let actor = administrator(role);
        at += 1;
        let done = [
            (
                "add",
                s.add_account(&actor, &new(&format!("new-{at}")))
                    .await
                    .is_ok(),
            ),
            (
                "reset",
                s.reset_password(&actor, &account, PASSWORD).await.is_ok(),
            ),
            ("unlock", s.unlock_account(&actor, &account).await.is_ok()),
            (
                "disable",
                s.set_account_disabled(&actor, &account, false)
                    .await
                    .is_ok(),
            ),
            ("list", s.account_list(&actor).await.is_ok()),
            ("sign-ins", s.sign_in_log(&actor, 10).await.is_ok()),
            ("trail", s.audit_trail(&actor, 10).await.is_ok()),
        ];
        let done: Vec<_> = done
            .into_iter()
            .filter(|(_, ok)| *ok)
            .map(|(what, _)| what)
            .collect();
        let expected: &[&str] = match role {
            AdminRole::System => &["add", "reset", "list"],
            AdminRole::Security => &["unlock", "disable", "list", "sign-ins"],
            AdminRole::Audit => &["sign-ins", "trail"],
            AdminRole::Auditor => &[],
        };
        assert_eq!(done, expected, "{role:?}");
    }
    // No administrator makes or takes over another.
    let system = administrator(AdminRole::System);
    let another = NewAccount {
        admin: "audit".into(),
        ..new("another")
    };
    let made = s.add_account(&system, &another).await;
    assert!(matches!(made, Err(ServiceError::Forbidden(_))), "{made:?}");
    let taken = s.reset_password(&system, &boss, PASSWORD).await;
    assert!(
        matches!(taken, Err(ServiceError::Forbidden(_))),
        "{taken:?}"
    );
}

async fn what_administrators_do_stands_in_the_audit_trail(city: &City) {
    let (system, security) = (
        administrator(AdminRole::System),
        administrator(AdminRole::Security),
    );
    let account = city
        .service
        .add_account(&system, &new("town"))
        .await
        .unwrap();
    city.service
        .set_account_disabled(&security, &account, true)
        .await
        .unwrap();
    // What is refused is not done, so it is not in the trail of what was done.
    city.service
        .unlock_account(&system, &account)
        .await
        .unwrap_err();
    let trail = city
        .service
        .audit_trail(&administrator(AdminRole::Audit), 2)
        .await
        .unwrap();
    let lines: Vec<_> = trail
        .iter()
        .map(|line| (line.action.as_str(), line.subject.as_str()))
        .collect();
    assert_eq!(lines, [("停用账号", "town"), ("新增账号", "town")]);
    assert_eq!(
        (trail[1].person.as_str(), trail[1].detail.as_str()),
        ("样例经办人", TOWN)
    );
    assert!(trail[1].at.starts_with("2025-01-02 09:00"), "{trail:?}");
}

async fn an_enterprise_account_cannot_take_the_name_of_a_unit(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let system = administrator(AdminRole::System);
    for unit in [CENTRE, PARK, "样例甲镇"] {
        let account = NewAccount {
            kind: "enterprise".into(),
            unit: unit.into(),
            ..new("firm")
        };
        let refused = city.service.add_account(&system, &account).await;
        let Err(ServiceError::Invalid(faults)) = refused else {
            panic!("{unit}: {refused:?}");
        };
        assert_eq!(faults[0].field, "unit");
    }
    // And if one was there before the unit was, it still is an enterprise.
    let command = visit("样例走访");
    city.not_found(&enterprise(PARK), &project, command).await;
}

async fn an_administrator_of_another_region_finds_nothing(city: &City) {
    let account = add(city, "town").await;
    refused(city, "town", "wrong").await;
    refused(city, "nobody", "wrong").await;
    let elsewhere = |role| Actor {
        region: "daye".into(),
        ..administrator(role)
    };
    let security = elsewhere(AdminRole::Security);
    let tried = city.service.unlock_account(&security, &account).await;
    assert!(matches!(tried, Err(ServiceError::NotFound(_))), "{tried:?}");
    assert_eq!(city.service.account_list(&security).await.unwrap().len(), 0);
    // A login that nobody has belongs to no region.
    let log = city.service.sign_in_log(&security, 10).await.unwrap();
    let logins: Vec<_> = log.iter().map(|line| line.login.as_str()).collect();
    assert_eq!(logins, ["nobody"]);
}

async fn a_login_is_given_once(city: &City) {
    add(city, "town").await;
    let again = city
        .service
        .add_account(&administrator(AdminRole::System), &new("town"))
        .await;
    let Err(ServiceError::Invalid(faults)) = again else {
        panic!("{again:?}");
    };
    assert!(
        faults[0].field == "login" && faults[0].message.contains("已被使用"),
        "{faults:?}"
    );
}
