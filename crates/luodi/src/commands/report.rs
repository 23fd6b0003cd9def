//! `luodi report`: a form of a region for a unit and period, as a workbook; or which share of it fills itself.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use service::forms::{Coverage, FormQuery, Period};

use super::file_trouble;
use crate::failure::{Answer, Failure};
use crate::installation::{Place, block_on, operator};
use crate::output;

/// `luodi report`.
#[derive(Debug, Args)]
#[command(
    about = "按表式生成报表（Excel），并报告有多少格由系统填好",
    after_help = "报告期的写法：月 2025-06，周 2025-W26，季度 2025-Q2，半年 2025-H1，某一天 2025-06-20。\n不写 --form 时列出本地区的报表。"
)]
pub struct Report {
    #[arg(long, value_name = "报表", help = "报表标识，如 xiangtan-4")]
    form: Option<String>,
    #[arg(long, value_name = "地区", help = "地区，如 xiangtan 或 湘潭市")]
    region: String,
    #[arg(
        long,
        value_name = "报告期",
        help = "报告期，如 2025-06；不写为最近一个完整的报告期"
    )]
    period: Option<String>,
    #[arg(long, value_name = "单位", help = "填报单位；不写为各单位汇总")]
    unit: Option<String>,
    #[arg(
        long,
        value_name = "文件",
        help = "生成到哪个文件，如 附件4.xlsx；不写则只报告填好的比例"
    )]
    out: Option<PathBuf>,
    #[arg(long, help = "文件已存在时覆盖")]
    force: bool,
    #[command(flatten)]
    place: Place,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

/// The answer for machines.
#[derive(Debug, Serialize)]
struct Shown {
    file: Option<PathBuf>,
    region: String,
    coverage: Coverage,
}

impl Report {
    /// Runs the command.
    pub fn run(self) -> Answer {
        block_on(self.produce())
    }

    async fn produce(self) -> Answer {
        if let Some(file) = self
            .out
            .as_ref()
            .filter(|file| file.exists() && !self.force)
        {
            return Err(Failure::because(format!(
                "文件“{}”已经存在，没有覆盖。请换一个文件名，或加 --force。",
                file.display()
            )));
        }
        let service = self.place.open().await?;
        let actor = operator(&service, &self.region).await?;
        let forms = service.form_list(&actor).await?;
        let Some(form) = self.form else {
            return list(&forms, self.json);
        };
        let usual = forms
            .iter()
            .find(|line| line.id == form)
            .map(|line| line.period);
        let period = match (self.period, usual) {
            (Some(text), _) => Period::parse(&text)?,
            (None, Some(usual)) => usual,
            // The service says which forms there are.
            (None, None) => Period::parse(&service.today().to_string())?,
        };
        let unit = match self.unit {
            Some(unit) => Some(known_unit(&service, &actor.region, &unit).await?),
            None => None,
        };
        let query = FormQuery { form, period, unit };
        let file = service.form_workbook(&actor, &query).await?;
        if let Some(path) = &self.out {
            std::fs::write(path, &file.content).map_err(|error| {
                Failure::because(format!("文件“{}”{}", path.display(), file_trouble(&error)))
            })?;
        }
        let shown = Shown {
            file: self.out,
            region: actor.region,
            coverage: file.produced.coverage(),
        };
        match self.json {
            true => output::say_json(&shown),
            false => {
                tell(&file.produced.full_title(), &shown);
                Ok(())
            }
        }
    }
}

/// The main spelling of a unit.
async fn known_unit(
    service: &service::Service,
    region: &str,
    unit: &str,
) -> Result<String, Failure> {
    let region = service.region(region).await?;
    let main = region.main_name(unit).map(str::to_owned);
    main.ok_or_else(|| {
        Failure::because(format!(
            "{}没有单位“{unit}”。请核对名称；单位名单见系统管理页。",
            region.title
        ))
    })
}

fn list(forms: &[service::forms::FormLine], json: bool) -> Answer {
    if json {
        let ids: Vec<&str> = forms.iter().map(|form| form.id.as_str()).collect();
        return output::say_json(&ids);
    }
    for form in forms {
        output::say(&format!(
            "{}  {}《{}》  {}，{}报{}",
            form.id, form.number, form.title, form.frequency, form.reported_by, form.reported_to
        ));
    }
    if forms.is_empty() {
        output::say("本地区没有启用报表政策包。");
    }
    Ok(())
}

fn tell(title: &str, shown: &Shown) {
    let coverage = &shown.coverage;
    if let Some(file) = &shown.file {
        output::say(&format!("已生成“{}”：{title}。", file.display()));
    } else {
        output::say(title);
    }
    output::say(&format!(
        "项目 {} 个；{} 格中系统填好 {} 格（{}.{}%）。",
        coverage.rows,
        coverage.cells,
        coverage.filled,
        coverage.permille / 10,
        coverage.permille % 10
    ));
    let open = coverage.columns.iter().filter(|column| column.missing > 0);
    for column in open {
        let required = if column.required { "，必填" } else { "" };
        output::say(&format!(
            "  {}：待填 {} 格{required}（来源：{}）",
            column.heading, column.missing, column.source
        ));
    }
}
