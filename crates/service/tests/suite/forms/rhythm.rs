//! Who owes which form, what came in, who was chased.

use service::ServiceError;
use service::forms::{FormQuery, Part, Period, RhythmQuery, RhythmRow, Standing};

use super::{form_4, with_forms};
use crate::city::{CENTRE, City, OTHER_TOWN, PARK, TOWN, day, details, staff};

on_both!(
    a_late_part_is_chased_once_and_handing_it_in_ends_that,
    the_last_periods_stand_side_by_side_and_nobody_is_late_before_the_region_began,
    a_document_is_owed_by_its_issuer_and_there_when_it_is_issued,
    a_part_whose_rows_changed_since_is_marked_in_the_summary,
    whoever_cannot_hand_in_is_told_every_open_cell,
);

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
    let owed = city.service.owed_parts(&town).await.unwrap();
    assert!(owed.iter().all(|part| part.unit == OTHER_TOWN));
    assert!(owed.iter().any(|part| part.standing == Standing::Late));
    assert!(
        city.service
            .owed_parts(&staff(TOWN))
            .await
            .unwrap()
            .is_empty()
    );

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

/// 样例镇乙 receives the project, and everything that form 4 requires is known since June.
async fn received(city: &City) -> String {
    let project = city.signed("样例光电项目").await;
    let mut known = details("样例光电项目");
    known.receiving_unit = Some(OTHER_TOWN.into());
    known.extra.insert("是否履约".into(), "是".into());
    city.service
        .edit_details(&staff(CENTRE), &project, None, known, None)
        .await
        .unwrap();
    project
}

fn of_form_4(until: &str) -> RhythmQuery {
    RhythmQuery {
        form: Some("xiangtan-4".into()),
        until: Some(Period::parse(until).unwrap()),
    }
}

fn standings(row: &RhythmRow) -> Vec<Option<Standing>> {
    let cells = row.cells.iter();
    cells
        .map(|cell| cell.as_ref().map(|part| part.standing))
        .collect()
}

async fn the_last_periods_stand_side_by_side_and_nobody_is_late_before_the_region_began(
    city: &City,
) {
    city.on("2025-03-03");
    with_forms(city).await;
    received(city).await;
    let town = staff(OTHER_TOWN);
    for (today, period) in [("2025-04-05", "2025-03"), ("2025-06-20", "2025-05")] {
        city.on(today);
        let period = Period::parse(period).unwrap();
        city.service
            .hand_in(&town, "xiangtan-4", period)
            .await
            .unwrap();
    }
    city.on("2025-07-03");
    let board = city
        .service
        .rhythm_board(&staff(CENTRE), &of_form_4("2025-06"))
        .await;
    let board = board.unwrap();
    assert_eq!(board.periods.len(), 12);
    assert_eq!(board.periods[11].id(), "2025-06");
    let row = board
        .rows
        .iter()
        .find(|row| row.unit == OTHER_TOWN)
        .unwrap();
    // January was due on 5 February, before the forms were there; from February on the town owes them.
    let mut wanted = vec![None; 7];
    wanted.extend([
        Some(Standing::Late),
        Some(Standing::InTime),
        Some(Standing::Late),
        Some(Standing::HandedInLate),
        Some(Standing::Open),
    ]);
    assert_eq!(standings(row), wanted);
    assert_eq!(row.in_time_permille(), Some(250));
    assert_eq!((board.late_in(7), board.late_in(8)), (1, 0));
    // The centre chases for the period that was missed long ago; the town sees its own row alone and chases nobody.
    let february = Period::parse("2025-02").unwrap();
    let chased = city
        .service
        .chase_form(&staff(CENTRE), "xiangtan-4", february)
        .await;
    assert_eq!(chased.unwrap(), 1);
    let own = city
        .service
        .rhythm_board(&town, &of_form_4("2025-06"))
        .await;
    let own = own.unwrap();
    assert_eq!(own.rows.len(), 1);
    assert!(!own.may_chase && board.may_chase);
    let chased = own.rows[0].cells[7].as_ref().unwrap().chased_on;
    assert_eq!(chased, Some(day("2025-07-03")));
    let error = city.service.chase_form(&town, "xiangtan-4", february).await;
    assert!(
        matches!(error, Err(ServiceError::Forbidden(_))),
        "{error:?}"
    );
    let file = city
        .service
        .rhythm_workbook(&staff(CENTRE), &of_form_4("2025-06"))
        .await;
    let (name, content) = file.unwrap();
    let table = office::read_sheets(&content, &name, &office::ReadLimits::default()).unwrap();
    let texts = table[0].rows.iter().flat_map(|row| &row.cells);
    let late = texts.filter(|cell| cell.text() == "逾期未报").count();
    assert_eq!(late, 3, "two cells and a heading");
    // What has no rhythm has no board.
    let none = RhythmQuery {
        form: Some("xiangtan-2".into()),
        until: None,
    };
    let error = city.service.rhythm_board(&staff(CENTRE), &none).await;
    assert!(matches!(error, Err(ServiceError::NotFound(_))));
}

async fn a_document_is_owed_by_its_issuer_and_there_when_it_is_issued(city: &City) {
    with_forms(city).await;
    city.signed("样例光电项目").await;
    city.on("2025-07-12");
    let centre = staff(CENTRE);
    let monthly = |parts: Vec<Part>| {
        let mut parts = parts.into_iter();
        parts.find(|part| part.form == "monthly-report").unwrap()
    };
    let parts = city.service.parts_and_burden(&centre).await.unwrap().0;
    let part = monthly(parts);
    assert!(part.document);
    assert_eq!(
        (part.unit.as_str(), part.standing),
        (CENTRE, Standing::Late)
    );
    // The sweep reminds of it, once.
    for _ in 0..2 {
        city.service.sweep(day("2025-07-12")).await.unwrap();
    }
    let parts = city.service.parts_and_burden(&centre).await.unwrap().0;
    assert_eq!(monthly(parts).chased_on, Some(day("2025-07-12")));
    city.service
        .issue_document(&centre, "monthly-report", "2025-06")
        .await
        .unwrap();
    let parts = city.service.parts_and_burden(&centre).await.unwrap().0;
    let part = monthly(parts);
    assert_eq!(part.standing, Standing::HandedInLate);
    assert!(part.handed_in.contains("〔2025〕1号"), "{part:?}");
    let query = RhythmQuery {
        form: Some("monthly-report".into()),
        until: None,
    };
    let board = city.service.rhythm_board(&centre, &query).await.unwrap();
    let last = board.rows[0].cells.last().unwrap().as_ref();
    assert_eq!(last.unwrap().standing, Standing::HandedInLate);
}

async fn a_part_whose_rows_changed_since_is_marked_in_the_summary(city: &City) {
    with_forms(city).await;
    let project = received(city).await;
    city.on("2025-07-02");
    let town = staff(OTHER_TOWN);
    let june = Period::parse("2025-06").unwrap();
    city.service
        .hand_in(&town, "xiangtan-4", june)
        .await
        .unwrap();
    let summary = async || {
        let produced = city
            .service
            .produce_form(&staff(CENTRE), &form_4("2025-06"))
            .await;
        let produced = produced.unwrap();
        let parts = city.service.summary_parts(&staff(CENTRE), &produced).await;
        let parts = parts.unwrap();
        let part = parts.iter().find(|part| part.unit == OTHER_TOWN).unwrap();
        part.clone()
    };
    assert!(!summary().await.changed_since);
    // Another unit's project is no change of this part, and neither is what happens after the period.
    city.signed("样例纺织项目").await;
    city.on("2025-07-02");
    assert!(!summary().await.changed_since);
    let mut known = details("样例光电项目");
    known.receiving_unit = Some(OTHER_TOWN.into());
    known.extra.insert("是否履约".into(), "否".into());
    let change = service::projects::Change {
        project,
        seen_version: None,
        happened_on: Some(day("2025-06-30")),
        command: domain::Command::ChangeDetails {
            details: Box::new(known),
        },
    };
    city.service.change(&staff(CENTRE), change).await.unwrap();
    let part = summary().await;
    assert!(part.changed_since && part.standing == Standing::InTime);
    // Handed in anew, it says what it says.
    city.service
        .hand_in(&town, "xiangtan-4", june)
        .await
        .unwrap();
    assert!(!summary().await.changed_since);
    // The form of one unit is no summary.
    let query = FormQuery {
        unit: Some(OTHER_TOWN.into()),
        ..form_4("2025-06")
    };
    let own = city.service.produce_form(&town, &query).await.unwrap();
    let parts = city.service.summary_parts(&town, &own).await.unwrap();
    assert!(parts.is_empty());
}

async fn whoever_cannot_hand_in_is_told_every_open_cell(city: &City) {
    with_forms(city).await;
    for name in ["样例光电项目", "样例纺织项目"] {
        let project = city.signed(name).await;
        let mut known = details(name);
        known.enterprise = None;
        known.receiving_unit = Some(PARK.into());
        city.service
            .edit_details(&staff(CENTRE), &project, None, known, None)
            .await
            .unwrap();
    }
    city.on("2025-07-02");
    let june = Period::parse("2025-06").unwrap();
    let error = city.service.hand_in(&staff(PARK), "xiangtan-4", june).await;
    let Err(ServiceError::Invalid(fields)) = error else {
        panic!("{error:?}");
    };
    let said: Vec<&str> = fields.iter().map(|field| field.message.as_str()).collect();
    assert!(said[0].starts_with("有 4 格必填"), "{said:?}");
    assert_eq!(
        said[3],
        "第 2 个项目“样例纺织项目”：S 列“项目进展情况（工商注册名称及代码必填）”"
    );
    assert!(said[4].contains("T 列“是否履约（必填）”"), "{said:?}");
}
