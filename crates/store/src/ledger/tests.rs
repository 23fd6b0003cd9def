//! Plans: no page may scan the ledger or sort more than it must.

use super::*;
use crate::{Batch, OpenOptions};

async fn filled() -> Db {
    let db = Db::open("sqlite::memory:", OpenOptions::default())
        .await
        .unwrap();
    let mut batch = Batch::new();
    for i in 0..3000u32 {
        let row = crate::projects::ProjectRow {
            region: "r".into(),
            project: format!("p{i:05}"),
            number: i64::from(i) + 1,
            name: format!("样例项目{}", i % 100),
            host: Some(format!("镇{}", i % 3)),
            sector: Some(if i == 5 { "rare" } else { "common" }.into()),
            signed_on: (i % 4 > 0).then(|| jiff::civil::date(2025, 1, 1)),
            red_on: (i % 500 == 0).then(|| jiff::civil::date(2025, 1, 1)),
            ..Default::default()
        };
        let at = jiff::Timestamp::from_second(i64::from(i)).unwrap();
        crate::projects::upsert(&mut batch, &row, 1, at);
    }
    db.write(batch).await.unwrap();
    db.optimize().await.unwrap();
    db
}

async fn plan_of(db: &Db, filter: &LedgerFilter, by: SortBy, after: bool) -> String {
    let conditions = Conditions::of(db, "r", filter).unwrap();
    let (conditions, way) = plan::choose(db, conditions, by).await.unwrap();
    let sort = Sort {
        by,
        descending: true,
    };
    let found = Found {
        conditions,
        way,
        sort,
    };
    let cursor = || Cursor {
        value: match by {
            SortBy::Updated => jiff::Timestamp::UNIX_EPOCH.into(),
            SortBy::Number | SortBy::Investment => 7i64.into(),
            SortBy::Name => "n".into(),
            SortBy::Signed | SortBy::Due => jiff::civil::date(2025, 1, 1).into(),
        },
        number: 7,
    };
    let mut plans = vec![statement(
        &found,
        &Part::Present(Stretch::after(after.then(cursor))),
        50,
    )];
    if by.may_be_absent() {
        plans.push(statement(&found, &Part::Absent(after.then(cursor)), 50));
    }
    let mut text = String::new();
    for (sql, params) in plans {
        for row in db
            .rows(&format!("EXPLAIN QUERY PLAN {sql}"), &params)
            .await
            .unwrap()
        {
            text += &format!("{}\n", row.text(3).unwrap());
        }
    }
    text
}

const ALL_SORTS: [SortBy; 6] = [
    SortBy::Updated,
    SortBy::Number,
    SortBy::Name,
    SortBy::Signed,
    SortBy::Due,
    SortBy::Investment,
];

#[tokio::test]
async fn every_sort_walks_its_index_on_every_page() {
    let db = filled().await;
    for by in ALL_SORTS {
        for after in [false, true] {
            let plan = plan_of(&db, &LedgerFilter::default(), by, after).await;
            assert!(
                !plan.contains("SCAN") && !plan.contains("TEMP B-TREE"),
                "{by:?} {after}: {plan}"
            );
        }
    }
    db.close().await;
}

#[tokio::test]
async fn a_common_filter_walks_the_sorted_index() {
    let db = filled().await;
    let filter = LedgerFilter {
        hosts: vec!["镇1".into()],
        ..Default::default()
    };
    for by in ALL_SORTS {
        let plan = plan_of(&db, &filter, by, true).await;
        assert!(
            !plan.contains("SCAN") && !plan.contains("TEMP B-TREE"),
            "{by:?}: {plan}"
        );
    }
    assert!(
        plan_of(&db, &filter, SortBy::Updated, false)
            .await
            .contains("project_host")
    );
    assert!(
        plan_of(&db, &filter, SortBy::Name, false)
            .await
            .contains("project_name")
    );
    db.close().await;
}

#[tokio::test]
async fn a_rare_filter_is_found_by_its_index() {
    let db = filled().await;
    let today = jiff::civil::date(2025, 6, 1);
    let rare = LedgerFilter {
        sectors: vec!["rare".into()],
        hosts: vec!["镇1".into()],
        ..Default::default()
    };
    assert!(
        plan_of(&db, &rare, SortBy::Name, false)
            .await
            .contains("project_sector")
    );
    let red = LedgerFilter {
        light: Some(Light::Red),
        today,
        ..Default::default()
    };
    assert!(
        plan_of(&db, &red, SortBy::Name, false)
            .await
            .contains("project_red")
    );
    let scope = LedgerFilter {
        scope: Some(vec!["rare".into()]),
        ..Default::default()
    };
    let plan = plan_of(&db, &scope, SortBy::Updated, false).await;
    assert!(
        plan.contains("project_host") && plan.contains("project_receiving"),
        "{plan}"
    );
    db.close().await;
}

#[tokio::test]
async fn totals_read_one_index_alone() {
    let db = filled().await;
    let filter = LedgerFilter {
        hosts: vec!["镇1".into(), "镇2".into()],
        ..Default::default()
    };
    for filter in [filter, LedgerFilter::default()] {
        let (sql, params) =
            totals_statement(&Conditions::of(&db, "r", &filter).unwrap(), filter.today);
        let rows = db
            .rows(&format!("EXPLAIN QUERY PLAN {sql}"), &params)
            .await
            .unwrap();
        let plan: Vec<_> = rows.iter().map(|row| row.string(3).unwrap()).collect();
        assert!(
            plan[0].contains("COVERING INDEX project_totals"),
            "{plan:?}"
        );
    }
    db.close().await;
}

#[tokio::test]
async fn counting_matches_reads_no_further_than_needed() {
    let db = filled().await;
    let filter = LedgerFilter {
        light: Some(Light::Yellow),
        hosts: vec!["镇1".into(), "镇2".into()],
        scope: Some(vec!["镇1".into()]),
        credit_code: Some("c".into()),
        signed_from: Some(jiff::civil::date(2025, 1, 1)),
        investment_until: Some(1),
        due_until: Some(jiff::civil::date(2025, 1, 1)),
        import_batch: Some("i".into()),
        ..Default::default()
    };
    let conditions = Conditions::of(&db, "r", &filter).unwrap();
    assert_eq!(conditions.indexed.len(), 9);
    for indexed in &conditions.indexed {
        let sql = format!("EXPLAIN QUERY PLAN {}", plan::count_statement(indexed, 100));
        let rows = db
            .rows(&sql, &conditions.params[..indexed.params])
            .await
            .unwrap();
        let plan: Vec<_> = rows.iter().map(|row| row.string(3).unwrap()).collect();
        let searches = plan
            .iter()
            .filter(|step| step.starts_with("SEARCH project"));
        assert!(searches.clone().count() > 0, "{plan:?}");
        assert!(
            searches
                .clone()
                // This one holds nothing but what the condition wants.
                .all(|step| step.contains("project_assigned")
                    || step.matches(['=', '<', '>']).count() >= 2),
            "{plan:?}"
        );
    }
    db.close().await;
}

#[tokio::test]
async fn rows_near_the_beginning_are_found_without_counting_and_are_the_same() {
    let db = filled().await;
    let sort = Sort {
        by: SortBy::Name,
        descending: false,
    };
    let near_rows = async |filter: &LedgerFilter| {
        let conditions = Conditions::of(&db, "r", filter).unwrap();
        near(&db, &conditions, sort, None, 51).await.unwrap()
    };
    let common = LedgerFilter {
        sectors: vec!["common".into()],
        hosts: vec!["镇1".into()],
        ..Default::default()
    };
    let rows = near_rows(&common).await.unwrap();
    let conditions = Conditions::of(&db, "r", &common).unwrap();
    let (conditions, way) = plan::choose(&db, conditions, sort.by).await.unwrap();
    let found = Found {
        conditions,
        way,
        sort,
    };
    let all = part(&db, &found, Part::Present(Stretch::default()), 51)
        .await
        .unwrap();
    assert_eq!(rows, all);
    let seen = LedgerFilter {
        scope: Some(vec!["镇1".into()]),
        ..Default::default()
    };
    let changed = Sort {
        by: SortBy::Updated,
        descending: true,
    };
    let page = page(&db, "r", &seen, changed, None, 50).await.unwrap();
    assert_eq!((page.rows.len(), page.next.is_some()), (50, true));
    let rare = LedgerFilter {
        sectors: vec!["rare".into()],
        ..Default::default()
    };
    assert_eq!(near_rows(&rare).await, None);
    let conditions = Conditions::of(&db, "r", &common).unwrap();
    let found = Found {
        conditions,
        way: Way::Index(sort.by.index()),
        sort,
    };
    let (sql, params) = end_statement(&found, &Stretch::default());
    let rows = db
        .rows(&format!("EXPLAIN QUERY PLAN {sql}"), &params)
        .await
        .unwrap();
    assert!(
        rows[0]
            .text(3)
            .unwrap()
            .contains("COVERING INDEX project_name")
    );
    db.close().await;
}

#[tokio::test]
async fn leads_are_left_out_unless_asked_for() {
    let db = filled().await;
    let mut batch = Batch::new();
    for i in 0..200 {
        let row = crate::projects::ProjectRow {
            region: "r".into(),
            project: format!("lead{i:03}"),
            number: 5_000 + i,
            name: "样例线索".into(),
            total_investment: Some(7),
            lead: true,
            ..Default::default()
        };
        let at = jiff::Timestamp::from_second(10_000 + i).unwrap();
        crate::projects::upsert(&mut batch, &row, 1, at);
    }
    db.write(batch).await.unwrap();
    let without = LedgerFilter::default();
    let with = LedgerFilter {
        leads: true,
        ..Default::default()
    };
    assert_eq!(totals(&db, "r", &without).await.unwrap().count, 3_000);
    let all = totals(&db, "r", &with).await.unwrap();
    assert_eq!((all.count, all.total_investment), (3_200, 1_400));
    for by in ALL_SORTS {
        let sort = Sort {
            by,
            descending: true,
        };
        let page = page(&db, "r", &without, sort, None, 50).await.unwrap();
        assert!(page.rows.iter().all(|row| !row.row.lead), "{by:?}");
        assert_eq!(page.rows.len(), 50);
    }
    let plan = plan_of(&db, &without, SortBy::Updated, false).await;
    assert!(plan.contains("project_assigned"), "{plan}");
    db.close().await;
}
