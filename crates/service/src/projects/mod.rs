//! Projects: the way of a change through the house, and the looks.

mod change;
mod ledger;
mod load;
mod register;
mod show;

pub use change::{Change, Done};
pub use ledger::{LedgerPage, LedgerQuery, LedgerRow, LedgerTotals};
pub use load::Loaded;
pub use register::{NewProject, Registered, SimilarProject};
pub use show::{HistoryLine, Moment, ProjectView};
