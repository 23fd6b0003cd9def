//! The rhythm of reporting: who owes which form for which period, what came in, what is late, who was chased.

use std::collections::{BTreeMap, BTreeSet};

use calendar::{Day, Limit, weekday_zh};
use policy::model::{ColumnSource, FormDef, Frequency, RoleDef};
use store::reports::{self, PartRow};
use store::{Batch, outbox};

use super::{FormQuery, Period, Produced, nobody, usual_period};
use crate::{Actor, Outcome, Service, ServiceError};

/// How a unit stands with its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not yet due.
    Open,
    /// Due and not there.
    Late,
    /// Handed in by the due day.
    InTime,
    /// Handed in after it.
    HandedInLate,
}

impl Standing {
    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Standing::Open => "待报送",
            Standing::Late => "逾期未报",
            Standing::InTime => "已报送",
            Standing::HandedInLate => "逾期报送",
        }
    }
}

/// A unit's part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Form id.
    pub form: String,
    /// Its title.
    pub title: String,
    /// Period.
    pub period: Period,
    /// Unit.
    pub unit: String,
    /// Due day.
    pub due_on: Day,
    /// 2025-07-05 星期六.
    pub due: String,
    /// How it stands.
    pub standing: Standing,
    /// Projects that the unit reports.
    pub rows: usize,
    /// Handed in by and on.
    pub handed_in: String,
    /// When the unit was chased.
    pub chased_on: Option<Day>,
    /// 条款.
    pub clause: String,
}

/// How much a unit is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Burden {
    /// Unit.
    pub unit: String,
    /// Forms a month, in hundredths: a weekly one counts 433, a half-yearly one 17.
    pub monthly_hundredths: u32,
    /// Names of the forms with their rhythm.
    pub forms: Vec<String>,
    /// Cells that the system fills, and all cells, in the last periods.
    pub filled: usize,
    /// All cells.
    pub cells: usize,
}

/// Forms a month in hundredths.
fn monthly(frequency: Frequency) -> u32 {
    match frequency {
        Frequency::Week => 433,
        Frequency::Month => 100,
        Frequency::Quarter => 33,
        Frequency::HalfYear => 17,
        Frequency::OnAssignment | Frequency::AsNeeded => 0,
    }
}

impl Service {
    /// The parts of the last complete periods: everybody's for whoever sees all rows, else the unit's own.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for whoever has nothing to do with forms, [`ServiceError::Failed`].
    pub async fn report_parts(&self, actor: &Actor) -> Outcome<Vec<Part>> {
        Ok(self.parts_and_burden(actor).await?.0)
    }

    /// How much each unit is asked for.
    ///
    /// # Errors
    /// As [`Service::report_parts`].
    pub async fn report_burden(&self, actor: &Actor) -> Outcome<Vec<Burden>> {
        Ok(self.parts_and_burden(actor).await?.1)
    }

    /// Parts and burden together, from the same rows.
    ///
    /// # Errors
    /// As [`Service::report_parts`].
    pub async fn parts_and_burden(&self, actor: &Actor) -> Outcome<(Vec<Part>, Vec<Burden>)> {
        let today = self.today();
        let region = self.region(&actor.region).await?;
        let Some(policy) = region.forms().cloned() else {
            return Ok((Vec::new(), Vec::new()));
        };
        let all = super::reach(&policy, actor)? == super::Reach::All;
        let regular = policy
            .file
            .form
            .iter()
            .filter(|form| form.frequency.is_regular());
        let periods = regular.clone().map(|form| usual_period(form, today).id());
        let known = reports::parts(self.db(), &region.id, periods.collect()).await?;
        let mut parts = Vec::new();
        let mut burdens: BTreeMap<String, Burden> = BTreeMap::new();
        for form in regular {
            let query = FormQuery {
                form: form.id.clone(),
                period: usual_period(form, today),
                unit: None,
            };
            let produced = self.produce_form(actor, &query).await?;
            for (unit, rows) in owing(&policy, form, &produced) {
                if !all && unit != actor.unit {
                    continue;
                }
                let due_on = self.form_due(form, query.period)?;
                add_burden(&mut burdens, &unit, form, &produced);
                let row = known.iter().find(|row| {
                    row.form == form.id && row.period == query.period.id() && row.unit == unit
                });
                parts.push(part(form, query.period, unit, due_on, rows, row, today));
            }
        }
        Ok((parts, burdens.into_values().collect()))
    }

    /// The last day on which a form of a period is in time.
    pub(crate) fn form_due(&self, form: &FormDef, period: Period) -> Outcome<Day> {
        let Some(span) = &form.due else {
            return Ok(period.end);
        };
        let limit = Limit {
            n: span.n,
            unit: span.unit,
        };
        let due = calendar::due(period.end, limit, calendar::Roll::None, &self.calendar());
        due.map(|due| due.day)
            .map_err(|error| ServiceError::Failed(error.to_string()))
    }

    /// Hands in the part of the actor's unit. What it says is in the facts already; that it was said on this day is
    /// what is recorded here.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when required cells are open or the unit does not owe the form.
    pub async fn hand_in(&self, actor: &Actor, form: &str, period: Period) -> Outcome<Part> {
        crate::projects::refuse_administrators(actor)?;
        let found = self.find_form(&actor.region, form).await?;
        let query = FormQuery {
            form: form.into(),
            period,
            unit: Some(actor.unit.clone()),
        };
        let produced = self.produce_form(actor, &query).await?;
        let form = found.form();
        let owes = owing(&found.policy, form, &produced);
        let Some(rows) = owes.get(&actor.unit) else {
            return Err(ServiceError::field(
                "form",
                format!(
                    "{}在{}没有要报送的《{}》",
                    actor.unit,
                    period.title(),
                    form.title
                ),
            ));
        };
        must_be_filled(&produced)?;
        let row = PartRow {
            region: actor.region.clone(),
            form: form.id.clone(),
            period: period.id(),
            unit: actor.unit.clone(),
            due_on: self.form_due(form, period)?,
            handed_in_on: Some(self.today()),
            handed_in_by: Some(actor.name.clone()),
            rows: *rows as i64,
            chased_on: None,
        };
        let mut batch = Batch::new();
        reports::hand_in(&mut batch, &row);
        let what = format!("{} {}", row.form, row.period);
        self.audit(
            &mut batch,
            actor,
            "hand-in-form",
            &what,
            "done",
            &format!("{rows} 行"),
        );
        self.db().write(batch).await?;
        let unit = actor.unit.clone();
        Ok(part(
            form,
            period,
            unit,
            row.due_on,
            *rows,
            Some(&row),
            self.today(),
        ))
    }

    /// Chases every unit whose part is due and not there, each once a day, by e-mail where it has an address.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when the actor's unit is not the one that the forms are reported to.
    pub async fn chase_reports(&self, actor: &Actor) -> Outcome<usize> {
        crate::projects::refuse_administrators(actor)?;
        let region = self.region(&actor.region).await?;
        let Some(policy) = region.forms() else {
            return Ok(0);
        };
        let collects = |form: &FormDef| policy.holds(&actor.unit, &form.reported_to, nobody());
        let mine: BTreeSet<String> = policy
            .file
            .form
            .iter()
            .filter(|form| actor.kind == crate::AccountKind::System || collects(form))
            .map(|form| form.id.clone())
            .collect();
        if mine.is_empty() {
            return Err(ServiceError::Forbidden(format!(
                "{}不汇总报表，不能催报",
                actor.unit
            )));
        }
        let parts = self.report_parts(actor).await?;
        let late = parts
            .iter()
            .filter(|part| part.standing == Standing::Late && mine.contains(&part.form));
        self.chase(actor, late.collect()).await
    }

    /// What the daily sweep does: units whose part is late are chased once, by the program.
    pub(crate) async fn remind_of_reports(&self, region: &str) -> Outcome<()> {
        let program = Actor::program(region);
        let parts = self.report_parts(&program).await?;
        let late = parts
            .iter()
            .filter(|part| part.standing == Standing::Late && part.chased_on.is_none());
        self.chase(&program, late.collect()).await?;
        Ok(())
    }

    async fn chase(&self, actor: &Actor, late: Vec<&Part>) -> Outcome<usize> {
        let today = self.today();
        let late: Vec<&Part> = late
            .into_iter()
            .filter(|part| part.chased_on != Some(today))
            .collect();
        if late.is_empty() {
            return Ok(0);
        }
        let people = store::accounts::with_email(self.db(), &actor.region).await?;
        let mut batch = Batch::new();
        for part in &late {
            let row = PartRow {
                region: actor.region.clone(),
                form: part.form.clone(),
                period: part.period.id(),
                unit: part.unit.clone(),
                due_on: part.due_on,
                handed_in_on: None,
                handed_in_by: None,
                rows: 0,
                chased_on: None,
            };
            reports::chase(&mut batch, &row, today);
            if self.config().mail.is_none() {
                continue;
            }
            for person in people.iter().filter(|person| person.unit == part.unit) {
                let Some(email) = &person.email else { continue };
                let subject = format!("催报：《{}》（{}）", part.title, part.period.title());
                let text = format!(
                    "{}：\n\n{}的《{}》（{}）应于 {} 前报送，至今没有收到。请登录系统，在“报表通报”核对后报送；表中已有的内容由系统填好，不必重填。\n",
                    person.name,
                    part.unit,
                    part.title,
                    part.period.title(),
                    part.due
                );
                let key = format!(
                    "chase:{}:{}:{}:{today}",
                    part.form,
                    part.period.id(),
                    person.account
                );
                let message = self.message(&actor.region, "email", email, subject, text, key);
                outbox::put(&mut batch, &message);
            }
        }
        let what = format!("{} 个单位的报表", late.len());
        self.audit(&mut batch, actor, "chase-reports", &what, "done", "");
        self.db().write(batch).await?;
        Ok(late.len())
    }
}

/// Units that owe a form for a period, with the number of their rows. A unit that holds the role of itself owes it
/// with or without projects; units that hold it by a project owe it for their projects.
fn owing(policy: &policy::Policy, form: &FormDef, produced: &Produced) -> BTreeMap<String, usize> {
    let mut units = BTreeMap::new();
    match policy.file.roles.get(&form.reported_by) {
        Some(RoleDef::Of(_) | RoleDef::By(_)) => {
            for unit in produced.rows.iter().flat_map(|row| &row.reporters) {
                *units.entry(unit.clone()).or_insert(0) += 1;
            }
        }
        _ => {
            for unit in policy.units_of(&form.reported_by, nobody()) {
                units.insert(unit.to_owned(), produced.rows.len());
            }
        }
    }
    units
}

fn add_burden(
    burdens: &mut BTreeMap<String, Burden>,
    unit: &str,
    form: &FormDef,
    produced: &Produced,
) {
    let burden = burdens.entry(unit.to_owned()).or_insert_with(|| Burden {
        unit: unit.to_owned(),
        monthly_hundredths: 0,
        forms: Vec::new(),
        filled: 0,
        cells: 0,
    });
    burden.monthly_hundredths += monthly(form.frequency);
    burden
        .forms
        .push(format!("{}（{}）", form.title, form.frequency.title()));
    let rows = produced.rows.iter().filter(|row| {
        row.reporters.is_empty() || row.reporters.iter().any(|reporter| reporter == unit)
    });
    for cell in rows.flat_map(|row| &row.cells) {
        burden.cells += 1;
        burden.filled += usize::from(!cell.text.is_empty());
    }
}

fn part(
    form: &FormDef,
    period: Period,
    unit: String,
    due_on: Day,
    rows: usize,
    known: Option<&PartRow>,
    today: Day,
) -> Part {
    let handed_in_on = known.and_then(|row| row.handed_in_on);
    let standing = match handed_in_on {
        Some(on) if on <= due_on => Standing::InTime,
        Some(_) => Standing::HandedInLate,
        None if today > due_on => Standing::Late,
        None => Standing::Open,
    };
    let by = known
        .and_then(|row| row.handed_in_by.clone())
        .unwrap_or_default();
    Part {
        form: form.id.clone(),
        title: form.title.clone(),
        period,
        unit,
        due_on,
        due: format!("{due_on} {}", weekday_zh(due_on)),
        standing,
        rows,
        handed_in: handed_in_on.map_or(String::new(), |on| format!("{on} {by}")),
        chased_on: known.and_then(|row| row.chased_on),
        clause: form.clause.clone(),
    }
}

/// Required cells that nobody filled keep a part from being handed in.
fn must_be_filled(produced: &Produced) -> Outcome<()> {
    let required = |source: ColumnSource| source != ColumnSource::Serial;
    for row in &produced.rows {
        let cells = row.cells.iter().zip(&produced.form.column);
        for (cell, column) in cells {
            if column.required && required(column.source) && cell.text.is_empty() {
                let heading = super::cells::one_line(&column.heading);
                return Err(ServiceError::field(
                    "form",
                    format!(
                        "项目“{}”的“{heading}”必填，还没有内容。请先填好再报送",
                        row.name
                    ),
                ));
            }
        }
    }
    Ok(())
}
