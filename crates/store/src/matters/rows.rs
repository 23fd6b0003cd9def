//! The row of a matter: written with its units, read, forgotten.

use jiff::Timestamp;
use jiff::civil::Date;

use super::units::{self, MatterUnitRow};
use crate::rows::insert_values;
use crate::{Batch, Db, Row, StoreError, Value};

/// A matter in lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterRow {
    /// Region.
    pub region: String,
    /// Id, without what the stream has in front.
    pub matter: String,
    /// Version of the stream.
    pub version: i64,
    /// Kind, an id of the pack.
    pub kind: String,
    /// Its title.
    pub kind_title: String,
    /// Year of the number.
    pub year: i64,
    /// Running number of kind and year.
    pub n: i64,
    /// The number in words.
    pub number: String,
    /// 事项名称.
    pub title: String,
    /// Where it stands: issued, refused, accepted, reported, approved, closed, withdrawn.
    pub phase: String,
    /// 签发单位.
    pub issuer: String,
    /// Who issued it.
    pub issued_by: String,
    /// The leader in whose name it was issued.
    pub leader: Option<String>,
    /// 牵头承办单位.
    pub lead: String,
    /// The project it is about.
    pub project: Option<String>,
    /// What gave rise to it: kind.
    pub source_kind: Option<String>,
    /// What gave rise to it: id.
    pub source_id: Option<String>,
    /// The matter that it supervises.
    pub supervises: Option<String>,
    /// The order that supervises it.
    pub escalated_to: Option<String>,
    /// 签发 on.
    pub issued_on: Date,
    /// 签收时限.
    pub accept_by: Option<Date>,
    /// Since when it is reminded of.
    pub warn_on: Option<Date>,
    /// 完成时限.
    pub due_on: Date,
    /// 报结 on, while that stands.
    pub reported_on: Option<Date>,
    /// 销号 on.
    pub closed_on: Option<Date>,
    /// How often it was urged.
    pub urges: i64,
    /// How often the review returned it.
    pub returns: i64,
    /// 样例数据.
    pub sample: bool,
    /// Pack.
    pub pack: String,
    /// Its version.
    pub pack_version: String,
    /// What a search finds it by, in lower case.
    pub search: String,
    /// When the last fact was recorded.
    pub changed_at: Timestamp,
}

pub(super) const COLUMNS: &str = "region, matter, version, kind, kind_title, year, n, number, title, phase, issuer, issued_by, \
    leader, lead, project, source_kind, source_id, supervises, escalated_to, issued_on, accept_by, warn_on, due_on, \
    reported_on, closed_on, urges, returns, sample, pack, pack_version, search, changed_at";
pub(super) const COLUMN_COUNT: usize = 32;

fn values(row: &MatterRow) -> [Value; COLUMN_COUNT] {
    [
        row.region.as_str().into(),
        row.matter.as_str().into(),
        row.version.into(),
        row.kind.as_str().into(),
        row.kind_title.as_str().into(),
        row.year.into(),
        row.n.into(),
        row.number.as_str().into(),
        row.title.as_str().into(),
        row.phase.as_str().into(),
        row.issuer.as_str().into(),
        row.issued_by.as_str().into(),
        (&row.leader).into(),
        row.lead.as_str().into(),
        (&row.project).into(),
        (&row.source_kind).into(),
        (&row.source_id).into(),
        (&row.supervises).into(),
        (&row.escalated_to).into(),
        row.issued_on.into(),
        row.accept_by.into(),
        row.warn_on.into(),
        row.due_on.into(),
        row.reported_on.into(),
        row.closed_on.into(),
        row.urges.into(),
        row.returns.into(),
        row.sample.into(),
        row.pack.as_str().into(),
        row.pack_version.as_str().into(),
        row.search.as_str().into(),
        row.changed_at.into(),
    ]
}

pub(super) fn read(row: &Row) -> Result<MatterRow, StoreError> {
    Ok(MatterRow {
        region: row.string(0)?,
        matter: row.string(1)?,
        version: row.int(2)?,
        kind: row.string(3)?,
        kind_title: row.string(4)?,
        year: row.int(5)?,
        n: row.int(6)?,
        number: row.string(7)?,
        title: row.string(8)?,
        phase: row.string(9)?,
        issuer: row.string(10)?,
        issued_by: row.string(11)?,
        leader: row.opt_string(12)?,
        lead: row.string(13)?,
        project: row.opt_string(14)?,
        source_kind: row.opt_string(15)?,
        source_id: row.opt_string(16)?,
        supervises: row.opt_string(17)?,
        escalated_to: row.opt_string(18)?,
        issued_on: row.day(19)?,
        accept_by: row.opt_day(20)?,
        warn_on: row.opt_day(21)?,
        due_on: row.day(22)?,
        reported_on: row.opt_day(23)?,
        closed_on: row.opt_day(24)?,
        urges: row.int(25)?,
        returns: row.int(26)?,
        sample: row.bool(27)?,
        pack: row.string(28)?,
        pack_version: row.string(29)?,
        search: row.string(30)?,
        changed_at: row.time(31)?,
    })
}

/// Writes a matter's rows in place of what was there. When facts newer than `row.version` were recorded meanwhile,
/// writing the batch answers [`StoreError::Conflict`].
pub fn put(batch: &mut Batch, row: &MatterRow, units: &[MatterUnitRow]) {
    let key = || -> Vec<Value> { vec![row.region.as_str().into(), row.matter.as_str().into()] };
    let mut newer = key();
    newer.push(crate::events::Aggregate::Matter.stream(&row.matter).into());
    newer.push(row.version.into());
    // The row to be taken away must not belong to newer facts.
    batch.push(
        "DELETE FROM matter WHERE region = $1 AND matter = $2
            AND EXISTS (SELECT 1 FROM event e WHERE e.region = $1 AND e.stream = $3 AND e.version > $4)",
        newer,
    );
    batch.expect_rows_of(0, "事项");
    batch.push(
        "DELETE FROM matter WHERE region = $1 AND matter = $2",
        key(),
    );
    batch.push(
        format!(
            "INSERT INTO matter ({COLUMNS}) VALUES {}",
            insert_values(1, COLUMN_COUNT)
        ),
        values(row).to_vec(),
    );
    batch.first_wins(1, "事项");
    batch.push(
        "DELETE FROM matter_unit WHERE region = $1 AND matter = $2",
        key(),
    );
    units::insert(batch, row, units);
}

/// A matter's row.
///
/// # Errors
/// As [`Db::rows`].
pub async fn get(db: &Db, region: &str, matter: &str) -> Result<Option<MatterRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM matter WHERE region = $1 AND matter = $2");
    let found = db.row(&sql, &[region.into(), matter.into()]).await?;
    found.map(|row| read(&row)).transpose()
}

/// The rows of these matters.
///
/// # Errors
/// As [`Db::rows`].
pub async fn several(
    db: &Db,
    region: &str,
    matters: Vec<String>,
) -> Result<Vec<MatterRow>, StoreError> {
    let among = db.dialect().one_of("matter", 2);
    let sql = format!("SELECT {COLUMNS} FROM matter WHERE region = $1 AND {among} ORDER BY matter");
    let rows = db
        .rows(&sql, &[region.into(), Value::List(matters)])
        .await?;
    rows.iter().map(read).collect()
}

/// Ids of the matters of a region that were issued until a day.
///
/// # Errors
/// As [`Db::rows`].
pub async fn issued_until(db: &Db, region: &str, day: Date) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "SELECT matter FROM matter WHERE region = $1 AND issued_on <= $2
                        ORDER BY kind, year, n";
    let rows = db.rows(SQL, &[region.into(), day.into()]).await?;
    rows.iter().map(|row| row.string(0)).collect()
}

/// Matters that have a row and no fact.
///
/// # Errors
/// As [`Db::rows`].
pub async fn without_facts(db: &Db, region: &str) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "SELECT m.matter FROM matter m WHERE m.region = $1
        AND NOT EXISTS (SELECT 1 FROM event e WHERE e.region = m.region AND e.stream = 'matter:' || m.matter)
        ORDER BY m.matter";
    db.all(SQL, &[region.into()], |row| row.string(0)).await
}

/// Removes the rows of a matter that has no facts.
pub fn forget(batch: &mut Batch, region: &str, matter: &str) {
    for sql in [
        "DELETE FROM matter WHERE region = $1 AND matter = $2",
        "DELETE FROM matter_unit WHERE region = $1 AND matter = $2",
    ] {
        batch.push(sql, vec![region.into(), matter.into()]);
    }
}
