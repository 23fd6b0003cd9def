//! Work lists, the sweep, alerts and performance: over three projects of two hosts.

use jiff::civil::{Date, date};
use store::alerts::{self, AlertRow};
use store::deadlines::{self, DeadlineRow};
use store::performance::{self, EntryRow};
use store::projects::{self, ProjectRow};
use store::todos::{self, TodoRow};
use store::units::{self, RegionRow, UnitRow};
use store::worklists::{self, DueCursor, DueFilter, Scope, Window};
use store::{Batch, Db, sweep};

use crate::projects::{at, project};

const TODAY: Date = date(2025, 7, 1);

fn deadline(project: &str, node: &str, due: Date) -> DeadlineRow {
    DeadlineRow {
        region: "r".into(),
        project: project.into(),
        node: node.into(),
        kind: "stage".into(),
        title: node.into(),
        due_on: Some(due),
        unit: Some("甲镇".into()),
        warned_by: Some("样例局".into()),
        clause: "三".into(),
        notify_on: Some(due),
        host: Some(if project == "c" { "乙镇" } else { "甲镇" }.into()),
        ..Default::default()
    }
}

fn todo(project: &str, kind: &str, due_on: Option<Date>) -> TodoRow {
    TodoRow {
        region: "r".into(),
        project: project.into(),
        kind: kind.into(),
        subject: "signed".into(),
        unit: "样例局".into(),
        title: "认定".into(),
        since: date(2025, 6, 1),
        due_on,
    }
}

fn entry(project: &str, entry: &str, kind: &str, state: &str) -> EntryRow {
    EntryRow {
        region: "r".into(),
        project: project.into(),
        entry: entry.into(),
        side: "enterprise".into(),
        kind: kind.into(),
        title: "样例".into(),
        unit: None,
        due_on: None,
        target: Some("1万元".into()),
        value: None,
        state: state.into(),
        clause: "五".into(),
        happened_on: Some(TODAY),
    }
}

/// a and b at 甲镇, c at 乙镇 in the service sector.
async fn fill(db: &Db) {
    for id in ["a", "b", "c"] {
        crate::events::append(db, id, &[crate::events::fact(id)])
            .await
            .unwrap();
    }
    let text = |text: &str| Some(text.to_owned());
    let mut batch = Batch::new();
    let region = RegionRow {
        region: "r".into(),
        title: "样例市".into(),
        province: "样例省".into(),
    };
    units::put_region(&mut batch, &region, at(0));
    for name in ["甲镇", "乙镇", "样例局"] {
        let kind = "township".into();
        let unit = UnitRow {
            name: name.into(),
            code: String::new(),
            kind,
            collective: false,
            note: String::new(),
        };
        units::put(&mut batch, "r", &unit);
    }
    let a = ProjectRow {
        host: text("甲镇"),
        ..project("a", "样例甲")
    };
    let b = ProjectRow {
        host: text("甲镇"),
        ..project("b", "样例乙")
    };
    let c = ProjectRow {
        host: text("乙镇"),
        sector: text("service"),
        ..project("c", "样例丙")
    };
    for (second, row) in (0..).zip([a, b, c]) {
        projects::upsert(&mut batch, &row, 1, at(second));
    }
    let late = DeadlineRow {
        level: 1,
        ..deadline("a", "start", date(2025, 6, 1))
    };
    let done = DeadlineRow {
        done_on: Some(date(2025, 5, 1)),
        ..deadline("a", "list", date(2025, 6, 1))
    };
    let in_grace = DeadlineRow {
        grace_until: Some(TODAY),
        ..deadline("b", "start", date(2025, 6, 20))
    };
    let held = DeadlineRow {
        suspended: true,
        notify_on: None,
        ..deadline("b", "list", date(2025, 6, 2))
    };
    let soon = DeadlineRow {
        provisional: true,
        ..deadline("c", "start", date(2025, 7, 20))
    };
    deadlines::replace(&mut batch, "r", "a", &[late, done]);
    deadlines::replace(&mut batch, "r", "b", &[in_grace, held]);
    deadlines::replace(&mut batch, "r", "c", &[soon]);
    todos::replace(&mut batch, "r", "a", &[todo("a", "certify", None)]);
    todos::replace(&mut batch, "r", "b", &[todo("b", "review", Some(TODAY))]);
    performance::replace(
        &mut batch,
        "r",
        "c",
        &[
            entry("c", "breach-1", "breach", "open"),
            entry("c", "duty-1", "duty", "met"),
        ],
    );
    db.write(batch).await.unwrap();
}

fn filter(window: Window) -> DueFilter {
    DueFilter {
        scope: Scope::All,
        window,
        unit: None,
        concerns: None,
        nodes: vec![],
        level: None,
    }
}

fn of_host(host: &str) -> Scope {
    Scope::Related {
        host: Some(host.into()),
        sectors: vec!["service".into()],
    }
}

const NEXT_30: Window = Window::Due {
    today: TODAY,
    until: date(2025, 7, 31),
    from: date(2025, 1, 1),
};

async fn due(db: &Db, filter: &DueFilter) -> Vec<String> {
    let lines = worklists::due_lines(db, "r", filter, None, 10)
        .await
        .unwrap();
    let count = worklists::due_count(db, "r", filter, 10).await.unwrap();
    let by_unit = worklists::due_units(db, "r", filter, 100).await.unwrap();
    assert_eq!(count, lines.len() as u64);
    assert_eq!(by_unit.iter().map(|(_, count)| count).sum::<u64>(), count);
    lines
        .into_iter()
        .map(|line| format!("{} {}", line.project, line.node))
        .collect()
}

on_both! {
    async fn deadlines_are_listed_by_how_they_stand_and_whom_they_concern(home: Home) {
        let db = &home.db;
        fill(db).await;
        let overdue = filter(Window::Overdue { today: TODAY });
        assert_eq!(due(db, &overdue).await, ["a start"]);
        assert_eq!(due(db, &filter(NEXT_30)).await, ["b start", "c start"]);
        assert_eq!(due(db, &filter(Window::Stopped)).await, ["b list"]);
        assert_eq!(due(db, &filter(Window::Provisional)).await, ["c start"]);

        let none = Vec::<String>::new();
        assert_eq!(due(db, &DueFilter { scope: of_host("甲镇"), ..filter(NEXT_30) }).await, ["b start", "c start"]);
        assert_eq!(due(db, &DueFilter { scope: of_host("丙镇"), ..filter(NEXT_30) }).await, ["c start"]);
        let nobody = Scope::Related { host: None, sectors: vec![] };
        assert_eq!(due(db, &DueFilter { scope: nobody, ..filter(NEXT_30) }).await, none);
        assert_eq!(due(db, &DueFilter { unit: Some("乙镇".into()), ..filter(NEXT_30) }).await, none);
        assert_eq!(due(db, &DueFilter { concerns: Some("乙镇".into()), ..filter(NEXT_30) }).await, ["c start"]);
        assert_eq!(due(db, &DueFilter { concerns: Some("样例局".into()), ..filter(NEXT_30) }).await.len(), 2);
        assert_eq!(due(db, &DueFilter { nodes: vec!["list".into()], ..filter(NEXT_30) }).await, none);
        assert_eq!(due(db, &DueFilter { level: Some(1), ..overdue }).await, ["a start"]);
    }
}

on_both! {
    async fn a_page_of_deadlines_begins_after_the_last_of_the_page_before(home: Home) {
        fill(&home.db).await;
        let first = worklists::due_lines(&home.db, "r", &filter(NEXT_30), None, 1).await.unwrap();
        let after = DueCursor { due_on: first[0].due_on, project: first[0].project.clone(), node: first[0].node.clone() };
        let rest = worklists::due_lines(&home.db, "r", &filter(NEXT_30), Some(&after), 10).await.unwrap();
        assert_eq!(rest.iter().map(|line| line.project.as_str()).collect::<Vec<_>>(), ["c"]);
        assert!(!rest[0].claimed && rest[0].provisional);
    }
}

on_both! {
    async fn a_unit_sees_what_it_has_to_do_with_dated_things_first(home: Home) {
        let db = &home.db;
        fill(db).await;
        let lines = worklists::todos_of_unit(db, "r", "样例局", None, 10).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.name.as_str()).collect::<Vec<_>>(), ["样例乙", "样例甲"]);
        let certify = worklists::todos_of_unit(db, "r", "样例局", Some("certify"), 10).await.unwrap();
        assert_eq!(certify.len(), 1);
        let counts = worklists::todo_counts(db, "r", "样例局", 10).await.unwrap();
        assert_eq!(counts, [("certify".to_owned(), 1), ("review".to_owned(), 1)]);
    }
}

on_both! {
    async fn stages_performance_and_last_changes_are_listed_by_sight(home: Home) {
        let db = &home.db;
        fill(db).await;
        assert_eq!(worklists::stages_on_time(db, "r", &Scope::All).await.unwrap(), (1, 1));
        assert_eq!(worklists::stages_on_time(db, "r", &of_host("乙镇")).await.unwrap(), (0, 0));

        let filter = worklists::EntryFilter {
            scope: &Scope::All,
            kind: "breach",
            states: &["open", "sanctioned"],
            with_due: false,
        };
        let breaches = worklists::entries(db, "r", &filter, None, 10).await.unwrap();
        assert_eq!((breaches.len(), breaches[0].name.as_str()), (1, "样例丙"));
        assert_eq!(performance::of_project(db, "r", "c").await.unwrap().len(), 2);

        let stages = ["list".to_owned()];
        let kept = worklists::kept_on_time(db, "r", &of_host("甲镇"), &stages, TODAY, None, 10).await.unwrap();
        assert_eq!(kept.iter().map(|line| line.project.as_str()).collect::<Vec<_>>(), ["a"]);

        let changes = worklists::last_changes(db, "r", &Scope::All, 2).await.unwrap();
        assert_eq!(changes.iter().map(|line| line.data.as_str()).collect::<Vec<_>>(), ["c", "b"]);
    }
}

fn alert(id: &str, project: &str, unit: &str) -> AlertRow {
    AlertRow {
        region: "r".into(),
        id: id.into(),
        project: project.into(),
        node: "start".into(),
        title: "开工".into(),
        level: 2,
        kind: "超时提醒".into(),
        unit: unit.into(),
        due_on: date(2025, 6, 1),
        raised_on: TODAY,
        text: "样例".into(),
        clause: "三".into(),
        handled_at: None,
    }
}

on_both! {
    async fn an_alert_is_raised_once_read_by_one_and_handled_by_its_unit(home: Home) {
        let db = &home.db;
        fill(db).await;
        let alerts = [alert("1", "a", "甲镇"), alert("2", "a", "样例局"), alert("3", "b", "甲镇")];
        for _ in 0..2 {
            let mut batch = Batch::new();
            alerts::raise(&mut batch, &alerts);
            db.write(batch).await.unwrap();
        }
        assert_eq!(alerts::open_of_unit(db, "r", "me", "甲镇", 10).await.unwrap().len(), 2);
        assert_eq!(alerts::of_project(db, "r", "me", "a").await.unwrap().len(), 2);
        assert_eq!(alerts::raised_on(db, "r", "甲镇", TODAY).await.unwrap().len(), 2);
        let groups = alerts::by_deadline(db, "r", TODAY).await.unwrap();
        assert_eq!(groups.iter().map(|group| group.units.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(alerts::unread(db, "r", "me", "甲镇", 99).await.unwrap(), 2);

        let mut batch = Batch::new();
        alerts::mark_read(&mut batch, "r", "me", "甲镇", at(0));
        db.write(batch).await.unwrap();
        assert_eq!(alerts::unread(db, "r", "me", "甲镇", 99).await.unwrap(), 0);
        assert_eq!(alerts::unread(db, "r", "other", "甲镇", 99).await.unwrap(), 2);
        assert!(alerts::open_of_unit(db, "r", "me", "甲镇", 10).await.unwrap().iter().all(|line| line.read));
        assert_eq!(worklists::waiting_counts(db, "r", "other", "样例局", 99).await.unwrap(), (2, 1));

        let handle = |unit: &str| {
            let mut batch = Batch::new();
            alerts::handle(&mut batch, "r", "1", unit, at(1));
            db.write(batch)
        };
        assert!(handle("样例局").await.is_err());
        handle("甲镇").await.unwrap();
        assert_eq!(alerts::open_of_unit(db, "r", "me", "甲镇", 10).await.unwrap().len(), 1);
    }
}

on_both! {
    async fn an_alert_tells_the_day_to_which_its_deadline_was_moved(home: Home) {
        let db = &home.db;
        fill(db).await;
        let mut batch = Batch::new();
        alerts::raise(&mut batch, &[alert("1", "a", "甲镇")]);
        db.write(batch).await.unwrap();
        let words = async || alerts::of_project(db, "r", "me", "a").await.unwrap()[0].words();
        assert_eq!(words().await, "样例");
        let mut batch = Batch::new();
        deadlines::replace(&mut batch, "r", "a", &[deadline("a", "start", date(2025, 9, 1))]);
        db.write(batch).await.unwrap();
        assert_eq!(words().await, "样例（期限已调整到 2025-09-01）");
    }
}

on_both! {
    async fn the_sweep_notes_what_it_sent_only_for_the_deadline_it_saw(home: Home) {
        let db = &home.db;
        fill(db).await;
        let mut notices: Vec<sweep::DueNotice> = Vec::new();
        loop {
            let next = sweep::due(db, "r", TODAY, notices.last(), 1).await.unwrap();
            if next.is_empty() {
                break;
            }
            notices.extend(next);
        }
        assert!(notices.is_sorted_by_key(|notice| notice.notify_on));
        notices.sort_by(|one, other| one.project.cmp(&other.project));
        assert_eq!(notices.iter().map(|notice| notice.name.as_str()).collect::<Vec<_>>(), ["样例甲", "样例乙"]);

        let mut batch = Batch::new();
        sweep::noted(&mut batch, "r", &notices[0], 2, Some(date(2025, 8, 1)));
        let stale = sweep::DueNotice { due_on: date(2024, 1, 1), ..notices[1].clone() };
        sweep::noted(&mut batch, "r", &stale, 3, None);
        assert_eq!(db.write(batch).await.unwrap(), [1, 0]);
    }
}
