use jiff::Timestamp;
use jiff::civil::{Date, date};
use store::events::{self, Aggregate};
use store::matters::{self, MatterAlertRow, MatterQuery, MatterRow, MatterUnitRow, Sort, Tab};
use store::{Batch, Db, StoreError};

use crate::events::fact;

fn row(matter: &str, n: i64) -> MatterRow {
    MatterRow {
        region: "r".into(),
        matter: matter.into(),
        version: 1,
        kind: "assignment".into(),
        kind_title: "交办".into(),
        year: 2025,
        n,
        number: format!("样交〔2025〕第 {n} 号"),
        title: format!("样例事项 {matter}"),
        phase: "issued".into(),
        issuer: "样例中心".into(),
        issued_by: "样例甲".into(),
        leader: None,
        lead: "样例局".into(),
        project: None,
        source_kind: None,
        source_id: None,
        supervises: None,
        escalated_to: None,
        issued_on: date(2025, 9, 1),
        accept_by: Some(date(2025, 9, 3)),
        warn_on: Some(date(2025, 9, 10)),
        due_on: date(2025, 9, 15),
        reported_on: None,
        closed_on: None,
        urges: 0,
        returns: 0,
        sample: false,
        pack: "p".into(),
        pack_version: "1".into(),
        search: format!("样交〔2025〕第 {n} 号 样例事项 {matter} 用地 100%_x").to_lowercase(),
        changed_at: "2025-09-01T01:02:03Z".parse::<Timestamp>().unwrap(),
    }
}

fn unit(unit: &str, role: &str, waits: Option<&str>) -> MatterUnitRow {
    MatterUnitRow {
        unit: unit.into(),
        role: role.into(),
        waits: waits.map(Into::into),
        due_on: None,
    }
}

/// A matter with one fact, as issuing writes it.
async fn put(db: &Db, row: &MatterRow, units: &[MatterUnitRow]) {
    let mut batch = Batch::new();
    let stream = Aggregate::Matter.stream(&row.matter);
    events::append(&mut batch, "r", &stream, 0, "", &[fact("{}")]);
    matters::put(&mut batch, row, units);
    db.write(batch).await.unwrap();
}

fn query(tab: Tab, who: &str) -> MatterQuery {
    MatterQuery {
        region: "r".into(),
        unit: who.into(),
        sees_all: true,
        tab,
        today: date(2025, 9, 20),
        ..MatterQuery::default()
    }
}

async fn found(db: &Db, query: &MatterQuery) -> Vec<String> {
    let lines = matters::list(db, query, 0, 50).await.unwrap();
    assert_eq!(
        matters::count(db, query, 1_000).await.unwrap(),
        lines.len() as u64
    );
    lines.into_iter().map(|line| line.row.matter).collect()
}

on_both! {
    async fn sixteen_offices_that_issue_at_once_get_numbers_without_a_gap_and_none_twice(home: Home) {
        let tasks: Vec<_> = (0..16).map(|task| {
            let db = home.db.clone();
            tokio::spawn(async move {
                let mut given = Vec::new();
                for i in 0..4 {
                    loop {
                        let n = matters::next_number(&db, "r", "assignment", 2025).await.unwrap();
                        let mut batch = Batch::new();
                        matters::take_number(&mut batch, "r", "assignment", 2025, n);
                        matters::put(&mut batch, &row(&format!("m{task}-{i}"), n), &[]);
                        match db.write(batch).await {
                            Ok(_) => { given.push(n); break }
                            Err(error) => assert!(error.is_conflict(), "{error}"),
                        }
                    }
                }
                given
            })
        }).collect();
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        all.sort_unstable();
        assert_eq!(all, (1..=64).collect::<Vec<i64>>());
        assert_eq!(matters::broken_numbers(&home.db, "r").await.unwrap(), []);
        // Another year and another kind begin anew.
        assert_eq!(matters::next_number(&home.db, "r", "assignment", 2026).await.unwrap(), 1);
        assert_eq!(matters::next_number(&home.db, "r", "supervision", 2025).await.unwrap(), 1);
    }
}

on_both! {
    async fn a_number_of_a_matter_that_was_not_written_is_not_used_up(home: Home) {
        let mut batch = Batch::new();
        matters::take_number(&mut batch, "r", "assignment", 2025, 1);
        batch.push("UPDATE matter SET n = 1 WHERE region = 'nowhere'", vec![]);
        batch.expect_rows(1);
        assert!(home.db.write(batch).await.is_err());
        assert_eq!(matters::next_number(&home.db, "r", "assignment", 2025).await.unwrap(), 1);
    }
}

on_both! {
    async fn a_missing_number_is_found_and_counters_are_put_back(home: Home) {
        put(&home.db, &row("a", 1), &[]).await;
        put(&home.db, &row("b", 3), &[]).await;
        assert_eq!(matters::broken_numbers(&home.db, "r").await.unwrap(), [("assignment".to_owned(), 2025)]);
        put(&home.db, &row("c", 2), &[]).await;
        let mut batch = Batch::new();
        matters::recount(&mut batch, "r");
        home.db.write(batch).await.unwrap();
        assert_eq!(matters::broken_numbers(&home.db, "r").await.unwrap(), []);
        assert_eq!(matters::next_number(&home.db, "r", "assignment", 2025).await.unwrap(), 4);
    }
}

on_both! {
    async fn a_number_is_never_in_two_rows(home: Home) {
        put(&home.db, &row("a", 1), &[]).await;
        let mut batch = Batch::new();
        matters::put(&mut batch, &row("b", 1), &[]);
        assert!(matches!(home.db.write(batch).await, Err(StoreError::Conflict { .. })));
    }
}

on_both! {
    async fn walkers_over_projects_leave_matters_and_meetings_out(home: Home) {
        crate::events::append(&home.db, "0199-project", &[fact("1")]).await.unwrap();
        for stream in [Aggregate::Matter.stream("m"), Aggregate::Meeting.stream("x")] {
            crate::events::append(&home.db, &stream, &[fact("2")]).await.unwrap();
        }
        for (aggregate, stream) in [
            (Aggregate::Project, "0199-project"),
            (Aggregate::Matter, "matter:m"),
            (Aggregate::Meeting, "meeting:x"),
        ] {
            let mut facts = events::stream_of(&home.db, "r", aggregate, 10).await.unwrap();
            let mut streams = Vec::new();
            while let Some(chunk) = facts.next().await.unwrap() {
                streams.extend(chunk.into_iter().map(|fact| fact.stream));
            }
            assert_eq!(streams, [stream]);
            assert_eq!(Aggregate::of(stream).unwrap().0, aggregate);
        }
        assert_eq!(Aggregate::of("other:1"), None);
        // The chain covers all of them.
        let sound = store::chain::verify(&home.db, None, |_| ()).await.unwrap();
        assert_eq!((sound.streams, sound.is_sound()), (3, true));
    }
}

on_both! {
    async fn rows_of_older_facts_never_take_the_place_of_newer_ones(home: Home) {
        put(&home.db, &row("a", 1), &[]).await;
        crate::events::append(&home.db, "matter:a", &[fact("{}")]).await.unwrap();
        let mut batch = Batch::new();
        matters::put(&mut batch, &row("a", 1), &[]);
        assert!(home.db.write(batch).await.unwrap_err().is_conflict());
        assert!(matters::get(&home.db, "r", "a").await.unwrap().is_some());
    }
}

on_both! {
    async fn each_list_shows_what_its_name_says(home: Home) {
        let db = &home.db;
        let day = |matter: &str, n, phase: &str, due: Date| MatterRow { phase: phase.into(), due_on: due, ..row(matter, n) };
        let all = [unit("样例局", "lead", Some("accept")), unit("样例中心", "issuer", None), unit("样例中心", "reviewer", None)];
        put(db, &day("late", 1, "issued", date(2025, 9, 19)), &all).await;
        put(db, &day("today", 2, "accepted", date(2025, 9, 20)), &all).await;
        let review = [unit("样例局", "lead", None), unit("样例中心", "issuer", None), unit("样例中心", "reviewer", Some("approve"))];
        put(db, &day("reported", 3, "reported", date(2025, 9, 1)), &review).await;
        let other = [unit("别局", "lead", Some("report")), unit("样例局", "part", Some("answer")), unit("别中心", "issuer", None)];
        put(db, &MatterRow { kind: "supervision".into(), issuer: "别中心".into(), lead: "别局".into(),
                             ..day("other", 4, "accepted", date(2025, 10, 1)) }, &other).await;
        put(db, &day("closed", 5, "closed", date(2025, 8, 1)), &[unit("样例局", "lead", None)]).await;

        assert_eq!(found(db, &query(Tab::Mine, "样例局")).await, ["reported", "late", "today", "other", "closed"]);
        assert_eq!(found(db, &query(Tab::Issued, "样例中心")).await, ["reported", "late", "today"]);
        assert_eq!(found(db, &query(Tab::Overdue, "样例局")).await, ["late"]);
        assert_eq!(found(db, &query(Tab::Review, "样例中心")).await, ["reported"]);
        let own = MatterQuery { sees_all: false, ..query(Tab::All, "别局") };
        assert_eq!(found(db, &own).await, ["other"]);

        let open = MatterQuery { phase: "open".into(), ..query(Tab::All, "") };
        assert_eq!(found(db, &open).await.len(), 4);
        let kind = MatterQuery { kind: "supervision".into(), ..query(Tab::All, "") };
        assert_eq!(found(db, &kind).await, ["other"]);
        let lead = MatterQuery { lead: "别局".into(), ..query(Tab::All, "") };
        assert_eq!(found(db, &lead).await, ["other"]);
        let text = MatterQuery { text: "样例事项 LATE".into(), ..query(Tab::All, "") };
        assert_eq!(found(db, &text).await, ["late"]);
        let literal = MatterQuery { text: "100%_x".into(), ..query(Tab::All, "") };
        assert_eq!(found(db, &literal).await.len(), 5);
        let pattern = MatterQuery { text: "用%x".into(), ..query(Tab::All, "") };
        assert_eq!(found(db, &pattern).await.len(), 0, "% is a character here");
        let numbered = MatterQuery { sort: Sort::Number, ..query(Tab::All, "") };
        assert_eq!(found(db, &numbered).await, ["closed", "reported", "today", "late", "other"]);

        let waiting = matters::waiting(db, "r", "样例局", 10).await.unwrap();
        let waiting: Vec<_> = waiting.iter().map(|line| (line.row.matter.as_str(), line.waits.as_deref())).collect();
        assert_eq!(waiting, [("late", Some("accept")), ("today", Some("accept")), ("other", Some("answer"))]);
        assert_eq!(matters::waiting_count(db, "r", "样例局", 100).await.unwrap(), 3);
        let second = matters::list(db, &query(Tab::Mine, "样例局"), 2, 2).await.unwrap();
        assert_eq!(second.len(), 2);
        assert_eq!(second[0].row.matter, "today");
    }
}

on_both! {
    async fn an_alert_is_raised_once_and_goes_when_the_matter_is_reported(home: Home) {
        put(&home.db, &row("a", 1), &[]).await;
        let alert = |id: &str| MatterAlertRow {
            region: "r".into(), id: id.into(), matter: "a".into(), level: 2, kind: "超时提醒".into(), unit: "样例局".into(),
            due_on: date(2025, 9, 15), raised_on: date(2025, 9, 16), text: "样例".into(), clause: "样例".into(),
        };
        for id in ["1", "2"] {
            let mut batch = Batch::new();
            matters::raise(&mut batch, &alert(id));
            let written = home.db.write(batch).await.unwrap();
            assert_eq!(written, [u64::from(id == "1")]);
        }
        assert_eq!(matters::alerts_of_unit(&home.db, "r", "样例局", 9).await.unwrap().len(), 1);
        assert_eq!(matters::alerts_raised_on(&home.db, "r", "样例局", date(2025, 9, 16)).await.unwrap().len(), 1);
        assert_eq!(matters::to_remind(&home.db, "r", date(2025, 9, 9), "", 9).await.unwrap(), []);
        assert_eq!(matters::to_remind(&home.db, "r", date(2025, 9, 10), "", 9).await.unwrap().len(), 1);

        let mut batch = Batch::new();
        matters::put(&mut batch, &MatterRow { phase: "reported".into(), ..row("a", 1) }, &[]);
        home.db.write(batch).await.unwrap();
        assert_eq!(matters::alerts_of_unit(&home.db, "r", "样例局", 9).await.unwrap(), []);
        assert_eq!(matters::to_remind(&home.db, "r", date(2025, 9, 20), "", 9).await.unwrap(), []);
    }
}

on_both! {
    async fn rows_without_facts_are_found_and_forgotten(home: Home) {
        put(&home.db, &row("a", 1), &[unit("样例局", "lead", None)]).await;
        let mut batch = Batch::new();
        matters::put(&mut batch, &row("ghost", 2), &[unit("样例局", "lead", None)]);
        home.db.write(batch).await.unwrap();
        assert_eq!(matters::without_facts(&home.db, "r").await.unwrap(), ["ghost"]);
        let mut batch = Batch::new();
        matters::forget(&mut batch, "r", "ghost");
        home.db.write(batch).await.unwrap();
        assert_eq!(matters::units_of(&home.db, "r", "ghost").await.unwrap(), []);
        assert_eq!(matters::get(&home.db, "r", "a").await.unwrap(), Some(row("a", 1)));
    }
}

on_both! {
    async fn meetings_are_listed_for_those_who_are_called_and_open_questions_are_found(home: Home) {
        let meeting = |id: &str, held: Date| store::meetings::MeetingRow {
            region: "r".into(), meeting: id.into(), version: 1, kind: "joint".into(), kind_title: "联席会议".into(),
            title: "样例会议".into(), held_on: held, place: String::new(), chair: "样例甲".into(), holder: "样例中心".into(),
            state: "planned".into(), items: 1, decisions: 0, sample: false,
            changed_at: "2025-09-01T01:02:03Z".parse().unwrap(), held_at: "09:30".into(),
            announced_at: "2025-08-30T01:02:03Z".parse().unwrap(),
        };
        for (id, held, units) in [("a", date(2025, 9, 1), vec!["样例局"]), ("b", date(2025, 9, 2), vec![])] {
            let mut batch = Batch::new();
            events::append(&mut batch, "r", &Aggregate::Meeting.stream(id), 0, "", &[fact("{}")]);
            let units: Vec<String> = units.into_iter().map(Into::into).collect();
            store::meetings::put(&mut batch, &meeting(id, held), &units);
            home.db.write(batch).await.unwrap();
        }
        let ids = async |unit: &str, all: bool, kind: &str| {
            let found = store::meetings::list(&home.db, "r", unit, all, kind, 0, 9).await.unwrap();
            found.into_iter().map(|row| row.meeting).collect::<Vec<_>>()
        };
        assert_eq!(ids("", true, "").await, ["b", "a"]);
        assert_eq!(ids("样例局", false, "joint").await, ["a"]);
        assert_eq!(ids("样例局", false, "other").await, [""; 0]);
        assert_eq!(store::meetings::get(&home.db, "r", "a").await.unwrap(), Some(meeting("a", date(2025, 9, 1))));
        assert_eq!(store::meetings::without_facts(&home.db, "r").await.unwrap(), [""; 0]);
        assert_eq!(store::meetings::open_questions(&home.db, "r", None, 9).await.unwrap(), []);
        assert_eq!(store::meetings::open_questions(&home.db, "r", Some("p"), 9).await.unwrap(), []);
    }
}
