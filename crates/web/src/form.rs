//! Forms as they come in: the token that proves they are ours, fields, files.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use bytes::Bytes;

use crate::error::WebError;
use crate::session::Signed;

/// Largest form without files.
const FORM_BYTES: usize = 512 * 1024;
/// Name of the field with the token.
const CSRF: &str = "csrf";

/// Checks the token of a plain form (or the header that scripts send). A form with files carries it as its
/// first field, which [`Upload`] checks before it reads any further.
pub async fn check_csrf(request: Request, signed: &Signed) -> Result<Request, WebError> {
    let header = request
        .headers()
        .get("x-csrf-token")
        .and_then(|v| v.to_str().ok());
    if let Some(token) = header {
        return if signed.key.owns(token) {
            Ok(request)
        } else {
            Err(WebError::stale_form())
        };
    }
    if is_multipart(&request) {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, FORM_BYTES)
        .await
        .map_err(|_| WebError::too_large("表单", FORM_BYTES as u64))?;
    let fields = Fields::parse(&bytes);
    if !signed.key.owns(fields.get(CSRF)) {
        return Err(WebError::stale_form());
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

fn is_multipart(request: &Request) -> bool {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    kind.starts_with("multipart/form-data")
}

/// Fields by name; a name may come several times.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    values: BTreeMap<String, Vec<String>>,
}

impl Fields {
    /// From `application/x-www-form-urlencoded` or a query.
    pub fn parse(bytes: &[u8]) -> Fields {
        let mut fields = Fields::default();
        for (key, value) in url::form_urlencoded::parse(bytes) {
            fields.push(key.into_owned(), value.into_owned());
        }
        fields
    }

    fn push(&mut self, key: String, value: String) {
        self.values.entry(key).or_default().push(value);
    }

    /// The trimmed value, empty when absent.
    pub fn get(&self, key: &str) -> &str {
        self.values
            .get(key)
            .and_then(|v| v.first())
            .map_or("", |v| v.trim())
    }

    /// The trimmed value, `None` when absent or empty.
    pub fn some(&self, key: &str) -> Option<&str> {
        Some(self.get(key)).filter(|v| !v.is_empty())
    }

    /// Every value of a name.
    pub fn all(&self, key: &str) -> &[String] {
        self.values.get(key).map_or(&[], Vec::as_slice)
    }

    /// Every field whose name begins with `prefix`, without it.
    pub fn prefixed<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.values.iter().filter_map(move |(key, values)| {
            let rest = key.strip_prefix(prefix)?;
            Some((rest, values.first()?.trim()))
        })
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = WebError;
    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let bytes = to_bytes(request.into_body(), FORM_BYTES)
            .await
            .map_err(|_| WebError::too_large("表单", FORM_BYTES as u64))?;
        Ok(Fields::parse(&bytes))
    }
}

/// A file as it came in.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    /// Field of the form.
    pub field: String,
    /// Name on the sender's machine.
    pub name: String,
    /// Content.
    pub bytes: Bytes,
}

/// A form with files.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    /// Its plain fields.
    pub fields: Fields,
    /// Its files; an empty file field is left out.
    pub files: Vec<UploadedFile>,
}

/// Largest request with files; each file has its own limit by type in the service.
pub const UPLOAD_BYTES: usize = 64 * 1024 * 1024;

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = WebError;
    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let signed = request
            .extensions()
            .get::<Signed>()
            .cloned()
            .ok_or_else(WebError::signed_out)?;
        let by_header = request.headers().contains_key("x-csrf-token");
        if !is_multipart(&request) {
            let fields = Fields::from_request(request, state).await?;
            return Ok(Upload {
                fields,
                files: Vec::new(),
            });
        }
        let multipart = Multipart::from_request(request, state)
            .await
            .map_err(|_| WebError::broken_upload())?;
        read_parts(multipart, &signed, by_header).await
    }
}

async fn read_parts(
    mut parts: Multipart,
    signed: &Signed,
    mut trusted: bool,
) -> Result<Upload, WebError> {
    let mut upload = Upload::default();
    let mut total = 0usize;
    while let Some(part) = parts
        .next_field()
        .await
        .map_err(|_| WebError::broken_upload())?
    {
        let field = part.name().unwrap_or_default().to_string();
        let name = part.file_name().map(str::to_string);
        if !trusted && field != CSRF {
            return Err(WebError::stale_form());
        }
        let bytes = part
            .bytes()
            .await
            .map_err(|_| WebError::too_large("上传内容", UPLOAD_BYTES as u64))?;
        total += bytes.len();
        if total > UPLOAD_BYTES {
            return Err(WebError::too_large("上传内容", UPLOAD_BYTES as u64));
        }
        match name {
            Some(name) if !bytes.is_empty() => {
                upload.files.push(UploadedFile { field, name, bytes })
            }
            Some(_) => {}
            None => {
                let value = String::from_utf8_lossy(&bytes).into_owned();
                if field == CSRF {
                    if !signed.key.owns(&value) {
                        return Err(WebError::stale_form());
                    }
                    trusted = true;
                }
                upload.fields.push(field, value);
            }
        }
    }
    Ok(upload)
}
