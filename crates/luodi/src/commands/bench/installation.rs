//! An installation filled with projects to measure with, in a folder that is removed afterwards. Where the projects
//! are to be kept for the next time, the installation as it was planted stays as it is and a copy is measured.

use std::path::{Path, PathBuf};
use std::time::Instant;

use domain::event::By;
use service::accounts::NewAccount;
use service::{Actor, Clock, Config, Service};
use store::{Batch, Db, OpenOptions, packs, units};

use super::data;
use super::report::{Figure, Report};
use crate::failure::{Answer, Failure};

/// The region of the projects.
pub const REGION: &str = "qianjiang";
/// The centre's account.
pub const LOGIN: &str = "bench-centre";
/// Its password; the installation lives as long as the measurement.
pub const PASSWORD: &str = "Luodi-Bench-2026";
/// Projects written in one transaction.
const AT_ONCE: usize = 2_000;
/// Page cache while planting, in KiB: a million projects are written once and measured many times. What is measured
/// runs with the program's own settings.
const PLANTING_CACHE_KIB: u32 = 1024 * 1024;

const PERFORMANCE: &str = include_str!("../../../../../policies/qianjiang/performance.toml");
const HOSTS: [&str; 3] = ["样例镇甲", "样例镇乙", "样例街道丙"];

/// A folder that is removed at the end.
pub struct Folder {
    /// Where.
    pub path: PathBuf,
}

impl Folder {
    /// A new folder for so many projects.
    pub fn new(parent: &Path, size: usize) -> Result<Folder, Failure> {
        let path = parent.join(format!("luodi-bench-{}-{size}", std::process::id()));
        std::fs::create_dir_all(&path)
            .map_err(|error| Failure::because(format!("{}：{error}", path.display())))?;
        Ok(Folder { path })
    }

    /// Opens the installation in it.
    pub async fn open(&self) -> Result<Service, Failure> {
        self.open_with(OpenOptions::default()).await
    }

    async fn open_with(&self, options: OpenOptions) -> Result<Service, Failure> {
        let address = format!("sqlite:{}", self.path.join("luodi.db").display());
        let db = Db::open(&address, options).await?;
        Ok(Service::open(db, Config::in_folder(&self.path), Clock::system()).await?)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// Figures of the planting, kept beside what was planted; without them a folder is not whole.
const PLANTED: &str = "planted.json";

/// An installation of so many projects: planted, or copied from `kept`, where it is planted when it is not there.
pub async fn planted(
    parent: &Path,
    kept: Option<&Path>,
    size: usize,
    report: &mut Report,
) -> Result<(Folder, Service), Failure> {
    let folder = Folder::new(parent, size)?;
    let Some(kept) = kept else {
        let service = fill(&folder, size, report).await?;
        return Ok((folder, service));
    };
    let kept = kept.join(format!("{size}"));
    if !kept.join(PLANTED).exists() {
        plant_for_good(&kept, size).await?;
    }
    let figures = std::fs::read(kept.join(PLANTED)).map_err(Failure::because)?;
    report
        .figures
        .extend(serde_json::from_slice::<Vec<Figure>>(&figures).map_err(Failure::because)?);
    copy(&kept, &folder.path).map_err(Failure::because)?;
    let service = folder.open().await?;
    Ok((folder, service))
}

async fn plant_for_good(path: &Path, size: usize) -> Answer {
    // What a run that was broken off left behind is of no use.
    let _ = std::fs::remove_dir_all(path);
    std::fs::create_dir_all(path).map_err(Failure::because)?;
    let folder = std::mem::ManuallyDrop::new(Folder {
        path: path.to_path_buf(),
    });
    let mut planting = Report::default();
    fill(&folder, size, &mut planting).await?.db().close().await;
    let figures = serde_json::to_vec(&planting.figures).map_err(Failure::because)?;
    std::fs::write(path.join(PLANTED), figures).map_err(Failure::because)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let (entry, target) = entry.map(|entry| (entry.path(), to.join(entry.file_name())))?;
        if entry.is_dir() {
            copy(&entry, &target)?;
        } else {
            std::fs::copy(&entry, &target)?;
        }
    }
    Ok(())
}

/// Region, units, packs, an account, and the projects.
pub async fn fill(folder: &Folder, size: usize, report: &mut Report) -> Result<Service, Failure> {
    let planting = OpenOptions {
        cache_kib: PLANTING_CACHE_KIB,
        ..OpenOptions::default()
    };
    let service = folder.open_with(planting).await?;
    found(&service).await?;
    let begun = Instant::now();
    plant(&service, size).await?;
    let took = begun.elapsed().as_secs_f64();
    report.add(
        "建库：写入项目（每个 20 条记录，含校验链与投影）",
        size,
        size as f64 / took,
        "个/秒",
    );
    let bytes = service.db().size().await?;
    report.add("数据库大小", size, bytes as f64 / 1024.0 / 1024.0, "MiB");
    service.db().close().await;
    drop(service);
    folder.open().await
}

async fn found(service: &Service) -> Answer {
    let mut batch = Batch::new();
    let region = units::RegionRow {
        region: REGION.into(),
        title: "潜江市".into(),
        province: "湖北省".into(),
    };
    units::put_region(&mut batch, &region, service.now());
    let named = |name: &str, kind: &str| units::UnitRow {
        name: name.into(),
        code: String::new(),
        kind: kind.into(),
        collective: false,
        note: "测量用".into(),
    };
    for host in HOSTS {
        units::put(&mut batch, REGION, &named(host, "township"));
    }
    for unit in ["市招商服务中心", "潜江高新区", "市发改委", "市商务局"] {
        units::put(&mut batch, REGION, &named(unit, "department"));
    }
    for (id, version, kind, source) in [
        (
            "qianjiang-6411",
            "2025-05-16",
            "lifecycle",
            super::core::PACK,
        ),
        (
            "qianjiang-performance",
            "2025-05-16",
            "performance",
            PERFORMANCE,
        ),
    ] {
        let row = packs::PackRow {
            region: REGION.into(),
            id: id.into(),
            version: version.into(),
            kind: kind.into(),
            source: source.into(),
            sm3: store::sm3_hex(source.as_bytes()),
            loaded_at: service.now(),
            loaded_by: "测量".into(),
            active: true,
        };
        packs::insert(&mut batch, &row);
    }
    service.db().write(batch).await?;
    let account = NewAccount {
        login: LOGIN.into(),
        name: "样例测量员".into(),
        unit: "市招商服务中心".into(),
        kind: "staff".into(),
        password: PASSWORD.into(),
        keep_password: true,
        ..NewAccount::default()
    };
    service
        .add_account(&Actor::program(REGION), &account)
        .await?;
    Ok(())
}

/// Further projects that have been signed and wait for their start; the answer is their ids.
pub async fn plant_signed(
    service: &Service,
    from: usize,
    count: usize,
) -> Result<Vec<String>, Failure> {
    let region = service.region(REGION).await?;
    let mut batch = Batch::new();
    let ids: Vec<String> = (from..from + count).map(id).collect();
    for (i, id) in (from..).zip(&ids) {
        batch.append(service.whole_project(
            &region,
            &official(),
            id,
            data::signed_project(i, service.today()),
        )?);
    }
    service.db().write(batch).await?;
    Ok(ids)
}

fn official() -> By {
    By {
        person: "样例测量员".into(),
        unit: "市招商服务中心".into(),
        ..By::default()
    }
}

/// While one transaction is written, the next is worked out.
async fn plant(service: &Service, size: usize) -> Answer {
    let today = service.today();
    let region = service.region(REGION).await?;
    let by = official();
    let mut writing: Option<tokio::task::JoinHandle<Result<Vec<u64>, store::StoreError>>> = None;
    for from in (0..size).step_by(AT_ONCE) {
        let mut batch = Batch::new();
        for i in from..(from + AT_ONCE).min(size) {
            batch.append(service.whole_project(&region, &by, &id(i), data::project(i, today))?);
        }
        if let Some(before) = writing.take() {
            before.await.map_err(Failure::because)??;
        }
        let db = service.db().clone();
        writing = Some(tokio::spawn(async move { db.write(batch).await }));
    }
    if let Some(last) = writing {
        last.await.map_err(Failure::because)??;
    }
    service.db().optimize().await?;
    Ok(())
}

/// Ids in the order in which a running installation gives them: by time.
fn id(i: usize) -> String {
    let time = 0x0197_0000_0000_u64 + i as u64 * 60;
    let (high, low) = (time >> 16, time & 0xffff);
    format!("{high:08x}-{low:04x}-7000-8000-{i:012x}")
}
