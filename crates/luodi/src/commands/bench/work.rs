//! Work that is not a page: sweep, rebuild, import, export, and changes.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use domain::command::Command;
use domain::event::FileRef;
use service::forms::{FormQuery, Period};
use service::projects::Change;
use service::{AccountKind, Actor, Service};

use super::closed_loop;
use super::installation::{self, Folder, REGION};
use super::report::Report;
use crate::failure::{Answer, Failure};

/// The sweep of all deadlines, in a process of its own so that its memory can be told.
pub async fn sweep(service: &Service, size: usize, report: &mut Report, folder: &Folder) -> Answer {
    let data = folder.path.to_string_lossy().into_owned();
    for which in ["第一次（全部补发）", "再来一次（次日）"] {
        let day = if which.starts_with('第') {
            service.today()
        } else {
            service.today().tomorrow().map_err(Failure::because)?
        };
        let day = day.to_string();
        let begun = Instant::now();
        let exe = std::env::current_exe().map_err(Failure::because)?;
        let mut child = std::process::Command::new(exe)
            .args(["sweep", "--data", &data, "--on", &day])
            .stdout(std::process::Stdio::null())
            .spawn()
            .map_err(Failure::because)?;
        let mut most = 0.0_f64;
        let status = loop {
            most = most.max(super::pages::memory_of(child.id(), "VmHWM:"));
            match child.try_wait().map_err(Failure::because)? {
                Some(status) => break status,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        };
        if !status.success() {
            return Err(Failure::because("扫描没有成功"));
        }
        report.add_with_target(
            format!("期限扫描，{which}"),
            size,
            begun.elapsed().as_secs_f64(),
            "秒",
            "100 万 ≤ 10",
        );
        report.add_with_target(
            format!("期限扫描，{which}，最大内存"),
            size,
            most,
            "MiB",
            "≤ 300",
        );
    }
    Ok(())
}

/// Working every project out again from its facts.
pub async fn rebuild(service: &Service, size: usize, report: &mut Report) -> Answer {
    let begun = Instant::now();
    let rebuilt = service
        .rebuild(&Actor::program(REGION), false, &mut |_| ())
        .await?;
    report.add(
        "重建投影",
        size,
        rebuilt.events as f64 / begun.elapsed().as_secs_f64(),
        "条/秒",
    );
    Ok(())
}

/// The whole ledger as Excel, by the command that people use.
pub async fn export(size: usize, report: &mut Report, folder: &Folder) -> Result<PathBuf, Failure> {
    let file = folder.path.join("ledger.xlsx");
    let took = run(&[
        "export",
        "ledger",
        &text(&file),
        "--region",
        REGION,
        "--data",
        &text(&folder.path),
    ])?;
    report.add(
        "导出 Excel",
        size,
        size as f64 / took.as_secs_f64(),
        "行/秒",
    );
    Ok(file)
}

/// The exported ledger read into an empty installation.
pub async fn import(file: &Path, size: usize, report: &mut Report, folder: &Folder) -> Answer {
    let empty = Folder::new(&folder.path, 0)?;
    super::installation::fill(&empty, 0, &mut Report::default()).await?;
    let took = run(&[
        "import",
        "ledger",
        &text(file),
        "--region",
        REGION,
        "--data",
        &text(&empty.path),
    ])?;
    report.add("导入台账", size, size as f64 / took.as_secs_f64(), "行/秒");
    Ok(())
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Runs a command of this program; the answer is how long it took.
fn run(args: &[&str]) -> Result<Duration, Failure> {
    let exe = std::env::current_exe().map_err(Failure::because)?;
    let begun = Instant::now();
    let output = std::process::Command::new(exe)
        .args(args)
        .output()
        .map_err(Failure::because)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Failure::because(format!(
            "luodi {} 没有成功：{said}",
            args.join(" ")
        )));
    }
    Ok(begun.elapsed())
}

/// How many projects wait for a claim and its certification.
pub const CHANGES: usize = 2_000;

/// Claims and certifications, each durable before it is answered.
pub async fn commands(
    service: &Service,
    size: usize,
    changes: usize,
    report: &mut Report,
) -> Answer {
    for at_once in [1, 16] {
        let projects =
            installation::plant_signed(service, size + at_once * changes, changes).await?;
        let begun = Instant::now();
        let mut running = Vec::new();
        for some in projects.chunks(changes.div_ceil(at_once)) {
            let (service, some) = (service.clone(), some.to_vec());
            running.push(tokio::spawn(async move {
                claim_and_certify(&service, &some).await
            }));
        }
        for one in running {
            one.await.map_err(Failure::because)??;
        }
        let done = 2 * changes;
        report.add(
            format!("申报与认定：同时 {at_once} 人"),
            size,
            done as f64 / begun.elapsed().as_secs_f64(),
            "次/秒",
        );
    }
    Ok(())
}

/// How many matters are issued and carried to their end.
pub const HANDLED: usize = 400;

/// Matters issued, accepted, reported, reviewed and closed, each act durable before it is answered.
pub async fn matters(
    service: &Service,
    size: usize,
    matters: usize,
    report: &mut Report,
) -> Answer {
    for at_once in [1, 16] {
        let begun = Instant::now();
        let mut running = Vec::new();
        for _ in 0..at_once {
            let service = service.clone();
            running.push(tokio::spawn(async move {
                closed_loop::handle_matters(&service, matters / at_once).await
            }));
        }
        let mut done = 0;
        for one in running {
            done += one.await.map_err(Failure::because)??;
        }
        report.add(
            format!("事项签发、签收、报结、审核、销号：同时 {at_once} 人"),
            size,
            done as f64 / begun.elapsed().as_secs_f64(),
            "次/秒",
        );
    }
    Ok(())
}

/// How often a form is produced for its figure.
const PRODUCED: usize = 15;

/// Form 4 of the whole region: worked out, worked out and written as a workbook, and by the command that people use.
pub async fn report(
    service: &Service,
    size: usize,
    report: &mut Report,
    folder: &Folder,
) -> Answer {
    let actor = Actor::program(closed_loop::REGION);
    let month = service.today().strftime("%Y-%m").to_string();
    let query = FormQuery {
        form: "xiangtan-4".into(),
        period: Period::parse(&month)?,
        unit: None,
    };
    let rows = service.produce_form(&actor, &query).await?.rows.len();
    let form = format!("报表：附件4，{rows} 行");
    let produced = median(async || service.produce_form(&actor, &query).await.map(drop)).await?;
    report.add(format!("{form}，仅计算"), size, millis(produced), "毫秒");
    let written = median(async || service.form_workbook(&actor, &query).await.map(drop)).await?;
    let target = "1000 行 ≤ 200";
    report.add_with_target(
        format!("{form}，Excel"),
        size,
        millis(written),
        "毫秒",
        target,
    );
    let (file, data) = (text(&folder.path.join("form.xlsx")), text(&folder.path));
    let command = [
        "report",
        "--form",
        "xiangtan-4",
        "--region",
        closed_loop::REGION,
        "--period",
        &month,
        "--out",
        &file,
        "--force",
        "--data",
        &data,
    ];
    let took = run(&command)?;
    report.add(format!("{form}，luodi report"), size, millis(took), "毫秒");
    Ok(())
}

/// The median of some times; the first one is not counted.
async fn median(
    mut work: impl AsyncFnMut() -> Result<(), service::ServiceError>,
) -> Result<Duration, Failure> {
    let mut times = Vec::with_capacity(PRODUCED);
    work().await?;
    for _ in 0..PRODUCED {
        let begun = Instant::now();
        work().await?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(times[PRODUCED / 2])
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

async fn claim_and_certify(service: &Service, projects: &[String]) -> Result<(), Failure> {
    let host = official("样例镇甲");
    let authority = official("潜江高新区");
    for project in projects {
        let claim = Command::Claim {
            milestone: "started".into(),
            reached_on: service.today(),
            variant: Some("foundation".into()),
            files: vec![photo()],
            values: Default::default(),
            note: String::new(),
        };
        service.change(&host, change(project, claim)).await?;
        let certify = Command::Certify {
            milestone: "started".into(),
            reached_on: None,
            note: String::new(),
        };
        service.change(&authority, change(project, certify)).await?;
    }
    Ok(())
}

fn change(project: &str, command: Command) -> Change {
    Change {
        project: project.to_string(),
        seen_version: None,
        happened_on: None,
        command,
    }
}

fn photo() -> FileRef {
    FileRef {
        evidence: Some("site-photo".into()),
        name: "现场.jpg".into(),
        sm3: store::sm3_hex("样例".as_bytes()),
    }
}

fn official(unit: &str) -> Actor {
    Actor {
        kind: AccountKind::Staff,
        name: "样例测量员".into(),
        unit: unit.into(),
        ..Actor::program(REGION)
    }
}
