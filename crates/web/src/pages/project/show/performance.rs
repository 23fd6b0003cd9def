//! 履约: duties, breaches, merits, disputes, awards.

use domain::view::ClauseView;
use policy::model::Side;
use service::projects::{Act, ProjectView};

use super::acts::{ActLink, act_links};
use super::entries::{Entry, Group};
use super::head::with_weekday;
use crate::pages::project::files::links;

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

pub(super) fn performance(view: &ProjectView) -> PerformanceSection {
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
