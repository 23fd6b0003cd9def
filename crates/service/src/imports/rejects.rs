//! The rows that cannot be taken, as the workbook in which they came: red cells, reasons beside them.

use office::write_faults;

use super::apply::open_duplicate;
use super::kept::aside;
use super::preview::{read_aside, twins};
use super::read;
use crate::{Actor, Outcome, Service, ServiceError};

/// A file to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workbook {
    /// Its name.
    pub name: String,
    /// Its content.
    pub content: Vec<u8>,
}

impl Service {
    /// The rows of an import that were not taken, or would not be as things stand. Corrected, the workbook can be
    /// uploaded as it is.
    pub async fn import_rejects(&self, actor: &Actor, id: &str) -> Outcome<Workbook> {
        self.must_import(actor).await?;
        let found = self.found_import(&actor.region, id).await?;
        let region = self.region(&actor.region).await?;
        let context = read::context(&region, region.lifecycle()?.as_ref(), self.today());
        let bytes = self.open_import_file(&found).await?;
        let (ledger, _) = read_aside(&context, &found.row.file_name, &bytes).await?;
        let marks = match &found.kept.result {
            Some(result) => {
                let mark = |row: &super::Rejected| {
                    (
                        row.line,
                        row.column.unwrap_or(usize::MAX),
                        row.reason.clone(),
                    )
                };
                result.rejected.iter().map(mark).collect()
            }
            None => {
                self.open_marks(&actor.region, &ledger, &found.kept.choices)
                    .await?
            }
        };
        if marks.is_empty() {
            return Err(ServiceError::NotFound("这次导入没有被退回的行".into()));
        }
        let content = aside(move || write_faults(&ledger.table, &marks, true)).await?;
        let content = content.map_err(|error| ServiceError::Failed(error.to_string()))?;
        let stem = found
            .row
            .file_name
            .rsplit_once('.')
            .map_or(found.row.file_name.as_str(), |(stem, _)| stem);
        Ok(Workbook {
            name: format!("{stem}-待修改.xlsx"),
            content,
        })
    }

    /// Before the import: faults, and duplicates of which nobody has said what is done with them.
    async fn open_marks(
        &self,
        region: &str,
        ledger: &read::ReadLedger,
        choices: &super::ImportChoices,
    ) -> Outcome<Vec<(u32, usize, String)>> {
        let matches = self.matches(region, &ledger.mapping.candidates).await?;
        let twins = twins(ledger);
        let mut marks = Vec::new();
        for (candidate, found) in ledger.mapping.candidates.iter().zip(&matches) {
            let twin = twins.get(&candidate.line);
            let own = candidate.faults.len() - usize::from(twin.is_some());
            for fault in &candidate.faults[..own] {
                marks.push((
                    fault.line,
                    fault.column.unwrap_or(usize::MAX),
                    fault.reason.clone(),
                ));
            }
            if choices.of(candidate.line).is_none() {
                let open = open_duplicate(candidate.line, twin, found);
                marks.extend(
                    open.into_iter()
                        .map(|open| (open.line, open.column.unwrap_or(usize::MAX), open.reason)),
                );
            }
        }
        Ok(marks)
    }
}
