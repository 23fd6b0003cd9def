//! Forms of the closed loop: assignment, conclusions, approvals, progress, requests to move, directions.

use domain::view::NodeView;
use service::projects::{Act, ProjectView, fact_id};

use super::controls::{ANY_FILE, FieldView};
use super::forms::{ActForm, add_fact, add_field, add_note, headed, on, step};

/// The form of an act of the closed loop; `None` when there is no such subject.
pub(super) fn form(view: &ProjectView, act: Act, form: ActForm) -> Option<ActForm> {
    match act {
        Act::Assign => assign(view, form),
        Act::Conclude => conclude(view, form),
        Act::Approve => approve(view, form),
        Act::ReportProgress => Some(progress(view, form)),
        Act::AskMove => ask_move(view, form),
        Act::AnswerMove => answer_move(view, form),
        Act::Direct => Some(direct(view, form)),
        _ => None,
    }
}

fn stage_of<'v>(view: &'v ProjectView, id: &str) -> Option<&'v NodeView> {
    let mut stages = view.track.stages.iter();
    stages.find(|stage| stage.steps.iter().any(|step| step.id == id))
}

fn assign(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let step = step(view, &form.subject)?;
    let form = headed(form, "", Some(step.clause.clone()), "下达任务清单");
    let last = view.track.assignment.as_ref();
    let held = |text: Option<String>| text.unwrap_or_default();
    let form = match last {
        Some(last) => add_note(
            form,
            format!(
                "已于 {} 交办；再次交办的，以本次为准，原来的保留在历史中。",
                last.on
            ),
        ),
        None => add_note(form, "对应附件2《市级重点招商项目对接跟进任务清单》。"),
    };
    let fields = [
        FieldView::text("牵头责任领导", "leader")
            .holding(held(last.and_then(|a| a.leader.clone())))
            .hint("写一名市领导的姓名，与其账号姓名一致"),
        FieldView::text("承接责任单位", "receiving_unit")
            .must()
            .holding(held(last.map(|a| a.receiving_unit.clone())))
            .hint("写单位全称，与单位名录一致"),
        FieldView::text("配合单位", "supporting")
            .holding(held(last.map(|a| a.supporting.join("、"))))
            .hint("几个单位用顿号隔开"),
        FieldView::area("任务清单", "tasks")
            .must()
            .holding(held(last.map(|a| a.tasks.join("\n"))))
            .hint("每行一项任务"),
        on(view, "交办日期"),
    ];
    Some(fields.into_iter().fold(form, add_field))
}

fn conclude(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let step = step(view, &form.subject)?;
    let gate = step.gate.as_ref()?;
    let form = headed(form, &step.title, Some(step.clause.clone()), "提交结论");
    let mut form = add_fact(form, "责任单位", step.units.join("、"));
    if let Some(stage) = stage_of(view, &step.id) {
        form = add_fact(form, "主管", stage.owner.join("、"));
    }
    if let Some(opened) = step.opened_on {
        form = add_fact(form, "开启", opened.to_string());
    }
    for said in gate.history.iter().rev() {
        let words = format!("{} {} {}：{}", said.on, said.by.unit, said.title, said.note);
        form = add_fact(form, "以前的结论", words);
    }
    if !step.approvals.is_empty() {
        form = add_note(form, "结论通过后提交逐级审核。");
    }
    let words: Vec<(String, String)> = gate
        .conclusions
        .iter()
        .map(|c| (c.id.clone(), format!("{}（{}）", c.title, c.effect)))
        .collect();
    let choices: Vec<(&str, &str)> = words
        .iter()
        .map(|(id, words)| (id.as_str(), words.as_str()))
        .collect();
    form = add_field(
        form,
        FieldView::radio("结论", "conclusion", &choices).must(),
    );
    form = add_field(
        form,
        FieldView::day("结论日期", "done_on")
            .must()
            .holding(view.moment.on),
    );
    for evidence in &gate.evidence {
        let field = FieldView::files(&evidence.title, format!("file-{}", evidence.id), ANY_FILE);
        let hint = match evidence.optional {
            true => "可以不附；每个不超过 20 MB",
            false => "通过的必须附；每个不超过 20 MB",
        };
        form = add_field(form, field.hint(hint));
    }
    if gate.evidence.is_empty() {
        form = add_field(form, FieldView::files("材料", "files", ANY_FILE));
    }
    let note = FieldView::area("说明或理由", "note").hint("没有通过的必须写明理由");
    Some(add_field(form, note))
}

fn approve(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let (id, level) = form.subject.split_once('.')?;
    let step = step(view, id)?;
    let level = step.approvals.iter().find(|rule| rule.id == level)?;
    let about = format!("{}：{}", step.title, level.title);
    let mut form = headed(form, &about, Some(level.clause.clone()), "提交意见");
    form = add_fact(form, "审核单位", level.units.join("、"));
    for other in &step.approvals {
        let state = match (other.agreed_on, other.next) {
            (Some(on), _) => format!("{on} 同意"),
            (None, true) => "待审核".to_string(),
            (None, false) => "未到".to_string(),
        };
        form = add_fact(
            form,
            &format!("第 {} 级", other.level),
            format!("{}：{state}", other.title),
        );
        for word in other.words.iter().filter(|word| !word.agreed) {
            let words = format!("{} {}：{}", word.on, word.by.unit, word.opinion);
            form = add_fact(form, "退回", words);
        }
    }
    let form = add_note(form, "退回的，从第一级重新审核。");
    let fields = [
        FieldView::radio("意见", "agreed", &[("yes", "同意"), ("no", "退回")]).must(),
        FieldView::area("说明", "opinion").hint("退回必须写明意见"),
        on(view, "审核日期"),
    ];
    Some(fields.into_iter().fold(form, add_field))
}

fn progress(view: &ProjectView, form: ActForm) -> ActForm {
    let last = view.track.progress.last();
    let form = headed(form, "", None, "报送");
    let form = match last {
        Some(last) => add_fact(form, "上次报送", format!("{} {}", last.on, last.progress)),
        None => form,
    };
    let form = add_note(
        form,
        "用于附件3《协调跟进情况表》和附件5《落地进展情况表》，报表不必再填。",
    );
    let fields = [
        FieldView::area("进展情况", "progress").must(),
        FieldView::area("存在的困难和问题", "problems").hint("没有的不填"),
        on(view, "报送日期"),
    ];
    fields.into_iter().fold(form, add_field)
}

fn ask_move(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let step = step(view, &form.subject)?;
    let owner = stage_of(view, &step.id).map(|stage| stage.owner.join("、"));
    let form = headed(form, &step.title, Some(step.clause.clone()), "发出请求");
    let form = add_fact(form, "责任单位", step.units.join("、"));
    let form = add_fact(form, "送", owner.unwrap_or_default());
    let form = add_note(form, "请求送主管单位办理；推进或者答复之后自动了结。");
    Some(add_field(form, FieldView::area("理由", "reason").must()))
}

fn answer_move(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let id = fact_id(&form.subject)?;
    let ask = view.track.move_asks.iter().find(|ask| ask.id == id)?;
    let clause = step(view, &ask.step.id).map(|step| step.clause.clone());
    let form = headed(form, &ask.step.title, clause, "答复");
    let form = add_fact(
        form,
        "请求",
        format!("{} {} {}", ask.on, ask.by.unit, ask.by.person),
    );
    let form = add_fact(form, "理由", ask.reason.clone());
    let form = add_note(form, "能够推进的，直接办理该环节，请求自动了结，不必答复。");
    Some(add_field(form, FieldView::area("答复", "text").must()))
}

fn direct(view: &ProjectView, form: ActForm) -> ActForm {
    let stages = view.track.stages.iter();
    let nodes = stages.flat_map(|stage| std::iter::once(stage).chain(&stage.steps));
    let choices = nodes.map(|node| (node.id.clone(), node.title.clone()));
    let current = view.track.current_stage.as_ref();
    let current = current.map(|stage| stage.id.clone()).unwrap_or_default();
    let units = view.track.assignment.as_ref();
    let units = units.map(|assigned| assigned.receiving_unit.clone());
    let form = headed(form, "", None, "下达");
    let fields = [
        FieldView::select("针对哪个阶段或环节", "node", choices.collect()).holding(current),
        FieldView::area("要求", "text").must(),
        FieldView::text("办理单位", "units")
            .must()
            .holding(units.unwrap_or_default())
            .hint("几个单位用顿号隔开，首位牵头"),
        on(view, "日期"),
    ];
    fields.into_iter().fold(form, add_field)
}
