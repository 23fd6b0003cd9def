//! What the security administrator watches, and what the audit administrator has checked.

use serde::{Deserialize, Serialize};
use store::{Batch, accounts, chain, holidays, outbox};

use crate::clock::display_minute;
use crate::jobs::{Job, JobView, Progress};
use crate::{Actor, AdminRole, Outcome, Service};

/// Days of roots that are shown.
const ROOT_DAYS: i32 = 60;
/// Messages that are shown.
const MESSAGES: u32 = 200;
/// Differences that are shown by name.
const FINDINGS: usize = 200;

/// A living session of somebody in the region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSession {
    /// Account id, to end its sessions.
    pub account: String,
    /// Login.
    pub login: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Signed in at.
    pub created_at: String,
    /// Used last.
    pub seen_at: String,
    /// From where.
    pub address: String,
    /// With what.
    pub agent: String,
}

/// What checking the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChainReport {
    /// Facts.
    pub events: u64,
    /// Streams.
    pub streams: u64,
    /// Daily roots.
    pub days: u64,
    /// Places that differ.
    pub faults: u64,
    /// The first of them, in words.
    pub findings: Vec<String>,
}

/// The root of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootLine {
    /// Day.
    pub day: String,
    /// Facts of the day.
    pub events: i64,
    /// SM3, hex.
    pub root: String,
}

/// A message to the outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxLine {
    /// 电子邮件 or 推送.
    pub channel: &'static str,
    /// To whom.
    pub recipient: String,
    /// About what.
    pub subject: String,
    /// Written at.
    pub at: String,
    /// 已发送, 待发送, 发送失败.
    pub state: &'static str,
    /// Light: green, blue or red.
    pub light: &'static str,
    /// When it was sent, or what went wrong and when it is tried again.
    pub note: String,
}

/// A year of the working-day calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearLine {
    /// Year.
    pub year: i16,
    /// Number of the notice; empty when the year is worked out by weekends.
    pub notice: String,
    /// 随程序提供, 已装入, or 未公布.
    pub state: &'static str,
}

impl Service {
    /// Living sessions of the region, last used first (security administrator).
    pub async fn live_sessions(&self, actor: &Actor) -> Outcome<Vec<LiveSession>> {
        self.needs(actor, AdminRole::Security, "查看登录中的会话")?;
        let rows = accounts::live_sessions(self.db(), &actor.region, self.now()).await?;
        let line = |(session, account): (accounts::SessionRow, accounts::AccountRow)| LiveSession {
            account: account.account,
            login: account.login,
            name: account.name,
            unit: account.unit,
            created_at: display_minute(session.created_at),
            seen_at: display_minute(session.seen_at),
            address: session.address,
            agent: session.agent,
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// Ends all sessions of an account of the region (security administrator).
    pub async fn end_sessions(&self, actor: &Actor, account: &str) -> Outcome<()> {
        self.needs(actor, AdminRole::Security, "结束会话")?;
        let found = accounts::by_id(self.db(), account)
            .await?
            .filter(|row| row.region == actor.region);
        let row = found.ok_or_else(|| {
            crate::ServiceError::NotFound("没有找到这个账号，请从会话列表重新打开".into())
        })?;
        let mut batch = Batch::new();
        accounts::revoke_sessions_of(&mut batch, account, "", self.now());
        self.audit(&mut batch, actor, "end-sessions", &row.login, "done", "");
        self.db().write(batch).await?;
        Ok(())
    }

    /// Has chain and roots checked in the background (audit administrator).
    pub async fn start_verification(
        &self,
        actor: &Actor,
        patience: std::time::Duration,
    ) -> Outcome<()> {
        self.needs(actor, AdminRole::Audit, "核验记录链")?;
        let mut batch = Batch::new();
        self.audit(&mut batch, actor, "verify", &actor.region, "done", "");
        self.db().write(batch).await?;
        let (service, region) = (self.clone(), actor.region.clone());
        let job = Job {
            region: region.clone(),
            name: VERIFY.into(),
            by: actor.name.clone(),
        };
        let work =
            move |progress: Progress| async move { service.verify_region(&region, progress).await };
        self.start_job(job, work, patience).await
    }

    /// What checking the chain found last, or how far it is (audit administrator).
    pub async fn verification(&self, actor: &Actor) -> Outcome<Option<JobView<ChainReport>>> {
        self.needs(actor, AdminRole::Audit, "核验记录链")?;
        self.job(&actor.region, VERIFY).await
    }

    async fn verify_region(&self, region: &str, progress: Progress) -> Outcome<ChainReport> {
        let (counted, mut counts) = tokio::sync::watch::channel(0_u64);
        let noting = tokio::spawn(async move {
            while counts.changed().await.is_ok() {
                let done = *counts.borrow_and_update();
                progress.note(done).await;
            }
        });
        let mut count = |found: &chain::Verification| {
            counted.send_replace(found.events);
        };
        let found = chain::verify(self.db(), Some(region), &mut count).await;
        drop(counted);
        // The last note must be written before the result, or it would take its place.
        let _ = noting.await;
        let found = found?;
        let finding = |finding: &chain::Finding| match finding.version {
            0 => format!("{}：{}", finding.stream, finding.fault),
            version => format!("项目 {} 第 {version} 条：{}", finding.stream, finding.fault),
        };
        Ok(ChainReport {
            events: found.events,
            streams: found.streams,
            days: found.days,
            faults: found.faults,
            findings: found.findings.iter().take(FINDINGS).map(finding).collect(),
        })
    }

    /// Roots of the last days, newest first (audit administrator).
    pub async fn daily_roots(&self, actor: &Actor) -> Outcome<Vec<RootLine>> {
        self.needs(actor, AdminRole::Audit, "查看每日根值")?;
        let today = self.today();
        let since = today
            .checked_sub(jiff::Span::new().days(ROOT_DAYS))
            .unwrap_or(today);
        let roots = chain::roots(self.db(), &actor.region, since).await?;
        let line = |root: chain::DailyRoot| RootLine {
            day: root.day.to_string(),
            events: root.events,
            root: root.root,
        };
        Ok(roots.into_iter().rev().map(line).collect())
    }

    /// The last messages to the outside (system administrator).
    pub async fn outbox_list(&self, actor: &Actor) -> Outcome<Vec<OutboxLine>> {
        self.needs(actor, AdminRole::System, "查看对外消息")?;
        let rows = outbox::recent(self.db(), &actor.region, MESSAGES).await?;
        Ok(rows.into_iter().map(outbox_line).collect())
    }

    /// Years of the working-day calendar around today (system administrator).
    pub async fn calendar_years(&self, actor: &Actor) -> Outcome<Vec<YearLine>> {
        self.needs(actor, AdminRole::System, "查看放假安排")?;
        let loaded: Vec<i64> = holidays::list(self.db())
            .await?
            .iter()
            .map(|row| row.year)
            .collect();
        let calendar = self.calendar();
        let known: Vec<i16> = calendar.years().collect();
        let this = self.today().year();
        let last = known.iter().copied().max().unwrap_or(this).max(this) + 2;
        let first = known.iter().copied().min().unwrap_or(this).min(this);
        let line = |year: i16| YearLine {
            year,
            notice: calendar.notice(year).unwrap_or_default().to_string(),
            state: match (loaded.contains(&i64::from(year)), known.contains(&year)) {
                (true, _) => "已装入",
                (false, true) => "随程序提供",
                (false, false) => "未公布，按周末推算",
            },
        };
        Ok((first..=last).rev().map(line).collect())
    }
}

/// Name of the job.
const VERIFY: &str = "verify";

fn outbox_line(row: outbox::OutboxRow) -> OutboxLine {
    let (state, light, note) = match (row.sent_at, row.failed_at) {
        (Some(at), _) => ("已发送", "green", display_minute(at)),
        (None, Some(at)) => {
            let why = row.last_error.unwrap_or_default();
            (
                "发送失败",
                "red",
                format!(
                    "{} 放弃，共试 {} 次：{why}",
                    display_minute(at),
                    row.attempts
                ),
            )
        }
        (None, None) => {
            let why = row
                .last_error
                .map(|why| format!("；上次：{why}"))
                .unwrap_or_default();
            (
                "待发送",
                "blue",
                format!(
                    "下次 {}，已试 {} 次{why}",
                    display_minute(row.next_at),
                    row.attempts
                ),
            )
        }
    };
    OutboxLine {
        channel: if row.channel == "email" {
            "电子邮件"
        } else {
            "推送"
        },
        recipient: row.recipient,
        subject: row.subject,
        at: display_minute(row.created_at),
        state,
        light,
        note,
    }
}
