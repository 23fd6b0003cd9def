//! 项目: the page of one project, section by section.

use askama::Template;
use calendar::{Day, weekday_zh};
use domain::track::Awaiting;
use domain::values::{MoneyUnit, Yuan};
use domain::view::{ClauseView, EvidenceView, MilestoneView, NodeView, OpinionView};
use policy::model::{Sector, Side};
use service::Actor;
use service::projects::{Act, HistoryLine, Offer, ProjectView};

use super::chart::{Chart, chart, date_line, light_name};
use super::files::{FileLink, links};
use super::layout::Metrics;
use super::lead::LeadSection;
use crate::page::Page;

/// A button that leads to a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActLink {
    /// Address of the form.
    pub href: String,
    /// Words.
    pub label: String,
}

/// Buttons for some acts; on one subject when one is given.
pub fn act_links(view: &ProjectView, acts: &[Act], subject: Option<&str>) -> Vec<ActLink> {
    let wanted = |offer: &&Offer| {
        acts.contains(&offer.act) && subject.is_none_or(|subject| offer.subject == subject)
    };
    let link = |offer: &Offer| ActLink {
        href: act_address(&view.project, offer.act, &offer.subject),
        label: if subject.is_some() {
            offer.act.title().to_string()
        } else {
            offer.title.clone()
        },
    };
    view.offers.iter().filter(wanted).map(link).collect()
}

/// Address of the form of an act.
pub fn act_address(project: &str, act: Act, subject: &str) -> String {
    let base = format!("/projects/{project}/actions/{}", act.slug());
    if subject.is_empty() {
        base
    } else {
        format!("{base}?subject={}", crate::access::encode_query(subject))
    }
}

/// A tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabLink {
    /// Address.
    pub href: String,
    /// Words.
    pub label: &'static str,
    /// Whether it is open.
    pub active: bool,
    /// How much is there.
    pub count: Option<usize>,
}

/// Sections of the page: word in the address and label.
pub const TABS: [(&str, &str); 10] = [
    ("track", "轨迹"),
    ("loop", "交办与进展"),
    ("lead", "线索"),
    ("items", "准备事项"),
    ("files", "材料"),
    ("adjustments", "调整"),
    ("performance", "履约"),
    ("visits", "走访与问答"),
    ("investment", "投资"),
    ("history", "历史"),
];

/// Buttons for what waits at the gates. What stands first is done first; the others stand beside their steps.
pub fn gate_links(view: &ProjectView) -> Vec<ActLink> {
    const MOST: usize = 3;
    let acts = [Act::Assign, Act::Conclude, Act::Approve];
    let waits = |link: &ActLink| {
        let mut offers = view.offers.iter().filter(|offer| acts.contains(&offer.act));
        let offer = offers.find(|o| act_address(&view.project, o.act, &o.subject) == link.href);
        let subject = offer.map(|offer| offer.subject.as_str());
        let mut awaiting = view.track.awaiting.iter();
        awaiting.any(|waiting| Some(waiting.subject.as_str()) == subject)
    };
    let mut links = act_links(view, &acts, None);
    links.retain(waits);
    links.truncate(MOST);
    links
}

/// Whether a section has a meaning under the project's pack.
fn has_tab(view: &ProjectView, tab: &str) -> bool {
    let file = &view.lifecycle.file;
    let by_assignment = |step: &policy::model::StepDef| step.done_by.is_some();
    match tab {
        "loop" => file.stage.iter().flat_map(|s| &s.step).any(by_assignment),
        "lead" => view.lead.is_some(),
        "items" => !file.checklist.is_empty(),
        "performance" => view.performance.is_some(),
        _ => true,
    }
}

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

fn query(view: &ProjectView) -> String {
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

fn nodes(view: &ProjectView) -> impl Iterator<Item = &NodeView> {
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

/// The tabs of the page.
pub fn tabs(view: &ProjectView, open: &str) -> Vec<TabLink> {
    let track = &view.track;
    let adjustments = &track.adjustments;
    let count = |tab: &str| match tab {
        "items" => Some(track.checklist.iter().filter(|item| !item.done).count()),
        "loop" => Some(track.move_asks.iter().filter(|ask| ask.open).count()),
        "files" => Some(view.history.iter().map(|line| line.files.len()).sum()),
        "adjustments" => Some(
            adjustments.extensions.len()
                + adjustments.exemptions.len()
                + adjustments.graces.len()
                + adjustments.removals.len(),
        ),
        "performance" => Some(track.performance.duties.len() + track.performance.breaches.len()),
        "visits" => Some(track.visits.len() + track.questions.len()),
        "investment" => Some(track.investment.len()),
        "history" => Some(view.history.len()),
        _ => None,
    };
    let query = query(view);
    let tab = |(word, label): &(&'static str, &'static str)| TabLink {
        href: format!("/projects/{}?tab={word}{query}", view.project),
        label,
        active: *word == open,
        count: count(word).filter(|count| *count > 0),
    };
    let tabs = TABS.iter().filter(|(word, _)| has_tab(view, word));
    tabs.map(tab).collect()
}

/// What a tab shows.
pub enum Section {
    /// 轨迹.
    Track(Box<TrackSection>),
    /// 交办与进展.
    Loop(Vec<Group>),
    /// 线索.
    Lead(Box<LeadSection>),
    /// 准备事项.
    Items(Items),
    /// 材料.
    Files(FilesSection),
    /// 调整.
    Adjustments(Box<AdjustmentsSection>),
    /// 履约.
    Performance(Box<PerformanceSection>),
    /// 走访与问答.
    Visits(VisitsSection),
    /// 投资.
    Investment(InvestmentSection),
    /// 历史.
    History(HistorySection),
}

/// The section of a tab; an unknown word is the track.
pub fn section(view: &ProjectView, tab: &str) -> (&'static str, Section) {
    let known = TABS
        .iter()
        .map(|(word, _)| *word)
        .find(|word| *word == tab && has_tab(view, word))
        .unwrap_or("track");
    if known == "lead"
        && let Some(lead) = super::lead::section(view)
    {
        return (known, Section::Lead(Box::new(lead)));
    }
    let known = if known == "lead" { "track" } else { known };
    let section = match known {
        "loop" => Section::Loop(super::closed_loop::groups(view)),
        "items" => Section::Items(items(view)),
        "files" => Section::Files(files(view)),
        "adjustments" => Section::Adjustments(Box::new(adjustments(view))),
        "performance" => Section::Performance(Box::new(performance(view))),
        "visits" => Section::Visits(visits(view)),
        "investment" => Section::Investment(investment(view)),
        "history" => Section::History(history(view)),
        _ => Section::Track(Box::new(track_section(view, &Metrics::SCREEN))),
    };
    (known, section)
}

// ---- 轨迹

/// The chart with everything about stages, steps and milestones.
pub struct TrackSection {
    /// The drawing.
    pub chart: Chart,
    /// Stages with their steps.
    pub stages: Vec<NodeRow>,
    /// Milestones.
    pub milestones: Vec<MilestoneRow>,
    /// Basic facts: label and words.
    pub facts: Vec<(&'static str, String)>,
    /// 项目基本情况.
    pub summary: String,
    /// Whether the telephone is masked.
    pub masked: bool,
    /// Form that edits the basic facts.
    pub edit: Vec<ActLink>,
    /// Day on which the picture is drawn.
    pub on: String,
}

/// A stage or step in the list under the chart.
#[derive(Clone)]
pub struct NodeRow {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Light.
    pub light: &'static str,
    /// Words of the light.
    pub light_text: String,
    /// 2025-07-30 星期三 到期.
    pub date: String,
    /// Remarks on the date: forecast, extension, grace, provisional.
    pub remarks: Vec<String>,
    /// 正式签约后6个月.
    pub limit: String,
    /// Who answers for it.
    pub units: String,
    /// Who counts down.
    pub warned_by: String,
    /// Results it must bring.
    pub produces: Vec<String>,
    /// How the date came about.
    pub derivation: Vec<String>,
    /// The rule.
    pub clause: ClauseView,
    /// Documents.
    pub files: Vec<FileLink>,
    /// Remark and who recorded it.
    pub note: String,
    /// Steps that run beside it.
    pub parallel: String,
    /// May be left out.
    pub optional: bool,
    /// The stage that runs now.
    pub now: bool,
    /// Who owns the stage.
    pub owner: String,
    /// Off the main line.
    pub branch: bool,
    /// Conclusions and documents that the step wants.
    pub wants: Vec<String>,
    /// What was concluded.
    pub said: Vec<super::closed_loop::Said>,
    /// The chain of approvals.
    pub levels: Vec<super::closed_loop::Level>,
    /// What can be done.
    pub links: Vec<ActLink>,
    /// Steps of a stage.
    pub steps: Vec<NodeRow>,
}

/// A milestone.
pub struct MilestoneRow {
    /// Title.
    pub title: String,
    /// State in a word.
    pub state: String,
    /// Kind of its label.
    pub kind: &'static str,
    /// The day.
    pub reached: String,
    /// 认定标准.
    pub standard: String,
    /// Who claims, who certifies.
    pub who: String,
    /// Evidence wanted.
    pub evidence: String,
    /// The rule.
    pub clause: ClauseView,
    /// Claims with what came of them.
    pub claims: Vec<ClaimRow>,
    /// What can be done.
    pub links: Vec<ActLink>,
}

/// A claim.
pub struct ClaimRow {
    /// Who claimed what, when.
    pub text: String,
    /// What came of it.
    pub outcome: String,
    /// Kind of its label.
    pub kind: &'static str,
    /// Opinion or reason of return.
    pub reason: String,
    /// Evidence.
    pub files: Vec<FileLink>,
}

/// The section of the track.
pub fn track_section(view: &ProjectView, metrics: &Metrics) -> TrackSection {
    TrackSection {
        chart: chart(&view.track, metrics),
        stages: view
            .track
            .stages
            .iter()
            .map(|stage| node_row(view, stage))
            .collect(),
        milestones: view
            .track
            .milestones
            .iter()
            .map(|milestone| milestone_row(view, milestone))
            .collect(),
        facts: facts(view),
        summary: view.details.summary.clone().unwrap_or_default(),
        masked: view.contact.is_some() && !view.contact_in_full,
        edit: act_links(view, &[Act::EditDetails], None),
        on: with_weekday(view.track.on),
    }
}

fn node_row(view: &ProjectView, node: &NodeView) -> NodeRow {
    let from = node
        .anchor
        .as_ref()
        .map(|anchor| anchor.title.as_str())
        .unwrap_or_default();
    let title = |id: &String| {
        nodes(view)
            .find(|other| other.id == *id)
            .map(|other| other.title.clone())
    };
    let parallel: Vec<String> = node.parallel_with.iter().filter_map(title).collect();
    let by = node
        .by
        .as_ref()
        .map(|by| format!("{} {}", by.unit, by.person))
        .unwrap_or_default();
    NodeRow {
        id: node.id.clone(),
        title: node.title.clone(),
        light: light_name(node.light),
        light_text: node.light_text.clone(),
        date: date_line(node),
        remarks: remarks(node),
        limit: node
            .limit
            .as_ref()
            .map(|limit| format!("{from}后 {limit}"))
            .unwrap_or_default(),
        units: node.units.join("、"),
        warned_by: node.warned_by.join("、"),
        produces: node.produces.clone(),
        derivation: if node.limit.is_some() {
            node.derivation.clone()
        } else {
            Vec::new()
        },
        clause: node.clause.clone(),
        files: links(&view.project, &node.files, &[]),
        note: [by, node.note.clone()]
            .iter()
            .filter(|text| !text.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join("："),
        parallel: parallel.join("、"),
        optional: node.optional,
        now: view
            .track
            .current_stage
            .as_ref()
            .is_some_and(|stage| stage.id == node.id),
        owner: node.owner.join("、"),
        branch: node.branch,
        wants: super::closed_loop::wants(node),
        said: super::closed_loop::said(view, node),
        levels: super::closed_loop::levels(view, node),
        links: act_links(view, &STEP_ACTS, Some(&node.id)),
        steps: node.steps.iter().map(|step| node_row(view, step)).collect(),
    }
}

/// What can be done about a step, beside it.
const STEP_ACTS: [Act; 5] = [
    Act::CompleteStep,
    Act::WaiveStep,
    Act::Assign,
    Act::Conclude,
    Act::AskMove,
];

fn remarks(node: &NodeView) -> Vec<String> {
    let mut remarks = Vec::new();
    if let (Some(done), Some(due), false) = (node.done_on, node.due, node.projected) {
        remarks.push(format!("应于 {due} 前完成，{done} 完成"));
    }
    if let Some(condition) = &node.condition {
        remarks.push(condition.clone());
    }
    if let Some(claimed) = node.claimed_on.filter(|_| node.gate.is_none()) {
        remarks.push(format!("已申报 {claimed}，待认定"));
    }
    if node.projected && node.done_on.is_none() {
        remarks.push("起算点未到，按预计推算".into());
    }
    if node.extended_by > 0 {
        let before = node
            .base_due
            .map(|day| format!("，原为 {day}"))
            .unwrap_or_default();
        remarks.push(format!("延期 {} 个自然日{before}", node.extended_by));
    }
    if let Some(until) = node.grace_until.filter(|_| node.done_on.is_none()) {
        remarks.push(format!("缓冲期至 {until}"));
    }
    if let Some(since) = node.suspended_since {
        remarks.push(format!("自 {since} 起免责，暂停计时"));
    }
    if let Some(warn) = node
        .warn_on
        .filter(|_| node.done_on.is_none() && !node.projected)
    {
        remarks.push(format!("{warn} 起预警"));
    }
    if node.provisional && node.done_on.is_none() {
        remarks.push("暂定：该年度放假安排尚未公布".into());
    }
    remarks
}

fn milestone_row(view: &ProjectView, milestone: &MilestoneView) -> MilestoneRow {
    let certifier = match milestone.certified_by.is_empty() {
        true => "登记即成立".to_string(),
        false => format!("{}认定", milestone.certified_by.join("、")),
    };
    let evidence = |e: &EvidenceView| {
        if e.optional {
            format!("{}（可缺）", e.title)
        } else {
            e.title.clone()
        }
    };
    let kind = match milestone.state.as_str() {
        "reached" => "green",
        "claimed" => "blue",
        "returned" => "red",
        _ => "neutral",
    };
    MilestoneRow {
        title: milestone.title.clone(),
        state: milestone.state_text.clone(),
        kind,
        reached: milestone
            .reached_on
            .map(|day| day.to_string())
            .unwrap_or_default(),
        standard: milestone.standard.clone().unwrap_or_default(),
        who: match milestone.claimed_by.is_empty() {
            true => "由环节通过达到，不单独申报".to_string(),
            false => format!("{}申报，{certifier}", milestone.claimed_by.join("、")),
        },
        evidence: milestone
            .evidence
            .iter()
            .map(evidence)
            .collect::<Vec<_>>()
            .join("、"),
        clause: milestone.clause.clone(),
        claims: milestone
            .claims
            .iter()
            .rev()
            .map(|claim| claim_row(view, milestone, claim))
            .collect(),
        links: act_links(view, &[Act::Claim, Act::Certify], Some(&milestone.id)),
    }
}

fn claim_row(
    view: &ProjectView,
    milestone: &MilestoneView,
    claim: &domain::view::AttemptView,
) -> ClaimRow {
    let kind = match claim.outcome.as_str() {
        "certified" | "recorded" => "green",
        "returned" => "red",
        "pending" => "blue",
        _ => "neutral",
    };
    let who = format!("{} {}", claim.by.unit, claim.by.person);
    let text = match claim.claimed_on {
        Some(on) => format!("{on} {who}申报，达成日期 {}", claim.reached_on),
        None => format!("{who}登记，达成日期 {}", claim.reached_on),
    };
    let decided = match (&claim.decided_on, &claim.decided_by) {
        (Some(on), Some(by)) => format!("{on} {} {}", by.unit, by.person),
        _ => String::new(),
    };
    let note = [decided, claim.reason.clone()];
    ClaimRow {
        text: if claim.note.is_empty() {
            text
        } else {
            format!("{text}。{}", claim.note)
        },
        outcome: claim.outcome_text.clone(),
        kind,
        reason: note
            .iter()
            .filter(|text| !text.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join("："),
        files: links(&view.project, &claim.files, &milestone.evidence),
    }
}

/// 1.2亿元, or a dash.
pub fn money(sum: Option<Yuan>) -> String {
    sum.map(|sum| sum.to_string())
        .unwrap_or_else(|| "未填".into())
}

fn facts(view: &ProjectView) -> Vec<(&'static str, String)> {
    let details = &view.details;
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "未填".into());
    let land = details
        .land_mu_hundredths
        .map(|mu| format!("{}.{:02} 亩", mu / 100, mu % 100));
    let mut facts = vec![
        ("企业", text(&details.enterprise)),
        (
            "统一社会信用代码",
            details
                .credit_code
                .as_ref()
                .map_or("未填".into(), |code| code.as_str().to_string()),
        ),
        ("投资方", text(&details.investor)),
        (
            "产业类别",
            details.sector.map_or("未填", Sector::title).to_string(),
        ),
        ("行业", text(&details.industry)),
        ("属地政府", text(&details.host)),
        ("承接方", text(&details.receiving_unit)),
        ("总投资", money(details.total_investment)),
        ("引进资金", money(details.introduced_funds)),
        ("到位资金", money(details.funds_in_place)),
        ("所在地", text(&details.location)),
        ("用地", land.unwrap_or_else(|| "未填".into())),
        (
            "联系人",
            view.contact.clone().unwrap_or_else(|| "未填".into()),
        ),
    ];
    facts.extend(details.source.iter().map(|source| ("来源", source.clone())));
    facts
}

// ---- 准备事项

/// 企业方准备事项.
pub struct Items {
    /// Done.
    pub done: usize,
    /// All.
    pub total: usize,
    /// Percent.
    pub percent: usize,
    /// The same in words.
    pub label: String,
    /// One by one.
    pub items: Vec<ItemRow>,
}

/// An item.
pub struct ItemRow {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Whether it is done.
    pub done: bool,
    /// Who, when, remark.
    pub meta: String,
    /// Whether a file is wanted.
    pub file_wanted: bool,
    /// Clause.
    pub clause: ClauseView,
    /// Files.
    pub files: Vec<FileLink>,
    /// Whether the actor may tick it.
    pub tick: bool,
    /// The form that takes the tick back.
    pub untick: Vec<ActLink>,
}

/// The enterprise's checklist.
pub fn items(view: &ProjectView) -> Items {
    let rows: Vec<ItemRow> = view
        .track
        .checklist
        .iter()
        .map(|item| item_row(view, item))
        .collect();
    let done = rows.iter().filter(|row| row.done).count();
    let total = rows.len();
    let percent = (done * 100).checked_div(total).unwrap_or_default();
    Items {
        done,
        total,
        percent,
        label: format!("已完成 {percent}%"),
        items: rows,
    }
}

fn item_row(view: &ProjectView, item: &domain::view::ChecklistView) -> ItemRow {
    let by = item
        .by
        .as_ref()
        .map(|by| format!("{} {}", by.unit, by.person));
    let on = item.on.map(|on| on.to_string());
    let note = Some(item.note.clone()).filter(|note| !note.is_empty());
    let meta: Vec<String> = [on, by, note].into_iter().flatten().collect();
    ItemRow {
        id: item.id.clone(),
        title: item.title.clone(),
        done: item.done,
        meta: meta.join(" · "),
        file_wanted: item.file_wanted,
        clause: ClauseView {
            document: view.track.pack.document.clone(),
            article: item.clause.clone(),
            text: item.title.clone(),
        },
        files: links(&view.project, &item.files, &[]),
        tick: !act_links(view, &[Act::TickItem], Some(&item.id)).is_empty(),
        untick: act_links(view, &[Act::UntickItem], Some(&item.id)),
    }
}

// ---- 材料

/// All files of the project.
pub struct FilesSection {
    /// Pictures.
    pub pictures: Vec<FileLink>,
    /// One by one with the fact they belong to.
    pub files: Vec<FileRow>,
}

/// A file with the fact it belongs to.
pub struct FileRow {
    /// The file.
    pub file: FileLink,
    /// The fact.
    pub fact: String,
    /// When and by whom.
    pub meta: String,
}

fn files(view: &ProjectView) -> FilesSection {
    let of = |line: &HistoryLine| {
        let meta = format!("{} · {} {}", line.on, line.unit, line.person);
        let row = |file: FileLink| FileRow {
            file,
            fact: line.sentence.clone(),
            meta: meta.clone(),
        };
        links(&view.project, &line.files, &[])
            .into_iter()
            .map(row)
            .collect::<Vec<_>>()
    };
    let files: Vec<FileRow> = view
        .history
        .iter()
        .filter(|line| line.voided.is_none())
        .flat_map(of)
        .collect();
    let pictures = files
        .iter()
        .map(|row| row.file.clone())
        .filter(|file| file.kind == "picture")
        .collect();
    FilesSection { pictures, files }
}

// ---- 调整

/// An entry in a list of requests and lists.
pub struct Entry {
    /// Title.
    pub title: String,
    /// State in a word.
    pub state: String,
    /// Kind of its label.
    pub kind: &'static str,
    /// Lines of words.
    pub lines: Vec<String>,
    /// Files.
    pub files: Vec<FileLink>,
    /// The rule.
    pub clause: Option<ClauseView>,
    /// What can be done.
    pub links: Vec<ActLink>,
}

impl Entry {
    pub(super) fn new(title: impl Into<String>, state: &str, kind: &'static str) -> Entry {
        Entry {
            title: title.into(),
            state: state.to_string(),
            kind,
            lines: Vec::new(),
            files: Vec::new(),
            clause: None,
            links: Vec::new(),
        }
    }

    pub(super) fn line(mut self, words: impl Into<String>) -> Entry {
        let words = words.into();
        if !words.is_empty() {
            self.lines.push(words);
        }
        self
    }
}

/// A list with what can be added to it.
pub struct Group {
    /// Heading.
    pub title: &'static str,
    /// What stands under an empty list.
    pub empty: &'static str,
    /// Entries.
    pub entries: Vec<Entry>,
    /// What can be done.
    pub links: Vec<ActLink>,
}

/// Extension, grace, exemption, removal, policy.
pub struct AdjustmentsSection {
    /// Lists.
    pub groups: Vec<Group>,
}

fn opinion(word: &str, opinion: &Option<OpinionView>) -> String {
    let Some(opinion) = opinion else {
        return String::new();
    };
    let agreed = if opinion.agreed {
        "同意"
    } else {
        "不同意"
    };
    format!(
        "{word}：{} {} {} {agreed}。{}",
        opinion.on, opinion.by.unit, opinion.by.person, opinion.text
    )
}

fn adjustments(view: &ProjectView) -> AdjustmentsSection {
    let groups = vec![
        extensions(view),
        graces(view),
        exemptions(view),
        removals(view),
        policy_versions(view),
    ];
    AdjustmentsSection { groups }
}

fn extensions(view: &ProjectView) -> Group {
    let entry = |e: &domain::view::ExtensionView| {
        let kind = if e.effective {
            "green"
        } else if e.open {
            "blue"
        } else {
            "neutral"
        };
        let mut entry = Entry::new(
            format!("{}延长 {} 个自然日", e.stage.title, e.days),
            &e.status_text,
            kind,
        )
        .line(format!(
            "{} {} {}申请：{}",
            e.requested_on, e.by.unit, e.by.person, e.reason
        ))
        .line(opinion("审核", &e.review))
        .line(opinion("审批", &e.decision));
        entry.files = links(&view.project, &e.files, &[]);
        if e.open {
            entry.links = act_links(view, &[Act::ReviewExtension, Act::DecideExtension], None);
        }
        entry
    };
    Group {
        title: "延期",
        empty: "没有延期申请。每个项目的时间节点可以调整一次，由属地政府申请。",
        entries: view
            .track
            .adjustments
            .extensions
            .iter()
            .rev()
            .map(entry)
            .collect(),
        links: act_links(view, &[Act::RequestExtension], None),
    }
}

fn graces(view: &ProjectView) -> Group {
    let entry = |g: &domain::view::GraceView| {
        let until = g
            .until
            .map(|until| format!("，至 {until}"))
            .unwrap_or_default();
        Entry::new(
            format!("{}缓冲 {} 个自然日{until}", g.node.title, g.days),
            "已设置",
            "yellow",
        )
        .line(format!(
            "{} {} {}：{}",
            g.on, g.by.unit, g.by.person, g.reason
        ))
    };
    Group {
        title: "缓冲期",
        empty: "没有设置缓冲期。",
        entries: view.track.adjustments.graces.iter().map(entry).collect(),
        links: act_links(view, &[Act::SetGrace], None),
    }
}

/// Requests for exemption with what was found.
pub fn exemptions(view: &ProjectView) -> Group {
    let entry = |e: &domain::view::ExemptionView| {
        let until = e.to.map_or("尚未结束".to_string(), |to| format!("至 {to}"));
        let kind = if e.granted {
            "green"
        } else if e.verification.is_none() {
            "blue"
        } else {
            "neutral"
        };
        let mut entry = Entry::new(
            format!("{}：自 {} {until}", e.title, e.from),
            &e.status_text,
            kind,
        )
        .line(format!(
            "{} {} {}申请：{}",
            e.requested_on, e.by.unit, e.by.person, e.reason
        ))
        .line(opinion("核实", &e.verification))
        .line(
            e.ended_on
                .map(|on| format!("{on} 登记结束"))
                .unwrap_or_default(),
        );
        entry.files = links(&view.project, &e.files, &[]);
        entry.links = act_links(
            view,
            &[Act::VerifyExemption, Act::EndExemption],
            Some(&e.id.0.to_string()),
        );
        entry
    };
    Group {
        title: "免责",
        empty: "没有免责申请。经核实的免责期间不计入时限。",
        entries: view
            .track
            .adjustments
            .exemptions
            .iter()
            .rev()
            .map(entry)
            .collect(),
        links: act_links(view, &[Act::RequestExemption], None),
    }
}

fn removals(view: &ProjectView) -> Group {
    let entry = |r: &domain::view::RemovalView| {
        let (state, kind) = match &r.decision {
            None => ("待办理", "blue"),
            Some(decision) if decision.agreed => ("已调出", "red"),
            Some(_) => ("未同意", "neutral"),
        };
        let batch = r
            .batch
            .as_ref()
            .map(|batch| format!("{batch} 批次"))
            .unwrap_or_default();
        let mut entry = Entry::new("动态调出", state, kind)
            .line(format!(
                "{} {} {}申请：{}",
                r.requested_on, r.by.unit, r.by.person, r.reason
            ))
            .line(opinion("办理", &r.decision))
            .line(batch);
        entry.files = links(&view.project, &r.files, &[]);
        if r.decision.is_none() {
            entry.links = act_links(view, &[Act::DecideRemoval], None);
        }
        entry
    };
    Group {
        title: "动态调出",
        empty: "没有调出申请。确实无法正常推进的项目由属地政府申请，每月办理一次。",
        entries: view
            .track
            .adjustments
            .removals
            .iter()
            .rev()
            .map(entry)
            .collect(),
        links: act_links(view, &[Act::RequestRemoval], None),
    }
}

fn policy_versions(view: &ProjectView) -> Group {
    let pack = &view.track.pack;
    let entry = Entry::new(
        format!("{}（{}）", pack.title, pack.document),
        &format!("{} 版", pack.version),
        "neutral",
    );
    let links = if view.versions.is_empty() {
        Vec::new()
    } else {
        act_links(view, &[Act::MovePolicy], None)
    };
    Group {
        title: "适用政策",
        empty: "",
        entries: vec![entry],
        links,
    }
}

// ---- 履约

/// Both sides of the contract.
pub struct PerformanceSection {
    /// Awards with proof.
    pub awards: Vec<AwardProof>,
    /// Breaches that the track suggests.
    pub suggestions: Vec<String>,
    /// Lists.
    pub groups: Vec<Group>,
    /// Whether the region has rules of performance.
    pub ruled: bool,
}

/// An award with the proof.
pub struct AwardProof {
    /// Title.
    pub title: String,
    /// Whether it can be put forward.
    pub eligible: bool,
    /// For.
    pub proof: Vec<String>,
    /// Against.
    pub obstacles: Vec<String>,
    /// The rule.
    pub clause: ClauseView,
    /// What can be done.
    pub links: Vec<ActLink>,
}

fn performance(view: &ProjectView) -> PerformanceSection {
    let awards = view.awards.iter().map(|award| AwardProof {
        title: award.title.clone(),
        eligible: award.eligible,
        proof: award.proof.iter().map(|proof| proof.text.clone()).collect(),
        obstacles: award.obstacles.clone(),
        clause: ClauseView::from(&award.clause),
        links: act_links(view, &[Act::RecommendAward], None),
    });
    PerformanceSection {
        awards: awards.collect(),
        suggestions: view
            .suggestions
            .iter()
            .map(|s| format!("{}：{}", s.title, s.text))
            .collect(),
        groups: vec![
            duties(view),
            breaches(view),
            merits(view),
            disputes(view),
            recommendations(view),
        ],
        ruled: view.performance.is_some(),
    }
}

fn side(side: Option<Side>) -> &'static str {
    side.map_or("", Side::title)
}

fn duties(view: &ProjectView) -> Group {
    let entry = |d: &domain::view::DutyView| {
        let kind = if d.met {
            "green"
        } else if d.overdue {
            "red"
        } else {
            "blue"
        };
        let detail = if d.detail.is_empty() {
            String::new()
        } else {
            format!("：{}", d.detail)
        };
        let target = d
            .target
            .map(|target| format!("约定 {target}"))
            .unwrap_or_default();
        let value = d
            .value
            .map(|value| format!("达到 {value}"))
            .unwrap_or_default();
        let mut entry = Entry::new(
            format!("{} · {}{detail}", side(d.side), d.title),
            &d.status_text,
            kind,
        )
        .line(format!("责任单位：{}", d.units.join("、")))
        .line(
            d.due
                .map(|due| format!("应于 {} 完成", with_weekday(due)))
                .unwrap_or_default(),
        )
        .line(
            [target, value]
                .iter()
                .filter(|t| !t.is_empty())
                .cloned()
                .collect::<Vec<_>>()
                .join("，"),
        )
        .line(
            d.fulfilled_on
                .map(|on| format!("{on} 履行"))
                .unwrap_or_default(),
        );
        entry.files = links(&view.project, &d.files, &[]);
        entry.clause = d.clause.clone();
        entry.links = act_links(view, &[Act::FulfilDuty], Some(&d.id.0.to_string()));
        entry
    };
    Group {
        title: "双方责任",
        empty: "还没有登记责任。先按合同登记政府方和企业方各项责任的期限或数值。",
        entries: view.track.performance.duties.iter().map(entry).collect(),
        links: act_links(view, &[Act::RecordDuty], None),
    }
}

fn breaches(view: &ProjectView) -> Group {
    let acts = [Act::RectifyBreach, Act::SanctionBreach, Act::ExemptBreach];
    let entry = |b: &domain::view::BreachView| {
        let cleared = b.exempted_by.is_some() || b.rectified_on.is_some();
        let kind = if cleared { "green" } else { "red" };
        let sanctions = b
            .sanctions
            .iter()
            .map(|s| format!("{} {} {}：{}", s.on, s.by.unit, s.title, s.text));
        let mut entry = Entry::new(
            format!("{} · {}", side(b.side), b.title),
            &b.status_text,
            kind,
        )
        .line(format!(
            "{} {} {}认定：{}",
            b.on, b.by.unit, b.by.person, b.text
        ))
        .line(
            b.rectify_by
                .map(|by| format!("整改期限 {}", with_weekday(by)))
                .unwrap_or_default(),
        )
        .line(
            b.rectified_on
                .map(|on| format!("{on} 整改完成"))
                .unwrap_or_default(),
        );
        entry.lines.extend(sanctions);
        entry.files = links(&view.project, &b.files, &[]);
        entry.clause = b.clause.clone();
        entry.links = act_links(view, &acts, Some(&b.id.0.to_string()));
        entry
    };
    Group {
        title: "负面清单",
        empty: "没有负面清单事项。",
        entries: view
            .track
            .performance
            .breaches
            .iter()
            .rev()
            .map(entry)
            .collect(),
        links: act_links(view, &[Act::CertifyBreach], None),
    }
}

fn merits(view: &ProjectView) -> Group {
    let entry = |m: &domain::view::MeritView| {
        let mut entry = Entry::new(format!("{} · {}", side(m.side), m.title), "正面", "green")
            .line(format!(
                "{} {} {}：{}",
                m.on, m.by.unit, m.by.person, m.text
            ));
        entry.files = links(&view.project, &m.files, &[]);
        entry.clause = m.clause.clone();
        entry
    };
    Group {
        title: "正面清单",
        empty: "没有正面清单事项。",
        entries: view
            .track
            .performance
            .merits
            .iter()
            .rev()
            .map(entry)
            .collect(),
        links: act_links(view, &[Act::RecordMerit], None),
    }
}

fn disputes(view: &ProjectView) -> Group {
    let entry = |d: &domain::view::DisputeView| {
        let mut entry = Entry::new(
            format!("{}（{}提出）", d.title, d.side.title()),
            &d.outcome_text,
            "neutral",
        )
        .line(format!(
            "{} {} {}：{}",
            d.on, d.by.unit, d.by.person, d.text
        ));
        entry.files = links(&view.project, &d.files, &[]);
        entry
    };
    Group {
        title: "争议解决",
        empty: "没有争议。先协商，协商无效的可以仲裁或诉讼。",
        entries: view
            .track
            .performance
            .disputes
            .iter()
            .rev()
            .map(entry)
            .collect(),
        links: act_links(view, &[Act::RecordDispute], None),
    }
}

fn recommendations(view: &ProjectView) -> Group {
    let entry = |a: &domain::view::AwardView| {
        Entry::new(&a.title, "已推荐", "green").line(format!(
            "{} {} {}：{}",
            a.on, a.by.unit, a.by.person, a.text
        ))
    };
    Group {
        title: "已推荐的奖励支持",
        empty: "还没有推荐。",
        entries: view
            .track
            .performance
            .awards
            .iter()
            .rev()
            .map(entry)
            .collect(),
        links: Vec::new(),
    }
}

// ---- 走访与问答

/// Visits, questions and answers, reminders.
pub struct VisitsSection {
    /// 走访.
    pub visits: Group,
    /// 问答.
    pub questions: Group,
    /// 三级提醒.
    pub reminders: Group,
}

pub fn visits(view: &ProjectView) -> VisitsSection {
    let visit = |v: &domain::view::VisitView| {
        let mut entry = Entry::new(&v.title, &v.on.to_string(), "neutral")
            .line(format!("{} {}", v.by.unit, v.by.person))
            .line(v.text.clone());
        entry.files = links(&view.project, &v.files, &[]);
        entry
    };
    let reminder = |e: &domain::view::EscalationView| {
        let kind = match e.level {
            1 => "blue",
            2 => "yellow",
            _ => "red",
        };
        Entry::new(
            format!("{}：{}", e.title, e.node.title),
            &format!("第 {} 级", e.level),
            kind,
        )
        .line(format!("{} 发出，应于 {} 完成", e.on, e.due))
    };
    VisitsSection {
        visits: Group {
            title: "走访、调度",
            empty: "还没有走访记录。",
            entries: view.track.visits.iter().rev().map(visit).collect(),
            links: act_links(view, &[Act::RecordVisit], None),
        },
        questions: questions(view),
        reminders: Group {
            title: "三级提醒",
            empty: "没有发出过提醒。",
            entries: view.track.escalations.iter().rev().map(reminder).collect(),
            links: Vec::new(),
        },
    }
}

/// Questions with their answers.
pub fn questions(view: &ProjectView) -> Group {
    let question = |q: &domain::view::QuestionView| {
        let (state, kind) = if q.answers.is_empty() {
            ("待答复", "yellow")
        } else {
            ("已答复", "green")
        };
        let answers = q
            .answers
            .iter()
            .map(|a| format!("{} {} {}答复：{}", a.on, a.by.unit, a.by.person, a.text));
        let mut entry = Entry::new(&q.text, state, kind)
            .line(format!("{} {} {}", q.on, q.by.unit, q.by.person));
        entry.lines.extend(answers);
        entry.links = act_links(view, &[Act::Answer], Some(&q.id.0.to_string()));
        entry
    };
    Group {
        title: "问答",
        empty: "没有提问。",
        entries: view.track.questions.iter().rev().map(question).collect(),
        links: act_links(view, &[Act::Ask], None),
    }
}

// ---- 投资

/// Investment by month.
pub struct InvestmentSection {
    /// 计划总投资.
    pub total: String,
    /// Reported in all.
    pub fixed: String,
    /// In place in all.
    pub funds: String,
    /// Percent of the planned total with its words, when known.
    pub percent: Option<(i64, String)>,
    /// Months.
    pub months: Vec<MonthRow>,
    /// What can be done.
    pub links: Vec<ActLink>,
}

/// A month.
pub struct MonthRow {
    /// 2025-06.
    pub month: String,
    /// 万元.
    pub fixed: String,
    /// 万元.
    pub funds: String,
    /// Percent of the largest month.
    pub percent: i64,
    /// The bar in words.
    pub label: String,
    /// When it was reported.
    pub on: String,
}

fn investment(view: &ProjectView) -> InvestmentSection {
    let months = &view.track.investment;
    let sum = |of: fn(&domain::view::InvestmentView) -> Option<Yuan>| {
        Yuan(
            months
                .iter()
                .filter_map(of)
                .fold(0i64, |sum, month| sum.saturating_add(month.0)),
        )
    };
    let fixed = sum(|month| month.fixed_investment);
    let most = months
        .iter()
        .filter_map(|m| m.fixed_investment)
        .map(|sum| sum.0)
        .max()
        .unwrap_or_default();
    let wan = |sum: Option<Yuan>| {
        sum.map(|sum| sum.format_in(MoneyUnit::Wan))
            .unwrap_or_default()
    };
    let share = |part: i64, whole: i64| {
        (i128::from(part) * 100)
            .checked_div(i128::from(whole))
            .unwrap_or_default() as i64
    };
    let row = |month: &domain::view::InvestmentView| MonthRow {
        month: month.month.clone(),
        fixed: wan(month.fixed_investment),
        funds: wan(month.funds_in_place),
        percent: share(month.fixed_investment.map_or(0, |sum| sum.0), most),
        label: format!("{} 万元", wan(month.fixed_investment)),
        on: month.on.to_string(),
    };
    InvestmentSection {
        total: money(view.details.total_investment),
        fixed: fixed.to_string(),
        funds: sum(|month| month.funds_in_place).to_string(),
        percent: view.details.total_investment.map(|total| {
            let percent = share(fixed.0, total.0).min(100);
            (percent, format!("完成计划总投资的 {percent}%"))
        }),
        months: months.iter().rev().map(row).collect(),
        links: act_links(view, &[Act::ReportInvestment], None),
    }
}

// ---- 历史

/// Every fact.
pub struct HistorySection {
    /// The latest first.
    pub lines: Vec<HistoryRow>,
    /// The day looked at.
    pub on: String,
    /// As known on.
    pub known: String,
    /// Today, the last day that can be asked for.
    pub today: String,
}

/// A fact.
pub struct HistoryRow {
    /// Number.
    pub id: u32,
    /// Happened on.
    pub on: String,
    /// Sentence.
    pub sentence: String,
    /// Recorded when, by whom.
    pub meta: String,
    /// Label: 补录, 导入.
    pub tags: Vec<String>,
    /// Why it no longer counts.
    pub voided: String,
    /// Files.
    pub files: Vec<FileLink>,
    /// The form that voids it.
    pub void: String,
}

fn history(view: &ProjectView) -> HistorySection {
    let may_void = view.offers.iter().any(|offer| offer.act == Act::Void);
    let known = view
        .moment
        .known
        .map(|known| known.to_string())
        .unwrap_or_default();
    HistorySection {
        lines: view
            .history
            .iter()
            .map(|line| history_row(view, line, may_void))
            .collect(),
        on: view.moment.on.to_string(),
        known,
        today: String::new(),
    }
}

fn history_row(view: &ProjectView, line: &HistoryLine, may_void: bool) -> HistoryRow {
    let mut tags = Vec::new();
    if line.imported {
        tags.push("导入".to_string());
    } else if line.late_days > 0 {
        tags.push(format!("补录，晚 {} 天", line.late_days));
    }
    let voidable = may_void && line.voided.is_none() && !line.correction && line.id.0 > 1;
    let recorded = if line.recorded.is_empty() {
        String::new()
    } else {
        format!("{} 记录", line.recorded)
    };
    let who = format!("{} {}", line.unit, line.person);
    HistoryRow {
        id: line.id.0,
        on: line.on.to_string(),
        sentence: line.sentence.clone(),
        meta: [who.trim().to_string(), recorded]
            .iter()
            .filter(|t| !t.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(" · "),
        tags,
        voided: line.voided.clone().unwrap_or_default(),
        files: links(&view.project, &line.files, &[]),
        void: if voidable {
            act_address(&view.project, Act::Void, &line.id.0.to_string())
        } else {
            String::new()
        },
    }
}

/// The page.
#[derive(Template)]
#[template(path = "project/show.html")]
pub struct ShowPage {
    /// Matters about the project, where the region has rules of matters.
    pub matters: Option<crate::pages::matters::ProjectMatters>,
    /// Frame.
    pub page: Page,
    /// Above the sections.
    pub head: Head,
    /// Tabs.
    pub tabs: Vec<TabLink>,
    /// What is open.
    pub section: Section,
    /// What the actor may do at first.
    pub primary: Vec<ActLink>,
    /// Whether it is a past day.
    pub past: bool,
}

/// The page for paper.
#[derive(Template)]
#[template(path = "project/print.html")]
pub struct PrintPage {
    /// Frame.
    pub page: Page,
    /// Head.
    pub head: Head,
    /// Track with chart.
    pub track: TrackSection,
    /// Checklist.
    pub items: Items,
    /// Extension, grace, exemption, removal.
    pub adjustments: AdjustmentsSection,
    /// History.
    pub history: HistorySection,
}

/// The page for paper.
pub fn print_page(page: Page, view: &ProjectView, actor: &Actor) -> PrintPage {
    PrintPage {
        page,
        head: head(view, actor),
        track: track_section(view, &Metrics::SHEET),
        items: items(view),
        adjustments: adjustments(view),
        history: history(view),
    }
}
