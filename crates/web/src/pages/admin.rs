//! 系统: what the three administrators do, each apart. Every page says in its route for whom it is.

use std::collections::BTreeMap;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use service::accounts::{AccountView, AuditLine, NewAccount, SignInLine};
use service::backup::BackupView;
use service::holidays::LoadedArrangement;
use service::jobs::JobView;
use service::security::{ChainReport, LiveSession, OutboxLine, RootLine, YearLine};
use service::units::{NewUnit, UNIT_KINDS, UnitView};
use service::{AccountKind, AdminRole, FieldError, ServiceError};

use crate::App;
use crate::access::{Route, Who, encode_query};
use crate::error::{Answer, WebError};
use crate::form::{Fields, Upload};
use crate::page::{Page, back_with, render};
use crate::session::Signed;

/// Work that is done sooner than this is shown done; other work goes on while the page tells how far it is.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// Lines of the logs.
const LINES: u32 = 500;
/// An arrangement of a year is a few kilobytes of text.
const MOST_BYTES: usize = 1024 * 1024;

const ADMINISTRATORS: Who = Who::Admin(&[AdminRole::System, AdminRole::Security, AdminRole::Audit]);
const ACCOUNTS: Who = Who::Admin(&[AdminRole::System, AdminRole::Security]);
const SIGN_INS: Who = Who::Admin(&[AdminRole::Security, AdminRole::Audit]);
const SYSTEM: Who = Who::Admin(&[AdminRole::System]);
const SECURITY: Who = Who::Admin(&[AdminRole::Security]);
const AUDIT: Who = Who::Admin(&[AdminRole::Audit]);

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin", ADMINISTRATORS, overview),
        Route::get("/admin/accounts", ACCOUNTS, accounts),
        Route::post("/admin/accounts", SYSTEM, add_account),
        Route::get("/admin/accounts/{account}/password", SYSTEM, ask_password),
        Route::post("/admin/accounts/{account}/password", SYSTEM, reset_password),
        Route::post("/admin/accounts/{account}/unlock", SECURITY, unlock),
        Route::post("/admin/accounts/{account}/disable", SECURITY, disable),
        Route::post("/admin/accounts/{account}/enable", SECURITY, enable),
        Route::get("/admin/units", SYSTEM, units),
        Route::post("/admin/units", SYSTEM, add_unit),
        Route::post("/admin/units/aliases", SYSTEM, add_alias),
        Route::get("/admin/holidays", SYSTEM, holidays),
        Route::post("/admin/holidays", SYSTEM, load_holidays),
        Route::get("/admin/outbox", SYSTEM, outbox),
        Route::get("/admin/backup", SYSTEM, backup),
        Route::post("/admin/backup", SYSTEM, back_up),
        Route::get("/admin/sessions", SECURITY, sessions),
        Route::post("/admin/sessions/{account}/end", SECURITY, end_sessions),
        Route::get("/admin/sign-ins", SIGN_INS, sign_ins),
        Route::get("/admin/audit", AUDIT, audit),
        Route::get("/admin/chain", AUDIT, chain),
        Route::post("/admin/chain/verify", AUDIT, verify),
    ]
}

/// A page of the administration, in the tabs and on the overview.
struct Place {
    href: &'static str,
    title: &'static str,
    icon: &'static str,
    hint: &'static str,
    active: bool,
}

type Listed = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [AdminRole],
);

const PLACES: [Listed; 11] = [
    (
        "/admin/accounts",
        "账号",
        "users",
        "新增账号、重置密码；停用和解锁由安全管理员办理",
        &[AdminRole::System, AdminRole::Security],
    ),
    (
        "/admin/units",
        "单位",
        "building-community",
        "单位名单和别名，台账导入按此识别",
        &[AdminRole::System],
    ),
    (
        "/policies",
        "政策包",
        "book",
        "装入、启用政策包，查看版本差异",
        &[AdminRole::System],
    ),
    (
        "/reports/templates",
        "公文模板",
        "file-type-doc",
        "下载、更换各类公文的 Word 模板，先预览再启用",
        &[AdminRole::System],
    ),
    (
        "/admin/holidays",
        "放假安排",
        "calendar",
        "国务院办公厅每年公布后装入，重新计算暂定期限",
        &[AdminRole::System],
    ),
    (
        "/admin/outbox",
        "对外消息",
        "mail-forward",
        "电子邮件和推送的发送情况",
        &[AdminRole::System],
    ),
    (
        "/admin/backup",
        "备份",
        "database",
        "立即备份，查看已有备份",
        &[AdminRole::System],
    ),
    (
        "/admin/sessions",
        "会话",
        "device-desktop",
        "正在登录的人，必要时结束",
        &[AdminRole::Security],
    ),
    (
        "/admin/sign-ins",
        "登录日志",
        "login",
        "谁在何时从何处登录，成功与否",
        &[AdminRole::Security, AdminRole::Audit],
    ),
    (
        "/admin/audit",
        "审计记录",
        "clipboard-check",
        "管理员做过的事，逐条记录",
        &[AdminRole::Audit],
    ),
    (
        "/admin/chain",
        "记录链",
        "link",
        "核验办理记录是否被改动，每日根值",
        &[AdminRole::Audit],
    ),
];

/// The pages that are for this administrator.
fn places(signed: &Signed, active: &str) -> Vec<Place> {
    let for_me = |listed: &&Listed| {
        signed
            .actor
            .admin
            .is_some_and(|role| listed.4.contains(&role))
    };
    let place = |&(href, title, icon, hint, _): &Listed| Place {
        href,
        title,
        icon,
        hint,
        active: href == active,
    };
    PLACES.iter().filter(for_me).map(place).collect()
}

#[derive(Template)]
#[template(path = "admin/overview.html")]
struct OverviewPage {
    page: Page,
    places: Vec<Place>,
    standing: &'static str,
    /// What the other two do.
    others: Vec<(&'static str, &'static str)>,
}

async fn overview(State(app): State<App>, signed: Signed) -> Answer {
    let page = Page::new(&app, &signed, "系统", "/admin").await?;
    let all = [
        (
            AdminRole::System,
            "单位、账号、政策包、放假安排、对外消息和备份",
        ),
        (AdminRole::Security, "停用、解锁账号，会话和登录日志"),
        (AdminRole::Audit, "审计记录和记录链核验"),
    ];
    let others = all
        .into_iter()
        .filter(|(role, _)| !signed.actor.is(*role))
        .map(|(role, what)| (role.title(), what));
    render(&OverviewPage {
        page,
        places: places(&signed, ""),
        standing: signed.actor.standing(),
        others: others.collect(),
    })
}

/// Messages at the fields of a form that comes back.
#[derive(Default)]
struct Faults(BTreeMap<&'static str, String>);

impl Faults {
    fn of(faults: Vec<FieldError>) -> Faults {
        let mut by_field: BTreeMap<&'static str, String> = BTreeMap::new();
        for fault in faults {
            let said = by_field.entry(fault.field).or_default();
            if !said.is_empty() {
                said.push('；');
            }
            said.push_str(&fault.message);
        }
        Faults(by_field)
    }

    fn at(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    fn any(&self) -> bool {
        !self.0.is_empty()
    }
}

// ---- accounts

/// An account with what may be done to it here.
struct AccountLine {
    account: AccountView,
    /// An administrator's password is reset on the server only.
    may_reset: bool,
}

#[derive(Template)]
#[template(path = "admin/accounts.html")]
struct AccountsPage {
    page: Page,
    places: Vec<Place>,
    query: String,
    accounts: Vec<AccountLine>,
    all: usize,
    system: bool,
    security: bool,
    new: NewAccount,
    /// The unit of an official; an enterprise is typed into a field of its own.
    unit_chosen: String,
    unit_fault: String,
    enterprise: String,
    enterprise_fault: String,
    faults: Faults,
    kinds: Vec<(&'static str, &'static str)>,
    units: Vec<(String, String)>,
}

async fn accounts(State(app): State<App>, signed: Signed, query: RawQuery) -> Answer {
    let fields = Fields::parse(query.0.unwrap_or_default().as_bytes());
    accounts_page(
        &app,
        &signed,
        fields.get("q"),
        NewAccount::default(),
        Faults::default(),
    )
    .await
}

async fn accounts_page(
    app: &App,
    signed: &Signed,
    query: &str,
    new: NewAccount,
    faults: Faults,
) -> Answer {
    let page = Page::new(app, signed, "账号", "/admin").await?;
    let mut accounts = app.service.account_list(&signed.actor).await?;
    let all = accounts.len();
    let holds = |account: &AccountView| {
        [
            &account.login,
            &account.name,
            &account.unit,
            &account.standing,
        ]
        .iter()
        .any(|text| text.contains(query))
    };
    accounts.retain(holds);
    let system = signed.actor.is(AdminRole::System);
    let administers = |account: &AccountView| {
        AdminRole::ALL
            .iter()
            .any(|role| role.title() == account.standing)
    };
    let line = |account: AccountView| AccountLine {
        may_reset: system && !administers(&account),
        account,
    };
    let region = app.service.region(&signed.actor.region).await?;
    let kinds = [
        AccountKind::Staff,
        AccountKind::Leader,
        AccountKind::Enterprise,
    ];
    let mine = (new.unit.clone(), faults.at("unit").to_string());
    let other = (String::new(), String::new());
    let of_enterprise = new.kind == AccountKind::Enterprise.id();
    let (unit, enterprise) = if of_enterprise {
        (other, mine)
    } else {
        (mine, other)
    };
    render(&AccountsPage {
        page,
        places: places(signed, "/admin/accounts"),
        query: query.to_string(),
        accounts: accounts.into_iter().map(line).collect(),
        all,
        system,
        security: signed.actor.is(AdminRole::Security),
        new,
        unit_chosen: unit.0,
        unit_fault: unit.1,
        enterprise: enterprise.0,
        enterprise_fault: enterprise.1,
        faults,
        kinds: kinds.map(|kind| (kind.id(), kind.title())).to_vec(),
        units: region
            .units
            .keys()
            .map(|name| (name.clone(), name.clone()))
            .collect(),
    })
}

async fn add_account(State(app): State<App>, signed: Signed, fields: Fields) -> Answer {
    let enterprise = fields.get("kind") == AccountKind::Enterprise.id();
    let new = NewAccount {
        login: fields.get("login").to_string(),
        name: fields.get("name").to_string(),
        unit: fields
            .get(if enterprise { "enterprise" } else { "unit" })
            .to_string(),
        kind: fields.get("kind").to_string(),
        admin: String::new(),
        email: fields.get("email").to_string(),
        enterprise_code: fields.get("enterprise_code").to_string(),
        password: fields.get("password").to_string(),
        ..NewAccount::default()
    };
    match app.service.add_account(&signed.actor, &new).await {
        Ok(_) => Ok(back_with(
            "/admin/accounts",
            &format!("已新增账号 {}；首次登录须修改密码", new.login),
        )),
        Err(ServiceError::Invalid(faults)) => {
            accounts_page(&app, &signed, "", new, Faults::of(faults)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "admin/password.html")]
struct PasswordPage {
    page: Page,
    places: Vec<Place>,
    account: AccountView,
    error: String,
}

async fn ask_password(
    State(app): State<App>,
    signed: Signed,
    Path(account): Path<String>,
) -> Answer {
    password_page(&app, &signed, &account, String::new()).await
}

async fn password_page(app: &App, signed: &Signed, account: &str, error: String) -> Answer {
    let page = Page::new(app, signed, "重置密码", "/admin").await?;
    let mut all = app.service.account_list(&signed.actor).await?;
    all.retain(|found| found.account == account);
    let found = all.pop().ok_or_else(|| {
        WebError::from(ServiceError::NotFound(
            "没有找到这个账号，请从账号列表重新打开".into(),
        ))
    })?;
    render(&PasswordPage {
        page,
        places: places(signed, "/admin/accounts"),
        account: found,
        error,
    })
}

async fn reset_password(
    State(app): State<App>,
    signed: Signed,
    Path(account): Path<String>,
    fields: Fields,
) -> Answer {
    match app
        .service
        .reset_password(&signed.actor, &account, fields.get("password"))
        .await
    {
        Ok(()) => Ok(back_with(
            "/admin/accounts",
            "密码已重置，请通知本人；其登录已全部退出，下次登录须修改密码",
        )),
        Err(error @ ServiceError::Invalid(_)) => {
            password_page(&app, &signed, &account, error.to_string()).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn unlock(State(app): State<App>, signed: Signed, Path(account): Path<String>) -> Answer {
    app.service.unlock_account(&signed.actor, &account).await?;
    Ok(back_with("/admin/accounts", "账号已解锁"))
}

async fn disable(State(app): State<App>, signed: Signed, Path(account): Path<String>) -> Answer {
    app.service
        .set_account_disabled(&signed.actor, &account, true)
        .await?;
    Ok(back_with("/admin/accounts", "账号已停用，其登录已全部退出"))
}

async fn enable(State(app): State<App>, signed: Signed, Path(account): Path<String>) -> Answer {
    app.service
        .set_account_disabled(&signed.actor, &account, false)
        .await?;
    Ok(back_with("/admin/accounts", "账号已启用"))
}

// ---- units

#[derive(Template)]
#[template(path = "admin/units.html")]
struct UnitsPage {
    page: Page,
    places: Vec<Place>,
    query: String,
    units: Vec<UnitView>,
    new: NewUnit,
    alias_unit: String,
    alias: String,
    faults: Faults,
    alias_faults: Faults,
    kinds: Vec<(&'static str, &'static str)>,
    names: Vec<(String, String)>,
}

/// What was typed into one of the two forms, with what is wrong in it.
#[derive(Default)]
struct TypedUnit {
    new: NewUnit,
    alias_unit: String,
    alias: String,
    faults: Faults,
    alias_faults: Faults,
}

async fn units(State(app): State<App>, signed: Signed, query: RawQuery) -> Answer {
    let fields = Fields::parse(query.0.unwrap_or_default().as_bytes());
    units_page(&app, &signed, fields.get("q"), TypedUnit::default()).await
}

async fn units_page(app: &App, signed: &Signed, query: &str, typed: TypedUnit) -> Answer {
    let page = Page::new(app, signed, "单位", "/admin").await?;
    let units = app.service.unit_list(&signed.actor, query).await?;
    let region = app.service.region(&signed.actor.region).await?;
    render(&UnitsPage {
        page,
        places: places(signed, "/admin/units"),
        query: query.to_string(),
        units,
        new: typed.new,
        alias_unit: typed.alias_unit,
        alias: typed.alias,
        faults: typed.faults,
        alias_faults: typed.alias_faults,
        kinds: UNIT_KINDS.to_vec(),
        names: region
            .units
            .keys()
            .map(|name| (name.clone(), name.clone()))
            .collect(),
    })
}

async fn add_unit(State(app): State<App>, signed: Signed, fields: Fields) -> Answer {
    let new = NewUnit {
        name: fields.get("name").to_string(),
        code: fields.get("code").to_string(),
        kind: fields.get("kind").to_string(),
        aliases: fields.get("aliases").to_string(),
        note: fields.get("note").to_string(),
    };
    match app.service.add_unit(&signed.actor, &new).await {
        Ok(()) => Ok(back_with(
            &units_address(&new.name),
            &format!("已新增单位 {}", new.name),
        )),
        Err(ServiceError::Invalid(faults)) => {
            let typed = TypedUnit {
                new,
                faults: Faults::of(faults),
                ..TypedUnit::default()
            };
            units_page(&app, &signed, "", typed).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn add_alias(State(app): State<App>, signed: Signed, fields: Fields) -> Answer {
    let (unit, alias) = (fields.get("unit"), fields.get("alias"));
    match app.service.add_unit_alias(&signed.actor, unit, alias).await {
        Ok(()) => Ok(back_with(
            &units_address(unit),
            &format!("“{alias}”今后识别为 {unit}"),
        )),
        Err(ServiceError::Invalid(faults)) => {
            let typed = TypedUnit {
                alias_unit: unit.to_string(),
                alias: alias.to_string(),
                alias_faults: Faults::of(faults),
                ..TypedUnit::default()
            };
            units_page(&app, &signed, "", typed).await
        }
        Err(error) => Err(error.into()),
    }
}

fn units_address(unit: &str) -> String {
    format!("/admin/units?q={}", encode_query(unit))
}

// ---- holidays

#[derive(Template)]
#[template(path = "admin/holidays.html")]
struct HolidaysPage {
    page: Page,
    places: Vec<Place>,
    years: Vec<YearLine>,
    error: String,
    loaded: Option<LoadedArrangement>,
    loaded_years: String,
}

async fn holidays(State(app): State<App>, signed: Signed) -> Answer {
    holidays_page(&app, &signed, String::new(), None).await
}

async fn holidays_page(
    app: &App,
    signed: &Signed,
    error: String,
    loaded: Option<LoadedArrangement>,
) -> Answer {
    let page = Page::new(app, signed, "放假安排", "/admin").await?;
    let years = app.service.calendar_years(&signed.actor).await?;
    let loaded_years = loaded.as_ref().map(|loaded| {
        loaded
            .years
            .iter()
            .map(i16::to_string)
            .collect::<Vec<_>>()
            .join("、")
    });
    render(&HolidaysPage {
        page,
        places: places(signed, "/admin/holidays"),
        years,
        error,
        loaded,
        loaded_years: loaded_years.unwrap_or_default(),
    })
}

async fn load_holidays(State(app): State<App>, signed: Signed, upload: Upload) -> Answer {
    let Some(file) = upload.files.into_iter().find(|file| file.field == "file") else {
        return holidays_page(&app, &signed, "请选择放假安排文件（.csv）".into(), None).await;
    };
    if file.bytes.len() > MOST_BYTES {
        return holidays_page(&app, &signed, "文件超过 1 MB，不是放假安排".into(), None).await;
    }
    let Ok(csv) = std::str::from_utf8(&file.bytes) else {
        let error = "文件不是 UTF-8 文本。请另存为“CSV UTF-8（逗号分隔）”后再试".into();
        return holidays_page(&app, &signed, error, None).await;
    };
    match app.service.load_holidays(&signed.actor, csv).await {
        Ok(loaded) => holidays_page(&app, &signed, String::new(), Some(loaded)).await,
        Err(error @ ServiceError::Invalid(_)) => {
            holidays_page(&app, &signed, error.to_string(), None).await
        }
        Err(error) => Err(error.into()),
    }
}

// ---- messages, backups

#[derive(Template)]
#[template(path = "admin/outbox.html")]
struct OutboxPage {
    page: Page,
    places: Vec<Place>,
    messages: Vec<OutboxLine>,
}

async fn outbox(State(app): State<App>, signed: Signed) -> Answer {
    let page = Page::new(&app, &signed, "对外消息", "/admin").await?;
    let messages = app.service.outbox_list(&signed.actor).await?;
    render(&OutboxPage {
        page,
        places: places(&signed, "/admin/outbox"),
        messages,
    })
}

#[derive(Template)]
#[template(path = "admin/backup.html")]
struct BackupPage {
    page: Page,
    places: Vec<Place>,
    view: BackupView,
}

async fn backup(State(app): State<App>, signed: Signed) -> Answer {
    let page = Page::new(&app, &signed, "备份", "/admin").await?;
    let view = app.service.backup_view(&signed.actor).await?;
    render(&BackupPage {
        page,
        places: places(&signed, "/admin/backup"),
        view,
    })
}

async fn back_up(State(app): State<App>, signed: Signed) -> Answer {
    let name = app.service.back_up(&signed.actor).await?;
    Ok(back_with("/admin/backup", &format!("已备份为 {name}")))
}

// ---- security

#[derive(Template)]
#[template(path = "admin/sessions.html")]
struct SessionsPage {
    page: Page,
    places: Vec<Place>,
    sessions: Vec<LiveSession>,
}

async fn sessions(State(app): State<App>, signed: Signed) -> Answer {
    let page = Page::new(&app, &signed, "会话", "/admin").await?;
    let sessions = app.service.live_sessions(&signed.actor).await?;
    render(&SessionsPage {
        page,
        places: places(&signed, "/admin/sessions"),
        sessions,
    })
}

async fn end_sessions(
    State(app): State<App>,
    signed: Signed,
    Path(account): Path<String>,
) -> Answer {
    app.service.end_sessions(&signed.actor, &account).await?;
    if account == signed.actor.account {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    Ok(back_with("/admin/sessions", "该账号的登录已全部退出"))
}

#[derive(Template)]
#[template(path = "admin/sign_ins.html")]
struct SignInsPage {
    page: Page,
    places: Vec<Place>,
    query: String,
    bad_only: bool,
    lines: Vec<SignInLine>,
}

async fn sign_ins(State(app): State<App>, signed: Signed, query: RawQuery) -> Answer {
    let fields = Fields::parse(query.0.unwrap_or_default().as_bytes());
    let page = Page::new(&app, &signed, "登录日志", "/admin").await?;
    let (query, bad_only) = (fields.get("q"), fields.get("bad") == "on");
    let mut lines = app.service.sign_in_log(&signed.actor, LINES).await?;
    lines.retain(|line| {
        (line.login.contains(query) || line.address.contains(query)) && (line.bad || !bad_only)
    });
    render(&SignInsPage {
        page,
        places: places(&signed, "/admin/sign-ins"),
        query: query.to_string(),
        bad_only,
        lines,
    })
}

// ---- audit

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage {
    page: Page,
    places: Vec<Place>,
    query: String,
    lines: Vec<AuditLine>,
}

async fn audit(State(app): State<App>, signed: Signed, query: RawQuery) -> Answer {
    let fields = Fields::parse(query.0.unwrap_or_default().as_bytes());
    let page = Page::new(&app, &signed, "审计记录", "/admin").await?;
    let query = fields.get("q");
    let mut lines = app.service.audit_trail(&signed.actor, LINES).await?;
    let holds = |line: &AuditLine| {
        [
            &line.person,
            &line.unit,
            &line.action,
            &line.subject,
            &line.detail,
        ]
        .iter()
        .any(|text| text.contains(query))
    };
    lines.retain(holds);
    render(&AuditPage {
        page,
        places: places(&signed, "/admin/audit"),
        query: query.to_string(),
        lines,
    })
}

#[derive(Template)]
#[template(path = "admin/chain.html")]
struct ChainPage {
    page: Page,
    places: Vec<Place>,
    job: Option<JobView<ChainReport>>,
    running: bool,
    roots: Vec<RootLine>,
}

async fn chain(State(app): State<App>, signed: Signed) -> Answer {
    let page = Page::new(&app, &signed, "记录链", "/admin").await?;
    let job = app.service.verification(&signed.actor).await?;
    let roots = app.service.daily_roots(&signed.actor).await?;
    let running = job.as_ref().is_some_and(|job| job.running);
    render(&ChainPage {
        page,
        places: places(&signed, "/admin/chain"),
        job,
        running,
        roots,
    })
}

async fn verify(State(app): State<App>, signed: Signed) -> Answer {
    app.service
        .start_verification(&signed.actor, PATIENCE)
        .await?;
    Ok(Redirect::to("/admin/chain").into_response())
}
