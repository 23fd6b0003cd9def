//! Who is put forward for awards (LY-3), with proof; and which breaches the track suggests (LY-2).

use calendar::Day;
use policy::model::BreachDef;
use policy::{Clause, NodeIx};
use serde::{Deserialize, Serialize};

use crate::packs::{Packs, clause};
use crate::state::{Breach, BreachStatus, State};
use crate::text::zh;
use crate::track::{NodePlan, Stand, Track};

/// Whether a project can be put forward for an award.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eligibility {
    /// Award id.
    pub award: String,
    /// 名称.
    pub title: String,
    /// Whether it can be put forward.
    pub eligible: bool,
    /// What speaks for it: each stage that was done in time.
    pub proof: Vec<Proof>,
    /// What speaks against it, in sentences.
    pub obstacles: Vec<String>,
    /// Where the rule stands.
    pub clause: Clause,
}

/// A stage that was done in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Stage id.
    pub stage: String,
    /// 名称.
    pub title: String,
    /// When it was due.
    pub due: Day,
    /// When it was done.
    pub done_on: Day,
    /// A sentence.
    pub text: String,
}

/// Whether a project can be put forward for an award: of the stages that the award names, all that are done were done
/// in time and none is past its due day, at least one is done, and no entry of the negative list that bars awards
/// stands against it. `None` when no pack has such an award.
pub fn award_eligibility(
    packs: Packs<'_>,
    state: &State<'_>,
    track: &Track,
    award: &str,
) -> Option<Eligibility> {
    let (pack, rule) = packs.find(|policy| {
        let mut rules = policy.file.award.iter();
        rules
            .find(|rule| rule.id == award)
            .map(|rule| (policy, rule))
    })?;
    let mut proof = Vec::new();
    let mut obstacles = Vec::new();
    for id in &rule.on_time {
        let Some(ix) = packs.lifecycle.node(id) else {
            continue;
        };
        match punctual(packs, track, ix) {
            Some(Ok(done)) => proof.push(done),
            Some(Err(obstacle)) => obstacles.push(obstacle),
            None => {}
        }
    }
    if proof.is_empty() {
        obstacles.push("尚无按时完成的阶段。".to_owned());
    }
    if track.plan.is_removed() {
        obstacles.push("项目已不在全生命周期服务管理之内。".to_owned());
    }
    obstacles.extend(state.breaches.iter().filter_map(|entry| bars(packs, entry)));
    Some(Eligibility {
        award: rule.id.clone(),
        title: rule.title.clone(),
        eligible: obstacles.is_empty(),
        proof,
        obstacles,
        clause: clause(pack, &rule.clause, &rule.text),
    })
}

/// Every award of the packs.
pub fn awards(packs: Packs<'_>, state: &State<'_>, track: &Track) -> Vec<Eligibility> {
    let rules = packs.iter().flat_map(|policy| &policy.file.award);
    rules
        .filter_map(|rule| award_eligibility(packs, state, track, &rule.id))
        .collect()
}

/// A stage in time, an obstacle, or nothing while it is not due.
fn punctual(packs: Packs<'_>, track: &Track, ix: NodeIx) -> Option<Result<Proof, String>> {
    let node = packs.lifecycle.nodes.get(usize::from(ix.0))?;
    let dates: &NodePlan = track.plan.node(ix)?;
    let due = dates.due.filter(|_| !dates.projected)?;
    match (dates.done_on, track.node(ix)?.stand) {
        (Some(done), _) if done <= due => Some(Ok(Proof {
            stage: node.id.to_string(),
            title: node.title.to_string(),
            due,
            done_on: done,
            text: format!("“{}”应于{}完成，于{}完成。", node.title, zh(due), zh(done)),
        })),
        (Some(_), _) => Some(Err(format!(
            "“{}”逾期 {} 天完成。",
            node.title,
            dates.days_late()
        ))),
        (None, Stand::Overdue | Stand::InGrace) => Some(Err(format!(
            "“{}”应于{}完成，尚未完成。",
            node.title,
            zh(due)
        ))),
        _ => None,
    }
}

/// The sentence about an entry of the negative list that bars awards.
fn bars(packs: Packs<'_>, entry: &Breach<'_>) -> Option<String> {
    let rule: &BreachDef = packs.find(|policy| {
        policy
            .file
            .breach
            .iter()
            .find(|rule| rule.id == entry.breach)
    })?;
    let bars = |id: &str| rule.consequence.iter().any(|c| c.id == id && c.bars_awards);
    let could = rule
        .consequence
        .iter()
        .any(|consequence| consequence.bars_awards);
    match entry.status() {
        BreachStatus::Exempted | BreachStatus::Rectified => None,
        BreachStatus::Sanctioned if entry.sanctions.iter().any(|(id, _)| bars(id)) => {
            Some(format!("因“{}”已取消奖励资格。", rule.title))
        }
        BreachStatus::Sanctioned => None,
        BreachStatus::Open if could => Some(format!("“{}”已认定，尚未处理完毕。", rule.title)),
        BreachStatus::Open => None,
    }
}

/// A breach that the track suggests. Nobody is in breach before a unit certifies it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Breach id.
    pub breach: String,
    /// 名称.
    pub title: String,
    /// The stage or step that is or was overdue.
    pub node: String,
    /// A sentence.
    pub text: String,
    /// Where the rule stands.
    pub clause: Clause,
}

/// Breaches that stages and steps past their due day (and grace) suggest, as far as they are not certified yet.
pub fn suggested_breaches(packs: Packs<'_>, state: &State<'_>, track: &Track) -> Vec<Suggestion> {
    let mut suggestions = Vec::new();
    for policy in packs.iter() {
        for rule in &policy.file.breach {
            if state.breaches.iter().any(|entry| entry.breach == rule.id) {
                continue;
            }
            let late = rule
                .suggested_by
                .iter()
                .find_map(|id| late(packs, track, id));
            let Some((node, text)) = late else { continue };
            suggestions.push(Suggestion {
                breach: rule.id.clone(),
                title: rule.title.clone(),
                node,
                text,
                clause: clause(policy, &rule.clause, &rule.text),
            });
        }
    }
    suggestions
}

fn late(packs: Packs<'_>, track: &Track, id: &str) -> Option<(String, String)> {
    let ix = packs.lifecycle.node(id)?;
    let node = packs.lifecycle.nodes.get(usize::from(ix.0))?;
    let dates = track.plan.node(ix)?;
    let last = dates.last_day()?;
    let text = match (track.node(ix)?.stand, dates.done_on) {
        (Stand::Overdue, _) => format!("“{}”应于{}完成，尚未完成。", node.title, zh(last)),
        (Stand::DoneLate, Some(done)) if done > last => {
            format!(
                "“{}”应于{}完成，于{}才完成。",
                node.title,
                zh(last),
                zh(done)
            )
        }
        _ => return None,
    };
    Some((id.to_owned(), text))
}
