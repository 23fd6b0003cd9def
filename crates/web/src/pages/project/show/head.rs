//! What stands above the sections: name, light, what is due next, what waits for whom.

use calendar::{Day, weekday_zh};
use domain::track::Awaiting;
use domain::view::{ClauseView, NodeView};
use service::Actor;
use service::projects::{Act, ProjectView};

use super::acts::{ActLink, act_links};
use crate::pages::project::chart::{date_line, light_name};

/// What stands above the sections.
pub struct Head {
    /// Id.
    pub project: String,
    /// No. 12.
    pub number: String,
    /// Name.
    pub name: String,
    /// Light.
    pub light: &'static str,
    /// Its words.
    pub light_text: String,
    /// 属地.
    pub host: String,
    /// 行业主管.
    pub authority: String,
    /// 承接责任单位 and 牵头责任领导.
    pub assigned: String,
    /// 当前阶段.
    pub stage: String,
    /// Labels: text and kind.
    pub tags: Vec<(String, &'static str)>,
    /// What is due next.
    pub next: Option<NextView>,
    /// Where the pack sets no limits: the steps that are open, with their days.
    pub open: Option<Vec<OpenView>>,
    /// What somebody must do.
    pub awaiting: Vec<WaitingView>,
    /// The query that keeps the past day from section to section; empty today.
    pub query: String,
    /// Facts that could not be taken in.
    pub unknown: Vec<String>,
    /// The pack by which the project runs.
    pub pack: String,
}

/// What is due next.
pub struct NextView {
    /// Stage or step.
    pub title: String,
    /// Address of its particulars.
    pub href: String,
    /// 2025-08-11 星期一.
    pub due: String,
    /// Light.
    pub light: &'static str,
    /// Words of the light.
    pub light_text: String,
    /// Who answers for it.
    pub units: String,
    /// The rule.
    pub clause: ClauseView,
}

/// A step that is open and that nothing limits.
pub struct OpenView {
    /// Title.
    pub title: String,
    /// Address of its particulars.
    pub href: String,
    /// 2025-07-30 进入，已 12 天.
    pub since: String,
    /// Who answers for it, who owns it.
    pub who: String,
}

/// What somebody must do.
pub struct WaitingView {
    /// 认定节点“开工”.
    pub text: String,
    /// Who.
    pub units: String,
    /// Since when, by when.
    pub when: String,
    /// Whether it is the actor's unit.
    pub mine: bool,
    /// The form, when the actor may.
    pub links: Vec<ActLink>,
}

/// Builds what stands above the sections.
pub fn head(view: &ProjectView, actor: &Actor) -> Head {
    let track = &view.track;
    Head {
        project: view.project.clone(),
        number: view
            .number
            .map(|number| format!("第 {number} 号"))
            .unwrap_or_default(),
        name: track.name.clone(),
        light: light_name(track.light),
        light_text: track.light_text.clone(),
        host: view
            .details
            .host
            .clone()
            .unwrap_or_else(|| "属地未填".into()),
        authority: match view.lifecycle.file.roles.contains_key("authority") {
            true => view
                .authority
                .clone()
                .unwrap_or_else(|| "产业类别未填".into()),
            false => String::new(),
        },
        assigned: assigned(view),
        stage: track
            .current_stage
            .as_ref()
            .map(|stage| stage.title.clone())
            .unwrap_or_default(),
        tags: tags(view),
        next: next(view),
        open: open_steps(view),
        awaiting: track
            .awaiting
            .iter()
            .map(|awaiting| waiting(view, actor, awaiting))
            .collect(),
        query: query(view),
        unknown: track
            .unknown
            .iter()
            .map(|unknown| format!("第 {} 条（{}）：{}", unknown.id.0, unknown.on, unknown.text))
            .collect(),
        pack: format!(
            "{}（{}，{} 版）",
            track.pack.title, track.pack.document, track.pack.version
        ),
    }
}

/// The open steps of a project without any limit.
fn open_steps(view: &ProjectView) -> Option<Vec<OpenView>> {
    if nodes(view).any(|node| node.limit.is_some()) {
        return None;
    }
    let stages = view.track.stages.iter();
    let steps = stages.flat_map(|stage| stage.steps.iter().map(move |step| (stage, step)));
    let open = steps.filter(|(_, step)| step.days_in.is_some() && !step.optional);
    let row = |(stage, step): (&NodeView, &NodeView)| OpenView {
        title: step.title.clone(),
        href: format!("#node-{}", step.id),
        since: date_line(step),
        who: match stage.owner.is_empty() {
            true => format!("由 {} 负责", step.units.join("、")),
            false => format!(
                "由 {} 负责，{} 主管",
                step.units.join("、"),
                stage.owner.join("、")
            ),
        },
    };
    Some(open.map(row).collect())
}

fn assigned(view: &ProjectView) -> String {
    let Some(assigned) = &view.track.assignment else {
        return String::new();
    };
    let leader = assigned
        .leader
        .as_ref()
        .map(|leader| format!("，{leader}牵头"));
    format!(
        "{}承接{}",
        assigned.receiving_unit,
        leader.unwrap_or_default()
    )
}

pub(super) fn query(view: &ProjectView) -> String {
    if !view.moment.past {
        return String::new();
    }
    let known = view
        .moment
        .known
        .map(|known| format!("&known_at={known}"))
        .unwrap_or_default();
    format!("&as_of={}{known}", view.moment.on)
}

fn tags(view: &ProjectView) -> Vec<(String, &'static str)> {
    let track = &view.track;
    let mut tags = Vec::new();
    if let Some(sector) = view.details.sector {
        tags.push((sector.title().to_string(), "neutral"));
    }
    if track.sample {
        tags.push(("样例数据".to_string(), "outline"));
    }
    if let Some(on) = track.removed_on {
        tags.push((format!("已调出 {on}"), "red"));
    }
    match track.in_scope {
        Some(false) => tags.push(("不纳入管理".to_string(), "red")),
        None if view.lifecycle.file.scope.is_some() => {
            tags.push(("待甄别确认".to_string(), "yellow"));
        }
        None | Some(true) => {}
    }
    match &track.branch {
        Some(branch) if branch.ended_on.is_none() => {
            tags.push((
                format!("{} 转入{}", branch.since, branch.stage.title),
                "yellow",
            ));
        }
        Some(branch) => tags.push((format!("经{}", branch.stage.title), "neutral")),
        None => {}
    }
    if track
        .stages
        .iter()
        .any(|stage| stage.suspended_since.is_some() && stage.done_on.is_none())
    {
        tags.push(("暂停计时".to_string(), "yellow"));
    }
    if track
        .adjustments
        .extensions
        .iter()
        .any(|extension| extension.effective)
    {
        tags.push(("已延期".to_string(), "yellow"));
    }
    if track
        .performance
        .breaches
        .iter()
        .any(|breach| breach.exempted_by.is_none() && breach.rectified_on.is_none())
    {
        tags.push(("有负面清单".to_string(), "red"));
    }
    tags
}

/// A day with its weekday.
pub fn with_weekday(day: Day) -> String {
    format!("{day} {}", weekday_zh(day))
}

pub(super) fn nodes(view: &ProjectView) -> impl Iterator<Item = &NodeView> {
    view.track
        .stages
        .iter()
        .flat_map(|stage| std::iter::once(stage).chain(&stage.steps))
}

fn next(view: &ProjectView) -> Option<NextView> {
    let due = view.track.next_due.as_ref()?;
    let node = nodes(view).find(|node| node.id == due.id)?;
    Some(NextView {
        title: node.title.clone(),
        href: format!("#node-{}", node.id),
        due: with_weekday(due.due),
        light: light_name(node.light),
        light_text: node.light_text.clone(),
        units: node.units.join("、"),
        clause: node.clause.clone(),
    })
}

fn waiting(view: &ProjectView, actor: &Actor, awaiting: &Awaiting) -> WaitingView {
    use domain::track::AwaitingKind as Kind;
    let subject = Some(awaiting.subject.as_str());
    let links = match awaiting.kind {
        Kind::ConfirmScope => act_links(view, &[Act::ConfirmScope], None),
        Kind::Certify => act_links(view, &[Act::Certify], subject),
        Kind::Resubmit => act_links(view, &[Act::Claim], subject),
        Kind::ReviewExtension => act_links(view, &[Act::ReviewExtension], None),
        Kind::ApproveExtension => act_links(view, &[Act::DecideExtension], None),
        Kind::DecideRemoval => act_links(view, &[Act::DecideRemoval], None),
        Kind::VerifyExemption => act_links(view, &[Act::VerifyExemption], subject),
        Kind::AnswerQuestion => act_links(view, &[Act::Answer], subject),
        Kind::Rectify => act_links(view, &[Act::RectifyBreach], subject),
        Kind::Assign => act_links(view, &[Act::Assign], subject),
        Kind::Conclude => act_links(view, &[Act::Conclude], subject),
        Kind::Approve => act_links(view, &[Act::Approve], subject),
        Kind::Claim => act_links(view, &[Act::Claim], subject),
        Kind::AnswerMove => act_links(view, &[Act::AnswerMove], subject),
    };
    let due = awaiting
        .due
        .map(|due| format!("，限 {due}"))
        .unwrap_or_default();
    WaitingView {
        text: format!("{}：{}", awaiting.kind.title(), awaiting.title),
        units: awaiting.units.join("、"),
        when: format!("自 {}{due}", awaiting.since),
        mine: awaiting.units.contains(&actor.unit),
        links,
    }
}
