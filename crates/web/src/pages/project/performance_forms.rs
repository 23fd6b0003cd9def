//! Forms of the contract's performance: duties, lists of both sides, disputes, awards.

use domain::view::BreachView;
use policy::Policy;
use policy::model::BreachDef;
use service::projects::{Act, ProjectView, fact_id};

use super::controls::{ANY_FILE, FieldView};
use super::forms::{ActForm, add_fact, add_field, on, sides, with_rule};

/// The form of an act of performance.
pub fn form(view: &ProjectView, act: Act, form: ActForm) -> Option<ActForm> {
    match act {
        Act::RecordDuty => record_duty(view, form),
        Act::FulfilDuty => fulfil_duty(view, form),
        Act::RecordMerit => merit(view, form),
        Act::CertifyBreach => breach(view, form),
        Act::RectifyBreach | Act::SanctionBreach | Act::ExemptBreach => on_breach(view, form),
        Act::RecordDispute => dispute(view, form),
        Act::RecommendAward => award(view, form),
        _ => None,
    }
}

fn fields(form: ActForm, fields: Vec<FieldView>) -> ActForm {
    fields.into_iter().fold(form, add_field)
}

fn pack(view: &ProjectView) -> Option<&Policy> {
    view.performance.as_deref()
}

fn record_duty(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let rules = &pack(view)?.file.duty;
    let words = |rule: &policy::model::DutyDef| {
        (
            rule.id.clone(),
            format!("{}：{}", rule.side.title(), rule.title),
        )
    };
    let items: Vec<String> = rules.iter().flat_map(|rule| rule.item.clone()).collect();
    let form = fields(
        form,
        vec![
            FieldView::select("责任", "duty", rules.iter().map(words).collect()).must(),
            FieldView::text("具体内容", "detail")
                .hint(format!("分项登记时填写，例如：{}", items.join("、"))),
            FieldView::day("约定完成日期", "due").hint("不填时随对应环节的到期日"),
            FieldView::money("约定数值", "target")
                .hint("投资到位、亩平税收等填写；亩平税收按每亩的金额填"),
            on(view, "登记日期"),
        ],
    );
    Some(form)
}

fn fulfil_duty(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let id = fact_id(&form.subject)?;
    let duty = view
        .track
        .performance
        .duties
        .iter()
        .find(|duty| duty.id == id)?;
    let mut form = add_fact(form, "责任", format!("{} {}", duty.title, duty.detail));
    form = add_fact(form, "责任单位", duty.units.join("、"));
    form = add_fact(
        form,
        "约定完成",
        duty.due.map(|due| due.to_string()).unwrap_or_default(),
    );
    form.clause = duty.clause.clone();
    if let Some(target) = duty.target {
        form = add_fact(form, "约定数值", target.to_string());
        form = add_field(form, FieldView::money("达到数值", "value").must());
    }
    let rest = vec![
        on(view, "履行日期"),
        FieldView::files("证明材料", "files", ANY_FILE),
        FieldView::area("说明", "note"),
    ];
    Some(fields(form, rest))
}

fn merit(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let rules = &pack(view)?.file.merit;
    let words = |rule: &policy::model::MeritDef| {
        (
            rule.id.clone(),
            format!("{}：{}", rule.side.title(), rule.title),
        )
    };
    let rest = vec![
        FieldView::select("事项", "merit", rules.iter().map(words).collect()).must(),
        FieldView::area("事实", "text").must(),
        FieldView::files("证明材料", "files", ANY_FILE),
        on(view, "发生日期"),
    ];
    Some(fields(form, rest))
}

fn breach(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let policy = pack(view)?;
    let rules = &policy.file.breach;
    let words = |rule: &BreachDef| {
        (
            rule.id.clone(),
            format!("{}：{}", rule.side.title(), rule.title),
        )
    };
    let suggested: Vec<String> = view
        .suggestions
        .iter()
        .map(|s| format!("{}（{}）", s.title, s.text))
        .collect();
    let mut form = match rules.first() {
        Some(rule) => with_rule(form, policy, &rule.clause, &rule.text),
        None => form,
    };
    if !suggested.is_empty() {
        form.note = format!(
            "按时限情况可能涉及：{}。是否认定由责任单位核实决定。",
            suggested.join("；")
        );
    }
    let rest = vec![
        FieldView::select("事项", "breach", rules.iter().map(words).collect()).must(),
        FieldView::area("事实", "text").must(),
        FieldView::day("整改期限", "rectify_by").hint("须先行整改的事项填写"),
        FieldView::files("证明材料", "files", ANY_FILE),
        on(view, "认定日期"),
    ];
    Some(fields(form, rest))
}

fn on_breach(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let id = fact_id(&form.subject)?;
    let entry = view
        .track
        .performance
        .breaches
        .iter()
        .find(|breach| breach.id == id)?;
    let mut form = add_fact(form, "事项", entry.title.clone());
    form = add_fact(form, "事实", entry.text.clone());
    form = add_fact(form, "认定", format!("{} {}", entry.on, entry.by.unit));
    form = add_fact(
        form,
        "整改期限",
        entry
            .rectify_by
            .map(|day| day.to_string())
            .unwrap_or_default(),
    );
    form.clause = entry.clause.clone();
    let field = match form.act {
        Act::SanctionBreach => {
            FieldView::select("处理结果", "consequence", consequences(view, entry)).must()
        }
        Act::ExemptBreach => FieldView::select("依据的免责", "exemption", granted(view)).must(),
        _ => FieldView::area("整改情况", "text").must(),
    };
    form = add_field(form, field);
    if form.act == Act::SanctionBreach {
        form = add_field(form, FieldView::area("事实", "text").must());
    }
    Some(add_field(form, on(view, "日期")))
}

fn consequences(view: &ProjectView, entry: &BreachView) -> Vec<(String, String)> {
    let rules = pack(view)
        .into_iter()
        .flat_map(|policy| &policy.file.breach);
    let all = rules
        .filter(|rule| rule.id == entry.breach)
        .flat_map(|rule| &rule.consequence);
    all.map(|consequence| (consequence.id.clone(), consequence.title.clone()))
        .collect()
}

fn granted(view: &ProjectView) -> Vec<(String, String)> {
    let granted = view
        .track
        .adjustments
        .exemptions
        .iter()
        .filter(|exemption| exemption.granted);
    granted
        .map(|exemption| {
            (
                exemption.id.0.to_string(),
                format!("{}（自 {}）", exemption.title, exemption.from),
            )
        })
        .collect()
}

fn dispute(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let policy = pack(view)?;
    let rules = &policy.file.dispute;
    let paths = rules
        .iter()
        .map(|rule| (rule.id.clone(), rule.title.clone()))
        .collect();
    let form = match rules.first() {
        Some(rule) => with_rule(form, policy, &rule.clause, &rule.text),
        None => form,
    };
    let rest = vec![
        FieldView::select("途径", "path", paths).must(),
        FieldView::radio(
            "结果",
            "outcome",
            &[
                ("opened", "开始"),
                ("settled", "解决"),
                ("failed", "未能解决"),
            ],
        )
        .must(),
        FieldView::radio("由哪一方提出", "side", &sides()).must(),
        FieldView::area("争议事项和处理情况", "text").must(),
        FieldView::files("文书", "files", ANY_FILE),
        on(view, "日期"),
    ];
    Some(fields(form, rest))
}

fn award(view: &ProjectView, form: ActForm) -> Option<ActForm> {
    let policy = pack(view)?;
    let rules = &policy.file.award;
    let rule = rules.first()?;
    let mut form = with_rule(form, policy, &rule.clause, &rule.text);
    for award in &view.awards {
        let words = if award.eligible {
            "符合推荐条件"
        } else {
            "不符合推荐条件"
        };
        form = add_fact(form, &award.title, words);
        for proof in &award.proof {
            form = add_fact(form, "按时", proof.text.clone());
        }
        for obstacle in &award.obstacles {
            form = add_fact(form, "不符", obstacle.clone());
        }
    }
    let choices = rules
        .iter()
        .map(|rule| (rule.id.clone(), rule.title.clone()))
        .collect();
    let rest = vec![
        FieldView::select("奖励支持", "award", choices)
            .must()
            .holding(&rule.id),
        FieldView::text("申报的项目或资金名称", "text"),
        on(view, "推荐日期"),
    ];
    Some(fields(form, rest))
}
