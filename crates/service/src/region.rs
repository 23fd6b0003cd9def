//! What a region is made of: its packs in force and its units. Read often, changed rarely, kept in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use calendar::WorkCalendar;
use policy::Policy;
use policy::model::PackKind;
use store::{packs, units};

use crate::{Outcome, Service, ServiceError};

/// How long another instance's change may stay unseen.
const STALE_AFTER: Duration = Duration::from_secs(20);

/// A region's packs and units as they are now.
#[derive(Debug, Clone)]
pub struct Region {
    /// Id, `qianjiang`.
    pub id: String,
    /// 潜江市.
    pub title: String,
    /// Every version of every pack, by id and version.
    packs: BTreeMap<(String, String), Arc<Policy>>,
    /// The lifecycle pack for new projects.
    lifecycle: Option<Arc<Policy>>,
    /// The performance pack that accompanies a lifecycle pack, by the latter's id.
    performance: HashMap<String, Arc<Policy>>,
    /// The pack of matters in force.
    matters: Option<Arc<Policy>>,
    /// The pack of forms in force.
    forms: Option<Arc<Policy>>,
    /// Unit names with their kind.
    pub units: BTreeMap<String, UnitFacts>,
    /// Every spelling (the main one too) to the main one.
    pub aliases: HashMap<String, String>,
}

/// What is known of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFacts {
    /// Code of the published table, `QU-013`.
    pub code: String,
    /// Kind: department, township, park …
    pub kind: String,
    /// A collective or a role, not one organisation.
    pub collective: bool,
}

impl Region {
    /// The lifecycle pack in force.
    pub fn lifecycle(&self) -> Outcome<&Arc<Policy>> {
        self.lifecycle.as_ref().ok_or_else(|| {
            ServiceError::NotFound(format!(
                "{}还没有启用全生命周期政策包，请系统管理员在“政策”页装入",
                self.title
            ))
        })
    }

    /// A pack by id and version; running projects keep theirs.
    pub fn pack(&self, id: &str, version: &str) -> Outcome<&Arc<Policy>> {
        self.packs
            .get(&(id.to_string(), version.to_string()))
            .ok_or_else(|| {
                ServiceError::NotFound(format!(
                    "没有政策包 {id} 的 {version} 版，项目无法计算；请系统管理员重新装入该版本"
                ))
            })
    }

    /// The performance pack beside a lifecycle pack.
    pub fn performance_for(&self, lifecycle: &str) -> Option<&Arc<Policy>> {
        self.performance.get(lifecycle)
    }

    /// The rules of matters in force, where the region has some.
    pub fn matters(&self) -> Option<&Arc<Policy>> {
        self.matters.as_ref()
    }

    /// The forms in force, where the region has some.
    pub fn forms(&self) -> Option<&Arc<Policy>> {
        self.forms.as_ref()
    }

    /// Every pack with whether it is in force, newest version first.
    pub fn all_packs(&self) -> Vec<(&Arc<Policy>, bool)> {
        let in_force = |policy: &Arc<Policy>| {
            let alone = [&self.lifecycle, &self.matters, &self.forms];
            let mut packs = alone.into_iter().flatten().chain(self.performance.values());
            packs.any(|pack| Arc::ptr_eq(pack, policy))
        };
        self.packs
            .values()
            .rev()
            .map(|policy| (policy, in_force(policy)))
            .collect()
    }

    /// Whether a unit can be the host of a project.
    pub fn is_host(&self, unit: &str) -> bool {
        self.units
            .get(unit)
            .is_some_and(|facts| matches!(facts.kind.as_str(), "township" | "park"))
    }

    /// Units that can be the host of a project, by name.
    pub fn hosts(&self) -> Vec<&str> {
        let hosts = self.units.iter().filter(|(_, facts)| !facts.collective);
        hosts
            .filter(|(name, _)| self.is_host(name))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// The main spelling of a unit's name.
    pub fn main_name(&self, name: &str) -> Option<&str> {
        self.aliases.get(name).map(String::as_str)
    }
}

/// Regions as read last.
#[derive(Default)]
pub(crate) struct Regions {
    read: RwLock<HashMap<String, (Instant, Arc<Region>)>>,
    calendar: RwLock<Option<Arc<WorkCalendar>>>,
}

impl Regions {
    pub(crate) fn calendar(&self) -> Arc<WorkCalendar> {
        let loaded = self
            .calendar
            .read()
            .ok()
            .and_then(|calendar| calendar.clone());
        loaded.unwrap_or_else(|| Arc::new(WorkCalendar::state_council().clone()))
    }

    pub(crate) fn set_calendar(&self, calendar: WorkCalendar) {
        if let Ok(mut current) = self.calendar.write() {
            *current = Some(Arc::new(calendar));
        }
    }

    fn fresh(&self, id: &str) -> Option<Arc<Region>> {
        let read = self.read.read().ok()?;
        read.get(id)
            .filter(|(at, _)| at.elapsed() < STALE_AFTER)
            .map(|(_, region)| region.clone())
    }

    fn keep(&self, region: Arc<Region>) {
        if let Ok(mut read) = self.read.write() {
            read.insert(region.id.clone(), (Instant::now(), region));
        }
    }

    pub(crate) fn forget(&self, id: &str) {
        if let Ok(mut read) = self.read.write() {
            read.remove(id);
        }
    }
}

impl Service {
    /// The region with its packs and units.
    pub async fn region(&self, id: &str) -> Outcome<Arc<Region>> {
        if let Some(region) = self.inner.regions.fresh(id) {
            return Ok(region);
        }
        let region = Arc::new(self.read_region(id).await?);
        // Another instance may have loaded a new arrangement of holidays.
        self.reload_calendar().await?;
        self.inner.regions.keep(region.clone());
        Ok(region)
    }

    /// 潜江市.
    pub async fn region_title(&self, id: &str) -> Outcome<String> {
        Ok(self.region(id).await?.title.clone())
    }

    /// Makes the next look read the region again.
    pub(crate) fn forget_region(&self, id: &str) {
        self.inner.regions.forget(id);
    }

    async fn read_region(&self, id: &str) -> Outcome<Region> {
        let db = self.db();
        let head = units::region(db, id).await?;
        let head = head.ok_or_else(|| ServiceError::NotFound(format!("没有地区 {id}")))?;
        let mut region = Region {
            id: id.to_string(),
            title: head.title,
            packs: BTreeMap::new(),
            lifecycle: None,
            performance: HashMap::new(),
            matters: None,
            forms: None,
            units: BTreeMap::new(),
            aliases: HashMap::new(),
        };
        for unit in units::list(db, id).await? {
            region.aliases.insert(unit.name.clone(), unit.name.clone());
            let facts = UnitFacts {
                code: unit.code,
                kind: unit.kind,
                collective: unit.collective,
            };
            region.units.insert(unit.name, facts);
        }
        for (alias, unit) in units::aliases(db, id).await? {
            region.aliases.insert(alias, unit);
        }
        for pack in packs::list(db, id).await? {
            let policy = read_pack(&pack)?;
            if pack.active {
                put_in_force(&mut region, &policy);
            }
            region.packs.insert((pack.id, pack.version), policy);
        }
        Ok(region)
    }
}

/// A stored pack was checked when it was loaded; if it no longer reads, that is loud.
fn read_pack(pack: &packs::PackRow) -> Outcome<Arc<Policy>> {
    let name = format!("{}@{}", pack.id, pack.version);
    let policy = policy::read(&name, &pack.source)
        .map_err(|problems| ServiceError::Failed(problems.to_string()))?;
    Ok(Arc::new(policy))
}

fn put_in_force(region: &mut Region, policy: &Arc<Policy>) {
    let head = &policy.file.pack;
    match head.kind {
        PackKind::Lifecycle => region.lifecycle = Some(policy.clone()),
        PackKind::Performance => {
            let lifecycle = head.accompanies.clone().unwrap_or_default();
            region.performance.insert(lifecycle, policy.clone());
        }
        PackKind::Matters => region.matters = Some(policy.clone()),
        PackKind::Forms => region.forms = Some(policy.clone()),
    }
}
