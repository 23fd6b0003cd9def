//! Limits can be worked out: they are sound, begin somewhere, agree with one another, and nothing waits for itself.

use std::collections::{BTreeMap, VecDeque};

use calendar::{Limit, LimitUnit};

use super::Check;
use crate::compile::{Rule, reaches, rules, waits};
use crate::model::{EscalationAt, LimitDef, ReadingDef};
use crate::problem::Problem;
use crate::words::listed;

/// A rule with a limit, as a stage or a step has it.
struct Limited<'a> {
    at: String,
    kind: &'static str,
    id: &'a str,
    title: &'a str,
    clause: &'a str,
    text: &'a str,
    limit: Option<&'a LimitDef>,
    warn: Option<Limit>,
    ends_with: Option<&'a str>,
    reading: &'a [ReadingDef],
    uses: Option<&'a str>,
    because: Option<&'a str>,
}

impl<'a> Limited<'a> {
    fn of(rule: Rule<'a>) -> Limited<'a> {
        match rule {
            Rule::Stage(s, stage) => Limited {
                at: format!("/stage/{s}"),
                kind: "阶段",
                id: &stage.id,
                title: &stage.title,
                clause: &stage.clause,
                text: &stage.text,
                limit: stage.limit.as_ref(),
                warn: stage.warn.as_ref().map(|w| Limit {
                    n: w.n,
                    unit: w.unit,
                }),
                ends_with: Some(&stage.ends_with),
                reading: &stage.reading,
                uses: stage.uses.as_deref(),
                because: stage.because.as_deref(),
            },
            Rule::Step(s, i, step) => Limited {
                at: format!("/stage/{s}/step/{i}"),
                kind: "环节",
                id: &step.id,
                title: &step.title,
                clause: &step.clause,
                text: &step.text,
                limit: step.limit.as_ref(),
                warn: step.warn.as_ref().map(|w| Limit {
                    n: w.n,
                    unit: w.unit,
                }),
                ends_with: step.ends_with.as_deref(),
                reading: &step.reading,
                uses: step.uses.as_deref(),
                because: step.because.as_deref(),
            },
        }
    }
}

impl Check<'_> {
    pub(super) fn times(&mut self) {
        let file = self.file;
        for rule in rules(file) {
            let limited = Limited::of(rule);
            self.sound_limits(&limited);
            self.warning_fits(&limited);
            self.clauses_agree(&limited);
        }
        self.waiting();
        self.warned_without_warning();
        self.escalations();
        self.other_numbers();
    }

    /// Nothing waits for itself. What follows from one mistake is not reported again: the later checks are made only
    /// when the earlier ones find nothing, and none is made while two rules share an id.
    fn waiting(&mut self) {
        let file = self.file;
        let mut ids: Vec<&str> = file.milestone.iter().map(|m| m.id.as_str()).collect();
        ids.extend(rules(file).iter().map(|rule| rule.id()));
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return;
        }
        let before = self.problems.len();
        self.milestone_cycles();
        self.cycles(&openings(&rules(file)));
        if self.problems.len() == before {
            rules(file)
                .into_iter()
                .for_each(|rule| self.anchor_comes_before(&Limited::of(rule)));
        }
        if self.problems.len() == before {
            self.cycles(&waits(&rules(file)));
        }
    }

    fn sound_limits(&mut self, rule: &Limited<'_>) {
        if let Some(limit) = rule.limit {
            self.sound(&format!("{}/limit/n", rule.at), limit.n, limit.unit);
        }
        if let Some(warn) = rule.warn {
            self.sound(&format!("{}/warn/n", rule.at), warn.n, warn.unit);
        }
        for (r, reading) in rule.reading.iter().enumerate() {
            self.sound(
                &format!("{}/reading/{r}/n", rule.at),
                reading.n,
                reading.unit,
            );
        }
    }

    pub(super) fn sound(&mut self, pointer: &str, n: u16, unit: LimitUnit) {
        if let Err(error) = Limit::new(n, unit) {
            let code = if n == 0 {
                "zero-limit"
            } else {
                "limit-too-long"
            };
            let at = self.value(pointer);
            self.report(Problem::error(code, at, error.to_string()));
        }
    }

    fn warning_fits(&mut self, rule: &Limited<'_>) {
        let Some(warn) = rule.warn else { return };
        let at = format!("{}/warn", rule.at);
        let Some(limit) = rule.limit else {
            let at = self.key(&at);
            let kind = rule.kind;
            self.report(
                Problem::error(
                    "warn-without-limit",
                    at,
                    format!("{kind}“{}”没有期限，却写了预警", rule.title),
                )
                .help("写上 limit，或者删去 warn。"),
            );
            return;
        };
        if days(warn)
            > days(Limit {
                n: limit.n,
                unit: limit.unit,
            })
        {
            let length = self.value(&format!("{}/limit", rule.at));
            let at = self.value(&at);
            let message = format!("预警提前量 {warn} 比期限还长");
            self.report(Problem::error("warn-longer-than-limit", at, message).also(length, "期限"));
        }
    }

    /// A limit that begins only when the rule is done never runs.
    fn anchor_comes_before(&mut self, rule: &Limited<'_>) {
        let Some(from) = rule.limit.map(|limit| limit.from.as_str()) else {
            return;
        };
        let ends_there = rule
            .ends_with
            .is_some_and(|end| end == from || self.milestone_waits_for(from, end));
        if from != rule.id && !ends_there && !self.opens_after(from, rule.id) {
            self.optional_anchor(rule, from);
            return;
        }
        let at = self.value(&format!("{}/limit/from", rule.at));
        let title = rule.title;
        self.report(
            Problem::error(
                "anchor-never-reached",
                at,
                format!("期限自 `{from}` 起算，“{title}”完成之前到不了那一天"),
            )
            .help("起算点应当是在它之前完成的节点、阶段或环节。"),
        );
    }

    fn optional_anchor(&mut self, rule: &Limited<'_>, from: &str) {
        let file = self.file;
        let step = file
            .stage
            .iter()
            .flat_map(|s| &s.step)
            .find(|s| s.id == from);
        if step.is_some_and(|step| step.optional) {
            let at = self.value(&format!("{}/limit/from", rule.at));
            let message = format!("期限自 `{from}` 起算，而它可以不办：不办的项目没有这个期限");
            self.report(Problem::warning("anchor-optional", at, message));
        }
    }

    /// Whether stage or step `later` can open only when `earlier` is done.
    fn opens_after(&self, later: &str, earlier: &str) -> bool {
        let rules = rules(self.file);
        let position = |id: &str| rules.iter().position(|rule| rule.id() == id);
        let (Some(later), Some(earlier)) = (position(later), position(earlier)) else {
            return false;
        };
        let mut openings = openings(&rules);
        // The steps of a stage wait for its opening, not for its end.
        for (waits, rule) in openings.iter_mut().zip(&rules) {
            let own = |i: &usize| matches!((rule, rules[*i]), (Rule::Step(s, ..), Rule::Stage(t, _)) if *s == t);
            waits.retain(|i| {
                *i != earlier || !own(i) || rule.names().contains(&rules[earlier].id())
            });
        }
        reaches(&openings, later, earlier)
    }

    /// Whether milestone `later` may not precede `earlier`.
    fn milestone_waits_for(&self, later: &str, earlier: &str) -> bool {
        let (waits, ids) = self.milestone_waits();
        match (ids.get(later), ids.get(earlier)) {
            (Some(later), Some(earlier)) => reaches(&waits, *later, *earlier),
            _ => false,
        }
    }

    fn milestone_waits(&self) -> (Vec<Vec<usize>>, BTreeMap<&str, usize>) {
        let ids: BTreeMap<&str, usize> = self
            .file
            .milestone
            .iter()
            .enumerate()
            .map(|(i, m)| (m.id.as_str(), i))
            .collect();
        let waits = self.file.milestone.iter();
        let waits = waits.map(|m| {
            m.after
                .iter()
                .filter_map(|a| ids.get(a.as_str()).copied())
                .collect()
        });
        (waits.collect(), ids)
    }

    /// Other places of the document that set another limit must be seen and settled.
    fn clauses_agree(&mut self, rule: &Limited<'_>) {
        let Some(limit) = rule.limit else { return };
        let used = Limit {
            n: limit.n,
            unit: limit.unit,
        };
        let mut settled = true;
        for (r, reading) in rule.reading.iter().enumerate() {
            let read = Limit {
                n: reading.n,
                unit: reading.unit,
            };
            if read == used && reading.from == limit.from {
                continue;
            }
            settled = rule.uses.is_some() && rule.because.is_some();
            let other = self.key(&format!("{}/reading/{r}/text", rule.at));
            let at = self.value(&format!("{}/limit", rule.at));
            let message = format!(
                "“{}”的期限，文件前后写法不同：{}“{}”，{}“{}”",
                rule.title, rule.clause, rule.text, reading.clause, reading.text
            );
            let mut problem = Problem::warning("clause-contradiction", at, message)
                .here(format!("采用：自 `{}` 起 {used}", limit.from))
                .also(other, format!("另一写法：自 `{}` 起 {read}", reading.from));
            if let (Some(uses), Some(because)) = (rule.uses, rule.because) {
                problem = problem.help(format!("已采用 {uses}，理由：{because}"));
            }
            self.report(problem);
        }
        if !settled {
            let at = self.value(&format!("{}/limit", rule.at));
            self.report(
                Problem::error(
                    "contradiction-unsettled",
                    at,
                    format!("“{}”的条款矛盾没有写明取舍", rule.title),
                )
                .help("用 uses 写明采用哪一条款，用 because 写明理由。"),
            );
        }
        self.uses_a_clause(rule);
    }

    fn uses_a_clause(&mut self, rule: &Limited<'_>) {
        let Some(uses) = rule.uses else { return };
        let mut clauses = rule
            .reading
            .iter()
            .map(|r| r.clause.as_str())
            .chain([rule.clause]);
        if !clauses.any(|clause| uses.starts_with(clause)) {
            let all = listed(
                rule.reading
                    .iter()
                    .map(|r| r.clause.as_str())
                    .chain([rule.clause]),
            );
            let at = self.value(&format!("{}/uses", rule.at));
            self.report(
                Problem::error(
                    "unknown-clause",
                    at,
                    format!("采用的条款“{uses}”不在所列的写法之中"),
                )
                .help(format!("所列的条款：{all}。")),
            );
        }
    }

    fn warned_without_warning(&mut self) {
        let file = self.file;
        for (s, stage) in file
            .stage
            .iter()
            .enumerate()
            .filter(|(_, stage)| stage.warn.is_none())
        {
            let key = if stage.warned_by.is_some() {
                "warned_by"
            } else {
                "warn_clause"
            };
            if stage.warned_by.is_some() || stage.warn_clause.is_some() {
                let at = self.key(&format!("/stage/{s}/{key}"));
                let message = format!("阶段“{}”写了 `{key}`，却没有预警提前量", stage.title);
                self.report(
                    Problem::error("warn-missing", at, message)
                        .help("写上 warn = { n = 1, unit = \"months\" }。"),
                );
            }
        }
    }

    fn cycles(&mut self, graph: &[Vec<usize>]) {
        let rules = rules(self.file);
        let Some(cycle) = first_cycle(graph) else {
            return;
        };
        let names: Vec<String> = cycle
            .iter()
            .chain(cycle.first())
            .map(|i| format!("`{}`", rules[*i].id()))
            .collect();
        let mut places = cycle
            .iter()
            .map(|i| self.value(&format!("{}/id", Limited::of(rules[*i]).at)));
        let Some(first) = places.next() else { return };
        let message = format!(
            "这些阶段、环节互相等待，永远不能开始：{}",
            names.join(" → ")
        );
        let problem = places.fold(Problem::error("cycle", first, message), |problem, place| {
            problem.also(place, "等待前一个")
        });
        self.report(problem.help("检查它们的 after、opens_with 和 limit 的 from，去掉其中一个。"));
    }

    fn milestone_cycles(&mut self) {
        let (waits, _) = self.milestone_waits();
        let Some(cycle) = first_cycle(&waits) else {
            return;
        };
        let file = self.file;
        let names: Vec<String> = cycle
            .iter()
            .chain(cycle.first())
            .map(|i| format!("`{}`", file.milestone[*i].id))
            .collect();
        let at = cycle
            .first()
            .map_or(0..0, |i| self.value(&format!("/milestone/{i}/id")));
        let message = format!("这些节点互相等待，永远不能达到：{}", names.join(" → "));
        self.report(Problem::error("cycle", at, message).help("检查它们的 after。"));
    }

    fn escalations(&mut self) {
        let file = self.file;
        let mut last_days = None;
        for (i, escalation) in file.escalation.iter().enumerate() {
            if usize::from(escalation.level) != i + 1 || escalation.level > 3 {
                let at = self.value(&format!("/escalation/{i}/level"));
                let message = format!("提醒级别应当依次是 1、2、3，这里是 {}", escalation.level);
                self.report(Problem::error("escalation-level", at, message));
            }
            match escalation.at {
                EscalationAt::Warn if escalation.days_after > 0 => {
                    let at = self.value(&format!("/escalation/{i}/days_after"));
                    let message = "进入预警期的提醒没有 `days_after`";
                    self.report(
                        Problem::error("days-after-warn", at, message).help("删去 days_after。"),
                    );
                }
                EscalationAt::Due
                    if last_days.is_some_and(|last| last >= escalation.days_after) =>
                {
                    let at = self.value(&format!("/escalation/{i}/days_after"));
                    self.report(Problem::error(
                        "escalation-order",
                        at,
                        "后一级提醒应当比前一级晚",
                    ));
                }
                EscalationAt::Due => last_days = Some(escalation.days_after),
                EscalationAt::Warn => {}
            }
        }
    }

    fn other_numbers(&mut self) {
        let file = self.file;
        for (i, visit) in file.visit.iter().enumerate() {
            if let Some(every) = &visit.every {
                self.sound(&format!("/visit/{i}/every/n"), every.n, every.unit);
            }
        }
        for (m, milestone) in file.milestone.iter().enumerate() {
            for (r, require) in milestone.requires.iter().enumerate() {
                if require.at_least_yuan <= 0 {
                    let at = self.value(&format!("/milestone/{m}/requires/{r}/at_least_yuan"));
                    self.report(Problem::error(
                        "zero-amount",
                        at,
                        format!("“{}”的下限应当大于 0", require.title),
                    ));
                }
            }
        }
        let counts = [
            (
                "/extension/times",
                file.extension.as_ref().map(|e| u16::from(e.times)),
            ),
            (
                "/removal/times_per_month",
                file.removal.as_ref().map(|r| u16::from(r.times_per_month)),
            ),
            ("/grace/max_days", file.grace.as_ref().map(|g| g.max_days)),
        ];
        for (pointer, count) in counts {
            if count == Some(0) {
                let at = self.value(pointer);
                self.report(
                    Problem::error("zero-limit", at, "至少为 1").help("不允许的，把整张表删去。"),
                );
            }
        }
    }
}

/// What must be done before each rule can open: predecessors, and for a step its stage.
fn openings(rules: &[Rule<'_>]) -> Vec<Vec<usize>> {
    let position = |id: &str| rules.iter().position(|rule| rule.id() == id);
    let of = |rule: &Rule<'_>| -> Vec<usize> {
        match rule {
            Rule::Stage(_, stage) => {
                let from = stage.limit.as_ref().map(|limit| limit.from.as_str());
                let opens = stage.opens_with.as_deref().or(from);
                opens.and_then(position).into_iter().collect()
            }
            Rule::Step(s, _, step) => {
                let stage = rules
                    .iter()
                    .position(|r| matches!(r, Rule::Stage(own, _) if own == s));
                step.after
                    .iter()
                    .filter_map(|id| position(id))
                    .chain(stage)
                    .collect()
            }
        }
    };
    rules.iter().map(of).collect()
}

/// A shortest cycle through the first node that lies on one, in the order of the arrows.
fn first_cycle(graph: &[Vec<usize>]) -> Option<Vec<usize>> {
    let start = (0..graph.len()).find(|node| reaches(graph, *node, *node))?;
    let mut came_from: Vec<Option<usize>> = vec![None; graph.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        if graph[at].contains(&start) {
            let back = std::iter::successors(Some(at), |n| came_from[*n].filter(|_| *n != start));
            let mut cycle: Vec<usize> = back.collect();
            cycle.reverse();
            return Some(cycle);
        }
        for next in &graph[at] {
            if *next != start && came_from[*next].is_none() {
                came_from[*next] = Some(at);
                queue.push_back(*next);
            }
        }
    }
    None
}

/// About how many days a length has, to compare lengths of different units.
pub(super) fn days(limit: Limit) -> u32 {
    let n = u32::from(limit.n);
    match limit.unit {
        LimitUnit::NaturalDays => n,
        LimitUnit::WorkingDays => n * 7 / 5,
        LimitUnit::Months => n * 365 / 12,
        LimitUnit::Years => n * 365,
    }
}
