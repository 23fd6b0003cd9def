//! Plans: no list of matters may scan them or sort more than it shows.

use super::*;
use crate::matters::{MatterUnitRow, put};
use crate::{Batch, OpenOptions};

const TODAY: Date = jiff::civil::date(2025, 6, 1);

fn day(ordinal: i64) -> Date {
    jiff::civil::date(2025, 1, 1)
        .checked_add(jiff::Span::new().days(ordinal))
        .unwrap()
}

fn row(i: i64) -> MatterRow {
    let phase = ["closed", "issued", "accepted", "closed", "reported"][i as usize % 5];
    MatterRow {
        region: "r".into(),
        matter: format!("m{i:05}"),
        version: 1,
        kind: format!("kind{}", i % 3),
        kind_title: "交办".into(),
        year: 2025,
        n: i / 3 + 1,
        number: format!("第 {i} 号"),
        title: format!("样例事项{i}"),
        phase: phase.into(),
        issuer: "样例办".into(),
        issued_by: "样例甲".into(),
        leader: (i % 7 == 0).then(|| "样例领导".into()),
        lead: format!("样例局{}", i % 9),
        project: None,
        source_kind: None,
        source_id: None,
        supervises: None,
        escalated_to: None,
        issued_on: day(i % 150),
        accept_by: None,
        warn_on: None,
        due_on: day(i % 200),
        reported_on: None,
        closed_on: None,
        urges: 0,
        returns: 0,
        sample: false,
        pack: "p".into(),
        pack_version: "1".into(),
        search: format!("样例事项{i}"),
        changed_at: jiff::Timestamp::UNIX_EPOCH,
    }
}

async fn filled() -> Db {
    let db = Db::open("sqlite::memory:", OpenOptions::default())
        .await
        .unwrap();
    let mut batch = Batch::new();
    for i in 0..2000 {
        let row = row(i);
        let unit = |unit: String, role: &str, waits: Option<&str>| MatterUnitRow {
            unit,
            role: role.into(),
            waits: waits.map(str::to_owned),
            due_on: None,
        };
        let reported = row.phase == "reported";
        let units = [
            unit("样例办".into(), "issuer", None),
            unit("样例办".into(), "reviewer", reported.then_some("approve")),
            unit(row.lead.clone(), "lead", None),
            // A unit may have two parts in a matter.
            unit(row.lead.clone(), "part", (i % 5 == 2).then_some("answer")),
        ];
        put(&mut batch, &row, &units);
    }
    db.write(batch).await.unwrap();
    db.optimize().await.unwrap();
    db
}

fn query(tab: Tab, unit: &str) -> MatterQuery {
    MatterQuery {
        region: "r".into(),
        unit: unit.into(),
        sees_all: tab != Tab::Mine,
        tab,
        today: TODAY,
        kind: String::new(),
        phase: String::new(),
        lead: String::new(),
        project: String::new(),
        issued_from: None,
        issued_to: None,
        handled: None,
        text: String::new(),
        sort: Sort::Due,
    }
}

async fn plan_of(db: &Db, sql: &str, params: &[Value]) -> String {
    let rows = db
        .rows(&format!("EXPLAIN QUERY PLAN {sql}"), params)
        .await
        .unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.string(3).unwrap()).collect();
    lines.join("\n")
}

/// Every walk names its index; what is sorted is no more than the walks gave, which is after the last of them.
fn walks_and_sorts_only_keys(plan: &str, indexes: &[&str]) {
    for index in indexes {
        assert!(
            plan.contains(&format!("INDEX {index} (")),
            "{index}: {plan}"
        );
    }
    let mut scans = plan.lines().filter(|line| line.starts_with("SCAN "));
    let derived = |line: &str| {
        ["walk", "k", "found", "CONSTANT"]
            .iter()
            .any(|word| line[5..].starts_with(word))
    };
    assert!(scans.all(derived), "{plan}");
    assert!(!plan.contains("TEMP B-TREE FOR DISTINCT"), "{plan}");
}

#[tokio::test]
async fn every_list_by_day_walks_its_indexes() {
    let db = filled().await;
    let unit = ["matter_unit_due"];
    let all = ["matter_open", "matter_done"];
    let waits = ["matter_unit_waits"];
    let expected: [(Tab, &[&str]); 5] = [
        (Tab::Mine, &unit),
        (Tab::Issued, &unit),
        (Tab::Review, &waits),
        (Tab::Overdue, &["matter_open"]),
        (Tab::All, &all),
    ];
    for (tab, indexes) in expected {
        for kind in ["", "kind1"] {
            let query = MatterQuery {
                kind: kind.into(),
                ..query(tab, "样例办")
            };
            let (sql, params) = list_statement(&db, &query, 0, 51).unwrap();
            walks_and_sorts_only_keys(&plan_of(&db, &sql, &params).await, indexes);
            let (sql, params) = count_statement(&db, &query, 1_000).unwrap();
            walks_and_sorts_only_keys(&plan_of(&db, &sql, &params).await, indexes);
        }
    }
    let sql = waiting_statement(&db, 8);
    let params = ["r".into(), "样例局1".into()];
    walks_and_sorts_only_keys(&plan_of(&db, &sql, &params).await, &waits);
    let sql = leader_statement(&db, 200);
    let params = ["r".into(), "u".into(), "样例领导".into()];
    let leader = ["matter_leader", "matter_issued_by"];
    walks_and_sorts_only_keys(&plan_of(&db, &sql, &params).await, &leader);
    db.close().await;
}

#[tokio::test]
async fn the_other_orders_walk_an_index_too() {
    let db = filled().await;
    for (sort, index) in [
        (Sort::Issued, "matter_issued"),
        (Sort::Number, "matter_numbered"),
    ] {
        let query = MatterQuery {
            sort,
            ..query(Tab::All, "样例办")
        };
        let (sql, params) = list_statement(&db, &query, 0, 51).unwrap();
        let plan = plan_of(&db, &sql, &params).await;
        assert!(plan.contains(&format!("INDEX {index} (")), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
    db.close().await;
}

#[tokio::test]
async fn pages_follow_each_other_open_ones_first_each_matter_once() {
    let db = filled().await;
    for tab in [Tab::Mine, Tab::All] {
        let query = query(tab, "样例局1");
        let mut seen: Vec<(bool, Date, String)> = Vec::new();
        loop {
            let lines = list(&db, &query, seen.len() as u32, 70).await.unwrap();
            if lines.is_empty() {
                break;
            }
            seen.extend(lines.into_iter().map(|line| {
                let row = line.row;
                (row.phase == "closed", row.due_on, row.matter)
            }));
        }
        let wanted = (0..2000)
            .map(row)
            .filter(|row| tab == Tab::All || row.lead == "样例局1");
        assert_eq!(seen.len(), wanted.count(), "{tab:?}");
        assert!(seen.is_sorted(), "{tab:?}");
        assert_eq!(count(&db, &query, 5_000).await.unwrap(), seen.len() as u64);
    }
    assert_eq!(
        count(&db, &query(Tab::All, "样例办"), 100).await.unwrap(),
        100
    );
    db.close().await;
}
