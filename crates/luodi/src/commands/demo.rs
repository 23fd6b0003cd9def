//! `luodi demo`: the sample installation, ready to be looked at.

use calendar::Day;
use clap::Args;
use serde::Serialize;
use service::Clock;
use service::samples::{SampleAccount, SampleOptions, SampleReport, install};

use super::serve::Door;
use crate::failure::Answer;
use crate::installation::{Place, block_on};
use crate::output;

/// `luodi demo`.
#[derive(Debug, Args)]
#[command(
    about = "建立样例（潜江、大冶、湘潭三个地区，样例项目和各角色账号）并启动网页服务",
    after_help = "项目取自公开报道的真实签约，放在潜江名下作为样例数据，办理过程为虚构。再次运行只补缺，不改动已有内容。"
)]
pub struct Demo {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    door: Door,
    #[arg(long, value_name = "日期", value_parser = calendar::parse_day, help = "把这一天当作今天（演练、测试用）；不写时用当天")]
    today: Option<Day>,
    #[arg(long, help = "只建立样例，不启动网页服务")]
    no_serve: bool,
    #[arg(long, help = "输出一行 JSON：网址和账号")]
    json: bool,
}

/// The answer for machines, in one line.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    address: Option<String>,
    #[serde(flatten)]
    report: &'a SampleReport,
}

impl Demo {
    /// Makes what is missing of the samples, shows the accounts, and serves.
    pub fn run(self) -> Answer {
        crate::log::start();
        block_on(self.make_and_serve())
    }

    async fn make_and_serve(self) -> Answer {
        let clock = self.today.map_or_else(Clock::system, Clock::at_day);
        let service = self.place.open_or_make(clock).await?;
        let report = install(
            &service,
            SampleOptions {
                today: service.today(),
            },
        )
        .await?;
        if self.no_serve {
            self.show(None, &report)?;
            service.db().close().await;
            return Ok(());
        }
        let open = self.door.open(service).await?;
        self.show(Some(open.address()), &report)?;
        open.serve().await
    }

    fn show(&self, address: Option<String>, report: &SampleReport) -> Answer {
        if self.json {
            let line = serde_json::to_string(&Shown { address, report });
            output::say(&line.map_err(crate::failure::Failure::because)?);
            return Ok(());
        }
        output::say(&text(address, report));
        Ok(())
    }
}

fn text(address: Option<String>, report: &SampleReport) -> String {
    let row = |account: &SampleAccount| {
        let SampleAccount {
            role,
            login,
            password,
            name,
            unit,
            ..
        } = *account;
        [role, login, password, name, unit]
            .map(str::to_owned)
            .to_vec()
    };
    let rows: Vec<Vec<String>> = report.accounts.iter().map(row).collect();
    let accounts = output::table(&["角色", "账号", "密码", "姓名", "单位"], &rows);
    let projects = format!(
        "样例项目 {} 个，本次新增 {} 个。",
        report.projects, report.added
    );
    let opened = address
        .map(|address| format!("\n请用浏览器打开 {address} ，按 Ctrl-C 停止。\n"))
        .unwrap_or_default();
    format!("{projects}样例账号：\n\n{accounts}{opened}")
}
