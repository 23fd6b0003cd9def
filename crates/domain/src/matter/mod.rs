//! Matters: whatever somebody must answer by a day. One state machine for assignments, supervision orders, leaders'
//! instructions, enterprise problems, decisions of meetings, items of lists and rectifications.
//!
//! ```text
//! issue ─► 待签收 ─► 办理中 ─► 待审核 ─► 待销号 ─► 已销号 ─┐
//!            │ ▲        ▲  ▲────┘ return              │
//!     refuse ▼ │reissue └───────────── reopen ─────────┘
//!          已退回 ─► withdraw ─► 已撤回
//! ```
//!
//! What happened is kept ([`MatterEvent`]), the state follows ([`MatterState`]). The kinds, their limits and who may
//! issue and review them come from a pack of matters.

mod command;
mod decide;
mod describe;
mod event;
mod state;
mod words;

pub use command::{Act, MatterCommand, NewMatter, NewPart};
pub use decide::{
    MatterActor, Permit, Waiting, decide, issue, permit, permitted, reviewers, waits,
};
pub use describe::{describe, signature};
pub use event::{
    Delegation, MatterBy, MatterEvent, MatterEventKind, MatterHead, PartHead, Source, SourceKind,
};
pub use state::{Answer, MatterState, Part, Phase};
pub use words::{derivation, warn_on};
