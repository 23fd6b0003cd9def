//! The installation that a command works on: database, folder, key, and the ways out to people.

use std::path::{Path, PathBuf};

use clap::Args;
use service::notify::mail::MailConfig;
use service::notify::webhook::WebhookConfig;
use service::{Actor, Clock, Config, Service};
use store::{Db, OpenOptions};

use crate::commands::file_trouble;
use crate::failure::{Answer, Failure};

/// Where the installation is.
#[derive(Debug, Clone, Args)]
pub struct Place {
    #[arg(
        long,
        env = "LUODI_DATA",
        value_name = "目录",
        default_value = "./data",
        help = "数据目录：内置数据库、附件、密钥"
    )]
    pub data: PathBuf,
    #[arg(
        long,
        env = "LUODI_DB",
        value_name = "地址",
        hide_env_values = true,
        help = "数据库：sqlite:文件 或 postgres://用户@主机/库；不写时用数据目录中的 luodi.db"
    )]
    pub db: Option<String>,
}

impl Place {
    /// The database's address.
    pub fn address(&self) -> String {
        match &self.db {
            Some(address) => address.clone(),
            None => format!("sqlite:{}", self.data.join("luodi.db").display()),
        }
    }

    /// The file of an embedded database.
    pub fn file(&self) -> Option<PathBuf> {
        let address = self.address();
        if address.starts_with("postgres") {
            return None;
        }
        let path = address.strip_prefix("sqlite:").unwrap_or(&address);
        Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
    }

    /// Opens an installation, made when it is not there.
    pub async fn open_or_make(&self, clock: Clock) -> Result<Service, Failure> {
        make_private_folder(&self.data)?;
        let db = Db::open(&self.address(), OpenOptions::default()).await?;
        Ok(Service::open(db, self.config()?, clock).await?)
    }

    /// Opens an installation that must be there already, so that a wrong path does not make an empty one.
    pub async fn open(&self) -> Result<Service, Failure> {
        if let Some(file) = self.file().filter(|file| !file.exists()) {
            return Err(Failure::because(format!(
                "数据库文件“{}”不存在。请用 --data 或 --db 指明，第一次使用请先运行 luodi serve 或 luodi demo。",
                file.display()
            )));
        }
        self.open_or_make(Clock::system()).await
    }

    fn config(&self) -> Result<Config, Failure> {
        let mut config = Config::in_folder(&self.data);
        if let Some(days) = keep_imports_days()? {
            config.keep_imports_days = days;
        }
        // Secrets come from the environment or from files that it names, never from the command line.
        config.mail = MailConfig::from_environment().map_err(Failure::because)?;
        config.webhook = WebhookConfig::from_environment().map_err(Failure::because)?;
        config.public_url = std::env::var("LUODI_PUBLIC_URL")
            .ok()
            .filter(|url| !url.trim().is_empty());
        Ok(config)
    }
}

/// `LUODI_KEEP_IMPORTS_DAYS`, where it is set.
fn keep_imports_days() -> Result<Option<u16>, Failure> {
    const NAME: &str = "LUODI_KEEP_IMPORTS_DAYS";
    let Ok(text) = std::env::var(NAME) else {
        return Ok(None);
    };
    let days = text.trim().parse().ok().filter(|days| *days > 0);
    days.map(Some).ok_or_else(|| {
        Failure::because(format!(
            "环境变量 {NAME} 的值“{text}”不是天数。请写 1 至 65535 的整数，如 90；不需要改动时请去掉这个变量。"
        ))
    })
}

/// Makes a folder that only its owner may enter: it holds the database and the key.
fn make_private_folder(folder: &Path) -> Answer {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| {
        Failure::because(format!(
            "数据目录“{}”{}",
            folder.display(),
            file_trouble(&error)
        ))
    })
}

/// The region that the user means, by id or name, and the program acting for it.
pub async fn operator(service: &Service, region: &str) -> Result<Actor, Failure> {
    let regions = store::units::regions(service.db()).await?;
    let named = regions.iter().find(|row| {
        row.region == region || row.title == region || row.title.strip_suffix('市') == Some(region)
    });
    if let Some(row) = named {
        return Ok(Actor::program(&row.region));
    }
    let known: Vec<String> = regions
        .iter()
        .map(|row| format!("{}（{}）", row.region, row.title))
        .collect();
    let known = if known.is_empty() {
        "还没有地区".to_owned()
    } else {
        known.join("、")
    };
    Err(Failure::because(format!(
        "没有地区“{region}”。已有：{known}。"
    )))
}

/// Runs a command that waits for the database.
pub fn block_on<F: Future<Output = Answer>>(work: F) -> Answer {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime
        .map_err(|error| Failure::because(format!("运行环境无法启动：{error}。")))?
        .block_on(work)
}
