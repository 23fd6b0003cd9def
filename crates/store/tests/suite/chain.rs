use jiff::civil::date;
use store::chain::{self, Fault, sm3_hex};
use store::{Batch, Db};

use crate::events::{append, fact};

/// Changes the database behind the program's back.
async fn tamper(db: &Db, sql: &'static str) {
    let mut batch = Batch::new();
    batch.push(sql, vec![]);
    batch.expect_rows(1);
    db.write(batch).await.unwrap();
}

async fn three_streams(db: &Db) {
    for stream in ["a", "b", "c"] {
        append(db, stream, &[fact("1"), fact("2"), fact("3")])
            .await
            .unwrap();
    }
}

async fn faults(db: &Db) -> Vec<(String, i64, Fault)> {
    let found = chain::verify(db, Some("r"), |_| {}).await.unwrap();
    found
        .findings
        .into_iter()
        .map(|f| (f.stream, f.version, f.fault))
        .collect()
}

#[test]
fn sm3_gives_the_value_of_the_standard() {
    // GB/T 32905-2016, example 1.
    assert_eq!(
        sm3_hex(b"abc"),
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    );
}

on_both! {
    async fn an_untouched_log_is_sound(home: Home) {
        three_streams(&home.db).await;
        let mut calls = 0;
        let found = chain::verify(&home.db, None, |_| calls += 1).await.unwrap();
        assert!(found.is_sound());
        assert_eq!((found.events, found.streams), (9, 3));
        assert!(calls > 0);
    }
}

on_both! {
    async fn a_change_of_any_field_is_found_where_it_was_made(home: Home) {
        three_streams(&home.db).await;
        tamper(&home.db, "UPDATE event SET data = '2a' WHERE stream = 'a' AND version = 2").await;
        tamper(&home.db, "UPDATE event SET kind = 'other' WHERE stream = 'b' AND version = 1").await;
        tamper(&home.db, "UPDATE event SET by_json = '{ }' WHERE stream = 'c' AND version = 3").await;
        let expected = [("a", 2), ("b", 1), ("c", 3)].map(|(s, v)| (s.to_owned(), v, Fault::Hash));
        assert_eq!(faults(&home.db).await, expected);
    }
}

on_both! {
    async fn a_removed_fact_is_a_gap(home: Home) {
        three_streams(&home.db).await;
        tamper(&home.db, "DELETE FROM event WHERE stream = 'b' AND version = 2").await;
        assert_eq!(faults(&home.db).await, [("b".to_owned(), 3, Fault::Gap)]);
    }
}

on_both! {
    async fn a_removed_last_fact_is_found_by_the_daily_root(home: Home) {
        three_streams(&home.db).await;
        let now = "2025-05-21T12:00:00Z".parse().unwrap();
        assert_eq!(chain::close_days(&home.db, "r", now).await.unwrap().len(), 1);
        tamper(&home.db, "DELETE FROM event WHERE stream = 'b' AND version = 3").await;
        assert_eq!(faults(&home.db).await, [("2025-05-20".to_owned(), 0, Fault::Root)]);
    }
}

on_both! {
    async fn days_are_closed_once_and_in_order_and_today_stays_open(home: Home) {
        let mut day_before = fact("early");
        day_before.recorded_at = "2025-05-18T15:59:59Z".parse().unwrap();
        let mut midnight = fact("midnight in Shanghai");
        midnight.recorded_at = "2025-05-18T16:00:00Z".parse().unwrap();
        append(&home.db, "s", &[day_before, midnight, fact("today")]).await.unwrap();

        let during = "2025-05-20T03:00:00Z".parse().unwrap();
        let closed = chain::close_days(&home.db, "r", during).await.unwrap();
        let days: Vec<_> = closed.iter().map(|root| (root.day, root.events)).collect();
        assert_eq!(days, [(date(2025, 5, 18), 1), (date(2025, 5, 19), 1)]);
        assert_eq!(chain::close_days(&home.db, "r", during).await.unwrap(), []);

        let after = "2025-05-20T16:11:00Z".parse().unwrap();
        assert_eq!(chain::close_days(&home.db, "r", after).await.unwrap().len(), 1);
        assert_eq!(chain::roots(&home.db, "r", date(2025, 1, 1)).await.unwrap().len(), 3);
        assert!(chain::verify(&home.db, Some("r"), |_| {}).await.unwrap().is_sound());
    }
}
