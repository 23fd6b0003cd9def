//! Documents that were issued: who may open them, what they said, where that differs today, who took them out.

use calendar::weekday_zh;
use policy::Policy;
use policy::model::DocumentKind;
use store::Batch;
use store::documents::{self, IssuedRow, TakingRow};
use uuid::Uuid;

use super::figures::Figure;
use super::find;
use crate::clock::display_minute;
use crate::forms::workbook::file_name;
use crate::forms::{Reach, reach};
use crate::{Actor, Outcome, Service, ServiceError};

/// Documents in the list.
const LISTED: u32 = 30;
/// Takings on a document's page.
const TAKINGS: u32 = 50;

/// A document that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedLine {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Number.
    pub number: String,
    /// 1 for the first.
    pub edition: i64,
    /// Day of issue with weekday.
    pub issued_on: String,
    /// By whom, when.
    pub made: String,
    /// How often it was taken out.
    pub prints: i64,
}

/// Somebody who took a document out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    /// When.
    pub at: String,
    /// Who.
    pub person: String,
    /// His unit.
    pub unit: String,
}

/// A figure as the document has it, and as it would be today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureToday {
    /// As the document has it; its rows are there for whoever sees all of them.
    pub figure: Figure,
    /// The words of today, where they differ.
    pub today: Option<String>,
}

/// An issued document to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedPage {
    /// As in the list.
    pub line: IssuedLine,
    /// The kind; nothing when the pack does not have the document any more.
    pub kind: Option<DocumentKind>,
    /// What it is about.
    pub subject: String,
    /// Recipients as printed.
    pub recipients: String,
    /// Unit that issued it.
    pub by_unit: String,
    /// All editions, newest first.
    pub editions: Vec<IssuedLine>,
    /// Who took it out, newest first.
    pub takings: Vec<Taking>,
    /// Its figures.
    pub figures: Vec<FigureToday>,
    /// Whether the rows of the figures are shown.
    pub rows_shown: bool,
    /// Whether it would say something else today; nothing when that cannot be told.
    pub changed: Option<bool>,
    /// Whether the actor may issue it anew.
    pub may_reissue: bool,
}

/// The document about a matter or a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectDocuments {
    /// Id of the document.
    pub document: String,
    /// Its title.
    pub title: String,
    /// Whether the actor issues it.
    pub may_issue: bool,
    /// The last edition.
    pub issued: Option<IssuedLine>,
}

impl Service {
    /// A document of the region that the actor may open.
    pub(super) async fn issued_row(&self, actor: &Actor, id: &str) -> Outcome<IssuedRow> {
        let region = self.region(&actor.region).await?;
        let missing = || ServiceError::NotFound("没有找到这份公文，请从报表通报页重新打开".into());
        let policy = region.forms().ok_or_else(missing)?;
        let row = documents::get(self.db(), &actor.region, id).await?;
        let row = row.ok_or_else(missing)?;
        match self.receives(policy, actor, &row).await? {
            true => Ok(row),
            false => Err(missing()),
        }
    }

    /// Whoever sees all rows opens all documents; a unit those that it issued or received, and those about a matter or
    /// a meeting in which it has a part.
    async fn receives(&self, policy: &Policy, actor: &Actor, row: &IssuedRow) -> Outcome<bool> {
        match reach(policy, actor) {
            Err(_) => return Ok(false),
            Ok(Reach::All) => return Ok(true),
            Ok(Reach::Related) => {}
        }
        if documents::is_for(self.db(), &actor.region, &row.id, &actor.unit).await? {
            return Ok(true);
        }
        let mut defs = policy.file.document.iter();
        let kind = defs.find(|def| def.id == row.document).map(|def| def.kind);
        let seen = match kind {
            Some(DocumentKind::Order) => self.load_seen_matter(actor, &row.subject).await.map(drop),
            Some(DocumentKind::Minutes) => self.meeting(actor, &row.subject).await.map(drop),
            _ => return Ok(false),
        };
        match seen {
            Ok(()) => Ok(true),
            Err(ServiceError::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// An issued document as a file; that it was taken out is counted and noted.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none that the actor may open.
    pub async fn issued_document(&self, actor: &Actor, id: &str) -> Outcome<(String, Vec<u8>)> {
        let row = self.issued_row(actor, id).await?;
        let bytes = self
            .open_file(&format!("document:{id}"), &row.sealed)
            .await?;
        let mut batch = Batch::new();
        let taking = TakingRow {
            id: Uuid::now_v7().to_string(),
            at: self.now(),
            by_account: actor.account.clone(),
            by_person: actor.name.clone(),
            by_unit: actor.unit.clone(),
        };
        documents::taken(&mut batch, &actor.region, id, &taking);
        self.audit(
            &mut batch,
            actor,
            "print-document",
            &row.number,
            "done",
            &row.title,
        );
        self.db().write(batch).await?;
        let name = file_name(&format!("{} {}", row.number, row.title));
        Ok((format!("{name}.docx"), bytes.to_vec()))
    }

    /// The last documents that the actor may open.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn issued_documents(&self, actor: &Actor) -> Outcome<Vec<IssuedLine>> {
        let region = self.region(&actor.region).await?;
        let Some(policy) = region.forms() else {
            return Ok(Vec::new());
        };
        let unit = match reach(policy, actor)? {
            Reach::All => None,
            Reach::Related => Some(actor.unit.as_str()),
        };
        let rows = documents::last(self.db(), &actor.region, unit, LISTED).await?;
        Ok(rows.into_iter().map(line).collect())
    }

    /// An issued document to look at.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none that the actor may open.
    pub async fn issued_page(&self, actor: &Actor, id: &str) -> Outcome<IssuedPage> {
        let row = self.issued_row(actor, id).await?;
        let region = self.region(&actor.region).await?;
        let found = find(&region, &row.document).ok();
        let rows_shown = match region.forms() {
            Some(policy) => reach(policy, actor)? == Reach::All,
            None => false,
        };
        let mut may_issue = false;
        let mut now = None;
        if let Some((policy, def)) = found {
            may_issue = self
                .issues_about(actor, policy, def, &row.subject)
                .await
                .unwrap_or(false)
                && actor.kind != crate::AccountKind::System;
            now = match self.drafted(&region, def, &row.subject).await {
                Ok(now) => Some(now),
                Err(ServiceError::Failed(why)) => return Err(ServiceError::Failed(why)),
                // What cannot be drafted any more, cannot be compared.
                Err(_) => None,
            };
        }
        let changed = match (&now, row.said.as_str()) {
            (Some(_), "") | (None, _) => None,
            (Some(now), said) => Some(now.said()? != said),
        };
        let all = documents::about(self.db(), &region.id, &row.document, &row.subject).await?;
        let editions: Vec<IssuedRow> = all
            .into_iter()
            .filter(|other| other.number == row.number)
            .collect();
        let newest = editions.iter().all(|other| other.edition <= row.edition);
        let takings = documents::takings(self.db(), &region.id, id, TAKINGS).await?;
        let figures: Vec<Figure> = serde_json::from_str(&row.figures)?;
        let today = now.map(|now| now.figures).unwrap_or_default();
        let compare = |figure: Figure| {
            let today = today.iter().find(|today| today.id == figure.id);
            let today = today
                .map(Figure::words)
                .filter(|words| *words != figure.words());
            FigureToday { figure, today }
        };
        Ok(IssuedPage {
            kind: found.map(|(_, def)| def.kind),
            subject: row.subject.clone(),
            recipients: row.recipients.clone(),
            by_unit: row.by_unit.clone(),
            editions: editions.into_iter().map(line).collect(),
            takings: takings.into_iter().map(taking).collect(),
            figures: figures.into_iter().map(compare).collect(),
            rows_shown,
            changed,
            may_reissue: may_issue && newest && changed == Some(true),
            line: line(row),
        })
    }

    /// What was issued about a subject, newest first, for whoever issues it.
    ///
    /// # Errors
    /// As [`Service::draft_document`].
    pub async fn issued_about(
        &self,
        actor: &Actor,
        document: &str,
        subject: &str,
    ) -> Outcome<Vec<IssuedLine>> {
        let region = self.region(&actor.region).await?;
        let (policy, def) = find(&region, document)?;
        if !self.issues_about(actor, policy, def, subject).await? {
            return Ok(Vec::new());
        }
        let rows = documents::about(self.db(), &region.id, document, subject).await?;
        Ok(rows.into_iter().map(line).collect())
    }

    /// The document about a matter or a meeting that the actor may see; nothing when the pack has none.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn document_about(
        &self,
        actor: &Actor,
        kind: DocumentKind,
        subject: &str,
    ) -> Outcome<Option<SubjectDocuments>> {
        let region = self.region(&actor.region).await?;
        let Some(policy) = region.forms() else {
            return Ok(None);
        };
        let Some(def) = policy.file.document.iter().find(|def| def.kind == kind) else {
            return Ok(None);
        };
        let issued = documents::about(self.db(), &region.id, &def.id, subject).await?;
        Ok(Some(SubjectDocuments {
            document: def.id.clone(),
            title: def.title.clone(),
            may_issue: self.issues_about(actor, policy, def, subject).await?,
            issued: issued.into_iter().next().map(line),
        }))
    }
}

fn line(row: IssuedRow) -> IssuedLine {
    IssuedLine {
        id: row.id,
        title: row.title,
        number: row.number,
        edition: row.edition,
        issued_on: format!("{} {}", row.issued_on, weekday_zh(row.issued_on)),
        made: format!("{} {}", row.by_person, display_minute(row.at)),
        prints: row.prints,
    }
}

fn taking(row: TakingRow) -> Taking {
    Taking {
        at: display_minute(row.at),
        person: row.by_person,
        unit: row.by_unit,
    }
}
