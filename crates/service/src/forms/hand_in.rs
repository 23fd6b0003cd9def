//! Handing in, and chasing those who have not.

use std::collections::BTreeSet;

use policy::model::{ColumnSource, FormDef};
use store::reports::{self, PartRow};
use store::{Batch, outbox};

use super::rhythm::{Asked, Known, owing};
use super::{FormQuery, Part, Period, Produced, Standing, nobody};
use crate::region::Region;
use crate::{AccountKind, Actor, FieldError, Outcome, Service, ServiceError};

impl Service {
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
        let asked = Asked::form(form);
        let row = PartRow {
            region: actor.region.clone(),
            form: form.id.clone(),
            period: period.id(),
            unit: actor.unit.clone(),
            due_on: self.due_day(asked.due, period)?,
            handed_in_on: Some(self.today()),
            handed_in_by: Some(actor.name.clone()),
            rows: *rows as i64,
            chased_on: None,
            digest: Some(digest(&produced, &actor.unit)),
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
        let known = Known {
            rows: *rows,
            part: Some(&row),
            issued: None,
        };
        self.part(asked, period, actor.unit.clone(), known)
    }

    /// Chases every unit whose part is due and not there, each once a day, by e-mail where it has an address.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when the actor's unit is not the one that the forms are reported to.
    pub async fn chase_reports(&self, actor: &Actor) -> Outcome<usize> {
        let region = self.region(&actor.region).await?;
        let mine = collected(&region, actor)?;
        let parts = self.report_parts(actor).await?;
        let late = parts
            .iter()
            .filter(|part| part.standing == Standing::Late && mine.contains(&part.form));
        self.chase(actor, late.collect()).await
    }

    /// Chases those who are late with one form for one period.
    ///
    /// # Errors
    /// As [`Service::chase_reports`]; [`ServiceError::NotFound`] when there is no such form.
    pub async fn chase_form(&self, actor: &Actor, form: &str, period: Period) -> Outcome<usize> {
        let region = self.region(&actor.region).await?;
        if !collected(&region, actor)?.contains(form) {
            return Err(not_collected(actor));
        }
        let query = FormQuery {
            form: form.into(),
            period,
            unit: None,
        };
        let produced = self.produce_form(actor, &query).await?;
        let parts = self.summary_parts(actor, &produced).await?;
        let late = parts.iter().filter(|part| part.standing == Standing::Late);
        self.chase(actor, late.collect()).await
    }

    /// Whether the actor's unit is the one that a form is reported to.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the region does not exist, [`ServiceError::Failed`].
    pub async fn collects_form(&self, actor: &Actor, form: &str) -> Outcome<bool> {
        let region = self.region(&actor.region).await?;
        Ok(collected(&region, actor).is_ok_and(|mine| mine.contains(form)))
    }

    /// What the daily sweep does: units whose part is late are chased once, by the program, and so are those who owe
    /// a document.
    pub(crate) async fn remind_of_reports(&self, region: &str) -> Outcome<()> {
        let program = Actor::program(region);
        let parts = self.late_parts(&program).await?;
        let late = parts.iter().filter(|part| part.chased_on.is_none());
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
                digest: None,
            };
            reports::chase(&mut batch, &row, today);
            if self.config().mail.is_none() {
                continue;
            }
            for person in people.iter().filter(|person| person.unit == part.unit) {
                let Some(email) = &person.email else { continue };
                let (subject, text) = reminder(part, &person.name);
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

/// Subject and text of a reminder.
fn reminder(part: &Part, person: &str) -> (String, String) {
    let (title, period, due) = (&part.title, part.period.title(), &part.due);
    let (word, verb, where_to) = match part.document {
        true => (
            "催办",
            "印发",
            "请登录系统，在“报表通报”拟制并印发；文中数据由系统汇总。",
        ),
        false => (
            "催报",
            "报送",
            "请登录系统，在“报表通报”核对后报送；表中已有的内容由系统填好，不必重填。",
        ),
    };
    let subject = format!("{word}：《{title}》（{period}）");
    let text = format!(
        "{person}：\n\n{}的《{title}》（{period}）应于 {due} 前{verb}，至今没有记录。{where_to}\n",
        part.unit
    );
    (subject, text)
}

/// Forms that are reported to the actor's unit.
fn collected(region: &Region, actor: &Actor) -> Outcome<BTreeSet<String>> {
    crate::projects::refuse_administrators(actor)?;
    let Some(policy) = region.forms() else {
        return Ok(BTreeSet::new());
    };
    let collects = |form: &FormDef| {
        actor.kind == AccountKind::System || policy.holds(&actor.unit, &form.reported_to, nobody())
    };
    let forms = policy.file.form.iter().filter(|form| collects(form));
    let mine: BTreeSet<String> = forms.map(|form| form.id.clone()).collect();
    match mine.is_empty() {
        true => Err(not_collected(actor)),
        false => Ok(mine),
    }
}

fn not_collected(actor: &Actor) -> ServiceError {
    ServiceError::Forbidden(format!("{}不汇总报表，不能催报", actor.unit))
}

/// What a unit's rows say, but for serial numbers, which are another one in the summary, and contacts, which not
/// everybody reads.
pub(super) fn digest(produced: &Produced, unit: &str) -> String {
    let told =
        |source: ColumnSource| !matches!(source, ColumnSource::Serial | ColumnSource::Contact);
    let mut text = String::new();
    for row in produced.rows_of(unit) {
        text.push_str(&row.project);
        let cells = row.cells.iter().zip(&produced.form.column);
        for (cell, column) in cells.filter(|(_, column)| told(column.source)) {
            text.push('\u{1f}');
            text.push_str(&column.id);
            text.push('=');
            text.push_str(&cell.text);
        }
        text.push('\u{1e}');
    }
    store::sm3_hex(text.as_bytes())
}

/// Required cells that nobody filled keep a part from being handed in; all of them are said.
fn must_be_filled(produced: &Produced) -> Outcome<()> {
    let mut open = Vec::new();
    for (at, row) in produced.rows.iter().enumerate() {
        for (index, column) in produced.form.column.iter().enumerate() {
            let filled = row
                .cells
                .get(index)
                .is_some_and(|cell| !cell.text.is_empty());
            if column.required && column.source != ColumnSource::Serial && !filled {
                let heading = super::cells::one_line(&column.heading);
                let letters = office::column_letters(index);
                open.push(format!(
                    "第 {} 个项目“{}”：{letters} 列“{heading}”",
                    at + 1,
                    row.name
                ));
            }
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    let mut said = vec![FieldError {
        field: "form",
        message: format!(
            "有 {} 格必填还没有内容，没有报送。请填好后再报送",
            open.len()
        ),
    }];
    said.extend(open.into_iter().map(|message| FieldError {
        field: "cell",
        message,
    }));
    Err(ServiceError::Invalid(said))
}
