//! 历史: every fact as a sentence.

use service::projects::{Act, HistoryLine, ProjectView};

use super::acts::act_address;
use crate::pages::project::files::{FileLink, links};

/// Every fact.
pub struct HistorySection {
    /// The latest first.
    pub lines: Vec<HistoryRow>,
    /// The day looked at.
    pub on: String,
    /// As known on.
    pub known: String,
    /// Today, the last day that can be asked for.
    pub today: String,
}

/// A fact.
pub struct HistoryRow {
    /// Number.
    pub id: u32,
    /// Happened on.
    pub on: String,
    /// Sentence.
    pub sentence: String,
    /// Recorded when, by whom.
    pub meta: String,
    /// Label: 补录, 导入.
    pub tags: Vec<String>,
    /// Why it no longer counts.
    pub voided: String,
    /// Files.
    pub files: Vec<FileLink>,
    /// The form that voids it.
    pub void: String,
}

pub(super) fn history(view: &ProjectView) -> HistorySection {
    let may_void = view.offers.iter().any(|offer| offer.act == Act::Void);
    let known = view
        .moment
        .known
        .map(|known| known.to_string())
        .unwrap_or_default();
    HistorySection {
        lines: view
            .history
            .iter()
            .map(|line| history_row(view, line, may_void))
            .collect(),
        on: view.moment.on.to_string(),
        known,
        today: String::new(),
    }
}

fn history_row(view: &ProjectView, line: &HistoryLine, may_void: bool) -> HistoryRow {
    let mut tags = Vec::new();
    if line.imported {
        tags.push("导入".to_string());
    } else if line.late_days > 0 {
        tags.push(format!("补录，晚 {} 天", line.late_days));
    }
    let voidable = may_void && line.voided.is_none() && !line.correction && line.id.0 > 1;
    let recorded = if line.recorded.is_empty() {
        String::new()
    } else {
        format!("{} 记录", line.recorded)
    };
    let who = format!("{} {}", line.unit, line.person);
    HistoryRow {
        id: line.id.0,
        on: line.on.to_string(),
        sentence: line.sentence.clone(),
        meta: [who.trim().to_string(), recorded]
            .iter()
            .filter(|t| !t.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(" · "),
        tags,
        voided: line.voided.clone().unwrap_or_default(),
        files: links(&view.project, &line.files, &[]),
        void: if voidable {
            act_address(&view.project, Act::Void, &line.id.0.to_string())
        } else {
            String::new()
        },
    }
}
