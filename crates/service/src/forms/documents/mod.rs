//! Official documents: what the pack knows of them, what they would say, their issue, what was issued.
//!
//! What a document says is added up from the rows that stand beside it; wording and figures are the pack's.

mod draft;
mod figures;
mod issue;
mod issued;
mod minutes;
mod order;
mod templates;
mod text;

use policy::model::{DocumentDef, DocumentKind};
use policy::{Parties, Policy};

pub use draft::DocumentDraft;
pub use figures::{Figure, FigureRow, Over};
pub use issued::{FigureToday, IssuedLine, IssuedPage, SubjectDocuments, Taking};
pub use templates::TemplateLine;

use super::{Period, nobody, who};
use crate::region::Region;
use crate::{AccountKind, Actor, Outcome, Service, ServiceError};

/// A document that the pack knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// 每半年.
    pub frequency: &'static str,
    /// By whom.
    pub issued_by: String,
    /// To whom.
    pub sent_to: String,
    /// What one is made for.
    pub kind: DocumentKind,
    /// The period that was completed last.
    pub period: Period,
    /// Whether the actor's unit issues it.
    pub mine: bool,
}

impl Service {
    /// The documents of the region's pack.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn document_list(&self, actor: &Actor) -> Outcome<Vec<DocumentLine>> {
        let region = self.region(&actor.region).await?;
        let Some(policy) = region.forms() else {
            return Ok(Vec::new());
        };
        super::reach(policy, actor)?;
        let today = self.today();
        let line = |def: &DocumentDef| {
            let to: Vec<String> = def.sent_to.iter().map(|role| who(policy, role)).collect();
            let current = Period::containing(def.frequency, today);
            DocumentLine {
                id: def.id.clone(),
                title: def.title.clone(),
                frequency: def.frequency.title(),
                issued_by: who(policy, &def.issued_by),
                sent_to: to.join("、"),
                kind: def.kind,
                period: if def.frequency.is_regular() {
                    current.previous()
                } else {
                    current
                },
                mine: issues(policy, actor, def),
            }
        };
        Ok(policy.file.document.iter().map(line).collect())
    }
}

/// A document of the region's pack, with the pack.
fn find<'a>(region: &'a Region, id: &str) -> Outcome<(&'a Policy, &'a DocumentDef)> {
    let policy = region.forms();
    let def = policy.and_then(|policy| policy.file.document.iter().find(|def| def.id == id));
    match (policy, def) {
        (Some(policy), Some(def)) => Ok((policy, def)),
        _ => Err(ServiceError::NotFound(format!(
            "{}的报表政策包中没有公文 {id}",
            region.title
        ))),
    }
}

/// Whether the actor's unit issues documents of this kind by its role; who issues the one about a matter or a meeting
/// is asked where those are known.
fn issues(policy: &Policy, actor: &Actor, def: &DocumentDef) -> bool {
    actor.kind == AccountKind::System
        || actor.admin.is_none() && policy.holds(&actor.unit, &def.issued_by, nobody())
}

/// The units that a document is sent to, each once: roles by the pack, parties by what the document is about.
fn addressed(
    policy: &Policy,
    def: &DocumentDef,
    parties: Parties<'_>,
    party: impl Fn(&str) -> Option<Vec<String>>,
) -> Vec<String> {
    let mut units: Vec<String> = Vec::new();
    for word in &def.sent_to {
        let named = party(word).unwrap_or_else(|| {
            let units = policy.units_of(word, parties).into_iter();
            units.map(str::to_owned).collect()
        });
        for unit in named {
            if !units.contains(&unit) {
                units.push(unit);
            }
        }
    }
    units
}

/// What somebody is told who does not issue a document.
fn not_yours(actor: &Actor, def: &DocumentDef, issuer: &str) -> ServiceError {
    ServiceError::Forbidden(format!(
        "《{}》由{issuer}拟制，{}不能拟制",
        def.title, actor.unit
    ))
}
