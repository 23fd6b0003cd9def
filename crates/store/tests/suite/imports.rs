use jiff::Timestamp;
use store::events::NewEvent;
use store::imports::{self, ImportRow, Step};
use store::projects::{self, ProjectRow};
use store::{Batch, Db, StoreError, views};

use crate::events::{append, fact};

fn moment() -> Timestamp {
    "2025-05-20T01:02:03.000004Z".parse().unwrap()
}

fn import(id: &str) -> ImportRow {
    ImportRow {
        region: "r".into(),
        id: id.into(),
        file_name: "台账.xlsx".into(),
        sm3: "aa".into(),
        by_account: "a".into(),
        by_person: "样例张一".into(),
        at: moment(),
        rows: 2,
        accepted: 0,
        rejected: 0,
        state: "checked".into(),
        undone_at: None,
        undone_by: None,
        report: "{}".into(),
    }
}

async fn begin(db: &Db, id: &str) {
    let mut batch = Batch::new();
    imports::insert(&mut batch, &import(id));
    db.write(batch).await.unwrap();
}

async fn take_step(db: &Db, id: &str, from: &[&str], to: &str) -> Result<(), StoreError> {
    let mut batch = Batch::new();
    imports::step(
        &mut batch,
        Step {
            region: "r",
            id,
            from,
            to,
            report: "{\"n\":1}",
        },
    );
    db.write(batch).await.map(drop)
}

fn imported(data: &str, import: &str) -> NewEvent {
    NewEvent {
        by: format!("{{\"person\":\"样例\",\"import\":\"{import}\"}}"),
        ..fact(data)
    }
}

async fn project(db: &Db, id: &str, import: &str) {
    let row = ProjectRow {
        region: "r".into(),
        project: id.into(),
        name: format!("项目{id}"),
        pack: "p".into(),
        pack_version: "1".into(),
        ..ProjectRow::default()
    };
    append(db, id, &[imported("1", import)]).await.unwrap();
    let mut batch = Batch::new();
    projects::upsert(&mut batch, &row, 1, moment());
    imports::mark(&mut batch, "r", import, &[id.to_string()]);
    db.write(batch).await.unwrap();
}

on_both! {
    async fn a_step_is_taken_once(home: Home) {
        begin(&home.db, "i").await;
        take_step(&home.db, "i", &["checked", "failed"], "applying").await.unwrap();
        let again = take_step(&home.db, "i", &["checked", "failed"], "applying").await;
        assert!(again.unwrap_err().is_conflict());

        let mut batch = Batch::new();
        let step = Step { region: "r", id: "i", from: &["applying"], to: "applied", report: "{}" };
        imports::applied(&mut batch, step, 2, 1);
        home.db.write(batch).await.unwrap();
        let row = imports::get(&home.db, "r", "i").await.unwrap().unwrap();
        assert_eq!((row.state.as_str(), row.accepted, row.rejected), ("applied", 2, 1));

        let mut batch = Batch::new();
        let step = Step { region: "r", id: "i", from: &["applied"], to: "undone", report: "{}" };
        imports::undone(&mut batch, step, moment(), "样例张一");
        home.db.write(batch).await.unwrap();
        let row = imports::get(&home.db, "r", "i").await.unwrap().unwrap();
        assert_eq!((row.undone_at, row.undone_by.as_deref()), (Some(moment()), Some("样例张一")));
        assert_eq!(imports::get(&home.db, "other", "i").await.unwrap(), None);
    }
}

on_both! {
    async fn whoever_lost_the_lease_does_not_finish(home: Home) {
        begin(&home.db, "i").await;
        let later = moment() + jiff::SignedDuration::from_mins(3);
        assert!(views::take_lease(&home.db, "import:i", "one", moment(), later).await.unwrap());
        let finish = |holder: &str| {
            let mut batch = Batch::new();
            imports::while_held(&mut batch, "import:i", holder, moment());
            imports::progress(&mut batch, "r", "i", 1);
            batch
        };
        assert!(home.db.write(finish("two")).await.unwrap_err().is_conflict());
        home.db.write(finish("one")).await.unwrap();
        assert!(views::take_lease(&home.db, "import:i", "two", later, later).await.unwrap());
    }
}

on_both! {
    async fn the_history_leaves_out_what_was_given_up_and_knows_the_same_file(home: Home) {
        for id in ["i", "j"] {
            begin(&home.db, id).await;
        }
        take_step(&home.db, "i", &["checked"], "discarded").await.unwrap();
        assert_eq!(imports::same_file(&home.db, "r", "aa").await.unwrap(), None);
        take_step(&home.db, "j", &["checked"], "applied").await.unwrap();
        let ids: Vec<_> = imports::recent(&home.db, "r", 10).await.unwrap().into_iter().map(|row| row.id).collect();
        assert_eq!(ids, ["j"]);
        let same = imports::same_file(&home.db, "r", "aa").await.unwrap();
        assert_eq!(same, Some((moment(), "样例张一".into())));
    }
}

on_both! {
    async fn work_after_an_import_is_found_and_reminders_are_none(home: Home) {
        for id in ["a", "b", "c"] {
            project(&home.db, id, "i").await;
        }
        append(&home.db, "b", &[fact("work")]).await.unwrap();
        append(&home.db, "c", &[NewEvent { kind: "escalated".into(), ..fact("reminder") }]).await.unwrap();
        append(&home.db, "d", &[fact("before"), imported("update", "i"), fact("after"), fact("after")]).await.unwrap();
        let row = ProjectRow { region: "r".into(), project: "d".into(), ..ProjectRow::default() };
        let mut batch = Batch::new();
        projects::upsert(&mut batch, &row, 4, moment());
        home.db.write(batch).await.unwrap();

        let work = imports::work_since(&home.db, "r", "i", vec!["d".into()]).await.unwrap();

        let found: Vec<_> = work.iter().map(|work| (work.project.as_str(), work.facts)).collect();
        assert_eq!(found, [("b", 1), ("d", 2)]);
        assert_eq!(projects::of_import(&home.db, "r", "i").await.unwrap(), ["a", "b", "c"]);
    }
}

on_both! {
    async fn chosen_streams_are_read_whole_and_in_order(home: Home) {
        for stream in ["a", "b", "c"] {
            append(&home.db, stream, &[fact("1"), fact("2")]).await.unwrap();
        }
        let mut facts = store::events::of_streams(&home.db, "r", vec!["c".into(), "a".into()], 3).await.unwrap();
        let mut read = Vec::new();
        while let Some(chunk) = facts.next().await.unwrap() {
            read.extend(chunk.into_iter().map(|fact| (fact.stream, fact.event.version)));
        }
        let read: Vec<_> = read.iter().map(|(stream, version)| (stream.as_str(), *version)).collect();
        assert_eq!(read, [("a", 1), ("a", 2), ("c", 1), ("c", 2)]);
    }
}

on_both! {
    async fn a_large_batch_that_fails_at_its_end_leaves_nothing(home: Home) {
        let mut batch = Batch::new();
        for n in 0..3_000 {
            imports::insert(&mut batch, &import(&format!("i{n}")));
        }
        imports::insert(&mut batch, &import("i0"));
        assert!(matches!(home.db.write(batch).await, Err(StoreError::Unique { .. })));
        assert_eq!(imports::recent(&home.db, "r", 10).await.unwrap(), []);
        begin(&home.db, "i0").await;
    }
}
