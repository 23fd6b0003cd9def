//! Copies of the database that the system administrator makes while work goes on. They stay on the server: whoever
//! may take them away has access to the server anyway.

use std::path::PathBuf;
use std::time::SystemTime;

use jiff::Timestamp;

use crate::clock::display_minute;
use crate::imports::aside;
use crate::{Actor, AdminRole, Outcome, Service, ServiceError};

/// A copy in the folder of copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupLine {
    /// File.
    pub name: String,
    /// When it was written.
    pub at: String,
    /// 12.3 MB.
    pub size: String,
}

/// What the page of backups shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupView {
    /// SQLite（内嵌） or PostgreSQL.
    pub database: &'static str,
    /// Size of the database.
    pub size: String,
    /// Where copies are written; nothing where the database server does it.
    pub folder: Option<String>,
    /// Copies, newest first.
    pub copies: Vec<BackupLine>,
}

impl Service {
    /// The database and its copies.
    pub async fn backup_view(&self, actor: &Actor) -> Outcome<BackupView> {
        self.needs(actor, AdminRole::System, "查看备份")?;
        let folder = self.backup_folder();
        let copies = match folder.clone() {
            Some(folder) => aside(move || copies_in(&folder)).await?,
            None => Vec::new(),
        };
        Ok(BackupView {
            database: if folder.is_some() {
                "SQLite（内嵌）"
            } else {
                "PostgreSQL"
            },
            size: shown_size(self.db().size().await?),
            folder: folder.map(|folder| folder.display().to_string()),
            copies,
        })
    }

    /// Copies the database while work goes on; the answer is the name of the copy.
    pub async fn back_up(&self, actor: &Actor) -> Outcome<String> {
        self.needs(actor, AdminRole::System, "备份")?;
        let folder = self.backup_folder().ok_or_else(|| {
            ServiceError::Forbidden("PostgreSQL 数据库请由运维人员用 pg_dump 备份".into())
        })?;
        let cannot = |error: std::io::Error| {
            ServiceError::Failed(format!("备份目录 {} 无法使用：{error}", folder.display()))
        };
        std::fs::create_dir_all(&folder).map_err(cannot)?;
        let moment = display_minute(self.now()).replace([' ', ':', '-'], "");
        let free = (0..100).map(|n| {
            if n == 0 {
                format!("luodi-{moment}.db")
            } else {
                format!("luodi-{moment}-{n}.db")
            }
        });
        let name = free.into_iter().find(|name| !folder.join(name).exists());
        let name =
            name.ok_or_else(|| ServiceError::Conflict("一分钟内备份次数过多，请稍后再试".into()))?;
        self.db().backup(&folder.join(&name)).await?;
        let mut batch = store::Batch::new();
        self.audit(&mut batch, actor, "backup", &name, "done", "");
        self.db().write(batch).await?;
        Ok(name)
    }

    fn backup_folder(&self) -> Option<PathBuf> {
        let database = self.db().path()?;
        Some(database.parent()?.join("backups"))
    }
}

fn copies_in(folder: &std::path::Path) -> Vec<BackupLine> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let line = |entry: std::fs::DirEntry| {
        let facts = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let name = entry
            .file_name()
            .into_string()
            .ok()
            .filter(|name| name.ends_with(".db"))?;
        let written = facts.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let at = Timestamp::try_from(written).unwrap_or(Timestamp::UNIX_EPOCH);
        Some((
            at,
            BackupLine {
                name,
                at: display_minute(at),
                size: shown_size(facts.len()),
            },
        ))
    };
    let mut copies: Vec<(Timestamp, BackupLine)> =
        entries.filter_map(Result::ok).filter_map(line).collect();
    copies.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    copies.into_iter().map(|(_, line)| line).collect()
}

fn shown_size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    if bytes >= MIB {
        format!("{}.{} MB", bytes / MIB, bytes % MIB * 10 / MIB)
    } else {
        format!("{} KB", bytes.div_ceil(1024))
    }
}
