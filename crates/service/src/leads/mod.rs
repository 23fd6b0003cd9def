//! 招商线索: projects before they are assigned. A lead is its project's stream from the first day on; here are the looks
//! at leads, and the use cases that touch more than one stream.

mod export;
mod look;
mod merge;
mod register;
mod rest;
mod view;

pub use look::{LeadBoard, LeadCard, LeadChoices, LeadLane, LeadList, LeadQuery, LeadSort};
pub use merge::{MergePreview, MergeSide};
pub use register::{LeadRegistered, NewLead, SimilarLead};
pub use view::{AbsorbedView, LeadBasisView, LeadView};

use domain::Command;
use domain::event::{Details, Share};
use domain::state::{LeadPhase, State};
use domain::track::{Plan, summary};
use domain::values::normalise_name;
use policy::{NodeKind, Policy};
use store::leads::LeadRow;

use crate::region::Region;
use crate::{Actor, Outcome, Service, ServiceError};

/// Column of the board for leads that nobody holds.
pub(crate) const POOL: &str = "pool";

/// Whether a stream is a lead that was not assigned yet, and so no project.
pub(crate) fn is_lead(policy: &Policy, state: &State<'_>) -> bool {
    let phase = state.lead_phase(policy);
    phase.is_some_and(|phase| phase.is_open() || phase == LeadPhase::Lost)
}

/// The row for looking that follows from a project's facts; nothing when it did not begin as a lead.
pub(crate) fn row(
    region: &str,
    project: &str,
    packs: &domain::Packs<'_>,
    state: &State<'_>,
    plan: &Plan,
) -> Option<LeadRow> {
    let policy = packs.lifecycle;
    let lead = state.lead.as_ref()?;
    let phase = state.lead_phase(policy)?;
    let none = Details::default();
    let details = state.details.unwrap_or(&none);
    let summary = summary(*packs, state, plan);
    let held = lead.holder.filter(|_| phase == LeadPhase::Held);
    let lane = match phase {
        LeadPhase::Pool | LeadPhase::Dormant => Some(POOL.to_string()),
        LeadPhase::Held | LeadPhase::Assigned if !summary.finished => {
            Some(summary.current_stage.clone().unwrap_or_default())
        }
        _ => None,
    };
    let normal = |name: &Option<String>| name.as_deref().map(normalise_name).unwrap_or_default();
    let head = &policy.file.pack;
    Some(LeadRow {
        region: region.to_string(),
        project: project.to_string(),
        name: details.name.clone(),
        investor: details
            .investor
            .clone()
            .or_else(|| details.enterprise.clone()),
        normal_investor: normal(&details.investor),
        normal_enterprise: normal(&details.enterprise),
        source: lead.found.source.to_string(),
        finder_unit: lead.found.unit.to_string(),
        finder_person: lead.found.person.to_string(),
        found_on: lead.found.on,
        holder: lead.holder.map(|holder| holder.unit.to_string()),
        held_since: lead.holder.map(|holder| holder.since),
        priority_until: held.map(|holder| holder.until),
        phase: phase.id().to_string(),
        lane,
        stage_title: summary.current_stage_title,
        step_title: open_step(policy, plan),
        last_contact_on: lead.last_contact,
        warns_on: held.and_then(|_| lead.warns_on(policy)),
        rests_on: held.and_then(|_| lead.rests_on(policy)),
        loss_reason: lead.lost.map(|lost| lost.reason.to_string()),
        merged_into: lead.merged.map(|(_, into)| into.to_string()),
        credit: credit_json(&lead.credit),
        total_investment: details.total_investment.map(|yuan| yuan.0),
        pack: head.id.clone(),
        pack_version: head.version.clone(),
        sample: state.sample,
    })
}

/// The first step that is open, in the order of the pack.
fn open_step(policy: &Policy, plan: &Plan) -> Option<String> {
    let nodes = policy.nodes.iter().zip(&plan.nodes);
    nodes
        .filter(|(node, dates)| matches!(node.kind, NodeKind::Step(..)) && dates.is_open())
        .min_by_key(|(node, _)| match node.kind {
            NodeKind::Step(stage, step) => (stage, step),
            NodeKind::Stage(stage) => (stage, 0),
        })
        .map(|(node, _)| node.title.to_string())
}

fn credit_json(credit: &[(&str, u32)]) -> String {
    let shares: Vec<Share> = credit
        .iter()
        .map(|(unit, basis_points)| Share {
            unit: (*unit).to_string(),
            basis_points: *basis_points,
        })
        .collect();
    serde_json::to_string(&shares).unwrap_or_default()
}

/// The shares as the row keeps them.
fn credit_of(json: &str) -> Vec<Share> {
    serde_json::from_str(json).unwrap_or_default()
}

/// `甲局 60%、乙区 40%`.
fn credit_words(shares: &[Share]) -> String {
    let one = |share: &Share| {
        format!(
            "{} {}",
            share.unit,
            domain::values::percent(share.basis_points)
        )
    };
    shares.iter().map(one).collect::<Vec<_>>().join("、")
}

/// Credit is shared among units of the region.
pub(crate) fn check_shares(region: &Region, command: &Command) -> Outcome<()> {
    let (Command::TransferLead { shares, .. } | Command::ShareCredit { shares }) = command else {
        return Ok(());
    };
    for share in shares {
        if !region.units.contains_key(&share.unit) {
            let message = format!("单位“{}”不在本地区单位名单中，不能划分成果", share.unit);
            return Err(ServiceError::field("unit-1", message));
        }
    }
    Ok(())
}

impl Region {
    /// Units with which credit can be shared: offices and organisations of the public side, by name.
    pub fn crediting_units(&self) -> Vec<&str> {
        let public = self.units.iter().filter(|(_, facts)| {
            !facts.collective && !matches!(facts.kind.as_str(), "enterprise" | "media")
        });
        public.map(|(name, _)| name.as_str()).collect()
    }
}

impl Service {
    /// Whether there is a page of leads for the actor: the pack in force has rules on leads, and the actor sees every
    /// project of the region.
    ///
    /// # Errors
    /// As [`Service::sight`].
    pub async fn sees_leads(&self, actor: &Actor) -> Outcome<bool> {
        let region = self.region(&actor.region).await?;
        let has_rules = region
            .lifecycle()
            .is_ok_and(|policy| policy.file.lead.is_some());
        if !has_rules {
            return Ok(false);
        }
        Ok(matches!(
            self.sight(actor).await?,
            Some(store::worklists::Scope::All)
        ))
    }

    /// Refuses whoever has no page of leads.
    pub(crate) async fn needs_leads(&self, actor: &Actor) -> Outcome<()> {
        if self.sees_leads(actor).await? {
            return Ok(());
        }
        let region = self.region(&actor.region).await?;
        let has_rules = region
            .lifecycle()
            .is_ok_and(|policy| policy.file.lead.is_some());
        Err(match has_rules {
            true => ServiceError::Forbidden(format!(
                "{}不参与线索管理，不能查看招商线索；请由政策包中有此权限的单位办理",
                actor.unit
            )),
            false => ServiceError::NotFound(format!(
                "{}现行政策包没有招商线索的规则，请系统管理员装入写有 [lead] 的政策包",
                region.title
            )),
        })
    }
}
