//! 修改基本情况, and files that a refused form keeps.

use domain::command::Command;
use domain::event::{Details, FileRef};
use store::attachments;

use super::change::{Change, Done};
use crate::{Actor, Outcome, Service, ServiceError};

impl Service {
    /// Replaces the basic facts of a project. A contact that is not given stays as it is.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for units that the region does not have; else as [`Service::change`].
    pub async fn edit_details(
        &self,
        actor: &Actor,
        project: &str,
        seen_version: Option<u32>,
        mut details: Details,
        contact: Option<&str>,
    ) -> Outcome<Done> {
        let loaded = self.load_seen(actor, project).await?;
        self.check_details(&loaded.region, &mut details)?;
        let before = loaded
            .state()
            .details
            .and_then(|details| details.contact_sealed.clone());
        details.contact_sealed = match contact {
            Some(contact) => self.seal_contact(project, Some(contact))?,
            None => before,
        };
        let command = Command::ChangeDetails {
            details: Box::new(details),
        };
        self.change(
            actor,
            Change {
                project: project.to_string(),
                seen_version,
                happened_on: None,
                command,
            },
        )
        .await
    }

    /// Files that were kept for a form which then was refused: each must be one of this project.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when the project has no such file.
    pub async fn kept_files(
        &self,
        actor: &Actor,
        project: &str,
        kept: Vec<(String, Option<String>)>,
    ) -> Outcome<Vec<FileRef>> {
        let mut files = Vec::with_capacity(kept.len());
        for (sm3, evidence) in kept {
            let row = attachments::by_hash(self.db(), &actor.region, project, &sm3).await?;
            let row = row.ok_or_else(|| {
                ServiceError::field("files", "先前上传的文件已不在，请重新选择文件")
            })?;
            files.push(FileRef {
                evidence,
                name: row.name,
                sm3: row.sm3,
            });
        }
        Ok(files)
    }
}
