//! What a cell that somebody edited means for the project: a new value of a field, or a reason why it cannot be one.

use domain::event::Details;
use domain::state::State;
use domain::values::{CreditCode, Yuan};
use policy::model::{ColumnDef, ColumnSource};

use super::cells::{REGISTERED_CODE, REGISTERED_NAME, one_line, parties, plain, tasks, unit_of};
use crate::region::Region;

/// An assignment as it would be after the edits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct DraftAssignment {
    pub(super) leader: Option<String>,
    pub(super) receiving_unit: String,
    pub(super) supporting: Vec<String>,
    pub(super) tasks: Vec<String>,
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
            ColumnSource::Progress => self.progress = needed("进展情况", &text)?,
            ColumnSource::Problems => self.problems = text,
            ColumnSource::ProgressAndRegistration => self.registration(&text)?,
            ColumnSource::Leader => self.assignment.leader = some(),
            ColumnSource::AssignedUnit => {
                let unit = unit(region, &text)?.ok_or("承接责任单位不能清空")?;
                self.assignment.receiving_unit = unit;
            }
            ColumnSource::Supporting => {
                let names = text.split(['、', '，', ',', '；', ';', '\n']);
                let names = names.map(str::trim).filter(|name| !name.is_empty());
                let units = names.map(|name| unit(region, name).map(Option::unwrap_or_default));
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
        let (mut name, mut credit_code, mut progress) = (String::new(), String::new(), Vec::new());
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix(REGISTERED_NAME) {
                name = rest.trim().to_owned();
            } else if let Some(rest) = line.strip_prefix(REGISTERED_CODE) {
                credit_code = rest.trim().to_owned();
            } else {
                progress.push(line);
            }
        }
        self.details.enterprise = Some(name).filter(|name| !name.is_empty());
        self.details.credit_code = code(&credit_code)?;
        let progress = plain(&progress.join("\n"));
        if progress.is_empty() && !self.progress.is_empty() {
            return Err("进展情况不能清空；工商注册名称和代码之外请写明进展".into());
        }
        self.progress = progress;
        Ok(())
    }
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

/// One task a line; the numbers before them are ours.
fn task_list(text: &str) -> Vec<String> {
    let bare = |line: &str| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let numbered = rest.len() < line.len();
        let stripped = rest.strip_prefix(['.', '、', '．']).filter(|_| numbered);
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

/// A text as this column would write it, so that `2.50` and `2.5`, `A` and `A类` are the same.
pub(super) fn canonical(column: &ColumnDef, text: &str) -> String {
    let text = plain(text);
    if column.source.is_money() {
        return match Yuan::parse_in(&text, unit_of(column)) {
            Ok(yuan) => yuan.format_in(unit_of(column)),
            Err(_) => text,
        };
    }
    if column.source == ColumnSource::Tasks {
        return tasks(&task_list(&text));
    }
    let option = column.value.iter().find(|option| option.is_meant_by(&text));
    option.map_or(text, |option| option.cell().to_owned())
}
