//! What is to be sent outside: e-mail and webhook, written with what it tells and sent afterwards, again until it works.

use jiff::Timestamp;

use crate::{Batch, Db, Row, StoreError};

/// A message that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Region.
    pub region: String,
    /// Id.
    pub id: String,
    /// email or webhook.
    pub channel: String,
    /// Address.
    pub recipient: String,
    /// Subject, or the kind of a webhook.
    pub subject: String,
    /// Text, or JSON.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// Next try.
    pub next_at: Timestamp,
    /// Tries so far.
    pub attempts: i64,
    /// The same key is sent once.
    pub idempotency: String,
    /// Sent at.
    pub sent_at: Option<Timestamp>,
    /// Given up at.
    pub failed_at: Option<Timestamp>,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// Adds a message; one with the same key is left as it is.
pub fn put(batch: &mut Batch, row: &OutboxRow) {
    batch.push(
        "INSERT INTO outbox (region, id, channel, recipient, subject, body, created_at, next_at, attempts, idempotency)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (region, idempotency) DO NOTHING",
        vec![
            row.region.as_str().into(),
            row.id.as_str().into(),
            row.channel.as_str().into(),
            row.recipient.as_str().into(),
            row.subject.as_str().into(),
            row.body.as_str().into(),
            row.created_at.into(),
            row.next_at.into(),
            row.attempts.into(),
            row.idempotency.as_str().into(),
        ],
    );
}

const COLUMNS: &str = "region, id, channel, recipient, subject, body, created_at, next_at, attempts, idempotency, sent_at,
                       failed_at, last_error";

/// Messages whose time has come.
///
/// # Errors
/// As [`Db::rows`].
pub async fn waiting(db: &Db, now: Timestamp, limit: u32) -> Result<Vec<OutboxRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL AND next_at <= $1 ORDER BY next_at LIMIT $2"
    );
    db.all(&sql, &[now.into(), i64::from(limit).into()], read)
        .await
}

/// The last messages of a region, newest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn recent(db: &Db, region: &str, limit: u32) -> Result<Vec<OutboxRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM outbox WHERE region = $1 ORDER BY created_at DESC, id DESC LIMIT $2"
    );
    db.all(&sql, &[region.into(), i64::from(limit).into()], read)
        .await
}

fn read(row: &Row) -> Result<OutboxRow, StoreError> {
    Ok(OutboxRow {
        region: row.string(0)?,
        id: row.string(1)?,
        channel: row.string(2)?,
        recipient: row.string(3)?,
        subject: row.string(4)?,
        body: row.string(5)?,
        created_at: row.time(6)?,
        next_at: row.time(7)?,
        attempts: row.int(8)?,
        idempotency: row.string(9)?,
        sent_at: row.opt_time(10)?,
        failed_at: row.opt_time(11)?,
        last_error: row.opt_string(12)?,
    })
}

/// Notes that a message was sent.
pub fn sent(batch: &mut Batch, region: &str, id: &str, at: Timestamp) {
    batch.push(
        "UPDATE outbox SET sent_at = $3, attempts = attempts + 1, last_error = NULL WHERE region = $1 AND id = $2",
        vec![region.into(), id.into(), at.into()],
    );
}

/// Notes that a try failed: again at `next_at`, or never.
pub fn failed(
    batch: &mut Batch,
    region: &str,
    id: &str,
    at: Timestamp,
    next_at: Option<Timestamp>,
    error: &str,
) {
    let error: String = error.chars().take(500).collect();
    let (sql, moment) = match next_at {
        Some(next_at) => (
            "UPDATE outbox SET attempts = attempts + 1, last_error = $3, next_at = $4, failed_at = NULL
              WHERE region = $1 AND id = $2",
            next_at,
        ),
        None => (
            "UPDATE outbox SET attempts = attempts + 1, last_error = $3, failed_at = $4
              WHERE region = $1 AND id = $2",
            at,
        ),
    };
    batch.push(
        sql,
        vec![region.into(), id.into(), error.into(), moment.into()],
    );
}
