//! Messages to the outside: written by the sweep with what they tell, sent afterwards, again until it works.

use calendar::Day;
use jiff::{SignedDuration, Timestamp};
use store::alerts::{self, AlertLine};
use store::matters::{self, MatterAlertLine};
use store::outbox::{self, OutboxRow};
use store::{Batch, accounts, todos, views};
use uuid::Uuid;

use crate::notify::digest::{self, AlertGroup, digest};
use crate::notify::mail::{Mail, Mailer};
use crate::notify::phones::without_phones;
use crate::notify::retry::wait_after;
use crate::notify::webhook::{Webhook, WebhookMessage};
use crate::{Actor, Outcome, Service, ServiceError};

/// Messages sent in one round.
const AT_ONCE: u32 = 50;
/// What waits for a person is listed up to here.
const TODOS: u32 = 200;

/// Name of the lease under which messages are sent.
const LEASE: &str = "outbox";
/// How long one message may take: far longer than the servers are waited for.
const LEASE_TIME: SignedDuration = SignedDuration::from_mins(5);

/// What a round of sending did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Sent {
    /// Sent.
    pub sent: u64,
    /// To be tried again.
    pub again: u64,
    /// Given up.
    pub given_up: u64,
}

/// An e-mail that goes out at once.
pub(crate) struct Letter {
    pub(crate) subject: String,
    /// What happened, without greeting.
    pub(crate) text: String,
    /// The page, from the root of the program.
    pub(crate) path: String,
    /// The same key goes to the same person once.
    pub(crate) key: String,
}

/// Why a message did not go out, and whether trying again is of no use.
struct Trouble {
    message: String,
    permanent: bool,
}

impl Service {
    /// Writes the day's digests and the webhook's messages, each once, and says how many.
    pub(crate) async fn write_messages(&self, region: &str, day: Day) -> Outcome<u64> {
        let mut batch = Batch::new();
        if self.config().mail.is_some() {
            self.write_digests(&mut batch, region, day).await?;
        }
        if let Some(webhook) = &self.config().webhook {
            let url = webhook.url.clone();
            self.write_webhook(&mut batch, region, day, &url).await?;
            self.write_matter_alerts(&mut batch, region, day).await?;
        }
        Ok(self.db().write(batch).await?.into_iter().sum())
    }

    /// One text for each person instead of a flood.
    async fn write_digests(&self, batch: &mut Batch, region: &str, day: Day) -> Outcome<()> {
        let people = accounts::with_email(self.db(), region).await?;
        let mut lines: Option<(String, Vec<digest::AlertLine>)> = None;
        // People come sorted by unit, so that a unit is read once.
        for person in people {
            if lines.as_ref().is_none_or(|(unit, _)| *unit != person.unit) {
                lines = Some((
                    person.unit.clone(),
                    self.digest_lines(region, &person.unit, day).await?,
                ));
            }
            let Some((_, lines)) = &lines else { continue };
            let (Some(text), Some(email)) = (digest(&person.name, day, lines), &person.email)
            else {
                continue;
            };
            let key = format!("digest:{day}:{}", person.account);
            outbox::put(
                batch,
                &self.message(region, "email", email, text.subject, text.text, key),
            );
        }
        Ok(())
    }

    async fn digest_lines(
        &self,
        region: &str,
        unit: &str,
        day: Day,
    ) -> Outcome<Vec<digest::AlertLine>> {
        let raised = alerts::raised_on(self.db(), region, unit, day).await?;
        let alert = |line: AlertLine| digest::AlertLine {
            group: if line.alert.due_on < day {
                AlertGroup::Overdue
            } else {
                AlertGroup::Warning
            },
            due: Some(line.alert.due_on),
            what: line.alert.title,
            clause: Some(line.alert.clause),
            link: self.link(&line.alert.project),
            project: line.project_name,
        };
        let mut lines: Vec<digest::AlertLine> = raised.into_iter().map(alert).collect();
        for waits in todos::of_units(self.db(), region, &[unit.to_string()], TODOS).await? {
            lines.push(digest::AlertLine {
                group: AlertGroup::Todo,
                due: waits.todo.due_on,
                link: self.link(&waits.todo.project),
                project: waits.name,
                what: waits.todo.title,
                clause: None,
            });
        }
        lines.extend(self.matter_digest(region, unit, day).await?);
        lines.extend(self.meeting_digest(region, unit, day).await?);
        Ok(lines)
    }

    fn link(&self, project: &str) -> Option<String> {
        let url = self.config().public_url.as_deref()?;
        Some(format!("{}/projects/{project}", url.trim_end_matches('/')))
    }

    /// One message for each alert of the day; units are listed in it.
    async fn write_webhook(
        &self,
        batch: &mut Batch,
        region: &str,
        day: Day,
        url: &str,
    ) -> Outcome<()> {
        for group in alerts::by_deadline(self.db(), region, day).await? {
            let body = serde_json::json!({
                "type": "deadline.alert",
                "timestamp": self.now().to_string(),
                "data": {
                    "region": region,
                    "project": group.project,
                    "name": group.name,
                    "node": group.node,
                    "title": group.title,
                    "level": group.level,
                    "due_on": group.due_on.to_string(),
                    "units": group.units,
                    "text": group.text,
                },
            });
            let key = format!(
                "webhook:{}:{}:{}:{}",
                group.project, group.node, group.level, group.due_on
            );
            outbox::put(
                batch,
                &self.message(
                    region,
                    "webhook",
                    url,
                    "deadline.alert".into(),
                    body.to_string(),
                    key,
                ),
            );
        }
        Ok(())
    }

    /// One message for each alert of the day about a matter; units are listed in it.
    async fn write_matter_alerts(&self, batch: &mut Batch, region: &str, day: Day) -> Outcome<()> {
        let lines = matters::alerts_of_day(self.db(), region, day).await?;
        let same = |one: &MatterAlertLine, other: &MatterAlertLine| {
            let (one, other) = (&one.alert, &other.alert);
            (&one.matter, one.level, one.due_on) == (&other.matter, other.level, other.due_on)
        };
        for group in lines.chunk_by(same) {
            let Some(line) = group.first() else { continue };
            let alert = &line.alert;
            let units: Vec<&str> = group.iter().map(|line| line.alert.unit.as_str()).collect();
            let data = serde_json::json!({
                "region": region,
                "matter": alert.matter,
                "number": line.number,
                "title": without_phones(&line.title),
                "level": alert.level,
                "level_title": alert.kind,
                "due_on": alert.due_on.to_string(),
                "units": units,
                "text": without_phones(&alert.text),
            });
            let key = format!("{}:{}:{}", alert.matter, alert.level, alert.due_on);
            self.push(batch, region, "matter.alert", data, &key);
        }
        Ok(())
    }

    /// Writes a message for other systems, where a webhook is configured; the same kind and key is sent once.
    pub(crate) fn push(
        &self,
        batch: &mut Batch,
        region: &str,
        kind: &str,
        data: serde_json::Value,
        key: &str,
    ) {
        let Some(webhook) = &self.config().webhook else {
            return;
        };
        let body = serde_json::json!({
            "type": kind,
            "timestamp": self.now().to_string(),
            "data": data,
        });
        let key = format!("webhook:{kind}:{key}");
        let (url, body) = (webhook.url.as_str(), body.to_string());
        outbox::put(
            batch,
            &self.message(region, "webhook", url, kind.to_owned(), body, key),
        );
    }

    /// Writes an e-mail at once to the people of some units, where mail is configured; not to whoever did it himself.
    pub(crate) async fn mail_units(
        &self,
        batch: &mut Batch,
        actor: &Actor,
        units: Vec<String>,
        letter: Letter,
    ) -> Outcome<()> {
        if self.config().mail.is_none() {
            return Ok(());
        }
        let region = &actor.region;
        let people = accounts::with_email_of(self.db(), region, units).await?;
        for person in people
            .iter()
            .filter(|person| person.account != actor.account)
        {
            let Some(email) = &person.email else { continue };
            let mut text = format!("{}，您好！\n\n{}\n", person.name, letter.text);
            if let Some(url) = &self.config().public_url {
                text.push_str(&format!("\n{}{}\n", url.trim_end_matches('/'), letter.path));
            }
            text.push_str("\n本邮件由系统自动发送，请勿直接回复。\n");
            let key = format!("mail:{}:{}", letter.key, person.account);
            let subject = letter.subject.clone();
            outbox::put(
                batch,
                &self.message(region, "email", email, subject, text, key),
            );
        }
        Ok(())
    }

    pub(crate) fn message(
        &self,
        region: &str,
        channel: &str,
        to: &str,
        subject: String,
        body: String,
        key: String,
    ) -> OutboxRow {
        let now = self.now();
        OutboxRow {
            region: region.to_string(),
            id: Uuid::now_v7().to_string(),
            channel: channel.to_string(),
            recipient: to.to_string(),
            subject,
            body,
            created_at: now,
            next_at: now,
            attempts: 0,
            idempotency: key,
            sent_at: None,
            failed_at: None,
            last_error: None,
        }
    }

    /// Sends what waits. What does not go out is tried again later, and given up in the end. While another instance
    /// sends, there is nothing to do here.
    pub async fn send_messages(&self) -> Outcome<Sent> {
        if !self.hold_outbox().await? {
            return Ok(Sent::default());
        }
        let sent = self.send_waiting().await;
        views::give_lease_back(self.db(), LEASE, &self.inner.holder).await?;
        sent
    }

    /// One instance at a time, so that no message goes out twice.
    async fn hold_outbox(&self) -> Outcome<bool> {
        let now = self.now();
        let until = now.checked_add(LEASE_TIME).unwrap_or(now);
        Ok(views::take_lease(self.db(), LEASE, &self.inner.holder, now, until).await?)
    }

    async fn send_waiting(&self) -> Outcome<Sent> {
        let mailer = self
            .config()
            .mail
            .as_ref()
            .map(Mailer::new)
            .transpose()
            .map_err(failed)?;
        let webhook = self
            .config()
            .webhook
            .as_ref()
            .map(Webhook::new)
            .transpose()
            .map_err(failed)?;
        let mut sent = Sent::default();
        for message in outbox::waiting(self.db(), self.now(), AT_ONCE).await? {
            if !self.hold_outbox().await? {
                break;
            }
            let outcome = match message.channel.as_str() {
                "email" => send_mail(mailer.as_ref(), &message).await,
                _ => send_webhook(webhook.as_ref(), &message, self.now()).await,
            };
            self.note(&message, outcome, &mut sent).await?;
        }
        Ok(sent)
    }

    async fn note(
        &self,
        message: &OutboxRow,
        outcome: Result<(), Trouble>,
        sent: &mut Sent,
    ) -> Outcome<()> {
        let now = self.now();
        let mut batch = Batch::new();
        match outcome {
            Ok(()) => {
                outbox::sent(&mut batch, &message.region, &message.id, now);
                sent.sent += 1;
            }
            Err(trouble) => {
                let failures = u32::try_from(message.attempts + 1).unwrap_or(u32::MAX);
                let wait = wait_after(failures, seed(&message.id)).filter(|_| !trouble.permanent);
                let next = wait.and_then(|wait| later(now, wait));
                outbox::failed(
                    &mut batch,
                    &message.region,
                    &message.id,
                    now,
                    next,
                    &trouble.message,
                );
                if next.is_some() {
                    sent.again += 1
                } else {
                    sent.given_up += 1
                }
            }
        }
        self.db().write(batch).await?;
        Ok(())
    }
}

fn failed(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Failed(error.to_string())
}

fn later(now: Timestamp, wait: std::time::Duration) -> Option<Timestamp> {
    now.checked_add(SignedDuration::try_from(wait).ok()?).ok()
}

async fn send_mail(mailer: Option<&Mailer>, message: &OutboxRow) -> Result<(), Trouble> {
    let mailer = mailer.ok_or_else(not_configured)?;
    let mail = Mail {
        id: message.id.clone(),
        to: message.recipient.clone(),
        subject: message.subject.clone(),
        text: message.body.clone(),
    };
    let sent = mailer.send(&mail).await;
    sent.map_err(|error| Trouble {
        permanent: error.is_permanent(),
        message: error.to_string(),
    })
}

async fn send_webhook(
    webhook: Option<&Webhook>,
    message: &OutboxRow,
    now: Timestamp,
) -> Result<(), Trouble> {
    let webhook = webhook.ok_or_else(not_configured)?;
    let message = WebhookMessage {
        id: message.id.clone(),
        body: message.body.clone(),
    };
    let sent = webhook.send(&message, now).await;
    sent.map_err(|error| Trouble {
        permanent: error.is_permanent(),
        message: error.to_string(),
    })
}

/// It was configured when the message was written; it may be again.
fn not_configured() -> Trouble {
    Trouble {
        message: "发送方式没有配置".into(),
        permanent: false,
    }
}

/// A number that differs from message to message: the random tail of its id.
fn seed(id: &str) -> u64 {
    Uuid::parse_str(id).map_or(0, |id| id.as_u64_pair().1)
}
