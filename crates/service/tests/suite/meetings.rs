//! Meetings after they were called: what changes and who is told, attendance, the decisions of the last one, the rhythm of
//! periodic ones; and how units handled their matters.

use calendar::Day;
use domain::matter::MatterCommand;
use domain::meeting::{Attendance, Presence};
use jiff::civil::time;
use service::matters::{Handled, MatterListQuery, MatterOrder, MatterTab};
use service::meetings::{MeetingChange, MeetingView, NewMeeting};
use service::{Actor, Outcome, ServiceError};

use crate::city::*;
use crate::matters::{ISSUER, act, approve, close, code, found, issued, order, report, sound};

on_both! {
    a_meeting_is_changed_postponed_and_cancelled_by_whoever_prepares_it,
    attendance_and_items_follow_the_meeting_until_its_minutes_are_closed,
    a_meeting_begins_with_what_became_of_the_last_ones_decisions,
    the_agenda_offers_the_most_urgent_first,
    a_quarter_without_a_joint_meeting_is_reminded_of_once,
    statistics_count_what_their_lists_show,
}

fn new(held_on: &str) -> NewMeeting {
    NewMeeting {
        kind: "joint".into(),
        title: "样例联席会议".into(),
        held_on: Some(day(held_on)),
        time: Some(time(9, 30, 0, 0)),
        place: "样例会议室".into(),
        chair: "样例市长".into(),
        members: vec![LAND.into(), HOUSING.into()],
        topics: vec!["甲".into(), "乙".into()],
        ..NewMeeting::default()
    }
}

async fn called(city: &City, held_on: &str) -> String {
    let called = city
        .service
        .call_meeting(&staff(ISSUER), new(held_on))
        .await;
    called.unwrap()
}

async fn change(city: &City, meeting: &str, change: MeetingChange) -> Outcome<()> {
    city.service
        .change_meeting(&staff(ISSUER), meeting, change)
        .await
}

async fn view(city: &City, actor: &Actor, meeting: &str) -> MeetingView {
    city.service.meeting(actor, meeting).await.unwrap()
}

fn attend(unit: &str, presence: Presence) -> MeetingChange {
    MeetingChange::Attend {
        attendance: vec![Attendance {
            unit: unit.into(),
            presence,
            person: "样例甲".into(),
        }],
    }
}

async fn a_meeting_is_changed_postponed_and_cancelled_by_whoever_prepares_it(city: &City) {
    found(city).await;
    let meeting = called(city, "2025-09-25").await;
    let arrange = MeetingChange::Arrange {
        calling: Box::new(NewMeeting {
            place: "样例报告厅".into(),
            members: vec![LAND.into(), PARK.into()],
            ..new("2025-09-25")
        }),
        reason: "会场维修".into(),
    };
    let foreign = city
        .service
        .change_meeting(&staff(LAND), &meeting, arrange.clone())
        .await;
    assert_eq!(code(foreign.unwrap_err()), "not_authorised");
    change(city, &meeting, arrange.clone()).await.unwrap();
    let again = change(city, &meeting, arrange).await.unwrap_err();
    assert_eq!(code(again), "no_change");
    let seen = view(city, &staff(PARK), &meeting).await;
    assert_eq!(seen.state.calling.place, "样例报告厅");
    assert!(seen.history[0].sentence.contains("样例报告厅"));
    let gone = city.service.meeting(&staff(HOUSING), &meeting).await;
    assert!(
        matches!(gone, Err(ServiceError::NotFound(_))),
        "who is no longer called sees it no more"
    );

    let postpone = |to: &str| MeetingChange::Postpone {
        held_on: day(to),
        time: None,
        reason: "主持人外出".into(),
    };
    let past = change(city, &meeting, postpone("2025-09-01")).await;
    assert_eq!(code(past.unwrap_err()), "day_past");
    change(city, &meeting, postpone("2025-09-29"))
        .await
        .unwrap();
    let item = city.service.meeting_page(&staff(ISSUER), "", 0).await;
    let item = item.unwrap().items.remove(0);
    assert_eq!(
        (item.held_on, item.held_at.as_str()),
        (day("2025-09-29"), "")
    );

    let cancel = |reason: &str| MeetingChange::Cancel {
        reason: reason.into(),
    };
    let bare = change(city, &meeting, cancel("")).await.unwrap_err();
    assert_eq!(code(bare), "text_missing");
    change(city, &meeting, cancel("合并召开")).await.unwrap();
    let after = change(city, &meeting, postpone("2025-10-09")).await;
    assert_eq!(code(after.unwrap_err()), "cancelled");
    let page = city
        .service
        .meeting_page(&staff(LAND), "", 0)
        .await
        .unwrap();
    assert!(page.items[0].cancelled);
    assert!(!view(city, &staff(ISSUER), &meeting).await.mine);
    sound(city).await;
}

async fn attendance_and_items_follow_the_meeting_until_its_minutes_are_closed(city: &City) {
    found(city).await;
    let meeting = called(city, "2025-09-25").await;
    let early = change(city, &meeting, attend(LAND, Presence::Came)).await;
    assert_eq!(code(early.unwrap_err()), "not_yet");
    let up = MeetingChange::Move { item: 1, up: true };
    change(city, &meeting, up.clone()).await.unwrap();
    let first = change(city, &meeting, up).await.unwrap_err();
    assert_eq!(code(first), "no_change", "it is the first already");
    city.on("2025-09-25");
    let foreign = change(city, &meeting, attend(PARK, Presence::Came)).await;
    assert_eq!(code(foreign.unwrap_err()), "not_called");
    change(city, &meeting, attend(LAND, Presence::Deputy))
        .await
        .unwrap();
    let minutes = |text: &str| MeetingChange::Minutes {
        item: 1,
        text: text.into(),
    };
    change(city, &meeting, minutes("已议")).await.unwrap();
    change(city, &meeting, minutes("已议，另行协调"))
        .await
        .unwrap();
    let remove = |item: u32| MeetingChange::Remove {
        item,
        reason: "材料不齐".into(),
    };
    let discussed = change(city, &meeting, remove(1)).await.unwrap_err();
    assert_eq!(code(discussed), "item_discussed");
    change(city, &meeting, remove(0)).await.unwrap();
    change(city, &meeting, MeetingChange::Close).await.unwrap();
    let seen = view(city, &staff(LAND), &meeting).await;
    let items: Vec<&str> = seen
        .state
        .items
        .iter()
        .map(|item| item.minutes.as_str())
        .collect();
    assert_eq!(items, ["已议，另行协调"]);
    assert!(
        seen.history
            .iter()
            .any(|line| line.sentence.starts_with("更正议题“乙”"))
    );
    let late = change(city, &meeting, attend(LAND, Presence::Came)).await;
    assert_eq!(code(late.unwrap_err()), "closed");
    sound(city).await;
}

async fn decided(city: &City, meeting: &str, title: &str) -> String {
    let order = MatterOrder {
        title: title.into(),
        ..order("")
    };
    let decided = city
        .service
        .decide_meeting(&staff(ISSUER), meeting, 0, order)
        .await;
    decided.unwrap().matter
}

async fn finished(city: &City, matter: &str) {
    act(city, LAND, matter, MatterCommand::Accept)
        .await
        .unwrap();
    act(city, LAND, matter, report()).await.unwrap();
    act(city, ISSUER, matter, approve()).await.unwrap();
    act(city, ISSUER, matter, close()).await.unwrap();
}

async fn a_meeting_begins_with_what_became_of_the_last_ones_decisions(city: &City) {
    found(city).await;
    let first = called(city, "2025-09-22").await;
    let done = decided(city, &first, "样例已办").await;
    decided(city, &first, "样例未办").await;
    finished(city, &done).await;
    city.on("2025-09-29");
    let second = called(city, "2025-09-29").await;
    decided(city, &second, "样例新定").await;
    city.on("2025-11-20");
    let third = called(city, "2025-11-21").await;
    assert_eq!(view(city, &staff(ISSUER), &first).await.last, None);
    let last = view(city, &staff(ISSUER), &third).await.last.unwrap();
    assert_eq!(last.meeting, second);
    let rows: Vec<(&str, bool, &str)> = last
        .decisions
        .iter()
        .map(|row| (row.item.title.as_str(), row.of_last, row.item.phase))
        .collect();
    assert_eq!(
        rows,
        [("样例新定", true, "待签收"), ("样例未办", false, "待签收")],
        "all of the last one, and what is open of those before"
    );
    let last = view(city, &staff(ISSUER), &second).await.last.unwrap();
    assert_eq!((last.meeting, last.decisions.len()), (first, 2));
    // A called unit reads how far they are; it opens only what it has to do with.
    let seen = view(city, &staff(HOUSING), &third).await.last.unwrap();
    assert!(seen.decisions.iter().all(|row| !row.may_open));
    let seen = view(city, &staff(LAND), &third).await.last.unwrap();
    assert!(seen.decisions.iter().all(|row| row.may_open));
}

async fn the_agenda_offers_the_most_urgent_first(city: &City) {
    found(city).await;
    let late = issued(city, "assignment").await;
    city.on("2025-10-20");
    let fresh = issued(city, "enterprise_issue").await;
    let near = issued(city, "supervision").await;
    city.on("2025-10-26");
    let form = city.service.meeting_form(&staff(ISSUER)).await.unwrap();
    let offered: Vec<&str> = form
        .problems
        .iter()
        .map(|problem| problem.item.id.as_str())
        .collect();
    assert_eq!(offered, [late.as_str(), near.as_str(), fresh.as_str()]);
    assert_eq!(form.problems[0].light_text, "逾期 15 天");
}

async fn a_quarter_without_a_joint_meeting_is_reminded_of_once(city: &City) {
    found(city).await;
    let state = async |today: &str| {
        city.on(today);
        let page = city
            .service
            .meeting_page(&staff(ISSUER), "", 0)
            .await
            .unwrap();
        let joint = page
            .rhythms
            .into_iter()
            .find(|rhythm| rhythm.kind == "joint")
            .unwrap();
        (
            joint.now,
            joint.held.map(|held| held.on),
            joint.next_by,
            joint.urgent,
        )
    };
    let sweep = async |today: &str| {
        city.on(today);
        city.service.sweep(day(today)).await.unwrap().meetings
    };
    let end = |text: &str| -> Day { day(text) };
    assert_eq!(
        state("2025-09-10").await,
        ("本季度", None, end("2025-09-30"), false)
    );
    // The quarter and the month before went by without a meeting: said once.
    assert!(sweep("2025-09-10").await > 0);
    assert_eq!(sweep("2025-09-10").await, 0);
    assert_eq!(
        state("2025-09-15").await,
        ("本季度", None, end("2025-09-30"), true)
    );
    let reminded = sweep("2025-09-15").await;
    assert!(reminded > 0);
    assert_eq!(sweep("2025-09-16").await, 0, "once");
    let told =
        store::meetings::alerts_raised_on(city.service.db(), REGION, ISSUER, day("2025-09-15"));
    let told = told.await.unwrap();
    assert!(
        told[0]
            .text
            .contains("2025年第三季度部门联席会议还没有召集"),
        "{}",
        told[0].text
    );
    assert!(told[0].clause.contains("正文第三段（二）"));
    called(city, "2025-09-20").await;
    assert_eq!(
        state("2025-09-20").await,
        ("本季度", Some(end("2025-09-20")), end("2025-12-31"), false)
    );
    // Next quarter: the joint meeting of the last was held; only the monthly ones are missing.
    sweep("2025-10-01").await;
    let told =
        store::meetings::alerts_raised_on(city.service.db(), REGION, ISSUER, day("2025-10-01"));
    assert_eq!(told.await.unwrap(), []);
    sound(city).await;
}

async fn statistics_count_what_their_lists_show(city: &City) {
    found(city).await;
    // 2025-09-22, due 2025-10-11: one in time, one late, one open and late, one withdrawn.
    let in_time = issued(city, "assignment").await;
    let late = issued(city, "assignment").await;
    issued(city, "assignment").await;
    let withdrawn = issued(city, "assignment").await;
    let reason = "重复".to_owned();
    act(city, ISSUER, &withdrawn, MatterCommand::Withdraw { reason })
        .await
        .unwrap();
    city.on("2025-09-26");
    finished(city, &in_time).await;
    city.on("2025-10-20");
    finished(city, &late).await;
    issued(city, "enterprise_issue").await;

    let (from, to) = (day("2025-07-01"), day("2025-12-31"));
    let found = city
        .service
        .matter_statistics(&staff(ISSUER), from, to, "")
        .await
        .unwrap();
    assert_eq!(found.units.len(), 1);
    let unit = &found.units[0];
    assert_eq!(
        (
            unit.issued,
            unit.in_time,
            unit.late,
            unit.open,
            unit.overdue
        ),
        (4, 1, 1, 1, 1)
    );
    assert_eq!(unit.in_time_rate(), "33.3%");
    // 4 working days to 26 September, 16 to 20 October, over the national holiday.
    assert_eq!(unit.mean_days(), "10.0");
    assert_eq!(found.sum.issued, 4);
    for (handled, count) in [
        (Handled::Counted, unit.issued),
        (Handled::InTime, unit.in_time),
        (Handled::Late, unit.late),
        (Handled::Open, unit.open),
        (Handled::Overdue, unit.overdue),
    ] {
        let query = MatterListQuery {
            tab: MatterTab::All,
            lead: unit.unit.clone(),
            issued_from: Some(from),
            issued_to: Some(to),
            handled: Some(handled),
            ..MatterListQuery::default()
        };
        let page = city
            .service
            .matter_page(&staff(ISSUER), &query)
            .await
            .unwrap();
        assert_eq!(
            (page.total, page.items.len() as u64),
            (count, count),
            "{handled:?}"
        );
    }
    let september = city
        .service
        .matter_statistics(&staff(ISSUER), from, day("2025-09-30"), "assignment")
        .await
        .unwrap();
    assert_eq!(september.sum.issued, 3);
    // A unit that does not see all counts what it has to do with; who may not export is told so.
    let own = city
        .service
        .matter_statistics(&staff(LAND), from, to, "")
        .await
        .unwrap();
    assert!(own.own_only && own.sum.issued == 4);
    let stranger = city
        .service
        .matter_statistics(&staff(STATISTICS), from, to, "")
        .await
        .unwrap();
    assert_eq!(stranger.sum.issued, 0);
    let file = city
        .service
        .export_matter_statistics(&staff(ISSUER), from, to, "")
        .await
        .unwrap();
    assert!(file.name.ends_with(".xlsx"));
    let refused = city
        .service
        .export_matter_statistics(&staff(LAND), from, to, "")
        .await;
    assert!(matches!(refused, Err(ServiceError::Forbidden(_))));
}
