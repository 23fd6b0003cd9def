//! Plans: no page of the leads may scan them or sort more than it shows.

use super::*;
use crate::OpenOptions;

fn day(ordinal: i64) -> Date {
    jiff::civil::date(2025, 1, 1)
        .checked_add(jiff::Span::new().days(ordinal))
        .unwrap()
}

async fn filled() -> Db {
    let db = Db::open("sqlite::memory:", OpenOptions::default())
        .await
        .unwrap();
    let mut batch = Batch::new();
    for i in 0..3000_i64 {
        let held = i % 3 > 0;
        let row = LeadRow {
            region: "r".into(),
            project: format!("p{i:05}"),
            name: format!("样例线索{}", i % 100),
            source: format!("source{}", i % 6),
            finder_unit: format!("单位{}", i % 9),
            found_on: day(i % 300),
            last_contact_on: day(i % 200),
            holder: held.then(|| format!("单位{}", i % 7)),
            phase: if held { "held" } else { "pool" }.into(),
            lane: Some(if held {
                format!("stage{}", i % 4)
            } else {
                "pool".into()
            }),
            warns_on: held.then(|| day(i % 200 + 50)),
            credit: "[]".into(),
            ..Default::default()
        };
        replace(&mut batch, "r", &row.project, Some(&row));
    }
    db.write(batch).await.unwrap();
    db.optimize().await.unwrap();
    db
}

async fn plan_of(db: &Db, sql: &str, params: &[Value]) -> String {
    let rows = db
        .rows(&format!("EXPLAIN QUERY PLAN {sql}"), params)
        .await
        .unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.string(3).unwrap()).collect();
    lines.join("\n")
}

#[tokio::test]
async fn every_column_of_the_board_walks_its_own_part_of_the_index_and_sorts_nothing() {
    let db = filled().await;
    let conditions = Conditions::of_board(&db, "r", &LeadFilter::default()).unwrap();
    let lanes = ["pool", "stage1"].map(|lane| LaneRows {
        lane: lane.into(),
        count: 0,
        cards: Vec::new(),
    });
    let (sql, params) = cards_statement(&conditions, &lanes, 20);
    let plan = plan_of(&db, &sql, &params).await;
    assert_eq!(plan.matches("lead_lane").count(), 2, "{plan}");
    assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    let board = board(&db, "r", &LeadFilter::default(), 20).await.unwrap();
    let counts: Vec<(&str, u64)> = board.iter().map(|l| (l.lane.as_str(), l.count)).collect();
    assert_eq!(
        counts,
        [
            ("pool", 1000),
            ("stage0", 500),
            ("stage1", 500),
            ("stage2", 500),
            ("stage3", 500)
        ]
    );
    assert!(board.iter().all(|lane| lane.cards.len() == 20));
    let pool = &board[0].cards;
    assert!(pool.is_sorted_by(|a, b| a.last_contact_on >= b.last_contact_on));
    assert!(
        board[1]
            .cards
            .is_sorted_by(|a, b| a.last_contact_on <= b.last_contact_on)
    );
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_in_every_order() {
    let db = filled().await;
    for sort in [LeadSort::Found, LeadSort::Contact, LeadSort::Name] {
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let filter = LeadFilter {
                source: "source1".into(),
                ..Default::default()
            };
            let page = page(&db, "r", &filter, sort, after.as_deref(), 70)
                .await
                .unwrap();
            seen.extend(page.rows.iter().map(|row| row.project.clone()));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 500, "{sort:?}");
        let mut unique = seen.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), 500, "{sort:?}");
    }
    let bad = page(
        &db,
        "r",
        &LeadFilter::default(),
        LeadSort::Found,
        Some("p|x"),
        5,
    )
    .await;
    assert!(
        matches!(bad, Err(StoreError::NotUnderstood { .. })),
        "{bad:?}"
    );
}

#[tokio::test]
async fn the_first_page_and_the_sweep_walk_an_index() {
    let db = filled().await;
    let conditions = Conditions::of(&db, "r", &LeadFilter::default()).unwrap();
    let sql = format!(
        "SELECT {} FROM lead WHERE {} ORDER BY found_on DESC, project DESC LIMIT 50",
        select_list(),
        conditions.sql
    );
    let plan = plan_of(&db, &sql, &conditions.params).await;
    assert!(
        plan.contains("lead_found") && !plan.contains("TEMP B-TREE"),
        "{plan}"
    );
    let sweep =
        "SELECT project FROM lead WHERE region = $1 AND warns_on IS NOT NULL AND warns_on <= $2
                  ORDER BY warns_on, project";
    let plan = plan_of(&db, sweep, &["r".into(), day(60).into()]).await;
    assert!(
        plan.contains("lead_warns") && !plan.contains("TEMP B-TREE"),
        "{plan}"
    );
    let mut resting = resting(&db, "r", day(50), 10).await.unwrap();
    let first = resting.next().await.unwrap().unwrap();
    assert!(first.iter().all(|row| row.warns_on.unwrap() <= day(50)));
}

#[tokio::test]
async fn counts_stop_and_walk_an_index() {
    let db = filled().await;
    let conditions = Conditions::of_board(&db, "r", &LeadFilter::default()).unwrap();
    let lanes = ["pool".to_string(), "stage1".to_string()];
    let (sql, params) = counts_statement(&conditions, "lane", &lanes);
    let plan = plan_of(&db, &sql, &params).await;
    assert_eq!(
        plan.matches("COVERING INDEX lead_lane").count(),
        2,
        "{plan}"
    );
    for (column, index) in [
        ("lane", "lead_lane"),
        ("phase", "lead_phase"),
        ("holder", "lead_holder"),
        ("finder_unit", "lead_finder"),
    ] {
        let plan = plan_of(&db, &values_statement(column), &["r".into()]).await;
        assert_eq!(plan.matches(index).count(), 2, "{column}: {plan}");
    }
    let phases = counts_by_phase(&db, "r", &LeadFilter::default())
        .await
        .unwrap();
    assert_eq!(
        phases,
        [
            ("held".to_string(), u64::from(MOST_COUNTED)),
            ("pool".to_string(), 1000)
        ]
    );
    let (holders, finders) = units(&db, "r").await.unwrap();
    assert_eq!((holders.len(), finders.len()), (7, 9));
    db.close().await;
}
