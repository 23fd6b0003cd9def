//! 政策: the packs clause by clause, versions and their differences, loading, what a version would change.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use service::policies::PackView;
use service::rulebook::{PackDifference, PackPage};
use service::{AdminRole, ServiceError};

use crate::App;
use crate::access::{Route, Who, encode_query};
use crate::download;
use crate::error::{Answer, WebError};
use crate::form::{Fields, Upload};
use crate::page::{Page, back_with, render};
use crate::session::Signed;

/// Work that is done sooner than this is shown done; other work goes on while the page tells how far it is.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// A pack is a few dozen kilobytes of text.
const MOST_BYTES: usize = 1024 * 1024;

const SYSTEM: Who = Who::Admin(&[AdminRole::System]);

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/policies", Who::Office, index),
        Route::post("/policies", SYSTEM, load),
        Route::get("/policies/schema.json", Who::Office, schema),
        Route::get("/policies/{id}/{version}", Who::Office, show),
        Route::get("/policies/{id}/{version}/source", Who::Office, source),
        Route::get(
            "/policies/{id}/{version}/difference",
            Who::Office,
            difference,
        ),
        Route::post("/policies/{id}/{version}/activate", SYSTEM, activate),
        Route::post("/policies/{id}/{version}/effect", Who::Office, effect),
    ]
}

#[derive(Template)]
#[template(path = "policies/index.html")]
struct IndexPage {
    page: Page,
    packs: Vec<PackView>,
    may_load: bool,
    /// What the check found in the file that was sent, drawn with its lines.
    report: String,
    file_name: String,
}

async fn index(State(app): State<App>, signed: Signed) -> Answer {
    index_page(&app, &signed, String::new(), String::new()).await
}

async fn index_page(app: &App, signed: &Signed, file_name: String, report: String) -> Answer {
    let page = Page::new(app, signed, "政策", "/policies").await?;
    let packs = app.service.pack_list(&signed.actor).await?;
    let may_load = signed.actor.is(AdminRole::System);
    render(&IndexPage {
        page,
        packs,
        may_load,
        report,
        file_name,
    })
}

async fn load(State(app): State<App>, signed: Signed, upload: Upload) -> Answer {
    let Some(file) = upload.files.into_iter().find(|file| file.field == "file") else {
        return index_page(
            &app,
            &signed,
            "未选择文件".into(),
            "请选择政策包文件（.toml）".into(),
        )
        .await;
    };
    let source = match text_of(&file.bytes) {
        Ok(source) => source,
        Err(why) => return index_page(&app, &signed, file.name, why.into()).await,
    };
    match app
        .service
        .load_pack(&signed.actor, &file.name, &source)
        .await
    {
        Ok(loaded) => {
            let warned = if loaded.warnings.is_empty() {
                ""
            } else {
                "，检查有提示，见本页"
            };
            let message = format!(
                "已装入 {} 的 {} 版{warned}；尚未启用",
                loaded.id, loaded.version
            );
            Ok(back_with(&address(&loaded.id, &loaded.version), &message))
        }
        Err(error @ ServiceError::Invalid(_)) => {
            index_page(&app, &signed, file.name, error.to_string()).await
        }
        Err(error) => Err(error.into()),
    }
}

fn text_of(bytes: &[u8]) -> Result<String, &'static str> {
    if bytes.len() > MOST_BYTES {
        return Err("文件超过 1 MB，不是政策包。请选择 .toml 文件");
    }
    let text = String::from_utf8(bytes.to_vec());
    text.map_err(|_| "文件不是 UTF-8 文本，不能作为政策包。请用编辑器另存为 UTF-8 后再试")
}

/// A version to compare with.
struct Other {
    version: String,
    href: String,
}

#[derive(Template)]
#[template(path = "policies/show.html")]
struct ShowPage {
    page: Page,
    address: String,
    pack: PackPage,
    may_activate: bool,
    may_try: bool,
    others: Vec<Other>,
    effect_running: bool,
}

async fn show(
    State(app): State<App>,
    signed: Signed,
    Path((id, version)): Path<(String, String)>,
) -> Answer {
    let pack = app.service.pack_page(&signed.actor, &id, &version).await?;
    let page = Page::new(&app, &signed, &pack.title, "/policies").await?;
    let system = signed.actor.is(AdminRole::System);
    let others = pack
        .versions
        .iter()
        .filter(|other| other.version != version);
    let other = |other: &service::rulebook::VersionLine| Other {
        href: format!(
            "{}/difference?from={}",
            address(&id, &version),
            encode_query(&other.version)
        ),
        version: other.version.clone(),
    };
    render(&ShowPage {
        address: address(&id, &version),
        may_activate: system && !pack.in_force,
        may_try: pack.lifecycle && (system || app.service.may_import(&signed.actor).await?),
        others: others.map(other).collect(),
        effect_running: pack.effect.as_ref().is_some_and(|job| job.running),
        page,
        pack,
    })
}

async fn source(
    State(app): State<App>,
    signed: Signed,
    Path((id, version)): Path<(String, String)>,
) -> Answer {
    let file = app.service.pack_file(&signed.actor, &id, &version).await?;
    Ok(download::whole(
        &file.name,
        "application/toml; charset=utf-8",
        file.source.into_bytes(),
    ))
}

async fn schema(_: Signed) -> Answer {
    let text = serde_json::to_string_pretty(&policy::schema())
        .map_err(|error| WebError::from(ServiceError::from(error)))?;
    Ok(download::whole(
        "luodi-pack.schema.json",
        "application/schema+json; charset=utf-8",
        text.into_bytes(),
    ))
}

#[derive(Template)]
#[template(path = "policies/difference.html")]
struct DifferencePage {
    page: Page,
    address: String,
    title: String,
    difference: PackDifference,
}

async fn difference(
    State(app): State<App>,
    signed: Signed,
    Path((id, version)): Path<(String, String)>,
    query: RawQuery,
) -> Answer {
    let fields = Fields::parse(query.0.unwrap_or_default().as_bytes());
    let difference = app
        .service
        .pack_difference(&signed.actor, &id, fields.get("from"), &version)
        .await?;
    let title = app
        .service
        .pack(&signed.actor, &id, &version)
        .await?
        .file
        .pack
        .title
        .clone();
    let page = Page::new(&app, &signed, "版本差异", "/policies").await?;
    render(&DifferencePage {
        page,
        address: address(&id, &version),
        title,
        difference,
    })
}

async fn activate(
    State(app): State<App>,
    signed: Signed,
    Path((id, version)): Path<(String, String)>,
) -> Answer {
    app.service
        .activate_pack(&signed.actor, &id, &version)
        .await?;
    Ok(back_with(
        &address(&id, &version),
        &format!("已启用 {version} 版，今后登记的项目按此版；在办项目保留各自的版本"),
    ))
}

async fn effect(
    State(app): State<App>,
    signed: Signed,
    Path((id, version)): Path<(String, String)>,
) -> Answer {
    app.service
        .work_out_effect(&signed.actor, &id, &version, PATIENCE)
        .await?;
    let place = format!("{}#effect", address(&id, &version));
    Ok(back_with(&place, "已开始试算，台账没有任何变化"))
}

fn address(id: &str, version: &str) -> String {
    format!("/policies/{}/{}", encode_query(id), encode_query(version))
}
