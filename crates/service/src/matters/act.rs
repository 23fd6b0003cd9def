//! Acting on a matter: load, ask whether this person may do this now, decide, append facts and rows in one transaction.

use calendar::Day;
use domain::event::FileRef;
use domain::matter::{Act, MatterCommand, describe, permit};
use store::Batch;

use super::issue::{known_units, matter_owner};
use super::load::{LoadedMatter, matter_actor};
use crate::attachments::{Attachment, NewFile};
use crate::projects::refuse_administrators;
use crate::{Actor, Outcome, Service, ServiceError};

/// How often an act is tried again when somebody else was faster and the user did not ask for a version.
const TRIES: u32 = 4;

/// What somebody wants to do.
#[derive(Debug, Clone)]
pub struct MatterChange {
    /// The matter.
    pub matter: String,
    /// The version that the user saw; a newer one is a conflict. `None`: any.
    pub seen_version: Option<u32>,
    /// What.
    pub command: MatterCommand,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acted {
    /// Version of the stream now.
    pub version: u32,
    /// What was recorded, as a sentence.
    pub sentence: String,
}

impl Service {
    /// Carries out an act, or refuses it with reason and clause. Files belong to the answer, progress or result.
    ///
    /// # Errors
    /// [`ServiceError::Refused`], [`ServiceError::NotFound`], [`ServiceError::Conflict`], [`ServiceError::Invalid`].
    pub async fn change_matter(
        &self,
        actor: &Actor,
        mut change: MatterChange,
        files: Vec<NewFile>,
    ) -> Outcome<Acted> {
        if !files.is_empty() {
            let loaded = self.load_seen_matter(actor, &change.matter).await?;
            // Nobody leaves files with a matter on which he may not act.
            let act = change.command.act();
            permit(
                &loaded.policy,
                &loaded.state,
                matter_actor(actor),
                self.today(),
                act,
            )?;
            let kept = self
                .keep_files_of(actor, &matter_owner(&change.matter), files)
                .await?;
            put_files(&mut change.command, kept);
        }
        let mut tries = 0;
        loop {
            match self.try_matter(actor, &change, None).await {
                Err(ServiceError::Conflict(_))
                    if change.seen_version.is_none() && tries < TRIES =>
                {
                    tries += 1
                }
                outcome => return outcome,
            }
        }
    }

    /// An act on a past day, for samples.
    pub(crate) async fn change_matter_on(
        &self,
        actor: &Actor,
        change: &MatterChange,
        on: Day,
    ) -> Outcome<Acted> {
        self.try_matter(actor, change, Some(on)).await
    }

    async fn try_matter(
        &self,
        actor: &Actor,
        change: &MatterChange,
        on: Option<Day>,
    ) -> Outcome<Acted> {
        refuse_administrators(actor)?;
        let loaded = self.load_seen_matter(actor, &change.matter).await?;
        if let Some(seen) = change.seen_version.filter(|seen| *seen != loaded.version) {
            return Err(ServiceError::Conflict(format!(
                "您打开页面后，这个事项已有 {} 条新记录，您的操作没有保存。请刷新核对后再提交",
                loaded.version.saturating_sub(seen)
            )));
        }
        let on = on.unwrap_or_else(|| self.today());
        let command = self
            .with_main_names(&loaded, change.command.clone())
            .await?;
        if command.act() == Act::Escalate {
            return Err(ServiceError::Failed(
                "a supervision order is issued by escalate_matter".into(),
            ));
        }
        let (permit, kind) = domain::matter::decide(
            &loaded.policy,
            &loaded.state,
            matter_actor(actor),
            on,
            command,
        )?;
        let mut batch = Batch::new();
        let after = self
            .add_matter_facts(&mut batch, actor, loaded, on, vec![(permit, kind)])
            .await?;
        self.db().write(batch).await?;
        Ok(Acted {
            version: after.version,
            sentence: after.events.last().map(describe).unwrap_or_default(),
        })
    }

    /// Spellings of units become main names; a deputy is somebody with an account.
    async fn with_main_names(
        &self,
        loaded: &LoadedMatter,
        command: MatterCommand,
    ) -> Outcome<MatterCommand> {
        Ok(match command {
            MatterCommand::Reissue { units, note } => MatterCommand::Reissue {
                units: known_units(&loaded.region, &units)?,
                note,
            },
            MatterCommand::Split { mut parts } => {
                for part in &mut parts {
                    let known = known_units(&loaded.region, std::slice::from_ref(&part.unit))?;
                    part.unit = known.into_iter().next().unwrap_or_default();
                }
                MatterCommand::Split { parts }
            }
            MatterCommand::Delegate {
                deputy_account,
                from,
                to,
                reason,
                ..
            } => {
                let found = store::accounts::by_id(self.db(), &deputy_account).await?;
                let account = found
                    .filter(|row| {
                        row.region == loaded.region.id
                            && row.kind != "enterprise"
                            && row.admin_role.is_none()
                            && row.disabled_at.is_none()
                    })
                    .ok_or_else(|| ServiceError::field("deputy", "请选择列出的代办人"))?;
                MatterCommand::Delegate {
                    deputy: account.name,
                    deputy_unit: account.unit,
                    deputy_account: account.account,
                    from,
                    to,
                    reason,
                }
            }
            other => other,
        })
    }

    /// A file of a matter that the actor may see.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`].
    pub async fn matter_file(&self, actor: &Actor, matter: &str, sm3: &str) -> Outcome<Attachment> {
        self.load_seen_matter(actor, matter).await?;
        self.attachment_of(&actor.region, &matter_owner(matter), sm3)
            .await
    }
}

fn put_files(command: &mut MatterCommand, kept: Vec<FileRef>) {
    if let MatterCommand::AnswerPart { files, .. }
    | MatterCommand::Progress { files, .. }
    | MatterCommand::Report { files, .. } = command
    {
        *files = kept;
    }
}
