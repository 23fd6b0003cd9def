//! Projects: the way of a change through the house, and the looks.

mod actions;
mod change;
mod edit;
mod ledger;
mod load;
mod register;
mod show;

pub use actions::{Act, Offer, fact_id, is_offered};
pub use change::{Change, Done};
pub(crate) use change::{by, facts, refuse_administrators, stored_form};
pub use ledger::{
    DueWithin, ExportFormat, ExportedFile, LedgerChoices, LedgerColumn, LedgerLight, LedgerPage,
    LedgerPlace, LedgerQuery, LedgerRow, LedgerSortBy, LedgerTotals, SavedView, ScopeMark, Sort,
};
pub(crate) use ledger::{
    company_words, days_between, days_words, exported, gives_projects_away, is_light_words,
    light_of, light_words, write_file,
};
pub use load::Loaded;
pub(crate) use load::loaded;
pub use register::{NewProject, Registered, SimilarProject};
pub(crate) use show::history;
pub use show::{DetailChoices, HistoryLine, Moment, MovedDate, PackVersion, ProjectView};
