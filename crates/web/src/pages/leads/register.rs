//! 登记线索: the form, and the similar ones that are shown before anything is saved.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::event::Details;
use service::leads::{LeadChoices, LeadRegistered, NewLead, SimilarLead};
use service::projects::DetailChoices;
use service::{Actor, ServiceError};

use crate::App;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, back_with, render};
use crate::pages::project::controls::{Control, FieldView, Reader, homeless, refill};
use crate::pages::project::{RefusalView, details, field_errors};
use crate::session::Signed;

/// Fields of a project that are asked for at this early time; the rest is filled in later.
const EARLY: [&str; 9] = [
    "name",
    "investor",
    "enterprise",
    "credit_code",
    "sector",
    "industry",
    "total_investment",
    "location",
    "contact",
];

#[derive(Template)]
#[template(path = "leads/new.html")]
struct NewPage {
    page: Page,
    lead: Vec<FieldView>,
    project: Vec<FieldView>,
    similar: Vec<SimilarView>,
    distinct: String,
    distinct_error: String,
    refusal: Option<RefusalView>,
}

/// A lead or project that may be the same.
struct SimilarView {
    href: String,
    claim: String,
    name: String,
    why: &'static str,
    standing: String,
    people: String,
    claimable: bool,
}

fn similar_view(similar: SimilarLead) -> SimilarView {
    let mut people = Vec::new();
    if !similar.finder.is_empty() {
        people.push(format!("{}发现", similar.finder));
    }
    people.extend(similar.holder.map(|holder| format!("{holder}持有")));
    SimilarView {
        href: match people.is_empty() {
            true => format!("/projects/{}", similar.project),
            false => format!("/leads/{}", similar.project),
        },
        claim: format!("/leads/{}/claim", similar.project),
        people: people.join("，"),
        name: similar.name,
        why: similar.why,
        standing: similar.standing,
        claimable: similar.claimable,
    }
}

/// The two groups of fields.
struct Form {
    lead: Vec<FieldView>,
    project: Vec<FieldView>,
}

async fn form(app: &App, actor: &Actor) -> Result<(Form, LeadChoices), ServiceError> {
    let choices = app.service.lead_choices(actor).await?;
    if !choices.may_register {
        return Err(ServiceError::Forbidden(format!(
            "{}不能登记线索，请由政策包中有此权限的单位登记",
            actor.unit
        )));
    }
    let region = app.service.region(&actor.region).await?;
    let units = region.crediting_units().into_iter();
    let units = units
        .map(|unit| (unit.to_string(), unit.to_string()))
        .collect();
    let lead = vec![
        FieldView::select("线索来源", "source", choices.sources.clone()).must(),
        FieldView::day("发现日期", "found_on")
            .must()
            .holding(app.service.today()),
        FieldView::select("发现单位", "unit", units)
            .must()
            .holding(&actor.unit)
            .hint("发现单位和发现人全程保留"),
        FieldView::text("发现人", "person")
            .must()
            .holding(&actor.name),
        FieldView::area("线索情况", "text").hint("在哪里、怎样得知，对方的意向和要求"),
    ];
    let none = Details::default();
    let all = details::fields(
        &DetailChoices::of(&region),
        &none,
        "加密保存，只有有权的单位可看全文",
    );
    let early = all
        .into_iter()
        .filter(|field| EARLY.contains(&field.name.as_str()));
    let project = early.collect();
    Ok((Form { lead, project }, choices))
}

/// An empty form.
pub async fn blank(State(app): State<App>, signed: Signed) -> Answer {
    let (form, _) = form(&app, &signed.actor).await?;
    answer(&app, &signed, form, Told::default()).await
}

/// What the form says when it comes back.
#[derive(Default)]
struct Told {
    similar: Vec<SimilarLead>,
    distinct: String,
    distinct_error: String,
    refusal: Option<RefusalView>,
}

async fn answer(app: &App, signed: &Signed, form: Form, told: Told) -> Answer {
    let page = Page::new(app, signed, "登记线索", "/leads").await?;
    let again = told.refusal.is_some() || !told.similar.is_empty();
    let response = render(&NewPage {
        page,
        lead: form.lead,
        project: form.project,
        similar: told.similar.into_iter().map(similar_view).collect(),
        distinct: told.distinct,
        distinct_error: told.distinct_error,
        refusal: told.refusal,
    })?;
    Ok(match again {
        true => with_status(response),
        false => response,
    })
}

fn with_status(answer: Response) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, answer).into_response()
}

/// Registers, or shows what is there already.
pub async fn save(State(app): State<App>, signed: Signed, typed: Fields) -> Answer {
    let (mut form, _) = form(&app, &signed.actor).await?;
    let read = read(&typed);
    refill(&mut form.lead, &typed, &[]);
    refill(&mut form.project, &typed, &[]);
    let new = match read {
        Ok(new) => new,
        Err(errors) => return wrong(&app, &signed, form, &typed, errors, Vec::new()).await,
    };
    let again = NewLead {
        distinct: None,
        ..new.clone()
    };
    match app.service.register_lead(&signed.actor, new).await {
        Ok(LeadRegistered::Lead(project)) => Ok(back_with(
            &format!("/projects/{project}?tab=lead"),
            "线索已登记",
        )),
        Ok(LeadRegistered::Similar(similar)) => {
            let told = Told {
                similar,
                ..Told::default()
            };
            answer(&app, &signed, form, told).await
        }
        Err(error @ ServiceError::Invalid(_)) => {
            // A reason that was left out: what it is about is shown again.
            let similar = match typed.some("similar_seen") {
                Some(_) => match app.service.register_lead(&signed.actor, again).await {
                    Ok(LeadRegistered::Similar(similar)) => similar,
                    _ => Vec::new(),
                },
                None => Vec::new(),
            };
            wrong(&app, &signed, form, &typed, field_errors(&error), similar).await
        }
        Err(ServiceError::Refused(refusal)) => {
            let refusal = RefusalView {
                clause: refusal.clause.as_ref().map(Into::into),
                message: refusal.message,
                advice: refusal.advice,
                news: Vec::new(),
            };
            let told = Told {
                refusal: Some(refusal),
                ..Told::default()
            };
            answer(&app, &signed, form, told).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn wrong(
    app: &App,
    signed: &Signed,
    mut form: Form,
    typed: &Fields,
    errors: Vec<(String, String)>,
    similar: Vec<SimilarLead>,
) -> Answer {
    refill(&mut form.lead, typed, &errors);
    refill(&mut form.project, typed, &errors);
    let of_reason = errors.iter().find(|(field, _)| field == "distinct");
    let distinct_error = of_reason.map(|(_, message)| message.clone());
    let fields: Vec<FieldView> = form.lead.iter().chain(&form.project).cloned().collect();
    let mut others = homeless(&fields, &errors);
    others.retain(|message| Some(message) != distinct_error.as_ref());
    let message = match others.is_empty() {
        true => "没有保存：请修改标红的内容。".to_string(),
        false => format!("没有保存：{}", others.join("；")),
    };
    let refusal = RefusalView {
        message,
        advice: "已填写的内容都在下面。".into(),
        ..RefusalView::default()
    };
    let told = Told {
        similar,
        distinct: typed.get("distinct").to_string(),
        distinct_error: distinct_error.unwrap_or_default(),
        refusal: Some(refusal),
    };
    answer(app, signed, form, told).await
}

fn read(typed: &Fields) -> Result<NewLead, Vec<(String, String)>> {
    let details = details::read(typed, &Details::default());
    let mut reader = Reader::new(typed);
    let found_on = reader.wanted_day("found_on", "发现日期");
    let mut errors = reader.errors;
    let details = match details {
        Ok(details) => details,
        Err(wrong) => {
            errors.extend(wrong);
            Details::default()
        }
    };
    if !errors.is_empty() {
        return Err(errors);
    }
    let seen = typed.some("similar_seen").is_some();
    Ok(NewLead {
        details,
        contact: typed.some("contact").map(str::to_string),
        source: typed.get("source").to_string(),
        unit: typed.get("unit").to_string(),
        person: typed.get("person").to_string(),
        text: typed.get("text").to_string(),
        found_on: Some(found_on),
        distinct: seen.then(|| typed.get("distinct").to_string()),
        sample: false,
    })
}
