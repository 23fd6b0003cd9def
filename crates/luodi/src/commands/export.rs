//! `luodi export ledger`: the ledger of a region as a workbook or CSV.

use std::io::Seek;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use service::projects::{ExportFormat, ExportedFile, LedgerColumn, LedgerQuery};
use service::{Actor, Service};

use super::file_trouble;
use crate::failure::{Answer, Failure};
use crate::installation::{Place, block_on, operator};
use crate::output;
use crate::progress::Spinner;

/// What can be exported.
#[derive(Debug, Subcommand)]
#[command(about = "导出：项目台账（Excel、CSV）")]
pub enum ExportTask {
    Ledger(Ledger),
}

impl ExportTask {
    /// Runs the command.
    pub fn run(self) -> Answer {
        match self {
            ExportTask::Ledger(task) => block_on(task.run()),
        }
    }
}

/// `luodi export ledger`.
#[derive(Debug, Args)]
#[command(about = "导出项目台账；文件名以 .csv 结尾的为 CSV，其余为 Excel")]
pub struct Ledger {
    #[arg(value_name = "文件", help = "导出到哪个文件，如 台账.xlsx 或 台账.csv")]
    file: PathBuf,
    #[arg(
        long,
        value_name = "地区",
        help = "导出哪个地区；不写的，导出第一个启用了政策包的地区"
    )]
    region: Option<String>,
    #[arg(long, help = "连同不纳入管理、已调出、已撤销的项目")]
    all: bool,
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
    region: String,
    rows: u64,
    bytes: u64,
}

impl Ledger {
    async fn run(self) -> Answer {
        if self.file.exists() && !self.force {
            return Err(Failure::because(format!(
                "文件“{}”已经存在，没有覆盖。请换一个文件名，或加 --force。",
                self.file.display()
            )));
        }
        let service = self.place.open().await?;
        let actor = self.actor(&service).await?;
        let spinner = Spinner::new("正在导出台账");
        let columns: Vec<LedgerColumn> = LedgerColumn::all().collect();
        let query = LedgerQuery {
            gone: self.all,
            ..LedgerQuery::default()
        };
        let exported = service
            .export_ledger(&actor, &query, &columns, self.format(), "全部项目")
            .await?;
        let (rows, bytes) = (exported.rows, exported.length);
        save(exported, &self.file)?;
        spinner.done();
        let shown = Shown {
            file: self.file,
            region: actor.region,
            rows,
            bytes,
        };
        if self.json {
            return output::say_json(&shown);
        }
        output::say(&format!(
            "已导出项目 {rows} 个到“{}”。",
            shown.file.display()
        ));
        Ok(())
    }

    fn format(&self) -> ExportFormat {
        let csv = self
            .file
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        if csv {
            ExportFormat::Csv
        } else {
            ExportFormat::Xlsx
        }
    }

    async fn actor(&self, service: &Service) -> Result<Actor, Failure> {
        if let Some(region) = &self.region {
            return operator(service, region).await;
        }
        let mut with_packs = Vec::new();
        for row in store::units::regions(service.db()).await? {
            // Only a region with a pack in force has projects.
            if service.region(&row.region).await?.lifecycle().is_ok() {
                with_packs.push(row);
            }
        }
        let names: Vec<&str> = with_packs.iter().map(|row| row.title.as_str()).collect();
        let Some(first) = with_packs.first() else {
            return Err(Failure::because(
                "没有一个地区启用了政策包，没有台账可以导出。",
            ));
        };
        if names.len() > 1 && !self.json {
            output::say(&format!(
                "有 {} 个地区（{}），没有用 --region 指明，导出{}。",
                names.len(),
                names.join("、"),
                first.title
            ));
        }
        Ok(Actor::program(&first.region))
    }
}

fn save(mut exported: ExportedFile, path: &Path) -> Answer {
    let trouble = |error: std::io::Error| {
        Failure::because(format!("文件“{}”{}", path.display(), file_trouble(&error)))
    };
    exported.file.rewind().map_err(trouble)?;
    let mut out = std::fs::File::create(path).map_err(trouble)?;
    std::io::copy(&mut exported.file, &mut out).map_err(trouble)?;
    out.sync_all().map_err(trouble)
}
