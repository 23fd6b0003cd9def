//! Files of a project: links to them, and the file itself with headers under which it can do no harm.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::event::FileRef;
use domain::view::EvidenceView;
use service::attachments::Attachment;

use crate::App;
use crate::error::Answer;
use crate::session::Signed;

/// A file in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLink {
    /// Address.
    pub href: String,
    /// Name as uploaded.
    pub name: String,
    /// Which evidence it is.
    pub evidence: String,
    /// picture, pdf or other.
    pub kind: &'static str,
    /// SM3 of the content.
    pub sm3: String,
}

/// Links to files, each with the name of the evidence it is.
pub fn links(project: &str, files: &[FileRef], evidence: &[EvidenceView]) -> Vec<FileLink> {
    let title = |id: &Option<String>| {
        let rule = evidence.iter().find(|rule| Some(&rule.id) == id.as_ref());
        rule.map(|rule| rule.title.clone()).unwrap_or_default()
    };
    let link = |file: &FileRef| FileLink {
        href: format!("/projects/{project}/files/{}", file.sm3),
        name: file.name.clone(),
        evidence: title(&file.evidence),
        kind: kind(&file.name),
        sm3: file.sm3.clone(),
    };
    files.iter().map(link).collect()
}

/// By the ending of the name, which was checked against the content when the file came in.
fn kind(name: &str) -> &'static str {
    let ending = name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    match ending.as_str() {
        "jpg" | "jpeg" | "png" | "webp" => "picture",
        "pdf" => "pdf",
        _ => "other",
    }
}

/// The file itself.
pub async fn serve(
    State(app): State<App>,
    signed: Signed,
    Path((project, sm3)): Path<(String, String)>,
) -> Answer {
    let file = app
        .service
        .attachment(&signed.actor, &project, &sm3)
        .await?;
    Ok(answer(file))
}

/// A file is shown or saved, never run: its type is stated and not guessed, it loads nothing, and it is no page of ours.
pub(crate) fn answer(file: Attachment) -> Response {
    let shown = if file.shown() { "inline" } else { "attachment" };
    let name = crate::access::encode_query(&file.name).replace('/', "%2F");
    let disposition = format!("{shown}; filename*=UTF-8''{name}");
    // The viewer of PDFs is a plug-in of the browser: a sandbox would keep it from showing anything.
    let policy = if file.mime == "application/pdf" {
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    } else {
        "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
    };
    let mut response = file.content.into_response();
    let headers = response.headers_mut();
    let mut put = |name: header::HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, &file.mime);
    put(header::CONTENT_DISPOSITION, &disposition);
    put(header::CONTENT_SECURITY_POLICY, policy);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::CACHE_CONTROL, "private, max-age=3600");
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn served(mime: &str) -> Response {
        answer(Attachment {
            name: "现场 1.jpg".into(),
            mime: mime.into(),
            content: Bytes::from_static(b"x"),
        })
    }

    fn header_of(response: &Response, name: &str) -> String {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_string()
    }

    #[test]
    fn pictures_are_shown_in_a_sandbox() {
        let response = served("image/jpeg");
        assert!(
            header_of(&response, "content-disposition")
                .starts_with("inline; filename*=UTF-8''%E7%8E%B0")
        );
        assert!(header_of(&response, "content-security-policy").ends_with("sandbox"));
        assert_eq!(header_of(&response, "x-content-type-options"), "nosniff");
    }

    #[test]
    fn what_a_browser_does_not_show_by_itself_is_saved() {
        let response = served("text/html");
        assert!(header_of(&response, "content-disposition").starts_with("attachment"));
        assert!(header_of(&response, "content-security-policy").contains("sandbox"));
    }
}
