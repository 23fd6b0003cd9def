//! Use cases: who may do what, one transaction each. Nothing here knows of pages or of SQL dialects.

pub mod accounts;
pub mod actor;
pub mod alerts;
pub mod attachments;
pub mod backup;
pub mod clock;
pub mod config;
pub mod error;
pub mod forms;
pub mod guard;
pub mod holidays;
pub mod imports;
pub mod jobs;
mod kept;
pub mod leaders;
pub mod leads;
pub mod ledger;
pub mod matters;
pub mod meetings;
pub mod notify;
pub mod outbox;
pub mod policies;
pub mod portal;
pub mod projection;
pub mod projects;
pub mod region;
pub mod rulebook;
pub mod samples;
pub mod security;
mod suspended;
pub mod sweep;
pub mod trust;
pub mod units;
pub mod workbench;

use std::sync::Arc;

use calendar::{Day, WorkCalendar};
use store::Db;

pub use accounts::{Session, SessionKey, SessionView, SignedIn};
pub use actor::{AccountKind, Actor, AdminRole};
pub use clock::Clock;
pub use config::Config;
pub use error::{FieldError, ServiceError};
pub use workbench::NavigationCounts;

use attachments::Blobs;
use guard::{CsrfTokens, SealCipher, Sealer};
use region::Regions;

/// What every use case answers.
pub type Outcome<T> = Result<T, ServiceError>;

/// The installation: database, files, packs, clock. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    blobs: Blobs,
    clock: Clock,
    sealer: Sealer,
    regions: Regions,
    config: Config,
    guard: accounts::SignInGuard,
    overviews: workbench::Overviews,
    owed_parts: forms::OwedParts,
    /// Names this instance where only one may work at a time.
    holder: String,
}

impl Service {
    /// Opens the installation over an open database.
    pub async fn open(db: Db, config: Config, clock: Clock) -> Outcome<Service> {
        let keys = config.keys()?;
        let inner = Inner {
            db,
            blobs: Blobs::open(&config.files)?,
            clock,
            sealer: Sealer::new(&keys, SealCipher::default()),
            regions: Regions::default(),
            guard: accounts::SignInGuard::new(CsrfTokens::new(&keys))?,
            overviews: workbench::Overviews::default(),
            owed_parts: forms::OwedParts::default(),
            holder: uuid::Uuid::now_v7().to_string(),
            config,
        };
        let service = Service {
            inner: Arc::new(inner),
        };
        service.reload_calendar().await?;
        Ok(service)
    }

    /// The database, for the commands of the operator.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Today in Shanghai.
    pub fn today(&self) -> Day {
        self.inner.clock.today()
    }

    /// This moment.
    pub fn now(&self) -> jiff::Timestamp {
        self.inner.clock.now()
    }

    /// The clock; a rehearsal may set it.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// The working-day calendar in force.
    pub fn calendar(&self) -> Arc<WorkCalendar> {
        self.inner.regions.calendar()
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    pub(crate) fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }
}
