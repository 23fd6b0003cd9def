//! The event log: streams of facts, each chained by SM3, written by whoever read the stream last.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::chain::{self, Link};
use crate::{Batch, Db, Row, RowStream, Sql, StoreError, Value};

/// What a stream of facts is about. A project's stream is its bare id; the others carry their kind in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// 项目.
    Project,
    /// 事项, `matter:<id>`.
    Matter,
    /// 会议, `meeting:<id>`.
    Meeting,
}

impl Aggregate {
    /// What stands before the id.
    fn prefix(self) -> &'static str {
        match self {
            Aggregate::Project => "",
            Aggregate::Matter => "matter:",
            Aggregate::Meeting => "meeting:",
        }
    }

    /// The stream of the thing with this id.
    pub fn stream(self, id: &str) -> String {
        format!("{}{id}", self.prefix())
    }

    /// What a stream is about, and the id of the thing. A kind that this program does not know is nothing.
    pub fn of(stream: &str) -> Option<(Aggregate, &str)> {
        let Some((kind, _)) = stream.split_once(':') else {
            return Some((Aggregate::Project, stream));
        };
        let found = [Aggregate::Matter, Aggregate::Meeting]
            .into_iter()
            .find(|aggregate| aggregate.prefix().trim_end_matches(':') == kind)?;
        Some((found, stream.strip_prefix(found.prefix())?))
    }

    /// Condition on the column `stream`.
    fn condition(self) -> &'static str {
        match self {
            Aggregate::Project => "stream NOT LIKE '%:%'",
            Aggregate::Matter => "stream LIKE 'matter:%'",
            Aggregate::Meeting => "stream LIKE 'meeting:%'",
        }
    }

    /// 项目、事项、会议.
    fn title(self) -> &'static str {
        match self {
            Aggregate::Project => "项目",
            Aggregate::Matter => "事项",
            Aggregate::Meeting => "会议",
        }
    }
}

/// A fact to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Kind, for lists without reading the data.
    pub kind: String,
    /// The day it happened on.
    pub happened_on: Date,
    /// When it is recorded: now, by the program's clock; kept to the microsecond.
    pub recorded_at: Timestamp,
    /// Who said so, as JSON.
    pub by: String,
    /// The fact, as JSON; kept byte for byte.
    pub data: String,
}

/// A fact as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Position in its stream, from 1.
    pub version: i64,
    /// Position among all facts of the installation; increasing, with gaps in PostgreSQL.
    pub seq: i64,
    /// Kind.
    pub kind: String,
    /// The day it happened on.
    pub happened_on: Date,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Who said so, as JSON.
    pub by: String,
    /// The fact, as JSON.
    pub data: String,
    /// SM3 over this fact and the hash before it, hex.
    pub hash: String,
}

/// A fact with the stream it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamEvent {
    /// Region.
    pub region: String,
    /// Stream; whose it is says [`Aggregate::of`].
    pub stream: String,
    /// The fact.
    pub event: StoredEvent,
}

const INSERT: Sql = Sql::Each {
    sqlite: "INSERT INTO event (region, stream, version, kind, happened_on, recorded_at, by_json, data, hash, seq)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, (SELECT COALESCE(max(seq), 0) + 1 FROM event))",
    postgres: "INSERT INTO event (region, stream, version, kind, happened_on, recorded_at, by_json, data, hash)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
};

/// Only when the fact before it is the one that the writer read.
const INSERT_AFTER: Sql = Sql::Each {
    sqlite: "INSERT INTO event (region, stream, version, kind, happened_on, recorded_at, by_json, data, hash, seq)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, (SELECT COALESCE(max(seq), 0) + 1 FROM event)
              WHERE EXISTS (SELECT 1 FROM event WHERE region = $1 AND stream = $2 AND version = $3 - 1 AND hash = $10)",
    postgres: "INSERT INTO event (region, stream, version, kind, happened_on, recorded_at, by_json, data, hash)
               SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS DATE),
                      CAST($6 AS TIMESTAMPTZ), CAST($7 AS TEXT), CAST($8 AS TEXT), CAST($9 AS TEXT)
                WHERE EXISTS (SELECT 1 FROM event
                               WHERE region = $1 AND stream = $2 AND version = CAST($3 AS BIGINT) - 1 AND hash = $10)",
};

/// Adds the statements that append `events` to a stream whose last fact has `expected_version` and `prev_hash`
/// (0 and empty for a new stream). The answer is the hash of the last fact.
///
/// When somebody else appended meanwhile, writing the batch answers [`StoreError::Conflict`].
pub fn append(
    batch: &mut Batch,
    region: &str,
    stream: &str,
    expected_version: i64,
    prev_hash: &str,
    events: &[NewEvent],
) -> String {
    let mut hash = prev_hash.to_owned();
    for (version, event) in (expected_version + 1..).zip(events) {
        let next = Link::new(region, stream, version, event).hash(&hash);
        let mut params: Vec<Value> = vec![
            region.into(),
            stream.into(),
            version.into(),
            event.kind.as_str().into(),
            event.happened_on.into(),
            event.recorded_at.into(),
            event.by.as_str().into(),
            event.data.as_str().into(),
            next.as_str().into(),
        ];
        let must_follow = version == expected_version + 1 && version > 1;
        if must_follow {
            params.push(hash.as_str().into());
        }
        batch.push(if must_follow { INSERT_AFTER } else { INSERT }, params);
        let subject = Aggregate::of(stream).map_or("", |(aggregate, _)| aggregate.title());
        batch.first_wins(1, format!("{subject} {stream} "));
        hash = next;
    }
    hash
}

const LOAD: &str = "SELECT version, seq, kind, happened_on, recorded_at, by_json, data, hash
                      FROM event WHERE region = $1 AND stream = $2 ORDER BY version";

/// All facts of a stream, in order; none when there is no such stream.
///
/// # Errors
/// As [`Db::rows`].
pub async fn load_stream(
    db: &Db,
    region: &str,
    stream: &str,
) -> Result<Vec<StoredEvent>, StoreError> {
    let rows = db.rows(LOAD, &[region.into(), stream.into()]).await?;
    rows.iter().map(|row| read(row, 0)).collect()
}

const OF_REGION: &str =
    "SELECT region, stream, version, seq, kind, happened_on, recorded_at, by_json, data, hash
                           FROM event WHERE region = $1 ORDER BY stream, version";
const OF_ALL: &str =
    "SELECT region, stream, version, seq, kind, happened_on, recorded_at, by_json, data, hash
                        FROM event ORDER BY region, stream, version";

/// All facts of a region, or of all, stream by stream, with bounded memory.
#[derive(Debug)]
pub struct EventStream(RowStream);

impl EventStream {
    /// The next chunk; nothing at the end.
    ///
    /// # Errors
    /// As [`Db::rows`].
    pub async fn next(&mut self) -> Result<Option<Vec<StreamEvent>>, StoreError> {
        let Some(chunk) = self.0.next().await else {
            return Ok(None);
        };
        chunk?
            .iter()
            .map(read_with_stream)
            .collect::<Result<Vec<_>, _>>()
            .map(Some)
    }
}

/// Reads all facts of one region, or of all when `region` is nothing, in the order of stream and version.
///
/// # Errors
/// As [`Db::stream`].
pub async fn stream_all(
    db: &Db,
    region: Option<&str>,
    chunk: usize,
) -> Result<EventStream, StoreError> {
    let rows = match region {
        Some(region) => db.stream(OF_REGION, &[region.into()], chunk).await?,
        None => db.stream(OF_ALL, &[], chunk).await?,
    };
    Ok(EventStream(rows))
}

/// Reads all facts of a region about one kind of thing, in the order of stream and version: whoever walks over projects
/// leaves everything else out.
///
/// # Errors
/// As [`Db::stream`].
pub async fn stream_of(
    db: &Db,
    region: &str,
    aggregate: Aggregate,
    chunk: usize,
) -> Result<EventStream, StoreError> {
    let sql = format!(
        "SELECT region, stream, version, seq, kind, happened_on, recorded_at, by_json, data, hash
           FROM event WHERE region = $1 AND {} ORDER BY stream, version",
        aggregate.condition()
    );
    Ok(EventStream(db.stream(&sql, &[region.into()], chunk).await?))
}

/// All facts of these streams, stream by stream in order, with bounded memory.
///
/// # Errors
/// As [`Db::stream`].
pub async fn of_streams(
    db: &Db,
    region: &str,
    streams: Vec<String>,
    chunk: usize,
) -> Result<EventStream, StoreError> {
    let among = db.dialect().one_of("stream", 2);
    let sql = format!(
        "SELECT region, stream, version, seq, kind, happened_on, recorded_at, by_json, data, hash
           FROM event WHERE region = $1 AND {among} ORDER BY stream, version"
    );
    let params = [region.into(), Value::List(streams)];
    Ok(EventStream(db.stream(&sql, &params, chunk).await?))
}

const AFTER: &str =
    "SELECT region, stream, version, seq, kind, happened_on, recorded_at, by_json, data, hash
                       FROM event WHERE seq > $1 ORDER BY seq LIMIT $2";

/// Up to `limit` facts after position `seq`, in order: for those who follow the log.
///
/// # Errors
/// As [`Db::rows`].
pub async fn after(db: &Db, seq: i64, limit: u32) -> Result<Vec<StreamEvent>, StoreError> {
    db.rows(AFTER, &[seq.into(), limit.into()])
        .await?
        .iter()
        .map(read_with_stream)
        .collect()
}

const RECENT: &str = "SELECT region, stream, version, seq, kind, happened_on, recorded_at, by_json, data, hash
                        FROM event WHERE region = $1 AND recorded_at < $2 ORDER BY recorded_at DESC LIMIT $3";

/// The facts last recorded in a region before a moment, newest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn recent(
    db: &Db,
    region: &str,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<StreamEvent>, StoreError> {
    db.rows(RECENT, &[region.into(), before.into(), limit.into()])
        .await?
        .iter()
        .map(read_with_stream)
        .collect()
}

fn read_with_stream(row: &Row) -> Result<StreamEvent, StoreError> {
    Ok(StreamEvent {
        region: row.string(0)?,
        stream: row.string(1)?,
        event: read(row, 2)?,
    })
}

fn read(row: &Row, from: usize) -> Result<StoredEvent, StoreError> {
    Ok(StoredEvent {
        version: row.int(from)?,
        seq: row.int(from + 1)?,
        kind: row.string(from + 2)?,
        happened_on: row.day(from + 3)?,
        recorded_at: row.time(from + 4)?,
        by: row.string(from + 5)?,
        data: row.string(from + 6)?,
        hash: row.string(from + 7)?,
    })
}

impl<'a> Link<'a> {
    fn new(region: &'a str, stream: &'a str, version: i64, event: &'a NewEvent) -> Self {
        Link {
            region,
            stream,
            version,
            kind: &event.kind,
            happened_on: event.happened_on,
            recorded_at: event.recorded_at,
            by: &event.by,
            data: &event.data,
        }
    }
}

impl StreamEvent {
    /// The hash that this fact must have after `prev_hash`.
    pub fn expected_hash(&self, prev_hash: &str) -> String {
        let event = &self.event;
        let link = chain::Link {
            region: &self.region,
            stream: &self.stream,
            version: event.version,
            kind: &event.kind,
            happened_on: event.happened_on,
            recorded_at: event.recorded_at,
            by: &event.by,
            data: &event.data,
        };
        link.hash(prev_hash)
    }
}
