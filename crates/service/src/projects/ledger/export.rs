//! The ledger as a workbook or CSV: the rows, order and columns that are shown, with bounded memory.

use std::fs::File;
use std::io::{Seek, SeekFrom};

use calendar::Day;
use office::{Column, Out, OutCell, Sheet, SheetWriter, WriteError};
use policy::model::Action;
use store::ledger;
use store::projects::StoredProject;
use tokio::sync::mpsc;

use super::{LedgerColumn, LedgerQuery, LedgerRow, filter, row};
use crate::{Actor, Outcome, Service, ServiceError};

/// Rows that are in memory at once.
const CHUNK: usize = 1000;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Excel.
    Xlsx,
    /// CSV, UTF-8 with byte-order mark.
    Csv,
}

impl ExportFormat {
    /// End of the file name.
    pub fn extension(self) -> &'static str {
        match self {
            ExportFormat::Xlsx => "xlsx",
            ExportFormat::Csv => "csv",
        }
    }
}

/// A file to be sent: it has no name on the disk and is gone when it is closed.
#[derive(Debug)]
pub struct ExportedFile {
    /// Name for the receiver.
    pub name: String,
    /// Its content, from the beginning.
    pub file: File,
    /// Length in bytes.
    pub length: u64,
    /// Number of rows.
    pub rows: u64,
}

/// Rows on their way from the database to the file.
type Rows = mpsc::Receiver<Result<Vec<Vec<Out>>, ServiceError>>;

impl Service {
    /// Writes what a query shows, all pages of it, in its order and with these columns.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when no role of the unit may export, [`ServiceError::Failed`].
    pub async fn export_ledger(
        &self,
        actor: &Actor,
        query: &LedgerQuery,
        columns: &[LedgerColumn],
        format: ExportFormat,
        conditions: &str,
    ) -> Outcome<ExportedFile> {
        self.needs_export(actor).await?;
        let region = self.region(&actor.region).await?;
        let today = self.today();
        let title = format!("{}招商引资重大项目台账", region.title);
        let note = format!(
            "导出日期：{today}　导出单位：{}　筛选条件：{conditions}",
            actor.unit
        );
        let sheet_columns = columns.iter().map(|column| column.sheet_column()).collect();
        let rows = self.ledger_rows(actor, query, columns, today).await?;
        let (file, count) = write_file(format, &title, note, sheet_columns, rows).await?;
        self.audit_export(actor, "export-ledger", conditions, count)
            .await?;
        exported(
            format!("项目台账-{today}.{}", format.extension()),
            file,
            count,
        )
    }

    /// Refuses whoever has no role that may export.
    pub(crate) async fn needs_export(&self, actor: &Actor) -> Outcome<()> {
        match self.unit_may(actor, Action::Export).await? {
            true => Ok(()),
            false => Err(ServiceError::Forbidden(format!(
                "{}没有导出台账的权限（政策包中的“导出台账”）",
                actor.unit
            ))),
        }
    }

    /// Notes an export in the audit trail.
    pub(crate) async fn audit_export(
        &self,
        actor: &Actor,
        action: &str,
        what: &str,
        rows: u64,
    ) -> Outcome<()> {
        let mut batch = store::Batch::new();
        self.audit(
            &mut batch,
            actor,
            action,
            what,
            "done",
            &format!("{rows} 行"),
        );
        self.db().write(batch).await?;
        Ok(())
    }

    /// The rows as they come out of the database, a chunk ahead of the writer.
    async fn ledger_rows(
        &self,
        actor: &Actor,
        query: &LedgerQuery,
        columns: &[LedgerColumn],
        today: Day,
    ) -> Outcome<Rows> {
        let (out, rows) = mpsc::channel(2);
        let Some(scope) = self.sight(actor).await? else {
            return Ok(rows);
        };
        let filter = filter(query, scope, today);
        let Some(mut stream) =
            ledger::stream_sorted(self.db(), &actor.region, &filter, query.sort, CHUNK).await?
        else {
            return Ok(rows);
        };
        let columns = columns.to_vec();
        let (service, region) = (self.clone(), actor.region.clone());
        tokio::spawn(async move {
            loop {
                let chunk = match stream.next().await {
                    Ok(Some(chunk)) => service.ledger_cells(&region, chunk, &columns, today).await,
                    Ok(None) => break,
                    Err(error) => Err(ServiceError::from(error)),
                };
                let last = chunk.is_err();
                // A receiver that is gone wants no more.
                if out.send(chunk).await.is_err() || last {
                    break;
                }
            }
        });
        Ok(rows)
    }

    /// The cells of a chunk; who leads is looked up when a column shows it.
    async fn ledger_cells(
        &self,
        region: &str,
        chunk: Vec<StoredProject>,
        columns: &[LedgerColumn],
        today: Day,
    ) -> Outcome<Vec<Vec<Out>>> {
        let rows = chunk.into_iter().map(|stored| row(stored, today));
        let mut rows: Vec<LedgerRow> = rows.collect();
        let named = [LedgerColumn::Leader, LedgerColumn::Sponsors];
        if columns.iter().any(|column| named.contains(column)) {
            self.name_leaders(region, &mut rows).await?;
        }
        let line = |row: LedgerRow| columns.iter().map(|column| column.out(&row)).collect();
        Ok(rows.into_iter().map(line).collect())
    }
}

/// A file with its length, read from the beginning.
pub(crate) fn exported(name: String, mut file: File, rows: u64) -> Outcome<ExportedFile> {
    let length = file.seek(SeekFrom::End(0)).map_err(failed)?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    Ok(ExportedFile {
        name,
        file,
        length,
        rows,
    })
}

/// Writes rows on a thread of its own; the answer is the file and the number of rows.
pub(crate) async fn write_file(
    format: ExportFormat,
    title: &str,
    note: String,
    columns: Vec<Column>,
    rows: Rows,
) -> Outcome<(File, u64)> {
    let title = title.to_string();
    let write = move || match format {
        ExportFormat::Xlsx => write_xlsx(title, note, columns, rows),
        ExportFormat::Csv => write_csv(&columns, rows),
    };
    tokio::task::spawn_blocking(write).await.map_err(failed)?
}

fn write_xlsx(
    title: String,
    note: String,
    columns: Vec<Column>,
    mut rows: Rows,
) -> Outcome<(File, u64)> {
    let mut sheet = Sheet::new("台账", columns);
    sheet.title = Some(title);
    sheet.note_lines = vec![note];
    let mut writer = SheetWriter::new(sheet).map_err(write_failed)?;
    let mut count = 0;
    while let Some(chunk) = rows.blocking_recv() {
        for row in chunk? {
            let cells: Vec<OutCell> = row.into_iter().map(OutCell::from).collect();
            writer.push_row(&cells).map_err(write_failed)?;
            count += 1;
        }
    }
    let mut file = tempfile::tempfile().map_err(failed)?;
    writer.finish_to(&mut file).map_err(write_failed)?;
    Ok((file, count))
}

fn write_csv(columns: &[Column], mut rows: Rows) -> Outcome<(File, u64)> {
    let mut file = tempfile::tempfile().map_err(failed)?;
    let mut fault = None;
    let chunks = std::iter::from_fn(|| match rows.blocking_recv()? {
        Ok(chunk) => Some(chunk),
        Err(error) => {
            fault = Some(error);
            None
        }
    });
    let buffered = std::io::BufWriter::new(&mut file);
    let count = office::write_csv(columns, chunks.flatten(), buffered).map_err(write_failed)?;
    match fault {
        None => Ok((file, count)),
        Some(error) => Err(error),
    }
}

fn failed(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Failed(format!("导出文件无法写出：{error}"))
}

fn write_failed(error: WriteError) -> ServiceError {
    failed(error)
}
