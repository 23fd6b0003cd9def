//! E-mail and webhook: they really arrive, once each, and what does not go out is tried again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use service::accounts::NewAccount;
use service::notify::retry::MOST_TRIES;
use service::outbox::Sent;
use sha2::Sha256;
use store::outbox::OutboxRow;

use crate::city::*;
use crate::outside::{KEY, MailServer, Posted, Receiver};

on_both! {
    everybody_with_an_address_gets_one_digest_of_the_day,
    a_webhook_arrives_signed_once_for_each_deadline,
    what_does_not_go_out_is_tried_again_on_its_schedule_until_it_goes,
    after_the_last_try_a_message_is_given_up,
    a_receiver_that_will_never_take_it_is_given_up_at_once,
    two_instances_do_not_send_a_message_twice,
    a_digest_tells_what_another_days_sweep_did_not,
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
