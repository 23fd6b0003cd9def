//! What to find, as conditions of a statement.

use jiff::civil::Date;

use crate::worklists::Scope;
use crate::{Db, Dialect, Value, search};

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

/// What to find. The default finds everything but what was withdrawn, and leads.
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
    /// One of these receiving units.
    pub receiving_units: Vec<String>,
    /// Led by this person, as the assignment names him.
    pub leader: Option<String>,
    /// With somebody named under this sponsorship.
    pub sponsorship: Option<String>,
    /// What a person may see, by host and sector.
    pub sight: Option<Scope>,
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
    /// Next due on this day or later.
    pub due_from: Option<Date>,
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
    /// Only projects of which nobody has said yet whether they are in scope.
    pub undecided: bool,
    /// Only projects that are neither removed nor out of scope.
    pub tracked: bool,
    /// Withdrawn ones too.
    pub withdrawn: bool,
    /// Leads that are not assigned yet, too.
    pub leads: bool,
}

/// A filter as SQL; `$1` is the region.
#[derive(Debug, Clone)]
pub(super) struct Conditions {
    pub(super) sql: String,
    pub(super) params: Vec<Value>,
    /// Conditions that have an index of their own, for [`super::plan`].
    pub(super) indexed: Vec<Indexed>,
    pub(super) dialect: Dialect,
    /// Leads are left out.
    pub(super) projects_only: bool,
}

/// The index of what is no lead, in the order of the last change.
pub(super) const PROJECTS_ONLY: &str = "project_assigned";

/// A condition that an index could answer.
#[derive(Debug, Clone)]
pub(super) struct Indexed {
    /// What it says.
    pub(super) sql: String,
    /// How its rows are found.
    pub(super) found: Found,
    /// So many parameters, from the first, hold those that it names.
    pub(super) params: usize,
    /// The index also gives the order of the last change.
    pub(super) sorted_by_change: bool,
    /// It is the search for a text.
    pub(super) is_search: bool,
}

/// How SQLite finds the rows of a condition.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// By this index.
    By(&'static str),
    /// Among the keys that this query gives.
    Among(String),
}

impl Conditions {
    /// Nothing when the filter can find nothing.
    pub(super) fn of(db: &Db, region: &str, filter: &LedgerFilter) -> Option<Self> {
        let mut conditions = Self {
            sql: "region = $1".into(),
            params: vec![region.into()],
            indexed: Vec::new(),
            dialect: db.dialect(),
            projects_only: false,
        };
        conditions.add_text(filter)?;
        conditions.add_lists(filter);
        conditions.add_leaders(filter);
        conditions.add_sight(filter);
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

    fn and_indexed(&mut self, sql: String, index: &'static str) {
        self.and(&sql);
        let (found, params) = (Found::By(index), self.params.len());
        self.indexed.push(Indexed {
            sql,
            found,
            params,
            sorted_by_change: false,
            is_search: false,
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
        let found = search::search(self.dialect, text, self.params.len() + 1)?;
        self.place(found.value);
        self.and(&found.test);
        self.indexed.push(Indexed {
            sql: found.test,
            found: Found::Among(found.keys),
            params: self.params.len(),
            sorted_by_change: false,
            is_search: true,
        });
        Some(())
    }

    fn add_lists(&mut self, filter: &LedgerFilter) {
        self.add_list("stage", "project_stage", &filter.stages);
        self.add_list("sector", "project_sector", &filter.sectors);
        self.add_list("host", "project_host", &filter.hosts);
        self.add_list("authority", "project_authority", &filter.authorities);
        self.add_list(
            "receiving_unit",
            "project_receiving",
            &filter.receiving_units,
        );
    }

    fn add_leaders(&mut self, filter: &LedgerFilter) {
        const PROJECTS: &str =
            "project IN (SELECT l.project FROM project_leader l WHERE l.region = $1 AND";
        if let Some(person) = &filter.leader {
            let n = self.place(person.into());
            self.and_any_of(&[format!("{PROJECTS} l.role = 'leader' AND l.person = ${n})")]);
        }
        if let Some(sponsorship) = &filter.sponsorship {
            let n = self.place(sponsorship.into());
            self.and_any_of(&[format!("{PROJECTS} l.role = ${n})")]);
        }
    }

    fn add_list(&mut self, column: &str, index: &'static str, list: &[String]) {
        if list.is_empty() {
            return;
        }
        let sql = self.one_of(column, list);
        self.and_indexed(sql, index);
        if let Some(indexed) = self.indexed.last_mut() {
            // Several values are several stretches of the index, each in order but not together.
            indexed.sorted_by_change = list.len() == 1;
        }
    }

    fn one_of(&mut self, column: &str, list: &[String]) -> String {
        if let [one] = list {
            let n = self.place(one.into());
            return format!("{column} = ${n}");
        }
        let n = self.place(Value::List(list.to_vec()));
        self.dialect.one_of(column, n)
    }

    /// One column alone is a filter like others; several are looked up one by one, or tested on the way.
    fn add_sight(&mut self, filter: &LedgerFilter) {
        let (host, sectors) = match &filter.sight {
            None | Some(Scope::All) => return,
            Some(Scope::Related { host, sectors }) => (host, sectors),
            Some(Scope::Assigned {
                unit,
                host,
                sectors,
            }) => return self.add_assigned(unit, host.as_deref(), sectors),
        };
        let hosts: Vec<String> = host.iter().cloned().collect();
        match (hosts.is_empty(), sectors.is_empty()) {
            (true, true) => self.and("1 = 0"),
            (false, true) => self.add_list("host", "project_host", &hosts),
            (true, false) => self.add_list("sector", "project_sector", sectors),
            (false, false) => {
                let parts = [self.one_of("host", &hosts), self.one_of("sector", sectors)];
                self.and_any_of(&parts);
            }
        }
    }

    fn add_assigned(&mut self, unit: &str, host: Option<&str>, sectors: &[String]) {
        let n = self.place(unit.into());
        let mut parts = vec![format!(
            "project IN (SELECT u.project FROM project_unit u WHERE u.region = $1 AND u.unit = ${n})"
        )];
        if let Some(host) = host {
            parts.push(self.one_of("host", &[host.to_string()]));
        }
        if !sectors.is_empty() {
            parts.push(self.one_of("sector", sectors));
        }
        self.and_any_of(&parts);
    }

    /// One of several conditions, each with an index.
    fn and_any_of(&mut self, parts: &[String]) {
        let sql = format!("({})", parts.join(" OR "));
        self.and(&sql);
        let keys = |part: &String| format!("SELECT doc FROM project WHERE region = $1 AND {part}");
        let keys: Vec<String> = parts.iter().map(keys).collect();
        let (found, params) = (Found::Among(keys.join(" UNION ALL ")), self.params.len());
        self.indexed.push(Indexed {
            sql,
            found,
            params,
            sorted_by_change: false,
            is_search: false,
        });
    }

    fn add_scope(&mut self, filter: &LedgerFilter) {
        if let Some(units) = &filter.scope {
            let parts =
                ["host", "authority", "receiving_unit"].map(|column| self.one_of(column, units));
            self.and_any_of(&parts);
        }
        if let Some(code) = &filter.credit_code {
            let n = self.place(code.into());
            self.and_indexed(
                format!("credit_code IS NOT NULL AND credit_code = ${n}"),
                "project_credit_code",
            );
        }
    }

    fn add_light(&mut self, filter: &LedgerFilter) {
        let Some(light) = filter.light else { return };
        let n = match light {
            Light::Red | Light::Yellow | Light::Normal => self.place(filter.today.into()),
            // These do not depend on the day; PostgreSQL refuses a parameter that is not used.
            Light::Finished | Light::Gone => 0,
        };
        match light {
            Light::Red => self.and_indexed(light.condition(n), "project_red"),
            Light::Yellow => self.and_indexed(light.condition(n), "project_yellow"),
            _ => self.and(&light.condition(n)),
        }
    }

    fn add_ranges(&mut self, filter: &LedgerFilter) {
        let day = |day: Option<Date>| day.map(Value::from);
        let money = |fen: Option<i64>| fen.map(Value::from);
        self.add_range(
            "signed_on",
            "project_signed",
            [day(filter.signed_from), day(filter.signed_until)],
        );
        let investment = [
            money(filter.investment_from),
            money(filter.investment_until),
        ];
        self.add_range("total_investment", "project_investment", investment);
        let due = [day(filter.due_from), day(filter.due_until)];
        self.add_range("next_due_on", "project_due", due);
    }

    fn add_range(&mut self, column: &str, index: &'static str, [from, until]: [Option<Value>; 2]) {
        let mut parts = Vec::new();
        for (compare, value) in [(">=", from), ("<=", until)] {
            if let Some(value) = value {
                let n = self.place(value);
                parts.push(format!("{column} {compare} ${n}"));
            }
        }
        if !parts.is_empty() {
            self.and_indexed(parts.join(" AND "), index);
        }
    }

    /// Leads are no projects. The index helps where there are many leads and few projects.
    fn add_projects_only(&mut self) {
        self.and_indexed("lead = FALSE".into(), PROJECTS_ONLY);
        if let Some(indexed) = self.indexed.last_mut() {
            indexed.params = 1;
        }
        self.projects_only = true;
    }

    fn add_marks(&mut self, filter: &LedgerFilter) {
        if let Some(batch) = &filter.import_batch {
            let n = self.place(batch.into());
            self.and_indexed(
                format!("import_batch IS NOT NULL AND import_batch = ${n}"),
                "project_import",
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
        if filter.undecided {
            self.and("in_scope IS NULL");
        }
        if filter.tracked {
            self.and("removed = FALSE");
        }
        if !filter.withdrawn && filter.light.is_none() {
            self.and("withdrawn = FALSE");
        }
        if !filter.leads {
            self.add_projects_only();
        }
    }
}
