//! `luodi bench`: the figures of docs/performance.md, all in one run: what is measured stands beside what the machine
//! can do at the same moment (bare SQL, an empty route), because absolute times drift.

mod closed_loop;
mod core;
mod data;
mod http;
mod installation;
mod pages;
mod report;
mod work;

use std::path::PathBuf;

use clap::Args;

use crate::failure::{Answer, Failure};
use crate::installation::block_on;
use report::Report;

/// A ledger file holds no more rows than this.
const LARGEST_IMPORT: usize = 10_000;

/// 性能测量
#[derive(Debug, Args)]
#[command(about = "性能测量：各种规模下的速度和内存，与裸 SQL、空路由同场对照")]
pub struct Bench {
    #[arg(
        long,
        value_name = "项目数",
        value_delimiter = ',',
        default_value = "1000,10000,100000,1000000",
        help = "各种规模，以逗号分开；每个项目 20 条记录"
    )]
    sizes: Vec<usize>,
    #[arg(long, value_name = "文件", help = "同时把结果写成 JSON")]
    json: Option<PathBuf>,
    #[arg(
        long,
        value_name = "秒",
        default_value_t = 3,
        help = "每项 HTTP 测量持续多久"
    )]
    seconds: u64,
    #[arg(
        long,
        value_name = "目录",
        help = "数据放在哪里；用后删除（默认：系统临时目录）"
    )]
    dir: Option<PathBuf>,
    #[arg(
        long,
        value_name = "目录",
        help = "建好的库保留在这里，下次直接使用；测量在副本上进行，不改动保留的库"
    )]
    data: Option<PathBuf>,
    #[arg(long, help = "只测纯计算（轨迹），不建库")]
    core: bool,
    #[arg(
        long,
        hide = true,
        help = "每项只做很少几次：只看各项是否都在，数字不作数"
    )]
    quick: bool,
    #[arg(long, hide = true, help = "只提供一个空路由，供对照")]
    serve_empty: bool,
}

impl Bench {
    /// Measures and prints.
    pub fn run(self) -> Answer {
        if self.serve_empty {
            return block_on(pages::serve_empty());
        }
        let mut report = Report::default();
        if !self.quick {
            core::measure(&mut report)?;
        }
        let sizes = if self.core { &[][..] } else { &self.sizes };
        for size in sizes {
            block_on(self.measure(*size, &mut report))?;
        }
        crate::output::say(&report.table());
        if let Some(path) = &self.json {
            let text = serde_json::to_string_pretty(&report).map_err(Failure::because)?;
            std::fs::write(path, text)
                .map_err(|error| Failure::because(format!("{}：{error}", path.display())))?;
        }
        Ok(())
    }

    async fn measure(&self, size: usize, report: &mut Report) -> Answer {
        let long = std::time::Duration::from_secs(self.seconds);
        let parent = self.dir.clone().unwrap_or_else(std::env::temp_dir);
        crate::output::complain(&format!("{size} 个项目：建库 …"));
        let (folder, service) =
            installation::planted(&parent, self.data.as_deref(), size, report).await?;
        work::sweep(&service, size, report, &folder).await?;
        pages::bare_sql(&service, size, long, report).await?;
        pages::bare_sql_of_the_loop(&service, size, long, report).await?;
        drop(service);
        pages::measure(&folder, size, long, report).await?;
        let ledger = work::export(size, report, &folder).await?;
        if size <= LARGEST_IMPORT {
            work::import(&ledger, size, report, &folder).await?;
        }
        let service = folder.open().await?;
        let (changes, matters) = match self.quick {
            true => (16, 16),
            false => (work::CHANGES, work::HANDLED),
        };
        work::commands(&service, size, changes, report).await?;
        work::matters(&service, size, matters, report).await?;
        work::report(&service, size, report, &folder).await?;
        work::rebuild(&service, size, report).await
    }
}
