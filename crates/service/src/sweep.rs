//! The clock: once a day, what the pack says goes to whom the pack says, once each.

use std::sync::Arc;

use calendar::{Day, weekday_zh};
use policy::model::{EscalationAt, EscalationDef, Sector};
use policy::{Parties, Policy};
use store::alerts::{self, AlertRow};
use store::sweep::{self, DueNotice};
use store::{Batch, units, views};
use uuid::Uuid;

use crate::region::Region;
use crate::{Outcome, Service};

/// Deadlines read at a time; bounds the memory of a sweep.
const CHUNK: u32 = 2_000;
/// How long a sweep may hold its lease without renewing it, in minutes.
const LEASE_MINUTES: i64 = 10;

/// What a sweep did.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Swept {
    /// Deadlines on which something was sent.
    pub deadlines: u64,
    /// Alerts, one for each unit.
    pub alerts: u64,
    /// Alerts by level, 1 to 3.
    pub by_level: [u64; 3],
    /// Reminders of periodic meetings, one for each unit.
    pub meetings: u64,
    /// E-mails and webhooks written to the outbox.
    pub messages: u64,
    /// Regions that another instance was sweeping.
    pub busy: Vec<String>,
}

impl Service {
    /// Sweeps every region for `day`. Running it again the same day sends nothing twice.
    pub async fn sweep(&self, day: Day) -> Outcome<Swept> {
        let mut swept = Swept::default();
        for region in units::regions(self.db()).await? {
            if self.hold_sweep(&region.region).await? {
                let done = self.sweep_held(&region.region, day, &mut swept).await;
                views::give_lease_back(self.db(), &lease(&region.region), &self.inner.holder)
                    .await?;
                done?;
            } else {
                swept.busy.push(region.region);
            }
        }
        self.close_days(day).await?;
        Ok(swept)
    }

    /// One instance at a time; the lease is kept while the sweep gets on.
    async fn hold_sweep(&self, region: &str) -> Outcome<bool> {
        let now = self.now();
        let until = now
            .checked_add(jiff::SignedDuration::from_mins(LEASE_MINUTES))
            .unwrap_or(now);
        Ok(views::take_lease(self.db(), &lease(region), &self.inner.holder, now, until).await?)
    }

    async fn sweep_held(&self, region: &str, day: Day, swept: &mut Swept) -> Outcome<()> {
        self.count_suspended(region, day).await?;
        self.forget_imports(region, day).await?;
        self.sweep_region(region, day, swept).await?;
        swept.alerts += self.rest_leads(region, day).await?;
        self.remind_of_matters(region, day, swept).await?;
        self.remind_of_meetings(region, day, swept).await?;
        self.remind_of_reports(region).await?;
        swept.messages += self.write_messages(region, day).await?;
        Ok(())
    }

    async fn sweep_region(&self, region: &str, day: Day, swept: &mut Swept) -> Outcome<()> {
        let facts = self.region(region).await?;
        let mut last = None;
        loop {
            let mut notices = sweep::due(self.db(), region, day, last.as_ref(), CHUNK).await?;
            let mut batch = Batch::new();
            let mut raised = Vec::new();
            for notice in &notices {
                let step = Step::of(&facts, notice, day)?;
                sweep::noted(&mut batch, region, notice, step.level, step.next);
                if step.rule.is_some() {
                    swept.deadlines += 1;
                }
                raised.extend(step.alerts(region, notice, day));
            }
            for alert in &raised {
                swept.alerts += 1;
                if let Some(count) = swept.by_level.get_mut(alert.level as usize - 1) {
                    *count += 1;
                }
            }
            alerts::raise(&mut batch, &raised);
            self.db().write(batch).await?;
            last = notices.pop();
            if last.is_none() {
                return Ok(());
            }
            self.hold_sweep(region).await?;
        }
    }
}

/// Name of the lease under which a region is swept.
fn lease(region: &str) -> String {
    format!("sweep:{region}")
}

/// What the sweep does with one deadline.
struct Step {
    policy: Arc<Policy>,
    /// Index of the rule that speaks now, if one does.
    rule: Option<usize>,
    /// The highest level that has been sent after this.
    level: i64,
    /// The next day on which something has to be sent.
    next: Option<Day>,
}

impl Step {
    fn of(region: &Region, notice: &DueNotice, day: Day) -> Outcome<Step> {
        let policy = region.pack(&notice.pack, &notice.pack_version)?.clone();
        let (mut rule, mut level, mut next) = (None, notice.level, None);
        for (at, escalation) in policy.file.escalation.iter().enumerate() {
            let Some(speaks_on) = speaks_on(escalation, notice) else {
                continue;
            };
            if i64::from(escalation.level) <= notice.level {
                continue;
            }
            if speaks_on <= day {
                rule = Some(at);
                level = i64::from(escalation.level);
            } else if next.is_none_or(|next| speaks_on < next) {
                next = Some(speaks_on);
            }
        }
        Ok(Step {
            policy,
            rule,
            level,
            next,
        })
    }

    /// One alert for each unit that the rule names, each unit once.
    fn alerts(&self, region: &str, notice: &DueNotice, day: Day) -> Vec<AlertRow> {
        let Some(rule) = self.rule.and_then(|at| self.policy.file.escalation.get(at)) else {
            return Vec::new();
        };
        let parties = Parties {
            host: notice.host.as_deref(),
            enterprise: notice.enterprise.as_deref(),
            sector: notice.sector.as_deref().and_then(Sector::parse),
            assigned: Default::default(),
        };
        let mut to: Vec<&str> = rule
            .to
            .iter()
            .flat_map(|role| self.policy.units_of(role, parties))
            .collect();
        to.sort_unstable();
        to.dedup();
        let text = sentence(notice, day);
        let alert = |unit: &str| AlertRow {
            region: region.to_string(),
            id: Uuid::now_v7().to_string(),
            project: notice.project.clone(),
            node: notice.node.clone(),
            title: notice.title.clone(),
            level: i64::from(rule.level),
            kind: rule.title.clone(),
            unit: unit.to_string(),
            due_on: notice.due_on,
            raised_on: day,
            text: text.clone(),
            clause: format!("{} {}", self.policy.file.pack.document, rule.clause),
            handled_at: None,
        };
        to.into_iter().map(alert).collect()
    }
}

/// The day on which a rule speaks about a deadline.
fn speaks_on(rule: &EscalationDef, notice: &DueNotice) -> Option<Day> {
    match rule.at {
        EscalationAt::Warn => notice.warn_on,
        EscalationAt::Due => {
            let last = notice.grace_until.unwrap_or(notice.due_on);
            last.checked_add(jiff::Span::new().days(i64::from(rule.days_after) + 1))
                .ok()
        }
    }
}

/// `“…”的项目统计入库应于 2025-11-30 星期日 前完成，剩余 30 天`
fn sentence(notice: &DueNotice, day: Day) -> String {
    let left = notice
        .due_on
        .since(day)
        .map(|span| i64::from(span.get_days()))
        .unwrap_or_default();
    let provisional = if notice.provisional {
        "（暂定）"
    } else {
        ""
    };
    let when = format!(
        "应于 {} {}{provisional}前完成",
        notice.due_on,
        weekday_zh(notice.due_on)
    );
    let distance = match left {
        0 => "今天到期".to_string(),
        1.. => format!("剩余 {left} 天"),
        _ => format!("已逾期 {} 天", -left),
    };
    format!("“{}”的{}{when}，{distance}", notice.name, notice.title)
}
