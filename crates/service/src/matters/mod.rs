//! 事项: assignments, supervision orders, instructions, enterprise problems — issued, answered, reviewed, closed.

mod act;
mod issue;
mod list;
mod load;
mod projection;
mod rebuild;
mod remind;
mod sheet;
mod show;
mod statistics;
mod tell;
mod whole;

pub use act::{Acted, MatterChange};
pub use issue::{Behalf, Escalation, IssueForm, IssuedMatter, KindChoice, MatterOrder};
pub use list::{
    Handled, MatterAlert, MatterItem, MatterListQuery, MatterPage, MatterSort, MatterTab,
    ProjectMatters, waits_title,
};
pub use sheet::OrderSheet;
pub use show::{
    DelegationView, FileView, HistoryLine, MatterView, PartView, Person, RelatedMatter,
};

pub use statistics::{MatterStatistics, UnitHandling};

pub(crate) use issue::{known_units, matter_by};
pub(crate) use load::{LoadedMatter, NOBODY};
