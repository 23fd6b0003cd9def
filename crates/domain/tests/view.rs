//! What pages and JSON are given.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use common::*;
use domain::track::{evaluate, light_text};
use domain::view::NodeView;
use domain::{EventKind, Packs, State, TrackView, view};

fn packs() -> Packs<'static> {
    Packs {
        lifecycle: &LIFECYCLE,
        performance: Some(&PERFORMANCE),
    }
}

fn shown(story: &Story, on: &str) -> TrackView {
    let on = day(on);
    let state = State::fold_until(&LIFECYCLE, &story.events, on);
    let track = evaluate(&LIFECYCLE, &story.events, calendar(), on);
    view(packs(), &state, &track, calendar())
}

fn node<'v>(view: &'v TrackView, id: &str) -> &'v NodeView {
    let steps = view.stages.iter().flat_map(|stage| &stage.steps);
    view.stages
        .iter()
        .chain(steps)
        .find(|node| node.id == id)
        .unwrap()
}

#[test]
fn every_stage_and_step_of_the_pack_is_shown_in_its_order() {
    let view = shown(&Story::signed(), "2024-03-01");
    let stages: Vec<&str> = view.stages.iter().map(|stage| stage.id.as_str()).collect();
    assert_eq!(stages, ["start", "listing", "completion", "growth"]);
    for (stage, rule) in view.stages.iter().zip(&LIFECYCLE.file.stage) {
        let shown: Vec<&str> = stage.steps.iter().map(|step| step.id.as_str()).collect();
        let rules: Vec<&str> = rule.step.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(shown, rules);
    }
    assert_eq!(view.milestones.len(), LIFECYCLE.file.milestone.len());
    assert_eq!(view.pack.document, "潜政办发〔2025〕9号");
    assert_eq!(view.name, "样例光电产业园项目");
}

#[test]
fn a_light_always_has_a_word() {
    let story = Story::started();
    let running = shown(&story, "2024-06-10");
    assert_eq!(node(&running, "listing").light_text, "剩余 115 天");
    assert_eq!(node(&running, "start").light_text, "已完成（提前 66 天）");
    assert_eq!(node(&running, "growth").light_text, "未开始");
    assert_eq!(
        node(&shown(&story, "2024-10-03"), "listing").light_text,
        "今天到期"
    );
    assert_eq!(
        node(&shown(&story, "2024-10-06"), "listing").light_text,
        "逾期 3 天"
    );
    let grace = story.then("2024-10-01", grace("listing", 10));
    assert_eq!(
        node(&shown(&grace, "2024-10-06"), "listing").light_text,
        "逾期 3 天，缓冲期内"
    );
    let track = evaluate(&LIFECYCLE, &grace.events, calendar(), day("2024-10-06"));
    for (dates, node) in track.plan.nodes.iter().zip(&track.nodes) {
        assert!(!light_text(dates, node).is_empty());
    }
}

#[test]
fn every_due_day_is_derived_in_sentences_that_end_with_it() {
    let story = Story::signed()
        .then("2024-07-10", extension("start", 30))
        .then("2024-07-12", reviewed(true))
        .then("2024-07-15", decided(true))
        .then("2024-07-16", grace("start", 5));
    let view = shown(&story, "2024-07-20");
    let told = node(&view, "start").derivation.join("\n");
    for part in [
        "自“正式签约”起算：2024年2月8日。",
        "时限为6个月（潜政办发〔2025〕9号 二）。",
        "到期日为2024年8月8日（星期四）。",
        "2024年7月15日批准延期30个自然日（潜政办发〔2025〕9号 二）",
        "到期日改为2024年9月7日（星期六）。",
        "设置缓冲期5个自然日，至2024年9月12日",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let growth = node(&view, "growth").derivation.join("\n");
    assert!(
        growth.contains("起算点“竣工”尚未达成，暂按其自身的到期日2025年9月7日推算。"),
        "{growth}"
    );
    assert!(growth.contains("文件有两种写法，采用“二”"), "{growth}");
    assert_eq!(
        node(&view, "report-submission").derivation,
        ["文件没有为本环节规定时限。"]
    );
}

#[test]
fn parallel_branches_share_a_column() {
    let view = shown(&Story::signed(), "2024-03-01");
    let fire = node(&view, "acceptance-fire");
    assert!(
        fire.parallel_with
            .iter()
            .any(|id| id == "acceptance-archives")
    );
    assert_eq!(fire.column, node(&view, "acceptance-archives").column);
    assert_eq!(fire.column, 2);
    assert_eq!(node(&view, "property-certificate").column, 4);
}

#[test]
fn claims_keep_their_history() {
    let story = Story::signed()
        .then("2024-06-04", claimed("started", "2024-06-03"))
        .then("2024-06-05", returned("started"))
        .then("2024-06-06", claimed("started", "2024-06-03"))
        .then("2024-06-07", certified("started", "2024-06-03"));
    let view = shown(&story, "2024-06-08");
    let started = view
        .milestones
        .iter()
        .find(|milestone| milestone.id == "started")
        .unwrap();
    let outcomes: Vec<&str> = started
        .claims
        .iter()
        .map(|claim| claim.outcome.as_str())
        .collect();
    assert_eq!(outcomes, ["returned", "certified"]);
    assert_eq!(started.claims[0].reason, "照片看不清");
    assert_eq!(started.certified_by, ["潜江高新区"]);
    assert_eq!(started.variants.len(), 2);
}

#[test]
fn facts_of_no_pack_are_listed() {
    let duty = EventKind::DutyRecorded {
        duty: "no-such-duty".into(),
        detail: String::new(),
        due: None,
        target: None,
    };
    let story = Story::signed()
        .then("2024-03-01", duty)
        .then("2024-03-02", step("no-such-step", "2024-03-02"));
    let view = shown(&story, "2024-03-03");
    let said: Vec<&str> = view
        .unknown
        .iter()
        .map(|unknown| unknown.text.as_str())
        .collect();
    assert_eq!(said.len(), 2, "{said:?}");
}

#[test]
fn the_view_reads_back_what_it_writes() {
    let view = shown(&Story::started(), "2024-06-10");
    let text = serde_json::to_string(&view).unwrap();
    assert_eq!(serde_json::from_str::<TrackView>(&text).unwrap(), view);
}
