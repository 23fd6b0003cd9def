//! E-mail and webhook: they really arrive, once each, and what does not go out is tried again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::matter::MatterCommand;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use service::accounts::NewAccount;
use service::matters::MatterOrder;
use service::meetings::{MeetingChange, NewMeeting};
use service::notify::retry::MOST_TRIES;
use service::outbox::Sent;
use sha2::Sha256;
use store::outbox::OutboxRow;

use crate::city::*;
use crate::matters::{ISSUER, act, approve, close, found, order, report};
use crate::outside::{KEY, MailServer, Posted, Receiver};

on_both! {
    everybody_with_an_address_gets_one_digest_of_the_day,
    a_webhook_arrives_signed_once_for_each_deadline,
    what_does_not_go_out_is_tried_again_on_its_schedule_until_it_goes,
    after_the_last_try_a_message_is_given_up,
    a_receiver_that_will_never_take_it_is_given_up_at_once,
    two_instances_do_not_send_a_message_twice,
    a_digest_tells_what_another_days_sweep_did_not,
    other_systems_are_told_of_matters_and_meetings_once_and_without_contacts,
    people_are_written_to_at_once_about_new_urged_and_returned_matters,
    without_mail_and_webhook_nothing_is_written,
}

async fn person(city: &City, login: &str, unit: &str) -> String {
    let new = NewAccount {
        login: login.into(),
        name: format!("样例{unit}经办人"),
        unit: unit.into(),
        kind: "staff".into(),
        email: format!("{login}@example.com"),
        password: "Yang-Li-2025!".into(),
        ..NewAccount::default()
    };
    city.service.add_account(&operator(), &new).await.unwrap()
}

async fn outbox(city: &City) -> Vec<OutboxRow> {
    let rows = store::outbox::recent(city.service.db(), REGION, 100).await;
    rows.unwrap()
}

fn sent(count: u64) -> Sent {
    Sent {
        sent: count,
        ..Sent::default()
    }
}

async fn everybody_with_an_address_gets_one_digest_of_the_day(city: &City) {
    let server = MailServer::start().await;
    let city = city
        .another_instance(|config| config.mail = Some(server.config()))
        .await;
    person(&city, "town", TOWN).await;
    person(&city, "park", PARK).await;
    person(&city, "other", OTHER_TOWN).await;
    let gone = person(&city, "gone", TOWN).await;
    let security = administrator(service::AdminRole::Security);
    city.service
        .set_account_disabled(&security, &gone, true)
        .await
        .unwrap();
    let project = city.signed("样例光电产业园项目").await;
    city.signed("样例仓储项目").await;
    let claim = city
        .claim_with_photo(&project, "started", "2025-02-20")
        .await;
    city.done(&staff(TOWN), &project, claim).await;

    city.on("2025-06-20");
    for _ in 0..3 {
        city.service.sweep(day("2025-06-20")).await.unwrap();
    }
    assert_eq!(city.service.send_messages().await.unwrap(), sent(2));
    assert_eq!(city.service.send_messages().await.unwrap(), Sent::default());
    let mut letters = server.told();
    letters.sort_by(|one, other| one.to.cmp(&other.to));
    let to: Vec<_> = letters.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(to, ["park@example.com", "town@example.com"]);

    let park = &letters[0];
    assert!(park.head.contains("Subject: "), "{}", park.head);
    let text = &park.text;
    assert!(text.starts_with("样例潜江高新区经办人，您好！"), "{text}");
    assert!(text.contains("预警 1 项，待办 1 项"), "{text}");
    assert!(
        text.contains("样例仓储项目：项目筹备开工，2025-07-20 到期，还有 30 天"),
        "{text}"
    );
    assert!(text.contains("样例光电产业园项目"), "{text}");
    assert!(
        text.contains(&format!("http://127.0.0.1:8080/projects/{project}")),
        "{text}"
    );
    assert!(!letters[1].text.contains("待办"), "{}", letters[1].text);
}

async fn a_digest_tells_what_another_days_sweep_did_not(city: &City) {
    let server = MailServer::start().await;
    let city = city
        .another_instance(|config| config.mail = Some(server.config()))
        .await;
    person(&city, "town", TOWN).await;
    city.signed("样例光电产业园项目").await;
    for today in ["2025-06-20", "2025-06-21", "2025-07-21"] {
        city.on(today);
        city.service.sweep(day(today)).await.unwrap();
        city.service.send_messages().await.unwrap();
    }
    let letters = server.told();
    assert_eq!(letters.len(), 2);
    assert!(
        letters[1].text.contains("【逾期】1 项"),
        "{}",
        letters[1].text
    );
    assert!(
        letters[1].text.contains("已逾期 1 天"),
        "{}",
        letters[1].text
    );
}

async fn a_webhook_arrives_signed_once_for_each_deadline(city: &City) {
    let receiver = Receiver::start().await;
    let city = city
        .another_instance(|config| config.webhook = Some(receiver.config()))
        .await;
    let project = city.signed("样例光电产业园项目").await;
    city.on("2025-06-20");
    for _ in 0..3 {
        city.service.sweep(day("2025-06-20")).await.unwrap();
        city.service.send_messages().await.unwrap();
    }
    let posted = receiver.told();
    assert_eq!(posted.len(), 1);
    assert_signed(&posted[0]);
    let body: serde_json::Value = serde_json::from_str(&posted[0].body).unwrap();
    assert_eq!(body["type"], "deadline.alert");
    let data = &body["data"];
    assert_eq!(data["project"], project);
    assert_eq!(
        (&data["node"], &data["level"]),
        (&"start".into(), &1.into())
    );
    assert_eq!(data["due_on"], "2025-07-20");
    let mut units = [PARK, TOWN, ENTERPRISE];
    units.sort_unstable();
    let mut told: Vec<&str> = data["units"]
        .as_array()
        .unwrap()
        .iter()
        .map(|u| u.as_str().unwrap())
        .collect();
    told.sort_unstable();
    assert_eq!(told, units);
}

/// As a receiver checks it, after Standard Webhooks.
fn assert_signed(posted: &Posted) {
    let header = |name: &str| posted.headers[name].as_str();
    let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
    let key = STANDARD
        .decode(KEY.strip_prefix("whsec_").unwrap())
        .unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{at}.{}", posted.body).as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    assert_eq!(header("webhook-signature"), format!("v1,{signature}"));
}

/// An instance whose receiver is out of order, with one message that waits.
async fn with_a_message(city: &City, receiver: &Receiver) -> City {
    receiver.answers("503 Service Unavailable");
    let city = city
        .another_instance(|config| config.webhook = Some(receiver.config()))
        .await;
    city.signed("样例光电产业园项目").await;
    city.on("2025-06-20");
    city.service.sweep(day("2025-06-20")).await.unwrap();
    city
}

const AGAIN: Sent = Sent {
    sent: 0,
    again: 1,
    given_up: 0,
};

async fn what_does_not_go_out_is_tried_again_on_its_schedule_until_it_goes(city: &City) {
    let receiver = Receiver::start().await;
    let city = with_a_message(city, &receiver).await;
    let begun = city.service.now();
    assert_eq!(city.service.send_messages().await.unwrap(), AGAIN);
    let waits = outbox(&city).await.remove(0);
    let wait = waits.next_at.duration_since(begun);
    assert!(
        wait >= SignedDuration::from_secs(60) && wait < SignedDuration::from_secs(67),
        "{wait}"
    );
    assert!(waits.last_error.unwrap().contains("503"));

    // Not before its time.
    city.service
        .clock()
        .set(begun.checked_add(SignedDuration::from_secs(59)).unwrap());
    assert_eq!(city.service.send_messages().await.unwrap(), Sent::default());
    assert_eq!(receiver.told().len(), 1);

    receiver.answers("200 OK");
    city.service
        .clock()
        .set(begun.checked_add(SignedDuration::from_secs(67)).unwrap());
    assert_eq!(city.service.send_messages().await.unwrap(), sent(1));
    let tries = receiver.told();
    assert_eq!(tries.len(), 2);
    // The receiver can tell that it is the same message, and that it is fresh.
    assert_eq!(
        tries[0].headers["webhook-id"],
        tries[1].headers["webhook-id"]
    );
    assert_ne!(
        tries[0].headers["webhook-timestamp"],
        tries[1].headers["webhook-timestamp"]
    );
    tries.iter().for_each(assert_signed);
    let done = outbox(&city).await.remove(0);
    assert_eq!((done.attempts, done.last_error), (2, None));
    assert!(done.sent_at.is_some());
}

async fn after_the_last_try_a_message_is_given_up(city: &City) {
    let receiver = Receiver::start().await;
    let city = with_a_message(city, &receiver).await;
    for _ in 1..MOST_TRIES {
        assert_eq!(city.service.send_messages().await.unwrap(), AGAIN);
        let next = outbox(&city).await.remove(0).next_at;
        city.service.clock().set(next);
    }
    let last = city.service.send_messages().await.unwrap();
    assert_eq!(
        last,
        Sent {
            given_up: 1,
            ..Sent::default()
        }
    );
    city.on("2025-12-31");
    assert_eq!(city.service.send_messages().await.unwrap(), Sent::default());
    assert_eq!(receiver.told().len(), MOST_TRIES as usize);
    assert!(outbox(&city).await.remove(0).failed_at.is_some());
}

async fn a_receiver_that_will_never_take_it_is_given_up_at_once(city: &City) {
    let server = MailServer::start().await;
    server.answers("550 no such user");
    let city = city
        .another_instance(|config| config.mail = Some(server.config()))
        .await;
    person(&city, "town", TOWN).await;
    city.signed("样例光电产业园项目").await;
    city.on("2025-06-20");
    city.service.sweep(day("2025-06-20")).await.unwrap();
    let outcome = city.service.send_messages().await.unwrap();
    assert_eq!(
        outcome,
        Sent {
            given_up: 1,
            ..Sent::default()
        }
    );
    let given_up = outbox(&city).await.remove(0);
    assert!(given_up.failed_at.is_some() && given_up.last_error.unwrap().contains("拒收"));
}

async fn two_instances_do_not_send_a_message_twice(city: &City) {
    let receiver = Receiver::start().await;
    let one = with_a_message(city, &receiver).await;
    receiver.answers("200 OK");
    for name in ["样例仓储项目", "样例冷链项目", "样例物流园项目"] {
        one.signed(name).await;
    }
    one.on("2025-06-20");
    one.service.sweep(day("2025-06-20")).await.unwrap();
    let other = one
        .another_instance(|config| config.webhook = Some(receiver.config()))
        .await;
    // Both see what waits.
    let now = one.service.now() + SignedDuration::from_mins(1);
    other.service.clock().set(now);
    let (first, second) = tokio::join!(one.service.send_messages(), other.service.send_messages());
    let count = first.unwrap().sent + second.unwrap().sent;
    assert_eq!((count, receiver.told().len()), (4, 4));
}

fn meeting() -> NewMeeting {
    NewMeeting {
        kind: "joint".into(),
        title: "样例联席会议".into(),
        held_on: Some(day("2025-09-25")),
        chair: "样例市长".into(),
        members: vec![LAND.into(), HOUSING.into()],
        ..NewMeeting::default()
    }
}

async fn with_phone(city: &City) -> String {
    let order = MatterOrder {
        title: "样例项目用地，联系13812345678".into(),
        content: "请联系 13812345678".into(),
        ..order("assignment")
    };
    let issued = city
        .service
        .issue_matter(&staff(ISSUER), order, Vec::new())
        .await;
    issued.unwrap().matter
}

async fn other_systems_are_told_of_matters_and_meetings_once_and_without_contacts(city: &City) {
    let receiver = Receiver::start().await;
    let city = city
        .another_instance(|config| config.webhook = Some(receiver.config()))
        .await;
    found(&city).await;
    let matter = with_phone(&city).await;
    let text = "请抓紧，13812345678".to_owned();
    act(&city, ISSUER, &matter, MatterCommand::Urge { text })
        .await
        .unwrap();
    act(&city, LAND, &matter, MatterCommand::Accept)
        .await
        .unwrap();
    act(&city, LAND, &matter, report()).await.unwrap();
    let reason = "请补充".to_owned();
    act(&city, ISSUER, &matter, MatterCommand::Return { reason })
        .await
        .unwrap();
    city.on("2025-10-12");
    for _ in 0..2 {
        city.service.sweep(day("2025-10-12")).await.unwrap();
    }
    act(&city, LAND, &matter, report()).await.unwrap();
    act(&city, ISSUER, &matter, approve()).await.unwrap();
    act(&city, ISSUER, &matter, close()).await.unwrap();
    city.on("2025-09-22");
    let called = city
        .service
        .call_meeting(&staff(ISSUER), meeting())
        .await
        .unwrap();
    let cancel = MeetingChange::Cancel {
        reason: "合并".into(),
    };
    city.service
        .change_meeting(&staff(ISSUER), &called, cancel)
        .await
        .unwrap();
    city.on("2025-10-13");
    for _ in 0..3 {
        city.service.send_messages().await.unwrap();
    }
    let posted = receiver.told();
    posted.iter().for_each(assert_signed);
    let bodies: Vec<serde_json::Value> = posted
        .iter()
        .map(|posted| serde_json::from_str(&posted.body).unwrap())
        .collect();
    let mut kinds: Vec<&str> = bodies
        .iter()
        .map(|body| body["type"].as_str().unwrap())
        .collect();
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            "matter.alert",
            "matter.closed_out",
            "matter.issued",
            "matter.reported",
            "matter.reported",
            "matter.returned",
            "matter.urged",
            "meeting.called",
            "meeting.changed",
        ]
    );
    assert!(
        posted
            .iter()
            .all(|posted| !posted.body.contains("13812345678"))
    );
    let of = |kind: &str| &bodies.iter().find(|body| body["type"] == kind).unwrap()["data"];
    let issued = of("matter.issued");
    assert_eq!(issued["matter"], matter);
    assert_eq!(issued["number"], "潭招交〔2025〕第 1 号");
    assert_eq!(
        (&issued["lead"], &issued["due_on"], &issued["phase"]),
        (&LAND.into(), &"2025-10-11".into(), &"issued".into())
    );
    let alert = of("matter.alert");
    assert_eq!(
        (&alert["level"], &alert["due_on"]),
        (&2.into(), &"2025-10-11".into())
    );
    let changed = of("meeting.changed");
    assert_eq!(
        (&changed["change"], &changed["state"], &changed["meeting"]),
        (&"cancelled".into(), &"cancelled".into(), &called.into())
    );
}

async fn people_are_written_to_at_once_about_new_urged_and_returned_matters(city: &City) {
    let server = MailServer::start().await;
    let city = city
        .another_instance(|config| config.mail = Some(server.config()))
        .await;
    person(&city, "land", LAND).await;
    person(&city, "park", PARK).await;
    person(&city, "housing", HOUSING).await;
    found(&city).await;
    let matter = with_phone(&city).await;
    let text = "请于2025-09-25前办结，电话13812345678".to_owned();
    act(&city, ISSUER, &matter, MatterCommand::Urge { text })
        .await
        .unwrap();
    act(&city, LAND, &matter, MatterCommand::Accept)
        .await
        .unwrap();
    act(&city, LAND, &matter, report()).await.unwrap();
    let reason = "请补充材料".to_owned();
    act(&city, ISSUER, &matter, MatterCommand::Return { reason })
        .await
        .unwrap();
    let sent_now = city.service.send_messages().await.unwrap();
    assert_eq!(sent_now, sent(3), "the lead unit's person, three times");
    let letters = server.told();
    assert!(letters.iter().all(|letter| letter.to == "land@example.com"));
    let text_of = |words: &str| {
        let found = letters.iter().find(|letter| letter.text.contains(words));
        found.unwrap_or_else(|| panic!("{words}")).text.clone()
    };
    let new = text_of("请于 2025-09-24 星期三前签收");
    assert!(new.contains("2025-10-11 星期六 前办结"), "{new}");
    assert!(
        new.contains(&format!("http://127.0.0.1:8080/matters/{matter}")),
        "{new}"
    );
    let urged = text_of("催办内容");
    assert!(
        urged.contains("2025-09-25前办结") && urged.contains("138****5678"),
        "{urged}"
    );
    assert!(text_of("退回理由").contains("请补充材料"));
    assert!(
        letters
            .iter()
            .all(|letter| !letter.text.contains("13812345678"))
    );

    // Called units hear of a meeting at once, and who is no longer called hears that too.
    let called = city
        .service
        .call_meeting(&staff(ISSUER), meeting())
        .await
        .unwrap();
    let arrange = MeetingChange::Arrange {
        calling: Box::new(NewMeeting {
            members: vec![LAND.into()],
            ..meeting()
        }),
        reason: String::new(),
    };
    city.service
        .change_meeting(&staff(ISSUER), &called, arrange)
        .await
        .unwrap();
    city.service.send_messages().await.unwrap();
    let mut to: Vec<String> = server.told()[3..]
        .iter()
        .map(|letter| letter.to.clone())
        .collect();
    to.sort_unstable();
    let (land, housing) = ("land@example.com", "housing@example.com");
    assert_eq!(to, [housing, housing, land, land]);
    // The digest of the day before tells of it again.
    city.on("2025-09-24");
    city.service.sweep(day("2025-09-24")).await.unwrap();
    city.service.send_messages().await.unwrap();
    let digests = server.told()[7..].to_vec();
    let land = digests.iter().find(|letter| letter.to == land).unwrap();
    assert!(land.text.contains("【会议】1 项"), "{}", land.text);
    assert!(
        land.text.contains("样例联席会议：2025-09-25 星期四 召开"),
        "{}",
        land.text
    );
}

async fn without_mail_and_webhook_nothing_is_written(city: &City) {
    person(city, "land", LAND).await;
    found(city).await;
    with_phone(city).await;
    city.service
        .call_meeting(&staff(ISSUER), meeting())
        .await
        .unwrap();
    assert_eq!(outbox(city).await, []);
}
