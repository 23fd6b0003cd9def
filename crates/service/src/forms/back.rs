//! A form that was edited offline, read back: what the file changes, what was changed here meanwhile, what is wrong.

use std::collections::{BTreeMap, HashMap};

use calendar::Day;
use office::{
    CellValue, FORM_KEY_HEADING, NamedSheet, ReadLimits, TableRow, column_letters, read_sheets,
};
use policy::model::{ColumnDef, ColumnSource, FormDef};

use super::cells::one_line;
use super::edits::{Base, canonical};
use super::workbook::{Hidden, hidden};
use super::{FormQuery, Found, Produced, ProducedRow};
use crate::imports::aside;
use crate::projects::Loaded;
use crate::{Actor, Outcome, Service, ServiceError};

/// Rows in which the headings are looked for.
const HEAD_ROWS: usize = 15;
/// Rows of a form that is read back.
const MOST_ROWS: usize = 20_000;

/// Which side of a conflict is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What the file says.
    File,
    /// What is recorded now.
    Present,
}

impl Side {
    /// From a form's field: `file` or `present`.
    pub fn parse(text: &str) -> Option<Side> {
        match text {
            "file" => Some(Side::File),
            "present" => Some(Side::Present),
            _ => None,
        }
    }
}

/// A cell that the file changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellChange {
    /// Column id.
    pub column: String,
    /// Heading on one line.
    pub heading: String,
    /// `第 7 行 H 列`.
    pub place: String,
    /// As it was produced.
    pub produced: String,
    /// As the file has it.
    pub file: String,
    /// As it is now.
    pub present: String,
}

impl CellChange {
    /// Whether it was changed on both sides, differently.
    pub fn is_conflict(&self) -> bool {
        self.present != self.produced
    }
}

/// The changes of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChanges {
    /// Project id.
    pub project: String,
    /// Name.
    pub name: String,
    /// Row of the file.
    pub line: u32,
    /// Cells.
    pub cells: Vec<CellChange>,
}

/// Something that the file cannot be taken with.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// `第 7 行 H 列“总投资（亿元）”`.
    pub place: String,
    /// The value, when there is one.
    pub value: String,
    /// Why, and what to do.
    pub reason: String,
}

/// An edited form.
#[derive(Debug, Clone, PartialEq)]
pub struct EditedForm {
    /// Form, unit and period.
    pub query: FormQuery,
    /// Title with unit and period.
    pub title: String,
    /// What one should know: moved columns, rows that are not there any more.
    pub notes: Vec<String>,
    /// What keeps the file from being taken.
    pub faults: Vec<Fault>,
    /// Changes by project.
    pub rows: Vec<RowChanges>,
    /// Projects whose row is as it was.
    pub unchanged: usize,
}

impl EditedForm {
    /// Cells that were changed on both sides.
    pub fn conflicts(&self) -> usize {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        cells.filter(|cell| cell.is_conflict()).count()
    }

    /// Cells that would be changed.
    pub fn changes(&self) -> usize {
        self.rows.iter().map(|row| row.cells.len()).sum()
    }
}

impl Service {
    /// Reads an edited form and says what it would change. Nothing is written.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] at `file` when it is no form of this program, else as [`Service::produce_form`].
    pub async fn read_form(&self, actor: &Actor, name: &str, bytes: &[u8]) -> Outcome<EditedForm> {
        Ok(self.compare_form(actor, name, bytes).await?.0)
    }

    pub(super) async fn compare_form(
        &self,
        actor: &Actor,
        name: &str,
        bytes: &[u8],
    ) -> Outcome<(EditedForm, Found, HashMap<String, Loaded>)> {
        let (file, bytes) = (name.to_owned(), bytes.to_vec());
        let limits = ReadLimits {
            max_rows: MOST_ROWS,
            ..ReadLimits::default()
        };
        let sheets = aside(move || read_sheets(&bytes, &file, &limits)).await?;
        let sheets = sheets.map_err(|error| ServiceError::field("file", error.to_string()))?;
        let (at, hidden) = sheets
            .iter()
            .enumerate()
            .find_map(|(at, sheet)| Some((at, hidden(sheet)?)))
            .ok_or_else(|| not_ours(name))?;
        if hidden.region != actor.region {
            return Err(ServiceError::field(
                "file",
                format!("文件「{name}」是另一个地区的报表，不能在这里导入"),
            ));
        }
        let found = self.find_form(&actor.region, &hidden.query.form).await?;
        let produced = self.produce_form(actor, &hidden.query).await?;
        let sheet = sheet_of(&sheets, at, found.form()).ok_or_else(|| no_sheet(name))?;
        let compared = Comparing::new(&found, &hidden, &produced, sheet)?.compare();
        let loaded = self.changed_projects(&found, &compared).await?;
        let edited = judged(compared, &found, &loaded, self.today());
        Ok((edited, found, loaded))
    }

    /// The facts of the projects that the file changes.
    async fn changed_projects(
        &self,
        found: &Found,
        edited: &EditedForm,
    ) -> Outcome<HashMap<String, Loaded>> {
        let row = |row: &RowChanges| store::projects::ProjectRow {
            project: row.project.clone(),
            ..Default::default()
        };
        let rows: Vec<_> = edited.rows.iter().map(row).collect();
        if rows.is_empty() {
            return Ok(HashMap::new());
        }
        self.form_streams(&found.region, &rows).await
    }
}

fn not_ours(name: &str) -> ServiceError {
    ServiceError::field(
        "file",
        format!(
            "文件「{name}」不是本系统导出的报表，或另存时丢失了隐藏的工作表。请重新导出，在导出的文件上修改后再上传"
        ),
    )
}

fn no_sheet(name: &str) -> ServiceError {
    ServiceError::field(
        "file",
        format!("文件「{name}」中找不到报表的表头，可能已被删除。请重新导出后再改"),
    )
}

/// The sheet on which most of the headings stand.
fn sheet_of<'a>(sheets: &'a [NamedSheet], hidden: usize, form: &FormDef) -> Option<&'a NamedSheet> {
    let others = sheets.iter().enumerate().filter(|(at, _)| *at != hidden);
    let score = |sheet: &NamedSheet| places(sheet, form).len();
    let best = others
        .map(|(_, sheet)| sheet)
        .max_by_key(|sheet| score(sheet))?;
    (score(best) * 2 >= form.column.len()).then_some(best)
}

/// Where the heading of each column stands: row and column.
fn places(sheet: &NamedSheet, form: &FormDef) -> BTreeMap<String, (u32, usize)> {
    let mut places = BTreeMap::new();
    for row in sheet.rows.iter().take(HEAD_ROWS) {
        for (at, cell) in row.cells.iter().enumerate() {
            let text = one_line(&cell.text());
            let column = form.column.iter().find(|column| {
                one_line(&column.heading) == text && !places.contains_key(&column.id)
            });
            if let Some(column) = column {
                places.insert(column.id.clone(), (row.line, at));
            }
        }
    }
    places
}

/// The file beside what was produced and what is.
struct Comparing<'a> {
    found: &'a Found,
    hidden: &'a Hidden,
    sheet: &'a NamedSheet,
    places: BTreeMap<String, (u32, usize)>,
    /// Column of the keys.
    keys: usize,
    /// Last row of the headings.
    heading: u32,
    /// Rows as they were produced for the file, by project.
    before: HashMap<&'a str, &'a [String]>,
    /// Rows as they are now, by project.
    now: HashMap<&'a str, &'a ProducedRow>,
    /// Columns of the form that are in the file.
    columns: Vec<Placed<'a>>,
    edited: EditedForm,
}

/// A column with where it stands.
#[derive(Clone, Copy)]
struct Placed<'a> {
    def: &'a ColumnDef,
    /// Among the columns of the form now.
    now: usize,
    /// Among the columns of the form as it was produced.
    before: usize,
    /// In the file.
    file: usize,
}

impl<'a> Comparing<'a> {
    fn new(
        found: &'a Found,
        hidden: &'a Hidden,
        produced: &'a Produced,
        sheet: &'a NamedSheet,
    ) -> Outcome<Self> {
        let places = places(sheet, found.form());
        let heading = places.values().map(|(line, _)| *line).max().unwrap_or(0);
        let key_of = |row: &TableRow| {
            let wanted = one_line(FORM_KEY_HEADING);
            row.cells
                .iter()
                .position(|cell| one_line(&cell.text()) == wanted)
        };
        let Some(keys) = sheet.rows.iter().take(HEAD_ROWS).find_map(key_of) else {
            return Err(ServiceError::field(
                "file",
                format!(
                    "隐藏的“{FORM_KEY_HEADING}”列已被删除，无法确定每行是哪个项目。请重新导出，在导出的文件上修改"
                ),
            ));
        };
        let placed = placed(found.form(), hidden, &places);
        let mut comparing = Comparing {
            found,
            hidden,
            sheet,
            places,
            keys,
            heading,
            before: hidden
                .rows
                .iter()
                .map(|(project, cells)| (project.as_str(), cells.as_slice()))
                .collect(),
            now: produced
                .rows
                .iter()
                .map(|row| (row.project.as_str(), row))
                .collect(),
            columns: placed,
            edited: EditedForm {
                query: hidden.query.clone(),
                title: produced.full_title(),
                notes: Vec::new(),
                faults: Vec::new(),
                rows: Vec::new(),
                unchanged: 0,
            },
        };
        comparing.look_at_columns();
        Ok(comparing)
    }

    fn fault(&mut self, place: String, value: &str, reason: impl Into<String>) {
        self.edited.faults.push(Fault {
            place,
            value: value.to_owned(),
            reason: reason.into(),
        });
    }

    /// Columns that were moved are read where they stand; those that are gone are said.
    fn look_at_columns(&mut self) {
        let head = &self.found.policy.file.pack;
        if self.hidden.pack != (head.id.clone(), head.version.clone()) {
            self.edited.notes.push(format!(
                "文件按报表政策包 {} {} 版制作，现在启用的是 {} {} 版；两版都有的列照常读取",
                self.hidden.pack.0, self.hidden.pack.1, head.id, head.version
            ));
        }
        for (index, column) in self.found.form().column.iter().enumerate() {
            let heading = one_line(&column.heading);
            match self.places.get(&column.id) {
                None => {
                    let reason = "文件中没有这一列，可能被删除或改了列名。列的内容没有读取；请恢复列名，或重新导出后再改";
                    self.fault(format!("列“{heading}”"), "", reason);
                }
                Some((_, at)) if *at != index => {
                    let note = format!(
                        "列“{heading}”原在 {} 列，文件中在 {} 列，已按列名读取",
                        column_letters(index),
                        column_letters(*at)
                    );
                    self.edited.notes.push(note);
                }
                _ => {}
            }
        }
    }

    fn compare(mut self) -> EditedForm {
        let mut seen: HashMap<String, u32> = HashMap::new();
        let (sheet, heading) = (self.sheet, self.heading);
        for row in sheet.rows.iter().filter(|row| row.line > heading) {
            let key = self.text(row, self.keys);
            if key.is_empty() {
                self.unknown_row(row);
                continue;
            }
            if let Some(first) = seen.insert(key.clone(), row.line) {
                let reason =
                    format!("与第 {first} 行是同一个项目，可能是复制了整行。请删去其中一行");
                self.fault(format!("第 {} 行", row.line), "", reason);
                continue;
            }
            self.known_row(row, &key);
        }
        for (project, _) in &self.hidden.rows {
            if !seen.contains_key(project) {
                let name = self.name_of(project);
                self.edited.notes.push(format!(
                    "项目“{name}”的行已从文件中删除；删除行不影响台账，项目保持不变"
                ));
            }
        }
        self.edited
    }

    fn text(&self, row: &TableRow, at: usize) -> String {
        row.cells
            .get(at)
            .map(|cell| cell.text().trim().to_owned())
            .unwrap_or_default()
    }

    /// Choices under the table and empty rows are no rows; anything else is a project that nobody knows.
    fn unknown_row(&mut self, row: &TableRow) {
        let texts: Vec<String> = (0..row.cells.len()).map(|at| self.text(row, at)).collect();
        let Some(first) = texts.iter().find(|text| !text.is_empty()) else {
            return;
        };
        let columns = &self.found.form().column;
        let mut titles = columns
            .iter()
            .filter_map(|column| column.footnote.as_deref());
        if titles.any(|title| first.starts_with(&format!("{title}："))) {
            return;
        }
        let reason = "是新增的行，系统不知道是哪个项目。请先在系统中登记项目，再重新导出本表；或从文件中删去此行";
        self.fault(format!("第 {} 行", row.line), first, reason);
    }

    fn name_of(&self, project: &str) -> String {
        if let Some(row) = self.now.get(project) {
            return row.name.clone();
        }
        let at = self.hidden.columns.iter().position(|id| id == "name");
        let cells = self.before.get(project);
        let name = at.zip(cells).and_then(|(at, cells)| cells.get(at).cloned());
        name.unwrap_or_else(|| project.to_owned())
    }

    fn known_row(&mut self, row: &TableRow, key: &str) {
        let Some(before) = self.before.get(key).copied() else {
            let reason = "项目标识不在导出时的名单中，可能被改动。请重新导出后再改";
            return self.fault(format!("第 {} 行", row.line), key, reason);
        };
        let present = self.now.get(key).copied();
        let mut cells = Vec::new();
        for column in self.columns.clone() {
            let place = format!("第 {} 行 {} 列", row.line, column_letters(column.file));
            if let Some(reason) = unusable(row, column.file) {
                let place = format!("{place}“{}”", one_line(&column.def.heading));
                self.fault(place, "", reason);
                continue;
            }
            let written = |text: &str| canonical(&self.found.region, column.def, text);
            let produced = written(before.get(column.before).map_or("", String::as_str));
            let file = written(&self.text(row, column.file));
            if file == produced {
                continue;
            }
            let now = present.and_then(|row| row.cells.get(column.now));
            let present = written(now.map_or("", |cell| cell.text.as_str()));
            if file == present && now.is_some() {
                continue;
            }
            cells.push(CellChange {
                column: column.def.id.clone(),
                heading: one_line(&column.def.heading),
                place,
                produced,
                file,
                present,
            });
        }
        if cells.is_empty() {
            self.edited.unchanged += 1;
            return;
        }
        let name = self.name_of(key);
        if present.is_none() {
            let reason = format!(
                "项目“{name}”现在不在本表之内（可能已调出、撤销，或您所在单位已无权查看），这一行的改动不能导入。请把这一行恢复原样或删去"
            );
            return self.fault(format!("第 {} 行", row.line), "", reason);
        }
        self.edited.rows.push(RowChanges {
            project: key.to_owned(),
            name,
            line: row.line,
            cells,
        });
    }
}

/// Columns that stand in the file and stood in the form when it was produced. Serial numbers are ours.
fn placed<'a>(
    form: &'a FormDef,
    hidden: &Hidden,
    places: &BTreeMap<String, (u32, usize)>,
) -> Vec<Placed<'a>> {
    let place = |(now, def): (usize, &'a ColumnDef)| {
        Some(Placed {
            def,
            now,
            before: hidden.columns.iter().position(|id| *id == def.id)?,
            file: places.get(&def.id)?.1,
        })
    };
    let columns = form.column.iter().enumerate();
    columns
        .filter(|(_, def)| def.source != ColumnSource::Serial)
        .filter_map(place)
        .collect()
}

/// Why nothing can be read from a cell, where it is so: its text would be a message, not a value.
fn unusable(row: &TableRow, at: usize) -> Option<String> {
    match &row.cells.get(at)?.value {
        CellValue::Error(reason) => Some(reason.clone()),
        CellValue::Formula { formula } => Some(format!(
            "是公式（={formula}），文件中没有保存计算结果。请改成填好的内容"
        )),
        _ => None,
    }
}

/// Cells whose text cannot be a value become faults; those that would leave the facts as they are become notes.
fn judged(
    mut edited: EditedForm,
    found: &Found,
    loaded: &HashMap<String, Loaded>,
    today: Day,
) -> EditedForm {
    let end = edited.query.period.end.min(today);
    let mut rows = std::mem::take(&mut edited.rows);
    for row in &mut rows {
        if let Some(loaded) = loaded.get(&row.project) {
            judge_row(&mut edited, row, found, Base::of(loaded, end, today));
        }
    }
    edited.unchanged += rows.iter().filter(|row| row.cells.is_empty()).count();
    rows.retain(|row| !row.cells.is_empty());
    edited.rows = rows;
    edited
}

fn judge_row(edited: &mut EditedForm, row: &mut RowChanges, found: &Found, base: Base) {
    let before = base.draft;
    let mut draft = before.clone();
    let fault = |change: &CellChange, reason: String| Fault {
        place: format!("{}“{}”", change.place, change.heading),
        value: change.file.clone(),
        reason,
    };
    row.cells.retain(|change| {
        let Some(column) = column_of(found.form(), &change.column) else {
            return false;
        };
        let untouched = draft.clone();
        match draft.set(&found.region, column, &change.file) {
            Ok(()) if draft == untouched => {
                edited.notes.push(unmoved(change, &row.name));
                false
            }
            Ok(()) => true,
            Err(reason) => {
                edited.faults.push(fault(change, reason));
                false
            }
        }
    });
    let Some((source, reason)) = draft.unfit(&before) else {
        return;
    };
    let of_source = |change: &&CellChange| {
        column_of(found.form(), &change.column).is_some_and(|column| column.source == source)
    };
    let cell = row.cells.iter().find(of_source).or(row.cells.first());
    edited
        .faults
        .extend(cell.map(|cell| fault(cell, reason.to_owned())));
}

/// A cell that changes nothing: cleared where the system works it out, or recorded already on a later day.
fn unmoved(change: &CellChange, name: &str) -> String {
    let place = format!("项目“{name}”{}“{}”", change.place, change.heading);
    match change.file.is_empty() {
        true => format!(
            "{place}已清空，但内容由系统按台账得出，仍照填“{}”",
            change.present
        ),
        false => format!("{place}与台账现在的记载相同，没有改动"),
    }
}

pub(super) fn column_of<'a>(form: &'a FormDef, id: &str) -> Option<&'a ColumnDef> {
    form.column.iter().find(|column| column.id == id)
}
