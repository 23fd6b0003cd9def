//! An edited form becomes facts, with conflicts and faults said at their place.

use service::ServiceError;
use service::forms::{Choice, Side};

use super::{cell, exported, form_4, place, query, query_5, row_of, saved_again, set, with_forms};
use crate::city::{CENTRE, City, OTHER_TOWN, PARK, day, details, operator, staff};

on_both!(
    what_is_exported_and_read_back_changes_nothing,
    edited_cells_become_facts_of_the_project_dated_in_the_period,
    cells_changed_on_both_sides_want_a_choice,
    a_file_with_faults_is_not_taken_and_each_fault_is_said_at_its_place,
    rows_may_be_sorted_deleted_and_columns_moved,
    one_refused_row_leaves_all_rows_as_they_were,
);

async fn what_is_exported_and_read_back_changes_nothing(city: &City) {
    with_forms(city).await;
    city.started("样例光电项目").await;
    city.signed("样例纺织项目").await;
    city.on("2025-07-02");
    for form in ["xiangtan-4", "xiangtan-5"] {
        let query = query(form, "2025-06", None);
        for actor in [operator(), staff(CENTRE)] {
            let bytes = exported(city, &actor, &query).await;
            for bytes in [saved_again(&bytes, |_| ()), bytes] {
                let edited = city
                    .service
                    .read_form(&actor, "表.xlsx", &bytes)
                    .await
                    .unwrap();
                assert_eq!(edited.faults, [], "{form}");
                assert_eq!(edited.notes, Vec::<String>::new());
                assert_eq!((edited.changes(), edited.unchanged), (0, 2));
                let applied = city
                    .service
                    .apply_form(&actor, "表.xlsx", &bytes, &[])
                    .await;
                assert_eq!(applied.unwrap().projects, 0);
            }
        }
    }
    city.is_sound().await;
}

async fn edited_cells_become_facts_of_the_project_dated_in_the_period(city: &City) {
    with_forms(city).await;
    let project = city.signed("样例光电项目").await;
    city.on("2025-07-02");
    let query = form_4("2025-06");
    let bytes = exported(city, &operator(), &query).await;
    let bytes = saved_again(&bytes, |grid| {
        set(grid, "样例光电项目", "总投资（亿元）", "3.5");
        set(grid, "样例光电项目", "合作方式", "C");
        set(grid, "样例光电项目", "产业类别", "工业制造业");
        set(grid, "样例光电项目", "到位资金（万元）", "1200.50");
        set(
            grid,
            "样例光电项目",
            "项目联系人及电话",
            "样例王五 13900000000",
        );
        set(
            grid,
            "样例光电项目",
            "项目进展情况（工商注册名称及代码必填）",
            "厂房主体完工\n工商注册名称：样例光电有限公司",
        );
    });
    let edited = city
        .service
        .read_form(&operator(), "表.xlsx", &bytes)
        .await
        .unwrap();
    assert_eq!(edited.faults, []);
    assert_eq!(edited.conflicts(), 0);
    let applied = city
        .service
        .apply_form(&operator(), "表.xlsx", &bytes, &[])
        .await
        .unwrap();
    assert_eq!(applied.projects, 1);
    let produced = city
        .service
        .produce_form(&operator(), &query)
        .await
        .unwrap();
    assert_eq!(cell(&produced, 0, "total"), "3.5");
    assert_eq!(cell(&produced, 0, "cooperation"), "C");
    assert_eq!(cell(&produced, 0, "industry"), "A类");
    assert_eq!(cell(&produced, 0, "in-place"), "1200.5");
    assert_eq!(cell(&produced, 0, "contact"), "样例王五 13900000000");
    assert_eq!(
        cell(&produced, 0, "progress"),
        "厂房主体完工\n工商注册名称：样例光电有限公司"
    );
    // Facts, not cells: the ledger has them, and the progress stands in the form of the landing office too.
    assert_eq!(
        city.row(&project).await.row.total_investment,
        Some(35_000_000_000)
    );
    let form_5 = query_5();
    let form_5 = city
        .service
        .produce_form(&operator(), &form_5)
        .await
        .unwrap();
    assert_eq!(cell(&form_5, 0, "progress"), "厂房主体完工");
    let facts = store::events::load_stream(city.service.db(), "qianjiang", &project)
        .await
        .unwrap();
    let last: Vec<_> = facts
        .iter()
        .rev()
        .take(2)
        .map(|fact| fact.happened_on)
        .collect();
    assert_eq!(last, [day("2025-06-30"), day("2025-06-30")]);
    city.is_sound().await;
}

async fn cells_changed_on_both_sides_want_a_choice(city: &City) {
    with_forms(city).await;
    let project = city.signed("样例光电项目").await;
    city.on("2025-06-28");
    let query = form_4("2025-06");
    let bytes = exported(city, &operator(), &query).await;
    let bytes = saved_again(&bytes, |grid| {
        set(grid, "样例光电项目", "项目所在地", "样例镇甲工业园");
        set(grid, "样例光电项目", "项目基本情况", "建设四条生产线");
    });
    // Meanwhile somebody writes another place on the project's page.
    city.on("2025-06-29");
    let mut changed = details("样例光电项目");
    changed.location = Some("样例大道一号".into());
    city.service
        .edit_details(&staff(CENTRE), &project, None, changed, None)
        .await
        .unwrap();
    let edited = city
        .service
        .read_form(&operator(), "表.xlsx", &bytes)
        .await
        .unwrap();
    assert_eq!((edited.changes(), edited.conflicts()), (2, 1));
    let conflict = edited.rows[0]
        .cells
        .iter()
        .find(|cell| cell.is_conflict())
        .unwrap();
    assert_eq!(conflict.heading, "项目所在地");
    assert_eq!(conflict.file, "样例镇甲工业园");
    assert_eq!(conflict.present, "样例大道一号");
    let error = city
        .service
        .apply_form(&operator(), "表.xlsx", &bytes, &[])
        .await
        .unwrap_err();
    assert!(error.to_string().contains("还没有选择"), "{error}");
    let choice = Choice {
        project: project.clone(),
        column: conflict.column.clone(),
        side: Side::Present,
    };
    let applied = city
        .service
        .apply_form(&operator(), "表.xlsx", &bytes, &[choice])
        .await
        .unwrap();
    assert_eq!((applied.projects, applied.cells, applied.kept), (1, 1, 1));
    let produced = city
        .service
        .produce_form(&operator(), &query)
        .await
        .unwrap();
    assert_eq!(cell(&produced, 0, "location"), "样例大道一号");
    assert_eq!(cell(&produced, 0, "summary"), "建设四条生产线");
}

async fn a_file_with_faults_is_not_taken_and_each_fault_is_said_at_its_place(city: &City) {
    with_forms(city).await;
    let project = city.signed("样例光电项目").await;
    city.on("2025-07-02");
    let bytes = exported(city, &operator(), &form_4("2025-06")).await;
    let bytes = saved_again(&bytes, |grid| {
        set(grid, "样例光电项目", "总投资（亿元）", "约三个亿");
        set(grid, "样例光电项目", "合作方式", "F");
        set(grid, "样例光电项目", "是否开工（必填）", "是");
        set(grid, "样例光电项目", "项目承接方", "没有这个单位");
        set(grid, "样例光电项目", "项目名称", "");
        let (heading, _) = place(grid, "项目名称");
        let mut row = vec![String::new(); 6];
        row[5] = "样例新来项目".into();
        grid.insert(heading + 2, row);
    });
    let edited = city
        .service
        .read_form(&operator(), "表.xlsx", &bytes)
        .await
        .unwrap();
    let said: Vec<(String, String)> = edited
        .faults
        .iter()
        .map(|fault| (fault.place.clone(), fault.reason.clone()))
        .collect();
    let has = |place: &str, reason: &str| {
        let found = said
            .iter()
            .any(|(p, r)| p.contains(place) && r.contains(reason));
        assert!(found, "{place} {reason}: {said:#?}");
    };
    has("H 列“总投资（亿元）”", "亿元");
    has("“合作方式”", "A—合资；B—合作");
    has("“是否开工（必填）”", "节点");
    has("“项目承接方”", "不在本地区单位名单");
    has("“项目名称”", "不能清空");
    has("第 6 行", "新增的行");
    let before = city.row(&project).await;
    let error = city
        .service
        .apply_form(&operator(), "表.xlsx", &bytes, &[])
        .await
        .unwrap_err();
    assert!(matches!(error, ServiceError::Invalid(_)), "{error:?}");
    assert_eq!(city.row(&project).await, before);
    for junk in [&b"not a workbook"[..], &[]] {
        let error = city
            .service
            .read_form(&operator(), "表.xlsx", junk)
            .await
            .unwrap_err();
        assert!(matches!(error, ServiceError::Invalid(_)), "{error:?}");
    }
}

async fn rows_may_be_sorted_deleted_and_columns_moved(city: &City) {
    with_forms(city).await;
    for name in ["样例一号项目", "样例二号项目", "样例三号项目"] {
        city.signed(name).await;
    }
    city.on("2025-07-02");
    let bytes = exported(city, &operator(), &form_4("2025-06")).await;
    let bytes = saved_again(&bytes, |grid| {
        set(grid, "样例三号项目", "项目所在地", "样例路三号");
        let (first, third) = (row_of(grid, "样例一号项目"), row_of(grid, "样例三号项目"));
        grid.swap(first, third);
        let second = row_of(grid, "样例二号项目");
        grid.remove(second);
        let (_, from) = place(grid, "项目基本情况");
        for row in grid.iter_mut().skip(3).filter(|row| row.len() > from + 1) {
            row.swap(from, from + 1);
        }
    });
    let edited = city
        .service
        .read_form(&operator(), "表.xlsx", &bytes)
        .await
        .unwrap();
    assert_eq!(edited.faults, []);
    assert_eq!(edited.changes(), 1);
    assert_eq!(edited.rows[0].name, "样例三号项目");
    assert!(
        edited
            .notes
            .iter()
            .any(|note| note.contains("样例二号项目") && note.contains("删除"))
    );
    assert!(
        edited
            .notes
            .iter()
            .any(|note| note.contains("“项目所在地”原在 O 列")),
        "{:?}",
        edited.notes
    );
    let applied = city
        .service
        .apply_form(&operator(), "表.xlsx", &bytes, &[])
        .await
        .unwrap();
    assert_eq!(applied.projects, 1);
    let produced = city
        .service
        .produce_form(&operator(), &form_4("2025-06"))
        .await
        .unwrap();
    assert_eq!(produced.rows.len(), 3);
    assert_eq!(cell(&produced, 2, "location"), "样例路三号");
}

async fn one_refused_row_leaves_all_rows_as_they_were(city: &City) {
    with_forms(city).await;
    city.signed("样例一号项目").await;
    city.signed("样例二号项目").await;
    city.on("2025-07-02");
    let query = form_4("2025-06");
    let bytes = exported(city, &staff(CENTRE), &query).await;
    let bytes = saved_again(&bytes, |grid| {
        set(grid, "样例一号项目", "项目所在地", "样例路一号");
        set(grid, "样例二号项目", "项目所在地", "样例路二号");
    });
    // The town receives no project here: it may not even see them in the form.
    let town = city
        .service
        .apply_form(&staff(OTHER_TOWN), "表.xlsx", &bytes, &[])
        .await;
    assert!(town.is_err());
    // A unit that sees them all in the form, without the right to change basic facts.
    let park = city
        .service
        .apply_form(&staff(PARK), "表.xlsx", &bytes, &[])
        .await;
    let error = park.unwrap_err();
    assert!(matches!(error, ServiceError::Refused(_)), "{error:?}");
    assert!(error.to_string().contains("样例一号项目"), "{error}");
    let produced = city
        .service
        .produce_form(&operator(), &query)
        .await
        .unwrap();
    assert_eq!(cell(&produced, 0, "location"), "");
    let applied = city
        .service
        .apply_form(&staff(CENTRE), "表.xlsx", &bytes, &[])
        .await
        .unwrap();
    assert_eq!(applied.projects, 2);
}
