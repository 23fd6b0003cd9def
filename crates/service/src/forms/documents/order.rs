//! 督办单: the sheet of a matter as a Word document, with the matter's own number.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::matter::Phase;
use policy::model::DocumentDef;

use super::draft::DocumentDraft;
use super::{addressed, find};
use crate::forms::nobody;
use crate::region::Region;
use crate::{Actor, Outcome, Service, ServiceError};

/// Word of a pack: whoever issued the matter issues its sheet.
const ISSUER: &str = "matter.issuer";

impl Service {
    /// Whether the actor's unit issued the matter, in its own name or for a leader.
    pub(super) async fn issues_order(
        &self,
        actor: &Actor,
        def: &DocumentDef,
        matter: &str,
    ) -> Outcome<bool> {
        let loaded = self.load_seen_matter(actor, matter).await?;
        let recorded = loaded.events.first().map(|event| &event.by.unit);
        let own = loaded.state.head.issuer == actor.unit || recorded == Some(&actor.unit);
        Ok(actor.admin.is_none() && def.issued_by == ISSUER && own)
    }

    pub(super) async fn order_document(
        &self,
        region: &Arc<Region>,
        def: &DocumentDef,
        matter: &str,
    ) -> Outcome<DocumentDraft> {
        let (policy, _) = find(region, &def.id)?;
        let view = self.matter(&Actor::program(&region.id), matter).await?;
        if view.sheet.is_none() {
            return Err(ServiceError::field(
                "subject",
                format!(
                    "事项包没有为“{}”写表样（sheet），不能出具《{}》",
                    view.kind_title, def.title
                ),
            ));
        }
        if view.phase == Phase::Withdrawn {
            return Err(ServiceError::field(
                "subject",
                format!("{}已经撤回，不能出具《{}》", view.number, def.title),
            ));
        }
        let sheet = view.order_sheet();
        let units = addressed(policy, def, nobody(), |word| match word {
            "matter.lead" => Some(vec![view.lead.clone()]),
            "matter.supporting" => Some(view.supporting.clone()),
            ISSUER => Some(vec![view.issuer.clone()]),
            _ => None,
        });
        let one_line = |label: &str| label.split_whitespace().collect::<String>();
        let lines = [
            (one_line(&sheet.unit_label), sheet.unit.clone()),
            (one_line(&sheet.content_label), sheet.content.clone()),
            ("工作要求".to_owned(), sheet.requirement.clone()),
            ("完成时限".to_owned(), sheet.limit.clone()),
            (one_line(&sheet.issuer_label), sheet.issuer.clone()),
        ];
        Ok(DocumentDraft {
            title: sheet.title,
            recipients: units.join("、"),
            sheet: lines.into(),
            body: Vec::new(),
            attachment: String::new(),
            figures: Vec::new(),
            signed_as: sheet.issuer,
            values: BTreeMap::from([
                ("unit_label", sheet.unit_label),
                ("unit", sheet.unit),
                ("content_label", sheet.content_label),
                ("content", sheet.content),
                ("requirement", sheet.requirement),
                ("limit", sheet.limit),
                ("issuer_label", sheet.issuer_label),
            ]),
            units,
            number: Some(view.number),
            dated: Some(view.issued_on),
        })
    }
}
