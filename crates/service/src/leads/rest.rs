//! 休眠: leads that nobody is in contact with go back to the pool; their holder is told before and after.

use calendar::{Day, weekday_zh};
use domain::{Command, decide};
use store::alerts::{self, AlertRow};
use store::leads::{self, LeadRow};
use store::{Batch, StoreError};
use uuid::Uuid;

use crate::projects::days_between;
use crate::{Actor, Outcome, Service, ServiceError};

/// Leads read at a time.
const CHUNK: usize = 1_000;
/// What stands for the lead where other alerts name a stage or step.
const NODE: &str = "lead";

impl Service {
    /// Warns the holders of leads that will go back to the pool, and gives those back whose day has come. The answer is
    /// the number of alerts. Running it again the same day changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub(crate) async fn rest_leads(&self, region: &str, day: Day) -> Outcome<u64> {
        let mut raised = 0;
        let mut resting = leads::resting(self.db(), region, day, CHUNK).await?;
        while let Some(rows) = resting.next().await? {
            let mut batch = Batch::new();
            for row in &rows {
                let Some(rests_on) = row.rests_on else {
                    continue;
                };
                // Nothing is recorded of days to come, should the sweep be asked for one.
                let due = rests_on <= day.min(self.today());
                if due {
                    raised += u64::from(self.rest_lead(region, row, day).await?);
                } else if day < rests_on {
                    let warning = self.warning(region, row, rests_on, day).await?;
                    raised += u64::from(self.is_new(&warning).await?);
                    alerts::raise(&mut batch, &[warning]);
                }
            }
            self.db().write(batch).await?;
        }
        Ok(raised)
    }

    /// Gives one lead back to the pool and tells who held it, in one transaction. Whoever was faster (a contact, a
    /// transfer) leaves nothing to do.
    async fn rest_lead(&self, region: &str, row: &LeadRow, day: Day) -> Outcome<bool> {
        let loaded = self.load(region, &row.project).await?;
        let today = self.today();
        let on = day.min(today);
        let command = Command::LetLeadRest {};
        let state = loaded.state();
        let Ok(kinds) = decide(loaded.packs(), &state, &self.calendar(), today, on, command) else {
            return Ok(false);
        };
        let mut batch = Batch::new();
        let program = Actor::program(region);
        self.add_facts(&mut batch, &program, &loaded, Some(on), kinds)?;
        let text = format!(
            "线索“{}”已 {} 天没有接触，按规定退回线索池，由有意对接的单位认领。",
            row.name,
            days_between(row.last_contact_on, on)
        );
        let alert = self
            .alert(region, row, row.rests_on.unwrap_or(on), day, text, 2)
            .await?;
        alerts::raise(&mut batch, &[alert]);
        match self.db().write(batch).await {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(ServiceError::from(error)),
        }
    }

    async fn warning(
        &self,
        region: &str,
        row: &LeadRow,
        rests_on: Day,
        day: Day,
    ) -> Outcome<AlertRow> {
        let text = format!(
            "线索“{}”已 {} 天没有接触，到 {rests_on} {} 仍无接触将退回线索池。请尽快接触并登记，或移交、退回。",
            row.name,
            days_between(row.last_contact_on, day),
            weekday_zh(rests_on)
        );
        self.alert(region, row, rests_on, day, text, 1).await
    }

    async fn alert(
        &self,
        region: &str,
        row: &LeadRow,
        due_on: Day,
        day: Day,
        text: String,
        level: i64,
    ) -> Outcome<AlertRow> {
        let facts = self.region(region).await?;
        let policy = facts.pack(&row.pack, &row.pack_version)?;
        let rules = policy.file.lead.as_ref();
        let basis = rules.map(|rules| rules.dormant.basis());
        let words = basis.map_or("", |basis| match basis.article {
            "" => basis.because,
            article => article,
        });
        Ok(AlertRow {
            region: region.to_string(),
            id: Uuid::now_v7().to_string(),
            project: row.project.clone(),
            node: NODE.to_string(),
            title: "招商线索".to_string(),
            level,
            kind: if level == 1 {
                "休眠提醒"
            } else {
                "休眠退回"
            }
            .to_string(),
            unit: row.holder.clone().unwrap_or_default(),
            due_on,
            raised_on: day,
            text,
            clause: format!("{} {words}", policy.file.pack.document),
            handled_at: None,
        })
    }

    /// Whether nobody has been warned of this before.
    async fn is_new(&self, alert: &AlertRow) -> Outcome<bool> {
        let known = alerts::was_raised(self.db(), alert).await?;
        Ok(!known)
    }
}
