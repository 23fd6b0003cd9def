//! Imports as pages show them: the history, and one import with the rows of its dry run.

use calendar::Day;
use store::imports::{self, ImportRow};

use super::facts::Making;
use super::kept::Found;
use super::preview::{PreviewHead, PreviewRow};
use super::{
    Difference, ImportChoices, ImportMode, ImportReport, RowChoice, UndoReport, importers,
};
use crate::clock::{day_of, display_minute};
use crate::ledger::Candidate;
use crate::{Actor, Outcome, Service, ServiceError};

/// Imports in the history.
const HISTORY: u32 = 100;
/// Rows of the dry run on a page.
pub(super) const PAGE: usize = 50;

/// An import in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLine {
    /// Id.
    pub id: String,
    /// Name of the file.
    pub file_name: String,
    /// When.
    pub at: String,
    /// Who.
    pub person: String,
    /// Rows that are projects.
    pub rows: i64,
    /// Rows that were taken; while work goes on, rows that are done.
    pub accepted: i64,
    /// Rows that were not taken.
    pub rejected: i64,
    /// checked, applying, applied, failed, undoing, undone.
    pub state: String,
    /// 待导入, 正在导入, 已导入 …
    pub state_title: &'static str,
    /// When it was taken back and by whom.
    pub undone: String,
}

/// Which rows of a dry run are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowFilter {
    /// All.
    #[default]
    All,
    /// Those that cannot be taken.
    Bad,
    /// Those that seem to be there already.
    Duplicate,
    /// Those with something doubtful.
    Warned,
    /// Those with something absent.
    Missing,
    /// Those that would change the project that is there.
    Changed,
}

impl RowFilter {
    /// All, in the order of the tabs.
    pub const ALL: [RowFilter; 6] = [
        RowFilter::All,
        RowFilter::Bad,
        RowFilter::Duplicate,
        RowFilter::Warned,
        RowFilter::Missing,
        RowFilter::Changed,
    ];
    /// Chinese title.
    pub fn title(self) -> &'static str {
        match self {
            RowFilter::All => "全部",
            RowFilter::Bad => "有错误",
            RowFilter::Duplicate => "疑似重复",
            RowFilter::Warned => "需核对",
            RowFilter::Missing => "有缺项",
            RowFilter::Changed => "与台账不同",
        }
    }
    /// As addresses name it.
    pub fn id(self) -> &'static str {
        match self {
            RowFilter::All => "all",
            RowFilter::Bad => "bad",
            RowFilter::Duplicate => "duplicate",
            RowFilter::Warned => "warned",
            RowFilter::Missing => "missing",
            RowFilter::Changed => "changed",
        }
    }
    /// From its id; everything else is all.
    pub fn parse(text: &str) -> RowFilter {
        RowFilter::ALL
            .into_iter()
            .find(|filter| filter.id() == text)
            .unwrap_or_default()
    }
    fn shows(self, row: &PreviewRow) -> bool {
        match self {
            RowFilter::All => true,
            RowFilter::Bad => row.is_bad(),
            RowFilter::Duplicate => !row.is_bad() && row.is_duplicate(),
            RowFilter::Warned => !row.warnings.is_empty(),
            RowFilter::Missing => !row.missing.is_empty(),
            RowFilter::Changed => row.changed == Some(true),
        }
    }
}

/// A row of the dry run with what the user chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowView {
    /// The row.
    pub row: PreviewRow,
    /// What the user chose for it.
    pub choice: Option<RowChoice>,
    /// What the file and the ledger have differently, by project that seems to be the same.
    pub differences: Vec<Vec<Difference>>,
}

/// One import.
#[derive(Debug, Clone)]
pub struct ImportView {
    /// As in the history.
    pub line: ImportLine,
    /// The dry run.
    pub head: PreviewHead,
    /// Rows of this page.
    pub rows: Vec<RowView>,
    /// How many rows the filters show, in their order.
    pub counts: [usize; 6],
    /// Rows that the filter shows.
    pub shown: usize,
    /// Page, from 1.
    pub page: usize,
    /// Pages.
    pub pages: usize,
    /// What the user chose.
    pub choices: ImportChoices,
    /// How.
    pub mode: ImportMode,
    /// What it did.
    pub result: Option<ImportReport>,
    /// Why it did nothing.
    pub failure: Option<String>,
    /// What taking it back did.
    pub undone: Option<UndoReport>,
    /// Whether the actor may go on with it.
    pub may_import: bool,
    /// The last day on which it can be taken back and its file is there; nothing once that is over.
    pub until: Option<Day>,
}

impl Service {
    /// The last imports; refused to those who may not import, naming who may.
    pub async fn import_history(&self, actor: &Actor) -> Outcome<Vec<ImportLine>> {
        self.must_look(actor).await?;
        let rows = imports::recent(self.db(), &actor.region, HISTORY).await?;
        Ok(rows.iter().map(line).collect())
    }

    /// One import with a page of its rows.
    pub async fn import_view(
        &self,
        actor: &Actor,
        id: &str,
        filter: RowFilter,
        page: usize,
    ) -> Outcome<ImportView> {
        self.must_look(actor).await?;
        let found = self.found_import(&actor.region, id).await?;
        let open = matches!(found.row.state.as_str(), "checked" | "failed");
        let all = if open {
            self.preview_rows(&found.kept).await?
        } else {
            Vec::new()
        };
        let counts =
            RowFilter::ALL.map(|filter| all.iter().filter(|row| filter.shows(row)).count());
        let shown: Vec<&PreviewRow> = all.iter().filter(|row| filter.shows(row)).collect();
        let pages = shown.len().div_ceil(PAGE).max(1);
        let page = page.clamp(1, pages);
        let here: Vec<PreviewRow> = shown
            .iter()
            .skip((page - 1) * PAGE)
            .take(PAGE)
            .map(|row| (*row).clone())
            .collect();
        let rows = self.row_views(&actor.region, &found, here).await?;
        Ok(ImportView {
            line: line(&found.row),
            rows,
            counts,
            shown: shown.len(),
            page,
            pages,
            may_import: self.may_import(actor).await?,
            until: self.kept_until(&found),
            head: found.kept.head,
            choices: found.kept.choices,
            mode: found.kept.mode,
            result: found.kept.result,
            failure: found.kept.failure,
            undone: found.kept.undone,
        })
    }

    /// The last day on which the import can be taken back and its file is there; nothing once that is over.
    fn kept_until(&self, found: &Found) -> Option<Day> {
        let days = jiff::Span::new().days(i64::from(self.config().keep_imports_days));
        let last = day_of(found.row.at).checked_add(days).ok()?;
        (!found.kept.forgotten).then_some(last)
    }

    async fn must_look(&self, actor: &Actor) -> Outcome<()> {
        if self.may_look_at_imports(actor).await? {
            return Ok(());
        }
        let who = importers(self.region(&actor.region).await?.as_ref());
        Err(ServiceError::Forbidden(format!(
            "台账由{who}导入，您的单位是{}",
            actor.unit
        )))
    }

    async fn row_views(
        &self,
        region: &str,
        found: &Found,
        rows: Vec<PreviewRow>,
    ) -> Outcome<Vec<RowView>> {
        let candidates = self.candidates_of(region, found, &rows).await?;
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            let candidate = candidates
                .iter()
                .find(|candidate| candidate.line == row.line);
            let mut differences = Vec::with_capacity(row.matches.len());
            for known in &row.matches {
                differences.push(
                    self.differences_from(region, &known.project, candidate)
                        .await?,
                );
            }
            views.push(RowView {
                choice: found.kept.choices.rows.get(&row.line).copied(),
                row,
                differences,
            });
        }
        Ok(views)
    }

    /// The rows of this page that have something to compare, read from the file again: what was understood of them
    /// in full is not kept.
    async fn candidates_of(
        &self,
        region: &str,
        found: &Found,
        rows: &[PreviewRow],
    ) -> Outcome<Vec<Candidate>> {
        let compared: Vec<u32> = rows
            .iter()
            .filter(|row| !row.matches.is_empty())
            .map(|row| row.line)
            .collect();
        if compared.is_empty() {
            return Ok(Vec::new());
        }
        let region = self.region(region).await?;
        let context = super::read::context(&region, region.lifecycle()?.as_ref(), self.today());
        let bytes = self.open_import_file(found).await?;
        let (ledger, _) =
            super::preview::read_aside(&context, &found.row.file_name, &bytes).await?;
        let mut candidates = ledger.mapping.candidates;
        candidates.retain(|candidate| compared.contains(&candidate.line));
        Ok(candidates)
    }

    pub(super) async fn differences_from(
        &self,
        region: &str,
        project: &str,
        candidate: Option<&Candidate>,
    ) -> Outcome<Vec<Difference>> {
        let Some(candidate) = candidate else {
            return Ok(Vec::new());
        };
        let loaded = match self.load(region, project).await {
            // It may have been taken back since the dry run.
            Err(ServiceError::NotFound(_)) => return Ok(Vec::new()),
            loaded => loaded?,
        };
        let making = Making {
            lifecycle: &loaded.lifecycle,
            claimed_only: false,
            today: self.today(),
        };
        Ok(making.differences(candidate, &candidate.details, &loaded.state()))
    }
}

pub(super) fn line(row: &ImportRow) -> ImportLine {
    let undone = row.undone_at.map(|at| {
        format!(
            "{} 由 {} 撤销",
            display_minute(at),
            row.undone_by.as_deref().unwrap_or_default()
        )
    });
    ImportLine {
        id: row.id.clone(),
        file_name: row.file_name.clone(),
        at: display_minute(row.at),
        person: row.by_person.clone(),
        rows: row.rows,
        accepted: row.accepted,
        rejected: row.rejected,
        state: row.state.clone(),
        state_title: state_title(&row.state),
        undone: undone.unwrap_or_default(),
    }
}

fn state_title(state: &str) -> &'static str {
    match state {
        "checked" => "待导入",
        "applying" => "正在导入",
        "applied" => "已导入",
        "failed" => "没有导入",
        "undoing" => "正在撤销",
        "undone" => "已撤销",
        _ => "已放弃",
    }
}
