//! What a row of a ledger says, as facts: of a project that is new, or that is there already.

use calendar::Day;
use domain::event::{By, Details, Event, EventId, EventKind};
use domain::state::State;
use policy::Policy;
use serde::{Deserialize, Serialize};
use store::Batch;

use super::preview::money;
use crate::ledger::{Candidate, Reached};
use crate::projection::{self, Projected};
use crate::projects::{Loaded, company_words, stored_form};
use crate::{Outcome, Service};

/// A value that the file and the ledger have differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What: 总投资, 开工.
    pub title: String,
    /// In the ledger; empty when it has none.
    pub before: String,
    /// In the file.
    pub after: String,
    /// Whether bringing the project up to date changes it. A day that is on record is corrected on the project's page.
    pub taken: bool,
}

/// A fact with the day it happened on.
pub(super) type Dated = (Day, EventKind);

/// How the facts of a row are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Making<'a> {
    pub(super) lifecycle: &'a Policy,
    pub(super) claimed_only: bool,
    pub(super) today: Day,
}

impl Making<'_> {
    /// Facts of a project that is new in the ledger. It is dated as the file dates it: by the original registration, or
    /// by the first day that is known of it, so that past days can be looked at.
    pub(super) fn registration(&self, candidate: &Candidate, details: Details) -> Vec<Dated> {
        let first_known = candidate
            .reached
            .iter()
            .filter_map(|reached| reached.on)
            .min();
        let registered_on = candidate.recorded_on.or(first_known).unwrap_or(self.today);
        let details = merged(Details::default(), details, candidate.company.as_deref());
        let head = &self.lifecycle.file.pack;
        let registered = EventKind::Registered {
            pack: head.id.clone(),
            version: head.version.clone(),
            details: Box::new(details),
            sample: false,
        };
        let mut facts = vec![(registered_on, registered)];
        facts.extend(
            candidate
                .reached
                .iter()
                .flat_map(|reached| self.milestone(reached)),
        );
        facts
    }

    /// What the file says and the ledger does not. A day that is on record stays as it is, and so does a project that
    /// is withdrawn.
    pub(super) fn update(
        &self,
        candidate: &Candidate,
        details: Details,
        state: &State<'_>,
    ) -> Vec<Dated> {
        let mut facts = Vec::new();
        let Some(known) = state.details else {
            return facts;
        };
        let merged = merged(known.clone(), details, candidate.company.as_deref());
        if *known != merged {
            facts.push((
                self.today,
                EventKind::DetailsChanged {
                    details: Box::new(merged),
                },
            ));
        }
        let open = candidate
            .reached
            .iter()
            .filter(|reached| self.is_open(reached, state));
        facts.extend(open.flat_map(|reached| self.milestone(reached)));
        facts
    }

    fn is_open(&self, reached: &Reached, state: &State<'_>) -> bool {
        let Some(milestone) = self.lifecycle.milestone(&reached.milestone) else {
            return false;
        };
        state.reached_on(milestone).is_none() && state.pending(milestone).is_none()
    }

    fn milestone(&self, reached: &Reached) -> Vec<Dated> {
        let Some(on) = reached.on else {
            return Vec::new();
        };
        let rule = self
            .lifecycle
            .file
            .milestone
            .iter()
            .find(|rule| rule.id == reached.milestone);
        let certified = rule.is_some_and(|rule| rule.certified_by.is_some());
        let claimed_on = reached.claimed_on.unwrap_or(on);
        let claim = EventKind::MilestoneClaimed {
            milestone: reached.milestone.clone(),
            reached_on: on,
            variant: None,
            files: Vec::new(),
            values: std::collections::BTreeMap::new(),
            note: "台账记载".into(),
        };
        let mut facts = vec![(claimed_on, claim)];
        if certified && let Some((day, note)) = self.certification(reached, claimed_on) {
            let certify = EventKind::MilestoneCertified {
                milestone: reached.milestone.clone(),
                reached_on: on,
                note: note.into(),
            };
            facts.push((day, certify));
        }
        facts
    }

    /// When the ledger's milestone counts as certified; nothing while it waits.
    fn certification(&self, reached: &Reached, claimed_on: Day) -> Option<(Day, &'static str)> {
        match (reached.certified_on, reached.claimed_on) {
            (Some(day), _) => Some((day, "台账记载")),
            (None, None) if !self.claimed_only => {
                Some((claimed_on, "台账没有单列认定日期，按已认定导入"))
            }
            _ => None,
        }
    }

    /// What the file and the ledger have differently, for the eye.
    pub(super) fn differences(
        &self,
        candidate: &Candidate,
        details: &Details,
        state: &State<'_>,
    ) -> Vec<Difference> {
        let Some(before) = state.details else {
            return Vec::new();
        };
        let merged = merged(
            before.clone(),
            details.clone(),
            candidate.company.as_deref(),
        );
        let mut differences: Vec<Difference> = fields(before)
            .into_iter()
            .zip(fields(&merged))
            .filter(|(before, after)| !after.1.is_empty() && before.1 != after.1)
            .map(|((title, before), (_, after))| Difference {
                title: title.into(),
                before,
                after,
                taken: true,
            })
            .collect();
        for (title, after) in &merged.extra {
            let before = before.extra.get(title).cloned().unwrap_or_default();
            if before != *after {
                differences.push(Difference {
                    title: title.clone(),
                    before,
                    after: after.clone(),
                    taken: true,
                });
            }
        }
        let days = candidate
            .reached
            .iter()
            .filter_map(|reached| self.day_difference(reached, state));
        differences.extend(days);
        differences
    }

    fn day_difference(&self, reached: &Reached, state: &State<'_>) -> Option<Difference> {
        let milestone = self.lifecycle.milestone(&reached.milestone)?;
        let title = self
            .lifecycle
            .milestones
            .get(usize::from(milestone.0))?
            .title
            .to_string();
        let known = state
            .reached_on(milestone)
            .or_else(|| state.pending(milestone).map(|claim| claim.reached_on));
        let after = reached.on.filter(|on| known != Some(*on))?;
        let before = known.map(|day| day.to_string()).unwrap_or_default();
        Some(Difference {
            title: format!("{title}日期"),
            before,
            after: after.to_string(),
            taken: known.is_none(),
        })
    }
}

/// The facts of a row that is new in the ledger, with their days; what it has reached counts as certified.
pub(crate) fn ledger_facts(
    lifecycle: &Policy,
    candidate: &Candidate,
    details: Details,
    today: Day,
) -> Vec<(Day, EventKind)> {
    let making = Making {
        lifecycle,
        claimed_only: false,
        today,
    };
    making.registration(candidate, details)
}

/// The values that are compared, with their titles.
fn fields(details: &Details) -> Vec<(&'static str, String)> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let yuan = |yuan: Option<domain::Yuan>| yuan.map(money).unwrap_or_default();
    let land = details
        .land_mu_hundredths
        .map(|land| format!("{}.{:02} 亩", land / 100, land % 100));
    vec![
        ("项目名称", details.name.clone()),
        ("投资方", text(&details.investor)),
        ("企业名称", text(&details.enterprise)),
        (
            "统一社会信用代码",
            details
                .credit_code
                .as_ref()
                .map(|code| code.as_str().to_string())
                .unwrap_or_default(),
        ),
        (
            "产业类别",
            details
                .sector
                .map(|sector| sector.title().to_string())
                .unwrap_or_default(),
        ),
        ("行业", text(&details.industry)),
        ("属地政府", text(&details.host)),
        ("承接单位", text(&details.receiving_unit)),
        ("总投资", yuan(details.total_investment)),
        ("总投资原文", text(&details.total_investment_raw)),
        ("引进资金", yuan(details.introduced_funds)),
        ("到位资金", yuan(details.funds_in_place)),
        ("项目所在地", text(&details.location)),
        ("用地", land.unwrap_or_default()),
        ("项目基本情况", text(&details.summary)),
        ("来源", text(&details.source)),
    ]
}

/// The ledger's details with what the file says; what the file leaves open stays, and so does what the file only says
/// again. `company` is 企业（投资方） in one cell.
fn merged(mut known: Details, file: Details, company: Option<&str>) -> Details {
    let (enterprise, investor) = companies(&known, company);
    if !file.name.is_empty() && one_line(&known.name) != file.name {
        known.name = file.name;
    }
    take(&mut known.investor, file.investor.or(investor));
    take(&mut known.enterprise, file.enterprise.or(enterprise));
    known.credit_code = file.credit_code.or(known.credit_code);
    known.sector = file.sector.or(known.sector);
    take(&mut known.industry, file.industry);
    take(&mut known.host, file.host);
    take(&mut known.receiving_unit, file.receiving_unit);
    let same_sum =
        file.total_investment.is_some() && file.total_investment == known.total_investment;
    if file.total_investment_raw.is_some() || (file.total_investment.is_some() && !same_sum) {
        known.total_investment = file.total_investment.or(known.total_investment);
        known.total_investment_raw = file.total_investment_raw;
    }
    known.introduced_funds = file.introduced_funds.or(known.introduced_funds);
    known.funds_in_place = file.funds_in_place.or(known.funds_in_place);
    take(&mut known.location, file.location);
    known.land_mu_hundredths = file.land_mu_hundredths.or(known.land_mu_hundredths);
    take(&mut known.summary, file.summary);
    known.contact_sealed = file.contact_sealed.or(known.contact_sealed);
    take(&mut known.source, file.source);
    known.extra.extend(file.extra);
    known
}

/// A cell comes without the blanks at its ends: they are no difference.
fn take(known: &mut Option<String>, file: Option<String>) {
    let same = known.as_deref().map(str::trim) == file.as_deref();
    if file.is_some() && !same {
        *known = file;
    }
}

/// As names are read out of cells.
fn one_line(name: &str) -> String {
    name.split(['\r', '\n']).map(str::trim).collect()
}

/// Enterprise and investor out of 企业（投资方）, as far as it says something new: `A（B）` are both, one name alone is the
/// enterprise, or the investor where the project has only that.
fn companies(known: &Details, company: Option<&str>) -> (Option<String>, Option<String>) {
    let (enterprise, investor) = (known.enterprise.as_deref(), known.investor.as_deref());
    let shown = company_words(enterprise.unwrap_or_default(), investor.unwrap_or_default());
    let Some(company) = company.filter(|company| shown.trim() != *company) else {
        return (None, None);
    };
    match (in_brackets(company), enterprise) {
        (Some((enterprise, investor)), _) => (Some(enterprise.into()), Some(investor.into())),
        (None, None) if investor.is_some() => (None, Some(company.into())),
        (None, _) => (Some(company.into()), None),
    }
}

/// `A（B）` in its parts; 某某中心（有限合伙） is one name.
fn in_brackets(company: &str) -> Option<(&str, &str)> {
    let (outside, inside) = company.strip_suffix('）')?.split_once('（')?;
    let is_one_name =
        outside.is_empty() || inside.ends_with("合伙") || inside.contains(['（', '）']);
    (!is_one_name).then_some((outside, inside))
}

impl Service {
    /// Adds facts to a project that is there, with everything that follows from them.
    pub(crate) fn append_facts(
        &self,
        loaded: &Loaded,
        by: &By,
        dated: Vec<Dated>,
    ) -> Outcome<Batch> {
        let at = self.now();
        let ids = loaded.version + 1..;
        let fact = |(id, (happened_on, kind)): (u32, Dated)| Event {
            id: EventId(id),
            happened_on,
            recorded_at: Some(at),
            by: by.clone(),
            kind,
        };
        let new: Vec<Event> = ids.zip(dated).map(fact).collect();
        let stored = new.iter().map(stored_form).collect::<Outcome<Vec<_>>>()?;
        let mut events = loaded.events.clone();
        events.extend(new);
        let (region, version) = (&loaded.region.id, i64::from(loaded.version));
        let mut batch = Batch::new();
        store::events::append(
            &mut batch,
            region,
            &loaded.project,
            version,
            &loaded.last_hash,
            &stored,
        );
        let projected = Projected::of(loaded, &events, &self.calendar())?;
        projection::write(&mut batch, &projected, events.len() as u32, at);
        Ok(batch)
    }
}
