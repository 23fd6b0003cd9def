//! The packs of the house are read and say what the documents say.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests fail by panicking

use calendar::{Limit, LimitUnit};
use policy::{Anchor, End, Parties, Policy};

const LIFECYCLE: &str = include_str!("../../../policies/qianjiang/6411.toml");

fn lifecycle() -> Policy {
    policy::read("policies/qianjiang/6411.toml", LIFECYCLE)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn limit_of(policy: &Policy, id: &str) -> Option<(Limit, String)> {
    let node = &policy.nodes[usize::from(policy.node(id).unwrap().0)];
    let limit = node.limit?;
    let from = match limit.from {
        Anchor::Milestone(m) => policy.milestones[usize::from(m.0)].id.to_string(),
        Anchor::Node(n) => policy.nodes[usize::from(n.0)].id.to_string(),
    };
    Some((limit.limit, from))
}

#[test]
fn the_four_stages_have_the_limits_of_6411() {
    let policy = lifecycle();
    let expected = [
        ("start", 6, LimitUnit::Months, "signed"),
        ("listing", 4, LimitUnit::Months, "started"),
        ("completion", 1, LimitUnit::Years, "started"),
        ("growth", 1, LimitUnit::Years, "completed"),
    ];
    for (id, n, unit, from) in expected {
        assert_eq!(
            limit_of(&policy, id),
            Some((Limit { n, unit }, from.to_owned())),
            "{id}"
        );
    }
    assert_eq!(policy.stages.len(), 4);
}

#[test]
fn the_steps_of_the_first_stage_have_the_limits_of_the_document() {
    let policy = lifecycle();
    let days = |n| Limit {
        n,
        unit: LimitUnit::NaturalDays,
    };
    let expected = [
        ("signing", 30, "approved"),
        ("preparation", 7, "signed"),
        ("land", 34, "preparation"),
        ("design-review", 30, "report-submission"),
        ("drawing-review", 30, "report-submission"),
        ("permits", 16, "drawing-review"),
    ];
    for (id, n, from) in expected {
        assert_eq!(
            limit_of(&policy, id),
            Some((days(n), from.to_owned())),
            "{id}"
        );
    }
    assert_eq!(limit_of(&policy, "report-submission"), None);
}

#[test]
fn every_node_stands_behind_what_it_names() {
    let policy = lifecycle();
    for (position, node) in policy.nodes.iter().enumerate() {
        let anchors = [node.opens, node.limit.map(|limit| limit.from)];
        let named = anchors
            .into_iter()
            .flatten()
            .filter_map(|anchor| match anchor {
                Anchor::Node(n) => Some(n),
                Anchor::Milestone(_) => None,
            });
        for before in named.chain(node.after.iter().copied()) {
            assert!(
                usize::from(before.0) < position,
                "{} names a later node",
                node.id
            );
        }
        assert!(
            usize::from(node.stage.0) <= position,
            "{} stands before its stage",
            node.id
        );
    }
}

#[test]
fn joint_acceptance_is_five_parallel_steps_between_two() {
    let policy = lifecycle();
    let ready = policy.node("acceptance-ready").unwrap();
    let parallel: Vec<&str> = policy
        .nodes
        .iter()
        .filter(|n| n.after == [ready])
        .map(|n| &*n.id)
        .collect();
    let opinion = &policy.nodes[usize::from(policy.node("joint-opinion").unwrap().0)];
    let waits_for: Vec<&str> = opinion
        .after
        .iter()
        .map(|n| &*policy.nodes[usize::from(n.0)].id)
        .collect();
    assert_eq!(parallel.len(), 5);
    assert_eq!(parallel, waits_for);
}

#[test]
fn listing_is_certified_by_the_authority_of_the_category() {
    let policy = lifecycle();
    for (sector, unit) in
        policy::model::Sector::ALL
            .into_iter()
            .zip(["潜江高新区", "市发改委", "市商务局"])
    {
        let parties = Parties {
            host: None,
            enterprise: None,
            sector: Some(sector),
            assigned: Default::default(),
        };
        assert_eq!(policy.units_of("authority", parties), [unit]);
    }
    let stage = &policy.nodes[usize::from(policy.node("listing").unwrap().0)];
    let End::Milestone(listed) = stage.end else {
        panic!("a stage ends with a milestone")
    };
    assert!(policy.milestones[usize::from(listed.0)].certified);
}

const PERFORMANCE: &str = include_str!("../../../policies/qianjiang/performance.toml");

fn performance() -> Policy {
    policy::read("policies/qianjiang/performance.toml", PERFORMANCE)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn the_performance_pack_has_two_sides_three_grounds_and_the_path_of_disputes() {
    let file = performance().file;
    let grounds: Vec<&str> = file.exemption.iter().map(|e| e.id.as_str()).collect();
    let path: Vec<(&str, Option<&str>)> = file
        .dispute
        .iter()
        .map(|d| (d.id.as_str(), d.after.as_deref()))
        .collect();
    assert_eq!(grounds, ["force-majeure", "law-change", "supply-chain"]);
    assert_eq!(
        path,
        [
            ("negotiation", None),
            ("arbitration", Some("negotiation")),
            ("court", Some("negotiation"))
        ]
    );
    assert_eq!(file.pack.accompanies.as_deref(), Some("qianjiang-6411"));
    assert!(
        file.breach
            .iter()
            .filter(|b| b.side == policy::model::Side::Government)
            .all(|b| b.rectify)
    );
}

#[test]
fn both_packs_name_the_same_roles_with_the_same_rights() {
    let (lifecycle, performance) = (lifecycle().file, performance().file);
    assert_eq!(lifecycle.roles, performance.roles);
    for (role, access) in &lifecycle.access {
        assert_eq!(access.may, performance.access[role].may, "{role}");
    }
}

#[test]
fn the_packs_have_no_problem_but_the_two_contradictions_of_the_document() {
    let report = policy::check("6411.toml", LIFECYCLE);
    let found: Vec<&str> = report.problems.iter().map(|p| p.code).collect();
    assert_eq!(found, ["clause-contradiction", "clause-contradiction"]);
    let report = policy::check_beside("performance.toml", PERFORMANCE, &lifecycle());
    assert!(
        report.problems.is_empty(),
        "{}",
        report.render(policy::Style::Plain)
    );
}

#[test]
fn a_performance_pack_is_checked_against_the_stages_of_its_companion() {
    let text = PERFORMANCE.replace("due_with = \"land\"", "due_with = \"lnd\"");
    assert!(policy::check("performance.toml", &text).policy.is_some());
    let report = policy::check_beside("performance.toml", &text, &lifecycle());
    assert_eq!(report.problems[0].code, "unknown-step");
    assert!(report.problems[0].message.contains("是否为 `land`"));
}

#[test]
fn a_pack_explained_names_every_rule_with_its_clause() {
    for policy in [lifecycle(), performance()] {
        let text = policy::explain(&policy);
        let file = &policy.file;
        let nodes = policy.nodes.iter().map(|n| (&*n.title, &*n.clause.article));
        let milestones = file
            .milestone
            .iter()
            .map(|m| (m.title.as_str(), m.clause.as_str()));
        let duties = file
            .duty
            .iter()
            .map(|d| (d.title.as_str(), d.clause.as_str()));
        let breaches = file
            .breach
            .iter()
            .map(|b| (b.title.as_str(), b.clause.as_str()));
        let grounds = file
            .exemption
            .iter()
            .map(|e| (e.title.as_str(), e.clause.as_str()));
        for (title, clause) in nodes
            .chain(milestones)
            .chain(duties)
            .chain(breaches)
            .chain(grounds)
        {
            let clause = format!("【{clause}】");
            assert!(
                text.lines()
                    .any(|l| l.contains(title) && l.contains(&clause)),
                "{title} {clause}\n{text}"
            );
        }
    }
}

#[test]
fn the_case_files_are_read_and_test_every_stage_and_step() {
    let lifecycle = lifecycle();
    let cases = read_cases(
        "6411.cases.toml",
        include_str!("../../../policies/qianjiang/6411.cases.toml"),
    );
    assert_eq!(cases.pack, "qianjiang-6411");
    let tested = |id: &str| cases.cases.iter().any(|case| case.expect.contains_key(id));
    for node in &lifecycle.nodes {
        assert!(tested(&node.id), "no case for {}", node.id);
    }
    let known = |id: &str| lifecycle.node(id).is_some();
    assert!(
        cases
            .cases
            .iter()
            .flat_map(|c| c.expect.keys())
            .all(|id| known(id))
    );
}

#[test]
fn a_failing_case_is_reported_at_what_it_expects() {
    let text = include_str!("../../../policies/qianjiang/performance.cases.toml");
    let cases = read_cases("performance.cases.toml", text);
    let problem = cases.problem(
        0,
        policy::cases::Part::Expect("start"),
        "应当是缓冲期内，实际是已逾期",
    );
    let (line, column) = cases.source.place(problem.labels[0].span.start);
    assert!(text.lines().nth(line - 1).unwrap()[column - 1..].starts_with("start = "));
    assert!(problem.help.unwrap().contains("第八条"));
}

#[test]
fn a_case_that_expects_nothing_is_refused() {
    let text = "pack = \"x\"\n[[case]]\nname = \"空\"\nclause = \"一\"\nreason = \"无\"\non = \"2025-01-01\"\n";
    let problems = policy::cases::read("x.cases.toml", text).unwrap_err();
    assert_eq!(problems.list[0].code, "empty-case");
    let text = text.replace("on = \"2025-01-01\"", "on = \"2025-01-41\"\nfact = []");
    let problems = policy::cases::read("x.cases.toml", &text).unwrap_err();
    let codes: Vec<&str> = problems.list.iter().map(|p| p.code).collect();
    assert_eq!(codes, ["unknown-key", "bad-day"]);
}

fn read_cases(name: &str, text: &str) -> policy::cases::Cases {
    policy::cases::read(name, text).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn the_schema_describes_every_key_in_chinese_and_accepts_no_other() {
    let schema = policy::schema();
    let definitions = schema["$defs"].as_object().unwrap();
    let tables = definitions.values().filter(|d| d["properties"].is_object());
    for table in tables.chain([&schema]) {
        assert_eq!(table["additionalProperties"], false, "{table}");
        for (key, property) in table["properties"].as_object().unwrap() {
            let about = property["description"].as_str().unwrap_or_default();
            assert!(!about.is_ascii(), "{key}: {property}");
        }
    }
}

#[test]
fn every_clause_of_a_rule_has_a_case() {
    let lifecycle = lifecycle();
    let nodes = lifecycle.nodes.iter().map(|n| n.clause.article.to_string());
    let milestones = lifecycle
        .milestones
        .iter()
        .map(|m| m.clause.article.to_string());
    let visits = lifecycle.file.visit.iter().map(|v| v.clause.clone());
    let others = lifecycle.file.removal.iter().map(|r| r.clause.clone());
    let rules: Vec<String> = nodes
        .chain(milestones)
        .chain(visits)
        .chain(others)
        .collect();
    has_cases(
        &rules,
        include_str!("../../../policies/qianjiang/6411.cases.toml"),
    );

    let file = performance().file;
    let duties = file.duty.iter().map(|d| d.clause.clone());
    let merits = file.merit.iter().map(|m| m.clause.clone());
    let breaches = file.breach.iter().map(|b| b.clause.clone());
    let grounds = file.exemption.iter().map(|e| e.clause.clone());
    let path = file.dispute.iter().map(|d| d.clause.clone());
    let grace = file.grace.iter().map(|g| g.clause.clone());
    let rules: Vec<String> = duties
        .chain(merits)
        .chain(breaches)
        .chain(grounds)
        .chain(path)
        .chain(grace)
        .collect();
    has_cases(
        &rules,
        include_str!("../../../policies/qianjiang/performance.cases.toml"),
    );
}

fn has_cases(clauses: &[String], text: &str) {
    let cases = read_cases("cases.toml", text);
    for clause in clauses {
        assert!(
            cases.cases.iter().any(|case| case.clause == *clause),
            "no case for clause {clause}"
        );
    }
}

const MATTERS: &str = include_str!("../../../policies/xiangtan/matters.toml");

#[test]
fn the_matters_of_xiangtan_are_read_without_a_warning_and_every_chosen_number_has_its_reason() {
    let report = policy::check("policies/xiangtan/matters.toml", MATTERS);
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let policy = policy::read("policies/xiangtan/matters.toml", MATTERS)
        .unwrap_or_else(|problems| panic!("{problems}"));
    let file = &policy.file;
    assert_eq!((file.matter.len(), file.meeting.len()), (7, 4));
    for matter in &file.matter {
        assert!(matter.because.is_some(), "{} has chosen days", matter.id);
    }
    assert_eq!(file.matter[1].label(2025, 3), "潭招督〔2025〕第 3 号");
    let text = policy::explain(&policy);
    assert!(text.contains("■ 督办单：编号 潭招督〔{year}〕第 {n} 号"));
    assert!(text.contains("通知承办单位、配合单位"), "{text}");
}
