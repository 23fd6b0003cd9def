//! Edited forms between their preview and the decision: kept sealed, read anew each time.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use store::Batch;
use store::reports::{self, UploadRow};
use uuid::Uuid;

use super::{Applied, Choice, EditedForm};
use crate::clock::display_minute;
use crate::imports::aside;
use crate::{Actor, Outcome, Service, ServiceError};

/// Edited forms in the list.
const LISTED: u32 = 20;

/// An edited form in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadLine {
    /// Id.
    pub id: String,
    /// Name of the file.
    pub file_name: String,
    /// When, to the minute.
    pub at: String,
    /// Who.
    pub person: String,
    /// Whether it was taken.
    pub applied: bool,
    /// What it did.
    pub outcome: String,
}

impl Service {
    /// Keeps an edited form after it could be read, for the page that shows what it changes.
    ///
    /// # Errors
    /// As [`Service::read_form`].
    pub async fn keep_edited_form(
        &self,
        actor: &Actor,
        name: &str,
        bytes: Bytes,
    ) -> Outcome<String> {
        self.read_form(actor, name, &bytes).await?;
        let id = Uuid::now_v7().to_string();
        let sealed = self.seal_file(&format!("form:{id}"), bytes).await?;
        let row = UploadRow {
            region: actor.region.clone(),
            id: id.clone(),
            file_name: name.to_owned(),
            sealed,
            by_account: actor.account.clone(),
            by_person: actor.name.clone(),
            at: self.now(),
            state: "read".into(),
            outcome: String::new(),
        };
        let mut batch = Batch::new();
        reports::insert_upload(&mut batch, &row);
        self.db().write(batch).await?;
        Ok(id)
    }

    /// What a kept form would change now. Only whoever uploaded it sees it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such form or it is another person's.
    pub async fn edited_form(&self, actor: &Actor, id: &str) -> Outcome<(UploadLine, EditedForm)> {
        let row = self.own_upload(actor, id).await?;
        let bytes = self.open_file(&format!("form:{id}"), &row.sealed).await?;
        let edited = self.read_form(actor, &row.file_name, &bytes).await?;
        Ok((line(row), edited))
    }

    /// Takes a kept form.
    ///
    /// # Errors
    /// As [`Service::apply_form`]; [`ServiceError::Conflict`] when it was taken already.
    pub async fn apply_edited_form(
        &self,
        actor: &Actor,
        id: &str,
        choices: &[Choice],
    ) -> Outcome<Applied> {
        let row = self.own_upload(actor, id).await?;
        if row.state != "read" {
            return Err(ServiceError::Conflict(format!(
                "“{}”已经导入过（{}），没有重复导入",
                row.file_name, row.outcome
            )));
        }
        let bytes = self.open_file(&format!("form:{id}"), &row.sealed).await?;
        self.take_form(actor, &row.file_name, &bytes, choices, Some(id))
            .await
    }

    /// The last edited forms of the person.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn edited_forms(&self, actor: &Actor) -> Outcome<Vec<UploadLine>> {
        let rows = reports::uploads(self.db(), &actor.region, LISTED).await?;
        let own = rows
            .into_iter()
            .filter(|row| row.by_account == actor.account);
        Ok(own.map(line).collect())
    }

    async fn own_upload(&self, actor: &Actor, id: &str) -> Outcome<UploadRow> {
        let row = reports::upload(self.db(), &actor.region, id).await?;
        row.filter(|row| row.by_account == actor.account)
            .ok_or_else(|| {
                ServiceError::NotFound(
                    "没有找到这个报表文件，或不是您上传的。请从报表通报页重新上传".into(),
                )
            })
    }

    /// Seals a file and keeps it; the answer is the hash under which it lies.
    pub(super) async fn seal_file(&self, place: &str, bytes: Bytes) -> Outcome<String> {
        let (service, place) = (self.clone(), place.to_owned());
        let seal = move || {
            service
                .sealer()
                .seal(&place, &STANDARD_NO_PAD.encode(&bytes))
        };
        let sealed = aside(seal)
            .await?
            .map_err(|error| ServiceError::Failed(error.to_string()))?;
        let sealed = Bytes::from(sealed);
        let sm3 = store::sm3_hex(&sealed);
        self.blobs().put(&sm3, sealed).await?;
        Ok(sm3)
    }

    /// A sealed file as it was.
    pub(super) async fn open_file(&self, place: &str, sm3: &str) -> Outcome<Bytes> {
        let damaged = || ServiceError::Failed(format!("文件 {place} 无法打开：内容损坏"));
        let sealed = self.blobs().get(sm3).await?;
        let sealed = String::from_utf8(sealed.to_vec()).map_err(|_| damaged())?;
        let (service, at) = (self.clone(), place.to_owned());
        let opened = aside(move || service.sealer().open(&at, &sealed)).await?;
        let opened = opened.map_err(|_| damaged())?;
        let bytes = STANDARD_NO_PAD
            .decode(opened.as_bytes())
            .map_err(|_| damaged())?;
        Ok(Bytes::from(bytes))
    }
}

fn line(row: UploadRow) -> UploadLine {
    UploadLine {
        id: row.id,
        file_name: row.file_name,
        at: display_minute(row.at),
        person: row.by_person,
        applied: row.state == "applied",
        outcome: row.outcome,
    }
}
