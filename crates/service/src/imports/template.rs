//! The workbook to fill in: empty columns, and a sheet that explains each of them.

use office::{Column, ColumnKind, Out, OutCell, Sheet, SheetWriter, WriteError};

use super::read::milestones;
use super::rejects::Workbook;
use crate::ledger::template_columns;
use crate::{Actor, Outcome, Service, ServiceError};
use domain::values::MoneyUnit;

/// What stands in a column: heading, whether it is needed, how it is filled in, an example.
type Explained = (&'static str, &'static str, &'static str, &'static str);

const EXPLAINED: [Explained; 19] = [
    (
        "项目编号",
        "可空",
        "从系统导出的台账带有编号；新项目留空，由系统编号。",
        "",
    ),
    (
        "项目名称",
        "必填",
        "同一个项目只写一行；分期建设的写明一期、二期。",
        "样例智能装备产业园",
    ),
    ("投资方", "可空", "投资企业的全称。", "样例控股集团有限公司"),
    (
        "企业名称",
        "可空",
        "在本地注册的企业全称。",
        "样例甲智造有限公司",
    ),
    (
        "统一社会信用代码",
        "可空",
        "18 位；填写后按校验码核对，并据此查重。",
        "",
    ),
    (
        "产业类别",
        "可空",
        "工业、服务业、商贸业三者之一，决定行业主管部门。",
        "工业",
    ),
    ("行业", "可空", "按台账原有叫法填写。", "装备制造"),
    (
        "属地政府",
        "可空",
        "乡镇、街道、园区的名称，用本地区单位名单中的名称或简称。",
        "",
    ),
    ("承接单位", "可空", "本地区单位名单中的名称或简称。", ""),
    (
        "总投资、引进资金、到位资金",
        "可空",
        "数字，单位以列名括号内为准；也可在单元格内写明单位，如 3.5亿元、8000万元。",
        "3.5",
    ),
    ("用地", "可空", "单位亩，最多两位小数。", "120.5"),
    ("项目所在地、项目基本情况", "可空", "文字。", ""),
    (
        "各节点日期",
        "可空",
        "如 2025-07-30；只知道年月的可写 2025年7月，系统会提示补到日。先后顺序须合理，不能晚于今天。",
        "2025-07-30",
    ),
    (
        "节点申报日期、认定日期",
        "可空",
        "需要时自行加列，如“开工申报日期”“开工认定日期”。",
        "2025-08-02",
    ),
    (
        "联系人、联系电话",
        "可空",
        "加密保存，无权人员只能看到掩码。",
        "样例联系人",
    ),
    (
        "登记人",
        "可空",
        "原台账的登记人；导入后仍记在该人名下。",
        "样例登记员",
    ),
    (
        "登记日期",
        "可空",
        "原台账的登记日期；导入后项目按这一天登记。",
        "2025-03-01",
    ),
    ("来源", "可空", "信息来源或网址。", ""),
    (
        "其他列",
        "可空",
        "不认识的列按原列名保留在“其他栏目”，不会丢失。",
        "",
    ),
];

impl Service {
    /// The empty workbook with the columns of the pack in force, and a sheet that explains them.
    pub async fn ledger_template(&self, actor: &Actor) -> Outcome<Workbook> {
        let region = self.region(&actor.region).await?;
        let columns = template_columns(&milestones(region.lifecycle()?), MoneyUnit::Wan);
        let content = workbook(&region.title, columns)
            .map_err(|error| ServiceError::Failed(error.to_string()))?;
        Ok(Workbook {
            name: format!("{}招商项目台账模板.xlsx", region.title),
            content,
        })
    }
}

fn workbook(region: &str, columns: Vec<Column>) -> Result<Vec<u8>, WriteError> {
    let mut ledger = Sheet::new("项目台账", columns);
    ledger.title = Some(format!("{region}招商项目台账"));
    ledger.note_lines = vec![
        "从下一行列名的下面开始填写，一行一个项目。列的次序可以调整，不用的列可以删去。".into(),
    ];
    let mut explained = Sheet::new("填写说明", explained_columns());
    explained.title = Some("填写说明".into());
    let mut writer = SheetWriter::new(ledger)?.next_sheet(explained)?;
    for (heading, needed, how, example) in EXPLAINED {
        let cells =
            [heading, needed, how, example].map(|text| OutCell::from(Out::Text(text.to_string())));
        writer.push_row(&cells)?;
    }
    writer.finish()
}

fn explained_columns() -> Vec<Column> {
    [
        ("列", 28.0),
        ("要求", 8.0),
        ("怎样填写", 60.0),
        ("示例", 24.0),
    ]
    .map(|(heading, width)| Column::new(heading, ColumnKind::Text).wide(width))
    .to_vec()
}
