//! The chain: each fact's hash covers the hash before it, each day's root covers the day's hashes and the root
//! before it. Whoever changes, removes or inserts a fact behind the program's back must redo all that follows, and
//! cannot redo a root that was printed or sent away.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use sm3::{Digest, Sm3};

use crate::{Batch, Db, StoreError, events};

/// A day is closed this long after it ended: by then what was recorded before midnight is written.
const CLOSING_DELAY: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);
/// Findings that a verification lists; it goes on counting.
const LISTED: usize = 1000;
const CHUNK: usize = 2000;

/// SM3 of the bytes, as 64 hex digits.
pub fn sm3_hex(bytes: &[u8]) -> String {
    hex::encode(Sm3::digest(bytes))
}

/// What a fact's hash covers.
#[derive(Debug)]
pub(crate) struct Link<'a> {
    pub(crate) region: &'a str,
    pub(crate) stream: &'a str,
    pub(crate) version: i64,
    pub(crate) kind: &'a str,
    pub(crate) happened_on: Date,
    pub(crate) recorded_at: Timestamp,
    pub(crate) by: &'a str,
    pub(crate) data: &'a str,
}

impl Link<'_> {
    /// SM3 of the previous hash and all fields; each field with its length in front, so that nothing can move
    /// from one field to the next unnoticed.
    pub(crate) fn hash(&self, prev_hash: &str) -> String {
        let mut sm3 = Sm3::new();
        for field in [
            prev_hash.as_bytes(),
            self.region.as_bytes(),
            self.stream.as_bytes(),
            &self.version.to_be_bytes(),
            self.kind.as_bytes(),
            self.happened_on.to_string().as_bytes(),
            &self.recorded_at.as_microsecond().to_be_bytes(),
            self.by.as_bytes(),
            self.data.as_bytes(),
        ] {
            add(&mut sm3, field);
        }
        hex::encode(sm3.finalize())
    }
}

fn add(sm3: &mut Sm3, field: &[u8]) {
    sm3.update((field.len() as u64).to_be_bytes());
    sm3.update(field);
}

// ---- verifying

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The fact's hash does not fit its content and the fact before it.
    Hash,
    /// A version is missing or twice.
    Gap,
    /// The day's root does not fit the day's facts.
    Root,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Hash => "内容与校验值不符（被改动）",
            Self::Gap => "版本不连续（有记录被删除或插入）",
            Self::Root => "当日根值不符（当日记录被增删或改动）",
        })
    }
}

/// One place where the log differs from what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Region.
    pub region: String,
    /// Stream; for a daily root, the day.
    pub stream: String,
    /// Version in the stream; 0 for a daily root.
    pub version: i64,
    /// What differs.
    pub fault: Fault,
}

/// How far a verification is, and at the end what it found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Facts read.
    pub events: u64,
    /// Streams begun.
    pub streams: u64,
    /// Daily roots checked.
    pub days: u64,
    /// Places that differ, all counted.
    pub faults: u64,
    /// The first thousand of them.
    pub findings: Vec<Finding>,
}

impl Verification {
    /// Whether nothing differs.
    pub fn is_sound(&self) -> bool {
        self.faults == 0
    }

    fn find(&mut self, region: &str, stream: &str, version: i64, fault: Fault) {
        self.faults += 1;
        if self.findings.len() < LISTED {
            self.findings.push(Finding {
                region: region.into(),
                stream: stream.into(),
                version,
                fault,
            });
        }
    }
}

/// Recomputes the chain of every stream and every daily root, of one region or of all, and calls `progress` as it
/// goes on.
///
/// # Errors
/// As [`Db::stream`]. What differs is no error but a finding.
pub async fn verify(
    db: &Db,
    region: Option<&str>,
    mut progress: impl FnMut(&Verification),
) -> Result<Verification, StoreError> {
    let mut so_far = Verification::default();
    verify_streams(db, region, &mut so_far, &mut progress).await?;
    verify_roots(db, region, &mut so_far, &mut progress).await?;
    Ok(so_far)
}

async fn verify_streams(
    db: &Db,
    region: Option<&str>,
    so_far: &mut Verification,
    progress: &mut impl FnMut(&Verification),
) -> Result<(), StoreError> {
    let mut log = events::stream_all(db, region, CHUNK).await?;
    let mut at = (String::new(), String::new());
    let (mut version, mut hash) = (0, String::new());
    while let Some(chunk) = log.next().await? {
        for fact in chunk {
            if (at.0.as_str(), at.1.as_str()) != (fact.region.as_str(), fact.stream.as_str()) {
                at = (fact.region.clone(), fact.stream.clone());
                (version, hash) = (0, String::new());
                so_far.streams += 1;
            }
            so_far.events += 1;
            if fact.event.version != version + 1 {
                so_far.find(&fact.region, &fact.stream, fact.event.version, Fault::Gap);
            } else if fact.expected_hash(&hash) != fact.event.hash {
                so_far.find(&fact.region, &fact.stream, fact.event.version, Fault::Hash);
            }
            // Go on from what stands there: one change is one finding, not a finding for all that follows.
            (version, hash) = (fact.event.version, fact.event.hash);
        }
        progress(so_far);
    }
    Ok(())
}

async fn verify_roots(
    db: &Db,
    region: Option<&str>,
    so_far: &mut Verification,
    progress: &mut impl FnMut(&Verification),
) -> Result<(), StoreError> {
    let rows = match region {
        Some(region) => {
            let sql =
                "SELECT region, day, root, events FROM daily_root WHERE region = $1 ORDER BY day";
            db.rows(sql, &[region.into()]).await?
        }
        None => {
            db.rows(
                "SELECT region, day, root, events FROM daily_root ORDER BY region, day",
                &[],
            )
            .await?
        }
    };
    let mut before = (String::new(), String::new());
    for row in &rows {
        let (region, day) = (row.text(0)?, row.day(1)?);
        let prev_root = if before.0 == region {
            before.1.as_str()
        } else {
            ""
        };
        let found = root_of(db, region, day, prev_root).await?;
        if (found.root.as_str(), found.events) != (row.text(2)?, row.int(3)?) {
            so_far.find(region, &day.to_string(), 0, Fault::Root);
        }
        so_far.days += 1;
        before = (region.to_owned(), row.string(2)?);
        progress(so_far);
    }
    Ok(())
}

// ---- daily roots

/// The root of one day of one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyRoot {
    /// The day, in Asia/Shanghai.
    pub day: Date,
    /// SM3 over the previous root and the hashes of the day's facts in the order of their recording, hex.
    pub root: String,
    /// Number of facts.
    pub events: i64,
}

/// Closes the days of a region that ended before `now` and have facts but no root yet. The answer is the new roots.
///
/// # Errors
/// As [`Db::write`].
pub async fn close_days(
    db: &Db,
    region: &str,
    now: Timestamp,
) -> Result<Vec<DailyRoot>, StoreError> {
    let last = db
        .row(
            "SELECT day, root FROM daily_root WHERE region = $1 ORDER BY day DESC LIMIT 1",
            &[region.into()],
        )
        .await?;
    let (mut from, mut root) = match &last {
        Some(row) => (start_of(next(row.day(0)?)?)?, row.string(1)?),
        None => (Timestamp::UNIX_EPOCH, String::new()),
    };
    let open = day_of(now.checked_sub(CLOSING_DELAY).unwrap_or(now));
    let mut closed = Vec::new();
    while let Some(day) = first_day_with_facts(db, region, from)
        .await?
        .filter(|day| *day < open)
    {
        let day_root = root_of(db, region, day, &root).await?;
        write_root(db, region, &day_root).await?;
        (from, root) = (start_of(next(day)?)?, day_root.root.clone());
        closed.push(day_root);
    }
    Ok(closed)
}

async fn first_day_with_facts(
    db: &Db,
    region: &str,
    from: Timestamp,
) -> Result<Option<Date>, StoreError> {
    let sql = "SELECT min(recorded_at) FROM event WHERE region = $1 AND recorded_at >= $2";
    match db.row(sql, &[region.into(), from.into()]).await? {
        Some(row) => Ok(row.opt_time(0)?.map(day_of)),
        None => Ok(None),
    }
}

async fn root_of(
    db: &Db,
    region: &str,
    day: Date,
    prev_root: &str,
) -> Result<DailyRoot, StoreError> {
    let sql = "SELECT hash FROM event WHERE region = $1 AND recorded_at >= $2 AND recorded_at < $3 ORDER BY seq";
    let params = [
        region.into(),
        start_of(day)?.into(),
        start_of(next(day)?)?.into(),
    ];
    let mut rows = db.stream(sql, &params, CHUNK).await?;
    let (mut sm3, mut events) = (Sm3::new(), 0);
    for field in [
        prev_root.as_bytes(),
        region.as_bytes(),
        day.to_string().as_bytes(),
    ] {
        add(&mut sm3, field);
    }
    while let Some(chunk) = rows.next().await {
        for row in chunk? {
            add(&mut sm3, row.text(0)?.as_bytes());
            events += 1;
        }
    }
    Ok(DailyRoot {
        day,
        root: hex::encode(sm3.finalize()),
        events,
    })
}

async fn write_root(db: &Db, region: &str, root: &DailyRoot) -> Result<(), StoreError> {
    let mut batch = Batch::new();
    batch.push(
        "INSERT INTO daily_root (region, day, root, events) VALUES ($1, $2, $3, $4)",
        vec![
            region.into(),
            root.day.into(),
            root.root.as_str().into(),
            root.events.into(),
        ],
    );
    batch.first_wins(1, format!("{} 的根值 ", root.day));
    db.write(batch).await.map(drop)
}

/// The roots of a region since a day, oldest first.
///
/// # Errors
/// As [`Db::rows`].
pub async fn roots(db: &Db, region: &str, since: Date) -> Result<Vec<DailyRoot>, StoreError> {
    let sql =
        "SELECT day, root, events FROM daily_root WHERE region = $1 AND day >= $2 ORDER BY day";
    let rows = db.rows(sql, &[region.into(), since.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(DailyRoot {
                day: row.day(0)?,
                root: row.string(1)?,
                events: row.int(2)?,
            })
        })
        .collect()
}

/// Days are days of Asia/Shanghai, which has kept UTC+8 without summer time since 1991.
fn shanghai() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

fn day_of(time: Timestamp) -> Date {
    time.to_zoned(shanghai()).date()
}

fn start_of(day: Date) -> Result<Timestamp, StoreError> {
    day.to_zoned(shanghai())
        .map(|zoned| zoned.timestamp())
        .map_err(|error| out_of_range(day, &error))
}

fn next(day: Date) -> Result<Date, StoreError> {
    day.tomorrow().map_err(|error| out_of_range(day, &error))
}

fn out_of_range(day: Date, error: &jiff::Error) -> StoreError {
    StoreError::NotUnderstood {
        statement: "daily_root".into(),
        column: "day".into(),
        row: 1,
        wanted: "可计算的日期",
        found: format!("{day}:{error}"),
    }
}
