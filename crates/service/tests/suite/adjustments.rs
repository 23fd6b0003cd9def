//! Extension, exemption, grace, removal.

use calendar::Day;
use domain::{Command, EventId};
use service::ServiceError;
use service::alerts::{DueQuery, DueWindow};
use service::projects::{Change, LedgerQuery};

use crate::city::*;

on_both! {
    an_extension_goes_from_town_to_centre_to_leader_and_moves_the_due_day_once,
    a_refused_extension_does_not_use_up_the_one_adjustment,
    days_of_an_exemption_do_not_count,
    an_exemption_without_end_stops_the_clock_until_it_ends,
    what_an_exemption_holds_moves_on_every_day_without_any_fact,
    a_grace_period_keeps_the_due_day_and_defers_the_red_light,
    removals_of_a_month_are_handled_on_one_day,
    a_removal_dated_back_is_held_to_the_month_of_its_date,
    a_removal_that_was_voided_leaves_the_month_free,
}

async fn an_extension_goes_from_town_to_centre_to_leader_and_moves_the_due_day_once(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let (town, centre, leader) = (staff(TOWN), staff(CENTRE), staff(LEADER));
    city.on("2025-07-01");
    city.done(&town, &project, extension(60)).await;
    assert_eq!(kinds(city, CENTRE).await, ["review_extension"]);
    let pending = city.refused(&town, &project, extension(30)).await;
    assert_eq!(pending.code, "extension_pending");
    let unreviewed = city.refused(&leader, &project, decide(true)).await;
    assert_eq!(unreviewed.code, "not_reviewed");
    city.done(&centre, &project, review(true)).await;
    assert_eq!(kinds(city, LEADER).await, ["approve_extension"]);
    assert_eq!(city.due(&project, "start").await, day("2025-07-20"));
    city.done(&leader, &project, decide(true)).await;
    assert_eq!(city.due(&project, "start").await, day("2025-09-18"));
    assert_eq!(kinds(city, LEADER).await, [""; 0]);

    city.on("2025-09-01");
    let second = city.refused(&town, &project, extension(30)).await;
    assert_eq!(second.code, "second_extension");
    let clause = second.clause.unwrap();
    assert_eq!(&*clause.article, "二");
    assert!(clause.text.contains("可作一次调整"));
    city.is_sound().await;
}

async fn a_refused_extension_does_not_use_up_the_one_adjustment(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    city.on("2025-07-01");
    for approved in [false, true] {
        city.done(&staff(TOWN), &project, extension(30)).await;
        city.done(&staff(CENTRE), &project, review(true)).await;
        city.done(&staff(LEADER), &project, decide(approved)).await;
        let due = if approved { "2025-08-19" } else { "2025-07-20" };
        assert_eq!(city.due(&project, "start").await, day(due));
    }
}

async fn kinds(city: &City, unit: &str) -> Vec<String> {
    let todos = city.waits_for(unit).await.into_iter();
    todos.map(|(kind, _)| kind).collect()
}

/// An exemption, asked for by the enterprise with its proof and granted by the authority; the id of the request.
pub async fn exempt(city: &City, project: &str, from: &str, to: Option<&str>) -> EventId {
    let to = to.map(day);
    let firm = enterprise(ENTERPRISE);
    let request = Command::RequestExemption {
        ground: "force-majeure".into(),
        from: day(from),
        to,
        reason: "样例理由：洪水".into(),
        files: city.evidence(&firm, project, "event-proof").await,
    };
    let request = EventId(city.done(&firm, project, request).await);
    let verify = Command::VerifyExemption {
        request,
        granted: true,
        from: day(from),
        to,
        opinion: String::new(),
        files: Vec::new(),
    };
    city.done(&staff(PARK), project, verify).await;
    request
}

async fn days_of_an_exemption_do_not_count(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    city.on("2025-06-30");
    let bare = Command::RequestExemption {
        ground: "force-majeure".into(),
        from: day("2025-06-01"),
        to: Some(day("2025-06-20")),
        reason: "样例理由：洪水".into(),
        files: Vec::new(),
    };
    let request = EventId(city.done(&enterprise(ENTERPRISE), &project, bare).await);
    let verify = Command::VerifyExemption {
        request,
        granted: true,
        from: day("2025-06-01"),
        to: Some(day("2025-06-20")),
        opinion: String::new(),
        files: Vec::new(),
    };
    let unproved = city.refused(&staff(PARK), &project, verify).await;
    assert_eq!(unproved.code, "evidence_missing");
    assert_eq!(&*unproved.clause.unwrap().article, "第十条（一）");

    exempt(city, &project, "2025-06-01", Some("2025-06-20")).await;
    assert_eq!(city.due(&project, "start").await, day("2025-08-09"));
    city.is_sound().await;
}

async fn an_exemption_without_end_stops_the_clock_until_it_ends(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    city.on("2025-06-30");
    let request = exempt(city, &project, "2025-06-21", None).await;
    let held = city.deadline(&project, "start").await.unwrap();
    assert!(held.suspended && held.notify_on.is_none());
    // However long it lasts, what is stored is what the facts say.
    city.is_sound().await;

    city.on("2025-10-01");
    let end = Command::EndExemption {
        request,
        to: day("2025-09-28"),
    };
    city.done(&staff(PARK), &project, end).await;
    // 100 days from 21 June to 28 September.
    assert_eq!(city.due(&project, "start").await, day("2025-10-28"));
    let runs = city.deadline(&project, "start").await.unwrap();
    assert!(!runs.suspended);
    assert_eq!(runs.notify_on, Some(day("2025-09-28")));
    city.is_sound().await;
}

/// What ledger, alerts and track say of the start: due day and words of the light.
async fn said(city: &City, project: &str) -> [(Day, String); 3] {
    let (service, centre) = (&city.service, staff(CENTRE));
    let stopped = DueQuery {
        window: DueWindow::Stopped,
        ..DueQuery::default()
    };
    let alerts = service.due_page(&centre, &stopped).await.unwrap().items;
    let alert = alerts.into_iter().find(|item| item.title == "项目筹备开工");
    let alert = alert.unwrap();
    let moment = service.moment(None, None).unwrap();
    let view = service.project(&centre, project, moment).await.unwrap();
    let stage = view.track.stages.iter().find(|node| node.id == "start");
    let stage = stage.unwrap();
    let row = city.deadline(project, "start").await.unwrap();
    let ledger = service.ledger(&centre, &LedgerQuery::default()).await;
    let ledger = ledger
        .unwrap()
        .rows
        .into_iter()
        .find(|row| row.project == project);
    [
        (row.due_on.unwrap(), ledger.unwrap().light_text),
        (alert.due_on, alert.light_text),
        (stage.due.unwrap(), stage.light_text.clone()),
    ]
}

async fn what_an_exemption_holds_moves_on_every_day_without_any_fact(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    city.on("2025-06-30");
    exempt(city, &project, "2025-06-21", None).await;
    // 10 days do not count by now, 20 ten days later.
    for (today, due) in [("2025-06-30", "2025-07-30"), ("2025-07-10", "2025-08-09")] {
        city.on(today);
        let facts = city.facts(&project).await;
        city.service.sweep(day(today)).await.unwrap();
        city.service.sweep(day(today)).await.unwrap();
        assert_eq!(city.facts(&project).await, facts);
        let [ledger, alerts, track] = said(city, &project).await;
        assert_eq!([ledger.0, alerts.0, track.0], [day(due); 3], "{today}");
        assert_eq!([alerts.1.as_str(), track.1.as_str()], ["暂停计时"; 2]);
        assert_eq!(ledger.1, "进行中");
        assert_eq!(city.rebuild(true).await.findings, Vec::<String>::new());
    }
    // A day without a sweep: the rows are as of the last one, and checked as such.
    city.on("2025-07-15");
    assert_eq!(city.rebuild(true).await.findings, Vec::<String>::new());
    city.rebuild(false).await;
    assert_eq!(city.due(&project, "start").await, day("2025-08-09"));
}

async fn a_grace_period_keeps_the_due_day_and_defers_the_red_light(city: &City) {
    let project = city.signed("样例光电产业园项目").await;
    let grace = |days| Command::SetGrace {
        node: "start".into(),
        days,
        reason: "样例理由：等待材料进场".into(),
    };
    city.on("2025-07-15");
    let park = staff(PARK);
    let long = city.refused(&park, &project, grace(31)).await;
    assert_eq!(long.code, "grace_too_long");
    assert_eq!(&*long.clause.unwrap().article, "第八条");
    assert_eq!(city.row(&project).await.row.red_on, Some(day("2025-07-21")));
    city.done(&park, &project, grace(10)).await;
    assert_eq!(city.due(&project, "start").await, day("2025-07-20"));
    assert_eq!(city.row(&project).await.row.red_on, Some(day("2025-07-31")));
    city.is_sound().await;
}

async fn removals_of_a_month_are_handled_on_one_day(city: &City) {
    let mut projects = Vec::new();
    for name in ["样例光电产业园项目", "样例仓储项目", "样例冷链项目"] {
        projects.push(city.signed(name).await);
    }
    let (town, centre) = (staff(TOWN), staff(CENTRE));
    city.on("2025-08-05");
    for project in &projects {
        city.done(&town, project, request_removal()).await;
    }
    let wrong = city.refused(&centre, &projects[0], remove("2025-09")).await;
    assert_eq!(wrong.code, "batch_month");
    // Two on the same day are one adjustment.
    city.done(&centre, &projects[0], remove("2025-08")).await;
    city.done(&centre, &projects[1], remove("2025-08")).await;
    let removed = city.row(&projects[0]).await.row;
    assert!(removed.removed && removed.next_due_on.is_none());

    city.on("2025-08-20");
    let again = city.refused(&centre, &projects[2], remove("2025-08")).await;
    assert!(again.message.contains("2025-08-05"), "{again}");
    let clause = again.clause.unwrap();
    assert_eq!(&*clause.article, "三（七）");
    assert!(clause.text.contains("每月调整一次"));
    city.on("2025-09-01");
    city.done(&centre, &projects[2], remove("2025-09")).await;

    let gone = city.refused(&town, &projects[0], extension(30)).await;
    assert_eq!(gone.code, "removed");
    city.is_sound().await;
}

async fn a_removal_dated_back_is_held_to_the_month_of_its_date(city: &City) {
    let one = city.signed("样例光电产业园项目").await;
    let other = city.signed("样例仓储项目").await;
    let centre = staff(CENTRE);
    city.on("2025-08-05");
    for project in [&one, &other] {
        city.done(&staff(TOWN), project, request_removal()).await;
    }
    city.done(&centre, &one, remove("2025-08")).await;
    city.on("2025-09-03");
    let dated = |on: &str| Change {
        project: other.clone(),
        seen_version: None,
        happened_on: Some(day(on)),
        command: remove("2025-08"),
    };
    let refused = city.service.change(&centre, dated("2025-08-20")).await;
    assert!(
        matches!(refused, Err(ServiceError::Refused(_))),
        "{refused:?}"
    );
    // Recorded late, but handled with the others.
    let recorded = city.service.change(&centre, dated("2025-08-05")).await;
    recorded.unwrap();
}

async fn a_removal_that_was_voided_leaves_the_month_free(city: &City) {
    let one = city.signed("样例光电产业园项目").await;
    let other = city.signed("样例仓储项目").await;
    let centre = staff(CENTRE);
    city.on("2025-08-05");
    for project in [&one, &other] {
        city.done(&staff(TOWN), project, request_removal()).await;
    }
    let removal = city.done(&centre, &one, remove("2025-08")).await;
    let void = Command::Void {
        event: EventId(removal),
        reason: "样例理由：登记错了项目".into(),
    };
    city.done(&centre, &one, void).await;
    assert!(!city.row(&one).await.row.removed);
    city.on("2025-08-20");
    city.done(&centre, &other, remove("2025-08")).await;
    city.is_sound().await;
}
