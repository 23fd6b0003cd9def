//! The columns of the ledger: what each is called, shows and writes into a workbook.

use calendar::Day;
use domain::track::Light;
use domain::values::{MoneyUnit, Yuan};
use office::{Column, ColumnKind, Out};

use super::{LedgerRow, LedgerSortBy};

/// A column of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LedgerColumn {
    /// 状态: light with words.
    Light,
    /// 编号.
    Number,
    /// 项目名称.
    Name,
    /// 企业（投资方）.
    Enterprise,
    /// 属地.
    Host,
    /// 行业主管.
    Authority,
    /// 产业类别.
    Sector,
    /// 总投资（亿元）.
    Investment,
    /// 当前阶段.
    Stage,
    /// 下一到期.
    Due,
    /// 过会.
    Approved,
    /// 签约.
    Signed,
    /// 开工.
    Started,
    /// 统计入库.
    Listed,
    /// 竣工.
    Completed,
    /// 投产.
    InProduction,
    /// 进规（限）.
    AboveScale,
    /// 标记.
    Tags,
    /// 统一社会信用代码.
    CreditCode,
    /// 行业.
    Industry,
    /// 承接方.
    ReceivingUnit,
    /// 牵头领导.
    Leader,
    /// 包保.
    Sponsors,
    /// 所在地.
    Location,
    /// 引进资金（亿元）.
    Introduced,
    /// 到位资金（亿元）.
    InPlace,
    /// 最近更新.
    Updated,
}

use LedgerColumn as C;

/// What is behind a column: its word in addresses, its heading, whether it is shown unless chosen otherwise.
const COLUMNS: [(LedgerColumn, &str, &str, bool); 27] = [
    (C::Light, "light", "状态", true),
    (C::Number, "number", "编号", true),
    (C::Name, "name", "项目名称", true),
    (C::Tags, "tags", "标记", true),
    (C::Enterprise, "enterprise", "企业（投资方）", true),
    (C::Stage, "stage", "当前阶段", true),
    (C::Due, "due", "下一到期", true),
    (C::Investment, "investment", "总投资（亿元）", true),
    (C::Host, "host", "属地", true),
    (C::Authority, "authority", "行业主管", true),
    (C::Sector, "sector", "产业", true),
    (C::Approved, "approved", "过会", false),
    (C::Signed, "signed", "签约", true),
    (C::Started, "started", "开工", true),
    (C::Listed, "listed", "统计入库", true),
    (C::Completed, "completed", "竣工", true),
    (C::InProduction, "in_production", "投产", false),
    (C::AboveScale, "above_scale", "进规（限）", true),
    (C::CreditCode, "credit_code", "统一社会信用代码", false),
    (C::Industry, "industry", "行业", false),
    (C::ReceivingUnit, "receiving_unit", "承接方", false),
    (C::Leader, "leader", "牵头领导", false),
    (C::Sponsors, "sponsors", "包保", false),
    (C::Location, "location", "所在地", false),
    (C::Introduced, "introduced", "引进资金（亿元）", false),
    (C::InPlace, "in_place", "到位资金（亿元）", false),
    (C::Updated, "updated", "最近更新", false),
];

impl LedgerColumn {
    /// Every column, in the order of the table.
    pub fn all() -> impl Iterator<Item = LedgerColumn> {
        COLUMNS.iter().map(|(column, ..)| *column)
    }

    /// The columns that are shown unless others are chosen.
    pub fn usual() -> Vec<LedgerColumn> {
        COLUMNS
            .iter()
            .filter(|(.., usual)| *usual)
            .map(|(column, ..)| *column)
            .collect()
    }

    fn facts(self) -> (&'static str, &'static str) {
        let found = COLUMNS.iter().find(|(column, ..)| *column == self);
        found.map_or(("", ""), |(_, id, title, _)| (id, title))
    }

    /// The word in addresses.
    pub fn id(self) -> &'static str {
        self.facts().0
    }

    /// Heading.
    pub fn title(self) -> &'static str {
        self.facts().1
    }

    /// The column of this word.
    pub fn parse(id: &str) -> Option<LedgerColumn> {
        COLUMNS
            .iter()
            .find(|(_, known, ..)| *known == id)
            .map(|(column, ..)| *column)
    }

    /// By what its heading sorts.
    pub fn sorts(self) -> Option<LedgerSortBy> {
        match self {
            C::Number => Some(LedgerSortBy::Number),
            C::Name => Some(LedgerSortBy::Name),
            C::Investment => Some(LedgerSortBy::Investment),
            C::Due => Some(LedgerSortBy::Due),
            C::Signed => Some(LedgerSortBy::Signed),
            C::Updated => Some(LedgerSortBy::Updated),
            _ => None,
        }
    }

    /// The column of a workbook.
    pub(super) fn sheet_column(self) -> Column {
        let kind = match self {
            C::Number => ColumnKind::Integer,
            C::Investment | C::Introduced | C::InPlace => ColumnKind::Decimal(2),
            C::Approved
            | C::Signed
            | C::Started
            | C::Listed
            | C::Completed
            | C::InProduction
            | C::AboveScale => ColumnKind::Day,
            C::Updated => ColumnKind::Day,
            _ => ColumnKind::Text,
        };
        let column = Column::new(self.title(), kind);
        match self {
            C::Name => column.wide(40.0),
            C::Enterprise => column.wide(30.0),
            C::Due | C::Sponsors => column.wide(30.0),
            C::Light | C::CreditCode => column.wide(20.0),
            _ => column,
        }
    }

    /// What a row has in this column, for a workbook: the same as the page shows.
    pub(super) fn out(self, row: &LedgerRow) -> Out {
        let [
            approved,
            signed,
            started,
            listed,
            completed,
            in_production,
            above_scale,
        ] = row.milestones;
        let day = |day: Option<Day>| day.map_or(Out::Empty, Out::Day);
        let money = |yuan: Option<Yuan>| {
            yuan.map_or(Out::Empty, |yuan| {
                Out::Decimal(yuan.format_in(MoneyUnit::Yi))
            })
        };
        match self {
            C::Number => Out::Integer(row.number),
            C::Investment => money(row.total_investment),
            C::Introduced => money(row.introduced_funds),
            C::InPlace => money(row.funds_in_place),
            C::Approved => day(approved),
            C::Signed => day(signed),
            C::Started => day(started),
            C::Listed => day(listed),
            C::Completed => day(completed),
            C::InProduction => day(in_production),
            C::AboveScale => day(above_scale),
            C::Updated => Out::Day(row.updated_on),
            _ => Out::Text(self.text(row)),
        }
    }

    /// What a row has in this column, in words; empty where nothing is known.
    pub fn text(self, row: &LedgerRow) -> String {
        let [
            approved,
            signed,
            started,
            listed,
            completed,
            in_production,
            above_scale,
        ] = row.milestones;
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        match self {
            C::Light => light_words(row.light, &row.light_text),
            C::Number => row.number.to_string(),
            C::Name => row.name.clone(),
            C::Enterprise => company_words(&row.enterprise, &row.investor),
            C::Host => row.host.clone(),
            C::Authority => row.authority.clone(),
            C::Sector => row.sector.to_string(),
            C::Investment => super::yi(row.total_investment),
            C::Stage => row.stage.clone(),
            C::Due => due(row),
            C::Approved => day(approved),
            C::Signed => day(signed),
            C::Started => day(started),
            C::Listed => day(listed),
            C::Completed => day(completed),
            C::InProduction => day(in_production),
            C::AboveScale => day(above_scale),
            C::Tags => row.tags.join("、"),
            C::CreditCode => row.credit_code.clone(),
            C::Industry => row.industry.clone(),
            C::ReceivingUnit => row.receiving_unit.clone(),
            C::Leader => row.leader.clone(),
            C::Sponsors => row.sponsors.clone(),
            C::Location => row.location.clone(),
            C::Introduced => super::yi(row.introduced_funds),
            C::InPlace => super::yi(row.funds_in_place),
            C::Updated => row.updated_on.to_string(),
        }
    }
}

/// The enterprise, with the investor where it is another one.
pub(crate) fn company_words(enterprise: &str, investor: &str) -> String {
    match (enterprise, investor) {
        ("", investor) => investor.to_string(),
        (enterprise, investor) if investor.is_empty() || investor == enterprise => {
            enterprise.to_string()
        }
        (enterprise, investor) => format!("{enterprise}（{investor}）"),
    }
}

/// `2025-08-11 星期一 开工`.
fn due(row: &LedgerRow) -> String {
    let Some(day) = row.next_due else {
        return String::new();
    };
    format!("{day} {} {}", calendar::weekday_zh(day), row.next_title)
        .trim_end()
        .to_string()
}

/// A light in words: `预警 剩余 12 天`, `逾期 3 天`.
pub(crate) fn light_words(light: Light, text: &str) -> String {
    let word = light_word(light);
    match text.starts_with(word) || light == Light::Grey {
        true => text.to_string(),
        false => format!("{word} {text}").trim_end().to_string(),
    }
}

/// Whether a text is what the column 状态 shows.
pub(crate) fn is_light_words(text: &str) -> bool {
    let lights = [
        Light::Grey,
        Light::Blue,
        Light::Yellow,
        Light::Red,
        Light::Green,
    ];
    let began = |light: &Light| {
        let rest = text.strip_prefix(light_word(*light));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '申']))
    };
    super::GONE.contains(&text) || lights.iter().any(began)
}

/// The word beside a light.
pub(crate) fn light_word(light: Light) -> &'static str {
    match light {
        Light::Grey => "未开始",
        Light::Blue => "进行中",
        Light::Yellow => "预警",
        Light::Red => "逾期",
        Light::Green => "已完成",
    }
}
