//! `luodi rebuild`: the rows that follow from the facts, worked out again.

use clap::Args;
use service::Actor;
use service::trust::Rebuilt;

use crate::failure::{Answer, Failure};
use crate::installation::{Place, block_on};
use crate::output;
use crate::progress::Counter;

/// `luodi rebuild`.
#[derive(Debug, Args)]
#[command(about = "重建：由记录重新算出台账、期限等；--check 只比对，不改动")]
pub struct Rebuild {
    #[arg(long, help = "只比对，不改动；有不一致时退出码为 1")]
    check: bool,
    #[command(flatten)]
    place: Place,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

impl Rebuild {
    /// Rebuilds or compares.
    pub fn run(self) -> Answer {
        block_on(self.rebuild())
    }

    async fn rebuild(self) -> Answer {
        let service = self.place.open().await?;
        let counter = Counter::new("已处理记录");
        let mut progress = |events| counter.at(events);
        let rebuilt = service
            .rebuild(&Actor::program(""), self.check, &mut progress)
            .await?;
        counter.done();
        if self.json {
            output::say_json(&rebuilt)?;
        } else {
            output::say(&text(&rebuilt, self.check));
        }
        if self.check && rebuilt.different > 0 {
            Err(Failure::Told)
        } else {
            Ok(())
        }
    }
}

fn text(rebuilt: &Rebuilt, check: bool) -> String {
    let Rebuilt {
        projects,
        matters,
        events,
        different,
        findings,
    } = rebuilt;
    let matters = match matters {
        0 => String::new(),
        matters => format!("事项 {matters} 个、"),
    };
    let counted = format!("项目 {projects} 个、{matters}记录 {events} 条");
    if !check {
        return format!("已重建{counted}。");
    }
    if *different == 0 {
        return format!("比对{counted}：全部一致。");
    }
    let listed: String = findings
        .iter()
        .map(|finding| format!("\n- {finding}"))
        .collect();
    format!("比对{counted}：{different} 个项目不一致。运行 luodi rebuild 可按记录重建。{listed}")
}
