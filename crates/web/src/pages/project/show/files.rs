//! 材料: every file of the project.

use service::projects::{HistoryLine, ProjectView};

use crate::pages::project::files::{FileLink, links};

/// All files of the project.
pub struct FilesSection {
    /// Pictures.
    pub pictures: Vec<FileLink>,
    /// One by one with the fact they belong to.
    pub files: Vec<FileRow>,
}

/// A file with the fact it belongs to.
pub struct FileRow {
    /// The file.
    pub file: FileLink,
    /// The fact.
    pub fact: String,
    /// When and by whom.
    pub meta: String,
}

pub(super) fn files(view: &ProjectView) -> FilesSection {
    let of = |line: &HistoryLine| {
        let meta = format!("{} · {} {}", line.on, line.unit, line.person);
        let row = |file: FileLink| FileRow {
            file,
            fact: line.sentence.clone(),
            meta: meta.clone(),
        };
        links(&view.project, &line.files, &[])
            .into_iter()
            .map(row)
            .collect::<Vec<_>>()
    };
    let files: Vec<FileRow> = view
        .history
        .iter()
        .filter(|line| line.voided.is_none())
        .flat_map(of)
        .collect();
    let pictures = files
        .iter()
        .map(|row| row.file.clone())
        .filter(|file| file.kind == "picture")
        .collect();
    FilesSection { pictures, files }
}
