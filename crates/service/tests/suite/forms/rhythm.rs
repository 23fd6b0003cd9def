//! Who owes which form, what came in, who was chased.

use service::forms::{Part, Period, Standing};

use super::with_forms;
use crate::city::{CENTRE, City, OTHER_TOWN, TOWN, day, details, staff};

on_both!(a_late_part_is_chased_once_and_handing_it_in_ends_that,);

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
