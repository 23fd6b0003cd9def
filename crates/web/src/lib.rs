//! Pages, sign-in and everything that speaks HTTP. A handler reads the form, calls one function of the service
//! and fills a page; it decides nothing.

mod access;
mod assets;
mod download;
mod error;
mod form;
mod page;
mod pages;
mod router;
mod session;
#[cfg(test)]
mod style_guide;

pub use access::{Route, Who};
pub use router::{app, routes};

use service::Service;

/// What the pages need to know of the installation.
#[derive(Debug, Clone, Default)]
pub struct WebConfig {
    /// Cookies only over TLS; off for plain loopback installations.
    pub secure_cookies: bool,
    /// Trust `X-Forwarded-For` of a proxy in front.
    pub behind_proxy: bool,
}

/// Shared by all handlers.
#[derive(Clone)]
pub struct App {
    /// The use cases.
    pub service: Service,
    /// The installation.
    pub config: WebConfig,
}
