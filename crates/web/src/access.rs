//! Which address is for whom. A route cannot be added without saying so, and the whole table is under test.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::MethodRouter;
use service::{AccountKind, Actor, AdminRole};

use crate::App;
use crate::error::WebError;
use crate::session::{self, Signed};

/// For whom a route is. The service authorises each use case again by pack role, unit and project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody, signed in or not.
    Public,
    /// Everybody who is signed in.
    Signed,
    /// Officials, leaders and auditors; no enterprise.
    Office,
    /// Those who look at projects: officials, leaders and auditors; no enterprise, none of the three administrators.
    Viewer,
    /// People of an enterprise.
    Enterprise,
    /// One of these administrators.
    Admin(&'static [AdminRole]),
}

impl Who {
    /// Whether `actor` may come in here.
    pub fn admits(self, actor: &Actor) -> bool {
        match self {
            Who::Public | Who::Signed => true,
            Who::Office => actor.kind != AccountKind::Enterprise,
            Who::Viewer => {
                actor.kind != AccountKind::Enterprise
                    && actor.admin.is_none_or(|role| role == AdminRole::Auditor)
            }
            Who::Enterprise => actor.kind == AccountKind::Enterprise,
            Who::Admin(roles) => actor.admin.is_some_and(|role| roles.contains(&role)),
        }
    }
}

/// An address with its method, its public and its handler.
pub struct Route {
    /// GET or POST.
    pub method: Method,
    /// Address with parameters in braces.
    pub path: &'static str,
    /// For whom.
    pub who: Who,
    pub(crate) handler: MethodRouter<App>,
}

impl Route {
    /// An address to look at.
    pub fn get<H, T>(path: &'static str, who: Who, handler: H) -> Route
    where
        H: axum::handler::Handler<T, App>,
        T: 'static,
    {
        Route {
            method: Method::GET,
            path,
            who,
            handler: axum::routing::get(handler),
        }
    }

    /// An address that changes something.
    pub fn post<H, T>(path: &'static str, who: Who, handler: H) -> Route
    where
        H: axum::handler::Handler<T, App>,
        T: 'static,
    {
        Route {
            method: Method::POST,
            path,
            who,
            handler: axum::routing::post(handler),
        }
    }

    /// Adds the route, guarded, to the router.
    pub(crate) fn mount(self, router: Router<App>, app: &App) -> Router<App> {
        let guard = Guard {
            app: app.clone(),
            who: self.who,
        };
        router.route(
            self.path,
            self.handler
                .layer(middleware::from_fn_with_state(guard, admit)),
        )
    }
}

#[derive(Clone)]
struct Guard {
    app: App,
    who: Who,
}

/// Lets in whom the route is for, with the session in hand, and checks where a change comes from.
async fn admit(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let shows_flash = request.method() == Method::GET
        && !request.headers().contains_key("hx-request")
        && !request.uri().path().starts_with("/assets/")
        && session::flash(request.headers()).is_some();
    let mut response = admit_only(guard, request, next).await;
    if shows_flash
        && response.status().is_success()
        && let Ok(gone) = session::set_flash("").parse()
    {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}

async fn admit_only(guard: Guard, mut request: Request, next: Next) -> Response {
    let signed = match session::find(&guard.app, request.headers()).await {
        Ok(signed) => signed,
        Err(error) => return error.into_response(),
    };
    if request.method() == Method::POST && !same_origin(request.headers()) {
        return WebError::foreign_origin().into_response();
    }
    match signed {
        None if guard.who == Who::Public => next.run(request).await,
        None => to_sign_in(&request),
        Some(signed) => {
            if must_change_password_first(&signed.actor, request.uri().path()) {
                return Redirect::to("/account").into_response();
            }
            if !guard.who.admits(&signed.actor) {
                return WebError::not_for_you(&signed).into_response();
            }
            let csrf_wanted = request.method() == Method::POST && guard.who != Who::Public;
            request.extensions_mut().insert::<Signed>(signed.clone());
            if csrf_wanted {
                match crate::form::check_csrf(request, &signed).await {
                    Ok(request) => next.run(request).await,
                    Err(error) => error.into_response(),
                }
            } else {
                next.run(request).await
            }
        }
    }
}

fn must_change_password_first(actor: &Actor, path: &str) -> bool {
    actor.must_change_password && !matches!(path, "/account" | "/account/password" | "/sign-out")
}

/// A browser says where a form comes from; a request without the header is left to the token.
fn same_origin(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok());
    if site == Some("cross-site") {
        return false;
    }
    let Some(origin) = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()) else {
        return true;
    };
    let Some(host) = headers.get(header::HOST).and_then(|v| v.to_str().ok()) else {
        return true;
    };
    origin
        .split_once("://")
        .is_some_and(|(_, authority)| authority == host)
}

/// Where to go after signing in, for looks only.
fn to_sign_in(request: &Request) -> Response {
    if request.headers().contains_key("hx-request") {
        return (
            axum::http::StatusCode::UNAUTHORIZED,
            [("hx-redirect", "/sign-in")],
        )
            .into_response();
    }
    let wanted = request.uri().path_and_query().map_or("/", |p| p.as_str());
    if request.method() == Method::GET && wanted != "/" {
        let query = encode_query(wanted);
        return Redirect::to(&format!("/sign-in?next={query}")).into_response();
    }
    Redirect::to("/sign-in").into_response()
}

/// Percent-encodes everything that could end or change a query value.
pub(crate) fn encode_query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(byte as char)
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
