//! The commands of an operator on a sample installation.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod house;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;

use house::{Said, luodi, program, said};
use serde_json::Value;

const TODAY: &str = "2026-11-23";

/// A sample installation that no test changes; each test works on a copy.
fn sample() -> &'static Path {
    static SAMPLE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let made = SAMPLE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().display().to_string();
        luodi(&["demo", "--data", &data, "--today", TODAY, "--no-serve"]).done();
        folder
    });
    made.path()
}

/// A copy of the sample installation.
struct Copy(tempfile::TempDir);

impl Copy {
    fn new() -> Copy {
        let folder = tempfile::tempdir().unwrap();
        copy(sample(), &folder.path().join("data"));
        Copy(folder)
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn run(&self, args: &[&str]) -> Said {
        luodi(&[args, &["--data", &self.data().display().to_string()]].concat())
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn number(json: &Value, field: &str) -> u64 {
    json[field]
        .as_u64()
        .unwrap_or_else(|| panic!("{field} is missing in {json}"))
}

#[test]
fn the_samples_are_made_once_and_their_accounts_are_shown() {
    let copy = Copy::new();
    let again = copy
        .run(&["demo", "--today", TODAY, "--no-serve", "--json"])
        .done();
    let json = again.json();
    assert!(number(&json, "projects") > 100, "{json}");
    assert_eq!(number(&json, "added"), 0);
    let logins: Vec<&str> = json["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["login"].as_str().unwrap())
        .collect();
    for login in [
        "qj-centre",
        "qj-leader",
        "qj-gaoxin",
        "qj-zhen-jia",
        "qj-qiye",
        "qj-auditor",
        "qj-system",
    ] {
        assert!(logins.contains(&login), "{login} is missing");
    }
}

#[test]
fn the_sample_records_are_chained_and_the_rows_follow_from_them() {
    let copy = Copy::new();
    let verified = copy.run(&["verify", "--json"]).done().json();
    assert_eq!(verified["sound"], true);
    assert!(number(&verified, "events") > 1_500, "{verified}");
    let rebuilt = copy.run(&["rebuild", "--check", "--json"]).done().json();
    assert_eq!(number(&rebuilt, "different"), 0, "{rebuilt}");
}

#[test]
fn a_rebuilt_installation_is_the_same() {
    let copy = Copy::new();
    let said = copy.run(&["rebuild"]).done();
    assert!(said.out.contains("已重建"), "{}", said.out);
    copy.run(&["rebuild", "--check"]).done();
}

#[test]
fn a_sweep_reminds_once() {
    let copy = Copy::new();
    let first = copy.run(&["sweep", "--on", TODAY, "--json"]).done().json();
    assert!(number(&first, "alerts") > 0, "{first}");
    let second = copy.run(&["sweep", "--on", TODAY, "--json"]).done().json();
    assert_eq!(second["busy"].as_array().map(Vec::len), Some(0), "{second}");
    assert_eq!(number(&second, "alerts"), 0);
}

#[test]
fn a_backup_is_restored_whole_and_nothing_is_overwritten_by_chance() {
    let copy = Copy::new();
    let backup = copy.path("backup.zip");
    let made = copy.run(&["backup", &backup, "--json"]).done().json();
    assert!(number(&made, "attachments") >= 5, "{made}");
    let refused = copy.run(&["backup", &backup]).ended(1);
    assert!(refused.err.contains("已经存在"), "{}", refused.err);

    let other = copy.path("other");
    let restored = luodi(&["restore", &backup, "--data", &other, "--json"])
        .done()
        .json();
    assert!(number(&restored, "projects") > 100);
    std::fs::copy(copy.data().join("key"), Path::new(&other).join("key")).unwrap();
    luodi(&["verify", "--data", &other]).done();
    luodi(&["rebuild", "--check", "--data", &other]).done();

    let again = luodi(&["restore", &backup, "--data", &other]).ended(1);
    assert!(again.err.contains("已有数据"), "{}", again.err);
    luodi(&["restore", &backup, "--data", &other, "--force"]).done();
    assert!(Path::new(&other).join("luodi.db.before-restore").exists());
    luodi(&["verify", "--data", &other]).done();
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_nothing() {
    let copy = Copy::new();
    let backup = copy.path("backup.zip");
    copy.run(&["backup", &backup]).done();
    let mut bytes = std::fs::read(&backup).unwrap();
    let middle = bytes.len() / 3;
    for byte in &mut bytes[middle..middle + 64] {
        *byte ^= 0x5a;
    }
    std::fs::write(&backup, bytes).unwrap();
    let other = copy.path("other");
    let refused = luodi(&["restore", &backup, "--data", &other]).ended(1);
    assert!(refused.err.contains("备份"), "{}", refused.err);
    assert!(!Path::new(&other).join("luodi.db").exists());
}

#[test]
fn the_ledger_is_exported_as_a_workbook_and_as_csv_and_overwrites_nothing() {
    let copy = Copy::new();
    for name in ["ledger.csv", "ledger.xlsx"] {
        let file = copy.path(name);
        let said = copy
            .run(&["export", "ledger", &file, "--json"])
            .done()
            .json();
        assert!(number(&said, "rows") > 50, "{said}");
        assert!(std::fs::metadata(&file).unwrap().len() > 1_000);
    }
    let text = std::fs::read_to_string(copy.path("ledger.csv")).unwrap();
    assert!(text.contains("项目名称"));
    let refused = copy
        .run(&["export", "ledger", &copy.path("ledger.csv")])
        .ended(1);
    assert!(refused.err.contains("已经存在"), "{}", refused.err);
}

#[test]
fn a_dry_run_changes_nothing_and_a_good_ledger_is_taken_whole() {
    let copy = Copy::new();
    let file = copy.path("new.csv");
    std::fs::write(&file, "项目名称,投资方,总投资（万元）\n样例新项目一,样例投资甲,12000\n样例新项目二,样例投资乙,8000\n").unwrap();
    let import = ["import", "ledger", &file, "--region", "潜江市"];
    let dry = copy.run(&[&import[..], &["--dry-run"]].concat()).done();
    assert!(dry.out.contains("没有改动任何数据"), "{}", dry.out);
    let taken = copy.run(&[&import[..], &["--json"]].concat()).done().json();
    assert_eq!(number(&taken["report"], "created"), 2, "{taken}");
    let twice = copy.run(&import).ended(1);
    assert!(twice.out.contains("没有导入任何项目"), "{}", twice.out);
    copy.run(&["verify"]).done();
    copy.run(&["rebuild", "--check"]).done();
}

#[test]
fn faulty_rows_come_back_as_a_workbook_and_the_good_ones_go_in() {
    let copy = Copy::new();
    let (file, faults) = (copy.path("mixed.csv"), copy.path("faults.xlsx"));
    std::fs::write(
        &file,
        "项目名称,总投资（万元）,签约\n样例好项目,12000,2024-03-01\n样例坏项目,12000,2024-02-31\n",
    )
    .unwrap();
    let import = ["import", "ledger", &file, "--region", "qianjiang"];
    let refused = copy.run(&import).ended(1);
    assert!(
        refused.out.contains("2024-02-31") && refused.out.contains("第 3 行"),
        "{}",
        refused.out
    );
    let taken = copy
        .run(&[&import[..], &["--good-only", "--faults", &faults]].concat())
        .done();
    assert!(taken.out.contains("新增 1 个项目"), "{}", taken.out);
    assert!(std::fs::read(&faults).unwrap().starts_with(b"PK"));
}

#[test]
fn an_unknown_region_is_refused_with_those_there_are() {
    let copy = Copy::new();
    let said = copy
        .run(&["import", "ledger", "Cargo.toml", "--region", "武汉"])
        .ended(1);
    assert!(
        said.err.contains("没有地区“武汉”") && said.err.contains("潜江市"),
        "{}",
        said.err
    );
}

#[test]
fn accounts_are_added_locked_out_and_let_in_again() {
    let copy = Copy::new();
    let add = [
        "user",
        "add",
        "zhang3",
        "--region",
        "潜江市",
        "--name",
        "样例张三",
        "--unit",
        "市招商服务中心",
        "--json",
    ];
    let password = copy.run(&add).done().json()["password"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(password.len() >= 10);
    let twice = copy.run(&add).ended(1);
    assert!(twice.err.contains("已被使用"), "{}", twice.err);
    copy.run(&["user", "disable", "zhang3"]).done();
    let listed = copy.run(&["user", "list", "--region", "潜江"]).done();
    assert!(
        listed
            .out
            .lines()
            .any(|line| line.contains("zhang3") && line.contains("已停用")),
        "{}",
        listed.out
    );
    copy.run(&["user", "enable", "zhang3"]).done();
    copy.run(&["user", "unlock", "zhang3"]).done();
    let unknown = copy.run(&["user", "disable", "nobody"]).ended(1);
    assert!(unknown.err.contains("没有账号“nobody”"), "{}", unknown.err);
}

#[test]
fn a_password_from_the_standard_input_must_meet_the_rule() {
    let copy = Copy::new();
    let data = copy.data().display().to_string();
    let with = |password: &str| {
        let input = copy.0.path().join("password");
        std::fs::write(&input, password).unwrap();
        let mut command = program();
        command.args([
            "user",
            "password",
            "qj-centre",
            "--password-stdin",
            "--data",
            &data,
        ]);
        said(command.stdin(Stdio::from(std::fs::File::open(input).unwrap())))
    };
    let weak = with("123456\n").ended(1);
    assert!(weak.err.contains("密码"), "{}", weak.err);
    let strong = with("Yangli-2026-xin\n").done();
    assert!(
        !strong.out.contains("Yangli-2026-xin"),
        "a password that came in is not shown"
    );
}

#[test]
fn a_new_arrangement_lists_what_moved() {
    let copy = Copy::new();
    let file = copy.path("2027.csv");
    std::fs::write(
        &file,
        "date,kind,name,weekday,notice\n2027-10-01,holiday,国庆节,周五,样例号\n",
    )
    .unwrap();
    let loaded = copy.run(&["holidays", "load", &file]).done();
    assert!(
        loaded.out.contains("已载入放假安排：2027 年"),
        "{}",
        loaded.out
    );
}

#[test]
fn a_pack_is_loaded_once() {
    let copy = Copy::new();
    let pack = house::repository("policies/qianjiang/6411.toml")
        .display()
        .to_string();
    let again = copy
        .run(&["policy", "load", &pack, "--region", "qianjiang"])
        .ended(1);
    assert!(again.err.contains("已经装入"), "{}", again.err);
}

#[test]
fn a_wrong_folder_is_refused_instead_of_made() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    let said = luodi(&["verify", "--data", &nowhere.display().to_string()]).ended(1);
    assert!(said.err.contains("不存在"), "{}", said.err);
    assert!(!nowhere.exists());
}

#[test]
fn a_changed_record_is_found() {
    let copy = Copy::new();
    let db = copy.data().join("luodi.db");
    let connection = rusqlite::Connection::open(&db).unwrap();
    let changed = connection
        .execute(
            "UPDATE event SET data = replace(data, '\"sample\":true', '\"sample\":false')
              WHERE seq = (SELECT min(seq) FROM event WHERE data LIKE '%\"sample\":true%')",
            [],
        )
        .unwrap();
    drop(connection);
    assert_eq!(changed, 1);
    let said = copy.run(&["verify"]).ended(1);
    assert!(
        said.out.contains("不一致") && said.out.contains("第 1 条记录"),
        "{}",
        said.out
    );
}

#[test]
fn a_city_begins_with_its_region_its_units_and_its_packs() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    let run = |args: &[&str]| luodi(&[args, &["--data", &data]].concat());
    let units = house::repository("samples/published/units.csv")
        .display()
        .to_string();
    let pack = house::repository("policies/qianjiang/6411.toml")
        .display()
        .to_string();
    let add = [
        "region",
        "add",
        "qianjiang",
        "--title",
        "潜江市",
        "--province",
        "湖北省",
        "--units",
        &units,
    ];
    let said = run(&add).done();
    assert!(said.out.contains("单位 94 个"), "{}", said.out);
    assert!(run(&add).ended(1).err.contains("已经存在"));
    run(&["policy", "load", &pack, "--region", "潜江市"]).done();
    let admin = [
        "--name",
        "样例系统员",
        "--unit",
        "市政务和大数据局",
        "--admin",
        "system",
    ];
    run(&[
        &["user", "add", "system01", "--region", "潜江市"][..],
        &admin,
    ]
    .concat())
    .done();
    let listed = run(&["region", "list"]).done();
    assert!(
        listed.out.contains("qianjiang-6411 2025-05-16"),
        "{}",
        listed.out
    );
}

#[test]
fn a_list_of_units_with_an_unknown_kind_changes_nothing() {
    let copy = Copy::new();
    let file = copy.path("units.csv");
    std::fs::write(&file, "单位,类别\n样例新局,部门\n样例怪单位,怪类\n").unwrap();
    let said = copy
        .run(&["region", "units", &file, "--region", "大冶"])
        .ended(1);
    assert!(
        said.err.contains("第 3 行") && said.err.contains("怪类"),
        "{}",
        said.err
    );
    std::fs::write(&file, "单位,类别\n样例新局,部门\n").unwrap();
    copy.run(&["region", "units", &file, "--region", "大冶"])
        .done();
}

#[test]
fn a_bare_copy_of_the_database_is_restored_too() {
    let copy = Copy::new();
    let bare = copy.data().join("luodi.db").display().to_string();
    let other = copy.path("other");
    let said = luodi(&["restore", &bare, "--data", &other]).done();
    assert!(said.out.contains("附件不在其中"), "{}", said.out);
    luodi(&["verify", "--data", &other]).done();
}
