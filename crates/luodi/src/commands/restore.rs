//! `luodi restore`: a backup becomes the installation.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use store::{Db, OpenOptions};

use super::file_trouble;
use crate::archive;
use crate::failure::{Answer, Failure};
use crate::installation::{Place, block_on};
use crate::output;

/// `luodi restore`.
#[derive(Debug, Args)]
#[command(
    about = "恢复：先核验备份，再放到数据目录；已有数据时须加 --force，原数据改名保留",
    after_help = "恢复前请先停止服务，并把原来的密钥文件放回数据目录（data/key）。"
)]
pub struct Restore {
    #[arg(
        value_name = "文件",
        help = "luodi backup 制作的备份文件，或网页“备份”页制作的数据库副本（.db）"
    )]
    file: PathBuf,
    #[arg(
        long,
        help = "数据目录中已有数据时仍然恢复；原数据改名为 *.before-restore"
    )]
    force: bool,
    #[command(flatten)]
    place: Place,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

/// The answer for machines.
#[derive(Debug, Serialize)]
struct Shown {
    /// Unknown for a bare copy of the database.
    made_at: Option<String>,
    projects: u64,
    events: u64,
    attachments: u64,
}

impl Restore {
    /// Checks the backup and puts it in place.
    pub fn run(self) -> Answer {
        block_on(self.restore())
    }

    async fn restore(self) -> Answer {
        let database = self.place.file().ok_or_else(|| {
            Failure::because("只能恢复内置数据库（SQLite）。PostgreSQL 数据库请用 pg_restore 恢复，附件目录另行复制。")
        })?;
        let files = self.place.data.join("files");
        if !self.force && database.exists() {
            return Err(Failure::because(format!(
                "“{}”已有数据，没有恢复。请先停止服务，换一个数据目录，或加 --force（原数据改名保留）。",
                self.place.data.display()
            )));
        }
        std::fs::create_dir_all(&self.place.data)
            .map_err(|error| trouble(&self.place.data, &error))?;
        let waiting = Waiting::beside(&self.place.data)?;
        let contents = archive::take(&self.file, &waiting.0)?;
        let (projects, events) = check(&waiting.0.join(archive::DATABASE)).await?;
        put_in_place(&waiting.0, &database, &files)?;
        let attachments = contents.as_ref().map_or(0, |contents| contents.attachments);
        let made_at = contents.map(|contents| contents.made_at);
        let shown = Shown {
            made_at,
            projects,
            events,
            attachments,
        };
        if self.json {
            return output::say_json(&shown);
        }
        let kept = match &shown.made_at {
            Some(made_at) => format!("附件 {attachments} 个（备份于 {made_at}）"),
            None => "附件不在其中，目录中原有的附件保持不变".to_owned(),
        };
        output::say(&format!(
            "已恢复：项目 {projects} 个、记录 {events} 条，核验一致；{kept}。"
        ));
        Ok(())
    }
}

/// A folder for what is not checked yet; goes when it is no longer wanted.
struct Waiting(PathBuf);

impl Waiting {
    fn beside(data: &Path) -> Result<Waiting, Failure> {
        let folder = data.join(format!("restoring-{}", std::process::id()));
        std::fs::create_dir(&folder).map_err(|error| trouble(&folder, &error))?;
        Ok(Waiting(folder))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The backup must be a whole database with a sound chain before it replaces anything.
async fn check(database: &Path) -> Result<(u64, u64), Failure> {
    if !database.exists() {
        return Err(Failure::because("备份中没有数据库。请换一个备份。"));
    }
    let db = Db::open(
        &format!("sqlite:{}", database.display()),
        OpenOptions::default(),
    )
    .await?;
    let damage = db.integrity_check().await?;
    let verification = store::chain::verify(&db, None, |_| {}).await?;
    db.close().await;
    if !damage.is_empty() || !verification.is_sound() {
        let faults = damage.len() as u64 + verification.faults;
        return Err(Failure::because(format!(
            "备份核验发现 {faults} 处不一致，没有恢复。请换一个备份。"
        )));
    }
    Ok((verification.streams, verification.events))
}

fn put_in_place(waiting: &Path, database: &Path, files: &Path) -> Answer {
    for old in [
        database.to_path_buf(),
        with_ending(database, "-wal"),
        with_ending(database, "-shm"),
        files.into(),
    ] {
        set_aside(&old)?;
    }
    // Attachments first: a database never names one that is not there.
    let unpacked = waiting.join(archive::FILES);
    if unpacked.exists() {
        std::fs::rename(&unpacked, files).map_err(|error| trouble(files, &error))?;
    }
    for ending in ["-wal", ""] {
        let from = with_ending(&waiting.join(archive::DATABASE), ending);
        if from.exists() {
            let to = with_ending(database, ending);
            move_file(&from, &to).map_err(|error| trouble(&to, &error))?;
        }
    }
    Ok(())
}

/// Moves a file; where the database lies on another disk than the data folder, copies it.
fn move_file(from: &Path, to: &Path) -> std::io::Result<()> {
    match std::fs::rename(from, to) {
        Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
            std::fs::copy(from, to)?;
            std::fs::File::open(to)?.sync_all()
        }
        moved => moved,
    }
}

/// Renames what was there to `*.before-restore`; what an earlier restore set aside goes.
fn set_aside(old: &Path) -> Answer {
    if !old.exists() {
        return Ok(());
    }
    let aside = archive::beside(old, "before-restore");
    let cleared = if aside.is_dir() {
        std::fs::remove_dir_all(&aside)
    } else {
        std::fs::remove_file(&aside)
    };
    match cleared {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(trouble(&aside, &error));
        }
        _ => {}
    }
    std::fs::rename(old, &aside).map_err(|error| trouble(old, &error))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn trouble(path: &Path, error: &std::io::Error) -> Failure {
    Failure::because(format!("“{}”{}", path.display(), file_trouble(error)))
}
