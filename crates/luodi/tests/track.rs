//! `luodi track`: one project from a pack and a list of events.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod house;

use std::path::Path;

use house::{Said, luodi, repository};
use serde_json::Value;

const EVENTS: &str = include_str!("house/events.json");

fn track(events: &str, more: &[&str]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.json");
    std::fs::write(&file, events).unwrap();
    track_of(&file, more)
}

fn track_of(file: &Path, more: &[&str]) -> Said {
    let pack = repository("policies/qianjiang/6411.toml")
        .display()
        .to_string();
    let file = file.display().to_string();
    luodi(&[&["track", "--pack", &pack, "--events", &file][..], more].concat())
}

fn stage<'a>(track: &'a Value, id: &str) -> &'a Value {
    track["stages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|stage| stage["id"] == id)
        .unwrap()
}

#[test]
fn the_start_is_due_six_months_after_signing() {
    let said = track(EVENTS, &["--on", "2025-12-01", "--json"]).done();
    let track = said.json();
    let start = stage(&track, "start");
    assert_eq!(start["due"], "2025-12-20");
    assert_eq!(start["days_left"], 19);
    assert_eq!(start["clause"]["document"], "潜政办发〔2025〕9号");
    let land = start["steps"]
        .as_array()
        .unwrap()
        .iter()
        .find(|step| step["id"] == "land")
        .unwrap();
    assert_eq!(land["due"], "2025-07-30");
    assert_eq!(land["light"], "red");
}

#[test]
fn facts_after_the_day_are_not_seen() {
    let said = track(EVENTS, &["--on", "2025-06-10", "--json"]).done();
    let track = said.json();
    let start = stage(&track, "start");
    assert_eq!(start["anchor"]["reached"], false);
    assert_eq!(start["projected"], true);
    assert_eq!(track["current_stage"]["id"], "start");
}

#[test]
fn people_get_a_table_in_chinese() {
    let said = track(EVENTS, &["--on", "2025-12-01"]).done();
    for words in [
        "样例项目",
        "当前阶段：项目筹备开工",
        "逾期 124 天",
        "市招商服务中心",
        "三（一）2",
    ] {
        assert!(
            said.out.contains(words),
            "{words} is missing in:\n{}",
            said.out
        );
    }
}

#[test]
fn the_same_facts_in_any_order_give_the_same_track() {
    let mut events: Vec<Value> = serde_json::from_str(EVENTS).unwrap();
    let forward = track(EVENTS, &["--on", "2025-12-01", "--json"])
        .done()
        .json();
    events.reverse();
    let backward = track(
        &Value::from(events).to_string(),
        &["--on", "2025-12-01", "--json"],
    )
    .done()
    .json();
    assert_eq!(forward["stages"], backward["stages"]);
}

#[test]
fn a_wrong_list_names_the_fact_and_says_why() {
    let cases = [
        (
            r#"[{"happened_on":"2025-02-31","kind":"scope_confirmed","in_scope":true}]"#,
            "2025年2月只有 28 天",
        ),
        (
            r#"[{"happened_on":"2025-02-01","kind":"registerd"}]"#,
            "是不是想写“registered”",
        ),
        (
            r#"[{"happened_on":"2025-02-01","kind":"scope_confirmed"}]"#,
            "缺少“in_scope”",
        ),
        (r#"{"kind":"registered"}"#, "不是数组"),
        (r#"[{"kind":]"#, "第 1 行第 10 列"),
    ];
    for (events, words) in cases {
        let said = track(events, &["--on", "2025-12-01"]).ended(1);
        assert!(
            said.err.contains(words),
            "{words} is missing in:\n{}",
            said.err
        );
        assert!(said.out.is_empty());
    }
}

#[test]
fn a_missing_file_is_named() {
    let said = track_of(Path::new("nowhere.json"), &["--on", "2025-12-01"]).ended(1);
    assert!(
        said.err.contains("nowhere.json") && said.err.contains("不存在"),
        "{}",
        said.err
    );
}
