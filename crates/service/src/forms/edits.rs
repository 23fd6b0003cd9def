//! What a cell that somebody edited means for the project: a new value of a field, or a reason why it cannot be one.

use calendar::Day;
use domain::event::{Details, EventKind};
use domain::state::State;
use domain::values::{CreditCode, Yuan};
use policy::model::{ColumnDef, ColumnSource};

use super::cells::{Registered, one_line, parties, plain, tasks, unit_of};
use crate::projects::Loaded;
use crate::region::Region;

/// An assignment as it would be after the edits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct DraftAssignment {
    pub(super) leader: Option<String>,
    pub(super) receiving_unit: String,
    pub(super) supporting: Vec<String>,
    pub(super) tasks: Vec<String>,
}

/// What edits of a form are laid over, and the days on which they happen.
#[derive(Debug, Clone)]
pub(super) struct Base {
    pub(super) draft: Draft,
    /// Day of new reports of progress: the last of the period, or today.
    pub(super) on: Day,
    /// Day of changed basic facts. They are changed as a whole, so a change cannot go behind a later one.
    pub(super) details_on: Day,
    /// Day of a changed assignment, for the same reason.
    pub(super) assigned_on: Day,
}

impl Base {
    pub(super) fn of(loaded: &Loaded, on: Day, today: Day) -> Base {
        let unless = |later: fn(&EventKind) -> bool| {
            let mut events = loaded.events.iter();
            match events.any(|event| event.happened_on > on && later(&event.kind)) {
                true => today,
                false => on,
            }
        };
        let details_on = unless(|kind| matches!(kind, EventKind::DetailsChanged { .. }));
        let assigned_on = unless(|kind| matches!(kind, EventKind::ProjectAssigned { .. }));
        let at = |day: Day| {
            let state = State::fold_until(&loaded.lifecycle, &loaded.events, day);
            Draft::of(&state)
        };
        let mut draft = at(on);
        if details_on != on {
            draft.details = at(details_on).details;
        }
        if assigned_on != on {
            draft.assignment = at(assigned_on).assignment;
        }
        Base {
            draft,
            on,
            details_on,
            assigned_on,
        }
    }
}

/// A project's facts while cells are laid over them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draft {
    pub(super) details: Details,
    /// A new contact, in clear; the outer `None`: untouched.
    pub(super) contact: Option<Option<String>>,
    pub(super) progress: String,
    pub(super) problems: String,
    pub(super) assignment: DraftAssignment,
}

impl Draft {
    pub(super) fn of(state: &State<'_>) -> Draft {
        let report = state.progress();
        let assigned = state.assignment();
        let assignment = assigned.map(|assigned| DraftAssignment {
            leader: assigned.leader.map(str::to_owned),
            receiving_unit: assigned.receiving_unit.to_owned(),
            supporting: assigned.supporting.to_vec(),
            tasks: assigned.tasks.to_vec(),
        });
        let received_by = parties(state).assigned.receiving_unit.unwrap_or_default();
        Draft {
            details: state.details.cloned().unwrap_or_default(),
            contact: None,
            progress: report.map(|r| r.progress.to_owned()).unwrap_or_default(),
            problems: report.map(|r| r.problems.to_owned()).unwrap_or_default(),
            assignment: assignment.unwrap_or_else(|| DraftAssignment {
                receiving_unit: received_by.to_owned(),
                ..DraftAssignment::default()
            }),
        }
    }

    /// Lays a cell over the facts.
    ///
    /// # Errors
    /// Why the text cannot be a value of this column, in Chinese.
    pub(super) fn set(
        &mut self,
        region: &Region,
        column: &ColumnDef,
        text: &str,
    ) -> Result<(), String> {
        if text.is_empty() && column.required {
            return Err("本列必填，不能清空".into());
        }
        let text = self.chosen(column, text)?;
        let some = || Some(text.clone()).filter(|text| !text.is_empty());
        let details = &mut self.details;
        match column.source {
            ColumnSource::Name => details.name = needed("项目名称", &text)?,
            ColumnSource::EnterpriseOrProject => {
                let text = needed("企业（项目）名称", &text)?;
                if details.enterprise.is_some() {
                    details.enterprise = Some(text);
                } else if details.investor.is_some() {
                    details.investor = Some(text);
                } else {
                    details.name = text;
                }
            }
            ColumnSource::Investor => details.investor = some(),
            ColumnSource::Enterprise => details.enterprise = some(),
            ColumnSource::CreditCode => details.credit_code = code(&text)?,
            ColumnSource::ReceivingUnit => details.receiving_unit = unit(region, &text)?,
            ColumnSource::Host => details.host = unit(region, &text)?,
            ColumnSource::TotalInvestment => {
                details.total_investment = money(column, &text)?;
                details.total_investment_raw = None;
            }
            ColumnSource::IntroducedFunds => details.introduced_funds = money(column, &text)?,
            ColumnSource::FundsInPlace => details.funds_in_place = money(column, &text)?,
            ColumnSource::Location => details.location = some(),
            ColumnSource::Summary => details.summary = some(),
            ColumnSource::Extra => {
                let key = column.key.clone().unwrap_or_default();
                keep(details, key, &text);
            }
            ColumnSource::Typed => keep(details, one_line(&column.heading), &text),
            ColumnSource::Progress => self.report(needed("进展情况", &text)?),
            ColumnSource::Problems => self.problems = text,
            ColumnSource::ProgressAndRegistration => self.registration(&text)?,
            ColumnSource::Leader => self.assignment.leader = some(),
            ColumnSource::AssignedUnit => {
                let unit = unit(region, &text)?.ok_or("承接责任单位不能清空")?;
                self.assignment.receiving_unit = unit;
            }
            ColumnSource::Supporting => {
                let units =
                    names(&text).map(|name| unit(region, name).map(Option::unwrap_or_default));
                self.assignment.supporting = units.collect::<Result<_, _>>()?;
            }
            ColumnSource::Tasks => self.assignment.tasks = task_list(&text),
            ColumnSource::Contact => self.contact = Some(contact(some())?),
            ColumnSource::Serial => {}
            fixed => return Err(fixed_reason(fixed)),
        }
        Ok(())
    }

    /// The label of the answer that a text means, where the column has a list of them.
    fn chosen(&self, column: &ColumnDef, text: &str) -> Result<String, String> {
        if column.value.is_empty() || text.is_empty() {
            return Ok(text.to_owned());
        }
        let option = column.value.iter().find(|option| option.is_meant_by(text));
        option.map(|option| option.label.clone()).ok_or_else(|| {
            let options: Vec<String> = column.value.iter().map(|o| o.printed()).collect();
            format!("不是本列的选项。可填：{}", options.join("；"))
        })
    }

    /// The column that has progress, registered name and code below one another.
    fn registration(&mut self, text: &str) -> Result<(), String> {
        let cell = Registered::read(text);
        if cell.progress.is_empty() && !self.progress.is_empty() {
            return Err("进展情况不能清空；工商注册名称和代码之外请写明进展".into());
        }
        self.details.credit_code = code(&cell.code)?;
        if plain(self.details.enterprise.as_deref().unwrap_or_default()) != cell.name {
            self.details.enterprise = Some(cell.name).filter(|name| !name.is_empty());
        }
        self.report(cell.progress);
        Ok(())
    }

    /// A report that says the same in other blanks is no new one.
    fn report(&mut self, progress: String) {
        if plain(&self.progress) != progress {
            self.progress = progress;
        }
    }

    /// What keeps the facts as a whole from being recorded, though each cell by itself is right.
    pub(super) fn unfit(&self, before: &Draft) -> Option<(ColumnSource, &'static str)> {
        let assignment = &self.assignment;
        if self.progress.is_empty() && self.problems != before.problems {
            let reason = "还没有报送过进展，困难和问题不能单独报送。请同时填写实际进展（系统按已办环节填出的不算）";
            return Some((ColumnSource::Problems, reason));
        }
        if *assignment == before.assignment {
            return None;
        }
        if assignment.tasks.is_empty() {
            let reason = "任务清单不能为空。请逐条填写任务，每行一条";
            return Some((ColumnSource::Tasks, reason));
        }
        if assignment.supporting.contains(&assignment.receiving_unit) {
            let reason = "承接责任单位不能同时列为配合单位";
            return Some((ColumnSource::Supporting, reason));
        }
        None
    }
}

/// Names of units one after the other.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split(['、', '，', ',', '；', ';', '\n']);
    names.map(str::trim).filter(|name| !name.is_empty())
}

fn keep(details: &mut Details, key: String, text: &str) {
    if text.is_empty() {
        details.extra.remove(&key);
    } else {
        details.extra.insert(key, text.to_owned());
    }
}

fn needed(what: &str, text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err(format!("{what}不能清空"));
    }
    Ok(text.to_owned())
}

fn code(text: &str) -> Result<Option<CreditCode>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    CreditCode::parse(text)
        .map(Some)
        .map_err(|error| error.to_string())
}

fn unit(region: &Region, text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let main = region.main_name(text).map(str::to_owned);
    main.map(Some)
        .ok_or_else(|| format!("单位“{text}”不在本地区单位名单中，请用单位名单中的名称"))
}

fn money(column: &ColumnDef, text: &str) -> Result<Option<Yuan>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let yuan = Yuan::parse_in(text, unit_of(column)).and_then(Yuan::checked_investment);
    yuan.map(Some)
        .map_err(|error| format!("{error}本列单位为{}，只写数字", unit_of(column).title()))
}

/// A contact without stars: a masked one is no new one.
fn contact(text: Option<String>) -> Result<Option<String>, String> {
    match text {
        Some(text) if text.contains('*') => {
            Err("含有掩码（*），不能作为新的联系人及电话。请填写完整的姓名和号码".into())
        }
        other => Ok(other),
    }
}

/// One task a line; the numbers before them are ours. `3.5亿元到位` has none.
fn task_list(text: &str) -> Vec<String> {
    let bare = |line: &str| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let numbered = (1..=2).contains(&(line.len() - rest.len()));
        let stripped = rest.strip_prefix(['.', '、', '．']).filter(|task| {
            let amount = task.starts_with(|c: char| c.is_ascii_digit());
            numbered && !amount
        });
        stripped.unwrap_or(line).trim().to_owned()
    };
    let lines = text.lines().map(bare);
    lines.filter(|line| !line.is_empty()).collect()
}

fn fixed_reason(source: ColumnSource) -> String {
    let what = match source {
        ColumnSource::Milestone | ColumnSource::MilestoneDay => {
            "本列由节点决定，不能在表中改。请在项目页申报或认定该节点，再导出本表"
        }
        ColumnSource::Number => "项目编号由系统给定，不能改",
        ColumnSource::Region => "本列为本地区名称，不能改",
        _ => "本列由系统按台账得出，不能在表中改。请在项目页更正",
    };
    what.to_owned()
}

/// A text as this column would write it, so that `2.50` and `2.5`, `A` and `A类`, a unit and its short name are the
/// same.
pub(super) fn canonical(region: &Region, column: &ColumnDef, text: &str) -> String {
    let text = plain(text);
    let main = |name: &str| region.main_name(name).unwrap_or(name).to_owned();
    match column.source {
        source if source.is_money() => match Yuan::parse_in(&text, unit_of(column)) {
            Ok(yuan) => yuan.format_in(unit_of(column)),
            Err(_) => text,
        },
        ColumnSource::Tasks => tasks(&task_list(&text)),
        ColumnSource::AssignedUnit | ColumnSource::ReceivingUnit | ColumnSource::Host => {
            main(&text)
        }
        ColumnSource::Supporting => {
            let units: Vec<String> = names(&text).map(main).collect();
            units.join("、")
        }
        ColumnSource::CreditCode => written_code(&text),
        ColumnSource::ProgressAndRegistration => {
            let mut cell = Registered::read(&text);
            cell.code = written_code(&cell.code);
            cell.text()
        }
        _ => {
            let option = column.value.iter().find(|option| option.is_meant_by(&text));
            option.map_or(text, |option| option.cell().to_owned())
        }
    }
}

/// A code without blanks and small letters, where it is one.
fn written_code(text: &str) -> String {
    match CreditCode::parse(text) {
        Ok(code) => code.as_str().to_owned(),
        Err(_) => text.to_owned(),
    }
}
