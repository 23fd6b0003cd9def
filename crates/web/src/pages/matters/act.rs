//! One act on a matter: its form, and carrying it out.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use domain::matter::{Act, MatterCommand, NewPart};
use service::ServiceError;
use service::matters::{Behalf, Escalation, MatterChange, MatterView};

use super::{
    Tick, Trouble, choices, day_needed, day_of, day_words, files_of, ticks, trouble, units_of,
    with_status,
};
use crate::App;
use crate::error::{Answer, WebError};
use crate::form::{Fields, Upload};
use crate::page::{Page, back_with, render};
use crate::session::Signed;

/// Rows of the form for parts.
const PARTS: usize = 4;

/// A row of the form for parts.
struct PartField {
    unit_name: String,
    task_name: String,
    unit: String,
    task: String,
    label: String,
}

#[derive(Template)]
#[template(path = "matters/act.html")]
struct ActView {
    page: Page,
    view: MatterView,
    act: &'static str,
    title: &'static str,
    note: String,
    due: String,
    trouble: Option<Trouble>,
    /// Label of the text; empty when the act has none.
    text_label: &'static str,
    text_needed: bool,
    text: String,
    files: bool,
    units: Vec<(String, String)>,
    /// Whether lead and supporting units are asked for.
    reissue: bool,
    lead: String,
    supporting: Vec<Tick>,
    parts: Vec<PartField>,
    part_choices: Vec<(String, String)>,
    part: String,
    /// Label of a day; empty when the act has none.
    day_label: &'static str,
    day_needed: bool,
    day: String,
    deputies: Vec<(String, String)>,
    deputy: String,
    from: String,
    to: String,
    requirement: String,
    leader_units: Vec<(String, String)>,
    leader_unit: String,
    leader: String,
    submit: &'static str,
    confirm: &'static str,
}

impl ActView {
    fn error(&self, field: &str) -> &str {
        self.trouble
            .as_ref()
            .map_or("", |trouble| trouble.at(field))
    }
}

/// Label of an act's text, and whether it must be there.
fn text_of(act: Act) -> (&'static str, bool) {
    match act {
        Act::Accept | Act::Split => ("", false),
        Act::Refuse | Act::Return | Act::ReturnPart => ("退回理由", true),
        Act::Reissue | Act::Close => ("备注", false),
        Act::AnswerPart => ("答复", true),
        Act::CancelPart => ("取消理由", true),
        Act::Progress => ("进展情况", true),
        Act::Report => ("办理结果", true),
        Act::Approve => ("审核意见", false),
        Act::Reopen => ("重新办理的理由", true),
        Act::Urge => ("催办内容", true),
        Act::ChangeLimit => ("调整理由", true),
        Act::Delegate => ("事由", false),
        Act::Escalate => ("督办理由", true),
        Act::Withdraw => ("撤回理由", true),
    }
}

fn note_of(act: Act, view: &MatterView) -> String {
    match act {
        Act::Accept => {
            "签收后由本单位在时限内办理；如不属于本单位职责，请退回交办单位并说明理由。".into()
        }
        Act::Refuse => format!("退回后由{}重新交办或撤回。", view.issuer),
        Act::Split => "各分办单位分别答复；全部答复（或取消）后，本单位才能报结。".into(),
        Act::Report => format!("报结后由{}审核。", view.reviewers.join("、")),
        Act::Return => "退回后时限继续计算。".into(),
        Act::Close => "销号后事项办结；如有反复，可以重新办理。".into(),
        Act::Delegate => "代办期间的操作记为“代办人（代 委托人）”，两人姓名均保留。".into(),
        Act::Escalate => "将签发一份督办单，发给原承办单位；原事项继续办理。".into(),
        Act::Withdraw => "编号保留，不再使用。".into(),
        _ => String::new(),
    }
}

async fn page(
    app: &App,
    signed: &Signed,
    view: MatterView,
    act: Act,
    fields: &Fields,
    trouble: Option<Trouble>,
) -> Answer {
    let units = app.service.answering_units(&signed.actor).await?;
    let (text_label, text_needed) = text_of(act);
    let text = |name: &str| fields.get(name).to_owned();
    let deputies = match act {
        Act::Delegate => app.service.deputies(&signed.actor).await?,
        _ => Vec::new(),
    };
    let leader_units = match act {
        Act::Escalate => app.service.issue_form(&signed.actor).await?.leader_units,
        _ => Vec::new(),
    };
    let reissue = act == Act::Reissue;
    let typed = !fields.get("lead").is_empty();
    let supporting = match typed {
        true => fields.all("supporting").to_vec(),
        false => view.supporting.clone(),
    };
    let parts = (1..=PARTS).map(|n| PartField {
        unit: text(&format!("unit{n}")),
        task: text(&format!("task{n}")),
        unit_name: format!("unit{n}"),
        task_name: format!("task{n}"),
        label: format!("第 {n} 项"),
    });
    let wanted = view.parts.iter().filter(|part| match act {
        Act::AnswerPart => part.mine,
        Act::ReturnPart => part.answered_on.is_some() && !part.cancelled,
        Act::CancelPart => part.answered_on.is_none() && !part.cancelled,
        _ => false,
    });
    let part_choices = wanted.map(|part| {
        let label = format!("{}. {}：{}", part.index + 1, part.unit, part.task);
        (part.index.to_string(), label)
    });
    let day_label = match act {
        Act::Reopen | Act::ChangeLimit => "新的完成时限",
        Act::Escalate => "完成时限（不填则按政策包）",
        _ => "",
    };
    let view = ActView {
        page: Page::new(app, signed, act.title(), "/matters").await?,
        act: act.id(),
        title: act.title(),
        note: note_of(act, &view),
        due: day_words(view.due_on),
        trouble,
        text_label,
        text_needed,
        text: text("text"),
        files: matches!(act, Act::AnswerPart | Act::Progress | Act::Report),
        units: match act {
            Act::Reissue | Act::Split => choices(&units),
            _ => Vec::new(),
        },
        reissue,
        lead: if typed {
            text("lead")
        } else {
            view.lead.clone()
        },
        supporting: match reissue {
            true => ticks(&units, &supporting),
            false => Vec::new(),
        },
        parts: match act {
            Act::Split => parts.collect(),
            _ => Vec::new(),
        },
        part_choices: part_choices.collect(),
        part: text("part"),
        day_label,
        day_needed: act != Act::Escalate,
        day: text("due"),
        deputies: deputies
            .into_iter()
            .map(|person| (person.account, format!("{} {}", person.unit, person.name)))
            .collect(),
        deputy: text("deputy"),
        from: match fields.get("from") {
            "" => app.service.today().to_string(),
            from => from.to_owned(),
        },
        to: text("to"),
        requirement: text("requirement"),
        leader_units: choices(&leader_units),
        leader_unit: text("leader_unit"),
        leader: text("leader"),
        submit: match act {
            Act::Accept => "确认签收",
            Act::Escalate => "签发督办单",
            _ => act.title(),
        },
        confirm: match act {
            Act::Close => "确定销号？",
            Act::Withdraw => "确定撤回？",
            Act::Refuse => "确定退回交办单位？",
            _ => "",
        },
        view,
    };
    render(&view)
}

/// Why an act is not offered: the rules say so when asked.
fn not_offered(view: &MatterView, act: Act) -> ServiceError {
    domain::Refusal::new(
        "not_now",
        format!(
            "{} 目前{}，您所在单位现在不能{}。",
            view.number,
            view.phase.title(),
            act.title()
        ),
        "请返回事项页面，按列出的操作办理。",
    )
    .into()
}

pub async fn open(
    State(app): State<App>,
    signed: Signed,
    Path((matter, what)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Answer {
    let view = app.service.matter(&signed.actor, &matter).await?;
    let act = Act::parse(&what).ok_or_else(WebError::no_page)?;
    if !view.acts.contains(&act) {
        return Err(not_offered(&view, act).into());
    }
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    page(&app, &signed, view, act, &fields, None).await
}

pub async fn save(
    State(app): State<App>,
    signed: Signed,
    Path((matter, what)): Path<(String, String)>,
    upload: Upload,
) -> Answer {
    let view = app.service.matter(&signed.actor, &matter).await?;
    let act = Act::parse(&what).ok_or_else(WebError::no_page)?;
    if signed.actor.admin.is_some() {
        return Err(not_offered(&view, act).into());
    }
    match carry_out(&app, &signed, &matter, act, &upload).await {
        Ok(message) => Ok(back_with(&format!("/matters/{matter}"), &message)),
        Err(error) => {
            let (trouble, status) = trouble(error)?;
            let answer = page(&app, &signed, view, act, &upload.fields, Some(trouble)).await;
            with_status(answer, status)
        }
    }
}

async fn carry_out(
    app: &App,
    signed: &Signed,
    matter: &str,
    act: Act,
    upload: &Upload,
) -> Result<String, ServiceError> {
    let fields = &upload.fields;
    if act == Act::Escalate {
        let escalation = Escalation {
            reason: fields.get("text").to_owned(),
            requirement: fields.get("requirement").to_owned(),
            due: day_of(fields, "due")?,
            on_behalf: fields.some("leader").map(|leader| Behalf {
                leader: leader.to_owned(),
                unit: fields.get("leader_unit").to_owned(),
            }),
        };
        let issued = app
            .service
            .escalate_matter(&signed.actor, matter, escalation)
            .await?;
        return Ok(format!("已转督办，签发 {}", issued.number));
    }
    let change = MatterChange {
        matter: matter.to_owned(),
        seen_version: fields.get("version_seen").parse().ok(),
        command: command(act, fields)?,
    };
    let acted = app
        .service
        .change_matter(&signed.actor, change, files_of(upload))
        .await?;
    Ok(format!("已记录：{}", acted.sentence))
}

fn command(act: Act, fields: &Fields) -> Result<MatterCommand, ServiceError> {
    let text = fields.get("text").to_owned();
    let part = || {
        let part = fields.get("part").parse();
        part.map_err(|_| Trouble::field("part", "请选择分办事项"))
    };
    let files = Vec::new();
    Ok(match act {
        Act::Accept => MatterCommand::Accept,
        Act::Refuse => MatterCommand::Refuse { reason: text },
        Act::Reissue => MatterCommand::Reissue {
            units: units_of(fields),
            note: text,
        },
        Act::Split => MatterCommand::Split {
            parts: (1..=PARTS)
                .map(|n| NewPart {
                    unit: fields.get(&format!("unit{n}")).to_owned(),
                    task: fields.get(&format!("task{n}")).to_owned(),
                })
                .filter(|part| !part.unit.is_empty() || !part.task.is_empty())
                .collect(),
        },
        Act::AnswerPart => MatterCommand::AnswerPart {
            part: part()?,
            text,
            files,
        },
        Act::ReturnPart => MatterCommand::ReturnPart {
            part: part()?,
            reason: text,
        },
        Act::CancelPart => MatterCommand::CancelPart {
            part: part()?,
            reason: text,
        },
        Act::Progress => MatterCommand::Progress { text, files },
        Act::Report => MatterCommand::Report { text, files },
        Act::Approve => MatterCommand::Approve { opinion: text },
        Act::Return => MatterCommand::Return { reason: text },
        Act::Close => MatterCommand::Close { note: text },
        Act::Reopen => MatterCommand::Reopen {
            reason: text,
            due: day_needed(fields, "due")?,
        },
        Act::Urge => MatterCommand::Urge { text },
        Act::ChangeLimit => MatterCommand::ChangeLimit {
            due: day_needed(fields, "due")?,
            reason: text,
        },
        Act::Delegate => MatterCommand::Delegate {
            deputy: String::new(),
            deputy_unit: String::new(),
            deputy_account: fields.get("deputy").to_owned(),
            from: day_needed(fields, "from")?,
            to: day_needed(fields, "to")?,
            reason: text,
        },
        Act::Escalate => {
            return Err(ServiceError::Failed(
                "a supervision order has its own way".into(),
            ));
        }
        Act::Withdraw => MatterCommand::Withdraw { reason: text },
    })
}
