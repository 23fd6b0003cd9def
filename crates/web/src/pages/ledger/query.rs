//! The query of the ledger as it stands in the address: read with mercy, written in one way.

use calendar::Day;
use domain::values::{MoneyUnit, Yuan, parse_amount};
use policy::model::Sector;
use service::projects::{
    DueWithin, LedgerChoices, LedgerColumn, LedgerLight, LedgerPlace, LedgerQuery, LedgerSortBy,
    ScopeMark, Sort,
};

use crate::access::encode_query;
use crate::form::Fields;

/// Longest text that is looked for.
const TEXT_MOST: usize = 60;

/// Lights by their word in the address.
pub const LIGHTS: [(&str, LedgerLight, &str); 5] = [
    ("red", LedgerLight::Red, "逾期"),
    ("yellow", LedgerLight::Yellow, "预警"),
    ("normal", LedgerLight::Normal, "正常"),
    ("finished", LedgerLight::Finished, "已完成"),
    ("gone", LedgerLight::Gone, "已调出或撤销"),
];
/// Due windows by their word.
pub const DUES: [(&str, DueWithin, &str); 3] = [
    ("30", DueWithin::Days(30), "30 天内到期"),
    ("90", DueWithin::Days(90), "90 天内到期"),
    ("overdue", DueWithin::Overdue, "到期日已过"),
];
/// What was said about the scope, by its word.
pub const SCOPES: [(&str, ScopeMark, &str); 3] = [
    ("unconfirmed", ScopeMark::Unconfirmed, "待甄别"),
    ("in", ScopeMark::Inside, "纳入管理"),
    ("out", ScopeMark::Outside, "不在范围"),
];
/// Sample or real, by its word.
pub const SAMPLES: [(&str, bool, &str); 2] =
    [("no", false, "仅正式数据"), ("yes", true, "仅样例数据")];
const SORTS: [(&str, LedgerSortBy); 6] = [
    ("updated", LedgerSortBy::Updated),
    ("number", LedgerSortBy::Number),
    ("name", LedgerSortBy::Name),
    ("signed", LedgerSortBy::Signed),
    ("due", LedgerSortBy::Due),
    ("investment", LedgerSortBy::Investment),
];

/// What stood in the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What of the ledger is wanted.
    pub query: LedgerQuery,
    /// Columns to show.
    pub columns: Vec<LedgerColumn>,
    /// What could not be understood and was left out, in sentences.
    pub faults: Vec<String>,
}

/// Reads an address. What makes no sense is left out, and said.
pub fn read(fields: &Fields, choices: &LedgerChoices) -> Asked {
    let mut reader = Reader {
        fields,
        faults: Vec::new(),
    };
    let query = LedgerQuery {
        text: reader.text(),
        stage: reader.among("stage", "阶段", &choices.stages),
        light: reader.word("light", "状态", &LIGHTS),
        sector: reader.sector(),
        host: reader.name("host", "属地"),
        authority: reader.name("authority", "行业主管"),
        receiving_unit: reader.name("receiving", "承接方"),
        leader: reader.name("leader", "牵头领导"),
        sponsorship: reader.among("sponsorship", "包保", &choices.sponsorships),
        signed_from: reader.day("signed_from", "签约日期起"),
        signed_until: reader.day("signed_to", "签约日期止"),
        amount_from: reader.amount("amount_from", "总投资不低于"),
        amount_until: reader.amount("amount_to", "总投资不高于"),
        due: reader.word("due", "到期", &DUES),
        sample: reader.word("sample", "数据", &SAMPLES),
        scope: reader.word("scope", "甄别", &SCOPES),
        gone: fields.get("gone") == "1",
        leads: fields.get("leads") == "1",
        import: reader.name("import", "导入批次"),
        sort: reader.sort(),
        place: place(fields),
    };
    let columns = reader.columns();
    reader.check_ranges(&query);
    Asked {
        query,
        columns,
        faults: reader.faults,
    }
}

fn place(fields: &Fields) -> LedgerPlace {
    match (fields.some("after"), fields.some("before")) {
        (Some(text), _) => LedgerPlace::After(text.to_string()),
        (None, Some(text)) => LedgerPlace::Before(text.to_string()),
        (None, None) => LedgerPlace::First,
    }
}

struct Reader<'a> {
    fields: &'a Fields,
    faults: Vec<String>,
}

impl Reader<'_> {
    fn ignored(&mut self, label: &str, value: &str, why: &str) {
        let value: String = value.chars().take(30).collect();
        self.faults
            .push(format!("“{label}”的值“{value}”{why}，已忽略这个条件。"));
    }

    fn text(&mut self) -> String {
        let text = self.fields.get("q");
        if text.chars().count() > TEXT_MOST {
            self.ignored("关键词", text, &format!("超过 {TEXT_MOST} 个字"));
            return String::new();
        }
        if !text.is_empty() && !text.chars().any(char::is_alphanumeric) {
            self.ignored("关键词", text, "不含文字或数字");
            return String::new();
        }
        text.to_string()
    }

    /// A unit or an id: any name that can be one; one that nothing has finds nothing.
    fn name(&mut self, key: &str, label: &str) -> String {
        let name = self.fields.get(key);
        if name.chars().count() > TEXT_MOST || name.contains('\0') {
            self.ignored(label, name, "无法识别");
            return String::new();
        }
        name.to_string()
    }

    fn among(&mut self, key: &str, label: &str, choices: &[(String, String)]) -> String {
        let value = self.fields.get(key);
        if value.is_empty() || choices.iter().any(|(known, _)| known == value) {
            return value.to_string();
        }
        self.ignored(label, value, "不在可选范围内");
        String::new()
    }

    fn word<T: Copy>(&mut self, key: &str, label: &str, words: &[(&str, T, &str)]) -> Option<T> {
        let value = self.fields.some(key)?;
        let known = words.iter().find(|(word, ..)| *word == value);
        if known.is_none() {
            self.ignored(label, value, "不在可选范围内");
        }
        known.map(|(_, meaning, _)| *meaning)
    }

    fn sector(&mut self) -> Option<Sector> {
        let value = self.fields.some("sector")?;
        let sector = Sector::parse(value);
        if sector.is_none() {
            self.ignored("产业", value, "不在可选范围内");
        }
        sector
    }

    fn day(&mut self, key: &str, label: &str) -> Option<Day> {
        let value = self.fields.some(key)?;
        let day = value.parse().ok();
        if day.is_none() {
            self.ignored(label, value, "不是日期（应如 2025-07-30）");
        }
        day
    }

    /// 亿元 where no unit is written.
    fn amount(&mut self, key: &str, label: &str) -> Option<Yuan> {
        let value = self.fields.some(key)?;
        match parse_amount(value, MoneyUnit::Yi).and_then(|amount| amount.yuan.checked_investment())
        {
            Ok(yuan) => Some(yuan),
            Err(_) => {
                self.ignored(label, value, "不是金额（应如 2.5，或写明单位如 8500万元）");
                None
            }
        }
    }

    fn sort(&mut self) -> Sort {
        let value = self.fields.get("sort");
        let known = SORTS.iter().find(|(word, _)| *word == value);
        if !value.is_empty() && known.is_none() {
            self.ignored("排序", value, "不在可选范围内");
        }
        let by = known.map_or(LedgerSortBy::Updated, |(_, by)| *by);
        let descending = match self.fields.get("dir") {
            "asc" => false,
            "desc" => true,
            _ => first_descending(by),
        };
        Sort { by, descending }
    }

    fn columns(&mut self) -> Vec<LedgerColumn> {
        let one_by_one = self.fields.all("col").iter().map(String::as_str);
        let listed: Vec<&str> = self
            .fields
            .get("cols")
            .split(',')
            .filter(|id| !id.is_empty())
            .collect();
        let asked: Vec<LedgerColumn> = one_by_one
            .chain(listed)
            .filter_map(LedgerColumn::parse)
            .collect();
        match asked.is_empty() {
            true => LedgerColumn::usual(),
            // Whatever the order in the address, columns stand in that of the table.
            false => LedgerColumn::all()
                .filter(|column| *column == LedgerColumn::Name || asked.contains(column))
                .collect(),
        }
    }

    fn check_ranges(&mut self, query: &LedgerQuery) {
        if query
            .signed_from
            .zip(query.signed_until)
            .is_some_and(|(from, until)| from > until)
        {
            self.faults
                .push("签约日期的起日晚于止日，没有项目符合，请核对。".into());
        }
        if query
            .amount_from
            .zip(query.amount_until)
            .is_some_and(|(from, until)| from > until)
        {
            self.faults
                .push("总投资的下限高于上限，没有项目符合，请核对。".into());
        }
    }
}

/// Which way a column sorts when its heading is first used.
pub fn first_descending(by: LedgerSortBy) -> bool {
    !matches!(by, LedgerSortBy::Name | LedgerSortBy::Due)
}

/// The word of a meaning.
fn word_of<T: Copy + PartialEq>(
    words: &[(&'static str, T, &'static str)],
    value: Option<T>,
) -> &'static str {
    value
        .and_then(|value| words.iter().find(|(_, known, _)| *known == value))
        .map_or("", |(word, ..)| word)
}

/// The label of a meaning.
pub fn label_of<T: Copy + PartialEq>(
    words: &[(&'static str, T, &'static str)],
    value: Option<T>,
) -> &'static str {
    value
        .and_then(|value| words.iter().find(|(_, known, _)| *known == value))
        .map_or("", |(.., label)| label)
}

fn sort_word(by: LedgerSortBy) -> &'static str {
    SORTS
        .iter()
        .find(|(_, known)| *known == by)
        .map_or("", |(word, _)| word)
}

impl Asked {
    /// What stands in the filters, by field.
    pub fn filters(&self) -> Vec<(&'static str, String)> {
        let query = &self.query;
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let amount = |yuan: Option<Yuan>| {
            yuan.map(|yuan| yuan.format_in(MoneyUnit::Yi))
                .unwrap_or_default()
        };
        let pairs = [
            ("q", query.text.clone()),
            ("stage", query.stage.clone()),
            ("light", word_of(&LIGHTS, query.light).to_string()),
            (
                "sector",
                query
                    .sector
                    .map(|sector| sector.id().to_string())
                    .unwrap_or_default(),
            ),
            ("host", query.host.clone()),
            ("authority", query.authority.clone()),
            ("receiving", query.receiving_unit.clone()),
            ("leader", query.leader.clone()),
            ("sponsorship", query.sponsorship.clone()),
            ("signed_from", day(query.signed_from)),
            ("signed_to", day(query.signed_until)),
            ("amount_from", amount(query.amount_from)),
            ("amount_to", amount(query.amount_until)),
            ("due", word_of(&DUES, query.due).to_string()),
            ("sample", word_of(&SAMPLES, query.sample).to_string()),
            ("scope", word_of(&SCOPES, query.scope).to_string()),
            ("gone", ticked(query.gone)),
            ("leads", ticked(query.leads)),
            ("import", query.import.clone()),
        ];
        pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// Sort and columns, as far as they are not the usual ones.
    pub fn shape(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let Sort { by, descending } = self.query.sort;
        if by != LedgerSortBy::Updated || !descending {
            pairs.push(("sort", sort_word(by).to_string()));
            pairs.push(("dir", if descending { "desc" } else { "asc" }.to_string()));
        }
        if self.columns != LedgerColumn::usual() {
            let ids: Vec<&str> = self.columns.iter().map(|column| column.id()).collect();
            pairs.push(("cols", ids.join(",")));
        }
        pairs
    }

    /// Filters, sort and columns as a query, without question mark and without the page.
    pub fn to_query(&self) -> String {
        query_of(self.filters().into_iter().chain(self.shape()))
    }

    /// The address of another page of the same list.
    pub fn at(&self, place: &LedgerPlace) -> String {
        let place = match place {
            LedgerPlace::First => None,
            LedgerPlace::After(text) => Some(("after", text.clone())),
            LedgerPlace::Before(text) => Some(("before", text.clone())),
        };
        address(
            "/projects",
            &query_of(self.filters().into_iter().chain(self.shape()).chain(place)),
        )
    }

    /// The address of the list after a change of the query, from its first page.
    pub fn with(&self, change: impl FnOnce(&mut LedgerQuery)) -> String {
        let mut changed = self.clone();
        change(&mut changed.query);
        address("/projects", &changed.to_query())
    }

    /// The address of the list without one filter.
    pub fn without(&self, key: &str) -> String {
        let kept = self
            .filters()
            .into_iter()
            .filter(|(known, _)| *known != key);
        address("/projects", &query_of(kept.chain(self.shape())))
    }
}

fn query_of(pairs: impl Iterator<Item = (&'static str, String)>) -> String {
    let pairs: Vec<String> = pairs
        .map(|(key, value)| format!("{key}={}", encode_query(&value)))
        .collect();
    pairs.join("&")
}

/// An address with its query.
pub fn address(path: &str, query: &str) -> String {
    if query.is_empty() {
        path.to_string()
    } else {
        format!("{path}?{query}")
    }
}

/// A box in an address.
fn ticked(is: bool) -> String {
    if is { "1".to_string() } else { String::new() }
}
