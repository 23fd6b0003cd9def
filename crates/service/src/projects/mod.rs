//! Projects: the way of a change through the house, and the looks.

mod actions;
mod change;
mod ledger;
mod load;
mod register;
mod show;

pub use actions::{Act, Offer, fact_id, is_offered};
pub use change::{Change, Done};
pub use ledger::{LedgerPage, LedgerQuery, LedgerRow, LedgerTotals};
pub use load::Loaded;
pub(crate) use load::loaded;
pub use register::{NewProject, Registered, SimilarProject};
pub use show::{DetailChoices, HistoryLine, Moment, MovedDate, PackVersion, ProjectView};
