//! 准备事项: the checklist of the enterprise.

use domain::view::ClauseView;
use service::projects::{Act, ProjectView};

use super::acts::{ActLink, act_links};
use crate::pages::project::files::{FileLink, links};

/// 企业方准备事项.
pub struct Items {
    /// Done.
    pub done: usize,
    /// All.
    pub total: usize,
    /// Percent.
    pub percent: usize,
    /// The same in words.
    pub label: String,
    /// One by one.
    pub items: Vec<ItemRow>,
}

/// An item.
pub struct ItemRow {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Whether it is done.
    pub done: bool,
    /// Who, when, remark.
    pub meta: String,
    /// Whether a file is wanted.
    pub file_wanted: bool,
    /// Clause.
    pub clause: ClauseView,
    /// Files.
    pub files: Vec<FileLink>,
    /// Whether the actor may tick it.
    pub tick: bool,
    /// The form that takes the tick back.
    pub untick: Vec<ActLink>,
}

/// The enterprise's checklist.
pub fn items(view: &ProjectView) -> Items {
    let rows: Vec<ItemRow> = view
        .track
        .checklist
        .iter()
        .map(|item| item_row(view, item))
        .collect();
    let done = rows.iter().filter(|row| row.done).count();
    let total = rows.len();
    let percent = (done * 100).checked_div(total).unwrap_or_default();
    Items {
        done,
        total,
        percent,
        label: format!("已完成 {percent}%"),
        items: rows,
    }
}

fn item_row(view: &ProjectView, item: &domain::view::ChecklistView) -> ItemRow {
    let by = item
        .by
        .as_ref()
        .map(|by| format!("{} {}", by.unit, by.person));
    let on = item.on.map(|on| on.to_string());
    let note = Some(item.note.clone()).filter(|note| !note.is_empty());
    let meta: Vec<String> = [on, by, note].into_iter().flatten().collect();
    ItemRow {
        id: item.id.clone(),
        title: item.title.clone(),
        done: item.done,
        meta: meta.join(" · "),
        file_wanted: item.file_wanted,
        clause: ClauseView {
            document: view.track.pack.document.clone(),
            article: item.clause.clone(),
            text: item.title.clone(),
        },
        files: links(&view.project, &item.files, &[]),
        tick: !act_links(view, &[Act::TickItem], Some(&item.id)).is_empty(),
        untick: act_links(view, &[Act::UntickItem], Some(&item.id)),
    }
}
