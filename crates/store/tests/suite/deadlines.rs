use jiff::civil::{Date, date};
use store::deadlines::{self, DeadlineRow, DueFilter};
use store::projects::ProjectRow;
use store::todos::{self, TodoRow};
use store::{Batch, Db};

use crate::projects::{project, put};

fn deadline(node: &str, due: Date) -> DeadlineRow {
    DeadlineRow {
        region: "r".into(),
        project: "p".into(),
        node: node.into(),
        kind: "stage".into(),
        title: node.into(),
        opens_on: Some(date(2025, 1, 1)),
        warn_on: Some(due.saturating_sub(jiff::Span::new().days(10))),
        due_on: Some(due),
        unit: Some("样例镇".into()),
        clause: "三（一）".into(),
        notify_on: Some(due.saturating_sub(jiff::Span::new().days(10))),
        ..Default::default()
    }
}

async fn replace(db: &Db, rows: &[DeadlineRow]) -> u64 {
    let mut batch = Batch::new();
    deadlines::replace(&mut batch, "r", "p", rows);
    db.write(batch).await.unwrap().iter().sum()
}

async fn stored(db: &Db) -> Vec<DeadlineRow> {
    deadlines::of_project(db, "r", "p").await.unwrap()
}

on_both! {
    async fn replacing_touches_only_what_changed(home: Home) {
        let (a, b, c) = (date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1));
        let first = [deadline("a", a), deadline("b", b)];
        assert_eq!(replace(&home.db, &first).await, 2);
        assert_eq!(replace(&home.db, &first).await, 0);

        let second = [deadline("b", b), deadline("c", c)];
        assert_eq!(replace(&home.db, &second).await, 2);
        assert_eq!(stored(&home.db).await, second);

        assert_eq!(replace(&home.db, &[]).await, 2);
        assert!(stored(&home.db).await.is_empty());
    }
}

on_both! {
    async fn what_was_sent_stays_sent_until_the_due_day_moves(home: Home) {
        let (due, later) = (date(2025, 7, 1), date(2025, 9, 1));
        replace(&home.db, &[deadline("a", due)]).await;
        let mut batch = Batch::new();
        deadlines::set_notified(&mut batch, &deadline("a", due), 2, Some(date(2025, 7, 15)));
        assert_eq!(home.db.write(batch).await.unwrap(), [1]);

        let retitled = DeadlineRow { title: "新".into(), ..deadline("a", due) };
        replace(&home.db, std::slice::from_ref(&retitled)).await;
        let kept = DeadlineRow { level: 2, notify_on: Some(date(2025, 7, 15)), ..retitled };
        assert_eq!(stored(&home.db).await, [kept]);

        // A sweep that still holds the old due day changes nothing.
        replace(&home.db, &[deadline("a", later)]).await;
        let mut stale = Batch::new();
        deadlines::set_notified(&mut stale, &deadline("a", due), 3, None);
        assert_eq!(home.db.write(stale).await.unwrap(), [0]);
        assert_eq!(stored(&home.db).await, [deadline("a", later)]);
    }
}

on_both! {
    async fn the_sweep_sees_what_is_to_be_sent_and_nothing_else(home: Home) {
        let today = date(2025, 7, 1);
        let to_send = DeadlineRow { notify_on: Some(today), ..deadline("now", today) };
        let rows = [
            to_send.clone(),
            DeadlineRow { notify_on: Some(date(2025, 7, 2)), ..deadline("tomorrow", today) },
            DeadlineRow { done_on: Some(today), ..deadline("done", today) },
            DeadlineRow { notify_on: None, ..deadline("held", today) },
        ];
        replace(&home.db, &rows).await;
        let mut sweep = deadlines::to_notify(&home.db, "r", today, 10).await.unwrap();
        assert_eq!(sweep.next().await.unwrap(), Some(vec![to_send]));
        assert_eq!(sweep.next().await.unwrap(), None);
    }
}

on_both! {
    async fn due_lists_go_by_window_unit_and_host(home: Home) {
        let db = &home.db;
        put(db, &ProjectRow { host: Some("样例镇".into()), ..project("p", "样例项目") }, 0).await;
        let other = DeadlineRow { unit: Some("样例局".into()), ..deadline("b", date(2025, 8, 1)) };
        let done = DeadlineRow { done_on: Some(date(2025, 6, 1)), ..deadline("c", date(2025, 7, 2)) };
        replace(db, &[deadline("a", date(2025, 7, 1)), other, done]).await;

        let nodes = async |filter: DueFilter| {
            let rows = deadlines::due(db, "r", &filter, 10).await.unwrap();
            assert_eq!(deadlines::count(db, "r", &filter).await.unwrap(), rows.len() as u64);
            rows.into_iter().map(|row| (row.deadline.node, row.name)).collect::<Vec<_>>()
        };
        let row = |node: &str| (node.to_owned(), "样例项目".to_owned());
        let all = DueFilter::default;
        assert_eq!(nodes(all()).await, [row("a"), row("b")]);
        assert_eq!(nodes(DueFilter { until: Some(date(2025, 7, 1)), ..all() }).await, [row("a")]);
        assert_eq!(nodes(DueFilter { from: Some(date(2025, 7, 2)), ..all() }).await, [row("b")]);
        assert_eq!(nodes(DueFilter { units: Some(vec!["样例局".into()]), ..all() }).await, [row("b")]);
        assert_eq!(nodes(DueFilter { units: Some(vec![]), ..all() }).await, []);
        assert_eq!(nodes(DueFilter { hosts: Some(vec!["别镇".into(), "样例镇".into()]), ..all() }).await.len(), 2);
    }
}

on_both! {
    async fn projects_with_provisional_days_are_listed_once(home: Home) {
        let rows = ["a", "b"].map(|node| DeadlineRow { provisional: true, ..deadline(node, date(2027, 1, 1)) });
        replace(&home.db, &rows).await;
        let listed = deadlines::provisional(&home.db).await.unwrap();
        assert_eq!(listed, [("r".to_owned(), "p".to_owned())]);
    }
}

on_both! {
    async fn what_waits_is_replaced_and_listed_by_unit(home: Home) {
        let db = &home.db;
        put(db, &project("p", "样例项目"), 0).await;
        let todo = |subject: &str, unit: &str, due_on| TodoRow {
            region: "r".into(),
            project: "p".into(),
            kind: "certify".into(),
            subject: subject.into(),
            unit: unit.into(),
            title: subject.into(),
            since: date(2025, 6, 1),
            due_on,
        };
        let rows = [todo("a", "u", None), todo("b", "u", Some(date(2025, 7, 1))), todo("a", "v", None), todo("a", "u", None)];
        let mut batch = Batch::new();
        todos::replace(&mut batch, "r", "p", &rows);
        db.write(batch).await.unwrap();

        let waiting = todos::of_units(db, "r", &["u".into()], 10).await.unwrap();
        let subjects: Vec<_> = waiting.iter().map(|row| (row.todo.subject.as_str(), row.name.as_str())).collect();
        assert_eq!(subjects, [("b", "样例项目"), ("a", "样例项目")]);
        assert_eq!(todos::count(db, "r", &["u".into(), "v".into()]).await.unwrap(), 3);

        let mut batch = Batch::new();
        todos::replace(&mut batch, "r", "p", &rows[2..3]);
        db.write(batch).await.unwrap();
        assert_eq!(todos::of_project(db, "r", "p").await.unwrap(), [rows[2].clone()]);
    }
}
