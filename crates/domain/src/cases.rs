//! Running the cases of a pack: facts and a day against what the clause says must follow.

use calendar::WorkCalendar;
use policy::Problem;
use policy::cases::{Case, Cases, Expected, Part};
use serde_json::Value;

use crate::authorise::{ActorUnit, authorise};
use crate::command::Command;
use crate::decide::decide;
use crate::event::{Details, Event, EventKind};
use crate::packs::Packs;
use crate::refusal::Refusal;
use crate::state::State;
use crate::track::{Track, plan};

/// Runs every case of a file; what does not come out as expected is reported at its place in the file.
pub fn run_cases(packs: Packs<'_>, cases: &Cases, calendar: &WorkCalendar) -> Vec<Problem> {
    let all = cases.cases.iter().enumerate();
    all.flat_map(|(at, case)| {
        Run {
            packs,
            cases,
            at,
            case,
            calendar,
        }
        .run()
    })
    .collect()
}

struct Run<'a> {
    packs: Packs<'a>,
    cases: &'a Cases,
    at: usize,
    case: &'a Case,
    calendar: &'a WorkCalendar,
}

impl Run<'_> {
    fn run(&self) -> Vec<Problem> {
        let (events, mut problems) = self.events();
        if !problems.is_empty() {
            return problems;
        }
        let state = State::fold_until(self.packs.lifecycle, &events, self.case.on);
        for unknown in &state.unknown {
            let part = Part::Fact(unknown.id.0.saturating_sub(1) as usize);
            problems.push(self.problem(part, unknown.reason.text()));
        }
        problems.extend(self.track(&state));
        problems.extend(self.command(&state));
        problems
    }

    fn problem(&self, part: Part<'_>, message: String) -> Problem {
        self.cases.problem(
            self.at,
            part,
            format!("案例“{}”：{message}", self.case.name),
        )
    }

    /// The facts of the case, with the registration that it leaves out behind them, so that facts keep their numbers.
    fn events(&self) -> (Vec<Event>, Vec<Problem>) {
        let (mut events, mut problems) = (Vec::new(), Vec::new());
        for (at, fact) in self.case.facts.iter().enumerate() {
            match serde_json::from_value::<Event>(fact.clone()) {
                Ok(event) => events.push(event),
                Err(error) => {
                    let message = format!("第 {} 条事实不能识别：{error}。", at + 1);
                    problems.push(self.problem(Part::Fact(at), message));
                }
            }
        }
        let registers = |event: &Event| matches!(event.kind, EventKind::Registered { .. });
        if !events.iter().any(registers) {
            events.push(self.registration(&events));
        }
        (events, problems)
    }

    fn registration(&self, events: &[Event]) -> Event {
        let pack = &self.packs.lifecycle.file.pack;
        let first = events.iter().map(|event| event.happened_on).min();
        let details = Details {
            name: "样例项目".to_owned(),
            sector: Some(self.case.sector),
            host: Some(self.case.host.clone()),
            enterprise: Some(self.case.enterprise.clone()),
            ..Details::default()
        };
        Event {
            id: Default::default(),
            happened_on: first.unwrap_or(self.case.on).min(self.case.on),
            recorded_at: None,
            by: Default::default(),
            kind: EventKind::Registered {
                pack: pack.id.clone(),
                version: pack.version.clone(),
                details: Box::new(details),
                sample: false,
            },
        }
    }

    fn track(&self, state: &State<'_>) -> Vec<Problem> {
        let policy = self.packs.lifecycle;
        let on = self.case.on;
        let track = Track::new(policy, plan(policy, state, self.calendar, on), on);
        let mut problems = Vec::new();
        for (id, expected) in &self.case.expect {
            let part = Part::Expect(id);
            match policy.node(id) {
                None => {
                    let message = format!("政策包中没有阶段或环节“{id}”。");
                    problems.push(self.problem(part, message));
                }
                Some(ix) => {
                    let differences = differences(expected, &track, ix);
                    problems.extend(
                        differences
                            .into_iter()
                            .map(|difference| self.problem(part, format!("“{id}”{difference}"))),
                    );
                }
            }
        }
        problems
    }

    fn command(&self, state: &State<'_>) -> Option<Problem> {
        let mut value = self.case.command.clone()?;
        let by = value
            .as_object_mut()
            .and_then(|command| command.remove("by"));
        let command: Command = match serde_json::from_value(value) {
            Ok(command) => command,
            Err(error) => {
                return Some(self.problem(Part::Command, format!("操作不能识别：{error}。")));
            }
        };
        let outcome = self.decide(state, by.as_ref(), command);
        let message = self.outcome(outcome.err())?;
        Some(self.problem(Part::Command, message))
    }

    /// As in the office: who may is asked first, where the case says who acts.
    fn decide(
        &self,
        state: &State<'_>,
        by: Option<&Value>,
        command: Command,
    ) -> Result<Vec<EventKind>, Refusal> {
        if let Some(unit) = by.and_then(|by| by.get("unit")).and_then(Value::as_str) {
            authorise(self.packs, state, ActorUnit { unit }, &command)?;
        }
        let on = self.case.on;
        decide(self.packs, state, self.calendar, on, on, command)
    }

    /// What is wrong with how a command was decided.
    fn outcome(&self, refusal: Option<Refusal>) -> Option<String> {
        let (expected, refusal) = match (&self.case.refused, refusal) {
            (None, None) => return None,
            (None, Some(refusal)) => {
                return Some(format!(
                    "操作应当获准，却被拒绝（{}）：{refusal}",
                    refusal.code
                ));
            }
            (Some(_), None) => return Some("操作应当被拒绝，却获准了。".to_owned()),
            (Some(expected), Some(refusal)) => (expected, refusal),
        };
        if let Some(code) = expected.code.as_ref().filter(|code| **code != refusal.code) {
            return Some(format!(
                "应以 {code} 拒绝，实际以 {} 拒绝：{refusal}",
                refusal.code
            ));
        }
        let cited = refusal
            .clause
            .as_ref()
            .map_or("", |clause| &*clause.article);
        let expected = expected
            .clause
            .as_ref()
            .filter(|clause| clause.as_str() != cited)?;
        let cited = if cited.is_empty() {
            "没有引用条款"
        } else {
            cited
        };
        Some(format!("拒绝应引用条款“{expected}”，实际为“{cited}”。"))
    }
}

/// How a node differs from what is expected, each as the rest of a sentence.
fn differences(expected: &Expected, track: &Track, ix: policy::NodeIx) -> Vec<String> {
    let (Some(dates), Some(node)) = (track.plan.node(ix), track.node(ix)) else {
        return Vec::new();
    };
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "无".to_owned());
    let pairs = [
        (
            "状态",
            expected.state.map(|s| s.id().to_owned()),
            word(&node.stand),
        ),
        (
            "灯",
            expected.light.map(|l| l.id().to_owned()),
            word(&node.light),
        ),
        (
            "到期日",
            expected.due.map(|due| due.to_string()),
            or_none(dates.due.map(|due| due.to_string())),
        ),
        (
            "预警日",
            expected.warn_on.map(|warn| warn.to_string()),
            or_none(dates.warn_on.map(|warn| warn.to_string())),
        ),
        (
            "剩余天数",
            expected.days_left.map(|days| days.to_string()),
            or_none(node.days_left.map(|days| days.to_string())),
        ),
    ];
    pairs
        .into_iter()
        .filter_map(|(what, expected, got)| {
            let expected = expected.filter(|expected| *expected != got)?;
            Some(format!("的{what}应为 {expected}，实际为 {got}。"))
        })
        .collect()
}

/// The word by which a state or light is stored.
fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
