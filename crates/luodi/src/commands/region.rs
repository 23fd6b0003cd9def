//! `luodi region …`: the regions of an installation and their units.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use office::{ReadLimits, Table, read_table};
use serde::Serialize;
use service::units::UNIT_KINDS;
use service::{Actor, Service};
use store::Batch;
use store::units::{self, RegionRow, UnitRow};

use super::file_trouble;
use crate::failure::{Answer, Failure};
use crate::installation::{Place, block_on, operator};
use crate::output;

/// What can be done with regions.
#[derive(Debug, Subcommand)]
#[command(about = "地区：新增地区、载入单位名单")]
pub enum RegionTask {
    Add(Add),
    List(List),
    Units(Units),
}

impl RegionTask {
    /// Runs the command.
    pub fn run(self) -> Answer {
        block_on(async {
            match self {
                RegionTask::Add(task) => task.run().await,
                RegionTask::List(task) => task.run().await,
                RegionTask::Units(task) => task.run().await,
            }
        })
    }
}

/// `luodi region add`.
#[derive(Debug, Args)]
#[command(about = "新增地区；第一次使用时数据目录和数据库一并建立")]
pub struct Add {
    #[arg(value_name = "标识", value_parser = id, help = "小写字母、数字和 -，与政策包中的 region 一致，如 qianjiang")]
    id: String,
    #[arg(long, value_name = "名称", help = "名称，如 潜江市")]
    title: String,
    #[arg(long, value_name = "省份", help = "所属省份，如 湖北省")]
    province: String,
    #[arg(long, value_name = "文件", help = "单位名单，同 luodi region units")]
    units: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

fn id(text: &str) -> Result<String, String> {
    let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !text.is_empty() && text.len() <= 40 && text.chars().all(sound) {
        return Ok(text.to_owned());
    }
    Err("标识只用小写字母、数字和 -，不超过 40 个。".to_owned())
}

impl Add {
    async fn run(self) -> Answer {
        // The file is read first: a wrong one must not leave a region without units.
        let list = self
            .units
            .as_deref()
            .map(|file| UnitList::read(file, &self.title))
            .transpose()?;
        let service = self.place.open_or_make(service::Clock::system()).await?;
        if units::region(service.db(), &self.id).await?.is_some() {
            return Err(Failure::because(format!(
                "地区 {} 已经存在。单位名单请用 luodi region units 载入。",
                self.id
            )));
        }
        let mut batch = Batch::new();
        let row = RegionRow {
            region: self.id.clone(),
            title: self.title.clone(),
            province: self.province,
        };
        units::put_region(&mut batch, &row, service.now());
        let counted = list
            .map(|list| list.put(&mut batch, &self.id))
            .unwrap_or_default();
        service.db().write(batch).await?;
        output::say(&format!(
            "已新增地区 {}（{}），单位 {counted} 个。",
            self.title, self.id
        ));
        Ok(())
    }
}

/// `luodi region list`.
#[derive(Debug, Args)]
#[command(about = "列出地区及其单位数、启用的政策包")]
pub struct List {
    #[command(flatten)]
    place: Place,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

/// A region, for machines.
#[derive(Debug, Serialize)]
struct Listed {
    region: String,
    title: String,
    province: String,
    units: usize,
    pack: Option<String>,
}

impl List {
    async fn run(self) -> Answer {
        let service = self.place.open().await?;
        let mut listed = Vec::new();
        for row in units::regions(service.db()).await? {
            listed.push(Listed::of(&service, row).await?);
        }
        if self.json {
            return output::say_json(&listed);
        }
        let rows = listed.into_iter().map(|l| {
            vec![
                l.region,
                l.title,
                l.province,
                l.units.to_string(),
                l.pack.unwrap_or_else(|| "（未启用）".to_owned()),
            ]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        output::say(&output::table(
            &["标识", "名称", "省份", "单位数", "政策包"],
            &rows,
        ));
        Ok(())
    }
}

impl Listed {
    async fn of(service: &Service, row: RegionRow) -> Result<Listed, Failure> {
        let region = service.region(&row.region).await?;
        let pack = region
            .lifecycle()
            .ok()
            .map(|policy| format!("{} {}", policy.file.pack.id, policy.file.pack.version));
        Ok(Listed {
            region: row.region,
            title: row.title,
            province: row.province,
            units: region.units.len(),
            pack,
        })
    }
}

/// `luodi region units`.
#[derive(Debug, Args)]
#[command(
    about = "载入单位名单（Excel 或 CSV）；已有的单位更新，其余不变",
    after_help = "列：单位（unit）、类别（kind），可有 编号（unit_id）、别称（aliases，用“；”隔开）、集合称谓（collective，是或否）、城市（city，只取本地区）。\n例子见 samples/published/units.csv。"
)]
pub struct Units {
    #[arg(value_name = "文件", help = "单位名单")]
    file: PathBuf,
    #[arg(long, value_name = "地区", help = "地区，如 qianjiang 或 潜江市")]
    region: String,
    #[command(flatten)]
    place: Place,
}

impl Units {
    async fn run(self) -> Answer {
        let service = self.place.open().await?;
        let Actor { region, .. } = operator(&service, &self.region).await?;
        let title = service.region(&region).await?.title.clone();
        let list = UnitList::read(&self.file, &title)?;
        let mut batch = Batch::new();
        let counted = list.put(&mut batch, &region);
        service.db().write(batch).await?;
        output::say(&format!("已载入 {title} 的单位 {counted} 个。"));
        Ok(())
    }
}

/// Units as a file lists them, with their other names.
struct UnitList(Vec<(UnitRow, Vec<String>)>);

impl UnitList {
    /// Reads the units of a region; a row that cannot be right refuses the whole file.
    fn read(file: &Path, region: &str) -> Result<UnitList, Failure> {
        let name = file.display().to_string();
        let bytes = std::fs::read(file)
            .map_err(|error| Failure::because(format!("文件“{name}”{}", file_trouble(&error))))?;
        let count = |headings: &[String]| {
            headings
                .iter()
                .filter(|heading| Column::of(heading).is_some())
                .count()
        };
        let table = read_table(&bytes, &name, &ReadLimits::default(), &count)
            .map_err(|error| Failure::because(format!("单位名单“{name}”：{error}")))?;
        let sheet = UnitSheet { name, table };
        sheet.list(region.trim_end_matches('市'))
    }

    fn put(&self, batch: &mut Batch, region: &str) -> usize {
        for (row, aliases) in &self.0 {
            units::put(batch, region, row);
            for alias in aliases {
                units::put_alias(batch, region, alias, &row.name);
            }
        }
        self.0.len()
    }
}

/// What a column of the list holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    City,
    Code,
    Name,
    Kind,
    Collective,
    Aliases,
}

impl Column {
    fn of(heading: &str) -> Option<Column> {
        Some(match heading {
            "city" | "城市" => Column::City,
            "unit_id" | "编号" | "单位编号" => Column::Code,
            "unit" | "单位" | "单位名称" => Column::Name,
            "kind" | "类别" => Column::Kind,
            "collective" | "集合称谓" => Column::Collective,
            "aliases" | "别称" | "别名" | "其他写法" => Column::Aliases,
            _ => return None,
        })
    }
}

struct UnitSheet {
    name: String,
    table: Table,
}

impl UnitSheet {
    fn list(&self, city: &str) -> Result<UnitList, Failure> {
        let mut list = Vec::new();
        for row in &self.table.rows {
            let cell = |column| self.cell(row, column);
            let (name, kind, its_city) =
                (cell(Column::Name), cell(Column::Kind), cell(Column::City));
            if !its_city.is_empty() && its_city.trim_end_matches('市') != city {
                continue;
            }
            if name.is_empty() {
                return Err(self.wrong(row.line, "没有单位名称。请补填，或删去整行。"));
            }
            if !UNIT_KINDS
                .iter()
                .any(|(id, title)| *id == kind || *title == kind)
            {
                let known: Vec<&str> = UNIT_KINDS.iter().map(|(_, title)| *title).collect();
                return Err(self.wrong(
                    row.line,
                    &format!("类别“{kind}”不能识别。可以写：{}。", known.join("、")),
                ));
            }
            let kind = UNIT_KINDS
                .iter()
                .find(|(id, title)| *id == kind || *title == kind)
                .map_or("other", |(id, _)| id);
            let unit = UnitRow {
                name,
                code: cell(Column::Code),
                kind: kind.to_owned(),
                collective: cell(Column::Collective) == "是",
                note: String::new(),
            };
            let aliases = cell(Column::Aliases);
            let aliases = aliases
                .split(['；', ';', '、'])
                .map(str::trim)
                .filter(|alias| !alias.is_empty());
            list.push((unit, aliases.map(str::to_owned).collect()));
        }
        match list.is_empty() {
            true => Err(Failure::because(format!(
                "单位名单“{}”中没有{city}的单位。请核对文件。",
                self.name
            ))),
            false => Ok(UnitList(list)),
        }
    }

    fn cell(&self, row: &office::TableRow, wanted: Column) -> String {
        let place = self
            .table
            .headings
            .iter()
            .position(|heading| Column::of(heading) == Some(wanted));
        let cell = place.and_then(|place| row.cells.get(place));
        cell.map(|cell| cell.text().trim().to_owned())
            .unwrap_or_default()
    }

    fn wrong(&self, line: u32, why: &str) -> Failure {
        Failure::because(format!("单位名单“{}”第 {line} 行：{why}", self.name))
    }
}
