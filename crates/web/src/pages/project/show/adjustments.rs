//! 调整: extension, grace, exemption, removal, policy.

use domain::view::OpinionView;
use service::projects::{Act, ProjectView};

use super::acts::act_links;
use super::entries::{Entry, Group};
use crate::pages::project::files::links;

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

pub(super) fn adjustments(view: &ProjectView) -> AdjustmentsSection {
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
