//! 项目: the page of one project, section by section.

mod acts;
mod adjustments;
mod entries;
mod files;
mod head;
mod history;
mod investment;
mod items;
mod performance;
mod track;
mod visits;

use askama::Template;
use service::Actor;
use service::projects::ProjectView;

pub use self::acts::{ActLink, act_address, act_links, gate_links};
pub use self::adjustments::exemptions;
pub use self::entries::{Entry, Group};
pub use self::head::{Head, head, with_weekday};
pub use self::items::{Items, items};
pub use self::track::{NodeRow, TrackSection, track_section};
pub use self::visits::{questions, visits};
use crate::page::Page;
use crate::pages::project::closed_loop;
use crate::pages::project::layout::Metrics;
use crate::pages::project::lead::{self, LeadSection};
use crate::pages::project::sponsors;

use self::adjustments::{AdjustmentsSection, adjustments};
use self::files::{FilesSection, files};
use self::head::query;
use self::history::{HistorySection, history};
use self::investment::{InvestmentSection, investment};
use self::performance::{PerformanceSection, performance};
use self::visits::VisitsSection;

/// A tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabLink {
    /// Address.
    pub href: String,
    /// Words.
    pub label: &'static str,
    /// Whether it is open.
    pub active: bool,
    /// How much is there.
    pub count: Option<usize>,
}

/// Sections of the page: word in the address and label.
pub const TABS: [(&str, &str); 10] = [
    ("track", "轨迹"),
    ("loop", "交办与进展"),
    ("lead", "线索"),
    ("items", "准备事项"),
    ("files", "材料"),
    ("adjustments", "调整"),
    ("performance", "履约"),
    ("visits", "走访与问答"),
    ("investment", "投资"),
    ("history", "历史"),
];

/// Whether a section has a meaning under the project's pack.
fn has_tab(view: &ProjectView, tab: &str) -> bool {
    let file = &view.lifecycle.file;
    let by_assignment = |step: &policy::model::StepDef| step.done_by.is_some();
    match tab {
        "loop" => {
            let mut steps = file.stage.iter().flat_map(|s| &s.step);
            steps.any(by_assignment) || sponsors::has_any(view)
        }
        "lead" => view.lead.is_some(),
        "items" => !file.checklist.is_empty(),
        "performance" => view.performance.is_some(),
        _ => true,
    }
}

/// The tabs of the page.
pub fn tabs(view: &ProjectView, open: &str) -> Vec<TabLink> {
    let track = &view.track;
    let adjustments = &track.adjustments;
    let count = |tab: &str| match tab {
        "items" => Some(track.checklist.iter().filter(|item| !item.done).count()),
        "loop" => Some(track.move_asks.iter().filter(|ask| ask.open).count()),
        "files" => Some(view.history.iter().map(|line| line.files.len()).sum()),
        "adjustments" => Some(
            adjustments.extensions.len()
                + adjustments.exemptions.len()
                + adjustments.graces.len()
                + adjustments.removals.len(),
        ),
        "performance" => Some(track.performance.duties.len() + track.performance.breaches.len()),
        "visits" => Some(track.visits.len() + track.questions.len()),
        "investment" => Some(track.investment.len()),
        "history" => Some(view.history.len()),
        _ => None,
    };
    let query = query(view);
    let tab = |(word, label): &(&'static str, &'static str)| TabLink {
        href: format!("/projects/{}?tab={word}{query}", view.project),
        label,
        active: *word == open,
        count: count(word).filter(|count| *count > 0),
    };
    let tabs = TABS.iter().filter(|(word, _)| has_tab(view, word));
    tabs.map(tab).collect()
}

/// What a tab shows.
pub enum Section {
    /// 轨迹.
    Track(Box<TrackSection>),
    /// 交办与进展.
    Loop(Vec<Group>),
    /// 线索.
    Lead(Box<LeadSection>),
    /// 准备事项.
    Items(Items),
    /// 材料.
    Files(FilesSection),
    /// 调整.
    Adjustments(Box<AdjustmentsSection>),
    /// 履约.
    Performance(Box<PerformanceSection>),
    /// 走访与问答.
    Visits(VisitsSection),
    /// 投资.
    Investment(InvestmentSection),
    /// 历史.
    History(HistorySection),
}

/// The section of a tab; an unknown word is the track.
pub fn section(view: &ProjectView, tab: &str) -> (&'static str, Section) {
    let known = TABS
        .iter()
        .map(|(word, _)| *word)
        .find(|word| *word == tab && has_tab(view, word))
        .unwrap_or("track");
    if known == "lead"
        && let Some(lead) = lead::section(view)
    {
        return (known, Section::Lead(Box::new(lead)));
    }
    let known = if known == "lead" { "track" } else { known };
    let section = match known {
        "loop" => Section::Loop(closed_loop::groups(view)),
        "items" => Section::Items(items(view)),
        "files" => Section::Files(files(view)),
        "adjustments" => Section::Adjustments(Box::new(adjustments(view))),
        "performance" => Section::Performance(Box::new(performance(view))),
        "visits" => Section::Visits(visits(view)),
        "investment" => Section::Investment(investment(view)),
        "history" => Section::History(history(view)),
        _ => Section::Track(Box::new(track_section(view, &Metrics::SCREEN))),
    };
    (known, section)
}

/// The page.
#[derive(Template)]
#[template(path = "project/show.html")]
pub struct ShowPage {
    /// Matters about the project, where the region has rules of matters.
    pub matters: Option<crate::pages::matters::ProjectMatters>,
    /// Frame.
    pub page: Page,
    /// Above the sections.
    pub head: Head,
    /// Tabs.
    pub tabs: Vec<TabLink>,
    /// What is open.
    pub section: Section,
    /// What the actor may do at first.
    pub primary: Vec<ActLink>,
    /// Whether it is a past day.
    pub past: bool,
}

/// The page for paper.
#[derive(Template)]
#[template(path = "project/print.html")]
pub struct PrintPage {
    /// Frame.
    pub page: Page,
    /// Head.
    pub head: Head,
    /// Track with chart.
    pub track: TrackSection,
    /// Checklist.
    pub items: Items,
    /// Extension, grace, exemption, removal.
    pub adjustments: AdjustmentsSection,
    /// History.
    pub history: HistorySection,
}

/// The page for paper.
pub fn print_page(page: Page, view: &ProjectView, actor: &Actor) -> PrintPage {
    PrintPage {
        page,
        head: head(view, actor),
        track: track_section(view, &Metrics::SHEET),
        items: items(view),
        adjustments: adjustments(view),
        history: history(view),
    }
}
