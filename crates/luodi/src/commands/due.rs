//! `luodi due`: the due day of a limit.

use std::path::{Path, PathBuf};

use calendar::{Day, Limit, Roll, WorkCalendar, weekday_zh};
use clap::Args;
use serde::Serialize;

use super::read_text;
use crate::failure::{Answer, Failure};
use crate::output;

/// `luodi due`.
#[derive(Debug, Args)]
#[command(about = "计算到期日：自某日起，时限到哪一天届满")]
pub struct Due {
    #[arg(long, value_name = "日期", value_parser = calendar::parse_day, help = "起算日，如 2024-08-31；当日不计入")]
    from: Day,
    #[arg(
        long,
        value_name = "时限",
        help = "时限，如 \"6 months\"、\"30 natural_days\"、\"5 working_days\"、\"1 years\"，或 6个月"
    )]
    limit: Limit,
    #[arg(
        long,
        help = "到期日逢休息日的，顺延到下一个工作日（《民法典》第二百零三条）"
    )]
    roll: bool,
    #[arg(long, help = "列出计算过程")]
    explain: bool,
    #[arg(
        long,
        value_name = "文件",
        help = "另行载入放假安排（CSV：date,kind,name,weekday,notice），可多次"
    )]
    holidays: Vec<PathBuf>,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

/// The answer for machines.
#[derive(Debug, Serialize)]
struct Shown {
    from: Day,
    limit: Limit,
    roll: Roll,
    due: Day,
    weekday: &'static str,
    provisional: bool,
    steps: Vec<String>,
}

impl Due {
    /// Works the day out and shows it.
    pub fn run(self) -> Answer {
        let calendar = calendar_with(&self.holidays)?;
        let roll = if self.roll {
            Roll::NextWorkingDay
        } else {
            Roll::None
        };
        let due =
            calendar::due(self.from, self.limit, roll, &calendar).map_err(Failure::because)?;
        let steps = calendar::explain(self.from, self.limit, roll, &calendar, &[])
            .map_err(Failure::because)?;
        let shown = Shown {
            from: self.from,
            limit: self.limit,
            roll,
            due: due.day,
            weekday: weekday_zh(due.day),
            provisional: due.provisional,
            steps: steps.into_iter().map(|step| step.text).collect(),
        };
        if self.json {
            return output::say_json(&shown);
        }
        output::say(&shown.text(self.explain));
        Ok(())
    }
}

impl Shown {
    fn text(&self, explain: bool) -> String {
        let mut lines = vec![self.due.to_string()];
        if self.provisional {
            lines.push("暂定：计算所及的年份尚未载入放假安排，按星期六、星期日休息推算；安排载入后重新计算。".to_owned());
        }
        if explain {
            let steps = self
                .steps
                .iter()
                .zip(1..)
                .map(|(step, number)| format!("{number}. {step}"));
            lines.extend(steps);
        }
        lines.join("\n")
    }
}

/// The State Council's arrangements of the program, with those of the files laid over them.
pub fn calendar_with(files: &[PathBuf]) -> Result<WorkCalendar, Failure> {
    let mut calendar = WorkCalendar::state_council().clone();
    for file in files {
        calendar = calendar.merged(&arrangement(file)?);
    }
    Ok(calendar)
}

fn arrangement(file: &Path) -> Result<WorkCalendar, Failure> {
    WorkCalendar::from_csv(&read_text(file)?)
        .map_err(|error| Failure::because(format!("文件“{}”：{error}", file.display())))
}
