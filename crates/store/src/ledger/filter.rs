//! What to find, as conditions of a statement.

use jiff::civil::Date;

use crate::{Db, Dialect, Value, search};

/// Matches of a text search that are looked at, the newest first; a search that finds more should say more.
const MATCHES: u32 = 5_000;

/// The state of a project in one word; red before yellow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Light {
    /// Overdue.
    Red,
    /// In the warning window.
    Yellow,
    /// Running, neither red nor yellow.
    Normal,
    /// All stages done.
    Finished,
    /// Removed or withdrawn.
    Gone,
}

impl Light {
    /// The condition, with today in place `$n`. The first words are those of the partial indexes.
    pub(super) fn condition(self, n: usize) -> String {
        const RUNNING: &str = "finished = FALSE AND removed = FALSE AND withdrawn = FALSE";
        match self {
            Self::Red => format!("{RUNNING} AND red_on IS NOT NULL AND red_on <= ${n}"),
            Self::Yellow => format!(
                "{RUNNING} AND yellow_on IS NOT NULL AND yellow_on <= ${n} AND (red_on IS NULL OR red_on > ${n})"
            ),
            Self::Normal => format!(
                "{RUNNING} AND (yellow_on IS NULL OR yellow_on > ${n}) AND (red_on IS NULL OR red_on > ${n})"
            ),
            Self::Finished => "finished = TRUE AND removed = FALSE AND withdrawn = FALSE".into(),
            Self::Gone => "(removed = TRUE OR withdrawn = TRUE)".into(),
        }
    }
}

/// What to find. The default finds everything but what was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LedgerFilter {
    /// Today, for the lights.
    pub today: Date,
    /// Any part of name, investor, enterprise, location, credit code or number.
    pub text: Option<String>,
    /// One of these stages.
    pub stages: Vec<String>,
    /// One of these sectors.
    pub sectors: Vec<String>,
    /// One of these hosts.
    pub hosts: Vec<String>,
    /// One of these authorities.
    pub authorities: Vec<String>,
    /// Only projects of which one of these units is host, authority or receiving unit: what a person may see.
    pub scope: Option<Vec<String>>,
    /// Only projects of the enterprise with this code: what an enterprise may see.
    pub credit_code: Option<String>,
    /// One light.
    pub light: Option<Light>,
    /// Signed on this day or later.
    pub signed_from: Option<Date>,
    /// Signed on this day or earlier.
    pub signed_until: Option<Date>,
    /// 总投资 of at least so many 分.
    pub investment_from: Option<i64>,
    /// 总投资 of at most so many 分.
    pub investment_until: Option<i64>,
    /// Next due on this day or earlier.
    pub due_until: Option<Date>,
    /// Only sample data, or only real data.
    pub sample: Option<bool>,
    /// Brought by this import.
    pub import_batch: Option<String>,
    /// Running under this pack.
    pub pack: Option<String>,
    /// Found in scope, or not.
    pub in_scope: Option<bool>,
    /// Withdrawn ones too.
    pub withdrawn: bool,
}

/// A filter as SQL; `$1` is the region.
#[derive(Debug, Clone)]
pub(super) struct Conditions {
    pub(super) sql: String,
    pub(super) params: Vec<Value>,
    /// Conditions that have an index of their own, for [`super::plan`].
    pub(super) indexed: Vec<Indexed>,
    pub(super) dialect: Dialect,
}

/// A condition that an index could answer.
#[derive(Debug, Clone)]
pub(super) struct Indexed {
    /// What it says.
    pub(super) sql: String,
    /// So many parameters, from the first, hold those that it names.
    pub(super) params: usize,
    /// Columns to be named in it.
    pub(super) columns: &'static [&'static str],
    /// The index also gives the order of the last change.
    pub(super) sorted_by_change: bool,
}

impl Conditions {
    /// Nothing when the filter can find nothing.
    pub(super) fn of(db: &Db, region: &str, filter: &LedgerFilter) -> Option<Self> {
        let mut conditions = Self {
            sql: "region = $1".into(),
            params: vec![region.into()],
            indexed: Vec::new(),
            dialect: db.dialect(),
        };
        conditions.add_text(filter)?;
        conditions.add_lists(filter);
        conditions.add_scope(filter);
        conditions.add_light(filter);
        conditions.add_ranges(filter);
        conditions.add_marks(filter);
        Some(conditions)
    }

    fn place(&mut self, value: Value) -> usize {
        self.params.push(value);
        self.params.len()
    }

    fn and(&mut self, sql: &str) {
        self.sql += " AND ";
        self.sql += sql;
    }

    fn and_indexed(
        &mut self,
        sql: String,
        columns: &'static [&'static str],
        sorted_by_change: bool,
    ) {
        self.and(&sql);
        self.indexed.push(Indexed {
            sql,
            params: self.params.len(),
            columns,
            sorted_by_change,
        });
    }

    fn add_text(&mut self, filter: &LedgerFilter) -> Option<()> {
        let Some(text) = filter
            .text
            .as_deref()
            .filter(|text| !text.trim().is_empty())
        else {
            return Some(());
        };
        let (sql, value) = search::condition(self.dialect, text, self.params.len() + 1, MATCHES)?;
        self.place(value);
        self.and(&sql);
        Some(())
    }

    fn add_lists(&mut self, filter: &LedgerFilter) {
        self.add_list(&["stage"], &filter.stages);
        self.add_list(&["sector"], &filter.sectors);
        self.add_list(&["host"], &filter.hosts);
        self.add_list(&["authority"], &filter.authorities);
    }

    fn add_list(&mut self, columns: &'static [&'static str; 1], list: &[String]) {
        if list.is_empty() {
            return;
        }
        let sql = self.one_of(columns[0], list);
        // Several values of one column are several stretches of its index, each in order but not together.
        self.and_indexed(sql, columns, list.len() == 1);
    }

    fn one_of(&mut self, column: &str, list: &[String]) -> String {
        if let [one] = list {
            let n = self.place(one.into());
            return format!("{column} = ${n}");
        }
        let n = self.place(Value::List(list.to_vec()));
        self.dialect.one_of(column, n)
    }

    fn add_scope(&mut self, filter: &LedgerFilter) {
        if let Some(units) = &filter.scope {
            let columns = &["host", "authority", "receiving_unit"];
            let parts = columns.map(|column| self.one_of(column, units));
            self.and_indexed(format!("({})", parts.join(" OR ")), columns, false);
        }
        if let Some(code) = &filter.credit_code {
            let n = self.place(code.into());
            self.and_indexed(
                format!("(credit_code IS NOT NULL AND credit_code = ${n})"),
                &["credit_code"],
                false,
            );
        }
    }

    fn add_light(&mut self, filter: &LedgerFilter) {
        match filter.light {
            None => {}
            Some(light @ (Light::Red | Light::Yellow)) => {
                let n = self.place(filter.today.into());
                self.and_indexed(light.condition(n), &["red_on", "yellow_on"], false);
            }
            Some(light @ Light::Normal) => {
                let n = self.place(filter.today.into());
                self.and(&light.condition(n));
            }
            Some(light) => self.and(&light.condition(0)),
        }
    }

    fn add_ranges(&mut self, filter: &LedgerFilter) {
        self.add_range(
            &["signed_on"],
            filter.signed_from.map(Value::from),
            filter.signed_until.map(Value::from),
        );
        let amounts = (
            filter.investment_from.map(Value::from),
            filter.investment_until.map(Value::from),
        );
        self.add_range(&["total_investment"], amounts.0, amounts.1);
        self.add_range(&["next_due_on"], None, filter.due_until.map(Value::from));
    }

    fn add_range(
        &mut self,
        columns: &'static [&'static str; 1],
        from: Option<Value>,
        until: Option<Value>,
    ) {
        let bounds = [(">=", from), ("<=", until)];
        let mut parts = Vec::new();
        for (compare, value) in bounds
            .into_iter()
            .filter_map(|(compare, value)| Some((compare, value?)))
        {
            let n = self.place(value);
            parts.push(format!("{} {compare} ${n}", columns[0]));
        }
        if !parts.is_empty() {
            self.and_indexed(parts.join(" AND "), columns, false);
        }
    }

    fn add_marks(&mut self, filter: &LedgerFilter) {
        if let Some(batch) = &filter.import_batch {
            let n = self.place(batch.into());
            self.and_indexed(
                format!("(import_batch IS NOT NULL AND import_batch = ${n})"),
                &["import_batch"],
                false,
            );
        }
        if let Some(pack) = &filter.pack {
            let n = self.place(pack.into());
            self.and(&format!("pack = ${n}"));
        }
        for (column, mark) in [("sample", filter.sample), ("in_scope", filter.in_scope)] {
            if let Some(mark) = mark {
                self.and(&format!(
                    "{column} = {}",
                    if mark { "TRUE" } else { "FALSE" }
                ));
            }
        }
        if !filter.withdrawn && filter.light.is_none() {
            self.and("withdrawn = FALSE");
        }
    }
}
