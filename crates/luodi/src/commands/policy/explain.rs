//! `luodi policy explain`.

use std::path::{Path, PathBuf};

use clap::Args;
use policy::{Policy, Style};

use crate::commands::read_text;
use crate::failure::{Answer, Failure};
use crate::output;

/// `luodi policy explain`.
#[derive(Debug, Args)]
#[command(about = "把政策包写成通顺的中文：谁、什么时候、做什么、依据哪一条")]
pub struct Explain {
    #[arg(value_name = "路径", help = "政策包文件")]
    path: PathBuf,
}

impl Explain {
    /// Shows the pack in words.
    pub fn run(self) -> Answer {
        output::say(&policy::explain(&read(&self.path)?));
        Ok(())
    }
}

/// Reads a pack that must be without errors.
pub fn read(path: &Path) -> Result<Policy, Failure> {
    let text = read_text(path)?;
    let style = if output::coloured() {
        Style::Ansi
    } else {
        Style::Plain
    };
    policy::read(&path.display().to_string(), &text).map_err(|problems| {
        Failure::because(format!(
            "政策包有错误，不能使用。\n{}",
            problems.render(style)
        ))
    })
}
