//! The file of a backup: a zip with the database, the attachments, and a page that says what it is.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::commands::file_trouble;
use crate::failure::{Answer, Failure};

/// Name of the page that says what the archive is.
const CONTENTS: &str = "luodi-backup.json";
/// Name of the database in the archive.
pub const DATABASE: &str = "luodi.db";
/// Folder of the attachments in the archive.
pub const FILES: &str = "files";
/// Form of the archive; a program refuses what is newer than it knows.
const FORM: u32 = 1;

/// What the archive is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Form of the archive.
    pub form: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// When, RFC 3339.
    pub made_at: String,
    /// Number of attachments.
    pub attachments: u64,
}

/// Writes an archive beside its place and moves it there when it is whole.
pub fn write(
    target: &Path,
    database: &Path,
    files: &Path,
    made_at: String,
) -> Result<Contents, Failure> {
    let part = beside(target, "part");
    let written = write_part(&part, database, files, made_at);
    if written.is_err() {
        let _ = std::fs::remove_file(&part);
        return written;
    }
    std::fs::rename(&part, target).map_err(|error| trouble(target, &error))?;
    written
}

/// A name beside a file: `backup.zip.part`.
pub fn beside(target: &Path, ending: &str) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{ending}"));
    target.with_file_name(name)
}

fn write_part(
    part: &Path,
    database: &Path,
    files: &Path,
    made_at: String,
) -> Result<Contents, Failure> {
    let file = private_file(part).map_err(|error| trouble(part, &error))?;
    let mut zip = ZipWriter::new(BufWriter::new(file));
    put(
        &mut zip,
        part,
        DATABASE,
        database,
        CompressionMethod::Deflated,
    )?;
    let mut attachments = 0;
    for path in all_files(files)? {
        let inside = path.strip_prefix(files).unwrap_or(&path);
        let name = Path::new(FILES)
            .join(inside)
            .to_string_lossy()
            .replace('\\', "/");
        // Pictures and Office files are compressed already.
        put(&mut zip, part, &name, &path, CompressionMethod::Stored)?;
        attachments += 1;
    }
    let contents = Contents {
        form: FORM,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at,
        attachments,
    };
    let page = serde_json::to_vec_pretty(&contents).map_err(Failure::because)?;
    let options = SimpleFileOptions::default();
    zip.start_file(CONTENTS, options)
        .map_err(|error| zip_trouble(part, &error))?;
    zip.write_all(&page)
        .map_err(|error| trouble(part, &error))?;
    let file = zip.finish().map_err(|error| zip_trouble(part, &error))?;
    let file = file
        .into_inner()
        .map_err(|error| trouble(part, error.error()))?;
    file.sync_all().map_err(|error| trouble(part, &error))?;
    Ok(contents)
}

/// A new file that only its owner may read: a backup holds everything.
fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn put(
    zip: &mut ZipWriter<BufWriter<File>>,
    archive: &Path,
    name: &str,
    source: &Path,
    method: CompressionMethod,
) -> Answer {
    let options = SimpleFileOptions::default()
        .compression_method(method)
        .large_file(true);
    zip.start_file(name, options)
        .map_err(|error| zip_trouble(archive, &error))?;
    let file = File::open(source).map_err(|error| trouble(source, &error))?;
    std::io::copy(&mut BufReader::new(file), zip).map_err(|error| trouble(archive, &error))?;
    Ok(())
}

/// Every file below a folder; none when there is no folder.
fn all_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(trouble(&folder, &error)),
        };
        for entry in entries {
            let path = entry.map_err(|error| trouble(&folder, &error))?.path();
            if path.is_dir() {
                folders.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The first bytes of a bare copy of the database, as the backups page of the program makes it.
const BARE: &[u8; 16] = b"SQLite format 3\0";

/// Unpacks an archive into an empty folder. Every file's checksum is checked on the way. A bare copy of the database
/// is taken as it is; it answers `None`, for it says nothing about itself and holds no attachments.
pub fn take(archive: &Path, folder: &Path) -> Result<Option<Contents>, Failure> {
    let mut start = [0; BARE.len()];
    let read = File::open(archive).and_then(|mut file| file.read_exact(&mut start));
    match read {
        Ok(()) if start == *BARE => {
            let target = folder.join(DATABASE);
            std::fs::copy(archive, &target).map_err(|error| trouble(&target, &error))?;
            Ok(None)
        }
        Err(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            Err(trouble(archive, &error))
        }
        _ => unpack(archive, folder).map(Some),
    }
}

fn unpack(archive: &Path, folder: &Path) -> Result<Contents, Failure> {
    let file = File::open(archive).map_err(|error| trouble(archive, &error))?;
    let mut zip = ZipArchive::new(BufReader::new(file))
        .map_err(|error| no_backup(archive, &error.to_string()))?;
    let contents = contents(archive, &mut zip)?;
    for index in 0..zip.len() {
        let mut entry = zip
            .by_index(index)
            .map_err(|error| zip_trouble(archive, &error))?;
        let name = entry.enclosed_name().filter(|name| is_ours(name));
        let Some(name) = name.filter(|name| name != Path::new(CONTENTS)) else {
            continue;
        };
        let target = folder.join(name);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).map_err(|error| trouble(parent, &error))?;
        }
        let mut out = private_file(&target).map_err(|error| trouble(&target, &error))?;
        std::io::copy(&mut entry, &mut out).map_err(|error| {
            no_backup(archive, &format!("{} 已损坏（{error}）", target.display()))
        })?;
        out.sync_all().map_err(|error| trouble(&target, &error))?;
    }
    Ok(contents)
}

/// The database and the attachments, nothing else.
fn is_ours(name: &Path) -> bool {
    let first = name.components().next();
    name == Path::new(DATABASE)
        || name == Path::new(CONTENTS)
        || first == Some(Component::Normal(FILES.as_ref()))
}

fn contents(archive: &Path, zip: &mut ZipArchive<BufReader<File>>) -> Result<Contents, Failure> {
    let page = zip
        .by_name(CONTENTS)
        .map_err(|_| no_backup(archive, "里面没有备份说明"))?;
    let contents: Contents =
        serde_json::from_reader(page).map_err(|_| no_backup(archive, "备份说明无法读取"))?;
    if contents.form > FORM {
        return Err(Failure::because(format!(
            "备份“{}”由更新的程序（{}）制作，本程序读不了。请使用新版程序。",
            archive.display(),
            contents.program
        )));
    }
    Ok(contents)
}

fn no_backup(archive: &Path, why: &str) -> Failure {
    Failure::because(format!(
        "“{}”不是完好的备份：{why}。请换一个备份。",
        archive.display()
    ))
}

fn trouble(path: &Path, error: &std::io::Error) -> Failure {
    Failure::because(format!("文件“{}”{}", path.display(), file_trouble(error)))
}

fn zip_trouble(archive: &Path, error: &zip::result::ZipError) -> Failure {
    Failure::because(format!("备份“{}”无法读写：{error}。", archive.display()))
}
