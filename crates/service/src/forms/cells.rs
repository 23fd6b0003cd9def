//! What stands in a cell: the closed vocabulary of sources, each read from a project's state.

use std::collections::HashMap;

use calendar::Day;
use domain::Yuan;
use domain::event::Details;
use domain::state::State;
use domain::values::MoneyUnit;
use policy::model::{ColumnDef, ColumnSource, FormDef, FormUnit};
use policy::{NodeIx, Parties};
use store::projects::ProjectRow;

use super::produce::{Cell, Origin, ProducedRow};
use crate::projects::Loaded;
use crate::{Outcome, Service};

/// Before the registered name and the code in the column that has both beside the progress.
const REGISTERED_NAME: &str = "工商注册名称：";
const REGISTERED_CODE: &str = "代码：";

/// The cell that has progress, registered name and code below one another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Registered {
    pub(super) progress: String,
    pub(super) name: String,
    pub(super) code: String,
}

impl Registered {
    /// The cell's text.
    pub(super) fn text(&self) -> String {
        let mut lines = vec![self.progress.clone()];
        if !self.name.is_empty() {
            // A name stands on one line.
            lines.push(format!("{REGISTERED_NAME}{}", self.name.replace('\n', "")));
        }
        if !self.code.is_empty() {
            lines.push(format!("{REGISTERED_CODE}{}", self.code));
        }
        plain(&lines.join("\n"))
    }

    /// Reads a cell. Name and code may stand anywhere; of several lines the last counts, the others are progress.
    pub(super) fn read(text: &str) -> Registered {
        let text = plain(text);
        let lines: Vec<&str> = text.split('\n').collect();
        let last = |word: &str| lines.iter().rposition(|line| line.starts_with(word));
        let (name, code) = (last(REGISTERED_NAME), last(REGISTERED_CODE));
        let rest = |at: Option<usize>, word: &str| {
            let line = at.and_then(|at| lines.get(at));
            let rest = line.and_then(|line| line.strip_prefix(word));
            rest.unwrap_or_default().trim().to_owned()
        };
        let others = lines.iter().enumerate();
        let progress: Vec<&str> = others
            .filter(|(at, _)| Some(*at) != name && Some(*at) != code)
            .map(|(_, line)| *line)
            .collect();
        Registered {
            progress: plain(&progress.join("\n")),
            name: rest(name, REGISTERED_NAME),
            code: rest(code, REGISTERED_CODE),
        }
    }
}

/// Everything that the cells of a row are read from.
pub(super) struct Context<'a> {
    pub(super) service: &'a Service,
    pub(super) form: &'a FormDef,
    pub(super) region: &'a str,
    pub(super) row: &'a ProjectRow,
    pub(super) loaded: &'a Loaded,
    pub(super) state: &'a State<'a>,
    pub(super) first_signings: &'a HashMap<String, (Day, i64)>,
    pub(super) end: Day,
    pub(super) serial: usize,
    pub(super) contact_in_full: bool,
}

/// Who has which part in a project. Before its assignment the unit that the ledger names receives it.
pub(super) fn parties<'a>(state: &State<'a>) -> Parties<'a> {
    let mut parties = state.parties();
    if parties.assigned.receiving_unit.is_none() {
        parties.assigned.receiving_unit = state
            .details
            .and_then(|details| details.receiving_unit.as_deref());
    }
    parties
}

/// A heading without its line breaks.
pub(crate) fn one_line(heading: &str) -> String {
    heading.split_whitespace().collect()
}

/// A text as cells are compared: one kind of line break, no blanks at the ends of lines, nothing that a workbook
/// cannot hold.
pub(super) fn plain(text: &str) -> String {
    match text.contains(is_unwritable) {
        false => trimmed(text),
        true => trimmed(
            &text
                .replace("\r\n", "\n")
                .replace('\r', "\n")
                .replace(is_unwritable, ""),
        ),
    }
}

fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').map(str::trim).collect();
    lines.join("\n").trim().to_owned()
}

/// Control characters, which XML has no place for, and byte-order marks, which readers drop.
fn is_unwritable(c: char) -> bool {
    let blank = matches!(c, '\n' | '\t');
    c.is_control() && !blank || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// The first signing of each investor, with the number of that project.
pub(super) fn first_signings(
    candidates: &[(ProjectRow, Loaded)],
    states: &[State<'_>],
) -> HashMap<String, (Day, i64)> {
    let mut first: HashMap<String, (Day, i64)> = HashMap::new();
    for ((row, loaded), state) in candidates.iter().zip(states) {
        let signed = loaded
            .lifecycle
            .milestone("signed")
            .and_then(|ix| state.reached_on(ix));
        let (Some(signed), Some(investor)) = (signed, investor(state)) else {
            continue;
        };
        let at = (signed, row.number);
        let earliest = first.entry(investor).or_insert(at);
        *earliest = (*earliest).min(at);
    }
    first
}

fn investor(state: &State<'_>) -> Option<String> {
    let details = state.details?;
    let investor = details.investor.as_deref()?;
    Some(domain::values::normalise_name(investor)).filter(|name| !name.is_empty())
}

impl Context<'_> {
    pub(super) fn row(&self) -> Outcome<ProducedRow> {
        let cells = self.form.column.iter().map(|column| self.cell(column));
        Ok(ProducedRow {
            project: self.row.project.clone(),
            number: self.row.number,
            name: self.state.name().to_owned(),
            cells: cells.collect::<Outcome<_>>()?,
            reporters: Vec::new(),
        })
    }

    fn cell(&self, column: &ColumnDef) -> Outcome<Cell> {
        if let Some(text) = self.value(column, column.source)? {
            let text = worded(column, text);
            return Ok(Cell {
                text,
                origin: Origin::Fact,
            });
        }
        let otherwise = match column.otherwise {
            Some(source) => self.value(column, source)?,
            None => None,
        };
        Ok(match otherwise {
            Some(text) => Cell {
                text: worded(column, text),
                origin: Origin::Inferred,
            },
            None => Cell {
                text: String::new(),
                origin: Origin::Missing,
            },
        })
    }

    /// What a source has for this project; nothing when it has nothing.
    fn value(&self, column: &ColumnDef, source: ColumnSource) -> Outcome<Option<String>> {
        let none = Details::default();
        let details = self.state.details.unwrap_or(&none);
        let known = |text: &Option<String>| text.clone();
        let some = |text: &str| Some(text.to_owned());
        let assigned = self.state.assignment();
        let text = match source {
            ColumnSource::Serial => Some(self.serial.to_string()),
            ColumnSource::Number => Some(self.row.number.to_string()),
            ColumnSource::Name => some(&details.name),
            ColumnSource::EnterpriseOrProject => {
                let name = known(&details.enterprise).or_else(|| known(&details.investor));
                name.filter(|name| !name.trim().is_empty())
                    .or_else(|| some(&details.name))
            }
            ColumnSource::Investor => known(&details.investor),
            ColumnSource::Enterprise => known(&details.enterprise),
            ColumnSource::CreditCode => credit_code(details),
            ColumnSource::ReceivingUnit => {
                known(&details.receiving_unit).or(assigned.map(|a| a.receiving_unit.to_owned()))
            }
            ColumnSource::Host => known(&details.host),
            ColumnSource::TotalInvestment => details.total_investment.map(|m| money(column, m)),
            ColumnSource::IntroducedFunds => details.introduced_funds.map(|m| money(column, m)),
            ColumnSource::FundsInPlace => self.funds_in_place(details).map(|m| money(column, m)),
            ColumnSource::Sector => details.sector.map(|sector| {
                let option = column.value.iter().find(|o| o.sectors.contains(&sector));
                option
                    .map_or(sector.title(), |option| &option.label)
                    .to_owned()
            }),
            ColumnSource::Location => known(&details.location),
            ColumnSource::Summary => known(&details.summary),
            ColumnSource::Extra => {
                let key = column.key.as_deref().unwrap_or_default();
                details.extra.get(key).cloned()
            }
            ColumnSource::Typed => details.extra.get(&one_line(&column.heading)).cloned(),
            ColumnSource::Region => some(self.region),
            ColumnSource::Milestone => Some(yes_no(self.reached(column).is_some())),
            ColumnSource::MilestoneDay => self.reached(column).map(|day| day.to_string()),
            ColumnSource::Progress => self.progress(),
            ColumnSource::Reached => self.reached_so_far(),
            ColumnSource::ProgressAndRegistration => self.progress_and_registration(details),
            ColumnSource::Problems => self.state.progress().map(|p| p.problems.to_owned()),
            ColumnSource::Leader => assigned.and_then(|a| a.leader.map(str::to_owned)),
            ColumnSource::AssignedUnit => match assigned {
                Some(assigned) => some(assigned.receiving_unit),
                None => known(&details.receiving_unit),
            },
            ColumnSource::Supporting => assigned.map(|a| a.supporting.join("、")),
            ColumnSource::Tasks => assigned.map(|a| tasks(a.tasks)),
            ColumnSource::Contact => self.service.open_contact(
                &self.row.project,
                details.contact_sealed.as_deref(),
                self.contact_in_full,
            )?,
            ColumnSource::FirstTime => self.first_time(),
            ColumnSource::Performing => self.performing(details),
        };
        Ok(text
            .map(|text| plain(&text))
            .filter(|text| !text.is_empty()))
    }

    fn reached(&self, column: &ColumnDef) -> Option<Day> {
        let milestone = column.milestone.as_deref()?;
        let ix = self.loaded.lifecycle.milestone(milestone)?;
        self.state.reached_on(ix).filter(|day| *day <= self.end)
    }

    /// 2025-05-08 项目交办；2025-06-19 项目签约.
    fn reached_so_far(&self) -> Option<String> {
        let policy = &self.loaded.lifecycle;
        let milestones = policy.file.milestone.iter().filter_map(|rule| {
            let day = self.state.reached_on(policy.milestone(&rule.id)?)?;
            Some((day, rule.title.as_str()))
        });
        let steps = (0..policy.nodes.len()).filter_map(|at| {
            let step = NodeIx(u8::try_from(at).ok()?);
            let passed = self.state.pass(step).map(|pass| pass.on);
            let done = || self.state.completion(step).filter(|done| !done.waived);
            let done = || done().map(|done| done.on);
            Some((passed.or_else(done)?, &*policy.nodes.get(at)?.title))
        });
        let mut reached: Vec<(Day, &str)> = milestones.chain(steps).collect();
        reached.retain(|(day, _)| *day <= self.end);
        reached.sort_by_key(|(day, _)| *day);
        let texts = reached.iter().map(|(day, title)| format!("{day} {title}"));
        Some(texts.collect::<Vec<_>>().join("；"))
    }

    fn progress(&self) -> Option<String> {
        self.state
            .progress()
            .map(|report| report.progress.to_owned())
    }

    fn progress_and_registration(&self, details: &Details) -> Option<String> {
        let registered = Registered {
            progress: plain(&self.progress().unwrap_or_default()),
            name: plain(details.enterprise.as_deref().unwrap_or_default()),
            code: credit_code(details).unwrap_or_default(),
        };
        Some(registered.text())
    }

    /// What was reported month by month, where it was; else what the ledger says.
    fn funds_in_place(&self, details: &Details) -> Option<Yuan> {
        let until = format!("{:04}-{:02}", self.end.year(), self.end.month());
        let reported = self
            .state
            .investment
            .iter()
            .filter(|report| report.month <= until.as_str())
            .filter_map(|report| report.funds_in_place);
        let sum = reported.fold(None, |sum: Option<i64>, yuan| {
            Some(sum.unwrap_or(0).saturating_add(yuan.0))
        });
        details.funds_in_place.or(sum.map(Yuan))
    }

    /// An earlier project of the same investor says no; that there is none in the ledger says nothing.
    fn first_time(&self) -> Option<String> {
        let (_, number) = self.first_signings.get(&investor(self.state)?)?;
        (*number != self.row.number).then(|| yes_no(false))
    }

    fn performing(&self, details: &Details) -> Option<String> {
        let started = self.loaded.lifecycle.milestone("started");
        let started = started.and_then(|ix| self.state.reached_on(ix));
        let paid = self.funds_in_place(details).is_some_and(|yuan| yuan.0 > 0);
        let begun = details.credit_code.is_some() || paid || started.is_some();
        begun.then(|| yes_no(true))
    }
}

/// Tasks one below the other, numbered when there are several.
pub(super) fn tasks(tasks: &[String]) -> String {
    match tasks {
        [one] => one.clone(),
        several => {
            let numbered = several.iter().enumerate();
            let lines: Vec<String> = numbered
                .map(|(index, task)| format!("{}. {task}", index + 1))
                .collect();
            lines.join("\n")
        }
    }
}

fn credit_code(details: &Details) -> Option<String> {
    let code = details.credit_code.as_ref();
    code.map(|code| code.as_str().to_owned())
}

fn yes_no(yes: bool) -> String {
    if yes { "是" } else { "否" }.to_owned()
}

pub(super) fn unit_of(column: &ColumnDef) -> MoneyUnit {
    match column.unit {
        Some(FormUnit::Wan) => MoneyUnit::Wan,
        _ => MoneyUnit::Yi,
    }
}

fn money(column: &ColumnDef, yuan: Yuan) -> String {
    yuan.format_in(unit_of(column))
}

/// The form's own word for an answer, where it has a list of them.
fn worded(column: &ColumnDef, text: String) -> String {
    let option = column.value.iter().find(|option| option.is_meant_by(&text));
    option.map_or(text, |option| option.cell().to_owned())
}
