//! `luodi verify`: whether the records can be trusted.

use clap::Args;
use serde::Serialize;
use service::Actor;
use store::chain::{Finding, Verification};

use crate::failure::{Answer, Failure};
use crate::installation::{Place, block_on};
use crate::output;
use crate::progress::Counter;

/// `luodi verify`.
#[derive(Debug, Args)]
#[command(about = "核验：记录链（SM3）、每日根值和数据库文件是否完好")]
pub struct Verify {
    #[command(flatten)]
    place: Place,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

/// The answer for machines.
#[derive(Debug, Serialize)]
struct Shown {
    sound: bool,
    events: u64,
    streams: u64,
    days: u64,
    faults: u64,
    findings: Vec<String>,
}

impl Verify {
    /// Verifies; whatever differs makes the command fail.
    pub fn run(self) -> Answer {
        block_on(self.verify())
    }

    async fn verify(self) -> Answer {
        let service = self.place.open().await?;
        let counter = Counter::new("已核验记录");
        let mut progress = |events| counter.at(events);
        let verification = service.verify(&Actor::program(""), &mut progress).await?;
        counter.done();
        let damage = service.db().integrity_check().await?;
        let shown = Shown::of(verification, damage);
        if self.json {
            output::say_json(&shown)?;
        } else {
            output::say(&shown.text());
        }
        if shown.sound {
            Ok(())
        } else {
            Err(Failure::Told)
        }
    }
}

impl Shown {
    fn of(verification: Verification, damage: Vec<String>) -> Shown {
        let found = verification.findings.iter().map(place);
        let damaged = damage.iter().map(|text| format!("数据库文件：{text}"));
        Shown {
            sound: verification.is_sound() && damage.is_empty(),
            events: verification.events,
            streams: verification.streams,
            days: verification.days,
            faults: verification.faults + damage.len() as u64,
            findings: found.chain(damaged).collect(),
        }
    }

    fn text(&self) -> String {
        let Shown {
            events,
            streams,
            days,
            faults,
            ..
        } = self;
        let counted = format!("核验项目 {streams} 个、记录 {events} 条、每日根值 {days} 个");
        if self.sound {
            return format!("{counted}：全部一致。");
        }
        let listed = self.findings.iter().map(|finding| format!("\n- {finding}"));
        let listed: String = listed.collect();
        format!(
            "{counted}：发现 {faults} 处不一致。请保留现场并联系审计管理员，从备份核对。{listed}"
        )
    }
}

/// Where something differs, and what.
fn place(finding: &Finding) -> String {
    let Finding {
        region,
        stream,
        version,
        fault,
    } = finding;
    match version {
        0 => format!("{region} {stream}：{fault}"),
        version => format!("{region} 项目 {stream} 第 {version} 条记录：{fault}"),
    }
}
