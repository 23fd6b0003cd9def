//! Signed webhooks after Standard Webhooks: the receiver can tell that a message is ours, unchanged and fresh.

mod address;

use std::error::Error as _;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, StatusCode, redirect};
use sha2::Sha256;
use thiserror::Error;
use url::{Host, Url};
use zeroize::Zeroizing;

use super::Secret;
use address::{CheckedResolver, PrivateAddress, is_public};

/// Fewest bytes of a key, by Standard Webhooks.
const SHORTEST_KEY: usize = 24;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(15);

/// Where messages go, and how they are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookConfig {
    /// Address, `https://…`.
    pub url: String,
    /// Key as `whsec_` and base64.
    pub secret: Secret,
    /// Whether the address may lie in the own network. Otherwise loopback, private and reserved addresses are refused.
    pub allow_private: bool,
}

impl WebhookConfig {
    /// Reads `LUODI_WEBHOOK_URL`, `LUODI_WEBHOOK_SECRET` or `LUODI_WEBHOOK_SECRET_FILE`, and
    /// `LUODI_WEBHOOK_ALLOW_PRIVATE` (`1` allows). Without an address there is no webhook.
    ///
    /// # Errors
    ///
    /// [`WebhookError::Config`] when there is an address but no key.
    pub fn from_environment() -> Result<Option<Self>, WebhookError> {
        let Some(url) = std::env::var("LUODI_WEBHOOK_URL")
            .ok()
            .filter(|url| !url.is_empty())
        else {
            return Ok(None);
        };
        let secret =
            Secret::from_environment("LUODI_WEBHOOK_SECRET").map_err(WebhookError::Config)?;
        let secret = secret.ok_or_else(|| {
            WebhookError::Config(
                "设置了 LUODI_WEBHOOK_URL，却没有设置签名密钥 LUODI_WEBHOOK_SECRET。".to_owned(),
            )
        })?;
        let allow_private =
            std::env::var("LUODI_WEBHOOK_ALLOW_PRIVATE").is_ok_and(|text| text == "1");
        Ok(Some(Self {
            url,
            secret,
            allow_private,
        }))
    }
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookMessage {
    /// Number of the notice: the same at every try, so that the receiver can know a repeated one.
    pub id: String,
    /// JSON.
    pub body: String,
}

/// Why a message did not go out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WebhookError {
    /// The configuration cannot be used.
    #[error("Webhook 设置有误：{0}")]
    Config(String),
    /// The address lies in a network to which nothing is sent.
    #[error(
        "Webhook 地址“{0}”指向本机或内网，为防止被利用已拒绝发送。如果接收方确在内网，请设置 LUODI_WEBHOOK_ALLOW_PRIVATE=1。"
    )]
    Private(String),
    /// The receiver says that it wants no more.
    #[error("Webhook 接收方答复 410，表示不再接收。请停用或更换地址。")]
    Gone,
    /// The receiver did not take it.
    #[error("Webhook 接收方答复 {0}，没有接收。系统会自动重试。")]
    Answer(u16),
    /// The receiver cannot be reached.
    #[error("Webhook 暂时发不出去：{0}。系统会自动重试；如一直失败，请检查地址和网络。")]
    Later(String),
}

impl WebhookError {
    /// Whether trying again is of no use.
    pub fn is_permanent(&self) -> bool {
        matches!(
            self,
            WebhookError::Config(_) | WebhookError::Private(_) | WebhookError::Gone
        )
    }
}

/// Sends messages to one address.
#[derive(Clone)]
pub struct Webhook {
    client: Client,
    url: Url,
    key: Arc<Zeroizing<Vec<u8>>>,
    allow_private: bool,
}

impl Webhook {
    /// With a configuration. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// [`WebhookError::Config`] when address or key cannot be used.
    pub fn new(config: &WebhookConfig) -> Result<Self, WebhookError> {
        let url = checked_url(&config.url)?;
        let key = key(&config.secret)?;
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .dns_resolver(CheckedResolver {
                allow_private: config.allow_private,
            })
            .user_agent(concat!("luodi/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| WebhookError::Config(error.to_string()))?;
        Ok(Self {
            client,
            url,
            key: Arc::new(key),
            allow_private: config.allow_private,
        })
    }

    /// Sends one message, signed for this moment.
    ///
    /// # Errors
    ///
    /// [`WebhookError`]; [`WebhookError::is_permanent`] says whether to try again.
    pub async fn send(&self, message: &WebhookMessage, now: Timestamp) -> Result<(), WebhookError> {
        self.refuse_private_literal()?;
        let request = self
            .client
            .post(self.url.clone())
            .headers(self.headers(message, now)?)
            .body(message.body.clone());
        let answer = request
            .send()
            .await
            .map_err(|error| self.not_sent(&error))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            StatusCode::GONE => Err(WebhookError::Gone),
            status => Err(WebhookError::Answer(status.as_u16())),
        }
    }

    fn headers(&self, message: &WebhookMessage, now: Timestamp) -> Result<HeaderMap, WebhookError> {
        let timestamp = now.as_second().to_string();
        let signature = sign(&self.key, &message.id, &timestamp, &message.body);
        let value = |text: &str| {
            HeaderValue::from_str(text)
                .map_err(|_| WebhookError::Config(format!("通知编号“{text}”不能用在请求头里。")))
        };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("webhook-id", value(&message.id)?);
        headers.insert("webhook-timestamp", value(&timestamp)?);
        headers.insert("webhook-signature", value(&signature)?);
        Ok(headers)
    }

    /// Addresses that are written as numbers are not resolved, so they are checked here.
    fn refuse_private_literal(&self) -> Result<(), WebhookError> {
        let address: IpAddr = match self.url.host() {
            Some(Host::Ipv4(address)) => address.into(),
            Some(Host::Ipv6(address)) => address.into(),
            _ => return Ok(()),
        };
        if self.allow_private || is_public(address) {
            return Ok(());
        }
        Err(WebhookError::Private(self.host()))
    }

    fn not_sent(&self, error: &reqwest::Error) -> WebhookError {
        let mut cause = error.source();
        while let Some(inner) = cause {
            if inner.is::<PrivateAddress>() {
                return WebhookError::Private(self.host());
            }
            cause = inner.source();
        }
        let what = match (error.is_timeout(), error.is_connect()) {
            (true, _) => "对方在规定时间内没有答复",
            (false, true) => "连接不上对方",
            (false, false) => "传输中断",
        };
        WebhookError::Later(format!("{what}（{}）", self.host()))
    }

    fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().to_owned()
    }
}

fn checked_url(text: &str) -> Result<Url, WebhookError> {
    let url = Url::parse(text).map_err(|_| WebhookError::Config(format!("“{text}”不是网址。")))?;
    let is_web = matches!(url.scheme(), "https" | "http") && url.host().is_some();
    if !is_web || !url.username().is_empty() || url.password().is_some() {
        return Err(WebhookError::Config(
            "地址应以 https:// 开头，且不能带用户名和密码。".to_owned(),
        ));
    }
    Ok(url)
}

fn key(secret: &Secret) -> Result<Zeroizing<Vec<u8>>, WebhookError> {
    let text = secret.reveal().trim();
    let key = STANDARD
        .decode(text.strip_prefix("whsec_").unwrap_or(text))
        .map(Zeroizing::new)
        .ok();
    key.filter(|key| key.len() >= SHORTEST_KEY).ok_or_else(|| {
        WebhookError::Config(format!(
            "签名密钥应为 whsec_ 加 base64，至少 {SHORTEST_KEY} 字节。"
        ))
    })
}

/// `v1,` and the HMAC-SHA256 of number, moment and body, by Standard Webhooks.
fn sign(key: &[u8], id: &str, timestamp: &str, body: &str) -> String {
    // INVARIANT: HMAC takes a key of any length; the fallback is never reached.
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
    for part in [id, ".", timestamp, ".", body] {
        mac.update(part.as_bytes());
    }
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests;
