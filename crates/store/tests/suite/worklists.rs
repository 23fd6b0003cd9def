use jiff::civil::{Date, date};
use store::deadlines::{self, DeadlineRow};
use store::ledger::{self, LedgerFilter, Place, Sort, SortBy};
use store::performance::{self, EntryRow};
use store::projects::ProjectRow;
use store::todos::{self, TodoRow};
use store::worklists::{self, DueCursor, DueFilter, Scope, Window};
use store::{Batch, Db, events, units};

use crate::projects::{at, project, put};

const TODAY: Date = date(2025, 7, 30);

fn stage(project: &str, node: &str, unit: &str, due: Date) -> DeadlineRow {
    DeadlineRow {
        region: "r".into(),
        project: project.into(),
        node: node.into(),
        kind: "stage".into(),
        title: node.into(),
        due_on: Some(due),
        unit: Some(unit.into()),
        warned_by: Some("监督局".into()),
        clause: "二".into(),
        level: 1,
        host: Some(if project == "a" { "甲镇" } else { "乙镇" }.into()),
        ..Default::default()
    }
}

async fn with_deadlines(db: &Db, project: &str, rows: &[DeadlineRow]) {
    let mut batch = Batch::new();
    deadlines::replace(&mut batch, "r", project, rows);
    db.write(batch).await.unwrap();
}

/// Three projects: a of 甲镇 and industry, b of 乙镇 and industry, c of 乙镇 and commerce.
async fn fill(db: &Db) {
    let mut batch = Batch::new();
    let region = units::RegionRow {
        region: "r".into(),
        title: "样例市".into(),
        province: "样例省".into(),
    };
    units::put_region(&mut batch, &region, at(0));
    for name in ["甲局", "乙局", "丙局"] {
        let unit = units::UnitRow {
            name: name.into(),
            code: String::new(),
            kind: "department".into(),
            collective: false,
            note: String::new(),
        };
        units::put(&mut batch, "r", &unit);
    }
    db.write(batch).await.unwrap();
    for (n, (id, host, sector)) in [
        ("a", "甲镇", "industry"),
        ("b", "乙镇", "industry"),
        ("c", "乙镇", "commerce"),
    ]
    .into_iter()
    .enumerate()
    {
        let row = ProjectRow {
            host: Some(host.into()),
            sector: Some(sector.into()),
            ..project(id, &format!("项目{id}"))
        };
        put(db, &row, n as i64).await;
    }
    with_deadlines(db, "a", &[stage("a", "start", "甲局", date(2025, 7, 1))]).await;
    let in_grace = DeadlineRow {
        grace_until: Some(date(2025, 8, 5)),
        ..stage("b", "start", "乙局", date(2025, 7, 20))
    };
    let stopped = DeadlineRow {
        suspended: true,
        ..stage("b", "list", "乙局", date(2025, 7, 1))
    };
    with_deadlines(db, "b", &[in_grace, stopped]).await;
    let provisional = DeadlineRow {
        provisional: true,
        ..stage("c", "start", "乙局", date(2025, 10, 1))
    };
    with_deadlines(db, "c", &[provisional]).await;
}

fn filter(window: Window) -> DueFilter {
    DueFilter {
        scope: Scope::All,
        window,
        unit: None,
        concerns: None,
        nodes: Vec::new(),
        level: None,
    }
}

fn due_within(until: Date) -> Window {
    Window::Due {
        today: TODAY,
        until,
        from: date(2025, 6, 30),
    }
}

async fn found(db: &Db, filter: &DueFilter) -> Vec<String> {
    let lines = worklists::due_lines(db, "r", filter, None, 10)
        .await
        .unwrap();
    let count = worklists::due_count(db, "r", filter, 10).await.unwrap();
    let by_unit = worklists::due_units(db, "r", filter, 10).await.unwrap();
    assert_eq!(lines.len() as u64, count);
    assert_eq!(
        lines.len() as u64,
        by_unit.iter().map(|(_, count)| count).sum::<u64>()
    );
    lines
        .into_iter()
        .map(|line| format!("{}/{}", line.project, line.node))
        .collect()
}

on_both! {
    async fn each_deadline_stands_in_the_window_of_its_day(home: Home) {
        fill(&home.db).await;
        let db = &home.db;
        assert_eq!(found(db, &filter(Window::Overdue { today: TODAY })).await, ["a/start"]);
        assert_eq!(found(db, &filter(due_within(date(2025, 8, 29)))).await, ["b/start"]);
        assert_eq!(found(db, &filter(due_within(date(2025, 10, 28)))).await, ["b/start", "c/start"]);
        assert_eq!(found(db, &filter(Window::Stopped)).await, ["b/list"]);
        assert_eq!(found(db, &filter(Window::Provisional)).await, ["c/start"]);
    }
}

on_both! {
    async fn every_part_of_a_filter_narrows(home: Home) {
        fill(&home.db).await;
        let db = &home.db;
        let all = filter(due_within(date(2025, 12, 31)));
        let related = |host: Option<&str>, sectors: &[&str]| Scope::Related {
            host: host.map(str::to_owned),
            sectors: sectors.iter().map(|sector| sector.to_string()).collect(),
        };
        let of = |scope| DueFilter { scope, ..all.clone() };
        assert_eq!(found(db, &of(related(Some("乙镇"), &[]))).await, ["b/start", "c/start"]);
        assert_eq!(found(db, &of(related(None, &["commerce"]))).await, ["c/start"]);
        assert_eq!(found(db, &of(related(Some("甲镇"), &["industry"]))).await, ["b/start"]);
        assert!(found(db, &of(related(None, &[]))).await.is_empty());
        assert!(found(db, &DueFilter { unit: Some("甲局".into()), ..all.clone() }).await.is_empty());
        assert_eq!(found(db, &DueFilter { concerns: Some("监督局".into()), ..all.clone() }).await.len(), 2);
        assert_eq!(found(db, &DueFilter { concerns: Some("乙镇".into()), ..all.clone() }).await.len(), 2);
        assert!(found(db, &DueFilter { nodes: vec!["list".into(), "x".into()], ..all.clone() }).await.is_empty());
        assert!(found(db, &DueFilter { level: Some(2), ..all.clone() }).await.is_empty());
        let first = DueCursor { due_on: date(2025, 7, 20), project: "b".into(), node: "start".into() };
        let rest = worklists::due_lines(db, "r", &all, Some(&first), 10).await.unwrap();
        assert_eq!(rest.iter().map(|line| line.project.as_str()).collect::<Vec<_>>(), ["c"]);
    }
}

on_both! {
    async fn what_concerns_a_unit_in_several_ways_is_listed_and_counted_once(home: Home) {
        fill(&home.db).await;
        let db = &home.db;
        let of = |project: &str, node: &str, day: i8, unit: &str, warned: &str, host: &str| DeadlineRow {
            warned_by: Some(warned.into()),
            host: Some(host.into()),
            ..stage(project, node, unit, date(2025, 7, day))
        };
        with_deadlines(db, "a", &[of("a", "all", 9, "X", "X", "X"), of("a", "host", 3, "-", "-", "X")]).await;
        with_deadlines(db, "b", &[of("b", "warned", 1, "-", "X", "-"), of("b", "none", 1, "-", "-", "-")]).await;
        with_deadlines(db, "c", &[of("c", "unit", 5, "X", "-", "-"), of("c", "unit-and-host", 7, "X", "-", "X")]).await;
        let overdue = DueFilter { concerns: Some("X".into()), ..filter(Window::Overdue { today: TODAY }) };
        let expected = ["b/warned", "a/host", "c/unit", "c/unit-and-host", "a/all"];
        let lines = worklists::due_lines(db, "r", &overdue, None, 10).await.unwrap();
        assert_eq!(names(&lines), expected);
        let first = worklists::due_lines(db, "r", &overdue, None, 2).await.unwrap();
        assert_eq!(names(&first), expected[..2]);
        let after = DueCursor { due_on: first[1].due_on, project: "a".into(), node: "host".into() };
        let rest = worklists::due_lines(db, "r", &overdue, Some(&after), 2).await.unwrap();
        assert_eq!(names(&rest), expected[2..4]);
        assert_eq!(worklists::due_count(db, "r", &overdue, 10).await.unwrap(), 5);
        assert_eq!(worklists::due_count(db, "r", &overdue, 4).await.unwrap(), 4);
        let of_unit = DueFilter { unit: Some("X".into()), ..overdue };
        assert_eq!(worklists::due_count(db, "r", &of_unit, 10).await.unwrap(), 3);
    }
}

fn names(lines: &[worklists::DueLine]) -> Vec<String> {
    lines
        .iter()
        .map(|line| format!("{}/{}", line.project, line.node))
        .collect()
}

fn todo(project: &str, kind: &str, due_on: Option<Date>) -> TodoRow {
    TodoRow {
        region: "r".into(),
        project: project.into(),
        kind: kind.into(),
        subject: "s".into(),
        unit: "甲局".into(),
        title: "事".into(),
        since: date(2025, 7, 1),
        due_on,
    }
}

on_both! {
    async fn what_has_a_day_comes_before_what_has_none_and_both_are_counted(home: Home) {
        fill(&home.db).await;
        let db = &home.db;
        let mut batch = Batch::new();
        todos::replace(&mut batch, "r", "a", &[todo("a", "certify", None)]);
        todos::replace(&mut batch, "r", "b", &[todo("b", "certify", Some(date(2025, 8, 2))), todo("b", "answer", None)]);
        todos::replace(&mut batch, "r", "c", &[todo("c", "certify", Some(date(2025, 8, 1)))]);
        db.write(batch).await.unwrap();
        let names = |lines: Vec<worklists::TodoLine>| {
            lines.into_iter().map(|line| line.project).collect::<Vec<_>>().join("")
        };
        assert_eq!(names(worklists::todos_of_unit(db, "r", "甲局", None, 10).await.unwrap()), "cbab");
        assert_eq!(names(worklists::todos_of_unit(db, "r", "甲局", None, 3).await.unwrap()), "cba");
        assert_eq!(names(worklists::todos_of_unit(db, "r", "甲局", Some("certify"), 10).await.unwrap()), "cba");
        let counts = worklists::todo_counts(db, "r", "甲局", 100).await.unwrap();
        assert_eq!(counts, [("answer".to_string(), 1), ("certify".to_string(), 3)]);
        assert_eq!(worklists::waiting_counts(db, "r", "u", "甲局", 3).await.unwrap(), (3, 0));
    }
}

fn breach(project: &str, state: &str) -> EntryRow {
    EntryRow {
        region: "r".into(),
        project: project.into(),
        entry: "breach-1".into(),
        side: "enterprise".into(),
        kind: "breach".into(),
        title: "违约".into(),
        unit: None,
        due_on: None,
        target: None,
        value: None,
        state: state.into(),
        clause: "五".into(),
        happened_on: Some(TODAY),
    }
}

on_both! {
    async fn only_projects_without_a_late_stage_are_kept_on_time_and_breaches_come_page_by_page(home: Home) {
        fill(&home.db).await;
        let db = &home.db;
        let done = |project: &str, on: Date| DeadlineRow {
            done_on: Some(on),
            ..stage(project, "sign", "甲局", date(2025, 5, 1))
        };
        with_deadlines(db, "a", &[done("a", date(2025, 5, 2))]).await;
        with_deadlines(db, "b", &[done("b", date(2025, 5, 1))]).await;
        with_deadlines(db, "c", &[done("c", date(2025, 4, 1))]).await;
        let mut batch = Batch::new();
        performance::replace(&mut batch, "r", "c", &[breach("c", "open")]);
        db.write(batch).await.unwrap();
        let stages = ["sign".to_string()];
        let kept = worklists::kept_on_time(db, "r", &Scope::All, &stages, TODAY, None, 10).await.unwrap();
        assert_eq!(kept.iter().map(|line| line.project.as_str()).collect::<Vec<_>>(), ["c", "b"]);
        let after = worklists::OnTimeCursor { updated_at: kept[0].updated_at, number: kept[0].number };
        let rest = worklists::kept_on_time(db, "r", &Scope::All, &stages, TODAY, Some(after), 10).await.unwrap();
        assert_eq!(rest, kept[1..]);
        assert_eq!(worklists::stages_on_time(db, "r", &Scope::All).await.unwrap(), (3, 2));
        let all = worklists::EntryFilter {
            scope: &Scope::All,
            kind: "breach",
            states: &["open", "rectified"],
            with_due: false,
        };
        let open = worklists::entries(db, "r", &all, None, 5).await.unwrap();
        assert_eq!(open[0].name, "项目c");
        let second = EntryRow { entry: "breach-2".into(), due_on: Some(TODAY), ..breach("c", "open") };
        let earlier = EntryRow { entry: "breach-3".into(), happened_on: TODAY.yesterday().ok(), ..breach("c", "open") };
        let mut batch = Batch::new();
        performance::replace(&mut batch, "r", "c", &[earlier, second, breach("c", "open")]);
        db.write(batch).await.unwrap();
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let page = worklists::entries(db, "r", &all, after.as_ref(), 1).await.unwrap();
            let Some(line) = page.into_iter().next() else { break };
            after = Some(worklists::EntryCursor {
                happened_on: line.entry.happened_on.unwrap(),
                project: line.entry.project,
                entry: line.entry.entry.clone(),
            });
            found.push(line.entry.entry);
        }
        assert_eq!(found, ["breach-1", "breach-2", "breach-3"]);
        let with_due = worklists::EntryFilter { with_due: true, ..all };
        assert_eq!(worklists::entries(db, "r", &with_due, None, 5).await.unwrap().len(), 1);
        let hosts = Scope::Related { host: Some("甲镇".into()), sectors: Vec::new() };
        let of_hosts = worklists::EntryFilter { scope: &hosts, ..all };
        assert!(worklists::entries(db, "r", &of_hosts, None, 5).await.unwrap().is_empty());
    }
}

on_both! {
    async fn the_last_fact_of_the_projects_changed_last_is_told(home: Home) {
        let db = &home.db;
        fill(db).await;
        let mut batch = Batch::new();
        for id in ["a", "b", "c"] {
            let fact = events::NewEvent {
                kind: "registered".into(),
                happened_on: TODAY,
                recorded_at: at(1),
                by: "{}".into(),
                data: format!("{{\"of\":\"{id}\"}}"),
            };
            events::append(&mut batch, "r", id, 0, "", &[fact]);
        }
        db.write(batch).await.unwrap();
        let changes = worklists::last_changes(db, "r", &Scope::All, 2).await.unwrap();
        assert_eq!(changes.iter().map(|line| line.data.as_str()).collect::<Vec<_>>(), ["{\"of\":\"c\"}", "{\"of\":\"b\"}"]);
        let related = Scope::Related { host: Some("乙镇".into()), sectors: vec!["industry".into()] };
        let changes = worklists::last_changes(db, "r", &related, 5).await.unwrap();
        assert_eq!(changes.iter().map(|line| line.project.as_str()).collect::<Vec<_>>(), ["c", "b", "a"]);
        let nothing = Scope::Related { host: None, sectors: Vec::new() };
        assert!(worklists::last_changes(db, "r", &nothing, 5).await.unwrap().is_empty());
    }
}

on_both! {
    async fn a_sorted_stream_and_pages_back_and_forth_agree(home: Home) {
        let db = &home.db;
        for n in 0..23 {
            let row = ProjectRow {
                host: Some("甲镇".into()),
                sector: Some(if n % 2 == 0 { "industry" } else { "commerce" }.into()),
                signed_on: (n % 3 > 0).then_some(date(2025, 1, 1 + (n % 2) as i8)),
                ..project(&format!("p{n:02}"), "同名")
            };
            put(db, &row, n).await;
        }
        let sights = [
            Scope::All,
            Scope::Related { host: Some("甲镇".into()), sectors: Vec::new() },
            Scope::Related { host: Some("无".into()), sectors: vec!["industry".into(), "commerce".into()] },
        ];
        for sight in sights {
            let filter = LedgerFilter { sight: Some(sight), tracked: true, undecided: true, ..Default::default() };
            for (by, descending) in [(SortBy::Signed, false), (SortBy::Signed, true), (SortBy::Name, true), (SortBy::Number, false)] {
                let sort = Sort { by, descending };
                let mut stream = ledger::stream_sorted(db, "r", &filter, sort, 5).await.unwrap().unwrap();
                let mut streamed = Vec::new();
                while let Some(chunk) = stream.next().await.unwrap() {
                    streamed.extend(chunk.into_iter().map(|stored| stored.row.number));
                }
                assert_eq!(streamed.len(), 23);
                let (mut place, mut forward) = (Place::First, Vec::new());
                let last = loop {
                    let page = ledger::page_at(db, "r", &filter, sort, &place, 5).await.unwrap();
                    forward.extend(page.rows.iter().map(|stored| stored.row.number));
                    match page.next {
                        Some(next) => place = next,
                        None => break page,
                    }
                };
                assert_eq!(forward, streamed, "{sort:?}");
                let mut backward: Vec<i64> = last.rows.iter().map(|stored| stored.row.number).collect();
                let mut place = last.previous;
                while let Some(at) = place {
                    let page = ledger::page_at(db, "r", &filter, sort, &at, 5).await.unwrap();
                    backward.splice(0..0, page.rows.iter().map(|stored| stored.row.number));
                    place = page.previous;
                }
                assert_eq!(backward, streamed, "{sort:?}");
            }
        }
    }
}
