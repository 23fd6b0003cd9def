//! `luodi policy schema`.

use clap::Args;

use crate::failure::Answer;
use crate::output;

/// `luodi policy schema`.
#[derive(Debug, Args)]
#[command(about = "输出政策包格式的 JSON Schema，供编辑器提示和检查")]
pub struct Schema {}

impl Schema {
    /// Shows the schema.
    pub fn run(self) -> Answer {
        output::say_json(&policy::schema())
    }
}
