//! Numbers without gaps, by kind and year.

use crate::{Batch, Db, StoreError};

/// The next number of a kind in a year.
///
/// # Errors
/// As [`Db::rows`].
pub async fn next_number(db: &Db, region: &str, kind: &str, year: i16) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT n FROM matter_counter WHERE region = $1 AND kind = $2 AND year = $3";
    let row = db
        .row(SQL, &[region.into(), kind.into(), year.into()])
        .await?;
    row.map_or(Ok(1), |row| Ok(row.int(0)? + 1))
}

/// Takes the number that [`next_number`] gave, in the transaction that issues the matter: when somebody else took it
/// meanwhile, writing the batch answers [`StoreError::Conflict`] and nothing of it is written, so that no number is
/// given twice and none is left out.
pub fn take_number(batch: &mut Batch, region: &str, kind: &str, year: i16, n: i64) {
    let params = vec![region.into(), kind.into(), year.into(), n.into()];
    let sql = match n {
        1 => "INSERT INTO matter_counter (region, kind, year, n) VALUES ($1, $2, $3, $4)",
        _ => {
            "UPDATE matter_counter SET n = $4 WHERE region = $1 AND kind = $2 AND year = $3 AND n = $4 - 1"
        }
    };
    batch.push(sql, params);
    batch.first_wins(1, "编号");
}

/// Puts the counters back to what the rows say: after a rebuild from facts.
pub fn recount(batch: &mut Batch, region: &str) {
    batch.push(
        "DELETE FROM matter_counter WHERE region = $1",
        vec![region.into()],
    );
    batch.push(
        "INSERT INTO matter_counter (region, kind, year, n)
         SELECT region, kind, year, max(n) FROM matter WHERE region = $1 GROUP BY region, kind, year",
        vec![region.into()],
    );
}

/// Kinds and years of a region in which a number is missing or the counter is another than the last number.
///
/// # Errors
/// As [`Db::rows`].
pub async fn broken_numbers(db: &Db, region: &str) -> Result<Vec<(String, i64)>, StoreError> {
    const SQL: &str = "SELECT m.kind, m.year FROM matter m
         LEFT JOIN matter_counter c ON c.region = m.region AND c.kind = m.kind AND c.year = m.year
        WHERE m.region = $1
        GROUP BY m.kind, m.year, c.n
       HAVING count(*) <> max(m.n) OR min(m.n) <> 1 OR c.n IS NULL OR c.n <> max(m.n)
        ORDER BY m.kind, m.year";
    db.all(SQL, &[region.into()], |row| {
        Ok((row.string(0)?, row.int(1)?))
    })
    .await
}
