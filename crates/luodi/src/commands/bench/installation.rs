//! An installation filled with projects to measure with, in a folder that is removed afterwards. Where the projects
//! are to be kept for the next time, the installation as it was planted stays as it is and a copy is measured.

use std::path::{Path, PathBuf};
use std::time::Instant;

use domain::event::By;
use service::accounts::NewAccount;
use service::{Actor, Clock, Config, Service};
use store::{Batch, Db, OpenOptions, packs, units};

use super::closed_loop::{self, Amounts};
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

/// Figures of the planting, kept beside what was planted; without them a folder is not whole. The name changes with what
/// is planted, so that an older folder is planted anew.
const PLANTED: &str = "planted-2.json";

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
    closed_loop::found(&service).await?;
    if size > 0 {
        plant_closed_loop(&service, size, report).await?;
    }
    service.db().optimize().await?;
    let bytes = service.db().size().await?;
    report.add("数据库大小", size, bytes as f64 / 1024.0 / 1024.0, "MiB");
    service.db().close().await;
    drop(service);
    folder.open().await
}

/// Leads, matters and forms of another region in the same database.
async fn plant_closed_loop(service: &Service, size: usize, report: &mut Report) -> Answer {
    let amounts = Amounts::beside(size);
    let begun = Instant::now();
    closed_loop::plant(service, amounts).await?;
    let took = begun.elapsed().as_secs_f64();
    for (what, many) in [
        ("闭环：线索", amounts.leads),
        ("闭环：已交办未签约项目", amounts.assigned),
        ("闭环：已签约项目", amounts.signed),
        ("闭环：事项（每件 6 条记录）", amounts.matters),
        ("闭环：会议", amounts.meetings),
    ] {
        report.add(what, size, many as f64, "个");
    }
    report.add("建库：写入闭环", size, took, "秒");
    Ok(())
}

async fn found(service: &Service) -> Answer {
    let region = Region {
        region: REGION,
        title: "潜江市",
        province: "湖北省",
        units: &[
            ("样例镇甲", "township"),
            ("样例镇乙", "township"),
            ("样例街道丙", "township"),
            ("市招商服务中心", "department"),
            ("潜江高新区", "department"),
            ("市发改委", "department"),
            ("市商务局", "department"),
        ],
        packs: &[
            Pack {
                id: "qianjiang-6411",
                version: "2025-05-16",
                kind: "lifecycle",
                source: super::core::PACK,
            },
            Pack {
                id: "qianjiang-performance",
                version: "2025-05-16",
                kind: "performance",
                source: PERFORMANCE,
            },
        ],
    };
    put_region(service, &region).await?;
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

/// A region to be founded.
pub struct Region<'a> {
    /// Id.
    pub region: &'a str,
    /// 潜江市.
    pub title: &'a str,
    /// 湖北省.
    pub province: &'a str,
    /// Names and kinds.
    pub units: &'a [(&'a str, &'a str)],
    /// Packs in force.
    pub packs: &'a [Pack<'a>],
}

/// A pack in force.
pub struct Pack<'a> {
    /// Id.
    pub id: &'a str,
    /// Version.
    pub version: &'a str,
    /// Kind.
    pub kind: &'a str,
    /// Its text.
    pub source: &'a str,
}

/// Founds a region with its units and packs.
pub async fn put_region(service: &Service, region: &Region<'_>) -> Answer {
    let mut batch = Batch::new();
    let row = units::RegionRow {
        region: region.region.into(),
        title: region.title.into(),
        province: region.province.into(),
    };
    units::put_region(&mut batch, &row, service.now());
    for (name, kind) in region.units {
        let unit = units::UnitRow {
            name: (*name).into(),
            code: String::new(),
            kind: (*kind).into(),
            collective: false,
            note: "测量用".into(),
        };
        units::put(&mut batch, region.region, &unit);
    }
    for pack in region.packs {
        let row = packs::PackRow {
            region: region.region.into(),
            id: pack.id.into(),
            version: pack.version.into(),
            kind: pack.kind.into(),
            source: pack.source.into(),
            sm3: store::sm3_hex(pack.source.as_bytes()),
            loaded_at: service.now(),
            loaded_by: "测量".into(),
            active: true,
        };
        packs::insert(&mut batch, &row);
    }
    service.db().write(batch).await?;
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
    Ok(())
}

/// Ids in the order in which a running installation gives them: by time.
fn id(i: usize) -> String {
    let time = 0x0197_0000_0000_u64 + i as u64 * 60;
    let (high, low) = (time >> 16, time & 0xffff);
    format!("{high:08x}-{low:04x}-7000-8000-{i:012x}")
}
