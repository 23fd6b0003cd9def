//! Commands under Qianjiang's own packs: what becomes a fact, and what is refused with which clause.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use common::*;
use domain::event::{DisputeOutcome, Event, EventId, EventKind};
use domain::values::Yuan;
use domain::{ActorUnit, Command, Packs, Refusal, State, authorise, decide};
use policy::model::Side;
use serde_json::json;

fn packs() -> Packs<'static> {
    Packs {
        lifecycle: &LIFECYCLE,
        performance: Some(&PERFORMANCE),
    }
}

fn try_on(story: &Story, on: &str, command: Command) -> Result<Vec<EventKind>, Refusal> {
    let state = State::fold(&LIFECYCLE, &story.events);
    decide(
        packs(),
        &state,
        calendar(),
        day("2026-06-30"),
        day(on),
        command,
    )
}

/// A command as a page would send it.
fn command(value: serde_json::Value) -> Command {
    serde_json::from_value(value).unwrap()
}

fn refusal(story: &Story, on: &str, value: serde_json::Value) -> Refusal {
    match try_on(story, on, command(value.clone())) {
        Err(refusal) => refusal,
        Ok(facts) => panic!("{value} was accepted: {facts:?}"),
    }
}

fn accepted(mut story: Story, on: &str, value: serde_json::Value) -> Story {
    let facts = try_on(&story, on, command(value.clone()))
        .unwrap_or_else(|refusal| panic!("{value} was refused: {refusal}"));
    for kind in facts {
        story.add(on, kind);
    }
    let state = State::fold(&LIFECYCLE, &story.events);
    assert!(state.unknown.is_empty(), "{value}: {:?}", state.unknown);
    story
}

fn last(story: &Story) -> EventId {
    EventId(story.events.len() as u32)
}

fn photo() -> serde_json::Value {
    json!([{ "evidence": "site-photo", "name": "现场.jpg", "sm3": "00" }])
}

fn claim_start(reached_on: &str) -> serde_json::Value {
    json!({
        "command": "claim", "milestone": "started", "reached_on": reached_on,
        "variant": "foundation", "files": photo(),
    })
}

#[test]
fn a_claim_with_everything_becomes_a_fact() {
    let story = accepted(Story::signed(), "2024-06-04", claim_start("2024-06-03"));
    let story = accepted(
        story,
        "2024-06-05",
        json!({ "command": "certify", "milestone": "started" }),
    );
    let state = State::fold(&LIFECYCLE, &story.events);
    let started = LIFECYCLE.milestone("started").unwrap();
    assert_eq!(state.reached_on(started), Some(day("2024-06-03")));
}

#[test]
fn claims_that_do_not_meet_the_standard_are_refused_by_name() {
    let listed = |values: serde_json::Value, files: serde_json::Value| {
        json!({
            "command": "claim", "milestone": "listed", "reached_on": "2024-09-01",
            "values": values, "files": files,
        })
    };
    let review = json!([{ "evidence": "provincial-review", "name": "截图.png", "sm3": "00" }]);
    let start = |change: fn(&mut serde_json::Value)| {
        let mut value = claim_start("2024-06-03");
        change(&mut value);
        value
    };
    let cases: [(Story, serde_json::Value, &str, &str); 9] = [
        (
            Story::signed(),
            start(|v| v["files"] = json!([])),
            "evidence_missing",
            "现场照片",
        ),
        (
            Story::signed(),
            start(|v| v["variant"] = json!(null)),
            "variant_missing",
            "需挖深基坑",
        ),
        (
            Story::signed(),
            start(|v| v["variant"] = json!("pit")),
            "unknown_variant",
            "pit",
        ),
        (
            Story::signed(),
            start(|v| v["milestone"] = json!("begun")),
            "unknown_milestone",
            "begun",
        ),
        (
            Story::signed(),
            start(|v| v["reached_on"] = json!("2024-02-01")),
            "out_of_order",
            "正式签约",
        ),
        (
            Story::industry(),
            claim_start("2024-06-03"),
            "out_of_order",
            "“正式签约”尚未达成",
        ),
        (
            Story::started(),
            listed(json!({ "fixed_investment": 400_000_000 }), review.clone()),
            "below_standard",
            "固定资产投资 400万元 未达 500万元",
        ),
        (
            Story::started(),
            listed(json!({}), review),
            "value_missing",
            "固定资产投资",
        ),
        (
            Story::started(),
            listed(json!({ "fixed_investment": 500_000_000 }), json!([])),
            "evidence_missing",
            "省统计局审核通过截图",
        ),
    ];
    for (story, value, code, said) in cases {
        let refusal = refusal(&story, "2024-09-02", value);
        assert_eq!(refusal.code, code, "{refusal}");
        assert!(refusal.message.contains(said), "{refusal}");
        assert!(!refusal.advice.is_empty());
    }
}

#[test]
fn the_standard_itself_is_enough() {
    let value = json!({
        "command": "claim", "milestone": "listed", "reached_on": "2024-09-01",
        "values": { "fixed_investment": 500_000_000 },
        "files": [{ "evidence": "provincial-review", "name": "截图.png", "sm3": "00" }],
    });
    accepted(Story::started(), "2024-09-02", value);
}

#[test]
fn impossible_orders_are_refused() {
    let waiting = Story::signed().then("2024-06-04", claimed("started", "2024-06-03"));
    let certify = |milestone: &str| json!({ "command": "certify", "milestone": milestone });
    let cases = [
        (
            Story::signed(),
            "2024-06-05",
            certify("started"),
            "no_claim",
        ),
        (
            waiting.clone(),
            "2024-06-03",
            certify("started"),
            "before_request",
        ),
        (
            waiting.clone(),
            "2024-06-05",
            claim_start("2024-06-03"),
            "claim_pending",
        ),
        (
            Story::started(),
            "2024-06-07",
            certify("started"),
            "already_reached",
        ),
        (
            Story::started(),
            "2024-06-07",
            claim_start("2024-06-03"),
            "already_reached",
        ),
        (
            Story::signed(),
            "2024-03-01",
            certify("signed"),
            "no_certification",
        ),
        (
            Story::signed(),
            "2024-06-03",
            claim_start("2024-06-04"),
            "after_saying",
        ),
        (
            Story::signed(),
            "2026-07-01",
            claim_start("2024-06-04"),
            "in_future",
        ),
        (
            Story::default(),
            "2024-06-04",
            claim_start("2024-06-03"),
            "not_registered",
        ),
        (
            waiting,
            "2024-06-05",
            json!({ "command": "certify", "milestone": "started", "reached_on": "2024-01-01" }),
            "out_of_order",
        ),
        (
            Story::started(),
            "2024-06-10",
            json!({
                "command": "claim", "milestone": "completed", "reached_on": "2024-06-01",
                "files": [{ "evidence": "joint-opinion", "name": "意见书.pdf", "sm3": "00" }],
            }),
            "out_of_order",
        ),
    ];
    for (story, on, value, code) in cases {
        let refusal = refusal(&story, on, value.clone());
        assert_eq!(refusal.code, code, "{value}: {refusal}");
    }
}

#[test]
fn steps_wait_for_their_predecessors() {
    let done =
        |step: &str, on: &str| json!({ "command": "complete_step", "step": step, "done_on": on });
    let refused = refusal(&Story::signed(), "2024-03-01", done("land", "2024-03-01"));
    assert_eq!(refused.code, "predecessors_open");
    assert!(refused.message.contains("项目准备"), "{refused}");
    let story = accepted(
        Story::signed(),
        "2024-02-14",
        done("preparation", "2024-02-14"),
    );
    let early = refusal(&story, "2024-03-01", done("land", "2024-02-10"));
    assert_eq!(early.code, "out_of_order");
    let story = accepted(story, "2024-03-10", done("land", "2024-03-10"));
    assert_eq!(
        refusal(&story, "2024-03-11", done("land", "2024-03-11")).code,
        "already_done"
    );
    let by_milestone = refusal(&story, "2024-03-11", done("listing-review", "2024-03-11"));
    assert_eq!(by_milestone.code, "by_milestone");
    let closed = refusal(
        &story,
        "2024-03-11",
        done("acceptance-guidance", "2024-03-11"),
    );
    assert_eq!(closed.code, "stage_not_open");
    assert_eq!(
        refusal(&story, "2024-03-11", done("start", "2024-03-11")).code,
        "unknown_step"
    );
    let waive = |step: &str| json!({ "command": "waive_step", "step": step, "reason": "不涉及" });
    assert_eq!(
        refusal(&story, "2024-03-11", waive("permits")).code,
        "not_optional"
    );
    accepted(story, "2024-03-11", waive("provincial-safety-review"));
}

#[test]
fn the_checklist_wants_files_where_the_pack_does() {
    let tick = json!({ "command": "tick", "item": "business-licence" });
    let refused = refusal(&Story::signed(), "2024-03-01", tick);
    assert_eq!(
        (refused.code.as_str(), refused.clause.is_some()),
        ("evidence_missing", true)
    );
    let file = json!([{ "name": "营业执照.pdf", "sm3": "00" }]);
    let tick = json!({ "command": "tick", "item": "business-licence", "files": file });
    let story = accepted(Story::signed(), "2024-03-01", tick.clone());
    assert_eq!(refusal(&story, "2024-03-02", tick).code, "already_done");
    let untick = json!({ "command": "untick", "item": "business-licence", "reason": "传错" });
    assert_eq!(
        refusal(&story, "2024-02-28", untick.clone()).code,
        "before_request"
    );
    let story = accepted(story, "2024-03-02", untick.clone());
    assert_eq!(refusal(&story, "2024-03-03", untick).code, "not_done");
}

#[test]
fn an_extension_goes_its_way_once() {
    let request = json!({
        "command": "request_extension", "stage": "start", "days": 30, "reason": "地质条件复杂",
    });
    let review = json!({ "command": "review_extension", "agreed": true });
    let decide = json!({ "command": "decide_extension", "approved": true });
    let story = Story::signed();
    assert_eq!(
        refusal(&story, "2024-07-01", review.clone()).code,
        "no_request"
    );
    let story = accepted(story, "2024-07-01", request.clone());
    let pending = refusal(&story, "2024-07-02", request.clone());
    assert_eq!(pending.code, "extension_pending");
    assert_eq!(
        refusal(&story, "2024-07-02", decide.clone()).code,
        "not_reviewed"
    );
    let story = accepted(story, "2024-07-02", review.clone());
    assert_eq!(
        refusal(&story, "2024-07-03", review.clone()).code,
        "already_reviewed"
    );
    let no = json!({ "command": "decide_extension", "approved": false });
    assert_eq!(refusal(&story, "2024-07-03", no).code, "text_missing");
    // A refused one does not use up the one adjustment.
    let no = json!({ "command": "decide_extension", "approved": false, "opinion": "理由不足" });
    let story = accepted(story, "2024-07-03", no);
    let story = accepted(story, "2024-07-04", request.clone());
    let story = accepted(story, "2024-07-05", review);
    let story = accepted(story, "2024-07-06", decide);
    let second = refusal(&story, "2024-07-10", request);
    assert_eq!(second.code, "second_extension");
    let clause = second.clause.unwrap();
    assert_eq!(&*clause.article, "二");
    assert!(clause.text.contains("可作一次调整"), "{}", clause.text);
}

#[test]
fn only_a_running_stage_is_extended() {
    let request = |stage: &str, days: u16| json!({ "command": "request_extension", "stage": stage, "days": days, "reason": "雨季" });
    let story = Story::started();
    let cases = [
        (request("start", 30), "already_done"),
        (request("growth", 30), "stage_not_open"),
        (request("land", 30), "unknown_stage"),
        (request("listing", 0), "days_impossible"),
        (request("listing", 9999), "days_impossible"),
    ];
    for (value, code) in cases {
        assert_eq!(
            refusal(&story, "2024-07-01", value.clone()).code,
            code,
            "{value}"
        );
    }
}

#[test]
fn grace_is_short_and_only_for_running_clocks() {
    let set = |node: &str, days: u16| json!({ "command": "set_grace", "node": node, "days": days, "reason": "轻微延误" });
    let story = Story::signed();
    let long = refusal(&story, "2024-08-01", set("start", 31));
    assert_eq!(
        (long.code.as_str(), &*long.clause.unwrap().article),
        ("grace_too_long", "第八条")
    );
    assert_eq!(
        refusal(&story, "2024-08-01", set("growth", 5)).code,
        "clock_not_running"
    );
    assert_eq!(
        refusal(&story, "2024-08-01", set("nothing", 5)).code,
        "unknown_node"
    );
    accepted(story, "2024-08-01", set("start", 30));
}

#[test]
fn an_exemption_is_verified_on_documents() {
    let request = json!({
        "command": "request_exemption", "ground": "force-majeure", "from": "2024-07-01", "reason": "洪水",
    });
    let story = accepted(Story::signed(), "2024-07-05", request);
    let id = last(&story);
    let verify = |files: serde_json::Value| {
        json!({
            "command": "verify_exemption", "request": id, "granted": true, "from": "2024-07-01",
            "files": files,
        })
    };
    let refused = refusal(&story, "2024-07-06", verify(json!([])));
    assert_eq!(refused.code, "evidence_missing");
    assert!(refused.message.contains("不可抗力事件证明"), "{refused}");
    let proof = json!([{ "evidence": "event-proof", "name": "证明.pdf", "sm3": "00" }]);
    let story = accepted(story, "2024-07-06", verify(proof.clone()));
    assert_eq!(
        refusal(&story, "2024-07-07", verify(proof)).code,
        "already_verified"
    );
    let end = |to: &str| json!({ "command": "end_exemption", "request": id, "to": to });
    assert_eq!(
        refusal(&story, "2024-08-01", end("2024-06-30")).code,
        "interval_impossible"
    );
    let story = accepted(story, "2024-08-01", end("2024-07-31"));
    assert_eq!(
        refusal(&story, "2024-08-02", end("2024-07-31")).code,
        "already_ended"
    );
    let unknown = json!({ "command": "end_exemption", "request": 1, "to": "2024-07-31" });
    assert_eq!(
        refusal(&story, "2024-08-02", unknown).code,
        "unknown_request"
    );
}

#[test]
fn removal_is_decided_in_the_batch_of_its_month() {
    let request = json!({ "command": "request_removal", "reason": "投资方破产" });
    let decide =
        |batch: &str| json!({ "command": "decide_removal", "approved": true, "batch": batch });
    assert_eq!(
        refusal(&Story::signed(), "2024-08-01", decide("2024-08")).code,
        "no_request"
    );
    let story = accepted(Story::signed(), "2024-08-01", request.clone());
    assert_eq!(
        refusal(&story, "2024-08-02", request).code,
        "removal_pending"
    );
    assert_eq!(
        refusal(&story, "2024-08-30", decide("2024年8月")).code,
        "batch_form"
    );
    assert_eq!(
        refusal(&story, "2024-08-30", decide("2024-13")).code,
        "batch_form"
    );
    assert_eq!(
        refusal(&story, "2024-08-30", decide("2024-09")).code,
        "batch_month"
    );
    let story = accepted(story, "2024-08-30", decide("2024-08"));
    assert_eq!(
        refusal(&story, "2024-09-01", claim_start("2024-08-31")).code,
        "removed"
    );
}

#[test]
fn a_breach_is_rectified_before_it_has_consequences() {
    let certify = |by: serde_json::Value| json!({ "command": "certify_breach", "breach": "land-late", "text": "逾期供地", "rectify_by": by });
    let story = Story::signed();
    assert_eq!(
        refusal(&story, "2024-05-01", certify(json!(null))).code,
        "rectify_by_missing"
    );
    assert_eq!(
        refusal(&story, "2024-05-01", certify(json!("2024-04-30"))).code,
        "rectify_by_past"
    );
    let story = accepted(story, "2024-05-01", certify(json!("2024-05-31")));
    let id = last(&story);
    let sanction = |consequence: &str| {
        json!({
            "command": "sanction_breach", "breach": id, "consequence": consequence, "text": "上报",
        })
    };
    let running = refusal(&story, "2024-05-31", sanction("unresolved-problem"));
    assert_eq!(running.code, "rectification_running");
    let unknown = refusal(&story, "2024-06-01", sanction("awards-cancelled"));
    assert_eq!(unknown.code, "unknown_consequence");
    let rectify = json!({ "command": "rectify_breach", "breach": id, "text": "已供地" });
    let mended = accepted(story.clone(), "2024-05-20", rectify.clone());
    assert_eq!(
        refusal(&mended, "2024-06-01", sanction("unresolved-problem")).code,
        "rectified"
    );
    assert_eq!(refusal(&mended, "2024-06-01", rectify).code, "already_done");
    let story = accepted(story, "2024-06-01", sanction("unresolved-problem"));
    assert_eq!(
        refusal(&story, "2024-06-02", sanction("unresolved-problem")).code,
        "already_done"
    );
}

#[test]
fn nobody_is_in_breach_within_the_grace_period() {
    let story = Story::signed().then("2024-08-01", grace("start", 10));
    let certify = json!({ "command": "certify_breach", "breach": "late-6411", "text": "未开工" });
    let refused = refusal(&story, "2024-08-15", certify.clone());
    assert_eq!(
        (refused.code.as_str(), &*refused.clause.unwrap().article),
        ("in_grace", "第八条")
    );
    accepted(story, "2024-08-19", certify);
}

#[test]
fn only_a_verified_exemption_clears_a_breach() {
    let mut story = Story::signed();
    let certify = json!({ "command": "certify_breach", "breach": "late-6411", "text": "未开工" });
    story = accepted(story, "2024-08-15", certify);
    let breach = last(&story);
    let request = story.add("2024-08-20", exemption("2024-07-01", Some("2024-07-10")));
    let exempt = json!({ "command": "exempt_breach", "breach": breach, "exemption": request });
    assert_eq!(
        refusal(&story, "2024-08-25", exempt.clone()).code,
        "not_verified"
    );
    story.add(
        "2024-08-22",
        verified(request, "2024-07-01", Some("2024-07-10")),
    );
    let story = accepted(story, "2024-08-25", exempt.clone());
    assert_eq!(refusal(&story, "2024-08-26", exempt).code, "exempted");
}

#[test]
fn arbitration_comes_after_failed_negotiation() {
    let record = |path: &str, outcome: &str| {
        json!({
            "command": "record_dispute", "path": path, "outcome": outcome, "text": "供地时间", "side": "enterprise",
        })
    };
    let story = Story::signed();
    let refused = refusal(&story, "2024-09-01", record("court", "opened"));
    assert_eq!(
        (refused.code.as_str(), &*refused.clause.unwrap().article),
        ("dispute_order", "第九条")
    );
    assert_eq!(
        refusal(&story, "2024-09-01", record("negotiation", "failed")).code,
        "dispute_not_open"
    );
    let story = accepted(story, "2024-09-01", record("negotiation", "opened"));
    assert_eq!(
        refusal(&story, "2024-09-02", record("arbitration", "opened")).code,
        "dispute_order"
    );
    let story = accepted(story, "2024-09-10", record("negotiation", "failed"));
    accepted(story, "2024-09-11", record("arbitration", "opened"));
}

#[test]
fn an_award_goes_to_a_project_in_time_without_barring_breach() {
    let recommend =
        json!({ "command": "recommend_award", "award": "support-funds", "text": "样例资金" });
    let early = refusal(&Story::signed(), "2024-06-01", recommend.clone());
    assert!(early.message.contains("尚无按时完成的阶段"), "{early}");
    accepted(Story::started(), "2024-07-01", recommend.clone());
    let late = refusal(&Story::started(), "2024-10-04", recommend.clone());
    assert!(
        late.message.contains("“项目统计入库”应于2024年10月3日完成"),
        "{late}"
    );
    assert_eq!(
        (late.code.as_str(), late.clause.is_some()),
        ("not_eligible", true)
    );
    let certify =
        json!({ "command": "certify_breach", "breach": "tax-per-mu-unmet", "text": "未达" });
    let story = accepted(Story::started(), "2024-07-01", certify);
    let barred = refusal(&story, "2024-07-02", recommend);
    assert!(barred.message.contains("未达亩平税收"), "{barred}");
}

#[test]
fn duties_have_targets_and_are_met_or_not() {
    let record = |target: serde_json::Value| json!({ "command": "record_duty", "duty": "tax-per-mu", "target": target });
    assert_eq!(
        refusal(&Story::signed(), "2024-03-01", record(json!(null))).code,
        "value_missing"
    );
    assert_eq!(
        refusal(&Story::signed(), "2024-03-01", record(json!(-1))).code,
        "value_impossible"
    );
    let story = accepted(Story::signed(), "2024-03-01", record(json!(20_000_000)));
    let id = last(&story);
    let fulfil = |value: serde_json::Value| json!({ "command": "fulfil_duty", "record": id, "value": value });
    assert_eq!(
        refusal(&story, "2025-03-01", fulfil(json!(null))).code,
        "value_missing"
    );
    let below = accepted(story.clone(), "2025-03-01", fulfil(json!(19_999_999)));
    assert!(
        !State::fold(&LIFECYCLE, &below.events)
            .duty(id)
            .unwrap()
            .is_met()
    );
    let met = accepted(below, "2026-03-01", fulfil(json!(20_000_000)));
    assert!(
        State::fold(&LIFECYCLE, &met.events)
            .duty(id)
            .unwrap()
            .is_met()
    );
    assert_eq!(
        refusal(&met, "2026-03-02", fulfil(json!(20_000_000))).code,
        "already_done"
    );
}

#[test]
fn questions_visits_and_months_are_checked() {
    let story = Story::signed();
    let cases = [
        (
            json!({ "command": "answer", "question": 1, "text": "好" }),
            "unknown_question",
        ),
        (json!({ "command": "ask", "text": " " }), "text_missing"),
        (
            json!({ "command": "record_visit", "visit": "yearly", "text": "好" }),
            "unknown_visit",
        ),
        (
            json!({ "command": "report_investment", "month": "2024-6", "fixed_investment": 1 }),
            "month_form",
        ),
        (
            json!({ "command": "report_investment", "month": "2026-07", "fixed_investment": 1 }),
            "in_future",
        ),
        (
            json!({ "command": "report_investment", "month": "2024-06" }),
            "value_missing",
        ),
        (
            json!({ "command": "report_investment", "month": "2024-06", "fixed_investment": -1 }),
            "value_impossible",
        ),
    ];
    for (value, code) in cases {
        assert_eq!(
            refusal(&story, "2024-07-01", value.clone()).code,
            code,
            "{value}"
        );
    }
    let story = accepted(
        story,
        "2024-07-01",
        json!({ "command": "ask", "text": "何时供电？" }),
    );
    let answer = json!({ "command": "answer", "question": last(&story), "text": "下月。" });
    accepted(story, "2024-07-02", answer);
}

#[test]
fn scope_needs_approval_and_signing_since_2024() {
    let confirm = json!({ "command": "confirm_scope", "in_scope": true });
    let early = refusal(&Story::industry(), "2024-03-01", confirm.clone());
    assert_eq!(early.code, "scope_not_met");
    let old = Story::industry()
        .then("2023-11-01", claimed("approved", "2023-11-01"))
        .then("2024-02-01", claimed("signed", "2024-02-01"));
    assert!(
        refusal(&old, "2024-03-01", confirm.clone())
            .message
            .contains("2024年1月1日")
    );
    let story = accepted(Story::signed(), "2024-03-01", confirm.clone());
    assert_eq!(refusal(&story, "2024-03-02", confirm).code, "no_change");
    let out = json!({ "command": "confirm_scope", "in_scope": false, "reason": "不是重大项目" });
    let story = accepted(story, "2024-03-03", out);
    assert_eq!(
        refusal(&story, "2024-06-04", claim_start("2024-06-03")).code,
        "out_of_scope"
    );
}

#[test]
fn a_fact_is_voided_only_when_nothing_stands_on_it() {
    let void = |id: u32| json!({ "command": "void", "event": id, "reason": "登记有误" });
    let story = Story::started();
    let cases = [
        (1, "void_registration"),
        (3, "still_used"),
        (4, "still_used"),
        (99, "unknown_event"),
    ];
    for (id, code) in cases {
        assert_eq!(refusal(&story, "2024-07-01", void(id)).code, code, "{id}");
    }
    let story = accepted(story, "2024-07-01", void(5));
    assert_eq!(refusal(&story, "2024-07-02", void(6)).code, "void_of_void");
    assert_eq!(refusal(&story, "2024-07-02", void(5)).code, "unknown_event");
    let story = accepted(story, "2024-07-02", void(4));
    accepted(story, "2024-07-03", void(3));
}

#[test]
fn registration_is_checked_and_happens_once() {
    let mut details = details(policy::model::Sector::Industry);
    details.total_investment = Some(Yuan(-1));
    let register = |details: &domain::Details| Command::Register {
        pack: "qianjiang-6411".into(),
        version: "2025-05-16".into(),
        details: Box::new(details.clone()),
        sample: false,
    };
    let nothing = Story::default();
    let negative = try_on(&nothing, "2024-01-02", register(&details)).unwrap_err();
    assert_eq!(negative.code, "value_impossible");
    details.total_investment = None;
    details.name = "  ".into();
    assert_eq!(
        try_on(&nothing, "2024-01-02", register(&details))
            .unwrap_err()
            .code,
        "text_missing"
    );
    details.name = "样例项目".into();
    assert!(try_on(&nothing, "2024-01-02", register(&details)).is_ok());
    let again = try_on(&Story::industry(), "2024-01-03", register(&details)).unwrap_err();
    assert_eq!(again.code, "already_registered");
}

#[test]
fn days_of_a_ledger_row_that_cannot_be_are_found() {
    let ix = |id: &str| LIFECYCLE.milestone(id).unwrap();
    let fine = [
        (ix("approved"), day("2024-01-01")),
        (ix("started"), day("2024-05-01")),
    ];
    assert!(domain::impossible_orders(&LIFECYCLE, &fine).is_empty());
    let wrong = [
        (ix("started"), day("2024-01-01")),
        (ix("signed"), day("2024-05-01")),
    ];
    let refusals = domain::impossible_orders(&LIFECYCLE, &wrong);
    assert_eq!(refusals.len(), 1);
    assert!(
        refusals[0]
            .message
            .contains("“开工”的日期2024年1月1日早于“正式签约”的日期2024年5月1日")
    );
}

// ---- who may

#[test]
fn each_command_is_for_the_units_that_the_pack_names() {
    let mut story = Story::signed();
    let request = story.add("2024-07-05", exemption("2024-07-01", None));
    let breach = story.add(
        "2024-07-06",
        EventKind::BreachCertified {
            breach: "idle-land".into(),
            text: "闲置".into(),
            rectify_by: None,
            files: vec![],
        },
    );
    let units = [
        "市招商服务中心",
        HOST,
        ENTERPRISE,
        "潜江高新区",
        "市发改委",
        "市经信局",
        "市统计局",
        "市自然资源和城乡建设局",
        "市政府分管领导",
        "市政府办公室",
        "别的镇人民政府",
    ];
    let table: Vec<(serde_json::Value, &[&str])> = vec![
        (
            json!({ "command": "confirm_scope", "in_scope": true }),
            &["市招商服务中心"],
        ),
        (claim_start("2024-06-03"), &["市招商服务中心", HOST]),
        (
            json!({ "command": "certify", "milestone": "started" }),
            &["潜江高新区"],
        ),
        (
            json!({ "command": "certify", "milestone": "above_scale" }),
            &["市经信局"],
        ),
        (
            json!({ "command": "complete_step", "step": "land", "done_on": "2024-03-10" }),
            &["市自然资源和城乡建设局"],
        ),
        (
            json!({ "command": "complete_step", "step": "listing-class", "done_on": "2024-03-10" }),
            &["市统计局"],
        ),
        (
            json!({ "command": "tick", "item": "five-parties" }),
            &[HOST, ENTERPRISE],
        ),
        (
            json!({ "command": "request_extension", "stage": "start", "days": 1, "reason": "x" }),
            &[HOST],
        ),
        (
            json!({ "command": "review_extension", "agreed": true }),
            &["市招商服务中心"],
        ),
        (
            json!({ "command": "decide_extension", "approved": true }),
            &["市政府分管领导"],
        ),
        (
            json!({ "command": "set_grace", "node": "start", "days": 1, "reason": "x" }),
            &["潜江高新区"],
        ),
        (
            json!({
                "command": "request_exemption", "ground": "force-majeure", "from": "2024-07-01", "reason": "x",
            }),
            &[ENTERPRISE],
        ),
        (
            json!({ "command": "verify_exemption", "request": request, "granted": true, "from": "2024-07-01" }),
            &["市招商服务中心", "潜江高新区"],
        ),
        (
            json!({ "command": "request_removal", "reason": "x" }),
            &[HOST],
        ),
        (
            json!({ "command": "decide_removal", "approved": true, "batch": "2024-07" }),
            &["市招商服务中心"],
        ),
        (
            json!({ "command": "sanction_breach", "breach": breach, "consequence": "idle-land-fee", "text": "x" }),
            &["潜江高新区", "市自然资源和城乡建设局"],
        ),
        (
            json!({ "command": "void", "event": 2, "reason": "x" }),
            &["市招商服务中心"],
        ),
        (
            json!({ "command": "recommend_award", "award": "support-funds" }),
            &["市招商服务中心", "潜江高新区"],
        ),
    ];
    let state = State::fold(&LIFECYCLE, &story.events);
    for (value, expected) in table {
        let command = command(value.clone());
        let may = |unit: &&str| authorise(packs(), &state, ActorUnit { unit }, &command).is_ok();
        let allowed: Vec<&str> = units.iter().copied().filter(|unit| may(unit)).collect();
        assert_eq!(allowed, expected, "{value}");
    }
}

#[test]
fn the_sector_decides_who_certifies() {
    let story = Story::default().then("2024-01-02", registered(policy::model::Sector::Commerce));
    let state = State::fold(&LIFECYCLE, &story.events);
    let certify = command(json!({ "command": "certify", "milestone": "started" }));
    let by = |unit| authorise(packs(), &state, ActorUnit { unit }, &certify);
    assert!(by("市商务局").is_ok());
    let refused = by("潜江高新区").unwrap_err();
    assert_eq!(refused.code, "not_authorised");
    assert!(refused.advice.contains("市商务局"), "{refused}");
}

#[test]
fn the_enterprise_does_not_answer_itself() {
    let state_of = Story::signed();
    let state = State::fold(&LIFECYCLE, &state_of.events);
    let answer = command(json!({ "command": "answer", "question": 1, "text": "好" }));
    let by = |unit| authorise(packs(), &state, ActorUnit { unit }, &answer).map_err(|r| r.code);
    assert_eq!(by(ENTERPRISE), Err("not_this_unit".to_owned()));
    assert_eq!(by(HOST), Ok(()));
}

// ---- anything at all

mod anything {
    use super::*;
    use proptest::prelude::*;

    const NODES: [&str; 9] = [
        "start",
        "listing",
        "growth",
        "preparation",
        "land",
        "report-submission",
        "provincial-safety-review",
        "signing",
        "x",
    ];
    const MILESTONES: [&str; 6] = ["approved", "signed", "started", "listed", "completed", "x"];

    fn any_day() -> impl Strategy<Value = String> {
        (0_i64..400).prop_map(|days| {
            day("2024-01-01")
                .checked_add(jiff::Span::new().days(days))
                .unwrap()
                .to_string()
        })
    }

    fn any_files() -> impl Strategy<Value = serde_json::Value> {
        any::<bool>().prop_map(|all| match all {
            false => json!([]),
            true => json!(
                [
                    "site-photo",
                    "provincial-review",
                    "joint-opinion",
                    "event-proof"
                ]
                .map(|id| json!({ "evidence": id, "name": "样例", "sm3": "00" }))
            ),
        })
    }

    fn any_command() -> impl Strategy<Value = Command> {
        let parts = (
            0_usize..30,
            proptest::sample::select(&NODES[..]),
            proptest::sample::select(&MILESTONES[..]),
            any_day(),
            proptest::option::of(any_day()),
            any_files(),
            (0_u32..14, any::<bool>(), 0_u16..60),
        );
        parts.prop_map(|(which, node, milestone, from, to, files, (id, yes, days))| {
            let month = from[..7].to_owned();
            command(match which {
                0..=4 => json!({
                    "command": "claim", "milestone": milestone, "reached_on": from, "files": files,
                    "variant": if milestone == "started" { Some("foundation") } else { None },
                    "values": { "fixed_investment": 500_000_000 + i64::from(days) },
                }),
                5..=7 => json!({ "command": "certify", "milestone": milestone }),
                8 => json!({ "command": "return_claim", "milestone": milestone, "reason": "不清" }),
                9 | 10 => json!({
                    "command": "complete_step", "step": node, "done_on": from, "files": files,
                }),
                11 => json!({ "command": "waive_step", "step": node, "reason": "不涉及" }),
                12 => json!({ "command": "tick", "item": "five-parties", "files": files }),
                13 => json!({ "command": "untick", "item": "five-parties", "reason": "错" }),
                14 => json!({
                    "command": "request_extension", "stage": node, "days": days, "reason": "雨",
                }),
                15 => json!({ "command": "review_extension", "agreed": yes, "opinion": "可" }),
                16 => json!({ "command": "decide_extension", "approved": yes, "opinion": "可" }),
                17 => json!({ "command": "set_grace", "node": node, "days": days, "reason": "雨" }),
                18 => json!({
                    "command": "request_exemption", "ground": "force-majeure", "from": from, "to": to,
                    "reason": "洪水",
                }),
                19 => json!({
                    "command": "verify_exemption", "request": id, "granted": yes, "from": from, "to": to,
                    "opinion": "属实", "files": files,
                }),
                20 => json!({ "command": "end_exemption", "request": id, "to": from }),
                21 => json!({ "command": "request_removal", "reason": "停" }),
                22 => json!({
                    "command": "decide_removal", "approved": yes, "batch": month, "opinion": "可",
                }),
                23 => json!({
                    "command": "certify_breach", "breach": "land-late", "text": "晚", "rectify_by": to,
                }),
                24 => json!({ "command": "rectify_breach", "breach": id, "text": "好" }),
                25 => json!({
                    "command": "sanction_breach", "breach": id, "consequence": "unresolved-problem", "text": "报",
                }),
                26 => json!({ "command": "exempt_breach", "breach": id, "exemption": days % 14 }),
                27 => json!({ "command": "confirm_scope", "in_scope": yes, "reason": "不属" }),
                28 => json!({ "command": "report_investment", "month": month, "funds_in_place": days }),
                _ => json!({ "command": "void", "event": id, "reason": "错" }),
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn what_is_accepted_folds_without_unknown_facts(
            commands in proptest::collection::vec((any_day(), any_command()), 1..40),
        ) {
            let mut story = Story::signed();
            for (on, command) in commands {
                let Ok(facts) = try_on(&story, &on, command.clone()) else { continue };
                for kind in facts {
                    story.add(&on, kind);
                }
                let state = State::fold(&LIFECYCLE, &story.events);
                prop_assert!(state.unknown.is_empty(), "{command:?}: {:?}", state.unknown);
            }
        }

        #[test]
        fn deciding_never_fails_in_another_way(
            facts in proptest::collection::vec((any_day(), any_command()), 0..12),
            on in any_day(),
            command in any_command(),
        ) {
            // Facts that nobody would have accepted, as an import or an old version may have left them.
            let mut story = Story::industry();
            for (day, command) in facts {
                if let Ok(kinds) = try_on(&Story::signed(), "2026-06-30", command) {
                    for kind in kinds {
                        story.add(&day, kind);
                    }
                }
            }
            let _ = try_on(&story, &on, command.clone());
            let state = State::fold(&LIFECYCLE, &story.events);
            for unit in [HOST, ENTERPRISE, "市招商服务中心", ""] {
                let _ = authorise(packs(), &state, ActorUnit { unit }, &command);
            }
        }
    }
}

#[test]
fn sides_and_outcomes_have_the_names_of_the_events() {
    let event: Event = serde_json::from_value(json!({
        "happened_on": "2024-09-01", "kind": "dispute_recorded", "path": "negotiation",
        "outcome": "opened", "text": "x", "side": "government",
    }))
    .unwrap();
    let EventKind::DisputeRecorded { outcome, side, .. } = event.kind else {
        panic!()
    };
    assert_eq!((outcome, side), (DisputeOutcome::Opened, Side::Government));
}
