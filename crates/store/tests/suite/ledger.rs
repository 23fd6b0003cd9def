use jiff::civil::date;
use store::ledger::{self, GroupBy, LedgerFilter, Light, Sort, SortBy};
use store::projects::{self, ProjectRow};
use store::{Batch, Db};

use crate::projects::{at, project, put};

/// 120 projects with many ties and many absent values.
async fn fill(db: &Db) {
    let mut batch = Batch::new();
    for i in 0..120i64 {
        let row = ProjectRow {
            name: format!("样例{}", i % 7),
            host: Some(format!("镇{}", i % 5)),
            signed_on: (i % 3 > 0).then(|| date(2025, 1, 1 + (i % 2) as i8)),
            next_due_on: (i % 4 == 0).then(|| date(2025, 6, 1 + (i % 9) as i8)),
            total_investment: (i % 10 > 0).then_some(i % 6 * 100),
            ..project(&format!("p{i:03}"), "")
        };
        projects::upsert(&mut batch, &row, 1, at(i / 10));
    }
    db.write(batch).await.unwrap();
}

async fn all_pages(db: &Db, filter: &LedgerFilter, sort: Sort, size: u32) -> Vec<ProjectRow> {
    let (mut rows, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = ledger::page(db, "r", filter, sort, after.as_deref(), size)
            .await
            .unwrap();
        assert!(page.rows.len() <= size as usize);
        rows.extend(page.rows.into_iter().map(|project| project.row));
        match page.next {
            Some(next) => after = Some(next),
            None => return rows,
        }
    }
}

const SORTS: [SortBy; 6] = [
    SortBy::Updated,
    SortBy::Number,
    SortBy::Name,
    SortBy::Signed,
    SortBy::Due,
    SortBy::Investment,
];

on_both! {
    async fn pages_show_every_row_once_in_every_order_over_ties_and_absent_values(home: Home) {
        fill(&home.db).await;
        for by in SORTS {
            for descending in [false, true] {
                let sort = Sort { by, descending };
                let whole = all_pages(&home.db, &LedgerFilter::default(), sort, 1000).await;
                for size in [1, 7, 120] {
                    assert_eq!(all_pages(&home.db, &LedgerFilter::default(), sort, size).await, whole, "{sort:?}");
                }
                let mut numbers: Vec<_> = whole.iter().map(|row| row.number).collect();
                numbers.sort_unstable();
                assert_eq!(numbers, (1..=120).collect::<Vec<_>>(), "{sort:?}");
            }
        }
    }
}

on_both! {
    async fn rows_without_a_value_come_last_whichever_way(home: Home) {
        fill(&home.db).await;
        for descending in [false, true] {
            let sort = Sort { by: SortBy::Signed, descending };
            let rows = all_pages(&home.db, &LedgerFilter::default(), sort, 50).await;
            let days: Vec<_> = rows.iter().map(|row| row.signed_on).collect();
            assert!(days[..80].iter().all(Option::is_some) && days[80..].iter().all(Option::is_none));
            let mut expected = days[..80].to_vec();
            expected.sort();
            if descending { expected.reverse(); }
            assert_eq!(days[..80], expected);
        }
    }
}

on_both! {
    async fn a_page_position_from_an_address_that_was_changed_is_an_error(home: Home) {
        fill(&home.db).await;
        for wrong in ["", "x", "1.", "1.vx", "1.n", "9999999999999999999999.v1", "1.v\u{e9}"] {
            let sort = Sort { by: SortBy::Updated, descending: true };
            let page = ledger::page(&home.db, "r", &LedgerFilter::default(), sort, Some(wrong), 10).await;
            assert!(page.is_err(), "{wrong:?}");
        }
    }
}

async fn ids(db: &Db, filter: LedgerFilter) -> Vec<String> {
    let sort = Sort {
        by: SortBy::Number,
        descending: false,
    };
    all_pages(db, &filter, sort, 3)
        .await
        .into_iter()
        .map(|row| row.project)
        .collect()
}

on_both! {
    async fn each_filter_finds_its_rows(home: Home) {
        let db = &home.db;
        let text = |text: &str| Some(text.to_owned());
        put(db, &ProjectRow { stage: text("s1"), sector: text("x"), host: text("h1"), ..project("a", "甲") }, 0).await;
        put(db, &ProjectRow { stage: text("s2"), authority: text("u1"), sample: true, ..project("b", "乙") }, 0).await;
        put(db, &ProjectRow { receiving_unit: text("h1"), signed_on: Some(date(2025, 3, 1)),
            total_investment: Some(500), ..project("c", "丙") }, 0).await;
        put(db, &ProjectRow { credit_code: text("C"), next_due_on: Some(date(2025, 5, 1)), in_scope: Some(false),
            import_batch: text("i"), ..project("d", "丁") }, 0).await;
        put(db, &ProjectRow { withdrawn: true, ..project("e", "戊") }, 0).await;
        put(db, &ProjectRow { region: "other".into(), ..project("f", "己") }, 0).await;

        let none = LedgerFilter::default;
        assert_eq!(ids(db, none()).await, ["a", "b", "c", "d"]);
        assert_eq!(ids(db, LedgerFilter { withdrawn: true, ..none() }).await, ["a", "b", "c", "d", "e"]);
        assert_eq!(ids(db, LedgerFilter { stages: vec!["s1".into()], ..none() }).await, ["a"]);
        assert_eq!(ids(db, LedgerFilter { stages: vec!["s1".into(), "s2".into()], ..none() }).await, ["a", "b"]);
        assert_eq!(ids(db, LedgerFilter { sectors: vec!["x".into()], hosts: vec!["h1".into()], ..none() }).await, ["a"]);
        assert_eq!(ids(db, LedgerFilter { authorities: vec!["u1".into()], ..none() }).await, ["b"]);
        assert_eq!(ids(db, LedgerFilter { scope: Some(vec!["h1".into()]), ..none() }).await, ["a", "c"]);
        assert_eq!(ids(db, LedgerFilter { scope: Some(vec!["h1".into(), "u1".into()]), ..none() }).await, ["a", "b", "c"]);
        assert_eq!(ids(db, LedgerFilter { scope: Some(vec![]), ..none() }).await, Vec::<String>::new());
        assert_eq!(ids(db, LedgerFilter { credit_code: text("C"), ..none() }).await, ["d"]);
        assert_eq!(ids(db, LedgerFilter { signed_from: Some(date(2025, 3, 1)), ..none() }).await, ["c"]);
        assert_eq!(ids(db, LedgerFilter { signed_until: Some(date(2025, 2, 28)), ..none() }).await, Vec::<String>::new());
        assert_eq!(ids(db, LedgerFilter { investment_from: Some(500), investment_until: Some(500), ..none() }).await, ["c"]);
        assert_eq!(ids(db, LedgerFilter { due_until: Some(date(2025, 5, 1)), ..none() }).await, ["d"]);
        assert_eq!(ids(db, LedgerFilter { sample: Some(true), ..none() }).await, ["b"]);
        assert_eq!(ids(db, LedgerFilter { in_scope: Some(false), ..none() }).await, ["d"]);
        assert_eq!(ids(db, LedgerFilter { import_batch: text("i"), ..none() }).await, ["d"]);
        assert_eq!(ids(db, LedgerFilter { pack: text("other"), ..none() }).await, Vec::<String>::new());
    }
}

on_both! {
    async fn every_project_has_exactly_one_light_and_totals_count_them(home: Home) {
        let db = &home.db;
        let day = |n| Some(date(2025, 6, n));
        put(db, &ProjectRow { red_on: day(10), yellow_on: day(1), total_investment: Some(100), ..project("red", "") }, 0).await;
        put(db, &ProjectRow { red_on: day(11), yellow_on: day(10), total_investment: Some(20), ..project("yellow", "") }, 0).await;
        put(db, &ProjectRow { red_on: day(30), yellow_on: day(11), funds_in_place: Some(3), ..project("normal", "") }, 0).await;
        put(db, &project("no-days", ""), 0).await;
        put(db, &ProjectRow { red_on: day(1), finished: true, ..project("finished", "") }, 0).await;
        put(db, &ProjectRow { red_on: day(1), removed: true, ..project("removed", "") }, 0).await;
        put(db, &ProjectRow { finished: true, withdrawn: true, ..project("withdrawn", "") }, 0).await;

        let of = |light| LedgerFilter { light: Some(light), today: date(2025, 6, 10), ..Default::default() };
        assert_eq!(ids(db, of(Light::Red)).await, ["red"]);
        assert_eq!(ids(db, of(Light::Yellow)).await, ["yellow"]);
        assert_eq!(ids(db, of(Light::Normal)).await, ["normal", "no-days"]);
        assert_eq!(ids(db, of(Light::Finished)).await, ["finished"]);
        assert_eq!(ids(db, of(Light::Gone)).await, ["removed", "withdrawn"]);

        let all = LedgerFilter { today: date(2025, 6, 10), withdrawn: true, ..Default::default() };
        let totals = ledger::totals(db, "r", &all).await.unwrap();
        assert_eq!((totals.count, totals.total_investment, totals.funds_in_place), (7, 120, 3));
        assert_eq!((totals.red, totals.yellow, totals.normal, totals.finished, totals.gone), (1, 1, 2, 1, 2));
        let red = ledger::totals(db, "r", &of(Light::Red)).await.unwrap();
        assert_eq!((red.count, red.red, red.total_investment), (1, 1, 100));
    }
}

on_both! {
    async fn totals_by_host_add_up_to_the_totals(home: Home) {
        fill(&home.db).await;
        put(&home.db, &project("hostless", ""), 0).await;
        let filter = LedgerFilter { today: date(2025, 6, 10), ..Default::default() };
        let whole = ledger::totals(&home.db, "r", &filter).await.unwrap();
        let parts = ledger::totals_by(&home.db, "r", &filter, GroupBy::Host).await.unwrap();
        let hosts: Vec<_> = parts.iter().map(|(host, totals)| (host.as_str(), totals.count)).collect();
        assert_eq!(hosts, [("", 1), ("镇0", 24), ("镇1", 24), ("镇2", 24), ("镇3", 24), ("镇4", 24)]);
        assert_eq!(parts.iter().map(|(_, totals)| totals.total_investment).sum::<i64>(), whole.total_investment);
    }
}

on_both! {
    async fn chinese_is_found_by_any_part_of_it(home: Home) {
        let db = &home.db;
        let text = |text: &str| Some(text.to_owned());
        put(db, &ProjectRow { investor: text("样例新材料股份有限公司"), ..project("a", "潜江年产10万吨电子级化学品项目") }, 0).await;
        put(db, &ProjectRow { location: text("江汉盐化工业园"), number: 2025, ..project("b", "ABC智能装备（二期）") }, 0).await;
        put(db, &ProjectRow { region: "other".into(), ..project("c", "潜江其他项目") }, 0).await;

        let found = async |query: &str| ids(db, LedgerFilter { text: Some(query.into()), ..Default::default() }).await;
        assert_eq!(found("电子级").await, ["a"]);
        assert_eq!(found("化").await, ["a", "b"]);
        assert_eq!(found("潜江 新材料").await, ["a"]);
        assert_eq!(found("abc").await, ["b"]);
        assert_eq!(found("ＡＢ").await, ["b"]);
        assert_eq!(found("2025").await, ["b"]);
        assert_eq!(found("期").await, ["b"]);
        assert_eq!(found("子电").await, Vec::<String>::new());
        assert_eq!(found("\" OR '*:&|!(").await, Vec::<String>::new());
        assert_eq!(found("  ").await, ["a", "b"]);
    }
}

on_both! {
    async fn a_new_name_is_found_and_the_old_one_no_longer(home: Home) {
        let db = &home.db;
        put(db, &project("a", "旧名项目"), 0).await;
        put(db, &project("a", "新名项目"), 1).await;
        let found = async |query: &str| ids(db, LedgerFilter { text: Some(query.into()), ..Default::default() }).await;
        assert_eq!(found("新名").await, ["a"]);
        assert_eq!(found("旧名").await, Vec::<String>::new());
    }
}

on_both! {
    async fn an_export_streams_what_the_filter_finds_by_number(home: Home) {
        fill(&home.db).await;
        let filter = LedgerFilter { hosts: vec!["镇1".into()], ..Default::default() };
        let mut rows = ledger::stream(&home.db, "r", &filter, 10).await.unwrap().unwrap();
        let mut numbers = Vec::new();
        while let Some(chunk) = rows.next().await.unwrap() {
            numbers.extend(chunk.into_iter().map(|project| project.row.number));
        }
        assert_eq!(numbers, (0..24).map(|i| i * 5 + 2).collect::<Vec<_>>());
    }
}

on_both! {
    async fn a_word_that_most_names_hold_finds_all_of_them_on_pages_and_in_totals(home: Home) {
        fill(&home.db).await;
        put(&home.db, &project("other", "别的"), 0).await;
        let common = LedgerFilter { text: Some("样例".into()), ..Default::default() };
        let at_a_host = LedgerFilter { hosts: vec!["镇1".into()], ..common.clone() };
        let rare = LedgerFilter { text: Some("样例 3".into()), hosts: vec!["镇1".into()], ..Default::default() };
        for (filter, count) in [(common, 120), (at_a_host, 24), (rare, 3)] {
            for by in SORTS {
                let sort = Sort { by, descending: true };
                assert_eq!(all_pages(&home.db, &filter, sort, 50).await.len(), count, "{sort:?}");
            }
            assert_eq!(ledger::totals(&home.db, "r", &filter).await.unwrap().count, count as u64);
        }
        let by_host = LedgerFilter { text: Some("样例".into()), ..Default::default() };
        let parts = ledger::totals_by(&home.db, "r", &by_host, GroupBy::Host).await.unwrap();
        assert_eq!(parts.len(), 5);
    }
}
