//! 登录、退出、账号.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::App;
use crate::access::{Route, Who};
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Flash, Page, back_with, render};
use crate::session::{self, Address, Signed};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/sign-in", Who::Public, show),
        Route::post("/sign-in", Who::Public, sign_in),
        Route::post("/sign-out", Who::Signed, sign_out),
        Route::get("/account", Who::Signed, account),
        Route::post("/account/password", Who::Signed, change_password),
        Route::post("/account/sessions/revoke", Who::Signed, revoke_sessions),
    ]
}

#[derive(Template)]
#[template(path = "sign_in/show.html")]
struct SignInPage {
    page: Page,
    login: String,
    next: String,
    error: String,
}

async fn show(headers: HeaderMap, query: axum::extract::RawQuery) -> Answer {
    let fields = Fields::parse(query.0.unwrap_or_default().as_bytes());
    let page = Page::plain("登录", session::flash(&headers).into_iter().collect());
    render(&SignInPage {
        page,
        login: String::new(),
        next: safe_next(fields.get("next")),
        error: String::new(),
    })
}

async fn sign_in(
    State(app): State<App>,
    address: Address,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let login = fields.get("login");
    let next = safe_next(fields.get("next"));
    match app
        .service
        .sign_in(login, fields.get("password"), &address.0, agent)
        .await
    {
        Ok(signed_in) => Ok(enter(&app, &signed_in.token, &next)),
        Err(error @ service::ServiceError::Failed(_)) => Err(error.into()),
        Err(error) => {
            let page = Page::plain("登录", Vec::<Flash>::new());
            render(&SignInPage {
                page,
                login: login.to_string(),
                next,
                error: error.to_string(),
            })
        }
    }
}

fn enter(app: &App, token: &str, next: &str) -> Response {
    let cookie = session::set_cookie(token, app.config.secure_cookies);
    (
        [(header::SET_COOKIE, cookie)],
        Redirect::to(if next.is_empty() { "/" } else { next }),
    )
        .into_response()
}

/// Only addresses of this site: `//host` and schemes are refused.
fn safe_next(next: &str) -> String {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.contains(['\r', '\n']);
    if own { next.to_string() } else { String::new() }
}

async fn sign_out(State(app): State<App>, signed: Signed) -> Answer {
    app.service.sign_out(&signed.token).await?;
    let mut response = back_with("/sign-in", "已退出登录");
    if let Ok(gone) = session::set_cookie("", app.config.secure_cookies).parse() {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}

#[derive(Template)]
#[template(path = "sign_in/account.html")]
struct AccountPage {
    page: Page,
    login: String,
    must_change: bool,
    sessions: Vec<service::SessionView>,
    error: String,
}

async fn account(State(app): State<App>, signed: Signed) -> Answer {
    account_page(&app, &signed, String::new()).await
}

async fn account_page(app: &App, signed: &Signed, error: String) -> Answer {
    let page = Page::new(app, signed, "账号与密码", "/account").await?;
    let sessions = app
        .service
        .own_sessions(&signed.actor, &signed.token)
        .await?;
    render(&AccountPage {
        page,
        login: signed.actor.login.clone(),
        must_change: signed.actor.must_change_password,
        sessions,
        error,
    })
}

async fn change_password(State(app): State<App>, signed: Signed, fields: Fields) -> Answer {
    let (old, new, again) = (fields.get("old"), fields.get("new"), fields.get("again"));
    match app
        .service
        .change_password(&signed.actor, old, new, again, &signed.token)
        .await
    {
        Ok(()) => Ok(back_with(
            "/account",
            "密码已修改，其他设备上的登录已全部退出",
        )),
        Err(error @ service::ServiceError::Failed(_)) => Err(error.into()),
        Err(error) => account_page(&app, &signed, error.to_string()).await,
    }
}

async fn revoke_sessions(State(app): State<App>, signed: Signed) -> Answer {
    app.service
        .revoke_other_sessions(&signed.actor, &signed.token)
        .await?;
    Ok(back_with("/account", "其他设备上的登录已全部退出"))
}
