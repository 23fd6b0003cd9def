//! `luodi import ledger`: a ledger of Excel or CSV into a region.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use service::imports::{ImportChoices, ImportMode, ImportPreview, ImportReport, RowChoice};
use service::{Actor, Service};

use super::file_trouble;
use crate::failure::{Answer, Failure};
use crate::installation::{Place, block_on, operator};
use crate::output;

/// What can be imported.
#[derive(Debug, Subcommand)]
#[command(about = "导入：项目台账（Excel、CSV）")]
pub enum ImportTask {
    Ledger(Box<Ledger>),
}

impl ImportTask {
    /// Runs the command.
    pub fn run(self) -> Answer {
        match self {
            ImportTask::Ledger(task) => block_on(task.run()),
        }
    }
}

/// What is done with rows that seem to be there already.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Duplicates {
    Skip,
    Distinct,
    Update,
}

impl Duplicates {
    fn choice(self) -> RowChoice {
        match self {
            Duplicates::Skip => RowChoice::Skip,
            Duplicates::Distinct => RowChoice::Distinct,
            Duplicates::Update => RowChoice::Update,
        }
    }
}

/// `luodi import ledger`.
#[derive(Debug, Args)]
#[command(
    about = "导入项目台账；列按表头识别，次序不限。全部无误才导入，或用 --good-only 先导无误的行",
    after_help = "退出码：0 已导入（或试运行无误），1 有误未导入。\n疑似重复的行：skip 跳过，distinct 作为另一个项目，update 更新已有项目；不写时作为有误的行。"
)]
pub struct Ledger {
    #[arg(
        value_name = "文件",
        help = "台账文件：.xlsx、.xls、.ods 或 .csv（UTF-8、GB18030）"
    )]
    file: PathBuf,
    #[arg(
        long,
        value_name = "地区",
        help = "导入哪个地区，如 qianjiang 或 潜江市"
    )]
    region: String,
    #[arg(long, help = "只检查，不导入")]
    dry_run: bool,
    #[arg(long, help = "只导入无误的行；有误的行用 --faults 写回")]
    good_only: bool,
    #[arg(long, value_enum, value_name = "办法", help = "疑似重复的行怎么办")]
    duplicates: Option<Duplicates>,
    #[arg(
        long,
        value_name = "文件",
        help = "把有误的行写成同样的表格（xlsx），标红并注明原因"
    )]
    faults: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

/// The answer for machines.
#[derive(Debug, Serialize)]
struct Shown {
    dry_run: bool,
    preview: ImportPreview,
    /// Absent on a dry run, and when nothing was taken.
    report: Option<ImportReport>,
}

impl Ledger {
    async fn run(self) -> Answer {
        let bytes = read_bytes(&self.file)?;
        let service = self.place.open().await?;
        let actor = operator(&service, &self.region).await?;
        let name = self
            .file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let preview = service.import_preview(&actor, &name, bytes.into()).await?;
        let outcome = self.go_on(&service, &actor, &preview).await;
        if !matches!(outcome, Ok(Some(_))) {
            service.discard_import(&actor, &preview.head.id).await?;
        }
        let shown = Shown {
            dry_run: self.dry_run,
            preview,
            report: outcome?,
        };
        self.show(&shown)
    }

    /// Writes the faulty rows where that was asked for, then takes what can be taken.
    async fn go_on(
        &self,
        service: &Service,
        actor: &Actor,
        preview: &ImportPreview,
    ) -> Result<Option<ImportReport>, Failure> {
        let id = &preview.head.id;
        if self.dry_run || (!self.good_only && self.open_rows(preview) > 0) {
            if let Some(path) = self.faults.as_ref().filter(|_| self.open_rows(preview) > 0) {
                service
                    .keep_import_choices(actor, id, self.choices())
                    .await?;
                write(path, &service.import_rejects(actor, id).await?.content)?;
            }
            return Ok(None);
        }
        let mode = if self.good_only {
            ImportMode::GoodOnly
        } else {
            ImportMode::AllOrNothing
        };
        let report = service
            .import_apply(actor, id, mode, self.choices())
            .await?;
        if let Some(path) = self.faults.as_ref().filter(|_| report.rejected_rows > 0) {
            write(path, &service.import_rejects(actor, id).await?.content)?;
        }
        Ok(Some(report))
    }

    fn choices(&self) -> ImportChoices {
        ImportChoices {
            others: self.duplicates.map(Duplicates::choice),
            ..ImportChoices::default()
        }
    }

    /// Rows that could not be taken as things stand.
    fn open_rows(&self, preview: &ImportPreview) -> usize {
        let undecided = if self.duplicates.is_none() {
            preview.head.duplicate_rows
        } else {
            0
        };
        preview.head.bad_rows + undecided
    }

    fn show(&self, shown: &Shown) -> Answer {
        if self.json {
            output::say_json(shown)?;
        } else {
            output::say(&self.text(shown));
        }
        let refused = shown.report.is_none() && self.open_rows(&shown.preview) > 0;
        if refused { Err(Failure::Told) } else { Ok(()) }
    }

    fn text(&self, shown: &Shown) -> String {
        let head = &shown.preview.head;
        let mut lines = vec![head.summary.clone()];
        lines.extend(head.notes.iter().cloned());
        let unknown = head
            .unknown
            .iter()
            .map(|column| format!("- {} 列：{}", column.letters, column.note));
        lines.extend(listed("未识别的列（原样保留）：", unknown.collect()));
        lines.extend(listed(
            "跳过的行：",
            head.skipped
                .iter()
                .map(|row| format!("- 第 {} 行：{}", row.line, row.note))
                .collect(),
        ));
        lines.extend(listed("有误的行：", self.faults(&shown.preview)));
        lines.extend(listed("需要留意：", warnings(&shown.preview)));
        lines.push(self.verdict(shown));
        lines.join("\n")
    }

    fn faults(&self, preview: &ImportPreview) -> Vec<String> {
        let faults = preview.rows_read.iter().flat_map(|row| {
            let mut faults = row.faults.clone();
            if self.duplicates.is_none() && faults.is_empty() {
                faults.extend(row.twin.iter().map(|twin| twin.message.clone()));
                faults.extend(row.matches.iter().map(|found| {
                    format!(
                        "第 {} 行：疑似已有项目 {} {}（{}）。",
                        row.line, found.number, found.name, found.why
                    )
                }));
            }
            faults
        });
        faults.map(|fault| format!("- {fault}")).collect()
    }

    fn verdict(&self, shown: &Shown) -> String {
        let saved = match &self.faults {
            Some(path) if self.open_rows(&shown.preview) > 0 => {
                format!("有误的行已写入“{}”。", path.display())
            }
            _ => String::new(),
        };
        match &shown.report {
            Some(report) => format!("已导入：{}。{saved}", report.summary()),
            None if self.open_rows(&shown.preview) > 0 => {
                format!(
                    "没有导入任何项目：请改正后重新导入，或加 --good-only 先导入无误的行。{saved}"
                )
            }
            None => "试运行：可以导入，没有改动任何数据。".to_owned(),
        }
    }
}

fn warnings(preview: &ImportPreview) -> Vec<String> {
    preview
        .rows_read
        .iter()
        .flat_map(|row| &row.warnings)
        .map(|warning| format!("- {warning}"))
        .collect()
}

/// A heading and its lines; the rest is counted where there are very many.
fn listed(heading: &str, mut lines: Vec<String>) -> Vec<String> {
    const MOST: usize = 100;
    if lines.is_empty() {
        return lines;
    }
    let more = lines.len().saturating_sub(MOST);
    lines.truncate(MOST);
    if more > 0 {
        lines.push(format!(
            "  …… 另有 {more} 条，用 --json 或 --faults 查看全部"
        ));
    }
    lines.insert(0, heading.to_owned());
    lines
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| trouble(path, &error))
}

fn write(path: &Path, content: &[u8]) -> Answer {
    std::fs::write(path, content).map_err(|error| trouble(path, &error))
}

fn trouble(path: &Path, error: &std::io::Error) -> Failure {
    Failure::because(format!("文件“{}”{}", path.display(), file_trouble(error)))
}
