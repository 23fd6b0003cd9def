//! What others are told at once of a matter: written in the transaction that records the fact, sent afterwards.

use calendar::weekday_zh;
use domain::matter::{MatterEvent, MatterEventKind, Phase};
use store::Batch;

use super::load::LoadedMatter;
use crate::notify::phones::without_phones;
use crate::outbox::Letter;
use crate::{Actor, Outcome, Service};

impl Service {
    /// Tells of the facts of a matter after version `seen`. Sample data tell nobody.
    pub(super) async fn tell_of_matter(
        &self,
        batch: &mut Batch,
        actor: &Actor,
        matter: &LoadedMatter,
        seen: u32,
    ) -> Outcome<()> {
        if matter.state.head.sample {
            return Ok(());
        }
        for event in matter.events.iter().filter(|event| event.id.0 > seen) {
            if let Some(kind) = told_as(&event.kind) {
                let key = format!("{}:{}", matter.id, event.id.0);
                let data = data(matter, event);
                self.push(batch, &matter.region.id, kind, data, &key);
            }
            if let Some((units, letter)) = letter(matter, event) {
                self.mail_units(batch, actor, units, letter).await?;
            }
        }
        Ok(())
    }
}

/// The kind of message, for facts of which other systems are told.
fn told_as(kind: &MatterEventKind) -> Option<&'static str> {
    match kind {
        MatterEventKind::MatterIssued { .. } | MatterEventKind::MatterReissued { .. } => {
            Some("matter.issued")
        }
        MatterEventKind::MatterUrged { .. } => Some("matter.urged"),
        MatterEventKind::MatterReported { .. } => Some("matter.reported"),
        MatterEventKind::MatterReturned { .. } => Some("matter.returned"),
        MatterEventKind::MatterClosed { .. } => Some("matter.closed_out"),
        _ => None,
    }
}

/// Without what was typed as content, results and reasons: only what finds the matter and says how it stands.
fn data(matter: &LoadedMatter, event: &MatterEvent) -> serde_json::Value {
    let (state, head) = (&matter.state, &matter.state.head);
    let kinds = &matter.policy.file.matter;
    let kind = kinds.iter().find(|def| def.id == head.matter);
    serde_json::json!({
        "region": matter.region.id,
        "matter": matter.id,
        "version": event.id.0,
        "happened_on": event.happened_on.to_string(),
        "unit": event.by.unit,
        "number": head.number,
        "kind": head.matter,
        "kind_title": kind.map_or(head.matter.as_str(), |def| def.title.as_str()),
        "title": without_phones(&head.title),
        "issuer": head.issuer,
        "lead": state.lead,
        "supporting": state.supporting,
        "project": head.project,
        "due_on": state.due.to_string(),
        "phase": state.phase.id(),
    })
}

/// Whom a fact concerns so much that the digest of the next morning is too late for it, and what they are told.
fn letter(matter: &LoadedMatter, event: &MatterEvent) -> Option<(Vec<String>, Letter)> {
    let (state, head) = (&matter.state, &matter.state.head);
    let due = format!("{} {}", state.due, weekday_zh(state.due));
    let open_parts = state.parts.iter().filter(|part| part.open());
    let (word, units, said) = match &event.kind {
        MatterEventKind::MatterIssued { .. } | MatterEventKind::MatterReissued { .. } => {
            let accept = match (state.phase, head.accept_by) {
                (Phase::Issued, Some(by)) => format!("请于 {by} {}前签收，", weekday_zh(by)),
                _ => "请签收，".to_owned(),
            };
            let said = format!("{accept}{due} 前办结。");
            ("新事项", vec![state.lead.clone()], said)
        }
        MatterEventKind::MatterUrged { text } => {
            let mut units = vec![state.lead.clone()];
            units.extend(open_parts.map(|part| part.unit.clone()));
            let text = without_phones(text);
            (
                "催办",
                units,
                format!("应于 {due} 前办结。催办内容：{text}"),
            )
        }
        MatterEventKind::MatterReturned { reason } => {
            let reason = without_phones(reason);
            let said = format!("审核退回，时限继续计算，应于 {due} 前办结。退回理由：{reason}");
            ("审核退回", vec![state.lead.clone()], said)
        }
        _ => return None,
    };
    let title = without_phones(&head.title);
    let letter = Letter {
        subject: format!("{word}：{} {title}", head.number),
        text: format!(
            "{}“{title}”由{}签发，{}牵头承办。\n{said}",
            head.number, head.issuer, state.lead
        ),
        path: format!("/matters/{}", matter.id),
        key: format!("matter:{}:{}", matter.id, event.id.0),
    };
    Some((units, letter))
}
