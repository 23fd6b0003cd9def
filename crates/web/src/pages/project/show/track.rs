//! 轨迹: the chart with everything about stages, steps and milestones.

use domain::values::Yuan;
use domain::view::{ClauseView, EvidenceView, MilestoneView, NodeView};
use policy::model::Sector;
use service::projects::{Act, ProjectView};

use super::acts::{ActLink, act_links};
use super::head::{nodes, with_weekday};
use crate::pages::project::chart::{Chart, chart, date_line, light_name};
use crate::pages::project::closed_loop;
use crate::pages::project::files::{FileLink, links};
use crate::pages::project::layout::Metrics;

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
    pub said: Vec<closed_loop::Said>,
    /// The chain of approvals.
    pub levels: Vec<closed_loop::Level>,
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
        wants: closed_loop::wants(node),
        said: closed_loop::said(view, node),
        levels: closed_loop::levels(view, node),
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
