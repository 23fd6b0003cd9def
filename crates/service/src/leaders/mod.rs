//! 市领导: the projects that a leader leads by assignment or answers for under a sponsorship, and what he set going.

mod desk;
mod export;
mod notice;
mod overview;
mod projection;

pub use desk::{LeaderPage, LedView, NextStep};
pub use export::LeaderList;
pub use overview::{LeaderLine, LeaderOverview, SponsorLine, SponsorshipCount, SponsorshipList};

pub(crate) use notice::Assigned;
pub(crate) use projection::rows;
