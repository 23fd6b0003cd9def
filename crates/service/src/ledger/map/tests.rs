use super::*;
use crate::ledger::{DuplicateBy, ImportReport, fault_marks};
use domain::values::Yuan;
use jiff::civil::date;
use office::{Cell, CellValue, ReadLimits, TableRow, read_table};
use policy::model::Sector;

const PUBLIC: &[u8] = include_bytes!("../../../../../samples/ledgers/public-signings.csv");

/// The milestones of the first pack.
pub(in crate::ledger) fn milestones() -> Vec<MilestoneName> {
    let milestone = |id: &str, title: &str, after: &[&str]| MilestoneName {
        id: id.to_owned(),
        title: title.to_owned(),
        after: after.iter().map(|id| (*id).to_owned()).collect(),
    };
    vec![
        milestone("approved", "过会", &[]),
        milestone("signed", "正式签约", &["approved"]),
        milestone("started", "开工", &["signed"]),
        milestone("listed", "统计入库", &["started"]),
        milestone("completed", "竣工", &["started"]),
        milestone("in_production", "投产", &["started"]),
        milestone("above_scale", "进规（限）", &["completed"]),
    ]
}

pub(in crate::ledger) fn context() -> LedgerContext {
    LedgerContext {
        region: "潜江".to_owned(),
        units: BTreeMap::new(),
        milestones: milestones(),
        stages: vec!["项目筹备开工".to_owned(), "项目竣工投产".to_owned()],
        pack: "qianjiang-6411".to_owned(),
        version: "1".to_owned(),
        today: date(2025, 7, 30),
    }
}

fn with_units() -> LedgerContext {
    let units = [
        ("市发改委", "市发改委"),
        ("发改委", "市发改委"),
        ("市商务局", "市商务局"),
        ("高新区", "潜江高新区"),
        ("潜江高新区", "潜江高新区"),
    ];
    let units = units
        .map(|(alias, unit)| (alias.to_owned(), unit.to_owned()))
        .into();
    LedgerContext { units, ..context() }
}

fn table(headings: &[&str], rows: &[&[&str]]) -> Table {
    let cell = |text: &&str| Cell {
        value: if text.is_empty() {
            CellValue::Empty
        } else {
            CellValue::Text((*text).to_owned())
        },
    };
    let rows = rows.iter().zip(2..).map(|(row, line)| TableRow {
        line,
        cells: row.iter().map(cell).collect(),
    });
    Table {
        heading_line: 1,
        headings: headings
            .iter()
            .map(|heading| (*heading).to_owned())
            .collect(),
        rows: rows.collect(),
        ..Table::default()
    }
}

fn mapped(headings: &[&str], rows: &[&[&str]]) -> Mapping {
    map(&table(headings, rows), &context()).unwrap()
}

/// The only row of a ledger with a name and these columns.
fn one(headings: &[&str], row: &[&str]) -> Candidate {
    let headings = [&["项目名称"], headings].concat();
    let row = [&["样例光电产业园项目"], row].concat();
    mapped(&headings, &[&row]).candidates.remove(0)
}

fn reasons(faults: &[Fault]) -> String {
    faults
        .iter()
        .map(Fault::message)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn form_4_is_read_into_a_project() {
    let headings = [
        "序号",
        "项目投资方",
        "所属500强名称及排名",
        "总部所在地（国别/省市）",
        "项目序号",
        "项目名称",
        "项目承接方",
        "总投资（亿元）",
        "引进资金（亿元）",
        "签约类型",
        "合作方式",
        "产业类别",
        "投资方类别",
        "项目基本情况",
        "项目所在地",
        "所属市州",
        "是否首次来潭投资",
        "到位资金（万元）",
        "项目进展情况（工商注册名称及代码必填）",
        "是否履约（必填）",
        "是否开工（必填）",
        "是否投产",
        "项目联系人及电话",
    ];
    let row = [
        "1",
        "样例集团",
        "中国500强第300位",
        "广东深圳",
        "1",
        "样例光电产业园项目",
        "潜江高新区",
        "1.2",
        "1",
        "合同",
        "C",
        "A类—工业制造业",
        "B",
        "年产样例屏幕100万片",
        "光谷路1号",
        "湘潭",
        "是",
        "3000",
        "已注册：样例光电（潜江）有限公司，代码91350100M000100Y43，正在平整场地",
        "是",
        "是",
        "否",
        "样例联系人 13800000000",
    ];
    let mapping = map(&table(&headings, &[&row]), &with_units()).unwrap();
    assert_eq!(mapping.recognised.len(), 23);
    assert!(mapping.unknown.is_empty(), "{:?}", mapping.unknown);
    let candidate = &mapping.candidates[0];
    assert_eq!(reasons(&candidate.faults), "");
    let details = &candidate.details;
    assert_eq!(details.total_investment, Some(Yuan::from_yuan(120_000_000)));
    assert_eq!(details.introduced_funds, Some(Yuan::from_yuan(100_000_000)));
    assert_eq!(details.funds_in_place, Some(Yuan::from_yuan(30_000_000)));
    assert_eq!(details.sector, Some(Sector::Industry));
    assert_eq!(
        details.enterprise.as_deref(),
        Some("样例光电（潜江）有限公司")
    );
    assert_eq!(
        details.credit_code.as_ref().unwrap().as_str(),
        "91350100M000100Y43"
    );
    assert_eq!(details.receiving_unit.as_deref(), Some("潜江高新区"));
    let extra: Vec<(&str, &str)> = details
        .extra
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    assert!(
        extra.contains(&("合作方式", "独资")) && extra.contains(&("投资方类别", "民营企业投资")),
        "{extra:?}"
    );
    assert!(
        extra.contains(&("附件4产业类别", "工业制造业"))
            && extra.contains(&("是否首次来潭投资", "是")),
        "{extra:?}"
    );
    let contact = candidate.contact_clear.as_ref().unwrap();
    assert_eq!(
        (contact.name.as_str(), contact.phone.as_str()),
        ("样例联系人", "13800000000")
    );
    let reached: Vec<(&str, Option<Day>)> = candidate
        .reached
        .iter()
        .map(|r| (r.milestone.as_str(), r.on))
        .collect();
    assert_eq!(reached, [("started", None)]);
    assert_eq!(
        candidate.missing,
        ["属地政府", "过会日期", "正式签约日期", "开工日期"]
    );
}

#[test]
fn our_own_columns_are_read_in_any_order() {
    let headings = [
        "登记日期",
        "开工认定日期",
        "联系电话",
        "开工日期",
        "开工申报日期",
        "签约日期",
        "过会日期",
        "总投资（万元）",
        "产业类别",
        "属地政府",
        "项目编号",
        "用地（亩）",
        "联系人",
        "登记人",
        "项目名称",
        "备注",
    ];
    let row = [
        "2024-01-08",
        "2024-09-12",
        "0728-6200000",
        "2024年8月31日",
        "2024/9/2",
        "2024.3.1",
        "20240110",
        "8,500",
        "服务业",
        "样例镇",
        "QJ-2024-001",
        "58.4",
        "样例联系人",
        "样例登记人",
        "样例物流园项目",
        "样例",
    ];
    let candidate = mapped(&headings, &[&row]).candidates.remove(0);
    assert_eq!(reasons(&candidate.faults), "");
    assert_eq!(reasons(&candidate.warnings), "");
    assert_eq!(candidate.number.as_deref(), Some("QJ-2024-001"));
    assert_eq!(candidate.details.land_mu_hundredths, Some(5840));
    assert_eq!(candidate.recorded_on, Some(date(2024, 1, 8)));
    assert_eq!(candidate.recorded_by.as_deref(), Some("样例登记人"));
    let started = Reached {
        milestone: "started".to_owned(),
        on: Some(date(2024, 8, 31)),
        claimed_on: Some(date(2024, 9, 2)),
        certified_on: Some(date(2024, 9, 12)),
        reason: None,
    };
    assert_eq!(candidate.reached.len(), 3);
    assert_eq!(candidate.reached[2], started);
    assert_eq!(candidate.reached[1].on, Some(date(2024, 3, 1)));
}

#[test]
fn every_wrong_cell_is_named_with_row_column_value_and_reason() {
    let cases: [(&str, &str, &str); 15] = [
        ("签约日期", "2024-02-31", "没有 31 日"),
        ("签约日期", "2025-12-01", "晚于今天"),
        ("签约日期", "abc", "不是日期"),
        ("登记日期", "2026-01-01", "晚于今天"),
        ("总投资（万元）", "-5", "负数"),
        ("总投资（亿元）", "5000000", "不合常理"),
        ("总投资", "5000", "没有写单位"),
        ("总投资（万元）", "面议", "不是金额"),
        ("统一社会信用代码", "91350100M000100Y44", "第 18 位"),
        ("统一社会信用代码", "123", "应为 18 位"),
        ("产业类别", "矿业", "工业、服务业、商贸业"),
        ("合作方式", "合伙", "A 合资"),
        ("是否开工", "大概", "是 或 否"),
        ("用地（亩）", "-3", "负数"),
        ("用地（亩）", "3公顷", "折算成亩"),
    ];
    for (heading, value, words) in cases {
        let candidate = one(&[heading], &[value]);
        let message = reasons(&candidate.faults);
        assert_eq!(candidate.faults.len(), 1, "{heading} {value}: {message}");
        let place = format!("第 2 行 B 列“{heading}”");
        assert!(
            message.starts_with(&place) && message.contains(words),
            "{message}"
        );
        assert_eq!(
            message.matches(&format!("“{value}”")).count(),
            1,
            "{message}"
        );
    }
}

#[test]
fn days_that_cannot_be_true_together_are_faults_of_the_later_column() {
    let cases: [(&[&str], &[&str], &str); 5] = [
        (
            &["签约日期", "开工日期"],
            &["2024-05-01", "2024-03-01"],
            "开工日期 2024-03-01 早于正式签约日期 2024-05-01",
        ),
        (
            &["竣工日期", "进规（限）日期"],
            &["2025-01-02", "2025-01-01"],
            "进规（限）日期 2025-01-01 早于竣工日期",
        ),
        (
            &["开工日期", "开工申报日期"],
            &["2024-05-01", "2024-04-30"],
            "开工申报日期 2024-04-30 早于开工日期",
        ),
        (
            &["开工申报日期", "开工认定日期"],
            &["2024-05-01", "2024-04-30"],
            "开工认定日期 2024-04-30 早于开工申报日期",
        ),
        (
            &["开工日期", "是否开工"],
            &["2024-05-01", "否"],
            "写的是“否”",
        ),
    ];
    for (headings, row, words) in cases {
        let candidate = one(headings, row);
        let message = reasons(&candidate.faults);
        assert_eq!(candidate.faults.len(), 1, "{message}");
        assert!(
            message.starts_with("第 2 行 C 列") && message.contains(words),
            "{message}"
        );
    }
    let same_day = one(
        &["签约日期", "开工日期", "竣工日期"],
        &["2024-05-01", "2024-05-01", "2024-05-01"],
    );
    assert_eq!(reasons(&same_day.faults), "");
}

#[test]
fn vague_days_and_foreign_sums_are_kept_in_words_and_said_to_be_missing() {
    let candidate = one(
        &["开工日期", "总投资（万元）"],
        &["2020年第三季度", "3亿美元"],
    );
    assert_eq!(reasons(&candidate.faults), "");
    assert_eq!(candidate.warnings.len(), 2);
    assert_eq!(candidate.reached[0].on, None);
    assert!(
        candidate.reached[0]
            .reason
            .as_ref()
            .unwrap()
            .contains("2020年第三季度")
    );
    assert_eq!(candidate.details.extra["开工日期"], "2020年第三季度");
    assert_eq!(candidate.details.total_investment, None);
    assert_eq!(
        candidate.details.total_investment_raw.as_deref(),
        Some("3亿美元")
    );
    assert!(
        candidate
            .missing
            .iter()
            .any(|missing| missing.contains("开工日期（原文“2020年第三季度”"))
    );
    assert!(
        candidate
            .missing
            .iter()
            .any(|missing| missing.contains("总投资（原文“3亿美元”"))
    );
}

#[test]
fn planned_days_are_never_taken_for_days_that_were() {
    let candidate = one(
        &["开工日期", "计划竣工日期"],
        &["拟2025年10月开工", "2026-10-01"],
    );
    assert_eq!(reasons(&candidate.faults), "");
    assert!(candidate.reached.is_empty());
    assert_eq!(candidate.details.extra["计划竣工"], "2026-10-01");
    assert!(reasons(&candidate.warnings).contains("是计划"));
}

#[test]
fn a_cell_that_names_another_unit_than_its_column_is_read_and_said() {
    let candidate = one(&["总投资（万元）"], &["3亿元"]);
    assert_eq!(
        candidate.details.total_investment,
        Some(Yuan::from_yuan(300_000_000))
    );
    assert!(reasons(&candidate.warnings).contains("列名的单位是万元"));
}

#[test]
fn two_columns_of_the_same_sum_must_agree() {
    let agreeing = one(&["总投资（万元）", "总投资（亿元）"], &["25000", "2.5"]);
    assert_eq!(reasons(&agreeing.faults), "");
    let differing = one(&["总投资（万元）", "总投资（亿元）"], &["2500", "2.5"]);
    assert!(
        reasons(&differing.faults).contains("读成 2.5亿元，与“总投资（万元）”列的 2500万元 不一致")
    );
    let words = one(&["投资额", "总投资（亿元）"], &["一期40亿元", "40"]);
    assert_eq!(reasons(&words.faults), "");
    assert_eq!(
        words.details.total_investment,
        Some(Yuan::from_yuan(4_000_000_000))
    );
    assert_eq!(
        words.details.total_investment_raw.as_deref(),
        Some("一期40亿元")
    );
}

#[test]
fn units_are_brought_to_their_known_names_and_unknown_ones_are_asked_about() {
    let table = table(
        &["项目名称", "属地政府", "承接单位"],
        &[&["样例项目甲", "高新区", "发改委、市商务据"]],
    );
    let candidate = map(&table, &with_units()).unwrap().candidates.remove(0);
    assert_eq!(candidate.details.host.as_deref(), Some("潜江高新区"));
    assert_eq!(
        candidate.details.receiving_unit.as_deref(),
        Some("市发改委、市商务据")
    );
    assert_eq!(reasons(&candidate.faults), "");
    let warning = reasons(&candidate.warnings);
    assert!(
        warning.contains("没有“市商务据”") && warning.contains("是否应为“市商务局”"),
        "{warning}"
    );
}

#[test]
fn duplicates_name_both_rows() {
    let headings = ["项目名称", "统一社会信用代码"];
    let mapping = mapped(
        &headings,
        &[
            &["样例光电产业园项目", "91350100M000100Y43"],
            &["样例物流园", "91110000802100433B"],
            &["样例光电产业园（建设项目）", ""],
            &["样例仓储", "91350100M000100Y43"],
            &["样例光电产业园项目二期", "91350100M000100Y43"],
        ],
    );
    let found: Vec<_> = mapping
        .duplicates
        .iter()
        .map(|d| (d.first_line, d.line, d.by, d.refused))
        .collect();
    assert_eq!(
        found,
        [
            (2, 4, DuplicateBy::Name, true),
            (2, 5, DuplicateBy::CreditCode, true),
            (2, 6, DuplicateBy::CreditCode, false)
        ]
    );
    let message = reasons(&mapping.candidates[2].faults);
    assert!(
        message.contains("第 4 行与第 2 行") && message.contains("项目名称相同"),
        "{message}"
    );
    assert!(mapping.candidates[4].faults.is_empty());
}

#[test]
fn totals_repeated_headings_and_notes_are_left_out_with_a_note() {
    let mapping = mapped(
        &["序号", "项目名称", "总投资（万元）"],
        &[
            &["1", "样例项目甲", "100"],
            &["小计", "", "100"],
            &["序号", "项目名称", "总投资（万元）"],
            &["2", "样例项目乙", "200"],
            &["", "合 计", "300"],
            &["注：以上为样例", "", ""],
        ],
    );
    assert_eq!(mapping.candidates.len(), 2);
    let skipped: Vec<u32> = mapping.skipped.iter().map(|skipped| skipped.line).collect();
    assert_eq!(skipped, [3, 4, 6, 7]);
    assert!(mapping.skipped[0].note.contains("第 3 行是合计行"));
}

#[test]
fn a_row_without_a_name_is_a_fault_and_not_left_out() {
    let mapping = mapped(
        &["项目名称", "总投资（万元）"],
        &[&["", "100"], &["样例项目乙", "200"]],
    );
    let message = reasons(&mapping.candidates[0].faults);
    assert!(
        message.starts_with("第 2 行 A 列“项目名称”，内容“”：项目名称没有填写"),
        "{message}"
    );
}

#[test]
fn a_file_without_names_is_refused_and_says_what_was_found() {
    let refused = map(&table(&["投资方", "总投资"], &[&["样例", "1"]]), &context())
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("没有找到“项目名称”列") && refused.contains("“投资方”、“总投资”"),
        "{refused}"
    );
    let refused = map(&table(&["项目名称"], &[]), &context()).unwrap_err();
    assert_eq!(refused, LedgerError::NoRows { line: 1 });
}

#[test]
fn unknown_and_repeated_columns_are_kept_and_reported_with_the_nearest_known_one() {
    let mapping = mapped(
        &["项目名称", "项目名程", "天气", "投资方", "投资主体"],
        &[&["样例项目甲", "乙", "晴", "样例集团", "样例控股"]],
    );
    let unknown: Vec<_> = mapping
        .unknown
        .iter()
        .map(|u| (u.letters.as_str(), u.nearest.as_deref()))
        .collect();
    assert_eq!(unknown, [("B", Some("项目名称")), ("C", None), ("E", None)]);
    let details = &mapping.candidates[0].details;
    assert_eq!(
        (
            details.extra["天气"].as_str(),
            details.extra["投资主体"].as_str()
        ),
        ("晴", "样例控股")
    );
    assert_eq!(details.investor.as_deref(), Some("样例集团"));
    assert!(
        mapping.unknown[2]
            .note
            .contains("与前面的“投资方”列含义相同")
    );
}

#[test]
fn formulas_error_cells_and_misfitting_rows_are_faults() {
    let mut broken = table(
        &["项目名称", "总投资（万元）"],
        &[
            &["样例项目甲", ""],
            &["样例项目乙", ""],
            &["样例项目丙", "1"],
        ],
    );
    broken.rows[0].cells[1].value = CellValue::Formula {
        formula: "A1*2".to_owned(),
    };
    broken.rows[1].cells[1].value = CellValue::Error("单元格的结果是错误 #REF!".to_owned());
    broken.row_faults.push((4, "这一行多出一列".to_owned()));
    let mapping = map(&broken, &context()).unwrap();
    let faults: Vec<String> = mapping
        .candidates
        .iter()
        .map(|candidate| reasons(&candidate.faults))
        .collect();
    assert!(
        faults[0].contains("是公式") && faults[0].contains("=A1*2"),
        "{}",
        faults[0]
    );
    assert!(faults[1].contains("#REF!"), "{}", faults[1]);
    assert_eq!(faults[2], "第 4 行：这一行多出一列");
    assert_eq!(fault_marks(&mapping)[2].1, usize::MAX);
}

#[test]
fn telephone_numbers_do_not_stand_in_reports() {
    let mapping = mapped(
        &["项目名称", "联系电话", "签约日期"],
        &[&["样例项目甲", "138001", "2024-02-31"]],
    );
    let report = serde_json::to_string(&ImportReport::new("台账.xlsx", &mapping)).unwrap();
    assert!(
        report.contains("位数不足") && !report.contains("138001"),
        "{report}"
    );
}

#[test]
fn the_report_counts_and_speaks() {
    let mapping = mapped(
        &["项目名称", "总投资", "天气"],
        &[
            &["样例项目甲", "100", "晴"],
            &["样例项目乙", "200万元", "雨"],
            &["合计", "300万元", ""],
        ],
    );
    let report = ImportReport::new("台账.xlsx", &mapping);
    assert_eq!(
        (
            report.rows,
            report.good_rows,
            report.bad_rows,
            report.is_clean()
        ),
        (2, 1, 1, false)
    );
    assert_eq!(
        report.summary,
        "共 2 个项目，1 个可以导入，1 个有错误需要修改，另有 1 行不是项目，已跳过，1 列不认识，内容已原样保留。"
    );
    assert_eq!(report.missing["投资方"], 2);
    assert_eq!(
        fault_marks(&mapping),
        [(2, 1, report.faults[0].fault.reason.clone())]
    );
    assert!(
        report.faults[0]
            .message
            .starts_with("第 2 行 B 列“总投资”：“100”没有写单位")
    );
}

fn public() -> Mapping {
    let words = Vocabulary::new(&milestones());
    let table = read_table(
        PUBLIC,
        "public-signings.csv",
        &ReadLimits::default(),
        &|headings| words.count(headings),
    )
    .unwrap();
    map(&table, &context()).unwrap()
}

#[test]
fn all_rows_of_the_public_list_are_read_without_a_fault() {
    let mapping = public();
    assert_eq!(mapping.candidates.len(), 133);
    assert_eq!(
        (
            mapping.recognised.len(),
            mapping.unknown.len(),
            mapping.skipped.len()
        ),
        (16, 0, 0)
    );
    for candidate in &mapping.candidates {
        assert_eq!(reasons(&candidate.faults), "");
        assert!(
            candidate
                .details
                .source
                .as_ref()
                .unwrap()
                .starts_with("http")
        );
    }
    let investors = mapping
        .candidates
        .iter()
        .filter(|candidate| candidate.details.investor.is_some());
    assert_eq!(investors.count(), 27);
}

#[test]
fn the_sums_of_the_public_list_equal_those_that_were_worked_out_by_hand() {
    let mapping = public();
    let mut reader = PUBLIC
        .split(|byte| *byte == b'\n')
        .skip(1)
        .map(|line| String::from_utf8_lossy(line).into_owned());
    let mut given = 0;
    for candidate in &mapping.candidates {
        let fields = fields(&reader.next().unwrap());
        match fields[6].as_str() {
            "" => assert_eq!(candidate.details.total_investment, None, "{}", fields[3]),
            yi => {
                given += 1;
                let expected = Yuan::parse_in(yi, domain::values::MoneyUnit::Yi).unwrap();
                assert_eq!(
                    candidate.details.total_investment,
                    Some(expected),
                    "{}",
                    fields[3]
                );
            }
        }
        let raw = candidate
            .details
            .total_investment_raw
            .clone()
            .unwrap_or_default();
        assert_eq!(raw, fields[5]);
    }
    // Two of the 95 sums are in dollars and have no value in yuan.
    assert_eq!(given, 93);
    let worded = mapping
        .candidates
        .iter()
        .filter(|candidate| candidate.details.total_investment_raw.is_some());
    assert_eq!(worded.count(), 95);
}

#[test]
fn no_day_of_the_public_list_is_invented() {
    let mapping = public();
    let count = |id: &str, dated: bool| {
        let reached = mapping
            .candidates
            .iter()
            .flat_map(|candidate| &candidate.reached);
        reached
            .filter(|reached| reached.milestone == id && reached.on.is_some() == dated)
            .count()
    };
    let counts = ["signed", "started", "completed", "in_production"]
        .map(|id| (count(id, true), count(id, false)));
    assert_eq!(counts, [(24, 29), (33, 14), (2, 3), (0, 5)]);
    let silent = mapping
        .candidates
        .iter()
        .filter(|candidate| candidate.reached.is_empty());
    assert_eq!(silent.count(), 26);
    for candidate in &mapping.candidates {
        for reached in candidate
            .reached
            .iter()
            .filter(|reached| reached.on.is_none())
        {
            assert!(reached.reason.is_some());
            let title = &milestones()
                .into_iter()
                .find(|m| m.id == reached.milestone)
                .unwrap()
                .title
                .clone();
            assert!(
                candidate
                    .missing
                    .iter()
                    .any(|missing| missing.starts_with(&format!("{title}日期")))
            );
        }
    }
}

#[test]
fn vague_days_of_the_public_list_stay_in_their_words() {
    let mapping = public();
    let on_line = |line: u32| {
        mapping
            .candidates
            .iter()
            .find(|candidate| candidate.line == line)
            .unwrap()
    };
    for (line, words) in [
        (8, "2020年第三季度"),
        (17, "10月17日(第38届菊花文化节;年份原文未写)"),
        (28, "2023年"),
        (34, "截至2022-02-14"),
    ] {
        let candidate = on_line(line);
        assert_eq!(candidate.details.extra["日期（原文）"], words);
        assert!(
            candidate.reached[0].on.is_none()
                && candidate.reached[0]
                    .reason
                    .as_ref()
                    .unwrap()
                    .contains(words)
        );
        assert!(reasons(&candidate.warnings).contains(words));
    }
}

/// The fields of a line of the public list; none holds a line break or a quotation mark.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.trim_end_matches('\r').chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}

#[test]
fn the_project_that_stands_twice_in_the_public_list_is_found() {
    let mapping = public();
    let found: Vec<_> = mapping
        .duplicates
        .iter()
        .map(|d| (d.first_line, d.line, d.by, d.refused))
        .collect();
    assert_eq!(found, [(50, 53, DuplicateBy::NameWithoutPlace, false)]);
    let warned = reasons(&mapping.candidates[51].warnings);
    assert!(
        warned.contains("第 53 行与第 50 行“襄阳优途国际车城”"),
        "{warned}"
    );
}

#[test]
fn the_returned_workbook_holds_the_bad_rows_and_gives_the_same_faults_again() {
    let headings = ["项目名称", "总投资（万元）", "签约日期"];
    let rows: [&[&str]; 3] = [
        &["样例项目甲", "100", "2024-02-31"],
        &["样例项目乙", "200", "2024-03-01"],
        &["样例项目丙", "-3", "2024-03-01"],
    ];
    let first = table(&headings, &rows);
    let mapping = map(&first, &context()).unwrap();
    let file = office::write_faults(&first, &fault_marks(&mapping), true).unwrap();
    let words = Vocabulary::new(&milestones());
    let returned = read_table(&file, "退回.xlsx", &ReadLimits::default(), &|headings| {
        words.count(headings)
    })
    .unwrap();
    let again = map(&returned, &context()).unwrap();
    let told = |mapping: &Mapping| -> Vec<(String, String)> {
        let faults = mapping.candidates.iter().flat_map(|candidate| {
            candidate
                .faults
                .iter()
                .map(|fault| (candidate.details.name.clone(), fault.reason.clone()))
        });
        faults.collect()
    };
    assert_eq!(again.candidates.len(), 2);
    assert_eq!(told(&again), told(&mapping));
    assert!(again.unknown.is_empty(), "{:?}", again.unknown);
}

#[test]
fn headings_of_the_programs_own_ledger_are_read_by_what_stands_below_them() {
    let read = |state: &str, stage: &str, sector: &str| {
        let table = table(
            &["项目名称", "状态", "当前阶段", "产业"],
            &[&["样例项目", state, stage, sector]],
        );
        let mapping = map(&table, &context()).unwrap();
        let fields: Vec<Field> = mapping
            .recognised
            .into_iter()
            .map(|column| column.field)
            .collect();
        fields[1..].to_vec()
    };
    let worked_out = |title: &str| Field::WorkedOut(title.to_owned());
    assert_eq!(
        read("预警 剩余 12 天", "项目筹备开工", "工业"),
        [worked_out("状态"), worked_out("当前阶段"), Field::Sector]
    );
    assert_eq!(
        read("签约", "", "装备制造")[..],
        [Field::Stage, worked_out("当前阶段"), Field::Industry]
    );
    assert_eq!(read("逾期 3 天", "开工", "")[1], Field::Stage);
}

#[test]
fn two_projects_of_one_enterprise_are_no_duplicates_in_an_export_of_the_program() {
    let code = domain::values::CreditCode::complete("91420000123456789").unwrap();
    let code = code.as_str();
    let rows: [&[&str]; 2] = [
        &["7", "样例甲项目", code, ""],
        &["8", "样例乙项目", code, ""],
    ];
    let exported = table(&["编号", "项目名称", "统一社会信用代码", "标记"], &rows);
    assert_eq!(map(&exported, &context()).unwrap().duplicates, []);
    let other = table(&["编号", "项目名称", "统一社会信用代码", "备注"], &rows);
    assert_eq!(map(&other, &context()).unwrap().duplicates.len(), 1);
}
