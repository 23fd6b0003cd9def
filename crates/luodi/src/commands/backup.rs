//! `luodi backup`: one file that holds the database and the attachments.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::archive;
use crate::failure::{Answer, Failure};
use crate::installation::{Place, block_on};
use crate::output;

/// `luodi backup`.
#[derive(Debug, Args)]
#[command(
    about = "备份：把数据库和附件写成一个文件；服务不必停止",
    after_help = "密钥不在备份中，请另行妥善保管；没有密钥，联系电话等加密内容无法解读。\nPostgreSQL 数据库请用 pg_dump 备份，附件目录另行复制。"
)]
pub struct Backup {
    #[arg(value_name = "文件", help = "备份文件，如 luodi-2026-11-23.zip")]
    file: PathBuf,
    #[arg(long, help = "文件已存在时覆盖")]
    force: bool,
    #[command(flatten)]
    place: Place,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

/// The answer for machines.
#[derive(Debug, Serialize)]
struct Shown {
    file: PathBuf,
    bytes: u64,
    attachments: u64,
    made_at: String,
}

impl Backup {
    /// Makes the backup.
    pub fn run(self) -> Answer {
        block_on(self.back_up())
    }

    async fn back_up(self) -> Answer {
        if self.file.exists() && !self.force {
            return Err(Failure::because(format!(
                "文件“{}”已经存在，没有覆盖。请换一个文件名，或加 --force。",
                self.file.display()
            )));
        }
        let service = self.place.open().await?;
        let copy = archive::beside(&self.file, "db");
        let _ = std::fs::remove_file(&copy);
        service.db().backup(&copy).await?;
        // Attachments are written before the records that name them, so all that the copy names are there now.
        let contents = archive::write(
            &self.file,
            &copy,
            &service.config().files,
            service.now().to_string(),
        );
        let _ = std::fs::remove_file(&copy);
        let contents = contents?;
        let shown = Shown {
            bytes: size(&self.file),
            file: self.file,
            attachments: contents.attachments,
            made_at: contents.made_at,
        };
        if self.json {
            return output::say_json(&shown);
        }
        let megabytes = shown.bytes as f64 / 1_048_576.0;
        output::say(&format!(
            "已备份到“{}”（{megabytes:.1} MB，附件 {} 个）。密钥不在其中，请另行保管。",
            shown.file.display(),
            shown.attachments
        ));
        Ok(())
    }
}

fn size(file: &Path) -> u64 {
    file.metadata()
        .map(|metadata| metadata.len())
        .unwrap_or_default()
}
