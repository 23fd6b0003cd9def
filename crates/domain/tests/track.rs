//! The track of sample projects under Qianjiang's own pack, case by case.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use common::*;
use domain::track::{Light, NodePlan, NodeTrack, Stand, evaluate, plan};
use domain::{State, Track};

fn track(story: &Story, on: &str) -> Track {
    evaluate(&LIFECYCLE, &story.events, calendar(), day(on))
}

fn dates(track: &Track, node: &str) -> NodePlan {
    *track.plan.node(LIFECYCLE.node(node).unwrap()).unwrap()
}

fn stands(track: &Track, node: &str) -> NodeTrack {
    *track.node(LIFECYCLE.node(node).unwrap()).unwrap()
}

#[test]
fn six_months_after_signing_the_start_is_due() {
    let track = track(&Story::signed(), "2024-03-01");
    let start = dates(&track, "start");
    assert_eq!(start.opened_on, Some(day("2024-01-20")));
    assert_eq!(start.due, Some(day("2024-08-08")));
    assert_eq!(start.warn_on, Some(day("2024-07-08")));
    assert!(!start.projected);
}

#[test]
fn a_ledger_that_holds_only_the_signing_has_a_running_stage() {
    let story = Story::industry().then("2024-02-08", claimed("signed", "2024-02-08"));
    let track = track(&story, "2024-03-01");
    assert_eq!(stands(&track, "start").stand, Stand::Running);
    assert_eq!(track.current_stage, LIFECYCLE.node("start"));
}

#[test]
fn before_signing_every_date_is_projected_from_the_signing_due() {
    let story = Story::industry().then("2024-01-20", claimed("approved", "2024-01-20"));
    let track = track(&story, "2024-01-25");
    assert_eq!(dates(&track, "signing").due, Some(day("2024-02-19")));
    let start = dates(&track, "start");
    assert_eq!(
        (start.due, start.projected),
        (Some(day("2024-08-19")), true)
    );
    assert_eq!(dates(&track, "listing").due, Some(day("2024-12-19")));
    assert_eq!(dates(&track, "completion").due, Some(day("2025-08-19")));
    assert_eq!(dates(&track, "growth").due, Some(day("2026-08-19")));
    assert_eq!(stands(&track, "start").stand, Stand::Running);
    assert_eq!(stands(&track, "listing").stand, Stand::NotBegun);
    assert_eq!(track.next_due, LIFECYCLE.node("signing"));
}

#[test]
fn lights_follow_the_day() {
    let story = Story::signed()
        .then("2024-02-14", step("preparation", "2024-02-14"))
        .then("2024-03-10", step("land", "2024-03-10"));
    let cases = [
        ("2024-07-07", Stand::Running, Light::Blue, 32),
        ("2024-07-08", Stand::Warning, Light::Yellow, 31),
        ("2024-08-08", Stand::Warning, Light::Yellow, 0),
        ("2024-08-09", Stand::Overdue, Light::Red, -1),
    ];
    for (on, stand, light, days_left) in cases {
        let track = track(&story, on);
        let expected = NodeTrack {
            stand,
            light,
            days_left: Some(days_left),
        };
        assert_eq!(stands(&track, "start"), expected, "{on}");
        assert_eq!(track.light, light, "{on}");
    }
}

#[test]
fn listing_and_completion_run_in_parallel_from_the_start() {
    let track = track(&Story::started(), "2024-06-10");
    assert_eq!(dates(&track, "listing").due, Some(day("2024-10-03")));
    assert_eq!(dates(&track, "completion").due, Some(day("2025-06-03")));
    assert_eq!(dates(&track, "completion").warn_on, Some(day("2025-03-03")));
    assert_eq!(stands(&track, "listing").stand, Stand::Running);
    assert_eq!(stands(&track, "completion").stand, Stand::Running);
    assert_eq!(stands(&track, "growth").stand, Stand::NotBegun);
    assert_eq!(track.current_stage, LIFECYCLE.node("listing"));
    assert_eq!(stands(&track, "start").stand, Stand::Done);
}

#[test]
fn a_step_never_recorded_is_no_overdue_step_once_its_stage_is_done() {
    let before = track(&Story::signed(), "2024-05-01");
    assert_eq!(stands(&before, "preparation").stand, Stand::Overdue);
    let after = track(&Story::started(), "2024-06-10");
    assert_eq!(stands(&after, "preparation").stand, Stand::Unrecorded);
    assert_eq!(after.light, Light::Blue);
}

#[test]
fn production_is_still_due_after_completion() {
    let story = Story::started().then("2024-12-01", certified("completed", "2024-12-01"));
    let track = track(&story, "2025-06-04");
    assert_eq!(stands(&track, "production").stand, Stand::Overdue);
}

#[test]
fn a_claim_opens_nothing_until_it_is_certified() {
    let story = Story::signed().then("2024-06-04", claimed("started", "2024-06-03"));
    let waiting = track(&story, "2024-06-10");
    let start = stands(&waiting, "start");
    assert_eq!((start.stand, start.light), (Stand::Claimed, Light::Blue));
    assert_eq!(stands(&waiting, "listing").stand, Stand::NotBegun);
    assert!(dates(&waiting, "listing").projected);
    // The claim was in time: waiting for certification makes nobody late.
    assert_eq!(
        stands(&track(&story, "2024-09-01"), "start").light,
        Light::Blue
    );
}

#[test]
fn a_late_claim_is_red_and_done_late_once_certified() {
    let story = Story::signed().then("2024-08-12", claimed("started", "2024-08-11"));
    assert_eq!(
        stands(&track(&story, "2024-08-13"), "start").light,
        Light::Red
    );
    let story = story.then("2024-08-14", certified("started", "2024-08-11"));
    let track = track(&story, "2024-08-15");
    assert_eq!(stands(&track, "start").stand, Stand::DoneLate);
    assert_eq!(stands(&track, "start").light, Light::Green);
    assert_eq!(dates(&track, "start").days_late(), 3);
}

#[test]
fn after_a_return_the_clock_has_run_on() {
    let story = Story::signed()
        .then("2024-07-01", claimed("started", "2024-06-30"))
        .then("2024-07-20", returned("started"));
    let back = track(&story, "2024-07-21");
    assert_eq!(stands(&back, "start").stand, Stand::Warning);
    assert_eq!(dates(&back, "start").due, Some(day("2024-08-08")));
    let again = story.then("2024-07-25", claimed("started", "2024-06-30"));
    assert_eq!(
        stands(&track(&again, "2024-07-26"), "start").stand,
        Stand::Claimed
    );
}

#[test]
fn one_extension_moves_its_stage_and_what_is_still_projected_once() {
    let plain = track(&Story::signed(), "2024-07-20");
    let story = Story::signed()
        .then("2024-07-10", extension("start", 30))
        .then("2024-07-12", reviewed(true))
        .then("2024-07-15", decided(true));
    let moved = track(&story, "2024-07-20");
    assert_eq!(dates(&moved, "start").due, Some(day("2024-09-07")));
    assert_eq!(dates(&moved, "start").base_due, dates(&plain, "start").due);
    assert_eq!(dates(&moved, "listing").due, Some(day("2025-01-07")));
    assert_eq!(dates(&moved, "completion").due, Some(day("2025-09-07")));
    assert_eq!(dates(&moved, "growth").due, Some(day("2026-09-07")));
    // A second one that got into the records all the same does not count.
    let twice = story
        .then("2024-07-16", extension("start", 30))
        .then("2024-07-17", reviewed(true))
        .then("2024-07-18", decided(true));
    assert_eq!(track(&twice, "2024-07-20").plan, moved.plan);
}

#[test]
fn an_extension_of_a_stage_does_not_move_what_is_anchored() {
    let story = Story::started()
        .then("2024-09-10", extension("listing", 20))
        .then("2024-09-11", reviewed(true))
        .then("2024-09-12", decided(true));
    let moved = track(&story, "2024-09-20");
    assert_eq!(dates(&moved, "listing").due, Some(day("2024-10-23")));
    assert_eq!(dates(&moved, "completion").due, Some(day("2025-06-03")));
}

#[test]
fn grace_keeps_the_due_day_and_delays_the_red_light() {
    let story = Story::signed()
        .then("2024-02-14", step("preparation", "2024-02-14"))
        .then("2024-03-10", step("land", "2024-03-10"))
        .then("2024-08-01", grace("start", 10));
    let inside = track(&story, "2024-08-18");
    assert_eq!(dates(&inside, "start").due, Some(day("2024-08-08")));
    let start = stands(&inside, "start");
    assert_eq!(
        start,
        NodeTrack {
            stand: Stand::InGrace,
            light: Light::Yellow,
            days_left: Some(-10)
        }
    );
    assert_eq!(
        stands(&track(&story, "2024-08-19"), "start").light,
        Light::Red
    );
}

#[test]
fn exempted_days_are_not_counted() {
    let mut story = Story::signed();
    let request = story.add("2024-04-01", exemption("2024-03-20", Some("2024-03-29")));
    story.add(
        "2024-04-05",
        verified(request, "2024-03-20", Some("2024-03-29")),
    );
    let track = track(&story, "2024-05-01");
    assert_eq!(dates(&track, "start").due, Some(day("2024-08-18")));
    assert_eq!(dates(&track, "growth").due, Some(day("2026-08-18")));
}

#[test]
fn an_open_exemption_stops_the_clock_and_its_end_starts_it_again() {
    let mut story = Story::signed().then("2024-02-14", step("preparation", "2024-02-14"));
    story.add("2024-03-10", step("land", "2024-03-10"));
    let request = story.add("2024-07-20", exemption("2024-07-19", None));
    story.add("2024-07-20", verified(request, "2024-07-19", None));
    let held = track(&story, "2024-08-20");
    assert_eq!(stands(&held, "start").stand, Stand::Suspended);
    assert_eq!(
        dates(&held, "start").suspended_since,
        Some(day("2024-07-19"))
    );
    assert_eq!(held.next_due, None);
    story.add(
        "2024-08-21",
        domain::EventKind::ExemptionEnded {
            request,
            to: day("2024-08-20"),
        },
    );
    let runs = track(&story, "2024-08-22");
    assert_eq!(dates(&runs, "start").due, Some(day("2024-09-10")));
    assert_eq!(stands(&runs, "start").stand, Stand::Warning);
}

#[test]
fn an_exemption_does_not_mend_what_was_overdue_before_it() {
    let mut story = Story::signed();
    let request = story.add("2024-09-01", exemption("2024-08-20", None));
    story.add("2024-09-01", verified(request, "2024-08-20", None));
    let track = track(&story, "2024-09-02");
    assert_eq!(stands(&track, "start").stand, Stand::Overdue);
    assert_eq!(dates(&track, "start").due, Some(day("2024-08-08")));
}

#[test]
fn a_removed_project_has_no_lights_but_what_was_done_stays_done() {
    let story = Story::started()
        .then(
            "2024-07-01",
            domain::EventKind::RemovalRequested {
                reason: "停产".into(),
                files: vec![],
            },
        )
        .then(
            "2024-07-30",
            domain::EventKind::RemovalDecided {
                approved: true,
                batch: "2024-07".into(),
                opinion: "同意".into(),
            },
        );
    let track = track(&story, "2025-01-01");
    assert_eq!(stands(&track, "listing").stand, Stand::Removed);
    assert_eq!(stands(&track, "start").stand, Stand::Done);
    assert_eq!(
        (track.light, track.current_stage, track.next_due),
        (Light::Grey, None, None)
    );
}

#[test]
fn a_finished_project_is_green() {
    let story = Story::started()
        .then("2024-09-01", certified("listed", "2024-09-01"))
        .then("2025-05-01", certified("completed", "2025-05-01"))
        .then("2025-05-20", certified("in_production", "2025-05-20"))
        .then("2026-01-01", certified("above_scale", "2026-01-01"));
    let track = track(&story, "2026-02-01");
    assert!(track.finished);
    assert_eq!((track.light, track.current_stage), (Light::Green, None));
}

#[test]
fn facts_after_the_day_do_not_count_yet() {
    let story = Story::started();
    let track = track(&story, "2024-06-05");
    assert_eq!(stands(&track, "start").stand, Stand::Claimed);
}

#[test]
fn parallel_acceptance_waits_for_every_branch() {
    let mut story = Story::started();
    for id in [
        "acceptance-guidance",
        "acceptance-ready",
        "acceptance-planning",
        "acceptance-fire",
    ] {
        story.add("2025-03-01", step(id, "2025-03-01"));
    }
    story.add("2025-03-02", waived("acceptance-fire-special"));
    story.add("2025-03-02", waived("acceptance-civil-defence"));
    let before = track(&story, "2025-03-10");
    assert_eq!(stands(&before, "joint-opinion").stand, Stand::NotBegun);
    assert_eq!(stands(&before, "acceptance-archives").stand, Stand::Running);
    assert_eq!(
        stands(&before, "acceptance-civil-defence").stand,
        Stand::Waived
    );
    story.add("2025-03-12", step("acceptance-archives", "2025-03-12"));
    let after = track(&story, "2025-03-12");
    assert_eq!(
        dates(&after, "joint-opinion").opened_on,
        Some(day("2025-03-12"))
    );
}

#[test]
fn what_the_pack_does_not_know_is_kept_and_named() {
    let story = Story::signed()
        .then("2024-03-01", step("no-such-step", "2024-03-01"))
        .then("2024-03-02", claimed("no-such-milestone", "2024-03-02"))
        .then("2024-03-03", returned("started"));
    let state = State::fold(&LIFECYCLE, &story.events);
    let said: Vec<String> = state
        .unknown
        .iter()
        .map(|unknown| unknown.reason.text())
        .collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].contains("no-such-step") && said[1].contains("no-such-milestone"));
}

#[test]
fn a_voided_fact_does_not_count_and_an_undone_import_leaves_nothing() {
    let mut story = Story::started();
    let voided = domain::EventKind::Voided {
        event: domain::EventId(5),
        reason: "认错".into(),
    };
    story.add("2024-06-20", voided);
    assert_eq!(
        stands(&track(&story, "2024-06-19"), "start").stand,
        Stand::Done
    );
    assert_eq!(
        stands(&track(&story, "2024-06-20"), "start").stand,
        Stand::Claimed
    );
    story.add(
        "2024-06-21",
        domain::EventKind::Withdrawn {
            reason: "撤销导入".into(),
        },
    );
    let state = State::fold(&LIFECYCLE, &story.events);
    assert_eq!(
        (state.registered_on, state.withdrawn_on),
        (None, Some(day("2024-06-21")))
    );
    story.add("2024-06-22", registered(policy::model::Sector::Service));
    let state = State::fold(&LIFECYCLE, &story.events);
    assert_eq!(
        (state.registered_on, state.withdrawn_on),
        (Some(day("2024-06-22")), None)
    );
}

/// `cargo test -p domain --release -- --ignored --nocapture`
#[test]
#[ignore = "a measurement, for release builds"]
fn speed_of_fold_plan_and_track() {
    let mut story = Story::started();
    for (on, id) in [
        ("2024-02-14", "preparation"),
        ("2024-02-20", "report-submission"),
        ("2024-03-10", "land"),
        ("2024-03-11", "drawing-design"),
        ("2024-03-15", "design-review"),
        ("2024-03-16", "drawing-review"),
        ("2024-03-30", "permits"),
        ("2024-06-10", "listing-notice"),
        ("2024-06-20", "listing-class"),
    ] {
        story.add(on, step(id, on));
    }
    story.add("2024-07-10", extension("listing", 30));
    story.add("2024-07-12", reviewed(true));
    story.add("2024-07-15", decided(true));
    story.add("2024-07-16", claimed("listed", "2024-07-16"));
    story.add("2024-07-20", certified("listed", "2024-07-16"));
    story.add("2024-08-20", grace("completion", 10));
    story.events.sort_by_key(|event| event.happened_on);
    for (at, event) in story.events.iter_mut().enumerate() {
        event.id = domain::EventId(at as u32 + 1);
    }
    assert_eq!(story.events.len(), 20);
    let on = day("2025-01-01");
    let count = 300_000;
    for round in 0..3 {
        let begun = std::time::Instant::now();
        for _ in 0..count {
            std::hint::black_box(evaluate(
                &LIFECYCLE,
                std::hint::black_box(&story.events),
                calendar(),
                on,
            ));
        }
        let whole = begun.elapsed();
        let begun = std::time::Instant::now();
        for _ in 0..count {
            std::hint::black_box(State::fold_until(
                &LIFECYCLE,
                std::hint::black_box(&story.events),
                on,
            ));
        }
        let fold = begun.elapsed();
        let state = State::fold(&LIFECYCLE, &story.events);
        let begun = std::time::Instant::now();
        for _ in 0..count {
            std::hint::black_box(plan(
                &LIFECYCLE,
                std::hint::black_box(&state),
                calendar(),
                on,
            ));
        }
        let plan = begun.elapsed();
        println!(
            "{round}: evaluate {:?}, fold {:?}, plan {:?}; {:.0}/s",
            whole / count,
            fold / count,
            plan / count,
            f64::from(count) / whole.as_secs_f64()
        );
    }
}
