//! Who leads a project, and who answers for it under a sponsorship: rows by project and by person.

use jiff::civil::Date;

use crate::projects::{SELECTED, StoredProject, read as read_project};
use crate::rows::{insert_values, params_of};
use crate::{Batch, Db, Row, StoreError, Value};

/// The role of the leader whom the assignment names; other roles are ids of sponsorships.
pub const LEADS: &str = "leader";

/// A person, or an office, with a role in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaderRow {
    /// Region.
    pub region: String,
    /// Project.
    pub project: String,
    /// [`LEADS`], or the id of a sponsorship.
    pub role: String,
    /// 牵头, or the sponsorship's title.
    pub title: String,
    /// The leader by name; empty while nobody is named.
    pub person: String,
    /// 业务科室; empty while none is named.
    pub office: String,
    /// 联络员.
    pub contact: Option<String>,
    /// Since when.
    pub since: Date,
    /// Since when the project is in its stage.
    pub stage_since: Option<Date>,
    /// The day of the last progress.
    pub progress_on: Option<Date>,
    /// The last progress.
    pub progress: String,
    /// Problems that it named.
    pub problems: String,
}

const COLUMNS: [&str; 12] = [
    "region",
    "project",
    "role",
    "title",
    "person",
    "office",
    "contact",
    "since",
    "stage_since",
    "progress_on",
    "progress",
    "problems",
];

fn values(row: &LeaderRow) -> [Value; 12] {
    [
        row.region.as_str().into(),
        row.project.as_str().into(),
        row.role.as_str().into(),
        row.title.as_str().into(),
        row.person.as_str().into(),
        row.office.as_str().into(),
        (&row.contact).into(),
        row.since.into(),
        row.stage_since.into(),
        row.progress_on.into(),
        row.progress.as_str().into(),
        row.problems.as_str().into(),
    ]
}

/// Reads a row whose first column stands at `at`.
fn read(row: &Row, at: usize) -> Result<LeaderRow, StoreError> {
    Ok(LeaderRow {
        region: row.string(at)?,
        project: row.string(at + 1)?,
        role: row.string(at + 2)?,
        title: row.string(at + 3)?,
        person: row.string(at + 4)?,
        office: row.string(at + 5)?,
        contact: row.opt_string(at + 6)?,
        since: row.day(at + 7)?,
        stage_since: row.opt_day(at + 8)?,
        progress_on: row.opt_day(at + 9)?,
        progress: row.string(at + 10)?,
        problems: row.string(at + 11)?,
    })
}

/// Writes a project's rows in place of earlier ones.
pub fn replace(batch: &mut Batch, region: &str, project: &str, rows: &[LeaderRow]) {
    batch.push(
        "DELETE FROM project_leader WHERE region = $1 AND project = $2",
        vec![region.into(), project.into()],
    );
    insert(batch, rows);
}

/// Writes the rows of a project that had none.
pub fn insert(batch: &mut Batch, rows: &[LeaderRow]) {
    if !rows.is_empty() {
        let places = insert_values(rows.len(), COLUMNS.len());
        let columns = COLUMNS.join(", ");
        let sql = format!("INSERT INTO project_leader ({columns}) VALUES {places}");
        batch.push(sql, params_of(rows, values));
    }
}

/// A project's rows, by role.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_project(
    db: &Db,
    region: &str,
    project: &str,
) -> Result<Vec<LeaderRow>, StoreError> {
    let sql = format!(
        "SELECT {} FROM project_leader WHERE region = $1 AND project = $2 ORDER BY role",
        COLUMNS.join(", ")
    );
    let rows = db.rows(&sql, &[region.into(), project.into()]).await?;
    rows.iter().map(|row| read(row, 0)).collect()
}

/// The rows of several projects, by project and role.
///
/// # Errors
/// As [`Db::rows`].
pub async fn of_projects(
    db: &Db,
    region: &str,
    projects: &[String],
) -> Result<Vec<LeaderRow>, StoreError> {
    let sql = format!(
        "SELECT {} FROM project_leader WHERE region = $1 AND {} ORDER BY project, role",
        COLUMNS.join(", "),
        db.dialect().one_of("project", 2)
    );
    let params = [region.into(), Value::List(projects.to_vec())];
    let rows = db.rows(&sql, &params).await?;
    rows.iter().map(|row| read(row, 0)).collect()
}

/// A project with somebody's role in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedProject {
    /// The role.
    pub leader: LeaderRow,
    /// The ledger row.
    pub project: StoredProject,
    /// Matters about the project that are open.
    pub open_matters: u64,
}

/// Whose projects, or which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Led<'a> {
    /// The projects in which a person has any role.
    By(&'a str),
    /// The projects that have somebody, or only an office, under a role.
    Under(&'a str),
}

/// Projects that go on or are finished, the late ones first, the finished ones last.
///
/// # Errors
/// As [`Db::rows`].
pub async fn projects(
    db: &Db,
    region: &str,
    led: Led<'_>,
    limit: u32,
) -> Result<Vec<LedProject>, StoreError> {
    let (sql, value) = projects_statement(led);
    let rows = db
        .rows(&sql, &[region.into(), value.into(), limit.into()])
        .await?;
    let project = |row: &Row| {
        let at = SELECTED;
        Ok(LedProject {
            project: read_project(row)?,
            leader: read(row, at)?,
            open_matters: row.count(at + COLUMNS.len())?,
        })
    };
    rows.iter().map(project).collect()
}

/// Kept apart so that its plan can be tested.
fn projects_statement(led: Led<'_>) -> (String, &str) {
    let (column, value) = match led {
        Led::By(person) => ("person", person),
        Led::Under(role) => ("role", role),
    };
    let leader = COLUMNS.map(|column| format!("l.{column}")).join(", ");
    let sql = format!(
        "SELECT {}, {leader},
                (SELECT count(*) FROM matter m WHERE m.region = l.region AND m.project = l.project
                                                AND m.phase NOT IN ('closed', 'withdrawn'))
           FROM project_leader l
           JOIN project p ON p.region = l.region AND p.project = l.project
          WHERE l.region = $1 AND l.{column} = $2 AND p.removed = FALSE AND p.withdrawn = FALSE
          ORDER BY p.finished, CASE WHEN p.red_on IS NULL THEN 1 ELSE 0 END, p.red_on, p.number, l.role LIMIT $3",
        crate::projects::select_list_of("p")
    );
    (sql, value)
}

/// Running projects that a person leads, by id and name, without one of them.
///
/// # Errors
/// As [`Db::rows`].
pub async fn others_led(
    db: &Db,
    region: &str,
    person: &str,
    but: &str,
    limit: u32,
) -> Result<Vec<(String, String)>, StoreError> {
    const SQL: &str = "SELECT p.project, p.name FROM project_leader l
                         JOIN project p ON p.region = l.region AND p.project = l.project
                        WHERE l.region = $1 AND l.person = $2 AND l.role = 'leader' AND l.project <> $3
                          AND p.finished = FALSE AND p.removed = FALSE AND p.withdrawn = FALSE
                        ORDER BY p.number LIMIT $4";
    let params = [region.into(), person.into(), but.into(), limit.into()];
    let rows = db.rows(SQL, &params).await?;
    rows.iter()
        .map(|row| Ok((row.string(0)?, row.string(1)?)))
        .collect()
}

/// What a leader has to do with, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeaderCounts {
    /// By name.
    pub person: String,
    /// Projects that he leads, finished ones too.
    pub led: u64,
    /// Of these, those that are not finished.
    pub running: u64,
    /// Of these, those with a red light.
    pub late: u64,
    /// Projects that he answers for under a sponsorship.
    pub sponsored: u64,
    /// Orders in his name that are open.
    pub open_matters: u64,
}

/// Everybody who leads or sponsors a project, or has an open order, by name.
///
/// # Errors
/// As [`Db::rows`].
pub async fn counts(db: &Db, region: &str, today: Date) -> Result<Vec<LeaderCounts>, StoreError> {
    const SQL: &str = "
        SELECT person, CAST(sum(led) AS BIGINT), CAST(sum(running) AS BIGINT), CAST(sum(late) AS BIGINT),
               CAST(sum(sponsored) AS BIGINT), CAST(sum(open) AS BIGINT)
          FROM (SELECT l.person AS person,
                       count(CASE WHEN l.role = 'leader' THEN 1 END) AS led,
                       count(CASE WHEN l.role = 'leader' AND p.finished = FALSE THEN 1 END) AS running,
                       count(CASE WHEN l.role = 'leader' AND p.finished = FALSE AND p.red_on IS NOT NULL
                                   AND p.red_on <= $2 THEN 1 END) AS late,
                       count(DISTINCT CASE WHEN l.role <> 'leader' THEN l.project END) AS sponsored,
                       0 AS open
                  FROM project_leader l
                  JOIN project p ON p.region = l.region AND p.project = l.project
                 WHERE l.region = $1 AND l.person <> '' AND p.removed = FALSE AND p.withdrawn = FALSE
                 GROUP BY l.person
                UNION ALL
                SELECT m.leader, 0, 0, 0, 0, count(*) FROM matter m
                 WHERE m.region = $1 AND m.leader IS NOT NULL AND m.phase NOT IN ('closed', 'withdrawn')
                 GROUP BY m.leader) AS parts
         GROUP BY person ORDER BY person";
    let rows = db.rows(SQL, &[region.into(), today.into()]).await?;
    let counts = |row: &Row| {
        Ok(LeaderCounts {
            person: row.string(0)?,
            led: row.count(1)?,
            running: row.count(2)?,
            late: row.count(3)?,
            sponsored: row.count(4)?,
            open_matters: row.count(5)?,
        })
    };
    rows.iter().map(counts).collect()
}

/// How many projects have somebody named under a role: those that go on or are finished.
///
/// # Errors
/// As [`Db::rows`].
pub async fn named(db: &Db, region: &str, role: &str) -> Result<u64, StoreError> {
    const SQL: &str = "SELECT count(*) FROM project_leader l
                         JOIN project p ON p.region = l.region AND p.project = l.project
                        WHERE l.region = $1 AND l.role = $2 AND p.removed = FALSE AND p.withdrawn = FALSE";
    let row = db.row(SQL, &[region.into(), role.into()]).await?;
    row.map_or(Ok(0), |row| row.count(0))
}

/// Everybody who leads a project, by name.
///
/// # Errors
/// As [`Db::rows`].
pub async fn leaders(db: &Db, region: &str) -> Result<Vec<String>, StoreError> {
    // From name to name along the index: one step for each person, however many projects each has.
    const SQL: &str = "
        WITH RECURSIVE name (person) AS (
            SELECT min(l.person) FROM project_leader l WHERE l.region = $1 AND l.person > ''
            UNION ALL
            SELECT (SELECT min(l.person) FROM project_leader l WHERE l.region = $1 AND l.person > name.person)
              FROM name WHERE name.person IS NOT NULL)
        SELECT person FROM name
         WHERE person IS NOT NULL
           AND EXISTS (SELECT 1 FROM project_leader l
                        WHERE l.region = $1 AND l.person = name.person AND l.role = 'leader')
         ORDER BY person";
    let rows = db.rows(SQL, &[region.into()]).await?;
    rows.iter().map(|row| row.string(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_projects_of_a_person_are_one_statement_by_person() {
        let (sql, value) = projects_statement(Led::By("样例张五"));
        assert!(sql.contains("l.person = $2"), "{sql}");
        assert_eq!(value, "样例张五");
        assert_eq!(sql.matches("FROM project_leader").count(), 1);
    }
}
