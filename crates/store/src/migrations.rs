//! The schema, step by step, with the same numbers and names for both databases.
//!
//! An applied step is never edited: its checksum is kept, and a difference is refused. A database that knows more
//! steps than the program is refused too, before anything is touched.

use std::path::Path;

use jiff::Timestamp;

use crate::chain::sm3_hex;
use crate::postgres::Postgres;
use crate::sqlite::open_writer;
use crate::{OpenOptions, StoreError};

struct Migration {
    number: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migrations {
    ($($number:literal $name:literal),* $(,)?) => {
        &[$(Migration {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }),*]
    };
}

const MIGRATIONS: &[Migration] = migrations![
    1 "0001_regions_units_accounts",
    2 "0002_events",
    3 "0003_projects",
    4 "0004_deadlines_todos_alerts",
    5 "0005_files_imports_settings",
    6 "0006_project_enterprise",
    7 "0007_deadlines_by_concern",
    8 "0008_deadlines_counted_by_index",
    9 "0009_leads",
    10 "0010_matters",
    11 "0011_meetings",
    12 "0012_reports",
    13 "0013_project_units",
    14 "0014_documents",
    15 "0015_project_leaders",
    16 "0016_report_digest",
    17 "0017_meetings_changed",
    18 "0018_lists_by_index",
];

/// The step before the first: where the steps are kept.
const SQLITE_TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT";
const POSTGRES_TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (
    number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TIMESTAMPTZ NOT NULL)";
const APPLIED: &str = "SELECT number, checksum FROM migration ORDER BY number";

/// Any number, the same for all instances: they migrate one after the other.
const POSTGRES_LOCK: i64 = 0x006c_756f_6469;

/// The steps that are still to do, after checking those that were done.
fn outstanding(
    applied: &[(i64, String)],
    text: fn(&Migration) -> &'static str,
) -> Result<Vec<&'static Migration>, StoreError> {
    let known = MIGRATIONS.last().map_or(0, |migration| migration.number);
    if let Some((found, _)) = applied.iter().find(|(number, _)| *number > known) {
        return Err(StoreError::TooNew {
            found: *found,
            known,
        });
    }
    let mut outstanding = Vec::new();
    for migration in MIGRATIONS {
        match applied
            .iter()
            .find(|(number, _)| *number == migration.number)
        {
            None => outstanding.push(migration),
            Some((_, checksum)) if *checksum == sm3_hex(text(migration).as_bytes()) => {}
            Some(_) => {
                return Err(StoreError::MigrationEdited {
                    number: migration.number,
                    name: migration.name.to_owned(),
                });
            }
        }
    }
    Ok(outstanding)
}

/// Brings an SQLite file up to date, in one transaction.
pub(crate) fn sqlite(path: &Path, options: &OpenOptions) -> Result<(), StoreError> {
    let connection = open_writer(path, options)?;
    let run = || -> Result<Result<(), StoreError>, rusqlite::Error> {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        connection.execute_batch(SQLITE_TABLE)?;
        let applied = connection
            .prepare(APPLIED)?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<Vec<(i64, String)>, _>>()?;
        let steps = match outstanding(&applied, |migration| migration.sqlite) {
            Ok(steps) => steps,
            Err(refused) => return Ok(Err(refused)),
        };
        for step in steps {
            connection.execute_batch(step.sqlite)?;
            connection.execute(
                "INSERT INTO migration (number, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)",
                (step.number, step.name, sm3_hex(step.sqlite.as_bytes()), Timestamp::now().as_microsecond()),
            )?;
        }
        connection.execute_batch("COMMIT")?;
        Ok(Ok(()))
    };
    run().map_err(|error| StoreError::Sql {
        statement: "migration".into(),
        message: error.to_string(),
    })?
}

/// Brings a PostgreSQL database up to date, each step in its own transaction.
pub(crate) async fn postgres(postgres: &Postgres) -> Result<(), StoreError> {
    let client = postgres.client().await?;
    let failed = |error| crate::postgres::sql_error(&error, "migration");
    client
        .execute("SELECT pg_advisory_lock($1)", &[&POSTGRES_LOCK])
        .await
        .map_err(failed)?;
    let result = postgres_steps(&client).await;
    client
        .execute("SELECT pg_advisory_unlock($1)", &[&POSTGRES_LOCK])
        .await
        .map_err(failed)?;
    result
}

async fn postgres_steps(client: &deadpool_postgres::Object) -> Result<(), StoreError> {
    let failed = |error| crate::postgres::sql_error(&error, "migration");
    client.batch_execute(POSTGRES_TABLE).await.map_err(failed)?;
    let rows = client.query(APPLIED, &[]).await.map_err(failed)?;
    let applied: Vec<(i64, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    for step in outstanding(&applied, |migration| migration.postgres)? {
        // The texts come from this program alone, and carry no quote in name or checksum.
        let record = format!(
            "INSERT INTO migration (number, name, checksum, applied_at) VALUES ({}, '{}', '{}', now())",
            step.number,
            step.name,
            sm3_hex(step.postgres.as_bytes())
        );
        let script = format!("BEGIN;\n{}\n;{record};COMMIT", step.postgres);
        if let Err(error) = client.batch_execute(&script).await {
            let _ = client.batch_execute("ROLLBACK").await;
            return Err(failed(error));
        }
    }
    Ok(())
}
