//! The form of each act: what it says about the rule, and which fields it has.

use domain::view::{ClauseView, NodeView};
use policy::Policy;
use policy::model::{Sector, Side};
use service::projects::{Act, ProjectView, fact_id};

use super::controls::{ANY_FILE, FieldView, PICTURES};
use super::files::{FileLink, links};

/// A form of an act, ready to be filled in.
#[derive(Debug, Clone)]
pub struct ActForm {
    /// What.
    pub act: Act,
    /// About what.
    pub subject: String,
    /// 申报“开工”.
    pub title: String,
    /// What must be known before: label and words.
    pub facts: Vec<(String, String)>,
    /// Files to look at before.
    pub files: Vec<FileLink>,
    /// 认定标准.
    pub standard: String,
    /// The rule.
    pub clause: Option<ClauseView>,
    /// A remark on what follows.
    pub note: String,
    /// Fields.
    pub fields: Vec<FieldView>,
    /// Words of the button.
    pub submit: String,
    /// What the button asks first.
    pub confirm: &'static str,
}

impl ActForm {
    fn new(act: Act, subject: &str) -> ActForm {
        ActForm {
            act,
            subject: subject.to_string(),
            title: act.title().to_string(),
            facts: Vec::new(),
            files: Vec::new(),
            standard: String::new(),
            clause: None,
            note: String::new(),
            fields: Vec::new(),
            submit: "提交".to_string(),
            confirm: "",
        }
    }

    fn about(mut self, what: &str) -> ActForm {
        self.title = format!("{}“{what}”", self.act.title());
        self
    }

    fn fact(mut self, label: &str, words: impl Into<String>) -> ActForm {
        let words = words.into();
        if !words.is_empty() {
            self.facts.push((label.to_string(), words));
        }
        self
    }

    fn field(mut self, field: FieldView) -> ActForm {
        self.fields.push(field);
        self
    }

    fn rule(mut self, policy: &Policy, article: &str, text: &str) -> ActForm {
        self.clause = Some(ClauseView {
            document: policy.file.pack.document.clone(),
            article: article.to_string(),
            text: text.to_string(),
        });
        self
    }

    fn note(mut self, note: impl Into<String>) -> ActForm {
        self.note = note.into();
        self
    }

    /// Files came in with an earlier attempt: no browser shall ask for them again.
    pub fn files_are_here(&mut self) {
        for field in &mut self.fields {
            if matches!(field.control, super::controls::Control::Files(_)) {
                field.required = false;
            }
        }
    }

    /// Whether the form carries files.
    pub fn has_files(&self) -> bool {
        self.fields
            .iter()
            .any(|field| matches!(field.control, super::controls::Control::Files(_)))
    }
}

/// The form of an act on a subject; `None` when there is no such subject.
pub fn form(view: &ProjectView, act: Act, subject: &str) -> Option<ActForm> {
    let form = ActForm::new(act, subject);
    match act {
        Act::ConfirmScope => Some(scope(view, form)),
        Act::Claim => claim(view, form),
        Act::Certify => certify(view, form),
        Act::CompleteStep => complete_step(view, form),
        Act::WaiveStep => waive_step(view, form),
        Act::TickItem => tick(view, form),
        Act::UntickItem => untick(view, form),
        Act::RequestExtension => Some(request_extension(view, form)),
        Act::ReviewExtension | Act::DecideExtension => judge_extension(view, form),
        Act::SetGrace => grace(view, form),
        Act::RequestExemption => Some(request_exemption(view, form)),
        Act::VerifyExemption => verify_exemption(view, form),
        Act::EndExemption => end_exemption(view, form),
        Act::RequestRemoval => Some(request_removal(view, form)),
        Act::DecideRemoval => decide_removal(view, form),
        Act::RecordVisit => Some(visit(view, form)),
        Act::Ask => Some(
            form.field(FieldView::area("问题", "text").must())
                .note("问题送当前阶段的责任单位，答复后在本页显示。"),
        ),
        Act::Answer => answer(view, form),
        Act::ReportInvestment => Some(investment(view, form)),
        Act::EditDetails => None,
        Act::Void => void(view, form),
        Act::MovePolicy => Some(move_policy(view, form)),
        Act::Assign
        | Act::Conclude
        | Act::Approve
        | Act::ReportProgress
        | Act::AskMove
        | Act::AnswerMove
        | Act::Direct => super::loop_forms::form(view, act, form),
        act if super::lead::ACTS.contains(&act) => super::lead::form(view, form),
        act if super::sponsors::ACTS.contains(&act) => super::sponsors::form(view, act, form),
        _ => super::performance_forms::form(view, act, form),
    }
}

/// 发生日期: today unless it is recorded later.
pub(super) fn on(view: &ProjectView, label: &str) -> FieldView {
    FieldView::day(label, "on")
        .holding(view.moment.on)
        .hint("补录以前发生的事，请改为实际日期")
}

fn judgement(label: &str, yes: &str, no: &str) -> FieldView {
    FieldView::radio(label, "agreed", &[("yes", yes), ("no", no)]).must()
}

pub(super) fn with_rule(form: ActForm, policy: &Policy, article: &str, text: &str) -> ActForm {
    form.rule(policy, article, text)
}

pub(super) fn add_field(form: ActForm, field: FieldView) -> ActForm {
    form.field(field)
}

/// The form with its title, its rule and the words of its button.
pub(super) fn headed(
    mut form: ActForm,
    about: &str,
    clause: Option<ClauseView>,
    submit: &str,
) -> ActForm {
    if !about.is_empty() {
        form = form.about(about);
    }
    form.clause = clause;
    form.submit = submit.to_string();
    form
}

pub(super) fn add_note(form: ActForm, note: impl Into<String>) -> ActForm {
    form.note(note)
}

pub(super) fn add_fact(form: ActForm, label: &str, words: impl Into<String>) -> ActForm {
    form.fact(label, words)
}

fn scope(view: &ProjectView, form: ActForm) -> ActForm {
    let sector = view.details.sector.map_or("未填", Sector::title);
    let form = form
        .fact("产业类别", sector)
        .fact("行业主管", view.authority.clone().unwrap_or_default())
        .field(judgement("结论", "纳入全生命周期服务管理", "不纳入"))
        .field(FieldView::area("不纳入的理由", "reason").hint("纳入的不用填写"));
    match &view.lifecycle.file.scope {
        Some(rule) => form.rule(&view.lifecycle, &rule.clause, &rule.text),
        None => form,
    }
}

fn claim(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let milestone = view
        .track
        .milestones
        .iter()
        .find(|milestone| milestone.id == form.subject)?;
    let certifier = milestone.certified_by.join("、");
    let mut form = form.about(&milestone.title);
    form.standard = milestone.standard.clone().unwrap_or_default();
    form.clause = Some(milestone.clause.clone());
    form.submit = if milestone.certification {
        "提交认定".into()
    } else {
        "登记".into()
    };
    form = match certifier.is_empty() {
        true => form.fact("认定", "登记即成立，不需要认定"),
        false => form.fact("由谁认定", certifier),
    };
    if let Some(returned) = milestone
        .claims
        .iter()
        .rev()
        .find(|claim| claim.outcome == "returned")
    {
        form = form.fact("上次退回的理由", returned.reason.clone());
    }
    if !milestone.variants.is_empty() {
        let choices: Vec<(&str, &str)> = milestone
            .variants
            .iter()
            .map(|v| (v.id.as_str(), v.title.as_str()))
            .collect();
        form = form.field(FieldView::radio("适用情形", "variant", &choices).must());
    }
    let label = format!("{}日期", milestone.title);
    form = form.field(
        FieldView::day(&label, "reached_on")
            .must()
            .hint("实际达到的日期，不是填报日期"),
    );
    for require in &milestone.requires {
        let hint = format!(
            "不低于 {}；可直接填数字（按万元），也可写“1.2亿元”",
            require.at_least_text
        );
        form = form.field(
            FieldView::money(&require.title, format!("value-{}", require.fact))
                .must()
                .hint(hint),
        );
    }
    for evidence in &milestone.evidence {
        let field = FieldView::files(&evidence.title, format!("file-{}", evidence.id), ANY_FILE);
        form = form.field(if evidence.optional {
            field
        } else {
            field.must()
        });
    }
    Some(form.field(FieldView::area("情况说明", "note")))
}

fn certify(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let milestone = view
        .track
        .milestones
        .iter()
        .find(|milestone| milestone.id == form.subject)?;
    let claim = milestone
        .claims
        .iter()
        .rev()
        .find(|claim| claim.outcome == "pending")?;
    let mut form = form.about(&milestone.title);
    form.standard = milestone.standard.clone().unwrap_or_default();
    form.clause = Some(milestone.clause.clone());
    form.files = links(&view.project, &claim.files, &milestone.evidence);
    let variant = milestone
        .variants
        .iter()
        .find(|v| Some(&v.id) == claim.variant.as_ref());
    form = form
        .fact(
            "申报日期",
            claim
                .claimed_on
                .map(|day| day.to_string())
                .unwrap_or_default(),
        )
        .fact("申报单位", format!("{} {}", claim.by.unit, claim.by.person))
        .fact("申报的达成日期", claim.reached_on.to_string())
        .fact(
            "适用情形",
            variant.map(|v| v.title.clone()).unwrap_or_default(),
        )
        .fact("情况说明", claim.note.clone());
    for require in &milestone.requires {
        let value = claim
            .values
            .get(&require.fact)
            .map(|value| value.to_string())
            .unwrap_or_default();
        form = form.fact(
            &require.title,
            format!("{value}（标准：不低于 {}）", require.at_least_text),
        );
    }
    form = form
        .field(
            FieldView::radio(
                "结论",
                "agreed",
                &[("yes", "符合标准，予以认定"), ("no", "不符合标准，退回")],
            )
            .must(),
        )
        .field(
            FieldView::day("认定的达成日期", "reached_on")
                .holding(claim.reached_on)
                .hint("核实的日期与申报不同时改正"),
        )
        .field(
            FieldView::area("认定意见或退回理由", "note")
                .hint("退回必须写明理由；退回后时限不停止"),
        );
    form.submit = "提交结论".into();
    Some(form)
}

/// A step of the track.
pub(super) fn step<'v>(view: &'v ProjectView, id: &str) -> Option<&'v NodeView> {
    view.track
        .stages
        .iter()
        .flat_map(|stage| &stage.steps)
        .find(|step| step.id == id)
}

fn complete_step(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let step = step(view, &form.subject)?;
    let mut form = form.about(&step.title);
    form.clause = Some(step.clause.clone());
    form.submit = "登记办结".into();
    Some(
        form.fact("责任单位", step.units.join("、"))
            .fact("应形成的成果", step.produces.join("、"))
            .fact(
                "到期",
                step.due.map(|due| due.to_string()).unwrap_or_default(),
            )
            .field(
                FieldView::day("办结日期", "done_on")
                    .must()
                    .holding(view.moment.on),
            )
            .field(FieldView::files("成果文件", "files", ANY_FILE))
            .field(FieldView::area("情况说明", "note")),
    )
}

fn waive_step(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let step = step(view, &form.subject)?;
    let mut form = form.about(&step.title);
    form.clause = Some(step.clause.clone());
    Some(form.field(FieldView::area("不涉及的理由", "reason").must()))
}

fn tick(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let item = view
        .track
        .checklist
        .iter()
        .find(|item| item.id == form.subject)?;
    let files = FieldView::files("文件", "files", ANY_FILE);
    let form = form
        .about(&item.title)
        .rule(&view.lifecycle, &item.clause, &item.title);
    Some(
        form.field(if item.file_wanted {
            files.must()
        } else {
            files
        })
        .field(FieldView::area("说明", "note")),
    )
}

fn untick(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let item = view
        .track
        .checklist
        .iter()
        .find(|item| item.id == form.subject)?;
    Some(
        form.about(&item.title)
            .field(FieldView::area("取消的理由", "reason").must()),
    )
}

fn request_extension(view: &ProjectView, form: ActForm) -> ActForm {
    let stages = view
        .track
        .stages
        .iter()
        .filter(|stage| stage.done_on.is_none());
    let words = |stage: &NodeView| format!("{}（{}）", stage.title, super::chart::date_line(stage));
    let choices: Vec<(String, String)> = stages
        .map(|stage| (stage.id.clone(), words(stage)))
        .collect();
    let current = view
        .track
        .current_stage
        .as_ref()
        .map(|stage| stage.id.clone())
        .unwrap_or_default();
    let used = view
        .track
        .adjustments
        .extensions
        .iter()
        .any(|extension| extension.effective);
    let form = form
        .field(
            FieldView::select("调整哪个阶段", "stage", choices)
                .must()
                .holding(current),
        )
        .field(FieldView::number("延长", "days", "个自然日").must())
        .field(on(view, "申请日期"))
        .field(FieldView::area("特殊原因", "reason").must())
        .field(FieldView::files("证明材料", "files", ANY_FILE));
    let Some(rule) = &view.lifecycle.file.extension else {
        return form;
    };
    let note = match used {
        true => "本项目已调整过一次时间节点，按规定不能再次调整。".to_string(),
        false => format!(
            "每个项目的时间节点可以调整 {} 次：属地政府申请，市招商服务中心审核，市政府分管领导审批。",
            rule.times
        ),
    };
    form.rule(&view.lifecycle, &rule.clause, &rule.text)
        .note(note)
}

fn judge_extension(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let open = view
        .track
        .adjustments
        .extensions
        .iter()
        .rev()
        .find(|extension| extension.open)?;
    let review = open
        .review
        .as_ref()
        .map(|review| format!("{} {}：{}", review.on, review.by.unit, review.text));
    let stage = view
        .track
        .stages
        .iter()
        .find(|stage| stage.id == open.stage.id);
    let now = stage.and_then(|stage| stage.due).map(|due| due.to_string());
    let mut form = form
        .about(&open.stage.title)
        .fact("申请单位", format!("{} {}", open.by.unit, open.by.person))
        .fact("申请日期", open.requested_on.to_string())
        .fact("现到期日", now.unwrap_or_default())
        .fact("申请延长", format!("{} 个自然日", open.days))
        .fact("理由", open.reason.clone())
        .fact("审核意见", review.unwrap_or_default());
    form.files = links(&view.project, &open.files, &[]);
    let (yes, no) = if form.act == Act::ReviewExtension {
        ("同意，报分管领导审批", "不同意")
    } else {
        ("批准", "不批准")
    };
    let form = form
        .field(judgement("结论", yes, no))
        .field(on(view, "日期"))
        .field(FieldView::area("意见", "opinion").hint("不同意时必须写明理由"));
    Some(match &view.lifecycle.file.extension {
        Some(rule) => form.rule(&view.lifecycle, &rule.clause, &rule.text),
        None => form,
    })
}

fn grace(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let packs = [Some(&view.lifecycle), view.performance.as_ref()];
    let (policy, rule) = packs
        .into_iter()
        .flatten()
        .find_map(|p| Some((p, p.file.grace.as_ref()?)))?;
    let stages = view
        .track
        .stages
        .iter()
        .flat_map(|stage| std::iter::once(stage).chain(&stage.steps));
    let open = stages.filter(|node| {
        node.due.is_some() && node.done_on.is_none() && !node.projected && node.opened_on.is_some()
    });
    let words = |node: &NodeView| format!("{}（{}）", node.title, super::chart::date_line(node));
    let choices = open.map(|node| (node.id.clone(), words(node))).collect();
    let days = FieldView::number("缓冲", "days", "个自然日")
        .must()
        .hint(format!("最长 {} 个自然日，自到期次日起计", rule.max_days));
    Some(
        form.rule(policy, &rule.clause, &rule.text)
            .note("缓冲期不改变到期日；缓冲期内不按逾期处理。")
            .field(FieldView::select("哪个阶段或环节", "node", choices).must())
            .field(days)
            .field(FieldView::area("理由", "reason").must())
            .field(on(view, "设置日期")),
    )
}

/// Grounds of exemption of both packs.
fn grounds(view: &ProjectView) -> Vec<(String, String)> {
    let packs = [Some(&view.lifecycle), view.performance.as_ref()];
    let rules = packs
        .into_iter()
        .flatten()
        .flat_map(|policy| &policy.file.exemption);
    rules
        .map(|rule| (rule.id.clone(), rule.title.clone()))
        .collect()
}

fn ground<'v>(
    view: &'v ProjectView,
    id: &str,
) -> Option<(&'v Policy, &'v policy::model::ExemptionDef)> {
    let packs: [Option<&'v Policy>; 2] = [Some(&view.lifecycle), view.performance.as_deref()];
    packs
        .into_iter()
        .flatten()
        .find_map(|p| Some((p, p.file.exemption.iter().find(|rule| rule.id == id)?)))
}

fn request_exemption(view: &ProjectView, form: ActForm) -> ActForm {
    let first = grounds(view).first().and_then(|(id, _)| ground(view, id));
    let form = form
        .note("经核实后，免责期间不计入时限，其后的到期日相应后移。")
        .field(FieldView::select("免责情形", "ground", grounds(view)).must())
        .field(FieldView::day("自哪一日起", "from").must())
        .field(FieldView::day("至哪一日止", "to").hint("尚未结束的不填，结束后再登记"))
        .field(FieldView::area("事实和理由", "reason").must())
        .field(FieldView::files("证明材料", "files", ANY_FILE));
    match first {
        Some((policy, rule)) => form.rule(policy, &rule.clause, &rule.text),
        None => form,
    }
}

fn verify_exemption(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let id = fact_id(&form.subject)?;
    let request = view
        .track
        .adjustments
        .exemptions
        .iter()
        .find(|exemption| exemption.id == id)?;
    let (policy, rule) = ground(view, &request.ground)?;
    let mut form = form
        .about(&request.title)
        .rule(policy, &rule.clause, &rule.text)
        .fact(
            "申请单位",
            format!("{} {}", request.by.unit, request.by.person),
        )
        .fact("申请日期", request.requested_on.to_string())
        .fact("事实和理由", request.reason.clone())
        .field(judgement("结论", "情况属实，予以免责", "不予免责"))
        .field(
            FieldView::day("自哪一日起", "from")
                .must()
                .holding(request.from),
        )
        .field(
            FieldView::day("至哪一日止", "to")
                .holding(request.to.map(|to| to.to_string()).unwrap_or_default()),
        )
        .field(FieldView::area("核实意见", "opinion"));
    form.files = links(&view.project, &request.files, &[]);
    for evidence in &rule.evidence {
        let field = FieldView::files(&evidence.title, format!("file-{}", evidence.id), ANY_FILE);
        form = form.field(field.hint("予以免责时须附；每个不超过 20 MB"));
    }
    Some(form.field(on(view, "核实日期")))
}

fn end_exemption(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let id = fact_id(&form.subject)?;
    let request = view
        .track
        .adjustments
        .exemptions
        .iter()
        .find(|exemption| exemption.id == id)?;
    let until = FieldView::day("最后一个免责日", "to")
        .must()
        .holding(view.moment.on)
        .hint("次日起恢复计时");
    Some(
        form.about(&request.title)
            .fact("自", request.from.to_string())
            .field(until),
    )
}

fn request_removal(view: &ProjectView, form: ActForm) -> ActForm {
    let form = form
        .field(FieldView::area("无法正常推进的特殊情况", "reason").must())
        .field(FieldView::files("证明材料", "files", ANY_FILE))
        .field(on(view, "申请日期"));
    match &view.lifecycle.file.removal {
        Some(rule) => form.rule(&view.lifecycle, &rule.clause, &rule.text),
        None => form,
    }
}

fn decide_removal(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let request = view
        .track
        .adjustments
        .removals
        .iter()
        .find(|removal| removal.decision.is_none())?;
    let month = view.moment.on.strftime("%Y-%m").to_string();
    let mut form = form
        .fact(
            "申请单位",
            format!("{} {}", request.by.unit, request.by.person),
        )
        .fact("申请日期", request.requested_on.to_string())
        .fact("理由", request.reason.clone())
        .field(judgement("结论", "同意调出", "不同意"))
        .field(
            FieldView::month("批次", "batch")
                .must()
                .holding(month)
                .hint("每月办理一次"),
        )
        .field(FieldView::area("意见", "opinion"));
    form.files = links(&view.project, &request.files, &[]);
    form.confirm = "调出后项目不再计时和预警，确定提交？";
    Some(match &view.lifecycle.file.removal {
        Some(rule) => form.rule(&view.lifecycle, &rule.clause, &rule.text),
        None => form,
    })
}

fn visit(view: &ProjectView, form: ActForm) -> ActForm {
    let rules = &view.lifecycle.file.visit;
    let choices: Vec<(String, String)> = rules
        .iter()
        .map(|rule| (rule.id.clone(), rule.title.clone()))
        .collect();
    let first = choices
        .first()
        .map(|(id, _)| id.clone())
        .unwrap_or_default();
    let form = form
        .field(
            FieldView::select("走访类型", "visit", choices)
                .must()
                .holding(first),
        )
        .field(on(view, "走访日期"))
        .field(
            FieldView::area("走访情况", "text")
                .must()
                .hint("建设进展、存在的问题和困难、协调结果"),
        )
        .field(FieldView::files("现场图片", "files", PICTURES));
    match rules.first() {
        Some(rule) => form.rule(&view.lifecycle, &rule.clause, &rule.text),
        None => form,
    }
}

fn answer(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let id = fact_id(&form.subject)?;
    let question = view
        .track
        .questions
        .iter()
        .find(|question| question.id == id)?;
    let form = form
        .fact(
            "提问",
            format!(
                "{} {} {}",
                question.on, question.by.unit, question.by.person
            ),
        )
        .fact("问题", question.text.clone());
    Some(form.field(FieldView::area("答复", "text").must()))
}

fn investment(view: &ProjectView, form: ActForm) -> ActForm {
    let month = view.moment.on.strftime("%Y-%m").to_string();
    form.note("同一个月再次填报的，以最后一次为准。")
        .field(FieldView::month("月份", "month").must().holding(month))
        .field(FieldView::money("当月完成固定资产投资", "fixed_investment"))
        .field(FieldView::money("当月到位资金", "funds_in_place"))
}

fn void(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let id = fact_id(&form.subject)?;
    let line = view.history.iter().find(|line| line.id == id)?;
    let mut form = form
        .fact("记录", line.sentence.clone())
        .fact("发生日期", line.on.to_string())
        .fact(
            "登记",
            format!("{} {} {}", line.recorded, line.unit, line.person),
        )
        .note("作废的记录不再计算，但和理由一起保留在历史中。")
        .field(FieldView::area("作废的理由", "reason").must());
    form.title = format!("作废第 {} 条记录", line.id.0);
    form.confirm = "作废后不能恢复，确定提交？";
    Some(form)
}

fn move_policy(view: &ProjectView, form: ActForm) -> ActForm {
    let words = |version: &service::projects::PackVersion| {
        let force = if version.in_force { "，现行" } else { "" };
        (
            version.version.clone(),
            format!("{} 版{force}：{}", version.version, version.title),
        )
    };
    let choices: Vec<(String, String)> = view.versions.iter().map(words).collect();
    let pack = &view.track.pack;
    form.fact(
        "现用版本",
        format!("{} 版：{}（{}）", pack.version, pack.title, pack.document),
    )
    .field(FieldView::select("换用版本", "version", choices).must())
    .field(FieldView::area("理由", "reason").must())
}

/// 政府方, 企业方.
pub(super) fn sides() -> Vec<(&'static str, &'static str)> {
    vec![
        ("government", Side::Government.title()),
        ("enterprise", Side::Enterprise.title()),
    ]
}
