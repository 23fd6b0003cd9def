use jiff::Timestamp;
use jiff::civil::date;
use store::projects::{self, Candidate, ProjectRow};
use store::{Batch, Db};

pub fn project(id: &str, name: &str) -> ProjectRow {
    ProjectRow {
        region: "r".into(),
        project: id.into(),
        name: name.into(),
        normal_name: name.into(),
        pack: "p".into(),
        pack_version: "1".into(),
        ..Default::default()
    }
}

/// The n-th second of the test's time.
pub fn at(n: i64) -> Timestamp {
    Timestamp::from_second(1_750_000_000 + n).unwrap()
}

pub async fn put(db: &Db, row: &ProjectRow, n: i64) {
    let mut batch = Batch::new();
    projects::upsert(&mut batch, row, 1, at(n));
    db.write(batch).await.unwrap();
}

fn full() -> ProjectRow {
    let text = |text: &str| Some(text.to_owned());
    ProjectRow {
        number: 7,
        credit_code: text("91420000MA00000000"),
        investor: text("样例投资"),
        enterprise: text("样例公司"),
        sector: text("industry"),
        industry: text("化工"),
        host: text("样例镇"),
        authority: text("样例局"),
        receiving_unit: text("样例园"),
        total_investment: Some(i64::MAX),
        introduced_funds: Some(0),
        funds_in_place: Some(-1),
        location: text("园区东路"),
        stage: text("start"),
        stage_title: text("开工"),
        approved_on: Some(date(2024, 1, 1)),
        signed_on: Some(date(2024, 2, 29)),
        started_on: Some(date(2024, 3, 1)),
        listed_on: Some(date(2024, 4, 1)),
        completed_on: Some(date(2024, 5, 1)),
        in_production_on: Some(date(2024, 6, 1)),
        above_scale_on: Some(date(2024, 7, 1)),
        next_due_on: Some(date(2025, 1, 1)),
        next_node: text("land"),
        next_title: text("土地"),
        yellow_on: Some(date(2025, 1, 2)),
        red_on: Some(date(2025, 1, 3)),
        finished: true,
        removed: true,
        in_scope: Some(false),
        sample: true,
        withdrawn: true,
        import_batch: text("batch"),
        ..project("full", "样例")
    }
}

on_both! {
    async fn a_row_comes_back_as_it_was_written(home: Home) {
        put(&home.db, &full(), 0).await;
        let stored = projects::get(&home.db, "r", "full").await.unwrap().unwrap();
        assert_eq!(stored.row, full());
        assert_eq!((stored.version, stored.created_at, stored.updated_at), (1, at(0), at(0)));
        assert_eq!(projects::by_number(&home.db, "r", 7).await.unwrap().unwrap(), stored);
        assert_eq!(projects::get(&home.db, "other", "full").await.unwrap(), None);
    }
}

on_both! {
    async fn writing_again_keeps_number_registration_and_import(home: Home) {
        put(&home.db, &project("a", "甲"), 0).await;
        put(&home.db, &ProjectRow { import_batch: Some("i".into()), ..project("b", "乙") }, 1).await;

        let mut batch = Batch::new();
        projects::upsert(&mut batch, &project("b", "乙二"), 2, at(9));
        home.db.write(batch).await.unwrap();
        put(&home.db, &project("c", "丙"), 10).await;

        let b = projects::get(&home.db, "r", "b").await.unwrap().unwrap();
        assert_eq!((b.row.number, b.row.name.as_str(), b.row.import_batch.as_deref()), (2, "乙二", Some("i")));
        assert_eq!((b.version, b.created_at, b.updated_at), (2, at(1), at(9)));
        assert_eq!(projects::get(&home.db, "r", "c").await.unwrap().unwrap().row.number, 3);
    }
}

on_both! {
    async fn an_update_writes_what_differs_and_the_rest_stays(home: Home) {
        put(&home.db, &full(), 0).await;
        let before = projects::get(&home.db, "r", "full").await.unwrap().unwrap().row;
        let after = ProjectRow { number: 0, import_batch: None, red_on: None, host: Some("乙镇".into()), ..before.clone() };

        let mut batch = Batch::new();
        projects::update(&mut batch, &before, &after, 2, at(5));
        home.db.write(batch).await.unwrap();

        let stored = projects::get(&home.db, "r", "full").await.unwrap().unwrap();
        assert_eq!(stored.row, ProjectRow { number: 7, import_batch: before.import_batch, ..after });
        assert_eq!((stored.version, stored.created_at, stored.updated_at), (2, at(0), at(5)));
    }
}

on_both! {
    async fn numbers_given_at_the_same_time_are_all_different_and_without_gap(home: Home) {
        let registrations: Vec<_> = (0..40)
            .map(|i| {
                let db = home.db.clone();
                tokio::spawn(async move { put(&db, &project(&format!("p{i}"), "同名"), i).await })
            })
            .collect();
        for registration in registrations {
            registration.await.unwrap();
        }
        let mut numbers = Vec::new();
        let mut rows = projects::stream(&home.db, "r", 7).await.unwrap();
        while let Some(chunk) = rows.next().await.unwrap() {
            numbers.extend(chunk.into_iter().map(|project| project.row.number));
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
        assert_eq!(projects::reserve_numbers(&home.db, "r", 10).await.unwrap(), 41);
        assert_eq!(projects::reserve_numbers(&home.db, "r", 1).await.unwrap(), 51);
    }
}

on_both! {
    async fn duplicates_are_found_by_code_or_name_for_many_candidates_at_once(home: Home) {
        put(&home.db, &ProjectRow { credit_code: Some("C1".into()), ..project("a", "甲") }, 0).await;
        put(&home.db, &ProjectRow { credit_code: Some("C1".into()), ..project("b", "乙") }, 0).await;
        put(&home.db, &project("c", "丙"), 0).await;
        put(&home.db, &ProjectRow { withdrawn: true, ..project("d", "丙") }, 0).await;
        put(&home.db, &project("e", ""), 0).await;

        let candidates = [
            Candidate { credit_code: Some("C1".into()), normal_name: "甲".into() },
            Candidate { credit_code: None, normal_name: "丙".into() },
            Candidate { credit_code: Some("none".into()), normal_name: String::new() },
        ];
        let found = projects::duplicates(&home.db, "r", &candidates).await.unwrap();
        let ids: Vec<_> = found.iter().map(|duplicate| duplicate.project.as_str()).collect();
        assert_eq!(ids, ["a", "b", "c"]);
        assert_eq!(projects::duplicates(&home.db, "r", &[]).await.unwrap(), []);
    }
}

on_both! {
    async fn a_forgotten_project_leaves_the_lists_and_the_search(home: Home) {
        put(&home.db, &project("a", "样例化工"), 0).await;
        let mut batch = Batch::new();
        projects::forget(&mut batch, "r", "a");
        home.db.write(batch).await.unwrap();
        assert_eq!(projects::get(&home.db, "r", "a").await.unwrap(), None);
        put(&home.db, &project("b", "样例机械"), 0).await;
        let filter = store::ledger::LedgerFilter { text: Some("样例".into()), ..Default::default() };
        let page = store::ledger::page(&home.db, "r", &filter, Default::default(), None, 10).await.unwrap();
        assert_eq!(page.rows.len(), 1);
    }
}

on_both! {
    async fn removals_are_counted_by_day_within_their_month(home: Home) {
        let decided = |day, approved: bool| store::events::NewEvent {
            kind: "removal_decided".into(),
            happened_on: day,
            data: format!("{{\"approved\":{approved}}}"),
            ..crate::events::fact("")
        };
        let facts = [
            decided(date(2025, 7, 31), true),
            decided(date(2025, 8, 1), true),
            decided(date(2025, 8, 1), true),
            decided(date(2025, 8, 20), false),
            decided(date(2025, 8, 31), true),
        ];
        crate::events::append(&home.db, "s", &facts).await.unwrap();
        let days = projects::removal_days(&home.db, "r", "2025-08").await.unwrap();
        assert_eq!(days, [date(2025, 8, 1), date(2025, 8, 31)]);
        assert!(projects::removal_days(&home.db, "r", "August").await.is_err());
    }
}
