//! `docs/events.md` says what the program reads.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use std::collections::BTreeSet;

use common::*;
use domain::{Event, Packs, describe};

const PAGE: &str = include_str!("../../../docs/events.md");

/// The JSON blocks of the page.
fn examples() -> Vec<&'static str> {
    let blocks = PAGE.split("```json\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap())
        .collect()
}

/// Every kind that the program knows, as its reader names them.
fn kinds() -> BTreeSet<String> {
    let error = serde_json::from_str::<Event>(r#"{ "happened_on": "2024-01-01", "kind": "?" }"#);
    let message = error.unwrap_err().to_string();
    let (_, list) = message.split_once("expected one of ").unwrap();
    list.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_example_is_read_and_written_back_as_it_stands() {
    let examples = examples();
    assert!(examples.len() > 30, "{}", examples.len());
    for example in examples {
        let event: Event =
            serde_json::from_str(example).unwrap_or_else(|e| panic!("{e}\n{example}"));
        let written = serde_json::to_value(&event).unwrap();
        let again: Event = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(again, event);
        // Nothing that the page shows is lost on the way.
        let shown: serde_json::Value = serde_json::from_str(example).unwrap();
        for (key, value) in shown.as_object().unwrap() {
            let kept = &written[key];
            let same = match key.as_str() {
                "by" | "details" => value
                    .as_object()
                    .unwrap()
                    .iter()
                    .all(|(k, v)| kept[k] == *v),
                _ => kept == value,
            };
            assert!(same, "{key} of {example} became {kept}");
        }
    }
}

#[test]
fn every_kind_has_a_heading_and_an_example() {
    let shown: BTreeSet<String> = examples()
        .into_iter()
        .map(|example| serde_json::from_str::<serde_json::Value>(example).unwrap())
        .map(|example| example["kind"].as_str().unwrap().to_owned())
        .collect();
    let known = kinds();
    assert_eq!(shown, known);
    for kind in known {
        assert!(PAGE.contains(&format!("### `{kind}` ")), "{kind}");
    }
}

#[test]
fn every_kind_has_a_sentence_of_its_own() {
    let packs = Packs {
        lifecycle: &LIFECYCLE,
        performance: Some(&PERFORMANCE),
    };
    let mut sentences = BTreeSet::new();
    for example in examples().into_iter().skip(1) {
        let event: Event = serde_json::from_str(example).unwrap();
        let sentence = describe(packs, &event);
        assert!(
            sentence.ends_with('。') && !sentence.contains("。。"),
            "{sentence}"
        );
        assert!(sentences.insert(sentence.clone()), "{sentence}");
    }
    for expected in [
        "登记项目“样例光电产业园项目”（样例数据），适用政策包 qianjiang-6411（2025-05-16）。",
        "申报“统计入库”，达成日期为2024年9月1日。",
        "退回“开工”的申报，理由：照片看不出地基施工。",
        "申请将“项目筹备开工”延期 30 个自然日，理由：地质条件复杂。",
        "核实第 7 条记录的免责申请：同意，2024年7月1日起（尚未结束）不计入时限（情况属实）。",
        "发出限时完成通知：“项目筹备开工”的到期日为2024年8月8日。",
        "填报 2024-06 投资，完成固定资产投资120万元，到位资金200万元。",
        "企业方提出的争议协商开始：供地时间与合同不一致。",
    ] {
        assert!(sentences.contains(expected), "{expected}\n{sentences:#?}");
    }
}
