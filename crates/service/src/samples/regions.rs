//! Regions, their units from the published tables, and the packs of 潜江.

use office::{ReadLimits, Table, read_table};
use store::units::{self, RegionRow, UnitRow};
use store::{Batch, packs};

use crate::{Actor, Outcome, Service, ServiceError};

/// The region that has packs and projects.
pub(super) const QIANJIANG: &str = "qianjiang";
/// 大冶.
pub(super) const DAYE: &str = "daye";
/// 湘潭.
pub(super) const XIANGTAN: &str = "xiangtan";

const UNITS: &str = include_str!("../../../../samples/published/units.csv");
const ALIASES: &str = include_str!("../../../../samples/published/unit-aliases.csv");

/// Packs in force, by region and id.
const PACKS: [(&str, &str, &str, &str); 5] = [
    (
        QIANJIANG,
        "qianjiang-6411",
        "6411.toml",
        include_str!("../../../../policies/qianjiang/6411.toml"),
    ),
    (
        QIANJIANG,
        "qianjiang-performance",
        "performance.toml",
        include_str!("../../../../policies/qianjiang/performance.toml"),
    ),
    (
        XIANGTAN,
        "xiangtan-closed-loop",
        "closed-loop.toml",
        include_str!("../../../../policies/xiangtan/closed-loop.toml"),
    ),
    (
        XIANGTAN,
        "xiangtan-matters",
        "matters.toml",
        include_str!("../../../../policies/xiangtan/matters.toml"),
    ),
    (
        XIANGTAN,
        "xiangtan-forms",
        "forms.toml",
        include_str!("../../../../policies/xiangtan/forms.toml"),
    ),
];

/// A region, and how the published tables call it.
struct Sample {
    region: &'static str,
    title: &'static str,
    province: &'static str,
    city: &'static str,
}

const REGIONS: [Sample; 3] = [
    Sample {
        region: QIANJIANG,
        title: "潜江市",
        province: "湖北省",
        city: "潜江",
    },
    Sample {
        region: DAYE,
        title: "大冶市",
        province: "湖北省",
        city: "大冶",
    },
    Sample {
        region: XIANGTAN,
        title: "湘潭市",
        province: "湖南省",
        city: "湘潭",
    },
];

/// The published documents name no township of 潜江; these are plainly invented.
pub(super) const TOWNSHIPS: [&str; 3] = ["样例镇甲", "样例镇乙", "样例街道丙"];

/// Puts regions, units and packs.
pub(super) async fn install(service: &Service) -> Outcome<()> {
    if units::region(service.db(), XIANGTAN).await?.is_none() {
        service.db().write(regions_and_units(service)?).await?;
        REGIONS
            .iter()
            .for_each(|sample| service.forget_region(sample.region));
    }
    for region in [QIANJIANG, XIANGTAN] {
        load_packs(service, region).await?;
    }
    Ok(())
}

fn regions_and_units(service: &Service) -> Outcome<Batch> {
    let mut batch = Batch::new();
    for sample in &REGIONS {
        let row = RegionRow {
            region: sample.region.into(),
            title: sample.title.into(),
            province: sample.province.into(),
        };
        units::put_region(&mut batch, &row, service.now());
    }
    put_units(&mut batch)?;
    put_aliases(&mut batch)?;
    for (name, code) in TOWNSHIPS.into_iter().zip(["QU-S01", "QU-S02", "QU-S03"]) {
        let row = UnitRow {
            name: name.into(),
            code: code.into(),
            kind: "township".into(),
            collective: false,
            note: "样例：公开文件没有列出潜江的镇街，此单位为虚构".into(),
        };
        units::put(&mut batch, QIANJIANG, &row);
    }
    Ok(batch)
}

fn put_units(batch: &mut Batch) -> Outcome<()> {
    let table = Published::read("units.csv", UNITS)?;
    for line in 0..table.lines() {
        let row = UnitRow {
            name: table.cell(line, "unit")?,
            code: table.cell(line, "unit_id")?,
            kind: table.cell(line, "kind")?,
            collective: table.cell(line, "collective")? == "是",
            note: String::new(),
        };
        units::put(batch, region_of(&table.cell(line, "city")?)?, &row);
    }
    Ok(())
}

fn put_aliases(batch: &mut Batch) -> Outcome<()> {
    let table = Published::read("unit-aliases.csv", ALIASES)?;
    for line in 0..table.lines() {
        let (name, unit) = (table.cell(line, "name")?, table.cell(line, "unit")?);
        if name != unit {
            units::put_alias(batch, region_of(&table.cell(line, "city")?)?, &name, &unit);
        }
    }
    Ok(())
}

fn region_of(city: &str) -> Outcome<&'static str> {
    let sample = REGIONS.iter().find(|sample| sample.city == city);
    sample
        .map(|sample| sample.region)
        .ok_or_else(|| broken("units.csv", city))
}

fn broken(file: &str, what: &str) -> ServiceError {
    ServiceError::Failed(format!("随程序提供的表 {file} 无法读取：{what}"))
}

/// Puts those packs of a region in force that it does not have yet.
async fn load_packs(service: &Service, region: &str) -> Outcome<()> {
    let known = packs::list(service.db(), region).await?;
    let missing = |id: &str| known.iter().all(|pack| pack.id != id);
    let operator = Actor::program(region);
    let own = PACKS
        .iter()
        .filter(|(of, id, ..)| *of == region && missing(id));
    for (_, _, file, source) in own {
        let loaded = service.load_pack(&operator, file, source).await?;
        service
            .activate_pack(&operator, &loaded.id, &loaded.version)
            .await?;
    }
    Ok(())
}

/// A published table, read by the names of its columns.
pub(super) struct Published {
    file: &'static str,
    table: Table,
}

impl Published {
    pub(super) fn read(file: &'static str, text: &str) -> Outcome<Published> {
        // The first row of these tables is their heading.
        let first_row = |cells: &[String]| cells.len();
        let table = read_table(text.as_bytes(), file, &ReadLimits::default(), &first_row)
            .map_err(|error| broken(file, &error.to_string()))?;
        Ok(Published { file, table })
    }

    pub(super) fn lines(&self) -> usize {
        self.table.rows.len()
    }

    pub(super) fn cell(&self, line: usize, column: &str) -> Outcome<String> {
        let place = self
            .table
            .headings
            .iter()
            .position(|heading| heading == column);
        let row = self.table.rows.get(line);
        let cell = place.zip(row).map(|(place, row)| row.cells.get(place));
        let cell = cell.ok_or_else(|| broken(self.file, column))?;
        Ok(cell
            .map(|cell| cell.text().into_owned())
            .unwrap_or_default())
    }
}
