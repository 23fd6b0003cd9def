//! Cases of a pack: what happened, the day, what must follow, and the clause that says so.
//!
//! A case file stands beside its pack: `6411.toml` has `6411.cases.toml`. Here cases are read, with their places; they
//! are run where projects are evaluated. Facts and commands are kept as values, in the JSON form of the events and
//! commands of a project.

use std::ops::Range;

use calendar::Day;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::Sector;
use crate::problem::{Label, Problem, Problems, Severity, Source};
use crate::shape;
use crate::syntax;
use crate::tree::Tree;

/// 一个案例文件。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// 所检验的政策包编号。
    pub pack: String,
    /// 案例，逐个列出。
    #[serde(default)]
    pub case: Vec<Case>,
}

/// 一个案例：写 `expect`（到某日各阶段、环节应当如何），或者写 `command` 和 `refused`（某个操作应当被拒绝），
/// 或者只写 `command`（应当获准）。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// 名称，一句话。
    pub name: String,
    /// 条款。
    pub clause: String,
    /// 为什么应当如此，引用条款的一句话。
    pub reason: String,
    /// 产业类别，缺省为 industry。
    #[serde(default = "industry")]
    pub sector: Sector,
    /// 属地政府，缺省为“样例镇”。
    #[serde(default = "sample_host")]
    pub host: String,
    /// 企业方，缺省为“样例企业”。
    #[serde(default = "sample_enterprise")]
    pub enterprise: String,
    /// 发生的事，逐条列出，与项目事件的 JSON 一致；编号从 1 起。项目登记不必写，由系统按产业类别、属地和企业补在最后。
    #[serde(default)]
    pub facts: Vec<Value>,
    /// 看哪一日。
    #[schemars(with = "String", extend("format" = "date"))]
    pub on: Day,
    /// 应当如何：键为阶段或环节的标识。
    #[serde(default)]
    pub expect: IndexMap<String, Expected>,
    /// 一个操作，与系统操作的 JSON 一致；另写 `by = { unit = "…" }`，是哪个单位在操作。
    #[serde(default)]
    pub command: Option<Value>,
    /// 操作应当被拒绝；不写表示应当获准。
    #[serde(default)]
    pub refused: Option<Refused>,
}

fn industry() -> Sector {
    Sector::Industry
}

fn sample_host() -> String {
    "样例镇".to_owned()
}

fn sample_enterprise() -> String {
    "样例企业".to_owned()
}

impl Case {
    /// The command in the form that the project understands, and the unit that gives it (`by.unit`), when the case
    /// names one.
    pub fn command_by(&self) -> Option<(Value, Option<String>)> {
        let mut command = self.command.clone()?;
        let by = command
            .as_object_mut()
            .and_then(|fields| fields.remove("by"));
        let unit = by
            .as_ref()
            .and_then(|by| by.get("unit"))
            .and_then(Value::as_str);
        Some((command, unit.map(str::to_owned)))
    }
}

/// 一个阶段或环节应当如何；只写要检验的。
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// 状态。
    #[serde(default)]
    pub state: Option<ExpectedState>,
    /// 到期日。
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub due: Option<Day>,
    /// 进入预警期之日。
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub warn_on: Option<Day>,
    /// 剩余天数，逾期为负数。
    #[serde(default)]
    pub days_left: Option<i32>,
    /// 灯。
    #[serde(default)]
    pub light: Option<ExpectedLight>,
}

/// 状态。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExpectedState {
    /// 未开始。
    NotBegun,
    /// 进行中。
    Running,
    /// 预警期内。
    Warning,
    /// 已逾期。
    Overdue,
    /// 缓冲期内。
    InGrace,
    /// 已申报，待认定。
    Claimed,
    /// 已完成。
    Done,
    /// 逾期完成。
    DoneLate,
    /// 暂停计时。
    Suspended,
    /// 已调出。
    Removed,
    /// 不涉及。
    Waived,
    /// 已转出：项目转入分支，主线暂不办理。
    Held,
    /// 未登记：阶段已完成而环节没有登记。
    Unrecorded,
}

/// 灯。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExpectedLight {
    /// 灰。
    Grey,
    /// 蓝。
    Blue,
    /// 黄。
    Yellow,
    /// 红。
    Red,
    /// 绿。
    Green,
}

impl ExpectedState {
    /// 标识，如 `in_grace`。
    pub fn id(self) -> &'static str {
        match self {
            ExpectedState::NotBegun => "not_begun",
            ExpectedState::Running => "running",
            ExpectedState::Warning => "warning",
            ExpectedState::Overdue => "overdue",
            ExpectedState::InGrace => "in_grace",
            ExpectedState::Claimed => "claimed",
            ExpectedState::Done => "done",
            ExpectedState::DoneLate => "done_late",
            ExpectedState::Suspended => "suspended",
            ExpectedState::Removed => "removed",
            ExpectedState::Waived => "waived",
            ExpectedState::Held => "held",
            ExpectedState::Unrecorded => "unrecorded",
        }
    }
}

impl ExpectedLight {
    /// 标识，如 `yellow`。
    pub fn id(self) -> &'static str {
        match self {
            ExpectedLight::Grey => "grey",
            ExpectedLight::Blue => "blue",
            ExpectedLight::Yellow => "yellow",
            ExpectedLight::Red => "red",
            ExpectedLight::Green => "green",
        }
    }
}

/// 操作应当被拒绝：拒绝的代码、条款。
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// 拒绝的代码。
    #[serde(default)]
    pub code: Option<String>,
    /// 拒绝所引用的条款。
    #[serde(default)]
    pub clause: Option<String>,
}

/// Cases read from a file, with the places that a failing one is reported at.
#[derive(Debug, Clone)]
pub struct Cases {
    /// The file.
    pub source: Source,
    /// Pack id.
    pub pack: String,
    /// The cases in the order of the file.
    pub cases: Vec<Case>,
    places: Vec<Places>,
}

#[derive(Debug, Clone)]
struct Places {
    header: Range<usize>,
    expect: IndexMap<String, Range<usize>>,
    command: Option<Range<usize>>,
    facts: Vec<Range<usize>>,
}

/// The part of a case that a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// The case as a whole.
    Case,
    /// What is expected of a stage or step.
    Expect(&'a str),
    /// The command or its refusal.
    Command,
    /// A fact, by its position from 0.
    Fact(usize),
}

impl Cases {
    /// A problem of a case, at its place in the file: `message` says what was expected and what came out.
    pub fn problem(&self, case: usize, part: Part<'_>, message: impl Into<String>) -> Problem {
        let span = self.place(case, part);
        let reason = self
            .cases
            .get(case)
            .map(|case| format!("{}（{}）", case.reason, case.clause));
        Problem {
            severity: Severity::Error,
            code: "case",
            message: message.into(),
            labels: vec![Label {
                span,
                text: String::new(),
            }],
            help: reason,
        }
    }

    /// Line and column of a case, both from 1.
    pub fn line(&self, case: usize) -> (usize, usize) {
        self.source.place(self.place(case, Part::Case).start)
    }

    fn place(&self, case: usize, part: Part<'_>) -> Range<usize> {
        let Some(places) = self.places.get(case) else {
            return 0..0;
        };
        let found = match part {
            Part::Case => None,
            Part::Expect(node) => places.expect.get(node),
            Part::Command => places.command.as_ref(),
            Part::Fact(at) => places.facts.get(at),
        };
        found.unwrap_or(&places.header).clone()
    }
}

/// Reads a case file.
///
/// # Errors
///
/// All problems of the file: syntax, keys, kinds of values, and cases that expect nothing.
pub fn read(source_name: &str, text: &str) -> Result<Cases, Problems> {
    let source = Source::new(source_name, text);
    read_text(&source).map_err(|list| Problems { source, list })
}

fn read_text(source: &Source) -> Result<Cases, Vec<Problem>> {
    let (mut tree, errors) = Tree::parse(&source.text);
    if !errors.is_empty() {
        return Err(errors
            .iter()
            .map(|error| syntax::problem(error, &source.text))
            .collect());
    }
    let mut problems = shape::check(&mut tree.root, &schema());
    if !problems.is_empty() {
        return Err(problems);
    }
    let file: CaseFile = tree.read().map_err(|error| {
        vec![Problem::error(
            "shape",
            error.span().unwrap_or(0..0),
            error.message(),
        )]
    })?;
    problems.extend(
        file.case
            .iter()
            .enumerate()
            .filter_map(|(i, case)| empty_case(&tree, i, case)),
    );
    if !problems.is_empty() {
        return Err(problems);
    }
    let places = file
        .case
        .iter()
        .enumerate()
        .map(|(i, case)| places(&tree, i, case))
        .collect();
    Ok(Cases {
        source: source.clone(),
        pack: file.pack,
        cases: file.case,
        places,
    })
}

/// The JSON Schema of a case file, with Chinese descriptions.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(CaseFile).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), "政策包案例".into());
    }
    schema
}

fn empty_case(tree: &Tree<'_>, i: usize, case: &Case) -> Option<Problem> {
    let at = format!("/case/{i}");
    if case.refused.is_some() && case.command.is_none() {
        let problem = Problem::error(
            "case-without-command",
            tree.key(&format!("{at}/refused")),
            "没有写是哪个操作被拒绝",
        );
        return Some(problem.help("写上 command。"));
    }
    (case.expect.is_empty() && case.command.is_none()).then(|| {
        Problem::error(
            "empty-case",
            tree.value(&at),
            format!("案例“{}”没有写应当如何", case.name),
        )
        .help("写 expect，或者写 command 和 refused。")
    })
}

fn places(tree: &Tree<'_>, i: usize, case: &Case) -> Places {
    let at = format!("/case/{i}");
    let expect = case.expect.keys();
    Places {
        header: tree.key(&format!("{at}/name")),
        expect: expect
            .map(|node| (node.clone(), tree.key(&format!("{at}/expect/{node}"))))
            .collect(),
        command: case
            .command
            .as_ref()
            .map(|_| tree.key(&format!("{at}/command"))),
        facts: (0..case.facts.len())
            .map(|f| tree.value(&format!("{at}/facts/{f}")))
            .collect(),
    }
}
