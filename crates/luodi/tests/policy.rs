//! `luodi policy …`: what authors of packs meet.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod house;

use house::{luodi, repository};

fn pack() -> String {
    repository("policies/qianjiang/6411.toml")
        .display()
        .to_string()
}

fn broken(change: impl Fn(&str) -> String) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken.toml");
    let text = std::fs::read_to_string(pack()).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed);
    std::fs::write(&file, changed).unwrap();
    let path = file.display().to_string();
    (folder, path)
}

#[test]
fn the_packs_of_the_house_can_be_used_and_their_warnings_are_shown() {
    let folder = repository("policies/qianjiang").display().to_string();
    let said = luodi(&["policy", "check", &folder]).done();
    assert!(said.out.contains("错误 0 处"), "{}", said.out);
    assert!(said.err.contains("三（四）1"), "{}", said.err);
}

#[test]
fn an_unknown_key_is_shown_at_its_line_with_the_nearest_one() {
    let (_folder, path) =
        broken(|text| text.replacen("ends_with = \"started\"", "end_with = \"started\"", 1));
    let said = luodi(&["policy", "check", &path]).ended(1);
    assert!(
        said.err.contains("broken.toml:") && said.err.contains("end_with"),
        "{}",
        said.err
    );
    assert!(said.err.contains("ends_with"), "{}", said.err);
    assert!(said.out.contains("不能使用"), "{}", said.out);
}

#[test]
fn machines_get_line_and_column() {
    let (_folder, path) =
        broken(|text| text.replacen("from = \"signed\" }", "from = \"singed\" }", 1));
    let said = luodi(&["policy", "check", &path, "--json"]).ended(1);
    let json = said.json();
    assert!(json["errors"].as_u64().unwrap() >= 1);
    assert!(
        json["problems"][0]["labels"][0]["line"].as_u64().unwrap() > 1,
        "{json}"
    );
}

#[test]
fn a_pack_is_explained_with_its_clauses() {
    let said = luodi(&["policy", "explain", &pack()]).done();
    assert!(
        said.out.contains("潜政办发〔2025〕9号") && said.out.contains("三（一）2"),
        "{}",
        said.out
    );
}

#[test]
fn the_schema_is_json_schema() {
    let schema = luodi(&["policy", "schema"]).done().json();
    assert!(
        schema["$schema"]
            .as_str()
            .unwrap()
            .contains("json-schema.org")
    );
    assert!(schema["properties"]["milestone"].is_object());
}

#[test]
fn a_folder_without_packs_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let said = luodi(&["policy", "check", &folder.path().display().to_string()]).ended(1);
    assert!(said.err.contains("没有政策包"), "{}", said.err);
}
