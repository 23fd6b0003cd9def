//! 会议: the list, calling one, its agenda with minutes and decisions, and the printed minutes.

mod arrange;
mod attendance;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use calendar::Day;
use domain::meeting::moment;
use jiff::civil::Time;
use policy::model::DocumentKind;
use service::ServiceError;
use service::matters::{Behalf, MatterOrder};
use service::meetings::{
    FollowedDecision, LastMeeting, MeetingChange, MeetingForm, MeetingItem, MeetingOn, MeetingView,
    NewMeeting, Problem, Rhythm,
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
use crate::pages::ledger::light_kind;
use crate::session::Signed;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/meetings", Who::Viewer, list),
        Route::get("/meetings/new", Who::Viewer, blank),
        Route::post("/meetings/new", Who::Viewer, save),
        Route::get("/meetings/{meeting}", Who::Viewer, look),
        Route::get("/meetings/{meeting}/print", Who::Viewer, print),
        Route::get(
            "/meetings/{meeting}/arrangement",
            Who::Viewer,
            arrange::arrangement,
        ),
        Route::post(
            "/meetings/{meeting}/arrangement",
            Who::Viewer,
            arrange::arranged,
        ),
        Route::get(
            "/meetings/{meeting}/postpone",
            Who::Viewer,
            arrange::postponement,
        ),
        Route::post(
            "/meetings/{meeting}/postpone",
            Who::Viewer,
            arrange::postponed,
        ),
        Route::get(
            "/meetings/{meeting}/cancel",
            Who::Viewer,
            arrange::cancellation,
        ),
        Route::post(
            "/meetings/{meeting}/cancel",
            Who::Viewer,
            arrange::cancelled,
        ),
        Route::get(
            "/meetings/{meeting}/attendance",
            Who::Viewer,
            attendance::open,
        ),
        Route::post(
            "/meetings/{meeting}/attendance",
            Who::Viewer,
            attendance::save,
        ),
        Route::post("/meetings/{meeting}/items", Who::Viewer, add_items),
        Route::post("/meetings/{meeting}/items/order", Who::Viewer, move_item),
        Route::post("/meetings/{meeting}/items/remove", Who::Viewer, remove_item),
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

/// How it stands with a periodic kind.
struct RhythmRow {
    title: String,
    state: String,
    tag: &'static str,
    /// The meeting that was held or is called: words and address.
    meetings: Vec<(String, String)>,
    next_by: String,
    document: String,
    article: String,
    text: String,
}

fn rhythm_row(rhythm: Rhythm) -> RhythmRow {
    let link = |what: &str, on: &MeetingOn| {
        let words = format!("{what} {}", day_words(on.on));
        (words, format!("/meetings/{}", on.meeting))
    };
    let (state, tag) = match (&rhythm.held, &rhythm.called) {
        (Some(_), _) => (format!("{}已召开", rhythm.now), "green"),
        (None, Some(called)) if called.on <= rhythm.next_by => {
            (format!("{}已召集", rhythm.now), "blue")
        }
        _ if rhythm.urgent => (format!("{}尚未召开，请尽快召集", rhythm.now), "red"),
        _ => (format!("{}尚未召开", rhythm.now), "yellow"),
    };
    let mut meetings: Vec<(String, String)> = Vec::new();
    meetings.extend(rhythm.held.as_ref().map(|held| link("已于", held)));
    meetings.extend(rhythm.called.as_ref().map(|called| link("定于", called)));
    RhythmRow {
        title: rhythm.title,
        state,
        tag,
        meetings,
        next_by: day_words(rhythm.next_by),
        document: rhythm.clause.document.to_string(),
        article: rhythm.clause.article.to_string(),
        text: rhythm.clause.text.to_string(),
    }
}

#[derive(Template)]
#[template(path = "meetings/list.html")]
struct ListView {
    page: Page,
    has_pack: bool,
    may_call: bool,
    kinds: Vec<(String, String)>,
    kind: String,
    rhythms: Vec<RhythmRow>,
    rows: Vec<MeetingRow>,
    summary: String,
    first: String,
    previous: String,
    next: String,
}

/// How a meeting stands, with the colour of its badge.
fn state_words(cancelled: bool, closed: bool, held: bool) -> (&'static str, &'static str) {
    match (cancelled, closed, held) {
        (true, ..) => ("已取消", "neutral"),
        (_, true, _) => ("纪要已定稿", "green"),
        (_, _, true) => ("待整理纪要", "yellow"),
        _ => ("待召开", "blue"),
    }
}

async fn list(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let kind: String = fields.get("kind").chars().take(60).collect();
    let at: u32 = fields.get("page").parse().unwrap_or(0);
    let found = app.service.meeting_page(&signed.actor, &kind, at).await?;
    let today = app.service.today();
    let row = |item: MeetingItem| {
        let (state, tag) = state_words(item.cancelled, item.closed, item.held_on <= today);
        MeetingRow {
            href: format!("/meetings/{}", item.meeting),
            kind: item.kind,
            title: item.title,
            held: match item.held_at.is_empty() {
                true => day_words(item.held_on),
                false => format!("{} {}", day_words(item.held_on), item.held_at),
            },
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
        rhythms: found.rhythms.into_iter().map(rhythm_row).collect(),
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
    light: &'static str,
    light_text: String,
    on: bool,
}

fn offered(problems: Vec<Problem>, on: &[String]) -> Vec<Choice> {
    let choice = |problem: Problem| Choice {
        on: on.contains(&problem.key),
        key: problem.key,
        title: problem.item.title,
        from: problem.from,
        light: light_kind(problem.light),
        light_text: problem.light_text,
    };
    problems.into_iter().map(choice).collect()
}

/// A kind with its rules.
struct KindLine {
    href: String,
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
    time: String,
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

async fn blank(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let form = app.service.meeting_form(&signed.actor).await?;
    new_page(&app, &signed, form, &fields, None).await
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
        href: format!("/meetings/new?kind={}", encode_query(&kind.id)),
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
        time: text("time"),
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
    let new = match new_meeting(&fields) {
        Ok(new) => app.service.call_meeting(&signed.actor, new).await,
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

/// A meeting as a form has it.
fn new_meeting(fields: &Fields) -> Result<NewMeeting, ServiceError> {
    let text = |name: &str| fields.get(name).to_owned();
    Ok(NewMeeting {
        kind: text("kind"),
        title: text("title"),
        held_on: day_of(fields, "held_on")?,
        time: time_of(fields)?,
        place: text("place"),
        chair: text("chair"),
        members: fields.all("members").to_vec(),
        problems: fields.all("problem").to_vec(),
        topics: topics(fields),
        sample: false,
    })
}

/// A time of day: `09:30`, also as written with a full-width colon.
fn time_of(fields: &Fields) -> Result<Option<Time>, ServiceError> {
    let Some(text) = fields.some("time") else {
        return Ok(None);
    };
    let plain = text.trim().replace('：', ":");
    let read = plain.split_once(':').and_then(|(hour, minute)| {
        let minute = minute.get(..2).unwrap_or(minute);
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    });
    match read {
        Some(time) => Ok(Some(time)),
        None => Err(Trouble::field(
            "time",
            &format!("“{text}”不是时间，请写成 09:30"),
        )),
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
    /// Its number as the facts have it.
    index: u32,
    first: bool,
    last: bool,
    discussed: bool,
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
    attendance: Vec<attendance::Row>,
    attended: String,
    last: Option<LastRows>,
    state: (&'static str, &'static str),
    history: Vec<(String, String, String)>,
    leader_units: Vec<(String, String)>,
    document: Option<DocumentButton>,
}

/// A decision of an earlier meeting, and how far it is.
struct DecisionLine {
    href: String,
    number: String,
    title: String,
    lead: String,
    due: String,
    light: &'static str,
    light_text: String,
    phase: &'static str,
    earlier: bool,
}

/// 上次会议决定落实情况.
struct LastRows {
    href: String,
    title: String,
    held: String,
    open: usize,
    rows: Vec<DecisionLine>,
}

fn last_rows(last: LastMeeting) -> LastRows {
    let row = |decision: FollowedDecision| {
        let item = decision.item;
        DecisionLine {
            href: match decision.may_open {
                true => format!("/matters/{}", item.matter),
                false => String::new(),
            },
            number: item.number,
            title: item.title,
            lead: item.lead,
            due: day_words(item.due_on),
            light: light_kind(item.light),
            light_text: item.light_text,
            phase: item.phase,
            earlier: !decision.of_last,
        }
    };
    let rows: Vec<DecisionLine> = last.decisions.into_iter().map(row).collect();
    LastRows {
        href: format!("/meetings/{}", last.meeting),
        title: last.title,
        held: day_words(last.held_on),
        open: rows
            .iter()
            .filter(|row| !matches!(row.light, "green" | "grey"))
            .count(),
        rows,
    }
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
            index: state.id,
            first: index == 0,
            last: index + 1 == view.state.items.len(),
            discussed: state.discussed(),
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
        held: moment(view.state.calling.held_on, view.state.calling.time),
        members: view.state.calling.members.join("、"),
        items: item_rows(&view),
        attendance: attendance::rows(&view.state),
        attended: attendance::counts(&view.state),
        last: view.last.take().map(last_rows),
        state: state_words(view.state.cancelled.is_some(), view.state.closed, view.held),
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
    signed_on: String,
    view: MeetingView,
    /// 纪要 of one that was held, 议程 of one to come.
    what: &'static str,
    /// 缺席 and 代会, in words.
    absent: String,
    last: Option<LastRows>,
    held: String,
    members: String,
    items: Vec<ItemRow>,
    home: String,
}

fn zh(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

async fn print(State(app): State<App>, signed: Signed, Path(meeting): Path<String>) -> Answer {
    let mut view = app.service.meeting(&signed.actor, &meeting).await?;
    let on = view.state.calling.held_on;
    let what = if view.held { "纪要" } else { "议程" };
    let time = view.state.calling.time.map_or(String::new(), |time| {
        format!("{:02}:{:02}", time.hour(), time.minute())
    });
    render(&PrintView {
        page: Page::new(&app, &signed, &format!("会议{what}"), "/meetings").await?,
        what,
        held: format!("{}（{}）{time}", zh(on), calendar::weekday_zh(on)),
        signed_on: zh(on),
        absent: attendance::absences(&view.state),
        last: view.last.take().map(last_rows),
        members: view.state.calling.members.join("、"),
        items: item_rows(&view),
        home: format!("/meetings/{meeting}"),
        view,
    })
}

/// Why a form about a meeting is not offered.
fn not_now(view: &MeetingView, deed: &str) -> ServiceError {
    let state = &view.state;
    let (cancelled, closed) = (state.cancelled.is_some(), state.closed);
    let (word, _) = state_words(cancelled, closed, view.held);
    domain::Refusal::new(
        "not_now",
        format!("这次会议目前{word}，您所在单位现在不能{deed}。"),
        format!(
            "会议由{}筹备、记录；请返回会议页面，按列出的操作办理。",
            state.holder
        ),
    )
    .into()
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

async fn move_item(
    State(app): State<App>,
    signed: Signed,
    Path(meeting): Path<String>,
    fields: Fields,
) -> Answer {
    let outcome = match item(&fields) {
        Ok(item) => {
            let up = fields.get("to") == "up";
            let change = MeetingChange::Move { item, up };
            let changed = app.service.change_meeting(&signed.actor, &meeting, change);
            changed.await.map(|()| "已调整议题顺序".to_owned())
        }
        Err(error) => Err(error),
    };
    done(&app, &signed, &meeting, outcome).await
}

async fn remove_item(
    State(app): State<App>,
    signed: Signed,
    Path(meeting): Path<String>,
    fields: Fields,
) -> Answer {
    let outcome = match item(&fields) {
        Ok(item) => {
            let reason = fields.get("reason").to_owned();
            let change = MeetingChange::Remove { item, reason };
            let changed = app.service.change_meeting(&signed.actor, &meeting, change);
            changed.await.map(|()| "已撤下议题".to_owned())
        }
        Err(error) => Err(error),
    };
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
