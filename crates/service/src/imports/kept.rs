//! What is kept of an import between the dry run and its end. The file holds names and telephones of people, so it is
//! kept sealed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use store::imports::{self, ImportRow};

use super::preview::PreviewHead;
use super::undo::UndoReport;
use super::{ImportChoices, ImportMode, ImportReport};
use crate::{Outcome, Service, ServiceError};

/// Hash of the sealed file.
pub(super) type KeptFile = String;

/// What stands in `import_batch.report_json`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The dry run without its rows.
    pub(super) head: PreviewHead,
    /// The sealed file.
    pub(super) file: Option<KeptFile>,
    /// The rows of the dry run.
    pub(super) rows: Option<String>,
    /// What the user chose.
    #[serde(default)]
    pub(super) choices: ImportChoices,
    /// How.
    #[serde(default)]
    pub(super) mode: ImportMode,
    /// What it did.
    #[serde(default)]
    pub(super) result: Option<ImportReport>,
    /// Why it did nothing.
    #[serde(default)]
    pub(super) failure: Option<String>,
    /// What taking it back did.
    #[serde(default)]
    pub(super) undone: Option<UndoReport>,
}

/// An import with what is kept of it.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) row: ImportRow,
    pub(super) kept: Kept,
}

impl Service {
    /// An import of the region.
    pub(super) async fn found_import(&self, region: &str, id: &str) -> Outcome<Found> {
        let row = imports::get(self.db(), region, id)
            .await?
            .filter(|row| row.state != "discarded");
        let row = row.ok_or_else(|| {
            ServiceError::NotFound("没有找到这次导入，可能已放弃。请从台账导入页重新打开".into())
        })?;
        let kept = serde_json::from_str(&row.report)?;
        Ok(Found { row, kept })
    }

    /// Seals the uploaded file and keeps it by the hash of what is kept.
    pub(super) async fn seal_import_file(&self, id: &str, bytes: Bytes) -> Outcome<KeptFile> {
        let (service, place) = (self.clone(), place(id));
        let sealing = move || {
            service
                .sealer()
                .seal(&place, &STANDARD_NO_PAD.encode(&bytes))
        };
        let sealed = aside(sealing)
            .await?
            .map_err(|error| ServiceError::Failed(error.to_string()))?;
        let sealed = Bytes::from(sealed);
        let sm3 = store::sm3_hex(&sealed);
        self.blobs().put(&sm3, sealed).await?;
        Ok(sm3)
    }

    /// The file as it was uploaded.
    pub(super) async fn open_import_file(&self, found: &Found) -> Outcome<Bytes> {
        let damaged = |what: &str| {
            ServiceError::Failed(format!("导入 {} 的文件无法打开：{what}", found.row.id))
        };
        let file = found
            .kept
            .file
            .as_deref()
            .ok_or_else(|| damaged("没有保存"))?;
        let sealed = self.blobs().get(file).await?;
        let sealed = String::from_utf8(sealed.to_vec()).map_err(|_| damaged("内容损坏"))?;
        let (service, place) = (self.clone(), place(&found.row.id));
        let opened = aside(move || service.sealer().open(&place, &sealed)).await?;
        let opened = opened.map_err(|error| damaged(&error.to_string()))?;
        let bytes = STANDARD_NO_PAD
            .decode(opened.as_bytes())
            .map_err(|_| damaged("内容损坏"))?;
        Ok(Bytes::from(bytes))
    }
}

fn place(id: &str) -> String {
    format!("import:{id}")
}

/// Work that takes a core for a while.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Outcome<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| ServiceError::Failed(format!("后台任务中断：{error}")))
}
