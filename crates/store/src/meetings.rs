//! Meetings as rows for looking: lists, the rhythm of their kinds, questions for an agenda, what the called units are told.

mod alerts;

pub use alerts::{MeetingAlertRow, alerts_raised_on, raise};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::rows::insert_values;
use crate::{Batch, Db, Row, StoreError, Value};

/// A meeting in lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingRow {
    /// Region.
    pub region: String,
    /// Id, without what the stream has in front.
    pub meeting: String,
    /// Version of the stream.
    pub version: i64,
    /// Kind, an id of the pack.
    pub kind: String,
    /// Its title.
    pub kind_title: String,
    /// 会议名称.
    pub title: String,
    /// Day.
    pub held_on: Date,
    /// Time of day, `09:30`; empty when none was set.
    pub held_at: String,
    /// Place.
    pub place: String,
    /// Who presides.
    pub chair: String,
    /// The unit that prepares it and keeps the minutes.
    pub holder: String,
    /// planned, closed or cancelled.
    pub state: String,
    /// Items of the agenda.
    pub items: i64,
    /// Decisions that became matters.
    pub decisions: i64,
    /// 样例数据.
    pub sample: bool,
    /// When the last fact was recorded.
    pub changed_at: Timestamp,
    /// When it was called, changed, postponed or cancelled last.
    pub announced_at: Timestamp,
}

const COLUMNS: &str = "region, meeting, version, kind, kind_title, title, held_on, place, chair, holder, state, items, \
    decisions, sample, changed_at, held_at, announced_at";
const COLUMN_COUNT: usize = 17;

fn values(row: &MeetingRow) -> [Value; COLUMN_COUNT] {
    [
        row.region.as_str().into(),
        row.meeting.as_str().into(),
        row.version.into(),
        row.kind.as_str().into(),
        row.kind_title.as_str().into(),
        row.title.as_str().into(),
        row.held_on.into(),
        row.place.as_str().into(),
        row.chair.as_str().into(),
        row.holder.as_str().into(),
        row.state.as_str().into(),
        row.items.into(),
        row.decisions.into(),
        row.sample.into(),
        row.changed_at.into(),
        row.held_at.as_str().into(),
        row.announced_at.into(),
    ]
}

fn read(row: &Row) -> Result<MeetingRow, StoreError> {
    Ok(MeetingRow {
        region: row.string(0)?,
        meeting: row.string(1)?,
        version: row.int(2)?,
        kind: row.string(3)?,
        kind_title: row.string(4)?,
        title: row.string(5)?,
        held_on: row.day(6)?,
        place: row.string(7)?,
        chair: row.string(8)?,
        holder: row.string(9)?,
        state: row.string(10)?,
        items: row.int(11)?,
        decisions: row.int(12)?,
        sample: row.bool(13)?,
        changed_at: row.time(14)?,
        held_at: row.string(15)?,
        announced_at: row.time(16)?,
    })
}

/// Writes a meeting's rows in place of what was there; a conflict when newer facts were recorded meanwhile.
pub fn put(batch: &mut Batch, row: &MeetingRow, units: &[String]) {
    let key = || -> Vec<Value> { vec![row.region.as_str().into(), row.meeting.as_str().into()] };
    let mut newer = key();
    newer.push(
        crate::events::Aggregate::Meeting
            .stream(&row.meeting)
            .into(),
    );
    newer.push(row.version.into());
    batch.push(
        "DELETE FROM meeting WHERE region = $1 AND meeting = $2
            AND EXISTS (SELECT 1 FROM event e WHERE e.region = $1 AND e.stream = $3 AND e.version > $4)",
        newer,
    );
    batch.expect_rows_of(0, "会议");
    for sql in [
        "DELETE FROM meeting WHERE region = $1 AND meeting = $2",
        "DELETE FROM meeting_unit WHERE region = $1 AND meeting = $2",
    ] {
        batch.push(sql, key());
    }
    let places = insert_values(1, COLUMN_COUNT);
    batch.push(
        format!("INSERT INTO meeting ({COLUMNS}) VALUES {places}"),
        values(row).to_vec(),
    );
    batch.first_wins(1, "会议");
    for unit in units {
        let mut params = key();
        params.push(unit.into());
        batch.push(
            "INSERT INTO meeting_unit (region, meeting, unit) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            params,
        );
    }
}

/// A meeting's row.
///
/// # Errors
/// As [`Db::rows`].
pub async fn get(db: &Db, region: &str, meeting: &str) -> Result<Option<MeetingRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM meeting WHERE region = $1 AND meeting = $2");
    let found = db.row(&sql, &[region.into(), meeting.into()]).await?;
    found.map(|row| read(&row)).transpose()
}

/// Meetings of a region, the last first; for a unit that does not see all, those to which it is called.
///
/// # Errors
/// As [`Db::rows`].
pub async fn list(
    db: &Db,
    region: &str,
    unit: &str,
    sees_all: bool,
    kind: &str,
    offset: u32,
    limit: u32,
) -> Result<Vec<MeetingRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM meeting m
          WHERE m.region = $1 AND ($3 = '' OR m.kind = $3)
            AND ($4 = 'all' OR EXISTS (SELECT 1 FROM meeting_unit u WHERE u.region = m.region AND u.meeting = m.meeting
                                         AND u.unit = $2))
          ORDER BY m.held_on DESC, m.meeting DESC LIMIT $5 OFFSET $6"
    );
    let sight = if sees_all { "all" } else { "" };
    let params = [
        region.into(),
        unit.into(),
        kind.into(),
        sight.into(),
        limit.into(),
        offset.into(),
    ];
    db.all(&sql, &params, read).await
}

/// A meeting that was held or is planned, as the rhythm of its kind sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingDay {
    /// Kind, an id of the pack.
    pub kind: String,
    /// Id.
    pub meeting: String,
    /// Day.
    pub held_on: Date,
}

/// The meetings of a region from a day on that were not cancelled, by day.
///
/// # Errors
/// As [`Db::rows`].
pub async fn days_since(db: &Db, region: &str, since: Date) -> Result<Vec<MeetingDay>, StoreError> {
    const SQL: &str = "SELECT kind, meeting, held_on FROM meeting
        WHERE region = $1 AND held_on >= $2 AND state <> 'cancelled' ORDER BY held_on, meeting";
    let read = |row: &Row| {
        Ok(MeetingDay {
            kind: row.string(0)?,
            meeting: row.string(1)?,
            held_on: row.day(2)?,
        })
    };
    db.all(SQL, &[region.into(), since.into()], read).await
}

/// The last meeting of a kind before a day that was not cancelled.
///
/// # Errors
/// As [`Db::rows`].
pub async fn last_before(
    db: &Db,
    region: &str,
    kind: &str,
    day: Date,
) -> Result<Option<MeetingRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM meeting WHERE region = $1 AND kind = $2 AND held_on < $3 AND state <> 'cancelled'
          ORDER BY held_on DESC, meeting DESC LIMIT 1"
    );
    let found = db
        .row(&sql, &[region.into(), kind.into(), day.into()])
        .await?;
    found.map(|row| read(&row)).transpose()
}

/// The meetings of a unit of which it is told on a day: those that are held from `day` to `until`, and those to come that
/// were called, changed or cancelled since a moment.
///
/// # Errors
/// As [`Db::rows`].
pub async fn to_tell(
    db: &Db,
    region: &str,
    unit: &str,
    day: Date,
    until: Date,
    since: Timestamp,
) -> Result<Vec<MeetingRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM meeting m
          WHERE m.region = $1 AND m.held_on >= $3
            AND (m.announced_at >= $5 OR m.state = 'planned' AND m.held_on <= $4)
            AND EXISTS (SELECT 1 FROM meeting_unit u WHERE u.region = m.region AND u.meeting = m.meeting
                           AND u.unit = $2)
          ORDER BY m.held_on, m.held_at, m.meeting"
    );
    let params = [
        region.into(),
        unit.into(),
        day.into(),
        until.into(),
        since.into(),
    ];
    db.all(&sql, &params, read).await
}

/// Meetings of a region that were held between two days, in order.
///
/// # Errors
/// As [`Db::rows`].
pub async fn held_between(
    db: &Db,
    region: &str,
    first: Date,
    last: Date,
) -> Result<Vec<MeetingRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM meeting WHERE region = $1 AND held_on >= $2 AND held_on <= $3
          ORDER BY held_on, meeting"
    );
    let params = [region.into(), first.into(), last.into()];
    db.rows(&sql, &params).await?.iter().map(read).collect()
}

/// A question that an enterprise asked and nobody has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenQuestion {
    /// Project.
    pub project: String,
    /// Its name.
    pub project_name: String,
    /// Version of the fact.
    pub question: String,
    /// The fact, as JSON.
    pub data: String,
}

/// Questions of enterprises that wait for an answer, of one project or of all, by project.
///
/// # Errors
/// As [`Db::rows`].
pub async fn open_questions(
    db: &Db,
    region: &str,
    project: Option<&str>,
    limit: u32,
) -> Result<Vec<OpenQuestion>, StoreError> {
    const SQL: &str = "SELECT DISTINCT t.project, p.name, t.subject, e.data
         FROM todo t JOIN project p ON p.region = t.region AND p.project = t.project
         JOIN event e ON e.region = t.region AND e.stream = t.project AND CAST(e.version AS TEXT) = t.subject
        WHERE t.region = $1 AND t.kind = 'answer_question' AND ($2 = '' OR t.project = $2)
        ORDER BY t.project, t.subject LIMIT $3";
    let read = |row: &Row| {
        Ok(OpenQuestion {
            project: row.string(0)?,
            project_name: row.string(1)?,
            question: row.string(2)?,
            data: row.string(3)?,
        })
    };
    let params = [
        region.into(),
        project.unwrap_or_default().into(),
        limit.into(),
    ];
    db.all(SQL, &params, read).await
}

/// Meetings that have a row and no fact.
///
/// # Errors
/// As [`Db::rows`].
pub async fn without_facts(db: &Db, region: &str) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "SELECT m.meeting FROM meeting m WHERE m.region = $1
        AND NOT EXISTS (SELECT 1 FROM event e WHERE e.region = m.region AND e.stream = 'meeting:' || m.meeting)
        ORDER BY m.meeting";
    db.all(SQL, &[region.into()], |row| row.string(0)).await
}

/// Removes the rows of a meeting that has no facts.
pub fn forget(batch: &mut Batch, region: &str, meeting: &str) {
    for sql in [
        "DELETE FROM meeting WHERE region = $1 AND meeting = $2",
        "DELETE FROM meeting_unit WHERE region = $1 AND meeting = $2",
    ] {
        batch.push(sql, vec![region.into(), meeting.into()]);
    }
}
