//! Forms: produced from facts, edited offline, read back.

use office::{ReadLimits, read_sheets};
use service::forms::{Choice, FormQuery, Origin, Part, Period, Produced, Side, Standing};
use service::{AccountKind, Actor, ServiceError};

use crate::city::{CENTRE, City, OTHER_TOWN, PARK, TOWN, day, details, operator, staff};

const FORMS: &str = include_str!("../../../../policies/xiangtan/forms.toml");

/// The forms of 湘潭 in the small city: the same tables, its own units.
pub async fn with_forms(city: &City) {
    let source = FORMS
        .replace("region = \"xiangtan\"", "region = \"qianjiang\"")
        .replace("市开放办", CENTRE)
        .replace("市落地办", PARK)
        .replace("市商务(招商合作)局", "市商务局");
    city.put_in_force("forms.toml", &source).await;
}

fn form_4(period: &str) -> FormQuery {
    query("xiangtan-4", period, None)
}

fn query(form: &str, period: &str, unit: Option<&str>) -> FormQuery {
    FormQuery {
        form: form.into(),
        period: Period::parse(period).unwrap(),
        unit: unit.map(str::to_owned),
    }
}

/// The text of a cell by row and column id.
fn cell<'a>(produced: &'a Produced, row: usize, column: &str) -> &'a str {
    let at = produced.form.column.iter().position(|c| c.id == column);
    &produced.rows[row].cells[at.unwrap()].text
}

/// Sheets as grids of text, changed and saved again as another program would: values kept, looks lost.
fn saved_again(bytes: &[u8], change: impl FnOnce(&mut Vec<Vec<String>>)) -> Vec<u8> {
    let sheets = read_sheets(bytes, "表.xlsx", &ReadLimits::default()).unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let mut change = Some(change);
    for sheet in sheets {
        let last = sheet.rows.last().map_or(0, |row| row.line as usize);
        let mut grid = vec![Vec::new(); last];
        for row in &sheet.rows {
            let cells = row.cells.iter().map(|cell| cell.text().into_owned());
            grid[row.line as usize - 1] = cells.collect();
        }
        if let Some(change) = change.take() {
            change(&mut grid);
        }
        let page = book.add_worksheet();
        page.set_name(&sheet.name).unwrap();
        for (r, row) in (0..).zip(&grid) {
            for (c, text) in (0..).zip(row) {
                if !text.is_empty() {
                    page.write_string(r, c, text).unwrap();
                }
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// Row of the headings, and column of one, in a grid.
fn place(grid: &[Vec<String>], heading: &str) -> (usize, usize) {
    for (r, row) in grid.iter().enumerate() {
        let found = row
            .iter()
            .position(|text| text.split_whitespace().collect::<String>() == heading);
        if let Some(c) = found {
            return (r, c);
        }
    }
    panic!("no {heading}");
}

/// The row of a project, by its name.
fn row_of(grid: &[Vec<String>], name: &str) -> usize {
    let found = grid
        .iter()
        .position(|row| row.iter().any(|text| text == name));
    found.unwrap_or_else(|| panic!("no {name}"))
}

fn set(grid: &mut [Vec<String>], name: &str, heading: &str, text: &str) {
    let (_, column) = place(grid, heading);
    let row = row_of(grid, name);
    if grid[row].len() <= column {
        grid[row].resize(column + 1, String::new());
    }
    grid[row][column] = text.into();
}

async fn exported(city: &City, actor: &Actor, query: &FormQuery) -> Vec<u8> {
    city.service
        .form_workbook(actor, query)
        .await
        .unwrap()
        .content
}

on_both!(
    form_4_says_what_the_facts_say_on_the_last_day_of_the_period,
    what_is_exported_and_read_back_changes_nothing,
    edited_cells_become_facts_of_the_project_dated_in_the_period,
    cells_changed_on_both_sides_want_a_choice,
    a_file_with_faults_is_not_taken_and_each_fault_is_said_at_its_place,
    rows_may_be_sorted_deleted_and_columns_moved,
    one_refused_row_leaves_all_rows_as_they_were,
    a_unit_reports_its_own_projects_and_contacts_are_masked_for_others,
    the_coverage_counts_what_was_filled_without_typing,
    a_late_part_is_chased_once_and_handing_it_in_ends_that,
);

async fn form_4_says_what_the_facts_say_on_the_last_day_of_the_period(city: &City) {
    with_forms(city).await;
    city.started("样例光电项目").await;
    city.signed("样例纺织项目").await;
    city.on("2025-07-02");
    let produced = city
        .service
        .produce_form(&operator(), &form_4("2025-06"))
        .await
        .unwrap();
    assert_eq!(produced.rows.len(), 2);
    assert_eq!(produced.form.column.len(), 23);
    assert_eq!(cell(&produced, 0, "name"), "样例光电项目");
    assert_eq!(cell(&produced, 0, "started"), "是");
    assert_eq!(cell(&produced, 1, "started"), "否");
    assert_eq!(cell(&produced, 0, "in-production"), "否");
    assert_eq!(cell(&produced, 0, "prefecture"), "潜江市");
    assert_eq!(cell(&produced, 0, "contact"), "样例联系人 13800000000");
    // In April nothing had started, and in December 2024 nothing was signed.
    let april = city
        .service
        .produce_form(&operator(), &form_4("2025-04"))
        .await
        .unwrap();
    assert_eq!(cell(&april, 0, "started"), "否");
    let earlier = city
        .service
        .produce_form(&operator(), &form_4("2024-12"))
        .await
        .unwrap();
    assert!(earlier.rows.is_empty());
    // The form of progress goes on until production.
    let form_5 = query("xiangtan-5", "2025-06", Some(PARK));
    let form_5 = city
        .service
        .produce_form(&operator(), &form_5)
        .await
        .unwrap();
    assert_eq!(form_5.rows.len(), 2);
    assert_eq!(form_5.stamped, PARK);
}

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

/// A city leader, whose role in the pack of forms does not read contacts.
fn leader() -> Actor {
    Actor {
        kind: AccountKind::Leader,
        ..staff("市级领导")
    }
}

fn query_5() -> FormQuery {
    query("xiangtan-5", "2025-06", None)
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

async fn a_unit_reports_its_own_projects_and_contacts_are_masked_for_others(city: &City) {
    with_forms(city).await;
    let project = city.signed("样例光电项目").await;
    city.signed("样例纺织项目").await;
    let mut received = details("样例光电项目");
    received.receiving_unit = Some(OTHER_TOWN.into());
    city.service
        .edit_details(&staff(CENTRE), &project, None, received, None)
        .await
        .unwrap();
    city.on("2025-07-02");
    let all = form_4("2025-06");
    let own = city
        .service
        .produce_form(&staff(OTHER_TOWN), &all)
        .await
        .unwrap();
    assert_eq!(own.rows.len(), 1);
    assert_eq!(cell(&own, 0, "contact"), "样例联系人 13800000000");
    let asked = query("xiangtan-4", "2025-06", Some(OTHER_TOWN));
    let centre = city
        .service
        .produce_form(&staff(CENTRE), &asked)
        .await
        .unwrap();
    assert_eq!(centre.rows.len(), 1);
    assert_eq!(centre.stamped, OTHER_TOWN);
    let other = city.service.produce_form(&staff(TOWN), &all).await.unwrap();
    assert!(other.rows.is_empty());
    // The park sees all rows, and contacts as the landing office of the pack; a town that is party to none sees none.
    let park = city.service.produce_form(&staff(PARK), &all).await.unwrap();
    assert_eq!(park.rows.len(), 2);
    let leader = leader();
    let seen = city.service.produce_form(&leader, &all).await.unwrap();
    assert_eq!(cell(&seen, 0, "contact"), "样例联系人 138****0000");
}

async fn the_coverage_counts_what_was_filled_without_typing(city: &City) {
    with_forms(city).await;
    city.started("样例光电项目").await;
    city.on("2025-07-02");
    let produced = city
        .service
        .produce_form(&operator(), &form_4("2025-06"))
        .await
        .unwrap();
    let coverage = produced.coverage();
    assert_eq!((coverage.rows, coverage.cells), (1, 23));
    let missing: usize = coverage.columns.iter().map(|column| column.missing).sum();
    assert_eq!(coverage.filled + missing, 23);
    let of = |heading: &str| {
        coverage
            .columns
            .iter()
            .find(|c| c.heading == heading)
            .unwrap()
    };
    assert_eq!(of("项目名称").facts, 1);
    assert_eq!(of("是否履约（必填）").inferred, 1);
    assert_eq!(of("签约类型").missing, 1);
    let at = produced
        .form
        .column
        .iter()
        .position(|c| c.id == "started")
        .unwrap();
    assert_eq!(produced.rows[0].cells[at].origin, Origin::Fact);
}

async fn a_late_part_is_chased_once_and_handing_it_in_ends_that(city: &City) {
    with_forms(city).await;
    let project = city.signed("样例光电项目").await;
    let mut known = details("样例光电项目");
    known.receiving_unit = Some(OTHER_TOWN.into());
    city.service
        .edit_details(&staff(CENTRE), &project, None, known.clone(), None)
        .await
        .unwrap();
    let of_town = |parts: Vec<Part>| {
        let part = parts.into_iter().find(|part| part.unit == OTHER_TOWN);
        part.unwrap()
    };
    city.on("2025-07-05");
    let part = of_town(city.service.report_parts(&staff(CENTRE)).await.unwrap());
    assert_eq!((part.standing, part.rows), (Standing::Open, 1));
    assert_eq!(part.due, "2025-07-05 星期六");
    city.on("2025-07-06");
    for _ in 0..2 {
        city.service.sweep(day("2025-07-06")).await.unwrap();
    }
    let part = of_town(city.service.report_parts(&staff(CENTRE)).await.unwrap());
    assert_eq!(part.standing, Standing::Late);
    assert_eq!(part.chased_on, Some(day("2025-07-06")));
    // Chased today already; the town itself chases nobody.
    assert_eq!(city.service.chase_reports(&staff(CENTRE)).await.unwrap(), 0);
    assert!(city.service.chase_reports(&staff(TOWN)).await.is_err());

    let town = staff(OTHER_TOWN);
    let june = Period::parse("2025-06").unwrap();
    let error = city
        .service
        .hand_in(&town, "xiangtan-4", june)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("必填"), "{error}");
    known.enterprise = Some("样例光电有限公司".into());
    known.extra.insert("是否履约".into(), "是".into());
    city.on("2025-06-30");
    city.service
        .edit_details(&staff(CENTRE), &project, None, known, None)
        .await
        .unwrap();
    city.on("2025-07-07");
    let part = city
        .service
        .hand_in(&town, "xiangtan-4", june)
        .await
        .unwrap();
    assert_eq!(part.standing, Standing::HandedInLate);
    let part = of_town(city.service.report_parts(&town).await.unwrap());
    assert!(part.handed_in.starts_with("2025-07-07"), "{part:?}");
    // Whoever owes nothing has nothing to hand in.
    assert!(
        city.service
            .hand_in(&staff(TOWN), "xiangtan-4", june)
            .await
            .is_err()
    );
    let burden = city.service.report_burden(&town).await.unwrap();
    assert_eq!(burden.len(), 1);
    assert_eq!(burden[0].monthly_hundredths, 100);
}
