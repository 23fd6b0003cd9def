//! What was typed, as a command of the domain.

use calendar::Day;
use domain::command::Command;
use domain::event::{DisputeOutcome, EventId, FileRef};
use domain::values::MoneyUnit;
use policy::model::Side;
use service::projects::{Act, ProjectView};

use super::controls::Reader;
use crate::form::Fields;

/// A command with the day it happened on.
pub struct Typed {
    /// What.
    pub command: Command,
    /// When; today when absent.
    pub on: Option<Day>,
}

/// Reads the form of an act.
///
/// # Errors
/// Field and message of everything that cannot be understood.
pub fn command(
    view: &ProjectView,
    act: Act,
    subject: &str,
    fields: &Fields,
    files: Vec<FileRef>,
    own_unit: &str,
) -> Result<Typed, Vec<(String, String)>> {
    let mut reader = Reader::new(fields);
    let on = reader.day("on");
    let command = match act {
        Act::RecordDuty
        | Act::FulfilDuty
        | Act::RecordMerit
        | Act::CertifyBreach
        | Act::RectifyBreach
        | Act::SanctionBreach
        | Act::ExemptBreach
        | Act::RecordDispute
        | Act::RecommendAward => performance(act, subject, &mut reader, files),
        Act::RequestExtension
        | Act::ReviewExtension
        | Act::DecideExtension
        | Act::SetGrace
        | Act::RequestExemption
        | Act::VerifyExemption
        | Act::EndExemption
        | Act::RequestRemoval
        | Act::DecideRemoval => adjustment(act, subject, &mut reader, files),
        Act::Assign
        | Act::Conclude
        | Act::Approve
        | Act::ReportProgress
        | Act::AskMove
        | Act::AnswerMove
        | Act::Direct => closed_loop(act, subject, &mut reader, files),
        act if super::lead::ACTS.contains(&act) => {
            super::lead::command(view, act, &mut reader, own_unit)
        }
        act if super::sponsors::ACTS.contains(&act) => {
            super::sponsors::command(act, subject, &mut reader)
        }
        _ => lifecycle(view, act, subject, &mut reader, files),
    };
    match (command, reader.errors) {
        (Some(command), errors) if errors.is_empty() => Ok(Typed { command, on }),
        (None, errors) if errors.is_empty() => Err(vec![(
            String::new(),
            "没有这样的操作，请从项目页面重新打开".into(),
        )]),
        (_, errors) => Err(errors),
    }
}

fn lifecycle(
    view: &ProjectView,
    act: Act,
    subject: &str,
    reader: &mut Reader<'_>,
    files: Vec<FileRef>,
) -> Option<Command> {
    let id = subject.to_string();
    Some(match act {
        Act::ConfirmScope => {
            let in_scope = reader.yes("agreed", "结论");
            Command::ConfirmScope {
                in_scope,
                reason: reader.text("reason"),
            }
        }
        Act::Claim => claim(view, id, reader, files),
        Act::Certify if reader.yes("agreed", "结论") => Command::Certify {
            milestone: id,
            reached_on: reader.day("reached_on"),
            note: reader.text("note"),
        },
        Act::Certify => Command::ReturnClaim {
            milestone: id,
            reason: reader.text("note"),
        },
        Act::CompleteStep => {
            let done_on = reader.wanted_day("done_on", "办结日期");
            Command::CompleteStep {
                step: id,
                done_on,
                files,
                note: reader.text("note"),
            }
        }
        Act::WaiveStep => Command::WaiveStep {
            step: id,
            reason: reader.wanted("reason", "不涉及的理由"),
        },
        Act::TickItem => Command::Tick {
            item: id,
            files,
            note: reader.text("note"),
        },
        Act::UntickItem => Command::Untick {
            item: id,
            reason: reader.wanted("reason", "取消的理由"),
        },
        Act::RecordVisit => {
            let visit = reader.chosen("visit", "走访类型");
            Command::RecordVisit {
                visit,
                text: reader.wanted("text", "走访情况"),
                files,
            }
        }
        Act::Ask => Command::Ask {
            text: reader.wanted("text", "问题"),
        },
        Act::Answer => Command::Answer {
            question: fact(subject, reader),
            text: reader.wanted("text", "答复"),
        },
        Act::ReportInvestment => Command::ReportInvestment {
            month: reader.wanted("month", "月份"),
            fixed_investment: reader.money("fixed_investment"),
            funds_in_place: reader.money("funds_in_place"),
        },
        Act::Void => Command::Void {
            event: fact(subject, reader),
            reason: reader.wanted("reason", "作废的理由"),
        },
        Act::MovePolicy => {
            let version = reader.chosen("version", "换用版本");
            Command::MovePolicy {
                pack: view.track.pack.id.clone(),
                version,
                reason: reader.wanted("reason", "理由"),
            }
        }
        _ => return None,
    })
}

fn claim(
    view: &ProjectView,
    milestone: String,
    reader: &mut Reader<'_>,
    files: Vec<FileRef>,
) -> Command {
    let rule = view
        .track
        .milestones
        .iter()
        .find(|rule| rule.id == milestone);
    let mut values = std::collections::BTreeMap::new();
    for require in rule.into_iter().flat_map(|rule| &rule.requires) {
        if let Some(value) = reader.money(&format!("value-{}", require.fact)) {
            values.insert(require.fact.clone(), value);
        }
    }
    let title = rule.map_or("达成", |rule| rule.title.as_str());
    let reached_on = reader.wanted_day("reached_on", &format!("{title}日期"));
    Command::Claim {
        milestone,
        reached_on,
        variant: reader.some("variant"),
        files,
        values,
        note: reader.text("note"),
    }
}

fn adjustment(
    act: Act,
    subject: &str,
    reader: &mut Reader<'_>,
    files: Vec<FileRef>,
) -> Option<Command> {
    Some(match act {
        Act::RequestExtension => Command::RequestExtension {
            stage: reader.chosen("stage", "调整哪个阶段"),
            days: reader.days("days", "延长天数"),
            reason: reader.wanted("reason", "特殊原因"),
            files,
        },
        Act::ReviewExtension => Command::ReviewExtension {
            agreed: reader.yes("agreed", "结论"),
            opinion: reader.text("opinion"),
        },
        Act::DecideExtension => Command::DecideExtension {
            approved: reader.yes("agreed", "结论"),
            opinion: reader.text("opinion"),
        },
        Act::SetGrace => Command::SetGrace {
            node: reader.chosen("node", "阶段或环节"),
            days: reader.days("days", "缓冲天数"),
            reason: reader.wanted("reason", "理由"),
        },
        Act::RequestExemption => Command::RequestExemption {
            ground: reader.chosen("ground", "免责情形"),
            from: reader.wanted_day("from", "起始日期"),
            to: reader.day("to"),
            reason: reader.wanted("reason", "事实和理由"),
            files,
        },
        Act::VerifyExemption => Command::VerifyExemption {
            request: fact(subject, reader),
            granted: reader.yes("agreed", "结论"),
            from: reader.wanted_day("from", "起始日期"),
            to: reader.day("to"),
            opinion: reader.text("opinion"),
            files,
        },
        Act::EndExemption => Command::EndExemption {
            request: fact(subject, reader),
            to: reader.wanted_day("to", "最后一个免责日"),
        },
        Act::RequestRemoval => Command::RequestRemoval {
            reason: reader.wanted("reason", "理由"),
            files,
        },
        Act::DecideRemoval => Command::DecideRemoval {
            approved: reader.yes("agreed", "结论"),
            batch: reader.wanted("batch", "批次"),
            opinion: reader.text("opinion"),
        },
        _ => return None,
    })
}

fn performance(
    act: Act,
    subject: &str,
    reader: &mut Reader<'_>,
    files: Vec<FileRef>,
) -> Option<Command> {
    Some(match act {
        Act::RecordDuty => Command::RecordDuty {
            duty: reader.chosen("duty", "责任"),
            detail: reader.text("detail"),
            due: reader.day("due"),
            target: reader.money_in("target", MoneyUnit::Wan),
        },
        Act::FulfilDuty => Command::FulfilDuty {
            record: fact(subject, reader),
            value: reader.money_in("value", MoneyUnit::Wan),
            files,
            note: reader.text("note"),
        },
        Act::RecordMerit => Command::RecordMerit {
            merit: reader.chosen("merit", "事项"),
            text: reader.wanted("text", "事实"),
            files,
        },
        Act::CertifyBreach => Command::CertifyBreach {
            breach: reader.chosen("breach", "事项"),
            text: reader.wanted("text", "事实"),
            rectify_by: reader.day("rectify_by"),
            files,
        },
        Act::RectifyBreach => Command::RectifyBreach {
            breach: fact(subject, reader),
            text: reader.wanted("text", "整改情况"),
        },
        Act::SanctionBreach => Command::SanctionBreach {
            breach: fact(subject, reader),
            consequence: reader.chosen("consequence", "处理结果"),
            text: reader.wanted("text", "事实"),
        },
        Act::ExemptBreach => {
            let exemption = reader.fact("exemption");
            Command::ExemptBreach {
                breach: fact(subject, reader),
                exemption,
            }
        }
        Act::RecordDispute => Command::RecordDispute {
            path: reader.chosen("path", "途径"),
            outcome: outcome(&reader.chosen("outcome", "结果")),
            text: reader.wanted("text", "争议事项和处理情况"),
            side: side(&reader.chosen("side", "由哪一方提出")),
            files,
        },
        Act::RecommendAward => Command::RecommendAward {
            award: reader.chosen("award", "奖励支持"),
            text: reader.text("text"),
        },
        _ => return None,
    })
}

fn closed_loop(
    act: Act,
    subject: &str,
    reader: &mut Reader<'_>,
    files: Vec<FileRef>,
) -> Option<Command> {
    Some(match act {
        Act::Assign => Command::Assign {
            leader: reader.some("leader"),
            receiving_unit: reader.wanted("receiving_unit", "承接责任单位"),
            supporting: names(&reader.text("supporting")),
            tasks: lines(&reader.wanted("tasks", "任务清单")),
        },
        Act::Conclude => Command::Conclude {
            step: subject.to_string(),
            conclusion: reader.chosen("conclusion", "结论"),
            done_on: reader.wanted_day("done_on", "结论日期"),
            files,
            note: reader.text("note"),
        },
        Act::Approve => {
            let (step, level) = subject.split_once('.')?;
            Command::Approve {
                step: step.to_string(),
                level: level.to_string(),
                agreed: reader.yes("agreed", "意见"),
                opinion: reader.text("opinion"),
            }
        }
        Act::ReportProgress => Command::ReportProgress {
            progress: reader.wanted("progress", "进展情况"),
            problems: reader.text("problems"),
        },
        Act::AskMove => Command::AskMove {
            step: subject.to_string(),
            reason: reader.wanted("reason", "请求推进的理由"),
        },
        Act::AnswerMove => Command::AnswerMove {
            request: fact(subject, reader),
            text: reader.wanted("text", "答复"),
        },
        Act::Direct => Command::Direct {
            node: reader.some("node"),
            text: reader.wanted("text", "要求"),
            units: names(&reader.wanted("units", "办理单位")),
        },
        _ => return None,
    })
}

/// Names between commas, 、 or line ends.
fn names(text: &str) -> Vec<String> {
    let parts = text.split(['、', '，', ',', '；', ';', '\n']);
    let parts = parts.map(|part| part.trim().to_string());
    parts.filter(|part| !part.is_empty()).collect()
}

/// One entry for each line.
fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.trim().to_string());
    lines.filter(|line| !line.is_empty()).collect()
}

fn fact(subject: &str, reader: &mut Reader<'_>) -> EventId {
    service::projects::fact_id(subject).unwrap_or_else(|| {
        reader.wrong("subject", "没有指明是哪一条记录，请从项目页面重新打开");
        EventId(0)
    })
}

fn outcome(text: &str) -> DisputeOutcome {
    match text {
        "settled" => DisputeOutcome::Settled,
        "failed" => DisputeOutcome::Failed,
        _ => DisputeOutcome::Opened,
    }
}

fn side(text: &str) -> Side {
    if text == "enterprise" {
        Side::Enterprise
    } else {
        Side::Government
    }
}
