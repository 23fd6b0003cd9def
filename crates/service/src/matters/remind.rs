//! The clock for matters: what the pack says goes to whom the pack says, once each.

use std::sync::Arc;

use calendar::{Day, weekday_zh};
use policy::Policy;
use policy::model::{EscalationAt, EscalationDef, MatterParty};
use store::matters::{self, MatterAlertRow, MatterRow, MatterUnitRow};
use store::{Batch, StoreError};
use uuid::Uuid;

use super::load::NOBODY;
use crate::notify::digest::{self, AlertGroup};
use crate::notify::phones::without_phones;
use crate::projects::days_between;
use crate::sweep::Swept;
use crate::{Outcome, Service};

/// Matters read at a time.
const CHUNK: u32 = 500;
/// What waits is listed up to here in a digest.
const TODOS: u32 = 50;

impl Service {
    /// Raises the alerts of a day about matters. Running it again the same day raises nothing twice.
    pub(crate) async fn remind_of_matters(
        &self,
        region: &str,
        day: Day,
        swept: &mut Swept,
    ) -> Outcome<()> {
        let facts = self.region(region).await?;
        let mut after = String::new();
        loop {
            let rows = matters::to_remind(self.db(), region, day, &after, CHUNK).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after.clone_from(&last.matter);
            for row in &rows {
                let policy = facts.pack(&row.pack, &row.pack_version)?.clone();
                let units = matters::units_of(self.db(), region, &row.matter).await?;
                self.remind_of(&policy, row, &units, day, swept).await?;
            }
        }
    }

    async fn remind_of(
        &self,
        policy: &Arc<Policy>,
        row: &MatterRow,
        units: &[MatterUnitRow],
        day: Day,
        swept: &mut Swept,
    ) -> Outcome<()> {
        // Of the levels that speak by now the highest does; those below it were sent on their own days.
        let rules = policy.file.escalation.iter();
        let Some(rule) = rules.rev().find(|rule| speaks(rule, row, day)) else {
            return Ok(());
        };
        let mut batch = Batch::new();
        for unit in receivers(policy, rule, row, units) {
            let alert = MatterAlertRow {
                region: row.region.clone(),
                id: Uuid::now_v7().to_string(),
                matter: row.matter.clone(),
                level: i64::from(rule.level),
                kind: rule.title.clone(),
                unit,
                due_on: row.due_on,
                raised_on: day,
                text: sentence(row, day),
                clause: format!("{} {}", policy.file.pack.document, rule.clause),
            };
            matters::raise(&mut batch, &alert);
        }
        let raised: u64 = self
            .db()
            .write(batch)
            .await
            .map_err(|error: StoreError| crate::ServiceError::from(error))?
            .into_iter()
            .sum();
        if raised > 0 {
            swept.deadlines += 1;
            swept.alerts += raised;
            if let Some(count) = swept.by_level.get_mut(usize::from(rule.level) - 1) {
                *count += raised;
            }
        }
        Ok(())
    }

    /// Alerts of the day and what waits, for the digest of a unit's people.
    pub(crate) async fn matter_digest(
        &self,
        region: &str,
        unit: &str,
        day: Day,
    ) -> Outcome<Vec<digest::AlertLine>> {
        let link = |matter: &str| {
            let url = self.config().public_url.as_deref()?;
            Some(format!("{}/matters/{matter}", url.trim_end_matches('/')))
        };
        let raised = matters::alerts_raised_on(self.db(), region, unit, day).await?;
        let mut lines: Vec<digest::AlertLine> = raised
            .into_iter()
            .map(|line| digest::AlertLine {
                group: match line.alert.due_on < day {
                    true => AlertGroup::Overdue,
                    false => AlertGroup::Warning,
                },
                due: Some(line.alert.due_on),
                project: line.number,
                what: without_phones(&line.title),
                clause: Some(line.alert.clause),
                link: link(&line.alert.matter),
            })
            .collect();
        for line in matters::waiting(self.db(), region, unit, TODOS).await? {
            lines.push(digest::AlertLine {
                group: AlertGroup::Todo,
                due: Some(line.row.due_on),
                what: format!(
                    "{}：{}",
                    super::list::waits_title(line.waits.as_deref()),
                    without_phones(&line.row.title)
                ),
                project: line.row.number,
                clause: None,
                link: link(&line.row.matter),
            });
        }
        Ok(lines)
    }
}

/// Whether a rule speaks about a matter on a day.
fn speaks(rule: &EscalationDef, row: &MatterRow, day: Day) -> bool {
    match rule.at {
        EscalationAt::Warn => row.warn_on.is_some_and(|warn_on| warn_on <= day),
        EscalationAt::Due => days_between(row.due_on, day) > i32::from(rule.days_after),
    }
}

/// The units that a rule names, each once.
fn receivers(
    policy: &Policy,
    rule: &EscalationDef,
    row: &MatterRow,
    units: &[MatterUnitRow],
) -> Vec<String> {
    let having = |roles: &[&str]| -> Vec<String> {
        let found = units
            .iter()
            .filter(|unit| roles.contains(&unit.role.as_str()));
        found.map(|unit| unit.unit.clone()).collect()
    };
    let mut to: Vec<String> = rule
        .to
        .iter()
        .flat_map(|word| match MatterParty::parse(word) {
            Some(MatterParty::Issuer) => vec![row.issuer.clone()],
            Some(MatterParty::Lead) => vec![row.lead.clone()],
            Some(MatterParty::Supporting) => having(&["supporting", "part"]),
            None => {
                let units = policy.units_of(word, NOBODY);
                units.into_iter().map(str::to_owned).collect()
            }
        })
        .collect();
    to.sort_unstable();
    to.dedup();
    to
}

/// `潭招交〔2025〕第 3 号“…”应于 2025-10-11 星期六 前完成，剩余 3 天`
fn sentence(row: &MatterRow, day: Day) -> String {
    let distance = match days_between(day, row.due_on) {
        0 => "今天到期".to_string(),
        left @ 1.. => format!("剩余 {left} 天"),
        left => format!("已逾期 {} 天", -left),
    };
    format!(
        "{}“{}”应于 {} {} 前完成，{distance}",
        row.number,
        row.title,
        row.due_on,
        weekday_zh(row.due_on)
    )
}
