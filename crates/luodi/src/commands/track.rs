//! `luodi track`: the track of one project from a pack and a list of events alone, without a database.

use std::path::{Path, PathBuf};

use calendar::Day;
use clap::Args;
use domain::event::Event;
use domain::view::{NodeView, TrackView};
use domain::{Packs, State};
use serde_json::Value;

use super::due::calendar_with;
use super::{policy::read_pack, read_text};
use crate::failure::{Answer, Failure};
use crate::output;

/// `luodi track`.
#[derive(Debug, Args)]
#[command(
    about = "办理轨迹：由政策包和事件清单算出一个项目某一天的阶段、环节、到期日和灯",
    after_help = "事件清单是 JSON 数组，每种事件的字段和例子见 docs/events.md。不需要数据库。"
)]
pub struct Track {
    #[arg(
        long,
        value_name = "文件",
        help = "政策包，如 policies/qianjiang/6411.toml"
    )]
    pack: PathBuf,
    #[arg(long, value_name = "文件", help = "事件清单（JSON）")]
    events: PathBuf,
    #[arg(long, value_name = "日期", value_parser = calendar::parse_day, help = "看哪一天")]
    on: Day,
    #[arg(
        long,
        value_name = "文件",
        help = "履约管理政策包，如 policies/qianjiang/performance.toml"
    )]
    performance: Option<PathBuf>,
    #[arg(long, value_name = "文件", help = "另行载入放假安排（CSV），可多次")]
    holidays: Vec<PathBuf>,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

impl Track {
    /// Works the track out and shows it.
    pub fn run(self) -> Answer {
        let lifecycle = read_pack(&self.pack)?;
        let performance = self.performance.as_deref().map(read_pack).transpose()?;
        let calendar = calendar_with(&self.holidays)?;
        let events = read_events(&self.events)?;
        let packs = Packs {
            lifecycle: &lifecycle,
            performance: performance.as_ref(),
        };
        let state = State::fold_until(&lifecycle, &events, self.on);
        let plan = domain::plan(&lifecycle, &state, &calendar, self.on);
        let track = domain::Track::new(&lifecycle, plan, self.on);
        let view = domain::view::view(packs, &state, &track, &calendar);
        if self.json {
            return output::say_json(&view);
        }
        output::say(&text(&view));
        Ok(())
    }
}

/// Reads a list of events; the first one that cannot be understood is named by its position.
fn read_events(path: &Path) -> Result<Vec<Event>, Failure> {
    let file = path.display();
    let wrong = |what: String| Failure::because(format!("事件清单“{file}”{what}"));
    let list: Value = serde_json::from_str(&read_text(path)?).map_err(|error| {
        wrong(format!(
            "第 {} 行第 {} 列不是正确的 JSON。请检查逗号、引号和括号。",
            error.line(),
            error.column()
        ))
    })?;
    let Value::Array(list) = list else {
        return Err(wrong("不是数组。请把事件放在 [ ] 中。".to_owned()));
    };
    let events = list.into_iter().zip(1..).map(|(value, number)| {
        let kind = value
            .get("kind")
            .and_then(Value::as_str)
            .unwrap_or("没有写 kind")
            .to_owned();
        let event = impossible_day(&value).map_or_else(
            || serde_json::from_value(value).map_err(|error| in_chinese(&error.to_string())),
            Err,
        );
        event.map_err(|why| {
            wrong(format!(
                "第 {number} 条（{kind}）无法识别：{why}字段和例子见 docs/events.md。"
            ))
        })
    });
    events.collect()
}

/// Fields of facts that hold a day.
const DAYS: [&str; 7] = [
    "happened_on",
    "reached_on",
    "done_on",
    "from",
    "to",
    "due",
    "rectify_by",
];

/// A day that does not exist, said with the field's name.
fn impossible_day(value: &Value) -> Option<String> {
    DAYS.iter().find_map(|field| {
        let text = value.get(field)?.as_str()?;
        let error = calendar::parse_day(text).err()?;
        Some(format!("“{field}”：{error}"))
    })
}

/// What the reader of JSON says of a fact, in Chinese.
fn in_chinese(message: &str) -> String {
    let quoted = |from: &str| {
        let rest = message.strip_prefix(from)?;
        rest.split('`').nth(1).map(str::to_owned)
    };
    if let Some(field) = quoted("missing field ") {
        return format!("缺少“{field}”。");
    }
    if let Some(word) = quoted("unknown variant ") {
        return match nearest(&word, message) {
            Some(nearest) => format!("“{word}”不是可用的取值，是不是想写“{nearest}”？"),
            None => format!("“{word}”不是可用的取值。"),
        };
    }
    if let Some(field) = quoted("unknown field ") {
        return format!("没有“{field}”这一项。");
    }
    if message.starts_with("invalid type") || message.starts_with("invalid value") {
        return "有一项的类型或取值不对。".to_owned();
    }
    match message.is_ascii() {
        true => format!("有一项的内容不对（{message}）。"),
        false => message.to_owned(),
    }
}

/// The nearest of the words that the reader of JSON expected.
fn nearest<'m>(word: &str, message: &'m str) -> Option<&'m str> {
    const LEAST_LIKENESS: f64 = 0.6;
    let (_, expected) = message.split_once("expected")?;
    let words = expected.split('`').skip(1).step_by(2);
    let likeness = |candidate: &str| strsim::normalized_damerau_levenshtein(word, candidate);
    let best = words.max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) >= LEAST_LIKENESS).then_some(best)
}

fn text(view: &TrackView) -> String {
    let mut text = head(view);
    let mut rows = Vec::new();
    for stage in &view.stages {
        rows.push(row(stage, ""));
        rows.extend(stage.steps.iter().map(|step| row(step, "  ")));
    }
    text.push('\n');
    text.push_str(&output::table(
        &["阶段、环节", "状态", "起算", "时限", "到期", "办理", "条款"],
        &rows,
    ));
    for (title, lines) in [
        ("等待办理", awaiting(view)),
        ("未能采用的事件", unknown(view)),
    ] {
        if !lines.is_empty() {
            text.push_str(&format!("\n{title}：\n{}\n", lines.join("\n")));
        }
    }
    text
}

fn head(view: &TrackView) -> String {
    let name = if view.name.is_empty() {
        "（未登记项目名称）"
    } else {
        &view.name
    };
    let sample = if view.sample {
        "（样例数据）"
    } else {
        ""
    };
    let mut head = format!(
        "{name}{sample}\n{} {}\n",
        view.pack.document, view.pack.title
    );
    head.push_str(&format!(
        "{} {}：{}\n",
        view.on,
        calendar::weekday_zh(view.on),
        view.light_text
    ));
    if let Some(stage) = &view.current_stage {
        head.push_str(&format!("当前阶段：{}\n", stage.title));
    }
    if let Some(next) = &view.next_due {
        let left = match next.days_left {
            left if left < 0 => format!("逾期 {} 天", -left),
            left => format!("剩余 {left} 天"),
        };
        head.push_str(&format!(
            "最近到期：{}，{}（{left}）\n",
            next.title, next.due
        ));
    }
    head
}

fn row(node: &NodeView, indent: &str) -> Vec<String> {
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let anchor = node.anchor.as_ref().map(|anchor| match anchor.on {
        Some(on) if anchor.reached => format!("{} {on}", anchor.title),
        _ => format!("{}（未到）", anchor.title),
    });
    let due = node.due.map(|due| {
        let mark = match (node.provisional, node.projected) {
            (true, _) => "（暂定）",
            (false, true) => "（推算）",
            (false, false) => "",
        };
        format!("{due}{mark}")
    });
    vec![
        format!("{indent}{}", node.title),
        node.light_text.clone(),
        anchor.unwrap_or_default(),
        node.limit.clone().unwrap_or_default(),
        due.unwrap_or_default(),
        day(node.done_on),
        node.clause.article.clone(),
    ]
}

fn awaiting(view: &TrackView) -> Vec<String> {
    let lines = view.awaiting.iter().map(|awaiting| {
        let due = awaiting
            .due
            .map(|due| format!("，{due} 前"))
            .unwrap_or_default();
        format!(
            "- {}：{}（{}{due}）",
            awaiting.kind.title(),
            awaiting.title,
            awaiting.units.join("、")
        )
    });
    lines.collect()
}

fn unknown(view: &TrackView) -> Vec<String> {
    view.unknown
        .iter()
        .map(|unknown| format!("- {} 第 {} 条：{}", unknown.on, unknown.id.0, unknown.text))
        .collect()
}
