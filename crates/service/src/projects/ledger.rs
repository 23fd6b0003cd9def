//! 项目台账: what somebody may see of the projects, found, sorted, added up and exported.

mod columns;
mod export;

use std::collections::HashMap;

use calendar::Day;
use domain::track::Light;
use domain::values::{MoneyUnit, Yuan};
use policy::model::{Action, Sector};
use policy::{Parties, Policy};
use store::ledger::{self, LedgerFilter, Place, SortBy};
use store::project_leaders::{self, LeaderRow};
use store::projects::StoredProject;
use store::views::{self, ViewRow};
use store::worklists::Scope;

pub use columns::LedgerColumn;
pub(crate) use columns::{company_words, is_light_words, light_words};
pub use export::{ExportFormat, ExportedFile};
pub(crate) use export::{exported, write_file};
pub use store::ledger::{Light as LedgerLight, Place as LedgerPlace, Sort, SortBy as LedgerSortBy};

use crate::region::Region;
use crate::{AccountKind, Actor, AdminRole, FieldError, Outcome, Service, ServiceError};

/// Rows of a page.
pub const PAGE_SIZE: u32 = 50;

/// Views that one account may keep.
const MOST_VIEWS: usize = 30;

/// By when the next stage or step is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueWithin {
    /// From today on, within so many days.
    Days(u16),
    /// Before today.
    Overdue,
}

/// What the centre said about the scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeMark {
    /// Not yet said.
    Unconfirmed,
    /// In scope.
    Inside,
    /// Out of scope.
    Outside,
}

/// What of the ledger is wanted. The default is every project that is being tracked, last changed first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerQuery {
    /// Any part of name, investor, enterprise, place, credit code or number.
    pub text: String,
    /// Stage id; empty for all.
    pub stage: String,
    /// One light.
    pub light: Option<LedgerLight>,
    /// 产业类别.
    pub sector: Option<Sector>,
    /// 属地; empty for all.
    pub host: String,
    /// 行业主管; empty for all.
    pub authority: String,
    /// 承接方; empty for all.
    pub receiving_unit: String,
    /// 牵头领导; empty for all.
    pub leader: String,
    /// Sponsorship id of the pack; empty for all.
    pub sponsorship: String,
    /// Signed on this day or later.
    pub signed_from: Option<Day>,
    /// Signed on this day or earlier.
    pub signed_until: Option<Day>,
    /// 总投资 of at least.
    pub amount_from: Option<Yuan>,
    /// 总投资 of at most.
    pub amount_until: Option<Yuan>,
    /// By when the next stage or step is due.
    pub due: Option<DueWithin>,
    /// Only sample data, or only real data.
    pub sample: Option<bool>,
    /// What was said about the scope.
    pub scope: Option<ScopeMark>,
    /// Removed and withdrawn projects too.
    pub gone: bool,
    /// Leads that are not assigned yet, too.
    pub leads: bool,
    /// Only what this import brought; empty for all.
    pub import: String,
    /// How to sort.
    pub sort: Sort,
    /// Which page.
    pub place: Place,
}

/// A project in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// Id.
    pub project: String,
    /// Human number.
    pub number: i64,
    /// Name.
    pub name: String,
    /// 企业.
    pub enterprise: String,
    /// 投资方.
    pub investor: String,
    /// 统一社会信用代码.
    pub credit_code: String,
    /// 属地.
    pub host: String,
    /// 行业主管.
    pub authority: String,
    /// 承接方.
    pub receiving_unit: String,
    /// 牵头领导.
    pub leader: String,
    /// 包保: title, leader and office of each sponsorship.
    pub sponsors: String,
    /// 产业类别.
    pub sector: &'static str,
    /// 行业.
    pub industry: String,
    /// 所在地.
    pub location: String,
    /// 总投资.
    pub total_investment: Option<Yuan>,
    /// 引进资金.
    pub introduced_funds: Option<Yuan>,
    /// 到位资金.
    pub funds_in_place: Option<Yuan>,
    /// 当前阶段.
    pub stage: String,
    /// 过会, 签约, 开工, 统计入库, 竣工, 投产, 进规（限）.
    pub milestones: [Option<Day>; 7],
    /// What is due next.
    pub next_title: String,
    /// When it is due.
    pub next_due: Option<Day>,
    /// Light.
    pub light: Light,
    /// Its words: 剩余 12 天.
    pub light_text: String,
    /// 样例数据.
    pub sample: bool,
    /// 样例数据, 已调出, 不在范围, 已撤销, 待甄别.
    pub tags: Vec<&'static str>,
    /// When it was changed last.
    pub updated_on: Day,
}

/// A page of the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerPage {
    /// Rows.
    pub rows: Vec<LedgerRow>,
    /// Where the page before this one is.
    pub previous: Option<Place>,
    /// Where the next page is.
    pub next: Option<Place>,
    /// No project at all stands in the ledger, filtered or not.
    pub nothing_yet: bool,
}

/// What the rows add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LedgerTotals {
    /// Projects.
    pub count: u64,
    /// 总投资.
    pub total_investment: Yuan,
    /// 引进资金.
    pub introduced_funds: Yuan,
    /// 到位资金.
    pub funds_in_place: Yuan,
    /// With a red light.
    pub red: u64,
    /// With a yellow light.
    pub yellow: u64,
    /// Tracked, neither red nor yellow.
    pub normal: u64,
    /// All stages done.
    pub finished: u64,
    /// Removed or withdrawn.
    pub gone: u64,
}

/// What can be chosen in the filters, as value and label.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerChoices {
    /// Stages of the pack in force.
    pub stages: Vec<(String, String)>,
    /// Units that can be hosts.
    pub hosts: Vec<(String, String)>,
    /// Sector authorities.
    pub authorities: Vec<(String, String)>,
    /// Units that can receive a project.
    pub receiving_units: Vec<(String, String)>,
    /// Leaders who lead a project.
    pub leaders: Vec<(String, String)>,
    /// Sponsorships of the pack in force.
    pub sponsorships: Vec<(String, String)>,
    /// Whether there are leads, which the ledger leaves out unless they are asked for.
    pub leads: bool,
}

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Name.
    pub name: String,
    /// Query of the address, without question mark.
    pub query: String,
}

// ---- who sees what

impl Service {
    /// Whose projects the lists of this actor show; `None` when they show nothing. It admits exactly the projects whose
    /// page the actor may open.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the region does not exist, [`ServiceError::Failed`].
    pub async fn sight(&self, actor: &Actor) -> Outcome<Option<Scope>> {
        match (actor.kind, actor.admin) {
            (AccountKind::System, _) | (_, Some(AdminRole::Auditor)) => {
                return Ok(Some(Scope::All));
            }
            // Administrators keep the program running; projects are none of their business.
            (AccountKind::Enterprise, _) | (_, Some(_)) => return Ok(None),
            _ => {}
        }
        let region = self.region(&actor.region).await?;
        let Ok(lifecycle) = region.lifecycle() else {
            return Ok(None);
        };
        let packs: Vec<&Policy> = std::iter::once(&**lifecycle)
            .chain(
                region
                    .performance_for(&lifecycle.file.pack.id)
                    .map(|policy| &**policy),
            )
            .collect();
        Ok(scope_of(&packs, &actor.unit))
    }

    /// Whether a role that the actor's unit can hold allows `action` for some project.
    ///
    /// # Errors
    /// As [`Self::sight`].
    pub async fn unit_may(&self, actor: &Actor, action: Action) -> Outcome<bool> {
        if actor.kind == AccountKind::System {
            return Ok(true);
        }
        if actor.admin.is_some() || actor.kind == AccountKind::Enterprise {
            return Ok(false);
        }
        let region = self.region(&actor.region).await?;
        let Ok(lifecycle) = region.lifecycle() else {
            return Ok(false);
        };
        let roles = lifecycle.possible_roles_of(&actor.unit, region.is_host(&actor.unit), false);
        Ok(lifecycle.allows(&roles, action))
    }
}

/// Whether a role of the pack is held by those to whom a project was assigned.
pub(crate) fn gives_projects_away(policy: &Policy) -> bool {
    use policy::model::{ProjectField, RoleDef};
    let mut roles = policy.file.roles.values();
    roles.any(|role| match role {
        RoleDef::Of(of) => matches!(
            of.of,
            ProjectField::ReceivingUnit | ProjectField::Supporting | ProjectField::Leader
        ),
        _ => false,
    })
}

/// The projects for which `unit` holds a role, by host and sector: these two decide every role but the enterprise's.
fn scope_of(packs: &[&Policy], unit: &str) -> Option<Scope> {
    let holds = |parties: Parties<'_>| holds_a_role(packs, unit, parties);
    let parties = |sector: Option<Sector>| Parties {
        host: None,
        enterprise: None,
        sector,
        assigned: Default::default(),
    };
    if holds(parties(None)) {
        return Some(Scope::All);
    }
    let sectors: Vec<String> = Sector::ALL
        .into_iter()
        .filter(|sector| holds(parties(Some(*sector))))
        .map(|s| s.id().to_string())
        .collect();
    let host = holds(Parties {
        host: Some(unit),
        ..parties(None)
    })
    .then(|| unit.to_string());
    let assigned = packs.iter().any(|policy| gives_projects_away(policy));
    if assigned {
        let unit = unit.to_string();
        return Some(Scope::Assigned {
            unit,
            host,
            sectors,
        });
    }
    (host.is_some() || !sectors.is_empty()).then_some(Scope::Related { host, sectors })
}

/// A role of the lifecycle pack counts when it has access, one of the performance pack always.
fn holds_a_role(packs: &[&Policy], unit: &str, parties: Parties<'_>) -> bool {
    let mut packs = packs.iter();
    let in_lifecycle = packs
        .next()
        .is_some_and(|policy| policy.sight(&policy.roles_of(unit, parties)).is_some());
    in_lifecycle || packs.any(|policy| !policy.roles_of(unit, parties).is_empty())
}

// ---- the ledger

impl Service {
    /// A page of the ledger.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when the place is none that a page gave, [`ServiceError::Failed`].
    pub async fn ledger(&self, actor: &Actor, query: &LedgerQuery) -> Outcome<LedgerPage> {
        let Some(scope) = self.sight(actor).await? else {
            return Ok(LedgerPage::default());
        };
        let today = self.today();
        let filter = filter(query, scope.clone(), today);
        let page = ledger::page_at(
            self.db(),
            &actor.region,
            &filter,
            query.sort,
            &query.place,
            PAGE_SIZE,
        );
        let page = page.await.map_err(place_error)?;
        let nothing_yet = page.rows.is_empty() && self.is_empty(actor, scope).await?;
        let rows = page.rows.into_iter();
        let mut rows = rows.map(|stored| row(stored, today)).collect::<Vec<_>>();
        self.name_leaders(&actor.region, &mut rows).await?;
        Ok(LedgerPage {
            rows,
            previous: page.previous,
            next: page.next,
            nothing_yet,
        })
    }

    async fn is_empty(&self, actor: &Actor, scope: Scope) -> Outcome<bool> {
        let all = LedgerFilter {
            sight: Some(scope),
            withdrawn: true,
            leads: true,
            ..LedgerFilter::default()
        };
        let sort = Sort {
            by: SortBy::Number,
            descending: false,
        };
        let page = ledger::page_at(self.db(), &actor.region, &all, sort, &Place::First, 1).await?;
        Ok(page.rows.is_empty())
    }

    /// What all rows of a query add up to, whatever page is looked at.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn ledger_totals(&self, actor: &Actor, query: &LedgerQuery) -> Outcome<LedgerTotals> {
        let Some(scope) = self.sight(actor).await? else {
            return Ok(LedgerTotals::default());
        };
        let totals = ledger::totals(
            self.db(),
            &actor.region,
            &filter(query, scope, self.today()),
        )
        .await?;
        Ok(LedgerTotals {
            count: totals.count,
            total_investment: Yuan(totals.total_investment),
            introduced_funds: Yuan(totals.introduced_funds),
            funds_in_place: Yuan(totals.funds_in_place),
            red: totals.red,
            yellow: totals.yellow,
            normal: totals.normal,
            finished: totals.finished,
            gone: totals.gone,
        })
    }

    /// Projects and their 总投资 by stage.
    pub(crate) async fn ledger_totals_by_stage(
        &self,
        actor: &Actor,
    ) -> Outcome<HashMap<String, (u64, Yuan)>> {
        let Some(scope) = self.sight(actor).await? else {
            return Ok(HashMap::new());
        };
        let filter = filter(&LedgerQuery::default(), scope, self.today());
        let totals =
            ledger::totals_by(self.db(), &actor.region, &filter, ledger::GroupBy::Stage).await?;
        let sum = |(stage, totals): (String, ledger::Totals)| {
            (stage, (totals.count, Yuan(totals.total_investment)))
        };
        Ok(totals.into_iter().map(sum).collect())
    }

    /// What can be chosen in the filters.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn ledger_choices(&self, actor: &Actor) -> Outcome<LedgerChoices> {
        let region = self.region(&actor.region).await?;
        let same = |name: &str| (name.to_string(), name.to_string());
        let lifecycle = region.lifecycle().ok();
        let stages = lifecycle
            .map(|policy| stages_of(policy))
            .unwrap_or_default();
        let leads = lifecycle.is_some_and(|policy| policy.file.lead.is_some());
        let hosts: Vec<_> = region.hosts().into_iter().map(same).collect();
        let units = region.units.iter().filter(|(_, facts)| !facts.collective);
        Ok(LedgerChoices {
            stages,
            hosts,
            authorities: authorities(&region).iter().map(|unit| same(unit)).collect(),
            receiving_units: units.map(|(name, _)| same(name)).collect(),
            leaders: self
                .leading(&region)
                .await?
                .iter()
                .map(|name| same(name))
                .collect(),
            sponsorships: region
                .lifecycle()
                .map(|policy| sponsorships_of(policy))
                .unwrap_or_default(),
            leads,
        })
    }

    /// Everybody who leads a project, where the pack lets projects be given to leaders.
    async fn leading(&self, region: &Region) -> Outcome<Vec<String>> {
        match region.lifecycle() {
            Ok(policy) if gives_projects_away(policy) => {
                Ok(project_leaders::leaders(self.db(), &region.id).await?)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Says who leads and sponsors these projects: one statement, where the pack names anybody at all.
    pub(super) async fn name_leaders(&self, region: &str, rows: &mut [LedgerRow]) -> Outcome<()> {
        let loaded = self.region(region).await?;
        let names = loaded
            .lifecycle()
            .is_ok_and(|policy| gives_projects_away(policy) || !policy.file.sponsorship.is_empty());
        if !names || rows.is_empty() {
            return Ok(());
        }
        let projects: Vec<String> = rows.iter().map(|row| row.project.clone()).collect();
        for named in project_leaders::of_projects(self.db(), region, &projects).await? {
            let mut rows = rows.iter_mut();
            if let Some(row) = rows.find(|row| row.project == named.project) {
                row.name_leader(named);
            }
        }
        Ok(())
    }
}

impl LedgerRow {
    fn name_leader(&mut self, named: LeaderRow) {
        if named.role == project_leaders::LEADS {
            self.leader = named.person;
            return;
        }
        let who = [named.person, named.office];
        let who: Vec<String> = who.into_iter().filter(|name| !name.is_empty()).collect();
        if !self.sponsors.is_empty() {
            self.sponsors.push('；');
        }
        self.sponsors
            .push_str(&format!("{}（{}）", named.title, who.join("，")));
    }
}

fn sponsorships_of(policy: &Policy) -> Vec<(String, String)> {
    let rules = policy.file.sponsorship.iter();
    rules
        .map(|rule| (rule.id.clone(), rule.title.clone()))
        .collect()
}

fn stages_of(policy: &Policy) -> Vec<(String, String)> {
    let stages = policy
        .stages
        .iter()
        .filter_map(|ix| policy.nodes.get(usize::from(ix.0)));
    stages
        .map(|node| (node.id.to_string(), node.title.to_string()))
        .collect()
}

/// The units that are the authority of some sector.
fn authorities(region: &Region) -> Vec<String> {
    let Ok(policy) = region.lifecycle() else {
        return Vec::new();
    };
    let mut units: Vec<String> = Vec::new();
    for sector in Sector::ALL {
        let parties = Parties {
            host: None,
            enterprise: None,
            sector: Some(sector),
            assigned: Default::default(),
        };
        for unit in policy.units_of("authority", parties) {
            if unit != "authority" && !units.iter().any(|known| known == unit) {
                units.push(unit.to_string());
            }
        }
    }
    units
}

/// A text in the place of a page that no page gave is the reader's mistake, not ours.
fn place_error(error: store::StoreError) -> ServiceError {
    match error {
        store::StoreError::NotUnderstood { ref statement, .. } if statement == "ledger" => {
            ServiceError::field(
                "after",
                "翻页位置无法识别，可能是地址被改动过。请从首页重新翻页",
            )
        }
        other => other.into(),
    }
}

fn filter(query: &LedgerQuery, scope: Scope, today: Day) -> LedgerFilter {
    let list = |text: &str| {
        if text.is_empty() {
            Vec::new()
        } else {
            vec![text.to_string()]
        }
    };
    let some = |text: &str| Some(text.to_string()).filter(|text| !text.is_empty());
    let (due_from, due_until) = match query.due {
        None => (None, None),
        Some(DueWithin::Overdue) => (None, today.yesterday().ok()),
        Some(DueWithin::Days(days)) => (
            Some(today),
            today.checked_add(jiff::Span::new().days(days)).ok(),
        ),
    };
    LedgerFilter {
        today,
        text: some(&query.text),
        stages: list(&query.stage),
        sectors: query
            .sector
            .iter()
            .map(|sector| sector.id().to_string())
            .collect(),
        hosts: list(&query.host),
        authorities: list(&query.authority),
        receiving_units: list(&query.receiving_unit),
        leader: some(&query.leader),
        sponsorship: some(&query.sponsorship),
        sight: Some(scope),
        light: query.light,
        signed_from: query.signed_from,
        signed_until: query.signed_until,
        investment_from: query.amount_from.map(|yuan| yuan.0),
        investment_until: query.amount_until.map(|yuan| yuan.0),
        due_from,
        due_until,
        sample: query.sample,
        import_batch: some(&query.import),
        in_scope: match query.scope {
            Some(ScopeMark::Inside) => Some(true),
            Some(ScopeMark::Outside) => Some(false),
            _ => None,
        },
        undecided: query.scope == Some(ScopeMark::Unconfirmed),
        withdrawn: shows_gone(query),
        tracked: !shows_gone(query),
        leads: query.leads,
        ..LedgerFilter::default()
    }
}

/// Projects that are out of scope are no longer tracked, so that asking for them is asking for what is gone.
fn shows_gone(query: &LedgerQuery) -> bool {
    query.gone || query.light == Some(LedgerLight::Gone) || query.scope == Some(ScopeMark::Outside)
}

fn row(stored: StoredProject, today: Day) -> LedgerRow {
    let (light, light_text) = light_of(&stored, today);
    let tags = tags_of(&stored);
    let updated_on = crate::clock::day_of(stored.updated_at);
    let row = stored.row;
    LedgerRow {
        sample: row.sample,
        project: row.project,
        number: row.number,
        name: row.name,
        enterprise: row.enterprise.unwrap_or_default(),
        investor: row.investor.unwrap_or_default(),
        credit_code: row.credit_code.unwrap_or_default(),
        host: row.host.unwrap_or_default(),
        authority: row.authority.unwrap_or_default(),
        receiving_unit: row.receiving_unit.unwrap_or_default(),
        leader: String::new(),
        sponsors: String::new(),
        sector: row
            .sector
            .as_deref()
            .and_then(Sector::parse)
            .map_or("", Sector::title),
        industry: row.industry.unwrap_or_default(),
        location: row.location.unwrap_or_default(),
        total_investment: row.total_investment.map(Yuan),
        introduced_funds: row.introduced_funds.map(Yuan),
        funds_in_place: row.funds_in_place.map(Yuan),
        stage: row.stage_title.unwrap_or_default(),
        milestones: [
            row.approved_on,
            row.signed_on,
            row.started_on,
            row.listed_on,
            row.completed_on,
            row.in_production_on,
            row.above_scale_on,
        ],
        next_title: row.next_title.unwrap_or_default(),
        next_due: row.next_due_on,
        light,
        light_text,
        tags,
        updated_on,
    }
}

/// What stands in place of a light of projects that are withdrawn or removed.
const GONE: [&str; 2] = ["已撤销", "不再跟踪"];

/// The light of a row and its words; a comparison of days, as the whole track would give it.
pub(crate) fn light_of(stored: &StoredProject, today: Day) -> (Light, String) {
    let row = &stored.row;
    if row.withdrawn {
        return (Light::Grey, GONE[0].into());
    }
    if row.removed {
        return (Light::Grey, GONE[1].into());
    }
    if row.finished {
        return (Light::Green, "已完成".into());
    }
    let reached = |day: Option<Day>| day.is_some_and(|day| day <= today);
    let days_left = row.next_due_on.map(|due| days_between(today, due));
    if reached(row.red_on) {
        // What was claimed after its day stays red while it waits; its due day is then no longer the next one.
        let late = days_left.filter(|days| *days < 0);
        return (
            Light::Red,
            late.map_or("逾期申报，待认定".into(), |days| {
                format!("逾期 {} 天", -days)
            }),
        );
    }
    let words = days_left.map(days_words);
    if reached(row.yellow_on) {
        return (Light::Yellow, words.unwrap_or_default());
    }
    match (row.stage.is_some(), words) {
        (_, Some(words)) => (Light::Blue, words),
        (true, None) => (Light::Blue, "进行中".into()),
        (false, None) => (Light::Grey, "未开始".into()),
    }
}

/// `剩余 12 天`, `今天到期`; a day that is past and not overdue lies in its grace period.
pub(crate) fn days_words(days: i32) -> String {
    match days {
        0 => "今天到期".into(),
        days if days < 0 => format!("缓冲期内，已过 {} 天", -days),
        days => format!("剩余 {days} 天"),
    }
}

/// Days from one day to another; negative when it lies before.
pub(crate) fn days_between(from: Day, to: Day) -> i32 {
    from.until((jiff::Unit::Day, to))
        .map_or(0, |span| span.get_days())
}

fn tags_of(stored: &StoredProject) -> Vec<&'static str> {
    let row = &stored.row;
    let out_of_scope = row.in_scope == Some(false);
    let tags = [
        (row.sample, "样例数据"),
        (row.lead && !row.withdrawn, "线索"),
        (row.withdrawn, "已撤销"),
        (out_of_scope, "不在范围"),
        (row.removed && !out_of_scope, "已调出"),
        (
            row.in_scope.is_none() && !row.withdrawn && !row.removed,
            "待甄别",
        ),
    ];
    tags.into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, tag)| tag)
        .collect()
}

// ---- saved views

impl Service {
    /// Views that the account has saved, by name.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn saved_views(&self, actor: &Actor) -> Outcome<Vec<SavedView>> {
        let views = views::views(self.db(), &actor.region, &actor.account).await?;
        Ok(views
            .into_iter()
            .map(|view| SavedView {
                name: view.name,
                query: view.query,
            })
            .collect())
    }

    /// Saves filters, sort and columns under a name, in place of a view of the same name.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when the name is empty or too long, or there are too many views.
    pub async fn save_view(&self, actor: &Actor, name: &str, query: &str) -> Outcome<()> {
        let name = name.trim();
        let fault = |message: &str| {
            ServiceError::Invalid(vec![FieldError {
                field: "name",
                message: message.into(),
            }])
        };
        if name.is_empty() || name.chars().count() > 20 {
            return Err(fault("视图名称应为 1 至 20 个字"));
        }
        if query.len() > 4000 {
            return Err(fault("筛选条件过长，无法保存为视图，请减少条件"));
        }
        let known = self.saved_views(actor).await?;
        if known.len() >= MOST_VIEWS && known.iter().all(|view| view.name != name) {
            return Err(fault("已保存 30 个视图，请先删除不用的视图"));
        }
        let mut batch = store::Batch::new();
        let view = ViewRow {
            name: name.to_string(),
            query: query.to_string(),
        };
        views::save_view(&mut batch, &actor.region, &actor.account, &view);
        self.db().write(batch).await?;
        Ok(())
    }

    /// Takes a view away.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn remove_view(&self, actor: &Actor, name: &str) -> Outcome<()> {
        let mut batch = store::Batch::new();
        views::remove_view(&mut batch, &actor.region, &actor.account, name);
        self.db().write(batch).await?;
        Ok(())
    }
}

/// `2.5`, without the unit that stands in the heading.
pub(crate) fn yi(yuan: Option<Yuan>) -> String {
    yuan.map(|yuan| yuan.format_in(MoneyUnit::Yi))
        .unwrap_or_default()
}
