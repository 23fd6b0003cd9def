//! The figures of a document: each is the rows that it counts, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use calendar::Day;
use domain::matter::{MatterState, SourceKind};
use domain::state::State;
use domain::values::Yuan;
use policy::Policy;
use policy::model::{FigureDef, MatterCount, MatterCountDef, MeetingCountDef, SelectionDef};
use serde::{Deserialize, Serialize};
use store::events::Aggregate;
use store::meetings::{self, MeetingRow};
use store::projects::ProjectRow;
use store::{events, matters};

use super::text::title_in;
use crate::forms::produce::selects;
use crate::forms::{Period, cells};
use crate::jobs::whole_streams;
use crate::matters::LoadedMatter;
use crate::projects::Loaded;
use crate::region::Region;
use crate::{Outcome, Service, ServiceError};

/// Facts read at a time.
const CHUNK: usize = 4_000;
const NO_UNIT: &str = "未明确承接单位";

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// Projects.
    Projects,
    /// Matters.
    Matters,
    /// Meetings.
    Meetings,
}

impl Over {
    /// 个, 件, 次.
    pub fn measure(self) -> &'static str {
        match self {
            Over::Projects => "个",
            Over::Matters => "件",
            Over::Meetings => "次",
        }
    }
}

/// A row of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureRow {
    /// Id of the project, the matter or the meeting.
    pub id: String,
    /// Its name; of a matter with its number.
    pub name: String,
    /// The unit that it is counted for.
    pub unit: String,
    /// Kind of a matter or a meeting; empty for projects.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// 总投资 of a project.
    #[serde(default)]
    pub investment: Yuan,
}

/// A figure with what it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// Id in the pack.
    pub id: String,
    /// 累计签约.
    pub title: String,
    /// What it counts.
    pub over: Over,
    /// The rows.
    pub rows: Vec<FigureRow>,
}

impl Figure {
    /// How many.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// Their 总投资 together.
    pub fn investment(&self) -> Yuan {
        let sum = |sum: i64, row: &FigureRow| sum.saturating_add(row.investment.0);
        Yuan(self.rows.iter().fold(0, sum))
    }

    /// By unit, the most first.
    pub(super) fn by_unit(&self) -> Vec<(String, usize, Yuan)> {
        let mut units: BTreeMap<&str, (usize, i64)> = BTreeMap::new();
        for row in &self.rows {
            let entry = units.entry(&row.unit).or_default();
            entry.0 += 1;
            entry.1 = entry.1.saturating_add(row.investment.0);
        }
        let mut list: Vec<_> = units
            .into_iter()
            .map(|(unit, (count, sum))| (unit.to_owned(), count, Yuan(sum)))
            .collect();
        list.sort_by(|a, b| b.1.cmp(&a.1).then(b.2.cmp(&a.2)).then(a.0.cmp(&b.0)));
        list
    }

    /// By kind, the most first.
    pub(super) fn by_kind(&self) -> Vec<(String, usize)> {
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &self.rows {
            *kinds.entry(&row.kind).or_default() += 1;
        }
        let mut list: Vec<_> = kinds
            .into_iter()
            .map(|(kind, count)| (kind.to_owned(), count))
            .collect();
        list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        list
    }
}

impl Service {
    /// The figures of a document for a period, as they stood on its last day.
    pub(super) async fn figures(
        &self,
        region: &Arc<Region>,
        defs: &[FigureDef],
        period: Period,
    ) -> Outcome<Vec<Figure>> {
        let over_projects = defs.iter().any(|def| def.projects.is_some());
        let over_matters = defs.iter().any(|def| def.matters.is_some());
        let over_meetings = defs.iter().any(|def| def.meetings.is_some());
        kinds_are_known(region, defs)?;
        let candidates = match over_projects {
            true => self.form_candidates(region, None).await?,
            false => Vec::new(),
        };
        milestones_are_known(defs, &candidates)?;
        let matters = match over_matters && region.matters().is_some() {
            true => self.matters_until(region, period.end).await?,
            false => Vec::new(),
        };
        // A meeting that is called for a later day has not been held.
        let last = period.end.min(self.today());
        let meetings = match over_meetings {
            true => meetings::held_between(self.db(), &region.id, period.start, last).await?,
            false => Vec::new(),
        };
        let counting = Counting {
            period,
            projects: states(&candidates, period.end),
            matters: &matters,
            meetings: &meetings,
        };
        Ok(defs.iter().filter_map(|def| counting.figure(def)).collect())
    }

    /// The matters of a region as they stood on a day: two statements, however many they are.
    async fn matters_until(&self, region: &Arc<Region>, day: Day) -> Outcome<Vec<LoadedMatter>> {
        let ids = matters::issued_until(self.db(), &region.id, day).await?;
        let streams = ids.iter().map(|id| Aggregate::Matter.stream(id)).collect();
        let mut facts = events::of_streams(self.db(), &region.id, streams, CHUNK).await?;
        let mut loaded = BTreeMap::new();
        let mut open = None;
        loop {
            let chunk = facts.next().await?;
            let last = chunk.is_none();
            for (stream, mut stored) in whole_streams(&mut open, chunk) {
                let Some((_, id)) = Aggregate::of(&stream) else {
                    continue;
                };
                stored.retain(|event| event.happened_on <= day);
                if !stored.is_empty() {
                    let matter = LoadedMatter::of(id, region.clone(), &stored)?;
                    loaded.insert(id.to_owned(), matter);
                }
            }
            if last {
                break;
            }
        }
        Ok(ids.iter().filter_map(|id| loaded.remove(id)).collect())
    }
}

/// A kind that the pack of matters does not have would count nothing for ever. Without such a pack there is nothing
/// to count.
fn kinds_are_known(region: &Region, defs: &[FigureDef]) -> Outcome<()> {
    let Some(policy) = region.matters() else {
        return Ok(());
    };
    let matters: BTreeSet<&str> = policy.file.matter.iter().map(|def| &*def.id).collect();
    let meetings: BTreeSet<&str> = policy.file.meeting.iter().map(|def| &*def.id).collect();
    for def in defs {
        let of_matters = def.matters.iter().flat_map(|count| &count.kinds);
        let of_meetings = def.meetings.iter().flat_map(|count| &count.kinds);
        let strange = of_matters
            .filter(|kind| !matters.contains(kind.as_str()))
            .chain(of_meetings.filter(|kind| !meetings.contains(kind.as_str())))
            .next();
        if let Some(kind) = strange {
            return Err(cannot(def, &format!("事项包中没有类别 {kind}")));
        }
    }
    Ok(())
}

/// As [`kinds_are_known`], for milestones that must have been reached.
fn milestones_are_known(defs: &[FigureDef], candidates: &[(ProjectRow, Loaded)]) -> Outcome<()> {
    let mut packs: BTreeMap<(&str, &str), &Policy> = BTreeMap::new();
    for (_, loaded) in candidates {
        let head = &loaded.lifecycle.file.pack;
        packs.insert((&head.id, &head.version), &loaded.lifecycle);
    }
    if packs.is_empty() {
        return Ok(());
    }
    for def in defs {
        let reached = def.projects.iter().flat_map(|rule| &rule.reached);
        for id in reached {
            if packs.values().all(|policy| policy.milestone(id).is_none()) {
                return Err(cannot(def, &format!("全生命周期包中没有节点 {id}")));
            }
        }
    }
    Ok(())
}

fn cannot(def: &FigureDef, why: &str) -> ServiceError {
    ServiceError::field(
        "document",
        format!(
            "公文的数字“{}”（{}）无法计算：{why}。请修改报表政策包",
            def.title, def.id
        ),
    )
}

/// A project as it stood on the last day.
struct Stood<'a> {
    id: &'a str,
    loaded: &'a Loaded,
    state: State<'a>,
}

fn states(candidates: &[(ProjectRow, Loaded)], end: Day) -> Vec<Stood<'_>> {
    let mut states = Vec::with_capacity(candidates.len());
    for (row, loaded) in candidates {
        states.push(Stood {
            id: &row.project,
            loaded,
            state: State::fold_until(&loaded.lifecycle, &loaded.events, end),
        });
    }
    states
}

/// Everything that can be counted.
struct Counting<'a> {
    period: Period,
    projects: Vec<Stood<'a>>,
    matters: &'a [LoadedMatter],
    meetings: &'a [MeetingRow],
}

impl Counting<'_> {
    /// The figure; none when its rule names nothing to count, which the check of the pack refuses.
    fn figure(&self, def: &FigureDef) -> Option<Figure> {
        let (over, rows) = match (&def.projects, &def.matters, &def.meetings) {
            (Some(rule), ..) => (Over::Projects, self.projects(rule, def.at_least_yi)),
            (None, Some(rule), _) => (Over::Matters, self.matters(rule)),
            (None, None, Some(rule)) => (Over::Meetings, self.meetings(rule)),
            (None, None, None) => return None,
        };
        Some(Figure {
            id: def.id.clone(),
            title: title_in(&def.title, self.period),
            over,
            rows,
        })
    }

    fn projects(&self, rule: &SelectionDef, at_least_yi: Option<u32>) -> Vec<FigureRow> {
        let least = Yuan::from_yuan(i64::from(at_least_yi.unwrap_or(0)) * 100_000_000);
        let row = |stood: &Stood<'_>| {
            let details = stood.state.details?;
            let investment = details.total_investment.unwrap_or_default();
            let counts = selects(rule, self.period, stood.loaded, &stood.state);
            let unit = cells::parties(&stood.state).assigned.receiving_unit;
            let unit = unit.or(details.host.as_deref()).unwrap_or(NO_UNIT);
            (counts && investment >= least).then(|| FigureRow {
                id: stood.id.to_owned(),
                name: details.name.clone(),
                unit: unit.to_owned(),
                kind: String::new(),
                investment,
            })
        };
        self.projects.iter().filter_map(row).collect()
    }

    fn matters(&self, rule: &MatterCountDef) -> Vec<FigureRow> {
        let row = |matter: &LoadedMatter| {
            let (state, head) = (&matter.state, &matter.state.head);
            let kind = rule.kinds.is_empty() || rule.kinds.contains(&head.matter);
            let source = head.source.as_ref().map(|source| source.kind);
            let from = !rule.from_meetings || source == Some(SourceKind::Meeting);
            if !kind || !from || !self.counts(rule.count, state) {
                return None;
            }
            let mut kinds = matter.policy.file.matter.iter();
            let def = kinds.find(|def| def.id == head.matter);
            Some(FigureRow {
                id: matter.id.clone(),
                name: format!("{} {}", head.number, head.title),
                unit: state.lead.clone(),
                kind: def.map_or(&head.matter, |def| &def.title).clone(),
                investment: Yuan(0),
            })
        };
        self.matters.iter().filter_map(row).collect()
    }

    /// Whether a matter, as it stood on the last day of the period, is in this case. One that was taken back is in none.
    fn counts(&self, count: MatterCount, state: &MatterState) -> bool {
        let (period, end) = (self.period, self.period.end);
        let closed = state.closed_on.is_some_and(|on| period.has(on));
        let in_time = state.reported_on.is_some_and(|on| on <= state.due);
        let withdrawn = state.phase == domain::matter::Phase::Withdrawn;
        !withdrawn
            && match count {
                MatterCount::Issued => period.has(state.issued_on),
                MatterCount::Closed => closed,
                MatterCount::ClosedInTime => closed && in_time,
                MatterCount::Overdue => state.overdue(end),
                MatterCount::Open => !state.phase.is_final(),
            }
    }

    fn meetings(&self, rule: &MeetingCountDef) -> Vec<FigureRow> {
        let counts = |row: &&MeetingRow| rule.kinds.is_empty() || rule.kinds.contains(&row.kind);
        let row = |row: &MeetingRow| FigureRow {
            id: row.meeting.clone(),
            name: format!("{} {}", row.held_on, row.title),
            unit: row.holder.clone(),
            kind: row.kind_title.clone(),
            investment: Yuan(0),
        };
        self.meetings.iter().filter(counts).map(row).collect()
    }
}
