//! `luodi sweep`: the reminders of a day, now.

use calendar::Day;
use clap::Args;
use service::sweep::Swept;

use crate::failure::Answer;
use crate::installation::{Place, block_on};
use crate::output;

/// `luodi sweep`.
#[derive(Debug, Args)]
#[command(about = "每日提醒：按政策包的规定发出预警和三级提醒；同一天重复运行不会重复提醒")]
pub struct Sweep {
    #[arg(long, value_name = "日期", value_parser = calendar::parse_day, help = "按哪一天计算；不写时为当天")]
    on: Option<Day>,
    #[command(flatten)]
    place: Place,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

impl Sweep {
    /// Sweeps every region.
    pub fn run(self) -> Answer {
        block_on(self.sweep())
    }

    async fn sweep(self) -> Answer {
        let service = self.place.open().await?;
        let day = self.on.unwrap_or_else(|| service.today());
        let swept = service.sweep(day).await?;
        if self.json {
            return output::say_json(&swept);
        }
        output::say(&text(&swept, day));
        Ok(())
    }
}

fn text(swept: &Swept, day: Day) -> String {
    let [first, second, third] = swept.by_level;
    let mut text = format!(
        "{day}：{} 项期限发出提醒 {} 条（限时完成 {first}、超时提醒 {second}、逾期批评 {third}），待发邮件和推送 {} 条。",
        swept.deadlines, swept.alerts, swept.messages
    );
    if swept.meetings > 0 {
        text.push_str(&format!("另提醒召开会议 {} 条。", swept.meetings));
    }
    if !swept.busy.is_empty() {
        text.push_str(&format!(
            "\n另一个程序正在处理：{}。",
            swept.busy.join("、")
        ));
    }
    text
}
