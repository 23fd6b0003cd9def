//! 合并重复线索: choose the other one, look at what would follow, merge.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use service::ServiceError;
use service::leads::{LeadQuery, MergePreview};

use crate::App;
use crate::access::encode_query;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, back_with, render};
use crate::session::Signed;

/// Leads that are offered for a search.
const OFFERED: usize = 20;

#[derive(Template)]
#[template(path = "leads/merge.html")]
struct MergePage {
    page: Page,
    project: String,
    name: String,
    text: String,
    /// Leads that could be merged into this one: words and address of the preview.
    offers: Vec<Offer>,
    searched: bool,
    preview: Option<MergePreview>,
    refusal: String,
}

/// A lead that could be merged into this one.
struct Offer {
    name: String,
    about: String,
    href: String,
}

/// The search, or what a merge would do.
pub async fn preview(
    State(app): State<App>,
    signed: Signed,
    Path(project): Path<String>,
    RawQuery(raw): RawQuery,
) -> Answer {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    merge_page(&app, &signed, &project, &fields, String::new()).await
}

async fn merge_page(
    app: &App,
    signed: &Signed,
    project: &str,
    fields: &Fields,
    refusal: String,
) -> Answer {
    let moment = app.service.moment(None, None)?;
    let view = app.service.project(&signed.actor, project, moment).await?;
    let may = view.lead.as_ref().is_some_and(|lead| lead.may_merge);
    if !may {
        return Err(ServiceError::Forbidden(format!(
            "“{}”现在不能由{}合并线索：它不是进行中的线索，或合并由其他单位办理",
            view.track.name, signed.actor.unit
        ))
        .into());
    }
    let preview = match fields.some("with") {
        Some(with) => Some(
            app.service
                .preview_merge(&signed.actor, project, with)
                .await?,
        ),
        None => None,
    };
    let text = fields.get("q").to_string();
    let wanted = match text.is_empty() {
        // Without what does not distinguish, so that other spellings are found too.
        true => {
            domain::values::normalise_name(view.details.investor.as_deref().unwrap_or_default())
        }
        false => text.clone(),
    };
    let offers = offers(app, signed, project, &wanted).await?;
    let page = Page::new(app, signed, "合并重复线索", "/leads").await?;
    let answer = render(&MergePage {
        page,
        project: project.to_string(),
        name: view.track.name.clone(),
        offers,
        searched: !text.is_empty(),
        text,
        preview,
        refusal: refusal.clone(),
    })?;
    Ok(match refusal.is_empty() {
        true => answer,
        false => (StatusCode::UNPROCESSABLE_ENTITY, answer).into_response(),
    })
}

async fn offers(
    app: &App,
    signed: &Signed,
    project: &str,
    text: &str,
) -> Result<Vec<Offer>, ServiceError> {
    let query = LeadQuery {
        text: text.to_string(),
        ..LeadQuery::default()
    };
    let list = app.service.lead_list(&signed.actor, &query).await?;
    let others = list
        .cards
        .into_iter()
        .filter(|card| card.project != project);
    Ok(others
        .take(OFFERED)
        .map(|card| Offer {
            href: format!(
                "/leads/{project}/merge?with={}&q={}#preview",
                encode_query(&card.project),
                encode_query(text)
            ),
            about: [card.investor, card.source, card.finder]
                .into_iter()
                .filter(|words| !words.is_empty())
                .collect::<Vec<_>>()
                .join("，"),
            name: card.name,
        })
        .collect())
}

/// Merges.
pub async fn merge(
    State(app): State<App>,
    signed: Signed,
    Path(project): Path<String>,
    fields: Fields,
) -> Answer {
    let with = fields.get("with");
    match app.service.merge_leads(&signed.actor, &project, with).await {
        Ok(_) => Ok(back_with(
            &format!("/projects/{project}?tab=lead"),
            "两条线索已合并，原有记录都已保留",
        )),
        Err(ServiceError::Refused(refusal)) => {
            let refusal = refusal.to_string();
            merge_page(&app, &signed, &project, &fields, refusal).await
        }
        Err(error) => Err(error.into()),
    }
}
