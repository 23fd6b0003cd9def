//! Matters: from the order to the close-out, who may see and do what, numbers, reminders, and rows that follow.

use domain::matter::{Act, MatterCommand, NewPart, Phase};
use service::accounts::NewAccount;
use service::attachments::NewFile;
use service::matters::{
    Acted, Behalf, Escalation, MatterChange, MatterListQuery, MatterOrder, MatterTab,
};
use service::{Actor, AdminRole, Outcome, ServiceError};

use crate::city::*;

on_both! {
    a_matter_goes_from_the_order_to_the_close_out,
    sixteen_orders_at_once_are_numbered_without_a_gap,
    who_has_no_part_in_a_matter_learns_nothing_of_it,
    files_are_kept_by_those_who_may_act_and_read_by_those_who_may_see,
    a_badly_handled_matter_is_supervised_in_one_transaction,
    reminders_go_out_in_three_levels_and_once_each,
    rows_of_matters_are_compared_and_mended_and_projects_stay_apart,
    an_act_on_an_old_page_is_a_conflict,
    a_deputy_with_an_account_acts_and_both_names_are_kept,
    a_secretary_issues_for_a_leader,
    units_that_are_not_known_are_said,
    a_project_shows_its_matters_to_those_who_may_see_them,
    a_region_without_rules_has_no_matters,
}

const PACK: &str = include_str!("../../../../policies/xiangtan/matters.toml");
pub const ISSUER: &str = CENTRE;

/// The pack of 湘潭, told of the units of this city.
pub async fn found(city: &City) {
    let pack = PACK
        .replace("region = \"xiangtan\"", "region = \"qianjiang\"")
        .replace("市商务(招商合作)局", ISSUER)
        .replace("国土局", LAND)
        .replace("规划局", HOUSING)
        .replace("\"岳塘经开区\"", &format!("\"{PARK}\""))
        .replace("市政府办\"", "市政府办公室\"")
        .replace("\"市级领导\"", &format!("\"{LEADER}\""));
    city.put_in_force("matters.toml", &pack).await;
    city.on("2025-09-22");
}

pub fn order(kind: &str) -> MatterOrder {
    MatterOrder {
        kind: kind.into(),
        title: "样例项目用地".into(),
        content: "用地指标未落实".into(),
        units: vec![LAND.into(), PARK.into()],
        ..MatterOrder::default()
    }
}

pub async fn issued(city: &City, kind: &str) -> String {
    let issued = city
        .service
        .issue_matter(&staff(ISSUER), order(kind), Vec::new())
        .await;
    issued.unwrap().matter
}

pub async fn act(city: &City, unit: &str, matter: &str, command: MatterCommand) -> Outcome<Acted> {
    act_as(city, &staff(unit), matter, command).await
}

async fn act_as(
    city: &City,
    actor: &Actor,
    matter: &str,
    command: MatterCommand,
) -> Outcome<Acted> {
    let change = MatterChange {
        matter: matter.into(),
        seen_version: None,
        command,
    };
    city.service.change_matter(actor, change, Vec::new()).await
}

pub fn report() -> MatterCommand {
    MatterCommand::Report {
        text: "已落实".into(),
        files: Vec::new(),
    }
}

pub fn approve() -> MatterCommand {
    MatterCommand::Approve {
        opinion: String::new(),
    }
}

pub fn close() -> MatterCommand {
    MatterCommand::Close {
        note: String::new(),
    }
}

pub fn code(error: ServiceError) -> String {
    match error {
        ServiceError::Refused(refusal) => refusal.code,
        other => panic!("{other:?}"),
    }
}

async fn waiting(city: &City, unit: &str) -> Vec<&'static str> {
    let items = city.service.waiting_matters(&staff(unit)).await.unwrap();
    items.into_iter().map(|item| item.waits).collect()
}

async fn tab(city: &City, unit: &str, tab: MatterTab) -> usize {
    let query = MatterListQuery {
        tab,
        ..MatterListQuery::default()
    };
    let page = city
        .service
        .matter_page(&staff(unit), &query)
        .await
        .unwrap();
    assert_eq!(page.total, page.items.len() as u64);
    page.items.len()
}

pub async fn sound(city: &City) {
    let verified = city.service.verify(&operator(), &mut |_| ()).await.unwrap();
    assert!(verified.is_sound(), "{verified:?}");
    let checked = city.rebuild(true).await;
    assert_eq!(checked.findings, Vec::<String>::new());
}

async fn a_matter_goes_from_the_order_to_the_close_out(city: &City) {
    found(city).await;
    let matter = issued(city, "assignment").await;
    assert_eq!(waiting(city, LAND).await, ["签收"]);
    act(city, LAND, &matter, MatterCommand::Accept)
        .await
        .unwrap();
    let parts = vec![NewPart {
        unit: HOUSING.into(),
        task: "出具意见".into(),
    }];
    act(city, LAND, &matter, MatterCommand::Split { parts })
        .await
        .unwrap();
    assert_eq!(waiting(city, HOUSING).await, ["答复分办事项"]);
    let refused = act(city, LAND, &matter, report()).await.unwrap_err();
    assert_eq!(code(refused), "parts_open");
    let answer = MatterCommand::AnswerPart {
        part: 0,
        text: "同意".into(),
        files: Vec::new(),
    };
    act(city, HOUSING, &matter, answer).await.unwrap();
    act(city, LAND, &matter, report()).await.unwrap();
    assert_eq!(tab(city, ISSUER, MatterTab::Review).await, 1);
    let refused = act(city, ISSUER, &matter, close()).await.unwrap_err();
    assert_eq!(code(refused), "wrong_phase");
    act(city, ISSUER, &matter, approve()).await.unwrap();
    assert_eq!(waiting(city, ISSUER).await, ["销号"]);
    act(city, ISSUER, &matter, close()).await.unwrap();
    assert_eq!(waiting(city, ISSUER).await, [""; 0]);

    let view = city.service.matter(&staff(LAND), &matter).await.unwrap();
    assert_eq!(view.phase, Phase::Closed);
    assert_eq!(view.history.len(), 7);
    assert!(view.history[0].sentence.starts_with("销号"));
    assert_eq!(view.acts, []);
    let view = city.service.matter(&staff(ISSUER), &matter).await.unwrap();
    assert_eq!(view.acts, [Act::Reopen]);
    assert_eq!(tab(city, LAND, MatterTab::Mine).await, 1);
    assert_eq!(tab(city, ISSUER, MatterTab::Issued).await, 1);
    sound(city).await;
}

async fn sixteen_orders_at_once_are_numbered_without_a_gap(city: &City) {
    found(city).await;
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let service = city.service.clone();
            tokio::spawn(async move {
                let order = order("supervision");
                let issued = service
                    .issue_matter(&staff(ISSUER), order, Vec::new())
                    .await;
                issued.unwrap().number
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for task in tasks {
        numbers.push(task.await.unwrap());
    }
    numbers.sort();
    let mut wanted: Vec<String> = (1..=16)
        .map(|n| format!("潭招督〔2025〕第 {n} 号"))
        .collect();
    wanted.sort();
    assert_eq!(numbers, wanted);
    city.on("2026-01-05");
    let next = city
        .service
        .issue_matter(&staff(ISSUER), order("supervision"), Vec::new())
        .await;
    assert_eq!(next.unwrap().number, "潭招督〔2026〕第 1 号");
    sound(city).await;
}

async fn who_has_no_part_in_a_matter_learns_nothing_of_it(city: &City) {
    found(city).await;
    let matter = issued(city, "assignment").await;
    for stranger in [
        staff(STATISTICS),
        enterprise(ENTERPRISE),
        administrator(AdminRole::System),
    ] {
        let error = city.service.matter(&stranger, &matter).await.unwrap_err();
        assert!(matches!(error, ServiceError::NotFound(_)), "{error:?}");
        let error = act_as(city, &stranger, &matter, MatterCommand::Accept).await;
        assert!(error.is_err());
        let page = city
            .service
            .matter_page(&stranger, &MatterListQuery::default())
            .await;
        assert_eq!(page.unwrap().total, 0);
    }
    for party in [LAND, PARK, ISSUER, LEADER] {
        city.service.matter(&staff(party), &matter).await.unwrap();
    }
    let auditor = administrator(AdminRole::Auditor);
    let view = city.service.matter(&auditor, &matter).await.unwrap();
    assert_eq!(view.acts, [], "an auditor only reads");
    assert!(
        act_as(city, &auditor, &matter, MatterCommand::Accept)
            .await
            .is_err()
    );
    let refused = act(city, PARK, &matter, MatterCommand::Accept)
        .await
        .unwrap_err();
    assert_eq!(code(refused), "not_authorised");
}

async fn files_are_kept_by_those_who_may_act_and_read_by_those_who_may_see(city: &City) {
    found(city).await;
    let matter = issued(city, "supervision").await;
    let file = || {
        vec![NewFile {
            evidence: None,
            name: "样例材料.png".into(),
            content: picture("样例").into(),
        }]
    };
    let change = MatterChange {
        matter: matter.clone(),
        seen_version: None,
        command: report(),
    };
    act(city, LAND, &matter, MatterCommand::Accept)
        .await
        .unwrap();
    let refused = city
        .service
        .change_matter(&staff(PARK), change.clone(), file())
        .await;
    assert_eq!(code(refused.unwrap_err()), "not_authorised");
    let owner = format!("matter:{matter}");
    let kept = store::attachments::of_project(city.service.db(), REGION, &owner).await;
    assert_eq!(kept.unwrap(), [], "nothing was left behind");
    let missing = act(city, LAND, &matter, report()).await.unwrap_err();
    assert_eq!(code(missing), "evidence_missing");
    city.service
        .change_matter(&staff(LAND), change, file())
        .await
        .unwrap();

    let view = city.service.matter(&staff(PARK), &matter).await.unwrap();
    let sm3 = &view.history[0].files[0].sm3;
    let found = city.service.matter_file(&staff(PARK), &matter, sm3).await;
    assert_eq!(found.unwrap().name, "样例材料.png");
    let stranger = city
        .service
        .matter_file(&staff(STATISTICS), &matter, sm3)
        .await;
    assert!(stranger.is_err());
    let elsewhere = issued(city, "assignment").await;
    let other = city
        .service
        .matter_file(&staff(LAND), &elsewhere, sm3)
        .await;
    assert!(other.is_err(), "a file belongs to its matter");
}

async fn a_badly_handled_matter_is_supervised_in_one_transaction(city: &City) {
    found(city).await;
    let matter = issued(city, "assignment").await;
    let escalation = || Escalation {
        reason: "逾期未办".into(),
        ..Escalation::default()
    };
    let early = city
        .service
        .escalate_matter(&staff(ISSUER), &matter, escalation())
        .await;
    assert_eq!(code(early.unwrap_err()), "not_weak");
    city.on("2025-10-20");
    let without = city
        .service
        .escalate_matter(&staff(ISSUER), &matter, Escalation::default())
        .await;
    assert_eq!(code(without.unwrap_err()), "text_missing");
    let stranger = city
        .service
        .escalate_matter(&staff(LAND), &matter, escalation())
        .await;
    assert_eq!(code(stranger.unwrap_err()), "not_authorised");
    let order = city
        .service
        .escalate_matter(&staff(ISSUER), &matter, escalation())
        .await
        .unwrap();
    assert_eq!(
        order.number, "潭招督〔2025〕第 1 号",
        "refusals used no number up"
    );

    let view = city
        .service
        .matter(&staff(LAND), &order.matter)
        .await
        .unwrap();
    assert_eq!(view.supervises.unwrap().matter, matter);
    assert_eq!(
        (view.lead.as_str(), view.supporting),
        (LAND, vec![PARK.to_owned()])
    );
    assert!(view.content.contains("逾期未办"));
    let view = city.service.matter(&staff(LAND), &matter).await.unwrap();
    assert_eq!(view.escalated.unwrap().number, order.number);
    assert!(view.history[0].sentence.contains(&order.number));
    let again = city
        .service
        .escalate_matter(&staff(ISSUER), &matter, escalation())
        .await;
    assert_eq!(code(again.unwrap_err()), "escalated");
    sound(city).await;
}

async fn levels(city: &City, unit: &str) -> Vec<i64> {
    let lines = store::matters::alerts_of_unit(city.service.db(), REGION, unit, 50).await;
    let mut levels: Vec<i64> = lines.unwrap().iter().map(|line| line.alert.level).collect();
    levels.sort();
    levels
}

async fn reminders_go_out_in_three_levels_and_once_each(city: &City) {
    found(city).await;
    // Due on Saturday 11 October, which is worked; warned three working days before.
    let matter = issued(city, "assignment").await;
    let sweep = async |on: &str| {
        city.on(on);
        city.service.sweep(day(on)).await.unwrap().alerts
    };
    assert_eq!(sweep("2025-09-26").await, 0);
    assert_eq!(sweep("2025-09-30").await, 2, "lead and supporting");
    assert_eq!(sweep("2025-09-30").await, 0);
    assert_eq!(sweep("2025-10-11").await, 0);
    assert_eq!(sweep("2025-10-12").await, 2, "lead and issuer");
    assert_eq!(levels(city, LAND).await, [1, 2]);
    assert_eq!(levels(city, ISSUER).await, [2]);
    let third = sweep("2025-10-17").await;
    assert!(third >= 4, "lead, issuer, leaders: {third}");
    assert_eq!(sweep("2025-10-18").await, 0);
    assert_eq!(levels(city, LEADER).await, [3]);
    let view = city.service.matter(&staff(LAND), &matter).await.unwrap();
    assert_eq!(view.light_text, "逾期 7 天");

    // A new day begins anew; what is reported is reminded of no more.
    let later = MatterCommand::ChangeLimit {
        due: day("2025-10-24"),
        reason: "补充材料".into(),
    };
    act(city, ISSUER, &matter, later).await.unwrap();
    assert_eq!(levels(city, LAND).await, [0; 0]);
    assert_eq!(sweep("2025-10-22").await, 2);
    act(city, LAND, &matter, MatterCommand::Accept)
        .await
        .unwrap();
    act(city, LAND, &matter, report()).await.unwrap();
    assert_eq!(sweep("2025-11-20").await, 0);
}

async fn rows_of_matters_are_compared_and_mended_and_projects_stay_apart(city: &City) {
    found(city).await;
    let project = city.register("样例仓储项目").await;
    city.on("2025-09-22");
    let matter = issued(city, "assignment").await;
    let checked = city.rebuild(true).await;
    assert_eq!(
        (checked.projects, checked.matters, checked.different),
        (1, 1, 0)
    );

    for sql in [
        "UPDATE matter SET phase = 'closed' WHERE matter = $1",
        "DELETE FROM matter_unit WHERE matter = $1 AND role = 'lead'",
        "DELETE FROM matter WHERE matter = $1",
    ] {
        assert_eq!(city.tamper(sql, &[&matter]).await, 1, "{sql}");
        assert_eq!(city.rebuild(true).await.different, 1, "{sql}");
        city.rebuild(false).await;
        assert_eq!(city.rebuild(true).await.findings, Vec::<String>::new());
    }
    // A fact changed behind the program's back is found by the chain.
    let sql = "UPDATE event SET data = replace(data, '用地指标', '别的指标') WHERE stream = $1";
    assert_eq!(city.tamper(sql, &[&format!("matter:{matter}")]).await, 1);
    let verified = city.service.verify(&operator(), &mut |_| ()).await.unwrap();
    assert_eq!(verified.findings[0].stream, format!("matter:{matter}"));
    assert_eq!(city.row(&project).await.row.name, "样例仓储项目");
}

async fn an_act_on_an_old_page_is_a_conflict(city: &City) {
    found(city).await;
    let matter = issued(city, "assignment").await;
    act(city, LAND, &matter, MatterCommand::Accept)
        .await
        .unwrap();
    let change = MatterChange {
        matter: matter.clone(),
        seen_version: Some(1),
        command: report(),
    };
    let error = city
        .service
        .change_matter(&staff(LAND), change, Vec::new())
        .await;
    assert!(matches!(error, Err(ServiceError::Conflict(_))), "{error:?}");
}

async fn a_deputy_with_an_account_acts_and_both_names_are_kept(city: &City) {
    found(city).await;
    let account = NewAccount {
        login: "daiban".into(),
        name: "样例甲".into(),
        unit: HOUSING.into(),
        kind: "staff".into(),
        password: "Luodi-Test-2026".into(),
        ..NewAccount::default()
    };
    city.service
        .add_account(&operator(), &account)
        .await
        .unwrap();
    let matter = issued(city, "assignment").await;
    let deputies = city.service.deputies(&staff(LAND)).await.unwrap();
    let found = deputies
        .iter()
        .find(|person| person.name == "样例甲")
        .unwrap();
    let away = |account: &str| MatterCommand::Delegate {
        deputy: String::new(),
        deputy_unit: String::new(),
        deputy_account: account.into(),
        from: day("2025-09-22"),
        to: day("2025-09-26"),
        reason: "出差".into(),
    };
    let nobody = act(city, LAND, &matter, away("nobody")).await;
    assert!(
        matches!(nobody, Err(ServiceError::Invalid(_))),
        "{nobody:?}"
    );
    act(city, LAND, &matter, away(&found.account))
        .await
        .unwrap();
    let deputy = Actor {
        account: found.account.clone(),
        name: "样例甲".into(),
        ..staff(HOUSING)
    };
    act_as(city, &deputy, &matter, MatterCommand::Accept)
        .await
        .unwrap();
    let view = city.service.matter(&staff(LAND), &matter).await.unwrap();
    assert_eq!(view.history[0].person, "样例甲（代 样例经办人）");
    assert_eq!(view.history[0].unit, HOUSING);
    city.on("2025-09-27");
    let after = act_as(city, &deputy, &matter, report()).await.unwrap_err();
    assert_eq!(code(after), "not_authorised");
    sound(city).await;
}

async fn a_secretary_issues_for_a_leader(city: &City) {
    found(city).await;
    let secretary = staff("市政府办公室");
    let for_leader = MatterOrder {
        on_behalf: Some(Behalf {
            leader: "样例市长".into(),
            unit: LEADER.into(),
        }),
        ..order("instruction")
    };
    let form = city.service.issue_form(&secretary).await.unwrap();
    assert!(form.leader_units.contains(&LEADER.to_owned()));
    let own = city
        .service
        .issue_matter(&secretary, order("instruction"), Vec::new())
        .await;
    assert_eq!(code(own.unwrap_err()), "not_authorised");
    let issued = city
        .service
        .issue_matter(&secretary, for_leader, Vec::new())
        .await;
    let view = city
        .service
        .matter(&staff(LEADER), &issued.unwrap().matter)
        .await
        .unwrap();
    assert_eq!(
        (view.issuer.as_str(), view.leader.as_str()),
        (LEADER, "样例市长")
    );
    assert_eq!(view.history[0].person, "样例经办人（代 样例市长）");
}

async fn units_that_are_not_known_are_said(city: &City) {
    found(city).await;
    let wrong = MatterOrder {
        units: vec!["没有这个单位".into()],
        ..order("assignment")
    };
    let error = city
        .service
        .issue_matter(&staff(ISSUER), wrong, Vec::new())
        .await;
    let Err(ServiceError::Invalid(faults)) = error else {
        panic!("{error:?}");
    };
    assert_eq!(faults[0].field, "units");
    assert!(faults[0].message.contains("没有这个单位"));
}

async fn a_project_shows_its_matters_to_those_who_may_see_them(city: &City) {
    found(city).await;
    let project = city.register("样例仓储项目").await;
    city.on("2025-09-22");
    let about = MatterOrder {
        project: Some(project.clone()),
        ..order("assignment")
    };
    city.service
        .issue_matter(&staff(ISSUER), about.clone(), Vec::new())
        .await
        .unwrap();
    let of = async |unit: &str| {
        let found = city
            .service
            .matters_of_project(&staff(unit), &project)
            .await;
        let found = found.unwrap().unwrap();
        (found.items.len(), found.may_issue)
    };
    assert_eq!(of(ISSUER).await, (1, true));
    assert_eq!(of(LAND).await, (1, false));
    assert_eq!(of(STATISTICS).await, (0, false));
    let unknown = MatterOrder {
        project: Some("0199aaaa-0000-7000-8000-000000000000".into()),
        ..about
    };
    let error = city
        .service
        .issue_matter(&staff(ISSUER), unknown, Vec::new())
        .await;
    assert!(matches!(error, Err(ServiceError::NotFound(_))));
}

async fn a_region_without_rules_has_no_matters(city: &City) {
    let page = city
        .service
        .matter_page(&staff(CENTRE), &MatterListQuery::default())
        .await;
    assert!(!page.unwrap().has_pack);
    let error = city
        .service
        .issue_matter(&staff(CENTRE), order("assignment"), Vec::new())
        .await;
    assert!(matches!(error, Err(ServiceError::NotFound(_))));
    let counts = city
        .service
        .navigation_counts(&staff(CENTRE))
        .await
        .unwrap();
    assert_eq!(counts.matters, None);
}
