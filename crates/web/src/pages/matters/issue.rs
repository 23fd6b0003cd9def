//! A new order: blank, for a project, or for a question that an enterprise asked.

use askama::Template;
use axum::extract::{RawQuery, State};
use calendar::{Limit, LimitUnit};
use domain::matter::{Source, SourceKind};
use service::ServiceError;
use service::matters::{Behalf, IssueForm, MatterOrder};

use super::{Tick, Trouble, choices, day_of, files_of, ticks, trouble, units_of, with_status};
use crate::App;
use crate::error::Answer;
use crate::form::{Fields, Upload};
use crate::page::{Page, back_with, render};
use crate::session::Signed;

/// A kind with its limit in words.
struct KindLine {
    title: String,
    limit: String,
    document: String,
    article: String,
    text: String,
}

#[derive(Template)]
#[template(path = "matters/new.html")]
struct NewView {
    page: Page,
    trouble: Option<Trouble>,
    kinds: Vec<(String, String)>,
    lines: Vec<KindLine>,
    kind: String,
    title: String,
    content: String,
    requirement: String,
    units: Vec<(String, String)>,
    lead: String,
    supporting: Vec<Tick>,
    limit: String,
    limit_units: Vec<(String, String)>,
    limit_unit: String,
    due: String,
    leader_units: Vec<(String, String)>,
    leader_unit: String,
    leader: String,
    project: String,
    project_name: String,
    source_kind: String,
    source_id: String,
    source_text: String,
}

impl NewView {
    fn error(&self, field: &str) -> &str {
        self.trouble
            .as_ref()
            .map_or("", |trouble| trouble.at(field))
    }
}

pub async fn blank(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let form = app.service.issue_form(&signed.actor).await?;
    if form.kinds.is_empty() {
        return Err(ServiceError::Forbidden(format!(
            "政策包没有把任何一类事项的签发交给{}",
            signed.actor.unit
        ))
        .into());
    }
    page(&app, &signed, form, &fields, None).await
}

async fn page(
    app: &App,
    signed: &Signed,
    form: IssueForm,
    fields: &Fields,
    trouble: Option<Trouble>,
) -> Answer {
    let project_name = match fields.some("project") {
        Some(project) => app.service.project_name(&signed.actor, project).await?,
        None => String::new(),
    };
    let kinds = form.kinds.iter();
    let lines = form.kinds.iter().map(|kind| KindLine {
        title: kind.title.clone(),
        limit: kind.limit.clone(),
        document: kind.clause.document.to_string(),
        article: kind.clause.article.to_string(),
        text: kind.clause.text.to_string(),
    });
    let text = |name: &str| fields.get(name).to_owned();
    render(&NewView {
        page: Page::new(app, signed, "签发事项", "/matters").await?,
        trouble,
        kinds: kinds
            .map(|kind| (kind.id.clone(), kind.title.clone()))
            .collect(),
        lines: lines.collect(),
        kind: text("kind"),
        title: text("title"),
        content: text("content"),
        requirement: text("requirement"),
        units: choices(&form.units),
        lead: text("lead"),
        supporting: ticks(&form.units, fields.all("supporting")),
        limit: text("limit"),
        limit_units: [("working_days", "工作日"), ("natural_days", "自然日")]
            .map(|(id, title)| (id.to_owned(), title.to_owned()))
            .to_vec(),
        limit_unit: text("limit_unit"),
        due: text("due"),
        leader_units: choices(&form.leader_units),
        leader_unit: text("leader_unit"),
        leader: text("leader"),
        project: text("project"),
        project_name,
        source_kind: text("source_kind"),
        source_id: text("source_id"),
        source_text: text("source_text"),
    })
}

pub async fn save(State(app): State<App>, signed: Signed, upload: Upload) -> Answer {
    let fields = &upload.fields;
    let issued = match order(fields) {
        Ok(order) => {
            let issued = app
                .service
                .issue_matter(&signed.actor, order, files_of(&upload));
            issued.await
        }
        Err(error) => Err(error),
    };
    match issued {
        Ok(issued) => Ok(back_with(
            &format!("/matters/{}", issued.matter),
            &format!("已签发 {}", issued.number),
        )),
        Err(error) => {
            let (trouble, status) = trouble(error)?;
            let form = app.service.issue_form(&signed.actor).await?;
            let answer = page(&app, &signed, form, fields, Some(trouble)).await;
            with_status(answer, status)
        }
    }
}

fn order(fields: &Fields) -> Result<MatterOrder, ServiceError> {
    let text = |name: &str| fields.get(name).to_owned();
    let on_behalf = fields.some("leader").map(|leader| Behalf {
        leader: leader.to_owned(),
        unit: text("leader_unit"),
    });
    let source = SourceKind::parse(fields.get("source_kind")).map(|kind| Source {
        kind,
        id: text("source_id"),
        text: text("source_text"),
    });
    Ok(MatterOrder {
        kind: text("kind"),
        title: text("title"),
        content: text("content"),
        requirement: text("requirement"),
        units: units_of(fields),
        limit: limit(fields)?,
        due: day_of(fields, "due")?,
        on_behalf,
        project: fields.some("project").map(str::to_owned),
        source,
        sample: false,
    })
}

fn limit(fields: &Fields) -> Result<Option<Limit>, ServiceError> {
    let Some(number) = fields.some("limit") else {
        return Ok(None);
    };
    let unit = match fields.get("limit_unit") {
        "natural_days" => LimitUnit::NaturalDays,
        _ => LimitUnit::WorkingDays,
    };
    let n = number
        .parse()
        .map_err(|_| Trouble::field("limit", "请填写天数，如 10"))?;
    let limit = Limit::new(n, unit).map_err(|error| Trouble::field("limit", &error.to_string()))?;
    Ok(Some(limit))
}
