//! What is kept of an import between the dry run and its end. The file holds names and telephones of people, so it is
//! kept sealed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use calendar::Day;
use serde::{Deserialize, Serialize};
use store::Batch;
use store::imports::{self, ImportRow};

use super::preview::PreviewHead;
use super::undo::UndoReport;
use super::{ImportChoices, ImportMode, ImportReport};
use crate::clock::start_of;
use crate::{Outcome, Service, ServiceError};

/// Name under which the sealed file is kept.
pub(super) type KeptFile = String;

/// What stands in `import_batch.report_json`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The dry run without its rows.
    pub(super) head: PreviewHead,
    /// The sealed file.
    pub(super) file: Option<KeptFile>,
    /// Name under which the rows of the dry run are kept.
    pub(super) rows: Option<String>,
    /// The time is over: files are gone, and the import cannot be taken back any more.
    #[serde(default)]
    pub(super) forgotten: bool,
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

    /// Seals the uploaded file and keeps it.
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
        let name = file_name(id);
        self.blobs().put_named(&name, Bytes::from(sealed)).await?;
        Ok(name)
    }

    /// The file as it was uploaded.
    pub(super) async fn open_import_file(&self, found: &Found) -> Outcome<Bytes> {
        let damaged = |what: &str| {
            ServiceError::Failed(format!("导入 {} 的文件无法打开：{what}", found.row.id))
        };
        let Some(file) = found.kept.file.as_deref() else {
            let days = self.config().keep_imports_days;
            return Err(ServiceError::NotFound(format!(
                "“{}”上传已满 {days} 天，原文件已按保存期删除",
                found.row.file_name
            )));
        };
        let sealed = self.blobs().get_named(file).await?;
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

/// Name of the sealed file of an import.
fn file_name(id: &str) -> String {
    format!("imports/{id}/file")
}

/// Name of the rows of the dry run of an import.
pub(super) fn rows_name(id: &str) -> String {
    format!("imports/{id}/rows")
}

impl Service {
    /// Takes away what is kept of imports whose time is over: the files of those that were made, which can then not be
    /// taken back any more, and everything of those that never were. Files of a dry run that was given up go at once.
    pub(crate) async fn forget_imports(&self, region: &str, day: Day) -> Outcome<()> {
        let days = jiff::Span::new().days(i64::from(self.config().keep_imports_days));
        let Ok(last) = day.min(self.today()).checked_sub(days) else {
            return Ok(());
        };
        for row in imports::to_forget(self.db(), region, start_of(last)).await? {
            let id = row.id.clone();
            if let Err(error) = self.forget_import(row).await {
                tracing::warn!(import = id, %error, "kept files were not deleted, tomorrow again");
            }
        }
        Ok(())
    }

    async fn forget_import(&self, row: ImportRow) -> Outcome<()> {
        self.blobs().delete_named(&file_name(&row.id)).await?;
        self.blobs().delete_named(&rows_name(&row.id)).await?;
        let mut batch = Batch::new();
        if matches!(row.state.as_str(), "applied" | "undone") {
            let mut kept: Kept = serde_json::from_str(&row.report)?;
            kept.forgotten = true;
            (kept.file, kept.rows) = (None, None);
            imports::keep(&mut batch, &row, &serde_json::to_string(&kept)?);
        } else {
            imports::delete(&mut batch, &row);
        }
        self.db().write(batch).await?;
        Ok(())
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
