//! Leads: found, shown to whoever registers the same again, claimed, given on, shared, resting, merged and parted again.

use domain::Command;
use domain::event::{Details, Share};
use domain::state::LeadPhase;
use domain::values::{CreditCode, Yuan};
use service::leads::{LeadCard, LeadQuery, LeadRegistered, LeadSort, NewLead, SimilarLead};
use service::projects::Moment;
use service::{Actor, AdminRole, ServiceError};

use crate::city::*;

on_both! {
    a_lead_is_registered_shown_on_the_board_claimed_and_rests_when_nobody_is_in_contact,
    what_is_there_already_is_shown_before_anything_is_saved,
    a_claim_within_the_priority_of_another_is_refused_with_clause_and_day,
    whoever_was_in_contact_keeps_the_lead_until_it_rests,
    the_holder_gives_on_and_shares_and_the_finder_stays,
    a_merge_keeps_both_histories_counts_once_and_can_be_undone,
    of_two_merges_at_once_one_is_told_to_look_again,
    a_lost_lead_leaves_the_board_with_its_reason_and_comes_back,
    a_lead_that_became_a_project_rests_no_more,
    the_sweep_warns_once_and_gives_back_once,
    the_list_filters_sorts_and_exports_what_it_shows,
    who_has_no_part_in_leads_sees_none_and_does_nothing,
    a_city_without_rules_on_leads_has_no_page_of_them,
}

const LEADS: &str = include_str!("../packs/leads.toml");

async fn with_rules(city: &City) {
    city.put_in_force("leads.toml", LEADS).await;
}

fn new_lead(name: &str) -> NewLead {
    NewLead {
        details: Details {
            name: name.into(),
            investor: Some("样例海川投资有限公司".into()),
            total_investment: Some(Yuan::from_yuan(300_000_000)),
            ..Details::default()
        },
        contact: Some("样例联系人 13800000000".into()),
        source: "visit-out".into(),
        text: "展会上初步接触".into(),
        ..NewLead::default()
    }
}

async fn lead(city: &City, unit: &str, name: &str) -> String {
    let mut new = new_lead(name);
    new.distinct = Some("样例：经核对是另一个项目".into());
    registered(city, unit, new).await
}

async fn registered(city: &City, unit: &str, new: NewLead) -> String {
    match city.service.register_lead(&staff(unit), new).await.unwrap() {
        LeadRegistered::Lead(project) => project,
        LeadRegistered::Similar(similar) => panic!("{similar:?}"),
    }
}

async fn similar(city: &City, new: NewLead) -> Vec<SimilarLead> {
    let told = city.service.register_lead(&staff(PARK), new).await.unwrap();
    match told {
        LeadRegistered::Similar(similar) => similar,
        LeadRegistered::Lead(_) => panic!("nothing similar was found"),
    }
}

fn claim_by(unit: &str) -> Command {
    Command::ClaimLead { unit: unit.into() }
}

fn shares(shares: &[(&str, u32)]) -> Vec<Share> {
    shares
        .iter()
        .map(|(unit, basis_points)| Share {
            unit: (*unit).into(),
            basis_points: *basis_points,
        })
        .collect()
}

fn talk() -> Command {
    Command::RecordVisit {
        visit: "talk".into(),
        text: "到企业总部洽谈。".into(),
        files: Vec::new(),
    }
}

/// Columns that hold something: column and names.
async fn board(city: &City, actor: &Actor) -> Vec<(String, Vec<String>)> {
    let board = city
        .service
        .lead_board(actor, &LeadQuery::default())
        .await
        .unwrap();
    let lanes = board.lanes.into_iter().filter(|lane| lane.count > 0);
    lanes
        .map(|lane| {
            assert_eq!(lane.count, lane.cards.len() as u64);
            (
                lane.lane,
                lane.cards.into_iter().map(|card| card.name).collect(),
            )
        })
        .collect()
}

async fn list(city: &City, query: LeadQuery) -> Vec<LeadCard> {
    let list = city.service.lead_list(&staff(CENTRE), &query).await;
    list.unwrap().cards
}

async fn view(city: &City, project: &str) -> service::leads::LeadView {
    let moment = Moment {
        on: city.service.today(),
        known: None,
        past: false,
    };
    let view = city.service.project(&staff(CENTRE), project, moment).await;
    view.unwrap().lead.unwrap()
}

async fn a_lead_is_registered_shown_on_the_board_claimed_and_rests_when_nobody_is_in_contact(
    city: &City,
) {
    with_rules(city).await;
    city.on("2025-03-03");
    let project = lead(city, PARK, "样例储能项目").await;
    assert_eq!(
        board(city, &staff(COMMERCE)).await,
        [("pool".to_string(), vec!["样例储能项目".to_string()])]
    );
    let found = view(city, &project).await;
    assert_eq!(found.phase, LeadPhase::Pool);
    assert_eq!((&*found.source, &*found.finder_unit), ("外出考察", PARK));
    assert_eq!(
        found.credit,
        [(PARK.to_string(), "100%".to_string(), 10_000)]
    );

    let done = city
        .act(&staff(COMMERCE), &project, claim_by(COMMERCE))
        .await;
    assert_eq!(
        done.unwrap().sentences,
        ["市商务局认领线索，优先对接到2025年4月2日。"]
    );
    city.done(&staff(CENTRE), &project, claim("received", "2025-03-03"))
        .await;
    assert_eq!(
        board(city, &staff(PARK)).await,
        [("talks".to_string(), vec!["样例储能项目".to_string()])]
    );
    city.is_sound().await;

    city.on("2025-05-03")
        .service
        .sweep(day("2025-05-03"))
        .await
        .unwrap();
    let rested = view(city, &project).await;
    assert_eq!(rested.phase, LeadPhase::Dormant);
    assert_eq!(rested.dormant_since, Some(day("2025-05-03")));
    assert_eq!(rested.finder_unit, PARK);
    city.is_sound().await;
}

async fn what_is_there_already_is_shown_before_anything_is_saved(city: &City) {
    with_rules(city).await;
    city.on("2025-03-03");
    let code = CreditCode::parse("91420000MA4KMA0A0C").ok();
    let mut first = new_lead("样例储能（湖南）项目");
    first.details.enterprise = Some("样例储能科技有限公司".into());
    first.details.credit_code = code.clone();
    let project = registered(city, PARK, first).await;
    city.done(&staff(COMMERCE), &project, claim_by(COMMERCE))
        .await;

    // The same name in another spelling.
    let mut again = new_lead("样例储能(湖南) 建设项目");
    again.details.investor = None;
    let found = similar(city, again.clone()).await;
    assert_eq!(
        (found.len(), &*found[0].project, found[0].why),
        (1, &*project, "项目名称相同")
    );
    assert_eq!(
        (found[0].holder.as_deref(), found[0].claimable),
        (Some(COMMERCE), false)
    );
    // The same investor with another project.
    let other = new_lead("样例光伏项目");
    assert_eq!(similar(city, other).await[0].why, "投资方或企业名称相同");
    let mut other = new_lead("样例光伏项目");
    other.details.investor = Some("样例储能科技 股份有限公司".into());
    assert_eq!(similar(city, other).await[0].why, "投资方或企业名称相同");
    // The same code goes before everything else.
    if code.is_some() {
        let mut same = new_lead("样例完全不同的名称");
        same.details.investor = None;
        same.details.credit_code = code;
        assert_eq!(similar(city, same).await[0].why, "统一社会信用代码相同");
    }
    assert_eq!(list(city, LeadQuery::default()).await.len(), 1);

    // Registering anyway wants a reason, which stays with the lead.
    again.distinct = Some("  ".into());
    let error = city
        .service
        .register_lead(&staff(PARK), again.clone())
        .await;
    assert!(matches!(error, Err(ServiceError::Invalid(faults)) if faults[0].field == "distinct"));
    again.distinct = Some("二期，另一地块".into());
    let second = registered(city, PARK, again).await;
    assert!(
        view(city, &second)
            .await
            .text
            .ends_with("仍登记：二期，另一地块")
    );

    // Joining takes a lead up when that is possible, and else says who holds it.
    let refused = city.service.join_lead(&staff(REFORM), &project).await;
    assert!(
        matches!(&refused, Err(ServiceError::Refused(r)) if r.code == "in_priority"),
        "{refused:?}"
    );
    city.service
        .join_lead(&staff(REFORM), &second)
        .await
        .unwrap();
    assert_eq!(view(city, &second).await.holder.as_deref(), Some(REFORM));
}

async fn a_claim_within_the_priority_of_another_is_refused_with_clause_and_day(city: &City) {
    with_rules(city).await;
    city.on("2025-03-03");
    let project = lead(city, PARK, "样例储能项目").await;
    city.done(&staff(COMMERCE), &project, claim_by(COMMERCE))
        .await;
    city.on("2025-04-02");
    let refusal = city
        .refused(&staff(REFORM), &project, claim_by(REFORM))
        .await;
    assert_eq!(refusal.code, "in_priority");
    assert!(
        refusal.message.contains("2025年4月2日"),
        "{}",
        refusal.message
    );
    let clause = refusal.clause.unwrap();
    assert_eq!(
        (&*clause.document, &*clause.article),
        ("样例〔2025〕1号", "八")
    );
    // Nobody claims for somebody else.
    let refusal = city.refused(&staff(REFORM), &project, claim_by(PARK)).await;
    assert_eq!(refusal.code, "not_this_unit");
    // The day after, without contact, it is free.
    city.on("2025-04-03");
    city.done(&staff(REFORM), &project, claim_by(REFORM)).await;
    assert_eq!(view(city, &project).await.holder.as_deref(), Some(REFORM));
}

async fn whoever_was_in_contact_keeps_the_lead_until_it_rests(city: &City) {
    with_rules(city).await;
    city.on("2025-03-03");
    let project = lead(city, PARK, "样例储能项目").await;
    city.done(&staff(COMMERCE), &project, claim_by(COMMERCE))
        .await;
    city.on("2025-03-20");
    city.done(&staff(COMMERCE), &project, talk()).await;
    city.on("2025-04-10");
    let refusal = city
        .refused(&staff(REFORM), &project, claim_by(REFORM))
        .await;
    assert_eq!(refusal.code, "in_contact");
    assert_eq!(
        view(city, &project).await.rests_on.as_deref(),
        Some("2025-05-20 星期二")
    );
    city.on("2025-05-20")
        .service
        .sweep(day("2025-05-20"))
        .await
        .unwrap();
    city.done(&staff(REFORM), &project, claim_by(REFORM)).await;
}

async fn the_holder_gives_on_and_shares_and_the_finder_stays(city: &City) {
    with_rules(city).await;
    city.on("2025-03-03");
    let project = lead(city, PARK, "样例储能项目").await;
    city.done(&staff(COMMERCE), &project, claim_by(COMMERCE))
        .await;
    let share = Command::ShareCredit {
        shares: shares(&[(PARK, 3_333), (COMMERCE, 6_667)]),
    };
    let refusal = city.refused(&staff(REFORM), &project, share.clone()).await;
    assert_eq!(refusal.code, "not_this_unit");
    city.done(&staff(COMMERCE), &project, share).await;
    for wrong in [
        shares(&[(PARK, 5_000), (COMMERCE, 4_999)]),
        shares(&[(PARK, 5_000), (PARK, 5_000)]),
        shares(&[(PARK, 0), (COMMERCE, 10_000)]),
        Vec::new(),
    ] {
        let refusal = city
            .refused(
                &staff(COMMERCE),
                &project,
                Command::ShareCredit { shares: wrong },
            )
            .await;
        assert_eq!(refusal.code, "shares_do_not_sum");
    }
    let on = Command::TransferLead {
        to: REFORM.into(),
        shares: shares(&[(PARK, 2_000), (COMMERCE, 3_000), (REFORM, 5_000)]),
    };
    city.done(&staff(COMMERCE), &project, on).await;
    let seen = view(city, &project).await;
    assert_eq!(seen.holder.as_deref(), Some(REFORM));
    assert_eq!(seen.finder_unit, PARK);
    assert_eq!(
        seen.credit.iter().map(|(_, _, points)| points).sum::<u32>(),
        10_000
    );
    // Who gave it away has no say any more; the finder's record cannot be voided.
    let back = Command::ReturnLead {
        reason: "样例".into(),
    };
    assert_eq!(
        city.refused(&staff(COMMERCE), &project, back.clone())
            .await
            .code,
        "not_this_unit"
    );
    let void = Command::Void {
        event: domain::EventId(2),
        reason: "样例".into(),
    };
    assert_eq!(
        city.refused(&staff(CENTRE), &project, void).await.code,
        "finder_stays"
    );
    city.done(&staff(REFORM), &project, back).await;
    assert_eq!(view(city, &project).await.phase, LeadPhase::Pool);
    city.is_sound().await;
}

async fn a_merge_keeps_both_histories_counts_once_and_can_be_undone(city: &City) {
    with_rules(city).await;
    city.on("2025-03-03");
    let first = lead(city, PARK, "样例储能项目").await;
    let second = lead(city, COMMERCE, "样例储能装备项目").await;
    city.done(&staff(COMMERCE), &second, claim_by(COMMERCE))
        .await;
    city.done(&staff(CENTRE), &second, claim("received", "2025-03-03"))
        .await;
    assert_eq!(city.due(&second, "talks").await, day("2025-05-02"));
    let totals = |city: &City| {
        let service = city.service.clone();
        async move {
            let projects = service::projects::LedgerQuery::default();
            let with_leads = service::projects::LedgerQuery {
                leads: true,
                ..projects.clone()
            };
            let totals = async |query| service.ledger_totals(&staff(CENTRE), query).await.unwrap();
            assert_eq!(totals(&projects).await.count, 0, "a lead is no project");
            let totals = totals(&with_leads).await;
            (totals.count, totals.total_investment)
        }
    };
    let (both, sum) = totals(city).await;
    assert_eq!(both, 2);
    let centre = staff(CENTRE);
    let refused = city
        .service
        .merge_leads(&staff(PARK), &first, &second)
        .await;
    assert!(
        matches!(refused, Err(ServiceError::Refused(_))),
        "{refused:?}"
    );
    let preview = city
        .service
        .preview_merge(&centre, &first, &second)
        .await
        .unwrap();
    assert_eq!(preview.refusal, None);
    assert_eq!(
        (&*preview.into.name, &*preview.from.name),
        ("样例储能项目", "样例储能装备项目")
    );
    assert_eq!(preview.from.records, 4);
    city.service
        .merge_leads(&centre, &first, &second)
        .await
        .unwrap();

    let seen = view(city, &first).await;
    assert_eq!(seen.finder_unit, PARK);
    assert_eq!(seen.absorbed.len(), 1);
    assert!(
        seen.absorbed[0]
            .facts
            .contains(&("发现人", format!("{COMMERCE} 样例经办人")))
    );
    assert_eq!(seen.absorbed[0].history.len(), 5);
    assert_eq!(view(city, &second).await.phase, LeadPhase::Merged);
    let (one, half) = totals(city).await;
    assert_eq!((one, half), (1, domain::Yuan(sum.0 / 2)));
    assert_eq!(list(city, LeadQuery::default()).await.len(), 1);
    // What was merged goes on nowhere else, and nothing of it falls due.
    assert_eq!(city.deadline(&second, "talks").await, None);
    assert_eq!(
        city.refused(&staff(PARK), &second, claim_by(PARK))
            .await
            .code,
        "lead_not_open"
    );
    let refused = city.service.merge_leads(&centre, &second, &first).await;
    assert!(
        matches!(refused, Err(ServiceError::Refused(_))),
        "{refused:?}"
    );
    city.is_sound().await;

    let void = Command::Void {
        event: seen.absorbed[0].id,
        reason: "核实为两个项目".into(),
    };
    city.done(&centre, &first, void).await;
    assert!(view(city, &first).await.absorbed.is_empty());
    assert_eq!(view(city, &second).await.phase, LeadPhase::Held);
    assert_eq!(totals(city).await, (2, sum));
    city.is_sound().await;

    // The other way round: merged again, undone from the side that was merged.
    city.service
        .merge_leads(&centre, &first, &second)
        .await
        .unwrap();
    let (_, _, merged) = view(city, &second).await.merged_into.unwrap();
    let void = Command::Void {
        event: merged,
        reason: "核实为两个项目".into(),
    };
    city.done(&centre, &second, void).await;
    assert!(view(city, &first).await.absorbed.is_empty());
    assert_eq!(view(city, &second).await.merged_into, None);
    city.is_sound().await;
}

async fn of_two_merges_at_once_one_is_told_to_look_again(city: &City) {
    with_rules(city).await;
    let first = lead(city, PARK, "样例储能项目").await;
    let second = lead(city, COMMERCE, "样例储能装备项目").await;
    let centre = staff(CENTRE);
    let (one, other) = tokio::join!(
        city.service.merge_leads(&centre, &first, &second),
        city.service.merge_leads(&centre, &second, &first)
    );
    assert_eq!(
        u8::from(one.is_ok()) + u8::from(other.is_ok()),
        1,
        "{one:?} {other:?}"
    );
    city.is_sound().await;
}

async fn a_lost_lead_leaves_the_board_with_its_reason_and_comes_back(city: &City) {
    with_rules(city).await;
    city.on("2025-03-03");
    let project = lead(city, PARK, "样例储能项目").await;
    city.done(&staff(COMMERCE), &project, claim_by(COMMERCE))
        .await;
    let lose = |reason: &str| Command::LoseLead {
        reason: reason.into(),
        text: "对方选择了外省".into(),
    };
    let refusal = city
        .refused(&staff(COMMERCE), &project, lose("weather"))
        .await;
    assert_eq!(refusal.code, "unknown_reason");
    city.done(&staff(COMMERCE), &project, lose("elsewhere"))
        .await;
    assert!(board(city, &staff(CENTRE)).await.is_empty());
    let lost = list(
        city,
        LeadQuery {
            phase: Some(LeadPhase::Lost),
            ..Default::default()
        },
    )
    .await;
    assert_eq!((lost.len(), &*lost[0].loss), (1, "落户外地"));
    // A lost lead does not rest.
    city.on("2025-12-01")
        .service
        .sweep(day("2025-12-01"))
        .await
        .unwrap();
    assert_eq!(view(city, &project).await.phase, LeadPhase::Lost);
    let revive = Command::ReviveLead {
        reason: "对方重新考虑".into(),
    };
    city.done(&staff(COMMERCE), &project, revive).await;
    let seen = view(city, &project).await;
    assert_eq!(
        (seen.phase, seen.holder.as_deref()),
        (LeadPhase::Held, Some(COMMERCE))
    );
    assert_eq!(seen.rests_on.as_deref(), Some("2026-01-31 星期六"));
    city.is_sound().await;
}

async fn a_lead_that_became_a_project_rests_no_more(city: &City) {
    with_rules(city).await;
    city.on("2025-03-03");
    let project = lead(city, PARK, "样例储能项目").await;
    city.done(&staff(COMMERCE), &project, claim_by(COMMERCE))
        .await;
    for milestone in ["received", "assigned"] {
        city.done(&staff(CENTRE), &project, claim(milestone, "2025-03-03"))
            .await;
    }
    assert_eq!(view(city, &project).await.phase, LeadPhase::Assigned);
    let all = service::projects::LedgerQuery::default();
    let ledger = city.service.ledger_totals(&staff(CENTRE), &all).await;
    assert_eq!(ledger.unwrap().count, 1, "what is assigned is a project");
    city.on("2025-12-01")
        .service
        .sweep(day("2025-12-01"))
        .await
        .unwrap();
    assert_eq!(view(city, &project).await.phase, LeadPhase::Assigned);
    assert_eq!(
        city.refused(&staff(REFORM), &project, claim_by(REFORM))
            .await
            .code,
        "lead_not_open"
    );
    // The credit is still shared, for it counts later.
    let share = Command::ShareCredit {
        shares: shares(&[(PARK, 4_000), (COMMERCE, 6_000)]),
    };
    city.done(&staff(COMMERCE), &project, share).await;
    assert_eq!(
        board(city, &staff(CENTRE)).await,
        [("following".to_string(), vec!["样例储能项目".to_string()])]
    );
}

async fn the_sweep_warns_once_and_gives_back_once(city: &City) {
    with_rules(city).await;
    city.on("2025-03-03");
    let project = lead(city, PARK, "样例储能项目").await;
    city.done(&staff(COMMERCE), &project, claim_by(COMMERCE))
        .await;
    let alert = |level| ("2025-05-03".to_string(), level, COMMERCE.to_string());
    for today in ["2025-04-25", "2025-04-26", "2025-04-26", "2025-05-02"] {
        city.on(today).service.sweep(day(today)).await.unwrap();
        let expected = if today == "2025-04-25" {
            vec![]
        } else {
            vec![alert(1)]
        };
        assert_eq!(city.alerts(&project).await, expected, "{today}");
    }
    let text = &city.alert_lines(&project).await[0].alert.text;
    assert!(
        text.contains("已 54 天没有接触") && text.contains("2025-05-03 星期六"),
        "{text}"
    );
    for _ in 0..2 {
        city.on("2025-05-04")
            .service
            .sweep(day("2025-05-04"))
            .await
            .unwrap();
        assert_eq!(city.alerts(&project).await, [alert(1), alert(2)]);
        assert_eq!(city.row(&project).await.version, 4);
    }
    let again = city.service.sweep(day("2025-05-04")).await.unwrap();
    assert_eq!(again.alerts, 0);
    city.is_sound().await;
}

async fn the_list_filters_sorts_and_exports_what_it_shows(city: &City) {
    with_rules(city).await;
    for (on, unit, name, source) in [
        ("2025-03-01", PARK, "样例乙项目", "visit-out"),
        ("2025-03-02", COMMERCE, "样例甲项目", "visit-in"),
        ("2025-03-03", PARK, "样例丙项目", "visit-in"),
    ] {
        city.on(on);
        let mut new = new_lead(name);
        new.source = source.into();
        new.distinct = Some("样例".into());
        registered(city, unit, new).await;
    }
    let names = |cards: Vec<LeadCard>| cards.into_iter().map(|card| card.name).collect::<Vec<_>>();
    let all = LeadQuery::default();
    assert_eq!(
        names(list(city, all.clone()).await),
        ["样例丙项目", "样例甲项目", "样例乙项目"]
    );
    let by_contact = LeadQuery {
        sort: LeadSort::Contact,
        ..all.clone()
    };
    assert_eq!(names(list(city, by_contact).await)[0], "样例乙项目");
    let visits = LeadQuery {
        source: "visit-in".into(),
        ..all.clone()
    };
    assert_eq!(
        names(list(city, visits.clone()).await),
        ["样例丙项目", "样例甲项目"]
    );
    let by_finder = LeadQuery {
        finder: COMMERCE.into(),
        ..all.clone()
    };
    assert_eq!(names(list(city, by_finder).await), ["样例甲项目"]);
    let words = LeadQuery {
        text: "样例甲".into(),
        ..all.clone()
    };
    assert_eq!(names(list(city, words).await), ["样例甲项目"]);
    let nothing = LeadQuery {
        text: "？！".into(),
        ..all.clone()
    };
    assert!(list(city, nothing).await.is_empty());
    let nowhere = LeadQuery {
        after: Some("x".into()),
        ..all
    };
    let error = city.service.lead_list(&staff(CENTRE), &nowhere).await;
    assert!(matches!(error, Err(ServiceError::Invalid(_))), "{error:?}");

    let file = city
        .service
        .export_leads(&staff(CENTRE), &visits, "来源：来访考察")
        .await
        .unwrap();
    assert_eq!((&*file.name, file.rows), ("招商线索-2025-03-03.xlsx", 2));
    let refused = city.service.export_leads(&staff(LEADER), &visits, "").await;
    assert!(matches!(refused, Err(ServiceError::Forbidden(_))));
}

async fn who_has_no_part_in_leads_sees_none_and_does_nothing(city: &City) {
    with_rules(city).await;
    let project = lead(city, PARK, "样例储能项目").await;
    let query = LeadQuery::default();
    for actor in [
        staff(CENTRE),
        staff(LEADER),
        administrator(AdminRole::Auditor),
    ] {
        assert!(
            city.service.lead_board(&actor, &query).await.is_ok(),
            "{actor:?}"
        );
    }
    for actor in [
        staff(HOUSING),
        staff(TOWN),
        enterprise(ENTERPRISE),
        administrator(AdminRole::System),
    ] {
        let board = city.service.lead_board(&actor, &query).await;
        assert!(
            matches!(board, Err(ServiceError::Forbidden(_))),
            "{actor:?}"
        );
        let merged = city.service.merge_leads(&actor, &project, "x").await;
        assert!(
            matches!(merged, Err(ServiceError::Forbidden(_))),
            "{actor:?}"
        );
    }
    for actor in [staff(LEADER), staff(STATISTICS), staff(HOUSING)] {
        let told = city
            .service
            .register_lead(&actor, new_lead("样例储能项目"))
            .await;
        assert!(matches!(told, Err(ServiceError::Refused(_))), "{told:?}");
    }
    let auditor = administrator(AdminRole::Auditor);
    let told = city.service.register_lead(&auditor, new_lead("样例")).await;
    assert!(matches!(told, Err(ServiceError::Forbidden(_))), "{told:?}");
    assert_eq!(
        city.refused(&staff(LEADER), &project, claim_by(LEADER))
            .await
            .code,
        "not_authorised"
    );
}

async fn a_city_without_rules_on_leads_has_no_page_of_them(city: &City) {
    assert!(!city.service.sees_leads(&staff(CENTRE)).await.unwrap());
    let board = city
        .service
        .lead_board(&staff(CENTRE), &LeadQuery::default())
        .await;
    assert!(matches!(board, Err(ServiceError::NotFound(_))));
    let told = city
        .service
        .register_lead(&staff(CENTRE), new_lead("样例"))
        .await;
    assert!(matches!(told, Err(ServiceError::Refused(_))), "{told:?}");
}
