//! The row of a project, its deadlines, and what waits for somebody.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use calendar::Day;
use common::*;
use domain::track::{AwaitingKind, DeadlineKind, Light, Summary, deadlines, plan, summary};
use domain::{EventKind, Packs, State, Track};

fn packs() -> Packs<'static> {
    Packs {
        lifecycle: &LIFECYCLE,
        performance: Some(&PERFORMANCE),
    }
}

fn row(story: &Story, on: &str) -> Summary {
    let state = State::fold_until(&LIFECYCLE, &story.events, day(on));
    summary(
        packs(),
        &state,
        &plan(&LIFECYCLE, &state, calendar(), day(on)),
    )
}

fn light_by_dates(row: &Summary, on: Day) -> Light {
    match (row.red_on, row.yellow_on) {
        (Some(red), _) if on >= red => Light::Red,
        (_, Some(yellow)) if on >= yellow => Light::Yellow,
        _ => row.base_light,
    }
}

#[test]
fn comparing_dates_gives_the_light_of_the_track_on_every_day() {
    let mut exempted = Story::signed();
    let request = exempted.add("2024-03-01", exemption("2024-02-20", Some("2024-03-15")));
    exempted.add(
        "2024-03-02",
        verified(request, "2024-02-20", Some("2024-03-15")),
    );
    let stories = [
        Story::industry(),
        Story::industry().then("2024-01-20", claimed("approved", "2024-01-20")),
        Story::signed(),
        Story::signed().then("2024-02-14", step("preparation", "2024-02-14")),
        Story::signed().then("2024-02-20", grace("preparation", 30)),
        Story::signed().then("2024-08-12", claimed("started", "2024-08-11")),
        Story::started(),
        Story::started().then("2024-09-01", claimed("listed", "2024-08-30")),
        Story::started().then("2024-12-01", certified("completed", "2024-12-01")),
        exempted,
    ];
    for (at, story) in stories.iter().enumerate() {
        let state = State::fold(&LIFECYCLE, &story.events);
        let mut on = story.events.last().unwrap().happened_on;
        let plan = plan(&LIFECYCLE, &state, calendar(), on);
        let row = summary(packs(), &state, &plan);
        for _ in 0..900 {
            let track = Track::new(&LIFECYCLE, plan.clone(), on);
            assert_eq!(
                light_by_dates(&row, on),
                track.light,
                "story {at} on {on}: {row:?}"
            );
            on = on.tomorrow().unwrap();
        }
    }
}

#[test]
fn the_row_names_stage_milestones_and_next_due() {
    let row = row(&Story::started(), "2024-06-10");
    assert_eq!(row.current_stage.as_deref(), Some("listing"));
    assert_eq!(row.current_stage_title.as_deref(), Some("项目统计入库"));
    assert_eq!(row.milestones["signed"], day("2024-02-08"));
    assert_eq!(row.milestones["started"], day("2024-06-03"));
    assert_eq!(row.next_due_on, Some(day("2024-10-03")));
    assert_eq!(row.next_due_node.as_deref(), Some("listing"));
    assert_eq!(row.yellow_on, Some(day("2024-09-03")));
    assert_eq!(row.red_on, Some(day("2024-10-04")));
}

#[test]
fn deadlines_name_units_and_clause() {
    let story = Story::signed();
    let on = day("2024-03-01");
    let state = State::fold(&LIFECYCLE, &story.events);
    let plan = plan(&LIFECYCLE, &state, calendar(), on);
    let all = deadlines(&LIFECYCLE, &state, &plan);
    let start = all
        .iter()
        .find(|deadline| deadline.node == "start")
        .unwrap();
    assert_eq!(start.kind, DeadlineKind::Stage);
    assert_eq!((start.due_on, start.running), (day("2024-08-08"), true));
    assert_eq!(start.responsible, "潜江高新区");
    assert_eq!(start.warned_by.as_deref(), Some("潜江高新区"));
    assert_eq!(start.clause, "二");
    let land = all.iter().find(|deadline| deadline.node == "land").unwrap();
    assert_eq!(
        (land.kind, land.running, land.projected),
        (DeadlineKind::Step, false, true)
    );
    assert_eq!(land.due_on, day("2024-03-20"));
    let signing = all
        .iter()
        .find(|deadline| deadline.node == "signing")
        .unwrap();
    assert_eq!(
        (signing.done_on, signing.running),
        (Some(day("2024-02-08")), false)
    );
}

#[test]
fn who_must_act_is_named_by_unit() {
    let mut story = Story::signed()
        .then("2024-06-04", claimed("started", "2024-06-03"))
        .then("2024-07-10", extension("start", 30));
    let request = story.add("2024-07-11", exemption("2024-07-01", None));
    story.add(
        "2024-07-12",
        EventKind::QuestionAsked {
            text: "何时供电？".into(),
        },
    );
    story.add(
        "2024-07-13",
        EventKind::RemovalRequested {
            reason: "停产".into(),
            files: vec![],
        },
    );
    story.add(
        "2024-07-14",
        EventKind::BreachCertified {
            breach: "land-late".into(),
            text: "晚了".into(),
            rectify_by: Some(day("2024-08-14")),
            files: vec![],
        },
    );
    let row_before = row(&story, "2024-07-15");
    let said: Vec<(AwaitingKind, &str)> = row_before
        .awaiting
        .iter()
        .map(|a| (a.kind, a.units[0].as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (AwaitingKind::ConfirmScope, "市招商服务中心"),
            (AwaitingKind::Certify, "潜江高新区"),
            (AwaitingKind::ReviewExtension, "市招商服务中心"),
            (AwaitingKind::DecideRemoval, "市招商服务中心"),
            (AwaitingKind::VerifyExemption, "潜江高新区"),
            (AwaitingKind::AnswerQuestion, "潜江高新区"),
            (AwaitingKind::Rectify, "潜江高新区"),
        ]
    );
    assert_eq!(row_before.awaiting[4].subject, request.0.to_string());
    let later = story
        .then("2024-07-16", reviewed(true))
        .then("2024-07-16", returned("started"));
    let row_after = row(&later, "2024-07-17");
    assert!(
        row_after
            .awaiting
            .iter()
            .any(|a| a.kind == AwaitingKind::Resubmit && a.units[0] == HOST)
    );
    let approve = row_after
        .awaiting
        .iter()
        .find(|a| a.kind == AwaitingKind::ApproveExtension);
    assert_eq!(approve.unwrap().units, ["市政府分管领导"]);
}

#[test]
fn what_is_missing_before_a_unit_is_known_is_said() {
    let mut story = Story::signed().then("2024-06-04", claimed("started", "2024-06-03"));
    let EventKind::Registered { details, .. } = &mut story.events[0].kind else {
        panic!()
    };
    details.sector = None;
    let row = row(&story, "2024-06-05");
    let certify = row
        .awaiting
        .iter()
        .find(|a| a.kind == AwaitingKind::Certify)
        .unwrap();
    assert_eq!(certify.units, ["（产业类别未填）"]);
}
