//! The track as it is shown: everything worked out, in words, ready for pages and JSON.

mod adjustments;
mod gates;
mod milestones;
mod nodes;
mod performance;
mod sponsor;

pub use adjustments::{
    AdjustmentsView, ExemptionView, ExtensionView, GraceView, OpinionView, RemovalView,
};
pub use gates::{
    ApprovalView, ApprovalWordView, AssignmentView, BranchView, ConcludedView, ConclusionView,
    DirectionView, GateView, MoveAskView, ProgressView,
};
pub use milestones::{
    AttemptView, ChecklistView, EvidenceView, MilestoneView, RequireView, VariantView,
};
pub use nodes::{AnchorView, NodeView};
pub use performance::{
    AwardView, BreachView, DisputeView, DutyView, MeritView, PerformanceView, SanctionView,
};
pub use sponsor::{SponsorView, SponsorshipView};

use calendar::{Day, WorkCalendar};
use policy::Policy;
use serde::{Deserialize, Serialize};

use crate::event::{By, EventId};
use crate::packs::Packs;
use crate::state::State;
use crate::track::{Awaiting, Light, Plan, Track, summary};
use crate::values::Yuan;

/// A project on a day, as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrackView {
    /// The pack by which it was worked out.
    pub pack: PackView,
    /// The day.
    pub on: Day,
    /// 项目名称.
    pub name: String,
    /// 样例数据.
    pub sample: bool,
    /// When it was registered.
    pub registered_on: Option<Day>,
    /// The most urgent light.
    pub light: Light,
    /// The light in a word.
    pub light_text: String,
    /// The first open stage.
    pub current_stage: Option<NameView>,
    /// The open node that is due first.
    pub next_due: Option<NextDueView>,
    /// All stages are done.
    pub finished: bool,
    /// What the centre said about the scope.
    pub in_scope: Option<bool>,
    /// When the project was removed.
    pub removed_on: Option<Day>,
    /// 阶段, in the order of the pack, each with its steps.
    pub stages: Vec<NodeView>,
    /// 节点, in the order of the pack.
    pub milestones: Vec<MilestoneView>,
    /// Extension, grace, exemption, removal.
    pub adjustments: AdjustmentsView,
    /// 企业方准备事项.
    pub checklist: Vec<ChecklistView>,
    /// Both sides of the contract.
    pub performance: PerformanceView,
    /// 走访.
    pub visits: Vec<VisitView>,
    /// 企业方提问.
    pub questions: Vec<QuestionView>,
    /// 三级提醒.
    pub escalations: Vec<EscalationView>,
    /// Investment by month.
    pub investment: Vec<InvestmentView>,
    /// 项目交办, the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<AssignmentView>,
    /// 进展情况, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub progress: Vec<ProgressView>,
    /// 请求推进, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub move_asks: Vec<MoveAskView>,
    /// 调度督办, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub directions: Vec<DirectionView>,
    /// 包保: each of the pack, with who answers for the project.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sponsorships: Vec<SponsorshipView>,
    /// The branch that the project is in, or by which it left the main line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<BranchView>,
    /// What somebody must do.
    pub awaiting: Vec<Awaiting>,
    /// Facts that could not be taken in.
    pub unknown: Vec<UnknownView>,
}

/// The pack by which a track was worked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackView {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// 文号.
    pub document: String,
    /// 文件标题.
    pub title: String,
}

/// An id and its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameView {
    /// The id.
    pub id: String,
    /// The name.
    pub title: String,
}

/// The open node that is due first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextDueView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Its due day.
    pub due: Day,
    /// Days left, negative when overdue.
    pub days_left: i32,
}

/// Who said something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByView {
    /// The person's name.
    pub person: String,
    /// The person's unit.
    pub unit: String,
}

impl From<&By> for ByView {
    fn from(by: &By) -> ByView {
        ByView {
            person: by.person.clone(),
            unit: by.unit.clone(),
        }
    }
}

/// A rule's place in its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseView {
    /// 文号.
    pub document: String,
    /// 条款.
    pub article: String,
    /// 原文.
    pub text: String,
}

impl From<&policy::Clause> for ClauseView {
    fn from(clause: &policy::Clause) -> ClauseView {
        ClauseView {
            document: clause.document.to_string(),
            article: clause.article.to_string(),
            text: clause.text.to_string(),
        }
    }
}

impl ClauseView {
    fn of(policy: &Policy, article: &str, text: &str) -> ClauseView {
        ClauseView::from(&crate::packs::clause(policy, article, text))
    }
}

/// 走访.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitView {
    /// The fact.
    pub id: EventId,
    /// 走访要求.
    pub title: String,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: ByView,
    /// What was found.
    pub text: String,
    /// Pictures.
    pub files: Vec<crate::event::FileRef>,
}

/// 企业方提问.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionView {
    /// The fact.
    pub id: EventId,
    /// When.
    pub on: Day,
    /// By whom.
    pub by: ByView,
    /// The question.
    pub text: String,
    /// The answers.
    pub answers: Vec<AnswerView>,
}

/// 答复.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerView {
    /// When.
    pub on: Day,
    /// By whom.
    pub by: ByView,
    /// The answer.
    pub text: String,
}

/// A reminder that went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationView {
    /// The stage or step.
    pub node: NameView,
    /// 1–3.
    pub level: u8,
    /// 限时完成, 超时提醒, 逾期批评.
    pub title: String,
    /// The due day it was about.
    pub due: Day,
    /// When it went out.
    pub on: Day,
}

/// Investment of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvestmentView {
    /// `2025-06`.
    pub month: String,
    /// 固定资产投资.
    pub fixed_investment: Option<Yuan>,
    /// 到位资金.
    pub funds_in_place: Option<Yuan>,
    /// When it was reported.
    pub on: Day,
}

/// A fact that could not be taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownView {
    /// The fact.
    pub id: EventId,
    /// When it happened.
    pub on: Day,
    /// Why it could not be taken in.
    pub text: String,
}

/// What a track is shown from.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub packs: Packs<'a>,
    pub state: &'a State<'a>,
    pub track: &'a Track,
    pub calendar: &'a WorkCalendar,
}

impl<'a> Shown<'a> {
    pub(crate) fn policy(self) -> &'a Policy {
        self.packs.lifecycle
    }

    pub(crate) fn plan(self) -> &'a Plan {
        &self.track.plan
    }

    pub(crate) fn units<S: AsRef<str>>(
        self,
        policy: &Policy,
        roles: impl IntoIterator<Item = S>,
    ) -> Vec<String> {
        crate::packs::unit_names(policy, roles, self.state.parties())
    }

    fn name(self, ix: policy::NodeIx) -> Option<NameView> {
        let node = self.policy().nodes.get(usize::from(ix.0))?;
        Some(NameView {
            id: node.id.to_string(),
            title: node.title.to_string(),
        })
    }
}

/// Everything about a project on a day, in words.
pub fn view<'p>(
    packs: impl Into<Packs<'p>>,
    state: &State<'_>,
    track: &Track,
    calendar: &WorkCalendar,
) -> TrackView {
    let shown = Shown {
        packs: packs.into(),
        state,
        track,
        calendar,
    };
    let pack = &shown.policy().file.pack;
    TrackView {
        pack: PackView {
            id: pack.id.clone(),
            version: pack.version.clone(),
            document: pack.document.clone(),
            title: pack.title.clone(),
        },
        on: track.on,
        name: state.name().to_owned(),
        sample: state.sample,
        registered_on: state.registered_on,
        light: track.light,
        light_text: overall_text(shown),
        current_stage: track.current_stage.and_then(|ix| shown.name(ix)),
        next_due: next_due(shown),
        finished: track.finished,
        in_scope: state.scope.map(|scope| scope.in_scope),
        removed_on: track.plan.removed_on,
        stages: nodes::stages(shown),
        milestones: milestones::milestones(shown),
        adjustments: adjustments::adjustments(shown),
        checklist: milestones::checklist(shown),
        performance: performance::performance(shown),
        visits: visits(shown),
        questions: questions(state),
        escalations: escalations(shown),
        investment: investment(state),
        assignment: gates::assignment(shown),
        progress: gates::progress(shown),
        move_asks: gates::move_asks(shown),
        directions: gates::directions(shown),
        sponsorships: sponsor::sponsorships(shown),
        branch: gates::branch(shown),
        awaiting: summary(shown.packs, state, &track.plan).awaiting,
        unknown: unknown(shown),
    }
}

fn overall_text(shown: Shown<'_>) -> String {
    let track = shown.track;
    if track.plan.removed_on.is_some() {
        return "已动态调出".to_owned();
    }
    if track.plan.out_of_scope {
        return "不纳入管理".to_owned();
    }
    if track.finished {
        return "全部完成".to_owned();
    }
    // Where nothing has a limit, a light says nothing about time.
    let timeless = shown.policy().nodes.iter().all(|node| node.limit.is_none());
    if timeless && track.light == Light::Blue {
        return match track
            .plan
            .nodes
            .iter()
            .any(|node| node.held_since.is_some())
        {
            true => "已转出主线",
            false => "推进中",
        }
        .to_owned();
    }
    match track.light {
        Light::Red => "有逾期",
        Light::Yellow => "临近到期",
        Light::Blue => "正常推进",
        Light::Green => "已完成",
        Light::Grey if track.plan.suspended_since.is_some() => "暂停计时",
        Light::Grey => "未开始",
    }
    .to_owned()
}

fn next_due(shown: Shown<'_>) -> Option<NextDueView> {
    let ix = shown.track.next_due?;
    let NameView { id, title } = shown.name(ix)?;
    let due = shown.plan().node(ix)?.due?;
    Some(NextDueView {
        id,
        title,
        due,
        days_left: shown.track.node(ix)?.days_left?,
    })
}

fn visits(shown: Shown<'_>) -> Vec<VisitView> {
    let title = |id: &str| {
        let mut rules = shown.policy().file.visit.iter();
        rules
            .find(|rule| rule.id == id)
            .map(|rule| rule.title.clone())
            .unwrap_or_default()
    };
    let visits = shown.state.visits.iter().map(|visit| VisitView {
        id: visit.id,
        title: title(visit.rule),
        on: visit.on,
        by: visit.by.into(),
        text: visit.text.to_owned(),
        files: visit.files.to_vec(),
    });
    visits.collect()
}

fn questions(state: &State<'_>) -> Vec<QuestionView> {
    let answers = |answers: &[&crate::event::Event]| {
        let answers = answers.iter().filter_map(|event| match &event.kind {
            crate::event::EventKind::QuestionAnswered { text, .. } => Some(AnswerView {
                on: event.happened_on,
                by: (&event.by).into(),
                text: text.clone(),
            }),
            _ => None,
        });
        answers.collect()
    };
    let questions = state.questions.iter().map(|question| QuestionView {
        id: question.id,
        on: question.on,
        by: question.by.into(),
        text: question.text.to_owned(),
        answers: answers(&question.answers),
    });
    questions.collect()
}

fn escalations(shown: Shown<'_>) -> Vec<EscalationView> {
    let title = |level: u8| {
        let mut rules = shown.policy().file.escalation.iter();
        rules
            .find(|rule| rule.level == level)
            .map(|rule| rule.title.clone())
            .unwrap_or_default()
    };
    let escalations = shown.state.escalations.iter().filter_map(|escalation| {
        Some(EscalationView {
            node: shown.name(escalation.node)?,
            level: escalation.level,
            title: title(escalation.level),
            due: escalation.due,
            on: escalation.on,
        })
    });
    escalations.collect()
}

fn investment(state: &State<'_>) -> Vec<InvestmentView> {
    let months = state.investment.iter().map(|month| InvestmentView {
        month: month.month.to_owned(),
        fixed_investment: month.fixed_investment,
        funds_in_place: month.funds_in_place,
        on: month.on,
    });
    months.collect()
}

fn unknown(shown: Shown<'_>) -> Vec<UnknownView> {
    let unknown = shown.state.unknown.iter().map(|unknown| UnknownView {
        id: unknown.id,
        on: unknown.event.happened_on,
        text: unknown.reason.text(),
    });
    unknown.chain(performance::unknown(shown)).collect()
}
