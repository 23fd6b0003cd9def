//! The vocabulary of headings: what columns of ledgers are called, and in which unit they count.

use std::collections::HashMap;

use domain::values::MoneyUnit;
use serde::Serialize;

use super::map::MilestoneName;

/// Below this similarity a heading is not offered as "did you mean".
const LEAST_LIKENESS: f64 = 0.5;

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// 序号: the line number of a list, of no meaning.
    Serial,
    /// 项目编号: the number under which the ledger already knows the project.
    Number,
    /// 项目名称.
    Name,
    /// 项目投资方.
    Investor,
    /// 企业名称.
    Enterprise,
    /// 统一社会信用代码.
    CreditCode,
    /// 产业类别.
    Sector,
    /// 行业.
    Industry,
    /// 属地政府.
    Host,
    /// 项目承接方.
    ReceivingUnit,
    /// 总投资.
    TotalInvestment,
    /// 总投资 as it was worded.
    TotalInvestmentRaw,
    /// 引进资金.
    IntroducedFunds,
    /// 到位资金.
    FundsInPlace,
    /// 用地（亩）.
    Land,
    /// 项目所在地.
    Location,
    /// 项目基本情况.
    Summary,
    /// 项目进展情况（工商注册名称及代码必填）: form 4 wants the registered name and code inside this text.
    Progress,
    /// 项目联系人及电话 in one cell.
    Contact,
    /// 联系人.
    ContactName,
    /// 联系电话.
    ContactPhone,
    /// 登记人.
    RecordedBy,
    /// 登记日期.
    RecordedOn,
    /// 来源.
    Source,
    /// The stage in free words, as public lists give it.
    Stage,
    /// The day that belongs to the stage.
    StageDay,
    /// 签约类型.
    ContractKind,
    /// 合作方式.
    Cooperation,
    /// 投资方类别.
    InvestorKind,
    /// A known yes-or-no column, kept under its title; with a milestone it says whether that was reached.
    YesNo {
        /// Title under which it is kept.
        title: String,
        /// Milestone of which it speaks.
        milestone: Option<String>,
    },
    /// 企业（投资方）: both in one cell, as the ledger's page shows them.
    Company,
    /// What the program works out by itself and its exports show: not taken in.
    WorkedOut(String),
    /// Known, kept as worded under its title.
    Kept(String),
    /// The day a milestone was reached.
    Reached(String),
    /// The day a milestone was claimed.
    Claimed(String),
    /// The day a milestone was certified.
    Certified(String),
}

/// In which unit a column counts, by its heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadingUnit {
    /// Chinese money.
    Money(MoneyUnit),
    /// Other money, such as 万美元.
    Foreign(String),
}

/// A recognised heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What the column holds.
    pub field: Field,
    /// The unit that the heading names.
    pub unit: Option<HeadingUnit>,
}

/// Field, title, other headings for the same. Keys are compared by [`key`], so blanks, brackets and letter case in
/// them do not matter.
static WORDS: &[(Field, &str, &[&str])] = &[
    (Field::Serial, "序号", &["编序", "行号", "row", "no", "no."]),
    (
        Field::Number,
        "项目编号",
        &["项目编码", "项目代码", "编号", "台账编号"],
    ),
    (
        Field::Name,
        "项目名称",
        &[
            "项目",
            "名称",
            "项目名",
            "招商项目名称",
            "签约项目名称",
            "建设项目名称",
            "project_name",
        ],
    ),
    (
        Field::Investor,
        "投资方",
        &[
            "项目投资方",
            "投资主体",
            "投资企业",
            "投资单位",
            "投资商",
            "投资公司",
            "投资方名称",
            "investor",
        ],
    ),
    (
        Field::Enterprise,
        "企业名称",
        &[
            "工商注册名称",
            "注册企业名称",
            "项目公司",
            "项目公司名称",
            "落地企业",
            "落地企业名称",
            "项目业主",
            "业主单位",
            "建设单位",
            "公司名称",
            "承载企业",
        ],
    ),
    (
        Field::CreditCode,
        "统一社会信用代码",
        &[
            "信用代码",
            "社会信用代码",
            "统一信用代码",
            "统一代码",
            "工商注册代码",
            "企业代码",
        ],
    ),
    (
        Field::Sector,
        "产业类别",
        &["产业类型", "项目类别", "产业分类", "项目产业类别"],
    ),
    (
        Field::Industry,
        "行业",
        &[
            "所属行业",
            "行业类别",
            "产业",
            "所属产业",
            "产业领域",
            "industry",
        ],
    ),
    (
        Field::Host,
        "属地政府",
        &[
            "属地",
            "所属区镇",
            "落户区镇",
            "区镇街道",
            "所在区镇",
            "责任属地",
            "属地单位",
            "所属乡镇",
            "落户乡镇",
            "host",
        ],
    ),
    (
        Field::ReceivingUnit,
        "承接单位",
        &[
            "项目承接方",
            "承接方",
            "项目承接单位",
            "引进单位",
            "招商单位",
            "引荐单位",
            "责任单位",
            "承接责任单位",
        ],
    ),
    (
        Field::TotalInvestment,
        "总投资",
        &[
            "总投资额",
            "投资总额",
            "计划总投资",
            "投资额",
            "投资金额",
            "投资规模",
            "协议投资",
            "协议投资额",
            "签约金额",
            "合同金额",
            "项目总投资",
            "合同总投资",
            "amount_raw",
            "amount_yi",
        ],
    ),
    (Field::TotalInvestmentRaw, "总投资原文", &["投资原文"]),
    (
        Field::IntroducedFunds,
        "引进资金",
        &[
            "引资额",
            "引进资金额",
            "引资金额",
            "合同引资",
            "合同引进资金",
        ],
    ),
    (
        Field::FundsInPlace,
        "到位资金",
        &[
            "资金到位",
            "实际到位资金",
            "累计到位资金",
            "到位资金额",
            "到资额",
        ],
    ),
    (
        Field::Land,
        "用地",
        &[
            "用地面积",
            "占地",
            "占地面积",
            "土地面积",
            "项目用地",
            "用地规模",
            "供地面积",
            "land_mu",
        ],
    ),
    (
        Field::Location,
        "项目所在地",
        &[
            "所在地",
            "项目地址",
            "建设地点",
            "项目地点",
            "落户地点",
            "选址",
            "建设地址",
            "地点",
            "location",
        ],
    ),
    (
        Field::Summary,
        "项目基本情况",
        &[
            "项目简介",
            "项目概况",
            "建设内容",
            "主要建设内容",
            "建设规模及内容",
            "项目内容",
            "基本情况",
        ],
    ),
    (
        Field::Progress,
        "项目进展情况",
        &["项目进展", "进展情况", "进展", "推进情况"],
    ),
    (
        Field::Contact,
        "项目联系人及电话",
        &[
            "联系人及电话",
            "联系人及联系电话",
            "联系人电话",
            "联系方式",
            "联系人和电话",
            "项目联系人及联系方式",
        ],
    ),
    (
        Field::ContactName,
        "联系人",
        &["项目联系人", "企业联系人", "联系人姓名"],
    ),
    (
        Field::ContactPhone,
        "联系电话",
        &[
            "电话",
            "手机",
            "手机号",
            "手机号码",
            "联系人手机",
            "电话号码",
        ],
    ),
    (
        Field::RecordedBy,
        "登记人",
        &["填报人", "录入人", "登记人员"],
    ),
    (
        Field::RecordedOn,
        "登记日期",
        &["登记时间", "录入日期", "录入时间", "填报日期", "填报时间"],
    ),
    (
        Field::Source,
        "来源",
        &[
            "信息来源",
            "数据来源",
            "出处",
            "来源网址",
            "source_url",
            "source",
        ],
    ),
    (
        Field::Stage,
        "阶段（原文）",
        &[
            "阶段",
            "项目阶段",
            "所处阶段",
            "当前阶段",
            "项目状态",
            "状态",
            "stage_raw",
            "stage",
        ],
    ),
    (
        Field::StageDay,
        "日期（原文）",
        &["日期", "时间", "event_date", "date"],
    ),
    (Field::Company, "企业（投资方）", &[]),
    (Field::ContractKind, "签约类型", &["合同类型"]),
    (Field::Cooperation, "合作方式", &["合作形式", "投资方式"]),
    (
        Field::InvestorKind,
        "投资方类别",
        &["投资方类型", "投资主体类别"],
    ),
];

/// Columns that are known and kept as they are worded.
static KEPT: &[(&str, &[&str])] = &[
    (
        "所属500强名称及排名",
        &["500强", "500强名称及排名", "所属500强", "500强情况"],
    ),
    (
        "总部所在地",
        &["总部所在地国别省市", "总部", "投资方所在地", "客商来源"],
    ),
    ("项目序号", &[]),
    ("附件4产业类别", &[]),
    ("所属市州", &["市州"]),
    ("省份", &["省", "province"]),
    ("市县", &["市", "县", "区县", "县区", "city_county", "city"]),
    ("计划开工", &["planned_start"]),
    ("计划竣工", &["planned_finish"]),
    ("备注", &["说明", "备注说明", "remark", "note"]),
];

/// Columns of the program's own exports that follow from other facts.
static WORKED_OUT: &[&str] = &[
    "标记",
    "下一到期",
    "最近更新",
    "行业主管",
    "牵头领导",
    "包保",
];

/// Yes-or-no columns of form 4, with the milestone of which they speak.
static YES_NO: &[(&str, &[&str], Option<&str>)] = &[
    (
        "是否首次来潭投资",
        &["是否首次投资", "是否首次来投资"],
        None,
    ),
    ("是否履约", &["履约情况"], None),
    ("是否开工", &["开工情况", "开工与否"], Some("started")),
    ("是否投产", &["投产情况", "投产与否"], Some("in_production")),
];

/// What the milestones of the packs are called in ledgers, beside their titles.
static MILESTONE_WORDS: &[(&str, &[&str])] = &[
    ("approved", &["过会", "上会", "会议通过"]),
    ("signed", &["签约", "正式签约", "合同签订", "签订合同"]),
    ("started", &["开工", "开工建设", "实际开工"]),
    ("listed", &["统计入库", "入库", "入统", "纳统"]),
    ("completed", &["竣工", "完工", "竣工验收", "联合验收"]),
    ("in_production", &["投产", "正式投产"]),
    (
        "above_scale",
        &[
            "进规（限）",
            "进规",
            "进限",
            "进规进限",
            "升规",
            "入规",
            "小进规",
        ],
    ),
];

/// Knows headings, for one pack's milestones.
pub struct Vocabulary {
    known: HashMap<String, Field>,
    /// Titles to offer for unknown headings, with their keys.
    offered: Vec<(String, String)>,
}

impl Vocabulary {
    /// With the milestones of a pack.
    pub fn new(milestones: &[MilestoneName]) -> Self {
        let mut words = Self {
            known: HashMap::new(),
            offered: Vec::new(),
        };
        for (field, title, others) in WORDS {
            words.add(field, title, others);
        }
        for (title, others) in KEPT {
            words.add(&Field::Kept((*title).to_owned()), title, others);
        }
        for title in WORKED_OUT {
            words.add(&Field::WorkedOut((*title).to_owned()), title, &[]);
        }
        for (title, others, milestone) in YES_NO {
            let milestone = milestone.map(str::to_owned);
            words.add(
                &Field::YesNo {
                    title: (*title).to_owned(),
                    milestone,
                },
                title,
                others,
            );
        }
        for milestone in milestones {
            words.add_milestone(milestone);
        }
        words
    }

    /// What a heading means, and its unit.
    pub fn recognise(&self, heading: &str) -> Option<Known> {
        let unit = unit_of(heading);
        let forms = [
            key(heading),
            key(&without_brackets(heading)),
            key(&without_unit(heading)),
        ];
        let field = forms.iter().find_map(|form| self.known.get(form))?.clone();
        let unit = unit
            .or_else(|| (key(heading) == "amountyi").then_some(HeadingUnit::Money(MoneyUnit::Yi)));
        Some(Known { field, unit })
    }

    /// How many of the headings are known: for finding the heading row of a sheet.
    pub fn count(&self, headings: &[String]) -> usize {
        headings
            .iter()
            .filter(|heading| !heading.is_empty() && self.recognise(heading).is_some())
            .count()
    }

    /// The known heading most like an unknown one.
    pub fn nearest(&self, heading: &str) -> Option<&str> {
        let heading = key(&without_brackets(heading));
        let likeness = |(form, title)| (strsim::normalized_levenshtein(&heading, form), title);
        let scored = self
            .offered
            .iter()
            .map(|(form, title)| likeness((form.as_str(), title)));
        let best = scored.max_by(|left, right| left.0.total_cmp(&right.0))?;
        (best.0 >= LEAST_LIKENESS).then_some(best.1.as_str())
    }

    fn add(&mut self, field: &Field, title: &str, others: &[&str]) {
        self.offered.push((key(title), title.to_owned()));
        for word in std::iter::once(&title).chain(others) {
            self.known.entry(key(word)).or_insert_with(|| field.clone());
        }
    }

    fn add_milestone(&mut self, milestone: &MilestoneName) {
        let known = MILESTONE_WORDS.iter().find(|(id, _)| *id == milestone.id);
        let others = known.map_or(&[][..], |(_, words)| words);
        for word in std::iter::once(milestone.title.as_str()).chain(others.iter().copied()) {
            let dated =
                |middle: &str| ["日期", "时间", "日"].map(|day| format!("{word}{middle}{day}"));
            let mut reached = dated("").to_vec();
            reached.extend([
                word.to_owned(),
                format!("实际{word}日期"),
                format!("实际{word}时间"),
                format!("{word}年月"),
            ]);
            self.add_all(&Field::Reached(milestone.id.clone()), &reached);
            self.add_all(&Field::Claimed(milestone.id.clone()), &dated("申报"));
            self.add_all(&Field::Certified(milestone.id.clone()), &dated("认定"));
            for plan in ["计划", "拟", "预计", "约定", "应"] {
                let kept = Field::Kept(format!("{plan}{word}"));
                self.add_all(&kept, &dated("").map(|day| format!("{plan}{day}")));
                self.add_all(&kept, &[format!("{plan}{word}")]);
            }
        }
    }

    fn add_all(&mut self, field: &Field, headings: &[String]) {
        if let Some(first) = headings.first() {
            self.offered.push((key(first), first.clone()));
        }
        for heading in headings {
            self.known
                .entry(key(heading))
                .or_insert_with(|| field.clone());
        }
    }
}

impl Field {
    /// The heading under which messages and exports speak of the field.
    pub fn title(&self, milestones: &[MilestoneName]) -> String {
        let milestone = |id: &str| {
            let known = milestones.iter().find(|milestone| milestone.id == id);
            known
                .map_or(id, |milestone| milestone.title.as_str())
                .to_owned()
        };
        match self {
            Field::Kept(title) | Field::YesNo { title, .. } => title.clone(),
            Field::WorkedOut(title) => format!("{title}（由系统算出，不导入）"),
            Field::Reached(id) => format!("{}日期", milestone(id)),
            Field::Claimed(id) => format!("{}申报日期", milestone(id)),
            Field::Certified(id) => format!("{}认定日期", milestone(id)),
            fixed => WORDS
                .iter()
                .find(|(field, _, _)| field == fixed)
                .map_or("", |(_, title, _)| title)
                .to_owned(),
        }
    }
}

/// The form under which headings are compared: half width, small letters, only letters, digits and characters.
pub(super) fn key(heading: &str) -> String {
    let plain = heading
        .chars()
        .map(half_width)
        .filter(|c| c.is_alphanumeric());
    plain.flat_map(char::to_lowercase).collect()
}

/// The half-width form of full-width letters and signs.
pub(super) fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

fn without_brackets(heading: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for c in heading.chars() {
        match half_width(c) {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

const FOREIGN: [&str; 6] = ["美元", "欧元", "港元", "港币", "日元", "英镑"];
const MONEY: [(&str, MoneyUnit); 3] = [
    ("亿元", MoneyUnit::Yi),
    ("万元", MoneyUnit::Wan),
    ("元", MoneyUnit::Yuan),
];

/// The unit at the end of the heading or in its brackets: 总投资（万元）, 总投资万元, 总投资（单位：亿元）.
fn unit_of(heading: &str) -> Option<HeadingUnit> {
    let plain: String = heading
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace())
        .collect();
    if let Some(currency) = FOREIGN.iter().find(|currency| plain.contains(**currency)) {
        let multiple = ["亿", "万"]
            .into_iter()
            .find(|multiple| plain.contains(&format!("{multiple}{currency}")));
        return Some(HeadingUnit::Foreign(format!(
            "{}{currency}",
            multiple.unwrap_or_default()
        )));
    }
    let named = |unit: &str| {
        [
            format!("({unit}"),
            format!("[{unit}"),
            format!("【{unit}"),
            format!(":{unit}"),
            format!("、{unit})"),
            format!(",{unit})"),
        ]
        .iter()
        .any(|form| plain.contains(form.as_str()))
            || plain.ends_with(unit)
    };
    MONEY
        .iter()
        .find(|(word, _)| named(word))
        .map(|(_, unit)| HeadingUnit::Money(*unit))
}

fn without_unit(heading: &str) -> String {
    let plain = without_brackets(heading);
    let plain = plain.trim();
    let units = ["亿元", "万元", "元", "亩"];
    let shorter = units
        .iter()
        .find_map(|unit| plain.strip_suffix(unit))
        .unwrap_or(plain);
    // A number or star before the heading: 3.项目名称, *项目名称.
    let front = |c: char| c.is_ascii_digit() || matches!(c, '.' | '．' | '、' | '*' | '★' | ' ');
    shorter
        .trim_start_matches(front)
        .trim_end_matches(['*', '★'])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::map::tests::milestones;

    fn field(heading: &str) -> Option<Field> {
        Vocabulary::new(&milestones())
            .recognise(heading)
            .map(|known| known.field)
    }

    fn reached(id: &str) -> Option<Field> {
        Some(Field::Reached(id.into()))
    }

    #[test]
    fn all_columns_of_form_4_are_known() {
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
        assert_eq!(headings.len(), 23);
        let words = Vocabulary::new(&milestones());
        for heading in headings {
            assert!(words.recognise(heading).is_some(), "{heading}");
        }
        assert_eq!(words.count(&headings.map(String::from)), 23);
    }

    #[test]
    fn headings_are_known_in_any_dress() {
        let cases = [
            ("项目 名称", Some(Field::Name)),
            ("＊项目名称", Some(Field::Name)),
            ("3.项目名称", Some(Field::Name)),
            ("Project_Name", Some(Field::Name)),
            ("统一社会信用代码（18位）", Some(Field::CreditCode)),
            ("计划总投资万元", Some(Field::TotalInvestment)),
            ("用地（亩）", Some(Field::Land)),
            ("占地面积亩", Some(Field::Land)),
            ("开工时间", reached("started")),
            ("实际开工时间", reached("started")),
            ("进规（限）日期", reached("above_scale")),
            ("进规日期", reached("above_scale")),
            ("过会", reached("approved")),
            ("开工认定日期", Some(Field::Certified("started".into()))),
            ("统计入库申报时间", Some(Field::Claimed("listed".into()))),
            ("计划开工日期", Some(Field::Kept("计划开工".into()))),
            ("拟竣工时间", Some(Field::Kept("拟竣工".into()))),
            ("天气", None),
            ("", None),
        ];
        for (heading, expected) in cases {
            assert_eq!(field(heading), expected, "{heading}");
        }
    }

    #[test]
    fn the_unit_is_read_from_the_heading() {
        let money = |unit| Some(HeadingUnit::Money(unit));
        let cases = [
            ("总投资（亿元）", money(MoneyUnit::Yi)),
            ("总投资(万元)", money(MoneyUnit::Wan)),
            ("总投资（元）", money(MoneyUnit::Yuan)),
            ("总投资（单位：万元）", money(MoneyUnit::Wan)),
            ("总投资【亿元】", money(MoneyUnit::Yi)),
            ("总投资（亿元，必填）", money(MoneyUnit::Yi)),
            ("总投资万元", money(MoneyUnit::Wan)),
            (
                "总投资（万美元）",
                Some(HeadingUnit::Foreign("万美元".into())),
            ),
            ("amount_yi", money(MoneyUnit::Yi)),
            ("总投资", None),
            ("amount_raw", None),
        ];
        let words = Vocabulary::new(&milestones());
        for (heading, expected) in cases {
            assert_eq!(
                words.recognise(heading).unwrap().unit,
                expected,
                "{heading}"
            );
        }
    }

    #[test]
    fn an_unknown_heading_is_answered_with_the_nearest_known_one() {
        let words = Vocabulary::new(&milestones());
        assert_eq!(words.nearest("项目名程"), Some("项目名称"));
        assert_eq!(words.nearest("统一社会信用代玛"), Some("统一社会信用代码"));
        assert_eq!(words.nearest("开工曰期"), Some("开工日期"));
        assert_eq!(words.nearest("天气"), None);
    }

    #[test]
    fn every_field_is_read_back_from_its_own_title() {
        let words = Vocabulary::new(&milestones());
        for (field, title, _) in WORDS {
            assert_eq!(words.recognise(title).unwrap().field, *field);
            assert_eq!(field.title(&milestones()), *title);
        }
        for milestone in milestones() {
            for field in [Field::Reached, Field::Claimed, Field::Certified]
                .map(|of| of(milestone.id.clone()))
            {
                assert_eq!(
                    words.recognise(&field.title(&milestones())).unwrap().field,
                    field
                );
            }
        }
    }
}
