//! 市领导: who leads a project by its assignment and who answers for it under a sponsorship, on the pages and in the ledger.

use calendar::Day;
use domain::Command;
use service::accounts::NewAccount;
use service::leaders::{LeaderList, LeaderPage};
use service::matters::{Behalf, MatterOrder};
use service::projects::{LedgerColumn, LedgerQuery};
use service::{AccountKind, Actor, AdminRole, ServiceError};

use crate::city::{City, day};
use crate::closed_loop::{
    COMMERCE, LAND, LEADERS, Loop, OPENING, PACK, REGION, SECRETARY, YUETANG, staff,
};

const MATTERS: &str = include_str!("../../../../policies/xiangtan/matters.toml");
const FIRST: &str = "样例张五";
const SECOND: &str = "样例周七";

on_both! {
    a_leader_sees_his_projects_and_no_others,
    a_reassignment_moves_the_project_to_the_other_leader,
    an_ended_sponsorship_leaves_the_list_and_stays_in_the_history,
    a_secretary_looks_for_a_leader_and_both_names_are_kept,
    the_centre_sees_all_leaders_and_what_is_not_named,
    the_ledger_filters_by_leader_and_sponsorship,
    where_the_pack_says_so_a_second_project_is_refused,
}

fn leader(name: &str) -> Actor {
    Actor {
        name: name.into(),
        kind: AccountKind::Leader,
        ..staff(LEADERS)
    }
}

fn assign_to(leader: &str) -> Command {
    Command::Assign {
        leader: Some(leader.into()),
        receiving_unit: YUETANG.into(),
        supporting: vec![LAND.into()],
        tasks: vec!["落实选址".into()],
    }
}

fn sponsor(leader: &str, office: &str) -> Command {
    Command::NameSponsor {
        sponsorship: "nanny".into(),
        leader: leader.into(),
        office: office.into(),
        contact: None,
        note: String::new(),
    }
}

/// A project whose talk was concluded, given to a leader.
async fn led(town: &Loop<'_>, name: &str, leader: &str) -> String {
    town.city.on("2025-03-01");
    let project = town.register_named(name).await;
    town.city.on("2025-03-03");
    town.conclude(OPENING, &project, "talk-arranged", "assign")
        .await;
    town.done(OPENING, &project, assign_to(leader)).await;
    project
}

async fn page(city: &City, name: &str) -> LeaderPage {
    city.service.leader_page(&leader(name), "").await.unwrap()
}

fn names(page: &LeaderPage) -> (Vec<&str>, Vec<&str>) {
    let led = page.led.iter().map(|led| led.name.as_str()).collect();
    let sponsored = page.sponsored.iter().map(|led| led.name.as_str());
    (led, sponsored.collect())
}

async fn sound(city: &City) {
    let checked = city.rebuild(true).await;
    assert_eq!(checked.findings, Vec::<String>::new());
}

async fn with_matters(city: &City) {
    let program = Actor::program(REGION);
    let loaded = city
        .service
        .load_pack(&program, "matters.toml", MATTERS)
        .await
        .unwrap();
    city.service
        .activate_pack(&program, &loaded.id, &loaded.version)
        .await
        .unwrap();
}

async fn a_leader_sees_his_projects_and_no_others(city: &City) {
    let town = Loop::found(city).await;
    let one = led(&town, "样例负极材料项目", FIRST).await;
    led(&town, "样例冷链物流园项目", SECOND).await;
    town.done(COMMERCE, &one, sponsor(SECOND, "样例业务一科"))
        .await;
    let report = Command::ReportProgress {
        progress: "企业来潭考察选址".into(),
        problems: "用电价格高于预期".into(),
    };
    city.on("2025-03-10");
    town.done(YUETANG, &one, report).await;
    city.on("2025-03-13");
    let first = page(city, FIRST).await;
    assert_eq!(names(&first), (vec!["样例负极材料项目"], vec![]));
    let line = &first.led[0];
    assert_eq!(
        (line.stage.as_str(), line.stage_days),
        ("协调跟进", Some(10))
    );
    assert_eq!(
        (line.progress.as_str(), line.progress_on),
        ("企业来潭考察选址", Some(day("2025-03-10")))
    );
    assert_eq!(line.problems, "用电价格高于预期");
    assert_eq!(line.next.len(), 1, "{:?}", line.next);
    assert!(line.next[0].what.contains("联合相关部门共同研判预审"));
    assert_eq!(line.next[0].units, [OPENING]);
    let second = page(city, SECOND).await;
    assert_eq!(
        names(&second),
        (vec!["样例冷链物流园项目"], vec!["样例负极材料项目"])
    );
    assert_eq!(second.sponsored[0].office, "样例业务一科");
    // Another leader's page cannot be asked for.
    let own = city.service.leader_page(&leader(FIRST), "other").await;
    assert_eq!(own.unwrap().leader.unwrap().name, FIRST);
    let all = city.service.leader_overview(&leader(FIRST)).await;
    assert!(matches!(all, Err(ServiceError::Forbidden(_))), "{all:?}");
    let nobody = city.service.leader_page(&staff(YUETANG), "").await;
    assert!(matches!(nobody, Err(ServiceError::Forbidden(_))));
    sound(city).await;
}

async fn a_reassignment_moves_the_project_to_the_other_leader(city: &City) {
    let town = Loop::found(city).await;
    let project = led(&town, "样例负极材料项目", FIRST).await;
    city.on("2025-03-20");
    town.done(OPENING, &project, assign_to(SECOND)).await;
    assert_eq!(names(&page(city, FIRST).await), (vec![], vec![]));
    let second = page(city, SECOND).await;
    assert_eq!(names(&second).0, ["样例负极材料项目"]);
    assert_eq!(second.led[0].since, day("2025-03-20"));
    // Given again to the same: he leads since the first time.
    city.on("2025-03-25");
    town.done(OPENING, &project, assign_to(SECOND)).await;
    assert_eq!(page(city, SECOND).await.led[0].since, day("2025-03-20"));
    sound(city).await;
}

async fn an_ended_sponsorship_leaves_the_list_and_stays_in_the_history(city: &City) {
    let town = Loop::found(city).await;
    let project = led(&town, "样例负极材料项目", FIRST).await;
    let office = sponsor(SECOND, "样例业务一科");
    assert_eq!(
        town.refused(YUETANG, &project, office.clone()).await,
        "not_authorised"
    );
    town.done(COMMERCE, &project, office).await;
    assert_eq!(page(city, SECOND).await.sponsored.len(), 1);
    let counts = city.service.sponsorship_counts(REGION).await.unwrap();
    assert_eq!((counts[0].named, counts[0].wanted), (1, Some(13)));
    city.on("2025-04-01");
    let end = Command::EndSponsor {
        sponsorship: "nanny".into(),
        reason: "项目调整".into(),
    };
    town.done(COMMERCE, &project, end).await;
    assert_eq!(page(city, SECOND).await.sponsored, []);
    let counts = city.service.sponsorship_counts(REGION).await.unwrap();
    assert_eq!(counts[0].named, 0);
    let moment = city.service.moment(None, None).unwrap();
    let view = city
        .service
        .project(&staff(COMMERCE), &project, moment)
        .await
        .unwrap();
    let nanny = &view.track.sponsorships[0];
    assert_eq!(nanny.now, None);
    assert_eq!(nanny.earlier[0].leader, SECOND);
    sound(city).await;
    // Rows that were lost come back from the facts.
    city.tamper("DELETE FROM project_leader", &[]).await;
    assert!(!city.rebuild(true).await.findings.is_empty());
    city.rebuild(false).await;
    sound(city).await;
    assert_eq!(page(city, FIRST).await.led.len(), 1);
}

async fn a_secretary_looks_for_a_leader_and_both_names_are_kept(city: &City) {
    let town = Loop::found(city).await;
    with_matters(city).await;
    let project = led(&town, "样例负极材料项目", FIRST).await;
    let account = NewAccount {
        login: "lingdao".into(),
        name: FIRST.into(),
        unit: LEADERS.into(),
        kind: "leader".into(),
        password: "Luodi-Test-2026".into(),
        ..NewAccount::default()
    };
    let system = Actor {
        admin: Some(AdminRole::System),
        ..staff(SECRETARY)
    };
    city.service.add_account(&system, &account).await.unwrap();
    let secretary = staff(SECRETARY);
    let page = city.service.leader_page(&secretary, "").await.unwrap();
    assert_eq!(page.leaders.len(), 1);
    assert_eq!(names(&page).0, ["样例负极材料项目"]);
    let order = MatterOrder {
        kind: "instruction".into(),
        title: "加快选址".into(),
        content: "月底前确定选址".into(),
        requirement: "专人负责".into(),
        units: vec![YUETANG.into()],
        on_behalf: Some(Behalf {
            leader: FIRST.into(),
            unit: LEADERS.into(),
        }),
        project: Some(project),
        ..MatterOrder::default()
    };
    let issued = city
        .service
        .issue_matter(&secretary, order, Vec::new())
        .await
        .unwrap();
    let view = city
        .service
        .matter(&secretary, &issued.matter)
        .await
        .unwrap();
    assert_eq!(view.history[0].person, format!("样例经办人（代 {FIRST}）"));
    let page = city.service.leader_page(&secretary, "").await.unwrap();
    assert_eq!(page.led[0].open_matters, 1);
    assert_eq!(page.issued.len(), 1);
    assert_eq!(page.projects, [], "his own project is no other one");
    let overview = city.service.leader_overview(&staff(OPENING)).await.unwrap();
    assert_eq!(overview.leaders[0].open_matters, 1);
}

async fn the_centre_sees_all_leaders_and_what_is_not_named(city: &City) {
    let town = Loop::found(city).await;
    let one = led(&town, "样例负极材料项目", FIRST).await;
    let two = led(&town, "样例冷链物流园项目", FIRST).await;
    town.done(COMMERCE, &one, sponsor(FIRST, "样例业务一科"))
        .await;
    town.done(OPENING, &two, sponsor("", "样例业务二科")).await;
    let overview = city.service.leader_overview(&staff(OPENING)).await.unwrap();
    let leaders: Vec<_> = overview
        .leaders
        .iter()
        .map(|line| (line.name.as_str(), line.led, line.sponsored, line.late))
        .collect();
    assert_eq!(leaders, [(FIRST, 2, 1, 0)]);
    assert!(overview.one_project);
    let nanny = &overview.sponsorships[0];
    assert_eq!(
        (nanny.lines.len(), nanny.complete(), nanny.wanted),
        (2, 1, Some(13))
    );
    assert_eq!(nanny.lines[1].missing, ["领导"]);
    // He leads another one: shown beside the project, as the pack has it.
    let moment = city.service.moment(None, None).unwrap();
    let view = city.service.project(&staff(OPENING), &two, moment).await;
    assert_eq!(
        view.unwrap().others_led,
        [(one, "样例负极材料项目".to_string())]
    );
    for list in [LeaderList::Leaders, LeaderList::Sponsorship("nanny")] {
        let file = city.service.export_leaders(&staff(OPENING), list).await;
        let file = file.unwrap();
        let rows = if list == LeaderList::Leaders { 1 } else { 2 };
        assert_eq!(file.rows, rows, "{}", file.name);
    }
    let unknown = LeaderList::Sponsorship("other");
    let unknown = city.service.export_leaders(&staff(OPENING), unknown).await;
    assert!(matches!(unknown, Err(ServiceError::NotFound(_))));
    let related = city.service.leader_overview(&staff(YUETANG)).await;
    assert!(related.is_ok(), "{related:?}");
    let other = city.service.leader_overview(&staff("地产集团")).await;
    assert!(
        matches!(other, Err(ServiceError::Forbidden(_))),
        "{other:?}"
    );
}

async fn the_ledger_filters_by_leader_and_sponsorship(city: &City) {
    let town = Loop::found(city).await;
    let one = led(&town, "样例负极材料项目", FIRST).await;
    led(&town, "样例冷链物流园项目", SECOND).await;
    town.done(COMMERCE, &one, sponsor(SECOND, "样例业务一科"))
        .await;
    let found = async |query: LedgerQuery| {
        let page = city.service.ledger(&staff(OPENING), &query).await.unwrap();
        let totals = city.service.ledger_totals(&staff(OPENING), &query).await;
        assert_eq!(totals.unwrap().count as usize, page.rows.len());
        page.rows
    };
    let by_leader = found(LedgerQuery {
        leader: SECOND.into(),
        ..LedgerQuery::default()
    })
    .await;
    assert_eq!(by_leader.len(), 1);
    assert_eq!(by_leader[0].name, "样例冷链物流园项目");
    assert_eq!(LedgerColumn::Leader.text(&by_leader[0]), SECOND);
    let nanny = found(LedgerQuery {
        sponsorship: "nanny".into(),
        ..LedgerQuery::default()
    })
    .await;
    assert_eq!(nanny.len(), 1);
    assert_eq!(
        LedgerColumn::Sponsors.text(&nanny[0]),
        "保姆式服务（样例周七，样例业务一科）"
    );
    let both = LedgerQuery {
        leader: SECOND.into(),
        sponsorship: "nanny".into(),
        ..LedgerQuery::default()
    };
    assert_eq!(found(both).await, []);
    let choices = city.service.ledger_choices(&staff(OPENING)).await.unwrap();
    let leaders: Vec<&str> = choices
        .leaders
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(leaders.len(), 2, "{leaders:?}");
    assert_eq!(choices.sponsorships[0].1, "保姆式服务");
}

async fn where_the_pack_says_so_a_second_project_is_refused(city: &City) {
    let strict = PACK.replace(
        "another_project = \"shown\"",
        "another_project = \"refused\"",
    );
    let town = Loop::with_pack(city, &strict).await;
    let one = led(&town, "样例负极材料项目", FIRST).await;
    city.on("2025-03-01");
    let two = town.register_named("样例冷链物流园项目").await;
    city.on("2025-03-03");
    town.conclude(OPENING, &two, "talk-arranged", "assign")
        .await;
    assert_eq!(
        town.refused(OPENING, &two, assign_to(FIRST)).await,
        "leads_another"
    );
    town.done(OPENING, &two, assign_to(SECOND)).await;
    // To give the first one again to the same leader is no second project.
    town.done(OPENING, &one, assign_to(FIRST)).await;
    let today: Day = city.service.today();
    assert_eq!(today, day("2025-03-03"));
}
