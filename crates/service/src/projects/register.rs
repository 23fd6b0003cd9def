//! 登记: a project enters the ledger. Similar projects are shown before anything is saved.

use calendar::Day;
use domain::command::Command;
use domain::event::{By, Details, EventKind};
use domain::state::State;
use domain::values::normalise_name;
use domain::{ActorUnit, authorise, decide};
use store::Batch;
use store::projects;
use uuid::Uuid;

use super::change::{by, facts, refuse_administrators, stored_form};
use super::load::Loaded;
use crate::projection::{self, Projected};
use crate::region::Region;
use crate::{AccountKind, Actor, FieldError, Outcome, Service, ServiceError};

/// A project to be registered.
#[derive(Debug, Clone, Default)]
pub struct NewProject {
    /// Basic facts.
    pub details: Details,
    /// Name and telephone in clear text; sealed before they are kept.
    pub contact: Option<String>,
    /// 样例数据.
    pub sample: bool,
    /// The user saw the similar projects and says that this is another one.
    pub distinct: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    /// It is in the ledger.
    Project(String),
    /// There are similar ones; nothing was saved.
    Similar(Vec<SimilarProject>),
}

/// A project with the same credit code or the same normalised name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimilarProject {
    /// Id.
    pub project: String,
    /// Human number.
    pub number: i64,
    /// Name.
    pub name: String,
    /// 统一社会信用代码相同 or 项目名称相同.
    pub why: &'static str,
}

impl Service {
    /// Registers one project.
    pub async fn register(&self, actor: &Actor, new: NewProject) -> Outcome<Registered> {
        refuse_administrators(actor)?;
        let region = self.region(&actor.region).await?;
        let lifecycle = region.lifecycle()?.clone();
        let mut details = new.details;
        self.check_details(&region, &mut details)?;
        let project = Uuid::now_v7().to_string();
        details.contact_sealed = self.seal_contact(&project, new.contact.as_deref())?;
        let loaded = Loaded {
            project: project.clone(),
            version: 0,
            last_hash: String::new(),
            events: Vec::new(),
            performance: region.performance_for(&lifecycle.file.pack.id).cloned(),
            region,
            lifecycle,
        };
        let kinds = self.decide_registration(actor, &loaded, details.clone(), new.sample)?;
        // Only now: who may not register learns nothing of other projects.
        if !new.distinct {
            let similar = self.similar(&actor.region, &details).await?;
            if !similar.is_empty() {
                return Ok(Registered::Similar(similar));
            }
        }
        self.record(actor, &loaded, None, kinds).await?;
        Ok(Registered::Project(project))
    }

    fn decide_registration(
        &self,
        actor: &Actor,
        loaded: &Loaded,
        details: Details,
        sample: bool,
    ) -> Outcome<Vec<EventKind>> {
        let head = &loaded.lifecycle.file.pack;
        let (pack, version) = (head.id.clone(), head.version.clone());
        let command = Command::Register {
            pack,
            version,
            details: Box::new(details),
            sample,
        };
        let state = State::default();
        if actor.kind != AccountKind::System {
            authorise(
                loaded.packs(),
                &state,
                ActorUnit { unit: &actor.unit },
                &command,
            )?;
        }
        let today = self.today();
        Ok(decide(
            loaded.packs(),
            &state,
            &self.calendar(),
            today,
            today,
            command,
        )?)
    }

    /// Checks what the domain cannot know: units of the region. Spellings become main names.
    pub(crate) fn check_details(&self, region: &Region, details: &mut Details) -> Outcome<()> {
        let mut faults = Vec::new();
        if details.name.trim().is_empty() {
            faults.push(FieldError {
                field: "name",
                message: "请填写项目名称".into(),
            });
        }
        for (field, unit) in [
            ("host", &mut details.host),
            ("receiving_unit", &mut details.receiving_unit),
        ] {
            let Some(name) = unit.clone() else { continue };
            match region.main_name(&name) {
                Some(main) => *unit = Some(main.to_string()),
                None => faults.push(FieldError {
                    field,
                    message: format!("单位“{name}”不在本地区单位名单中"),
                }),
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(ServiceError::Invalid(faults))
        }
    }

    /// Projects with the same credit code or the same normalised name.
    pub(crate) async fn similar(
        &self,
        region: &str,
        details: &Details,
    ) -> Outcome<Vec<SimilarProject>> {
        let code = details
            .credit_code
            .as_ref()
            .map(|code| code.as_str().to_string());
        let name = normalise_name(&details.name);
        let candidate = projects::Candidate {
            credit_code: code.clone(),
            normal_name: name,
        };
        let found = projects::duplicates(self.db(), region, &[candidate]).await?;
        let similar = |found: projects::Duplicate| SimilarProject {
            why: if found.credit_code.is_some() && found.credit_code == code {
                "统一社会信用代码相同"
            } else {
                "项目名称相同"
            },
            project: found.project,
            number: found.number,
            name: found.name,
        };
        Ok(found.into_iter().map(similar).collect())
    }

    /// Contacts are kept sealed; the place binds them to their project.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub fn seal_contact(&self, project: &str, contact: Option<&str>) -> Outcome<Option<String>> {
        let Some(contact) = contact.map(str::trim).filter(|contact| !contact.is_empty()) else {
            return Ok(None);
        };
        let sealed = self.sealer().seal(&format!("contact:{project}"), contact);
        sealed
            .map(Some)
            .map_err(|error| ServiceError::Failed(error.to_string()))
    }

    /// A contact for somebody who may read it in full, masked for everybody else.
    pub(crate) fn open_contact(
        &self,
        project: &str,
        sealed: Option<&str>,
        in_full: bool,
    ) -> Outcome<Option<String>> {
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let clear = self.sealer().open(&format!("contact:{project}"), sealed);
        let clear = clear.map_err(|error| ServiceError::Failed(error.to_string()))?;
        Ok(Some(if in_full {
            clear.to_string()
        } else {
            domain::values::mask_phone(&clear)
        }))
    }

    /// A whole project with its facts as a batch, under the pack in force: the way of imports and samples.
    pub fn whole_project(
        &self,
        region: &std::sync::Arc<Region>,
        by_whom: &By,
        project: &str,
        dated: Vec<(Day, EventKind)>,
    ) -> Outcome<Batch> {
        let lifecycle = region.lifecycle()?.clone();
        let at = self.now();
        let mut events = Vec::with_capacity(dated.len());
        for (version, (day, kind)) in (0..).zip(dated) {
            events.extend(facts(vec![kind], day, by_whom, version, at));
        }
        let stored = events
            .iter()
            .map(stored_form)
            .collect::<Outcome<Vec<_>>>()?;
        let loaded = Loaded {
            project: project.to_string(),
            version: 0,
            last_hash: String::new(),
            events: Vec::new(),
            performance: region.performance_for(&lifecycle.file.pack.id).cloned(),
            region: region.clone(),
            lifecycle,
        };
        let mut batch = Batch::new();
        store::events::append(&mut batch, &region.id, project, 0, "", &stored);
        let projected = Projected::of(&loaded, &events, &self.calendar())?;
        projection::write_first(&mut batch, &projected, events.len() as u32, at);
        Ok(batch)
    }

    /// The program's name on facts that an actor did not type.
    pub(crate) fn by_actor(&self, actor: &Actor) -> By {
        by(actor)
    }
}
