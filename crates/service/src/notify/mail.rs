//! E-mail by SMTP.

use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use thiserror::Error;

use super::Secret;

/// How long the server may take for each answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MailTls {
    /// Not at all: a server in the same house.
    None,
    /// Begins in the clear, then STARTTLS, which must succeed.
    #[default]
    StartTls,
    /// TLS from the first byte.
    Tls,
}

impl MailTls {
    fn default_port(self) -> u16 {
        match self {
            MailTls::None => 25,
            MailTls::StartTls => 587,
            MailTls::Tls => 465,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "none" => Some(MailTls::None),
            "starttls" | "" => Some(MailTls::StartTls),
            "tls" => Some(MailTls::Tls),
            _ => None,
        }
    }
}

/// The mail server and the sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailConfig {
    /// Name or address of the server.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub tls: MailTls,
    /// Login, where the server wants one.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
    /// Sender: `样例市招商服务中心 <luodi@example.gov.cn>` or the bare address.
    pub from: String,
}

impl MailConfig {
    /// Reads `LUODI_SMTP_HOST`, `LUODI_SMTP_PORT`, `LUODI_SMTP_TLS` (none, starttls, tls), `LUODI_SMTP_USER`,
    /// `LUODI_SMTP_PASSWORD` or `LUODI_SMTP_PASSWORD_FILE`, and `LUODI_SMTP_FROM`. Without a host there is no e-mail.
    ///
    /// # Errors
    ///
    /// [`MailError::Config`] when a value cannot be understood.
    pub fn from_environment() -> Result<Option<Self>, MailError> {
        let password =
            Secret::from_environment("LUODI_SMTP_PASSWORD").map_err(MailError::Config)?;
        Self::from_lookup(
            |name| {
                std::env::var(name)
                    .ok()
                    .filter(|text| !text.trim().is_empty())
            },
            password,
        )
    }

    fn from_lookup(
        get: impl Fn(&str) -> Option<String>,
        password: Option<Secret>,
    ) -> Result<Option<Self>, MailError> {
        let Some(host) = get("LUODI_SMTP_HOST") else {
            return Ok(None);
        };
        let tls = get("LUODI_SMTP_TLS").unwrap_or_default();
        let tls = MailTls::parse(&tls).ok_or_else(|| {
            MailError::Config(format!(
                "LUODI_SMTP_TLS 是“{tls}”，只能是 none、starttls 或 tls。"
            ))
        })?;
        let port = match get("LUODI_SMTP_PORT") {
            None => tls.default_port(),
            Some(text) => text.trim().parse().map_err(|_| {
                MailError::Config(format!(
                    "LUODI_SMTP_PORT 是“{text}”，不是 1 至 65535 的端口号。"
                ))
            })?,
        };
        let from = get("LUODI_SMTP_FROM").ok_or_else(|| {
            MailError::Config(
                "设置了 LUODI_SMTP_HOST，却没有设置发件人 LUODI_SMTP_FROM。".to_owned(),
            )
        })?;
        Ok(Some(Self {
            host,
            port,
            tls,
            user: get("LUODI_SMTP_USER"),
            password,
            from,
        }))
    }
}

/// An e-mail to one person, in plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Number of the notice; the same number always gives the same Message-ID, so that a repeated one can be known.
    pub id: String,
    /// Address of the receiver.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
}

/// Why an e-mail did not go out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MailError {
    /// The configuration cannot be used.
    #[error("邮件设置有误：{0}")]
    Config(String),
    /// The receiver's address is no address.
    #[error("“{0}”不是电子邮件地址。请在用户资料中改正。")]
    Address(String),
    /// The server says that it will never take it.
    #[error("邮件服务器拒收：{0}。请核对收件人地址和发件人权限。")]
    Refused(String),
    /// The server cannot be reached or cannot take it now.
    #[error("邮件暂时发不出去：{0}。系统会自动重试；如一直失败，请检查邮件服务器设置和网络。")]
    Later(String),
}

impl MailError {
    /// Whether trying again is of no use.
    pub fn is_permanent(&self) -> bool {
        !matches!(self, MailError::Later(_))
    }
}

/// Sends e-mails.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// With a configuration. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// [`MailError::Config`] when the sender is no address or TLS cannot be set up.
    pub fn new(config: &MailConfig) -> Result<Self, MailError> {
        let from: Mailbox = config
            .from
            .parse()
            .map_err(|_| MailError::Config(format!("发件人“{}”不是电子邮件地址。", config.from)))?;
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .timeout(Some(TIMEOUT))
            .tls(protection(config)?);
        if let (Some(user), Some(password)) = (&config.user, &config.password) {
            transport =
                transport.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
        }
        Ok(Self {
            transport: transport.build(),
            from,
        })
    }

    /// Sends one e-mail.
    ///
    /// # Errors
    ///
    /// [`MailError`]; [`MailError::is_permanent`] says whether to try again.
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = self.message(mail)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(MailError::Refused(error.to_string())),
            Err(error) => Err(MailError::Later(error.to_string())),
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, MailError> {
        let bad_address = || MailError::Address(mail.to.clone());
        let to: Address = mail.to.trim().parse().map_err(|_| bad_address())?;
        let id: String = mail
            .id
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect();
        let built = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(&mail.subject))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone());
        built.map_err(|error| MailError::Refused(error.to_string()))
    }
}

fn protection(config: &MailConfig) -> Result<Tls, MailError> {
    let parameters = || {
        TlsParameters::new(config.host.clone()).map_err(|error| {
            MailError::Config(format!("不能为“{}”建立加密连接：{error}。", config.host))
        })
    };
    Ok(match config.tls {
        MailTls::None => Tls::None,
        MailTls::StartTls => Tls::Required(parameters()?),
        MailTls::Tls => Tls::Wrapper(parameters()?),
    })
}

/// A line break in a subject would begin another header.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests;
