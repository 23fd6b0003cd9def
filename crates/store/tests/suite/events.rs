use jiff::civil::date;
use store::events::{self, NewEvent};
use store::{Batch, Db, StoreError};

pub fn fact(data: &str) -> NewEvent {
    NewEvent {
        kind: "note".into(),
        happened_on: date(2025, 5, 16),
        recorded_at: "2025-05-20T01:02:03.000004Z".parse().unwrap(),
        by: "{}".into(),
        data: data.into(),
    }
}

pub async fn append(db: &Db, stream: &str, facts: &[NewEvent]) -> Result<(), StoreError> {
    let known = events::load_stream(db, "r", stream).await?;
    let (version, hash) = known
        .last()
        .map_or((0, ""), |last| (last.version, &last.hash));
    let mut batch = Batch::new();
    events::append(&mut batch, "r", stream, version, hash, facts);
    db.write(batch).await.map(drop)
}

on_both! {
    async fn a_stream_is_loaded_as_it_was_appended(home: Home) {
        append(&home.db, "s", &[fact("1"), fact("2")]).await.unwrap();
        append(&home.db, "t", &[fact("x")]).await.unwrap();
        append(&home.db, "s", &[fact("3")]).await.unwrap();

        let stream = events::load_stream(&home.db, "r", "s").await.unwrap();

        let data: Vec<_> = stream.iter().map(|event| (event.version, event.data.as_str())).collect();
        assert_eq!(data, [(1, "1"), (2, "2"), (3, "3")]);
        assert!(stream.windows(2).all(|pair| pair[0].seq < pair[1].seq));
        assert_eq!(stream[0].recorded_at, fact("").recorded_at);
        assert_eq!(events::load_stream(&home.db, "other", "s").await.unwrap(), []);
    }
}

on_both! {
    async fn appending_to_an_old_version_is_a_conflict(home: Home) {
        append(&home.db, "s", &[fact("1")]).await.unwrap();
        let read = events::load_stream(&home.db, "r", "s").await.unwrap();
        append(&home.db, "s", &[fact("2")]).await.unwrap();

        let mut late = Batch::new();
        events::append(&mut late, "r", "s", read[0].version, &read[0].hash, &[fact("late")]);
        assert!(home.db.write(late).await.unwrap_err().is_conflict());

        let mut ahead = Batch::new();
        events::append(&mut ahead, "r", "s", 7, "0", &[fact("ahead")]);
        assert!(home.db.write(ahead).await.unwrap_err().is_conflict());

        let mut begun_twice = Batch::new();
        events::append(&mut begun_twice, "r", "s", 0, "", &[fact("new")]);
        assert!(home.db.write(begun_twice).await.unwrap_err().is_conflict());

        assert_eq!(events::load_stream(&home.db, "r", "s").await.unwrap().len(), 2);
    }
}

on_both! {
    async fn of_many_who_append_at_once_exactly_one_wins_each_round(home: Home) {
        let writers: Vec<_> = (0..16)
            .map(|writer| {
                let db = home.db.clone();
                tokio::spawn(async move {
                    let mut won = 0;
                    while won < 5 {
                        match append(&db, "s", &[fact(&format!("{writer}-{won}"))]).await {
                            Ok(()) => won += 1,
                            Err(error) => assert!(error.is_conflict(), "{error:?}"),
                        }
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let stream = events::load_stream(&home.db, "r", "s").await.unwrap();
        assert_eq!(stream.len(), 80);
        assert!(store::chain::verify(&home.db, None, |_| {}).await.unwrap().is_sound());
    }
}

on_both! {
    async fn the_log_can_be_followed_and_looked_back_on(home: Home) {
        append(&home.db, "s", &[fact("1"), fact("2")]).await.unwrap();
        append(&home.db, "t", &[fact("3")]).await.unwrap();

        let first = events::after(&home.db, 0, 2).await.unwrap();
        let rest = events::after(&home.db, first[1].event.seq, 10).await.unwrap();
        assert_eq!((rest.len(), rest[0].stream.as_str()), (1, "t"));

        let recent = events::recent(&home.db, "r", jiff::Timestamp::now(), 10).await.unwrap();
        assert_eq!(recent.len(), 3);
    }
}
