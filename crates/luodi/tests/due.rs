//! `luodi due` as users and machines meet it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod house;

use house::luodi;

#[test]
fn six_months_from_31_august_end_on_the_last_day_of_february() {
    let said = luodi(&["due", "--from", "2024-08-31", "--limit", "6 months"]).done();
    assert_eq!(said.out, "2025-02-28\n");
}

#[test]
fn every_unit_of_limits_is_understood() {
    let cases = [
        ("2024-08-31", "30 natural_days", "2024-09-30"),
        ("2024-09-30", "5 working_days", "2024-10-12"),
        ("2024-02-29", "1 years", "2025-02-28"),
        ("2024年8月31日", "6个月", "2025-02-28"),
    ];
    for (from, limit, due) in cases {
        let said = luodi(&["due", "--from", from, "--limit", limit]).done();
        assert_eq!(said.out.lines().next(), Some(due), "{from} {limit}");
    }
}

#[test]
fn a_due_day_on_a_rest_day_rolls_over_when_asked() {
    let rolled = luodi(&[
        "due",
        "--from",
        "2025-04-03",
        "--limit",
        "1 months",
        "--roll",
    ])
    .done();
    assert_eq!(rolled.out, "2025-05-06\n");
}

#[test]
fn the_explanation_ends_with_the_due_day() {
    let said = luodi(&[
        "due",
        "--from",
        "2024-08-31",
        "--limit",
        "6 months",
        "--explain",
    ])
    .done();
    let last = said.out.lines().last().unwrap();
    assert!(last.contains("到期日为2025年2月28日（星期五）"), "{last}");
    assert!(said.out.contains("第二百零二条"));
}

#[test]
fn a_year_without_arrangement_is_provisional_until_it_is_loaded() {
    let asked = ["due", "--from", "2027-09-30", "--limit", "1 working_days"];
    let before = luodi(&asked).done();
    assert_eq!(before.out.lines().next(), Some("2027-10-01"));
    assert!(before.out.contains("暂定"));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("2027.csv");
    std::fs::write(
        &file,
        "date,kind,name,weekday,notice\n2027-10-01,holiday,国庆节,周五,样例号\n",
    )
    .unwrap();
    let file = file.display().to_string();
    let after = luodi(&[&asked[..], &["--holidays", &file]].concat()).done();
    assert_eq!(after.out, "2027-10-04\n");
}

#[test]
fn machines_get_json() {
    let said = luodi(&[
        "due",
        "--from",
        "2024-08-31",
        "--limit",
        "6 months",
        "--json",
    ])
    .done();
    let json = said.json();
    assert_eq!(json["due"], "2025-02-28");
    assert_eq!(json["provisional"], false);
    assert_eq!(json["limit"]["unit"], "months");
}

#[test]
fn wrong_usage_ends_with_2_and_says_why_in_chinese() {
    let impossible = luodi(&["due", "--from", "2025-02-31", "--limit", "1 years"]).ended(2);
    assert!(
        impossible.err.contains("2025年2月只有 28 天"),
        "{}",
        impossible.err
    );
    let vague = luodi(&["due", "--from", "2025-02-01", "--limit", "3 days"]).ended(2);
    assert!(vague.err.contains("自然日还是工作日"), "{}", vague.err);
    let unknown = luodi(&["duo"]).ended(2);
    assert!(
        unknown.err.contains("没有命令“duo”") && unknown.err.contains("due"),
        "{}",
        unknown.err
    );
}
