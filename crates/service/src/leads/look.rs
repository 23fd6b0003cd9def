//! The board and the list.

use calendar::Day;
use domain::state::LeadPhase;
use domain::values::{MoneyUnit, Yuan};
use policy::Policy;
use policy::model::Action;
use store::leads::{self, LaneRows, LeadFilter, LeadRow};

use super::{POOL, credit_of, credit_words};
use crate::projects::days_between;
use crate::{Actor, Outcome, Service};

pub use store::leads::LeadSort;

/// Cards of a column that are shown at once.
const CARDS: u32 = 20;
/// Rows of a page of the list.
const PAGE_SIZE: u32 = 50;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeadQuery {
    /// Source id.
    pub source: String,
    /// The unit that holds it.
    pub holder: String,
    /// The unit that found it.
    pub finder: String,
    /// Phase; the list only.
    pub phase: Option<LeadPhase>,
    /// Column of the board; the list only.
    pub lane: Option<String>,
    /// Words.
    pub text: String,
    /// Order of the list.
    pub sort: LeadSort,
    /// Where the page of the list begins.
    pub after: Option<String>,
}

impl LeadQuery {
    fn filter(&self) -> LeadFilter {
        LeadFilter {
            source: self.source.clone(),
            holder: self.holder.clone(),
            finder: self.finder.clone(),
            phases: self
                .phase
                .map(|phase| phase.id().to_string())
                .into_iter()
                .collect(),
            lane: self.lane.clone(),
            text: self.text.clone(),
        }
    }
}

/// A lead as board and list show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadCard {
    /// Id.
    pub project: String,
    /// 项目名称.
    pub name: String,
    /// 投资方; empty when not known.
    pub investor: String,
    /// 来源, in words.
    pub source: String,
    /// The unit that found it.
    pub finder: String,
    /// The person who found it.
    pub finder_person: String,
    /// When it was found.
    pub found_on: Day,
    /// The unit that holds it.
    pub holder: Option<String>,
    /// Last day of the holder's priority, while it lasts.
    pub priority_until: Option<Day>,
    /// Where it stands.
    pub phase: LeadPhase,
    /// 当前阶段.
    pub stage: String,
    /// The step that is next.
    pub step: String,
    /// The last day of contact.
    pub last_contact_on: Day,
    /// Days since then.
    pub days_since_contact: i32,
    /// When it goes back to the pool.
    pub rests_on: Option<Day>,
    /// Whether its holder is being warned.
    pub warned: bool,
    /// How the credit is shared, in words.
    pub credit: String,
    /// Why it was lost, in words.
    pub loss: String,
    /// 总投资（亿元）; empty when not known.
    pub investment: String,
    /// Whether the actor's unit can claim it now.
    pub claimable: bool,
    /// 样例数据.
    pub sample: bool,
}

/// A column of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadLane {
    /// `pool`, a stage, or empty.
    pub lane: String,
    /// Its heading.
    pub title: String,
    /// All leads in it, counted to 1000.
    pub count: u64,
    /// The first of them.
    pub cards: Vec<LeadCard>,
}

/// The board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadBoard {
    /// Columns in the order of the pack, empty ones too.
    pub lanes: Vec<LeadLane>,
    /// How many leads stand where, of those that the filter finds, each counted to 1000.
    pub counts: Vec<(LeadPhase, u64)>,
    /// There is no lead at all.
    pub nothing_yet: bool,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadList {
    /// Rows.
    pub cards: Vec<LeadCard>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many leads stand where, of those that the filter finds, each counted to 1000.
    pub counts: Vec<(LeadPhase, u64)>,
    /// There is no lead at all.
    pub nothing_yet: bool,
}

/// Choices of the filters, and what the actor's unit may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadChoices {
    /// Sources: id and name.
    pub sources: Vec<(String, String)>,
    /// Reasons for loss: id and name.
    pub losses: Vec<(String, String)>,
    /// Units that hold leads.
    pub holders: Vec<String>,
    /// Units that found leads.
    pub finders: Vec<String>,
    /// Stages of the pack: id and name.
    pub stages: Vec<(String, String)>,
    /// Whether the unit may register leads.
    pub may_register: bool,
    /// Whether it may claim them.
    pub may_claim: bool,
    /// Whether it may merge them.
    pub may_merge: bool,
    /// Whether it may export.
    pub may_export: bool,
}

impl Service {
    /// Choices of the filters, and what the actor's unit may do.
    ///
    /// # Errors
    /// [`crate::ServiceError::Forbidden`] or not found for whoever has no page of leads.
    pub async fn lead_choices(&self, actor: &Actor) -> Outcome<LeadChoices> {
        self.needs_leads(actor).await?;
        let region = self.region(&actor.region).await?;
        let policy = region.lifecycle()?;
        let (holders, finders) = leads::units(self.db(), &actor.region).await?;
        let rules = policy.file.lead.as_ref();
        let words = |words: Option<&Vec<policy::model::LeadWordDef>>| {
            let pair = |word: &policy::model::LeadWordDef| (word.id.clone(), word.title.clone());
            words.into_iter().flatten().map(pair).collect::<Vec<_>>()
        };
        Ok(LeadChoices {
            sources: words(rules.map(|rules| &rules.source)),
            losses: words(rules.map(|rules| &rules.loss)),
            holders,
            finders,
            stages: policy
                .file
                .stage
                .iter()
                .map(|stage| (stage.id.clone(), stage.title.clone()))
                .collect(),
            may_register: self.unit_may(actor, Action::RegisterLead).await?,
            may_claim: self.unit_may(actor, Action::ClaimLead).await?,
            may_merge: self.unit_may(actor, Action::MergeLead).await?,
            may_export: self.unit_may(actor, Action::Export).await?,
        })
    }

    /// The board: the pool first, then the stages of the pack.
    ///
    /// # Errors
    /// As [`Service::lead_choices`].
    pub async fn lead_board(&self, actor: &Actor, query: &LeadQuery) -> Outcome<LeadBoard> {
        self.needs_leads(actor).await?;
        let region = self.region(&actor.region).await?;
        let policy = region.lifecycle()?;
        let looker = self.looker(actor, policy).await?;
        let mut filter = query.filter();
        (filter.lane, filter.phases) = (None, Vec::new());
        let found = leads::board(self.db(), &actor.region, &filter, CARDS).await?;
        let counts = self.phase_counts(actor, &filter).await?;
        let nothing_yet = counts.is_empty() && self.has_no_leads(actor).await?;
        Ok(LeadBoard {
            lanes: lanes(policy, found, &looker),
            counts,
            nothing_yet,
        })
    }

    /// A page of the list.
    ///
    /// # Errors
    /// As [`Service::lead_choices`]; [`crate::ServiceError::Invalid`] when the page begins nowhere.
    pub async fn lead_list(&self, actor: &Actor, query: &LeadQuery) -> Outcome<LeadList> {
        self.needs_leads(actor).await?;
        let region = self.region(&actor.region).await?;
        let looker = self.looker(actor, region.lifecycle()?).await?;
        let filter = query.filter();
        let after = query.after.as_deref();
        let page = leads::page(
            self.db(),
            &actor.region,
            &filter,
            query.sort,
            after,
            PAGE_SIZE,
        );
        let page = page.await.map_err(|error| match error {
            store::StoreError::NotUnderstood { .. } => {
                crate::ServiceError::field("after", "翻页位置无效，已回到第一页")
            }
            other => other.into(),
        })?;
        let counts = self.phase_counts(actor, &filter).await?;
        Ok(LeadList {
            cards: page.rows.into_iter().map(|row| looker.card(row)).collect(),
            next: page.next,
            nothing_yet: counts.is_empty() && self.has_no_leads(actor).await?,
            counts,
        })
    }

    pub(crate) async fn phase_counts(
        &self,
        actor: &Actor,
        filter: &LeadFilter,
    ) -> Outcome<Vec<(LeadPhase, u64)>> {
        let counts = leads::counts_by_phase(self.db(), &actor.region, filter).await?;
        let known = |(phase, count): (String, u64)| Some((LeadPhase::parse(&phase)?, count));
        let mut counts: Vec<(LeadPhase, u64)> = counts.into_iter().filter_map(known).collect();
        counts.sort_by_key(|(phase, _)| LeadPhase::ALL.iter().position(|other| other == phase));
        Ok(counts)
    }

    async fn has_no_leads(&self, actor: &Actor) -> Outcome<bool> {
        let all = LeadFilter {
            phases: LeadPhase::ALL
                .iter()
                .map(|phase| phase.id().to_string())
                .collect(),
            ..LeadFilter::default()
        };
        let page = leads::page(self.db(), &actor.region, &all, LeadSort::Found, None, 1).await?;
        Ok(page.rows.is_empty())
    }

    pub(super) async fn looker<'p>(
        &self,
        actor: &Actor,
        policy: &'p Policy,
    ) -> Outcome<Looker<'p>> {
        Ok(Looker {
            policy,
            unit: actor.unit.clone(),
            claims: self.unit_may(actor, Action::ClaimLead).await?,
            today: self.today(),
        })
    }
}

/// The pool, what is in no stage yet, the stages of the pack, and stages of other versions that still hold leads.
fn lanes(policy: &Policy, found: Vec<LaneRows>, looker: &Looker<'_>) -> Vec<LeadLane> {
    let empty = |lane: &str, title: &str| LeadLane {
        lane: lane.to_string(),
        title: title.to_string(),
        count: 0,
        cards: Vec::new(),
    };
    let mut lanes = vec![
        empty(POOL, "线索池（待认领）"),
        empty("", "已认领，未进入流程"),
    ];
    let stages = policy.file.stage.iter();
    lanes.extend(stages.map(|stage| empty(&stage.id, &stage.title)));
    for rows in found {
        let title = rows.cards.first().and_then(|row| row.stage_title.clone());
        let at = lanes.iter().position(|lane| lane.lane == rows.lane);
        let at = at.unwrap_or_else(|| {
            lanes.push(empty(&rows.lane, title.as_deref().unwrap_or(&rows.lane)));
            lanes.len() - 1
        });
        if let Some(lane) = lanes.get_mut(at) {
            lane.count = rows.count;
            lane.cards = rows.cards.into_iter().map(|row| looker.card(row)).collect();
        }
    }
    // Where the first stage opens at once, nothing ever stands before it.
    lanes.retain(|lane| !lane.lane.is_empty() || lane.count > 0);
    lanes
}

/// Who looks, and when.
pub(super) struct Looker<'p> {
    policy: &'p Policy,
    unit: String,
    claims: bool,
    pub(super) today: Day,
}

impl Looker<'_> {
    pub(super) fn card(&self, row: LeadRow) -> LeadCard {
        let rules = self.policy.file.lead.as_ref();
        let source = rules.map_or(row.source.as_str(), |rules| rules.source_title(&row.source));
        let loss = row.loss_reason.as_deref().unwrap_or_default();
        let loss = rules.map_or(loss, |rules| rules.loss_title(loss));
        let phase = LeadPhase::parse(&row.phase).unwrap_or(LeadPhase::Closed);
        let waits = matches!(phase, LeadPhase::Pool | LeadPhase::Dormant);
        // Contact since the claim is seen from the days alone; on the day of the claim itself the page decides.
        let stale = phase == LeadPhase::Held
            && row.priority_until.is_some_and(|until| until < self.today)
            && row
                .held_since
                .is_some_and(|since| row.last_contact_on < since)
            && row.holder.as_ref() != Some(&self.unit);
        LeadCard {
            source: source.to_string(),
            loss: loss.to_string(),
            days_since_contact: days_between(row.last_contact_on, self.today),
            warned: row.warns_on.is_some_and(|day| day <= self.today),
            priority_until: row.priority_until.filter(|until| *until >= self.today),
            claimable: self.claims && (waits || stale),
            investor: row.investor.unwrap_or_default(),
            finder: row.finder_unit,
            finder_person: row.finder_person,
            found_on: row.found_on,
            holder: row.holder,
            phase,
            stage: row.stage_title.unwrap_or_default(),
            step: row.step_title.unwrap_or_default(),
            last_contact_on: row.last_contact_on,
            rests_on: row.rests_on,
            credit: credit_words(&credit_of(&row.credit)),
            investment: row
                .total_investment
                .map(|fen| Yuan(fen).format_in(MoneyUnit::Yi))
                .unwrap_or_default(),
            sample: row.sample,
            project: row.project,
            name: row.name,
        }
    }
}

impl LeadQuery {
    pub(super) fn store_filter(&self) -> LeadFilter {
        self.filter()
    }
}
