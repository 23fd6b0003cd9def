//! The daily sweep: deadlines on which something has to be sent, in bounded memory.

use jiff::civil::Date;

use crate::{Batch, Db, Row, StoreError, Value};

/// A deadline on which something has to be sent, with what its message needs of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueNotice {
    /// Project.
    pub project: String,
    /// Stage or step.
    pub node: String,
    /// Its title.
    pub title: String,
    /// First day of the warning window.
    pub warn_on: Option<Date>,
    /// The due day.
    pub due_on: Date,
    /// Last day of the grace period.
    pub grace_until: Option<Date>,
    /// Clause.
    pub clause: String,
    /// The highest level that was sent.
    pub level: i64,
    /// Name of the project.
    pub name: String,
    /// 属地政府.
    pub host: Option<String>,
    /// 企业方.
    pub enterprise: Option<String>,
    /// 产业类别.
    pub sector: Option<String>,
    /// Pack.
    pub pack: String,
    /// Its version.
    pub pack_version: String,
    /// Worked out without the arrangement of a year.
    pub provisional: bool,
    /// The day since which something has to be sent.
    pub notify_on: Date,
}

const DUE: &str = "SELECT d.project, d.node, d.title, d.warn_on, d.due_on, d.grace_until, d.clause, d.level, p.name, p.host,
                          p.enterprise, p.sector, p.pack, p.pack_version, d.provisional, d.notify_on
                     FROM deadline d JOIN project p ON p.region = d.region AND p.project = d.project
                    WHERE d.region = $1 AND d.done_on IS NULL AND d.notify_on <= $2";
const ORDER: &str = "ORDER BY d.notify_on, d.project, d.node LIMIT";

/// Up to `limit` deadlines of a region on which something has to be sent on `day`, those after `after` in the order in
/// which they wait. Each call looks at the database as it is: a reader that stayed at one state of it through the whole
/// sweep would keep SQLite from taking up again the space of what the sweep writes.
///
/// # Errors
/// As [`Db::rows`].
pub async fn due(
    db: &Db,
    region: &str,
    day: Date,
    after: Option<&DueNotice>,
    limit: u32,
) -> Result<Vec<DueNotice>, StoreError> {
    let mut params: Vec<Value> = vec![region.into(), day.into(), i64::from(limit).into()];
    let mut beyond = "";
    if let Some(after) = after {
        params.extend([
            after.notify_on.into(),
            after.project.as_str().into(),
            after.node.as_str().into(),
        ]);
        // The first part is what the index is entered by.
        beyond = "AND d.notify_on >= $4 AND (d.notify_on, d.project, d.node) > ($4, $5, $6)";
    }
    let sql = format!("{DUE} {beyond} {ORDER} $3");
    db.rows(&sql, &params).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<DueNotice, StoreError> {
    Ok(DueNotice {
        project: row.string(0)?,
        node: row.string(1)?,
        title: row.string(2)?,
        warn_on: row.opt_day(3)?,
        due_on: row.day(4)?,
        grace_until: row.opt_day(5)?,
        clause: row.string(6)?,
        level: row.int(7)?,
        name: row.string(8)?,
        host: row.opt_string(9)?,
        enterprise: row.opt_string(10)?,
        sector: row.opt_string(11)?,
        pack: row.string(12)?,
        pack_version: row.string(13)?,
        provisional: row.bool(14)?,
        notify_on: row.day(15)?,
    })
}

/// Notes what was sent, unless the deadline has moved meanwhile.
pub fn noted(batch: &mut Batch, region: &str, notice: &DueNotice, level: i64, next: Option<Date>) {
    batch.push(
        "UPDATE deadline SET level = $4, notify_on = $5
          WHERE region = $1 AND project = $2 AND node = $3 AND due_on = $6 AND done_on IS NULL",
        vec![
            region.into(),
            notice.project.as_str().into(),
            notice.node.as_str().into(),
            level.into(),
            next.into(),
            notice.due_on.into(),
        ],
    );
}
