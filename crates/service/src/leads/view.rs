//! The lead on its project's page: who found it, who holds it, the credit, and what was merged into it.

use calendar::{Day, weekday_zh};
use domain::Packs;
use domain::event::EventId;
use domain::state::{Absorbed, LeadPhase, State};
use domain::values::percent;
use policy::Policy;
use policy::model::{Action, LeadBasis};

use crate::projects::{HistoryLine, Moment, days_between, history};
use crate::{AccountKind, Actor, Outcome, Service};

/// How far merges into merged leads are followed.
const DEEPEST: usize = 5;

/// A lead on its project's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadView {
    /// Where it stands.
    pub phase: LeadPhase,
    /// 来源, in words.
    pub source: String,
    /// The unit that found it.
    pub finder_unit: String,
    /// The person who found it.
    pub finder_person: String,
    /// When.
    pub found_on: Day,
    /// What was known.
    pub text: String,
    /// The unit that holds it.
    pub holder: Option<String>,
    /// Since when.
    pub held_since: Option<Day>,
    /// Last day of its priority, with weekday, while it lasts.
    pub priority_until: Option<String>,
    /// Where the priority comes from.
    pub priority: LeadBasisView,
    /// The last day of contact.
    pub last_contact_on: Day,
    /// Days since then.
    pub days_since_contact: i32,
    /// When it goes back to the pool, with weekday.
    pub rests_on: Option<String>,
    /// Whether its holder is being warned.
    pub warned: bool,
    /// Where the rule on resting comes from.
    pub dormant: LeadBasisView,
    /// Units with their part in words, and in 1/10000.
    pub credit: Vec<(String, String, u32)>,
    /// How it was lost, in words.
    pub lost: Option<String>,
    /// Why its last holder gave it back, in words.
    pub returned: Option<String>,
    /// Since when it rests.
    pub dormant_since: Option<Day>,
    /// The project into which it was merged: id, name, the fact.
    pub merged_into: Option<(String, String, EventId)>,
    /// What was merged into it.
    pub absorbed: Vec<AbsorbedView>,
    /// Whether the actor's unit may merge others into it now.
    pub may_merge: bool,
    /// Reasons for loss: id and name.
    pub losses: Vec<(String, String)>,
    /// Units that could hold it.
    pub claimers: Vec<String>,
}

/// Where a rule on leads comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeadBasisView {
    /// 文号.
    pub document: String,
    /// Article; empty when the document says nothing.
    pub article: String,
    /// The reason that the pack gives.
    pub because: String,
}

/// A lead that was the same, with its own history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsorbedView {
    /// Id.
    pub project: String,
    /// Name.
    pub name: String,
    /// When it was merged.
    pub on: Day,
    /// The fact on the surviving side, by which the merge is undone.
    pub id: EventId,
    /// Label and words.
    pub facts: Vec<(&'static str, String)>,
    /// Every fact of it in a sentence, the latest first.
    pub history: Vec<HistoryLine>,
    /// Whether it was merged into this project itself, not into one that was merged later.
    pub direct: bool,
}

impl Service {
    /// The lead as which a project began; nothing for people of an enterprise.
    pub(crate) async fn lead_view(
        &self,
        actor: &Actor,
        packs: Packs<'_>,
        state: &State<'_>,
        moment: Moment,
    ) -> Outcome<Option<LeadView>> {
        let policy = packs.lifecycle;
        let (Some(lead), Some(phase)) = (&state.lead, state.lead_phase(policy)) else {
            return Ok(None);
        };
        if actor.kind == AccountKind::Enterprise {
            return Ok(None);
        }
        let rules = policy.file.lead.as_ref();
        let held = lead.holder.filter(|_| phase == LeadPhase::Held);
        let warns_on = held.and_then(|_| lead.warns_on(policy));
        let lost = lead.lost.map(|lost| {
            let reason = rules.map_or(lost.reason, |rules| rules.loss_title(lost.reason));
            let text = match lost.text {
                "" => String::new(),
                text => format!("：{text}"),
            };
            format!("{}，{reason}{text}", lost.on)
        });
        let merges = self.unit_may(actor, Action::MergeLead).await? && !moment.past;
        let merged_into = match lead.merged {
            Some((id, into)) => Some((into.to_string(), self.name_of(actor, into).await?, id)),
            None => None,
        };
        Ok(Some(LeadView {
            phase,
            source: rules
                .map_or(lead.found.source, |rules| {
                    rules.source_title(lead.found.source)
                })
                .to_string(),
            finder_unit: lead.found.unit.to_string(),
            finder_person: lead.found.person.to_string(),
            found_on: lead.found.on,
            text: lead.found.text.to_string(),
            holder: lead.holder.map(|holder| holder.unit.to_string()),
            held_since: lead.holder.map(|holder| holder.since),
            priority_until: held
                .filter(|holder| holder.until >= moment.on)
                .map(|holder| with_weekday(holder.until)),
            priority: rules
                .map(|rules| basis(policy, rules.priority.basis()))
                .unwrap_or_default(),
            last_contact_on: lead.last_contact,
            days_since_contact: days_between(lead.last_contact, moment.on),
            rests_on: held.and_then(|_| lead.rests_on(policy)).map(with_weekday),
            warned: warns_on.is_some_and(|day| day <= moment.on),
            dormant: rules
                .map(|rules| basis(policy, rules.dormant.basis()))
                .unwrap_or_default(),
            credit: lead
                .credit
                .iter()
                .map(|(unit, points)| ((*unit).to_string(), percent(*points), *points))
                .collect(),
            lost,
            returned: lead.returned.map(|(on, reason)| format!("{on}，{reason}")),
            dormant_since: lead.dormant_since,
            merged_into,
            absorbed: self.absorbed(actor, &lead.absorbed).await?,
            may_merge: merges && lead.merged.is_none() && lead.lost.is_none(),
            claimers: claimers(policy, state),
            losses: rules
                .into_iter()
                .flat_map(|rules| &rules.loss)
                .map(|word| (word.id.clone(), word.title.clone()))
                .collect(),
        }))
    }

    async fn name_of(&self, actor: &Actor, project: &str) -> Outcome<String> {
        let found = store::projects::get(self.db(), &actor.region, project).await?;
        Ok(found.map(|found| found.row.name).unwrap_or_default())
    }

    /// What was merged, and what had been merged into that, with the facts of each.
    async fn absorbed(&self, actor: &Actor, merged: &[Absorbed<'_>]) -> Outcome<Vec<AbsorbedView>> {
        let owned = |one: &Absorbed<'_>| (one.from.to_string(), one.on, one.id);
        let mut waiting: Vec<(String, Day, EventId)> = merged.iter().map(owned).collect();
        let mut views: Vec<AbsorbedView> = Vec::new();
        for depth in 0..DEEPEST {
            let mut deeper = Vec::new();
            for (project, on, id) in waiting {
                if views.iter().any(|view| view.project == project) {
                    continue;
                }
                let loaded = self.load(&actor.region, &project).await?;
                let state = loaded.state();
                deeper.extend(state.lead.iter().flat_map(|lead| &lead.absorbed).map(owned));
                views.push(AbsorbedView {
                    name: state.name().to_string(),
                    facts: lead_facts(&loaded.lifecycle, &state),
                    history: history(loaded.packs(), &loaded.events),
                    project,
                    on,
                    id,
                    direct: depth == 0,
                });
            }
            waiting = deeper;
        }
        Ok(views)
    }
}

/// What tells leads apart: label and words.
pub(super) fn lead_facts(policy: &Policy, state: &State<'_>) -> Vec<(&'static str, String)> {
    let details = state.details;
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    let mut facts = vec![
        ("投资方", text(details.and_then(|d| d.investor.as_ref()))),
        ("企业", text(details.and_then(|d| d.enterprise.as_ref()))),
        (
            "信用代码",
            details
                .and_then(|d| d.credit_code.as_ref())
                .map(|code| code.as_str().to_string())
                .unwrap_or_default(),
        ),
    ];
    if let Some(lead) = &state.lead {
        let rules = policy.file.lead.as_ref();
        let source = rules.map_or(lead.found.source, |rules| {
            rules.source_title(lead.found.source)
        });
        let credit = lead
            .credit
            .iter()
            .map(|(unit, points)| format!("{unit} {}", percent(*points)));
        facts.extend([
            ("来源", source.to_string()),
            (
                "发现人",
                format!("{} {}", lead.found.unit, lead.found.person),
            ),
            ("发现日期", lead.found.on.to_string()),
            (
                "持有单位",
                lead.holder
                    .map_or("（线索池）", |holder| holder.unit)
                    .to_string(),
            ),
            ("成果划分", credit.collect::<Vec<_>>().join("、")),
            ("最近接触", lead.last_contact.to_string()),
        ]);
    }
    facts.retain(|(_, words)| !words.is_empty());
    facts
}

/// Units that may claim leads, each once, by name.
fn claimers(policy: &Policy, state: &State<'_>) -> Vec<String> {
    let rules = policy.file.lead.iter();
    let units = rules
        .flat_map(|rules| &rules.claim.roles)
        .flat_map(|role| policy.units_of(role, state.parties()));
    let mut units: Vec<String> = units.map(str::to_string).collect();
    units.sort_unstable();
    units.dedup();
    units
}

fn basis(policy: &Policy, basis: LeadBasis<'_>) -> LeadBasisView {
    LeadBasisView {
        document: policy.file.pack.document.clone(),
        article: basis.article.to_string(),
        because: basis.because.to_string(),
    }
}

fn with_weekday(day: Day) -> String {
    format!("{day} {}", weekday_zh(day))
}
