//! Files that are sent piece by piece.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use service::projects::ExportedFile;
use tokio::io::AsyncReadExt;

use crate::access::encode_query;

/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;

/// Content type of a workbook.
pub const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Content type of a Word document.
pub const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Tells the browser to save the answer under a name.
fn save_as(name: &str) -> String {
    let name = encode_query(name).replace('/', "%2F");
    format!("attachment; filename*=UTF-8''{name}")
}

/// A file that is in memory, to be saved under its name.
pub fn whole(name: &str, kind: &'static str, content: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_string()),
        (header::CONTENT_DISPOSITION, save_as(name)),
    ];
    (headers, content).into_response()
}

/// An export, to be saved under its name.
pub fn send(export: ExportedFile) -> Response {
    let kind = match export.name.rsplit('.').next() {
        Some("csv") => "text/csv; charset=utf-8",
        _ => EXCEL,
    };
    let file = tokio::fs::File::from_std(export.file);
    let pieces = stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        let next: Option<(Bytes, tokio::fs::File)> = (read > 0).then(|| (Bytes::from(piece), file));
        Ok::<_, std::io::Error>(next)
    });
    let mut response = Body::from_stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(export.length));
    if let Ok(name) = HeaderValue::from_str(&save_as(&export.name)) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
