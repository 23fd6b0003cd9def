//! 会议: the list, calling one, its agenda with minutes and decisions, and the printed minutes.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use policy::model::DocumentKind;
use service::ServiceError;
use service::matters::{Behalf, MatterOrder};
use service::meetings::{
    MeetingChange, MeetingForm, MeetingItem, MeetingView, NewMeeting, Problem,
};

use super::matters::{
    Tick, Trouble, choices, day_of, day_words, ticks, trouble, units_of, with_status,
};
use super::reports::{DocumentButton, button};
use crate::App;
use crate::access::{Route, Who, encode_query};
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, back_with, render};
use crate::session::Signed;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/meetings", Who::Viewer, list),
        Route::get("/meetings/new", Who::Viewer, blank),
        Route::post("/meetings/new", Who::Viewer, save),
        Route::get("/meetings/{meeting}", Who::Viewer, look),
        Route::get("/meetings/{meeting}/print", Who::Viewer, print),
        Route::post("/meetings/{meeting}/items", Who::Viewer, add_items),
        Route::post("/meetings/{meeting}/minutes", Who::Viewer, minutes),
        Route::post("/meetings/{meeting}/decisions", Who::Viewer, decide),
        Route::post("/meetings/{meeting}/close", Who::Viewer, close),
    ]
}

/// A meeting in words.
struct MeetingRow {
    href: String,
    kind: String,
    title: String,
    held: String,
    place: String,
    chair: String,
    holder: String,
    state: &'static str,
    tag: &'static str,
    items: i64,
    decisions: i64,
    sample: bool,
}

#[derive(Template)]
#[template(path = "meetings/list.html")]
struct ListView {
    page: Page,
    has_pack: bool,
    may_call: bool,
    kinds: Vec<(String, String)>,
    kind: String,
    rows: Vec<MeetingRow>,
    summary: String,
    first: String,
    previous: String,
    next: String,
}

async fn list(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let kind: String = fields.get("kind").chars().take(60).collect();
    let at: u32 = fields.get("page").parse().unwrap_or(0);
    let found = app.service.meeting_page(&signed.actor, &kind, at).await?;
    let today = app.service.today();
    let row = |item: MeetingItem| {
        let (state, tag) = match item.closed {
            true => ("纪要已定稿", "green"),
            false if item.held_on > today => ("待召开", "blue"),
            false => ("待整理纪要", "yellow"),
        };
        MeetingRow {
            href: format!("/meetings/{}", item.meeting),
            kind: item.kind,
            title: item.title,
            held: day_words(item.held_on),
            place: item.place,
            chair: item.chair,
            holder: item.holder,
            state,
            tag,
            items: item.items,
            decisions: item.decisions,
            sample: item.sample,
        }
    };
    let turned = |page: u32| format!("/meetings?kind={}&page={page}", encode_query(&kind));
    let rows: Vec<MeetingRow> = found.items.into_iter().map(row).collect();
    render(&ListView {
        page: Page::new(&app, &signed, "会议", "/meetings").await?,
        has_pack: found.has_pack,
        may_call: found.may_call,
        kinds: found.kinds,
        summary: format!("本页 {} 次", rows.len()),
        rows,
        first: if at > 0 { turned(0) } else { String::new() },
        previous: if at > 0 {
            turned(at - 1)
        } else {
            String::new()
        },
        next: if found.more {
            turned(at + 1)
        } else {
            String::new()
        },
        kind,
    })
}

/// A problem that can be chosen.
struct Choice {
    key: String,
    title: String,
    from: String,
    on: bool,
}

fn offered(problems: Vec<Problem>, on: &[String]) -> Vec<Choice> {
    let choice = |problem: Problem| Choice {
        on: on.contains(&problem.key),
        key: problem.key,
        title: problem.item.title,
        from: problem.from,
    };
    problems.into_iter().map(choice).collect()
}

/// A kind with its rules.
struct KindLine {
    title: String,
    rule: String,
    document: String,
    article: String,
    text: String,
}

#[derive(Template)]
#[template(path = "meetings/new.html")]
struct NewView {
    page: Page,
    trouble: Option<Trouble>,
    kinds: Vec<(String, String)>,
    lines: Vec<KindLine>,
    kind: String,
    title: String,
    held_on: String,
    place: String,
    chair: String,
    members: Vec<Tick>,
    problems: Vec<Choice>,
    topics: String,
}

impl NewView {
    fn error(&self, field: &str) -> &str {
        self.trouble
            .as_ref()
            .map_or("", |trouble| trouble.at(field))
    }
}

async fn blank(State(app): State<App>, signed: Signed) -> Answer {
    let form = app.service.meeting_form(&signed.actor).await?;
    new_page(&app, &signed, form, &Fields::default(), None).await
}

async fn new_page(
    app: &App,
    signed: &Signed,
    form: MeetingForm,
    fields: &Fields,
    trouble: Option<Trouble>,
) -> Answer {
    let text = |name: &str| fields.get(name).to_owned();
    let kind = match fields.some("kind") {
        Some(kind) => kind.to_owned(),
        None => form
            .kinds
            .first()
            .map(|kind| kind.id.clone())
            .unwrap_or_default(),
    };
    let chosen = form.kinds.iter().find(|known| known.id == kind);
    let members = match trouble.is_some() {
        true => fields.all("members").to_vec(),
        false => chosen.map(|kind| kind.members.clone()).unwrap_or_default(),
    };
    let lines = form.kinds.iter().map(|kind| KindLine {
        title: kind.title.clone(),
        rule: format!("{}，{}主持", kind.period, kind.chair),
        document: kind.clause.document.to_string(),
        article: kind.clause.article.to_string(),
        text: kind.clause.text.to_string(),
    });
    let view = NewView {
        lines: lines.collect(),
        chair: match fields.some("chair") {
            Some(chair) => chair.to_owned(),
            None => String::new(),
        },
        kinds: form
            .kinds
            .iter()
            .map(|kind| (kind.id.clone(), kind.title.clone()))
            .collect(),
        kind,
        title: text("title"),
        held_on: match fields.some("held_on") {
            Some(day) => day.to_owned(),
            None => app.service.today().to_string(),
        },
        place: text("place"),
        members: ticks(&form.units, &members),
        problems: offered(form.problems, fields.all("problem")),
        topics: text("topics"),
        page: Page::new(app, signed, "召集会议", "/meetings").await?,
        trouble,
    };
    render(&view)
}

async fn save(State(app): State<App>, signed: Signed, fields: Fields) -> Answer {
    let new = match day_of(&fields, "held_on") {
        Ok(held_on) => {
            let text = |name: &str| fields.get(name).to_owned();
            let new = NewMeeting {
                kind: text("kind"),
                title: text("title"),
                held_on,
                place: text("place"),
                chair: text("chair"),
                members: fields.all("members").to_vec(),
                problems: fields.all("problem").to_vec(),
                topics: topics(&fields),
            };
            app.service.call_meeting(&signed.actor, new).await
        }
        Err(error) => Err(error),
    };
    match new {
        Ok(meeting) => Ok(back_with(&format!("/meetings/{meeting}"), "已召集会议")),
        Err(error) => {
            let (trouble, status) = trouble(error)?;
            let form = app.service.meeting_form(&signed.actor).await?;
            let answer = new_page(&app, &signed, form, &fields, Some(trouble)).await;
            with_status(answer, status)
        }
    }
}

fn topics(fields: &Fields) -> Vec<String> {
    fields.get("topics").lines().map(str::to_owned).collect()
}

/// A decision.
struct DecisionRow {
    href: String,
    number: String,
    text: String,
}

/// An item with its minutes and decisions.
struct ItemRow {
    index: usize,
    number: usize,
    title: String,
    href: String,
    from: &'static str,
    minutes: String,
    decisions: Vec<DecisionRow>,
}

#[derive(Template)]
#[template(path = "meetings/show.html")]
struct ShowView {
    page: Page,
    view: MeetingView,
    trouble: Option<Trouble>,
    held: String,
    members: String,
    items: Vec<ItemRow>,
    problems: Vec<Choice>,
    units: Vec<(String, String)>,
    supporting: Vec<Tick>,
    history: Vec<(String, String, String)>,
    leader_units: Vec<(String, String)>,
    document: Option<DocumentButton>,
}

fn item_rows(view: &MeetingView) -> Vec<ItemRow> {
    use domain::meeting::ItemSource;
    let row = |(index, state): (usize, &domain::meeting::ItemState)| {
        let item = &state.item;
        let (from, href) = match (item.source, &item.project) {
            (ItemSource::Matter, _) => ("事项", format!("/matters/{}", item.id)),
            (ItemSource::Question, Some(project)) => {
                ("企业提问", format!("/projects/{project}?tab=visits"))
            }
            (ItemSource::Question, None) => ("企业提问", String::new()),
            (ItemSource::Topic, _) => ("", String::new()),
        };
        ItemRow {
            index,
            number: index + 1,
            title: item.title.clone(),
            href,
            from,
            minutes: state.minutes.clone(),
            decisions: state
                .decisions
                .iter()
                .map(|decision| DecisionRow {
                    href: format!("/matters/{}", decision.matter),
                    number: decision.number.clone(),
                    text: decision.text.clone(),
                })
                .collect(),
        }
    };
    view.state.items.iter().enumerate().map(row).collect()
}

async fn look(State(app): State<App>, signed: Signed, Path(meeting): Path<String>) -> Answer {
    shown(&app, &signed, &meeting, None).await
}

async fn shown(app: &App, signed: &Signed, meeting: &str, trouble: Option<Trouble>) -> Answer {
    let mut view = app.service.meeting(&signed.actor, meeting).await?;
    let mut page = Page::new(app, signed, &view.state.calling.title, "/meetings").await?;
    page.sample = view.state.sample;
    let leader_units = match view.mine {
        true => app.service.issue_form(&signed.actor).await?.leader_units,
        false => Vec::new(),
    };
    let document = match view.state.closed {
        true => button(app, signed, DocumentKind::Minutes, meeting).await?,
        false => None,
    };
    let history = view.history.iter().map(|line| {
        let by = format!("{} {}　{}", line.unit, line.person, line.at);
        (line.on.to_string(), line.sentence.clone(), by)
    });
    render(&ShowView {
        page,
        trouble,
        held: day_words(view.state.calling.held_on),
        members: view.state.calling.members.join("、"),
        items: item_rows(&view),
        history: history.collect(),
        units: choices(&view.units),
        supporting: ticks(&view.units, &[]),
        leader_units: choices(&leader_units),
        document,
        problems: offered(std::mem::take(&mut view.problems), &[]),
        view,
    })
}

#[derive(Template)]
#[template(path = "meetings/print.html")]
struct PrintView {
    page: Page,
    view: MeetingView,
    held: String,
    members: String,
    items: Vec<ItemRow>,
    home: String,
}

async fn print(State(app): State<App>, signed: Signed, Path(meeting): Path<String>) -> Answer {
    let view = app.service.meeting(&signed.actor, &meeting).await?;
    let on = view.state.calling.held_on;
    render(&PrintView {
        page: Page::new(&app, &signed, "会议纪要", "/meetings").await?,
        held: format!(
            "{}年{}月{}日（{}）",
            on.year(),
            on.month(),
            on.day(),
            calendar::weekday_zh(on)
        ),
        members: view.state.calling.members.join("、"),
        items: item_rows(&view),
        home: format!("/meetings/{meeting}"),
        view,
    })
}

/// Back to the meeting, or the meeting with what is wrong.
async fn done(
    app: &App,
    signed: &Signed,
    meeting: &str,
    outcome: Result<String, ServiceError>,
) -> Answer {
    match outcome {
        Ok(message) => Ok(back_with(&format!("/meetings/{meeting}"), &message)),
        Err(error) => {
            let (mut trouble, status) = trouble(error)?;
            for (_, message) in &trouble.fields {
                trouble.advice.push_str(message);
            }
            with_status(shown(app, signed, meeting, Some(trouble)).await, status)
        }
    }
}

async fn add_items(
    State(app): State<App>,
    signed: Signed,
    Path(meeting): Path<String>,
    fields: Fields,
) -> Answer {
    let change = MeetingChange::Items {
        problems: fields.all("problem").to_vec(),
        topics: topics(&fields),
    };
    let changed = app.service.change_meeting(&signed.actor, &meeting, change);
    let outcome = changed.await.map(|()| "已增加议题".to_owned());
    done(&app, &signed, &meeting, outcome).await
}

fn item(fields: &Fields) -> Result<u32, ServiceError> {
    let item = fields.get("item").parse();
    item.map_err(|_| ServiceError::field("item", "请选择议题"))
}

async fn minutes(
    State(app): State<App>,
    signed: Signed,
    Path(meeting): Path<String>,
    fields: Fields,
) -> Answer {
    let outcome = match item(&fields) {
        Ok(item) => {
            let text = fields.get("text").to_owned();
            let change = MeetingChange::Minutes { item, text };
            let changed = app.service.change_meeting(&signed.actor, &meeting, change);
            changed.await.map(|()| "已保存会议记录".to_owned())
        }
        Err(error) => Err(error),
    };
    done(&app, &signed, &meeting, outcome).await
}

async fn decide(
    State(app): State<App>,
    signed: Signed,
    Path(meeting): Path<String>,
    fields: Fields,
) -> Answer {
    let outcome = decided(&app, &signed, &meeting, &fields).await;
    done(&app, &signed, &meeting, outcome).await
}

async fn decided(
    app: &App,
    signed: &Signed,
    meeting: &str,
    fields: &Fields,
) -> Result<String, ServiceError> {
    let order = MatterOrder {
        title: fields.get("title").to_owned(),
        content: fields.get("content").to_owned(),
        units: units_of(fields),
        due: day_of(fields, "due")?,
        on_behalf: fields.some("leader").map(|leader| Behalf {
            leader: leader.to_owned(),
            unit: fields.get("leader_unit").to_owned(),
        }),
        ..MatterOrder::default()
    };
    let item = item(fields)?;
    let issued = app
        .service
        .decide_meeting(&signed.actor, meeting, item, order)
        .await?;
    Ok(format!("会议决定已成为 {}", issued.number))
}

async fn close(State(app): State<App>, signed: Signed, Path(meeting): Path<String>) -> Answer {
    let change = MeetingChange::Close;
    let changed = app.service.change_meeting(&signed.actor, &meeting, change);
    let outcome = changed.await.map(|()| "会议纪要已定稿".to_owned());
    done(&app, &signed, &meeting, outcome).await
}
