//! What stands in a form.

use service::forms::Origin;

use super::{cell, form_4, leader, query, with_forms};
use crate::city::{CENTRE, City, OTHER_TOWN, PARK, TOWN, details, operator, staff};

on_both!(
    form_4_says_what_the_facts_say_on_the_last_day_of_the_period,
    a_unit_reports_its_own_projects_and_contacts_are_masked_for_others,
    the_coverage_counts_what_was_filled_without_typing,
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
    // Nobody has reported progress yet: the milestones and steps say how far it is.
    let far = cell(&form_5, 0, "progress");
    assert!(
        far.contains("2025-01-20 ") && far.contains("；2025-05-20 "),
        "{far}"
    );
    assert!(!cell(&form_5, 1, "progress").contains("2025-05-20"));
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
