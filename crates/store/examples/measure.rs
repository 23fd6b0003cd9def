//! Measures the store alone: `cargo run --release -p store --example measure -- URL PROJECTS`.
//!
//! Fills a database with invented projects (20 facts, 8 deadlines each), then times what the pages and commands do.

use std::time::{Duration, Instant};

use jiff::civil::date;
use jiff::{Timestamp, ToSpan};
use store::deadlines::{self, DeadlineRow};
use store::events::{self, NewEvent};
use store::ledger::{self, LedgerFilter, Light, Sort, SortBy};
use store::projects::{self, ProjectRow};
use store::{Batch, Db, OpenOptions, StoreError};

const REGION: &str = "qianjiang";
const FACTS: i64 = 20;
const DEADLINES: i64 = 8;
/// Projects written in one batch.
const TOGETHER: i64 = 200;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("URL PROJECTS")?;
    let projects: i64 = arguments.next().ok_or("URL PROJECTS")?.parse()?;
    let db = Db::open(&url, OpenOptions::default()).await?;
    if projects::by_number(&db, REGION, projects).await?.is_none() {
        fill(&db, projects).await?;
    }
    println!(
        "size                          {:>10} MiB",
        db.size().await? >> 20
    );
    looks(&db).await?;
    commands(&db, projects, 1).await?;
    commands(&db, projects, 16).await?;
    db.close().await;
    Ok(())
}

async fn fill(db: &Db, projects: i64) -> Result<(), StoreError> {
    let begun = Instant::now();
    let mut from = 1;
    while from <= projects {
        let mut batch = Batch::new();
        for number in from..(from + TOGETHER).min(projects + 1) {
            put(&mut batch, number);
        }
        from += TOGETHER;
        db.write(batch).await?;
    }
    let rate = projects as f64 / begun.elapsed().as_secs_f64();
    println!(
        "filling                       {rate:>10.0} projects/s, {:.0} facts/s",
        rate * FACTS as f64
    );
    db.optimize().await
}

fn put(batch: &mut Batch, number: i64) {
    let id = id(number);
    let facts: Vec<_> = (0..FACTS).map(|i| fact(&format!("{number}-{i}"))).collect();
    events::append(batch, REGION, &id, 0, "", &facts);
    let at = Timestamp::from_second(1_700_000_000 + number).unwrap_or_default();
    projects::upsert(batch, &project(number), FACTS as u32, at);
    deadlines::replace(batch, REGION, &id, &deadlines(number));
}

fn id(number: i64) -> String {
    format!("01900000-0000-7000-8000-{number:012}")
}

fn fact(mark: &str) -> NewEvent {
    NewEvent {
        kind: "step_completed".into(),
        happened_on: date(2025, 5, 16),
        recorded_at: Timestamp::UNIX_EPOCH,
        by: r#"{"person":"样例甲","unit":"样例镇人民政府"}"#.into(),
        data: format!(
            r#"{{"kind":"step_completed","step":"{mark}","done_on":"2025-05-16","note":"现场已核实"}}"#
        ),
    }
}

fn project(number: i64) -> ProjectRow {
    let day = |offset: i64| date(2025, 1, 1).checked_add((offset % 700).days()).ok();
    ProjectRow {
        region: REGION.into(),
        project: id(number),
        number,
        name: format!("年产{}万吨样例新材料{}项目", number % 97, number),
        normal_name: format!("样例新材料{number}"),
        investor: Some(format!("样例{}投资有限公司", number % 5003)),
        host: Some(format!("样例{}镇", number % 23)),
        authority: Some(format!("样例{}局", number % 3)),
        sector: Some(["industry", "service", "commerce"][number as usize % 3].into()),
        stage: Some(format!("stage-{}", number % 9)),
        total_investment: Some(number % 9973 * 1_000_000),
        signed_on: day(number),
        next_due_on: day(number + 200),
        yellow_on: day(number + 170),
        red_on: day(number + 201),
        finished: number % 4 == 0,
        pack: "6411".into(),
        pack_version: "1".into(),
        ..ProjectRow::default()
    }
}

fn deadlines(number: i64) -> Vec<DeadlineRow> {
    let deadline = |i: i64| DeadlineRow {
        region: REGION.into(),
        project: id(number),
        node: format!("node-{i}"),
        kind: "stage".into(),
        title: "项目筹备开工".into(),
        due_on: date(2025, 1, 1)
            .checked_add(((number + i * 31) % 900).days())
            .ok(),
        notify_on: date(2025, 1, 1)
            .checked_add(((number + i * 31) % 900).days())
            .ok(),
        unit: Some(format!("样例{}镇", number % 23)),
        clause: "三（一）4".into(),
        ..DeadlineRow::default()
    };
    (0..DEADLINES).map(deadline).collect()
}

async fn looks(db: &Db) -> Result<(), StoreError> {
    let today = date(2025, 6, 1);
    let all = LedgerFilter {
        today,
        ..LedgerFilter::default()
    };
    let host = LedgerFilter {
        hosts: vec!["样例7镇".into()],
        ..all.clone()
    };
    let red = LedgerFilter {
        light: Some(Light::Red),
        sectors: vec!["industry".into()],
        ..all.clone()
    };
    let unit = LedgerFilter {
        scope: Some(vec!["样例7镇".into()]),
        ..all.clone()
    };
    let text = LedgerFilter {
        text: Some("投资 9973".into()),
        ..all.clone()
    };
    let common = LedgerFilter {
        text: Some("新材料".into()),
        ..all.clone()
    };
    for (name, filter) in [
        ("all", &all),
        ("host", &host),
        ("red, sector", &red),
        ("unit", &unit),
        ("rare text", &text),
        ("common text", &common),
    ] {
        for by in [SortBy::Updated, SortBy::Name, SortBy::Investment] {
            let page = || {
                ledger::page(
                    db,
                    REGION,
                    filter,
                    Sort {
                        by,
                        descending: true,
                    },
                    None,
                    50,
                )
            };
            let time = median(|| async { page().await.map(drop) }).await?;
            println!("page {name:<12} by {:<11} {time:>10.2?}", format!("{by:?}"));
        }
        let time = median(|| async { ledger::totals(db, REGION, filter).await.map(drop) }).await?;
        println!("totals {name:<12}               {time:>10.2?}");
    }
    let load = || async { events::load_stream(db, REGION, &id(77)).await.map(drop) };
    println!(
        "load stream                   {:>10.2?}",
        median(load).await?
    );
    let begun = Instant::now();
    let (mut rows, mut sweep) = (
        0,
        deadlines::to_notify(db, REGION, date(2030, 1, 1), 2000).await?,
    );
    while let Some(chunk) = sweep.next().await? {
        rows += chunk.len();
    }
    println!(
        "sweep reads                   {:>10.2?} for {rows} deadlines",
        begun.elapsed()
    );
    Ok(())
}

async fn median<F: Future<Output = Result<(), StoreError>>>(
    run: impl Fn() -> F,
) -> Result<Duration, StoreError> {
    let mut times = Vec::new();
    for _ in 0..15 {
        let begun = Instant::now();
        run().await?;
        times.push(begun.elapsed());
    }
    times.sort();
    Ok(times[times.len() / 2])
}

/// Each command: load the stream and the rows, append a fact, write what changed.
async fn commands(db: &Db, projects: i64, clients: i64) -> Result<(), StoreError> {
    for only_changes in [false, true] {
        let begun = Instant::now();
        let running: Vec<_> = (0..clients)
            .map(|client| {
                let db = db.clone();
                tokio::spawn(async move {
                    let mut done = 0;
                    while begun.elapsed() < Duration::from_secs(5) {
                        let number = (client + done * 7919 * clients) % projects + 1;
                        command(&db, number, only_changes).await?;
                        done += 1;
                    }
                    Ok::<i64, StoreError>(done)
                })
            })
            .collect();
        let mut done = 0;
        for client in running {
            done += client
                .await
                .map_err(|error| StoreError::Unavailable(error.to_string()))??;
        }
        let how = if only_changes {
            "changes only"
        } else {
            "whole row"
        };
        println!(
            "commands, {clients:>2} clients, {how:<12} {:>6.0} /s",
            done as f64 / begun.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

async fn command(db: &Db, number: i64, only_changes: bool) -> Result<(), StoreError> {
    let id = id(number);
    let stream = events::load_stream(db, REGION, &id).await?;
    let (version, hash) = stream
        .last()
        .map_or((0, ""), |last| (last.version, last.hash.as_str()));
    let now = Timestamp::now();
    let mut batch = Batch::new();
    events::append(
        &mut batch,
        REGION,
        &id,
        version,
        hash,
        &[NewEvent {
            recorded_at: now,
            ..fact("claim")
        }],
    );
    let after = ProjectRow {
        stage: Some(format!("stage-{}", version % 9)),
        ..project(number)
    };
    if only_changes {
        let Some(before) = projects::get(db, REGION, &id).await? else {
            return Ok(());
        };
        projects::update(&mut batch, &before.row, &after, version as u32 + 1, now);
    } else {
        projects::upsert(&mut batch, &after, version as u32 + 1, now);
    }
    deadlines::replace(&mut batch, REGION, &id, &deadlines(number));
    db.write(batch).await.map(drop)
}
