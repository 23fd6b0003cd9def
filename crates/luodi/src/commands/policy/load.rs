//! `luodi policy load`.

use std::path::PathBuf;

use clap::Args;

use crate::commands::read_text;
use crate::failure::Answer;
use crate::installation::{Place, block_on, operator};
use crate::output;

/// `luodi policy load`.
#[derive(Debug, Args)]
#[command(about = "把政策包装入一个地区，并启用于今后登记的项目；在办项目仍按原版本")]
pub struct Load {
    #[arg(value_name = "文件", help = "政策包文件")]
    file: PathBuf,
    #[arg(long, value_name = "地区", help = "地区，如 qianjiang 或 潜江市")]
    region: String,
    #[arg(long, help = "只装入，暂不启用")]
    inactive: bool,
    #[command(flatten)]
    place: Place,
}

impl Load {
    /// Runs the command.
    pub fn run(self) -> Answer {
        block_on(self.load())
    }

    async fn load(self) -> Answer {
        let source = read_text(&self.file)?;
        let service = self.place.open().await?;
        let actor = operator(&service, &self.region).await?;
        let loaded = service
            .load_pack(&actor, &self.file.display().to_string(), &source)
            .await?;
        for warning in &loaded.warnings {
            output::complain(warning);
        }
        let name = format!("{} {}", loaded.id, loaded.version);
        if self.inactive {
            output::say(&format!("已装入 {name}，尚未启用。"));
            return Ok(());
        }
        service
            .activate_pack(&actor, &loaded.id, &loaded.version)
            .await?;
        output::say(&format!("已装入并启用 {name}。"));
        Ok(())
    }
}
