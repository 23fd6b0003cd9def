//! Files kept with facts: stored once by the hash of their content, named by rows of their own.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use domain::event::FileRef;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use store::Batch;
use store::attachments::{self, AttachmentRow};
use uuid::Uuid;

use crate::guard::{UploadLimits, check_upload};
use crate::projects::refuse_administrators;
use crate::{AccountKind, Actor, Outcome, Service, ServiceError};

/// Where contents lie: a folder, or any object store.
#[derive(Clone)]
pub(crate) struct Blobs {
    store: Arc<dyn ObjectStore>,
}

impl Blobs {
    /// A folder, made when it is not there.
    pub(crate) fn open(folder: &Path) -> Outcome<Blobs> {
        let cannot = |error: &dyn std::fmt::Display| {
            ServiceError::Failed(format!("附件目录 {} 无法使用：{error}", folder.display()))
        };
        std::fs::create_dir_all(folder).map_err(|error| cannot(&error))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| cannot(&error))?;
        Ok(Blobs {
            store: Arc::new(store),
        })
    }

    /// Keeps a content under its hash; the same content is kept once.
    pub(crate) async fn put(&self, sm3: &str, content: Bytes) -> Outcome<()> {
        let options = PutOptions {
            mode: PutMode::Create,
            ..PutOptions::default()
        };
        match self
            .store
            .put_opts(&place(sm3), content.into(), options)
            .await
        {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(()),
            Err(error) => Err(ServiceError::Failed(format!("附件无法保存：{error}"))),
        }
    }

    /// Keeps a content under a name of its own, so that it can be taken away without regard to others.
    pub(crate) async fn put_named(&self, name: &str, content: Bytes) -> Outcome<()> {
        let kept = self
            .store
            .put(&ObjectPath::from(name), content.into())
            .await;
        kept.map(drop)
            .map_err(|error| ServiceError::Failed(format!("文件 {name} 无法保存：{error}")))
    }

    /// A content by its name.
    pub(crate) async fn get_named(&self, name: &str) -> Outcome<Bytes> {
        let cannot = |error: object_store::Error| {
            ServiceError::Failed(format!("文件 {name} 无法读取：{error}"))
        };
        let found = self.store.get(&ObjectPath::from(name)).await;
        found.map_err(cannot)?.bytes().await.map_err(cannot)
    }

    /// Takes a content away; one that is gone already is no error.
    pub(crate) async fn delete_named(&self, name: &str) -> Outcome<()> {
        match self.store.delete(&ObjectPath::from(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(ServiceError::Failed(format!(
                "文件 {name} 无法删除：{error}"
            ))),
        }
    }

    /// Takes away what was kept for a change that was not written.
    pub(crate) async fn discard(&self, sm3: &str) -> Outcome<()> {
        self.delete_named(place(sm3).as_ref()).await
    }

    pub(crate) async fn get(&self, sm3: &str) -> Outcome<Bytes> {
        let found = self.store.get(&place(sm3)).await;
        let found =
            found.map_err(|error| ServiceError::Failed(format!("附件 {sm3} 无法读取：{error}")))?;
        let content = found
            .bytes()
            .await
            .map_err(|error| ServiceError::Failed(format!("附件 {sm3} 无法读取：{error}")))?;
        if store::sm3_hex(&content) != sm3 {
            return Err(ServiceError::Failed(format!(
                "附件 {sm3} 的内容与校验值不符，文件可能已损坏或被改动；请从备份恢复"
            )));
        }
        Ok(content)
    }
}

/// Two levels of folders, so that none gets too large.
fn place(sm3: &str) -> ObjectPath {
    let (first, rest) = sm3.split_at_checked(2).unwrap_or((sm3, ""));
    ObjectPath::from(format!("{first}/{rest}"))
}

/// A file as it came in.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Which evidence of the rule it is, when it is one.
    pub evidence: Option<String>,
    /// Name on the sender's machine.
    pub name: String,
    /// Content.
    pub content: Bytes,
}

/// A file to look at.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Name as uploaded.
    pub name: String,
    /// Type by content.
    pub mime: String,
    /// Content.
    pub content: Bytes,
}

impl Attachment {
    /// Whether a browser shows it by itself; anything else is only downloaded.
    pub fn shown(&self) -> bool {
        matches!(
            self.mime.as_str(),
            "image/jpeg" | "image/png" | "image/webp" | "application/pdf"
        )
    }
}

impl Service {
    /// Checks files for a project that the actor may see and keeps them; a form that is refused afterwards finds them
    /// again. The program itself may keep files of a project that is about to be recorded.
    pub async fn keep_files(
        &self,
        actor: &Actor,
        project: &str,
        files: Vec<NewFile>,
    ) -> Outcome<Vec<FileRef>> {
        if actor.kind != AccountKind::System {
            self.load_seen(actor, project).await?;
            refuse_administrators(actor)?;
        }
        self.keep_files_of(actor, project, files).await
    }

    /// Checks files and keeps them under the name of their owner, a project or the stream of a matter. Whether the actor
    /// may do that has been asked before.
    pub(crate) async fn keep_files_of(
        &self,
        actor: &Actor,
        project: &str,
        files: Vec<NewFile>,
    ) -> Outcome<Vec<FileRef>> {
        let mut checked = Vec::with_capacity(files.len());
        for file in &files {
            let upload = check_upload(&file.name, &file.content, &UploadLimits::default());
            checked.push(upload.map_err(|error| ServiceError::field("files", error.to_string()))?);
        }
        let mut batch = Batch::new();
        let mut references = Vec::with_capacity(files.len());
        for (file, upload) in files.into_iter().zip(checked) {
            self.blobs().put(&upload.sm3, file.content.clone()).await?;
            let row = AttachmentRow {
                region: actor.region.clone(),
                id: Uuid::now_v7().to_string(),
                project: project.to_string(),
                sm3: upload.sm3.clone(),
                name: upload.name.clone(),
                mime: upload.kind.media_type().to_string(),
                size: file.content.len() as i64,
                uploaded_by: actor.account.clone(),
                uploaded_at: self.now(),
                evidence: file.evidence.clone(),
                scanned: false,
            };
            attachments::insert(&mut batch, &row);
            references.push(FileRef {
                evidence: file.evidence,
                name: upload.name,
                sm3: upload.sm3,
            });
        }
        if !batch.is_empty() {
            self.db().write(batch).await?;
        }
        Ok(references)
    }

    /// A file of a project that the actor may see.
    pub async fn attachment(&self, actor: &Actor, project: &str, sm3: &str) -> Outcome<Attachment> {
        let loaded = self.load(&actor.region, project).await?;
        if !self.may_see(actor, &loaded, &loaded.state()) {
            return Err(ServiceError::no_project());
        }
        self.attachment_of(&actor.region, project, sm3).await
    }

    /// A file of an owner that the actor may see.
    pub(crate) async fn attachment_of(
        &self,
        region: &str,
        owner: &str,
        sm3: &str,
    ) -> Outcome<Attachment> {
        let row = attachments::by_hash(self.db(), region, owner, sm3).await?;
        let row =
            row.ok_or_else(|| ServiceError::NotFound("没有找到这个附件，可能已随项目移走".into()))?;
        Ok(Attachment {
            name: row.name,
            mime: row.mime,
            content: self.blobs().get(&row.sm3).await?,
        })
    }
}
