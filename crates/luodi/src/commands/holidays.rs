//! `luodi holidays load`: the arrangement of a newly published year.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use service::Actor;
use service::holidays::LoadedArrangement;

use super::read_text;
use crate::failure::Answer;
use crate::installation::{Place, block_on};
use crate::output;

/// What can be done with arrangements.
#[derive(Debug, Subcommand)]
#[command(about = "放假安排：载入新公布的年度安排")]
pub enum HolidaysTask {
    Load(Load),
}

impl HolidaysTask {
    /// Runs the command.
    pub fn run(self) -> Answer {
        match self {
            HolidaysTask::Load(task) => block_on(task.run()),
        }
    }
}

/// `luodi holidays load`.
#[derive(Debug, Args)]
#[command(
    about = "载入一年的放假安排，重新计算暂定的到期日，列出变动",
    after_help = "文件为 CSV，表头 date,kind,name,weekday,notice；kind 为 holiday（放假）或 workday（调休上班）。"
)]
pub struct Load {
    #[arg(value_name = "文件", help = "放假安排（CSV）")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

impl Load {
    async fn run(self) -> Answer {
        let csv = read_text(&self.file)?;
        let service = self.place.open().await?;
        // Arrangements hold for all regions; the act is on record under none of them.
        let loaded = service.load_holidays(&Actor::program(""), &csv).await?;
        if self.json {
            return output::say_json(&loaded);
        }
        output::say(&text(loaded));
        Ok(())
    }
}

fn text(loaded: LoadedArrangement) -> String {
    let years: Vec<String> = loaded
        .years
        .iter()
        .map(|year| format!("{year} 年"))
        .collect();
    let head = format!(
        "已载入放假安排：{}。复核暂定到期日 {} 项，变动 {} 项。",
        years.join("、"),
        loaded.examined,
        loaded.moved.len()
    );
    if loaded.moved.is_empty() {
        return head;
    }
    let row = |moved: service::holidays::MovedDeadline| {
        vec![moved.name, moved.title, moved.before, moved.after]
    };
    let rows: Vec<Vec<String>> = loaded.moved.into_iter().map(row).collect();
    format!(
        "{head}\n\n{}",
        output::table(&["项目", "阶段、环节", "原到期日", "现到期日"], &rows)
    )
}
