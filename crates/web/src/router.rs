//! All addresses, each with its public.

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::access::{Route, Who};
use crate::error::WebError;
use crate::{App, assets, pages};

/// Every route of the program.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![Route::get("/assets/{*path}", Who::Public, assets::serve)];
    routes.extend(pages::routes());
    routes
}

/// The whole site.
pub fn app(app: App) -> Router {
    let router = routes()
        .into_iter()
        .fold(Router::new(), |router, route| route.mount(router, &app));
    router
        .fallback(|| async { WebError::no_page() })
        .with_state(app)
        .layer(axum::extract::DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(
            crate::form::UPLOAD_BYTES + 1024 * 1024,
        ))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            Duration::from_secs(120),
        ))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(
            |_: Box<dyn std::any::Any + Send>| {
                WebError::from(service::ServiceError::Failed("panic in a handler".into()))
                    .into_response()
            },
        ))
        .layer(middleware::from_fn(security_headers))
}

/// Nothing from outside, nothing inline, no framing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    font-src 'self'; connect-src 'self'; object-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'self'";

async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut put = |name: header::HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    put(header::CONTENT_SECURITY_POLICY, POLICY);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "same-origin");
    put(header::X_FRAME_OPTIONS, "SAMEORIGIN");
    put(header::CACHE_CONTROL, "no-store");
    response
}
