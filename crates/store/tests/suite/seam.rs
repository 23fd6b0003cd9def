use jiff::civil::date;
use store::{Batch, StoreError, Value};

fn setting(key: &str, value: &str) -> Batch {
    let mut batch = Batch::new();
    batch.push(
        "INSERT INTO setting (region, key, value) VALUES ($1, $2, $3)",
        vec!["r".into(), key.into(), value.into()],
    );
    batch
}

async fn settings(db: &store::Db) -> Vec<String> {
    let sql = "SELECT key FROM setting WHERE region = $1 ORDER BY key";
    let rows = db.rows(sql, &["r".into()]).await.unwrap();
    rows.iter().map(|row| row.string(0).unwrap()).collect()
}

on_both! {
    async fn a_failing_statement_leaves_nothing_of_its_batch(home: Home) {
        let mut batch = setting("a", "1");
        batch.append(setting("b", "1"));
        batch.append(setting("a", "2"));

        let error = home.db.write(batch).await.unwrap_err();

        assert!(error.is_unique("setting_pkey"), "{error:?}");
        assert!(settings(&home.db).await.is_empty());
    }
}

on_both! {
    async fn an_unfulfilled_expectation_is_a_conflict_and_leaves_nothing(home: Home) {
        let mut batch = setting("a", "1");
        batch.push("UPDATE setting SET value = 'x' WHERE key = $1", vec!["none".into()]);
        batch.expect_rows_of(1, "设置");

        let error = home.db.write(batch).await.unwrap_err();

        assert!(matches!(&error, StoreError::Conflict { subject, expected: 1, found: 0 } if subject == "设置"));
        assert!(settings(&home.db).await.is_empty());
    }
}

on_both! {
    async fn a_broken_unique_index_is_answered_by_its_name(home: Home) {
        let insert = "INSERT INTO account (account, region, login, name, kind, password_hash, must_change,
                          failed_count, created_at) VALUES ($1, 'r', 'same', 'n', 'staff', 'h', $2, 0, $3)";
        let account = |id: &str| {
            let mut batch = Batch::new();
            batch.push(insert, vec![id.into(), true.into(), jiff::Timestamp::UNIX_EPOCH.into()]);
            batch
        };
        home.db.write(account("1")).await.unwrap();

        let same_login = home.db.write(account("2")).await.unwrap_err();

        assert!(same_login.is_unique("account_login"), "{same_login:?}");
    }
}

on_both! {
    async fn affected_rows_are_counted_for_each_statement(home: Home) {
        let mut batch = setting("a", "1");
        batch.append(setting("b", "1"));
        batch.push("UPDATE setting SET value = $1", vec!["2".into()]);
        batch.push("DELETE FROM setting WHERE key = $1", vec!["none".into()]);
        assert_eq!(home.db.write(batch).await.unwrap(), [1, 1, 2, 0]);
    }
}

on_both! {
    async fn every_kind_of_value_comes_back_as_it_went_in(home: Home) {
        let time: jiff::Timestamp = "2025-05-16T08:09:10.123456Z".parse().unwrap();
        let mut batch = Batch::new();
        batch.push(
            "INSERT INTO event (region, stream, version, seq, kind, happened_on, recorded_at, by_json, data, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            vec![
                "潜江".into(), "s".into(), i64::MAX.into(), 1i64.into(), "k".into(), date(1999, 12, 31).into(),
                time.into(), Value::Json("{\"b\": 1,  \"a\":2}".into()), "".into(), "h".into(),
            ],
        );
        home.db.write(batch).await.unwrap();

        let sql = "SELECT region, version, happened_on, recorded_at, by_json, data, version > 1 FROM event";
        let row = home.db.row(sql, &[]).await.unwrap().unwrap();

        assert_eq!(row.text(0).unwrap(), "潜江");
        assert_eq!(row.int(1).unwrap(), i64::MAX);
        assert_eq!(row.day(2).unwrap(), date(1999, 12, 31));
        assert_eq!(row.time(3).unwrap(), time);
        assert_eq!(row.text(4).unwrap(), "{\"b\": 1,  \"a\":2}");
        assert_eq!(row.opt_text(5).unwrap(), Some(""));
        assert!(row.bool(6).unwrap());
    }
}

on_both! {
    async fn a_wrong_getter_names_statement_column_and_row(home: Home) {
        home.db.write(setting("a", "x")).await.unwrap();
        home.db.write(setting("b", "y")).await.unwrap();

        let rows = home.db.rows("SELECT key, value FROM setting ORDER BY key", &[]).await.unwrap();
        let error = rows[1].day(1).unwrap_err();

        let StoreError::NotUnderstood { statement, column, row, wanted, found } = error else { panic!() };
        assert_eq!((column.as_str(), row, wanted, found.as_str()), ("value", 2, "日期", "文本“y”"));
        assert!(statement.starts_with("SELECT key"));
    }
}

on_both! {
    async fn a_list_parameter_finds_its_members(home: Home) {
        for key in ["a", "b'", "\"c\"", "d"] {
            home.db.write(setting(key, "1")).await.unwrap();
        }
        let sql = format!("SELECT key FROM setting WHERE {} ORDER BY key", home.db.dialect().one_of("key", 1));
        let wanted = Value::List(vec!["b'".into(), "\"c\"".into(), "x".into()]);
        let rows = home.db.rows(&sql, &[wanted]).await.unwrap();
        let keys: Vec<_> = rows.iter().map(|row| row.text(0).unwrap()).collect();
        assert_eq!(keys, ["\"c\"", "b'"]);
    }
}

on_both! {
    async fn a_stream_brings_all_rows_in_chunks(home: Home) {
        let mut batch = Batch::new();
        for i in 0..2500 {
            batch.append(setting(&format!("{i:05}"), "v"));
        }
        home.db.write(batch).await.unwrap();

        let mut stream = home.db.stream("SELECT key FROM setting ORDER BY key", &[], 1000).await.unwrap();
        let (mut sizes, mut last) = (Vec::new(), String::new());
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.unwrap();
            last = chunk.last().unwrap().string(0).unwrap();
            sizes.push(chunk.len());
        }

        assert_eq!(sizes, [1000, 1000, 500]);
        assert_eq!(last, "02499");
    }
}

on_both! {
    async fn a_stream_that_is_dropped_early_leaves_the_database_usable(home: Home) {
        let mut batch = Batch::new();
        for i in 0..3000 {
            batch.append(setting(&format!("{i:05}"), "v"));
        }
        home.db.write(batch).await.unwrap();
        for _ in 0..20 {
            let mut stream = home.db.stream("SELECT key FROM setting", &[], 10).await.unwrap();
            stream.next().await.unwrap().unwrap();
        }
        assert_eq!(settings(&home.db).await.len(), 3000);
        home.db.write(setting("x", "1")).await.unwrap();
    }
}

on_both! {
    async fn fifty_writers_at_once_each_get_their_own_answer(home: Home) {
        let writers: Vec<_> = (0..50)
            .map(|writer| {
                let db = home.db.clone();
                tokio::spawn(async move {
                    let mut failed = 0;
                    for i in 0..20 {
                        // Every fifth batch collides with its predecessor after having written a row.
                        let mut batch = setting(&format!("{writer:02}-{i:02}-a"), "1");
                        let other = if i % 5 == 4 { i - 1 } else { i };
                        batch.append(setting(&format!("{writer:02}-{other:02}-b"), "1"));
                        failed += u32::from(db.write(batch).await.is_err());
                    }
                    failed
                })
            })
            .collect();
        for writer in writers {
            assert_eq!(writer.await.unwrap(), 4);
        }
        assert_eq!(settings(&home.db).await.len(), 50 * 16 * 2);
    }
}

on_both! {
    async fn what_was_acknowledged_is_there_after_opening_again(home: Home) {
        home.db.write(setting("a", "1")).await.unwrap();
        home.db.close().await;
        assert!(matches!(home.db.write(setting("b", "1")).await, Err(StoreError::Unavailable(_))));

        let again = home.again().await;

        assert_eq!(settings(&again).await, ["a"]);
        again.close().await;
    }
}

on_both! {
    async fn a_caller_that_goes_away_loses_only_its_answer(home: Home) {
        for i in 0..200 {
            let write = home.db.write(setting(&format!("{i}"), "1"));
            tokio::select! { biased; _ = write => {}, () = std::future::ready(()) => {} }
        }
        // Each batch was written whole or not at all, and writing goes on.
        home.db.write(setting("last", "1")).await.unwrap();
        assert!(settings(&home.db).await.contains(&"last".to_owned()));
    }
}

on_both! {
    async fn returning_gives_rows_of_a_write(home: Home) {
        let sql = "INSERT INTO counter (region, kind, value) VALUES ($1, $2, 1)
                   ON CONFLICT (region, kind) DO UPDATE SET value = counter.value + 1 RETURNING value";
        for expected in 1..=3 {
            let rows = home.db.write_returning(sql, vec!["r".into(), "k".into()]).await.unwrap();
            assert_eq!(rows[0].int(0).unwrap(), expected);
        }
    }
}

#[tokio::test]
async fn a_backup_is_whole_and_opens() {
    let folder = tempfile::tempdir().unwrap();
    let db = crate::support::open(folder.path().join("a.db").to_str().unwrap()).await;
    db.write(setting("a", "1")).await.unwrap();
    let copy = folder.path().join("copy.db");

    db.backup(&copy).await.unwrap();
    db.write(setting("b", "1")).await.unwrap();

    let restored = crate::support::open(copy.to_str().unwrap()).await;
    assert_eq!(settings(&restored).await, ["a"]);
    assert!(restored.integrity_check().await.unwrap().is_empty());
    db.close().await;
    restored.close().await;
}

#[tokio::test]
async fn a_database_in_memory_leaves_no_file() {
    let db = crate::support::open("sqlite::memory:").await;
    db.write(setting("a", "1")).await.unwrap();
    let path = db.path().unwrap().to_owned();
    assert!(path.exists());
    db.close().await;
    assert!(!path.exists());
}

#[tokio::test]
async fn an_address_that_is_no_database_is_refused_without_showing_a_password() {
    let open = |url: &'static str| store::Db::open(url, store::OpenOptions::default());
    assert!(matches!(
        open("mysql://h/db").await,
        Err(StoreError::Address(_))
    ));
    let Err(StoreError::Address(shown)) = open("postgres://u:geheim@host:not-a-port/db").await
    else {
        panic!()
    };
    assert_eq!(shown, "postgres://***@host:not-a-port/db");
}
