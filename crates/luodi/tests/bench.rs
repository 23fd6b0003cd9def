//! `luodi bench` at a tiny size: every row is there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod house;

use house::luodi;
use serde_json::Value;

#[test]
fn every_figure_of_the_closed_loop_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (json, dir) = (path("bench.json"), path("work"));
    std::fs::create_dir(&dir).unwrap();
    let said = luodi(&[
        "bench",
        "--sizes",
        "60",
        "--seconds",
        "0",
        "--quick",
        "--dir",
        &dir,
        "--json",
        &json,
    ])
    .done();
    let written: Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    let figures = written["figures"].as_array().unwrap();
    let value = |what: &str| {
        let found = figures.iter().find(|figure| figure["what"] == what);
        let found = found.unwrap_or_else(|| panic!("{what} is missing in\n{}", said.out));
        found["value"].as_f64().unwrap()
    };
    assert_eq!(value("闭环：线索"), 6.0);
    assert_eq!(value("闭环：已签约项目"), 60.0);
    assert_eq!(value("闭环：事项（每件 6 条记录）"), 6.0);
    for page in [
        "线索看板",
        "线索列表",
        "事项清单（我承办的）",
        "事项清单（全部、筛选、按时限）",
        "事项页",
        "工作台（市开放办）",
        "市领导页",
        "报表页",
        "附件4 页",
    ] {
        for clients in [1, 16] {
            for figure in ["，中位", "，p99", ""] {
                value(&format!("{page}：{clients} 个客户端{figure}"));
            }
        }
    }
    for bare in ["线索看板：裸 SQL", "事项清单（我承办的）：裸 SQL"] {
        assert!(value(bare) > 0.0);
    }
    for form in ["，仅计算", "，Excel", "，luodi report"] {
        assert!(value(&format!("报表：附件4，60 行{form}")) > 0.0);
    }
    for at_once in [1, 16] {
        assert!(
            value(&format!(
                "事项签发、签收、报结、审核、销号：同时 {at_once} 人"
            )) > 0.0
        );
    }
    let left = std::fs::read_dir(&dir).unwrap().count();
    assert_eq!(left, 0, "what was measured is taken away");
}
