//! Files and folders that the user named.

use std::path::{Path, PathBuf};

use crate::commands::file_trouble;
use crate::failure::Failure;

/// The TOML files among the paths that are `wanted`; folders are searched whole, a file that is named outright is taken as it is.
pub fn collect(paths: &[PathBuf], wanted: fn(&Path) -> bool) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            search(path, wanted, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn search(
    folder: &Path,
    wanted: fn(&Path) -> bool,
    files: &mut Vec<PathBuf>,
) -> Result<(), Failure> {
    let trouble = |error: std::io::Error| {
        Failure::because(format!(
            "文件夹“{}”{}",
            folder.display(),
            file_trouble(&error)
        ))
    };
    for entry in std::fs::read_dir(folder).map_err(trouble)? {
        let path = entry.map_err(trouble)?.path();
        if path.is_dir() {
            search(&path, wanted, files)?;
        } else if wanted(&path) {
            files.push(path);
        }
    }
    Ok(())
}

/// A pack: `*.toml`, but not the cases beside it.
pub fn is_pack(path: &Path) -> bool {
    is_toml(path) && !is_cases(path)
}

/// The cases beside a pack: `*.cases.toml`.
pub fn is_cases(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().ends_with(".cases.toml"))
}

fn is_toml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "toml")
}
