//! A project with somebody's role in it, as lists of leaders show it.

use calendar::weekday_zh;
use service::leaders::LedView;

use crate::access::encode_query;
use crate::pages::ledger::light_kind;

/// A project in a list of leaders.
pub struct LedRow {
    pub href: String,
    pub name: String,
    pub role: String,
    /// Ledger of the leader's projects; empty while nobody is named.
    pub leader: String,
    pub office: String,
    pub contact: String,
    pub since: String,
    pub stage: String,
    pub stage_days: String,
    pub light: &'static str,
    pub light_text: String,
    pub due: String,
    pub progress: String,
    pub progress_on: String,
    pub problems: String,
    pub open_matters: u64,
    pub matters_href: String,
    /// What comes next, and whose turn it is.
    pub next: Vec<(String, String)>,
    /// The form of a new instruction about it; empty when the person may not.
    pub instruct_href: String,
    /// What is not named yet: 尚未指定业务科室.
    pub missing: String,
    pub sample: bool,
}

/// For whom an instruction is issued.
pub struct Instructs {
    /// Leader and unit, when a secretary acts for him.
    pub behalf: Option<(String, String)>,
}

impl Instructs {
    /// The form of a new instruction, about a project when one is given.
    pub fn href(&self, project: Option<&str>) -> String {
        let mut pairs = Vec::new();
        if let Some(project) = project {
            pairs.push(format!("project={}", encode_query(project)));
        }
        if let Some((leader, unit)) = &self.behalf {
            pairs.push(format!("leader={}", encode_query(leader)));
            pairs.push(format!("leader_unit={}", encode_query(unit)));
        }
        match pairs.is_empty() {
            true => "/matters/new".to_string(),
            false => format!("/matters/new?{}", pairs.join("&")),
        }
    }
}

pub fn row(led: LedView, instructs: Option<&Instructs>) -> LedRow {
    let href = format!("/projects/{}", led.project);
    let due = led
        .due
        .map(|(title, day)| format!("{title} {day} {}", weekday_zh(day)));
    let next = led.next.into_iter();
    LedRow {
        matters_href: format!("{href}#matters"),
        instruct_href: instructs
            .map(|instructs| instructs.href(Some(&led.project)))
            .unwrap_or_default(),
        href,
        name: led.name,
        role: led.role,
        leader: led.leader,
        office: led.office,
        contact: led.contact,
        since: led.since.to_string(),
        stage: led.stage,
        stage_days: led
            .stage_days
            .map(|days| format!("已 {days} 天"))
            .unwrap_or_default(),
        light: light_kind(led.light),
        light_text: led.light_text,
        due: due.unwrap_or_default(),
        progress: led.progress,
        progress_on: led.progress_on.map(|on| on.to_string()).unwrap_or_default(),
        problems: led.problems,
        open_matters: led.open_matters,
        next: next
            .map(|step| (step.what, step.units.join("、")))
            .collect(),
        missing: String::new(),
        sample: led.sample,
    }
}
