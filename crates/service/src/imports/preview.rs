//! The dry run: what was understood of each row, what is wrong with it, and what of it is in the ledger already.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use domain::values::{MoneyUnit, Yuan, mask_phone, normalise_name};
use serde::{Deserialize, Serialize};
use store::imports::{self, ImportRow};
use store::{Batch, projects};
use uuid::Uuid;

use super::kept::{Kept, rows_name};
use super::read::{self, ReadLedger};
use super::{ImportChoices, ImportMode, RowChoice};
use crate::clock::display_minute;
use crate::guard::clean_file_name;
use crate::ledger::{Candidate, HeadingUnit, LedgerContext, MilestoneName, Skipped, UnknownColumn};
use crate::{Actor, Outcome, Service, ServiceError};

/// Rows that are compared with the ledger at once.
const MOST_COMPARED: usize = 2_000;
/// A name under a number of the ledger that is less like that project's name is another project.
const LEAST_LIKENESS: f64 = 0.5;

/// A column that is understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnLine {
    /// Letters, as Excel shows them.
    pub letters: String,
    /// Heading as written.
    pub heading: String,
    /// What it holds.
    pub title: String,
    /// Unit of its heading; empty when it names none.
    pub unit: String,
}

/// A milestone that a row speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReachedLine {
    /// 签约.
    pub title: String,
    /// The day, or why there is none.
    pub when: String,
    /// Whether there is a day.
    pub dated: bool,
}

/// A project of the ledger that seems to be the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// Id.
    pub project: String,
    /// Human number.
    pub number: i64,
    /// Name.
    pub name: String,
    /// 统一社会信用代码相同 or 项目名称相同.
    pub why: String,
}

/// An earlier row of the file that seems to be the same project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    /// The earlier row.
    pub line: u32,
    /// What is the same, and what to do.
    pub message: String,
    /// Column of the value that is the same.
    pub column: Option<usize>,
}

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PreviewRow {
    /// Row, as Excel shows it.
    pub line: u32,
    /// 项目名称.
    pub name: String,
    /// 投资方.
    pub investor: String,
    /// 统一社会信用代码.
    pub credit_code: String,
    /// 总投资 as understood, with its unit.
    pub investment: String,
    /// 总投资 as worded, where that differs.
    pub investment_raw: String,
    /// 产业类别.
    pub sector: String,
    /// 属地.
    pub host: String,
    /// Milestones, in the order of the pack.
    pub reached: Vec<ReachedLine>,
    /// Contact, masked.
    pub contact: String,
    /// Who registered it and when, as the ledger has it.
    pub recorded: String,
    /// Further columns, by heading.
    pub extra: Vec<(String, String)>,
    /// What is absent.
    pub missing: Vec<String>,
    /// What is wrong: the row cannot be taken.
    pub faults: Vec<String>,
    /// What is doubtful: the row can be taken.
    pub warnings: Vec<String>,
    /// An earlier row that seems to be the same.
    pub twin: Option<Twin>,
    /// Projects of the ledger that seem to be the same.
    pub matches: Vec<Match>,
    /// Whether it says something else than the first of them; unknown where too many rows would have to be compared.
    #[serde(default)]
    pub changed: Option<bool>,
}

impl PreviewRow {
    /// Whether somebody has to say what is done with it.
    pub fn is_duplicate(&self) -> bool {
        self.twin.is_some() || !self.matches.is_empty()
    }
    /// Whether it cannot be taken.
    pub fn is_bad(&self) -> bool {
        !self.faults.is_empty()
    }
}

/// The dry run without its rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PreviewHead {
    /// Import.
    pub id: String,
    /// Name of the file.
    pub file_name: String,
    /// SM3 of the file.
    pub sm3: String,
    /// One sentence on the whole.
    pub summary: String,
    /// Rows that are projects.
    pub rows: usize,
    /// Rows without faults.
    pub good_rows: usize,
    /// Rows with faults.
    pub bad_rows: usize,
    /// Rows without faults that seem to be there already.
    pub duplicate_rows: usize,
    /// Rows with something doubtful.
    pub warned_rows: usize,
    /// Columns that are understood.
    pub recognised: Vec<ColumnLine>,
    /// Columns that are kept as they are.
    pub unknown: Vec<UnknownColumn>,
    /// Rows that are no projects.
    pub skipped: Vec<Skipped>,
    /// What is absent, and in how many rows.
    pub missing: BTreeMap<String, usize>,
    /// What the reader of the file had to say, and when the same file was imported before.
    pub notes: Vec<String>,
}

/// What an import would do. Contacts stand in it masked only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportPreview {
    /// The whole.
    #[serde(flatten)]
    pub head: PreviewHead,
    /// Row by row.
    pub rows_read: Vec<PreviewRow>,
}

impl Service {
    /// Reads a file and says what importing it would do; nothing enters the ledger. The file is kept, sealed, until
    /// the import is made or given up.
    pub async fn import_preview(
        &self,
        actor: &Actor,
        file_name: &str,
        bytes: Bytes,
    ) -> Outcome<ImportPreview> {
        self.must_import(actor).await?;
        let region = self.region(&actor.region).await?;
        let context = read::context(&region, region.lifecycle()?.as_ref(), self.today());
        let milestones = context.milestones.clone();
        let file_name = clean_file_name(file_name);
        let id = Uuid::now_v7().to_string();
        let (ledger, sm3) = read_aside(&context, &file_name, &bytes).await?;
        let mut preview = preview_of(&ledger, &milestones);
        preview.head.id.clone_from(&id);
        preview.head.file_name.clone_from(&file_name);
        preview.head.sm3.clone_from(&sm3);
        self.find_matches(&actor.region, &ledger.mapping.candidates, &mut preview)
            .await?;
        self.note_same_file(&actor.region, &sm3, &mut preview)
            .await?;
        self.compare_rows(&actor.region, &ledger.mapping.candidates, &mut preview)
            .await?;
        let choices = usual_choices(ledger.mapping.exported, &mut preview);
        let file = self.seal_import_file(&id, bytes).await?;
        let kept = Kept {
            head: preview.head.clone(),
            file: Some(file),
            rows: Some(self.keep_preview_rows(&id, &preview.rows_read).await?),
            forgotten: false,
            choices,
            mode: ImportMode::default(),
            result: None,
            failure: None,
            undone: None,
        };
        let mut batch = Batch::new();
        imports::insert(&mut batch, &self.new_row(actor, &preview, &kept)?);
        self.db().write(batch).await?;
        Ok(preview)
    }

    fn new_row(&self, actor: &Actor, preview: &ImportPreview, kept: &Kept) -> Outcome<ImportRow> {
        Ok(ImportRow {
            region: actor.region.clone(),
            id: preview.head.id.clone(),
            file_name: preview.head.file_name.clone(),
            sm3: preview.head.sm3.clone(),
            by_account: actor.account.clone(),
            by_person: actor.name.clone(),
            at: self.now(),
            rows: preview.head.rows as i64,
            accepted: 0,
            rejected: 0,
            state: "checked".into(),
            undone_at: None,
            undone_by: None,
            report: serde_json::to_string(kept)?,
        })
    }

    /// One statement for all rows, and one for their numbers. A project of the same number stands first.
    pub(super) async fn matches(
        &self,
        region: &str,
        candidates: &[Candidate],
    ) -> Outcome<Vec<Vec<Match>>> {
        let keys: Vec<projects::Candidate> = candidates.iter().map(keys).collect();
        let found = projects::duplicates(self.db(), region, &keys).await?;
        let mut by_code: HashMap<&str, Vec<&projects::Duplicate>> = HashMap::new();
        let mut by_name: HashMap<&str, Vec<&projects::Duplicate>> = HashMap::new();
        for duplicate in &found {
            if let Some(code) = &duplicate.credit_code {
                by_code.entry(code).or_default().push(duplicate);
            }
            by_name
                .entry(&duplicate.normal_name)
                .or_default()
                .push(duplicate);
        }
        let numbered = self.numbered(region, candidates).await?;
        let of = |(candidate, key): (&Candidate, &projects::Candidate)| {
            let same_code = key
                .credit_code
                .as_deref()
                .and_then(|code| by_code.get(code));
            let same_name = Some(key.normal_name.as_str())
                .filter(|name| !name.is_empty())
                .and_then(|n| by_name.get(n));
            let mut matches: Vec<Match> = number_of(candidate)
                .and_then(|number| numbered.get(&number))
                .filter(|(found, withdrawn)| is_numbered(candidate, key, found, *withdrawn))
                .map(|(found, _)| a_match(found, "编号相同"))
                .into_iter()
                .collect();
            for (list, why) in [
                (same_code, "统一社会信用代码相同"),
                (same_name, "项目名称相同"),
            ] {
                for duplicate in list.into_iter().flatten() {
                    if !matches
                        .iter()
                        .any(|known: &Match| known.project == duplicate.project)
                    {
                        matches.push(a_match(duplicate, why));
                    }
                }
            }
            matches
        };
        Ok(candidates.iter().zip(&keys).map(of).collect())
    }

    /// Projects by the numbers that the rows name.
    async fn numbered(
        &self,
        region: &str,
        candidates: &[Candidate],
    ) -> Outcome<HashMap<i64, (projects::Duplicate, bool)>> {
        let numbers: Vec<i64> = candidates.iter().filter_map(number_of).collect();
        if numbers.is_empty() {
            return Ok(HashMap::new());
        }
        let found = projects::numbered(self.db(), region, &numbers).await?;
        let by_number = |found: (projects::Duplicate, bool)| (found.0.number, found);
        Ok(found.into_iter().map(by_number).collect())
    }

    async fn find_matches(
        &self,
        region: &str,
        candidates: &[Candidate],
        preview: &mut ImportPreview,
    ) -> Outcome<()> {
        let found = self.matches(region, candidates).await?;
        for (row, matches) in preview.rows_read.iter_mut().zip(found) {
            row.matches = matches;
        }
        let duplicates = preview
            .rows_read
            .iter()
            .filter(|row| !row.is_bad() && row.is_duplicate())
            .count();
        preview.head.duplicate_rows = duplicates;
        Ok(())
    }

    /// Compares the rows with the projects that are there, so that what was edited is found among many rows.
    async fn compare_rows(
        &self,
        region: &str,
        candidates: &[Candidate],
        preview: &mut ImportPreview,
    ) -> Outcome<()> {
        if preview.head.duplicate_rows > MOST_COMPARED {
            return Ok(());
        }
        for (row, candidate) in preview.rows_read.iter_mut().zip(candidates) {
            let Some(known) = row.matches.first() else {
                continue;
            };
            let found = self
                .differences_from(region, &known.project, Some(candidate))
                .await?;
            row.changed = Some(!found.is_empty());
        }
        Ok(())
    }

    async fn note_same_file(
        &self,
        region: &str,
        sm3: &str,
        preview: &mut ImportPreview,
    ) -> Outcome<()> {
        if let Some((at, who)) = imports::same_file(self.db(), region, sm3).await? {
            let note = format!(
                "同一个文件已由 {who} 于 {} 导入过，请核对是否重复导入。",
                display_minute(at)
            );
            preview.head.notes.insert(0, note);
        }
        Ok(())
    }
}

/// What is done with rows that are there already unless somebody says otherwise: those of an export are updated. Says in
/// the summary what there is to choose.
fn usual_choices(exported: bool, preview: &mut ImportPreview) -> ImportChoices {
    let head = &mut preview.head;
    let duplicates = head.duplicate_rows;
    let mut choices = ImportChoices::default();
    if duplicates > 0 {
        let summary = head.summary.trim_end_matches('。').to_string();
        let what = if exported {
            choices.others = Some(RowChoice::Update);
            format!(
                "个已在台账中{}，默认更新（内容相同的不变）",
                changed_words(&preview.rows_read)
            )
        } else {
            "个疑似重复需要选择如何处理".to_string()
        };
        head.summary = format!("{summary}，{duplicates} {what}。");
    }
    choices
}

/// `，其中 2 个与台账不同`, where the rows were compared.
fn changed_words(rows: &[PreviewRow]) -> String {
    let compared: Vec<bool> = rows.iter().filter_map(|row| row.changed).collect();
    match compared.iter().filter(|changed| **changed).count() {
        _ if compared.is_empty() => String::new(),
        0 => "，与台账没有不同".to_string(),
        changed => format!("，其中 {changed} 个与台账不同"),
    }
}

/// Reading a large workbook takes a core for a while; the others go on.
pub(super) async fn read_aside(
    context: &LedgerContext,
    file_name: &str,
    bytes: &Bytes,
) -> Outcome<(ReadLedger, String)> {
    let (context, file_name, bytes) = (context.clone(), file_name.to_string(), bytes.clone());
    let work = move || {
        let ledger = read::read(&bytes, &file_name, &context)?;
        Ok((ledger, store::sm3_hex(&bytes)))
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| ServiceError::Failed(format!("读取文件的任务中断：{error}")))?
}

fn keys(candidate: &Candidate) -> projects::Candidate {
    projects::Candidate {
        credit_code: candidate
            .details
            .credit_code
            .as_ref()
            .map(|code| code.as_str().to_string()),
        normal_name: normalise_name(&candidate.details.name),
    }
}

/// The number of a row, where it is one.
fn number_of(candidate: &Candidate) -> Option<i64> {
    candidate.number.as_deref()?.trim().parse().ok()
}

/// Other ledgers have numbers of their own, so that a number counts only beside the same code or a name that is like
/// it. A withdrawn project is found by an export of the program alone: after an import is undone, the same file brings
/// its projects anew.
fn is_numbered(
    candidate: &Candidate,
    key: &projects::Candidate,
    found: &projects::Duplicate,
    withdrawn: bool,
) -> bool {
    let same_name = key.normal_name == found.normal_name;
    if withdrawn {
        return candidate.own_number && same_name;
    }
    let same_code = key.credit_code.is_some() && key.credit_code == found.credit_code;
    let likeness = strsim::normalized_levenshtein(&key.normal_name, &found.normal_name);
    same_name || same_code || likeness >= LEAST_LIKENESS
}

fn a_match(duplicate: &projects::Duplicate, why: &str) -> Match {
    Match {
        project: duplicate.project.clone(),
        number: duplicate.number,
        name: duplicate.name.clone(),
        why: why.to_string(),
    }
}

/// The dry run as far as the file alone tells it.
pub(super) fn preview_of(ledger: &ReadLedger, milestones: &[MilestoneName]) -> ImportPreview {
    let mapping = &ledger.mapping;
    let twins = twins(ledger);
    let rows: Vec<PreviewRow> = mapping
        .candidates
        .iter()
        .map(|candidate| row(candidate, milestones, twins.get(&candidate.line)))
        .collect();
    let bad_rows = rows.iter().filter(|row| row.is_bad()).count();
    // Columns that are kept as they are stand among the others as well.
    let is_understood = |column: usize| {
        !mapping
            .unknown
            .iter()
            .any(|unknown| unknown.column == column)
    };
    let head = PreviewHead {
        rows: rows.len(),
        bad_rows,
        good_rows: rows.len() - bad_rows,
        warned_rows: rows.iter().filter(|row| !row.warnings.is_empty()).count(),
        summary: summary(&rows, bad_rows, mapping),
        recognised: mapping
            .recognised
            .iter()
            .filter(|known| is_understood(known.column))
            .map(column)
            .collect(),
        unknown: mapping.unknown.clone(),
        skipped: mapping.skipped.clone(),
        missing: missing(&rows),
        notes: mapping.notes.clone(),
        ..PreviewHead::default()
    };
    ImportPreview {
        head,
        rows_read: rows,
    }
}

/// Later rows of the file that repeat an earlier one, by line.
pub(super) fn twins(ledger: &ReadLedger) -> HashMap<u32, Twin> {
    let refused = ledger
        .mapping
        .duplicates
        .iter()
        .filter(|duplicate| duplicate.refused);
    let twin = |duplicate: &crate::ledger::Duplicate| {
        let candidate = ledger
            .mapping
            .candidates
            .iter()
            .find(|candidate| candidate.line == duplicate.line)?;
        // What the search for duplicates found stands behind what reading the row found.
        let fault = candidate.faults.last()?;
        let twin = Twin {
            line: duplicate.first_line,
            message: fault.reason.clone(),
            column: fault.column,
        };
        Some((duplicate.line, twin))
    };
    refused.filter_map(twin).collect()
}

fn row(candidate: &Candidate, milestones: &[MilestoneName], twin: Option<&Twin>) -> PreviewRow {
    let details = &candidate.details;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let own_faults = candidate.faults.len() - usize::from(twin.is_some());
    PreviewRow {
        line: candidate.line,
        name: details.name.clone(),
        investor: text(&details.investor),
        credit_code: details
            .credit_code
            .as_ref()
            .map(|code| code.as_str().to_string())
            .unwrap_or_default(),
        investment: details.total_investment.map(money).unwrap_or_default(),
        investment_raw: text(&details.total_investment_raw),
        sector: details
            .sector
            .map(|sector| sector.title().to_string())
            .unwrap_or_default(),
        host: text(&details.host),
        reached: candidate
            .reached
            .iter()
            .map(|reached| reached_line(reached, milestones))
            .collect(),
        contact: contact(candidate),
        recorded: recorded(candidate),
        extra: details
            .extra
            .iter()
            .map(|(title, value)| (title.clone(), value.clone()))
            .collect(),
        missing: candidate.missing.clone(),
        faults: candidate
            .faults
            .iter()
            .take(own_faults)
            .map(crate::ledger::Fault::message)
            .collect(),
        warnings: candidate
            .warnings
            .iter()
            .map(crate::ledger::Fault::message)
            .collect(),
        twin: twin.cloned(),
        matches: Vec::new(),
        changed: None,
    }
}

/// In 亿元 from one of them on, in 万元 below: exact in either.
pub(super) fn money(yuan: Yuan) -> String {
    let unit = if yuan >= Yuan::from_yuan(100_000_000) {
        MoneyUnit::Yi
    } else {
        MoneyUnit::Wan
    };
    format!("{} {}", yuan.format_in(unit), unit.title())
}

fn reached_line(reached: &crate::ledger::Reached, milestones: &[MilestoneName]) -> ReachedLine {
    let known = milestones
        .iter()
        .find(|milestone| milestone.id == reached.milestone);
    let title = known.map_or(reached.milestone.as_str(), |milestone| {
        milestone.title.as_str()
    });
    let mut when = match (reached.on, &reached.reason) {
        (Some(day), _) => day.to_string(),
        (None, Some(reason)) => reason.clone(),
        (None, None) => "没有日期".to_string(),
    };
    if let Some(day) = reached.claimed_on {
        when.push_str(&format!("，申报 {day}"));
    }
    if let Some(day) = reached.certified_on {
        when.push_str(&format!("，认定 {day}"));
    }
    ReachedLine {
        title: title.to_string(),
        when,
        dated: reached.on.is_some(),
    }
}

fn contact(candidate: &Candidate) -> String {
    let Some(contact) = &candidate.contact_clear else {
        return String::new();
    };
    format!("{} {}", contact.name, mask_phone(&contact.phone))
        .trim()
        .to_string()
}

fn recorded(candidate: &Candidate) -> String {
    let day = candidate.recorded_on.map(|day| day.to_string());
    let parts = [candidate.recorded_by.clone(), day];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn column(column: &crate::ledger::RecognisedColumn) -> ColumnLine {
    let unit = match &column.unit {
        Some(HeadingUnit::Money(unit)) => unit.title().to_string(),
        Some(HeadingUnit::Foreign(unit)) => unit.clone(),
        None => String::new(),
    };
    ColumnLine {
        letters: column.letters.clone(),
        heading: column.heading.clone(),
        title: column.title.clone(),
        unit,
    }
}

fn summary(rows: &[PreviewRow], bad: usize, mapping: &crate::ledger::Mapping) -> String {
    let mut parts = vec![
        format!("共 {} 个项目", rows.len()),
        format!("{} 个没有错误", rows.len() - bad),
    ];
    if bad > 0 {
        parts.push(format!("{bad} 个有错误需要修改"));
    }
    if !mapping.skipped.is_empty() {
        parts.push(format!("另有 {} 行不是项目，已跳过", mapping.skipped.len()));
    }
    parts.join("，") + "。"
}

/// What is absent, by title: the words quoted for one row do not matter here.
fn missing(rows: &[PreviewRow]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for title in rows.iter().flat_map(|row| &row.missing) {
        let title = title.split('（').next().unwrap_or(title);
        *counts.entry(title.to_string()).or_insert(0) += 1;
    }
    counts
}

impl Service {
    /// The import's rows as the dry run left them, without those that changed since: for the pages.
    pub(super) async fn preview_rows(&self, kept: &Kept) -> Outcome<Vec<PreviewRow>> {
        let Some(rows) = &kept.rows else {
            return Ok(Vec::new());
        };
        let content = self.blobs().get_named(rows).await?;
        Ok(serde_json::from_slice(&content)?)
    }

    async fn keep_preview_rows(&self, id: &str, rows: &[PreviewRow]) -> Outcome<String> {
        let name = rows_name(id);
        let content = Bytes::from(serde_json::to_vec(rows)?);
        self.blobs().put_named(&name, content).await?;
        Ok(name)
    }
}
