//! The session behind a request.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use service::Actor;

use crate::App;
use crate::error::WebError;
use crate::page::Flash;

/// Name of the session cookie.
pub const COOKIE: &str = "luodi_session";
/// Name of the cookie that carries a message to the next page, once.
pub const FLASH_COOKIE: &str = "luodi_flash";

/// A signed-in person with the token that forms of this session carry.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who.
    pub actor: Actor,
    /// What forms must send back.
    pub csrf: String,
    /// Tells forms of this session from others.
    pub key: service::SessionKey,
    /// The session's token, to end it.
    pub token: String,
    /// What the last action said.
    pub flash: Option<Flash>,
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts
            .extensions
            .get::<Signed>()
            .cloned()
            .ok_or_else(WebError::signed_out)
    }
}

/// The session that the cookie names, when it is alive.
pub async fn find(app: &App, headers: &HeaderMap) -> Result<Option<Signed>, WebError> {
    let Some(token) = cookie(headers, COOKIE) else {
        return Ok(None);
    };
    let Some(session) = app.service.session(&token).await? else {
        return Ok(None);
    };
    Ok(Some(Signed {
        actor: session.actor,
        csrf: session.csrf,
        key: session.key,
        token,
        flash: flash(headers),
    }))
}

/// The message that the last action left.
pub fn flash(headers: &HeaderMap) -> Option<Flash> {
    let encoded = cookie(headers, FLASH_COOKIE)?;
    let text = url::form_urlencoded::parse(format!("t={encoded}").as_bytes())
        .next()?
        .1
        .into_owned();
    Some(Flash {
        kind: "success",
        text,
    })
    .filter(|flash| !flash.text.is_empty())
}

/// `Set-Cookie` that leaves a message for the next page; empty to take it away.
pub fn set_flash(text: &str) -> String {
    let text: String = text.chars().take(300).collect();
    let age = if text.is_empty() { 0 } else { 60 };
    let text = crate::access::encode_query(&text);
    format!("{FLASH_COOKIE}={text}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}")
}

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_string())
}

/// `Set-Cookie` for a new session, or to forget one (`token` empty).
pub fn set_cookie(token: &str, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    let age = if token.is_empty() { "; Max-Age=0" } else { "" };
    format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
}

/// Where the request comes from, for the sign-in log and the throttle.
pub struct Address(pub String);

impl FromRequestParts<App> for Address {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let forwarded = parts
            .headers
            .get("x-forwarded-for")
            .and_then(|v| v.to_str().ok());
        let forwarded = forwarded
            .and_then(|v| v.split(',').next_back())
            .filter(|_| app.config.behind_proxy);
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|peer| peer.0.ip().to_string());
        let address = forwarded.map(|address| address.trim().to_string()).or(peer);
        Ok(Address(address.unwrap_or_else(|| "unknown".to_string())))
    }
}
