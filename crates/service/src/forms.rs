//! Forms: produced for any unit and period from what is recorded, handed in, edited offline and read back.
//!
//! A form has no store of its own. What is typed into it becomes a fact of the project; what a fact determines is
//! never typed.

mod apply;
mod back;
mod board;
mod cells;
mod documents;
mod edits;
mod hand_in;
mod period;
mod produce;
mod rhythm;
mod uploads;
mod workbook;

use std::sync::Arc;

use policy::Parties;
use policy::Policy;
use policy::model::{FormDef, Frequency, Sight};

pub use apply::{Applied, Choice};
pub use back::{CellChange, EditedForm, Fault, RowChanges, Side};
pub use board::{RhythmBoard, RhythmChoice, RhythmQuery, RhythmRow};
pub(crate) use cells::one_line;
pub use documents::{
    DocumentDraft, DocumentLine, Figure, FigureRow, FigureToday, IssuedLine, IssuedPage, Over,
    SubjectDocuments, Taking, TemplateLine,
};
pub use period::Period;
pub use produce::{Cell, ColumnCoverage, Coverage, FormQuery, Origin, Produced, ProducedRow};
pub(crate) use rhythm::OwedParts;
pub use rhythm::{Burden, Part, Standing};
pub use uploads::UploadLine;
pub use workbook::FormFile;

use crate::region::Region;
use crate::{AccountKind, Actor, AdminRole, Outcome, Service, ServiceError};

/// A form that a person can look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormLine {
    /// Id.
    pub id: String,
    /// 附件4.
    pub number: String,
    /// Title.
    pub title: String,
    /// 每月.
    pub frequency: &'static str,
    /// Who hands it in, in words.
    pub reported_by: String,
    /// To whom.
    pub reported_to: String,
    /// The period that was completed last.
    pub period: Period,
}

/// A form with the pack that has it.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) region: Arc<Region>,
    pub(crate) policy: Arc<Policy>,
    index: usize,
}

impl Found {
    /// Every form of a pack.
    pub(crate) fn all<'a>(
        region: &'a Arc<Region>,
        policy: &'a Arc<Policy>,
    ) -> impl Iterator<Item = Found> + 'a {
        (0..policy.file.form.len()).map(|index| Found {
            region: region.clone(),
            policy: policy.clone(),
            index,
        })
    }

    /// The form's rules.
    pub(crate) fn form(&self) -> &FormDef {
        &self.policy.file.form[self.index]
    }
}

impl Service {
    /// The forms of the actor's region.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the region does not exist, [`ServiceError::Failed`].
    pub async fn form_list(&self, actor: &Actor) -> Outcome<Vec<FormLine>> {
        let region = self.region(&actor.region).await?;
        let Some(policy) = region.forms() else {
            return Ok(Vec::new());
        };
        let today = self.today();
        let line = |form: &FormDef| FormLine {
            id: form.id.clone(),
            number: form.number.clone().unwrap_or_default(),
            title: form.title.clone(),
            frequency: form.frequency.title(),
            reported_by: who(policy, &form.reported_by),
            reported_to: who(policy, &form.reported_to),
            period: usual_period(form.frequency, today),
        };
        Ok(policy.file.form.iter().map(line).collect())
    }

    /// A form of a region by its id.
    pub(crate) async fn find_form(&self, region: &str, id: &str) -> Outcome<Found> {
        let region = self.region(region).await?;
        let Some(policy) = region.forms().cloned() else {
            return Err(ServiceError::NotFound(format!(
                "{}还没有启用报表政策包，请系统管理员在“政策”页装入",
                region.title
            )));
        };
        let index = policy.file.form.iter().position(|form| form.id == id);
        let Some(index) = index else {
            let known: Vec<&str> = policy
                .file
                .form
                .iter()
                .map(|form| form.id.as_str())
                .collect();
            return Err(ServiceError::NotFound(format!(
                "没有报表 {id}。{}的报表：{}",
                region.title,
                known.join("、")
            )));
        };
        Ok(Found {
            region,
            policy,
            index,
        })
    }
}

/// The period that is usually wanted: the last complete one, for forms without rhythm the current month.
pub(crate) fn usual_period(frequency: Frequency, today: calendar::Day) -> Period {
    let current = Period::containing(frequency, today);
    match frequency.is_regular() {
        true => current.previous(),
        false => current,
    }
}

/// Who holds a role, in words.
pub(crate) fn who(policy: &Policy, role: &str) -> String {
    use policy::model::{ProjectField, RoleDef};
    match policy.file.roles.get(role) {
        None => policy::model::party_title(role).unwrap_or(role).to_owned(),
        Some(RoleDef::Unit(unit)) => unit.clone(),
        Some(RoleDef::Units(units)) => units.join("、"),
        Some(RoleDef::Of(of)) => match of.of {
            ProjectField::Host => "属地政府".to_owned(),
            ProjectField::Enterprise => "企业方".to_owned(),
            ProjectField::ReceivingUnit => "承接责任单位".to_owned(),
            ProjectField::Supporting => "配合单位".to_owned(),
            ProjectField::Leader => "牵头责任领导".to_owned(),
        },
        Some(RoleDef::By(_)) => "行业主管".to_owned(),
    }
}

/// What somebody may see of a form's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All rows.
    All,
    /// Rows of projects in which the unit has a part.
    Related,
}

/// What an actor may see of forms: officials and leaders by the roles of the pack of forms, whoever has none by the
/// projects that it may open.
pub(crate) fn reach(policy: &Policy, actor: &Actor) -> Outcome<Reach> {
    match (actor.kind, actor.admin) {
        (AccountKind::System, _) | (_, Some(AdminRole::Auditor)) => return Ok(Reach::All),
        (AccountKind::Enterprise, _) | (_, Some(_)) => {
            return Err(ServiceError::Forbidden(format!(
                "{}不办理报表，请由有权单位的工作人员办理",
                actor.standing()
            )));
        }
        (AccountKind::Leader, _) => return Ok(Reach::All),
        _ => {}
    }
    let roles = policy.roles_of(&actor.unit, nobody());
    Ok(match policy.sight(&roles) {
        Some(Sight::All) => Reach::All,
        _ => Reach::Related,
    })
}

/// A project of which nothing is known.
pub(crate) fn nobody<'a>() -> Parties<'a> {
    Parties {
        host: None,
        enterprise: None,
        sector: None,
        assigned: Default::default(),
    }
}
