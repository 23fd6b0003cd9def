//! Issuing: a document gets its number, is kept as it is, and stands in the list. A new edition keeps the number.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::Day;
use office::{DocumentContent, fill_document};
use policy::model::{DocumentDef, DocumentKind};
use store::Batch;
use store::documents::{self, IssuedRow};
use uuid::Uuid;

use super::draft::DocumentDraft;
use super::text::balanced;
use super::{find, not_yours};
use crate::forms::who;
use crate::forms::workbook::chinese_day;
use crate::projects::refuse_administrators;
use crate::region::Region;
use crate::{Actor, Outcome, Service, ServiceError};

/// How often a number is tried again when somebody else was faster.
const TRIES: u32 = 200;

/// The number under which a document is issued.
struct Numbered {
    number: String,
    series: String,
    n: i64,
    edition: i64,
}

/// A document about to be issued.
struct Issue<'a> {
    region: &'a Arc<Region>,
    def: &'a DocumentDef,
    subject: &'a str,
    draft: &'a DocumentDraft,
}

impl Service {
    /// Issues a document: it gets its number, is kept as it is, and stands in the list. What there is one of for each
    /// subject (an order, minutes) is issued once; asking again answers with that one.
    ///
    /// # Errors
    /// As [`Service::draft_document`].
    pub async fn issue_document(&self, actor: &Actor, id: &str, subject: &str) -> Outcome<String> {
        refuse_administrators(actor)?;
        let draft = self.draft_document(actor, id, subject).await?;
        let region = self.region(&actor.region).await?;
        let (_, def) = find(&region, id)?;
        let issue = Issue {
            region: &region,
            def,
            subject,
            draft: &draft,
        };
        let mut tries = 0;
        loop {
            // In this order: whoever issued it before the number was read is seen, whoever did after has the number.
            let numbered = self.next_number(&issue).await?;
            if let Some(there) = self.issued_once(&issue).await? {
                return Ok(there.id);
            }
            match self.write_issue(actor, &issue, numbered).await {
                Err(ServiceError::Conflict(_)) if tries < TRIES => tries += 1,
                outcome => return outcome,
            }
        }
    }

    /// Issues a document anew under the same number, because what it is about has changed; the former edition stays.
    ///
    /// # Errors
    /// As [`Service::draft_document`]; [`ServiceError::Invalid`] when nothing has changed,
    /// [`ServiceError::Conflict`] when a newer edition is there already.
    pub async fn reissue_document(&self, actor: &Actor, issued: &str) -> Outcome<String> {
        refuse_administrators(actor)?;
        let row = self.issued_row(actor, issued).await?;
        let region = self.region(&actor.region).await?;
        let (policy, def) = find(&region, &row.document)?;
        if !self.issues_about(actor, policy, def, &row.subject).await? {
            return Err(not_yours(actor, def, &who(policy, &def.issued_by)));
        }
        let draft = self.drafted(&region, def, &row.subject).await?;
        if draft.said()? == row.said {
            return Err(ServiceError::field(
                "document",
                format!(
                    "{}印发以后内容没有变动，不必重新印发。要再用一份，请下载已印发的",
                    row.number
                ),
            ));
        }
        let issue = Issue {
            region: &region,
            def,
            subject: &row.subject,
            draft: &draft,
        };
        let numbered = Numbered {
            number: row.number.clone(),
            series: row.series.clone(),
            n: row.n,
            edition: row.edition + 1,
        };
        match self.write_issue(actor, &issue, numbered).await {
            Err(ServiceError::Conflict(_)) => Err(ServiceError::Conflict(format!(
                "{}已经有更新的一版，没有再印发。请从报表通报页打开最新的一版",
                row.number
            ))),
            outcome => outcome,
        }
    }

    /// The last edition of a document of which there is one for each subject.
    async fn issued_once(&self, issue: &Issue<'_>) -> Outcome<Option<IssuedRow>> {
        match issue.def.kind {
            DocumentKind::AssignmentLetter | DocumentKind::Bulletin => Ok(None),
            DocumentKind::Order | DocumentKind::Minutes => {
                let (region, document) = (&issue.region.id, &issue.def.id);
                let all = documents::about(self.db(), region, document, issue.subject).await?;
                Ok(all.into_iter().next())
            }
        }
    }

    /// 潭开放办〔2025〕3号, the next of its code and year; or the number of what it is about.
    async fn next_number(&self, issue: &Issue<'_>) -> Outcome<Numbered> {
        if let Some(number) = &issue.draft.number {
            return Ok(Numbered {
                number: number.clone(),
                series: String::new(),
                n: 0,
                edition: 1,
            });
        }
        let code = issue.def.code.as_deref().unwrap_or(&issue.def.title);
        let series = format!("{code}〔{}〕", self.today().year());
        let n = documents::last_number(self.db(), &issue.region.id, &series).await? + 1;
        Ok(Numbered {
            number: format!("{series}{n}号"),
            series,
            n,
            edition: 1,
        })
    }

    /// Writes the file and the row. When the number was taken meanwhile, nothing is left.
    async fn write_issue(
        &self,
        actor: &Actor,
        issue: &Issue<'_>,
        numbered: Numbered,
    ) -> Outcome<String> {
        let (region, draft) = (issue.region, issue.draft);
        let today = self.today();
        let bears = match numbered.edition {
            1 => draft.dated.unwrap_or(today),
            _ => today,
        };
        let content = draft.content(&numbered.number, bears);
        let template = self.document_template(&region.id, issue.def)?;
        let bytes = fill_document(&template, &content)
            .map_err(|error| ServiceError::field("document", error.to_string()))?;
        let key = Uuid::now_v7().to_string();
        let sealed = self
            .seal_file(&format!("document:{key}"), bytes.into())
            .await?;
        let row = IssuedRow {
            region: region.id.clone(),
            id: key.clone(),
            document: issue.def.id.clone(),
            subject: issue.subject.to_owned(),
            title: draft.title.clone(),
            number: numbered.number,
            issued_on: today,
            sealed: sealed.clone(),
            by_account: actor.account.clone(),
            by_person: actor.name.clone(),
            at: self.now(),
            prints: 0,
            edition: numbered.edition,
            series: numbered.series,
            n: numbered.n,
            by_unit: actor.unit.clone(),
            recipients: draft.recipients.clone(),
            figures: serde_json::to_string(&draft.figures)?,
            said: draft.said()?,
        };
        let mut batch = Batch::new();
        documents::insert(&mut batch, &row, &for_whom(region, actor, &draft.units));
        let action = match row.edition {
            1 => "issue-document",
            _ => "reissue-document",
        };
        self.audit(&mut batch, actor, action, &row.number, "done", &row.title);
        match self.db().write(batch).await {
            Ok(_) => Ok(key),
            Err(error) => {
                // Of any other error nobody knows whether the row stands after all.
                if error.is_conflict() {
                    self.blobs().discard(&sealed).await?;
                }
                Err(error.into())
            }
        }
    }
}

impl DocumentDraft {
    /// What the template is filled with.
    fn content(&self, number: &str, bears: Day) -> DocumentContent {
        let day = chinese_day(bears);
        let mut values = BTreeMap::from([
            ("issuer", self.signed_as.clone()),
            ("number", number.to_owned()),
            ("title", balanced(&self.title)),
            ("recipients", self.recipients.clone()),
            ("attachment", self.attachment.clone()),
            ("signed_as", self.signed_as.clone()),
            ("date", day.clone()),
            ("signed_on", day),
        ]);
        values.extend(self.values.clone());
        DocumentContent {
            values,
            body: self.body.clone(),
        }
    }
}

/// The units that may open a document: whoever issues it, the recipients, and the units that a recipient such as 各县市区
/// stands for.
fn for_whom(region: &Region, actor: &Actor, recipients: &[String]) -> Vec<String> {
    let mut units = vec![actor.unit.clone()];
    for recipient in recipients {
        units.push(recipient.clone());
        let Some(facts) = region.units.get(recipient).filter(|facts| facts.collective) else {
            continue;
        };
        let members = region.units.iter();
        let members = members.filter(|(_, unit)| !unit.collective && unit.kind == facts.kind);
        units.extend(members.map(|(name, _)| name.clone()));
    }
    units.sort();
    units.dedup();
    units
}
