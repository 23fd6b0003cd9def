//! The sample installation: three regions with the units of the published tables, the packs of 潜江 and
//! 湘潭 in force, a ledger of real public signings placed under 潜江 as sample projects at different stages, invented
//! signings, leads, matters and meetings of 湘潭, and an account for each role.
//!
//! Installing again adds what is missing and changes nothing that is there.

mod closed_loop;
mod courses;
mod leads;
mod ledger;
mod matters;
mod meetings;
mod people;
mod pictures;
mod regions;
mod save;
mod signings;
mod story;

use calendar::Day;

pub use people::SampleAccount;

use crate::{Outcome, Service};

/// How the sample installation is made.
#[derive(Debug, Clone)]
pub struct SampleOptions {
    /// The day from which the courses of the sample projects are reckoned back.
    pub today: Day,
}

/// What stands in the sample installation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SampleReport {
    /// Accounts for each role, with their password.
    pub accounts: Vec<SampleAccount>,
    /// Sample projects of 潜江.
    pub projects: usize,
    /// Those that were added now.
    pub added: usize,
}

/// Makes the sample installation, or what is missing of it.
///
/// # Errors
/// [`crate::ServiceError::Failed`] when the database or the files cannot be written.
pub async fn install(service: &Service, options: SampleOptions) -> Outcome<SampleReport> {
    regions::install(service).await?;
    people::install(service).await?;
    matters::install(service, options.today).await?;
    let (projects, added) = ledger::install(service, options.today).await?;
    signings::install(service, options.today).await?;
    closed_loop::install(service, options.today).await?;
    leads::install(service, options.today).await?;
    Ok(SampleReport {
        accounts: people::accounts(),
        projects,
        added,
    })
}
